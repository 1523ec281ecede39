"""What separates two rulebooks in meaning, and what that does to a score. Words, numbers and places may change freely.

Clauses are paired first; each pair is then compared by what its points, rules, limits, requirements and facts mean. Every step
treats both rulebooks alike, so that the difference read backwards is the difference of the rulebooks the other way round.
"""

from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from itertools import pairwise
from typing import Any, NamedTuple

from rulebook import lexicon, model
from rulebook.api import Assume, Rulebook, Scorecard
from rulebook.diagnostics import Diagnostic, RulebookError
from rulebook.evaluator import best, start_of
from rulebook.evidence import UNKNOWN, ClauseEvidence, Record, Value, read_record, written
from rulebook.exact import show
from rulebook.model import meaning
from rulebook.regions import facts_of
from rulebook.scorecard import LedgerEntry
from rulebook.source import fold

ALIKE = 450_000
"""Two clauses without the same words are one clause where they are at least so much alike, in parts of a million."""
ZERO = Fraction(0)


# --- what is found


class Change(NamedTuple):
    """One thing that means something else: in the words of either document, empty where it has none; `aspects` name what differs."""

    what: str
    old: str
    new: str
    aspects: tuple[str, ...] = ()


class Place(NamedTuple):
    """A clause and where it stands."""

    section: model.Section
    item: model.Item
    clause: model.Clause

    @property
    def address(self) -> str:
        """The clause's address."""
        return self.clause.address

    @property
    def heading(self) -> str:
        """The clause's heading, or that of its item where it has none."""
        return self.clause.heading or self.item.heading


@dataclass(frozen=True)
class Pairing:
    """One clause of either rulebook, or of both. `old` is None where it was added, `new` where it was removed."""

    old: Place | None
    new: Place | None
    changes: tuple[Change, ...] = ()
    moved: bool = False
    reworded: bool = False

    @property
    def renumbered(self) -> bool:
        """True where the clause has another address."""
        return self.old is not None and self.new is not None and self.old.address != self.new.address

    @property
    def differs(self) -> bool:
        """True where the clause means something else, or is in one rulebook only."""
        return self.old is None or self.new is None or bool(self.changes)

    @property
    def status(self) -> tuple[str, ...]:
        """What became of the clause, in words for programs; empty where nothing did."""
        if self.old is None or self.new is None:
            return ("added",) if self.old is None else ("removed",)
        told = ("changed", bool(self.changes)), ("renumbered", self.renumbered), ("moved", self.moved), ("reworded", self.reworded)
        return tuple(name for name, holds in told if holds)


class Outline(NamedTuple):
    """A section or an item whose points or limits differ. `binds`: they bound a score, and are not just a sum."""

    old: str
    new: str
    changes: tuple[Change, ...]
    binds: bool


@dataclass(frozen=True)
class Difference:
    """All that separates two rulebooks: the head, sections and items, and every clause (those of `new` in order, then the removed)."""

    old: str
    new: str
    header: tuple[Change, ...]
    outline: tuple[Outline, ...]
    clauses: tuple[Pairing, ...]

    @property
    def added(self) -> tuple[Pairing, ...]:
        """The clauses that only the new rulebook has."""
        return tuple(pair for pair in self.clauses if pair.old is None)

    @property
    def removed(self) -> tuple[Pairing, ...]:
        """The clauses that only the old rulebook has."""
        return tuple(pair for pair in self.clauses if pair.new is None)

    @property
    def changed(self) -> tuple[Pairing, ...]:
        """The clauses of both that mean something else."""
        return tuple(pair for pair in self.clauses if pair.changes)

    @property
    def same(self) -> bool:
        """True where nothing differs in meaning: every record scores alike, its addresses and names of facts aside."""
        binding = any(part.binds for part in self.outline)
        return not self.header and not binding and not any(pair.differs for pair in self.clauses)

    @property
    def empty(self) -> bool:
        """True where not even a number, a place or a word of a clause differs."""
        return self.same and not self.outline and not any(pair.status for pair in self.clauses)


