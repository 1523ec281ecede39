"""The examples of a rulebook run one by one, what they cover, and which changes of the rubric they would notice."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from typing import Literal

from rulebook import lexicon, model
from rulebook.consistency import example_facts, example_score
from rulebook.evaluator import NotKnown, Outcome, as_met, clause_outcome
from rulebook.evidence import Value
from rulebook.exact import show
from rulebook.proofs import Place, Proof, distinguishing, without_rule
from rulebook.regions import Assignment, complete

Verdict = Literal["passed", "failed", "skipped", "expected_failure", "unexpected_pass"]


@dataclass(frozen=True)
class Ran:
    """One example: its clause, which of the clause's it is (from 1), what it says, what came of it."""

    clause: str
    number: int
    text: str
    line: int | None
    verdict: Verdict
    expected: str
    got: str

    @property
    def name(self) -> str:
        """`6.2#1`: the clause and the number."""
        return f"{self.clause}#{self.number}"

    @property
    def good(self) -> bool:
        """True where nothing need be done."""
        return self.verdict in ("passed", "skipped", "expected_failure")


def examples(book: model.Rulebook) -> Iterator[Ran]:
    """Every example of the file, run."""
    for section in book.sections:
        for item in section.items():
            for clause in item.clauses:
                for number, example in enumerate(clause.examples, 1):
                    yield _ran(book, section, clause, number, example)


def _ran(book: model.Rulebook, section: model.Section, clause: model.Clause, number: int, example: model.Example) -> Ran:
    line = example.span.line if example.span else None
    expected = show(example.score) if example.score is not None else f"-{show(example.loss or 0)}"
    verdict: Verdict = "skipped"
    got = ""
    if example.mark != "skip":
        holds, got = _holds(book, section, clause, example)
        verdict = VERDICTS[example.mark, holds]
    return Ran(clause.address, number, example.text, line, verdict, expected, got)


VERDICTS: dict[tuple[str, bool], Verdict] = {
    ("", True): "passed",
    ("", False): "failed",
    ("fails", True): "unexpected_pass",
    ("fails", False): "expected_failure",
}
"""Mark of an example, and whether it holds → what is said of it."""


def _holds(book: model.Rulebook, section: model.Section, clause: model.Clause, example: model.Example) -> tuple[bool, str]:
    """Whether the example holds for the clause, and the score or loss that came out."""
    try:
        score, start = example_score(book, section, clause, example)
    except (NotKnown, ValueError):
        return False, "?"
    if example.score is not None:
        return score == example.score, show(score)
    return start - score == example.loss, f"-{show(start - score)}"


# --- coverage


@dataclass(frozen=True)
class Unit:
    """One thing that an example can show: that a rule acts, that it does not, that a limit binds, that it does not."""

    clause: str
    kind: Literal["rule", "row", "limit"]
    number: int
    outcome: Literal["fired", "not_fired", "reached", "not_reached"]
    text: str
    line: int | None
    covered: bool


@dataclass(frozen=True)
class Coverage:
    """Every unit of a rulebook, in the order of the text."""

    units: tuple[Unit, ...]

    @cached_property
    def figure(self) -> tuple[int, int]:
        """How many units are covered, and how many there are."""
        return sum(unit.covered for unit in self.units), len(self.units)

    @property
    def missing(self) -> tuple[Unit, ...]:
        """The units that no example shows."""
        return tuple(unit for unit in self.units if not unit.covered)

    def marked(self, text: str) -> str:
        """The text with a mark before each line: + all of its units are covered, - none, ~ some; blank where it has none."""
        lines = []
        for number, line in enumerate(text.split("\n"), 1):
            own = [unit.covered for unit in self.units if unit.line == number]
            mark = " " if not own else "+" if all(own) else "~" if any(own) else "-"
            lines.append(f"{mark} {line}".rstrip())
        return "\n".join(lines)


def coverage(book: model.Rulebook) -> Coverage:
    """What the examples of a rulebook show of its rules and limits."""
    proof = Proof(book)
    return Coverage(tuple(unit for place in proof.places for unit in _units(proof, place)))


