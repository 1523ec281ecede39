"""The lines of a cell to clauses: broken lines joined, marks and points taken off. What is repaired is layout, and each repair is told."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import pairwise

from rulebook import lexicon, numerals
from rulebook.exact import decimal, show
from rulebook.exchange.document import Place
from rulebook.parser.reader import read as read_clause
from rulebook.parser.tokens import Text
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
    cleaned = [Line(words, line.place) for line in lines if (words := clean(line.text))]
    kind = _kind(cleaned)
    return [_finished(text, place, marked) for text, place, marked in _pieces(_joined(cleaned, kind), kind)]


def _kind(lines: list[Line]) -> str:
    """The kind of mark that parts the clauses: circled numbers, or else the kind of the first mark where it runs on from 1; "" for none."""
    found = [one for line in lines if (one := mark(line.text)) is not None]
    if any(kind == "circled" for _, _, kind in found):
        return "circled"
    numbers = [number for number, _, kind in found if kind == found[0][2]]
    return found[0][2] if numbers and numbers == list(range(1, len(numbers) + 1)) else ""


def _opening(text: str, kind: str) -> tuple[int, int] | None:
    """Number and length of the mark of that kind that a line begins with."""
    found = mark(text)
    return None if found is None or found[2] != kind else found[:2]


def _joined(lines: list[Line], kind: str) -> list[Line]:
    """Lines that begin with a mark, or follow the points of another clause; the rest of a broken line joins the line above it."""
    found: list[Line] = []
    for line in lines:
        alone = lexicon.pattern("import_points").fullmatch(fold(line.text)) is not None
        opens = _opening(line.text, kind) is not None or (found and ends_with_points(found[-1].text) and not alone)
        if found and not opens:
            found[-1] = Line(_glued(found[-1].text, line.text), found[-1].place)
        else:
            found.append(line)
    return found


def _glued(one: str, other: str) -> str:
    """Two lines as one: a space only between Latin words. A line that ends with an effect keeps its end, which parts it from the next."""
    found = read_clause(Text.of(one)).found
    if found and found[-1].end == len(one):
        return f"{one}\n{other}"
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


def _pieces(lines: list[Line], kind: str) -> Iterator[tuple[str, Place, bool]]:
    """The words of each clause, its mark taken off."""
    for line in lines:
        found = _opening(line.text, kind)
        words = line.text if found is None else line.text[found[1] :]
        marked = found is not None
        for part in _within(words, found[0] if found else 0, kind):
            for piece in _by_points(part):
                yield piece, line.place, marked
                marked = True


def _within(words: str, number: int, kind: str) -> list[str]:
    """The clauses that stand on one line: a mark that runs on, after points or a stop, begins the next."""
    parts, begun, at = [], 0, 0
    while at < len(words):
        found = mark(words[at:]) if words[at - 1 : at] in _BEFORE_MARK and not words[at].isspace() else None
        before = words[begun:at].strip()
        if found is not None and found[0] == number + 1 and found[2] in (kind, "circled") and (before or at == 0):
            if before:
                parts.append(before)
            at += found[1]
            begun, number = at, number + 1
        else:
            at += 1
    return [*parts, words[begun:].strip()]


_BEFORE_MARK = "。；;）)】]］\n"


def _by_points(words: str) -> list[str]:
    """Clauses side by side on one line, each ended by its points: …（2分）；…（3分）."""
    folded = fold(words)
    found = list(lexicon.pattern("import_points").finditer(folded))
    if len(found) < 2 or found[-1].end() < len(folded.rstrip("。；")):
        return [words]
    if any(match.group().rstrip()[-1:] not in "。；" for match in found[:-1]):
        return [words]
    ends = [0, *(match.end() for match in found[:-1]), len(words)]
    return [words[a:b].strip() for a, b in pairwise(ends)]


def _finished(text: str, place: Place, marked: bool) -> Clause:
    """The clause with its points mark taken off, wherever in the clause its only one stands."""
    words, number, printed = split_points(text)
    clause = Clause(_BROKEN.sub("", words), place, number, marked)
    if number is not None and printed is not None:
        behind = clause.text[-6:] if len(printed) > len(points_mark(number)) + 2 else ""
        clause.repairs.append(Repair(printed, behind + points_mark(number)))
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
        stop = match.group().rstrip()[-1]
        before += stop if stop in _STOPS else "。"
    usual = not inside and fold(match.group().strip().rstrip("。；，;,.")) == fold(points_mark(number))
    printed = text[max(0, match.start() - 8) : match.end() + 4] if inside else match.group()
    return (before + after).strip(), number, None if usual else printed.strip()


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
