"""Law: what is written is what is read. A book made of plain forms loads, and each sentence has the effect, basis and figure it states."""

from hypothesis import given

import rulebook
from rulebook.cli import shapes

from .strategies import Book, Limit, Rule, books, loose_books


def shown(rule: dict[str, object]) -> tuple[object, ...]:
    """A rule of the JSON shape as the strategies state it."""
    return rule["effect"], rule["basis"], rule["amount"], rule["per"], rule.get("target", "clause")


@given(books())
def test_every_sentence_reads_as_it_was_meant(book: Book) -> None:
    """Effects, bases, amounts, targets and limits come back in order, addresses and points with them."""
    reading = rulebook.read(book.text())
    assert [d.one_line() for d in reading.diagnostics if d.severity == "error"] == []
    assert reading.rulebook is not None
    read = {clause.address: clause for clause in reading.rulebook.clauses()}
    assert list(read) == [address for address, _, _ in book.clauses()]
    for address, _, clause in book.clauses():
        meant = [one for one in clause.means() if isinstance(one, Rule)]
        got = read[address]
        assert (str(got.points) if got.points is not None else None) == clause.points
        if meant or not got.rules:
            assert [shown(shapes.rule(rule)) for rule in got.rules] == [
                (rule.effect, rule.basis, rule.amount, rule.per, rule.target) for rule in meant
            ]
        else:
            assert [rule.effect.kind for rule in got.rules] == ["judged"]
        assert [(limit.kind, limit.amount and str(limit.amount)) for limit in got.limits] == [
            (one.kind, one.amount) for one in clause.means() if isinstance(one, Limit)
        ]
        named = [rule.fact for rule in meant if rule.fact is not None]
        assert set(named) <= {fact.name for fact in got.facts}


@given(loose_books())
def test_careless_typing_changes_nothing(book: Book) -> None:
    """Half-width marks, full-width digits and stray spaces leave effects, figures, points and facts as they are."""
    neat = Book(book.sections, book.head, book.end)
    one, other = rulebook.load(neat.text()), rulebook.load(book.text())
    assert (
        one.header.model_copy(update={"lines": (), "span": None})
        == other.header.model_copy(update={"lines": (), "span": None})
        or not book.loose
    )
    for left, right in zip(one.clauses(), other.clauses(), strict=True):
        assert (left.address, left.points) == (right.address, right.points)
        assert [shown(shapes.rule(r)) for r in left.rules] == [shown(shapes.rule(r)) for r in right.rules]
        assert [(f.type, f.unit) for f in left.facts] == [(f.type, f.unit) for f in right.facts]
