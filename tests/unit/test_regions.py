"""What a clause can still score while some of its facts are open: both ends, worked out by hand, and a record behind each."""

from contextlib import suppress
from decimal import Decimal
from fractions import Fraction
from itertools import product
from typing import Any

import pytest

import rulebook
from rulebook import regions
from rulebook.attainable import Search, reach
from rulebook.bounds import BOUNDS
from rulebook.evaluator import NotKnown, clause_outcome, worth
from rulebook.evidence import ClauseEvidence
from rulebook.regions import complete, corners, span, thresholds

ABSENT = "直报率95%以上得满分，超过80%不足95%得3分，80%以下得1分"
GRADED = "优得8-10分，良得5-7分，差得0-4分；每缺一项扣1分"
RATED = "覆盖率达到90%以上得5-10分，不足90%得0-4分"


def book(words: str, head: str = "", points: int = 10) -> rulebook.Rulebook:
    """A rulebook of one clause of so many points."""
    return rulebook.load(f"考核细则：试\n年度：2018\n满分：{points}分\n{head}\n一、甲\n1. 乙。{words}。（{points}分）\n")


@pytest.mark.parametrize(
    ("words", "known", "lower", "upper"),
    [
        ("每缺一项扣1分，最多扣4分", None, 6, 10),
        ("每少5项扣2分，最多扣4分", None, 6, 10),
        ("每缺一项扣0.7分，最多扣4分", None, 6, 10),
        ("第一次扣1分，第二次起每次扣2分，最多扣6分", None, 4, 10),
        (ABSENT, None, 1, 10),
        ("覆盖率70%至100%线性得分", None, 0, 10),
        ("覆盖率70%至100%线性得分，每缺一项扣1分，最多扣2分", {"缺": 1}, 0, 9),
        ("覆盖率不低于95%，每低1个百分点扣1分，最多扣4分", None, 6, 10),
        ("每完成一项得2分，每缺一项扣1分，最低得1分", None, 1, 10),
        ("每完成一项得2分，每缺一项扣1分，最低得1分", {"完成": 3}, 6, 6),
        ("每完成一项得2分，每缺一项扣1分，最低得1分", {"完成": 3, "缺": "未查"}, 1, 6),
        ("每缺一项扣1分，情节严重的加倍扣分，最多扣3分", {"缺": 1, "情节严重": "未查"}, 8, 9),
        ("每缺一项扣1分，情节严重的加倍扣分，最多扣3分", {"缺": "未查", "情节严重": "是"}, 7, 10),
        ("每缺一项扣1分，情节严重的加倍扣分", {"缺": "未查", "情节严重": "未查"}, 0, 10),
        ("每缺一项扣1分。若已整改，不扣分", {"缺": 2, "已整改": "未查"}, 8, 10),
        ("每缺一项扣1分，最多扣4分。若已整改，不扣分", {"缺": "未查", "已整改": "是"}, 10, 10),
        ("未建立的不得分，每缺一项扣1分", {"缺": 3, "未建立": "未查"}, 0, 7),
        ("未建立的不得分，每缺一项扣1分，最多扣4分", {"未建立": "否", "缺": "未查"}, 6, 10),
        ("未建立的不得分，每缺一项扣1分，最多扣4分", {"未建立": "是", "缺": "未查"}, 0, 0),
        ("未建立的不得分，瞒报的不得分，每缺一项扣1分，最多扣4分", {"未建立": "未查", "瞒报": "未查", "缺": 1}, 0, 9),
        ("每缺一项扣1分；发生事故的，本项最高不超过3分", {"缺": 1, "发生事故": "未查"}, 3, 9),
        ("每缺一项扣1分；发生事故的，本项最高不超过3分", {"缺": "未查", "发生事故": "是"}, 0, 3),
        ("优得8-10分，良得5-7分，差得1-4分", None, 1, 10),
        ("优得8-10分，良得5-7分，差得1-4分", {"等次": "良"}, 5, 7),
        ("优得8-10分，良得5-7分，差得1-4分", {"分值": "6.5", "等次": "未查"}, "6.5", "6.5"),
        (GRADED, {"等次": "良", "缺": 2}, 3, 5),
        (GRADED, {"等次": "未查", "缺": 2}, 0, 8),
        (RATED, {"覆盖率": 89}, 0, 4),
        (RATED, {"覆盖率": 90}, 5, 10),
        (RATED, {"分值": 4, "覆盖率": "未查"}, 4, 4),
        ("优得10分，良得5-7分，差得2分", {"等次": "未查", "分值": "未查"}, 2, 10),
        ("每次酌情扣1-3分，最多扣5分", None, 5, 10),
        ("情节严重的，酌情扣1-3分", None, 7, 10),
        ("在通报中明确分数的，按明确的分数扣分，最多扣4分", None, 6, 10),
        ("未备案、未演练的，各扣1分", {"未备案": "是", "未演练": "未查"}, 8, 9),
        ("抽测成绩低于60分的扣3分，每缺一项扣1分", {"缺": 2}, 5, 8),
        ("抽测成绩60分以上不足80分的扣3分", None, 7, 10),
        ("覆盖率80%以上得5分，60%以上不足80%得9分，不足60%得2分", None, 2, 9),
    ],
)
def test_both_ends_of_what_is_open(words: str, known: dict[str, Any] | None, lower: int | str, upper: int | str) -> None:
    """The ends are those of every way to settle it, and no wider."""
    score = book(words).score({} if known is None else {"1": known}).clause("1")
    assert (Fraction(score.lower), Fraction(score.upper)) == (Fraction(lower), Fraction(upper))


