"""How clauses add up: items, sections, the head's limits, what does not apply, vetoes, rounding. Totals were worked out on paper."""

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

import pytest

import rulebook
from rulebook import Scorecard

TWO = "一、章\n1. 甲。缺一项扣1分。（6分）\n2. 乙。每完成一项得1分。（4分）\n"
AWARDED = TWO + "二、加分项{points}\n3. 丙。创新的，每次加2分。{more}\n4. 丁。推广的，每次加1分。{more}\n"


def card(text: str, record: Mapping[str, Any]) -> Scorecard:
    """The scorecard of a rubric."""
    return rulebook.load(f"考核细则：样例\n{text}").score(record)


def lines(scored: Scorecard) -> list[tuple[str | None, str, str]]:
    """Clause, effect and applied points of every line."""
    return [(entry.clause, entry.effect, str(entry.applied)) for entry in scored.ledger]


CASES: tuple[tuple[str, Mapping[str, Any], object], ...] = (
    (TWO, {"1": 2, "2": 3}, 7),
    # limits of the total: on losses and gains before the rest is scaled, floor and ceiling after it
    ("总分限制：最多扣3分\n" + TWO, {"1": 5, "2": 4}, 7),
    ("总分限制：最多扣3分\n" + TWO, {"1": 5, "2": "不涉及"}, 5),
    ("总分限制：最高5分\n" + TWO, {"1": 0, "2": "不涉及"}, 5),
    ("总分限制：最高8分\n" + TWO, {"1": 2, "2": 4}, 8),
    ("总分限制：最多扣3分\n" + TWO + "3. 戊。谎报的，从总分扣9分。（1分）", {"1": 0, "2": 4, "3": "谎报"}, 8),
    ("总分限制：最高加3分\n" + TWO, {"1": 0, "2": 4}, 9),
    ("总分限制：扣完为止\n" + TWO + "3. 戊。谎报的，从总分扣9分。（1分）", {"1": 5, "2": 0, "3": "谎报"}, 0),
    (TWO + "3. 戊。谎报的，从总分扣9分。（1分）", {"1": 5, "2": 0, "3": "谎报"}, -7),
    # what does not apply
    (TWO, {"1": 3, "2": "不涉及"}, 5),
    (TWO, {"1": "不涉及", "2": 3}, Fraction(15, 2)),
    ("不涉及：得满分\n" + TWO, {"1": 3, "2": "不涉及"}, 7),
    ("不涉及：不计\n" + TWO, {"1": 3, "2": "不涉及"}, 3),
    (TWO, {"1": "不涉及", "2": "不涉及"}, None),
    ("一、章\n1. 甲。缺一项扣1分，创新的，加2分。（6分）\n2. 乙。缺一项扣1分。（6分）\n", {"1": {"缺": 1, "创新": True}, "2": "不涉及"}, 14),
    (AWARDED.format(points="", more=""), {"1": 3, "2": "不涉及", "3": 1, "4": 0}, 7),
    (AWARDED.format(points="", more=""), {"1": 3, "2": 4, "3": "不涉及", "4": 1}, 8),
    (AWARDED.format(points="", more=""), {"1": "不涉及", "2": "不涉及", "3": 1, "4": 1}, None),
    # award sections and items
    (AWARDED.format(points="（5分）", more=""), {"1": 0, "2": 4, "3": 2, "4": 3}, 15),
    (AWARDED.format(points="（5分）", more="（3分）"), {"1": 0, "2": 4, "3": 2, "4": 1}, 14),
    (AWARDED.format(points="", more="（3分）"), {"1": 0, "2": 4, "3": 2, "4": 9}, 16),
    # limits of an item
    ("一、章\n1. 项（6分）\n最多扣2分。\n① 缺一项扣1分。（3分）\n② 错一项扣1分。（3分）\n", {"1.1": 2, "1.2": 3}, 4),
    ("一、章\n1. 项（6分）\n扣完为止。\n① 缺一项扣1分，可扣至负分。（3分）\n② 错一项扣1分。（3分）\n", {"1.1": 5, "1.2": 3}, 0),
    ("一、章\n1. 项（6分）\n① 缺一项扣1分，可扣至负分。（3分）\n② 错一项扣1分。（3分）\n", {"1.1": 5, "1.2": 3}, -2),
    # vetoes
    ("一票否决：总分记零分\n" + TWO + "二、否决项\n3. 谎报的，实行“一票否决”。", {"1": 0, "2": 4, "3": "谎报"}, 0),
    (
        "一票否决：总分记零分\n" + TWO + "3. 戊。瞒报的，从总分扣20分。（1分）\n二、否决项\n4. 谎报的，实行“一票否决”。",
        {"1": 0, "2": 4, "3": "瞒报", "4": "谎报"}, -9,
    ),
    (TWO + "二、章\n3. 戊。缺一项扣1分，谎报的，本项一票否决。（5分）", {"1": 0, "2": 4, "3": {"缺": 1, "谎报": True}}, 10),
    (TWO + "二、章\n3. 戊。缺一项扣0.5分，谎报的，本项一票否决。（0.5分）", {"1": 0, "2": 4, "3": {"缺": 0, "谎报": True}}, 10),
    # rounding
    ("小数：保留一位小数，四舍五入\n" + TWO, {"1": "不涉及", "2": "不涉及"}, None),
    ("小数：保留整数，四舍五入\n" + TWO, {"1": "不涉及", "2": 3}, 8),
    ("小数：保留整数，舍去\n" + TWO, {"1": "不涉及", "2": 3}, 7),
    ("小数：保留整数，四舍五入\n一、章\n1. 甲。缺一项扣0.5分，可扣至负分。（1分）\n", {"1": 5}, -2),
    ("小数：保留整数，舍去\n一、章\n1. 甲。缺一项扣0.5分，可扣至负分。（1分）\n", {"1": 5}, -1),
)  # fmt: skip
"""A rubric, a record, the total."""


