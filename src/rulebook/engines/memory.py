"""What single clauses come to, worked out by the reference once and remembered.

A clause has few facts, and records repeat their values: what one says of a clause is the key, what the evaluator makes of it the value. So
states, intervals, ledger lines and their sentences cost a look-up, and are the reference's own by construction.
"""

from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Any, NamedTuple, Protocol

from rulebook import evaluator, evidence, model, regions
from rulebook.codes import Language
from rulebook.exact import finite
from rulebook.explanation import line
from rulebook.scorecard import ClauseScore, LedgerEntry, Scorecard, State

MOST = 1_024
"""So many things said of one clause are remembered; then it starts afresh."""
LONGEST = 64
"""Longer texts are not remembered."""
PLAIN = frozenset({bool, int, str, Decimal, type(None)})
ABSENT = object()


class Scoring(Protocol):
    """A rulebook that scores: the reference."""

    header: model.Header
    sections: tuple[model.Section, ...]

    def score(self, record: Any, *, language: Language = "zh") -> Scorecard:
        """The scorecard of a record."""

    def model_copy(self, *, update: Mapping[str, Any] | None = None, deep: bool = False) -> Any:
        """The same with other parts."""


class End(NamedTuple):
    """A clause at one end of its bounds, in units: its score, and what the total has of it, which may be less."""

    outcome: evaluator.Outcome
    score: int | Fraction
    worth: int | Fraction


class Remembered(NamedTuple):
    """What a clause comes to: its state, its ends, whether a veto fires at one of them, and whether something unknown makes a difference."""

    state: State
    low: End
    high: End
    vetoes: bool
    open: bool
    record: evidence.Record
    told: dict[str, Any]
    """What was told of it already, by language."""


class Memory:
    """One clause: a rulebook of its own, without the limits of the whole, and what was worked out with it. Safe to use from many threads."""

    def __init__(self, book: Scoring, section: model.Section, clause: model.Clause, scale: int) -> None:
        self.clause, self.address, self.scale = clause, clause.address, scale
        self.counted = section.kind in ("points", "deduct")
        self.held = self.units(Fraction(clause.points or 0)) if self.counted else 0
        """The points by which it counts to the full marks, in units."""
        item = model.Item.made(number=0, heading="", clauses=(clause,))
        alone = section.model_copy(update={"points": None, "subsections": (model.Subsection.made(items=(item,)),)})
        header = book.header.model_copy(update={"rounding": None, "limits": (), "grades": (), "veto": None, "full": None})
        self.book = book.model_copy(update={"header": header, "sections": (alone,), "accepted": ()})
        self.known: dict[Any, Remembered] = {}
        self.rows: dict[Language, dict[Any, tuple[LedgerEntry, ...]]] = {"zh": {}, "en": {}}

    def said(self, value: Any) -> Remembered:
        """What a record says of the clause, `ABSENT` where it says nothing. Raises RulebookError where the reader refuses it."""
        try:
            key = (*value, *value.values(), *map(type, value.values())) if type(value) is dict else (type(value), value)
            known = self.known.get(key)
        except TypeError:  # a list of records is looked at each time
            return self.read(value)
        if known is None:
            known = self.read(value)
            if value is ABSENT or all(map(_kept, value.values() if type(value) is dict else (value,))):
                _keep(self.known, key, known)
        return known

    def read(self, value: Any) -> Remembered:
        """What the reader, and then the evaluator, make of it."""
        record = evidence.read_record(self.book, {} if value is ABSENT else {self.address: value})
        _, _, found, states = evaluator.evaluate(self.book, record, regions.complete)
        bounds = found[self.address]
        low, high = self.end(bounds.worst), self.end(bounds.best)
        vetoes = bool(low.outcome.vetoes or high.outcome.vetoes)
        different = bounds.worst is not bounds.best and (low.worth != high.worth or vetoes)
        return Remembered(states[self.address], low, high, vetoes, different, record, {})  # type: ignore[arg-type]

    def end(self, outcome: evaluator.Outcome) -> End:
        """The outcome with its numbers in units."""
        return End(outcome, self.units(outcome.score), self.units(evaluator.worth(outcome)))

    def units(self, points: Fraction) -> int | Fraction:
        """Points in the common fraction, as an int where that is exact."""
        scaled = points * self.scale
        return scaled.numerator if scaled.denominator == 1 else scaled

    def observed(self, values: Any) -> Remembered:
        """What values of all its facts, of which each was checked, come to: a tuple, or the value of a single fact."""
        names = [fact.name for fact in self.clause.facts]
        several = (values,) if len(names) == 1 else values
        return self.said(dict(zip(names, several, strict=True)) if names else ABSENT)

    def lines(self, known: Remembered, language: Language) -> tuple[LedgerEntry, ...]:
        """Its ledger lines where its score is exact; what follows from a veto is for the whole to say."""
        if language not in known.told:
            entries = [entry for entry in known.high.outcome.entries if entry.effect != "veto"]
            known.told[language] = tuple(line(entry, self.clause, language, outward) for entry in entries)
        return known.told[language]  # type: ignore[no-any-return]

    def remember(self, values: Any, language: Language) -> tuple[LedgerEntry, ...]:
        """The same of values of all its facts, kept in `rows`."""
        found = self.rows[language].get(values)
        if found is None:
            found = self.lines(self.observed(values), language)
            _keep(self.rows[language], values, found)
        return found

    def told(self, known: Remembered) -> ClauseScore:
        """Its line of the scorecard."""
        if "card" not in known.told:
            known.told["card"] = self.book.score(known.record).clauses[0]
        return known.told["card"]  # type: ignore[no-any-return]


def outward(points: Fraction) -> Decimal | Fraction:
    """The number as callers see it: a Decimal where that is exact."""
    found = finite(points)
    return points if found is None else found


def _kept(value: Any) -> bool:
    return type(value) in PLAIN and not (type(value) is str and len(value) > LONGEST)


def _keep(known: dict[Any, Any], key: Any, value: Any) -> None:
    if len(known) >= MOST:
        known.clear()
    known[key] = value
