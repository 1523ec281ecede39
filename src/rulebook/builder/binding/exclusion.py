"""Whether outcomes exclude each other, add up, or leave it open."""

from itertools import pairwise

from rulebook import lexicon, model
from rulebook.builder.binding.bench import Bench, is_unsaid
from rulebook.builder.binding.rows import condition_words, falls, worth
from rulebook.builder.drafts import Draft
from rulebook.builder.names import denies
from rulebook.parser.passes import is_grade


def exclude(bench: Bench, run: list[Draft], earns: list[Draft]) -> bool | None:
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
    if len(run) > 2 and falls(run) and not run[-1].otherwise and _parted_alike(bench, run) and _kin(bench, run):
        return True  # one outcome a line or a sentence, each worth less than the one before, down to nothing
    if opposed and len(earns) > 2:
        return None  # 产区得2分，非产区得1分，有规划得1分，否则不得分
    if len(earns) < len(run) and "。" in bench.reader.text.folded[earns[0].span[1] : earns[-1].span[0]]:
        graded = any(draft.tests or is_grade(draft.label) for draft in run)
        return True if graded or (falls(run) and _same_start(earns)) else None
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
        marked = [draft for draft in earns if isinstance(draft.amount, model.Figure)]
        titles = any(lexicon.pattern("title").fullmatch(draft.label) for draft in marked)  # 纪律100分，卫生100分: parts of a score
        return None if bare and (_is_steady(earns) or titles) else False
    figures = [draft.amount.value for draft in earns if isinstance(draft.amount, model.Figure)]
    if len(figures) == len(run) and sum(figures) <= bench.points:
        return False
    full = any(isinstance(draft.amount, model.Full) for draft in earns)
    return True if full or (figures and max(figures) == bench.points) else None


def _weakens(bench: Bench, earns: list[Draft]) -> bool:
    """有系统并正常运行（3分）；有系统但运行不正常（2分）: each row takes something back from what the row before says, and earns less."""
    weaker = all(lexicon.pattern("weaker").search(condition_words(bench, draft)) for draft in earns[1:])
    return _is_steady(earns) and worth(earns[0]) > worth(earns[-1]) and _kin(bench, earns) and weaker


def _is_steady(earns: list[Draft]) -> bool:
    """True where the worth only falls, or only rises, from row to row, as it does on a scale."""
    worths = [worth(draft) for draft in earns]
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
    words = [condition_words(bench, draft) for draft in run]
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


def belongs_to_last(run: list[Draft]) -> bool:
    """成立机构得2分，开展培训得1分，未开展不得分: the last row denies one of the outcomes, and whether it takes the others is open."""
    earned, denied = run[:-1], run[-1]
    plain = not any(draft.otherwise or draft.tests or is_grade(draft.label) for draft in run)
    if not plain or denied.kind != "zero" or len(earned) < 2 or any(draft.kind != "earn" for draft in earned):
        return False
    return denies(denied.label, earned[-1].label) and not any(denies(denied.label, draft.label) for draft in earned[:-1])
