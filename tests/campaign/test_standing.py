"""Where a campaign stands: figures, intervals, combined scores, vetoes, grades, and what publication waits for."""

from fractions import Fraction
from pathlib import Path

import pytest
from campaigns import FULL, ONE, TWO, places, plan, standing
from hypothesis import given, settings
from hypothesis import strategies as st

import rulebook
from rulebook.campaign import Mark, Place, Standing, compare, missing, stand
from rulebook.codes import wording


def codes(standing: Standing) -> list[str]:
    return sorted(problem.code for problem in standing.problems)


def test_every_state_of_a_record(tmp_path: Path) -> None:
    """Done, in part, none at all, faulty: each with its figures, and the ranks that it may take."""
    made = standing(
        tmp_path, ONE.replace("丙县]", "丙县, 丁县]"),
        {"考核/甲县": FULL, "考核/乙县": "证据: {'1.1': 2, '1.2': 符合, '2': 符合}", "考核/丙县": "证据: {'7.7': 1}"},
    )  # fmt: skip
    found = places(made)
    states = {unit: (place.marks[0].state, place.lower, place.upper, place.best_rank, place.worst_rank) for unit, place in found.items()}
    assert states == {
        "甲县": ("done", 10, 10, 1, 1),
        "乙县": ("part", Fraction(13, 2), Fraction(19, 2), 2, 4),
        "丙县": ("faulty", None, None, 1, 4),
        "丁县": ("none", None, None, 1, 4),
    }
    assert (found["乙县"].marks[0].open, found["乙县"].marks[0].unknown, found["丁县"].marks[0].unknown) == (("1.3",), 1, 4)
    assert [problem.code for problem in found["丙县"].marks[0].problems] == ["RB501"]
    assert [(d.code, d.values.get("unit")) for d in missing(made)] == [("RB656", "乙县"), ("RB501", None), ("RB656", "丁县")]
    assert not made.publishable
    assert found["甲县"].vetoed is False
    assert found["丁县"].vetoed is None


def test_several_rubrics_are_weighed_exactly(tmp_path: Path) -> None:
    """Full marks of 10 and 20: the combined score is the weighted share, of 100."""
    team = {"考核/甲县.过程": "证据: {'1.1': 1, '1': 符合, '2': 符合}", "考核/甲县.结果": "证据: {'1.1': 1, '1.2': 1}"}
    place = places(standing(tmp_path, TWO.replace("30%", "1/3").replace("70%", "2/3"), team))["甲县"]
    assert place.total == Fraction(1, 3) * Fraction(39, 4) * 10 + Fraction(2, 3) * 17 * 5
    assert place.full == 100
    assert sum(mark.weight for mark in place.marks) == 1


def test_equal_full_marks_keep_their_scale(tmp_path: Path) -> None:
    same = TWO.replace("结果: 结果.rulebook", "结果: 过程二.rulebook")
    (tmp_path / "过程二.rulebook").write_text("考核细则：二\n满分：10分\n\n一、工作\n1. 工作\n① 台账。缺一项扣1分。（10分）\n", encoding="utf-8")
    place = places(standing(tmp_path, same, {"考核/甲县.过程": FULL, "考核/甲县.结果": "{'1.1': 3}"}))["甲县"]
    assert (place.total, place.full) == (Fraction(3, 10) * 10 + Fraction(7, 10) * 7, 10)


def test_a_rubric_without_a_record_leaves_an_interval(tmp_path: Path) -> None:
    place = places(standing(tmp_path, TWO, {"考核/甲县.过程": FULL}))["甲县"]
    assert (place.lower, place.upper, place.total) == (30, 100, None)


def test_clauses_that_leave_the_sum_do_not_change_what_a_point_is_worth(tmp_path: Path) -> None:
    """结果 drops 不涉及: full marks 10 of 20, each point worth what it is worth to the others."""
    team = {"考核/甲县.过程": FULL, "考核/甲县.结果": "{'1.1': 不涉及, '1.2': 4}"}
    place = places(standing(tmp_path, TWO, team))["甲县"]
    assert (place.total, place.full) == (30 + Fraction(7, 10) * 6 * 5, 30 + Fraction(7, 10) * 10 * 5)


def test_one_rubric_is_its_score_as_it_is(tmp_path: Path) -> None:
    one = "考核: 考核\n细则: 结果.rulebook\n单位: [甲县]\n"
    place = places(standing(tmp_path, one, {"考核/甲县": "{'1.1': 不涉及, '1.2': 4}"}))["甲县"]
    assert (place.total, place.full) == (6, 10)


