"""What the grammar yields: small values over tokens. The builder knows these and no parse tree."""

from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import NamedTuple

from rulebook.parser.tokens import Token


class Words(NamedTuple):
    """Words that a person judges."""

    token: Token


class Counted(NamedTuple):
    """每缺2项, 发现一次, 一项: how often the amount counts. `each`: 每 is written."""

    tokens: tuple[Token, ...]
    units: tuple[Token, ...]
    number: Decimal
    each: bool
    word: Token | None


class Stepped(NamedTuple):
    """每低1个百分点."""

    tokens: tuple[Token, ...]
    size: Decimal
    unit: str
    below: bool


class Compared(NamedTuple):
    """低于90%, 60分以上, 70%至90%: ends of a range with the wording that decides whether they are in it."""

    tokens: tuple[Token, ...]
    low: Decimal | None
    low_word: str
    high: Decimal | None
    high_word: str
    unit: str


class Thresholds(NamedTuple):
    """低于80%、70%、60%: one figure a step, for a list of amounts. `below`: the quantity lies under it."""

    tokens: tuple[Token, ...]
    figures: tuple[Decimal, ...]
    unit: str
    below: bool


class Ordinal(NamedTuple):
    """第二次起."""

    tokens: tuple[Token, ...]
    number: int
    onward: bool
    unit: Token


class Document(NamedTuple):
    """在通报中明确分数."""

    tokens: tuple[Token, ...]
    name: Token


Piece = Words | Counted | Stepped | Compared | Thresholds | Ordinal | Document


class Points(NamedTuple):
    """An amount as written: a figure, a range, a list or a share (percent)."""

    kind: str
    numbers: tuple[Decimal, ...]
    token: Token


class Action(NamedTuple):
    """What happens: the grammar's rule for it, its token, its amount, and what a trailing `/次` or 每次 counts."""

    kind: str
    token: Token
    points: Points | None = None
    more: bool = False
    filler: Token | None = None
    rate: Counted | None = None
    words: Token | None = None


@dataclass(frozen=True, eq=False, repr=False)
class Phrase:
    """One effect or limit with what touches it."""

    action: Action
    alternatives: tuple[tuple[Piece, ...], ...] = ()
    adverbs: tuple[Token, ...] = ()
    otherwise: Token | None = None
    tokens: tuple[Token, ...] = ()

    @cached_property
    def pieces(self) -> tuple[Piece, ...]:
        """The pieces of all alternatives, in order."""
        return tuple(piece for alternative in self.alternatives for piece in alternative)

    def counts(self) -> bool:
        """True where the effect counts or measures something."""
        return any(isinstance(piece, Counted | Stepped) for piece in self.pieces) or self.action.rate is not None

    def adverb(self, kind: str) -> bool:
        """True where an adverb of that kind touches the effect."""
        return any(token.kind == kind for token in self.adverbs)


class Required(NamedTuple):
    """每季度至少召开一次, 不少于2次."""

    tokens: tuple[Token, ...]
    period: Token | None
    number: Decimal
    unit: str
    subject: str = ""
