"""The notice that publishes a campaign's results: a ranking for every group."""

from collections.abc import Sequence
from fractions import Fraction

from rulebook import lexicon
from rulebook.campaign.publishing import missing
from rulebook.campaign.standing import Mark, Place, Standing
from rulebook.codes import wording
from rulebook.diagnostics import RulebookError
from rulebook.exact import show
from rulebook.papers.document import Column, Paper
from rulebook.papers.writing import figure


def notice(standing: Standing, *, issuer: str = "", date: str = "") -> bytes:
    """The notice as a Word document; issuer and date are left to fill in where they are not given.

    Raises RulebookError with everything that stands in the way, where a score or a veto is not settled.
    """
    if not standing.publishable:
        raise RulebookError(missing(standing))
    name = wording("paper_notice", title=standing.title)
    paper = Paper(name)
    paper.title(name)
    units = sum(len(places) for _, places in standing.groups)
    year = wording("paper_year", year=standing.year) if standing.year and str(standing.year) not in standing.title else ""
    paper.say(wording("paper_notice_opening", year=year, title=standing.title, count=units))
    for number, (group, places) in enumerate(standing.groups, 1):
        paper.heading(wording("paper_group", number=_numeral(number), group=group or standing.title, count=len(places)))
        if places:
            _ranking(paper, places)
        else:
            paper.say(wording("paper_group_empty"))
    paper.signed(issuer or wording("paper_issuer"), date or wording("paper_dated"))
    return paper.done()


def _numeral(number: int) -> str:
    numerals = wording("paper_numerals").split()
    return numerals[number - 1] if number <= len(numerals) else str(number)


def _ranking(paper: Paper, places: Sequence[Place]) -> None:
    """Rank, unit, the score under each rubric where there are several, the score, and what else is to be said."""
    rubrics = list(dict.fromkeys((mark.rubric, mark.weight) for place in places for mark in place.marks))
    several = rubrics if any(len(place.marks) > 1 for place in places) else []
    graded = any(place.grades for place in places)
    columns = [_column("rank", 9), _column("unit", 44, "left")]
    columns += [Column(_headed(rubric, weight, places), 20) for rubric, weight in several]
    columns += [_column("score", 20), _column("full", 14)]
    columns += [Column(wording("paper_grade_head"), 14)] if graded else []
    columns += [_column("remark", 22, "left")]
    rows = []
    for place in places:
        marks = {(mark.rubric, mark.weight): mark for mark in place.marks}
        row = [_rank(place), place.unit, *(_total(marks.get(one)) for one in several), figure(place.total, stacked=True), figure(place.full)]
        row += ["、".join(place.grades)] if graded else []
        rows.append([*row, wording("paper_vetoed_short") if place.vetoed else ""])
    paper.table(columns, rows)


def _headed(rubric: str, weight: Fraction, places: Sequence[Place]) -> str:
    """What stands above the scores under one rubric of several: its name, its full marks where all units have the same, its weight."""
    fulls = {mark.full for place in places for mark in place.marks if (mark.rubric, mark.weight) == (rubric, weight)}
    full = fulls.pop() if len(fulls) == 1 else None
    stated = "" if full is None else wording("paper_column_full", full=figure(full)) + "\n"
    return f"{rubric}\n{stated}{wording('paper_weighted', weight=show(weight * 100))}"


def _column(name: str, share: float, align: str = "center") -> Column:
    return Column(lexicon.term("paper_column", name), share, align)


def _rank(place: Place) -> str:
    return "—" if place.best_rank is None else str(place.best_rank)


def _total(mark: Mark | None) -> str:
    total: Fraction | None = None if mark is None else mark.total
    return "—" if total is None else figure(total, stacked=True)
