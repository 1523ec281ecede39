"""The rubric as JSONLogic, for the engines that read it."""

from typing import Any

Logic = Any


def _clause(one: Any) -> Logic:
    a, b = ({"var": name} for name in (*one.facts, *one.facts)[:2])
    points, step, less, most = (number / 100 for number in (one.points, one.step, one.points - one.step, one.most))
    rest = {"max": [{"-": [points, {"*": [step, a]}]}, 0]}
    short = {"max": [{"-": [one.people, a]}, 0]}
    forms: dict[str, Logic] = {
        "zero": {"if": [a, 0, points]},
        "zero twice": {"if": [a, 0, b, 0, points]},
        "count": rest,
        "count or zero": {"if": [b, 0, rest]},
        "flat or zero": {"if": [b, 0, a, less, points]},
        "shortfall": {"max": [{"-": [points, {"*": [step, short]}]}, 0]},
        "penalty": {"-": [points, {"min": [{"*": [step, a]}, most]}]},
        "bonus": {"min": [{"*": [step, a]}, most]},
    }
    return forms[one.kind]


def total(rubric: Any) -> Logic:
    """One rule for the total in points."""
    return {"if": [{"var": rubric.veto}, 0, {"+": [_clause(one) for one in rubric.scored]}]}
