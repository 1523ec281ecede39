"""Drafts that follow each other: parts, shares, ladders, allowances, and overlaps that leave open which one counts."""

from dataclasses import replace
from decimal import Decimal

from rulebook import lexicon, model
from rulebook.builder.binding.bench import Bench, drop, is_unsaid, meet, overlap, percent, refuse, without_refused
from rulebook.builder.drafts import Draft
from rulebook.builder.names import clean, denies
from rulebook.parser.forms import Compared, Counted, Piece


def refuse_twins(bench: Bench) -> None:
    """国家级一等奖加10分，二等奖加8分；省级一等奖加6分，二等奖加4分: the same words for two things, and two figures."""
    plain = [
        draft for draft in bench.rules
        if draft.kind in ("deduct", "award", "earn") and isinstance(draft.basis, model.Once) and draft.named_by == "label"
        and not draft.tests and not draft.otherwise and isinstance(draft.amount, model.Figure)
    ]  # fmt: skip
    twins = [
        draft for draft in plain
        if any(other is not draft and (other.label, other.kind) == (draft.label, draft.kind) and other.amount != draft.amount for other in plain)
    ]  # fmt: skip
    if twins:
        drop(bench, twins, "RB217")
        without_refused(bench)


def bind_shares(bench: Bench) -> None:
    """每项2分，缺一项扣2分: what each part is worth, said before what its loss costs, is no rule. 每项2分，不符合不得分: of that part?"""
    for draft in list(bench.rules):
        if draft.kind != "earn" or not isinstance(draft.basis, model.Count):
            continue
        for other in bench.rules:
            if other.kind == "zero" and isinstance(other.basis, model.Once) and not other.tests and denies(other.label, draft.label):
                other.idle = True  # 每项合格得1分，不合格得0分: what is not counted earns nothing
        if not is_unsaid(draft):
            continue
        after = [other for other in bench.rules if other.span[0] > draft.span[0]]
        costs = [other for other in after if other.kind == "deduct" and other.amount == draft.amount]
        if any(set(other.units) & set(draft.units) and other.basis == draft.basis for other in costs):
            bench.rules.remove(draft)
            continue
        beside = [other for other in after if other.kind == "zero" and other.found.sentence == draft.found.sentence]
        if any(lexicon.pattern("only_denied").fullmatch(other.label) for other in beside):
            drop(bench, [draft, *beside], "RB217")
    without_refused(bench)


def bind_so_on(bench: Bench) -> None:
    """死亡1人扣5分，死亡2人扣10分，以此类推: figures that grow alike are one rate. Behind a rate, the words say nothing new."""
    for draft in [draft for draft in bench.rules if draft.kind == "so_on"]:
        at = next(n for n, one in enumerate(bench.rules) if one is draft)
        rows = _rising(bench.rules[:at])
        rate = _rate_of(rows) if len(rows) > 1 else None
        before = bench.rules[at - 1] if at else None
        if rate is not None:
            bench.rules[at - len(rows) : at] = [rate]
        elif before is None or not _goes_on(before):
            bench.refused.append((draft, "RB211"))
    without_refused(bench)
    bench.rules = [draft for draft in bench.rules if draft.kind != "so_on"]


def _goes_on(draft: Draft) -> bool:
    """True for what is counted one by one: 每次扣3分, 1次扣1分."""
    return isinstance(draft.basis, model.Count | model.Time) and draft.basis.per == 1


def _reached(draft: Draft) -> Compared | None:
    """The figure from which a row holds: 死亡2人, 超额10%（含）至20%."""
    if draft.exact is not None and not draft.tests:
        return draft.exact
    return draft.tests[0] if len(draft.tests) == 1 and draft.exact is None and draft.tests[0].low is not None else None


def _rising(drafts: list[Draft]) -> list[Draft]:
    """The last drafts that move a figure one way for so much of one thing."""
    rows: list[Draft] = []
    for draft in reversed(drafts):
        reached = _reached(draft)
        alike = not rows or (draft.kind == rows[0].kind and reached is not None and reached.unit == _unit_of(rows[0]))
        if draft.kind not in ("deduct", "award", "earn") or reached is None or draft.any_of or not isinstance(draft.amount, model.Figure) or not alike:
            break
        rows.insert(0, draft)
    return rows


def _unit_of(draft: Draft) -> str:
    reached = _reached(draft)
    return reached.unit if reached is not None else ""


