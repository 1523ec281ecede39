"""Workbooks: exact numbers, merged cells, and cells whose words are not what a person typed."""

import pytest
from packages import row, workbook

from rulebook.exchange import Imported, import_document

HEAD = row(1, "考核内容", "评分标准", "分值")


def graver(imported: Imported) -> list[tuple[str, str]]:
    """Code and place of every error and warning."""
    return [(f.diagnostic.code, f.place.text()) for f in imported.every() if f.diagnostic.severity != "hint"]


def test_places_are_cells_of_a_sheet() -> None:
    imported = import_document(workbook(评分表=HEAD + row(2, "制度", "酌情扣分", "<c><v>5</v></c>")))
    assert graver(imported) == [("RB208", "评分表!B2")]


@pytest.mark.parametrize(("written", "read"), [("5", "5"), ("0.5", "0.5"), ("0.30000000000000004", "0.3"), ("5.0", "5"), ("1e1", "10")])
def test_numbers_are_exact(written: str, read: str) -> None:
    (draft,) = import_document(workbook(表=HEAD + row(2, "制度", "未建立的不得分", f"<c><v>{written}</v></c>"))).drafts
    assert f"（{read}分）" in draft.text


@pytest.mark.parametrize(
    "cell", ["<c><f>2+3</f></c>", '<c s="1"><v>45000</v></c>', '<c t="e"><v>#REF!</v></c>', "<c><v>0.123456789</v></c>"]
)
def test_a_cell_that_is_not_what_was_typed_is_an_error_at_its_place(cell: str) -> None:
    imported = import_document(workbook(表=HEAD + row(2, "制度", "缺一项扣1分（5分）", cell)))
    assert ("RB625", "表!C2") in graver(imported)


def test_the_value_of_a_formula_is_read() -> None:
    imported = import_document(workbook(表=HEAD + row(2, "制度", "缺一项扣1分", "<c><f>2+3</f><v>5</v></c>")))
    assert graver(imported) == []
    assert "（5分）" in imported.drafts[0].text


def test_dates_in_a_schedule_are_no_mistakes() -> None:
    schedule = row(1, "单位", "日期") + row(2, "甲局", '<c s="1"><v>45000</v></c>')
    imported = import_document(workbook(细则=HEAD + row(2, "制度", "缺一项扣1分", "5"), 安排=schedule))
    assert graver(imported) == []
    assert [(f.diagnostic.code, f.place.text()) for f in imported.findings] == [("RB628", "安排")]


def test_hidden_rows_are_read_and_named() -> None:
    imported = import_document(workbook(表=HEAD + row(2, "制度", "缺一项扣1分", "5", hidden=True) + row(3, "会议", "缺一次扣1分", "5")))
    assert graver(imported) == [("RB626", "表!A2")]
    assert imported.drafts[0].counts()["clauses"] == 2


def test_title_rows_stand_above_the_heading_and_merged_cells_reach() -> None:
    merged = '<after/><mergeCells><mergeCell ref="A1:D1"/><mergeCell ref="A3:A4"/><mergeCell ref="D3:D4"/></mergeCells>'
    sheet = (
        row(1, "某局2024年度考核评分表") + row(2, "考核内容", "序号", "评分标准", "分值")
        + row(3, "制度", "1", "①缺一项扣1分。（2分）", "<c><v>5</v></c>") + row(4, "", "2", "②未更新的扣1分。（3分）") + merged
    )  # fmt: skip
    imported = import_document(workbook(表=sheet))
    (draft,) = imported.drafts
    assert draft.title == "某局2024年度考核评分表"
    assert draft.counts() == {"items": 1, "clauses": 2, "read": 2, "unread": 0, "ambiguous": 0}
    assert graver(imported) == []


def test_two_sheets_and_two_rubrics_in_one_sheet_are_told_apart() -> None:
    two = (
        row(1, "机关考核评分标准") + row(2, "考核内容", "评分标准", "分值") + row(3, "制度", "未建立的不得分", "5")
        + row(5, "基层考核评分标准") + row(6, "考核内容", "评分标准", "分值") + row(7, "台账", "缺一项扣1分", "8")
    )  # fmt: skip
    imported = import_document(workbook(合并=two, 企业考核=HEAD + row(2, "现场", "每处扣1分", "9")))
    assert [draft.title for draft in imported.drafts] == ["机关考核评分标准", "基层考核评分标准", "企业考核"]
    assert graver(imported) == []


def test_cells_far_away_are_named_and_not_read() -> None:
    far = '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
    imported = import_document(workbook(表=HEAD + row(2, "制度", "缺一项扣1分", "5") + far))
    assert graver(imported) == [("RB627", "表")]


def test_a_file_that_openpyxl_made(tmp_path: object) -> None:
    import io

    from openpyxl import Workbook

    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for values in (("扣分及\n原因", "考核\n内容", "评分细则", "分 值"), (None, "制度", "缺一项扣0.5分", 2.5)):
        sheet.append(values)
    out = io.BytesIO()
    book.save(out)
    (draft,) = import_document(out.getvalue(), name="细则.xlsx").drafts
    assert "制度（2.5分）" in draft.text
    assert draft.title == "细则"
