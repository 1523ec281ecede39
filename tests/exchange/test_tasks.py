"""Lists of tasks out of documents: who answers stands in columns, in brackets behind sentences, or on lines of its own."""

import os
from pathlib import Path

import packages
import pytest

import rulebook
from rulebook import model
from rulebook.diagnostics import RulebookError
from rulebook.exchange import Draft, import_document
from rulebook.source import fold

Named = dict[str, tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]] | None]


def drafts(text: str | bytes, name: str = "任务.txt") -> tuple[Draft, ...]:
    return import_document(text.encode() if isinstance(text, str) else text, name=name).drafts


def one(text: str | bytes, name: str = "任务.txt") -> rulebook.Rulebook:
    """The one list of a document; its draft reads without an error and says the same again."""
    (draft,) = drafts(text, name)
    book = rulebook.load(draft.text)
    assert rulebook.load(book.text()).text() == book.text()
    return book


def named(book: model.Rulebook) -> Named:
    """Address → who leads, answers, supports."""
    return {
        clause.address: None if duty is None else (duty.leads, duty.answers, duty.supports)
        for clause, duty in model.duties(book.sections)
    }


TABLE = "某市任务分解表\n责任事项\t考核内容\t职责分工\n"


def test_a_table_with_a_column_of_who_answers() -> None:
    book = one(TABLE + "一、责任\t1.开展培训。\t各县（区）人民政府，市应急局、教育局\n\t2.建立台账。\t市公安局\n二、基础\t3.值守。\t市应急局\n")
    assert book.header.tasks
    assert book.header.title == "某市任务分解表"
    assert [section.title for section in book.sections] == ["一、责任", "二、基础"]
    assert named(book) == {
        "1": ((), ("各县（区）人民政府", "市应急局", "教育局"), ()),
        "2": ((), ("市公安局",), ()),
        "3": ((), ("市应急局",), ()),
    }


def test_what_the_end_of_a_page_broke_is_put_together() -> None:
    page = "\n责任事项\t考核内容\t职责分工\n"
    book = one(TABLE + f"一、责任\t1.开展\t市应急局、开发区\n{page}一、责任\t培训。\t管委会，市教育局\n\t2.值守。\t市安委会成员单\n{page}一、责任\t\t位\n")
    assert [clause.text for clause in book.clauses()] == ["开展培训。", "值守。"]
    assert named(book) == {"1": ((), ("市应急局", "开发区管委会", "市教育局"), ()), "2": ((), ("市安委会成员单位",), ())}
    assert len(book.sections) == 1


def test_rows_without_numbers_are_tasks_of_their_own() -> None:
    """One number among them, written inside a task, makes the others no rest of the task above."""
    book = one(TABLE + "一、责任\t开展培训\t市应急局\n\t开展宣传\t市应急局\n\t①建账②归档\t市公安局\n\t值守\t市教育局\n")
    assert [clause.text for clause in book.clauses()][:2] == ["开展培训", "开展宣传"]
    assert len(list(book.clauses())) == 4


def test_a_row_with_a_number_and_no_words_gives_its_unit_to_no_other_task() -> None:
    text = "某市任务分解表\n序号\t工作任务\t责任单位\n1\t编制规划\t市应急局\n2\t开展宣传\t市教育局\n3\t\t市水务局\n4\t值守\t市公安局\n"
    book = one(text)
    assert named(book) == {"1": ((), ("市应急局",), ()), "2": ((), ("市教育局",), ()), "3": ((), ("市公安局",), ())}
    assert "市水务局" in drafts(text)[0].text


def test_columns_for_each_role_and_a_merged_cell() -> None:
    rows = [
        packages.row(1, "序号", "工作任务", "牵头单位", "配合单位", "完成时限"),
        packages.row(2, "1", "培训", "市应急局", "市教育局", "6月"),
        packages.row(3, "2", "台账", "", "市公安局", ""),
    ]
    merged = '<after/><mergeCells count="1"><mergeCell ref="C2:C3"/></mergeCells>'
    book = one(packages.workbook(任务="".join(rows) + merged), "任务.xlsx")
    assert named(book) == {"1": (("市应急局",), (), ("市教育局",)), "2": (("市应急局",), (), ("市公安局",))}
    assert "完成时限：6月" in drafts(packages.workbook(任务="".join(rows) + merged), "任务.xlsx")[0].text


