"""The page of sentences is what its script makes of the tables now, and names every mechanism of the model.

Refresh it with `python docs/reference/sentences.py` after the language has changed, and read what has changed in it.
"""

import importlib.util
import sys
from pathlib import Path
from types import ModuleType
from typing import get_args

import pytest

from rulebook import model

SCRIPT = Path(__file__).resolve().parents[2] / "docs" / "reference" / "sentences.py"


@pytest.fixture(scope="module")
def script() -> ModuleType:
    """The script as a module."""
    spec = importlib.util.spec_from_file_location("sentences", SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["sentences"] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def made(script: ModuleType) -> str:
    """The page as the script makes it."""
    page = script.page()
    assert isinstance(page, str)
    return page


def differences(page: str, made: str) -> list[str]:
    """The lines of a page that the script does not make, and those that it makes beside them."""
    old, new = page.splitlines(), made.splitlines()
    return [f"- {line}" for line in old if line not in set(new)] + [f"+ {line}" for line in new if line not in set(old)]


def test_the_page_is_what_its_script_makes(script: ModuleType, made: str) -> None:
    page = script.PAGE.read_text(encoding="utf-8")
    assert page == made, "\n".join([f"refresh it: {script.REFRESH}", *differences(page, made)])


def test_the_page_can_be_read_in_one_go(made: str) -> None:
    assert len(made.splitlines()) <= 650


KINDS = {"effect": model.Effect, "basis": model.Basis, "amount": model.Amount}


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_every_kind_of_the_model_has_its_name(script: ModuleType, kind: str) -> None:
    """One row a kind, none for what is not there."""
    members = get_args(get_args(KINDS[kind])[0])
    assert {row.key for row in script.of_kind(kind)} == {member.model_fields["kind"].default for member in members}


def test_the_readme_counts_the_mechanisms() -> None:
    """Twelve effects, eleven limits: the README says so in words."""
    effects = get_args(get_args(model.Effect)[0])
    assert (len(effects), len(get_args(model.LimitKind))) == (12, 11)
    english = (SCRIPT.parents[2] / "README.md").read_text(encoding="utf-8")
    assert "one of twelve things" in english
    assert "eleven kinds of limits" in english


def test_every_limit_has_its_name(script: ModuleType) -> None:
    assert {row.key for row in script.of_kind("limit")} == set(get_args(model.LimitKind))


def test_every_mechanism_has_a_plain_form_and_a_sentence_about_it(script: ModuleType) -> None:
    """In both languages; words by themselves need no form."""
    for row in script.mechanisms():
        if row.kind in ("effect", "worth", "requirement"):
            assert script.forms(row.key if row.kind != "requirement" else row.kind), row
        if row.kind not in ("sample",):
            assert all((row.zh, row.en, row.does_zh, row.does_en)), row
    limits = {limit.kind for clause in script.read(script.forms("limit"))[1] for limit in clause.limits}
    assert limits == set(get_args(model.LimitKind))


@pytest.mark.parametrize("kind", ["basis", "amount"])
def test_every_basis_and_amount_has_a_form(script: ModuleType, kind: str) -> None:
    shown = {getattr(getattr(effect, kind, None), "kind", None) for _, effect in script._plain()}
    assert shown >= {row.key for row in script.of_kind(kind)}


# --- the guard itself


def test_a_changed_table_is_seen(script: ModuleType, made: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another figure in one plain form changes the sentence and its reading."""
    changed = [["deduct", "缺一项扣0.7分"] if row[1] == "缺一项扣0.5分" else row for row in script.table("forms.tsv")]
    table = script.table
    monkeypatch.setattr(script, "table", lambda name: changed if name == "forms.tsv" else table(name))
    seen = differences(made, script.page())
    assert "+ ① 缺一项扣0.7分。（5分）" in seen
    assert "+ #   每1项，扣0.7分 ‖ deduct count[项] 0.7 ‖ 查 缺（个数）" in seen


def test_an_edited_page_is_seen(
    script: ModuleType, made: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """`--check` ends with 1 and says how to refresh the page; after that with 0."""
    page = tmp_path / "sentences.md"
    page.write_text(made.replace("扣1分", "扣2分", 1), encoding="utf-8")
    monkeypatch.setattr(script, "PAGE", page)
    monkeypatch.setattr(sys, "argv", ["sentences.py", "--check"])
    assert script.main() == 1
    assert script.REFRESH in capsys.readouterr().out
    monkeypatch.setattr(sys, "argv", ["sentences.py"])
    assert script.main() == 0
    assert page.read_text(encoding="utf-8") == made


def test_a_sentence_that_does_not_read_is_seen(script: ModuleType) -> None:
    with pytest.raises(ValueError, match="RB208"):
        script.block(["酌情扣分"])
