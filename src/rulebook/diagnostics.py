"""A finding as a value: code, place, words, reason, suggestion. Renderers turn it into text, a line, or JSON."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
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


class Rewrite(NamedTuple):
    """The author's words in another form that has been read. `title`: the refused words anew; `clause`: all words of their clause.

    `kind`: `fix` (one meaning), `choose` (one of several readings), `fill` (holds figures that the author must set), `name` (words
    become part of a name), `note` (words become a remark), `quote` (the last resort: the words are no rule). `said`: why, in Chinese
    and English. None is applied without the author: what he meant is his to say.
    """

    title: str
    edits: tuple[Edit, ...]
    kind: str
    said: tuple[str, str]
    clause: str = ""


class Advice(NamedTuple):
    """What stands beside a refusal: the place it stumbled at, why (Chinese, English), the nearest plain form, the rewrites."""

    stumbled: tuple[int, int] | None = None
    note: tuple[str, str] | None = None
    nearest: str = ""
    rewrites: tuple[Rewrite, ...] = ()


NO_ADVICE = Advice()


@dataclass(frozen=True)
class Diagnostic:
    """One mistake or remark. `start` and `end` are code points of `source`; both None where there is no place in a text.

    `adviser` makes the advice on words that did not read; it is called once, when the diagnostic is first shown.
    """

    code: str
    values: Mapping[str, object] = field(default_factory=dict)
    source: Source | None = None
    start: int | None = None
    end: int | None = None
    clause: str | None = None
    headings: tuple[str, ...] = ()
    suggested: Suggestion | None = None
    witness: Mapping[str, Any] | None = None
    adviser: Callable[[], Advice] | None = field(default=None, compare=False, repr=False)

    @cached_property
    def advice(self) -> Advice:
        """What stands beside a refusal; empty for every other diagnostic."""
        return NO_ADVICE if self.adviser is None else self.adviser()

    @property
    def suggestion(self) -> Suggestion | None:
        """What to write instead: the first rewrite that was read, else the nearest form, without an edit."""
        if self.suggested is not None:
            return self.suggested
        made = next((made for made in self.advice.rewrites if made.kind != "quote"), None)
        if made is not None:
            return Suggestion(made.title, made.edits)
        return Suggestion(self.advice.nearest) if self.advice.nearest else None

    @property
    def stumbled(self) -> str:
        """The words that reading stumbled on; all words where nothing narrower is known."""
        if self.source is None or self.advice.stumbled is None:
            return self.words
        return self.source.text[slice(*self.advice.stumbled)]

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
            shape["suggestion"] = _shape(self.suggestion.title, self.suggestion.edits, self.suggestion.safe)
        if self.adviser is not None:
            shape |= self.advised(language)
        return shape

    def advised(self, language: Language = "zh") -> dict[str, Any]:
        """The advice in the shape that other programs rely on."""
        advice, english = self.advice, language == "en"
        place = advice.stumbled
        return {
            "stumbled": _clip(self.stumbled),
            "stumbled_at": None if place is None else {"start": place[0], "end": place[1]},
            "note": None if advice.note is None else advice.note[english],
            "nearest": advice.nearest or None,
            "rewrites": [
                {**_shape(made.title, made.edits, False), "kind": made.kind, "note": made.said[english]}
                for made in advice.rewrites
            ],
        }

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

    def text(self, language: Language = "zh", *, helped: bool = True) -> str:
        """Place, underlined words, reason and what to write, for a person; without the help of its code where that was read just above."""
        out = [f"{wording(self.severity, language)} {self.code}: {self.message(language)}"]
        if self.source is not None and self.line is not None and self.column is not None:
            trail = " › ".join(_clip(heading, 24) for heading in self.headings)
            out.append(f"  --> {self.source.name}:{self.line}:{self.column}" + (f"  {trail}" if trail else ""))
            before, marked, after = self._window()
            if marked:
                gutter = str(self.line)
                out.append(f"  {gutter} | {before}{marked}{after}")
                out.append(f"  {' ' * len(gutter)} | {' ' * width(before)}{self._underlined(marked)}")
        out += [f"  = {line}" for line in self._advice(language, helped) if line]
        return "\n".join(out)

    def _underlined(self, marked: str) -> str:
        """^ under the words that reading stumbled on and ~ under the rest of the sentence; ^ under all where nothing is narrower."""
        line = "^" * max(1, width(marked))
        place = self.advice.stumbled
        if place is None or self.start is None or self.end is None or (place[0] <= self.start and self.end <= place[1]):
            return line
        first, last = max(0, place[0] - self.start), min(len(marked), place[1] - self.start)
        if not first < last or len(marked) < last:
            return line
        before, at = width(marked[:first]), width(marked[first:last])
        return "~" * before + "^" * at + "~" * (len(line) - before - at)

    def _advice(self, language: Language, helped: bool) -> Iterator[str]:
        """Where reading stumbled, what to write, the nearest form, each rewrite: a line for each."""
        advice = self.advice
        narrower = self.stumbled.strip() != self.words.strip()
        if advice.note is not None:
            yield wording("stumbled_note", language, words=_plain(self.stumbled), note=_plain(advice.note[language == "en"]))
        elif narrower:
            yield wording("stumbled", language, words=_plain(self.stumbled))
        if helped:
            yield self.help(language)
        if self.suggested is not None:
            if self.suggested.title not in self.help(language):  # which has said it already
                yield wording("suggestion", language, title=self.suggested.title)
        elif advice.nearest:
            yield wording("nearest", language, title=advice.nearest)
        for made in advice.rewrites:
            yield wording(f"rewrite_{made.kind}", language, title=_plain(made.title), note=made.said[language == "en"])

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


def _plain(text: str) -> str:
    """Words in one line, what cannot be seen made visible."""
    return _clip(visible(text.strip().replace("\n", " ")))


def _shape(title: str, edits: tuple[Edit, ...], safe: bool) -> dict[str, Any]:
    return {"title": title, "edits": [edit._asdict() for edit in edits], "safe": safe}


def _clip(text: str, most: int = 200) -> str:
    return text if len(text) <= most else text[: most - 1] + "…"


def has_errors(diagnostics: Iterable[Diagnostic]) -> bool:
    """True where at least one is an error."""
    return any(diagnostic.severity == "error" for diagnostic in diagnostics)


class RulebookError(Exception):
    """What cannot be done, with every diagnostic that says why. Its text holds a line for each and, below it, what to write."""

    def __init__(self, diagnostics: Iterable[Diagnostic]) -> None:
        self.diagnostics = tuple(diagnostics)
        lines = [line for one in self.diagnostics[:20] for line in (one.one_line(), f"  = {one.help()}" if one.help() else "") if line]
        super().__init__("\n".join(lines))
