"""`rulebook import` as people and programs call it."""

import importlib.util
import json
import sys
from pathlib import Path

from packages import row, workbook

_made = importlib.util.spec_from_file_location("terminal", Path(__file__).parents[1] / "cli" / "terminal.py")
assert _made is not None
assert _made.loader is not None
terminal = importlib.util.module_from_spec(_made)
sys.modules.setdefault("terminal", terminal)
_made.loader.exec_module(terminal)
run = terminal.run

CLEAN = "考核细则\n考核内容\t评分标准\t分值\n制度\t缺一项扣1分\t5\n会议\t缺一次扣1分\t5\n"
FLAWED = CLEAN.replace("缺一次扣1分", "酌情扣分")


def test_a_clean_document_ends_with_nothing_found(tmp_path: Path) -> None:
    (tmp_path / "去年.txt").write_text(CLEAN, encoding="utf-8")
    ran = run("import", "去年.txt", "--out-dir", "草稿/2024", folder=tmp_path)
    assert (ran.status, ran.err) == (0, "")
    assert run("check", "草稿/2024/考核细则.rulebook", folder=tmp_path).status == 0


def test_one_rubric_goes_into_the_file_that_is_named(tmp_path: Path) -> None:
    ran = run("import", "-", "-o", "今年/细则.rulebook", stdin=CLEAN, folder=tmp_path)
    assert (ran.status, run("check", "今年/细则.rulebook", folder=tmp_path).status) == (0, 0)
    again = run("import", "-", "--out", "今年/细则.rulebook", stdin=CLEAN, folder=tmp_path)
    assert (again.status, "RB605" in again.err) == (1, True)
    for *options, told in (["-o", "细则.docx", "RB604"], ["-o", "a.rulebook", "--out-dir", ".", "--out-dir"]):
        refused = run("import", "-", *options, stdin=CLEAN, folder=tmp_path)
        assert (refused.status, told in refused.err) == (2, True)
    several = run("import", "-", "-o", "a.rulebook", stdin=f"附件1\n{CLEAN}\n附件2\n{CLEAN}", folder=tmp_path)
    assert (several.status, "2份细则" in several.err, (tmp_path / "a.rulebook").exists()) == (2, True, False)


def test_a_flawed_one_ends_with_1_and_says_where(tmp_path: Path) -> None:
    ran = run("import", "-", stdin=FLAWED, folder=tmp_path)
    assert ran.status == 1
    assert "表1 第3行（第4行）: 错误 RB208" in ran.out
    assert (tmp_path / "考核细则.rulebook").is_file()


def test_json_is_one_document(tmp_path: Path) -> None:
    (tmp_path / "a.xlsx").write_bytes(workbook(评分表=row(1, "考核内容", "评分标准", "分值") + row(2, "制度", "酌情扣分", "5")))
    ran = run("import", "a.xlsx", "--json", "--out-dir", "out", "--lang", "en", folder=tmp_path)
    told = json.loads(ran.out)
    assert ran.status == 1
    assert set(told) == {"document", "drafts", "findings", "files"}
    assert told["files"] == [str(Path("out") / "评分表.rulebook")]
    (draft,) = told["drafts"]
    assert {key: draft[key] for key in ("file", "place", "items", "clauses", "read", "unread", "ambiguous")} == {
        "file": "评分表.rulebook", "place": "评分表!A1", "items": 1, "clauses": 1, "read": 0, "unread": 1, "ambiguous": 0,
    }  # fmt: skip
    (unread,) = [finding for finding in draft["findings"] if finding["code"] == "RB208"]
    assert (unread["place"], unread["words"]) == ("评分表!B2", "酌情扣分")
    assert {"line": unread["line"], "place": "评分表!B2"} in draft["map"]


def test_a_file_that_exists_is_kept_unless_forced(tmp_path: Path) -> None:
    standing = tmp_path / "考核细则.rulebook"
    standing.write_text("mine", encoding="utf-8")
    refused = run("import", "-", stdin=CLEAN, folder=tmp_path)
    assert (refused.status, "RB605" in refused.err, standing.read_text(encoding="utf-8")) == (1, True, "mine")
    assert run("import", "-", "--force", stdin=CLEAN, folder=tmp_path).status == 0
    assert standing.read_text(encoding="utf-8") != "mine"


def test_what_cannot_be_read_ends_with_2(tmp_path: Path) -> None:
    (tmp_path / "a.doc").write_bytes(b"\xd0\xcf\x11\xe0" + bytes(100))
    for arguments in (["a.doc"], ["none.docx"], ["a.doc", "--json"]):
        ran = run("import", *arguments, folder=tmp_path)
        assert ran.status == 2
        assert "Traceback" not in ran.err + ran.out
    assert json.loads(ran.out)["diagnostics"][0]["code"] == "RB620"
    assert list(tmp_path.glob("*.rulebook")) == []


def test_a_folder_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x", encoding="utf-8")
    ran = run("import", "-", "--out-dir", "file/inner", stdin=CLEAN, folder=tmp_path)
    assert ran.status == 2
    assert "RB602" in ran.err
