"""Drafts that exclude each other become the rows of one table: counts, levels, grades, and what is earned instead of something else."""

from dataclasses import replace
from decimal import Decimal
from itertools import pairwise
from typing import Literal

from rulebook import lexicon, model
from rulebook.builder.binding.bench import Bench, drop, is_unsaid, meet, merged, percent, refuse, runs, without_refused
from rulebook.builder.drafts import Draft, Reader
from rulebook.builder.names import EDGES, clean, denies
from rulebook.parser.forms import Compared, Words
from rulebook.parser.passes import COMPARATORS, is_grade


def bind_counts(bench: Bench) -> None:
    """0次得100分；1次得85分；2次及以上得0分: counts side by side, one of them not 1, are each exactly so many."""
    _number_rows(bench)
    for index, draft in enumerate(bench.rules[:-1]):
        after = bench.rules[index + 1]
        met = (
            draft.kind == "earn"
            and not draft.tests
            and draft.exact is None
            and lexicon.pattern("met").fullmatch(draft.label)
        )
        if met and after.kind == "earn" and after.exact is not None:  # 符合标准得3分，1项不符合得2分: none is wrong
            draft.exact = after.exact._replace(low=Decimal(0), high=Decimal(0))
    _beyond_named(bench)
    for run in [*runs(bench.rules, _counts), *(run for run in runs(bench.rules, _days) if _is_dense(run))]:
        units = {draft.exact.unit if draft.exact else draft.tests[0].unit for draft in run}
        several = any(draft.exact is None or draft.exact.low != 1 for draft in run)
        ranges = [draft.tests if draft.exact is None else (draft.exact,) for draft in run]
        apart = not any(meet(bench.reader, a, b) for n, a in enumerate(ranges) for b in ranges[n + 1 :])
        fines = [draft for draft in run if draft.kind in ("deduct", "award")]
        if len(fines) == 1 and fines[0].exact is not None and fines[0].exact.low == 1:
            continue  # 缺1项扣0.5分，缺3项以上不得分: each one costs, three cost all
        if len(run) > 1 and len(units) == 1 and several and apart and not any(d.exact and d.tests for d in run):
            for draft in run:
                if draft.exact is not None:
                    draft.tests, draft.basis, draft.units, draft.exact = (draft.exact,), model.Once.made(), (), None
                    if isinstance(draft.effect, model.Deduct | model.Award | model.Earn | model.Zero):
                        draft.effect = draft.effect.model_copy(update={"basis": draft.basis})
            _reach(run)
            _reach_on(run)
            if not fines and _has_hole(run):
                _reach_each(bench, run)
            if not fines and _misses_none(run) and not any(draft.kind == "earn" and draft not in run for draft in bench.rules):
                bench.refused.extend((draft, "RB217") for draft in run)
            if fines and _has_hole(run):
                bench.refused.extend((draft, "RB217") for draft in run)
            elif fines:
                table = table_of(bench, run)
                if table is None:
                    bench.refused.extend((draft, "RB217") for draft in run)
                else:
                    at = next(n for n, draft in enumerate(bench.rules) if draft is run[0])
                    bench.rules[at : at + len(run)] = [table]
    for run in runs(bench.rules, lambda draft: draft.kind in ("earn", "zero")):
        _speak(bench, run)
    for draft in bench.rules:
        if draft.exact is not None and draft.kind == "no_effect":
            most = lexicon.pattern("allows").match(draft.label)  # 6起不扣分; 允许缺勤3天不扣分: so many at most
            draft.tests, draft.exact = (draft.exact._replace(low=None, low_word="") if most else draft.exact,), None
        elif draft.exact is not None and draft.exact.low != 1 and draft.kind == "veto":  # 累计迟报5次的，取消资格: from the fifth on
            draft.tests, draft.exact = (draft.exact._replace(high=None, high_word=""),), None
        elif draft.exact is not None and draft.exact.low != 1 and draft.kind != "zero":
            bench.refused.append((draft, "RB202"))
    without_refused(bench)


