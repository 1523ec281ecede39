"""Excel workbooks: a table a sheet, merged cells filled, numbers exact. The one door of openpyxl."""

import datetime
import io
import re
import warnings
from collections.abc import Iterator
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from rulebook.bounds import BOUNDS
from rulebook.codes import Wording, wording
from rulebook.diagnostics import Diagnostic, RulebookError
from rulebook.exact import show
from rulebook.exchange.document import Cell, Document, Finding, Place, Row, Table
from rulebook.exchange.package import Package, broken

if TYPE_CHECKING:
    from openpyxl.workbook import Workbook
    from openpyxl.worksheet.worksheet import Worksheet


def read(raw: bytes, package: Package) -> Document:
    """The sheets of a workbook as tables. Raises RulebookError where it cannot be read."""
    package.check()
    book = load(raw, package.name, values=False)
    formulas = any(_is_formula(cell) for sheet in book.worksheets for cell in cells(sheet).values())
    values = load(raw, package.name, values=True) if formulas else book
    findings: list[Finding] = []
    tables = []
    for number, sheet in enumerate(book.worksheets, 1):
        table = _table(number, sheet, values[sheet.title], package.name, findings)
        if table is not None:
            tables.append(table)
    return Document(package.name, tuple(tables), tuple(findings))


def load(raw: bytes, name: str, *, values: bool) -> "Workbook":
    """The workbook, with the values that formulas had when it was saved, or with the formulas. Raises RulebookError on what is none."""
    try:
        import defusedxml  # noqa: F401  (openpyxl uses it where it is there)
        from openpyxl import load_workbook
    except ImportError:
        raise RulebookError([Diagnostic("RB622", {"library": "openpyxl, defusedxml"})]) from None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return load_workbook(io.BytesIO(raw), data_only=values)
    except Exception:  # whatever a damaged workbook makes the library raise
        raise broken(name, "book") from None


def cells(sheet: "Worksheet") -> dict[tuple[int, int], Any]:
    """Row and column → cell, of the cells that the file holds: a sheet is never walked, it may be said to have a million rows."""
    held: dict[tuple[int, int], Any] = vars(sheet)["_cells"]  # no public name gives it
    return held


def _is_formula(cell: Any) -> bool:
    return bool(cell.data_type == "f")


def _table(number: int, sheet: "Worksheet", values: "Worksheet", name: str, findings: list[Finding]) -> Table | None:
    """The sheet as a table of the rows and columns that hold something."""
    held = {at: cell for at, cell in cells(sheet).items() if cell.value is not None}
    for what, most, axis in (("rows", BOUNDS.sheet_rows, 0), ("columns", BOUNDS.sheet_columns, 1)):
        beyond = sum(at[axis] > most for at in held)
        if beyond:
            values_ = {"name": name, "what": Wording(f"left_{what}"), "count": beyond}
            findings.append(Finding(Diagnostic("RB627", values_), Place(cell=sheet.title)))
            held = {at: cell for at, cell in held.items() if at[axis] <= most}
    if not held:
        return None
    if sheet.sheet_state != "visible":
        findings.append(Finding(Diagnostic("RB626"), Place(cell=sheet.title)))
    width = max(column for _, column in held)
    rows = sorted({row for row, _ in held})
    index = {row: n for n, row in enumerate(rows)}
    grid: list[list[Cell]] = [
        [_cell(number, sheet, values, held.get((row, column)), row, column) for column in range(1, width + 1)]
        for row in rows
    ]
    for merged in sheet.merged_cells.ranges:
        first = index.get(merged.min_row)
        if first is None or merged.min_col > width:
            continue
        source = grid[first][merged.min_col - 1]
        for row in range(first, len(rows)):
            if rows[row] > merged.max_row:
                break
            for column in range(merged.min_col, min(merged.max_col, width) + 1):
                grid[row][column - 1] = source
    hidden = [bool(sheet.row_dimensions[row].hidden) if row in sheet.row_dimensions else False for row in rows]
    made = tuple(
        Row(tuple(cells), Place(number, row, cell=f"{sheet.title}!A{row}"), hidden[n])
        for n, (row, cells) in enumerate(zip(rows, grid, strict=True))
    )
    findings.extend(_hidden_columns(sheet, held))
    return Table(made, Place(number, 0, cell=sheet.title), sheet.title)


def _hidden_columns(sheet: "Worksheet", held: dict[tuple[int, int], Any]) -> Iterator[Finding]:
    letters = {cell.column_letter for cell in held.values()}
    for letter in sorted(letters):
        if letter in sheet.column_dimensions and sheet.column_dimensions[letter].hidden:
            yield Finding(Diagnostic("RB626"), Place(cell=f"{sheet.title}!{letter}"))


def _cell(number: int, sheet: "Worksheet", values: "Worksheet", cell: Any, row: int, column: int) -> Cell:
    """The cell with its words as a person sees them, and what is wrong with it."""
    from openpyxl.utils import get_column_letter

    place = Place(number, row, cell=f"{sheet.title}!{get_column_letter(column)}{row}")
    anchor = (row, column - 1)
    if cell is None:
        return Cell((), place, anchor)
    shown = values.cell(row, column) if _is_formula(cell) else cell
    text, why = _words(shown)
    if _is_formula(cell) and shown.value is None:
        why = wording("import_formula")
    fault = Diagnostic("RB625", {"why": why}) if why else None
    return Cell(tuple(line.strip() for line in re.split(r"\r?\n|_x000D_", text) if line.strip()), place, anchor, fault)


def _words(cell: Any) -> tuple[str, str]:
    """The value of a cell as text, and what is wrong with it ("" for nothing)."""
    value = cell.value
    if value is None:
        return "", ""
    if isinstance(value, str):
        return (value, wording("import_error", value=value)) if cell.data_type == "e" else (value, "")
    if isinstance(value, bool):
        return str(value), ""
    if isinstance(value, datetime.datetime | datetime.date | datetime.time | datetime.timedelta):
        return str(value), wording("import_date", value=str(value))
    if isinstance(value, int | float):
        return number(value, is_percent(cell))
    return str(value), ""


def is_percent(cell: Any) -> bool:
    """True where the cell shows a hundred times what it holds: a % in its format that is no mere letter ("%", \\%)."""
    return "%" in re.sub(r'"[^"]*"|[\\_*].', "", cell.number_format or "")


def number(value: int | float, percent: bool) -> tuple[str, str]:
    """A number in plain digits, at most four of them after the point; binary dust is taken off, more is reported."""
    exact = Decimal(repr(value)) * (100 if percent else 1)
    if not exact.is_finite() or abs(exact) >= 10**10:
        return repr(value), wording("import_inexact", value=repr(value))
    rounded = exact.quantize(Decimal("0.0001"))
    why = "" if abs(exact - rounded) < Decimal("1e-9") else wording("import_inexact", value=repr(value))
    return show(rounded) + ("%" if percent else ""), why
