"""What separates two rulebooks, on pairs made up for one difference each, and on the two that are shipped."""

from fractions import Fraction
from typing import Any

import pytest

import rulebook
from rulebook import Rulebook, RulebookError
from rulebook.difference import Attribution, Change, Difference, Pairing, attribute, differences

LEDGER = "台账管理。缺一项扣0.5分。（2分）"
PLAN = "应急预案。未制定的不得分。（3分）"
DRILL = "应急演练。每季度至少开展一次演练。缺一次扣1分。（5分）"


def book(*sections: str, head: str = "") -> Rulebook:
    """A rulebook of sections, each the lines below its heading."""
    marks = "一二三四"
    body = "\n".join(f"{mark}、{section}" for mark, section in zip(marks, sections, strict=False))
    return rulebook.load(f"考核细则：样例\n{head}\n{body}\n")


def clauses(*texts: str, head: str = "") -> Rulebook:
    """A rulebook of one item with these clauses."""
    return book("日常工作\n1. 工作\n" + "\n".join(f"{mark} {text}" for mark, text in zip("①②③④⑤", texts, strict=False)), head=head)


def only(found: Difference) -> Pairing:
    """The one clause of which there is something to tell."""
    (pair,) = (pair for pair in found.clauses if pair.status)
    return pair


def what(found: Difference) -> list[tuple[str, str, str]]:
    """What the one clause changes, in the documents' words."""
    return [(change.what, change.old, change.new) for change in only(found).changes]


# --- pairing


def test_a_clause_that_is_put_in_front_renumbers_the_others() -> None:
    found = differences(clauses(LEDGER, PLAN), clauses(DRILL, LEDGER, PLAN))
    assert [(p.old and p.old.address, p.new and p.new.address) for p in found.clauses] == [(None, "1.1"), ("1.1", "1.2"), ("1.2", "1.3")]
    assert [pair.status for pair in found.clauses] == [("added",), ("renumbered",), ("renumbered",)]
    assert not found.same


def test_numbers_alone_mean_nothing() -> None:
    found = differences(clauses(LEDGER, PLAN), clauses(PLAN, LEDGER))
    assert found.same
    assert not found.empty


def test_a_clause_goes_to_another_section() -> None:
    old = book(f"日常工作\n1. 台账\n① {LEDGER}\n② {PLAN}", f"应急\n2. 演练\n① {DRILL}")
    new = book(f"日常工作\n1. 台账\n① {LEDGER}", f"应急\n2. 演练\n① {DRILL}\n② {PLAN}")
    found = differences(old, new)
    assert only(found).status == ("renumbered", "moved")
    assert found.same
    assert [(part.old, part.changes[0].old, part.changes[0].new, part.binds) for part in found.outline[:2]] == [
        ("一、日常工作", "5", "2", False), ("二、应急", "5", "8", False)
    ]  # fmt: skip


def test_a_section_that_gets_another_name_moves_nothing() -> None:
    assert differences(book(f"日常工作\n1. 台账\n① {LEDGER}"), book(f"基础工作\n1. 台账\n① {LEDGER}")).empty


def test_other_words_for_the_same_are_reworded() -> None:
    found = differences(clauses(LEDGER, PLAN), clauses("台账的管理。查阅台账，缺一项扣0.5分。（2分）", PLAN))
    assert only(found).status == ("reworded",)
    assert found.same


def test_width_and_spaces_are_no_words() -> None:
    assert differences(clauses("台账 管理。缺一项扣0.5分。（2分）"), clauses("台账管理。缺一项扣０.5分。（2分）")).empty


def test_clauses_that_have_little_in_common_are_not_paired() -> None:
    found = differences(clauses(LEDGER, PLAN), clauses(LEDGER, "宣传教育。未落实的扣1分。（3分）"))
    assert ([p.old.heading for p in found.removed if p.old], [p.new.heading for p in found.added if p.new]) == (["应急预案"], ["宣传教育"])


