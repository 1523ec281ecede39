"""The evaluator's own functions: periods, ranges, steps, rounding, limits, and the order in which they act."""

from collections.abc import Iterable
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise, permutations, product
from typing import Any

import pytest

import rulebook
from rulebook import Rulebook, evaluator, model
from rulebook.evidence import Dated
from rulebook.periods import COUNTS, gaps, periods_of

HEAD = "考核细则：试\n年度：2018\n满分：{full}分\n未提供资料：不予判分\n{head}\n一、甲\n1. 乙（{full}分）\n"


def book(sentence: str, full: int | str = 10, head: str = "") -> Rulebook:
    """A rulebook of one clause."""
    return rulebook.load(HEAD.format(full=full, head=head) + f"{sentence}（{full}分）\n")


def total(sentence: str, written: Any, full: int | str = 10, head: str = "") -> Decimal | Fraction | None:
    """The score of one clause on its evidence."""
    return book(sentence, full, head).score({"1": written}).total


# --- periods and shortfalls


@pytest.mark.parametrize(
    ("period", "number"), [("year", 1), ("half", 2), ("quarter", 4), ("month", 12), ("week", 52), ("day", 365)]
)
@pytest.mark.parametrize("year", [2018, 2019])
def test_periods_tile_the_year(period: str, number: int, year: int) -> None:
    periods = periods_of(period, year)
    assert len(periods) == number
    assert periods[0][0] == date(year, 1, 1)
    assert periods[-1][1] == date(year, 12, 31)
    for (_, last), (first, _) in pairwise(periods):
        assert last + timedelta(days=1) == first
    assert all(first <= last for first, last in periods)


def test_periods_of_a_leap_year() -> None:
    assert len(periods_of("day", 2020)) == 366
    assert periods_of("month", 2020)[1] == (date(2020, 2, 1), date(2020, 2, 29))
    assert periods_of("half", 2018) == [
        (date(2018, 1, 1), date(2018, 6, 30)),
        (date(2018, 7, 1), date(2018, 12, 31)),
    ]


def records(*days: str) -> tuple[Dated, ...]:
    return tuple(Dated(date.fromisoformat(day)) for day in days)


def shortfall(requirement: model.Requirement, found: tuple[Dated, ...], year: int | None) -> int:
    """By how many the records fall short of one requirement, period by period of the year."""
    return sum(map(COUNTS["shortfall"], gaps({0: requirement}, found, year)))


@pytest.mark.parametrize(
    ("period", "minimum", "days", "short"),
    [
        ("quarter", 1, [], 4),
        ("quarter", 1, ["2018-01-01", "2018-03-31"], 3),
        ("quarter", 1, ["2018-03-31", "2018-04-01"], 2),
        ("quarter", 1, ["2018-02-01", "2018-05-01", "2018-09-30", "2018-10-01"], 0),
        ("quarter", 2, ["2018-02-01", "2018-02-01", "2018-02-02", "2018-05-01"], 5),
        ("half", 1, ["2018-06-30"], 1),
        ("half", 3, ["2018-06-30", "2018-07-01", "2018-07-02", "2018-07-03", "2018-07-04"], 2),
        ("month", 1, ["2018-02-28", "2018-03-01"], 10),
        ("year", 2, [], 2),
        ("year", 2, ["2018-02-28", "2018-02-28"], 0),
        ("year", 2, ["2018-02-28"] * 5, 0),
    ],
)
def test_shortfall(period: Any, minimum: int, days: Iterable[str], short: int) -> None:
    requirement = model.Requirement(kind="frequency", minimum=minimum, period=period)
    for order in list(permutations(records(*days)))[:24]:
        assert shortfall(requirement, order, 2018) == short


def test_a_year_asks_for_no_dates() -> None:
    requirement = model.Requirement(kind="frequency", minimum=3, period="year")
    assert shortfall(requirement, (Dated(), Dated()), None) == 1


