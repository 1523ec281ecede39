"""A page to look at: where a campaign stands, as one HTML file that needs nothing beside itself.

Units are scored again one by one: each is told in full, added to what the city lost, and let go. What they told lies aside until
the head of the page, which needs the sums, is written. Figures are those of the scorecards; nothing is computed anew but sums.
"""

import os
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from fractions import Fraction
from functools import lru_cache
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, NamedTuple

from rulebook.api import Scorecard
from rulebook.campaign.comparison import Comparison, Difference, compare
from rulebook.campaign.standing import Mark, Place, Standing
from rulebook.codes import Language, wording
from rulebook.diagnostics import Diagnostic, RulebookError
from rulebook.exact import finite
from rulebook.explanation import float_free
from rulebook.files import whole
from rulebook.papers import charts
from rulebook.papers.writing import between, figure, lacking, plain
from rulebook.scorecard import ClauseScore, LedgerEntry
from rulebook.version import __version__

if TYPE_CHECKING:
    from jinja2 import Environment

MOST_LINES = 40_000
"""So many reasons a page holds: more, and a browser is slow to open it."""
FEWEST = 5
"""So many reasons every score shows, however many there are."""
LISTED = 200
"""Rows at most of a list that is not the ranking."""
DRAWN = 12
"""Clauses drawn, the dearest first; the table beside the chart holds more."""
OPEN = 30
"""Unknown clauses listed for a rubric, those first that leave most points open; each unit names all of its own."""
STRIPPED = 200
"""Units at most that are drawn one by one below a distribution, and that are printed in full without being opened."""
ZERO = Fraction(0)
Say = Callable[..., str]


def write(standing: Standing, path: str | os.PathLike[str], language: Language = "zh") -> None:
    """Writes the page to a file: whole, or not at all. Raises RulebookError where it cannot be written or jinja2 is missing."""
    templates = _templates(language)
    with _replacing(Path(path)) as file, _aside() as spool:
        for part in _parts(standing, language, templates, spool):
            file.write(part)


@contextmanager
def _replacing(path: Path) -> Iterator[IO[str]]:
    """A file that takes the place of `path` once it is whole."""
    try:
        with whole(path) as made, made.open("w", encoding="utf-8", newline="\n") as file:
            yield file
    except (OSError, ValueError):
        raise RulebookError([Diagnostic("RB602", {"name": plain(str(path))})]) from None


def page(standing: Standing, language: Language = "zh") -> str:
    """The page as text. Raises RulebookError where jinja2 is missing."""
    with _aside() as spool:
        return "".join(_parts(standing, language, _templates(language), spool))


def _parts(standing: Standing, language: Language, templates: "Environment", spool: IO[str]) -> Iterator[str]:
    """The page, piece by piece: first every unit, into the spool; then the whole, with the spool in its place."""
    from markupsafe import Markup

    say = _say(language)
    standing = replace(standing, card_of=lru_cache(maxsize=2)(standing.card_of))  # both hands' cards of the unit at hand
    share = _share_of_lines(standing)
    tally = Tally()
    unit = templates.get_template("unit.html.jinja")
    groups = []
    number = 0
    for name, places in standing.groups:
        group = _group(name, places, number, say)
        groups.append(group)
        for row, place in zip(group.rows, places, strict=True):
            sheets = [_sheet(standing, place, mark, tally, share, say) for mark in place.marks]
            spool.write(unit.render(row=row, sheets=sheets, heading=name if row is group.rows[0] else None))
        number += len(places)
    spool.seek(0)
    rubrics = [_rubric(at, name, tally, say) for at, name in enumerate(tally.clauses, 1)]
    without = [place.unit for place in standing.places() if not place.marks or any(mark.lower is None for mark in place.marks)]
    parts = ["summary", "ranking", "distribution", "costs", "unknown", "units", "reading"]
    if not without and not any(rubric["unknown"] for rubric in rubrics):
        parts.remove("unknown")
    yield from templates.get_template("page.html.jinja").generate(
        title=standing.title or say("untitled"),
        year=standing.year,
        state=_state(standing, say),
        parts=parts,
        counts=_counts(standing),
        problems=standing.problems[:LISTED],
        more_problems=max(0, len(standing.problems) - LISTED),
        groups=groups,
        any_open=any(place.lower != place.upper for place in standing.places()),
        any_own=any(group.own for group in groups),
        rubrics=rubrics,
        tally=tally,
        share=share,
        most_lines=MOST_LINES,
        open_units=sum(1 for place in standing.places() if not place.settled),
        without=without[:LISTED],
        more_without=max(0, len(without) - LISTED),
        printed=number <= STRIPPED,
        pieces=(Markup(piece) for piece in iter(lambda: spool.read(1 << 16), "")),
        version=__version__,
    )


