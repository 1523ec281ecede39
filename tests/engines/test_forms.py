"""Law: whatever a table of operations is, each row as a form over nodes has the value of the row, and each node lies between its bounds."""

from collections.abc import Callable, Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rulebook.engines.operations import KINDS, Operation, Table

pytest.importorskip("numpy")

VALUES: dict[str, Callable[[Sequence[int], Sequence[int]], int]] = {
    "constant": lambda args, numbers: numbers[0],
    "affine": lambda args, numbers: args[0] * numbers[0] + numbers[1],
    "not": lambda args, numbers: 1 - args[0],
    "least": lambda args, numbers: min(args[0], numbers[0]),
    "greatest": lambda args, numbers: max(args[0], numbers[0]),
    "sum": lambda args, numbers: sum(arg * weight for arg, weight in zip(args, numbers, strict=True)),
    "divide": lambda args, numbers: args[0] // numbers[0],
    "min": lambda args, numbers: min(args),
    "max": lambda args, numbers: max(args),
    "reaches": lambda args, numbers: int(args[0] >= numbers[0]),
    "equal": lambda args, numbers: int(args[0] == numbers[0]),
    "any": lambda args, numbers: int(any(args)),
    "select": lambda args, numbers: args[1] if args[0] else args[2],
    "without": lambda args, numbers: 0 if args[0] else args[1],
}
"""Kind of a node → its value, from those of the nodes that it works on and its numbers."""

SMALL = st.integers(-12, 12)


@st.composite
def tables(draw: st.DrawFn) -> tuple[Table, list[int]]:
    """A table of any rows, not only of those that a rubric leads to, and what a record says."""
    table, record, flags = Table(), [], []
    for place in range(draw(st.integers(1, 4))):
        low, high = (0, 1) if draw(st.booleans()) else sorted((draw(SMALL), draw(SMALL)))
        ref = table.input(place, low, high)
        record.append(draw(st.integers(low, high)))
        flags += [ref] if (low, high) == (0, 1) else []
    for _ in range(draw(st.integers(8, 24))):
        kind = draw(st.sampled_from([one for one in (*KINDS, "multiply", "add", "min", "max", "at_least") if flags or one not in ("any", "not", "select")]))
        last = len(table.operations) - 1
        rows, truths = st.integers(0, last) | st.integers(max(0, last - 2), last), st.sampled_from(flags or [0])
        arity = KINDS[kind].arity
        size = draw(st.integers(1, 3)) if arity is None else arity
        args = tuple(draw(truths if kind in ("any", "not") or (kind == "select" and not place) else rows) for place in range(size))
        low, high = (table.low[args[0]], table.high[args[0]]) if args else (0, 0)
        numbers = {"divide": st.integers(1, 7), "multiply": st.integers(-4, 4), "at_least": st.integers(low, high + 1), "equal": st.integers(low, high + 1)}
        operation = Operation(kind, args, draw(numbers.get(kind, SMALL)))
        low, high = table.bounds(operation)
        if max(-low, high) > 1_000_000:
            continue
        ref = table.append(operation, (low, high))
        flags += [ref] if kind in ("at_least", "equal", "any", "not") else []
    return table, record


@settings(max_examples=200, deadline=None)
@given(tables())
def test_a_form_has_the_value_of_its_row(drawn: tuple[Table, list[int]]) -> None:
    """Row by row, whatever the record says."""
    from rulebook.engines.blocks import Forms

    table, record = drawn
    forms = Forms(table, range(len(table.operations)), {}, {})
    nodes: list[int] = []
    for (kind, args, numbers), (low, high) in zip(forms.nodes, forms.bounds, strict=True):
        nodes.append(record[numbers[0]] if kind == "input" else VALUES[kind]([nodes[arg] for arg in args], numbers))
        assert low <= nodes[-1] <= high
    for ref, value in enumerate(table.values(record)):
        form = forms.forms[ref]
        assert (form.factor * nodes[form.node] if form.factor else 0) + form.offset == value
        low, high = forms.span(form)
        assert low <= value <= high
