"""责任单位 of a clause or a heading: the brackets of its words and the lines below it, as one node of the model."""

from collections.abc import Iterable
from typing import NamedTuple

from rulebook import lexicon, model
from rulebook.parser import duties
from rulebook.parser.outline import Part
from rulebook.parser.tokens import Text
from rulebook.source import Source


class Read(NamedTuple):
    """The words without what says who answers, the duty, and the places of annotations that name nobody."""

    rest: Text
    duty: model.Duty | None
    empty: tuple[tuple[int, int], ...] = ()


def read_duty(words: Text, notes: Iterable[Part], source: Source) -> Read:
    """Who answers, as brackets in the words and lines below them say."""
    found = duties.annotations(words)
    lines = [note for note in notes if lexicon.terms()["outline"].get(note.mark) == "duty"]
    if not found and not lines:
        return Read(words, None)
    said = [(one.named, *words.span(one.start, one.end)) for one in found]
    said += [(duties.valued(note.words, note.mark), note.start, note.end) for note in lines]
    written = [_one_line(source.text[start:end]) for _, start, end in said]
    named = [one for several, _, _ in said for one in several]
    first, last = said[0], said[-1]
    duty = model.Duty.made(
        **{_FIELDS[role]: names for role, names in _by_role(named).items()},
        open=any(one.open for one in named),
        written=tuple(written),
        span=model.Span.made(start=first[1], end=max(first[2], last[2]), line=source.line(first[1])),
    )
    return Read(duties.without(words, found), duty, tuple((start, end) for several, start, end in said if not several))


_FIELDS: dict[duties.Role, str] = {"lead": "leads", "answer": "answers", "support": "supports"}


def _by_role(named: list[duties.Named]) -> dict[duties.Role, tuple[str, ...]]:
    """The names of each role, each once: who leads does not support as well."""
    taken: set[str] = set()
    found: dict[duties.Role, tuple[str, ...]] = {}
    for role in duties.ROLES:
        names = dict.fromkeys(name for one in named if one.role == role for name in one.names)
        found[role] = tuple(name for name in names if name not in taken)
        taken.update(names)
    return found


def _one_line(words: str) -> str:
    """An annotation without the line breaks inside it."""
    return "".join(line.strip() for line in words.split("\n"))
