"""Where the automaton may stop without a message of its own: what no sample of `grammar/malformed.tsv` reaches with one.

`python -m rulebook.parser.silences` counts these places and lists them; with `--lower` it writes the count to `grammar/silences.tsv`,
which it will not raise. A test holds the grammar to that count.

A place is a situation and the class of token met in it. A situation is what the author wrote last, by its class, and what could follow:
states of the LALR tables that agree in both are one, for he cannot tell them apart.
"""

import sys
from collections.abc import Iterable
from functools import cache
from typing import NamedTuple

from rulebook.assets import folder, table
from rulebook.parser import reader, stumbles
from rulebook.parser.effects import END
from rulebook.parser.tables import tables
from rulebook.parser.tokens import Text

STORE = "silences.tsv"


class Silence(NamedTuple):
    """A place at which reading may stop: the class of the token before, the classes that could follow, the class that was met."""

    after: str
    expected: frozenset[str]
    met: str

    def __str__(self) -> str:
        return f"after {self.after}, at {self.met}; expected: {' '.join(sorted(self.expected))}"


@cache
def situations() -> dict[int, tuple[str, frozenset[str]]]:
    """State of the automaton → its situation, for every state of a phrase in which a token has just been taken."""
    table_ = tables()
    states, start = table_["states"], table_["starts"]["phrase"]
    kinds = {symbol for moves in states for symbol in moves if symbol.isupper() or symbol == END}
    accessed, waiting = {start: END}, [start]
    while waiting:
        state = waiting.pop()
        for symbol, move in states[state].items():
            if move >= 0 and move not in accessed:
                accessed[move] = symbol
                waiting.append(move)
    return {
        state: (stumbles.class_of(symbol), frozenset(stumbles.class_of(kind) for kind in states[state] if kind in kinds))
        for state, symbol in accessed.items()
        if symbol in kinds
    }


@cache
def places() -> frozenset[Silence]:
    """Every place at which reading of a phrase may stop: in each situation the classes of which some kind of token cannot follow."""
    states = tables()["states"]
    return frozenset(
        Silence(*situation, class_of_kind)
        for state, situation in situations().items()
        for kind, class_of_kind in stumbles.classes().items()
        if kind not in states[state]
    )


def reached(sentences: Iterable[str]) -> frozenset[Silence]:
    """The places that sentences reach with a message of their own: a note that is no catch-all."""
    found = set()
    for sentence in sentences:
        for refused in reader.read(Text.of(sentence)).refused:
            stumble = refused.stumble
            if stumble is None or stumble.state not in situations():
                continue
            note = stumbles.note(stumble)
            if note is not None and note.own:
                found.add(Silence(*situations()[stumble.state], stumbles.class_of(stumble.met)))
    return frozenset(found)


def samples() -> list[str]:
    """The malformed sentences."""
    return [row[0] for row in table("malformed.tsv")]


def silent() -> frozenset[Silence]:
    """The places that no sample reaches with a message of its own."""
    return places() - reached(samples())


def stored() -> dict[tuple[str, str], int]:
    """How many silences there may be, by the class before and the class met."""
    return {(row[0], row[1]): int(row[2]) for row in table(STORE)}


def counted(silences: Iterable[Silence]) -> dict[tuple[str, str], int]:
    """How many silences there are, by the class before and the class met."""
    found: dict[tuple[str, str], int] = {}
    for one in silences:
        found[one.after, one.met] = found.get((one.after, one.met), 0) + 1
    return found


def new(silences: frozenset[Silence], allowed: dict[tuple[str, str], int]) -> list[str]:
    """What is said where there are more silences than allowed: those whose kind has become more; nothing where there are not."""
    if len(silences) <= sum(allowed.values()):
        return []
    risen = {pair for pair, count in counted(silences).items() if count > allowed.get(pair, 0)}
    return sorted(str(one) for one in silences if (one.after, one.met) in risen)


def lower() -> int:
    """Writes the count as it is. Raises ValueError where it would rise."""
    silences = silent()
    if (folder("grammar") / STORE).exists() and new(silences, stored()):
        raise ValueError(f"{len(silences)} silences, {sum(stored().values())} are allowed: add samples, or notes, first")
    rows = (f"{after}\t{met}\t{count}\n" for (after, met), count in sorted(counted(silences).items()))
    head = "# class before\tclass met\tsituations in which reading stops there and no sample has a message of its own; only ever lowered\n"
    (folder("grammar") / STORE).write_text(head + "".join(rows), encoding="utf-8")
    return len(silences)


def main(arguments: list[str]) -> int:
    """Prints the silences; lowers the count where asked to."""
    if arguments == ["--lower"]:
        try:
            print(lower())
        except ValueError as error:
            print(error, file=sys.stderr)
            return 1
        return 0
    found = silent()
    print("\n".join(sorted(map(str, found))))
    print(f"{len(found)} of {len(places())} places have no message of their own")
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
