"""The evidence of a filled form. Nothing is trusted: no formula, no place of a row or column, no number that a cell has rounded."""

import datetime
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from rulebook import lexicon, model
from rulebook.bounds import BOUNDS
from rulebook.codes import Wording
from rulebook.diagnostics import Diagnostic, RulebookError
from rulebook.evidence import WANTED, Record
from rulebook.exchange import excel
from rulebook.exchange.document import beyond
from rulebook.exchange.package import OLE, Package, broken
from rulebook.papers.form import COLUMNS, FORM, IDENTITY, LOG, heading, identity_of, takes_records
from rulebook.papers.transcript import Cell, Transcript
from rulebook.source import fold

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

_SEARCHED = 40
"""Rows from the top in which the headings are looked for."""


def read_form(book: model.Rulebook, raw: bytes, *, name: str = "", force: bool = False) -> Record:
    """The record that a filled form states, the same as a YAML file of that content would give.

    Every problem names its cell. `force` takes a form that was made for another rulebook, or for another text of this one.
    Raises RulebookError.
    """
    if len(raw) > BOUNDS.office_bytes:
        raise beyond(name, "office_bytes")
    if raw.startswith(OLE):
        raise RulebookError([Diagnostic("RB620", {"name": name})])
    package = Package(raw, name)
    if "xl/workbook.xml" not in package.parts:
        raise broken(name, "kind")
    package.check()
    workbook = excel.load(raw, name, values=False)
    sheets = {sheet.title: sheet for sheet in workbook.worksheets}
    _identify(book, sheets, name, force)
    transcript = Transcript(name)
    kept = {kind: lexicon.term("paper_sheet", kind) for kind in ("facts", "log")}
    missing = [title for title in kept.values() if title not in sheets]
    if missing:
        raise RulebookError([Diagnostic("RB670", {"name": name, "what": "、".join(missing), "kind": Wording("kind_sheet")})])
    facts = _Grid(sheets[kept["facts"]], COLUMNS, transcript)
    log = _Grid(sheets[kept["log"]], LOG, transcript)
    for grid in (facts, log):
        grid.locate()
    return _record(book, facts, log, transcript, force)


def _identify(book: model.Rulebook, sheets: Mapping[str, "Worksheet"], name: str, force: bool) -> None:
    """Nothing where the form was made for this text of this rulebook."""
    sheet = sheets.get(IDENTITY)
    cells = {} if sheet is None else excel.cells(sheet)
    told = {str(cell.value): str(cells[at[0], 2].value) for at, cell in cells.items() if at[1] == 1 and (at[0], 2) in cells}
    if not {"form", "rulebook", "sha256"} <= set(told) or told["form"] != FORM:
        raise RulebookError([Diagnostic("RB670", {"name": name, "what": "", "kind": Wording("kind_identity")})])
    if force:
        return
    if told["rulebook"] != book.id:
        raise RulebookError([Diagnostic("RB505", {"stated": told["rulebook"][:80], "given": book.id})])
    if told["sha256"] != identity_of(book):
        raise RulebookError([Diagnostic("RB671", {"stated": told["sha256"][:12], "given": identity_of(book)[:12]})])


# --- cells


@dataclass
class _Grid:
    """A sheet whose columns are known by their headings, wherever somebody has moved them."""

    sheet: "Worksheet"
    names: tuple[str, ...]
    transcript: Transcript
    top: int = 0
    """The row of the headings."""
    at: dict[str, int] = field(default_factory=dict)
    rows: dict[int, dict[int, Any]] = field(default_factory=dict)

    def locate(self) -> None:
        """Finds the headings. Raises RulebookError where one is missing or stands twice."""
        for (row, column), cell in sorted(excel.cells(self.sheet).items()):
            if cell.value is not None:
                self.rows.setdefault(row, {})[column] = cell
        wanted = {heading(name): name for name in self.names}
        found: dict[int, list[tuple[str, int]]] = {}
        for row, cells in self.rows.items():
            if row > _SEARCHED:
                break
            found[row] = [(wanted[str(cell.value).strip()], column) for column, cell in cells.items() if str(cell.value).strip() in wanted]
        self.top = max(found, key=lambda row: len({name for name, _ in found[row]}), default=0)
        headings = found.get(self.top, [])
        self.at = dict(headings)
        odd = [word for word, name in wanted.items() if sum(name == one for one, _ in headings) != 1]
        if odd:
            told = {"name": self.transcript.file, "what": "、".join(f"{self.sheet.title}!{word}" for word in odd), "kind": Wording("kind_column")}
            raise RulebookError([Diagnostic("RB670", told)])
        for merged in self.sheet.merged_cells.ranges:
            if merged.max_row > self.top:
                self.transcript.refuse("RB674", Cell(f"{self.sheet.title}!{merged.coord}"), why=Wording("cell_merged"))

    def below(self) -> Iterator[int]:
        """The rows below the headings that hold anything."""
        return (row for row in self.rows if row > self.top)

    def cell(self, row: int, name: str) -> Cell:
        """The place of a cell, and its words as they stand there."""
        from openpyxl.utils import get_column_letter

        held = self.rows.get(row, {}).get(self.at[name])
        value = None if held is None else held.value
        shown = value.date() if isinstance(value, datetime.datetime) and value.time() == datetime.time() else value
        place = f"{self.sheet.title}!{get_column_letter(self.at[name])}{row}"
        return Cell(place, "" if value is None else str(shown)[:200])

    def words(self, row: int, name: str) -> str:
        """What a cell says, as evidence would write it; nothing, noted as refused, where it cannot be taken as it stands."""
        held = self.rows.get(row, {}).get(self.at[name])
        if held is None:
            return ""
        text, why = _said(held, date=name == "date")
        if why is not None:
            self.transcript.refuse("RB674", self.cell(row, name), why=why)
            return ""
        return text if text.strip() else ""

    def address(self, row: int, known: Mapping[str, model.Clause]) -> str:
        """The clause that a row names. A number may have lost its last zero: then it is one clause or none."""
        written = self.words(row, "clause").strip()
        held = self.rows.get(row, {}).get(self.at["clause"])
        if held is None or isinstance(held.value, str) or not written or "." not in written:
            return written
        same = [address for address in known if address.rstrip("0") == written.rstrip("0")]
        if len(same) > 1:
            self.transcript.refuse("RB674", self.cell(row, "clause"), why=Wording("cell_address"))
            return ""
        return same[0] if same else written


