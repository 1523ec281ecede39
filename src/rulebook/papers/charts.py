"""Charts as inline SVG. Text stays text and keeps its size: what lies across is a share of the width, what lies down a whole number.

Every coordinate is rounded from an exact number, by integers only. Nothing is told by colour alone: what is certain is filled,
what is possible is a dashed outline, and figures stand beside the marks. Classes are dressed by the style of the page.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from html import escape

from rulebook.exact import show
from rulebook.source import width

ZERO = Fraction(0)
LINE = 52
"""Half-width columns of text that fit beside each other on a telephone."""


@dataclass(frozen=True)
class Bar:
    """One row of a bar chart: certainly `least`, possibly up to `most`."""

    label: str
    least: Fraction
    most: Fraction
    figure: str
    """What is written at the end of the row."""


@dataclass(frozen=True)
class Bin:
    """Scores from `low` up to, but not with, `high`: so many lie there, so many more may."""

    low: Fraction
    high: Fraction
    settled: int
    possible: int


def bars(name: str, title: str, description: str, rows: Sequence[Bar]) -> str:
    """Rows of label, figure and bar, longest wherever the caller put it. `name` begins the ids and is unique on the page."""
    longest = max((row.most for row in rows), default=ZERO)
    parts = []
    for number, row in enumerate(rows):
        top = number * 40
        label = clipped(row.label, LINE - width(row.figure))
        parts += [
            _text(label, "label", x="0", y=top + 14, whole=row.label),
            _text(row.figure, "figure", x="100%", y=top + 14, anchor="end"),
            _tag("rect", "ground", x="0", y=top + 20, width="100%", height=10),
        ]
        for kind, start, end in (("bar", ZERO, row.least), ("open", row.least, row.most)):
            if end > start:
                left, wide = share(start, ZERO, longest), share(end - start, ZERO, longest)
                parts.append(_tag("rect", kind, x=left, y=top + 20, width=wide, height=10))
    return _chart(name, title, description, len(rows) * 40, parts)


def columns(
    name: str, title: str, description: str, bins: Sequence[Bin], settled: Iterable[Fraction] = (), open_: Iterable[tuple[Fraction, Fraction]] = ()
) -> str:
    """A histogram; below it a line for every settled score, and a bar from end to end for every score that is open."""
    tallest = max((one.settled + one.possible for one in bins), default=0) or 1
    low, high = bins[0].low, bins[-1].high
    every = 1 if len(bins) < 6 else 2
    parts = []
    for number, one in enumerate(bins):
        left = _rounded(Fraction(100 * number, len(bins)) + Fraction(4, len(bins)))
        wide = _rounded(Fraction(92, len(bins)))
        tall, over = (_whole(Fraction(140 * count, tallest)) for count in (one.settled, one.settled + one.possible))
        if one.possible:
            parts.append(_tag("rect", "open", x=f"{left}%", y=160 - over, width=f"{wide}%", height=over - tall))
        if one.settled:
            parts.append(_tag("rect", "bar", x=f"{left}%", y=160 - tall, width=f"{wide}%", height=tall))
        if one.settled or one.possible:
            figure = str(one.settled) + (f"–{one.settled + one.possible}" if one.possible else "")
            middle = _rounded(Fraction(100 * number + 50, len(bins)))
            parts.append(_text(figure, "figure", x=f"{middle}%", y=154 - over, anchor="middle"))
    parts.append(_tag("line", "axis", x1="0", y1=160, x2="100%", y2=160))
    for number in range(0, len(bins) + 1, every):
        edge = bins[number].low if number < len(bins) else high
        at = _rounded(Fraction(100 * number, len(bins)))
        parts.append(_tag("line", "axis", x1=f"{at}%", y1=160, x2=f"{at}%", y2=165))
        parts.append(_text(show(edge), "label", x=f"{at}%", y=180, anchor="middle"))
    bottom = 188
    ticks = [share(score, low, high) for score in settled]
    parts += [_tag("line", "tick", x1=at, y1=bottom, x2=at, y2=bottom + 12) for at in dict.fromkeys(ticks)]
    bottom += 16 if ticks else 0
    for lower, upper in open_:
        parts.append(_tag("line", "span", x1=share(lower, low, high), y1=bottom + 3, x2=share(upper, low, high), y2=bottom + 3))
        bottom += 6
    return _chart(name, title, description, bottom + 6, parts)


def track(title: str, lower: Fraction, upper: Fraction, own: Fraction | None, full: Fraction | None, ends: tuple[Fraction, Fraction]) -> str:
    """One score on a line from end to end: a disc where it is settled, else a bar between two stops; a diamond for the unit's own."""
    low, high = ends
    parts = [_tag("line", "axis", x1="0", y1=9, x2="100%", y2=9)]
    if full is not None and low < full < high:
        at = share(full, low, high)
        parts.append(_tag("line", "axis", x1=at, y1=5, x2=at, y2=13))
    left, right = share(lower, low, high), share(upper, low, high)
    if lower == upper:
        parts.append(_tag("circle", "bar", cx=left, cy=9, r=5))
    else:
        parts.append(_tag("line", "span", x1=left, y1=9, x2=right, y2=9))
        parts += [_tag("line", "stop", x1=at, y1=4, x2=at, y2=14) for at in (left, right)]
    if own is not None:  # a nested picture, for a path knows no percentages
        diamond = _tag("path", "own", d="M0-6 5 0 0 6-5 0Z")
        parts.append(f'<svg x="{share(own, low, high)}" y="9" overflow="visible">{diamond}</svg>')
    return f'<svg class="track" role="img" width="100%" height="18"><title>{escape(title)}</title>{"".join(parts)}</svg>'


