"""The only door to lark: the grammar file to plain LALR tables. Shipped beside the grammar, so that reading needs no lark at run time.

`python -m rulebook.parser.tables` writes them anew after the grammar changed; tables that do not fit the grammar are not used.
"""

import hashlib
import json
from functools import cache
from typing import Any

from rulebook.assets import folder, text

GRAMMAR, TABLES = "effect.lark", "effect.tables.json"
STARTS = ("phrase", "requirement", "grade")

Tables = dict[str, Any]
"""`states`: by state, symbol → next state (shift) or -1 - rule (reduce); `rules`: name, size, how its value is made;
`starts` and `ends`: start symbol → state; `grammar`: hash of the grammar text."""


@cache
def tables() -> Tables:
    """The tables of the grammar as it is: the shipped ones where they fit, else made now."""
    try:
        shipped: Tables = json.loads(text("grammar", TABLES))
    except (OSError, ValueError):
        shipped = {}
    return shipped if shipped.get("grammar") == _hash() else compile_grammar()


def _hash() -> str:
    return hashlib.sha256(text("grammar", GRAMMAR).encode()).hexdigest()


def compile_grammar() -> Tables:
    """Tables made by lark's LALR analysis. Raises ValueError where two readings collide: lark would pick one in silence."""
    import logging

    import lark
    from lark.lexer import Lexer
    from lark.parsers.lalr_analysis import Shift

    class NoLexer(Lexer):
        def __init__(self, configuration: Any) -> None:
            pass

        def lex(self, lexer_state: Any, parser_state: Any) -> Any:
            raise NotImplementedError

    conflicts: list[str] = []
    handler = logging.Handler()
    handler.emit = lambda record: conflicts.append(record.getMessage())  # type: ignore[method-assign]
    level = lark.logger.level
    lark.logger.addHandler(handler)
    lark.logger.setLevel(logging.DEBUG)
    try:
        options: dict[str, Any] = {"start": list(STARTS), "maybe_placeholders": False, "debug": True}
        parser: Any = lark.Lark(text("grammar", GRAMMAR), parser="lalr", lexer=NoLexer, **options)
    finally:
        lark.logger.removeHandler(handler)
        lark.logger.setLevel(level)
    found = [message for message in conflicts if "conflict" in message]
    if found:
        raise ValueError("\n".join(found))
    table = parser.parser.parser._parse_table
    rules: list[Any] = []
    numbers: dict[int, int] = {}

    def number(rule: Any) -> int:
        if id(rule) not in numbers:
            numbers[id(rule)] = len(rules)
            name = rule.alias or rule.origin.name
            kind = "inline" if name.startswith("_") else "single" if rule.options.expand1 and not rule.alias else "node"
            rules.append([rule.origin.name, name, len(rule.expansion), kind])
        return numbers[id(rule)]

    order: dict[Any, int] = {}
    waiting = [table.start_states[start] for start in STARTS]
    while waiting:
        state = waiting.pop(0)
        if state not in order:
            order[state] = len(order)
            actions = table.states[state]
            waiting += [target for _, (action, target) in sorted(actions.items()) if action is Shift]
    states: list[dict[str, int]] = []
    for state in order:
        moves = {}
        for symbol, (action, target) in sorted(table.states[state].items()):
            moves[symbol] = order[target] if action is Shift else -1 - number(target)
        states.append(moves)
    return {
        "grammar": _hash(),
        "rules": rules,
        "starts": {start: order[table.start_states[start]] for start in STARTS},
        "ends": {start: order[table.end_states[start]] for start in STARTS},
        "states": states,
    }


def write() -> None:
    """Writes the tables beside the grammar."""
    path = folder("grammar") / TABLES
    path.write_text(json.dumps(compile_grammar(), ensure_ascii=False, separators=(",", ":")) + "\n", encoding="utf-8")


if __name__ == "__main__":
    write()
