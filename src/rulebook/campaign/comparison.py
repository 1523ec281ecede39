"""What a unit gave itself against what the team gave it, clause by clause; the parts add up to the whole."""

from dataclasses import dataclass
from fractions import Fraction
from typing import NamedTuple

from rulebook.api import Scorecard
from rulebook.campaign.standing import Mark, Place, Standing

Ends = tuple[Fraction, Fraction]
"""Lowest and highest; equal where nothing is open."""
ZERO = Fraction(0)


class Difference(NamedTuple):
    """One clause. `change` is the unit's own score less the team's: both ends of it while either is open."""

    clause: str
    heading: str
    section: str
    own: Ends
    team: Ends
    change: Ends
    own_reasons: tuple[str, ...]
    team_reasons: tuple[str, ...]


@dataclass(frozen=True)
class Comparison:
    """One unit under one rubric. `change` = Σ `change` of all clauses + `rest`, at either end, exactly.

    `clauses` are those that differ or are open. `rest` is what acts on more than one clause: limits of items, sections and the total,
    what is not applicable, rounding, vetoes.
    """

    unit: str
    rubric: str
    own: Ends
    team: Ends
    change: Ends
    clauses: tuple[Difference, ...]
    rest: Ends


def compare(standing: Standing, place: Place, mark: Mark) -> Comparison | None:
    """The comparison of a mark; None where either hand has no record that scores."""
    own, team = standing.card(place, mark, "self"), standing.card(place, mark, "team")
    if own is None or team is None:
        return None
    given = {score.clause: _ends(score.lower, score.upper) for score in own.clauses}
    told = _reasons(own), _reasons(team)
    rows = []
    for score in team.clauses:
        mine, theirs = given[score.clause], _ends(score.lower, score.upper)
        reasons = (tuple(hand.get(score.clause, ())) for hand in told)
        rows.append(Difference(score.clause, score.heading, score.section, mine, theirs, _less(mine, theirs), *reasons))
    whole = _ends(own.lower, own.upper), _ends(team.lower, team.upper)
    change = _less(*whole)
    parts = [sum((row.change[end] for row in rows), ZERO) for end in (0, 1)]
    rest = change[0] - parts[0], change[1] - parts[1]
    return Comparison(place.unit, mark.rubric, *whole, change, tuple(row for row in rows if row.change != (ZERO, ZERO)), rest)


def _ends(lower: object, upper: object) -> Ends:
    return Fraction(lower or 0), Fraction(upper or 0)  # type: ignore[call-overload]


def _less(own: Ends, team: Ends) -> Ends:
    """What the difference may be, lowest and highest."""
    return own[0] - team[1], own[1] - team[0]


def _reasons(card: Scorecard) -> dict[str, list[str]]:
    """Why each clause lost or gained points, as far as that was observed."""
    found: dict[str, list[str]] = {}
    for entry in card.ledger:
        if entry.clause is not None and entry.reason and not entry.assumed:
            found.setdefault(entry.clause, []).append(entry.reason)
    return found


__all__ = ["Comparison", "Difference", "compare"]
