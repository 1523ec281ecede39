"""rule-engine: an expression a clause, Decimals inside."""

from collections.abc import Callable
from typing import Any

import rule_engine as library

WAY = "one rule a clause"
UNITS = 1
FORMS = {
    "zero": "{0} ? 0 : {points}",
    "zero twice": "{0} or {1} ? 0 : {points}",
    "count": "{step} * {0} < {points} ? {points} - {step} * {0} : 0",
    "count or zero": "not {1} and {step} * {0} < {points} ? {points} - {step} * {0} : 0",
    "flat or zero": "{1} ? 0 : ({0} ? {less} : {points})",
    "shortfall": "{0} >= {people} ? {points} : ({step} * ({people} - {0}) < {points} ? {points} - {step} * ({people} - {0}) : 0)",
    "penalty": "{step} * {0} < {most} ? {points} - {step} * {0} : {points} - {most}",
    "bonus": "{step} * {0} < {most} ? {step} * {0} : {most}",
}


def load(rubric: Any) -> Callable[[dict[str, Any]], Any]:
    """The rubric ready: a record's total in points."""
    types = {name: library.DataType.BOOLEAN if name in rubric.flags else library.DataType.FLOAT for name in rubric.official}
    context = library.Context(type_resolver=library.type_resolver_from_dict(types))
    clauses = [library.Rule(said, context=context).evaluate for said in rubric.says(FORMS)]
    veto = library.Rule(rubric.veto, context=context).evaluate
    return lambda record: 0 if veto(record) else sum([clause(record) for clause in clauses])
