"""cel-expr-python: the C++ CEL, one program."""

from collections.abc import Callable
from typing import Any

from benchmarks.peers import cel_text
from cel_expr_python import cel

WAY = "one compiled program, its terms in groups"
UNITS = 1


def load(rubric: Any) -> Callable[[dict[str, Any]], float]:
    """The rubric ready: a record's total in points."""
    types = {name: cel.Type.BOOL if name in rubric.flags else cel.Type.INT for name in rubric.official}
    program = cel.NewEnv(variables=types).compile(cel_text.total(rubric))
    return lambda record: program.eval(data=record).value()  # type: ignore[no-any-return]
