"""A rulebook over cells, with every state and both ends of what is unknown: the integer program made whole, so that a database can run it.

`lowering` speaks of records of which everything was observed. Here each clause gets what the reference makes of its other states (met, unknown,
not supplied, not applicable), as constants, and of facts that are open among facts that are known, as the least and the greatest over their
corners; then items, sections and the whole are settled at both ends. What has no such form is refused with the clause and the reason.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from itertools import product
from math import ceil, floor, gcd
from typing import Any, NamedTuple, cast

from rulebook import lexicon, model, regions
from rulebook.bounds import BOUNDS
from rulebook.engines.compiled import Compiled
from rulebook.engines.lowering import APART, FINEST, Column, Program, Unlowered
from rulebook.engines.memory import ABSENT, Memory, Remembered
from rulebook.engines.operations import KINDS, Operation, Ref, Table
from rulebook.evaluator import declared

STATES = ("observed", "met", "not_applicable", "unknown", "not_supplied")
"""Every state, by code."""
STATED = ("met", "not_applicable", "not_supplied", "unknown")
"""Those in which nothing is said of a fact; at both ends alike but for the last."""
TRIED = 64
"""So many combinations of corners are tried of a clause of which some facts are open; of more, such a row is refused."""
WIDEST = (1 << 63) - 1
"""No integer of a query goes beyond."""


class Slot(NamedTuple):
    """One fact: its column, and the inputs that hold its value and whether there is one."""

    column: Column
    fact: model.Fact
    value: Ref
    known: Ref


class Doubt(NamedTuple):
    """A row of the program that is 1 where a record cannot be scored, and why; `key` names a wording."""

    ref: Ref
    clause: str
    key: str


class Veto(NamedTuple):
    """One veto rule of a clause, at both ends."""

    rule: model.Rule
    low: Ref
    high: Ref


@dataclass(eq=False)
class Ends:
    """One clause: the inputs that say what is known of it, and what it comes to at both ends, in units."""

    clause: model.Clause
    kind: str
    start: int
    state: Ref
    slots: list[Slot]
    all_known: Ref
    known: Ref = 0
    """Its score where nothing of it is unknown."""
    low: Ref = 0
    high: Ref = 0
    taken: tuple[Ref, Ref] = (0, 0)
    vetoes: list[Veto] = field(default_factory=list)
    open: Ref = 0
    leaves: Ref = 0
    held: int = 0
    moves: list[tuple[Ref, Ref]] = field(default_factory=list)
    """Rule by rule: whether it fires, and what it moves by itself; where every fact is known."""


class Level(NamedTuple):
    """An item or a section at one end: what it holds from the start, what clauses gain and lose, what a veto of an item takes."""

    start: Ref
    gains: Ref
    losses: Ref
    struck: Ref
    lost: Ref


class End(NamedTuple):
    """The whole at one end; `total` in units times `Whole.over`."""

    sections: tuple[Ref, ...]
    total: Ref
    vetoed: Ref
    by_number: Ref
    grade: Ref


class Whole(NamedTuple):
    """The whole program. `scale` units are a point, and of the totals `scale` times `over`."""

    table: Table
    scale: int
    clauses: tuple[Ends, ...]
    low: End
    high: End
    left: Ref
    """The points that do not apply, in units."""
    over: Ref
    scorable: Ref
    grade: Ref
    """The place of the grade where it is settled, −1 where it is not, or there is none."""
    open: Ref
    """How many clauses leave the score open."""
    doubts: tuple[Doubt, ...]


class Wider(Table):
    """A table in which rows may be multiplied with, and divided by, each other: what 按比例折算 wants and no other engine has."""

    def product(self, one: Ref, other: Ref) -> Ref:
        """The product of two rows."""
        for ref, factor in ((one, self.fixed(other)), (other, self.fixed(one))):
            if factor is not None:
                return self.multiply(ref, factor)
        ends = [a * b for a in (self.low[one], self.high[one]) for b in (self.low[other], self.high[other])]
        return self.known("product", (one, other), min(ends), max(ends))

    def quotient(self, one: Ref, other: Ref) -> Ref:
        """One row divided by another, which is positive, rounded down."""
        divisor = self.fixed(other)
        if divisor is not None:
            return self.divide(one, divisor)
        ends = [a // b for a in (self.low[one], self.high[one]) for b in (self.low[other], self.high[other])]
        return self.known("quotient", (one, other), min(ends), max(ends))

    def known(self, kind: str, args: tuple[Ref, ...], low: int, high: int) -> Ref:
        """Such a row, found where it stands already."""
        operation = Operation(kind, args)
        return self._known[operation] if operation in self._known else self.append(operation, (low, high))

    def values(self, record: Sequence[int]) -> list[int]:
        """The value of every row for the inputs of one record: what a query must give."""
        found: list[int] = []
        for kind, args, number in self.operations:
            if kind == "input":
                found.append(record[number])
            elif kind in WIDER:
                found.append(WIDER[kind](found[args[0]], found[args[1]]))
            else:
                found.append(KINDS[kind].value([found[ref] for ref in args], number))
        return found


WIDER: dict[str, Callable[[int, int], int]] = {"product": lambda one, other: one * other, "quotient": lambda one, other: one // other}


def whole(ready: Compiled) -> Whole:
    """The whole program of a rulebook. Raises Unlowered, which names the clause and the reason."""
    if ready.program is None:
        raise Unlowered(ready.reason)
    found = _Whole(ready, ready.program).settled()
    for ref, (low, high) in enumerate(zip(found.table.low, found.table.high, strict=True)):
        if low < -WIDEST or high > WIDEST:
            raise Unlowered(f"{_owner(found, ref)}: the figures may go beyond 64 bits")
    return found


def _owner(found: Whole, ref: Ref) -> str:
    """The first clause that a row rests on."""
    under = found.table.under([ref])
    owners = (one.clause.address for one in found.clauses if one.state in under or any(slot.value in under for slot in one.slots))
    return next(owners, found.clauses[0].clause.address)


class _Whole:
    """The building of it."""

    def __init__(self, ready: Compiled, program: Program) -> None:
        self.ready, self.program, self.book = ready, program, cast(model.Rulebook, ready.book)
        self.table = Wider()
        self.inputs = 0
        self.doubts: list[Doubt] = []

    def input(self, low: int, high: int) -> Ref:
        self.inputs += 1
        return self.table.input(self.inputs - 1, low, high)

    # --- clauses

    def settled(self) -> Whole:
        memories = iter(self.ready.memories)
        clauses, place = list[Ends](), 0
        for section in self.book.sections:
            for item in section.items():
                for clause in item.clauses:
                    clauses.append(_Clause(self, next(memories), section.kind, place).ends(clause))
                    place += 1
        return self.totals(clauses)

    # --- items, sections, the whole

    def totals(self, clauses: list[Ends]) -> Whole:
        table, header, scale = self.table, self.book.header, self.program.scale
        held = sum(one.held for one in clauses)
        left = table.add([table.select(one.leaves, table.constant(one.held), table.constant(0)) for one in clauses])
        stays = [table.negate(one.leaves) for one in clauses]
        anything = table.any(stays)
        applies = table.any(table.negate(table.equal(one.state, STATES.index("not_applicable"))) for one in clauses if one.held)
        scorable = applies if held else anything
        rescales = table.constant(0)
        if header.not_applicable == "rescale":
            rescales = table.all([scorable, table.at_least(left, 1)])
        if header.not_supplied is None:
            said = [table.equal(one.state, STATES.index("not_supplied")) for one in clauses if one.clause.rules]
            self.doubts.append(Doubt(table.any(said), "", "sql_not_supplied"))
        shared = gcd(*(one.held for one in clauses)) or 1
        rest = table.greatest(table.divide(table.add([table.multiply(left, -1)], held), shared), table.constant(1))
        over = table.select(rescales, rest, table.constant(1))
        ends = []
        for high in (False, True):
            sections, together, kept = self.together(clauses, high)
            gained = table.add([table.product(together, rest), table.product(kept, table.divide(left, shared))])
            amount = table.select(rescales, gained, together)
            ends.append(self.end(clauses, sections, amount, over, high))
        if header.rounding is not None:
            over = table.constant(1)
        if table.fixed(rescales) != 0 and any(limit.kind in ("most_lost", "most_gained") for limit in header.limits):
            self.doubts.append(Doubt(rescales, "", "sql_rescaled"))
        openings = table.add([one.open for one in clauses])
        grade = table.select(table.at_least(openings, 1), self.settled_grade(ends[0], ends[1]), ends[1].grade)
        return Whole(table, scale, tuple(clauses), ends[0], ends[1], left, over, scorable, grade, openings, tuple(self.doubts))

    def together(self, clauses: list[Ends], high: bool) -> tuple[tuple[Ref, ...], Ref, Ref]:
        """The score of every section, of the whole before its floor, and of what counts to the full marks, at one end."""
        table, remaining = self.table, iter(clauses)
        sections, kept = list[Ref](), list[Ref]()
        gains, losses, start = list[Ref](), list[Ref](), list[Ref]()
        limits = [limit for limit in self.book.header.limits if limit.kind in ("most_lost", "most_gained")]
        for section in self.book.sections:
            capped = section.kind == "award" and section.points is not None
            items = []
            for item in section.items():
                own = [next(remaining) for _ in item.clauses]
                items.append(self.item(item, section, own, high, bool(limits) or capped))
                for one in own:
                    taken = table.select(one.leaves, table.constant(0), one.taken[high])
                    (losses if table.low[taken] < 0 else gains).append(taken)
                    if table.low[taken] < 0 < table.high[taken] and limits:
                        raise Unlowered(f"{one.clause.address}: it both takes from the whole and gives to it")
            level = self.section(section, items)
            score = table.add([level.start, level.gains, level.losses, level.lost])
            sections.append(score)
            if section.kind in ("points", "deduct"):
                kept.append(score)
            start.append(level.start)
            gains.append(level.gains)
            losses += [level.losses, level.lost]
        gained, lost = table.add(gains), table.add(losses)
        for limit in limits:
            gained, lost = self.limited(limit, table.constant(0), gained, lost)
        together = table.add([*start, gained, lost]) if limits else table.add([*start, *gains, *losses])
        return tuple(sections), together, table.add(kept)

    def item(self, item: model.Item, section: model.Section, own: list[Ends], high: bool, parted: bool) -> Level:
        """The clauses of an item that count, and its limits. `parted`: gains and losses must be told apart above it."""
        table, nothing = self.table, self.table.constant(0)
        gains, losses, scores = list[Ref](), list[Ref](), list[Ref]()
        capped = section.kind == "award" and item.points is not None
        for one in own:
            score = table.select(one.leaves, nothing, one.high if high else one.low)
            moved = table.add([one.high if high else one.low], -one.start)
            mixed = table.low[moved] < 0 < table.high[moved]
            if mixed and (parted or capped or item.limits):
                raise Unlowered(f"{one.clause.address}: it both loses and gains points under a limit of its item, its section or the whole")
            scores.append(score)
            (losses if table.low[moved] < 0 else gains).append(table.select(one.leaves, nothing, moved))
        struck = table.any(
            table.all([table.negate(one.leaves), veto.high if high else veto.low])
            for one in own for veto in one.vetoes if _effect(veto).scope == "item"
        )  # fmt: skip
        if not (parted or capped or item.limits):
            score = table.add(scores)
            back = table.multiply(table.greatest(score, nothing), -1)
            return Level(score, nothing, nothing, struck, table.select(struck, back, nothing))
        start = table.add([table.select(one.leaves, nothing, table.constant(one.start)) for one in own])
        gained, lost = table.add(gains), table.add(losses)
        for limit in item.limits:
            if limit.kind in APART:
                raise Unlowered(f"{own[0].clause.address}: of the clauses of its item, figures are compared one by one")
            gained, lost = self.limited(limit, start, gained, lost)
        if capped:
            gained = table.least(gained, table.constant(self.units(item.points)))
        back = table.multiply(table.greatest(table.add([start, gained, lost]), nothing), -1)
        return Level(start, gained, lost, struck, table.select(struck, back, nothing))

    def section(self, section: model.Section, items: list[Level]) -> Level:
        """The items of a section, and the points of an award section: an item that is struck leaves them to the others."""
        table, nothing = self.table, self.table.constant(0)
        start, gained, lost, back = (table.add([getattr(item, part) for item in items]) for part in ("start", "gains", "losses", "lost"))
        if section.kind == "award" and section.points is not None:
            counted = table.add([table.select(item.struck, nothing, item.gains) for item in items])
            beyond = table.greatest(table.add([counted], -self.units(section.points)), nothing)
            struck = table.any([item.struck for item in items])
            if table.fixed(struck) == 0:
                gained = table.least(gained, table.constant(self.units(section.points)))
            else:
                gained = table.add([gained, table.multiply(beyond, -1)])
        return Level(start, gained, lost, nothing, back)

    def limited(self, limit: model.Limit, start: Ref, gained: Ref, lost: Ref) -> tuple[Ref, Ref]:
        """Gains and losses under a limit of what stands above the clauses."""
        table = self.table
        amount = self.units(limit.amount or 0)
        if limit.kind == "most_lost":
            lost = table.greatest(lost, table.constant(-amount))
        elif limit.kind == "most_gained":
            gained = table.least(gained, table.constant(amount))
        elif limit.kind in ("floor", "least"):
            rest = table.greatest(table.add([start, gained], -amount), table.constant(0))
            lost = table.greatest(lost, table.multiply(rest, -1))
        return gained, lost

    def end(self, clauses: list[Ends], sections: tuple[Ref, ...], amount: Ref, over: Ref, high: bool) -> End:
        """Floor and ceiling of the whole, vetoes, rounding, grade, at one end."""
        table, header, nothing = self.table, self.book.header, self.table.constant(0)
        for limit in header.limits:
            if limit.kind == "floor":
                amount = table.greatest(amount, nothing)
            elif limit.kind == "ceiling":
                amount = table.least(amount, table.multiply(over, self.units(limit.amount or 0)))
        vetoes = []
        for one in clauses:
            for veto in one.vetoes:
                effect = declared(self.book, _effect(veto))
                if _effect(veto).scope == "total":
                    vetoes.append((effect.outcome, table.all([table.negate(one.leaves), veto.high if high else veto.low])))
        zero = table.any([fires for outcome, fires in vetoes if outcome == "zero"])
        amount = table.select(zero, table.least(amount, nothing), amount)
        if header.rounding is not None:
            amount, over = self.rounded(amount, over, header.rounding), table.constant(1)
        by_number = self.grade(amount, over)
        lowest = table.any([fires for outcome, fires in vetoes if outcome == "lowest_grade"])
        grade = table.select(lowest, table.constant(len(header.grades) - 1), by_number)
        return End(sections, amount, table.any([fires for _, fires in vetoes]), by_number, grade)

    def settled_grade(self, low: End, high: End) -> Ref:
        """The only grade that both ends allow: those from one's number to the other's, and what a veto gives at the low end."""
        table, none = self.table, self.table.constant(-1)

        def same(one: Ref, other: Ref) -> Ref:
            return table.equal(table.add([one, table.multiply(other, -1)]), 0)

        most = table.greatest(low.by_number, high.by_number)
        least = table.least(low.by_number, high.by_number)
        least = table.select(table.equal(least, -1), most, least)
        one = same(least, most)
        if (low.grade, high.grade) == (low.by_number, high.by_number):
            return table.select(one, least, none)
        numbered, vetoed = table.at_least(most, 0), table.at_least(low.grade, 0)
        only = table.all([one, table.any([table.negate(vetoed), same(low.grade, least)])])
        found = table.select(numbered, table.select(only, least, none), low.grade)
        within = table.all([numbered, *(table.at_least(table.add([a, table.multiply(b, -1)]), 0) for a, b in ((high.grade, least), (most, high.grade)))])
        allowed = table.any([within, table.all([vetoed, same(high.grade, low.grade)])])
        return table.select(table.all([table.at_least(high.grade, 0), table.negate(allowed)]), high.grade, found)

    def rounded(self, amount: Ref, over: Ref, rounding: model.Rounding) -> Ref:
        """The total with the digits that the head keeps; a half goes away from zero, or everything beyond is dropped."""
        table, unit = self.table, self.units(Fraction(1, 10**rounding.places))

        def kept(size: Ref) -> Ref:
            if rounding.mode == "half_up":
                size = table.add([table.multiply(size, 2), table.multiply(over, unit)])
                return table.multiply(table.quotient(size, table.multiply(over, 2 * unit)), unit)
            return table.multiply(table.quotient(size, table.multiply(over, unit)), unit)

        positive, negative = table.greatest(amount, table.constant(0)), table.greatest(table.multiply(amount, -1), table.constant(0))
        return table.select(table.at_least(amount, 0), kept(positive), table.multiply(kept(negative), -1))

    def grade(self, amount: Ref, over: Ref) -> Ref:
        """The place of the grade that the number earns, −1 for none."""
        table, found = self.table, self.table.constant(-1)
        for place, grade in reversed(list(enumerate(self.book.header.grades))):
            conditions = []
            for bound, within, above in ((grade.within.low, grade.within.low_in, True), (grade.within.high, grade.within.high_in, False)):
                if bound is not None:
                    conditions.append(self.beyond(amount, over, Fraction(bound) * self.program.scale, within, above))
            found = table.select(table.all(conditions), table.constant(place), found)
        return found

    def beyond(self, amount: Ref, over: Ref, bound: Fraction, within: bool, above: bool) -> Ref:
        """1 where `amount / over` lies on the right side of the bound."""
        table = self.table
        if table.fixed(over) == 1:
            if above:
                return table.at_least(amount, ceil(bound) if within else floor(bound) + 1)
            return table.negate(table.at_least(amount, floor(bound) + 1 if within else ceil(bound)))
        gap = table.add([table.multiply(amount, bound.denominator), table.multiply(over, -bound.numerator)])
        if above:
            return table.at_least(gap, 0 if within else 1)
        return table.negate(table.at_least(gap, 1 if within else 0))

    def units(self, points: Decimal | Fraction | int | None) -> int:
        """Points in units; the scale of the program is fine enough for every figure of the rulebook."""
        scaled = Fraction(points or 0) * self.program.scale
        assert scaled.denominator == 1
        return scaled.numerator


def _effect(veto: Veto) -> model.Veto:
    assert isinstance(veto.rule.effect, model.Veto)
    return veto.rule.effect


class _Clause:
    """One clause, its rows copied out of the program with what stands for its facts."""

    def __init__(self, whole: _Whole, memory: Memory, kind: str, place: int) -> None:
        self.whole, self.memory, self.kind, self.place = whole, memory, kind, place
        self.table, self.program = whole.table, whole.program

    def ends(self, clause: model.Clause) -> Ends:
        table, header = self.table, self.whole.book.header
        state = self.whole.input(0, len(STATES) - 1)
        slots = [self.slot(clause, fact) for fact in clause.facts]
        known = [slot.known for slot in slots]
        one = Ends(clause, self.kind, self.program.starts[self.place], state, slots, table.all(known) if len(slots) > 1 else table.constant(1))
        one.held = int(self.memory.held)
        one.leaves = table.constant(0) if header.not_applicable == "full" else self.said(one, "not_applicable")
        vetoes = [place for place, rule in enumerate(clause.rules) if isinstance(rule.effect, model.Veto)]
        others = {name: self.memory.said(ABSENT if name == "unknown" else lexicon.term("state", name)) for name in STATED}
        observed = self.observed(one, vetoes) if clause.rules else (self.constants(others["met"].low, vetoes),) * 2
        low, high = ([self.by_state(one, others, place, found, at) for place, found in enumerate(observed[at])] for at in (False, True))
        one.low, one.high, one.taken = low[0], high[0], (low[1], high[1])
        one.vetoes = [Veto(clause.rules[rule], low[2 + n], high[2 + n]) for n, rule in enumerate(vetoes)]
        worths = [table.add([end[0], end[1]]) for end in (low, high)]
        pairs = [(worths[0], worths[1])] if worths[0] != worths[1] else []
        if one.vetoes:
            pairs.append((table.add([veto.low for veto in one.vetoes]), table.add([veto.high for veto in one.vetoes])))
        one.open = table.any([table.negate(table.equal(table.add([above, table.multiply(below, -1)]), 0)) for below, above in pairs])
        return one

    def slot(self, clause: model.Clause, fact: model.Fact) -> Slot:
        """The inputs of a fact; a cell holds one figure, not a list of them."""
        column = next(column for column in self.program.columns if (column.clause, column.fact, column.part) == (clause.address, fact.name, "value"))
        if fact.type == "amounts":
            column = column._replace(high=column.high // BOUNDS.records)
        return Slot(column, fact, self.whole.input(min(column.low, 0), max(column.high, 0)), self.whole.input(0, 1))

    def said(self, one: Ends, name: str) -> Ref:
        """1 where the clause is said to be in that state."""
        return self.table.equal(one.state, STATES.index(name))

    def by_state(self, one: Ends, others: Mapping[str, Remembered], place: int, observed: Ref, high: bool) -> Ref:
        """What the reference makes of every other state, and what the rows give of what was observed."""
        found = observed
        for name, known in others.items():
            end = self.constants(known.high if high else known.low, [n for n, rule in enumerate(one.clause.rules) if isinstance(rule.effect, model.Veto)])
            if name == "unknown" and not place:
                one.known = found
            found = self.table.select(self.said(one, name), end[place], found)
        return found

    def constants(self, end: Any, vetoes: list[int]) -> list[Ref]:
        """Score, what is taken, and vetoes, as the reference has them."""
        if not isinstance(end.score, int) or not isinstance(end.worth, int):
            raise Unlowered(f"{self.memory.address}: a state of it is worth no whole number of units")
        fires = [any(rule == self.memory.clause.rules[place] for rule, _ in end.outcome.vetoes) for place in vetoes]
        return [self.table.constant(number) for number in (end.score, end.worth - end.score, *map(int, fires))]

    # --- what was observed

    def observed(self, one: Ends, vetoes: list[int]) -> tuple[list[Ref], list[Ref]]:
        """Score, what is taken, and vetoes, at the low end and at the high end."""
        table, inputs = self.table, self.given(one)
        direct, settled = self.rows(inputs, vetoes)
        moves = [ref for move in self.program.movements[self.place] for ref in move]
        copied = self.copy(moves, inputs)
        one.moves = list(zip(copied[::2], copied[1::2], strict=True))
        observed = self.said(one, "observed")
        if table.fixed(settled) != 1:
            self.whole.doubts.append(Doubt(table.all([observed, one.all_known, table.negate(settled)]), one.clause.address, "sql_unsettled"))
        if len(one.slots) < 2:
            return direct, direct
        tried = self.tried(one, vetoes, direct, settled)
        if tried is None:
            partly = table.all([observed, table.negate(one.all_known)])
            self.whole.doubts.append(Doubt(partly, one.clause.address, "sql_partly"))
            return direct, direct
        low, high = ([table.select(one.all_known, whole, part) for whole, part in zip(direct, end, strict=True)] for end in tried)
        return low, high

    def rows(self, inputs: Mapping[int, Ref], vetoes: list[int]) -> tuple[list[Ref], Ref]:
        """Score, what is taken, vetoes; and 1 where the facts go together."""
        program = self.program
        fires = [program.movements[self.place][place].fires for place in vetoes]
        found = self.copy([program.scores[self.place], program.taken[self.place], *fires], inputs)
        return found, self.together(inputs)

    def together(self, inputs: Mapping[int, Ref]) -> Ref:
        """1 where the facts of this clause go together; `settled` says so of all clauses at once."""
        source, table, settled = self.program.table, self.table, self.program.settled
        if source.fixed(settled) == 1:
            return table.constant(1)
        kind, args, _ = source.operations[settled]
        below = source.operations[args[0]] if kind == "not" else None
        if below is None or below.kind != "any":  # one condition, or none
            return self.copy([settled], inputs)[0] if self.rests(settled) else table.constant(1)
        return table.negate(table.any(self.copy([ref for ref in below.args if self.rests(ref)], inputs)))

    def rests(self, ref: Ref) -> bool:
        """True for a row of the program that rests on facts of this clause."""
        return any(self.own(one) for one in self.program.table.under([ref]))

    def own(self, ref: Ref) -> bool:
        kind, _, number = self.program.table.operations[ref]
        return kind == "input" and self.program.columns[number].clause == self.memory.address

    def given(self, one: Ends) -> dict[int, Ref]:
        """Place of an input of the program → what a cell says: a count of records states no points."""
        values = {slot.column.fact: slot.value for slot in one.slots}
        return {
            place: self.table.constant(0) if column.part == "points" else values[column.fact]
            for place, column in enumerate(self.program.columns) if column.clause == one.clause.address
        }  # fmt: skip

    def copy(self, refs: Sequence[Ref], inputs: Mapping[int, Ref]) -> list[Ref]:
        """Rows of the program in this table, with something else for its inputs."""
        source, table, found = self.program.table, self.table, dict[Ref, Ref]()
        for ref in sorted(source.under(refs)):
            kind, args, number = source.operations[ref]
            found[ref] = inputs[number] if kind == "input" else COPIED[kind](table, [found[arg] for arg in args], number)
        return [found[ref] for ref in refs]

    # --- some facts open

    def tried(self, one: Ends, vetoes: list[int], direct: list[Ref], settled: Ref) -> tuple[list[Ref], list[Ref]] | None:
        """The least and the greatest over the corners of what is open; None where they are too many, or where ends would not be told apart."""
        table = self.table
        score, taken = direct[0], direct[1]
        if len(vetoes) > 1 or (table.fixed(score) is None and table.fixed(taken) is None):
            return None
        many = len(vetoes) + 1
        badness = table.add([table.multiply(table.add([score, taken]), many), *(table.multiply(veto, -1) for veto in direct[2:])])
        directions = _directions(table, badness)
        for ref in table.under([settled]):
            directions[ref] = 0
        choices: list[list[tuple[dict[int, int], dict[int, int]]]] = []
        for slot in one.slots:
            corners = self.corners(one.clause, slot)
            choices.append(_ends_of(corners, directions.get(slot.value, 1)) or [(corner, corner) for corner in corners])
        number = 1
        for choice in choices:
            number *= len(choice)
        if number > TRIED:
            return None
        ends = []
        for high in (False, True):
            reached: list[Ref] = []
            for combination in product(*choices):
                inputs = self.given(one)
                for slot, pair in zip(one.slots, combination, strict=True):
                    for place, corner in pair[high].items():
                        inputs[place] = table.select(slot.known, inputs[place], table.constant(corner))
                parts, sure = self.rows(inputs, vetoes)
                bad = table.add([table.multiply(table.add([parts[0], parts[1]]), many), *(table.multiply(veto, -1) for veto in parts[2:])])
                beyond = table.high[badness] + 1 if not high else table.low[badness] - 1
                reached.append(table.select(sure, bad, table.constant(beyond)))
            found = reached[0]
            for ref in reached[1:]:
                found = table.greatest(found, ref) if high else table.least(found, ref)
            if table.fixed(settled) != 1:
                none = table.equal(found, table.low[badness] - 1 if high else table.high[badness] + 1)
                self.whole.doubts.append(Doubt(table.all([self.said(one, "observed"), none]), one.clause.address, "sql_unsettled"))
            worth = table.divide(table.add([found], many - 1), many)
            fires = [table.add([table.multiply(worth, many), table.multiply(found, -1)])] if vetoes else []
            fires = [table.at_least(ref, 1) for ref in fires]
            if table.fixed(taken) is not None:
                ends.append([table.add([worth], -(table.fixed(taken) or 0)), taken, *fires])
            else:
                ends.append([score, table.add([worth], -(table.fixed(score) or 0)), *fires])
        return ends[0], ends[1]

    def corners(self, clause: model.Clause, slot: Slot) -> list[dict[int, int]]:
        """The corners of a fact, each as what it gives to the inputs of the program."""
        places = {column.part: place for place, column in enumerate(self.program.columns) if (column.clause, column.fact) == (clause.address, slot.fact.name)}
        found = []
        for value in regions.corners(slot.fact, clause):
            parts = _parts(slot.column, value)
            corner = {place: parts[part] for part, place in places.items()}
            if corner not in found:
                found.append(corner)
        return found


def _parts(column: Column, value: Any) -> dict[str, int]:
    """A value of a fact, as the inputs of a program have it."""
    if isinstance(value, tuple) and column.type == "records":
        stated = [record.points for record in value if record.points is not None]
        return {"value": len(value), "plain": len(value) - len(stated), "points": int(sum(map(Fraction, stated)) * FINEST)}
    if isinstance(value, tuple):
        value = sum(value, Decimal(0))
    if column.type == "choice":
        value = column.choices.index(value)
    return {"value": int(Fraction(value) * column.unit)}


def _directions(table: Table, root: Ref) -> dict[Ref, int]:
    """Input → 1 where the row never falls while it rises, −1 where it never rises, 0 where neither is proved."""
    found: dict[Ref, int] = {}
    seen: set[tuple[Ref, int]] = set()
    wanted = [(root, 1)]
    while wanted:
        ref, sign = wanted.pop()
        if (ref, sign) in seen:
            continue
        seen.add((ref, sign))
        kind, args, number = table.operations[ref]
        if kind == "input":
            found[ref] = sign if found.get(ref, sign) == sign else 0
        elif kind == "multiply":
            wanted.append((args[0], sign if number > 0 else -sign))
        elif kind == "not":
            wanted.append((args[0], -sign))
        elif kind == "equal":
            wanted.append((args[0], 0))
        elif kind == "select":
            rises, falls = table.low[args[1]] >= table.high[args[2]], table.high[args[1]] <= table.low[args[2]]
            wanted += [(args[0], sign if rises else -sign if falls else 0), (args[1], sign), (args[2], sign)]
        else:
            wanted += [(arg, sign) for arg in args]
    return found


def _ends_of(corners: list[dict[int, int]], direction: int) -> list[tuple[dict[int, int], dict[int, int]]]:
    """The worst and the best corner of a fact that acts in one direction; nothing where that is not so."""
    if not direction:
        return []
    least = [one for one in corners if all(one[place] <= other[place] for other in corners for place in one)]
    most = [one for one in corners if all(one[place] >= other[place] for other in corners for place in one)]
    if not least or not most:
        return []
    return [(least[0], most[0]) if direction > 0 else (most[0], least[0])]


def _add(table: Table, args: Sequence[Ref], number: int) -> Ref:
    """A sum; where every part depends on one condition, so does the sum: what a zero takes is then taken at once."""
    moving = [ref for ref in args if table.fixed(ref) is None]
    kinds = [table.operations[ref] for ref in moving]
    if len(moving) > 1 and all(kind == "select" for kind, _, _ in kinds) and len({args[0] for _, args, _ in kinds}) == 1:
        number += sum(table.fixed(ref) or 0 for ref in args if table.fixed(ref) is not None)
        one, other = ([operands[arm] for _, operands, _ in kinds] for arm in (1, 2))
        return table.select(kinds[0].args[0], _add(table, one, number), _add(table, other, number))
    if len(moving) == 1 and kinds[0].kind == "select" and number:
        return table.select(kinds[0].args[0], table.add([kinds[0].args[1]], number), table.add([kinds[0].args[2]], number))
    return table.add(args, number)


COPIED: dict[str, Callable[[Table, Sequence[Ref], int], Ref]] = {
    "constant": lambda table, args, number: table.constant(number),
    "add": _add,
    "multiply": lambda table, args, number: table.multiply(args[0], number),
    "divide": lambda table, args, number: table.divide(args[0], number),
    "min": lambda table, args, number: table.least(*args),
    "max": lambda table, args, number: table.greatest(*args),
    "at_least": lambda table, args, number: table.at_least(args[0], number),
    "equal": lambda table, args, number: table.equal(args[0], number),
    "any": lambda table, args, number: table.any(args),
    "not": lambda table, args, number: table.negate(args[0]),
    "select": lambda table, args, number: table.select(*args),
}
"""Kind of a row → the same row elsewhere."""
