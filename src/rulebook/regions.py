"""What a clause can score: the exact lowest and highest over everything that may still be observed, each with its witness.

Facts matter only at their corners: the ends of ranges, the thresholds of rules and the smallest step beside them. Rules that
share facts are completed together; across such groups almost every limit is monotone, so the worst of each group is the worst
of all. Where one is not (`turns`), every combination of corners is scored.
"""

from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from decimal import Decimal
from fractions import Fraction
from itertools import product
from math import prod

from rulebook import model
from rulebook.bounds import BOUNDS
from rulebook.evaluator import (
    EFFECTS,
    Bounds,
    NotKnown,
    Outcome,
    Situation,
    best,
    clause_outcome,
    not_supplied,
    worth,
)
from rulebook.evidence import ClauseEvidence, Dated, Value

_TINY = Decimal(1).scaleb(-BOUNDS.decimals)
_MOST = Decimal(10) ** BOUNDS.points_digits
MOST = 1 << 14
"""The most combinations of groups that are scored for one end; beyond it the lowest, or highest, of each group stands for it."""

Assignment = dict[str, Value]
Vector = tuple[Fraction, ...]


def complete(clause: model.Clause, kind: str, evidence: ClauseEvidence, book: model.Rulebook) -> Bounds:
    """The worst and best outcome of a clause of which some facts, or all, are unknown. An unknown clause may also turn out not supplied."""
    whole = evidence.state != "observed"
    known = {} if whole else dict(evidence.facts)
    open_facts = [fact for fact in clause.facts if whole or fact.name in evidence.open or needs(fact, known)]
    outcomes = [
        clause_outcome(clause, kind, {**known, **assignment}, book.header.year, evidence.note)
        for assignment in _completions(clause, known, open_facts, book.header.year)
    ]
    if whole and book.header.not_supplied is not None and kind in ("points", "deduct"):
        outcomes.append(not_supplied(clause, kind))
    worst = min(outcomes, key=_badness)
    top = max(outcomes, key=_badness)
    return Bounds(worst, top)


def _badness(outcome: Outcome) -> tuple[Fraction, int]:
    """Lower is worse: what the clause and the total lose together, then a veto."""
    return worth(outcome), -len(outcome.vetoes)


def span(clause: model.Clause, kind: str, book: model.Rulebook) -> tuple[Bounds, Bounds]:
    """Lowest and highest by observation alone, and the same where evidence may also be not supplied."""
    outcomes = [
        clause_outcome(clause, kind, assignment, book.header.year)
        for assignment in _completions(clause, {}, list(clause.facts), book.header.year)
    ]
    observed = Bounds(min(outcomes, key=_badness), max(outcomes, key=_badness))
    return observed, complete(clause, kind, ClauseEvidence("unknown"), book)


def at_best(
    clause: model.Clause, kind: str, known: Mapping[str, Value], missing: Iterable[model.Fact], year: int | None
) -> Assignment:
    """What is known, and every missing fact where it costs nothing; a figure that a person gives, at the best that its grade allows."""
    missing = list(missing)
    choices = [corners(fact, clause) if _best_unsaid(fact) else [best(fact)] for fact in missing]
    found: list[tuple[Outcome, Assignment]] = []
    for values in product(*choices):
        facts: Assignment = {**known, **dict(zip((fact.name for fact in missing), values, strict=True))}
        with suppress(NotKnown):  # a figure that the grade does not allow
            found.append((clause_outcome(clause, kind, facts, year), facts))
    return max(found, key=lambda pair: _badness(pair[0]))[1] if found else dict(known)


def _best_unsaid(fact: model.Fact) -> bool:
    """True for a figure of which no value is said to be the best: 直报率未达到100%的不得分, or the one that a person gives within a grade."""
    return (fact.type == "number" and not fact.best) or (fact.type == "amount" and fact.needed)


