"""A filled form says what its cells say, and every cell that cannot be taken is named by its address."""

import datetime
import re
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import rulebook
from rulebook import sampling
from rulebook.evidence import Dated, Record, read_record
from rulebook.papers.filled import read_form
from rulebook.papers.form import form

Work = Callable[[Any], None]
Fill = Callable[[Work], bytes]


def row(sheet: Any, address: str, fact: str | None = None) -> int:
    """The row of a fact."""
    return next(
        number for number in range(5, sheet.max_row + 1)
        if sheet.cell(number, 1).value == address and (fact is None or sheet.cell(number, 4).value == fact)
    )  # fmt: skip


def put(address: str, value: Any, column: str = "H", fact: str | None = None, form_of: str = "") -> Work:
    """Writes a value beside a fact."""

    def work(workbook: Any) -> None:
        sheet = workbook["填报"]
        cell = sheet[f"{column}{row(sheet, address, fact)}"]
        cell.value = value
        if form_of:
            cell.number_format = form_of

    return work


def log(*rows: tuple[Any, ...]) -> Work:
    """Writes rows of records."""

    def work(workbook: Any) -> None:
        for number, values in enumerate(rows, 5):
            for column, value in enumerate(values, 1):
                workbook["记录"].cell(number, column).value = value

    return work


def all_of(*works: Work) -> Work:
    def work(workbook: Any) -> None:
        for one in works:
            one(workbook)

    return work


def cell(sheet: str, place: str, value: Any) -> Work:
    def work(workbook: Any) -> None:
        workbook[sheet][place].value = value

    return work


# --- what is taken


TAKEN = {
    "text": (put("1.2", "3"), {"1.2": 3}),
    "number": (put("1.2", 3.0), {"1.2": 3}),
    "binary dust": (put("3", 0.1 + 0.2), {"3": {"直报率": "0.3"}}),
    "percentage": (put("3", 0.985, form_of="0.00%"), {"3": {"直报率": "98.5"}}),
    "a sign that is only shown": (put("3", 98.5, form_of='0.0"%"'), {"3": {"直报率": "98.5"}}),
    "a sign behind a backslash": (put("3", 98.5, form_of="0.0\\%"), {"3": {"直报率": "98.5"}}),
    "percentage as text": (put("3", "98.5%"), {"3": {"直报率": "98.5"}}),
    "yes": (put("1.1", "是", fact="资料不全"), {"1.1": {"资料不全": True}}),
    "true": (put("1.1", True, fact="资料不全"), {"1.1": {"资料不全": True}}),
    "state": (put("1.2", "符合", "C"), {"1.2": "符合"}),
    "unknown fact": (put("3", "未查"), {"3": {"直报率": "未查"}}),
    "no records": (put("2", "无记录"), {"2": {"记录": []}}),
    "note": (all_of(put("1.2", 3), put("1.2", "见附件", "I")), {"1.2": {"缺": 3, "说明": "见附件"}}),
    "note alone": (put("1.2", "待补", "I"), {"1.2": {"说明": "待补"}}),
    "formula as text": (all_of(put("1.2", 1), put("1.2", "'=1+1", "I")), {"1.2": {"缺": 1, "说明": "'=1+1"}}),
    "dates": (
        log(("2", "缺", datetime.date(2018, 3, 2), "会议纪要"), (2, None, "2018年6月3日"), ("2", None, datetime.datetime(2018, 8, 1))),
        {"2": {"缺": [{"日期": "2018-03-02", "文件": "会议纪要"}, {"日期": "2018-06-03"}, {"日期": "2018-08-01"}]}},
    ),
    "stated points": (log(("4", "通报", None, None, None, 2), ("4", None, None, "通报")), {"4": {"通报": [{"分数": "2"}, {"文件": "通报"}]}}),
    "far row": (cell("填报", "J1048576", "看"), {}),
    "a row of one's own": (cell("填报", "A300", "以上由办公室填"), {}),
    "inserted row": (all_of(lambda w: w["填报"].insert_rows(8), put("1.2", 3)), {"1.2": 3}),
}  # fmt: skip
"""What somebody did → the evidence that says the same."""


@pytest.mark.parametrize(("work", "evidence"), TAKEN.values(), ids=TAKEN)
def test_a_form_says_what_evidence_says(small: rulebook.Rulebook, filled: Fill, work: Work, evidence: dict[str, Any]) -> None:
    assert read_form(small, filled(work)).clauses == read_record(small, evidence).clauses


def test_columns_may_be_moved(small: rulebook.Rulebook, filled: Fill) -> None:
    def work(workbook: Any) -> None:
        sheet = workbook["填报"]
        for merged in [str(one) for one in sheet.merged_cells.ranges]:
            sheet.unmerge_cells(merged)
        sheet.insert_cols(3)
        sheet[f"I{row(sheet, '1.2')}"].value = 4
        sheet["D3"].value = "甲县"

    read = read_form(small, filled(work))
    assert (read.subject, read.clauses["1.2"].facts) == ("甲县", {"缺": 4})


