"""A finding as a value: code, place, words, reason, suggestion. Renderers turn it into text, a line, or JSON."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from rulebook.codes import Language, Severity, catalogue, said, wording
from rulebook.source import Source, width


class Edit(NamedTuple):
    """Replace the code points from `start` to `end` of the original text by `text`."""

    start: int
    end: int
    text: str


class Suggestion(NamedTuple):
    """What to write instead; `safe` where it keeps the meaning for certain."""

    title: str
    edits: tuple[Edit, ...] = ()
    safe: bool = False


@dataclass(frozen=True)
class Diagnostic:
    """One mistake or remark. `start` and `end` are code points of `source`; both None where there is no place in a text."""

    code: str
    values: Mapping[str, object] = field(default_factory=dict)
    source: Source | None = None
    start: int | None = None
    end: int | None = None
    clause: str | None = None
    headings: tuple[str, ...] = ()
    suggestion: Suggestion | None = None
    witness: Mapping[str, Any] | None = None

    @property
    def severity(self) -> Severity:
        """`error`, `warning` or `hint`, as the catalogue says."""
        return catalogue()[self.code].severity

    @property
    def line(self) -> int | None:
        """The line of the place, from 1."""
        return None if self.source is None or self.start is None else self.source.line(self.start)

    @property
    def column(self) -> int | None:
        """The column of the place in code points, from 1."""
        return None if self.source is None or self.start is None else self.source.column(self.start)

    @property
    def words(self) -> str:
        """The words that the diagnostic speaks of."""
        if self.source is None or self.start is None or self.end is None:
            return ""
        return self.source.text[self.start : self.end]

    def message(self, language: Language = "zh") -> str:
        """What is wrong."""
        row = catalogue()[self.code]
        return self._said(row.en if language == "en" else row.zh, language)

    def help(self, language: Language = "zh") -> str:
        """What to write instead."""
        row = catalogue()[self.code]
        return self._said(row.help_en if language == "en" else row.help_zh, language)

    def _said(self, template: str, language: Language) -> str:
        values = {name: said(value, language) for name, value in self.values.items()}
        plain = {name: visible(v.replace("\n", " ")) if isinstance(v, str) else v for name, v in values.items()}
        return template.format(**plain)

    def json(self, language: Language = "zh") -> dict[str, Any]:
        """The shape that other programs rely on."""
        shape: dict[str, Any] = {
            "code": self.code,
            "severity": self.severity,
            "file": self.source.name if self.source else None,
            "line": self.line,
            "column": self.column,
            "clause": self.clause,
            "words": _clip(self.words),
            "message": self.message(language),
            "help": self.help(language),
            "headings": list(self.headings),
        }
        if self.witness is not None:
            shape["witness"] = dict(self.witness)
        if self.suggestion is not None:
            shape["suggestion"] = {
                "title": self.suggestion.title,
                "edits": [{"start": e.start, "end": e.end, "text": e.text} for e in self.suggestion.edits],
                "safe": self.suggestion.safe,
            }
        return shape

    def one_line(self, language: Language = "zh") -> str:
        """`file:line:column: severity CODE message`."""
        place = ":".join(
            str(part) for part in (self.source.name if self.source else "", self.line, self.column) if part
        )
        return (
            f"{place}: {self.severity} {self.code} {self.message(language)}"
            if place
            else (f"{self.severity} {self.code} {self.message(language)}")
        )

    def text(self, language: Language = "zh") -> str:
        """Place, underlined words, reason and what to write, for a person."""
        out = [f"{wording(self.severity, language)} {self.code}: {self.message(language)}"]
        if self.source is not None and self.line is not None and self.column is not None:
            trail = " › ".join(_clip(heading, 24) for heading in self.headings)
            out.append(f"  --> {self.source.name}:{self.line}:{self.column}" + (f"  {trail}" if trail else ""))
            before, marked, after = self._window()
            if marked:
                gutter = str(self.line)
                out.append(f"  {gutter} | {before}{marked}{after}")
                out.append(f"  {' ' * len(gutter)} | {' ' * width(before)}{'^' * max(1, width(marked))}")
        advice = self.help(language)
        if advice:
            out.append(f"  = {advice}")
        if self.suggestion is not None:
            out.append(f"  = {wording('suggestion', language, title=self.suggestion.title)}")
        return "\n".join(out)

    def _window(self) -> tuple[str, str, str]:
        assert self.source is not None
        assert self.start is not None
        assert self.end is not None
        line = self.source.line_text(self.source.line(self.start))
        first = self.source.column(self.start) - 1
        last = min(len(line), first + max(self.end - self.start, 0), first + 60)
        left = max(0, first - 40)
        right = min(len(line), last + 30)
        parts = line[left:first], line[first:last], line[last:right]
        before, marked, after = (visible(part) for part in parts)
        return ("…" if left else "") + before, marked, after + ("…" if right < len(line) else "")


def visible(text: str) -> str:
    """The text with characters that cannot be seen, or that reorder a line, written as <U+200B>."""
    return "".join(c if c.isprintable() else " " if c == "\t" else f"<U+{ord(c):04X}>" for c in text)


def _clip(text: str, most: int = 200) -> str:
    return text if len(text) <= most else text[: most - 1] + "…"


def has_errors(diagnostics: Iterable[Diagnostic]) -> bool:
    """True where at least one is an error."""
    return any(diagnostic.severity == "error" for diagnostic in diagnostics)


class RulebookError(Exception):
    """What cannot be done, with every diagnostic that says why."""

    def __init__(self, diagnostics: Iterable[Diagnostic]) -> None:
        self.diagnostics = tuple(diagnostics)
        super().__init__("\n".join(diagnostic.one_line() for diagnostic in self.diagnostics[:20]))