def test_without_a_year_in_the_head_the_records_say_which() -> None:
    requirement = model.Requirement(kind="frequency", minimum=1, period="quarter")
    assert shortfall(requirement, records("2031-05-05"), None) == 3
    assert shortfall(requirement, records("2031-05-05"), 2018) == 4


# --- ranges


@pytest.mark.parametrize(
    ("within", "inside", "outside"),
    [
        (model.Range(low=Decimal(60)), ["60", "60.0001", "1000"], ["59.9999", "0"]),
        (model.Range(low=Decimal(60), low_in=False), ["60.0001"], ["60", "59"]),
        (model.Range(high=Decimal(60)), ["60", "0", "-1"], ["60.0001"]),
        (model.Range(high=Decimal(60), high_in=False), ["59.9999"], ["60", "61"]),
        (model.Range(low=Decimal(80), high=Decimal(90), high_in=False), ["80", "89.9999"], ["79.9999", "90"]),
        (model.Range(), ["0", "-5", "1e6"], []),
    ],
)
def test_range_holds(within: model.Range, inside: list[str], outside: list[str]) -> None:
    assert [value for value in inside if not within.holds(Decimal(value))] == []
    assert [value for value in outside if within.holds(Decimal(value))] == []


@pytest.mark.parametrize(
    ("words", "fires_at_the_figure", "fires_above", "fires_below"),
    [
        ("低于60分", False, False, True),
        ("不足60分", False, False, True),
        ("不满60分", False, False, True),
        ("超过60分", False, True, False),
        ("高于60分", False, True, False),
        ("60分以上", True, True, False),
        ("60分以下", True, False, True),
        ("60分以内", True, False, True),
    ],
)
def test_which_words_include_their_figure(
    words: str, fires_at_the_figure: bool, fires_above: bool, fires_below: bool
) -> None:
    sentence = f"考核分数{words}的不得分。"
    assert (total(sentence, 60) == 0) is fires_at_the_figure
    assert (total(sentence, "60.0001") == 0) is fires_above
    assert (total(sentence, "59.9999") == 0) is fires_below


# --- steps


@pytest.mark.parametrize(
    ("partial", "value", "steps"),
    [
        ("whole", "95", "0"),
        ("whole", "94.01", "0"),
        ("whole", "94", "1"),
        ("whole", "91.6", "3"),
        ("started", "95", "0"),
        ("started", "94.99", "1"),
        ("started", "94", "1"),
        ("started", "91.6", "4"),
        ("pro_rata", "95", "0"),
        ("pro_rata", "91.6", "17/5"),
        ("pro_rata", "99", "0"),
    ],
)
def test_steps_below_a_threshold(partial: Any, value: str, steps: str) -> None:
    basis = model.Step(size=Decimal(1), unit="%", direction="below", threshold=Decimal(95), partial=partial)
    assert evaluator._steps(basis, Decimal(value)) == Fraction(steps)


@pytest.mark.parametrize(("value", "steps"), [("3", "0"), ("3.5", "1"), ("5", "4"), ("2", "0"), ("4.9", "3")])
def test_steps_above_a_threshold(value: str, steps: str) -> None:
    basis = model.Step(size=Decimal("0.5"), unit="%", direction="above", threshold=Decimal(3))
    assert evaluator._steps(basis, Decimal(value)) == Fraction(steps)


def test_steps_without_a_threshold_measure_the_distance_itself() -> None:
    for direction in ("below", "above"):
        basis = model.Step(size=Decimal(2), unit="%", direction=direction)  # type: ignore[arg-type]
        assert [evaluator._steps(basis, Decimal(value)) for value in ("0", "1.9", "2", "7")] == [0, 0, 1, 3]


# --- rounding


