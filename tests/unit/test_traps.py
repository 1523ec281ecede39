"""Sentences that a reader takes for something else: words that turn a figure round, counts that end in a hole, facts asked twice.

Each stands for a mechanism. What is refused must be refused; what reads must ask for these facts and give these scores.
"""

from typing import Any

import pytest

import rulebook
from rulebook import regions
from rulebook.diagnostics import RulebookError
from rulebook.evidence import ClauseEvidence

HEAD = "考核细则：试\n满分：10分\n未提供资料：不予判分\n\n一、工作\n1. 事项（10分）\n"

REFUSED = [
    "合格率不在90%以上的扣2分",
    "PH值不在6-9之间的不得分",
    "6-9之外扣1分",
    "合格率90%~95%（不含95%）扣1分",
    "合格率高于90%、低于50%扣2分",
    "合格率低于90%且投诉率高于5%的扣2分",
    "合格率低于90%，投诉率高于5%的扣2分",
    "逾期3天以上，未说明原因的扣2分",
    "合格率80%以上、不足90%，且未整改的扣2分",
    "未建立台账，逾期3天以上的扣2分",
    "低于标准10%扣1分",
    "完成率＝实际数/计划数×100%，低于90%扣1分",
    "每月不超过2次，超过一次扣1分",
    "缺1次扣1分，3次以上的扣5分",
    "1-2项未完成扣1分",
    "2.5处以上扣2分",
    "允许缺2次，每缺1次扣1分",
    "缺席达到3次的，每次扣1分",
    "每人每月缺一次扣1分",
    "每10人少1人扣1分",
    "每处扣1分，超过3处的不再扣分",
    "每减少1个百分点，扣分；每件次扣2分",
    "完成工作计2分。通过验收的计2分，未按时完成的计0分。",
    "产区得6分，非产区得4分，编制规划的得4分，否则不得分",
    "考核结果分为优秀（9-10分）、良好（7-8分）",
    "符合3项标准得6分；符合2项标准得4分；符合1项得2分；均不符合得0分",
    "未制定措施扣50",
    "手指离开胸壁扣分，按压过长扣1分",
    "填写不规范 1/项",
    "考核等级降一格",
    "由考官自行评分",
    "每人（次）扣1分",
    "获县级表彰加1分，最高加3分",
    "制度建立健全1.0，未公示扣0.2",
    "温度控制在(-5)以下的，得2分",
    "抄袭作业双倍扣分（-2）",
    "每人每次扣1分，每人最多扣3分",
    "每处扣1分，缺一项扣2分，单项最多扣3分",
    "每处扣1分，最低扣2分",
    "每项1分，部分完成0.5分，未完成0分",
    "每户优得1分，良得0.5分",
    "每完成1项得1分，完成5项以上得5分",
    "优得3分，优得2分，差不得分",
    "每项扣1分，第3项起每项扣2分",
    "不少于3次得3分，否则每次得1分",
    "甲得1分，否则扣1分",
    "每发现一处扣1分，并从总分中扣2分",
    "经批准的不必扣1分",
    "甲扣1分，整改后恢复0.5分",
    "发生事故不实行一票否决",
    "从总分中每次扣1分",
    "缺一项扣1分，未报的分数为0",
    "缺一项扣1分，只得一半",
    "缺一项扣1分，打八折",
    "缺一项扣1分，未报的视同缺一项",
    "缺一项扣1分，最多算2项",
    "获第四至第八名均扣1分",
]

