"""Runs every case of `tests/cases`: Markdown files that hold prose, rule text, evidence and what must come of them.

A file is read from the top. A ```rulebook block stands until the next one; an ```evidence block (YAML; `evidence json` for
JSON) belongs to the ```expect block (YAML) that follows it; every ```expect block is one test, named after the headings
above it. All values of an expectation are text, so that no figure passes through a float.

Good cases expect `total` (or `lower` and `upper`) and any of: `start full arithmetic grade grades vetoed vetoes scorable unknown
assumed`, `clauses` (score, or [lower, upper], or a mapping with `state`), `sections`, `ledger` and `worst` (all lines, in order:
clause, effect, nominal, applied, absorbed and, where it matters, the reason), `explain` (lines that must occur), `facts`
(clause → name → type), `findings` (code and words of every remark; without it there must be neither error nor warning).

Bad cases expect `findings` (code and underlined words of every error and warning, in order) and, where evidence is given,
`refused` (code and words of every diagnostic). `assume`, `final`, `force` and `accept` are handed to the call.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
import yaml

import rulebook
from rulebook import Rulebook, RulebookError, Scorecard

CASES = Path(__file__).parent / "cases"
OPTIONS = ("assume", "final", "force")


@dataclass(frozen=True)
class Case:
    """One expectation with the rule text and the evidence it speaks of. `id`: its file and its number in it."""

    id: str
    heading: str
    rules: str
    evidence: str | None
    is_json: bool
    expect: dict[str, Any] = field(hash=False)


def cases(folder: str) -> Iterator[Case]:
    """The cases of every file of a folder, in order."""
    for path in sorted((CASES / folder).glob("*.md")):
        found = list(_cases(path))
        assert found, f"{path.name} expects nothing"
        yield from found


def _cases(path: Path) -> Iterator[Case]:
    heading = rules = ""
    evidence: str | None = None
    is_json = False
    block: list[str] | None = None
    info = ""
    number = 0
    for line in path.read_text(encoding="utf-8").split("\n"):
        if block is None:
            if line.startswith("```"):
                block, info = [], line[3:].strip()
                assert info in ("rulebook", "evidence", "evidence json", "expect"), f"{path.name}: ```{info}"
            elif line.startswith("#"):
                heading = line.lstrip("# ").strip()
            continue
        if not line.startswith("```"):
            block.append(line)
            continue
        text = "\n".join(block) + "\n"
        block = None
        if info == "rulebook":
            rules, evidence = text, None
        elif info == "expect":
            number += 1
            expect = yaml.load(text, Loader=yaml.BaseLoader)
            assert isinstance(expect, dict), f"{path.name}: an expectation is a mapping"
            yield Case(f"{path.stem}/{number}", heading, rules, evidence, is_json, expect)
            evidence = None
        else:
            assert evidence is None, f"{path.name}: evidence without an expectation"
            evidence, is_json = text, info.endswith("json")
    assert block is None, f"{path.name}: an open block"
    assert evidence is None, f"{path.name}: evidence without an expectation"


GOOD, BAD = list(cases("good")), list(cases("bad"))


def reference(book: Rulebook, case: Case) -> Scorecard:
    """The score that the reference evaluator gives."""
    name = "evidence.json" if case.is_json else "evidence.yaml"
    return book.score((case.evidence or "{}").encode(), name=name, **_options(case))


EVALUATORS: dict[str, Callable[[Rulebook, Case], Scorecard]] = {"reference": reference}
"""Every evaluator that must give the expected scores: a faster path is a row here."""


def _options(case: Case) -> dict[str, Any]:
    given = {name: case.expect[name] for name in OPTIONS if name in case.expect}
    return {name: value == "true" if value in ("true", "false") else value for name, value in given.items()}


@pytest.mark.parametrize("evaluator", EVALUATORS)
@pytest.mark.parametrize("case", GOOD, ids=lambda case: case.id)
def test_good(case: Case, evaluator: str) -> None:
    expect = dict(case.expect)
    for option in OPTIONS:
        expect.pop(option, None)
    reading = rulebook.read(case.rules, name="case.rulebook", accept=expect.pop("accept", ()))
    found = [[d.code, d.words] for d in reading.diagnostics if d.severity != "hint" or "findings" in expect]
    assert found == expect.pop("findings", []), "remarks about the rulebook"
    book = rulebook.load(case.rules, name="case.rulebook", accept=case.expect.get("accept", ()))
    if "facts" in expect:
        known = {c.address: {f.name: f.type for f in c.facts} for c in book.clauses()}
        wanted = expect.pop("facts")
        assert {address: known[address] for address in wanted} == wanted
    if not expect:
        return
    card = EVALUATORS[evaluator](book, case)
    adds_up(card)
    for key, wanted in expect.items():
        assert CHECKS[key](card, wanted) == wanted, key


def adds_up(card: Scorecard) -> None:
    """The laws that every scorecard keeps."""
    for ledger, end in ((card.ledger, card.upper), (card.worst_ledger, card.lower)):
        if ledger is None or end is None:
            continue
        assert Fraction(card.start) + sum(Fraction(entry.applied) for entry in ledger) == Fraction(end)
        for entry in ledger:
            assert Fraction(entry.nominal) == Fraction(entry.applied) + Fraction(entry.absorbed)
            assert entry.reason
    if card.total is not None:
        assert card.lower == card.upper == card.total


def number(text: str) -> Fraction:
    return Fraction(text)


def _plain(value: Any) -> str:
    return "none" if value is None else str(value).lower() if isinstance(value, bool) else rulebook.exact.show(value)


def _same(mine: Any, wanted: Any) -> Any:
    """The expectation's own spelling where the value equals it, else the value: 1.50 is 1.5."""
    try:
        return wanted if mine is not None and Fraction(mine) == Fraction(wanted) else _plain(mine)
    except (TypeError, ValueError):
        return _plain(mine) if not isinstance(mine, str) else mine


