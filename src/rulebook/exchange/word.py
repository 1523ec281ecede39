"""Word files: every word that a reader of the page sees, tables with their merged cells filled, automatic numbers written out."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from xml.etree.ElementTree import Element

from rulebook.bounds import BOUNDS
from rulebook.codes import Wording
from rulebook.diagnostics import Diagnostic, RulebookError
from rulebook.exchange.columns import is_heading
from rulebook.exchange.document import Cell, Document, Finding, Paragraph, Place, Row, Table, beyond
from rulebook.exchange.draft import numeral
from rulebook.exchange.package import Package
from rulebook.numerals import CIRCLED

_WRAPPERS = frozenset(
    {"sdt", "sdtContent", "ins", "moveTo", "customXml", "smartTag", "hyperlink", "fldSimple", "dir", "bdo"}
)
_DELETED = frozenset({"del", "moveFrom"})
_CHANGES = frozenset({"ins", "del", "moveFrom", "moveTo"})
_UNSEEN = frozenset({"instrText", "delText", "delInstrText", "rPr", "pPr", "rt", "annotation", "Fallback"})
_LEFT_OUT = {"vanish": "hidden", "strike": "struck", "dstrike": "struck"}
"""Properties of a run whose words are not the document's."""
_CIRCLES = {number: mark for mark, number in CIRCLED.items()}


def read(package: Package, accept_changes: bool = False) -> Document:
    """The paragraphs and tables of a Word file. Raises RulebookError where changes are tracked, unless they are taken as accepted."""
    root = package.tree("word/document.xml")
    changes = sum(_name(element) in _CHANGES for element in root.iter())
    if changes and not accept_changes:
        raise RulebookError([Diagnostic("RB623", {"name": package.name, "count": changes})])
    reader = _Reader(package)
    body = next((child for child in root if _name(child) == "body"), root)
    blocks = [*reader.blocks(body, 0), *reader.footnotes()]
    return Document(package.name, tuple(blocks), tuple(reader.findings()))


def _name(element: Element) -> str:
    """The name of an element without its namespace: the strict and the usual form of the format differ in nothing else here."""
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def _value(element: Element | None, name: str = "val") -> str | None:
    if element is None:
        return None
    return next((value for key, value in element.attrib.items() if key.rpartition("}")[2] == name), None)


def _child(element: Element | None, *path: str) -> Element | None:
    for name in path:
        if element is None:
            return None
        element = next((child for child in element if _name(child) == name), None)
    return element


def _is_set(run: Element, mark: str) -> bool:
    """True where a run has a property that is on."""
    found = _child(run, "rPr", mark)
    return found is not None and _value(found, "val") not in ("0", "false")


def _number(text: str | None, otherwise: int) -> int:
    return int(text) if text is not None and text.isascii() and text.isdigit() and len(text) < 6 else otherwise


def _inner(element: Element) -> Iterator[Element]:
    """The children, those inside content controls, smart tags and accepted insertions included; deleted ones left out."""
    waiting = [iter(element)]
    while waiting:
        child = next(waiting[-1], None)
        if child is None:
            waiting.pop()
        elif _name(child) in _WRAPPERS:
            waiting.append(iter(child))
        elif _name(child) not in _DELETED:
            yield child


@dataclass
class _Level:
    """One level of a list: where it starts, how it counts, what is written around the number."""

    start: int = 1
    form: str = "decimal"
    text: str = ""