def needs(fact: model.Fact, known: Mapping[str, Value]) -> bool:
    """True for a figure or a grade that nobody observed: it has no value that stands for 'nothing found'."""
    return fact.needed and fact.name not in known


def _completions(
    clause: model.Clause, known: Mapping[str, Value], unknown: list[model.Fact], year: int | None
) -> Iterable[Assignment]:
    """Assignments of the unknown facts among which are one that scores lowest and one that scores highest."""
    candidates = [_candidates(clause, known, group, year) for group in groups(clause, unknown)]
    plain = [[c for c in group if not c[2] and not c[3]] for group in candidates]
    seen: list[Assignment] = []
    turned = turns(clause)

    def emit(choice: Iterable[list[tuple[Assignment, Vector, bool, bool]]]) -> None:
        parts = list(choice)
        every = turned and prod(map(len, parts)) <= MOST
        for sign in (1,) if every else (1, -1):  # the worst of all groups together, then the best
            lists = parts if every else [_front(group, sign) for group in parts]
            if prod(map(len, lists)) > MOST:
                lists = [[min(group, key=lambda c: sum(c[1]) * sign)] for group in lists]
            for combination in product(*lists):
                merged: Assignment = {}
                for candidate in combination:
                    merged.update(candidate[0])
                seen.append(merged)

    if all(plain):
        emit(plain)
    for index, group in enumerate(candidates):
        rest = [p or c for p, c in zip(plain, candidates, strict=True)]
        zeroing = [c for c in group if c[2]]
        sparing = [c for c in group if c[3] and not c[2]]
        for chosen in (zeroing, sparing):
            if chosen:
                emit([*rest[:index], chosen, *rest[index + 1 :]])
    return seen or [{}]


def turns(clause: model.Clause) -> bool:
    """True where more of one thing may leave less moved in all: a limit takes back what stands last, and that goes from the total while the
    rest goes from the clause, or what is left counts once."""
    once = any(limit.kind in ("once", "highest_only") for limit in clause.limits)
    for limit in clause.limits:
        if limit.kind in ("most_lost", "most_gained"):
            held = [rule for number, rule in enumerate(clause.rules, 1) if not limit.rules or number in limit.rules]
            if once or len({getattr(rule.effect, "target", "clause") for rule in held}) > 1:
                return True
    return False


def _front(group: list[tuple[Assignment, Vector, bool, bool]], sign: int) -> list[tuple[Assignment, Vector, bool, bool]]:
    """The candidates that no other is at least as low as in every rule; with the sign -1 as high."""
    out: list[tuple[Assignment, Vector, bool, bool]] = []
    for candidate in group:
        if any(_below(other[1], candidate[1], sign) for other in out):
            continue
        out = [other for other in out if not _below(candidate[1], other[1], sign)]
        out.append(candidate)
    return out


def _below(one: Vector, other: Vector, sign: int) -> bool:
    return all(a * sign <= b * sign for a, b in zip(one, other, strict=True))


def groups(clause: model.Clause, unknown: list[model.Fact]) -> list[tuple[list[model.Fact], list[int]]]:
    """Unknown facts that act together, each group with the numbers of its rules (a ceiling's fact stands alone)."""
    names = {fact.name: fact for fact in unknown}
    uses = [facts_of(rule) for rule in clause.rules]
    for rule in clause.rules:
        if isinstance(rule.effect, model.Scale):
            together = set(facts_of(rule)).union(*(uses[n - 1] for n in rule.effect.rules))
            uses.append(frozenset(together))
    uses += [frozenset((limit.fact,)) for limit in clause.limits if limit.fact]
    figures = frozenset(fact.name for fact in clause.facts if fact.type == "amount")
    uses = [use | figures if _asks_figure(clause, index) else use for index, use in enumerate(uses)]
    parts: list[set[str]] = []
    for use in uses:
        wanted = {name for name in use if name in names}
        if not wanted:
            continue
        touching = [part for part in parts if part & wanted]
        parts = [part for part in parts if not part & wanted] + [set().union(wanted, *touching)]
    return [
        (
            [fact for fact in unknown if fact.name in part],
            [n for n, use in enumerate(uses[: len(clause.rules)]) if use & part or _scaled_by(clause, n, part)],
        )
        for part in parts
    ]