def binned(settled: Sequence[Fraction], open_: Sequence[tuple[Fraction, Fraction]], most: int = 10) -> list[Bin]:
    """Bins of one round width, at most `most` and one, that hold every settled score and every end of an open one."""
    ends = [*settled, *(end for span in open_ for end in span)]
    if not ends:
        return []
    step = round_step(max(ends) - min(ends), most)
    first = (min(ends) / step).__floor__()
    counts = dict.fromkeys(range(first, (max(ends) / step).__floor__() + 1), 0)
    possible = dict.fromkeys(counts, 0)
    for score in settled:
        counts[(score / step).__floor__()] += 1
    for lower, upper in open_:
        for number in range((lower / step).__floor__(), (upper / step).__floor__() + 1):
            possible[number] += 1
    return [Bin(number * step, (number + 1) * step, counts[number], possible[number]) for number in counts]


def round_step(length: Fraction, most: int) -> Fraction:
    """The least of 1, 2 and 5 by a power of ten (0.0001 at least) of which at most `most` make up the length."""
    power = Fraction(1, 10_000) if length else Fraction(1)
    while True:
        for digit in (1, 2, 5):
            if length <= digit * power * most:
                return digit * power
        power *= 10


def outer(ends: Iterable[Fraction]) -> tuple[Fraction, Fraction]:
    """Round figures just outside of some scores: the ends of a line on which they are drawn."""
    known = list(ends)
    if not known:
        return ZERO, Fraction(1)
    step = round_step(max(known) - min(known), 5)
    return (min(known) / step).__floor__() * step, ((max(known) / step).__floor__() + 1) * step


def share(value: Fraction, low: Fraction, high: Fraction) -> str:
    """Where the value lies between two others, as a percentage of two decimals; 0 where there is nothing between them."""
    return f"{_rounded((value - low) * 100 / (high - low))}%" if high > low else "0%"


def clipped(words: str, most: int) -> str:
    """The words, cut with … where they are wider than so many half-width columns."""
    if width(words) <= most:
        return words
    kept = words[: max(most, 8)]
    while kept and width(kept) > max(most, 8) - 2:
        kept = kept[:-1]
    return kept + "…"


def _rounded(number: Fraction) -> str:
    """Two decimals at most, rounded with integers."""
    hundredths = _whole(number * 100)
    whole, rest = divmod(abs(hundredths), 100)
    digits = f"{whole}.{rest:02}".rstrip("0").rstrip(".")
    return f"-{digits}" if hundredths < 0 else digits


def _whole(number: Fraction) -> int:
    return (number + Fraction(1, 2)).__floor__()


def _chart(name: str, title: str, description: str, height: int, parts: Iterable[str]) -> str:
    head = f'<title id="{name}-title">{escape(title)}</title><desc id="{name}-desc">{escape(description)}</desc>'
    named = f'aria-labelledby="{name}-title" aria-describedby="{name}-desc"'
    return f'<svg class="chart" role="img" {named} width="100%" height="{height}">{head}{"".join(parts)}</svg>'


def _text(words: str, kind: str, *, x: str, y: int, anchor: str = "start", whole: str | None = None) -> str:
    told = f"<title>{escape(whole)}</title>" if whole is not None and whole != words else ""
    return f'<text class="{kind}" x="{x}" y="{y}" text-anchor="{anchor}">{told}{escape(words)}</text>'


def _tag(name: str, kind: str, **attributes: object) -> str:
    written = "".join(f' {key}="{value}"' for key, value in attributes.items())
    return f'<{name} class="{kind}"{written}/>'


__all__ = ["Bar", "Bin", "bars", "binned", "clipped", "columns", "outer", "round_step", "share", "track"]
