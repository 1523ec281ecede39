"""What holds where none of the other rows does stands last in the table, wherever the sentence says it; the longest filler is taken."""

import os
import subprocess
import sys

import rulebook
from rulebook.cli.sentence import read_clause

BOOK = """\
考核细则：试
满分：2分
未提供资料：不予判分

一、工作
1. 工作（2分）
① 使用寿命最长的得2分，其他的得1分，未提交的不得分。（2分）
"""


def test_an_else_row_amid_the_others_takes_none_of_them() -> None:
    """其他的得1分，未提交的不得分: who submitted nothing is none of the others."""
    book = rulebook.load(BOOK)
    (fact,) = next(iter(book.clauses())).facts
    assert [str(book.score({"1.1": choice}).total) for choice in fact.choices] == ["2", "0", "1"]


def test_two_else_rows_are_refused() -> None:
    """Which of the two holds is open; it never raises."""
    shape, _ = read_clause("召开会议得1分,有工作方案得1分,否则不得分“四有”,达到要求，记5分,每缺一项不计分;", "zh")
    assert shape["status"] in ("ambiguous", "unread")


def test_a_reading_does_not_depend_on_the_order_of_a_set() -> None:
    """Of several words between a verb and its amount the longest is taken, whatever the hash seed."""
    said = {
        subprocess.run(
            [sys.executable, "-m", "rulebook", "clause", "--json", "每半分钟扣平均分数1分。"],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
        ).stdout
        for seed in ("1", "2", "3")
    }
    assert len(said) == 1
