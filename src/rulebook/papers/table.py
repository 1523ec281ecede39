"""A table of evidence: one subject a row, one fact a column (`2.2 缺`). Lists of records do not fit a cell: they need a file of their own."""

import csv
import io
from collections.abc import Callable, Iterator

from rulebook import lexicon, model
from rulebook.bounds import BOUNDS
from rulebook.codes import Wording, wording
from rulebook.diagnostics import Diagnostic, RulebookError
from rulebook.evidence import Record
from rulebook.exchange.document import beyond
from rulebook.papers.transcript import Cell, Transcript
from rulebook.source import Source, decode, fold


def table_template(book: model.Rulebook) -> str:
    """The headings of a table for a rulebook; they fill themselves in nowhere, so a spreadsheet may sort and copy the columns."""
    out = io.StringIO()
    named = [f"{clause.address} {fact.name}" for clause in book.clauses() for fact in clause.facts]
    csv.writer(out, lineterminator="\n").writerow([lexicon.term("evidence", "subject"), *named])
    return out.getvalue()


def read_table(book: model.Rulebook, raw: bytes, *, name: str = "", force: bool = False) -> Iterator[Record | RulebookError]:
    """The record of every row, or what is wrong with the row. Raises RulebookError where the table as a whole does not read."""
    most = BOUNDS.evidence_bytes * 5
    if len(raw) > most:
        raise RulebookError([Diagnostic("RB108", {"name": name, "most": most})])
    rows = _rows(raw, name)
    titles = next(rows, [])
    columns = [_meant(title) for title in titles]
    if len(titles) == 1 and any(mark in titles[0] for mark in ";\t"):
        raise RulebookError([Diagnostic("RB508", {"why": Wording("why_commas")}, Source(name, titles[0]), 0, len(titles[0]))])
    if not any(columns):
        raise RulebookError([Diagnostic("RB508", {"why": Wording("why_table")}, Source(name, ""))])
    _check(book, columns, titles, name)
    return _records(book, rows, columns, titles, name, force)


def _rows(raw: bytes, name: str) -> Iterator[list[str]]:
    decoded = decode(raw)
    if decoded.bad_byte is not None:
        values = {"name": name, "byte": decoded.bad_byte, "ordinal": decoded.bad_byte + 1, "encoding": decoded.encoding}
        raise RulebookError([Diagnostic("RB101", values, Source(name, ""))])
    try:
        for number, row in enumerate(csv.reader(io.StringIO(decoded.text), strict=True)):
            if number > BOUNDS.sheet_rows:
                raise beyond(name, "sheet_rows")
            yield row
    except csv.Error:
        raise RulebookError([Diagnostic("RB508", {"why": Wording("why_syntax")}, Source(name, ""))]) from None


Column = tuple[str, str]
"""Clause and fact that a column speaks of: ("", "") for the subject, no fact for the whole clause."""


def _meant(title: str) -> Column | None:
    words = fold(title).strip()
    if lexicon.terms()["evidence"].get(words) == "subject":
        return "", ""
    address, _, fact = words.partition(" ")
    return (address, fact.strip()) if address else None


def _check(book: model.Rulebook, columns: list[Column | None], titles: list[str], name: str) -> None:
    """Nothing where every heading names a fact of the rulebook, and each stands once: they read as evidence of which nothing is known."""
    unknown = lexicon.term("state", "unknown")
    transcript = Transcript(name)
    for place in [place for place, column in enumerate(columns) if column == ("", "")][1:]:
        transcript.refuse("RB506", Cell(wording("table_heading", number=place + 1), titles[place]), key=titles[place])
    transcript.line(0, lexicon.term("evidence", "evidence"), None, Cell(""))
    for address, places in _grouped(columns).items():
        cells = {place: Cell(wording("table_heading", number=place + 1), titles[place]) for place in places}
        named = [place for place in places if columns[place] != (address, "")]
        for place in places:
            if place not in named:
                transcript.line(1, address, unknown if not named else None, cells[place])
        if named and len(named) == len(places):
            transcript.line(1, address, None, cells[places[0]])
        for place in named:
            transcript.line(2, columns[place][1], unknown, cells[place])  # type: ignore[index]
    transcript.record(book, True)


def _grouped(columns: list[Column | None]) -> dict[str, list[int]]:
    """Clause → its columns."""
    found: dict[str, list[int]] = {}
    for place, column in enumerate(columns):
        if column is not None and column[0]:
            found.setdefault(column[0], []).append(place)
    return found


def _records(
    book: model.Rulebook, rows: Iterator[list[str]], columns: list[Column | None], titles: list[str], name: str, force: bool
) -> Iterator[Record | RulebookError]:  # fmt: skip
    subject = next((place for place, column in enumerate(columns) if column == ("", "")), None)
    grouped, empty = _grouped(columns), True
    for number, row in enumerate(rows, 2):
        if not any(cell.strip() for cell in row):
            continue
        empty = False

        def cell(place: int, number: int = number, row: list[str] = row) -> Cell:
            return Cell(wording("table_place", row=number, column=titles[place]), row[place].strip())

        transcript = Transcript(name)
        beyond_titles = [place for place in range(len(row)) if row[place].strip() and (place >= len(columns) or columns[place] is None)]
        if beyond_titles:
            place = Cell(wording("table_place", row=number, column=""), row[beyond_titles[0]].strip())
            transcript.refuse("RB674", place, why=Wording("cell_no_heading"))
        whose = row[subject].strip() if subject is not None and subject < len(row) else ""
        if not whose:
            told = lexicon.term("evidence", "subject")
            transcript.refuse("RB678", Cell(wording("table_place", row=number, column=told)), what=told)
        transcript.head(whose, book.id, cell(subject) if subject is not None and subject < len(row) else Cell(""))
        for address, places in grouped.items():
            filled = [place for place in places if place < len(row) and row[place].strip()]
            _clause(transcript, address, filled, columns, cell)
        try:
            yield transcript.record(book, force)
        except RulebookError as error:
            yield error
    if empty:
        yield RulebookError([Diagnostic("RB508", {"why": Wording("why_rows")}, Source(name, ""))])


def _clause(transcript: Transcript, address: str, filled: list[int], columns: list[Column | None], cell: Callable[[int], Cell]) -> None:
    """The lines of one clause: a state where one is written in any of its columns, else its facts."""
    states = {place: lexicon.terms()["state"].get(fold(cell(place).text)) for place in filled}
    whole = [place for place in filled if columns[place] == (address, "") or states[place] not in (None, "unknown")]
    others = [place for place in filled if place not in whole]
    if whole and (others or len({fold(cell(place).text) for place in whole}) > 1):
        other = others[0] if others else whole[1]
        transcript.refuse("RB675", cell(whole[0]), clause=address, other=cell(other).place)
    elif whole:
        transcript.line(1, address, cell(whole[0]).text, cell(whole[0]))
    elif others:
        transcript.line(1, address, None, cell(others[0]))
        for place in others:
            column = columns[place]
            assert column is not None
            transcript.line(2, column[1], cell(place).text, cell(place))
