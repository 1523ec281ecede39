"""What advice says of records whose answer anyone can work out by hand."""

from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest

import rulebook
from rulebook.improvement import Change, Gain, Open, apply, gains, least, most, settling


def book(body: str, full: int = 10, head: str = "") -> rulebook.Rulebook:
    return rulebook.load(f"考核细则：样例\n满分：{full}分\n{head}\n{body}\n")


def one(clauses: str, head: str = "") -> rulebook.Rulebook:
    """A rubric of 10 points with one section and one item."""
    return book(f"一、章\n1. 项\n{clauses}", head=head)


def said(found: tuple[Gain, ...]) -> list[tuple[str, Any, Any, Any, str]]:
    """Clause, fact, before, after and points of gains of one change."""
    return [(g.clause, g.changes[0].fact, g.changes[0].before, g.changes[0].after, str(g.points)) for g in found]


def steps(plan: Any) -> list[tuple[str, Any, Any]]:
    assert plan is not None
    return [(change.clause, change.fact, change.after) for change in plan.changes]


TWO = "① 台账。缺一项扣1分。（6分）\n② 制度。未建立的不得分。（4分）"


def test_each_fault_whole_and_by_one_step() -> None:
    found = gains(one(TWO), {"1.1": 3, "1.2": "未建立"})
    assert said(found) == [
        ("1.2", "未建立", True, False, "4"),
        ("1.1", "缺", 3, 0, "3"),
        ("1.1", "缺", 3, 2, "1"),
    ]


def test_nothing_is_regained_where_nothing_is_lost() -> None:
    assert gains(one(TWO), {"1": "符合"}) == ()
    assert least(one(TWO), {"1": "符合"}, 11) is None
    assert most(one(TWO), {"1": "符合"}) == 10


def test_a_clause_exhausted_by_another_loss_regains_nothing_alone_but_both_do_together() -> None:
    rules = one("① 台账。缺一项扣1分，未建立的不得分，瞒报的不得分。（6分）\n② 制度。未建立的不得分。（4分）")
    (joint,) = gains(rules, {"1.1": {"未建立": True, "瞒报": True}, "1.2": "符合"})
    assert {change.fact for change in joint.changes} == {"未建立", "瞒报"}
    assert joint.points == 6
    assert [c.fact for c in least(rules, {"1.1": {"未建立": True, "瞒报": True}, "1.2": "符合"}, 5).changes] == ["未建立", "瞒报"]  # type: ignore[union-attr]


def test_the_least_step_is_the_first_that_a_limit_lets_through() -> None:
    """Ninety missing of which six are felt: one less regains nothing, 85 less do."""
    found = gains(one(TWO), {"1.1": 90, "1.2": "符合"})
    assert said(found) == [("1.1", "缺", 90, 0, "6"), ("1.1", "缺", 90, 5, "1")]


def test_a_clause_that_was_not_supplied_is_supplied_whole() -> None:
    rules = one("① 直报。直报率未达到100%的不得分，迟报一次扣1分。（6分）\n② 制度。未建立的不得分。（4分）", "未提供资料：不予判分")
    record = {"1.1": "未提供", "1.2": "符合"}
    assert gains(rules, record) == (Gain("1.1", (Change("1.1"),), Fraction(6)),)
    plan = least(rules, record, 10)
    assert plan is not None
    assert plan.changes == (Change("1.1"),)
    assert plan.record.clauses["1.1"].facts["直报率"] == Decimal(100)


def test_a_figure_goes_to_what_the_clause_asks_for() -> None:
    rules = one("① 甲。覆盖率不低于95%，每低1个百分点扣1分。（6分）\n② 制度。未建立的不得分。（4分）")
    found = gains(rules, {"1.1": {"覆盖率": "92.5"}, "1.2": "符合"})
    assert said(found) == [("1.1", "覆盖率", Decimal("92.5"), Decimal(95), "2"), ("1.1", "覆盖率", Decimal("92.5"), Decimal(94), "1")]


AWARDS = "一、章\n1. 台账。缺一项扣1分。（10分）\n二、加分项（3分）\n2. 表彰。受到表彰的，每一项加2分。\n3. 创新。创新的，加1分。"


