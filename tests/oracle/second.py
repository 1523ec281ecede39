"""A second evaluator: docs/explanation/semantics.md and the language reference line by line, in Fractions, and nothing else.

It scores a rulebook on a record in which everything is settled. It shares the model and the reading of evidence with the
library, and no line of arithmetic. Section numbers below are those of semantics.md.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from itertools import product
from math import ceil, floor
from typing import Any

from rulebook import model
from rulebook.evidence import ClauseEvidence, Record

ZERO = Fraction(0)
NOTHING: dict[str, Any] = {"count": 0, "flag": False, "amount": Decimal(0), "amounts": (), "records": ()}
"""Fact type → what an observed clause says of a fact that its record does not mention."""


@lru_cache(10_000)
def exact(number: Decimal | int) -> Fraction:
    """The number as a Fraction."""
    return Fraction(number)


class Unsettled(Exception):
    """The record leaves something open: this evaluator has no intervals."""


@dataclass
class Line:
    """Points that a rule moves: `points` with their sign, `single` as they are where it counts once, `kind` deduct, award or earn."""

    rule: int
    kind: str
    points: Fraction
    single: Fraction
    at_total: bool = False


@dataclass
class Result:
    """A clause: what it starts at, the lines that are left of its rules, the vetoes that it found."""

    start: Fraction
    lines: list[Line] = field(default_factory=list)
    vetoes: list[model.Veto] = field(default_factory=list)

    @property
    def score(self) -> Fraction:
        return self.start + sum((line.points for line in self.lines if not line.at_total), ZERO)


@dataclass(frozen=True)
class Score:
    """The result: None for the total where no clause that counts applies. Clauses that do not apply have no score."""

    total: Fraction | None
    clauses: Mapping[str, Fraction]
    grade: str | None
    vetoed: bool


# --- what is known


def periods(kind: str, year: int) -> list[tuple[date, date]]:
    """First and last day of each: calendar periods; fifty-two weeks of seven days from 1 January, the last one longer."""
    first, last = date(year, 1, 1), date(year, 12, 31)
    if kind in ("week", "day"):
        size, number = (7, 52) if kind == "week" else (1, (last - first).days + 1)
        starts = [first + timedelta(size * n) for n in range(number)]
    else:
        months = {"year": 12, "half": 6, "quarter": 3, "month": 1}[kind]
        starts = [date(year, month, 1) for month in range(1, 13, months)]
    return list(zip(starts, [*(start - timedelta(1) for start in starts[1:]), last], strict=True))


def shortfall(requirement: model.Requirement, records: Sequence[Any], year: int | None) -> int:
    """What is missing in each period, added up."""
    least = requirement.minimum or 0
    if requirement.period == "year":
        return max(0, least - len(records))
    year = year or next((record.date.year for record in records), 2001)
    missing = 0
    for first, last in periods(requirement.period, year):
        missing += max(0, least - sum(first <= record.date <= last for record in records))
    return missing


def last_days(asked: Mapping[int, model.Requirement], year: int) -> list[tuple[int, date, int]]:
    """Number, date and how many are asked for, of every last day, in the order in which they are written."""
    found = []
    for requirement in asked.values():
        for day in requirement.days:
            after = date((day.year or year + day.shift) + day.month // 12, day.month % 12 + 1, 1)
            end = after - timedelta(1)
            if day.day is not None and day.day < end.day:
                end = end.replace(day=day.day)
            found.append((len(found), end, requirement.minimum or 1))
    return found


def settled(days: Sequence[tuple[int, date, int]], records: Sequence[Any]) -> list[tuple[date, date | None]]:
    """Each thing that is due with the day on which it came, if it did: told ones first, then those in time, then the late ones."""
    due: list[list[Any]] = [[end, number, None] for number, end, least in days for _ in range(least)]
    due.sort(key=lambda one: one[0])
    left = []
    for record in sorted(records, key=lambda one: one.date):
        open_ones = [one for one in due if one[1] == record.day and one[2] is None]
        if record.day is None:
            left.append(record.date)
        elif open_ones:
            open_ones[0][2] = record.date
    start = date.min
    for end in [*sorted({end for _, end, _ in days}), date.max]:
        came = sorted(day for day in left if start < day <= end)
        here = [one for one in due if one[0] == end and one[2] is None]
        in_time = came[-len(here) :] if here else []
        for one, day in zip(here, in_time, strict=False):
            one[2] = day
        for day in came[: len(came) - len(in_time)]:
            before = [one for one in due if one[0] < day and one[2] is None]
            if before:
                before[-1][2] = day
        start = end
    return [(one[0], one[2]) for one in due]


def answers(record: Any, numbers: set[int], apart: bool) -> bool:
    """A record belongs to the requirement that it names; one that names none to the only one there is."""
    return record.requirement in numbers if record.requirement is not None else not apart


def measured(clause: model.Clause, fact: model.Fact, records: Sequence[Any], year: int | None) -> int:
    """What dated records of a fact leave open of everything it is measured against: so many, or so many days."""
    asked = {number: clause.requirements[number] for number in (fact.requirement, *fact.also) if number is not None}
    kinds = [one.kind for one in asked.values()]
    apart = kinds.count("frequency") + ("deadline" in kinds) > 1
    total = 0
    for number, one in asked.items():
        if one.kind == "frequency":
            total += shortfall(one, [record for record in records if answers(record, {number}, apart)], year)
    dated = [record for record in records if answers(record, {number for number, one in asked.items() if one.days}, apart)]
    for end, came in settled(last_days(asked, year or 2001), dated):
        late = came is not None and came > end
        if fact.counts == "days":
            total += (came - end).days if came is not None and late else 0
        else:
            total += (came is None and fact.counts != "late") or (late and fact.counts != "missing")
    return total


@dataclass
class Case:
    """A clause and what was observed of it."""

    clause: model.Clause
    facts: Mapping[str, Any]
    year: int | None

    @property
    def points(self) -> Fraction:
        return exact(self.clause.points or 0)

    def value(self, name: str) -> Any:
        """The value of a fact. Dated records of a rhythm are its shortfalls; what is not mentioned was not found."""
        fact = self.clause.fact(name)
        if name not in self.facts:
            if fact.needed or fact.type not in NOTHING:
                raise Unsettled(name)
            return NOTHING[fact.type]
        value = self.facts[name]
        if fact.requirement is not None and isinstance(value, tuple):
            missing = measured(self.clause, fact, value, self.year)
            return missing if fact.type == "count" else missing > 0
        return value

    def holds(self, rule: model.Rule) -> bool:
        """Any trigger holds, or there is none."""
        found = [
            self.value(one.fact) is True if isinstance(one, model.Flag) else inside(one.within, self.value(one.fact))
            for one in rule.triggers
        ]
        return any(found) or not found


def inside(within: model.Range, value: Any) -> bool:
    """Each end in or out, none where there is no bound."""
    number = exact(value)
    if within.low is not None and (number < within.low or (number == within.low and not within.low_in)):
        return False
    return within.high is None or number < within.high or (number == within.high and within.high_in)


# --- 1. each rule by itself


def times(basis: model.Basis, value: Any) -> Fraction:
    """How often an amount counts."""
    if isinstance(basis, model.Once):
        return Fraction(bool(value))
    if isinstance(basis, model.Step):
        distance = exact(value)
        if basis.threshold is not None:
            distance -= exact(basis.threshold)
            distance = -distance if basis.direction == "below" else distance
        steps = max(ZERO, distance) / exact(basis.size)
        return {"whole": Fraction(floor(steps)), "started": Fraction(ceil(steps)), "pro_rata": steps}[basis.partial]
    return Fraction(max(0, int(value) - basis.free) // basis.per)


def worth(amount: Any, points: Fraction) -> Fraction:
    """The points of an amount that the text states."""
    if isinstance(amount, model.Full):
        return points
    if isinstance(amount, model.Share):
        return points * exact(amount.percent) / 100
    return exact(amount.value)


def moved(case: Case, rule: model.Rule, effect: Any) -> Iterator[tuple[Fraction, Fraction]]:
    """Of a deduction, award or earning: the points of each of its names, and those points where they count once."""
    named = [(level.name, level) for level in getattr(effect.amount, "levels", ())]
    named = named or [(name, effect.amount) for name in getattr(effect, "each_of", ())] or [(rule.fact, effect.amount)]
    for name, amount in named:
        value = True if name is None else case.value(name)
        if isinstance(amount, model.Interval):  # the figures that a person gave
            figures = [exact(one) for one in (value if isinstance(value, tuple) else (value,))]
            yield sum(figures, ZERO), max(figures, default=ZERO)
            continue
        if isinstance(value, tuple):  # records of a document: those that state a figure cost that figure
            stated = any(isinstance(one.effect, model.Stated) and one.fact == name for one in case.clause.rules)
            value = sum(record.points is None or not stated for record in value)
        often, each = times(effect.basis, value), worth(amount, case.points)
        yield often * each, min(often, Fraction(1)) * each


def row_of(case: Case, rule: model.Rule, effect: model.Bands) -> Any:
    """The outcome of the first row that fits; None where none does."""
    value = case.value(rule.fact or "")
    for row in effect.rows:
        if row.within is None and row.label is None:
            return row.outcome
        if value == row.label if row.within is None else inside(row.within, value):
            return row.outcome
    return None


def banded(case: Case, outcome: Any) -> Fraction:
    """The points of a row."""
    if isinstance(outcome, model.Interval):
        return Fraction(
            case.value(next(fact.name for fact in case.clause.facts if fact.type == "amount" and fact.needed))
        )
    return worth(outcome, case.points) if isinstance(outcome, model.Figure | model.Share | model.Full) else ZERO


def climbed(effect: model.Ladder, number: int) -> Fraction:
    """Each occurrence costs what its rung says."""
    ends = [*(rung.first - 1 for rung in effect.rungs[1:]), number]
    return sum(
        (
            exact(rung.value) * max(0, min(end, number) - rung.first + 1)
            for rung, end in zip(effect.rungs, ends, strict=True)
        ),
        ZERO,
    )


def line_through(effect: model.Proportion, value: Any, points: Fraction) -> Fraction:
    """Nothing at one end, all at the other, straight in between, level beyond."""
    share = (exact(value) - exact(effect.low)) / (exact(effect.high) - exact(effect.low))
    share = min(Fraction(1), max(ZERO, share))
    return worth(effect.amount, points) * (1 - share if effect.falling else share)


def lines_of(case: Case, number: int, rule: model.Rule) -> list[Line]:
    """What a rule moves by itself: its nominal effect."""
    effect = rule.effect
    found: list[tuple[Fraction, Fraction]] = []
    if not case.holds(rule):
        return []
    if isinstance(effect, model.Deduct | model.Award | model.Earn):
        found = list(moved(case, rule, effect))
    elif isinstance(effect, model.Bands):
        found = [(banded(case, row_of(case, rule, effect)),) * 2]
    elif isinstance(effect, model.Proportion):
        found = [(line_through(effect, case.value(rule.fact or ""), case.points),) * 2]
    elif isinstance(effect, model.Ladder):
        number_found = case.value(rule.fact or "")
        steps = [climbed(effect, one) - climbed(effect, one - 1) for one in range(1, min(number_found, effect.rungs[-1].first) + 1)]
        found = [(climbed(effect, number_found), max(steps, default=ZERO))]
    elif isinstance(effect, model.Stated):
        figures = [exact(record.points) for record in case.value(rule.fact or "") if record.points is not None]
        found = [(sum(figures, ZERO), max(figures, default=ZERO))]
    kind = "earn" if isinstance(effect, model.Proportion) else getattr(effect, "gives", effect.kind)
    sign, at_total = -1 if kind == "deduct" else 1, getattr(effect, "target", "clause") == "total"
    points, single = sum((one for one, _ in found), ZERO), max((one for _, one in found), default=ZERO)
    return [Line(number, kind, sign * points, sign * single, at_total)] if found else []


def zeroes(case: Case, rule: model.Rule) -> bool:
    """True where the rule says 不得分 (or 不符合) and its condition holds."""
    effect = rule.effect
    if isinstance(effect, model.Judged):
        figures = [one for one in rule.triggers if isinstance(one, model.Test) and one.fact in case.facts]
        return bool(case.value(rule.fact or "")) or any(inside(one.within, case.value(one.fact)) for one in figures)
    if isinstance(effect, model.Bands):
        return effect.gives == "deduct" and isinstance(row_of(case, rule, effect), model.ZeroPoints)
    if not isinstance(effect, model.Zero) or not case.holds(rule):
        return False
    return bool(rule.triggers) if rule.fact is None else times(effect.basis, case.value(rule.fact)) > 0


# --- limits: the later lines give way first


def give_back(lines: Sequence[Line], excess: Fraction) -> Fraction:
    """Takes so many points back, from the last line backwards. Returns what no line could give."""
    for line in reversed(lines):
        taken = min(abs(line.points), max(ZERO, excess))
        line.points -= taken if line.points > 0 else -taken
        excess -= taken
    return max(ZERO, excess)


def bound(limit: model.Limit, lines: Sequence[Line]) -> None:
    """最多扣, 最高, 只算一次, 只取最高 on the lines that they hold."""
    if limit.kind in ("most_lost", "most_gained"):
        held = [line for line in lines if (line.kind == "deduct") == (limit.kind == "most_lost")]
        give_back(held, abs(sum((line.points for line in held), ZERO)) - exact(limit.amount or 0))
    elif limit.kind == "once":
        for line in lines:
            line.points = min(line.points, line.single, key=abs)
    elif limit.kind == "highest_only":
        for kind in ("deduct", "earn", "award"):
            alike = [line for line in lines if line.kind == kind]
            figures = [min(line.points, line.single, key=abs) for line in alike]
            highest = max(figures, key=abs, default=ZERO)
            for place, line in enumerate(alike):
                line.points = highest if place == figures.index(highest) else ZERO


# --- 2. and 3. the clause


def earns(clause: model.Clause) -> bool:
    """得, a table that gives points, a proportion: such a clause starts at nothing."""
    return any(
        isinstance(rule.effect, model.Earn | model.Proportion)
        or (isinstance(rule.effect, model.Bands) and rule.effect.gives == "earn")
        for rule in clause.rules
    )


def start_of(clause: model.Clause, kind: str) -> Fraction:
    """What a clause holds before anything is found."""
    return ZERO if kind in ("award", "veto") or earns(clause) else exact(clause.points or 0)


def observed(case: Case, kind: str) -> Result:
    """Steps 1 to 3 for what was observed of a clause."""
    clause, rules = case.clause, list(enumerate(case.clause.rules, 1))
    start = start_of(clause, kind)
    vetoes = [rule.effect for _, rule in rules if isinstance(rule.effect, model.Veto) and case.holds(rule)]
    lines = [line for number, rule in rules for line in lines_of(case, number, rule)]
    for _, rule in rules:
        if isinstance(rule.effect, model.Scale) and case.holds(rule):
            for line in lines:
                if line.rule in rule.effect.rules:
                    line.points, line.single = (
                        figure * exact(rule.effect.factor) for figure in (line.points, line.single)
                    )
    for scope in ("rule", "sentence"):
        for limit in clause.limits:
            if limit.scope == scope:
                bound(limit, [line for line in lines if line.rule in limit.rules])
    spared = {rule.effect.spares for _, rule in rules if isinstance(rule.effect, model.NoEffect) and case.holds(rule)}
    lines = [line for line in lines if line.at_total or line.kind not in spared]
    if any(zeroes(case, rule) for _, rule in rules):
        taken = [Line(0, "deduct", -start, -start)]
        return Result(start, taken + [line for line in lines if line.at_total], vetoes)
    own = [line for line in lines if not line.at_total]
    for limit in clause.limits:
        if limit.scope == "clause":
            bound(limit, [line for line in lines if not limit.rules or line.rule in limit.rules])
    result = Result(start, lines, vetoes)
    if clause.points is not None and (kind == "award" or earns(clause)):
        capped = [line for line in own if line.kind == "earn" or (kind == "award" and line.kind == "award")]
        give_back(capped, sum((line.points for line in capped), ZERO) - exact(clause.points))
    limits = {limit.kind: limit for limit in clause.limits}
    if kind == "award" or (kind != "veto" and clause.points is not None):
        lowest = ZERO if "negative_allowed" not in limits else None
        if "least" in limits:
            lowest = exact(limits["least"].amount or 0)
        if lowest is not None:
            short = give_back([line for line in own if line.kind == "deduct"], lowest - result.score)
            if "least" in limits and kind != "award":
                lines.append(Line(0, "earn", short, short))
    for limit in clause.limits:
        if limit.kind == "ceiling" and (limit.fact is None or case.value(limit.fact) is True):
            over = max(ZERO, result.score - exact(limit.amount or 0))
            lines.append(Line(0, "deduct", -over, -over))
    return result


def candidates(fact: model.Fact, clause: model.Clause) -> list[Any]:
    """Values of a fact among which its best one is: its ends, and both sides of every number that the clause names."""
    if fact.type == "flag":
        return [False, True]
    if fact.type == "choice":
        return list(fact.choices)
    low, high = fact.low or Decimal(0), Decimal(10**9) if fact.high is None else fact.high
    if fact.type == "amount":
        return [Decimal(0), low, high]
    if fact.type in ("amounts", "records"):
        return [(), (high,) * 1000] if fact.type == "amounts" else [()]
    tiny = Decimal(1) if fact.type == "count" else Decimal("0.0001")
    near = {named + way * tiny for named in model.numbers(clause.rules) for way in (-1, 0, 1)} | {low, high}
    return sorted(one if fact.type == "number" else int(one) for one in near if low <= one <= high)


def best_of(clause: model.Clause, kind: str) -> Fraction:
    """What a clause that earns can give at best without an award, found by trying."""
    awards = [getattr(rule.effect, "gives", rule.effect.kind) == "award" for rule in clause.rules]
    idle = {"effect": model.NoEffect(spares="nothing"), "triggers": (), "fact": None}  # in its place, so that limits name the same rules
    kept = clause.model_copy(update={"rules": tuple(r.model_copy(update=idle) if a else r for r, a in zip(clause.rules, awards, strict=True))})
    rules = tuple(rule for rule, award in zip(clause.rules, awards, strict=True) if not award)
    asked = {rule.fact for rule in rules} | {one.fact for rule in rules for one in rule.triggers}
    asked |= {level.name for rule in rules for level in getattr(getattr(rule.effect, "amount", None), "levels", ())}
    facts = [fact for fact in clause.facts if fact.name in asked or (fact.needed and fact.type == "amount")]
    names, tried = [fact.name for fact in facts], product(*(candidates(fact, clause) for fact in facts))
    return max(observed(Case(kept, dict(zip(names, values, strict=True)), None), kind).score for values in tried)


def met(clause: model.Clause, kind: str) -> Result:
    """Every fact at its best, no award: a clause that earns gives what it can, and one that loses on a figure loses as little as it can."""
    start = start_of(clause, kind)
    if kind in ("award", "veto") or not (earns(clause) or any(fact.needed for fact in clause.facts)):
        return Result(start)
    best = best_of(clause, kind)
    return Result(start, [Line(0, "earn", best - start, best - start)])


def clause_result(book: model.Rulebook, clause: model.Clause, kind: str, known: ClauseEvidence) -> Result:
    """What is known of a clause, as points."""
    if known.state == "not_applicable":  # 得满分; the other policies never come here
        points = exact(clause.points or 0) if kind in ("points", "deduct") else ZERO
        return Result(ZERO, [Line(0, "earn", points, points)]) if earns(clause) else Result(points)
    if known.state == "met":
        return met(clause, kind)
    if known.state == "not_supplied":
        start = start_of(clause, kind)
        return Result(start, [Line(0, "deduct", -start, -start)])
    if known.state != "observed" or known.open:
        raise Unsettled(clause.address)
    return observed(Case(clause, known.facts, book.header.year), kind)


# --- 4. to 8. the whole


def part(limits: Sequence[model.Limit], points: Decimal | None, results: Sequence[Result]) -> None:
    """Holds an item or a section: its limits and, in an award section, its points, on the lines within."""
    if not limits and points is None:
        return
    lines = [line for result in results for line in result.lines if not line.at_total]
    for limit in limits:
        bound(limit, lines)
    if points is not None:
        gained = [line for line in lines if line.points > 0]
        give_back(gained, sum((line.points for line in gained), ZERO) - exact(points))
    if any(limit.kind == "floor" for limit in limits):
        give_back([line for line in lines if line.points < 0], -sum((one.score for one in results), ZERO))


def rounded(number: Fraction, rounding: model.Rounding | None) -> Fraction:
    """Once, at the end: a half away from zero, or what is beyond dropped."""
    if rounding is None:
        return number
    size = abs(number) * 10**rounding.places
    whole = floor(size + Fraction(1, 2)) if rounding.mode == "half_up" else floor(size)
    return Fraction(whole if number >= 0 else -whole, 10**rounding.places)


def score(book: model.Rulebook, record: Record) -> Score:
    """The score of a settled record. Raises Unsettled where something is open."""
    head, scores = book.header, {}
    held = applies = ZERO
    everything: list[tuple[bool, list[Result]]] = []  # one an item: whether its points count to the full marks
    struck: list[list[Result]] = []  # items that 本项一票否决 takes
    for section in book.sections:
        counts, gives = section.kind in ("points", "deduct"), section.kind == "award"
        inner = []
        for item in section.items():
            results = []
            for clause in item.clauses:
                known = record.clauses.get(clause.address, ClauseEvidence("unknown" if clause.facts else "observed"))
                own, leaves = exact(clause.points or 0) if counts else ZERO, known.state == "not_applicable"
                held, applies = held + own, applies + (ZERO if leaves else own)
                if leaves and head.not_applicable != "full":
                    continue
                results.append(clause_result(book, clause, section.kind, known))
                if not leaves:
                    scores[clause.address] = results[-1].score
            part(item.limits, item.points if gives else None, results)
            everything.append((counts, results))
            if any(veto.scope == "item" for result in results for veto in result.vetoes):
                struck.append(results)
            else:
                inner += results
        part((), section.points if gives else None, inner)
    vetoes = [veto for _, results in everything for one in results for veto in one.vetoes if veto.scope == "total"]
    if held and not applies:
        return Score(None, scores, None, bool(vetoes))
    lines = [line for _, results in everything for result in results for line in result.lines]
    for limit in head.limits:
        bound(limit, lines)
    factor = held / applies if head.not_applicable == "rescale" and held else Fraction(1)
    final = sum((line.points for line in lines if line.at_total), ZERO)
    for counts, results in everything:
        points = sum((one.score for one in results), ZERO)
        left = min(points, ZERO) if any(results is one for one in struck) else points
        final += left * (factor if counts else 1)
    for limit in head.limits:
        final = max(ZERO, final) if limit.kind == "floor" else final
        final = min(final, exact(limit.amount or 0)) if limit.kind == "ceiling" else final
    outcomes = {veto_outcome(head, veto) for veto in vetoes}
    final = rounded(min(final, ZERO) if "zero" in outcomes else final, head.rounding)
    grade = next((grade.name for grade in head.grades if inside(grade.within, final)), None)
    if "lowest_grade" in outcomes and head.grades:
        grade = head.grades[-1].name
    return Score(final, scores, grade, bool(vetoes))


def veto_outcome(head: model.Header, veto: model.Veto) -> str:
    """The consequence that the words state, or the one that the head declares."""
    return head.veto.outcome if veto.outcome == "declared" and head.veto is not None else veto.outcome
