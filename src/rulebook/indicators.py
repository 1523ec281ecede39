"""The arithmetic of an indicator's row, exactly: by how much a figure fell or rose, the mean of a year, and what of the print follows from it."""

from collections.abc import Iterator
from fractions import Fraction
from typing import NamedTuple

from rulebook import model


class Doubt(NamedTuple):
    """A printed percentage that does not follow from its row: the code, and what would follow, in plain digits."""

    code: str
    printed: model.Printed
    values: dict[str, object]


def change(base: model.Point, point: model.Point) -> Fraction | None:
    """By how many percent a figure lies above its base, below it where negative. None where the base is nought."""
    return None if base.figure == 0 else (Fraction(point.figure) / Fraction(base.figure) - 1) * 100


def rounded(percent: Fraction, places: int) -> Fraction:
    """The percentage with so many digits; half goes away from nought."""
    scale = 10**places
    whole = (abs(percent) * scale * 2 + 1) // 2
    return Fraction(whole if percent >= 0 else -whole, scale)


def digits(percent: Fraction, places: int) -> str:
    """The size of the percentage with so many digits, written out."""
    scaled = int(abs(rounded(percent, places)) * 10**places)
    whole, part = divmod(scaled, 10**places)
    return f"{whole}.{part:0{places}d}" if places else str(whole)


def compound(base: model.Point, point: model.Point, years: int, places: int) -> Fraction | None:
    """The rate that leads from the base to the figure in so many equal yearly steps, as a percentage with so many digits.

    No root is taken: the rounded rate is the one between whose neighbouring halves the power of the ratio lies.
    """
    if base.figure == 0:
        return None
    ratio, scale = Fraction(point.figure) / Fraction(base.figure), 100 * 10**places
    low, high = -scale, scale
    while (1 + Fraction(high, scale)) ** years < ratio:
        high *= 2
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if (1 + Fraction(middle, scale)) ** years <= ratio else (low, middle)
    beyond = (1 + Fraction(2 * low + 1, 2 * scale)) ** years
    up = beyond < ratio or (beyond == ratio and low >= 0)
    return Fraction(low + up, 10**places)


def doubts(indicator: model.Indicator) -> Iterator[Doubt]:
    """The printed percentages of a row that do not follow from its figures."""
    for base, point, printed in printed_in(indicator):
        values: dict[str, object] = {"text": printed.text, "base": base.figure, "figure": point.figure}
        whole, years = change(base, point), years_between(base, point)
        if whole is None:
            yield Doubt("RB444", printed, values)
        elif not printed.yearly and rounded(whole, printed.places) != signed(printed):
            yield Doubt("RB439", printed, {**values, "follows": whole})
        elif printed.yearly and years > 0 and printed_as(base, point, printed) == "":
            rate = compound(base, point, years, printed.places)
            yield Doubt("RB440", printed, {**values, "simple": whole / years, "compound": rate, "years": years})


def printed_in(indicator: model.Indicator) -> Iterator[tuple[model.Point, model.Point, model.Printed]]:
    """Every printed percentage of a row with the base and the figure that it stands between."""
    for point in (indicator.target, indicator.actual):
        if indicator.base is not None and point is not None:
            yield from ((indicator.base, point, printed) for printed in point.printed)


def years_between(base: model.Point, point: model.Point) -> int:
    """How many years a mean is of; 0 where the row does not say."""
    return 0 if base.year is None or point.year is None else max(point.year - base.year, 0)


def printed_as(base: model.Point, point: model.Point, printed: model.Printed) -> str:
    """How a yearly mean was worked out: `simple` (the whole change shared among the years), `compound`, `both`, or in no way."""
    whole = change(base, point)
    years = years_between(base, point)
    if whole is None or years == 0:
        return ""
    simple = rounded(whole / years, printed.places) == signed(printed)
    steps = compound(base, point, years, printed.places) == signed(printed)
    return "both" if simple and steps else "simple" if simple else "compound" if steps else ""


def signed(printed: model.Printed) -> Fraction:
    """The printed percentage, negative where it is a fall."""
    return Fraction(printed.percent) * (-1 if printed.way == "fall" else 1)
