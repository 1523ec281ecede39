"""Word papers: what they say, the fonts and page of official papers, headings on every page, words that are only words."""

import io
from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from typing import Any

import docx
import pytest
from docx.oxml.ns import qn

import rulebook
from rulebook.campaign.standing import Mark, Place, Standing
from rulebook.diagnostics import Diagnostic
from rulebook.papers.notice import notice
from rulebook.papers.report import report, rubric


def opened(raw: bytes) -> Any:
    return docx.Document(io.BytesIO(raw))


def rows(table: Any) -> list[list[str]]:
    return [[cell.text for cell in row.cells] for row in table.rows]


def words(paper: Any) -> str:
    return "\n".join([paragraph.text for paragraph in paper.paragraphs] + [" | ".join(row) for table in paper.tables for row in rows(table)])


def test_a_report_tells_what_was_scored_and_what_was_lost(small: rulebook.Rulebook) -> None:
    card = small.score({"考核对象": "甲县", "证据": {"1.1": {"资料不全": True, "说明": "缺一份"}, "1.2": 3, "4": 2}}, assume="符合")
    paper = opened(report(small, card, own=True))
    assert paper.paragraphs[0].text == "甲县\n2018年度样例自评报告"
    assert [one.text for one in paper.paragraphs if one.style.name == "Heading 1"] == ["一、得分情况", "二、扣分情况"]
    scored, lost = paper.tables
    assert rows(scored) == [
        ["章", "应得分", "得分", "增减"], ["一、样章", "7", "5.75", "-1.25"], ["二、减分项", "3", "2", "-1"], ["合计", "10", "7.75", "-2.25"],
    ]  # fmt: skip
    assert rows(lost)[1:3] == [
        ["1", "（一）资料\n1. 档案与台账\n①档案", "0.5", "资料不全，扣0.5分（缺一份）"],
        ["2", "（一）资料\n1. 档案与台账\n②台账", "0.75", "缺3项，每项扣0.25分，扣0.75分"],
    ]
    assert rows(lost)[-1] == ["", "合计", "2.25", ""]


def test_a_report_says_what_is_open_and_what_was_gained(county: rulebook.Rulebook) -> None:
    card = county.score({"考核对象": "甲县", "证据": {"37": 2, "38": {"发生较大以上生产安全事故": True}, "2.2": 1}})
    paper = opened(report(county, card))
    assert "2018年度县（区）人民政府安全生产工作\n得分情况" in paper.paragraphs[0].text
    headings = [one.text for one in paper.paragraphs if one.style.name == "Heading 1"]
    assert headings == ["一、得分情况", "二、扣分情况", "三、加分情况", "四、一票否决", "五、尚未查清的条款"]
    assert rows(paper.tables[3])[1] == ["1.1 学习安排与会议资料", "0–2", ""]
    assert len(paper.tables[3].rows) == 1 + len(card.unknown)


def test_the_points_of_a_report_add_up(county: rulebook.Rulebook) -> None:
    """Full marks, less what the second table lists, and more by the third: the total."""
    card = county.score({"考核对象": "甲县", "证据": {"1.1": {"未建立": True}, "2.2": 3, "36.1": 1, "37": 2}}, assume="符合")
    _, lost, gained = opened(report(county, card)).tables
    down, up = (sum(Fraction(row[2]) for row in rows(table)[1:-1]) for table in (lost, gained))
    assert Fraction(card.full) - down + up == card.total


def test_pages_and_type_are_those_of_official_papers(small: rulebook.Rulebook) -> None:
    paper = opened(report(small, small.score({}, assume="符合")))
    page = paper.sections[0]
    assert (round(page.page_width.mm), round(page.page_height.mm), round(page.left_margin.mm), round(page.top_margin.mm)) == (210, 297, 28, 37)
    for style in ("Normal", "Title", "Heading 1", "Table Text", "Note"):
        fonts = paper.styles[style].element.rPr.rFonts
        assert fonts.get(qn("w:eastAsia"))
        assert fonts.get(qn("w:eastAsiaTheme")) is None
    assert "PAGE" in page.footer._element.xml
    assert paper.core_properties.author == ""


def test_headings_stand_on_every_page_and_rows_stay_whole(small: rulebook.Rulebook) -> None:
    for table in opened(report(small, small.score({"1.2": 1}, assume="符合"))).tables:
        assert table.rows[0]._tr.trPr.find(qn("w:tblHeader")) is not None
        assert all(row._tr.trPr.find(qn("w:cantSplit")) is not None for row in table.rows)


