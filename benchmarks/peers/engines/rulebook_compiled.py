"""rulebook, compiled, as one calls it: every fact checked, the ledger kept for whoever asks; made ready from the cache after the first time."""

from collections.abc import Callable
from typing import Any

import rulebook

WAY = "`ready.score(record).total`: all checked, ledger kept; loaded from the cache"
UNITS = 1
NAMES = "flat"


def load(rubric: Any) -> Callable[[dict[str, Any]], Any]:
    """The rubric ready: a record's total in points."""
    score = rulebook.compiled(rubric.text).score
    return lambda record: score(record).total
