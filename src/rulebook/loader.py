"""The program on one page: bytes → text → outline → rulebook → checks, and every diagnostic of every step."""

import os
import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from rulebook import lexicon, model
from rulebook.assets import folder
from rulebook.bounds import BOUNDS
from rulebook.diagnostics import Diagnostic, RulebookError
from rulebook.source import Source, decode

SUFFIX = ".rulebook"


@dataclass(frozen=True)
class Reading:
    """What became of a text: the rulebook (None where there is none to speak of), every diagnostic, the source."""

    rulebook: model.Rulebook | None
    diagnostics: tuple[Diagnostic, ...]
    source: Source


def read(
    path_or_text: str | os.PathLike[str] | bytes, *, name: str | None = None, accept: Iterable[str] = ()
) -> Reading:
    """The reading of a rulebook: a path, the name of a shipped rulebook, the text itself, or its bytes. Never raises on any text."""
    from rulebook.builder import (
        build,  # what reads is brought where something is read: a text that was kept needs none of it
    )
    from rulebook.consistency import check
    from rulebook.parser.outline import outline

    source, diagnostics = fetch(path_or_text, name)
    if (model_of := _EXPORTED.match(source.text)) is not None:
        diagnostics = [Diagnostic("RB111", {"name": source.name, "rubric": _printable(_named(source.text, model_of.end()))}, source)]
    if not any(diagnostic.severity == "error" for diagnostic in diagnostics):
        diagnostics += characters(source)
    if any(d.code in FATAL for d in diagnostics):
        return Reading(None, tuple(diagnostics), source)
    book, problems = build(source, outline(source), identify(source.name), accept)
    diagnostics += [problem for problem in problems if not _told(problem, diagnostics)]
    diagnostics += check(book, source)
    diagnostics.sort(key=lambda diagnostic: (diagnostic.start or 0, diagnostic.code))
    return Reading(book, tuple(diagnostics), source)


def _told(problem: Diagnostic, characters: list[Diagnostic]) -> bool:
    """True where a bad character in the same words has been reported: one mistake, one error."""
    return any(
        known.start is not None and known.end is not None and problem.start is not None and problem.end is not None
        and known.code != "RB102" and known.start < problem.end and problem.start < known.end
        for known in characters
    )  # fmt: skip


_EXPORTED = re.compile(r"""\s*(?:\{\s*"span":|span:\s).{0,200}?\bschema_version["']?:""", re.S)
_FILE = re.compile(r"""\bfile["']?:\s*["']?([^"',\n]+)""")


def _named(text: str, start: int) -> str:
    """The name of the rubric in the first lines of an exported model; its suffix where it states none."""
    found = _FILE.search(text, start, start + 1000)
    return found[1].strip() if found is not None else SUFFIX


FATAL = frozenset({"RB101", "RB103", "RB108", "RB110", "RB111", "RB601"})
"""Codes after which there is no text to read."""


def fetch(path_or_text: str | os.PathLike[str] | bytes, name: str | None) -> tuple[Source, list[Diagnostic]]:
    """The text and its name, with what went wrong on the way."""
    if isinstance(path_or_text, bytes):
        return from_bytes(path_or_text, name or "<bytes>")
    if isinstance(path_or_text, str) and ("\n" in path_or_text or ("：" in path_or_text and not _exists(path_or_text))):
        text = path_or_text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
        source = Source(name or "<text>", text)
        return source, too_large(source, len(text.encode("utf-8", "surrogatepass")))
    path = locate(path_or_text)
    label = str(path_or_text) if path is None else str(path)
    if path is not None and path.parent == folder("rulebooks"):
        label = path.name
    try:
        if path is None:
            raise FileNotFoundError
        with path.open("rb") as file:
            raw = file.read(BOUNDS.rulebook_bytes + 1)
    except (OSError, ValueError):
        return Source(label, ""), [Diagnostic("RB601", {"name": _printable(label)})]
    return from_bytes(raw, name or label)


def _exists(text: str) -> bool:
    try:
        return Path(text).exists()
    except (OSError, ValueError):
        return False


def _printable(text: str) -> str:
    return "".join(c if c.isprintable() else "?" for c in text[:200])


