"""Compares the library's evaluator with the second one of tests/oracle on very many random rulebooks and records.

    python benchmarks/differential.py --pairs 1000000 --seed 1 --jobs 2

Books are assembled from sentence forms and read from their text; records are drawn from the values at which something may
change. Everything follows from the seed and the number of jobs. No record is left out. The exit status is 1 where the two differ.
"""

import argparse
import gc
import sys
import time
from collections import Counter
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from fractions import Fraction
from multiprocessing import Pool
from pathlib import Path
from random import Random
from typing import Any

import rulebook
from rulebook import RulebookError, evaluator, evidence, model, regions

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))

from oracle import second

FAULTS = [
    *("未备案", "未悬挂", "未演练", "未培训", "未抄送", "未巡查", "未核验", "未宣讲", "未复查", "未整改"),
    *("未公示", "未归集", "不完整", "不规范", "不真实", "丢失", "损坏", "脱岗", "谎报", "推诿"),
]
MERITS = ["创新", "抢险", "推广", "建成", "先进", "整洁", "完善", "值守", "督导", "保障"]
UNITS = ["项", "处", "次", "家", "件", "份", "户", "条"]
FIGURES = ["0.1", "0.2", "0.25", "0.5", "1", "1.5", "2", "3"]
POINTS = ["0.5", "1", "1.5", "2", "3", "5", "10"]

