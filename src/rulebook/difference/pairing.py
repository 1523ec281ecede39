"""Which clauses of two rulebooks are one, and which sections and items."""

from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Iterator
from itertools import pairwise
from typing import Any

from rulebook import model
from rulebook.difference.findings import Place
from rulebook.difference.meanings import bare, rule_meaning

ALIKE = 450_000
"""Two clauses without the same words are one clause where they are at least so much alike, in parts of a million."""


def places(book: model.Rulebook) -> Iterator[Place]:
    """Every clause where it stands, in order."""
    for section in book.sections:
        for item in section.items():
            for clause in item.clauses:
                yield Place(section, item, clause)


def paired(old: list[Place], new: list[Place]) -> list[tuple[int | None, int | None]]:
    """Each clause once: same address and heading, else same words, else the most alike, the nearest first where several are."""
    pairs: list[tuple[int, int]] = []
    stays: Callable[[Place], Hashable] = lambda place: (place.address, bare(place.heading))  # noqa: E731
    words: Callable[[Place], Hashable] = lambda place: (bare(place.heading), bare(place.clause.text))  # noqa: E731
    kept: Callable[[Place], Hashable] = lambda place: (words(place), place.section.kind, place.clause.points)  # noqa: E731
    for key in (stays, kept, words):
        groups: dict[Hashable, list[int]] = {}
        for j in _left(new, pairs, 1):
            groups.setdefault(key(new[j]), []).append(j)
        _assign(pairs, ((1, i, j) for i in _left(old, pairs, 0) for j in groups.get(key(old[i]), ())))
    _assign(pairs, _alike(old, new, _left(old, pairs, 0), _left(new, pairs, 1)))
    rest = [(i, None) for i in _left(old, pairs, 0)], [(None, j) for j in _left(new, pairs, 1)]
    return [*pairs, *rest[0], *rest[1]]


def _left(places: list[Place], pairs: list[tuple[int, int]], side: int) -> list[int]:
    used = {pair[side] for pair in pairs}
    return [n for n in range(len(places)) if n not in used]


def _assign(pairs: list[tuple[int, int]], found: Iterable[tuple[int, int, int]]) -> None:
    """Adds pairs, the heaviest first, then the nearest; what is used is used. Ties that remain touch different clauses."""
    used = {i for i, _ in pairs}, {j for _, j in pairs}
    for _, i, j in sorted(found, key=lambda one: (-one[0], abs(one[1] - one[2]), one[1] + one[2])):
        if i not in used[0] and j not in used[1]:
            pairs.append((i, j))
            used[0].add(i)
            used[1].add(j)


def _alike(old: list[Place], new: list[Place], left: list[int], right: list[int]) -> Iterator[tuple[int, int, int]]:
    """Clauses that are alike enough. Without a piece of their headings in common, or their address, no two are."""
    one, other = {i: _Traits(old[i]) for i in left}, {j: _Traits(new[j]) for j in right}
    sharing: dict[str, set[int]] = {}
    for j in right:
        for piece in (*other[j].heading, new[j].address):
            sharing.setdefault(piece, set()).add(j)
    for i in left:
        near = set().union(*(sharing.get(piece, set()) for piece in (*one[i].heading, old[i].address)))
        for j in near:
            likeness = one[i].likeness(other[j])
            if likeness >= ALIKE:
                yield likeness, i, j


class _Traits:
    """What a clause is known by: pieces of its heading and text, and its rules."""

    def __init__(self, place: Place) -> None:
        self.heading = _pieces(place.heading)
        self.text = _told_apart(_pieces(place.clause.text))
        self.own = _told_apart(self.heading)
        self.rules = _told_apart([repr(rule_meaning(rule)) for rule in place.clause.rules])

    def likeness(self, other: "_Traits") -> int:
        """From none to a million: the heading weighs as much as text and rules together."""
        return (2 * _shared(self.own, other.own) + _shared(self.text, other.text) + _shared(self.rules, other.rules)) // 4


def _pieces(text: str) -> list[str]:
    return [a + b for a, b in pairwise(f"\n{bare(text)}\n")]


def _told_apart(pieces: list[str]) -> frozenset[str]:
    """The pieces as a set in which the second of two equal ones is another."""
    seen: Counter[str] = Counter()
    apart = set()
    for piece in pieces:
        seen[piece] += 1
        apart.add(f"{piece}\n{seen[piece]}")
    return frozenset(apart)


def _shared(one: frozenset[str], other: frozenset[str]) -> int:
    """Twice what both have over what they have together, in parts of a million; all of it for two that have nothing."""
    size = len(one) + len(other)
    return 2_000_000 * len(one & other) // size if size else 1_000_000


class Partners:
    """Which sections and items are one in both rulebooks: those that share the most clauses."""

    def __init__(self, pairs: list[tuple[Place, Place]]) -> None:
        self.sections = self._both([(a.section, b.section) for a, b in pairs], lambda section: section.number)
        self.items = self._both([(a.item, b.item) for a, b in pairs], lambda item: item.number)
        self.awards = {(a.item.number, b.item.number) for a, b in pairs if "award" in (a.section.kind, b.section.kind)}

    @staticmethod
    def _both(pairs: list[tuple[Any, Any]], number: Callable[[Any], int]) -> dict[int, tuple[Any, Any]]:
        """Number of the old one → both."""
        both = {(number(a), number(b)): (a, b) for a, b in pairs}
        counts = Counter((number(a), number(b)) for a, b in pairs)
        chosen: list[tuple[int, int]] = []
        _assign(chosen, ((count, i, j) for (i, j), count in counts.items()))
        return {i: both[i, j] for i, j in chosen}

    def one_section(self, old: Place, new: Place) -> bool:
        """True where the two stand in the same section."""
        return old.section.number in self.sections and self.sections[old.section.number][1].number == new.section.number

    def one_item(self, old: Place, new: Place) -> bool:
        """True where the two stand in the same item."""
        return old.item.number in self.items and self.items[old.item.number][1].number == new.item.number