SCORES: list[tuple[str, Any, str]] = [
    ("合格率未超过90%扣2分", {"合格率": 80}, "8"),
    ("合格率未超过90%扣2分", {"合格率": 95}, "10"),
    ("合格率超过90%（含90%）得10分", {"合格率": 90}, "10"),
    ("合格率低于90%（含）扣2分", {"合格率": 90}, "8"),
    ("合格率90%以上（不含90%）得10分", {"合格率": 90}, "0"),
    ("该项分值为10分每少一人扣0.1分", 3, "9.7"),
    ("迟到一次扣2分，扣完6分为止", 5, "4"),
    ("迟到一次扣2分，扣满6分为止", 2, "6"),
    ("内容不完整每项扣0. 5分", 3, "8.5"),
    ("每缺乙个单位扣2分", 2, "6"),
    ("每缺一种—0.5分", 4, "8"),
    ("签订率不达100%的扣3分", {"签订率": 99}, "7"),
    ("少缴税款每10万元扣0.1分", {"少缴税款": 35}, "9.7"),
    ("覆盖面比上一年有增加的，得10分", {"覆盖面比上一年有增加": True}, "10"),
    ("建立台账得6分。制度完善得4分，未完善不得分。", {"建立台账": True, "等次": "制度完善"}, "10"),
    ("产区得10分，非产区得6分", "非产区", "6"),
    ("符合标准得10分；1项不符合得6分；2项不符合得3分；3项及以上不符合不得分", 2, "3"),
    ("符合标准得10分；1项不符合得6分；2项不符合得3分；3项及以上不符合不得分", 0, "10"),
    ("1项未完成得6分，2项未完成得3分，3项以上未完成不得分", 4, "0"),
    ("每发现一项不完善扣0.2", 3, "9.4"),
    ("报表收集10分。迟报一次扣1分", 2, "8"),
    ("未执行规定的扣1分/次.项", 2, "8"),
    ("达标率大于（等于）70%得10分", {"达标率": 70}, "10"),
    ("每次得3分。本观测点分值最高7分", 4, "7"),
    ("受上级部门每批评一次扣2分", 2, "6"),
    ("每次扣6分，取其中较高者计分", 1, "4"),
    ("药占比控制在30%以内得10分，每上升1个百分点扣1分", {"药占比": 33}, "7"),
    ("技术方案优得10-8分，良得7-5分，差不得分", {"技术方案": "良", "分值": 6}, "6"),
    ("不规范的，扣3-1分", "2.5", "7.5"),
    ("一年开展6次以上宣传活动，得10分", 6, "10"),
    ("测评80分（不含）以下扣1分", {"测评": 80}, "10"),
    ("测评80分（含）以下扣1分", {"测评": 80}, "9"),
    ("迟到一次扣2分，累计扣分最高不超过3分", 4, "7"),
    ("未提交扣0。5分", {"未提交": True}, "9.5"),
    ("每少1项扣0.5分，扣完2分为止.", 9, "8"),
    ("每月迟到一次扣组长2分", {"每月迟到": 2}, "6"),
    ("每月未召开一次扣1分", {"每月未召开": 2}, "8"),
    ("每件（次）扣2分", 2, "6"),
    ("检查不合格的，可在3分（含）以内扣分", {"不合格": "2.5"}, "7.5"),
    ("不按规定使用计价器每投诉一次扣2分", 2, "6"),
    ("五星级10分，四星级6分", "四星级", "6"),
    ("发现一处扣1分，同一问题不重复扣分", 3, "7"),
    ("台账、记录缺失的，均扣2分", {"台账": True, "记录缺失": True}, "6"),
    ("综合得分80-90分扣1分", {"综合得分": 85}, "9"),
    ("综合得分80-90分扣1分", {"综合得分": 95}, "10"),
    ("第一名得10分，第二名得6分", 2, "6"),
    ("迟到扣1分/次，早退扣2/次", {"迟到": 1, "早退": 2}, "5"),
    ("未使用文明用语(-5)", {"未使用文明用语": True}, "5"),
    ("记录不规范，每项次-0.5", 4, "8"),
    ("未制定计划、未总结的，分别扣3分", {"未制定计划": True, "未总结": True}, "4"),
    ("满意率低于90%的，扣3分，每再低5个百分点加扣2分", {"满意率": 79}, "3"),
    ("满意率低于90%的，扣3分，每再低5个百分点加扣2分", {"满意率": 88}, "7"),
    ("合格率90%以上（不含90%）得10分", {"合格率": "90.1"}, "10"),
    ("合格率低于等于90%扣1分", {"合格率": 90}, "9"),
    ("合格率高于90%或低于50%扣2分", {"合格率": 40}, "8"),
    ("合格率高于90%或低于50%扣2分", {"合格率": 70}, "10"),
    ("缺1项扣1分，缺2项扣1.5分，缺3项扣3分", 4, "7"),
    ("一次扣1分，两次扣3分，三次不得分", 5, "0"),
    ("逾期3天以内扣1分，3天以上扣2分", 0, "10"),
    ("逾期3天以内扣1分，3天以上扣2分", 3, "9"),
    ("合格率大于90%得5分，大于95%得10分，其他不得分", {"合格率": 96}, "10"),
    ("缺一项扣1分，缺两项以上不得分", 3, "0"),
    ("每发现一处扣1分，累计3处以上不得分", 3, "0"),
    ("每逾期3天扣1分，逾期10天以上不得分", 12, "0"),
    ("每少一次扣1分，少于2次不得分", {"少": 2, "次数": 2}, "8"),
    ("每少一次扣1分，少于2次不得分", {"少": 3, "次数": 1}, "0"),
    ("人数少于10人的，每少1人扣1分", {"人数": 8}, "8"),
    ("发生死亡3人以上事故，每起扣5分", {"发生死亡3人以上事故": 1}, "5"),
    ("发现一次低于26度扣1分", 2, "8"),
    ("未上报的不得分，并从总分中扣1分", {"未上报": True}, "-1"),
    ("合格率低于90%的，不得分，并从总分中扣1分", {"合格率": 80}, "-1"),
    ("合格率高于95%或低于50%的不得分，并从总分中扣1分", {"合格率": 40}, "-1"),
    ("合格率高于95%或低于50%的不得分，并从总分中扣1分", {"合格率": 70}, "10"),
    ("合格率95%以上得10分，每发现一处扣1分", {"合格率": 96, "发现": 1}, "9"),
    ("合格率95%以上得10分，每发现一处扣1分", {"合格率": 90, "发现": 1}, "0"),
    ("前三名分别得10、8、6分，其他得1分", "其他", "1"),
    ("被省级通报一次扣2分，市级1分", {"市级": 3}, "7"),
    ("迟到3次以内不扣分，超过3次的，每次扣1分", 5, "8"),
    ("一把手未参加扣1分", {"一把手未参加": True}, "9"),
    ("12:00前未到扣1分", {"12:00前未到": True}, "9"),
    ("每处扣1分，至多扣2分", 5, "8"),
    ("合格率在80%-90%之间扣1分", {"合格率": 85}, "9"),
    ("每缺勤1天扣1分，允许因病缺勤3天不扣分", {"缺勤": 2, "允许因病": 2}, "10"),
]


