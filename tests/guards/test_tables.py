"""The LALR tables beside the grammar are those of the grammar, and a grammar with two readings is refused."""

import json

import pytest

from rulebook.assets import text
from rulebook.parser import tables


def test_the_shipped_tables_are_those_of_the_grammar() -> None:
    assert json.loads(text("grammar", tables.TABLES)) == tables.compile_grammar()


def test_a_changed_grammar_does_not_use_the_old_tables(monkeypatch: pytest.MonkeyPatch) -> None:
    changed = text("grammar", tables.GRAMMAR).replace("      | OFFSET\n", "")
    monkeypatch.setattr(tables, "text", lambda kind, file: changed if file == tables.GRAMMAR else text(kind, file))
    tables.tables.cache_clear()
    try:
        made = tables.tables()
        assert made["grammar"] != json.loads(text("grammar", tables.TABLES))["grammar"]
        assert not any("OFFSET" in moves for moves in made["states"])
    finally:
        monkeypatch.undo()
        tables.tables.cache_clear()


def test_two_readings_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """A count that may also be words: lark would choose in silence."""
    ambiguous = text("grammar", tables.GRAMMAR).replace("text: TEXT\n", "text: TEXT+\n")
    monkeypatch.setattr(tables, "text", lambda kind, file: ambiguous)
    with pytest.raises(ValueError, match="onflict"):
        tables.compile_grammar()
