"""rulebook, `book.score`: the reference evaluator, every number with its reason in a scorecard."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import rulebook

WAY = "`book.score`: the reference, a whole scorecard"
UNITS = 1
NAMES = "clauses"


def load(rubric: Any) -> Callable[[dict[str, Any]], Decimal]:
    """The rubric ready, read from its Chinese text: a record's total in points."""
    score = rulebook.load(rubric.text).score
    return lambda record: score(record).total  # type: ignore[return-value]
