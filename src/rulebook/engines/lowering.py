"""The typed model as one exact program over integers, to be read beside the evaluator, in its order.

Every figure becomes a multiple of one common fraction of a point, every fact an integer. The program speaks of records of which every
fact was observed; what else a record may say (met, not applicable, unknown) is for who runs it. What has no integer form is refused
with its reason, never approximated.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import islice
from math import ceil, floor, gcd, lcm
from typing import Any, NamedTuple

from rulebook import model
from rulebook.bounds import BOUNDS
from rulebook.engines.operations import Ref, Table
from rulebook.evaluator import FLOOR, awards, declared, earns, single, start_of

FINEST = 10**BOUNDS.decimals
"""Observed figures are whole multiples of one over this."""
WIDEST = 10**12
"""The finest common fraction of a point that is tried."""
MOST = Fraction(10**10)
"""No observed figure reaches this."""


class Unlowered(Exception):
    """A clause, or the whole, has no integer form; the text says why."""


class _Finer(Exception):
    """A figure is no multiple of the common fraction."""

    def __init__(self, denominator: int) -> None:
        super().__init__(denominator)
        self.denominator = denominator


class Column(NamedTuple):
    """One input of a program: a fact of a clause, or a part of one, as integers from `low` to `high`, `unit` to one.

    `part` is `value`; of records also `plain` (how many state no points) and `points` (the sum of what they state). A flag is 0 or
    1, a choice its place in `choices`. A figure that a person gives may be 0 or lie between `least` and `high`.
    """

    clause: str
    fact: str
    type: str
    part: str = "value"
    low: int = 0
    high: int = 1
    unit: int = 1
    least: int = 0
    choices: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """How tables and flat records call it: `2.1 缺`."""
        told = "" if self.part == "value" else f" {self.part}"
        return f"{self.clause} {self.fact}{told}"


class Movement(NamedTuple):
    """What one rule does by itself: whether it fires, and the points that it moves, with their sign."""

    fires: Ref
    points: Ref


class Program(NamedTuple):
    """A rulebook over integers: `scale` to the point. References name rows of the table, which does not change any more."""

    table: Table
    scale: int
    columns: tuple[Column, ...]
    addresses: tuple[str, ...]
    starts: tuple[int, ...]
    scores: tuple[Ref, ...]
    """The score of each clause."""
    moved: tuple[Ref, ...]
    """What each clause moves: its score less what it held before anything was found."""
    taken: tuple[Ref, ...]
    """What each clause takes from the whole."""
    movements: tuple[tuple[Movement, ...], ...]
    """Clause by clause, rule by rule."""
    sections: tuple[Ref, ...]
    sum: Ref
    """The clauses together, before the floor and the ceiling of the whole."""
    arithmetic: Ref
    """The total before vetoes and rounding."""
    total: Ref
    vetoes: tuple[Ref, ...]
    """Whether each veto of the whole fires, in order."""
    grade: Ref
    """The place of the grade in the head's list, -1 for none."""
    settled: Ref
    """0 where the facts, although all are there, do not go together and leave a clause open."""
    plain: bool
    """What `plain` says of the rulebook."""


@dataclass
class _Effect:
    """What one rule does, as rows: points with their sign, and whether it fires, zeroes, spares, scales, vetoes."""

    points: Ref
    fires: Ref
    zeroes: Ref | None = None
    spares: Ref | None = None
    factor: Ref | None = None
    vetoes: Ref | None = None
    each: Ref | None = None
    """The largest figure of a single occurrence, without its sign; None where the points are one figure."""
    listed: bool = False
    """True where only the sum of many figures is known."""


@dataclass(eq=False)
class _Entry:
    """What one rule, or several alike, move: the ledger lines of the evaluator, as a row."""

    applied: Ref
    sign: int
    rules: tuple[int, ...] = ()
    target: str = "clause"
    awards: bool = False
    earned: bool = False
    single: Ref | None = None
    """The most that one occurrence moves, without its sign; None where only sums are known."""


@dataclass
class _Result:
    """What a clause comes to."""

    start: int
    entries: list[_Entry]
    score: Ref
    vetoes: list[tuple[model.Rule, Ref]]
    movements: tuple[Movement, ...]


