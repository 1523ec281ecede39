"""The calendar that requirements are judged by: the periods of a year, last days, and what dated records leave open of them.

Days are those of Beijing, as official papers count them: an instant with another offset is moved there before its date is taken.
"""

import re
from bisect import bisect_left, bisect_right
from calendar import monthrange
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, timezone
from typing import NamedTuple, Protocol

from rulebook import model

BEIJING = timezone(timedelta(hours=8))
"""The one time zone of official dates."""

_INSTANT = re.compile(
    r"(?P<day>[0-9]{4}-[0-9]{2}-[0-9]{2})[Tt ](?P<time>[0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]{1,6})?)?) ?(?P<offset>[Zz]|[+-][0-9]{2}(?::?[0-9]{2})?)?"
)


class Gap(NamedTuple):
    """What records leave open of one period, or by one last day: so many are missing, the others so many days late.

    `period` is `deadline` for a last day; `number` counts from 1 within the year, or among the last days as they are written.
    """

    period: str
    number: int
    first: date
    last: date
    missing: int = 0
    late: tuple[int, ...] = ()


COUNTS: Mapping[str, Callable[[Gap], int]] = {
    "shortfall": lambda gap: gap.missing + len(gap.late),
    "missing": lambda gap: gap.missing,
    "late": lambda gap: len(gap.late),
    "days": lambda gap: sum(gap.late),
}
"""What a fact counts → how much of it one gap is."""


class Dated(Protocol):
    """A record of something done: its day, and what it says that it answers: the number of a requirement, of one of its last days."""

    @property
    def date(self) -> date | None:
        """The day; None where nobody wrote it."""

    @property
    def requirement(self) -> int | None:
        """The number of the requirement among the clause's; None where the record does not say."""

    @property
    def day(self) -> int | None:
        """The number of the last day among all those of the fact; None where the record does not say."""


class Assigned(NamedTuple):
    """What records leave open of several last days, and the positions of the records that may belong to one day or to another."""

    gaps: tuple[Gap, ...]
    doubtful: tuple[int, ...] = ()


def instant(text: str) -> date | None:
    """The day in Beijing of an ISO instant, 2018-12-31T23:30:00+00:00; without an offset the day as written. None for other text.

    Raises ValueError where the text has the form of an instant and is none.
    """
    match = _INSTANT.fullmatch(text.strip())
    if match is None:
        return None
    day, clock, offset = date.fromisoformat(match["day"]), time.fromisoformat(match["time"]), match["offset"]
    if offset is None:
        return day
    zone = time.fromisoformat(f"00:00{offset.upper()}").tzinfo
    try:
        return datetime.combine(day, clock, zone).astimezone(BEIJING).date()
    except OverflowError as error:
        raise ValueError(text) from error


def periods_of(period: str, year: int) -> list[tuple[date, date]]:
    """The periods of a year, first and last day each; every day of the year lies in exactly one."""
    months = {"half": 6, "quarter": 3, "month": 1}.get(period)
    if months is not None:
        starts = [date(year, m, 1) for m in range(1, 13, months)]
    elif period in ("week", "day"):
        step = 7 if period == "week" else 1
        first, last = date(year, 1, 1).toordinal(), date(year, 12, 31).toordinal()
        starts = [date.fromordinal(n) for n in range(first, last + 1, step)]
        if period == "week":
            starts = starts[:52]
    else:
        starts = [date(year, 1, 1)]
    ends = [date.fromordinal(s.toordinal() - 1) for s in starts[1:]] + [date(year, 12, 31)]
    return list(zip(starts, ends, strict=True))


def last_day(year: int, month: int, day: int | None = None) -> date:
    """That day of the month, the last one where none is named or the month is shorter."""
    length = monthrange(year, month)[1]
    return date(year, month, length if day is None else min(day, length))


def is_day(month: int, day: int) -> bool:
    """True for a day that some year has: 2月29日, but neither 6月31日 nor 13月1日."""
    return 1 <= month <= 12 and 1 <= day <= monthrange(2020, month)[1]


def short(period: str, minimum: int, year: int, days: Sequence[date | None]) -> tuple[Gap, ...]:
    """The periods of the year with fewer records than asked for. The whole year asks for no dates."""
    spans = periods_of(period, year)
    counts = [0] * len(spans)
    if len(spans) == 1:
        counts = [len(days)]
    starts = [first for first, _ in spans]
    for day in days if len(spans) > 1 else ():
        if day is not None and day.year == year:
            counts[bisect_right(starts, day) - 1] += 1
    return tuple(
        Gap(period, number, *span, missing=minimum - count)
        for number, (span, count) in enumerate(zip(spans, counts, strict=True), 1)
        if count < minimum
    )


@dataclass(eq=False, repr=False)
class _Slot:
    """One of so many that a last day asks for, and the record that stands for it: `surely`, or as far as can be told."""

    number: int
    end: date
    met: date | None = None
    surely: bool = False


