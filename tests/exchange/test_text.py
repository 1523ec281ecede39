"""Plain and pasted text, and what every kind of document has in common: columns, clauses, points, prose."""

import pytest

import rulebook
from rulebook.exchange import Draft, Imported, import_document

HEAD = "考核细则\n考核内容\t评分标准\t分值\n"


def imported(text: str) -> Imported:
    """What becomes of a text."""
    return import_document(text.encode(), name="细则.txt")


def one(text: str) -> Draft:
    """Its one draft."""
    (draft,) = imported(text).drafts
    return draft


def body(draft: Draft) -> list[str]:
    """The lines of the draft below its head, comments left out."""
    lines = [line for line in draft.text.splitlines() if line and not line.startswith("#")]
    return lines[next(n for n, line in enumerate(lines) if line.startswith("一、")) :]


def codes(draft: Draft, *severities: str) -> list[str]:
    """The codes of its findings of those severities (errors and warnings where none is named)."""
    return [f.diagnostic.code for f in draft.findings if f.diagnostic.severity in (severities or ("error", "warning"))]


# --- forms of text

FORMS = {
    "tabs": "考核细则\n序号\t考核项目\t考核内容\t评分标准\t分值\n1\t一、管理\t制度\t未建立的不得分\t5\n2\t\t会议\t缺一次扣1分\t5\n\t\t合计\t\t10\n",
    "quoted cells": '考核细则\n考核项目\t考核内容\t评分标准\t分值\n管理\t制度\t"未建立的\n不得分"\t5\n\t会议\t缺一次扣1分\t5\n',
    "broken cells": "考核细则\n考核项目\t考核内容\t评分标准\t分值\n管理\t制度\t未建立的\n不得分\t5\n\t会议\t缺一次扣1分\t5\n",
    "bars": "# 考核细则\n\n| 考核项目 | 考核内容 | 评分标准 | 分值 |\n|---|---|---|---|\n| 管理 | 制度 | 未建立的不得分 | 5 |\n| | 会议 | 缺一次扣1分 | 5 |\n",
    "one cell a line": "考核细则\n\n\t考核\n项目\n\t考核内容\n\t评分标准\n\t分值\n\n"
    "\t管理\n\t制度\n\t未建立的\n不得分\n\t5\n\n\t\n\t会议\n\t缺一次扣1分\n\t5\n",
    "Traditional": "考核細則\n考核項目\t考核內容\t評分標準\t分值\n管理\t制度\t未建立的不得分\t5\n\t會議\t缺一次扣1分\t5\n",
}  # fmt: skip


@pytest.mark.parametrize("form", FORMS)
def test_the_same_table_in_every_form_of_text(form: str) -> None:
    draft = one(FORMS[form])
    said = [line.replace("會議", "会议") for line in body(draft)]
    assert said == ["一、管理", "1. 制度（5分）", "未建立的不得分（5分）", "2. 会议（5分）", "缺一次扣1分（5分）"]
    assert codes(draft) == []


def test_running_text_without_a_table() -> None:
    draft = one(
        "某区2024年度考核细则\n满分100分。\n一、组织（20分）\n（一）机构（10分）\n1. 成立小组（10分）：未成立的不得分，职责不清的扣1分。\n"
        "（二）制度（10分）\n2. 制度建设（10分）\n①建立制度。未建立的不得分。（5分）\n②建立台账。缺一项扣0.5分。（5分）\n二、检查（80分）\n"
        "3. 每月至少检查一次，缺一次扣2分，扣完为止。（80分）\n三、加分项\n4. 受到表彰的，每次加1分，最高累计3分。\n注：未提供资料的，不予判分。\n"
    )
    book = rulebook.load(draft.text)
    assert [(clause.address, str(clause.points)) for clause in book.clauses()] == [
        ("1", "10"), ("2.1", "5"), ("2.2", "5"), ("3", "80"), ("4", "None"),
    ]  # fmt: skip
    assert (book.header.full, book.header.year, book.header.not_supplied) == (100, 2024, "zero")
    assert codes(draft) == []


def test_more_than_a_hundred_items() -> None:
    draft = one("考核细则\n一、日常\n" + "".join(f"{n}. 事项{n}。缺一项扣1分。（5分）\n" for n in range(1, 151)))
    assert draft.counts() == {"items": 150, "clauses": 150, "read": 150, "unread": 0, "ambiguous": 0}


