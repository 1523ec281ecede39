"""The verb `export`, and how papers are written for `template` and `score`."""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from rulebook.cli.database import export_query
from rulebook.cli.output import language, refuse, write_bytes
from rulebook.cli.verb import OFFICE, book_of, help_of, verb
from rulebook.codes import wording

if TYPE_CHECKING:
    from rulebook.api import Rulebook, Scorecard
    from rulebook.codes import Language
    from rulebook.diagnostics import RulebookError
    from rulebook.evidence import Record


@verb("export", as_json=False)
@click.argument("book")
@click.option("--out", "-o", type=click.Path(dir_okay=False), help=help_of("option_write_to_a_file"))
@click.option("--sql", "dialect", metavar="DIALECT", help=help_of("option_sql"))
@click.option("--table", default="evidence", help=help_of("option_sql_table"))
@click.option("--columns", type=click.Path(), help=help_of("option_sql_columns"))
@click.option("--key", "keys", multiple=True, help=help_of("option_sql_key"))
@click.option("--reasons", is_flag=True, help=help_of("option_sql_reasons"))
def export(
    book: str, out: str | None, dialect: str | None, table: str, columns: str | None, keys: tuple[str, ...], reasons: bool, lang: str | None
) -> None:  # fmt: skip
    spoken = language(lang)
    rules = book_of(book, spoken, False)
    if dialect is not None:
        export_query(rules, dialect, table=table, columns=columns, keys=keys, reasons=reasons, out=out, lang=spoken)
        return
    if out is None:
        raise click.UsageError(wording("export_to_what", spoken))
    made: dict[str, Callable[[], bytes]] = {
        ".xlsx": lambda: _score_sheet(rules),
        ".docx": lambda: _rubric(rules),
        ".json": lambda: (rules.model_dump_json() + "\n").encode(),
        ".yaml": lambda: rules.model_dump_yaml().encode(),
        ".yml": lambda: rules.model_dump_yaml().encode(),
    }
    write(out, made, spoken)
    if Path(out).suffix.lower() == ".docx":
        _left(rules, spoken)


def _left(rules: "Rulebook", lang: "Language") -> None:
    """Says how many lines of the text stayed behind."""
    from rulebook.papers.annex import kept

    lines = len(kept(rules))
    if lines:
        click.echo(wording("export_left", lang, count=lines), err=True)


def write(out: str, made: dict[str, Callable[[], bytes]], lang: "Language", *, anew: bool = True) -> None:
    """Writes the paper of the file's suffix; a file that stands there is kept where the paper is written to be filled in (`anew`)."""
    from rulebook.diagnostics import Diagnostic, RulebookError

    suffix = Path(out).suffix.lower()
    if suffix not in made:
        refuse([Diagnostic("RB604", {"name": Path(out).suffix, "allowed": " ".join(name for name in made if name != ".yml")})], lang, False)
    if anew and Path(out).exists():
        refuse([Diagnostic("RB605", {"name": out})], lang, False)
    try:
        write_bytes(Path(out), made[suffix]())
    except RulebookError as error:
        refuse(error.diagnostics, lang, False)


def papers_of(rules: "Rulebook", ranks: Sequence[tuple[int | None, "Scorecard"]], *, own: bool) -> dict[str, Callable[[], bytes]]:
    """What `score --out` writes: suffix → the paper of these scorecards, in the order of their ranks; `own` as each subject's own report."""
    from rulebook.papers.report import report
    from rulebook.papers.sheet import score_sheet

    cards = [card for _, card in ranks]
    return {
        ".xlsx": lambda: score_sheet(rules, *cards, ranks=[rank for rank, _ in ranks]),
        ".docx": lambda: report(rules, *cards, own=own),
    }


def form_of(rules: "Rulebook") -> bytes:
    """The workbook to fill in."""
    from rulebook.papers.form import form

    return form(rules)


def table_of(rules: "Rulebook") -> bytes:
    """The headings of a table, marked as UTF-8 so that spreadsheets read the characters."""
    from rulebook.papers.table import table_template

    return ("\ufeff" + table_template(rules)).encode()


def records_of(rules: "Rulebook", raw: bytes, name: str, *, force: bool) -> "Iterator[bytes | Record | RulebookError]":
    """What a file of evidence holds: one record, or those of the rows of a table; what is wrong with a row in its stead."""
    if raw.startswith(OFFICE):
        from rulebook.papers.filled import read_form

        yield read_form(rules, raw, name=name, force=force)
    elif is_table(name):
        from rulebook.papers.table import read_table

        yield from read_table(rules, raw, name=name, force=force)
    else:
        yield raw


def is_table(name: str) -> bool:
    """True for the name of a table of evidence."""
    return name.lower().endswith(".csv")


def _score_sheet(rules: "Rulebook") -> bytes:
    from rulebook.papers.sheet import score_sheet

    return score_sheet(rules)


def _rubric(rules: "Rulebook") -> bytes:
    from rulebook.papers.report import rubric

    return rubric(rules)
