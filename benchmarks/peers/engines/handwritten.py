"""G: straight-line Python as a person would generate it for nothing but speed, totals alone."""

from collections.abc import Callable
from typing import Any

WAY = "one generated function, whole hundredths, nothing checked"
UNITS = 100
FORMS = {
    "zero": " if not r['{0}']: t += {points}",
    "zero twice": " if not (r['{0}'] or r['{1}']): t += {points}",
    "count": " x = {points} - {step} * r['{0}']\n if x > 0: t += x",
    "count or zero": " if not r['{1}']:\n  x = {points} - {step} * r['{0}']\n  if x > 0: t += x",
    "flat or zero": " if not r['{1}']: t += {less} if r['{0}'] else {points}",
    "shortfall": " n = r['{0}']\n x = {points} - {step} * ({people} - n) if n < {people} else {points}\n if x > 0: t += x",
    "penalty": " x = {step} * r['{0}']\n t += {points} - (x if x < {most} else {most})",
    "bonus": " x = {step} * r['{0}']\n t += x if x < {most} else {most}",
}


def load(rubric: Any) -> Callable[[dict[str, Any]], int]:
    """The rubric ready: a record's total in hundredths."""
    lines = ["def g(r):", " t = 0", *rubric.says(FORMS, int), f" return 0 if r['{rubric.veto}'] else t"]
    space: dict[str, Any] = {}
    exec("\n".join(lines), space)
    return space["g"]  # type: ignore[no-any-return]
