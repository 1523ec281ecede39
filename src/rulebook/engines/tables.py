"""Tables in and out: NumPy columns, lists of dicts, Arrow, Polars and pandas, Parquet and CSV files larger than memory.

A column is named `ADDRESS FACT` or `ADDRESS.FACT` (`2.1.缺`), or by its address alone where the clause has one fact. A column named by the address
of a clause of several facts holds its state. One column may hold the subject. Results come in the kind of table that was given.
"""

import os
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from functools import cached_property, partial
from operator import itemgetter
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from rulebook import lexicon, model
from rulebook.codes import Language, Wording, wording
from rulebook.diagnostics import Diagnostic, RulebookError
from rulebook.engines.compiled import Compiled
from rulebook.engines.lowering import COLUMNS
from rulebook.evidence import WANTED
from rulebook.exact import finite, show
from rulebook.files import whole
from rulebook.source import decode, fold

if TYPE_CHECKING:
    from rulebook.engines.columns import Block, Figures, Scores, Scoring

WANT = ("total", "lower", "upper", "grade", "vetoed", "unknown", "ranks", "clauses", "clause bounds", "ledger", "way")
"""What may be asked for."""
USUAL = ("total", "lower", "upper", "grade")
"""What is given where nothing is asked for."""
NAMED = 5
"""So many rows are named of those that cannot be scored."""
CHUNK = 1 << 18
"""So many rows are read at once."""
NEAR = 1 << 8
"""So many records are turned into columns while they are near."""


class Columns(dict[str, Any]):
    """Columns of scores as NumPy arrays: units, `scale` to the point (or Decimals, if asked for). A score that is no whole number of units is masked, and
    stands in a column of its own, `total exact`.

    `ways` says how many rows were scored straight, clause by clause, and by the reference; `reason` why the rulebook has no program, if it has none.
    """

    scale: int = 1
    ways: Mapping[str, int] = {}
    reason: str = ""


# --- what a table is


@dataclass
class Given:
    """A table: the names of its columns, how many rows it has (None where only its end tells), its blocks, the kind of its results."""

    names: list[str]
    rows: int | None
    blocks: Callable[[], Iterator[tuple[int, dict[str, Any]]]]
    kind: Literal["numpy", "arrow", "polars", "pandas"]
    index: Any = None
    taken: list[Mapping[str, Any]] | None = field(default=None, repr=False)


def given(table: Any) -> Given:
    """What was given, ready to be read block by block. Raises RulebookError for what is no table."""
    root = type(table).__module__.partition(".")[0]
    if isinstance(table, str | os.PathLike):
        return _file(Path(table))
    if root in OPENED:
        return OPENED[root](table)
    if isinstance(table, Mapping):
        return _mapping(table)
    if isinstance(table, Sequence) and (set(map(type, table)) <= {dict} or all(isinstance(record, Mapping) for record in table)):
        return _records(table)
    raise _no_table(Wording("table_unknown"))


def _no_table(why: object) -> RulebookError:
    return RulebookError([Diagnostic("RB535", {"why": why})])


def _names(names: Iterable[Any]) -> list[str]:
    found = list(names)
    if any(not isinstance(name, str) for name in found):
        raise _no_table(Wording("table_names"))
    if len(set(found)) < len(found):
        twice = next(name for name in found if found.count(name) > 1)
        raise RulebookError([Diagnostic("RB534", {"columns": twice})])
    return found


def _mapping(table: Mapping[Any, Any]) -> Given:
    names = _names(table)
    readers = {name: _column(table[name]) for name in names}
    lengths = {length for length, _ in readers.values()}
    if len(lengths) > 1:
        raise _no_table(Wording("table_lengths"))
    rows = lengths.pop() if lengths else 0

    def blocks() -> Iterator[tuple[int, dict[str, Any]]]:
        for start in range(0, rows, CHUNK):
            stop = min(start + CHUNK, rows)
            yield stop - start, {name: part(start, stop) for name, (_, part) in readers.items()}

    return Given(names, rows, blocks, "numpy")


