"""Excel workbooks out: the one door of XlsxWriter. Every write says its type, and the outcome of every write is looked at."""

import io
from collections.abc import Callable, Iterator, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any

from rulebook.codes import wording
from rulebook.diagnostics import Diagnostic, RulebookError
from rulebook.exact import finite
from rulebook.papers.writing import cut, figure, lacking, plain
from rulebook.source import width

LONGEST = 32_767
"""Characters that a cell holds."""
LISTED = 255
"""Characters of a list that stands in the drop-down itself; a longer one stands in cells."""
_SIGNIFICANT = 15
"""Digits that a cell keeps of a number; one with more is written as text."""
_RUNS = 400
"""So many ranges one rule of a drop-down speaks of."""
_PARTS = 1000
"""So many pages may be begun by hand."""
_TALLEST = 409
"""Points: no row is taller."""

_PLAIN = {"font_name": "SimSun", "font_size": 10, "valign": "vcenter", "text_wrap": True}
_BOXED = {**_PLAIN, "border": 1}
STYLES: dict[str, dict[str, Any]] = {
    "title": {**_PLAIN, "font_name": "SimHei", "font_size": 16, "align": "center"},
    "remark": {**_PLAIN, "align": "left"},
    "head": {**_BOXED, "font_name": "SimHei", "align": "center", "bg_color": "#E7E6E6"},
    "label": {**_BOXED, "align": "center", "num_format": "@"},
    "words": {**_BOXED, "align": "left", "num_format": "@"},
    "figure": {**_BOXED, "align": "center"},
    "input": {**_BOXED, "align": "center", "locked": False, "bg_color": "#FFF9E5"},
    "input_text": {**_BOXED, "align": "left", "locked": False, "num_format": "@", "bg_color": "#FFF9E5"},
    "input_date": {**_BOXED, "align": "center", "locked": False, "num_format": "yyyy-mm-dd", "bg_color": "#FFF9E5"},
    "banner": {**_BOXED, "font_name": "SimHei", "align": "left", "text_wrap": False, "bg_color": "#F2F2F2", "border": 0, "bottom": 1, "top": 1},
    "shut": {**_BOXED, "align": "center", "bg_color": "#F2F2F2"},
    "total": {**_BOXED, "align": "center", "bold": True},
}
"""Name of a style → its format."""


class Book:
    """A workbook in memory. `done` gives its bytes; the same content gives the same bytes."""

    def __init__(self) -> None:
        try:
            import xlsxwriter  # type: ignore[import-untyped]
        except ImportError:
            raise lacking("XlsxWriter") from None
        import datetime

        self._bytes = io.BytesIO()
        options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
        self._book = xlsxwriter.Workbook(self._bytes, options)
        self._book.set_properties({"created": datetime.datetime(2000, 1, 1)})
        self._formats = {name: self._book.add_format(made) for name, made in STYLES.items()}
        self._names: set[str] = set()

    def sheet(self, name: str) -> "Sheet":
        """A new sheet; the name is made fit for one, and a second of the same name is numbered."""
        fit = "".join("_" if c in "[]:*?/\\" else c for c in plain(name).replace("\n", " ")).strip().strip("'")[:31] or "_"
        number, chosen = 1, fit
        while chosen.lower() in self._names or chosen.lower() == "history":
            number += 1
            chosen = f"{fit[: 31 - len(str(number)) - 2]}({number})"
        self._names.add(chosen.lower())
        return Sheet(self._book.add_worksheet(chosen), self._formats)

    def done(self) -> bytes:
        """The bytes of the file. Nothing may be written afterwards."""
        self._book.close()
        return self._bytes.getvalue()


