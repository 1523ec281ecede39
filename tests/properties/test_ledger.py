"""Law: the ledger is the score. Start plus what was applied is the total, exactly, at both ends of an interval."""

from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

import rulebook
from rulebook.scorecard import LedgerEntry

from .strategies import Book, books, records


def applied(ledger: tuple[LedgerEntry, ...]) -> Fraction:
    """Everything that moved."""
    return sum((Fraction(entry.applied) for entry in ledger), Fraction(0))


@given(books(), st.data())
def test_the_ledger_sums_to_the_score(book: Book, data: st.DataObject) -> None:
    """`total = start + Σ applied`; while something is unknown, `upper` over `ledger` and `lower` over `worst_ledger`."""
    rules = rulebook.load(book.text())
    card = rules.score(data.draw(records(rules)))
    if not card.scorable:
        assert (card.total, card.lower, card.upper) == (None, None, None)
        return
    assert card.lower is not None
    assert card.upper is not None
    assert Fraction(card.start) + applied(card.ledger) == Fraction(card.upper)
    worst = card.ledger if card.worst_ledger is None else card.worst_ledger
    assert Fraction(card.start) + applied(worst) == Fraction(card.lower)
    if not card.unknown:
        assert card.total == card.upper == card.lower
    elif card.lower != card.upper:
        assert card.total is None
    else:
        assert card.total in (None, card.upper)
    assert card.worst_ledger is not None or card.lower == card.upper


@given(books(), st.data())
def test_every_line_of_the_ledger_is_whole(book: Book, data: st.DataObject) -> None:
    """Nominal is applied plus absorbed, a limit only takes back, every line has a reason, words and a line number of its clause."""
    rules = rulebook.load(book.text())
    lines = book.text().split("\n")
    clauses = {clause.address: clause for clause in rules.clauses()}
    record = data.draw(records(rules))
    for language in ("zh", "en"):
        card = rules.score(record, language=language)
        for entry in (*card.ledger, *(card.worst_ledger or ())):
            nominal, did = Fraction(entry.nominal), Fraction(entry.applied)
            assert nominal == did + Fraction(entry.absorbed)
            assert abs(did) <= abs(nominal)
            assert did * nominal >= 0
            assert entry.reason.strip()
            assert "{" not in entry.reason
            if entry.clause is None:
                continue
            assert entry.clause in clauses
            if entry.rule is not None:
                rule = clauses[entry.clause].rules[entry.rule - 1]
                assert entry.effect == rule.effect.kind
                assert entry.text == rule.text
            assert entry.line is not None
            if entry.rule is not None and "\n" not in entry.text:
                assert entry.text in lines[entry.line - 1]


@given(books(), st.data())
def test_clauses_and_sections_add_up(book: Book, data: st.DataObject) -> None:
    """Without 不涉及 and what moves the whole, the sections' scores are sums of their clauses, and the total of theirs."""
    rules = rulebook.load(book.text())
    card = rules.score(data.draw(records(rules, leave=False)))
    by_address = {score.clause: score for score in card.clauses}
    for section, shown in zip(rules.sections, card.sections, strict=True):
        own = [by_address[clause.address] for item in section.items() for clause in item.clauses]
        if section.kind in ("points", "deduct"):
            assert sum(Fraction(score.upper) for score in own) == Fraction(shown.upper)
            assert sum(Fraction(score.lower) for score in own) == Fraction(shown.lower)
        assert Fraction(shown.upper) <= sum(Fraction(score.upper) for score in own)
        assert Fraction(shown.lower) <= Fraction(shown.upper)
    elsewhere = sum(
        Fraction(entry.applied)
        for entry in card.ledger
        if entry.clause is None or entry.effect == "veto" or _of_the_whole(rules, entry)
    )
    assert card.upper is not None
    assert sum(Fraction(section.upper) for section in card.sections) + elsewhere == Fraction(card.upper)


def _of_the_whole(rules: rulebook.Rulebook, entry: LedgerEntry) -> bool:
    clause = next(clause for clause in rules.clauses() if clause.address == entry.clause)
    return entry.rule is not None and getattr(clause.rules[entry.rule - 1].effect, "target", "clause") == "total"