LOSSES = """
{a}的，扣{f}分|一{u}{a}的扣{f}分|每{p}{u}{a}扣{f}分|缺一{u}扣{f}分|每缺{p}{u}扣{f}分|每{u}扣{f}分|每{u}{a}每次扣{f}分
{a}、{b}的，各扣{f}分|{a}、{b}的，分别扣{f}分、{g}分|{a}的，扣1-3分|每次扣1-3分|酌情扣0.5-1分|{a}的，加扣{f}分
{a}的，从总分扣{f}分|每发生一起{a}，从总分扣{f}分|{a}的不得分|一{u}{a}，不得分|抽测成绩低于60分的不得分|若{a}，不扣分|{p}起以内不扣分
覆盖率不低于95%，每低{s}%扣{f}分|每低{s}个百分点扣{f}分|每低{s}%扣{f}分，不足{s}%按{s}%计|每高{s}个百分点扣{f}分|人数少于10人的，每少{p}人扣{f}分
逾期1天扣{f}分|逾期每{p}天扣{f}分|逾期每天扣除{c}%的分数|{a}的，扣除该项分值的{c}%|{a}{p}次以内不扣分，超过{p}次的，每次扣{f}分
{a}的，第一次扣{f}分，第二次起每次扣{g}分|第一次不扣分，第二次扣{f}分，第三次起每次扣{g}分|缺一项扣{f}分，缺三项以上不得分
在通报中明确分数的，按明确的分数扣分|被通报的，一次扣{f}分；在通报中明确分数的，按明确的分数扣分
完成率低于90%扣1分；低于80%扣3分|合格率低于80%、70%、60%的，分别扣1分、2分、3分|1小时以内不扣分，1-4小时扣1分，4小时以上扣3分
缺1次扣1分，缺2次扣2分，缺3次扣3分|合格率80%以上不足90%的，扣{f}分|合格率低于60%的不得分，低于80%的扣{f}分|{a}的不得分，并从总分中扣{f}分
每季度至少开展一次演练。缺一次扣{f}分|每月至少开展一次演练。缺一次扣{f}分|每半年至少开展两次演练。缺一次扣{f}分|每周至少开展一次演练。缺一次扣{f}分
每季度至少开展一次演练。未开展的不得分|{m}的，加{f}分|每{m}一{u}加{f}分|{a}的，本项一票否决|缺一{u}扣{f}分，{b}的加倍扣分|{a}的扣{f}分，{b}的减半扣分
每季度至少开展一次演练。缺一次扣{f}分，缺三次以上不得分
"""
LOSS_LIMITS = """
最多扣{g}分|最高扣{f}分|扣完为止|可扣至负分|不重复扣分|只取最高|最低得{f}分|发生事故的，本项最高不超过{g}分|以上合计最多扣{g}分|可累计
"""
EARNINGS = """
每完成一{u}得{f}分|{m}的得{f}分|{m}的得满分|得满分，否则每发现一{u}{a}扣{f}分|{m}、{n}的，各得{f}分|{m}的得{f}分，{n}的得{g}分
90%以上得满分，80%以上不足90%得{f}分，80%以下不得分|优得{g}分，良得{f}分，差不得分|优得5-4分，良得3-2分，差不得分|3项以上得满分，1-2项得{f}分，其他不得分
按完成率×{f}计分|按完成比例得分|70%至90%线性得分|合格率在90%以上的，得{f}分|合格率95%以上得满分，每发现一处扣{f}分|达到90%得满分，每低{s}%扣{f}分
按时{m}得{f}分，否则不得分|第一名得{g}分，第二名得{f}分，第三名得0.1分|每完成一{u}得{f}分，{a}的不得分|每完成一{u}得{f}分，每发现一处{a}扣{f}分
完成{p}项得{f}分，完成5项以上得{g}分|每完成一{u}得{f}分，最高得{g}分|{m}的得{f}分，{n}的，加{f}分|每完成一{u}得{f}分，国家级加3分，省级加2分
"""
EARN_LIMITS = "最多扣{g}分|最高得{g}分|可扣至负分|发生事故的，本项最高不超过{g}分|最低得{f}分"
AWARDS = """
{m}的，加{f}分|{m}的，每一{u}加{f}分|每{p}{u}{m}加{f}分|{m}的，视情况加1-3分|甲等、乙等、丙等分别加3分、2分、1分|国家级加3分，省级加2分，市级加1分
每高{s}个百分点加{f}分|第一次加{f}分，第二次起每次加{g}分|{a}的，不加分|{m}、{n}的，各加{f}分|每次加1-3分|{a}的，扣{f}分|每完成一{u}得{f}分
在通报中明确分数的，按明确的分数加分|{a}的，本项一票否决
"""
AWARD_LIMITS = "最高累计{g}分|最多加{f}分|只取最高|可累计|不重复加分"
VETOES = "{a}的，实行“一票否决”|{a}的，取消评优资格|{a}的，考核不合格|{a}的，总分记零分|一{u}{a}的，实行一票否决"
HEADS = (
    ("年度", ("2018", "2020")),
    ("未提供资料", ("不予判分",)),
    ("不涉及", ("按比例折算", "得满分", "不计")),
    ("一票否决", ("不得评先评优", "定为最低等次", "总分记零分")),
    ("等次", ("90分以上优秀，60分以上合格，60分以下不合格", "8分以上好，3分以上8分以下中，3分以下差")),
    ("小数", ("保留1位小数，四舍五入", "保留一位小数，舍去", "保留整数，四舍五入")),
    ("零头", ("不足一步不计", "不足一步按一步计", "按比例计算")),
    ("总分限制", ("扣完为止", "最低0分")),
    ("以下", ("不包括本数",)),
)
ITEM_LIMITS = {"points": ("最多扣2分。", "扣完为止。"), "award": ("最高加2分。",)}
TINY = Decimal("0.0001")


def forms(table: str) -> list[str]:
    """The forms of a table."""
    return table.strip().replace("\n", "|").split("|")


class Pen:
    """Writes the sentences of one clause; no name stands in it twice."""

    def __init__(self, draw: Random) -> None:
        self.draw = draw
        self.faults, self.merits = draw.sample(FAULTS, len(FAULTS)), draw.sample(MERITS, len(MERITS))

    def write(self, form: str) -> str:
        """A form with names, figures and units."""
        draw, figures = self.draw, sorted(self.draw.sample(FIGURES, 2), key=Decimal)
        names = {"a": self.faults.pop(), "b": self.faults.pop(), "m": self.merits.pop(), "n": self.merits.pop()}
        size, share = draw.choice(("0.5", "1", "2", "3")), draw.choice((3, 10, 50))
        unit, per = draw.choice(UNITS), draw.randint(2, 4)
        return form.format(f=figures[0], g=figures[1], u=unit, p=per, s=size, c=share, **names)


