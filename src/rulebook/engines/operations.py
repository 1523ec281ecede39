"""Integer operations: the middle between the typed model and every engine.

An operation is a row of a table; it names earlier rows by their index, so a table is a program without jumps. Every row works on each
record by itself (a column engine applies it to whole columns), and every row's least and greatest value are known, so that an
engine can prove that nothing overflows. There are a dozen kinds; `KINDS` says of each what it means and between what it lies.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

Ref = int
"""The index of an operation in its table."""
Bounds = tuple[int, int]


class Operation(NamedTuple):
    """One row: its kind, the rows that it works on, and a number (a constant, a factor, a bound, or the index of an input)."""

    kind: str
    args: tuple[Ref, ...] = ()
    number: int = 0


class Kind(NamedTuple):
    """A kind of row: how many rows it works on (None: any number), its value from theirs, its bounds from theirs."""

    arity: int | None
    value: Callable[[Sequence[int], int], int]
    bounds: Callable[[Sequence[Bounds], int], Bounds]


def _judged(low: bool, high: bool) -> Bounds:
    return int(low), int(high)


def _sorted(one: int, other: int) -> Bounds:
    return (one, other) if one <= other else (other, one)


def _equal(bounds: Bounds, number: int) -> Bounds:
    return _judged(bounds == (number, number), bounds[0] <= number <= bounds[1])


KINDS: dict[str, Kind] = {
    "constant": Kind(0, lambda args, number: number, lambda args, number: (number, number)),
    "add": Kind(None, lambda args, number: number + sum(args), lambda args, number: (number + sum(a for a, _ in args), number + sum(b for _, b in args))),
    "multiply": Kind(1, lambda args, number: args[0] * number, lambda args, number: _sorted(args[0][0] * number, args[0][1] * number)),
    "divide": Kind(1, lambda args, number: args[0] // number, lambda args, number: (args[0][0] // number, args[0][1] // number)),
    "min": Kind(2, lambda args, number: min(args), lambda args, number: (min(args[0][0], args[1][0]), min(args[0][1], args[1][1]))),
    "max": Kind(2, lambda args, number: max(args), lambda args, number: (max(args[0][0], args[1][0]), max(args[0][1], args[1][1]))),
    "at_least": Kind(1, lambda args, number: int(args[0] >= number), lambda args, number: _judged(args[0][0] >= number, args[0][1] >= number)),
    "equal": Kind(1, lambda args, number: int(args[0] == number), lambda args, number: _equal(args[0], number)),
    "any": Kind(None, lambda args, number: int(any(args)), lambda args, number: _judged(any(a for a, _ in args), any(b for _, b in args))),
    "not": Kind(1, lambda args, number: int(not args[0]), lambda args, number: (1 - args[0][1], 1 - args[0][0])),
    "select": Kind(3, lambda args, number: args[1] if args[0] else args[2], lambda args, number: (min(args[1][0], args[2][0]), max(args[1][1], args[2][1]))),
}
"""Every kind but `input`, which is what the record says. `divide` is exact floor division by a positive number; rows of `any`, `not` and the
condition of `select` are 0 or 1."""


def reached(refs: Iterable[Ref], rests_on: Callable[[Ref], Iterable[Ref]]) -> set[Ref]:
    """The rows, and every row that they rest on."""
    found: set[Ref] = set()
    wanted = list(refs)
    while wanted:
        ref = wanted.pop()
        if ref not in found:
            found.add(ref)
            wanted.extend(rests_on(ref))
    return found


class Table:
    """Operations in order, each once, with their least and greatest values. Methods add a row, or give one that says the same already."""

    def __init__(self) -> None:
        self.operations: list[Operation] = []
        self.low: list[int] = []
        self.high: list[int] = []
        self._known: dict[Operation, Ref] = {}

    def append(self, operation: Operation, bounds: Bounds) -> Ref:
        """The row as it is, at the end."""
        self.operations.append(operation)
        self.low.append(bounds[0])
        self.high.append(bounds[1])
        self._known[operation] = len(self.operations) - 1
        return len(self.operations) - 1

    def bounds(self, operation: Operation) -> Bounds:
        """Between what such a row, which is no input, lies."""
        return KINDS[operation.kind].bounds([(self.low[ref], self.high[ref]) for ref in operation.args], operation.number)

    def row(self, kind: str, args: tuple[Ref, ...] = (), number: int = 0) -> Ref:
        """A row, found where it stands already; one that cannot vary is a constant."""
        operation = Operation(kind, args, number)
        known = self._known.get(operation)
        if known is not None:
            return known
        low, high = self.bounds(operation)
        if low == high and kind != "constant":
            return self.row("constant", (), low)
        return self.append(operation, (low, high))

    def fixed(self, ref: Ref) -> int | None:
        """The value of a row that is the same for every record."""
        return self.low[ref] if self.low[ref] == self.high[ref] else None

    def input(self, place: int, low: int, high: int) -> Ref:
        """What the record says at that place, between those bounds."""
        return self.append(Operation("input", (), place), (low, high))

    def constant(self, number: int) -> Ref:
        """The number itself."""
        return self.row("constant", (), number)

    def add(self, refs: Iterable[Ref], number: int = 0) -> Ref:
        """The sum of the rows and the number."""
        parts: list[Ref] = []
        for ref in refs:
            fixed, operation = self.fixed(ref), self.operations[ref]
            if fixed is not None:
                number += fixed
            elif operation.kind == "add" and len(operation.args) == 1:  # x + 2, not a sum that others may share
                number += operation.number
                parts.append(operation.args[0])
            else:
                parts.append(ref)
        if len(parts) == 1 and number == 0:
            return parts[0]
        return self.row("add", tuple(parts), number)

    def multiply(self, ref: Ref, factor: int) -> Ref:
        """The row so many times."""
        kind, args, number = self.operations[ref]
        if factor == 1:
            return ref
        if kind == "multiply":
            return self.multiply(args[0], number * factor)
        if kind == "select" and all(self.fixed(arm) is not None for arm in args[1:]):
            return self.select(args[0], *(self.multiply(arm, factor) for arm in args[1:]))
        return self.row("multiply", (ref,), factor)

    def divide(self, ref: Ref, divisor: int) -> Ref:
        """The row divided by a positive number, rounded down."""
        return ref if divisor == 1 else self.row("divide", (ref,), divisor)

    def least(self, one: Ref, other: Ref) -> Ref:
        """The lesser of two rows."""
        if self.high[one] <= self.low[other]:
            return one
        return other if self.high[other] <= self.low[one] else self.row("min", (one, other))

    def greatest(self, one: Ref, other: Ref) -> Ref:
        """The greater of two rows."""
        if self.low[one] >= self.high[other]:
            return one
        return other if self.low[other] >= self.high[one] else self.row("max", (one, other))

    def at_least(self, ref: Ref, number: int) -> Ref:
        """1 where the row is so much or more, else 0."""
        kind, args, added = self.operations[ref]
        if kind == "add" and len(args) == 1:
            return self.at_least(args[0], number - added)
        return ref if (self.low[ref], self.high[ref], number) == (0, 1, 1) else self.row("at_least", (ref,), number)

    def equal(self, ref: Ref, number: int) -> Ref:
        """1 where the row is that number, else 0."""
        return self.row("equal", (ref,), number)

    def negate(self, ref: Ref) -> Ref:
        """1 where the row, which is 0 or 1, is 0."""
        kind, args, _ = self.operations[ref]
        return args[0] if kind == "not" else self.row("not", (ref,))

    def any(self, refs: Iterable[Ref]) -> Ref:
        """1 where one of the rows, each 0 or 1, is 1."""
        parts = tuple(dict.fromkeys(ref for ref in refs if self.fixed(ref) != 0))
        return parts[0] if len(parts) == 1 else self.row("any", parts)

    def all(self, refs: Iterable[Ref]) -> Ref:
        """1 where all of the rows, each 0 or 1, are 1."""
        return self.negate(self.any([self.negate(ref) for ref in refs]))

    def select(self, condition: Ref, one: Ref, other: Ref) -> Ref:
        """The first row where the condition holds, else the other."""
        fixed = self.fixed(condition)
        if fixed is not None or one == other:
            return other if fixed == 0 else one
        kind, args, _ = self.operations[condition]
        if kind == "not":
            return self.select(args[0], other, one)
        return condition if (self.fixed(one), self.fixed(other)) == (1, 0) else self.row("select", (condition, one, other))

    def under(self, refs: Iterable[Ref]) -> set[Ref]:
        """The rows, and every row that they rest on."""
        return reached(refs, lambda ref: self.operations[ref].args)

    def values(self, record: Sequence[int]) -> list[int]:
        """The value of every row for the inputs of one record: what the table means, without any speed."""
        found: list[int] = []
        for kind, args, number in self.operations:
            found.append(record[number] if kind == "input" else KINDS[kind].value([found[ref] for ref in args], number))
        return found
