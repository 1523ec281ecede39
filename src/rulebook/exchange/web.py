"""Web pages: paragraphs and tables as they are seen, row and column spans filled. Standard library only."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser

from rulebook.bounds import BOUNDS
from rulebook.codes import Wording
from rulebook.diagnostics import Diagnostic, RulebookError
from rulebook.exchange.columns import is_heading
from rulebook.exchange.document import Cell, Document, Finding, Paragraph, Place, Row, Table, beyond, filled
from rulebook.exchange.package import broken
from rulebook.source import decode

_UNSEEN = frozenset({"script", "style", "head", "template", "noscript", "select", "textarea"})
_STRUCK = frozenset({"del", "s", "strike"})
_CLOSED = frozenset({"div", "span", "table", "section", "article", "ul", "ol", "font", "b", "i", "u", "a"})
"""Elements that always have an end tag: hidden ones are left out up to it."""
_HIDES = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_BREAKS = frozenset(
    {"p", "div", "br", "li", "h1", "h2", "h3", "h4", "h5", "h6", "section", "article", "ul", "ol", "dd", "dt", "hr"}
)


def read(raw: bytes, name: str) -> Document:
    """The paragraphs and tables of a web page. Raises RulebookError where it is no text or too large."""
    if len(raw) > BOUNDS.page_bytes:
        raise beyond(name, "page_bytes")
    decoded = decode(raw)
    if decoded.bad_byte is not None:
        values = {"name": name, "byte": decoded.bad_byte, "ordinal": decoded.bad_byte + 1, "encoding": decoded.encoding}
        raise RulebookError([Diagnostic("RB101", values)])
    text = _without_scripts(decoded.text)
    if any(piece.count("<") > OPENED for piece in text.split(">")):
        raise broken(name, "page")
    page = _Page(name)
    page.feed(text)
    page.close()
    page.finish()
    return Document(name, tuple(page.blocks), tuple(page.findings()))


OPENED = 100
"""Tags that may open before one ends: beyond it the text is no page, and the parser would look ahead again and again."""


def _without_scripts(text: str) -> str:
    """The page without what is no text of it; what is never closed reaches to the end."""
    folded = text.lower() if len(text.lower()) == len(text) else text
    kept, at = [], 0
    for match in re.finditer("<(script|style)", folded):
        if match.start() < at:
            continue
        kept.append(text[at : match.start()])
        end = folded.find(f"</{match[1]}", match.end())
        at = len(text) if end < 0 else end + len(match[1]) + 2
        kept.append("<br")
        if end < 0:
            break
    return "".join([*kept, text[at:]])


@dataclass
class _Open:
    """A table being read: its finished rows, and the open cell's lines with its spans."""

    number: int
    rows: list[list[tuple[Cell, int, int]]] = field(default_factory=list)
    hidden: set[int] = field(default_factory=set)
    lines: list[list[str]] | None = None
    spans: tuple[int, int] = (1, 1)


