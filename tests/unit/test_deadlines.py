"""Last days in words: what is one, what is none, and which facts are measured against it."""

from datetime import date
from decimal import Decimal
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.oracle import second

import rulebook
from rulebook import model
from rulebook.builder.clause import Built, build_clause
from rulebook.evidence import read_record
from rulebook.parser.tokens import Text
from rulebook.periods import resolved
from rulebook.sampling import evidence


def built(words: str) -> Built:
    return build_clause(Text.of(words), Decimal(4), lambda start, end: model.Span(start=start, end=end, line=1))


def days(words: str, year: int = 2018) -> list[str]:
    """Every last day of a clause of that year."""
    return [str(resolved(day, year)) for one in built(words).requirements for day in one.days]


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("6月30日前完成", ["2018-06-30"]),
        ("6月底前完成", ["2018-06-30"]),
        ("2月末之前完成", ["2018-02-28"]),
        ("2月29日前完成", ["2018-02-28"]),
        ("十二月十五日以前完成", ["2018-12-15"]),
        ("3月中旬前完成", ["2018-03-20"]),
        ("每年6月底前完成", ["2018-06-30"]),
        ("年底前完成", ["2018-12-31"]),
        ("今年年底前完成", ["2018-12-31"]),
        ("第三季度末前完成", ["2018-09-30"]),
        ("次年1月10日前报送", ["2019-01-10"]),
        ("2020年6月底前完成", ["2020-06-30"]),
        ("2020年底前完成", ["2020-12-31"]),
        ("2020年前完成", ["2019-12-31"]),
        ("到2020年，全部完成", ["2020-12-31"]),
        ("截至2020年底，全部完成", ["2020-12-31"]),
        ("6月前完成", ["2018-05-31"]),
        ("1月前完成", ["2017-12-31"]),
        ("6月15日和12月15日前分别报送", ["2018-06-15", "2018-12-15"]),
        ("6月15日前、12月15日前报送", ["2018-06-15", "2018-12-15"]),
        ("3月、6月、9月底前报送", ["2018-03-31", "2018-06-30", "2018-09-30"]),
        ("2019年6月底和12月底前报送", ["2019-06-30", "2019-12-31"]),
        ("每季度末前报送", ["2018-03-31", "2018-06-30", "2018-09-30", "2018-12-31"]),
        ("6月底前报送計劃", ["2018-06-30"]),
    ],
)
def test_what_is_a_last_day(words: str, found: list[str]) -> None:
    assert days(words) == found


def test_a_day_of_every_month() -> None:
    found = days("每月31日前报送")
    assert (len(found), found[1], found[3], found[11]) == (12, "2018-02-28", "2018-04-30", "2018-12-31")


@pytest.mark.parametrize(
    "words",
    [
        "6月30日前后检查",
        "前三季度未发生事故",
        "6月30日前三季度总结",
        "三月前完成",
        "6月初前完成",
        "达到2020年水平",
        "落实《2018年6月底前工作计划》",
        "2018年底前建成的项目有档案",
        "会议召开3日前通知",
        "提前完成",
        "6月以来没有事故",
        "从1月到12月",
    ],
)
def test_what_is_none(words: str) -> None:
    assert days(words) == []


@pytest.mark.parametrize("words", ["2月30日前完成", "6月31日前完成", "13月底前完成", "每月32日前报送"])
def test_a_day_of_no_calendar(words: str) -> None:
    assert [problem.code for problem in built(words).problems] == ["RB330"]


@pytest.mark.parametrize(
    ("words", "facts"),
    [
        ("6月底前完成，逾期1天扣0.1分。", {"逾期": "days"}),
        ("6月底前完成，每逾期3天扣1分。", {"逾期": "days"}),
        ("6月底前完成，逾期1个月扣1分。", {"逾期": None}),
        ("12月15日前报送，迟报一次扣0.5分。", {"迟报": "shortfall"}),
        ("12月15日前报送，迟报一次扣0.5分，缺报一次扣1分。", {"迟报": "late", "缺报": "missing"}),
        ("12月15日前报送，缺一次扣1分，逾期1天扣0.1分。", {"缺": "missing", "逾期": "days"}),
        ("12月15日前报送。未按期报送的扣1分。", {"未按期报送": "shortfall"}),
        ("12月15日前报送。逾期未报的扣1分。", {"逾期未报": "shortfall"}),
        ("12月15日前报送总结。未报送总结的扣1分。", {"未报送总结": "missing"}),
        ("12月15日前未报送的扣1分。", {"12月15日前未报送": "shortfall"}),
        ("12月15日前报送总结。资料不全的扣1分。", {"资料不全": None}),
        ("6月底前完成整改。缺一项台账扣1分。", {"缺台账": None}),
        ("6月底前完成整改。", {"不符合": "shortfall"}),
    ],
)
def test_what_is_measured_against_it(words: str, facts: dict[str, str | None]) -> None:
    found = {fact.name: None if fact.requirement is None else fact.counts for fact in built(words).facts}
    assert found == facts


