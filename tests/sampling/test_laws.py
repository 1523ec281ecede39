"""Laws hold of what the library scores, and each is seen to fail where it does not: with the smallest evidence that shows it."""

import subprocess
import sys
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import rulebook
from rulebook import api
from rulebook.sampling import evidence, laws, rulebooks

BOOK = rulebook.load(
    "考核细则：样例\n满分：8分\n一、样章\n1. 样项\n① 台账。缺一项扣0.5分。（5分）\n② 直报。直报率低于95%的扣1分。（3分）\n", name="sample.rulebook"
)
MADE = api.Rulebook.score


def shifted(card: Any, by: int = 1, **more: Any) -> Any:
    """The card with another score."""
    moved = {name: getattr(card, name) + by for name in ("lower", "upper")}
    return card.model_copy(update={**moved, "total": None if card.total is None else card.total + by, **more})


def wrong_total(book: Any, record: Any, card: Any) -> Any:
    """Any record with a fault scores one more than its ledger."""
    return shifted(card) if card.ledger else card


def too_high(book: Any, record: Any, card: Any) -> Any:
    """The score lies beyond what can be had, ledger and all."""
    return shifted(card, 100, start=card.start + 100)


def order_counts(book: Any, record: Any, card: Any) -> Any:
    """What is written first counts."""
    return shifted(card) if isinstance(record, dict) and list(record)[:1] == ["1.2"] else card


def too_narrow(book: Any, record: Any, card: Any) -> Any:
    """The interval is its upper end."""
    return card.model_copy(update={"lower": card.upper})


def files_differ(book: Any, record: Any, card: Any) -> Any:
    """A file scores otherwise than a dict."""
    return shifted(card) if isinstance(record, bytes) else card


def counting(book: Any, record: Any, card: Any, turns: list[int] = [0]) -> Any:  # noqa: B006
    """Every score is another one."""
    turns[0] += 1
    return shifted(card, turns[0])


def knows_the_text(book: Any, record: Any, card: Any) -> Any:
    """The formatted text scores otherwise."""
    return shifted(card) if book is not BOOK else card


def overfull(book: Any, record: Any, card: Any) -> Any:
    """A clause scores a hundred."""
    return card.model_copy(update={"clauses": tuple(one.model_copy(update={"upper": Decimal(100)}) for one in card.clauses)})


def stumbles(book: Any, record: Any, card: Any) -> Any:
    """Scoring raises what it should not."""
    raise ZeroDivisionError


SPOILT = {
    "ledger_adds_up": wrong_total,
    "stays_within_what_is_proved": too_high,
    "order_is_irrelevant": order_counts,
    "completions_lie_within": too_narrow,
    "carriers_agree": files_differ,
    "scoring_repeats": counting,
    "canonical_text_agrees": knows_the_text,
    "clauses_keep_their_points": overfull,
    "scores_or_refuses": stumbles,
}
"""Law → a way to score that breaks it."""


@pytest.fixture
def spoil(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Scoring goes wrong in the given way."""

    def change(how: Any) -> None:
        monkeypatch.setattr(api.Rulebook, "score", lambda book, record, **options: how(book, record, MADE(book, record, **options)))

    return change


@pytest.mark.slow
@pytest.mark.parametrize("name", ["county-2018", "member-unit-2018"])
def test_every_law_holds_of_a_shipped_rulebook(name: str) -> None:
    laws.check(rulebook.load(name), examples=10)


def test_every_law_holds_of_an_own_rulebook() -> None:
    assert laws.run(BOOK) == []


@pytest.mark.slow
@settings(max_examples=100, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck))
@given(rulebooks(), st.data())
def test_every_law_holds_of_random_rulebooks(text: str, data: st.DataObject) -> None:
    book = rulebook.load(text)
    record = data.draw(evidence(book) | evidence(book, kind="partial"))
    for law in laws.LAWS.values():
        law(book, record)


def test_every_law_can_be_broken() -> None:
    assert list(SPOILT) == list(laws.LAWS)


@pytest.mark.parametrize("name", laws.LAWS)
def test_a_broken_law_is_found(name: str, spoil: Any) -> None:
    assert laws.run(BOOK, names=[name]) == []
    spoil(SPOILT[name])
    (failure,) = laws.run(BOOK, names=[name], language="en")
    assert failure.law == name
    assert failure.message
    assert set(yaml.safe_load(failure.evidence)) == {"细则", "证据"}


def test_the_counterexample_is_the_smallest_and_can_be_pasted_back(spoil: Any) -> None:
    spoil(wrong_total)
    with pytest.raises(AssertionError) as caught:
        laws.check(BOOK, names=["ledger_adds_up"])
    message, evidence = str(caught.value).split("\n\n")
    assert message.startswith("ledger_adds_up: the ledger does not add up")
    assert len(yaml.safe_load(evidence)["证据"]) <= 1
    with pytest.raises(laws.Broken):
        laws.ledger_adds_up(BOOK, yaml.safe_load(evidence)["证据"])
    assert MADE(BOOK, f"{evidence}\n".encode(), name="a.yaml").rulebook == "sample"


def test_what_scoring_raises_is_told(spoil: Any) -> None:
    spoil(stumbles)
    (failure,) = laws.run(BOOK, names=["ledger_adds_up"], language="en")
    assert failure.message == "there was no score: ZeroDivisionError()"


def test_a_law_is_a_function_of_one_record(spoil: Any) -> None:
    laws.ledger_adds_up(BOOK, {"1.1": {"缺": 3}, "1.2": "符合"})
    spoil(wrong_total)
    with pytest.raises(laws.Broken) as caught:
        laws.ledger_adds_up(BOOK, {"1.1": {"缺": 3}, "1.2": "符合"})
    assert caught.value.message("zh") == "账目之和不等于得分：起点 8 加各项 -1.5，得分 7.5"


@pytest.mark.parametrize("record", [{}, {"1": "符合"}, {"细则": "sample", "证据": {"1①": 3}}, {"1.1": None, "1.2": {"直报率": Decimal(95)}}])
def test_every_law_takes_a_record_as_a_person_writes_it(record: Any) -> None:
    for law in laws.LAWS.values():
        law(BOOK, record)


@pytest.mark.parametrize("seed", [None, 0, 7])
def test_a_seed_tries_the_same_records(seed: int | None, spoil: Any) -> None:
    tried: list[list[str]] = [[], []]
    for seen in tried:
        spoil(lambda book, record, card, seen=seen: seen.append(repr(record)) or card)
        laws.run(BOOK, examples=20, seed=seed, names=["ledger_adds_up"])
    assert tried[0] == tried[1]
    assert len(set(tried[0])) > 10


@pytest.mark.slow
def test_another_seed_tries_other_records(spoil: Any) -> None:
    tried: list[list[str]] = [[], []]
    for seed, seen in enumerate(tried):
        spoil(lambda book, record, card, seen=seen: seen.append(repr(record)) or card)
        laws.run(BOOK, examples=20, seed=seed, names=["ledger_adds_up"])
    assert tried[0] != tried[1]


@pytest.mark.slow
def test_no_file_is_left_behind(tmp_path: Path) -> None:
    (tmp_path / "own.py").write_text("FIGURE = 12345\n", encoding="utf-8")
    code = "import own, rulebook; from rulebook.sampling import evidence, laws, rulebooks; laws.check(rulebook.load('member-unit-2018'), examples=5)"
    subprocess.run([sys.executable, "-c", code], cwd=tmp_path, check=True, env={"PYTHONPATH": ".", "PYTHONDONTWRITEBYTECODE": "1"})
    assert [path.name for path in tmp_path.iterdir()] == ["own.py"]
