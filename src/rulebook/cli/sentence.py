"""One clause without a file: its rules, limits and status."""

from typing import TYPE_CHECKING, Any

from rulebook.bounds import BOUNDS
from rulebook.builder import Setting, adviser, build_clause, mended
from rulebook.cli import shapes
from rulebook.diagnostics import Diagnostic
from rulebook.exact import show
from rulebook.loader import characters
from rulebook.model import Span
from rulebook.parser.outline import split_points
from rulebook.parser.tokens import Text
from rulebook.source import Source

if TYPE_CHECKING:
    from rulebook.codes import Language


def read_clause(line: str, lang: "Language") -> tuple[dict[str, Any], list[Diagnostic]]:
    """The JSON shape of a clause and its diagnostics."""
    source = Source("<clause>", line)
    if len(line) > BOUNDS.line_length:
        long = Diagnostic("RB108", {"most": BOUNDS.line_length}, source, 0, 20)
        return {**_UNREAD, "text": line, "diagnostics": [_told(long, lang)]}, [long]
    text, points, _ = split_points(Text.of(line))

    def place(start: int, end: int) -> Span:
        a, b = text.span(start, end)
        return Span(start=a, end=b, line=source.line(a))

    setting = Setting(points, judged=False, alone=True)
    diagnostics = characters(source) if line.strip() else []
    built = build_clause(text, points, place, judged=False, alone=True)
    for problem in built.problems:
        start, end = text.span(problem.start, problem.end)
        advice = adviser(text, problem, setting)
        diagnostics.append(Diagnostic(problem.code, problem.values, source, start, end, adviser=advice))
    statuses = {unread.status for unread in built.unread}
    refused = any(diagnostic.severity == "error" for diagnostic in diagnostics)
    if "unread" in statuses or (refused and not statuses):
        status = "unread"
    elif statuses:
        status = "ambiguous"
    else:
        status = "read" if built.rules or built.limits else "prose"
    shape = {
        "text": line,
        "points": None if built.points is None else show(built.points),
        "status": status,
        "rules": [shapes.rule(rule) for rule in built.rules],
        "limits": [shapes.limit(limit) for limit in built.limits],
        "requirements": [shapes.requirement(one) for one in built.requirements],
        "facts": [{"name": fact.name, "type": fact.type, "unit": fact.unit} for fact in built.facts],
        "diagnostics": [_told(diagnostic, lang) for diagnostic in diagnostics],
    }
    return shape, diagnostics


def advised(shape: dict[str, Any], diagnostics: list[Diagnostic], lang: "Language") -> dict[str, Any]:
    """The shape with what helps to mend it: beside each diagnostic its advice, and every whole line that reads instead."""
    told = [
        {**said, **(diagnostic.advised(lang) if diagnostic.adviser is not None else {})}
        for said, diagnostic in zip(shape["diagnostics"], diagnostics, strict=True)
    ]
    if not any(diagnostic.adviser is not None for diagnostic in diagnostics):
        return shape
    nearest = next((diagnostic.advice.nearest for diagnostic in diagnostics if diagnostic.advice.nearest), None)
    sentences_only = all(diagnostic.adviser is not None or diagnostic.severity != "error" for diagnostic in diagnostics)
    whole = _whole(shape["text"]) if sentences_only else ()  # what has a bad character does not read, whatever its words are
    return {**shape, "diagnostics": told, "nearest": nearest, "rewrites": list(whole)}


def _whole(line: str) -> tuple[str, ...]:
    """The line with all its problems mended, the points mark as it was."""
    text, points, _ = split_points(Text.of(line))
    setting = Setting(points, judged=False, alone=True)
    start, end = text.span(0, len(text))
    return tuple(line[:start] + words + line[end:] for words in mended(text.original, setting))


_UNREAD: dict[str, Any] = {
    "points": None,
    "status": "unread",
    "rules": [],
    "limits": [],
    "requirements": [],
    "facts": [],
}


def _told(diagnostic: Diagnostic, lang: "Language") -> dict[str, Any]:
    return {
        "code": diagnostic.code,
        "message": diagnostic.message(lang),
        "words": diagnostic.words,
        "column": diagnostic.column,
    }
