"""Law: every score that a record gives is among those that the rulebook is said to attain, and the ends are attained."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

import rulebook
from rulebook.attainable import Reach
from rulebook.evaluator import clause_outcome
from rulebook.totals import Numbers, whole

from .strategies import Book, books, records


def holds(reach: Reach, score: Fraction) -> bool:
    """True where the score is one of the clause's."""
    return any(low <= score <= high for low, high in reach.scores())


@given(books(), st.data())
def test_no_record_scores_outside_of_what_is_attainable(drawn: Book, data: st.DataObject) -> None:
    """Clause by clause, and in total."""
    book = rulebook.load(drawn.text())
    seen = whole(book)
    card = book.score(data.draw(records(book, holes=False, leave=False)), assume="met")
    for clause in card.clauses:
        reach = seen.reaches[clause.clause]
        if reach.decided and clause.score is not None and clause.state == "observed":
            assert holds(reach, Fraction(clause.score)), clause
    if card.total is not None and card.scorable:
        assert seen.lowest <= Fraction(card.total) <= seen.highest
        if seen.totals is not None:
            assert any(low <= Fraction(card.total) <= high for low, high in seen.totals.stretches())


@given(books())
def test_every_end_is_attained_by_its_witness(drawn: Book) -> None:
    """The evaluator gives the score that the witness is said to attain."""
    book = rulebook.load(drawn.text())
    seen = whole(book)
    kinds = {clause.address: section.kind for section in book.sections for item in section.items() for clause in item.clauses}
    for clause in book.clauses():
        for part in seen.reaches[clause.address].parts:
            for facts, score in ((part.at_low, part.low), (part.at_high, part.high)):
                if facts is not None:
                    assert clause_outcome(clause, kinds[clause.address], facts, book.header.year).score == score
    if seen.totals is not None:
        assert (seen.totals.lowest, seen.totals.highest) == (seen.lowest, seen.highest)


@pytest.mark.parametrize(
    ("words", "scores"),
    [
        ("每处扣0.3分", ["0", "0.1", "0.4", "0.7", "1"]),
        ("每2处扣0.7分", ["0", "0.3", "1"]),
        ("每处扣0.4分，最多扣0.6分", ["0.4", "0.6", "1"]),
        ("第一次扣0.1分，第二次起每次扣0.6分", ["0", "0.3", "0.9", "1"]),
        ("每完成一项得0.3分", ["0", "0.3", "0.6", "0.9", "1"]),
    ],
)
def test_every_score_of_a_clause_is_known_to_the_last(words: str, scores: list[str]) -> None:
    """Worked out by hand: the last count before the points are used up, and what it leaves."""
    book = rulebook.load(f"考核细则：试\n满分：1分\n\n一、工作\n1. 事项。{words}。（1分）\n")
    (reach,) = whole(book).reaches.values()
    assert reach.decided
    assert reach.scores() == [(Fraction(score), Fraction(score)) for score in scores]


@given(st.lists(st.lists(st.tuples(st.integers(-8, 8), st.integers(0, 3)), min_size=1, max_size=4), max_size=4), st.integers(-4, 20))
def test_sums_of_sets_are_what_adding_each_to_each_gives(lists: list[list[tuple[int, int]]], cut: int) -> None:
    """Numbers against plain sets of halves: a stretch holds its ends and every half between."""
    total = Numbers(1)
    plain = {Fraction(0)}
    for pairs in lists:
        stretches = [(Fraction(low), Fraction(low + length)) for low, length in pairs]
        total = total.plus(stretches)
        inner = {Fraction(n, 2) for low, high in stretches for n in range(int(low * 2), int(high * 2) + 1)}
        plain = {a + b for a in plain for b in inner}
    held_alike(total, plain, Fraction(cut))


def held_alike(numbers: Numbers, plain: set[Fraction], cut: Fraction) -> None:
    """Fails where a set that is cut, lifted, or given one number more holds other halves than the plain set."""
    for changed, wanted in (
        (numbers, plain),
        (numbers.at_most(cut), {min(one, cut) for one in plain}),
        (numbers.at_least(cut), {max(one, cut) for one in plain}),
        (numbers.joined(cut), plain | {cut}),
    ):
        assert {one for n in range(-100, 200) if (one := Fraction(n, 2)) in changed} == wanted
        assert (changed.lowest, changed.highest) == (min(wanted), max(wanted))
        assert {one for low, high in changed.stretches() for n in range(int(low * 2), int(high * 2) + 1) if (one := Fraction(n, 2)) in wanted} == wanted
        assert len(changed) == len({one for one in wanted if one.denominator == 1})


@pytest.mark.parametrize("pairs", [[(0, 0)], [(2, 0)], [(2, 3)], [(-2, 0), (1, 1)], [(0, 0), (3, 2)], [(1, 0), (3, 0), (5, 1)]], ids=str)
def test_a_set_is_cut_at_every_place(pairs: list[tuple[int, int]]) -> None:
    """Below it, above it, and at each of its numbers."""
    plain = {Fraction(n, 2) for low, length in pairs for n in range(low * 2, (low + length) * 2 + 1)}
    for cut in range(-4, 9):
        held_alike(Numbers(1).plus((Fraction(low), Fraction(low + length)) for low, length in pairs), plain, Fraction(cut))