def clause_text(draw: Random, kind: str) -> str:
    """The sentences and the points of a clause."""
    earning = kind == "points" and draw.random() < 0.35
    table, limits = (
        (EARNINGS, EARN_LIMITS) if earning else (AWARDS, AWARD_LIMITS) if kind == "award" else (LOSSES, LOSS_LIMITS)
    )
    table = VETOES if kind == "veto" else table
    number = (
        1
        if kind == "veto"
        else draw.choice((1, 1, 2))
        if earning
        else draw.choice((0, 1, 1, 2, 2, 3) if kind != "award" else (1, 1, 2, 3))
    )
    pen = Pen(draw)
    said = [pen.write(form) + draw.choice("。。；，") for form in draw.sample(forms(table), number)]
    if said and kind != "veto" and draw.random() < 0.5:
        place = draw.randint(1, len(said))
        said[place - 1] = said[place - 1][:-1] + draw.choice("，，。")
        said.insert(place, pen.write(draw.choice(forms(limits))) + "。")
    text = "".join(said)
    text = (text[:-1] + "。") if text else "预案。"
    points = kind in ("points", "deduct") or (kind == "award" and draw.random() < 0.4)
    return text + (f"（{draw.choice(POINTS)}分）" if points else "")


def book_text(draw: Random) -> str:
    """A small rulebook."""
    lines = ["考核细则：随机细则"]
    lines += [f"{key}：{draw.choice(values)}" for key, values in HEADS if draw.random() < 0.35]
    number, kinds = 0, ["points", *(kind for kind in ("deduct", "award", "veto") if draw.random() < 0.25)]
    for place, kind in enumerate(kinds):
        heading = {"points": "责任落实", "deduct": "减分项", "award": "加分项", "veto": "否决项"}[kind]
        held = f"（{draw.choice(POINTS)}分）" if kind == "award" and draw.random() < 0.3 else ""
        lines.append(f"{'一二三四'[place]}、{heading}{held}")
        for _ in range(draw.choice((1, 1, 1, 1, 2))):
            number += 1
            stated = f"（{draw.choice(POINTS)}分）" if kind == "award" and draw.random() < 0.3 else ""
            lines.append(f"{number}. 样项{stated}")
            if kind in ITEM_LIMITS and draw.random() < 0.2:
                lines.append(draw.choice(ITEM_LIMITS[kind]))
            lines += [f"{'①②'[n]} {clause_text(draw, kind)}" for n in range(draw.choice((1, 1, 1, 1, 2)))]
    return "\n".join(lines) + "\n"


# --- records


def values(fact: model.Fact, clause: model.Clause, year: int | None, draw: Random) -> list[Any]:
    """Values of a fact: its ends, both sides of every number that its clause names, and some between."""
    named = set(model.numbers(clause.rules)) | {Decimal(clause.points or 0)}
    low, high = fact.low or Decimal(0), Decimal(10**9) if fact.high is None else fact.high
    if fact.type == "flag" and fact.requirement is None:
        return [False, True]
    if fact.type == "choice":
        return list(fact.choices)
    if fact.requirement is not None:
        dated = [records(draw, year or 2018) for _ in range(12)]
        return [*dated, *([0, 1, 2, 5] if fact.type == "count" else [False, True])]
    if fact.type == "count":
        near = {int(n) + way for n in named for way in (-1, 0, 1)} | {0, 1, 2, 3, 4, 7, 25, 10**9}
        return sorted(n for n in near if n >= 0)
    if fact.type == "number":
        near = {n + way for n in named for way in (-TINY, Decimal(0), TINY)} | {
            low,
            high,
            Decimal("7.25"),
            Decimal(88),
            Decimal("93.5"),
        }
        return sorted(n for n in near if low <= n <= high)
    if fact.type == "amount":
        return [Decimal(0), low, (low + high) / 2, high]
    if fact.type == "amounts":
        return [(), (low,), (high,), (low, high), (high, (low + high) / 2, low), (high,) * 9]
    stated = [evidence.Dated(points=Decimal(points)) for points in ("0", "0.5", "2.5", "9")]
    bare = evidence.Dated()
    return [
        (),
        (bare,),
        (bare, bare, stated[1]),
        (stated[0],),
        (stated[2], bare),
        (stated[3],),
        tuple(stated),
        (bare,) * 9,
    ]


