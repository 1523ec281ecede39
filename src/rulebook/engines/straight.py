"""A program as straight-line Python: a syntax tree built from its rows, compiled once, without a loop or a look at the model.

Only names that are made here stand in the tree; what an author wrote stands in it as constants. `Odd` is raised, before anything is
returned, by a record that is not what the program speaks of; whoever called it reads such a record the long way.
"""

import ast
from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal
from functools import cached_property
from operator import itemgetter
from typing import Any

from rulebook.engines.lowering import Column, Program
from rulebook.engines.operations import Ref, Table

CHUNK = 50
"""So many terms stand in one chain, so that no tree is deep."""
DEEPEST = 40
"""What is nested deeper gets a name."""


Seen = tuple[tuple[Any, ...], int, tuple[int, ...]]
"""The values of a record, its total, and what each clause moves."""


class Odd(Exception):
    """A record that is not, fact by fact, what the program speaks of."""


ODD = (Odd, KeyError, TypeError, ValueError, IndexError, AttributeError)
"""What the functions here raise for such a record."""


# --- what is known of values


def figure(value: Any, low: int, high: int, least: int, unit: int) -> int:
    """An int or Decimal in the column's units, within its range. Raises Odd."""
    if type(value) is int:
        found = value * unit
    elif type(value) is Decimal and value.is_finite() and abs(value.adjusted()) < 30:
        ratio, rest = value.as_integer_ratio()
        found, rest = divmod(ratio * unit, rest)
        if rest:
            raise Odd
    else:
        raise Odd
    if found < low or found > high or 0 < found < least:
        raise Odd
    return found


def within(counts: tuple[int, ...], most: int) -> None:
    """Nothing, where every count is an int from 0 to `most`. Raises Odd."""
    for count in counts:
        if type(count) is not int:  # True is no count
            raise Odd
    try:
        bytes(counts)  # small numbers, as nearly all are, are seen at once
    except ValueError:
        if min(counts) < 0 or max(counts) > most:
            raise Odd from None


# --- expressions


def _name(name: str) -> ast.expr:
    return ast.Name(name, ast.Load())


def _item(whole: ast.expr, key: Any) -> ast.expr:
    return ast.Subscript(whole, ast.Constant(key), ast.Load())


def _assign(name: str, value: ast.expr) -> ast.stmt:
    return ast.Assign([ast.Name(name, ast.Store())], value)


def _call(name: str, *args: ast.expr) -> ast.expr:
    return ast.Call(_name(name), list(args), [])


def _tuple(parts: Iterable[ast.expr]) -> ast.expr:
    return ast.Tuple(list(parts), ast.Load())


