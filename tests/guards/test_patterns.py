"""No regular expression of the tables of `grammar/` takes more than its text's length of time, and no rulebook more than its clauses'.

Twice the text is held against the text, in one run, so that no machine is too slow for it: 2 is linear, 4 quadratic. What looks too much is
measured again. A pattern that fails is mended by a bound: `{0,12}` for `*`, a character that may not stand before its first.
"""

import importlib.util
import re
import sys
from pathlib import Path
from types import ModuleType

import pytest

MOST = 3.5


def speed() -> ModuleType:
    """The benchmark as a module."""
    path = Path(__file__).resolve().parents[2] / "benchmarks" / "reading_speed.py"
    spec = importlib.util.spec_from_file_location("reading_speed", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["reading_speed"] = module
    spec.loader.exec_module(module)
    return module


SPEED = speed()
PATTERNS = list(SPEED.patterns())


@pytest.mark.parametrize("pattern", PATTERNS, ids=[pattern.name for pattern in PATTERNS])
def test_no_pattern_grows_faster_than_its_text(pattern: object) -> None:
    growth = SPEED.growth(pattern, MOST)
    assert growth.ratio <= MOST, f"{pattern} takes {growth.milliseconds:.0f} ms on {growth.text}"


def test_every_table_with_expressions_is_looked_at() -> None:
    assert {pattern.name.split()[0] for pattern in PATTERNS} == {
        "patterns.tsv",
        "signals.tsv",
        "repairs.tsv",
        "stumbles.tsv",
        "doubts.tsv",
    }


def test_twice_the_clauses_take_twice_the_time() -> None:
    ratio = min(found[400] / found[200] for found in (SPEED.books((200, 400), 1) for _ in range(3)))
    assert ratio < 3


def test_what_is_anchored_is_a_pattern() -> None:
    assert {f"patterns.tsv {name}" for name in SPEED.ANCHORED} <= {pattern.name for pattern in PATTERNS}


# --- the guard itself

SLOW = {
    "to the power of the length": r"(?:扣|扣分|分|分扣)*得",
    "blanks shared by seven": r"甲\s*\s*\s*\s*\s*\s*\s*乙",
    "with the cube": r"[一-鿿]*扣[一-鿿]*分[0-9]",
    "with the square, behind a word": r"取消[^，。]*资格",
    "with the square, from every place": r"[0-9]+分",
}
FAST = {
    "bounded": r"取消[^，。]{0,30}资格",
    "possessive from one place": r"(?<![0-9])[0-9]*+分",
    "a choice of words": r"扣分|加分|不得分",
}


@pytest.mark.parametrize("name", SLOW)
def test_a_slow_pattern_is_seen(name: str) -> None:
    pattern = SPEED.Pattern(name, re.compile(SLOW[name]))
    assert any(SPEED.growth(pattern, MOST).ratio > MOST for _ in range(3))  # a machine at work may hide one


@pytest.mark.parametrize("name", FAST)
def test_a_fast_pattern_passes(name: str) -> None:
    assert SPEED.growth(SPEED.Pattern(name, re.compile(FAST[name])), MOST).ratio <= MOST
