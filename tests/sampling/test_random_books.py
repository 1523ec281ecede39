"""Random rulebooks load, and among them are all that the table knows."""

import re

import pytest
from hypothesis import HealthCheck, given, settings

import rulebook
from rulebook.assets import table
from rulebook.sampling import rulebooks

QUICK = settings(max_examples=60, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck))
KINDS = {"Deduct", "Award", "Earn", "Zero", "NoEffect", "Bands", "Proportion", "Ladder", "Stated", "Veto", "Judged"}


@QUICK
@given(rulebooks())
def test_every_random_rulebook_loads(text: str) -> None:
    book = rulebook.load(text)
    assert {section.kind for section in book.sections} >= {"points"}
    assert book.header.full == sum(
        clause.points or 0 for section in book.sections if section.kind in ("points", "deduct") for item in section.items() for clause in item.clauses
    )


@pytest.mark.slow
def test_every_effect_is_found_among_them() -> None:
    found = set()

    @settings(QUICK, max_examples=400)
    @given(rulebooks())
    def look(text: str) -> None:
        found.update(type(rule.effect).__name__ for clause in rulebook.load(text).clauses() for rule in clause.rules)

    look()
    assert found >= KINDS


@pytest.mark.parametrize("row", [row for row in table("sampling.tsv") if row[0] in ("loss", "earn", "award", "veto")], ids=lambda row: row[1])
def test_every_sentence_of_the_table_reads_by_itself(row: list[str]) -> None:
    fillers = {kind: text for kind, text, *_ in reversed(table("sampling.tsv"))}
    first, second = ([text for kind, text, *_ in table("sampling.tsv") if kind == "condition"])[:2]
    said = row[1].replace("{condition}", first, 1).replace("{condition}", second)
    said = re.sub(r"\{([a-z]+)\}", lambda slot: fillers[slot[1]], said)
    section, points = {"award": ("加分项", ""), "veto": ("否决项", "")}.get(row[0], ("样章", "（10分）"))
    book = rulebook.load(f"考核细则：样例\n一票否决：不得评先评优\n一、{section}\n1. 样项\n① {said}。{points}\n")
    (clause,) = book.clauses()
    assert clause.rules
    assert not clause.unread
    assert all(rule.effect.kind != "judged" for rule in clause.rules)