@pytest.mark.parametrize(("ties", "last"), [("跳号", 4), ("不跳号", 3)])
def test_equal_combined_scores_share_a_rank_however_they_come_about(ties: str, last: int, tmp_path: Path) -> None:
    """A point is worth 3 under 过程 and 3½ under 结果: 3½ points lost under the one are 3 lost under the other."""
    lost = {"甲县": (14, 0), "乙县": (0, 3), "丙县": (0, 0), "丁县": (14, 1)}
    team = {f"考核/{unit}.过程": f"{{'1.1': {one}, '1': 符合, '2': 符合}}" for unit, (one, _) in lost.items()}
    team |= {f"考核/{unit}.结果": f"{{'1.1': 0, '1.2': {other}}}" for unit, (_, other) in lost.items()}
    made = standing(tmp_path, TWO.replace("[甲县, 乙县]", "[甲县, 乙县, 丙县, 丁县]") + f"排名: {{并列: {ties}}}\n", team)
    assert {unit: place.total for unit, place in places(made).items()} == {"甲县": Fraction(179, 2), "乙县": Fraction(179, 2), "丙县": 100, "丁县": 86}
    ranks = [(place.unit, place.best_rank, place.worst_rank) for place in made.places()]
    assert ranks == [("丙县", 1, 1), ("甲县", 2, 2), ("乙县", 2, 2), ("丁县", last, last)]


VETOED = FULL.replace("'2': 符合", "'2': 发生较大以上事故")
LESS = "证据: {'1.1': 4, '1': 符合, '2': 符合}"


@pytest.mark.parametrize(("declared", "ranks"), [("照常", [1, 3, 2]), ("排在最后", [3, 2, 1]), ("不排名", [None, 2, 1])])
def test_vetoes_rank_as_declared(declared: str, ranks: list[int | None], tmp_path: Path) -> None:
    team = {"考核/甲县": VETOED, "考核/乙县": LESS, "考核/丙县": LESS.replace("4", "1")}
    made = standing(tmp_path, ONE + f"排名: {{否决: {declared}}}\n", team)
    assert [places(made)[unit].best_rank for unit in ("甲县", "乙县", "丙县")] == ranks
    assert made.publishable
    assert [place.unit for place in made.places()][-1] == ("乙县" if declared == "照常" else "甲县")


def test_a_veto_that_the_campaign_does_not_speak_of_is_not_published(tmp_path: Path) -> None:
    made = standing(tmp_path, ONE, {"考核/甲县": VETOED, "考核/乙县": LESS, "考核/丙县": LESS})
    assert codes(made) == ["RB662"]
    assert all(place.settled for place in made.places())
    assert [problem.code for problem in missing(made)] == ["RB662"]
    assert not made.publishable


def test_grades_of_the_combined_score(tmp_path: Path) -> None:
    text = ONE + "等次: {优秀: 9.5, 合格: 6分, 不合格: }\n排名: {否决: 排在最后, 否决等次: 不合格}\n"
    found = places(standing(tmp_path, text, {"考核/甲县": VETOED, "考核/乙县": LESS, "考核/丙县": "{'1.1': 0, '2': 符合}"}))
    assert {unit: place.grades for unit, place in found.items()} == {"甲县": ("不合格",), "乙县": ("合格",), "丙县": ("优秀", "合格", "不合格")}


@pytest.mark.parametrize(
    ("missing", "grades"),
    [("2", ("优秀",)), ("3", ("合格",)), ("16", ("合格",)), ("未查", ("优秀", "合格"))],
)
def test_a_grade_begins_at_its_lowest_score(missing: str, grades: tuple[str, ...], tmp_path: Path) -> None:
    """10 points less a quarter each, at most 4: 9.5 is 优秀, 9.25 is not, 6 is 合格; all from 6 to 10 may be either."""
    text = ONE + "等次: {优秀: 9.5, 合格: 6, 不合格: }\n"
    found = places(standing(tmp_path, text, {"考核/甲县": f"证据: {{'1.1': {missing}, '1': 符合, '2': 符合}}"}))
    assert found["甲县"].grades == grades


def _came(date: str) -> str:
    """A self-assessment with the day on which it came in."""
    return f"提交日期: {date}\n考核对象: ''\n{FULL}"


