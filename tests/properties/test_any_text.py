"""Law: the reader never raises on any text, every diagnostic renders in both languages, and nothing is silently dropped."""

import json

from hypothesis import example, given
from hypothesis import strategies as st

import rulebook
from rulebook.cli.sentence import read_clause
from rulebook.diagnostics import Diagnostic

from .mutations import jumbles, mutated


def rendered(diagnostics: tuple[Diagnostic, ...]) -> None:
    """Every renderer works, in Chinese and English; no wording is left with a gap; the place lies in the text."""
    for diagnostic in diagnostics:
        for language in ("zh", "en"):
            assert diagnostic.message(language).strip()
            assert diagnostic.text(language).startswith(("错误", "警告", "提示", "error", "warning", "hint"))
            assert diagnostic.code in diagnostic.one_line(language)
            assert "\n" not in diagnostic.one_line(language)
            json.dumps(diagnostic.json(language), ensure_ascii=True)
        if diagnostic.source is not None and diagnostic.start is not None:
            assert diagnostic.end is not None
            assert 0 <= diagnostic.start <= diagnostic.end <= len(diagnostic.source.text)
            assert diagnostic.line is not None
            assert 1 <= diagnostic.line <= diagnostic.source.text.count("\n") + 1


def examined(text: str) -> None:
    """Reads a text that has a line break (so that it is taken for text) and everything that hangs on the reading."""
    reading = rulebook.read(text + "\n", name="any")
    rendered(reading.diagnostics)
    if reading.rulebook is None:
        assert any(diagnostic.severity == "error" for diagnostic in reading.diagnostics)
        return
    assert isinstance(reading.rulebook.text(), str)
    rendered(tuple(rulebook.check(reading.rulebook, reading.source)))
    if not any(diagnostic.severity == "error" for diagnostic in reading.diagnostics):
        reading.rulebook.model_dump_json()
        reading.rulebook.score({}).explain("en")


@given(st.text(max_size=400))
@example("\ud800")
@example("﻿考核细则：")
@example("\x00" * 10)
@example("（" * 200)
@example("一、" * 100)
@example("一、a\n1. b\n① c（" + "9" * 5000 + "分）")
@example("一、a\n1. b\n① 扣1e999分，扣NaN分。（2分）")
def test_any_text_reads_or_is_refused(text: str) -> None:
    """Arbitrary characters."""
    examined(text)


@given(jumbles())
def test_words_of_the_language_in_any_order(text: str) -> None:
    """Lexicon words shuffled together, as a clause of a rulebook and as a whole file."""
    examined(text)
    examined(f"考核细则：乱\n满分：2分\n一、乱\n1. 乱\n① {text}（2分）")


@given(mutated())
def test_almost_rulebooks(text: str) -> None:
    """Valid rulebooks cut, doubled, shuffled and sprinkled."""
    examined(text)


@given(st.binary(max_size=300) | mutated().map(lambda text: text.encode("utf-8", "surrogatepass")[:-1]))
@example(b"\xff\xfe")
@example(b"\xef\xbb\xbf")
@example("考核细则：甲\n".encode("gb18030"))
@example("考核细则：甲\n".encode("utf-16"))
def test_any_bytes_read_or_are_refused(raw: bytes) -> None:
    """Arbitrary bytes, and rulebooks cut in the middle of a character."""
    rendered(rulebook.read(raw, name="any").diagnostics)


@given(jumbles(8) | st.text(max_size=60))
def test_any_sentence_has_a_status(line: str) -> None:
    """A single sentence is read, prose, unread or ambiguous; what is not read says why."""
    shape, diagnostics = read_clause(line.replace("\n", " "), "zh")
    rendered(tuple(diagnostics))
    assert shape["status"] in ("read", "prose", "unread", "ambiguous")
    errors = [diagnostic for diagnostic in diagnostics if diagnostic.severity == "error"]
    assert bool(errors) == (shape["status"] in ("unread", "ambiguous"))
    json.dumps(shape)
