"""A program over columns: its rows as NumPy steps on blocks of records, each in the narrowest integers that its bounds prove to be wide enough.

A row is taken apart into a factor, a small core and an offset: 扣20分一项、扣完100分为止 is −20 · min(n, 5), so that a byte is all that is worked with.
What is added up is added up in bytes as long as the bounds allow it, then in wider integers. Nothing is allocated while blocks pass: every step
writes into a buffer that was there before.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import reduce
from math import gcd
from typing import Any, NamedTuple

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
            return Form(0, -1, sign * min(sign * (found.offset * factor + offset), sign * other.offset))
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
Step = tuple[Callable[[Any, Any, Any], Any], Register, Register, Register]


def _cast(source: Any, _: Any, target: Any) -> None:
    np.copyto(target, source, casting="unsafe")  # the bounds say that it fits


def _least(one: Any, other: Any, target: Any) -> None:
    np.minimum(one, other, out=target)


def _greatest(one: Any, other: Any, target: Any) -> None:
    np.maximum(one, other, out=target)


class _Writer:
    """Turns nodes into steps on registers; a register whose value is not needed any more is used again."""

    def __init__(self, forms: Forms, outputs: Sequence[Form], types: Sequence[str], arriving: Mapping[int, str]) -> None:
        self.forms, self.types, self.arriving = forms, types, arriving
        self.steps: list[Step] = []
        self.kinds: list[tuple[str, Any]] = []
        """What each register is: `input` and its place, `output` and its number, `constant`, `filled` with one, `buffer` of a type, `truth` of a buffer."""
        self.free: dict[str, list[Register]] = {}
        self.held: dict[int, Register] = {}
        self.constants: dict[tuple[str, int], Register] = {}
        self.truths: dict[Register, Register] = {}
        self.uses: dict[int, int] = {}
        for form in outputs:
            if form.factor:
                self.count(form.node)
        for number, form in enumerate(outputs):
            self.output(number, form)

    def count(self, node: int) -> None:
        wanted = [node]
        while wanted:
            node = wanted.pop()
            self.uses[node] = self.uses.get(node, 0) + 1
            if self.uses[node] == 1:
                wanted.extend(self.forms.nodes[node].args)

    # --- registers

    def register(self, kind: str, what: Any) -> Register:
        self.kinds.append((kind, what))
        return len(self.kinds) - 1

    def buffer(self, of: str) -> Register:
        """A register of that type that nobody uses."""
        free = self.free.setdefault(of, [])
        return free.pop() if free else self.register("buffer", of)

    def release(self, register: Register) -> None:
        kind, of = self.kinds[register]
        if kind == "buffer":
            self.free[of].append(register)

    def number(self, of: str, number: int) -> Register:
        """A register that holds the number."""
        if (of, number) not in self.constants:
            self.constants[of, number] = self.register("constant", np.dtype(of).type(number))
        return self.constants[of, number]

    def filled(self, of: str, number: int) -> Register:
        """A register with the number in every record: the lesser and the greater are found many at a time only between two columns."""
        if (f"filled {of}", number) not in self.constants:
            self.constants[f"filled {of}", number] = self.register("filled", (of, number))
        return self.constants[f"filled {of}", number]

    def truth(self, register: Register) -> Register:
        """The same bytes, seen as yes and no."""
        if register not in self.truths:
            self.truths[register] = self.register("truth", register)
        return self.truths[register]

    def step(self, function: Any, one: Register, other: Register, target: Register) -> None:
        self.steps.append((function, one, other, target))

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
        self.step(_cast, register, register, wider)
        return wider, True

    def narrowed(self, register: Register, of: str, node: int) -> Register:
        """The register of that type as the node's own type."""
        wanted = self.type(node)
        if wanted == of:
            return register
        found = self.buffer(wanted)
        self.step(_cast, register, register, found)
        self.release(register)
        return found

    def binary(self, function: Any, node: int, one: int, other: int) -> Register:
        """A step on two nodes."""
        of = _widest(self.type(one), self.type(other), self.type(node))
        (first, own), (second, second_own) = self.read(one, of), self.read(other, of)
        target = self.buffer(of)
        self.step(function, first, second, target)
        self.done([(one, first, own), (other, second, second_own)])
        return self.narrowed(target, of, node)

    def done(self, used: Iterable[tuple[int, Register, bool]]) -> None:
        for node, register, own in used:
            if own:
                self.release(register)
            self.leave(node)

    def unary(self, function: Any, node: int, one: int, number: int) -> Register:
        """A step on a node and a number."""
        of = _widest(self.type(one), width(number, number), self.type(node))
        first, own = self.read(one, of)
        target = self.buffer(of)
        constant = self.filled if function in (_least, _greatest) else self.number
        self.step(function, first, constant(of, number), target)
        self.done([(one, first, own)])
        return self.narrowed(target, of, node)

    def compare(self, function: Any, one: int, number: int) -> Register:
        first = self.take(one)
        target = self.buffer("int8")
        self.step(function, first, self.number(self.type(one), number), self.truth(target))
        self.leave(one)
        return target

    def input(self, node: int, args: Sequence[int], numbers: Sequence[int]) -> Register:
        (place,), wanted = numbers, self.type(node)
        register = self.register("input", (place, self.arriving.get(place, wanted)))
        if self.arriving.get(place, wanted) == wanted:
            return register
        target = self.buffer(wanted)
        self.step(_cast, register, register, target)
        return target

    def constant(self, node: int, args: Sequence[int], numbers: Sequence[int]) -> Register:
        return self.number(self.type(node), numbers[0])

    def affine(self, node: int, args: Sequence[int], numbers: Sequence[int]) -> Register:
        factor, offset = numbers
        scaled = sorted(factor * end for end in self.forms.bounds[args[0]])
        of = _widest(self.type(args[0]), width(*scaled), width(factor, factor), width(offset, offset), self.type(node))
        first, own = self.read(args[0], of)
        target = self.buffer(of)
        if factor == -1:
            self.step(np.subtract, self.number(of, offset), first, target)
        elif factor == 1:
            self.step(np.add, first, self.number(of, offset), target)
        else:
            self.step(np.multiply, first, self.number(of, factor), target)
            if offset:
                self.step(np.add, target, self.number(of, offset), target)
        self.done([(args[0], first, own)])
        return self.narrowed(target, of, node)

    def any(self, node: int, args: Sequence[int], numbers: Sequence[int]) -> Register:
        target = self.buffer("int8")
        register = self.take(args[0])
        for arg in args[1:]:
            self.step(np.bitwise_or, register, self.take(arg), target)
            self.leave(arg)
            register = target
        self.leave(args[0])
        return target

    def without(self, node: int, args: Sequence[int], numbers: Sequence[int]) -> Register:
        """Nothing where the flag is 1, else the node."""
        of = _widest(self.type(node), self.type(args[1]))
        flag, own = self.read(args[0], of)
        target = self.buffer(of)
        self.step(np.bitwise_xor, flag, self.number(of, 1), target)
        value, other = self.read(args[1], of)
        self.step(np.multiply, target, value, target)
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
        self.step(np.subtract, used[0][1], used[1][1], target)
        self.step(np.multiply, target, used[2][1], target)
        self.step(np.add, target, used[1][1], target)
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
                wide = self.buffer(of)
                self.step(_cast, register, register, wide)
                self.release(register)
                register = wide
            if shared != 1:
                self.step(np.multiply, register, self.number(of, shared), register)
            if total is None:
                total = register
            else:
                self.step(np.add, total, register, total)
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
                        self.step(_cast, register, register, group)
                    else:
                        self.step(np.subtract, self.number(of, 0), register, group)
                else:
                    self.step(np.add if sign > 0 else np.subtract, group, register, group)
                self.done([(term, register, own)])
            assert group is not None
            if weight != 1:
                self.step(np.multiply, group, self.number(of, weight), group)
            if total is None or weight == 1:
                total = group
            else:
                self.step(np.add, total, group, total)
                self.release(group)
        assert total is not None
        return total

    # --- what comes out

    def output(self, number: int, form: Form) -> None:
        """Writes the form into the output of that number."""
        of = self.types[number]
        target = self.register("output", (number, of))
        if form.factor == 0:
            constant = self.number(of, form.offset)
            self.step(_cast, constant, constant, target)
            return
        factor, offset = form.factor, form.offset
        scaled = sorted(factor * end for end in self.forms.bounds[form.node])
        inner = _widest(self.type(form.node), width(*scaled), width(*self.forms.span(form)), width(factor, factor), width(offset, offset))
        place = target if inner == of else self.buffer(inner)
        first, own = self.read(form.node, inner)
        register = first
        if factor == -1:
            self.step(np.subtract, self.number(inner, offset), register, place)
            register = place
        elif factor != 1:
            self.step(np.multiply, register, self.number(inner, factor), place)
            register = place
        if offset and factor != -1:
            self.step(np.add, register, self.number(inner, offset), place)
            register = place
        if register != target:
            self.step(_cast, register, register, target)
        for used in ((place,) if place != target else ()) + ((first,) if own else ()):
            self.release(used)
        self.leave(form.node)


