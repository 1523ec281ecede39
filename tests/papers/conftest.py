"""What the tests of papers share."""

import io
from collections.abc import Callable
from typing import Any

import pytest
from openpyxl import load_workbook

import rulebook
from rulebook.papers.form import form


@pytest.fixture(autouse=True)
def chinese(monkeypatch: pytest.MonkeyPatch) -> None:
    """The language of the messages does not hang on the machine."""
    for name in ("LC_MESSAGES", "LANG", "RULEBOOK_TRACEBACK"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("LC_ALL", "C.UTF-8")


SMALL = """考核细则：样例
年度：2018
满分：10分
未提供资料：不予判分

一、样章
（一）资料
1. 档案与台账（3分）
① 档案。资料不全的，扣0.5分，未建立的不得分。（1分）
② 台账。缺一项扣0.25分。（2分）
（二）会议与直报
2. 会议（3分）
每季度至少召开一次会议。缺一次扣0.5分。（3分）
3. 直报（1分）
直报率未达到100%的不得分。（1分）

二、减分项
4. 通报（3分）
被通报的，一次扣0.5分；在通报中明确分数的，按明确的分数扣分，扣完为止。（3分）
"""
"""A rubric with a fact of each kind that a form treats in its own way."""


@pytest.fixture(scope="session")
def county() -> rulebook.Rulebook:
    return rulebook.load("county-2018")


@pytest.fixture(scope="session")
def small() -> rulebook.Rulebook:
    return rulebook.load(SMALL, name="small.rulebook")


@pytest.fixture(scope="session")
def blank(small: rulebook.Rulebook) -> bytes:
    """An empty form."""
    return form(small)


@pytest.fixture
def filled(blank: bytes) -> Callable[[Callable[[Any], None]], bytes]:
    """The form as a spreadsheet program saves it after somebody has worked on it."""

    def fill(work: Callable[[Any], None]) -> bytes:
        workbook = load_workbook(io.BytesIO(blank))
        work(workbook)
        out = io.BytesIO()
        workbook.save(out)
        return out.getvalue()

    return fill