def test_the_same_said_twice_is_one_rhythm() -> None:
    made = built("每季度至少召开一次会议，全年不少于4次。缺一次扣0.5分。")
    assert (made.facts[0].requirement, made.facts[0].also) == (0, ())


def periods_asked(words: str) -> list[str]:
    """The periods of the rhythms that the first fact is measured against."""
    made = built(words)
    fact = made.facts[0]
    return [] if fact.requirement is None else [made.requirements[number].period for number in (fact.requirement, *fact.also)]


@pytest.mark.parametrize(
    ("words", "measured"),
    [
        ("每季度至少召开一次会议，全年不少于4次。缺一次扣0.5分。", ["quarter"]),
        ("全年召开会议不少于4次，每季度至少召开一次会议。缺一次扣0.5分。", ["quarter"]),
        ("全年召开会议不少于4次，每季度至少召开一次会议。", ["quarter"]),
        ("每季度至少召开2次会议，全年不少于6次。缺一次扣0.5分。", ["quarter"]),
        ("每季度至少召开一次会议，全年不少于6次。缺一次扣0.5分。", []),
        ("每季度至少召开一次会议，全年不少于6次。", []),
        ("每季度至少召开一次会议，每月至少检查一次。缺一次扣0.5分。", ["quarter", "month"]),
    ],
)
def test_of_two_rhythms_of_one_thing_the_one_that_holds_the_other_is_measured(words: str, measured: list[str]) -> None:
    assert periods_asked(words) == measured


@pytest.mark.parametrize("words", ["逾期一周扣0.5分", "逾期1个工作日扣0.1分", "每逾期一个月扣1分"])
def test_what_was_filed_is_no_count_of_weeks(words: str) -> None:
    book = rulebook.load(f"考核细则：试\n年度：2018\n满分：4分\n\n一、甲\n1. 乙（4分）\n6月30日前报送，{words}。（4分）\n")
    with pytest.raises(rulebook.RulebookError, match="RB503"):
        book.score({"1": [{"日期": "2018-06-29"}]})
    assert book.score({"1": 0}).total == 4


def test_days_late_are_told_as_a_number() -> None:
    book = rulebook.load("考核细则：试\n年度：2018\n满分：4分\n\n一、甲\n1. 乙（4分）\n6月30日前报送，逾期1天扣0.1分，逾期10天以上不得分。（4分）\n")
    assert book.score({"1": [{"日期": "2018-07-10"}]}).ledger[1].reason == "逾期为10天，不得分，扣4分（6月30日逾期10天）"


def test_so_often_by_a_last_day_is_asked_once() -> None:
    made = built("每年6月底前至少组织2次演练，缺一次扣1分。")
    assert [(one.kind, one.minimum) for one in made.requirements] == [("deadline", 2)]


TWO = "考核细则：试\n{year}满分：4分\n未提供资料：不予判分\n\n一、甲\n1. 乙（4分）\n6月15日和12月15日前分别报送。缺一次扣1分。（4分）\n"


@pytest.mark.parametrize(
    ("records", "code"),
    [
        ([{}], "RB512"),
        ([{"日期": "2017-12-31"}], "RB513"),
        ([{"日期": "2020-01-01"}], "RB513"),
        ([{"日期": "2018-02-29"}], "RB503"),
        ([{"日期": "2018-06-16"}], "RB526"),
        ([{"日期": "2018-06-16", "对应": "报送"}], "RB526"),
        ([{"日期": "2018-06-16", "对应": ""}], "RB526"),
        ([{"日期": "2018-06-16", "对应": "月"}], "RB528"),
        ([{"日期": "2018-06-16", "对应": "6月15日", "for": "6月15日"}], "RB506"),
        ([{"日期": ["2018-06-16"]}], "RB503"),
        (["2018-06-16"], "RB503"),
        ([{"日期": "2018-06-15"}] * 20000, "RB504"),
    ],
)
def test_records_that_are_refused(records: list[object], code: str) -> None:
    book = rulebook.load(TWO.format(year="年度：2018\n"))
    with pytest.raises(rulebook.RulebookError) as caught:
        book.score({"1": records})
    assert [diagnostic.code for diagnostic in caught.value.diagnostics] == [code]