def _rate_of(rows: list[Draft]) -> Draft | None:
    """The rate that every row is a multiple of: its first row, told for each so many. None where the rows do not grow alike."""
    first, reached = rows[0], [test for row in rows if (test := _reached(row)) is not None]
    size, worth = reached[0].low, first.amount.value if isinstance(first.amount, model.Figure) else None
    if not size or worth is None or not isinstance(first.effect, model.Deduct | model.Award | model.Earn):
        return None
    for times, (row, test) in enumerate(zip(rows, reached, strict=True), 1):
        figure = row.amount.value if isinstance(row.amount, model.Figure) else None
        ended = test.high in (test.low, None, size * (times + 1))
        if test.low != size * times or figure != worth * times or not ended:
            return None
    unit, counted = reached[0].unit, reached[0].unit in lexicon.of_class("MEASURE")
    basis: model.Basis
    if counted and size == int(size):
        basis = model.Count.made(units=(unit,), per=int(size))
    elif unit in lexicon.of_class("TIME_UNIT") and size == int(size):
        basis = model.Time.made(units=(unit,), per=int(size))
    else:
        basis = model.Step.made(size=size, unit=unit, direction="above", partial="whole", partial_stated=False)
    effect = first.effect.model_copy(update={"basis": basis})
    return replace(first, effect=effect, basis=basis, units=(unit,), exact=None, tests=())


def bind_shared(bench: Bench) -> None:
    """瞒报的，本项得0分，另从总分中扣5分: an effect without a condition of its own has that of the effect before it in the sentence."""
    for index, draft in enumerate(bench.rules[1:], 1):
        before = bench.rules[index - 1]
        if draft.kind not in ("deduct", "award", "zero", "veto") or not _is_bare(draft) or before.span[1] > draft.span[0]:
            continue
        if draft.otherwise:
            if draft.kind == "deduct" and before.kind == "earn" and isinstance(before.basis, model.Once):
                drop(bench, [draft], "RB215")  # 甲得1分，否则扣1分: two outcomes of one question
        elif before.found.sentence == draft.found.sentence and before.kind in ("deduct", "award", "zero"):
            if not isinstance(before.basis, model.Once):
                if draft.kind == "veto":
                    continue  # 每发现一人扣1分，并取消评优资格: one is enough
                drop(bench, [draft], "RB215")  # 每次扣1分，并从总分中扣2分: once, or each time?
                continue
            bench.rules[index] = replace(
                draft, label=before.label, name=before.name, named_by=before.named_by, tests=before.tests,
                any_of=before.any_of, measured=before.measured,
            )  # fmt: skip
    without_refused(bench)


def _is_bare(draft: Draft) -> bool:
    """True for an effect that names nothing: neither its own words nor the phrase before say when."""
    named = draft.label or draft.name or draft.tests or draft.units or draft.ordinal or draft.exact
    return not named and isinstance(draft.basis, model.Once) and isinstance(draft.amount, model.Figure | None)


def bind_lower(bench: Bench) -> None:
    """每获得一项国家级荣誉加3分，省级加2分 · 区级通报每次扣1分，市级扣2分: a level beside one that is counted is counted as well."""
    for index, draft in enumerate(bench.rules[1:], 1):
        before, effect = bench.rules[index - 1], draft.effect
        beside = before.kind == draft.kind and before.found.sentence == draft.found.sentence
        counted = isinstance(before.basis, model.Count)
        if not beside or not counted or not isinstance(draft.basis, model.Once) or not isinstance(draft.amount, model.Figure):
            continue
        if isinstance(effect, model.Deduct | model.Award | model.Earn) and lexicon.pattern("of_level").fullmatch(draft.label):
            changed = effect.model_copy(update={"basis": before.basis})
            bench.rules[index] = replace(draft, basis=before.basis, units=before.units, effect=changed)


def bind_ladders(bench: Bench) -> None:
    """第一次扣1分，第二次起每次扣2分: ordinal deductions that follow each other are one ladder."""
    out: list[Draft] = []
    run: list[Draft] = []
    for draft in [*bench.rules, None]:
        if draft is not None and draft.ordinal is not None:
            run.append(draft)
            continue
        if run:
            out.extend(_ladder(bench, run))
            run = []
        if draft is not None:
            out.append(draft)
    bench.rules = [draft for draft in out if draft.effect is not None]