def test_one_of_two_alike_stays_and_the_other_is_removed() -> None:
    found = differences(clauses(LEDGER, PLAN, LEDGER), clauses(LEDGER, PLAN))
    assert [pair.status for pair in found.clauses] == [(), (), ("removed",)]


# --- what a clause means


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("台账。缺一项扣0.5分。（2分）", "台账。缺一项扣0.5分。（3分）", [("points", "2", "3")]),
        ("台账。缺一项扣0.5分。（2分）", "台账。缺一项扣1分。（2分）", [("rule", "缺一项扣0.5分", "缺一项扣1分")]),
        ("台账。缺一项扣0.5分。（2分）", "台账。每缺两项扣0.5分。（2分）", [("rule", "缺一项扣0.5分", "每缺两项扣0.5分")]),
        ("台账。缺一项扣0.5分，最多扣1分。（2分）", "台账。缺一项扣0.5分。（2分）", [("limit", "最多扣1分", "")]),
        ("台账。缺一项扣0.5分，最多扣1分。（2分）", "台账。缺一项扣0.5分，最多扣1.5分。（2分）", [("limit", "最多扣1分", "最多扣1.5分")]),
        (
            "台账。缺一项扣0.5分。（2分）", "台账。缺一项扣0.5分，未建立的不得分。（2分）",
            [("rule", "", "未建立的不得分"), ("fact", "", "未建立")],
        ),
        (
            "台账。未建立的不得分。（2分）", "台账。未更新的不得分。（2分）",
            [("rule", "未建立的不得分", "未更新的不得分"), ("fact", "未建立", "未更新")],
        ),
        ("巡查。覆盖率90%以上得2分，不足90%不得分。（2分）", "巡查。覆盖率95%以上得2分，不足95%不得分。（2分）", ["rule"]),
    ],
    ids=["points", "amount", "how often", "limit dropped", "limit", "rule added", "condition", "bands"],
)  # fmt: skip
def test_a_change_is_told_in_the_documents_words(old: str, new: str, told: list[Any]) -> None:
    found = differences(clauses(old), clauses(new))
    assert [one if isinstance(told[0], tuple) else one[0] for one in what(found)] == told
    assert not found.same
    backwards = differences(clauses(new), clauses(old))
    assert sorted(what(backwards)) == sorted((kind, after, before) for kind, before, after in what(found))


def test_the_aspects_of_a_rule_name_what_differs() -> None:
    (change,) = only(differences(clauses("台账。缺一项扣0.5分。（2分）"), clauses("台账。缺一项扣1分。（2分）"))).changes
    assert change == Change("rule", "缺一项扣0.5分", "缺一项扣1分", ("amount",))


def test_a_requirement_that_asks_for_more() -> None:
    found = differences(clauses(DRILL), clauses(DRILL.replace("每季度", "每月")))
    assert [change.what for change in only(found).changes] == ["requirement", "fact"]


def test_a_rule_in_front_leaves_limits_of_others_as_they_are() -> None:
    """A limit names the rules that it holds by number; the numbers move, the meaning does not."""
    old = "台账。缺一项扣0.5分，最多扣1分。迟报一次扣1分。（5分）"
    new = "台账。未建立的扣2分。缺一项扣0.5分，最多扣1分。迟报一次扣1分。（5分）"
    assert [kind for kind, _, _ in what(differences(clauses(old), clauses(new)))] == ["rule", "fact"]


def test_a_clause_in_a_section_of_another_kind_means_something_else() -> None:
    old = book(f"日常工作\n1. 台账\n① {LEDGER}\n2. 通报\n① 通报批评。每次扣1分。（3分）")
    new = book(f"日常工作\n1. 台账\n① {LEDGER}", "减分项\n2. 通报\n① 通报批评。每次扣1分。（3分）")
    assert ("kind", "一、日常工作", "二、减分项") in what(differences(old, new))


