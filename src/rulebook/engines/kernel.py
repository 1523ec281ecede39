"""The steps of a plan by one compiled function, for those who have numba: the same steps in the same types as in NumPy, so the same numbers.

A plan becomes a table of whole numbers; the function reads it row by row, a short block of records after the other, so that what lies between two
steps never leaves the nearest cache. Nothing is generated for a rulebook: the function is compiled once on a machine, for all of them, and kept.
What is left is the time that the columns take from memory, so while one block is worked on, the next is fetched.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from llvmlite import ir
from numba import carray, njit, types
from numba.core import cgutils
from numba.extending import intrinsic

from rulebook.engines.blocks import BLOCK, WIDTHS, Plan

RECORDS = 1 << 10
"""So many records are a block: the registers of a plan fit into the nearest cache, two blocks of a wide table into the next."""
LINE = 64
"""Bytes that memory hands out at once."""
ADD, SUBTRACT, MULTIPLY, DIVIDE, OR, LEAST, GREATEST, REACHES, EQUAL, LOWEST, HIGHEST, CAST = range(12)
CODES = {
    "add": ADD, "subtract": SUBTRACT, "multiply": MULTIPLY, "divide": DIVIDE, "or": OR, "least": LEAST, "greatest": GREATEST, "reaches": REACHES,
    "equal": EQUAL, "lowest": LOWEST, "highest": HIGHEST, "cast": CAST,
}  # fmt: skip
"""Name of a step → its code. Casts have one code a type, in the order of `WIDTHS`."""


@intrinsic
def _pointer(typing: Any, address: Any) -> Any:
    """The address as a pointer."""
    return types.voidptr(types.intp), lambda context, builder, signature, args: builder.inttoptr(args[0], cgutils.voidptr_t)


@intrinsic
def _fetch(typing: Any, address: Any) -> Any:
    """Has the line at that address brought nearer; nothing happens where there is none."""

    def code(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        byte, flag = ir.IntType(8).as_pointer(), ir.IntType(32)
        function = cgutils.get_or_insert_function(builder.module, ir.FunctionType(ir.VoidType(), [byte, flag, flag, flag]), "llvm.prefetch.p0i8")
        builder.call(function, [builder.inttoptr(args[0], byte), flag(0), flag(2), flag(1)])  # to read, into the second cache, data
        return context.get_dummy_value()

    return types.void(types.intp), code


@njit(error_model="numpy")
def _step(code: Any, one: Any, other: Any, target: Any, rows: Any, of: Any) -> None:
    """One step on that many numbers of that type, by addresses."""
    first, second, found = carray(_pointer(one), rows, of), carray(_pointer(other), rows, of), carray(_pointer(target), rows, of)
    truth = carray(_pointer(target), rows, np.int8)
    if code == ADD:
        for row in range(rows):
            found[row] = first[row] + second[row]
    elif code == SUBTRACT:
        for row in range(rows):
            found[row] = first[row] - second[row]
    elif code == MULTIPLY:
        for row in range(rows):
            found[row] = first[row] * second[row]
    elif code == DIVIDE and first.itemsize > 2:
        for row in range(rows):
            found[row] = first[row] // second[0]
    elif code == DIVIDE:  # n · (⌊2³² / d⌋ + 1) is at most n · d beyond 2³² · n / d, so exact below 2¹⁵; ⌊n / d⌋ is ~⌊~n / d⌋ below 0
        times = (1 << 32) // np.int64(second[0]) + 1
        for row in range(rows):
            sign = np.int64(first[row]) >> 15
            found[row] = ((first[row] ^ sign) * times >> 32) ^ sign
    elif code == OR:
        for row in range(rows):
            found[row] = first[row] | second[row]
    elif code == LEAST:
        for row in range(rows):
            found[row] = min(first[row], second[row])
    elif code == GREATEST:
        for row in range(rows):
            found[row] = max(first[row], second[row])
    elif code == REACHES:
        for row in range(rows):
            truth[row] = first[row] >= second[row]
    elif code == EQUAL:
        for row in range(rows):
            truth[row] = first[row] == second[row]
    elif code == LOWEST:
        least, end = first[0], carray(_pointer(target), 1, np.int64)
        for row in range(rows):
            least = min(least, first[row])
        end[0] = min(end[0], np.int64(least))
    elif code == HIGHEST:
        most, end = first[0], carray(_pointer(target), 1, np.int64)
        for row in range(rows):
            most = max(most, first[row])
        end[0] = max(end[0], np.int64(most))
    elif code == CAST:
        for row in range(rows):
            truth[row] = first[row]
    elif code == CAST + 1:
        wide = carray(_pointer(target), rows, np.int16)
        for row in range(rows):
            wide[row] = first[row]
    elif code == CAST + 2:
        wider = carray(_pointer(target), rows, np.int32)
        for row in range(rows):
            wider[row] = first[row]
    else:
        widest = carray(_pointer(target), rows, np.int64)
        for row in range(rows):
            widest[row] = first[row]


@njit(error_model="numpy")
def _ahead(address: Any, stride: Any) -> None:
    """Fetches what a column has for the next block; a register has nothing."""
    for place in range(address + RECORDS * stride, address + 2 * RECORDS * stride, LINE):
        _fetch(place)


@njit(cache=True, nogil=True, error_model="numpy")
def _run(steps: Any, addresses: Any, strides: Any, number: Any) -> None:
    """Every step of the table on every block of so many records. Columns move on from block to block, registers (of stride 0) stay."""
    for start in range(0, number, RECORDS):
        rows = min(RECORDS, number - start)
        for place in range(len(steps)):
            code, width, one, other, target = steps[place]
            first, second = addresses[one] + start * strides[one], addresses[other] + start * strides[other]
            found = addresses[target] + start * strides[target]
            _ahead(first, strides[one])
            _ahead(second, strides[other])
            if width == 0:
                _step(code, first, second, found, rows, np.int8)
            elif width == 1:
                _step(code, first, second, found, rows, np.int16)
            elif width == 2:
                _step(code, first, second, found, rows, np.int32)
            else:
                _step(code, first, second, found, rows, np.int64)


SIGNED = {"uint8": "int16", "uint16": "int32", "uint32": "int64", "uint64": "int64"}
"""Types that columns may have and steps have not → what holds every value."""


class Run:
    """A plan as a table of numbers, with its registers, for one thread. It is called as `blocks.Run` is."""

    def __init__(self, plan: Plan, size: int = BLOCK) -> None:
        """Any number of records may pass, whatever the size."""
        self.plan, self.size = plan, BLOCK
        kept = [one._replace(of=SIGNED[one.of]) if one.of in SIGNED else one for one in plan.registers]
        types = [WIDTHS.index(one.of) for one in kept]
        rows = [(CODES[name] + (types[target] if name == "cast" else 0), types[one], one, other, target) for name, one, other, target in plan.steps]
        self.steps = np.array(rows, np.int64).reshape(-1, 5)
        self.columns = [(register, one) for register, one in enumerate(kept) if one.kind in ("input", "output")]
        self.ends: list[tuple[Any, int]] = []
        inner = [register for register, one in enumerate(kept) if one.kind in ("buffer", "constant", "filled", "end")]
        self.room = np.empty(sum(RECORDS << types[register] for register in inner) + LINE, np.int8)
        start = _address(self.room)
        addresses, at = [0] * len(kept), -start % LINE
        for register in inner:
            _, of, number = kept[register]
            size = RECORDS << types[register]
            addresses[register] = start + at
            self.room[at : at + size].view(of)[:] = number
            if kept[register].kind == "end":
                self.ends.append((self.room[at : at + 8].view(of), number))
            at += size
        for register, one in enumerate(kept):
            if one.kind == "truth":
                addresses[register] = addresses[one.number]
        self.addresses, self.strides = np.array(addresses), np.zeros(len(kept), np.int64)
        self.strides[[register for register, _ in self.columns]] = [1 << types[register] for register, _ in self.columns]

    def __call__(self, inputs: Mapping[int, Any], outputs: Sequence[Any], number: int) -> bool:
        """Works on so many records: `inputs` by place, each in the plan's type; results are written into `outputs`.

        False where a watched input left its bounds: then the results stand for nothing.
        """
        for part, end in self.ends:
            part[0] = end
        columns = [np.ascontiguousarray(inputs[one.number], one.of) if one.kind == "input" else outputs[one.number] for _, one in self.columns]
        self.addresses[[register for register, _ in self.columns]] = [_address(column) for column in columns]
        _run(self.steps, self.addresses, self.strides, number)
        return all(part[0] == end for part, end in self.ends)


def _address(column: Any) -> int:
    return int(column.ctypes.data)
