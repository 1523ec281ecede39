"""The fewest facts that reach a wanted total or grade."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from math import inf, lcm
from typing import Any

from rulebook import model
from rulebook.evaluator import Outcome, Total, worth
from rulebook.evidence import Record, Value
from rulebook.exact import decimal
from rulebook.improvement.advice import Change, Plan
from rulebook.improvement.standing import Room, Standing, Way

LEAVES = 5_000
"""How many sets of facts are scored. Beyond it a plan is not proved."""

ZERO = Fraction(0)


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
        had = (self.standing.bounds[clause.address].worst.score for clause in room.place.item.clauses)
        freed = sum((max(score, ZERO) for score in had), ZERO) if lost else ZERO
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
        kept = {room.address: top for room in self.rooms if (top := room.top) is not None}
        sums = self.standing.sums.changed({address: way.outcome for address, way in kept.items()})
        for room in reversed(self.rooms):
            without = sums.changed({room.address: room.now})
            if self.goal.met(without.total):
                kept.pop(room.address, None)
                sums = without
        return tuple(change for way in kept.values() for change in way.changes)


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
    own: dict[str, list[int]] = {}
    for number, change in enumerate(changes):
        own.setdefault(change.clause, []).append(number)
    planned = {address: rooms[address].outcome([changes[n] for n in numbers]) for address, numbers in own.items()}
    sums = standing.sums.changed({address: outcome for address, outcome in planned.items() if outcome is not None})

    def reaches(number: int, value: Value) -> bool:
        nonlocal sums
        address = kept[number].clause
        outcome = rooms[address].outcome([kept[n]._replace(after=value) if n == number else kept[n] for n in own[address]])
        tried = sums.changed({address: outcome}) if outcome is not None else None
        if tried is None or not goal.met(tried.total):
            return False
        sums = tried
        return True

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