# --- the ranking


class Row(NamedTuple):
    """One unit as the ranking shows it."""

    number: int
    unit: str
    rank: str
    lower: Fraction | None
    upper: Fraction | None
    track: Any
    grade: str
    own: str
    difference: str
    marks: tuple[str, ...]
    remarks: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Group:
    """One group: its rows, how its scores lie, and which columns its table has."""

    name: str
    rows: list[Row]
    ends: tuple[Fraction, Fraction]
    graded: bool
    own: bool
    several: bool
    bins: list[charts.Bin]
    told: str
    histogram: Any
    figures: list[tuple[str, str]]


def _group(name: str, places: Sequence[Place], before: int, say: Say) -> Group:
    from markupsafe import Markup

    ends = charts.outer(
        score for place in places for score in (place.lower, place.upper, *(_own(place) or ())) if score is not None
    )
    shared = Counter(place.best_rank for place in places if place.settled and place.best_rank == place.worst_rank)
    rows = [_row(before + at, place, shared, ends, say) for at, place in enumerate(places, 1)]
    settled = sorted(place.total for place in places if place.total is not None)
    open_ = [(p.lower, p.upper) for p in places if p.total is None and p.lower is not None and p.upper is not None]
    bins = charts.binned(settled, open_)
    few = len(settled) + len(open_) <= STRIPPED
    told = say("bins_told" if open_ else "bins_settled", settled=len(settled), open=len(open_))
    drawn = charts.columns(
        f"bins-{before}", say("bins_title", group=plain(name)), told, bins, settled if few else (), open_ if few else ()
    ) if bins else ""  # fmt: skip
    return Group(
        name=name,
        rows=rows,
        ends=ends,
        graded=any(row.grade for row in rows),
        own=any(row.own for row in rows),
        several=any(len(place.marks) > 1 for place in places),
        bins=bins,
        told=told,
        histogram=Markup(drawn),
        figures=_figures(settled),
    )


def _row(number: int, place: Place, shared: Counter[int | None], ends: tuple[Fraction, Fraction], say: Say) -> Row:
    from markupsafe import Markup

    own, track = _own(place), ""
    score = _span(place.lower, place.upper)
    if place.lower is not None and place.upper is not None:
        settled_own = own[0] if own is not None and own[0] == own[1] else None
        title = say("track", score=score) + (say("track_own", own=figure(settled_own)) if settled_own is not None else "")
        track = charts.track(title, place.lower, place.upper, settled_own, place.full, ends)
    only = place.marks[0] if len(place.marks) == 1 else None
    compared = own is not None and own[0] == own[1] and own[0] is not None and place.total is not None
    return Row(
        number=number,
        unit=place.unit,
        rank=_rank(place, shared, say),
        lower=place.lower,
        upper=place.upper,
        track=Markup(track),
        grade="、".join(place.grades),
        own=_span(*own) if own is not None else "",
        difference=_signed(own[0] - place.total) if compared else "",  # type: ignore[index,operator]
        marks=tuple(_mark_told(mark, say) for mark in place.marks) if only is None else (),
        remarks=tuple(_remarks(place, say)),
    )


def _own(place: Place) -> tuple[Fraction | None, Fraction | None] | None:
    """The unit's own score, where one rubric is the whole of it."""
    return place.marks[0].own if len(place.marks) == 1 and place.marks[0].weight == 1 else None