def test_six_point_one_and_six_point_ten_are_two_clauses() -> None:
    """A spreadsheet makes 6.10 the number 6.1: then it is not known which clause is meant."""
    text = "考核细则：样例\n年度：2018\n满分：10分\n一、样章\n1. 样项（10分）\n" + "".join(
        f"{'①②③④⑤⑥⑦⑧⑨⑩'[n]} 会议{n}。每季度至少召开一次会议。缺一次扣0.5分。（1分）\n" for n in range(10)
    )
    many = rulebook.load(text)
    from io import BytesIO

    from openpyxl import load_workbook

    workbook = load_workbook(BytesIO(form(many)))
    for number, address in enumerate((1.1, 1.2), 5):
        workbook["记录"].cell(number, 1).value = address
        workbook["记录"].cell(number, 3).value = "2018-03-02"
    out = BytesIO()
    workbook.save(out)
    with pytest.raises(rulebook.RulebookError) as told:
        read_form(many, out.getvalue(), name="a.xlsx")
    assert [(one.code, place(one)) for one in told.value.diagnostics] == [("RB674", "记录!A5")]


# --- what is refused


def place(told: rulebook.Diagnostic) -> str:
    """The address of the cell that a diagnostic names."""
    found = re.search(r"\S+![A-Z]+[0-9]+(:[A-Z]+[0-9]+)?$", told.source.name if told.source else "")
    return found[0] if found else ""


REFUSED = {
    "formula": (put("1.2", "=1+2"), "RB674", "填报!H8", "=1+2"),
    "date": (put("1.2", datetime.datetime(2018, 1, 2)), "RB674", "填报!H8", "2018-01-02"),
    "time": (put("1.2", datetime.time(1, 2)), "RB674", "填报!H8", "01:02:00"),
    "five decimals": (put("3", 98.12345), "RB674", "填报!H10", "98.12345"),
    "too large": (put("3", 1e300), "RB674", "填报!H10", "1e+300"),
    "error value": (put("1.2", "#REF!"), "RB674", "填报!H8", "#REF!"),
    "percentage of a count": (put("1.2", 0.03, form_of="0%"), "RB503", "填报!H8", "0.03"),
    "true for a count": (put("1.2", True), "RB503", "填报!H8", "True"),
    "negative": (put("1.2", -1), "RB503", "填报!H8", "-1"),
    "half a count": (put("1.2", 1.5), "RB503", "填报!H8", "1.5"),
    "word": (put("1.2", "三"), "RB503", "填报!H8", "三"),
    "out of range": (put("3", 101), "RB504", "填报!H10", "101"),
    "no state": (put("1.2", "合格", "C"), "RB503", "填报!C8", "合格"),
    "state and value": (all_of(put("1.2", "符合", "C"), put("1.2", 3)), "RB675", "填报!C8", "符合"),
    "state and records": (all_of(put("2", "符合", "C"), log(("2", None, "2018-03-02"))), "RB675", "填报!C9", "符合"),
    "value and records": (all_of(put("2", 1), log(("2", None, "2018-03-02"))), "RB675", "填报!H9", "1"),
    "merged": (lambda w: w["填报"].merge_cells("H8:H9"), "RB674", "填报!H8:H9", ""),
    "copied row": (
        all_of(put("1.2", 3), cell("填报", "A300", "1.2"), cell("填报", "D300", "缺"), cell("填报", "H300", 3)), "RB506", "填报!H300", "3"
    ),
    "clause of one's own": (all_of(cell("填报", "A300", "99"), cell("填报", "D300", "缺"), cell("填报", "H300", 3)), "RB501", "填报!A300", "99"),
    "no clause": (cell("填报", "H300", 3), "RB678", "填报!A300", ""),
    "record of no clause": (log((None, None, "2018-03-02")), "RB678", "记录!A5", ""),
    "record of another fact": (log(("2", "却", "2018-03-02")), "RB502", "记录!B5", "却"),
    "record of which fact": (log(("1.1", None, "2018-03-02")), "RB503", "记录!B5", ""),
    "serial number for a date": (log(("2", None, 43161)), "RB503", "记录!C5", "43161"),
    "no such day": (log(("2", None, "2018-02-30")), "RB503", "记录!C5", "2018-02-30"),
    "another year": (log(("2", None, datetime.date(2017, 3, 2))), "RB513", "记录!C5", "2017-03-02"),
    "formula among records": (log(("2", None, "=TODAY()")), "RB674", "记录!C5", "=TODAY()"),
    "formula for a subject": (cell("填报", "C3", "=cmd|' /C calc'!A0"), "RB674", "填报!C3", "=cmd|' /C calc'!A0"),
    "two lines of a subject": (cell("填报", "C3", "甲\n县"), "RB517", "填报!C3", "甲\n县"),
    "renamed sheet": (lambda w: setattr(w["填报"], "title", "填报1"), "RB670", "", ""),
    "no heading": (cell("填报", "H4", "数"), "RB670", "", ""),
    "doubled heading": (cell("填报", "I4", "填报"), "RB670", "", ""),
    "deleted row": (lambda w: w["填报"].delete_rows(8), "RB670", "", ""),
    "renamed fact": (cell("填报", "D8", "少"), "RB670", "", ""),
    "no identity": (lambda w: w.remove(w["rulebook"]), "RB670", "", ""),
    "other identity": (cell("rulebook", "B3", "=1"), "RB671", "", ""),
}  # fmt: skip
"""What somebody did → code, cell, and the words that are found there."""


