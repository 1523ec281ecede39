"""Laws of advice: a gain is what it says, a plan reaches what was wanted and none smaller does, the parts of an interval add up."""

from fractions import Fraction
from itertools import combinations, product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import rulebook
from rulebook import improvement
from rulebook.evaluator import Total, settle
from rulebook.evidence import MET, NOT_SUPPLIED, Record, read_record
from rulebook.totals import whole

from .strategies import Book, books, records


def lower(rules: rulebook.Rulebook, record: Record) -> Fraction:
    """The total that is certain."""
    card = rules.score(record)
    assert card.lower is not None
    return Fraction(card.lower)


@given(books(), st.data())
def test_a_gain_is_what_it_says(book: Book, data: st.DataObject) -> None:
    """The changed record scores by exactly so much more; nothing that regains nothing is listed; the largest stand first."""
    rules = rulebook.load(book.text())
    record = read_record(rules, data.draw(records(rules)))
    found = improvement.gains(rules, record)
    if not rules.score(record).scorable:
        assert found == ()
        return
    now = lower(rules, record)
    for gain in found:
        changed = improvement.apply(rules, record, gain.changes)
        assert lower(rules, changed) - now == gain.points
        assert gain.points > 0 or gain.lifts
    assert [gain.points for gain in found] == sorted((gain.points for gain in found), reverse=True)


@given(books(), st.data())
def test_the_best_there_is_has_nothing_to_regain_but_awards(book: Book, data: st.DataObject) -> None:
    """With everything met only awards are left, and after every gain has been taken that can be, the total is the most that was promised."""
    rules = rulebook.load(book.text())
    record = read_record(rules, {clause.address: "符合" for clause in rules.clauses()})
    assert all(gain.award for gain in improvement.gains(rules, record))
    most = improvement.most(rules, record)
    plan = improvement.least(rules, record, most)
    assert plan is not None
    assert plan.total == most
    assert improvement.least(rules, record, most + Fraction(1, 1000)) is None


@given(books(), st.data())
def test_the_most_is_what_the_proofs_call_the_highest(book: Book, data: st.DataObject) -> None:
    """From whatever was observed, everything supplied, repaired and claimed is the highest total of any record."""
    rules = rulebook.load(book.text())
    record = read_record(rules, data.draw(records(rules, holes=False, leave=False)))
    seen = whole(rules)
    if not seen.undecided and not rules.score(record).unknown:
        assert improvement.most(rules, record) == seen.highest


@given(books(), st.data())
def test_only_what_changed_is_added_up_again_and_the_sum_is_the_same(book: Book, data: st.DataObject) -> None:
    """Clauses at other outcomes, one after the other or at once: the whole is what adding up everything gives, and what was there before stays."""
    rules = rulebook.load(book.text())
    standing = improvement.Standing(rules, read_record(rules, data.draw(records(rules))))
    outcomes = {address: bound.worst for address, bound in standing.bounds.items()}
    before = told(standing.sums.total)
    sums = standing.sums
    for address in data.draw(st.lists(st.sampled_from(sorted(outcomes)), max_size=4)):
        other = {address: data.draw(st.sampled_from((standing.bounds[address].worst, standing.bounds[address].best)))}
        outcomes |= other
        sums = sums.changed(other)
        assert told(sums.total) == told(settle(rules, outcomes, standing.states))
    assert told(standing.sums.changed(outcomes).total) == told(sums.total)
    assert told(standing.sums.total) == before == told(standing.total)


def told(total: Total) -> tuple[object, ...]:
    """Everything that a total says."""
    lines = [(one.clause, one.effect, one.nominal, one.applied, one.text) for one in total.entries]
    sections = [(section.number, points, score) for section, points, score in total.sections]
    vetoes = [address for _, address in total.vetoes]
    return (total.start, total.full, lines, total.score, total.arithmetic, sections, vetoes, total.scorable, total.grade)