def _rank(place: Place, shared: Counter[int | None], say: Say) -> str:
    if place.best_rank is None or place.worst_rank is None:
        return "—"
    if place.best_rank != place.worst_rank:
        return f"{place.best_rank}–{place.worst_rank}"
    tied = place.settled and shared[place.best_rank] > 1
    return say("tied", rank=place.best_rank) if tied else str(place.best_rank)


def _mark_told(mark: Mark, say: Say) -> str:
    """The score under one rubric of several, of how many, and what it adds to the unit's score."""
    told = f"{mark.rubric} {_span(mark.lower, mark.upper)}"
    if mark.full is not None:
        told += f" / {figure(mark.full)}"
    if mark.worth is not None:
        told += say("weighed", weight=figure(mark.weight * 100))
        if mark.lower is not None and mark.upper is not None:
            told += say("adds", points=_span(mark.worth * mark.lower, mark.worth * mark.upper))
    return told if mark.own is None else told + say("own_beside", own=_span(*mark.own))


def _remarks(place: Place, say: Say) -> Iterator[tuple[str, str]]:
    """Kind and words of each thing that stands beside a unit's score."""
    if place.vetoed:
        yield "veto", say("vetoed")
    elif place.vetoed is None:
        yield "open", say("veto_open")
    states = {mark.state for mark in place.marks}
    if "faulty" in states:
        yield "faulty", say("faulty")
    if "none" in states or not place.marks:
        yield "none", say("none")
    unknown = sum(mark.unknown for mark in place.marks)
    if unknown:
        yield "open", say("unknown_count", unknown=unknown, clauses=sum(mark.clauses for mark in place.marks))


def _figures(settled: Sequence[Fraction]) -> list[tuple[str, str]]:
    """Highest, lowest, middle and mean of the settled scores, which come in ascending order."""
    if not settled:
        return []
    half = len(settled) // 2
    middle = settled[half] if len(settled) % 2 else (settled[half - 1] + settled[half]) / 2
    mean = sum(settled, ZERO) / len(settled)
    return [("highest", figure(settled[-1])), ("lowest", figure(settled[0])), ("median", _short(middle)), ("mean", _short(mean))]


# --- the whole campaign


def _state(standing: Standing, say: Say) -> str:
    if not any(True for _ in standing.places()):
        return say("nobody")
    if standing.publishable:
        return say("publishable")
    unsettled = sum(1 for place in standing.places() if not place.settled)
    return say("not_publishable", count=unsettled) if unsettled else say("not_publishable_problems")


def _counts(standing: Standing) -> list[tuple[str, int]]:
    """How many units are where; lines that would say nought are left out, but for the first two."""
    kinds: Counter[str] = Counter()
    for place in standing.places():
        states = {mark.state for mark in place.marks}
        kinds["count_units"] += 1
        if place.settled:
            kinds["count_settled"] += 1
        elif "faulty" in states:
            kinds["count_faulty"] += 1
        elif states <= {"none"}:
            kinds["count_none"] += 1
        else:
            kinds["count_part"] += 1
        kinds["count_vetoed"] += place.vetoed is True
    keys = ("count_units", "count_settled", "count_part", "count_none", "count_faulty", "count_vetoed")
    return [(key, kinds[key]) for at, key in enumerate(keys) if kinds[key] or at < 2]


