"""regopy: Rego in C++, guarded rules (its `max` and `min` compare numbers as text: max([9, 10]) is 9)."""

from collections.abc import Callable
from typing import Any

import regopy as library

WAY = "guarded rules, a built bundle queried for their sum"
UNITS = 1
FORMS = {
    "zero": "{points} if not input.{0}",
    "zero twice": "{points} if {{ not input.{0}; not input.{1} }}",
    "count": "{points} - {step} * input.{0} if {step} * input.{0} < {points}",
    "count or zero": "{points} - {step} * input.{0} if {{ not input.{1}; {step} * input.{0} < {points} }}",
    "flat or zero": "{points} if {{ not input.{0}; not input.{1} }}\n{rule} := {less} if {{ input.{0}; not input.{1} }}",
    "shortfall": (
        "{points} if input.{0} >= {people}\n{rule} := {points} - {step} * ({people} - input.{0}) "
        "if {{ input.{0} < {people}; {step} * ({people} - input.{0}) < {points} }}"
    ),
    "penalty": "{points} - {step} * input.{0} if {step} * input.{0} < {most}\n{rule} := {points} - {most} if {step} * input.{0} >= {most}",
    "bonus": "{step} * input.{0} if {step} * input.{0} < {most}\n{rule} := {most} if {step} * input.{0} >= {most}",
}


def load(rubric: Any) -> Callable[[dict[str, Any]], Any]:
    """The rubric ready: a record's total in points."""
    names = [f"c{place}" for place in range(len(rubric.scored))]
    lines = ["package rubric", "import rego.v1"]
    for name, clause in zip(names, rubric.scored, strict=True):
        said = clause.say({kind: form.replace("{rule}", name) for kind, form in FORMS.items()})
        lines += [f"default {name} := 0", f"{name} := {said}"]
    lines += ["default total := 0", f"total := sum([{', '.join(names)}]) if not input.{rubric.veto}"]
    interpreter = library.Interpreter()
    interpreter.add_module("rubric", "\n".join(lines))
    bundle = interpreter.build("data.rubric.total")

    def total(record: dict[str, Any]) -> Any:
        interpreter.set_input(record)
        return interpreter.query_bundle(bundle).results[0].expressions[0]

    return total
