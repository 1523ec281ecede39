"""Law: an interval holds every score that settling the unknown can give, and both of its ends are such scores."""

from collections.abc import Iterator
from fractions import Fraction
from itertools import product
from math import prod
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

import rulebook
from rulebook import model

from .strategies import MOST_COUNT, STATES, Book, books, completions, known_states, numbers_of, records, values_of

MOST_COMBINATIONS = 250


def ends(card: rulebook.Scorecard) -> tuple[Fraction, Fraction]:
    """Both ends of a score."""
    assume(card.scorable)
    assert card.lower is not None
    assert card.upper is not None
    return Fraction(card.lower), Fraction(card.upper)


@given(books(), st.data())
def test_every_completion_lies_within(book: Book, data: st.DataObject) -> None:
    """However the unknown is settled, the total is neither below `lower` nor above `upper`, clause by clause as well."""
    rules = rulebook.load(book.text())
    record = data.draw(records(rules))
    card = rules.score(record)
    lower, upper = ends(card)
    for _ in range(3):
        settled = rules.score(data.draw(completions(rules, record)))
        assert settled.total is not None
        assert lower <= Fraction(settled.total) <= upper
        for known, spanned in zip(settled.clauses, card.clauses, strict=True):
            assert spanned.lower <= known.lower <= known.upper <= spanned.upper
        if card.grades:
            assert settled.grade in card.grades
        if card.vetoed is not None:
            assert settled.vetoed == card.vetoed


def corners(fact: model.Fact, clause: model.Clause) -> list[Any]:
    """Few values of a fact, both ends and all thresholds among them."""
    if fact.type == "count" and fact.requirement is None:
        named = {int(n) for n in numbers_of(clause) if n == int(n) and n < 100}
        return sorted({0, 1, MOST_COUNT} | named)
    return values_of(fact, clause)


def settlings(rules: rulebook.Rulebook, clause: model.Clause, kind: str, known: Any) -> Iterator[Any]:
    """Every way to settle one clause that matters: each combination of corners, and the states."""
    facts = known if isinstance(known, dict) else {}
    whole = not facts
    unknown = [
        fact
        for fact in clause.facts
        if whole or facts.get(fact.name) == "未查" or (fact.name not in facts and fact.type in ("number", "choice"))
    ]
    choices = [corners(fact, clause) for fact in unknown]
    assume(prod(map(len, choices)) <= MOST_COMBINATIONS)
    for values in product(*choices):
        yield {**facts, **dict(zip((fact.name for fact in unknown), values, strict=True))}
    if whole:
        yield from (STATES[state] for state in known_states(rules, kind))


@given(books(), st.data())
def test_both_ends_are_attained(book: Book, data: st.DataObject) -> None:
    """With one clause open, the lowest and the highest score of all its corners are the ends of the interval."""
    rules = rulebook.load(book.text())
    record = data.draw(records(rules, holes=False, leave=False))
    places = [
        (section.kind, clause) for section in rules.sections for item in section.items() for clause in item.clauses
    ]
    kind, clause = data.draw(st.sampled_from([(kind, clause) for kind, clause in places if clause.facts]))
    for _, other in places:  # what nobody mentioned is met, so that one clause alone is open
        record.setdefault(other.address, "符合")
    known = record[clause.address]
    if isinstance(known, dict) and data.draw(st.booleans()):
        hidden = data.draw(st.sampled_from(sorted(known)))
        record[clause.address] = {**known, hidden: "未查"}
    else:
        del record[clause.address]
    lower, upper = ends(rules.score(record))
    found = []
    for settled in settlings(rules, clause, kind, record.get(clause.address)):
        card = rules.score({**record, clause.address: settled})
        assert card.total is not None
        found.append(Fraction(card.total))
    assert (min(found), max(found)) == (lower, upper)


@settings(max_examples=settings().max_examples // 2)
@given(books(heads=False))
def test_the_ends_of_all_clauses_meet_in_one_record(book: Book) -> None:
    """The worst settling of each clause, taken together, is the lowest total; the best the highest."""
    rules = rulebook.load(book.text())
    worst, best = {}, {}
    for section in rules.sections:
        for item in section.items():
            for clause in item.clauses:
                scored = [
                    (ends(rules.score({clause.address: settled})), -place, settled)
                    for place, settled in enumerate(settlings(rules, clause, section.kind, None))
                ]
                worst[clause.address] = min(scored, key=lambda row: row[:2])[2]
                best[clause.address] = max(scored, key=lambda row: (row[0][::-1], row[1]))[2]
    lower, upper = ends(rules.score({}))
    assert rules.score(worst).total == lower
    assert rules.score(best).total == upper


UNBOUNDED = (
    "在通报中明确分数的，按明确的分数扣分，可扣至负分",
    "每高1天扣1分，可扣至负分",
    "一项未备案的扣1分，可扣至负分",
    "逾期1天扣0.1分，可扣至负分",
    "未备案的，从总分扣1分",
    "每次酌情扣1-3分，可扣至负分",
)


@pytest.mark.parametrize("words", UNBOUNDED)
@pytest.mark.parametrize("size", ["9999999", "10000000", "1000000000", "9999999999"])
def test_no_accepted_figure_lies_outside(words: str, size: str) -> None:
    """A value so large that it leaves the interval is refused as evidence."""
    rules = rulebook.load(f"考核细则：大数\n满分：5分\n一、大数\n1. 大数\n① {words}。（5分）")
    lower = rules.score({}).lower
    assert lower is not None
    (fact,) = next(rules.clauses()).facts
    value: Any = {"records": [{"分数": size}], "amounts": [size], "flag": True}.get(fact.type, size)
    try:
        card = rules.score({"1.1": {fact.name: value}})
    except rulebook.RulebookError:
        return
    assert card.total is not None
    assert Fraction(lower) <= Fraction(card.total)


def test_a_veto_lifts_no_negative_score() -> None:
    """总分记零分 takes points away and never gives any: −5 stays −5, so an open veto leaves the lower end where it is."""
    text = (
        "考核细则：负分\n满分：1分\n一票否决：总分记零分\n一、扣分\n1. 扣分\n① 一项未备案的扣1分，可扣至负分。（1分）\n"
        "二、否决项\n2. 事故\n① 瞒报的，实行“一票否决”。"
    )
    rules = rulebook.load(text)
    for found, low, high in ((6, -5, -5), (0, 0, 1)):
        scores = [rules.score({"1.1": {"未备案": found}, "2.1": {"瞒报": vetoed}}).total for vetoed in (True, False)]
        assert scores == [low, high]
        card = rules.score({"1.1": {"未备案": found}})
        assert (card.lower, card.upper) == (low, high)
