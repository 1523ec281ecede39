"""Law: spelling is no meaning. Traditional letters, full-width digits and full-width letters read as what they fold to."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import rulebook
from rulebook.assets import table
from rulebook.cli.sentence import read_clause
from rulebook.source import fold

from .strategies import Book, books, records

TRADITIONAL: dict[str, str] = {}
for _row in table("fold.tsv"):
    if "\u4e00" <= _row[0] <= "\u9fff" and "\u4e00" <= _row[1] <= "\u9fff":
        TRADITIONAL[_row[1]] = TRADITIONAL.get(_row[1], "") + _row[0]
"""A letter → the Traditional letters that fold to it."""
FULL = str.maketrans("0123456789%.", "０１２３４５６７８９％．")
FORMS = [((*row, "", "")[3], row[1]) for row in table("forms.tsv")]
"""What stands before a form, and the form."""


def traditional(text: str, which: int = 0) -> str:
    """The text in Traditional letters; `which` chooses among several."""
    return "".join(TRADITIONAL[c][which % len(TRADITIONAL[c])] if c in TRADITIONAL else c for c in text)


def folded(node: Any) -> Any:
    """Plain data with every word folded, places left out."""
    if isinstance(node, dict):
        return {
            fold(str(key)): folded(value)
            for key, value in node.items()
            if key not in ("line", "span", "text", "words", "column")
        }
    if isinstance(node, list):
        return [folded(inner) for inner in node]
    return fold(node) if isinstance(node, str) else node


def read(before: str, form: str) -> Any:
    """What a form means, spelling aside, behind what it acts on."""
    shape, _ = read_clause(before + form + "（5分）", "zh")
    return {key: folded(shape[key]) for key in ("status", "points", "rules", "limits", "requirements", "facts")}


@pytest.mark.parametrize(("before", "form"), FORMS)
def test_every_form_reads_in_traditional_letters(before: str, form: str) -> None:
    """Effect, basis, figures, units, limits and names are the same, whichever Traditional letter is chosen."""
    plain = read(before, form)
    assert plain["status"] == "read"
    for which in range(3):
        assert read(before, traditional(form, which)) == plain


@pytest.mark.parametrize(("before", "form"), FORMS)
def test_every_form_reads_in_full_width(before: str, form: str) -> None:
    """So do full-width digits, points and percent signs, and half-width punctuation."""
    plain = read(before, form)
    assert read(before, form.translate(FULL)) == plain
    assert read(before, form.translate(str.maketrans("，：；（）", ",:;()"))) == plain
    assert read(before, form.replace("-", "－")) == read(before, form.replace("-", "—")) == plain


def test_the_conversion_converts() -> None:
    """The law above would be easy if nothing changed: most forms have a letter of their own in Traditional."""
    changed = [form for _, form in FORMS if traditional(form) != form]
    assert len(changed) * 2 > len(FORMS)
    assert all(fold(traditional(form, which)) == fold(form) for _, form in FORMS for which in range(3))


@given(books(), st.data())
def test_a_rulebook_in_traditional_letters_scores_alike(book: Book, data: st.DataObject) -> None:
    """Same addresses, points and rules; a record written in Simplified letters scores the same in both."""
    one, other = rulebook.load(book.text()), rulebook.load(traditional(book.text(), data.draw(st.integers(0, 2))))
    record = data.draw(records(one))

    def scored(rules: rulebook.Rulebook, evidence: Any) -> Any:
        shape = rules.score(evidence).model_dump(mode="json", exclude={"receipt"})
        for entry in (*shape["ledger"], *(shape["worst_ledger"] or ())):
            entry["reason"] = ""
        return folded(shape)

    assert scored(other, record) == scored(one, record)
    assert scored(one, traditional_record(record)) == scored(one, record)


def traditional_record(value: Any) -> Any:
    """The record with its names and words in Traditional letters; grades and addresses stay."""
    if isinstance(value, dict):
        return {traditional(key): traditional_record(inner) for key, inner in value.items()}
    return traditional(value) if isinstance(value, str) and value in ("符合", "不涉及", "未查", "未提供") else value
