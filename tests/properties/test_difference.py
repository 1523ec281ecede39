"""Laws of differences: nothing separates a rulebook from its formatted self, both directions mirror each other, parts sum to the change."""

from dataclasses import replace
from fractions import Fraction

from hypothesis import assume, given
from hypothesis import strategies as st

import rulebook
from rulebook import RulebookError
from rulebook.difference import Difference, Pairing, attribute, differences

from .strategies import Book, books, records, rulebooks


@given(rulebooks())
def test_a_rulebook_does_not_differ_from_its_formatted_self(text: str) -> None:
    book = rulebook.load(text)
    assert differences(book, book).empty
    assert differences(book, rulebook.load(book.text())).empty


def faces(found: Difference, *, backwards: bool = False) -> tuple[object, ...]:
    """All that a difference says, or all that it says read backwards."""
    turn = -1 if backwards else 1

    def pair(one: Pairing) -> object:
        ends = (one.old and one.old.address, one.new and one.new.address)[::turn]
        changes = sorted((change.what, (change.old, change.new)[::turn], change.aspects) for change in one.changes)
        return str(ends), changes, one.moved, one.reworded

    head = [(change.what, (change.old, change.new)[::turn]) for change in found.header]
    outline = [
        ((part.old, part.new)[::turn], [(c.what, (c.old, c.new)[::turn]) for c in part.changes], part.binds) for part in found.outline
    ]
    return head, sorted(outline, key=str), sorted(map(pair, found.clauses), key=str), found.same, found.empty


@given(books(), books())
def test_a_difference_read_backwards_is_that_of_the_other_way_round(one: Book, other: Book) -> None:
    a, b = rulebook.load(one.text()), rulebook.load(other.text())
    assert faces(differences(a, b)) == faces(differences(b, a), backwards=True)


@given(books(), books())
def test_every_clause_is_used_once(one: Book, other: Book) -> None:
    a, b = rulebook.load(one.text()), rulebook.load(other.text())
    found = differences(a, b).clauses
    assert sorted(pair.old.address for pair in found if pair.old) == sorted(clause.address for clause in a.clauses())
    assert [pair.new.address for pair in found if pair.new] == [clause.address for clause in b.clauses()]


@given(books(), books(), st.data())
def test_the_parts_sum_to_the_change_at_both_ends(one: Book, other: Book, data: st.DataObject) -> None:
    """Whatever the two rulebooks, and whatever is unknown."""
    a, b = rulebook.load(one.text()), rulebook.load(other.text())
    record = data.draw(records(a))
    try:
        told = attribute(a, b, record)
    except RulebookError as error:
        assert {diagnostic.code for diagnostic in error.diagnostics} == {"RB510"}  # noqa: PT017
        return
    for end in (0, 1):
        assert sum((part.change[end] for part in told.parts), Fraction(0)) == told.change[end]
    if told.exact:
        assert told.change[0] == Fraction(told.new.total or 0) - Fraction(told.old.total or 0)
    assert Fraction(told.new.lower or 0) <= Fraction(told.new.upper or 0)


def reordered(book: Book) -> Book:
    """The same items from the last to the first, with comments of their own."""
    items = [tuple(reversed(section.items)) for section in book.sections]
    return replace(book, sections=tuple(replace(section, items=several) for section, several in zip(book.sections, items, strict=True)))


def distinct(book: Book) -> Book:
    """The same book, every heading used once."""
    number = 0

    def name() -> str:
        nonlocal number
        number += 1
        return "甲乙丙丁戊己庚辛壬癸子丑寅卯辰巳午未申酉戌亥天地玄黄"[number % 26] * 3 + "事"

    return replace(
        book,
        sections=tuple(
            replace(section, items=tuple(
                replace(item, heading=name(), clauses=tuple(replace(clause, heading=name()) for clause in item.clauses)) for item in section.items
            ))
            for section in book.sections
        ),
    )  # fmt: skip


@given(books(), st.data())
def test_renumbered_clauses_mean_the_same_and_score_the_same(drawn: Book, data: st.DataObject) -> None:
    """Evidence follows the clauses to their new addresses."""
    a = rulebook.load(distinct(drawn).text())
    b = rulebook.load(reordered(distinct(drawn)).text())
    found = differences(a, b)
    assert found.same
    assert not any(pair.moved or pair.reworded for pair in found.clauses)
    record = data.draw(records(a))
    card = a.score(record)
    assume(card.scorable)
    told = attribute(a, b, record)
    assert (told.new.lower, told.new.upper) == (card.lower, card.upper)
    assert told.parts == ()
    assert told.untold == ()
