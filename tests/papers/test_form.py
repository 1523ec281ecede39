"""The form offers what a fact can be, lets nothing else be changed, and knows its rulebook."""

import io
import re
from typing import Any

from openpyxl import load_workbook

import rulebook
from rulebook.papers.form import form


def opened(raw: bytes) -> Any:
    return load_workbook(io.BytesIO(raw))


def rules_of(sheet: Any, place: str) -> list[Any]:
    return [one for one in sheet.data_validations.dataValidation if place in one.sqref]


def test_the_sheets_and_who_sees_them(blank: bytes) -> None:
    workbook = opened(blank)
    assert workbook.sheetnames == ["评分表", "填报", "记录", "rulebook"]
    assert workbook["rulebook"].sheet_state == "veryHidden"
    assert workbook.active.title == "填报"


def test_one_row_a_fact(blank: bytes, small: rulebook.Rulebook) -> None:
    sheet = opened(blank)["填报"]
    rows = [tuple(cell.value for cell in line[:7]) for line in sheet.iter_rows(min_row=5) if line[3].value]
    assert [(row[0], row[3]) for row in rows] == [(c.address, fact.name) for c in small.clauses() for fact in c.facts]
    assert rows[0][4:] == ("是否", None, "是/否")
    assert rows[4] == ("3", "3. 直报\n直报率未达到100%的不得分。（1分）", None, "直报率", "指标值", "%", "0–100")


def test_each_fact_takes_what_it_can_be(blank: bytes) -> None:
    sheet = opened(blank)["填报"]
    flag, count, rate, state = (rules_of(sheet, place)[0] for place in ("H6", "H8", "H10", "C6"))
    assert flag.formula1 == '"是,否,未查"'
    assert state.formula1 == '"符合,不涉及,未提供,未查"'
    assert count.formula1 == 'OR(H8="未查",AND(ISNUMBER(H8),H8>=0,H8<=1000000000,H8=INT(H8)))'
    assert rate.formula1 == 'OR(H10="未查",AND(ISNUMBER(H10),H10>=0,H10<=100))'
    assert "无记录" in rules_of(sheet, "H9")[0].formula1  # every quarter a meeting: records may stand for the count


def test_only_what_is_filled_in_can_be_changed(blank: bytes) -> None:
    workbook = opened(blank)
    sheet = workbook["填报"]
    assert sheet.protection.sheet
    unlocked = {cell.coordinate for line in sheet.iter_rows(min_row=5) for cell in line if not cell.protection.locked}
    assert {re.sub("[0-9]", "", place) for place in unlocked} == {"C", "H", "I"}
    assert {"C6", "H6", "H7", "I6"} <= unlocked
    assert not {"C7", "I7"} & unlocked  # state and note belong to the clause: its first row has them
    log = workbook["记录"]
    assert log.protection.sheet
    assert not log.column_dimensions["A"].protection.locked  # as many rows as wanted


def test_a_list_too_long_for_a_drop_down_stands_in_cells() -> None:
    names = [f"第{n}级别的详细说明文字" for n in range(1, 31)]
    book = rulebook.load("考核细则：样例\n满分：3分\n一、样章\n1. 样项。优得3分，良得1分，差不得分。（3分）\n")
    fact = next(book.clauses()).facts[0].model_copy(update={"choices": tuple(names)})
    clause = next(book.clauses()).model_copy(update={"facts": (fact,)})
    item = book.sections[0].subsections[0].items[0].model_copy(update={"clauses": (clause,)})
    subsection = book.sections[0].subsections[0].model_copy(update={"items": (item,)})
    section = book.sections[0].model_copy(update={"subsections": (subsection,)})
    workbook = opened(form(book.model_copy(update={"sections": (section,)})))
    source = rules_of(workbook["填报"], "H6")[0].formula1
    assert source == "rulebook!$C$1:$C$31"
    assert [workbook["rulebook"].cell(row, 3).value for row in range(1, 32)] == [*names, "未查"]


def test_columns_fit_chinese_words(blank: bytes) -> None:
    """A heading needs two digits' width a character, and stands in one line."""
    workbook = opened(blank)
    for title, columns in (("填报", "ABCDEFGHI"), ("记录", "ABCDEFG")):
        sheet = workbook[title]
        for column in columns:
            assert sheet.column_dimensions[column].width >= 2 * len(sheet[f"{column}4"].value)