@dataclass
class _Lowering:
    """One attempt with a common fraction of a point."""

    book: model.Rulebook
    scale: int
    table: Table = field(default_factory=Table)
    columns: dict[tuple[str, str, str], tuple[Column, Ref]] = field(default_factory=dict)
    settled: list[Ref] = field(default_factory=list)

    def units(self, points: Fraction | int) -> int:
        """So many points in the common fraction."""
        scaled = Fraction(points) * self.scale
        if scaled.denominator != 1:
            raise _Finer(scaled.denominator)
        return scaled.numerator

    def column(self, clause: model.Clause, fact: model.Fact, part: str = "value") -> Ref:
        """The input that holds a fact, or a part of it."""
        key = clause.address, fact.name, part
        if key not in self.columns:
            made = COLUMNS[fact.type if part == "value" else part](clause.address, fact)
            self.columns[key] = made, self.table.input(len(self.columns), made.low, made.high)
        return self.columns[key][1]

    # --- entries

    def signed(self, applied: Ref, **about: Any) -> _Entry:
        """An entry; its points must be known to be losses, or known to be gains."""
        low, high = self.table.low[applied], self.table.high[applied]
        if low < 0 < high:
            raise Unlowered("a rule may both take and give points")
        return _Entry(applied, -1 if low < 0 else 1, **about)

    def sum(self, entries: Iterable[_Entry], number: int = 0) -> Ref:
        return self.table.add([entry.applied for entry in entries], number)

    def give_way(self, entries: list[_Entry], most: Ref, sign: int) -> None:
        """Entries of one direction move no more than `most` together: the first keep theirs, the later ones what is left."""
        table = self.table
        rest = table.greatest(most, table.constant(0))
        for entry in entries:
            if entry.sign == sign and table.fixed(entry.applied) != 0:
                moved = table.least(table.multiply(entry.applied, sign), rest)
                entry.applied = table.multiply(moved, sign)
                if entry is not entries[-1]:
                    rest = table.add([rest, table.multiply(moved, -1)])

    def limit(self, limit: model.Limit, entries: list[_Entry], start: int = 0) -> None:
        lowered = LIMITS.get(limit.kind)
        if lowered is not None:
            lowered(self, limit, entries, start)

    def _most_lost(self, limit: model.Limit, entries: list[_Entry], start: int) -> None:
        self.give_way(entries, self.table.constant(self.units(Fraction(limit.amount or 0))), -1)

    def _most_gained(self, limit: model.Limit, entries: list[_Entry], start: int) -> None:
        self.give_way(entries, self.table.constant(self.units(Fraction(limit.amount or 0))), 1)

    def _at_least(self, limit: model.Limit, entries: list[_Entry], start: int) -> None:
        gained = [entry for entry in entries if entry.sign > 0]
        self.give_way(entries, self.sum(gained, start - self.units(Fraction(limit.amount or 0))), -1)

    def size(self, entry: _Entry) -> Ref:
        """The most that one occurrence of an entry moves, without a sign."""
        if entry.single is None:
            raise Unlowered("of several figures only the sum is known")
        return self.table.least(entry.single, self.table.multiply(entry.applied, entry.sign))

    def _once(self, limit: model.Limit, entries: list[_Entry], start: int) -> None:
        for entry in entries:
            entry.applied = self.table.multiply(self.size(entry), entry.sign)

    def _highest_only(self, limit: model.Limit, entries: list[_Entry], start: int) -> None:
        table, kinds = self.table, dict[tuple[int, bool], list[_Entry]]()
        for entry in entries:
            kinds.setdefault((entry.sign, entry.sign > 0 and entry.earned), []).append(entry)
        for alike in kinds.values():
            sizes = [self.size(entry) for entry in alike]
            for place, (entry, size) in enumerate(zip(alike, sizes, strict=True)):
                ahead = [table.add([other, table.multiply(size, -1)]) for other in sizes]
                beaten = [table.at_least(gap, int(later > place)) for later, gap in enumerate(ahead) if later != place]
                entry.applied = table.select(table.any(beaten), table.constant(0), table.multiply(size, entry.sign))

    # --- items, sections, the whole

    def settle(self, results: list[_Result]) -> dict[str, Any]:
        """Clauses to items, sections and the total, each level's limits there; then vetoes, rounding and grades."""
        table, book = self.table, self.book
        remaining = iter(results)
        entries: list[_Entry] = []
        start = 0
        sections: list[Ref] = []
        vetoes: list[tuple[model.Veto, Ref]] = []
        for section in book.sections:
            section_start, section_entries = 0, []
            for item in section.items():
                item_start, item_entries = 0, []
                lost: list[Ref] = []
                for result in islice(remaining, len(item.clauses)):
                    item_start += result.start
                    item_entries += result.entries
                    vetoes += [(declared(book, rule.effect), fires) for rule, fires in result.vetoes if _scope(rule) == "total"]
                    lost += [fires for rule, fires in result.vetoes if _scope(rule) == "item"]
                within = [entry for entry in item_entries if entry.target == "clause"]
                for limit in item.limits:
                    self.limit(limit, within, item_start)
                if section.kind == "award" and item.points is not None:
                    self.give_way(within, table.constant(self.units(Fraction(item.points))), 1)
                if lost and section.kind == "award" and section.points is not None:
                    raise Unlowered("a veto of an item leaves its section's points to other items")
                if lost:
                    score = table.greatest(self.sum(within, item_start), table.constant(0))
                    item_entries.append(_Entry(table.select(table.any(lost), table.multiply(score, -1), table.constant(0)), -1))
                section_start += item_start
                section_entries += item_entries
            within = [entry for entry in section_entries if entry.target == "clause"]
            if section.kind == "award" and section.points is not None:
                self.give_way(within, table.constant(self.units(Fraction(section.points))), 1)
            sections.append(self.sum(within, section_start))
            start += section_start
            entries += section_entries
        for limit in book.header.limits:
            if limit.kind in ("most_lost", "most_gained"):
                self.limit(limit, entries)
        score = together = self.sum(entries, start)
        for limit in book.header.limits:
            if limit.kind == "floor":
                score = table.greatest(score, table.constant(0))
            elif limit.kind == "ceiling":
                score = table.least(score, table.constant(self.units(Fraction(limit.amount or 0))))
        arithmetic = score
        for effect, fires in vetoes:
            if effect.outcome == "zero":
                score = table.select(fires, table.least(score, table.constant(0)), score)
        if book.header.rounding is not None:
            score = self.rounded(score, book.header.rounding)
        lowest = table.any([fires for effect, fires in vetoes if effect.outcome == "lowest_grade"])
        grade = table.select(lowest, table.constant(len(book.header.grades) - 1), self.grade(score))
        fired = tuple(fires for _, fires in vetoes)
        return {"sections": tuple(sections), "sum": together, "arithmetic": arithmetic, "total": score, "vetoes": fired, "grade": grade}

    def rounded(self, score: Ref, rounding: model.Rounding) -> Ref:
        """The score with the digits that the head keeps; a half goes away from zero, or everything beyond is dropped."""
        table, unit = self.table, self.units(Fraction(1, 10**rounding.places))

        def kept(size: Ref) -> Ref:
            if rounding.mode == "half_up":
                return table.multiply(table.divide(table.add([table.multiply(size, 2)], unit), 2 * unit), unit)
            return table.multiply(table.divide(size, unit), unit)

        return table.select(table.at_least(score, 0), kept(score), table.multiply(kept(table.multiply(score, -1)), -1))

    def grade(self, score: Ref) -> Ref:
        table = self.table
        found = table.constant(-1)
        for place, grade in reversed(list(enumerate(self.book.header.grades))):
            found = table.select(self.holds(score, grade.within, self.scale), table.constant(place), found)
        return found

    def holds(self, ref: Ref, within: model.Range, unit: int) -> Ref:
        """1 where the row, so many to one, lies in the range."""
        table, conditions = self.table, []
        if within.low is not None:
            low = Fraction(within.low) * unit
            conditions.append(table.at_least(ref, ceil(low) if within.low_in else floor(low) + 1))
        if within.high is not None:
            high = Fraction(within.high) * unit
            conditions.append(table.negate(table.at_least(ref, floor(high) + 1 if within.high_in else ceil(high))))
        return table.all(conditions)


