"""The roll: every task with the units behind its words, every unit with its tasks, and what is done of them."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Literal, NamedTuple

from rulebook import model
from rulebook.duties.directory import Directory, Resolved, key
from rulebook.parser.duties import Role
from rulebook.scorecard import ClauseScore, Scorecard

Progress = Literal["done", "open", "unknown", "not_applicable"]


class Part(NamedTuple):
    """One name of a duty with its role, and what the directory makes of it."""

    role: Role
    resolved: Resolved


class Task(NamedTuple):
    """One clause with who answers for it: as written, and resolved."""

    section: str
    clause: model.Clause
    duty: model.Duty | None
    parts: tuple[Part, ...] = ()

    @property
    def address(self) -> str:
        """The address of its clause."""
        return self.clause.address


class Assignment(NamedTuple):
    """A task of a unit, its role in it, and the group through which it came ("" where it is named itself)."""

    unit: str
    task: Task
    role: Role
    through: str = ""


class Count(NamedTuple):
    """How many tasks are done, not done, not known, and not applicable."""

    done: int = 0
    open: int = 0
    unknown: int = 0
    not_applicable: int = 0

    @property
    def all(self) -> int:
        """All of them."""
        return sum(self)


@dataclass(frozen=True)
class Duties:
    """A rulebook with its tasks, and the directory that their names were resolved against (None: each name stands for itself)."""

    book: model.Rulebook
    directory: Directory | None
    tasks: tuple[Task, ...]

    @cached_property
    def _by_unit(self) -> dict[str, tuple[Assignment, ...]]:
        found: dict[str, list[Assignment]] = {}
        for one in self.assignments:
            found.setdefault(one.unit, []).append(one)
        return {unit: tuple(several) for unit, several in found.items()}

    @cached_property
    def assignments(self) -> tuple[Assignment, ...]:
        """Who has which task, in the order of the tasks; a unit that is named more than once has the foremost role."""
        found: list[Assignment] = []
        for task in self.tasks:
            seen: set[str] = set()
            for part in task.parts:
                through = part.resolved.name if part.resolved.group else ""
                for unit in part.resolved.units:
                    if unit not in seen:
                        seen.add(unit)
                        found.append(Assignment(unit, task, part.role, through))
        return tuple(found)

    @cached_property
    def units(self) -> tuple[str, ...]:
        """Every unit: those of the directory in its order, then what the tasks name and it does not hold."""
        return tuple(dict.fromkeys((*(self.directory.units if self.directory else ()), *(one.unit for one in self.assignments))))

    @cached_property
    def idle(self) -> tuple[str, ...]:
        """Units of the directory that lead and answer for nothing."""
        busy = {one.unit for one in self.assignments if one.role != "support"}
        return tuple(unit for unit in (self.directory.units if self.directory else ()) if unit not in busy)

    def of(self, unit: str) -> tuple[Assignment, ...]:
        """The tasks of a unit, named in full or by a short name; of a group, those that name the group. Raises KeyError."""
        entry = self.find(unit)
        if self.directory is None or entry not in self.directory.groups:
            return self._by_unit.get(entry, ())
        return tuple(
            Assignment(entry, task, part.role) for task in self.tasks for part in task.parts if part.resolved.entry == entry
        )

    def find(self, unit: str) -> str:
        """The unit or group that a name means. Raises KeyError where neither a task nor the directory knows it."""
        entry = self.directory.entry(unit) if self.directory else None
        if entry is not None:
            return entry
        known = {key(name): name for name in self.units}
        return known[key(unit)]

    def row(self, unit: str) -> dict[str, Role]:
        """Address of a task → the unit's role in it: one row of the matrix of units against tasks. Raises KeyError."""
        return {one.task.address: one.role for one in reversed(self.of(unit))}


def roll(book: model.Rulebook, directory: Directory | None = None) -> Duties:
    """Who answers for what in a rulebook."""
    return Duties(book, directory, tuple(_tasks(book, directory)))


def _tasks(book: model.Rulebook, directory: Directory | None) -> Iterator[Task]:
    for section in book.sections:
        for clause, duty in model.duties((section,)):
            yield Task(section.title, clause, duty, () if duty is None else tuple(_parts(duty, directory)))


def _parts(duty: model.Duty, directory: Directory | None) -> Iterator[Part]:
    """The names of a duty, who leads first, resolved as one list: a head may stand at the lead and hold on for the others."""
    named: list[tuple[Role, str]] = [("lead", name) for name in duty.leads]
    named += [("answer", name) for name in duty.answers]
    named += [("support", name) for name in duty.supports]
    earlier: list[str] = []
    for role, name in named:
        if directory is None:
            yield Part(role, Resolved(name, name, (name,)))
            continue
        for resolved in directory.resolve(name, earlier):
            earlier += [resolved.entry] if resolved.entry is not None else []
            yield Part(role, resolved)


def progress(score: ClauseScore) -> Progress:
    """What a record says of a task: done where it keeps all of its points."""
    if score.state == "not_applicable":
        return "not_applicable"
    if score.lower != score.upper:
        return "unknown"
    return "done" if score.points is None or score.score == score.points else "open"


def counted(card: Scorecard, addresses: Iterable[str] | None = None) -> Count:
    """How many tasks of a scorecard stand how; of those with the addresses, or of all."""
    wanted = None if addresses is None else set(addresses)
    states = [progress(score) for score in card.clauses if wanted is None or score.clause in wanted]
    return Count(*(states.count(kind) for kind in ("done", "open", "unknown", "not_applicable")))
