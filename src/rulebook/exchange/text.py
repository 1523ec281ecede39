"""Plain text: running paragraphs, tables whose cells were flattened one a line, rows with tabs between, rows with bars."""

import csv
import io
import re
from collections.abc import Iterator
from itertools import pairwise

from rulebook import lexicon
from rulebook.exchange.document import Cell, Document, Paragraph, Place, Row, Table
from rulebook.source import fold

Numbered = tuple[int, str]
"""A line with its number."""


def read(text: str, name: str) -> Document:
    """The paragraphs and tables of a text."""
    lines = list(enumerate(text.split("\n"), 1))
    if any(_declares_title(line) for _, line in lines[:50]):  # a rulebook already: its comments stay out of the clauses
        lines = [(number, line) for number, line in lines if not line.lstrip().startswith("#")]
    blocks: list[Paragraph | Table] = []
    tables = 0
    at = 0
    while at < len(lines):
        end = _table_end(lines, at)
        if end > at:
            tables += 1
            blocks.append(_table(lines[at:end], tables))
            at = end
            continue
        number, line = lines[at]
        if line.strip():
            blocks.append(Paragraph(re.sub(r"\t+", "", line).strip().lstrip("# "), Place(line=number)))
        at += 1
    return Document(name, tuple(blocks))


def _declares_title(line: str) -> bool:
    match = lexicon.pattern("head_line").match(fold(line))
    return match is not None and lexicon.terms()["header"].get(match["key"]) == "title"


def _table_end(lines: list[Numbered], at: int) -> int:
    """Where the table ends that begins at a line; `at` itself where none begins."""
    line = lines[at][1]
    if _bars(line):
        return _bars_end(lines, at)
    if line.startswith("\t") and line.strip():
        return _flat_end(lines, at)
    if "\t" in line.strip():
        return _tabbed_end(lines, at)
    return _spaced_end(lines, at)


def _bars_end(lines: list[Numbered], at: int) -> int:
    end = at
    while end < len(lines) and lines[end][1].strip().startswith("|"):
        end += 1
    return end if end - at >= 2 else at


def _bars(line: str) -> bool:
    bare = line.strip()
    return bare.startswith("|") and bare.count("|") >= 3 and bool(bare.strip("|-: "))


def _flat_end(lines: list[Numbered], at: int) -> int:
    """Cells stand on lines of their own led by a tab; two blank lines before words without one, or an annex, end the table."""
    blank = 0
    last = at
    for index in range(at, len(lines)):
        line = lines[index][1]
        if not line.strip() and not line.startswith("\t"):
            blank += 1
            continue
        if not line.startswith("\t") and (blank >= 2 or annex(line) is not None) and not _cell_goes_on(lines, index):
            break
        blank = 0
        last = index
    return last + 1


def _cell_goes_on(lines: list[Numbered], index: int) -> bool:
    """True where the words are the rest of a cell: the next cell follows before anything else, and they are no heading of a paper."""
    return annex(lines[index][1]) is None and all(len(line) <= 12 for _, line in lines[index : index + 2])


def annex(line: str) -> str | None:
    """The label of an annex (附件2) that a line is, else None."""
    match = lexicon.pattern("import_annex").fullmatch(fold(line).strip())
    if match is None or (match["number"] is None and match["rest"]) or len(match["rest"]) > 60:
        return None
    return line.strip()[: len(line.strip()) - len(match["rest"])].strip(" ：:.、")


def _tabbed_end(lines: list[Numbered], at: int) -> int:
    """Rows with tabs between cells: at least two of them, one under the other. A line without a tab goes on with the row above it."""
    end, rows, quoted = at, 0, False
    while end < len(lines):
        line = lines[end][1]
        if quoted:
            quoted = line.count('"') % 2 == 0
            end += 1
            continue
        if "\t" in line and (line.strip() or line.count("\t") > 1):
            rows += 1
            quoted = line.count('"') % 2 == 1
        elif (
            not line.strip()
            or annex(line) is not None
            or not rows
            or not any("\t" in later for _, later in lines[end + 1 : end + 40])
        ):
            break
        end += 1
    return end if rows >= 2 else at


_GAP = re.compile(r" {2,}|\u3000+")


def _spaced_end(lines: list[Numbered], at: int) -> int:
    """Rows with gaps of spaces between cells, under a heading, all of them with as many cells: with fewer, nobody knows which is missing."""
    from rulebook.exchange.columns import role

    head = _GAP.split(lines[at][1].strip())
    if len(head) < 3 or sum(role(cell) is not None for cell in head) < 2:
        return at
    end = at
    while end < len(lines) and lines[end][1].strip():
        if len(_GAP.split(lines[end][1].strip())) != len(head):
            return at
        end += 1
    return end if end - at >= 2 else at