def _ladder(bench: Bench, run: list[Draft]) -> list[Draft]:
    """The ladder of a run, and behind it the occurrence that takes all: 第三次不得分."""
    end = [run[-1]] if run[-1].kind == "zero" and len(run) > 1 else []
    steps = run[:-1] if end else run
    first = steps[0]
    rungs, kinds = [], set()
    before = bench.reader.text.folded[: first.found.start]
    if first.ordinal is not None and first.ordinal.number == 2 and lexicon.pattern("warned").search(before):
        rungs.append(model.Rung.made(first=1, value=Decimal(0)))  # 第一次警告，第二次扣1分
        first = replace(first, name="", named_by="")
    if len(steps) == 1 and not end and first.ordinal is not None and first.ordinal.onward and first.ordinal.number > 1 and not rungs:
        rungs.append(model.Rung.made(first=1, value=Decimal(0)))  # 第三次起每次扣1分: the first two cost nothing
    for draft in steps:
        assert draft.ordinal is not None
        if draft.kind == "no_effect":  # 第1次劝导不扣分
            rungs.append(model.Rung.made(first=draft.ordinal.number, value=Decimal(0)))
            continue
        if not isinstance(draft.amount, model.Figure) or draft.kind not in ("deduct", "award"):
            return [refuse(bench, run, "RB216")]
        kinds.add(draft.kind)
        rungs.append(model.Rung.made(first=draft.ordinal.number, value=draft.amount.value))
    numbers = [rung.first for rung in rungs]
    last = run[-1].ordinal
    assert last is not None
    assert first.ordinal is not None
    ends = last.number == len(numbers) + 1 if end else len(numbers) > 1 and last.onward
    dense = numbers == list(range(1, len(numbers) + 1)) or (len(steps) == 1 and numbers[0] == 1 and last.onward)
    if len(kinds) != 1 or not dense or not ends:
        return [refuse(bench, run, "RB216")]  # 首次扣1分: what the second one costs is left open
    unit = first.ordinal.unit.text
    effect = model.Ladder.made(rungs=tuple(rungs), units=(unit,), gives=kinds.pop())
    place = first.span[0], steps[-1].span[1]
    words = bench.reader.text.original[place[0] : place[1]]
    ladder = replace(
        first, kind="ladder", effect=effect, span=place, text=words, units=(unit,), basis=model.Count.made(units=(unit,))
    )
    return [ladder, *(_emptied(draft, ladder) for draft in end)]


def _emptied(draft: Draft, ladder: Draft) -> Draft:
    """What takes all from the occurrence on that it names, of those that the ladder before it counts."""
    assert draft.ordinal is not None
    reached = Compared(draft.ordinal.tokens, Decimal(draft.ordinal.number), "in", None, "", ladder.units[0])
    once = model.Once.made()
    return replace(draft, effect=model.Zero.made(basis=once), basis=once, tests=(reached,), label="", name="", named_by="", units=(), ordinal=None)


def bind_one_thing(bench: Bench) -> None:
    """工期每延误1天扣1分，延误超过10天不得分: what is compared is what is counted, where the words of the count end in its words."""
    for rate in bench.rules:
        if not isinstance(rate.basis, model.Count | model.Time) or rate.tests or not rate.units or rate.kind not in ("deduct", "award", "earn"):
            continue
        words = _counted_words(rate)
        for level in bench.rules:
            if len(level.tests) != 1 or level.any_of or level.tests[0].unit != rate.units[-1] or not level.label:
                continue
            label = lexicon.pattern("cumulative").sub("", level.label)
            if level.label != rate.name and words.endswith(label):
                rate.name, rate.named_by = (rate.name if label in rate.name else words), "label"
                level.label = level.measured = level.name = rate.name


def _counted_words(draft: Draft) -> str:
    """The words that stand with a count, without those that count: 工期延误, 会议缺席."""
    head = draft.found.phrase.action.token.start
    return clean("".join(t.text for t in draft.found.phrase.tokens if t.start < head and t.kind in ("TEXT", "LACK", "OVERDUE", "NOUN")))