def test_an_award_under_the_bound_of_another_item_means_something_else() -> None:
    praise, novelty, rescue = "表彰奖励。受到表彰的，每次加1分。", "创新做法。每项加1分。", "抢险救援。每次加1分。"
    base = f"日常工作\n1. 台账\n① {LEDGER}"
    old = book(base, f"加分项\n2. 荣誉（2分）\n① {praise}\n② {novelty}\n3. 抢险\n① {rescue}")
    new = book(base, f"加分项\n2. 荣誉（2分）\n① {novelty}\n3. 抢险\n① {rescue}\n② {praise}")
    (pair,) = differences(old, new).changed
    assert pair.changes == (Change("place", "二、加分项 › 2. 荣誉", "二、加分项 › 3. 抢险"),)


def test_who_answers_is_told_where_it_is_somebody_else() -> None:
    one = clauses("台账。缺一项扣0.5分。（责任单位：甲局、乙局）（2分）", PLAN)
    assert differences(one, clauses("台账。缺一项扣0.5分。（责任单位：乙局，甲局）（2分）", PLAN)).same
    found = differences(one, clauses("台账。缺一项扣0.5分。（甲局牵头，乙局配合）（2分）", PLAN))
    assert what(found) == [("duty", "（责任单位：甲局、乙局）", "（甲局牵头，乙局配合）")]
    assert not found.same
    assert [each[0] for each in what(differences(one, clauses("台账。缺一项扣0.5分。（2分）", PLAN)))] == ["duty"]


def test_the_head_is_told_as_it_is_written() -> None:
    old, new = clauses(LEDGER, head="未提供资料：不予判分\n小数：保留一位小数，四舍五入"), clauses(LEDGER, head="未提供资料：不得分\n年度：2019")
    assert differences(old, new).header == (Change("rounding", "小数：保留一位小数，四舍五入", ""),)


def test_the_two_shipped_rulebooks() -> None:
    county, member = rulebook.load("county-2018"), rulebook.load("member-unit-2018")
    found = differences(county, member)
    paired = {pair.old.address: pair for pair in found.clauses if pair.old and pair.new}
    assert paired["13.1"].new.heading == "年度执法计划"
    assert [change.old + "→" + change.new for change in paired["4.2"].changes] == ["3→2"]
    assert paired["38"].status == ("renumbered",)
    assert "8.3" in {pair.old.address for pair in found.removed if pair.old}
    assert found.header == ()


# --- scores


def parts(told: Attribution) -> list[tuple[str, str]]:
    """What moves the score, and how far; the parts sum to the change."""
    assert sum((part.change[1] for part in told.parts), Fraction(0)) == told.change[1]
    assert sum((part.change[0] for part in told.parts), Fraction(0)) == told.change[0]
    places = [(part, part.clause and (part.clause.new or part.clause.old)) for part in told.parts]
    return [(place.address if place else part.kind, str(part.change[1])) for part, place in places]


def test_the_change_is_put_down_to_the_clauses_that_changed() -> None:
    old, new = clauses(LEDGER, PLAN), clauses("台账管理。缺一项扣1分。（2分）", PLAN, DRILL)
    told = attribute(old, new, {"1.1": 2, "1.2": "未制定"}, assume="符合")
    assert (told.old.total, told.new.total) == (1, 5)
    assert parts(told) == [("1.1", "-1"), ("1.3", "5")]


def test_evidence_follows_its_clause() -> None:
    told = attribute(clauses(LEDGER, PLAN), clauses(PLAN, LEDGER), {"1.1": {"缺": 3}, "1.2": "未制定"})
    assert (told.old.total, told.new.total, told.parts, told.untold) == (Fraction(1, 2), Fraction(1, 2), (), ())


