"""Figures that several drafts speak of: one scale for them, where one ends and the next begins, and where steps are counted from."""

from dataclasses import replace
from decimal import Decimal
from itertools import pairwise
from typing import Literal

from rulebook import lexicon, model
from rulebook.builder.binding.bench import Bench, drop, percent, without_refused
from rulebook.builder.binding.rows import bare_words
from rulebook.builder.drafts import Draft, Reader, moves_in_rank
from rulebook.parser.forms import Compared, Counted, Stepped


def bind_more(bench: Bench) -> None:
    """死亡1人扣3分，每增加1人加扣2分: the first figure is for reaching it, and what is added counts from there."""
    for index, (first, more) in enumerate(pairwise(bench.rules)):
        step = _added(more)
        if step is None or first.exact is None or first.tests:
            continue
        if ("MEASURE", "generic") in lexicon.words().get(step.unit, ()):
            step = step.model_copy(update={"unit": first.exact.unit})  # 有1个品牌得5分，每增加1个加1分
        if first.exact.unit != step.unit:
            continue
        if not isinstance(first.effect, model.Deduct | model.Award | model.Earn) or not isinstance(more.effect, model.Deduct | model.Award | model.Earn):
            continue
        once, added = model.Once.made(), step.model_copy(update={"threshold": first.exact.low})
        reached = first.exact._replace(high=None, high_word="")
        said = bare_words(bench, first) or first.name
        effect = first.effect.model_copy(update={"basis": once})
        bench.rules[index] = replace(first, tests=(reached,), exact=None, basis=once, units=(), effect=effect, label=said, measured=said)
        name = {} if isinstance(more.basis, model.Step) else {"name": "", "named_by": "", "label": ""}
        changed = more.effect.model_copy(update={"basis": added})
        bench.rules[index + 1] = replace(more, exact=None, basis=added, units=(step.unit,), effect=changed, **name)  # type: ignore[arg-type]


def _added(draft: Draft) -> model.Step | None:
    """The steps of 每增加1人 and 每增加死亡1人; None where nothing is added to a figure, or the text says to which."""
    added = lexicon.terms()["added"]
    words = (token.text for piece in draft.found.phrase.pieces if isinstance(piece, Stepped | Counted) for token in piece.tokens)
    if not any(word in added for word in words) or draft.tests:
        return None
    if isinstance(draft.basis, model.Step):
        return draft.basis if draft.basis.direction == "above" and draft.basis.threshold is None else None
    if isinstance(draft.basis, model.Count | model.Time) and len(draft.units) == 1:
        return model.Step.made(size=Decimal(draft.basis.per), unit=draft.units[0], direction="above", partial="whole", partial_stated=False)
    return None


def bind_rate(bench: Bench) -> None:
    """完成率100%得5分，未完成的按比例得分: one rate. Below a figure that is not all (35%以上得5分), a share of which figure is open."""
    for draft in bench.rules:
        effect = draft.effect
        if not isinstance(effect, model.Proportion) or effect.low != 0 or effect.high != 100 or draft.found.phrase.action.kind != "prorate":
            continue
        before = [one for one in bench.rules if one.kind == "earn" and one.tests and one.found.sentence == draft.found.sentence]
        earned = [one for one in before if all(percent(test.unit) == "%" for test in one.tests)]
        whole = [one for one in earned if all(test.low == 100 for test in one.tests)]
        if earned and not whole:
            bench.refused.append((draft, "RB215"))
        elif whole and not draft.tests and _is_denied(draft.label):
            draft.name, draft.named_by, draft.label = whole[-1].label, "label", ""
    without_refused(bench)


def _is_denied(label: str) -> bool:
    """True for 未达到, 未完成: words that only deny what stands before."""
    return not label or lexicon.pattern("only_denied").fullmatch(label) is not None


def bind_scale(bench: Bench) -> None:
    """30分钟以内得5分，1小时以内得3分: figures of one thing are told in the smallest unit that the clause names."""
    tested = [draft for draft in bench.rules if draft.tests and not draft.any_of]
    steps = [draft for draft in bench.rules if isinstance(draft.basis, model.Step) and draft.basis.threshold is None and not draft.label]
    units = {test.unit for draft in tested for test in draft.tests}
    units |= {draft.basis.unit for draft in steps if isinstance(draft.basis, model.Step)} if tested else set()
    if len(units) < 2 or len({draft.label for draft in tested} - {""}) > 1:
        return
    for draft in tested:
        draft.tests = tuple(_rescaled(test, units) for test in draft.tests)
    for draft in steps:
        assert isinstance(draft.basis, model.Step)
        factor, unit = _smallest(draft.basis.unit, units)
        draft.basis = draft.basis.model_copy(update={"size": draft.basis.size * factor, "unit": unit})
        draft.units, draft.effect = (unit,), draft.effect and draft.effect.model_copy(update={"basis": draft.basis})


