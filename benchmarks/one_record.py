"""How long one record takes, as multiples of G: a generated straight-line Python function for the same rubric, totals only.

The rubric is synthetic, from a fixed seed: 73 items, 85 clauses, 120 facts (83 yes or no, 37 counted or measured), made here from a list of
plain values. From the same list two things are written, neither of which knows of the other: the rulebook as Chinese text, and G. Rounds
take turns, one way after the other, so that a busy moment falls on all alike; printed are medians of processor time, and medians of the
ratios of rounds. Before anything is timed, totals and ledgers are compared with G and with the reference.

    python benchmarks/one_record.py [--rounds 31] [--records 500]
"""

import argparse
import gc
import os
import platform
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from random import Random
from typing import Any

import rulebook
from rulebook import api, engines, loader
from rulebook.engines import cache

SEED = 20181101
KINDS = [("zero", 25), ("zero twice", 13), ("count", 17), ("count or zero", 13), ("flat or zero", 9), ("shortfall", 4)]
FAULTS = ["未备案", "未悬挂", "未演练", "未培训", "未抄送", "未巡查", "未核验", "未宣讲", "未复查", "未整改", "未公示", "未归集", "未更新", "未汇总"]
HEADINGS = ["宣教材料", "工作安排", "预案", "会议纪要", "方案", "督导落实", "安全保障", "巡查举措", "闭环材料", "培训"]
POINTS = (25, 50, 75, 100, 150, 200, 250, 300, 400, 500, 700)
"""Hundredths of a point, as all figures here."""


@dataclass(frozen=True)
class Clause:
    """One clause in plain values: what it is worth, what one fault costs, a bound (of penalties, awards; of 人数, a number of people)."""

    kind: str
    points: int
    step: int = 0
    bound: int = 0
    faults: tuple[str, ...] = ()
    heading: str = ""

    def say(self, form: str) -> str:
        """A form with this clause's names and figures."""
        a, b = (*self.faults, "", "")[:2]
        bound = str(self.bound) if self.kind == "shortfall" else figure(self.bound)
        return form.format(a=a, b=b, step=figure(self.step), bound=bound)

    def facts(self) -> list[str]:
        """The names of its facts."""
        return [self.say(name) for name in FACTS[self.kind]]


Rubric = list[list[Clause]]
"""Items, each a list of clauses; the last four are two capped penalties, a bonus and a veto."""


def figure(hundredths: int) -> str:
    """The number as an office types it."""
    return f"{hundredths / 100:.2f}".rstrip("0").rstrip(".")


def rubric() -> Rubric:
    """85 clauses in 73 items: the ordinary ones shuffled, then those of the other sections."""
    draw = Random(SEED)
    kinds = [kind for kind, number in KINDS for _ in range(number)]
    draw.shuffle(kinds)
    ordinary = []
    for kind in kinds:
        points, faults = draw.choice(POINTS), tuple(draw.sample(FAULTS, 2))
        step = draw.choice([one for one in (10, 20, 25, 50, 100) if one <= points])
        ordinary.append(Clause(kind, points, step, draw.randint(4, 12), faults, draw.choice(HEADINGS)))
    two, rest = set(draw.sample(range(69), 12)), iter(ordinary)
    items = [[next(rest) for _ in range(2 if number in two else 1)] for number in range(69)]
    items += [[Clause("penalty", 300, 50, 300, ("未复查",), "督办")], [Clause("penalty", 300, 100, 200, ("未整改",), "通报")]]
    return [*items, [Clause("bonus", 0, 100, 500, (), "创新")], [Clause("veto", 0, 0, 0, ("谎报",), "事故")]]


def addressed(items: Rubric) -> list[tuple[str, Clause]]:
    """Address and clause, in order."""
    return [
        (str(number) if len(item) == 1 else f"{number}.{mark}", clause)
        for number, item in enumerate(items, 1)
        for mark, clause in enumerate(item, 1)
    ]