def test_a_fact_with_another_name_is_unknown_and_told() -> None:
    told = attribute(clauses("台账。未建立的不得分。（2分）"), clauses("台账。未更新的不得分。（2分）"), {"1.1": "未建立"})
    assert (told.old.total, told.new.lower, told.new.upper) == (0, 0, 2)
    assert [tuple(one) for one in told.untold] == [("1.1", "1.1", ("未更新",), ("未建立",))]
    assert told.change == (0, 2)


def test_met_says_nothing_of_what_nobody_asked() -> None:
    told = attribute(clauses(LEDGER), clauses("台账管理。缺一项扣0.5分，未建立的不得分。（2分）"), {"1.1": "符合"})
    assert (told.new.lower, told.new.upper, told.untold[0].unknown) == (0, 2, ("未建立",))


def test_a_shortfall_says_nothing_of_another_rhythm_but_dates_do() -> None:
    old, new = clauses(DRILL, head="年度：2018"), clauses(DRILL.replace("每季度", "每半年"), head="年度：2019")
    assert attribute(old, new, {"1.1": 1}).untold[0].unknown == ("缺",)
    dated = attribute(old, new, {"1.1": [{"日期": "2018-03-02"}, {"日期": "2018-05-02"}]})
    assert (dated.old.total, dated.new.total, dated.untold) == (3, 4, ())


def test_what_bounds_the_whole_is_a_part_of_its_own() -> None:
    award = "加分项\n2. 荣誉（{}分）\n① 表彰奖励。受到表彰的，每次加1分。"
    old, new = (book(f"日常工作\n1. 台账\n① {LEDGER}", award.format(most)) for most in (3, 1))
    assert parts(attribute(old, new, {"1.1": 0, "2.1": 3})) == [("limits", "-2")]


HELD = f"日常工作\n1. 工作\n① {LEDGER}\n② {PLAN}\n③ 宣传教育。缺一项扣0.2分。（4分）"
VETO = "否决项\n2. 事故\n发生事故的，实行“一票否决”。"


def test_a_veto_is_a_part_of_its_own() -> None:
    old, new = book(HELD, VETO, head="一票否决：不得评优"), book(HELD, VETO, head="一票否决：总分记零分")
    assert parts(attribute(old, new, {"1.1": 1, "1.2": "符合", "1.3": 2, "2": "发生事故"})) == [("veto", "-81/10")]


def test_what_a_clause_takes_from_the_total_is_its_own_part() -> None:
    old, new = (clauses(f"信息报送。未上报的，从总分扣{points}分。（4分）", PLAN) for points in (1, 2))
    assert parts(attribute(old, new, {"1.1": "未上报", "1.2": "符合"})) == [("1.1", "-1")]


def test_rounding_is_a_part_of_its_own() -> None:
    told = attribute(book(HELD), book(HELD, head="小数：保留整数，四舍五入"), {"1.1": 1, "1.2": "符合", "1.3": 2})
    assert parts(told) == [("rounding", "-1/10")]


def test_what_does_not_apply_is_told_where_the_head_counts_it_otherwise() -> None:
    """1.5 + 3.6 of 6 points make 7.65 of 9; with 得满分 they are 5.1 + 3."""
    told = attribute(book(HELD), book(HELD, head="不涉及：得满分"), {"1.1": 1, "1.2": "不涉及", "1.3": 2})
    assert parts(told) == [("not_applicable", "3"), ("rescale", "-51/20")]


def test_an_interval_is_attributed_at_both_ends() -> None:
    told = attribute(clauses(LEDGER, PLAN), clauses(LEDGER, PLAN.replace("3分", "4分")), {"1.1": 0})
    (part,) = told.parts
    assert (told.exact, part.change, told.change) == (False, (0, 1), (0, 1))


def test_where_there_is_no_score_there_is_no_change() -> None:
    with pytest.raises(RulebookError) as refused:
        attribute(clauses(LEDGER), clauses(LEDGER), {"1.1": "不涉及"})
    assert [diagnostic.code for diagnostic in refused.value.diagnostics] == ["RB510"]
