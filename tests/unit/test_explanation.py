"""Sentences for the 扣分及原因 column: what was found, what it costs, what a limit or a zero took of that."""

import pytest

import rulebook

HEAD = "考核细则：样例\n满分：10分\n未提供资料：不予判分\n一、样章\n1. 样项（10分）\n"


def reasons(clause: str, evidence: object, **how: str) -> list[str]:
    """The reasons of the ledger of a rubric with one clause of ten points."""
    card = rulebook.load(f"{HEAD}{clause}（10分）\n").score({"1": evidence}, **how)  # type: ignore[arg-type]
    return [entry.reason for entry in card.ledger]


@pytest.mark.parametrize(
    ("clause", "evidence", "said"),
    [
        ("缺一项扣0.25分。", 3, ["缺3项，每项扣0.25分，扣0.75分"]),
        ("每缺2项扣1分。", 5, ["缺5项，每2项扣1分，扣2分"]),
        ("一个部门未建立扣0.5分。", 2, ["未建立2个部门，每个部门扣0.5分，扣1分"]),
        ("资料不全的，扣0.5分。", "资料不全", ["资料不全，扣0.5分"]),
        ("未建立的不得分。", "未建立", ["未建立，不得分，扣10分"]),
        ("合格率未达到100%的不得分。", "98.5", ["合格率为98.5%，不得分，扣10分"]),
        (
            "无制度的不得分，未落实的不得分，资料不全的扣1分。",
            {"无制度": True, "未落实": True, "资料不全": True},
            [
                "无制度，不得分，扣10分",
                "未落实，不得分，扣10分（本条已不得分，不再重复扣）",
                "资料不全，扣1分（本条已不得分，不再重复扣）",
            ],
        ),
        ("每处扣4分。", 3, ["次数3处，每处扣4分，扣12分（按规则应为12分，受限实计10分）"]),
        ("90%以上得满分，80%以上不足90%得6分，80%以下不得分。", "85", ["指标值为85%，得6分"]),
        ("90%以上得满分，70%以上不足80%得6分。", "85", ["指标值为85%，得0分"]),
        ("合格率90%以上不扣分，80%以上不足90%扣2分，不足80%不得分。", "70", ["合格率为70%，不得分，扣10分"]),
        ("得满分，否则每处扣1分。", 3, ["以10分起计", "次数3处，每处扣1分，扣3分"]),
        ("做好台账。", "未提供", ["未提供资料，不予判分，扣10分"]),
        ("做好台账。", "不符合", ["不符合要求，不予判分，扣10分"]),
        ("第一次扣1分，第二次起每次扣2分。", 3, ["次数3次，扣5分"]),
    ],
)
def test_a_reason_says_what_was_found_and_what_it_costs(clause: str, evidence: object, said: list[str]) -> None:
    assert reasons(clause, evidence) == said


def test_the_same_in_english() -> None:
    assert reasons("缺一项扣0.25分。", 3, language="en") == ["缺: 3 项, for each 项 0.25 points off, 0.75 points lost"]


def test_a_clause_that_earned_all_its_points_is_folded() -> None:
    """Bands that give the full marks are told by a count, as a deduction that was not made; what fell short has its line."""
    rows = "率90%以上得3分，不足90%得1分。（3分）"
    book = rulebook.load(f"考核细则：样例\n满分：6分\n一、样章\n1. {rows}\n2. {rows}\n二、加分项\n3. 表彰\n受到表彰的加1分。\n")
    told = [line.strip() for line in book.score({"1": "95", "2": "85", "3": "受到表彰"}).explain().splitlines()[1:]]
    assert told[:3] == ["一、样章  4/6", "2 率90%以上得3分: 率为85%，得1分", "其余1条满分"]
    assert told[3:] == ["二、加分项  1", "3 表彰: 受到表彰，加1分"]
