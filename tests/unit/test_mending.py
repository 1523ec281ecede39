"""Suggestions about a rulebook as a whole: each has been read, and what is applied without the author changes no score."""

import pytest

import rulebook
from rulebook import mending
from rulebook.diagnostics import Diagnostic, Edit
from rulebook.totals import whole

TEXT = """考核细则：试
满分：10分

一、工作
1. 例会。缺一次扣2分。（2分）
2. 纪要。无纪要的，扣1分，最多扣3分。（4分）
3. 培训。覆盖率95%以上得满分，每低1%扣0.5分。（2分）
4. 演练。少一次扣2.5分，最多扣3分。（2分）
"""


def findings(text: str) -> tuple[rulebook.Reading, dict[str, Diagnostic]]:
    reading = rulebook.read(text)
    assert reading.rulebook is not None
    return reading, {one.code: one for one in rulebook.check(reading.rulebook, reading.source)}


def test_each_code_has_the_suggestion_that_mends_it() -> None:
    _, found = findings(TEXT)
    said = {code: (one.suggestion.title, one.suggestion.safe) for code, one in found.items() if one.suggestion is not None}
    assert said == {
        "RB403": ("2", False),
        "RB404": ("不得分", False),
        "RB406": ("零头：不足一步不计", True),
        "RB412": ("（删去）", True),
        "RB422": ("（删去）", True),
    }


def test_safe_suggestions_change_no_score_and_are_not_found_again() -> None:
    reading, found = findings(TEXT)
    text, count = mending.fixed(reading.source, found.values())
    assert count == 3
    assert reading.rulebook is not None
    again, left = findings(text)
    assert again.rulebook is not None
    assert set(left) == {"RB403", "RB404", "RB420"}
    one, other = whole(reading.rulebook), whole(again.rulebook)
    assert one.totals == other.totals
    assert [r.worths() for r in one.reaches.values()] == [r.worths() for r in other.reaches.values()]


def test_a_suggestion_that_does_not_read_is_not_made() -> None:
    """缺一次扣2分 beside a second figure of the same clause: as much as the clause has would be another mistake."""
    text = "考核细则：试\n满分：2分\n\n一、工作\n1. 例会。缺一次扣5分，每次扣完为止。（2分）\n"
    reading = rulebook.read(text)
    for one in rulebook.check(reading.rulebook, reading.source) if reading.rulebook else ():
        if one.suggested is not None:
            edited = text
            for edit in sorted(one.suggested.edits, reverse=True):
                edited = edited[: edit.start] + edit.text + edited[edit.end :]
            assert not any(d.severity == "error" for d in rulebook.read(edited).diagnostics)


def test_what_would_change_a_score_is_never_safe(monkeypatch: pytest.MonkeyPatch) -> None:
    """A mend that takes away a limit that binds reads, and is shown as the author's choice."""

    def harmful(diagnostic: Diagnostic, book: object, source: object) -> tuple[Edit, ...]:
        at = TEXT.index("扣1分")
        return (Edit(at, at + 3, "扣2分"),)

    monkeypatch.setitem(mending.MENDS, "RB422", harmful)
    _, found = findings(TEXT)
    assert found["RB422"].suggestion is not None
    assert found["RB422"].suggestion.title == "扣2分"
    assert not found["RB422"].suggestion.safe