EMIT: dict[str, Callable[[_Writer, int, Sequence[int], Sequence[int]], Register]] = {
    "input": _Writer.input,
    "constant": _Writer.constant,
    "affine": _Writer.affine,
    "sum": _Writer.sum,
    "divide": lambda writer, node, args, numbers: writer.unary(np.floor_divide, node, args[0], numbers[0]),
    "least": lambda writer, node, args, numbers: writer.unary(_least, node, args[0], numbers[0]),
    "greatest": lambda writer, node, args, numbers: writer.unary(_greatest, node, args[0], numbers[0]),
    "min": lambda writer, node, args, numbers: writer.binary(_least, node, args[0], args[1]),
    "max": lambda writer, node, args, numbers: writer.binary(_greatest, node, args[0], args[1]),
    "reaches": lambda writer, node, args, numbers: writer.compare(np.greater_equal, args[0], numbers[0]),
    "equal": lambda writer, node, args, numbers: writer.compare(np.equal, args[0], numbers[0]),
    "not": lambda writer, node, args, numbers: writer.unary(np.bitwise_xor, node, args[0], 1),
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
        arriving: Mapping[int, str] | None = None,
    ) -> None:  # fmt: skip
        """`given` bounds the inputs more closely than the table does; `arriving` says of which types they are, where these are not the narrowest.

        Rows named in `over` are inputs of that place. Raises Unlowered.
        """
        forms = Forms(table, outputs, given, over or {})
        found = [forms.forms[ref] for ref in outputs]
        self.types = [output_type(table.low[ref], table.high[ref]) for ref in outputs]
        """The type of each output, whatever is given of the inputs."""
        writer = _Writer(forms, found, self.types, arriving or {})
        self.steps, self.kinds = writer.steps, writer.kinds
        self.read = [(register, what[0]) for register, (kind, what) in enumerate(self.kinds) if kind == "input"]
        self.written = [(register, what[0]) for register, (kind, what) in enumerate(self.kinds) if kind == "output"]
        self.inputs: dict[int, str] = {what[0]: what[1] for kind, what in self.kinds if kind == "input"}
        """Place of each input that is looked at → the type in which it arrives."""

    def start(self, size: int = BLOCK) -> "Run":
        """A run over blocks of at most so many records, with buffers of its own."""
        return Run(self, size)


