"""What an item's heading asks for is what its clauses are measured against."""

import rulebook

HEAD = "考核细则：试\n年度：2018\n满分：8分\n零头：不足一步不计\n\n一、工作\n"


def load(text: str) -> rulebook.Rulebook:
    return rulebook.load(HEAD + text)


def test_records_are_held_against_the_rhythm_of_the_heading() -> None:
    book = load("1. 每季度至少召开1次会议（8分）\n少一次扣1分。（8分）\n")
    (clause,) = book.clauses()
    assert [one.text for one in clause.requirements] == ["每季度至少召开1次会议"]
    assert clause.facts[0].requirement == 0
    held = [{"日期": f"2018-0{month}-01"} for month in (2, 5, 8)]
    assert str(book.score({"1": {"记录": held}}).total) == "7"


def test_a_rate_is_measured_from_the_figure_of_the_heading() -> None:
    book = load("1. 隐患整改率不低于95%（8分）\n① 每低1个百分点扣0.5分。（5分）\n② 台账缺一项扣1分。（3分）\n")
    first, second = book.clauses()
    assert [fact.name for fact in first.facts] == ["隐患整改率"]
    assert second.requirements == ()
    assert str(book.score({"1.1": {"隐患整改率": 93}, "1.2": 0}).total) == "7"


def test_what_the_clause_asks_itself_comes_first() -> None:
    book = load("1. 整改率不低于95%（8分）\n① 验收合格率不低于90%，每低1个百分点扣1分。（8分）\n")
    (clause,) = book.clauses()
    assert [one.text for one in clause.requirements] == ["不低于90%"]
    assert str(book.score({"1.1": {"验收合格率": 89}}).total) == "7"


def test_a_heading_that_nothing_is_measured_against_leaves_nothing() -> None:
    book = load("1. 每月至少检查2次（8分）\n① 未建立台账的，不得分。（4分）\n② 资料齐全。（4分）\n")
    assert [clause.requirements for clause in book.clauses()] == [(), ()]


def test_what_is_printed_is_what_was_written() -> None:
    text = HEAD + "1. 每季度至少召开1次会议（8分）\n① 少一次扣1分。（8分）\n"
    assert rulebook.load(text).text() == text


def test_only_what_is_measured_is_taken_over() -> None:
    """The heading asks for two things; the clause is measured against the second, and its fact points there."""
    book = load("1. 整改率不低于95%，每季度至少召开1次会议（8分）\n少一次扣1分。（8分）\n")
    (clause,) = book.clauses()
    assert [one.kind for one in clause.requirements] == ["frequency"]
    assert clause.facts[0].requirement == 0
