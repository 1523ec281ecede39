"""What is unknown, and what settling it would raise."""

from collections.abc import Iterator, Mapping
from contextlib import suppress
from fractions import Fraction
from typing import Any

from rulebook import model
from rulebook.evaluator import NotKnown, Outcome, worth
from rulebook.evidence import ClauseEvidence, Record
from rulebook.improvement.advice import Open
from rulebook.improvement.standing import Place, Standing
from rulebook.regions import complete, corners, needs

ZERO = Fraction(0)


def settling(book: model.Rulebook, record: Record | Mapping[str, Any]) -> tuple[Open, ...]:
    """What would settle the score, the widest first; the points add up to the whole interval."""
    standing = Standing(book, record)
    if not standing.total.scorable:
        return ()
    found = [one for place in standing.places for one in _open(standing, place)]
    rest = standing.highest.score - standing.total.score - sum((one.points for one in found), ZERO)
    ordered = sorted(found, key=lambda one: -one.points)
    return (*ordered, *([Open(None, (), rest)] if rest else []))


def _open(standing: Standing, place: Place) -> Iterator[Open]:
    """What is unknown of one clause: the clause, or of an observed one each fact that is open."""
    bounds = standing.bounds[place.clause.address]
    if bounds.worst is bounds.best or (worth(bounds.worst) == worth(bounds.best) and not bounds.worst.vetoes and not bounds.best.vetoes):
        return
    address, known = place.clause.address, place.known
    facts = [fact for fact in place.clause.facts if known.state != "observed" or fact.name in known.open or needs(fact, known.facts)]

    def raised(outcome: Outcome) -> Fraction:
        return standing.scored({address: outcome}).score - standing.total.score

    veto = len(bounds.worst.vetoes) > len(bounds.best.vetoes)
    if known.state != "observed" or len(facts) == 1:
        yield Open(address, tuple(fact.name for fact in facts), raised(bounds.best), veto)
        return
    for fact in facts:
        found = [ZERO]
        for value in corners(fact, place.clause):
            with suppress(NotKnown):
                evidence = ClauseEvidence("observed", {**known.facts, fact.name: value}, known.open - {fact.name})
                found.append(raised(complete(place.clause, place.section.kind, evidence, standing.book).worst))
        yield Open(address, (fact.name,), max(found), veto and max(found) == 0)
