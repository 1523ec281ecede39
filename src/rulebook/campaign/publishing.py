"""What stands between a campaign and its publication."""

from collections.abc import Iterator

from rulebook.campaign.standing import Mark, Place, Standing
from rulebook.codes import Wording
from rulebook.diagnostics import Diagnostic


def missing(standing: Standing) -> tuple[Diagnostic, ...]:
    """Everything for which publication is refused: errors of the campaign, of records, and one line a mark that is not settled."""
    wrong = [problem for problem in standing.problems if problem.severity == "error"]
    return (*wrong, *(told for place in standing.places() for told in _open(place)))


def _open(place: Place) -> Iterator[Diagnostic]:
    for mark in place.marks:
        if mark.state == "faulty":
            yield from mark.problems
        elif mark.total is None or mark.vetoed is None:
            yield Diagnostic("RB656", {"unit": place.unit, "rubric": mark.rubric, "why": Wording(_why(mark)), "clauses": _clauses(mark)})


def _why(mark: Mark) -> str:
    if mark.state == "none":
        return "campaign_no_record"
    return "campaign_open_clauses" if mark.open else "campaign_open_veto"


def _clauses(mark: Mark) -> str:
    return "、".join(mark.open[:20]) + ("…" if len(mark.open) > 20 else "")


__all__ = ["missing"]