def test_text_with_nothing_to_score_is_refused() -> None:
    with pytest.raises(rulebook.RulebookError, match="RB624"):
        imported("关于开展检查的通知\n一、高度重视\n二、认真落实\n")


# --- columns


@pytest.mark.parametrize(
    "head",
    [
        ("考核内容", "评分标准", "分值"), ("检查内容", "扣分标准", "标准分"), ("评价指标", "计分办法", "满分"), ("三级指标", "评分办法", "权重"),
        ("项目", "考核标准", "分值（分）"), ("指标\u3000内容", "考核细则", "分 值"), ("考评项目", "评分说明", "配分"),
    ],
)  # fmt: skip
def test_columns_go_by_the_words_of_their_headings(head: tuple[str, str, str]) -> None:
    draft = one("考核细则\n" + "\t".join(head) + "\n制度\t缺一项扣1分\t5\n会议\t缺一次扣1分\t5\n")
    assert body(draft)[1:] == ["1. 制度（5分）", "缺一项扣1分（5分）", "2. 会议（5分）", "缺一次扣1分（5分）"]


def test_columns_may_stand_in_any_order() -> None:
    draft = one("考核细则\n分值\t得分\t评分标准\t考核内容\n5\t4\t缺一项扣1分\t制度\n5\t5\t缺一次扣1分\t会议\n")
    assert body(draft)[1:3] == ["1. 制度（5分）", "缺一项扣1分（5分）"]
    assert codes(draft, "hint") == ["RB636"]


def test_a_column_for_methods_becomes_a_comment_and_one_that_moves_points_is_told() -> None:
    draft = one("考核细则\n考核内容\t评分标准\t分值\t考核方式\t特别规定\n制度\t缺一项扣1分\t5\t查台账\t逾期另扣2分\n会议\t缺一次扣1分\t5\t\t\n")
    assert "考核方式：查台账" in draft.text
    assert codes(draft) == ["RB629"]


# --- points


@pytest.mark.parametrize("printed", ["（2分）", "(2分)", "（2分。）", "【2分】", "[2分]", "（ 2 分 ）", "（2分）。", "（本项2分）", "（2分）；"])
def test_a_points_mark_in_every_shape(printed: str) -> None:
    draft = one(f"{HEAD}制度\t①缺一项扣1分。{printed}②缺一次扣1分。（3分）\t5\n会议\t缺一次扣1分\t5\n")
    assert body(draft)[1:4] == ["1. 制度（5分）", "① 缺一项扣1分。（2分）", "② 缺一次扣1分。（3分）"]
    assert codes(draft) == []


def test_a_points_mark_on_a_line_of_its_own() -> None:
    draft = one('考核细则\n考核内容\t评分标准\t分值\n制度\t"①未建立的不得分。\n\n（2分）\n②缺一项扣1分。（3分）"\t5\n会议\t缺一次扣1分\t5\n')
    assert body(draft)[2:4] == ["① 未建立的不得分。（2分）", "② 缺一项扣1分。（3分）"]


def test_points_only_in_their_column_are_those_of_all_its_rules() -> None:
    draft = one('考核细则\n考核内容\t评分标准\t分值\n制度\t"①未建立的不得分；\n②缺一项扣0.5分；"\t5\n会议\t1.缺一次扣1分；2.无记录的扣0.5分\t5\n')
    assert body(draft)[1:] == [
        "1. 制度（5分）", "未建立的不得分；缺一项扣0.5分；（5分）", "2. 会议（5分）", "缺一次扣1分；无记录的扣0.5分。（5分）",
    ]  # fmt: skip


def test_clauses_joined_by_semicolons_are_parted_by_their_points() -> None:
    draft = one(f"{HEAD}制度\t建立制度，未建立的不得分（2分）；执行制度，缺一项扣0.5分（3分）\t5\n会议\t缺一次扣1分\t5\n")
    assert body(draft)[2:4] == ["① 建立制度，未建立的不得分（2分）", "② 执行制度，缺一项扣0.5分（3分）"]