def locate(path: str | os.PathLike[str]) -> Path | None:
    """The file that a path, or the bare name of a shipped rulebook, means; None where there is none."""
    try:
        found = Path(path)
        if found.is_file():
            return found
        bare = str(path).removesuffix(SUFFIX)
        shipped = folder("rulebooks") / f"{bare}{SUFFIX}"
        if re.fullmatch(r"[\w.-]+", bare) and shipped.is_file():
            return shipped
    except (OSError, ValueError):
        return None
    return None


def from_bytes(raw: bytes, name: str) -> tuple[Source, list[Diagnostic]]:
    """Decoded text, with a diagnostic where the bytes are no text, are too many, or are not UTF-8."""
    if len(raw) > BOUNDS.rulebook_bytes:
        return Source(name, ""), [Diagnostic("RB108", {"name": name, "most": BOUNDS.rulebook_bytes}, Source(name, ""))]
    decoded = decode(raw)
    source = Source(name, decoded.text)
    if decoded.bad_byte is not None:
        code = "RB103" if decoded.encoding == "utf-16" else "RB101"
        return source, [
            Diagnostic(
                code,
                {"name": name, "byte": decoded.bad_byte, "ordinal": decoded.bad_byte + 1, "encoding": decoded.encoding},
                source,
            )
        ]
    found = too_large(source, len(raw))
    if decoded.encoding != "utf-8":
        found.append(Diagnostic("RB102", {"name": name, "encoding": decoded.encoding}, source, 0, 0))
    return source, found


def too_large(source: Source, size: int) -> list[Diagnostic]:
    """The bound that the text exceeds, if any."""
    if size > BOUNDS.rulebook_bytes:
        return [Diagnostic("RB108", {"name": source.name, "most": BOUNDS.rulebook_bytes}, source)]
    if len(source.line_starts) > BOUNDS.rulebook_lines:
        return [Diagnostic("RB108", {"name": source.name, "most": BOUNDS.rulebook_lines}, source)]
    start = 0
    for line in source.text.split("\n"):
        if len(line) > BOUNDS.line_length:
            return [Diagnostic("RB108", {"name": source.name, "most": BOUNDS.line_length}, source, start, start + 20)]
        start += len(line) + 1
    return []


_BIDI = "\u202a-\u202e\u2066-\u2069\u200e\u200f\u061c"
_INVISIBLE = "\u00ad\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200d\u2060-\u2064\u3164\ufe00-\ufe0f\ufeff\uffa0\U000e0000-\U000e0fff"
_CONTROL = "\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufff9-\ufffb\ufffe\uffff\ue000-\uf8ff"


@cache
def _odd() -> re.Pattern[str]:
    return re.compile(f"(?P<bidi>[{_BIDI}])|(?P<invisible>[{_INVISIBLE}])|(?P<control>[{_CONTROL}])")


def characters(source: Source) -> list[Diagnostic]:
    """Characters that cannot be seen, reorder a line, or only look like a digit; and brackets nested beyond the bound."""
    from rulebook.parser.reader import depth

    found: list[Diagnostic] = []
    for match in _odd().finditer(source.text):
        code = {"bidi": "RB106", "invisible": "RB105", "control": "RB104"}[match.lastgroup or ""]
        found.append(Diagnostic(code, {"character": f"U+{ord(match.group()):04X}"}, source, match.start(), match.end()))
        if len(found) >= 100:
            return found
    for match in lexicon.pattern("lookalike_digits").finditer(source.text):
        found.append(Diagnostic("RB107", {"words": match.group()}, source, match.start(), match.end()))
    for number, line in enumerate(source.folded.split("\n")):
        if depth(line) > BOUNDS.nesting:
            start = source.line_starts[number]
            found.append(Diagnostic("RB109", {"most": BOUNDS.nesting}, source, start, start + 20))
    if not source.text.strip():
        found.append(Diagnostic("RB110", {"name": source.name}, source))
    return found


def identify(name: str) -> str:
    """The id of a rulebook: its file's name without the suffix."""
    return Path(name).name.removesuffix(SUFFIX) if not name.startswith("<") else "rulebook"


def load(
    path_or_text: str | os.PathLike[str] | bytes, *, name: str | None = None, accept: Iterable[str] = ()
) -> model.Rulebook:
    """The rulebook. Raises RulebookError with every diagnostic where one is an error."""
    reading = read(path_or_text, name=name, accept=accept)
    if reading.rulebook is None or any(diagnostic.severity == "error" for diagnostic in reading.diagnostics):
        raise RulebookError(reading.diagnostics)
    return reading.rulebook
