"""NumPy over whole columns, as one would write it at once."""

from collections.abc import Callable
from typing import Any

import numpy as np

WAY = "one expression a clause over int32 and bool columns, whole hundredths"
UNITS = 100
FORMS = {
    "zero": "np.where({0}, 0, {points})",
    "zero twice": "np.where({0} | {1}, 0, {points})",
    "count": "np.maximum({points} - {step} * {0}, 0)",
    "count or zero": "np.where({1}, 0, np.maximum({points} - {step} * {0}, 0))",
    "flat or zero": "np.where({1}, 0, np.where({0}, {less}, {points}))",
    "shortfall": "np.maximum({points} - {step} * np.maximum({people} - {0}, 0), 0)",
    "penalty": "{points} - np.minimum({step} * {0}, {most})",
    "bonus": "np.minimum({step} * {0}, {most})",
}


def load(rubric: Any) -> Callable[[dict[str, Any]], Any]:
    """The rubric ready: the total of a record, or the totals of columns."""
    lines = ["def totals(r):", " t = 0"]
    for clause, said in zip(rubric.scored, rubric.says(FORMS, int), strict=True):
        for fact in clause.facts:
            said = said.replace(fact, f"r['{fact}']")
        lines.append(f" t = t + {said}")
    lines.append(f" return np.where(r['{rubric.veto}'], 0, t)")
    space: dict[str, Any] = {"np": np}
    exec("\n".join(lines), space)
    return space["totals"]  # type: ignore[no-any-return]


def load_many(rubric: Any) -> tuple[Callable[[Any], Any], Callable[[Any], Any]]:
    """Columns stay as they are."""
    return dict, load(rubric)