class Sheet:
    """One sheet. Rows and columns count from 0."""

    def __init__(self, sheet: Any, formats: Mapping[str, Any]) -> None:
        self._sheet, self._formats = sheet, formats
        self.name: str = sheet.get_name()

    def text(self, row: int, column: int, words: str, style: str = "words") -> None:
        """Words, never taken for a formula, a link or a number."""
        kept = cut(plain(words), LONGEST, wording("paper_cut"))
        made = self._formats[style]
        self._wrote(self._sheet.write_string(row, column, kept, made) if kept else self._sheet.write_blank(row, column, None, made))

    def number(self, row: int, column: int, number: Decimal | Fraction | int | None, style: str = "figure") -> None:
        """A number that the cell keeps to its last digit; one that it cannot keep stands as text."""
        exact = None if number is None else finite(Fraction(number))
        if exact is None or len(exact.as_tuple().digits) > _SIGNIFICANT:
            self.text(row, column, figure(number, stacked=True), style)
        else:
            self._wrote(self._sheet.write_number(row, column, exact, self._formats[style]))

    def date(self, row: int, column: int, date: Any, style: str = "input_date") -> None:
        """A day."""
        self._wrote(self._sheet.write_datetime(row, column, date, self._formats[style]))

    def merged(self, first: tuple[int, int], last: tuple[int, int], words: str, style: str = "label") -> None:
        """One cell of many, with words in it."""
        if first != last:
            self._wrote(self._sheet.merge_range(*first, *last, "", self._formats[style]))
        self.text(*first, words, style)

    def columns(self, widths: Sequence[float], style: Sequence[str | None] = ()) -> None:
        """How wide the columns are, in digits of the usual font; what a cell nobody wrote looks like."""
        for column, wide in enumerate(widths):
            named = style[column] if column < len(style) else None
            self._wrote(self._sheet.set_column(column, column, wide, self._formats[named] if named else None))

    def height(self, row: int, points: float) -> None:
        """How tall a row is."""
        self._wrote(self._sheet.set_row(row, min(points, _TALLEST)))

    def chosen(self, column: int, rows: Sequence[int], words: Sequence[str] | str, told: str = "", *, strict: bool = True) -> None:
        """A drop-down in these rows: the words themselves, or the cells of a range (`=name!$A$1:$A$9`)."""
        source = words if isinstance(words, str) else list(words)
        options = {"validate": "list", "source": source, "error_type": "stop" if strict else "information"}
        self._checked(column, rows, lambda cell: options, told)

    def bounded(self, column: int, rows: Sequence[int], formula: Callable[[str], str], told: str) -> None:
        """These rows take only what the formula of their cell allows."""
        self._checked(column, rows, lambda cell: {"validate": "custom", "value": formula(cell)}, told)

    def _checked(self, column: int, rows: Sequence[int], options: Callable[[str], dict[str, Any]], told: str) -> None:
        """One rule for many rows, which keeps the file small: a formula speaks of the first of them and moves along."""
        runs = list(_runs(rows))
        for begun in range(0, len(runs), _RUNS):
            first, last = runs[begun]
            made = dict(options(f"{letters(column)}{first + 1}"))
            if told:
                made |= {"input_message": cut(told, 255, "…"), "error_message": cut(told, 255, "…")}
            made["other_cells"] = [[low, column, high, column] for low, high in runs[begun + 1 : begun + _RUNS]]
            self._wrote(self._sheet.data_validation(first, column, last, column, made))

    def parted(self, rows: Sequence[int]) -> None:
        """Each of these rows begins a page when printed, as far as the program follows it."""
        if 0 < len(rows) <= _PARTS:
            self._wrote(self._sheet.set_h_pagebreaks(list(rows)))

    def protected(self) -> None:
        """Only cells of an input style can be changed; rows may be sized, sorted cells and columns may be looked at. No password."""
        allowed = ("format_cells", "format_columns", "format_rows", "select_locked_cells", "select_unlocked_cells", "autofilter")
        self._sheet.protect("", dict.fromkeys(allowed, True))

    def concealed(self) -> None:
        """The sheet is there for programs: no menu shows it."""
        self._sheet.very_hidden()

    def opened(self) -> None:
        """The sheet that is seen first."""
        self._sheet.activate()
        self._sheet.set_first_sheet()

    def frozen(self, row: int, column: int = 0) -> None:
        """Rows above and columns before stay in sight."""
        self._sheet.freeze_panes(row, column)

    def printed(self, *, repeated: tuple[int, int], area: tuple[int, int], footer: str) -> None:
        """A4 across, as many pages down as it takes, the rows `repeated` on each, its number below."""
        self._sheet.set_landscape()
        self._sheet.set_paper(9)
        self._sheet.set_margins(left=0.5, right=0.5, top=0.6, bottom=0.7)
        self._sheet.center_horizontally()
        self._sheet.fit_to_pages(1, 0)
        self._sheet.repeat_rows(*repeated)
        self._wrote(self._sheet.print_area(0, 0, *area))
        self._wrote(self._sheet.set_footer(footer))

    def _wrote(self, outcome: int | str | None) -> None:
        if isinstance(outcome, int) and outcome != 0:
            raise RulebookError([Diagnostic("RB901", {"what": f"{self.name}: {outcome}"})])


def letters(column: int) -> str:
    """The name of a column, from 0."""
    return (letters(column // 26 - 1) if column >= 26 else "") + chr(ord("A") + column % 26)


def _runs(rows: Sequence[int]) -> Iterator[tuple[int, int]]:
    """First and last of the rows that follow each other."""
    first = 0
    for place in range(1, len(rows) + 1):
        if place == len(rows) or rows[place] != rows[place - 1] + 1:
            yield rows[first], rows[place - 1]
            first = place


def lines(text: str, wide: float) -> int:
    """Lines that the words take in a column so wide. A little too many rather than one too few."""
    fits = max(2, int(wide * 0.96) - 1)
    return sum(-(-max(1, width(line)) // fits) for line in text.split("\n"))


def tall(*cells: tuple[str, float]) -> float:
    """Points that a row needs for words in columns of these widths."""
    return max([18.0, *(lines(words, wide) * 14.5 + 4 for words, wide in cells)])
