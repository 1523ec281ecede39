"""`rulebook campaign …`: every step on a small campaign, and on the shipped one; output, exit status, one JSON document."""

import hashlib
import json
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from terminal import Ran, run

EXAMPLE = Path(__file__).resolve().parents[2] / "examples" / "campaign-2018" / "campaign.yaml"
RUBRIC = """\
考核细则：过程
年度：2018
满分：10分
未提供资料：不予判分

一、工作
1. 工作（10分）
① 台账。缺一项扣0.25分，扣完为止。（4分）
② 制度。未建立的不得分。（3分）
③ 会议。缺一次扣0.5分。（3分）
"""
CAMPAIGN = """\
考核: 年度考核
年度: 2018
细则: {过程: 过程.rulebook}
组: {县区: 过程}
单位: [甲县, 乙县, 丙区]
考核组: [一组]
自评截止: 11月12日
日程:
  - {日期: 11月14日, 时间: 10:00-12:00, 单位: 甲县}
  - {日期: , 时间: 14:00-16:00, 单位: 乙县}
  - {日期: , 时间: 16:00-17:00, 单位: 丙区}
"""
FULL = "证据: {'1': 符合}\n"
TEAM = {"甲县": "证据: {1.1: 4, '1': 符合}\n", "乙县": FULL, "丙区": FULL}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A campaign of three units, each with a record of the team; the first and the last have assessed themselves."""
    (tmp_path / "过程.rulebook").write_text(RUBRIC, encoding="utf-8")
    (tmp_path / "campaign.yaml").write_text(CAMPAIGN, encoding="utf-8")
    for unit, text in TEAM.items():
        put(tmp_path, "考核", unit, text)
    put(tmp_path, "自评", "甲县", FULL)
    put(tmp_path, "自评", "丙区", FULL)
    return tmp_path


def put(folder: Path, hand: str, unit: str, text: str) -> None:
    file = folder / "记录" / hand / f"{unit}.yaml"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")


def step(folder: Path, *arguments: str, stdin: str = "") -> Ran:
    return run("campaign", arguments[0], "campaign.yaml", *arguments[1:], stdin=stdin, folder=folder)


def document(ran: Ran) -> dict[str, Any]:
    """The one JSON document on standard output."""
    (line,) = ran.out.splitlines()
    made = json.loads(line)
    assert isinstance(made, dict)
    return made


def told(ran: Ran) -> list[str]:
    """The codes of the errors and warnings for people."""
    return [line.split()[1].rstrip(":") for line in ran.err.splitlines() if line.startswith(("错误", "警告"))]


# --- the shipped campaign


def test_the_shipped_campaign_checks_with_its_two_findings() -> None:
    """The schedule as printed has none: 25 units, one visit each, no overlap, all on the announced days."""
    ran = run("campaign", "check", str(EXAMPLE))
    assert ran.out == "2018年度全市安全生产工作考核：25个单位、25次考核、2份细则，发现2处\n"
    assert (told(ran), ran.status) == (["RB655", "RB658"], 1)


def test_the_shipped_campaign_is_published() -> None:
    ran = run("campaign", "publish", str(EXAMPLE))
    lines = ran.out.splitlines()
    assert (ran.status, ran.err, len(lines), lines[0]) == (0, "", 28, "2018年度全市安全生产工作考核")
    assert [line.split() for line in lines[1:7]] == [
        ["县（区）、管委会"], ["1", "100.25", "沙坡头区人民政府"], ["2", "99.5", "海兴开发区管委会"], ["2", "99.5", "中卫工业园区管委会"],
        ["4", "97.5", "海原县人民政府"], ["5", "97", "中宁县人民政府"],
    ]  # fmt: skip


# --- step by step


def test_check_tells_schedule_and_records(folder: Path) -> None:
    put(folder, "自评", "丙区", "提交日期: 2018-11-13\n考核对象: 丙区\n" + FULL)
    (folder / "campaign.yaml").write_text(CAMPAIGN.replace("14:00-16:00", "11:00-16:00"), encoding="utf-8")
    ran = step(folder, "check")
    assert ran.out == "年度考核：3个单位、3次考核、1份细则，发现3处\n"
    assert (told(ran), ran.status) == (["RB617", "RB655", "RB658"], 1)
    found = document(step(folder, "check", "--json"))
    assert [(one["code"], one["line"]) for one in found["diagnostics"]] == [("RB617", 10), ("RB655", 1), ("RB658", None)]
    put(folder, "自评", "乙县", FULL)
    put(folder, "自评", "丙区", FULL)
    (folder / "campaign.yaml").write_text(CAMPAIGN, encoding="utf-8")
    clean = step(folder, "check", "--lang", "en")
    assert (clean.out, clean.err, clean.status) == ("年度考核: 3 units, 3 visits, 1 rubrics, 0 findings\n", "", 0)


def test_progress_tells_what_is_missing_and_publish_refuses(folder: Path) -> None:
    (folder / "记录" / "考核" / "甲县.yaml").unlink()
    put(folder, "考核", "乙县", "证据: {1.1: 2, 1.2: 符合}")
    put(folder, "考核", "丙区", "证据: {9.9: 1}")
    ran = step(folder, "progress")
    assert ran.out == (
        "县区\n  未完  乙县  6.5–9.5  未查1/3条\n  没有  甲县  -        未查3/3条  自评10\n  有误  丙区  -        未查3/3条  自评10\n"
        "共3份：评完0，未评完1，无记录1，不能评1\n"
    )
    assert (told(ran), ran.status) == (["RB501"], 1)
    shape = document(step(folder, "progress", "--json"))
    assert shape["states"] == {"done": 0, "part": 1, "none": 1, "faulty": 1}
    assert not shape["publishable"]
    for verb in ("publish", "notice"):
        refused = step(folder, verb, "-o", "out.docx")
        assert (refused.status, refused.out, (folder / "out.docx").exists()) == (1, "", False)
        assert told(refused) == ["RB656", "RB656", "RB501"]
    assert "1.3" in step(folder, "publish", "--lang", "en").err
    refusal = document(step(folder, "publish", "--json"))
    assert [one["code"] for one in refusal["diagnostics"]] == ["RB656", "RB656", "RB501"]


def test_publish_to_a_file_and_with_receipts(folder: Path) -> None:
    ran = step(folder, "publish")
    assert ran.out == "年度考核\n县区\n  1  10  乙县\n  1  10  丙区\n  3   9  甲县\n"
    shape = document(step(folder, "publish", "--json", "-o", "结果.txt"))
    assert (folder / "结果.txt").read_text(encoding="utf-8") == ran.out
    assert [(unit["unit"], unit["rank"], unit["total"]) for unit in shape["units"]] == [("乙县", 1, "10"), ("丙区", 1, "10"), ("甲县", 3, "9")]
    assert all(len(unit["marks"][0]["receipt"]["evidence_sha256"]) == 64 for unit in shape["units"])
    assert step(folder, "rank").out == ran.out.partition("\n")[2]


def test_a_comparison_adds_up(folder: Path) -> None:
    for one in document(step(folder, "compare", "--json"))["comparisons"]:
        if one["unit"] == "乙县":
            assert one["change"] is None
            continue
        for end in ("lower", "upper"):
            parts = sum((Fraction(row["change"][end]) for row in one["clauses"]), Fraction(0))
            assert Fraction(one["change"][end]) == parts + Fraction(one["rest"][end])
    ran = step(folder, "compare", "--lang", "en")
    assert ran.out == (
        "乙县: nothing to compare (no self-assessment)\n丙区: self 10, team 10, difference 0\n甲县: self 10, team 9, difference +1\n"
        "  1.1 台账: self 4, team 3, difference +1\n      team: 缺: 4 项, for each 项 0.25 points off, 1 points lost\n"
    )


def test_a_score_with_its_reasons(folder: Path) -> None:
    ran = step(folder, "score", "--unit", "甲县", "--explain")
    assert ran.out.startswith("甲县  9  （满分10）\n甲县：9分（满分10分）\n")
    assert "缺4项" in ran.out
    shape = document(step(folder, "score", "--unit", "乙县", "--unit", "甲 县", "--explain", "--json"))
    assert [card["subject"] for card in shape["scorecards"]] == ["乙县", "甲县"]
    assert [unit["total"] for unit in shape["units"]] == ["10", "9"]
    assert step(folder, "score", "--unit", "丁县").status == 1


def test_the_calendar_goes_to_a_file_or_to_standard_output(folder: Path) -> None:
    ran = step(folder, "calendar")
    assert ran.out.count("BEGIN:VEVENT\r\n") == 4
    assert step(folder, "calendar", "-o", "日程.ics").out == ""
    assert (folder / "日程.ics").read_bytes() == ran.out.encode()
    visits = document(step(folder, "calendar", "--json"))["visits"]
    assert visits[1] == {"date": "2018-11-14", "from": "14:00", "to": "16:00", "unit": "乙县", "team": None}


def test_a_record_is_put_in_its_place_once(folder: Path) -> None:
    (folder / "记录" / "考核" / "甲县.yaml").unlink()
    (folder / "a.yaml").write_text("考核对象: 甲县\n" + FULL, encoding="utf-8")
    first = step(folder, "record", "甲县", "a.yaml")
    version = hashlib.sha256((folder / "a.yaml").read_bytes()).hexdigest()
    assert first.out == f"{Path('记录', '考核', '甲县.yaml')}  {version}\n"
    again = step(folder, "record", "甲县", "a.yaml")
    assert (again.status, again.out, told(again)) == (1, "", ["RB657"])
    assert version in again.err
    made = document(step(folder, "record", "甲县", "-", "--since", version, "--json", stdin=FULL))
    assert made == {"file": str(Path("记录", "考核", "甲县.yaml")), "version": hashlib.sha256(FULL.encode()).hexdigest()}
    assert told(step(folder, "record", "乙县", "a.yaml", "--self")) == ["RB654"]
    assert told(step(folder, "record", "丁县", "a.yaml")) == ["RB613"]
    assert step(folder, "record", "乙县", "nowhere.yaml").status == 2
    assert step(folder, "record", "乙县", "过程.rulebook").status == 2


def test_which_rubric_a_record_is_under_must_be_said_where_there_are_two(folder: Path) -> None:
    (folder / "结果.rulebook").write_text(RUBRIC.replace("过程", "结果"), encoding="utf-8")
    two = "考核: 考核\n细则: {手续: 过程.rulebook, 成效: 结果.rulebook}\n组: {县区: {手续: 30%, 成效: 70%}}\n单位: [丁县]\n"
    (folder / "campaign.yaml").write_text(two, encoding="utf-8")
    assert "手续、成效" in step(folder, "record", "丁县", "-", stdin="{}").err
    assert "（手续）" in step(folder, "publish").err
    assert step(folder, "record", "丁县", "-", "--rubric", "成效", stdin="{}").status == 0
    assert step(folder, "record", "丁县", "-", "--rubric", "过程", stdin=FULL).status == 0
    assert sorted(path.name for path in (folder / "记录" / "考核").glob("丁县*")) == ["丁县.成效.yaml", "丁县.手续.yaml"]
    assert step(folder, "score").out == "丁县  3–10  （满分10）\n  手续  占30%  10    （满分10）  计3分\n  成效  占70%  0–10  （满分10）  计0–7分\n"
    explained = step(folder, "score", "--explain").out
    assert "\n丁县 · 手续\n丁县：10分" in explained  # whose score of the two it is
    assert "\n丁县 · 成效\n丁县：" in explained


@pytest.mark.parametrize("verb", ["check", "progress", "score", "compare", "rank", "publish", "calendar"])
def test_a_campaign_file_that_is_wrong_is_one_document_of_diagnostics(verb: str, folder: Path) -> None:
    (folder / "campaign.yaml").write_text(CAMPAIGN + "自评截至: 1\n", encoding="utf-8")
    ran = step(folder, verb, "--json")
    assert ([one["code"] for one in document(ran)["diagnostics"]], ran.status) == (["RB610"], 1)
    assert run("campaign", verb, "nowhere.yaml", folder=folder).status == 2


def test_nothing_stands_where_nobody_has_a_record(tmp_path: Path) -> None:
    (tmp_path / "过程.rulebook").write_text(RUBRIC, encoding="utf-8")
    (tmp_path / "campaign.yaml").write_text("考核: 考核\n细则: 过程.rulebook\n单位: [甲县, 乙县]\n", encoding="utf-8")
    assert step(tmp_path, "rank").out == "过程\n  1–2  -  甲县\n  1–2  -  乙县\n"
    assert [unit["lower"] for unit in document(step(tmp_path, "rank", "--json"))["units"]] == [None, None]
    assert step(tmp_path, "check").status == 0


def test_a_paper_needs_the_suffix_of_what_it_is(folder: Path) -> None:
    for verb, *more in (["page"], ["notice"], ["report", "甲县"], ["publish"], ["calendar"]):
        ran = step(folder, verb, *more, "-o", "campaign.yaml")
        assert (ran.status, told(ran)) == (2, ["RB604"])
    assert (folder / "campaign.yaml").read_text(encoding="utf-8") == CAMPAIGN


def test_papers_are_written(folder: Path) -> None:
    pytest.importorskip("jinja2")
    pytest.importorskip("docx")
    assert step(folder, "page", "-o", "结果.html").status == 0
    assert step(folder, "notice", "-o", "通报.docx").status == 0
    assert step(folder, "report", "甲县", "--self", "-o", "自评.docx").status == 0
    assert document(step(folder, "report", "甲县", "-o", "得分.docx", "--json")) == {"file": "得分.docx"}
    assert b"<html" in (folder / "结果.html").read_bytes().lower()
    assert all((folder / name).read_bytes().startswith(b"PK") for name in ("通报.docx", "自评.docx", "得分.docx"))
    assert told(step(folder, "notice", "-o", "通报.docx")) == ["RB605"]  # somebody may have written into it
    missing = step(folder, "report", "乙县", "--self", "-o", "无.docx")
    assert (missing.status, told(missing)) == (2, ["RB601"])


def test_help_lists_the_steps_in_the_order_of_an_assessment() -> None:
    ran = run("campaign", "--help")
    listed = [line.split()[0] for line in ran.out.partition("Commands:")[2].splitlines() if line.strip()]
    assert listed == ["check", "progress", "score", "compare", "rank", "publish", "calendar", "record", "page", "notice", "report"]
    for name in listed:
        assert "--json" in run("campaign", name, "--help").out


# --- forms and tables as records


def form(folder: Path, name: str, subject: str, missing: int) -> str:
    """A form of the rubric as a person saves it: who, and how many papers are missing."""
    from openpyxl import load_workbook

    run("template", "过程.rulebook", "-o", "blank.xlsx", folder=folder)
    workbook = load_workbook(folder / "blank.xlsx")
    sheet = workbook["填报"]
    sheet["C3"] = subject
    rows = {sheet.cell(row, 1).value: row for row in range(5, sheet.max_row + 1)}
    sheet[f"H{rows['1.1']}"], sheet[f"C{rows['1.2']}"], sheet[f"C{rows['1.3']}"] = missing, "符合", "符合"
    workbook.save(folder / name)
    return name


def test_a_filled_form_is_kept_as_the_record_that_it_states(folder: Path) -> None:
    pytest.importorskip("openpyxl")
    pytest.importorskip("xlsxwriter")
    (folder / "记录" / "考核" / "甲县.yaml").unlink()
    assert step(folder, "record", "甲县", form(folder, "甲.xlsx", "甲县", 3)).status == 0
    (place,) = [one for one in document(step(folder, "score", "--unit", "甲县", "--json"))["units"] if one["unit"] == "甲县"]
    assert place["marks"][0]["total"] == json.loads(run("score", "过程.rulebook", "甲.xlsx", "--json", folder=folder).out)["total"] == "9.25"
    refused = step(folder, "record", "甲县", form(folder, "乙.xlsx", "乙县", 1))
    assert refused.status == 1
    assert "RB654" in refused.err
    assert "乙.xlsx" in refused.err


def test_a_unit_takes_its_row_of_a_table(folder: Path) -> None:
    (folder / "记录" / "考核" / "乙县.yaml").unlink()
    table = "考核对象,1.1 缺,1.2,1.3 缺\n甲县,一,符合,0\n乙县,2,符合,1\n丙区,0,符合,0\n"
    (folder / "全部.csv").write_text(table, encoding="utf-8")
    assert step(folder, "record", "乙县", "全部.csv").status == 0, "a slip in another unit's row is that unit's"
    assert document(step(folder, "score", "--unit", "乙县", "--json"))["units"][0]["total"] == "9"
    assert "RB503" in step(folder, "record", "甲县", "全部.csv").err
    (folder / "别处.csv").write_text("考核对象,1.1 缺\n丁县,2\n", encoding="utf-8")
    assert "RB654" in step(folder, "record", "甲县", "别处.csv").err


def test_which_of_several_rubrics_is_asked_for(folder: Path) -> None:
    several = CAMPAIGN.replace("过程.rulebook}", "过程.rulebook, 另: county-2018}").replace("{县区: 过程}", "{县区: {过程: 50%, 另: 50%}}")
    (folder / "campaign.yaml").write_text(several, encoding="utf-8")
    asked = step(folder, "record", "甲县", "记录/考核/甲县.yaml")
    assert asked.status == 2
    assert "--rubric" in asked.err
    assert "过程、另" in asked.err
