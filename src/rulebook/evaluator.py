"""The reference semantics: one record to a score and its ledger, exactly. To be read beside the semantics page, in its order.

Everything is computed in Fractions. Nothing is rounded but the final score, and that only where the head says so.
"""

from collections.abc import Callable, Iterable, Mapping
from copy import copy
from dataclasses import dataclass, field, replace
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from types import MappingProxyType
from typing import Any, NamedTuple

from rulebook import model
from rulebook.evidence import ClauseEvidence, Dated, Record, Value
from rulebook.periods import COUNTS, Gap, asked_of, gaps

ZERO = Fraction(0)


class NotKnown(Exception):
    """A fact that the score hangs on, named here, is unknown."""


@dataclass(eq=False, repr=False)
class Entry:
    """One ledger line in the making. `nominal = applied + absorbed`, always; `single`: the most that one occurrence moves.

    `earned`: it gives what the clause's points are for, and no award; `details` are for its sentence.
    """

    clause: str | None
    effect: str
    nominal: Fraction
    applied: Fraction
    rule: int | None = None
    fact: str | None = None
    value: Any = None
    text: str = ""
    line: int | None = None
    sentence: int = 0
    target: str = "clause"
    note: str = ""
    single: Fraction = ZERO
    earned: bool = False
    details: dict[str, Any] = field(default_factory=dict)

    @property
    def absorbed(self) -> Fraction:
        return self.nominal - self.applied


class Effects(NamedTuple):
    """What one rule does on its own: points, a zero, or an exemption, with the fact and value that say why.

    `each`: the figures of single occurrences, the same for all or one after the other; none where the points are one figure.
    """

    points: Fraction = ZERO
    fires: bool = False
    zeroes: bool = False
    spares: str = ""
    factor: Fraction | None = None
    vetoes: bool = False
    fact: str | None = None
    value: Any = None
    details: Mapping[str, Any] = MappingProxyType({})
    each: tuple[Fraction, ...] = ()

    @property
    def single(self) -> Fraction:
        """The most that one occurrence moves, without its sign: of figures that differ the largest."""
        return min(max(self.each, default=abs(self.points)), abs(self.points))


@dataclass(eq=False, repr=False)
class Situation:
    """A clause with what was observed. Faults that nobody recorded were not found; a figure that nobody measured is unknown."""

    clause: model.Clause
    facts: Mapping[str, Value]
    year: int | None = None

    def value(self, name: str | None) -> Any:
        if name is None:
            raise NotKnown("")
        if name in self.facts:
            return self.facts[name]
        fact = self.clause.fact(name)
        if fact.needed:
            raise NotKnown(name)
        return best(fact)

    def count(self, name: str | None) -> int:
        """How often: a count, the records there are, or by how many they fall short of the requirement."""
        value = self.value(name)
        if not isinstance(value, tuple):
            return int(value)
        fact = self.clause.fact(name or "")
        return len(value) if fact.requirement is None else sum(map(COUNTS[fact.counts], self.gaps(fact, value)))

    def gaps(self, fact: model.Fact, records: tuple[Dated, ...]) -> tuple[Gap, ...]:
        """What dated records leave open of what the fact is measured against."""
        return gaps(asked_of(self.clause, fact), records, self.year)

    def fired(self, triggers: Iterable[model.Trigger]) -> tuple[str, Any] | None:
        """The first trigger that holds, with its value; None where none does."""
        unknown: NotKnown | None = None
        for trigger in triggers:
            try:
                value = self.value(trigger.fact)
            except NotKnown as error:
                unknown = error
                continue
            if isinstance(trigger, model.Test):
                if trigger.within.holds(value if not isinstance(value, tuple) else self.count(trigger.fact)):
                    return trigger.fact, value
            elif value is True or (isinstance(value, tuple) and self.count(trigger.fact) > 0):
                return trigger.fact, value
        if unknown is not None:
            raise unknown
        return None


def best(fact: model.Fact) -> Value:
    """The value that costs nothing: nothing found, the requirement met, the best grade."""
    if fact.type == "flag":
        return fact.best == "true"
    if fact.type in ("records", "amounts"):
        return ()
    if fact.type == "choice":
        return fact.best
    if fact.type == "count":
        return int(fact.best or 0)
    return Decimal(fact.best or 0)


# --- 1. what each rule does on its own: one function an effect


def single(amount: model.Amount, points: Decimal | None) -> Fraction:
    """What an amount of one figure is worth in a clause of so many points. Raises TypeError for an amount of several, or that a person gives."""
    if isinstance(amount, model.Figure):
        return Fraction(amount.value)
    if isinstance(amount, model.Share):
        return Fraction(amount.percent) / 100 * Fraction(points or 0)
    if isinstance(amount, model.Full):
        return Fraction(points or 0)
    raise TypeError(f"{type(amount).__name__} has no single worth")


def _steps(basis: model.Step, value: Decimal) -> Fraction:
    """How many steps the value lies off the threshold; without a threshold the value is the distance itself."""
    distance = Fraction(value)
    if basis.threshold is not None:
        distance = (
            Fraction(basis.threshold) - distance if basis.direction == "below" else distance - Fraction(basis.threshold)
        )
    if distance <= 0:
        return ZERO
    steps = distance / Fraction(basis.size)
    if basis.partial == "pro_rata":
        return steps
    whole = steps.numerator // steps.denominator
    return Fraction(whole + (basis.partial == "started" and steps != whole))