def _beyond_named(bench: Bench) -> None:
    """四项得1分，四项以上得0分: where a row names the figure itself, 以上 is what is more."""
    named = {(draft.exact.unit, draft.exact.low) for draft in bench.rules if draft.exact is not None and draft.kind in ("earn", "deduct", "award")}
    for draft in bench.rules:
        draft.tests = tuple(
            test._replace(low_word="out") if test.high is None and (test.unit, test.low) in named and test.low_word == "or_more" and test.low != 1 else test
            for test in draft.tests
        )


def _speak(bench: Bench, run: list[Draft]) -> None:
    """2项均满足得3分，1项满足得1.5分，均不满足不得分: numbers that say different things of rows that fall to nothing stay in their words."""
    several = any(draft.exact is not None and draft.exact.low != 1 for draft in run)
    plain = all(not draft.tests and not draft.any_of and not draft.otherwise for draft in run)
    if len(run) < 3 or not several or not plain or not _falls(run):
        return
    for draft in run:
        if draft.exact is not None:
            draft.label, draft.exact, draft.units = _condition_words(bench, draft), None, ()
            draft.basis = model.Once.made()
            if isinstance(draft.effect, model.Earn | model.Zero):
                draft.effect = draft.effect.model_copy(update={"basis": draft.basis})


def _number_rows(bench: Bench) -> None:
    """1项不符合得2分，2项不符合得1分: a number amid words is a count where another row says the same of another number."""
    rows = [(draft, test, bare_words(bench, draft)) for draft in bench.rules if (test := _one_test(draft)) is not None]
    for draft, test, words in rows:
        alike = (
            other is not draft and its.unit == test.unit and its.low != test.low and words and (words in said or said in words)
            for other, its, said in rows
        )
        if draft.amid is not None and any(alike):
            draft.exact, draft.amid, draft.label, draft.units = draft.amid, None, words, (test.unit,)


def _one_test(draft: Draft) -> Compared | None:
    """The number that a row names: amid its words, before its effect, or with 以上."""
    return draft.amid or draft.exact or (draft.tests[0] if len(draft.tests) == 1 else None)


def bare_words(bench: Bench, draft: Draft) -> str:
    """The words of a row without its number."""
    words = (piece.token for piece in draft.found.phrase.pieces if isinstance(piece, Words))
    return clean("".join(bench.reader.text.original[token.start : token.end] for token in words))


def _reach(run: list[Draft]) -> None:
    """缺1项扣1分，缺2项扣2分，缺3项扣3分: where each row moves more than the one before, what passes the last is in it."""
    worths = [d.amount.value if isinstance(d.amount, model.Figure) else Decimal("Infinity") for d in run]
    lows = [draft.tests[0].low for draft in run if len(draft.tests) == 1 and draft.tests[0].low is not None]
    rising = all(a < b for a, b in pairwise(worths)) and len(lows) == len(run) and all(a < b for a, b in pairwise(lows))
    if rising and not run[-1].otherwise and not (run[-1].kind == "zero" and run[0].kind == "earn"):
        last = run[-1].tests[0]
        run[-1].tests = (last._replace(high=None, high_word=""),)


def _reach_on(run: list[Draft]) -> None:
    """完成100件得10分，少于60件不得分: where few earn nothing, the largest count that earns most holds from there on."""
    ends = [draft for draft in run if draft.kind == "zero" and len(draft.tests) == 1 and draft.tests[0].low is None]
    earned = [draft for draft in run if draft.kind == "earn" and len(draft.tests) == 1 and draft.tests[0].low is not None]
    top = max(earned, key=lambda draft: draft.tests[0].low or 0, default=None)
    if ends and top is not None and all(_worth(draft) < _worth(top) for draft in earned if draft is not top):
        top.tests = (top.tests[0]._replace(high=None, high_word=""),)