LIMITS: dict[str, Callable[[_Lowering, model.Limit, list[_Entry], int], None]] = {
    "most_lost": _Lowering._most_lost,
    "most_gained": _Lowering._most_gained,
    "once": _Lowering._once,
    "highest_only": _Lowering._highest_only,
    "floor": _Lowering._at_least,
    "least": _Lowering._at_least,
}
"""Limit → what it does to the entries that it holds. The others bound the clause as a whole, or say how entries add up anyway."""

APART = ("once", "highest_only")
"""Limits that look at each rule by itself."""


def _alike(one: _Entry, other: _Entry, limits: list[set[int]]) -> bool:
    """True for entries that no limit can tell from one another."""
    same = (one.sign, one.target, one.awards, one.earned) == (other.sign, other.target, other.awards, other.earned)
    return same and all((one.rules[0] in held) == (other.rules[0] in held) for held in limits)


def _scope(rule: model.Rule) -> str:
    return rule.effect.scope if isinstance(rule.effect, model.Veto) else ""


# --- columns


def _flag(address: str, fact: model.Fact) -> Column:
    return Column(address, fact.name, fact.type)


def _count(address: str, fact: model.Fact) -> Column:
    return Column(address, fact.name, fact.type, high=BOUNDS.count)


def _number(address: str, fact: model.Fact) -> Column:
    low = Fraction(fact.low) if fact.low is not None else -MOST
    high = Fraction(fact.high) if fact.high is not None else MOST
    return Column(address, fact.name, fact.type, low=int(low * FINEST), high=int(high * FINEST), unit=FINEST)


