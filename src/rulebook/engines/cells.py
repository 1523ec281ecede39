"""Cells of a table as integers: each column read by its own type, nothing rounded, nothing wrapped.

What is plainly a value becomes an integer in the units of its fact. What is something else (a state, an empty cell, a list) is kept as it is
said, for the reader of evidence to judge. What is no value at all is `Wrong`, with its rows.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from math import isnan
from typing import Any, NamedTuple

import numpy as np

from rulebook import lexicon, model
from rulebook.bounds import BOUNDS
from rulebook.engines.lowering import Column
from rulebook.evidence import VALUES
from rulebook.source import fold

MOST = 65_536
"""So many different cells of a column are remembered."""
COUNTED = ("count", "records")
NOTHING = ("NAType", "NaTType")
"""Types of what tables hold where nothing was written."""
PLAIN = 0
"""The code of a cell that is a value."""


class Cells(NamedTuple):
    """One block of a column. Where `codes` is not 0 the cell says `told[code - 1]`, and its value stands for nothing.

    Values lie between `low` and `high`; where they are `unseen` nobody has looked yet whether they do.
    """

    values: Any
    low: int
    high: int
    codes: Any = None
    told: Sequence[Any] = ()
    unseen: bool = False


class Wrong(NamedTuple):
    """Rows of a block whose cells are no values of the fact."""

    rows: Any
    value: Any


class WrongType(Exception):
    """A whole column is of a type that the fact does not take; the text names it."""


@dataclass(eq=False)
class Fact:
    """One fact as a column: how its cells are read."""

    column: Column
    fact: model.Fact
    alone: bool
    """True where it is the only fact of its clause, so that its cells may hold the clause's state."""
    known: dict[tuple[type, Any], tuple[int, Any]] = field(default_factory=dict)

    @property
    def type(self) -> str:
        return self.column.type

    @property
    def high(self) -> int:
        """The most that one cell can say: a table holds one figure a cell, not a list of them."""
        return self.column.high // BOUNDS.records if self.type == "amounts" else self.column.high

    @property
    def fill(self) -> int:
        """What stands where a cell says something else."""
        return min(max(0, self.column.low), self.high)

    def outward(self, value: int) -> Any:
        """The value as a record has it."""
        if self.type == "flag":
            return bool(value)
        if self.type == "choice":
            return self.column.choices[value]
        return int(value) if self.column.unit == 1 else Decimal(int(value)) / self.column.unit

    def nothing(self, number: int) -> Cells:
        """A column of empty cells."""
        small = np.int8 if -128 < self.fill < 128 else np.int64
        most = int(np.iinfo(small).max)
        values, codes = np.broadcast_to(small(self.fill), number), np.broadcast_to(np.int32(1), number)
        return Cells(values, max(self.column.low, -most), min(self.high, most), codes, (None,))

    def read(self, raw: Any, *, unseen: bool = False) -> tuple[Cells, Wrong | None]:
        """A block of the column, whole numbers `unseen` where their caller looks at them. Raises WrongType."""
        if type(raw) is np.ndarray:
            if raw.dtype.char == "?" and self.type == "flag":
                return Cells(raw.view(np.int8), 0, 1), None
            if unseen and raw.dtype.kind == "i" and raw.dtype.isnative and self.column.unit == 1 and self.type != "choice":
                least, most = LIMITS[raw.dtype.char]
                return Cells(raw, max(self.column.low, least), min(self.high, most), unseen=True), None
        if not isinstance(raw, np.ndarray):
            return self.arrow(raw)
        if isinstance(raw, np.ma.MaskedArray):
            mask = np.ma.getmaskarray(raw)
            if raw.dtype.kind in "OUST":
                return self.things([None if hidden else one for one, hidden in zip(raw.data.tolist(), mask.tolist(), strict=True)])
            return self.numbers(raw.data, mask if mask.any() else None)
        return self.things(raw.tolist()) if raw.dtype.kind in "OUT" else self.numbers(raw, None)

    # --- by type

    def numbers(self, raw: Any, mask: Any) -> tuple[Cells, Wrong | None]:
        """Numbers, or yes and no, of one type; what is masked is empty."""
        reader = NUMBERS.get(raw.dtype.kind)
        if reader is None:
            raise WrongType(str(raw.dtype))
        if not raw.dtype.isnative:
            raw = raw.astype(raw.dtype.newbyteorder("="))
        return reader(self, raw, mask)

    def truths(self, raw: Any, mask: Any) -> tuple[Cells, Wrong | None]:
        if self.type != "flag":
            raise WrongType("bool")
        return self.masked(raw.view(np.int8), 0, 1, mask), None

    def integers(self, raw: Any, mask: Any) -> tuple[Cells, Wrong | None]:
        """Whole numbers; of a yes or no 0 and 1."""
        if self.type == "choice":
            raise WrongType(str(raw.dtype))
        unit, (least, most) = self.column.unit, LIMITS[raw.dtype.char]
        low, high = -(-self.column.low // unit), self.high // unit
        wrong = None
        if len(raw) and self.outside(raw, low, high, least, most):
            seen = (raw < max(low, least)) | (raw > min(high, most))
            seen = seen if mask is None else seen & ~mask
            wrong = Wrong(np.flatnonzero(seen), raw[np.argmax(seen)]) if seen.any() else None
            if wrong is None:
                raw = np.where(mask, raw.dtype.type(min(self.fill // unit, most)), raw)
        if unit == 1:
            return self.masked(raw, max(low, least), min(high, most), mask), wrong
        if wrong is not None:
            return self.nothing(len(raw)), wrong
        return self.scaled(raw.astype(np.int64) * unit, mask)

    @staticmethod
    def outside(raw: Any, low: int, high: int, least: int, most: int) -> bool:
        """True where some number lies outside; one look where that is enough."""
        if raw.dtype == np.int8 and low == 0:
            return int(np.maximum.reduce(raw.view(np.uint8))) > min(high, 127)
        return (low > least and int(np.minimum.reduce(raw)) < low) or (high < most and int(np.maximum.reduce(raw)) > high)

    def scaled(self, values: Any, mask: Any) -> tuple[Cells, Wrong | None]:
        """Figures in units that lie in range, but may be smaller than what a person may give."""
        seen = (values < self.column.low) | (values > self.high) | ((values > 0) & (values < self.column.least))
        seen = seen if mask is None else seen & ~mask
        wrong = Wrong(np.flatnonzero(seen), self.outward(values[np.argmax(seen)])) if seen.any() else None
        return self.masked(values, self.column.low, self.high, mask), wrong

    def floats(self, raw: Any, mask: Any) -> tuple[Cells, Wrong | None]:
        """Floats: what is no number is empty; counts may be written so, nothing else, for a float is not exact."""
        raw = raw.astype(np.float64) if raw.dtype.itemsize < 8 else raw
        empty = np.isnan(raw) if mask is None else mask | np.isnan(raw)
        if empty.all():
            return self.nothing(len(raw)), None
        if self.type not in COUNTED:
            raise WrongType(str(raw.dtype))
        odd = ~empty & ~((raw >= 0) & (raw <= self.high) & (np.floor(raw) == raw))
        wrong = Wrong(np.flatnonzero(odd), raw[np.argmax(odd)].item()) if odd.any() else None
        values = np.where(empty | odd, 0, raw).astype(np.int64)
        return self.masked(values, 0, self.high, empty if empty.any() else None), wrong

    def masked(self, values: Any, low: int, high: int, mask: Any) -> Cells:
        """The values, empty where the mask is."""
        if mask is None:
            return Cells(values, low, high)
        values = np.where(mask, values.dtype.type(self.fill), values)
        return Cells(values, low, high, mask.astype(np.int32), (None,))

    # --- cells one by one

    def things(self, cells: Sequence[Any]) -> tuple[Cells, Wrong | None]:
        """Cells of any kind, each read as the reader of evidence reads it."""
        found = [self.thing(cell) for cell in cells]
        values = np.array([value for value, _ in found], np.int64)
        codes, told = coded([said for _, said in found])
        return Cells(values, self.column.low, self.high, codes, told), None

    def thing(self, cell: Any) -> tuple[int, Any]:
        """The value of a cell, or what it says instead of one."""
        try:
            key = type(cell), cell
            known = self.known.get(key)
        except TypeError:  # a list of records, or of figures
            return self.fill, cell
        if known is None:
            known = self.sort(cell)
            if len(self.known) < MOST:
                self.known[key] = known
        return known

    def sort(self, cell: Any) -> tuple[int, Any]:
        if isinstance(cell, np.generic):
            cell = cell.item()
        if empty(cell):
            return self.fill, None
        if isinstance(cell, str) and fold(cell).strip() in lexicon.terms()["state"]:
            return self.fill, cell
        if self.type == "flag" and type(cell) is int and cell in (0, 1):  # as a column of whole numbers says it
            return cell, _VALUE
        try:
            value: Any = VALUES[self.type](self.fact, cell)
        except Exception:  # the reader of evidence says later what is wrong with it
            return self.fill, cell
        if isinstance(value, tuple):
            value = len(value) if self.type == "records" else sum(value, Decimal(0))
        if self.type == "choice":
            value = self.column.choices.index(value)
        return int(Fraction(value) * self.column.unit), _VALUE

    # --- Arrow

    def arrow(self, raw: Any) -> tuple[Cells, Wrong | None]:
        """A block of an Arrow column."""
        import pyarrow as pa

        kind = raw.type
        if isinstance(raw, pa.ExtensionArray):
            return self.arrow(raw.storage)
        if raw.null_count == len(raw):
            return self.nothing(len(raw)), None
        if pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_string_view(kind):
            raw = raw.dictionary_encode()
        if pa.types.is_dictionary(raw.type):
            return self.chosen(raw)
        mask = None if not raw.null_count else raw.is_null().to_numpy(zero_copy_only=False)
        if pa.types.is_boolean(kind) or pa.types.is_integer(kind) or pa.types.is_floating(kind):
            plain = raw if mask is None else raw.fill_null(False if pa.types.is_boolean(kind) else 0)
            return self.numbers(plain.to_numpy(zero_copy_only=False), mask)
        if pa.types.is_decimal128(kind) and 0 <= kind.scale <= BOUNDS.decimals and self.type != "choice":
            return self.decimals(raw, mask)
        return self.things(raw.to_pylist())

    def chosen(self, raw: Any) -> tuple[Cells, Wrong | None]:
        """A column of few different values: each is read once."""
        small, wrong = self.things(raw.dictionary.to_pylist())
        empty = raw.indices.null_count > 0
        indices = (raw.indices.fill_null(0) if empty else raw.indices).to_numpy(zero_copy_only=False)
        codes = None if small.codes is None else small.codes[indices]
        told = list(small.told)
        if empty:
            codes = np.zeros(len(raw), np.int32) if codes is None else codes
            told.append(None)
            codes[raw.indices.is_null().to_numpy(zero_copy_only=False)] = len(told)
        return small._replace(values=small.values[indices], codes=codes, told=told), wrong

    def decimals(self, raw: Any, mask: Any) -> tuple[Cells, Wrong | None]:
        """Decimals with few places, as whole numbers; what does not go into 64 bits is out of range anyway."""
        words = np.frombuffer(raw.buffers()[1], np.int64)[2 * raw.offset : 2 * (raw.offset + len(raw))].reshape(-1, 2)
        values, places = words[:, 0], raw.type.scale
        most = np.iinfo(np.int64).max // 10**BOUNDS.decimals
        large = (words[:, 1] != (values >> 63)) | (values > most) | (values < -most)
        large = large if mask is None else large & ~mask
        if large.any():
            return self.nothing(len(raw)), Wrong(np.flatnonzero(large), raw[int(np.argmax(large))].as_py())
        values = values if mask is None else np.where(mask, self.fill * 10**places // self.column.unit, values)
        if self.column.unit > 1:
            return self.scaled(values * (self.column.unit // 10**places), mask)
        odd = values % 10**places != 0
        if odd.any():
            return self.nothing(len(raw)), Wrong(np.flatnonzero(odd), raw[int(np.argmax(odd))].as_py())
        return self.integers(values // 10**places, mask) if self.type in COUNTED else self.things(raw.to_pylist())


_VALUE = object()


def coded(said: Sequence[Any]) -> tuple[Any, list[Any]]:
    """What cells say instead of a value, as codes (None where all are values) and what each code says."""
    if all(one is _VALUE for one in said):
        return None, []
    places: dict[Any, int] = {}
    told: list[Any] = []
    codes = np.zeros(len(said), np.int32)
    for row, one in enumerate(said):
        if one is not _VALUE:
            key = (type(one), one) if isinstance(one, str | bool | int | None) else id(one)
            if key not in places:
                told.append(one)
                places[key] = len(told)
            codes[row] = places[key]
    return codes, told


def said(cells: Sequence[Any]) -> Cells:
    """A column of whole clauses: what each cell says of its clause; an empty one says nothing."""
    codes, told = coded([_VALUE if empty(cell) else cell for cell in cells])
    return Cells(np.broadcast_to(np.int8(0), len(cells)), 0, 0, codes, told)


def empty(cell: Any) -> bool:
    """True for a cell in which nothing was written."""
    nothing = cell is None or type(cell).__name__ in NOTHING
    return nothing or (isinstance(cell, str) and not cell.strip()) or (isinstance(cell, float) and isnan(cell))


LIMITS = {letter: (int(np.iinfo(letter).min), int(np.iinfo(letter).max)) for letter in np.typecodes["AllInteger"]}
"""Type, by its letter → the least and the greatest number that it holds."""
NUMBERS: dict[str, Callable[[Fact, Any, Any], tuple[Cells, Wrong | None]]] = {
    "b": Fact.truths,
    "i": Fact.integers,
    "u": Fact.integers,
    "f": Fact.floats,
}
"""Kind of a NumPy type → how its numbers are read."""