def records(draw: Random, year: int) -> tuple[evidence.Dated, ...]:
    """Dated records of a year, its corners among them."""
    days = [
        date(year, 1, 1),
        date(year, 3, 31),
        date(year, 4, 1),
        date(year, 6, 30),
        date(year, 7, 1),
        date(year, 12, 30),
        date(year, 12, 31),
    ]
    days += [date.fromordinal(date(year, 1, 1).toordinal() + draw.randint(0, 364)) for _ in range(9)]
    return tuple(evidence.Dated(day) for day in draw.sample(days, draw.choice((0, 1, 2, 3, 4, 6, 9, 12))))


@dataclass
class Drawer:
    """Draws records for a book; the values of its facts are worked out once."""

    book: rulebook.Rulebook
    draw: Random

    def __post_init__(self) -> None:
        year = self.book.header.year
        self.places = [
            (clause, section.kind, [(fact, values(fact, clause, year, self.draw)) for fact in clause.facts])
            for section in self.book.sections for item in section.items() for clause in item.clauses if clause.facts
        ]  # fmt: skip
        supplied = self.book.header.not_supplied is not None
        self.states = {
            kind: [evidence.MET] + [evidence.NOT_SUPPLIED] * (supplied and kind in ("points", "deduct"))
            for _, kind, _ in self.places
        }

    def record(self) -> evidence.Record:
        """A record in which every clause is settled."""
        draw, found = self.draw, {}
        for clause, kind, facts in self.places:
            chance = draw.random()
            if chance < 0.06:
                found[clause.address] = evidence.ClauseEvidence("not_applicable")
            elif chance < 0.12:
                found[clause.address] = draw.choice(self.states[kind])
            else:
                found[clause.address] = evidence.ClauseEvidence("observed", self.observed(clause, facts))
        return evidence.Record("", found)

    def observed(self, clause: model.Clause, facts: list[tuple[model.Fact, list[Any]]]) -> dict[str, Any]:
        """Values of the facts; faults may be left out, and a figure lies in the bounds of the row that was chosen."""
        draw = self.draw
        found = {fact.name: draw.choice(known) for fact, known in facts if fact.needed or draw.random() < 0.8}
        for rule in clause.rules:
            if isinstance(rule.effect, model.Bands):
                figure = next((fact.name for fact in clause.facts if fact.type == "amount" and fact.needed), None)
                row = next(
                    (
                        row
                        for row in rule.effect.rows
                        if row.label is not None and row.label == found.get(rule.fact or "")
                    ),
                    None,
                )
                if figure and row is not None and isinstance(row.outcome, model.Interval):
                    found[figure] = draw.choice(
                        (row.outcome.low, row.outcome.high, (row.outcome.low + row.outcome.high) / 2)
                    )
        return found


# --- comparing


@dataclass
class Tally:
    """What one job did."""

    pairs: int = 0
    books: int = 0
    refused: int = 0
    rules: Counter[str] = field(default_factory=Counter)
    limits: Counter[str] = field(default_factory=Counter)
    states: Counter[str] = field(default_factory=Counter)
    differences: list[tuple[str, dict[str, str], list[str]]] = field(default_factory=list)


def differences(book: rulebook.Rulebook, record: evidence.Record) -> list[str]:
    """Where the two evaluators differ on a record."""
    total, upper, bounds, _ = evaluator.evaluate(book, record, regions.complete)
    ours = second.score(book, record)
    theirs = total.score if total.scorable else None
    found = [] if upper.score == total.score else [f"the library leaves {total.score}..{upper.score} open"]
    found += [] if theirs == ours.total else [f"total {theirs} is {ours.total}"]
    found += [] if bool(total.vetoes) == ours.vetoed else [f"vetoed {bool(total.vetoes)} is {ours.vetoed}"]
    found += [] if not total.scorable or total.grade == ours.grade else [f"grade {total.grade} is {ours.grade}"]
    for address, score in ours.clauses.items():
        theirs = bounds[address].best.score
        found += [] if theirs == score else [f"clause {address}: {theirs} is {score}"]
    return found


