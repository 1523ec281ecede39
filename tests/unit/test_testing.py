"""The examples of a file: each run by itself, what they cover, which changes of the rubric they would notice."""

import pytest

import rulebook
from rulebook import testing

TEXT = """考核细则：试
满分：10分

一、工作
1. 台账（6分）
① 台账。缺一项扣0.5分，最多扣2分。未建立的不得分。（3分）
例：缺 2 → 2分
例：未建立 → 扣3分
例：缺 9 → 0分（不成立：旧口径）
② 覆盖率95%以上得满分，90%以上不足95%得1分，不足90%不得分。（3分）
例：覆盖率 95 → 3分
例：覆盖率 80 → 1分（跳过：待核）
2. 会议（4分）
优得4分，良得2分，差不得分。（4分）
例：良 → 2分
"""


def verdicts(text: str) -> list[tuple[str, str, str]]:
    """Name, verdict and outcome of every example."""
    book = rulebook.read(text).rulebook
    assert book is not None
    return [(one.name, one.verdict, one.got) for one in testing.examples(book)]


def test_every_example_is_run_by_itself() -> None:
    assert verdicts(TEXT) == [
        ("1.1#1", "passed", "2"), ("1.1#2", "passed", "-3"), ("1.1#3", "expected_failure", "1"),
        ("1.2#1", "passed", "3"), ("1.2#2", "skipped", ""), ("2#1", "passed", "2"),
    ]  # fmt: skip


def test_a_wrong_example_fails_and_one_that_holds_against_its_mark_is_told() -> None:
    wrong = TEXT.replace("缺 2 → 2分", "缺 2 → 1分").replace("缺 9 → 0分", "缺 9 → 1分")
    assert [one for one in verdicts(wrong) if one[1] in ("failed", "unexpected_pass")] == [("1.1#1", "failed", "2"), ("1.1#3", "unexpected_pass", "1")]
    codes = {one.code for one in rulebook.read(wrong).diagnostics}
    assert {"RB415", "RB432"} <= codes


def test_coverage_counts_what_acts_and_what_does_not() -> None:
    shown = testing.coverage(rulebook.load(TEXT))
    missing = [(one.clause, one.kind, one.number, one.outcome) for one in shown.missing]
    assert shown.figure == (7, 12)
    assert missing == [
        ("1.1", "limit", 1, "reached"), ("1.2", "row", 1, "fired"), ("1.2", "row", 1, "fired"), ("2", "row", 1, "fired"), ("2", "row", 1, "fired"),
    ]  # fmt: skip


def test_the_marked_text_and_the_figure_are_of_one_piece() -> None:
    shown = testing.coverage(rulebook.load(TEXT))
    marks = {line[2:]: line[0] for line in shown.marked(TEXT).split("\n") if line.strip()}
    assert marks["① 台账。缺一项扣0.5分，最多扣2分。未建立的不得分。（3分）"] == "~"
    assert marks["例：缺 2 → 2分"] == " "
    assert "-" not in {mark for line, mark in marks.items() if any(unit.covered and line in unit.text for unit in shown.units)}


def test_without_examples_nothing_is_covered_and_every_change_survives() -> None:
    book = rulebook.load("county-2018")
    assert testing.coverage(book).figure[0] == 0
    assert not any(one.killed for one in testing.mutants(book))


@pytest.mark.parametrize("source", [TEXT, "county-2018", "member-unit-2018"])
def test_the_example_that_is_offered_kills_the_change(source: str) -> None:
    """Added under its clause, it holds, and the change that it was made for survives no more."""
    book = rulebook.load(source)
    survivors = [one for one in testing.mutants(book) if not one.killed][:25]
    assert survivors
    for one in survivors:
        clause = next(clause for clause in book.clauses() if clause.address == one.clause)
        text = book.text()
        again = rulebook.read(_added(text, book, clause.address, one.killer))
        assert again.rulebook is not None, one
        assert not any(d.code in ("RB415", "RB225") for d in again.diagnostics), (one, [d.message() for d in again.diagnostics if d.severity == "error"])
        alike = [m for m in testing.mutants(again.rulebook) if (m.clause, m.text, m.change) == (one.clause, one.text, one.change)]
        assert any(m.killed for m in alike), one


def _added(text: str, book: rulebook.Rulebook, address: str, line: str) -> str:
    """The text with a line behind a clause."""
    formatted = rulebook.read(text).rulebook
    assert formatted is not None
    clause = next(clause for clause in formatted.clauses() if clause.address == address)
    assert clause.span is not None
    end = text.find("\n", clause.span.end - 1)
    end = len(text) if end < 0 else end
    return f"{text[:end]}\n{line}{text[end:]}"


def test_a_change_that_no_record_notices_is_no_mutant() -> None:
    """最多扣3分 in a clause of 3 points: dropped, nothing changes."""
    book = rulebook.load("考核细则：试\n满分：3分\n\n一、工作\n1. 台账。缺一项扣1分，最多扣3分。（3分）\n")
    assert "limit" not in {one.change for one in testing.mutants(book)}


BOUNDED = """考核细则：试
满分：8分

一、工作
1. 台账。缺一项扣1分，扣完为止。（3分）
例：缺 3 → 0分
2. 会议。缺一项扣1分。（3分）
例：缺 5 → 0分
3. 演练。未召开的扣1分。（2分）
例：未召开 → 1分
"""


def test_an_end_at_nothing_is_covered_where_more_is_lost_than_there_is() -> None:
    """Written or not (then an example within it shows nothing); a clause of which not all can be lost has none."""
    units = [(one.clause, one.text, one.outcome, one.covered) for one in testing.coverage(rulebook.load(BOUNDED)).units if one.kind == "limit"]
    assert units == [
        ("1", "扣完为止", "reached", False), ("1", "扣完为止", "not_reached", True), ("2", "（3分）", "reached", True),
    ]  # fmt: skip


def test_the_end_at_nothing_that_is_dropped_is_noticed_by_more_than_there_is_to_lose() -> None:
    """缺 3 takes everything and no more: the plainest example that notices is one more."""
    changed = [one for one in testing.mutants(rulebook.load(BOUNDED)) if one.change == "limit"]
    assert [(one.clause, one.killed, one.killer) for one in changed] == [("1", False, "例：缺 4 → 0分")]
    (kept,) = [one for one in testing.mutants(rulebook.load(BOUNDED.replace("缺 3", "缺 4"))) if one.change == "limit"]
    assert kept.killed