class _Page(HTMLParser):
    """One walk over a page. A missing end tag ends where the next cell, row or table begins."""

    def __init__(self, name: str) -> None:
        super().__init__(convert_charrefs=True)
        self.name = name
        self.blocks: list[Paragraph | Table] = []
        self.loose: list[list[str]] = [[]]
        self.open: list[_Open] = []
        self.unseen: list[str] = []
        self.why = ""
        self.left: dict[str, int] = {}
        self.lists: list[int | None] = []
        self.tables = self.rows = 0

    # --- events

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Opens what the tag opens."""
        if self.unseen:
            if tag in self.unseen:
                self.unseen.append(tag)
            return
        hidden = any(key == "hidden" or (key == "style" and _HIDES.search(value or "")) for key, value in attrs)
        if tag in _UNSEEN | _STRUCK or (hidden and tag in _CLOSED):
            self.unseen.append(tag)
            self.why = "" if tag in _UNSEEN else "struck" if tag in _STRUCK else "hidden"
        elif tag == "table":
            self.table()
        elif tag == "tr" and self.open:
            self.row()
            if hidden:
                self.open[-1].hidden.add(len(self.open[-1].rows))
        elif tag in ("td", "th") and self.open:
            given = {key: value or "" for key, value in attrs}
            self.cell(_span(given.get("colspan")), _span(given.get("rowspan")))
        elif tag in _BREAKS:
            self.line()
            if tag in ("ol", "ul"):
                self.lists.append(0 if tag == "ol" else None)
            elif tag == "li" and self.lists and self.lists[-1] is not None:
                self.lists[-1] += 1
                self.words(f"{self.lists[-1]}. ")

    def handle_endtag(self, tag: str) -> None:
        """Closes what the tag closes."""
        if self.unseen:
            if tag == self.unseen[-1]:
                self.unseen.pop()
            return
        if tag in ("td", "th") and self.open:
            self.end_cell()
        elif tag == "table" and self.open:
            self.end_table()
        elif tag in _BREAKS:
            self.line()
            if tag in ("ol", "ul") and self.lists:
                self.lists.pop()

    def handle_data(self, data: str) -> None:
        """Words of the page."""
        if not self.unseen:
            self.words(re.sub(r"[ \t\r\n]+", " ", data))
        elif self.why and data.strip():
            self.left[self.why] = self.left.get(self.why, 0) + 1
            self.why = ""  # once an element

    def findings(self) -> Iterator[Finding]:
        """What was met and not read."""
        for what, count in self.left.items():
            values = {"name": self.name, "what": Wording(f"left_{what}"), "count": count}
            yield Finding(Diagnostic("RB627", values))

    # --- what they do

    def words(self, text: str) -> None:
        """Adds words to the open cell, or to the running text."""
        lines = self.open[-1].lines if self.open else self.loose
        if lines is not None:
            lines[-1].append(text)

    def line(self) -> None:
        """Begins a line."""
        lines = self.open[-1].lines if self.open else self.loose
        if lines is not None and any(piece.strip() for piece in lines[-1]):
            lines.append([])

    def flush(self) -> None:
        """Running text becomes paragraphs."""
        self.blocks += [Paragraph(line, Place()) for line in _lines(self.loose)]
        self.loose = [[]]

    def table(self) -> None:
        """Opens a table."""
        if not self.open:
            self.flush()
        self.tables += 1
        if len(self.open) >= BOUNDS.table_nesting or self.tables > BOUNDS.tables:
            raise beyond(self.name, "tables" if self.tables > BOUNDS.tables else "table_nesting")
        self.open.append(_Open(self.tables))

    def row(self) -> None:
        """Opens a row."""
        self.end_cell()
        self.rows += 1
        if self.rows > BOUNDS.table_rows:
            raise beyond(self.name, "table_rows")
        self.open[-1].rows.append([])

    def cell(self, across: int, down: int) -> None:
        """Opens a cell."""
        if not self.open[-1].rows:
            self.row()
        self.end_cell()
        self.open[-1].lines, self.open[-1].spans = [[]], (across, down)

    def end_cell(self) -> None:
        """Puts the open cell into its row."""
        table = self.open[-1]
        if table.lines is None:
            return
        place = Place(table.number, len(table.rows))
        lines = _lines(table.lines)
        table.rows[-1].append((Cell(lines, place), *table.spans))
        table.lines = None

    def end_table(self) -> None:
        """Puts the table among the blocks, or its words into the cell around it where it has no heading of its own."""
        self.end_cell()
        table = self.open.pop()
        width = min(max((sum(across for _, across, _ in row) for row in table.rows), default=0), BOUNDS.table_columns)
        grid = filled(table.rows, width) if width else []
        rows = tuple(Row(tuple(cells), Place(table.number, r), r in table.hidden) for r, cells in enumerate(grid, 1))
        around = self.open[-1].lines if self.open else None
        if around is not None and not any(is_heading(row) for row in rows):
            for row in rows:
                around.append([" ".join(cell.text for cell in {cell.anchor: cell for cell in row.cells}.values())])
            around.append([])
        elif rows:
            self.blocks.append(Table(rows, Place(table.number)))

    def finish(self) -> None:
        """Ends what the page left open."""
        while self.open:
            self.end_table()
        self.flush()


def _lines(pieces: list[list[str]]) -> tuple[str, ...]:
    """The lines that hold words, put together of their pieces."""
    return tuple(line for several in pieces if (line := "".join(several).strip()))


def _span(text: str | None) -> int:
    """A span as written, at least one and at most what a table may have."""
    digits = (text or "").strip()
    return (
        min(max(int(digits), 1), BOUNDS.table_rows) if digits.isascii() and digits.isdigit() and len(digits) < 7 else 1
    )
