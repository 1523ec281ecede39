"""Findings that an author has looked at and lets stand: a comment above the clause names the code and says why.

    # 忽略 RB404：一次就扣完是本意
    ① 会议制度。缺一次扣2分。（2分）

What a comment lets stand is kept apart, never dropped; errors cannot be let stand; a comment that lets nothing stand is itself a finding.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from rulebook import lexicon, model
from rulebook.codes import catalogue, wording
from rulebook.diagnostics import Diagnostic, Edit, Suggestion
from rulebook.source import Source, fold


@dataclass(frozen=True)
class Suppression:
    """One comment: its codes, its reason, its place, and the lines that it speaks of; `everywhere` where it speaks of the whole file."""

    codes: tuple[str, ...]
    reason: str
    start: int
    end: int
    lines: range
    everywhere: bool


@dataclass(frozen=True)
class Let:
    """What stands, what was let stand and why, and what is wrong with the comments."""

    standing: tuple[Diagnostic, ...]
    suppressed: tuple[tuple[Diagnostic, str], ...]


def suppressions(source: Source, book: model.Rulebook | None) -> list[Suppression]:
    """The comments of a text that let findings stand, in order."""
    written = lexicon.pattern("suppression")
    spans = [clause.span for clause in book.clauses() if clause.span is not None] if book is not None else []
    found = []
    lines = source.text.split("\n")
    for number, line in enumerate(lines, 1):
        match = written.fullmatch(fold(line))
        if match is None:
            continue
        start = source.line_starts[number - 1]
        after = next((n for n in range(number + 1, len(lines) + 1) if lines[n - 1].strip() and not fold(lines[n - 1]).lstrip().startswith("#")), number)
        last = max((source.line(span.end) for span in spans if span.line == after), default=after)
        codes = tuple(match["codes"].replace("、", " ").replace("，", " ").split())
        found.append(Suppression(codes, (match["reason"] or "").strip(), start, start + len(line), range(after, last + 1), bool(match["whole"])))
    return found


def let(diagnostics: Iterable[Diagnostic], source: Source, book: model.Rulebook | None) -> Let:
    """The findings parted by the comments of the text."""
    written = suppressions(source, book)
    standing: list[Diagnostic] = []
    suppressed: list[tuple[Diagnostic, str]] = []
    used: set[tuple[int, str]] = set()
    for diagnostic in diagnostics:
        one = next((one for one in written if _speaks_of(one, diagnostic)), None)
        if one is None or diagnostic.severity == "error" or not one.reason:
            standing.append(diagnostic)
            continue
        used.add((one.start, diagnostic.code))
        suppressed.append((diagnostic, one.reason))
    for one in written:
        for code in one.codes:
            if code not in catalogue() or not one.reason:
                standing.append(Diagnostic("RB431", {"code": code}, source, one.start, one.end))
            elif (one.start, code) not in used:
                standing.append(_unused(one, code, source))
    return Let(tuple(sorted(standing, key=lambda one: one.start or 0)), tuple(suppressed))


def _speaks_of(one: Suppression, diagnostic: Diagnostic) -> bool:
    return diagnostic.code in one.codes and (one.everywhere or (diagnostic.line is not None and diagnostic.line in one.lines))


def _unused(one: Suppression, code: str, source: Source) -> Diagnostic:
    """A comment that lets nothing stand, with the edit that takes it away where it names no other code."""
    found = Diagnostic("RB430", {"code": code}, source, one.start, one.end)
    if len(one.codes) > 1:
        return found
    end = min(one.end + 1, len(source.text))
    return replace(found, suggested=Suggestion(wording("taken_away"), (Edit(one.start, end, ""),), safe=True))
