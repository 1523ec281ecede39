"""`exact`: numbers come from text, stay exact, and go back to text."""

from decimal import Decimal, localcontext
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rulebook import exact

plain = st.builds(
    lambda sign, whole, rest: f"{sign}{whole}{'.' + rest if rest else ''}",
    st.sampled_from(("", "-")),
    st.text(alphabet="0123456789", min_size=1, max_size=10),
    st.text(alphabet="0123456789", max_size=4),
)
fractions = st.fractions(min_value=-(10**9), max_value=10**9, max_denominator=10**6)


@pytest.mark.parametrize(
    ("text", "shown"),
    [("0", "0"), ("-0", "0"), ("0.0", "0"), ("-0.00", "0"), ("0.50", "0.5"), ("100", "100"), ("1.2500", "1.25"),
     ("007", "7"), ("-1.5", "-1.5"),
     ("9999999999.9999", "9999999999.9999"), ("1200", "1200"), ("10.0", "10")],
)  # fmt: skip
def test_plain_digits_read_and_show(text: str, shown: str) -> None:
    assert exact.show(exact.decimal(text)) == shown
    assert str(exact.decimal(text)) == shown


@pytest.mark.parametrize(
    "text",
    [
        "",
        " 1",
        "1 ",
        "+1",
        "1e3",
        "1E-2",
        "NaN",
        "nan",
        "Infinity",
        "-inf",
        "1_000",
        "1,000",
        ".5",
        "5.",
        "1.23456",
        "12345678901",
        "１",
        "٣",
        "1\n",
        "0x10",
        "1/2",
        "--1",
        "一",
    ],
)
def test_everything_else_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="plain decimal"):
        exact.decimal(text)


@given(plain)
def test_text_to_number_to_text_to_number(text: str) -> None:
    """The number is that of the digits, and survives its own text."""
    number = exact.decimal(text)
    assert Fraction(number) == Fraction(text)
    assert exact.decimal(exact.show(number)) == number
    assert exact.parse(exact.show(number)) == Fraction(number)
    assert "E" not in str(number)


@given(st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**9), max_value=10**9, places=4))
def test_normal_keeps_the_value_and_loses_the_form(number: Decimal) -> None:
    """No exponent, no trailing zero, no negative zero; twice is once."""
    made = exact.normal(number)
    assert made == number
    assert str(exact.normal(made)) == str(made)
    assert not str(made).endswith(".0")
    assert str(made) != "-0"
    assert "E" not in str(made)


@given(fractions)
def test_finite_is_exact_or_none(number: Fraction) -> None:
    """A Decimal exactly where the denominator has no prime but 2 and 5."""
    rest = number.denominator
    for prime in (2, 5):
        while rest % prime == 0:
            rest //= prime
    made = exact.finite(number)
    assert (made is None) == (rest != 1)
    assert made is None or Fraction(made) == number


@given(fractions)
def test_show_and_parse_are_inverse(number: Fraction) -> None:
    """Decimal or ratio, nothing is lost, and no exponent appears."""
    text = exact.show(number)
    assert exact.parse(text) == number
    assert set(text) <= set("-0123456789./")
    assert ("/" in text) == (exact.finite(number) is None)


@pytest.mark.parametrize(
    ("number", "text"),
    [(Fraction(1, 3), "1/3"), (Fraction(-1, 3), "-1/3"), (Fraction(4750, 49), "4750/49"), (Fraction(1, 8), "0.125"),
     (Fraction(-3, 4), "-0.75"),
     (Fraction(200, 2), "100"), (Decimal("1E+3"), "1000"), (Decimal("0.10"), "0.1"), (0, "0"), (-7, "-7")],
)  # fmt: skip
def test_show(number: Fraction | Decimal | int, text: str) -> None:
    assert exact.show(number) == text


def test_the_context_of_the_caller_rounds_nothing() -> None:
    """A program that set a tiny precision gets the same digits."""
    for digits in (3, 8):
        with localcontext() as context:
            context.prec = digits
            assert exact.show(exact.finite(Fraction(123456789, 1000)) or 0) == "123456.789"
            assert exact.decimal("1234567.125") == Decimal("1234567.125")


@given(st.lists(fractions, max_size=6))
def test_outward_makes_all_decimals_or_none(numbers: list[Fraction]) -> None:
    """What callers see adds up: one number without a finite form turns all of them into fractions."""
    see = exact.outward(numbers)
    seen = [see(number) for number in numbers]
    assert [Fraction(one) for one in seen] == numbers
    whole = all(exact.finite(number) is not None for number in numbers)
    assert all(isinstance(one, Decimal if whole else Fraction) for one in seen)
    assert sum(seen, type(seen[0])(0) if seen else 0) == sum(numbers)