def overdue(dues: Sequence[date], minimums: Sequence[int], records: Sequence[tuple[date, int | None]]) -> Assigned:
    """What dated records leave open of last days, each of which asks for so many. A record may say to which day it belongs (by position).

    One that does not lies between two last days: it belongs to the later one, and where that has more than it asks for, the earliest are
    late for the nearest day before that still lacks one. What lies after all is late. A record that is on time for its day and yet
    nearer to a day before that had none by then, or had a doubtful one, is doubtful.
    """
    slots = [_Slot(number, end) for number, (end, least) in enumerate(zip(dues, minimums, strict=True)) for _ in range(least)]
    slots.sort(key=lambda slot: slot.end)
    ends = sorted(set(dues))
    windows: list[list[tuple[date, int]]] = [[] for _ in range(len(ends) + 1)]
    for position in sorted(range(len(records)), key=lambda n: records[n][0]):
        day, told = records[position]
        if told is None:
            windows[bisect_left(ends, day)].append((day, position))
            continue
        slot = next((slot for slot in slots if slot.number == told and slot.met is None), None)
        if slot is not None:
            slot.met, slot.surely = day, True
    doubtful = []
    for at, window in enumerate(windows):
        free = [slot for slot in slots if slot.met is None and at < len(ends) and slot.end == ends[at]]
        cut = max(len(window) - len(free), 0)
        for day, _ in window[:cut]:
            owed = _owed(slots, day)
            if owed is not None:
                owed.met, owed.surely = day, True
        for slot, (day, position) in zip(free, window[cut:], strict=False):
            before = next((one for one in reversed(slots) if not one.surely and one.end < day), None)
            slot.met, slot.surely = day, before is None or day - before.end >= slot.end - day
            if not slot.surely:
                doubtful.append(position)
    return Assigned(tuple(_open(slots)), tuple(sorted(doubtful)))


def _owed(slots: Sequence[_Slot], day: date) -> _Slot | None:
    """What is lacking by the nearest last day before a day."""
    return next((slot for slot in reversed(slots) if slot.met is None and slot.end < day), None)


def _open(slots: Iterable[_Slot]) -> Iterator[Gap]:
    """The last days that lack something or had it late, in their order."""
    by_day: dict[tuple[date, int], list[_Slot]] = {}
    for slot in slots:
        by_day.setdefault((slot.end, slot.number), []).append(slot)
    for (end, number), own in sorted(by_day.items()):
        missing = sum(slot.met is None for slot in own)
        late = tuple(sorted((slot.met - end).days for slot in own if slot.met is not None and slot.met > end))
        if missing or late:
            yield Gap("deadline", number + 1, end, end, missing, late)


# --- the requirements of a fact


def asked_of(clause: model.Clause, fact: model.Fact) -> dict[int, model.Requirement]:
    """Everything that the fact's records are measured against, by number."""
    numbers = () if fact.requirement is None else (fact.requirement, *fact.also)
    return {number: clause.requirements[number] for number in numbers}


def several(asked: Mapping[int, model.Requirement]) -> bool:
    """True where a record must say what it answers: more than one rhythm, or a rhythm beside last days. All last days go together."""
    kinds = [one.kind for one in asked.values()]
    return kinds.count("frequency") + ("deadline" in kinds) > 1


def last_days(asked: Mapping[int, model.Requirement]) -> list[tuple[int, model.Requirement, model.Day]]:
    """All last days of all requirements, each with its requirement and the number of that, in the order in which they are written."""
    return [(number, one, day) for number, one in asked.items() if one.kind == "deadline" for day in one.days]


def resolved(day: model.Day, year: int) -> date:
    """The last day in the year that is assessed."""
    return last_day(day.year or year + day.shift, day.month, day.day)


def assigned(asked: Mapping[int, model.Requirement], records: Sequence[Dated], year: int) -> Assigned:
    """What dated records leave open of all last days together."""
    days = last_days(asked)
    dated = [(record.date, record.day) for record in records if record.date is not None]
    return overdue([resolved(day, year) for _, _, day in days], [one.minimum or 1 for _, one, _ in days], dated)


def gaps(asked: Mapping[int, model.Requirement], records: Sequence[Dated], year: int | None) -> tuple[Gap, ...]:
    """What the records leave open of everything asked for. Without a year in the head that of the records is assessed."""
    apart = several(asked)
    found: list[Gap] = []
    for number, one in asked.items():
        if one.kind == "frequency":
            own = [record.date for record in records if record.requirement == number or (record.requirement is None and not apart)]
            found += short(one.period, one.minimum or 0, year or _year(own), own)
    by_day = {number for number, one in asked.items() if one.kind == "deadline"}
    dated = [record for record in records if record.requirement in by_day or (record.requirement is None and not apart)]
    return (*found, *assigned(asked, dated, year or _year([record.date for record in dated])).gaps)


def _year(days: Iterable[date | None]) -> int:
    return next((day.year for day in days if day is not None), 2001)


def runs(gaps: Iterable[Gap]) -> list[list[Gap]]:
    """Gaps of the same size that follow each other without a break."""
    found: list[list[Gap]] = []
    for gap in gaps:
        last = found[-1][-1] if found else None
        if last is not None and (gap.period, gap.number, gap.missing, gap.late) == (last.period, last.number + 1, last.missing, last.late):
            found[-1].append(gap)
        else:
            found.append([gap])
    return found