Part = Callable[[int, int], Any]


def _column(values: Any) -> tuple[int, Part]:
    """How long a column is, and its rows from one to another as a NumPy or Arrow array."""
    import numpy as np

    root = type(values).__module__.partition(".")[0]
    if root == "polars":
        values = values.to_arrow()
    elif root == "pandas":
        values = _series(values)
    if type(values).__module__.partition(".")[0] == "pyarrow":
        return len(values), lambda start, stop: _flat(values.slice(start, stop - start))
    if not isinstance(values, np.ndarray):
        if isinstance(values, str | bytes | Mapping | Set) or not isinstance(values, Iterable):
            raise _no_table(Wording("table_columns"))
        listed = list(values)
        values = np.empty(len(listed), object)
        for place, value in enumerate(listed):
            values[place] = value
    if values.ndim != 1:
        raise _no_table(Wording("table_columns"))
    return len(values), lambda start, stop: values[start:stop]


def _flat(values: Any) -> Any:
    """One Arrow array."""
    return values.combine_chunks() if hasattr(values, "chunks") else values


def _series(values: Any) -> Any:
    """The column of a pandas frame as an array, an empty cell of a column of whole numbers still empty."""
    import numpy as np

    if isinstance(values.dtype, np.dtype):
        return values.to_numpy()
    if type(values.dtype).__name__ == "ArrowDtype":
        return values.array.__arrow_array__()
    if hasattr(values.dtype, "numpy_dtype") and values.dtype.kind in "biuf":
        plain = values.array
        mask = plain.isna()
        filled = plain.to_numpy(dtype=values.dtype.numpy_dtype, na_value=0) if mask.any() else plain.to_numpy(dtype=values.dtype.numpy_dtype)
        return np.ma.MaskedArray(filled, mask) if mask.any() else filled
    return values.astype(object).to_numpy()


def _arrow(table: Any) -> Given:
    import pyarrow as pa

    if isinstance(table, pa.RecordBatchReader):
        return Given(_names(table.schema.names), None, lambda: _batches(table), "arrow")
    if isinstance(table, pa.RecordBatch):
        table = pa.Table.from_batches([table])
    if not isinstance(table, pa.Table):
        raise _no_table(Wording("table_unknown"))
    return Given(_names(table.column_names), table.num_rows, lambda: _batches(table.to_batches(max_chunksize=CHUNK)), "arrow")


def _batches(batches: Iterable[Any]) -> Iterator[tuple[int, dict[str, Any]]]:
    for batch in batches:
        for start in range(0, batch.num_rows, CHUNK):
            part = batch.slice(start, CHUNK)
            yield part.num_rows, dict(zip(part.schema.names, part.columns, strict=True))


def _polars(table: Any) -> Given:
    if type(table).__name__ == "LazyFrame":
        table = table.collect()
    if type(table).__name__ != "DataFrame":
        raise _no_table(Wording("table_unknown"))
    _library("pyarrow")
    found = _arrow(table.to_arrow())
    found.kind = "polars"
    return found


def _pandas(table: Any) -> Given:
    if type(table).__name__ != "DataFrame":
        raise _no_table(Wording("table_unknown"))
    names = _names(table.columns)
    found = _mapping({name: table[name] for name in names})
    found.kind, found.index, found.rows = "pandas", table.index, len(table)
    return found


def _file(path: Path) -> Given:
    """A Parquet or CSV file, read a piece at a time."""
    if not path.is_file():
        raise RulebookError([Diagnostic("RB601", {"name": str(path)})])
    reader = FILES.get(path.suffix.lower())
    if reader is None:
        raise RulebookError([Diagnostic("RB604", {"name": path.suffix, "allowed": "、".join(FILES)})])
    pa = _library("pyarrow")
    try:
        names, blocks = reader(path)
    except (OSError, UnicodeError, pa.ArrowException) as error:
        raise _no_table(_damage(error)) from None
    return Given(_names(names), None, partial(_guarded, blocks), "arrow")


