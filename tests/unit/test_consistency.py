"""`consistency`: each check on the rubric that it is about, and on the nearest one that it says nothing of."""

import pytest

from rulebook import consistency, loader, model

HEAD = "考核细则：试\n未提供资料：不予判分\n"
"""So that a clause without a rule is told as RB405."""


def made(text: str) -> model.Rulebook:
    """The rulebook of a text, whatever is wrong with it."""
    book = loader.read(text).rulebook
    assert book is not None
    return book


ONE = "一、章\n1. {}"

CASES: tuple[tuple[str, list[str]], ...] = (
    # sums
    ("一、章\n1. 项（3分）\n① 缺一次扣0.5分。（1分）\n② 少一次扣0.5分。（1分）", ["RB401"]),
    ("一、章\n1. 项（2分）\n① 缺一次扣0.5分。（1分）\n② 少一次扣0.5分。（1分）", []),
    ("一、章\n1. 项（2分）\n① 缺一次扣0.5分。（1分）", ["RB401"]),
    ("一、章\n1. 缺一次扣0.5分。（1分）\n二、加分项\n2. 项（3分）\n① 创新的，加2分。\n② 推广的，加2分。", []),
    ("一、章\n1. 缺一次扣0.5分。（1分）\n二、加分项\n2. 项（3分）\n① 创新的，加1分。（1分）\n② 推广的，加1分。（1分）", []),
    ("一、章（2分）\n1. 缺一次扣0.5分。（1分）", ["RB407"]),
    ("一、章（1分）\n1. 缺一次扣0.5分。（1分）", []),
    ("一、章\n1. 缺一次扣0.5分。（1分）\n二、减分项（2分）\n2. 缺一次扣0.5分。（1分）", ["RB407"]),
    ("一、章\n1. 缺一次扣0.5分。（1分）\n二、加分项（5分）\n2. 创新的，加1分。（1分）", []),
    ("满分：2分\n一、章\n1. 缺一次扣0.5分。（1分）", ["RB402"]),
    ("满分：2分\n一、章\n1. 缺一次扣0.5分。（2分）", []),
    ("满分：2分\n一、章\n1. 缺一次扣0.5分。（1分）\n二、减分项\n2. 少一次扣0.5分。（1分）", []),
    ("满分：2分\n一、章\n1. 缺一次扣0.5分。（2分）\n二、加分项\n2. 创新的，加1分。（1分）", []),
    ("满分：2分\n一、章\n1. 缺一次扣0.5分。（3分）", ["RB402"]),
    ("满分：3分\n一、章\n1. 缺一次扣0.5分。（2分）\n2. 谎报的，从总分扣1分。", ["RB402"]),
    ("满分：3分\n一、章\n1. 缺一次扣0.5分。（2分）\n2. 错一次扣0.5分。", []),
    ("一、章（2分）\n1. 缺一次扣0.5分。（2分）\n2. 谎报的，从总分扣1分。", []),
    ("一、章\n1. 项（3分）\n缺一次扣0.5分。（2分）", []),
    # sizes
    (ONE.format("缺一次扣3分。（2分）"), ["RB403"]),
    (ONE.format("缺一次扣2分。（2分）"), ["RB404"]),
    (ONE.format("缺一次扣1.9分。（2分）"), []),
    (ONE.format("谎报的，从总分扣3分。（2分）"), []),
    (ONE.format("管理混乱的，酌情扣1-3分。（2分）"), ["RB403"]),
    (ONE.format("管理混乱的，酌情扣1-2分。（2分）"), ["RB404"]),
    (ONE.format("缺一次扣0分，少一次扣1分。（2分）"), ["RB408"]),
    ("一、章\n1. 缺一次扣0.5分。（1分）\n二、加分项\n2. 创新的，加3分。（2分）", []),
    # no rule, steps, vetoes, directions
    (ONE.format("定期召开会议。（2分）"), ["RB405"]),
    (ONE.format("培训率不低于95%，每低1个百分点扣0.5分。（2分）"), ["RB406"]),
    ("零头：不足一步不计\n" + ONE.format("培训率不低于95%，每低1个百分点扣0.5分。（2分）"), []),
    (ONE.format("缺一次扣0.5分。（2分）\n二、否决项\n2. 谎报的，实行“一票否决”。"), ["RB410"]),
    ("一票否决：不得评先评优\n" + ONE.format("缺一次扣0.5分。（2分）\n二、否决项\n2. 谎报的，实行“一票否决”。"), []),
    (ONE.format("缺一次扣0.5分。（2分）\n二、否决项\n2. 谎报的，取消评优资格。"), []),
    (ONE.format("缺一次扣0.5分，谎报的，本项一票否决。（2分）"), []),
    (ONE.format("缺一次扣0.5分。（2分）\n二、加分项\n2. 每发现一处扣1分。"), ["RB416"]),
    (ONE.format("缺一次扣0.5分。（2分）\n二、加分项\n2. 在通报中明确分数的，按明确的分数加分。"), []),
    (ONE.format("缺一次扣0.5分。（2分）\n二、加分项\n2. 谎报的，从总分扣1分。"), []),
    (ONE.format("缺一次扣0.5分。（2分）\n二、否决项\n2. 每发现一处扣1分。"), ["RB416"]),
    (ONE.format("缺一次扣0.5分。（2分）\n二、加分项\n2. 创新做法"), ["RB417"]),
    (ONE.format("缺一次扣0.5分。（2分）\n二、否决项\n2. 其他情形"), ["RB417"]),
    (ONE.format("未落实得不得分。（2分）"), ["RB411"]),
    # limits
    (ONE.format("缺一次扣0.5分，最多扣3分。（2分）"), ["RB412"]),
    (ONE.format("缺一次扣0.5分，最多扣2分。（2分）"), []),
    (ONE.format("每完成一项得0.5分，最高得3分。（2分）"), []),
    # edges of tables and grades
    (ONE.format("培训率95%以上得满分，80%以上不足90%得1分，不足80%不得分。（2分）"), ["RB413"]),
    (ONE.format("培训率95%以上得满分，80%以上不足90%得1分，其他不得分。（2分）"), []),
    (ONE.format("培训率90%以上得满分，80%以上95%以下得1分，不足80%不得分。（2分）"), ["RB414"]),
    (ONE.format("培训率90%以上得满分，80%以上90%以下得1分，80%以下不得分。（2分）"), []),
    (ONE.format("培训率90%以上得满分，80%以上不足90%得1分，不足80%不得分。（2分）"), []),
    (ONE.format("培训率高于90%得满分，80%以上不足90%得1分，不足80%不得分。（2分）"), ["RB413"]),
    ("等次：8分以上好，不足7分差\n" + ONE.format("缺一次扣0.5分。（10分）"), ["RB413"]),
    ("等次：8分以上好，8分以下差\n" + ONE.format("缺一次扣0.5分。（10分）"), ["RB414"]),
    ("等次：8分以上好，不足8分差\n" + ONE.format("缺一次扣0.5分。（10分）"), []),
    # worked examples
    (ONE.format("缺一次扣0.5分。（2分）\n例：缺 2 → 得1分"), []),
    (ONE.format("缺一次扣0.5分。（2分）\n例：缺 2 → 得1.5分"), ["RB415"]),
    (ONE.format("缺一次扣0.5分。（2分）\n例：缺 2 → 扣1分"), []),
    (ONE.format("缺一次扣0.5分。（2分）\n例：缺 2 → 扣1.5分"), ["RB415"]),
    (ONE.format("缺一次扣0.5分。（2分）\n例：缺 2 → 0分（跳过：未定）"), []),
    (ONE.format("缺一次扣0.5分。（2分）\n例：缺 2 → 0分（不成立：旧口径）"), []),
    (ONE.format("缺一次扣0.5分。（2分）\n例：缺 2 → 1分（不成立：旧口径）"), ["RB432"]),
    (ONE.format("缺一次扣0.5分。（2分）\n例：缺 2 → 扣1分（不成立：旧口径）"), ["RB432"]),
    (ONE.format("缺一次扣0.5分。（2分）\n例：符合 → 2分"), []),
    (ONE.format("缺一次扣0.5分。（2分）\n例：缺 2"), []),
    (ONE.format("缺一次扣0.5分，培训率不足90%的扣1分。（2分）\n例：缺 1 → 1.5分"), ["RB415"]),
    (ONE.format("缺一次扣0.5分，培训率不足90%的扣1分。（2分）\n例：缺 1 → 1.5分（不成立：未定）"), []),
    (ONE.format("缺一次扣0.5分。（2分）\n例：未提供 → 0分"), []),
    (ONE.format("缺一次扣0.5分。（2分）\n例：未提供 → 2分"), ["RB415"]),
    (ONE.format("每完成一项得0.5分。（2分）\n例：符合 → 2分"), []),
    (ONE.format("缺一次扣0.5分。（2分）\n二、加分项\n2. 每完成一项得1分。（3分）\n例：符合 → 0分"), []),
    (ONE.format("完成率低于90%扣1分；低于80%扣3分。每低1%扣0.5分，不足1%按1%计。（5分）\n例：符合 → 5分"), []),
)  # fmt: skip
"""A rubric, and the codes of what the checks find in it, in the order of the text."""