def _reach_each(bench: Bench, run: list[Draft]) -> None:
    """完成3项得3分，完成5项得5分: where rows leave counts between them and more earns more, each row holds from its count on."""
    earned = [draft for draft in run if draft.kind == "earn" and len(draft.tests) == 1 and draft.tests[0].low is not None]
    order = sorted(earned, key=lambda draft: draft.tests[0].low or 0)
    if len(order) > 1 and all(_worth(a) < _worth(b) for a, b in pairwise(order)):
        for draft in order:
            draft.tests = (draft.tests[0]._replace(high=None, high_word=""),)
            draft.label = bare_words(bench, draft)


def _has_hole(run: list[Draft]) -> bool:
    """True where a count between two rows is in none: 缺1次扣1分，3次以上扣5分 says nothing of the second."""
    ranges = sorted((d.tests[0] for d in run if len(d.tests) == 1 and d.tests[0].low is not None), key=lambda t: t.low or 0)
    return any(a.high is not None and b.low is not None and b.low - a.high > 1 for a, b in pairwise(ranges))


def _misses_none(run: list[Draft]) -> bool:
    """1人未完成得8分，2人未完成得5分: what is earned where nobody is behind is not told."""
    tests = [draft.tests[0] for draft in run if len(draft.tests) == 1]
    none = any(test.low is None or test.low == 0 for test in tests) or any(draft.otherwise for draft in run)
    return bool(tests) and not none and all(lexicon.pattern("lags").search(draft.label) for draft in run)


def _counts(draft: Draft) -> bool:
    """True for an outcome of a count: 1次得85分, ≥4次得0分, 3处以上扣2分."""
    if draft.kind not in ("earn", "zero", "deduct", "award", "no_effect") or _is_beside(draft):
        return False
    if any(lexicon.pattern("in_a_row").search(token.text) for token in draft.found.phrase.tokens if token.kind == "TEXT"):
        return False  # 连续两次 are not two in all
    if draft.exact is not None:
        return draft.exact.unit not in lexicon.of_class("TIME_UNIT")  # 迟到10分钟扣1分 means at least so long
    return bool(draft.tests) and not draft.any_of and all(t.unit in lexicon.of_class("MEASURE") for t in draft.tests)


def _days(draft: Draft) -> bool:
    """True for an outcome of so many days: 迟报2天扣3分, 迟报3天以上扣5分."""
    tests = (draft.exact,) if draft.exact is not None else draft.tests
    once = draft.kind in ("deduct", "zero") and not draft.any_of and not (draft.exact and draft.tests)
    return once and len(tests) == 1 and tests[0].unit in lexicon.of_class("TIME_UNIT")


def _is_dense(run: list[Draft]) -> bool:
    """True where rows name one day after the other from the first on, so that each is exactly so many."""
    tests = [draft.exact or draft.tests[0] for draft in run]
    return len(run) > 2 and [test.low for test in tests] == list(range(1, len(tests) + 1)) and any(draft.exact is not None for draft in run)


def bind_kept(bench: Bench) -> None:
    """95%以上得满分，90%-95%扣1分，90%以下扣3分: full marks beside deductions on the same figure are kept, and nothing is earned."""
    for index, draft in enumerate(bench.rules):
        if draft.kind != "earn" or not draft.tests or draft.any_of or not isinstance(draft.basis, model.Once):
            continue
        below = [one for one in bench.rules[index + 1 :] if one.kind in ("deduct", "zero") and one.tests and _one_figure(draft, one)]
        rest = [one for one in below if one.kind == "deduct"]
        if not rest or below[0] is not bench.rules[index + 1] or any(not isinstance(one.basis, model.Once) for one in rest):
            continue
        if _is_whole(bench, draft):
            draft.kind, draft.effect, draft.amount = "no_effect", model.NoEffect.made(spares="nothing"), None
        else:
            drop(bench, [draft, *rest], "RB217")  # 90%得3分，80%扣1分: of which points?
    without_refused(bench)


