"""A document as every reader hands it on: paragraphs and tables in order, each with a place that leads back to it."""

from collections.abc import Iterator
from dataclasses import dataclass

from rulebook.bounds import BOUNDS
from rulebook.codes import Language, Wording, wording
from rulebook.diagnostics import Diagnostic, RulebookError


@dataclass(frozen=True)
class Place:
    """Where something stands: a row of a table, a cell of a sheet, a line of a text; 0 and "" where that is not known."""

    table: int = 0
    row: int = 0
    line: int = 0
    cell: str = ""

    def order(self) -> tuple[int, int, int]:
        """What places are sorted by, within one kind of document."""
        return self.line, self.table, self.row

    def text(self, language: Language = "zh") -> str:
        """The place as a person looks it up: 表2 第3行, 评分表!C7, 第120行."""
        if self.cell:
            return self.cell
        if self.row and self.line:
            return wording("place_row_line", language, table=self.table, row=self.row, line=self.line)
        if self.table:
            key = "place_row" if self.row else "place_table_line" if self.line else "place_table"
            return wording(key, language, table=self.table, row=self.row, line=self.line)
        return wording("place_line", language, line=self.line) if self.line else wording("place_document", language)


@dataclass(frozen=True)
class Finding:
    """A diagnostic about the document, with its place there; `line` is the draft's, where it has one."""

    diagnostic: Diagnostic
    place: Place = Place()
    line: int = 0


@dataclass(frozen=True)
class Paragraph:
    """One paragraph outside of tables."""

    text: str
    place: Place


@dataclass(frozen=True)
class Cell:
    """The lines of one cell. A merged cell stands at every position that it covers, with the one `anchor` (row from 1, column from 0) where it begins.
    `fault` says why its content could not be taken as it is."""

    lines: tuple[str, ...]
    place: Place
    anchor: tuple[int, int] = (0, 0)
    fault: Diagnostic | None = None

    @property
    def text(self) -> str:
        """The lines as one, nothing between them."""
        return "".join(self.lines)


@dataclass(frozen=True)
class Row:
    """The cells of one row, every column filled; `hidden` where the document does not show it."""

    cells: tuple[Cell, ...]
    place: Place
    hidden: bool = False


@dataclass(frozen=True)
class Table:
    """Rows from the top. `name` is the sheet's, where the table is one."""

    rows: tuple[Row, ...]
    place: Place
    name: str = ""

    def longest(self) -> int:
        """Code points of its longest cell."""
        return max((sum(map(len, cell.lines)) for row in self.rows for cell in row.cells), default=0)


@dataclass(frozen=True)
class Document:
    """Paragraphs and tables in the order of the document, and what the reader met on the way."""

    name: str
    blocks: tuple[Paragraph | Table, ...]
    findings: tuple[Finding, ...] = ()

    def tables(self) -> Iterator[Table]:
        """The tables, in order."""
        return (block for block in self.blocks if isinstance(block, Table))


def beyond(name: str, what: str) -> RulebookError:
    """The error of a document that exceeds the bound of that name."""
    values = {"name": name, "what": Wording(f"bound_{what}"), "most": f"{getattr(BOUNDS, what):,}"}
    return RulebookError([Diagnostic("RB638", values)])


def filled(rows: list[list[tuple[Cell, int, int]]], width: int) -> list[list[Cell]]:
    """The grid of cells given row by row with their column and row spans: merged cells stand wherever they reach."""
    grid: list[list[Cell | None]] = [[None] * width for _ in rows]
    for r, row in enumerate(rows):
        at = 0
        for cell, across, down in row:
            while at < width and grid[r][at] is not None:
                at += 1
            if at >= width:
                break
            put = Cell(cell.lines, cell.place, (r + 1, at))
            for down_at in range(r, min(r + down, len(rows))):
                for across_at in range(at, min(at + across, width)):
                    if grid[down_at][across_at] is None:
                        grid[down_at][across_at] = put
            at += across
    return [
        [cell if cell is not None else Cell((), Place(), (r + 1, c)) for c, cell in enumerate(row)]
        for r, row in enumerate(grid)
    ]
