"""The score sheet has the columns, cells and print set-up of the notice, and says what the scorecard says."""

import io
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

import rulebook
from rulebook import sampling
from rulebook.model import meaning
from rulebook.papers.account import account
from rulebook.papers.report import rubric
from rulebook.papers.sheet import score_sheet
from rulebook.papers.workbook import Book
from rulebook.source import width

HEADINGS = ["一级标题", "二级标题", "考核内容", "评分细则", "分值", "扣分及原因"]


def opened(raw: bytes) -> Any:
    return load_workbook(io.BytesIO(raw))


def cells(sheet: Any, column: int) -> list[Any]:
    return [sheet.cell(row, column).value for row in range(4, sheet.max_row + 1)]


@pytest.fixture(scope="module")
def sheet(county: rulebook.Rulebook) -> Any:
    """The blank sheet of a whole rubric."""
    return opened(score_sheet(county)).active


def test_a_blank_sheet_has_the_form_of_the_notice(county: rulebook.Rulebook, sheet: Any) -> None:
    assert [sheet.cell(7, column).value for column in range(1, 7)] == HEADINGS  # below the title, the subject and four lines of the head
    clauses = list(county.clauses())
    words = cells(sheet, 4)[4 : 4 + len(clauses)]
    assert all(clause.text in word for clause, word in zip(clauses, words, strict=True))
    assert sum(Decimal(str(value)) for value in cells(sheet, 5) if isinstance(value, int | float)) == county.header.full
    merged = {str(one) for one in sheet.merged_cells.ranges}
    assert {"C8:C9", "E8:E9", "B8:B13", "A1:F1"} <= merged  # item 1 has two clauses, its points once; subsection（一） six


def test_a_sheet_prints_across_on_a4_with_its_headings(sheet: Any) -> None:
    setup = sheet.page_setup
    assert sheet.sheet_properties.pageSetUpPr.fitToPage
    assert (setup.orientation, setup.paperSize, setup.fitToWidth or 1, setup.fitToHeight) == ("landscape", 9, 1, 0)
    assert sheet.print_title_rows == "$7:$7"
    assert "&P" in sheet.oddFooter.center.text
    assert sheet.freeze_panes == "A8"


