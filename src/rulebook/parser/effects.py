"""Tokens of one phrase to forms: an LALR automaton over the grammar's tables, so a phrase has one reading or none."""

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from functools import cache
from typing import Any, NamedTuple

from rulebook import lexicon
from rulebook.parser.forms import (
    Action,
    Compared,
    Counted,
    Document,
    Ordinal,
    Phrase,
    Piece,
    Points,
    Required,
    Stepped,
    Thresholds,
    Words,
)
from rulebook.parser.tables import tables
from rulebook.parser.tokens import Token


class NotRead(Exception):
    """The phrase has no reading; `at` is the token at which that became certain, None at the end.

    `after` is the token before it, None at the opening; `state` is the automaton's, None where a form refused what the tables allow.
    """

    def __init__(self, at: Token | None, after: Token | None = None, state: int | None = None) -> None:
        super().__init__()
        self.at, self.after, self.state = at, after, state


def phrase(tokens: Sequence[Token]) -> Phrase:
    """The one reading of an effect with its near phrase. Raises NotRead."""
    action, near, adverbs, otherwise = _read("phrase", tokens)
    return Phrase(action, near, adverbs, otherwise, tuple(tokens))


def requirement(tokens: Sequence[Token]) -> Required | None:
    """The requirement that the tokens state, or None."""
    try:
        form: Required = _read("requirement", tokens)
    except NotRead:
        return None
    return form


def grade(tokens: Sequence[Token]) -> tuple[Piece, ...] | None:
    """Words and comparisons of one row of grades, or None."""
    try:
        form: tuple[Piece, ...] = _read("grade", tokens)
    except NotRead:
        return None
    return form


END = "$END"


def _read(start: str, tokens: Sequence[Token]) -> Any:
    """Shift and reduce as the tables say; each reduced rule becomes a form by the function of its name."""
    states, rules, first, last = _automaton(start)
    stack: list[int] = [first]
    values: list[Any] = []
    shifted: Token | None = None
    for token in (*tokens, None):
        symbol = END if token is None else token.kind
        while True:
            move = states[stack[-1]].get(symbol)
            if move is None:
                raise NotRead(token, shifted, stack[-1])
            if move >= 0:
                stack.append(move)
                values.append(token)
                shifted = token
                break
            origin, size, form = rules[-1 - move]
            children = values[-size:]
            if _Inline in map(type, children):
                children = [one for child in children for one in (child if type(child) is _Inline else (child,))]
            del stack[-size:], values[-size:]
            values.append(form(children))
            stack.append(states[stack[-1]][origin])
            if token is None and stack[-1] == last:
                return values[-1]
    raise NotRead(None)


class _Automaton(NamedTuple):
    """The tables for one start symbol: moves by state and symbol, rules with what makes their forms, the first state and the last."""

    states: Sequence[Mapping[str, int]]
    rules: Sequence[tuple[str, int, Callable[[list[Any]], Any]]]
    first: int
    last: int


@cache
def _automaton(start: str) -> _Automaton:
    table = tables()
    rules = [(origin, size, _maker(name, kind)) for origin, name, size, kind in table["rules"]]
    return _Automaton(table["states"], rules, table["starts"][start], table["ends"][start])


def _maker(name: str, kind: str) -> Callable[[list[Any]], Any]:
    """What makes a form of the values of a rule's parts: the function of its name, where one part does not stand for itself."""
    if kind == "inline":
        return _Inline
    if kind == "single":
        return lambda children: children[0] if len(children) == 1 else getattr(_Forms, name)(children)
    form: Callable[[list[Any]], Any] = getattr(_Forms, name)
    return form


class _Inline(list[Any]):
    """The values of a repeated part, spliced into the rule that repeats it."""


class _Unit(tuple[Token, ...]):
    """Tokens of one measure word."""


class _Rate(NamedTuple):
    """What stands behind an amount and says how often it counts."""

    counted: Counted


class _Filler(NamedTuple):
    """本项 or 总分 between a verb and its amount."""

    token: Token


