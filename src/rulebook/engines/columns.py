"""Blocks of a table scored: the program where every fact was observed, clause by clause where it was not, the reference for every other row.

The three ways are those of one record (see `compiled`), and every row gets what the reference gives it. Scores are integers, so many units to the
point; a score that is no whole number of units (as 按比例折算 may make it) stands beside them as a fraction.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np

from rulebook import lexicon, model
from rulebook.diagnostics import RulebookError
from rulebook.engines.blocks import BLOCK, Plan, Run, output_type
from rulebook.engines.cells import Cells, Fact
from rulebook.engines.compiled import Compiled
from rulebook.engines.lowering import COLUMNS, FINEST, Unlowered
from rulebook.engines.memory import ABSENT, Remembered
from rulebook.evaluator import declared
from rulebook.source import fold

WAYS = ("straight", "clauses", "reference")
"""How a row came to its score, by code."""
UNSETTLED = -1
"""The code of no grade, and of a veto that is open."""


class Figures:
    """One column of scores as integers in units. `missing` marks rows without a number; `others` has numbers that are no whole units."""

    def __init__(self, number: int, of: str) -> None:
        self.values = np.zeros(number, of)
        self.missing: Any = None
        self.others: dict[int, Fraction] = {}

    def copy(self) -> "Figures":
        """Another column that says the same."""
        found = Figures(0, "int8")
        found.values, found.missing, found.others = self.values.copy(), None if self.missing is None else self.missing.copy(), dict(self.others)
        return found

    def put(self, rows: Any, values: Any, missing: Any = None) -> None:
        """The values stand in those rows, in wider integers where they need them."""
        if len(values):
            needed = output_type(int(values.min()), int(values.max()))
            if np.dtype(needed).itemsize > self.values.dtype.itemsize:
                self.values = self.values.astype(needed)
            self.values[rows] = values
        if missing is not None and missing.any():
            self.leave(rows[missing])

    def leave(self, rows: Any) -> None:
        """Those rows have no number."""
        if self.missing is None:
            self.missing = np.zeros(len(self.values), bool)
        self.missing[rows] = True
        self.values[rows] = 0

    def set(self, row: int, number: Decimal | Fraction | None, scale: int) -> None:
        """One row, from points."""
        units = None if number is None else Fraction(number) * scale
        if units is not None and units.denominator == 1 and abs(units.numerator) < 1 << 62:
            self.put(np.array([row]), np.array([units.numerator], np.int64))
        else:
            self.leave(np.array([row]))
        if units is not None and number is not None and units.denominator != 1:
            self.others[row] = Fraction(number)


class Refused(NamedTuple):
    """Rows that cannot be scored, by number from 0, with what is said where, and by whom; `error` is the reference's where it is about the whole row."""

    rows: Any
    column: str
    value: Any
    kind: str = ""
    error: RulebookError | None = None


class Block(NamedTuple):
    """So many rows from a row on: the cells of every fact, and what columns of whole clauses say, by place of the clause."""

    start: int
    number: int
    facts: Sequence[Cells]
    clauses: Mapping[int, Cells]
    subjects: Sequence[str] = ()

    def cell(self, slot: int, row: int) -> tuple[bool, Any]:
        """Whether a fact's cell is a value, and the value, or what it says."""
        cells = self.facts[slot]
        code = 0 if cells.codes is None else int(cells.codes[row])
        return code == 0, cells.told[code - 1] if code else cells.values[row]


