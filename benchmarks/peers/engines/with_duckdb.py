"""DuckDB, one SQL query."""

from collections.abc import Callable
from typing import Any

import duckdb

WAY = "one SQL expression a clause, whole hundredths, one thread"
UNITS = 100
FORMS = {
    "zero": "CASE WHEN {0} THEN 0 ELSE {points} END",
    "zero twice": "CASE WHEN {0} OR {1} THEN 0 ELSE {points} END",
    "count": "CASE WHEN {step} * {0} < {points} THEN {points} - {step} * {0} ELSE 0 END",
    "count or zero": "CASE WHEN {1} OR {step} * {0} >= {points} THEN 0 ELSE {points} - {step} * {0} END",
    "flat or zero": "CASE WHEN {1} THEN 0 WHEN {0} THEN {less} ELSE {points} END",
    "shortfall": "greatest({points} - {step} * greatest({people} - {0}, 0), 0)",
    "penalty": "{points} - least({step} * {0}, {most})",
    "bonus": "least({step} * {0}, {most})",
}


def _query(rubric: Any, source: str) -> str:
    total = " + ".join(rubric.says(FORMS, int))
    return f"SELECT CASE WHEN {rubric.veto} THEN 0 ELSE {total} END AS total FROM {source}"


def _connect() -> Any:
    """A database in memory on one thread."""
    connection = duckdb.connect()
    connection.execute("SET threads = 1")
    return connection


def load(rubric: Any) -> Callable[[dict[str, Any]], int]:
    """The rubric ready: a record's total in hundredths."""
    connection = _connect()
    values = ", ".join(f"${name}::{'BOOLEAN' if name in rubric.flags else 'INTEGER'} AS {name}" for name in rubric.official)
    query = _query(rubric, f"(SELECT {values})")
    return lambda record: connection.execute(query, record).fetchone()[0]  # type: ignore[no-any-return]


def load_many(rubric: Any) -> tuple[Callable[[Any], Any], Callable[[Any], Any]]:
    """Columns as a table of the database."""
    connection = _connect()
    query = _query(rubric, "records")

    def prepare(columns: Any) -> None:
        connection.execute("CREATE OR REPLACE TABLE records AS SELECT * FROM columns")

    return prepare, lambda nothing: connection.execute(query).fetchnumpy()["total"]
