"""What separates two rulebooks: clause by clause, in the outline, in the head."""

from collections.abc import Iterable, Iterator
from decimal import Decimal
from itertools import pairwise
from typing import Any

from rulebook import lexicon, model
from rulebook.difference.findings import Change, Difference, Outline, Pairing, Place
from rulebook.difference.meanings import (
    FACT_KEYS,
    LIMIT_KEYS,
    REQUIREMENT_KEYS,
    RULE_KEYS,
    altered,
    bare,
    fact_meaning,
    limit_meaning,
    matched,
    requirement_meaning,
    rule_meaning,
    said,
)
from rulebook.difference.pairing import Partners, paired, places
from rulebook.exact import show
from rulebook.model import meaning


def differences(old: model.Rulebook, new: model.Rulebook) -> Difference:
    """What separates two rulebooks. Empty for equal ones, whatever their formatting; backwards for the two the other way round."""
    before, after = list(places(old)), list(places(new))
    pairs = paired(before, after)
    partners = Partners([(before[i], after[j]) for i, j in pairs if i is not None and j is not None])
    answering = [[duty for _, duty in model.duties(book.sections)] for book in (old, new)]
    clauses = []
    for i, j in sorted(pairs, key=lambda pair: (pair[1] is None, pair[1] or 0, pair[0] or 0)):
        if i is None or j is None:
            clauses.append(Pairing(None if i is None else before[i], None if j is None else after[j]))
        else:
            clauses.append(_compared(before[i], after[j], partners, list(_answering(answering[0][i], answering[1][j]))))
    return Difference(old.id, new.id, tuple(_header(old, new)), tuple(_outline(partners)), tuple(clauses))


def _answering(old: model.Duty | None, new: model.Duty | None) -> Iterator[Change]:
    """Who answers for a clause, where it is somebody else or in another role."""
    if _names(old) != _names(new):
        before, after = ("；".join(duty.written) if duty is not None else "" for duty in (old, new))
        yield Change("duty", before, after)


def _names(duty: model.Duty | None) -> list[set[str]]:
    """The names of each role; the order in which they stand means nothing."""
    return [] if duty is None else [{bare(name) for name in names} for names in (duty.leads, duty.answers, duty.supports)]


def _compared(old: Place, new: Place, partners: Partners, answering: list[Change]) -> Pairing:
    """A clause that both rulebooks have, with everything in which it means something else."""
    one, two = old.clause, new.clause
    rules = matched(one.rules, two.rules, RULE_KEYS)
    numbers = {i + 1: j + 1 for i, j in rules if i is not None and j is not None}
    same = {number: number for number in range(1, len(two.rules) + 1)}
    changes = _points(one.points, two.points)
    if old.section.kind != new.section.kind:
        changes.append(Change("kind", old.section.title, new.section.title))
    if _bound_elsewhere(old, new, partners):
        changes.append(Change("place", _titles(old), _titles(new)))
    changes += altered("rule", one.rules, two.rules, lambda rule: rule_meaning(rule, numbers), RULE_KEYS, lambda rule: rule_meaning(rule, same))
    changes += altered("limit", one.limits, two.limits, lambda limit: limit_meaning(limit, numbers), LIMIT_KEYS, lambda limit: limit_meaning(limit, same))
    changes += altered("requirement", one.requirements, two.requirements, requirement_meaning, REQUIREMENT_KEYS)
    changes += altered("fact", one.facts, two.facts, lambda fact: fact_meaning(fact, one), FACT_KEYS, lambda fact: fact_meaning(fact, two))
    if [bare(words.text) for words in one.unread] != [bare(words.text) for words in two.unread]:
        changes.append(Change("unread", "；".join(map(said, one.unread)), "；".join(map(said, two.unread))))
    if (one.limits or two.limits) and not _in_order(numbers.values()):
        changes.append(Change("order", "；".join(map(said, one.rules)), "；".join(map(said, two.rules))))
    elif not _in_order(j for i, j in matched(one.limits, two.limits, LIMIT_KEYS) if i is not None and j is not None):
        changes.append(Change("order", "；".join(map(said, one.limits)), "；".join(map(said, two.limits))))
    changes += answering
    reworded = (bare(old.heading), bare(one.text)) != (bare(new.heading), bare(two.text))
    return Pairing(old, new, tuple(changes), not partners.one_section(old, new), reworded)


