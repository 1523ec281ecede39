"""Counts side by side are each exactly so many: 0次得100分，1次得85分，2次及以上得0分."""

from decimal import Decimal
from itertools import pairwise

from rulebook import lexicon, model
from rulebook.builder.binding.bench import Bench, meet, runs, without_refused
from rulebook.builder.binding.rows import bare_words, condition_words, falls, is_beside, table_of, worth
from rulebook.builder.drafts import Draft
from rulebook.parser.forms import Compared


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
    if len(run) < 3 or not several or not plain or not falls(run):
        return
    for draft in run:
        if draft.exact is not None:
            draft.label, draft.exact, draft.units = condition_words(bench, draft), None, ()
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
    if ends and top is not None and all(worth(draft) < worth(top) for draft in earned if draft is not top):
        top.tests = (top.tests[0]._replace(high=None, high_word=""),)


def _reach_each(bench: Bench, run: list[Draft]) -> None:
    """完成3项得3分，完成5项得5分: where rows leave counts between them and more earns more, each row holds from its count on."""
    earned = [draft for draft in run if draft.kind == "earn" and len(draft.tests) == 1 and draft.tests[0].low is not None]
    order = sorted(earned, key=lambda draft: draft.tests[0].low or 0)
    if len(order) > 1 and all(worth(a) < worth(b) for a, b in pairwise(order)):
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
    if draft.kind not in ("earn", "zero", "deduct", "award", "no_effect") or is_beside(draft):
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
