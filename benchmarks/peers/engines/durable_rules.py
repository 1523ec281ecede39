"""durable_rules: a Rete network in C; a record is a fact, asserted and taken back."""

from collections.abc import Callable
from contextlib import suppress
from itertools import count
from typing import Any

from benchmarks.peers.losses import full, losses, lost
from durable import lang

WAY = "one rule a loss, actions in Python"
UNITS = 1
_numbers = count()
"""A name of a set of rules is used once in a process."""


def _condition(one: Any) -> Any:
    parts = [getattr(lang.m, name) == True for name in one.true]  # noqa: E712
    parts += [getattr(lang.m, name) == False for name in one.false]  # noqa: E712
    if one.counted:
        count = getattr(lang.m, one.counted)
        parts.append(count < one.under if one.under else count > 0)
    whole = parts[0]
    for part in parts[1:]:
        whole = whole & part
    return whole


def load(rubric: Any) -> Callable[[dict[str, Any]], float]:
    """The rubric ready: a record's total in points."""
    name, start = f"rubric{next(_numbers)}", full(rubric)
    now: dict[str, Any] = {}

    def action(one: Any) -> Callable[[Any], None]:
        def lose(closure: Any) -> None:
            now["sum"] += lost(one, now["record"][one.counted] if one.counted else 0)

        return lose

    def veto(closure: Any) -> None:
        now["vetoed"] = True

    with lang.ruleset(name):
        for one in losses(rubric):
            lang.when_all(_condition(one))(action(one))
        lang.when_all(getattr(lang.m, rubric.veto) == True)(veto)  # noqa: E712

    def total(record: dict[str, Any]) -> float:
        now.update(record=record, sum=0.0, vetoed=False)
        fact = {**record, "id": 1}
        for ask in (lang.assert_fact, lang.retract_fact):
            with suppress(lang.engine.MessageNotHandledException):  # no rule fires on it
                ask(name, fact)
        return 0.0 if now["vetoed"] else start - now["sum"]  # type: ignore[no-any-return]

    return total
