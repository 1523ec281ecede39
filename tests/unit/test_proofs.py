"""`proofs`: every question on a rubric whose answer can be worked out by hand, and on the nearest one that answers otherwise."""

import re
from fractions import Fraction
from typing import Any

import pytest

import rulebook
from rulebook import attainable, evaluator, loader, model, proofs, totals

HEAD = "考核细则：试\n"
ONE = "一、章\n1. {}"


def made(text: str) -> model.Rulebook:
    """The rulebook of a text, whatever is wrong with it."""
    book = loader.read(f"{HEAD}{text}\n").rulebook
    assert book is not None
    return book


def answered(text: str) -> dict[str, Any]:
    """Question → answer."""
    return {one.question: one.answer for one in proofs.answers(made(text))}


CASES: tuple[tuple[str, list[str]], ...] = (
    # points that nobody earns, or loses
    (ONE.format("每编制一项得1分，最高得3分。（5分）"), ["RB419"]),
    (ONE.format("每编制一项得1分，最高得3分。（3分）"), []),
    (ONE.format("未召开的，扣2分。（5分）"), ["RB420"]),
    (ONE.format("每编发一篇加1分，最多加3分。（3分）"), ["RB418"]),
    (ONE.format("每编发一篇加1分，最多加3分，未编发的不得分。（3分）"), []),
    (ONE.format("每编发一篇得1分，最高得3分。（3分）"), []),
    (ONE.format("未召开的，扣2分。（2分）"), []),
    (ONE.format("未召开的，扣1.5分。（2分）"), ["RB420"]),
    (ONE.format("未召开的，扣2分，谎报的，实行一票否决。（5分）"), []),
    (ONE.format("缺一次扣1分。（1分）\n二、加分项\n2. 创新的，加1分。（2分）"), []),
    ("未提供资料：不予判分\n" + ONE.format("未召开的，扣2分。（5分）"), []),
    (ONE.format("缺一次扣0.001分。（5分）"), []),
    (ONE.format("每编制一项得0.001分。（5分）"), []),
    # rules that never matter
    (ONE.format("未召开的不得分，未召开的扣1分。（4分）"), ["RB421"]),
    (ONE.format("未召开的不得分，无记录的扣1分。（4分）"), []),
    (ONE.format("缺一次扣1分，最多扣2分，谎报的扣2分，最多扣2分。（2分）"), []),
    (ONE.format("迟到3次以内不扣分，超过3次的，每次扣1分。（5分）"), []),
    (ONE.format("缺一次扣1分，整改的扣0分。（4分）"), []),
    (ONE.format("缺一次扣1分。（1分）\n二、加分项\n2. 每完成一项加1分，少一项扣1分。（2分）"), []),
    # limits that are never reached
    (ONE.format("无纪要的，扣1分，最多扣3分，未召开的不得分。（4分）"), ["RB422"]),
    (ONE.format("缺一次纪要扣1分，最多扣3分，未召开的不得分。（4分）"), []),
    (ONE.format("无纪要的，扣1分，最多扣4分，未召开的不得分。（4分）"), []),
    # one deduction beyond its limit
    (ONE.format("缺一次扣3分，最多扣2分，未召开的不得分。（4分）"), ["RB423"]),
    (ONE.format("缺一次扣2分，最多扣2分，未召开的不得分。（4分）"), []),
    (ONE.format("缺一次扣1分，最多扣2分。谎报的扣3分。（5分）"), []),
    (ONE.format("缺一次扣1分，最多扣2分；错一次扣0.5分，最多扣1分。未召开的不得分。（5分）"), []),
    (ONE.format("谎报的扣1分。缺一次扣3分，最多扣2分。未建立的不得分。（5分）"), ["RB423"]),
    (ONE.format("谎报的扣3分。缺一次扣1分，最多扣2分。未建立的不得分。（5分）"), []),
    # grades
    ("等次：110分以上好，不足110分差\n" + ONE.format("缺一次扣5分。（100分）"), ["RB424"]),
    ("等次：96分以上好，不足96分差\n" + ONE.format("缺一次扣5分。（100分）"), []),
    ("等次：100分以上好，96分以上不足100分中，不足96分差\n" + ONE.format("缺一次扣5分。（100分）"), ["RB424"]),
    # a worse record
    (ONE.format("覆盖率90%以上得1分，80%以上不足90%得2分，不足80%不得分。（2分）"), ["RB425"]),
    (ONE.format("覆盖率90%以上得2分，80%以上不足90%得1分，不足80%不得分。（2分）"), []),
    (ONE.format("每完成一项得1分，完成三项以上的扣2分。（9分）"), ["RB419", "RB425"]),
    (ONE.format("缺一次扣0分，少一次扣1分，未建立的不得分。（4分）"), []),
    (ONE.format("缺一次扣1分。（1分）\n二、加分项\n2. 创新的，加1分，创新的，加1分，最高加1分。"), ["RB421", "RB421"]),
    (ONE.format("培训率95%以上得满分，80%以上不足90%得1分，不足80%不得分。（2分）"), []),
    (ONE.format("温度6-9之间得满分，其他不得分。（2分）"), []),
    (ONE.format("温度6-9之间不得分，其他得满分。（2分）"), ["RB425"]),
    (ONE.format("缺一项扣1分，覆盖率低于80%的，不扣分，覆盖率高于90%的，不扣分。（5分）"), ["RB425"]),
    (ONE.format("缺一项扣1分，缺三项以上的不得分，覆盖率低于80%的，不扣分，覆盖率高于90%的，不扣分。（5分）"), ["RB425"]),
    (ONE.format("缺一项扣0.0125分，覆盖率低于80%的，不扣分，覆盖率高于90%的，不扣分。（5分）"), ["RB425"]),
    (ONE.format("缺一项扣1分，不重复扣分，未建立的不得分。（5分）"), []),
    (ONE.format("整改的，不扣分，缺一项扣1分。（5分）"), []),
    (ONE.format("每缺一条扣1分。谎报的，从总分扣2分。最多扣2分。（1分）"), ["RB425"]),
    (ONE.format("每缺一条扣1分。谎报的，从总分扣2分。最多扣2分。（2分）"), []),
    # the same fault twice, and what excludes each other
    ("一、章\n1. 演练（4分）\n① 演练。未开展应急演练的，扣2分。（2分）\n② 演练。未开展应急演练的，扣2分。（2分）", ["RB426"]),
    ("一、章\n1. 演练（4分）\n① 演练。未开展应急演练的，扣2分。（2分）\n② 演练。未开展消防演练的，扣2分。（2分）", []),
    ("一、章\n1. 演练（4分）\n① 缺一次扣1分。（2分）\n② 缺一次扣1分。（2分）", []),
    (ONE.format("未建立台账扣2分，台账不健全扣1分。（3分）"), ["RB427"]),
    (ONE.format("未建立台账扣2分，制度不健全扣1分。（3分）"), []),
    (ONE.format("未建立台账的不得分，台账不健全扣1分。（3分）"), []),
    # requirements
    (ONE.format("培训覆盖率达到95%以上，培训覆盖率不低于90%。未达到的扣1分，未培训的不得分。（2分）"), ["RB428"]),
    (ONE.format("培训覆盖率达到95%以上，培训覆盖率不低于95%。未达到的扣1分，未培训的不得分。（2分）"), []),
    (ONE.format("培训覆盖率达到95%以上，演练覆盖率不低于90%。未达到的扣1分，未培训的不得分。（2分）"), []),
    (ONE.format("每季度至少召开1次，全年不少于3次。缺一次扣1分。（3分）"), ["RB428"]),
    (ONE.format("每季度至少召开1次，全年不少于4次。缺一次扣1分。（3分）"), []),
    (ONE.format("6月15日前上报1次，12月15日前上报1次。缺一次扣1分。（2分）"), []),
    (ONE.format("每半年至少召开1次，全年不少于1次。缺一次扣1分。（3分）"), ["RB428"]),
    (ONE.format("每月至少召开1次，每季度至少召开3次。缺一次扣1分。（3分）"), []),
    (ONE.format("每月至少召开1次，每季度至少召开2次。缺一次扣1分。（3分）"), ["RB428"]),
)  # fmt: skip
"""A rubric, and the codes of what is proved of it, in the order of the text."""