def smaller(rules: rulebook.Rulebook, record: Record, size: int) -> list[tuple[improvement.Change, ...]]:
    """Every way to change fewer than so many facts: each fact to any value that it may be tried at, by brute force."""
    standing = improvement.Standing(rules, record)
    choices: list[list[improvement.Change]] = []
    for room in standing.rooms:
        supply = list(room.supplied)
        if supply:
            choices.append(supply)
        for name in room.values:
            choices.append([room.change(name, value) for value in room.values[name]])
    found: list[tuple[improvement.Change, ...]] = []
    for fewer in range(size):
        for several in combinations(choices, fewer):
            found += product(*several)
            if len(found) > 400:
                return found
    return found


@pytest.mark.slow
@settings(max_examples=12)
@given(books(), st.data())
def test_a_plan_reaches_what_was_wanted_and_no_smaller_set_does(book: Book, data: st.DataObject) -> None:
    """The record of the plan scores at least what was wanted; no change of fewer facts does."""
    rules = rulebook.load(book.text())
    record = read_record(rules, data.draw(records(rules, holes=False)))
    if not rules.score(record).scorable:
        return
    now, most = lower(rules, record), improvement.most(rules, record)
    wanted = now + (most - now) * data.draw(st.sampled_from((Fraction(1, 4), Fraction(1, 2), Fraction(9, 10), Fraction(1))))
    plan = improvement.least(rules, record, wanted)
    assert plan is not None
    assert plan.total == lower(rules, plan.record) >= wanted
    assert plan.record == improvement.apply(rules, record, plan.changes) or not plan.changes
    supplied = {change.clause for change in plan.changes if change.fact is None}
    for changes in smaller(rules, record, len(plan.changes)):
        touched = {change.clause for change in changes if change.fact is not None} - {c.clause for c in changes if c.fact is None}
        if any(record.clauses[a].state == "not_supplied" for a in touched if a in record.clauses):
            continue  # nothing of a clause can be repaired before it is supplied
        standing = improvement.Standing(rules, record)
        places = {place.clause.address: place for place in standing.places}
        changed = improvement.apply(rules, record, changes)
        if any(standing.outcome(places[c.clause], dict(changed.clauses[c.clause].facts)) is None for c in changes):
            continue  # a figure that its grade does not allow
        assert not plan.proved or lower(rules, changed) < wanted, (changes, supplied)


@given(books(), st.data())
def test_the_parts_of_an_interval_add_up(book: Book, data: st.DataObject) -> None:
    """What is unknown explains the whole interval; what is known explains none of it."""
    rules = rulebook.load(book.text())
    record = read_record(rules, data.draw(records(rules)))
    card = rules.score(record)
    found = improvement.settling(rules, record)
    if not card.scorable or card.upper is None:
        assert found == ()
        return
    assert sum((one.points for one in found), Fraction(0)) == Fraction(card.upper) - lower(rules, record)
    assert {one.clause for one in found} - {None} == set(card.unknown)
    widths = [one.points for one in found if one.clause is not None]
    assert widths == sorted(widths, reverse=True)
    assert all(width >= 0 for width in widths)


@given(books(), st.data())
def test_supplying_a_clause_is_worth_what_meeting_it_is(book: Book, data: st.DataObject) -> None:
    """A clause for which nothing was supplied regains what 符合 in its place would score."""
    rules = rulebook.load(book.text())
    if rules.header.not_supplied is None:
        return
    record = read_record(rules, data.draw(records(rules)))
    counting = [c for s in rules.sections if s.kind in ("points", "deduct") for item in s.items() for c in item.clauses if c.rules]
    clause = data.draw(st.sampled_from(counting)) if counting else None
    if clause is None:
        return
    lacking, met = (Record("", {**record.clauses, clause.address: state}) for state in (NOT_SUPPLIED, MET))
    if not rules.score(met).scorable:
        return
    expected = lower(rules, met) - lower(rules, lacking)
    found = [gain.points for gain in improvement.gains(rules, lacking) if gain.clause == clause.address]
    assert found == ([expected] if expected else [])
