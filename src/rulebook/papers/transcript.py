"""Cells as an evidence file: written line by line, read by the reader of evidence, and every refusal led back to its cell."""

from dataclasses import dataclass, field
from typing import NamedTuple

from rulebook import lexicon, model
from rulebook.diagnostics import Diagnostic, RulebookError
from rulebook.evidence import Record, read_record
from rulebook.source import Source


class Cell(NamedTuple):
    """A place that a person can find (`填报!E7`), and the words that stand there."""

    place: str
    text: str = ""

    def source(self, file: str) -> Source:
        """The cell as the text that a diagnostic points into."""
        return Source(f"{file} {self.place}".strip(), self.text)


@dataclass
class Transcript:
    """YAML whose every line knows its cell. Keys and values stand in quotation marks: nothing in a cell is anything but words."""

    file: str
    lines: list[str] = field(default_factory=list)
    cells: list[Cell] = field(default_factory=list)
    problems: list[Diagnostic] = field(default_factory=list)
    _keys: list[set[str]] = field(default_factory=list)
    """The keys that stand already in each mapping around the last line."""

    def line(self, depth: int, key: str | None, value: str | None, cell: Cell) -> None:
        """One line: a key with a value, a key above deeper lines (no value), or an entry of a list (no key).

        A key with a value that stands already is refused, and the first one is kept.
        """
        del self._keys[depth + 1 :]
        self._keys += [set() for _ in range(depth + 1 - len(self._keys))]
        if key is not None and key in self._keys[depth] and value is not None:
            self.refuse("RB506", cell, key=key)
            return
        self._keys[depth].add(key or "")
        begun = "  " * depth + ("- " if key is None else f"{_quoted(key)}: ")
        self.lines.append(begun + ("" if value is None else _quoted(value)))
        self.cells.append(cell)

    def head(self, subject: str, rulebook: str, cell: Cell) -> None:
        """The lines above the evidence: whose it is, and which rulebook it is for."""
        self.line(0, lexicon.term("evidence", "subject"), subject, cell)
        self.line(0, lexicon.term("evidence", "rulebook"), rulebook, cell)
        self.line(0, lexicon.term("evidence", "evidence"), None, cell)

    def refuse(self, code: str, cell: Cell | None, /, **values: object) -> None:
        """Notes what is wrong with a cell, or with the whole file."""
        self.problems.append(self._at(Diagnostic(code, values), cell))

    def record(self, book: model.Rulebook, force: bool) -> Record:
        """The record that the lines state. Raises RulebookError with every problem, each at its cell."""
        text = "\n".join(self.lines) + "\n"
        try:
            read = read_record(book, text.encode(), name="evidence.yaml", force=force)
        except RulebookError as error:
            told = [self._at(d, self.cells[d.line - 1] if d.line is not None else None) for d in error.diagnostics]
            raise RulebookError([*self.problems, *told]) from None
        if self.problems:
            raise RulebookError(self.problems)
        return read

    def _at(self, told: Diagnostic, cell: Cell | None) -> Diagnostic:
        if cell is None:
            return Diagnostic(told.code, told.values, Source(self.file, ""), clause=told.clause)
        return Diagnostic(told.code, told.values, cell.source(self.file), 0, len(cell.text), told.clause)


def _quoted(words: str) -> str:
    """The words as YAML in double quotation marks: what could end or escape them, and what YAML does not print, by its number."""
    return '"' + "".join(c if c.isprintable() and c not in '"\\' else f"\\U{ord(c):08x}" for c in words) + '"'
