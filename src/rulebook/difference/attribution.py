"""What a difference does to a score, in parts that sum to the whole."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import Any

from rulebook import model
from rulebook.api import Assume, Rulebook, Scorecard
from rulebook.diagnostics import Diagnostic, RulebookError
from rulebook.difference.carrying import Untold, carried
from rulebook.difference.comparison import differences
from rulebook.difference.findings import Difference, Pairing
from rulebook.difference.pairing import places
from rulebook.evaluator import start_of
from rulebook.evidence import Record, read_record
from rulebook.scorecard import LedgerEntry

ZERO = Fraction(0)


Ends = tuple[Fraction, Fraction]
"""A lower and an upper end; equal where nothing is unknown."""


@dataclass(frozen=True)
class Part:
    """One part of a change, at either end of the interval. `clause` is what it is about where its kind is "clause".

    Other kinds: `not_applicable` and `not_supplied` (clauses that mean the same, counted otherwise by the head), `limits` (of
    items, sections and the head), `rescale`, `veto`, `rounding`.
    """

    kind: str
    old: Ends
    new: Ends
    clause: Pairing | None = None

    @property
    def change(self) -> Ends:
        """How far the lower and the upper end move."""
        return self.new[0] - self.old[0], self.new[1] - self.old[1]


@dataclass(frozen=True)
class Attribution:
    """A score under two rulebooks. At either end the parts sum exactly to the change."""

    old: Scorecard
    new: Scorecard
    parts: tuple[Part, ...]
    untold: tuple[Untold, ...]

    @property
    def change(self) -> Ends:
        """How far the lower and the upper end of the score move."""
        (low, high), (lower, upper) = ends(self.old), ends(self.new)
        return lower - low, upper - high

    @property
    def exact(self) -> bool:
        """True where both scores are settled."""
        return self.old.total is not None and self.new.total is not None


def attribute(old: Rulebook, new: Rulebook, record: Mapping[str, Any] | bytes | Record, *, name: str = "",
              assume: Assume | str | None = None, force: bool = False, difference: Difference | None = None) -> Attribution:  # fmt: skip
    """What becomes of a record of `old` under `new`, the change attributed to clauses and to what the head declares.

    `name`, `assume` and `force` are those of `Rulebook.score`. Dates stay in the year of the old rulebook. Raises RulebookError with every
    diagnostic, RB510 where either rulebook gives no score.
    """
    difference = difference or differences(old, new)
    known = record if isinstance(record, Record) else read_record(old, record, name=name, force=force)
    dated = new.model_copy(update={"header": new.header.model_copy(update={"year": old.header.year})})
    under_new, untold = carried(difference, known, dated)
    before, after = old.score(known, assume=assume), dated.score(under_new, assume=assume)
    if not before.scorable or not after.scorable:
        raise RulebookError([Diagnostic("RB510", {"subject": before.subject})])
    parts = _attributed(difference, _Shares(old, before), _Shares(dated, after))
    return Attribution(before, after, tuple(part for part in parts if any(part.change)), untold)


def ends(card: Scorecard) -> Ends:
    """The lower and the upper end of a score."""
    return Fraction(card.lower or 0), Fraction(card.upper or 0)


class _Shares:
    """What every clause gives to a total, and what the whole does to their sum, at both ends of the score."""

    def __init__(self, book: model.Rulebook, card: Scorecard) -> None:
        self.book, self.card = book, card
        self.clauses = {place.address: place for place in places(book)}
        self.states = {score.clause: score.state for score in card.clauses}

    @cached_property
    def ledgers(self) -> tuple[tuple[LedgerEntry, ...], tuple[LedgerEntry, ...]]:
        """The lines of the lower and the upper end."""
        worst = self.card.worst_ledger
        return self.card.ledger if worst is None else worst, self.card.ledger

    @cached_property
    def own(self) -> dict[str, Ends]:
        """Clause → what it gives, before items, sections and the head limit it."""
        taken = [self._taken(ledger) for ledger in self.ledgers]
        leaves = self.book.header.not_applicable != "full"
        return {
            score.clause: (ZERO, ZERO)
            if score.state == "not_applicable" and leaves
            else (Fraction(score.lower) + taken[0][score.clause], Fraction(score.upper) + taken[1][score.clause])
            for score in self.card.clauses
        }

    def _taken(self, ledger: Iterable[LedgerEntry]) -> dict[str, Fraction]:
        """Clause → what it takes from the total."""
        taken = dict.fromkeys(self.clauses, ZERO)
        for entry in ledger:
            if entry.clause is not None and entry.rule is not None:
                rule = self.clauses[entry.clause].clause.rules[entry.rule - 1]
                if getattr(rule.effect, "target", "clause") == "total":
                    taken[entry.clause] += Fraction(entry.applied)
        return taken

    def whole(self, kind: str) -> Ends:
        """What the whole does: lines of that kind, or what limits leave of the clauses."""
        lower, upper = (self._whole(kind, end) for end in (0, 1))
        return lower, upper

    def _whole(self, kind: str, end: int) -> Fraction:
        ledger = self.ledgers[end]
        if kind != "limits":
            return sum((Fraction(entry.applied) for entry in ledger if entry.effect == kind), ZERO)
        start = sum((start_of(place.clause, place.section.kind) for place in self.clauses.values()), ZERO)
        moved = sum((Fraction(entry.applied) for entry in ledger if entry.effect not in WHOLE), ZERO)
        return start + moved - sum((ends[end] for ends in self.own.values()), ZERO)


WHOLE = ("rescale", "veto", "rounding")
"""Effects of ledger lines that are about the whole, limits aside."""


def _attributed(difference: Difference, old: _Shares, new: _Shares) -> Iterator[Part]:
    """Every part, those that change nothing among them."""
    alike: dict[str, list[tuple[Ends, Ends]]] = {"not_applicable": [], "not_supplied": []}
    nothing = (ZERO, ZERO)
    for pair in difference.clauses:
        before = nothing if pair.old is None else old.own[pair.old.address]
        after = nothing if pair.new is None else new.own[pair.new.address]
        if pair.differs or pair.old is None or pair.new is None:
            yield Part("clause", before, after, pair)
        else:
            leaves = "not_applicable" in (old.states[pair.old.address], new.states[pair.new.address])
            alike["not_applicable" if leaves else "not_supplied"].append((before, after))
    for kind, several in alike.items():
        yield Part(kind, _sum(one for one, _ in several), _sum(two for _, two in several))
    for kind in ("limits", *WHOLE):
        yield Part(kind, old.whole(kind), new.whole(kind))


def _sum(several: Iterable[Ends]) -> Ends:
    lower = upper = ZERO
    for low, high in several:
        lower, upper = lower + low, upper + high
    return lower, upper
