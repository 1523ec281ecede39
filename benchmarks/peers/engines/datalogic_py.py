"""datalogic-py: JSONLogic in Rust, one compiled rule in a session."""

from collections.abc import Callable
from typing import Any

from benchmarks.peers import jsonlogic
from datalogic_py import Engine

WAY = "one compiled JSONLogic rule in a session"
UNITS = 1


def load(rubric: Any) -> Callable[[dict[str, Any]], Any]:
    """The rubric ready: a record's total in points."""
    engine = Engine()
    rule, session = engine.compile(jsonlogic.total(rubric)), engine.session()
    evaluate = session.evaluate
    return lambda record: evaluate(rule, record)