def _units(proof: Proof, place: Place) -> Iterator[Unit]:
    book, section, clause = proof.book, place.section, place.clause
    shown: list[tuple[Outcome, Assignment]] = []
    for example in clause.examples:
        if example.mark:
            continue
        try:
            facts = example_facts(clause, example)
            if facts is not None:
                shown.append((clause_outcome(clause, section.kind, facts, book.header.year), facts))
            elif all(value == "met" for _, value in example.evidence):
                shown.append((as_met(clause, section.kind, book, complete), {}))
        except (NotKnown, ValueError):
            continue
    for number, rule in enumerate(clause.rules, 1):
        if isinstance(rule.effect, model.Earn) and rule.effect.granted:
            continue  # what is given from the start needs no example
        line = rule.span.line if rule.span else None
        if isinstance(rule.effect, model.Bands):
            chosen = {_row(rule.effect, facts[rule.fact]) for _, facts in shown if rule.fact in facts}
            for row in range(len(rule.effect.rows)):
                yield Unit(clause.address, "row", number, "fired", f"{rule.text} 〔{row + 1}〕", line, row in chosen)
            continue
        fired = {_fires(outcome, number) for outcome, _ in shown}
        yield Unit(clause.address, "rule", number, "fired", rule.text, line, True in fired)
        yield Unit(clause.address, "rule", number, "not_fired", rule.text, line, False in fired)
    for number, limit in enumerate(_bounds(clause), 1):
        without = _unlimited(clause, limit)
        if distinguishing(proof, place, without, None)[0] is None:
            continue  # it binds on no record
        bound = {clause_outcome(without, section.kind, facts, book.header.year).score != outcome.score for outcome, facts in shown if facts}
        line = limit.span.line if limit.span else None
        yield Unit(clause.address, "limit", number, "reached", limit.text, line, True in bound)
        if number <= len(clause.limits):
            yield Unit(clause.address, "limit", number, "not_reached", limit.text, line, False in bound)


def _bounds(clause: model.Clause) -> tuple[model.Limit, ...]:
    """The limits of a clause, and where none says so that nothing is taken beyond its points."""
    if clause.points is None or any(limit.kind in ("floor", "negative_allowed") for limit in clause.limits):
        return clause.limits
    words = f"（{show(clause.points)}{lexicon.term('name_unit', 'points')}）"
    return (*clause.limits, model.Limit.made(kind="floor", text=words, span=clause.span))


def _row(effect: model.Bands, value: Value) -> int | None:
    """The number (from 0) of the row that a value chooses."""
    figure = len(value) if isinstance(value, tuple) else value
    for place, row in enumerate(effect.rows):
        within = row.within
        if within is not None and not isinstance(figure, str) and within.holds(figure):
            return place
        if within is None and row.label in (None, figure):
            return place
    return None


def _fires(outcome: Outcome, number: int) -> bool:
    return any(entry.rule == number and (entry.nominal != 0 or entry.effect not in ("bands", "earn", "proportion")) for entry in outcome.entries)


# --- mutants


@dataclass(frozen=True)
class Mutant:
    """A rubric with one change: where, what, and the example that would notice it, where none does."""

    clause: str
    line: int | None
    text: str
    change: str
    killed: bool
    killer: str
    """An example line that holds for the rubric and not for the mutant; empty where one of the file's does that already."""


Change = tuple[str, int | None, str, model.Clause]
"""What kind of change, the place in the rules (from 0) or None, the words that it changes, the changed clause."""


def mutants(book: model.Rulebook) -> Iterator[Mutant]:
    """Every single change of a rule, limit or clause that makes a difference for some record; those that make none are left out."""
    proof = Proof(book)
    for place in proof.places:
        for kind, index, text, changed in _changes(place.clause):
            facts, _ = distinguishing(proof, place, changed, index)
            if facts is None:
                continue
            killed = any(_notices(proof, place, changed, example) for example in place.clause.examples if not example.mark)
            line = place.clause.span.line if place.clause.span else None
            killer = "" if killed else _example(proof, place, facts)
            yield Mutant(place.clause.address, line, text, kind, killed, killer)


