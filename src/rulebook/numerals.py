"""Chinese and Arabic numerals of folded text, read exactly. What people use in two senses (二百五) is refused."""

from decimal import Decimal

from rulebook.assets import table
from rulebook.exact import decimal

_DIGITS: dict[str, int] = {}
_UNITS: dict[str, int] = {}
_HALF: set[str] = set()
for _kind, _character, _value in (row[:3] for row in table("numerals.tsv")):
    if _kind == "digit":
        _DIGITS[_character] = int(_value)
    elif _kind == "unit":
        _UNITS[_character] = int(_value)
    else:
        _HALF.add(_character)

_CIRCLED = [*map(chr, range(0x2460, 0x2474)), *map(chr, range(0x3251, 0x3260)), *map(chr, range(0x32B1, 0x32C0))]
CIRCLED = {mark: number for number, mark in enumerate(_CIRCLED, 1)}
"""① to ㊿ and their numbers."""

ZEROS = "0" + "".join(character for character, value in _DIGITS.items() if value == 0)
"""Every way to write nought."""

POWERS = {character: value for character, value in _UNITS.items() if value >= 1000}
"""千 and 万, which may stand behind figures as well: 10万人次."""

CHARACTERS = "".join([*_DIGITS, *_UNITS, *_HALF])
"""Every character a Chinese numeral may hold."""


def read(text: str) -> Decimal | None:
    """The number that a numeral states; None where it states none or has two readings (二百五: 205 or 250)."""
    if text[:1].isascii():
        try:
            return decimal(text)
        except ValueError:
            return None
    if text in _HALF:
        return Decimal("0.5")
    whole = _chinese(text)
    return None if whole is None else Decimal(whole)


def _chinese(text: str) -> int | None:
    if not text or any(character not in _DIGITS and character not in _UNITS for character in text):
        return None
    if all(character in _DIGITS for character in text):
        return int("".join(str(_DIGITS[character]) for character in text)) if len(text) == 1 else None
    total, digit, last_unit = 0, None, None
    for at, character in enumerate(text):
        if _DIGITS.get(character) == 0:
            if text[at - 1 : at] not in _UNITS or text[at + 1 : at + 2] not in _DIGITS:
                return None  # a zero stands after a unit and before a digit
            continue
        if character in _DIGITS:
            if digit is not None:
                return None
            digit = _DIGITS[character]
        else:
            unit = _UNITS[character]
            if last_unit is not None and unit >= last_unit:
                return None
            if digit is None and total:
                return None
            total += (1 if digit is None else digit) * unit
            digit, last_unit = None, unit
    if digit:
        # 一百一 and 二百五 drop the zero that 一百零一 has: colloquially 110 and 250, so two readings.
        if last_unit is not None and last_unit > 10 and text[-2] not in _DIGITS:
            return None
        total += digit
    return total