def _score(card: Scorecard, address: str, wanted: Any) -> Any:
    clause = card.clause(address)
    if isinstance(wanted, dict):
        values = clause.model_dump()
        return {key: _same(values[key], value) for key, value in wanted.items()}
    if isinstance(wanted, list):
        return [_same(clause.lower, wanted[0]), _same(clause.upper, wanted[1])]
    assert clause.lower == clause.upper == clause.score or clause.score is None
    return _same(clause.score, wanted)


def _sections(card: Scorecard, wanted: dict[str, Any]) -> dict[str, Any]:
    known = {section.section: section for section in card.sections}
    return {
        title: [_same(known[title].points, value[0]), *(_same(known[title].score, v) for v in value[1:])]
        for title, value in wanted.items()
    }


def _ledger(entries: Any, wanted: list[list[str]]) -> list[list[str]]:
    lines = []
    for position, entry in enumerate(entries):
        expected = wanted[position] if position < len(wanted) else []
        figures = (entry.nominal, entry.applied, entry.absorbed)
        line = [entry.clause or "-", entry.effect]
        line += [_same(f, expected[n]) if n < len(expected) else _plain(f) for n, f in enumerate(figures, 2)]
        lines.append(line + ([entry.reason] if len(expected) > 5 else []))
    return lines


def _explained(card: Scorecard, wanted: list[str]) -> list[str]:
    told = [line.strip() for line in card.explain().split("\n")]
    return [line if line in told else "\n".join(told) for line in wanted]


CHECKS: dict[str, Callable[[Scorecard, Any], Any]] = {
    **{
        key: lambda card, wanted, key=key: _same(getattr(card, key), wanted)
        for key in (
            "total",
            "lower",
            "upper",
            "start",
            "full",
            "arithmetic",
            "scorable",
            "grade",
            "vetoed",
            "assumed",
            "subject",
        )
    },
    **{
        key: lambda card, wanted, key=key: list(getattr(card, key))
        for key in ("grades", "vetoes", "unknown", "accepted")
    },
    "clauses": lambda card, wanted: {address: _score(card, address, value) for address, value in wanted.items()},
    "sections": _sections,
    "ledger": lambda card, wanted: _ledger(card.ledger, wanted),
    "worst": lambda card, wanted: _ledger(card.worst_ledger or (), wanted),
    "explain": _explained,
}
"""Key of an expectation → what the scorecard has there, spelled as the expectation spells it."""


@pytest.mark.parametrize("case", BAD, ids=lambda case: case.id)
def test_bad(case: Case) -> None:
    unknown = set(case.expect) - {"findings", "refused", "accept", "hints", *OPTIONS}
    assert not unknown
    accept = case.expect.get("accept", ())
    reading = rulebook.read(case.rules, name="case.rulebook", accept=accept)
    hints = "hints" in case.expect
    found = [[d.code, d.words] for d in reading.diagnostics if hints or d.severity != "hint"]
    assert found == case.expect.get("findings", [])
    for diagnostic in reading.diagnostics:
        assert all((diagnostic.message(), diagnostic.message("en"), diagnostic.help(), diagnostic.text("en")))
    errors = [diagnostic for diagnostic in reading.diagnostics if diagnostic.severity == "error"]
    if errors:
        with pytest.raises(RulebookError) as raised:
            rulebook.load(case.rules, name="case.rulebook", accept=accept)
        assert [d.code for d in raised.value.diagnostics] == [d.code for d in reading.diagnostics]
    if case.evidence is None and "refused" not in case.expect:
        assert reading.diagnostics, "a bad case without a finding"
        return
    assert reading.rulebook is not None
    with pytest.raises(RulebookError) as refused:
        reference(reading.rulebook, case)
    assert [[d.code, d.words] for d in refused.value.diagnostics] == case.expect["refused"]