def _smallest(unit: str, units: set[str]) -> tuple[Decimal, str]:
    """The smallest of some units that a unit can be told in, and how many of it one is."""
    return max((factor, one) for one in {unit, *units} if (factor := lexicon.scaled(unit, one)) is not None)


def _rescaled(test: Compared, units: set[str]) -> Compared:
    factor, unit = _smallest(test.unit, units)
    low, high = (None if end is None else end * factor for end in (test.low, test.high))
    return test._replace(low=low, high=high, unit=unit)


def bind_edges(bench: Bench) -> None:
    """80%以上不扣分，80%以下扣5分: where one row begins at a figure, the row below ends before it, unless its own words include it."""
    tested = [draft for draft in bench.rules if draft.tests and not draft.any_of]
    whole = _whole_ends(bench)
    for draft in tested:
        passed = [test.high is None and test.low_word == "or_more" and (test.unit, test.low) in whole for test in draft.tests]
        draft.tests = tuple(test._replace(low_word="out") if over else test for test, over in zip(draft.tests, passed, strict=True))
    begins = [
        (percent(test.unit), test.low, draft.label) for draft in tested for test in draft.tests
        if test.low is not None and test.low != test.high and bench.reader.range(test).low_in
    ]  # fmt: skip
    begins += [(one.unit, one.within.low, "") for one in bench.requirements if one.within is not None and one.within.low is not None]
    for draft in tested:
        draft.tests = tuple(
            test._replace(high_word="out")
            if _ends_open(test) and any((unit, low) == (percent(test.unit), test.high) and len({label, draft.label} - {""}) < 2 for unit, low, label in begins)
            else test
            for test in draft.tests
        )


def _whole_ends(bench: Bench) -> set[tuple[str, Decimal]]:
    """1-2次扣1分，3-5次扣2分，5次以上不得分: rows that begin one after the other ends hold what they name, and 以上 is what is more."""
    ranges = [test for draft in bench.rules for test in (draft.exact, *draft.tests) if test is not None and None not in (test.low, test.high)]
    named = {(test.unit, test.high) for test in ranges}
    return {(test.unit, test.high) for test in ranges if test.low is not None and test.high is not None and (test.unit, test.low - 1) in named}


def _ends_open(test: Compared) -> bool:
    """True for 80%以下 and 60%—80%; 80%及以下, 3天以内 and 不超过80% include what they name."""
    if test.high is None or test.high == test.low or test.high_word not in ("or_less", "in"):
        return False
    last, words = test.tokens[-1], "".join(token.text for token in test.tokens)
    below = last.kind == "OR_LESS" and last.text in lexicon.terms()["below"]
    ranged = any(token.kind == "DASH" for token in test.tokens) and lexicon.pattern("stated_in").search(words) is None
    return below or ranged


def bind_points_of_parts(bench: Bench) -> None:
    """药占比≤30%得5分，每超1%扣1分；住院日≤8天得5分，每超1天扣1分: each part has points of its own, and loses no others."""
    earned = [draft for draft in bench.rules if draft.kind == "earn" and draft.tests and isinstance(draft.basis, model.Once)]
    steps = [draft for draft in bench.rules if draft.kind == "deduct" and isinstance(draft.basis, model.Step)]
    parts = [(part, [step for step in steps if _loses_from(part, step)]) for part in earned]
    followed = [(part, own) for part, own in parts if own]
    if len({part.label for part, _ in followed}) < 2:
        return
    names = {part.label for part, _ in followed} - {""}
    whole = len(names) == len(followed) and sum(1 + len(own) for _, own in followed) == len(bench.rules)
    figures = all(isinstance(part.amount, model.Figure) and len(part.tests) == 1 for part, _ in followed)
    if not whole or not figures or not all(_falls_from(bench.reader, part, step) for part, own in followed for step in own):
        drop(bench, [draft for part, own in followed for draft in (part, *own)], "RB217")
        without_refused(bench)
        return
    for part, own in followed:
        within = bench.reader.range(part.tests[0])
        for step in own:
            assert isinstance(step.basis, model.Step)
            assert isinstance(step.effect, model.Deduct)
            assert isinstance(part.amount, model.Figure)
            edge = within.low if step.basis.direction == "below" else within.high
            step.basis = step.basis.model_copy(update={"threshold": edge, "unit": percent(step.basis.unit)})
            step.effect = step.effect.model_copy(update={"basis": step.basis})
            step.name, step.named_by = part.label, "label"
            number = next(n for n, one in enumerate(bench.rules, 1) if one is step)
            limit = model.Limit.made(kind="most_lost", amount=part.amount.value, scope="sentence", rules=(number,))
            bench.limits.append(replace(part, kind="part", effect=None, limit=limit))


