"""How results and diagnostics leave: text for people, one JSON document for programs, exit statuses."""

import json
import locale
import os
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from rulebook.codes import Language
    from rulebook.diagnostics import Diagnostic

UNREADABLE = frozenset(
    {
        "RB101",
        "RB103",
        "RB108",
        "RB110",
        "RB111",
        "RB506",
        "RB507",
        "RB508",
        "RB516",
        "RB601",
        "RB602",
        "RB603",
        "RB604",
        "RB620",
        "RB621",
        "RB622",
        "RB623",
        "RB638", "RB660", "RB670",
        "RB901",
    }
)
"""Codes of input that cannot be read at all: exit status 2."""
SHOWN = 100


def language(chosen: str | None) -> "Language":
    """The language asked for, else that of the locale: English where it is English, Chinese otherwise."""
    if chosen == "en" or chosen == "zh":
        return "en" if chosen == "en" else "zh"
    named = os.environ.get("LC_ALL") or os.environ.get("LC_MESSAGES") or os.environ.get("LANG") or ""
    if not named:
        named = locale.getlocale()[0] or ""
    return "en" if named.lower().startswith("en") else "zh"


def document(shape: Any) -> None:
    """One JSON document on standard output."""
    click.echo(json.dumps(shape, ensure_ascii=False))


def report(diagnostics: Iterable["Diagnostic"], lang: "Language", form: str = "text", err: bool = True) -> None:
    """Diagnostics for people, at most a hundred; then how many more there are. Hints of one kind say once what to write."""
    several = list(diagnostics)
    told: set[tuple[str, str]] = set()
    for diagnostic in several[:SHOWN]:
        hint = (diagnostic.code, diagnostic.help(lang))
        words = diagnostic.one_line(lang) if form == "line" else diagnostic.text(lang, helped=hint not in told) + "\n"
        click.echo(words, err=err)
        if diagnostic.severity == "hint":
            told.add(hint)
    if len(several) > SHOWN:
        click.echo(f"… +{len(several) - SHOWN}", err=err)


def refuse(diagnostics: Iterable["Diagnostic"], lang: "Language", as_json: bool) -> None:
    """Says why there is no result and ends: 2 where the input cannot be read, else 1."""
    several = list(diagnostics)
    if as_json:
        document({"diagnostics": [diagnostic.json(lang) for diagnostic in several[:SHOWN]]})
    report(several, lang)
    raise click.exceptions.Exit(2 if any(d.code in UNREADABLE for d in several) else 1)


def own_fault(error: Exception) -> int:
    """A mistake of ours, said in one diagnostic. Exit status 2."""
    from rulebook.diagnostics import Diagnostic

    if os.environ.get("RULEBOOK_TRACEBACK"):
        raise error
    what = f"{type(error).__name__}: {str(error)[:200]}"
    click.echo(Diagnostic("RB901", {"what": what}).text(language(None)), err=True)
    return 2


def read_bytes(name: str, most: int) -> bytes:
    """The bytes of a file, or of standard input for `-`; at most one more than the bound. Raises RulebookError."""
    from rulebook.diagnostics import Diagnostic, RulebookError

    if name == "-":
        return sys.stdin.buffer.read(most + 1)
    try:
        with Path(name).open("rb") as file:
            return file.read(most + 1)
    except (OSError, ValueError):
        printable = "".join(c if c.isprintable() else "?" for c in name[:200])
        raise RulebookError([Diagnostic("RB601", {"name": printable})]) from None


def folder_for(path: Path) -> None:
    """Makes a folder where there is none. Raises RulebookError."""
    from rulebook.diagnostics import Diagnostic, RulebookError

    try:
        path.mkdir(parents=True, exist_ok=True)
    except (OSError, ValueError):
        raise RulebookError([Diagnostic("RB602", {"name": str(path)})]) from None


def write_bytes(path: Path, raw: bytes) -> None:
    """Writes a file whole or not at all. Raises RulebookError."""
    with _whole(path) as made:
        made.write_bytes(raw)


def write_text(path: Path, text: str) -> None:
    """Writes a text as UTF-8, whole or not at all. Raises RulebookError."""
    with _whole(path) as made:
        made.write_text(text, encoding="utf-8", newline="\n")


@contextmanager
def _whole(path: Path) -> Iterator[Path]:
    from rulebook.diagnostics import Diagnostic, RulebookError
    from rulebook.files import whole

    try:
        with whole(path) as made:
            yield made
    except (OSError, ValueError):
        raise RulebookError([Diagnostic("RB602", {"name": str(path)})]) from None