def differences(old: model.Rulebook, new: model.Rulebook) -> Difference:
    """What separates two rulebooks. Empty for equal ones, whatever their formatting; backwards for the two the other way round."""
    before, after = list(_places(old)), list(_places(new))
    paired = _paired(before, after)
    partners = _Partners([(before[i], after[j]) for i, j in paired if i is not None and j is not None])
    clauses = []
    for i, j in sorted(paired, key=lambda pair: (pair[1] is None, pair[1] or 0, pair[0] or 0)):
        if i is None or j is None:
            clauses.append(Pairing(None if i is None else before[i], None if j is None else after[j]))
        else:
            clauses.append(_compared(before[i], after[j], partners))
    return Difference(old.id, new.id, tuple(_header(old, new)), tuple(partners.outline()), tuple(clauses))


# --- pairing


def _places(book: model.Rulebook) -> Iterator[Place]:
    for section in book.sections:
        for item in section.items():
            for clause in item.clauses:
                yield Place(section, item, clause)


def _words(text: str) -> str:
    """Text without what formatting may change."""
    return "".join(fold(text).split())


def _paired(old: list[Place], new: list[Place]) -> list[tuple[int | None, int | None]]:
    """Each clause once: same address and heading, else same words, else the most alike, the nearest first where several are."""
    pairs: list[tuple[int, int]] = []
    stays: Callable[[Place], Hashable] = lambda place: (place.address, _words(place.heading))  # noqa: E731
    words: Callable[[Place], Hashable] = lambda place: (_words(place.heading), _words(place.clause.text))  # noqa: E731
    kept: Callable[[Place], Hashable] = lambda place: (words(place), place.section.kind, place.clause.points)  # noqa: E731
    for key in (stays, kept, words):
        groups: dict[Hashable, list[int]] = {}
        for j in _left(new, pairs, 1):
            groups.setdefault(key(new[j]), []).append(j)
        _assign(pairs, ((1, i, j) for i in _left(old, pairs, 0) for j in groups.get(key(old[i]), ())))
    _assign(pairs, _alike(old, new, _left(old, pairs, 0), _left(new, pairs, 1)))
    rest = [(i, None) for i in _left(old, pairs, 0)], [(None, j) for j in _left(new, pairs, 1)]
    return [*pairs, *rest[0], *rest[1]]


def _left(places: list[Place], pairs: list[tuple[int, int]], side: int) -> list[int]:
    used = {pair[side] for pair in pairs}
    return [n for n in range(len(places)) if n not in used]


def _assign(pairs: list[tuple[int, int]], found: Iterable[tuple[int, int, int]]) -> None:
    """Adds pairs, the heaviest first, then the nearest; what is used is used. Ties that remain touch different clauses."""
    used = {i for i, _ in pairs}, {j for _, j in pairs}
    for _, i, j in sorted(found, key=lambda one: (-one[0], abs(one[1] - one[2]), one[1] + one[2])):
        if i not in used[0] and j not in used[1]:
            pairs.append((i, j))
            used[0].add(i)
            used[1].add(j)


def _alike(old: list[Place], new: list[Place], left: list[int], right: list[int]) -> Iterator[tuple[int, int, int]]:
    """Clauses that are alike enough. Without a piece of their headings in common, or their address, no two are."""
    one, other = {i: _Traits(old[i]) for i in left}, {j: _Traits(new[j]) for j in right}
    sharing: dict[str, set[int]] = {}
    for j in right:
        for piece in (*other[j].heading, new[j].address):
            sharing.setdefault(piece, set()).add(j)
    for i in left:
        near = set().union(*(sharing.get(piece, set()) for piece in (*one[i].heading, old[i].address)))
        for j in near:
            likeness = one[i].likeness(other[j])
            if likeness >= ALIKE:
                yield likeness, i, j


class _Traits:
    """What a clause is known by: pieces of its heading and text, and its rules."""

    def __init__(self, place: Place) -> None:
        self.heading = _pieces(place.heading)
        self.text = _told_apart(_pieces(place.clause.text))
        self.own = _told_apart(self.heading)
        self.rules = _told_apart([repr(_rule(rule)) for rule in place.clause.rules])

    def likeness(self, other: "_Traits") -> int:
        """From none to a million: the heading weighs as much as text and rules together."""
        return (2 * _shared(self.own, other.own) + _shared(self.text, other.text) + _shared(self.rules, other.rules)) // 4


