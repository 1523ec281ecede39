"""Ranks, and between which ranks a unit lies while scores are still open."""

from bisect import bisect_right
from collections.abc import Sequence
from fractions import Fraction
from typing import Literal, NamedTuple

Vetoes = Literal["as_scored", "last", "none"]
"""A vetoed unit ranks by its score, after all others, or not at all."""
Ties = Literal["skip", "dense"]
"""After two first there is a third, or a second."""


class Span(NamedTuple):
    """What is known of one unit: its score from `lower` to `upper`, vetoed or not (None: open)."""

    lower: Fraction
    upper: Fraction
    vetoed: bool | None = False


class Ranks(NamedTuple):
    """The best and the worst rank that a unit may take; None where it has none."""

    best: int | None
    worst: int | None


Key = tuple[int, Fraction]
"""Greater is better: 1 for a unit that ranks with the others, 0 for one that ranks after them; then the score."""


def rank(spans: Sequence[Span], vetoes: Vetoes = "as_scored", ties: Ties = "skip") -> list[Ranks]:
    """The ranks of all, in the given order. Equal scores share a rank.

    With `ties="skip"` both ranks are reached by some outcome of what is open, each unit's score taken by itself. With `dense` no
    outcome lies outside of them. A unit whose veto is open has, under `vetoes="none"`, the ranks that it takes if it is not vetoed.
    """
    ranked = [number for number, span in enumerate(spans) if not (vetoes == "none" and span.vetoed)]
    highs = {number: _key(spans[number], True, vetoes) for number in ranked}
    lows = {number: _key(spans[number], False, vetoes) for number in ranked}
    certain = [number for number in ranked if not (vetoes == "none" and spans[number].vetoed is None)]
    surely = _fewest([(lows[number], highs[number]) for number in certain], ties)
    maybe = _most([(lows[number], highs[number]) for number in ranked], ties)
    found = [Ranks(None, None)] * len(spans)
    for number in ranked:
        low, high = lows[number], highs[number]
        itself = int(high > low)
        found[number] = Ranks(1 + _above(surely, high), 1 + _above(maybe, low) - itself)
    return found


def _key(span: Span, best: bool, vetoes: Vetoes) -> Key:
    """The unit's place in the order at its best or its worst."""
    after = vetoes == "last" and (span.vetoed is True or (span.vetoed is None and not best))
    return int(not after), span.upper if best else span.lower


def _above(keys: list[Key], key: Key) -> int:
    return len(keys) - bisect_right(keys, key)


def _fewest(spans: Sequence[tuple[Key, Key]], ties: Ties) -> list[Key]:
    """Sorted keys, of which so many as lie above a key are scores above it for certain.

    Dense: the fewest different scores that meet every span, read from the top: a span that none meets needs one, as low as it goes.
    """
    if ties == "skip":
        return sorted(low for low, _ in spans)
    ends: list[Key] = []
    for low, high in sorted(spans, key=lambda span: span[0], reverse=True):
        if not ends or high < ends[-1]:
            ends.append(low)
    return ends[::-1]


def _most(spans: Sequence[tuple[Key, Key]], ties: Ties) -> list[Key]:
    """Sorted keys, of which so many as lie above a key are scores that may come to lie above it. Dense: settled ones that are equal are one."""
    if ties == "skip":
        return sorted(high for _, high in spans)
    return sorted([*(high for low, high in spans if low < high), *{high for low, high in spans if low == high}])


__all__ = ["Ranks", "Span", "Ties", "Vetoes", "rank"]
