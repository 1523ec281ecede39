"""How many small faults in a module its quick tests find: a seeded sample of mutants, each tried in a process of its own.

The source tree is not touched: a mutant is compiled from the changed syntax tree when its module is imported. Tests stop at the
first failure; a mutant that takes far more of the processor or the memory than the module itself counts as killed.

    python benchmarks/mutation.py evaluator totals [--sample 60] [--seed 1] [--jobs 2] [--lines 100-200] [--list]
"""

import argparse
import ast
import os
import random
import resource
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from copy import copy
from importlib.machinery import SourceFileLoader
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
REASONING = "unit/test_proofs.py properties/test_attainable.py test_cases.py"
TESTS = {
    "evaluator": "unit/test_sums.py unit/test_evaluator.py unit/test_explanation.py test_cases.py unit/test_indicators.py unit/test_asked.py oracle"
    " properties/test_oracle.py properties/test_ledger.py rulebooks",
    "totals": REASONING,
    "attainable": REASONING,
    "proofs": REASONING,
    "regions": "unit/test_regions.py",
    "numerals": "unit/test_numerals.py test_cases.py",
    "consistency": "unit/test_consistency.py test_cases.py unit/test_proofs.py",
    "periods": "unit/test_periods.py unit/test_evaluator.py unit/test_deadlines.py unit/test_asked.py test_cases.py unit/test_explanation.py",
    "indicators": "unit/test_indicators.py test_cases.py unit/test_explanation.py rulebooks",
    "campaign": "campaign rulebooks/test_plans.py cli/test_campaign.py",
    "engines": "engines",
    "engines/straight": "engines/test_one_record.py",
    "engines/lowering": "engines/test_one_record.py engines/test_columns.py",
    "engines/blocks": "engines/test_forms.py engines/test_columns.py",
    "engines/columns": "engines/test_columns.py",
}
"""Module or package → the tests that are asked, those that tell most in least time first."""

AS_IT_IS, EMPTY = -1, -2
"""Numbers of what is no mutant: the tests must pass on the one and fail on the other."""

COMPARED: dict[type, tuple[type[ast.cmpop], ...]] = {
    ast.Lt: (ast.LtE, ast.GtE), ast.LtE: (ast.Lt, ast.Gt), ast.Gt: (ast.GtE, ast.LtE), ast.GtE: (ast.Gt, ast.Lt),
    ast.Eq: (ast.NotEq,), ast.NotEq: (ast.Eq,), ast.Is: (ast.IsNot,), ast.IsNot: (ast.Is,), ast.In: (ast.NotIn,), ast.NotIn: (ast.In,),
}  # fmt: skip
COUNTED: dict[type, type[ast.operator]] = {
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Add, ast.Div: ast.Mult, ast.FloorDiv: ast.Mult, ast.Mod: ast.FloorDiv, ast.Pow: ast.Mult,
    ast.LShift: ast.RShift, ast.RShift: ast.LShift, ast.BitOr: ast.BitAnd, ast.BitAnd: ast.BitOr,
}  # fmt: skip
CALLED = {"min": "max", "max": "min", "any": "all", "all": "any"}
UNREAD = {"annotation", "returns", "decorator_list", "bases", "keywords"}
"""Fields of definitions that say nothing of what is done."""


def changed(node: ast.AST, **fields: Any) -> Any:
    """A copy of the node with other fields."""
    other = copy(node)
    for name, value in fields.items():
        setattr(other, name, value)
    return other


def replacements(node: ast.AST, says: str) -> Iterator[ast.AST]:
    """What may stand in the place of a node in a function that says it returns `says`."""
    match node:
        case ast.Compare(ops=ops):
            for place, op in enumerate(ops):
                for other in COMPARED[type(op)]:
                    yield changed(node, ops=[*ops[:place], other(), *ops[place + 1 :]])
        case ast.BinOp(op=op) | ast.AugAssign(op=op):
            yield changed(node, op=COUNTED[type(op)]())
            if isinstance(node, ast.AugAssign):
                yield ast.Pass()
        case ast.BoolOp(op=op):
            yield changed(node, op=ast.Or() if isinstance(op, ast.And) else ast.And())
        case ast.UnaryOp(op=ast.Not() | ast.USub()):
            yield node.operand
        case ast.Constant(value=bool() as value):
            yield ast.Constant(not value)
        case ast.Constant(value=int() as value):
            yield ast.Constant(value + 1 if value != 1 else 0)
        case ast.Call(func=ast.Name(id=name)) if name in CALLED:
            yield changed(node, func=ast.Name(CALLED[name], ast.Load()))
        case ast.Return(value=value) if value is not None:
            yield from (ast.Return(ast.Constant(other)) for other in ((True, False) if says == "bool" else (None,)) if ast.unparse(value) != str(other))
        case ast.If() | ast.IfExp():
            yield from (changed(node, test=ast.Constant(other)) for other in (True, False))
        case ast.comprehension(ifs=[_, *_]):
            yield changed(node, ifs=[])
        case ast.Expr(value=ast.Call()) | ast.Continue() | ast.Break() | ast.Raise() | ast.Assign(targets=[ast.Attribute() | ast.Subscript()]):
            yield ast.Pass()
        case ast.arguments(defaults=defaults, kw_defaults=kw_defaults):
            for name, several in (("defaults", defaults), ("kw_defaults", kw_defaults)):
                for place, one in enumerate(several):
                    if isinstance(one, ast.Constant) and (one.value is None or isinstance(one.value, str)):
                        yield changed(node, **{name: [*several[:place], ast.Constant("changed"), *several[place + 1 :]]})


