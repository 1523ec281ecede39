"""Blocks of a table scored: the program where every fact was observed, clause by clause where it was not, the reference for every other row.

The three ways are those of one record (see `compiled`), and every row gets what the reference gives it. Scores are integers, so many units to the
point; a score that is no whole number of units (as 按比例折算 may make it) stands beside them as a fraction.
"""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from functools import cache, cached_property
from typing import Any, NamedTuple

import numpy as np

from rulebook import lexicon, model
from rulebook.diagnostics import RulebookError
from rulebook.engines.blocks import BLOCK, Plan, Run, output_type
from rulebook.engines.cells import Cells, Fact
from rulebook.engines.compiled import Compiled
from rulebook.engines.lowering import FINEST, Program
from rulebook.engines.memory import ABSENT, Remembered
from rulebook.engines.tables import Places
from rulebook.evaluator import declared
from rulebook.source import fold

WAYS = ("straight", "clauses", "reference")
"""How a row came to its score, by code."""
ENDS = frozenset({"total", "lower", "upper", "ranks"})
"""What of all that may be asked for needs the total."""
MANY = 1 << 18
"""Tables of so many rows, or more, are worth loading the kernel for."""
UNSETTLED = -1
"""The code of no grade, and of a veto that is open."""


class Figures:
    """One column of scores as integers in units. `missing` marks rows without a number; `others` has numbers that are no whole units."""

    def __init__(self, values: Any) -> None:
        self.values = values
        self.missing: Any = None
        self.others: dict[int, Fraction] = {}

    def copy(self) -> "Figures":
        """Another column that says the same."""
        found = Figures(self.values.copy())
        found.missing, found.others = None if self.missing is None else self.missing.copy(), dict(self.others)
        return found

    def put(self, rows: Any, values: Any, missing: Any = None) -> None:
        """The values stand in those rows, in wider integers where they need them."""
        if len(values):
            needed = output_type(int(values.min()), int(values.max()))
            if np.dtype(needed).itemsize > self.values.dtype.itemsize:
                self.values = self.values.astype(needed)
            self.values[rows] = values
        if self.missing is not None:
            self.missing[rows] = False
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


class Scoring(Places):
    """What is known of a rulebook for all its tables: facts, plans. It does not change but for plans being remembered; threads may share it."""

    def __init__(self, ready: Compiled) -> None:
        self.ready, self.book = ready, ready.book
        super().__init__(clause for section in self.book.sections for item in section.items() for clause in item.clauses)
        self.program = ready.program
        self.scale = ready.scale if ready.lowered else FINEST
        self.places = {clause.address: place for place, clause in enumerate(self.clauses)}
        asked = [fact for clause in self.clauses for fact in clause.facts]
        alone = [len(self.clauses[self.places[column.clause]].facts) == 1 for column in self.columns]
        self.facts = [Fact(column, fact, only) for column, fact, only in zip(self.columns, asked, alone, strict=True)]
        self.grades = [grade.name for grade in self.book.header.grades]
        self.plans: dict[Any, Plan] = {}

    # --- plans

    @cached_property
    def inputs(self) -> dict[int, int]:
        """Place of each input of the program that is looked at → the slot of its fact; −1 for the points that records state, which a count does not."""
        assert self.program is not None
        slots = {(fact.column.clause, fact.column.fact): slot for slot, fact in enumerate(self.facts)}
        return {place: -1 if one.part == "points" else slots[one.clause, one.fact] for place, one in enumerate(self.program.columns)}

    def plan(self, name: Any, refs: Sequence[int], facts: Sequence[Cells]) -> Plan:
        """The plan for those rows of the program where facts come in such cells."""
        key = name, tuple([(cells.low, cells.high, cells.values.dtype.char, cells.unseen) for cells in facts])
        found = self.plans.get(key)
        if found is None:
            assert self.program is not None
            seen = {place: facts[slot] for place, slot in self.inputs.items() if slot >= 0}
            given = {place: (seen[place].low, seen[place].high) if place in seen else (0, 0) for place in self.inputs}
            arriving = {place: cells.values.dtype.name for place, cells in seen.items()}
            found = Plan(self.program.table, refs, given, arriving=arriving, watched=[place for place, cells in seen.items() if cells.unseen])
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
        if program is None or not self.ready.plain or program.table.fixed(program.sum) is not None:
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
            if fact.alone and not plain and (_state(value) or isinstance(value, Mapping)):
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