def test_a_rubric_has_the_form_of_the_notice(small: rulebook.Rulebook) -> None:
    paper = opened(rubric(small))
    assert paper.paragraphs[0].text == "2018年度样例考核细则"
    table = rows(paper.tables[0])
    assert table[0] == ["一级标题", "二级标题", "考核内容", "评分细则", "分值", "扣分及原因"]
    assert table[2] == ["一、样章", "（一）资料", "1. 档案与台账", "②台账。缺一项扣0.25分。（2分）", "3", ""]


HOSTILE = "=cmd|' /C calc'!A0 <script>&amp;{{7*7}} ]]> \x00\x07\ufffe\ud800 \u202e乙"


def test_words_are_only_words(small: rulebook.Rulebook) -> None:
    card = small.score({"1.2": 1}, assume="符合").model_copy(update={"subject": HOSTILE})
    told = words(opened(report(small, card)))
    assert "=cmd|' /C calc'!A0 <script>&amp;{{7*7}} ]]> <U+0000><U+0007><U+FFFE><U+D800> <U+202E>乙" in told


def test_several_subjects_follow_each_other_on_pages_of_their_own(small: rulebook.Rulebook) -> None:
    cards = [small.score({"考核对象": name, "证据": {}}, assume="符合") for name in ("甲县", "乙县")]
    paper = opened(report(small, *cards))
    assert [one.text.split("\n")[0] for one in paper.paragraphs if one.style.name == "Title"] == ["甲县", "乙县"]
    assert paper.element.xml.count('w:type="page"') == 1


# --- the notice


def place(unit: str, total: str, rank: int, **more: Any) -> Place:
    score = Fraction(total)
    mark = Mark("county-2018", Fraction(1), "done", score, score, Fraction(100), 0, 93)
    return replace(Place(unit, "县（区）", (mark,), score, score, Fraction(100), False, rank, rank), **more)


def standing(*places: Place) -> Standing:
    return Standing("全市安全生产工作考核", 2018, (("县（区）人民政府", places), ("管委会", ())))


def test_a_notice_ranks_every_group() -> None:
    paper = opened(notice(standing(place("甲县", "98.5", 1), place("乙县", "97.25", 2, vetoed=True), place("丙县", "97.25", 2))))
    assert paper.paragraphs[0].text == "关于全市安全生产工作考核结果的通报"
    assert rows(paper.tables[0]) == [
        ["名次", "单位", "得分", "满分", "备注"],
        ["1", "甲县", "98.5", "100", ""],
        ["2", "乙县", "97.25", "100", "一票否决"],
        ["2", "丙县", "97.25", "100", ""],
    ]
    assert "本组没有考核对象。" in words(paper)


def test_a_unit_under_several_rubrics_shows_each_and_its_weight() -> None:
    scored = (("process", 3, Fraction(90)), ("result", 7, Fraction(80)))
    marks = tuple(Mark(name, Fraction(weight, 10), "done", score, score, Fraction(100)) for name, weight, score in scored)
    one = place("甲县", "83", 1, marks=marks, grades=("良好",))
    assert rows(opened(notice(standing(one))).tables[0]) == [
        ["名次", "单位", "process\n满分100\n占30%", "result\n满分100\n占70%", "得分", "满分", "等次", "备注"],
        ["1", "甲县", "90", "80", "83", "100", "良好", ""],
    ]  # fmt: skip


def unsettled() -> Iterator[Standing]:
    good = place("甲县", "98.5", 1)
    bare = replace(good.marks[0], state="none", lower=None, upper=None, vetoed=None)
    yield standing(good, replace(good, unit="乙县", marks=(bare,), lower=None, upper=None))
    yield standing(replace(good, vetoed=None, marks=(replace(good.marks[0], vetoed=None),)))
    yield replace(standing(good), problems=(Diagnostic("RB519", {"subject": "甲县"}),))


@pytest.mark.parametrize("still", list(unsettled()), ids=["no record", "open veto", "error"])
def test_nothing_is_published_while_something_is_open(still: Standing) -> None:
    with pytest.raises(rulebook.RulebookError) as told:
        notice(still)
    assert told.value.diagnostics


def test_who_publishes_and_when_may_be_given() -> None:
    told = words(opened(notice(standing(), issuer="某市安委会办公室", date="2018年12月3日")))
    assert "某市安委会办公室" in told
    assert "2018年12月3日" in told
    assert "____" not in told
