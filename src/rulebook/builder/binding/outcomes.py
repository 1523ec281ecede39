"""Outcomes side by side (得3分，得1分，不得分) are rows of one table; one alone is what deductions take from."""

from dataclasses import replace
from decimal import Decimal

from rulebook import lexicon, model
from rulebook.builder.binding.bench import Bench, merged, percent, refuse
from rulebook.builder.binding.exclusion import belongs_to_last, exclude
from rulebook.builder.binding.rows import COPULA, condition_words, falls, is_outcome, is_plain, joined, worth
from rulebook.builder.drafts import Draft
from rulebook.builder.names import clean, denies
from rulebook.parser.passes import COMPARATORS, is_grade


def bind_places(bench: Bench) -> None:
    """前3名分别得10分、9分、8分，第4名及以后得6分: places by name are numbers, where other places beside them are."""
    out: list[Draft] = []
    for draft in bench.rules:
        near = [one for one in bench.rules if one is not draft and one.found.sentence == draft.found.sentence and is_outcome(one)]
        placed = [test for one in near for test in one.tests if test.unit in lexicon.terms()["rank_unit"]]
        rows = draft.effect.rows if isinstance(draft.effect, model.Bands) and draft.effect.gives == "earn" else ()
        numbers = [lexicon.pattern("place").fullmatch(row.label or "") for row in rows]
        if not placed or not rows or not all(numbers):
            out.append(draft)
            continue
        for row, match in zip(rows, numbers, strict=True):
            assert match is not None
            assert not isinstance(row.outcome, model.NoChange | model.ZeroPoints)
            number, effect = Decimal(match["number"]), model.Earn.made(amount=row.outcome, basis=model.Once.made())
            test = placed[0]._replace(low=number, low_word="in", high=number, high_word="in")
            name = lexicon.term("name", "rank")
            out.append(replace(draft, kind="earn", effect=effect, amount=row.outcome, tests=(test,), label=name, name=name, named_by="label"))
    bench.rules = out


def bind_bands(bench: Bench) -> None:
    """Two or more outcomes side by side (得3分，得1分，不得分) are one row each of one table; one alone is 'full, then deduct'."""
    out: list[Draft] = []
    run: list[Draft] = []
    others = [d for d in bench.rules if d.kind in ("deduct", "ladder") or (isinstance(d.effect, model.Bands) and d.effect.gives == "deduct")]
    for draft in [*bench.rules, None]:
        if draft is not None and is_outcome(draft) and not (run and _complete(run) and _opens(run, draft)):
            run.append(draft)
            continue
        for table in _apart(bench, run):
            out.extend(_outcomes(bench, table, others))
        run = []
        if draft is not None and is_outcome(draft):
            run.append(draft)
            continue
        if draft is not None:
            out.append(draft)
    bench.rules = [draft for draft in _with_rest(bench, out) if draft.effect is not None]


def _part_subject(run: list[Draft]) -> None:
    """技术方案优得10分，良得7分: what is graded stands before the first grade, and names the fact."""
    first, rest = run[0], run[1:]
    if is_grade(first.label) or first.tests or not all(is_grade(draft.label) for draft in rest if draft.label):
        return
    subject, grade = _parted(first.label)
    if subject and any(draft.label for draft in rest):
        first.measured, first.label = subject, grade


def _parted(label: str) -> tuple[str, str]:
    """技术方案优: what is graded, and the grade. Nothing and the label where it holds no such pair."""
    length = next((n for n in range(min(6, len(label) - 2), 0, -1) if is_grade(label[-n:])), 0)
    if not length or lexicon.pattern("subject").fullmatch(label[:-length]) is None:
        return "", label
    return label[:-length], label[-length:]


def bind_twins(bench: Bench) -> None:
    """四级合格加2分，优秀加3分；六级合格加3分，优秀加4分: the same grades of several things are a table of each."""
    sentences: dict[int, list[Draft]] = {}
    for draft in bench.rules:
        sentences.setdefault(draft.found.sentence, []).append(draft)
    groups = [group for group in sentences.values() if len(group) > 1 and all(_grades(draft) for draft in group[1:])]
    parted = [(_subject(bench, group[0]), group) for group in groups if _is_figure(group[0]) and len({draft.kind for draft in group}) == 1]
    labels = [{grade, *(draft.label for draft in group[1:])} for (_, grade), group in parted]
    apart = len({subject for (subject, _), _ in parted}) == len(parted) > 1 and all(subject and is_grade(grade) for (subject, grade), _ in parted)
    if not apart or not any(one & other for n, one in enumerate(labels) for other in labels[n + 1 :]):
        return
    if any(len(names) < len(group) for names, (_, group) in zip(labels, parted, strict=True)):
        return
    for (subject, grade), group in parted:
        group[0].measured, group[0].label = subject, grade
        rows = tuple(model.Band.made(label=draft.label, outcome=draft.amount) for draft in group)
        at = next(n for n, draft in enumerate(bench.rules) if draft is group[0])
        bench.rules[at : at + len(group)] = [joined(bench, group, model.Bands.made(rows=rows, gives=group[0].kind))]