def _scaled_by(clause: model.Clause, number: int, part: set[str]) -> bool:
    """True for a rule that a scale with facts of the group acts on."""
    return any(
        isinstance(rule.effect, model.Scale) and number + 1 in rule.effect.rules and facts_of(rule) & part
        for rule in clause.rules
    )


def _asks_figure(clause: model.Clause, index: int) -> bool:
    if index >= len(clause.rules):
        return False
    effect = clause.rules[index].effect
    return isinstance(effect, model.Bands) and any(isinstance(row.outcome, model.Interval) for row in effect.rows)


def facts_of(rule: model.Rule) -> frozenset[str]:
    """The facts that a rule looks at."""
    names = {trigger.fact for trigger in rule.triggers}
    if rule.fact:
        names.add(rule.fact)
    effect = rule.effect
    names.update(getattr(effect, "each_of", ()))
    amount = getattr(effect, "amount", None)
    if isinstance(amount, model.Levels):
        names.update(level.name for level in amount.levels)
    return frozenset(names)


def _candidates(
    clause: model.Clause, known: Mapping[str, Value], group: tuple[list[model.Fact], list[int]], year: int | None
) -> list[tuple[Assignment, Vector, bool, bool]]:
    """Every corner of a group: the assignment, what each rule does there, whether it zeroes, whether it spares."""
    facts, numbers = group
    rules = [clause.rules[n] for n in numbers]
    found = []
    choices = [corners(fact, clause) for fact in facts]
    scales = [rule for rule in rules if isinstance(rule.effect, model.Scale)]
    for values in product(*choices):
        assignment: Assignment = dict(zip((fact.name for fact in facts), values, strict=True))
        situation = Situation(clause, {**known, **assignment}, year)
        vector, zeroes, spares = [], False, False
        try:
            effects = [EFFECTS[type(rule.effect)](situation, rule, rule.effect) for rule in rules]
        except NotKnown:
            continue
        for number, effect in zip(numbers, effects, strict=True):
            factor = Fraction(1)
            for scale in scales:
                assert isinstance(scale.effect, model.Scale)
                fired = effects[rules.index(scale)].factor
                if number + 1 in scale.effect.rules and fired is not None:
                    factor *= fired
            vector.append(effect.points * factor - (1 if effect.vetoes else 0))
            zeroes, spares = zeroes or effect.zeroes, spares or bool(effect.spares)
        if not rules:  # the event of a ceiling
            vector.append(Fraction(-sum(1 for value in values if value is True)))
        found.append((assignment, tuple(vector), zeroes, spares))
    return found


def corners(fact: model.Fact, clause: model.Clause) -> list[Value]:
    """The values of a fact at which something can change, its ends among them."""
    return CORNERS[fact.type](fact, clause)


def thresholds(fact: model.Fact, clause: model.Clause) -> set[Decimal]:
    """The values at which what a rule does with a fact begins, ends or turns."""
    found: set[Decimal] = set()
    for rule in clause.rules:
        if fact.name not in facts_of(rule):
            continue
        effect = rule.effect
        ranges = [t.within for t in rule.triggers if isinstance(t, model.Test) and t.fact == fact.name]
        if isinstance(effect, model.Bands):
            ranges += [row.within for row in effect.rows if row.within is not None]
        for within in ranges:
            found |= {end for end in (within.low, within.high) if end is not None}
        if isinstance(effect, model.Proportion):
            found |= {effect.low, effect.high}
        basis = getattr(effect, "basis", None)
        if isinstance(basis, model.Step):
            origin = basis.threshold or Decimal(0)
            sign = -1 if basis.threshold is not None and basis.direction == "below" else 1
            found |= {origin, origin + sign * basis.size}
        if isinstance(basis, model.Count | model.Time):
            found |= {Decimal(basis.free), Decimal(basis.free + basis.per)}
        if isinstance(effect, model.Ladder):
            found |= {Decimal(rung.first) for rung in effect.rungs}
    return found


