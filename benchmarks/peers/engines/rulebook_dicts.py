"""rulebook, a list of dicts: `book.score_many`, every cell checked."""

from collections.abc import Callable
from typing import Any

from benchmarks.peers.engines.rulebook_columns import UNITS, scored

__all__ = ["NAMES", "TAKES", "UNITS", "WAY", "load", "load_many"]
WAY = "`book.score_many(records, want='total')`: all checked"
NAMES = "flat"
TAKES = "records"


def load(rubric: Any) -> Callable[[dict[str, Any]], int]:
    """The rubric ready, read from its Chinese text: a record's total in hundredths."""
    score = scored(rubric)
    return lambda record: int(score([record])[0])


def load_many(rubric: Any) -> tuple[Callable[[Any], Any], Callable[[Any], Any]]:
    """Records stay as they are."""
    return list, scored(rubric)
