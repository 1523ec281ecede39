"""Where a campaign stands: every unit under every rubric that applies to it, what is known so far, and the places it may take.

A standing holds figures and no scorecards, so that three thousand units weigh little; `Standing.card` scores one again.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Literal

from rulebook.api import Scorecard
from rulebook.diagnostics import Diagnostic
from rulebook.scorecard import Receipt

State = Literal["none", "part", "done", "faulty"]
"""No record; something still unknown; every clause known; a record that cannot be scored."""
By = Literal["team", "self"]
"""Whose record: the assessing team's, or the unit's own."""


@dataclass(frozen=True)
class Mark:
    """One unit under one rubric, in one hand's record. Figures are exact; None where there are none."""

    rubric: str
    """The name that the campaign gives the rubric."""
    weight: Fraction
    """Its share in the unit's score: 1 where it is the only one."""
    state: State
    lower: Fraction | None = None
    upper: Fraction | None = None
    full: Fraction | None = None
    unknown: int = 0
    """So many clauses are still unknown."""
    clauses: int = 0
    """So many clauses the rubric has."""
    vetoed: bool | None = False
    grades: tuple[str, ...] = ()
    own: tuple[Fraction | None, Fraction | None] | None = None
    """Lower and upper of the self-assessment; None where there is no such record."""
    problems: tuple[Diagnostic, ...] = ()
    receipt: Receipt | None = None
    """What identifies rubric, record and library; None where there is no record that scores."""
    open: tuple[str, ...] = ()
    """The clauses that are still unknown, where there is a record."""
    worth: Fraction | None = None
    """What one of its points adds to the unit's combined score; None where it is the only mark."""

    @property
    def total(self) -> Fraction | None:
        """The score, where it is settled."""
        return self.lower if self.state == "done" and self.lower == self.upper else None


@dataclass(frozen=True)
class Place:
    """One unit in its group: its marks, its combined score, and the ranks it may take (equal where the rank is settled)."""

    unit: str
    group: str
    marks: tuple[Mark, ...]
    lower: Fraction | None
    upper: Fraction | None
    full: Fraction | None
    vetoed: bool | None
    """True or False where it is settled, None while a veto is open."""
    best_rank: int | None
    worst_rank: int | None
    grades: tuple[str, ...] = ()
    """The grades that the combined score may earn, best first."""

    @property
    def total(self) -> Fraction | None:
        """The combined score, where every mark is settled."""
        settled = all(mark.total is not None for mark in self.marks)
        return self.lower if settled and self.lower == self.upper else None

    @property
    def settled(self) -> bool:
        """True where score and veto are known."""
        return self.total is not None and self.vetoed is not None


@dataclass(frozen=True)
class Standing:
    """A campaign at one moment: groups in the order of the file, each with its places, best first."""

    title: str
    year: int | None
    groups: tuple[tuple[str, tuple[Place, ...]], ...]
    problems: tuple[Diagnostic, ...] = ()
    """What is wrong with the campaign itself: units, rubrics, schedule, records that belong to nobody."""
    card_of: Callable[[str, str, By], Scorecard | None] = field(default=lambda unit, rubric, by: None, compare=False, repr=False)

    def places(self) -> Iterator[Place]:
        """Every place, group by group."""
        for _, places in self.groups:
            yield from places

    def card(self, place: Place, mark: Mark, by: By = "team") -> Scorecard | None:
        """The scorecard behind a mark, scored again from its record; None where there is none."""
        return self.card_of(place.unit, mark.rubric, by)

    @property
    def publishable(self) -> bool:
        """True where every unit's score and veto are settled and nothing is wrong with the campaign."""
        wrong = any(problem.severity == "error" for problem in self.problems)
        return not wrong and all(place.settled for place in self.places())


__all__ = ["By", "Mark", "Place", "Standing", "State"]