def _amount(address: str, fact: model.Fact) -> Column:
    least, high = Fraction(fact.low or 0), Fraction(fact.high) if fact.high is not None else MOST
    return Column(address, fact.name, fact.type, high=int(high * FINEST), unit=FINEST, least=int(least * FINEST))


def _amounts(address: str, fact: model.Fact) -> Column:
    return _amount(address, fact)._replace(high=_amount(address, fact).high * BOUNDS.records)


def _choice(address: str, fact: model.Fact) -> Column:
    return Column(address, fact.name, fact.type, high=len(fact.choices) - 1, choices=fact.choices)


def _records(address: str, fact: model.Fact) -> Column:
    return Column(address, fact.name, fact.type, high=BOUNDS.records)


def _plain(address: str, fact: model.Fact) -> Column:
    return _records(address, fact)._replace(part="plain")


def _points(address: str, fact: model.Fact) -> Column:
    return Column(address, fact.name, fact.type, "points", high=int(MOST) * FINEST * BOUNDS.records, unit=FINEST)


COLUMNS: dict[str, Callable[[str, model.Fact], Column]] = {
    "flag": _flag,
    "count": _count,
    "number": _number,
    "amount": _amount,
    "amounts": _amounts,
    "choice": _choice,
    "records": _records,
    "plain": _plain,
    "points": _points,
}
"""Fact type, or part of records → its column."""


# --- clauses