class Run:
    """A plan with its buffers, for one thread."""

    def __init__(self, plan: Plan, size: int) -> None:
        self.plan, self.size = plan, size
        made: dict[str, Callable[[Any], Any]] = {
            "buffer": lambda of: np.empty(size, of),
            "filled": lambda what: np.full(size, what[1], what[0]),
            "constant": lambda number: number,
        }
        self.whole = [made[kind](what) if kind in made else None for kind, what in plan.kinds]
        self.registers: list[Any] = []
        self.filled = 0

    def __call__(self, inputs: Mapping[int, Any], outputs: Sequence[Any], number: int) -> None:
        """Works on so many records: `inputs` by place, each in the plan's type; results are written into `outputs`."""
        for start in range(0, number, self.size):
            stop = min(start + self.size, number)
            self.block({place: values[start:stop] for place, values in inputs.items()}, [values[start:stop] for values in outputs], stop - start)

    def block(self, inputs: Mapping[int, Any], outputs: Sequence[Any], number: int) -> None:
        """The same of no more records than fit."""
        if number != self.filled:
            self.registers = [one[:number] if isinstance(one, np.ndarray) else one for one in self.whole]
            for register, (kind, what) in enumerate(self.plan.kinds):
                if kind == "truth":
                    self.registers[register] = self.registers[what].view(np.bool_)
            self.filled = number
        registers = self.registers
        for register, what in self.plan.read:
            registers[register] = inputs[what]
        for register, what in self.plan.written:
            registers[register] = outputs[what]
        for function, one, other, target in self.plan.steps:
            function(registers[one], registers[other], registers[target])
