"""experta: a Rete network in Python. It needs `collections.Mapping`, which Python took away in 3.10; it is put back here."""

import collections
import collections.abc
from collections.abc import Callable
from typing import Any

collections.Mapping = collections.abc.Mapping  # type: ignore[attr-defined]
import experta as library  # noqa: E402  (the name must be there first)
from benchmarks.peers.losses import full, losses, lost  # noqa: E402

WAY = "one rule a loss, actions in Python"
UNITS = 1


class Found(library.Fact):  # type: ignore[misc]
    """A record."""


def _pattern(one: Any) -> Any:
    wanted: dict[str, Any] = {**dict.fromkeys(one.true, True), **dict.fromkeys(one.false, False)}
    if one.counted:
        wanted[one.counted] = library.P((lambda n: n < one.under) if one.under else (lambda n: n > 0))
    return Found(**wanted)


def load(rubric: Any) -> Callable[[dict[str, Any]], float]:
    """The rubric ready: a record's total in points."""

    def action(one: Any) -> Any:
        def lose(self: Any) -> None:
            self.sum += lost(one, self.record[one.counted] if one.counted else 0)

        return library.Rule(_pattern(one))(lose)

    def veto(self: Any) -> None:
        self.vetoed = True

    rules = {f"rule_{place}": action(one) for place, one in enumerate(losses(rubric))}
    network = type("Rubric", (library.KnowledgeEngine,), {**rules, "veto": library.Rule(Found(**{rubric.veto: True}))(veto)})()
    start = full(rubric)

    def total(record: dict[str, Any]) -> float:
        network.reset()
        network.record, network.sum, network.vetoed = record, 0.0, False
        network.declare(Found(**record))
        network.run()
        return 0.0 if network.vetoed else start - network.sum  # type: ignore[no-any-return]

    return total
