"""Random evidence: of any rulebook, on both sides of every threshold, valid unless it is meant to be wrong."""

import contextlib
import subprocess
import sys
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, find, given, settings
from hypothesis import strategies as st

import rulebook
from rulebook.sampling import evidence, rulebooks

QUICK = settings(max_examples=60, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck))
FINDING = settings(QUICK, max_examples=3000, phases=[Phase.generate])
BOOK = rulebook.load(
    """考核细则：样例
年度：2018
满分：25分
未提供资料：不予判分
一、样章
1. 样项
① 直报。直报率低于95%的扣1分。（5分）
② 台账。缺三项以上不得分，缺一项扣0.5分。（5分）
③ 等次。优得3-5分，良得1-2分，劣不得分。（5分）
④ 会议。每季度至少召开一次会议。缺一次扣0.5分。（5分）
⑤ 通报。被通报的，一次扣0.5分；在通报中明确分数的，按明确的分数扣分。（5分）
"""
)
SHIPPED = [rulebook.load(name) for name in ("county-2018", "member-unit-2018")]
KINDS = ("boundary", "valid", "partial")


@pytest.mark.parametrize("kind", KINDS)
@QUICK
@given(st.data())
def test_evidence_of_a_random_rulebook_scores(kind: Any, data: st.DataObject) -> None:
    book = rulebook.load(data.draw(rulebooks()))
    card = book.score(data.draw(evidence(book, kind=kind)))
    assert card.scorable == (card.lower is not None)


@pytest.mark.parametrize("book", [BOOK, *SHIPPED], ids=lambda book: book.id)
@pytest.mark.parametrize("kind", ["boundary", "valid"])
@settings(QUICK, max_examples=20)
@given(st.data())
def test_without_holes_there_is_one_score(book: rulebook.Rulebook, kind: Any, data: st.DataObject) -> None:
    """Everything is known: the final score is there, and without 不涉及 every clause applies."""
    record = data.draw(evidence(book, holes=False, leave=False, kind=kind))
    card = book.score(record, final=True)
    assert card.total is not None
    assert "not_applicable" not in {score.state for score in card.clauses}


def values(name: str, address: str) -> Any:
    """What a record says of a fact."""
    return lambda record: record[address].get(name) if isinstance(record.get(address), dict) else None


@pytest.mark.parametrize(
    ("address", "fact", "wanted"),
    [("1.1", "直报率", value) for value in ("94.9999", "95", "95.0001")] + [("1.2", "缺", value) for value in (0, 1, 2, 3, 4)],
)
def test_both_sides_of_every_threshold_are_tried(address: str, fact: str, wanted: Any) -> None:
    assert find(evidence(BOOK), lambda record: values(fact, address)(record) == wanted, settings=FINDING)


@pytest.mark.parametrize("state", ["符合", "不涉及", "未查", "未提供"])
def test_every_state_is_tried(state: str) -> None:
    assert find(evidence(BOOK), lambda record: state in record.values(), settings=FINDING)


@QUICK
@given(evidence(BOOK, leave=False))
def test_without_leave_every_clause_applies(record: dict[str, Any]) -> None:
    assert "不涉及" not in record.values()


def test_partial_evidence_leaves_more_open() -> None:
    def known(kind: Any) -> int:
        sizes = []

        @settings(QUICK, max_examples=100)
        @given(evidence(SHIPPED[0], kind=kind))
        def count(record: dict[str, Any]) -> None:
            sizes.append(len(record))

        count()
        return sum(sizes)

    assert known("partial") * 3 < known("boundary") * 2


@settings(QUICK, max_examples=300)
@given(evidence(BOOK, kind="hostile"))
def test_hostile_evidence_scores_or_is_refused(record: dict[Any, Any]) -> None:
    with contextlib.suppress(rulebook.RulebookError):
        BOOK.score(record).explain()


@pytest.mark.parametrize(
    "wrong",
    [
        lambda value: isinstance(value, float),
        lambda value: isinstance(value, int) and value < 0,
        lambda value: isinstance(value, int) and value > 10**9,
        lambda value: isinstance(value, Decimal) and value.is_nan(),
        lambda value: value == "1e999",
    ],
    ids=["float", "negative", "huge", "NaN", "infinite"],
)
def test_what_is_wrong_is_of_every_kind(wrong: Any) -> None:
    def holds(record: dict[Any, Any]) -> bool:
        return any(wrong(inner) for value in record.values() for inner in (value.values() if isinstance(value, dict) else [value]))

    assert find(evidence(BOOK, kind="hostile"), holds, settings=FINDING)


def test_unknown_clauses_are_among_the_hostile() -> None:
    assert find(evidence(BOOK, kind="hostile"), lambda record: "99.99" in record, settings=FINDING)


def test_without_hypothesis_the_import_says_what_to_install() -> None:
    code = "import sys; sys.modules['hypothesis'] = None\ntry:\n import rulebook.sampling\nexcept ImportError as error:\n print(error)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert 'pip install "rulebook-dsl[test]"' in done.stdout
