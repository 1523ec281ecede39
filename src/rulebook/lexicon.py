"""The words of the language as data: classes of words, the signals that points move, and the words of header and evidence."""

import re
from collections.abc import Iterable, Iterator
from decimal import Decimal
from functools import cache
from itertools import product

from rulebook import numerals
from rulebook.assets import table

Entry = tuple[str, str]
"""Class and value of a word."""


@cache
def rows() -> tuple[tuple[str, str, str], ...]:
    """Class, word and value of every row, folded; a row with several words in brackets, (合计|总计)(最高|最多)得, stands for each of them."""
    return tuple(_spelled(table("lexicon.tsv")))


def _spelled(written: Iterable[list[str]]) -> Iterator[tuple[str, str, str]]:
    for row in written:
        for word in _spread(row[1]) if "(" in row[1] else (row[1],):
            yield row[0], word, row[2] if len(row) > 2 else ""


def _spread(written: str) -> Iterator[str]:
    return map("".join, product(*(part.split("|") for part in re.split(r"[()]", written))))


@cache
def words() -> dict[str, tuple[Entry, ...]]:
    """Every word with all its classes, folded."""
    found: dict[str, list[Entry]] = {}
    for name, word, value in rows():
        found.setdefault(word, []).append((name, value))
    return {word: tuple(entries) for word, entries in found.items()}


@cache
def lengths() -> dict[str, tuple[int, ...]]:
    """How long the words are that begin with a character, longest first: what a longest match has to look up."""
    return _lengths(0)


@cache
def lengths_back() -> dict[str, tuple[int, ...]]:
    """How long the words are that end with a character, longest first."""
    return _lengths(-1)


def _lengths(place: int) -> dict[str, tuple[int, ...]]:
    found: dict[str, set[int]] = {}
    for word in words():
        found.setdefault(word[place], set()).add(len(word))
    return {character: tuple(sorted(several, reverse=True)) for character, several in found.items()}


@cache
def traps() -> dict[str, tuple[str, ...]]:
    """The words of more than one character that mean something else, by their first character."""
    found: dict[str, list[str]] = {}
    for word in of_class("TRAP"):
        if len(word) > 1:
            found.setdefault(word[0], []).append(word)
    return {first: tuple(several) for first, several in found.items()}


@cache
def of_class(name: str) -> frozenset[str]:
    """The words of one class."""
    return frozenset(word for _, word, _ in _spelled(_classes().get(name, ())))


def word(name: str, value: str) -> str:
    """The first word of a class with that value."""
    return next(word for _, word, said in _spelled(_classes()[name]) if said == value)


@cache
def _classes() -> dict[str, list[list[str]]]:
    found: dict[str, list[list[str]]] = {}
    for row in table("lexicon.tsv"):
        found.setdefault(row[0], []).append(row)
    return found


@cache
def role(name: str) -> frozenset[str]:
    """The classes whose words behave alike: verbs and caps govern an amount, complete effects need none."""
    return frozenset(row[1] for row in table("classes.tsv") if row[0] == name)


@cache
def signals() -> tuple[re.Pattern[str], re.Pattern[str]]:
    """Two patterns over folded text: what holds a signal word innocently, and what looks as if it moved points."""
    rows = table("signals.tsv")
    innocent, moving = (
        re.compile(spaced("|".join(row[1] for row in rows if row[0] == kind), 4 * SPACES)) for kind in ("innocent", "signal")
    )
    return innocent, moving


@cache
def refusals() -> tuple[tuple[str, re.Pattern[str]], ...]:
    """Why a kind of sentence is refused: code of the reason and the pattern over folded text, most telling first."""
    return tuple((row[1], re.compile(spaced(row[2], SPACES))) for row in table("signals.tsv") if row[0] == "reason")


@cache
def terms() -> dict[str, dict[str, str]]:
    """Words of header, evidence and outline: kind → word as written (folded) → its meaning."""
    found: dict[str, dict[str, str]] = {}
    for row in table("terms.tsv"):
        found.setdefault(row[0], {})[row[1]] = row[2]
    return found


NUMBER = r"(?<![0-9])[0-9]{1,15}(?![0-9])(?:\.[0-9]{1,8}(?![0-9]))?"


@cache
def pattern(name: str) -> re.Pattern[str]:
    """A regular expression of the pattern table."""
    return expression(_row(name)[1])


@cache
def marks(name: str) -> tuple[str, ...]:
    """Words of which one stands in whatever the pattern finds: text without any need not be searched."""
    row = _row(name)
    return tuple(row[2].split()) if len(row) > 2 else ()


def _row(name: str) -> tuple[str, ...]:
    for row in table("patterns.tsv"):
        if row[0] == name:
            return tuple(row)
    raise KeyError(name)


_CLASSES = re.compile(r"\{(?P<names>[A-Z_]+(?:\|[A-Z_]+)*)\}")


def expression(written: str) -> re.Pattern[str]:
    """A regular expression as a table writes it: {numerals}, {number}, and {LACK|FIND} for any word of these classes, longest first."""

    def words_of(match: re.Match[str]) -> str:
        several = {word for name in match["names"].split("|") for word in of_class(name)}
        return "(?:" + "|".join(map(re.escape, sorted(several, key=len, reverse=True))) + ")"

    named = written.replace("{numerals}", numerals.CHARACTERS).replace("{number}", NUMBER)
    return re.compile(spaced(_CLASSES.sub(words_of, named), SPACES))


def either(words: Iterable[str]) -> str:
    """An expression for any of the words, the longest where several begin at a place. It looks at no character twice, however many words there are."""
    rests: dict[str, set[str]] = {}
    for word in words:
        rests.setdefault(word[:1], set()).add(word[1:])
    ends = "" in rests
    branches = [re.escape(first) + either(several) for first, several in sorted(rests.items()) if first]
    if not branches:
        return ""
    return f"(?:{'|'.join(branches)})" + "?" * ends if ends or len(branches) > 1 else branches[0]


SPACES = 64
"""So many blanks may stand where a table allows any: the most that is looked through from one place."""


def spaced(written: str, most: int = SPACES) -> str:
    r"""The expression with every `\s*` taking all the space there is, up to `most`, or all up to a line's end, and giving none of it back.

    Two of them in a row would otherwise share a run of blanks in every possible way: time to the power of their number.
    """
    often = f"{{0,{most}}}+"
    all_of_it = rf"\s{often}"
    if r"\n" in written:  # the line's end may be what is looked for next
        all_of_it = rf"(?:{all_of_it}|[^\S\n]{often}(?=\n))"
    return _ANY_SPACE.sub(lambda _: all_of_it, written)


_ANY_SPACE = re.compile(r"\\s\*(?![?+])")


@cache
def term(kind: str, meaning: str) -> str:
    """The first (canonical) word of a kind with that meaning."""
    return next(word for word, value in terms()[kind].items() if value == meaning)


def scaled(unit: str, smaller: str) -> Decimal | None:
    """How many of a smaller unit one of a unit is: an hour is 60 minutes. None where they are on no common scale."""
    factor = Decimal(1)
    while unit != smaller:
        if unit not in terms()["in_smaller"]:
            return None
        times, unit = terms()["in_smaller"][unit].split()
        factor *= Decimal(times)
    return factor
