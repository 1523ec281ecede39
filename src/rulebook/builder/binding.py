"""Named, ordered steps that bind the drafts of one clause: series to bands, ordinals to a ladder, limits to their rules."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from decimal import Decimal

from rulebook import lexicon, model
from rulebook.builder.drafts import Ambiguous, Draft, Reader
from rulebook.parser.forms import Compared


@dataclass(eq=False, repr=False)
class Bench:
    """The drafts of a clause on their way to rules, in the clause's order."""

    reader: Reader
    points: Decimal | None = None
    alone: bool = False
    rules: list[Draft] = field(default_factory=list)
    limits: list[Draft] = field(default_factory=list)
    requirements: list[model.Requirement] = field(default_factory=list)
    refused: list[tuple[Draft, str]] = field(default_factory=list)


def bind_ladders(bench: Bench) -> None:
    """第一次扣1分，第二次起每次扣2分: ordinal deductions that follow each other are one ladder."""
    out: list[Draft] = []
    run: list[Draft] = []
    for draft in [*bench.rules, None]:
        if draft is not None and draft.ordinal is not None:
            run.append(draft)
            continue
        if run:
            out.append(_ladder(bench, run))
            run = []
        if draft is not None:
            out.append(draft)
    bench.rules = [draft for draft in out if draft.effect is not None]


def _ladder(bench: Bench, run: list[Draft]) -> Draft:
    first = run[0]
    rungs, kinds = [], set()
    for draft in run:
        assert draft.ordinal is not None
        if not isinstance(draft.amount, model.Figure) or draft.kind not in ("deduct", "award"):
            return _refuse(bench, run, "RB216")
        kinds.add(draft.kind)
        rungs.append(model.Rung.made(first=draft.ordinal.number, value=draft.amount.value))
        last = draft.ordinal
    numbers = [rung.first for rung in rungs]
    if len(kinds) > 1 or numbers != list(range(1, len(numbers) + 1)) or (len(rungs) > 1 and not last.onward):
        return _refuse(bench, run, "RB216")
    unit = first.ordinal.unit.text if first.ordinal else ""
    if len(rungs) == 1:  # 首次扣1分: what the second one costs is left open
        return _refuse(bench, run, "RB216")
    effect = model.Ladder.made(rungs=tuple(rungs), units=(unit,), gives=kinds.pop())
    place = first.span[0], run[-1].span[1]
    words = bench.reader.text.original[place[0] : place[1]]
    name, named_by = first.name, first.named_by
    return replace(
        first, kind="ladder", effect=effect, span=place, text=words, name=name, named_by=named_by, units=(unit,),
        basis=model.Count.made(units=(unit,)),
    )  # fmt: skip


def _refuse(bench: Bench, run: list[Draft], code: str) -> Draft:
    """Refuses a run of drafts as one: its place is all of their words."""
    whole = replace(run[0], effect=None, span=(run[0].span[0], run[-1].span[1]))
    bench.refused.append((whole, code))
    return whole


def bind_bands(bench: Bench) -> None:
    """Two or more outcomes side by side (得3分，得1分，不得分) are one row each of one table; one alone is 'full, then deduct'."""
    out: list[Draft] = []
    run: list[Draft] = []
    others = [d for d in bench.rules if d.kind in ("deduct", "ladder")]
    for draft in [*bench.rules, None]:
        if draft is not None and _is_outcome(draft):
            run.append(draft)
            continue
        out.extend(_outcomes(bench, run, others))
        run = []
        if draft is not None:
            out.append(draft)
    bench.rules = [draft for draft in out if draft.effect is not None]


def _is_outcome(draft: Draft) -> bool:
    return draft.kind in ("earn", "zero") and isinstance(draft.basis, model.Once)


