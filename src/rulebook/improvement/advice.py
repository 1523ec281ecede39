"""What advice is made of: changes of facts, what they regain, plans, and what is open."""

from dataclasses import dataclass
from fractions import Fraction
from typing import NamedTuple

from rulebook.evidence import Record, Value


class Change(NamedTuple):
    """One fact of a clause, from what was observed to what it should be. `fact` is None where the clause is supplied, all of it at its best."""

    clause: str
    fact: str | None = None
    before: Value | None = None
    after: Value | None = None


class Gain(NamedTuple):
    """Changes in one clause and by how much they alone move the total. `lifts`: a veto falls away."""

    clause: str
    changes: tuple[Change, ...]
    points: Fraction
    award: bool = False
    lifts: bool = False


@dataclass(frozen=True)
class Plan:
    """Changes that reach what was wanted, and what comes of them. `proved`: none with fewer facts does."""

    changes: tuple[Change, ...]
    total: Fraction
    grade: str | None
    record: Record
    proved: bool = True


class Open(NamedTuple):
    """What is unknown, and by how many points settling it at its best raises what is certain. No clause: what only several raise together."""

    clause: str | None
    facts: tuple[str, ...]
    points: Fraction
    veto: bool = False
