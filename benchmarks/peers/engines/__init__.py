"""One module an engine, all of one shape.

| name | says |
|---|---|
| `WAY` | how the rubric is written for it |
| `UNITS` | 1 where figures stand as the author writes them, in points; 100 where they are whole hundredths |
| `NAMES` | how its records name their facts: `plain`, `flat`, `clauses` (see `rubric.Rubric.named`); `plain` where it says nothing |
| `load(rubric)` | the rubric ready: a function from one record to its total |
| `load_many(rubric)` | where it takes many at once: two functions, from columns (plain name → NumPy array) to what it takes, and from that to the totals |
| `TAKES` | `records` where the first of the two gets a list of records instead of columns |

A library is imported with the module of its engine, never before.
"""

BARE = {"handwritten": "", "with_numpy": "numpy", "with_polars": "polars", "with_duckdb": "duckdb"}
OURS = dict.fromkeys(("rulebook_trusted", "rulebook_compiled", "rulebook_ledger", "rulebook_reference", "rulebook_dicts", "rulebook_columns"), "rulebook-dsl")
PEERS = {
    "zen_engine": "zen-engine",
    "zen_decision": "zen-engine",
    "common_expression_language": "common-expression-language",
    "cel_python": "cel-python",
    "cel_expr_python": "cel-expr-python",
    "datalogic_py": "datalogic-py",
    "jsonlogic_rs": "jsonlogic-rs",
    "rule_engine": "rule-engine",
    "regopy": "regopy",
    "business_rules": "business-rules",
    "experta": "experta",
    "durable_rules": "durable_rules",
    "openfisca_core": "openfisca-core",
}
EVERY = {**BARE, **OURS, **PEERS}
"""Module → distribution (none: the standard library alone), in the order of the table."""
YARDSTICK = "handwritten"
"""G: what every ratio is against."""
TITLES = {
    "handwritten": "hand-written Python (G)",
    "with_numpy": "NumPy",
    "with_polars": "Polars",
    "with_duckdb": "DuckDB SQL",
    "rulebook_trusted": "rulebook (total only)",
    "rulebook_compiled": "rulebook (compiled)",
    "rulebook_ledger": "rulebook (all ledger rows)",
    "rulebook_reference": "rulebook (reference)",
    "rulebook_dicts": "rulebook (list of dicts)",
    "rulebook_columns": "rulebook (columns)",
    **PEERS,
    "zen_decision": "zen-engine (with trace)",
}
"""Module → what the table calls it."""
