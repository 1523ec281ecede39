"""Where in which file everything of a campaign stands, and how names and values of it are told."""

import json
import unicodedata
from collections.abc import Mapping
from dataclasses import replace
from difflib import get_close_matches
from pathlib import Path
from typing import Any, NamedTuple

from rulebook.diagnostics import Diagnostic
from rulebook.source import Source, fold

Loc = tuple[str | int, ...]
"""The way to a value: English keys, names and positions from 0."""


class Place(NamedTuple):
    """A stretch of one file."""

    source: Source
    start: int | None
    end: int | None


class Places:
    """Where everything stands, and what is wrong so far. Made while the file is put under English keys."""

    def __init__(self) -> None:
        self.keys: dict[Loc, Place] = {}
        self.values: dict[Loc, Place] = {}
        self.problems: list[Diagnostic] = []

    def found(self, code: str, loc: Loc, at_key: bool = False, **values: object) -> Diagnostic:
        """A diagnostic at a value (or at its key); at what holds it where it is not in the file."""
        first, second = (self.keys, self.values) if at_key else (self.values, self.keys)
        for length in range(len(loc), -1, -1):
            place = first.get(loc[:length]) or second.get(loc[:length])
            if place is not None:
                return Diagnostic(code, values, place.source, place.start, place.end)
        return Diagnostic(code, values)

    def say(self, code: str, loc: Loc, at_key: bool = False, **values: object) -> None:
        """Keeps a diagnostic."""
        self.problems.append(self.found(code, loc, at_key, **values))


def headed(problem: Diagnostic, path: Path) -> Diagnostic:
    """The diagnostic at the head of its file, where it has no place in it: of many files it must be said which."""
    if problem.start is not None:
        return problem
    return replace(problem, source=Source(str(path), "" if problem.source is None else problem.source.text), start=0, end=0)


def alike(name: str) -> str:
    """What two spellings of one name have in common: brackets of either width, composed or decomposed letters, no blanks."""
    return "".join(fold(unicodedata.normalize("NFC", name)).split())


def near(name: str, known: Any) -> str:
    """The names most like a name, else the first few."""
    names = [str(one) for one in known]
    if len(names) > 200:  # looking at each of thousands would take seconds for every unknown name
        pairs = {name[at : at + 2] for at in range(len(name) - 1)}
        names = [one for one in names if any(pair in one for pair in pairs)][:200]
    return "、".join(get_close_matches(name, names, n=3, cutoff=0.4) or names[:12]) or "-"


def shown(value: object) -> str:
    """A value in a few words, for a message."""
    text = json.dumps(value, ensure_ascii=False, default=str) if isinstance(value, Mapping | list) else str(value)
    return text if len(text) <= 60 else text[:59] + "…"


__all__ = ["Loc", "Place", "Places", "alike", "headed", "near", "shown"]