def test_points_that_differ_are_told_with_both_figures() -> None:
    draft = one(f"{HEAD}制度建设。2分\t①缺一项扣1分。（2分）②未建立的不得分。（3分）\t5\n会议\t①缺一次扣1分。（2分）②缺一项扣1分。（2分）\t5\n")
    told = {f.diagnostic.code: (f.diagnostic.message(), f.place.text()) for f in draft.findings if f.diagnostic.severity != "hint"}
    assert set(told) == {"RB630", "RB401"}
    assert "2分" in told["RB630"][0]
    assert "5" in told["RB630"][0]
    assert told["RB401"] == ("本项写 5 分，各条相加是 4 分", "表1 第3行（第4行）")


def test_a_sum_in_the_last_row_is_held_against_the_clauses() -> None:
    draft = one(f"{HEAD}制度\t缺一项扣1分\t5\n会议\t缺一次扣1分\t5\n合计\t\t12\n")
    assert codes(draft) == ["RB402"]


# --- figures in a column of their own


def test_a_figure_becomes_a_sentence_where_the_headings_say_what_it_does() -> None:
    draft = one("扣分标准\n序号\t违规行为\t扣分值\n1\t未戴安全帽的\t0.5\n2\t酒后上岗\t2分/次\n3\t无证操作\t-1\n")
    assert body(draft)[1:] == ["1. 未戴安全帽的，扣0.5分。", "2. 酒后上岗的，扣2分/次。", "3. 无证操作的，扣1分。"]
    award = one("加分表\n加分事项\t加分值\n获得市级表彰的\t2\n获得省级表彰\t3分/次\n")
    assert body(award) == ["一、加分项", "1. 获得市级表彰的，加2分。", "2. 获得省级表彰的，加3分/次。"]


@pytest.mark.parametrize("figure", ["2分/处", "+1", "按次数"])
def test_a_figure_stays_as_printed_where_they_do_not(figure: str) -> None:
    heading = "违规行为" if figure == "+1" else "考核内容"
    draft = one(f"考核细则\n{heading}\t分值\t扣分值\n配备灭火器\t5\t{figure}\n配备水带\t5\t{figure}\n")
    assert f"配备灭火器。扣分值：{figure}。" in draft.text
    assert "的，扣" not in draft.text


# --- prose


def test_words_that_move_points_stay_live_outside_of_the_rules_too() -> None:
    draft = one(f"{HEAD}制度。迟到一次扣1分\t缺一项扣1分\t5\n会议\t缺一次扣1分\t5\n")
    assert codes(draft) == ["RB226"]
    assert "1. 制度。迟到一次扣1分（5分）" in draft.text


def test_what_only_announces_the_rules_below_becomes_a_comment() -> None:
    draft = one(
        "考核细则\n考核项目\t考核内容\t评分标准\t分值\n一、管理\t制度，加大安全生产的考核权重\t缺一项扣1分\t5\n"
        "二、否决项\t加大事故考核，严格实行“一票否决”。\t发生死亡事故的，实行“一票否决”。\t\n"
    )
    assert codes(draft, "hint").count("RB633") == 2
    assert "RB226" not in codes(draft)
    assert "# 考核内容（表1 第3行（第4行））：加大事故考核，严格实行“一票否决”。" in draft.text


def test_a_veto_with_a_condition_of_its_own_is_not_taken_for_an_announcement() -> None:
    head = "考核细则\n考核项目\t考核内容\t评分标准\t分值\n"
    draft = one(head + "否决项\t发生火灾的，一票否决。\t发生死亡事故的，实行“一票否决”。\t\n一、管理\t制度\t缺一项扣1分\t5\n")
    assert "1. 发生火灾的，一票否决" in draft.text
    assert "RB633" not in codes(draft, "hint")
    (veto, _) = rulebook.load(draft.text).clauses()
    assert [rule.effect.kind for rule in veto.rules] == ["veto", "veto"]


def test_discretion_above_the_rules_is_told() -> None:
    draft = one(f"{HEAD}制度健全，情节严重的，酌情扣分\t缺一项扣1分\t5\n会议\t缺一次扣1分\t5\n")
    assert codes(draft) == ["RB629"]


def test_long_prose_stands_above_its_heading() -> None:
    words = "以改革为契机，结合本地实际，制定出台实施方案并开展督查督办，确保各项任务按照时间表和路线图落地见效。"
    draft = one(f"{HEAD}1.{words}\t缺一项扣1分\t5\n2.会议\t缺一次扣1分\t5\n")
    assert "1. 以改革为契机（5分）" in draft.text
    assert f"# 考核内容（表1 第2行（第3行））：{words}" in draft.text