@pytest.mark.parametrize(("text", "codes"), CASES)
def test_each_check_speaks_where_it_should_and_nowhere_else(text: str, codes: list[str]) -> None:
    """The codes, one by one."""
    assert [one.code for one in consistency.check(made(f"{HEAD}{text}\n"))] == codes


RANGES: tuple[tuple[list[tuple[str | None, bool, str | None, bool]], bool, list[str]], ...] = (
    ([("0", True, "1", False), ("1", True, None, True)], False, []),
    ([("0.5", True, "1", False), ("0", True, "0.5", False)], False, []),
    ([("0", False, "1", False), ("0", True, "0", True)], False, []),
    ([(None, True, "0", False), ("0", True, None, True)], False, []),
    ([(None, True, "0", False), ("0", False, None, True)], False, ["RB413"]),
    ([(None, True, "0", True), ("0", False, None, True)], False, []),
    ([(None, True, "0", True), ("0", True, None, True)], False, ["RB414"]),
    ([("1", True, "3", True), ("2", True, "4", True)], False, ["RB414"]),
    ([("1", True, "2", True), ("3", True, "4", True)], False, ["RB413"]),
    ([("1", True, "2", True), ("3", True, "4", True)], True, []),
    ([("1", True, "2", True), ("2", True, "4", True)], True, ["RB414"]),
    ([("1", True, None, True), ("2", True, None, True)], True, []),
    ([(None, True, "1", True), (None, True, "2", True)], True, []),
    ([(None, True, "1", True), (None, True, "2", True)], False, ["RB414"]),
    ([("1", True, None, True), (None, True, "2", True)], True, ["RB414"]),
    ([("1", True, None, True)], True, []),
    ([], False, []),
)  # fmt: skip
"""Ranges (low, in, high, in), whether there is a row for all else, and what is told of their edges."""