@pytest.mark.parametrize(("text", "codes"), CASES)
def test_each_proof_speaks_where_it_should_and_nowhere_else(text: str, codes: list[str]) -> None:
    """The codes, one by one."""
    assert [one.code for one in proofs.findings(made(text))] == codes


@pytest.mark.parametrize("text", [text for text, codes in CASES if codes == ["RB425"]])
def test_a_worse_record_that_scores_higher_is_shown(text: str) -> None:
    """Both records, scored by the evaluator as the finding says."""
    book = made(text)
    (finding,) = proofs.findings(book)
    (clause,) = book.clauses()
    assert finding.witness is not None
    scores = [rulebook.load(f"{HEAD}{text}\n").score({clause.address: finding.witness[which]}).total for which in ("worse", "better")]
    assert scores == [Fraction(str(finding.values["first"])), Fraction(str(finding.values["second"]))]
    assert scores[0] > scores[1]


PLACES: tuple[tuple[str, str], ...] = (
    (ONE.format("未召开的不得分，未召开的扣1分。（4分）"), "未召开的扣1分"),
    (ONE.format("无纪要的，扣1分，最多扣3分，未召开的不得分。（4分）"), "最多扣3分"),
    (ONE.format("缺一次扣3分，最多扣2分，未召开的不得分。（4分）"), "缺一次扣3分"),
    ("等次：110分以上好，不足110分差\n" + ONE.format("缺一次扣5分。（100分）"), "等次：110分以上好，不足110分差"),
    (ONE.format("未建立台账扣2分，台账不健全扣1分。（3分）"), "台账不健全扣1分"),
    (ONE.format("每季度至少召开1次，全年不少于3次。缺一次扣1分。（3分）"), "全年不少于3次"),
    (ONE.format("违规率5%以下得1分，高于5%低于10%得2分，10%以上不得分。（2分）"), "违规率5%以下得1分，高于5%低于10%得2分，10%以上不得分"),
)  # fmt: skip
"""A rubric with one finding, and the words that it underlines."""