class Beyond(Exception):
    """Some cell that was `unseen` when its column was read is no value."""


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
        program, clauses = scoring.program, scoring.clauses
        self.total = Figures(np.zeros(number if self.want & ENDS else 0, "int32" if program is None else _type(program, program.total)))
        self.lower = self.upper = self.total
        """The same column as `total` until some row has an interval."""
        self.grade = np.full(number, UNSETTLED, np.int16) if "grade" in self.want else None
        self.vetoed = np.zeros(number, np.int8) if "vetoed" in self.want else None
        self.unknown = np.zeros(number, np.int32) if "unknown" in self.want else None
        self.way = np.zeros(number, np.int8) if "way" in self.want else None
        self.counts = [0, 0, 0]
        """How many rows went which way."""
        wanted = self.want & {"clauses", "clause bounds"}
        types = ["int32"] * len(clauses) if program is None else [_type(program, ref) for ref in program.scores]
        self.clauses = _columns(number, types) if wanted else []
        self.clause_bounds = list(zip(_columns(number, types), _columns(number, types), strict=True)) if "clause bounds" in wanted else []
        self.fired = [np.zeros(number, _bits(len(clause.rules))) for clause in clauses] if "ledger" in self.want else []
        """Rule by rule of each clause a bit: 1 where the rule fired, at the upper end."""
        self.refused: list[Refused] = []
        self.engine = (number >= MANY and compiled()) or Run
        """What runs plans."""
        self.runs: dict[int, Any] = {}
        self.scratch: dict[tuple[str, int], Any] = {}

    # --- one block

    def add(self, block: Block) -> None:
        """The rows of the block are scored; those that cannot be are in `refused`. Raises Beyond."""
        if self.scoring.program is None:
            self.reference(block, range(block.number))
            return
        self.straight(block)
        left = self.unsettled(block)
        odd = self.odd(block)
        if odd:
            anything = np.zeros(block.number, bool)
            for seen in odd.values():
                anything |= seen
            rows = np.flatnonzero(anything)
            far = self.pieced(block, odd, rows)
            left = (left & ~anything) | far
            pieces = len(rows) - int(np.count_nonzero(far))
            self.counts[1] += pieces
            self.counts[0] -= pieces
            if self.way is not None:
                self.way[block.start + rows] = 1
        self.counts[0] += block.number - int(np.count_nonzero(left))
        self.reference(block, np.flatnonzero(left).tolist())

    def odd(self, block: Block) -> dict[int, Any]:
        """Clauses of which some row does not say every fact plainly → those rows."""
        found: dict[int, Any] = {}
        for place, slots in enumerate(self.scoring.slots):
            whole = [block.clauses[place]] if place in block.clauses else []
            for cells in (*(block.facts[slot] for slot in slots), *whole):
                if cells.codes is not None and cells.codes.any():
                    seen = cells.codes != 0
                    found[place] = found[place] | seen if place in found else seen
        return found

    # --- straight

    def straight(self, block: Block) -> None:
        """Every row as if every fact of it were observed."""
        program, part = self.scoring.program, slice(block.start, block.start + block.number)
        assert program is not None
        asked = [(program.total, self.total.values[part])] if self.want & ENDS else []
        if self.grade is not None:
            asked.append((program.grade, self.grade[part]))
        asked += [(ref, figures.values[part]) for ref, figures in zip(program.scores, self.clauses, strict=False)]
        vetoes = list(program.vetoes) if self.vetoed is not None else []
        fires = [movement.fires for rules in program.movements for movement in rules] if self.fired else []
        asked += [(ref, self.array("int16", number + 1, block.number)) for number, ref in enumerate([*vetoes, *fires])]
        self.run("straight", asked, block)
        if self.lower is not self.total:
            for figures in (self.lower, self.upper):
                figures.put(part, self.total.values[part])
        for figures, ends in zip(self.clauses, self.clause_bounds, strict=False):
            for end in ends:
                end.put(part, figures.values[part])
        said = iter([array for _, array in asked[len(asked) - len(vetoes) - len(fires) :]])
        for _ in vetoes:
            self.vetoed[part] |= next(said).astype(np.int8)  # type: ignore[index]
        for fired, clause in zip(self.fired, self.scoring.clauses, strict=False):
            for bit in range(len(clause.rules)):
                fired[part] |= next(said).astype(fired.dtype) << fired.dtype.type(bit)

    def run(self, name: Any, asked: Sequence[tuple[int, Any]], block: Block) -> None:
        """Writes the values of rows of the program, for one block, into an array each."""
        plan = self.scoring.plan((name, self.want), [ref for ref, _ in asked], block.facts)
        slots = self.scoring.inputs
        wanted = {place: block.facts[slots[place]].values if slots[place] >= 0 else _none(block.number) for place in plan.inputs}
        self.write(plan, wanted, [array for _, array in asked], block.number)

    def write(self, plan: Plan, inputs: Mapping[int, Any], arrays: Sequence[Any], number: int) -> None:
        """Runs a plan; a column that had to grow gets its values from a buffer. Raises Beyond."""
        outputs = [one if one.dtype == of else self.array(of, -place - 1, number) for place, (one, of) in enumerate(zip(arrays, plan.types, strict=True))]
        run = self.runs.get(id(plan))
        if run is None or run.size < min(BLOCK, number):
            if len(self.runs) > 3:
                self.runs.clear()
            run = self.runs[id(plan)] = self.engine(plan, min(BLOCK, number))
        if not run(inputs, outputs, number):
            raise Beyond
        for one, output in zip(arrays, outputs, strict=True):
            if one is not output:
                one[...] = output

    def array(self, of: str, name: int, number: int) -> Any:
        """Room for a block of results that nobody keeps."""
        if (of, name) not in self.scratch or len(self.scratch[of, name]) < number:
            self.scratch[of, name] = np.empty(number, of)
        return self.scratch[of, name][:number]

    def unsettled(self, block: Block) -> Any:
        """Rows whose facts, although all are there, do not go together."""
        program = self.scoring.program
        assert program is not None
        if program.table.fixed(program.settled) == 1:
            return np.zeros(block.number, bool)
        output = self.array("int16", 0, block.number)
        self.run("settled", [(program.settled, output)], block)
        return output == 0

    # --- clause by clause

    def pieced(self, block: Block, odd: Mapping[int, Any], rows: Any) -> Any:
        """Rows of which some clause is met, unknown, partly observed: each such clause as the reference has it, the rest as the program has it.

        Gives the rows that are left to the reference.
        """
        scoring, program = self.scoring, self.scoring.program
        far = np.zeros(block.number, bool)
        if scoring.ending is None or program is None:
            far[rows] = True
            return far
        refs = [program.sum, *program.vetoes, *(ref for place in odd for ref in (program.scores[place], program.taken[place]))]
        arrays = [np.empty(block.number, np.int64) for _ in refs]
        self.run(("parts", tuple(odd)), list(zip(refs, arrays, strict=True)), block)
        many = len(program.vetoes)
        low, vetoes = arrays[0], arrays[1 : many + 1]
        high, low_vetoes, high_vetoes = low.copy(), vetoes, [one.copy() for one in vetoes]
        worth = {place: arrays[many + 1 + 2 * at] + arrays[many + 2 + 2 * at] for at, place in enumerate(odd)}
        opened = np.zeros(block.number, np.int32)
        for place, seen in odd.items():
            found = self.distinct(block, place, np.flatnonzero(seen))
            for some, known in found:
                if known is None or not _whole(known) or not self.counts_plainly(known):
                    far[some] = known is not None
                    continue
                before = worth[place][some]
                low[some] += known.low.worth - before
                high[some] += known.high.worth - before
                opened[some] += known.open
                for number, (owner, rule) in enumerate(scoring.vetoes):
                    if owner == place:
                        low_vetoes[number][some] = any(rule == one for one, _ in known.low.outcome.vetoes)
                        high_vetoes[number][some] = any(rule == one for one, _ in known.high.outcome.vetoes)
                self.patch(block, place, some, known)
        table = program.table
        for end in (low, high):
            far[rows] |= (end[rows] < table.low[program.sum]) | (end[rows] > table.high[program.sum])
        if scoring.lowest:
            for veto in (*low_vetoes, *high_vetoes):
                far[rows] |= veto[rows] != 0
        near = rows[~far[rows]]
        if len(near):
            lower, low_grade = self.end(low, low_vetoes, near)
            upper, high_grade = self.end(high, high_vetoes, near)
            at = block.start + near
            if self.want & ENDS:
                self.interval(at, lower, upper, opened[near])
            if self.unknown is not None:
                self.unknown[at] = opened[near]
            if self.grade is not None:
                settled = (low_grade == high_grade) | (low_grade == UNSETTLED)
                self.grade[at] = np.where(settled, high_grade, np.where(high_grade == UNSETTLED, low_grade, UNSETTLED))
            if self.vetoed is not None:
                least, most = (_any(several, near) for several in (low_vetoes, high_vetoes))
                self.vetoed[at] = np.where(least == most, most, UNSETTLED)
        return far

    def distinct(self, block: Block, place: int, rows: Any) -> list[tuple[Any, Remembered | None]]:
        """Rows that say the same of a clause, with what that comes to; None where it is refused."""
        parts = []
        for cells in [*(block.facts[slot] for slot in self.scoring.slots[place]), *([block.clauses[place]] if place in block.clauses else [])]:
            codes = np.zeros(len(rows), np.int64) if cells.codes is None else cells.codes[rows].astype(np.int64)
            values = np.where(codes == 0, cells.values[rows], 0).astype(np.int64)
            parts += [part for part in (codes, values) if (part != part[0]).any()]
        groups = _alike(parts, rows)
        found: list[tuple[Any, Remembered | None]] = []
        address, memory = self.scoring.clauses[place].address, self.scoring.ready.memories[place]
        for group in groups:
            try:
                said = self.scoring.said(block, place, int(group[0]))
                found.append((group, memory.said(said)))
            except Contradiction as error:
                self.refused.append(Refused(block.start + group, error.clause, error.value))
                found.append((group, None))
            except RulebookError as error:
                self.refused.append(Refused(block.start + group, address, _shown(said), error=error))
                found.append((group, None))
        return found

    def counts_plainly(self, known: Remembered) -> bool:
        """False for what changes the whole: a clause that leaves it, or a state that the head does not provide for."""
        return known.state != "not_applicable" and not (known.state == "not_supplied" and self.scoring.book.header.not_supplied is None)

    def patch(self, block: Block, place: int, rows: Any, known: Remembered) -> None:
        """The clause's own columns for those rows."""
        at = block.start + rows
        if self.clauses:
            low, high = (np.full(len(at), end.score, np.int64) for end in (known.low, known.high))
            self.clauses[place].put(at, high, low != high)
            for figures, values in zip(self.clause_bounds[place] if self.clause_bounds else (), (low, high), strict=False):
                figures.put(at, values)
        if self.fired:
            self.fired[place][at] = _fired(known)

    def end(self, sums: Any, vetoes: Sequence[Any], rows: Any) -> tuple[Any, Any]:
        """Total and grade of those rows, from the sum of their clauses and what vetoes them."""
        ending, program = self.scoring.ending, self.scoring.program
        assert ending is not None
        assert program is not None
        given = [sums[rows], *(veto[rows] for veto in vetoes)]
        inputs = {place: given[place - len(program.columns)].astype(of) for place, of in ending.inputs.items()}
        arrays = [np.empty(len(rows), of) for of in ending.types]
        self.write(ending, inputs, arrays, len(rows))
        return arrays[0], arrays[1]

    def interval(self, rows: Any, lower: Any, upper: Any, opened: Any) -> None:
        """The total of those rows is between these; it is settled where they are equal and nothing is open."""
        if self.want & ENDS - {"total"}:
            self.split()
            self.lower.put(rows, lower)
            self.upper.put(rows, upper)
        self.total.put(rows, upper, (lower != upper) | (opened > 0))

    def split(self) -> None:
        """From now on the ends are columns of their own."""
        if self.lower is self.total:
            self.lower, self.upper = self.total.copy(), self.total.copy()

    # --- the reference

    def reference(self, block: Block, rows: Iterable[int]) -> None:
        """Those rows, each by itself."""
        scoring = self.scoring
        for row in rows:
            at = block.start + row
            try:
                record = scoring.record(block, row)
                score = scoring.ready.score(record)
                told = score.total, score.lower, score.upper
            except Contradiction as error:
                self.refused.append(Refused(np.array([at]), error.clause, error.value))
                continue
            except RulebookError as error:
                self.refused.append(Refused(np.array([at]), "", "", error=error))
                continue
            self.counts[2] += 1
            if self.want & ENDS - {"total"} and (told[0] is None or self.lower is not self.total):
                self.split()
                self.lower.set(at, told[1], scoring.scale)
                self.upper.set(at, told[2], scoring.scale)
            if self.want & ENDS:
                self.total.set(at, told[0], scoring.scale)
            if self.grade is not None:
                self.grade[at] = scoring.grades.index(score.grade) if score.grade is not None else UNSETTLED
            if self.vetoed is not None:
                self.vetoed[at] = UNSETTLED if score.vetoed is None else score.vetoed
            if self.unknown is not None:
                self.unknown[at] = len(score.unknown)
            if self.way is not None:
                self.way[at] = 2
            for place, clause in enumerate(score.clauses if self.clauses else ()):
                self.clauses[place].set(at, clause.score, scoring.scale)
                for figures, number in zip(self.clause_bounds[place] if self.clause_bounds else (), (clause.lower, clause.upper), strict=False):
                    figures.set(at, number, scoring.scale)
            for place, fired in enumerate(self.fired):
                memory = scoring.ready.memories[place]
                fired[at] = _fired(memory.said(record.get(memory.address, ABSENT)))

    # --- afterwards

    def ranks(self) -> tuple[Any, Any]:
        """The best and the worst rank that each row may take, 1 the highest; equal scores share a rank. 0 where there is no score."""
        low, high = self.exact(self.lower), self.exact(self.upper)
        scored = np.ones(self.number, bool)
        if self.lower.missing is not None:
            scored = ~self.lower.missing | np.isin(np.arange(self.number), list(self.lower.others))
        best, worst = np.zeros(self.number, np.int64), np.zeros(self.number, np.int64)
        lows, highs = np.sort(low[scored]), np.sort(high[scored])
        best[scored] = 1 + len(lows) - np.searchsorted(lows, high[scored], side="right")
        worst[scored] = len(highs) - np.searchsorted(highs, low[scored], side="right") + (low[scored] == high[scored])
        return best, worst

    def exact(self, figures: Figures) -> Any:
        """The column in units, as fractions where some of it are no whole units."""
        if not figures.others:
            return figures.values
        found = figures.values.astype(object)
        for row, number in figures.others.items():
            found[row] = number * self.scoring.scale
        return found