@pytest.mark.parametrize("sentence", REFUSED)
def test_what_can_be_taken_for_something_else_is_refused(sentence: str) -> None:
    with pytest.raises(RulebookError) as refused:
        rulebook.load(f"{HEAD}① {sentence}。（10分）\n")
    assert any(one.code.startswith("RB2") for one in refused.value.diagnostics)


@pytest.mark.parametrize(("sentence", "observed", "total"), SCORES)
def test_what_reads_means_what_it_says(sentence: str, observed: Any, total: str) -> None:
    book = rulebook.load(f"{HEAD}① {sentence}。（10分）\n")
    card = book.score({"1.1": observed})
    assert str(card.total) == total, card.explain()


def test_met_costs_nothing_in_a_table_of_faults() -> None:
    for sentence in ("逾期3天以内扣1分，3天以上扣2分", "每少一次扣1分，少于2次不得分", "人数少于10人的，每少1人扣1分"):
        assert str(rulebook.load(f"{HEAD}① {sentence}。（10分）\n").score({"1.1": "符合"}).total) == "10"


def test_a_head_that_excludes_does_not_speak_against_the_words() -> None:
    book = rulebook.load(HEAD.replace("\n\n", "\n以上：不包括本数\n\n", 1) + "① 合格率90%及以上得10分。（10分）\n")
    assert str(book.score({"1.1": {"合格率": 90}}).total) == "10"


def test_a_figure_of_the_chosen_grade_is_assumed_within_it() -> None:
    book = rulebook.load(f"{HEAD}① 全部化解得10分，化解一半以上得5分，其余酌情得1-4分。（10分）\n")
    assert str(book.score({"1.1": "其余"}, assume="met").total) == "4"


def test_what_was_held_is_not_nothing_because_nobody_said_so() -> None:
    book = rulebook.load(f"{HEAD}① 每少一次扣1分，少于2次不得分。（10分）\n")
    assert book.score({"1.1": {"少": 0}}).total is None
    assert str(book.score({"1.1": {"少": 0}}, assume="met").total) == "10"


def test_the_best_count_may_be_the_whole_allowance() -> None:
    """Each time earns a point, each beyond the third costs two: the best is three, which is neither end of what can be counted."""
    book = rulebook.load(f"{HEAD}① 每次得1分，迟到3次以内不扣分，超过3次的，每次扣2分。（10分）\n")
    clause = next(iter(book.clauses()))
    earn, _, deduct = clause.rules
    one_fact = clause.model_copy(update={"rules": (earn, deduct.model_copy(update={"fact": earn.fact}))})
    ends = regions.complete(one_fact, "points", ClauseEvidence("unknown"), book)
    assert (ends.worst.score, ends.best.score) == (0, 3)


@pytest.mark.parametrize(
    "clauses",
    [
        "1. 会议。满分6分，少一次扣2分。\n",
        "1. 台账（6分）\n① 会议（6分），少一次扣2分。\n",
    ],
)
def test_points_stated_inside_a_clause_are_printed_once(clauses: str) -> None:
    text = f"考核细则：试\n满分：6分\n未提供资料：不予判分\n\n一、工作\n{clauses}"
    assert rulebook.load(text).text() == text


@pytest.mark.parametrize(
    "clauses",
    [
        "1. 台账。缺一项扣1分。（6分）\n2. 舆情。造成重大舆情的，一票否决。\n",
        "1. 台账。缺一项扣1分。（4分）\n2. 舆情。造成重大舆情的，一票否决。\n",
        "1. 台账。缺一项扣1分。（6分）\n2. 培训。缺一项扣1分。\n",
    ],
)
def test_a_clause_without_points_does_not_hide_a_wrong_sum(clauses: str) -> None:
    with pytest.raises(RulebookError) as refused:
        rulebook.load(f"考核细则：试\n满分：5分\n\n一、工作\n{clauses}")
    assert "RB402" in {one.code for one in refused.value.diagnostics}


def test_a_clause_that_still_needs_points_may_hold_what_is_missing() -> None:
    with pytest.raises(RulebookError) as refused:
        rulebook.load("考核细则：试\n满分：5分\n\n一、工作\n1. 台账。缺一项扣1分。（4分）\n2. 培训。缺一项扣1分。\n")
    assert "RB402" not in {one.code for one in refused.value.diagnostics}
