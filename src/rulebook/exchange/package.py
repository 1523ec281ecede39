"""Office files as packages: parts of a zip, unpacked by count and never by what the directory claims; XML without a DTD."""

import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from xml.etree.ElementTree import Element, ParseError, TreeBuilder, XMLParser

from rulebook.bounds import BOUNDS
from rulebook.codes import Wording
from rulebook.diagnostics import Diagnostic, RulebookError
from rulebook.exchange.document import beyond

OLE = b"\xd0\xcf\x11\xe0"
"""How the formats before 2007 begin, and every office file with a password."""
_DTD = re.compile(rb"<\x00?!\x00?D\x00?O\x00?C\x00?T\x00?Y\x00?P\x00?E", re.I)
_CELL = re.compile(rb"<(?:\w{1,20}:)?c[ />]")

_SPREAD = re.compile(
    rb"<(?:\w{1,20}:)?(?:mergeCell|hyperlink)\b[^>]{0,400}?ref\s*=\s*[\"']\$?([A-Za-z]{1,3})\$?([0-9]{1,7}):\$?([A-Za-z]{1,3})\$?([0-9]{1,7})"
)
"""Ranges that the library makes a cell of for every place in them."""


def broken(name: str, why: str) -> RulebookError:
    """The error of a file that cannot be opened, with the wording of the reason."""
    return RulebookError([Diagnostic("RB621", {"name": name, "why": Wording(f"broken_{why}")})])


class Package:
    """The parts of an office file, within the bounds. Raises RulebookError where it is no such file."""

    def __init__(self, raw: bytes, name: str) -> None:
        self.name = name
        self.unpacked = 0
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(raw))
        except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError, EOFError):
            raise broken(name, "zip") from None
        infos = self._zip.infolist()
        if len(infos) > BOUNDS.office_parts:
            raise beyond(name, "office_parts")
        if any(info.flag_bits & 1 for info in infos):
            raise broken(name, "password")
        self.parts = frozenset(info.filename for info in infos)

    def read(self, part: str) -> bytes:
        """The bytes of a part. Raises RulebookError where they are too many, damaged, or there is no such part."""
        held = bytearray()
        for piece in self._pieces(part):
            held += piece
        if _DTD.search(held):
            raise broken(self.name, "dtd")
        return bytes(held)

    def check(self) -> None:
        """Nothing where every part unpacks within the bounds, holds no DTD, and the sheets hold no more cells than allowed."""
        cells = 0
        for part in sorted(self.parts):
            if part.endswith("/"):
                continue
            if "worksheets/" in part:
                held = self.read(part)
                cells += len(_CELL.findall(held)) + sum(_area(match) for match in _SPREAD.finditer(held))
            else:
                tail = b""
                for piece in self._pieces(part):
                    if _DTD.search(tail + piece):
                        raise broken(self.name, "dtd")
                    tail = piece[-32:]
            if cells > BOUNDS.sheet_cells:
                raise beyond(self.name, "sheet_cells")

    def tree(self, part: str) -> Element:
        """The XML of a part. Raises RulebookError where it is none, or holds a DTD."""
        try:
            parser = XMLParser(target=_Tree(self.name))
            parser.feed(self.read(part))
            root: Element = parser.close()
        except (ParseError, ValueError, LookupError, RecursionError):
            raise broken(self.name, "xml") from None
        return root

    def _pieces(self, part: str) -> Iterator[bytes]:
        size = 0
        try:
            with self._zip.open(part) as file:
                while piece := file.read(1 << 16):
                    size += len(piece)
                    self.unpacked += len(piece)
                    if size > BOUNDS.office_part or self.unpacked > BOUNDS.office_unpacked:
                        raise beyond(self.name, "office_part" if size > BOUNDS.office_part else "office_unpacked")
                    yield piece
        except (
            KeyError,
            zipfile.BadZipFile,
            zlib.error,
            OSError,
            EOFError,
            NotImplementedError,
            RuntimeError,
            ValueError,
        ):
            raise broken(self.name, "part") from None


def _area(match: re.Match[bytes]) -> int:
    """Cells of a range such as A1:C7."""
    first, top, last, bottom = match.groups()
    return (abs(_column(last) - _column(first)) + 1) * (abs(int(bottom) - int(top)) + 1)


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters.upper():
        number = number * 26 + letter - 64
    return number


class _Tree(TreeBuilder):
    """A tree that refuses a document type, and elements nested so deep that nobody wrote them."""

    DEEPEST = 200

    def __init__(self, name: str) -> None:
        super().__init__()
        self._name, self._depth = name, 0

    def doctype(self, *_: object) -> None:
        raise broken(self._name, "dtd")

    def start(self, tag: str, attrs: dict[str, str]) -> Element:
        self._depth += 1
        if self._depth > self.DEEPEST:
            raise broken(self._name, "deep")
        return super().start(tag, attrs)

    def end(self, tag: str) -> Element:
        self._depth -= 1
        return super().end(tag)