@pytest.mark.parametrize(("work", "code", "address", "words"), REFUSED.values(), ids=REFUSED)
def test_a_cell_that_cannot_be_taken_is_named(small: rulebook.Rulebook, filled: Fill, work: Work, code: str, address: str, words: str) -> None:
    with pytest.raises(rulebook.RulebookError) as told:
        read_form(small, filled(work), name="填报.xlsx")
    assert [(one.code, place(one)) for one in told.value.diagnostics] == [(code, address)]
    first = told.value.diagnostics[0]
    assert (first.source.text if first.source else "") == words or words == ""
    for language in ("zh", "en"):
        assert first.text(language)


def test_several_mistakes_are_told_at_once(small: rulebook.Rulebook, filled: Fill) -> None:
    work = all_of(put("1.2", "三"), put("4", "=1"), put("3", 98.12345), log(("99", "缺")))
    with pytest.raises(rulebook.RulebookError) as told:
        read_form(small, filled(work), name="填报.xlsx")
    assert {place(one) for one in told.value.diagnostics} == {"填报!H8", "填报!H12", "填报!H10", "记录!A5"}


def test_the_form_of_another_rulebook_is_refused(small: rulebook.Rulebook) -> None:
    other = form(rulebook.load("考核细则：别的\n满分：1分\n一、样章\n1. 甲。缺一项扣1分。（1分）\n"))
    with pytest.raises(rulebook.RulebookError, match="RB505"):
        read_form(small, other)


def test_an_older_form_is_taken_by_force_only(small: rulebook.Rulebook) -> None:
    older = form(small.model_copy(update={"sha256": "0" * 64}))
    with pytest.raises(rulebook.RulebookError, match="RB671"):
        read_form(small, older)
    assert read_form(small, older, force=True).clauses == {}


@pytest.mark.parametrize("raw", [b"", b"PK\x03\x04 ", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "一、".encode()])
def test_what_is_no_workbook_is_refused(small: rulebook.Rulebook, raw: bytes) -> None:
    with pytest.raises(rulebook.RulebookError, match="RB62"):
        read_form(small, raw, name="a.xlsx")


def test_half_a_workbook_is_refused(small: rulebook.Rulebook, blank: bytes) -> None:
    for length in (100, len(blank) // 2, len(blank) - 30):
        with pytest.raises(rulebook.RulebookError):
            read_form(small, blank[:length], name="a.xlsx")


# --- the law


@settings(max_examples=8, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(st.data())
def test_a_record_filled_in_and_read_back_is_the_same(data: st.DataObject) -> None:
    """For any rulebook and any record of it."""
    rules = rulebook.load(data.draw(sampling.rulebooks()))
    kind = data.draw(st.sampled_from(("boundary", "valid", "partial")))
    subject = data.draw(st.text(st.characters(exclude_categories=("C", "Z")), max_size=20))
    record = read_record(rules, {"subject": subject, "evidence": data.draw(sampling.evidence(rules, kind=kind))})
    again = read_form(rules, form(rules, record), name="a.xlsx")
    assert (again.subject, again.clauses) == (record.subject, record.clauses)


def test_the_law_can_fail(small: rulebook.Rulebook) -> None:
    """A form that was filled in otherwise reads otherwise."""
    record = read_record(small, {"2": {"记录": [{"日期": "2018-03-02", "文件": "＝1＋1"}]}, "1.2": 3})
    changed = Record("", {**record.clauses, "2": record.clauses["2"]._replace(facts={"缺": (Dated(datetime.date(2018, 3, 3)),)})})
    assert read_form(small, form(small, record)).clauses == record.clauses
    assert read_form(small, form(small, changed)).clauses != record.clauses


def test_words_of_every_kind_come_back(small: rulebook.Rulebook) -> None:
    """Quotation marks, backslashes, line breaks, spaces of every kind and characters beyond the first plane."""
    words = "“引”\"双\"'单'\\n\\ \n第二行　全角\u00a0窄 𠮷 _x0041_ #: - [] {} &a *b !!c 是 null ~ 1e3"
    record = read_record(small, {"subject": words.replace("\n", "").replace("　", "").replace("\u00a0", ""), "evidence": {"1.2": {"缺": 1, "说明": words}}})
    again = read_form(small, form(small, record))
    assert (again.subject, again.clauses["1.2"].note) == (record.subject, words)