def _one_figure(one: Draft, other: Draft) -> bool:
    """True where both compare the same figure."""
    names = {one.label.strip(_COPULA), other.label.strip(_COPULA)} - {""}
    units = {percent(test.unit) for test in (*one.tests, *other.tests)}
    return len(names) < 2 and len(units) == 1


def _is_whole(bench: Bench, draft: Draft) -> bool:
    """True where what is earned is all that the clause has."""
    if isinstance(draft.amount, model.Full):
        return True
    return isinstance(draft.amount, model.Figure) and bench.points is not None and draft.amount.value == bench.points


def bind_levels(bench: Bench) -> None:
    """80%—90%扣1分，低于80%扣2分 · 优秀(+1分)、一般(-0.5分) · 一等奖加3分，其余不加分: exclusive deductions or awards are rows of one table."""
    out: list[Draft] = []
    taken: set[int] = set()
    for run in runs(bench.rules, lambda d: d.kind in ("deduct", "award", "no_effect", "zero") and _is_plain(d)):
        for group in (_signed(bench, run), _measured(bench.reader, run), _graded(bench, run)):
            if group and not any(id(draft) in taken for draft in group):
                table = table_of(bench, group)
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


def _is_beside(draft: Draft) -> bool:
    """True for what comes on top of other rules, is dealt name by name, or acts on the whole score: 发现三次以上的在总分中再扣1分."""
    effect = draft.effect
    return isinstance(effect, model.Deduct | model.Award) and bool(effect.each_of or effect.add_on or effect.target != "clause")


def _is_plain(draft: Draft) -> bool:
    """True where nothing but a condition stands beside the amount."""
    return not _is_beside(draft) and isinstance(draft.basis, model.Once) and not draft.any_of and len(draft.tests) < 3


def _signed(bench: Bench, run: list[Draft]) -> list[Draft]:
    """优秀(+1分)、好(不加分)、一般(-0.5分): all of the run, where signs say what each does."""
    signs = [draft for draft in run if draft.found.phrase.action.token.value == "sign"]
    kinds = {draft.kind for draft in run}
    folded = bench.reader.text.folded
    listed = all("、" in folded[a.span[1] : b.found.near[0] + 1] for a, b in pairwise(run))
    if not listed and not all(is_grade(draft.label) for draft in run):
        return []  # 拾金不昧+2分，损坏公物-3分: one does not exclude the other
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
    if any(
        meet(reader, one.tests, other.tests, touching=True) for n, one in enumerate(group) for other in group[n + 1 :]
    ):
        return _nested(reader, group)
    last = run[-1]
    return [*group, last] if last.otherwise and not last.tests else group


_COPULA = "".join(lexicon.of_class("COPULA"))


def _nested(reader: Reader, group: list[Draft]) -> list[Draft]:
    """低于99%扣1分；低于95%扣3分: farther figures that cost more hold the nearer ones; the farthest that is passed decides."""
    nearest = [draft for draft in group if merged(reader, draft.tests).low is None]
    rest = [draft for draft in group if draft not in nearest]
    if len(nearest) == 1 and len(rest) > 1 and not any(meet(reader, nearest[0].tests, draft.tests, touching=True) for draft in rest):
        ordered = _nested(reader, rest)  # 3天以内扣1分，超过3天扣3分，超过10天不得分
        return [*ordered, nearest[0]] if ordered and _fine(nearest[0]) < min(map(_fine, rest)) else []
    return _farther(reader, group) or _farther(reader, group[::-1])  # written from either end


def _farther(reader: Reader, group: list[Draft]) -> list[Draft]:
    """The rows of a group from the farthest figure on, where each is farther than the one before and costs more."""
    ranges = [merged(reader, draft.tests) for draft in group]
    worth = [draft.amount.value if isinstance(draft.amount, model.Figure) else Decimal("Infinity") for draft in group]
    below = [one.high for one in ranges if one.low is None and one.high is not None]
    above = [one.low for one in ranges if one.high is None and one.low is not None]
    falling = len(below) == len(group) and all(a > b for a, b in pairwise(below))
    rising = len(above) == len(group) and all(a < b for a, b in pairwise(above))
    dearer = all(a < b for a, b in pairwise(worth)) and all(
        draft.kind in ("deduct", "award", "zero") for draft in group
    )
    return group[::-1] if (falling or rising) and dearer else []


