"""Rates: figures that grow alike, one thing counted and compared, how a part counts, how many are spared, and how far a rate goes."""

from dataclasses import replace
from decimal import Decimal

from rulebook import lexicon, model
from rulebook.builder.binding.bench import Bench, percent, without_refused
from rulebook.builder.drafts import Draft
from rulebook.builder.names import clean
from rulebook.parser.forms import Compared


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
            if level.label != rate.name and (words.endswith(label) or (label and words.startswith(label))):
                rate.name, rate.named_by = (rate.name if label in rate.name else words), "label"
                rate.label = rate.label and rate.name
                level.label = level.measured = level.name = rate.name


def _counted_words(draft: Draft) -> str:
    """The words that stand with a count, without those that count: 工期延误, 会议缺席."""
    head = draft.found.phrase.action.token.start
    return clean("".join(t.text for t in draft.found.phrase.tokens if t.start < head and t.kind in ("TEXT", "LACK", "OVERDUE", "NOUN")))


def bind_parts(bench: Bench) -> None:
    """不足5%按5%计 holds the steps before it; 每逾期3天 becomes a step where a part of it is told."""
    for draft in [draft for draft in bench.rules if draft.kind == "part"]:
        partial = draft.found.phrase.action.token.value
        told = False
        for index, other in enumerate(bench.rules):
            if other.span[0] >= draft.span[0] or not isinstance(other.effect, model.Deduct | model.Award | model.Earn):
                continue
            basis = other.basis
            timed = isinstance(basis, model.Time) and not basis.free
            if isinstance(basis, model.Count | model.Time) and (basis.per > 1 or timed) and len(basis.units) == 1:
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
