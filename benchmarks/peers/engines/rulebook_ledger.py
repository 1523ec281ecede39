"""rulebook, compiled, every ledger row made with its sentence."""

from collections.abc import Callable
from typing import Any

import rulebook

WAY = "`ready.score(record).ledger`: all checked, every row with its sentence"
UNITS = 1
NAMES = "flat"


def load(rubric: Any) -> Callable[[dict[str, Any]], Any]:
    """The rubric ready, read from its Chinese text: a record's total in points, all rows of its ledger made."""
    scored = rulebook.load(rubric.text).compiled().score

    def total(record: dict[str, Any]) -> Any:
        score = scored(record)
        _ = score.ledger
        return score.total

    return total