def _pieces(text: str) -> list[str]:
    return [a + b for a, b in pairwise(f"\n{_words(text)}\n")]


def _told_apart(pieces: list[str]) -> frozenset[str]:
    """The pieces as a set in which the second of two equal ones is another."""
    seen: Counter[str] = Counter()
    apart = set()
    for piece in pieces:
        seen[piece] += 1
        apart.add(f"{piece}\n{seen[piece]}")
    return frozenset(apart)


def _shared(one: frozenset[str], other: frozenset[str]) -> int:
    """Twice what both have over what they have together, in parts of a million; all of it for two that have nothing."""
    size = len(one) + len(other)
    return 2_000_000 * len(one & other) // size if size else 1_000_000


def _frozen(shape: Any) -> Hashable:
    if isinstance(shape, dict):
        return tuple((name, _frozen(inner)) for name, inner in shape.items())
    return tuple(map(_frozen, shape)) if isinstance(shape, list) else shape


class _Partners:
    """Which sections and items are one in both rulebooks: those that share the most clauses."""

    def __init__(self, pairs: list[tuple[Place, Place]]) -> None:
        self.sections = self._matched([(a.section, b.section) for a, b in pairs], lambda section: section.number)
        self.items = self._matched([(a.item, b.item) for a, b in pairs], lambda item: item.number)
        self.awards = {(a.item.number, b.item.number) for a, b in pairs if "award" in (a.section.kind, b.section.kind)}

    @staticmethod
    def _matched(pairs: list[tuple[Any, Any]], number: Callable[[Any], int]) -> dict[int, tuple[Any, Any]]:
        """Number of the old one → both."""
        both = {(number(a), number(b)): (a, b) for a, b in pairs}
        counts = Counter((number(a), number(b)) for a, b in pairs)
        chosen: list[tuple[int, int]] = []
        _assign(chosen, ((count, i, j) for (i, j), count in counts.items()))
        return {i: both[i, j] for i, j in chosen}

    def one_section(self, old: Place, new: Place) -> bool:
        """True where the two stand in the same section."""
        return old.section.number in self.sections and self.sections[old.section.number][1].number == new.section.number

    def one_item(self, old: Place, new: Place) -> bool:
        """True where the two stand in the same item."""
        return old.item.number in self.items and self.items[old.item.number][1].number == new.item.number

    def outline(self) -> Iterator[Outline]:
        """Sections and items whose points or limits differ."""
        for old, new in sorted(self.sections.values(), key=lambda both: both[1].number):
            changes = _points(_held(old), _held(new))
            if changes:
                yield Outline(old.title, new.title, tuple(changes), "award" in (old.kind, new.kind))
        for old, new in sorted(self.items.values(), key=lambda both: both[1].number):
            award = (old.number, new.number) in self.awards
            changes = [] if old.inline and new.inline else _points(old.points, new.points)
            limits = list(_parts("limit", old.limits, new.limits, lambda limit: _limit(limit, {}), LIMIT_KEYS))
            if changes or limits:
                yield Outline(f"{old.number}. {old.heading}", f"{new.number}. {new.heading}", (*changes, *limits), award or bool(limits))


def _held(section: model.Section) -> Decimal | None:
    """The points of a section: as stated where they bound it, else what its clauses hold."""
    if section.kind in ("award", "veto"):
        return section.points
    return sum((clause.points or Decimal(0) for item in section.items() for clause in item.clauses), Decimal(0))


# --- what a part means, without its words


def _rule(rule: model.Rule, numbers: Mapping[int, int] | None = None) -> dict[str, Any]:
    """What a rule means. The rules that it scales are named by `numbers`, and left out where there are none yet."""
    shape: dict[str, Any] = meaning(rule)
    effect = {name: value for name, value in shape["effect"].items() if name not in ("words", "rules")}
    if numbers is not None and isinstance(rule.effect, model.Scale):
        effect["rules"] = sorted(numbers.get(number, -number) for number in rule.effect.rules)
    return {"effect": effect, "triggers": shape["triggers"], "fact": shape["fact"]}