def run(seed: int, job: int, pairs: int, each: int) -> Tally:
    """So many pairs, `each` of a book, all of them drawn from the seed and the number of the job."""
    gc.set_threshold(100_000)
    draw, tally = Random(f"{seed}/{job}"), Tally()
    while tally.pairs < pairs:
        text = book_text(draw)
        try:
            book = rulebook.load(text)
        except RulebookError:
            tally.refused += 1
            continue
        second.best_of = cached_best()  # type: ignore[assignment]
        drawer = Drawer(book, draw)
        for _ in range(min(each, pairs - tally.pairs)):
            record = drawer.record()
            tally.pairs += 1
            found = differences(book, record)
            if found:
                told = {
                    address: str(one.facts if one.state == "observed" else one.state)
                    for address, one in record.clauses.items()
                }
                tally.differences.append((text, told, found))
                if len(tally.differences) <= 3:
                    print(f"job {job}, pair {tally.pairs}: {'; '.join(found)}", file=sys.stderr, flush=True)
            tally.states.update(one.state for one in record.clauses.values())
        tally.books += 1
        for clause in book.clauses():
            tally.rules.update(map(kind_of, clause.rules))
            tally.limits.update(f"{limit.kind} {limit.scope}" for limit in clause.limits)
        tally.limits.update(f"{limit.kind} {limit.scope}" for item in book.items() for limit in item.limits)
        tally.limits.update(f"{limit.kind} {limit.scope}" for limit in book.header.limits)
    return tally


_best_of = second.best_of


def cached_best() -> Any:
    """What clauses earn at best, each worked out once: the search is long and a book's records ask for it often."""
    kept: dict[tuple[str, str], Fraction] = {}

    def best(clause: model.Clause, kind: str) -> Fraction:
        key = clause.address, kind
        if key not in kept:
            kept[key] = _best_of(clause, kind)
        return kept[key]

    return best


def kind_of(rule: model.Rule) -> str:
    """Effect, basis, amount and what else tells rules apart."""
    effect = rule.effect
    parts = [
        effect.kind,
        getattr(getattr(effect, "basis", None), "kind", ""),
        getattr(getattr(effect, "amount", None), "kind", ""),
    ]
    parts += [
        getattr(effect, "gives", ""),
        "total" if getattr(effect, "target", "") == "total" else "",
        getattr(effect, "spares", ""),
    ]
    parts += [
        getattr(getattr(effect, "basis", None), "partial", ""),
        "each" if getattr(effect, "each_of", ()) else "",
        getattr(effect, "outcome", ""),
    ]
    return " ".join(part for part in parts if part)


def main() -> int:
    """Runs the jobs, prints what they did, returns 1 where the evaluators differ."""
    options = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    options.add_argument("--pairs", type=int, default=10_000)
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--jobs", type=int, default=2)
    options.add_argument("--each", type=int, default=500, help="records a book")
    given = options.parse_args()
    began = time.monotonic()
    shares = [given.pairs // given.jobs + (job < given.pairs % given.jobs) for job in range(given.jobs)]
    with Pool(given.jobs) as pool:
        tallies = pool.starmap(
            run, [(given.seed, job, share, given.each) for job, share in enumerate(shares)]
        )
    whole: dict[str, Counter[str]] = {
        name: sum((getattr(one, name) for one in tallies), Counter())
        for name in ("rules", "limits", "states")
    }
    found = [one for tally in tallies for one in tally.differences]
    print(
        f"{sum(one.pairs for one in tallies)} pairs, seed {given.seed}, {given.jobs} jobs, {time.monotonic() - began:.0f} s"
    )
    print(
        f"{sum(one.books for one in tallies)} books ({sum(one.refused for one in tallies)} texts refused by the reader)"
    )
    for name, title in (
        ("rules", "kinds of rules"),
        ("limits", "kinds of limits"),
        ("states", "states of clauses"),
    ):
        print(
            f"{len(whole[name])} {title}: "
            + ", ".join(f"{key} {number}" for key, number in sorted(whole[name].items()))
        )
    print(f"{len(found)} differences")
    for text, record, told in found[:10]:
        print("---", text, *(f"{key}: {value}" for key, value in record.items()), *told, sep="\n")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
