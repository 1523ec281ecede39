"""Every block of every page runs. What a fence says after its language is how:

    python                     run; blocks of one page share their names
    text output                what the python block before it printed
    rulebook [RB…] [file=NAME] read; its errors are exactly the codes named (none: no error). With file= the text is whole and stands in
                               the page's folder under that name; without it a head, section and item are supplied where missing
    yaml|json BOOK [RB…] [file=NAME]   evidence, valid for BOOK: a shipped rulebook or a file of the page
    yaml|json|toml             parsed
    console [status=N]         each `$` line is run by the shell in the page's folder, the lines after it are all that it prints; a line
                               `…` stands for any lines. N is the exit status of the last command, the others end with 0
    sh                         the shell accepts it; not run
    text                       prose

Any other fence is a mistake. The pages of the codes belong to their own guard.
"""

import contextlib
import io
import json
import os
import re
import subprocess
import sys
import tomllib
import traceback
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
import yaml

import rulebook
from rulebook.assets import table
from rulebook.diagnostics import RulebookError
from rulebook.evidence import read_record

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted(
    [*ROOT.glob("README*.md"), ROOT / "CHANGELOG.md", *(ROOT / "benchmarks").glob("*.md")]
    + [page for page in (ROOT / "docs").rglob("*.md") if page.parent.name != "codes"]
)
FENCE = re.compile(
    r"^(?P<indent> *)(?P<ticks>```+)(?P<info>[^\n`]*)\n(?P<body>.*?)^(?P=indent)(?P=ticks) *$", re.M | re.S
)
LINK = re.compile(r"\]\((?P<target>[^)\s]+)\)")


@dataclass(frozen=True)
class Block:
    """One fenced block: its language, the words after it, its text, its line in the page."""

    language: str
    words: tuple[str, ...]
    body: str
    line: int

    @property
    def codes(self) -> set[str]:
        """The diagnostic codes that the fence names."""
        return {word for word in self.words if re.fullmatch(r"RB[0-9]{3}", word)}

    def option(self, name: str, otherwise: str = "") -> str:
        """The value of `name=value` in the fence."""
        return next((word.partition("=")[2] for word in self.words if word.startswith(f"{name}=")), otherwise)

    @property
    def named(self) -> str:
        """The first word that is neither a code nor an option."""
        return next((word for word in self.words if word not in self.codes and "=" not in word), "")


@dataclass
class Page:
    """A page being run: its folder, the names of its Python, what was printed last."""

    folder: Path
    names: dict[str, object] = field(default_factory=lambda: {"__name__": "page"})
    printed: str = ""


def blocks(text: str) -> Iterator[Block]:
    """The fenced blocks of a page, in order."""
    for match in FENCE.finditer(text):
        language, *words = match["info"].split() or [""]
        indent = len(match["indent"])
        body = "".join(line[indent:] for line in match["body"].splitlines(keepends=True))
        yield Block(language, tuple(words), body, text.count("\n", 0, match.start()) + 1)


def problems(text: str, folder: Path) -> list[str]:
    """What is wrong with the blocks of a page; nothing where all of them hold."""
    page = Page(folder)
    found = []
    for block in blocks(text):
        run = RUN.get(block.language)
        problem = f"no fence is called {block.language!r}" if run is None else run(page, block)
        if problem:
            found.append(f"line {block.line}: {problem}")
    return found


# --- one function a language; each gives what is wrong, or nothing


def _python(page: Page, block: Block) -> str:
    printed = io.StringIO()
    before = os.getcwd()
    try:
        os.chdir(page.folder)
        with contextlib.redirect_stdout(printed):
            exec(compile(block.body, "block", "exec"), page.names)
    except Exception:
        return traceback.format_exc(limit=-1)
    finally:
        os.chdir(before)
    page.printed = printed.getvalue()
    return ""


def _text(page: Page, block: Block) -> str:
    if block.named != "output":
        return ""
    return "" if _agree(block.body, page.printed) else f"printed:\n{page.printed}"