def _is_figure(draft: Draft) -> bool:
    """True where a figure is moved once, on a condition in words."""
    plain = draft.kind in ("deduct", "award", "earn") and isinstance(draft.basis, model.Once) and isinstance(draft.amount, model.Figure)
    return plain and is_plain(draft) and bool(draft.label) and not draft.tests and not draft.otherwise


def _grades(draft: Draft) -> bool:
    return _is_figure(draft) and is_grade(draft.label)


def _subject(bench: Bench, first: Draft) -> tuple[str, str]:
    """What the grades of a sentence are grades of: the words before the first of them, or the phrase before it."""
    subject, grade = _parted(first.label)
    context = first.found.context
    if not subject and context:
        subject = clean(bench.reader.text.original[slice(*context[-1])])
    return subject, grade


def _apart(bench: Bench, run: list[Draft]) -> list[list[Draft]]:
    """建立台账得2分。制度完善得1分，未完善不得分: what is denied belongs to the outcome beside it, which it names again."""
    earned, denied = run[:-1], run[-1] if run else None
    if denied is None or len(earned) < 2 or denied.kind != "zero" or any(draft.kind != "earn" for draft in earned):
        return [run]
    if denied.otherwise or any(draft.tests or is_grade(draft.label) for draft in run):
        return [run]
    named = [denies(denied.label, draft.label) for draft in earned]
    parted = "。" in bench.reader.text.folded[earned[-2].span[1] : earned[-1].span[0]]
    return [earned[:-1], [earned[-1], denied]] if parted and named[-1] and not any(named[:-1]) else [run]


def _with_rest(bench: Bench, drafts: list[Draft]) -> list[Draft]:
    """前三名分别得5、4、3分，其他得1分: what is none of the grades is a row of their table."""
    out: list[Draft] = []
    for draft in drafts:
        table = out[-1] if out else None
        effect = table.effect if table is not None else None
        rest = draft.otherwise and is_outcome(draft) and not draft.label and not draft.tests
        graded = isinstance(effect, model.Bands) and effect.gives == "earn" and all(row.label for row in effect.rows)
        if rest and graded and table is not None and isinstance(effect, model.Bands) and draft.amount != model.Full.made():
            outcome = draft.amount if isinstance(draft.amount, model.Figure | model.Interval) else model.ZeroPoints.made()
            row = model.Band.made(outcome=outcome)
            whole = table.span[0], draft.span[1]
            words = bench.reader.text.original[slice(*whole)]
            effect = effect.model_copy(update={"rows": (*effect.rows, row)})
            out[-1] = replace(table, effect=effect, span=whole, text=words, rows=(*table.rows, draft))
            continue
        out.append(draft)
    return out


def _complete(run: list[Draft]) -> bool:
    """True where a run has ended: 有制度得1分，否则不得分 leaves nothing open."""
    last = run[-1]
    return (last.otherwise or last.kind == "zero") and any(draft.kind == "earn" for draft in run)


def _opens(run: list[Draft], draft: Draft) -> bool:
    """True for an outcome that begins another table: in a sentence of its own, with something to earn."""
    return draft.kind == "earn" and not draft.otherwise and draft.found.sentence > run[-1].found.sentence