def _graded(bench: Bench, run: list[Draft]) -> list[Draft]:
    """一等奖加3分，二等奖加2分，其余不加分: awards of which the last row says 'else', or whose names are grades."""
    if run[-1].otherwise and run[-1].kind in ("no_effect", "zero") and len(run) > 1:
        return run if {draft.kind for draft in run[:-1]} == {"award"} and all(d.label for d in run[:-1]) else []
    worths = [draft.amount.value for draft in run if isinstance(draft.amount, model.Figure)]
    caps = [one.limit.amount for one in bench.limits if one.limit is not None and one.kind in ("most", "most_gained")]
    if worths and any(cap is not None and cap > max(worths) for cap in caps):
        return []  # 国家级加5分，省级加3分，最高10分: they add up
    awards = {draft.kind for draft in run[:-1]} == {"award"} and run[-1].kind in ("zero", "no_effect", "award")
    return run if awards and len(run) > 1 and all(is_grade(draft.label) for draft in run) else []


def table_of(bench: Bench, run: list[Draft]) -> Draft | None:
    """The rows of a run as one table; None where a row has no single outcome."""
    kinds = {draft.kind for draft in run}
    gives: Literal["deduct", "award"] = "award" if "award" in kinds else "deduct"
    rows = []
    for draft in run:
        within = merged(bench.reader, draft.tests) if draft.tests else None
        counted = any(test.unit in lexicon.of_class("MEASURE") and test.high_word != "out" for test in draft.tests)
        fined = within is not None and within.low is None and gives == "deduct" and draft.kind == "deduct"
        if within and fined and (counted or _is_fault(run) or _rises(run)):
            within = within.model_copy(update={"low": Decimal(0), "low_in": False})  # 逾期3天以内扣1分: overdue at all
        label = None if within or draft.otherwise else draft.label or None
        outcome: model.Outcome
        if draft.kind in ("zero", "no_effect"):
            outcome = model.ZeroPoints.made() if draft.kind == "zero" else model.NoChange.made()
        elif isinstance(draft.amount, model.Figure):
            against = draft.kind == "deduct" and gives == "award"
            outcome = model.Figure.made(value=-draft.amount.value) if against else draft.amount
        elif isinstance(draft.amount, model.Share | model.Interval) and draft.kind == gives:
            outcome = draft.amount
        else:
            return None
        rows.append(model.Band.made(within=within, label=label, outcome=outcome))
    if any(row.within for row in rows) and any(row.label for row in rows):
        return None
    if any(row.within for row in rows) and not run[-1].otherwise:
        rows.append(model.Band.made(outcome=model.NoChange.made()))
    return joined(bench, run, model.Bands.made(rows=tuple(rows), gives=gives))


def _is_fault(run: list[Draft]) -> bool:
    """True where what is counted is a fault by its name: 逾期, 缺, 发现."""
    names = tuple(word for kind in ("LACK", "OVERDUE", "FIND") for word in lexicon.of_class(kind))
    return any(draft.tests and draft.label.startswith(names) for draft in run)


def _rises(run: list[Draft]) -> bool:
    """True where more costs more, so that nothing is no fault: 损失1万元以下扣2分，1万元以上扣5分."""
    rows = [(test.low, _fine(draft)) for draft in run if draft.kind in ("deduct", "zero") for test in draft.tests[:1]]
    order = sorted(rows, key=lambda row: -1 if row[0] is None else row[0])
    return len(order) > 1 and all(a < b for (_, a), (_, b) in pairwise(order))


def _fine(draft: Draft) -> Decimal:
    return Decimal("Infinity") if draft.kind == "zero" else _worth(draft)