def _limit(limit: model.Limit, numbers: Mapping[int, int]) -> dict[str, Any]:
    """What a limit means, the rules that it holds by their numbers."""
    shape: dict[str, Any] = meaning(limit)
    return {**shape, "text": "", "rules": sorted(numbers.get(number, -number) for number in limit.rules)}


def _requirement(requirement: model.Requirement) -> dict[str, Any]:
    return {**meaning(requirement), "text": ""}


def _fact(fact: model.Fact, clause: model.Clause) -> dict[str, Any]:
    """What a fact means, the requirement that its records are measured against by what it asks for."""
    measured = None if fact.requirement is None else _requirement(clause.requirements[fact.requirement])
    return {**meaning(fact), "requirement": measured}


Key = Callable[[Any], Hashable]
RULE_KEYS: tuple[Key, ...] = (
    lambda rule: (_frozen(_rule(rule)), _words(rule.text)),
    lambda rule: _frozen(_rule(rule)),
    lambda rule: _words(rule.text),
    lambda rule: (rule.effect.kind, facts_of(rule)),
    lambda rule: (rule.effect.kind, getattr(getattr(rule.effect, "basis", None), "kind", None)),
    lambda rule: rule.effect.kind,
)
LIMIT_KEYS: tuple[Key, ...] = (lambda limit: (limit.kind, limit.amount, limit.scope), lambda limit: limit.kind)
REQUIREMENT_KEYS: tuple[Key, ...] = (lambda one: _frozen(_requirement(one)), lambda one: one.kind)
FACT_KEYS: tuple[Key, ...] = (lambda fact: fact.name, lambda fact: fact.type)
"""By what parts of two clauses are one: the first key that they share, in order."""


def _matched(old: Sequence[Any], new: Sequence[Any], keys: tuple[Key, ...]) -> list[tuple[int | None, int | None]]:
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


def _parts(what: str, old: Sequence[Any], new: Sequence[Any], shape: Callable[[Any], Any], keys: tuple[Key, ...],
           other: Callable[[Any], Any] | None = None) -> Iterator[Change]:  # fmt: skip
    """What differs between parts of one sort: removed, changed, added. `other` is the shape of the new ones, where it is another."""
    for i, j in _matched(old, new, keys):
        one = None if i is None else old[i]
        two = None if j is None else new[j]
        before, after = shape(one) if one is not None else {}, (other or shape)(two) if two is not None else {}
        if before != after:
            yield Change(what, _said(one), _said(two), _aspects(before, after) if one is not None and two is not None else ())


def _said(part: Any) -> str:
    """A part in the document's words."""
    if part is None:
        return ""
    return str(part.name if isinstance(part, model.Fact) else part.text or getattr(part, "name", ""))


# --- one clause, the head


def _compared(old: Place, new: Place, partners: _Partners) -> Pairing:
    """A clause that both rulebooks have, with everything in which it means something else."""
    one, two = old.clause, new.clause
    rules = _matched(one.rules, two.rules, RULE_KEYS)
    numbers = {i + 1: j + 1 for i, j in rules if i is not None and j is not None}
    same = {number: number for number in range(1, len(two.rules) + 1)}
    changes = _points(one.points, two.points)
    if old.section.kind != new.section.kind:
        changes.append(Change("kind", old.section.title, new.section.title))
    if _bound_elsewhere(old, new, partners):
        changes.append(Change("place", _titles(old), _titles(new)))
    changes += _parts("rule", one.rules, two.rules, lambda rule: _rule(rule, numbers), RULE_KEYS, lambda rule: _rule(rule, same))
    changes += _parts("limit", one.limits, two.limits, lambda limit: _limit(limit, numbers), LIMIT_KEYS, lambda limit: _limit(limit, same))
    changes += _parts("requirement", one.requirements, two.requirements, _requirement, REQUIREMENT_KEYS)
    changes += _parts("fact", one.facts, two.facts, lambda fact: _fact(fact, one), FACT_KEYS, lambda fact: _fact(fact, two))
    if [_words(words.text) for words in one.unread] != [_words(words.text) for words in two.unread]:
        changes.append(Change("unread", "；".join(map(_said, one.unread)), "；".join(map(_said, two.unread))))
    if (one.limits or two.limits) and not _in_order(numbers.values()):
        changes.append(Change("order", "；".join(map(_said, one.rules)), "；".join(map(_said, two.rules))))
    elif not _in_order(j for i, j in _matched(one.limits, two.limits, LIMIT_KEYS) if i is not None and j is not None):
        changes.append(Change("order", "；".join(map(_said, one.limits)), "；".join(map(_said, two.limits))))
    reworded = (_words(old.heading), _words(one.text)) != (_words(new.heading), _words(two.text))
    return Pairing(old, new, tuple(changes), not partners.one_section(old, new), reworded)