def test_no_row_is_too_low_for_its_words(county: rulebook.Rulebook, sheet: Any) -> None:
    """Words of a clause fit into the lines that the row has, two columns of a terminal being one character."""
    wide = sheet.column_dimensions["D"].width
    for row in range(8, 8 + len(list(county.clauses()))):
        needed = -(-width(sheet.cell(row, 4).value) // int(wide))
        assert sheet.row_dimensions[row].height >= needed * 13


def test_a_scored_sheet_says_what_the_scorecard_says(county: rulebook.Rulebook) -> None:
    card = county.score({"考核对象": "甲县", "证据": {"2.2": 3, "1.1": {"未建立": True}, "37": 2}}, assume="符合")
    sheet = opened(score_sheet(county, card)).active
    assert [sheet.cell(3, column).value for column in range(1, 8)] == [*HEADINGS[:5], "得分", "扣分及原因"]
    assert "甲县" in sheet["A2"].value
    rows = {clause.address: row for row, clause in enumerate(county.clauses(), 4)}
    for score in card.clauses:
        assert Decimal(str(sheet.cell(rows[score.clause], 6).value)) == score.score
    assert sheet.cell(rows["2.2"], 7).value == "缺3项，每项扣0.25分，扣0.75分"
    total = next(row for row in range(90, sheet.max_row + 1) if sheet.cell(row, 1).value == "合计")
    assert Decimal(str(sheet.cell(total, 6).value)) == card.total == Decimal("99.25")
    assert not any(cell.data_type == "f" for line in sheet.iter_rows() for cell in line)


def test_what_is_unknown_or_no_decimal_stands_as_words(small: rulebook.Rulebook) -> None:
    sheet = opened(score_sheet(small, small.score({"1.2": 3}))).active
    assert (sheet.cell(4, 6).value, sheet.cell(4, 7).value) == ("0–1", "未查")
    card = small.score({"1.2": 1, "1.1": "不涉及"}, assume="符合")
    words = {cell.value for line in opened(score_sheet(small, card)).active.iter_rows() for cell in line}
    assert {"175/18\n≈9.72", "不涉及"} <= words
    assert card.total == Fraction(175, 18)


def test_the_same_scorecard_gives_the_same_bytes(small: rulebook.Rulebook) -> None:
    card = small.score({"1.2": 1}, assume="符合")
    assert score_sheet(small, card) == score_sheet(small, card)


@pytest.mark.parametrize(
    ("name", "paper"),
    [
        ("county-2018", score_sheet),
        pytest.param("county-2018", rubric, marks=pytest.mark.slow),
        pytest.param("member-unit-2018", score_sheet, marks=pytest.mark.slow),
        pytest.param("member-unit-2018", rubric, marks=pytest.mark.slow),
    ],
)
def test_an_exported_rubric_reads_back_with_its_meaning(name: str, paper: Any) -> None:
    """What is printed is the whole rubric: imported again, every clause has its points, rules and limits."""
    book = rulebook.load(name)
    drafts = rulebook.import_document(paper(book), name="细则." + ("xlsx" if paper is score_sheet else "docx")).drafts
    assert len(drafts) == 1
    again = rulebook.read(drafts[0].text).rulebook
    assert again is not None

    def kept(one: Any) -> list[Any]:
        return [(c.address, c.points, meaning(c.rules), meaning(c.limits), meaning(c.facts)) for c in one.clauses()]

    assert kept(again) == kept(book)


# --- hostile names

HOSTILE = ["=cmd|' /C calc'!A0", "@SUM(1)", "+1", "-1", "＝1＋1", "\t=1", "甲\x07县", "[甲]:*?/\\乙" + "长" * 60, "'甲'", "History", "甲 \u202e乙", "http://a.b"]


def test_names_are_never_formulas_and_sheets_always_open(small: rulebook.Rulebook) -> None:
    base = small.score({}, assume="符合")
    cards = [base.model_copy(update={"subject": name}) for name in [*HOSTILE, *HOSTILE[7:9]]]
    workbook = opened(score_sheet(small, *cards, ranks=range(1, len(cards) + 1)))
    assert len(workbook.sheetnames) == len(cards) + 1
    assert len({name.lower() for name in workbook.sheetnames}) == len(cards) + 1
    for sheet in workbook.worksheets:
        assert len(sheet.title) <= 31
        assert not any(cell.data_type == "f" or cell.hyperlink for line in sheet.iter_rows() for cell in line)
    told = [workbook.worksheets[0].cell(row, 2).value for row in range(3, 3 + len(HOSTILE))]
    assert told[0] == HOSTILE[0]
    assert told[6] == "甲<U+0007>县"
    assert told[10] == "甲 <U+202E>乙"


def test_words_beyond_a_cell_are_cut_and_the_cell_says_so(small: rulebook.Rulebook) -> None:
    card = small.score({"1.2": {"缺": 1, "说明": "很" * 1000}}, assume="符合")
    long = card.model_copy(update={"ledger": tuple(line.model_copy(update={"reason": line.reason * 50}) for line in card.ledger)})
    words = [str(cell.value) for line in opened(score_sheet(small, long)).active.iter_rows() for cell in line]
    longest = max(words, key=len)
    assert len(longest) <= 32_767
    assert "另有" in longest[-40:]


def test_numbers_keep_every_digit() -> None:
    made = Book()
    sheet = made.sheet("a")
    numbers = [Decimal("97.3"), Decimal("0.1"), Decimal("1234567890.1234"), Fraction(1, 3), Decimal("12345678901234567.5"), Decimal("-0.0001")]
    for row, number in enumerate(numbers):
        sheet.number(row, 0, number)
    held = [cell[0].value for cell in opened(made.done()).active.iter_rows()]
    assert [Decimal(repr(held[n])) for n in (0, 1, 2, 5)] == [numbers[n] for n in (0, 1, 2, 5)]
    assert held[3] == "1/3\n≈0.33"
    assert held[4] == "12345678901234567.5"


# --- the account


@settings(max_examples=15, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(st.data())
def test_what_was_lost_and_gained_adds_up_to_the_total(data: st.DataObject) -> None:
    """Full marks, and every clause's change, and what acts on the whole: together the total."""
    book = rulebook.load(data.draw(sampling.rulebooks()))
    card = book.score(data.draw(sampling.evidence(book, holes=False, leave=False)))
    if card.total is not None:
        assert Fraction(card.full) + sum(move.change for move in account(book, card)) == card.total


def test_an_empty_rulebook_and_an_empty_name_print(small: rulebook.Rulebook) -> None:
    empty = small.model_copy(update={"sections": ()})
    assert opened(score_sheet(empty)).active["A4"].value == "一级标题"
    card = small.score({}, assume="符合")
    assert len(opened(score_sheet(small, card, card)).sheetnames) == 3
