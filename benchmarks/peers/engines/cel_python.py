"""cel-python: CEL in Python, one program. Its import sets the recursion limit of the process to 2500."""

from collections.abc import Callable
from typing import Any

import celpy
from benchmarks.peers import cel_text

WAY = "one program, CompiledRunner"
UNITS = 1


def load(rubric: Any) -> Callable[[dict[str, Any]], Any]:
    """The rubric ready: a record's total in points."""
    environment = celpy.Environment(runner_class=celpy.CompiledRunner)
    program = environment.program(environment.compile(cel_text.total(rubric)))
    return lambda record: float(program.evaluate(celpy.json_to_cel(record)))