class Scoring:
    """What is known of a rulebook for all its tables: facts, plans. It does not change but for plans being remembered; threads may share it."""

    def __init__(self, ready: Compiled) -> None:
        self.ready, self.book = ready, ready.book
        self.program = ready.program
        self.scale = ready.scale if ready.lowered else FINEST
        self.clauses: list[model.Clause] = [clause for section in self.book.sections for item in section.items() for clause in item.clauses]
        self.places = {clause.address: place for place, clause in enumerate(self.clauses)}
        self.facts = [
            Fact(COLUMNS[fact.type](clause.address, fact), fact, len(clause.facts) == 1) for clause in self.clauses for fact in clause.facts
        ]
        self.slots: list[list[int]] = [[] for _ in self.clauses]
        for slot, fact in enumerate(self.facts):
            self.slots[self.places[fact.column.clause]].append(slot)
        self.grades = [grade.name for grade in self.book.header.grades]
        self.plans: dict[Any, Plan] = {}

    # --- plans

    @cached_property
    def inputs(self) -> dict[int, int]:
        """Place of each input of the program that is looked at → the slot of its fact; −1 for the points that records state, which a count does not."""
        assert self.program is not None
        slots = {(fact.column.clause, fact.column.fact): slot for slot, fact in enumerate(self.facts)}
        return {place: -1 if one.part == "points" else slots[one.clause, one.fact] for place, one in enumerate(self.program.columns)}

    def plan(self, name: str, refs: Sequence[int], bounds: tuple[tuple[int, int], ...], over: Mapping[int, int] | None = None) -> Plan:
        """The plan for those rows where facts lie between those bounds."""
        key = name, bounds
        found = self.plans.get(key)
        if found is None:
            assert self.program is not None
            given = {place: (0, 0) if slot < 0 else bounds[slot] for place, slot in self.inputs.items()} if over is None else dict(enumerate(bounds))
            found = Plan(self.program.table, refs, given, over)
            if len(self.plans) > 64:
                self.plans.clear()
            self.plans[key] = found
        return found

    @cached_property
    def vetoes(self) -> list[tuple[int, model.Rule]]:
        """The rules whose veto is for the whole, in the order of the program, each with the place of its clause."""
        return [
            (place, rule) for place, clause in enumerate(self.clauses) for rule in clause.rules
            if isinstance(rule.effect, model.Veto) and rule.effect.scope == "total"
        ]  # fmt: skip

    @cached_property
    def lowest(self) -> bool:
        """True where a veto gives the lowest grade."""
        return any(declared(self.book, rule.effect).outcome == "lowest_grade" for _, rule in self.vetoes)  # type: ignore[arg-type]

    @cached_property
    def ending(self) -> Plan | None:
        """What follows from the sum of the clauses and the vetoes: the total and the grade. None where more than that is looked at."""
        program = self.program
        if program is None or not self.ready.plain or not self.ready.finite or program.table.fixed(program.sum) is not None:
            return None
        table = program.table
        over = {program.sum: len(program.columns)}
        for number, ref in enumerate(program.vetoes, 1):
            if table.fixed(ref) is None:
                over[ref] = len(program.columns) + number
        bounds = {place: (table.low[ref], table.high[ref]) for ref, place in over.items()}
        if program.total in over and program.total != program.sum:
            return None
        plan = Plan(table, [program.total, program.grade], bounds, over)
        return plan if all(place >= len(program.columns) for place in plan.inputs) else None

    # --- records

    def said(self, block: Block, place: int, row: int) -> Any:
        """What a row says of a clause, as evidence has it; `ABSENT` where it says nothing. Raises Contradiction."""
        whole = block.clauses.get(place)
        told = None if whole is None or whole.codes is None or not whole.codes[row] else whole.told[int(whole.codes[row]) - 1]
        found: dict[str, Any] = {}
        said = False
        for slot in self.slots[place]:
            plain, value = block.cell(slot, row)
            fact = self.facts[slot]
            found[fact.column.fact] = fact.outward(value) if plain else value
            said = said or plain or value is not None
            if fact.alone and not plain and _state(value):
                return value
        if told is not None:
            if said:
                raise Contradiction(self.clauses[place].address, told)
            return told
        return found if said else ABSENT

    def record(self, block: Block, row: int) -> dict[str, Any]:
        """A row of a block as `book.score` takes it."""
        said = {clause.address: self.said(block, place, row) for place, clause in enumerate(self.clauses)}
        return {address: value for address, value in said.items() if value is not ABSENT}


class Contradiction(Exception):
    """The column of a clause and those of its facts say something of one row both."""

    def __init__(self, clause: str, value: Any) -> None:
        super().__init__(clause)
        self.clause, self.value = clause, value


def _state(value: Any) -> bool:
    return isinstance(value, str) and fold(value).strip() in lexicon.terms()["state"]


