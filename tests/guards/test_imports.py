"""Imports go down only, and a start pulls in no more than it needs. Each guard has a case in which it fails."""

import importlib.metadata
import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

import rulebook
from rulebook.version import __version__

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "src"
CORE = ("lark", "pydantic", "PyYAML")
"""The distributions that the library itself stands on; the command line adds click."""
PLUMBING = ("_sysconfigdata", "__editable__", "_virtualenv", "_distutils")
"""Beginnings of the names of modules that Python, or how it was installed, brings by itself."""
LOADED = (
    "import json, sys; before = set(sys.modules); {statement}; "
    "print(json.dumps(sorted({{name.partition('.')[0] for name in set(sys.modules) - before}})))"
)


def loaded_by(statement: str, source: Path = SOURCE) -> set[str]:
    """The top-level modules that a statement brings into a fresh interpreter."""
    done = subprocess.run(
        [sys.executable, "-c", LOADED.format(statement=statement)],
        capture_output=True, text=True, check=True, env={**os.environ, "PYTHONPATH": str(source)},
    )  # fmt: skip
    return set(json.loads(done.stdout))


def needed_by(distributions: tuple[str, ...]) -> set[str]:
    """The top-level modules of some distributions and of all that they require."""
    closure: set[str] = set()
    waiting = list(distributions)
    while waiting:
        name = re.sub(r"[-_.]+", "-", waiting.pop()).lower()
        if name in closure:
            continue
        try:
            required = importlib.metadata.requires(name) or []
        except importlib.metadata.PackageNotFoundError:  # required on another platform or Python only
            continue
        closure.add(name)
        plain = (one for one in required if "extra ==" not in one)
        waiting += [match.group() for one in plain if (match := re.match(r"[\w.-]+", one))]
    owners = importlib.metadata.packages_distributions()
    return {
        module
        for module, several in owners.items()
        if any(re.sub(r"[-_.]+", "-", one).lower() in closure for one in several)
    }


def strangers(modules: set[str]) -> set[str]:
    """The modules that are neither Python's, nor ours, nor needed by the core distributions."""
    known = set(sys.stdlib_module_names) | needed_by(CORE) | {"rulebook", "yaml", "_yaml"}
    return {name for name in modules - known if not name.startswith(PLUMBING)}


def test_importing_the_package_loads_no_dependency() -> None:
    heavy = {"pydantic", "pydantic_core", "lark", "yaml", "click", "typing_extensions"}
    assert loaded_by("import rulebook") & heavy == set()


def test_the_library_loads_its_core_dependencies_and_nothing_else() -> None:
    loaded = loaded_by("import rulebook.api")
    assert "pydantic" in loaded, "the probe sees what is loaded"
    assert strangers(loaded) == set()


def test_a_score_in_python_loads_no_command_line() -> None:
    assert strangers(loaded_by("import rulebook; rulebook.load('county-2018').score({'2.2': 3}).explain()")) == set()


def copied(folder: Path, module: str, line: str) -> Path:
    """A copy of the sources with one line put before the code of a module."""
    source = folder / "src"
    shutil.copytree(SOURCE, source, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("grammar", "rulebooks"):
        shutil.copytree(ROOT / name, folder / name)
    (folder / "docs" / "reference" / "codes").mkdir(parents=True)
    path = source / "rulebook" / module
    text = path.read_text(encoding="utf-8")
    first = re.search(r"^(?:import|from) ", text, re.MULTILINE)
    assert first is not None
    path.write_text(f"{text[: first.start()]}{line}\n{text[first.start() :]}", encoding="utf-8")
    return source


def test_a_stranger_in_the_library_is_seen(tmp_path: Path) -> None:
    source = copied(tmp_path, "api.py", "import click")
    assert strangers(loaded_by("import rulebook.api", source)) == {"click"}


def contract(folder: Path) -> subprocess.CompletedProcess[str]:
    """The import contract of pyproject.toml, held against the sources in a folder."""
    pytest.importorskip("importlinter", reason="import-linter is a development tool")
    return subprocess.run(
        [sys.executable, "-c", "from importlinter.cli import lint_imports_command; lint_imports_command()",
         "--config", str(ROOT / "pyproject.toml"), "--no-cache"],
        capture_output=True, text=True, cwd=folder, env={**os.environ, "PYTHONPATH": str(folder)},
    )  # fmt: skip


def test_imports_go_down_only() -> None:
    done = contract(SOURCE)
    assert done.returncode == 0, done.stdout + done.stderr
    assert re.search(r"\b[1-9][0-9]* kept, 0 broken", done.stdout), done.stdout


@pytest.mark.parametrize(
    ("module", "line", "broken"),
    [
        ("model.py", "from rulebook import api", "rulebook.model -> rulebook.api"),
        ("evidence.py", "import rulebook.evaluator", "rulebook.evidence -> rulebook.evaluator"),
        ("printer.py", "import lark", "rulebook.printer -> lark"),
        ("api.py", "import yaml", "rulebook.api -> yaml"),
        ("evaluator.py", "import numpy", "rulebook.evaluator -> numpy"),
        ("papers/report.py", "import docx", "rulebook.papers.report -> docx"),
    ],
    ids=["uphill", "one layer up", "a second door for lark", "for yaml", "for arrays", "for Word"],
)
def test_the_contract_breaks_on_one_wrong_import(tmp_path: Path, module: str, line: str, broken: str) -> None:
    done = contract(copied(tmp_path, module, line))
    assert done.returncode != 0
    assert broken in done.stdout.replace("→", "->"), done.stdout + done.stderr


def test_a_new_room_must_be_put_on_a_floor(tmp_path: Path) -> None:
    """The layers are exhaustive: a module that the contract does not name breaks it."""
    source = copied(tmp_path, "model.py", "")
    (source / "rulebook" / "attic.py").write_text('"""A room on no floor."""\n', encoding="utf-8")
    done = contract(source)
    assert done.returncode != 0
    assert "attic" in done.stdout, done.stdout + done.stderr


def test_there_is_one_version() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert __version__ == project["version"]
    assert rulebook.__version__ == project["version"]
