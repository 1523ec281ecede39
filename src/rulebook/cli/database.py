"""Scoring where the data is: `export --sql`, and `score --engine`."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from rulebook.cli.output import document, read_bytes, refuse, write_bytes
from rulebook.codes import wording

if TYPE_CHECKING:
    from rulebook.api import Rulebook
    from rulebook.codes import Language

ENGINES = ("duckdb", "spark")


def export_query(
    rules: "Rulebook", dialect: str, *, table: str, columns: str | None, keys: tuple[str, ...], reasons: bool, out: str | None, lang: "Language"
) -> None:  # fmt: skip
    """Prints the query of a rulebook, or writes it to a file that is not there yet."""
    from rulebook.diagnostics import Diagnostic, RulebookError

    try:
        text = rules.sql(dialect, table=table, columns=_heading(columns), keys=keys or None, reasons=reasons, language=lang)
        if out is None:
            click.echo(text)
        elif Path(out).exists():
            refuse([Diagnostic("RB605", {"name": out})], lang, False)
        else:
            write_bytes(Path(out), (text + "\n").encode())
    except RulebookError as error:
        refuse(error.diagnostics, lang, False)


def _heading(path: str | None) -> list[str] | None:
    """The names in the first line of a CSV file; None where there is no file."""
    if path is None:
        return None
    import csv

    from rulebook.bounds import BOUNDS
    from rulebook.codes import Wording
    from rulebook.diagnostics import Diagnostic, RulebookError
    from rulebook.source import Source, decode

    lines = decode(read_bytes(path, BOUNDS.evidence_bytes)).text.splitlines()
    try:
        return [name.strip() for name in next(csv.reader(lines[:1]), [])]
    except csv.Error:
        raise RulebookError([Diagnostic("RB508", {"why": Wording("why_syntax")}, Source(path, ""))]) from None


def score_table(rules: "Rulebook", engine: str, files: tuple[str, ...], *, out: str | None, keys: tuple[str, ...], as_json: bool, lang: "Language") -> None:
    """Scores a Parquet file with an engine into another one. Ends with 1 where rows of it cannot be scored."""
    from rulebook.diagnostics import RulebookError
    from rulebook.engines.sql_running import score_file

    if len(files) != 1 or out is None:
        raise click.UsageError(wording("engine_one_file", lang))
    try:
        counted = score_file(rules.compiled(), files[0], out, engine=engine, keys=keys, language=lang)
    except RulebookError as error:
        refuse(error.diagnostics, lang, as_json)
    if as_json:
        document({"rulebook": rules.id, "out": out, **counted._asdict()})
    else:
        click.echo(wording("engine_scored", lang, rows=counted.rows, refused=counted.refused, out=out))
    if counted.refused:
        raise click.exceptions.Exit(1)
