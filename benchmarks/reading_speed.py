"""How long reading takes: rulebooks of 100, 1,000 and 10,000 clauses, texts made to be slow, and every pattern of the tables.

    python benchmarks/reading_speed.py [--rounds 5] [--sizes 100,1000,10000] [--only books,texts,patterns]

Each text is read once in a process that has read others before: the tables are loaded, nothing of the text itself is known. Printed are
milliseconds of the processor and what holds on every machine, ratios: milliseconds a clause at the largest size against the smallest, and how much longer a
pattern takes on twice the text. The exit status is 1 where a ratio is exceeded.
"""

import argparse
import platform
import re
import statistics
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from re import _constants as codes
from re import _parser as parser
from typing import Any

import rulebook
from rulebook import lexicon
from rulebook.assets import table

# --- rulebooks

SENTENCES = (
    "工作台账。缺一项扣{a}分，未建立的不得分。（{p}分）",
    "每季度至少召开一次专题会议，研究部署重点工作。少一次扣{a}分。（{p}分）",
    "及时上报信息。迟报一次扣{a}分，漏报一次扣{b}分，扣完为止。（{p}分）",
    "隐患整改率{h}%以上得满分，{l}%以上不足{h}%得{a}分，不足{l}%不得分。（{p}分）",
    "现场管理。每发现一处乱堆乱放扣{a}分，最多扣{b}分。（{p}分）",
    "培训覆盖率不低于{h}%，每低1个百分点扣{a}分。（{p}分）",
    "资料不全的，扣{a}分；情节严重的，加扣{b}分。（{p}分）",
    "应急演练。组织到位得{b}分，一般得{a}分，未组织不得分。（{p}分）",
    "投诉举报。被投诉查实的，第一次扣{a}分，第二次起每次扣{b}分。（{p}分）",
    "落实安全生产责任制，层层签订责任书，明确分管领导和责任科室。未签订的扣{a}分。（{p}分）",
    "按完成比例得分，低于{l}%的不得分。（{p}分）",
    "每项每次扣{a}分，最多扣{b}分。（{p}分）",
    "查阅文件、会议记录、影像资料。无方案、无总结的，各扣{a}分。（{p}分）",
    "环境卫生。酌情扣{a}—{b}分。（{p}分）",
    "设备完好，记录齐全，专人负责，定期维护保养。（{p}分）",
    "整改超期1天扣{a}分，超过{d}天的不得分。（{p}分）",
)
"""What a rubric is made of; the figures differ from clause to clause."""
ITEM, SECTION = 20, 25
"""Clauses in an item, items in a section."""


def book(clauses: int, seed: int = 0) -> str:
    """A rulebook of so many clauses, no two with the same figures where they can differ."""
    lines = [f"考核细则：第{seed}号", "未提供资料：不予判分", "零头：不足一步不计"]
    for number in range(clauses):
        if number % (ITEM * SECTION) == 0:
            lines.append(f"{chinese(number // (ITEM * SECTION) + 1)}、第{number // (ITEM * SECTION) + 1}部分")
        if number % ITEM == 0:
            lines.append(f"{number // ITEM + 1}. 第{number // ITEM + 1}项工作")
        n = number + seed * 7919
        figures = {
            "a": f"0.{n % 89 + 1:02}",
            "b": f"1.{n % 97:02}",
            "p": n % 9 + 2,
            "l": n % 29 + 50,
            "h": n % 19 + 80,
            "d": n % 13 + 7,
        }
        lines.append(f"{chr(0x2460 + number % ITEM)} {SENTENCES[n % len(SENTENCES)].format(**figures)}")
    return "\n".join(lines) + "\n"


def chinese(number: int) -> str:
    """1 to 99 as a Chinese numeral."""
    digits = "零一二三四五六七八九"
    tens, ones = divmod(number, 10)
    return (digits[tens] if tens > 1 else "") + ("十" if tens else "") + (digits[ones] if ones or not tens else "")


