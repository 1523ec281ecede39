"""The form: a workbook in which a person fills in what was found, one row a fact. `filled` reads it back."""

import datetime
import hashlib
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from rulebook import lexicon, model
from rulebook.bounds import BOUNDS
from rulebook.codes import wording
from rulebook.evidence import ClauseEvidence, Dated, Record
from rulebook.exact import show
from rulebook.papers import sheet as score_sheet
from rulebook.papers.outline import Line, outline, title
from rulebook.papers.workbook import LISTED, Book, Sheet, letters, tall
from rulebook.scorecard import State
from rulebook.version import __version__

FORM = "1"
"""Version of the layout; a reader refuses one that it does not know."""
IDENTITY = "rulebook"
"""Name of the sheet that says which rulebook the form was made for."""
COLUMNS = ("clause", "rule", "state", "fact", "type", "unit", "range", "value", "note")
LOG = ("clause", "fact", "date", "document", "reference", "points", "answers")
"""Columns of the form, and of the sheet of records: from the third on what evidence holds of a record."""
_WIDTHS = (8.0, 52.0, 10.0, 22.0, 9.0, 7.0, 16.0, 14.0, 26.0)
_LOG_WIDTHS = (10.0, 24.0, 14.0, 40.0, 24.0, 9.0, 24.0)
HEADED = 4
"""Rows above the first fact, and above the first record: title, how to fill it in, the subject, headings."""
_LAST = BOUNDS.records
"""The last row of records that has drop-downs; further rows may be filled in all the same."""
STATES: tuple[State, ...] = ("met", "not_applicable", "not_supplied", "unknown")


def form(book: model.Rulebook, record: Record | None = None) -> bytes:
    """A workbook to fill in, with what a record knows filled in already: score sheet, facts, records, identity."""
    made = Book()
    score_sheet.draw(made.sheet(wording("paper_sheet")), book, None)
    facts, log = made.sheet(lexicon.term("paper_sheet", "facts")), made.sheet(lexicon.term("paper_sheet", "log"))
    identity = _Identity(made.sheet(IDENTITY), book)
    rows = _facts(facts, identity, book, record)
    _log(log, identity, book, rows)
    facts.opened()
    return made.done()


def identity_of(book: model.Rulebook) -> str:
    """What tells one text of a rulebook from another: its hash, or that of its model where no text was read."""
    return book.sha256 or hashlib.sha256(book.model_dump_json().encode()).hexdigest()


class _Identity:
    """The sheet that nobody sees: names and hash of the rulebook, and lists that are too long for a drop-down."""

    def __init__(self, sheet: Sheet, book: model.Rulebook) -> None:
        self._sheet, self._column = sheet, 2
        told = {"form": FORM, "rulebook": book.id, "sha256": identity_of(book), "title": book.header.title, "version": __version__}
        for row, (key, value) in enumerate(told.items()):
            sheet.text(row, 0, key)
            sheet.text(row, 1, value)
        sheet.concealed()

    def listed(self, words: Sequence[str]) -> list[str] | str:
        """The words as the source of a drop-down: themselves where they fit, else the cells that now hold them."""
        if len(",".join(words)) <= LISTED and not any("," in word or word != word.strip() for word in words):
            return list(words)
        column, self._column = self._column, self._column + 1
        for row, word in enumerate(words):
            self._sheet.text(row, column, word)
        return f"={IDENTITY}!${letters(column)}$1:${letters(column)}${len(words)}"


# --- facts


def _facts(sheet: Sheet, identity: _Identity, book: model.Rulebook, record: Record | None) -> list[tuple[str, str, Any]]:
    """Writes the rows of facts; gives address, fact and entry of every record that belongs on the sheet of records."""
    at = {name: place for place, name in enumerate(COLUMNS)}
    sheet.columns(_WIDTHS)
    _head(sheet, book, COLUMNS, sum(_WIDTHS), "paper_how_to_fill")
    sheet.merged((2, 0), (2, 1), lexicon.term("evidence", "subject"), "head")
    sheet.merged((2, 2), (2, len(COLUMNS) - 1), record.subject if record is not None else "", "input_text")
    sheet.height(2, 24)
    row, section, entries = HEADED, None, list[tuple[str, str, Any]]()
    states, values = list[int](), dict[int, model.Fact]()
    for line in outline(book):
        if line.clause is None:
            continue
        if line.section is not section:
            section = line.section
            sheet.text(row, 0, section.title, "banner")
            for place in range(1, len(COLUMNS)):
                sheet.text(row, place, "", "banner")
            sheet.height(row, 20)
            row += 1
        known = None if record is None else record.clauses.get(line.clause.address)
        for number, fact in enumerate(line.clause.facts or (None,)):
            _row(sheet, row, at, line, fact, known, first=number == 0)
            states += [row] if number == 0 else []
            if fact is not None:
                values[row] = fact
                found = None if known is None else known.facts.get(fact.name)
                entries += [(line.clause.address, fact.name, one) for one in found] if isinstance(found, tuple) else []
            row += 1
    sheet.chosen(at["state"], states, [lexicon.term("state", state) for state in STATES], wording("paper_state_told"))
    _allow(sheet, identity, at["value"], values)
    sheet.frozen(HEADED, 1)
    sheet.protected()
    sheet.printed(repeated=(3, 3), area=(max(row - 1, HEADED), len(COLUMNS) - 1), footer=wording("paper_footer"))
    return entries