def joined(bench: Bench, run: list[Draft], effect: model.Bands) -> Draft:
    """One draft in place of a run: its words are all of theirs."""
    first = min(run, key=lambda draft: draft.span)
    place = first.span[0], max(draft.span[1] for draft in run)
    words = bench.reader.text.original[place[0] : place[1]]
    name = next((draft.label for draft in run if draft.tests and draft.label), "") or run[0].measured
    unit = next((test.unit for draft in run for test in draft.tests if test.unit), "")
    return replace(
        first, kind="bands", effect=effect, rows=tuple(run), span=place, text=words, exact=None, basis=model.Once.made(),
        name=name, named_by="label" if name else "", label="", tests=(), units=(unit,) if unit else (),
    )  # fmt: skip


def bind_places(bench: Bench) -> None:
    """前3名分别得10分、9分、8分，第4名及以后得6分: places by name are numbers, where other places beside them are."""
    out: list[Draft] = []
    for draft in bench.rules:
        near = [one for one in bench.rules if one is not draft and one.found.sentence == draft.found.sentence and _is_outcome(one)]
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
        if draft is not None and _is_outcome(draft) and not (run and _complete(run) and _opens(run, draft)):
            run.append(draft)
            continue
        for table in _apart(bench, run):
            out.extend(_outcomes(bench, table, others))
        run = []
        if draft is not None and _is_outcome(draft):
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
    return plain and _is_plain(draft) and bool(draft.label) and not draft.tests and not draft.otherwise


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


def _belongs_to_last(run: list[Draft]) -> bool:
    """成立机构得2分，开展培训得1分，未开展不得分: the last row denies one of the outcomes, and whether it takes the others is open."""
    earned, denied = run[:-1], run[-1]
    plain = not any(draft.otherwise or draft.tests or is_grade(draft.label) for draft in run)
    if not plain or denied.kind != "zero" or len(earned) < 2 or any(draft.kind != "earn" for draft in earned):
        return False
    return denies(denied.label, earned[-1].label) and not any(denies(denied.label, draft.label) for draft in earned[:-1])


def _with_rest(bench: Bench, drafts: list[Draft]) -> list[Draft]:
    """前三名分别得5、4、3分，其他得1分: what is none of the grades is a row of their table."""
    out: list[Draft] = []
    for draft in drafts:
        table = out[-1] if out else None
        effect = table.effect if table is not None else None
        rest = draft.otherwise and _is_outcome(draft) and not draft.label and not draft.tests
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


def _is_outcome(draft: Draft) -> bool:
    return draft.kind in ("earn", "zero") and isinstance(draft.basis, model.Once)


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
        earn = earns[0]
        assert isinstance(earn.effect, model.Earn)
        granted = replace(earn, effect=earn.effect.model_copy(update={"granted": True}))
        return [granted if draft is earn else draft for draft in run]
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
        return run if plain else [refuse(bench, run, "RB217")]
    exclusive = None if _belongs_to_last(run) else _exclusive(bench, run, earns)
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
    if spoken and not _falls(order):
        return [refuse(bench, run, "RB217")]
    for draft in order:
        within = merged(bench.reader, draft.tests) if draft.tests and not spoken else None
        words = _condition_words(bench, draft) if spoken else draft.label
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
    worths = {_worth(draft) for draft in run[:last]}
    whole = 1 < last == len(worths) and all(draft.tests for draft in run[:last])
    beside = run[last:]
    same = any(draft.label[:1] in lexicon.terms()["both"] or denies(draft.label, row.label) for draft in beside for row in run[:last])
    if whole and not same and all(draft.kind == "zero" and draft.label and not draft.otherwise for draft in beside):
        return run[:last], beside
    return run, []


def _subjects(rows: list[Draft]) -> set[str]:
    """建档率90%以上得2分，使用率70%以上得3分: what the rows measure, where they name more than one thing."""
    names = {name for draft in rows if draft.tests and (name := draft.label.strip(_COPULA)) and _is_subject(name)}
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


