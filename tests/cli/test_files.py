"""Verbs that write files, and rulebooks that travel: template, fmt, names, streams, and the installed command itself."""

import os
import subprocess
import sys
from itertools import pairwise
from pathlib import Path

import pytest
import yaml
from terminal import run

import rulebook
from rulebook import evidence, model

NAMES = ("county-2018", "member-unit-2018")


# --- template


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("suffix", ["yaml", "json"])
def test_a_template_scores_as_it_is_and_filled_in(tmp_path: Path, name: str, suffix: str) -> None:
    file = tmp_path / f"e.{suffix}"
    assert run("template", name, "--out", str(file)).status == 0
    book = rulebook.load(name)
    card = book.score(file.read_bytes(), name=file.name)
    assert (card.lower, card.upper, len(card.unknown)) == (0, 105, len(list(book.clauses())))
    filled = file.read_text(encoding="utf-8").replace("未查", "符合", 10_000)
    assert book.score(filled.encode(), name=file.name, final=True).total == 100


@pytest.mark.parametrize("name", NAMES)
def test_every_value_that_a_template_offers_reads(name: str) -> None:
    """The comment above a clause, written in its place, is evidence (the first choice of several)."""
    book = rulebook.load(name)
    offered = 0
    lines = run("template", name).out.split("\n")
    for comment, entry in pairwise(lines):
        if not entry.startswith('  "'):
            continue
        address = entry.split('"')[1]
        for option in comment.split(": ", 1)[1].split(" | "):
            value = yaml.load(option, Loader=yaml.BaseLoader)
            for fact, written in value.items():
                first = written.split("/")[0] if isinstance(written, str) else written
                assert evidence.read_record(book, {address: {fact: first}}).clauses[address].facts
                offered += 1
    assert offered == sum(len(clause.facts) for clause in book.clauses())


def test_the_template_keeps_the_order_of_the_rulebook() -> None:
    lines = [line for line in run("template", "county-2018").out.split("\n") if line.startswith('  "')]
    assert [line.split('"')[1] for line in lines] == [c.address for c in rulebook.load("county-2018").clauses()]


# --- fmt


MESSY = """\
# 抬头的注释
考核细则：试
# 满分的注释
满分:9分
未提供资料： 不予判分

  一、工作
# 节的注释
（一） 资料
# 项的注释
1．台账  (5分)
 ① 台账。缺一项扣0.5分，
    未建立的不得分。（2分）
  例： 缺 2 → 得1分
  # 款的注释
②  「一票否决」制度。查阅文件。未建立的不得分。（3分）
二、  减分项
2. 通报（4分）
每次扣1分。（4分）
事实： 次数 → 通报次数
# 末尾的注释
"""


def test_fmt_is_idempotent_and_loses_nothing(tmp_path: Path) -> None:
    file = tmp_path / "messy.rulebook"
    file.write_text(MESSY, encoding="utf-8")
    before = rulebook.load(file)
    assert run("fmt", str(file), "--check").status == 1
    assert file.read_text(encoding="utf-8") == MESSY
    assert run("fmt", str(file)).status == 0
    once = file.read_text(encoding="utf-8")
    assert run("fmt", str(file)).status == 0
    assert file.read_text(encoding="utf-8") == once
    assert run("fmt", str(file), "--check").status == 0
    assert model.meaning(rulebook.load(file)) == model.meaning(before)
    for line in MESSY.split("\n"):
        words = "".join(line.split()).lstrip("#")
        folded = words.replace("．", ".").replace("(", "（").replace(")", "）").replace("满分:", "满分：")
        assert folded in "".join(once.split()), line


@pytest.mark.parametrize("name", NAMES)
def test_the_shipped_rulebooks_are_canonical(name: str) -> None:
    ran = run("fmt", name, "--check", "--diff")
    assert (ran.out, ran.status) == ("", 0)