SENTENCES = {
    "zero": "{a}的不得分。",
    "zero twice": "{a}的不得分，{b}的不得分。",
    "count": "每缺一项扣{step}分，扣完为止。",
    "count or zero": "每缺一项扣{step}分，扣完为止；{a}的不得分。",
    "flat or zero": "{a}的，扣{step}分；{b}的不得分。",
    "shortfall": "人数少于{bound}人的，每少1人扣{step}分，扣完为止。",
    "penalty": "每发现一处{a}扣{step}分，最多扣{bound}分。",
    "bonus": "每推广一项加{step}分，最高累计{bound}分。",
    "veto": "{a}的，实行“一票否决”。",
}
FACTS = {
    "zero": ("{a}",),
    "zero twice": ("{a}", "{b}"),
    "count": ("缺",),
    "count or zero": ("缺", "{a}"),
    "flat or zero": ("{a}", "{b}"),
    "shortfall": ("人数",),
    "penalty": ("{a}",),
    "bonus": ("推广",),
    "veto": ("{a}",),
}
LINES = {
    "zero": " if not {0}: t += {points}",
    "zero twice": " if not ({0} or {1}): t += {points}",
    "count": " x = {points} - {step} * {0}\n if x > 0: t += x",
    "count or zero": " if not {1}:\n  x = {points} - {step} * {0}\n  if x > 0: t += x",
    "flat or zero": " if not {1}: t += {less} if {0} else {points}",
    "shortfall": " n = {0}\n x = {points} - {step} * ({bound} - n) if n < {bound} else {points}\n if x > 0: t += x",
    "penalty": " x = {step} * {0}\n t -= x if x < {bound} else {bound}",
    "bonus": " x = {step} * {0}\n t += x if x < {bound} else {bound}",
    "veto": " if {0} and t > 0: t = 0",
}
"""Kind of a clause → its sentence, its facts, its lines in G."""


def text(items: Rubric) -> str:
    """The rubric as an official paper."""
    full = sum(clause.points for item in items for clause in item)
    lines, number = ["考核细则：测速细则", f"满分：{figure(full)}分", "一票否决：总分记零分"], 0
    for section, many in (("一、责任落实", 69), ("二、减分项", 2), ("三、加分项", 1), ("四、否决项", 1)):
        lines += ["", section]
        for item in items[number : number + many]:
            number += 1
            said = [f"{one.heading}。{one.say(SENTENCES[one.kind])}" + (f"（{figure(one.points)}分）" if one.points else "") for one in item]
            lines += [f"{number}. {said[0]}"] if len(said) == 1 else [f"{number}. 样项", f"① {said[0]}", f"② {said[1]}"]
    return "\n".join(lines) + "\n"


def yardstick(items: Rubric, nested: bool = False) -> Callable[[dict[str, Any]], int]:
    """G: what a person who wants nothing but speed would generate, in hundredths."""
    base = sum(clause.points for item in items for clause in item if clause.kind == "penalty")
    lines = ["def g(r):", f" t = {base}"]
    for address, one in addressed(items):
        found = [f"r[{address!r}][{name!r}]" if nested else f"r['{address} {name}']" for name in one.facts()]
        lines.append(LINES[one.kind].format(*found, points=one.points, step=one.step, less=one.points - one.step, bound=one.bound))
    space: dict[str, Any] = {}
    exec("\n".join([*lines, " return t"]), space)
    return space["g"]  # type: ignore[no-any-return]


def records(items: Rubric, number: int) -> list[dict[str, Any]]:
    """Flat records: nothing wrong in 85 of 100 conditions, small counts, a veto in one of a hundred."""
    draw, found = Random(SEED + 1), []
    known = [(address, one.kind, name) for address, one in addressed(items) for name in one.facts()]
    for _ in range(number):
        record: dict[str, Any] = {}
        for address, kind, name in known:
            if kind == "shortfall":
                record[f"{address} {name}"] = draw.randint(0, 12)
            elif kind in ("penalty", "bonus") or name == "缺":
                record[f"{address} {name}"] = draw.choice((0, 0, 0, 1, 1, 2, 3, 5))
            else:
                record[f"{address} {name}"] = draw.random() < (0.01 if kind == "veto" else 0.15)
        found.append(record)
    return found


