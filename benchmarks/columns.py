"""How fast tables are scored, as multiples of whole-column NumPy in int32 for the same rubric, and how much memory that takes.

The rubric is that of `one_record.py`: 85 clauses, 120 facts. From the same list of plain values two things are written, neither of which knows of the
other: the rulebook as Chinese text, and the NumPy that somebody would write by hand, a whole column at a time. Rounds take turns, so that a busy
moment falls on all alike; printed are medians of the ratios of rounds. Before anything is timed, totals are compared. Memory is the peak that Python
and NumPy allocate over what was there before.

Totals and clause scores are taken with NumPy alone and, where numba is installed, by the compiled kernel, which is held against memory as well: against
the time that NumPy takes to add up the same columns as whole words.

    python benchmarks/columns.py [--rounds 7] [--rows 1000000] [--large]
    python benchmarks/columns.py --parquet --rows 100000000
"""

import argparse
import hashlib
import platform
import statistics
import sys
import tempfile
import threading
import time
import tracemalloc
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from fractions import Fraction
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import numpy as np
import one_record as rubric

import rulebook
from rulebook.engines import columns as engines

ENGINES = ("", ", kernel")
Table = dict[str, Any]
GOALS = {"totals": 5.0, "all clause scores": 3.5, "totals, kernel": 18.0}
"""What is held to so many times the rate of whole columns."""
SHARE = 0.35
"""So much of the rate at which memory is read, totals by the kernel reach."""
MEMORY = 6.0
"""MB over the data that totals of 10⁶ rows may take."""
RECORDS = 1.8
"""So many times the rate of G a list of dicts goes."""


def table(items: rubric.Rubric, rows: int, seed: int = rubric.SEED) -> Table:
    """Columns as a person who thinks of speed would hold them: yes and no as bool, counts as bytes."""
    draw, found = np.random.default_rng(seed), dict[str, Any]()
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
    """Seconds of processor time, round by round. Each finds memory that was used and given back a moment ago, and none of its columns in a cache."""
    taken: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(rounds):
        for name, work in ways.items():
            np.ones(25_000_000)
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
        "the columns read, nothing else": lambda: [column[: len(column) // 8 * 8].view(np.int64).sum() for column in known.values()],
    }
    for name, want, columns in (
        ("totals", ["total"], known), ("totals, from int64", ["total"], wide), ("totals and ends, a tenth unknown", ["total", "lower", "upper"], holes),
        ("all clause scores", ["clauses"], known),
    ):  # fmt: skip
        for engine in ENGINES if engines.compiled() else ENGINES[:1]:
            ways[name + engine] = partial(by, engine, book, columns, want)
    for engine in ENGINES:
        out = by(engine, book, known, ["total"])
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
    if engines.compiled():
        share = ratio(taken, "the columns read, nothing else", "totals, kernel")
        print(f"totals by the kernel take {share:.0%} of what memory gives (at least {SHARE:.0%}){'  missed' if share < SHARE else ''}")
        failed = failed or share < SHARE
    return failed


def by(engine: str, book: rulebook.Rulebook, columns: Table, want: list[str]) -> Any:
    """The scores, by NumPy or by the kernel, whatever is installed and however many rows there are."""
    usual, engines.MANY = engines.MANY, 0 if engine else 1 << 62
    try:
        return book.score_many(columns, want=want)
    finally:
        engines.MANY = usual


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


def by_files(items: rubric.Rubric, most: int) -> None:
    """Prints what it takes to score Parquet files of 10⁴ rows and ten times as many each time, all rows different, every total compared."""
    print(f"{'rows':>12} {'file, MB':>9} {'seconds':>9} {'of processor':>12} {'a million rows':>14} {'ns a row':>9} {'own MB':>7} {'mapped MB':>9}")
    rows = 10_000
    while rows <= most:
        with tempfile.TemporaryDirectory() as folder:
            source, target = Path(folder) / "in.parquet", Path(folder) / "out.parquet"
            wanted = written(items, source, rows)
            with ProcessPoolExecutor(1, get_context("spawn")) as pool:
                wall, taken, own, mapped = pool.submit(scored, rubric.text(items), source, target).result()
            if digest(target) != wanted:
                sys.exit("not alike")
            size = source.stat().st_size / 1e6
        rate = taken / rows
        print(f"{rows:>12,} {size:>9,.1f} {wall:>9.2f} {taken:>12.2f} {rate * 1e6:>14.2f} {rate * 1e9:>9.0f} {own:>7.0f} {mapped:>9.0f}", flush=True)
        rows *= 10


def written(items: rubric.Rubric, path: Path, rows: int) -> str:
    """Random records are in the file, drawn and written a row group after the other; gives the digest of their totals."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    totals, writer = hashlib.sha256(), None
    for number, start in enumerate(range(0, rows, 1 << 16)):
        known = table(items, min(1 << 16, rows - start), rubric.SEED + number)
        batch = pa.table(known)
        writer = writer or pq.ParquetWriter(path, batch.schema)
        writer.write_table(batch)
        totals.update(whole_columns(items, as_usual(known)).astype(np.int64).tobytes())
    assert writer is not None
    writer.close()
    return totals.hexdigest()


def scored(text: str, source: Path, target: Path) -> tuple[float, float, float, float]:
    """The file is scored, in a process that does nothing else. Gives seconds, seconds of the processor, MB of its own and MB of mapped files at most."""
    found, done = [(0.0, 0.0)], threading.Event()

    def watch() -> None:
        while not done.wait(0.02):
            said = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text().splitlines())
            found.append((int(said["RssAnon"].split()[0]) / 1e3, int(said["RssFile"].split()[0]) / 1e3))

    book = rulebook.load(text)
    book.compiled()
    watcher = threading.Thread(target=watch)
    watcher.start()
    wall, begin = time.perf_counter(), time.process_time()
    book.score_many(source, out=target, want=["total"])
    taken = time.perf_counter() - wall, time.process_time() - begin
    done.set()
    watcher.join()
    return *taken, max(own for own, _ in found), max(mapped for _, mapped in found)


def digest(path: Path) -> str:
    """The digest of the totals in a file of results."""
    import pyarrow.parquet as pq

    totals = hashlib.sha256()
    with pq.ParquetFile(path) as file:
        for batch in file.iter_batches(1 << 16, columns=["total"]):
            column = batch.column(0)
            words = np.frombuffer(column.buffers()[1], np.int64)[2 * column.offset :: 2][: len(column)]
            totals.update((words * (100 // 10**column.type.scale)).tobytes())
    return totals.hexdigest()


def main() -> int:
    """Prints the tables; 1 where a goal is missed."""
    parser = argparse.ArgumentParser(description="tables, as multiples of whole-column NumPy")
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--large", action="store_true", help="10⁷ rows as well")
    parser.add_argument("--parquet", action="store_true", help="only files, from 10⁴ rows to so many as --rows says")
    arguments = parser.parse_args()
    items = rubric.rubric()
    if arguments.parquet:
        by_files(items, arguments.rows)
        return 0
    book = rulebook.load(rubric.text(items))
    print(f"Python {platform.python_version()}, NumPy {np.__version__}, {arguments.rounds} rounds")
    failed = by_columns(items, book, arguments)
    failed = by_records(items, book, arguments.rounds) or failed
    by_size(items, book, arguments.large)
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