def test_fmt_of_standard_input_writes_to_standard_output() -> None:
    ran = run("fmt", "-", stdin=MESSY)
    assert ran.status == 0
    assert run("fmt", "-", stdin=ran.out).out == ran.out


def test_fmt_refuses_what_it_would_lose(tmp_path: Path) -> None:
    file = tmp_path / "stray.rulebook"
    text = "考核细则：试\n满分：1分\n游离的一行。\n一、甲\n1. 乙（1分）\n未建立的不得分。（1分）\n"
    file.write_text(text, encoding="utf-8")
    ran = run("fmt", str(file))
    assert ran.status == 1
    assert "RB220" in ran.err
    assert file.read_text(encoding="utf-8") == text


def test_fmt_keeps_the_mode_of_a_file(tmp_path: Path) -> None:
    file = tmp_path / "messy.rulebook"
    file.write_text(MESSY, encoding="utf-8")
    file.chmod(0o640)
    assert run("fmt", str(file)).status == 0
    assert file.stat().st_mode & 0o777 == 0o640
    assert [path.name for path in tmp_path.iterdir()] == ["messy.rulebook"]


# --- usage


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["nonsense"],
        ["score"],
        ["score", "county-2018"],
        ["score", "county-2018", "e.yaml", "--nonsense"],
        ["score", "-", "-"],
        ["score", "county-2018", "-", "-"],
        ["check"],
        ["check", "-", "-"],
        ["check", "county-2018", "--format", "doc"],
        ["facts"],
        ["facts", "county-2018", "--lang", "fr"],
        ["template"],
        ["template", "county-2018", "--out", "a.xlsm"],
        ["show"],
        ["fmt"],
        ["explain"],
        ["explain", "RB999"],
        ["score", "county-2018", "no-such-file.yaml"],
        ["score", "no-such-book", "no-such-file.yaml"],
        ["score", "county-2018", "."],
        ["facts", "../county-2018"],
        ["check", "\x00"],
    ],
    ids=" ".join,
)
def test_wrong_usage_and_missing_files_end_with_2(arguments: list[str]) -> None:
    ran = run(*arguments)
    assert ran.status == 2
    assert ran.err or arguments[:1] == ["check"]
    assert "Traceback" not in ran.err + ran.out


@pytest.mark.parametrize("verb", ["score", "check", "facts", "template", "clause", "show", "fmt", "explain"])
def test_help(verb: str) -> None:
    ran = run(verb, "--help")
    assert (ran.status, ran.err) == (0, "")
    assert "--lang" in ran.out


def test_version() -> None:
    assert run("--version").out.strip().endswith(rulebook.__version__)


# --- languages


