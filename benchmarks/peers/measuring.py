"""One engine in a process of its own: `python -m benchmarks.peers.measuring ENGINE CASE`, figures as JSON on the standard output.

Times are processor time of all threads. In every round G and the engine take turns, so that a busy moment falls on both; what counts is the ratio.
"""

import argparse
import gc
import importlib
import json
import math
import os
import platform
import statistics
import time
from collections.abc import Callable, Sequence
from decimal import Decimal
from fractions import Fraction
from importlib.metadata import version
from pathlib import Path
from typing import Any

from benchmarks.peers import engines
from benchmarks.peers.rubric import Case, Rubric, read

ROUND = 0.03
"""Seconds that a turn is to take, as far as whole records allow."""
CHECKED = 3.0
"""Seconds that may be spent on comparing totals."""
LOADS = 5


def resident(peak: bool = False) -> float:
    """Megabytes of this process in memory, now or at most since `forget`; not a number where the system does not tell."""
    try:
        said = Path("/proc/self/status").read_text(encoding="ascii")
    except OSError:
        return math.nan
    name = "VmHWM:" if peak else "VmRSS:"
    return next(int(line.split()[1]) for line in said.splitlines() if line.startswith(name)) / 1024


def forget() -> None:
    """The peak starts anew, where the system allows it."""
    try:
        Path("/proc/self/clear_refs").write_text("5", encoding="ascii")
    except OSError:
        return


def exact(total: Any, hundredths: int, units: int) -> bool:
    """Whether a total is the number itself. A binary fraction is where no other of its kind is nearer."""
    if units == 100:
        return bool(total == hundredths)
    if isinstance(total, (int, Decimal, Fraction)):
        return Fraction(total) == Fraction(hundredths, 100)
    return bool(total == type(total)(hundredths / 100))


def near(total: Any, hundredths: int, units: int) -> bool:
    """Whether a total is right once it is rounded to hundredths."""
    return round(float(total) * 100 / units) == hundredths


def seconds(work: Callable[[], Any]) -> float:
    """Processor time of a piece of work."""
    begin = time.process_time()
    work()
    return time.process_time() - begin


def over(score: Callable[[Any], Any], records: Sequence[Any]) -> Callable[[], None]:
    """Every record scored, nothing kept."""

    def work() -> None:
        for record in records:
            score(record)

    return work


def turns(g: Callable[[], Any], engine: Callable[[], Any], rounds: int, size: float) -> tuple[float, float]:
    """Median seconds of the engine, and median of its ratio to G with `size` times the records of G."""
    taken = [(seconds(g), seconds(engine)) for _ in range(rounds)]
    return statistics.median(mine for _, mine in taken), statistics.median(mine / (one * size) for one, mine in taken)


