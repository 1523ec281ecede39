"""The 2018 notice as flattened text gives both rubrics, clause by clause as the rulebooks written by hand have them.

The document itself is no part of the project: its path stands in RULEBOOK_NOTICE, and without it these tests are skipped.
"""

import os
from pathlib import Path
from typing import Any

import pytest

import rulebook
from rulebook.cli import shapes
from rulebook.exchange import Imported, import_document

NOTICE = os.environ.get("RULEBOOK_NOTICE", "")
pytestmark = pytest.mark.skipif(
    not NOTICE or not Path(NOTICE).is_file(),
    reason="the notice is no part of the project: name its path in RULEBOOK_NOTICE",
)
KNOWN: dict[tuple[str, str], str] = {}
"""Clauses that stay different from the rulebook written by hand, each with the reason."""


@pytest.fixture(scope="module")
def imported() -> Imported:
    return import_document(NOTICE)


def meaning(book: rulebook.Rulebook) -> dict[str, Any]:
    """Address → points, rules and limits of each clause, as far as the two must agree."""
    return {
        clause["clause"]: {
            "points": clause["points"],
            "rules": [
                {key: rule[key] for key in ("effect", "basis", "units", "per", "amount")} for rule in clause["rules"]
            ],
            "limits": [{key: limit[key] for key in ("kind", "amount", "scope")} for limit in clause["limits"]],
        }
        for clause in shapes.facts(book)["clauses"]
    }


@pytest.mark.parametrize(("number", "name", "count"), [(0, "county-2018", 93), (1, "member-unit-2018", 70)])
def test_every_clause_is_the_one_written_by_hand(imported: Imported, number: int, name: str, count: int) -> None:
    drafted = meaning(rulebook.load(imported.drafts[number].text))
    written = meaning(rulebook.load(name))
    assert list(drafted) == list(written)
    assert len(drafted) == count
    differing = {address for address in written if drafted[address] != written[address]}
    assert differing == {address for book, address in KNOWN if book == name}


@pytest.mark.parametrize(("number", "name"), [(0, "county-2018"), (1, "member-unit-2018")])
def test_the_head_and_the_sections_are_those_written_by_hand(imported: Imported, number: int, name: str) -> None:
    drafted, written = rulebook.load(imported.drafts[number].text), rulebook.load(name)
    for field in ("year", "citation", "full", "not_supplied"):
        assert getattr(drafted.header, field) == getattr(written.header, field), field
    assert [section.title for section in drafted.sections] == [section.title for section in written.sections]
    assert [section.kind for section in drafted.sections] == [section.kind for section in written.sections]


def test_every_clause_reads(imported: Imported) -> None:
    counts = [draft.counts() for draft in imported.drafts]
    assert [(c["items"], c["clauses"], c["read"], c["unread"], c["ambiguous"]) for c in counts] == [
        (38, 93, 93, 0, 0), (31, 70, 70, 0, 0),
    ]  # fmt: skip


def test_the_schedule_is_told_from_a_rubric(imported: Imported) -> None:
    assert [finding.diagnostic.code for finding in imported.findings] == ["RB628"]
    assert imported.findings[0].place.table == 3


def test_what_is_printed_wrongly_is_reported_with_its_place(imported: Imported) -> None:
    told = [
        {(f.diagnostic.code, f.place.table, f.place.row) for f in draft.findings if f.diagnostic.severity != "hint"}
        for draft in imported.drafts
    ]
    assert told[0] == {("RB632", 1, 25), ("RB629", 1, 38), ("RB410", 1, 39)}
    assert told[1] == {("RB630", 2, 6), ("RB411", 2, 24), ("RB403", 2, 5), ("RB629", 2, 31), ("RB410", 2, 32)}


FLAWS = (
    {("RB404", "19.2"), ("RB404", "30.4"), ("RB410", "38")},
    {("RB403", "4.1"), ("RB411", "23.3"), ("RB410", "31")},
)
"""What a check of the two papers as printed finds beside the clauses without a rule: deductions that take the whole clause, one that takes more, a
misspelt stock phrase, a veto without a consequence in the head."""
MISPRINTS = ({"RB632", "RB629"}, {"RB630", "RB629"})
"""What the import tells besides: 不得分 followed by a figure, two figures for one item, prose that names points."""


@pytest.mark.parametrize("number", [0, 1])
def test_the_flaws_of_the_papers_are_found_and_nothing_else(imported: Imported, number: int) -> None:
    draft = imported.drafts[number]
    reading = rulebook.read(draft.text)
    assert reading.rulebook is not None
    found = rulebook.check(reading.rulebook, reading.source)
    assert {(one.code, one.clause) for one in found if one.code != "RB405"} == FLAWS[number]
    told = {finding.diagnostic.code for finding in draft.findings if finding.diagnostic.severity != "hint"}
    assert told - {code for code, _ in FLAWS[number]} == MISPRINTS[number]