def _falls(rows: list[Draft]) -> bool:
    """True where each row earns less than the one before, down to nothing."""
    worths = [_worth(draft) for draft in rows]
    return len(rows) > 1 and worths[-1] == 0 and all(a > b for a, b in pairwise(worths))


def _worth(draft: Draft) -> Decimal:
    if draft.kind == "zero":
        return Decimal(0)
    if isinstance(draft.amount, model.Interval):
        return draft.amount.high
    if isinstance(draft.amount, model.Share):
        return draft.amount.percent
    return draft.amount.value if isinstance(draft.amount, model.Figure) else Decimal("Infinity")



def _condition_words(bench: Bench, draft: Draft) -> str:
    """The words of a row before its effect, figures and all."""
    words = "".join(bench.reader.text.original[draft.found.start : draft.found.phrase.action.token.start].split()).strip(EDGES + "（(")
    return words[:-1] if words.endswith(tuple(lexicon.terms()["linking"])) else words


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
    return bool(earn.tests) and any(percent(test.unit) in units for test in earn.tests)


def _is_all(bench: Bench, earn: Draft) -> bool:
    """True where the one outcome is all the clause has, so that the deductions beside it take from it: full, then deduct."""
    if isinstance(earn.amount, model.Figure):
        return bench.points is None or earn.amount.value == bench.points
    return isinstance(earn.amount, model.Full)


def _exclusive(bench: Bench, run: list[Draft], earns: list[Draft]) -> bool | None:
    """True where only one of the outcomes can hold, False where they add up, None where the text leaves it open."""
    if len(earns) > 1 and len({str(draft.amount) for draft in earns}) == 1 and run[-1].otherwise and earns[0].label:
        return False  # 有会议得1分，有方案得1分，否则不得分: alike in worth, they add up
    if any(lexicon.pattern("on_top").search(bench.reader.text.folded, a.span[1], b.found.near[1]) for a, b in pairwise(earns)):
        return None  # 得0.8分，在此基础上再提高的，得0.2分
    opposed = any(denies(b.label, a.label) for a, b in pairwise(earns) if not a.tests and not b.tests)
    alike = len(earns) > 1 and len({str(draft.amount) for draft in earns}) == 1
    worths = [str(draft.amount) for draft in earns]
    twice = len(set(worths)) < len(worths) and not any(draft.tests or draft.otherwise or is_grade(draft.label) for draft in run)
    if twice and len(earns) > 2 and len(earns) < len(run):
        return None  # 得1分；得0.5分；得0.5分；未落实的不得分: levels would differ in worth
    if alike and run[-1].kind == "zero" and not any(draft.tests or is_grade(draft.label) for draft in run):
        return None  # 有制度得1分；有记录得1分；发生事故的不得分
    if len(run) > 2 and _falls(run) and not run[-1].otherwise and _parted_alike(bench, run) and _kin(bench, run):
        return True  # one outcome a line or a sentence, each worth less than the one before, down to nothing
    if opposed and len(earns) > 2:
        return None  # 产区得2分，非产区得1分，有规划得1分，否则不得分
    if len(earns) < len(run) and "。" in bench.reader.text.folded[earns[0].span[1] : earns[-1].span[0]]:
        graded = any(draft.tests or is_grade(draft.label) for draft in run)
        return True if graded or (_falls(run) and _same_start(earns)) else None
    if _one_question(run):
        return True
    if _may_add_up(bench, run, earns):
        return None  # 有制度得2分，有记录得1分，发生事故的不得分
    if opposed or len(earns) < len(run) or all(draft.tests for draft in run) or any(draft.otherwise for draft in run):
        return True
    if sum(is_grade(draft.label) for draft in run) > 1 or _descending(earns):
        return True
    if _weakens(bench, earns):
        return True
    if bench.points is None:
        bare = any(is_unsaid(draft) for draft in earns)
        titles = any(len(draft.label) < _SAID and isinstance(draft.amount, model.Figure) for draft in earns)  # 纪律100分，卫生100分: parts of a score
        return None if bare and (_is_steady(earns) or titles) else False
    figures = [draft.amount.value for draft in earns if isinstance(draft.amount, model.Figure)]
    if len(figures) == len(run) and sum(figures) <= bench.points:
        return False
    full = any(isinstance(draft.amount, model.Full) for draft in earns)
    return True if full or (figures and max(figures) == bench.points) else None