@pytest.mark.parametrize(
    ("number", "places", "mode", "rounded"),
    [
        ("8.445", 2, "half_up", "8.45"),
        ("8.445", 1, "half_up", "8.4"),
        ("8.4449", 2, "half_up", "8.44"),
        ("0.5", 0, "half_up", "1"),
        ("1.5", 0, "half_up", "2"),
        ("2.5", 0, "half_up", "3"),
        ("-0.5", 0, "half_up", "-1"),
        ("-2.449", 1, "half_up", "-2.4"),
        ("8.999", 2, "down", "8.99"),
        ("-8.999", 2, "down", "-8.99"),
        ("50/7", 2, "half_up", "7.14"),
        ("50/7", 4, "half_up", "7.1429"),
        ("50/7", 4, "down", "7.1428"),
        ("7", 2, "half_up", "7"),
    ],
)
def test_round_to(number: str, places: int, mode: Any, rounded: str) -> None:
    assert evaluator.round_to(Fraction(number), model.Rounding(places=places, mode=mode)) == Fraction(rounded)


# --- where a clause starts


def test_what_a_clause_holds_before_anything_is_found() -> None:
    for sentence, start in (
        ("缺一项扣1分。", 10),
        ("每完成一项得1分。", 0),
        ("按完成比例得分。", 0),
        ("优得10分，良得5分，差不得分。", 0),
        ("得满分，否则每处扣1分。", 0),
        ("未建立的不得分。", 10),
    ):
        assert book(sentence).score({"1": "符合"}).start == start, sentence


@pytest.mark.parametrize(
    ("sentence", "score"),
    [
        ("缺一项扣1分。", 10),
        ("每完成一项得1分。", 10),
        ("按完成比例得分。", 10),
        ("优得10分，良得5分，差不得分。", 10),
        ("得满分，否则每处扣1分。", 10),
        ("酌情扣1-3分。", 10),
        ("第一次扣1分，第二次起每次扣2分。", 10),
        ("合格率低于90%的不得分。", 10),
        ("在通报中明确分数的，按明确的分数扣分。", 10),
        ("缺一项扣1分；情节严重的，加倍扣分。", 10),
        ("缺一项扣1分，可扣至负分。", 10),
    ],
)
def test_met_is_full_marks_for_every_mechanism(sentence: str, score: int) -> None:
    card = book(sentence).score({"1": "符合"})
    assert card.total == score


# --- order: rule and sentence limits, zero, clause limits


def test_a_sentence_limit_comes_before_the_floor_of_the_clause() -> None:
    """9 limited to 2, then 5: 10 − 7. The floor alone would leave 0."""
    assert total("缺一项扣1分，最多扣2分。无方案的扣5分。", {"缺": 9, "无方案": True}) == 3


def test_a_scale_acts_before_the_limit() -> None:
    """2 × 2 = 4, limited to 3. Limited first it would be 2 × 2 = 4."""
    assert total("缺一项扣1分，情节严重的，加倍扣分，最多扣3分。", {"缺": 2, "情节严重": True}) == 7


def test_a_zero_takes_all_whatever_a_limit_says() -> None:
    """最多扣 bounds deductions; a clause that is zeroed has nothing left."""
    assert total("缺一项扣1分，最多扣2分。弄虚作假的不得分。", {"缺": 9, "弄虚作假": True}) == 0


def test_deductions_of_one_clause_never_touch_another() -> None:
    rules = "考核细则：试\n满分：4分\n一、甲\n1. 乙（4分）\n① 缺一项扣1分。（2分）\n② 缺一项扣1分。（2分）\n"
    card = rulebook.load(rules).score({"1.1": 9, "1.2": 1})
    assert (card.total, card.clause("1.1").score, card.clause("1.2").score) == (1, 0, 1)


def test_negative_allowed_in_one_clause_only() -> None:
    rules = "考核细则：试\n满分：4分\n一、甲\n1. 乙（4分）\n① 每次扣1分，可扣至负分。（2分）\n② 缺一项扣1分。（2分）\n"
    card = rulebook.load(rules).score({"1.1": 5, "1.2": 5})
    assert (card.clause("1.1").score, card.clause("1.2").score, card.total) == (-3, 0, -3)


