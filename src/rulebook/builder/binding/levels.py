"""Exclusive deductions or awards are rows of one table: 80%—90%扣1分，低于80%扣2分 · 一等奖加3分，其余不加分."""

from decimal import Decimal
from itertools import pairwise

from rulebook import model
from rulebook.builder.binding.bench import Bench, drop, meet, merged, percent, runs, without_refused
from rulebook.builder.binding.rows import COPULA, fine, is_plain, table_of
from rulebook.builder.drafts import Draft, Reader
from rulebook.parser.passes import is_grade


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
    names = {one.label.strip(COPULA), other.label.strip(COPULA)} - {""}
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
    for run in runs(bench.rules, lambda d: d.kind in ("deduct", "award", "no_effect", "zero") and is_plain(d)):
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
    names = {draft.label.strip(COPULA) for draft in group if draft.label}
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


def _nested(reader: Reader, group: list[Draft]) -> list[Draft]:
    """低于99%扣1分；低于95%扣3分: farther figures that cost more hold the nearer ones; the farthest that is passed decides."""
    nearest = [draft for draft in group if merged(reader, draft.tests).low is None]
    rest = [draft for draft in group if draft not in nearest]
    if len(nearest) == 1 and len(rest) > 1 and not any(meet(reader, nearest[0].tests, draft.tests, touching=True) for draft in rest):
        ordered = _nested(reader, rest)  # 3天以内扣1分，超过3天扣3分，超过10天不得分
        return [*ordered, nearest[0]] if ordered and fine(nearest[0]) < min(map(fine, rest)) else []
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
