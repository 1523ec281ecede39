"""Many records, or one in microseconds: every path equal to the reference evaluator, in scaled integers."""

from rulebook.engines.compiled import Compiled, Score, compile

__all__ = ["Compiled", "Score", "compile"]
