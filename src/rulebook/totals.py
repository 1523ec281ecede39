"""Every total that a rulebook can give: the scores of its clauses added up, level by level, in scaled integers.

A set of numbers is two bit sets over a common denominator: the multiples that are attained, and the gaps between two multiples
all of which is attained. Adding two sets shifts and joins bits; no number is sampled and none is a float.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from math import floor, lcm

from rulebook import model
from rulebook.attainable import Reach, reach
from rulebook.evaluator import Outcome, clause_outcome, declared, not_supplied, round_to, settle
from rulebook.evidence import ClauseEvidence
from rulebook.regions import complete

BITS = 1 << 24
"""The widest set that is held: beyond it only the ends are known."""

Stretch = tuple[Fraction, Fraction]


@dataclass(frozen=True)
class Numbers:
    """A set of exact numbers: bit k of `points` is (first + k) / scale, bit k of `gaps` all between it and the next.

    Both ends of a gap are in the set, and so is the first: bit 0 of `points` is set.
    """

    scale: int
    first: int = 0
    points: int = 1
    gaps: int = 0

    def plus(self, stretches: Iterable[Stretch]) -> "Numbers":
        """Every sum of a number of this set and one of the stretches."""
        scaled = [(int(low * self.scale), int(high * self.scale)) for low, high in stretches]
        base = min(low for low, _ in scaled)
        points = gaps = 0
        for low, high in scaled:
            shift, length = low - base, high - low
            points |= _spread(self.points, length) << shift
            if length:
                gaps |= _spread(self.points, length - 1) << shift
            gaps |= _spread(self.gaps, length) << shift
        return Numbers(self.scale, self.first + base, points, gaps)

    def at_most(self, most: Fraction) -> "Numbers":
        """The set where everything above `most` is `most`."""
        cut = int(most * self.scale) - self.first
        if cut < 0:
            return Numbers(self.scale, self.first + cut)
        if not self.points >> cut:
            return self
        mask = (1 << cut) - 1
        return Numbers(self.scale, self.first, (self.points & mask) | 1 << cut, self.gaps & mask)

    def at_least(self, least: Fraction) -> "Numbers":
        """The set where everything below `least` is `least`."""
        cut = int(least * self.scale) - self.first
        if cut <= 0:
            return self
        return Numbers(self.scale, self.first + cut, self.points >> cut | 1, self.gaps >> cut)

    def joined(self, number: Fraction) -> "Numbers":
        """The set and one number more."""
        place = int(number * self.scale) - self.first
        if place >= 0:
            return Numbers(self.scale, self.first, self.points | 1 << place, self.gaps)
        return Numbers(self.scale, self.first + place, self.points << -place | 1, self.gaps << -place)

    def rounded(self, rounding: model.Rounding) -> "Numbers":
        """Every number of the set as the head rounds it."""
        scale = 10**rounding.places
        found = [(int(round_to(low, rounding) * scale), int(round_to(high, rounding) * scale)) for low, high in self.stretches()]
        first = min(low for low, _ in found)
        bits = 0
        for low, high in found:
            bits |= ((1 << (high - low + 1)) - 1) << (low - first)
        return Numbers(scale, first, bits)

    def stretches(self) -> Iterator[Stretch]:
        """The numbers, ascending: single ones, and stretches all of which is attained."""
        points, gaps, at = self.points, self.gaps, self.first
        while points:
            skip = (points & -points).bit_length() - 1
            points, gaps, at = points >> skip, gaps >> skip, at + skip
            length = (~gaps & (gaps + 1)).bit_length() - 1
            yield Fraction(at, self.scale), Fraction(at + length, self.scale)
            points, gaps, at = points >> (length + 1), gaps >> (length + 1), at + length + 1

    @property
    def lowest(self) -> Fraction:
        """The least number."""
        return Fraction(self.first, self.scale)

    @property
    def highest(self) -> Fraction:
        """The greatest number."""
        return Fraction(self.first + self.points.bit_length() - 1, self.scale)

    def __len__(self) -> int:
        """How many single numbers there are; those within stretches are not counted."""
        return self.points.bit_count()

    def meets(self, within: model.Range) -> bool:
        """True where a number of the set lies in the range."""
        return any(_meets(low, high, within) for low, high in self.stretches())

    def __contains__(self, number: Fraction) -> bool:
        place = number * self.scale - self.first
        whole = floor(place)
        if whole < 0:
            return False
        return bool(self.points >> whole & 1) if whole == place else bool(self.gaps >> whole & 1)


def _spread(bits: int, length: int) -> int:
    """The bits, and each shifted by 1 to `length`."""
    done = 0
    while done < length:
        step = min(done + 1, length - done)
        bits |= bits << step
        done += step
    return bits


def _meets(low: Fraction, high: Fraction, within: model.Range) -> bool:
    above = within.low is None or high > within.low or (within.low_in and high == within.low)
    below = within.high is None or low < within.high or (within.high_in and low == within.high)
    return above and below


@dataclass(frozen=True)
class Whole:
    """What a rulebook can give where every clause applies. `totals` is None where not every total is known; the ends are exact all the same."""

    reaches: dict[str, Reach]
    lowest: Fraction
    highest: Fraction
    totals: Numbers | None
    undecided: tuple[str, ...]
    """Clauses of which not every score is known."""
    alike: dict[str, str]
    """Clause → a key that is equal for clauses with the same rules, facts and points."""


def whole(book: model.Rulebook) -> Whole:
    """Every total of a rulebook to which every clause applies: what is 不涉及 rescales the rest, and is left out here."""
    reaches: dict[str, Reach] = {}
    seen: dict[str, Reach] = {}
    alike: dict[str, str] = {}
    for section in book.sections:
        for item in section.items():
            for clause in item.clauses:
                key = alike[clause.address] = _alike(section.kind, clause)
                if key not in seen:
                    seen[key] = reach(clause, section.kind, book.header)
                reaches[clause.address] = seen[key]
    undecided = tuple(address for address, one in reaches.items() if not one.decided)
    totals = None if undecided or not _adds_up(book) else _added(book, reaches)
    return Whole(reaches, _end(book, reaches, highest=False), _end(book, reaches, highest=True), totals, undecided, alike)


def _alike(kind: str, clause: model.Clause) -> str:
    """Equal for clauses that can score the same, whatever they are about."""
    rules = [(rule.effect, rule.triggers, rule.fact, rule.sentence) for rule in clause.rules]
    limits = [(one.kind, one.amount, one.scope, one.rules, one.fact) for one in clause.limits]
    return repr((kind, clause.points, rules, limits, clause.facts, clause.requirements))


def _end(book: model.Rulebook, reaches: dict[str, Reach], *, highest: bool) -> Fraction:
    """The least or the most that the evaluator gives for the whole."""
    outcomes: dict[str, Outcome] = {}
    for section in book.sections:
        for item in section.items():
            for clause in item.clauses:
                one = reaches[clause.address]
                if one.decided:
                    part = one.highest if highest else one.lowest
                    facts = part.at_high if highest else part.at_low
                    settled = not_supplied(clause, section.kind) if facts is None else clause_outcome(clause, section.kind, facts, book.header.year)
                else:
                    bounds = complete(clause, section.kind, ClauseEvidence("unknown"), book)
                    settled = bounds.best if highest else bounds.worst
                outcomes[clause.address] = settled
    return settle(book, outcomes, dict.fromkeys(outcomes, "observed")).score


def _adds_up(book: model.Rulebook) -> bool:
    """True where the total is the sum of the clauses, but for the limits of award sections and of the head's floor and ceiling."""
    if any(item.limits for item in book.items()) or any(one.kind not in ("floor", "ceiling") for one in book.header.limits):
        return False
    return not any(isinstance(rule.effect, model.Veto) and rule.effect.scope != "total" for clause in book.clauses() for rule in clause.rules)


