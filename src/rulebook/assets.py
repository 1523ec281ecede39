"""Where the grammar, the shipped rulebooks and the code pages lie: in an installed wheel or beside an editable checkout."""

from functools import cache
from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent
_PLACES = {
    "grammar": ("_data/grammar", "../../grammar"),
    "rulebooks": ("_data/rulebooks", "../../rulebooks"),
    "codes": ("_data/codes", "../../docs/reference/codes"),
}


@cache
def folder(name: str) -> Path:
    """The folder of one kind of data file (`grammar`, `rulebooks`, `codes`). Raises FileNotFoundError if the install lost it."""
    for place in _PLACES[name]:
        path = (_PACKAGE / place).resolve()
        if path.is_dir():
            return path
    raise FileNotFoundError(f"the data folder {name!r} of rulebook is missing: reinstall rulebook-dsl")


def text(name: str, file: str) -> str:
    """The text of one data file, UTF-8."""
    return (folder(name) / file).read_text(encoding="utf-8")


@cache
def table(file: str) -> list[list[str]]:
    """The rows of a tab-separated table of `grammar/`; blank lines and lines beginning with # are left out."""
    return [line.split("\t") for line in text("grammar", file).split("\n") if line and line[0] != "#"]
