"""The lines of a cell to clauses: broken lines joined, marks and points taken off. What is repaired is layout, and each repair is told."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal

from rulebook import lexicon, numerals
from rulebook.exact import decimal, show
from rulebook.exchange.document import Place
from rulebook.source import fold


@dataclass(frozen=True)
class Line:
    """Words of the document with their place."""

    text: str
    place: Place


@dataclass(frozen=True)
class Repair:
    """Words as printed, and as the draft has them; `worded` where more than layout was changed."""

    printed: str
    read: str
    worded: bool = False


@dataclass
class Clause:
    """One clause: its words without mark and points, and what was repaired in it."""

    text: str
    place: Place
    points: Decimal | None = None
    marked: bool = False
    repairs: list[Repair] = field(default_factory=list)


_INVISIBLE = re.compile("[\u00ad\u200b-\u200d\u2060\ufeff\x00-\x08\x0b-\x1f\x7f]")
_SPACES = re.compile(r"[ \t\u3000\xa0]{2,}")
_BROKEN = re.compile(r"(?<=[\u3000-\u303f\u4e00-\u9fff\uff00-\uffef]) +(?=[\u3000-\u303f\u4e00-\u9fff\uff00-\uffef])")


def clean(text: str) -> str:
    """The words without characters that cannot be seen, and without spaces that only fill."""
    return _SPACES.sub(" ", _INVISIBLE.sub("", text)).replace("\t", " ").replace("\n", " ").strip()


def clauses(lines: Iterable[Line]) -> list[Clause]:
    """The clauses of a cell, in order: one a mark, or one a points mark where lines have none."""
    return [_finished(text, place, marked) for text, place, marked in _pieces(_joined(lines))]


def _joined(lines: Iterable[Line]) -> list[Line]:
    """Lines that begin with a mark, or follow the points of another clause; the rest of a broken line joins the line above it."""
    found: list[Line] = []
    for line in lines:
        words = clean(line.text)
        if not words:
            continue
        alone = lexicon.pattern("import_points").fullmatch(fold(words)) is not None
        opens = mark(words) is not None or (found and ends_with_points(found[-1].text) and not alone)
        if found and not opens:
            found[-1] = Line(_glued(found[-1].text, words), found[-1].place)
        else:
            found.append(Line(words, line.place))
    return found


def _glued(one: str, other: str) -> str:
    """Two lines as one: a space only between Latin words."""
    between = " " if one[-1:].isascii() and one[-1:].isalpha() and other[:1].isascii() and other[:1].isalpha() else ""
    return one + between + other


def mark(text: str) -> tuple[int, int, str] | None:
    """Number, length and kind of the mark that a clause begins with."""
    match = lexicon.pattern("import_clause_mark").match(fold(text))
    if match is None or match.end() == 0:
        return None
    kind = match.lastgroup or ""
    words = match[kind]
    if kind == "circled":
        return numerals.CIRCLED[words], match.end(), kind
    if kind == "digital":
        return ord(words) - 0x2473, match.end(), kind
    number = numerals.read(words)
    if number is None or number != int(number):
        return None
    return int(number), match.end(), kind


def ends_with_points(text: str) -> bool:
    """True where the words end with a points mark in brackets."""
    return _points_at_end(text) is not None


def _points_at_end(text: str) -> re.Match[str] | None:
    folded = fold(text)
    for name in ("import_points", "import_odd_points"):
        last = None
        for match in lexicon.pattern(name).finditer(folded):
            last = match
        if last is not None and last.end() == len(folded):
            return last
    return None


def _pieces(lines: list[Line]) -> list[tuple[str, Place, bool]]:
    """The words of each clause, its mark taken off. Marks count only where they run on from 1, all of one kind."""
    marks = [mark(line.text) for line in lines]
    kinds = {found[2] for found in marks if found is not None}
    numbers = [found[0] for found in marks if found is not None]
    if (len(kinds) != 1 or numbers != list(range(1, len(numbers) + 1))) and "circled" not in kinds:
        return [(line.text, line.place, False) for line in lines]
    pieces: list[tuple[str, Place, bool]] = []
    for line, found in zip(lines, marks, strict=True):
        words = line.text if found is None else line.text[found[1] :]
        first = found is not None
        for part in _within(words, found[0] if found else 0):
            pieces.append((part, line.place, first))
            first = True
    return pieces


def _within(words: str, number: int) -> list[str]:
    """The clauses that stand on one line: a circled mark that runs on, after points or a stop, begins the next."""
    parts, begun = [], 0
    for at, character in enumerate(words):
        expected = numerals.CIRCLED.get(character) == number + 1
        before = words[begun:at].rstrip()
        if expected and ((not before and at == 0) or before[-1:] in "。；;）)】"):
            if before:
                parts.append(before)
            begun, number = at + 1, number + 1
    return [*parts, words[begun:].strip()]


def _finished(text: str, place: Place, marked: bool) -> Clause:
    """The clause with its points mark taken off, wherever in the clause its only one stands."""
    words, number, printed = split_points(text)
    clause = Clause(_BROKEN.sub("", words), place, number, marked)
    if number is not None and printed is not None:
        clause.repairs.append(Repair(printed, points_mark(number)))
    return _denied(clause)


def points_mark(number: Decimal) -> str:
    """The mark as the language writes it: （0.5分）."""
    return f"（{show(number)}{lexicon.term('name_unit', 'points')}）"


def split_points(text: str) -> tuple[str, Decimal | None, str | None]:
    """Words, points, and the points mark as printed where its form is not the usual one or it stood inside the clause."""
    match = _points_at_end(text)
    inside = match is None
    if match is None:
        inner = list(lexicon.pattern("import_points").finditer(fold(text)))
        if len(inner) != 1:
            return text, None, None
        match = inner[0]
    try:
        number = decimal(match["number"])
    except ValueError:
        return text, None, None
    before, after = text[: match.start()], text[match.end() :]
    if inside and before and before[-1] not in _STOPS and after.strip()[:1] not in _STOPS:
        before += "。"
    usual = not inside and fold(match.group().strip().rstrip("。；，;,.")) == fold(points_mark(number))
    return (before + after).strip(), number, None if usual else match.group().strip()


_STOPS = "。；，：、;,:"


def _denied(clause: Clause) -> Clause:
    """不得分0.5分 in a clause of 0.5 points: nothing earned and all of it lost are the same, so the figure says nothing more."""
    match = lexicon.pattern("import_denied").search(fold(clause.text))
    if match is None or clause.points is None:
        return clause
    try:
        same = decimal(match["number"]) == clause.points
    except ValueError:
        return clause
    if same:
        printed = clause.text[match.start() : match.end()]
        read = clause.text[match.start("verb") : match.end("verb")]
        clause.text = clause.text[: match.start()] + read + clause.text[match.end() :]
        clause.repairs.append(Repair(printed, read, worded=True))
    return clause
