"""Law: on the simple mechanisms a second evaluator, written from the language reference alone, gives the same score."""

from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st

import rulebook

from .oracle import expected
from .strategies import Book, Clause, Item, Limit, Rule, Said, Section, books, records


def agree(book: Book, record: dict[str, object]) -> None:
    """The library's score of the book's text is the oracle's score of the book."""
    card = rulebook.load(book.text()).score(record)
    wanted = expected(book, record)
    ends = (card.lower, card.upper)
    assert tuple(end if end is None else Fraction(end) for end in ends) == (wanted.lower, wanted.upper)
    if wanted.upper is not None:
        assert Fraction(card.full) == wanted.full
    for address, (low, high) in wanted.clauses.items():
        assert (Fraction(card.clause(address).lower), Fraction(card.clause(address).upper)) == (low, high)


@settings(max_examples=settings().max_examples * 4)
@given(books(simple=True), st.data())
def test_settled_records_score_as_the_oracle_says(book: Book, data: st.DataObject) -> None:
    """Nothing unknown: one total."""
    agree(book, data.draw(records(rulebook.load(book.text()), holes=False)))


@settings(max_examples=settings().max_examples * 4)
@given(books(simple=True), st.data())
def test_open_records_span_what_the_oracle_says(book: Book, data: st.DataObject) -> None:
    """Something unknown: both ends."""
    agree(book, data.draw(records(rulebook.load(book.text()))))


def one(*said: Said, points: str = "5", head: tuple[tuple[str, str], ...] = ()) -> Book:
    """A book with a single clause."""
    clause = Clause("预案", said, points)
    return Book((Section("责任落实", "points", (Item("预案", (clause,)),)),), head)


_COUNTED = Said("一项未备案的扣1分", "，", (Rule("deduct", "count", "1", fact="未备案"),))
_CAPPED = Said("最多扣2分", "。", (Limit("most_lost", "2"),))
_FLAGGED = Said("未悬挂的，扣2分", "。", (Rule("deduct", "once", "2", fact="未悬挂"),))
_ZERO = Said("未演练的不得分", "。", (Rule("zero", "once", fact="未演练"),))


def test_the_oracle_can_disagree() -> None:
    """Figures worked out by hand, so that the oracle itself can fail."""
    book = one(_COUNTED, _CAPPED, _FLAGGED, _ZERO)
    assert expected(book, {"1.1": {"未备案": 1}}).upper == 4
    assert expected(book, {"1.1": {"未备案": 9, "未悬挂": True}}).upper == 1
    assert expected(book, {"1.1": {"未备案": 1, "未演练": True}}).upper == 0
    assert expected(book, {"1.1": {"未备案": 1, "未悬挂": "未查"}}).lower == 0 + 2
    assert expected(book, {}).lower == 0
    assert expected(one(_COUNTED, _CAPPED), {}).lower == 3
    assert expected(one(_COUNTED, _CAPPED, head=(("未提供资料", "不予判分"),)), {}).lower == 0


def test_a_limit_binds_its_own_sentence() -> None:
    """缺一项扣1分，最多扣2分。无方案的扣2分: the second sentence is not held by the limit of the first."""
    agree(one(_COUNTED, _CAPPED, _FLAGGED), {"1.1": {"未备案": 9, "未悬挂": True}})


def test_a_line_break_after_a_comma_ends_no_sentence() -> None:
    """A wrapped line goes on with its sentence: the limit below still holds the rule above it alone."""
    text = one(_FLAGGED, _COUNTED, _CAPPED).text()
    record = {"1.1": {"未备案": 9, "未悬挂": True}}
    wrapped = text.replace("扣1分，", "扣1分，\n")
    assert wrapped != text
    assert rulebook.load(text).score(record).total == rulebook.load(wrapped).score(record).total == 1
