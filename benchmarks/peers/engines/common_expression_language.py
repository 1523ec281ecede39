"""common-expression-language: the Rust CEL, one program."""

from collections.abc import Callable
from typing import Any

import cel
from benchmarks.peers import cel_text

WAY = "one compiled program"
UNITS = 1

def load(rubric: Any) -> Callable[[dict[str, Any]], float]:
    """The rubric ready: a record's total in points."""
    return cel.compile(cel_text.total(rubric)).execute