def some(records: list[Any], each: float) -> list[Any]:
    """So many records, from the first on and round again, as fill a turn."""
    number = max(1, min(int(ROUND / max(each, 1e-7)), 20_000))
    return (records * (number // len(records) + 1))[:number]


def first(name: str, rubric: Rubric, record: dict[str, Any]) -> tuple[Any, dict[str, float]]:
    """The module, and what it costs to have it and the rubric ready."""
    before = resident()
    found: dict[str, Any] = {}
    imported = seconds(lambda: found.update(module=importlib.import_module(f"benchmarks.peers.engines.{name}")))
    module = found["module"]
    own = rubric.named(record, getattr(module, "NAMES", "plain"))
    loads = [seconds(lambda: module.load(rubric)(own))]
    held = resident() - before
    loads += [seconds(lambda: module.load(rubric)(own)) for _ in range(LOADS - 1)]
    return module, {"import_ms": imported * 1e3, "load_ms": statistics.median(loads) * 1e3, "held_mb": held}


def yardstick(rubric: Rubric) -> Callable[[Any], int]:
    """G for that rubric."""
    return importlib.import_module(f"benchmarks.peers.engines.{engines.YARDSTICK}").load(rubric)  # type: ignore[no-any-return]


def one(module: Any, case: Case, rounds: int) -> dict[str, float]:
    """Totals compared, then one record after the other timed."""
    names = getattr(module, "NAMES", "plain")
    records = [case.rubric.named(record, names) for record in case.records]
    score = module.load(case.rubric)
    gc.collect()
    gc.freeze()
    forget()
    before, begin, told = resident(), time.process_time(), []
    for record in records:
        told.append(score(record))
        if time.process_time() - begin > CHECKED:
            break
    each = (time.process_time() - begin) / len(told)
    pairs = list(zip(told, case.totals, strict=False))
    found = {
        "compared": len(pairs),
        "near": sum(near(total, wanted, module.UNITS) for total, wanted in pairs),
        "exact": sum(exact(total, wanted, module.UNITS) for total, wanted in pairs),
        "scoring_mb": resident(peak=True) - before,
    }
    g = yardstick(case.rubric.flat if names == "flat" else case.rubric)
    mine, plain = some(records, each), some(records if names == "flat" else case.records, 5e-6)
    taken, ratio = turns(over(g, plain), over(score, mine), rounds, len(mine) / len(plain))
    return {**found, "one_us": taken / len(mine) * 1e6, "one_g": ratio}


def many(module: Any, case: Case, rows: int, rounds: int) -> dict[str, float]:
    """So many records at once: the given ones again and again."""
    import numpy as np

    names, records = getattr(module, "NAMES", "plain"), case.records
    repeat = -(-rows // len(records))
    wanted = np.tile(np.array(case.totals), repeat)[:rows]
    prepare, score = module.load_many(case.rubric)
    if getattr(module, "TAKES", "columns") == "records":
        records = [case.rubric.named(record, names) for record in records]
        g, table = yardstick(case.rubric.flat if names == "flat" else case.rubric), prepare((records * repeat)[:rows])
    else:
        columns = {
            name: np.tile(np.array([record[name] for record in records], bool if name in case.rubric.flags else np.int32), repeat)[:rows]
            for name in case.rubric.official
        }
        g, table = yardstick(case.rubric), prepare(columns)
    score(table)
    forget()
    before = resident()
    totals = score(table)
    peak = resident(peak=True) - before
    plain = some(records, 5e-6)
    taken, ratio = turns(over(g, plain), lambda: score(table), rounds, rows / len(plain))
    right = np.rint(np.asarray(totals, float) * (100 / module.UNITS)) == wanted
    return {"rows": rows, "many_right": int(right.sum()), "many_per_s": rows / taken, "many_g": 1 / ratio, "scoring_mb": peak}


def measure(name: str, case: Case, rows: int, rounds: int) -> dict[str, Any]:
    """Every figure of an engine."""
    module, found = first(name, case.rubric, case.records[0])
    distribution = engines.EVERY[name]
    figures: dict[str, Any] = {"way": module.WAY, "version": version(distribution) if distribution else platform.python_version(), **found}
    figures |= one(module, case, rounds)
    if hasattr(module, "load_many"):
        figures |= many(module, case, rows, rounds)
    else:
        figures |= {"many_per_s": 1e6 / figures["one_us"], "many_g": 1 / figures["one_g"]}
    return figures


def main() -> None:
    """Prints the figures, or what went wrong."""
    parser = argparse.ArgumentParser()
    parser.add_argument("engine", choices=engines.EVERY)
    parser.add_argument("case", type=Path)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=9)
    arguments = parser.parse_args()
    os.environ["POLARS_MAX_THREADS"] = "1"  # read once, when it is imported
    try:
        found = measure(arguments.engine, read(arguments.case), arguments.rows, arguments.rounds)
    except Exception as error:  # whatever a library does is a row of the table
        found = {"error": f"{type(error).__name__}: {error}".splitlines()[0][:200]}
    print(json.dumps(found))


if __name__ == "__main__":
    main()
