"""rulebook, compiled, totals alone of records that are known to be right: what the others do."""

from collections.abc import Callable
from typing import Any

import rulebook

WAY = "`ready.total(record, trusted=True)`: the number alone"
UNITS = 1
NAMES = "flat"


def load(rubric: Any) -> Callable[[dict[str, Any]], Any]:
    """The rubric ready, read from its Chinese text: a record's total in points."""
    total = rulebook.load(rubric.text).compiled().total
    return lambda record: total(record, trusted=True)
