"""Documents that are broken, too large or made to hurt: one clear error, in no time, and never anything else."""

import contextlib
import io
import random
import struct
import time
import zipfile
from collections.abc import Callable

import pytest
from packages import p, row, tbl, tc, tr, word, workbook, zipped

from rulebook.diagnostics import RulebookError
from rulebook.exchange import import_document

GOOD = word(p("考核细则") + tbl(tr("考核内容", "评分标准", "分值"), tr("制度", "缺一项扣1分", "5")))
SHEET = workbook(表=row(1, "考核内容", "评分标准", "分值") + row(2, "制度", "缺一项扣1分", "5"))
DTD = '<!DOCTYPE lolz [<!ENTITY a "lol"><!ENTITY b "&a;&a;&a;&a;&a;&a;">]>'


def changed(raw: bytes, old: str, new: str) -> bytes:
    """An office file with some text of its parts replaced."""
    parts = zipfile.ZipFile(io.BytesIO(raw))
    return zipped({name: parts.read(name).decode().replace(old, new) for name in parts.namelist()})


def patched(raw: bytes, offset: int, value: bytes) -> bytes:
    """A zip whose directory entry says something else."""
    made = bytearray(raw)
    at = made.rfind(b"PK\x01\x02") + offset
    made[at : at + len(value)] = value
    return bytes(made)


def bomb() -> bytes:
    """A part of 80 MiB in some 80 KB."""
    return zipped({"word/document.xml": b'<w:document xmlns:w="x">' + b" " * (80 << 20) + b"</w:document>"})


CASES: dict[str, tuple[str, str, Callable[[], bytes]]] = {
    "an old format": ("RB620", "a.xls", lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(500)),
    "nothing": ("RB110", "a.xlsx", lambda: b""),
    "half a file": ("RB621", "a.docx", lambda: GOOD[: len(GOOD) // 2]),
    "half a workbook": ("RB621", "a.xlsx", lambda: SHEET[:-40]),
    "a web page renamed": ("RB621", "a.xlsx", lambda: b"<html><table><tr><td>x"),
    "comma-separated text renamed": ("RB621", "a.xlsx", lambda: b"a,b,c"),
    "a lock file": ("RB621", "~$a.docx", lambda: b"x"),
    "another zip": ("RB621", "a.docx", lambda: zipped({"x": "y"})),
    "no XML": ("RB621", "a.docx", lambda: zipped({"word/document.xml": "<a><b>"})),
    "a password": ("RB621", "a.docx", lambda: patched(GOOD, 8, b"\x01")),
    "a PDF": ("RB604", "a.pdf", lambda: b"%PDF-1.7"),
    "a part that unpacks to 80 MiB": ("RB638", "a.docx", bomb),
    "a directory that lies about it": ("RB621", "a.docx", lambda: patched(bomb(), 24, struct.pack("<I", 100))),
    "parts of 250 MiB together": (
        "RB638", "a.xlsx", lambda: zipped({"xl/workbook.xml": "<x/>", **{f"xl/{n}.bin": bytes(50 << 20) for n in range(5)}}),
    ),
    "two thousand parts": ("RB638", "a.xlsx", lambda: zipped({"xl/workbook.xml": "", **{f"x{n}": "" for n in range(2001)}})),
    "entities in a Word file": (
        "RB621", "a.docx", lambda: zipped({"word/document.xml": f'{DTD}<w:document xmlns:w="x">&b;</w:document>'}),
    ),
    "entities in UTF-16": (
        "RB621", "a.docx",
        lambda: zipped({"word/document.xml": f'<?xml version="1.0" encoding="utf-16"?>{DTD}<x>&b;</x>'.encode("utf-16")}),
    ),
    "entities in a sheet": ("RB621", "a.xlsx", lambda: changed(SHEET, "<worksheet", DTD + "<worksheet")),
    "elements in elements": (
        "RB621", "a.docx", lambda: zipped({"word/document.xml": "<x>" * 100_000 + "</x>" * 100_000}),
    ),
    "tables in tables": ("RB638", "a.docx", lambda: word("<w:tbl><w:tr><w:tc>" * 5 + p("x") + "</w:tc></w:tr></w:tbl>" * 5)),
    "too many rows": ("RB638", "a.docx", lambda: word(tbl(*[tr("x")] * 5001))),
    "too many columns": ("RB638", "a.docx", lambda: word(tbl(tr(tc("x", span=65))))),
    "a merged range of all cells": (
        "RB638", "a.xlsx", lambda: workbook(表=row(1, "x") + '<after/><mergeCells><mergeCell ref="A1:XFD1048576"/></mergeCells>'),
    ),
    "a link on all cells": (
        "RB638", "a.xlsx", lambda: workbook(表=row(1, "x") + '<after/><hyperlinks><hyperlink ref="A1:XFD1048576"/></hyperlinks>'),
    ),
    "tags that never end": ("RB621", "a.html", lambda: b"<html>" + b"<a " * 500_000),
    "a million less-than signs": ("RB621", "a.html", lambda: b"<html>" + b"<" * 1_000_000),
    "tables that never end": ("RB638", "a.html", lambda: b"<table>" * 100),
    "a cell of a million characters": ("RB638", "a.html", lambda: b"<table><tr><td>" + b"x" * 1_000_000),
    "spans of a million": ("RB624", "a.html", lambda: b"<table>" + b"<tr><td colspan=1000000 rowspan=1000000>x" * 50),
    "bytes that are no text": ("RB624", "a.txt", lambda: bytes(random.Random(1).randrange(256) for _ in range(4000))),
    "only tabs": ("RB110", "a.txt", lambda: b"\t\t\t\n" * 2000),
    "only bars": ("RB624", "a.txt", lambda: (b"|" * 500 + b"\n") * 20),
    "a line of a megabyte": ("RB638", "a.txt", lambda: b"x" * (1 << 20)),
    "two megabytes of text": ("RB638", "a.txt", lambda: b"x\n" * (1 << 20)),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_it_is_refused_with_one_clear_error(case: str) -> None:
    code, name, made = CASES[case]
    raw = made()
    begun = time.monotonic()
    with pytest.raises(RulebookError) as refused:
        import_document(raw, name=name)
    assert [diagnostic.code for diagnostic in refused.value.diagnostics if diagnostic.severity == "error"] == [code]
    assert time.monotonic() - begun < 10


@pytest.mark.parametrize(("raw", "name"), [(GOOD, "a.docx"), (SHEET, "a.xlsx")])
def test_any_damaged_file_gives_drafts_or_an_error(raw: bytes, name: str) -> None:
    chance = random.Random(7)
    for _ in range(150):
        damaged = bytearray(raw)
        for _ in range(chance.randrange(1, 6)):
            damaged[chance.randrange(len(damaged))] = chance.randrange(256)
        with contextlib.suppress(RulebookError):
            import_document(bytes(damaged), name=name)


def test_a_path_that_is_none(tmp_path: object) -> None:
    for path in ("there is none.docx", "\0", "."):
        with pytest.raises(RulebookError, match="RB601"):
            import_document(path)


def test_without_the_library_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    import sys

    monkeypatch.setitem(sys.modules, "openpyxl", None)
    with pytest.raises(RulebookError) as refused:
        import_document(SHEET, name="a.xlsx")
    (diagnostic,) = refused.value.diagnostics
    assert diagnostic.code == "RB622"
    assert "rulebook-dsl[office]" in diagnostic.help("en")
    assert import_document(GOOD).drafts, "Word needs no library"
