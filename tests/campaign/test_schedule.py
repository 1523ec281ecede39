"""The schedule: every fault of it is found, nothing else is, and the calendar keeps to RFC 5545."""

import datetime
import re
from pathlib import Path

import pytest
from campaigns import ONE, plan

from rulebook.campaign.schedule import calendar

HEAD = ONE + "考核组: [一组, 二组]\n考核日期: {自: 11月14日, 至: 11月16日}\n日程:\n"
STAMP = datetime.datetime(2018, 11, 2, 1, 2, 3, tzinfo=datetime.UTC)


def visits(*rows: str) -> str:
    """A campaign with these visits: `14 10:00-12:00 甲县 一组`, a dash for the day above."""
    made = ""
    for row in rows:
        day, hours, unit, team = row.split()
        date = "" if day == "-" else f"11月{day}日"
        made += f"  - {{日期: {date}, 时间: {hours}, 单位: {unit}, 考核组: {team}}}\n"
    return HEAD + made


SOUND = ("14 10:00-12:00 甲县 一组", "- 12:00-13:00 乙县 一组", "16 10:00-12:00 丙县 二组")
FAULTS = {
    "a sound one": (SOUND, []),
    "two teams at once": (("14 10:00-12:00 甲县 一组", "- 10:00-12:00 乙县 二组", "- 14:00-15:00 丙县 二组"), []),
    "one team at two places": (("14 10:00-12:00 甲县 一组", "- 11:59-13:00 乙县 一组", "15 08:00-09:00 丙县 一组"), [("RB617", 9)]),
    "within a longer visit": (("14 08:00-18:00 甲县 一组", "- 09:00-10:00 乙县 一组", "- 11:00-12:00 丙县 一组"), [("RB617", 9), ("RB617", 10)]),
    "the same hours on another day": (("14 10:00-12:00 甲县 一组", "15 10:00-12:00 乙县 一组", "16 10:00-12:00 丙县 一组"), []),
    "out of order, and overlapping": (("15 10:00-12:00 甲县 一组", "14 10:00-12:00 乙县 一组", "14 11:00-13:00 丙县 一组"), [("RB617", 10)]),
    "a unit by two teams at once": (
        (*SOUND[:2], "16 10:00-12:00 丙县 一组", "- 11:00-13:00 丙县 二组"), [("RB617", 11), ("RB619", 11)],
    ),
    "a unit left out": (SOUND[:2], [("RB618", 4)]),
    "a unit twice": ((*SOUND, "- 14:00-15:00 甲县 二组"), [("RB619", 11)]),
    "a day too early and one too late": (
        ("13 10:00-12:00 甲县 一组", "17 12:00-13:00 乙县 一组", "16 10:00-12:00 丙县 二组"), [("RB650", 8), ("RB650", 9)],
    ),
    "the first and the last day": (("14 00:00-00:01 甲县 一组", "16 23:00-23:59 乙县 一组", "- 10:00-12:00 丙县 二组"), []),
}  # fmt: skip


@pytest.mark.parametrize("name", FAULTS)
def test_what_is_wrong_with_a_schedule_and_nothing_else(name: str, tmp_path: Path) -> None:
    rows, found = FAULTS[name]
    problems = plan(tmp_path, visits(*rows)).problems
    assert [(problem.code, problem.line) for problem in problems] == found


def test_without_a_team_all_visits_are_of_one_team(tmp_path: Path) -> None:
    text = ONE.replace(", 丙县", "") + "日程: [{日期: 11月14日, 时间: 10:00-12:00, 单位: 甲县}, {时间: 11:00-12:00, 单位: 乙县}]\n"
    (problem,) = plan(tmp_path, text).problems
    assert problem.code == "RB617"
    assert "考核组" in problem.message()


def test_no_schedule_misses_nobody(tmp_path: Path) -> None:
    assert plan(tmp_path, ONE).problems == ()


# --- the calendar


def unfolded(raw: bytes) -> list[str]:
    """The content lines of a calendar."""
    assert raw.endswith(b"\r\n")
    assert b"\n" not in raw.replace(b"\r\n", b"")
    lines = raw.split(b"\r\n")[:-1]
    for line in lines:
        assert len(line) <= 75
        line.decode()  # no character is cut
    return re.sub("\r\n ", "", raw.decode()).split("\r\n")[:-1]


def events(lines: list[str]) -> list[dict[str, str]]:
    """The events, property by property."""
    found: list[dict[str, str]] = []
    for line in lines:
        if line == "BEGIN:VEVENT":
            found.append({})
        elif found and ":" in line:
            name, _, value = line.partition(":")
            found[-1].setdefault(name, value)
    return found


def test_the_calendar_holds_every_visit_in_utc(tmp_path: Path) -> None:
    made = plan(tmp_path, visits(*SOUND) + "自评截止: 11月12日\n")
    lines = unfolded(calendar(made, STAMP))
    assert lines[:2] == ["BEGIN:VCALENDAR", "VERSION:2.0"]
    assert lines[-1] == "END:VCALENDAR"
    due, first, second, third = events(lines)
    assert (due["DTSTART;VALUE=DATE"], due["DTEND;VALUE=DATE"]) == ("20181112", "20181113")
    assert (first["DTSTART"], first["DTEND"], first["SUMMARY"]) == ("20181114T020000Z", "20181114T040000Z", "考核：甲县")
    assert (second["CATEGORIES"], third["CATEGORIES"]) == ("一组", "二组")
    assert {event["DTSTAMP"] for event in events(lines)} == {"20181102T010203Z"}
    assert len({event["UID"] for event in events(lines)}) == 4
    assert events(unfolded(calendar(made, STAMP, "en")))[1]["SUMMARY"] == "Assessment: 甲县"


def test_a_visit_that_moves_keeps_its_uid(tmp_path: Path) -> None:
    before = events(unfolded(calendar(plan(tmp_path, visits(*SOUND)), STAMP)))
    moved = visits("16 08:00-09:00 甲县 二组", *SOUND[1:]).replace("日期: , ", "日期: 11月14日, ")
    after = events(unfolded(calendar(plan(tmp_path, moved), STAMP)))
    assert [event["UID"] for event in before] == [event["UID"] for event in after]
    assert before[0]["DTSTART"] != after[0]["DTSTART"]


def test_another_time_zone_with_summer_time(tmp_path: Path) -> None:
    pytest.importorskip("zoneinfo").ZoneInfo("Europe/Berlin")
    text = ONE.replace("甲县, 乙县, 丙县", "甲县") + "时区: Europe/Berlin\n日程: [{日期: 7月1日, 时间: 10:00-12:00, 单位: 甲县}]\n"
    (event,) = events(unfolded(calendar(plan(tmp_path, text), STAMP)))
    assert event["DTSTART"] == "20180701T080000Z"


@pytest.mark.parametrize("length", range(1, 60))
def test_long_and_odd_names_are_folded_and_escaped(length: int, tmp_path: Path) -> None:
    title = "考a" * (length // 2) + "核" * (length % 2) + "，半角, 分号; 斜\\杠𠮷"
    made = plan(tmp_path, ONE.replace("考核: 考核", f"考核: '{title}'"))
    (line,) = (line for line in unfolded(calendar(made, STAMP)) if line.startswith("X-WR-CALNAME:"))
    escaped = line.partition(":")[2]
    assert re.sub(r"\\(.)", r"\1", escaped) == title
    assert not re.search(r"(?<!\\)[;,]", escaped)