def test_awards_are_offered_and_marked_within_the_limit_of_their_section() -> None:
    found = gains(book(AWARDS), {"1": 1, "2": 1, "3": {"创新": False}})
    assert [(g.clause, g.changes[0].after, g.points, g.award) for g in found] == [
        ("1", 0, 1, False),
        ("2", 2, 1, True),
        ("3", True, 1, True),
    ]
    assert [g.clause for g in gains(book(AWARDS), {"1": 1, "2": 2, "3": {"创新": False}})] == ["1"]


def test_an_award_without_end_is_offered_by_one_step_and_planned_no_farther_than_needed() -> None:
    rules = book("一、章\n1. 台账。缺一项扣1分。（10分）\n二、加分项\n2. 表彰。受到表彰的，每一项加2分。")
    assert said(gains(rules, {"1": 0, "2": 1})) == [("2", "受到表彰", 1, 2, "2")]
    assert steps(least(rules, {"1": 0, "2": 1}, 31)) == [("2", "受到表彰", 11)]


def test_the_plan_takes_the_fewest_facts_and_goes_no_farther_than_it_must() -> None:
    rules = book("一、章\n1. 甲。缺一项扣1分。（3分）\n2. 乙。缺一项扣1分。（3分）\n3. 丙。缺一项扣1分。（4分）")
    record = {"1": 1, "2": 2, "3": 4}
    assert steps(least(rules, record, 6)) == [("3", "缺", 1)]
    assert steps(least(rules, record, 8)) == [("1", "缺", 0), ("3", "缺", 0)]
    assert steps(least(rules, record, "9")) == [("2", "缺", 0), ("3", "缺", 0)]
    assert steps(least(rules, record, 3)) == []
    assert least(rules, record, "10.1") is None


def test_of_equally_few_the_first_in_the_text() -> None:
    rules = book("一、章\n1. 甲。缺一项扣1分。（5分）\n2. 乙。缺一项扣1分。（5分）")
    assert steps(least(rules, {"1": 2, "2": 5}, 5)) == [("1", "缺", 0)]
    within = one("① 台账。瞒报的扣2分，丢失的扣2分。（6分）\n② 制度。未建立的不得分。（4分）")
    assert steps(least(within, {"1.1": {"丢失": True, "瞒报": True}, "1.2": "符合"}, 8)) == [("1.1", "瞒报", False)]


GRADES = "等次：9分以上优秀，6分以上合格，不足6分不合格\n取整：四舍五入取整数\n"


def test_a_grade_is_wanted_by_its_name_and_rounding_helps() -> None:
    rules = one("① 台账。缺一项扣0.5分。（6分）\n② 制度。未建立的不得分。（4分）", GRADES)
    plan = least(rules, {"1.1": 4, "1.2": "符合"}, "优秀")
    assert plan is not None
    assert (steps(plan), plan.total, plan.grade) == ([("1.1", "缺", 3)], 9, "优秀")
    with pytest.raises(ValueError, match="number"):
        least(rules, {"1.1": 4, "1.2": "符合"}, "极好")


@pytest.mark.parametrize("outcome", ["总分记零分", "定为最低等次"])
def test_a_veto_has_to_fall_before_a_grade_can_be_had(outcome: str) -> None:
    text = "一、章\n1. 台账。缺一项扣1分。（10分）\n二、否决项\n2. 事故\n发生较大以上事故的，实行“一票否决”。"
    rules = book(text, head=f"一票否决：{outcome}\n等次：9分以上优秀，6分以上合格，不足6分不合格")
    record = {"1": 2, "2": {"发生较大以上事故": True}}
    assert steps(least(rules, record, "合格")) == [("2", "发生较大以上事故", False)]
    assert [gain.clause for gain in gains(rules, record) if gain.lifts] == ["2"]


def test_what_does_not_apply_makes_the_rest_worth_more() -> None:
    rules = book("一、章\n1. 甲。缺一项扣1分。（6分）\n2. 乙。未建立的不得分。（4分）")
    found = gains(rules, {"1": 3, "2": "不涉及"})
    assert [gain.points for gain in found] == [5, Fraction(5, 3)]
    assert steps(least(rules, {"1": 3, "2": "不涉及"}, 8)) == [("1", "缺", 1)]
    assert gains(rules, {"1": "不涉及", "2": "不涉及"}) == ()


