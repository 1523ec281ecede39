"""What a comparison finds: changes, clauses of either rulebook in pairs, and all of it together."""

from dataclasses import dataclass
from typing import NamedTuple

from rulebook import model


class Change(NamedTuple):
    """One thing that means something else: in the words of either document, empty where it has none; `aspects` name what differs."""

    what: str
    old: str
    new: str
    aspects: tuple[str, ...] = ()


class Place(NamedTuple):
    """A clause and where it stands."""

    section: model.Section
    item: model.Item
    clause: model.Clause

    @property
    def address(self) -> str:
        """The clause's address."""
        return self.clause.address

    @property
    def heading(self) -> str:
        """The clause's heading, or that of its item where it has none."""
        return self.clause.heading or self.item.heading


@dataclass(frozen=True)
class Pairing:
    """One clause of either rulebook, or of both. `old` is None where it was added, `new` where it was removed."""

    old: Place | None
    new: Place | None
    changes: tuple[Change, ...] = ()
    moved: bool = False
    reworded: bool = False

    @property
    def renumbered(self) -> bool:
        """True where the clause has another address."""
        return self.old is not None and self.new is not None and self.old.address != self.new.address

    @property
    def differs(self) -> bool:
        """True where the clause means something else, or is in one rulebook only."""
        return self.old is None or self.new is None or bool(self.changes)

    @property
    def status(self) -> tuple[str, ...]:
        """What became of the clause, in words for programs; empty where nothing did."""
        if self.old is None or self.new is None:
            return ("added",) if self.old is None else ("removed",)
        told = ("changed", bool(self.changes)), ("renumbered", self.renumbered), ("moved", self.moved), ("reworded", self.reworded)
        return tuple(name for name, holds in told if holds)


class Outline(NamedTuple):
    """A section or an item whose points or limits differ. `binds`: they bound a score, and are not just a sum."""

    old: str
    new: str
    changes: tuple[Change, ...]
    binds: bool


@dataclass(frozen=True)
class Difference:
    """All that separates two rulebooks: the head, sections and items, and every clause (those of `new` in order, then the removed)."""

    old: str
    new: str
    header: tuple[Change, ...]
    outline: tuple[Outline, ...]
    clauses: tuple[Pairing, ...]

    @property
    def added(self) -> tuple[Pairing, ...]:
        """The clauses that only the new rulebook has."""
        return tuple(pair for pair in self.clauses if pair.old is None)

    @property
    def removed(self) -> tuple[Pairing, ...]:
        """The clauses that only the old rulebook has."""
        return tuple(pair for pair in self.clauses if pair.new is None)

    @property
    def changed(self) -> tuple[Pairing, ...]:
        """The clauses of both that mean something else."""
        return tuple(pair for pair in self.clauses if pair.changes)

    @property
    def same(self) -> bool:
        """True where nothing differs in meaning: every record scores alike, its addresses and names of facts aside, and the same answer for it."""
        binding = any(part.binds for part in self.outline)
        return not self.header and not binding and not any(pair.differs for pair in self.clauses)

    @property
    def empty(self) -> bool:
        """True where not even a number, a place or a word of a clause differs."""
        return self.same and not self.outline and not any(pair.status for pair in self.clauses)
