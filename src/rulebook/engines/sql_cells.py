"""Cells of somebody's table as SQL terms: integers in the units of their facts, states, and what cannot be read.

A cell is read by its text, so that one query does for columns of every type; a column that is known to hold whole numbers or yes and no is read
as it is. What is no value and no state is named in the column `refused`, and its row has no score.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from sqlglot import exp

from rulebook import lexicon, model
from rulebook.bounds import BOUNDS
from rulebook.engines.sql_program import Slot
from rulebook.engines.sql_terms import big, choose, joined, matched, name, number, text

PLACES = BOUNDS.decimals
"""Digits after the point that a figure may have."""
WHOLE = 10
"""Digits before the point that a figure may have."""
FIGURES = ("number", "amount", "amounts")
"""Types of facts whose cells may name their unit."""
COUNT = 12
"""Digits that a count may be written with."""

Term = exp.Expr


class Cell(NamedTuple):
    """A cell of a fact: the name of its column in the step before, the dialect, and what the column is known to hold.

    `integer`, `boolean` and `float` are known by the type of a column; anything else, `text`, is read by what is written.
    """

    column: str
    dialect: str
    type: str = "text"

    def term(self) -> Term:
        """The cell."""
        return name(self.column)

    @property
    def direct(self) -> bool:
        """True for a column that is not read by its text."""
        return self.type in ("integer", "boolean")


class Reading(NamedTuple):
    """How a cell becomes a value, a step each: the pieces of its text, the number they make, the number where it is in range."""

    pieces: Mapping[str, Term]
    number: Callable[[Mapping[str, str]], Term]
    checked: Callable[[str], Term]


def said(column: Term) -> Term:
    """The text of a cell; NULL where nothing is written."""
    return exp.Nullif(this=exp.Trim(this=exp.cast(column, "text")), expression=text(""))


def bare(slot: Slot, cell: Term) -> Term:
    """The text of a cell without the unit of its figure behind it: `92%` is 92."""
    if slot.fact.type not in FIGURES:
        return cell
    pairs: list[tuple[Term, Term]] = []
    for unit in units(slot.fact):
        rest = exp.Anonymous(this="REPLACE", expressions=[cell.copy(), text(unit), text("")])
        ends = exp.EQ(this=cell.copy(), expression=exp.Concat(expressions=[rest, text(unit)]))  # it stands there once, and last
        pairs.append((ends, exp.Trim(this=rest.copy())))
    return choose(pairs, cell) if pairs else cell


def units(fact: model.Fact) -> list[str]:
    """What may stand behind a figure, as evidence has it."""
    found = [fact.unit, lexicon.term("name_unit", "points") if fact.type != "number" else ""]
    wide = [unit.replace("%", "\uff05") for unit in found]
    return [unit for unit in dict.fromkeys((*found, *wide)) if unit]


def words(kind: str, meaning: str) -> list[str]:
    """Every word that evidence has for it."""
    return [word for word, found in lexicon.terms()[kind].items() if found == meaning]


def among(cell: Term, several: Sequence[str]) -> Term:
    """True where the text is one of those."""
    return joined(exp.Or, [exp.EQ(this=cell.copy(), expression=text(word)) for word in several])


def is_null(term: Term) -> Term:
    """True where there is nothing."""
    return exp.Is(this=term, expression=exp.Null())


def is_there(term: Term) -> Term:
    """True where there is something."""
    return exp.Not(this=is_null(term))


def digits(column: str, dialect: str, most: int) -> Term:
    """True for one digit or more, so many at most, and nothing else."""
    if dialect == "sqlite":
        alien = exp.Glob(this=name(column), expression=text("*[^0-9]*"))
        return joined(exp.And, [exp.Not(this=exp.Paren(this=alien)), between(exp.Length(this=name(column)), 1, most)])
    return exp.RegexpLike(this=name(column), expression=text(f"^[0-9]{{1,{most}}}$"))


def between(term: Term, low: int, high: int) -> Term:
    """True for numbers from the one to the other."""
    return exp.Between(this=term, low=number(low), high=number(high))


def part(term: Term, start: int | Term, length: int | Term | None = None) -> Term:
    """Some characters of a text, from a place on, counted from 1."""
    whole = [number(one) if isinstance(one, int) else one for one in (start, length) if one is not None]
    return exp.Substring(this=term, start=whole[0], length=whole[1] if len(whole) > 1 else None)


def reading(slot: Slot, cell: Cell) -> Reading:
    """How the cells of a fact are read."""
    return READ[slot.fact.type](slot, cell)


def _flag(slot: Slot, cell: Cell) -> Reading:
    found: Term
    if cell.type == "boolean":
        found = choose([(cell.term(), number(1)), (exp.Not(this=cell.term()), number(0))], exp.Null())
    elif cell.type == "integer":
        found = cell.term()
    else:
        meanings = (("true", 1), ("false", 0))
        pairs = [(text(word), number(one)) for meaning, one in meanings for word in (*words("yes", meaning), str(one))]
        found = matched(exp.Lower(this=cell.term()), pairs, exp.Null())
    return Reading({}, lambda pieces: found, lambda column: _inside(column, 0, 1))


def _counted(slot: Slot, cell: Cell) -> Reading:
    def checked(column: str) -> Term:
        return _inside(column, 0, slot.column.high)

    if cell.direct:
        return Reading({}, lambda pieces: big(cell.term()), checked)
    length = exp.Length(this=cell.term())
    less = exp.Sub(this=length.copy(), expression=number(2))
    last = part(cell.term(), exp.Sub(this=length.copy(), expression=number(1)))
    tail = joined(exp.And, [exp.GT(this=length, expression=number(2)), exp.EQ(this=last, expression=text(".0"))])
    whole = choose([(tail, part(cell.term(), 1, less))], cell.term())  # 3.0, as columns of floats are shown

    def counted(pieces: Mapping[str, str]) -> Term:
        return choose([(digits(pieces["whole"], cell.dialect, COUNT), big(name(pieces["whole"])))], exp.Null())

    return Reading({"whole": whole}, counted, checked)


def _figure(slot: Slot, cell: Cell) -> Reading:
    column = slot.column

    def checked(of: str) -> Term:
        if column.least <= max(column.low, 0):
            return _inside(of, column.low, column.high)
        inside = joined(exp.Or, [exp.EQ(this=name(of), expression=number(0)), between(name(of), column.least, column.high)])
        return choose([(inside, name(of))], exp.Null())

    if cell.direct:
        most = (1 << 62) // column.unit
        scaled = exp.Mul(this=big(cell.term()), expression=number(column.unit))
        return Reading({}, lambda pieces: choose([(between(cell.term(), -most, most), scaled)], exp.Null()), checked)
    plain: Term = cell.term()
    negative = exp.EQ(this=part(plain.copy(), 1, 1), expression=text("-"))
    if column.low < 0:
        plain = choose([(negative, part(plain.copy(), 2))], plain)
    dot = exp.StrPosition(this=plain.copy(), substr=text("."))
    dotted = exp.GT(this=dot, expression=number(0))
    whole = choose([(dotted, part(plain.copy(), 1, exp.Sub(this=dot.copy(), expression=number(1))))], plain.copy())
    rest = choose([(dotted.copy(), part(plain.copy(), exp.Add(this=dot.copy(), expression=number(1))))], text("0"))

    def figure(pieces: Mapping[str, str]) -> Term:
        after = exp.Concat(expressions=[name(pieces["part"]), text("0" * PLACES)])
        beyond = exp.Anonymous(this="REPLACE", expressions=[part(name(pieces["part"]), PLACES + 1), text("0"), text("")])
        reads = [digits(pieces["whole"], cell.dialect, WHOLE), digits(pieces["part"], cell.dialect, 38), exp.EQ(this=beyond, expression=text(""))]
        size = exp.Add(this=exp.Mul(this=big(name(pieces["whole"])), expression=number(column.unit)), expression=big(part(after, 1, PLACES)))
        pairs: list[tuple[Term, Term]] = []
        if slot.fact.type != "number":
            pairs.append((among(exp.Lower(this=cell.term()), words("yes", "false")), number(0)))
        if column.low < 0:
            pairs.append((joined(exp.And, [negative.copy(), *(one.copy() for one in reads)]), exp.Neg(this=exp.Paren(this=size.copy()))))
        return choose([*pairs, (joined(exp.And, reads), size)], exp.Null())

    return Reading({"whole": whole, "part": rest}, figure, checked)


def _choice(slot: Slot, cell: Cell) -> Reading:
    pairs = [(text(one), number(place)) for place, one in enumerate(slot.column.choices)]
    return Reading({}, lambda pieces: matched(cell.term(), pairs, exp.Null()), lambda column: name(column))


def _inside(column: str, low: int, high: int) -> Term:
    return choose([(between(name(column), low, high), name(column))], exp.Null())


READ: dict[str, Callable[[Slot, Cell], Reading]] = {
    "flag": _flag,
    "count": _counted,
    "records": _counted,
    "number": _figure,
    "amount": _figure,
    "amounts": _figure,
    "choice": _choice,
}
"""Fact type → how its cells are read."""

TAKEN: dict[str, tuple[str, ...]] = {
    "flag": ("integer", "boolean", "text"),
    "count": ("integer", "float", "text"),
    "records": ("integer", "float", "text"),
    "number": ("integer", "text"),
    "amount": ("integer", "text"),
    "amounts": ("integer", "text"),
    "choice": ("text",),
}
"""Fact type → the types of a column that hold it: no floats for figures, for a float is not exact."""