@pytest.mark.parametrize(
    ("words", "known", "total"),
    [
        (GRADED, {"等次": "良", "缺": 2}, 5),
        (GRADED, {"等次": "差"}, 4),
        (GRADED, {"缺": 1}, 9),
        (RATED, {"覆盖率": 80}, 4),
        (RATED, {"覆盖率": "未查", "分值": "未查"}, 10),
        (f"{ABSENT}，每缺一项扣1分", {"缺": 2}, 8),
        ("情节严重的，酌情扣1-3分，每缺一项扣1分", {"情节严重": "未查", "缺": 1}, 9),
    ],
)
def test_what_is_missing_is_met_at_its_best(words: str, known: dict[str, Any], total: int) -> None:
    """A figure that nobody gave is the best that its grade allows, also where the grade begins at nought."""
    assert book(words).score({"1": known}, assume="符合").total == total


@pytest.mark.parametrize(
    ("words", "known", "allowed"),
    [
        (RATED, {"覆盖率": 80, "分值": 7}, "0–4"),
        (RATED, {"覆盖率": 95, "分值": 4}, "5–10"),
        (RATED, {"分值": "4.5"}, "5–10, 0–4"),
        (GRADED, {"等次": "未查", "分值": "7.5"}, "8–10, 5–7, 0–4"),
        (GRADED, {"等次": "良", "分值": 8}, "5–7"),
    ],
)
def test_a_figure_that_no_grade_allows_is_refused(words: str, known: dict[str, Any], allowed: str) -> None:
    with pytest.raises(rulebook.RulebookError) as error:
        book(words).score({"1": known})
    (problem,) = error.value.diagnostics
    assert (problem.code, problem.values["allowed"]) == ("RB504", allowed)


def test_a_figure_counts_for_the_grades_that_give_one() -> None:
    """优 gives ten points whatever the figure is; with 差 a figure of 6 is refused, so the clause has 6 or 10."""
    score = book("优得10分，良得5-7分，差得2-4分").score({"1": {"等次": "未查", "分值": 6}}).clause("1")
    assert (score.lower, score.upper) == (6, 10)


@pytest.mark.parametrize(
    ("words", "name", "values"),
    [
        ("每缺3项扣1分，最多扣4分", "缺", {0, 1, 2, 3, 12, 30}),
        ("第一次扣1分，第二次扣2分，第三次起每次扣3分", "次数", {0, 1, 2, 3, 4}),
        ("覆盖率不低于95%，每低2个百分点扣1分", "覆盖率", {0, 93, 95, 100}),
        ("抽测成绩60分以上不足80分的扣3分", "抽测成绩", {0, 60, 80}),
        ("覆盖率70%至97%线性得分", "覆盖率", {0, 70, 97, 100}),
        (RATED, "分值", {0, 4, 5, 10}),
        ("情节严重的，酌情扣1-3分", "情节严重", {0, 1, 3}),
        ("优得满分，良得5分，差得1分", "等次", {"优", "良", "差"}),
    ],
)
def test_the_corners_of_a_fact_hold_its_ends_and_where_something_turns(words: str, name: str, values: set[Any]) -> None:
    """Each of them is a value that a record may state."""
    rules = book(words)
    (clause,) = rules.clauses()
    found = corners(clause.fact(name), clause)
    assert values <= set(found)
    for value in found:
        others = {"覆盖率": 95 if value >= 5 else 50} if name == "分值" else {}
        assert rules.score({"1": {name: value, **others}}).total is not None


def test_what_another_fact_asks_is_no_threshold_of_a_fact() -> None:
    (clause,) = book("抽测成绩低于60分的扣3分，每缺5项扣1分").clauses()
    assert thresholds(clause.fact("抽测成绩"), clause) == {60}
    assert thresholds(clause.fact("缺"), clause) == {0, 5}


