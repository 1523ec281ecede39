"""Why a phrase that reads may mean something else: words that turn a figure round, shift its end, add a condition, or count twice.

One function a doubt; each gives the code that refuses the phrase, or None. They look at the words alone and change nothing.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import cache
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from rulebook import lexicon, model
from rulebook.assets import table
from rulebook.builder.names import clean
from rulebook.parser.forms import Compared, Counted, Phrase, Piece, Stepped, Thresholds, Words
from rulebook.source import fold

if TYPE_CHECKING:
    from rulebook.builder.drafts import Draft, Reader

_MOVES = frozenset({"deduct", "award", "earn", "zero", "veto"})
_MEASURES = (Compared, Stepped, Thresholds)


class Seen(NamedTuple):
    """A draft with what a doubt looks at: its conditions piece by piece, and the words before its effect."""

    reader: Reader
    made: Draft
    conditions: tuple[tuple[Piece, ...], ...]
    words: str

    @property
    def phrase(self) -> Phrase:
        """The phrase that was drafted."""
        return self.made.found.phrase

    def neighbours(self) -> Iterator[tuple[Piece, Piece]]:
        """Every two pieces beside each other."""
        return (pair for condition in self.conditions for pair in pairwise(condition))


def doubt(reader: Reader, made: Draft, alternatives: tuple[tuple[Piece, ...], ...]) -> str | None:
    """The code of the first doubt about a draft whose condition parts into these alternatives; None where there is none."""
    phrase = made.found.phrase
    words = reader.text.folded[made.found.start : phrase.action.token.start].strip()
    seen = Seen(reader, made, (*alternatives, made.found.condition), words)
    return next((code for one in DOUBTS if (code := one(seen))), None)


def _measure(seen: Seen) -> str | None:
    """损坏一盏扣0.2分, 按10m2扣1分: a number and a word that no table knows, right before the effect, count something."""
    pieces = seen.phrase.pieces
    last = pieces[-1] if pieces else None
    if not isinstance(last, Words):
        return None
    if seen.phrase.alternatives[-1][-1] is last:
        tail = clean(seen.reader.text.folded[last.token.start : last.token.end])
        known = any(tail[-length:] in lexicon.words() for length in lexicon.lengths_back().get(tail[-1:], ()))
        if not known and lexicon.pattern("unknown_measure").search(tail):
            return "RB206"
    odd = seen.phrase.action.points is not None and not seen.made.units
    return "RB206" if odd and lexicon.pattern("odd_near").search(last.token.text) else None


def _otherwise(seen: Seen) -> str | None:
    """不少于3次得3分，否则每次得1分: instead of the three points, or beside them?"""
    earns = seen.phrase.action.kind in ("earn", "award")
    return "RB215" if seen.made.otherwise and earns and not isinstance(seen.made.basis, model.Once) else None


def _count(seen: Seen) -> str | None:
    """A count beside another that it does not take in: an allowance, a threshold, a second unit."""
    made = seen.made
    text = seen.reader.text.folded
    if isinstance(made.basis, model.Count | model.Time) and lexicon.pattern("longest").match(text, made.found.end):
        return "RB215"  # 逾期1天扣1分，最长不超过10天: no more is charged, or no more is allowed?
    if not isinstance(made.basis, model.Count):
        return None
    if lexicon.pattern("allowed_after").match(text, made.found.end):
        return "RB215"  # 每处扣1分，允许2处
    start = max(text.rfind(stop, 0, made.found.start) for stop in "。；\n") + 1
    before = text[start : made.found.start].rstrip("，")
    allowed = lexicon.pattern("allowed").search(before)
    beyond = lexicon.pattern("beyond").search(text, start, made.found.near[1])
    if allowed is not None and allowed["unit"] in made.units and not beyond:
        return "RB215"  # 允许缺2次，每缺1次扣1分: from the first, or from the third?
    reached = lexicon.pattern("reached").search(before)
    if reached is not None and reached["unit"] in made.units and made.found.context:
        return "RB215"  # 缺席达到3次的，每次扣1分
    if len(set(made.units)) < len(made.units) and made.basis.per != 1:
        return "RB215"  # 每10人少1人
    each = any(isinstance(piece, Counted) and piece.each for piece in seen.phrase.pieces)
    return "RB215" if each and lexicon.pattern("counts_on").search(fold(made.label)) else None


def _denial(seen: Seen) -> str | None:
    """不实行一票否决, 不必扣1分, 合格率未超过90%: what is denied is not what it says."""
    action = seen.phrase.action
    alone = lexicon.pattern("nothing").fullmatch(seen.words)  # 有得1分，没有不得分
    if action.kind in _MOVES | {"floor"} and not alone and lexicon.pattern("turned").search(seen.words):
        return "RB204"
    if action.points is not None and lexicon.pattern("not_so").search(seen.words):
        return "RB204"
    if not action.token.text and lexicon.pattern("restored").search(seen.words):
        return "RB204"  # 未报扣1分，整改后恢复0.5分 takes over no verb
    denied = (
        isinstance(piece, _MEASURES) and isinstance(before, Words) and lexicon.pattern("denied").search(fold(before.token.text))
        for before, piece in seen.neighbours()
    )  # fmt: skip
    return "RB204" if any(denied) else None


def _order(seen: Seen) -> str | None:
    """第3项起每项扣2分: a rung of a ladder whose first rungs stand elsewhere."""
    return "RB216" if lexicon.pattern("from_the").search(seen.words) else None


def _rank(seen: Seen) -> str | None:
    """位列前3名, 第7名以后: a place in a ranking of which more is said than which one it is."""
    made = seen.made
    figures = (*made.tests, *(one for one in (made.exact, made.amid) if one is not None))
    if not any(one.unit in lexicon.terms()["rank_unit"] and one.low is not None for one in figures):
        return None
    onward = all(one.high is None for one in figures)  # 第7名及以后
    return "RB202" if lexicon.pattern("rank_beyond").search(seen.words) and not onward else None


def _forfeits(seen: Seen) -> str | None:
    """每缺一项扣除该项分: the points of the part that is missing, which no rule states."""
    own = any(word in seen.phrase.action.token.text for word in lexicon.of_class("OWN"))
    of_that = lexicon.term("of_that", "part") in seen.phrase.action.token.text
    lacks = any(isinstance(piece, Counted) and (piece.each or of_that) and piece.word is not None and piece.word.kind == "LACK" for piece in seen.phrase.pieces)
    return "RB215" if seen.phrase.action.kind == "zero" and own and lacks else None


def _excess(seen: Seen) -> str | None:
    """超出部分不计分: what a limit leaves over is nothing that a person observes."""
    zero = seen.phrase.action.kind in ("zero", "no_effect")
    return "RB215" if zero and lexicon.pattern("excess").fullmatch(fold(seen.made.label)) else None


def _part_of_one(seen: Seen) -> str | None:
    """2.5处以上: a count has no part; an enumerator stands there."""
    basis = seen.made.basis
    if isinstance(basis, model.Step) and basis.unit in lexicon.of_class("MEASURE") and (basis.size % 1 or (basis.threshold or 0) % 1):
        return "RB202"  # 每超0.1起
    ends = (end for t in seen.made.tests if t.unit in lexicon.of_class("MEASURE") for end in (t.low, t.high))
    return "RB202" if any(end is not None and end % 1 for end in ends) else None


def _half_said(seen: Seen) -> str | None:
    """最少扣2分: a bound of what? 一项或一项以上: half a condition."""
    bound = seen.phrase.action.kind in _MOVES and lexicon.pattern("bound").fullmatch(seen.made.label)
    return "RB215" if bound or any(not label and not tests for label, tests in seen.made.any_of) else None


def _ends(seen: Seen) -> str | None:
    """低于90%（含90%）, 6-9之外, 第四至第八名: words that contradict an end, or are half of a range."""
    for before, piece in seen.neighbours():
        words = fold(before.token.text) if isinstance(before, Words) else ""
        if isinstance(piece, Compared) and lexicon.pattern("half_range").search(words):
            return "RB215"
        if isinstance(before, _MEASURES) and isinstance(piece, Words):
            after = fold(piece.token.text)
            if lexicon.pattern("outside").match(after):
                return "RB215"
            said = isinstance(before, Compared) and lexicon.pattern("end_in").search(after)
            if said and isinstance(before, Compared) and not _has_its_ends(seen.reader.range(before)):
                return "RB215"
    spoken = "".join(
        fold(piece.token.text) for condition in seen.conditions for piece in condition if isinstance(piece, Words)
    )
    return "RB215" if seen.made.tests and lexicon.pattern("ends").search(spoken) else None


def _has_its_ends(within: model.Range) -> bool:
    return (within.low is None or within.low_in) and (within.high is None or within.high_in)


def _distance(seen: Seen) -> str | None:
    """低于标准10%: so far from the standard, not so much."""
    for condition in seen.conditions:
        for piece in condition:
            if isinstance(piece, Compared) and piece.unit in lexicon.terms()["percent"]:
                words = "".join(fold(token.text) for token in piece.tokens if token.kind == "TEXT")
                if lexicon.pattern("standard").search(words):
                    return "RB215"
    return None


def _second_figure(seen: Seen) -> str | None:
    """合格率低于90%且投诉率高于5%: two figures. 高于90%、低于50%, 第2名、第4名: no figure is both."""
    for condition in seen.conditions:
        compared = [piece for piece in condition if isinstance(piece, _MEASURES)]
        if len(compared) < 2 or compared[0].tokens[-1].text in lexicon.terms()["flipped"]:  # 90%≤N<95%
            continue
        start, end = compared[0].tokens[-1].end, compared[-1].tokens[0].start
        between = [p.token for p in condition if isinstance(p, Words) and start <= p.token.start < end]
        if not all(lexicon.pattern("joins").fullmatch(fold(token.text)) for token in between):
            return "RB215"
    if len(seen.made.tests) < 2 or seen.made.any_of:
        return None
    lows = [test.low for test in seen.made.tests if test.low is not None]
    highs = [test.high for test in seen.made.tests if test.high is not None]
    return "RB215" if lows and highs and max(lows) > min(highs) else None


def _second_condition(seen: Seen) -> str | None:
    """未建立台账，逾期3天以上的扣2分: both, or only the second?"""
    made = seen.made
    if not made.tests or not isinstance(made.basis, model.Once) or not made.found.context:
        return None
    before = seen.reader.text.folded[slice(*made.found.context[-1])].strip()
    return "RB215" if lexicon.pattern("fault").match(before) else None


def _worded(seen: Seen) -> str | None:
    """Words of the table of doubts (`grammar/doubts.tsv`), right before the effect."""
    if _any_row().search(seen.words) is None:
        return None  # the usual case, told by one search
    kind = seen.phrase.action.kind
    return next((row.code for row in _rows() if (not row.kinds or kind in row.kinds) and row.pattern.search(seen.words)), None)


class Row(NamedTuple):
    """One row of the table: the code, the effects that it is about (none for any), the words."""

    code: str
    kinds: frozenset[str]
    pattern: re.Pattern[str]
    example: str


@cache
def _rows() -> tuple[Row, ...]:
    return tuple(Row(row[0], frozenset(row[1].split()) - {"*"}, lexicon.expression(row[2]), row[3]) for row in table("doubts.tsv"))


@cache
def _any_row() -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{row.pattern.pattern})" for row in _rows()))


DOUBTS: tuple[Callable[[Seen], str | None], ...] = (
    _worded,
    _measure,
    _otherwise,
    _count,
    _denial,
    _order,
    _rank,
    _forfeits,
    _excess,
    _part_of_one,
    _half_said,
    _ends,
    _distance,
    _second_figure,
    _second_condition,
)
"""The doubts in the order in which they are looked for; the first gives the code."""
