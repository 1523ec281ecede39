"""A record as it stands, and the room for improvement in each of its clauses."""

from collections.abc import Iterable, Mapping
from contextlib import suppress
from decimal import Decimal
from functools import cached_property
from itertools import combinations, product
from math import inf, prod
from typing import Any, NamedTuple

from rulebook import model
from rulebook.attainable import Search
from rulebook.bounds import BOUNDS
from rulebook.evaluator import NotKnown, Outcome, Situation, Sums, Total, best, clause_outcome, earns, evaluate, worth
from rulebook.evidence import MET, UNKNOWN, ClauseEvidence, Record, Value, read_record
from rulebook.improvement.advice import Change, Plan
from rulebook.improvement.values import awards, better_lists, costs, gives, is_beside, number
from rulebook.regions import Assignment, at_best, complete, corners, needs

FACTS, COMBINATIONS = 10, 4_000
"""How far the search for the best of one clause goes: facts, and values of one set of them. Beyond it a plan is not proved."""


class Place(NamedTuple):
    """A clause, where it stands, and what is known of it."""

    section: model.Section
    item: model.Item
    clause: model.Clause
    known: ClauseEvidence


class Standing:
    """A record with what every clause and the whole have for certain."""

    def __init__(self, book: model.Rulebook, record: Record | Mapping[str, Any]) -> None:
        self.book = book
        self.record = record if isinstance(record, Record) else read_record(book, record)
        self.total, self.highest, self.bounds, self.states = evaluate(book, self.record, complete)
        self.sums = Sums(book, {address: bound.worst for address, bound in self.bounds.items()}, self.states)
        self.year = book.header.year
        self.places = [
            Place(section, item, clause, self.record.clauses.get(clause.address, UNKNOWN))
            for section in book.sections
            for item in section.items()
            for clause in item.clauses
        ]

    @cached_property
    def rooms(self) -> list["Room"]:
        """The clauses that may have room for improvement, in order."""
        improvable = ("observed", "met", "not_supplied")
        return [Room(self, place) for place in self.places if place.clause.facts and place.known.state in improvable]

    def base(self, place: Place) -> Assignment:
        """The facts that changes start from: what was observed, or everything at its best."""
        clause, known = place.clause, place.known
        if known.state == "observed":
            return dict(known.facts)
        if known.state == "met" and not earns(clause) and not any(fact.needed for fact in clause.facts):
            return {}
        return self.best_observed(place)

    def best_observed(self, place: Place) -> Assignment:
        """Facts with which the clause has the most, no award claimed: what a clause that is met stands for."""
        clause, kind = place.clause, place.section.kind
        found: Assignment = at_best(clause, kind, {}, clause.facts, self.year)
        free = [fact for fact in clause.facts if not costs(clause, fact) and not awards(clause, kind, fact.name)]
        choices = [[found[fact.name], *corners(fact, clause)] for fact in free]
        if prod(map(len, choices)) <= COMBINATIONS:
            tried: Iterable[tuple[Value, ...]] = product(*choices)
        else:  # each by itself, the others where they cost nothing
            tried = (tuple(v if n == at else found[f.name] for n, f in enumerate(free)) for at, several in enumerate(choices) for v in several)
        reached: Outcome | None = None
        for values in tried:
            facts = {**found, **dict(zip((fact.name for fact in free), values, strict=True))}
            outcome = self.outcome(place._replace(known=MET), facts)
            if outcome is not None and (reached is None or above(outcome, reached)):
                found, reached = facts, outcome
        return found

    def outcome(self, place: Place, facts: Assignment) -> Outcome | None:
        """What the clause has for certain on these facts; None where they do not go together."""
        clause, kind = place.clause, place.section.kind
        still_open = place.known.open - facts.keys() if place.known.state == "observed" else frozenset()
        with suppress(NotKnown):
            if still_open or any(needs(fact, facts) for fact in clause.facts):
                return complete(clause, kind, ClauseEvidence("observed", facts, still_open), self.book).worst
            return clause_outcome(clause, kind, facts, self.year)
        return None

    def scored(self, changed: Mapping[str, Outcome]) -> Total:
        """The whole with some clauses at other outcomes."""
        return self.sums.changed(changed).total

    def top(self) -> Total:
        """The whole with every clause at its best way."""
        return self.scored({room.address: room.top.outcome for room in self.rooms if room.top is not None})

    def changed(self, changes: Iterable[Change]) -> Record:
        """The record with the changes made."""
        places = {place.clause.address: place for place in self.places}
        clauses = dict(self.record.clauses)
        facts: dict[str, Assignment] = {}
        for change in changes:
            own = facts.setdefault(change.clause, self.base(places[change.clause]))
            if change.fact is not None and change.after is not None:
                own[change.fact] = change.after
        for address, own in facts.items():
            known = places[address].known
            still_open = known.open - own.keys() if known.state == "observed" else frozenset()
            clauses[address] = ClauseEvidence("observed", own, still_open, known.note)
        return Record(self.record.subject, clauses)

    def plan(self, changes: tuple[Change, ...], proved: bool) -> Plan:
        """The plan, scored anew."""
        record = self.changed(changes) if changes else self.record
        total, _, _, _ = evaluate(self.book, record, complete)
        return Plan(changes, total.score, total.grade, record, proved)


class Way(NamedTuple):
    """One way to improve a clause: the facts that it changes (by their place, −1 where it is supplied), and what comes of it."""

    facts: tuple[int, ...]
    changes: tuple[Change, ...]
    outcome: Outcome


