"""What bounds other drafts: points of the clause, limits, and multipliers with the rules they act on."""

from dataclasses import replace
from decimal import Decimal
from typing import Literal

from rulebook import lexicon, model
from rulebook.builder.binding.bench import Bench, percent, without_refused
from rulebook.builder.drafts import Draft
from rulebook.exact import is_exact, show
from rulebook.parser.reader import Worth


def bind_worths(bench: Bench) -> None:
    """满分5分 states what the clause is worth; after 每项得2分 it bounds what is earned. Parts of a clause have no points of their own."""
    kept: list[Worth] = []
    for worth in bench.worths:
        earns = [
            n for n, rule in enumerate(bench.rules, 1)
            if rule.kind == "earn" and not isinstance(rule.basis, model.Once) and rule.span[1] <= worth.start
        ]  # fmt: skip
        amounts = [bench.rules[n - 1].amount for n in earns]
        if any(isinstance(amount, model.Figure) and amount.value > worth.points for amount in amounts):
            bench.refused_worths.append((worth, "RB227"))  # 每项1分，部分完成0.5分: no bound
        elif earns and worth.points != bench.points:
            limit = model.Limit.made(kind="most_gained", amount=worth.points)
            last = bench.rules[earns[-1] - 1]
            span = (worth.start, worth.end)
            words = bench.reader.text.original[worth.start : worth.end]
            bench.limits.append(replace(last, kind="most_gained", effect=None, limit=limit, span=span, text=words))
        else:
            kept.append(worth)
    if not kept:
        return
    together = sum((worth.points for worth in kept), Decimal(0))
    if len(kept) > 1 and bench.points in (None, together) and all(_heads(bench, worth) for worth in kept):
        bench.parts, bench.points = kept, together
        return
    figures = {worth.points for worth in kept}
    if len(figures) == 1 and bench.points in (None, *figures):
        bench.points = figures.pop()
        return
    bench.refused_worths += [(worth, "RB227") for worth in kept]


def _heads(bench: Bench, worth: Worth) -> bool:
    """True for 组织领导（4分）：… and 会议（4分）每少1次扣1分: a mark that opens a part of the clause, its rules behind it."""
    behind = bench.reader.text.folded[worth.end :]
    marked = behind.startswith("）") and behind[1:2] not in ("", *"，。；、）\n ")
    return marked or behind.lstrip("） ").startswith("：")


def bind_parts_worth(bench: Bench) -> None:
    """组织领导（4分）：…扣1分。制度建设（6分）：…扣1分: where the parts make up the clause, each can lose what it is worth and no more."""
    if not bench.parts:
        return
    ends = [*(part.start for part in bench.parts[1:]), len(bench.reader.text)]
    rules = [[n for n, rule in enumerate(bench.rules, 1) if part.start < rule.span[0] < end] for part, end in zip(bench.parts, ends, strict=True)]
    lost = all(_loses(bench.rules[n - 1]) for numbers in rules for n in numbers)
    if not lost or sum(map(len, rules)) < len(bench.rules) or not all(rules):
        bench.refused_worths += [(part, "RB227") for part in bench.parts]
        return
    for part, numbers in zip(bench.parts, rules, strict=True):
        limit = model.Limit.made(kind="most_lost", amount=part.points, scope="sentence", rules=tuple(numbers))
        place = part.condition[0], part.end + bench.reader.text.folded.startswith("）", part.end)
        words = bench.reader.text.original[slice(*place)]
        bench.limits.append(replace(bench.rules[numbers[-1] - 1], kind="part", effect=None, limit=limit, span=place, text=words))


def _loses(rule: Draft) -> bool:
    """True for what takes points and never all of the clause."""
    effect = rule.effect
    rows = effect.rows if isinstance(effect, model.Bands) else ()
    emptied = any(isinstance(row.outcome, model.ZeroPoints) for row in rows)
    gives = getattr(effect, "gives", "deduct") == "deduct" and getattr(effect, "target", "clause") == "clause"
    return isinstance(effect, model.Deduct | model.Ladder | model.Bands | model.NoEffect) and gives and not emptied