@cache
def compiled() -> Any:
    """The kernel, to be called as `Run` is; None where numba is not installed, or has no place to keep what it compiles."""
    try:
        from rulebook.engines import kernel
    except (ImportError, RuntimeError):
        return None
    return kernel.Run


def _columns(number: int, types: Sequence[str]) -> list[Figures]:
    """Columns of those types. All of one type lie in one piece of memory, which the system hands out faster."""
    pieces = {of: iter(np.zeros((types.count(of), number), of)) for of in dict.fromkeys(types)}
    return [Figures(next(pieces[of])) for of in types]


def _type(program: Program, ref: int) -> str:
    return output_type(program.table.low[ref], program.table.high[ref])


def _bits(number: int) -> str:
    """The type that has a bit for each of so many rules; rules beyond the sixty-third have none."""
    return "int16" if number < 16 else "int32" if number < 32 else "int64"


def _fired(known: Remembered) -> int:
    """A bit for each rule that moves, or could have moved, points."""
    found = 0
    for entry in known.high.outcome.entries:
        if entry.rule is not None and entry.rule < 64:
            found |= 1 << (entry.rule - 1)
    return found


def _whole(known: Remembered) -> bool:
    """True where the clause's numbers are whole units."""
    return all(isinstance(number, int) for end in (known.low, known.high) for number in (end.score, end.worth))


def _alike(parts: Sequence[Any], rows: Any) -> list[Any]:
    """The rows in groups of which all parts are alike."""
    if not parts:
        return [rows]
    inverse = np.unique(parts[0], return_inverse=True)[1].reshape(-1)
    for part in parts[1:]:
        values, places = np.unique(part, return_inverse=True)
        inverse = np.unique(inverse * len(values) + places.reshape(-1), return_inverse=True)[1].reshape(-1)
    order = np.argsort(inverse, kind="stable")
    return np.split(rows[order], np.cumsum(np.bincount(inverse))[:-1])


def _none(number: int) -> Any:
    return np.broadcast_to(np.int8(0), number)


def _any(several: Sequence[Any], rows: Any) -> Any:
    found = np.zeros(len(rows), np.int8)
    for veto in several:
        found |= veto[rows].astype(np.int8)
    return found


def _shown(value: Any) -> str:
    if isinstance(value, dict):
        return "、".join(f"{name}: {said}" for name, said in value.items())[:60]
    return str(value)[:60]
