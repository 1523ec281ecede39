"""What the package promises: its public names are these, and every public function and class says what is true."""

import importlib
import importlib.util
import inspect
import pkgutil
import types
from collections.abc import Iterator

import pytest

import rulebook

PUBLIC = [
    "BOUNDS",
    "Answer",
    "Diagnostic",
    "Draft",
    "Imported",
    "InputBounds",
    "Reading",
    "Rulebook",
    "RulebookError",
    "Scorecard",
    "__version__",
    "check",
    "compiled",
    "import_document",
    "load",
    "prove",
    "read",
]
"""`rulebook.__all__`. A new name is a line here and one in docs/reference/api.md; no name is taken away or renamed."""
METHODS = {
    "Rulebook": ("score", "evidence_model", "evidence_schema", "text", "model_dump_yaml", "model_validate_yaml"),
    "Scorecard": ("explain", "clause", "model_dump_json"),
    "RulebookError": ("diagnostics",),
}
"""Attributes that programs outside rely on."""
FIELDS = {
    "Scorecard": {
        "rulebook", "subject", "total", "lower", "upper", "full", "grade", "vetoed", "sections", "clauses", "ledger",
        "receipt",
    },
    "Reading": {"rulebook", "diagnostics", "source"},
}  # fmt: skip


def modules() -> Iterator[types.ModuleType]:
    """Every module of the package but `__main__`, which runs the command line when imported."""
    yield rulebook
    for found in pkgutil.walk_packages(rulebook.__path__, "rulebook."):
        if found.name.endswith("__main__") or (found.name == "rulebook.engines.kernel" and importlib.util.find_spec("numba") is None):
            continue  # the compiled kernel is there for those who have numba
        yield importlib.import_module(found.name)


def undocumented(module: types.ModuleType) -> list[str]:
    """The public functions and classes that a module defines and says nothing about."""
    silent = []
    for name, value in vars(module).items():
        if name.startswith("_") or getattr(value, "__module__", None) != module.__name__:
            continue
        if not (inspect.isfunction(value) or inspect.isclass(value)):
            continue
        told = vars(value).get("__doc__") if inspect.isclass(value) else value.__doc__
        if not told or told.startswith(f"{name}("):  # a dataclass without a docstring gets its signature for one
            silent.append(f"{module.__name__}.{name}")
    return silent


def test_the_public_names_are_these() -> None:
    assert sorted(rulebook.__all__) == sorted(PUBLIC)


@pytest.mark.parametrize("name", PUBLIC)
def test_a_public_name_is_there(name: str) -> None:
    assert getattr(rulebook, name) is not None


def test_no_other_name_is_made_up() -> None:
    with pytest.raises(AttributeError, match="guess"):
        _ = rulebook.guess  # type: ignore[attr-defined]


@pytest.mark.parametrize("name", METHODS)
def test_what_programs_call_is_there(name: str) -> None:
    made = getattr(rulebook, name)
    instance = made(()) if name == "RulebookError" else made
    assert [method for method in METHODS[name] if not hasattr(instance, method)] == []


def test_what_programs_read_is_there() -> None:
    card = rulebook.load("county-2018").score({}, assume="符合")
    assert FIELDS["Scorecard"] <= set(card.model_dump(mode="json"))
    reading = rulebook.read("")
    assert [field for field in FIELDS["Reading"] if not hasattr(reading, field)] == []


def test_every_public_function_and_class_has_a_docstring() -> None:
    assert [name for module in modules() for name in undocumented(module)] == []


def test_a_silent_function_and_a_silent_class_are_seen() -> None:
    module = types.ModuleType("silent", "A module.")
    code = (
        "from dataclasses import dataclass\ndef told():\n    'Told.'\ndef mute(): ...\ndef _inner(): ...\n"
        "class Mute: ...\n@dataclass\nclass Data:\n    x: int\n"
    )
    exec(code, vars(module))
    assert undocumented(module) == ["silent.mute", "silent.Mute", "silent.Data"]
