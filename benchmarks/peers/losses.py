"""The rubric as rules that fire and take points away, for the engines whose rules have a condition and an action."""

from typing import Any, NamedTuple


class Loss(NamedTuple):
    """All of `true` hold, none of `false`, and `counted` is above zero (or below `under`): so much is lost, `step` for each, at most `most`; in points."""

    true: tuple[str, ...]
    false: tuple[str, ...]
    counted: str
    under: int
    step: float
    most: float


def losses(rubric: Any) -> list[Loss]:
    """Every rule but the veto, in order; a bonus loses less than nothing."""
    found = []
    for one in rubric.scored:
        a, b = (*one.facts, "")[:2]
        points, step, most = one.points / 100, one.step / 100, one.most / 100
        whole = Loss((a,), (), "", 0, points, points)
        found += {
            "zero": [whole],
            "zero twice": [whole, whole._replace(true=(b,), false=(a,))],
            "count": [Loss((), (), a, 0, step, points)],
            "count or zero": [Loss((), (b,), a, 0, step, points), whole._replace(true=(b,))],
            "flat or zero": [Loss((a,), (b,), "", 0, step, step), whole._replace(true=(b,))],
            "shortfall": [Loss((), (), a, one.people, step, points)],
            "penalty": [Loss((), (), a, 0, step, most)],
            "bonus": [Loss((), (), a, 0, -step, most)],
        }[one.kind]
    return found


def full(rubric: Any) -> float:
    """The points there are before anything fires."""
    return float(sum(one.points for one in rubric.scored) / 100)


def lost(one: Loss, count: int) -> float:
    """What one rule that fired takes, in points."""
    if not one.counted:
        return one.most
    worth = one.step * (one.under - count if one.under else count)
    return min(worth, one.most) if worth >= 0 else max(worth, -one.most)
