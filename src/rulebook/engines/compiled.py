"""A rulebook made ready: the program where there is one, what was worked out of single clauses, and the reference for everything else.

A record is scored by the first of three ways that takes it, and each gives what the reference gives. *Straight*: every fact is observed and
written plainly. *Clause by clause*: clauses are met, unknown, not supplied, partly observed, written in any spelling; what was said of a clause
before is remembered. *The reference*: everything else, and every refusal, with its diagnostics.
"""

from collections.abc import Callable, Mapping
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from itertools import chain
from typing import Any

from rulebook import evaluator, model
from rulebook.codes import Language
from rulebook.diagnostics import Diagnostic, RulebookError
from rulebook.engines.lowering import Column, Program, Unlowered, lower, plain
from rulebook.engines.memory import ABSENT, Memory, Remembered, Scoring, outward
from rulebook.engines.straight import ODD, Seen, Straight
from rulebook.exact import finite
from rulebook.exact import outward as outward_of
from rulebook.explanation import line
from rulebook.scorecard import ClauseScore, LedgerEntry, Scorecard

Exact = Decimal | Fraction
Outward = Callable[[Fraction], Exact]
MOST = 4_096
"""So many totals are remembered, and so many with what follows from them."""
ZERO = Fraction(0)


class Points(dict[int, Exact]):
    """Units → points; what was asked for before is at hand."""

    def __init__(self, scale: int) -> None:
        super().__init__()
        self.scale = scale

    def __missing__(self, units: int) -> Exact:
        found = outward(Fraction(units, self.scale))
        _keep(self, units, found)
        return found


class Score:
    """One record's score. The total is there at once, every reason when it is asked for; all of it equals the reference's scorecard.

    `way` says how it came about: `straight`, `clauses` or `reference`.
    """

    __slots__ = ("_card", "_compiled", "_record")
    way = "reference"

    def __init__(self, compiled: "Compiled", record: Any, card: Scorecard | None = None) -> None:
        self._compiled, self._record, self._card = compiled, record, card

    def __repr__(self) -> str:
        return f"<Score {self.total if self.total is not None else f'{self.lower}..{self.upper}'}>"

    @property
    def card(self) -> Scorecard:
        """The reference's scorecard of the same record, worked out once."""
        if self._card is None:
            self._card = self._compiled.book.score(self._record)
        return self._card

    @property
    def total(self) -> Exact | None:
        """The total; None while something is unknown, or where nothing applies."""
        return self.card.total

    @property
    def lower(self) -> Exact | None:
        """The least that the evidence allows."""
        return self.card.lower

    @property
    def upper(self) -> Exact | None:
        """The most that the evidence allows."""
        return self.card.upper

    @property
    def unknown(self) -> tuple[str, ...]:
        """The clauses on which it still hangs."""
        return self.card.unknown

    @property
    def grade(self) -> str | None:
        """The grade, where it is settled."""
        return self.card.grade

    @property
    def vetoed(self) -> bool | None:
        """Whether a veto fires; None where that is open."""
        return self.card.vetoed

    @property
    def clauses(self) -> tuple[ClauseScore, ...]:
        """The score of every clause, in order."""
        return self.card.clauses

    @property
    def ledger(self) -> tuple[LedgerEntry, ...]:
        """Every movement of points, with its sentence in Chinese."""
        return self.lines("zh")

    def lines(self, language: Language) -> tuple[LedgerEntry, ...]:
        """The ledger, its sentences in that language."""
        return self._in(language).ledger

    def explain(self, language: Language = "zh") -> str:
        """The score in sentences, section by section."""
        return self._in(language).explain(language)  # type: ignore[attr-defined, no-any-return]

    def _in(self, language: Language) -> Scorecard:
        return self.card if language == "zh" or self._record is None else self._compiled.book.score(self._record, language=language)


