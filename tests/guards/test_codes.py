"""Every diagnostic code has a row, a page, a case that fails with it at the right words, and a mended case that does not.

A page holds its cases as fenced blocks; the info string says how a block is run:

- `rulebook [as ENCODING]`  a whole rulebook, read
- `bytes`                   the same, written as a Python literal (text is stored as UTF-8)
- `clause`                  one clause by itself
- `evidence NAME`           evidence scored against a shipped rulebook, or against the block `above`
- `table above [without=LIBRARY]`  a dict of columns as Python writes it (`np` is NumPy), scored against the block above
- `import NAME [bytes|word|sheet] [without=LIBRARY]`  a document, imported: its text, a Python literal of its bytes, the XML of a Word
  file's body (`numbering=FORM` gives it a list), or the rows of a sheet with tabs between cells (`hidden=ROW` hides one)
- `file NAME`               a file for the commands after it
- `console [broken]`        commands; `broken`: with a library that raises

A trailing `at WORDS` names the words that the code must be reported at.
"""

import ast
import json
import re
import shlex
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from string import Formatter

import pytest
from _pytest.capture import CaptureResult

import rulebook
from rulebook import cli, codes, proofs, suppression
from rulebook.assets import table
from rulebook.cli.sentence import read_clause
from rulebook.diagnostics import Diagnostic, RulebookError

ROOT = Path(__file__).resolve().parents[2]
_made = spec_from_file_location("packages", ROOT / "tests" / "exchange" / "packages.py")
assert _made is not None
assert _made.loader is not None
packages = module_from_spec(_made)
_made.loader.exec_module(packages)
PAGES = ROOT / "docs" / "reference" / "codes"
SECTIONS = (
    "意思 / What it means",
    "不成立的例子 / Failing case",
    "怎样改 / How to mend it",
    "改好的例子 / Mended case",
)
CODE = re.compile(r"RB[0-9]{3}")
CODES = tuple(codes.catalogue())
_BLOCK = re.compile(r"^```(?P<info>[^\n`]+)\n(?P<body>.*?)^```$", re.M | re.S)


@dataclass(frozen=True)
class Block:
    """One fenced block: how it is run, its options, the words it expects, its body."""

    kind: str
    options: tuple[str, ...]
    at: str | None
    body: str


@dataclass(frozen=True)
class Outcome:
    """What running a case reported: diagnostics where the library was called, bare codes where the command line was."""

    diagnostics: tuple[Diagnostic, ...] = ()
    codes: tuple[str, ...] = ()
    status: int = 0

    def reported(self) -> set[str]:
        return {diagnostic.code for diagnostic in self.diagnostics} | set(self.codes)


@cache
def sections(code: str) -> dict[str, str]:
    """The page's sections by heading, its title under the empty one."""
    head, *rest = re.split(r"^## ", (PAGES / f"{code}.md").read_text(encoding="utf-8"), flags=re.M)
    return {"": head.strip(), **{part.partition("\n")[0].strip(): part.partition("\n")[2].strip() for part in rest}}


def blocks(text: str) -> list[Block]:
    """The fenced blocks of a section."""
    found = []
    for match in _BLOCK.finditer(text):
        info, at, words = match["info"].partition(" at ")
        kind, *options = info.split()
        expected = words if at else None
        if kind == "bytes" and expected is not None:
            expected = ast.literal_eval(f'"{expected}"')
        found.append(Block(kind, tuple(options), expected, match["body"]))
    return found


def cases(code: str, section: str) -> list[list[Block]]:
    """The cases of a section: each runs its last block, the blocks before it are what it needs."""
    out: list[list[Block]] = []
    open_case: list[Block] = []
    found = blocks(sections(code)[section])
    for block, after in zip(found, [*found[1:], None], strict=True):
        open_case.append(block)
        needed = block.kind == "file" or (
            after is not None and after.kind in ("evidence", "table") and after.options[:1] == ("above",)
        )
        if not needed:
            out.append(open_case)
            open_case = []
    assert not open_case, f"{code}: a block that nothing runs"
    return out