def _meets(bench: Bench, run: list[Draft]) -> None:
    """符合要求得4分，≥规定数的90%得2分: what is asked, where the other rows measure a share of it, is all of it."""
    first, rest = run[0], run[1:]
    shares = all(draft.tests and all(percent(t.unit) == "%" for t in draft.tests) for draft in rest)
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
    figures, beside = _measured_first(run)
    if beside:
        return [*_outcomes(bench, figures, others), *beside]
    earns = [draft for draft in run if draft.kind == "earn"]
    if not earns:
        return run
    if len(run) == 1 and others and _is_base(bench, earns[0], others):
        return [_granted(draft) if draft is earns[0] else draft for draft in run]
    if len(run) == 1:
        alone = not others and not any(draft.kind in ("earn", "zero") for draft in bench.rules if draft is not run[0])
        short = alone and not bench.alone and lexicon.pattern("falls_short").match(earns[0].label)
        return [refuse(bench, run, "RB217")] if short else run  # 未按期完成的得5分: and who has done it in time?
    heads = lexicon.pattern("divides").search(earns[0].label)
    if heads is not None and is_grade(heads["grade"]):
        return [refuse(bench, run, "RB217")]  # 考核结果分为优秀（90-100分）、良好（80-89分）: what is scored, or what a score is called?
    _part_subject(run)
    if all(draft.tests or draft.otherwise for draft in run) and len(subjects := _subjects(run)) > 1:
        plain = len(earns) == len(run) and len(subjects) == len(run)
        if not plain:
            return [refuse(bench, run, "RB217")]
        return [_granted(draft) if any(_falls_short_of(draft, one) for one in others) else draft for draft in run]
    exclusive = None if belongs_to_last(run) else exclude(bench, run, earns)
    if exclusive is None:
        return [refuse(bench, run, "RB217")]
    if not exclusive:
        return _nothing_else(run)
    rows: list[model.Band] = []
    order = sorted(
        run, key=lambda draft: draft.otherwise
    )  # 其他的得1分，未提交的不得分: what none of the rows is stands last
    if len(order) > 1 and order[-2].otherwise:
        return [refuse(bench, run, "RB217")]
    spoken = _is_spoken(order)
    if spoken and not falls(order):
        return [refuse(bench, run, "RB217")]
    for draft in order:
        within = merged(bench.reader, draft.tests) if draft.tests and not spoken else None
        words = condition_words(bench, draft) if spoken else draft.label
        label = None if within or draft.otherwise else words or None
        if within is None and label is None and not draft.otherwise:
            return [refuse(bench, run, "RB217")]
        outcome: model.Outcome
        if draft.kind == "zero":
            outcome = model.ZeroPoints.made()
        elif isinstance(draft.amount, model.Figure | model.Interval | model.Share | model.Full):
            outcome = draft.amount
        else:
            return [refuse(bench, run, "RB217")]
        rows.append(model.Band.made(within=within, label=label, outcome=outcome))
    labels = [row.label for row in rows if row.label is not None]
    if len(labels) != len(set(labels)):
        return [refuse(bench, run, "RB217")]  # 优得3分，优得2分
    units = {percent(test.unit) for draft in run for test in draft.tests if test.unit}
    if len(units) > 1:
        return [refuse(bench, run, "RB215")]  # 1亿元 and 5000万元 are not on one scale
    order, rows = _farthest_first(order, rows)
    table = replace(joined(bench, run, model.Bands.made(rows=tuple(rows))), rows=tuple(order))
    return [replace(table, name=run[0].measured, named_by="label" if run[0].measured else "", units=()) if spoken else table]


def _measured_first(run: list[Draft]) -> tuple[list[Draft], list[Draft]]:
    """≥90%得2分，<90%得1分；无学员，不得分: figures are a table, and what else earns nothing stands beside it."""
    last = next((n for n in range(len(run), 0, -1) if run[n - 1].tests), 0)
    worths = {worth(draft) for draft in run[:last]}
    whole = 1 < last == len(worths) and all(draft.tests for draft in run[:last])
    beside = run[last:]
    same = any(draft.label[:1] in lexicon.terms()["both"] or denies(draft.label, row.label) for draft in beside for row in run[:last])
    if whole and not same and all(draft.kind == "zero" and draft.label and not draft.otherwise for draft in beside):
        return run[:last], beside
    return run, []


def _subjects(rows: list[Draft]) -> set[str]:
    """建档率90%以上得2分，使用率70%以上得3分: what the rows measure, where they name more than one thing."""
    names = {name for draft in rows if draft.tests and (name := draft.label.strip(COPULA)) and _is_subject(name)}
    shortest = min(names, key=len, default="")
    return names if not all(name.endswith(shortest) or name.startswith(shortest) for name in names) else {shortest}


def _is_subject(name: str) -> bool:
    """False for words that only compare or link: 达到, 的评, 2次. 符合要求 measures what the other rows measure."""
    if any(character.isdigit() for character in name):
        return False
    links = name.startswith(tuple(lexicon.terms()["linking"])) or name in _COMPARES or lexicon.pattern("does").fullmatch(name)
    met = lexicon.pattern("met").match(name)
    return not links and (met is None or name[met.end() :][:1].isalpha())


