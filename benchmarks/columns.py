"""How fast tables are scored, as multiples of whole-column NumPy in int32 for the same rubric, and how much memory that takes.

The rubric is that of `one_record.py`: 85 clauses, 120 facts. From the same list of plain values two things are written, neither of which knows of the
other: the rulebook as Chinese text, and the NumPy that somebody would write by hand, a whole column at a time. Rounds take turns, so that a busy
moment falls on all alike; printed are medians of the ratios of rounds. Before anything is timed, totals are compared. Memory is the peak that Python
and NumPy allocate over what was there before.

    python benchmarks/columns.py [--rounds 7] [--rows 1000000] [--large]
"""

import argparse
import platform
import statistics
import sys
import tempfile
import time
import tracemalloc
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import one_record as rubric

import rulebook

Table = dict[str, Any]
GOALS = {"totals": 5.0, "all clause scores": 3.5}
"""What is held to so many times the rate of whole columns."""
MEMORY = 6.0
"""MB over the data that totals of 10⁶ rows may take."""
RECORDS = 1.8
"""So many times the rate of G a list of dicts goes."""


def table(items: rubric.Rubric, rows: int) -> Table:
    """Columns as a person who thinks of speed would hold them: yes and no as bool, counts as bytes."""
    draw, found = np.random.default_rng(rubric.SEED), dict[str, Any]()
    counts = np.array([0, 0, 0, 1, 1, 2, 3, 5], np.int8)
    for address, one in rubric.addressed(items):
        for name in one.facts():
            if one.kind == "shortfall":
                column = draw.integers(0, 13, rows, dtype=np.int8)
            elif one.kind in ("penalty", "bonus") or name == "缺":
                column = counts[draw.integers(0, len(counts), rows, dtype=np.int8)]
            else:
                column = draw.random(rows, dtype=np.float32) < (0.01 if one.kind == "veto" else 0.15)
            found[f"{address} {name}"] = column
    return found


def as_usual(known: Table) -> Table:
    """The same with counts as int32."""
    return {name: column if column.dtype == bool else column.astype(np.int32) for name, column in known.items()}


def whole_columns(items: rubric.Rubric, known: Table) -> Any:
    """The totals in hundredths, clause after clause over whole columns."""
    rows = len(next(iter(known.values())))
    total = np.full(rows, sum(one.points for item in items for one in item if one.kind == "penalty"), np.int32)
    for address, one in rubric.addressed(items):
        facts = [known[f"{address} {name}"] for name in one.facts()]
        zero, points, step, bound = np.int32(0), np.int32(one.points), np.int32(one.step), np.int32(one.bound)
        if one.kind == "zero":
            total += np.where(facts[0], zero, points)
        elif one.kind == "zero twice":
            total += np.where(facts[0] | facts[1], zero, points)
        elif one.kind == "count":
            total += np.maximum(points - step * facts[0], zero)
        elif one.kind == "count or zero":
            total += np.where(facts[1], zero, np.maximum(points - step * facts[0], zero))
        elif one.kind == "flat or zero":
            total += np.where(facts[1], zero, np.where(facts[0], points - step, points))
        elif one.kind == "shortfall":
            total += np.maximum(points - step * np.maximum(bound - facts[0], zero), zero)
        elif one.kind == "penalty":
            total -= np.minimum(step * facts[0], bound)
        elif one.kind == "bonus":
            total += np.minimum(step * facts[0], bound)
        else:
            total = np.where(facts[0] & (total > 0), zero, total)
    return total


def timed(ways: dict[str, Callable[[], Any]], rounds: int) -> dict[str, list[float]]:
    """Seconds of processor time, round by round."""
    taken: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(rounds):
        for name, work in ways.items():
            begin = time.thread_time()
            work()
            taken[name].append(time.thread_time() - begin)
    return taken


def peak(work: Callable[[], Any]) -> float:
    """MB at most over what was there."""
    tracemalloc.start()
    work()
    found = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return found / 1e6


def ratio(taken: dict[str, list[float]], slow: str, fast: str) -> float:
    """The median of how many times one is as fast as another."""
    return statistics.median(one / other for one, other in zip(taken[slow], taken[fast], strict=True))