def _rulebook(page: Page, block: Block) -> str:
    name = block.option("file")
    if name:
        (page.folder / name).write_text(block.body, encoding="utf-8")
    text = block.body if name else completed(block.body)
    reading = rulebook.read(text, name=name or None)
    errors = {diagnostic.code for diagnostic in reading.diagnostics if diagnostic.severity == "error"}
    if errors == block.codes or (block.codes and block.codes <= {d.code for d in reading.diagnostics} and not errors):
        return ""
    told = "\n".join(d.one_line("en") for d in reading.diagnostics if d.severity == "error")
    return f"{sorted(errors)} instead of {sorted(block.codes)}\n{told}"


def completed(text: str) -> str:
    """An excerpt as a whole rulebook: with a head, a section and an item where it has none."""
    lines = [line for line in text.splitlines() if line.strip() and not line.startswith("#")]
    head = [line for line in lines if re.match(r"\w{2,12}：", line) and not line.startswith(("例：", "事实："))]
    first = next((line for line in lines if line not in head), "")
    supplied = "" if any("细则：" in line or "评分标准：" in line for line in head) else "考核细则：样例\n"
    if not first:
        return f"{supplied}{text}\n一、样章\n1. 样项。未建立的不得分。（1分）\n"
    middle = ""
    if not re.match(r"[一二三四五六七八九十]+、", first):
        middle = "一、样章\n"
        if not re.match(r"（[一二三四五六七八九十]+）|[0-9]+[.、]", first):
            middle += "1. 样项\n"
    at = text.index(first)
    return supplied + text[:at] + middle + text[at:]


def _evidence(page: Page, block: Block) -> str:
    name = block.option("file", f"evidence.{block.language}")
    if block.option("file"):
        (page.folder / name).write_text(block.body, encoding="utf-8")
    if not block.named:
        try:
            yaml.safe_load(block.body) if block.language == "yaml" else json.loads(block.body)
        except (yaml.YAMLError, json.JSONDecodeError) as error:
            return str(error)
        return ""
    book = page.folder / block.named
    codes: set[str] = set()
    told = ""
    try:
        read_record(rulebook.load(book if book.is_file() else block.named), block.body.encode(), name=name)
    except RulebookError as error:
        codes, told = {diagnostic.code for diagnostic in error.diagnostics}, str(error)
    return "" if codes == block.codes else f"{sorted(codes)} instead of {sorted(block.codes)}\n{told}"


def _toml(page: Page, block: Block) -> str:
    try:
        tomllib.loads(block.body)
    except tomllib.TOMLDecodeError as error:
        return str(error)
    return ""


def _sh(page: Page, block: Block) -> str:
    return subprocess.run(["sh", "-n"], input=block.body, capture_output=True, text=True).stderr


def _console(page: Page, block: Block) -> str:
    steps: list[tuple[str, list[str]]] = []
    for line in block.body.splitlines():
        if line.startswith("$ "):
            steps.append((line[2:], []))
        elif steps:
            steps[-1][1].append(line)
        else:
            return "a transcript begins with $"
    environment = {
        **os.environ, "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]]),
        "PYTHONUTF8": "1", "LC_ALL": "C.UTF-8", "COLUMNS": "100",
    }  # fmt: skip
    wrong = []
    for number, (command, wanted) in enumerate(steps, 1):
        done = subprocess.run(
            command, shell=True, cwd=page.folder, env=environment, stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, encoding="utf-8",
        )  # fmt: skip
        if not _agree("\n".join(wanted), done.stdout):
            wrong.append(f"$ {command}\n{done.stdout}")
        status = int(block.option("status", "0")) if number == len(steps) else 0
        if done.returncode != status:
            wrong.append(f"$ {command}\nended with {done.returncode}, not {status}")
    return "\n".join(wrong)


def _agree(wanted: str, got: str) -> bool:
    """True where the lines are the same, blanks at their ends and around the whole aside; a line `…` is any lines, or none."""
    lines = wanted.strip("\n").splitlines()
    parts = [r"(?:[^\n]*\n)*?" if line.strip() == "…" else f"{re.escape(line.rstrip())}\n" for line in lines]
    told = "".join(f"{line.rstrip()}\n" for line in got.strip("\n").splitlines())
    return re.fullmatch("".join(parts), told) is not None