@pytest.mark.parametrize(("text", "words"), PLACES)
def test_a_finding_underlines_the_words_that_it_is_about(text: str, words: str) -> None:
    """No more and no less."""
    whole = f"{HEAD}{text}\n"
    (finding,) = proofs.findings(made(text))
    assert whole[finding.start : finding.end] == words


MISSED = {"RB419": "highest", "RB420": "lowest"}


@pytest.mark.parametrize(("text", "value"), [(text, MISSED[codes[0]]) for text, codes in CASES if codes in (["RB419"], ["RB420"])])
def test_the_end_that_is_missed_is_shown(text: str, value: str) -> None:
    """The record of the finding scores what the finding says."""
    book = made(text)
    (finding,) = proofs.findings(book)
    card = rulebook.load(f"{HEAD}{text}\n").score(dict(finding.witness or {}))
    assert card.total == Fraction(str(finding.values[value]))


ANSWERS: tuple[tuple[str, dict[str, Any]], ...] = (
    (ONE.format("缺一次扣1分。（3分）\n2. 未建立的，扣2分。（2分）"), {
        "lowest attainable score": "0", "highest attainable score": "5", "full marks attainable": True, "attainable totals": "0, 1, 2, 3, 4, 5",
        "never better for a worse record": True, "every rule matters": True}),
    (ONE.format("缺一次扣1分。（11分）"), {"attainable totals": "0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11"}),
    (ONE.format("缺一次扣1分。（12分）"), {"attainable totals": "0, 1, 2, …, 11, 12 (13)"}),
    (ONE.format("缺一次扣1分。（20分）"), {"attainable totals": "0, 1, 2, …, 19, 20 (21)"}),
    (ONE.format("管理混乱的，酌情扣1-3分。（3分）"), {"attainable totals": "0–2, 3"}),
    (ONE.format("每编制一项得1分，最高得3分。（5分）"), {"full marks attainable": False, "highest attainable score": "3"}),
    ("满分：4分\n" + ONE.format("每编制一项得1分，最高得3分。（3分）"), {"full marks attainable": False}),
    (ONE.format("缺一次扣1分，整改的扣0.5分。（2分）\n二、加分项（3分）\n2. 创新的，每次加2分。（3分）\n3. 推广的，加1分。"), {
        "full marks attainable": True, "highest attainable score": "5", "attainable totals": "0, 0.5, 1, 1.5, 2, 2.5, 3, 3.5, 4, 4.5, 5"}),
    (ONE.format("未召开的不得分，未召开的扣1分。（4分）"), {"every rule matters": False, "attainable totals": "0, 4"}),
    (ONE.format("覆盖率90%以上得1分，80%以上不足90%得2分，不足80%不得分。（2分）"), {"never better for a worse record": False}),
    ("等次：3分以上好，不足3分差\n" + ONE.format("每发生一起，从总分扣1分。（4分）"), {
        "lowest attainable score": "-999999996", "highest attainable score": "4", "full marks attainable": True, "attainable totals": None,
        "never better for a worse record": None, "every rule matters": None, "grade attainable: 好": True, "grade attainable: 差": True}),
    ("等次：5分以上好，4分以上不足5分中，不足4分差\n" + ONE.format("每发生一起，从总分扣1分。（4分）"), {
        "grade attainable: 好": False, "grade attainable: 中": True}),
    ("总分限制：扣完为止\n" + ONE.format("缺一次扣1分，可扣至负分，最多扣4分。（2分）"), {"attainable totals": "0, 1, 2"}),
    (ONE.format("缺一次扣1分，可扣至负分，最多扣4分。（2分）"), {"lowest attainable score": "-2", "attainable totals": "-2, -1, 0, 1, 2"}),
    ("总分限制：最高3分\n" + ONE.format("缺一次扣1分。（2分）\n二、加分项\n2. 推广的，加2分。"), {"attainable totals": "0, 1, 2, 3"}),
    (ONE.format("缺一次扣1分。（1分）\n二、加分项（2分）\n2. 创新的，每次加1分，最高加3分。\n3. 推广的，加1分。"), {"attainable totals": "0, 1, 2, 3"}),
    (ONE.format("缺一次扣1分。（1分）\n二、加分项（1.5分）\n2. 创新的，加1分。\n3. 推广的，加1分。"), {"attainable totals": "0, 1, 1.5, 2, 2.5"}),
    (ONE.format("缺一次扣1分。（1分）\n二、加分项\n2. 项（1.5分）\n① 创新的，加1分。\n② 推广的，加1分。"), {"attainable totals": "0, 1, 1.5, 2, 2.5"}),
    ("小数：保留整数，四舍五入\n" + ONE.format("缺一次扣0.5分。（2分）"), {"attainable totals": "0, 1, 2"}),
    ("总分限制：最高10.9分\n" + ONE.format("缺一次扣1分。（10分）\n2. 管理混乱的，酌情扣0.1-0.2分。（1分）"), {"attainable totals":
        "0.8–0.9, 1, 1.8–1.9, 2, 2.8–2.9, 3, 3.8–3.9, 4, 4.8–4.9, 5, 5.8–5.9, 6, 6.8–6.9, 7, 7.8–7.9, 8, 8.8–8.9, 9, …, 10.8–10.9"}),
    (ONE.format("按完成比例得分。（2000分）\n2. 迟到的扣0.0001分。（1分）"), {"attainable totals": None, "highest attainable score": "2001"}),
    ("小数：保留整数，四舍五入\n" + ONE.format("管理混乱的，酌情扣1-3分。（3分）"), {"attainable totals": "0, 1, 2, 3"}),
    ("小数：保留一位小数，四舍五入\n" + ONE.format("缺一次扣0.25分。（1分）"), {"attainable totals": "0, 0.3, 0.5, 0.8, 1"}),
    ("等次：3分以上好，高于2分不足3分中，2分以下差\n" + ONE.format("管理混乱的，酌情扣1-3分。（3分）"), {
        "grade attainable: 好": True, "grade attainable: 中": False, "grade attainable: 差": True}),
    ("等次：3分以上好，2分以上不足3分中，不足2分差\n" + ONE.format("管理混乱的，酌情扣1-3分。（3分）"), {"grade attainable: 中": True}),
    ("等次：高于3分好，2分以下差\n" + ONE.format("未召开的，扣1分。（3分）"), {"grade attainable: 好": False, "grade attainable: 差": True}),
    ("一票否决：总分记零分\n" + ONE.format("未召开的，扣1分。（2分）\n二、否决项\n2. 谎报的，实行“一票否决”。"), {"attainable totals": "0, 1, 2"}),
    (ONE.format("未召开的，扣1分。（2分）\n2. 谎报的扣1分，瞒报的，本项一票否决。（1分）"), {"attainable totals": None, "lowest attainable score": "1"}),
    ("未提供资料：不予判分\n" + ONE.format("未召开的，扣1分。（2分）"), {"lowest attainable score": "0", "attainable totals": "0, 1, 2"}),
)  # fmt: skip
"""A rubric, and answers about it that can be worked out by hand."""