class Straightforward(Score):
    """The score of a record of which every fact was observed: the values, the total and what each clause moves, as integers."""

    __slots__ = ("_seen",)
    way = "straight"

    def __init__(self, compiled: "Compiled", seen: Seen) -> None:
        self._compiled, self._seen = compiled, seen

    @property
    def _record(self) -> dict[str, Any]:
        return self._compiled.by_clause(self._seen[0])

    @property
    def card(self) -> Scorecard:
        """The reference's scorecard of the same record, worked out each time."""
        return self._compiled.book.score(self._record)

    @property
    def total(self) -> Exact:
        """The total."""
        return self._compiled.points[self._seen[1]] if self._compiled.finite else self.card.total  # type: ignore[return-value]

    lower = upper = total

    @property
    def units(self) -> tuple[int, ...]:
        """The score of every clause in units, `Compiled.scale` to the point."""
        return tuple(map(int.__add__, self._compiled.starts, self._seen[2]))

    @property
    def unknown(self) -> tuple[str, ...]:
        """Nothing."""
        return ()

    @property
    def vetoed(self) -> bool:
        """Whether a veto of the whole fires."""
        return any(self._compiled.straight.outside(self._seen[0])[0])  # type: ignore[union-attr]

    @property
    def grade(self) -> str | None:
        """The grade."""
        (_, place), _ = self._compiled.straight.levels(self._seen[0])  # type: ignore[union-attr]
        return self._compiled.book.header.grades[place].name if place >= 0 else None

    @property
    def clauses(self) -> tuple[ClauseScore, ...]:
        """The score of every clause, in order."""
        if not self._compiled.finite:
            return self.card.clauses
        return tuple(map(Memory.told, self._compiled.memories, self._known()))

    def _known(self) -> list[Remembered]:
        assert self._compiled.straight is not None
        return list(map(Memory.observed, self._compiled.memories, self._compiled.straight.by_clause(self._seen[0])))

    def lines(self, language: Language) -> tuple[LedgerEntry, ...]:
        """The ledger, its sentences in that language."""
        compiled, straight = self._compiled, self._compiled.straight
        if straight is None or not compiled.plain or not compiled.finite:
            return self._in(language).ledger
        values, total, moved = self._seen
        said = straight.by_clause(values)
        try:
            found = list(map(dict.__getitem__, compiled.rows[language], said))
        except KeyError:
            found = [memory.remember(own, language) for memory, own in zip(compiled.memories, said, strict=True)]
        vetoes, taken = straight.outside(values) if compiled.outside else ((), ())
        if any(vetoes) or (compiled.bounded and compiled.start + sum(moved) + sum(taken) != total):
            known = self._known()
            found.append(compiled.told(compiled.ending(sum([one.high.worth for one in known]), known), language))
        return tuple(chain.from_iterable(filter(None, found)))

    def _in(self, language: Language) -> Scorecard:
        return self._compiled.book.score(self._record, language=language)


class Pieced(Score):
    """A score put together clause by clause; what is open makes it an interval."""

    __slots__ = ("_high", "_known", "_low", "_outward")
    way = "clauses"

    def __init__(self, compiled: "Compiled", record: Any, known: list[Remembered], low: evaluator.Total, high: evaluator.Total, outward: Outward) -> None:
        super().__init__(compiled, record)
        self._known, self._low, self._high, self._outward = known, low, high, outward

    @property
    def total(self) -> Exact | None:
        """The total; None while something is unknown, or where nothing applies."""
        return self.upper if self._low.score == self._high.score and not self.unknown else None

    @property
    def lower(self) -> Exact | None:
        """The least that the evidence allows."""
        return self._outward(self._low.score) if self._high.scorable else None

    @property
    def upper(self) -> Exact | None:
        """The most that the evidence allows."""
        return self._outward(self._high.score) if self._high.scorable else None

    @property
    def unknown(self) -> tuple[str, ...]:
        """The clauses on which it still hangs."""
        return tuple([memory.address for memory, one in zip(self._compiled.memories, self._known, strict=True) if one.open])

    @property
    def clauses(self) -> tuple[ClauseScore, ...]:
        """The score of every clause, in order."""
        if self._outward is not outward:
            return self.card.clauses
        return tuple(memory.told(one) for memory, one in zip(self._compiled.memories, self._known, strict=True))

    def lines(self, language: Language) -> tuple[LedgerEntry, ...]:
        """The ledger, its sentences in that language."""
        left = any(one.open or one.state == "not_applicable" for one in self._known)
        if left or not self._compiled.plain or self._outward is not outward:
            return self._in(language).ledger
        found: list[LedgerEntry] = []
        for memory, one in zip(self._compiled.memories, self._known, strict=True):
            found += memory.lines(one, language)
        return (*found, *self._compiled.told(self._high, language))