def bind_exempt(bench: Bench) -> None:
    """及时整改的不扣分，未整改的每处扣1分: where a deduction denies the case that costs nothing, the case spares no other."""
    for index, draft in enumerate(bench.rules[:-1]):
        after = bench.rules[index + 1]
        counted = after.kind == "deduct" and not isinstance(after.basis, model.Once)
        if draft.kind == "no_effect" and counted and denies(after.label or after.name, draft.label):
            draft.effect = model.NoEffect.made(spares="nothing")


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
        basis = draft.basis
        if not draft.free and isinstance(basis, model.Count | model.Time) and lexicon.pattern("excess").fullmatch(draft.label):
            ends = [t.high for other in bench.rules if other.kind == "no_effect" for t in other.tests if t.unit in draft.units and t.high is not None]
            draft.free = int(ends[-1]) if len(ends) == 1 else 0  # 3次以内不扣分，超过的每次扣1分
        if not draft.free:
            continue
        assert isinstance(basis, model.Count | model.Time)
        spared = [
            other for other in bench.rules
            if other.kind == "no_effect" and any(t.high == draft.free and t.unit in draft.units for t in other.tests)
        ]  # fmt: skip
        allowed = lexicon.pattern("allowance").finditer(bench.reader.text.folded, 0, draft.span[0])
        if not spared and not any(match["number"] == str(draft.free) for match in allowed):
            bench.refused.append((draft, "RB215"))
            continue
        basis = basis.model_copy(update={"free": draft.free})
        name = spared[0].label or "" if spared else draft.name
        effect = draft.effect.model_copy(update={"basis": basis}) if draft.effect is not None else None
        bench.rules[index] = replace(
            draft, effect=effect, basis=basis, name=name, named_by="label" if name else "", label=""
        )
    for draft in bench.rules:
        if draft.kind == "no_effect" and len(draft.tests) == 1 and draft.tests[0].tokens[0].text == lexicon.term("foremost", "first"):
            high = draft.tests[0].high
            goes_on = (other.free == high or (other.ordinal is not None and other.ordinal.onward and other.ordinal.number - 1 == high) for other in bench.rules)
            if not any(goes_on):
                bench.refused.append((draft, "RB215"))  # 前3项不扣分: and the fourth, one or four of them?
    without_refused(bench)


def bind_upto(bench: Bench) -> None:
    """逾期5天以内每天扣1分，超过5天不得分: a rate that ends where all is taken needs no end of its own. Else what is beyond is open."""
    for draft in bench.rules:
        if draft.upto is None:
            continue
        below = isinstance(draft.basis, model.Step) and draft.basis.direction == "below"
        tests = [test for other in bench.rules if other.kind == "zero" for test in other.tests if percent(test.unit) == percent(draft.units[-1])]
        ends = [(test.high, test.low) if below else (test.low, test.high) for test in tests]
        if not any(far is None and near in (draft.upto, draft.upto + 1) for near, far in ends):
            bench.refused.append((draft, "RB215"))
    without_refused(bench)


def refuse_open_counts(bench: Bench) -> None:
    """What a count costs must be told for every count, and told once."""
    counted = [d for d in bench.rules if d.kind in ("deduct", "award") and isinstance(d.basis, model.Count | model.Time)]
    for one in bench.rules:
        between = any(t.low is not None and t.high is not None and t.low != t.high for t in one.tests)
        counts = all(test.unit in lexicon.of_class("MEASURE") for test in one.tests)
        if one.kind == "deduct" and between and counts and not one.any_of:
            drop(bench, [one], "RB215")  # 1-2项未完成扣1分: and three?
    for number, one in enumerate(counted):
        passing = _passing(one)
        for other in counted[number + 1 :] if passing else []:
            figures = _passing(other)
            alike = bool(figures) and {t.unit for t in passing} == {t.unit for t in figures}
            if alike and meet(bench.reader, passing, figures, touching=True):
                drop(bench, [one, other], "RB217")  # 30本以上每人加10分，20本以上每人加6分
    for number, one in enumerate(bench.rules):
        beyond = one.kind == "no_effect" and any(t.low is not None and t.high is None for t in one.tests)
        if beyond and any(test.unit in other.units for other in counted for test in one.tests):
            drop(bench, [one], "RB217")  # 3处以上不再扣分: none, or no more?
        earned = one.kind == "earn" and one.units and not one.tests and isinstance(one.basis, model.Count)
        for other in bench.rules:
            if earned and other.kind == "earn" and any(test.unit in one.units for test in other.tests):
                drop(bench, [one, other], "RB217")  # 每完成1项得1分，完成5项以上得5分
            follows = other.found.sentence == one.found.sentence and other.span[0] > one.span[0]
            if earned and follows and other.kind == "earn" and isinstance(other.basis, model.Once) and not other.tests and one.exact is None:
                drop(bench, [other], "RB215")  # 每户优得1分，良得0.5分
        following = bench.rules[number + 1 : number + 2]
        each = one.kind == "award" and isinstance(one.basis, model.Count) and any(_says_each(piece) for piece in one.found.phrase.pieces)
        if each and any(_is_name(bench, other) and other.found.sentence == one.found.sentence for other in following):
            drop(bench, following, "RB215")  # 每篇加5分，核心期刊加3分: each of these, or once?
    without_refused(bench)


