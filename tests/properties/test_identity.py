"""Law: printing and reading are inverse. The canonical text means what the rulebook means, and formatting keeps every comment."""

from collections import Counter

from hypothesis import assume, given
from hypothesis import strategies as st

import rulebook
from rulebook.evaluator import earns
from rulebook.model import meaning
from rulebook.printer import print_rulebook
from rulebook.source import fold

from .mutations import mutated
from .strategies import Draw, loose_books

MARKS = st.sampled_from(("#", " # ", "#\t", "＃"))
COMMENTS = st.sampled_from(("注", "原文如此：扣1分", "①", "一、", "（2分）", "例：缺 2 → 得1分", "# 再注", "1. 说明"))


@st.composite
def annotated(draw: Draw) -> str:
    """The text of a rulebook with comments between its lines, and names and examples under its clauses."""
    book = draw(loose_books())
    notes: dict[int, list[str]] = {}
    for clause in rulebook.load(book.text()).clauses():
        assert clause.span is not None
        last = clause.span.line + clause.text.count("\n")
        if clause.facts and draw(st.integers(0, 3)) == 3:
            notes.setdefault(last, []).append(f"事实：{clause.facts[0].name} → 改名")
        if clause.points is not None and draw(st.integers(0, 3)) == 3 and not earns(clause):
            notes.setdefault(last, []).append("例：符合 → 扣0分")
    out = []
    for number, line in enumerate(book.text().split("\n"), 1):
        if draw(st.integers(0, 4)) == 4:
            out.append(draw(MARKS) + draw(COMMENTS) + str(number))
        out.append(line)
        out += notes.get(number, [])
    return "\n".join(out)


def comments_of(text: str) -> Counter[str]:
    """The comments of a text, each with how often it stands there."""
    lines = (line.strip() for line in text.split("\n"))
    return Counter(line[1:].strip() for line in lines if line.startswith(("#", "＃")))


@given(annotated())
def test_reading_what_was_printed_gives_the_same_meaning(text: str) -> None:
    """`meaning(read(print(book))) == meaning(book)`."""
    book = rulebook.load(text)
    printed = print_rulebook(book)
    assert meaning(rulebook.load(printed)) == meaning(book)


@given(annotated())
def test_formatting_twice_changes_nothing_more(text: str) -> None:
    """The canonical text is its own canonical text; `book.text()` is that text."""
    book = rulebook.load(text)
    once = book.text()
    assert once == print_rulebook(book)
    assert rulebook.load(once).text() == once


@given(annotated())
def test_formatting_keeps_comments_and_words(text: str) -> None:
    """Every comment is kept as often as it stood, and every character but marks, spaces and points."""
    printed = rulebook.load(text).text()
    assert comments_of(printed) == comments_of(text)
    assert words(printed) == words(text)


def words(text: str) -> Counter[str]:
    """The characters that carry words: no spaces, no marks that formatting makes alike."""
    return Counter(c for c in fold(text) if c.isalnum() and c not in "0123456789分")


def test_the_shipped_rulebooks_are_canonical_up_to_meaning() -> None:
    """The two shipped rulebooks pass the same laws."""
    for name in ("county-2018", "member-unit-2018"):
        book = rulebook.load(name)
        again = rulebook.load(book.text(), name=f"{name}.rulebook")
        assert meaning(again) == meaning(book)
        assert again.text() == book.text()


@given(
    mutated(annotated().map(lambda text: "\n".join(line for line in text.split("\n") if "满分" not in fold(line))), 2)
)
def test_whatever_reads_prints_back(text: str) -> None:
    """A rulebook that was cut, doubled or sprinkled keeps its meaning and its comments too, wherever it still reads."""
    reading = rulebook.read(text + "\n")
    assume(reading.rulebook is not None and not any(d.severity == "error" for d in reading.diagnostics))
    assert reading.rulebook is not None
    printed = reading.rulebook.text()
    again = rulebook.load(printed)
    assert meaning(again) == meaning(reading.rulebook)
    assert again.text() == printed
    assert comments_of(printed) == comments_of(text)
