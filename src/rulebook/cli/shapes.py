"""The JSON shapes that outside programs rely on, made from the model."""

from fractions import Fraction
from typing import Any

from rulebook import model, regions
from rulebook.evaluator import settle
from rulebook.exact import show


def amount(value: model.Amount | None) -> Any:
    """`"0.25"`, `{"low": "1", "high": "3"}`, or a list of these."""
    if value is None:
        return None
    return AMOUNTS[value.kind](value)


AMOUNTS: dict[str, Any] = {
    "figure": lambda value: show(value.value),
    "interval": lambda value: {"low": show(value.low), "high": show(value.high)},
    "levels": lambda value: [show(level.value) for level in value.levels],
    "share": lambda value: f"{show(value.percent)}%",
    "full": lambda value: "full",
}


def outcome(value: Any) -> Any:
    """What a band gives."""
    if isinstance(value, model.ZeroPoints):
        return "0"
    return "no_effect" if isinstance(value, model.NoChange) else amount(value)


def rule(one: model.Rule) -> dict[str, Any]:
    """One rule as `facts` and `clause` show it."""
    effect = one.effect
    basis = getattr(effect, "basis", None)
    given = getattr(effect, "amount", None)
    shape: dict[str, Any] = {
        "effect": effect.kind,
        "basis": basis.kind if basis else ("count" if isinstance(effect, model.Ladder | model.Stated) else "once"),
        "amount": amount(given),
        "units": list(getattr(basis, "units", ()) or getattr(effect, "units", ())),
        "per": getattr(basis, "per", 1),
        "fact": one.fact or (one.triggers[0].fact if one.triggers else None),
        "text": one.text,
        "line": one.span.line if one.span else None,
    }
    if one.triggers:
        shape["triggers"] = [trigger(t) for t in one.triggers]
    if isinstance(basis, model.Step):
        shape["step"] = {
            "size": show(basis.size), "unit": basis.unit, "direction": basis.direction,
            "threshold": None if basis.threshold is None else show(basis.threshold), "partial": basis.partial,
        }  # fmt: skip
    if isinstance(given, model.Levels):
        shape["names"] = [level.name for level in given.levels]
    if getattr(effect, "each_of", ()):
        shape["each_of"] = list(effect.each_of)  # type: ignore[union-attr]
    if getattr(effect, "add_on", False):
        shape["add_on"] = True
    if getattr(effect, "target", "clause") != "clause":
        shape["target"] = effect.target  # type: ignore[union-attr]
    if isinstance(effect, model.Earn):
        shape["granted"] = effect.granted
    if isinstance(effect, model.Bands | model.Ladder | model.Stated):
        shape["gives"] = effect.gives
    if isinstance(effect, model.Bands):
        shape["amount"] = [outcome(row.outcome) for row in effect.rows]
        shape["rows"] = [
            {"within": within(row.within) if row.within else None, "label": row.label, "outcome": outcome(row.outcome)}
            for row in effect.rows
        ]
    if isinstance(effect, model.Ladder):
        shape["amount"] = [show(rung.value) for rung in effect.rungs]
        shape["rungs"] = [{"first": rung.first, "amount": show(rung.value)} for rung in effect.rungs]
    if isinstance(effect, model.Proportion):
        shape["low"], shape["high"] = show(effect.low), show(effect.high)
    if isinstance(effect, model.Scale):
        shape["factor"], shape["rules"] = show(effect.factor), list(effect.rules)
    if isinstance(effect, model.Veto):
        shape["scope"], shape["outcome"] = effect.scope, effect.outcome
    if isinstance(effect, model.Stated):
        shape["document"] = effect.document
    return shape


def trigger(one: model.Trigger) -> dict[str, Any]:
    """What sets a rule off."""
    shape: dict[str, Any] = {"fact": one.fact}
    if isinstance(one, model.Test):
        shape["within"] = within(one.within)
    return shape


def within(one: model.Range) -> dict[str, Any]:
    """A range with its ends in or out."""
    return {
        "low": None if one.low is None else show(one.low), "low_in": one.low_in,
        "high": None if one.high is None else show(one.high), "high_in": one.high_in,
    }  # fmt: skip