def _exhausting(fact: model.Fact, clause: model.Clause) -> set[Decimal]:
    """The counts at which a bound of the clause is reached: the plainest witnesses of its ends."""
    caps = {limit.amount for limit in clause.limits if limit.amount is not None} | {clause.points or Decimal(0)}
    found: set[Decimal] = set()
    for rule in clause.rules:
        amount, basis = getattr(rule.effect, "amount", None), getattr(rule.effect, "basis", None)
        if rule.fact == fact.name and isinstance(amount, model.Figure) and amount.value > 0:
            found |= {-(-cap // amount.value) * getattr(basis, "per", 1) + getattr(basis, "free", 0) for cap in caps}
    return found


def _counts(fact: model.Fact, clause: model.Clause) -> list[Value]:
    near = {int(t) + d for t in thresholds(fact, clause) | _exhausting(fact, clause) for d in (-1, 0, 1)}
    values = {0, 1, BOUNDS.count, int(fact.best or 0)} | near
    return [value for value in sorted(values) if 0 <= value <= BOUNDS.count]


def _numbers(fact: model.Fact, clause: model.Clause) -> list[Value]:
    low = fact.low if fact.low is not None else Decimal(0)
    high = fact.high if fact.high is not None else Decimal(BOUNDS.count)
    near = {t + d for t in thresholds(fact, clause) for d in (-_TINY, Decimal(0), _TINY)}
    return [value for value in sorted({low, high} | near) if low <= value <= high]


def _amount(fact: model.Fact, clause: model.Clause) -> list[Value]:
    inner: set[Decimal] = set()
    for rule in clause.rules:
        if isinstance(rule.effect, model.Bands):
            inner |= {
                e
                for row in rule.effect.rows
                if isinstance(row.outcome, model.Interval)
                for e in (row.outcome.low, row.outcome.high)
            }
    return sorted({Decimal(0), fact.low or Decimal(0), fact.high or _MOST} | inner)


def _amounts(fact: model.Fact, clause: model.Clause) -> list[Value]:
    low, high = fact.low or Decimal(0), fact.high or _MOST
    return [(), (low,), (high,), (high,) * _enough(clause, high)]


def _records(fact: model.Fact, clause: model.Clause) -> list[Value]:
    costly = Dated(points=_MOST - 1)
    plenty = _enough(clause, _MOST - 1)
    return [(), (Dated(),), (Dated(),) * BOUNDS.records, (costly,), (costly,) * plenty, (Dated(points=Decimal(0)),)]


def _enough(clause: model.Clause, each: Decimal) -> int:
    """So many that more would change nothing where the clause is bounded; else as many as there may be."""
    bounded = [limit.amount for limit in clause.limits if limit.amount is not None]
    floored = not any(limit.kind == "negative_allowed" for limit in clause.limits)
    if (
        clause.points is None
        or not floored
        or each <= 0
        or any(getattr(r.effect, "target", "") == "total" for r in clause.rules)
    ):
        return BOUNDS.records
    return min(BOUNDS.records, int((clause.points + sum(bounded, Decimal(0))) // each) + 2)


CORNERS: dict[str, Callable[[model.Fact, model.Clause], list[Value]]] = {
    "flag": lambda fact, clause: [False, True],
    "count": _counts,
    "number": _numbers,
    "choice": lambda fact, clause: list(fact.choices),
    "amount": _amount,
    "amounts": _amounts,
    "records": _records,
}
"""Fact type → its corners."""
