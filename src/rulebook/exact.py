"""Exact numbers: read from text, carried as Decimal or Fraction, written back without loss. No float enters or leaves."""

import re
from collections.abc import Callable, Iterable
from decimal import Decimal
from fractions import Fraction

from rulebook.bounds import BOUNDS

_PLAIN = re.compile(rf"-?[0-9]{{1,10}}(\.[0-9]{{1,{BOUNDS.decimals}}})?")


def is_exact(text: str) -> bool:
    """True for a number that `decimal` reads."""
    return _PLAIN.fullmatch(text) is not None


def decimal(text: str) -> Decimal:
    """The number written as plain ASCII digits, at most ten before and four after the point. Raises ValueError otherwise."""
    if not is_exact(text):
        raise ValueError("a plain decimal number is wanted")
    number = Decimal(text)
    return normal(number) if text[-1] == "0" else number


def normal(number: Decimal) -> Decimal:
    """The same number without trailing zeros and without an exponent, whatever the caller's decimal context; zero is never negative."""
    if not number:
        return Decimal(0)
    sign, digits, power = number.as_tuple()
    exponent = int(power)  # a finite number: not one of the letters that stand for NaN and infinity
    if not exponent or (exponent < 0 and digits[-1]):
        return number
    kept = list(digits) + [0] * max(exponent, 0)
    exponent = min(exponent, 0)
    while exponent < 0 and kept[-1] == 0:
        kept.pop()
        exponent += 1
    return Decimal((sign, tuple(kept), exponent))


def finite(number: Fraction) -> Decimal | None:
    """The Decimal equal to the fraction, or None where its expansion never ends."""
    rest, twos, fives = number.denominator, 0, 0
    while rest % 2 == 0:
        rest, twos = rest // 2, twos + 1
    while rest % 5 == 0:
        rest, fives = rest // 5, fives + 1
    if rest != 1:
        return None
    places = max(twos, fives)
    digits = number.numerator * 10**places // number.denominator
    return Decimal((int(digits < 0), tuple(map(int, str(abs(digits)))), -places))


def outward(numbers: Iterable[Fraction]) -> Callable[[Fraction], Decimal | Fraction]:
    """How callers see these numbers: as Decimals where all of them are exact, else as Fractions, so that they always add up."""
    if all(finite(number) is not None for number in numbers):
        return lambda number: finite(number) or Decimal(0)
    return lambda number: number


def show(number: Decimal | Fraction | int) -> str:
    """The number in plain digits (`-0.75`, `100`), or as a fraction (`4750/49`) where no decimal is exact."""
    exact = finite(Fraction(number))
    if exact is None:
        ratio = Fraction(number)
        return f"{ratio.numerator}/{ratio.denominator}"
    text = format(exact, "f")
    return (text.rstrip("0").rstrip(".") or "0") if "." in text else text


def parse(text: str) -> Fraction:
    """The number that `show` wrote."""
    return Fraction(text)
