"""Source text: decoding by rule, positions in code points of the original, one-to-one folding, display width."""

import re
import unicodedata
from bisect import bisect_right
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from rulebook.assets import table

_FOLD: dict[int, str] = {9: " ", **{ord(row[0]): row[1] for row in table("fold.tsv")}}
_COMPATIBLE = re.compile("[\uf900-\ufaff]")
for _code in range(0xFF10, 0xFF5B):  # full-width digits and letters
    if chr(_code - 0xFEE0).isalnum():
        _FOLD[_code] = chr(_code - 0xFEE0)


def fold(text: str) -> str:
    """The text with width, dashes, brackets and Traditional forms made alike, one code point for one, so that positions hold."""
    folded = text.translate(_FOLD)
    if folded.isascii():
        return folded
    return "".join(map(_compose, folded)) if _COMPATIBLE.search(folded) else folded


def _compose(character: str) -> str:
    composed = unicodedata.normalize("NFC", character)
    return composed if len(composed) == 1 else character


def width(text: str) -> int:
    """Columns that the text fills in a terminal: two for a wide East Asian character, none for a combining mark."""
    return sum(0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


@dataclass(frozen=True)
class Source:
    """One text with its name. Offsets are code points from 0, half-open; lines and columns count from 1."""

    name: str
    text: str

    @cached_property
    def folded(self) -> str:
        """The whole text folded: a stretch of it stands at the same offsets."""
        return fold(self.text)

    @cached_property
    def line_starts(self) -> list[int]:
        """The offset at which each line begins. Only LF (after CR LF and CR are made LF by `decode`) ends a line."""
        starts = [0]
        find = self.text.find
        at = find("\n")
        while at >= 0:
            starts.append(at + 1)
            at = find("\n", at + 1)
        return starts

    def line(self, offset: int) -> int:
        """The line that holds the offset, from 1."""
        return bisect_right(self.line_starts, offset)

    def column(self, offset: int) -> int:
        """The column of the offset in its line, in code points from 1."""
        return offset - self.line_starts[self.line(offset) - 1] + 1

    def line_text(self, number: int) -> str:
        """The words of a line, without its end."""
        start = self.line_starts[number - 1]
        end = self.line_starts[number] - 1 if number < len(self.line_starts) else len(self.text)
        return self.text[start:end]


class Decoded(NamedTuple):
    """What became of bytes: the text, the name of the encoding, and the offset of the byte that fits none (or None)."""

    text: str
    encoding: str
    bad_byte: int | None = None


def decode(raw: bytes) -> Decoded:
    """Bytes to text by rule, never by guess: a byte-order mark decides, else UTF-8, else GB18030, else no text at all."""
    for mark, encoding in ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be")):
        if raw.startswith(mark):
            return _strict(raw[len(mark) :], encoding, len(mark))
    utf8 = _strict(raw, "utf-8", 0)
    if utf8.bad_byte is None:
        return utf8
    if b"\x00" in raw[:200]:  # UTF-16 without its mark: GB18030 would read it as rubbish
        return Decoded("", "utf-16", 0)
    if utf8.bad_byte >= len(raw) - 3 and utf8.bad_byte > 3 and not raw[: utf8.bad_byte].isascii():
        return utf8  # valid UTF-8 cut off in its last character, not another encoding
    other = _strict(raw, "gb18030", 0)
    return other if other.bad_byte is None else utf8


def _strict(raw: bytes, encoding: str, skipped: int) -> Decoded:
    try:
        text = raw.decode(encoding, "strict")
    except UnicodeDecodeError as error:
        return Decoded("", encoding, error.start + skipped)
    return Decoded(text.replace("\r\n", "\n").replace("\r", "\n"), encoding)
