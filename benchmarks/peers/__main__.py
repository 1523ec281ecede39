"""`python -m benchmarks.peers`: every engine measured in a process of its own, and the table of docs/reference/peers.md written anew.

Run from the top of the checkout, by a Python that has rulebook. The engines are installed into `.peers-env`, or taken from the Python that `--python` names.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import venv
from pathlib import Path
from typing import Any

from benchmarks.peers import page
from benchmarks.peers.engines import EVERY, OURS, TITLES, YARDSTICK
from benchmarks.peers.rubric import make

ROOT = Path(__file__).resolve().parents[2]
REQUIREMENTS = Path(__file__).with_name("requirements.txt")
LONGEST = 600
"""Seconds that one engine may take."""


def wanted() -> dict[str, str]:
    """Distribution → the requirement that pins it."""
    lines = [line.strip() for line in REQUIREMENTS.read_text(encoding="utf-8").splitlines()]
    return {line.partition("==")[0]: line for line in lines if line and not line.startswith("#")}


def install(folder: Path) -> tuple[Path, dict[str, str]]:
    """The Python of that environment, everything installed that installs; and of the rest, why not."""
    if not folder.exists():
        venv.create(folder, with_pip=True)
    python = folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    failed = {}
    for name, requirement in {"rulebook-dsl": f"-e{ROOT}", **wanted()}.items():
        print(f"installing {name}", file=sys.stderr)
        done = subprocess.run([python, "-m", "pip", "install", "--quiet", requirement], capture_output=True, encoding="utf-8")
        if done.returncode:
            said = [line for line in done.stderr.splitlines() if "ERROR" in line] or done.stderr.splitlines() or ["no reason given"]
            failed[name] = f"does not install: {said[-1]}"[:200]
    return python, failed


def measure(python: Path, name: str, case: Path, rows: int, rounds: int) -> dict[str, Any]:
    """The figures of one engine, or its error."""
    command = [python, "-m", "benchmarks.peers.measuring", name, case, "--rows", str(rows), "--rounds", str(rounds)]
    environment = {**os.environ, "RULEBOOK_CACHE": str(case.parent)}
    try:
        done = subprocess.run([str(word) for word in command], cwd=ROOT, env=environment, capture_output=True, encoding="utf-8", timeout=LONGEST)
    except subprocess.TimeoutExpired:
        return {"error": f"took longer than {LONGEST} s"}
    try:
        return json.loads(done.stdout.splitlines()[-1])  # type: ignore[no-any-return]
    except (IndexError, ValueError):
        return {"error": f"ended with {done.returncode}: {(done.stderr.splitlines() or ['nothing said'])[-1]}"[:200]}


def main() -> int:
    """Measures, prints a line an engine, and writes the page; 1 where one of ours failed or was not exact."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.peers", description="the same rubric in other engines, side by side")
    parser.add_argument("--python", type=Path, help="a Python that has the engines; else they are installed into .peers-env")
    parser.add_argument("--only", help="names of engines with commas between; nothing is written then")
    parser.add_argument("--records", type=int, default=1_000, help="different records")
    parser.add_argument("--rows", type=int, default=1_000_000, help="rows of the tables that engines take at once")
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--page", type=Path, default=ROOT / "docs" / "reference" / "peers.md")
    arguments = parser.parse_args()
    if min(arguments.records, arguments.rows, arguments.rounds) < 1:
        parser.error("records, rows and rounds are at least 1")
    names = arguments.only.split(",") if arguments.only else list(EVERY)
    if unknown := sorted(set(names) - set(EVERY)):
        parser.error(f"no engine is called {', '.join(unknown)}; there are {', '.join(EVERY)}")
    if arguments.python and not arguments.python.is_file():
        parser.error(f"there is no {arguments.python}")
    python, failed = (arguments.python.absolute(), {}) if arguments.python else install(ROOT / ".peers-env")
    figures: dict[str, dict[str, Any]] = {}
    pinned = wanted()
    with tempfile.TemporaryDirectory() as folder:
        case = Path(folder) / "case.json"
        make(arguments.records).write(case)
        for name in names:
            found = measure(python, name, case, arguments.rows, arguments.rounds)
            if "error" in found:
                found |= {"version": pinned.get(EVERY[name], "—").partition("==")[2] or "—", "error": failed.get(EVERY[name], found["error"])}
            figures[name] = found
            print(page.row(name, found), flush=True)
    if not arguments.only and "error" not in figures[YARDSTICK]:
        told = f"Python {figures[YARDSTICK]['version']}, {arguments.records:,} records, {arguments.rows:,} rows, {arguments.rounds} rounds"
        page.write(arguments.page, page.measured(figures, told))
    bad = [TITLES[name] for name in names if name in OURS and ("error" in figures[name] or not page.sound(figures[name]))]
    if bad:
        print(f"not exact: {', '.join(bad)}", file=sys.stderr)
    return int(bool(bad))


if __name__ == "__main__":
    sys.exit(main())
