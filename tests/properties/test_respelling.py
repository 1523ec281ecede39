"""What an office may write one way or another means the same: blanks, widths, synonyms of the verb, marks in front, 每1次 for 每次."""

import importlib.util
import re
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest

from rulebook.cli.sentence import read_clause
from rulebook.source import fold

ROOT = Path(__file__).resolve().parents[2]


def benchmark() -> ModuleType:
    """The benchmark of readings as a module."""
    spec = importlib.util.spec_from_file_location("reading", ROOT / "benchmarks" / "reading.py")
    assert spec is not None
    assert spec.loader is not None
    module = sys.modules.setdefault("reading", importlib.util.module_from_spec(spec))
    if not hasattr(module, "judged"):
        spec.loader.exec_module(module)
    return module


BENCHMARK = benchmark()
LABELLED = BENCHMARK.judged(BENCHMARK.labelled(ROOT / "benchmarks" / "readings" / "own.lab"))
MARKED = ("①", "（", "(", "1")
RIGHT = [one for one in LABELLED if one.verdict == "right" and one.read != ("prose",) and not one.clause.text.startswith(MARKED)]
DIGIT = re.compile("[0-9]")
PLAIN_DEDUCT = "(?<![减加倒再另克折回增并])扣"

RESPELLINGS: dict[str, Callable[[str], str]] = {
    "blank before 分": lambda words: re.sub("(?<=[0-9])分(?!钟)", " 分", words),
    "blank behind the verb": lambda words: re.sub("(?<=[扣加得])(?=[0-9])", " ", words),
    "full width": lambda words: DIGIT.sub(lambda digit: chr(ord(digit[0]) + 0xFEE0), words),
    "扣除": lambda words: re.sub(f"{PLAIN_DEDUCT}(?=[0-9]+(?:\\.[0-9]+)?分)", "扣除", words),
    "扣减": lambda words: re.sub(f"{PLAIN_DEDUCT}(?=[0-9]+(?:\\.[0-9]+)?分)", "扣减", words),
    "每1次": lambda words: re.sub("(?<!，)每(?=[次项处人个件起条份名家][^。；，]{0,3}[扣加])", "每1", words),
    "每一次": lambda words: re.sub("(?<!，)每(?=[次项处人个件起条份名家][^。；，]{0,3}[扣加])", "每一", words),
    "range with 到": lambda words: re.sub("(?<=[0-9])[-－—–~～至](?=[0-9.]+分)", "到", words),
    "得0分": lambda words: re.sub("(?<![项条的])不得分(?=[。；，\n]|$)", "得0分", words),
    "不给分": lambda words: re.sub("不得分(?=[。；，\n]|$)", "不给分", words),
    "直至扣完": lambda words: re.sub("(?<=[，。；])扣完为止", "直至扣完", words),
    "及以上": lambda words: re.sub("(?<=[0-9]%)以上", "及以上", words),
    "line breaks": lambda words: words.replace("；", "；\n"),
    "numbered parts": lambda words: "；".join(f"（{n}）{part}" for n, part in enumerate(words.split("；"), 1)),
    "circled parts": lambda words: "；".join(f"{chr(0x245F + n)}{part}" for n, part in enumerate(words.split("；"), 1)),
    "comma between two counts": lambda words: re.sub("(?<=每[次项处人])每(?=[次项处人]扣)", "，每", words),
    "half-width comma": lambda words: words.replace("，", ","),
    "a number in front": lambda words: f"（1）{words}",
    "a heading in front": lambda words: f"评分标准：{words}",
    "prose in front": lambda words: f"查阅资料，现场检查。{words}",
}


def told(words: str) -> tuple[str, ...]:
    """The reading in the notation of the benchmark, folded, so that the width of what is quoted does not count."""
    return tuple(fold(line) for line in BENCHMARK.told(read_clause(words, "zh")[0]))


@pytest.mark.parametrize("name", RESPELLINGS)
def test_another_spelling_reads_alike(name: str) -> None:
    """Every labelled clause that reads right keeps its rules, figures and limits."""
    respell = RESPELLINGS[name]
    changed = []
    tried = 0
    for one in RIGHT:
        words = one.clause.text.replace("<br/>", "\n")
        other = respell(words)
        if other != words:
            tried += 1
            if told(other) != told(words):
                changed.append(f"{other}\n    {told(words)}\n    {told(other)}")
    assert tried
    assert not changed, "\n".join(changed)


def test_another_meaning_is_noticed() -> None:
    """The law can fail: another figure, another verb."""
    assert told("缺一项扣2分") != told("缺一项扣1分")
    assert told("缺一项加1分") != told("缺一项扣1分")
