"""Stretches of a clause that are read as one piece: names, numbers of standards, marks of lists, formulas, vetoes.

A pattern runs only over text that holds one of its marks (third column of the table), and a stretch that another holds is left alone.
"""

import re
from collections.abc import Iterable, Iterator
from decimal import Decimal

from rulebook import lexicon, numerals
from rulebook.exact import decimal, is_exact
from rulebook.parser.tokens import Token

OPAQUE = ("names", "standards", "documents", "dates", "clock", "idioms", "spent", "treated")
"""The patterns of stretches that are names: nothing in them is read."""
_VETOES = ("no_honours", "lowest_grade", "declared")
_ARABIC = re.compile(lexicon.NUMBER)
_WHOLE = Decimal(100)
_NAMES = (
    *OPAQUE,
    "formula",
    "part",
    "over",
    "pool",
    "exhausted",
    "drained",
    "topped",
    "floored",
    "emptied",
    "bottom",
    "forfeited",
    "singly",
    "highest",
    "spared",
    "capped",
    "sunk",
    "sustained",
    "brimful",
    "most_times",
    "graded",
    "within",
    "included",
    *(f"veto_{kind}" for kind in _VETOES),
    "enumerator",
)
_UNMARKED = frozenset(name for name in _NAMES if not lexicon.marks(name))
_MARKED = {mark: frozenset(name for name in _NAMES if mark in lexicon.marks(name)) for name in _NAMES for mark in lexicon.marks(name)}
_MARK = re.compile(f"(?=({lexicon.either(_MARKED)}))")
"""Any mark, wherever one begins; the longest where several do."""
_TELLS = {
    mark: frozenset().union(*(names for other, names in _MARKED.items() if mark.startswith(other))) for mark in _MARKED
}
"""Mark → the patterns that it, or a mark it begins with, belongs to."""


_STANDING = (
    ("floored", "FLOOR"),
    ("emptied", "FLOOR"),
    ("bottom", "FLOOR"),
    ("forfeited", "ZERO"),
    ("highest", "HIGHEST_ONLY"),
    ("singly", "ONCE_ONLY"),
)
"""Limits, and the loss of a whole clause, told in many words and no figure."""


def found(folded: str) -> list[Token]:
    """The tokens of all such stretches; none overlaps another."""
    tokens: list[Token] = []
    for token in _all(folded, _present(folded)):
        if not any(other.start < token.end and token.start < other.end for other in tokens):
            tokens.append(token)
    return tokens


def _present(folded: str) -> frozenset[str]:
    """The names of the patterns of which a mark stands in the text."""
    return _UNMARKED.union(*(_TELLS[mark] for mark in set(_MARK.findall(folded))))


def _all(folded: str, present: frozenset[str]) -> Iterator[Token]:
    for name in OPAQUE:
        for match in _matches(name, folded, present):
            yield _name(match, folded)
    for match in _figured("formula", folded, present):
        yield from _formula(match)
    for match in _figured("part", folded, present):
        yield from _part(match)
    for match in _figured("over", folded, present):
        if decimal(match["over"]) == decimal(match["points"]):
            yield from _bound("MOST_GAINED", match, folded)
    for match in _figured("pool", folded, present):
        yield from _bound("MOST_LOST", match, folded)
    for match in _figured("drained", folded, present):
        yield from _bound("MOST_LOST", match, folded)
    for match in _figured("topped", folded, present):
        yield from _bound("MOST", match, folded)
    for match in _figured("exhausted", folded, present):
        yield from _bound("MOST_GAINED" if match["gained"] else "MOST_LOST", match, folded)
    for name, kind in _STANDING:
        for match in _matches(name, folded, present):
            if not _is_longer_word(folded, match.start(), match.end()):
                yield Token("WORD", match.group(), *match.span(), classes=((kind, ""),))
    for match in _figured("spared", folded, present):
        yield from _spared(match)
    for match in _figured("capped", folded, present):
        if _is_longer_word(folded, match.start(), match.start("points") if match["points"] else match.end()):
            continue
        kind = "MOST_LOST" if match["lost"] else "MOST_GAINED" if match["gained"] else "MOST"
        yield from _bound(kind, match, folded, "both" if match["both"] else "")
    for match in _figured("sunk", folded, present):
        yield from _bound("MOST_LOST", match, folded)
    for match in _figured("sustained", folded, present):
        if match["own"] or lexicon.pattern("loses").search(folded, 0, match.start()):
            yield from _bound("LEAST", match, folded)
    for match in _matches("brimful", folded, present):
        yield from _brimful(match)
    for match in _figured("most_times", folded, present):
        if not _is_longer_word(folded, *match.span()):
            yield from _times(match)
    for match in _figured("within", folded, present):
        yield from _bound("MOST_GAINED" if match["gained"] else "MOST_LOST", match, folded)
    for match in _figured("graded", folded, present):
        yield from _graded(match)
    for match in _matches("included", folded, present):
        yield Token("INCLUDED", match.group(), match.start(), match.end())
    for kind in _VETOES:
        for match in _matches(f"veto_{kind}", folded, present):
            yield Token("VETO", match.group(), match.start(), match.end(), kind)
    for match in _matches("enumerator", folded, present):
        yield Token("STOP", "，", match.start("mark"), match.end("mark"))