def bind_open(bench: Bench) -> None:
    """酌情扣分，最多扣3分: a person gives a figure from 0 to the limit of the same sentence."""
    for index, draft in enumerate(bench.rules):
        if draft.kind != "open":
            continue
        kind = draft.found.phrase.action.token.value
        bound = next(
            (
                limit
                for limit in bench.limits
                if limit.found.sentence == draft.found.sentence
                and limit.span[0] > draft.span[0]
                and limit.limit is not None
                and limit.limit.amount is not None
                and limit.kind in ("most", f"most_{_WAYS[kind]}")
            ),
            None,
        )
        alone = not any(rule is not draft and rule.found.sentence == draft.found.sentence for rule in bench.rules)
        if bound is None or bound.limit is None or not alone:
            bench.refused.append((draft, "RB208"))
            continue
        assert bound.limit.amount is not None
        least = next(
            (limit for limit in bench.limits if limit.found.sentence == draft.found.sentence and limit.kind == "least"),
            None,
        )
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
    without_refused(bench)


_WAYS = {"deduct": "lost", "award": "gained", "earn": "gained"}


def bind_scales(bench: Bench) -> None:
    """加倍扣分 acts on the deductions before it, of its own sentence if there are any."""
    for index, draft in enumerate(bench.rules):
        if not isinstance(draft.effect, model.Scale):
            continue
        said = draft.found.phrase.action.token.text  # 加倍扣分 leaves awards alone
        ways = {way for word, way in lexicon.terms()["scales"].items() if word in said} or {"deduct", "award"}
        before = [(n, other) for n, other in enumerate(bench.rules[:index], 1) if other.kind == "ladder" or other.kind in ways]
        same = [n for n, other in before if other.found.sentence == draft.found.sentence]
        targets = tuple(same or [n for n, _ in before])
        if not targets and not bench.alone:
            bench.refused.append((draft, "RB218"))
            draft.effect = None
            continue
        bench.rules[index] = replace(draft, effect=draft.effect.model_copy(update={"rules": targets}))
    bench.rules = [draft for draft in bench.rules if draft.effect is not None]


def _bounds(draft: Draft) -> bool:
    """True for a limit with a figure, whichever way."""
    return draft.kind in ("most", "most_lost", "most_gained")


def _is_of_each(bench: Bench, draft: Draft) -> bool:
    """每人最多扣3分 where persons are counted, 单项最多扣3分 beside several rules: no limit of the whole."""
    words = bench.reader.text.folded[slice(*draft.span)]
    each = lexicon.pattern("of_each").match(words) if _bounds(draft) else None
    if each is None or draft.limit is None:
        return False
    wider = any(_bounds(other) and (other.limit.amount or 0) > (draft.limit.amount or 0) for other in bench.limits if other.limit is not None)
    return bool(each["unit"]) or len(bench.rules) > 1 or wider  # 单项最高加2分，累计最高加5分


def _is_of_the_same(bench: Bench, draft: Draft) -> bool:
    """发现一处扣1分，同一问题不重复扣分 · 每项加1分，同一项目取最高: beside a count it says what counts as one, and bounds nothing."""
    words = bench.reader.text.folded[slice(*draft.span)]
    counted = any(isinstance(rule.basis, model.Count) for rule in bench.rules)
    return counted and draft.kind in ("once", "highest_only") and lexicon.pattern("same_only").match(words) is not None


def _moving(rule: Draft) -> str:
    """Which way a rule moves points; the rows of a table all one way."""
    return rule.effect.gives if isinstance(rule.effect, model.Bands) else rule.kind


def _out_of_reach(bench: Bench, limit: model.Limit, rules: list[int]) -> bool:
    """True where one rule that acts once never gets to the figure that is to bound it."""
    if len(rules) != 1 or limit.amount is None:
        return False
    rule = bench.rules[rules[0] - 1]
    once = rule.kind in ("award", "earn") and isinstance(rule.basis, model.Once)
    return once and isinstance(rule.amount, model.Figure) and rule.amount.value < limit.amount


def bind_no_more(bench: Bench) -> None:
    """每完成1项加1分，超过5项不再加分: from a count on nothing more is moved, which is a bound of so many times the amount."""
    for draft in list(bench.rules):
        effect = draft.effect
        if not isinstance(effect, model.NoEffect) or len(draft.tests) != 1 or not lexicon.pattern("no_more").match(draft.found.phrase.action.token.text):
            continue
        test = draft.tests[0]
        rates = [rule for rule in bench.rules if rule.kind == effect.spares and not isinstance(rule.basis, model.Once)]
        if test.low is None or not any(percent(rule.units[-1]) == percent(test.unit) for rule in rates):
            continue
        begins = rates[0].basis.threshold or 0 if isinstance(rates[0].basis, model.Step) else 0  # 不超过1次，每超1次扣1分，超过5次不再扣分
        alone = len(rates) == len([rule for rule in bench.rules if rule.kind == effect.spares]) == 1
        figure = _so_often(rates[0], test.unit, test.low - begins) if alone and test.low_word == "out" else None
        if figure is None:
            bench.refused.append((draft, "RB217"))  # 3处以上不再扣分: none, or no more?
            continue
        kind: Literal["most_gained", "most_lost"] = "most_gained" if effect.spares == "award" else "most_lost"
        bench.rules.remove(draft)
        bench.limits.append(replace(draft, kind=kind, effect=None, limit=model.Limit.made(kind=kind, amount=figure)))
    without_refused(bench)


