"""zen-engine: one compiled expression of its language."""

from collections.abc import Callable
from typing import Any

import zen

WAY = "one compiled expression"
UNITS = 1
FORMS = {
    "zero": "({0} ? 0 : {points})",
    "zero twice": "({0} or {1} ? 0 : {points})",
    "count": "max([{points} - {step} * {0}, 0])",
    "count or zero": "({1} ? 0 : max([{points} - {step} * {0}, 0]))",
    "flat or zero": "({1} ? 0 : ({0} ? {less} : {points}))",
    "shortfall": "max([{points} - {step} * max([{people} - {0}, 0]), 0])",
    "penalty": "({points} - min([{step} * {0}, {most}]))",
    "bonus": "min([{step} * {0}, {most}])",
}


def load(rubric: Any) -> Callable[[dict[str, Any]], Any]:
    """The rubric ready: a record's total in points."""
    return zen.compile_expression(f"{rubric.veto} ? 0 : {' + '.join(rubric.says(FORMS))}").evaluate  # type: ignore[no-any-return]
