"""Law: the evidence loader gives a record or a RulebookError whose every diagnostic renders; it raises nothing else on any bytes or data."""

import json
from typing import Any

from hypothesis import example, given
from hypothesis import strategies as st

import rulebook
from rulebook.diagnostics import Diagnostic

from .strategies import Book, Draw, books, records
from .test_any_text import rendered

BOOK = rulebook.load("county-2018")
NAMES = st.sampled_from(("", "a.json", "a.yaml", "a.csv", "-"))


def tried(book: rulebook.Rulebook, evidence: Any, name: str = "") -> None:
    """Scores, or refuses in both languages with at least one error."""
    found: tuple[Diagnostic, ...] = ()
    try:
        card = book.score(evidence, name=name)
    except rulebook.RulebookError as error:
        found = error.diagnostics
    else:
        card.model_dump_json()
        card.explain("en")
        return
    assert any(diagnostic.severity == "error" for diagnostic in found)
    rendered(found)


scalars = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-3, 10),
    st.integers(),
    st.floats(),
    st.decimals(),
    st.text(max_size=12),
    st.sampled_from(
        (
            "符合",
            "不涉及",
            "未查",
            "未提供",
            "met",
            "是",
            "否",
            "1e999",
            "NaN",
            "-1",
            "0.5",
            "1.00001",
            "０",
            "三",
            "9" * 30,
            "2018-02-30",
        )
    ),
)
keys = st.one_of(
    st.text(max_size=6),
    st.integers(),
    st.sampled_from(
        (
            "1.1",
            "6.2",
            "6②",
            "6.②",
            "36.2",
            "12",
            "12.1",
            "99.9",
            "缺",
            "记录",
            "日期",
            "分数",
            "证据",
            "细则",
            "考核对象",
            "说明",
        )
    ),
)
trees = st.recursive(
    scalars, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(keys, inner, max_size=4), max_leaves=12
)
YAML = (
    "&a 1", "*a", "!!int 1", "!x y", "{a: 1, a: 2}", "- - - 1", "a: b: c", "---\na: 1\n---\nb: 2", "? [1]\n: 2", "<<: {a: 1}", "%YAML 9.9",
    "\t- 1", "'", '"\\ud800"', "a: |\n  b", "\x85", "1.1: 符合", '"1.1": {资料不全: 是}', "[", "{", ":", "#",
)  # fmt: skip


@given(st.binary(max_size=200), NAMES)
@example(b"\xff\xfe{", "a.json")
@example(b"[" * 100_000, "a.json")
@example(b"- " * 5_000, "a.yaml")
@example(b'{"1.1": 1e999}', "a.json")
@example(b'{"1.1": NaN}', "a.json")
@example(b'{"1.1": "\\ud800"}', "a.json")
@example(b'{"\\ud800": 1}', "a.json")
@example(b'"1.1": "\\ud800"', "a.yaml")
@example(b'{"1.1": ' + b"9" * 5000 + b"}", "a.json")
def test_any_bytes(raw: bytes, name: str) -> None:
    """Arbitrary bytes under any name."""
    tried(BOOK, raw, name)


@given(st.lists(st.sampled_from(YAML) | st.text(max_size=5), max_size=6).map("\n".join), NAMES)
def test_pieces_of_yaml(text: str, name: str) -> None:
    """YAML's dangerous corners in any order."""
    tried(BOOK, text.encode("utf-8", "surrogatepass"), name)


@given(trees)
def test_any_data(data: Any) -> None:
    """Arbitrary Python values, bare, as the evidence of a record, and as the value of one clause."""
    tried(BOOK, data)
    tried(BOOK, {"证据": data})
    tried(BOOK, {"2.1": data, "36.2": {"通报": data}})


@given(st.dictionaries(keys.map(str), trees, max_size=4), NAMES)
def test_any_json(data: dict[str, Any], name: str) -> None:
    """The same as JSON text."""
    tried(BOOK, json.dumps(data, default=str).encode(), name)


@st.composite
def spoiled(draw: Draw, book: rulebook.Rulebook) -> dict[str, Any]:
    """A record with one value, name or address replaced by anything."""
    record = draw(records(book))
    if not record:
        return {draw(st.text(max_size=4)): draw(scalars)}
    address = draw(st.sampled_from(sorted(record)))
    value = record[address]
    place = draw(st.integers(0, 2))
    if place == 0 or not isinstance(value, dict) or not value:
        record[address] = draw(trees)
    elif place == 1:
        record[address] = {**value, draw(st.sampled_from(sorted(value))): draw(trees)}
    else:
        record[draw(st.text(max_size=4))] = value
    return record


@given(books(), st.data())
def test_spoiled_records(book: Book, data: st.DataObject) -> None:
    """A valid record with one thing wrong scores or is refused."""
    rules = rulebook.load(book.text())
    tried(rules, data.draw(spoiled(rules)))
