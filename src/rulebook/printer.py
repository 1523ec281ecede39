"""Model to canonical text. The author's words stay as they are; marks, spaces and points take one form. Reading it gives the model again."""

import re
from collections.abc import Iterator

from rulebook import lexicon, model
from rulebook.exact import show
from rulebook.parser.duties import BRACKETS


def print_rulebook(book: model.Rulebook) -> str:
    """The canonical text of a rulebook, its comments, examples and names included."""
    return "\n".join(_lines(book)).strip("\n") + "\n"


def _lines(book: model.Rulebook) -> Iterator[str]:
    for line in book.header.lines:
        yield from remarks(line.comments)
        yield f"{line.key}：{line.value}"
    for section in book.sections:
        if section.mark:
            yield ""
            yield from remarks(section.comments)
            yield section.title + brackets(section.duty) + _points(section.points)
            yield from duty_lines(section.duty)
        for subsection in section.subsections:
            yield from remarks(subsection.comments)
            if subsection.number:
                yield subsection.title + brackets(subsection.duty) + _points(subsection.points)
                yield from duty_lines(subsection.duty)
            for item in subsection.items:
                yield from _item(item)
    if book.comments:
        yield ""
        yield from remarks(book.comments)


def _item(item: model.Item) -> Iterator[str]:
    yield from remarks(item.comments)
    if item.inline:
        clause = item.clauses[0]
        yield from _words(f"{item.number}. ", clause.text, item.points)
        yield from notes(clause)
        return
    yield f"{item.number}. {item.heading}{brackets(item.duty)}{_points(item.points)}"
    yield from duty_lines(item.duty)
    for clause in item.clauses:
        yield from remarks(clause.comments)
        stated = clause.points if clause.points_stated else None
        yield from _words(f"{clause.mark} " if clause.mark else "", clause.text, stated)
        yield from notes(clause)


def _words(mark: str, text: str, points: object) -> Iterator[str]:
    lines = [line.strip() for line in text.split("\n")]
    lines = [line for line in lines if line] or [""]
    lines[0] = mark + lines[0]
    lines[-1] += _points(points)
    yield from lines


def brackets(duty: model.Duty | None) -> str:
    """Who answers for what stands below a heading, where the heading itself says it."""
    return "" if duty is None else "".join(words for words in duty.written if words[0] in BRACKETS)


def duty_lines(duty: model.Duty | None) -> Iterator[str]:
    """The lines that say who answers."""
    if duty is not None:
        yield from (_KEY.sub("：", words, count=1) for words in duty.written if words[0] not in BRACKETS)


_KEY = re.compile(r"\s*[：:]\s*")


def notes(clause: model.Clause) -> Iterator[str]:
    """The lines below a clause: who answers, the author's names of its facts, indicators, examples."""
    yield from duty_lines(clause.duty)
    for old, new in clause.names:
        yield f"{lexicon.term('outline', 'fact')}：{old} → {new}"
    for indicator in clause.indicators:
        yield f"{lexicon.term('outline', 'indicator')}：{indicator.text}"
    for example in clause.examples:
        yield f"{lexicon.term('outline', 'example')}：{example.text}"


def _points(points: object) -> str:
    return "" if points is None else f"（{show(points)}{lexicon.term('name_unit', 'points')}）"  # type: ignore[arg-type]


def remarks(comments: tuple[str, ...]) -> Iterator[str]:
    """Comments as lines."""
    for comment in comments:
        yield f"# {comment}".rstrip()
