"""How long the command line takes to start and to score one record, against the bare imports that it stands on.

Whole processes, measured in one run: the commands take turns, round after round, so that a busy moment of the machine
falls on all of them alike. Printed: median milliseconds, and the two ratios that the project holds itself to.

    python benchmarks/startup.py [--rounds 21] [--evidence FILE]
"""

import argparse
import importlib.metadata
import os
import platform
import statistics
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SCRIPT = Path(sys.executable).with_name("rulebook")
TARGETS = (("--version", "import click", 1.5), ("score", "import lark, pydantic, yaml", 2.5))
"""Command, what it is held against, and the ratio that it must not exceed."""


def commands(evidence: Path) -> dict[str, list[str]]:
    """Name → the process it stands for."""
    return {
        "--version": [str(SCRIPT), "--version"],
        "import click": [sys.executable, "-c", "import click"],
        "score": [str(SCRIPT), "score", "county-2018", str(evidence)],
        "import lark, pydantic, yaml": [sys.executable, "-c", "import lark, pydantic, yaml"],
    }


def once(command: list[str]) -> float:
    """Seconds from start to end of one process. Raises CalledProcessError where it fails."""
    environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": ""}
    begin = time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, env=environment)
    return time.perf_counter() - begin


def measure(processes: dict[str, list[str]], rounds: int) -> dict[str, float]:
    """Name → median seconds, after one unmeasured round that fills the caches."""
    taken: dict[str, list[float]] = {name: [] for name in processes}
    for number in range(rounds + 1):
        for name, command in processes.items():
            seconds = once(command)
            if number:
                taken[name].append(seconds)
    return {name: statistics.median(several) for name, several in taken.items()}


def table(medians: dict[str, float]) -> list[str]:
    """The medians and the ratios, a line each."""
    lines = [f"{'process':<30} {'median ms':>10}"]
    lines += [f"{name:<30} {seconds * 1000:>10.1f}" for name, seconds in medians.items()]
    lines.append("")
    lines.append(f"{'ratio':<44} {'measured':>9} {'at most':>8}")
    for command, against, most in TARGETS:
        ratio = medians[command] / medians[against]
        mark = "" if ratio <= most else "  too slow"
        lines.append(f"{f'{command} : {against}':<44} {ratio:>9.2f} {most:>8.2f}{mark}")
    return lines


def versions() -> str:
    """Python and the packages measured."""
    packages = ("rulebook-dsl", "click", "lark", "pydantic", "PyYAML")
    named = [f"{name} {importlib.metadata.version(name)}" for name in packages]
    return f"Python {platform.python_version()}, {', '.join(named)}, {os.cpu_count()} cores"


def main() -> int:
    """Prints the table; 1 where a ratio is exceeded."""
    parser = argparse.ArgumentParser(description="start-up of the command line, as ratios of whole processes")
    parser.add_argument("--rounds", type=int, default=21)
    parser.add_argument("--evidence", type=Path, default=ROOT / "examples" / "zhongning-county.yaml")
    arguments = parser.parse_args()
    medians = measure(commands(arguments.evidence.resolve()), arguments.rounds)
    print(versions())
    print("\n".join(table(medians)))
    return int(any(medians[command] / medians[against] > most for command, against, most in TARGETS))


if __name__ == "__main__":
    sys.exit(main())
