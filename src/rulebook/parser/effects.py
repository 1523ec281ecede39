"""The only door to lark: tokens of one phrase in, forms out. LALR, so a phrase has one reading or none."""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from functools import cache
from typing import Any

import lark
from lark.lexer import Lexer

from rulebook.assets import text
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
    Words,
)
from rulebook.parser.tokens import Token

STARTS = ("phrase", "requirement", "grade")


class _Ready(Lexer):
    """Hands lark the tokens that the passes chose; there is nothing left to lex."""

    __future_interface__ = 2

    def __init__(self, configuration: Any) -> None:
        pass

    def lex(self, state: Any, parser_state: Any) -> Iterator[lark.Token]:
        for token in state.text:
            yield _Carrier(token)


class _Carrier(lark.Token):
    """A lark token that carries ours."""

    carried: Token

    def __new__(cls, token: Token) -> "_Carrier":
        self = super().__new__(cls, token.kind, token.text)
        self.carried = token
        return self


class NotRead(Exception):
    """The phrase has no reading; `at` is the token at which that became certain, None at the end."""

    def __init__(self, at: Token | None) -> None:
        super().__init__()
        self.at = at


def phrase(tokens: Sequence[Token]) -> Phrase:
    """The one reading of an effect with its near phrase. Raises NotRead."""
    form: Phrase = _read("phrase", tokens)
    return form


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


def _read(start: str, tokens: Sequence[Token]) -> Any:
    if not tokens:
        raise NotRead(None)
    try:
        return _parser().parse(tokens, start=start)  # type: ignore[arg-type]
    except lark.exceptions.UnexpectedToken as error:
        raise NotRead(getattr(error.token, "carried", None)) from None
    except lark.exceptions.VisitError as error:
        if isinstance(error.orig_exc, NotRead):
            raise error.orig_exc from None
        raise


@cache
def _parser() -> lark.Lark:
    return lark.Lark(
        text("grammar", "effect.lark"),
        parser="lalr",
        lexer=_Ready,
        start=list(STARTS),
        transformer=_Forms(),
        maybe_placeholders=False,
    )


def _carried(children: Sequence[Any]) -> list[Token]:
    return [child.carried for child in children if isinstance(child, _Carrier)]


class _Unit(tuple[Token, ...]):
    """Tokens of one measure word."""


class _Forms(lark.Transformer[Any, Any]):
    """Grammar rule → form, one method a rule, in the grammar's order."""

    def phrase(self, children: list[Any]) -> Phrase:
        otherwise = next((c.carried for c in children if isinstance(c, _Carrier)), None)
        near = next((c for c in children if isinstance(c, list)), [])
        adverbs = tuple(c for c in children if isinstance(c, Token))
        action = next(c for c in children if isinstance(c, Action))
        return Phrase(action, tuple(near), adverbs, otherwise)

    def near(self, children: list[Any]) -> list[tuple[Piece, ...]]:
        return [child for child in children if isinstance(child, tuple)]

    def alternative(self, children: list[Any]) -> tuple[Piece, ...]:
        return tuple(children)

    grade = staticmethod(lambda children: children[0])

    def text(self, children: list[Any]) -> Words:
        return Words(children[0].carried)

    def word(self, children: list[Any]) -> Token:
        return _carried(children)[0]

    def unit(self, children: list[Any]) -> _Unit:
        return _Unit(_carried(children))

    def _count(self, children: list[Any], each: bool) -> Counted:
        number, tokens = Decimal(1), []
        word, units = None, _Unit()
        for child in children:
            if isinstance(child, _Unit):
                units = child
                tokens.extend(child)
            elif isinstance(child, _Carrier):
                tokens.append(child.carried)
                if child.type == "NUM":
                    number = child.carried.numbers[0]
            else:
                word = child
                tokens.append(child)
        return Counted(tuple(tokens), tuple(units), number, each, word)

    def each(self, children: list[Any]) -> Counted:
        return self._count(children, True)

    def counted(self, children: list[Any]) -> Counted:
        return self._count(children, False)

    def step(self, children: list[Any]) -> Stepped:
        tokens = _carried(children)
        size = tokens[-1]
        return Stepped(tuple(tokens), size.numbers[0], size.value, tokens[1].kind != "HIGHER")

    def _compare(self, children: list[Any], low: str, high: str) -> Compared:
        tokens = _carried(children)
        ends = [token for token in tokens if token.kind == "QUANTITY"]
        unit = next((token.value for token in reversed(ends) if token.value), "")
        return Compared(
            tuple(tokens),
            ends[0].numbers[0] if low else None,
            low,
            ends[-1].numbers[0] if high else None,
            high,
            unit,
        )

    def below(self, children: list[Any]) -> Compared:
        return self._compare(children, "", "out")

    def at_least(self, children: list[Any]) -> Compared:
        return self._compare(children, "in", "")

    def above(self, children: list[Any]) -> Compared:
        return self._compare(children, "out", "")

    def at_most(self, children: list[Any]) -> Compared:
        return self._compare(children, "", "in")

    def or_more(self, children: list[Any]) -> Compared:
        return self._compare(children, "or_more", "")

    def or_less(self, children: list[Any]) -> Compared:
        return self._compare(children, "", "or_less")

    def between(self, children: list[Any]) -> Compared:
        return self._compare(children, "in", "in")

    def ordinal(self, children: list[Any]) -> Ordinal:
        tokens = _carried(children)
        unit = next((c for c in children if isinstance(c, _Unit)), None)
        number = next((token.numbers[0] for token in tokens if token.kind == "NUM"), Decimal(1))
        if number != int(number) or number < 1:
            raise NotRead(tokens[0])
        measure = unit[0] if unit else tokens[-1]
        return Ordinal(tuple(tokens + list(unit or ())), int(number), tokens[-1].kind == "ONWARD", measure)

    def document(self, children: list[Any]) -> Document:
        tokens = _carried(children)
        return Document(tuple(tokens), tokens[1])

    def adverb(self, children: list[Any]) -> Token:
        return _carried(children)[0]

    def action(self, children: list[Any]) -> Action:
        tokens = _carried(children)
        head = next(token for token in tokens if token.kind not in ("BY", "GOVERN", "TEXT"))
        return Action(
            head.kind.removesuffix("_MORE").lower(),
            head,
            points=next((c for c in children if isinstance(c, Points)), None),
            more=head.kind.endswith("_MORE"),
            filler=next((c for c in children if isinstance(c, Token)), None),
            rate=next((c.token for c in children if isinstance(c, _Rate)), None),
            words=next((token for token in tokens if token.kind == "TEXT"), None),
        )

    def amount(self, children: list[Any]) -> Points:
        token = _carried(children)[0]
        return Points(token.kind.lower(), token.numbers, token)

    def filler(self, children: list[Any]) -> Token:
        return _carried(children)[0]

    def rate(self, children: list[Any]) -> "_Rate":
        return _Rate(_carried(children)[-1])

    def requirement(self, children: list[Any]) -> Required:
        tokens = _carried(children)
        units = next((c for c in children if isinstance(c, _Unit)), None)
        amount = next(token for token in reversed(tokens) if token.kind in ("QUANTITY", "NUM"))
        period = next((token for token in tokens if token.kind == "PERIOD"), None)
        unit = units[0].text if units else amount.value
        return Required(tuple(tokens + [u for u in units or ()]), period, amount.numbers[0], unit)


class _Rate:
    def __init__(self, token: Token) -> None:
        self.token = token