_COMPARES = frozenset(word for kind in COMPARATORS for word in lexicon.of_class(kind))


def _nothing_else(run: list[Draft]) -> list[Draft]:
    """有会议得1分，有方案得1分，否则不得分: who earns nothing has nothing, and the last words say no more than that."""
    last = run[-1]
    if last.kind == "zero" and last.otherwise and not last.tests and not last.label:
        last.idle = True
    return run


def _is_spoken(rows: list[Draft]) -> bool:
    """达到要求得满分，≥2张得1分，<2张或未安排不得分: figures and words side by side, which only a person tells apart."""
    figures = any(draft.tests for draft in rows)
    words = any(draft.label and not draft.tests and not draft.otherwise for draft in rows)
    return (figures and words) or any(draft.any_of or len(draft.tests) > 2 for draft in rows)


def _farthest_first(order: list[Draft], rows: list[model.Band]) -> tuple[list[Draft], list[model.Band]]:
    """大于90%得5分，大于95%得10分 · 80%-100%得8分，100%得10分: of ranges that hold each other the inner one decides."""
    ranged: list[tuple[Draft, model.Band]] = []
    for pair in zip(order, rows, strict=True):
        if pair[1].within is not None:
            inside = (n for n, (_, row) in enumerate(ranged) if row.within is not None and _holds(row.within, pair[1].within))
            ranged.insert(next(inside, len(ranged)), pair)
    pairs = [*ranged, *(pair for pair in zip(order, rows, strict=True) if pair[1].within is None)]
    return [draft for draft, _ in pairs], [row for _, row in pairs]


def _holds(outer: model.Range, inner: model.Range) -> bool:
    """True where every figure of the inner range lies in the outer one, which is wider."""
    below = outer.low is None or (inner.low is not None and (inner.low, not inner.low_in) >= (outer.low, not outer.low_in))
    above = outer.high is None or (inner.high is not None and (inner.high, inner.high_in) <= (outer.high, outer.high_in))
    return below and above and outer != inner


def _is_base(bench: Bench, earn: Draft, others: list[Draft]) -> bool:
    """True where what is earned is what the deductions beside it take from."""
    base = _is_all(bench, earn) or _is_lowered(earn, others)
    return base and (_is_measured(earn, others) or _is_every(earn))


def _is_measured(earn: Draft, others: list[Draft]) -> bool:
    """True where nothing compares, or a deduction measures the same figure: 95%以上得满分，每低1%扣1分."""
    units = {unit for other in others for unit in other.units}
    units |= {t.unit for other in others if other.label in ("", earn.label) for t in other.tests}
    same = {percent(unit) for unit in units}
    return all(percent(test.unit) in same for test in earn.tests)


def _is_every(earn: Draft) -> bool:
    """到会率100%得10分，每缺1人扣1分: all of them earns all, and each that is wrong takes from it."""
    return all(test.low == 100 and test.high in (None, 100) and percent(test.unit) == "%" for test in earn.tests)


def _is_lowered(earn: Draft, others: list[Draft]) -> bool:
    """佩戴率100%得5分，每降2%扣1分: what is earned at a figure is what each step off it takes from, whatever the clause has besides."""
    steps = [one for one in others if isinstance(one.basis, model.Step) and one.basis.threshold is not None]
    units = {percent(unit) for one in steps for unit in one.units}
    units |= {unit for one in others if _falls_short_of(earn, one) for unit in one.units}
    return bool(earn.tests) and any(percent(test.unit) in units for test in earn.tests)


def _falls_short_of(earn: Draft, lack: Draft) -> bool:
    """专题研究不少于2次得3分，每少1次扣1分: what is short is what was asked, of its sentence, or by its name."""
    if not lack.asks_lack or lack.span[0] < earn.span[0] or not any(test.unit in lack.units for test in earn.tests):
        return False
    named = bool(lack.label) and earn.label.endswith(lack.label)
    return named or (lack.found.sentence == earn.found.sentence and not lack.label)


def _granted(earn: Draft) -> Draft:
    """What is earned before anything is taken from it: it asks for no fact of its own."""
    assert isinstance(earn.effect, model.Earn)
    return replace(earn, effect=earn.effect.model_copy(update={"granted": True}))


def _is_all(bench: Bench, earn: Draft) -> bool:
    """True where the one outcome is all the clause has, so that the deductions beside it take from it: full, then deduct."""
    if isinstance(earn.amount, model.Figure):
        return bench.points is None or earn.amount.value == bench.points
    return isinstance(earn.amount, model.Full)
