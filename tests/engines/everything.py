"""A rubric with a sentence of every sort, and records that go through all of it."""

from decimal import Decimal
from random import Random
from typing import Any

import rulebook
from rulebook import evidence, model, regions

EVERYTHING = """考核细则：样例
年度：2018
满分：60分
未提供资料：不予判分
一票否决：总分记零分
等次：50分以上优秀，30分以上不足50分合格，不足30分不合格
小数：保留一位小数，四舍五入
总分限制：最低0分
一、责任落实
1. 台账
① 缺一项扣0.25分，情节严重的加倍扣分；未建立的不得分。（5分）
② 每缺1次扣0.5分，缺五次以上不得分；未上报的，从总分扣1分。（5分）
2. 第一次扣1分，第二次起每次扣2分，最多扣4分；若已整改，不扣分。（5分）
3. 人数少于10人的，每少3人扣0.5分；发生事故的，本项最高不超过3分。（5分）
4. 覆盖率90%以上得满分，80%以上不足90%得3分，80%以下不得分。（10分）
5. 按完成比例得分。（10分）
6. 优得5-4分，良得3-2分，差不得分。（5分）
7. 甲等、乙等的，各扣1分；管理混乱的，酌情扣1-3分，只取最高。（5分）
二、减分项
8. 每发现一处扣1分，可扣至负分。（10分）
三、加分项
9. 国家级、省级、市级分别加3分、2分、1分，最高累计5分。
四、否决项
10. 发生较大以上事故的，实行“一票否决”。
"""


def observed(book: rulebook.Rulebook, draw: Random, *, plain: bool = True) -> dict[str, dict[str, Any]]:
    """A record of every fact, each at a value where something changes; `plain`: written as a program would."""
    found: dict[str, dict[str, Any]] = {}
    for clause in book.clauses():
        facts = {fact.name: draw.choice([one for one in regions.corners(fact, clause) if not isinstance(one, tuple)] or [0]) for fact in clause.facts}
        figure = next((fact.name for fact in clause.facts if fact.type == "amount" and fact.needed), None)
        for rule in clause.rules:
            if figure and isinstance(rule.effect, model.Bands):
                row = next((row for row in rule.effect.rows if row.label is not None and row.label == facts.get(rule.fact or "")), None)
                facts[figure] = row.outcome.low if row and isinstance(row.outcome, model.Interval) else Decimal(0)
        if facts:
            found[clause.address] = facts if plain else {name: evidence.written(value) for name, value in facts.items()}
    return found


BETWEEN = (
    "每完成7项得0.3分，每缺3项扣0.4分",
    "人数少于50人的，每少7人扣0.3分",
    "达到90%得满分，每低3%扣0.7分，不足3%按3%计",
    "覆盖率不低于90%，每低3%扣0.7分",
    "每高0.7个百分点扣0.3分，不足0.7个百分点按0.7个百分点计",
    "覆盖率70%至97%线性得分",
    "第一次扣0.1分，第二次扣0.2分，第三次起每次扣0.7分",
    "每缺3项扣0.7分，情节严重的减半扣分，最多扣6.1分",
    "覆盖率87.5%以上得满分，70.25%以上不足87.5%得3.7分，不足70.25%得1分",
    "优得5-4.1分，良得3.9-2分，差不得分；每缺2项扣0.3分",
)
"""Clauses of 10 points whose steps divide neither each other nor the points."""


def between(book: rulebook.Rulebook, draw: Random) -> dict[str, dict[str, Any]]:
    """A record of every fact, each anywhere in its range: beside steps and thresholds, not on them."""
    found: dict[str, dict[str, Any]] = {}
    for clause in book.clauses():
        drawn: dict[str, Any] = {}
        for fact in clause.facts:
            high = int(min(fact.high if fact.high is not None else Decimal(120), Decimal(120)))
            figure = Decimal(draw.randint(int(fact.low or 0) * 10**4, high * 10**4)).scaleb(-4)
            kinds = {"count": draw.randint(0, 60), "flag": draw.random() < 0.3, "choice": draw.choice(fact.choices or ("",))}
            drawn[fact.name] = kinds.get(fact.type, round(figure, draw.randint(0, 4)))
        for rule in clause.rules:
            for row in rule.effect.rows if isinstance(rule.effect, model.Bands) else ():
                if row.fits(drawn.get(rule.fact or "")) and isinstance(row.outcome, model.Interval):
                    asked = next(fact.name for fact in clause.facts if fact.type == "amount")
                    drawn[asked] = draw.choice((row.outcome.low, row.outcome.high, (row.outcome.low + row.outcome.high) / 2))
        found[clause.address] = drawn
    return found