@dataclass
class _Clause:
    """One clause: its facts as inputs, its rules one function an effect."""

    whole: _Lowering
    clause: model.Clause
    kind: str

    @property
    def table(self) -> Table:
        return self.whole.table

    def fact(self, name: str | None) -> model.Fact:
        if name is None:
            raise Unlowered("a rule measures no fact")
        return self.clause.fact(name)

    def value(self, name: str | None) -> tuple[Ref, int]:
        """The fact as a quantity that is compared, and how many to one."""
        fact = self.fact(name)
        if fact.type in ("flag", "amounts"):
            raise Unlowered(f"{fact.name} is no single quantity")
        ref = self.whole.column(self.clause, fact)
        return ref, self.whole.columns[self.clause.address, fact.name, "value"][0].unit

    def count(self, name: str | None) -> Ref:
        """How often: a count, the records there are, or by how many they fall short of the requirement."""
        fact = self.fact(name)
        if fact.type not in ("count", "records", "flag"):
            raise Unlowered(f"{fact.name} is not counted")
        return self.whole.column(self.clause, fact)

    def fired(self, triggers: Iterable[model.Trigger]) -> Ref:
        """1 where one of the triggers holds."""
        found = []
        for trigger in triggers:
            fact = self.fact(trigger.fact)
            if isinstance(trigger, model.Test):
                ref, unit = self.value(trigger.fact)
                if fact.type == "choice":
                    raise Unlowered(f"{fact.name} is no number")
                found.append(self.whole.holds(ref, trigger.within, unit))
            elif fact.type in ("flag", "records"):
                found.append(self.table.at_least(self.whole.column(self.clause, fact), 1))
            else:
                raise Unlowered(f"{fact.name} is no condition")
        return self.table.any(found)

    def worth(self, amount: model.Amount) -> int:
        return self.whole.units(single(amount, self.clause.points))

    def gated(self, rule: model.Rule, points: Ref, fires: Ref, each: Ref | None = None) -> _Effect:
        """What a rule does where one of its triggers, if it has any, holds."""
        gate = self.fired(rule.triggers) if rule.triggers else self.table.constant(1)
        nothing = self.table.constant(0)
        return _Effect(self.table.select(gate, points, nothing), self.table.select(gate, fires, nothing), each=each)

    def nothing(self) -> Ref:
        return self.table.constant(0)

    def moves(self, rule: model.Rule, effect: Any, sign: int) -> _Effect:
        table, amount, basis = self.table, effect.amount, effect.basis
        earning = isinstance(effect, model.Earn)
        if earning and effect.granted:
            return _Effect(table.constant(self.worth(amount)), table.constant(1))
        if isinstance(amount, model.Levels) or (not earning and effect.each_of):
            return self.each(effect, sign)
        if isinstance(amount, model.Interval):
            fact = self.fact(rule.fact)
            if fact.type not in ("amount", "amounts"):
                raise Unlowered(f"{fact.name} is no figure that a person gives")
            given = self.whole.column(self.clause, fact)
            points = table.multiply(given, sign * self.whole.units(Fraction(1, FINEST)))
            fires = table.at_least(given, 1)
            return self.gated(rule, points, fires) if isinstance(basis, model.Once) else _Effect(points, fires, listed=True)
        worth = self.worth(amount)
        one = table.constant(abs(worth))
        if isinstance(basis, model.Once):
            return self.gated(rule, table.constant(sign * worth), table.constant(1))
        if isinstance(basis, model.Step):
            points, fires = self.steps(rule, basis, sign * single(amount, self.clause.points))
            return self.gated(rule, points, fires, one)
        fact = self.fact(rule.fact)
        counted = self.count(rule.fact)
        if fact.type == "records" and self.stated(rule.fact):
            counted = self.whole.column(self.clause, fact, "plain")
        times = table.divide(table.greatest(table.add([counted], -basis.free), table.constant(0)), basis.per)
        return self.gated(rule, table.multiply(times, sign * worth), table.at_least(times, 1), one)

    def stated(self, name: str | None) -> bool:
        return any(isinstance(rule.effect, model.Stated) and rule.fact == name for rule in self.clause.rules)

    def steps(self, rule: model.Rule, basis: model.Step, worth: Fraction) -> tuple[Ref, Ref]:
        """Points of so many steps by which a quantity lies off the threshold, and whether there is one."""
        table, (value, unit) = self.table, self.value(rule.fact)
        finer = lcm(*(Fraction(figure).denominator for figure in (basis.size, basis.threshold or 0)))
        if unit % finer:
            value, unit = table.multiply(value, finer), finer
        if basis.threshold is not None:
            threshold = int(Fraction(basis.threshold) * unit)
            below = basis.direction == "below"
            value = table.add([table.multiply(value, -1 if below else 1)], threshold if below else -threshold)
        distance, size = table.greatest(value, table.constant(0)), Fraction(basis.size) * unit
        if basis.partial == "pro_rata":
            return table.multiply(distance, self.whole.units(worth / size)), table.at_least(distance, 1)
        times = table.divide(table.add([distance], int(size) - 1 if basis.partial == "started" else 0), int(size))
        return table.multiply(times, self.whole.units(worth)), table.at_least(times, 1)

    def each(self, effect: Any, sign: int) -> _Effect:
        """各扣1分, 分别加6、4、2分: one fact a name."""
        table = self.table
        if isinstance(effect.amount, model.Levels):
            worths = {level.name: self.whole.units(Fraction(level.value)) for level in effect.amount.levels}
        else:
            worths = dict.fromkeys(effect.each_of, self.worth(effect.amount))
        times = {name: table.divide(self.count(name), getattr(effect.basis, "per", 1)) for name in worths}
        most = table.constant(0)
        for name, worth in worths.items():
            most = table.greatest(most, table.select(table.at_least(times[name], 1), table.constant(worth), table.constant(0)))
        points = table.add([table.multiply(times[name], sign * worth) for name, worth in worths.items()])
        return _Effect(points, table.any([table.at_least(number, 1) for number in times.values()]), each=most)

    def zero(self, rule: model.Rule, effect: model.Zero) -> _Effect:
        if isinstance(effect.basis, model.Count | model.Time):
            fires = self.table.at_least(self.count(rule.fact), effect.basis.per)
        else:
            fires = self.fired(rule.triggers)
        return _Effect(self.nothing(), fires, zeroes=fires)

    def no_effect(self, rule: model.Rule, effect: model.NoEffect) -> _Effect:
        fires = self.fired(rule.triggers)
        return _Effect(self.nothing(), fires, spares=None if effect.spares == "nothing" else fires)

    def bands(self, rule: model.Rule, effect: model.Bands) -> _Effect:
        table, (value, unit) = self.table, self.value(rule.fact)
        choices = self.fact(rule.fact).choices
        sign = -1 if effect.gives == "deduct" else 1
        points, zeroes, fires, settled = self.nothing(), self.nothing(), table.constant(1), table.constant(1)
        for row in reversed(effect.rows):
            if row.within is not None:
                fits = self.whole.holds(value, row.within, unit)
            elif row.label is None:
                fits = table.constant(1)
            else:
                fits = table.equal(value, choices.index(row.label)) if row.label in choices else self.nothing()
            worth, sure = self.outcome(row.outcome)
            zero = isinstance(row.outcome, model.ZeroPoints) and effect.gives == "deduct"
            moves = zero or effect.gives == "earn" or not isinstance(row.outcome, model.ZeroPoints | model.NoChange)
            points = table.select(fits, table.multiply(worth, sign), points)
            zeroes = table.select(fits, table.constant(int(zero)), zeroes)
            fires = table.select(fits, table.constant(int(moves)), fires)
            settled = table.select(fits, sure, settled)
        self.whole.settled.append(settled)
        return _Effect(points, fires, zeroes=zeroes)

    def outcome(self, outcome: model.Outcome) -> tuple[Ref, Ref]:
        """What a row of a table is worth, and 1 where that is settled: a figure of another row says nothing of this one."""
        table = self.table
        if isinstance(outcome, model.Interval):
            figure = next((fact for fact in self.clause.facts if fact.type == "amount"), None)
            if figure is None:
                raise Unlowered("a row wants a figure that nobody gives")
            given = self.whole.column(self.clause, figure)
            within = model.Range.made(low=outcome.low, high=outcome.high)
            return table.multiply(given, self.whole.units(Fraction(1, FINEST))), self.whole.holds(given, within, FINEST)
        worth = Fraction(0) if isinstance(outcome, model.ZeroPoints | model.NoChange) else single(outcome, self.clause.points)
        return table.constant(self.whole.units(worth)), table.constant(1)

    def proportion(self, rule: model.Rule, effect: model.Proportion) -> _Effect:
        table, (value, unit) = self.table, self.value(rule.fact)
        if unit == 1:
            value, unit = table.multiply(value, FINEST), FINEST
        low, high = int(Fraction(effect.low) * unit), int(Fraction(effect.high) * unit)
        worth = single(effect.amount, self.clause.points)
        if high <= low:
            raise Unlowered("a proportion runs over no range")
        inside = table.greatest(table.least(value, table.constant(high)), table.constant(low))
        share = table.add([table.multiply(inside, -1)], high) if effect.falling else table.add([inside], -low)
        return _Effect(table.multiply(share, self.whole.units(worth / (high - low))), table.constant(1))

    def ladder(self, rule: model.Rule, effect: model.Ladder) -> _Effect:
        table, found = self.table, self.count(rule.fact)
        parts, each = [], table.constant(0)
        for place, rung in enumerate(effect.rungs):
            after = effect.rungs[place + 1].first if place + 1 < len(effect.rungs) else None
            reached = found if after is None else table.least(found, table.constant(after - 1))
            times = table.greatest(table.add([reached], 1 - rung.first), table.constant(0))
            worth = self.whole.units(Fraction(rung.value))
            parts.append(table.multiply(times, worth))
            each = table.greatest(each, table.select(table.at_least(found, rung.first), table.constant(worth), table.constant(0)))
        sign = -1 if effect.gives == "deduct" else 1
        return _Effect(table.multiply(table.add(parts), sign), table.at_least(found, 1), each=each)

    def by_document(self, rule: model.Rule, effect: model.Stated) -> _Effect:
        fact = self.fact(rule.fact)
        if fact.type != "records":
            raise Unlowered(f"{fact.name} holds no records")
        stated = self.whole.column(self.clause, fact, "points")
        found, plain = self.whole.column(self.clause, fact), self.whole.column(self.clause, fact, "plain")
        sign = -1 if effect.gives == "deduct" else 1
        some = self.table.at_least(self.table.add([found, self.table.multiply(plain, -1)]), 1)
        return _Effect(self.table.multiply(stated, sign * self.whole.units(Fraction(1, FINEST))), some, listed=True)

    def scale(self, rule: model.Rule, effect: model.Scale) -> _Effect:
        fires = self.fired(rule.triggers)
        return _Effect(self.nothing(), fires, factor=fires)

    def veto(self, rule: model.Rule, effect: model.Veto) -> _Effect:
        fires = self.fired(rule.triggers)
        return _Effect(self.nothing(), fires, vetoes=fires)

    def judged(self, rule: model.Rule, effect: model.Judged) -> _Effect:
        fact = self.fact(rule.fact)
        if fact.type not in ("flag", "records"):
            raise Unlowered(f"{fact.name} is no condition")
        fails = self.table.at_least(self.whole.column(self.clause, fact), 1)
        missed = self.fired(rule.triggers)  # an indicator; one that is reached is told as well
        return _Effect(self.nothing(), self.table.constant(1) if rule.triggers else fails, zeroes=self.table.any([fails, missed]))

    # --- the clause as a whole

    def result(self, *, apart: bool) -> _Result:
        """The clause as rows. `apart` keeps the rules apart where what moves points alike could be added up at once."""
        clause, table, whole = self.clause, self.table, self.whole
        for fact in clause.facts:
            whole.column(clause, fact)
        effects = [EFFECTS[type(rule.effect)](self, rule, rule.effect) for rule in clause.rules]
        start = whole.units(start_of(clause, self.kind))
        nominal = self.scaled(effects, [effect.points for effect in effects])
        movements = tuple(Movement(effect.fires, points) for effect, points in zip(effects, nominal, strict=True))
        entries = self.entries(effects, nominal, apart or any(limit.kind in APART for limit in clause.limits))
        for limit in clause.limits:
            if limit.scope in ("rule", "sentence"):
                whole.limit(limit, [entry for entry in entries if entry.rules[0] in limit.rules])
        own = [entry for entry in entries if entry.target == "clause"]
        self.spare(effects, own)
        zeroed = table.any([effect.zeroes for effect in effects if effect.zeroes is not None])
        before = [(entry, entry.applied) for entry in entries if entry.target == "total"]
        for limit in clause.limits:
            if limit.scope == "clause" and limit.kind not in ("floor", "least"):
                whole.limit(limit, [entry for entry in entries if not limit.rules or entry.rules[0] in limit.rules])
        for entry, applied in before:  # a zero leaves what goes from the total as the limits of rules and sentences left it
            entry.applied = table.select(zeroed, applied, entry.applied)
        own += self.bounded(start, own)
        own = self.zeroed(start, own, zeroed)
        vetoes = [(rule, effect.vetoes) for rule, effect in zip(clause.rules, effects, strict=True) if effect.vetoes is not None]
        taken = [entry for entry in entries if entry.target == "total"]
        return _Result(start, [*own, *taken], whole.sum(own, start), vetoes, movements)

    def scaled(self, effects: list[_Effect], refs: list[Ref]) -> list[Ref]:
        """One row of every rule, after 加倍 and 减半."""
        table, found = self.table, list(refs)
        for rule, effect in zip(self.clause.rules, effects, strict=True):
            if effect.factor is None or not isinstance(rule.effect, model.Scale):
                continue
            for number in rule.effect.rules:
                ref = found[number - 1]
                found[number - 1] = table.select(effect.factor, self.times(ref, Fraction(rule.effect.factor)), ref)
        return found

    def singles(self, effects: list[_Effect]) -> list[Ref]:
        """The most that one occurrence of each rule moves by itself, without a sign."""
        table, found = self.table, []
        for effect in effects:
            size = table.multiply(effect.points, -1 if table.low[effect.points] < 0 else 1)
            found.append(size if effect.each is None else table.least(effect.each, size))
        return found

    def times(self, ref: Ref, factor: Fraction) -> Ref:
        """The row so many times; the common fraction must be fine enough for what the row can be."""
        if factor.denominator == 1:
            return self.table.multiply(ref, factor.numerator)
        granule = self.granule(ref)
        if granule % factor.denominator:
            raise _Finer(factor.denominator)
        return self.table.divide(self.table.multiply(ref, factor.numerator), factor.denominator)

    def granule(self, ref: Ref) -> int:
        """A number that divides every value of the row."""
        kind, args, number = self.table.operations[ref]
        if kind == "constant":
            return number
        if kind == "multiply":
            return number * self.granule(args[0])
        if kind == "add":
            return gcd(number, *map(self.granule, args))
        if kind in ("min", "max"):
            return gcd(*map(self.granule, args))
        return gcd(*map(self.granule, args[1:])) if kind == "select" else 1

    def entries(self, effects: list[_Effect], points: list[Ref], apart: bool) -> list[_Entry]:
        """The entries; neighbours that every limit treats alike are one, unless each is wanted apart."""
        found: list[_Entry] = []
        limits = [set(limit.rules) for limit in self.clause.limits]
        singles = self.scaled(effects, self.singles(effects)) if apart else []
        for number, (rule, effect, moved) in enumerate(zip(self.clause.rules, effects, points, strict=True), 1):
            if self.table.fixed(moved) == 0:
                continue
            gives = awards(rule)
            earned = rule.effect.kind in ("earn", "bands", "proportion") and not gives
            entry = self.whole.signed(moved, rules=(number,), target=getattr(rule.effect, "target", "clause"), awards=gives, earned=earned)
            if apart:
                entry.single = None if effect.listed else singles[number - 1]
            last = found[-1] if found and not apart else None
            if last is not None and _alike(last, entry, limits):
                last.applied, last.rules = self.table.add([last.applied, moved]), (*last.rules, number)
            else:
                found.append(entry)
        return found

    def spare(self, effects: list[_Effect], own: list[_Entry]) -> None:
        table = self.table
        for kind in ("deduct", "award"):
            spared = table.any(
                effect.spares for rule, effect in zip(self.clause.rules, effects, strict=True)
                if effect.spares is not None and isinstance(rule.effect, model.NoEffect) and rule.effect.spares == kind
            )  # fmt: skip
            for entry in own:
                if entry.sign < 0 if kind == "deduct" else entry.sign > 0 and entry.awards:
                    entry.applied = table.select(spared, table.constant(0), entry.applied)

    def bounded(self, start: int, own: list[_Entry]) -> list[_Entry]:
        """The clause's own bounds: what it earns, how low it may fall, how high an event lets it be. Gives the entries of no rule."""
        clause, table, whole, kind = self.clause, self.table, self.whole, self.kind
        lines: list[_Entry] = []
        limits = {limit.kind: limit for limit in clause.limits if limit.kind in ("floor", "least", "negative_allowed")}
        if clause.points is not None and (earns(clause) or kind == "award"):
            gained = [entry for entry in own if kind == "award" or entry.earned]
            whole.give_way(gained, table.constant(whole.units(Fraction(clause.points))), 1)
        if kind == "award" or (kind != "veto" and clause.points is not None):
            if "least" in limits:
                whole.limit(limits["least"], own, start)
                short = table.multiply(whole.sum(own, start - whole.units(Fraction(limits["least"].amount or 0))), -1)
                lines += [_Entry(table.greatest(short, table.constant(0)), 1)] if kind != "award" else []
            elif "negative_allowed" not in limits:
                whole.limit(FLOOR, own, start)
        for limit in clause.limits:
            if limit.kind == "ceiling" and limit.amount is not None:
                fact = self.fact(limit.fact)
                if fact.type != "flag":
                    raise Unlowered("a ceiling is set by no yes or no")
                over = whole.sum([*own, *lines], start - whole.units(Fraction(limit.amount)))
                back = table.multiply(table.greatest(over, table.constant(0)), -1)
                lines.append(_Entry(table.select(whole.column(clause, fact), back, table.constant(0)), -1))
        return lines

    def zeroed(self, start: int, own: list[_Entry], zeroed: Ref) -> list[_Entry]:
        """A zero wins: the clause scores nothing, whatever else was found."""
        table = self.table
        if table.fixed(zeroed) == 0:
            return own
        charged = False
        for entry in own:
            charge = entry.sign < 0 and not charged
            entry.applied = table.select(zeroed, table.constant(-start if charge else 0), entry.applied)
            charged = charged or charge
        if not charged and start:
            own.append(_Entry(table.select(zeroed, table.constant(-start), table.constant(0)), -1))
        return own