class _Writer:
    """Writes rows of a table as expressions; a row that is used more than once becomes a local name."""

    def __init__(self, table: Table, read: Callable[[int], ast.expr], outputs: Sequence[Ref], given: Mapping[Ref, ast.expr] | None = None) -> None:
        self.table, self.read, self.given = table, read, dict(given or {})
        self.uses = self._uses(outputs)
        self.statements: list[ast.stmt] = []
        self.later: list[ast.stmt] = []
        """Names that rest on what is given."""
        self.named: dict[Ref, str] = {}
        resting = set(self.given)
        depth: dict[Ref, int] = {}
        for ref in sorted(self.uses.keys() - self.given.keys()):
            kind, args, _ = table.operations[ref]
            if not resting.isdisjoint(args):
                resting.add(ref)
            depth[ref] = 1 + max((depth.get(arg, 0) for arg in args), default=0)
            if (self.uses[ref] > 1 or depth[ref] > DEEPEST) and kind != "constant":
                expression = self.value(ref)
                self.named[ref] = expression.id if isinstance(expression, ast.Name) else f"t{ref}"
                if not isinstance(expression, ast.Name):
                    (self.later if ref in resting else self.statements).append(_assign(f"t{ref}", expression))
                depth[ref] = 0

    def _uses(self, outputs: Sequence[Ref]) -> dict[Ref, int]:
        uses: dict[Ref, int] = {}
        wanted = list(outputs)
        while wanted:
            ref = wanted.pop()
            uses[ref] = uses.get(ref, 0) + 1
            if uses[ref] == 1 and ref not in self.given:
                wanted.extend(self.table.operations[ref].args)
        return uses

    def value(self, ref: Ref) -> ast.expr:
        """The row as an expression."""
        if ref in self.named:
            return _name(self.named[ref])
        if ref in self.given:
            return self.given[ref]
        kind, args, number = self.table.operations[ref]
        return KINDS[kind](self, args, number)

    def condition(self, ref: Ref) -> ast.expr:
        """The row, which is 0 or 1, as something that is true or not."""
        if ref in self.named or ref in self.given:
            return self.value(ref)
        kind, args, number = self.table.operations[ref]
        if kind == "at_least" and number == 1 and self.table.low[args[0]] >= 0:
            return self.value(args[0])
        if kind == "any":
            return ast.BoolOp(ast.Or(), [self.condition(arg) for arg in args])
        if kind == "not":
            return ast.UnaryOp(ast.Not(), self.condition(args[0]))
        return self.value(ref)

    def negative(self, ref: Ref) -> ast.expr:
        """The row with its sign turned."""
        kind, args, number = self.table.operations[ref]
        if ref not in self.named and ref not in self.given:
            if kind == "constant":
                return ast.Constant(-number)
            if kind == "multiply":
                return self.times(args[0], -number)
            if kind == "select":
                return ast.IfExp(self.condition(args[0]), self.negative(args[1]), self.negative(args[2]))
            if kind in ("min", "max"):
                return self.extreme(kind, args, -1)
        return ast.UnaryOp(ast.USub(), self.value(ref))

    def times(self, ref: Ref, factor: int) -> ast.expr:
        if factor == 1:
            return self.value(ref)
        if factor == -1:
            return self.negative(ref)
        return ast.BinOp(self.value(ref), ast.Mult(), ast.Constant(factor))

    def signed(self, ref: Ref, sign: int) -> ast.expr:
        return self.value(ref) if sign > 0 else self.negative(ref)

    def sum(self, args: Sequence[Ref], number: int) -> ast.expr:
        """A chain of terms, a long one halved; losses are subtracted."""
        if len(args) > CHUNK:
            half = len(args) // 2
            return ast.BinOp(self.sum(args[:half], number), ast.Add(), self.sum(args[half:], 0))
        first = next((ref for ref in args if self.table.low[ref] >= 0), None) if number == 0 else None
        found = ast.Constant(number) if first is None else self.value(first)
        for ref in args:
            if ref == first:
                first = None
            elif self.table.high[ref] <= 0:
                found = ast.BinOp(found, ast.Sub(), self.negative(ref))
            else:
                found = ast.BinOp(found, ast.Add(), self.value(ref))
        return found

    def gathered(self, ref: Ref) -> list[ast.stmt]:
        """Adds the row to `t`. Where it is nothing, as most losses are in most records, nothing is done."""
        kind, args, number = self.table.operations[ref]
        if kind == "constant":
            return [ast.AugAssign(ast.Name("t", ast.Store()), ast.Add(), ast.Constant(number))] if number else []
        if kind == "select" and ref not in self.named:
            condition, one, other = self.condition(args[0]), self.gathered(args[1]), self.gathered(args[2])
            return [ast.If(condition, one, other)] if one else [ast.If(ast.UnaryOp(ast.Not(), condition), other, [])]
        counted = self.counted(ref)
        test = None if counted is None else self.held(counted)
        loses = self.table.high[ref] <= 0
        term = self.negative(ref) if loses else self.value(ref)
        added = ast.AugAssign(ast.Name("t", ast.Store()), ast.Sub() if loses else ast.Add(), term)
        return [added] if test is None else [ast.If(test, [added], [])]

    def counted(self, ref: Ref) -> Ref | None:
        """The count without which the row is nothing."""
        table = self.table
        kind, args, _ = table.operations[ref]
        if kind == "input":
            return ref if table.low[ref] == 0 else None
        if kind == "multiply":
            return self.counted(args[0])
        bounds = [arg for arg in args if (table.fixed(arg) or -1) > 0]
        rest = [arg for arg in args if arg not in bounds]
        return self.counted(rest[0]) if kind == "min" and len(rest) == 1 else None

    def extreme(self, kind: str, args: Sequence[Ref], sign: int = 1) -> ast.expr:
        """The lesser or greater of two rows: one compared with the other, never a call."""
        table = self.table
        one, other = (args[1], args[0]) if table.fixed(args[0]) is not None else (args[0], args[1])
        compare = ast.Lt() if kind == "min" else ast.Gt()
        bound, (inner, arms, factor) = table.fixed(other), table.operations[one]
        if bound is not None and inner == "multiply" and factor > 0 and one not in self.named:
            edge = -(-bound // factor) if kind == "min" else bound // factor  # 25 n < 210 where n < 9
            test = ast.Compare(self.held(arms[0]), [compare], [ast.Constant(edge)])
            return ast.IfExp(test, self.times(arms[0], sign * factor), ast.Constant(sign * bound))
        first, last = self.held(one), self.held(other)
        return ast.IfExp(ast.Compare(first, [compare], [last]), self.signed(one, sign), self.signed(other, sign))

    def held(self, ref: Ref) -> ast.expr:
        """The row where it stands first in an expression that looks at it again: named on the way."""
        expression = self.value(ref)
        if isinstance(expression, ast.Name | ast.Constant):
            return expression
        self.named[ref] = f"t{ref}"
        return ast.NamedExpr(ast.Name(f"t{ref}", ast.Store()), expression)


def _compare(writer: _Writer, ref: Ref, operator: ast.cmpop, number: int) -> ast.expr:
    return ast.Compare(writer.value(ref), [operator], [ast.Constant(number)])


KINDS: dict[str, Callable[[_Writer, Sequence[Ref], int], ast.expr]] = {
    "input": lambda writer, args, number: writer.read(number),
    "constant": lambda writer, args, number: ast.Constant(number),
    "add": lambda writer, args, number: writer.sum(args, number),
    "multiply": lambda writer, args, number: writer.times(args[0], number),
    "divide": lambda writer, args, number: ast.BinOp(writer.value(args[0]), ast.FloorDiv(), ast.Constant(number)),
    "min": lambda writer, args, number: writer.extreme("min", args),
    "max": lambda writer, args, number: writer.extreme("max", args),
    "at_least": lambda writer, args, number: _compare(writer, args[0], ast.GtE(), number),
    "equal": lambda writer, args, number: _compare(writer, args[0], ast.Eq(), number),
    "any": lambda writer, args, number: ast.BoolOp(ast.Or(), [writer.value(arg) for arg in args]),
    "not": lambda writer, args, number: ast.UnaryOp(ast.Not(), writer.condition(args[0])),
    "select": lambda writer, args, number: ast.IfExp(writer.condition(args[0]), writer.value(args[1]), writer.value(args[2])),
}
"""Kind of a row → its expression."""


# --- functions


class _Maker:
    """Makes the functions of one program, each a syntax tree of its own."""

    def __init__(self, program: Program) -> None:
        self.program = program
        self.facts = [column for column in program.columns if column.part == "value"]
        self.slots = {(column.clause, column.fact): slot for slot, column in enumerate(self.facts)}
        self.clauses: dict[str, list[Column]] = {}
        for column in self.facts:
            self.clauses.setdefault(column.clause, []).append(column)
        self.names: dict[str, Any] = {"figure": figure, "within": within, "Odd": Odd}
        self.names |= {f"c{slot}": {choice: place for place, choice in enumerate(column.choices)} for slot, column in enumerate(self.facts) if column.choices}

    def function(self, name: str, argument: str, body: list[ast.stmt]) -> Any:
        """The function of that body, compiled."""
        arguments = ast.arguments([], [ast.arg(argument)], None, [], [], None, [])
        tree = ast.Module([ast.FunctionDef(name, arguments, body, [], None)], [])
        space = dict(self.names)
        exec(compile(ast.fix_missing_locations(tree), f"<rulebook {name}>", "exec"), space)
        return space[name]

    # --- how a record is read

    def local(self, slot: int) -> ast.expr:
        """The value of a fact, which has a name of its own."""
        return _name(f"f{slot}")

    def input(self, place: int) -> ast.expr:
        """The input at a place: the value of its fact, as `unpacked` left it."""
        column = self.program.columns[place]
        if column.part == "points":
            return ast.Constant(0)  # records that are only counted state nothing
        return self.local(self.slots[column.clause, column.fact])

    def reached(self, place: int, said: Callable[[int], ast.expr]) -> ast.expr:
        """The input at a place, from what was said of its fact."""
        column = self.program.columns[place]
        slot = self.slots[column.clause, column.fact]
        if column.part == "points":
            return ast.Constant(0)  # records that are only counted state nothing
        value = said(slot)
        return self.units(slot, value) or value

    def units(self, slot: int, value: ast.expr) -> ast.expr | None:
        """A choice as its place, a figure in units, each seen to be what it may be; None for a value that stands for itself."""
        column = self.facts[slot]
        if column.choices:
            return ast.Subscript(_name(f"c{slot}"), value, ast.Load())
        if column.unit > 1:
            return _call("figure", value, *map(ast.Constant, (column.low, column.high, column.least, column.unit)))
        return None

    def guard(self, writer: _Writer) -> list[ast.stmt]:
        """Refuses facts that leave a clause open."""
        if self.program.table.fixed(self.program.settled) == 1:
            return []
        return [_refused_where(ast.UnaryOp(ast.Not(), writer.condition(self.program.settled)))]

    # --- values, and what is checked of them

    def shaped(self, size: int) -> ast.stmt:
        """Refuses what is no plain dict of so many keys."""
        wrong = ast.Compare(_call("type", _name("r")), [ast.IsNot()], [_name("dict")])
        other = ast.Compare(_call("len", _name("r")), [ast.NotEq()], [ast.Constant(size)])
        return _refused_where(ast.BoolOp(ast.Or(), [wrong, other]))

    def values(self) -> list[ast.stmt]:
        """`v`: the values of a flat record that has every key and no other."""
        self.names["get"] = _getter([column.name for column in self.facts])
        return [self.shaped(len(self.facts)), _assign("v", _call("get", _name("r")))]

    def values_nested(self) -> list[ast.stmt]:
        """`v`: the values of a record by clause, every fact of every clause and no other."""
        self.names["get"] = _getter(list(self.clauses))
        places = {clause: place for place, clause in enumerate(self.clauses)}
        unpack = ast.Assign([ast.Tuple([ast.Name(f"r{place}", ast.Store()) for place in places.values()], ast.Store())], _name("all"))
        sizes = _call("sum", _call("map", _name("len"), _name("all")))
        return [
            self.shaped(len(self.clauses)),
            _assign("all", _call("get", _name("r"))),
            _refused_where(ast.Compare(sizes, [ast.NotEq()], [ast.Constant(len(self.facts))])),
            unpack,
            _assign("v", _tuple(_item(_name(f"r{places[column.clause]}"), column.fact) for column in self.facts)),
        ]

    def unpacked(self) -> list[ast.stmt]:
        """Names for all values: choices as their places, figures in units; both are seen to be what they may be."""
        names = ast.Tuple([ast.Name(f"f{slot}", ast.Store()) for slot in range(len(self.facts))], ast.Store())
        body: list[ast.stmt] = [ast.Assign([names], _name("v"))]
        read = [(slot, self.units(slot, self.local(slot))) for slot in range(len(self.facts))]
        return body + [_assign(f"f{slot}", value) for slot, value in read if value is not None]

    def flags(self) -> list[ast.stmt]:
        """Refuses a yes or no that is neither: what is true or false joined with the same is so again, with anything else it is not."""
        flags = [slot for slot, column in enumerate(self.facts) if column.type == "flag"]
        body: list[ast.stmt] = []
        for start in range(0, len(flags), CHUNK):
            joined = self.local(flags[start])
            for slot in flags[start + 1 : start + CHUNK]:
                joined = ast.BinOp(joined, ast.BitOr(), self.local(slot))
            body.append(_refused_where(ast.Compare(_call("type", joined), [ast.IsNot()], [_name("bool")])))
        return body

    def counts(self) -> list[ast.stmt]:
        """Refuses a count that is none, or out of range."""
        body: list[ast.stmt] = []
        for most in sorted({column.high for column in self.facts if column.type in COUNTED}):
            counts = [self.local(slot) for slot, column in enumerate(self.facts) if column.type in COUNTED and column.high == most]
            body.append(ast.Expr(_call("within", _tuple(counts), ast.Constant(most))))
        return body

    # --- functions

    def total(self, read: list[ast.stmt]) -> Any:
        """The total, every value checked."""
        return self.gathering("total", [*read, *self.unpacked(), *self.flags(), *self.counts()], self.input)

    def trusted(self, *, nested: bool) -> Any:
        """The total; a value is read where it is needed, and taken as it is."""

        def said(slot: int) -> ast.expr:
            column = self.facts[slot]
            return _item(_item(_name("r"), column.clause), column.fact) if nested else _item(_name("r"), column.name)

        return self.gathering("trusted", [], lambda place: self.reached(place, said))

    def gathering(self, name: str, before: list[ast.stmt], read: Callable[[int], ast.expr]) -> Any:
        """The function that goes from clause to clause and adds up."""
        program = self.program
        summed = program.table.operations[program.sum]
        terms = summed.args if summed.kind == "add" else ()
        given = {program.sum: _name("t")} if terms else {}
        writer = _Writer(program.table, read, [*terms, program.total, program.settled], given)
        gathered = [statement for ref in terms for statement in writer.gathered(ref)]
        start = _assign("t", ast.Constant(summed.number))
        answer = [*writer.later, *self.guard(writer), ast.Return(writer.value(program.total))]
        return self.function(name, "r", [*before, *writer.statements, start, *gathered, *answer])

    def observe(self, read: list[ast.stmt], *, checked: bool) -> Any:
        """Values, total and what each clause moves."""
        program, table = self.program, self.program.table
        moved = program.moved
        taken = [ref for ref in program.taken if table.fixed(ref) != 0]
        summed = program.plain and program.sum not in table.under([*moved, *taken])  # a single clause is the sum itself
        given = {program.sum: _name("whole")} if summed else {}
        writer = _Writer(table, self.input, [*moved, *(taken if summed else []), program.total, program.settled], given)
        seen = [*self.flags(), *self.counts()] if checked else []
        body = [*read, *self.unpacked(), *seen, *writer.statements, _assign("moved", _tuple(map(writer.value, moved)))]
        if summed:
            whole: ast.expr = ast.BinOp(_call("sum", _name("moved")), ast.Add(), ast.Constant(sum(program.starts)))
            for ref in taken:
                whole = ast.BinOp(whole, ast.Add(), writer.value(ref))
            body.append(_assign("whole", whole))
        body += [*writer.later, *self.guard(writer), ast.Return(_tuple([_name("v"), writer.value(program.total), _name("moved")]))]
        return self.function("observe", "r", body)

    def by_clause(self) -> Any:
        """The values clause by clause: of one fact the value, of several a tuple."""
        clauses = [[self.local(self.slots[column.clause, column.fact]) for column in self.clauses.get(one, [])] for one in self.program.addresses]
        parts = [values[0] if len(values) == 1 else _tuple(values) for values in clauses]
        return self.function("by_clause", "v", [self.unpacked()[0], ast.Return(_tuple(parts))])

    def rest(self, outputs: Sequence[Sequence[Ref]], name: str) -> Any:
        """Rows that are seldom asked for, of checked values, of which only those are looked at that they rest on."""
        writer = _Writer(self.program.table, lambda place: self.reached(place, lambda slot: _item(_name("v"), slot)), [ref for refs in outputs for ref in refs])
        parts = [_tuple(map(writer.value, refs)) for refs in outputs]
        return self.function(name, "v", [*writer.statements, ast.Return(_tuple(parts))])


COUNTED = ("count", "records")


def _getter(keys: list[str]) -> Callable[[Any], tuple[Any, ...]]:
    return itemgetter(*keys) if len(keys) > 1 else lambda record: tuple(record[key] for key in keys)


def _refused_where(condition: ast.expr) -> ast.stmt:
    return ast.If(condition, [ast.Raise(_name("Odd"), None)], [])


class Straight:
    """The functions of a program, each compiled when it is first called for. Values are those of whole facts, in the order of the columns."""

    def __init__(self, program: Program) -> None:
        self.program = program
        self.facts = tuple(column for column in program.columns if column.part == "value")

    @cached_property
    def total(self) -> Callable[[Any], int]:
        """The total of a flat record of which everything is checked: keys, types, ranges."""
        maker = _Maker(self.program)
        return maker.total(maker.values())  # type: ignore[no-any-return]

    @cached_property
    def total_nested(self) -> Callable[[Any], int]:
        """The same of a record by clause."""
        maker = _Maker(self.program)
        return maker.total(maker.values_nested())  # type: ignore[no-any-return]

    @cached_property
    def trusted(self) -> Callable[[Any], int]:
        """The total of a flat record that is known to be right."""
        return _Maker(self.program).trusted(nested=False)  # type: ignore[no-any-return]

    @cached_property
    def trusted_nested(self) -> Callable[[Any], int]:
        """The same of a record by clause."""
        return _Maker(self.program).trusted(nested=True)  # type: ignore[no-any-return]

    @cached_property
    def observe(self) -> Callable[[Any], Seen]:
        """Values, total and what each clause moves, of a flat record, everything checked."""
        maker = _Maker(self.program)
        return maker.observe(maker.values(), checked=True)  # type: ignore[no-any-return]

    @cached_property
    def observe_nested(self) -> Callable[[Any], Seen]:
        """The same of a record by clause."""
        maker = _Maker(self.program)
        return maker.observe(maker.values_nested(), checked=True)  # type: ignore[no-any-return]

    @cached_property
    def keep(self) -> Callable[[Any], Seen]:
        """The same of a flat record that is known to be right."""
        maker = _Maker(self.program)
        return maker.observe(maker.values(), checked=False)  # type: ignore[no-any-return]

    @cached_property
    def keep_nested(self) -> Callable[[Any], Seen]:
        """The same of a record by clause that is known to be right."""
        maker = _Maker(self.program)
        return maker.observe(maker.values_nested(), checked=False)  # type: ignore[no-any-return]

    @cached_property
    def by_clause(self) -> Callable[[tuple[Any, ...]], tuple[Any, ...]]:
        """The values of each clause: of one fact the value, of several a tuple."""
        return _Maker(self.program).by_clause()  # type: ignore[no-any-return]

    @cached_property
    def outside(self) -> Callable[[tuple[Any, ...]], tuple[tuple[int, ...], tuple[int, ...]]]:
        """Of checked values: which vetoes of the whole fire, and what each clause takes from the whole."""
        return _Maker(self.program).rest([self.program.vetoes, self.program.taken], "outside")  # type: ignore[no-any-return]

    @cached_property
    def levels(self) -> Callable[[tuple[Any, ...]], tuple[tuple[int, int], tuple[int, ...]]]:
        """Of checked values: the total before vetoes and the place of the grade, and the score of each section."""
        program = self.program
        return _Maker(program).rest([[program.arithmetic, program.grade], program.sections], "levels")  # type: ignore[no-any-return]