def _matches(name: str, folded: str, present: frozenset[str]) -> Iterable[re.Match[str]]:
    """Where the pattern of that name matches."""
    return lexicon.pattern(name).finditer(folded) if name in present else ()


def _figured(name: str, folded: str, present: frozenset[str]) -> Iterable[re.Match[str]]:
    """Where it matches with figures that are carried exactly; others are left to be refused."""
    if name not in present:
        return ()
    return (match for match in _matches(name, folded, present) if all(map(is_exact, _ARABIC.findall(match.group()))))


def _name(match: re.Match[str], folded: str) -> Token:
    """A quotation is opaque, but 实行“一票否决” vetoes."""
    inner, before = match.group()[1:-1], folded[: match.start()]
    if inner in lexicon.of_class("VETO") and before.endswith(tuple(lexicon.of_class("GOVERN"))):
        return Token("VETO", match.group(), match.start(), match.end(), dict(lexicon.words()[inner])["VETO"])
    return Token("OPAQUE", match.group(), match.start(), match.end())


def _formula(match: re.Match[str]) -> Iterator[Token]:
    """完成率×10: the rate, and the points it is multiplied with; none where 15-漂移率×10 names two wholes."""
    points, whole = match["points"] or match["whole"], match["complement"]
    if whole is None or whole == points:
        numbers = (decimal(points),) if _ARABIC.fullmatch(points) else ()
        value = "falling" if whole is not None else ""
        yield Token("FORMULA", match["name"] or match["rate"], match.start(), match.end(), value, numbers)


def _part(match: re.Match[str]) -> Iterator[Token]:
    """不足5%按5%计: how a part of a step counts."""
    kind = next(kind for kind in ("started", "pro_rata", "whole") if match[kind])
    if kind != "started" or _size(match["size"]) == _size(match["started"]):
        yield Token("PART", match.group(), match.start(), match.end(), kind)


def _size(words: str) -> Decimal | None:
    return decimal(words) if _ARABIC.fullmatch(words) else numerals.read(words)


def _graded(match: re.Match[str]) -> Iterator[Token]:
    """优（9-10）：, a row of grades: the points of its own that a grade may have."""
    low, high = decimal(match["low"]), decimal(match["high"])
    if low < high and lexicon.pattern("grade").fullmatch(match["label"]):
        yield Token("RANGE", match["range"], *match.span("range"), numbers=(low, high))


def _is_longer_word(folded: str, start: int, end: int) -> bool:
    """True where a word of the lexicon ends at a place and holds all of the stretch."""
    end = start + len(folded[start:end].rstrip())
    lengths = lexicon.lengths_back().get(folded[end - 1], ())
    return any(length >= end - start and folded[max(end - length, 0) : end] in lexicon.words() for length in lengths)


def _spared(match: re.Match[str]) -> Iterator[Token]:
    """可在3分以内扣分: a person gives a figure from nothing to that."""
    cut, end = match.start("points"), match.end()
    kind = lexicon.terms()["dealt"][match["verb"]]
    yield Token("WORD", match.string[match.start() : cut], match.start(), cut, classes=((kind, ""),))
    yield Token("RANGE", match.string[cut:end], cut, end, numbers=(Decimal(0), decimal(match["points"])))


def _brimful(match: re.Match[str]) -> Iterator[Token]:
    """超过满分按满分计: the clause gives all that it is worth and no more."""
    cut, end = match.start("whole" if match["whole"] else "cap"), match.end()
    yield Token("MOST_GAINED", match.string[match.start() : cut], match.start(), cut)
    yield Token("SHARE", match.string[cut:end], cut, end, numbers=(_WHOLE,))


def _times(match: re.Match[str]) -> Iterator[Token]:
    """最多扣3次, 超过5篇的按5篇计, 5项封顶: so many of what is counted, and none beyond."""
    number = _size(match["number"] or match["over"] or match["most"])
    unit = match["unit"] or match["of"] or match["each"]
    if number and any(unit in lexicon.of_class(kind) for kind in ("MEASURE", "TIME_UNIT", "STEP_UNIT")):
        yield Token("MOST_TIMES", match.group(), *match.span(), unit, (number,))


def _bound(kind: str, match: re.Match[str], folded: str, value: str = "") -> Iterator[Token]:
    """从30分里扣除, 超过25分以25分计: the words of a limit and its figure; a share that follows is an amount like any other."""
    cut, end = match.start("points") if match["points"] else match.end(), match.end()
    yield Token(kind, folded[match.start() : cut], match.start(), cut, value)
    if match["points"]:
        yield Token("FIGURE", folded[cut:end], cut, end, numbers=(decimal(match["points"]),))