def test_brackets_behind_sentences() -> None:
    text = (
        "工作要点\n一、责任\n1.压实责任。制定清单（责任单位：市安委办）。定期督查（市应急局牵头，市公安局配合）。\n"
        "2.开展考核。〔各乡镇（街道）落实〕\n3.没有写单位的事。\n二、其他\n4.说明。\n"
    )
    book = one(text)
    assert named(book) == {
        "1": ((), ("市安委办",), ()),
        "2": (("市应急局",), (), ("市公安局",)),
        "3": ((), ("各乡镇（街道）",), ()),
        "4": None,
    }
    assert [clause.heading for clause in book.clauses()] == ["压实责任", "定期督查", "开展考核", "没有写单位的事"]
    assert "说明" in drafts(text)[0].text  # a section in which nobody answers stays as a comment


def test_lines_of_their_own_also_traditional() -> None:
    book = one(
        "推進方案\n一、治理\n(一)規劃\n1.編制規劃。\n\n牽頭單位:市自然資源局\n\n責任單位:市應急管理局、氣象局\n"
        "2.落實標準。\n牽頭單位:市住建局\n3.宣傳。\n"
    )
    assert named(book) == {
        "1": (("市自然資源局",), ("市應急管理局", "氣象局"), ()),
        "2": (("市住建局",), (), ()),
        "3": None,
    }
    assert [subsection.heading for section in book.sections for subsection in section.subsections] == ["規劃"]


def test_who_answers_for_a_heading() -> None:
    book = one("要点\n一、目标\n（一）总体\n牵头单位：市安委办\n二、宣传\n责任单位：市委宣传部\n1.甲。\n2.乙（市教育局负责）。\n")
    assert named(book) == {"1": (("市安委办",), (), ()), "2": ((), ("市委宣传部",), ()), "3": ((), ("市教育局",), ())}
    assert [clause.heading for clause in book.clauses()] == ["总体", "甲", "乙"]


def test_a_list_is_imported_as_it_stands() -> None:
    text = "任务清单：清單甲\n单位名录：某市\n\n一、工作\n1. 甲（市应急局负责）\n2. 乙\n责任单位：市教育局\n"
    (draft,) = drafts(text)
    assert draft.text.partition("\n")[2] == text


def test_papers_of_one_document_are_told_apart() -> None:
    part = "一、责任\n1.甲（市应急局负责）。\n2.乙（市教育局负责）。\n"
    found = drafts(f"要点之一\n{part}要点之二\n{part}")
    assert [draft.title for draft in found] == ["要点之一", "要点之二"]


def test_a_column_of_who_answers_in_a_rubric() -> None:
    rows = "制度\t未建立的不得分\t5\t市应急局、教育局\n会议\t缺一次扣1分\t5\t市公安局牵头，市教育局配合\n"
    (draft,) = drafts(f"考核细则\n考核内容\t评分标准\t分值\t责任单位\n{rows}", "细则.txt")
    book = rulebook.load(draft.text)
    assert not book.header.tasks
    assert named(book) == {"1": ((), ("市应急局", "教育局"), ()), "2": (("市公安局",), (), ("市教育局",))}
    assert [clause.points for clause in book.clauses()] == [5, 5]


@pytest.mark.parametrize(
    "text",
    ["一、责任\n1.甲（市应急局负责）。\n", "内容\t责任单位\n", "（）\n（（（\n责任单位：\n", "牵头单位：市应急局\n责任单位：市教育局\n"],
)
def test_what_is_no_list_is_refused_as_before(text: str) -> None:
    with pytest.raises(RulebookError):
        drafts(text)


SEEDS = os.environ.get("RULEBOOK_SEEDS", "")


@pytest.mark.skipif(not SEEDS, reason="the papers are no part of the project: name their folder in RULEBOOK_SEEDS")
@pytest.mark.parametrize(("start", "name", "before"), [("000", "tasks-2019", 0), ("004", "lingwu-measures", 1)])
def test_the_shipped_lists_are_those_of_their_papers(start: str, name: str, before: int) -> None:
    (path,) = Path(SEEDS).glob(f"{start}_*.txt")
    (draft,) = import_document(path).drafts
    read, written = (list(named(book).values()) for book in (rulebook.load(draft.text), rulebook.load(name)))

    def plain(several: list[object]) -> list[str]:
        return [fold(str(one)).replace(" ", "") for one in several]

    assert plain(read[before:]) == plain(written)  # type: ignore[arg-type]
