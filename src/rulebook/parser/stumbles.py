"""Where reading stopped: the place, the kinds of token before and at it, and what is said of such a place (`grammar/stumbles.tsv`)."""

import re
from functools import cache
from typing import NamedTuple

from rulebook import lexicon
from rulebook.assets import table


class Stumble(NamedTuple):
    """A place in a clause at which reading stopped: after a token of one kind, at one of another (`$END`: nothing is left).

    `state` is that of the automaton, None where the tables would have gone on.
    """

    start: int
    end: int
    after: str
    met: str
    state: int | None = None


class Note(NamedTuple):
    """What is said of a kind of stumble: its name, the wording in Chinese and English. `own`: it is no catch-all."""

    name: str
    zh: str
    en: str
    own: bool


REST = "other"
"""The class of every kind that no row names."""


@cache
def classes() -> dict[str, str]:
    """Kind of token → its class: kinds that an author would not tell apart are one."""
    return {kind: row[1] for row in table("stumbles.tsv") if row[0] == "class" for kind in row[2].split()}


def class_of(kind: str) -> str:
    """The class of a kind of token."""
    return classes().get(kind, REST)


@cache
def _notes() -> tuple[tuple[frozenset[str], frozenset[str], Note], ...]:
    rows = [row for row in table("stumbles.tsv") if row[0] == "note"]
    return tuple(
        (frozenset(row[2].split()), frozenset(row[3].split()), Note(row[1], row[4], row[5], (row[2], row[3]) != (ANY, ANY)))
        for row in rows
    )


ANY = "*"


def note(stumble: Stumble) -> Note | None:
    """What is said of a stumble: the first row whose classes hold, so that rows with `*` stand last."""
    after, met = class_of(stumble.after), class_of(stumble.met)
    return next((said for before, at, said in _notes() if before & {after, ANY} and at & {met, ANY}), None)


@cache
def _telling(kind: str) -> dict[str, tuple[re.Pattern[str], ...]]:
    found: dict[str, list[re.Pattern[str]]] = {}
    for row in table("stumbles.tsv"):
        if row[0] == kind:
            found.setdefault(row[1], []).append(lexicon.expression(row[2]))
    return {code: tuple(patterns) for code, patterns in found.items()}


def place(code: str, folded: str, start: int, end: int, stumble: Stumble | None) -> tuple[int, int]:
    """The words within a refused stretch that a code is about: told by the code's own pattern, else where reading stopped.

    Words that read as prose but for a signal stumble at the signal. All of the stretch where nothing narrower is known.
    """
    patterns = [*_telling("words").get(code, ())]
    stopped = (stumble.start, stumble.end) if stumble is not None and start <= stumble.start < stumble.end <= end else None
    if stopped is None:
        patterns += [*_telling("rest").get(code, ()), lexicon.signals()[1]]
    found = (pattern.search(folded, start, end) for pattern in patterns)
    spans = (match.span() for match in found if match is not None and match.group())
    return next(spans, stopped or (start, end))