# --- ledgers


@pytest.mark.parametrize(
    "written",
    [{"缺": n, "无方案": plan, "弄虚作假": false} for n in (0, 1, 3, 50) for plan in (0, 1) for false in (0, 1)],
    ids=str,
)
def test_a_ledger_adds_up(written: dict[str, Any]) -> None:
    written = {name: value if name == "缺" else bool(value) for name, value in written.items()}
    card = book("缺一项扣0.7分，无方案的扣2分，弄虚作假的不得分。").score({"1": written})
    assert card.total is not None
    assert card.start + sum(entry.applied for entry in card.ledger) == card.total
    for entry in card.ledger:
        assert entry.nominal == entry.applied + entry.absorbed
        assert abs(entry.applied) <= abs(entry.nominal)
        assert entry.line == 8
        assert entry.text in "缺一项扣0.7分，无方案的扣2分，弄虚作假的不得分。"
    lost = min(Decimal(10), written["缺"] * Decimal("0.7") + (2 if written["无方案"] else 0))
    assert card.total == (0 if written["弄虚作假"] else 10 - lost)


def test_the_value_of_a_fact_stands_in_its_line() -> None:
    entry = book("缺一项扣0.25分。").score({"1": 3}).ledger[0]
    assert (entry.clause, entry.rule, entry.effect, entry.fact, entry.value) == ("1", 1, "deduct", "缺", 3)
    assert entry.reason == "缺3项，每项扣0.25分，扣0.75分"


def test_both_ends_of_an_interval_have_a_ledger() -> None:
    card = book("缺一项扣0.25分，无方案的扣3分。").score({"1": {"缺": 4, "无方案": "未查"}})
    assert (card.total, card.lower, card.upper) == (None, 6, 9)
    assert card.worst_ledger is not None
    assert card.start + sum(entry.applied for entry in card.ledger) == 9
    assert card.start + sum(entry.applied for entry in card.worst_ledger) == 6


# --- intervals: exact, both ends attained, every completion inside


@pytest.mark.parametrize(
    ("sentence", "lower", "upper", "completions"),
    [
        ("缺一项扣1分。", 0, 10, [0, 1, 5, 10, 11]),
        ("资料不全的，扣0.5分。", "9.5", 10, [{"资料不全": True}, {"资料不全": False}]),
        ("酌情扣1-3分。", 7, 10, [0, 1, "2.5", 3]),
        ("缺一项扣1分，最多扣4分。", 6, 10, [0, 3, 4, 100]),
        ("第一次扣1分，第二次起每次扣2分，最多扣5分。", 5, 10, [0, 1, 2, 3, 4]),
        ("合格率达到90%以上得满分，80%以上不足90%得3分，不足80%得1分。", 1, 10, [0, "79.9", 80, 90, 100]),
        ("违规率5%以下得1分，高于5%低于10%得10分，10%以上不得分。", 0, 10, [0, 5, 7, 10]),
        ("优得10分，良得4分，差得2分。", 2, 10, ["优", "良", "差"]),
        ("70%至90%线性得分。", 0, 10, [0, 70, 80, "89.9", 90, 100]),
        ("每完成一项得3分。", 0, 10, [0, 1, 3, 4, 99]),
        ("每次扣2分；情节严重的，加倍扣分；最多扣5分。", 5, 10, [{"次数": n, "情节严重": True} for n in (0, 1, 2)]),
        ("缺一项扣1分；6项以内不扣分。", 0, 10, [0, 6, 7, 50]),
    ],
)
def test_unknown_spans_what_may_be_observed(sentence: str, lower: Any, upper: Any, completions: list[Any]) -> None:
    rules = f"考核细则：试\n满分：10分\n零头：不足一步不计\n一、甲\n1. 乙（10分）\n{sentence}（10分）\n"
    made = rulebook.load(rules)
    card = made.score({})
    assert (card.lower, card.upper) == (Decimal(lower), Decimal(upper))
    scores = [made.score({"1": written}).total for written in completions]
    assert all(card.lower <= score <= card.upper for score in scores)  # type: ignore[operator]
    assert card.upper in scores
    assert card.lower in scores


