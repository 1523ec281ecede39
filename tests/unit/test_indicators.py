"""Indicators: the arithmetic of a row, and clauses that are judged by a figure."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

import rulebook
from rulebook import indicators, model


def point(figure: str, year: int | None = None) -> model.Point:
    return model.Point(figure=Decimal(figure), year=year)


FIGURES = st.integers(1, 99_999).map(lambda number: Decimal(number) / 1000)


@given(FIGURES, FIGURES, st.integers(0, 4))
def test_a_rounded_change_lies_within_half_a_digit(base: Decimal, figure: Decimal, places: int) -> None:
    exact = indicators.change(model.Point(figure=base), model.Point(figure=figure))
    assert exact is not None
    assert abs(indicators.rounded(exact, places) - exact) <= Fraction(1, 2 * 10**places)
    assert Fraction(indicators.digits(exact, places)) == abs(indicators.rounded(exact, places))


@given(FIGURES, FIGURES, st.integers(1, 12), st.integers(0, 3))
def test_a_yearly_rate_leads_to_the_figure(base: Decimal, figure: Decimal, years: int, places: int) -> None:
    """Half a digit less does not reach the figure, half a digit more does."""
    rate = indicators.compound(model.Point(figure=base), model.Point(figure=figure), years, places)
    assert rate is not None
    ratio, half = Fraction(figure) / Fraction(base), Fraction(1, 2 * 10**places)
    below, above = (max(1 + (rate + side) / 100, Fraction(0)) ** years for side in (-half, half))
    assert below <= ratio <= above


@pytest.mark.parametrize(
    ("base", "figure", "years", "rate"),
    [("100", "121", 2, "10"), ("4.2", "3.78", 5, "-2.1"), ("5.212", "4.68", 5, "-2.1"), ("1", "1", 3, "0"), ("5", "0", 5, "-100"), ("1", "1024", 10, "100")],
)
def test_yearly_rates(base: str, figure: str, years: int, rate: str) -> None:
    assert indicators.compound(point(base), point(figure), years, 1) == Fraction(rate)


@pytest.mark.parametrize(("percent", "digits"), [("2.5", "3"), ("-2.5", "3"), ("2.4999", "2"), ("0.5", "1"), ("-0.4", "0")])
def test_half_goes_away_from_nought(percent: str, digits: str) -> None:
    assert indicators.digits(Fraction(percent), 0) == digits


@pytest.mark.parametrize(("percent", "whole"), [("0.5", 1), ("-0.5", -1), ("0.7", 1), ("-0.7", -1), ("0.4", 0), ("-0.4", 0)])
def test_a_change_of_less_than_one_keeps_its_sign(percent: str, whole: int) -> None:
    assert indicators.rounded(Fraction(percent), 0) == whole


@pytest.mark.parametrize(
    ("row", "codes", "said"),
    [
        ("2010年基期 50；2015年目标 50.2，增长0.4%", [], ""),
        ("2010年基期 50；2015年目标 50.2，下降0.4%", ["RB439"], "从 50 到 50.2 应为 -0.4%"),
        ("2010年基期 50；2015年目标 49.8，下降0.4%", [], ""),
        ("2010年基期 50；2015年目标 49.8，增长0.4%", ["RB439"], "从 50 到 49.8 应为 -0.4%"),
        ("2010年基期 100；2015年目标 150，增长50%，年均增长10%", [], ""),
        ("2010年基期 100；2015年目标 150，增长50%，年均增长8%", [], ""),
        ("2010年基期 100；2015年目标 150，年均增长9%", ["RB440"], "5年从 100 到 150，平均每年 10%，逐年递变 8%"),
        ("2010年基期 100；2015年目标 60，年均下降9%", ["RB440"], "5年从 100 到 60，平均每年 8%，逐年递变 10%"),
        ("2014年基期 100；2015年目标 150，年均增长9%", ["RB440"], "1年从 100 到 150，平均每年 50%，逐年递变 50%"),
        ("基期 100；目标 150，年均增长9%", [], ""),  # of how many years is not said
        ("2010年基期 100；目标 150，年均增长9%", [], ""),
        ("2010年基期 100；2010年目标 150，年均增长9%", [], ""),
        ("2010年基期 0；2015年目标 60，增长9%", ["RB444"], "基期是 0"),
        ("2010年基期 0；2015年目标 60，年均增长9%", ["RB444"], "基期是 0"),
    ],
)
def test_what_does_not_follow_from_its_row(row: str, codes: list[str], said: str) -> None:
    """Worked out by hand: 50.2 / 50 is 0.4 % more; 50 shared among five years is 10 a year, and 1.08447 to the fifth is 1.5."""
    found = [one for one in rulebook.read(HEAD + f"甲。（4分）\n指标：{row}\n").diagnostics if one.code in ("RB439", "RB440", "RB444")]
    assert [one.code for one in found] == codes
    assert all(said in one.message("zh") for one in found)


def test_how_a_yearly_mean_was_worked_out() -> None:
    """In one year both ways are the same; without a base, or without years, there is none."""
    mean = model.Printed(way="rise", percent=Decimal(10), places=0, yearly=True, text="年均增长10%", span=None)
    cases = [("150", 2010, 2015), ("161.051", 2010, 2015), ("110", 2014, 2015), ("130", 2010, 2015), ("150", None, 2015), ("150", 2015, 2015)]
    ways = [indicators.printed_as(point("100", first), point(figure, last), mean) for figure, first, last in cases]
    assert ways == ["simple", "compound", "both", "", "", ""]
    assert indicators.printed_as(point("0", 2010), point("3", 2015), mean) == ""


def test_nought_has_no_percentage() -> None:
    assert indicators.change(point("0"), point("3")) is None
    assert indicators.compound(point("0"), point("3"), 5, 2) is None


HEAD = "考核细则：试\n年度：2015\n满分：4分\n未提供资料：不予判分\n\n一、甲\n1. "


def load(body: str) -> rulebook.Rulebook:
    return rulebook.load(HEAD + body + "\n")


@pytest.mark.parametrize(
    ("words", "target"),
    [
        ("死亡人数不超过56", "≤56"),
        ("死亡人数≤5人", "≤5"),
        ("死亡人数不能超过5人", "≤5"),
        ("死亡人数应当控制在5人以内", "≤5"),
        ("死亡人数控制在5人以内", "≤5"),
        ("申报率达到85%以上", "≥85"),
        ("申报率不低于85%", "≥85"),
        ("死亡人数低于5", "<5"),
        ("投入超过200万元", ">200"),
        ("到2020年，申报率达到85%以上", "≥85"),
    ],
)
def test_clauses_that_are_a_target(words: str, target: str) -> None:
    (clause,) = load(words + "。（4分）").clauses()
    assert [fact.type for fact in clause.facts] == ["flag", "number"]
    assert clause.requirements[-1].within is not None
    assert clause.requirements[-1].within.shown() == target


@pytest.mark.parametrize(
    "words",
    [
        "死亡人数不超过56人，受伤人数不超过5人",
        "死亡人数较上年下降10%以上",
        "培训率达到85%以上并建立档案",
        "不超过56",
        "编制达到规定",
        "死亡人数不应高于56",
        "死亡人数不可低于5",
        "死亡人数不低于5且不超过6",
        "覆盖率不低于85%的企业达到90%以上",
        "覆盖率、合格率达到85%以上",
        "覆盖率和合格率均达到85%以上",
        "每季度死亡人数不超过5人",
        "会议不少于4次",
    ],
)
def test_what_a_person_judges(words: str) -> None:
    (clause,) = load(words + "。（4分）").clauses()
    assert [fact.type for fact in clause.facts] == ["flag"]


@pytest.mark.parametrize(
    ("words", "met", "missed"),
    [
        ("较2010年下降10%以上", "67.4298", "67.43"),
        ("较2010年下降10%以内", "67.4298", "67.4297"),
        ("比上年增长10%以上", "82.4142", "82.4141"),
    ],
)
def test_a_change_is_a_figure(words: str, met: str, missed: str) -> None:
    """74.922 × 0.9 = 67.4298; × 1.1 = 82.4142."""
    book = load(f"人数{words}。（4分）\n指标：基期 74.922")
    assert [book.score({"1": figure}).total for figure in (met, missed)] == [4, 0]


def test_a_change_with_a_comparison_is_measured_from_the_base_all_the_same() -> None:
    book = load("死亡率较2010年下降不超过10%。（4分）\n指标：2010年基期 50")
    assert [book.score({"1": figure}).total for figure in (45, "44.9999")] == [4, 0]


@pytest.mark.parametrize(("row", "codes"), [("2012年基期 50", ["RB334"]), ("2010年基期 50", []), ("基期 50", [])])
def test_a_change_is_measured_from_the_year_that_it_names(row: str, codes: list[str]) -> None:
    reading = rulebook.read(HEAD + f"死亡率较2010年下降10%以上。（4分）\n指标：{row}\n")
    assert [one.code for one in reading.diagnostics if one.severity == "error"] == codes


@pytest.mark.parametrize("row", ["", "；；", "。"])
def test_an_empty_row_is_one_mistake_at_its_line(row: str) -> None:
    reading = rulebook.read(HEAD + f"死亡人数不超过5。（4分）\n指标：{row}\n")
    assert [(one.code, one.line) for one in reading.diagnostics if one.severity == "error"] == [("RB331", 8)]


def test_a_date_does_not_stand_for_a_figure() -> None:
    book = load("6月底前覆盖率达到85%以上。（4分）")
    assert [book.score({"1": figure}).total for figure in (85, 84)] == [4, 0]
    for evidence in ([{"日期": "2015-06-30"}], {"不符合": [{"日期": "2015-06-30"}]}):
        with pytest.raises(rulebook.RulebookError, match="RB503"):
            book.score({"1": evidence})


def test_a_line_in_english_reads_alike() -> None:
    chinese = load("甲。（4分）\n指标：2010年基期 0.437；2015年目标 0.35，下降20%，年均4%；2015年实际 0.169，下降63.64%")
    english = load("甲。（4分）\nindicator: 2010 base 0.437; 2015 target 0.35, fall 20%, yearly 4%; 2015 actual 0.169, fall 63.64%")
    (one,), (other,) = ([model.meaning(row) for clause in book.clauses() for row in clause.indicators] for book in (chinese, english))
    for row in (one, other):
        row.pop("text")
        for key in ("target", "actual"):
            for printed in row[key]["printed"]:
                printed.pop("text")
    assert one == other


def test_formatting_keeps_the_row() -> None:
    text = HEAD + "甲（4分）\n指标：2010年基期 0.437；2015年目标 0.35，下降20%，年均4%\n"
    book = rulebook.load(text)
    assert book.text() == text