@pytest.mark.parametrize(("ranges", "has_else", "codes"), RANGES)
def test_neighbouring_ranges_meet_once(ranges: list[tuple[str | None, bool, str | None, bool]], has_else: bool, codes: list[str]) -> None:
    """A gap and an overlap are told once each, whatever the order in which the rows stand."""
    made_of = [model.Range(low=low, low_in=a, high=high, high_in=b) for low, a, high, b in ranges]  # type: ignore[arg-type]
    assert [code for code, _ in consistency.edges(made_of, has_else)] == codes
    assert [code for code, _ in consistency.edges(made_of[::-1], has_else)] == codes


def test_without_a_declaration_a_clause_without_a_rule_is_another_matter() -> None:
    """RB409 where nobody says what 未提供 means, RB405 where the head does."""
    book = made("考核细则：试\n一、章\n1. 定期召开会议。（2分）\n")
    assert [one.code for one in consistency.check(book)] == ["RB409"]


def test_findings_stand_in_the_order_of_the_text_with_their_place() -> None:
    """Clauses, lines and breadcrumbs, those of a subsection among them."""
    text = f"{HEAD}一、章\n（一）节\n1. 项（4分）\n① 缺一次扣3分。（2分）\n② 少一次扣2分。（2分）\n二、章\n2. 培训率不低于95%，每低1个百分点扣0.5分。（2分）\n"
    one, two, three = consistency.check(made(text))
    assert [(d.code, d.clause) for d in (one, two, three)] == [("RB403", "1.1"), ("RB404", "1.2"), ("RB406", "2")]
    assert [d.headings for d in (one, three)] == [("一、章", "（一）节", "1. 项"), ("二、章", "2. 培训率不低于95%")]
    assert all(d.start is not None for d in (one, two, three))


