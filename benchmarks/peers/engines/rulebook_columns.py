"""rulebook, whole columns: `book.score_many`, every cell checked."""

from collections.abc import Callable
from typing import Any

import numpy as np

import rulebook

WAY = "`book.score_many(columns, want='total')`: all checked"
UNITS = 100
NAMES = "flat"


def load(rubric: Any) -> Callable[[dict[str, Any]], int]:
    """The rubric ready, read from its Chinese text: a record's total in hundredths."""
    score = scored(rubric)
    return lambda record: int(score({name: np.array([value]) for name, value in record.items()})[0])


def load_many(rubric: Any) -> tuple[Callable[[Any], Any], Callable[[Any], Any]]:
    """Columns under their official names."""
    return lambda columns: {rubric.official[name]: values for name, values in columns.items()}, scored(rubric)


def scored(rubric: Any) -> Callable[[Any], Any]:
    """From a table to its totals in hundredths."""
    many = rulebook.load(rubric.text).score_many

    def score(table: Any) -> Any:
        found = many(table, want="total")
        return found["total"].astype(np.int32) * (UNITS // found.scale)

    return score