@pytest.mark.parametrize(
    ("printed", "clause", "code"),
    [
        ("未建立不得分0.5分。（0.5分）", "未建立不得分。（0.5分）", "RB632"), ("未建立不得分0.3分。（0.5分）", "未建立不得分0.3分。（0.5分）", "RB204"),
    ],
)  # fmt: skip
def test_a_misprint_is_mended_only_where_both_readings_are_the_same(printed: str, clause: str, code: str) -> None:
    draft = one(f"{HEAD}制度\t{printed}\t0.5\n会议\t缺一次扣1分\t5\n")
    assert clause in draft.text
    assert codes(draft) == [code]


# --- several rubrics, numbers, places


def test_a_draft_reads_as_its_report_says_and_its_places_lead_back() -> None:
    draft = one(f"{HEAD}制度\t酌情扣分\t5\n会议\t旷课2次扣3分\t5\n台账\t缺一项扣1分\t5\n")
    assert draft.counts() == {"items": 3, "clauses": 3, "read": 1, "unread": 1, "ambiguous": 1}
    told = [(d.code, d.line) for d in rulebook.read(draft.text).diagnostics]
    assert sorted(told) == sorted((f.diagnostic.code, f.line) for f in draft.findings if f.line)
    assert [f.place.line for f in draft.findings if f.line] == [3, 4]
    assert len(draft.places) == len(draft.text.splitlines())


def test_numbers_run_on_and_the_printed_ones_are_kept() -> None:
    draft = one("考核细则\n考核项目\t考核内容\t评分标准\t分值\n一、甲\t1.制度\t缺一项扣1分\t5\n三、乙\t1.会议\t缺一次扣1分\t5\n")
    assert [line for line in body(draft) if line[0] in "一二三12"] == ["一、甲", "1. 制度（5分）", "二、乙", "2. 会议（5分）"]
    assert "# 原文序号：1" in draft.text
    assert codes(draft, "hint") == ["RB635"]


def test_file_names_are_made_of_the_title() -> None:
    text = "".join(f"附件{n}\n../../某局\\考核:细则（试行）\n考核内容\t评分标准\t分值\n制度\t缺一项扣1分\t5\n会议\t缺一次扣1分\t5\n\n" for n in (1, 2))
    assert [draft.file for draft in imported(text).drafts] == ["某局考核细则试行.rulebook", "某局考核细则试行-2.rulebook"]


def test_words_that_would_read_as_something_else_are_kept_from_it() -> None:
    draft = one(f"{HEAD}制度\t例：缺一项扣1分\t5\n会议\t一、缺一次扣1分\t5\n")
    assert draft.counts()["clauses"] == 2
    assert codes(draft) == []


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_encodings(encoding: str) -> None:
    (draft,) = import_document(f"{HEAD}制度\t缺一项扣1分\t5\n会议\t缺一次扣1分\t5\n".encode(encoding)).drafts
    assert draft.counts()["read"] == 2


# --- everyday shapes


def test_items_that_share_a_merged_points_cell_are_one() -> None:
    from packages import p, tbl, tc, tr, word

    rows = (
        tr("制度", "无制度扣5分", tc("10", merge="restart")), tr("台账", "台账不全扣3分", tc(merge="continue")), tr("会议", "缺一次扣1分", "5"),
    )  # fmt: skip
    (draft,) = import_document(word(p("考核细则") + tbl(tr("考核内容", "评分标准", "分值"), *rows))).drafts
    assert body(draft)[1:] == ["1. 制度；台账（10分）", "无制度扣5分", "台账不全扣3分（10分）", "2. 会议（5分）", "缺一次扣1分（5分）"]


def test_a_web_page_whose_heading_covers_two_columns() -> None:
    page = (
        "<h2>考核评分表</h2><table><tr><td colspan=2>考核内容<td>扣分标准<td>分值<tr><td rowspan=2>管理<td>制度<td>无制度扣5分<td>5"
        "<tr><td>台账<td>台账不全扣3分<br>扣完为止<td>5</table>"
    )
    (draft,) = import_document(page.encode()).drafts
    assert body(draft) == ["一、管理", "1. 制度（5分）", "无制度扣5分（5分）", "2. 台账（5分）", "台账不全扣3分", "扣完为止（5分）"]