def _changes(clause: model.Clause) -> Iterator[Change]:
    for index, rule in enumerate(clause.rules):
        effect = rule.effect
        amount = getattr(effect, "amount", None)
        if isinstance(amount, model.Figure):
            doubled = amount.model_copy(update={"value": amount.value * 2})
            yield "amount", index, rule.text, _with_rule(clause, index, effect.model_copy(update={"amount": doubled}))
        basis = getattr(effect, "basis", None)
        if isinstance(basis, model.Count | model.Time):
            slower = basis.model_copy(update={"per": basis.per + 1})
            yield "per", index, rule.text, _with_rule(clause, index, effect.model_copy(update={"basis": slower}))
        if isinstance(effect, model.Bands):
            for number, row in enumerate(effect.rows):
                if row.within is not None:
                    rows = tuple(_edged(one) if n == number else one for n, one in enumerate(effect.rows))
                    yield "edge", index, rule.text, _with_rule(clause, index, effect.model_copy(update={"rows": rows}))
        if any(isinstance(trigger, model.Test) for trigger in rule.triggers):
            triggers = tuple(
                trigger.model_copy(update={"within": _toggled(trigger.within)}) if isinstance(trigger, model.Test) else trigger for trigger in rule.triggers
            )
            turned = rule.model_copy(update={"triggers": triggers})
            yield "edge", index, rule.text, clause.model_copy(update={"rules": tuple(turned if n == index else r for n, r in enumerate(clause.rules))})
        if not isinstance(effect, model.NoEffect | model.Judged | model.Veto):
            yield "rule", index, rule.text, without_rule(clause, index)
    for limit in clause.limits:
        yield "limit", None, limit.text, _unlimited(clause, limit)


def _unlimited(clause: model.Clause, limit: model.Limit) -> model.Clause:
    """The clause without a limit: where that keeps it from falling below nothing, it may."""
    rest = tuple(one for one in clause.limits if one is not limit)
    if limit.kind == "floor":
        rest = (*rest, limit.model_copy(update={"kind": "negative_allowed"}))
    return clause.model_copy(update={"limits": rest})


def _with_rule(clause: model.Clause, index: int, effect: model.Effect) -> model.Clause:
    changed = clause.rules[index].model_copy(update={"effect": effect})
    return clause.model_copy(update={"rules": tuple(changed if n == index else one for n, one in enumerate(clause.rules))})


def _edged(row: model.Band) -> model.Band:
    assert row.within is not None
    return row.model_copy(update={"within": _toggled(row.within)})


def _toggled(within: model.Range) -> model.Range:
    """以上 for 超过 and back: the ends that were in are out."""
    return within.model_copy(update={"low_in": not within.low_in, "high_in": not within.high_in})


def _notices(proof: Proof, place: Place, changed: model.Clause, example: model.Example) -> bool:
    """True where an example holds for the clause and not for the changed one."""
    before, _ = _holds(proof.book, place.section, place.clause, example)
    after, _ = _holds(proof.book, place.section, changed, example)
    return before and not after


def _example(proof: Proof, place: Place, facts: Assignment) -> str:
    """The example line that states these facts and the score that the rubric gives them."""
    score = clause_outcome(place.clause, place.section.kind, facts, proof.book.header.year).score
    words = [said for name, value in facts.items() if (said := _said(name, value))]
    state = lexicon.term("state", "met")
    return f"{lexicon.term('outline', 'example')}：{'，'.join(words) or state} → {show(score)}{lexicon.term('name_unit', 'points')}"


def _said(name: str, value: Value) -> str:
    """缺 3, 未建立, 优; empty for what was not found."""
    if value is True:
        return name
    if value is False or value == () or (isinstance(value, int) and value == 0):
        return ""
    if isinstance(value, str):
        return value
    return f"{name} {show(value)}" if isinstance(value, int | Decimal | Fraction) else f"{name} {len(value)}"