def test_a_self_assessment_that_came_late_or_not_at_all(tmp_path: Path) -> None:
    text = ONE.replace("乙县", "{名称: 乙县, 提交日期: 11月13日}") + "自评截止: 11月12日\n"
    made = standing(
        tmp_path, text,
        {"自评/甲县": _came("2018-11-13"), "自评/乙县": _came("2018-11-01"), "自评/丙县": _came("2018-11-12"), "考核/丙县": FULL},
    )  # fmt: skip
    assert [(problem.code, problem.line) for problem in made.problems] == [("RB655", 1), ("RB655", 4)]
    text = text.replace("{名称: 乙县, 提交日期: 11月13日}", "乙县")
    (tmp_path / "记录" / "自评" / "丙县.yaml").unlink()
    assert codes(standing(tmp_path, text, {"自评/甲县": _came("11.13")})) == ["RB612", "RB658"]


def test_a_self_assessment_under_one_of_two_rubrics_is_not_all(tmp_path: Path) -> None:
    team = {f"考核/{unit}.{rubric}": text for unit in ("甲县", "乙县") for rubric, text in (("过程", FULL), ("结果", "{'1': 符合}"))}
    own = {"自评/甲县.过程": FULL, "自评/甲县.结果": "{'1': 符合}", "自评/乙县.过程": FULL}
    (problem,) = standing(tmp_path, TWO + "自评截止: 11月12日\n", team | own).problems
    assert (problem.code, problem.values) == ("RB658", {"count": 1, "units": "乙县（结果）"})


def test_a_unit_that_was_late_is_told_once_though_it_has_two_rubrics(tmp_path: Path) -> None:
    """The day of the campaign file counts for both; days of the records are each told."""
    said = {"过程": FULL, "结果": "证据: {'1': 符合}\n"}
    own = {f"自评/{unit}.{rubric}": _came("2018-11-14").replace(FULL, text) for unit in ("甲县", "乙县") for rubric, text in said.items()}
    text = TWO.replace("[甲县,", "[{名称: 甲县, 提交日期: 11月13日},") + "自评截止: 11月12日\n"
    told = [problem.values["unit"] for problem in standing(tmp_path, text, own).problems if problem.code == "RB655"]
    assert told == ["甲县", "乙县", "乙县"]


def test_the_day_may_be_left_empty_or_stand_without_its_year(tmp_path: Path) -> None:
    text = ONE + "自评截止: 11月12日\n"
    assert codes(standing(tmp_path, text, {"自评/甲县": _came("")})) == []
    assert codes(standing(tmp_path, text, {"自评/甲县": _came("11月12日")})) == []
    assert codes(standing(tmp_path, text, {"自评/甲县": _came("11月13日")})) == ["RB655"]


def test_a_record_about_another_unit_is_faulty(tmp_path: Path) -> None:
    made = standing(tmp_path, ONE, {"考核/甲县": "考核对象: 乙县\n" + FULL, "考核/乙县": "考核对象: 乙县\n" + FULL})
    assert [(place.unit, place.marks[0].state) for place in made.places()][:2] == [("乙县", "done"), ("甲县", "faulty")]
    assert missing(made)[0].code == "RB654"


@pytest.mark.parametrize("text", ["", "[", "证据: {'9.9': 1}", "x" * 3_000_000, "考核对象: 乙县\n", "\udcff\udcfe"])
def test_a_faulty_record_is_told_with_its_file(text: str, tmp_path: Path) -> None:
    (tmp_path / "记录" / "考核").mkdir(parents=True)
    (tmp_path / "记录" / "考核" / "甲县.yaml").write_bytes(text.encode(errors="surrogateescape"))
    (problem,) = missing(standing(tmp_path, ONE.replace("甲县, 乙县, 丙县", "甲县")))
    assert "甲县.yaml:1:" in problem.text()
    assert str(problem.json()["file"]).endswith("甲县.yaml")


def test_a_unit_to_which_nothing_applies_is_not_published(tmp_path: Path) -> None:
    one = "考核: 考核\n细则: 结果.rulebook\n单位: [甲县]\n"
    made = standing(tmp_path, one, {"考核/甲县": "{'1': 不涉及}"})
    assert [problem.code for problem in missing(made)] == ["RB510"]


def test_messages_say_it_in_both_languages(tmp_path: Path) -> None:
    made = standing(tmp_path, ONE)
    assert wording("campaign_no_record", "en") in missing(made)[0].message("en")
    assert wording("campaign_no_record", "zh") in missing(made)[0].message("zh")


