"""A rubric that goes out on paper and comes home says of the score what it said before."""

from pathlib import Path

import pytest
from openpyxl import load_workbook

import rulebook
from rulebook.exchange import import_document
from rulebook.model import duties
from rulebook.papers.annex import kept
from rulebook.papers.report import rubric
from rulebook.papers.sheet import score_sheet

TEXT = """\
考核细则：2024年度消防安全考核细则
年度：2024
依据：某府发〔2024〕1号
对象：各街道办事处
满分：10分
未提供资料：不予判分
不涉及：得满分
等次：9分以上优秀，6分以上合格，不足6分不合格
小数：保留1位小数，舍去
零头：不足一步按一步计
以下：不包括本数
一票否决：总分记零分
总分限制：最低0分

一、工作
1. 台账。缺一项扣0.5分。（10分）
二、否决项
2. 事故
发生事故的，实行“一票否决”。
"""


@pytest.mark.parametrize("suffix", [".docx", ".xlsx"])
def test_the_head_goes_out_and_comes_back(suffix: str, tmp_path: Path) -> None:
    book = rulebook.load(TEXT)
    path = tmp_path / f"a{suffix}"
    path.write_bytes(rubric(book) if suffix == ".docx" else score_sheet(book))
    (draft,) = import_document(path).drafts
    first, again = (one.header.model_dump(exclude={"span", "lines", "veto"}) for one in (book, rulebook.load(draft.text)))
    assert again == first
    assert "一票否决：总分记零分" in draft.text
    assert "＿" not in "".join(line for line in draft.text.splitlines() if not line.startswith("#"))


BESIDE = """\
# 讨论稿
考核细则：2024年度消防安全考核细则
# 满分待定
满分：14分
单位名录：units.yaml

# 章
一、工作（市应急局牵头）
# 项
1. 台账（5分）
# 款
① 台账。缺一项扣0.25分；未建立的不得分。（3分）
事实：缺 → 缺少的台账
例：缺少的台账 2 → 2.5分
例：未建立 → 0分
② 死亡人数不超过66人。（2分）
指标：2010年基期 74；2015年目标 66，下降10.8%
# 忽略 RB404：一次就扣完是本意
2. 例会。缺一次扣2分。（2分）
例：缺 1 → 0分
（一）会议
责任单位：市教育局
3. 会议（市应急局牵头，市公安局配合）（2分）
① 计划。未制定的不得分。（1分）
② 记录。缺一次扣0.5分。（1分）
牵头单位：市应急局；责任单位：市公安局
二、报送
4. 报表。缺一次扣0.5分。（5分）
# 完
"""


def beside(book: rulebook.Rulebook) -> list[object]:
    """What each clause asks for, its examples, indicators, and who answers for it."""
    told = []
    for clause, duty in duties(book.sections):
        words = [one.text for one in (*clause.examples, *clause.indicators)]
        told.append((clause.address, [(fact.name, fact.type) for fact in clause.facts], clause.names, words, duty and duty.leads, duty and duty.answers))
    return told


def workbook(text: str, path: Path) -> Path:
    path.write_bytes(score_sheet(rulebook.load(text)))
    return path


def test_what_stands_beside_the_clauses_goes_along_and_comes_back_in_its_place(tmp_path: Path) -> None:
    """Every line of the text that the table does not hold is there again, and the whole means what it meant."""
    imported = import_document(workbook(BESIDE, tmp_path / "a.xlsx"))
    (draft,) = imported.drafts
    book, again = rulebook.load(BESIDE), rulebook.load(draft.text)
    assert imported.clean
    assert kept(again)[2:-2] == kept(book)[:-1]  # but for where the draft comes from, and the line to sign on
    assert [line for _, line in kept(again)][-1] == "# 完"
    assert beside(again) == beside(book)
    assert rulebook.check(again, rulebook.read(draft.text).source) == []  # the comment still lets its finding stand


def test_a_paper_without_anything_beside_has_no_annex(tmp_path: Path) -> None:
    assert load_workbook(workbook(TEXT, tmp_path / "a.xlsx")).sheetnames == ["评分表"]


def test_a_line_of_a_clause_that_is_gone_is_told_and_kept(tmp_path: Path) -> None:
    path = workbook(BESIDE, tmp_path / "a.xlsx")
    book = load_workbook(path)
    book["附注"]["A8"] = "9.9"
    book.save(path)
    (draft,) = import_document(path).drafts
    (lost,) = [finding for finding in draft.findings if finding.diagnostic.code == "RB639"]
    assert lost.place.cell == "附注!A8"
    assert f"# 9.9 {book['附注']['B8'].value}" in draft.text.splitlines()
    assert all(finding.line == 0 or draft.text.splitlines()[finding.line - 1] for finding in draft.findings)


def test_only_notes_come_back_from_an_annex(tmp_path: Path) -> None:
    """A clause, points, a line of the head or a formula that somebody wrote there changes no score: it is a comment, and told."""
    path = workbook(BESIDE, tmp_path / "a.xlsx")
    book = load_workbook(path)
    sheet = book["附注"]
    strange = ["9. 假。缺一次扣1分。（1分）", "二、假章", "（5分）", "扣3分", "=1+1", "x" * 30_000, "满分：900分"]
    for words in strange:
        sheet.append(["题头" if words.startswith("满分") else "1.1", words])
    book.save(path)
    (draft,) = import_document(path).drafts
    plain, again = (rulebook.load(text) for text in (BESIDE, draft.text))
    assert beside(again) == beside(plain)
    assert [clause.points for clause in again.clauses()] == [clause.points for clause in plain.clauses()]
    assert [finding.diagnostic.code for finding in draft.findings].count("RB629") == len(strange) - 1
    assert [finding.place.cell for finding in draft.findings if finding.diagnostic.code == "RB625"] != []


def test_a_list_of_tasks_goes_out_without_points(tmp_path: Path) -> None:
    """Nobody gave a task a point, and nothing comes home as a rubric that scores."""
    path = workbook("任务清单：2024年重点工作\n一、基础\n1. 编制规划（市教育局负责）\n2. 开展宣传\n", tmp_path / "a.xlsx")
    words = [str(cell.value) for row in load_workbook(path)["评分表"].iter_rows() for cell in row]
    assert words[0] == "2024年重点工作任务清单"
    assert not any("分）" in one for one in words)
    assert not import_document(path).clean