@pytest.mark.parametrize(("text", "told"), ANSWERS)
def test_answers_are_those_worked_out_by_hand(text: str, told: dict[str, Any]) -> None:
    """Each question that the row names."""
    answers = answered(text)
    assert {question: answers[question] for question in told} == told


@pytest.mark.parametrize("text", [text for text, _ in ANSWERS if not text.startswith("满分")])
def test_the_ends_have_their_records(text: str) -> None:
    """The evaluator scores either witness as the answer says, where every clause is decided."""
    book = made(text)
    proof = proofs.Proof(book)
    lowest, highest = proofs.answers(book, proof)[:2]
    if not proof.seen.undecided:
        assert rulebook.load(f"{HEAD}{text}\n").score(dict(lowest.witness or {})).total == Fraction(str(lowest.answer))
        assert rulebook.load(f"{HEAD}{text}\n").score(dict(highest.witness or {})).total == Fraction(str(highest.answer))


def test_sections_and_items_have_their_scores() -> None:
    """Each before the limits of the whole; award items and sections under their own."""
    text = (
        "总分限制：最高6分\n一、章\n1. 项（3分）\n① 缺一次扣1分。（2分）\n② 未建立的扣1分。（1分）\n2. 管理混乱的，酌情扣1-2分。（3分）\n"
        "二、加分项（2分）\n3. 项（1.5分）\n① 创新的，加1分。\n② 推广的，加1分。\n4. 受表彰的，加1分。\n三、章\n5. 每发生一起，从总分扣1分。（1分）\n"
        "四、否决项\n6. 谎报的，实行“一票否决”。"
    )
    told = {one.question.removeprefix("attainable scores: "): (one.answer, one.why) for one in proofs.parts(made(text))}
    assert told == {
        "一、章": ("1–5, 6", ()), "1": ("0, 1, 2, 3", ()), "2": ("1–2, 3", ()), "二、加分项": ("0, 1, 1.5, 2", ()),
        "3": ("0, 1, 1.5", ()), "4": ("0, 1", ()), "三、章": (None, ("5",)), "5": (None, ("5",)),
    }  # fmt: skip


