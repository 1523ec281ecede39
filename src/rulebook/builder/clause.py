"""One clause: its reading to rules, limits, requirements and facts, with a problem for everything that did not read."""

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any, NamedTuple

from rulebook import lexicon, model
from rulebook.bounds import BOUNDS
from rulebook.builder import requirements
from rulebook.builder.binding import Bench, bind
from rulebook.builder.drafts import LIMITS, Ambiguous, Draft, Reader, apart, draft, moves_in_rank
from rulebook.parser import reader as parser_reader
from rulebook.parser.forms import Compared
from rulebook.parser.stumbles import Stumble
from rulebook.parser.tokens import Text
from rulebook.source import fold

AMBIGUOUS = frozenset({"RB202", "RB203", "RB204", "RB214", "RB215", "RB216", "RB217", "RB218", "RB219"})
"""Codes of text that reads, but not in one way."""


class Problem(NamedTuple):
    """A code with its place in the clause's text and the values of its wording."""

    code: str
    start: int
    end: int
    values: Mapping[str, object]
    stumble: Stumble | None = None


class Built(NamedTuple):
    """What a clause's words mean."""

    rules: tuple[model.Rule, ...]
    limits: tuple[model.Limit, ...]
    requirements: tuple[model.Requirement, ...]
    facts: tuple[model.Fact, ...]
    unread: tuple[model.Unread, ...]
    problems: tuple[Problem, ...]
    points: Decimal | None = None
    """What the clause is worth: its points mark, or what its words say (满分5分)."""


Place = Callable[[int, int], model.Span]


def build_clause(
    text: Text,
    points: Decimal | None,
    place: Place,
    *,
    excluding: tuple[str, ...] = (),
    partial: model.Partial | None = None,
    judged: bool = True,
    alone: bool = False,
    asked: tuple[model.Requirement, ...] = (),
) -> Built:
    """The meaning of a clause's words (points mark taken off). `judged`: without a rule, a person says whether it is met.

    `alone`: the words stand for themselves, so a limit may bound rules that are not here. `asked`: what the heading above asks for;
    the clause takes over what one of its rules is measured against and what it does not ask itself.
    """
    reading = parser_reader.read(text)
    reader = Reader(text, excluding, partial)
    bench = Bench(reader, points, alone)
    problems: list[Problem] = []
    unread: list[model.Unread] = []

    def refuse(code: str, start: int, end: int, stumble: Stumble | None = None) -> None:
        words = text.original[start:end]
        values = {"words": words.strip()[:200], "most": BOUNDS.line_length * 4}
        problems.append(Problem(code, start, end, values, stumble))
        status = "ambiguous" if code in AMBIGUOUS else "unread"
        unread.append(model.Unread.made(text=words, status=status, code=code, span=place(start, end)))

    for refused in reading.refused:
        refuse(refused.code, refused.start, refused.end, refused.stumble)
    for found in (one for written in reading.found for one in apart(written)):
        try:
            made = draft(reader, found)
        except Ambiguous as reason:
            refuse(reason.code, found.start, found.end)
            continue
        (bench.limits if found.phrase.action.kind in LIMITS else bench.rules).append(made)
    found_asked = requirements.asked(reading, place)
    problems += [Problem("RB330", *where, {"words": text.original[slice(*where)].strip()}) for where in found_asked.impossible]
    bench.requirements = found_asked.requirements
    own = len(bench.requirements)
    said = {(one.kind, one.unit) for one in bench.requirements}
    bench.requirements += [one for one in asked if (one.kind, one.unit) not in said and bench.rules]
    bench.worths = list(reading.worths)
    bind(bench)
    for worth, code in bench.refused_worths:
        refuse(code, worth.start, worth.end)
    for made, code in bench.refused:
        refuse(code, *made.span)
    naming = _Naming(reader, bench)
    rules = tuple(naming.rule(made, place) for made in bench.rules)
    limits = tuple(naming.limit(made, place) for made in bench.limits)
    if not rules and not unread and judged:
        rules = (naming.judged(text, place),)
    facts = requirements.settled(naming.facts(), bench.requirements)
    asks, facts = requirements.kept(
        bench.requirements, facts, lambda n: n < own or requirements.is_measured(bench.requirements, n, rules, facts)
    )
    return Built(rules, limits, asks, facts, tuple(unread), tuple(problems), bench.points)