def _head(sheet: Sheet, book: model.Rulebook, columns: Sequence[str], wide: float, told: str) -> None:
    """Title, how to fill it in, and the headings. The row between is the caller's."""
    last = len(columns) - 1
    sheet.merged((0, 0), (0, last), wording("paper_form_title", title=title(book), sheet=sheet.name), "title")
    sheet.height(0, 30)
    sheet.merged((1, 0), (1, last), wording(told), "remark")
    sheet.height(1, tall((wording(told), wide)))
    for place, name in enumerate(columns):
        sheet.text(3, place, heading(name), "head")
    sheet.height(3, 24)


def heading(name: str) -> str:
    """The words above a column."""
    return lexicon.term("record" if name in LOG[2:] else "form_column", name)


def _row(
    sheet: Sheet, row: int, at: Mapping[str, int], line: Line, fact: model.Fact | None, known: ClauseEvidence | None, *, first: bool
) -> None:  # fmt: skip
    """One fact: what it is, what may be written, and what is known. State and note stand beside the clause's first fact."""
    assert line.clause is not None
    words = f"{line.content}\n{line.words}" if first else ""
    note = known.note if known is not None and first else ""
    name, kind, unit, allowed = ("", "", "", "") if fact is None else (fact.name, lexicon.term("fact_type", fact.type), fact.unit, _range(fact))
    for column, told, style in (("clause", line.clause.address, "label"), ("rule", words, "words"), ("fact", name, "words"),
                                ("type", kind, "label"), ("unit", unit, "label"), ("range", allowed, "label")):  # fmt: skip
        sheet.text(row, at[column], told, style)
    sheet.height(row, tall(*((told, _WIDTHS[at[column]]) for column, told in (("rule", words), ("fact", name), ("range", allowed), ("note", note)))))
    sheet.text(row, at["state"], _state(known) if first else "", "input" if first else "shut")
    sheet.text(row, at["note"], note, "input_text" if first else "shut")
    if fact is None:
        sheet.text(row, at["value"], "", "shut")
    else:
        _value(sheet, row, at["value"], fact, known)


def _state(known: ClauseEvidence | None) -> str:
    """The state as it is written; nothing where facts say more, or where nothing is known but a note."""
    silent = known is None or known.state == "observed" or (known.state == "unknown" and known.note)
    return "" if silent or known is None else lexicon.term("state", known.state)


def _value(sheet: Sheet, row: int, column: int, fact: model.Fact, known: ClauseEvidence | None) -> None:
    value = None if known is None else known.facts.get(fact.name)
    if known is not None and fact.name in known.open:
        sheet.text(row, column, lexicon.term("state", "unknown"), "input")
    elif value is None or isinstance(value, str):
        sheet.text(row, column, value or "", "input")
    elif isinstance(value, bool):
        sheet.text(row, column, lexicon.term("yes", "true" if value else "false"), "input")
    elif isinstance(value, tuple):
        sheet.text(row, column, "" if value else lexicon.term("form_value", "none"), "input")
    else:
        sheet.number(row, column, value, "input")


def _range(fact: model.Fact) -> str:
    """What may be written, for people."""
    if fact.type == "flag":
        return "/".join(lexicon.term("yes", meaning) for meaning in ("true", "false"))
    if fact.type == "choice":
        return "/".join(fact.choices)
    low, high = _ends(fact)
    kind = _KINDS.get(fact.type, "figure" if high < BOUNDS.count else "open")
    told = wording(f"paper_range_{kind}", low=show(low), high=show(high))
    return told + wording("paper_range_records") if fact.requirement is not None or fact.type == "records" else told


_KINDS = {"count": "count", "records": "count", "amount": "amount", "amounts": "amount"}
"""Fact type → the wording of its range."""


