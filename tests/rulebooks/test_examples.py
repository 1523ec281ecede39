"""The example records: each scores, its total is the sum worked out here by hand, and together they exercise everything."""

from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

import rulebook
from rulebook import Rulebook, evidence, model

EXAMPLES = Path(__file__).parents[2] / "examples"


def score(book: str, file: str, **options: Any) -> rulebook.Scorecard:
    return rulebook.load(book).score((EXAMPLES / file).read_bytes(), name=file, **options)


def moved(card: rulebook.Scorecard) -> dict[str, list[str]]:
    """What every clause lost or gained, as applied."""
    found: dict[str, list[str]] = {}
    for entry in card.ledger:
        if entry.applied and entry.clause:
            found.setdefault(entry.clause, []).append(rulebook.exact.show(entry.applied))  # type: ignore[attr-defined]
    return found


def test_zhongning() -> None:
    """Sixteen clauses lose 9.8, one adds 2: 100 − 9.8 + 2 = 92.2."""
    card = score("county-2018", "zhongning-county.yaml", final=True)
    assert moved(card) == {
        "1.1": ["-0.5"],  # incomplete
        "2.1": ["-0.75"],  # 3 × 0.25
        "2.2": ["-0.25"],  # 1 × 0.25
        "3": ["-0.5"],  # 2 × 0.25
        "4.4": ["-1"],  # 4 × 0.25
        "5.2": ["-0.5"],  # no record of a talk
        "6.2": ["-0.5"],  # no meeting in the third quarter
        "7.1": ["-0.5"],  # one department
        "10.1": ["-0.5"],  # not supplied: all of 0.5
        "15.3": ["-0.5"],  # one
        "17.3": ["-1"],  # 99.2 < 100: all of 1
        "29.2": ["-0.4"],  # 2 × 0.2
        "33.3": ["-0.2"],
        "35.1": ["-0.2"],
        "36.1": ["-1"],
        "36.2": ["-0.5", "-1"],  # one plain circular, one that states 1
        "37": ["2"],
    }
    lost = Fraction("0.5") * 7 + Fraction("0.75") + Fraction("0.25") + 1 + 1 + Fraction("0.8") + 1 + Fraction("1.5")
    assert lost == Fraction("9.8")
    assert card.total == 100 - lost + 2 == Fraction("92.2")
    assert (card.subject, card.vetoed, card.unknown, card.grade) == ("中宁县人民政府", False, (), None)
    scores = {section.section[2:]: section.score for section in card.sections}
    assert [Fraction(score) for score in scores.values()] == [
        Fraction(points) for points in ("34", "12.5", "4", "22", "14.2", "3.5", "2", "0")
    ]


def test_haiyuan() -> None:
    """One of 100 points does not apply: what is left of 99 is scaled to 100, then the award is added.

    Lost: 2 + 3 + 1 + 0.5 + 2 + 1 + 0.5 + 3 + 3 = 16, so 83 of 99; 2.5 are unknown, so 80.5 at least.
    83 × 100/99 + 5 = 8795/99 and 80.5 × 100/99 + 5 = 8545/99.
    """
    card = score("county-2018", "haiyuan-county.yaml")
    assert {address: lines for address, lines in moved(card).items() if address != "23.1"} == {
        "1.1": ["-2"],  # a zero, the deduction of 0.5 absorbed
        "3": ["-3"],  # 14 × 0.25 = 3.5 of 3
        "8.3": ["-1"],
        "14.3": ["-0.5"],
        "21.3": ["-2"],  # 58.5 < 60
        "26.3": ["-1"],  # one inspection of two
        "30.4": ["-0.5"],
        "36.1": ["-3"],  # 5 × 1 of 3
        "36.2": ["-1", "-2"],  # two plain circulars, one that states 2
        "37": ["5"],  # 6, at most 5
    }
    assert (card.total, card.upper, card.lower) == (None, Fraction(8795, 99), Fraction(8545, 99))
    assert card.unknown == ("20.2", "23.2")
    assert (card.vetoed, card.vetoes) == (True, ("不得评先评优",))
    absorbed = {entry.clause: entry.absorbed for entry in card.ledger if entry.absorbed}
    assert absorbed == {"1.1": Fraction("-0.5"), "3": Fraction("-0.5"), "36.1": -2, "37": 1}


def test_haiyuan_settled() -> None:
    """未提供 for what is unknown gives the lower end, 符合 the upper."""
    assert score("county-2018", "haiyuan-county.yaml", assume="未提供", final=True).total == Fraction(8545, 99)
    assert score("county-2018", "haiyuan-county.yaml", assume="符合", final=True).total == Fraction(8795, 99)
    with pytest.raises(rulebook.RulebookError, match="RB509"):
        score("county-2018", "haiyuan-county.yaml", final=True)