_SAID = 4
"""Letters that a condition has at least; shorter words are the title of a part."""


def _weakens(bench: Bench, earns: list[Draft]) -> bool:
    """有系统并正常运行（3分）；有系统但运行不正常（2分）: each row takes something back from what the row before says, and earns less."""
    weaker = all(lexicon.pattern("weaker").search(_condition_words(bench, draft)) for draft in earns[1:])
    return _is_steady(earns) and _worth(earns[0]) > _worth(earns[-1]) and _kin(bench, earns) and weaker


def _is_steady(earns: list[Draft]) -> bool:
    """True where the worth only falls, or only rises, from row to row, as it does on a scale."""
    worths = [_worth(draft) for draft in earns]
    return all(a > b for a, b in pairwise(worths)) or all(a < b for a, b in pairwise(worths))


def _one_question(run: list[Draft]) -> bool:
    """完成1项得2分，完成2项得4分，全部完成得5分 · 高于平均水平的得3分，等于的得2分 · 基本完成得3分，全部完成得5分: one answer of several."""
    units = [(draft.tests[0].unit, draft.label[:2]) for draft in run if len(draft.tests) == 1]
    compared = {match.group() for draft in run if (match := lexicon.pattern("compares").search(draft.label))}
    degrees = [lexicon.pattern("degree").match(draft.label) for draft in run]
    rests = {draft.label[match.end() :] for draft, match in zip(run, degrees, strict=True) if match}
    alike = len(run) > 1 and all(degrees) and len(rests) == 1
    return (1 < len(units) < len(run) and len(set(units)) == 1) or len(compared) == len(run) > 1 or alike


def _may_add_up(bench: Bench, run: list[Draft], earns: list[Draft]) -> bool:
    """True where what earns has nothing in common, and neither a grade nor a figure says that one excludes the other."""
    met = lexicon.pattern("met")
    plain = not any(draft.tests or draft.otherwise or is_grade(draft.label) or met.fullmatch(draft.label) for draft in run) and len(earns) > 1
    figures = [draft.amount.value for draft in earns if isinstance(draft.amount, model.Figure)]
    return plain and len(figures) == len(earns) < len(run) and not _kin(bench, earns) and not _opposed(run)


def _opposed(run: list[Draft]) -> bool:
    """True where one row denies another: 建立得2分，未建立不得分."""
    return any(denies(other.label, one.label) for one in run for other in run)


def _parted_alike(bench: Bench, run: list[Draft]) -> bool:
    """True where each row stands on a line, or in a sentence, of its own."""
    between = [bench.reader.text.folded[a.span[1] : b.found.near[1]] for a, b in pairwise(run)]
    return any(all(mark in words for words in between) for mark in "\n。")


def _kin(bench: Bench, run: list[Draft]) -> bool:
    """True where every row that earns has two letters in common with another: 方案全面, 方案简单, 无方案. 有制度, 有记录 are two things."""
    words = [_condition_words(bench, draft) for draft in run]
    pairs = [{word[at : at + 2] for at in range(len(word) - 1) if word[at : at + 2].isalpha()} for word in words]
    return all(
        any(pairs[n] & pairs[m] for m in range(len(run)) if m != n) for n, draft in enumerate(run) if draft.kind == "earn"
    )


def _same_start(rows: list[Draft]) -> bool:
    """考核结果为“好”…。考核结果为“差”…: rows that begin alike ask one question."""
    return len({draft.label[:3] for draft in rows}) == 1 and len(rows[0].label) > 2


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