def test_every_doubtful_record_is_told_in_one_run() -> None:
    """Twelve reports, each a day late: eleven of them could be early for the month after."""
    book = rulebook.load("考核细则：试\n年度：2018\n满分：4分\n\n一、甲\n1. 乙（4分）\n每月10日前报送，迟报一次扣0.1分。（4分）\n")
    late = [{"日期": f"2018-{month:02}-11"} for month in range(1, 13)]
    with pytest.raises(rulebook.RulebookError) as caught:
        book.score({"1": late})
    assert [diagnostic.code for diagnostic in caught.value.diagnostics] == ["RB526"] * 11
    told = [{**record, "对应": f"{month}月10日"} for month, record in enumerate(late, 1)]
    assert book.score({"1": told}).total == Decimal("2.8")
    as_written = [{**record, "对应": f"{month}月10日前"} for month, record in enumerate(late, 1)]
    assert book.score({"1": as_written}).total == Decimal("2.8")


MIXED = rulebook.load(
    "考核细则：试\n年度：2018\n满分：6分\n未提供资料：不予判分\n\n一、甲\n1. 乙（6分）\n"
    "每季度至少召开一次会议，12月15日前报送总结，逾期1天扣0.1分。缺一次扣1分。（6分）\n"
)


@pytest.mark.parametrize("name", ["缺", "逾期", "记录"])
def test_one_list_serves_every_fact_of_the_clause(name: str) -> None:
    """Three quarters without a meeting, a report two days late; a meeting is no report, under whatever name the list stands."""
    records = [{"日期": "2018-12-16", "对应": "会议"}, {"日期": "2018-12-17", "对应": "总结"}]
    assert MIXED.score({"1": {name: records}}).total == Decimal("2.8")


def test_two_lists_that_contradict_each_other_are_refused() -> None:
    """Each fact by itself would miss what stands under the other's name."""
    one, other = {"日期": "2018-12-16", "对应": "会议"}, {"日期": "2018-12-17", "对应": "总结"}
    with pytest.raises(rulebook.RulebookError, match="RB675"):
        MIXED.score({"1": {"缺": [one], "逾期": [other]}})
    assert MIXED.score({"1": {"缺": [one, other], "逾期": [one, other]}}).total == Decimal("2.8")


def test_what_is_shared_is_held_to_the_same() -> None:
    """逾期 by itself asks for no 对应, 缺 does: the list that serves both has to say."""
    with pytest.raises(rulebook.RulebookError, match="RB526"):
        MIXED.score({"1": {"逾期": [{"日期": "2018-12-17"}]}})


def test_a_day_without_a_year_is_of_no_year() -> None:
    with pytest.raises(rulebook.RulebookError, match="RB529"):
        rulebook.load(TWO.format(year="")).score({"1": [{"日期": "2018-06-15"}]})
    assert rulebook.load(TWO.format(year="")).score({"1": 1}).total == 3


BOOK = """考核细则：限期与指标
年度：2018
满分：24分
未提供资料：不予判分

一、报送
1. 总结。6月15日和12月15日前分别报送总结。缺一次扣1分。（4分）
2. 整改。6月底前完成整改，逾期1天扣0.1分。（4分）
3. 会议与检查。每季度至少召开一次会议，每月至少检查一次。缺一次扣0.1分。（4分）
4. 月报。每月10日前报送，迟报一次扣0.1分，缺报一次扣0.3分。（4分）
5. 计划。3月底前报送计划。未按期报送的扣0.5分，未报送的不得分。（2分）
6. 演练。每半年至少组织1次演练，12月底前报送总结。（2分）
7. 死亡人数低于5人。（2分）
8. 投入超过200万元。（2分）
"""


LOADED = rulebook.load(BOOK)
REPORTS = rulebook.load(TWO.format(year="年度：2018\n"))


@given(st.data())
def test_both_evaluators_agree(data: st.DataObject) -> None:
    """Every record that may be written scores alike by the second evaluator."""
    book = LOADED
    record = data.draw(evidence(book, holes=False))
    card = book.score(record)
    other = second.score(book, read_record(book, record))
    assert card.total == other.total, record
    assert {one.clause: one.score for one in card.clauses if one.score is not None} == other.clauses


@given(st.lists(st.dates(date(2018, 1, 1), date(2018, 12, 31)), max_size=6), st.randoms())
def test_the_order_of_records_means_nothing(days: list[date], random: Random) -> None:
    book = REPORTS
    records = [{"日期": str(day), "对应": f"{6 if day.month < 7 else 12}月15日"} for day in days]
    shuffled = random.sample(records, len(records))
    assert book.score({"1": records}).total == book.score({"1": shuffled}).total