def _outcomes(bench: Bench, run: list[Draft], others: list[Draft]) -> list[Draft]:
    earns = [draft for draft in run if draft.kind == "earn"]
    if not earns:
        return run
    if len(earns) == 1 and others and _is_all(bench, earns[0]):
        earn = earns[0]
        assert isinstance(earn.effect, model.Earn)
        granted = replace(earn, effect=earn.effect.model_copy(update={"granted": True}))
        return [granted if draft is earn else draft for draft in run]
    if len(run) == 1:
        return run
    exclusive = _exclusive(bench, run, earns)
    if exclusive is None:
        return [_refuse(bench, run, "RB217")]
    if not exclusive:
        return run
    rows: list[model.Band] = []
    for draft in run:
        if draft.any_of or len(draft.tests) > 2:
            return [_refuse(bench, run, "RB217")]
        within = _merged(bench.reader, draft.tests) if draft.tests else None
        label = None if within or draft.otherwise else draft.label or None
        if within is None and label is None and not draft.otherwise:
            return [_refuse(bench, run, "RB217")]
        outcome: model.Outcome
        if draft.kind == "zero":
            outcome = model.ZeroPoints.made()
        elif isinstance(draft.amount, model.Figure | model.Interval | model.Full):
            outcome = draft.amount
        else:
            return [_refuse(bench, run, "RB217")]
        rows.append(model.Band.made(within=within, label=label, outcome=outcome))
    units = {lexicon.terms()["percent"].get(test.unit, test.unit) for draft in run for test in draft.tests if test.unit}
    if len(units) > 1:
        return [_refuse(bench, run, "RB215")]  # 1亿元 and 5000万元 are not on one scale
    if any(row.within for row in rows) and any(row.label for row in rows):
        return [_refuse(bench, run, "RB217")]
    first = run[0]
    place = first.span[0], run[-1].span[1]
    words = bench.reader.text.original[place[0] : place[1]]
    name = next((draft.label for draft in run if draft.tests and draft.label), "")
    unit = next((test.unit for draft in run for test in draft.tests if test.unit), "")
    band = replace(
        first, kind="bands", effect=model.Bands.made(rows=tuple(rows)), rows=tuple(run), span=place, text=words,
        name=name, named_by="label" if name else "", label="", tests=(), units=(unit,) if unit else (),
    )  # fmt: skip
    return [band]


def _is_all(bench: Bench, earn: Draft) -> bool:
    """True where the one outcome is all the clause has, so that the deductions beside it take from it: full, then deduct."""
    if isinstance(earn.amount, model.Figure):
        return bench.points is None or earn.amount.value == bench.points
    return isinstance(earn.amount, model.Full)


def _exclusive(bench: Bench, run: list[Draft], earns: list[Draft]) -> bool | None:
    """True where only one of the outcomes can hold, False where they add up, None where the text leaves it open."""
    if len(earns) < len(run) or all(draft.tests for draft in run) or any(draft.otherwise for draft in run):
        return True
    if bench.points is None:
        return False
    figures = [draft.amount.value for draft in earns if isinstance(draft.amount, model.Figure)]
    if len(figures) == len(run) and sum(figures) <= bench.points:
        return False
    full = any(isinstance(draft.amount, model.Full) for draft in earns)
    return True if full or (figures and max(figures) == bench.points) else None


def _merged(reader: Reader, tests: tuple[Compared, ...]) -> model.Range:
    """Two comparisons side by side (90%以上不足95%) are one range."""
    ranges = [reader.range(test) for test in tests]
    low = next((r for r in ranges if r.low is not None), None)
    high = next((r for r in ranges if r.high is not None), None)
    return model.Range.made(
        low=low.low if low else None,
        low_in=low.low_in if low else True,
        high=high.high if high else None,
        high_in=high.high_in if high else True,
    )


