"""Word documents out: the one door of python-docx. Page, type and tables as official papers have them; words are never anything but words."""

import io
from collections.abc import Iterable, Sequence
from typing import Any

from rulebook.codes import wording
from rulebook.papers.writing import lacking, plain

BODY, TITLE, HEADING, TABLE, NOTE = "Normal", "Title", "Heading 1", "Table Text", "Note"
"""Styles of paragraphs."""
_TYPE = {
    BODY: ("FangSong", 16, 28),
    TITLE: ("FZXiaoBiaoSong-B05S", 22, 36),
    HEADING: ("SimHei", 16, 28),
    TABLE: ("FangSong", 10.5, 15),
    NOTE: ("FangSong", 9, 13),
}
"""Style → its East Asian font, its size, and the height of a line, in points."""
_LATIN = "Times New Roman"
_MARGINS = (37, 26, 35, 28)
"""Top, right, bottom, left in millimetres, as GB/T 9704 has them."""
_LAYING = (22, 20, 20, 20)
"""The same for a page that lies on its side."""


class Column:
    """One column of a table: its heading, its share of the width, how its words stand."""

    def __init__(self, heading: str, share: float, align: str = "center") -> None:
        self.heading, self.share, self.align = heading, share, align


class Paper:
    """A document in memory: written from top to bottom; `done` gives its bytes."""

    def __init__(self, title: str, *, across: bool = False) -> None:
        try:
            import docx
        except ImportError:
            raise lacking("python-docx") from None
        self._docx = docx.Document()
        self._docx.core_properties.author = ""
        self._docx.core_properties.title = plain(title)[:255]
        self._docx.core_properties.comments = ""
        self._page(across)
        self._styles()

    def title(self, words: str) -> None:
        """The title; a new line begins where the words have one."""
        self._paragraph(words, TITLE, "center")

    def heading(self, words: str) -> None:
        """A heading of the text."""
        self._paragraph(words, HEADING, "left", kept=True)

    def say(self, words: str, *, indented: bool = True) -> None:
        """A paragraph of the text."""
        paragraph = self._paragraph(words, BODY, "both")
        if indented:
            from docx.shared import Pt

            paragraph.paragraph_format.first_line_indent = Pt(32)

    def signed(self, *lines: str) -> None:
        """The end of a paper: who and when, on the right."""
        self._paragraph("", BODY, "right")
        for words in lines:
            self._paragraph(words, BODY, "right", kept=True)

    def note(self, words: str) -> None:
        """Small words below a table or at the end."""
        self._paragraph(words, NOTE, "left")

    def turned(self) -> None:
        """What follows begins on a new page."""
        self._docx.add_page_break()  # type: ignore[no-untyped-call]

    def table(self, columns: Sequence[Column], rows: Iterable[Sequence[str]], spans: Sequence[tuple[int, int, int]] = ()) -> None:
        """A table whose headings stand on every page; no row is parted by a page's end.

        `spans`: column, first and last row (from 0) of cells that are one.
        """
        from docx.oxml import OxmlElement
        from docx.oxml.ns import qn

        made = self._docx.add_table(0, len(columns), style="Table Grid")
        made.autofit = False
        element = made._tbl
        widths = self._widths(columns)
        for grid, wide in zip(element.tblGrid.findall(qn("w:gridCol")), widths, strict=True):
            grid.set(qn("w:w"), str(wide))
        begun = {(first, column) for column, first, last in spans if first < last}
        inner = {(row, column) for column, first, last in spans for row in range(first + 1, last + 1)}
        for number, row in enumerate([[column.heading for column in columns], *rows], -1):
            line: Any = OxmlElement("w:tr")
            properties = line.get_or_add_trPr()
            properties.append(OxmlElement("w:cantSplit"))
            if number < 0:
                properties.append(OxmlElement("w:tblHeader"))
            for place, (column, words) in enumerate(zip(columns, row, strict=True)):
                merge = "restart" if (number, place) in begun else "continue" if (number, place) in inner else ""
                shown, align = "" if merge == "continue" else words, column.align if number >= 0 else "center"
                line.append(self._cell(shown, widths[place], align, merge, bold=number < 0))
            element.append(line)

    def done(self) -> bytes:
        """The bytes of the file."""
        out = io.BytesIO()
        self._docx.save(out)
        return out.getvalue()

    # --- how it is made

    def _page(self, across: bool) -> None:
        from docx.enum.section import WD_ORIENT
        from docx.shared import Mm

        section = self._docx.sections[0]
        section.page_width, section.page_height = (Mm(297), Mm(210)) if across else (Mm(210), Mm(297))
        section.orientation = WD_ORIENT.LANDSCAPE if across else WD_ORIENT.PORTRAIT
        top, right, bottom, left = _LAYING if across else _MARGINS
        section.top_margin, section.right_margin, section.bottom_margin, section.left_margin = Mm(top), Mm(right), Mm(bottom), Mm(left)
        section.footer_distance = Mm(12 if across else 25)
        self._width = (297 if across else 210) - left - right
        paragraph = section.footer.paragraphs[0]
        paragraph.alignment = _align("center")
        before, after = wording("paper_page").split("{page}")
        paragraph.add_run(before)
        paragraph._p.append(_field("PAGE"))
        paragraph.add_run(after)

    def _styles(self) -> None:
        from docx.enum.style import WD_STYLE_TYPE
        from docx.enum.text import WD_LINE_SPACING
        from docx.oxml.ns import qn
        from docx.shared import Pt, RGBColor

        styles = self._docx.styles
        for language in styles.element.iter(qn("w:lang")):
            language.set(qn("w:eastAsia"), "zh-CN")
        for name, (font, size, leading) in _TYPE.items():
            style = styles[name] if name in styles else styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
            style.font.size, style.font.bold, style.font.italic = Pt(size), False, False
            style.font.color.rgb = RGBColor(0, 0, 0)
            fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
            for theme in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
                fonts.attrib.pop(qn(f"w:{theme}"), None)
            for kind, named in (("ascii", _LATIN), ("hAnsi", _LATIN), ("eastAsia", font), ("cs", _LATIN)):
                fonts.set(qn(f"w:{kind}"), named)
            spacing = style.paragraph_format
            spacing.space_before = spacing.space_after = Pt(0)
            spacing.line_spacing_rule, spacing.line_spacing = WD_LINE_SPACING.AT_LEAST, Pt(leading)
            for border in style.element.get_or_add_pPr().findall(qn("w:pBdr")):
                style.element.pPr.remove(border)
        self._table_style: str = styles[TABLE].style_id
        styles[TITLE].paragraph_format.space_after = Pt(18)
        styles[HEADING].paragraph_format.space_before = Pt(8)
        styles[NOTE].paragraph_format.space_before = Pt(12)

    def _paragraph(self, words: str, style: str, align: str, *, kept: bool = False) -> Any:
        paragraph = self._docx.add_paragraph(plain(words), style=style)
        paragraph.alignment = _align(align)
        paragraph.paragraph_format.keep_with_next = kept
        return paragraph

    def _widths(self, columns: Sequence[Column]) -> list[int]:
        """Twentieths of a point; together the width of the text."""
        total = sum(column.share for column in columns)
        return [int(self._width / 25.4 * 1440 * column.share / total) for column in columns]

    def _cell(self, words: str, wide: int, align: str, merge: str, *, bold: bool) -> Any:
        from docx.oxml import OxmlElement
        from docx.oxml.ns import qn

        cell: Any = OxmlElement("w:tc")
        properties = cell.get_or_add_tcPr()
        for tag, values in (("w:tcW", {"w:w": str(wide), "w:type": "dxa"}), ("w:vMerge", {"w:val": merge}), ("w:vAlign", {"w:val": "center"})):
            if tag != "w:vMerge" or merge:
                part = OxmlElement(tag)
                for key, value in values.items():
                    part.set(qn(key), value)
                properties.append(part)
        paragraph: Any = OxmlElement("w:p")
        paragraph.style = self._table_style
        paragraph.alignment = _align(align)
        run = paragraph.add_r()
        if bold:
            run.get_or_add_rPr().append(OxmlElement("w:b"))
        run.text = plain(words)
        cell.append(paragraph)
        return cell


def _align(name: str) -> Any:
    from docx.enum.text import WD_ALIGN_PARAGRAPH

    return {"center": WD_ALIGN_PARAGRAPH.CENTER, "left": WD_ALIGN_PARAGRAPH.LEFT, "right": WD_ALIGN_PARAGRAPH.RIGHT, "both": WD_ALIGN_PARAGRAPH.JUSTIFY}[name]


def _field(name: str) -> Any:
    """A field that Word fills in."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    field = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), name)
    return field