class Compiled:
    """A rulebook that scores one record in microseconds. It does not change and may be used from many threads.

    A record is what `book.score` takes, or a flat dict with a key for every fact (`columns`: clause and fact with a space between).
    """

    def __init__(self, book: Callable[[], Scoring], program: Program | None, reason: str = "") -> None:
        self._book = book
        self.program = program
        self.reason = reason
        """Why there is no program; empty where there is one."""
        self.straight = None if program is None else Straight(program)
        self.scale = 1 if program is None else program.scale
        """Units to the point."""
        self.starts = () if program is None else program.starts
        """What each clause holds before anything is found, in units."""
        self.start = sum(self.starts)
        self.columns: tuple[Column, ...] = _columns(self.book) if self.straight is None else self.straight.facts
        """The facts, in order: a flat record has a key of each one's `name`."""
        self.first = self.columns[0].name if self.columns else ""
        """The key by which a flat record is known."""
        self.points = Points(self.scale)
        """Units → points, as callers see them."""
        self._endings: dict[Any, evaluator.Total] = {}

    @cached_property
    def book(self) -> Scoring:
        """The rulebook: the reference."""
        return self._book()

    @property
    def lowered(self) -> bool:
        """True where records of which every fact is observed are scored by compiled code; else `reason` says why not."""
        return self.program is not None

    @cached_property
    def plain(self) -> bool:
        """True where no level above the clauses holds anything back."""
        return plain(self.book)  # type: ignore[arg-type]

    @cached_property
    def finite(self) -> bool:
        """True where a unit is a decimal, and so is every number that is not scaled because something does not apply."""
        return self.program is not None and finite(Fraction(1, self.scale)) is not None

    @cached_property
    def memories(self) -> tuple[Memory, ...]:
        """What was worked out of each clause, in order."""
        found: list[Memory] = []
        for section in self.book.sections:
            for item in section.items():
                for clause in item.clauses:
                    found.append(Memory(self.book, section, clause, self.scale))
        return tuple(found)

    # --- what is asked of it

    def total(self, record: Mapping[str, Any], *, trusted: bool = False) -> Exact | None:
        """The total of a record; None where it is an interval, or nothing applies. Raises RulebookError.

        `trusted`: every fact is there, yes and no are True and False, counts are whole and not negative. Nothing of that is looked at
        then, and a record that breaks its promise gets a number that means nothing.
        """
        straight = self.straight
        if straight is not None:
            try:
                if trusted:
                    return self.points[(straight.trusted if self.first in record else straight.trusted_nested)(record)]
                return self.points[(straight.total if self.first in record else straight.total_nested)(record)]
            except ODD:
                pass
        return self.score(record).total

    def score(
        self, record: Mapping[str, Any] | bytes, *, name: str = "", assume: str | None = None, final: bool = False, force: bool = False,
        trusted: bool = False,
    ) -> Score:  # fmt: skip
        """The score of one record, everything in it checked. Raises RulebookError with every diagnostic, as `book.score` does.

        `trusted` leaves the checks out, as in `total`.
        """
        straight = self.straight
        if straight is not None:
            try:
                if trusted:
                    return Straightforward(self, (straight.keep if self.first in record else straight.keep_nested)(record))
                return Straightforward(self, (straight.observe if self.first in record else straight.observe_nested)(record))
            except ODD:
                pass
        if type(record) is dict:
            record = self.by_fact(record) if self.first in record else record
            found = self.pieced(record) if assume is None else None
            if found is not None and not (final and found.total is None):
                return found
        return Score(self, record, self.book.score(record, name=name, assume=assume, final=final, force=force))  # type: ignore[call-arg]

    # --- clause by clause

    def pieced(self, record: Mapping[Any, Any]) -> Pieced | None:
        """The score clause by clause; None where the record says something that is not about one clause, or must be refused."""
        try:
            known = [memory.said(record.get(memory.address, ABSENT)) for memory in self.memories]
        except RulebookError:
            return None
        states = {one.state for one in known}
        if not record.keys() <= self.addresses or ("not_supplied" in states and self.book.header.not_supplied is None):
            return None
        if self.plain and self.finite:
            if "not_applicable" not in states:
                low, high = sum([one.low.worth for one in known]), sum([one.high.worth for one in known])
                return Pieced(self, record, known, self.ending(low, known, low=True), self.ending(high, known), outward)
            worst, best = self.summed(known, low=True), self.summed(known)
            if worst is not None and best is not None:
                ends = self.ending(worst[0], known, low=True), self.ending(best[0], known)
                decimal = finite(worst[1]) is not None and finite(best[1]) is not None
                return Pieced(self, record, known, *ends, outward if decimal else Fraction)
        ends = self.settled(known, low=True), self.settled(known)
        moved = [number for total in ends for entry in total.entries for number in (entry.nominal, entry.applied)]
        return Pieced(self, record, known, *ends, outward_of([*(total.score for total in ends), ends[1].full, *moved]))

    def summed(self, known: list[Remembered], *, low: bool = False) -> tuple[int | Fraction, Fraction] | None:
        """The clauses of a plain rulebook together, in units, and what of that is there because others do not apply. None where there is no score."""
        leaves = self.book.header.not_applicable != "full"
        units: int | Fraction = 0
        kept: int | Fraction = 0
        left: int | Fraction = 0
        gain = ZERO
        applicable = anything = False
        for memory, (state, worst, best, *_) in zip(self.memories, known, strict=True):
            if state == "not_applicable" and leaves:
                left += memory.held
                continue
            end = worst if low else best
            units += end.worth
            kept += end.score if memory.counted else 0
            anything = True
            applicable = applicable or (memory.held > 0 and state != "not_applicable")
        rest = self.held - left
        if not applicable and (not anything or self.held):
            return None
        if left and self.book.header.not_applicable == "rescale" and rest > 0:
            gain = Fraction(kept * self.held, rest) - kept
        return units + gain if gain else units, gain

    @cached_property
    def held(self) -> int | Fraction:
        """The points that can be held or earned, in units."""
        return sum(memory.held for memory in self.memories)

    @cached_property
    def addresses(self) -> frozenset[str]:
        """Of every clause."""
        return frozenset(memory.address for memory in self.memories)

    def settled(self, known: list[Remembered], *, low: bool = False) -> evaluator.Total:
        """The whole as the evaluator settles it, at the low or the high end."""
        outcomes = {memory.address: (one.low if low else one.high).outcome for memory, one in zip(self.memories, known, strict=True)}
        states = {memory.address: one.state for memory, one in zip(self.memories, known, strict=True)}
        return evaluator.settle(self.book, outcomes, states)  # type: ignore[arg-type]

    def ending(self, units: int | Fraction, known: list[Remembered], *, low: bool = False) -> evaluator.Total:
        """What follows from the sum of a plain rulebook's clauses, and from the vetoes among them: floor, vetoes, rounding, grade."""
        vetoed = [(self.memories[place], (known[place].low if low else known[place].high).outcome.vetoes) for place in self.vetoing if known[place].vetoes]
        key = units, tuple([(memory.address, *[id(rule) for rule, _ in vetoes]) for memory, vetoes in vetoed])
        found = self._endings.get(key)
        if found is None:
            outcomes = {memory.address: evaluator.Outcome(ZERO, [], ZERO) for memory in self.memories}
            outcomes[self.memories[0].address].start = Fraction(units) / self.scale
            for memory, vetoes in vetoed:
                outcomes[memory.address].vetoes = vetoes
            found = evaluator.settle(self.book, outcomes, dict.fromkeys(outcomes, "observed"))  # type: ignore[arg-type]
            _keep(self._endings, key, found)
        return found

    @cached_property
    def vetoing(self) -> tuple[int, ...]:
        """The places of clauses that may veto."""
        memories = enumerate(self.memories)
        return tuple(place for place, memory in memories if any(isinstance(rule.effect, model.Veto) for rule in memory.clause.rules))

    def by_clause(self, values: tuple[Any, ...]) -> dict[str, Any]:
        """Values of facts as a record by clause; clauses without facts are left out."""
        found: dict[str, dict[str, Any]] = {}
        for column, value in zip(self.columns, values, strict=True):
            found.setdefault(column.clause, {})[column.fact] = value
        return found

    def by_fact(self, record: Mapping[Any, Any]) -> dict[Any, Any]:
        """A flat record by clause. A key that is no fact stays: the clause that it names, or a diagnostic, is for the reader."""
        found: dict[Any, Any] = {}
        for key, value in record.items():
            column = self.names.get(key)
            if column is None:
                found[key] = value
            else:
                found.setdefault(column.clause, {})[column.fact] = value
        return found

    @cached_property
    def names(self) -> dict[str, Column]:
        """Key of a flat record → its column."""
        return {column.name: column for column in self.columns}

    # --- what is told

    @cached_property
    def rows(self) -> dict[Language, list[dict[Any, tuple[LedgerEntry, ...]]]]:
        """The lines remembered of each clause, by the values of its facts."""
        return {language: [memory.rows[language] for memory in self.memories] for language in ("zh", "en")}

    @cached_property
    def bounded(self) -> bool:
        """True where the head bounds or rounds the total."""
        return bool(self.book.header.limits or self.book.header.rounding)

    @cached_property
    def outside(self) -> bool:
        """True where something may be taken from the whole, or a veto fire."""
        program = self.program
        return program is not None and bool(program.vetoes or any(program.table.fixed(ref) != 0 for ref in program.taken))

    def told(self, total: evaluator.Total, language: Language) -> tuple[LedgerEntry, ...]:
        """The lines of a total that are no clause's own."""
        clauses = {memory.address: memory.clause for memory in self.memories}
        return tuple(line(entry, clauses.get(entry.clause or ""), language, outward) for entry in total.entries)


def _keep(known: dict[Any, Any], key: Any, value: Any) -> None:
    if len(known) >= MOST:
        known.clear()
    known[key] = value


def _clauses(book: Scoring) -> list[model.Clause]:
    return [clause for section in book.sections for item in section.items() for clause in item.clauses]


def _columns(book: Scoring) -> tuple[Column, ...]:
    return tuple(Column(clause.address, fact.name, fact.type) for clause in _clauses(book) for fact in clause.facts)


def compile(book: Scoring) -> Compiled:
    """The rulebook made ready to score many records, one at a time. Raises RulebookError where words of it were not read."""
    unread = [clause.address for clause in _clauses(book) if clause.unread]
    if unread:
        raise RulebookError([Diagnostic("RB515", {"clauses": "、".join(unread)}, clause=unread[0])])
    try:
        return Compiled(lambda: book, lower(book))  # type: ignore[arg-type]
    except Unlowered as error:
        return Compiled(lambda: book, None, str(error))