def _tokens(children: Sequence[Any]) -> list[Token]:
    return [child for child in children if isinstance(child, Token)]


class _Word(NamedTuple):
    """The word that governs a count."""

    token: Token


class _Adverb(NamedTuple):
    """A word between the condition and the effect."""

    token: Token


class _Alternatives(list[Any]):
    """What 或 links."""


class _Forms:
    """Grammar rule → form, one function a rule, in the grammar's order."""

    @staticmethod
    def phrase(children: list[Any]) -> tuple[Any, ...]:
        near = next((c for c in children if isinstance(c, _Alternatives)), _Alternatives())
        adverbs = tuple(c.token for c in children if isinstance(c, _Adverb))
        action = next(c for c in children if isinstance(c, Action))
        return action, tuple(near), adverbs, next(iter(_tokens(children)), None)

    @staticmethod
    def near(children: list[Any]) -> _Alternatives:
        return _Alternatives(child for child in children if not isinstance(child, Token))

    @staticmethod
    def alternative(children: list[Any]) -> tuple[Piece, ...]:
        return tuple(children)

    @staticmethod
    def grade(children: list[Any]) -> tuple[Piece, ...]:
        pieces: tuple[Piece, ...] = children[0]
        return pieces

    @staticmethod
    def text(children: list[Any]) -> Words:
        return Words(children[0])

    @staticmethod
    def word(children: list[Any]) -> _Word:
        return _Word(children[0])

    @staticmethod
    def unit(children: list[Any]) -> _Unit:
        return _Unit(children)

    @staticmethod
    def each(children: list[Any]) -> Counted:
        return _counted(children, each=True)

    @staticmethod
    def counted(children: list[Any]) -> Counted:
        made = _counted(children, each=False)
        return made._replace(each=made.word is not None and made.word.text[:1] in lexicon.of_class("EACH"))  # 每延误

    @staticmethod
    def step(children: list[Any]) -> Stepped:
        size = children[-1]
        if len(children) == 2 and children[0].kind == "EACH":  # 每10平方米, 每平方米
            unit = size.value or size.text
            if unit in lexicon.terms()["percent"]:
                raise NotRead(size)
            return Stepped(tuple(children), size.numbers[0] if size.numbers else Decimal(1), unit, False)
        below = not any(child.kind == "HIGHER" for child in children)
        return Stepped(tuple(children), size.numbers[0], size.value, below)

    @staticmethod
    def amount_of(children: list[Any]) -> Stepped:
        size = children[-1]
        if size.value in lexicon.terms()["percent"]:
            raise NotRead(size, children[0])  # 每误差1%: of what?
        return Stepped(tuple(children), size.numbers[0], size.value, False)

    @staticmethod
    def below(children: list[Any]) -> Compared:
        return _compared(children, "", "out")

    @staticmethod
    def at_least(children: list[Any]) -> Compared:
        return _compared(children, "in", "")

    @staticmethod
    def equal(children: list[Any]) -> Compared:
        return _compared(children, "in", "in")

    @staticmethod
    def above(children: list[Any]) -> Compared:
        return _compared(children, "out", "")

    @staticmethod
    def at_most(children: list[Any]) -> Compared:
        return _compared(children, "", "in")

    @staticmethod
    def or_more(children: list[Any]) -> Compared:
        return _compared(children, _stated_end(children, "or_more"), "")

    @staticmethod
    def or_less(children: list[Any]) -> Compared:
        return _compared(children, "", _stated_end(children, "or_less"))

    @staticmethod
    def between(children: list[Any]) -> Compared:
        return _compared(children, "in", "in")

    @staticmethod
    def thresholds(children: list[Any]) -> Thresholds:
        ends = [token for token in children if token.kind == "QUANTITY"]
        unit = next((token.value for token in reversed(ends) if token.value), "")
        return Thresholds(tuple(children), tuple(t.numbers[0] for t in ends), unit, children[0].kind == "LESS")

    @staticmethod
    def ordinal(children: list[Any]) -> Ordinal:
        tokens = _tokens(children)
        unit = next((c for c in children if isinstance(c, _Unit)), None)
        again = tokens[0].kind == "AGAIN"
        number = next((token.numbers[0] for token in tokens if token.kind == "NUM"), Decimal(2 if again else 1))
        if number != int(number) or number < 1:
            raise NotRead(tokens[0])
        measure = unit[0] if unit else tokens[-1]
        return Ordinal((*tokens, *(unit or ())), int(number), again or tokens[-1].kind == "ONWARD", measure)

    @staticmethod
    def document(children: list[Any]) -> Document:
        return Document(tuple(children), children[1])

    @staticmethod
    def adverb(children: list[Any]) -> _Adverb:
        return _Adverb(children[0])

    @staticmethod
    def action(children: list[Any]) -> Action:
        parts = {type(child): child for child in children}
        tokens = {token.kind: token for token in children if type(token) is Token}
        head = next(token for kind, token in tokens.items() if kind not in ("BY", "GOVERN", "TEXT"))
        return Action(
            head.kind.removesuffix("_MORE").lower(),
            head,
            points=parts.get(Points),
            more=head.kind.endswith("_MORE"),
            filler=parts[_Filler].token if _Filler in parts else None,
            rate=parts[_Rate].counted if _Rate in parts else None,
            words=tokens.get("TEXT"),
        )

    @staticmethod
    def amount(children: list[Any]) -> Points:
        token = children[0]
        return Points(token.kind.lower(), token.numbers, token)

    @staticmethod
    def filler(children: list[Any]) -> _Filler:
        return _Filler(children[0])

    @staticmethod
    def rate(children: list[Any]) -> _Rate:
        written = _counted(children, each=True)
        units = tuple(token for token in written.tokens if token.kind in ("MEASURE", "TIME_UNIT"))
        return _Rate(written if written.units else written._replace(units=units))

    @staticmethod
    def requirement(children: list[Any]) -> Required:
        tokens = _tokens(children)
        units = next((c for c in children if isinstance(c, _Unit)), None)
        amount = next(token for token in reversed(tokens) if token.kind in ("QUANTITY", "NUM"))
        period = next((token for token in tokens if token.kind == "PERIOD"), None)
        unit = units[0].text if units else amount.value
        return Required((*tokens, *(units or ())), period, amount.numbers[0], unit)


