"""Lines to outline: head, sections, subsections, items, clauses, each with its mark, words and points. Nothing is dropped."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal, NamedTuple

from rulebook import lexicon, numerals
from rulebook.exact import decimal
from rulebook.parser import duties
from rulebook.parser.reader import signal
from rulebook.parser.tokens import Text
from rulebook.source import Source

Kind = Literal["head", "section", "subsection", "item", "clause", "note", "text", "comment", "blank"]

_SECTION, _SUBSECTION, _ITEM = (lexicon.pattern(name) for name in ("section", "subsection", "item"))
_POINTS, _INNER = lexicon.pattern("points_mark"), lexicon.pattern("inner_mark")
_KEY = lexicon.pattern("head_line")


class Line(NamedTuple):
    """One line of the file: its kind, the mark it opens with, and the words after the mark."""

    kind: Kind
    number: int
    mark: str
    words: Text
    start: int = 0


@dataclass(eq=False, repr=False)
class Part:
    """One node of the outline with its words, its points mark (taken off the words), and what belongs to it."""

    kind: Kind
    mark: str
    number: int
    words: Text
    points: Decimal | None = None
    points_span: tuple[int, int] | None = None
    start: int = 0
    end: int = 0
    comments: list[str] = field(default_factory=list)
    notes: list["Part"] = field(default_factory=list)
    parts: list["Part"] = field(default_factory=list)
    body: bool = False
    tail: Text | None = None


@dataclass(eq=False, repr=False)
class Outline:
    """The whole file: head lines, the tree of sections, what stands in no place, and the comments at the end."""

    head: list[Part] = field(default_factory=list)
    sections: list[Part] = field(default_factory=list)
    stray: list[Part] = field(default_factory=list)
    comments: list[str] = field(default_factory=list)


def lines(source: Source) -> Iterator[Line]:
    """The lines of the source, each with its kind."""
    start = 0
    in_head = True
    for number, words in enumerate(source.text.split("\n"), 1):
        end = start + len(words)
        text = Text(source.folded[start:end], range(start, end), words)
        start = end + 1
        line = _line(text, number, in_head)
        line = line._replace(start=text.places[0] + len(words) - len(words.lstrip()) if words else start - 1)
        in_head = in_head and line.kind in ("head", "comment", "blank")
        yield line


def _line(text: Text, number: int, in_head: bool) -> Line:
    folded = text.folded
    bare = folded.strip()
    if not bare:
        return Line("blank", number, "", text)
    if bare.startswith("#"):
        return Line("comment", number, "", text)
    first = len(folded) - len(folded.lstrip())
    if folded[first] in numerals.CIRCLED:
        return Line("clause", number, folded[first], text.part(first + 1, len(text)))
    patterns: tuple[tuple[Kind, re.Pattern[str]], ...] = (
        ("section", _SECTION), ("subsection", _SUBSECTION), ("item", _ITEM),
    )  # fmt: skip
    for kind, pattern in patterns:
        if match := pattern.match(folded):
            return Line(kind, number, match["mark"], text.part(match.end(), len(text)))
    match = _KEY.match(folded)
    known = lexicon.terms()["outline"].get(match["key"]) if match else None
    if match and known is not None and not _moves(known, folded[match.end() :]):
        return Line("note", number, match["key"], text.part(match.end(), len(text)))
    if match and in_head:
        return Line("head", number, match["key"], text.part(match.end(), len(text)))
    return Line("text", number, "", text)


def outline(source: Source) -> Outline:
    """The tree that the marks of the lines draw. Lines without a mark go on with the clause or item above them."""
    result = Outline()
    comments: list[str] = []
    section: Part | None = None
    subsection: Part | None = None
    item: Part | None = None
    clause: Part | None = None
    listing: Part | None = None  # a line of units that ends with a separator goes on in the next
    for line in lines(source):
        if line.kind == "blank":
            continue
        if line.kind == "comment":
            comments.append(line.words.original.strip()[1:].strip())
            continue
        owner = clause or item
        part = _part(line)
        if listing is not None and line.kind == "text":
            listing.words, listing.end = listing.words.joined(part.words), part.end
            listing.comments.extend(comments)
            comments = []
            listing = listing if part.words.folded.endswith(_GOES_ON) else None
            continue
        listing = part if line.kind == "note" and part.words.folded.endswith(_GOES_ON) and _is_duty(line) else None
        part.comments, comments = comments, []
        if line.kind == "text" and owner is not None:
            _continue(owner, part)
        elif line.kind == "note" and (noted := owner or (_is_duty(line) and (subsection or section)) or None) is not None:
            noted.comments.extend(part.comments)
            noted.notes.append(part)
        elif line.kind == "head":
            result.head.append(part)
        elif line.kind == "section":
            section, subsection, item, clause = part, None, None, None
            result.sections.append(part)
        elif line.kind == "subsection" and section is not None:
            subsection, item, clause = part, None, None
            section.parts.append(part)
        elif line.kind == "item" and section is not None:
            item, clause = part, None
            (subsection or section).parts.append(part)
        elif line.kind == "clause" and item is not None:
            clause = part
            item.parts.append(part)
        else:
            result.stray.append(part)
    result.comments = comments
    for part in result.sections:
        _finish(part)
    return result


def _part(line: Line) -> Part:
    words = _trimmed(line.words)
    end = words.places[-1] + 1 if len(words) else line.start + len(line.mark)
    number = numerals.CIRCLED.get(line.mark, 0)
    if line.kind in ("section", "subsection", "item"):
        number = int(numerals.read(line.mark) or 0)
    return Part(line.kind, line.mark, number, words, start=line.start, end=end)


def _continue(owner: Part, more: Part) -> None:
    """Adds a line to a clause, or to the unmarked body of an item."""
    owner.end = more.end
    if owner.kind == "item":
        body = next((part for part in owner.parts if part.body), None)
        if body is None:
            more.kind, more.body = "clause", True
            owner.parts.append(more)
            return
        owner = body
    owner.words = owner.words.joined(more.words)
    owner.end = more.end
    owner.comments.extend(more.comments)


def _finish(part: Part) -> None:
    """Takes the points marks off. The unmarked lines of an item that also has marked clauses belong to its heading."""
    body = next((inner for inner in part.parts if inner.body), None)
    if body is not None and len(part.parts) == 1 and (_goes_on(part.words) or duties.trailing(body.words) == 0):
        part.words = part.words.joined(body.words)
        part.comments.extend(body.comments)
        part.notes.extend(body.notes)
        part.parts.clear()
        body = None
    part.words, part.points, part.points_span = _points_off(part.words)
    if body is not None and len(part.parts) > 1:
        part.tail = body.words
        part.comments.extend(body.comments)
        part.parts.remove(body)
    for inner in part.parts:
        _finish(inner)


_GOES_ON = ("、", "，")


def _moves(kind: str, folded: str) -> bool:
    """责任单位：甲，缺一项扣1分 and 指标：合格率95%，每低1%扣1分 are sentences like others."""
    row = kind == "indicator" and any(word in folded for word in lexicon.terms()["indicator"])
    return kind in ("duty", "indicator") and not row and signal(folded)


def _is_duty(line: Line) -> bool:
    """True for a line that says who answers for what stands above it: 责任单位：…"""
    return lexicon.terms()["outline"][line.mark] == "duty"


def _points_off(words: Text) -> tuple[Text, Decimal | None, tuple[int, int] | None]:
    """The words without their points mark, also where it stands before the bracket that says who answers: （2分）（责任单位：甲）."""
    bare, points, span = split_points(words)
    start = duties.trailing(words) if points is None else None
    if start is None:
        return bare, points, span
    bare, points, span = split_points(words.part(0, start))
    if points is None:
        return words, None, None
    return duties.beside(bare.part(0, len(bare.folded.rstrip())), words.part(start, len(words))), points, span


def _goes_on(words: Text) -> bool:
    """True for the first line of a clause that stands in its item's own line: a sentence, and no points mark yet."""
    return split_points(words)[1] is None and any(mark in words.folded for mark in "。；，")


def _trimmed(text: Text) -> Text:
    folded = text.folded
    first = len(folded) - len(folded.lstrip())
    return text.part(first, max(first, len(folded.rstrip())))


def split_points(text: Text) -> tuple[Text, Decimal | None, tuple[int, int] | None]:
    """The words without the trailing （N分）, the points, and where the mark stood."""
    match = _POINTS.search(text.folded)
    if match is None:
        return text, None, None
    try:
        number = decimal(match["number"])
    except ValueError:
        return text, None, None
    others = [decimal(mark["number"]) for mark in _INNER.finditer(text.folded, 0, match.start())]
    if others and number != sum(others):
        return text, None, None  # 健全（2分）；不健全（0分） are rows, not what the clause is worth
    return text.part(0, match.start()), number, text.span(match.start(), match.end())
