"""The schedule of visits: what is wrong with it, and the calendar that everybody can put into his own."""

import datetime
import hashlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

from rulebook import lexicon
from rulebook.campaign.places import Places, alike, near
from rulebook.codes import Language, Wording, wording
from rulebook.diagnostics import Diagnostic

if TYPE_CHECKING:
    from rulebook.campaign.model import Campaign, Visit
    from rulebook.campaign.plan import Plan, Unit

class Numbered(NamedTuple):
    """A visit, its number in the schedule from 0, and its team as names are compared."""

    number: int
    visit: "Visit"
    team: str


# --- what is wrong


def findings(campaign: "Campaign", units: Sequence["Unit"], places: Places) -> Iterator[Diagnostic]:
    """Names that do not exist, hours that run backwards, days that nobody announced, overlaps, units doubled or left out."""
    names = {alike(unit.name): unit.name for unit in units}
    teams = {alike(team): team for team in campaign.teams}
    only = next(iter(teams), "") if len(teams) < 2 else None
    by_team: dict[str, list[Numbered]] = defaultdict(list)
    by_unit: dict[str, list[Numbered]] = defaultdict(list)
    for number, visit in enumerate(campaign.schedule):
        loc = ("schedule", number)
        start, end = visit.hours
        if alike(visit.unit) not in names:
            yield places.found("RB613", (*loc, "unit"), name=visit.unit, near=near(visit.unit, names.values()))
        team = only if visit.team is None else alike(visit.team)
        if team is None:
            yield places.found("RB611", loc, key=lexicon.term("campaign_visit", "team"), sample=campaign.teams[0])
        elif visit.team is not None and teams and team not in teams:
            yield places.found("RB613", (*loc, "team"), name=visit.team, near=near(visit.team, teams.values()))
        if campaign.days is not None and not campaign.days.first <= visit.date <= campaign.days.last:
            first, last = campaign.days.first.isoformat(), campaign.days.last.isoformat()
            yield places.found("RB650", (*loc, "date"), date=visit.date.isoformat(), first=first, last=last)
        if end <= start:
            yield places.found("RB651", (*loc, "hours"), first=f"{start:%H:%M}", last=f"{end:%H:%M}")
            continue
        one = Numbered(number, visit, team or "")
        by_team[one.team].append(one)
        by_unit[alike(visit.unit)].append(one)
    yield from _overlaps(by_team, places, "team")
    yield from _overlaps(by_unit, places, "unit")
    if campaign.schedule:
        visited: dict[str, int] = {}
        for number, visit in enumerate(campaign.schedule):
            earlier = visited.setdefault(alike(visit.unit), number)
            if earlier != number:
                yield places.found("RB619", ("schedule", number, "unit"), unit=visit.unit, line=_line(places, earlier))
        for number, unit in enumerate(campaign.units):
            if alike(unit.name) in names and alike(unit.name) not in visited:
                yield places.found("RB618", ("units", number), at_key=True, unit=unit.name)


def _overlaps(kept: dict[str, list[Numbered]], places: Places, what: str) -> Iterator[Diagnostic]:
    """Every visit that begins before an earlier one of the same team or unit is over. One that two share is told once, for the team."""
    for several in kept.values():
        ordered = sorted(several, key=lambda one: (one.visit.date, one.visit.hours, one.number))
        longest = ordered[0]
        for one in ordered[1:]:
            visit, earlier = one.visit, longest.visit
            told = what == "unit" and one.team == longest.team
            if earlier.date == visit.date and visit.hours[0] < earlier.hours[1] and not told:
                whose = visit.unit if what == "unit" else visit.team or Wording("campaign_one_team")
                hours = f"{earlier.hours[0]:%H:%M}-{earlier.hours[1]:%H:%M}"
                values = {"whose": whose, "unit": earlier.unit, "hours": hours, "line": _line(places, longest.number)}
                yield places.found("RB617", ("schedule", one.number, "hours"), False, **values)
            if (visit.date, visit.hours[1]) > (earlier.date, earlier.hours[1]):
                longest = one


def _line(places: Places, number: int) -> object:
    """The line on which a visit stands; its number where there are no lines."""
    return places.found("RB619", ("schedule", number, "unit")).line or number + 1


# --- the calendar


def calendar(plan: "Plan", changed: datetime.datetime, language: Language = "zh") -> bytes:
    """The visits, and the day on which self-assessments are due, as iCalendar (RFC 5545): UTF-8, CRLF, lines of at most 75 octets.

    Hours are written in UTC. A visit keeps its UID when its day, hours or team change. `changed` is when the schedule last did.
    """
    campaign = plan.campaign
    stamp = f"DTSTAMP:{_utc(changed)}"
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//rulebook//campaign//EN", "CALSCALE:GREGORIAN"]
    lines.append(f"X-WR-CALNAME:{_escaped(campaign.title)}")
    if campaign.deadline is not None:
        day, after = campaign.deadline, campaign.deadline + datetime.timedelta(days=1)
        summary = wording("campaign_deadline", language, title=campaign.title)
        lines += ["BEGIN:VEVENT", _uid(campaign.title, "deadline"), stamp]
        lines += [f"DTSTART;VALUE=DATE:{day:%Y%m%d}", f"DTEND;VALUE=DATE:{after:%Y%m%d}", f"SUMMARY:{_escaped(summary)}"]
        lines += ["TRANSP:TRANSPARENT", "END:VEVENT"]
    times: dict[str, int] = defaultdict(int)
    for visit in campaign.schedule:
        times[alike(visit.unit)] += 1
        start, end = (datetime.datetime.combine(visit.date, hour, campaign.timezone) for hour in visit.hours)
        lines += ["BEGIN:VEVENT", _uid(campaign.title, alike(visit.unit), str(times[alike(visit.unit)])), stamp]
        lines += [f"DTSTART:{_utc(start)}", f"DTEND:{_utc(end)}"]
        lines.append(f"SUMMARY:{_escaped(wording('campaign_visit', language, unit=visit.unit))}")
        lines.append(f"DESCRIPTION:{_escaped(campaign.title)}")
        if visit.team is not None:
            lines.append(f"CATEGORIES:{_escaped(visit.team)}")
        lines.append("END:VEVENT")
    lines.append("END:VCALENDAR")
    return b"".join(line for text in lines for line in _folded(text))


def _utc(moment: datetime.datetime) -> str:
    return f"{moment.astimezone(datetime.UTC):%Y%m%dT%H%M%SZ}"


def _uid(*parts: str) -> str:
    return f"UID:{hashlib.sha256(chr(0).join(parts).encode()).hexdigest()[:32]}@rulebook"


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,").replace("\n", "\\n")


def _folded(text: str) -> Iterable[bytes]:
    """One content line in pieces of at most 75 octets, each but the first begun with a blank; no character is cut."""
    line = b""
    for character in text:
        octets = character.encode()
        if len(line) + len(octets) > 75:
            yield line + b"\r\n"
            line = b" "
        line += octets
    yield line + b"\r\n"


__all__ = ["calendar", "findings"]