def _says_each(piece: Piece) -> bool:
    return isinstance(piece, Counted) and piece.each


def _is_name(bench: Bench, draft: Draft) -> bool:
    """True for an award that names what it is for in a bare word: 核心期刊加3分, and not 获奖的加3分."""
    words = bench.reader.text.folded[draft.found.start : draft.found.phrase.action.token.start].strip()
    plain = draft.kind == "award" and isinstance(draft.basis, model.Once) and not draft.tests and not draft.found.context
    return plain and bool(draft.label) and len(words) < 8 and not words.endswith(tuple(lexicon.terms()["name_tail"]))


def _passing(draft: Draft) -> tuple[Compared, ...]:
    """The figures that what is counted has to pass: 每处不足20平方米."""
    return tuple(piece for piece in draft.found.phrase.pieces if isinstance(piece, Compared))


def refuse_overlaps(bench: Bench) -> None:
    """低于90%扣1分，低于80%扣2分: whether both count or only one is open. So is a count that costs twice over in two rules."""
    tested = [d for d in bench.rules if d.kind in ("deduct", "award") and d.tests]
    counted = [
        d for d in bench.rules if d.kind in ("deduct", "award") and isinstance(d.basis, model.Count | model.Time)
    ]
    for one in tested:
        for test in one.tests:
            if test.high_word == "or_less" and test.low is None and test.unit in lexicon.of_class("MEASURE"):
                drop(bench, [one], "RB215")  # 3人以下扣1分: does nobody cost a point too?
        for other in counted:
            apart = one.label and other.label and one.label != other.label
            same = other is not one and not apart and any(test.unit in other.units for test in one.tests)
            if same and not getattr(one.effect, "add_on", False):
                drop(bench, [one, other], "RB217")
        for other in tested:
            if other is not one and other.found.start > one.found.start and overlap(bench.reader, one, other):
                drop(bench, [one, other], "RB217")
    _refuse_tables(bench)
    _refuse_beyond(bench)
    _refuse_scales(bench, tested)
    _refuse_begun(bench, tested)
    steps = [d for d in bench.rules if isinstance(d.basis, model.Step) and d.basis.threshold is None]
    levels = [d for d in bench.rules if any(_same_unit(t.unit, s.basis) for t in _compared(d) for s in steps)]
    _tell_ways_apart(bench, steps)
    if levels:
        _tell_apart(bench, steps, levels)
    bare = [d for d in bench.rules if d.kind == "earn" and is_unsaid(d) and not lexicon.pattern("met").fullmatch(d.label)]
    if bare and any(d.kind == "deduct" for d in bench.rules):
        drop(bench, bare, "RB217")  # 每项1分，缺一项扣1分: the first says what an item weighs, or earns it
    without_refused(bench)


def _refuse_tables(bench: Bench) -> None:
    """迟到每次扣1分，3次以上扣5分，5次以上不得分: whether a row is added to what each costs, or stands for it, is open."""
    for table in bench.rules:
        if not isinstance(table.effect, model.Bands) or table.effect.gives != "deduct":
            continue
        tests = [(row, test) for row in table.rows for test in row.tests]
        for other in bench.rules:
            counted = other.kind == "deduct" and isinstance(other.basis, model.Count | model.Time | model.Step)
            counted = counted and getattr(other.basis, "threshold", 0) is not None  # a distance is another question
            if not counted or getattr(other.effect, "add_on", False):
                continue
            units = {percent(unit) for unit in other.units}
            apart = {other.label or other.name} - {""}
            if any(percent(test.unit) in units and len(apart | ({row.label} - {""})) < 2 for row, test in tests):
                drop(bench, [table, other], "RB217")