def _points(old: Decimal | None, new: Decimal | None) -> list[Change]:
    return [] if old == new else [Change("points", "" if old is None else show(old), "" if new is None else show(new))]


def _in_order(numbers: Iterable[int]) -> bool:
    return all(a < b for a, b in pairwise(numbers))


def _titles(place: Place) -> str:
    return f"{place.section.title} › {place.item.number}. {place.item.heading}"


def _bound_elsewhere(old: Place, new: Place, partners: _Partners) -> bool:
    """True where a clause went to another item or section, and what bounds its score there or bounded it before."""
    item = any(place.item.limits or _vetoed(place.item) or _capped(place.section, place.item) for place in (old, new))
    section = any(_capped(place.section, place.section) for place in (old, new))
    return (item and not partners.one_item(old, new)) or (section and not partners.one_section(old, new))


def _capped(section: model.Section, part: model.Section | model.Item) -> bool:
    return section.kind == "award" and part.points is not None


def _vetoed(item: model.Item) -> bool:
    effects = (rule.effect for clause in item.clauses for rule in clause.rules)
    return any(isinstance(effect, model.Veto) and effect.scope == "item" for effect in effects)


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
    yield "veto", veto and (veto.scope, veto.outcome, _words(veto.words) if veto.outcome == "declared" else "")
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


# --- what it does to a score


class Untold(NamedTuple):
    """What the evidence does not say of the new rulebook: these facts count as unknown; those of the old clause have no place any more."""

    old: str | None
    new: str
    unknown: tuple[str, ...]
    dropped: tuple[str, ...] = ()


Ends = tuple[Fraction, Fraction]
"""A lower and an upper end; equal where nothing is unknown."""


@dataclass(frozen=True)
class Part:
    """One part of a change, at either end of the interval. `clause` is what it is about where its kind is "clause".

    Other kinds: `not_applicable` and `not_supplied` (clauses that mean the same, counted otherwise by the head), `limits` (of
    items, sections and the head), `rescale`, `veto`, `rounding`.
    """

    kind: str
    old: Ends
    new: Ends
    clause: Pairing | None = None

    @property
    def change(self) -> Ends:
        """How far the lower and the upper end move."""
        return self.new[0] - self.old[0], self.new[1] - self.old[1]


@dataclass(frozen=True)
class Attribution:
    """A score under two rulebooks. At either end the parts sum exactly to the change."""

    old: Scorecard
    new: Scorecard
    parts: tuple[Part, ...]
    untold: tuple[Untold, ...]

    @property
    def change(self) -> Ends:
        """How far the lower and the upper end of the score move."""
        (low, high), (lower, upper) = ends(self.old), ends(self.new)
        return lower - low, upper - high

    @property
    def exact(self) -> bool:
        """True where both scores are settled."""
        return self.old.total is not None and self.new.total is not None