def bind_thresholds(bench: Bench) -> None:
    """每低0.5% is measured from the figure that the clause asks for: 95%以上得满分, 不低于95%."""
    asked: dict[str, list[model.Range]] = {}
    for draft in bench.rules:
        for test in draft.tests if draft.kind in ("earn", "no_effect") else ():
            asked.setdefault(test.unit, []).append(bench.reader.range(test))
    for requirement in bench.requirements:
        if requirement.within is not None:
            asked.setdefault(requirement.unit, []).append(requirement.within)
    for index, draft in enumerate(bench.rules):
        effect = draft.effect
        if not isinstance(effect, model.Deduct | model.Award | model.Earn) or not isinstance(effect.basis, model.Step):
            continue
        unit = "%" if effect.basis.unit in lexicon.terms()["percent"] else effect.basis.unit
        below = effect.basis.direction == "below"
        figures = {within.low if below else within.high for within in asked.get(unit, [])}
        figures.discard(None)
        if len(figures) > 1:
            bench.refused.append((draft, "RB215"))
            continue
        if figures:
            basis = effect.basis.model_copy(update={"threshold": figures.pop(), "unit": unit})
            changed = effect.model_copy(update={"basis": basis})
            bench.rules[index] = replace(draft, effect=changed, basis=basis)
    refused = {id(draft) for draft, _ in bench.refused}
    bench.rules = [draft for draft in bench.rules if id(draft) not in refused]


def bind_scales(bench: Bench) -> None:
    """加倍扣分 acts on the deductions before it, of its own sentence if there are any."""
    for index, draft in enumerate(bench.rules):
        if not isinstance(draft.effect, model.Scale):
            continue
        before = [
            (n, other) for n, other in enumerate(bench.rules[:index], 1) if other.kind in ("deduct", "award", "ladder")
        ]
        same = [n for n, other in before if other.found.sentence == draft.found.sentence]
        targets = tuple(same or [n for n, _ in before])
        if not targets:
            bench.refused.append((draft, "RB218"))
            draft.effect = None
            continue
        bench.rules[index] = replace(draft, effect=draft.effect.model_copy(update={"rules": targets}))
    bench.rules = [draft for draft in bench.rules if draft.effect is not None]


def bind_limits(bench: Bench) -> None:
    """A wordless limit holds the whole clause so far; one with a figure the rules of its own sentence, else the clause."""
    for draft in bench.limits:
        limit = draft.limit
        assert limit is not None
        before = [n for n, rule in enumerate(bench.rules, 1) if rule.span[0] < draft.span[0]]
        sentence = [n for n in before if bench.rules[n - 1].found.sentence == draft.found.sentence]
        kind, scope, rules = limit.kind, "clause", tuple(before)
        if draft.kind == "most":
            kinds = {bench.rules[n - 1].kind for n in (sentence or before)} & {"deduct", "award", "earn", "stated"}
            if draft.label or draft.tests:
                kind = "ceiling"
            elif kinds == {"deduct"} or kinds == {"stated"}:
                kind = "most_lost"
            elif kinds in ({"award"}, {"earn"}):
                kind = "most_gained"
            else:
                bench.refused.append((draft, "RB219"))
                continue
        if kind in ("most_lost", "most_gained"):
            awards = any(rule.kind == "award" for rule in bench.rules)
            gained = ("award", "ladder", "stated") if awards else ("earn", "ladder", "bands", "stated")
            wanted = ("deduct", "ladder", "stated", "bands") if kind == "most_lost" else gained
            sentence = [n for n in sentence if bench.rules[n - 1].kind in wanted]
            everywhere = [n for n, rule in enumerate(bench.rules, 1) if rule.kind in wanted]
            moving = sum(1 for rule in bench.rules if rule.kind in ("award", "earn", "proportion", "bands"))
            if draft.found.phrase.adverb("POOL"):
                rules = (
                    tuple(everywhere) if len(everywhere) < len(bench.rules) else ()
                )  # 以上合计: one pool for all of them
            elif sentence and len(sentence) < len(everywhere):
                scope, rules = "sentence", tuple(sentence)
            elif kind == "most_gained" and everywhere and moving > len(everywhere):
                rules = tuple(everywhere)  # 最高加2分 bounds what is added, not what is earned
            elif not everywhere and not bench.alone:
                bench.refused.append((draft, "RB219"))  # there is nothing here that it could bound
                continue
            else:
                rules = ()
        elif kind in ("once", "highest_only"):
            rules = tuple(before)
            scope = "rule" if len(rules) == 1 else "clause"
        else:
            rules = ()
        draft.limit = limit.model_copy(update={"kind": kind, "scope": scope, "rules": rules})
    refused = {id(draft) for draft, _ in bench.refused}
    bench.limits = [draft for draft in bench.limits if id(draft) not in refused]