SETTLED: tuple[str, ...] = (
    "每缺一项扣1分，情节严重的加倍扣分，最多扣3分",
    "缺一项扣2分，情节严重的加倍扣分，整改的，减半扣分",
    "每缺一项扣1分，错一项扣0.5分，整改的，减半扣分",
    "未建立的不得分，瞒报的不得分，每缺一项扣1分，最多扣4分",
    "未建立的不得分，谎报的，从总分扣2分",
    "谎报的，实行一票否决，缺一项扣2分",
    "每缺一项扣1分。若已整改，不扣分",
    "第一次扣1分，第二次起每次扣2分，最多扣6分，整改的，不扣分",
    "每缺一项扣1分；发生事故的，本项最高不超过3分",
    "每完成一项得1分，最高得2分，完成三项以上的扣2分",
    "每缺一项扣1分，最多扣2分；每错一项扣1分，最多扣2分；每漏一项扣1分，最多扣2分",
    "缺一项扣1分，错一项扣2分，只取最高",
    "无方案、无总结的，分别扣2分、1分，缺一项扣1分",
    "国家级、省级表彰分别加3分、2分，最多加4分，缺一项扣1分",
    "覆盖率不低于95%，每低2%扣1.5分，情节严重的加倍扣分，最多扣4分",
    "死亡率不高于3%，每高1%扣2分，未建立的不得分",
    "覆盖率70%至90%线性得分，缺一项扣1分",
    "优得10分，良得5-7分，差得2分",
    "缺一项扣1分，覆盖率低于80%的，不扣分，覆盖率高于90%的，不扣分",
    "抽测成绩低于60分的不得分，低于80分的扣1分",
    "覆盖率低于60%的不得分，每缺一项扣1分，最多扣4分",
    "覆盖率低于60%的不得分。每缺一项扣1分。整改的，不扣分",
    "甲。迟到3次以内不扣分，超过3次的，每次扣2分，错一项扣1分",
    "每完成一项得2分，每缺一项扣1分，最低得1分",
    GRADED,
    RATED,
)
"""Clauses in which facts act together, turn others round, or are held by limits."""


TURNED: tuple[str, ...] = (
    "每缺4条扣2分。谎报的，从总分扣3分。最多扣2分",
    "谎报的，从总分扣2分，每缺一项扣1分，最多扣2分",
    "迟到的扣除50%的分数；每发生一起，从总分扣1分；得3分；最多扣3分",
    "瞒报的不得分，上级通报的，从总分扣1.5分，最多扣2分",
    "每缺一项扣1分，谎报的，从总分扣2分，最多扣2分，错一项扣0.5分",
    "错一项扣0.5分。每缺一项扣1分，谎报的，从总分扣2分，最多扣2分",
    "第一次扣0.5分，第二次起每次扣1分。最多扣2分。无方案、无总结的，各扣1分。不重复扣分",
    "每表彰一次加1分，最多加1.5分，优得4分，良得2分，差不得分，最高得3分",
)
"""Clauses in which more of one thing may leave less moved in all, as limits take back what stands last."""


@pytest.mark.parametrize(("words", "points"), [*((words, 10) for words in SETTLED), *((words, 2) for words in TURNED)])
def test_what_is_open_spans_what_settling_it_gives_and_nothing_else(words: str, points: int) -> None:
    """Whatever single fact is known, and where none is: the ends are the least and the most of all ways to settle the others, tried one by one.

    What is said to be attainable holds each of them.
    """
    rules = book(words, "一票否决：不得评先评优", points)
    (clause,) = rules.clauses()
    search = Search(clause, "points", 2018)
    values = {fact.name: [end for cell in search.cells(fact) for end in dict.fromkeys(cell)] for fact in clause.facts}
    settled = []
    for chosen in product(*values.values()):
        facts = dict(zip(values, chosen, strict=True))
        with suppress(NotKnown):  # a figure that its grade does not allow
            settled.append((facts, worth(clause_outcome(clause, "points", facts, 2018))))
    worths = reach(clause, "points", rules.header).worths()
    assert all(any(low <= score <= high for low, high in worths) for _, score in settled)
    for known in [{}, *({name: value} for name, several in values.items() for value in several)]:
        scores = [score for facts, score in settled if known.items() <= facts.items()]
        if scores:
            found = complete(clause, "points", ClauseEvidence("observed", known, frozenset(values) - set(known)), rules)
            assert (worth(found.worst), worth(found.best)) == (min(scores), max(scores)), known