def _said(cell: Any, *, date: bool) -> tuple[str, Wording | None]:
    """The value of a cell as text, or why it cannot be taken."""
    value = cell.value
    if cell.data_type == "f" or not isinstance(value, str | int | float | datetime.date | datetime.time | datetime.timedelta):
        return "", Wording("cell_formula")
    if cell.data_type == "e":
        return "", Wording("cell_error")
    if isinstance(value, bool):
        return lexicon.term("yes", "true" if value else "false"), None
    if isinstance(value, str):
        return value, None
    if isinstance(value, int | float):
        text, inexact = excel.number(value, excel.is_percent(cell))
        return (text, None) if not inexact else ("", Wording("cell_inexact"))
    if date and isinstance(value, datetime.date):
        return (value.date() if isinstance(value, datetime.datetime) else value).isoformat(), None
    return "", Wording("cell_date")


# --- evidence


@dataclass
class _Clause:
    """What the form says of one clause: the rows of its facts, and the rows of its records."""

    clause: model.Clause | None
    rows: list[int] = field(default_factory=list)
    records: dict[str, list[int]] = field(default_factory=dict)


def _record(book: model.Rulebook, facts: _Grid, log: _Grid, transcript: Transcript, force: bool) -> Record:
    known = {clause.address: clause for clause in book.clauses()}
    found: dict[str, _Clause] = {address: _Clause(clause) for address, clause in known.items()}
    for row in facts.below():
        written = [facts.cell(row, name).text.strip() for name in ("fact", "state", "value", "note")]
        if not any(written):
            continue  # the heading of a section, or an empty row
        address = facts.address(row, known)
        if address:
            found.setdefault(address, _Clause(None)).rows.append(row)
        elif facts.cell(row, "clause").text == "":
            transcript.refuse("RB678", facts.cell(row, "clause"), what=heading("clause"))
    _whole(book, facts, found, transcript, force)
    for row in log.below():
        if any(log.cell(row, name).text.strip() for name in LOG):
            _place(log, row, known, found, transcript)
    subject, cell = _subject(facts)
    transcript.head(subject, book.id, cell)
    for address, clause in found.items():
        _clause(address, clause, facts, log, transcript)
    return transcript.record(book, force)


def _whole(book: model.Rulebook, facts: _Grid, found: Mapping[str, _Clause], transcript: Transcript, force: bool) -> None:
    """Every fact of the rulebook has its row: a row that was deleted would say that nothing was found."""
    lost = []
    for clause in book.clauses():
        named = {fold(facts.cell(row, "fact").text.strip()) for row in found[clause.address].rows}
        lost += [f"{clause.address} {fact.name}" for fact in clause.facts if fold(fact.name).strip() not in named]
    if lost and not force:
        told = "、".join(lost[:5]) + ("…" if len(lost) > 5 else "")
        transcript.refuse("RB670", None, name=transcript.file, what=told, kind=Wording("kind_row"))


def _subject(facts: _Grid) -> tuple[str, Cell]:
    """The words to the right of the label above the headings, and their cell."""
    label = lexicon.term("evidence", "subject")
    for row, cells in facts.rows.items():
        columns = [column for column, cell in cells.items() if str(cell.value).strip() == label]
        if row < facts.top and columns:
            right = [column for column in sorted(cells) if column > columns[0]]
            if not right:
                break
            held = cells[right[0]]
            place = Cell(f"{facts.sheet.title}!{held.coordinate}", str(held.value)[:200])
            text, why = _said(held, date=False)
            if why is not None:
                facts.transcript.refuse("RB674", place, why=why)
            return text if text.strip() else "", place
    return "", Cell(facts.sheet.title)


