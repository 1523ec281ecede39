"""What scoring returns: a total that is never a bare number, the ledger that adds up to it, and a receipt."""

from decimal import Decimal
from fractions import Fraction
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, PlainSerializer, WithJsonSchema

from rulebook.exact import outward, parse, show


def _exact(value: Any) -> Decimal | Fraction:
    if isinstance(value, bool) or not isinstance(value, str | int | Decimal | Fraction):
        raise ValueError("an exact number is wanted")
    number = parse(value) if isinstance(value, str) else Fraction(value)
    return outward([number])(number)


Exact = Annotated[
    Decimal | Fraction,
    BeforeValidator(_exact),
    PlainSerializer(show, return_type=str),
    WithJsonSchema({"type": "string", "pattern": r"^-?[0-9]+(\.[0-9]+|/[0-9]+)?$"}),
]
"""A Decimal where that is exact, else a Fraction; in JSON a string (`97.5`, `4750/49`)."""

State = Literal["observed", "met", "not_applicable", "unknown", "not_supplied"]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True, arbitrary_types_allowed=True)


class LedgerEntry(_Part):
    """One movement of points: what the rule says (`nominal`), what it did (`applied`), and the rest that a limit or a zero took."""

    clause: str | None
    rule: int | None = None
    effect: str
    fact: str | None = None
    value: Any = None
    nominal: Exact
    applied: Exact
    absorbed: Exact
    text: str = ""
    line: int | None = None
    reason: str = ""
    note: str = ""
    assumed: bool = False
    """True where the line is what an unknown fact would do at this end of the interval: nobody observed it."""


class ClauseScore(_Part):
    """One clause: its points, its score (lower and upper differ while something is unknown), its state."""

    clause: str
    section: str = ""
    heading: str = ""
    points: Exact | None
    score: Exact | None
    lower: Exact
    upper: Exact
    state: State


class SectionScore(_Part):
    """One section: the points that apply and the score."""

    section: str
    points: Exact
    score: Exact | None
    lower: Exact
    upper: Exact


class Receipt(_Part):
    """What identifies the result."""

    rulebook_sha256: str
    evidence_sha256: str
    version: str


class Scorecard(_Part):
    """The score of one subject. `total = start + Σ applied` over `ledger`, exactly.

    While something is unknown `total` is None, `upper = start + Σ applied` over `ledger`, and `lower` the same over
    `worst_ledger`. `scorable` is False where nothing applies; then there is no total at all.
    """

    rulebook: str
    subject: str
    total: Exact | None
    lower: Exact | None
    upper: Exact | None
    full: Exact
    start: Exact
    arithmetic: Exact | None = None
    grade: str | None = None
    grades: tuple[str, ...] = ()
    vetoed: bool | None = False
    vetoes: tuple[str, ...] = ()
    scorable: bool = True
    unknown: tuple[str, ...] = ()
    assumed: str | None = None
    accepted: tuple[str, ...] = ()
    sections: tuple[SectionScore, ...] = ()
    clauses: tuple[ClauseScore, ...] = ()
    ledger: tuple[LedgerEntry, ...] = ()
    worst_ledger: tuple[LedgerEntry, ...] | None = None
    receipt: Receipt

    def clause(self, address: str) -> ClauseScore:
        """The score of one clause. Raises KeyError."""
        for score in self.clauses:
            if score.clause == address:
                return score
        raise KeyError(address)


__all__ = ["ClauseScore", "Exact", "LedgerEntry", "Receipt", "Scorecard", "SectionScore", "State"]