UNBOUNDED: tuple[tuple[str, int], ...] = (
    ("每发生一起，从总分扣1分", 10 - BOUNDS.count),
    ("每发生一起，从总分扣1-3分", 10 - 3 * BOUNDS.records),
    ("每次扣1-3分，可扣至负分", 10 - 3 * BOUNDS.records),
    ("每次扣1-3分，可扣至负分，最多扣6分", 4),
    ("每次扣1-3分", 0),
    ("每次扣3-8分，最多扣9分", 1),
    ("在通报中明确分数的，按明确的分数扣分，可扣至负分", 10 - BOUNDS.records * (10**BOUNDS.points_digits - 1)),
    ("在通报中明确分数的，按明确的分数扣分", 0),
    ("每缺一项扣1分，可扣至负分", 10 - BOUNDS.count),
)


@pytest.mark.parametrize(("words", "lowest"), UNBOUNDED)
def test_where_nothing_bounds_a_clause_the_bounds_of_evidence_do(words: str, lowest: int) -> None:
    """As many records, and as large figures, as evidence may hold."""
    rules = book(words)
    (clause,) = rules.clauses()
    found, _ = span(clause, "points", rules)
    assert (worth(found.worst), worth(found.best)) == (lowest, 10)


def test_evidence_that_is_not_supplied_may_score_less_than_any_observation() -> None:
    """Where the head says what becomes of it, and for a clause that holds points; one that is partly known was supplied."""
    for head, lowest in (("未提供资料：不予判分", 0), ("", 3)):
        rules = book("每缺一项扣1分，最低得3分", head)
        (clause,) = rules.clauses()
        observed, either = span(clause, "points", rules)
        assert (observed.worst.score, observed.best.score) == (3, 10)
        assert (either.worst.score, either.best.score) == (lowest, 10)
        assert rules.score({}).lower == lowest
        assert rules.score({"1": {"缺": "未查"}}).lower == 3
        above, any_state = span(clause, "veto", rules)
        assert above.worst.score == any_state.worst.score


def test_of_equal_scores_the_vetoed_one_is_the_worse() -> None:
    """Both ends are those of the whole, in which a veto counts."""
    for words in ("谎报的，实行一票否决", "谎报的，实行一票否决，缺一项扣2分", "未建立的不得分，谎报的，实行一票否决"):
        rules = book(words, "一票否决：不得评先评优")
        (clause,) = rules.clauses()
        found = complete(clause, "points", ClauseEvidence("unknown"), rules)
        assert (len(found.worst.vetoes), len(found.best.vetoes)) == (1, 0)


@pytest.mark.parametrize(
    ("words", "name", "values"),
    [
        ("甲。迟到3次以内不扣分，超过3次的，每次扣2分", "迟到", {0, 1, 2, 3, 4, 5, 7, 8, 9, BOUNDS.count}),
        ("每缺3项扣1分，最多扣4分", "缺", {0, 1, 2, 3, 4, 11, 12, 13, 29, 30, 31, BOUNDS.count}),
        ("覆盖率不低于95%，每低2%扣1.5分", "覆盖率", {"0", "92.9999", "93", "93.0001", "94.9999", "95", "95.0001", "100"}),
        ("死亡率不高于3%，每高1%扣2分", "死亡率", {"0", "2.9999", "3", "3.0001", "3.9999", "4", "4.0001", "100"}),
        ("每低1%扣1分", "低出幅度", {"0", "0.0001", "0.9999", "1", "1.0001", "100"}),
        ("温度6-9之间得满分，其他不得分", "温度", {"0", "5.9999", "6", "6.0001", "8.9999", "9", "9.0001", str(BOUNDS.count)}),
        ("管理混乱的，酌情扣2-3分", "管理混乱", {"0", "2", "3"}),
        ("优得10分，良得5-7分，差得2分", "分值", {"0", "5", "7"}),
    ],
)
def test_corners_are_both_ends_both_sides_of_a_turn_and_where_a_bound_is_reached(words: str, name: str, values: set[Any]) -> None:
    """No farther from it than evidence can say, and nothing that a record may not state."""
    (clause,) = book(words).clauses()
    assert corners(clause.fact(name), clause) == sorted(Decimal(value) for value in values)


@pytest.mark.parametrize(
    ("words", "ends"),
    [
        ("每缺一项扣1分，最多扣2分；每错一项扣1分，最多扣2分；谎报的，扣1分；每完成一项加0.5分，最多加1分", (5, 11)),
        ("每完成一项得1分，完成三项以上的扣2分", (0, 8)),
    ],
)
def test_more_choices_than_are_combined_keep_both_ends(words: str, ends: tuple[int, int], monkeypatch: pytest.MonkeyPatch) -> None:
    """Beyond the bound the lowest, or highest, of each group stands for it: the same, where no limit bites on what moves both ways."""
    rules = book(words)
    for most in (1 << 14, 0):
        monkeypatch.setattr(regions, "MOST", most)
        score = rules.score({}).clause("1")
        assert (score.lower, score.upper) == ends