RUN: dict[str, Callable[[Page, Block], str]] = {
    "python": _python,
    "text": _text,
    "rulebook": _rulebook,
    "yaml": _evidence,
    "json": _evidence,
    "toml": _toml,
    "sh": _sh,
    "console": _console,
}
"""Language of a fence → how it is run."""


# --- the pages


@pytest.mark.parametrize("page", PAGES, ids=[str(page.relative_to(ROOT)) for page in PAGES])
def test_every_block_of_a_page_runs(page: Path, tmp_path: Path) -> None:
    examples = ROOT / "examples"
    (tmp_path / "examples").symlink_to(examples, target_is_directory=True)
    found = problems(page.read_text(encoding="utf-8"), tmp_path)
    assert found == [], "\n\n".join([str(page.relative_to(ROOT)), *found])


@pytest.mark.parametrize("page", PAGES, ids=[str(page.relative_to(ROOT)) for page in PAGES])
def test_every_link_of_a_page_leads_somewhere(page: Path) -> None:
    text = FENCE.sub("", page.read_text(encoding="utf-8"))
    assert dead_links(text, page) == []


def dead_links(text: str, page: Path) -> list[str]:
    """The links of a page that lead to no file of the checkout, or to no heading of it."""
    dead = []
    for target in LINK.findall(text):
        if target.startswith(("http:", "https:")):
            continue
        path, _, heading = target.partition("#")
        file = (page.parent / path).resolve() if path else page
        if not file.exists() or (heading and heading not in anchors(file)):
            dead.append(target)
    return dead


def anchors(page: Path) -> set[str]:
    """The anchors of a page's headings, as GitHub makes them."""
    titles = re.findall(r"^#+ +(.+?) *$", FENCE.sub("", page.read_text(encoding="utf-8")), re.M)
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}


def test_the_readme_and_its_twin_have_one_structure() -> None:
    """The same fences in the same order, the same number of headings, the same two commands."""
    english, chinese = ((ROOT / name).read_text(encoding="utf-8") for name in ("README.md", "README.zh.md"))
    assert [block.language for block in blocks(english)] == [block.language for block in blocks(chinese)]
    assert len(re.findall("^#", FENCE.sub("", english), re.M)) == len(re.findall("^#", FENCE.sub("", chinese), re.M))
    shell = [[block.body for block in blocks(text) if block.language == "sh"] for text in (english, chinese)]
    assert shell[0] == shell[1]


def test_the_two_commands_are_one_line_each() -> None:
    commands = [
        block.body for block in blocks((ROOT / "README.md").read_text(encoding="utf-8")) if block.language == "sh"
    ]
    assert [body.count("\n") for body in commands[:2]] == [1, 1]
    assert len(commands) == 2
    assert "score county-2018 examples/zhongning-county.yaml --explain" in commands[0]
    assert "pytest" in commands[1]


def test_every_plain_form_and_head_key_stands_in_the_language_reference() -> None:
    """The page of sentences holds every plain form, the page of the language every word of a head, a section or a state."""
    pages = ROOT / "docs" / "reference"
    language, sentences = ((pages / name).read_text(encoding="utf-8") for name in ("language.md", "sentences.md"))
    assert [row[1] for row in table("forms.tsv") if row[1] not in sentences] == []
    assert [row[1] for row in table("terms.tsv") if row[0] in TOLD and row[1] not in language] == []


TOLD = (
    "header",
    "not_supplied",
    "not_applicable",
    "veto",
    "partial",
    "bounds",
    "rounding",
    "section",
    "state",
    "outline",
)
"""Kinds of terms that an author writes in a rulebook file."""


def test_every_bound_stands_on_its_page() -> None:
    page = (ROOT / "docs" / "reference" / "limits.md").read_text(encoding="utf-8")
    bounds = {name: getattr(rulebook.BOUNDS, name) for name in rulebook.InputBounds.__dataclass_fields__}
    rows = dict(re.findall(r"^\| `(\w+)` \| ([0-9,]+) \|", page, re.M))
    assert {name: int(number.replace(",", "")) for name, number in rows.items()} == bounds