@pytest.mark.parametrize("struck", ["<del>未建立的不得分。</del>", "<s>未建立的不得分。", '<span style="display: none">未建立的不得分。</span>'])
def test_what_a_web_page_strikes_or_hides_is_left_out_and_told(struck: str) -> None:
    page = f"<h2>考核评分表</h2><table><tr><td>序号<td>考核内容<td>扣分标准<td>分值<tr><td>1<td>台账<td>缺一项扣1分。{struck}</table>"
    imported = import_document(page.replace("</table>", "</s><td>5</table>").encode())
    (draft,) = imported.drafts
    assert body(draft)[-2:] == ["1. 台账（5分）", "缺一项扣1分。（5分）"]
    assert "RB627" in {finding.diagnostic.code for finding in [*imported.findings, *draft.findings]}


def test_a_hidden_row_of_a_web_page_is_read_and_told() -> None:
    page = (
        "<h2>考核评分表</h2><table><tr><td>考核内容<td>扣分标准<td>分值<tr><td>台账<td>缺一项扣1分<td>5"
        "<tr style='display:none'><td>会议<td>缺一次扣1分<td>5</table>"
    )
    (draft,) = import_document(page.encode()).drafts
    assert [line for line in body(draft) if "会议" in line] == ["2. 会议（5分）"]
    assert "RB626" in codes(draft)


def test_sections_told_by_chinese_numbers_in_the_column_of_numbers() -> None:
    draft = one("考核细则\n序号\t考核内容\t评分标准\t分值\n一\t组织\t\t10\n1\t机构\t未成立的不得分\t10\n二\t日常\t\t5\n1\t台账\t缺一项扣1分\t5\n")
    assert [line for line in body(draft) if "、" in line] == ["一、组织（10分）", "二、日常（5分）"]
    assert codes(draft) == []


def test_rows_that_span_the_table_are_sections_and_notes() -> None:
    from packages import p, tbl, tc, tr, word

    rows = (
        tr(tc("一、组织（5分）", span=3)), tr("机构", "未成立的不得分", "5"), tr(tc("加分项", span=3)), tr("表彰", "每项加1分，最多加3分", ""),
        tr(tc("注：总分低于60分的，取消评优资格。", span=3)),
    )  # fmt: skip
    (draft,) = import_document(word(p("考核细则") + tbl(tr("考核内容", "评分标准", "分值"), *rows))).drafts
    assert [line for line in body(draft) if line[1] == "、"] == ["一、组织（5分）", "二、加分项"]
    assert codes(draft) == ["RB629"]


def test_points_of_a_subsection_with_rules_below_it_make_it_an_item() -> None:
    draft = one(
        "某局考核办法\n一、总则\n为了加强管理，制定本办法。\n二、考核标准\n（一）制度（10分）\n1.未建立制度的，扣5分。\n2.制度不全的，扣2分。\n（二）会议（10分）\n缺一次扣1分。\n"
    )
    assert draft.title == "某局考核办法"
    assert body(draft)[-4:] == ["1. 制度（10分）", "未建立制度的，扣5分。制度不全的，扣2分。（10分）", "2. 会议（10分）", "缺一次扣1分。（10分）"]
    assert "为了加强管理，制定本办法。" in draft.text


def test_columns_parted_by_spaces_are_read_only_where_no_cell_is_missing() -> None:
    draft = one("考核细则\n考核内容    评分标准    分值\n制度    缺一项扣1分    5\n会议    缺一次扣1分    5\n")
    assert draft.counts()["read"] == 2
    with pytest.raises(rulebook.RulebookError, match="RB624"):
        imported("考核细则\n考核内容    评分标准    分值\n制度    缺一项扣1分\n会议    缺一次扣1分    5\n")


@pytest.mark.parametrize("name", ["county-2018", "member-unit-2018"])
def test_a_rulebook_imports_as_itself(name: str) -> None:
    """Its clauses, head and points are those it had; its comments are left out."""
    book = rulebook.load(name)
    again = rulebook.load(one(book.text()).text)
    assert [(c.address, c.points, [r.effect for r in c.rules]) for c in again.clauses()] == [
        (c.address, c.points, [r.effect for r in c.rules]) for c in book.clauses()
    ]
    assert (again.header.title, again.header.full, again.header.veto) == (book.header.title, book.header.full, book.header.veto)