def milliseconds(act: Callable[[], object]) -> float:
    """How long one call takes of the processor: what else the machine does is left out."""
    begin = time.thread_time()
    act()
    return (time.thread_time() - begin) * 1000


def books(sizes: Iterable[int], rounds: int) -> dict[int, float]:
    """Size → median milliseconds of reading a new rulebook of that size. Raises ValueError where a clause of it does not read."""
    found = {}
    for size in sizes:
        taken = []
        for seed in range(rounds + 1):
            text = book(size, seed)
            begin = time.thread_time()
            reading = rulebook.read(text)
            taken.append((time.thread_time() - begin) * 1000)
            unread = [one for one in reading.diagnostics if one.code.startswith("RB2") and one.severity == "error"]
            if unread or reading.rulebook is None or len(list(reading.rulebook.clauses())) != size:
                raise ValueError(
                    f"the text of {size} clauses does not read: {[one.one_line('en') for one in unread][:3]}"
                )
        found[size] = statistics.median(taken[1:])
    return found


# --- texts made to be slow

LINE = 4_080
"""Code points in a line: with mark and points as many as are accepted."""


def texts() -> dict[str, str]:
    """Name → a text that a careless reader would take long over. As long as the bounds let them be, or longer."""
    runs = {f"a line of {name}": unit * (LINE // len(unit)) for name, unit in RUNS.items()}
    whole = {
        "a line of 1 MB": "缺一项扣1分，" * (1 << 17),
        "1 MB of short lines": "缺一项扣1分，\n" * (1 << 15),
        "four lines of a clause full of rules": f"{'缺一项扣1分，' * 570}\n" * 4,
        "opening brackets": "（" * LINE,
        "4,096 opening brackets": "（" * 4_096,
        "closing brackets": "）" * LINE,
        "pairs of brackets, nested": "（" * (LINE // 2) + "）" * (LINE // 2),
        "pairs of brackets, in a row": "（）" * (LINE // 2),
        "quotation marks": "“" * LINE,
        "blanks behind a range": "甲0-0.0 分" + " " * (LINE - 10) + "乙",
    }
    return {**runs, **whole}


ALIKE = (
    "1", "1.", "每", "扣", "分", "、", "，", "。", "/", "得", "不", "%", "l", "一", "-", "a",
    "扣1分", "扣1分，", "每次", "缺一项", "缺1项扣", "1分", "1、", "1分、", "1/", "1-", "90%以上", "以上不足",
    "不足90%得1分，", "第一次扣1分，", "分别", "最多", "取消", "其中", "优得3分，", "甲、", "否则", "甲（1分）",
    "每低1个百分点", "一票否决，", "缺一項", "落实责任制，",
)  # fmt: skip
RUNS = {unit: unit for unit in ALIKE} | {"blanks": " "}
"""What a line is filled with."""


def reading_of(text: str) -> Callable[[], object]:
    """Reading the text as a clause of a rulebook."""
    head = "" if text.startswith("①") else "① "
    whole = f"考核细则：样例\n一、样章\n1. 样项\n{head}{text}。（5分）\n"
    return lambda: rulebook.read(whole)


def slow_texts() -> list[tuple[float, str]]:
    """Milliseconds and name, the slowest first."""
    return sorted(((milliseconds(reading_of(text)), name) for name, text in texts().items()), reverse=True)


# --- patterns


@dataclass(frozen=True)
class Pattern:
    """A regular expression of a table: where it stands and how it is called."""

    name: str
    compiled: re.Pattern[str]

    @property
    def anchored(self) -> bool:
        """True where it is only held against the beginning of a text."""
        return self.name.removeprefix("patterns.tsv ") in ANCHORED


ANCHORED = (
    "section",
    "subsection",
    "item",
    "head_line",
    "example_result",
    "grade",
    "cap_scope",
    "met",
    "year",
    "points_value",
)
"""Patterns of `patterns.tsv` that nobody searches for."""


def patterns() -> Iterator[Pattern]:
    """Every regular expression of the tables of `grammar/`."""
    for row in table("patterns.tsv"):
        yield Pattern(f"patterns.tsv {row[0]}", lexicon.expression(row[1]))
    for number, row in enumerate(table("signals.tsv"), 1):
        reason = row[0] == "reason"
        written = lexicon.spaced(row[2] if reason else row[1], lexicon.SPACES * (1 if reason else 4))
        yield Pattern(f"signals.tsv {number} {row[0]}", re.compile(written))
    for number, row in enumerate(table("repairs.tsv"), 1):
        yield Pattern(f"repairs.tsv {number} {row[0]} {row[1]}", lexicon.expression(row[2]))
    for number, row in enumerate(table("doubts.tsv"), 1):
        yield Pattern(f"doubts.tsv {number}", lexicon.expression(row[2]))
    for row in table("stumbles.tsv"):
        if row[0] in ("words", "rest"):
            yield Pattern(f"stumbles.tsv {row[0]} {row[1]}", lexicon.expression(row[2]))


PLAIN = (
    "1",
    "分",
    "扣",
    "每",
    "/",
    "、",
    "，",
    " ",
    "一",
    "-",
    "甲",
    "a",
    "（",
    "不",
    "1分",
    "1、",
    "1 ",
    "1.1",
    "扣1分",
    "每1",
    "90%",
    "第一次",
    "甲、",
    "\n",
)
"""What is repeated whatever the pattern looks for."""
ENDS = ("", "×", "\n")
"""What stands behind the repetitions, so that a pattern may fail there."""


@cache
def nasty(pattern: str) -> tuple[tuple[str, str, str], ...]:
    """Head, unit, and end of strings that make a pattern go back: what it looks for up to a repetition, and that repeated."""
    tree = parser.parse(pattern)
    found = {("", unit, "") for unit in PLAIN}
    for head, unit in pumps(tree, ""):
        if unit:
            found |= {(head, unit, end) for end in ENDS}
            found |= {("", head + unit, ""), ("", head + unit * 2, "×")}
    whole = shortest(tree)
    found |= {("", whole, ""), ("", whole[:-1], "")} if len(whole) > 1 else set()
    return tuple(sorted(found))


def pumps(tree: Any, head: str) -> Iterator[tuple[str, str]]:
    """For every repetition of a parsed pattern that may go far: what it takes to get there, and what is repeated."""
    for kind, value in tree:
        if kind in REPEATS:
            least, most, inner = value
            yield from pumps(inner, head)
            if most > FAR:
                for unit in dict.fromkeys((shortest(inner), *others(inner))):
                    yield head, unit
            head += shortest(inner) * max(1, min(least, FAR))
        elif kind is codes.BRANCH:
            for branch in value[1]:
                yield from pumps(branch, head)
            head += shortest(value[1][0])
        elif kind is codes.SUBPATTERN:
            yield from pumps(value[3], head)
            head += shortest(value[3])
        elif kind is codes.ATOMIC_GROUP:
            yield from pumps(value, head)
            head += shortest(value)
        elif kind in (codes.ASSERT, codes.ASSERT_NOT):
            yield from pumps(value[1], head)
        else:
            head += shortest([(kind, value)])


REPEATS = (codes.MAX_REPEAT, codes.MIN_REPEAT, codes.POSSESSIVE_REPEAT)
FAR = 8
"""A repetition of at most so many is a constant."""


def shortest(tree: Any) -> str:
    """A short string that a parsed pattern matches, assertions aside; optional parts are left out unless nothing else is there."""
    out = ""
    for kind, value in tree:
        if kind is codes.LITERAL:
            out += chr(value)
        elif kind in (codes.NOT_LITERAL, codes.ANY):
            out += "甲"
        elif kind is codes.IN:
            out += one_of(value)
        elif kind in REPEATS:
            out += shortest(value[2]) * value[0]
        elif kind is codes.BRANCH:
            out += min((shortest(branch) for branch in value[1]), key=len)
        elif kind is codes.SUBPATTERN:
            out += shortest(value[3])
        elif kind is codes.ATOMIC_GROUP:
            out += shortest(value)
    return out


def others(tree: Any) -> Iterator[str]:
    """Other single characters that a repeated class or alternative may take."""
    for kind, value in tree:
        if kind in (codes.IN, codes.ANY, codes.NOT_LITERAL):
            accepts = re.compile(f"[{''.join(class_of(value))}]") if kind is codes.IN else re.compile(".")
            yield from (letter for letter in "1分扣甲一 " if accepts.fullmatch(letter))
        elif kind is codes.SUBPATTERN:
            yield from others(value[3])
        elif kind is codes.BRANCH:
            yield from filter(None, map(shortest, value[1]))


def class_of(members: Any) -> Iterator[str]:
    """The members of a character class as they are written."""
    for kind, value in members:
        if kind is codes.NEGATE:
            yield "^"
        elif kind is codes.LITERAL:
            yield re.escape(chr(value))
        elif kind is codes.RANGE:
            yield f"{re.escape(chr(value[0]))}-{re.escape(chr(value[1]))}"
        elif kind is codes.CATEGORY:
            yield CATEGORIES[value]


CATEGORIES = {
    codes.CATEGORY_SPACE: r"\s", codes.CATEGORY_NOT_SPACE: r"\S", codes.CATEGORY_DIGIT: r"\d",
    codes.CATEGORY_NOT_DIGIT: r"\D", codes.CATEGORY_WORD: r"\w", codes.CATEGORY_NOT_WORD: r"\W",
}  # fmt: skip


def one_of(members: Any) -> str:
    """A character of a class."""
    accepts = re.compile(f"[{''.join(class_of(members))}]")
    ordinary = (letter for letter in "甲1分a 、/" if accepts.fullmatch(letter))
    first = next(
        (
            chr(value if kind is codes.LITERAL else value[0])
            for kind, value in members
            if kind in (codes.LITERAL, codes.RANGE)
        ),
        "甲",
    )
    return first if accepts.fullmatch(first) else next(ordinary, first)


def searching(pattern: Pattern, text: str) -> Callable[[], object]:
    """Every find of a pattern in a text: the most that a reader asks of it."""
    if pattern.anchored:
        return lambda: (pattern.compiled.match(text), pattern.compiled.fullmatch(text))
    return lambda: sum(1 for _ in pattern.compiled.finditer(text))


@dataclass(frozen=True)
class Growth:
    """How much longer a pattern takes on twice the text, where it takes longest."""

    pattern: Pattern
    ratio: float
    milliseconds: float
    text: str


MEASURABLE, HOPELESS = 0.5, 200.0
"""Milliseconds below which a ratio is noise, and above which a text of `SMALL` code points takes too long to double."""
SMALL, LARGE = 128, 16_384
"""Code points: where the worst strings are found, and a clause as long as is accepted."""


def growth(pattern: Pattern, most: float = 3.5, tries: int = 4) -> Growth:
    """The growth of a pattern on the strings that are worst for it: 2 is linear, 4 quadratic. What looks too much is measured again.

    One that takes `HOPELESS` long on a short text grows without end.
    """
    found: list[tuple[float, tuple[str, str, str]]] = []
    for one in nasty(pattern.compiled.pattern):
        for size in STEPS:
            taken = milliseconds(searching(pattern, grown(one, size)))
            if taken > HOPELESS:
                return Growth(pattern, float("inf"), taken, told(one, size))
        found.append((taken, one))
    found.sort(key=lambda one: (-one[0], one[1]))
    worst = Growth(pattern, 0.0, 0.0, "")
    for _, one in found[:WORST]:
        ratio, taken, size = doubled(pattern, one, most, tries)
        worst = max(worst, Growth(pattern, ratio, taken, told(one, size)), key=lambda growth: growth.ratio)
    return worst


STEPS = (12, 16, 20, 25, 32, 40, 50, 64, 80, 100, SMALL)
"""Code points, so close together that what grows without end is noticed while it still comes to one."""


def doubled(pattern: Pattern, one: tuple[str, str, str], most: float, tries: int) -> tuple[float, float, int]:
    """How much longer a pattern takes on twice the text, the milliseconds, and the code points of the longer; ratio 0 where it is too fast."""
    size, taken = SMALL, 0.0
    while size < LARGE // 2 and (taken := milliseconds(searching(pattern, grown(one, size)))) < MEASURABLE:
        size *= 2
    if taken < MEASURABLE:
        return 0.0, taken, size
    ratios: list[float] = []
    while not ratios or (min(ratios) > most and len(ratios) < tries):
        shorter, longer = (searching(pattern, grown(one, length)) for length in (size, size * 2))
        taken = min(milliseconds(longer) for _ in range(3))
        ratios.append(taken / min(milliseconds(shorter) for _ in range(3)))
    return min(ratios), taken, size * 2


def told(one: tuple[str, str, str], size: int) -> str:
    """A string of a head, a unit and an end in few words."""
    head, unit, end = one
    return f"{head!r} + {unit!r} × {size // len(unit)} + {end!r}"


WORST = 3
"""So many strings of a pattern are measured at length."""


def grown(one: tuple[str, str, str], size: int) -> str:
    """Head, unit as often as fits, end."""
    head, unit, end = one
    return head + unit * max(1, (size - len(head) - len(end)) // len(unit)) + end


# --- the figures

MOST = {"books": 1.5, "patterns": 3.5}
"""Ratios that must not be exceeded."""


def main() -> int:
    """Prints the figures; 1 where a ratio is exceeded."""
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--rounds", type=int, default=5)
    arguments.add_argument("--sizes", default="100,1000,10000")
    arguments.add_argument("--only", default="books,texts,patterns")
    options = arguments.parse_args()
    parts, failed = options.only.split(","), False
    print(f"Python {platform.python_version()}, rulebook {rulebook.__version__}")
    if "books" in parts:
        sizes = [int(size) for size in options.sizes.split(",")]
        found = books(sizes, options.rounds)
        print(f"\n{'clauses':>9} {'median ms':>10} {'ms a clause':>12}")
        for size, taken in found.items():
            print(f"{size:>9,} {taken:>10.1f} {taken / size:>12.4f}")
        ratio = (found[sizes[-1]] / sizes[-1]) / (found[sizes[0]] / sizes[0])
        print(f"ms a clause, {sizes[-1]:,} : {sizes[0]:,} = {ratio:.2f} (at most {MOST['books']})")
        failed |= ratio > MOST["books"]
    if "texts" in parts:
        slow = slow_texts()
        print(f"\n{'text made to be slow':<40} {'ms':>10}")
        for taken, name in slow[:8]:
            print(f"{name:<40} {taken:>10.1f}")
        print(f"{len(slow)} texts; the slowest: {slow[0][1]}")
    if "patterns" in parts:
        grown_ones = sorted((growth(pattern) for pattern in patterns()), key=lambda one: -one.ratio)
        print(f"\n{'pattern':<44} {'2n : n':>7} {'ms':>8}  on")
        for one in grown_ones[:8]:
            print(f"{one.pattern.name:<44} {one.ratio:>7.2f} {one.milliseconds:>8.1f}  {one.text}")
        print(f"{len(grown_ones)} patterns (at most {MOST['patterns']})")
        failed |= grown_ones[0].ratio > MOST["patterns"]
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