def attribute(old: Rulebook, new: Rulebook, record: Mapping[str, Any] | bytes | Record, *, name: str = "",
              assume: Assume | str | None = None, force: bool = False, difference: Difference | None = None) -> Attribution:  # fmt: skip
    """What becomes of a record of `old` under `new`, the change attributed to clauses and to what the head declares.

    `name`, `assume` and `force` are those of `Rulebook.score`. Dates stay in the year of the old rulebook. Raises RulebookError with every
    diagnostic, RB510 where either rulebook gives no score.
    """
    difference = difference or differences(old, new)
    known = record if isinstance(record, Record) else read_record(old, record, name=name, force=force)
    dated = new.model_copy(update={"header": new.header.model_copy(update={"year": old.header.year})})
    carried, untold = _carried(difference, known, dated)
    before, after = old.score(known, assume=assume), dated.score(carried, assume=assume)
    if not before.scorable or not after.scorable:
        raise RulebookError([Diagnostic("RB510", {"subject": before.subject})])
    parts = _attributed(difference, _Shares(old, before), _Shares(dated, after))
    return Attribution(before, after, tuple(part for part in parts if any(part.change)), untold)


def ends(card: Scorecard) -> Ends:
    """The lower and the upper end of a score."""
    return Fraction(card.lower or 0), Fraction(card.upper or 0)


class _Shares:
    """What every clause gives to a total, and what the whole does to their sum, at both ends of the score."""

    def __init__(self, book: model.Rulebook, card: Scorecard) -> None:
        self.book, self.card = book, card
        self.clauses = {place.address: place for place in _places(book)}
        self.states = {score.clause: score.state for score in card.clauses}

    @cached_property
    def ledgers(self) -> tuple[tuple[LedgerEntry, ...], tuple[LedgerEntry, ...]]:
        """The lines of the lower and the upper end."""
        worst = self.card.worst_ledger
        return self.card.ledger if worst is None else worst, self.card.ledger

    @cached_property
    def own(self) -> dict[str, Ends]:
        """Clause → what it gives, before items, sections and the head limit it."""
        taken = [self._taken(ledger) for ledger in self.ledgers]
        leaves = self.book.header.not_applicable != "full"
        return {
            score.clause: (ZERO, ZERO)
            if score.state == "not_applicable" and leaves
            else (Fraction(score.lower) + taken[0][score.clause], Fraction(score.upper) + taken[1][score.clause])
            for score in self.card.clauses
        }

    def _taken(self, ledger: Iterable[LedgerEntry]) -> dict[str, Fraction]:
        """Clause → what it takes from the total."""
        taken = dict.fromkeys(self.clauses, ZERO)
        for entry in ledger:
            if entry.clause is not None and entry.rule is not None:
                rule = self.clauses[entry.clause].clause.rules[entry.rule - 1]
                if getattr(rule.effect, "target", "clause") == "total":
                    taken[entry.clause] += Fraction(entry.applied)
        return taken

    def whole(self, kind: str) -> Ends:
        """What the whole does: lines of that kind, or what limits leave of the clauses."""
        lower, upper = (self._whole(kind, end) for end in (0, 1))
        return lower, upper

    def _whole(self, kind: str, end: int) -> Fraction:
        ledger = self.ledgers[end]
        if kind != "limits":
            return sum((Fraction(entry.applied) for entry in ledger if entry.effect == kind), ZERO)
        start = sum((start_of(place.clause, place.section.kind) for place in self.clauses.values()), ZERO)
        moved = sum((Fraction(entry.applied) for entry in ledger if entry.effect not in WHOLE), ZERO)
        return start + moved - sum((ends[end] for ends in self.own.values()), ZERO)


WHOLE = ("rescale", "veto", "rounding")
"""Effects of ledger lines that are about the whole, limits aside."""


def _attributed(difference: Difference, old: _Shares, new: _Shares) -> Iterator[Part]:
    """Every part, those that change nothing among them."""
    alike: dict[str, list[tuple[Ends, Ends]]] = {"not_applicable": [], "not_supplied": []}
    nothing = (ZERO, ZERO)
    for pair in difference.clauses:
        before = nothing if pair.old is None else old.own[pair.old.address]
        after = nothing if pair.new is None else new.own[pair.new.address]
        if pair.differs or pair.old is None or pair.new is None:
            yield Part("clause", before, after, pair)
        else:
            leaves = "not_applicable" in (old.states[pair.old.address], new.states[pair.new.address])
            alike["not_applicable" if leaves else "not_supplied"].append((before, after))
    for kind, several in alike.items():
        yield Part(kind, _sum(one for one, _ in several), _sum(two for _, two in several))
    for kind in ("limits", *WHOLE):
        yield Part(kind, old.whole(kind), new.whole(kind))


