"""zen-engine, as its editor writes decisions: a graph with an expression for each clause, and the trace of what each came to."""

import json
from collections.abc import Callable
from typing import Any

import zen
from benchmarks.peers.engines.zen_engine import FORMS, UNITS

__all__ = ["UNITS", "WAY", "load"]
WAY = "a decision graph, an expression a clause, `trace` on"


def load(rubric: Any) -> Callable[[dict[str, Any]], Any]:
    """The rubric ready: a record's total in points, its trace made."""
    clauses = {f"c{place}": said for place, said in enumerate(rubric.says(FORMS))}
    told = {**clauses, "total": f"{rubric.veto} ? 0 : {' + '.join(f'$.{name}' for name in clauses)}"}
    expressions = [{"id": key, "key": key, "value": value} for key, value in told.items()]
    nodes = [
        {"id": "in", "type": "inputNode", "name": "in"},
        {"id": "score", "type": "expressionNode", "name": "score", "content": {"expressions": expressions}},
        {"id": "out", "type": "outputNode", "name": "out"},
    ]
    edges = [{"id": "1", "sourceId": "in", "targetId": "score"}, {"id": "2", "sourceId": "score", "targetId": "out"}]
    engine = zen.ZenEngine()
    decision = engine.create_decision(json.dumps({"nodes": nodes, "edges": edges}))

    def total(record: dict[str, Any]) -> Any:
        found = decision.evaluate(record, {"trace": True})
        _ = found["trace"]
        return found["result"]["total"]

    return total