def test_shapotou() -> None:
    """0.25 + 0.25 + 1 + 0.5 = 2 lost, 3 added: above the full marks."""
    card = score("county-2018", "shapotou-district.yaml", final=True)
    assert moved(card) == {"2.1": ["-0.25"], "5.1": ["-0.25"], "16.1": ["-1"], "36.2": ["-0.5"], "37": ["3"]}
    assert card.total == 101


def test_transport_bureau() -> None:
    """Twenty-one clauses lose 14.7, one adds 1: 86.3."""
    card = score("member-unit-2018", "transport-bureau.json", final=True)
    lost = {
        "1.1": "0.5",
        "1.3": "0.5",
        "2": "0.25",
        "4.1": "1",  # no assessment at all: 1.5, the clause has 1
        "4.2": "0.5",
        "5.2": "1",  # two quarters without a meeting
        "6.1": "0.5",
        "8.2": "1",
        "8.4": "0.5",
        "11.1": "1",
        "11.2": "0.5",
        "12.2": "0.25",
        "12.3": "2",
        "14.2": "0.5",
        "17": "1",
        "22.2": "0.6",
        "24": "1",
        "26.3": "0.4",
        "28.1": "0.2",
        "29.1": "1",
        "29.2": "0.5",
    }
    assert moved(card) == {**{address: [f"-{points}"] for address, points in lost.items()}, "30": ["1"]}
    assert sum(map(Fraction, lost.values())) == Fraction("14.7")
    assert card.total == Fraction("86.3")


FILES = {
    "zhongning-county.yaml": "county-2018",
    "haiyuan-county.yaml": "county-2018",
    "shapotou-district.yaml": "county-2018",
    "transport-bureau.json": "member-unit-2018",
    "plan-12.yaml": "plan-12-indicators",
}


def test_every_example_is_tested() -> None:
    assert sorted(path.name for path in EXAMPLES.iterdir() if path.suffix in (".yaml", ".json")) == sorted(FILES)


def mechanisms(book: Rulebook) -> Iterator[tuple[str, str, str]]:
    """Effect, basis and kind of amount of every rule, and the kind of every limit."""
    for clause in book.clauses():
        for rule in clause.rules:
            yield mechanism(rule)
        for limit in clause.limits:
            yield "limit", limit.kind, ""


def mechanism(rule: model.Rule) -> tuple[str, str, str]:
    basis, amount = getattr(rule.effect, "basis", None), getattr(rule.effect, "amount", None)
    tested = any(isinstance(trigger, model.Test) for trigger in rule.triggers)
    return rule.effect.kind, basis.kind if basis else "", "tested" if tested else amount.kind if amount else ""


def test_together_they_exercise_every_mechanism_of_the_two_rulebooks() -> None:
    """A rule is exercised where it stands in the ledger, a limit where it absorbs something of its clause."""
    for name in ("county-2018", "member-unit-2018"):
        book = rulebook.load(name)
        clauses = {clause.address: clause for clause in book.clauses()}
        seen: set[tuple[str, str, str]] = set()
        for file in (file for file, used in FILES.items() if used == name):
            for entry in score(name, file).ledger:
                if entry.clause is None:
                    continue
                clause = clauses[entry.clause]
                if entry.rule is not None:
                    seen.add(mechanism(clause.rules[entry.rule - 1]))
                elif entry.effect == "veto":
                    seen.update(mechanism(rule) for rule in clause.rules)
                if entry.absorbed:
                    seen.update(("limit", limit.kind, "") for limit in clause.limits)
        wanted = set(mechanisms(book))
        if name == "county-2018":
            assert wanted - seen == set()
        else:  # what the two share is shown by the counties: the veto, an absorbed limit, a zero
            county = set(mechanisms(rulebook.load("county-2018")))
            assert wanted - seen - county == set()


def test_together_they_hold_every_state_and_every_kind_of_value() -> None:
    states: set[str] = set()
    kinds: set[str] = set()
    stated = False
    for file, name in FILES.items():
        book = rulebook.load(name)
        clauses = {clause.address: clause for clause in book.clauses()}
        record = evidence.read_record(book, (EXAMPLES / file).read_bytes(), name=file)
        states |= {known.state for known in record.clauses.values()}
        if set(clauses) - set(record.clauses):
            states.add("not written")
        for address, known in record.clauses.items():
            for fact, value in known.facts.items():
                dated = isinstance(value, tuple) and any(isinstance(one, evidence.Dated) and one.date for one in value)
                kinds.add("dated" if dated else clauses[address].fact(fact).type)
                stated = stated or (
                    isinstance(value, tuple) and any(isinstance(one, evidence.Dated) and one.points for one in value)
                )
    assert states == {"observed", "met", "not_applicable", "unknown", "not_supplied", "not written"}
    assert kinds == {"count", "flag", "number", "records", "dated"}
    assert stated