def run(
    case: Sequence[Block], folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Outcome:
    """What a case reports."""
    block = case[-1]
    if block.kind == "rulebook":
        return Outcome(_checked(_encoded(block)))
    if block.kind == "bytes":
        value = eval(f"({block.body})", {"__builtins__": {}})
        return Outcome(rulebook.read(value.encode() if isinstance(value, str) else value).diagnostics)
    if block.kind == "clause":
        return Outcome(tuple(read_clause(block.body.rstrip("\n"), "zh")[1]))
    if block.kind == "evidence":
        return Outcome(_scored(case, block))
    if block.kind == "table":
        return Outcome(_many(case, block, monkeypatch))
    if block.kind == "import":
        return Outcome(_imported(block, monkeypatch))
    assert block.kind == "console", block.kind
    monkeypatch.chdir(folder)
    for file in case[:-1]:
        Path(file.options[0]).write_text(file.body, encoding="utf-8")
    if "broken" in block.options:
        monkeypatch.setattr("rulebook.cli.verb.reading_of", _broken)
        monkeypatch.setattr("rulebook.cli.verbs.reading_of", _broken)
    return _console(block.body, monkeypatch, capsys)


def _checked(raw: bytes) -> tuple[Diagnostic, ...]:
    """What reading reports and, where it reports no error, what is proved of all records."""
    reading = rulebook.read(raw)
    if reading.rulebook is None or any(diagnostic.severity == "error" for diagnostic in reading.diagnostics):
        return reading.diagnostics
    found = (*reading.diagnostics, *proofs.findings(reading.rulebook, reading.source))
    return suppression.let(found, reading.source, reading.rulebook).standing


def _encoded(block: Block) -> bytes:
    return block.body.encode(block.options[1] if block.options else "utf-8")


def _scored(case: Sequence[Block], block: Block) -> tuple[Diagnostic, ...]:
    if block.options == ("above",):
        book = rulebook.read(_encoded(case[0])).rulebook
        assert book is not None
    else:
        book = rulebook.load(block.options[0])
    try:
        book.score(block.body.encode())
    except RulebookError as error:
        return error.diagnostics
    return ()


def _many(case: Sequence[Block], block: Block, monkeypatch: pytest.MonkeyPatch) -> tuple[Diagnostic, ...]:
    np = pytest.importorskip("numpy")
    book = rulebook.read(_encoded(case[0])).rulebook
    assert book is not None
    columns = eval(block.body, {"__builtins__": {}, "np": np})
    with monkeypatch.context() as patch:
        for option in block.options[1:]:
            patch.setitem(sys.modules, option.removeprefix("without="), None)
        try:
            book.score_many(columns)
        except RulebookError as error:
            return error.diagnostics
    return ()


def _imported(block: Block, monkeypatch: pytest.MonkeyPatch) -> tuple[Diagnostic, ...]:
    name, form, *options = (*block.options, "text")
    chosen = dict(option.split("=") for option in (form, *options) if "=" in option)
    raw = DOCUMENTS.get(form, DOCUMENTS["text"])(block.body, chosen)
    with monkeypatch.context() as patch:
        if "without" in chosen:
            patch.setitem(sys.modules, chosen["without"], None)
        try:
            imported = rulebook.import_document(raw, name=name)
        except RulebookError as error:
            return error.diagnostics
    return tuple(finding.diagnostic for finding in imported.every())


def _word(body: str, chosen: dict[str, str]) -> bytes:
    form = chosen.get("numbering", "decimal")
    level = f'<w:lvl w:ilvl="0"><w:numFmt w:val="{form}"/><w:lvlText w:val="%1."/></w:lvl>'
    listed = f'<w:abstractNum w:abstractNumId="0">{level}</w:abstractNum><w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num>'
    return packages.word(body, numbering=listed)


def _sheet(body: str, chosen: dict[str, str]) -> bytes:
    rows = [line.split("\t") for line in body.splitlines()]
    cells = [[f"<c><f>{value[1:]}</f></c>" if value.startswith("=") else value for value in row] for row in rows]
    hidden = int(chosen.get("hidden", 0))
    return packages.workbook(
        细则="".join(packages.row(number, *row, hidden=number == hidden) for number, row in enumerate(cells, 1))
    )


DOCUMENTS: dict[str, Callable[[str, dict[str, str]], bytes]] = {
    "text": lambda body, _: body.encode(),
    "bytes": lambda body, _: bytes(eval(f"({body})", {"__builtins__": {}})),
    "word": _word,
    "sheet": _sheet,
}
"""Form of an `import` block → the bytes of its document."""


def _broken(*_: object) -> None:
    raise RuntimeError("broken on purpose")


def _console(body: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Outcome:
    """Runs each command; the codes are those in the last one's diagnostics for people."""
    outcome = Outcome()
    for line in body.splitlines():
        assert line.startswith("$ rulebook "), line
        status, captured = _command(shlex.split(line)[2:], monkeypatch, capsys)
        outcome = Outcome(codes=tuple(_SAID.findall(captured.err)), status=status)
    return outcome


_SAID = re.compile(r"^\S+ (RB[0-9]{3}): ", re.M)


def _command(
    arguments: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> tuple[int, CaptureResult[str]]:
    """Exit status and output of one command line."""
    monkeypatch.delenv("RULEBOOK_TRACEBACK", raising=False)
    monkeypatch.setattr(sys, "argv", ["rulebook", *arguments])
    try:
        cli.main()
        status = 0
    except SystemExit as stop:
        status = int(stop.code or 0)
    return status, capsys.readouterr()


def _each(section: str) -> list[object]:
    """Every case of a section, over all pages."""
    out: list[object] = []
    for code in CODES:
        if (PAGES / f"{code}.md").is_file():
            found = cases(code, section)
            out += [pytest.param(code, case, id=f"{code}-{number}") for number, case in enumerate(found, 1)]
    return out


# --- the table and the pages


def test_every_code_has_a_page_and_every_page_a_code() -> None:
    """Rows and pages are the same set."""
    assert {path.stem for path in PAGES.glob("*.md") if path.stem != "README"} == set(CODES)


def test_codes_are_in_order_and_none_stands_twice() -> None:
    """A code is a row of its own; the first digit is its phase."""
    rows = [row[0] for row in table("codes.tsv")]
    assert rows == sorted(set(rows))
    assert all(CODE.fullmatch(code) and code[2] in "1234569" for code in rows)
    assert {row.severity for row in codes.catalogue().values()} <= {"error", "warning", "hint"}


@pytest.mark.parametrize("code", CODES)
def test_both_languages_say_it_with_the_same_names(code: str) -> None:
    """Chinese and English stand for every message and every advice, and fill in the same names."""
    row = codes.catalogue()[code]
    for zh, en in ((row.zh, row.en), (row.help_zh, row.help_en)):
        assert re.search(r"[\u4e00-\u9fff]{2}", zh), zh
        assert re.search(r"[A-Za-z]{3}", en), en
        assert names(zh) == names(en)


def names(wording: str) -> set[str]:
    """The `{names}` of a wording; each is a plain word."""
    found = {
        name
        for _, name, spec, conversion in Formatter().parse(wording)
        if name is not None and not (spec or conversion)
    }
    assert all(name.isidentifier() for name in found), wording
    return found


@pytest.mark.parametrize("code", CODES)
def test_the_page_has_its_sections_in_two_languages(code: str) -> None:
    """Title, meaning and advice are there, in Chinese first and then in English; each case is a fenced block."""
    page = sections(code)
    assert re.fullmatch(rf"# {code} \S.*", page[""])
    assert tuple(page)[1:] == SECTIONS
    for heading in (SECTIONS[0], SECTIONS[2]):
        chinese, english = page[heading].split("\n\n")
        assert re.search(r"[\u4e00-\u9fff]{2}", chinese)
        assert re.search(r"[A-Za-z]{3}", english)
    for heading in (SECTIONS[1], SECTIONS[3]):
        assert blocks(page[heading])
        assert not _BLOCK.sub("", page[heading]).strip(), "words outside a block"


@pytest.mark.parametrize("code", CODES)
def test_explain_prints_the_page(
    code: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """`rulebook explain CODE` prints the page as it is; a small letter will do."""
    text = (PAGES / f"{code}.md").read_text(encoding="utf-8")
    for arguments in ([code], [code.lower(), "--json"]):
        status, said = _command(["explain", *arguments], monkeypatch, capsys)
        assert status == 0
        assert (json.loads(said.out)["page"] if "--json" in arguments else said.out) == text


# --- the cases


@pytest.mark.parametrize(("code", "case"), _each(SECTIONS[1]))
def test_the_failing_case_fails(
    code: str, case: list[Block], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The case is reported under its code, at its words, in a sentence of both languages without a hole."""
    outcome = run(case, tmp_path, monkeypatch, capsys)
    assert code in outcome.reported()
    if outcome.codes:
        assert outcome.status in (1, 2)
        return
    own = [diagnostic for diagnostic in outcome.diagnostics if diagnostic.code == code]
    if case[-1].at is not None:
        assert case[-1].at in [diagnostic.words for diagnostic in own]
    for diagnostic in own:
        if diagnostic.suggestion is not None and not diagnostic.suggestion.edits:
            assert read_clause(diagnostic.suggestion.title, "zh")[0]["status"] == "read"
        assert diagnostic.text("zh").startswith(codes.wording(diagnostic.severity))
        for language in ("zh", "en"):
            for said in (diagnostic.message(language), diagnostic.help(language)):
                assert said.strip()
                assert not re.search(r'“”|（）|""|\(\)|第  行|line \)', said), said


@pytest.mark.parametrize(("code", "case"), _each(SECTIONS[1]))
def test_one_mistake_is_one_error(
    code: str, case: list[Block], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A page's case holds one mistake, so nothing else is reported as an error or warning, and it is reported once."""
    outcome = run(case, tmp_path, monkeypatch, capsys)
    graver = [d.code for d in outcome.diagnostics if d.severity != "hint"] + list(outcome.codes)
    assert graver == ([code] if codes.catalogue()[code].severity != "hint" else [])


@pytest.mark.parametrize(("code", "case"), _each(SECTIONS[3]))
def test_the_mended_case_is_clean(
    code: str, case: list[Block], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The mended case no longer reports the code, nor any other error or warning."""
    outcome = run(case, tmp_path, monkeypatch, capsys)
    assert code not in outcome.reported()
    assert [diagnostic.one_line() for diagnostic in outcome.diagnostics if diagnostic.severity != "hint"] == []
    assert outcome.codes == ()
    assert outcome.status == 0


def test_a_case_that_does_not_fail_is_noticed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The guard itself can fail: a sound clause reports no code, and words elsewhere are not the words asked for."""
    sound = Block("clause", (), "缺一次扣0.5分", "缺一次扣0.5分。\n")
    with pytest.raises(AssertionError):
        test_the_failing_case_fails("RB205", [sound], tmp_path, monkeypatch, capsys)
    elsewhere = Block("clause", (), "材料", "材料不全的，扣分。\n")
    with pytest.raises(AssertionError):
        test_the_failing_case_fails("RB205", [elsewhere], tmp_path, monkeypatch, capsys)
    with pytest.raises(AssertionError):
        test_the_mended_case_is_clean("RB202", [elsewhere], tmp_path, monkeypatch, capsys)


# --- the source


def _modules() -> Iterator[tuple[Path, ast.Module]]:
    for path in sorted((ROOT / "src" / "rulebook").rglob("*.py")):
        yield path, ast.parse(path.read_text(encoding="utf-8"))


def raised() -> dict[str, list[str]]:
    """Code → the places that can report it: every code in the source or in the refusals, sets of codes left out."""
    found: dict[str, list[str]] = {}
    for path, tree in _modules():
        in_sets = {
            id(inner) for node in ast.walk(tree) if isinstance(node, ast.Set) for inner in ast.walk(node)
        }  # FATAL, UNREADABLE, AMBIGUOUS: what a code means, not where it arises
        for node in ast.walk(tree):
            if isinstance(node, ast.Compare):
                in_sets |= {id(inner) for inner in ast.walk(node)}
            if isinstance(node, ast.Constant) and id(node) not in in_sets and CODE.fullmatch(str(node.value)):
                found.setdefault(str(node.value), []).append(f"{path.name}:{node.lineno}")
    for row in table("signals.tsv"):
        if row[0] == "reason":
            found.setdefault(row[1], []).append("signals.tsv")
    return found


def test_every_code_that_can_be_raised_is_in_the_table() -> None:
    """No diagnostic without wording."""
    assert set(raised()) - set(CODES) == set()


def test_every_code_in_the_table_can_be_raised() -> None:
    """No wording that nobody ever sees."""
    assert set(CODES) - set(raised()) == set()


def test_every_place_that_raises_a_code_fills_in_its_names() -> None:
    """A call that builds a diagnostic hands over every `{name}` of the code's wording, as far as the call itself shows."""
    holes, checked = [], 0
    for path, tree in _modules():
        for node in ast.walk(tree):
            given = _given(node)
            if given is None:
                continue
            checked += 1
            code, known = given
            row = codes.catalogue()[code]
            missing = (names(row.zh) | names(row.help_zh)) - known
            if missing:
                holes.append(f"{path.name}:{node.lineno} {code} {sorted(missing)}")  # type: ignore[attr-defined]
    assert holes == []
    assert checked >= 60


def test_a_place_that_leaves_a_name_out_is_noticed() -> None:
    """The guard reads a call as it is written: what it hands over, and what its wording still wants."""
    call = ast.parse('Diagnostic("RB501", {"name": key}, source)', mode="eval").body
    assert _given(call) == ("RB501", {"name"})
    assert names(codes.catalogue()["RB501"].help_zh) - {"name"} == {"near"}


def _given(node: ast.AST) -> tuple[str, set[str]] | None:
    """The code of a call or of a yielded finding, with the names of the values beside it; None where they are not literal."""
    if isinstance(node, ast.Call):
        parts, keywords = list(node.args), node.keywords
        called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        if called not in ("Diagnostic", "say", "_Refused", "_error", "HeadProblem"):
            return None
    elif isinstance(node, ast.Tuple) and len(node.elts) == 4 and isinstance(node.elts[3], ast.Dict):
        parts, keywords = list(node.elts), []
    else:
        return None
    if not parts or not isinstance(parts[0], ast.Constant) or not CODE.fullmatch(str(parts[0].value)):
        return None
    if any(keyword.arg is None for keyword in keywords):
        return None
    literal = [part for part in parts[1:] if isinstance(part, ast.Dict)]
    if isinstance(node, ast.Call) and called == "Diagnostic" and len(parts) > 1 and not literal:
        return None
    known = {keyword.arg for keyword in keywords if keyword.arg}
    for mapping in literal:
        known |= {str(key.value) for key in mapping.keys if isinstance(key, ast.Constant)}
    return str(parts[0].value), known
