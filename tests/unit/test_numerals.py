"""`numerals`: Chinese and Arabic numerals, read exactly or not at all."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rulebook import numerals

DIGITS = "零一二三四五六七八九"


def spelled(number: int) -> str:
    """The standard spelling of 0–99999, from school rules alone."""
    if number < 10:
        return DIGITS[number]
    out, gap = "", False
    for size, unit in ((10_000, "万"), (1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit = number // size % 10
        if digit:
            out += ("零" if gap and out else "") + DIGITS[digit] + unit
        gap = not digit
    return out.removeprefix("一") if 10 <= number < 20 else out


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("零", 0), ("〇", 0), ("一", 1), ("两", 2), ("十", 10), ("一十", 10), ("十二", 12), ("二十", 20),
        ("二十五", 25), ("一百", 100),
        ("一百零一", 101), ("一百一十", 110), ("两百", 200), ("一千零一十", 1010), ("一千零五", 1005),
        ("九千九百九十九", 9999), ("一万", 10_000),
        ("壹佰贰拾叁", 123), ("柒拾", 70), ("5", 5), ("0.25", "0.25"), ("100", 100), ("007", 7), ("1.0", 1),
    ],
)  # fmt: skip
def test_a_numeral_states_its_number(text: str, number: int | str) -> None:
    assert numerals.read(text) == Decimal(number)


def test_half_is_a_half() -> None:
    assert numerals.read("半") == Decimal("0.5")


@pytest.mark.parametrize("text", ["二百五", "一百一", "三千二", "一万五", "五百六"])
def test_two_readings_are_none(text: str) -> None:
    """二百五 is 205 or 250; 二百零五 and 二百五十 are one each."""
    assert numerals.read(text) is None


@pytest.mark.parametrize(
    "text",
    [
        "",
        "保",
        "一二",
        "一零五",
        "十百",
        "百百",
        "二二十",
        "一半",
        "半十",
        "十一百",
        "一百一百",
        "二十二十",
        "分",
        "一项",
        "1e3",
        "NaN",
        "inf",
        "1.",
        ".5",
        "-",
        "1_0",
        "١",
        "１",
        "9" * 11,
        "0.12345",
    ],
)
def test_what_states_no_one_number_is_none(text: str) -> None:
    """Also text that holds no numeral at all: nothing is raised."""
    assert numerals.read(text) is None


@pytest.mark.parametrize("text", ["零百", "零十", "一百零零五", "零零"])
def test_a_zero_stands_only_where_it_means_something(text: str) -> None:
    assert numerals.read(text) is None


def test_every_number_reads_in_its_standard_spelling() -> None:
    """All of 0–9999 and some above; written with 两 and formal letters as well. 二百五 and its like never come up: they have 零 or 十."""
    formal = str.maketrans("一二三四五六七八九十百", "壹贰叁肆伍陆柒捌玖拾佰")
    for number in (*range(10_000), *range(10_000, 100_000, 937)):
        text = spelled(number)
        assert numerals.read(text) == number, text
        assert numerals.read(text.translate(formal)) == number
        assert numerals.read(text.replace("二百", "两百").replace("二千", "两千")) == number


@given(st.text(alphabet=numerals.CHARACTERS, min_size=1, max_size=8))
def test_a_string_of_numeral_letters_is_read_as_nothing_but_its_number(text: str) -> None:
    """What reads at all is, zeros and old letters aside, the standard spelling of what it reads as."""
    number = numerals.read(text)
    if number is None or number != int(number):
        return
    plain = text.translate(str.maketrans("两〇壹贰叁肆伍陆柒捌玖拾佰", "二零一二三四五六七八九十百"))
    assert whole(plain) == whole(spelled(int(number)))


def whole(text: str) -> str:
    """Without zeros, and with the 一 that 十二 and 百 leave out."""
    return ("一" if text[:1] in "十百千万" else "") + text.replace("零", "")


@given(st.text(max_size=8))
def test_any_text_is_read_or_none(text: str) -> None:
    """Nothing is raised, and no number is made of what holds no digit."""
    number = numerals.read(text)
    assert number is None or any(c.isdigit() or c in numerals.CHARACTERS for c in text)


def test_circled_numbers_run_from_one_to_fifty() -> None:
    assert list(numerals.CIRCLED.values()) == list(range(1, 51))
    assert [numerals.CIRCLED[mark] for mark in "①⑨⑩⑳㉑㉟㊱㊿"] == [1, 9, 10, 20, 21, 35, 36, 50]


def test_nought_is_written_in_three_ways() -> None:
    assert sorted(numerals.ZEROS) == ["0", "〇", "零"]
