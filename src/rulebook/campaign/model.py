"""The campaign as its file states it: typed, and nothing in it that is of the wrong kind. Names are not yet looked up."""

import datetime
import re
import zoneinfo
from collections.abc import Callable
from fractions import Fraction
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, PlainValidator, ValidationInfo
from pydantic_core import PydanticCustomError

from rulebook import lexicon
from rulebook.exact import decimal
from rulebook.source import fold

CHINA = "Asia/Shanghai"


# --- one function a kind of value


def _refused(wanted: str) -> PydanticCustomError:
    return PydanticCustomError("wanted", wanted)


def _text(value: Any) -> str:
    if not isinstance(value, str) or not value.strip() or len(value) > 200 or not value.isprintable():
        raise _refused("campaign_wants_text")
    return value.strip()


def _name(value: Any) -> str:
    """A name that can be the name of a file on every system."""
    name = _text(value)
    stem = name.split(".")[0].strip().upper()
    if len(name) > 80 or _NO_FILE.search(name) or name[0] == "." or name[-1] == "." or stem in _DEVICES:
        raise _refused("campaign_wants_name")
    return name


def _unit(value: Any) -> str:
    """The name of one unit. 甲县，乙县 is a list whose comma YAML does not see; in brackets a name may hold one: 开发区（高新区、综保区）."""
    name = _name(value)
    if _SEVERAL.search(_BRACKETED.sub("", fold(name))):
        raise _refused("campaign_wants_one_unit")
    return name


def year(value: Any) -> int | None:
    """The year that a value names, 1000 to 2999; None for what names none."""
    text = fold(str(value)).strip()
    return int(text) if _YEAR.fullmatch(text) else None


def _year(value: Any) -> int:
    found = year(value)
    if found is None:
        raise _refused("campaign_wants_year")
    return found


def day(value: Any, year: int | None) -> datetime.date | None:
    """The day that a value names; one without a year lies in `year`. None for what names none of the years 1000 to 2999."""
    text = fold(str(value)).strip()
    whole = lexicon.pattern("date").fullmatch(text)
    month, of_month = (lexicon.term("campaign_day", part) for part in ("month", "day"))
    short = re.fullmatch(rf"([0-9]{{1,2}}){month}([0-9]{{1,2}}){of_month}", text)
    try:
        if whole is not None and _YEAR.fullmatch(whole[1]):
            return datetime.date(*map(int, whole.groups()))
        if short is not None and year is not None:
            return datetime.date(year, *map(int, short.groups()))
    except ValueError:
        pass
    return None


def _date(value: Any, info: ValidationInfo) -> datetime.date:
    """A date; one without a year lies in the campaign's year."""
    found = day(value, (info.context or {}).get("year"))
    if found is None:
        raise _refused("campaign_wants_date")
    return found


def _hours(value: Any) -> tuple[datetime.time, datetime.time]:
    match = _HOURS.fullmatch(fold(str(value)))
    try:
        if match is not None:
            first, second, third, fourth = map(int, match.groups())
            return datetime.time(first, second), datetime.time(third, fourth)
    except ValueError:
        pass
    raise _refused("campaign_wants_hours")


def _weight(value: Any) -> Fraction:
    text = fold(str(value)).strip()
    try:
        share = Fraction(text) if _RATIO.fullmatch(text) else Fraction(decimal(text.removesuffix("%")))
    except ValueError:
        raise _refused("campaign_wants_weight") from None
    share = share / 100 if text.endswith("%") else share
    if not 0 < share <= 1:
        raise _refused("campaign_wants_weight")
    return share


def _zone(value: Any) -> datetime.tzinfo:
    name = _text(value)
    try:
        return zoneinfo.ZoneInfo(name)
    except (OSError, ValueError, zoneinfo.ZoneInfoNotFoundError):
        if name == CHINA:  # a machine without a table of time zones
            return datetime.timezone(datetime.timedelta(hours=8), name)
        raise _refused("campaign_wants_zone") from None


def _points(value: Any) -> Fraction | None:
    text = fold(str(value)).strip().removesuffix(lexicon.term("name_unit", "points")).strip()
    if not text:
        return None
    try:
        return Fraction(decimal(text))
    except ValueError:
        raise _refused("campaign_wants_points") from None


def _one_of(kind: str) -> Callable[[Any], str]:
    def chosen(value: Any) -> str:
        meaning = lexicon.terms()[kind].get(fold(str(value)).strip())
        if meaning is None:
            raise _refused(f"{kind}_wanted")
        return meaning

    return chosen


_YEAR = re.compile("[12][0-9]{3}")
_NO_FILE = re.compile(r'[/\\:*?"<>|]')
_SEVERAL = re.compile("[,，;；、]")
_BRACKETED = re.compile(r"[(（][^()（）]*[)）]")
_DEVICES = frozenset({"CON", "PRN", "AUX", "NUL", *(f"{port}{number}" for port in ("COM", "LPT") for number in range(1, 10))})
_HOURS = re.compile(r"\s*([0-9]{1,2})[:：]([0-9]{2})\s*[-~]\s*([0-9]{1,2})[:：]([0-9]{2})\s*")
_RATIO = re.compile(r"[0-9]{1,6}/[1-9][0-9]{0,5}")

Text = Annotated[str, PlainValidator(_text)]
Name = Annotated[str, PlainValidator(_name)]
UnitName = Annotated[str, PlainValidator(_unit)]
Date = Annotated[datetime.date, PlainValidator(_date)]
Weights = dict[Name, Annotated[Fraction, PlainValidator(_weight)]]


# --- what the file may say


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True)


class Named(_Part):
    """One unit as the file names it. `rubrics` where they are not those of its group."""

    name: UnitName
    group: Text | None = None
    rubrics: Weights | None = None
    submitted: Date | None = None
    """The day on which its self-assessment came in."""


class Visit(_Part):
    """One line of the schedule. A line without a date has that of the line above."""

    date: Date
    hours: Annotated[tuple[datetime.time, datetime.time], PlainValidator(_hours)]
    unit: Text
    team: Text | None = None


class Days(_Part):
    """The days that the notice announces, both included."""

    first: Date
    last: Date


class Ranking(_Part):
    """How vetoes and equal scores act on ranks."""

    vetoes: Annotated[Literal["as_scored", "last", "none"], PlainValidator(_one_of("campaign_vetoes"))] | None = None
    vetoed_grade: Text | None = None
    ties: Annotated[Literal["skip", "dense"], PlainValidator(_one_of("campaign_ties"))] = "skip"


class Grade(_Part):
    """A grade of the combined score and the lowest score that earns it; None: whatever is left."""

    name: Text
    least: Annotated[Fraction | None, PlainValidator(_points)]


class Campaign(_Part):
    """A campaign as its file states it."""

    title: Text
    year: Annotated[int, PlainValidator(_year)] | None = None
    timezone: Annotated[datetime.tzinfo, PlainValidator(_zone)] = Field(default_factory=lambda: _zone(CHINA))
    rubrics: dict[Name, Text] = Field(min_length=1)
    groups: dict[Text, Weights] = {}
    units: list[Named] = Field(min_length=1)
    teams: list[Text] = []
    schedule: list[Visit] = []
    days: Days | None = None
    deadline: Date | None = None
    records: Text = Field(default_factory=lambda: lexicon.term("campaign_folder", "records"))
    ranking: Ranking = Ranking()
    grades: list[Grade] = []


__all__ = ["Campaign", "Days", "Grade", "Named", "Ranking", "Visit", "day", "year"]
