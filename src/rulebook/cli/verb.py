"""What every verb of the command line has: its registration, its options, and the rulebook that it reads."""

from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import click

from rulebook.cli.output import language, read_bytes, refuse
from rulebook.codes import wording

if TYPE_CHECKING:
    from rulebook.api import Reading, Rulebook
    from rulebook.codes import Language

VERBS: dict[str, click.Command] = {}
OFFICE = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
"""How office files begin, old ones too."""


def help_of(key: str) -> str:
    """A line of help in the language of the locale."""
    return wording(key, language(None))


def verb(name: str, *, as_json: bool = True) -> Callable[[Callable[..., None]], click.Command]:
    """Registers a command with the options that every verb has."""

    def register(function: Callable[..., None]) -> click.Command:
        if as_json:
            function = click.option("--json", "as_json", is_flag=True, help=help_of("option_one_json_document"))(function)
        function = click.option("--lang", type=click.Choice(["zh", "en"]), help=help_of("option_language_of_messages"))(
            function
        )
        command = click.command(name, help=help_of(f"help_{name}"), short_help=help_of(f"help_{name}"))(function)
        VERBS[name] = command
        return command

    return register


def reading_of(name: str, lang: "Language", accept: tuple[str, ...] = ()) -> "Reading":
    """What a file, a shipped rulebook or standard input reads as. Raises UsageError for a document of Word or Excel."""
    from rulebook.api import read
    from rulebook.bounds import BOUNDS

    if name == "-":
        return read(read_bytes("-", BOUNDS.rulebook_bytes), name="<stdin>", accept=accept)
    reading = read(Path(name), accept=accept)
    if any(found.severity == "error" for found in reading.diagnostics) and _is_office(name):
        raise click.UsageError(wording("office_is_no_rulebook", lang, name=name))
    return reading


def _is_office(name: str) -> bool:
    with suppress(OSError, ValueError), Path(name).open("rb") as file:
        return file.read(4) in OFFICE
    return False


def book_of(name: str, lang: "Language", as_json: bool, accept: tuple[str, ...] = (), *, kept: bool = False) -> "Rulebook":
    """The rulebook, or the end of the program with every diagnostic. `kept`: as the cache has it, where it has it."""
    if kept and name != "-":
        from rulebook.api import kept as known
        from rulebook.diagnostics import RulebookError

        with suppress(RulebookError):  # which is told below
            return known(Path(name), accept=accept)
    reading = reading_of(name, lang, accept)
    errors = [diagnostic for diagnostic in reading.diagnostics if diagnostic.severity == "error"]
    if reading.rulebook is None or errors:
        refuse(errors or reading.diagnostics, lang, as_json)
    assert reading.rulebook is not None
    return reading.rulebook