def test_the_hooks_name_verbs_that_exist() -> None:
    hooks = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))
    assert {hook["id"] for hook in hooks} == {"rulebook-fmt", "rulebook-check"}
    for hook in hooks:
        command, verb, *options = hook["entry"].split()
        assert command == "rulebook"
        help_text = subprocess.run(
            [sys.executable, "-m", "rulebook", verb, "--help"], capture_output=True, encoding="utf-8", check=True,
            env={**os.environ, "PYTHONUTF8": "1"},
        ).stdout  # fmt: skip
        assert all(option in help_text for option in options if option.startswith("--"))


# --- the guard itself


WRONG = {
    "python that raises": "```python\nassert 1 == 2\n```",
    "output that differs": "```python\nprint(1)\n```\n```text output\n2\n```",
    "a sentence that does not read": "```rulebook\n① 制度。酌情扣分。（1分）\n```",
    "an error that does not come": "```rulebook RB204\n① 制度。未建立的不得分。（1分）\n```",
    "another error than named": "```rulebook RB204\n① 制度。酌情扣分。（1分）\n```",
    "a whole text without a head": "```rulebook file=a.rulebook\n一、章\n1. 项。未建立的不得分。（1分）\n```",
    "an unknown clause": '```yaml county-2018\n"1.9": 符合\n```',
    "an evidence error that does not come": '```yaml county-2018 RB501\n"1.1": 符合\n```',
    "JSON evidence with a float": '```json county-2018\n{"17.3": {"直报率": 99.5}}\n```',
    "YAML that does not parse": "```yaml\na: [\n```",
    "TOML that does not parse": "```toml\na = \n```",
    "a command that prints something else": "```console\n$ echo 1\n2\n```",
    "a command that prints more": "```console\n$ echo 1; echo 2\n1\n```",
    "a command that prints another end": "```console\n$ echo 1; echo 2\n…\n3\n```",
    "a command that prints half a line": "```console\n$ echo 12\n…\n2\n```",
    "a command that fails": "```console\n$ false\n```",
    "a command that should fail": "```console status=1\n$ true\n```",
    "a verb that is none": "```console\n$ rulebook guess\n```",
    "shell that does not parse": "```sh\nif true\n```",
    "a fence without a language": "```\nfree\n```",
    "a fence of no known language": "```perl\n1\n```",
}
RIGHT = {
    "python": "```python\nx = 1\n```\ntext\n```python\nprint(x)\n```\n```text output\n1\n```",
    "rulebook": "```rulebook\n① 制度。未建立的不得分。（1分）\n```",
    "rulebook with its error": "```rulebook RB208\n① 制度。酌情给分。（1分）\n```",
    "evidence": '```yaml county-2018\n"2.2": 3\n```',
    "evidence for the page's rulebook": (
        "```rulebook file=a.rulebook\n考核细则：甲\n满分：1分\n一、章\n1. 项。未建立的不得分。（1分）\n```\n"
        '```yaml a.rulebook\n"1": {未建立: 是}\n```'
    ),
    "console": "```console\n$ printf '1\\n2\\n3\\n'\n1\n…\n3\n```",
    "console with nothing left out": "```console\n$ echo 1\n1\n…\n```",
    "console that prints nothing": "```console\n$ true\n```",
    "console that fails": "```console status=3\n$ true\n$ exit 3\n```",
    "in a list": "1. step\n\n   ```python\n   assert True\n   ```",
}


@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_block_is_seen(name: str, tmp_path: Path) -> None:
    assert problems(WRONG[name], tmp_path) != []


@pytest.mark.parametrize("name", RIGHT)
def test_a_right_block_passes(name: str, tmp_path: Path) -> None:
    assert problems(RIGHT[name], tmp_path) == []


def test_a_dead_link_is_seen() -> None:
    page = ROOT / "README.md"
    assert dead_links("[a](nowhere.md) [b](README.md) [c](#no-such-heading)", page) == [
        "nowhere.md",
        "#no-such-heading",
    ]