def _each_way(draft: Draft) -> list[Draft]:
    """加扣分均不超过3分: what is lost and what is gained have a bound of their own."""
    if draft.kind != "most" or draft.found.phrase.action.token.value != "both" or draft.limit is None:
        return [draft]
    kinds: tuple[Literal["most_lost", "most_gained"], ...] = ("most_lost", "most_gained")
    return [replace(draft, kind=kind, limit=draft.limit.model_copy(update={"kind": kind})) for kind in kinds]


def _exceeds(bench: Bench, rule: Draft, limit: model.Limit) -> bool:
    """发生重大事故扣8分，一般事故每起扣1分，最多扣3分: what moves so much at once is not what is bounded."""
    if limit.amount is None or not isinstance(rule.amount, model.Figure):
        return False
    if not isinstance(rule.basis, model.Once):
        return rule.amount.value > limit.amount
    rest = rule.kind in ("award", "earn") and bench.points is not None and rule.amount.value + limit.amount == bench.points
    return rest or rule.amount.value >= limit.amount


def bind_bound_shares(bench: Bench) -> None:
    """扣分不超过本项分值的50%: the figure of what the clause is worth, where that is known and the figure exact."""
    for draft in bench.limits:
        if draft.limit is None or not isinstance(draft.amount, model.Share):
            continue
        figure = None if bench.points is None or bench.parts else bench.points * draft.amount.percent / 100
        beyond = figure == bench.points and any(rule.kind == "award" for rule in bench.rules)  # 超过满分按满分计: and what is added?
        if figure is None or beyond or not is_exact(show(figure)):
            bench.refused.append((draft, "RB227"))
            continue
        draft.limit = draft.limit.model_copy(update={"amount": figure})
    without_refused(bench)


def bind_times(bench: Bench) -> None:
    """每次扣1分，最多扣3次: a bound of so many times the figure of the one rule before it that counts."""
    for draft in [draft for draft in bench.limits if draft.kind == "most_times"]:
        token = draft.found.phrase.action.token
        match = lexicon.pattern("most_times").fullmatch(token.text)
        before = [n for n, rule in enumerate(bench.rules, 1) if rule.span[0] < draft.span[0] and not isinstance(rule.basis, model.Once)]
        near = [n for n in before if bench.rules[n - 1].found.sentence == draft.found.sentence] or before
        rule = bench.rules[near[0] - 1] if len(near) == 1 else None
        figure = _so_often(rule, token.value, token.numbers[0]) if rule is not None else None
        taken, given = (match is not None and any(match[name] for name in names) for names in _WORDS_OF_WAYS)
        if rule is None or figure is None or (taken and rule.kind != "deduct") or (given and rule.kind == "deduct"):
            bench.refused.append((draft, "RB219"))
            continue
        kind: Literal["most_lost", "most_gained"] = "most_lost" if rule.kind == "deduct" else "most_gained"
        numbers = (near[0],) if len(bench.rules) > 1 else ()
        draft.limit = model.Limit.made(kind=kind, amount=figure, scope="sentence" if numbers else "clause", rules=numbers)
        draft.kind = "part" if numbers else kind
    without_refused(bench)


_WORDS_OF_WAYS = (("lost", "loses", "losing"), ("gained", "gains", "gaining"))
"""The groups of the pattern that say which way the points move, down and up."""


def _so_often(rule: Draft, unit: str, number: Decimal) -> Decimal | None:
    """What so many of a unit move by a rule that counts that unit alone, None where the words leave it open."""
    basis, amount = rule.basis, rule.amount
    free = isinstance(basis, model.Count | model.Time) and basis.free > 0
    if rule.kind not in ("deduct", "award", "earn") or not isinstance(amount, model.Figure) or rule.tests or free:
        return None
    size = basis.size if isinstance(basis, model.Step) else Decimal(basis.per) if isinstance(basis, model.Count | model.Time) else Decimal(1)
    same = len(rule.units) == 1 and percent(rule.units[0]) == percent(unit)
    twofold = size != 1 and unit == lexicon.term("name_unit", "occurrence")  # 每2次扣1分，最多扣3次: of which?
    return amount.value * number / size if same and not twofold and number % size == 0 else None