def _counted(children: list[Any], *, each: bool) -> Counted:
    number, tokens = Decimal(1), list[Token]()
    word, units = None, _Unit()
    for child in children:
        if isinstance(child, _Unit):
            units = child
            tokens.extend(child)
        elif isinstance(child, _Word):
            word = child.token
            tokens.append(word)
        elif child.kind in ("LACK", "FIND", "OVERDUE", "HIGHER", "LOWER"):
            word = child
            tokens.append(word)
        elif child.kind == "TEXT":
            tokens.append(child)
        else:
            tokens.append(child)
            number = child.numbers[0] if child.kind == "NUM" else number
    return Counted(tuple(tokens), tuple(units), number, each, word)


def _stated_end(children: list[Any], word: str) -> str:
    """90%以上（不含90%）, 90%及以上: the words themselves say whether the end is in."""
    said = children[-1].text
    return "out" if lexicon.pattern("excluded").search(said) else "in" if lexicon.pattern("stated_in").search(said) else word


def _compared(children: list[Any], low: str, high: str) -> Compared:
    ends = [token for token in children if token.kind == "QUANTITY"]
    if len({token.value for token in ends if token.value}) > 1:
        raise NotRead(ends[-1])  # 1周至1个月: two units
    unit = next((token.value for token in reversed(ends) if token.value), "")
    low_end, high_end = ends[0].numbers[0] if low else None, ends[-1].numbers[0] if high else None
    if low_end is not None and high_end is not None and low_end > high_end:
        low_end, high_end, low, high = high_end, low_end, high, low  # 99%-95%
    return Compared(tuple(children), low_end, low, high_end, high, unit)