def _table(lines: list[Numbered], number: int) -> Table:
    first = lines[0][1]
    if _bars(first):
        rows = list(_barred(lines))
    elif "\t" not in first:
        rows = [[(n, (cell,)) for cell in _GAP.split(line.strip())] for n, line in lines]
    elif first.startswith("\t") and not any("\t" in line.strip() for _, line in lines[:40]):
        rows = _flattened(lines)
    else:
        rows = _tabbed(lines)
    width = max((len(row) for row in rows), default=0)
    made = []
    for r, row in enumerate(rows):
        place = Place(number, r + 1, row[0][0])
        cells: list[Cell] = []
        for c, held in enumerate(row):
            same = c > 0 and held is row[c - 1]
            cells.append(cells[-1] if same else Cell(held[1], Place(number, r + 1, held[0]), (r + 1, c)))
        cells += [Cell((), place, (r + 1, c)) for c in range(len(cells), width)]
        made.append(Row(tuple(cells), place))
    return Table(tuple(made), Place(number, 0, lines[0][0]))


Words = tuple[int, tuple[str, ...]]
"""The lines of a cell, with the number of the first."""


def _barred(lines: list[Numbered]) -> Iterator[list[Words]]:
    """Rows with bars between their cells; a line of dashes under the heading is no row."""
    for number, line in lines:
        pieces = [piece.strip() for piece in line.strip().strip("|").split("|")]
        if not all(set(piece) <= set("-: ") for piece in pieces):
            yield [(number, (piece,) if piece else ()) for piece in pieces]


def _flattened(lines: list[Numbered]) -> list[list[Words]]:
    """Rows of cells that stand one a line. Their ends are not marked for certain: rows are cut so that fewest cells are missing."""
    cells: list[tuple[int, list[str]]] = []
    ends: set[int] = set()  # numbers of cells after which a row may end
    for number, line in lines:
        if line.startswith("\t"):
            cells.append((number, [line.strip()]))
            ends.discard(len(cells))
        elif not line.strip():
            ends.add(len(cells))
        else:
            ends.discard(len(cells))
            cells[-1][1].append(line.strip())
    ends |= {len(cells)}
    width = _width(cells, sorted(ends))
    cuts = _cuts(len(cells), ends, width)
    rows = [[(n, tuple(filter(None, words))) for n, words in cells[a:b]] for a, b in pairwise([0, *cuts])]
    return [_spread(row, width) for row in rows]


def _width(cells: list[tuple[int, list[str]]], ends: list[int]) -> int:
    """Columns of the table: what the first row that may be a heading has, at the first possible end that gives two or more."""
    from rulebook.exchange.columns import role

    known = [role("".join(words)) is not None for _, words in cells[:80]]
    for end in ends:
        if end >= 2 and sum(known[:end]) >= 2:
            return end
    return max((b - a for a, b in pairwise([0, *ends])), default=1)


def _cuts(count: int, ends: set[int], width: int) -> list[int]:
    """The row ends, chosen among the possible ones, that leave rows of at most `width` cells with the fewest missing."""
    best: dict[int, tuple[int, int]] = {0: (0, 0)}  # end → cost, and where its row began
    last = 0
    for end in sorted(ends - {0}):
        starts = [start for start in range(max(0, end - width), end) if start in best] or [last]
        best[end] = min((best[start][0] + (width - (end - start)) ** 2, start) for start in starts)
        last = end
    cuts = []
    while count:
        cuts.append(count)
        count = best[count][1]
    return cuts[::-1]


def _spread(row: list[Words], width: int) -> list[Words]:
    """The row with the cell that spans several columns repeated: the first one, where the rest then stands under its heading."""
    if not 1 < len(row) < width:
        return row
    return [row[0]] * (width - len(row) + 1) + row[1:]


def _tabbed(lines: list[Numbered]) -> list[list[Words]]:
    """Rows with tabs between their cells; quoted cells and cells broken over several lines are put together."""
    text = "\n".join(line for _, line in lines)
    if re.search(r'(?:^|\t)"', text, re.M) and text.count('"') % 2 == 0:
        return list(_quoted(text, lines[0][0]))
    width = lines[0][1].count("\t")
    rows: list[list[tuple[int, list[str]]]] = []
    for number, line in lines:
        pieces = line.split("\t")
        if rows and len(rows[-1]) - 1 < width and len(rows[-1]) + len(pieces) - 1 <= width + 1 and len(pieces) <= width:
            rows[-1][-1][1].append(pieces[0].strip())
            rows[-1].extend((number, [piece.strip()]) for piece in pieces[1:])
        elif rows and len(pieces) == 1:
            rows[-1][-1][1].append(line.strip())
        else:
            rows.append([(number, [piece.strip()]) for piece in pieces])
    return [[(n, tuple(filter(None, words))) for n, words in row] for row in rows]


def _quoted(text: str, first: int) -> Iterator[list[Words]]:
    reader = csv.reader(io.StringIO(text), delimiter="\t")
    at = 0
    try:
        for row in reader:
            if row:
                yield [(first + at, tuple(filter(None, (s.strip() for s in cell.split("\n"))))) for cell in row]
            at = reader.line_num
    except csv.Error:
        return
