"""Word files: what a reader of the page sees is what is imported; what is not is said."""

import io

import pytest
from packages import p, tbl, tc, tr, word

from rulebook.diagnostics import RulebookError
from rulebook.exchange import Draft, import_document

HEAD = tr("考核内容", "评分标准", "分值")


def one(body: str, **more: object) -> Draft:
    """The one draft of a Word file with that body."""
    (draft,) = import_document(word(body), name="细则.docx", **more).drafts  # type: ignore[arg-type]
    return draft


def graver(draft: Draft) -> list[tuple[str, str]]:
    """Code and place of every error and warning."""
    return [(f.diagnostic.code, f.place.text()) for f in draft.findings if f.diagnostic.severity != "hint"]


def clauses(draft: Draft) -> list[tuple[str, str]]:
    """Address and words of every clause."""
    assert draft.reading.rulebook is not None
    return [(clause.address, clause.text) for clause in draft.reading.rulebook.clauses()]


def test_merged_cells_reach_every_row_that_they_cover() -> None:
    draft = one(
        tbl(
            tr("一级标题", "二级标题", "考核内容", "评分细则", "分值"),
            tr(
                tc("一、管理", merge="restart"), tc("（一）制度", merge="restart"), tc("1.台账", merge="restart"),
                "①缺一项扣1分。（2分）", tc("5", merge="restart"),
            ),
            tr(tc(merge="continue"), tc(merge="continue"), tc(merge="continue"), "②未建立的不得分。（3分）", tc(merge="continue")),
            tr(tc(merge="continue"), tc("（二）会议", merge="restart"), "2.例会", "缺一次扣1分。（4分）", "4"),
            tr(tc("二、加分项", span=2), "3.表彰", "每项加1分，最高累计5分。", ""),
        )
    )  # fmt: skip
    assert clauses(draft) == [
        ("1.1", "缺一项扣1分。"), ("1.2", "未建立的不得分。"), ("2", "缺一次扣1分。"), ("3", "每项加1分，最高累计5分。"),
    ]  # fmt: skip
    book = draft.reading.rulebook
    assert book is not None
    assert [(s.heading, [u.heading for u in s.subsections]) for s in book.sections] == [
        ("管理", ["制度", "会议"]), ("加分项", [""]),
    ]  # fmt: skip
    assert graver(draft) == []


def test_a_table_split_over_pages_is_one_and_its_heading_is_read_once() -> None:
    draft = one(
        p("考核细则")
        + tbl(HEAD, tr("1.制度", "①缺一项扣1分。（2分）", "5"), HEAD, tr("", "②未更新的扣1分。（3分）", ""))
        + p("")
        + tbl(HEAD, tr("2.会议", "缺一次扣1分", "5"))
    )
    assert [address for address, _ in clauses(draft)] == ["1.1", "1.2", "2"]
    assert graver(draft) == []


def test_tracked_changes_are_refused_unless_they_are_accepted() -> None:
    changed = p("<w:r><w:t>缺一项扣</w:t></w:r><w:del><w:r><w:delText>1</w:delText></w:r></w:del><w:ins><w:r><w:t>2</w:t></w:r></w:ins>", "分")
    body = tbl(HEAD, tr("制度", tc(changed), "5"))
    with pytest.raises(RulebookError) as refused:
        one(body)
    assert [d.code for d in refused.value.diagnostics] == ["RB623"]
    assert clauses(one(body, accept_changes=True)) == [("1", "缺一项扣2分")]


def test_a_row_that_was_inserted_is_refused_too() -> None:
    with pytest.raises(RulebookError, match="RB623"):
        one(tbl(HEAD, tr("制度", "缺一项扣1分", "5", properties="<w:ins/>")))


def test_content_controls_smart_tags_and_links_keep_their_words() -> None:
    words = p(
        "<w:sdt><w:sdtContent><w:r><w:t>缺</w:t></w:r></w:sdtContent></w:sdt>",
        "<w:smartTag><w:r><w:t>一项</w:t></w:r></w:smartTag>",
        "<w:hyperlink><w:r><w:t>扣1</w:t></w:r></w:hyperlink>", "分",
    )  # fmt: skip
    row = tr("制度", f"<w:sdt><w:sdtContent>{tc(words)}</w:sdtContent></w:sdt>", "5")
    assert clauses(one(tbl(HEAD, f"<w:sdt><w:sdtContent>{row}</w:sdtContent></w:sdt>"))) == [("1", "缺一项扣1分")]


@pytest.mark.parametrize(
    ("form", "text", "wanted"),
    [
        ("decimal", "%1.", ["1.", "2."]), ("decimalEnclosedCircle", "%1", ["①", "②"]),
        ("chineseCountingThousand", "%1、", ["一、", "二、"]), ("bullet", "", ["", ""]),
    ],
)  # fmt: skip
def test_automatic_numbers_are_written_out(form: str, text: str, wanted: list[str]) -> None:
    from rulebook.exchange.package import Package
    from rulebook.exchange.word import read

    numbered = '<w:numPr><w:ilvl w:val="0"/><w:numId w:val="7"/></w:numPr>'
    level = f'<w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="{form}"/><w:lvlText w:val="{text}"/></w:lvl>'
    listed = f'<w:abstractNum w:abstractNumId="3">{level}</w:abstractNum><w:num w:numId="7"><w:abstractNumId w:val="3"/></w:num>'
    raw = word(p("甲", properties=numbered) + p("乙", properties=numbered), numbering=listed)
    document = read(Package(raw, "a.docx"))
    assert [block.text for block in document.blocks] == [wanted[0] + "甲", wanted[1] + "乙"]  # type: ignore[union-attr]