EFFECTS: dict[type, Callable[[_Clause, model.Rule, Any], _Effect]] = {
    model.Deduct: lambda clause, rule, effect: clause.moves(rule, effect, -1),
    model.Award: lambda clause, rule, effect: clause.moves(rule, effect, 1),
    model.Earn: lambda clause, rule, effect: clause.moves(rule, effect, 1),
    model.Zero: _Clause.zero,
    model.NoEffect: _Clause.no_effect,
    model.Bands: _Clause.bands,
    model.Proportion: _Clause.proportion,
    model.Ladder: _Clause.ladder,
    model.Stated: _Clause.by_document,
    model.Scale: _Clause.scale,
    model.Veto: _Clause.veto,
    model.Judged: _Clause.judged,
}
"""Effect → its rows, as `evaluator.EFFECTS` has its meaning. A new mechanism is a row here."""


def plain(book: model.Rulebook) -> bool:
    """True where no level above the clauses holds anything back: before its floor and ceiling the total is the sum of the clauses."""
    for section in book.sections:
        capped = section.kind == "award" and (section.points is not None or any(item.points is not None for item in section.items()))
        if capped or any(limit.kind in LIMITS for item in section.items() for limit in item.limits):
            return False
    rules = (rule for clause in book.clauses() for rule in clause.rules)
    return not any(_scope(rule) == "item" for rule in rules) and not any(limit.kind in ("most_lost", "most_gained") for limit in book.header.limits)


