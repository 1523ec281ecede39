"""What a column of a table is for, told by the words of its heading."""

from functools import cache

from rulebook import lexicon
from rulebook.assets import table
from rulebook.exchange.document import Cell, Row
from rulebook.source import fold

HEADINGS = frozenset({
    "section", "subsection", "content", "rule", "points", "number", "deduct_amount", "award_amount", "method", "duty", "ignore",
})  # fmt: skip
"""The roles of columns; the other roles of the table are words of rows and lines."""


@cache
def words() -> dict[str, dict[str, str]]:
    """Word → role, for the roles of columns and for each of the others."""
    found: dict[str, dict[str, str]] = {}
    for row in table("columns.tsv"):
        kind = "heading" if row[0] in HEADINGS else row[0]
        found.setdefault(kind, {})[row[1]] = row[2] if len(row) > 2 else row[0]
    return found


def plain(text: str) -> str:
    """The words of a heading: folded, without spaces and without what stands in brackets."""
    if len(text) > 500:
        return text[:500]  # no heading: only that it is long counts
    kept, level = [], 0
    for character in fold(text):
        if character in "（［【":
            level += 1
        elif character in "）］】":
            level = max(0, level - 1)
        elif not level and not character.isspace():
            kept.append(character)
    return "".join(kept).strip("：、。")


@cache
def role(heading: str) -> str | None:
    """The role of a column with that heading; None where no word of it is known."""
    bare = plain(heading)
    known = words()["heading"]
    if bare in known or not bare or len(bare) > 20:
        return known.get(bare)
    held = [word for word in known if len(word) > 1 and word in bare]
    roles = {known[word] for word in held}
    if "rule" in roles and "content" in roles:
        return "rule"
    return known[max(held, key=len)] if held else None


def connector(meaning: str) -> str:
    """A word that makes a sentence of a figure."""
    return next(word for word, value in words()["connector"].items() if value == meaning)


def is_heading(row: Row) -> bool:
    """True for a row that heads a table: two columns or more are known, and hardly a cell is anything else."""
    cells = {cell.anchor: cell for cell in row.cells if cell.text.strip()}
    known = [cell for cell in cells.values() if len(plain(cell.text)) <= 20 and role(cell.text) is not None]
    return len(known) >= 2 and len(known) * 2 > len(cells) and len({plain(cell.text) for cell in known}) >= 2


def roles(rows: list[Row]) -> list[str | None]:
    """The role of each column under its heading rows: the lowest heading that is known decides."""
    found: list[str | None] = []
    for column in range(len(rows[0].cells)):
        headings = [row.cells[column].text for row in reversed(rows)]
        found.append(next((r for r in map(role, headings) if r is not None), None))
    lowest = rows[-1].cells
    for column in range(len(found) - 1):  # one heading over several columns: the last is looked at, the others group it
        if found[column] == "content" and lowest[column].anchor == lowest[column + 1].anchor:
            found[column] = "subsection" if "section" in found else "section"
    return _settled(found)


def _settled(found: list[str | None]) -> list[str | None]:
    """Without a column of contents, the last column of sections or subsections holds what is looked at; without one of rules, contents do."""
    if "content" not in found:
        for outer in ("subsection", "section"):
            if outer in found:
                at = len(found) - 1 - found[::-1].index(outer)
                found[at] = "content"
                break
    if "rule" not in found and "content" in found and "deduct_amount" not in found and "award_amount" not in found:
        several = [n for n, r in enumerate(found) if r == "content"]
        found = ["rule" if n == several[-1] else r for n, r in enumerate(found)]
    return found


def scores(found: list[str | None]) -> bool:
    """True where columns with these roles make a rubric: words that say what is looked at or what it costs, and points or costs."""
    words_known = "rule" in found or "content" in found
    return words_known and (
        "points" in found or "deduct_amount" in found or "award_amount" in found or "costs" in found
    )


def assigns(found: list[str | None]) -> bool:
    """True where columns with these roles make a list of tasks: what is to be done, and who answers for it."""
    return "duty" in found and ("rule" in found or "content" in found)


def costs(rows: list[Row]) -> bool:
    """True where a heading itself says that its column holds rules, so that points may stand in the rules alone."""
    stated = {word for word, r in words()["heading"].items() if r == "rule" and len(word) > 2}
    return any(word in plain(cell.text) for word in stated for row in rows for cell in row.cells)


def starts(word: str, kind: str) -> bool:
    """True where a line begins with, or is, a word of that kind of rows."""
    return plain(word) in words()[kind]


def note(line: str) -> bool:
    """True for a line that explains: 注：…"""
    return lexicon.pattern("import_note").fullmatch(fold(line)) is not None


def blank(cell: Cell) -> bool:
    """True where a cell holds nothing, or dashes that stand for nothing."""
    return not cell.text.strip(" \t-—－/／\u3000\xa0")


def directions(text: str) -> frozenset[str]:
    """Which ways the words of a text move points."""
    folded = fold(text)
    return frozenset(way for word, way in words()["direction"].items() if word in folded)


def names_rubric(line: str) -> bool:
    """True for a line that is the title of a paper: short, and its end says what kind of paper."""
    bare = plain(line)
    return 2 < len(bare) <= 60 and any(word in bare[-12:] for word in words()["title"]) and "。" not in line
