"""`rulebook duties`: lists, matrix, findings, completion; and what a score says of a list of tasks."""

import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest
from terminal import Ran, run

import rulebook.cli.duties

BOOK = """任务清单：示例
单位名录：名录

一、工作
1. 开展培训（市应急局牵头，各县人民政府配合）
2. 建立台账
责任单位：市应急局、教育局，档案局
3. 值守
"""
UNITS = """单位: [市应急局, 市教育局, 甲县人民政府, 乙县人民政府, 市气象局]
组: {各县人民政府: [甲县人民政府, 乙县人民政府]}
"""
RECORD = """证据: {"1": 完成, "2": 未完成}
"""
assert rulebook.cli.duties  # registers the verb


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, text in (("book.rulebook", BOOK), ("名录.yaml", UNITS), ("a.yaml", RECORD)):
        (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path


def shape(ran: Ran) -> dict[str, Any]:
    made = json.loads(ran.out)
    assert isinstance(made, dict)
    return made


def test_each_unit_has_its_list(folder: Path) -> None:
    ran = run("duties", "book.rulebook", folder=folder)
    assert ran.status == 1
    assert "市应急局：2项（牵头1，责任1，配合0）" in ran.out
    assert "    配合 1 开展培训（各县人民政府）" in ran.out
    assert "没有牵头或负责任务的：甲县人民政府、乙县人民政府、市气象局" in ran.out
    assert [code for code in ("RB433", "RB434", "RB435", "RB436") if code in ran.err] == ["RB433", "RB435"]
    assert "档案局" in ran.err


def test_one_unit_with_what_is_done(folder: Path) -> None:
    ran = run("duties", "book.rulebook", "a.yaml", "--unit", "市教育局", folder=folder)
    assert ran.out.splitlines() == [
        "市教育局：1项（牵头0，责任1，配合0）",
        "  完成0项，未完成1项，未查0项，不涉及0项",
        "  一、工作",
        "    [未完成] 责任 2 建立台账",
    ]


def test_json_holds_everything(folder: Path) -> None:
    made = shape(run("duties", "book.rulebook", "a.yaml", "--matrix", "--json", folder=folder))
    assert made["tasks"] == 3
    assert made["matrix"]["市应急局"] == {"1": "lead", "2": "answer"}
    assert made["matrix"]["乙县人民政府"] == {"1": "support"}
    assert made["unassigned"] == ["3"]
    assert made["idle"] == ["甲县人民政府", "乙县人民政府", "市气象局"]
    assert {one["code"] for one in made["diagnostics"]} == {"RB433", "RB435"}
    unknown = next(one for one in made["diagnostics"] if one["code"] == "RB435")
    assert (unknown["words"], unknown["clause"], unknown["line"]) == ("档案局", "2", 7)
    first = made["units"][0]
    assert (first["unit"], first["done"], first["open"], first["unknown"]) == ("市应急局", 1, 1, 0)


def test_the_matrix_as_a_grid_and_as_values(folder: Path) -> None:
    grid = run("duties", "book.rulebook", "--matrix", folder=folder).out.splitlines()
    assert grid[1].split() == ["1", "2", "3"]
    assert grid[2].split() == ["市应急局", "★", "●", "·"]
    rows = list(csv.reader(io.StringIO(run("duties", "book.rulebook", "--matrix", "--csv", folder=folder).out)))
    assert rows[0] == ["序号", "章节", "任务", "市应急局", "市教育局", "甲县人民政府", "乙县人民政府", "档案局"]
    assert rows[1] == ["1", "一、工作", "开展培训", "牵头", "", "配合", "配合", ""]
    assert run("duties", "book.rulebook", "-o", "out.csv", folder=folder).status == 1
    assert (folder / "out.csv").read_bytes().startswith(b"\xef\xbb\xbf")


def test_no_value_is_a_formula(tmp_path: Path) -> None:
    (tmp_path / "b.rulebook").write_text("任务清单：示例\n一、工作\n1. =cmd|' /C calc'!A0\n责任单位：=甲局、+乙局、@丙局\n", encoding="utf-8")
    out = run("duties", "b.rulebook", "--matrix", "--csv", folder=tmp_path).out
    assert not any(cell[:1] in ("=", "+", "-", "@") for row in csv.reader(io.StringIO(out)) for cell in row)


def test_what_cannot_be_read(folder: Path) -> None:
    (folder / "bad.yaml").write_text("单位: [甲局, 甲局]\n", encoding="utf-8")
    (folder / "none.rulebook").write_text("考核细则：示例\n满分：1分\n一、工作\n1. 甲。缺一项扣1分。（1分）\n", encoding="utf-8")
    assert run("duties", "book.rulebook", "--units", "没有.yaml", folder=folder).status == 2
    assert "RB641" in run("duties", "book.rulebook", "--units", "bad.yaml", folder=folder).err
    assert "RB435" in run("duties", "book.rulebook", "--unit", "没有的单位", folder=folder).err
    assert run("duties", "book.rulebook", "--out", "x.txt", folder=folder).status == 2
    assert run("duties", "-", "-", folder=folder).status == 2
    assert run("duties", "none.rulebook", folder=folder).out.strip() == "没有写明责任单位。"
    given = "单位: [甲局, 市应急局, 市教育局, 档案局]\n组: {各县人民政府: [甲局]}\n"
    assert run("duties", "book.rulebook", "--units", "-", "--unit", "甲局", stdin=given, folder=folder).out.startswith("甲局：1项")


def test_a_comment_lets_a_finding_stand(folder: Path) -> None:
    (folder / "book.rulebook").write_text(BOOK.replace("3. 值守", "# 忽略 RB433：待定\n3. 值守"), encoding="utf-8")
    assert "RB433" not in run("duties", "book.rulebook", folder=folder).err


def test_shipped_lists_find_their_directory(tmp_path: Path) -> None:
    made = shape(run("duties", "tasks-2019", "--json", folder=tmp_path))
    assert (made["tasks"], made["diagnostics"], made["unassigned"], made["idle"]) == (34, [], [], [])
    made = shape(run("duties", "lingwu-measures", "--json", folder=tmp_path))
    assert (made["tasks"], made["unassigned"]) == (75, ["57", "70"])
    assert sorted(one["code"] for one in made["diagnostics"]) == ["RB433", "RB433", "RB434", "RB434"]


def test_a_score_counts_tasks(folder: Path) -> None:
    ran = run("score", "book.rulebook", "a.yaml", folder=folder)
    head, *rest = ran.out.splitlines()
    assert head.endswith("：完成1项，未完成1项，未查1项，不涉及0项")
    assert rest == ["一、工作  1/3", "    [未完成] 2 建立台账", "    [未查] 3 值守"]
    (folder / "b.yaml").write_text('考核对象: 乙\n证据: {"1": 完成, "2": 完成, "3": 不涉及}\n', encoding="utf-8")
    ranked = run("score", "book.rulebook", "a.yaml", "b.yaml", folder=folder).out
    assert "2/2  乙" in ranked
    assert "1–2/3  a" in ranked
    assert "共3项任务" in run("facts", "book.rulebook", folder=folder).out