def test_many_facts_that_are_unknown_together() -> None:
    """So many that only the ends of each are put together: all of them found, and none."""
    made = book("".join(f"无{name}的扣{points}分。" for points, name in enumerate("甲乙丙丁戊己庚辛壬癸子丑寅卯辰", 1)), full=200)
    assert (made.score({}).lower, made.score({}).upper) == (0, 200)
    card = made.score({"1": {"无甲": True, **{f"无{name}": "未查" for name in "乙丙丁戊己庚辛壬癸子丑寅卯辰"}}})
    assert (card.lower, card.upper) == (80, 199)


def test_every_effect_of_the_model_has_a_function() -> None:
    """The table of mechanisms is complete."""
    union = set(model.Effect.__args__[0].__args__)  # type: ignore[attr-defined]
    assert set(evaluator.EFFECTS) == union


@pytest.mark.parametrize(
    ("sentence", "written", "facts"),
    [
        ("无方案、无总结的，各扣1分。", {"无总结": True}, [("无总结", 1)]),
        ("无方案、无总结的，各扣1分。", {"无方案": True, "无总结": True}, [("无方案、无总结", 2)]),
        ("每次扣1分；情节严重的，加倍扣分。", {"次数": 2, "情节严重": True}, [("次数", 2), ("情节严重", True)]),
        ("缺一项扣1分；若无此项目，不扣分。", {"缺": 1, "无此项目": True}, [("缺", 1), ("无此项目", True)]),
        ("每次扣1分；未演练的，本项最高2分。", {"次数": 1, "未演练": True}, [("次数", 1), ("未演练", True)]),
        ("低于60分的不得分。", "59.5", [("指标值", "59.5")]),
        ("优得10分，良得5分，差不得分。", "良", [("等次", "良")]),
        ("酌情扣1-3分。", "2.5", [("幅度", "2.5")]),
        ("每发现一处扣0.5-2分。", ["0.5", 2], [("发现", ["0.5", "2"])]),
        ("第一次扣1分，第二次起每次扣2分。", 3, [("次数", 3)]),
    ],
)
def test_every_line_names_its_fact_and_value(sentence: str, written: Any, facts: list[tuple[str, Any]]) -> None:
    card = book(sentence).score({"1": written})
    assert [(entry.fact, entry.value) for entry in card.ledger] == facts


GRID: dict[str, list[Any]] = {
    "flag": [False, True],
    "count": [*range(9), 14, 1000],
    "number": [str(n) for n in range(0, 101, 5)]
    + ["69.9999", "70.0001", "79.9999", "89.9999", "3", "3.0001", "60", "59.9999", "87", "93.9"],
    "records": [[], [{}], [{}, {}], [{"分数": 3}], [{}, {"分数": "2.5"}], [{"分数": 9000}], [{}] * 30],
}


def observations(clause: model.Clause) -> Iterable[dict[str, Any]]:
    """Everything that may be observed, on a grid that holds every threshold of the sentences below."""
    choices = [
        list(fact.choices)
        if fact.type == "choice"
        else ["0", *(str(points) for points in range(int(fact.low or 0), int(fact.high or 0) + 1))]
        if fact.type == "amount"
        else [[], [str(fact.low)], [str(fact.high)], [str(fact.high)] * 30]
        if fact.type == "amounts"
        else GRID[fact.type]
        for fact in clause.facts
    ]
    for values in product(*choices):
        yield {fact.name: value for fact, value in zip(clause.facts, values, strict=True)}