def _place(log: _Grid, row: int, known: Mapping[str, model.Clause], found: dict[str, _Clause], transcript: Transcript) -> None:
    """Puts a record under its clause and fact; where the clause has one fact that takes records its name may be left out."""
    address = log.address(row, known)
    if not address:
        if log.cell(row, "clause").text == "":
            transcript.refuse("RB678", log.cell(row, "clause"), what=heading("clause"))
        return
    name, clause = log.words(row, "fact").strip(), known.get(address)
    if not name and clause is not None:
        several = [fact.name for fact in clause.facts if takes_records(fact)] or [fact.name for fact in clause.facts if fact.type == "count"]
        if len(several) != 1:
            near = "、".join(several or [fact.name for fact in clause.facts])
            transcript.refuse("RB503", log.cell(row, "fact"), value=Wording("cell_empty"), fact=heading("fact"), wanted=near)
            return
        name = several[0]
    found.setdefault(address, _Clause(None)).records.setdefault(name, []).append(row)


def _clause(address: str, found: _Clause, facts: _Grid, log: _Grid, transcript: Transcript) -> None:
    """The lines of one clause: its state, or its facts with their values and records; nothing where nothing is said."""
    states = [(row, facts.words(row, "state")) for row in found.rows]
    stated = [(facts.cell(row, "state"), word.strip()) for row, word in states if word]
    values = [(row, word) for row in found.rows if (word := facts.words(row, "value"))]
    notes = [(row, word) for row in found.rows if (word := facts.words(row, "note"))]
    meanings = {lexicon.terms()["state"].get(fold(word)) for _, word in stated}
    words = "、".join(lexicon.term("state", state) for state in dict.fromkeys(lexicon.terms()["state"].values()))
    for cell, word in stated:
        if fold(word) not in lexicon.terms()["state"]:
            transcript.refuse("RB503", cell, value=word[:60], fact=lexicon.term("form_column", "state"), wanted=words)
    if None in meanings:
        return
    others = [facts.cell(row, "value") for row, _ in values] + [log.cell(row, "clause") for rows in found.records.values() for row in rows]
    if len(meanings) > 1 or (stated and others):
        twice = others[0] if others else stated[1][0]
        transcript.refuse("RB675", stated[0][0], clause=address, other=twice.place)
        return
    if meanings and (meanings != {"unknown"} or not notes):
        transcript.line(1, address, stated[0][1], stated[0][0])
        return
    if not (values or notes or found.records):
        return
    transcript.line(1, address, None, facts.cell(found.rows[0], "clause") if found.rows else _first(found, log))
    for row, word in notes:
        transcript.line(2, lexicon.term("record", "note"), word, facts.cell(row, "note"))
    for row, word in values:
        _value(found, row, word, facts, transcript)
    for name, rows in found.records.items():
        given = next((row for row, _ in values if fold(facts.words(row, "fact").strip()) == fold(name)), None)
        if given is not None:
            transcript.refuse("RB675", facts.cell(given, "value"), clause=address, other=log.cell(rows[0], "clause").place)
            continue
        fact = next((fact for fact in found.clause.facts if fold(fact.name) == fold(name)), None) if found.clause is not None else None
        transcript.line(2, name, None, log.cell(rows[0], "fact"))
        for row in rows:
            _entry(fact, row, log, transcript)


def _first(found: _Clause, log: _Grid) -> Cell:
    return log.cell(next(iter(found.records.values()))[0], "clause")


def _value(found: _Clause, row: int, word: str, facts: _Grid, transcript: Transcript) -> None:
    name, cell = facts.words(row, "fact"), facts.cell(row, "value")
    if not name:
        transcript.refuse("RB674", cell, why=Wording("cell_no_fact"))
    elif lexicon.terms()["form_value"].get(fold(word).strip()) != "none":
        transcript.line(2, name, word.strip(), cell)
    else:
        fact = next((fact for fact in found.clause.facts if fold(fact.name) == fold(name)), None) if found.clause is not None else None
        if fact is not None and not takes_records(fact):
            transcript.refuse("RB503", cell, value=word, fact=name, wanted=WANTED[fact.type])
        else:
            transcript.line(2, name, None, cell)
            transcript.lines[-1] += "[]"


def _entry(fact: model.Fact | None, row: int, log: _Grid, transcript: Transcript) -> None:
    """One record: a figure where the fact is a list of figures, else what its row says of it; nothing where a cell was refused."""
    refused = len(transcript.problems)
    said = [(name, word) for name in LOG[2:] if (word := log.words(row, name))]
    if len(transcript.problems) > refused:
        return
    if fact is not None and fact.type == "amounts":
        transcript.line(3, None, dict(said).get("points", "").strip(), log.cell(row, "points"))
        return
    transcript.line(3, None, None, log.cell(row, "clause"))
    if not said:
        transcript.lines[-1] += "{}"
    for name, word in said:
        transcript.line(4, lexicon.term("record", name), word.strip() if name in ("date", "points") else word, log.cell(row, name))