def bind_limits(bench: Bench) -> None:
    """A wordless limit holds the whole clause so far; one with a figure the rules of its own sentence, else the clause."""
    bench.limits = [one for draft in bench.limits for one in _each_way(draft)]
    for draft in bench.limits:
        limit = draft.limit
        assert limit is not None
        if draft.kind == "part":
            continue  # its rules are known
        before = [n for n, rule in enumerate(bench.rules, 1) if rule.span[0] < draft.span[0]]
        if _is_of_each(bench, draft):
            bench.refused.append((draft, "RB219"))
            continue
        sentence = [n for n in before if bench.rules[n - 1].found.sentence == draft.found.sentence]
        last = max((other.span[0] for other in bench.limits if _bounds(other) and other.span[0] < draft.span[0]), default=-1)
        if _bounds(draft):  # 每条得0.5分（最高得5分），每篇得2分（最高得6分）: each its own
            sentence = [n for n in sentence if bench.rules[n - 1].span[0] > last] or sentence
        kind, scope, rules = limit.kind, "clause", tuple(before)
        if draft.kind == "most":
            kinds = {_moving(bench.rules[n - 1]) for n in (sentence or before)} & {"deduct", "award", "earn", "stated", "proportion"}
            if draft.label or draft.tests:
                kind = "ceiling"
            elif kinds and kinds <= {"deduct", "stated"}:
                kind = "most_lost"
            elif kinds and kinds <= {"award", "earn", "proportion"}:
                kind = "most_gained"
            else:
                bench.refused.append((draft, "RB219"))
                continue
        if kind in ("most_lost", "most_gained"):
            awards = any(rule.kind == "award" for rule in bench.rules)
            earned = awards and draft.text.strip().startswith(tuple(lexicon.terms()["earned_cap"]))
            earned = earned and any(rule.kind == "earn" for rule in bench.rules)
            gained = ("award", "ladder", "stated") if awards and not earned else ("earn", "ladder", "bands", "stated", "proportion")
            wanted = ("deduct", "ladder", "stated", "bands") if kind == "most_lost" else gained
            pooled = draft.found.phrase.adverb("POOL") or lexicon.pattern("pooled").search(draft.text)
            sentence = [n for n in sentence if bench.rules[n - 1].kind in wanted]
            everywhere = [n for n, rule in enumerate(bench.rules, 1) if rule.kind in wanted]
            whole = [n for n in sentence if _exceeds(bench, bench.rules[n - 1], limit)]
            counted = [n for n in sentence if n not in whole and not isinstance(bench.rules[n - 1].basis, model.Once)]
            if whole and counted and not pooled:
                sentence = [n for n in sentence if n not in whole]
            moving = sum(1 for rule in bench.rules if rule.kind in ("award", "earn", "proportion", "bands"))
            both = draft.kind == "most" and awards and any(rule.kind in ("earn", "proportion") for rule in bench.rules)
            if both and kind == "most_gained" and limit.amount is not None and limit.amount == bench.points:
                rules = ()  # 得4分，每增加1篇加2分，最高10分: all that the clause gives
            elif pooled:
                rules = (
                    tuple(everywhere) if len(everywhere) < len(bench.rules) else ()
                )  # 以上合计: one pool for all of them
            elif kind == "most_gained" and _out_of_reach(bench, limit, everywhere):
                bench.refused.append((draft, "RB219"))  # 加1分，最高加3分: how often?
                continue
            elif sentence and len(sentence) < len(everywhere):
                scope, rules = "sentence", tuple(sentence)
            elif kind == "most_gained" and everywhere and moving > len(everywhere):
                rules = tuple(everywhere)  # 最高加2分 bounds what is added, not what is earned
            elif not everywhere and not bench.alone:
                bench.refused.append((draft, "RB219"))  # there is nothing here that it could bound
                continue
            else:
                rules = ()
        elif _is_of_the_same(bench, draft):
            kind = "distinct"
        elif kind in ("once", "highest_only"):
            rules = tuple(before)
            scope = "rule" if len(rules) == 1 else "clause"
        else:
            rules = ()
        draft.limit = limit.model_copy(update={"kind": kind, "scope": scope, "rules": rules})
    without_refused(bench)
