"""`source`: one-to-one folding, places, decoding by rule, width."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rulebook.assets import table
from rulebook.source import Source, decode, fold, width

ROWS = [(row[0], row[1]) for row in table("fold.tsv")]


@given(st.text())
def test_folding_keeps_every_place(text: str) -> None:
    """One code point for one, and folding twice is folding once."""
    folded = fold(text)
    assert len(folded) == len(text)
    assert fold(folded) == folded


@given(st.text(max_size=20), st.text(max_size=20))
def test_folding_goes_letter_by_letter(one: str, other: str) -> None:
    """What stands beside a letter does not change how it folds, so a span of folded text is the span of the original."""
    assert fold(one + other) == fold(one) + fold(other)
    assert fold(one) == "".join(map(fold, one))


def test_every_row_of_the_table_folds_and_is_final() -> None:
    """No row leads to a letter that folds further, no letter has two rows."""
    assert len({one for one, _ in ROWS}) == len(ROWS)
    for one, other in ROWS:
        assert (len(one), len(other)) == (1, 1)
        assert fold(one) == other
        assert fold(other) == other, (one, other)


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("１２．５分", "12.5分"), ("（２）", "（2）"), ("(2)", "（2）"), ("ＧＢ１８９１８", "GB18918"),
        ("５－１０", "5-10"), ("5—10", "5-10"), ("5～10", "5~10"),
        ("扣分,不得分;", "扣分，不得分；"), ("90％", "90%"),
        ("項處個條總計檢發現無經關辦責級達過於據", "项处个条总计检发现无经关办责级达过于据"),
        ("獎勵減還應資實視節從滿評", "奖励减还应资实视节从满评"), ("\t", " "), ("\u3000", " "), ("\u00a0", " "),
    ],
)  # fmt: skip
def test_width_dashes_and_traditional_letters(text: str, folded: str) -> None:
    assert fold(text) == folded


@pytest.mark.parametrize(
    "text", ["得l分", "扣O.5分", "①②㊿", "ﬁ", "½", "㎡", "…", "Å", "é", "e\u0301", "〔2018〕", "《》「」"]
)
def test_what_only_looks_alike_is_left(text: str) -> None:
    """Never NFKC: it would turn ① into 1 and change lengths."""
    assert fold(text) == text


def test_compatibility_letters_become_the_ordinary_ones() -> None:
    """A CJK compatibility ideograph is the same letter to every reader."""
    assert fold("\uf9ba") == unicodedata.normalize("NFC", "\uf9ba") != "\uf9ba"


# --- places


@given(st.text(alphabet="甲乙\n", max_size=40), st.data())
def test_line_and_column_find_the_character(text: str, data: st.DataObject) -> None:
    """Line and column point back at the offset, whatever stands before."""
    source = Source("a", text)
    offset = data.draw(st.integers(0, len(text)))
    line, column = source.line(offset), source.column(offset)
    assert line == text[:offset].count("\n") + 1
    lines = text.split("\n")
    assert sum(len(words) + 1 for words in lines[: line - 1]) + column - 1 == offset
    assert source.line_text(line) == lines[line - 1]
    assert len(source.line_starts) == len(lines)


def test_only_a_line_feed_ends_a_line() -> None:
    """Not NEL, not U+2028, not a form feed: other programs count lines so."""
    source = Source("a", "甲\x0c乙\x85丙\u2028丁\n戊")
    assert len(source.line_starts) == 2
    assert source.column(source.text.index("丁")) == 7


# --- decoding


@given(st.text(alphabet=st.characters(exclude_categories=("Cs",)), max_size=60))
def test_what_was_encoded_decodes(text: str) -> None:
    """UTF-8 with and without its mark, UTF-16 with its mark, and GB18030 that is not UTF-8 by chance."""
    wanted = text.replace("\r\n", "\n").replace("\r", "\n")
    marked = decode(b"\xef\xbb\xbf" + text.encode())
    assert (marked.text, marked.encoding, marked.bad_byte) == (wanted, "utf-8", None)
    for mark, encoding in ((b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be")):
        made = decode(mark + text.encode(encoding))
        assert (made.text, made.encoding, made.bad_byte) == (wanted, encoding, None)
    if not text.startswith("\ufeff"):
        assert decode(text.encode()).text == wanted


def test_gb18030_is_told_from_utf_8() -> None:
    words = "考核细则：安全生产，缺一项扣0.25分。"
    made = decode(words.encode("gb18030"))
    assert (made.text, made.encoding, made.bad_byte) == (words, "gb18030", None)


@given(st.text(alphabet="考核细则缺一项扣分", min_size=3, max_size=30), st.integers(1, 2))
def test_utf_8_cut_in_its_last_letter_is_not_guessed(text: str, cut: int) -> None:
    """The offset of the broken letter is told, and the rest is not read as another encoding."""
    made = decode(text.encode()[:-cut])
    assert made.encoding == "utf-8"
    assert made.bad_byte == len(text[:-1].encode())
    assert made.text == ""


@given(st.binary(max_size=80))
def test_any_bytes_decode_or_name_a_byte(raw: bytes) -> None:
    """Text, or no text and the offset of a byte; never both, never an exception."""
    made = decode(raw)
    assert "\r" not in made.text
    if made.bad_byte is not None:
        assert made.text == ""
        assert 0 <= made.bad_byte <= len(raw)


def test_utf_16_without_its_mark_is_refused() -> None:
    assert decode("考核细则 1".encode("utf-16-le")).bad_byte is not None


# --- width


@pytest.mark.parametrize(
    ("text", "columns"), [("", 0), ("abc", 3), ("扣1分", 5), ("（）", 4), ("e\u0301", 1), ("①", 1), ("ｆ", 2), ("ﾊ", 1)]
)
def test_width_counts_columns(text: str, columns: int) -> None:
    assert width(text) == columns
