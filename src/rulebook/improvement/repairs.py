"""What to repair or supply, one fact at a time or those that help only together, and what each regains."""

from collections.abc import Callable, Iterator, Mapping
from fractions import Fraction
from typing import Any

from rulebook import model
from rulebook.bounds import BOUNDS
from rulebook.evaluator import Total
from rulebook.evidence import Dated, Record
from rulebook.improvement.advice import Change, Gain
from rulebook.improvement.standing import Room, Standing
from rulebook.improvement.values import awards

ZERO = Fraction(0)


def gains(book: model.Rulebook, record: Record | Mapping[str, Any]) -> tuple[Gain, ...]:
    """What to repair or supply, the most points first, then in the order of the text.

    Each fact to its best value, and by the least step that regains anything; what regains nothing is left out.
    """
    standing = Standing(book, record)
    if not standing.total.scorable:
        return ()
    found = [(number, gain) for number, room in enumerate(standing.rooms) for gain in _gains(standing, room)]
    return tuple(gain for _, gain in sorted(found, key=lambda pair: (-pair[1].points, pair[0])))


def _gains(standing: Standing, room: Room) -> Iterator[Gain]:
    """The gains of one clause: of each fact its best value and the least step that regains anything; then facts that only do so together."""
    seen: dict[object, Total] = {}

    def gain(changes: tuple[Change, ...]) -> Gain:
        outcome = room.outcome(changes)
        if outcome is None:
            return Gain(room.address, changes, ZERO)
        key = (tuple((one.applied, one.target) for one in outcome.entries), tuple(rule.text for rule, _ in outcome.vetoes))
        if key not in seen:
            seen[key] = standing.scored({room.address: outcome})
        points = seen[key].score - standing.total.score
        claimed = any(awards(room.clause, room.place.section.kind, change.fact) for change in changes if change.fact)
        return Gain(room.address, changes, points, claimed, len(outcome.vetoes) < len(room.now.vetoes) and points >= 0)

    if room.supplied:
        yield from (one for one in [gain(room.supplied)] if _counts(one))
        return
    single: set[str] = set()
    for name in room.values:
        tried = [gain((room.change(name, value),)) for value in room.values[name]]
        regained = [one for one in tried if _counts(one)]
        if not regained:
            continue
        single.add(name)
        top = _nearest(regained, gain, room)
        near = regained[0]
        yield from (one for one in [top] if not _endless(one))
        if near.changes != top.changes and near.points != top.points:
            yield near
    together: list[set[int]] = []
    for way in room.ways:
        names = {change.fact for change in way.changes}
        if len(way.facts) < 2 or names & single or any(part < set(way.facts) for part in together):
            continue
        joint = gain(way.changes)
        if _counts(joint):
            together.append(set(way.facts))
            yield joint


def _counts(gain: Gain) -> bool:
    return gain.points > 0 or gain.lifts


def _nearest(regained: list[Gain], gain: Callable[[tuple[Change, ...]], Gain], room: Room) -> Gain:
    """The gain of the most points by the smallest change; a count that no cell bounds is narrowed down."""
    top = max(regained, key=lambda one: (one.points, one.lifts, -regained.index(one)))
    change = top.changes[0]
    now, goal = change.before, change.after
    if not isinstance(goal, int) or isinstance(goal, bool) or not isinstance(now, int):
        return top
    low, high = now, goal
    while abs(high - low) > 1:
        middle = (low + high) // 2
        tried = gain((room.change(change.fact or "", middle),))
        low, high, top = (low, middle, tried) if (tried.points, tried.lifts) == (top.points, top.lifts) else (middle, high, top)
    return top


def _endless(gain: Gain) -> bool:
    """True for a count, or a list, so long that nothing but the bounds of evidence ends it."""
    after = gain.changes[0].after
    if isinstance(after, tuple):
        return len(after) >= BOUNDS.records or any(isinstance(one, Dated) and one.points is not None for one in after)
    return isinstance(after, int) and not isinstance(after, bool) and after >= BOUNDS.count
