"""Which values of a fact are worth trying, and whether it costs, gives or claims."""

from decimal import Decimal
from typing import Any

from rulebook import model
from rulebook.bounds import BOUNDS
from rulebook.evidence import Dated, Value
from rulebook.regions import facts_of

_TINY = Decimal(1).scaleb(-BOUNDS.decimals)


def costs(clause: model.Clause, fact: model.Fact) -> bool:
    """True for a fact that never does any good: the less of it the better."""
    uses = [rule.effect for rule in clause.rules if fact.name in facts_of(rule)]
    if fact.type in ("number", "choice") or not (uses or any(limit.fact == fact.name for limit in clause.limits)):
        return False
    return all(_harms(effect) for effect in uses)


def _harms(effect: model.Effect) -> bool:
    if isinstance(effect, model.Ladder | model.Stated):
        return effect.gives == "deduct"
    return isinstance(effect, model.Deduct | model.Zero | model.Judged | model.Veto) or (isinstance(effect, model.Scale) and effect.factor > 1)


def gives(clause: model.Clause, fact: model.Fact) -> bool:
    """True for a fact that only gives points: an award, or what a clause earns."""
    uses = [rule.effect for rule in clause.rules if fact.name in facts_of(rule)]
    return bool(uses) and all(isinstance(effect, model.Award | model.Earn) or getattr(effect, "gives", "") in ("award", "earn") for effect in uses)


def awards(clause: model.Clause, kind: str, fact: str) -> bool:
    """True for a fact that claims points above the full marks."""
    uses = [rule.effect for rule in clause.rules if fact in facts_of(rule)]
    return any(kind == "award" or isinstance(effect, model.Award) or getattr(effect, "gives", "") == "award" for effect in uses)


def better_lists(fact: model.Fact, now: tuple[Any, ...], tried: list[Value], costly: bool) -> list[Value]:
    """Lists of records or amounts: the costliest left out one by one, or one more."""
    if costly:
        ordered = sorted(now, key=lambda one: _stated(one) if isinstance(one, Dated) else one)
        return [tuple(ordered[:size]) for size in range(len(now) - 1, -1, -1)]
    one_more = (Dated(),) if fact.type == "records" else (fact.low or Decimal(0),)
    return [(*now, *one_more), *(value for value in tried if isinstance(value, tuple) and len(value) >= len(now) and value != now)]


def _stated(record: Dated) -> Decimal:
    return record.points if record.points is not None else Decimal(0)


def number(value: Value) -> Decimal | int:
    """The value as a number; 0 where it is none."""
    return value if isinstance(value, int | Decimal) else 0


def is_beside(value: Value | None) -> bool:
    """True for a figure that is no round one, but lies the least beside one."""
    return isinstance(value, Decimal) and value % (_TINY * 10) != 0