def test_what_is_not_decided_is_named_with_its_clauses() -> None:
    """The clause without an end, and no other."""
    book = made(ONE.format("缺一次扣1分。（4分）\n2. 每发生一起，从总分扣1分。（4分）"))
    assert {one.why for one in proofs.answers(book) if one.answer is None} == {("2",)}


def test_two_clauses_of_one_number_are_not_reasoned_about() -> None:
    """Which is meant is told already."""
    book = made(ONE.format("未召开的不得分，未召开的扣1分。（4分）\n1. 未召开的不得分，未召开的扣1分。（4分）"))
    assert proofs.findings(book) == []


REACHES: tuple[tuple[str, list[str] | None], ...] = (
    ("无方案、无总结的，分别扣2分、1分。（5分）", ["2", "3", "4", "5"]),
    ("无方案、无总结的，各扣1分。（5分）", ["3", "4", "5"]),
    ("每次扣1-3分。（5分）", ["0-4", "5"]),
    ("缺一项扣1分，不重复扣分。（5分）", ["4", "5"]),
    ("缺一项扣1分，发现一处扣2分，只取最高。（5分）", ["3", "4", "5"]),
    ("缺一项扣1分，整改的，加倍扣分，不重复扣分。（5分）", ["3", "4", "5"]),
    ("第一次扣1分，第二次起每次扣2分，不重复扣分。（5分）", ["3", "4", "5"]),
    ("缺一项扣2分，最低得1分。（4分）", ["1", "2", "4"]),
    ("每完成一项得2分，最低得1分。（4分）", ["1", "2", "4"]),
    ("缺一项扣2分，整改的，不扣分。（4分）", ["0", "2", "4"]),
    ("缺一项扣2分，整改的，减半扣分。（4分）", ["0", "1", "2", "3", "4"]),
    ("缺一项扣1分，整改的，减半扣分。（4分）", ["0", "0.5", "1", "1.5", "2", "2.5", "3", "3.5", "4"]),
    ("覆盖率不低于95%，每低1%扣1分，整改的，减半扣分。（2分）", ["0", "0.5", "1", "1.5", "2"]),
    ("缺一项扣2分，发生事故的，本项最高不超过1分。（4分）", ["0", "1", "2", "4"]),
    ("缺一项扣2分，可扣至负分。（4分）", None),
    ("缺一项扣2分，可扣至负分，最多扣6分。（4分）", ["-2", "0", "2", "4"]),
    ("优得4分，良得2分，差不得分。（4分）", ["0", "2", "4"]),
    ("优得4-3分，良得2-1分，差不得分。（4分）", ["0", "1-2", "3-4"]),
    ("按完成比例得分。（4分）", ["0-4"]),
    ("甲。70%至90%线性得分。（4分）", ["0-4"]),
    ("覆盖率不低于95%，每低2%扣1.5分。（4分）", ["0", "1", "2.5", "4"]),
    ("死亡率不高于3%，每高1%扣2分。（5分）", ["0", "1", "3", "5"]),
    ("死亡率不高于3%，每高1%扣2分，可扣至负分。（5分）", None),
    ("死亡率不高于97%，每高1%扣2分，可扣至负分。（5分）", ["-1", "1", "3", "5"]),
    ("每次扣0.5-0.6分。（5分）", ["0-2.5", "2.6-3", "3.2-3.5", "3.8-4", "4.4-4.5", "5"]),
    ("第一次扣0.1分，第二次扣0.1分，第三次起每次扣1分。（5分）", ["0", "0.8", "1.8", "2.8", "3.8", "4.8", "4.9", "5"]),
    ("第一次扣2分，第二次起每次扣0.5分。（5分）", ["0", "0.5", "1", "1.5", "2", "2.5", "3", "5"]),
    ("每完成一项得1分，每创新一次加1分。（3分）", None),
    ("优得3分，良得2分，差不得分，创新的，加5分，缺一项扣1分。（3分）", ["0", "1", "2", "3", "4", "5", "6", "7", "8"]),
    ("未召开的扣0.5分，迟到的扣0.0001分。（1分）", ["0.4999", "0.5", "0.9999", "1"]),
    ("缺一项扣0.5分。创新的，加0.5分。最多扣0.4分。（5分）", ["4.6", "5", "5.1", "5.5"]),
    ("管理混乱的，酌情扣0-3分。（3分）", ["0-3"]),
    ("覆盖率不低于1%，每低2%扣1.5分。（4分）", ["4"]),
    ("每被采用一篇加0.25分，最多加1.5分。创新的，加1分。（5分）", ["5", "5.25", "5.5", "5.75", "6", "6.25", "6.5", "6.75", "7", "7.25", "7.5"]),
    ("每被采用一篇加0.5分，最多加1.5分。未召开的扣2分。（5分）", ["3", "3.5", "4", "4.5", "5", "5.5", "6", "6.5"]),
    ("缺一项扣1分，未召开的扣除50%的分数，只取最高。（4分）", ["2", "3", "4"]),
    ("在通报中明确分数的，按明确的分数扣分，缺一项扣1分，最多扣3分。（4分）", ["1-4"]),
    ("发生事故超过3起的，不得分。（5分）", ["0", "5"]),
    ("缺勤3次以上的扣1分，5次以上的扣2分。（5分）", ["3", "4", "5"]),
    ("逾期1天扣1.5分。（4分）", ["0", "1", "2.5", "4"]),
    ("每3项扣2分。（4分）", ["0", "2", "4"]),
    ("甲。迟到3次以内不扣分，超过3次的，每次扣2分。（4分）", ["0", "2", "4"]),
    ("在通报中明确分数的，按明确的分数扣分。（4分）", ["0-4"]),
    ("在通报中明确分数的，按明确的分数扣分，可扣至负分。（4分）", None),
    ("每次扣1-3分，可扣至负分。（4分）", None),
    ("每次扣1-3分，可扣至负分，最多扣6分。（4分）", ["-2-3", "4"]),
    ("缺一项扣1分。每次加1-3分。（4分）", None),
    ("谎报的，从总分扣1分，缺一项扣2分。（4分）", ["0", "2", "4"]),
    ("每完成一项得3分，每发现一处扣2分。（4分）", ["0", "1", "2", "3", "4"]),
    ("缺一项扣2分，最多扣2分。错一项扣1分，最多扣1分。（4分）", ["1", "2", "3", "4"]),
    ("创新的，加1分，缺一项扣2分。（4分）", ["0", "1", "2", "3", "4", "5"]),
    ("创新的，每次加1分，缺一项扣2分。（4分）", None),
    ("逾期每天扣除30%的分数。（4分）", ["0", "0.4", "1.6", "2.8", "4"]),
    ("投诉电话统一受理。（4分）", ["0", "4"]),
    ("抽测成绩低于60分的不得分，低于80分的扣1分。（4分）", ["0", "3", "4"]),
    ("每表彰一次加1分，发生事故的，本项最高不超过2分。（4分）", None),
    ("创新的，加2分，国家级的，加倍加分，缺一项扣1分。（2分）", ["0", "1", "2", "3", "4", "5", "6"]),
)  # fmt: skip
"""A clause, and every score that it can have (None: without an end), worked out by hand."""