def _guarded(blocks: Callable[[], Iterable[Any]]) -> Iterator[tuple[int, dict[str, Any]]]:
    import pyarrow as pa

    try:
        yield from _batches(blocks())
    except (OSError, UnicodeError, pa.ArrowException) as error:
        raise _no_table(_damage(error)) from None


def _damage(error: Exception) -> object:
    """Why a file cannot be read: which of its rows has more or fewer cells than there are headings, as the library counts them with the headings."""
    found = _RAGGED.search(str(error))
    if found is None:
        return Wording("table_file")
    row, wanted, given = map(int, found.groups())
    return partial(_ragged, row=row - 1, wanted=wanted, given=given)


_RAGGED = re.compile(r"Row #([0-9]+): Expected ([0-9]+) columns, got ([0-9]+)")


def _ragged(language: Language, **figures: int) -> str:
    return wording("table_ragged", language, **figures)


def _parquet(path: Path) -> tuple[list[str], Callable[[], Iterable[Any]]]:
    import pyarrow.parquet as pq

    with pq.ParquetFile(path) as file:
        names = list(file.schema_arrow.names)

    def batches() -> Iterator[Any]:
        with pq.ParquetFile(path, memory_map=True) as file:
            yield from file.iter_batches(batch_size=CHUNK // 4, use_threads=False)

    return names, batches


def _csv(path: Path) -> tuple[list[str], Callable[[], Iterable[Any]]]:
    """Every cell as it is written: what is a number is for the facts to say."""
    import pyarrow as pa
    from pyarrow import csv

    reading = csv.ReadOptions(block_size=1 << 22, use_threads=False, encoding=_encoding(path))
    with csv.open_csv(path, read_options=reading) as opened:
        names = list(opened.schema.names)
    texts = csv.ConvertOptions(column_types=dict.fromkeys(names, pa.string()), strings_can_be_null=False)
    return names, lambda: csv.open_csv(path, read_options=reading, convert_options=texts)


def _encoding(path: Path) -> str:
    """GB18030, as Excel saves tables, where the first megabyte's lines are that and not UTF-8."""
    with path.open("rb") as file:
        head = file.read(1 << 20)
    return "gb18030" if decode(head[: head.rfind(b"\n") + 1] or head).encoding == "gb18030" else "utf-8"


FILES = {".parquet": _parquet, ".csv": _csv}
"""Suffix of a file → how it is opened."""
OPENED: dict[str, Callable[[Any], Given]] = {"pyarrow": _arrow, "polars": _polars, "pandas": _pandas}
"""Library of a table → how it is opened."""


def _library(name: str) -> Any:
    """The library. Raises RulebookError, naming the extra, where it is not installed."""
    from importlib import import_module

    try:
        return import_module(name)
    except ImportError:
        raise RulebookError([Diagnostic("RB536", {"library": name})]) from None


# --- lists of dicts


def _records(table: Sequence[Mapping[str, Any]]) -> Given:
    """Flat records as columns; the names are those of the first."""
    first = next(iter(table), {})
    names = _names(first)
    return Given(names, len(table), lambda: _turned(table, names), "numpy", taken=list(table) if not isinstance(table, list) else table)


def _turned(table: Sequence[Mapping[str, Any]], names: list[str]) -> Iterator[tuple[int, dict[str, Any]]]:
    """Blocks of columns. What is small and whole everywhere comes as bytes at once; a column that is not, cell by cell."""
    import numpy as np

    small = [name for name in names if type(table[0][name]) in (bool, int)] if table else []
    for start in range(0, len(table), CHUNK // 4):
        rows = table[start : start + CHUNK // 4]
        if set(map(len, rows)) != {len(names)}:
            _complain_of_keys(rows, names, start)
        found: dict[str, Any] = {}
        try:
            matrix = _bytes(rows, small)
            found = dict(zip(small, matrix.view(np.int8) if not matrix.size or matrix.max() < 128 else matrix, strict=True))
        except KeyError:
            _complain_of_keys(rows, names, start)
        except (TypeError, ValueError):  # something among them is no small whole number
            pass
        for name in names:
            if name not in found:
                try:
                    cells = [record[name] for record in rows]
                except KeyError:
                    _complain_of_keys(rows, names, start)
                found[name] = _plainly(cells)
        yield len(rows), found


def _plainly(cells: list[Any]) -> Any:
    """The cells as an array: of whole numbers where they are nothing else, whatever their size."""
    import numpy as np

    if set(map(type, cells)) <= {int, bool}:
        try:
            return np.array(cells, bool if set(map(type, cells)) == {bool} else np.int64)
        except OverflowError:
            pass
    return np.fromiter(cells, object, len(cells))


def _bytes(rows: Sequence[Mapping[str, Any]], names: list[str]) -> Any:
    """A row a name: what the records hold, each a byte. Raises KeyError, TypeError, ValueError for records that hold anything else."""
    import numpy as np

    get = itemgetter(*names) if len(names) > 1 else lambda record: tuple([record[name] for name in names])
    found = np.empty((len(names), len(rows)), np.uint8)
    for start in range(0, len(rows), NEAR):
        some = rows[start : start + NEAR]
        known = np.frombuffer(b"".join(map(bytes, map(get, some))), np.uint8)
        found[:, start : start + len(some)] = known.reshape(len(some), len(names)).T
    return found


def _complain_of_keys(rows: Sequence[Mapping[str, Any]], names: list[str], start: int) -> None:
    for number, record in enumerate(rows, start + 1):
        for name in [*(name for name in names if name not in record), *(name for name in record if name not in names)]:
            raise _rows(number, str(name), "", Wording("table_keys"))


# --- which column is what


@dataclass
class Layout:
    """Which column holds what: that of each fact by slot (None where there is none), those of whole clauses by place, the subject."""

    facts: list[str | None]
    clauses: dict[int, str]
    subject: str | None


class Places:
    """The clauses and facts of a rulebook, in order, and what a column of theirs may be called."""

    def __init__(self, clauses: Iterable[model.Clause]) -> None:
        self.clauses = list(clauses)
        self.columns = [COLUMNS[fact.type](clause.address, fact) for clause in self.clauses for fact in clause.facts]
        numbers = iter(range(len(self.columns)))
        self.slots = [[next(numbers) for _ in clause.facts] for clause in self.clauses]

    @cached_property
    def names(self) -> dict[str, tuple[str, int]]:
        """What a column may be called → `fact` and its slot, or `clause` and its place."""
        known: dict[str, tuple[str, int]] = {}
        for place, clause in enumerate(self.clauses):
            slots = self.slots[place]
            for slot in slots:
                fact = self.columns[slot]
                known[fold(fact.name)] = known[fold(f"{fact.clause}.{fact.fact}")] = "fact", slot
            known[clause.address] = ("fact", slots[0]) if len(slots) == 1 else ("clause", place)
        return known


def layout(places: Places, names: Sequence[str], missing: str) -> Layout:
    """Which column is what. Raises RulebookError for names that are unknown, stand twice, or are wanting."""
    known = places.names
    found = Layout([None] * len(places.columns), {}, None)
    diagnostics: list[Diagnostic] = []
    for name in names:
        kind, number = known.get(fold(name).strip(), ("", -1))
        if not kind and lexicon.terms()["evidence"].get(fold(name).strip()) == "subject":
            kind = "subject"
        before = found.subject if kind == "subject" else found.clauses.get(number) if kind == "clause" else found.facts[number] if kind else None
        if not kind:
            diagnostics.append(Diagnostic("RB531", {"column": name, "near": _near(name, known)}))
        elif before is not None:
            diagnostics.append(Diagnostic("RB534", {"columns": f"{before}、{name}"}))
        elif kind == "fact":
            found.facts[number] = name
        elif kind == "clause":
            found.clauses[number] = name
        else:
            found.subject = name
    told = {slot for place in found.clauses for slot in places.slots[place]}
    wanting = [column.name for slot, column in enumerate(places.columns) if found.facts[slot] is None and slot not in told]
    if wanting and missing != "unknown":
        shown = "、".join(wanting[:NAMED]) + ("…" if len(wanting) > NAMED else "")
        diagnostics.append(Diagnostic("RB530", {"columns": shown, "count": len(wanting)}))
    if diagnostics:
        raise RulebookError(diagnostics)
    return found


def _near(name: str, known: Iterable[str]) -> str:
    from difflib import get_close_matches

    names = list(known)
    return "、".join(get_close_matches(fold(name), names, n=3, cutoff=0.4) or names[:3])


def _add(scores: "Scores", where: Layout, raw: Mapping[str, Any], number: int, start: int, offset: int) -> None:
    """One block of the table is scored; `offset` rows came before. Raises RulebookError, rows named, for cells and rows that cannot be."""
    from rulebook.engines.columns import Beyond

    seen = set() if scores.scoring.program is None else set(scores.scoring.inputs.values())
    try:
        scores.add(_read(scores.scoring, where, raw, number, start, offset, seen))
    except (Beyond, RulebookError):
        _read(scores.scoring, where, raw, number, start, offset)  # cell by cell, to say which
        raise
    _refuse(scores, offset)


def _read(
    scoring: "Scoring", where: Layout, raw: Mapping[str, Any], number: int, start: int, offset: int, seen: Set[int] = frozenset(),
) -> "Block":  # fmt: skip
    """The block as cells. The facts that are `seen` by who scores them need not be looked at. Raises RulebookError."""
    from rulebook.engines import cells, columns

    diagnostics: list[Diagnostic] = []
    facts, clauses = [], {}
    for slot, (fact, name) in enumerate(zip(scoring.facts, where.facts, strict=True)):
        try:
            found, wrong = (fact.nothing(number), None) if name is None else fact.read(raw[name], unseen=slot in seen)
        except cells.WrongType as error:
            diagnostics.append(Diagnostic("RB532", {"column": name, "type": str(error), "wanted": WANTED[fact.type]}))
            continue
        facts.append(found)
        if wrong is not None:
            diagnostics.append(_rows(wrong.rows + offset + 1, name or "", wrong.value, WANTED[fact.type]).diagnostics[0])
    for place, name in where.clauses.items():
        said = raw[name]
        clauses[place] = cells.said(said.to_pylist() if hasattr(said, "to_pylist") else said.tolist())
    if diagnostics:
        raise RulebookError(diagnostics)
    return columns.Block(start, number, facts, clauses)


def _rows(rows: Any, column: str, value: Any, wanted: object) -> RulebookError:
    numbers = [int(rows)] if isinstance(rows, int) else [int(row) for row in rows]
    told = "、".join(map(str, numbers[:NAMED])) + (f"…（{len(numbers)}）" if len(numbers) > NAMED else "")
    return RulebookError([Diagnostic("RB533", {"rows": told, "column": column, "value": str(value)[:60], "wanted": wanted})])


# --- scoring


def scoring(ready: Compiled) -> "Scoring":
    """What is worked out of a rulebook once, for all its tables. Raises RulebookError where NumPy is not installed."""
    _library("numpy")
    from rulebook.engines.columns import Scoring

    return Scoring(ready)


def score_many(
    scoring: "Scoring", table: Any, *, want: str | Iterable[str] = USUAL, missing: str = "refuse", numbers: str | None = None,
    out: str | os.PathLike[str] | None = None,
) -> Any:  # fmt: skip
    """The scores of a table's rows, in the kind of table that was given; with `out` a Parquet or CSV file is there instead, and its path is given.

    `want` names the columns (see `WANT`). A fact without a column is refused, or `missing="unknown"` everywhere. `numbers` are `decimal`,
    or whole `units` (for NumPy unless asked otherwise; see `Columns.scale`). Raises RulebookError, rows named from 1, where a cell or a row cannot be scored.
    """
    from rulebook.engines.columns import Scores

    wanted = [want] if isinstance(want, str) else list(want)
    for name, allowed in (*((one, WANT) for one in wanted), (missing, ("refuse", "unknown")), (numbers, ("decimal", "units"))):
        if name is not None and name not in allowed:
            raise ValueError(f"{name!r} is none of {', '.join(allowed)}")
    source = given(table)
    if not scoring.book.header.grades:
        wanted = [one for one in wanted if one != "grade"]
    where = layout(scoring, source.names, "unknown" if source.rows == 0 and not source.names else missing)
    form = _Form(scoring, wanted, where, numbers == "decimal" or (numbers is None and (source.kind != "numpy" or out is not None)))
    if out is not None or source.rows is None:
        if "ranks" in wanted:
            raise _no_table(Wording("table_ranks"))
        return _streamed(source, form, None if out is None else Path(out))
    scores, subjects, start = Scores(scoring, wanted, source.rows), [], 0
    for number, raw in source.blocks():
        _add(scores, where, raw, number, start, 0)
        subjects += [raw[where.subject]] if where.subject else []
        start += number
    return form.finish(source, scores, subjects)


def _refuse(scores: "Scores", offset: int) -> None:
    """Raises RulebookError where rows were refused; what is wrong alike in many rows is said once."""
    whole: dict[str, Diagnostic] = {}
    alike: dict[tuple[str, str], tuple[list[int], object]] = {}
    for one in scores.refused:
        inner = one.error.diagnostics[0] if one.error is not None else None
        named = one.column or (inner.clause if inner is not None and "value" in inner.values else None) or ""
        if inner is not None and not named:
            whole.setdefault(inner.code, inner)
            continue
        told = {} if inner is None else dict(inner.values)
        wanted = told.get("wanted", told.get("allowed", Wording("table_both" if inner is None else "table_cell")))
        column = f"{named} {told['fact']}" if "fact" in told and not isinstance(told["fact"], Wording) else named
        rows, _ = alike.setdefault((column, str(told.get("value", one.value))), ([], wanted))
        rows += [int(row) + offset + 1 for row in one.rows]
    diagnostics = [_rows(sorted(set(rows)), column, value, wanted).diagnostics[0] for (column, value), (rows, wanted) in alike.items()]
    if diagnostics or whole:
        raise RulebookError([*diagnostics, *whole.values()])


def _streamed(source: Given, form: "_Form", out: Path | None) -> Any:
    """Block after block: written to a file, or gathered as an Arrow table."""
    pa = _library("pyarrow")
    parts = form.parts(source)
    if out is None:
        found = list(parts)
        return pa.concat_tables(found) if found else form.nothing()
    if out.suffix.lower() not in FILES:
        raise RulebookError([Diagnostic("RB604", {"name": out.suffix, "allowed": "、".join(FILES)})])
    try:
        with whole(out, suffix=out.suffix) as made:
            _write(str(made), parts, form.nothing())
    except OSError:
        raise RulebookError([Diagnostic("RB602", {"name": str(out)})]) from None
    return out


def _write(path: str, parts: Iterator[Any], empty: Any) -> None:
    """The parts as one file, which has at least its head."""
    import pyarrow.parquet as pq
    from pyarrow import csv

    first = next(parts, empty)
    opened = csv.CSVWriter(path, first.schema) if path.endswith(".csv") else pq.ParquetWriter(path, first.schema)
    with opened as writer:
        writer.write_table(first)
        for part in parts:
            writer.write_table(part)


# --- what comes out


@dataclass
class _Form:
    """How results are laid out."""

    scoring: "Scoring"
    want: list[str]
    where: Layout
    decimal: bool

    def parts(self, source: Given) -> Iterator[Any]:
        """The results of each block as an Arrow table."""
        from rulebook.engines.columns import Scores

        offset = 0
        for number, raw in source.blocks():
            scores = Scores(self.scoring, self.want, number)
            _add(scores, self.where, raw, number, 0, offset)
            yield self.arrow(scores, [raw[self.where.subject]] if self.where.subject else [], fixed=True)
            offset += number

    def nothing(self) -> Any:
        """The result of a table without rows."""
        from rulebook.engines.columns import Scores

        return self.arrow(Scores(self.scoring, self.want, 0), [], fixed=True)

    def figures(self, scores: "Scores") -> Iterator[tuple[str, "Figures"]]:
        """Name and numbers of every column of scores that was asked for."""
        for name in ("total", "lower", "upper"):
            if name in self.want:
                yield name, getattr(scores, name)
        for place, clause in enumerate(self.scoring.clauses):
            if "clauses" in self.want:
                yield clause.address, scores.clauses[place]
            if "clause bounds" in self.want:
                for name, figures in zip(("lower", "upper"), scores.clause_bounds[place], strict=True):
                    yield f"{clause.address} {name}", figures

    def whole(self, scores: "Scores") -> Iterator[tuple[str, Any, Any]]:
        """Name, whole numbers and what of them is missing, of the columns that hold no points."""
        if scores.unknown is not None:
            yield "unknown", scores.unknown, None
        if "ranks" in self.want:
            for name, ranks in zip(("best rank", "worst rank"), scores.ranks(), strict=True):
                yield name, ranks, ranks == 0
        for clause, fired in zip(self.scoring.clauses, scores.fired, strict=False):
            yield f"{clause.address} fired", fired, None

    def named(self, scores: "Scores") -> Iterator[tuple[str, Any, Sequence[str]]]:
        """Name, codes (−1 for nothing) and their words."""
        from rulebook.engines.columns import WAYS

        if scores.grade is not None:
            yield "grade", scores.grade, self.scoring.grades
        if scores.way is not None:
            yield "way", scores.way, WAYS

    def ways(self, scores: "Scores") -> dict[str, int]:
        from rulebook.engines.columns import WAYS

        return dict(zip(WAYS, scores.counts, strict=True))

    def finish(self, source: Given, scores: "Scores", subjects: list[Any]) -> Any:
        """The results in the kind of the table that was given."""
        if source.kind == "numpy":
            return self.numpy(scores, subjects)
        _library("pyarrow")
        found = self.arrow(scores, subjects)
        if source.kind == "polars":
            import polars

            return polars.from_arrow(found)
        if source.kind == "pandas":
            frame = found.to_pandas(integer_object_nulls=True)
            frame.index = source.index
            frame.attrs |= {"rulebook": {"scale": scores.scoring.scale, "ways": self.ways(scores), "reason": scores.scoring.ready.reason}}
            return frame
        return found

    def numpy(self, scores: "Scores", subjects: list[Any]) -> Columns:
        import numpy as np

        found = Columns()
        found.scale, found.ways, found.reason = self.scoring.scale, self.ways(scores), self.scoring.ready.reason
        if self.where.subject is not None and subjects:
            found[self.where.subject] = np.concatenate([one if isinstance(one, np.ndarray) else one.to_numpy(zero_copy_only=False) for one in subjects])
        for name, figures in self.figures(scores):
            if self.decimal:
                found[name] = self.points(figures)
                continue
            found[name] = figures.values if figures.missing is None else np.ma.MaskedArray(figures.values, figures.missing)
            if figures.others:
                found[f"{name} exact"] = np.array([None] * scores.number, object)
                for row, number in figures.others.items():
                    found[f"{name} exact"][row] = number
        if scores.vetoed is not None:
            left = scores.vetoed < 0
            found["vetoed"] = np.ma.MaskedArray(scores.vetoed > 0, left) if left.any() else scores.vetoed > 0
        for name, values, missing in self.whole(scores):
            found[name] = np.ma.MaskedArray(values, missing) if missing is not None and missing.any() else values
        for name, codes, words in self.named(scores):
            found[name] = np.array([*words, None], object)[codes]
        return found

    def points(self, figures: "Figures") -> Any:
        """The numbers in points, each a Decimal, or a Fraction where no decimal is exact; None where there is none."""
        import numpy as np

        values, places = np.unique(figures.values, return_inverse=True)
        known = [Fraction(int(value), self.scoring.scale) for value in values]
        found = np.array([number if finite(number) is None else finite(number) for number in known] or [None], object)[places.reshape(-1)]
        if figures.missing is not None:
            found[figures.missing] = None
        for row, number in figures.others.items():
            found[row] = finite(number) or number
        return found

    def arrow(self, scores: "Scores", subjects: list[Any], *, fixed: bool = False) -> Any:
        """An Arrow table; `fixed`: the same columns and types for every block."""
        import numpy as np
        import pyarrow as pa

        found: dict[str, Any] = {}
        if self.where.subject is not None:
            chunks = [pa.array(one) if isinstance(one, np.ndarray) else one for one in subjects]
            found[self.where.subject] = pa.chunked_array(chunks) if chunks else pa.array([], pa.string())
        for name, figures in self.figures(scores):
            found[name], left = self.column(figures, fixed)
            if left or fixed:
                texts = [None] * scores.number if not left else [show(left[row]) if row in left else None for row in range(scores.number)]
                found[f"{name} exact"] = pa.array(texts, pa.string())
        if scores.vetoed is not None:
            found["vetoed"] = pa.array(scores.vetoed > 0, mask=scores.vetoed < 0)
        for name, values, missing in self.whole(scores):
            found[name] = pa.array(values, mask=missing)
        for name, codes, words in self.named(scores):
            places = pa.array(codes.astype(np.int32), mask=codes < 0)
            found[name] = pa.DictionaryArray.from_arrays(places, pa.array(list(words), pa.string()))
            found[name] = found[name].cast(pa.string()) if fixed else found[name]
        told = {"rulebook.scale": str(self.scoring.scale), "rulebook.reason": self.scoring.ready.reason}
        told |= {} if fixed else {f"rulebook.{way}": str(number) for way, number in self.ways(scores).items()}
        return pa.table(found).replace_schema_metadata(told)

    def column(self, figures: "Figures", fixed: bool) -> tuple[Any, Mapping[int, Fraction]]:
        """The numbers as an Arrow column, and those that it cannot hold."""
        import numpy as np
        import pyarrow as pa

        unit = finite(Fraction(1, self.scoring.scale))
        if not self.decimal or unit is None:
            return pa.array(figures.values.astype(np.int64) if fixed else figures.values, mask=figures.missing), figures.others
        places = max(0, -int(unit.as_tuple().exponent))
        factor = 10**places // self.scoring.scale
        values, missing, left = figures.values, figures.missing, dict(figures.others)
        most = max(map(abs, map(int, (values.min(), values.max())))) if len(values) else 0
        more = {row: number * 10**places for row, number in left.items() if (number * 10**places).denominator == 1}
        if most * factor >= 1 << 62 or any(abs(number) >= 1 << 62 for number in more.values()):
            numbers = [None if missing is not None and missing[row] else Decimal(int(value) * factor).scaleb(-places) for row, value in enumerate(values)]
            return pa.array(numbers, pa.decimal128(38, places)), left
        words = np.empty((len(values), 2), np.int64)
        np.multiply(values, factor, out=words[:, 0], dtype=np.int64, casting="safe")
        for row, number in more.items():
            words[row, 0] = number.numerator
            missing = np.array(missing)
            missing[row] = False
            del left[row]
        words[:, 1] = words[:, 0] >> 63
        valid = None if missing is None or not missing.any() else pa.py_buffer(np.packbits(~missing, bitorder="little"))
        return pa.Array.from_buffers(pa.decimal128(38, places), len(values), [valid, pa.py_buffer(words)]), left
