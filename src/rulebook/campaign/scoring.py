"""From a plan and its records to where the campaign stands. Only figures are kept: memory does not grow with the size of the records.

The combined score of a unit is Σ weight × score × scale ÷ full marks of the rubric, where the scale is the full marks that all rubrics
of its group have in common, else 100 (docs/decisions/0027-combined-scores.md). One rubric alone: its score as it is.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path
from typing import NamedTuple

from rulebook.api import Rulebook, Scorecard
from rulebook.campaign import records
from rulebook.campaign.places import alike, headed
from rulebook.campaign.plan import Plan, Unit
from rulebook.campaign.ranking import Span, rank
from rulebook.campaign.records import Filed, Slot
from rulebook.campaign.standing import By, Mark, Place, Standing
from rulebook.codes import Language
from rulebook.diagnostics import Diagnostic, RulebookError

HUNDRED = Fraction(100)
ZERO = Fraction(0)
Watch = Callable[[Sequence[Unit]], Iterable[Unit]]
"""Hands the units on one by one, so that somebody may watch how far it is."""


class Blank(NamedTuple):
    """A rubric of which nothing is known yet: what any record may score."""

    lower: Fraction
    upper: Fraction
    full: Fraction
    vetoed: bool | None
    clauses: int
    unknown: int


def blank(book: Rulebook) -> Blank:
    """The ends of what a record may score, the full marks, and whether a veto is possible."""
    card = book.score({})
    lower, upper = (ZERO if end is None else Fraction(end) for end in (card.lower, card.upper))
    return Blank(lower, upper, Fraction(card.full), card.vetoed, len(card.clauses), len(card.unknown))


def stand(plan: Plan, *, language: Language = "zh", watch: Watch | None = None) -> Standing:
    """Where the campaign stands. A record that cannot be scored is told with its mark and stops nothing."""
    filed = records.filed(plan)
    scorer = _Scorer(plan, filed, language)
    marks: dict[str, tuple[Mark, ...]] = {}
    problems = [*plan.problems, *filed.problems]
    for unit in watch(plan.units) if watch is not None else plan.units:
        marks[unit.name] = tuple(scorer.mark(unit, rubric, weight) for rubric, weight in unit.weights)
    problems += scorer.problems
    groups = tuple((name, _places(plan, units, marks, scorer.blanks)) for name, units in plan.groups())
    places = [place for _, several in groups for place in several]
    if plan.campaign.ranking.vetoes is None and any(place.vetoed for place in places):
        problems.append(Diagnostic("RB662", {"units": "、".join(place.unit for place in places if place.vetoed)}))
    without = [told for place in places if (told := _without_own(place))]
    if plan.campaign.deadline is not None and without:
        told = "、".join(without[:10]) + ("…" if len(without) > 10 else "")
        problems.append(Diagnostic("RB658", {"count": len(without), "units": told}))
    campaign = plan.campaign
    return Standing(campaign.title, campaign.year, groups, tuple(problems), scorer.card_of)


def _without_own(place: Place) -> str:
    """The unit, where the team has a record and the unit none of its own; with the rubrics, where it has one under others."""
    lacking = [mark.rubric for mark in place.marks if mark.receipt is not None and mark.own is None]
    if not lacking or len(lacking) == len(place.marks):
        return place.unit if lacking else ""
    return f"{place.unit}（{'、'.join(lacking)}）"


def scored(plan: Plan, slot: Slot, raw: bytes, path: Path, language: Language = "zh") -> Scorecard:
    """The scorecard of a record, under the unit's name. Raises RulebookError: evidence that does not fit, another unit's, nothing applies."""
    card = plan.books[slot.rubric].score(raw, name=str(path), language=language)
    if card.subject and alike(card.subject) != alike(slot.unit):
        raise RulebookError([Diagnostic("RB654", {"unit": slot.unit, "subject": card.subject, "name": str(path)})])
    if not card.scorable:
        raise RulebookError([Diagnostic("RB510", {"subject": slot.unit})])
    return card if card.subject == slot.unit else card.model_copy(update={"subject": slot.unit})


@dataclass
class _Scorer:
    """Scores one record at a time and keeps its figures."""

    plan: Plan
    filed: Filed
    language: Language

    def __post_init__(self) -> None:
        self.blanks = {name: blank(book) for name, book in self.plan.books.items()}
        self.problems: list[Diagnostic] = []
        self.late: set[str] = set()

    def mark(self, unit: Unit, rubric: str, weight: Fraction) -> Mark:
        """The figures of the team's record, and both ends of the unit's own."""
        empty = self.blanks[rubric]
        card, problems = self._scored(unit, Slot(unit.name, rubric, "team"))
        own, wrong = self._scored(unit, Slot(unit.name, rubric, "self"))
        self.problems += wrong
        ends = None if own is None else (_fraction(own.lower), _fraction(own.upper))
        nothing = Mark(
            rubric, weight, "faulty" if problems else "none", full=empty.full, unknown=empty.unknown,
            clauses=empty.clauses, vetoed=empty.vetoed, own=ends, problems=problems,
        )  # fmt: skip
        if card is None:
            return nothing
        settled = not card.unknown and card.lower == card.upper and card.vetoed is not None
        return replace(
            nothing, state="done" if settled else "part", lower=_fraction(card.lower), upper=_fraction(card.upper),
            full=Fraction(card.full), unknown=len(card.unknown), vetoed=card.vetoed, grades=card.grades,
            receipt=card.receipt, open=card.unknown,
        )  # fmt: skip

    def _scored(self, unit: Unit, slot: Slot) -> tuple[Scorecard | None, tuple[Diagnostic, ...]]:
        """The scorecard of a slot, or why there is none. When a self-assessment came in is looked at on the way."""
        path = self.filed.paths.get(slot)
        if path is None:
            return None, ()
        try:
            raw = records.read(path)
            card = scored(self.plan, slot, raw, path, self.language)
        except RulebookError as error:
            return None, tuple(headed(problem, path) for problem in error.diagnostics)
        if slot.by == "self":
            self.problems += self._late(unit, raw, slot)
        return card, ()

    def _late(self, unit: Unit, raw: bytes, slot: Slot) -> list[Diagnostic]:
        """What is wrong with the day on which a self-assessment came in. The campaign file's word counts before the record's."""
        told = records.submitted(raw, self.filed.paths[slot], self.plan.campaign.year)
        if told.problem is not None:
            return [told.problem]
        day, deadline = unit.submitted or told.date, self.plan.campaign.deadline
        if day is None or deadline is None or day <= deadline or (unit.submitted is not None and unit.name in self.late):
            return []
        self.late.add(unit.name)
        values = {"unit": unit.name, "date": day.isoformat(), "deadline": deadline.isoformat()}
        if unit.submitted is not None:
            number = [named.name for named in self.plan.campaign.units].index(unit.name)
            return [self.plan.places.found("RB655", ("units", number, "submitted"), False, **values)]
        return [Diagnostic("RB655", values, told.source, told.start, told.end)]

    def card_of(self, unit: str, rubric: str, by: By) -> Scorecard | None:
        """The scorecard behind a mark, scored again; None where there is no record that scores."""
        slot = Slot(unit, rubric, by)
        path = self.filed.paths.get(slot)
        try:
            return None if path is None else scored(self.plan, slot, records.read(path), path, self.language)
        except RulebookError:
            return None


def _fraction(number: object) -> Fraction | None:
    return None if number is None else Fraction(number)  # type: ignore[call-overload]


# --- one group


def _places(
    plan: Plan, units: Sequence[Unit], marks: Mapping[str, tuple[Mark, ...]], blanks: Mapping[str, Blank]
) -> tuple[Place, ...]:  # fmt: skip
    """The units of a group with their combined scores and ranks, best first."""
    fulls = {blanks[rubric].full for unit in units for rubric, _ in unit.weights}
    scale = fulls.pop() if len(fulls) == 1 else HUNDRED
    spans = [_span(unit, marks[unit.name], blanks, scale) for unit in units]
    ranking = plan.campaign.ranking
    ranks = rank(spans, ranking.vetoes or "as_scored", ranking.ties)
    places = []
    for unit, span, (best, worst) in zip(units, spans, ranks, strict=True):
        several = marks[unit.name]
        if len(several) > 1:
            worths = [_share(blanks[name], weight, scale) for name, weight in unit.weights]
            several = tuple(replace(mark, worth=worth) for mark, worth in zip(several, worths, strict=True))
        known = any(mark.lower is not None for mark in several)
        full = sum((_share(blanks[name], weight, scale) * (mark.full or ZERO) for (name, weight), mark in zip(unit.weights, several, strict=True)), ZERO)
        lower, upper = (span.lower, span.upper) if known else (None, None)
        grades = several[0].grades if len(several) == 1 and not plan.campaign.grades else _grades(plan, span) if known else ()
        places.append(Place(unit.name, unit.group, several, lower, upper, full, span.vetoed, best, worst, grades))
    return tuple(sorted(places, key=_order))


def _order(place: Place) -> tuple[bool, bool, int, int]:
    """By rank; then those of which nothing is known, then those that have no rank."""
    return place.worst_rank is None, place.lower is None, place.worst_rank or 0, place.best_rank or 0


def _share(empty: Blank, weight: Fraction, scale: Fraction) -> Fraction:
    """What one point under a rubric is worth in the combined score."""
    return weight if empty.full == scale else weight * scale / empty.full


def _span(unit: Unit, marks: Sequence[Mark], blanks: Mapping[str, Blank], scale: Fraction) -> Span:
    """Both ends of the combined score; a rubric without a record may come out at either of its ends."""
    lower = upper = ZERO
    for (rubric, weight), mark in zip(unit.weights, marks, strict=True):
        empty = blanks[rubric]
        worth = _share(empty, weight, scale)
        lower += worth * (empty.lower if mark.lower is None else mark.lower)
        upper += worth * (empty.upper if mark.upper is None else mark.upper)
    vetoes = {mark.vetoed for mark in marks}
    return Span(lower, upper, True if True in vetoes else None if None in vetoes else False)


def _grades(plan: Plan, span: Span) -> tuple[str, ...]:
    """The grades of the campaign that a span may earn, best first."""
    grades, vetoed_grade = plan.campaign.grades, plan.campaign.ranking.vetoed_grade
    if span.vetoed and vetoed_grade is not None:
        return (vetoed_grade,)
    found = []
    for number, grade in enumerate(grades):
        below_next = number == 0 or grades[number - 1].least is None or span.lower < (grades[number - 1].least or ZERO)
        if (grade.least is None or span.upper >= grade.least) and below_next:
            found.append(grade.name)
    if span.vetoed is None and vetoed_grade is not None and vetoed_grade not in found:
        found.append(vetoed_grade)
    return tuple(found)


__all__ = ["Blank", "Watch", "blank", "scored", "stand"]
