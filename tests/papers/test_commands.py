"""Papers from the command line: export, templates to fill in, filled forms and tables scored like any evidence, results on paper."""

import io
import json
from pathlib import Path

import docx
import pytest
from click.testing import CliRunner, Result
from openpyxl import load_workbook

import rulebook
import rulebook.cli.papers
from rulebook.cli import cli
from rulebook.cli.papers import write_bytes
from rulebook.papers.form import form

BOOK = """考核细则：样例
满分：5分
未提供资料：不予判分
一、样章
1. 台账。缺一项扣0.5分。（3分）
2. 制度。未建立的不得分。（2分）
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "细则.rulebook").write_text(BOOK, encoding="utf-8")
    return tmp_path


def run(*arguments: str) -> Result:
    return CliRunner().invoke(cli, arguments)


def test_a_word_paper_says_what_stays_behind(folder: Path) -> None:
    assert run("export", "细则.rulebook", "-o", "a.docx").stderr == ""
    Path("细则.rulebook").write_text(BOOK + "例：未建立 → 0分\n", encoding="utf-8")
    assert "1行" in run("export", "细则.rulebook", "-o", "b.docx").stderr
    assert run("export", "细则.rulebook", "-o", "b.xlsx").stderr == ""


def fill(path: Path, **cells: object) -> None:
    workbook = load_workbook(path)
    for place, value in cells.items():
        workbook["填报"][place].value = value
    workbook.save(path)


@pytest.mark.parametrize(("suffix", "begins"), [("xlsx", b"PK"), ("docx", b"PK"), ("json", b"{"), ("yaml", b"span")])
def test_a_rulebook_is_exported(folder: Path, suffix: str, begins: bytes) -> None:
    assert run("export", "细则.rulebook", "--out", f"a.{suffix}").exit_code == 0
    assert (folder / f"a.{suffix}").read_bytes().startswith(begins)


def test_an_exported_model_is_the_rulebook(folder: Path) -> None:
    run("export", "细则.rulebook", "-o", "a.json")
    run("export", "细则.rulebook", "-o", "a.yaml")
    book = rulebook.load("细则.rulebook")
    assert rulebook.Rulebook.model_validate_json((folder / "a.json").read_text(encoding="utf-8")) == book
    assert rulebook.Rulebook.model_validate_yaml((folder / "a.yaml").read_text(encoding="utf-8")) == book


def test_a_filled_form_scores_like_yaml(folder: Path) -> None:
    assert run("template", "细则.rulebook", "--out", "a.xlsx").exit_code == 0
    fill(folder / "a.xlsx", C3="甲县", H6=2, C7="符合")
    (folder / "a.yaml").write_text('考核对象: 甲县\n证据: {"1": 2, "2": 符合}\n', encoding="utf-8")
    filled, written = (json.loads(run("score", "细则.rulebook", name, "--json").stdout) for name in ("a.xlsx", "a.yaml"))
    assert filled.pop("receipt")["rulebook_sha256"] == written.pop("receipt")["rulebook_sha256"]
    assert filled == written
    assert filled["total"] == "4"


def test_forms_tables_and_yaml_are_ranked_together(folder: Path) -> None:
    run("template", "细则.rulebook", "--out", "a.xlsx")
    fill(folder / "a.xlsx", C3="甲县", H6=2, C7="符合")
    (folder / "b.csv").write_text("考核对象,1 缺,2 未建立\n乙县,1,否\n丙县,0,是\n", encoding="utf-8")
    (folder / "丁县.yaml").write_text('证据: {"1": 0, "2": 符合}\n', encoding="utf-8")
    ran = run("score", "细则.rulebook", "a.xlsx", "b.csv", "丁县.yaml", "--out", "排名.xlsx")
    assert ran.exit_code == 0
    assert [line.split() for line in ran.stdout.splitlines()] == [["1", "5", "丁县"], ["2", "4.5", "乙县"], ["3", "4", "甲县"], ["4", "3", "丙县"]]
    assert load_workbook(folder / "排名.xlsx").sheetnames == ["排名", "丁县", "乙县", "甲县", "丙县"]


def test_a_form_without_a_subject_goes_by_its_file(folder: Path) -> None:
    for name in ("甲", "乙"):
        run("template", "细则.rulebook", "--out", f"{name}.xlsx")
    ran = run("score", "细则.rulebook", "甲.xlsx", "乙.xlsx", "--assume", "符合")
    assert [line.split()[-1] for line in ran.stdout.splitlines()] == ["甲", "乙"]


def test_a_row_that_is_wrong_is_reported_and_the_others_are_ranked(folder: Path) -> None:
    (folder / "b.csv").write_text("考核对象,1 缺,2 未建立\n乙县,三,否\n丙县,0,是\n丙县,1,是\n", encoding="utf-8")
    ran = run("score", "细则.rulebook", "b.csv", "--out", "a.xlsx")
    assert ran.exit_code == 1
    assert ran.stdout.split() == ["1", "3", "丙县"]
    assert "RB503" in ran.stderr
    assert "RB519" in ran.stderr
    assert not (folder / "a.xlsx").exists()  # no paper of a ranking that lacks somebody


def test_one_row_that_cannot_be_scored_leaves_the_others(folder: Path) -> None:
    (folder / "细则.rulebook").write_text(BOOK.replace("未提供资料：不予判分\n", ""), encoding="utf-8")
    (folder / "b.csv").write_text("考核对象,1 缺,2 未建立\n乙县,未提供,否\n丙县,0,是\n", encoding="utf-8")
    ran = run("score", "细则.rulebook", "b.csv")
    assert (ran.exit_code, ran.stdout.split()) == (1, ["1", "3", "丙县"])
    assert "RB511" in ran.stderr


@pytest.mark.parametrize("suffix", ["xlsx", "docx"])
def test_a_score_goes_on_paper(folder: Path, suffix: str) -> None:
    (folder / "a.yaml").write_text('考核对象: 甲县\n证据: {"1": 2, "2": 符合}\n', encoding="utf-8")
    for _ in range(2):  # a result is written anew each time
        ran = run("score", "细则.rulebook", "a.yaml", "--out", f"a.{suffix}")
        assert ran.exit_code == 0
        assert "甲县：4分" in ran.stdout
    assert (folder / f"a.{suffix}").stat().st_size > 5000


def test_a_unit_reports_on_itself(folder: Path) -> None:
    (folder / "a.yaml").write_text('考核对象: 甲县\n证据: {"1": 2, "2": 符合}\n', encoding="utf-8")
    titles = []
    for more in ((), ("--own",)):
        assert run("score", "细则.rulebook", "a.yaml", "--out", "a.docx", *more).exit_code == 0
        titles.append(docx.Document(str(folder / "a.docx")).paragraphs[0].text)
    assert titles == ["甲县\n样例得分情况", "甲县\n样例自评报告"]


@pytest.mark.parametrize("suffix", ["xlsx", "csv", "yaml", "json"])
def test_a_template_never_overwrites(folder: Path, suffix: str) -> None:
    assert run("template", "细则.rulebook", "--out", f"a.{suffix}").exit_code == 0
    before = (folder / f"a.{suffix}").read_bytes()
    ran = run("template", "细则.rulebook", "--out", f"a.{suffix}")
    assert ran.exit_code == 1
    assert "RB605" in ran.stderr
    assert (folder / f"a.{suffix}").read_bytes() == before


@pytest.mark.parametrize("arguments", [("export", "细则.rulebook", "--out", "a.pdf"), ("template", "细则.rulebook", "--out", "a.docx")])
def test_an_unknown_suffix_is_refused(folder: Path, arguments: tuple[str, ...]) -> None:
    ran = run(*arguments)
    assert ran.exit_code == 2
    assert "RB604" in ran.stderr
    assert [path.name for path in folder.iterdir()] == ["细则.rulebook"]


def test_a_form_of_other_content_is_refused_with_its_cell(folder: Path) -> None:
    run("template", "细则.rulebook", "--out", "a.xlsx")
    fill(folder / "a.xlsx", H6="=1+1")
    ran = run("score", "细则.rulebook", "a.xlsx")
    assert ran.exit_code == 1
    assert "a.xlsx 填报!H6" in ran.stderr
    assert "=1+1" in ran.stderr


def test_a_paper_is_written_whole_or_not_at_all(folder: Path) -> None:
    with pytest.raises(rulebook.RulebookError, match="RB602"):
        write_bytes(folder / "nowhere" / "a.xlsx", b"x")
    locked = folder / "a.xlsx"
    locked.write_bytes(b"old")
    locked.chmod(0o444)
    with pytest.raises(rulebook.RulebookError, match="RB602"):
        write_bytes(locked, b"new")
    assert locked.read_bytes() == b"old"
    assert sorted(path.name for path in folder.iterdir()) == ["a.xlsx", "细则.rulebook"]


@pytest.mark.parametrize("library", ["xlsxwriter", "docx", "openpyxl"])
def test_a_missing_library_names_what_to_install(folder: Path, library: str, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / "a.xlsx").write_bytes(form(rulebook.load("细则.rulebook")))
    monkeypatch.setitem(__import__("sys").modules, library, None)
    tried = {"xlsxwriter": ("template", "细则.rulebook", "--out", "b.xlsx"), "docx": ("export", "细则.rulebook", "--out", "b.docx")}
    ran = run(*tried.get(library, ("score", "细则.rulebook", "a.xlsx")))
    assert "RB622" in ran.stderr
    assert "rulebook-dsl[office]" in ran.stderr
    assert not list(folder.glob("b.*"))


def test_a_form_survives_a_spreadsheet_program(folder: Path) -> None:
    """What openpyxl saves again still reads: it rewrites every part of the file."""
    book = rulebook.load("细则.rulebook")
    workbook = load_workbook(io.BytesIO(form(book)))
    workbook.save(folder / "b.xlsx")
    assert run("score", "细则.rulebook", "b.xlsx", "--assume", "符合").exit_code == 0


def test_papers_are_chinese_whatever_the_terminal_speaks(folder: Path) -> None:
    (folder / "甲县.yaml").write_text('证据: {"1": 2, "2": 符合}\n', encoding="utf-8")
    ran = run("score", "细则.rulebook", "甲县.yaml", "--lang", "en", "-o", "得分.docx")
    assert "points lost" in ran.stdout
    cells = [cell.text for table in docx.Document(str(folder / "得分.docx")).tables for row in table.rows for cell in row.cells]
    assert "缺2项，每项扣0.5分，扣1分" in cells
    assert not [text for text in cells if "points" in text]
