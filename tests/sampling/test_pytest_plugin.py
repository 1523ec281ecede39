"""Rulebooks as tests of pytest: what is collected when, and what a failure says."""

import subprocess
import sys

import pytest
import yaml

from rulebook import api
from rulebook.sampling import laws

pytest_plugins = ["pytester"]
KEPT = (yaml, laws)
"""A run of pytester forgets what it is the first to import, and yaml's C half does not bear to be imported twice."""

GOOD = """考核细则：样例
满分：3分
一、样章
1. 制度（3分）
① 台账。缺一项扣0.5分，未建立的不得分。（2分）
例：缺 2 → 1分
例：未建立 → 扣2分
② 公示。未公示的扣1分。（1分）
"""
LINE = "例：缺 2 → 1分"


@pytest.fixture
def run(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch):
    """Runs pytest in a folder with one good rulebook and the plugin, whether or not that is installed as one."""
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    (pytester.path / "good.rulebook").write_text(GOOD, encoding="utf-8")

    def go(*options: str) -> pytest.RunResult:
        return pytester.runpytest_inprocess("-p", "rulebook.pytest_plugin", "-v", *options)

    return go


def write(pytester: pytest.Pytester, text: str) -> None:
    (pytester.path / "good.rulebook").write_text(text, encoding="utf-8")


def test_nothing_is_collected_unasked(run) -> None:
    assert run().ret == pytest.ExitCode.NO_TESTS_COLLECTED


@pytest.mark.parametrize("how", ["option", "setting", "name"])
def test_a_file_gives_its_reading_its_examples_and_the_laws(how: str, run, pytester: pytest.Pytester) -> None:
    if how == "setting":
        pytester.makeini("[pytest]\nrulebook_files = true\nrulebook_examples = 5\n")
    options = {"option": ["--rulebook"], "setting": [], "name": ["good.rulebook"]}[how]
    result = run(*options, *([] if how == "setting" else ["--rulebook-examples=5"]))
    result.assert_outcomes(passed=3 + len(laws.LAWS))
    result.stdout.fnmatch_lines(
        [
            "good.rulebook::reading PASSED*",
            "good.rulebook::1.1::例1 PASSED*",
            "good.rulebook::1.1::例2 PASSED*",
            "good.rulebook::laws::ledger_adds_up PASSED*",
        ]
    )


def test_one_check_can_be_named(run) -> None:
    run("good.rulebook::1.1::例2").assert_outcomes(passed=1)
    run("good.rulebook", "-k", "例", "--rulebook-examples=0").assert_outcomes(passed=2, deselected=1)


def test_a_wrong_example_says_which_where_and_what_came(run, pytester: pytest.Pytester) -> None:
    write(pytester, GOOD.replace(LINE, "例：缺 2 → 1.5分"))
    result = run("--rulebook")
    result.assert_outcomes(passed=2, failed=1)
    result.stdout.fnmatch_lines(["1.1 例“缺 2 → 1.5分”不成立（good.rulebook:6）：应得1.5分，实得1分"])


def test_a_wrong_loss_is_told_as_a_loss_in_english(run, pytester: pytest.Pytester) -> None:
    pytester.makeini("[pytest]\nrulebook_language = en\n")
    write(pytester, GOOD.replace(LINE, "例：缺 2 → 扣0.5分"))
    result = run("--rulebook")
    expected = '1.1: the example "缺 2 → 扣0.5分" does not hold (good.rulebook:6): expected a loss of 0.5, got a loss of 1'
    assert expected in result.stdout.lines


def test_a_file_that_does_not_read_shows_its_diagnostics(run, pytester: pytest.Pytester) -> None:
    write(pytester, GOOD.replace("未公示的扣1分", "旷课2次扣1分"))
    result = run("--rulebook")
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["错误 RB202: *", "  --> *good.rulebook:8:*", "  8 | *旷课2次扣1分*"])


def test_a_broken_law_shows_the_evidence(run, pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
    made = api.Rulebook.score

    def wrong(book, record, **options):
        card = made(book, record, **options)
        return card.model_copy(update={"upper": card.upper + 1}) if card.ledger else card

    monkeypatch.setattr(api.Rulebook, "score", wrong)
    result = run("good.rulebook::laws::ledger_adds_up")
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["ledger_adds_up：账目之和不等于得分*", "细则: good", "证据:*"])


def test_loading_the_plugin_loads_neither_the_library_nor_hypothesis() -> None:
    code = "import sys, rulebook.pytest_plugin; print(sorted(m for m in sys.modules if m.startswith(('rulebook', 'hypothesis', 'pydantic', 'lark'))))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "['rulebook', 'rulebook.pytest_plugin', 'rulebook.version']"
