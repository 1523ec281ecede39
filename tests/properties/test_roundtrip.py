"""Law: a rulebook travels as JSON and as YAML without loss, and a scorecard as JSON."""

import json
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

import rulebook

from .strategies import Book, books, records


@given(books())
def test_json_gives_the_rulebook_back(book: Book) -> None:
    """The model read from its JSON is equal, spans included, and validates against its own types."""
    rules = rulebook.load(book.text())
    text = rules.model_dump_json()
    again = rulebook.Rulebook.model_validate_json(text)
    assert again == rules
    assert json.loads(again.model_dump_json()) == json.loads(text)


@given(books())
def test_yaml_gives_the_rulebook_back(book: Book) -> None:
    """So does YAML."""
    rules = rulebook.load(book.text())
    again = rulebook.Rulebook.model_validate_yaml(rules.model_dump_yaml())
    assert again == rules


@given(books(), st.data())
def test_a_rulebook_from_json_scores_alike(book: Book, data: st.DataObject) -> None:
    """The same record gives the same scorecard, byte by byte."""
    rules = rulebook.load(book.text())
    again = rulebook.Rulebook.model_validate_json(rules.model_dump_json())
    record = data.draw(records(rules))
    assert again.score(record).model_dump_json() == rules.score(record).model_dump_json()


@given(books(), st.data())
def test_no_number_in_json_is_a_float(book: Book, data: st.DataObject) -> None:
    """Every decimal is a string, of the model and of the scorecard; a scorecard survives its JSON."""

    def refuse(text: str) -> None:
        raise AssertionError(f"a float in JSON: {text}")

    rules = rulebook.load(book.text())
    card = rules.score(data.draw(records(rules)))
    for text in (rules.model_dump_json(), card.model_dump_json()):
        json.loads(text, parse_float=refuse)
    again = type(card).model_validate_json(card.model_dump_json())
    assert again.model_dump_json() == card.model_dump_json()
    if card.upper is not None:
        assert Fraction(again.upper or 0) == Fraction(card.upper)


@given(books(), st.data())
def test_what_is_not_in_the_types_is_refused(book: Book, data: st.DataObject) -> None:
    """A field too many, or a figure that is a float, is no rulebook."""
    shape = json.loads(rulebook.load(book.text()).model_dump_json())
    place = data.draw(st.sampled_from(("top", "header", "float")))
    if place == "top":
        shape["extra"] = 1
    elif place == "header":
        shape["header"]["extra"] = 1
    else:
        shape["header"]["full"] = 1.5
    with pytest.raises(ValidationError):
        rulebook.Rulebook.model_validate_json(json.dumps(shape))
