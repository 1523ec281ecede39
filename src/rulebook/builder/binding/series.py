"""Drafts that follow each other: shares, conditions and counts that are taken over, ladders, exemptions."""

from dataclasses import replace
from decimal import Decimal

from rulebook import lexicon, model
from rulebook.builder.binding.bench import Bench, drop, is_unsaid, refuse, without_refused
from rulebook.builder.drafts import Draft
from rulebook.builder.names import denies
from rulebook.parser.forms import Compared


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
        if draft is not None and run and (last := _next_on(run[-1], draft)) is not None:
            run.append(last)
            continue
        if run:
            out.extend(_ladder(bench, run))
            run = []
        if draft is not None:
            out.append(draft)
    bench.rules = [draft for draft in out if draft.effect is not None]


def _next_on(before: Draft, draft: Draft) -> Draft | None:
    """第三次扣3分，四次及以上不得分: the occurrence after the last one named, told as a count."""
    if draft.kind != "zero" or draft.label or len(draft.tests) != 1 or before.ordinal is None or before.kind == "zero":
        return None
    test, number = draft.tests[0], before.ordinal.number + 1
    if test.low != number or test.high is not None or test.low_word not in ("or_more", "in") or test.unit != before.ordinal.unit.text:
        return None
    return replace(draft, ordinal=before.ordinal._replace(tokens=test.tokens, number=number, onward=True), tests=())


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


def bind_exempt(bench: Bench) -> None:
    """及时整改的不扣分，未整改的每处扣1分: where a deduction denies the case that costs nothing, the case spares no other."""
    for index, draft in enumerate(bench.rules[:-1]):
        after = bench.rules[index + 1]
        counted = after.kind == "deduct" and not isinstance(after.basis, model.Once)
        if draft.kind == "no_effect" and counted and denies(after.label or after.name, draft.label):
            draft.effect = model.NoEffect.made(spares="nothing")