def _added(book: model.Rulebook, reaches: dict[str, Reach]) -> Numbers | None:
    """The sum of all clauses; None where it would not fit."""
    worths = {address: one.worths() for address, one in reaches.items()}
    ends = [end for one in worths.values() for stretch in one for end in stretch]
    awards = [section for section in book.sections if section.kind == "award"]
    caps = [Fraction(p) for section in awards for p in (section.points, *(item.points for item in section.items())) if p is not None]
    caps += [Fraction(one.amount) for one in book.header.limits if one.amount is not None]
    scale = 1
    for number in {*ends, *caps}:
        scale = lcm(scale, number.denominator)
        if scale > 10**6:
            return None
    room = sum((max(abs(low), abs(high)) for one in worths.values() for low, high in one), Fraction(0)) * scale
    if room > BITS:
        return None
    total = Numbers(scale)
    for section in book.sections:
        capped = section.kind == "award" and (section.points is not None or any(item.points is not None for item in section.items()))
        if not capped:
            for item in section.items():
                for clause in item.clauses:
                    total = total.plus(worths[clause.address])
            continue
        if any(worths[clause.address] != reaches[clause.address].scores() for item in section.items() for clause in item.clauses):
            return None  # points from the whole are not held by the limit of the section
        inner = Numbers(scale)
        for item in section.items():
            own = Numbers(scale)
            for clause in item.clauses:
                own = own.plus(reaches[clause.address].scores())
            inner = inner.plus((own.at_most(Fraction(item.points)) if item.points is not None else own).stretches())
        total = total.plus((inner.at_most(Fraction(section.points)) if section.points is not None else inner).stretches())
    for limit in book.header.limits:
        total = total.at_least(Fraction(0)) if limit.kind == "floor" else total.at_most(Fraction(limit.amount or 0))
    if _vetoed_to_zero(book):
        total = total.joined(Fraction(0))
    return total if book.header.rounding is None else total.rounded(book.header.rounding)


def within(book: model.Rulebook, section: model.Section, items: tuple[model.Item, ...], seen: Whole) -> Numbers | None:
    """Every score of a section, or of some of its items, before the whole is limited, rounded or vetoed; None where not every one is known."""
    reaches = {clause.address: seen.reaches[clause.address] for item in items for clause in item.clauses}
    some = items != tuple(section.items())
    alone = section.model_copy(update={"points": None if some else section.points, "subsections": (model.Subsection.made(items=items),)})
    header = book.header.model_copy(update={"limits": (), "rounding": None, "veto": None})
    part = book.model_copy(update={"header": header, "sections": (alone,)})
    decided = all(one.decided for one in reaches.values()) and _adds_up(part)
    return _added(part, reaches) if decided else None


def _vetoed_to_zero(book: model.Rulebook) -> bool:
    return any(
        isinstance(rule.effect, model.Veto) and declared(book, rule.effect).outcome == "zero" for clause in book.clauses() for rule in clause.rules
    )
