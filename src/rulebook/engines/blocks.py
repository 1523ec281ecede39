"""A program over columns: its rows as NumPy steps on blocks of records, each in the narrowest integers that its bounds prove to be wide enough.

A row is taken apart into a factor, a small core and an offset: 扣20分一项、扣完100分为止 is −20 · min(n, 5), so that a byte is all that is worked with.
What is added up is added up in bytes as long as the bounds allow it, then in wider integers. Nothing is allocated while blocks pass: every step
writes into a buffer that was there before.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import reduce
from math import gcd
from typing import Any, Literal, NamedTuple

import numpy as np

from rulebook.engines.lowering import Unlowered
from rulebook.engines.operations import Ref, Table

BLOCK = 1 << 16
"""So many records pass at once: buffers of so many bytes stay in the cache of one core."""
WIDTHS = ("int8", "int16", "int32", "int64")
_MOST = {name: int(np.iinfo(name).max) for name in WIDTHS}
Bounds = tuple[int, int]


def width(low: int, high: int) -> str:
    """The narrowest type that holds every number between. Raises Unlowered where there is none."""
    for name in WIDTHS:
        if -_MOST[name] <= low and high <= _MOST[name]:
            return name
    raise Unlowered("figures are too large for 64 bits")


class Node(NamedTuple):
    """One step before it has a buffer: its kind, the nodes it works on, its numbers."""

    kind: str
    args: tuple[int, ...]
    numbers: tuple[int, ...] = ()


class Form(NamedTuple):
    """A row as factor × node + offset. A constant has the factor 0 and no node."""

    factor: int
    node: int
    offset: int


class Forms:
    """The rows of a table that some of them rest on, each as a form over nodes."""

    def __init__(self, table: Table, refs: Iterable[Ref], given: Mapping[int, Bounds], over: Mapping[Ref, int]) -> None:
        """`given` bounds inputs more closely than the table does; `over` names rows that are inputs themselves."""
        self.nodes: list[Node] = []
        self.bounds: list[Bounds] = []
        self.known: dict[Node, int] = {}
        self.forms: dict[Ref, Form] = {}
        wanted, under = list(refs), set[Ref]()
        while wanted:
            ref = wanted.pop()
            if ref not in under:
                under.add(ref)
                wanted.extend(() if ref in over else table.operations[ref].args)
        for ref in sorted(under):
            kind, args, number = table.operations[ref]
            if ref in over or kind == "input":
                place = over.get(ref, number)
                self.forms[ref] = Form(1, self.node(Node("input", (), (place,)), given.get(place, (table.low[ref], table.high[ref]))), 0)
            else:
                self.forms[ref] = KINDS[kind](self, [self.forms[arg] for arg in args], number)

    # --- nodes

    def node(self, node: Node, bounds: Bounds) -> int:
        """The index of the node, which lies between those bounds."""
        found = self.known.get(node)
        if found is None:
            width(*bounds)
            found = self.known[node] = len(self.nodes)
            self.nodes.append(node)
            self.bounds.append(bounds)
        return found

    def span(self, form: Form) -> Bounds:
        """Between what the form lies."""
        if form.factor == 0:
            return form.offset, form.offset
        ends = [form.factor * end + form.offset for end in self.bounds[form.node]]
        return min(ends), max(ends)

    def affine(self, node: int, factor: int, offset: int) -> int:
        """The node that many times, and so much more, as a node."""
        if (factor, offset) == (1, 0):
            return node
        ends = sorted(factor * end + offset for end in self.bounds[node])
        return self.node(Node("affine", (node,), (factor, offset)), (ends[0], ends[1]))

    def whole(self, form: Form) -> int:
        """The form as a node."""
        if form.factor == 0:
            return self.node(Node("constant", (), (form.offset,)), (form.offset, form.offset))
        return self.affine(form.node, form.factor, form.offset)

    def flag(self, form: Form) -> int:
        """The form, which is 0 or 1, as a node."""
        if form.factor == 0 or (form.factor, form.offset) == (1, 0):
            return self.whole(form)
        if (form.factor, form.offset) == (-1, 1):
            return self.node(Node("not", (form.node,)), (0, 1))
        return self.whole(form)

    def least(self, node: int, most: int) -> Form:
        """The lesser of a node and a number."""
        low, high = self.bounds[node]
        if most >= high:
            return Form(1, node, 0)
        return Form(0, -1, most) if most <= low else Form(1, self.node(Node("least", (node,), (most,)), (low, most)), 0)

    def greatest(self, node: int, least: int) -> Form:
        """The greater of a node and a number."""
        low, high = self.bounds[node]
        if least <= low:
            return Form(1, node, 0)
        return Form(0, -1, least) if least >= high else Form(1, self.node(Node("greatest", (node,), (least,)), (least, high)), 0)

    # --- kinds of rows

    def constant(self, forms: list[Form], number: int) -> Form:
        return Form(0, -1, number)

    def add(self, forms: list[Form], number: int) -> Form:
        terms: dict[int, int] = {}
        for form in forms:
            number += form.offset
            if form.factor:
                terms[form.node] = terms.get(form.node, 0) + form.factor
        terms = {node: factor for node, factor in terms.items() if factor}
        if not terms:
            return Form(0, -1, number)
        shared = reduce(gcd, terms.values())
        if len(terms) == 1:
            ((node, factor),) = terms.items()
            return Form(factor, node, number)
        weights = tuple(factor // shared for factor in terms.values())
        ends = [sorted(weight * end for end in self.bounds[node]) for node, weight in zip(terms, weights, strict=True)]
        bounds = sum(low for low, _ in ends), sum(high for _, high in ends)
        return Form(shared, self.node(Node("sum", tuple(terms), weights), bounds), number)

    def multiply(self, forms: list[Form], number: int) -> Form:
        form = forms[0]
        return Form(form.factor * number, form.node, form.offset * number) if number else Form(0, -1, 0)

    def divide(self, forms: list[Form], number: int) -> Form:
        form = forms[0]
        if form.factor % number == 0:
            return Form(form.factor // number, form.node, form.offset // number)
        node = self.whole(form)
        low, high = self.bounds[node]
        return Form(1, self.node(Node("divide", (node,), (number,)), (low // number, high // number)), 0)

    def minimum(self, forms: list[Form], number: int) -> Form:
        return self.extreme(forms, 1)

    def maximum(self, forms: list[Form], number: int) -> Form:
        return self.extreme(forms, -1)

    def extreme(self, forms: list[Form], sign: int) -> Form:
        """The lesser of two forms; with the sign −1 the greater."""
        one, other = forms if forms[0].factor else forms[::-1]
        if one.factor == 0:
            return Form(0, -1, sign * min(sign * one.offset, sign * other.offset))
        if other.factor:
            return self.extreme_of_two(one, other, sign)
        factor, node, offset = one
        if factor < 0:  # the lesser of −a and −b is the greater of a and b, turned round
            turned = self.extreme([Form(-factor, node, -offset), Form(0, -1, -other.offset)], -sign)
            return Form(-turned.factor, turned.node, -turned.offset)
        bound, rest = divmod(other.offset - offset, factor)
        held = self.least if sign > 0 else self.greatest
        if rest == 0:
            found = held(node, bound)
            return Form(found.factor * factor, found.node, found.offset * factor + offset)
        found = held(node, bound + 1 if sign > 0 else bound)  # first what lies beyond, so that the product stays small
        if found.factor == 0:
            return other
        shared = gcd(factor, other.offset - offset)
        found = held(self.affine(found.node, factor // shared, 0), (other.offset - offset) // shared)
        return Form(found.factor * shared, found.node, found.offset * shared + offset)

    def extreme_of_two(self, one: Form, other: Form, sign: int) -> Form:
        """The lesser of two forms that vary."""
        shared = gcd(one.factor, other.factor, one.offset - other.offset)
        if one.factor < 0 and other.factor < 0:
            shared, sign = -shared, -sign
        first = self.affine(one.node, one.factor // shared, (one.offset - other.offset) // shared)
        second = self.affine(other.node, other.factor // shared, 0)
        (low, high), (least, most) = self.bounds[first], self.bounds[second]
        kind, bounds = ("min", (min(low, least), min(high, most))) if sign > 0 else ("max", (max(low, least), max(high, most)))
        return Form(shared, self.node(Node(kind, (first, second)), bounds), other.offset)

    def at_least(self, forms: list[Form], number: int) -> Form:
        factor, node, offset = forms[0]
        if factor == 0:
            return Form(0, -1, int(offset >= number))
        if factor < 0:  # −3n + 7 ≥ 2 where n is less than 2: not n ≥ 2
            found = self.reaches(node, (offset - number) // -factor + 1)
            return Form(-found.factor, found.node, 1 - found.offset)
        return self.reaches(node, -((offset - number) // factor))

    def reaches(self, node: int, number: int) -> Form:
        """1 where the node is so much or more."""
        low, high = self.bounds[node]
        if number <= low or number > high:
            return Form(0, -1, int(number <= low))
        if (low, high, number) == (0, 1, 1):
            return Form(1, node, 0)
        return Form(1, self.node(Node("reaches", (node,), (number,)), (0, 1)), 0)

    def equal(self, forms: list[Form], number: int) -> Form:
        factor, node, offset = forms[0]
        wanted, rest = divmod(number - offset, factor) if factor else (0, number - offset)
        if factor == 0 or rest or not self.bounds[node][0] <= wanted <= self.bounds[node][1]:
            return Form(0, -1, int(factor == 0 and rest == 0))
        return Form(1, self.node(Node("equal", (node,), (wanted,)), (0, 1)), 0)

    def any(self, forms: list[Form], number: int) -> Form:
        if any(form.factor == 0 and form.offset for form in forms):
            return Form(0, -1, 1)
        nodes = tuple(dict.fromkeys(self.flag(form) for form in forms if form.factor))
        if len(nodes) < 2:
            return Form(1, nodes[0], 0) if nodes else Form(0, -1, 0)
        return Form(1, self.node(Node("any", nodes), (0, 1)), 0)

    def negate(self, forms: list[Form], number: int) -> Form:
        return Form(-forms[0].factor, forms[0].node, 1 - forms[0].offset)

    def select(self, forms: list[Form], number: int) -> Form:
        condition, one, other = forms
        if condition.factor == 0:
            return one if condition.offset else other
        if condition.factor < 0:
            condition, one, other = Form(-condition.factor, condition.node, 1 - condition.offset), other, one
        flag = self.flag(condition)
        if one.factor == 0 and other.factor == 0:
            return Form(one.offset - other.offset, flag, other.offset)
        if one.factor == 0:
            return self.either(flag, one.offset, other)
        if other.factor == 0:
            return self.either(self.node(Node("not", (flag,)), (0, 1)), other.offset, one)
        shared = gcd(one.factor, other.factor, one.offset - other.offset)
        first = self.affine(one.node, one.factor // shared, (one.offset - other.offset) // shared)
        second = self.affine(other.node, other.factor // shared, 0)
        (low, high), (least, most) = self.bounds[first], self.bounds[second]
        found = self.node(Node("select", (flag, first, second)), (min(low, least), max(high, most)))
        return Form(shared, found, other.offset)

    def either(self, flag: int, number: int, form: Form) -> Form:
        """The number where the flag is 1, else the form, which varies."""
        shared = gcd(form.factor, number - form.offset) * (1 if form.factor > 0 else -1)
        node, wanted = self.affine(form.node, form.factor // shared, 0), (number - form.offset) // shared
        low, high = self.bounds[node]
        bounds = min(low, wanted), max(high, wanted)
        if wanted >= high and low >= 0:  # max(n, 5 · flag)
            raised = self.affine(flag, wanted, 0)
            return Form(shared, self.node(Node("max", (node, raised)), (low, wanted)), form.offset)
        if wanted == 0:
            return Form(shared, self.node(Node("without", (flag, node)), bounds), form.offset)
        constant = self.whole(Form(0, -1, wanted))
        return Form(shared, self.node(Node("select", (flag, constant, node)), bounds), form.offset)


KINDS: dict[str, Callable[[Forms, list[Form], int], Form]] = {
    "constant": Forms.constant,
    "add": Forms.add,
    "multiply": Forms.multiply,
    "divide": Forms.divide,
    "min": Forms.minimum,
    "max": Forms.maximum,
    "at_least": Forms.at_least,
    "equal": Forms.equal,
    "any": Forms.any,
    "not": Forms.negate,
    "select": Forms.select,
}
"""Kind of a row → its form."""


# --- steps

Register = int
Step = tuple[str, Register, Register, Register]
"""What is done, with which two registers, into which third; no step writes what it reads, so that records may pass many at a time."""


class Kept(NamedTuple):
    """A register: what it is, of which type, and a number that belongs to it.

    `input` and `output` are columns, by place and by number; `constant` and `filled` a number, once or in every record; `truth` is a buffer, by
    register, as yes and no; an `end` is a bound, moved where a number lies beyond it.
    """

    kind: Literal["input", "output", "constant", "filled", "buffer", "truth", "end"]
    of: str
    number: int = 0


class _Writer:
    """Turns nodes into steps on registers; a register whose value is not needed any more is used again."""

    def __init__(
        self, forms: Forms, outputs: Sequence[Form], types: Sequence[str], arriving: Mapping[int, str], watched: Mapping[int, Bounds],
    ) -> None:  # fmt: skip
        self.forms, self.types, self.arriving, self.watched = forms, types, arriving, dict(watched)
        self.steps: list[Step] = []
        self.registers: list[Kept] = []
        self.free: dict[str, list[Register]] = {}
        self.held: dict[int, Register] = {}
        self.fixed: dict[Kept, Register] = {}
        self.uses: dict[int, int] = {}
        for form in outputs:
            if form.factor:
                self.count(form.node)
        for number, form in enumerate(outputs):
            self.output(number, form)
        for place in list(self.watched):
            self.arrives(place, arriving[place])

    def count(self, node: int) -> None:
        wanted = [node]
        while wanted:
            node = wanted.pop()
            self.uses[node] = self.uses.get(node, 0) + 1
            if self.uses[node] == 1:
                wanted.extend(self.forms.nodes[node].args)

    # --- registers

    def register(self, kept: Kept) -> Register:
        self.registers.append(kept)
        return len(self.registers) - 1

    def buffer(self, of: str) -> Register:
        """A register of that type that nobody uses."""
        free = self.free.setdefault(of, [])
        return free.pop() if free else self.register(Kept("buffer", of))

    def release(self, register: Register) -> None:
        if self.registers[register].kind == "buffer":
            self.free[self.registers[register].of].append(register)

    def number(self, of: str, number: int) -> Register:
        """A register that holds the number."""
        return self.once(Kept("constant", of, number))

    def filled(self, of: str, number: int) -> Register:
        """A register with the number in every record: the lesser and the greater are found many at a time only between two columns."""
        return self.once(Kept("filled", of, number))

    def truth(self, register: Register) -> Register:
        """The same bytes, seen as yes and no."""
        return self.once(Kept("truth", "int8", register))

    def once(self, kept: Kept) -> Register:
        """The one register of that kind."""
        if kept not in self.fixed:
            self.fixed[kept] = self.register(kept)
        return self.fixed[kept]

    def step(self, name: str, one: Register, other: Register, target: Register) -> None:
        self.steps.append((name, one, other, target))

    def onto(self, name: str, one: Register, other: Register, of: str) -> Register:
        """The step on a register that is not needed any more, as a new one."""
        found = self.buffer(of)
        self.step(name, one, other, found)
        self.release(one)
        return found

    # --- nodes

    def take(self, node: int) -> Register:
        """The register with the node's value; `leave` says that it has been used."""
        if node not in self.held:
            kind, args, numbers = self.forms.nodes[node]
            self.held[node] = EMIT[kind](self, node, args, numbers)
        return self.held[node]

    def leave(self, node: int) -> None:
        self.uses[node] -= 1
        if self.uses[node] == 0:
            self.release(self.held[node])

    def type(self, node: int) -> str:
        return width(*self.forms.bounds[node])

    def read(self, node: int, of: str) -> tuple[Register, bool]:
        """The node's value in that type, and whether the register is the reader's own."""
        register = self.take(node)
        if self.type(node) == of:
            return register, False
        wider = self.buffer(of)
        self.step("cast", register, register, wider)
        return wider, True

    def narrowed(self, register: Register, of: str, node: int) -> Register:
        """The register of that type as the node's own type."""
        wanted = self.type(node)
        if wanted == of:
            return register
        return self.onto("cast", register, register, wanted)

    def binary(self, name: str, node: int, one: int, other: int) -> Register:
        """A step on two nodes."""
        of = _widest(self.type(one), self.type(other), self.type(node))
        (first, own), (second, second_own) = self.read(one, of), self.read(other, of)
        target = self.buffer(of)
        self.step(name, first, second, target)
        self.done([(one, first, own), (other, second, second_own)])
        return self.narrowed(target, of, node)

    def done(self, used: Iterable[tuple[int, Register, bool]]) -> None:
        for node, register, own in used:
            if own:
                self.release(register)
            self.leave(node)

    def unary(self, name: str, node: int, one: int, number: int) -> Register:
        """A step on a node and a number."""
        of = _widest(self.type(one), width(number, number), self.type(node))
        first, own = self.read(one, of)
        target = self.buffer(of)
        constant = self.filled if name in ("least", "greatest") else self.number
        self.step(name, first, constant(of, number), target)
        self.done([(one, first, own)])
        return self.narrowed(target, of, node)

    def compare(self, name: str, one: int, number: int) -> Register:
        first = self.take(one)
        target = self.buffer("int8")
        self.step(name, first, self.number(self.type(one), number), self.truth(target))
        self.leave(one)
        return target

    def input(self, node: int, args: Sequence[int], numbers: Sequence[int]) -> Register:
        (place,), wanted = numbers, self.type(node)
        register = self.arrives(place, self.arriving.get(place, wanted))
        if self.arriving.get(place, wanted) == wanted:
            return register
        target = self.buffer(wanted)
        self.step("cast", register, register, target)
        return target

    def arrives(self, place: int, of: str) -> Register:
        """The input's register. One that is watched is looked at before it is used, as far as its type goes beyond its bounds."""
        register, limits = self.register(Kept("input", of, place)), np.iinfo(of)
        low, high = self.watched.pop(place, (limits.min, limits.max))
        if low > limits.min:
            self.step("lowest", register, register, self.register(Kept("end", "int64", low)))
        if high < limits.max:
            self.step("highest", register, register, self.register(Kept("end", "int64", high)))
        return register

    def constant(self, node: int, args: Sequence[int], numbers: Sequence[int]) -> Register:
        return self.number(self.type(node), numbers[0])

    def affine(self, node: int, args: Sequence[int], numbers: Sequence[int]) -> Register:
        factor, offset = numbers
        scaled = sorted(factor * end for end in self.forms.bounds[args[0]])
        of = _widest(self.type(args[0]), width(*scaled), width(factor, factor), width(offset, offset), self.type(node))
        first, own = self.read(args[0], of)
        register = first
        for move in self.moves(of, factor, offset):
            found = self.buffer(of)
            self.step(*move(register), found)
            if register != first:
                self.release(register)
            register = found
        self.done([(args[0], first, own)])
        return self.narrowed(register, of, node)

    def moves(self, of: str, factor: int, offset: int) -> list[Callable[[Register], tuple[str, Register, Register]]]:
        """What multiplies by the factor and adds the offset, step by step: function and what it works on, without where it is written."""
        if factor == -1:
            return [lambda register: ("subtract", self.number(of, offset), register)]
        times = [] if factor == 1 else [lambda register: ("multiply", register, self.number(of, factor))]
        return times + ([lambda register: ("add", register, self.number(of, offset))] if offset else [])

    def any(self, node: int, args: Sequence[int], numbers: Sequence[int]) -> Register:
        target = self.buffer("int8")
        register = self.take(args[0])
        self.step("or", register, self.take(args[1]), target)
        for arg in args[2:]:
            target = self.onto("or", target, self.take(arg), "int8")
        for arg in args:
            self.leave(arg)
        return target

    def without(self, node: int, args: Sequence[int], numbers: Sequence[int]) -> Register:
        """Nothing where the flag is 1, else the node."""
        of = _widest(self.type(node), self.type(args[1]))
        flag, own = self.read(args[0], of)
        target = self.buffer(of)
        self.step("subtract", self.number(of, 1), flag, target)
        value, other = self.read(args[1], of)
        target = self.onto("multiply", target, value, of)
        self.done([(args[0], flag, own), (args[1], value, other)])
        return self.narrowed(target, of, node)

    def select(self, node: int, args: Sequence[int], numbers: Sequence[int]) -> Register:
        """other + flag × (one − other)"""
        flag, one, other = args
        (low, high), (least, most) = self.forms.bounds[one], self.forms.bounds[other]
        gap = min(low - most, 0), max(high - least, 0)
        of = _widest(self.type(one), self.type(other), self.type(node), width(*gap))
        used = [(arg, *self.read(arg, of)) for arg in (one, other, flag)]
        target = self.buffer(of)
        self.step("subtract", used[0][1], used[1][1], target)
        target = self.onto("multiply", target, used[2][1], of)
        target = self.onto("add", target, used[1][1], of)
        self.done(used)
        return self.narrowed(target, of, node)

    # --- sums

    def sum(self, node: int, args: Sequence[int], numbers: Sequence[int]) -> Register:
        """Terms in bins: what is in one bin is added up in bytes, then each bin in wider integers."""
        terms = sorted(zip(args, numbers, strict=True), key=lambda term: (abs(term[1]), term[0]))
        bins = self.bins(terms)
        reach = [self.reach(bin) for bin in bins]
        of = _widest(self.type(node), width(sum(min(low, 0) for low, _ in reach), sum(max(high, 0) for _, high in reach)))
        total: Register | None = None
        for bin, bounds in zip(bins, reach, strict=True):
            shared = reduce(gcd, (weight for _, weight in bin))
            own = min(bounds[0], 0) // shared, -(-max(bounds[1], 0) // shared)
            narrow = _widest(width(*own), *(self.type(term) for term, _ in bin))
            register = self.bin([(term, weight // shared) for term, weight in bin], narrow)
            if narrow != of:
                register = self.onto("cast", register, register, of)
            if shared != 1:
                register = self.onto("multiply", register, self.number(of, shared), of)
            if total is None:
                total = register
            else:
                total = self.onto("add", total, register, of)
                self.release(register)
        assert total is not None
        return self.narrowed(total, of, node)

    def reach(self, terms: Sequence[tuple[int, int]]) -> Bounds:
        """How far down and up the terms may go together, whatever is added first."""
        ends = [(0, *(weight * end for end in self.forms.bounds[term])) for term, weight in terms]
        return sum(map(min, ends)), sum(map(max, ends))

    def bins(self, terms: Sequence[tuple[int, int]]) -> list[list[tuple[int, int]]]:
        """The terms in bins, each of which fits into a byte once its common factor is taken out."""
        found: list[list[tuple[int, int]]] = []
        for term, weight in reversed(terms):
            for bin in found:
                together = [*bin, (term, weight)]
                shared = reduce(gcd, (each for _, each in together))
                low, high = self.reach(together)
                if low // shared >= -127 and high // shared <= 127:
                    bin.append((term, weight))
                    break
            else:
                found.append([(term, weight)])
        return found

    def bin(self, terms: Sequence[tuple[int, int]], of: str) -> Register:
        """A new register of that type with the weighted sum of the terms."""
        weights: dict[int, list[tuple[int, int]]] = {}
        for term, weight in terms:
            weights.setdefault(abs(weight), []).append((term, weight // abs(weight)))
        total: Register | None = None
        for weight, alike in weights.items():
            group = total if weight == 1 else None
            alike.sort(key=lambda term: -term[1])  # what is taken away comes after what is added
            for term, sign in alike:
                register, own = self.read(term, of)
                if group is None:
                    group = self.buffer(of)
                    if sign > 0:
                        self.step("cast", register, register, group)
                    else:
                        self.step("subtract", self.number(of, 0), register, group)
                else:
                    group = self.onto("add" if sign > 0 else "subtract", group, register, of)
                self.done([(term, register, own)])
            assert group is not None
            if weight != 1:
                group = self.onto("multiply", group, self.number(of, weight), of)
            if total is None or weight == 1:
                total = group
            else:
                total = self.onto("add", total, group, of)
                self.release(group)
        assert total is not None
        return total

    # --- what comes out

    def output(self, number: int, form: Form) -> None:
        """Writes the form into the output of that number."""
        of = self.types[number]
        target = self.register(Kept("output", of, number))
        if form.factor == 0:
            constant = self.number(of, form.offset)
            self.step("cast", constant, constant, target)
            return
        factor, offset = form.factor, form.offset
        scaled = sorted(factor * end for end in self.forms.bounds[form.node])
        inner = _widest(self.type(form.node), width(*scaled), width(*self.forms.span(form)), width(factor, factor), width(offset, offset))
        moves = self.moves(inner, factor, offset)
        if inner != of or not moves:
            moves.append(lambda register: ("cast", register, register))
        first, own = self.read(form.node, inner)
        register = first
        for move in moves[:-1]:
            found = self.buffer(inner)
            self.step(*move(register), found)
            if register != first:
                self.release(register)
            register = found
        self.step(*moves[-1](register), target)
        for used in {register} - {first} | ({first} if own else set()):
            self.release(used)
        self.leave(form.node)


EMIT: dict[str, Callable[[_Writer, int, Sequence[int], Sequence[int]], Register]] = {
    "input": _Writer.input,
    "constant": _Writer.constant,
    "affine": _Writer.affine,
    "sum": _Writer.sum,
    "divide": lambda writer, node, args, numbers: writer.unary("divide", node, args[0], numbers[0]),
    "least": lambda writer, node, args, numbers: writer.unary("least", node, args[0], numbers[0]),
    "greatest": lambda writer, node, args, numbers: writer.unary("greatest", node, args[0], numbers[0]),
    "min": lambda writer, node, args, numbers: writer.binary("least", node, args[0], args[1]),
    "max": lambda writer, node, args, numbers: writer.binary("greatest", node, args[0], args[1]),
    "reaches": lambda writer, node, args, numbers: writer.compare("reaches", args[0], numbers[0]),
    "equal": lambda writer, node, args, numbers: writer.compare("equal", args[0], numbers[0]),
    "not": lambda writer, node, args, numbers: writer.affine(node, args, (-1, 1)),
    "any": _Writer.any,
    "without": _Writer.without,
    "select": _Writer.select,
}
"""Kind of a node → its steps."""


def _widest(*names: str) -> str:
    return max(names, key=WIDTHS.index)


def output_type(low: int, high: int) -> str:
    """The type of what comes out: never bytes, in which a caller's own sums would soon not fit."""
    return _widest("int16", width(low, high))


class Plan:
    """Steps that turn blocks of columns into blocks of results. It does not change; buffers belong to a `Run`."""

    def __init__(
        self, table: Table, outputs: Sequence[Ref], given: Mapping[int, Bounds], over: Mapping[Ref, int] | None = None,
        arriving: Mapping[int, str] | None = None, watched: Iterable[int] = (),
    ) -> None:  # fmt: skip
        """`given` bounds the inputs more closely than the table does; `arriving` says of which types they are, where these are not the narrowest.

        Of inputs that are `watched`, it is said afterwards whether they kept to what was given.

        Rows named in `over` are inputs of that place. Raises Unlowered.
        """
        forms = Forms(table, outputs, given, over or {})
        found = [forms.forms[ref] for ref in outputs]
        self.types = [output_type(table.low[ref], table.high[ref]) for ref in outputs]
        """The type of each output, whatever is given of the inputs."""
        writer = _Writer(forms, found, self.types, arriving or {}, {place: given[place] for place in watched})
        self.steps, self.registers = writer.steps, writer.registers
        self.inputs = {number: of for kind, of, number in self.registers if kind == "input"}
        """Place of each input that is looked at → the type in which it arrives."""


def _cast(source: Any, _: Any, target: Any) -> None:
    np.copyto(target, source, casting="unsafe")  # the bounds say that it fits


def _lowest(values: Any, _: Any, end: Any) -> None:
    end[0] = min(end[0], np.minimum.reduce(values))


def _highest(values: Any, _: Any, end: Any) -> None:
    end[0] = max(end[0], np.maximum.reduce(values))


STEPS: dict[str, Callable[[Any, Any, Any], Any]] = {
    "add": np.add,
    "subtract": np.subtract,
    "multiply": np.multiply,
    "divide": np.floor_divide,
    "or": np.bitwise_or,
    "least": lambda one, other, target: np.minimum(one, other, out=target),
    "greatest": lambda one, other, target: np.maximum(one, other, out=target),
    "reaches": np.greater_equal,
    "equal": np.equal,
    "cast": _cast,
    "lowest": _lowest,
    "highest": _highest,
}
"""Name of a step → what does it."""


class Run:
    """A plan with its buffers, for one thread, one call of NumPy a step."""

    def __init__(self, plan: Plan, size: int = BLOCK) -> None:
        """Blocks are of at most so many records."""
        self.plan, self.size = plan, size
        self.steps = [(STEPS[name], one, other, target) for name, one, other, target in plan.steps]
        made: dict[str, Callable[[Kept], Any]] = {
            "buffer": lambda kept: np.empty(size, kept.of),
            "filled": lambda kept: np.full(size, kept.number, kept.of),
            "constant": lambda kept: np.dtype(kept.of).type(kept.number),
            "end": lambda kept: np.zeros(1, kept.of),
        }
        self.whole: list[Any] = [made[kept.kind](kept) if kept.kind in made else None for kept in plan.registers]
        self.ends = [(register, kept.number) for register, kept in enumerate(plan.registers) if kept.kind == "end"]
        self.registers: list[Any] = []
        self.filled = 0

    def __call__(self, inputs: Mapping[int, Any], outputs: Sequence[Any], number: int) -> bool:
        """Works on so many records: `inputs` by place, each in the plan's type; results are written into `outputs`.

        False where a watched input left its bounds: then the results stand for nothing.
        """
        for register, end in self.ends:
            self.whole[register][0] = end
        for start in range(0, number, self.size):
            stop = min(start + self.size, number)
            self.block({place: values[start:stop] for place, values in inputs.items()}, [values[start:stop] for values in outputs], stop - start)
        return all(self.whole[register][0] == end for register, end in self.ends)

    def block(self, inputs: Mapping[int, Any], outputs: Sequence[Any], number: int) -> None:
        """The same of no more records than fit."""
        registers = self.registers
        if number != self.filled:
            registers = self.registers = [one[:number] if isinstance(one, np.ndarray) else one for one in self.whole]
            self.filled = number
        for register, kept in enumerate(self.plan.registers):
            if kept.kind == "input":
                registers[register] = inputs[kept.number]
            elif kept.kind == "output":
                registers[register] = outputs[kept.number]
            elif kept.kind == "truth":
                registers[register] = registers[kept.number].view(np.bool_)
        for function, one, other, target in self.steps:
            function(registers[one], registers[other], registers[target])
