"""Law: on every settled record a second evaluator, written from the documents, gives what the library gives."""

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import rulebook
from properties.strategies import Book, books, records
from rulebook import evidence, model

from .second import Unsettled, score


def differences(book: rulebook.Rulebook, record: evidence.Record) -> list[str]:
    """Where the two evaluators differ on a record."""
    card, second = book.score(record), score(book, record)
    theirs: dict[str, Any] = {"total": card.total, "vetoed": card.vetoed}
    ours: dict[str, Any] = {"total": second.total, "vetoed": second.vetoed}
    if card.scorable:
        theirs["grade"], ours["grade"] = card.grade, second.grade
    theirs |= {one.clause: one.score for one in card.clauses if one.clause in second.clauses}
    ours |= second.clauses
    exact = {key: Fraction(value) if hasattr(value, "is_signed") else value for key, value in theirs.items()}
    return [f"{key}: {exact[key]} is {ours[key]}" for key in ours if exact[key] != ours[key]]


@settings(max_examples=250, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(books(), st.data())
def test_settled_records_score_alike(written: Book, data: st.DataObject) -> None:
    """Total, clauses, grade and vetoes."""
    book = rulebook.load(written.text())
    record = evidence.read_record(book, data.draw(records(book, holes=False)))
    assert differences(book, record) == []


# --- by hand: mechanisms that are rarely drawn; each total was worked out on paper

DATES = [{"日期": f"2018-{month:02}-02"} for month in (3, 5, 8, 12)]
ONE = "一、样章\n1. 样项\n"
AWARDED = "一、样章\n1. 样项。缺一项扣1分。（1分）\n二、加分项{points}\n"

BY_HAND: tuple[tuple[str, str, Mapping[str, Any], object], ...] = (
    ("每处扣1分，不重复扣分。（5分）", "", {"1.1": 3}, 4),
    ("无方案、无总结的，各扣1分。（5分）", "", {"1.1": {"无方案": True, "无总结": True}}, 3),
    ("无方案、无总结的，分别扣2分、1分。（5分）", "", {"1.1": {"无总结": True}}, 4),
    ("缺一项扣1分，最低得1分。（5分）", "", {"1.1": 9}, 1),
    ("缺一项扣1分，最低得1分。未建立的不得分。（5分）", "", {"1.1": {"缺": 1, "未建立": True}}, 0),
    ("缺一项扣1分，发生事故的，本项最高不超过4分。（5分）", "", {"1.1": {"缺": 0, "发生事故": True}}, 4),
    ("缺一项扣1分，发生事故的，本项最高不超过4分。（5分）", "", {"1.1": {"缺": 2, "发生事故": True}}, 3),
    ("缺一项扣1分，可扣至负分。（5分）", "", {"1.1": 7}, -2),
    ("缺一项扣1分。创新的，加0.5分。（5分）", "", {"1.1": {"缺": 9, "创新": True}}, 0),
    ("第一次扣1分，第二次起每次扣2分。（9分）", "", {"1.1": 3}, 4),
    ("缺一项扣1分，情节严重的加倍扣分，最多扣5分。（9分）", "", {"1.1": {"缺": 2, "情节严重": True}}, 5),
    ("缺一项扣1分，整改的减半扣分。（5分）", "", {"1.1": {"缺": 3, "整改": True}}, Fraction(7, 2)),
    ("被通报的，一次扣0.5分；在通报中明确分数的，按明确的分数扣分。（5分）", "", {"1.1": [{}, {}, {"分数": 2}]}, 2),
    ("逾期每天扣除3%的分数。（5分）", "", {"1.1": 4}, Fraction(22, 5)),
    ("覆盖率不低于95%，每低2%扣0.5分。（5分）", "零头：不足一步不计", {"1.1": 92}, Fraction(9, 2)),
    ("覆盖率不低于95%，每低2%扣0.5分。（5分）", "零头：不足一步按一步计", {"1.1": 92}, 4),
    ("覆盖率不低于95%，每低2%扣0.5分。（5分）", "零头：按比例计算", {"1.1": 92}, Fraction(17, 4)),
    ("70%至90%线性得分。（5分）", "", {"1.1": 77}, Fraction(7, 4)),
    ("90%以上得满分，80%以上不足90%得3分，80%以下不得分。（5分）", "", {"1.1": "89.9999"}, 3),
    ("优得5-4分，良得3-2分，差不得分。（5分）", "", {"1.1": {"等次": "良", "分值": "2.5"}}, Fraction(5, 2)),
    ("每3项扣1分。（5分）", "", {"1.1": 8}, 3),
    ("甲。迟到3次以内不扣分，超过3次的，每次扣1分。（5分）", "", {"1.1": 5}, 3),
    ("得满分，否则每处扣0.5分。（5分）", "", {"1.1": 3}, Fraction(7, 2)),
    ("缺一项扣1分，发生一次扣2分，最多扣3分。错一次扣1分。（9分）", "", {"1.1": {"缺": 2, "发生": 2, "错": 1}}, 5),
    ("缺一项扣1分，24小时内修复的不扣分。（5分）", "", {"1.1": {"缺": 2, "24小时内修复": True}}, 5),
    ("瞒报的不得分，并从总分中扣1分。（5分）", "", {"1.1": {"瞒报": True}}, -1),
    ("瞒报的不得分，并从总分中扣1分。（5分）", "总分限制：扣完为止", {"1.1": {"瞒报": True}}, 0),
    ("每季度至少召开一次会议，缺一次扣0.5分。（5分）", "年度：2018", {"1.1": DATES[1:]}, Fraction(9, 2)),
    ("信息化台账更新及时、完整、准确的各得1分。（5分）", "", {"1.1": "符合"}, 3),
    ("每完成一项得1分，完成四项以上不得分。（5分）", "", {"1.1": "符合"}, 3),
    ("投诉电话统一受理。（5分）", "", {"1.1": {"不符合": True}}, 0),
    ("甲。缺一项扣1分。（2分）\n② 乙。缺一项扣1分，本项一票否决。（3分）", "", {"1.1": 1, "1.2": {"缺": 0, "次数": True}}, 0),
    ("甲。缺一项扣1分。（2分）\n② 乙。缺一项扣1分。（3分）", "", {"1.1": 1, "1.2": "不涉及"}, Fraction(5, 2)),
    ("甲。缺一项扣1分。（2分）\n② 乙。缺一项扣1分。（3分）", "不涉及：得满分", {"1.1": 1, "1.2": "不涉及"}, 4),
    ("甲。缺一项扣1分。（2分）\n② 乙。缺一项扣1分。（3分）", "不涉及：不计", {"1.1": 1, "1.2": "不涉及"}, 1),
    ("甲。缺一项扣1分。（2分）\n② 乙。缺一项扣1分。（3分）", "未提供资料：不得分", {"1.1": 1, "1.2": "未提供"}, 1),
    ("甲。缺一项扣0.25分。（5分）", "小数：保留一位小数，四舍五入", {"1.1": 3}, Fraction(43, 10)),
    ("甲。缺一项扣0.25分。（5分）", "小数：保留一位小数，舍去", {"1.1": 3}, Fraction(42, 10)),
)  # fmt: skip
"""Text of the first clause, a line of the head, evidence, the total."""

ABOVE: tuple[tuple[str, str, Mapping[str, Any], object], ...] = (
    ("2. 甲。受表彰的，每次加1分，最高累计2分。", "", {"1": 0, "2": 5}, 3),
    ("2. 甲（3分）\n最高加2分。\n① 受表彰的，每次加1分。", "", {"1": 0, "2.1": 5}, 3),
    ("2. 甲（3分）\n① 受表彰的，每次加1分。\n② 创新的，加2分。", "", {"1": 0, "2.1": 2, "2.2": {"创新": True}}, 4),
    ("2. 甲。受表彰的，每次加1分。（3分）\n3. 乙。创新的，加2分。（3分）", "（4分）", {"1": 0, "2": 9, "3": "创新"}, 5),
    ("2. 甲。国家级、省级表彰分别加3分、2分。", "", {"1": 0, "2": {"国家级": True, "省级表彰": True}}, 6),
    ("2. 甲。每高1个百分点加0.5分。", "", {"1": 0, "2": "2.5"}, 2),
    ("2. 甲。第一次加1分，第二次起每次加2分。", "", {"1": 0, "2": 3}, 6),
    ("2. 甲。受表彰的，每次加1分。", "", {"1": "不涉及", "2": 3}, None),
    ("2. 甲。受表彰的，每次加1分，最低得2分。（5分）", "", {"1": 0, "2": 1}, 2),
)
"""Items of an award section, its points, evidence, the total."""

SETTLED: dict[str, tuple[str, Mapping[str, Any], object]] = {
    "rhythm compared": (
        f"年度：2018\n{ONE}① 会议。每季度至少召开一次会议。缺一次扣1分，缺三次以上不得分。（9分）", {"1.1": DATES}, 9),
    "once": (f"{ONE}① 甲。每处扣1分，情节严重的，加倍扣分，不重复扣分。（9分）", {"1.1": {"次数": 3, "情节严重": True}}, 7),
    "once, figures that differ": (f"{ONE}① 甲。第一次扣1分，第二次起每次扣2分，不重复扣分。（9分）", {"1.1": 2}, 7),
    "once, figures that a person gives": (f"{ONE}① 甲。每次扣1-3分，不重复扣分。（9分）", {"1.1": [1, "2.5", 2]}, Fraction(13, 2)),
    "highest only": (f"{ONE}① 甲。缺一项扣1分，发现一处扣2分，只取最高。（9分）", {"1.1": {"缺": 5, "发现": 1}}, 7),
    "highest only, doubled": (
        f"{ONE}① 甲。缺一项扣1分，情节严重的，加倍扣分，发现一处扣1.5分，只取最高。（9分）", {"1.1": {"缺": 5, "情节严重": True, "发现": 3}}, 7),
    "highest only, an award beside a loss": (
        f"{ONE}① 甲。缺一项扣1分。获国家级表彰的加3分，获省级表彰的加2分，只取最高。（9分）",
        {"1.1": {"缺": 1, "获国家级表彰": True, "获省级表彰": True}}, 11),
    "highest only, earned and awarded apart": (
        f"{ONE}① 甲。建立的得2分，落实的得4分，获国家级表彰的加3分，获省级表彰的加1分，只取最高。（9分）",
        {"1.1": {"建立": True, "落实": True, "获国家级表彰": True, "获省级表彰": True}}, 7),
    "highest only, the larger award beside what is earned": (
        f"{ONE}① 甲。建立的得2分，获国家级表彰的加3分，只取最高。（9分）", {"1.1": {"建立": True, "获国家级表彰": True}}, 5),
    "least": (f"{ONE}① 甲。每完成一项得1分，每发现一处扣1分，最低得2分。（5分）", {"1.1": {"完成": 8, "发现": 7}}, 2),
    "least, not earned": (f"{ONE}① 甲。每完成一项得1分，最低得2分。（5分）", {"1.1": 1}, 2),
    "least, above a ceiling": (
        f"{ONE}① 甲。缺一项扣1分，发生事故的，本项最高不超过1分，最低得2分。（5分）", {"1.1": {"缺": 9, "发生事故": True}}, 1),
    "item floor": (
        "一、章\n1. 样项（4分）\n扣完为止。\n① 缺一项扣1分，可扣至负分。（2分）\n② 缺一项扣1分。（2分）", {"1.1": 9, "1.2": 0}, 0),
    "item veto capped": (
        AWARDED.format(points="（5分）") + "2. 甲。受表彰的，每次加1分。（3分）\n3. 乙。受表彰的，每次加1分，发生事故的，本项一票否决。（3分）",
        {"1": 0, "2": 3, "3": {"受表彰": 3, "发生事故": True}}, 4),
    "item veto capped, first": (
        AWARDED.format(points="（5分）") + "2. 甲。受表彰的，每次加1分，发生事故的，本项一票否决。（3分）\n3. 乙。受表彰的，每次加1分。（3分）",
        {"1": 0, "2": {"受表彰": 3, "发生事故": True}, "3": 3}, 4),
    "met claims": (
        f"{ONE}① 丙。合格率低于90%扣1分。国家级、省级分别加3分、2分。（5分）", {"1.1": "符合"}, 5),
    "met, a distance beside a table": (
        f"{ONE}① 甲。完成率低于90%扣1分；低于80%扣3分。每低1%扣0.5分，不足1%按1%计。（5分）", {"1.1": "符合"}, 5),
    "award spared": (
        AWARDED.format(points="") + "2. 甲。第一次加1分，第二次起每次加2分。发生事故的，不加分。", {"1": 0, "2": {"次数": 2, "发生事故": True}}, 1),
    "award capped": (
        f"{ONE}① 丙。按完成率×5计分。国家级加3分，省级加2分。（5分）", {"1.1": {"完成率": 100, "等次": "国家级"}}, 8),
    "limit at total": (f"{ONE}① 丙。每发生一起，从总分扣1分，最多扣3分。（5分）", {"1.1": 5}, 2),
    "award granted": (
        "不涉及：得满分\n" + AWARDED.format(points="") + "2. 甲。每完成一项得1分。（3分）", {"1": 0, "2": "不涉及"}, 1),
}  # fmt: skip
"""Places where the evaluators once differed → a rubric, a record, and the total that the documents ask for."""


def read(text: str, record: Mapping[str, Any]) -> tuple[rulebook.Rulebook, evidence.Record]:
    """A rubric of that text, and the record read for it."""
    book = rulebook.load(f"考核细则：样例\n{text}\n")
    return book, evidence.read_record(book, record)


@pytest.mark.parametrize(("clause", "head", "record", "total"), BY_HAND)
def test_clauses_by_hand(clause: str, head: str, record: Mapping[str, Any], total: object) -> None:
    """The oracle gives the total that was worked out, and the library what the oracle gives."""
    book, known = read(f"{head}\n{ONE}① {clause}", record)
    assert score(book, known).total == total
    assert differences(book, known) == []


@pytest.mark.parametrize(("items", "points", "record", "total"), ABOVE)
def test_award_sections_by_hand(items: str, points: str, record: Mapping[str, Any], total: object) -> None:
    """The same above the full marks."""
    book, known = read(AWARDED.format(points=points) + items, record)
    assert score(book, known).total == total
    assert differences(book, known) == []


@pytest.mark.parametrize("name", SETTLED)
def test_what_was_settled_stays_settled(name: str) -> None:
    """Both evaluators give what the documents ask for."""
    text, record, total = SETTLED[name]
    book, known = read(text, record)
    assert score(book, known).total == total
    assert differences(book, known) == []


def test_vetoes_and_grades_by_hand() -> None:
    """总分记零分, 定为最低等次, and the grade of a score that lies on a bound."""
    text = "{head}\n等次：9分以上优秀，6分以上合格，不足6分不合格\n一、章\n1. 甲。缺一项扣1分。（10分）\n二、否决项\n2. 乙。瞒报的，实行一票否决。"
    record = {"1": 1, "2": "瞒报"}
    for head, total, grade in (
        ("一票否决：总分记零分", 0, "不合格"),
        ("一票否决：定为最低等次", 9, "不合格"),
        ("一票否决：不得评优", 9, "优秀"),
    ):
        book, known = read(text.format(head=head), record)
        second = score(book, known)
        assert (second.total, second.grade, second.vetoed) == (total, grade, True)
        assert differences(book, known) == []


def test_the_oracle_can_disagree() -> None:
    """A rule of another amount is a difference, in the total and in its clause."""
    book, known = read(f"{ONE}① 甲。缺一项扣1分。（5分）", {"1.1": 2})
    told = book.model_dump(mode="json")
    told["sections"][0]["subsections"][0]["items"][0]["clauses"][0]["rules"][0]["effect"]["amount"]["value"] = "2"
    assert score(book, known).total == 3
    assert score(model.Rulebook.model_validate(told), known).total == 1


def test_the_oracle_has_no_intervals() -> None:
    """What is open is refused, not guessed."""
    book, known = read(f"{ONE}① 甲。覆盖率95%以上得满分，不足95%不得分。（5分）", {})
    with pytest.raises(Unsettled):
        score(book, known)
