"""The wheel in a clean environment: grammar, rulebooks and code pages travel with it and are found from any folder."""

import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
EVIDENCE = """考核对象: 某县人民政府
细则: county-2018
证据:
  "2.2": {缺: 3}
"""

pytestmark = pytest.mark.slow


def run(*command: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """A command's end, its environment free of anything that points into the checkout."""
    pointing = ("PYTHONPATH", "PYTHONHOME", "VIRTUAL_ENV")
    kept = {name: value for name, value in os.environ.items() if name not in pointing}
    done = subprocess.run(
        command, capture_output=True, text=True, encoding="utf-8", cwd=folder, env={**kept, "PYTHONUTF8": "1"}
    )
    assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"
    return done


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel built from the checkout."""
    folder = tmp_path_factory.mktemp("wheel")
    run(sys.executable, "-m", "pip", "wheel", "--no-deps", "--wheel-dir", str(folder), str(ROOT), folder=folder)
    (built,) = folder.glob("rulebook_dsl-*.whl")
    return built


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The scripts folder of an environment that holds the wheel and what it requires, nothing else."""
    folder = tmp_path_factory.mktemp("clean")
    run(sys.executable, "-m", "venv", str(folder), folder=folder)
    scripts = folder / ("Scripts" if os.name == "nt" else "bin")
    run(str(scripts / "python"), "-m", "pip", "install", "--quiet", str(wheel), folder=folder)
    return scripts


def test_the_wheel_holds_the_data(wheel: Path) -> None:
    held = set(zipfile.ZipFile(wheel).namelist())
    wanted = {"rulebook/py.typed"}
    wanted |= {f"rulebook/{file.relative_to(ROOT / 'src/rulebook').as_posix()}" for file in (ROOT / "src/rulebook").rglob("*.jinja")}
    for source, target, suffix in (
        ("grammar", "grammar", ""), ("rulebooks", "rulebooks", ".rulebook"), ("docs/reference/codes", "codes", ".md"),
    ):  # fmt: skip
        files = [file for file in (ROOT / source).rglob(f"*{suffix}") if file.is_file()]
        assert files, source
        wanted |= {f"rulebook/_data/{target}/{file.relative_to(ROOT / source).as_posix()}" for file in files}
    assert wanted - held == set()


def test_the_wheel_holds_no_tests_and_no_examples(wheel: Path) -> None:
    tops = {name.partition("/")[0] for name in zipfile.ZipFile(wheel).namelist()}
    assert {top for top in tops if not top.endswith(".dist-info")} == {"rulebook"}


def test_scores_from_another_folder(installed: Path, tmp_path: Path) -> None:
    (tmp_path / "evidence.yaml").write_text(EVIDENCE, encoding="utf-8")
    command = (str(installed / "rulebook"), "score", "county-2018", "evidence.yaml", "--assume", "符合", "--json")
    card = json.loads(run(*command, folder=tmp_path).stdout)
    assert (card["subject"], card["total"], card["full"]) == ("某县人民政府", "99.25", "100")
    moved = [(line["clause"], line["applied"]) for line in card["ledger"] if line["applied"] != "0"]
    assert moved == [("2.2", "-0.75")]


def test_explains_a_code_from_another_folder(installed: Path, tmp_path: Path) -> None:
    assert "RB201" in run(str(installed / "rulebook"), "explain", "RB201", folder=tmp_path).stdout


def test_the_installed_package_is_not_the_checkout(installed: Path, tmp_path: Path) -> None:
    code = "import rulebook; print(rulebook.__file__); print(rulebook.load('member-unit-2018').header.full)"
    where, full = run(str(installed / "python"), "-c", code, folder=tmp_path).stdout.split()
    assert not Path(where).is_relative_to(ROOT)
    assert Path(where).with_name("py.typed").is_file()
    assert full == "100"