class Scores:
    """The columns that were asked for, for so many rows, filled block by block."""

    def __init__(self, scoring: Scoring, want: Iterable[str], number: int) -> None:
        self.scoring, self.number = scoring, number
        self.want = frozenset(want)
        program, table = scoring.program, None if scoring.program is None else scoring.program.table
        self.of = "int16" if table is None or program is None else output_type(table.low[program.total], table.high[program.total])
        self.total = Figures(number, self.of)
        self.lower = self.upper = self.total
        self.grade = np.full(number, UNSETTLED, np.int16) if "grade" in self.want else None
        self.vetoed = np.zeros(number, np.int8) if "vetoed" in self.want else None
        self.unknown = np.zeros(number, np.int32) if "unknown" in self.want else None
        self.way = np.zeros(number, np.int8) if "way" in self.want else None
        self.counts = [0, 0, 0]
        clauses = range(len(scoring.clauses)) if self.want & {"clauses", "clause bounds"} else ()
        types = ["int16" if table is None or program is None else output_type(table.low[ref], table.high[ref]) for ref in (program.scores if program else scoring.clauses)]
        self.clauses = [Figures(number, types[place]) for place in clauses]
        self.clauses_lower = list(self.clauses)
        self.clauses_upper = list(self.clauses)
        self.fired = [np.zeros(number, _bits(len(clause.rules))) for clause in scoring.clauses] if "ledger" in self.want else []
        self.refused: list[Refused] = []
        self.runs: dict[int, Run] = {}
        self.scratch: dict[tuple[str, int], Any] = {}

    # --- one block

    def add(self, block: Block) -> None:
        """The rows of the block are scored; what cannot be is in `refused`."""
        odd = self.odd(block)
        rows = np.arange(0)
        far = np.zeros(0, bool)
        if odd:
            anything = np.zeros(block.number, bool)
            for seen in odd.values():
                anything |= seen
            rows = np.flatnonzero(anything)
            far = np.zeros(block.number, bool)
        if self.scoring.program is None:
            self.reference(block, range(block.number))
            return
        self.straight(block)
        if odd and self.scoring.ending is None:
            far[rows] = True
        elif odd:
            self.pieced(block, odd, rows, far)
        unsettled = self.unsettled(block)
        if odd:
            unsettled &= ~anything
            unsettled |= far
        left = np.flatnonzero(unsettled)
        self.counts[0] += block.number - len(rows) - len(left) + int(far.sum())
        self.counts[1] += len(rows) - int(far.sum())
        if self.way is not None:
            self.way[block.start + rows] = 1
        self.reference(block, left.tolist())

    def odd(self, block: Block) -> dict[int, Any]:
        """Clauses of which some row does not say every fact plainly → those rows."""
        found: dict[int, Any] = {}
        for place, slots in enumerate(self.scoring.slots):
            for cells in [*(block.facts[slot] for slot in slots), *([block.clauses[place]] if place in block.clauses else [])]:
                if cells.codes is not None and cells.codes.any():
                    seen = cells.codes != 0
                    found[place] = found[place] | seen if place in found else seen
        return found

    # --- straight

    def straight(self, block: Block) -> None:
        """Every row as if every fact of it were observed."""
        scoring, program = self.scoring, self.scoring.program
        assert program is not None
        stop = block.start + block.number
        refs = [program.total]
        outputs = [self.total.values[block.start : stop]]
        if self.total.values.dtype != self.of:  # some row before needed more
            outputs = [self.array(self.of, 0, block.number)]
        if self.grade is not None:
            refs.append(program.grade)
            outputs.append(self.grade[block.start : stop])
        if self.clauses:
            refs += program.scores
            outputs += [figures.values[block.start : stop] for figures in self.clauses]
        fires = [movement.fires for rules in program.movements for movement in rules] if self.fired else []
        vetoes = list(program.vetoes) if self.vetoed is not None else []
        extra = [*vetoes, *fires]
        outputs += [self.array("int16", number + 1, block.number) for number in range(len(extra))]
        plan = self.run("straight", [*refs, *extra], outputs, block)
        if self.total.values.dtype != self.of:
            self.total.values[block.start : stop] = outputs[0]
        if self.clauses:
            self.widened(plan, outputs, len(refs) - len(self.clauses), block)
        for figures in {id(one): one for one in (self.lower, self.upper)}.values():
            if figures is not self.total:
                figures.put(slice(block.start, stop), self.total.values[block.start : stop])
        for figures, lower, upper in zip(self.clauses, self.clauses_lower, self.clauses_upper, strict=True):
            for one in {id(one): one for one in (lower, upper) if one is not figures}.values():
                one.put(slice(block.start, stop), figures.values[block.start : stop])
        said = outputs[len(refs) :]
        if self.vetoed is not None:
            for veto in said[: len(vetoes)]:
                self.vetoed[block.start : stop] |= veto.astype(np.int8)
        rest = iter(said[len(vetoes) :])
        for place, fired in enumerate(self.fired):
            for bit in range(len(scoring.clauses[place].rules)):
                fired[block.start : stop] |= next(rest).astype(fired.dtype) << fired.dtype.type(bit)

    def widened(self, plan: Plan, outputs: list[Any], first: int, block: Block) -> None:
        """Nothing to do where the columns have the plan's types; `array` stood in for those that had to grow."""

    def run(self, name: str, refs: Sequence[int], outputs: Sequence[Any], block: Block) -> Plan:
        """Runs the plan of those rows over the block."""
        bounds = tuple((cells.low, cells.high) for cells in block.facts)
        plan = self.scoring.plan(f"{name} {' '.join(sorted(self.want))}", refs, bounds)
        wanted: dict[int, Any] = {}
        for place, of in plan.inputs.items():
            slot = self.scoring.inputs[place]
            values = np.broadcast_to(np.int8(0), block.number) if slot < 0 else block.facts[slot].values
            wanted[place] = values if values.dtype == of else values.astype(of)
        for number, (output, of) in enumerate(zip(outputs, plan.types, strict=True)):
            if output.dtype != of:
                outputs[number] = self.array(of, -number - 1, block.number)  # type: ignore[index]
        self.started(plan)(wanted, outputs, block.number)
        return plan

    def started(self, plan: Plan) -> Run:
        if id(plan) not in self.runs:
            self.runs.clear()  # buffers of one plan at a time
            self.runs[id(plan)] = plan.start(BLOCK)
        return self.runs[id(plan)]

    def array(self, of: str, name: int, number: int) -> Any:
        """Room for a block of results that nobody keeps."""
        if (of, name) not in self.scratch:
            self.scratch[of, name] = np.empty(BLOCK, of)
        return self.scratch[of, name][:number]

    def unsettled(self, block: Block) -> Any:
        """Rows whose facts, although all are there, do not go together."""
        program = self.scoring.program
        assert program is not None
        if program.table.fixed(program.settled) == 1:
            return np.zeros(block.number, bool)
        output = [self.array("int16", 0, block.number)]
        self.run("settled", [program.settled], output, block)
        return output[0] == 0