def _sum(several: Iterable[Ends]) -> Ends:
    lower = upper = ZERO
    for low, high in several:
        lower, upper = lower + low, upper + high
    return lower, upper


# --- evidence under another rulebook


def _carried(difference: Difference, record: Record, new: model.Rulebook) -> tuple[Record, tuple[Untold, ...]]:
    """The record as evidence for the new rulebook, and what it does not say."""
    clauses: dict[str, ClauseEvidence] = {}
    untold: list[Untold] = []
    for pair in difference.clauses:
        if pair.new is None:
            continue
        asked = pair.new.clause
        if pair.old is None:
            if asked.rules:
                untold.append(Untold(None, asked.address, tuple(fact.name for fact in asked.facts)))
            continue
        known = record.clauses.get(pair.old.address, UNKNOWN)
        found, dropped = _clause(pair.old.clause, asked, known, new)
        clauses[asked.address] = found
        if found.state == "unknown":
            lacking = [fact.name for fact in asked.facts] if known.state != "unknown" else []
        else:
            lacking = [fact.name for fact in asked.facts if fact.name in found.open - _open(pair.old.clause, known)]
        if lacking or dropped:
            untold.append(Untold(pair.old.address, asked.address, tuple(lacking), dropped))
    return Record(record.subject, clauses, record.sha256), tuple(untold)


def _clause(old: model.Clause, new: model.Clause, known: ClauseEvidence, book: model.Rulebook) -> tuple[ClauseEvidence, tuple[str, ...]]:
    """What is known of the clause under the new rulebook, and the facts of the record that have no place there."""
    if known.state == "not_supplied" and book.header.not_supplied is None:
        return UNKNOWN, ()
    if known.state in ("unknown", "not_applicable", "not_supplied"):
        return known, ()
    before = {fact.name: fact for fact in old.facts}
    looked = [fact for fact in new.facts if fact.name in before]
    open_facts = {fact.name for fact in new.facts if fact.name not in before}
    if known.state == "met":
        ruled = [_rule(rule) for rule in old.rules] == [_rule(rule) for rule in new.rules]
        open_facts |= {fact.name for fact in looked if _asks_else(before[fact.name], fact, old, new) or (fact.needed and not ruled)}
        return (ClauseEvidence("observed", {}, frozenset(open_facts), known.note) if open_facts else known), ()
    facts: dict[str, Value] = {}
    unknown = _open(old, known)
    for fact in looked:
        one = before[fact.name]
        if fact.name in unknown:
            open_facts.add(fact.name)
            continue
        value = known.facts.get(fact.name, best(one))
        measured = isinstance(value, tuple) and fact.name in known.facts
        if (one.type, one.unit) != (fact.type, fact.unit) or (not measured and _asks_else(one, fact, old, new)):
            open_facts.add(fact.name)
        elif fact.name in known.facts or value != best(fact):
            valid = _valid(new, fact, value, book)
            if valid is None:
                open_facts.add(fact.name)
            else:
                facts[fact.name] = valid
    dropped = tuple(name for name in known.facts if name not in facts)
    return ClauseEvidence("observed", facts, frozenset(open_facts), known.note), dropped


def _open(clause: model.Clause, known: ClauseEvidence) -> frozenset[str]:
    """The facts of an observed clause that were unknown already: said to be, or figures that nobody gave."""
    return known.open | {fact.name for fact in clause.facts if known.state == "observed" and fact.needed and fact.name not in known.facts}


def _asks_else(one: model.Fact, two: model.Fact, old: model.Clause, new: model.Clause) -> bool:
    """True where nothing found, or a shortfall, is measured against another requirement, or is another sort of thing."""
    return (one.type, _fact(one, old)["requirement"]) != (two.type, _fact(two, new)["requirement"])


def _valid(clause: model.Clause, fact: model.Fact, value: Value, book: model.Rulebook) -> Value | None:
    """The value as evidence of the new rulebook; None where it refuses it."""
    try:
        return read_record(book, {clause.address: {fact.name: written(value)}}).clauses[clause.address].facts.get(fact.name)
    except RulebookError:
        return None