@pytest.mark.parametrize(("text", "record", "total"), CASES)
def test_totals_are_those_worked_out_on_paper(text: str, record: Mapping[str, Any], total: object) -> None:
    """And the ledger sums to each."""
    scored = card(text, record)
    assert scored.total == total
    if scored.total is not None:
        assert Fraction(scored.total) == Fraction(scored.start) + sum(Fraction(entry.applied) for entry in scored.ledger)


def test_a_limit_of_an_item_holds_the_worst_and_the_best_apart() -> None:
    """What the one takes back from a clause that is known is not taken from the other."""
    text = "一、章\n1. 项（6分）\n最多扣2分。\n① 缺一项扣1分。（3分）\n② 错一项扣1分。（3分）\n"
    scored = card(text, {"1.1": "未查", "1.2": 3})
    assert (scored.lower, scored.upper) == (4, 4)
    assert lines(scored) == [("1.2", "deduct", "-2")]


def test_what_does_not_apply_and_has_full_marks_says_so() -> None:
    """A clause that earns has a line with all of its points."""
    scored = card("不涉及：得满分\n" + TWO, {"1": 0, "2": "不涉及"})
    assert [(entry.clause, entry.reason) for entry in scored.ledger] == [("2", "符合，得4分")]


def test_what_leaves_has_a_line() -> None:
    """Also a clause that earns, and so takes nothing along; one that holds no points has none."""
    text = AWARDED.format(points="", more="")
    assert lines(card(text, {"1": 0, "2": "不涉及", "3": "不涉及", "4": 0})) == [("2", "not_applicable", "0"), (None, "rescale", "4")]
    scored = card(text, {"1": "不涉及", "2": 4, "3": 0, "4": 0})
    assert [line for line in lines(scored) if line[1] in ("not_applicable", "rescale")] == [("1", "not_applicable", "-6"), (None, "rescale", "6")]


def test_an_item_that_vetoes_itself_is_no_veto_of_the_whole() -> None:
    """Its points are gone, by a line; the rest is as it was."""
    scored = card("一票否决：总分记零分\n" + TWO + "二、章\n3. 戊。缺一项扣1分，谎报的，本项一票否决。（5分）", {"1": 0, "2": 4, "3": {"缺": 1, "谎报": True}})
    assert scored.total == 10
    assert not scored.vetoed
    assert scored.vetoes == ()
    assert ("3", "limit", "-4") in lines(scored)


def test_sections_show_what_they_have_before_the_rest_is_scaled() -> None:
    """Points that apply, and the score."""
    scored = card(TWO + "二、章\n3. 戊。缺一项扣1分。（5分）", {"1": 2, "2": "不涉及", "3": 1})
    assert [one.points for one in scored.sections] == [6, 5]
    assert [one.score for one in scored.sections] == [4, 4]
    assert scored.total == Fraction(8 * 15, 11)


def test_an_award_section_holds_no_points_before_anything_is_found() -> None:
    """Whatever its items may give."""
    scored = card(AWARDED.format(points="（5分）", more="（3分）"), {"1": 0, "2": 4, "3": 1, "4": 0})
    assert [one.points for one in scored.sections] == [10, 0]
    assert [one.score for one in scored.sections] == [10, 2]


def test_the_full_marks_follow_what_applies() -> None:
    """不计 lets them shrink, 按比例折算 and 得满分 keep them; a head that states them is right."""
    record = {"1": 3, "2": "不涉及"}
    assert [card(head + TWO, record).full for head in ("", "不涉及：得满分\n", "不涉及：不计\n")] == [10, 10, 6]
    assert card("满分：10分\n不涉及：不计\n" + TWO, record).full == 6


@pytest.mark.parametrize(
    ("missing", "grade"), [(0, "好"), (1, "好"), (2, "中"), (3, "中"), (4, "中"), (5, "差"), (6, "差")],
)  # fmt: skip
def test_the_first_grade_that_holds_the_score_is_earned(missing: int, grade: str) -> None:
    """Written from below; either end of a range in or out as its words say."""
    text = "等次：5分以下差，高于5分低于9分中，9分以上好\n一、章\n1. 甲。缺一项扣1分。（10分）\n"
    assert card(text, {"1": missing}).grade == grade