def _loses_from(part: Draft, step: Draft) -> bool:
    """True for steps that follow what is earned in its sentence."""
    return step.found.sentence == part.found.sentence and step.span[0] > part.span[0]


def _falls_from(reader: Reader, part: Draft, step: Draft) -> bool:
    """True where a step begins at the figure that earns the part, and measures nothing else."""
    assert isinstance(step.basis, model.Step)
    within = reader.range(part.tests[0])
    edge = within.low if step.basis.direction == "below" else within.high
    same = percent(part.tests[0].unit) == percent(step.basis.unit)
    return same and edge is not None and step.basis.threshold is None and not step.label and not step.tests


def bind_thresholds(bench: Bench) -> None:
    """每低0.5% is measured from the figure that the clause asks for: 95%以上得满分, 不低于95%."""
    _name_unit(bench)
    asked: dict[str, list[model.Range]] = {}
    rewarded: dict[str, list[model.Range]] = {}
    above: list[tuple[int, str, Decimal]] = []
    for draft in bench.rules:
        for test in draft.tests:
            within = bench.reader.range(test)
            if draft.kind in ("earn", "no_effect", "award") and isinstance(draft.basis, model.Once):
                (rewarded if draft.kind == "award" else asked).setdefault(test.unit, []).append(within)
            edge = within.high if within.high is not None else within.low
            if edge is not None and draft.kind != "zero":  # 低于80%不得分，每高1%加1分: nobody begins where all is lost
                above.append((draft.span[0], test.unit, edge))
    for requirement in bench.requirements:
        if requirement.within is not None:
            asked.setdefault(requirement.unit, []).append(requirement.within)
    below_from: dict[str, Decimal] = {}
    for index, draft in enumerate(bench.rules):
        effect = draft.effect
        if not isinstance(effect, model.Deduct | model.Award | model.Earn) or not isinstance(effect.basis, model.Step):
            continue
        if effect.basis.threshold is not None:  # 低于90%的，每再低1%: its own condition says from where
            if effect.basis.direction == "below":
                below_from[percent(effect.basis.unit)] = effect.basis.threshold
            continue
        if moves_in_rank(draft):
            _bind_place(bench, index, draft, effect.basis)
            continue
        unit = percent(effect.basis.unit)
        below = effect.basis.direction == "below"
        asks = asked.get(unit, []) or ([] if isinstance(effect, model.Deduct) else rewarded.get(unit, []))
        figures = {within.low if below else within.high for within in asks}
        if below and isinstance(effect, model.Award):  # 6起以内不扣分，每少一起加1分: less than asked is better
            figures = {within.high if within.low is None else within.low for within in asks}
        figures.discard(None)
        if not below and not isinstance(
            effect, model.Earn
        ):  # 不少于四次加2分，每增加一次加1分: from the figure last named
            named = [edge for start, of, edge in above if percent(of) == unit and start < draft.span[0]]
            figures = {named[-1]} if named else figures
        if below and not figures and _goes_on(draft):
            figures = {edge for edge in (_fined(bench.reader, other, unit) for other in bench.rules[:index]) if edge is not None}
        if not figures and not below and unit in below_from:
            figures = {below_from[unit]}  # 不低于90%，每低1%扣1分，每高1%加0.5分: both from one figure
        if not figures and unit == "%" and (base := lexicon.pattern("based").search(bench.reader.text.folded[: draft.span[0]])):
            figures = {Decimal(base["figure"])}  # 以90%为基准，每高1%加0.5分
        if len(figures) > 1:
            bench.refused.append((draft, "RB215"))
            continue
        if figures and below and len(figures) == 1:
            below_from.update((unit, figure) for figure in figures if figure is not None)
        if figures:
            basis = effect.basis.model_copy(update={"threshold": figures.pop(), "unit": unit})
            if not below and unit == "%" and basis.threshold == _ALL:
                _open_above(bench)
            changed = effect.model_copy(update={"basis": basis})
            again = lexicon.pattern("exceeds").fullmatch(draft.label)  # 超额完成的每超5%加1分: of the figure that was asked for
            draft = replace(draft, label="", name="", named_by="") if again else draft
            bench.rules[index] = replace(draft, effect=changed, basis=basis)
    without_refused(bench)