class Room:
    """What can be improved in one clause."""

    def __init__(self, standing: Standing, place: Place) -> None:
        self.standing, self.place, self.clause = standing, place, place.clause
        self.address = place.clause.address
        self.base = standing.base(place)
        self.now = standing.bounds[self.address].worst
        self.complete = True

    @cached_property
    def values(self) -> dict[str, list[Value]]:
        """Fact → the values that may be better than the one it has, nearest first; facts that are unknown or at their best have none."""
        found = {}
        for fact in self.clause.facts:
            is_open = self.place.known.state == "observed" and (fact.name in self.place.known.open or needs(fact, self.base))
            values = [] if is_open else self.better(fact)
            if values:
                found[fact.name] = values
        return found

    def has(self, fact: model.Fact) -> Value:
        """The value of a fact now; records that fall short of a requirement as the number that is missing, or as a flag as that some are."""
        situation = Situation(self.clause, self.base, self.standing.year)
        value: Value = situation.value(fact.name)
        if not isinstance(value, tuple) or fact.requirement is None:
            return value
        lacking = situation.count(fact.name)
        return lacking > 0 if fact.type == "flag" else lacking

    def better(self, fact: model.Fact) -> list[Value]:
        """The values of a fact worth trying: towards nothing where it only ever costs, away from it where it only ever gives.

        The nearest come first, figures that lie the least beside another last.
        """
        now = self.has(fact)
        tried = [value for cell in self.search.cells(fact) for value in cell] + corners(fact, self.clause)
        if isinstance(now, tuple):
            return better_lists(fact, now, tried, costs(self.clause, fact))
        if isinstance(now, int) and not isinstance(now, bool):
            tried += [now - 1, now + 1]
        values: list[Value] = [value for value in dict.fromkeys(tried) if value != now and not isinstance(value, tuple)]
        if fact.type == "choice":
            return values
        if costs(self.clause, fact):
            values = [value for value in values if number(best(fact)) <= number(value) < number(now)]
        elif fact.type == "count" and gives(self.clause, fact):
            values = [value for value in values if number(value) > number(now)]
        bound = BOUNDS.count if fact.type == "count" else inf
        return sorted((v for v in values if 0 <= number(v) <= bound), key=lambda v: (is_beside(v), abs(Decimal(number(v)) - number(now))))

    @cached_property
    def search(self) -> Search:
        """The cells of the clause's facts."""
        return Search(self.clause, self.place.section.kind, self.standing.year)

    def outcome(self, changes: Iterable[Change]) -> Outcome | None:
        """The clause with the changes made."""
        facts = {change.fact: change.after for change in changes if change.fact is not None and change.after is not None}
        return self.standing.outcome(self.place, {**self.base, **facts})

    def change(self, name: str, value: Value) -> Change:
        """The change of one fact to a value."""
        return Change(self.address, name, self.has(self.clause.fact(name)), value)

    @cached_property
    def supplied(self) -> tuple[Change, ...]:
        """The change that comes before all others: supplying the clause where nothing was."""
        return (Change(self.address),) if self.place.known.state == "not_supplied" else ()

    @cached_property
    def ways(self) -> list[Way]:
        """For each set of facts its best way, the smallest sets first; none that does no more than a part of it."""
        names = list(self.values)
        places = {fact.name: number for number, fact in enumerate(self.clause.facts)}
        sizes = range(0 if self.supplied else 1, len(names) + 1)
        if len(names) > FACTS:
            self.complete, sizes = False, range(sizes.start, 3)
        sets: list[tuple[str, ...]] = [one for size in sizes for one in combinations(names, size)]
        if len(names) > FACTS:
            sets.append(tuple(names))
        found: list[Way] = []
        for chosen in sets:
            changes = self.best_of(chosen)
            outcome = self.outcome(changes) if changes else None
            if outcome is None:
                continue
            facts = (*((-1,) if self.supplied else ()), *(places[name] for name in chosen))
            parts = [way for way in found if set(way.facts) < set(facts)]
            if all(above(outcome, other) for other in (self.now, *(way.outcome for way in parts))):
                found.append(Way(facts, changes, outcome))
        return found

    def best_of(self, names: tuple[str, ...]) -> tuple[Change, ...]:
        """The changes of exactly these facts that leave the clause best; the nearest of equally good ones."""
        choices = [self.extremes(name) for name in names]
        if prod(map(len, choices)) > COMBINATIONS:
            self.complete, choices = False, [[values[0], values[-1]] for values in choices]
        found: tuple[Change, ...] = ()
        reached: Outcome | None = None
        for values in product(*choices):
            changes = (*self.supplied, *(self.change(*pair) for pair in zip(names, values, strict=True)))
            outcome = self.outcome(changes)
            if outcome is not None and (reached is None or above(outcome, reached)):
                found, reached = changes, outcome
        return found

    def extremes(self, name: str) -> list[Value]:
        """The values among which the best of a fact is: nothing where it only ever costs, else every corner."""
        fact, values = self.clause.fact(name), self.values[name]
        if costs(self.clause, fact):
            return [best(fact)]
        return [value for value in values if value in corners(fact, self.clause)] or values

    @property
    def top(self) -> Way | None:
        """The way that leaves the clause best."""
        found: Way | None = None
        for way in self.ways:
            found = way if found is None or above(way.outcome, found.outcome) else found
        return found


def above(one: Outcome, other: Outcome) -> bool:
    """True where one is worth more than the other, or vetoes less."""
    return (worth(one), -len(one.vetoes)) > (worth(other), -len(other.vetoes)) or len(one.vetoes) < len(other.vetoes)


def apply(book: model.Rulebook, record: Record | Mapping[str, Any], changes: Iterable[Change]) -> Record:
    """The record with the changes made; a clause that is met or not supplied becomes an observed one."""
    return Standing(book, record).changed(changes)
