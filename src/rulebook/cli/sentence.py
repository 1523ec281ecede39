"""One clause without a file: its rules, limits and status."""

from typing import TYPE_CHECKING, Any

from rulebook.bounds import BOUNDS
from rulebook.builder import build_clause
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

    diagnostics = characters(source) if line.strip() else []
    built = build_clause(text, points, place, judged=False, alone=True)
    for problem in built.problems:
        start, end = text.span(problem.start, problem.end)
        diagnostics.append(Diagnostic(problem.code, problem.values, source, start, end))
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
