"""A second evaluator, and the places where the library is known not to do what the documents say.

Each row of `DISPUTES` is such a place: random comparisons leave its records out, and `test_second.py` holds one record of
each that the library fails. Whoever settles one deletes the row, and the comparison covers it from then on.
"""

from collections.abc import Callable, Iterator
from typing import NamedTuple

from rulebook import model
from rulebook.evidence import ClauseEvidence, Record

from .second import earns


class Place(NamedTuple):
    """A clause where it stands, with what is known of it."""

    book: model.Rulebook
    section: model.Section
    item: model.Item
    clause: model.Clause
    known: ClauseEvidence

    def rules(self, *kinds: type) -> list[model.Rule]:
        """The rules of the clause with an effect of that kind."""
        return [rule for rule in self.clause.rules if isinstance(rule.effect, kinds)]

    def limits(self, *kinds: str) -> list[model.Limit]:
        """The limits of the clause of that kind."""
        return [limit for limit in self.clause.limits if limit.kind in kinds]


def _awards(place: Place) -> list[model.Rule]:
    """Tables, ladders and documents that award."""
    return [rule for rule in place.clause.rules if getattr(rule.effect, "gives", "") == "award"]


def _once(place: Place) -> bool:
    """不重复扣分 after 加倍扣分 counts the single figure undoubled; of a ladder, of figures that a person gives and of documents it takes all."""
    once = bool(place.limits("once"))
    several = any(isinstance(getattr(rule.effect, "amount", None), model.Interval) for rule in place.clause.rules)
    return once and (several or bool(place.rules(model.Scale, model.Ladder, model.Stated)))


def _highest(place: Place) -> bool:
    """只取最高 takes the rule with the highest single figure, and that figure once; the documents: the rule that moves most."""
    return bool(place.limits("highest_only"))


def _least(place: Place) -> bool:
    """最低得 is held before the clause's points, and before limits that follow it, cap what was gained."""
    return bool(place.limits("least")) and (earns(place.clause) or bool(place.limits("most_gained")))


def _item_floor(place: Place) -> bool:
    """扣完为止 in an item's heading does not hold its clauses with 可扣至负分."""
    return any(limit.kind == "floor" for limit in place.item.limits) and any(
        limit.kind == "negative_allowed" for clause in place.item.clauses for limit in clause.limits
    )


def _item_veto_capped(place: Place) -> bool:
    """An item taken by 本项一票否决 uses up the points of its award section."""
    return (
        place.section.kind == "award"
        and place.section.points is not None
        and any(isinstance(rule.effect, model.Veto) and rule.effect.scope == "item" for rule in place.clause.rules)
    )


def _met_loses(place: Place) -> bool:
    """符合 of a clause that loses gives what its figures allow: less than its points where rules on one figure contradict each other."""
    needed = [fact.name for fact in place.clause.facts if fact.needed]
    asked = [rule.fact for rule in place.clause.rules] + [
        one.fact for rule in place.clause.rules for one in rule.triggers
    ]
    return place.known.state == "met" and not earns(place.clause) and any(asked.count(name) > 1 for name in needed)


DISPUTES: dict[str, Callable[[Place], bool]] = {
    "once": _once,
    "highest only": _highest,
    "least": _least,
    "item floor": _item_floor,
    "item veto capped": _item_veto_capped,
    "met loses": _met_loses,
}
"""Name → whether a clause with its evidence is such a place."""


def disputes(book: model.Rulebook, record: Record) -> Iterator[str]:
    """The known differences that a record may meet."""
    for section in book.sections:
        for item in section.items():
            for clause in item.clauses:
                known = record.clauses.get(clause.address, ClauseEvidence("unknown"))
                place = Place(book, section, item, clause, known)
                yield from (name for name, holds in DISPUTES.items() if holds(place))