def _moves(sign: int) -> Callable[[Situation, model.Rule, Any], Effects]:
    def apply(situation: Situation, rule: model.Rule, effect: Any) -> Effects:
        points = situation.clause.points
        amount, basis = effect.amount, effect.basis
        earns_points = isinstance(effect, model.Earn)
        if earns_points and effect.granted:
            worth = single(amount, points)
            return Effects(worth, fires=True, details={"granted": True})
        if isinstance(amount, model.Levels) or (not earns_points and effect.each_of):
            return _each(situation, effect, sign)
        if isinstance(amount, model.Interval):
            if isinstance(basis, model.Once):
                if rule.triggers and situation.fired(rule.triggers) is None:
                    return Effects()
                value = situation.value(rule.fact)
                return Effects(
                    sign * Fraction(value), bool(value), fact=rule.fact, value=value, details={"given": True}
                )
            values = situation.value(rule.fact)
            figures = tuple(map(Fraction, values))
            return Effects(
                sign * sum(figures, ZERO), bool(values), fact=rule.fact, value=values, details={"times": len(values)}, each=figures
            )
        worth = single(amount, points)
        if isinstance(basis, model.Once):
            fired = situation.fired(rule.triggers) if rule.triggers else ("", True)
            if fired is None:
                return Effects()
            return Effects(sign * worth, True, fact=fired[0] or None, value=fired[1], details={"amount": worth})
        if rule.triggers and situation.fired(rule.triggers) is None:
            return Effects()
        if isinstance(basis, model.Step):
            value = situation.value(rule.fact)
            times = _steps(basis, value)
            return Effects(
                sign * worth * times,
                times > 0,
                fact=rule.fact,
                value=value,
                details={"amount": worth, "steps": times},
                each=(worth,),
            )
        value = situation.value(rule.fact)
        if isinstance(value, tuple) and situation.clause.fact(rule.fact or "").type == "records":
            value = (
                tuple(record for record in value if record.points is None)
                if _is_stated(situation, rule.fact)
                else value
            )
            found = len(value)
        else:
            found = situation.count(rule.fact)
        times = Fraction(max(found - basis.free, 0) // basis.per)
        return Effects(
            sign * worth * times,
            times > 0,
            fact=rule.fact,
            value=found,
            details={"amount": worth, "times": times, "found": found, "free": basis.free},
            each=(worth,),
        )

    return apply


def _is_stated(situation: Situation, fact: str | None) -> bool:
    return any(isinstance(rule.effect, model.Stated) and rule.fact == fact for rule in situation.clause.rules)


def _each(situation: Situation, effect: Any, sign: int) -> Effects:
    """各扣1分, 分别加6、4、2分: one fact a name."""
    if isinstance(effect.amount, model.Levels):
        worths = {level.name: Fraction(level.value) for level in effect.amount.levels}
    else:
        worths = dict.fromkeys(effect.each_of, single(effect.amount, situation.clause.points))
    per = getattr(effect.basis, "per", 1)
    total, found, parts = ZERO, [], []
    for name, worth in worths.items():
        times = situation.count(name) // per
        if times:
            total += worth * times
            found.append(name)
            parts.append(worth)
    return Effects(
        sign * total,
        bool(found),
        fact="、".join(found) or None,
        value=len(found),
        details={"names": found},
        each=tuple(parts),
    )


def _zero(situation: Situation, rule: model.Rule, effect: model.Zero) -> Effects:
    if isinstance(effect.basis, model.Count | model.Time):
        found = situation.count(rule.fact)
        fires = found >= effect.basis.per
        return Effects(fires=fires, zeroes=fires, fact=rule.fact, value=found, details={"found": found})
    fired = situation.fired(rule.triggers) if rule.triggers else None
    if fired is None:
        return Effects()
    return Effects(fires=True, zeroes=True, fact=fired[0], value=fired[1])


def _no_effect(situation: Situation, rule: model.Rule, effect: model.NoEffect) -> Effects:
    fired = situation.fired(rule.triggers)
    spares = "" if effect.spares == "nothing" else effect.spares
    return Effects() if fired is None else Effects(fires=True, spares=spares, fact=fired[0], value=fired[1])


def _bands(situation: Situation, rule: model.Rule, effect: model.Bands) -> Effects:
    value = situation.value(rule.fact)
    if isinstance(value, tuple):
        value = situation.count(rule.fact)
    sign = -1 if effect.gives == "deduct" else 1
    for row in effect.rows:
        if not row.fits(value):
            continue
        outcome = row.outcome
        details = {"label": row.label, "band": True}
        if isinstance(outcome, model.ZeroPoints) and effect.gives == "deduct":
            return Effects(fires=True, zeroes=True, fact=rule.fact, value=value, details={**details, "zeroes": True})
        if isinstance(outcome, model.ZeroPoints | model.NoChange):
            return Effects(fires=effect.gives == "earn", fact=rule.fact, value=value, details=details)
        if isinstance(outcome, model.Interval):
            figure = next(f for f in situation.clause.facts if f.type == "amount")
            given = Decimal(situation.facts[figure.name]) if figure.name in situation.facts else None  # type: ignore[arg-type]
            if given is None:
                raise NotKnown(figure.name)
            if not outcome.low <= given <= outcome.high:
                raise NotKnown(figure.name)  # a figure of another band says nothing of this one
            return Effects(sign * Fraction(given), True, fact=rule.fact, value=value, details=details)
        worth = single(outcome, situation.clause.points)
        return Effects(sign * worth, True, fact=rule.fact, value=value, details={**details, "amount": worth})
    return Effects(fires=True, fact=rule.fact, value=value, details={"label": None, "band": True})


def _proportion(situation: Situation, rule: model.Rule, effect: model.Proportion) -> Effects:
    value = situation.value(rule.fact)
    low, high = Fraction(effect.low), Fraction(effect.high)
    share = min(max((Fraction(value) - low) / (high - low), ZERO), Fraction(1))
    share = 1 - share if effect.falling else share
    worth = single(effect.amount, situation.clause.points) * share
    return Effects(worth, True, fact=rule.fact, value=value, details={"amount": worth})


def _ladder(situation: Situation, rule: model.Rule, effect: model.Ladder) -> Effects:
    found = situation.count(rule.fact)
    total = ZERO
    for position, rung in enumerate(effect.rungs):
        after = effect.rungs[position + 1].first if position + 1 < len(effect.rungs) else None
        times = max(0, (found if after is None else min(found, after - 1)) - rung.first + 1)
        total += Fraction(rung.value) * times
    reached = tuple(Fraction(rung.value) for rung in effect.rungs if rung.first <= found)
    sign = -1 if effect.gives == "deduct" else 1
    return Effects(sign * total, found > 0, fact=rule.fact, value=found, details={"found": found}, each=reached)


def _stated(situation: Situation, rule: model.Rule, effect: model.Stated) -> Effects:
    records = situation.value(rule.fact)
    stated = tuple(Fraction(record.points) for record in records if record.points is not None)
    sign = -1 if effect.gives == "deduct" else 1
    return Effects(
        sign * sum(stated, ZERO), bool(stated), fact=rule.fact, value=len(stated), details={"times": len(stated)}, each=stated
    )


def _scale(situation: Situation, rule: model.Rule, effect: model.Scale) -> Effects:
    fired = situation.fired(rule.triggers)
    if fired is None:
        return Effects()
    return Effects(fires=True, factor=Fraction(effect.factor), fact=fired[0], value=fired[1])


def _veto(situation: Situation, rule: model.Rule, effect: model.Veto) -> Effects:
    fired = situation.fired(rule.triggers)
    return Effects() if fired is None else Effects(fires=True, vetoes=True, fact=fired[0], value=fired[1])


def _judged(situation: Situation, rule: model.Rule, effect: model.Judged) -> Effects:
    value = situation.value(rule.fact)
    fails = situation.count(rule.fact) > 0 if isinstance(value, tuple) else value is True
    if fails:
        return Effects(fires=True, zeroes=True, fact=rule.fact, value=value)
    figure = next((trigger.fact for trigger in rule.triggers if trigger.fact in situation.facts), None)
    if figure is None:
        return Effects()
    missed = situation.fired(rule.triggers) is not None  # an indicator that is reached is told as well: by how much
    return Effects(fires=True, zeroes=missed, fact=figure, value=situation.value(figure), details={"reached": not missed})


EFFECTS: dict[type, Callable[[Situation, model.Rule, Any], Effects]] = {
    model.Deduct: _moves(-1),
    model.Award: _moves(1),
    model.Earn: _moves(1),
    model.Zero: _zero,
    model.NoEffect: _no_effect,
    model.Bands: _bands,
    model.Proportion: _proportion,
    model.Ladder: _ladder,
    model.Stated: _stated,
    model.Scale: _scale,
    model.Veto: _veto,
    model.Judged: _judged,
}
"""Effect → what it does to points. A new mechanism is a row here."""


# --- 1–3. one clause


@dataclass(eq=False, repr=False)
class Outcome:
    """A clause's score: where it starts, the entries that move it, the score, and whether a veto fired."""

    start: Fraction
    entries: list[Entry]
    score: Fraction
    vetoes: list[tuple[model.Rule, Any]] = field(default_factory=list)


def worth(outcome: Outcome) -> Fraction:
    """What the outcome means for the total: the clause's score and what it takes from the whole."""
    return outcome.score + sum((entry.applied for entry in outcome.entries if entry.target == "total"), ZERO)


def earns(clause: model.Clause) -> bool:
    """True for a clause that starts at nothing and earns its points."""
    return any(
        isinstance(rule.effect, model.Earn | model.Proportion)
        or (isinstance(rule.effect, model.Bands) and rule.effect.gives == "earn")
        for rule in clause.rules
    )


def awards(rule: model.Rule) -> bool:
    """True for a rule that adds points on top: an award, or a table, ladder or document that gives one."""
    return isinstance(rule.effect, model.Award) or getattr(rule.effect, "gives", "") == "award"


def start_of(clause: model.Clause, kind: str) -> Fraction:
    """What the clause holds before anything is found."""
    if kind in ("award", "veto") or earns(clause) or clause.points is None:
        return ZERO
    return Fraction(clause.points)


def clause_outcome(
    clause: model.Clause, kind: str, facts: Mapping[str, Value], year: int | None, note: str = ""
) -> Outcome:
    """The clause's score on what was observed. Raises NotKnown where a fact that it hangs on is missing."""
    situation = Situation(clause, facts, year)
    effects = [EFFECTS[type(rule.effect)](situation, rule, rule.effect) for rule in clause.rules]
    start = start_of(clause, kind)
    scaled = _scaled(clause, effects)
    entries = _entries(clause, effects, scaled, note)
    for entry in entries:
        entry.details |= _measured(situation, entry.fact)
    own = [entry for entry in entries if entry.target == "clause"]
    for limit in clause.limits:
        if limit.scope in ("rule", "sentence"):  # what goes from the total is held as well
            _limit(limit, [entry for entry in entries if entry.rule in limit.rules])
    spared = {spares for effect in effects if (spares := effect.spares)}
    for entry in own:
        if ("deduct" in spared and entry.applied < 0) or (
            "award" in spared and entry.applied > 0 and awards(clause.rules[(entry.rule or 1) - 1])
        ):
            entry.applied = ZERO
    if any(effect.zeroes for effect in effects):
        _zeroed(start, own)
    else:
        for limit in clause.limits:
            if limit.scope == "clause" and limit.kind not in ("floor", "least"):  # those hold what is left in the end
                _limit(limit, [entry for entry in entries if not limit.rules or entry.rule in limit.rules])
        lines = _bounded(start, own, clause, kind, situation)
        own += lines
        entries += lines
    score = start + sum((entry.applied for entry in own), ZERO)
    vetoes = [(rule, effect) for rule, effect in zip(clause.rules, effects, strict=True) if effect.vetoes]
    return Outcome(start, entries, score, vetoes)


def _measured(situation: Situation, name: str | None) -> dict[str, Any]:
    """What dated records of a fact leave open, for the sentence of its line: which quarters, which last days."""
    records: Any = situation.facts.get(name or "")
    if not isinstance(records, tuple) or name is None:
        return {}
    fact = situation.clause.fact(name)
    return {} if fact.requirement is None else {"gaps": situation.gaps(fact, records)}


def _scaled(clause: model.Clause, effects: list[Effects]) -> list[Fraction]:
    """The nominal points of every rule after 加倍 and 减半."""
    points = [effect.points for effect in effects]
    for rule, effect in zip(clause.rules, effects, strict=True):
        if effect.factor is not None and isinstance(rule.effect, model.Scale):
            for number in rule.effect.rules:
                points[number - 1] *= effect.factor
    return points


def _entries(clause: model.Clause, effects: list[Effects], points: list[Fraction], note: str) -> list[Entry]:
    entries = []
    for number, (rule, effect, nominal) in enumerate(zip(clause.rules, effects, points, strict=True), 1):
        if not effect.fires:
            continue
        factor = nominal / effect.points if effect.points else None
        entries.append(
            Entry(
                clause.address,
                rule.effect.kind,
                nominal,
                nominal,
                rule=number,
                fact=effect.fact,
                value=effect.value,
                text=rule.text,
                line=rule.span.line if rule.span else None,
                sentence=rule.sentence,
                target=getattr(rule.effect, "target", "clause"),
                note=note,
                earned=rule.effect.kind in ("earn", "bands", "proportion") and not awards(rule),
                single=effect.single if factor is None else effect.single * factor,
                details=dict(effect.details) if factor is None else {**effect.details, "factor": factor},
            )
        )
    return entries


def _limit(limit: model.Limit, entries: list[Entry], start: Fraction = ZERO) -> None:
    """Bounds the entries that a limit holds."""
    LIMITS[limit.kind](limit, entries, start)


def _most_lost(limit: model.Limit, entries: list[Entry], start: Fraction) -> None:
    _give_way(entries, Fraction(limit.amount or 0), -1)


def _most_gained(limit: model.Limit, entries: list[Entry], start: Fraction) -> None:
    _give_way(entries, Fraction(limit.amount or 0), 1)


def _once(limit: model.Limit, entries: list[Entry], start: Fraction) -> None:
    for entry in entries:
        _counts_once(entry)


def _highest_only(limit: model.Limit, entries: list[Entry], start: Fraction) -> None:
    """Of what is lost, earned and awarded each the entry with the largest single figure, and that figure once."""
    for alike in _by_kind(entries):
        strongest = max(alike, key=lambda entry: min(entry.single, abs(entry.applied)))
        for entry in alike:
            if entry is not strongest:
                entry.applied = ZERO
        _counts_once(strongest)


def _counts_once(entry: Entry) -> None:
    """An entry moves no more than one occurrence of it does."""
    single = min(entry.single, abs(entry.applied))
    entry.applied = single if entry.applied > 0 else -single


def _by_kind(entries: list[Entry]) -> list[list[Entry]]:
    """The entries that move points, those that take, those that earn and those that award apart."""
    gains = [entry for entry in entries if entry.applied > 0]
    kinds = [
        [entry for entry in entries if entry.applied < 0],
        [entry for entry in gains if entry.earned],
        [entry for entry in gains if not entry.earned],
    ]
    return [kind for kind in kinds if kind]


def _at_least(limit: model.Limit, entries: list[Entry], start: Fraction) -> None:
    """扣完为止, 最低得: what was lost below the bound is given back."""
    below = Fraction(limit.amount or 0) - start - sum((entry.applied for entry in entries), ZERO)
    if below > 0:
        lost = sum((-entry.applied for entry in entries if entry.applied < 0), ZERO)
        _give_way(entries, max(lost - below, ZERO), -1)


def _elsewhere(limit: model.Limit, entries: list[Entry], start: Fraction) -> None:
    """The lifting of the floor and ceilings bound the clause as a whole; stacking and offsetting are how entries add up anyway.

    That the same thing counts once is for who counts: evidence holds how many there are, not which.
    """


LIMITS: dict[str, Callable[[model.Limit, list[Entry], Fraction], None]] = {
    "most_lost": _most_lost,
    "most_gained": _most_gained,
    "once": _once,
    "highest_only": _highest_only,
    "floor": _at_least,
    "least": _at_least,
    "negative_allowed": _elsewhere,
    "ceiling": _elsewhere,
    "distinct": _elsewhere,
    "stacking": _elsewhere,
    "offset": _elsewhere,
}
"""Limit → what it does to the entries that it holds; the later ones give way first. A new limit is a row here."""

FLOOR = model.Limit.made(kind="floor")
"""Not below nothing: what holds every clause with points that says nothing else."""


def _give_way(entries: list[Entry], most: Fraction, sign: int) -> None:
    """Takes back what the entries of one direction move beyond `most`, from the last backwards."""
    moved = sum((entry.applied * sign for entry in entries if entry.applied * sign > 0), ZERO)
    excess = moved - most
    for entry in reversed(entries):
        if excess <= 0:
            return
        if entry.applied * sign > 0:
            back = min(excess, entry.applied * sign)
            entry.applied -= back * sign
            excess -= back


def _zeroed(start: Fraction, entries: list[Entry]) -> None:
    """A zero wins: the clause scores nothing, its first zero is charged with all of it, the rest is absorbed."""
    first = True
    for entry in entries:
        if entry.effect in ("zero", "judged") or entry.details.get("zeroes"):
            entry.nominal = -start
            entry.applied = -start if first else ZERO
            first = False
        else:
            entry.applied = ZERO
            entry.details["zeroed"] = True


def _bounded(
    start: Fraction, entries: list[Entry], clause: model.Clause, kind: str, situation: Situation
) -> list[Entry]:
    """The clause's own bounds: what it earns, how low it may fall, how high an event lets it be. Returns the lines that no rule stands for."""
    lines: list[Entry] = []
    limits = {limit.kind: limit for limit in clause.limits if limit.kind in ("floor", "least", "negative_allowed")}
    if clause.points is not None and (earns(clause) or kind == "award"):
        _give_way([entry for entry in entries if kind == "award" or entry.earned], Fraction(clause.points), 1)
    if kind == "award" or (kind != "veto" and clause.points is not None):
        if "least" in limits:
            _at_least(limits["least"], entries, start)
            lines += _guaranteed(limits["least"], entries, start, clause) if kind != "award" else []
        elif "negative_allowed" not in limits:
            _at_least(FLOOR, entries, start)
    for limit in clause.limits:
        if limit.kind == "ceiling" and limit.amount is not None and situation.value(limit.fact) is True:
            over = start + sum((entry.applied for entry in [*entries, *lines]), ZERO) - Fraction(limit.amount)
            if over > 0:
                lines.append(Entry(clause.address, "limit", -over, -over, fact=limit.fact, value=True, text=limit.text))
    return lines


def _guaranteed(limit: model.Limit, entries: list[Entry], start: Fraction, clause: model.Clause) -> list[Entry]:
    """保底1分: what is earned short of it is given."""
    short = Fraction(limit.amount or 0) - start - sum((entry.applied for entry in entries), ZERO)
    return [Entry(clause.address, "limit", short, short, text=limit.text)] if short > 0 else []


# --- 4–8. items, sections, the whole


@dataclass(eq=False, repr=False)
class Total:
    """The whole, at one completion of what is unknown: entries that sum exactly to the score."""

    start: Fraction
    full: Fraction
    entries: list[Entry]
    score: Fraction
    arithmetic: Fraction
    sections: list[tuple[model.Section, Fraction, Fraction]]
    vetoes: list[tuple[model.Rule, str]]
    scorable: bool
    grade: str | None


class Part(NamedTuple):
    """An item or a section, settled: the points that apply, where it starts, its lines, its score, and what goes from the total."""

    points: Fraction
    start: Fraction
    entries: list[Entry]
    score: Fraction
    taken: Fraction
    vetoes: list[tuple[model.Rule, str]]
    struck: bool = False
    """True where 本项一票否决 took what it had."""


class Applying(NamedTuple):
    """What the states of the clauses say of the sum: points that count, those of them that leave, and the clauses that do."""

    held: Fraction
    left: Fraction
    leaving: list[tuple[model.Clause, Fraction]]
    scorable: bool


class Sums:
    """Clauses to items, sections and the total, each level's limits there. Nothing that it is given changes."""

    def __init__(self, book: model.Rulebook, outcomes: Mapping[str, Outcome], states: Mapping[str, str]) -> None:
        self.book, self.outcomes, self.states = book, outcomes, states
        self.applying = _applying(book, states)
        self.items = [[self._item(section, item, outcomes) for item in section.items()] for section in book.sections]
        self.sections = [settle_section(section, items) for section, items in zip(book.sections, self.items, strict=True)]

    @property
    def total(self) -> Total:
        """The whole."""
        return settle_whole(self.book, self.sections, self.applying)

    def changed(self, outcomes: Mapping[str, Outcome]) -> "Sums":
        """The same with some clauses at other outcomes; only their items and sections are settled anew."""
        other = copy(self)
        other.outcomes, other.sections = {**self.outcomes, **outcomes}, list(self.sections)
        other.items = list(self.items)
        touched = {self._places[address] for address in outcomes}
        for number in {number for number, _ in touched}:
            section, items = self.book.sections[number], list(self.items[number])
            for place, item in enumerate(section.items()):
                if (number, place) in touched:
                    items[place] = other._item(section, item, other.outcomes)
            other.items[number], other.sections[number] = items, settle_section(section, items)
        return other

    @cached_property
    def _places(self) -> dict[str, tuple[int, int]]:
        return {
            clause.address: (number, place)
            for number, section in enumerate(self.book.sections)
            for place, item in enumerate(section.items())
            for clause in item.clauses
        }

    def _item(self, section: model.Section, item: model.Item, outcomes: Mapping[str, Outcome]) -> Part:
        counting = [clause for clause in item.clauses if not _leaves(self.book, self.states, clause)]
        return settle_item(section, item, {clause.address: outcomes[clause.address] for clause in counting})


def settle(book: model.Rulebook, outcomes: Mapping[str, Outcome], states: Mapping[str, str]) -> Total:
    """The whole of a book whose clauses are settled."""
    return Sums(book, outcomes, states).total


def _leaves(book: model.Rulebook, states: Mapping[str, str], clause: model.Clause) -> bool:
    """True for a clause that does not apply and leaves the sum."""
    return states[clause.address] == "not_applicable" and book.header.not_applicable != "full"


def _applying(book: model.Rulebook, states: Mapping[str, str]) -> Applying:
    held, left = ZERO, ZERO
    leaving: list[tuple[model.Clause, Fraction]] = []
    applicable = anything = False
    for section in book.sections:
        for item in section.items():
            for clause in item.clauses:
                points = Fraction(clause.points or 0) if section.kind in ("points", "deduct") else ZERO
                held += points
                if _leaves(book, states, clause):
                    left += points
                    start = start_of(clause, section.kind)
                    if start or points:
                        leaving.append((clause, start))
                else:
                    anything = True
                    applicable = applicable or (points > 0 and states[clause.address] != "not_applicable")
    return Applying(held, left, leaving, applicable or (anything and not held))


def settle_item(section: model.Section, item: model.Item, outcomes: Mapping[str, Outcome]) -> Part:
    """The clauses of an item that count, and the item's limits; what 本项一票否决 takes is a line."""
    counting = [clause for clause in item.clauses if clause.address in outcomes]
    points = sum((Fraction(clause.points or 0) for clause in counting), ZERO)
    start = sum((outcome.start for outcome in outcomes.values()), ZERO)
    entries = [entry for outcome in outcomes.values() for entry in outcome.entries]
    gives = section.kind == "award" and item.points is not None
    if item.limits or gives:
        entries = [replace(entry) for entry in entries]
    within = [entry for entry in entries if entry.target == "clause"]
    for limit in item.limits:
        _limit(limit, within, start)
    if gives:
        _give_way(within, Fraction(item.points or 0), 1)
    vetoes = [(rule, address) for address, outcome in outcomes.items() for rule, _ in outcome.vetoes]
    words = sorted({rule.text for rule, _ in vetoes if _scope(rule) == "item"})
    score, taken = start + _sum(within), _sum(entry for entry in entries if entry.target == "total")
    if words and score > 0:
        entries.append(Entry(item.clauses[0].address, "limit", -score, -score, text="；".join(words)))
        score = ZERO
    whole = [(rule, address) for rule, address in vetoes if _scope(rule) == "total"]
    return Part(points, start, entries, score, taken, whole, bool(words))


def settle_section(section: model.Section, items: list[Part]) -> Part:
    """The items of a section, and the points of an award section: an item that is struck leaves them to the others."""
    start, taken = sum((item.start for item in items), ZERO), sum((item.taken for item in items), ZERO)
    lines = [item.entries for item in items]
    score = sum((item.score for item in items), ZERO)
    if section.kind == "award" and section.points is not None:
        lines = [[replace(entry) for entry in entries] for entries in lines]
        within = [[entry for entry in entries if entry.target == "clause"] for entries in lines]
        counted = [entry for item, entries in zip(items, within, strict=True) if not item.struck for entry in entries]
        _give_way(counted, Fraction(section.points), 1)
        score = start + sum(map(_sum, within), ZERO)
    points = start if section.kind in ("award", "veto") else sum((item.points for item in items), ZERO)
    vetoes = [veto for item in items for veto in item.vetoes]
    return Part(points, start, [entry for entries in lines for entry in entries], score, taken, vetoes)


def settle_whole(book: model.Rulebook, sections: list[Part], applying: Applying) -> Total:
    """The limits of the total; then 不涉及, vetoes, rounding and grades."""
    shown = [(section, part.points, part.score) for section, part in zip(book.sections, sections, strict=True)]
    vetoes = [veto for part in sections for veto in part.vetoes]
    sections = _bounding(book, sections)
    entries = [entry for part in sections for entry in part.entries]
    start = sum((part.start for part in sections), ZERO) + sum((start for _, start in applying.leaving), ZERO)
    score = sum((part.score + part.taken for part in sections), ZERO)
    for clause, clause_start in applying.leaving:
        line = clause.span.line if clause.span else None
        entries.append(
            Entry(clause.address, "not_applicable", -clause_start, -clause_start, line=line, text=clause.heading)
        )
    full = Fraction(book.header.full) if book.header.full is not None else applying.held
    if applying.left and applying.scorable:
        if book.header.not_applicable == "drop":
            full -= applying.left
        else:
            entries.append(_rescaled(book, sections, applying))
            score += entries[-1].applied
    for limit in book.header.limits:
        bound = ZERO if limit.kind == "floor" else Fraction(limit.amount or 0)
        beyond = min(score - bound, ZERO) if limit.kind == "floor" else max(score - bound, ZERO)
        if beyond and limit.kind in ("floor", "ceiling"):
            entries.append(Entry(None, "limit", -beyond, -beyond, text=limit.text))
            score = bound
    arithmetic = score
    for rule, address in vetoes:
        effect = declared(book, rule.effect)
        amount = -score if effect.outcome == "zero" and score > 0 else ZERO
        line = rule.span.line if rule.span else None
        entries.append(
            Entry(
                address, "veto", amount, amount, text=rule.text, line=line, details={"words": effect.words}, value=True
            )
        )
        score += amount
    if book.header.rounding is not None:
        rounded = round_to(score, book.header.rounding)
        if rounded != score:
            entries.append(Entry(None, "rounding", rounded - score, rounded - score))
        score = rounded
    grade = _grade(book, score, vetoes)
    # A veto line of the clause itself says that it fired; the line above says what follows from it.
    entries = [entry for entry in entries if not (entry.effect == "veto" and entry.rule is not None)]
    return Total(start, full, entries, score, arithmetic, shown, vetoes, applying.scorable, grade)


def _bounding(book: model.Rulebook, sections: list[Part]) -> list[Part]:
    """The sections with what the head says of losses and gains as a whole."""
    limits = [limit for limit in book.header.limits if limit.kind in ("most_lost", "most_gained")]
    if not limits:
        return sections
    lines = [[replace(entry) for entry in part.entries] for part in sections]
    for limit in limits:
        _limit(limit, [entry for entries in lines for entry in entries])
    return [
        part._replace(
            entries=entries,
            score=part.start + _sum(entry for entry in entries if entry.target == "clause"),
            taken=_sum(entry for entry in entries if entry.target == "total"),
        )
        for part, entries in zip(sections, lines, strict=True)
    ]


def _rescaled(book: model.Rulebook, sections: list[Part], applying: Applying) -> Entry:
    """按比例折算: what the sections have that count to the full marks becomes so much of all the points as it is of those that apply."""
    pairs = zip(book.sections, sections, strict=True)
    kept = sum((part.score for section, part in pairs if section.kind in ("points", "deduct")), ZERO)
    rest = applying.held - applying.left
    gain = kept * applying.held / rest - kept
    return Entry(None, "rescale", gain, gain, details={"held": applying.held, "rest": rest, "kept": kept})


def _sum(entries: Iterable[Entry]) -> Fraction:
    """What the lines move together."""
    return sum((entry.applied for entry in entries), ZERO)


def declared(book: model.Rulebook, effect: model.Effect) -> model.Veto:
    """What follows from a veto: as its own words say, else as the head declares."""
    assert isinstance(effect, model.Veto)
    if effect.outcome == "declared" and book.header.veto is not None:
        return replace_words(book.header.veto, effect.words)
    return effect


def _scope(rule: model.Rule) -> str:
    return rule.effect.scope if isinstance(rule.effect, model.Veto) else ""


def replace_words(veto: model.Veto, words: str) -> model.Veto:
    """The declared veto, in the head's words, or those of the rule where the head has none."""
    return veto if veto.words else veto.model_copy(update={"words": words})


def round_to(number: Fraction, rounding: model.Rounding) -> Fraction:
    """The number with the digits that the head keeps; half goes away from zero, or everything beyond is dropped."""
    scale = 10**rounding.places
    scaled = abs(number) * scale
    whole = scaled.numerator // scaled.denominator
    if rounding.mode == "half_up" and scaled - whole >= Fraction(1, 2):
        whole += 1
    return Fraction(whole if number >= 0 else -whole, scale)


def _grade(book: model.Rulebook, score: Fraction, vetoes: list[tuple[model.Rule, str]]) -> str | None:
    grades = book.header.grades
    if not grades:
        return None
    if any(declared(book, rule.effect).outcome == "lowest_grade" for rule, _ in vetoes):
        return grades[-1].name
    return grade_of(book, score)


def grade_of(book: model.Rulebook, score: Fraction) -> str | None:
    """The grade that a score earns by its number alone."""
    return next((grade.name for grade in book.header.grades if _holds(grade.within, score)), None)


def _holds(within: model.Range, score: Fraction) -> bool:
    low, high = within.low, within.high
    above = low is None or score > Fraction(low) or (within.low_in and score == Fraction(low))
    below = high is None or score < Fraction(high) or (within.high_in and score == Fraction(high))
    return above and below


# --- states


@dataclass(eq=False, repr=False)
class Bounds:
    """What a clause can score while something is unknown: the worst and the best outcome, and what each assumes."""

    worst: Outcome
    best: Outcome


Completer = Callable[[model.Clause, str, ClauseEvidence, model.Rulebook], Bounds]


def met(clause: model.Clause, kind: str) -> Outcome:
    """Nothing found: nothing lost, nothing earned and no award claimed."""
    start = start_of(clause, kind)
    return Outcome(start, [], start)


def granted(clause: model.Clause) -> Outcome:
    """得满分 for a clause that earns and does not apply: it has all its points."""
    points = Fraction(clause.points or 0)
    line = clause.span.line if clause.span else None
    details = {"amount": points, "met": True}
    return Outcome(
        ZERO, [Entry(clause.address, "earn", points, points, text=clause.heading, line=line, details=details)], points
    )


def as_met(clause: model.Clause, kind: str, book: model.Rulebook, complete: Completer) -> Outcome:
    """符合: every fact at its best value, no award claimed."""
    if kind == "award" or not (earns(clause) or any(fact.needed for fact in clause.facts)):
        return met(clause, kind)
    claimed = {name for rule in clause.rules if awards(rule) for name in _claims(rule)}
    unclaimed = {fact.name: "" if fact.type == "choice" else best(fact) for fact in clause.facts if fact.name in claimed}
    open_facts = frozenset(fact.name for fact in clause.facts if fact.name not in claimed)
    outcome = complete(clause, kind, ClauseEvidence("observed", unclaimed, open_facts), book).best
    for entry in outcome.entries:
        entry.fact, entry.value, entry.details = None, None, {"met": True}  # nobody measured what 符合 stands for
    return outcome


def _claims(rule: model.Rule) -> Iterable[str | None]:
    """The facts by which a rule awards."""
    amount = getattr(rule.effect, "amount", None)
    levels = amount.levels if isinstance(amount, model.Levels) else ()
    return (rule.fact, *(trigger.fact for trigger in rule.triggers), *getattr(rule.effect, "each_of", ()), *(level.name for level in levels))


def not_supplied(clause: model.Clause, kind: str) -> Outcome:
    """不予判分: the clause earns nothing."""
    start = start_of(clause, kind)
    line = clause.span.line if clause.span else None
    entry = Entry(clause.address, "not_supplied", -start, -start, text=clause.heading, line=line)
    return Outcome(start, [entry], ZERO)


def evaluate(
    book: model.Rulebook, record: Record, complete: Completer
) -> tuple[Total, Total, dict[str, Bounds], dict[str, str]]:
    """The worst and the best total that the evidence allows (equal where nothing is unknown), clause by clause."""
    bounds: dict[str, Bounds] = {}
    states: dict[str, str] = {}
    for section in book.sections:
        for item in section.items():
            for clause in item.clauses:
                known = record.clauses.get(clause.address)
                bounds[clause.address], states[clause.address] = _clause(book, clause, section.kind, known, complete)
    sums = Sums(book, {address: b.worst for address, b in bounds.items()}, states)
    worst = sums.total
    other = {address: b.best for address, b in bounds.items() if b.worst is not b.best}
    return worst, sums.changed(other).total if other else worst, bounds, states


def _clause(
    book: model.Rulebook, clause: model.Clause, kind: str, known: ClauseEvidence | None, complete: Completer
) -> tuple[Bounds, str]:
    year = book.header.year
    if not clause.rules:
        outcome = met(clause, kind)
        return Bounds(outcome, outcome), known.state if known else "met"
    state = known.state if known else "unknown"
    if state == "met":
        outcome = as_met(clause, kind, book, complete)
    elif state == "not_supplied":
        outcome = not_supplied(clause, kind)
    elif state == "not_applicable":
        outcome = granted(clause) if earns(clause) and kind != "award" else met(clause, kind)
    else:
        evidence = known or ClauseEvidence("unknown")
        if state == "observed" and not evidence.open:
            try:
                outcome = clause_outcome(clause, kind, evidence.facts, year, evidence.note)
                return Bounds(outcome, outcome), state
            except NotKnown:
                pass
        return complete(clause, kind, evidence, book), state
    return Bounds(outcome, outcome), state
