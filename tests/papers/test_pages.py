"""LibreOffice opens every paper and prints it: whole pages, and the words that belong on them."""

import shutil
import subprocess
from pathlib import Path

import pytest

import rulebook
from rulebook.evidence import read_record
from rulebook.papers.filled import read_form
from rulebook.papers.form import form
from rulebook.papers.notice import notice
from rulebook.papers.report import report, rubric
from rulebook.papers.sheet import score_sheet

from .test_word import place, standing

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed: papers are not printed"),
    pytest.mark.skipif(shutil.which("pdftotext") is None, reason="poppler is not installed: pages are not read"),
]


def converted(folder: Path, name: str, raw: bytes, form_of: str) -> Path:
    (folder / name).write_bytes(raw)
    profile = f"-env:UserInstallation=file://{folder}/profile"
    command = ["soffice", profile, "--headless", "--convert-to", form_of, "--outdir", str(folder / "out"), str(folder / name)]
    subprocess.run(command, check=True, capture_output=True, timeout=180)
    return folder / "out" / f"{Path(name).stem}.{form_of.split(':')[0]}"


def pages(folder: Path, name: str, raw: bytes) -> list[str]:
    """The words of every printed page, without spaces."""
    pdf = converted(folder, name, raw, "pdf")
    text = subprocess.run(["pdftotext", "-layout", str(pdf), "-"], check=True, capture_output=True, encoding="utf-8").stdout
    return ["".join(page.split()) for page in text.split("\f")[:-1]]


def test_a_score_sheet_prints(county: rulebook.Rulebook, tmp_path: Path) -> None:
    card = county.score({"考核对象": "甲县", "证据": {"2.2": 3, "38": {"发生较大以上生产安全事故": True}}}, assume="符合")
    printed = pages(tmp_path, "a.xlsx", score_sheet(county, card))
    assert 3 <= len(printed) <= 8
    assert all("评分细则" in page and "扣分及原因" in page for page in printed)
    assert "缺3项，每项扣0.25分，扣0.75分" in printed[0]
    assert "99.25" in printed[-1]


def test_a_form_prints_and_comes_back_from_libreoffice(county: rulebook.Rulebook, tmp_path: Path) -> None:
    """Saved by another program the form is still a form, and says the same."""
    record = read_record(county, {"考核对象": "甲县", "证据": {"2.2": 3, "6.2": {"记录": [{"日期": "2018-03-02"}]}, "17.3": {"直报率": "98.5"}}})
    raw = form(county, record)
    assert any("填报" in page and "直报率" in page for page in pages(tmp_path, "a.xlsx", raw))
    saved = converted(tmp_path, "b.xlsx", raw, "xlsx:Calc MS Excel 2007 XML")
    again = read_form(county, saved.read_bytes(), name="b.xlsx")
    assert (again.subject, again.clauses) == (record.subject, record.clauses)


def test_word_papers_print(county: rulebook.Rulebook, tmp_path: Path) -> None:
    card = county.score({"考核对象": "甲县", "证据": {"2.2": 3}}, assume="符合")
    told = pages(tmp_path, "a.docx", report(county, card, own=True))
    assert "自评报告" in told[0]
    assert "扣0.75分" in "".join(told)
    table = pages(tmp_path, "b.docx", rubric(county))
    assert all("评分细则" in page for page in table)
    published = pages(tmp_path, "c.docx", notice(standing(*(place(f"第{n}县", "98.5", n) for n in range(1, 61)))))
    assert len(published) >= 2
    assert all("名次" in page for page in published)
