"""What a point is worth now: what to repair or supply in one record, what it regains, and the least that reaches a wanted total.

Every figure here is the difference of two totals of the evaluator, so limits count as they do in a score. Where something is unknown,
the total that is certain is meant: the lower end.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from itertools import combinations, product
from math import inf, lcm, prod
from typing import Any, NamedTuple

from rulebook import model
from rulebook.attainable import Search
from rulebook.bounds import BOUNDS
from rulebook.evaluator import (
    NotKnown,
    Outcome,
    Situation,
    Total,
    best,
    clause_outcome,
    earns,
    evaluate,
    settle,
    worth,
)
from rulebook.evidence import MET, UNKNOWN, ClauseEvidence, Dated, Record, Value, read_record
from rulebook.exact import decimal
from rulebook.regions import Assignment, at_best, complete, corners, facts_of, needs

FACTS, COMBINATIONS, LEAVES = 10, 4_000, 5_000
"""How far the search for the least plan goes: facts of one clause, values of one set of facts, sets that are scored. Beyond it a plan is not proved."""

ZERO = Fraction(0)
_TINY = Decimal(1).scaleb(-BOUNDS.decimals)


class Change(NamedTuple):
    """One fact of a clause, from what was observed to what it should be. `fact` is None where the clause is supplied, all of it at its best."""

    clause: str
    fact: str | None = None
    before: Value | None = None
    after: Value | None = None


class Gain(NamedTuple):
    """Changes in one clause and by how much they alone move the total. `lifts`: a veto falls away."""

    clause: str
    changes: tuple[Change, ...]
    points: Fraction
    award: bool = False
    lifts: bool = False


@dataclass(frozen=True)
class Plan:
    """Changes that reach what was wanted, and what comes of them. `proved`: none with fewer facts does."""

    changes: tuple[Change, ...]
    total: Fraction
    grade: str | None
    record: Record
    proved: bool = True


class Open(NamedTuple):
    """What is unknown, and by how many points settling it at its best raises what is certain. No clause: what only several raise together."""

    clause: str | None
    facts: tuple[str, ...]
    points: Fraction
    veto: bool = False


def gains(book: model.Rulebook, record: Record | Mapping[str, Any]) -> tuple[Gain, ...]:
    """What to repair or supply, the most points first, then in the order of the text.

    Each fact to its best value, and by the least step that regains anything; what regains nothing is left out.
    """
    standing = Standing(book, record)
    if not standing.total.scorable:
        return ()
    found = [(number, gain) for number, room in enumerate(standing.rooms) for gain in _gains(standing, room)]
    return tuple(gain for _, gain in sorted(found, key=lambda pair: (-pair[1].points, pair[0])))


def least(book: model.Rulebook, record: Record | Mapping[str, Any], wanted: Fraction | Decimal | int | str) -> Plan | None:
    """The fewest facts whose change reaches a total, or a grade by its name; among equally few those that stand first in the text.

    No fact changes farther than it has to. None where nothing reaches it: `most` says what can be reached. Raises ValueError where
    `wanted` is neither a number nor a grade.
    """
    standing = Standing(book, record)
    goal = Goal.of(book, wanted)
    if not standing.total.scorable or not goal.met(standing.top()):
        return None
    chosen, proved = Choice(standing, goal).least()
    return standing.plan(_relaxed(standing, goal, chosen), proved)


def most(book: model.Rulebook, record: Record | Mapping[str, Any]) -> Fraction:
    """The total with everything supplied, repaired and claimed that can be."""
    return Standing(book, record).top().score


def settling(book: model.Rulebook, record: Record | Mapping[str, Any]) -> tuple[Open, ...]:
    """What would settle the score, the widest first; the points add up to the whole interval."""
    standing = Standing(book, record)
    if not standing.total.scorable:
        return ()
    found = [one for place in standing.places for one in _open(standing, place)]
    rest = standing.highest.score - standing.total.score - sum((one.points for one in found), ZERO)
    ordered = sorted(found, key=lambda one: -one.points)
    return (*ordered, *([Open(None, (), rest)] if rest else []))


def apply(book: model.Rulebook, record: Record | Mapping[str, Any], changes: Iterable[Change]) -> Record:
    """The record with the changes made; a clause that is met or not supplied becomes an observed one."""
    return Standing(book, record).changed(changes)


# --- a record as it stands


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
            if outcome is not None and (reached is None or _above(outcome, reached)):
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
        outcomes = {address: changed.get(address, bound.worst) for address, bound in self.bounds.items()}
        return settle(self.book, {address: _copy(outcome) for address, outcome in outcomes.items()}, self.states)

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


def _copy(outcome: Outcome) -> Outcome:
    return Outcome(outcome.start, [replace(entry) for entry in outcome.entries], outcome.score, outcome.vetoes)


# --- the room of one clause


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
        """The value of a fact now; records that fall short of a requirement as the number that is missing."""
        situation = Situation(self.clause, self.base, self.standing.year)
        value: Value = situation.value(fact.name)
        return situation.count(fact.name) if isinstance(value, tuple) and fact.requirement is not None else value

    def better(self, fact: model.Fact) -> list[Value]:
        """The values of a fact worth trying: towards nothing where it only ever costs, away from it where it only ever gives.

        The nearest come first, figures that lie the least beside another last.
        """
        now = self.has(fact)
        tried = [value for cell in self.search.cells(fact) for value in cell] + corners(fact, self.clause)
        if isinstance(now, tuple):
            return _better_lists(fact, now, tried, costs(self.clause, fact))
        if isinstance(now, int) and not isinstance(now, bool):
            tried += [now - 1, now + 1]
        values: list[Value] = [value for value in dict.fromkeys(tried) if value != now and not isinstance(value, tuple)]
        if fact.type == "choice":
            return values
        if costs(self.clause, fact):
            values = [value for value in values if _number(best(fact)) <= _number(value) < _number(now)]
        elif fact.type == "count" and gives(self.clause, fact):
            values = [value for value in values if _number(value) > _number(now)]
        bound = BOUNDS.count if fact.type == "count" else inf
        return sorted((v for v in values if 0 <= _number(v) <= bound), key=lambda v: (_beside(v), abs(Decimal(_number(v)) - _number(now))))

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
            if all(_above(outcome, other) for other in (self.now, *(way.outcome for way in parts))):
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
            if outcome is not None and (reached is None or _above(outcome, reached)):
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
            found = way if found is None or _above(way.outcome, found.outcome) else found
        return found


def _above(one: Outcome, other: Outcome) -> bool:
    return (worth(one), -len(one.vetoes)) > (worth(other), -len(other.vetoes)) or len(one.vetoes) < len(other.vetoes)


def _number(value: Value) -> Decimal | int:
    return value if isinstance(value, int | Decimal) else 0


def _better_lists(fact: model.Fact, now: tuple[Any, ...], tried: list[Value], costly: bool) -> list[Value]:
    """Lists of records or amounts: the costliest left out one by one, or one more."""
    if costly:
        ordered = sorted(now, key=lambda one: _stated(one) if isinstance(one, Dated) else one)
        return [tuple(ordered[:size]) for size in range(len(now) - 1, -1, -1)]
    one_more = (Dated(),) if fact.type == "records" else (fact.low or Decimal(0),)
    return [(*now, *one_more), *(value for value in tried if isinstance(value, tuple) and len(value) >= len(now) and value != now)]


def _stated(record: Dated) -> Decimal:
    return record.points if record.points is not None else Decimal(0)


def costs(clause: model.Clause, fact: model.Fact) -> bool:
    """True for a fact that never does any good: the less of it the better."""
    uses = [rule.effect for rule in clause.rules if fact.name in facts_of(rule)]
    if fact.type in ("number", "choice") or not (uses or any(limit.fact == fact.name for limit in clause.limits)):
        return False
    return all(_harms(effect) for effect in uses)


def _harms(effect: model.Effect) -> bool:
    if isinstance(effect, model.Ladder | model.Stated):
        return effect.gives == "deduct"
    return isinstance(effect, model.Deduct | model.Zero | model.Judged | model.Veto) or (isinstance(effect, model.Scale) and effect.factor > 1)


def gives(clause: model.Clause, fact: model.Fact) -> bool:
    """True for a fact that only gives points: an award, or what a clause earns."""
    uses = [rule.effect for rule in clause.rules if fact.name in facts_of(rule)]
    return bool(uses) and all(isinstance(effect, model.Award | model.Earn) or getattr(effect, "gives", "") in ("award", "earn") for effect in uses)


def awards(clause: model.Clause, kind: str, fact: str) -> bool:
    """True for a fact that claims points above the full marks."""
    uses = [rule.effect for rule in clause.rules if fact in facts_of(rule)]
    return any(kind == "award" or isinstance(effect, model.Award) or getattr(effect, "gives", "") == "award" for effect in uses)


# --- single gains


def _gains(standing: Standing, room: Room) -> Iterator[Gain]:
    """The gains of one clause: of each fact its best value and the least step that regains anything; then facts that only do so together."""
    seen: dict[object, Total] = {}

    def gain(changes: tuple[Change, ...]) -> Gain:
        outcome = room.outcome(changes)
        if outcome is None:
            return Gain(room.address, changes, ZERO)
        key = (worth(outcome), outcome.score, len(outcome.vetoes))
        if key not in seen:
            seen[key] = standing.scored({room.address: outcome})
        points = seen[key].score - standing.total.score
        claimed = any(awards(room.clause, room.place.section.kind, change.fact) for change in changes if change.fact)
        return Gain(room.address, changes, points, claimed, len(outcome.vetoes) < len(room.now.vetoes) and points >= 0)

    if room.supplied:
        yield from (one for one in [gain(room.supplied)] if _counts(one))
        return
    single: set[str] = set()
    for name in room.values:
        tried = [gain((room.change(name, value),)) for value in room.values[name]]
        regained = [one for one in tried if _counts(one)]
        if not regained:
            continue
        single.add(name)
        top = _nearest(regained, gain, room)
        near = regained[0]
        yield from (one for one in [top] if not _endless(one))
        if near.changes != top.changes and near.points != top.points:
            yield near
    together: list[set[int]] = []
    for way in room.ways:
        names = {change.fact for change in way.changes}
        if len(way.facts) < 2 or names & single or any(part < set(way.facts) for part in together):
            continue
        joint = gain(way.changes)
        if _counts(joint):
            together.append(set(way.facts))
            yield joint


def _counts(gain: Gain) -> bool:
    return gain.points > 0 or gain.lifts


def _nearest(regained: list[Gain], gain: Callable[[tuple[Change, ...]], Gain], room: Room) -> Gain:
    """The gain of the most points by the smallest change; a count that no cell bounds is narrowed down."""
    top = max(regained, key=lambda one: (one.points, one.lifts, -regained.index(one)))
    change = top.changes[0]
    now, goal = change.before, change.after
    if not isinstance(goal, int) or isinstance(goal, bool) or not isinstance(now, int):
        return top
    low, high = now, goal
    while abs(high - low) > 1:
        middle = (low + high) // 2
        tried = gain((room.change(change.fact or "", middle),))
        low, high, top = (low, middle, tried) if (tried.points, tried.lifts) == (top.points, top.lifts) else (middle, high, top)
    return top


def _beside(value: Value | None) -> bool:
    """True for a figure that is no round one, but lies the least beside one."""
    return isinstance(value, Decimal) and value % (_TINY * 10) != 0


def _endless(gain: Gain) -> bool:
    """True for a count, or a list, so long that nothing but the bounds of evidence ends it."""
    after = gain.changes[0].after
    if isinstance(after, tuple):
        return len(after) >= BOUNDS.records or any(isinstance(one, Dated) and one.points is not None for one in after)
    return isinstance(after, int) and not isinstance(after, bool) and after >= BOUNDS.count


# --- the least plan


@dataclass(frozen=True)
class Goal:
    """A total, or a grade or a better one."""

    book: model.Rulebook
    wanted: Fraction | None
    grade: int = -1

    @classmethod
    def of(cls, book: model.Rulebook, wanted: Fraction | Decimal | int | str) -> "Goal":
        """What was asked for. Raises ValueError where it is neither a number nor a grade of the head."""
        names = [grade.name for grade in book.header.grades]
        if isinstance(wanted, str) and wanted in names:
            place = names.index(wanted)
            low = book.header.grades[place].within.low
            return cls(book, None if low is None else Fraction(low), place)
        return cls(book, Fraction(decimal(wanted)) if isinstance(wanted, str) else Fraction(wanted))

    def met(self, total: Total) -> bool:
        """True where the total reaches it."""
        names = [grade.name for grade in self.book.header.grades]
        if self.grade >= 0:
            return total.grade is not None and names.index(total.grade) <= self.grade
        return self.wanted is not None and total.score >= self.wanted

    @property
    def least(self) -> Fraction | None:
        """No total below this, before it is rounded, reaches it; None where no number says so."""
        rounding = self.book.header.rounding
        if self.wanted is None or rounding is None:
            return self.wanted
        scaled = self.wanted * 10**rounding.places
        up = -(-scaled.numerator // scaled.denominator)
        back = Fraction(1) if up <= 0 else Fraction(0) if rounding.mode == "down" else Fraction(1, 2)
        return Fraction(up - back) / Fraction(10**rounding.places)


class Choice:
    """The search for the fewest facts: clauses in the order of the text, each left as it is or taken one way.

    No change moves the total by more than it moves its clause, so the clauses' own gains, added up by how many facts they take, bound
    what any set of so many facts can regain. Sets that the bound leaves are scored, in the order of the text.
    """

    def __init__(self, standing: Standing, goal: Goal) -> None:
        self.standing, self.goal = standing, goal
        self.factor = next((e.details["held"] / e.details["rest"] for e in standing.total.entries if e.effect == "rescale"), Fraction(1))
        self.rooms = [room for room in standing.rooms if room.ways]
        raw = [{way.facts: self.gain(room, way) for way in room.ways} for room in self.rooms]
        need = (goal.least if goal.least is not None else self.before()) - self.before()
        scale = lcm(need.denominator, *(gain.denominator for one in raw for gain in one.values()))
        self.need = int(need * scale)
        self.gains = [{facts: int(gain * scale) for facts, gain in one.items()} for one in raw]
        self.blocks = list(self.capped(scale))
        self.after = [self.added(block) for block in self.blocks]
        self.whole = self.joined_blocks()

    def before(self) -> Fraction:
        """The total before limits of the head, vetoes and rounding."""
        after = [e for e in self.standing.total.entries if (e.clause is None and e.effect in ("limit", "rounding")) or e.effect == "veto"]
        return self.standing.total.score - sum((entry.applied for entry in after), ZERO)

    def gain(self, room: Room, way: Way) -> Fraction:
        """The most by which a way can move the total."""
        now, then = room.now, way.outcome
        counts = room.place.section.kind in ("points", "deduct")
        own = then.score - now.score
        taken = _taken(then) - _taken(now)
        lost = [rule for rule, _ in now.vetoes if isinstance(rule.effect, model.Veto) and rule.effect.scope == "item"]
        freed = sum((Fraction(clause.points or 0) for clause in room.place.item.clauses), ZERO) if lost else ZERO
        return (self.factor if counts else 1) * (own + freed) + taken

    def capped(self, scale: int) -> Iterator[tuple[range, int | None]]:
        """The rooms section by section, each with what its limit still leaves (in scaled points)."""
        scores = {section.number: score for section, _, score in self.standing.total.sections}
        start = 0
        for place, room in enumerate(self.rooms):
            section = room.place.section
            if place + 1 < len(self.rooms) and self.rooms[place + 1].place.section is section:
                continue
            rooms = range(start, place + 1)
            start = place + 1
            plain = all(_taken(way.outcome) == _taken(self.rooms[n].now) for n in rooms for way in self.rooms[n].ways)
            if section.kind == "award" and section.points is not None and plain:
                yield rooms, -int(-(Fraction(section.points) - scores[section.number]) * scale // 1)
            else:
                yield rooms, None

    def added(self, block: tuple[range, int | None]) -> list[list[int]]:
        """For each room of a block: the most that it and those after it within the block regain with at most 0, 1, … facts."""
        tables = [[0]]
        for place in reversed(block[0]):
            after = tables[-1]
            widest = max(len(facts) for facts in self.gains[place])
            table = [after[min(size, len(after) - 1)] for size in range(len(after) + widest)]
            for facts, gain in self.gains[place].items():
                for size in range(len(facts), len(table)):
                    rest = min(size - len(facts), len(after) - 1)
                    table[size] = max(table[size], gain + after[rest])
            tables.append(table)
        return tables[::-1]

    def joined_blocks(self) -> list[list[int]]:
        """For each block: the most that it and all after it regain with at most 0, 1, … facts, within the limits of sections."""
        tables = [[0]]
        for (_, left), own in zip(reversed(self.blocks), reversed(self.after), strict=True):
            tables.append(_sums([_held(gain, left) for gain in own[0]], tables[-1]))
        return tables[::-1]

    def bound(self, block: int, place: int, regained: int, here: int, size: int) -> int:
        """The most that can be regained in all: `regained` in blocks before, `here` in this block, and `size` facts from `place` on."""
        rooms, left = self.blocks[block]
        own, rest = self.after[block][place - rooms.start], self.whole[block + 1]
        most = max(_held(here + own[min(n, len(own) - 1)], left) + rest[min(size - n, len(rest) - 1)] for n in range(min(size, len(own) - 1) + 1))
        return regained + most

    def least(self) -> tuple[tuple[Change, ...], bool]:
        """The changes of the plan, and whether it is proved that no fewer facts do."""
        if self.goal.met(self.standing.total):
            return (), True
        proved = all(room.complete for room in self.rooms) and not any(
            limit.kind not in ("most_lost", "most_gained") for item in self.standing.book.items() for limit in item.limits
        )
        self.scored = 0
        for size in range(1, sum(max(map(len, one)) for one in self.gains) + 1):
            if self.whole[0][min(size, len(self.whole[0]) - 1)] < self.need:
                continue
            chosen = self.sized(size)
            if chosen is not None:
                return tuple(change for _, way in chosen for change in way.changes), proved
            if self.scored > LEAVES:
                break
        return self.shortened(), False

    def sized(self, size: int) -> list[tuple[int, Way]] | None:
        """The first set of exactly so many facts that reaches the goal, in the order of the text; None where there is none."""
        chosen: list[tuple[int, Way]] = []
        stack = [self.steps(0, 0, 0, size)]
        left = [size]
        while stack and self.scored <= LEAVES:
            step = next(stack[-1], None)
            if step is None:
                stack.pop()
                left.pop()
                if chosen:
                    chosen.pop()
                continue
            place, way, regained, here = step
            chosen.append((place, way))
            rest = left[-1] - len(way.facts)
            if rest == 0:
                if self.reaches(chosen):
                    return chosen
                chosen.pop()
                continue
            stack.append(self.steps(place + 1, regained, here, rest))
            left.append(rest)
        return None

    def steps(self, start: int, regained: int, here: int, size: int) -> Iterator[tuple[int, Way, int, int]]:
        """The next clause to change and how, as far as the goal stays within the bound."""
        for block, (rooms, _) in enumerate(self.blocks):
            if rooms.stop <= start:
                continue
            if here and rooms.start >= start:
                regained, here = regained + _held(here, self.blocks[block - 1][1]), 0
            for place in range(max(start, rooms.start), rooms.stop):
                for way in sorted(self.rooms[place].ways, key=lambda way: (*way.facts, inf)):
                    rest = size - len(way.facts)
                    gained = here + self.gains[place][way.facts]
                    if rest >= 0 and self.bound(block, place + 1, regained, gained, rest) >= self.need:
                        yield place, way, regained, gained
                if self.bound(block, place + 1, regained, here, size) < self.need:
                    return

    def reaches(self, chosen: list[tuple[int, Way]]) -> bool:
        """True where the evaluator says so."""
        outcomes = {self.rooms[place].address: way.outcome for place, way in chosen}
        self.scored += 1
        return self.goal.met(self.standing.scored(outcomes))

    def shortened(self) -> tuple[Change, ...]:
        """Everything that can be done, less what is not needed: a plan that is not proved to be the least."""
        kept = {room.address: room.top for room in self.rooms}
        for address in reversed(list(kept)):
            tried = {other: way.outcome for other, way in kept.items() if way is not None and other != address}
            if self.goal.met(self.standing.scored(tried)):
                kept[address] = None
        return tuple(change for way in kept.values() if way is not None for change in way.changes)


def _taken(outcome: Outcome) -> Fraction:
    """What the clause takes from the whole, or gives to it."""
    return worth(outcome) - outcome.score


def _held(gain: int, left: int | None) -> int:
    return gain if left is None else min(gain, left)


def _sums(one: list[int], other: list[int]) -> list[int]:
    """The most that two tables give together, by how many facts."""
    found = [-1] * (len(one) + len(other) - 1)
    for size, gain in enumerate(one):
        for more, also in enumerate(other):
            found[size + more] = max(found[size + more], gain + also)
    return found


def _relaxed(standing: Standing, goal: Goal, changes: tuple[Change, ...]) -> tuple[Change, ...]:
    """The same facts, none changed farther than the goal asks for."""
    rooms = {room.address: room for room in standing.rooms}
    kept = list(changes)

    def reaches(number: int, value: Value) -> bool:
        tried = [change._replace(after=value) if n == number else change for n, change in enumerate(kept)]
        outcomes: dict[str, Outcome] = {}
        for address in {change.clause for change in tried}:
            outcome = rooms[address].outcome([change for change in tried if change.clause == address])
            if outcome is None:
                return False
            outcomes[address] = outcome
        return goal.met(standing.scored(outcomes))

    for number, change in enumerate(kept):
        if change.fact is None:
            continue
        last: Value | None = change.before
        for value in rooms[change.clause].values[change.fact]:
            if value == change.after:
                break
            if reaches(number, value):
                kept[number] = change._replace(after=value)
                break
            last = value
        low, high = last, kept[number].after
        while isinstance(low, int) and isinstance(high, int) and abs(high - low) > 1:
            middle = (low + high) // 2
            low, high = (low, middle) if reaches(number, middle) else (middle, high)
        kept[number] = kept[number]._replace(after=high)
    return tuple(kept)


# --- what is unknown


def _open(standing: Standing, place: Place) -> Iterator[Open]:
    """What is unknown of one clause: the clause, or of an observed one each fact that is open."""
    bounds = standing.bounds[place.clause.address]
    if bounds.worst is bounds.best or (worth(bounds.worst) == worth(bounds.best) and not bounds.worst.vetoes and not bounds.best.vetoes):
        return
    address, known = place.clause.address, place.known
    facts = [fact for fact in place.clause.facts if known.state != "observed" or fact.name in known.open or needs(fact, known.facts)]

    def raised(outcome: Outcome) -> Fraction:
        return standing.scored({address: outcome}).score - standing.total.score

    veto = len(bounds.worst.vetoes) > len(bounds.best.vetoes)
    if known.state != "observed" or len(facts) == 1:
        yield Open(address, tuple(fact.name for fact in facts), raised(bounds.best), veto)
        return
    for fact in facts:
        found = [ZERO]
        for value in corners(fact, place.clause):
            with suppress(NotKnown):
                evidence = ClauseEvidence("observed", {**known.facts, fact.name: value}, known.open - {fact.name})
                found.append(raised(complete(place.clause, place.section.kind, evidence, standing.book).worst))
        yield Open(address, (fact.name,), max(found), veto and max(found) == 0)
