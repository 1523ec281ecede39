"""Every score that a clause can have, each with a witness.

A fact's values fall into cells: single values, and stretches between two values inside which a score moves without a jump (a figure
that a person gives, a rate in proportion). Cells of facts that act together are tried in every combination; what they do is added up
across such groups, and one witness of each sum is scored by the evaluator. So every score here is one that the evaluator has given.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from itertools import product
from math import prod
from typing import NamedTuple

from rulebook import model
from rulebook.bounds import BOUNDS
from rulebook.evaluator import EFFECTS, NotKnown, Situation, awards, clause_outcome, earns, not_supplied, single, worth
from rulebook.evidence import Dated, Value
from rulebook.regions import Assignment, facts_of, groups, thresholds, turns

COUNTS, COMBINATIONS, STATES = 1_000, 4_000, 1_000
"""How far reasoning goes: counts of one fact, combinations of one group, sums of one clause. Beyond it nothing is claimed."""

_TINY = Decimal(1).scaleb(-BOUNDS.decimals)
_MOST = Decimal(10) ** BOUNDS.points_digits
ZERO = Fraction(0)


class Cell(NamedTuple):
    """Values of a fact from `low` to `high` between which nothing jumps; both alike for a single value."""

    low: Value
    high: Value


class Part(NamedTuple):
    """Scores from `low` to `high`, every one of them attained, and what each end means for the total. The witnesses attain the ends."""

    low: Fraction
    high: Fraction
    total_low: Fraction
    total_high: Fraction
    vetoes: bool
    at_low: Assignment | None
    """None: nothing was supplied."""
    at_high: Assignment | None


@dataclass(frozen=True)
class Reach:
    """The scores of a clause. `decided`: no other score is possible by observation, or by evidence that is not supplied."""

    parts: tuple[Part, ...]
    decided: bool

    @cached_property
    def lowest(self) -> Part:
        """The part with the least that the clause and the total can have of it, vetoed where it can be."""
        return min(self.parts, key=lambda part: (part.total_low, not part.vetoes))

    @cached_property
    def highest(self) -> Part:
        """The part with the most, without a veto where it can be."""
        return max(self.parts, key=lambda part: (part.total_high, not part.vetoes))

    def scores(self) -> list[tuple[Fraction, Fraction]]:
        """The scores as stretches, ascending; a single score is a stretch of its own."""
        return _joined((part.low, part.high) for part in self.parts)

    def worths(self) -> list[tuple[Fraction, Fraction]]:
        """What the total can have of the clause, likewise: its scores, less what it takes from the whole."""
        return _joined((part.total_low, part.total_high) for part in self.parts)


def _joined(stretches: Iterable[tuple[Fraction, Fraction]]) -> list[tuple[Fraction, Fraction]]:
    """Stretches ascending, those that overlap or lie no farther apart than two figures can made one."""
    joined: list[tuple[Fraction, Fraction]] = []
    for low, high in sorted(set(stretches)):
        first, last = joined[-1] if joined else (low, low - 1)
        if low < last or low == high == last or (low - last <= _TINY and (low < high or first < last)):
            joined[-1] = (first, max(high, last))
        else:
            joined.append((low, high))
    return joined


def reach(clause: model.Clause, kind: str, header: model.Header) -> Reach:
    """Every score of a clause in a section of that kind."""
    seen = Search(clause, kind, header.year)
    parts = [part for low, high in seen.ends() if (part := seen.part(low, high)) is not None]
    if not parts:  # nothing can be observed that settles the clause
        return Reach((Part(ZERO, ZERO, ZERO, ZERO, False, None, None),), False)
    if header.not_supplied is not None and kind in ("points", "deduct") and clause.rules:
        outcome = not_supplied(clause, kind)
        parts.append(Part(outcome.score, outcome.score, outcome.score, outcome.score, False, None, None))
    return Reach(tuple(parts), seen.decided)


class _Sums(NamedTuple):
    """What rules move together: losses, awards, earnings, other gains, and what goes from the total."""

    lost: Fraction = ZERO
    awarded: Fraction = ZERO
    earned: Fraction = ZERO
    gained: Fraction = ZERO
    taken: Fraction = ZERO

    def plus(self, other: "_Sums") -> "_Sums":
        return _Sums(*(a + b for a, b in zip(self, other, strict=True)))


_Named = tuple[int, Fraction, Fraction]
"""A rule that is told apart: its number from 0, its points, what one occurrence moves."""


class _State(NamedTuple):
    """What some groups do, at the low and the high end of their cells: sums, flags, and the points of rules that a limit names."""

    low: _Sums
    high: _Sums
    flags: frozenset[str] = frozenset()
    named: tuple[_Named, ...] = ()

    def changed(self, change: "Callable[[_Sums], _Sums]") -> "_State":
        """The state with both of its sums changed, once where they are one."""
        low = change(self.low)
        return _State(low, low if self.high is self.low else change(self.high), self.flags, self.named)


_NOTHING = _State(_Sums(), _Sums())
_Found = dict[_State, tuple[Assignment, Assignment]]
"""State → assignments at its low and its high end that come to it."""


class Search:
    """One clause: the cells of its facts, the groups, the sums. Rules whose numbers stand in `apart` are not added up with others."""

    def __init__(self, clause: model.Clause, kind: str, year: int | None, apart: frozenset[int] = frozenset()) -> None:
        self.clause, self.kind, self.year = clause, kind, year
        self.decided = True
        self.named = _named(clause) | apart
        self.whole = not apart
        self.most_gained = _most_gained(clause, kind)
        self.most_lost = _most_lost(clause, kind, self.most_gained)

    def ends(self) -> Iterator[tuple[Assignment, Assignment]]:
        """Assignments at the two ends of every combination that differs in what it does."""
        together = groups(self.clause, list(self.clause.facts))
        covered = {number for _, numbers in together for number in numbers}
        states = self.options([], [n for n in range(len(self.clause.rules)) if n not in covered])
        for facts, numbers in together:
            options = self.options(facts, numbers)
            states = options if list(states) == [_NOTHING] else self.merged(states, options)
            if len(states) > STATES:
                self.decided = False
        return iter(states.values())

    def merged(self, states: _Found, options: _Found) -> _Found:
        """Each of the states with each of the options; no more than are claimed, and those of one more state."""
        merged: _Found = {}
        for state, found in states.items():
            for other, more in options.items():
                key = self.joined(state, other)
                if key not in merged:
                    merged[key] = ({**found[0], **more[0]}, {**found[1], **more[1]})
            if len(merged) > STATES:
                break
        return merged

    def options(self, facts: list[model.Fact], numbers: list[int]) -> _Found:
        """What one group can do, with the assignments that do it."""
        choices = [self.cells(fact) for fact in facts]
        size = 1
        for cells in choices:
            size *= len(cells)
        if size > COMBINATIONS:
            self.decided = False
            choices = [[cells[0], *cells[1:4], cells[-1]] for cells in choices]
        found: _Found = {}
        for tried, values in enumerate(product(*choices)):
            if tried > COMBINATIONS:
                break
            low = {fact.name: cell.low for fact, cell in zip(facts, values, strict=True)}
            high = {fact.name: cell.high for fact, cell in zip(facts, values, strict=True)}
            state = self.state(low, high, numbers)
            if state is not None and state.high is not state.low and _net(state.high) < _net(state.low):
                state, low, high = state._replace(low=state.high, high=state.low), high, low  # the worse end first
            if state is not None:
                found.setdefault(state, (low, high))
        return found

    def state(self, low: Assignment, high: Assignment, numbers: list[int]) -> _State | None:
        """What the rules of those numbers do; None where the values do not go together."""
        try:
            at_low, flags, named = self.sums(low, numbers)
            at_high, also, more = self.sums(high, numbers) if high != low else (at_low, flags, named)
        except NotKnown:
            return None
        events = {f"={name}" for name, value in low.items() if value is True and any(one.fact == name for one in self.clause.limits)}
        return self.capped(_State(at_low, at_high, flags | also | events, (*named, *more) if high != low else named))

    def sums(self, facts: Assignment, numbers: list[int]) -> tuple[_Sums, frozenset[str], tuple[_Named, ...]]:
        """The points that each rule moves on its own, put where the evaluator would bound them."""
        situation = Situation(self.clause, facts, self.year)
        effects = {n: EFFECTS[type(self.clause.rules[n].effect)](situation, self.clause.rules[n], self.clause.rules[n].effect) for n in numbers}
        moved = {"lost": ZERO, "awarded": ZERO, "earned": ZERO, "gained": ZERO, "taken": ZERO}
        flags: set[str] = set()
        named: list[_Named] = []
        for number, effect in effects.items():
            rule = self.clause.rules[number]
            points = effect.points
            for other, scale in effects.items():
                act = self.clause.rules[other].effect
                if scale.factor is not None and isinstance(act, model.Scale) and number + 1 in act.rules:
                    points *= scale.factor
            told = (("zero", effect.zeroes), (f"spares {effect.spares}", bool(effect.spares)), (f"veto {number}", effect.vetoes))
            flags |= {name for name, holds in told if holds}
            if number + 1 in self.named:
                named.append((number, points, effect.single))
            elif getattr(rule.effect, "target", "clause") == "total":
                moved["taken"] += points
            elif points < 0:
                moved["lost"] -= points
            else:
                moved["awarded" if awards(rule) else "earned" if rule.effect.kind in ("earn", "bands", "proportion") else "gained"] += points
        return _Sums(**moved), frozenset(flags), tuple(named)

    def joined(self, one: _State, other: _State) -> _State:
        """What two groups do together."""
        flags = one.flags | other.flags
        low = one.low.plus(other.low)
        high = low if one.high is one.low and other.high is other.low else one.high.plus(other.high)
        return self.capped(_State(low, high, flags, tuple(sorted((*one.named, *other.named), key=repr))))

    def capped(self, state: _State) -> _State:
        """The state without what can make no difference: points beyond every bound, and all of them where the clause earns nothing."""
        if not self.whole:
            return state  # what a rule does must be seen beside everything else
        if "zero" in state.flags:
            keep = frozenset(flag for flag in state.flags if flag == "zero" or flag.startswith("veto"))
            taken = tuple(one for one in state.named if getattr(self.clause.rules[one[0]].effect, "target", "clause") == "total")
            return _State(_Sums(taken=state.low.taken), _Sums(taken=state.high.taken), keep, taken)
        return state.changed(self.bounded)

    def bounded(self, sums: _Sums) -> _Sums:
        lost = sums.lost if self.most_lost is None else min(sums.lost, self.most_lost)
        most = self.most_gained
        if most is None:
            return sums._replace(lost=lost)
        return sums._replace(lost=lost, awarded=min(sums.awarded, most), earned=min(sums.earned, most), gained=min(sums.gained, most))

    def part(self, low: Assignment, high: Assignment) -> Part | None:
        """The scores between two ends, as the evaluator gives them; None where the facts do not settle them."""
        try:
            first = clause_outcome(self.clause, self.kind, low, self.year)
            last = clause_outcome(self.clause, self.kind, high, self.year) if high != low else first
        except NotKnown:
            self.decided = False
            return None
        if worth(last) < worth(first):
            first, last, low, high = last, first, high, low
        return Part(first.score, last.score, worth(first), worth(last), bool(first.vetoes), low, high)

    # --- cells

    def cells(self, fact: model.Fact) -> list[Cell]:
        """The cells of a fact."""
        return list(CELLS[fact.type](self, fact))

    def flag_cells(self, fact: model.Fact) -> Iterable[Cell]:
        return [Cell(False, False), Cell(True, True)]

    def choice_cells(self, fact: model.Fact) -> Iterable[Cell]:
        return [Cell(one, one) for one in fact.choices]

    def count_cells(self, fact: model.Fact) -> Iterable[Cell]:
        most = max([1, *(self.saturation(rule, fact) for rule in self.clause.rules if fact.name in facts_of(rule))])
        return [Cell(n, n) for n in range(most + 1)]

    def saturation(self, rule: model.Rule, fact: model.Fact) -> int:
        """The count beyond which a rule does nothing more that the clause feels; where there is none, so many as to show how it goes on."""
        edge = max((int(t) + 1 for t in thresholds(fact, self.clause)), default=1)
        effect = rule.effect
        basis = getattr(effect, "basis", None)
        per, free = getattr(basis, "per", 1), getattr(basis, "free", 0)
        each = _each(effect, self.clause.points)
        named = bool(getattr(effect, "each_of", ())) or isinstance(getattr(effect, "amount", None), model.Levels)
        if each is None or not (named or isinstance(basis, model.Count | model.Time) or isinstance(effect, model.Ladder)):
            return max(edge, per)
        bound = self.bound(rule)
        if bound is None or each <= 0:
            self.decided = self.decided and each <= 0
            return max(edge, free + per * 3)
        most = -(-bound // each)
        if isinstance(effect, model.Ladder):
            most += effect.rungs[-1].first
        count = max(edge, free + per * (int(most) + 1))
        if count > COUNTS:
            self.decided = False
        return min(count, COUNTS)

    def bound(self, rule: model.Rule) -> Fraction | None:
        """How many points of a rule the clause can feel; None where there is no end. Of points that a scale makes less of, it feels more."""
        effect = rule.effect
        if getattr(effect, "target", "clause") == "total":
            return None
        loses = isinstance(effect, model.Deduct) or (isinstance(effect, model.Ladder | model.Stated) and effect.gives == "deduct")
        most = self.most_lost if loses else self.most_gained
        return None if most is None else most / _scaled(self.clause, rule)[0]

    def felt(self, fact: model.Fact) -> Fraction | None:
        """How many points of figures that are given for the fact the clause can feel; None where there is no end."""
        bounds = [self.bound(rule) for rule in self.clause.rules if rule.fact == fact.name]
        return None if None in bounds else max((one for one in bounds if one is not None), default=ZERO)

    def number_cells(self, fact: model.Fact) -> Iterable[Cell]:
        low = fact.low if fact.low is not None else Decimal(0)
        high = fact.high if fact.high is not None else Decimal(BOUNDS.count)
        edges = {low, high} | thresholds(fact, self.clause)
        for rule in self.clause.rules:
            if fact.name in facts_of(rule):
                edges |= self.step_edges(rule, low, high)
        return _cells(edges, low, high)

    def step_edges(self, rule: model.Rule, low: Decimal, high: Decimal) -> set[Decimal]:
        """Where each step ends, until the clause feels no more of them."""
        basis = getattr(rule.effect, "basis", None)
        if not isinstance(basis, model.Step):
            return set()
        each, bound = _each(rule.effect, self.clause.points), self.bound(rule)
        origin = basis.threshold if basis.threshold is not None else Decimal(0)
        size = -basis.size if basis.threshold is not None and basis.direction == "below" else basis.size
        room = ((low if size < 0 else high) - origin) / size
        if each is None or each <= 0 or bound is None:
            most = 3
            self.decided = self.decided and room <= most
        else:
            most = int(-(-bound // each)) + 1
        if most > COUNTS:
            most, self.decided = COUNTS, False
        return {origin + size * n for n in range(min(most, max(int(room), 0)) + 1)}

    def amount_cells(self, fact: model.Fact) -> Iterable[Cell]:
        low, high = fact.low or Decimal(0), fact.high if fact.high is not None else _MOST
        inner = {Decimal(0), low, high}
        for rule in self.clause.rules:
            if isinstance(rule.effect, model.Bands):
                inner |= {end for row in rule.effect.rows if isinstance(row.outcome, model.Interval) for end in (row.outcome.low, row.outcome.high)}
        return [cell for cell in _cells(inner, min(inner), high) if not (isinstance(cell.low, Decimal) and ZERO < cell.low < low)]

    def amounts_cells(self, fact: model.Fact) -> Iterable[Cell]:
        low, high = fact.low or Decimal(0), fact.high if fact.high is not None else _MOST
        bound = self.felt(fact)
        most = 3 if bound is None or not low else int(-(-bound // Fraction(low))) + 1
        if bound is None or not low or most > COUNTS:
            most, self.decided = min(most, COUNTS), False
        return [Cell((), ()), *(Cell((low,) * n, (high,) * n) for n in range(1, most + 1))]

    def records_cells(self, fact: model.Fact) -> Iterable[Cell]:
        stated = any(isinstance(rule.effect, model.Stated) and rule.fact == fact.name for rule in self.clause.rules)
        plain = max([1, *(self.saturation(rule, fact) for rule in self.clause.rules if rule.fact == fact.name and not isinstance(rule.effect, model.Stated))])
        cells = [Cell((Dated(),) * n, (Dated(),) * n) for n in range(plain + 1)]
        if stated:
            bound = self.felt(fact)
            most = _MOST - 1 if bound is None else max(min(_MOST - 1, _decimal(bound)), _TINY)
            low, high = (Dated(points=_TINY),), (Dated(points=most),)
            cells += [Cell((Dated(),) * n + low, (Dated(),) * n + high) for n in range(plain + 1)]
            self.decided = self.decided and bound is not None
        return cells


CELLS: dict[str, Callable[[Search, model.Fact], Iterable[Cell]]] = {
    "flag": Search.flag_cells,
    "count": Search.count_cells,
    "number": Search.number_cells,
    "choice": Search.choice_cells,
    "amount": Search.amount_cells,
    "amounts": Search.amounts_cells,
    "records": Search.records_cells,
}
"""Fact type → its cells."""


def _net(sums: _Sums) -> Fraction:
    return sums.awarded + sums.earned + sums.gained - sums.lost + sums.taken


def _decimal(number: Fraction) -> Decimal:
    return Decimal(number.numerator) / Decimal(number.denominator)


def _cells(edges: Iterable[Decimal], low: Decimal, high: Decimal) -> list[Cell]:
    """Every edge by itself, and what lies between two."""
    inside = sorted(edge for edge in set(edges) if low <= edge <= high)
    cells: list[Cell] = []
    for place, edge in enumerate(inside):
        cells.append(Cell(edge, edge))
        if place + 1 < len(inside) and inside[place + 1] - edge > _TINY:
            cells.append(Cell(edge + _TINY, inside[place + 1] - _TINY))
    return cells


def _each(effect: model.Effect, points: Decimal | None) -> Fraction | None:
    """What one occurrence moves; None where a person or a document says it."""
    if isinstance(effect, model.Ladder):
        return Fraction(effect.rungs[-1].value)
    amount = getattr(effect, "amount", None)
    if isinstance(amount, model.Figure | model.Share | model.Full):
        return single(amount, points)
    if isinstance(amount, model.Levels):
        return min((Fraction(level.value) for level in amount.levels if level.value > 0), default=ZERO)
    return None


def _scaled(clause: model.Clause, rule: model.Rule) -> tuple[Fraction, Fraction]:
    """What the scales of the clause make of a point of the rule: at least (but for those that leave nothing), and at most."""
    number = next(number for number, one in enumerate(clause.rules, 1) if one is rule)
    scales = [one.effect for one in clause.rules if isinstance(one.effect, model.Scale) and number in one.effect.rules]
    factors = [Fraction(scale.factor) for scale in scales]
    return prod((one for one in factors if 0 < one < 1), start=Fraction(1)), prod((one for one in factors if one > 1), start=Fraction(1))


def _named(clause: model.Clause) -> frozenset[int]:
    """Numbers of the rules that a limit holds apart from the rest."""
    if turns(clause) or any(limit.kind in ("once", "highest_only", "least") for limit in clause.limits):
        return frozenset(range(1, len(clause.rules) + 1))
    return frozenset(number for limit in clause.limits for number in limit.rules)


def _most_lost(clause: model.Clause, kind: str, most_gained: Fraction | None) -> Fraction | None:
    """How many points of losses a clause can feel; None where there is no end."""
    lifted = any(limit.kind == "negative_allowed" for limit in clause.limits)
    floored = not lifted and (kind == "award" or (kind != "veto" and clause.points is not None))
    if floored and most_gained is not None:
        bounds = [Fraction(limit.amount) for limit in clause.limits if limit.amount is not None]
        return Fraction(clause.points or 0) + most_gained + max(bounds, default=ZERO)
    caps = [Fraction(one.amount) for one in clause.limits if one.kind == "most_lost" and one.amount is not None and not one.rules]
    return min(caps, default=None)


def _most_gained(clause: model.Clause, kind: str) -> Fraction | None:
    """How many points all gains of a clause can be; None where there is no end."""
    if clause.points is not None and (kind == "award" or (earns(clause) and not any(awards(rule) for rule in clause.rules))):
        return Fraction(clause.points) + sum((Fraction(one.amount) for one in clause.limits if one.kind == "most_gained" and one.amount is not None), ZERO)
    whole = [Fraction(one.amount) for one in clause.limits if one.kind == "most_gained" and one.amount is not None and not one.rules]
    capped = {n for one in clause.limits if one.kind == "most_gained" for n in one.rules}
    sums = sum((Fraction(one.amount) for one in clause.limits if one.kind == "most_gained" and one.amount is not None), ZERO)
    for number, rule in enumerate(clause.rules, 1):
        effect = rule.effect
        gains = isinstance(effect, model.Award | model.Earn | model.Proportion) or getattr(effect, "gives", "") in ("award", "earn")
        if not gains or number in capped or getattr(effect, "target", "clause") == "total":
            continue
        once = isinstance(getattr(effect, "basis", None), model.Once) and not isinstance(getattr(effect, "amount", None), model.Levels)
        worth = _each(effect, clause.points) if once else None
        if isinstance(effect, model.Bands):
            worths = (single(row.outcome, clause.points) for row in effect.rows if isinstance(row.outcome, model.Figure | model.Share))
            worth = max(worths, default=ZERO)
        if isinstance(getattr(effect, "amount", None), model.Interval) and once:
            worth = Fraction(effect.amount.high)  # type: ignore[union-attr]
        if worth is None:
            if whole:
                return max(whole)
            return None
        sums += worth * _scaled(clause, rule)[1]
    return sums
