"""A table of evidence: one subject a row. Each row scores, or is refused at its cell."""

from typing import Any

import pytest

import rulebook
from rulebook.evidence import Record, read_record
from rulebook.papers.table import read_table, table_template


def read(book: rulebook.Rulebook, text: str, **how: Any) -> list[Any]:
    return list(read_table(book, text.encode(), name="表.csv", **how))


def test_rows_are_records(small: rulebook.Rulebook) -> None:
    table = "考核对象,1.1 资料不全,1.1 未建立,1.2 缺,1.2 说明,2 缺,3 直报率,4\n甲县,是,,2,见附件,1,99.5,不涉及\n\n乙县,符合,符合,0,,未查,,3\n"
    first, second = read(small, table)
    wanted = {"1.1": {"资料不全": "是"}, "1.2": {"缺": 2, "说明": "见附件"}, "2": 1, "3": {"直报率": "99.5"}, "4": "不涉及"}
    assert (first.subject, first.clauses) == ("甲县", read_record(small, wanted).clauses)
    assert second.clauses == read_record(small, {"1.1": "符合", "1.2": 0, "2": {"缺": "未查"}, "4": 3}).clauses


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_encodings_of_spreadsheets_read(small: rulebook.Rulebook, encoding: str) -> None:
    rows = list(read_table(small, "考核对象,1.2 缺\n甲县,2\n".encode(encoding)))
    assert [row.subject for row in rows if isinstance(row, Record)] == ["甲县"]


def test_the_template_has_a_column_a_fact_and_reads(county: rulebook.Rulebook) -> None:
    head = table_template(county)
    columns = head.strip().split(",")
    assert columns[0] == "考核对象"
    assert len(columns) == 1 + sum(len(clause.facts) for clause in county.clauses())
    (record,) = read(county, head + "甲县\n")
    assert isinstance(record, Record)
    assert record.clauses == {}


@pytest.mark.parametrize(
    ("table", "code", "place"),
    [
        ("考核对象,1.2 缺\n甲县,三\n", "RB503", "表.csv 第2行“1.2 缺”"),
        ("考核对象,1.2 缺\n,3\n", "RB678", "表.csv 第2行“考核对象”"),
        ("考核对象,1.2 缺\n甲县,1,2\n", "RB674", "表.csv 第2行“”"),
        ("考核对象,1.1 资料不全,1.1 未建立\n甲县,符合,是\n", "RB675", "表.csv 第2行“1.1 资料不全”"),
        ("考核对象,1.1,1.1 未建立\n甲县,符合,是\n", "RB675", "表.csv 第2行“1.1”"),
        ("考核对象,3 直报率\n甲县,101\n", "RB504", "表.csv 第2行“3 直报率”"),
        ("考核对象,1.2 缺\n甲县,=1+1\n", "RB503", "表.csv 第2行“1.2 缺”"),
    ],
)
def test_a_row_that_is_wrong_is_refused_at_its_cell(small: rulebook.Rulebook, table: str, code: str, place: str) -> None:
    *good, wrong = read(small, table.replace("\n", "\n好县,\n", 1))
    assert [row.subject for row in good] == ["好县"]
    assert [(one.code, one.source.name if one.source else "") for one in wrong.diagnostics] == [(code, place.replace("第2行", "第3行"))]


@pytest.mark.parametrize(
    ("table", "code"),
    [
        ("", "RB508"),
        ("\n", "RB508"),
        ("考核对象,9.9 缺\n", "RB501"),
        ("考核对象,1.2 却\n", "RB502"),
        ("考核对象,1.2 缺,1.2 缺\n", "RB506"),
        ("考核对象,1.2 缺,subject\n", "RB506"),
        ('考核对象,"1.2 缺\n甲县,1', "RB508"),
    ],
)
def test_a_table_that_is_wrong_as_a_whole_is_refused(small: rulebook.Rulebook, table: str, code: str) -> None:
    with pytest.raises(rulebook.RulebookError, match=code):
        read(small, table)


@pytest.mark.parametrize("mark", [";", "\t"])
def test_columns_parted_otherwise_are_told_as_that(small: rulebook.Rulebook, mark: str) -> None:
    with pytest.raises(rulebook.RulebookError) as told:
        read(small, f"考核对象{mark}1.2 缺\n甲县{mark}1\n")
    (one,) = told.value.diagnostics
    assert (one.code, "commas" in one.message("en")) == ("RB508", True)


def test_a_table_without_a_row_is_told(small: rulebook.Rulebook) -> None:
    """Nobody takes it for a table of which every row is right."""
    for rows in ("", "\n", ",\n"):
        (error,) = read_table(small, f"考核对象,1.2 缺\n{rows}".encode(), name="表.csv")
        assert isinstance(error, rulebook.RulebookError)
        assert "row below" in error.diagnostics[0].message("en")


def test_every_heading_that_is_wrong_is_told_at_once(small: rulebook.Rulebook) -> None:
    with pytest.raises(rulebook.RulebookError) as told:
        read(small, "考核对象,1.2 缺,1.2 缺,9.9,1.1 却\n")
    places = {(one.code, one.source.name if one.source else "") for one in told.value.diagnostics}
    assert places == {("RB506", "表.csv 第1行第3列"), ("RB501", "表.csv 第1行第4列"), ("RB502", "表.csv 第1行第5列")}


def test_a_table_beyond_the_bounds_is_refused(small: rulebook.Rulebook) -> None:
    with pytest.raises(rulebook.RulebookError, match="RB638"):
        read(small, "考核对象,1.2 缺\n" + "\n" * 20_001)
    with pytest.raises(rulebook.RulebookError, match="RB108"):
        read(small, " " * (11 << 20))
