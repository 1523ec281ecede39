"""The rubric in CEL, for the bindings of it. CEL has no maximum of its own and does not mix whole numbers with others."""

from typing import Any

FORMS = {
    "zero": "({0} ? 0.0 : {points})",
    "zero twice": "({0} || {1} ? 0.0 : {points})",
    "count": "({step} * double({0}) < {points} ? {points} - {step} * double({0}) : 0.0)",
    "count or zero": "(!{1} && {step} * double({0}) < {points} ? {points} - {step} * double({0}) : 0.0)",
    "flat or zero": "({1} ? 0.0 : {0} ? {less} : {points})",
    "shortfall": "({0} >= {people} ? {points} : {step} * double({people} - {0}) < {points} ? {points} - {step} * double({people} - {0}) : 0.0)",
    "penalty": "({step} * double({0}) < {most} ? {points} - {step} * double({0}) : {points} - {most})",
    "bonus": "({step} * double({0}) < {most} ? {step} * double({0}) : {most})",
}
GROUP = 9
"""So many terms in a bracket: one parser refuses a sum that is 32 deep."""


def clauses(rubric: Any) -> list[str]:
    """An expression a clause, in points."""
    return rubric.says(FORMS, lambda hundredths: hundredths / 100)  # type: ignore[no-any-return]


def total(rubric: Any) -> str:
    """One expression for the total in points."""
    said = clauses(rubric)
    groups = [f"({' + '.join(said[start : start + GROUP])})" for start in range(0, len(said), GROUP)]
    return f"{rubric.veto} ? 0.0 : {' + '.join(groups)}"