ABOVE: tuple[tuple[str, list[str] | None], ...] = (
    ("每次加1-3分。（4分）", ["0", "1-4"]),
    ("每次加1-3分。", None),
    ("国家级、省级表彰分别加3分、2分。", ["0", "2", "3", "5"]),
    ("受表彰的，每次加1分，最高加2分。", ["0", "1", "2"]),
    ("受表彰的，每次加1分。", None),
    ("第一次加1分，第二次起每次加2分。（4分）", ["0", "1", "3", "4"]),
    ("创新的，加1.5分，推广的，加1分。（2分）", ["0", "1", "1.5", "2"]),
    ("每高1个百分点加0.5分。（1分）", ["0", "0.5", "1"]),
    ("在通报中明确分数的，按明确的分数加分。（2分）", ["0-2"]),
    ("每完成一项加2分，每发现一处扣1分。（3分）", ["0", "1", "2", "3"]),
)  # fmt: skip
"""The same of a clause above the full marks."""


@pytest.mark.parametrize(("kind", "words", "scores"), [*(("points", *row) for row in REACHES), *(("award", *row) for row in ABOVE)])
def test_the_scores_of_a_clause_are_all_there_are(kind: str, words: str, scores: list[str] | None) -> None:
    """Single figures and stretches, none missing and none besides; each end has its witness."""
    book = made(f"一、章\n1. {words}" if kind == "points" else f"一、章\n0. 缺一次扣1分。（1分）\n二、加分项\n1. {words}")
    clause = list(book.clauses())[-1]
    reach = totals.whole(book).reaches[clause.address]
    assert reach.decided == (scores is not None)
    for part in reach.parts:
        for facts, score in ((part.at_low, part.low), (part.at_high, part.high)):
            assert facts is not None
            assert evaluator.clause_outcome(clause, kind, facts, None).score == score
    if scores is not None:
        ends = [re.fullmatch(r"(-?[\d.]+)(?:-([\d.]+))?", one).groups() for one in scores]  # type: ignore[union-attr]
        assert reach.scores() == [(Fraction(low), Fraction(high or low)) for low, high in ends]
        assert (reach.lowest.low, reach.highest.high) == (Fraction(ends[0][0]), Fraction(ends[-1][1] or ends[-1][0]))


def test_more_combinations_than_are_tried_are_not_claimed() -> None:
    """Nine hundred counts beside nine hundred others: named as not decided, with the true ends."""
    book = made(ONE.format("缺一项扣0.0001分，错一项扣0.0003分，情节严重的，加倍扣分。（1分）"))
    seen = totals.whole(book)
    assert seen.undecided == ("1",)
    assert (seen.lowest, seen.highest) == (Fraction(0), Fraction(1))
    assert seen.totals is None
    assert attainable.COMBINATIONS < attainable.COUNTS**2