def _ends(fact: model.Fact) -> tuple[Any, Any]:
    """The least and the greatest value of a figure."""
    whole = {"count": BOUNDS.count, "records": BOUNDS.records}.get(fact.type)
    high = fact.high if fact.high is not None else BOUNDS.count
    return (0, whole) if whole is not None else (fact.low if fact.low is not None else 0, high)


def _allow(sheet: Sheet, identity: _Identity, column: int, rows: Mapping[int, model.Fact]) -> None:
    """Each cell takes what its fact can be, 未查, and 无记录 where records may stand for it. Facts alike share one rule."""
    alike: dict[_Allowed, list[int]] = {}
    for row, fact in rows.items():
        alike.setdefault(_allowed(fact), []).append(row)
    for allowed, places in alike.items():
        if allowed.options:
            sheet.chosen(column, places, identity.listed([*allowed.options, *allowed.words]), allowed.told)
        else:
            sheet.bounded(column, places, allowed.formula, allowed.told)


class _Allowed(NamedTuple):
    """What a cell takes: one of several words, or a number within bounds; and the words that stand for no value."""

    told: str
    words: tuple[str, ...]
    options: tuple[str, ...] = ()
    low: str = ""
    high: str = ""
    whole: bool = False
    or_nothing: bool = False

    def formula(self, cell: str) -> str:
        """What is true of a cell that holds such a value."""
        bounds = [f"ISNUMBER({cell})", f"{cell}>={self.low}", f"{cell}<={self.high}", *([f"{cell}=INT({cell})"] if self.whole else [])]
        other = [f'{cell}="{word}"' for word in self.words] + ([f"{cell}=0"] if self.or_nothing else [])
        return f"=OR({','.join(other)},AND({','.join(bounds)}))"


def _allowed(fact: model.Fact) -> _Allowed:
    words = (lexicon.term("state", "unknown"), *((lexicon.term("form_value", "none"),) if takes_records(fact) else ()))
    told = wording("paper_value_told", range=_range(fact), words="、".join(words))
    if fact.type == "flag":
        return _Allowed(told, words, tuple(lexicon.term("yes", meaning) for meaning in ("true", "false")))
    if fact.type == "choice":
        return _Allowed(told, words, fact.choices)
    low, high = map(show, _ends(fact))
    return _Allowed(told, words, (), low, high, fact.type in ("count", "records"), fact.type in ("amount", "amounts"))


def takes_records(fact: model.Fact) -> bool:
    """True for a fact that is a list, or that dated records are measured for."""
    return fact.type in ("records", "amounts") or fact.requirement is not None


# --- records


def _log(sheet: Sheet, identity: _Identity, book: model.Rulebook, entries: Sequence[tuple[str, str, Any]]) -> None:
    """The sheet of dated records: as many rows as wanted, those of the record filled in."""
    addresses = [clause.address for clause in book.clauses() if any(map(takes_records, clause.facts))]
    names = list(dict.fromkeys(fact.name for clause in book.clauses() for fact in clause.facts if takes_records(fact)))
    sheet.columns(_LOG_WIDTHS, ["input_text", "input_text", "input_date", "input_text", "input_text", "input", "input_text"])
    _head(sheet, book, LOG, sum(_LOG_WIDTHS), "paper_how_to_log")
    sheet.merged((2, 0), (2, len(LOG) - 1), wording("paper_log_clauses", clauses="、".join(addresses) or "—"), "remark")
    sheet.height(2, tall((wording("paper_log_clauses", clauses="、".join(addresses)), sum(_LOG_WIDTHS))))
    for row, (address, name, entry) in enumerate(entries, HEADED):
        sheet.text(row, 0, address, "input_text")
        sheet.text(row, 1, name, "input_text")
        dated = entry if isinstance(entry, Dated) else Dated(points=entry)
        if dated.date is not None and dated.date >= datetime.date(1900, 3, 1):
            sheet.date(row, 2, dated.date)
        else:
            sheet.text(row, 2, "" if dated.date is None else dated.date.isoformat(), "input_date")
        sheet.text(row, 3, dated.document, "input_text")
        sheet.text(row, 4, dated.reference, "input_text")
        sheet.number(row, 5, dated.points, "input")
        sheet.text(row, 6, dated.answers, "input_text")
    for column, words in ((0, addresses), (1, names)):
        if words:
            sheet.chosen(column, range(HEADED, HEADED + _LAST), identity.listed(words), strict=False)
    sheet.frozen(HEADED)
    sheet.protected()
    sheet.printed(repeated=(3, 3), area=(HEADED + max(20, len(entries)) - 1, len(LOG) - 1), footer=wording("paper_footer"))
