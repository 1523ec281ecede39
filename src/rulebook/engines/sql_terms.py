"""Rows of a program as SQL terms, from sqlglot's nodes: nothing here puts text together.

Every number is an integer, every division exact floor division, whatever a dialect makes of `/` and of negative numbers. A row that many others
look at, or that would make a term too long, gets a column of its own in a step before.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from sqlglot import exp

from rulebook.engines.operations import Ref, Table, reached
from rulebook.engines.sql_program import STATES

SHORT = 8
"""Terms of so many parts are written again where they are wanted again."""
LONG = 120
"""No term has many more parts."""
MANY = 40
"""So many terms of a sum stand side by side without brackets."""
NAME_BYTES = 63
"""The longest name that every dialect keeps."""
SMALL = (1 << 31) - 1
"""Dialects count without BIGINT up to here."""


class Dialect(NamedTuple):
    """What one dialect wants otherwise than others."""

    divide: Callable[[exp.Expr, exp.Expr], exp.Expr]
    """Division of integers, towards zero."""
    pairs: tuple[str, str] = ("LEAST", "GREATEST")
    """What gives the least and the greatest of several values."""
    fenced: bool = False
    """True where a step must be said to be materialised, lest its terms be copied into every place that looks at them."""
    widest: int = 5_000
    """So many columns go into a step."""


def _slash(one: exp.Expr, other: exp.Expr) -> exp.Expr:
    return exp.Div(this=one, expression=other, typed=True)


def _whole(one: exp.Expr, other: exp.Expr) -> exp.Expr:
    return exp.IntDiv(this=one, expression=other)


DIALECTS: dict[str, Dialect] = {
    "duckdb": Dialect(_whole),
    "postgres": Dialect(_slash, fenced=True, widest=1_600),
    "sqlite": Dialect(_slash, ("MIN", "MAX"), fenced=True, widest=2_000),
    "mysql": Dialect(_whole, widest=4_000),
    "clickhouse": Dialect(lambda one, other: exp.Anonymous(this="intDiv", expressions=[one, other])),
    "spark": Dialect(_whole),
}
"""Name of a dialect → what it wants."""


# --- nodes


def name(of: str) -> exp.Column:
    """A column by its name, quoted."""
    return exp.column(exp.to_identifier(of, quoted=True))


def number(of: int) -> exp.Expr:
    """A whole number."""
    return exp.Neg(this=exp.Literal.number(-of)) if of < 0 else exp.Literal.number(of)


def text(of: str) -> exp.Expr:
    """A text."""
    return exp.Literal.string(of)


def big(of: exp.Expr) -> exp.Expr:
    """The number as a BIGINT, without complaint where it is none."""
    return exp.cast(of, "bigint")


def inner(of: exp.Expr) -> exp.Expr:
    """A term as part of another one."""
    return exp.Paren(this=of) if isinstance(of, exp.Binary | exp.Not | exp.Neg | exp.Between) else of


def choose(pairs: Iterable[tuple[exp.Expr, exp.Expr]], other: exp.Expr | None) -> exp.Case:
    """CASE WHEN … THEN … ELSE … END."""
    return exp.Case(ifs=[exp.If(this=condition, true=value) for condition, value in pairs], default=other)


def matched(of: exp.Expr, pairs: Iterable[tuple[exp.Expr, exp.Expr]], other: exp.Expr | None) -> exp.Case:
    """CASE … WHEN … THEN … ELSE … END. Not IN: DuckDB makes a join of each, and there are hundreds."""
    return exp.Case(this=of, ifs=[exp.If(this=one, true=value) for one, value in pairs], default=other)


def joined(kind: type[exp.Connector], conditions: Sequence[exp.Expr]) -> exp.Expr:
    """Conditions with AND, or OR, between them."""
    parts: list[exp.Expr] = [exp.Paren(this=one) if isinstance(one, exp.Connector) and len(conditions) > 1 else one for one in conditions]
    found = parts[0]
    for part in parts[1:]:
        found = kind(this=found, expression=part)
    return found


def glued(parts: Sequence[exp.Expr]) -> exp.Expr:
    """Texts one after the other; many of them in brackets, lest the term grow too deep."""
    while len(parts) > MANY:
        parts = [exp.Paren(this=exp.Concat(expressions=list(parts[at : at + MANY]))) for at in range(0, len(parts), MANY)]
    return parts[0] if len(parts) == 1 else exp.Concat(expressions=list(parts))


class Names:
    """Names of columns, each once: in no dialect do two differ in case alone, or beyond the length that is kept."""

    def __init__(self, taken: Iterable[str] = ()) -> None:
        self.taken = {one.casefold() for one in taken}

    def new(self, wanted: str) -> str:
        """The name, or one like it."""
        found, many = cut(wanted, NAME_BYTES), 1
        while found.casefold() in self.taken:
            many += 1
            found = f"{cut(wanted, NAME_BYTES - 5)} {many}"
        self.taken.add(found.casefold())
        return found


def cut(words: str, most: int) -> str:
    """As much of the words as goes into so many bytes."""
    return words.encode()[:most].decode(errors="ignore")


# --- rows


@dataclass
class Terms:
    """Rows of a table as terms of one dialect. `columns` names the rows that are columns already, `states` those that hold the state of a clause."""

    table: Table
    dialect: Dialect
    names: Names
    columns: dict[Ref, str] = field(default_factory=dict)
    states: dict[Ref, str] = field(default_factory=dict)
    present: dict[Ref, str] = field(default_factory=dict)
    """Rows that are 1 where a column is not NULL."""

    def steps(self, wanted: dict[Ref, str], shared: str) -> list[list[tuple[str, exp.Expr]]]:
        """Columns for the rows, step by step; rows that many look at get columns of their own, called `shared` and a number."""
        table = self.table
        order = sorted(ref for ref in table.under(wanted) if ref not in self.columns)
        uses: dict[Ref, int] = {}
        reach = reached(wanted, self._args)
        for ref in reach:
            for arg in self._args(ref):
                uses[arg] = uses.get(arg, 0) + 1
        cost: dict[Ref, int] = {}
        level: dict[Ref, int] = {}
        own: dict[Ref, str] = {}
        for ref in order:
            if ref not in reach:
                continue
            args = self._args(ref)
            cost[ref] = 1 + sum(cost.get(arg, 1) for arg in args)
            level[ref] = max((level.get(arg, 0) for arg in args), default=0)
            simple = table.operations[ref].kind in ("constant", "input")
            if ref in wanted or (not simple and ((uses.get(ref, 0) > 1 and cost[ref] > SHORT) or cost[ref] > LONG)):
                own[ref] = wanted[ref] if ref in wanted else self.names.new(f"{shared} {len(own) + 1}")
                level[ref] += 1
                cost[ref] = 1
        found: list[list[tuple[str, exp.Expr]]] = [[] for _ in range(max((level[ref] for ref in own), default=0))]
        for ref in sorted(own, key=lambda ref: (level[ref], ref)):
            found[level[ref] - 1].append((own[ref], self.value(ref, fresh=True)))
            self.columns[ref] = own[ref]
        return found

    def _args(self, ref: Ref) -> tuple[Ref, ...]:
        """The rows that the term of a row looks at."""
        if ref in self.columns or ref in self.present or ref in self.states:
            return ()
        return self.table.operations[ref].args

    # --- numbers

    def value(self, ref: Ref, *, fresh: bool = False) -> exp.Expr:
        """The row as a number; `fresh`: even where it is a column already."""
        fixed = self.table.fixed(ref)
        if fixed is not None:
            return number(fixed)
        if ref in self.columns and not fresh:
            return name(self.columns[ref])
        kind, args, many = self.table.operations[ref]
        return VALUES[kind](self, ref, args, many) if kind in VALUES else choose([(self.condition(ref, fresh=True), number(1))], number(0))

    def wide(self, ref: Ref, result: Ref) -> exp.Expr:
        """The row as part of what may be large: as a BIGINT where the dialect might count in less."""
        found = self.value(ref)
        small = max(abs(self.table.low[result]), abs(self.table.high[result])) <= SMALL
        if small or self.table.operations[ref].kind == "input":
            return inner(found)
        return big(found)

    def sum(self, ref: Ref, args: Sequence[Ref], many: int) -> exp.Expr:
        small = sum(max(abs(self.table.low[arg]), abs(self.table.high[arg])) for arg in args) + abs(many) <= SMALL
        parts: list[tuple[bool, exp.Expr]] = [(many < 0, number(abs(many)))] if many else []
        for arg in args:
            kind, operands, factor = self.table.operations[arg]
            negative = kind == "multiply" and factor < 0 and arg not in self.columns
            term = self.product(arg, operands, -factor) if negative else self.value(arg)
            parts.append((negative, inner(term) if small or kind == "input" else big(term)))
        return self.added(sorted(parts, key=lambda part: part[0]))

    def added(self, parts: Sequence[tuple[bool, exp.Expr]]) -> exp.Expr:
        if len(parts) > MANY:
            groups = [parts[at : at + MANY] for at in range(0, len(parts), MANY)]
            return self.added([(False, exp.Paren(this=self.added(group))) for group in groups])
        negative, found = parts[0]
        found = exp.Neg(this=found) if negative else found
        for taken, term in parts[1:]:
            found = exp.Sub(this=found, expression=term) if taken else exp.Add(this=found, expression=term)
        return found

    def product(self, ref: Ref, args: Sequence[Ref], factor: int) -> exp.Expr:
        if abs(factor) == 1:
            found = self.value(args[0])
            return found if factor == 1 else exp.Neg(this=inner(found))
        return exp.Mul(this=self.wide(args[0], ref), expression=number(factor) if factor > 0 else exp.Paren(this=number(factor)))

    def floored(self, one: exp.Expr, other: exp.Expr, low: int) -> exp.Expr:
        """Exact floor division by something positive: what is left over a multiple goes first, for dialects divide towards zero."""
        if low >= 0:
            return self.dialect.divide(inner(one), inner(other))
        rest = exp.Mod(this=inner(one.copy()), expression=inner(other.copy()))
        rest = exp.Mod(this=exp.Paren(this=exp.Add(this=exp.Paren(this=rest), expression=inner(other.copy()))), expression=inner(other.copy()))
        whole = exp.Paren(this=exp.Sub(this=inner(one), expression=exp.Paren(this=rest)))
        return self.dialect.divide(whole, inner(other))

    def extreme(self, ref: Ref, args: Sequence[Ref], most: bool) -> exp.Expr:
        """The least or the greatest of rows; those of the same kind beneath are put beside them."""
        kind, found = self.table.operations[ref].kind, list[exp.Expr]()
        stack = list(args)
        while stack:
            arg = stack.pop(0)
            if self.table.operations[arg].kind == kind and arg not in self.columns:
                stack = [*self.table.operations[arg].args, *stack]
            else:
                found.append(self.value(arg))
        return exp.Anonymous(this=self.dialect.pairs[most], expressions=found)

    def select(self, ref: Ref, args: Sequence[Ref]) -> exp.Expr:
        """CASE WHEN; what follows from the last ELSE is a further WHEN."""
        condition, one, other = args
        if condition in self.present and self.columns.get(one) == self.present[condition]:
            return exp.Coalesce(this=self.value(one), expressions=[self.value(other)])
        pairs = [(self.condition(condition), self.value(one))]
        while other not in self.columns and self.table.fixed(other) is None and self.table.operations[other].kind == "select":
            condition, one, last = self.table.operations[other].args
            if condition in self.present and self.columns.get(one) == self.present[condition]:
                break
            pairs.append((self.condition(condition), self.value(one)))
            other = last
        return choose(pairs, self.value(other))

    # --- conditions

    def condition(self, ref: Ref, *, fresh: bool = False, holds: bool = True) -> exp.Expr:
        """The row, which is 0 or 1, as a condition; with `holds` False as the opposite."""
        fixed = self.table.fixed(ref)
        kind, args, many = self.table.operations[ref]
        if fixed is not None:
            return exp.EQ(this=number(fixed), expression=number(int(holds)))
        if ref in self.present:
            column = name(self.present[ref])
            return exp.Not(this=exp.Is(this=column, expression=exp.Null())) if holds else exp.Is(this=column, expression=exp.Null())
        if ref in self.columns and not fresh:
            return exp.EQ(this=name(self.columns[ref]), expression=number(int(holds)))
        if kind == "not":
            return self.condition(args[0], holds=not holds)
        if kind == "any":
            parts = [self.condition(arg, holds=holds) for arg in args]
            return joined(exp.Or if holds else exp.And, parts)
        if kind == "equal" and args[0] in self.states:
            same: type[exp.Binary] = exp.EQ if holds else exp.NEQ
            return same(this=name(self.states[args[0]]), expression=text(STATES[many]))
        if kind in COMPARED:
            return COMPARED[kind][not holds](this=inner(self.value(args[0])), expression=number(many))
        return exp.EQ(this=inner(self.value(ref)), expression=number(int(holds)))


COMPARED: dict[str, tuple[type[exp.Binary], type[exp.Binary]]] = {"at_least": (exp.GTE, exp.LT), "equal": (exp.EQ, exp.NEQ)}
"""Kind of a comparison → itself and its opposite."""

VALUES: dict[str, Callable[[Terms, Ref, Sequence[Ref], int], exp.Expr]] = {
    "add": lambda terms, ref, args, many: terms.sum(ref, args, many),
    "multiply": lambda terms, ref, args, many: terms.product(ref, args, many),
    "divide": lambda terms, ref, args, many: terms.floored(terms.value(args[0]), number(many), terms.table.low[args[0]]),
    "quotient": lambda terms, ref, args, many: terms.floored(terms.value(args[0]), terms.value(args[1]), terms.table.low[args[0]]),
    "product": lambda terms, ref, args, many: exp.Mul(this=terms.wide(args[0], ref), expression=terms.wide(args[1], ref)),
    "min": lambda terms, ref, args, many: terms.extreme(ref, args, False),
    "max": lambda terms, ref, args, many: terms.extreme(ref, args, True),
    "select": lambda terms, ref, args, many: terms.select(ref, args),
}
"""Kind of a row → its term; the others are conditions."""
