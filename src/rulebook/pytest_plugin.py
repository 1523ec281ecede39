"""Rulebooks as tests: pytest reads each .rulebook file, counts each worked example, and tries each law.

Nothing is collected unless it is asked for: by `--rulebook`, by `rulebook_files = true` in the settings of pytest, or by naming a file.
A file gives `reading`, `6.2::例1` for each example, and `laws::…` for each law where hypothesis is installed.
"""

from collections.abc import Iterable, Iterator
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from rulebook import model
    from rulebook.api import Reading, Rulebook
    from rulebook.codes import Language

SUFFIX = ".rulebook"
_EXAMPLES = 100
_OF_EXAMPLES = "RB415"
"""The code of an example that does not hold: it is told at the example's own test."""


def pytest_addoption(parser: pytest.Parser) -> None:
    """The options are there: what to collect, how many records a law is tried on, the language of failures."""
    group = parser.getgroup("rulebook")
    group.addoption("--rulebook", action="store_true", help="collect every .rulebook file under the paths as tests")
    group.addoption("--rulebook-examples", type=int, metavar="N", help=f"records that each law is tried on (default {_EXAMPLES}; 0: no laws)")
    parser.addini("rulebook_files", "collect every .rulebook file as tests", type="bool", default=False)
    parser.addini("rulebook_examples", "records that each law is tried on (0: no laws)", default=str(_EXAMPLES))
    parser.addini("rulebook_language", "language of what failures say: zh or en", default="zh")


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> "RulebookFile | None":
    """A rulebook file is collected where that was asked for."""
    if file_path.suffix != SUFFIX:
        return None
    asked = parent.config.getoption("--rulebook") or parent.config.getini("rulebook_files")
    if not asked and not parent.session.isinitpath(file_path):
        return None
    return RulebookFile.from_parent(parent, path=file_path)


class NotHeld(Exception):
    """What a test of a rulebook found wrong, in words for its author."""


class Check(pytest.Item):
    """One thing that holds of a rulebook, or is told in words."""

    def __init__(self, *, holds: Any, line: int | None, **options: Any) -> None:
        super().__init__(**options)
        self.holds, self.line = holds, line

    def runtest(self) -> None:
        """Nothing is raised where it holds."""
        self.holds()

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        """The words for the author; a traceback only for what nobody foresaw."""
        return str(excinfo.value) if isinstance(excinfo.value, NotHeld) else super().repr_failure(excinfo, style)

    def reportinfo(self) -> tuple[Path, int | None, str]:
        """The file, the line (from 0) and the name."""
        return self.path, None if self.line is None else self.line - 1, self.name


class Group(pytest.Collector):
    """Checks under one name: those of a clause, or the laws."""

    def __init__(self, *, checks: Iterable[tuple[str, Any, int | None]], **options: Any) -> None:
        super().__init__(**options)
        self.checks = checks

    def collect(self) -> Iterator[Check]:
        """The checks, in order."""
        for name, holds, line in self.checks:
            yield Check.from_parent(self, name=name, holds=holds, line=line)


class RulebookFile(pytest.File):
    """A rulebook file: its reading; where it reads, its examples and its laws as well."""

    def collect(self) -> Iterator[Check | Group]:
        """The checks of the file, in the order of its text."""
        from rulebook.api import read
        from rulebook.lexicon import term

        language: Language = "en" if self.config.getini("rulebook_language") == "en" else "zh"
        reading = read(self.path)
        yield Check.from_parent(self, name="reading", holds=partial(reads, reading, language), line=None)
        if reading.rulebook is None or _errors(reading):
            return
        word = term("outline", "example")
        for section, clause in _clauses(reading.rulebook):
            counted = [
                (f"{word}{number}", partial(counts, reading.rulebook, section, clause, example, self.path.name, language), _line(example))
                for number, example in enumerate(clause.examples, 1)
            ]
            if counted:
                yield Group.from_parent(self, name=clause.address, checks=counted)
        tried = self._examples()
        holding = all(diagnostic.severity != "error" for diagnostic in reading.diagnostics)  # the laws read the formatted text again
        if tried and holding and find_spec("hypothesis"):
            from rulebook.sampling.laws import LAWS

            laws = [(name, partial(obeys, reading.rulebook, name, tried, language), None) for name in LAWS]
            yield Group.from_parent(self, name="laws", checks=laws)

    def _examples(self) -> int:
        chosen = self.config.getoption("--rulebook-examples")
        return int(self.config.getini("rulebook_examples")) if chosen is None else int(chosen)


def _clauses(book: "model.Rulebook") -> Iterator[tuple["model.Section", "model.Clause"]]:
    for section in book.sections:
        for item in section.items():
            for clause in item.clauses:
                yield section, clause


def _line(node: "model.Spanned") -> int | None:
    return None if node.span is None else node.span.line


def _errors(reading: "Reading") -> list[Any]:
    return [one for one in reading.diagnostics if one.severity == "error" and one.code != _OF_EXAMPLES]


# --- what is checked


def reads(reading: "Reading", language: "Language") -> None:
    """The file reads without an error. Raises NotHeld with every diagnostic that is one."""
    errors = _errors(reading)
    if errors:
        raise NotHeld("\n\n".join(diagnostic.text(language) for diagnostic in errors))


def counts(book: "Rulebook", section: "model.Section", clause: "model.Clause", example: "model.Example", file: str, language: "Language") -> None:
    """A worked example gives what it states. Raises NotHeld with the clause, its words, the line, what was expected and what came."""
    from rulebook.codes import wording
    from rulebook.consistency import example_score
    from rulebook.evaluator import NotKnown
    from rulebook.exact import show

    verb, wanted = ("score", example.score) if example.score is not None else ("loss", example.loss)
    if wanted is None:
        return
    got = wording("example_unknown", language)
    try:
        score, start = example_score(book, section, clause, example)
    except (NotKnown, ValueError):
        pass
    else:
        found = score if verb == "score" else start - score
        if found == wanted:
            return
        got = wording(f"example_{verb}", language, points=show(found))
    stated = wording(f"example_{verb}", language, points=show(wanted))
    words = {"clause": clause.address, "text": example.text, "place": f"{file}:{_line(example)}"}
    raise NotHeld(wording("example_failed", language, wanted=stated, got=got, **words))


def obeys(book: "Rulebook", law: str, examples: int, language: "Language") -> None:
    """A law holds of every record tried. Raises NotHeld with the smallest record that breaks it."""
    from rulebook.sampling import laws

    for failure in laws.run(book, examples=examples, names=[law], language=language):
        raise NotHeld(laws.told(failure, language))