_ALL = Decimal(100)


def _open_above(bench: Bench) -> None:
    """完成率100%得10分，每超1%加1分: where more than all is rewarded, all is reached by more than all."""
    for draft in bench.rules:
        whole = [test.low == test.high == _ALL and percent(test.unit) == "%" for test in draft.tests]
        draft.tests = tuple(test._replace(high=None, high_word="") if all_of else test for test, all_of in zip(draft.tests, whole, strict=True))


def bind_bottom(bench: Bench) -> None:
    """95%以上得10分，低于80%不得分，每低1%扣1分: what takes all stands behind the steps that lead down to it, wherever it is written."""
    for index, earn in enumerate(bench.rules[:-2]):
        zero = bench.rules[index + 1]
        if earn.kind != "earn" or zero.kind != "zero" or len(earn.tests) != 1 or len(zero.tests) != 1:
            continue
        within = bench.reader.range(earn.tests[0])
        lasts = [n for n, one in enumerate(bench.rules[index + 2 :], index + 2) if one.kind == "deduct" and _leads_down(one, within)]
        if lasts:
            rules = bench.rules
            bench.rules = [*rules[: index + 1], *rules[index + 2 : lasts[-1] + 1], zero, *rules[lasts[-1] + 1 :]]


def _leads_down(draft: Draft, within: model.Range) -> bool:
    """True for steps that begin at the end of a range."""
    basis = draft.basis
    return isinstance(basis, model.Step) and basis.threshold is not None and basis.threshold == (within.low if basis.direction == "below" else within.high)


def _bind_place(bench: Bench, index: int, draft: Draft, basis: model.Step) -> None:
    """第一名得10分，每降低一个名次扣1分: a place lower in a ranking is a higher number, counted from the place last named."""
    ranks = lexicon.terms()["rank"]
    tests = (test for one in bench.rules[:index] if one.kind == "earn" for test in one.tests)
    named = [test for test in tests if test.tokens[0].text[:1] in ranks and test.high is not None]
    if len(named) != 1:
        if named or lexicon.pattern("ranked").search(bench.reader.text.folded):
            bench.refused.append((draft, "RB215"))  # 以排名为准，每降低一个名次扣0.5分: from which place?
        return
    direction: Literal["below", "above"] = "above" if basis.direction == "below" else "below"
    placed = basis.model_copy(update={"threshold": named[-1].high, "unit": named[-1].unit, "direction": direction})
    effect = draft.effect.model_copy(update={"basis": placed})  # type: ignore[union-attr]
    bench.rules[index] = replace(draft, effect=effect, basis=placed, units=(named[-1].unit,))


def _name_unit(bench: Bench) -> None:
    """变动率≤0得5分；变动率＞0，每超过一个百分点扣0.5分: nothing is in the unit of the steps that begin there."""
    units = {draft.basis.unit for draft in bench.rules if isinstance(draft.basis, model.Step) and draft.basis.threshold == 0}
    if len(units) != 1:
        return
    unit = units.pop()
    for draft in bench.rules:
        zero = all(not test.unit and test.low in (None, 0) and test.high in (None, 0) for test in draft.tests)
        if draft.tests and zero:
            draft.tests = tuple(test._replace(unit=unit) for test in draft.tests)


def _goes_on(draft: Draft) -> bool:
    """True for 每再低1%扣1分 and 每低1%加扣1分: a step beyond a figure that costs already."""
    steps = (piece for piece in draft.found.phrase.pieces if isinstance(piece, Stepped))
    again = any(token.text in lexicon.terms()["again"] for step in steps for token in step.tokens)
    return again or getattr(draft.effect, "add_on", False)


def _fined(reader: Reader, draft: Draft, unit: str) -> Decimal | None:
    """The figure below which a rule deducts once: 低于90%的，扣5分."""
    if draft.kind != "deduct" or not isinstance(draft.basis, model.Once) or len(draft.tests) != 1:
        return None
    within = reader.range(draft.tests[0])
    same = percent(draft.tests[0].unit) == unit
    return within.high if same and within.low is None else None
