"""Findings about indicators and last days: printed percentages that do not follow from their row, targets told twice, days told by halves."""

from collections.abc import Iterable
from decimal import Decimal
from fractions import Fraction

from rulebook import model
from rulebook.exact import show
from rulebook.indicators import Doubt, change, digits, doubts, printed_as, printed_in, years_between

Row = tuple[str, model.Span | None, str | None, dict[str, object]]


def percentages(book: model.Rulebook) -> Iterable[Row]:
    """Every printed percentage and yearly mean follows from the figures of its own row, with the digits that are printed."""
    for clause in book.clauses():
        for indicator in clause.indicators:
            for doubt in doubts(indicator):
                yield doubt.code, doubt.printed.span, clause.address, _values(doubt)


def _values(doubt: Doubt) -> dict[str, object]:
    """The values of the message, the percentages with the printed digits and the sign of the print: a fall of −2 is a rise."""
    values = {name: show(value) if isinstance(value, Fraction | Decimal) else value for name, value in doubt.values.items()}
    for name in ("follows", "simple", "compound"):
        percent = doubt.values.get(name)
        if isinstance(percent, Fraction):
            sign = "" if (percent < 0) == (doubt.printed.way == "fall") or not percent else "-"
            values[name] = sign + digits(percent, doubt.printed.places)
    return values


def means(book: model.Rulebook) -> Iterable[Row]:
    """The yearly means of a rulebook are worked out in one way. What follows as a yearly rate only, beside shares of the whole, is told."""
    found = [
        (printed_as(base, point, printed), clause, (change(base, point) or Fraction(0), years_between(base, point)), printed)
        for clause in book.clauses()
        for indicator in clause.indicators
        for base, point, printed in printed_in(indicator)
        if printed.yearly
    ]
    if not any(way == "simple" for way, _, _, _ in found):
        return
    for way, clause, (whole, years), printed in found:
        if way == "compound":
            yield "RB441", printed.span, clause.address, {"text": printed.text, "simple": digits(whole / years, printed.places)}


def targets(book: model.Rulebook) -> Iterable[Row]:
    """The target of the words is that of the row."""
    for clause in book.clauses():
        asked = next((one for one in reversed(clause.requirements) if one.kind == "threshold" and one.within is not None), None)
        for indicator in clause.indicators:
            point = indicator.target
            if asked is None or asked.within is None or point is None:
                continue
            edges = {edge for edge in (asked.within.low, asked.within.high) if edge is not None}
            if point.figure not in edges or (indicator.within is not None and indicator.within.shown() != asked.within.shown()):
                told = indicator.within.shown() if indicator.within is not None else show(point.figure)
                yield "RB443", point.span, clause.address, {"row": told, "words": asked.within.shown()}


def outside_days(book: model.Rulebook) -> Iterable[Row]:
    """2020年前 ends with 2019: said, because some mean the year itself."""
    for clause in book.clauses():
        for one in clause.requirements:
            for day in one.days:
                if day.outside:
                    yield "RB442", one.span, clause.address, {"text": day.text, "last": _last(day)}


def _last(day: model.Day) -> str:
    """The month whose end is the last day: 2019-12, or 05 where no year is named."""
    return f"{day.year}-{day.month:02d}" if day.year is not None else f"{day.month:02d}"


CHECKS = (percentages, means, targets, outside_days)
"""What `check` asks of indicators and last days."""
