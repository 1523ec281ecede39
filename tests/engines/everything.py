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
