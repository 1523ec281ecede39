"""Law: worse evidence never raises a score, better evidence never lowers it, and knowing more never widens an interval."""

from fractions import Fraction
from typing import Any

from hypothesis import assume, given
from hypothesis import strategies as st

import rulebook
from rulebook import model

from .strategies import MOST_COUNT, Book, books, records

WORSENING = (model.Deduct, model.Zero, model.Ladder, model.Stated, model.Judged)
BETTERING = (model.Award,)


def movable(
    book: rulebook.Rulebook, effects: tuple[type, ...], kinds: tuple[str, ...]
) -> list[tuple[model.Clause, model.Fact]]:
    """Facts of which more is worse (or better): counts and flags of clauses that hold such rules alone."""
    found = []
    for section in book.sections:
        for item in section.items():
            for clause in item.clauses:
                if section.kind not in kinds or not all(isinstance(rule.effect, effects) for rule in clause.rules):
                    continue
                lifted = any(limit.kind == "negative_allowed" for limit in clause.limits)
                if lifted and any(isinstance(rule.effect, model.Zero) for rule in clause.rules):
                    continue  # a zero wins over what lies below nothing
                found += [
                    (clause, fact)
                    for fact in clause.facts
                    if fact.type in ("count", "flag", "amounts", "records") and fact.requirement is None
                ]
    return found


def more(fact: model.Fact, value: Any, data: st.DataObject) -> Any:
    """A value that finds more than the one given."""
    if fact.type == "flag":
        return True
    if fact.type == "count":
        return min(MOST_COUNT, value + data.draw(st.sampled_from((0, 1, 2, 3, 100))))
    if fact.type == "amounts":
        return [*value, str(fact.high)]
    return [*([{}] * value if isinstance(value, int) else value), data.draw(st.sampled_from(({}, {"分数": "2"})))]


def pushed(
    book: rulebook.Rulebook, data: st.DataObject, pairs: list[tuple[model.Clause, model.Fact]]
) -> tuple[Any, Any]:
    """Totals before and after one fact is pushed further."""
    assume(pairs)
    record = data.draw(records(book, holes=False))
    clause, fact = data.draw(st.sampled_from(pairs))
    known = record.get(clause.address)
    none = {"flag": False, "count": 0, "amounts": [], "records": []}
    facts = dict(known) if isinstance(known, dict) else {}
    value = facts.get(fact.name, none[fact.type])
    base = {**record, clause.address: {**facts, fact.name: value}}
    worse = {**record, clause.address: {**facts, fact.name: more(fact, value, data)}}
    return book.score(base), book.score(worse)


def totals(card: Any) -> tuple[Fraction, Fraction]:
    """Both ends."""
    assume(card.scorable)
    return Fraction(card.lower), Fraction(card.upper)


@given(books(), st.data())
def test_more_faults_never_raise_a_score(book: Book, data: st.DataObject) -> None:
    """One more of what is counted, or a fault found, lowers the total or leaves it."""
    rules = rulebook.load(book.text())
    before, after = map(totals, pushed(rules, data, movable(rules, WORSENING, ("points", "deduct"))))
    assert after[0] <= before[0]
    assert after[1] <= before[1]


@given(books(), st.data())
def test_more_merits_never_lower_a_score(book: Book, data: st.DataObject) -> None:
    """One more of what is rewarded raises the total or leaves it."""
    rules = rulebook.load(book.text())
    before, after = map(totals, pushed(rules, data, movable(rules, BETTERING, ("award",))))
    assert after[0] >= before[0]
    assert after[1] >= before[1]


@given(books(), st.data())
def test_forgetting_a_clause_never_narrows_the_interval(book: Book, data: st.DataObject) -> None:
    """A record with one clause less spans at least what the record spans."""
    rules = rulebook.load(book.text())
    record = data.draw(records(rules))
    gone = [address for address in record if record[address] not in ("不涉及", "not_applicable")]
    assume(gone)
    forgotten = data.draw(st.sampled_from(gone))
    less = {address: value for address, value in record.items() if address != forgotten}
    (low, high), (wide_low, wide_high) = totals(rules.score(record)), totals(rules.score(less))
    assert wide_low <= low
    assert high <= wide_high