def lower(book: model.Rulebook) -> Program:
    """The program of a rulebook. Raises Unlowered, which names the clause and the reason, where it has none."""
    scale = FINEST if any(fact.type in ("amount", "amounts") for clause in book.clauses() for fact in clause.facts) else 1
    while scale <= WIDEST:
        try:
            return _lowered(_Lowering(book, scale))
        except _Finer as finer:
            scale = lcm(scale, scale * finer.denominator)
    raise Unlowered("the figures have no common fraction of a usual size")


def _lowered(whole: _Lowering) -> Program:
    book, results = whole.book, list[_Result]()
    for section in book.sections:
        for item in section.items():
            apart = any(limit.kind in APART for limit in item.limits)
            for clause in item.clauses:
                if clause.rules and not clause.facts:
                    raise Unlowered(f"{clause.address}: nothing is observed of it")
                try:
                    results.append(_Clause(whole, clause, section.kind).result(apart=apart))
                except Unlowered as error:
                    raise Unlowered(f"{clause.address}: {error}") from None
    if not results:
        raise Unlowered("there is no clause")
    taken = [whole.sum(entry for entry in result.entries if entry.target == "total") for result in results]
    scores = tuple(result.score for result in results)
    settled = whole.settle(results)
    return Program(
        table=whole.table,
        scale=whole.scale,
        columns=tuple(column for column, _ in whole.columns.values()),
        addresses=tuple(clause.address for clause in book.clauses()),
        starts=tuple(result.start for result in results),
        scores=scores,
        moved=tuple(whole.table.add([score], -result.start) for score, result in zip(scores, results, strict=True)),
        taken=tuple(taken),
        movements=tuple(result.movements for result in results),
        settled=whole.table.all(whole.settled),
        plain=plain(book),
        **settled,
    )
