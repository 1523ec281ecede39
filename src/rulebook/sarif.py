"""Findings in SARIF 2.1.0, the form that code hosts and editors read."""

from collections.abc import Iterable
from typing import Any

from rulebook.codes import Language, catalogue
from rulebook.diagnostics import Diagnostic, Edit
from rulebook.source import Source
from rulebook.version import __version__

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
LEVELS = {"error": "error", "warning": "warning", "hint": "note"}


def log(diagnostics: Iterable[Diagnostic], suppressed: Iterable[tuple[Diagnostic, str]] = (), language: Language = "zh") -> dict[str, Any]:
    """One log with one run: every finding as a result, those that the author lets stand marked with his reason."""
    standing, let = list(diagnostics), list(suppressed)
    codes = sorted({one.code for one in standing} | {one.code for one, _ in let})
    places = {code: number for number, code in enumerate(codes)}
    results = [_result(one, places, language) for one in standing]
    results += [_result(one, places, language) | {"suppressions": [{"kind": "inSource", "justification": why}]} for one, why in let]
    driver = {"name": "rulebook", "version": __version__, "rules": [_rule(code, language) for code in codes]}
    return {"$schema": SCHEMA, "version": "2.1.0", "runs": [{"tool": {"driver": driver}, "columnKind": "unicodeCodePoints", "results": results}]}


def _rule(code: str, language: Language) -> dict[str, Any]:
    row = catalogue()[code]
    said, helped = (row.en, row.help_en) if language == "en" else (row.zh, row.help_zh)
    return {
        "id": code, "shortDescription": {"text": said}, "help": {"text": helped}, "defaultConfiguration": {"level": LEVELS[row.severity]},
    }  # fmt: skip


def _result(one: Diagnostic, places: dict[str, int], language: Language) -> dict[str, Any]:
    shape: dict[str, Any] = {
        "ruleId": one.code, "ruleIndex": places[one.code], "level": LEVELS[one.severity], "message": {"text": one.message(language)},
    }  # fmt: skip
    if one.source is not None:
        shape["locations"] = [_location(one, one.source)]
    if one.witness is not None:
        shape["properties"] = {"witness": dict(one.witness)}
    if one.suggestion is not None and one.suggestion.edits and one.source is not None:
        shape["fixes"] = [_fix(one.suggestion.title or one.help(language), one.suggestion.edits, one.source)]
    return shape


def _location(one: Diagnostic, source: Source) -> dict[str, Any]:
    place: dict[str, Any] = {"artifactLocation": {"uri": _uri(source.name)}}
    if one.start is not None and one.end is not None:
        last = max(one.end - 1, one.start)
        place["region"] = {
            "startLine": source.line(one.start), "startColumn": source.column(one.start),
            "endLine": source.line(last), "endColumn": source.column(last) + (one.end > one.start),
            "charOffset": one.start, "charLength": one.end - one.start, "snippet": {"text": one.words},
        }  # fmt: skip
    shape: dict[str, Any] = {"physicalLocation": place}
    if one.clause is not None:
        shape["logicalLocations"] = [{"name": one.clause, "fullyQualifiedName": " › ".join((*one.headings, one.clause)), "kind": "member"}]
    return shape


def _fix(title: str, edits: tuple[Edit, ...], source: Source) -> dict[str, Any]:
    replaced = [
        {"deletedRegion": {"charOffset": edit.start, "charLength": edit.end - edit.start}, "insertedContent": {"text": edit.text}} for edit in edits
    ]
    changes = [{"artifactLocation": {"uri": _uri(source.name)}, "replacements": replaced}]
    return {"description": {"text": title}, "artifactChanges": changes}


def _uri(name: str) -> str:
    """The name of a file as a reference: what may not stand in one is written %20."""
    from urllib.parse import quote

    return quote(name.replace("\\", "/"), safe="/:")