def test_a_misspelt_word_is_underlined_and_nothing_beside_it() -> None:
    """One character: the 得 that should be 的."""
    text = f"{HEAD}一、章\n1. 甲。未落实得不得分。（2分）\n"
    (finding,) = consistency.check(made(text))
    assert finding.start is not None
    assert finding.end is not None
    assert (finding.start, text[finding.start : finding.end]) == (text.index("得不得分"), "得")


def test_an_amount_of_nothing_is_told_with_the_points_of_its_clause() -> None:
    """Those that it has, or none."""
    book = made(f"{HEAD}一、章\n1. 缺一次扣0分，少一次扣1分。（2分）\n二、加分项\n2. 创新的，加0分。\n")
    assert [(one.code, one.values["amount"], one.values["points"]) for one in consistency.check(book)] == [("RB408", "0", "2"), ("RB408", "0", "0")]


def test_sums_are_told_with_their_parts() -> None:
    """What is stated, what it is, and where it comes from."""
    text = f"{HEAD}满分：5分\n一、甲章（3分）\n1. 甲（3分）\n① 缺一次扣0.5分。（1分）\n② 少一次扣0.5分。（1分）\n二、乙章\n2. 乙。缺一次扣0.5分。（2分）\n"
    told = {one.code: dict(one.values) for one in consistency.check(made(text))}
    assert told["RB402"] == {"stated": "5", "sum": "4", "parts": "一、甲章 2 + 二、乙章 2"}
    assert told["RB407"] == {"section": "一、甲章", "stated": "3", "sum": "2"}
    assert told["RB401"] == {"stated": "3", "sum": "2"}


@pytest.mark.parametrize(
    ("example", "why"),
    [
        ("缺 1 → 1.5分", "没有写“培训率”是多少，得分定不下来"),
        ("缺 1，培训率 95 → 2分", "照规则应得 1.5 分"),
        ("缺 1，培训率 95 → 扣1分", "照规则应扣 0.5 分"),
    ],
)
def test_an_example_that_fails_says_what_came_or_what_it_lacks(example: str, why: str) -> None:
    found = loader.read(HEAD + ONE.format(f"缺一次扣0.5分，培训率不足90%的扣1分。（2分）\n例：{example}")).diagnostics
    assert [one.message() for one in found if one.code == "RB415"] == [f"例“{example}”不成立：{why}"]


def test_findings_of_different_checks_stand_in_the_order_of_the_text() -> None:
    """Steps are looked at after sizes."""
    text = f"{HEAD}一、章\n1. 培训率不低于95%，每低1个百分点扣0.5分。（2分）\n2. 缺一次扣3分。（2分）\n"
    assert [one.code for one in consistency.check(made(text))] == ["RB406", "RB403"]


def test_a_list_of_tasks_needs_no_rules() -> None:
    """A clause of it that moves no points is what it should be."""
    text = "任务清单：样例\n一、章\n1. 定期召开会议。\n责任单位：甲\n"
    assert [one.code for one in consistency.check(made(text)) if one.code in ("RB405", "RB409")] == []


def test_a_gap_between_grades_underlines_the_line_of_the_grades() -> None:
    """Among the other lines of the head."""
    text = f"{HEAD}等次：90分以上好，60分以上不足80分中，不足60分差\n满分：100分\n一、章\n1. 缺一次扣1分。（100分）\n"
    (finding,) = consistency.check(made(text))
    assert finding.code == "RB413"
    assert text[finding.start : finding.end] == "等次：90分以上好，60分以上不足80分中，不足60分差"


@pytest.mark.parametrize(("example", "why"), [("缺 1", "it does not say what"), ("覆盖率 101", "does not read")])
def test_an_example_that_cannot_be_scored_says_why(example: str, why: str) -> None:
    """A figure that it hangs on is left out, or is none that can be."""
    text = f"{HEAD}一、章\n1. 覆盖率95%以上得2分，不足95%得1分，缺一项扣1分。（2分）\n例：{example} → 1分\n"
    (finding,) = [one for one in consistency.check(made(text)) if one.code == "RB415"]
    assert why in finding.message("en")
