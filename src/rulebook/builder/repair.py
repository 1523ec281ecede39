"""Rewrites of words that did not read: a table of repairs (`grammar/repairs.tsv`), every result of which is read before it is shown.

A rewrite keeps the author's words and figures. It holds where the clause has fewer problems than before and none at the rewritten
place, where what read before still reads, and where every figure of the refused words stands in the rules that they have become.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import cache, lru_cache
from itertools import islice
from typing import Any, NamedTuple

from rulebook import lexicon, model, numerals
from rulebook.assets import table
from rulebook.builder.clause import Built, Problem, build_clause
from rulebook.builder.names import split_names
from rulebook.exact import show
from rulebook.parser.spans import OPAQUE
from rulebook.parser.tokens import Text
from rulebook.source import fold

TRIES, SHOWN = 16, 4
"""How many results of the table are read for one problem, and how many of those that hold are shown."""


@dataclass(frozen=True)
class Setting:
    """What a clause is read under: its points, what 以上 and 以下 include, how a part step counts, what stands around it."""

    points: Decimal | None = None
    excluding: tuple[str, ...] = ()
    partial: model.Partial | None = None
    judged: bool = True
    alone: bool = False

    def read(self, words: str) -> Built:
        """The meaning of the words; places are offsets of theirs."""
        return _read(self, words)


@lru_cache(maxsize=512)
def _read(setting: Setting, words: str) -> Built:
    def place(start: int, end: int) -> model.Span:
        return model.Span.made(start=start, end=end, line=1)

    return build_clause(
        Text.of(words),
        setting.points,
        place,
        excluding=setting.excluding,
        partial=setting.partial,
        judged=setting.judged,
        alone=setting.alone,
    )


class Row(NamedTuple):
    """One repair: what kind it is, the codes it may mend, what it looks for, what it writes, what is said of the result.

    Kinds: `fix` has one meaning, `choose` is one of several readings, `fill` holds a figure that the author must set, `name` makes
    words part of a name, `note` makes them a remark, `quote` is the last resort.
    """

    kind: str
    codes: frozenset[str]
    pattern: re.Pattern[str]
    writing: str
    zh: str
    en: str


@cache
def repairs() -> tuple[Row, ...]:
    """The table, in its order: what stands first is tried and shown first."""
    return tuple(
        Row(row[0], frozenset(row[1].split()), lexicon.expression(row[2]), row[3], row[4], row[5])
        for row in table("repairs.tsv")
    )


class Rewritten(NamedTuple):
    """A clause's words after a repair: the new words, the stretch of the old ones that changed, what stands there now, why."""

    words: str
    start: int
    end: int
    new: str
    row: Row


def rewrites(words: str, problem: Problem, setting: Setting) -> tuple[Rewritten, ...]:
    """The repairs of one problem of a clause that hold, in the table's order; the last resort last. Never a sentence that was not read."""
    before = setting.read(words)
    found: list[Rewritten] = []
    meanings: list[tuple[Any, ...]] = []
    for made in islice(_candidates(words, problem, setting.points), TRIES):
        if any(made.words == other.words for other in found):
            continue
        if _holds(words, problem, before, made, setting):
            meaning = _meaning(setting.read(made.words))
            if made.row.kind == QUOTE or meaning not in meanings:
                found.append(made)
                meanings.append(meaning)
    proper = [made for made in found if made.row.kind != QUOTE]
    return (*proper[:SHOWN], *(made for made in found if made.row.kind == QUOTE))


QUOTE = "quote"
_KEEPS_POINTS_OUT = frozenset({"note", QUOTE})
"""Kinds of repair that make a remark of the words: they need not become a rule."""


def mended(words: str, setting: Setting) -> tuple[str, ...]:
    """The clause with all of its problems mended, once for each reading of the first; nothing where one has no rewrite."""
    problems = setting.read(words).problems
    if not problems:
        return ()
    ways = (_all_mended(made, setting) for made in _proper(words, problems[0], setting))
    return tuple(dict.fromkeys(whole for whole in ways if whole is not None))


def _proper(words: str, problem: Problem, setting: Setting) -> list[Rewritten]:
    return [made for made in rewrites(words, problem, setting) if made.row.kind != QUOTE]