def test_the_unknown_is_told_apart_widest_first() -> None:
    rules = one(TWO)
    record = {"1.1": "未查"}
    assert gains(rules, record) == ()
    assert settling(rules, record) == (Open("1.1", ("缺",), Fraction(6)), Open("1.2", ("未建立",), Fraction(4)))
    assert settling(rules, {"1": "符合"}) == ()


def test_open_facts_of_one_clause_and_what_only_both_explain() -> None:
    rules = one("① 台账。未建立的不得分，瞒报的不得分。（6分）\n② 制度。未建立的不得分。（4分）")
    found = settling(rules, {"1.1": {"未建立": "未查", "瞒报": "未查"}, "1.2": "符合"})
    assert found == (Open("1.1", ("未建立",), Fraction(0)), Open("1.1", ("瞒报",), Fraction(0)), Open(None, (), Fraction(6)))


def test_a_limit_of_the_section_leaves_a_rest() -> None:
    """Each award alone is worth 2, both together no more than 3."""
    text = "一、章\n1. 台账。缺一项扣1分。（10分）\n二、加分项（3分）\n2. 表彰。受到表彰的，加2分。\n3. 创新。创新的，加2分。"
    found = settling(book(text), {"1": "符合"})
    assert [(each.clause, each.points) for each in found] == [("2", 2), ("3", 2), (None, -1)]


def test_dated_meetings_count_by_what_is_missing() -> None:
    rules = one("① 会议。每季度至少召开一次会议。缺一次扣1分。（6分）\n② 制度。未建立的不得分。（4分）", "年度：2018")
    record = {"1.1": [{"日期": "2018-03-02"}, {"日期": "2018-08-20"}], "1.2": "符合"}
    assert [(g.changes[0].before, g.changes[0].after, g.points) for g in gains(rules, record)] == [(2, 0, 2), (2, 1, 1)]
    changed = apply(rules, record, gains(rules, record)[1].changes)
    assert rules.score(changed).total == 9


def test_a_clause_without_a_rule_regains_nothing_by_one_record() -> None:
    """Three quarters lack a meeting: one more meeting meets nothing yet."""
    rules = one("① 会议。每季度至少召开一次会议。（6分）\n② 制度。未建立的不得分。（4分）", "年度：2018")
    record = {"1.1": [{"日期": "2018-03-02"}], "1.2": "符合"}
    assert [(g.changes[0].before, g.changes[0].after, g.points) for g in gains(rules, record)] == [(True, False, 6)]


def test_a_figure_that_a_person_gave_goes_to_nothing() -> None:
    rules = one("① 台账。管理混乱的，酌情扣0.5-2分。（6分）\n② 制度。未建立的不得分。（4分）")
    record = {"1.1": {"管理混乱": "1.5"}, "1.2": "符合"}
    assert said(gains(rules, record)) == [("1.1", "管理混乱", Decimal("1.5"), Decimal(0), "3/2"), ("1.1", "管理混乱", Decimal("1.5"), Decimal("0.5"), "1")]
    assert steps(least(rules, record, 10)) == [("1.1", "管理混乱", Decimal(0))]


def test_a_veto_of_an_award_item_gives_back_what_it_took() -> None:
    """Three awards are gone with it: one fact regains them all, and it is proved that none less does."""
    rules = book("一、章\n1. 缺一项扣1分。（5分）\n二、加分项\n2. 受表彰的，每次加1分，发生事故的，本项一票否决。\n3. 创新的，加1分。", full=5)
    record = {"1": 0, "2": {"受表彰": 3, "发生事故": True}, "3": {"创新": False}}
    plan = least(rules, record, 8)
    assert steps(plan) == [("2", "发生事故", False)]
    assert plan is not None
    assert (plan.proved, str(plan.total)) == (True, "8")


def test_a_hundred_clauses_are_no_matter() -> None:
    """Each candidate costs its clause and what holds it, not the whole; the plan leaves out the one fact that is not needed."""
    clauses = "\n".join(f"{n}. 款{n}。缺一项扣1分，字迹不清的扣0.5分。（2分）" for n in range(1, 101))
    rules = book(f"一、章\n{clauses}", full=200)
    record = {str(n): {"缺": 1, "字迹不清": True} for n in range(1, 101)}
    assert len(gains(rules, record)) == 200
    plan = least(rules, record, "199.5")
    assert plan is not None
    assert (len(plan.changes), str(plan.total), plan.proved) == (199, "399/2", True)
