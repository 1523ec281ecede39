"""The labelled clauses of `benchmarks/readings/own.lab`: each reads as it did, right or refused or wrong, and the figure told of them is true.

    python tests/test_readings.py

writes the readings anew (`tests/readings/own.json`) and the figure into `benchmarks/README.md`, and says what has changed for the worse.
"""

import importlib.util
import re
import sys
from pathlib import Path
from types import ModuleType

ROOT = Path(__file__).resolve().parents[1]
LABELS = ROOT / "benchmarks" / "readings" / "own.lab"
STORE = ROOT / "tests" / "readings" / "own.json"
README = ROOT / "benchmarks" / "README.md"
REFRESH = "python tests/test_readings.py"
FIGURE = re.compile(r"^own\.lab: .*$", re.M)


def reading() -> ModuleType:
    """The benchmark as a module."""
    spec = importlib.util.spec_from_file_location("reading", ROOT / "benchmarks" / "reading.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules.setdefault("reading", module)
    spec.loader.exec_module(module)
    return module


BENCHMARK = reading()
NOW = list(BENCHMARK.judged(BENCHMARK.labelled(LABELS)))


def differences(stored: dict[str, list[str]]) -> list[str]:
    """The clauses whose reading is another than the stored one, or that are not stored, or no longer labelled."""
    now = {one.clause.text: [one.verdict, *one.read] for one in NOW}
    return [
        f"{text}\n    was {' | '.join(stored.get(text, ['nothing']))}\n    is  {' | '.join(now.get(text, ['gone']))}"
        for text in {**stored, **now}
        if stored.get(text) != now.get(text)
    ]


def test_every_labelled_clause_reads_as_it_did() -> None:
    """A change is looked at, clause by clause, before it is taken over."""
    found = differences(BENCHMARK.stored(STORE))
    assert found == [], "\n".join([f"take over what is meant: {REFRESH}", *found])


def test_the_figure_in_the_page_is_the_figure() -> None:
    verdicts = [one.verdict for one in NOW]
    told = FIGURE.findall(README.read_text(encoding="utf-8"))
    assert told == [BENCHMARK.figure("own.lab", verdicts)], f"write it anew: {REFRESH}"


def test_the_labels_are_of_many_fields_and_all_outcomes() -> None:
    """Prose and clauses that must be refused stand among those that must read; no clause stands twice."""
    clauses = list(BENCHMARK.labelled(LABELS))
    assert len({clause.field for clause in clauses}) >= 30
    assert len({clause.text for clause in clauses}) == len(clauses)
    first = {clause.readings[0][0].split()[0] for clause in clauses}
    assert first >= {"prose", "refuse:", "deduct", "award", "earn", "zero", "bands", "proportion", "ladder", "stated"}


# --- the guard itself


def test_a_changed_reading_is_seen() -> None:
    """Another figure, a clause that is not stored, one that is gone."""
    stored = dict(BENCHMARK.stored(STORE))
    text, (verdict, *lines) = next((text, kept) for text, kept in stored.items() if kept[1].startswith("deduct"))
    before = differences(stored)
    changed = differences({**stored, text: [verdict, lines[0] + "9", *lines[1:]]})
    assert [line for line in changed if line not in before]
    del stored[text]
    assert any(line.startswith(text) and "was nothing" in line for line in differences(stored))
    assert any("is  gone" in line for line in differences({**stored, "没有这一条": ["right", "prose"]}))


if __name__ == "__main__":
    print("\n".join(BENCHMARK.changes(STORE, NOW)))
    BENCHMARK.store(STORE, NOW)
    line = BENCHMARK.figure("own.lab", [one.verdict for one in NOW])
    README.write_text(FIGURE.sub(line, README.read_text(encoding="utf-8")), encoding="utf-8")
    print(line)
