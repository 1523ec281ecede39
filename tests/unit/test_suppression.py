"""Comments that let findings stand: with a code and a reason, for the clause below or the whole file, and never for nothing."""

import pytest

import rulebook

BODY = "1. 例会。缺一次扣2分。（2分）\n2. 纪要。缺一次扣4分。（4分）\n"


def codes(comment: str, body: str = BODY) -> list[str]:
    """The codes that stand, under a comment above the first clause."""
    reading = rulebook.read(f"考核细则：试\n满分：6分\n\n一、工作\n{comment}{body}")
    assert reading.rulebook is not None
    return [one.code for one in rulebook.check(reading.rulebook, reading.source)]


@pytest.mark.parametrize(
    ("comment", "standing"),
    [
        ("", ["RB404", "RB404"]),
        ("# 忽略 RB404：本意如此\n", ["RB404"]),
        ("# ignore RB404: meant\n", ["RB404"]),
        ("＃ 备注\n# 忽略 RB404、RB420：本意如此\n", ["RB430", "RB404"]),
        ("# 全文忽略 RB404：本意如此\n", []),
        ("# 忽略 RB403：没有\n", ["RB430", "RB404", "RB404"]),
        ("# 忽略 RB404\n", ["RB431", "RB404", "RB404"]),
        ("# 忽略 RB499：没有这个代码\n", ["RB431", "RB404", "RB404"]),
        ("# 不要忽略第二条\n", ["RB404", "RB404"]),
    ],
)
def test_what_a_comment_lets_stand(comment: str, standing: list[str]) -> None:
    if comment.startswith("＃"):
        comment = comment.replace("＃", "#")
    assert codes(comment) == standing


def test_a_comment_speaks_of_all_lines_of_its_clause() -> None:
    body = "1. 例会（6分）\n① 会议。\n缺一次扣2分，\n最多扣6分。（2分）\n② 纪要。缺一次扣1分。（4分）\n"
    assert codes("", body) == ["RB404", "RB412"]
    assert codes("", body.replace("① ", "# 忽略 RB404、RB412：照旧\n① ")) == []


def test_an_error_is_never_let_stand() -> None:
    reading = rulebook.read("考核细则：试\n满分：7分\n\n一、工作\n# 全文忽略 RB402：本意如此\n" + BODY)
    assert "RB402" in {one.code for one in reading.diagnostics}
    assert reading.rulebook is not None
    assert "RB402" in {one.code for one in rulebook.check(reading.rulebook, reading.source)}
