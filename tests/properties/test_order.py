"""Law: what was observed counts, not in which order or spelling it was written down."""

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

import rulebook
from rulebook.scorecard import Scorecard

from .strategies import STATES, Book, books, records

NONE: dict[str, Any] = {"flag": False, "count": 0, "amount": "0", "amounts": [], "records": []}
"""Fact type → how an office writes that nothing was found."""


def result(card: Scorecard) -> dict[str, Any]:
    """Everything of a scorecard but what identifies the evidence."""
    return card.model_dump(mode="json", exclude={"receipt"})


@given(books(), st.data())
def test_the_order_of_keys_is_irrelevant(book: Book, data: st.DataObject) -> None:
    """Clauses and facts in any order give the same scorecard and the same evidence hash."""
    rules = rulebook.load(book.text())
    record = data.draw(records(rules))
    shuffled: dict[str, Any] = {}
    for address in data.draw(st.permutations(list(record))):
        value = record[address]
        if isinstance(value, dict):
            value = {name: value[name] for name in reversed(value)}
        shuffled[address] = value
    one, other = rules.score(record), rules.score(shuffled)
    assert one.model_dump_json() == other.model_dump_json()


@given(books(), st.data())
def test_every_carrier_gives_the_same_score(book: Book, data: st.DataObject) -> None:
    """A dict, JSON and YAML, states in Chinese or English, wrapped with a subject or bare, are one record."""
    rules = rulebook.load(book.text())
    record = data.draw(records(rules))
    wanted = result(rules.score(record))
    as_json = json.dumps(record, ensure_ascii=False).encode()
    assert result(rules.score(as_json, name="a.json")) == wanted
    assert result(rules.score(as_json, name="a.yaml")) == wanted
    english = {word: key for key, word in STATES.items()}

    def translated(value: Any) -> Any:
        if isinstance(value, dict):
            return {key: translated(inner) for key, inner in value.items()}
        return english.get(value, value) if isinstance(value, str) else value

    assert result(rules.score(translated(record))) == wanted
    wrapped = {"考核对象": "", "细则": rules.id, "证据": record}
    assert result(rules.score(wrapped)) == wanted
    assert result(rules.score({"evidence": record})) == wanted


@given(books(), st.data())
def test_what_is_not_mentioned_was_not_found(book: Book, data: st.DataObject) -> None:
    """Beside an observed fact, a fault written as none and one not written at all score alike."""
    rules = rulebook.load(book.text())
    record = data.draw(records(rules, holes=False, leave=False))
    spelled: dict[str, Any] = {}
    for address, value in record.items():
        clause = next(clause for clause in rules.clauses() if clause.address == address)
        if isinstance(value, dict):
            value = dict(value)
            for fact in clause.facts:
                faultless = fact.best in ("", "0", "false") and fact.requirement is None
                if faultless and fact.type in NONE:
                    value.setdefault(fact.name, NONE[fact.type])
        spelled[address] = value
    assert result(rules.score(spelled)) == result(rules.score(record))