def _all_mended(made: Rewritten, setting: Setting) -> str | None:
    """What is left mended as well, in the way of the first where there is a choice."""
    words, said = made.words, made.row.en
    while problems := setting.read(words).problems:
        several = _proper(words, problems[0], setting)
        if not several:
            return None
        words = next((other.words for other in several if other.row.en == said), several[0].words)
    return words


# --- candidates


def _candidates(words: str, problem: Problem, points: Decimal | None) -> Iterator[Rewritten]:
    folded = fold(words)
    sentence = _sentence(folded, problem.start, problem.end)
    for row in repairs():
        if row.codes and problem.code not in row.codes:
            continue
        start, end = (problem.start, problem.end) if row.kind == QUOTE else sentence
        matches = [
            match for match in row.pattern.finditer(folded, start, end)
            if match.start() <= problem.end and problem.start <= match.end() and (match.group() or match.end() >= problem.end)
        ]  # fmt: skip
        if matches:
            yield from _written(words, matches, row, points)


def _sentence(folded: str, start: int, end: int) -> tuple[int, int]:
    """The stretch between the full stops around a place."""
    while start and folded[start - 1] not in _ENDS:
        start -= 1
    while end < len(folded) and folded[end] not in _ENDS:
        end += 1
    return start, end


_ENDS = "。；！？\n"


def _written(words: str, matches: list[re.Match[str]], row: Row, points: Decimal | None) -> Iterator[Rewritten]:
    """The results of one row: at all of its places at once, then at the first alone."""
    several = [[(match, new) for match in matches for new in _writings(words, match, row, points)[:1]]]
    if len(matches) > 1:
        several += [[(matches[0], new)] for new in _writings(words, matches[0], row, points)[:1]]
    several += [[(matches[0], new)] for new in _writings(words, matches[0], row, points)[1:]]
    for changes in several:
        if changes:
            first, last = changes[0][0].start(), changes[-1][0].end()
            new, at = "", first
            for match, replacement in changes:
                new += words[at : match.start()] + replacement
                at = match.end()
            if new != words[first:last]:
                yield Rewritten(words[:first] + new + words[last:], first, last, new, row)


def _writings(words: str, match: re.Match[str], row: Row, points: Decimal | None) -> list[str]:
    """What a row writes in place of a match: its template with the author's own words in it, or what its mechanism makes of them."""
    if row.writing.startswith("@"):
        return MECHANISMS[row.writing[1:]](words, match)
    values = _values(points)

    def part(piece: re.Match[str]) -> str:
        if piece["group"]:
            a, b = match.span(int(piece["group"]))
            return words[a:b] if a >= 0 else ""
        return values[piece["name"]]

    return [_PART.sub(part, row.writing)]


_PART = re.compile(r"\\(?P<group>[0-9])|\{(?P<name>[a-z]+)\}")


def _values(points: Decimal | None) -> dict[str, str]:
    """The figures that a template proposes: they are the author's to set, and lie within the clause's points."""
    most = points if points is not None and points > 0 else Decimal(3)
    low = Decimal(1) if most > 1 else most / 2
    return {"most": show(most), "low": show(low), "one": show(min(most, Decimal(1)))}


# --- mechanisms: what a template cannot say


def _digits(words: str, match: re.Match[str]) -> list[str]:
    """l and O in a figure as the digits 1 and 0."""
    letters = lexicon.terms()["letter"]
    return ["".join(letters.get(character, character) for character in words[slice(*match.span())])]


def _ranks(words: str, match: re.Match[str]) -> list[str]:
    """第2至4名 as 第2名、第3名、第4名, where as many figures follow."""
    low, high = _number(match["low"]), _number(match["high"])
    if low is None or high is None or not 0 < high - low < 20:
        return []
    arabic, unit = match["low"].isdigit(), match["unit"]
    mark = match["mark"] or (lexicon.term("rank", "EQUAL") if unit in lexicon.terms()["rank_unit"] else "")
    names = [f"{mark}{n if arabic else _numeral(n)}{unit}" for n in range(int(low), int(high) + 1)]
    return [lexicon.term("list", "separator").join(names)]


def _spread(words: str, match: re.Match[str]) -> list[str]:
    """一二三等奖 as 一、二、三等奖."""
    a, b = match.span("names")
    return [lexicon.term("list", "separator").join(words[a:b]) + words[b : match.end()]]


