"""What the scanner and the passes hand on: folded text that knows where it came from, and tokens over it."""

from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple

from rulebook.source import fold


@dataclass(eq=False, repr=False)
class Text:
    """Folded words with the place of each code point in the original. Lines of a clause are joined by a line break."""

    folded: str
    places: tuple[int, ...] | range
    original: str

    @classmethod
    def of(cls, original: str, start: int = 0) -> "Text":
        """A stretch of original text that begins at an offset."""
        return cls(fold(original), range(start, start + len(original)), original)

    def joined(self, other: "Text") -> "Text":
        """This text, a line break, the other."""
        at = self.places[-1] + 1 if self.places else 0
        return Text(
            f"{self.folded}\n{other.folded}", (*self.places, at, *other.places), f"{self.original}\n{other.original}"
        )

    def part(self, start: int, end: int) -> "Text":
        """The stretch from `start` to `end`."""
        return Text(self.folded[start:end], self.places[start:end], self.original[start:end])

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Where a stretch of the folded text stands in the original: half-open offsets."""
        if start >= end:
            at = self.places[start] if start < len(self.places) else (self.places[-1] + 1 if self.places else 0)
            return at, at
        return self.places[start], self.places[end - 1] + 1

    def __len__(self) -> int:
        return len(self.folded)


class Token(NamedTuple):
    """A stretch of a clause. `kind` is a terminal of the grammar; a WORD still has several `classes` to choose from."""

    kind: str
    text: str
    start: int
    end: int
    value: str = ""
    numbers: tuple[Decimal, ...] = ()
    classes: tuple[tuple[str, str], ...] = ()

    def has(self, name: str) -> bool:
        """True where the word may be of that class."""
        for entry in self.classes:  # noqa: SIM110 (called for every token in every pass)
            if entry[0] == name:
                return True
        return False

    def of(self, name: str) -> "Token":
        """The same token, its class chosen."""
        value = self.value
        for entry in self.classes:
            if entry[0] == name:
                value = entry[1]
                break
        return Token(name, self.text, self.start, self.end, value, self.numbers)

    def as_text(self) -> "Token":
        """The same stretch as plain words."""
        return Token("TEXT", self.text, self.start, self.end)