@dataclass
class _Reader:
    """One walk over a document."""

    package: Package
    tables: int = 0
    rows: int = 0
    left: dict[str, int] = field(default_factory=dict)
    unnumbered: list[str] = field(default_factory=list)
    lists: dict[str, dict[int, _Level]] = field(default_factory=dict)
    families: dict[str, str] = field(default_factory=dict)
    styles: dict[str, tuple[str, int]] = field(default_factory=dict)
    counters: dict[str, dict[int, int]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if "word/numbering.xml" in self.package.parts:
            self._lists(self.package.tree("word/numbering.xml"))
        if "word/styles.xml" in self.package.parts:
            for style in self.package.tree("word/styles.xml"):
                used = _child(style, "pPr", "numPr")
                if _name(style) == "style" and used is not None:
                    number = _value(_child(used, "numId")) or ""
                    self.styles[_value(style, "styleId") or ""] = number, _number(_value(_child(used, "ilvl")), 0)

    def _lists(self, root: Element) -> None:
        abstract = {
            _value(element, "abstractNumId") or "": {
                _number(_value(level, "ilvl"), 0): _level(level) for level in element if _name(level) == "lvl"
            }
            for element in root
            if _name(element) == "abstractNum"
        }
        for element in root:
            if _name(element) != "num":
                continue
            number = _value(element, "numId") or ""
            family = _value(_child(element, "abstractNumId")) or ""
            levels = dict(abstract.get(family, {}))
            overrides = [child for child in element if _name(child) == "lvlOverride"]
            for override in overrides:
                at = _number(_value(override, "ilvl"), 0)
                own = _child(override, "lvl")
                level = _level(own) if own is not None else levels.get(at, _Level())
                start = _number(_value(_child(override, "startOverride")), level.start)
                levels[at] = _Level(start, level.form, level.text)
            self.lists[number] = levels
            self.families[number] = number if overrides else family

    def findings(self) -> Iterator[Finding]:
        """What was met and not read."""
        for what, count in self.left.items():
            values = {"name": self.package.name, "what": Wording(f"left_{what}"), "count": count}
            yield Finding(Diagnostic("RB627", values))
        if self.unnumbered:
            yield Finding(Diagnostic("RB637", {"words": "、".join(dict.fromkeys(self.unnumbered))[:60]}))

    def leave(self, what: str) -> None:
        self.left[what] = self.left.get(what, 0) + 1

    # --- blocks

    def blocks(self, element: Element, depth: int) -> Iterator[Paragraph | Table]:
        """The paragraphs and tables in an element, in order."""
        for child in _inner(element):
            if _name(child) == "p":
                for line in self.paragraph(child):
                    if line.strip():
                        yield Paragraph(line.strip(), Place())
            elif _name(child) == "tbl":
                yield from self.table(child, depth + 1)

    def footnotes(self) -> Iterator[Paragraph]:
        """The words of foot- and endnotes."""
        for part in ("word/footnotes.xml", "word/endnotes.xml"):
            if part not in self.package.parts:
                continue
            for note in self.package.tree(part):
                words = "".join(line for p in note.iter() if _name(p) == "p" for line in self.paragraph(p)).strip()
                if words:
                    yield Paragraph(words, Place())

    def table(self, element: Element, depth: int) -> list[Table]:
        """The table, and after it the tables within its cells that have headings of their own."""
        if depth > BOUNDS.table_nesting:
            raise beyond(self.package.name, "table_nesting")
        self.tables += 1
        number = self.tables
        if number > BOUNDS.tables:
            raise beyond(self.package.name, "tables")
        nested: list[Table] = []
        grid: list[dict[int, Cell]] = []
        hidden: list[bool] = []
        for tr in _inner(element):
            if _name(tr) != "tr" or _child(tr, "trPr", "del") is not None:
                continue
            self.rows += 1
            if self.rows > BOUNDS.table_rows:
                raise beyond(self.package.name, "table_rows")
            grid.append(self.cells(tr, number, grid, nested, depth))
            hidden.append(_child(tr, "trPr", "hidden") is not None)
        width = max((max(row, default=-1) + 1 for row in grid), default=0)
        rows = [
            Row(
                tuple(row.get(c, Cell((), Place(number, r), (r, c))) for c in range(width)), Place(number, r), hidden[r - 1]
            )
            for r, row in enumerate(grid, 1)
        ]  # fmt: skip
        return [Table(tuple(rows), Place(number)), *nested] if width else nested

    def cells(
        self, tr: Element, number: int, above: list[dict[int, Cell]], nested: list[Table], depth: int
    ) -> dict[int, Cell]:
        """Column → cell of one row. What is merged with the row above is the cell above."""
        row: dict[int, Cell] = {}
        r = len(above) + 1
        at = _number(_value(_child(tr, "trPr", "gridBefore")), 0)
        for tc in _inner(tr):
            if _name(tc) != "tc":
                continue
            span = max(1, _number(_value(_child(tc, "tcPr", "gridSpan")), 1))
            if at + span > BOUNDS.table_columns:
                raise beyond(self.package.name, "table_columns")
            merged = _child(tc, "tcPr", "vMerge")
            beside = _child(tc, "tcPr", "hMerge")
            if merged is not None and _value(merged) != "restart" and above and at in above[-1]:
                cell = above[-1][at]
            elif beside is not None and _value(beside) != "restart" and at - 1 in row:
                cell = row[at - 1]
            else:
                cell = Cell(tuple(self.lines(tc, nested, depth)), Place(number, r), (r, at))
            for column in range(at, at + span):
                row[column] = cell
            at += span
        return row

    def lines(self, tc: Element, nested: list[Table], depth: int) -> Iterator[str]:
        """The lines of a cell. A table within it that has no heading of its own is read as lines."""
        for child in _inner(tc):
            if _name(child) == "p":
                for line in self.paragraph(child):
                    if line.strip():
                        yield line.strip()
            elif _name(child) == "tbl":
                for table in self.table(child, depth + 1):
                    if any(is_heading(row) for row in table.rows):
                        nested.append(table)
                        continue
                    self.leave("nested")
                    for row in table.rows:
                        yield " ".join(cell.text for cell in {cell.anchor: cell for cell in row.cells}.values())

    # --- words

    def paragraph(self, element: Element) -> list[str]:
        """The lines of a paragraph, its automatic number before them."""
        words = "".join(self.words(element))
        return (self.number(element) + words).split("\n") if words.strip() else [self.number(element)]

    def words(self, element: Element) -> Iterator[str]:
        """The visible characters in an element, in order."""
        for child in element:
            name = _name(child)
            if name in _DELETED or name in _UNSEEN:
                continue
            if name == "t":
                yield child.text or ""
            elif name in ("tab", "ptab"):
                yield " "
            elif name in ("br", "cr"):
                yield "\n"
            elif name in ("noBreakHyphen", "softHyphen"):
                yield "-" if name == "noBreakHyphen" else ""
            elif name == "sym":
                yield self.symbol(child)
            elif name == "txbxContent":
                if "".join(self.words(child)).strip():
                    self.leave("textbox")
            elif name in ("pic", "imagedata", "OLEObject"):
                self.leave("picture")
            elif name == "r" and (why := next((why for mark, why in _LEFT_OUT.items() if _is_set(child, mark)), "")):
                if "".join(self.words(child)).strip():
                    self.leave(why)
            else:
                yield from self.words(child)

    def symbol(self, element: Element) -> str:
        """A character of a symbol font: circled numbers are known, others are reported."""
        code = _value(element, "char") or ""
        at = (
            int(code, 16) & 0xFF
            if code and all(c in "0123456789abcdefABCDEF" for c in code[:8]) and len(code) <= 8
            else 0
        )
        if (_value(element, "font") or "").lower() == "wingdings":
            for first in (0x81, 0x8C):
                if first <= at < first + 10:
                    return _CIRCLES[at - first + 1]
        self.leave("symbol")
        return ""

    def number(self, element: Element) -> str:
        """The automatic number of a paragraph as text, "" where it has none or none that can be written."""
        properties = _child(element, "pPr")
        used = _child(properties, "numPr")
        style = self.styles.get(_value(_child(properties, "pStyle")) or "")
        if used is None and style is None:
            return ""
        number = _value(_child(used, "numId")) or (style[0] if style else "")
        at = _number(_value(_child(used, "ilvl")), style[1] if style and used is None else 0)
        levels = self.lists.get(number)
        if number in ("", "0") or levels is None or at not in levels:
            return ""
        counters = self.counters.setdefault(self.families[number], {})
        counters[at] = counters.get(at, levels[at].start - 1) + 1
        for deeper in [level for level in counters if level > at]:
            del counters[deeper]
        text = levels[at].text
        for level in range(at + 1):
            if f"%{level + 1}" in text:
                shape = levels.get(level, _Level())
                said = _written(counters.get(level, shape.start), shape.form)
                if said is None:
                    self.unnumbered.append(shape.form)
                    return ""
                text = text.replace(f"%{level + 1}", said)
        return "" if levels[at].form in ("bullet", "none") else text


def _level(element: Element) -> _Level:
    return _Level(
        _number(_value(_child(element, "start")), 1),
        _value(_child(element, "numFmt")) or "decimal",
        _value(_child(element, "lvlText")) or "",
    )


def _written(number: int, form: str) -> str | None:
    """A number in one of the usual forms; None for one that is not known."""
    if form in ("decimal", "decimalFullWidth", "decimalHalfWidth"):
        return str(number)
    if form in (
        "chineseCounting",
        "chineseCountingThousand",
        "japaneseCounting",
        "taiwaneseCounting",
        "taiwaneseCountingThousand",
    ):
        return numeral(number)
    if form in ("decimalEnclosedCircle", "decimalEnclosedCircleChinese", "ideographEnclosedCircle"):
        return _CIRCLES.get(number)
    if form == "decimalZero":
        return f"{number:02}"
    if form == "decimalEnclosedParen":
        return f"（{number}）"
    return "" if form in ("bullet", "none") else None
