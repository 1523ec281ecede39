"""The rubric and the records of `benchmarks/one_record.py` as plain values, so that a process may have them without having rulebook.

A fact has two names: a plain one (`f7`), which every language takes for an identifier, and the official one, `10.1 未整改`.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

Record = dict[str, Any]


def typed(hundredths: int) -> str:
    """The number of points as an author types it: 25 → 0.25."""
    return f"{hundredths / 100:.2f}".rstrip("0").rstrip(".")


@dataclass(frozen=True)
class Clause:
    """One clause: kind, facts by plain name, and figures in hundredths of a point. `people` is how many are required."""

    kind: str
    facts: tuple[str, ...]
    points: int
    step: int
    most: int
    people: int

    def say(self, forms: Mapping[str, str], figure: Callable[[int], object] = typed) -> str:
        """The form of its kind with its facts ({0}, {1}) and figures; `figure` writes hundredths."""
        return forms[self.kind].format(
            *self.facts, points=figure(self.points), step=figure(self.step), less=figure(self.points - self.step), most=figure(self.most), people=self.people
        )


@dataclass(frozen=True)
class Rubric:
    """Clauses in order, the veto last; `text` is the same rubric as an official paper."""

    text: str
    clauses: tuple[Clause, ...]
    official: dict[str, str]
    """Plain name → official name, in order."""
    flags: tuple[str, ...]
    """Plain names of the facts that are yes or no; the others are counts."""

    @property
    def scored(self) -> tuple[Clause, ...]:
        """Every clause that has points, penalties counted from what they hold."""
        return tuple(clause for clause in self.clauses if clause.kind != "veto")

    @property
    def veto(self) -> str:
        """The fact that makes the total zero; no clause here can bring it below."""
        return next(clause.facts[0] for clause in self.clauses if clause.kind == "veto")

    def says(self, forms: Mapping[str, str], figure: Callable[[int], object] = typed) -> list[str]:
        """Every scored clause in that language."""
        return [clause.say(forms, figure) for clause in self.scored]

    @property
    def flat(self) -> "Rubric":
        """The same under official names."""
        clauses = tuple(replace(clause, facts=tuple(self.official[name] for name in clause.facts)) for clause in self.clauses)
        return replace(self, clauses=clauses, official={key: key for key in self.official.values()})

    def named(self, record: Record, how: str) -> Record:
        """A record of plain names by those (`plain`), by official names (`flat`), or by clause as `book.score` takes it (`clauses`)."""
        if how == "plain":
            return record
        flat = {self.official[name]: value for name, value in record.items()}
        if how == "flat":
            return flat
        found: Record = {}
        for key, value in flat.items():
            address, name = key.split(" ", 1)
            found.setdefault(address, {})[name] = value
        return found


@dataclass(frozen=True)
class Case:
    """What every engine gets: the rubric, records by plain name, and the total of each in hundredths."""

    rubric: Rubric
    records: list[Record]
    totals: list[int]

    def write(self, path: Path) -> None:
        """The file holds the case."""
        names = list(self.rubric.official)
        rows = [[record[name] for name in names] for record in self.records]
        path.write_text(json.dumps({"rubric": asdict(self.rubric), "rows": rows, "totals": self.totals}), encoding="utf-8")


def read(path: Path) -> Case:
    """The case that a file holds."""
    held = json.loads(path.read_text(encoding="utf-8"))
    said = held["rubric"]
    clauses = tuple(Clause(**{**clause, "facts": tuple(clause["facts"])}) for clause in said["clauses"])
    rubric = Rubric(said["text"], clauses, said["official"], tuple(said["flags"]))
    return Case(rubric, [dict(zip(rubric.official, row, strict=True)) for row in held["rows"]], held["totals"])


def make(number: int) -> Case:
    """The rubric of `one_record.py` with so many of its records; the totals are those of its function G."""
    from benchmarks import one_record

    items = one_record.rubric()
    flat = one_record.records(items, number)
    official: dict[str, str] = {}
    clauses = []
    for address, one in one_record.addressed(items):
        names = [f"f{len(official) + place}" for place in range(len(one.facts()))]
        official |= dict(zip(names, (f"{address} {fact}" for fact in one.facts()), strict=True))
        people = one.bound if one.kind == "shortfall" else 0
        most = one.bound if one.kind in ("penalty", "bonus") else 0
        clauses.append(Clause(one.kind, tuple(names), one.points, one.step, most, people))
    flags = tuple(name for name, key in official.items() if isinstance(flat[0][key], bool))
    rubric = Rubric(one_record.text(items), tuple(clauses), official, flags)
    g = one_record.yardstick(items)
    return Case(rubric, [{name: record[key] for name, key in official.items()} for record in flat], [g(record) for record in flat])
