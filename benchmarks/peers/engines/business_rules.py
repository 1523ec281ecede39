"""business-rules: conditions as data, actions as methods that take points away."""

from collections.abc import Callable
from typing import Any

from benchmarks.peers.losses import full, losses, lost
from business_rules import engine
from business_rules.actions import BaseActions, rule_action
from business_rules.fields import FIELD_NUMERIC
from business_rules.variables import BaseVariables, boolean_rule_variable, numeric_rule_variable

WAY = "one rule a loss, actions in Python"
UNITS = 1


class Losses(BaseActions):
    """What is lost, summed."""

    def __init__(self, record: dict[str, Any], rules: list[Any]) -> None:
        self.record, self.rules, self.sum, self.vetoed = record, rules, 0.0, False

    @rule_action(params={"rule": FIELD_NUMERIC})
    def lose(self, rule: int) -> None:
        """The points of that rule are lost."""
        one = self.rules[rule]
        self.sum += lost(one, self.record[one.counted] if one.counted else 0)

    @rule_action()
    def veto(self) -> None:
        """Nothing is left."""
        self.vetoed = True


def _variables(rubric: Any) -> type[BaseVariables]:
    """A class with a method a fact."""

    def reader(name: str) -> Callable[[Any], Any]:
        def read(self: Any) -> Any:
            return self.record[name]

        read.__name__ = name
        return (boolean_rule_variable if name in rubric.flags else numeric_rule_variable)()(read)  # type: ignore[no-any-return]

    def keep(self: Any, record: dict[str, Any]) -> None:
        self.record = record

    return type("Facts", (BaseVariables,), {"__init__": keep, **{name: reader(name) for name in rubric.official}})


def _rule(place: int, one: Any) -> dict[str, Any]:
    conditions = [{"name": name, "operator": "is_true", "value": True} for name in one.true]
    conditions += [{"name": name, "operator": "is_false", "value": True} for name in one.false]
    if one.counted:
        conditions.append({"name": one.counted, "operator": "less_than" if one.under else "greater_than", "value": one.under})
    return {"conditions": {"all": conditions}, "actions": [{"name": "lose", "params": {"rule": place}}]}


def load(rubric: Any) -> Callable[[dict[str, Any]], float]:
    """The rubric ready: a record's total in points."""
    told = losses(rubric)
    rules = [_rule(place, one) for place, one in enumerate(told)]
    rules.append({"conditions": {"all": [{"name": rubric.veto, "operator": "is_true", "value": True}]}, "actions": [{"name": "veto"}]})
    facts, start = _variables(rubric), full(rubric)

    def total(record: dict[str, Any]) -> float:
        found = Losses(record, told)
        engine.run_all(rules, facts(record), found)
        return 0.0 if found.vetoed else start - found.sum

    return total
