"""Whole random rulebooks that load, put together from the texts of one table."""

import re
from collections.abc import Callable, Iterator
from decimal import Decimal
from functools import cache
from itertools import count, islice
from typing import Any, NamedTuple

from hypothesis import strategies as st

from rulebook import lexicon, numerals
from rulebook.assets import table
from rulebook.exact import show

Draw = Callable[[st.SearchStrategy[Any]], Any]

_SLOT = re.compile(r"\{([a-z]+)\}")
_CIRCLED = {number: mark for mark, number in numerals.CIRCLED.items()}
_USED_ONCE = ("condition", "merit")
"""Kinds of which a clause holds no text twice: two rules of one condition would ask for one fact."""


class _Clause(NamedTuple):
    """The words of a clause, and its points where it has any."""

    words: str
    points: str | None


class _Form(NamedTuple):
    """A text with its slots, and the words that may stand before it in its clause."""

    text: str
    after: re.Pattern[str]


@cache
def _forms(kind: str) -> tuple[_Form, ...]:
    """The texts of a kind, the plainest first."""
    rows = [row for row in table("sampling.tsv") if row[0] == kind]
    return tuple(_Form(row[1], re.compile(row[2] if len(row) > 2 else "", re.S)) for row in rows)


def rulebooks() -> st.SearchStrategy[str]:
    """The text of a small rulebook that loads: sections of every kind, clauses that lose, earn, award and veto."""
    return _rulebooks()


@st.composite
def _rulebooks(draw: Draw) -> str:
    sections = [(kind, draw(_sections(kind))) for kind in ("points", "deduct", "award", "veto") if kind == "points" or draw(st.booleans())]
    held = (clause.points for kind, items in sections if kind in ("points", "deduct") for item in items for clause in item)
    unit = lexicon.term("name_unit", "points")
    lines = [
        f"{lexicon.term('header', 'title')}：{draw(_text('heading'))}",
        f"{lexicon.term('header', 'full')}：{show(sum((Decimal(points or 0) for points in held), Decimal(0)))}{unit}",
    ]
    heads = dict.fromkeys(row[0] for row in table("sampling.tsv") if row[0].startswith("head_"))
    lines += [draw(_text(kind)) for kind in heads if draw(st.integers(0, 2)) == 2]
    numbers = count(1)
    for place, (kind, items) in enumerate(sections, 1):
        lines += ["", f"{_numeral(place)}、{draw(_text(f'section_{kind}'))}"]
        for item in items:
            lines += draw(_item(next(numbers), item, unit))
    return "\n".join(lines) + "\n"


def _numeral(number: int) -> str:
    """一 for 1, up to nine."""
    return next(character for character in numerals.CHARACTERS if numerals.read(character) == number)


@st.composite
def _sections(draw: Draw, kind: str) -> list[list[_Clause]]:
    """The items of a section, each a list of clauses."""
    return [[draw(_CLAUSES[kind]()) for _ in range(draw(st.integers(1, 2)))] for _ in range(draw(st.integers(1, 2)))]


@st.composite
def _item(draw: Draw, number: int, clauses: list[_Clause], unit: str) -> list[str]:
    """The lines of an item: one clause may stand on the line of its number."""

    def line(mark: str, clause: _Clause) -> str:
        return f"{mark} {clause.words}" + (f"（{clause.points}{unit}）" if clause.points else "")

    if len(clauses) == 1 and draw(st.booleans()):
        return [line(f"{number}.", clauses[0])]
    lines = [f"{number}. {draw(_text('heading'))}"]
    for place, clause in enumerate(clauses, 1):
        lines += [f"# {draw(_text('comment'))}"] * draw(st.booleans())
        lines.append(line(_CIRCLED[place], clause))
    return lines


# --- clauses


def _text(kind: str) -> st.SearchStrategy[str]:
    """A text of a kind that has no slots."""
    return st.sampled_from([form.text for form in _forms(kind)])


@st.composite
def _losing(draw: Draw) -> _Clause:
    """A clause that holds its points and loses them; it may state no rule at all."""
    return _Clause(draw(_words("loss", "loss_limit", 0)), draw(_text("points")))


@st.composite
def _earning(draw: Draw) -> _Clause:
    """A clause that starts at nothing."""
    return _Clause(_written(draw, [draw(_text("heading")), _form(draw, "earn", "")]), draw(_text("points")))


@st.composite
def _awarding(draw: Draw) -> _Clause:
    """A clause above the full marks."""
    return _Clause(draw(_words("award", "award_limit", 1)), None)


@st.composite
def _vetoing(draw: Draw) -> _Clause:
    """A clause that vetoes."""
    return _Clause(_written(draw, [draw(_text("heading")), _form(draw, "veto", "")]), None)


_CLAUSES: dict[str, Callable[[], st.SearchStrategy[_Clause]]] = {
    "points": lambda: _losing() | _earning(),
    "deduct": _losing,
    "award": _awarding,
    "veto": _vetoing,
}
"""Kind of a section → its clauses."""


@st.composite
def _words(draw: Draw, kind: str, limit: str, least: int) -> str:
    """A heading, up to three sentences, and perhaps a limit that has something to bound."""
    parts = [draw(_text("heading"))]
    for _ in range(draw(st.integers(least, 3))):
        parts.append(_form(draw, kind, "".join(parts)))
    said = _written(draw, parts)
    if draw(st.booleans()) and len(parts) > 1 and any(form.after.match(said) for form in _forms(limit)):
        said += _written(draw, [_form(draw, limit, said)])
    return said


def _form(draw: Draw, kind: str, before: str) -> str:
    """A text of the kind, its slots open, that may stand after the words before it."""
    return draw(st.sampled_from([form.text for form in _forms(kind) if form.after.match(before)]))  # type: ignore[no-any-return]


def _written(draw: Draw, parts: list[str]) -> str:
    """The parts as sentences with every slot filled."""
    said = "".join(f"{part}。" for part in parts)
    fillers: dict[str, Iterator[str]] = {}
    for kind in _USED_ONCE:
        texts = [form.text for form in _forms(kind)]
        first = draw(st.integers(0, len(texts) - 1)) if f"{{{kind}}}" in said else 0
        fillers[kind] = islice([*texts, *texts], first, None)
    return _SLOT.sub(lambda slot: next(fillers[slot[1]]) if slot[1] in fillers else draw(_text(slot[1])), said)