@pytest.mark.parametrize(
    "sentence",
    [
        "每缺2项扣1分，最多扣3分。",
        "缺一项扣0.25分，少一次扣1.5分，最多扣5分。",
        "缺一项扣1分，不重复扣分。",
        "资料不全的，扣0.5分，无方案的扣2分。",
        "无方案、无总结的，各扣1.5分。",
        "国家、省、市通报的，分别扣3分、2分、1分，只取最高。",
        "每发现一处扣0.5-2分，最多扣6分。",
        "逾期1天扣0.1分，最多扣0.75分。",
        "培训率不低于95%。每低1个百分点扣0.5分，最多扣4分。",
        "死亡率不高于3%。每高1%扣2分，最多扣7分。",
        "合格率低于80%的不得分，资料不全的扣1分。",
        "系统考核分数低于60分或无资料的不得分。",
        "1项不符合条件，不得分。",
        "缺一项扣1分，最多扣4分；若无此项目，不扣分。",
        "每起扣0.5分，最多扣5分；6起以内不扣分。",
        "合格率达到90%以上得满分，80%以上不足90%得3分，不足80%得1分。",
        "优得10分，良得4分，差得2分。",
        "优得8-10分，良得5-7分，差不得分。",
        "每完成一项得1.5分，最多得6分。",
        "建立制度的得2分，落实制度的得3分。",
        "得满分，否则每处扣3分，最多扣7分。",
        "按完成比例得分。",
        "70%至90%线性得分。",
        "第一次扣1分，第二次起每次扣2分，最多扣8分。",
        "被通报的，一次扣0.5分；在通报中明确分数的，按明确的分数扣分，最多扣4分。",
        "每次扣1分，最多扣9分；情节严重的，加倍扣分。",
        "每次扣2分；主动整改的，减半扣分；最多扣3分。",
        "缺一次扣1分，最多扣2分；未演练的，本项最高5分。",
        "缺一项扣3分；弄虚作假的不得分。",
        "未上报的扣1分，拒不上报的，从总分扣3分。",
        "缺一项扣1分，最多扣2分；每被采用一篇加0.5分，最多加3分。",
    ],
)
def test_an_interval_is_the_least_and_the_most_of_all_observations(sentence: str) -> None:
    """By brute force, for the whole clause unknown and for each of its facts unknown by itself."""
    rules = f"考核细则：试\n满分：10分\n零头：不足一步不计\n一、甲\n1. 乙（10分）\n{sentence}（10分）\n"
    made = rulebook.load(rules)
    (clause,) = made.clauses()
    seen = list(observations(clause))
    totals = list(settled(made, seen))
    card = made.score({})
    assert (card.lower, card.upper) == (min(totals), max(totals))
    for fact in clause.facts:
        for one in seen[:: max(1, len(seen) // 12)]:
            known = {name: value for name, value in one.items() if name != fact.name}
            ends = list(settled(made, [{**known, fact.name: value} for value in _values(clause, fact)]))
            if ends:
                card = made.score({"1": {**known, fact.name: "未查"}})
                assert (card.lower, card.upper) == (min(ends), max(ends)), known


def settled(made: Rulebook, seen: Iterable[dict[str, Any]]) -> Iterable[Decimal | Fraction]:
    """The totals of the observations that are possible: a figure outside the band of its label is refused, not scored."""
    for written in seen:
        try:
            total = made.score({"1": written}).total
        except rulebook.RulebookError as refused:
            if [diagnostic.code for diagnostic in refused.diagnostics] != ["RB504"]:
                raise
            continue
        if total is not None:
            yield total


def _values(clause: model.Clause, fact: model.Fact) -> list[Any]:
    position = clause.facts.index(fact)
    return list(
        {str(list(seen.values())[position]): list(seen.values())[position] for seen in observations(clause)}.values()
    )
