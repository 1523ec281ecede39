"""The two rulebooks of the 2018 notice: what is printed, what every clause does, and that every figure is under test.

`county-2018.yaml` and `member-unit-2018.yaml` hold the points of every clause and at least one hand-checked case a rule.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

import rulebook
from rulebook import Rulebook, evaluator, evidence, model

NAMES = ("county-2018", "member-unit-2018")


@dataclass(frozen=True)
class Case:
    """Evidence of one clause and what it must give; `moved`: what its rules move before any limit, where stated."""

    book: str
    address: str
    written: Any
    score: str
    moved: str | None

    def __str__(self) -> str:
        return f"{self.book}:{self.address}"


@cache
def data(name: str) -> dict[str, Any]:
    text = (Path(__file__).parent / f"{name}.yaml").read_text(encoding="utf-8")
    return yaml.load(text, Loader=yaml.BaseLoader)


@cache
def book(name: str) -> Rulebook:
    return rulebook.load(name)


def cases(name: str, address: str | None = None) -> list[Case]:
    return [
        Case(name, clause, written, score, *(more or [None]))
        for clause, (_, rows) in data(name)["clauses"].items()
        if address in (None, clause)
        for written, score, *more in rows
    ]


CASES = [case for name in NAMES for case in cases(name)]


def everything(name: str, state: str = "符合") -> dict[str, Any]:
    return {clause.address: state for clause in book(name).clauses()}


# --- as printed


@pytest.mark.parametrize(("name", "items", "clauses"), [("county-2018", 38, 93), ("member-unit-2018", 31, 70)])
def test_counts(name: str, items: int, clauses: int) -> None:
    assert [item.number for item in book(name).items()] == list(range(1, items + 1))
    assert len(list(book(name).clauses())) == clauses
    assert list(data(name)["clauses"]) == [clause.address for clause in book(name).clauses()]


@pytest.mark.parametrize("name", NAMES)
def test_points_are_the_printed_ones(name: str) -> None:
    stated = {address: points for address, (points, _) in data(name)["clauses"].items()}
    assert {c.address: "" if c.points is None else str(c.points) for c in book(name).clauses()} == stated


@pytest.mark.parametrize(
    ("name", "findings"), [("county-2018", []), ("member-unit-2018", [("RB403", "4.1", "少一次扣1.5分")])]
)
def test_the_only_finding_is_the_one_that_the_notice_prints(name: str, findings: list[tuple[str, str, str]]) -> None:
    found = [d for d in rulebook.read(name).diagnostics if d.severity != "hint"]
    assert [(d.code, d.clause, d.words) for d in found] == findings


@pytest.mark.parametrize("name", NAMES)
def test_sections_are_held_lost_awarded_vetoed(name: str) -> None:
    kinds = [section.kind for section in book(name).sections]
    assert kinds == ["points"] * 5 + ["deduct", "award", "veto"]
    points = [sum(c.points or 0 for i in s.items() for c in i.clauses) for s in book(name).sections]
    assert sum(points[:5]) == 94
    assert points[5:] == [6, 0, 0]


@pytest.mark.parametrize("name", NAMES)
def test_clauses_without_a_rule_are_judged(name: str) -> None:
    judged = [c.address for c in book(name).clauses() if any(isinstance(r.effect, model.Judged) for r in c.rules)]
    assert judged == data(name)["judged"]
    for address in judged:
        points = Fraction(data(name)["clauses"][address][0])
        for written, score in (("未提供", 0), ("符合", points), ({"不符合": True}, 0), ({"不符合": False}, points)):
            card = book(name).score({**everything(name), address: written})
            assert card.clause(address).score == score
            assert card.total == 100 - points + score


def test_twelve_clauses_are_judged() -> None:
    assert sum(len(data(name)["judged"]) for name in NAMES) == 12


# --- the whole


@pytest.mark.parametrize("name", NAMES)
def test_nothing_wrong_is_exactly_full_marks(name: str) -> None:
    card = book(name).score(everything(name))
    assert (card.total, card.full, card.vetoed, card.unknown) == (100, 100, False, ())
    assert card.total == Decimal("100")
    assert not [entry for entry in card.ledger if entry.applied]


@pytest.mark.parametrize("name", NAMES)
def test_nothing_supplied_is_zero(name: str) -> None:
    card = book(name).score(everything(name, "未提供"))
    assert (card.total, card.vetoed) == (0, False)
    assert sum(Fraction(entry.applied) for entry in card.ledger) == -100


@pytest.mark.parametrize(("name", "award"), [("county-2018", "37"), ("member-unit-2018", "30")])
@pytest.mark.parametrize(("honours", "total"), [(0, 100), (1, 101), (5, 105), (6, 105), (1000, 105)])
def test_awards_lift_it_to_at_most_105(name: str, award: str, honours: int, total: int) -> None:
    assert book(name).score({**everything(name), award: honours}).total == total


@pytest.mark.parametrize(("name", "veto"), [("county-2018", "38"), ("member-unit-2018", "31")])
def test_veto_leaves_the_score_and_takes_the_honours(name: str, veto: str) -> None:
    card = book(name).score({**everything(name), veto: {"发生较大以上生产安全事故": True}})
    assert (card.total, card.vetoed, card.vetoes) == (100, True, ("不得评先评优",))


@pytest.mark.parametrize("name", NAMES)
def test_an_empty_record_spans_everything(name: str) -> None:
    card = book(name).score({})
    assert (card.total, card.lower, card.upper, card.vetoed) == (None, 0, 105, None)
    assert list(card.unknown) == list(everything(name))
    assert book(name).score({}, assume="符合").total == 100
    assert book(name).score({}, assume="未提供").total == 0


@pytest.mark.parametrize(("name", "lowest"), [("county-2018", "0"), ("member-unit-2018", "0.5")])
def test_the_lowest_by_observation_is_what_the_rules_imply(name: str, lowest: str) -> None:
    """Every fault found everywhere. Member unit 6① loses at most half of its point: its rule takes 0.5 once."""
    worst = {}
    for clause in book(name).clauses():
        if clause.points is not None:
            facts = {f.name: WORST[f.type] for f in clause.facts}
            worst[clause.address] = facts
    rest = {address: "符合" for address in everything(name) if address not in worst}
    assert book(name).score({**worst, **rest}).total == Decimal(lowest)


WORST: dict[str, Any] = {"flag": True, "count": 1000, "number": 0, "records": 1000}


# --- every clause


@pytest.mark.parametrize("case", CASES, ids=str)
def test_clause(case: Case) -> None:
    card = book(case.book).score({**everything(case.book), case.address: case.written})
    if case.score == "veto":
        assert card.vetoed
        return
    points = Fraction(data(case.book)["clauses"][case.address][0] or 0)
    score = Fraction(case.score)
    assert card.clause(case.address).score == score
    assert card.total == 100 - points + score
    entries = [entry for entry in card.ledger if entry.clause == case.address]
    assert sum(Fraction(entry.applied) for entry in entries) == score - points
    if case.moved is not None:
        assert sum(Fraction(entry.nominal) for entry in entries) == Fraction(case.moved)


@pytest.mark.parametrize("name", NAMES)
def test_every_clause_with_points_follows_the_states(name: str) -> None:
    for address, (points, _) in data(name)["clauses"].items():
        points = Fraction(points or 0)
        for state, score in (("符合", points), ("未提供", 0)):
            card = book(name).score({**everything(name), address: state})
            assert card.clause(address).score == score, (address, state)
            assert card.total == 100 - points + score
        if points:
            card = book(name).score({**everything(name), address: "不涉及"})
            assert card.total == 100
            assert card.clause(address).score is None


# --- every figure is under test: whatever is changed in the model, a case notices


def outcome(clause: model.Clause, case: Case) -> tuple[Fraction, Fraction, bool]:
    """Score, points moved before any limit, and whether a veto fired: a clause alone, its model possibly changed."""
    kind = next(
        s.kind for s in book(case.book).sections for i in s.items() for c in i.clauses if c.address == case.address
    )
    record = evidence.read_record(book(case.book), {case.address: case.written})
    known = record.clauses[case.address]
    year = book(case.book).header.year
    made = evaluator.clause_outcome(clause, kind, known.facts, year) if clause.rules else evaluator.met(clause, kind)
    return made.score, sum((entry.nominal for entry in made.entries), Fraction(0)), bool(made.vetoes)


def agrees(clause: model.Clause, case: Case) -> bool:
    """True where the clause gives what the case says."""
    score, moved, vetoed = outcome(clause, case)
    if case.score == "veto":
        return vetoed
    wanted = case.moved is None or Fraction(case.moved) == moved
    return score == Fraction(case.score) and wanted and not vetoed


def noticed(name: str, clause: model.Clause) -> bool:
    return not all(agrees(clause, case) for case in cases(name, clause.address))


@dataclass(frozen=True)
class Change:
    """A clause whose model was changed in one place."""

    what: str
    book: str
    clause: model.Clause

    def __str__(self) -> str:
        return f"{self.book}:{self.clause.address}:{self.what}"


def with_rule(clause: model.Clause, number: int, rule: model.Rule) -> model.Clause:
    rules = list(clause.rules)
    rules[number] = rule
    return clause.model_copy(update={"rules": tuple(rules)})


def with_effect(clause: model.Clause, number: int, effect: model.Effect) -> model.Clause:
    return with_rule(clause, number, clause.rules[number].model_copy(update={"effect": effect}))


def changes(name: str) -> Iterator[Change]:
    """Every figure of every rule moved, every threshold, every count, every rule and limit taken out, one at a time."""
    for clause in book(name).clauses():
        for number, rule in enumerate(clause.rules):
            effect = rule.effect
            if isinstance(amount := getattr(effect, "amount", None), model.Figure):
                for value in (amount.value / 2, amount.value * 2, amount.value + Decimal("0.01")):
                    changed = effect.model_copy(update={"amount": amount.model_copy(update={"value": value})})
                    yield Change(f"rule {number + 1} amount {value}", name, with_effect(clause, number, changed))
            if isinstance(basis := getattr(effect, "basis", None), model.Count):
                changed = effect.model_copy(update={"basis": basis.model_copy(update={"per": 2})})
                yield Change(f"rule {number + 1} per 2", name, with_effect(clause, number, changed))
            for place, trigger in enumerate(rule.triggers):
                if not isinstance(trigger, model.Test):
                    continue
                ends = trigger.within
                for update in (
                    {"high": ends.high + Decimal("0.01")},
                    {"high": ends.high - Decimal("0.01")},
                    {"high_in": not ends.high_in},
                ):
                    triggers = list(rule.triggers)
                    triggers[place] = trigger.model_copy(update={"within": ends.model_copy(update=update)})
                    changed_rule = rule.model_copy(update={"triggers": tuple(triggers)})
                    yield Change(f"rule {number + 1} threshold {update}", name, with_rule(clause, number, changed_rule))
            for place in range(len(rule.triggers)):
                left = tuple(t for n, t in enumerate(rule.triggers) if n != place)
                if left:
                    changed_rule = rule.model_copy(update={"triggers": left})
                    yield Change(
                        f"rule {number + 1} without trigger {place + 1}", name, with_rule(clause, number, changed_rule)
                    )
            rest = tuple(r for r in clause.rules if r is not rule)
            yield Change(f"without rule {number + 1}", name, clause.model_copy(update={"rules": rest}))
        for number, limit in enumerate(clause.limits):
            if limit.kind == "floor":
                continue  # 扣完为止 says what holds anyway: no clause goes below zero unless 可扣至负分 is written
            rest_limits = tuple(one for one in clause.limits if one is not limit)
            yield Change(f"without limit {number + 1}", name, clause.model_copy(update={"limits": rest_limits}))
            if limit.amount is not None:
                for value in (limit.amount + 1, limit.amount - 1):
                    moved = tuple(
                        one.model_copy(update={"amount": value}) if one is limit else one for one in clause.limits
                    )
                    yield Change(
                        f"limit {number + 1} amount {value}", name, clause.model_copy(update={"limits": moved})
                    )
        for number, requirement in enumerate(clause.requirements):
            if any(fact.requirement == number for fact in clause.facts) and requirement.minimum is not None:
                for minimum in (requirement.minimum + 1, requirement.minimum - 1):
                    moved_up = tuple(
                        r.model_copy(update={"minimum": minimum}) if r is requirement else r
                        for r in clause.requirements
                    )
                    yield Change(f"requirement {minimum}", name, clause.model_copy(update={"requirements": moved_up}))


@pytest.mark.parametrize("name", NAMES)
def test_the_unchanged_model_agrees(name: str) -> None:
    """So that the test below shows what the change did, and nothing else."""
    for clause in book(name).clauses():
        for case in cases(name, clause.address):
            assert agrees(clause, case), case


@pytest.mark.parametrize("name", NAMES)
def test_every_change_of_a_figure_is_noticed(name: str) -> None:
    made = list(changes(name))
    assert [str(change) for change in made if not noticed(name, change.clause)] == []
    amounts = [change for change in made if " amount " in change.what and "limit" not in change.what]
    assert len(amounts) == 3 * len([r for c in book(name).clauses() for r in c.rules if hasattr(r.effect, "amount")])


@pytest.mark.parametrize("name", NAMES)
def test_half_of_every_amount_changes_a_score(name: str) -> None:
    """Not only its ledger: the score of at least one case of the clause differs."""
    halves = [
        (clause, number, rule)
        for clause in book(name).clauses()
        for number, rule in enumerate(clause.rules)
        if isinstance(getattr(rule.effect, "amount", None), model.Figure)
    ]
    assert len(halves) == {"county-2018": 38, "member-unit-2018": 31}[name]
    for clause, number, rule in halves:
        amount = rule.effect.amount  # type: ignore[union-attr]
        effect = rule.effect.model_copy(update={"amount": amount.model_copy(update={"value": amount.value / 2})})
        changed = with_effect(clause, number, effect)
        scores = [outcome(changed, case)[0] != Fraction(case.score) for case in cases(name, clause.address)]
        assert any(scores), (clause.address, rule.text)