def by_clause(record: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """The same record as `book.score` takes it."""
    found: dict[str, dict[str, Any]] = {}
    for key, value in record.items():
        address, name = key.split(" ", 1)
        found.setdefault(address, {})[name] = value
    return found


# --- measuring

Way = tuple[Callable[[Any], Any], list[Any]]


def ways(items: Rubric, ready: engines.Compiled, flat: list[dict[str, Any]]) -> dict[str, Way]:
    """What is timed, and on what records."""
    nested = [by_clause(record) for record in flat]
    draw = Random(SEED + 2)
    some = [record | {address: draw.choice(("符合", "未查")) for address in draw.sample(sorted(record), 6)} for record in nested]
    less = [record | {"3": "不涉及"} for record in nested]
    return {
        "G": (yardstick(items), flat),
        "G, record by clause": (yardstick(items, nested=True), nested),
        "total, trusted": (lambda record: ready.total(record, trusted=True), flat),
        "total, trusted, by clause": (lambda record: ready.total(record, trusted=True), nested),
        "score, trusted, ledger kept": (lambda record: ready.score(record, trusted=True), flat),
        "total, checked": (ready.total, flat),
        "score, checked, ledger kept": (ready.score, flat),
        "score, checked, by clause": (ready.score, nested),
        "score and all ledger rows": (lambda record: ready.score(record).ledger, flat),
        "6 clauses met or unknown: interval": (lambda record: ready.score(record).lower, some),
        "a clause not applicable: total": (lambda record: ready.score(record).total, less),
    }


GOALS = {
    "total, trusted": ("G", 1.1),
    "total, trusted, by clause": ("G, record by clause", 1.1),
    "score, trusted, ledger kept": ("G", 1.7),
    "score, checked, ledger kept": ("G", 2.3),
    "score, checked, by clause": ("G, record by clause", 2.3),
    "score and all ledger rows": ("G", 5.0),
}
"""What is held to a ratio, against what."""


def compared(items: Rubric, book: rulebook.Rulebook, ready: engines.Compiled, found: dict[str, Way]) -> None:
    """Ends the program where a total is not G's, or anything else not the reference's."""
    g = yardstick(items)
    for record in found["G"][1]:
        card = book.score(by_clause(record))
        score = ready.score(record)
        alike = Fraction(g(record), 100) == card.total == score.total == ready.total(record) == ready.total(record, trusted=True)
        if not alike or score.ledger != card.ledger or score.way != "straight":
            sys.exit(f"not alike: {record}")
    for name in ("6 clauses met or unknown: interval", "a clause not applicable: total"):
        for record in found[name][1][:50]:
            card, score = book.score(record), ready.score(record)
            if (card.lower, card.upper, card.total) != (score.lower, score.upper, score.total) or score.way != "clauses":
                sys.exit(f"not alike: {record}")


def timed(found: dict[str, Way], rounds: int) -> dict[str, list[float]]:
    """Microseconds a record, round by round."""
    taken: dict[str, list[float]] = {name: [] for name in found}
    for _ in range(rounds):
        for name, (score, known) in found.items():
            begin = time.thread_time()
            for record in known:
                score(record)
            taken[name].append((time.thread_time() - begin) / len(known) * 1e6)
    return taken


def once(work: Callable[[], Any], rounds: int = 9) -> float:
    """Median milliseconds."""
    taken = []
    for _ in range(rounds):
        begin = time.thread_time()
        work()
        taken.append((time.thread_time() - begin) * 1e3)
    return statistics.median(taken)


def making(said: str) -> list[str]:
    """How long it takes until a rulebook is ready."""
    book = rulebook.load(said)
    with tempfile.TemporaryDirectory() as folder:
        os.environ["RULEBOOK_CACHE"] = folder
        ready = api.compiled(said)
        key = cache.key(loader.fetch(said, None)[0], ())
        rows = {
            "read from text": once(lambda: rulebook.load(said), 5),
            "lowered to integers": once(book.compiled),
            "a function compiled": once(lambda: engines.compile(book).straight.total) - once(book.compiled),  # type: ignore[union-attr]
            "ready from the cache": once(lambda: api.compiled(said)),
            "of that, the file": once(lambda: cache.recall(key)),
        }
    assert ready.lowered
    return [f"{name:<36} {value:>9.2f} ms" for name, value in rows.items()]


def main() -> int:
    """Prints the tables; 1 where a ratio is exceeded."""
    parser = argparse.ArgumentParser(description="one record, as multiples of a hand-written function")
    parser.add_argument("--rounds", type=int, default=31)
    parser.add_argument("--records", type=int, default=500)
    arguments = parser.parse_args()
    items = rubric()
    said = text(items)
    book = rulebook.load(said)
    ready = book.compiled()
    found = ways(items, ready, records(items, arguments.records))
    compared(items, book, ready, found)
    gc.collect()
    gc.disable()
    taken = timed(found, arguments.rounds)
    gc.enable()
    print(f"Python {platform.python_version()}, {os.cpu_count()} cores, {arguments.records} records, {arguments.rounds} rounds")
    lines = sum(len(ready.score(record).ledger) for record in found["G"][1]) / arguments.records
    print(f"{len(items)} items, {len(addressed(items))} clauses, {len(ready.columns)} facts, {lines:.0f} ledger rows a record")
    print(f"{'a record':<36} {'µs':>9} {'against':<22} {'ratio':>6} {'at most':>8}")
    slow = False
    for name, values in taken.items():
        against, most = GOALS.get(name, ("G", None))
        ratio = statistics.median(one / other for one, other in zip(values, taken[against], strict=True))
        slow = slow or (most is not None and ratio > most)
        bound = "" if most is None else f"{most:>8.2f}{'  too slow' if ratio > most else ''}"
        print(f"{name:<36} {statistics.median(values):>9.2f} {against:<22} {ratio:>6.2f} {bound}")
    print("\n".join(making(said)))
    return int(slow)


if __name__ == "__main__":
    sys.exit(main())