def limit(one: model.Limit) -> dict[str, Any]:
    """One limit: its kind, amount and scope."""
    return {
        "kind": one.kind, "amount": None if one.amount is None else show(one.amount), "scope": one.scope,
        "rules": list(one.rules), "fact": one.fact, "text": one.text, "line": one.span.line if one.span else None,
    }  # fmt: skip


def requirement(one: model.Requirement) -> dict[str, Any]:
    """One requirement."""
    shape: dict[str, Any] = {"kind": one.kind, "text": one.text, "unit": one.unit}
    if one.kind == "frequency":
        shape |= {"minimum": one.minimum, "period": one.period}
    if one.within is not None:
        shape["within"] = within(one.within)
    if one.days:
        shape |= {"minimum": one.minimum, "days": [day.text for day in one.days]}
    return shape


def fact(one: model.Fact, clause: model.Clause) -> dict[str, Any]:
    """One fact that an assessor observes."""
    shape: dict[str, Any] = {"name": one.name, "type": one.type}
    if one.unit:
        shape["unit"] = one.unit
    if one.low is not None or one.high is not None:
        shape["low"] = None if one.low is None else show(one.low)
        shape["high"] = None if one.high is None else show(one.high)
    if one.choices:
        shape["choices"] = list(one.choices)
    if one.best:
        shape["best"] = one.best
    if one.requirement is not None:
        shape["requirement"] = "；".join(clause.requirements[n].text for n in (one.requirement, *one.also))
    return shape


def facts(book: model.Rulebook) -> dict[str, Any]:
    """What an assessor must observe, clause by clause, and what each clause and the whole can score."""
    clauses, lowest, highest, observed, states = [], {}, {}, {}, {}
    short = []
    for section in book.sections:
        for item in section.items():
            for clause in item.clauses:
                seen, any_state = regions.span(clause, section.kind, book)
                lowest[clause.address], highest[clause.address] = any_state.worst, any_state.best
                observed[clause.address] = seen.worst
                states[clause.address] = "unknown"
                if seen.worst.score > 0 and section.kind in ("points", "deduct"):
                    short.append(
                        {
                            "clause": clause.address,
                            "lowest": show(seen.worst.score),
                            "rules": [r.text for r in clause.rules],
                        }
                    )
                clauses.append(
                    {
                        "clause": clause.address,
                        "heading": clause.heading,
                        "points": None if clause.points is None else show(clause.points),
                        "section": section.title,
                        "item": str(item.number),
                        "text": clause.text,
                        "rules": [rule(one) for one in clause.rules],
                        "limits": [limit(one) for one in clause.limits],
                        "requirements": [requirement(one) for one in clause.requirements],
                        "facts": [fact(one, clause) for one in clause.facts],
                        "lowest": show(seen.worst.score),
                        "highest": show(seen.best.score),
                    }
                )
    return {
        "rulebook": book.id,
        "title": book.header.title,
        "full": show(book.header.full if book.header.full is not None else held(book)),
        "lowest": show(settle(book, _fresh(lowest), states).score),
        "lowest_observed": show(settle(book, _fresh(observed), states).score),
        "above_zero": short,
        "highest": show(settle(book, _fresh(highest), states).score),
        "clauses": clauses,
    }


def held(book: model.Rulebook) -> Fraction:
    """The points that are held from the start or can be earned, awards aside."""
    return sum(
        (
            Fraction(clause.points or 0)
            for section in book.sections
            if section.kind in ("points", "deduct")
            for item in section.items()
            for clause in item.clauses
        ),
        Fraction(0),
    )


def _fresh(outcomes: dict[str, Any]) -> dict[str, Any]:
    from dataclasses import replace

    return {a: replace(o, entries=[replace(e) for e in o.entries]) for a, o in outcomes.items()}


def counts(book: model.Rulebook) -> dict[str, Any]:
    """How many of what a rulebook holds."""
    rules: dict[str, int] = {}
    items = 0
    for _ in book.items():
        items += 1
    total = 0
    for clause in book.clauses():
        total += 1
        for one in clause.rules:
            basis = getattr(one.effect, "basis", None)
            key = one.effect.kind + (f"/{basis.kind}" if basis else "")
            rules[key] = rules.get(key, 0) + 1
    return {"items": items, "clauses": total, "rules": dict(sorted(rules.items()))}
