"""jsonlogic-rs: JSONLogic in Rust; it has no step before evaluation, so the rule is kept as JSON text."""

import json
from collections.abc import Callable
from typing import Any

import jsonlogic_rs as library
from benchmarks.peers import jsonlogic

WAY = "one JSONLogic rule, read anew for every record"
UNITS = 1


def load(rubric: Any) -> Callable[[dict[str, Any]], Any]:
    """The rubric ready: a record's total in points."""
    rule = json.dumps(jsonlogic.total(rubric))
    apply, dumps, loads = library.apply_serialized, json.dumps, json.loads
    return lambda record: apply(rule, dumps(record), loads)
