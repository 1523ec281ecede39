"""How long the command line takes to start and to score one record, against an empty program and the imports that it cannot do without.

Whole processes, measured in one run: they take turns, round after round, so that a busy moment of the machine falls on all of them alike.
Printed: median milliseconds of the processor, how many empty programs that is, and the ratios that the project holds itself to.

    python benchmarks/startup.py [--rounds 21] [--evidence FILE]
"""

import argparse
import importlib.metadata
import os
import platform
import resource
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SCRIPT = Path(sys.executable).with_name("rulebook")
EMPTY, IMPORTS = "an empty program", "import click, yaml"
TARGETS = (
    ("--version", "import click", 1.5),
    ("score, from the cache", IMPORTS, 4.5),
    ("score, from text", IMPORTS, 9.0),
    ("import rulebook.api", "import pydantic's BaseModel", 2.2),
)
"""Command, what it is held against, and the ratio that it must not exceed."""


def commands(evidence: Path, cache: str) -> dict[str, tuple[list[str], str]]:
    """Name → the process it stands for, and the folder of its cache."""
    score = [str(SCRIPT), "score", "county-2018", str(evidence)]
    return {
        EMPTY: ([sys.executable, "-c", "pass"], ""),
        "import click": ([sys.executable, "-c", "import click"], ""),
        IMPORTS: ([sys.executable, "-c", IMPORTS], ""),
        "import pydantic's BaseModel": ([sys.executable, "-c", "from pydantic import BaseModel"], ""),
        "import rulebook.api": ([sys.executable, "-c", "import rulebook.api"], ""),
        "--version": ([str(SCRIPT), "--version"], ""),
        "score, from the cache": (score, cache),
        "score, from text": (score, ""),
    }


def once(command: list[str], cache: str) -> float:
    """Milliseconds of the processor, from start to end of one process. Raises CalledProcessError where it fails."""
    environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": "", "RULEBOOK_CACHE": cache}
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, env=environment)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return (after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime) * 1000


def measure(processes: dict[str, tuple[list[str], str]], rounds: int) -> dict[str, list[float]]:
    """Name → milliseconds of every round, after one unmeasured round that fills the caches."""
    taken: dict[str, list[float]] = {name: [] for name in processes}
    for number in range(rounds + 1):
        for name, (command, cache) in processes.items():
            milliseconds = once(command, cache)
            if number:
                taken[name].append(milliseconds)
    return taken


def ratio(taken: dict[str, list[float]], one: str, other: str) -> float:
    """The median of the ratios of the rounds."""
    return statistics.median(a / b for a, b in zip(taken[one], taken[other], strict=True))


def table(taken: dict[str, list[float]]) -> list[str]:
    """The medians and the ratios, a line each."""
    lines = [f"{'process':<30} {'median ms':>10} {'× empty':>9}"]
    lines += [f"{name:<30} {statistics.median(several):>10.1f} {ratio(taken, name, EMPTY):>9.2f}" for name, several in taken.items()]
    lines.append("")
    lines.append(f"{'ratio':<52} {'measured':>9} {'at most':>8}")
    for command, against, most in TARGETS:
        measured = ratio(taken, command, against)
        mark = "" if measured <= most else "  too slow"
        lines.append(f"{f'{command} : {against}':<52} {measured:>9.2f} {most:>8.2f}{mark}")
    return lines


def versions() -> str:
    """Python and the packages measured."""
    packages = ("rulebook-dsl", "click", "pydantic", "PyYAML")
    named = [f"{name} {importlib.metadata.version(name)}" for name in packages]
    return f"Python {platform.python_version()}, {', '.join(named)}, {os.cpu_count()} cores"


def main() -> int:
    """Prints the table; 1 where a ratio is exceeded."""
    parser = argparse.ArgumentParser(description="start-up of the command line, as ratios of whole processes")
    parser.add_argument("--rounds", type=int, default=21)
    parser.add_argument("--evidence", type=Path, default=ROOT / "examples" / "zhongning-county.yaml")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as cache:
        taken = measure(commands(arguments.evidence.resolve(), cache), arguments.rounds)
    print(versions())
    print("\n".join(table(taken)))
    return int(any(ratio(taken, command, against) > most for command, against, most in TARGETS))


if __name__ == "__main__":
    sys.exit(main())
