"""The comparison with other engines is whole: an adapter, a pinned version and a row of the table for each, and those that can run here agree with G."""

import importlib
import re
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import pytest
from benchmarks import one_record
from benchmarks.peers import page
from benchmarks.peers.__main__ import wanted
from benchmarks.peers.engines import BARE, EVERY, OURS, PEERS, TITLES, YARDSTICK
from benchmarks.peers.measuring import exact, near
from benchmarks.peers.rubric import Case, make

ROOT = Path(__file__).resolve().parents[2]
ADAPTERS = ROOT / "benchmarks" / "peers" / "engines"
NAMED = [
    "zen-engine", "common-expression-language", "cel-python", "cel-expr-python", "datalogic-py", "jsonlogic-rs", "rule-engine", "regopy",
    "business-rules", "experta", "durable_rules", "openfisca-core",
]  # fmt: skip
FIGURES = {
    "way": "one rule", "version": "1.0", "import_ms": 1.0, "load_ms": 2.0, "held_mb": 3.0, "scoring_mb": 1.0, "compared": 10, "near": 10, "exact": 10,
    "one_us": 5.0, "one_g": 1.0, "many_per_s": 2e5, "many_g": 1.0,
}  # fmt: skip


@pytest.fixture(scope="module")
def case() -> Case:
    return make(20)


def adapter(name: str) -> Any:
    """The module of an engine; the test is skipped where its library is not installed."""
    distribution = EVERY[name]
    try:
        _ = version(distribution) if distribution else ""
        return importlib.import_module(f"benchmarks.peers.engines.{name}")
    except (PackageNotFoundError, ModuleNotFoundError):
        pytest.skip(f"{distribution} is not installed")


def test_every_engine_has_an_adapter_and_every_adapter_is_an_engine() -> None:
    assert {path.stem for path in ADAPTERS.glob("*.py")} - {"__init__"} == set(EVERY) == set(TITLES)
    assert sorted(set(PEERS.values())) == sorted(NAMED)


def test_every_library_is_pinned_and_nothing_else_is() -> None:
    assert set(wanted()) == {*PEERS.values(), *BARE.values()} - {""}
    assert all(re.fullmatch(r"[\w-]+==\d+(\.\d+)+", pinned) for pinned in wanted().values())


def test_the_page_has_a_row_for_every_engine_with_its_version() -> None:
    text = (ROOT / "docs" / "reference" / "peers.md").read_text(encoding="utf-8")
    table = text[text.index(page.BEGIN) : text.index(page.END)]
    rows = {cells[1]: cells for line in table.splitlines() if len(cells := [cell.strip() for cell in line.split("|")]) == len(page.HEAD) + 2}
    missing = [title for title in TITLES.values() if title not in rows]
    assert missing == []
    for name, title in TITLES.items():
        shown = rows[title][2]
        if name in PEERS or (name in BARE and EVERY[name]):
            assert shown == wanted()[EVERY[name]].partition("==")[2] or "does not" in rows[title][3]
        assert re.match(r"\d", shown) or "does not" in rows[title][3]
    assert "Where rulebook loses" in table


def test_the_yardstick_is_the_one_of_one_record(case: Case) -> None:
    """The adapter's G and the function of one_record.py, on records of both shapes of names."""
    items = one_record.rubric()
    g, flat = one_record.yardstick(items), adapter(YARDSTICK).load(case.rubric.flat)
    assert one_record.records(items, 20) == [case.rubric.named(record, "flat") for record in case.records]
    assert [flat(case.rubric.named(record, "flat")) for record in case.records] == [g(case.rubric.named(record, "flat")) for record in case.records]
    assert len(case.rubric.clauses) == 85
    assert len(set(case.totals)) > 10


@pytest.mark.parametrize("name", EVERY)
def test_an_engine_gives_the_total_of_g(name: str, case: Case, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RULEBOOK_CACHE", str(tmp_path))
    module = adapter(name)
    score = module.load(case.rubric)
    records = [*case.records[:4], dict(case.records[4]) | {case.rubric.veto: True}]
    wanted = [*case.totals[:4], 0]
    totals = [score(case.rubric.named(record, getattr(module, "NAMES", "plain"))) for record in records]
    assert [near(total, number, module.UNITS) for total, number in zip(totals, wanted, strict=True)] == [True] * 5
    if name in OURS or name in BARE:
        assert all(exact(total, number, module.UNITS) for total, number in zip(totals, wanted, strict=True))


@pytest.mark.parametrize("name", [name for name in EVERY if "def load_many" in (ADAPTERS / f"{name}.py").read_text(encoding="utf-8")])
def test_an_engine_gives_the_totals_of_columns(name: str, case: Case) -> None:
    module = adapter(name)
    numpy = pytest.importorskip("numpy")
    table: Any = {
        fact: numpy.array([record[fact] for record in case.records], bool if fact in case.rubric.flags else numpy.int32)
        for fact in case.rubric.official
    }
    if getattr(module, "TAKES", "columns") == "records":
        table = [case.rubric.named(record, module.NAMES) for record in case.records]
    prepare, score = module.load_many(case.rubric)
    totals = score(prepare(table))
    assert all(near(total, number, module.UNITS) for total, number in zip(totals, case.totals, strict=True))


def test_a_total_that_is_not_exact_is_seen() -> None:
    assert exact(0.3, 30, 1)
    assert not exact(0.1 + 0.2, 30, 1)
    assert near(0.1 + 0.2, 30, 1)
    assert not near(0.31, 30, 1)
    assert not exact(29, 30, 100)


def test_an_engine_that_fails_is_a_row_with_its_error() -> None:
    told = page.measured({YARDSTICK: FIGURES, "experta": {"error": "AttributeError: Map|ping"}}, "a run")
    (line,) = (line for line in told.splitlines() if "experta" in line)
    assert "AttributeError: Map/ping" in line
    assert line.count("|") == len(page.HEAD) + 1


def test_a_wrong_total_is_told_in_its_row() -> None:
    assert page.sound(FIGURES)
    inexact, wrong = FIGURES | {"exact": 7}, FIGURES | {"rows": 100, "many_right": 98}
    assert page.row("regopy", inexact).endswith("| 70 % of 10 |")
    assert page.row("regopy", wrong).endswith("| all of 10; 2 wrong |")
    assert not page.sound(inexact)
    assert not page.sound(wrong)


def test_where_we_lose_is_said_and_where_nobody_leads_too() -> None:
    ours = FIGURES | {"load_ms": 20.0, "one_g": 1.0}
    told = page.losses({YARDSTICK: FIGURES, "zen_engine": FIGURES | {"load_ms": 0.5}, "rulebook_trusted": ours})
    assert told[0] == "- reading the rubric, from text, and a first score: 20 ms, behind zen-engine 0.5, hand-written Python (G) 2"
    assert told[1] == "- nobody is ahead in: the total of one record, nothing else (1 G)"
    assert len(told) == 2


def test_only_what_stands_between_the_marks_is_written(tmp_path: Path) -> None:
    here = tmp_path / "page.md"
    here.write_text(f"before\n{page.BEGIN}\nold\n{page.END}\nafter\n", encoding="utf-8")
    page.write(here, "new \\1")
    assert here.read_text(encoding="utf-8") == f"before\n{page.BEGIN}\nnew \\1\n{page.END}\nafter\n"
    here.write_text("no marks\n", encoding="utf-8")
    with pytest.raises(ValueError, match="has no"):
        page.write(here, "new")
    assert here.read_text(encoding="utf-8") == "no marks\n"
