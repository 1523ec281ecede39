"""What rules, limits, requirements and facts mean without their words, and which of two clauses are one."""

from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from typing import Any

from rulebook import model
from rulebook.difference.findings import Change
from rulebook.model import meaning
from rulebook.regions import facts_of
from rulebook.source import fold


def bare(text: str) -> str:
    """Text without what formatting may change."""
    return "".join(fold(text).split())


def frozen(shape: Any) -> Hashable:
    """Plain data that can be a key."""
    if isinstance(shape, dict):
        return tuple((name, frozen(inner)) for name, inner in shape.items())
    return tuple(map(frozen, shape)) if isinstance(shape, list) else shape


def rule_meaning(rule: model.Rule, numbers: Mapping[int, int] | None = None) -> dict[str, Any]:
    """What a rule means. The rules that it scales are named by `numbers`, and left out where there are none yet."""
    shape: dict[str, Any] = meaning(rule)
    effect = {name: value for name, value in shape["effect"].items() if name not in ("words", "rules")}
    if numbers is not None and isinstance(rule.effect, model.Scale):
        effect["rules"] = sorted(numbers.get(number, -number) for number in rule.effect.rules)
    return {"effect": effect, "triggers": shape["triggers"], "fact": shape["fact"]}


def limit_meaning(limit: model.Limit, numbers: Mapping[int, int]) -> dict[str, Any]:
    """What a limit means, the rules that it holds by their numbers."""
    shape: dict[str, Any] = meaning(limit)
    return {**shape, "text": "", "rules": sorted(numbers.get(number, -number) for number in limit.rules)}


def requirement_meaning(requirement: model.Requirement) -> dict[str, Any]:
    """What a requirement asks for."""
    return {**meaning(requirement), "text": ""}


def fact_meaning(fact: model.Fact, clause: model.Clause) -> dict[str, Any]:
    """What a fact means, the requirement that its records are measured against by what it asks for."""
    numbers = () if fact.requirement is None else (fact.requirement, *fact.also)
    return {**meaning(fact), "requirement": [requirement_meaning(clause.requirements[number]) for number in numbers], "also": []}


Key = Callable[[Any], Hashable]
RULE_KEYS: tuple[Key, ...] = (
    lambda rule: (frozen(rule_meaning(rule)), bare(rule.text)),
    lambda rule: frozen(rule_meaning(rule)),
    lambda rule: bare(rule.text),
    lambda rule: (rule.effect.kind, facts_of(rule)),
    lambda rule: (rule.effect.kind, getattr(getattr(rule.effect, "basis", None), "kind", None)),
    lambda rule: rule.effect.kind,
)
LIMIT_KEYS: tuple[Key, ...] = (lambda limit: (limit.kind, limit.amount, limit.scope), lambda limit: limit.kind)
REQUIREMENT_KEYS: tuple[Key, ...] = (lambda one: frozen(requirement_meaning(one)), lambda one: one.kind)
FACT_KEYS: tuple[Key, ...] = (lambda fact: fact.name, lambda fact: fact.type)
"""By what parts of two clauses are one: the first key that they share, in order."""


def matched(old: Sequence[Any], new: Sequence[Any], keys: tuple[Key, ...]) -> list[tuple[int | None, int | None]]:
    """Positions of parts that are one, those of `old` in order, then what only `new` has."""
    found: dict[int, int] = {}
    for key in keys:
        waiting: dict[Hashable, list[int]] = {}
        for j, part in enumerate(new):
            if j not in found.values():
                waiting.setdefault(key(part), []).append(j)
        for i, part in enumerate(old):
            if i not in found and waiting.get(key(part)):
                found[i] = waiting[key(part)].pop(0)
    only = [(None, j) for j in range(len(new)) if j not in found.values()]
    return [*((i, found.get(i)) for i in range(len(old))), *only]


def _aspects(old: dict[str, Any], new: dict[str, Any]) -> tuple[str, ...]:
    """Names of what differs in two meanings; within an effect of one kind, of what differs there."""
    found: list[str] = []
    for name in sorted({*old, *new}):
        one, other = old.get(name), new.get(name)
        if one == other:
            continue
        inner = isinstance(one, dict) and isinstance(other, dict) and one.get("kind") == other.get("kind") and name == "effect"
        found += _aspects(one, other) if inner else [name]  # type: ignore[arg-type]
    return tuple(found)


def altered(what: str, old: Sequence[Any], new: Sequence[Any], shape: Callable[[Any], Any], keys: tuple[Key, ...],
           other: Callable[[Any], Any] | None = None) -> Iterator[Change]:  # fmt: skip
    """What differs between parts of one sort: removed, changed, added. `other` is the shape of the new ones, where it is another."""
    for i, j in matched(old, new, keys):
        one = None if i is None else old[i]
        two = None if j is None else new[j]
        before, after = shape(one) if one is not None else {}, (other or shape)(two) if two is not None else {}
        if before != after:
            yield Change(what, said(one), said(two), _aspects(before, after) if one is not None and two is not None else ())


def said(part: Any) -> str:
    """A part in the document's words."""
    if part is None:
        return ""
    return str(part.name if isinstance(part, model.Fact) else part.text or getattr(part, "name", ""))