def test_numbers_of_a_list_style_number_the_column() -> None:
    level = '<w:lvl w:ilvl="0"><w:numFmt w:val="decimal"/><w:lvlText w:val="%1"/></w:lvl>'
    listed = f'<w:abstractNum w:abstractNumId="0">{level}</w:abstractNum><w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num>'
    styles = '<w:style w:styleId="序号"><w:pPr><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr></w:style>'
    number = tc(p("", properties='<w:pStyle w:val="序号"/>'))
    body = tbl(tr("序号", "考核内容", "评分标准", "分值"), tr(number, "甲", "缺一项扣1分", "2"), tr(number, "乙", "缺一次扣1分", "2"))
    (draft,) = import_document(word(body, numbering=listed, styles=styles)).drafts
    assert [address for address, _ in clauses(draft)] == ["1", "2"]
    assert not any(f.diagnostic.code == "RB635" for f in draft.findings)


def test_circled_numbers_of_a_symbol_font_are_known_and_other_symbols_are_reported() -> None:
    known = p('<w:r><w:sym w:font="Wingdings" w:char="F081"/></w:r>', "缺一项扣1分。（2分）")
    second = p('<w:r><w:sym w:font="Wingdings" w:char="F082"/></w:r>', "缺一次扣1分。（3分）")
    assert [a for a, _ in clauses(one(tbl(HEAD, tr("制度", tc(known, second), "5"))))] == ["1.1", "1.2"]
    imported = import_document(word(tbl(HEAD, tr("制度", tc(p('<w:r><w:sym w:font="Symbol" w:char="F0B7"/></w:r>', "缺一项扣1分")), "5"))))
    assert [f.diagnostic.code for f in imported.findings] == ["RB627"]


def test_footnotes_and_preamble_stay_as_prose_and_what_seems_to_move_points_is_told() -> None:
    raw = word(
        p("关于开展考核的通知") + p("各单位要高度重视。") + p("附件1") + p("考核细则") + tbl(HEAD, tr("制度", "缺一项扣1分", "5")),
        footnotes=f"<w:footnote>{p('逾期报送的从总分扣2分。')}</w:footnote>",
    )
    (draft,) = import_document(raw).drafts
    assert "# 文中：各单位要高度重视。" in draft.text
    assert "# 文中：逾期报送的从总分扣2分。" in draft.text
    assert [code for code, _ in graver(draft)] == ["RB629"]


def test_a_table_that_only_lays_out_the_page_is_looked_into() -> None:
    inner = tbl(HEAD, tr("制度", "缺一项扣1分", "5"))
    draft = one(tbl(tr(tc(p("考核细则"), inner))))
    assert draft.title == "考核细则"
    assert clauses(draft) == [("1", "缺一项扣1分")]


def test_an_irregular_grid_is_read() -> None:
    rows = (tr("制度", "缺一项扣1分", "5", properties='<w:gridBefore w:val="0"/>'), tr(tc("会议", merge="continue"), "缺一次扣1分", "4"), tr("台账"))
    draft = one(tbl(HEAD, *rows))
    assert len(clauses(draft)) == 3


def test_two_rubrics_of_one_paper_keep_the_order_of_the_paper() -> None:
    body = (
        p("附件1") + p("县区考核细则") + tbl(HEAD, tr("制度", "缺一项扣1分", "5"))
        + p("附件2") + p("部门考核细则") + tbl(HEAD, tr("会议", "缺一次扣1分", "4"))
        + p("附件3") + p("时间安排表") + tbl(tr("序号", "单位", "时间"), tr("1", "甲局", "上午"))
    )  # fmt: skip
    imported = import_document(word(body))
    assert [draft.title for draft in imported.drafts] == ["县区考核细则", "部门考核细则"]
    assert [(f.diagnostic.code, f.place.text()) for f in imported.findings] == [("RB628", "表3")]


def test_a_file_that_python_docx_made() -> None:
    docx = pytest.importorskip("docx")
    paper = docx.Document()
    paper.add_paragraph("考核细则")
    table = paper.add_table(rows=3, cols=4)
    lines = (("项目", "考核内容", "评分标准", "分值"), ("一、管理", "制度", "缺一项扣1分", "5"), ("", "会议", "缺一次扣1分", "4"))
    for row, words in zip(table.rows, lines, strict=True):
        for cell, word_ in zip(row.cells, words, strict=True):
            cell.text = word_
    table.cell(1, 0).merge(table.cell(2, 0))
    out = io.BytesIO()
    paper.save(out)
    (draft,) = import_document(out.getvalue()).drafts
    assert clauses(draft) == [("1", "缺一项扣1分"), ("2", "缺一次扣1分")]
    assert graver(draft) == []


@pytest.mark.parametrize("mark", ["vanish", "strike", "dstrike"])
def test_words_that_are_hidden_or_struck_are_left_out_and_told(mark: str) -> None:
    run = f"<w:r><w:rPr><w:{mark}/></w:rPr><w:t>未建立的不得分。</w:t></w:r>"
    imported = import_document(word(tbl(HEAD, tr("1.台账", tc(p("缺一项扣1分。", run)), "5"))), name="细则.docx")
    assert clauses(imported.drafts[0]) == [("1", "缺一项扣1分。")]
    assert [finding.diagnostic.code for finding in imported.findings] == ["RB627"]


def test_a_struck_mark_that_is_off_strikes_nothing() -> None:
    run = '<w:r><w:rPr><w:strike w:val="0"/></w:rPr><w:t>未建立的不得分。</w:t></w:r>'
    draft = one(tbl(HEAD, tr("1.台账", tc(p("缺一项扣1分。", run)), "5")))
    assert clauses(draft) == [("1", "缺一项扣1分。未建立的不得分。")]
