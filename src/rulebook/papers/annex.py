"""What a rubric says beside its clauses: comments, examples, names of facts, indicators, who answers. A paper has no column for it, so it goes behind."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from rulebook import lexicon, model
from rulebook.codes import wording
from rulebook.papers.workbook import Book, tall
from rulebook.printer import duty_lines, notes, remarks

_WIDTHS = (10.0, 110.0)


class Kept(NamedTuple):
    """One line of the text, word for word, and the mark or the address of what it belongs to."""

    place: str
    line: str


def kept(book: model.Rulebook) -> list[Kept]:
    """The lines of the canonical text that the table of a paper does not hold, in order."""
    return [Kept(place, line) for place, lines in _kept(book) for line in lines]


def _kept(book: model.Rulebook) -> Iterator[tuple[str, Iterable[str]]]:
    head, meanings = lexicon.term("annex_place", "head"), lexicon.terms()["header"]
    for line in book.header.lines:
        yield head, remarks(line.comments)
        if meanings.get(line.key) == "directory":
            yield head, (f"{line.key}：{line.value}",)
    for section in book.sections:
        if section.mark:
            yield f"{section.mark}、", (*remarks(section.comments), *duty_lines(section.duty))
        for subsection in section.subsections:
            if subsection.number:
                yield f"（{subsection.mark}）", (*remarks(subsection.comments), *duty_lines(subsection.duty))
            for item in subsection.items:
                yield str(item.number), (*remarks(item.comments), *(() if item.inline else duty_lines(item.duty)))
                for clause in item.clauses:
                    yield clause.address, (*(() if item.inline else remarks(clause.comments)), *notes(clause))
    yield lexicon.term("annex_place", "end"), remarks(book.comments)


def annex(made: Book, book: model.Rulebook) -> None:
    """A sheet of these lines, where there are any; `rulebook import` puts each back."""
    lines = kept(book)
    if not lines:
        return
    sheet = made.sheet(lexicon.term("paper_sheet", "annex"))
    sheet.columns(_WIDTHS)
    for column, heading in enumerate(("place", "annex")):
        sheet.text(0, column, lexicon.term("paper_column", heading), "head")
    for row, (place, line) in enumerate(lines, 1):
        sheet.text(row, 0, place, "label")
        sheet.text(row, 1, line)
        sheet.height(row, tall((line, _WIDTHS[1])))
    sheet.frozen(1)
    sheet.printed(repeated=(0, 0), area=(len(lines), 1), footer=wording("paper_footer"))
