"""The calendar of requirements: instants, periods, last days, and which record stands for which."""

from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.oracle import second

from rulebook import model, periods
from rulebook.evidence import Dated


def day(text: str) -> date:
    return date.fromisoformat(text)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("2018-12-31T15:59:59Z", "2018-12-31"),
        ("2018-12-31T16:00Z", "2019-01-01"),
        ("2018-12-31 23:30:00+08:00", "2018-12-31"),
        ("2018-12-31T23:30:00.5+0800", "2018-12-31"),
        ("2019-01-01T00:30+09:00", "2018-12-31"),
        ("2018-12-31T23:59", "2018-12-31"),
        ("2020-02-29T00:00:00-05:00", "2020-02-29"),
        ("2020-02-28T18:00:00-05", "2020-02-29"),
    ],
)
def test_an_instant_is_a_day_in_beijing(text: str, found: str) -> None:
    assert periods.instant(text) == day(found)


@pytest.mark.parametrize("text", ["2018-03-02", "", "2018-03", "明天", "2018-03-02T", "20180302T0800"])
def test_what_is_no_instant(text: str) -> None:
    assert periods.instant(text) is None


@pytest.mark.parametrize("text", ["2019-02-29T08:00", "2018-01-01T25:00", "0001-01-01T00:00+23:00", "9999-12-31T23:00-05:00"])
def test_an_instant_that_no_calendar_has(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011
        periods.instant(text)


@given(st.datetimes(datetime(1950, 1, 1), datetime(2100, 1, 1)), st.integers(-14 * 60, 14 * 60))
def test_instants_move_to_beijing(moment: datetime, offset: int) -> None:
    """The same instant written with any offset lies on the same day."""
    aware = moment.replace(tzinfo=timezone(timedelta(minutes=offset)))
    wanted = (aware.astimezone(UTC) + timedelta(hours=8)).date()
    assert periods.instant(aware.isoformat()) == wanted


@pytest.mark.parametrize(
    ("year", "month", "number", "found"),
    [(2019, 2, None, "2019-02-28"), (2020, 2, None, "2020-02-29"), (2019, 2, 29, "2019-02-28"), (2020, 2, 29, "2020-02-29"), (2018, 12, 15, "2018-12-15")],
)
def test_last_days(year: int, month: int, number: int | None, found: str) -> None:
    assert periods.last_day(year, month, number) == day(found)


JUNE, DECEMBER = day("2018-06-15"), day("2018-12-15")


@pytest.mark.parametrize(
    ("records", "open_days"),
    [
        ([], [(1, 1, ()), (2, 1, ())]),
        (["2018-06-15", "2018-12-15"], []),
        (["2018-01-01", "2018-06-16"], []),
        (["2018-12-01"], [(1, 1, ())]),
        (["2018-07-01", "2018-12-10"], [(1, 0, (16,))]),
        (["2018-06-15", "2019-01-03"], [(2, 0, (19,))]),
        (["2018-12-20", "2018-12-25"], [(1, 0, (193,)), (2, 0, (5,))]),
        (["2018-05-05", "2018-06-01"], [(2, 1, ())]),
    ],
)
def test_which_record_stands_for_which_day(records: list[str], open_days: list[tuple[int, int, tuple[int, ...]]]) -> None:
    for order in (records, records[::-1]):
        left = periods.overdue([JUNE, DECEMBER], [1, 1], [(day(one), None) for one in order])
        assert [(gap.number, gap.missing, gap.late) for gap in left.gaps] == open_days


def test_a_record_nearer_to_a_day_that_lacks_one_is_doubtful() -> None:
    left = periods.overdue([JUNE, DECEMBER], [1, 1], [(day("2018-06-16"), None)])
    assert left.doubtful == (0,)
    told = periods.overdue([JUNE, DECEMBER], [1, 1], [(day("2018-06-16"), 0)])
    assert [(gap.number, gap.missing, gap.late) for gap in told.gaps] == [(1, 0, (1,)), (2, 1, ())]


def test_a_day_that_has_its_record_by_its_own_words_makes_no_other_doubtful() -> None:
    left = periods.overdue([JUNE, DECEMBER], [1, 1], [(JUNE, 0), (day("2018-06-16"), None)])
    assert left == periods.Assigned(())


def test_a_rhythm_and_a_last_day_keep_their_records_apart() -> None:
    """A record answers what it says that it answers; one that does not say so answers neither."""
    asked = {0: model.Requirement(kind="frequency", period="half", minimum=1), 1: model.Requirement(kind="deadline", days=(model.Day(month=12, day=15),))}
    assert periods.several(asked)

    def left(*answers: int | None) -> list[tuple[str, int]]:
        return [(gap.period, gap.number) for gap in periods.gaps(asked, [Dated(day("2018-12-10"), requirement=one) for one in answers], 2018)]

    assert left(0) == [("half", 1), ("deadline", 1)]
    assert left(1) == [("half", 1), ("half", 2)]
    assert left(0, 1) == [("half", 1)]
    assert left(None) == [("half", 1), ("half", 2), ("deadline", 1)]


def test_gaps_alike_that_follow_each_other_are_told_as_one_run() -> None:
    """Two a month are asked for: what lacks one, what lacks both, and no run over a month that has them."""
    asked = model.Requirement(kind="frequency", period="month", minimum=2)
    written = ["2018-01-05", "2018-04-05", "2018-04-06", "2018-05-05", "2018-06-05", "2018-09-05", "2018-09-06"]
    left = periods.gaps({0: asked}, [Dated(day(one)) for one in written], 2018)
    assert [[(gap.number, gap.missing) for gap in run] for run in periods.runs(left)] == [
        [(1, 1)], [(2, 2), (3, 2)], [(5, 1), (6, 1)], [(7, 2), (8, 2)], [(10, 2), (11, 2), (12, 2)],
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("records", "doubtful"),
    [
        (["2018-06-16", "2018-12-16"], (0,)),  # what comes after all could be 184 days late for June
        (["2018-06-16", "2018-12-10"], ()),
        (["2018-06-15", "2018-06-16"], ()),
        (["2018-09-14"], (0,)),
        (["2018-09-15"], ()),
    ],
)
def test_a_record_stays_doubtful_whatever_comes_later(records: list[str], doubtful: tuple[int, ...]) -> None:
    left = periods.overdue([JUNE, DECEMBER], [1, 1], [(day(one), None) for one in records])
    assert left.doubtful == doubtful


def test_a_doubtful_record_leaves_its_own_day_in_doubt() -> None:
    """Each of twelve a day late: everyone must say which it is, and no month is told to be missing first."""
    ends = [date(2018, month, 10) for month in range(1, 13)]
    late = [one + timedelta(days=1) for one in ends]
    assert periods.overdue(ends, [1] * 12, [(one, None) for one in late]).doubtful == tuple(range(11))
    told = periods.overdue(ends, [1] * 12, [(one, number) for number, one in enumerate(late)])
    assert [(gap.number, gap.late) for gap in told.gaps] == [(number, (1,)) for number in range(1, 13)]


def test_two_things_due_on_one_day() -> None:
    twice = [DECEMBER, DECEMBER]
    assert periods.overdue(twice, [1, 1], [(DECEMBER, None), (DECEMBER, None)]).gaps == ()
    assert [gap.missing for gap in periods.overdue(twice, [1, 1], [(DECEMBER, None)]).gaps] == [1]


DAYS = st.dates(date(2018, 1, 1), date(2019, 6, 30))


@st.composite
def dues(draw: st.DrawFn) -> model.Requirement:
    days = [
        model.Day(month=draw(st.integers(1, 12)), day=draw(st.none() | st.integers(1, 31)), shift=draw(st.sampled_from((0, 0, 0, 1))))
        for _ in range(draw(st.integers(1, 4)))
    ]
    return model.Requirement(kind="deadline", minimum=draw(st.integers(1, 3)), days=tuple(days))


@given(st.lists(dues(), min_size=1, max_size=2), st.lists(DAYS, max_size=8), st.data())
def test_both_evaluators_agree_on_last_days(asked: list[model.Requirement], days: list[date], data: st.DataObject) -> None:
    """What is missing and late, by the evaluator and by the second one, for every kind of count."""
    places = sum(len(one.days) for one in asked)
    records = tuple(Dated(one, day=data.draw(st.none() | st.integers(0, places - 1))) for one in days)
    for counts in ("shortfall", "missing", "late", "days"):
        fact = model.Fact(name="缺", type="count", requirement=0, also=tuple(range(1, len(asked))), counts=counts)
        clause = model.Clause(address="1", mark="", heading="", text="", requirements=tuple(asked), facts=(fact,))
        found = sum(map(periods.COUNTS[counts], periods.gaps(periods.asked_of(clause, fact), records, 2018)))
        assert found == second.measured(clause, fact, records, 2018)


@given(st.lists(DAYS, max_size=8), st.lists(st.integers(0, 11), min_size=1, max_size=4, unique=True))
def test_so_many_records_leave_at_least_the_rest_open(days: list[date], months: list[int]) -> None:
    """No record stands for two last days; without records all are open."""
    ends = [periods.last_day(2018, month + 1) for month in months]
    for length in range(len(days) + 1):
        left = periods.overdue(ends, [1] * len(ends), [(one, None) for one in days[:length]])
        assert sum(gap.missing for gap in left.gaps) >= len(ends) - length
    assert len(periods.overdue(ends, [1] * len(ends), []).gaps) == len(ends)
