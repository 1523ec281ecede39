"""What two rules would count twice, or leave open which of them counts, is refused or told apart."""


from rulebook import lexicon, model
from rulebook.builder.binding.bench import Bench, drop, is_unsaid, meet, overlap, percent, without_refused
from rulebook.builder.drafts import Draft, moves_in_rank
from rulebook.builder.names import clean
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


def bind_headed(bench: Bench) -> None:
    """办公区：卫生不达标每处扣0.2分；食堂：卫生不达标每处扣0.5分: the same fault under two heads is two questions, each under its head."""
    named: dict[tuple[str, tuple[str, ...]], list[Draft]] = {}
    for draft in bench.rules:
        counted = isinstance(draft.basis, model.Count | model.Time | model.Step) and draft.kind in ("deduct", "award", "earn")
        dealt = getattr(draft.effect, "each_of", ()) or getattr(draft.effect, "target", "clause") != "clause"
        if counted and draft.name and not dealt:
            named.setdefault((draft.name, draft.units), []).append(draft)
    for group in named.values():
        heads = [_head(bench, draft) for draft in group]
        if len(group) < 2 or len({draft.found.sentence for draft in group}) < 2:
            continue
        if len(set(heads)) < len(heads):
            if any(draft.named_by != "word" for draft in group):
                drop(bench, group, "RB217")
            continue
        for draft, head in zip(group, heads, strict=True):
            draft.name, draft.named_by = head + draft.name, "label"
            draft.label = head + draft.label if draft.label else ""
    without_refused(bench)


def _head(bench: Bench, draft: Draft) -> str:
    """The words that open the sentence of a rule, before its first effect."""
    first = next(one for one in bench.rules if one.found.sentence == draft.found.sentence)
    context = draft.found.context[-2:-1] if draft.named_by == "context" else first.found.context[:1]
    if not context or (first.named_by == "context" and first is not draft):
        return ""
    return clean(bench.reader.text.original[slice(*context[0])])


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
    _refuse_flat(bench, tested)
    _refuse_scales(bench, tested)
    _refuse_begun(bench, tested)
    steps = [d for d in bench.rules if isinstance(d.basis, model.Step) and d.basis.threshold is None]
    levels = [d for d in bench.rules if any(_same_unit(t.unit, s.basis) for t in _compared(d) for s in steps)]
    _tell_ways_apart(bench, steps)
    if levels:
        _tell_apart(bench, steps, levels)
    for step in steps:
        assert isinstance(step.basis, model.Step)
        ways = (lexicon.term("name", "below"), lexicon.term("name", "above"))
        led = any(token.kind in ("LOWER", "HIGHER") for token in step.found.phrase.tokens)
        if step.name and step.named_by == "label" and led and not step.measured and not step.name.endswith(ways) and not moves_in_rank(step):
            step.name += lexicon.term("name", step.basis.direction)  # 信访总量每减少10件得1分: how far below, and not how many
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


def _refuse_flat(bench: Bench, tested: list[Draft]) -> None:
    """每低1%扣0.2分，低于80%扣5分: whether the five points are added to the steps, or stand for them, is open."""
    for flat in tested:
        if flat.kind != "deduct" or len(flat.tests) != 1 or not isinstance(flat.basis, model.Once) or getattr(flat.effect, "add_on", False):
            continue
        test = flat.tests[0]
        for step in bench.rules:
            basis = step.basis
            if step.kind != "deduct" or not isinstance(basis, model.Step) or percent(basis.unit) != percent(test.unit) or getattr(step.effect, "add_on", False):
                continue
            below = basis.direction == "below"
            edge = test.high if below and basis.threshold is not None else test.low
            apart = flat.label and step.name and flat.label != step.name
            if basis.threshold is None:
                within = flat.label and _step_words(step).endswith(flat.label)
            else:
                within = edge is not None and not apart and (edge < basis.threshold if below else edge > basis.threshold)
            if within:
                drop(bench, [flat, step], "RB217")


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