def by_columns(items: rubric.Rubric, book: rulebook.Rulebook, arguments: argparse.Namespace) -> bool:
    """Prints rates and memory on columns; True where a goal is missed."""
    known = table(items, arguments.rows)
    usual, wide = as_usual(known), {name: column.astype(np.int64) if column.dtype != bool else column for name, column in known.items()}
    first = next(iter(known))
    holes = known | {first: np.ma.MaskedArray(known[first], np.arange(arguments.rows) % 10 == 0)}
    ways: dict[str, Callable[[], Any]] = {
        "whole columns, int32": lambda: whole_columns(items, usual),
        "totals": lambda: book.score_many(known, want=["total"]),
        "totals, from int64": lambda: book.score_many(wide, want=["total"]),
        "totals and ends, a tenth unknown": lambda: book.score_many(holes, want=["total", "lower", "upper"]),
        "all clause scores": lambda: book.score_many(known, want=["clauses"]),
    }
    out = book.score_many(known, want=["total"])
    alike = out["total"].astype(np.int64) * 100 == whole_columns(items, usual).astype(np.int64) * out.scale
    if not alike.all() or out.ways["straight"] != arguments.rows:
        sys.exit("not alike")
    taken, failed = timed(ways, arguments.rounds), False
    print(f"{f'{arguments.rows:,} rows':<36} {'rows/s':>12} {'× whole columns':>16} {'at least':>9} {'MB':>8}")
    for name, work in ways.items():
        rate, memory = arguments.rows / statistics.median(taken[name]), peak(work)
        times = ratio(taken, "whole columns, int32", name)
        missed = times < GOALS.get(name, 0) or (name == "totals" and memory > MEMORY)
        failed = failed or missed
        print(f"{name:<36} {rate:>12,.0f} {times:>16.2f} {GOALS.get(name, ''):>9} {memory:>8.1f}{'  missed' if missed else ''}")
    return failed


def by_records(items: rubric.Rubric, book: rulebook.Rulebook, rounds: int) -> bool:
    """Prints the rate of a list of dicts, beside G; True where the goal is missed."""
    g, drawn = rubric.yardstick(items), rubric.records(items, 20_000)
    names = [sys.intern(name) for name in drawn[0]]
    known = [dict(zip(names, record.values(), strict=True)) for record in drawn]  # keys are shared, as where one program makes the records
    ways: dict[str, Callable[[], Any]] = {"G": lambda: [g(record) for record in known], "list of dicts": lambda: book.score_many(known, want=["total"])}
    out = ways["list of dicts"]()
    if any(Fraction(int(one), out.scale) != Fraction(other, 100) for one, other in zip(out["total"], ways["G"](), strict=True)):
        sys.exit("not alike")
    times = ratio(timed(ways, rounds), "G", "list of dicts")
    print(f"a list of dicts goes {times:.2f} times as fast as G (at least {RECORDS}){'  missed' if times < RECORDS else ''}")
    return times < RECORDS


def by_size(items: rubric.Rubric, book: rulebook.Rulebook, large: bool) -> None:
    """Prints time and memory against the number of rows: in memory, and through Parquet files."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    part = table(items, 100_000)
    print(f"{'rows':>12} {'ns a row':>9} {'MB over the data':>17} {'file to file, ns a row':>23} {'MB (Python, Arrow)':>19}")
    for rows in [10_000, 100_000, 1_000_000, *([10_000_000] if large else [])]:
        known = {name: np.resize(column, rows) for name, column in part.items()}
        work = lambda known=known: book.score_many(known, want=["total"])  # noqa: E731
        seconds = statistics.median(timed({"": work}, 5)[""])
        memory = peak(work)
        batch = pa.table({name: column[: 1 << 16] for name, column in known.items()})
        del known
        with tempfile.TemporaryDirectory() as folder:
            source = Path(folder) / "in.parquet"
            with pq.ParquetWriter(source, batch.schema) as writer:
                for start in range(0, rows, batch.num_rows):
                    writer.write_table(batch.slice(0, min(batch.num_rows, rows - start)))
            begin = time.process_time()
            tracemalloc.start()
            pool = pa.default_memory_pool()
            book.score_many(source, out=Path(folder) / "out.parquet", want=["total"])
            taken = time.process_time() - begin
            moved = tracemalloc.get_traced_memory()[1] / 1e6, (pool.max_memory() or 0) / 1e6
            tracemalloc.stop()
            assert pq.read_metadata(Path(folder) / "out.parquet").num_rows == rows
        print(f"{rows:>12,} {seconds / rows * 1e9:>9.1f} {memory:>17.1f} {taken / rows * 1e9:>23.0f} {moved[0]:>9.1f} {moved[1]:>9.1f}")


def main() -> int:
    """Prints the tables; 1 where a goal is missed."""
    parser = argparse.ArgumentParser(description="tables, as multiples of whole-column NumPy")
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--large", action="store_true", help="10⁷ rows as well")
    arguments = parser.parse_args()
    items = rubric.rubric()
    book = rulebook.load(rubric.text(items))
    print(f"Python {platform.python_version()}, NumPy {np.__version__}, {arguments.rounds} rounds")
    failed = by_columns(items, book, arguments)
    failed = by_records(items, book, arguments.rounds) or failed
    by_size(items, book, arguments.large)
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