def refuse_overlaps(bench: Bench) -> None:
    """低于90%扣1分，低于80%扣2分: whether both count or only one is open. So is a count that costs twice over in two rules."""
    tested = [d for d in bench.rules if d.kind in ("deduct", "award") and d.tests and isinstance(d.basis, model.Once)]
    counted = [
        d for d in bench.rules if d.kind in ("deduct", "award") and isinstance(d.basis, model.Count | model.Time)
    ]
    for one in tested:
        for test in one.tests:
            if test.high_word == "or_less" and test.low is None and test.unit in lexicon.of_class("MEASURE"):
                _drop(bench, [one], "RB215")  # 3人以下扣1分: does nobody cost a point too?
        for other in counted:
            same = any(test.unit in other.units for test in one.tests)
            if same and not getattr(one.effect, "add_on", False):
                _drop(bench, [one, other], "RB217")
        for other in tested:
            if other is not one and other.found.start > one.found.start and _overlap(bench.reader, one, other):
                _drop(bench, [one, other], "RB217")
    steps = [d for d in bench.rules if isinstance(d.basis, model.Step) and d.basis.threshold is None]
    levels = [d for d in bench.rules if d.tests and any(_same_unit(t.unit, s.basis) for t in d.tests for s in steps)]
    directions = {d.basis.direction for d in steps if isinstance(d.basis, model.Step)}
    if steps and (levels or len(directions) > 1):
        _drop(bench, steps, "RB215")  # the same figure would be a level here and a distance there
    bare = [d for d in bench.rules if d.kind == "earn" and not d.found.phrase.action.token.text]
    if bare and any(d.kind == "deduct" for d in bench.rules):
        _drop(bench, bare, "RB217")  # 每项1分，缺一项扣1分: the first says what an item weighs, or earns it
    gone = {id(draft) for draft, _ in bench.refused}
    bench.rules = [draft for draft in bench.rules if id(draft) not in gone]


def _drop(bench: Bench, drafts: list[Draft], code: str) -> None:
    known = {id(draft) for draft, _ in bench.refused}
    bench.refused.extend((draft, code) for draft in drafts if id(draft) not in known)


def _same_unit(unit: str, basis: model.Basis) -> bool:
    percent = lexicon.terms()["percent"]
    return isinstance(basis, model.Step) and percent.get(unit, unit) == percent.get(basis.unit, basis.unit)


def _overlap(reader: Reader, one: Draft, other: Draft) -> bool:
    """True where two ranges of the same quantity can hold at once."""
    names = {one.label, other.label}
    if len(names) == 2 and "" not in names:
        return False
    first, second = _merged(reader, one.tests), _merged(reader, other.tests)
    if one.tests[0].unit != other.tests[0].unit:
        return False
    for low, high in ((first, second), (second, first)):
        if high.high is not None and low.low is not None:
            touching = high.high == low.low and not (high.high_in and low.low_in)
            if high.high < low.low or touching:
                return False
    return True


STEPS: tuple[Callable[[Bench], None], ...] = (
    bind_ladders,
    bind_thresholds,
    bind_bands,
    refuse_overlaps,
    bind_scales,
    bind_limits,
)
"""The steps in the order in which they run."""


def bind(bench: Bench) -> None:
    """Runs every step. A draft that a step refuses leaves the rules and stands in `refused` with its code."""
    for step in STEPS:
        step(bench)


__all__ = ["STEPS", "Ambiguous", "Bench", "bind"]
