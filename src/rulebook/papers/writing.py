"""What papers share: text that every office program opens, and exact numbers as people read them."""

import unicodedata
from decimal import Decimal
from fractions import Fraction

from rulebook.diagnostics import Diagnostic, RulebookError
from rulebook.exact import show
from rulebook.explanation import float_free


def plain(text: str) -> str:
    """The text with line ends made alike, and with what XML does not hold or what reorders a line written as <U+202E>."""
    if text.isprintable():
        return text
    return "".join(f"<U+{ord(c):04X}>" if _odd(c) else c for c in text.replace("\r\n", "\n").replace("\r", "\n"))


def _odd(character: str) -> bool:
    if character in "\n\t":
        return False
    kind = unicodedata.category(character)
    return kind in ("Cc", "Cs") or (kind == "Cn" and ord(character) & 0xFFFE == 0xFFFE) or unicodedata.bidirectional(character) in _TURNING


_TURNING = frozenset(("LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"))
"""Classes of characters that turn the order of a line."""


def cut(text: str, most: int, more: str) -> str:
    """The text, or its beginning and a word on how much is left out: never more than so many characters."""
    if len(text) <= most:
        return text
    kept = most - len(more) - 12
    return text[:kept] + more.format(count=len(text) - kept)


def figure(number: Decimal | Fraction | int | None, *, stacked: bool = False) -> str:
    """The number in plain digits; with a fraction that no decimal equals, two digits to read it by. Nothing for None.

    `stacked`: for a narrow cell, what it is read by stands below it.
    """
    if number is None:
        return ""
    told = show(number)
    near = float_free(Fraction(number)) if "/" in told else ""
    return told if not near else f"{told}\n≈{near}" if stacked else f"{told}（≈{near}）"


def between(lower: Decimal | Fraction | None, upper: Decimal | Fraction | None, *, stacked: bool = False) -> str:
    """One figure where both are equal, else both with a dash."""
    low, high = figure(lower, stacked=stacked), figure(upper, stacked=stacked)
    return low if lower == upper else f"{low}–\n{high}" if "\n" in low + high else f"{low}–{high}"


def lacking(library: str) -> RulebookError:
    """The error of a paper that cannot be written because a library is not installed."""
    return RulebookError([Diagnostic("RB622", {"library": library})])


__all__ = ["between", "cut", "figure", "lacking", "plain"]