def _refuse_beyond(bench: Bench) -> None:
    """100%得10分，90%-99%得8分，90%以下每低1%扣1分: steps that begin where no row earns anything are taken from nothing."""
    for table in bench.rules:
        effect = table.effect
        if not isinstance(effect, model.Bands) or effect.gives != "earn" or not all(row.within for row in effect.rows):
            continue
        units = {percent(test.unit) for row in table.rows for test in row.tests}
        for step in bench.rules:
            basis = step.basis
            if step.kind != "deduct" or not isinstance(basis, model.Step) or basis.threshold is None or percent(basis.unit) not in units:
                continue
            ranges = [row.within for row in effect.rows if row.within is not None]
            ends = [within.low if basis.direction == "below" else within.high for within in ranges]
            inside = (end is None or (end < basis.threshold if basis.direction == "below" else end > basis.threshold) for end in ends)
            if not any(inside):
                drop(bench, [table, step], "RB217")


def _compared(draft: Draft) -> tuple[Compared, ...]:
    """The figures that a rule, or a row of a table, compares."""
    return draft.tests or tuple(test for row in draft.rows for test in row.tests)


def _tell_apart(bench: Bench, steps: list[Draft], levels: list[Draft]) -> None:
    """合格率每低1%扣2分，低于85%不得分: the distance and the level are two questions, and the level is of what the sentence names."""
    for level in levels:
        if level.tests and not level.label and not level.measured and not level.any_of:
            names = {step.name for step in steps if step.found.sentence == level.found.sentence} or {step.name for step in steps}
            if len(names) > 1:
                drop(bench, [level], "RB215")
            level.measured = level.label = names.pop()
    for step in steps:
        assert isinstance(step.basis, model.Step)
        alike = [level for level in levels if level.label and _step_words(step).endswith(level.label) and len(level.tests) == 1]
        step.name, step.named_by = step.name + lexicon.term("name", step.basis.direction), "label"
        for level in alike:  # 每低1%扣1分，低5%以上不得分: so far below
            level.label = level.measured = level.name = step.name


def _tell_ways_apart(bench: Bench, steps: list[Draft]) -> None:
    """办结率每提高1%加1分，每降低1%扣1分: how far up and how far down are two questions of one thing."""
    for number, step in enumerate(steps):
        for other in steps[number + 1 :]:
            assert isinstance(step.basis, model.Step)
            assert isinstance(other.basis, model.Step)
            same = percent(step.basis.unit) == percent(other.basis.unit) and other.name in ("", step.name)
            if same and step.basis.direction != other.basis.direction:
                if lexicon.pattern("only_denied").fullmatch(step.name):
                    drop(bench, [step, other], "RB215")  # 未达标每降低1%扣1分；每上升1%加1分: of what?
                subject = step.measured or step.name
                other.name, other.named_by = subject + lexicon.term("name", other.basis.direction), "label"
                if not step.measured:
                    step.name, step.named_by = subject + lexicon.term("name", step.basis.direction), "label"


def _step_words(step: Draft) -> str:
    """The words of a step without those that count: 增速低."""
    head = step.found.phrase.action.token.start
    return clean("".join(t.text for t in step.found.phrase.tokens if t.start < head and t.kind in ("TEXT", "LOWER", "HIGHER")))


def _refuse_scales(bench: Bench, tested: list[Draft]) -> None:
    """超过30分钟扣1分，超过2小时扣3分: one figure in two units, and nothing says that the farther one counts alone."""
    scales = lexicon.terms()["scale_unit"]
    for number, one in enumerate(tested):
        for other in tested[number + 1 :]:
            a, b = one.tests[0].unit, other.tests[0].unit
            alike = a != b and scales.get(a) is not None and scales.get(a) == scales.get(b)
            named = one.label and other.label and one.label != other.label
            if alike and one.kind == other.kind and not named and not getattr(other.effect, "add_on", False):
                drop(bench, [one, other], "RB217")


def _refuse_begun(bench: Bench, tested: list[Draft]) -> None:
    """500元以内扣1分，500元以上每增加500元加扣1分: the first point goes where the second begins, and nothing says so."""
    for one in tested:
        edges = {end for test in one.tests for end in (test.low, test.high) if end is not None}
        for other in bench.rules:
            begins = isinstance(other.basis, model.Step) and other.basis.threshold in edges
            below = one.tests[0].low is None and isinstance(other.basis, model.Step) and other.basis.direction == "above"
            if other is not one and begins and below and one.kind == other.kind and isinstance(one.basis, model.Once):
                drop(bench, [one, other], "RB217")


def _same_unit(unit: str, basis: model.Basis) -> bool:
    return isinstance(basis, model.Step) and percent(unit) == percent(basis.unit)