class _Naming:
    """Gives every rule its fact. Rules that speak of the same thing in the same words share one; others never do."""

    def __init__(self, reader: Reader, bench: Bench) -> None:
        self.reader = reader
        self.bench = bench
        self.known: dict[str, model.Fact] = {}
        self.sources: dict[str, str] = {}
        self.told: dict[tuple[str, str, str], str] = {}
        """Words, type and unit → the name of the fact that they have."""
        self.taken: set[str] = set()
        self.last: dict[tuple[str, str, str], int] = {}
        """Folded name, type and unit → the last number that was put behind it."""

    def facts(self) -> tuple[model.Fact, ...]:
        return tuple(self.known.values())

    # --- one function an effect

    def rule(self, made: Draft, place: Place) -> model.Rule:
        effect = made.effect
        assert effect is not None
        fact, triggers = FACTS[type(effect)](self, made, effect)
        return model.Rule.made(
            text=made.text,
            effect=effect,
            triggers=triggers,
            fact=fact,
            sentence=made.found.sentence,
            span=place(*made.span),
        )

    def moves(self, made: Draft, effect: Any) -> tuple[str | None, tuple[model.Trigger, ...]]:
        """Deductions, awards and earnings by the figure, count, step or discretion that they are measured on."""
        amount, basis = effect.amount, effect.basis
        if isinstance(effect, model.Earn) and effect.granted:
            return None, ()
        earns = isinstance(effect, model.Earn)
        if isinstance(basis, model.Step):
            return self.quantity(made, basis.unit, measured=basis), ()
        names = tuple(level.name for level in amount.levels) if isinstance(amount, model.Levels) else ()
        names = names or tuple(getattr(effect, "each_of", ()))
        if names:
            kind: model.FactType = "flag" if isinstance(basis, model.Once) else "count"
            for name in names:
                self.add(name, kind, made, unit=_unit(made), source=f"name {name}")
            return None, ()
        if isinstance(basis, model.Once):
            if isinstance(amount, model.Interval):
                best = "0"
                name = self.name(made, "amount")
                if made.tests:
                    return self.add(name, "amount", made, low=amount.low, high=amount.high, best=best), self.triggers(
                        made
                    )
                return self.add(name, "amount", made, low=amount.low, high=amount.high, best=best), ()
            return None, self.triggers(made, best="true" if earns else "false", needed=earns)
        if isinstance(amount, model.Interval):
            return self.add(
                self.name(made, "count"), "amounts", made, low=amount.low, high=amount.high, unit=_unit(made)
            ), ()
        best = "0"
        if earns and isinstance(amount, model.Figure) and self.bench.points and amount.value:
            steps = -(-self.bench.points // amount.value)
            best = str(int(steps) * basis.per)
        return self.count(made, best, needed=earns), self.triggers(made) if made.tests else ()

    def zero(self, made: Draft, effect: Any) -> tuple[str | None, tuple[model.Trigger, ...]]:
        if isinstance(effect, model.Zero) and not isinstance(effect.basis, model.Once):
            return self.count(made, "0"), ()
        return None, () if made.idle else self.triggers(made)

    def bands(self, made: Draft, effect: model.Bands) -> tuple[str | None, tuple[model.Trigger, ...]]:
        if any(isinstance(row.outcome, model.Interval) for row in effect.rows):
            lows = [row.outcome.low for row in effect.rows if isinstance(row.outcome, model.Interval)]
            highs = [row.outcome.high for row in effect.rows if isinstance(row.outcome, model.Interval)]
            self.add(
                lexicon.term("name", "figure"),
                "amount",
                made,
                low=min(lows),
                high=max(highs),
                needed=True,
                source="figure",
            )
        labels = tuple(row.label for row in effect.rows if row.label is not None)
        if any(row.within for row in effect.rows):
            return self.quantity(made, _unit(made)), ()
        if effect.rows[-1].label is None:
            labels += (
                made.rows[-1].found.phrase.otherwise.text if made.rows and made.rows[-1].found.phrase.otherwise else "",
            )
        name = self.name(made, "choice")
        source = f"choice {made.span}"
        return self.add(name, "choice", made, choices=labels, best=labels[_best_row(effect, self.bench.points)], source=source), ()

    def proportion(self, made: Draft, effect: model.Proportion) -> tuple[str | None, tuple[model.Trigger, ...]]:
        return self.quantity(made, effect.unit, best="0" if effect.falling else _plain(effect.high)), ()

    def ladder(self, made: Draft, effect: model.Ladder) -> tuple[str | None, tuple[model.Trigger, ...]]:
        return self.count(made, "0"), ()

    def stated(self, made: Draft, effect: model.Stated) -> tuple[str | None, tuple[model.Trigger, ...]]:
        return self.add(effect.document, "records", made, source=f"document {effect.document}"), ()

    def flagged(self, made: Draft, effect: Any) -> tuple[str | None, tuple[model.Trigger, ...]]:
        return None, self.triggers(made)

    def limit(self, made: Draft, place: Place) -> model.Limit:
        limit = made.limit
        assert limit is not None
        fact = None
        if limit.kind == "ceiling":
            fact = self.add(self.name(made, "amount"), "flag", made)
        return limit.model_copy(update={"text": made.text, "fact": fact, "span": place(*made.span)})

    def judged(self, text: Text, place: Place) -> model.Rule:
        name = lexicon.term("name", "not_met")
        span = place(0, len(text))
        measure = requirements.of_all(self.bench.requirements)
        self.known[name] = model.Fact.made(name=name, type="flag", best="false", span=span, **measure.fields())
        words = text.original.strip()
        return model.Rule.made(text=words, effect=model.Judged.made(), fact=name, span=span)

    # --- facts

    def name(self, made: Draft, otherwise: str) -> str:
        return made.name or lexicon.term("name", otherwise)

    def count(self, made: Draft, best: str, needed: bool = False) -> str:
        """A count. A document whose figures another rule takes is counted by its records."""
        documents = [d.document for d in self.bench.rules if isinstance(d.effect, model.Stated)]
        for document in documents:
            if document and document in made.name:
                return self.add(document, "records", made, source=f"document {document}")
        moves = made.kind in ("deduct", "award", "earn") and not getattr(made.basis, "free", 0)
        if not made.name and len(made.units) == 1 and not moves:  # what moves points again counts something else
            same = [f.name for f in self.known.values() if f.type == "count" and f.unit == made.units[0]]
            plain = lexicon.term("name", "count")
            if len(same) == 1 and (same[0] == plain or self.sources.get(same[0], "").startswith("label ")):
                return same[0]
        lacks = made.asks_lack or made.name[:1] in lexicon.of_class("LACK")
        measure = requirements.of_count(made, lacks, self.bench.requirements)
        return self.add(self.name(made, "count"), "count", made, unit=_unit(made), best=best, measure=measure, needed=needed)

    def quantity(
        self, made: Draft, unit: str, best: str = "", measured: model.Step | None = None, name: str = ""
    ) -> str:
        """A measured figure. Comparisons without a name of their own speak of the clause's one quantity of that unit."""
        unit = "%" if unit in lexicon.terms()["percent"] else unit
        asked = measured.threshold if measured is not None else None
        distance = measured is not None and asked is None
        own_words = ("label", "context", "word") if distance else ("label", "context")
        name = name or (made.name if made.named_by in own_words else "")
        if not name or made.named_by == "context":
            away = _DISTANCES if measured is None else (lexicon.term("name", _OPPOSITE[measured.direction]),) if distance else ()
            known = (f.name for f in self.known.values() if f.type == "number" and f.unit == unit and not f.name.endswith(away))
            required = (r.name for r in self.bench.requirements if r.kind == "threshold" and r.unit == unit and r.name)
            own = "" if measured is not None else name
            name = next(known, "") or next(required, "") or own or self._named_elsewhere(unit)
            name = name or lexicon.term("name", measured.direction if measured is not None and distance else "quantity")
        if distance:
            best = "0"
        falls_short = measured is not None and measured.direction == "below" and asked is not None
        if falls_short and asked is not None:
            best = best or _plain(asked)
        rated = any(draft.units[-1:] == (unit,) for draft in self.bench.rules if isinstance(draft.basis, model.Count | model.Time))
        if rated or unit in lexicon.of_class("MEASURE") or any(f.type == "count" and f.unit == unit for f in self.known.values()):
            named = name not in (lexicon.term("name", "quantity"), *lexicon.terms()["gathers"], *lexicon.of_class("FIND"))
            wanted = made.kind in ("deduct", "zero") and all(t.low is None for t in made.tests)
            counted = [f.name for f in self.known.values() if f.type == "count" and f.unit == unit]
            if wanted and counted and not named:  # 每少一次扣1分，少于2次不得分: what was held is not what is short
                counted = [one for one in counted if one[:1] not in lexicon.of_class("LACK")]
                named, name = not counted, lexicon.term("name", "count")
            same = next((one for one in counted if not named or one == name), None)
            highs = [high for high in (t.high for t in made.tests) if high is not None]
            best = _plain(max(highs) + 1) if wanted and highs else best
            tests = [test for draft in (made, *made.rows) for test in draft.tests]
            placed = (test for test in tests if test.unit in lexicon.terms()["rank_unit"] or test.unit not in lexicon.of_class("MEASURE"))
            ranks = any(test.tokens[0].text in lexicon.terms()["rank"] for test in placed) or (moves_in_rank(made) and not distance)
            if ranks and (len(name) < 2 or not named):
                name, named = lexicon.term("name", "rank"), True
            return same or self.add(
                name if named else lexicon.term("name", "count"),
                "count",
                made,
                unit=unit,
                best=best,
                needed=falls_short or (wanted and bool(highs)),
                source=f"label {name}",
            )
        above = distance and measured is not None and measured.direction == "above"
        high = Decimal(100) if unit == "%" and not self._passes_all(above, name) else Decimal(BOUNDS.count)
        return self.add(
            name, "number", made, unit=unit, low=Decimal(0), high=high, best=best, source=f"quantity {name}"
        )

    def _passes_all(self, above: bool, name: str) -> bool:
        """True for a percentage that may be more than all: a growth, how far above, and a rate of which the clause rewards more than 100%."""
        if above or lexicon.pattern("growth").search(name):
            return True
        steps = (draft.basis for draft in self.bench.rules if isinstance(draft.basis, model.Step))
        if any(step.direction == "above" and step.threshold is not None and step.threshold >= 100 for step in steps):
            return True
        tests = (test for draft in self.bench.rules for one in (draft, *draft.rows) for test in one.tests if test.unit in lexicon.terms()["percent"])
        return any(test.low is not None and (test.low > 100 or (test.low == 100 and test.low_word == "out")) for test in tests)

    def _named_elsewhere(self, unit: str) -> str:
        for other in self.bench.rules:
            if (
                any(test.unit == unit for test in other.tests)
                and other.named_by == "label"
                and other.label
                and not other.any_of
            ):
                return other.label
        return ""

    def triggers(self, made: Draft, best: str = "false", needed: bool = False) -> tuple[model.Trigger, ...]:
        """Flags and tests, any of which sets the rule off."""
        if not made.tests:
            measure = requirements.of_flag(made.name, self.bench.requirements) if best == "false" else requirements.Measure()
            name = self.add(self.name(made, "count"), "flag", made, best=best, needed=needed, measure=measure)
            return (model.Flag.made(fact=name),)
        out: list[model.Trigger] = []
        for label, tests in made.any_of or ((made.measured or made.label, made.tests),):
            if not tests:
                out.append(
                    model.Flag.made(
                        fact=self.add(label, "flag", made, source=f"flag {label}", best=best, needed=needed)
                    )
                )
                continue
            for ranges in _conjoined(tests):
                unit = next((t.unit for t in tests if t.unit), "")
                fact = self.quantity(made, unit, name=label or "")
                out.append(model.Test.made(fact=fact, within=_range(self.reader, ranges)))
        return tuple(out)

    def add(
        self,
        name: str,
        kind: model.FactType,
        made: Draft,
        *,
        unit: str = "",
        low: Decimal | None = None,
        high: Decimal | None = None,
        choices: tuple[str, ...] = (),
        best: str = "",
        measure: requirements.Measure | None = None,
        needed: bool = False,
        source: str = "",
    ) -> str:
        """The name under which the fact is known, after adding it unless the same words already did."""
        name = name[: BOUNDS.name_length]
        source = source or (
            f"{made.named_by} {made.name}" if made.named_by in ("label",) else f"{made.named_by} {made.span}"
        )
        best = best or {"count": "0", "flag": "false", "amount": "0", "amounts": "", "records": ""}.get(kind, "")
        known = self.told.get((source, kind, unit))
        if known is not None:
            return known
        folded = fold(name)
        same = (folded, kind, unit)
        chosen, number = name, self.last.get(same, 1)
        while folded in self.taken:
            number += 1
            suffix = (
                f"{unit}{lexicon.term('name', 'tally')}" if kind == "count" and number == 2 and unit else str(number)
            )
            chosen = name[: BOUNDS.name_length - len(suffix)] + suffix
            folded = fold(chosen)
        self.last[same] = number
        self.taken.add(folded)
        self.told[source, kind, unit] = chosen
        self.sources[chosen] = source
        self.known[chosen] = model.Fact.made(
            name=chosen,
            type=kind,
            unit=unit,
            low=low,
            high=high,
            choices=choices,
            best=best,
            needed=needed or kind in ("number", "choice"),
            **(measure.fields() if measure is not None else {}),
        )
        return chosen


_DISTANCES = (lexicon.term("name", "below"), lexicon.term("name", "above"))
_OPPOSITE = {"above": "below", "below": "above"}
"""每超1%加0.2分；每低1%扣0.5分: how far above and how far below are two figures."""


def _unit(made: Draft) -> str:
    return made.units[-1] if len(made.units) == 1 else "".join(made.units)


def _plain(number: Decimal) -> str:
    return format(number, "f")


def _best_row(effect: model.Bands, points: Decimal | None) -> int:
    """The row that costs least: full marks, else the highest figure."""
    sign = -1 if effect.gives == "deduct" else 1

    def worth(outcome: model.Outcome) -> Decimal:
        if isinstance(outcome, model.Full):
            return Decimal("Infinity")
        if isinstance(outcome, model.Figure):
            return sign * outcome.value
        if isinstance(outcome, model.Share):
            return sign * outcome.percent * (points or 1) / 100
        if isinstance(outcome, model.Interval):
            return outcome.high if effect.gives != "deduct" else -outcome.low
        return Decimal(0)

    return max(range(len(effect.rows)), key=lambda n: worth(effect.rows[n].outcome))


def _conjoined(tests: tuple[Compared, ...]) -> list[tuple[Compared, ...]]:
    """Two comparisons that bound the same quantity from both sides are one range; others stand alone."""
    if len(tests) == 2 and (tests[0].low is None) != (tests[1].low is None):
        return [tests]
    return [(test,) for test in tests]


def _range(reader: Reader, tests: tuple[Compared, ...]) -> model.Range:
    ranges = [reader.range(test) for test in tests]
    if len(ranges) == 1:
        return ranges[0]
    low = next(r for r in ranges if r.low is not None)
    high = next(r for r in ranges if r.high is not None)
    return model.Range.made(low=low.low, low_in=low.low_in, high=high.high, high_in=high.high_in)


FACTS: dict[type, Callable[[_Naming, Draft, Any], tuple[str | None, tuple[model.Trigger, ...]]]] = {
    model.Deduct: _Naming.moves,
    model.Award: _Naming.moves,
    model.Earn: _Naming.moves,
    model.Zero: _Naming.zero,
    model.NoEffect: _Naming.flagged,
    model.Bands: _Naming.bands,
    model.Proportion: _Naming.proportion,
    model.Ladder: _Naming.ladder,
    model.Stated: _Naming.stated,
    model.Scale: _Naming.flagged,
    model.Veto: _Naming.flagged,
}
"""Effect → what is observed for it."""