def test_somebody_may_watch(tmp_path: Path) -> None:
    seen: list[str] = []
    stand(plan(tmp_path, ONE), watch=lambda units: (seen.append(unit.name) or unit for unit in units))
    assert seen == ["甲县", "乙县", "丙县"]


# --- self-assessment against the team's score

LIMITED = """\
考核细则：试
满分：12分
未提供资料：不予判分

一、工作
1. 工作（6分）
① 台账。缺一项扣1分。（4分）
② 制度。未建立的不得分。（2分）
2. 会议（6分）
① 会议。缺一次扣2分。（3分）
② 纪要。少一份扣1分。（3分）

二、加分项
3. 表彰
每一项加1分，最高累计2分。
"""
CLAUSE = st.fixed_dictionaries(
    {},
    optional={
        "1.1": st.integers(0, 6) | st.sampled_from(["符合", "不涉及", "未查", "未提供"]),
        "1.2": st.sampled_from(["符合", "未建立", "不涉及", "未查"]),
        "2.1": st.integers(0, 3) | st.just("不涉及"),
        "2.2": st.integers(0, 5) | st.just("未提供"),
        "3": st.integers(0, 4),
    },
)


BOOK = rulebook.load(LIMITED)


@settings(max_examples=60, deadline=None)
@given(own=CLAUSE, team=CLAUSE)
def test_the_parts_of_a_comparison_add_up_to_the_whole(own: dict[str, object], team: dict[str, object]) -> None:
    cards = {"self": BOOK.score(own), "team": BOOK.score(team)}
    mark = Mark("rulebook", Fraction(1), "done")
    place = Place("甲县", "县区", (mark,), None, None, None, None, None, None)
    found = compare(Standing("考核", None, (("县区", (place,)),), card_of=lambda unit, rubric, by: cards[by]), place, mark)
    assert found is not None
    for end in (0, 1):
        assert found.change[end] == sum(row.change[end] for row in found.clauses) + found.rest[end]
        assert found.change[end] == found.own[end] - found.team[1 - end]
    if own == team and cards["team"].total is not None:
        assert (found.change, found.clauses, found.rest) == ((0, 0), (), (0, 0))


def test_both_reasons_stand_beside_a_clause_that_differs(tmp_path: Path) -> None:
    own, team = "{'1.1': 1, '1': 符合, '2': 符合}", "{'1.1': 3, '1': 符合, '2': 符合}"
    made = standing(tmp_path, ONE, {"考核/甲县": team, "自评/甲县": own})
    place = places(made)["甲县"]
    found = compare(made, place, place.marks[0])
    assert found is not None
    (row,) = found.clauses
    assert (row.clause, row.own, row.team, row.change) == ("1.1", (Fraction(15, 4),) * 2, (Fraction(13, 4),) * 2, (Fraction(1, 2),) * 2)
    assert "缺1项" in row.own_reasons[0]
    assert "缺3项" in row.team_reasons[0]
    assert compare(made, places(made)["乙县"], place.marks[0]) is None


def test_what_nobody_observed_is_no_reason(tmp_path: Path) -> None:
    """An open award may come to 2 points: an interval, and nobody's finding."""
    (tmp_path / "试.rulebook").write_text(LIMITED, encoding="utf-8")
    lie = {"考核/甲县": "{'1': 符合, '2': 符合}", "自评/甲县": "{'1': 符合, '2': 符合, '3': 0}"}
    made = standing(tmp_path, "考核: 考核\n细则: 试.rulebook\n单位: [甲县]\n", lie)
    (place,) = made.places()
    found = compare(made, place, place.marks[0])
    assert found is not None
    assert [(row.clause, row.team, row.change, row.team_reasons) for row in found.clauses] == [("3", (0, 2), (-2, 0), ())]


def test_of_several_rubrics_it_is_told_which_has_no_self_assessment(tmp_path: Path) -> None:
    text = TWO + "自评截止: 11月12日\n"
    unit = next(iter(standing(tmp_path, text, {}).places())).unit
    files = {f"考核/{unit}.过程": FULL, f"考核/{unit}.结果": "证据: {'1': 符合}", f"自评/{unit}.过程": FULL}
    (told,) = [one for one in standing(tmp_path, text, files).problems if one.code == "RB658"]
    assert told.message() == f"已考核的单位中有 1 个缺自评：{unit}（结果）"