def test_language_of_messages(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "找不到文件" in run("facts", "nowhere").err
    assert "there is no file" in run("facts", "nowhere", "--lang", "en").err
    monkeypatch.setenv("LC_ALL", "en_US.UTF-8")
    assert "there is no file" in run("facts", "nowhere").err
    assert "找不到文件" in run("facts", "nowhere", "--lang", "zh").err


# --- the installed command


def command(*arguments: str, folder: Path, stdin: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    environment = {**os.environ, "LC_ALL": "C.UTF-8"}
    return subprocess.run(
        [sys.executable, "-m", "rulebook", *arguments],
        cwd=folder,
        input=stdin,
        capture_output=True,
        env=environment,
        check=False,
    )


def test_the_command_from_any_folder(tmp_path: Path) -> None:
    ran = command("score", "county-2018", "-", "--json", folder=tmp_path, stdin='{"1": "符合"}'.encode())
    assert ran.returncode == 0
    assert ran.stderr == b""
    assert b'"upper": "105"' in ran.stdout


def test_the_command_s_exit_status(tmp_path: Path) -> None:
    assert command("explain", "RB999", folder=tmp_path).returncode == 2
    assert command("clause", "本项为零", folder=tmp_path).returncode == 1
    assert command("score", folder=tmp_path).returncode == 2


def test_a_reader_that_goes_away_is_no_error(tmp_path: Path) -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "rulebook", "show", "county-2018", "--json"],
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert process.stdout is not None
    assert process.stderr is not None
    process.stdout.read(10)
    process.stdout.close()
    errors = process.stderr.read()
    process.stderr.close()
    assert process.wait(timeout=30) == 0
    assert errors == b""


@pytest.mark.parametrize("begins", [b"PK\x03\x04", b"\xd0\xcf\x11\xe0"])
@pytest.mark.parametrize("verb", ["check", "facts", "test", "duties"])
def test_an_office_file_is_sent_to_the_importer(tmp_path: Path, begins: bytes, verb: str) -> None:
    (tmp_path / "细则.docx").write_bytes(begins + bytes(40))
    ran = run(verb, "细则.docx", folder=tmp_path)
    assert ran.status == 2
    assert "rulebook import" in ran.err


@pytest.mark.parametrize("suffix", ["json", "yaml"])
def test_an_exported_model_is_told_from_a_rubric(tmp_path: Path, suffix: str) -> None:
    """The command says which rubric the model comes from, however long its one line is."""
    assert run("export", "county-2018", "-o", f"e.{suffix}", folder=tmp_path).status == 0
    for verb in ("check", "facts", "fmt"):
        ran = run(verb, f"e.{suffix}", folder=tmp_path)
        said = ran.out + ran.err
        assert (ran.status, said.count("RB"), "RB111" in said, "county-2018.rulebook" in said) == (2, 1, True, True)


def test_hints_of_one_kind_say_once_what_to_write(tmp_path: Path) -> None:
    """Neither the suggestion nor a second hint repeats the help."""
    rubric = "考核细则：样例\n满分：10分\n一、样章\n1. 甲。缺一次扣5分。（5分）\n2. 乙。率不低于9%，每低1个百分点扣1分。（2分）\n"
    rubric += "3. 丙。率不低于9%，每低1个百分点扣1分。（2分）\n4. 丁。缺一次扣1分。（1分）\n"
    (tmp_path / "a.rulebook").write_text(rubric, encoding="utf-8")
    out = run("check", "a.rulebook", folder=tmp_path).out
    assert [out.count(words) for words in ("RB404", "不得分", "RB406", "零头：")] == [2, 1, 2, 1]


def test_a_file_without_examples_is_told_how_one_is_written(tmp_path: Path) -> None:
    rubric = "考核细则：样例\n满分：2分\n一、样章\n1. 台账。缺一项扣1分。（2分）\n"
    (tmp_path / "a.rulebook").write_text(rubric, encoding="utf-8")
    told = run("test", "a.rulebook", "--laws", "0", folder=tmp_path).out
    assert "例：符合 → 2分" in told
    (tmp_path / "a.rulebook").write_text(rubric + "例：符合 → 2分\n", encoding="utf-8")
    assert "例句 1/1 条成立" in run("test", "a.rulebook", "--laws", "0", folder=tmp_path).out


EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
RECORDS = ("zhongning-county.yaml", "haiyuan-county.yaml", "shapotou-district.yaml")


@pytest.mark.parametrize(
    "options",
    [(), ("--explain",), ("--json",), ("--lang", "en"), ("--final",), ("--assume", "未提供"), ("--accept", "9.9")],
    ids=" ".join,
)
@pytest.mark.parametrize("several", [1, 3])
def test_the_cache_changes_no_byte(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, options: tuple[str, ...], several: int) -> None:
    """What `score` says is the same without a cache, when it fills one, and from it."""
    records = [str(EXAMPLES / name) for name in RECORDS[:several]]
    said = []
    for kept in ("", str(tmp_path / "cache"), str(tmp_path / "cache")):
        monkeypatch.setenv("RULEBOOK_CACHE", kept)
        said.append(run("score", "county-2018", *records, *options))
    assert said[0] == said[1] == said[2]
    assert said[0].out or said[0].err
    assert list((tmp_path / "cache").glob("*.kept")) != []