def _share_of_lines(standing: Standing) -> int:
    """How many reasons every score may show, the same for all, so that the page stays one that opens."""
    marks = sum(len(place.marks) for place in standing.places())
    return max(FEWEST, MOST_LINES // max(1, marks))


# --- one unit under one rubric


class Line(NamedTuple):
    """One movement of points, or a clause that is told without one."""

    clause: str
    heading: str
    points: str
    reason: str
    line: int | None


class Part(NamedTuple):
    """One section of a scorecard."""

    title: str
    score: str
    lost: str
    lines: list[Line]


@dataclass(frozen=True)
class Sheet:
    """One scorecard as the page shows it; `hidden` lines are counted and summed, not told."""

    mark: Mark
    card: Scorecard | None
    problems: tuple[Diagnostic, ...] = ()
    headline: str = ""
    sections: list[Part] = field(default_factory=list)
    whole: list[Line] = field(default_factory=list)
    hidden: int = 0
    hidden_points: str = ""
    unknown: list[ClauseScore] = field(default_factory=list)
    more_unknown: int = 0
    compared: list[Difference] | None = None
    more_compared: int = 0


def _sheet(standing: Standing, place: Place, mark: Mark, tally: "Tally", share: int, say: Say) -> Sheet:
    card, problems = _scored(standing, place, mark)
    if card is None or not card.scorable:
        why = "unscorable" if card is not None else mark.state
        return Sheet(mark, None, (*mark.problems, *problems), headline=say(f"no_card_{why}"))
    compared = _settled(compare(standing, place, mark)) if mark.own is not None else None
    tally.add(mark.rubric, card, compared)
    missing = set(card.unknown)
    unknown = [score for score in card.clauses if score.clause in missing]
    told, hidden = _told(card, share)
    tally.cut += bool(hidden) or len(unknown) > share
    return Sheet(
        mark=mark,
        card=card,
        problems=mark.problems,
        headline=_headline(card, mark, say),
        sections=_sections(card, told, say),
        whole=[_line("", "", entry) for entry in told.get(None, []) if entry.applied or entry.absorbed],
        hidden=len(hidden),
        hidden_points=_signed(sum((Fraction(entry.applied) for entry in hidden), ZERO)),
        unknown=unknown[:share],
        more_unknown=max(0, len(unknown) - share),
        compared=None if compared is None else compared[:share],
        more_compared=0 if compared is None else max(0, len(compared) - share),
    )


def _scored(standing: Standing, place: Place, mark: Mark) -> tuple[Scorecard | None, tuple[Diagnostic, ...]]:
    """The scorecard behind a mark; where the record cannot be scored, why."""
    try:
        return standing.card(place, mark), ()
    except RulebookError as error:
        return None, tuple(problem for problem in error.diagnostics if problem not in mark.problems)


def _headline(card: Scorecard, mark: Mark, say: Say) -> str:
    told = say("headline", score=_span(card.lower, card.upper), full=figure(card.full))
    if card.grades:
        told += say("headline_grade", grade="、".join(card.grades))
    if mark.own is not None:
        told += say("headline_own", own=_span(*mark.own))
        if mark.own[0] is not None and mark.own[0] == mark.own[1] and card.total is not None:
            told += say("headline_difference", difference=_signed(mark.own[0] - Fraction(card.total)))
    if card.assumed:
        told += say("headline_assumed", state=card.assumed)
    return told


def _told(card: Scorecard, share: int) -> tuple[dict[str | None, list[LedgerEntry]], list[LedgerEntry]]:
    """The ledger lines that say something, by clause, and those that find no room: the ones that moved least."""
    lines_of: dict[str | None, list[LedgerEntry]] = {}
    for entry in card.ledger:
        lines_of.setdefault(entry.clause, []).append(entry)
    silent = {score.clause for score in card.clauses if _silent(score, lines_of.get(score.clause, []))}
    lines = [entry for entry in card.ledger if not entry.assumed and entry.clause not in silent]
    by_weight = sorted(lines, key=lambda entry: (entry.effect != "veto", -abs(Fraction(entry.applied))))
    hidden = {id(entry) for entry in by_weight[share:]}
    told: dict[str | None, list[LedgerEntry]] = {}
    for entry in lines:
        if id(entry) not in hidden:
            told.setdefault(entry.clause, []).append(entry)
    return told, by_weight[share:]


def _silent(score: ClauseScore, lines: Sequence[LedgerEntry]) -> bool:
    """True for a clause with all its points, and no line that says something of them."""
    whole = score.points is None or score.score == score.points or not score.points
    moved = any(e.absorbed or e.effect == "veto" or (e.applied and e.effect != "earn") for e in lines)
    return score.state != "not_applicable" and score.lower == score.upper and whole and not moved


def _sections(card: Scorecard, told: dict[str | None, list[LedgerEntry]], say: Say) -> list[Part]:
    lines: dict[str, list[Line]] = {}
    for score in card.clauses:
        for entry in told.get(score.clause, ()):
            lines.setdefault(score.section, []).append(_line(score.clause, score.heading, entry))
    parts = []
    for section in card.sections:
        least, most = _lost(section.points, section.lower, section.upper)
        earned = _span(section.lower, section.upper) + (f" / {figure(section.points)}" if section.points else "")
        lost = say("section_lost", points=_span(least, most)) if most else ""
        parts.append(Part(section.section, earned, lost, lines.get(section.section, [])))
    return parts


def _line(clause: str, heading: str, entry: LedgerEntry) -> Line:
    return Line(clause, heading, _signed(Fraction(entry.applied)), entry.reason, entry.line)


def _settled(comparison: Comparison | None) -> list[Difference] | None:
    """The clauses that both hands settled, and settled otherwise; the dearest first. None where one hand has no record."""
    if comparison is None:
        return None
    return sorted((one for one in comparison.clauses if one.change[0] == one.change[1]), key=lambda one: -abs(one.change[0]))


# --- what the city lost


@dataclass
class Cost:
    """What one clause, or one section, cost all units together: `least` for certain, `most` while something is unknown."""

    section: str
    clause: str = ""
    heading: str = ""
    line: int | None = None
    points: Fraction = ZERO
    least: Fraction = ZERO
    most: Fraction = ZERO
    units: int = 0
    units_possible: int = 0
    unknown: int = 0
    open: Fraction = ZERO
    claimed: Fraction = ZERO


@dataclass
class Tally:
    """What all units lost, by rubric, clause and section; and how many scores do not show all their lines."""

    clauses: dict[str, dict[str, Cost]] = field(default_factory=dict)
    sections: dict[str, dict[str, Cost]] = field(default_factory=dict)
    compared: set[str] = field(default_factory=set)
    cut: int = 0

    def add(self, rubric: str, card: Scorecard, compared: Sequence[Difference] | None) -> None:
        """Adds one unit. Points that nobody could lose (awards, clauses that do not apply) are no loss."""
        clauses, sections = self.clauses.setdefault(rubric, {}), self.sections.setdefault(rubric, {})
        counted = {section.section for section in card.sections if section.points}
        missing = set(card.unknown)
        for section in card.sections:
            cost = sections.setdefault(section.section, Cost(section.section))
            least, most = _lost(section.points, section.lower, section.upper)
            cost.points += Fraction(section.points)
            cost.least += least
            cost.most += most
        for score in card.clauses:
            cost = clauses.setdefault(score.clause, Cost(score.section, score.clause, score.heading))
            if score.clause in missing:
                cost.unknown += 1
                cost.open += Fraction(score.upper) - Fraction(score.lower)
            if score.state == "not_applicable":
                continue
            points = score.points if score.points is not None and score.section in counted else ZERO
            if score.lower == points == score.upper:
                continue
            least, most = _lost(points, score.lower, score.upper)
            cost.least += least
            cost.most += most
            cost.units += least > 0
            cost.units_possible += most > 0
        for entry in card.ledger:
            if entry.clause is not None and entry.line is not None and clauses[entry.clause].line is None:
                clauses[entry.clause].line = entry.line
        if compared is not None:
            self.compared.add(rubric)
            for one in compared:
                clauses[one.clause].claimed += max(ZERO, one.change[0])


def _lost(points: Any, lower: Any, upper: Any) -> tuple[Fraction, Fraction]:
    """At least and at most so many of the points are lost; nothing is, where there is more than the points."""
    return max(ZERO, Fraction(points) - Fraction(upper)), max(ZERO, Fraction(points) - Fraction(lower))


def _rubric(number: int, name: str, tally: Tally, say: Say) -> dict[str, Any]:
    """What the page says of the clauses of one rubric."""
    from markupsafe import Markup

    costs = [cost for cost in tally.clauses[name].values() if cost.most]
    costs.sort(key=lambda cost: (-cost.least, -cost.most))
    unknown = [cost for cost in tally.clauses[name].values() if cost.unknown]
    unknown.sort(key=lambda cost: (-cost.open, -cost.unknown))
    sections = [cost for cost in tally.sections[name].values() if cost.points]
    drawn = [
        charts.Bar(
            plain(f"{cost.clause} {cost.heading}"), cost.least, cost.most,
            say("bar", points=_span(cost.least, cost.most, short=True), units=_range(cost.units, cost.units_possible)),
        )
        for cost in costs[:DRAWN]
    ]  # fmt: skip
    parted = [
        charts.Bar(plain(cost.section), cost.least, cost.most, say("section_bar", points=_span(cost.least, cost.most, short=True)))
        for cost in sections
    ]
    told = say("clauses_told", drawn=len(drawn), all=len(costs)) + say("filled" if any(cost.most > cost.least for cost in costs) else "certain")
    title = say("clauses_title", rubric=plain(name))
    return {
        "name": name,
        "clauses": costs[:LISTED],
        "more_clauses": max(0, len(costs) - LISTED),
        "clauses_told": told,
        "clauses_chart": Markup(charts.bars(f"clauses-{number}", title, told, drawn)),
        "sections": sections,
        "sections_chart": Markup(charts.bars(f"sections-{number}", say("sections_title", rubric=plain(name)), say("sections_told"), parted)),
        "unknown": unknown[:OPEN],
        "more_unknown": max(0, len(unknown) - OPEN),
        "claimed": name in tally.compared,
    }


# --- how figures and words are written


def _span(lower: Any, upper: Any, short: bool = False) -> str:
    """From lower to upper; one figure where they are equal; — where there is none. `short`: fractions by their size alone."""
    if lower is None or upper is None:
        return "—"
    if not short:
        return between(lower, upper)
    return _short(lower) if lower == upper else f"{_short(lower)}–{_short(upper)}"


def _short(number: Any) -> str:
    """The number; a fraction by its size alone."""
    exact = Fraction(number)
    return figure(exact) if finite(exact) is not None else f"≈{float_free(exact)}"


def _range(low: int, high: int) -> str:
    return str(low) if low == high else f"{low}–{high}"


def _signed(number: Any) -> str:
    return f"+{figure(number)}" if number > 0 else figure(number)


def _say(language: Language) -> Say:
    """The words of the page: the rows of the wording table that begin with page_."""

    def say(key: str, /, **values: object) -> str:
        return wording(f"page_{key}", language, **values)

    return say


def _templates(language: Language) -> "Environment":
    """The templates of the package: every value is made readable, then escaped; a value that is missing is a mistake."""
    try:
        from jinja2 import Environment, FunctionLoader, StrictUndefined
        from markupsafe import Markup
    except ImportError:
        raise lacking("jinja2") from None

    def finalize(value: Any) -> Any:
        return value if isinstance(value, Markup | int) else plain(str(value))

    templates = Environment(
        loader=FunctionLoader(_template), autoescape=True, undefined=StrictUndefined, finalize=finalize, keep_trailing_newline=True
    )
    templates.globals.update(
        say=_say(language), figure=figure, signed=_signed, span=_span, language=language,
        han=Markup(' lang="zh-CN"') if language != "zh" else "",
    )  # fmt: skip
    templates.filters["fingerprint"] = _fingerprint
    return templates


def _template(name: str) -> str:
    from importlib.resources import files

    return (files(__package__ or "rulebook.papers") / name).read_text(encoding="utf-8")


def _fingerprint(text: str) -> str:
    """What the page's policy lets through: this text and no other."""
    import base64
    import hashlib

    return "sha256-" + base64.b64encode(hashlib.sha256(str(text).encode()).digest()).decode()


def _aside() -> IO[str]:
    """A file without a name for what is written later; it is gone when closed."""
    return tempfile.TemporaryFile("w+", encoding="utf-8", newline="\n")


__all__ = ["page", "write"]
