"""The catalogue of diagnostics: one row a code with its severity and its wording in Chinese and English."""

from functools import cache
from typing import Literal, NamedTuple, cast

from rulebook.assets import folder, table

Severity = Literal["error", "warning", "hint"]
Language = Literal["zh", "en"]


class Code(NamedTuple):
    """One row of the catalogue. The wordings hold `{names}` that a diagnostic fills in."""

    code: str
    severity: Severity
    zh: str
    en: str
    help_zh: str
    help_en: str


@cache
def catalogue() -> dict[str, Code]:
    """Every code, in order."""
    return {row[0]: Code(row[0], cast(Severity, row[1]), *row[2:6]) for row in table("codes.tsv")}


@cache
def _wordings() -> dict[str, tuple[str, str]]:
    return {row[0]: (row[1], row[2]) for row in table("wordings.tsv")}


def wording(key: str, language: Language = "zh", /, **values: object) -> str:
    """One sentence of the wording table, with its `{names}` filled in."""
    template = _wordings()[key][language == "en"]
    return template.format(**values) if values else template


class Wording(NamedTuple):
    """A value of a diagnostic that is itself worded: said in the language of the message."""

    key: str


def said(value: object, language: Language) -> object:
    """The value as the language says it: a `Wording`, or a function of the language, such as the `message` of another diagnostic."""
    if isinstance(value, Wording):
        return wording(value.key, language)
    return value(language) if callable(value) else value


def page(code: str) -> str | None:
    """The page of a code, Markdown; None for a code that does not exist."""
    path = folder("codes") / f"{code}.md"
    return path.read_text(encoding="utf-8") if code in catalogue() and path.is_file() else None