def _levels(words: str, match: re.Match[str]) -> list[str]:
    """分别扣1-3分 as 分别扣1分、2分、3分, rising and falling, where the range has as many whole figures as there are names."""
    low, high = Decimal(match["low"]), Decimal(match["high"])
    low, high = min(low, high), max(low, high)
    steps = len(split_names(match["names"])) - 1
    if steps < 1 or (high - low) != steps:
        return []
    figures = [show(low + n) + lexicon.term("name_unit", "points") for n in range(steps + 1)]
    separator = lexicon.term("list", "separator")
    before = words[match.start() : match.start("range")]
    return [before + separator.join(several) for several in (figures, figures[::-1])]


MECHANISMS: dict[str, Callable[[str, re.Match[str]], list[str]]] = {
    "digits": _digits,
    "ranks": _ranks,
    "spread": _spread,
    "levels": _levels,
}
"""The repairs that a template cannot write, by the name that the table calls them by."""


def _number(words: str) -> Decimal | None:
    return Decimal(words) if words.isdigit() else numerals.read(words)


def _numeral(number: int) -> str:
    """The Chinese numeral of 1 to 10; larger numbers in figures."""
    names = (row[1] for row in table("numerals.tsv") if row[2] == str(number))
    return next(names, str(number))


# --- the check


def _holds(words: str, problem: Problem, before: Built, made: Rewritten, setting: Setting) -> bool:
    after = setting.read(made.words)
    grown = len(made.words) - len(words)
    start, end = min(problem.start, made.start), max(problem.end, made.end) + grown
    if len(after.problems) >= len(before.problems) or any(p.start < end and start < p.end for p in after.problems):
        return False
    kept = _moved(before)
    if kept - _moved(after):
        return False  # what read before must not read otherwise now
    if made.row.kind in _KEEPS_POINTS_OUT:
        return True
    rules = [one for one in (*after.rules, *after.limits) if _meets(one.span, start, end)]
    if not rules or all(isinstance(one, model.Rule) and isinstance(one.effect, model.Judged) for one in rules):
        return False
    asked = [one for one in after.requirements if _meets(one.span, start, end)]
    return _figures_kept(fold(words), problem, [*rules, *asked], after)


def _meaning(built: Built) -> tuple[Any, ...]:
    """Effects and what sets them off, without the words: two rewrites that mean the same are shown once."""
    rules = tuple((rule.effect, tuple(_bare(one) for one in rule.triggers)) for rule in built.rules)
    return rules, tuple((limit.kind, limit.amount) for limit in built.limits)


def _bare(trigger: model.Trigger) -> Any:
    return trigger.within if isinstance(trigger, model.Test) else None


def _meets(span: model.Span | None, start: int, end: int) -> bool:
    return span is not None and span.start < end and start < span.end


def _moved(built: Built) -> Counter[Decimal]:
    """Every figure other than 1 in the rules and limits, as often as it stands there."""
    found: Counter[Decimal] = Counter()
    for one in (*built.rules, *built.limits):
        found.update(model.numbers(one))
    del found[Decimal(1)]
    return found


_FIGURE = re.compile(f"(?P<arabic>{lexicon.NUMBER})|(?P<chinese>[{numerals.CHARACTERS}]+)")


_LETTERED = re.compile(r"[0-9.]*[lOoI|]+[0-9.][0-9.lOoI|]*|[0-9.]+[lOoI|]+[0-9.lOoI|]*")
"""A figure with a letter in the place of a digit."""


def _figures_kept(folded: str, problem: Problem, rules: list[Any], after: Built) -> bool:
    """True where every figure of the refused words is one of a rule's, or part of the name of what a person observes."""
    numbers = {number for rule in rules for number in model.numbers(rule)}
    names = fold("\n".join(fact.name for fact in after.facts))
    refused = folded[problem.start : problem.end]
    for opaque in OPAQUE:
        refused = lexicon.pattern(opaque).sub("", refused)
    refused = _LETTERED.sub(lambda match: "".join(lexicon.terms()["letter"].get(c, c) for c in match.group()), refused)
    points = (lexicon.term("name_unit", "points"), *lexicon.terms()["percent"])
    for match in _FIGURE.finditer(refused):
        number = Decimal(match["arabic"]) if match["arabic"] else numerals.read(match["chinese"])
        if number is None or number in (0, 1) or number in numbers:
            continue
        if refused[match.end() :].lstrip().startswith(points) or match.group() not in names:
            return False
    return True