def mutants(node: ast.AST, says: str = "", within: ast.AST | None = None) -> Iterator[tuple[int, str]]:
    """Line and words of each mutant of a tree; the tree is the mutant while it is handed out, and itself again after."""
    if isinstance(node, ast.Assert | ast.Import | ast.ImportFrom) or (isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"):
        return
    if isinstance(node, ast.FunctionDef):
        says = ast.unparse(node.returns) if node.returns else ""
    types = isinstance(node, ast.Call) and ast.unparse(node.func) == "isinstance"
    for field, value in ast.iter_fields(node):
        if field in UNREAD and not isinstance(node, ast.Call):
            continue
        several = value if isinstance(value, list) else [value]
        for place, one in enumerate(several):
            if not isinstance(one, ast.AST) or (types and field == "args" and place) or (isinstance(one, ast.keyword) and one.arg == "strict"):
                continue
            for other in replacements(one, says):
                told = " → ".join(map(_first_line, (one, other)))
                _put(node, field, place, ast.fix_missing_locations(ast.copy_location(other, one)))
                yield getattr(one, "lineno", getattr(node, "lineno", 0)), told if isinstance(one, ast.stmt) else f"{told}: {_first_line(within or node)}"
                _put(node, field, place, one)
            yield from mutants(one, says, one if isinstance(one, ast.stmt) else within)


def _first_line(node: ast.AST) -> str:
    return next(line for line in ast.unparse(node).strip().split("\n") if line[:1] != "@")


def _put(node: ast.AST, field: str, place: int, other: ast.AST) -> None:
    value = getattr(node, field)
    if isinstance(value, list):
        value[place] = other
    else:
        setattr(node, field, other)


def sources(name: str) -> list[Path]:
    """The module's file, or those of the package."""
    path = ROOT / "src" / "rulebook" / name
    return [path.with_suffix(".py")] if not path.is_dir() else sorted(path.rglob("*.py"))


def run(name: str, source: Path, number: int) -> int:
    """Runs the tests on one mutant, in this process: the exit status of pytest."""
    import hypothesis
    import pytest

    tree = ast.parse(source.read_text("utf-8"))
    if number == EMPTY:
        tree.body.clear()
    next((None for place, _ in enumerate(mutants(tree)) if place == number), None)
    mutant, plain = compile(tree, source, "exec"), SourceFileLoader.get_code

    def get_code(self: SourceFileLoader, name: str) -> Any:
        return mutant if Path(self.path) == source else plain(self, name)

    SourceFileLoader.get_code = get_code  # type: ignore[assignment, method-assign]
    sys.path[:0] = [str(ROOT / "src"), str(ROOT)]
    phases = (hypothesis.Phase.explicit, hypothesis.Phase.generate)  # that it fails is enough: no smaller example is sought
    hypothesis.settings.register_profile("mutation", max_examples=30, derandomize=True, database=None, deadline=None, phases=phases)
    hypothesis.settings.load_profile("mutation")
    # asserts as they are: pytest reads what it rewrites by itself, and the package is a plugin of its own
    return pytest.main(["-x", "-n0", "-q", "--assert=plain", "-p", "no:cacheprovider", *(f"tests/{one}" for one in TESTS[name].split())])


def killed(name: str, source: Path, number: int, seconds: int) -> bool:
    """True where a test fails, or where the tests exceed what they may take of the processor."""
    command = [sys.executable, __file__, name, "--one", str(source), str(number)]

    def held() -> None:
        resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
        resource.setrlimit(resource.RLIMIT_AS, (4 << 30, 4 << 30))

    with tempfile.TemporaryDirectory() as folder:
        environment = {**os.environ, "RULEBOOK_CACHE": folder, "PYTHONDONTWRITEBYTECODE": "1", "PYTHONPATH": str(ROOT / "src")}
        try:
            done = subprocess.run(
                command, cwd=ROOT, env=environment, capture_output=True, stdin=subprocess.DEVNULL, preexec_fn=held, timeout=seconds * 10
            )
        except subprocess.TimeoutExpired:
            return True
    return done.returncode != 0


def measure(name: str, options: argparse.Namespace) -> None:
    """Prints how many mutants of a sample are killed, and the others."""
    found = [(path, number, line, told) for path in sources(name) for number, (line, told) in enumerate(mutants(ast.parse(path.read_text("utf-8"))))]
    first, last = map(int, options.lines.split("-"))
    found = [one for one in found if first <= one[2] <= last]
    sample = sorted(random.Random(options.seed).sample(found, min(options.sample, len(found))))
    before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime
    if killed(name, sources(name)[-1], AS_IT_IS, 600) or not killed(name, sources(name)[-1], EMPTY, 600):
        sys.exit(f"{name}: the tests do not pass on the module as it is, or do not fail on an empty one")
    seconds = int(1.5 * (resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime - before)) + 5
    dead = 0
    with ThreadPoolExecutor(options.jobs) as pool:
        for (path, _, line, told), verdict in zip(sample, pool.map(lambda one: killed(name, one[0], one[1], seconds), sample), strict=True):
            dead += verdict
            if not verdict or options.list:
                print(f"{path.relative_to(ROOT)}:{line}: {'killed' if verdict else 'survives'}: {told}", flush=True)
    print(f"{name}: {dead} of {len(sample)} killed ({dead / len(sample):.0%}; {len(found)} possible, seed {options.seed})", flush=True)


def main() -> None:
    """Each module named on the command line."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("modules", nargs="+", choices=TESTS)
    parser.add_argument("--sample", type=int, default=60)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--lines", default="1-100000", help="only these lines, as FIRST-LAST")
    parser.add_argument("--list", action="store_true", help="print those that are killed as well")
    parser.add_argument("--one", nargs=2, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.one:
        sys.exit(run(options.modules[0], Path(options.one[0]), int(options.one[1])))
    for name in options.modules:
        measure(name, options)


if __name__ == "__main__":
    main()
