"""Named, ordered steps that bind the drafts of one clause: series to bands, ordinals to a ladder, limits to their rules."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from decimal import Decimal
from itertools import pairwise
from typing import Literal

from rulebook import lexicon, model
from rulebook.builder.drafts import Ambiguous, Draft, Reader
from rulebook.parser.forms import Compared
from rulebook.parser.passes import is_grade
from rulebook.parser.reader import Worth


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
    worths: list[Worth] = field(default_factory=list)
    refused_worths: list[tuple[Worth, str]] = field(default_factory=list)


def bind_worths(bench: Bench) -> None:
    """满分5分 states what the clause is worth; after 每项得2分 it bounds what is earned. Parts of a clause have no points of their own."""
    kept: list[Worth] = []
    for worth in bench.worths:
        earns = [
            n for n, rule in enumerate(bench.rules, 1)
            if rule.kind == "earn" and not isinstance(rule.basis, model.Once) and rule.span[1] <= worth.start
        ]  # fmt: skip
        if earns and worth.points != bench.points:
            limit = model.Limit.made(kind="most_gained", amount=worth.points)
            last = bench.rules[earns[-1] - 1]
            span = (worth.start, worth.end)
            words = bench.reader.text.original[worth.start : worth.end]
            bench.limits.append(replace(last, kind="most_gained", effect=None, limit=limit, span=span, text=words))
        else:
            kept.append(worth)
    if not kept:
        return
    figures = {worth.points for worth in kept}
    if len(figures) == 1 and bench.points in (None, *figures):
        bench.points = figures.pop()
        return
    bench.refused_worths += [(worth, "RB227") for worth in kept]


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
        if draft.kind == "no_effect":  # 第1次劝导不扣分
            rungs.append(model.Rung.made(first=draft.ordinal.number, value=Decimal(0)))
            last = draft.ordinal
            continue
        if not isinstance(draft.amount, model.Figure) or draft.kind not in ("deduct", "award"):
            return _refuse(bench, run, "RB216")
        kinds.add(draft.kind)
        rungs.append(model.Rung.made(first=draft.ordinal.number, value=draft.amount.value))
        last = draft.ordinal
    numbers = [rung.first for rung in rungs]
    if len(kinds) != 1 or numbers != list(range(1, len(numbers) + 1)) or (len(rungs) > 1 and not last.onward):
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


def bind_parts(bench: Bench) -> None:
    """不足5%按5%计 holds the steps before it; 每逾期3天 becomes a step where a part of it is told."""
    for draft in [draft for draft in bench.rules if draft.kind == "part"]:
        partial = draft.found.phrase.action.token.value
        told = False
        for index, other in enumerate(bench.rules):
            if other.span[0] >= draft.span[0] or not isinstance(other.effect, model.Deduct | model.Award | model.Earn):
                continue
            basis = other.basis
            if isinstance(basis, model.Count | model.Time) and basis.per > 1 and len(basis.units) == 1:
                basis = model.Step.made(size=Decimal(basis.per), unit=basis.units[0], direction="above")
            if isinstance(basis, model.Step):
                told = True
                basis = basis.model_copy(update={"partial": partial, "partial_stated": True})
                effect = other.effect.model_copy(update={"basis": basis})
                bench.rules[index] = replace(other, effect=effect, basis=basis)
        if not told:
            bench.refused.append((draft, "RB215"))
    bench.rules = [draft for draft in bench.rules if draft.kind != "part"]


def bind_free(bench: Bench) -> None:
    """3次以内不扣分，超过3次的，每次扣1分: beyond a stated allowance each one counts. Where none is stated, what counts is open."""
    for index, draft in enumerate(bench.rules):
        if not draft.free:
            continue
        basis = draft.basis
        assert isinstance(basis, model.Count | model.Time)
        spared = any(
            test.high == draft.free and test.unit in draft.units
            for other in bench.rules if other.kind == "no_effect" for test in other.tests
        )  # fmt: skip
        allowed = lexicon.pattern("allowance").finditer(bench.reader.text.folded, 0, draft.span[0])
        if not spared and not any(match["number"] == str(draft.free) for match in allowed):
            bench.refused.append((draft, "RB215"))
            continue
        basis = basis.model_copy(update={"free": draft.free})
        effect = draft.effect.model_copy(update={"basis": basis}) if draft.effect is not None else None
        bench.rules[index] = replace(draft, effect=effect, basis=basis)
    refused = {id(draft) for draft, _ in bench.refused}
    bench.rules = [draft for draft in bench.rules if id(draft) not in refused]


def bind_open(bench: Bench) -> None:
    """酌情扣分，最多扣3分: a person gives a figure from 0 to the limit of the same sentence."""
    for index, draft in enumerate(bench.rules):
        if draft.kind != "open":
            continue
        kind = draft.found.phrase.action.token.value
        bound = next((limit for limit in bench.limits if limit.found.sentence == draft.found.sentence and limit.span[0] > draft.span[0]
                      and limit.limit is not None and limit.limit.amount is not None and limit.kind in ("most", f"most_{_WAYS[kind]}")), None)
        alone = not any(rule is not draft and rule.found.sentence == draft.found.sentence for rule in bench.rules)
        if bound is None or bound.limit is None or not alone:
            bench.refused.append((draft, "RB208"))
            continue
        assert bound.limit.amount is not None
        least = next((limit for limit in bench.limits if limit.found.sentence == draft.found.sentence and limit.kind == "least"), None)
        low = least.limit.amount if least is not None and least.limit is not None and least.limit.amount else Decimal(0)
        amount = model.Interval.made(low=low, high=bound.limit.amount)
        effects: dict[str, type[model.Deduct] | type[model.Award] | type[model.Earn]] = {
            "deduct": model.Deduct, "award": model.Award, "earn": model.Earn,
        }  # fmt: skip
        effect = effects[kind].made(amount=amount, basis=draft.basis)
        place = draft.span[0], bound.span[1]
        words = bench.reader.text.original[place[0] : place[1]]
        bench.limits = [limit for limit in bench.limits if limit is not bound and limit is not least]
        bench.rules[index] = replace(draft, kind=kind, effect=effect, amount=amount, span=place, text=words)
    refused = {id(draft) for draft, _ in bench.refused}
    bench.rules = [draft for draft in bench.rules if id(draft) not in refused]


_WAYS = {"deduct": "lost", "award": "gained", "earn": "gained"}


def bind_counts(bench: Bench) -> None:
    """0次得100分；1次得85分；2次及以上得0分: counts side by side, one of them not 1, are each exactly so many."""
    for index, draft in enumerate(bench.rules[:-1]):
        after = bench.rules[index + 1]
        met = draft.kind == "earn" and not draft.tests and draft.exact is None and lexicon.pattern("met").fullmatch(draft.label)
        if met and after.kind == "earn" and after.exact is not None:  # 符合标准得3分，1项不符合得2分: none is wrong
            draft.exact = after.exact._replace(low=Decimal(0), high=Decimal(0))
    for run in _runs(bench.rules, _counts):
        units = {draft.exact.unit if draft.exact else draft.tests[0].unit for draft in run}
        several = any(draft.exact is None or draft.exact.low != 1 for draft in run)
        ranges = [draft.tests if draft.exact is None else (draft.exact,) for draft in run]
        apart = not any(_meet(bench.reader, a, b) for n, a in enumerate(ranges) for b in ranges[n + 1 :])
        fines = [draft for draft in run if draft.kind in ("deduct", "award")]
        if len(fines) == 1 and fines[0].exact is not None and fines[0].exact.low == 1:
            continue  # 缺1项扣0.5分，缺3项以上不得分: each one costs, three cost all
        if len(run) > 1 and len(units) == 1 and several and apart and not any(d.exact and d.tests for d in run):
            for draft in run:
                if draft.exact is not None:
                    draft.tests, draft.basis, draft.units, draft.exact = (draft.exact,), model.Once.made(), (), None
                    if isinstance(draft.effect, model.Deduct | model.Award | model.Earn | model.Zero):
                        draft.effect = draft.effect.model_copy(update={"basis": draft.basis})
            if fines:
                table = _table(bench, run)
                if table is None:
                    bench.refused.extend((draft, "RB217") for draft in run)
                else:
                    at = next(n for n, draft in enumerate(bench.rules) if draft is run[0])
                    bench.rules[at : at + len(run)] = [table]
    for draft in bench.rules:
        if draft.exact is not None and draft.kind == "no_effect":
            draft.tests, draft.exact = (draft.exact,), None  # 6起不扣分
        elif draft.exact is not None and draft.exact.low != 1 and draft.kind != "zero":
            bench.refused.append((draft, "RB202"))
    refused = {id(draft) for draft, _ in bench.refused}
    bench.rules = [draft for draft in bench.rules if id(draft) not in refused]


def _runs(drafts: list[Draft], holds: Callable[[Draft], bool]) -> list[list[Draft]]:
    """The longest runs of neighbours of which something holds."""
    runs: list[list[Draft]] = [[]]
    for draft in drafts:
        if holds(draft):
            runs[-1].append(draft)
        elif runs[-1]:
            runs.append([])
    return [run for run in runs if run]


def _counts(draft: Draft) -> bool:
    """True for an outcome of a count: 1次得85分, ≥4次得0分, 3处以上扣2分."""
    if draft.kind not in ("earn", "zero", "deduct", "award", "no_effect"):
        return False
    if draft.exact is not None:
        return draft.exact.unit not in lexicon.of_class("TIME_UNIT")  # 迟到10分钟扣1分 means at least so long
    return bool(draft.tests) and not draft.any_of and all(t.unit in lexicon.of_class("MEASURE") for t in draft.tests)


def bind_levels(bench: Bench) -> None:
    """80%—90%扣1分，低于80%扣2分 · 优秀(+1分)、一般(-0.5分) · 一等奖加3分，其余不加分: exclusive deductions or awards are rows of one table."""
    out: list[Draft] = []
    taken: set[int] = set()
    for run in _runs(bench.rules, lambda d: d.kind in ("deduct", "award", "no_effect", "zero") and _is_plain(d)):
        for group in (_signed(run), _measured(bench.reader, run), _graded(run)):
            if group and not any(id(draft) in taken for draft in group):
                table = _table(bench, group)
                if table is not None:
                    taken |= {id(draft) for draft in group}
                    out.append(table)
                break
    placed = {table.span[0]: table for table in out}  # a table stands where its first row stood
    rules: list[Draft] = []
    for draft in bench.rules:
        if id(draft) not in taken:
            rules.append(draft)
        elif draft.span[0] in placed:
            rules.append(placed[draft.span[0]])
    bench.rules = rules


def _is_plain(draft: Draft) -> bool:
    """True where nothing but a condition stands beside the amount."""
    effect = draft.effect
    if isinstance(effect, model.Deduct | model.Award) and (effect.each_of or effect.add_on or effect.target != "clause"):
        return False
    return isinstance(draft.basis, model.Once) and not draft.any_of and len(draft.tests) < 3


def _signed(run: list[Draft]) -> list[Draft]:
    """优秀(+1分)、好(不加分)、一般(-0.5分): all of the run, where signs say what each does."""
    signs = [draft for draft in run if draft.found.phrase.action.token.value == "sign"]
    kinds = {draft.kind for draft in run}
    return run if len(signs) > 1 and len(kinds) > 1 and all(draft.label for draft in run) else []


def _measured(reader: Reader, run: list[Draft]) -> list[Draft]:
    """Neighbours that compare one figure in ranges that do not meet, and move points one way."""
    group = [draft for draft in run if draft.tests]
    kinds = {draft.kind for draft in group} - {"zero", "no_effect"}
    names = {draft.label.strip(_COPULA) for draft in group if draft.label}
    shortest = min(names, key=len, default="")
    units = {test.unit for draft in group for test in draft.tests}
    if len(group) < 2 or len(kinds) != 1 or len(units) > 1 or not all(name.endswith(shortest) for name in names):
        return []
    if any(_meet(reader, one.tests, other.tests, touching=True) for n, one in enumerate(group) for other in group[n + 1 :]):
        return _nested(reader, group)
    last = run[-1]
    return [*group, last] if last.otherwise and not last.tests else group


_COPULA = "".join(lexicon.of_class("COPULA"))


def _nested(reader: Reader, group: list[Draft]) -> list[Draft]:
    """低于99%扣1分；低于95%扣3分: farther figures that cost more hold the nearer ones; the farthest that is passed decides."""
    ranges = [_merged(reader, draft.tests) for draft in group]
    worth = [draft.amount.value if isinstance(draft.amount, model.Figure) else Decimal("Infinity") for draft in group]
    below = [one.high for one in ranges if one.low is None and one.high is not None]
    above = [one.low for one in ranges if one.high is None and one.low is not None]
    falling = len(below) == len(group) and all(a > b for a, b in pairwise(below))
    rising = len(above) == len(group) and all(a < b for a, b in pairwise(above))
    dearer = all(a < b for a, b in pairwise(worth)) and all(draft.kind in ("deduct", "award", "zero") for draft in group)
    return group[::-1] if (falling or rising) and dearer else []


def _graded(run: list[Draft]) -> list[Draft]:
    """一等奖加3分，二等奖加2分，其余不加分: awards of which the last row says 'else', or whose names are grades."""
    if run[-1].otherwise and run[-1].kind in ("no_effect", "zero") and len(run) > 1:
        return run if {draft.kind for draft in run[:-1]} == {"award"} and all(d.label for d in run[:-1]) else []
    awards = {draft.kind for draft in run[:-1]} == {"award"} and run[-1].kind in ("zero", "no_effect", "award")
    return run if awards and len(run) > 1 and all(is_grade(draft.label) for draft in run) else []


def _table(bench: Bench, run: list[Draft]) -> Draft | None:
    """The rows of a run as one table; None where a row has no single outcome."""
    kinds = {draft.kind for draft in run}
    gives: Literal["deduct", "award"] = "award" if "award" in kinds else "deduct"
    rows = []
    for draft in run:
        within = _merged(bench.reader, draft.tests) if draft.tests else None
        label = None if within or draft.otherwise else draft.label or None
        outcome: model.Outcome
        if draft.kind in ("zero", "no_effect"):
            outcome = model.ZeroPoints.made() if draft.kind == "zero" else model.NoChange.made()
        elif isinstance(draft.amount, model.Figure):
            against = draft.kind == "deduct" and gives == "award"
            outcome = model.Figure.made(value=-draft.amount.value) if against else draft.amount
        else:
            return None
        rows.append(model.Band.made(within=within, label=label, outcome=outcome))
    if any(row.within for row in rows) and any(row.label for row in rows):
        return None
    if any(row.within for row in rows) and not run[-1].otherwise:
        rows.append(model.Band.made(outcome=model.NoChange.made()))
    return _joined(bench, run, model.Bands.made(rows=tuple(rows), gives=gives))


def _joined(bench: Bench, run: list[Draft], effect: model.Bands) -> Draft:
    """One draft in place of a run: its words are all of theirs."""
    first = min(run, key=lambda draft: draft.span)
    place = first.span[0], max(draft.span[1] for draft in run)
    words = bench.reader.text.original[place[0] : place[1]]
    name = next((draft.label for draft in run if draft.tests and draft.label), "")
    unit = next((test.unit for draft in run for test in draft.tests if test.unit), "")
    return replace(
        first, kind="bands", effect=effect, rows=tuple(run), span=place, text=words, exact=None, basis=model.Once.made(),
        name=name, named_by="label" if name else "", label="", tests=(), units=(unit,) if unit else (),
    )  # fmt: skip


def bind_bands(bench: Bench) -> None:
    """Two or more outcomes side by side (得3分，得1分，不得分) are one row each of one table; one alone is 'full, then deduct'."""
    out: list[Draft] = []
    run: list[Draft] = []
    others = [d for d in bench.rules if d.kind in ("deduct", "ladder")]
    for draft in [*bench.rules, None]:
        if draft is not None and _is_outcome(draft) and not (run and _complete(run) and _opens(run, draft)):
            run.append(draft)
            continue
        out.extend(_outcomes(bench, run, others))
        run = []
        if draft is not None and _is_outcome(draft):
            run.append(draft)
            continue
        if draft is not None:
            out.append(draft)
    bench.rules = [draft for draft in out if draft.effect is not None]


def _complete(run: list[Draft]) -> bool:
    """True where a run has ended: 有制度得1分，否则不得分 leaves nothing open."""
    last = run[-1]
    return (last.otherwise or last.kind == "zero") and any(draft.kind == "earn" for draft in run)


def _opens(run: list[Draft], draft: Draft) -> bool:
    """True for an outcome that begins another table: in a sentence of its own, with something to earn."""
    return draft.kind == "earn" and not draft.otherwise and draft.found.sentence > run[-1].found.sentence


def _is_outcome(draft: Draft) -> bool:
    return draft.kind in ("earn", "zero") and isinstance(draft.basis, model.Once)


def _meets(bench: Bench, run: list[Draft]) -> None:
    """符合要求得4分，≥规定数的90%得2分: what is asked, where the other rows measure a share of it, is all of it."""
    first, rest = run[0], run[1:]
    percent = lexicon.terms()["percent"]
    shares = all(draft.tests and all(percent.get(t.unit, "") == "%" for t in draft.tests) for draft in rest)
    met = lexicon.pattern("met").match(first.label)
    if first.kind != "earn" or first.tests or not rest or not shares or met is None:
        return
    place = slice(rest[0].span[0], run[-1].span[1])
    if lexicon.pattern("share_of").search(bench.reader.text.folded[place]):
        like = rest[0].tests[0]
        first.tests = (like._replace(low=Decimal(100), low_word="in", high=None, high_word=""),)


def _outcomes(bench: Bench, run: list[Draft], others: list[Draft]) -> list[Draft]:
    if len(run) > 1:
        _meets(bench, run)
    earns = [draft for draft in run if draft.kind == "earn"]
    if not earns:
        return run
    if len(run) == 1 and others and _is_all(bench, earns[0]):
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
    order = sorted(run, key=lambda draft: draft.otherwise)  # 其他的得1分，未提交的不得分: what none of the rows is stands last
    if len(order) > 1 and order[-2].otherwise:
        return [_refuse(bench, run, "RB217")]
    for draft in order:
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
    return [replace(_joined(bench, run, model.Bands.made(rows=tuple(rows))), rows=tuple(order))]


def _is_all(bench: Bench, earn: Draft) -> bool:
    """True where the one outcome is all the clause has, so that the deductions beside it take from it: full, then deduct."""
    if isinstance(earn.amount, model.Figure):
        return bench.points is None or earn.amount.value == bench.points
    return isinstance(earn.amount, model.Full)


def _exclusive(bench: Bench, run: list[Draft], earns: list[Draft]) -> bool | None:
    """True where only one of the outcomes can hold, False where they add up, None where the text leaves it open."""
    if len(earns) > 1 and len({str(draft.amount) for draft in earns}) == 1 and run[-1].otherwise and earns[0].label:
        return False  # 有会议得1分，有方案得1分，否则不得分: alike in worth, they add up
    if len(earns) < len(run) or all(draft.tests for draft in run) or any(draft.otherwise for draft in run):
        return True
    if sum(is_grade(draft.label) for draft in run) > 1 or _descending(earns):
        return True
    if bench.points is None:
        bare = any(_is_unsaid(draft) for draft in earns)
        return None if bare and len({str(draft.amount) for draft in earns}) > 1 else False
    figures = [draft.amount.value for draft in earns if isinstance(draft.amount, model.Figure)]
    if len(figures) == len(run) and sum(figures) <= bench.points:
        return False
    full = any(isinstance(draft.amount, model.Full) for draft in earns)
    return True if full or (figures and max(figures) == bench.points) else None


def _descending(earns: list[Draft]) -> bool:
    """90–100分, 70–89分, 0–69分: ranges of which one begins below where the other ends are steps of one scale."""
    ends = []
    for draft in earns:
        if isinstance(draft.amount, model.Interval):
            ends.append((draft.amount.low, draft.amount.high))
        elif isinstance(draft.amount, model.Figure):
            ends.append((draft.amount.value, draft.amount.value))
    ranged = any(low < high for low, high in ends)
    return len(ends) == len(earns) > 1 and ranged and all(b[1] <= a[0] for a, b in pairwise(ends))


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
    above: list[tuple[int, str, Decimal]] = []
    for draft in bench.rules:
        for test in draft.tests:
            within = bench.reader.range(test)
            if draft.kind in ("earn", "no_effect", "award") and isinstance(draft.basis, model.Once):
                asked.setdefault(test.unit, []).append(within)
            edge = within.high if within.high is not None else within.low
            if edge is not None:
                above.append((draft.span[0], test.unit, edge))
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
        if not below and not isinstance(effect, model.Earn):  # 不少于四次加2分，每增加一次加1分: from the figure last named
            percent = lexicon.terms()["percent"]
            named = [edge for start, of, edge in above if percent.get(of, of) == unit and start < draft.span[0]]
            figures = {named[-1]} if named else figures
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
        if not targets and not bench.alone:
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
            elif kinds and kinds <= {"deduct", "stated"}:
                kind = "most_lost"
            elif kinds and kinds <= {"award", "earn"}:
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
    tested = [d for d in bench.rules if d.kind in ("deduct", "award") and d.tests]
    counted = [
        d for d in bench.rules if d.kind in ("deduct", "award") and isinstance(d.basis, model.Count | model.Time)
    ]
    for one in tested:
        for test in one.tests:
            if test.high_word == "or_less" and test.low is None and test.unit in lexicon.of_class("MEASURE"):
                _drop(bench, [one], "RB215")  # 3人以下扣1分: does nobody cost a point too?
        for other in counted:
            apart = one.label and other.label and one.label != other.label
            same = other is not one and not apart and any(test.unit in other.units for test in one.tests)
            if same and not getattr(one.effect, "add_on", False):
                _drop(bench, [one, other], "RB217")
        for other in tested:
            if other is not one and other.found.start > one.found.start and _overlap(bench.reader, one, other):
                _drop(bench, [one, other], "RB217")
    steps = [d for d in bench.rules if isinstance(d.basis, model.Step) and d.basis.threshold is None]
    levels = [d for d in bench.rules if d.tests and any(_same_unit(t.unit, s.basis) for t in d.tests for s in steps)]
    names: dict[str, set[str]] = {}
    for draft in steps:
        if isinstance(draft.basis, model.Step) and draft.name:  # without a name each is called after its direction
            names.setdefault(draft.name, set()).add(draft.basis.direction)
    if steps and (levels or any(len(directions) > 1 for directions in names.values())):
        _drop(bench, steps, "RB215")  # the same figure would be a level here and a distance there
    bare = [d for d in bench.rules if d.kind == "earn" and _is_unsaid(d)]
    if bare and any(d.kind == "deduct" for d in bench.rules):
        _drop(bench, bare, "RB217")  # 每项1分，缺一项扣1分: the first says what an item weighs, or earns it
    gone = {id(draft) for draft, _ in bench.refused}
    bench.rules = [draft for draft in bench.rules if id(draft) not in gone]


def _is_unsaid(draft: Draft) -> bool:
    """True where no verb says that the figure is earned: 1项1分, 健全（2分）."""
    token = draft.found.phrase.action.token
    return not token.text and token.value != "inherited"


def _drop(bench: Bench, drafts: list[Draft], code: str) -> None:
    known = {id(draft) for draft, _ in bench.refused}
    bench.refused.extend((draft, code) for draft in drafts if id(draft) not in known)


def _same_unit(unit: str, basis: model.Basis) -> bool:
    percent = lexicon.terms()["percent"]
    return isinstance(basis, model.Step) and percent.get(unit, unit) == percent.get(basis.unit, basis.unit)


def _overlap(reader: Reader, one: Draft, other: Draft) -> bool:
    """True where two ranges of the same quantity can hold at once."""
    names = {one.label or one.measured, other.label or other.measured}
    if len(names) == 2 and "" not in names:
        return False
    return one.tests[0].unit == other.tests[0].unit and _meet(reader, one.tests, other.tests)


def _meet(
    reader: Reader, one: tuple[Compared, ...], other: tuple[Compared, ...], *, touching: bool = False
) -> bool:
    """True where a figure lies in both ranges; with `touching`, ranges that only share an end do not meet."""
    first, second = _merged(reader, one), _merged(reader, other)
    if touching and (first.high == second.low is not None or second.high == first.low is not None):
        return False
    for low, high in ((first, second), (second, first)):
        if high.high is not None and low.low is not None:
            apart = high.high == low.low and not (high.high_in and low.low_in)
            if high.high < low.low or apart:
                return False
    return True


STEPS: tuple[Callable[[Bench], None], ...] = (
    bind_worths,
    bind_parts,
    bind_free,
    bind_open,
    bind_ladders,
    bind_counts,
    bind_thresholds,
    bind_levels,
    bind_bands,
    refuse_overlaps,
    bind_scales,
    bind_limits,
)
"""The steps in the order in which they run."""


def bind(bench: Bench) -> None:
    """Runs every step. A draft that a step refuses leaves the rules and stands in `refused` with its code."""
    for step in (bind_limits,) if _is_simple(bench) else STEPS:
        step(bench)


def _is_simple(bench: Bench) -> bool:
    """True for at most one rule that stands for itself, the usual clause: nothing but a limit can bind to it."""
    if bench.worths or len(bench.rules) > 1:
        return False
    for draft in bench.rules:
        if draft.kind not in ("deduct", "award", "zero") or draft.tests or draft.ordinal or draft.free:
            return False
        if isinstance(draft.basis, model.Step) or (draft.exact is not None and draft.exact.low != 1):
            return False
    return True


__all__ = ["STEPS", "Ambiguous", "Bench", "bind"]
