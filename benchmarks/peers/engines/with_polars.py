"""Polars, one lazy expression. For one record its sum is horizontal, for many a chain of additions: each way was the faster."""

from collections.abc import Callable
from functools import reduce
from operator import add
from typing import Any

import polars as pl

WAY = "one lazy expression a clause, whole hundredths, one thread"
UNITS = 100


def _clause(one: Any) -> Any:
    """The clause as an expression."""
    a, b = (pl.col(name) for name in (*one.facts, *one.facts)[:2])
    left, worth = pl.lit(one.points, pl.Int32), a * one.step
    rest = pl.when(worth < left).then(left - worth).otherwise(0)
    short = (one.people - a) * one.step
    lost = pl.when(worth < one.most).then(worth).otherwise(one.most)
    return {
        "zero": lambda: pl.when(a).then(0).otherwise(left),
        "zero twice": lambda: pl.when(a | b).then(0).otherwise(left),
        "count": lambda: rest,
        "count or zero": lambda: pl.when(b).then(0).otherwise(rest),
        "flat or zero": lambda: pl.when(b).then(0).otherwise(pl.when(a).then(left - one.step).otherwise(left)),
        "shortfall": lambda: pl.when(short <= 0).then(left).when(short < left).then(left - short).otherwise(0),
        "penalty": lambda: left - lost,
        "bonus": lambda: lost,
    }[one.kind]()


def _total(rubric: Any, total: Any) -> Any:
    """That total, unless there is a veto."""
    return pl.when(pl.col(rubric.veto)).then(0).otherwise(total).alias("total")


def load(rubric: Any) -> Callable[[dict[str, Any]], int]:
    """The rubric ready: a record's total in hundredths."""
    total = _total(rubric, pl.sum_horizontal(map(_clause, rubric.scored)))
    schema = {name: pl.Boolean if name in rubric.flags else pl.Int32 for name in rubric.official}
    return lambda record: pl.DataFrame([record], schema=schema).lazy().select(total).collect().item()  # type: ignore[no-any-return]


def load_many(rubric: Any) -> tuple[Callable[[Any], Any], Callable[[Any], Any]]:
    """Columns as a data frame."""
    total = _total(rubric, reduce(add, map(_clause, rubric.scored)))
    return pl.DataFrame, lambda frame: frame.lazy().select(total).collect()["total"].to_numpy()
