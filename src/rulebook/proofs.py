"""What can be proved of a rulebook, for every record: answers to questions, and findings with a record that shows them.

Every witness is a record that the evaluator scores as the finding says. Where not every score of a clause is known, nothing is claimed of it.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import cached_property, partial
from itertools import islice, pairwise, product
from typing import Any, NamedTuple, TypeVar

from rulebook import lexicon, model
from rulebook.attainable import Cell, Reach, Search
from rulebook.consistency import Finding, diagnosed, edges
from rulebook.diagnostics import Diagnostic
from rulebook.evaluator import NotKnown, best, clause_outcome, worth
from rulebook.evidence import Value, written
from rulebook.exact import show
from rulebook.regions import Assignment, facts_of, turns
from rulebook.source import Source
from rulebook.totals import Numbers, Whole, whole, within

TRIED = 2_000
"""Assignments of one clause that are held against each other; beyond it nothing is claimed."""


class Answer(NamedTuple):
    """A question about every possible record, and its answer: None where it is not decided, `why` then says at which clauses."""

    question: str
    answer: bool | str | None
    why: tuple[str, ...] = ()
    witness: Mapping[str, Any] | None = None


@dataclass(frozen=True)
class Place:
    """A clause with where it stands and what it can score."""

    section: model.Section
    item: model.Item
    clause: model.Clause
    reach: Reach
    key: str
    """Equal for clauses that score alike on the same facts."""

    @property
    def counts(self) -> bool:
        """True where its points are part of the full marks."""
        return self.section.kind in ("points", "deduct")


_Found = TypeVar("_Found")


class Proof:
    """A rulebook with everything that it can score."""

    def __init__(self, book: model.Rulebook) -> None:
        self.book = book
        self.known: dict[tuple[str, ...], Any] = {}

    def once(self, key: tuple[str, ...], find: Callable[[], _Found]) -> _Found:
        """What was found for the key before, else what is found now."""
        if key not in self.known:
            self.known[key] = find()
        found: _Found = self.known[key]
        return found

    @cached_property
    def seen(self) -> Whole:
        """What the rulebook can give."""
        return whole(self.book)

    @cached_property
    def places(self) -> tuple[Place, ...]:
        """Every clause, in order."""
        return tuple(
            Place(section, item, clause, self.seen.reaches[clause.address], self.seen.alike[clause.address])
            for section in self.book.sections
            for item in section.items()
            for clause in item.clauses
        )

    @property
    def full(self) -> Fraction:
        """The full marks: as the head says, else what the clauses hold."""
        if self.book.header.full is not None:
            return Fraction(self.book.header.full)
        return sum((Fraction(place.clause.points or 0) for place in self.places if place.counts), Fraction(0))

    def search(self, place: Place, apart: frozenset[int] = frozenset()) -> Search:
        """The search for what a clause can do, the rules of those numbers told apart from the rest."""
        return Search(place.clause, place.section.kind, self.book.header.year, apart)

    def score(self, place: Place, clause: model.Clause, facts: Assignment) -> tuple[Fraction, int]:
        """What the total has of the clause on these facts, and how many vetoes fire."""
        outcome = clause_outcome(clause, place.section.kind, facts, self.book.header.year)
        return worth(outcome), len(outcome.vetoes)


def findings(book: model.Rulebook, source: Source | None = None, proof: Proof | None = None) -> list[Diagnostic]:
    """Every finding that takes reasoning about all records, in the order of the text. `proof`: what is known of the rulebook already."""
    addresses = [clause.address for clause in book.clauses()]
    if len(set(addresses)) < len(addresses):
        return []  # two clauses of one number: which is meant is told already, and what either scores is open
    proof = proof or Proof(book)
    return diagnosed(book, source, (finding for one in PROOFS for finding in one(proof)))


def answers(book: model.Rulebook, proof: Proof | None = None) -> tuple[Answer, ...]:
    """The questions that are answered for every rulebook. `proof`: what is known of the rulebook already."""
    proof = proof or Proof(book)
    seen = proof.seen
    found = [
        Answer("lowest attainable score", show(seen.lowest), witness=_record(proof, highest=False)),
        Answer("highest attainable score", show(seen.highest), witness=_record(proof, highest=True)),
        Answer("full marks attainable", proof.full in seen.totals if seen.totals is not None else seen.highest >= proof.full),
        _steps(proof),
        Answer("never better for a worse record", None if seen.undecided else not list(worse_is_better(proof)), seen.undecided),
        Answer("every rule matters", None if seen.undecided else not list(dead_rules(proof)), seen.undecided),
    ]
    for grade in book.header.grades:
        found.append(Answer(f"grade attainable: {grade.name}", _grade_meets(proof, grade)))
    return tuple(found)


def parts(book: model.Rulebook, proof: Proof | None = None) -> tuple[Answer, ...]:
    """What each section can score, and each of its items. `proof`: what is known of the rulebook already."""
    proof = proof or Proof(book)
    found = []
    for section in book.sections:
        if section.kind != "veto":
            named = [(section.title, tuple(section.items())), *((str(item.number), (item,)) for item in section.items())]
            found += [_scores(proof, f"attainable scores: {name}", items, within(book, section, items, proof.seen)) for name, items in named]
    return tuple(found)


def _steps(proof: Proof) -> Answer:
    """Which totals there are."""
    return _scores(proof, "attainable totals", tuple(proof.book.items()), proof.seen.totals)


def _scores(proof: Proof, question: str, items: tuple[model.Item, ...], numbers: Numbers | None) -> Answer:
    """The numbers, in words: single ones, and stretches in which any figure may come out."""
    if numbers is None:
        own = {clause.address for item in items for clause in item.clauses}
        return Answer(question, None, tuple(address for address in proof.seen.undecided if address in own))
    stretches = list(numbers.stretches())
    if any(low < high for low, high in stretches):
        said = [f"{show(low)}–{show(high)}" if low < high else show(low) for low, high in stretches]
        return Answer(question, ", ".join(said if len(said) <= 20 else [*said[:18], "…", said[-1]]))
    single = [show(low) for low, _ in stretches]
    if len(single) > 12:
        return Answer(question, f"{', '.join(single[:3])}, …, {', '.join(single[-2:])} ({len(single)})")
    return Answer(question, ", ".join(single))


def _grade_meets(proof: Proof, grade: model.Grade) -> bool:
    """True where a total earns the grade; by the ends alone where not every total is known."""
    totals = proof.seen.totals
    if totals is not None:
        return totals.meets(grade.within)
    low, high = grade.within.low, grade.within.high
    return (low is None or proof.seen.highest >= low) and (high is None or proof.seen.lowest <= high)


def _record(proof: Proof, *, highest: bool) -> dict[str, Any]:
    """Evidence that attains an end of the whole, clause by clause."""
    record: dict[str, Any] = {}
    for place in proof.places:
        if not place.reach.decided:
            continue
        part = place.reach.highest if highest else place.reach.lowest
        facts = part.at_high if highest else part.at_low
        if facts is None or place.clause.facts:
            record[place.clause.address] = lexicon.term("state", "not_supplied") if facts is None else told(facts)
    return record


def told(facts: Mapping[str, Value]) -> dict[str, Any]:
    """Facts as a person writes them in an evidence file."""
    return {name: written(value) for name, value in facts.items()}


# --- findings: one function a question


def points_nobody_earns(proof: Proof) -> Iterable[Finding]:
    """No record gives a clause all of its points."""
    for place in proof.places:
        clause, reach = place.clause, place.reach
        if not place.counts or not reach.decided or clause.points is None or not clause.rules:
            continue
        top = max(reach.parts, key=lambda part: part.high)
        if top.high < clause.points:
            values = {"points": show(clause.points), "highest": show(top.high)}
            yield Finding("RB419", clause.span, clause.address, values, _witness(clause, top.at_high))


def points_nobody_loses(proof: Proof) -> Iterable[Finding]:
    """No record takes all of its points from a clause, or none at all from one that only adds to them."""
    for place in proof.places:
        clause, reach = place.clause, place.reach
        if not place.counts or not reach.decided or not clause.points or not clause.rules:
            continue
        low = min(reach.parts, key=lambda part: part.low)
        top = max(reach.parts, key=lambda part: part.high)
        if low.low == clause.points < top.high and place.section.kind == "points":
            values = {"points": show(clause.points), "highest": show(top.high)}
            yield Finding("RB418", clause.span, clause.address, values, _witness(clause, top.at_high))
        elif low.low > 0 and all(rule.effect.kind != "veto" for rule in clause.rules):
            values = {"points": show(clause.points), "lowest": show(low.low)}
            yield Finding("RB420", clause.span, clause.address, values, _witness(clause, low.at_low))


def dead_rules(proof: Proof) -> Iterable[Finding]:
    """A rule without which every record scores the same."""
    for place in proof.places:
        for index, rule in enumerate(place.clause.rules):
            if isinstance(rule.effect, model.NoEffect | model.Judged) or not place.reach.decided or _is_told(place, rule):
                continue  # 3次以内不扣分 states what another rule lets pass
            find = partial(_matters, proof, place, without_rule(place.clause, index), index)
            found = proof.once((place.key, "rule", str(index)), find)
            if found is False:
                yield Finding("RB421", rule.span, place.clause.address, {"text": rule.text})


def limits_never_reached(proof: Proof) -> Iterable[Finding]:
    """A limit that no record comes up to."""
    for place in proof.places:
        for index, limit in enumerate(place.clause.limits):
            if limit.kind not in ("most_lost", "most_gained") or not place.reach.decided or limit.amount is None:
                continue
            if place.clause.points is not None and limit.amount >= place.clause.points:
                continue  # as much as the clause has: said for clearness
            tightened = limit.model_copy(update={"amount": limit.amount - Decimal("0.0001")})
            limits = tuple(tightened if n == index else one for n, one in enumerate(place.clause.limits))
            changed = place.clause.model_copy(update={"limits": limits})
            if proof.once((place.key, "limit", str(index)), partial(_matters, proof, place, changed, None)) is False:
                yield Finding("RB422", limit.span, place.clause.address, {"text": limit.text})


def swallowed(proof: Proof) -> Iterable[Finding]:
    """One deduction alone is more than the limit that holds it."""
    for place in proof.places:
        for limit in place.clause.limits:
            if limit.kind != "most_lost" or limit.amount is None:
                continue
            for number, rule in enumerate(place.clause.rules, 1):
                amount = getattr(rule.effect, "amount", None)
                held = not limit.rules or number in limit.rules
                if held and isinstance(rule.effect, model.Deduct) and isinstance(amount, model.Figure) and amount.value > limit.amount:
                    values = {"text": rule.text, "amount": show(amount.value), "limit": limit.text}
                    yield Finding("RB423", rule.span, place.clause.address, values)


def grades_out_of_reach(proof: Proof) -> Iterable[Finding]:
    """A grade that no total earns."""
    header = proof.book.header
    keys = lexicon.terms()["header"]
    line = next((line for line in header.lines if keys.get(line.key) == "grades"), None)
    for grade in header.grades:
        if not _grade_meets(proof, grade):
            values = {"grade": grade.name, "lowest": show(proof.seen.lowest), "highest": show(proof.seen.highest)}
            yield Finding("RB424", line.span if line else None, None, values)


def worse_is_better(proof: Proof) -> Iterable[Finding]:
    """Two records of which the worse scores higher: one fault more, or a figure between two that both score higher."""
    for place in proof.places:
        if not place.reach.decided:
            continue
        for fact in place.clause.facts:
            found = proof.once((place.key, "fact", fact.name), partial(_against, proof, place, fact))
            if found is not None:
                one, other, first, second = found
                values = {"fact": fact.name, "one": _said(one[fact.name]), "other": _said(other[fact.name]), "first": show(first), "second": show(second)}
                spot = next((rule.span for rule in place.clause.rules if fact.name in facts_of(rule)), place.clause.span)
                yield Finding("RB425", spot, place.clause.address, values, {"worse": told(one), "better": told(other)})
                break


def charged_twice(proof: Proof) -> Iterable[Finding]:
    """Two clauses with the same words: the same fault costs in both."""
    first: dict[str, Place] = {}
    for place in proof.places:
        words = place.clause.text
        if len(words) < 8 or not any(isinstance(rule.effect, model.Deduct | model.Zero) for rule in place.clause.rules):
            continue
        if words in first:
            values = {"other": first[words].clause.address, "text": place.clause.rules[0].text}
            yield Finding("RB426", place.clause.span, place.clause.address, values)
        else:
            first[words] = place


def both_charged(proof: Proof) -> Iterable[Finding]:
    """未建立台账扣2分，台账不健全扣1分: what is not there cannot be incomplete as well, and yet both cost."""
    absent = lexicon.pattern("absent")
    for place in proof.places:
        flags = [
            (rule, trigger.fact)
            for rule in place.clause.rules
            if isinstance(rule.effect, model.Deduct) and isinstance(rule.effect.basis, model.Once)
            for trigger in rule.triggers
            if isinstance(trigger, model.Flag)
        ]
        for (one, missing), (other, lacking) in product(flags, flags):
            match = absent.fullmatch(missing)
            if one is other or match is None or not lacking.startswith(match["what"]) or lacking == missing:
                continue
            values = {"one": one.text, "other": other.text}
            yield Finding("RB427", other.span, place.clause.address, values, {place.clause.address: {missing: True, lacking: True}})


def disagreeing_requirements(proof: Proof) -> Iterable[Finding]:
    """Two requirements of one thing with two figures, or one for the year that is less than those of its parts."""
    for place in proof.places:
        asked = place.clause.requirements
        for number, one in enumerate(asked):
            for other in asked[number + 1 :]:
                if (one.kind, one.name, one.unit) == (other.kind, other.name, other.unit) and _disagree(one, other):
                    yield Finding("RB428", other.span or place.clause.span, place.clause.address, {"one": one.text, "other": other.text})


_TIMES = {"year": 1, "half": 2, "quarter": 4, "month": 12, "week": 52, "day": 365}


def _disagree(one: model.Requirement, other: model.Requirement) -> bool:
    if one.kind == "threshold":
        return bool(one.name) and one.within != other.within
    if one.kind != "frequency" or one.minimum is None or other.minimum is None:
        return False
    coarse, fine = sorted((one, other), key=lambda r: _TIMES[r.period])
    return (coarse.minimum or 0) * _TIMES[coarse.period] < (fine.minimum or 0) * _TIMES[fine.period]


PROOFS: tuple[Callable[[Proof], Iterable[Finding]], ...] = (
    points_nobody_earns,
    points_nobody_loses,
    dead_rules,
    limits_never_reached,
    swallowed,
    grades_out_of_reach,
    worse_is_better,
    charged_twice,
    both_charged,
    disagreeing_requirements,
)
"""The questions, each answered alone."""


# --- what they ask of the clauses


def _witness(clause: model.Clause, facts: Assignment | None) -> dict[str, Any]:
    return {clause.address: lexicon.term("state", "not_supplied") if facts is None else told(facts)}


def _said(value: Value) -> str:
    said = written(value)
    return lexicon.term("yes", str(value).lower()) if isinstance(value, bool) else str(said)


def _is_told(place: Place, rule: model.Rule) -> bool:
    """True for a rule that other checks tell of: it moves nothing, says again what others say, or stands in the wrong section."""
    nothing = isinstance(getattr(rule.effect, "amount", None), model.Figure) and rule.effect.amount.value == 0  # type: ignore[union-attr]
    idle = isinstance(rule.effect, model.Zero) and not rule.triggers and rule.fact is None
    return nothing or idle or (place.section.kind == "award" and _only_loses(rule))


def without_rule(clause: model.Clause, index: int) -> model.Clause:
    """The clause with a rule that never acts in its place, so that the numbers of the others stay."""
    rule = clause.rules[index]
    earns = isinstance(rule.effect, model.Earn | model.Proportion) or getattr(rule.effect, "gives", "") == "earn"
    nothing = model.Earn.made(amount=model.Figure.made(value=Decimal(0)), basis=model.Once.made()) if earns else model.NoEffect.made(spares="nothing")
    idle = rule.model_copy(update={"effect": nothing, "triggers": ()})
    return clause.model_copy(update={"rules": tuple(idle if n == index else rule for n, rule in enumerate(clause.rules))})


def _matters(proof: Proof, place: Place, changed: model.Clause, index: int | None) -> bool | None:
    """True where a record scores otherwise under the changed clause; None where that is not decided."""
    facts, decided = distinguishing(proof, place, changed, index)
    return True if facts is not None else False if decided else None


def distinguishing(proof: Proof, place: Place, changed: model.Clause, index: int | None) -> tuple[Assignment | None, bool]:
    """Facts on which the clause and the changed clause score otherwise, the plainest first; None and True where there are none at all."""
    search = proof.search(place, frozenset() if index is None else frozenset({index + 1}))
    for facts in islice(_plain_cases(search, place.clause, index), TRIED):
        if _differs(proof, place, changed, facts):
            return facts, True
    tried = 0
    for low, high in search.ends():
        for facts in (low,) if low == high else (low, high):
            tried += 1
            if tried > TRIED:
                return None, False
            if _differs(proof, place, changed, facts):
                return facts, True
    return None, search.decided


def _differs(proof: Proof, place: Place, changed: model.Clause, facts: Assignment) -> bool:
    try:
        return proof.score(place, place.clause, facts) != proof.score(place, changed, facts)
    except NotKnown:
        return False


def _plain_cases(search: Search, clause: model.Clause, index: int | None) -> Iterator[Assignment]:
    """Nothing found but what one rule looks at: the usual case in which it acts. None: each of the rules in turn."""
    at_best: Assignment = {fact.name: best(fact) for fact in clause.facts if not fact.needed or fact.type == "flag"}
    for rule in clause.rules if index is None else (clause.rules[index],):
        facts = [fact for fact in clause.facts if fact.name in facts_of(rule)]
        cells = [search.cells(fact) for fact in facts]
        for values in product(*([cell.low for cell in (own if index is None else _outer(own))] for own in cells)):
            yield {**at_best, **dict(zip((fact.name for fact in facts), values, strict=True))}


def _outer(cells: list[Cell]) -> list[Cell]:
    return [*cells[:3], cells[-1]]


def _against(proof: Proof, place: Place, fact: model.Fact) -> tuple[Assignment, Assignment, Fraction, Fraction] | None:
    """A worse assignment and a better one of which the worse scores higher, with both scores; None where there is none."""
    clause = place.clause
    if fact.type not in ("flag", "count", "number") or _is_plain(clause, fact) or _has_holes(clause, fact):
        return None
    search = proof.search(place)
    cells = search.cells(fact)
    others = [one for one in clause.facts if one.name != fact.name]
    contexts = _contexts(search, others, len(cells))
    if contexts is None:
        return None
    loses = all(_only_loses(rule) for rule in clause.rules if fact.name in facts_of(rule))
    for context in contexts:
        chain: list[tuple[Assignment, Fraction]] = []
        for cell in cells:
            for value in (cell.low,) if cell.low == cell.high else (cell.low, cell.high):
                facts = {**context, fact.name: value}
                try:
                    chain.append((facts, proof.score(place, clause, facts)[0]))
                except NotKnown:
                    break
        if fact.type == "flag" and best(fact) is True:
            chain.reverse()
        if loses and fact.type in ("flag", "count"):
            for (better, high), (worse, low) in pairwise(chain):
                if low > high:
                    return worse, better, low, high
        elif chain:
            turned = _turned(chain)
            if turned is not None:
                return turned
    return None


def _turned(chain: list[tuple[Assignment, Fraction]]) -> tuple[Assignment, Assignment, Fraction, Fraction] | None:
    """Two figures of which the worse scores higher. The end of the scale that scores less is the worse one; where both score alike
    (6-9之间为正常), the best may lie between, but nothing may lie between two that are better."""
    if chain[0][1] > chain[-1][1]:
        chain = chain[::-1]
    if chain[0][1] < chain[-1][1]:
        return next(((worse, better, low, high) for (worse, low), (better, high) in pairwise(chain) if low > high), None)
    fallen: tuple[Assignment, Fraction] | None = None
    for (before, high), (after, low) in pairwise(chain):
        if low < high:
            fallen = after, low
        elif low > high and fallen is not None:
            return after, before, low, high
    return None


def _contexts(search: Search, others: list[model.Fact], cells: int) -> list[Assignment] | None:
    """Assignments of the other facts; None where there are too many to try."""
    choices = [[cell.low for cell in search.cells(one)] for one in others]
    size = cells
    for values in choices:
        size *= len(values)
    if size > TRIED:
        choices = [[values[0], values[-1]] for values in choices]
        if cells << len(others) > TRIED:
            return None
    return [dict(zip((one.name for one in others), values, strict=True)) for values in product(*choices)]


def _is_plain(clause: model.Clause, fact: model.Fact) -> bool:
    """True where one rule alone looks at the fact and moves points in one direction as it grows: no other rule turns that round, nor does a limit."""
    if turns(clause):
        return False
    users = [rule for rule in clause.rules if fact.name in facts_of(rule)]
    return len(users) == 1 and not isinstance(users[0].effect, model.Bands | model.Scale | model.NoEffect)


def _has_holes(clause: model.Clause, fact: model.Fact) -> bool:
    """True where the rows of a table over the fact leave a gap or overlap: that is told already."""
    for rule in clause.rules:
        if isinstance(rule.effect, model.Bands) and fact.name in facts_of(rule):
            rows = [row.within for row in rule.effect.rows if row.within is not None]
            if any(True for _ in edges(rows, any(row.within is None for row in rule.effect.rows))):
                return True
    return False


def _only_loses(rule: model.Rule) -> bool:
    """True for a rule that can only cost: more of what it looks at is worse."""
    effect = rule.effect
    return isinstance(effect, model.Zero | model.Veto | model.Judged | model.Deduct) or getattr(effect, "gives", "") == "deduct"