def _in_order(numbers: Iterable[int]) -> bool:
    return all(a < b for a, b in pairwise(numbers))


def _titles(place: Place) -> str:
    return f"{place.section.title} › {place.item.number}. {place.item.heading}"


def _bound_elsewhere(old: Place, new: Place, partners: Partners) -> bool:
    """True where a clause went to another item or section, and what bounds its score there or bounded it before."""
    item = any(place.item.limits or _vetoed(place.item) or _capped(place.section, place.item) for place in (old, new))
    section = any(_capped(place.section, place.section) for place in (old, new))
    return (item and not partners.one_item(old, new)) or (section and not partners.one_section(old, new))


def _capped(section: model.Section, part: model.Section | model.Item) -> bool:
    return section.kind == "award" and part.points is not None


def _vetoed(item: model.Item) -> bool:
    effects = (rule.effect for clause in item.clauses for rule in clause.rules)
    return any(isinstance(effect, model.Veto) and effect.scope == "item" for effect in effects)


def _outline(partners: Partners) -> Iterator[Outline]:
    """Sections and items whose points or limits differ."""
    for old, new in sorted(partners.sections.values(), key=lambda both: both[1].number):
        changes = _points(_held(old), _held(new))
        if changes:
            yield Outline(old.title, new.title, tuple(changes), "award" in (old.kind, new.kind))
    for old, new in sorted(partners.items.values(), key=lambda both: both[1].number):
        award = (old.number, new.number) in partners.awards
        changes = [] if old.inline and new.inline else _points(old.points, new.points)
        limits = list(altered("limit", old.limits, new.limits, lambda limit: limit_meaning(limit, {}), LIMIT_KEYS))
        if changes or limits:
            yield Outline(f"{old.number}. {old.heading}", f"{new.number}. {new.heading}", (*changes, *limits), award or bool(limits))


def _points(old: Decimal | None, new: Decimal | None) -> list[Change]:
    return [] if old == new else [Change("points", "" if old is None else show(old), "" if new is None else show(new))]


def _held(section: model.Section) -> Decimal | None:
    """The points of a section: as stated where they bound it, else what its clauses hold."""
    if section.kind in ("award", "veto"):
        return section.points
    return sum((clause.points or Decimal(0) for item in section.items() for clause in item.clauses), Decimal(0))


def _header(old: model.Rulebook, new: model.Rulebook) -> Iterator[Change]:
    """What the heads declare otherwise. Title, year, source and subjects move no points."""
    after = dict(_declared(new))
    for name, before in _declared(old):
        if before != after[name]:
            yield Change(name, _line(old, name, before), _line(new, name, after[name]))


def _declared(book: model.Rulebook) -> Iterator[tuple[str, Any]]:
    header = book.header
    counted = (section for section in book.sections if section.kind in ("points", "deduct"))
    yield "full", header.full if header.full is not None else sum((_held(section) or Decimal(0) for section in counted), Decimal(0))
    yield "not_supplied", header.not_supplied
    yield "not_applicable", header.not_applicable
    veto = header.veto
    yield "veto", veto and (veto.scope, veto.outcome, bare(veto.words) if veto.outcome == "declared" else "")
    yield "rounding", meaning(header.rounding)
    yield "partial", header.partial or "whole"
    yield "bounds", sorted(header.excluding)
    yield "grades", meaning(header.grades)
    yield "limits", [{**meaning(limit), "text": ""} for limit in header.limits]


def _line(book: model.Rulebook, name: str, value: Any) -> str:
    """The line of the head that declares it, as written; of full marks that none declares the sum."""
    keys = lexicon.terms()["header"]
    lines = (line for line in book.header.lines if keys.get(line.key, "").startswith(name))
    return "；".join(f"{line.key}：{line.value}" for line in lines) or (show(value) if name == "full" else "")
