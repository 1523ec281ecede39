"""Runs the transcripts in `transcripts/`: every command, what it prints on either stream, and its exit status.

A ```file NAME block puts a file into an empty folder. In a ```console block a line `$ rulebook …` is run there, the lines
below it are its standard output, those that begin with `! ` its standard error, and `[N]` its exit status. `< NAME` gives it a
file as standard input, `$ cat NAME` shows a file. `RULEBOOK_TRANSCRIPTS=update` writes what was printed into the file; exit
statuses are never rewritten, and standard output of `--json` must be one document in either case.
"""

import json
import os
import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from terminal import Ran, run

FOLDER = Path(__file__).parent / "transcripts"
UPDATE = os.environ.get("RULEBOOK_TRANSCRIPTS") == "update"


@dataclass
class Step:
    """One command and what is expected of it; `first` and `last` are the lines of the file that hold it."""

    command: str
    printed: list[str]
    status: int
    first: int
    last: int


def read(path: Path) -> tuple[dict[str, str], list[Step], list[str]]:
    lines = path.read_text(encoding="utf-8").split("\n")
    files: dict[str, str] = {}
    steps: list[Step] = []
    opened, name = "", ""
    for number, line in enumerate(lines):
        if line.startswith("```"):
            opened, _, name = line[3:].partition(" ")
            if opened == "file":
                files[name] = ""
            else:
                assert opened in ("console", ""), f"{path.name}:{number + 1}"
        elif opened == "file":
            files[name] += line + "\n"
        elif opened == "console":
            if line.startswith("$ "):
                steps.append(Step(line[2:], [], -1, number, number))
            elif line.startswith("[") and line.endswith("]") and line[1:-1].isdigit():
                steps[-1].status, steps[-1].last = int(line[1:-1]), number
            else:
                steps[-1].printed.append(line)
    for step in steps:
        assert step.status >= 0, f"{path.name}:{step.first + 1}: no exit status"
    return files, steps, lines


def act(step: Step, folder: Path) -> Ran:
    words = shlex.split(step.command)
    stdin = b""
    if "<" in words:
        stdin = (folder / words.pop(words.index("<") + 1)).read_bytes()
        words.remove("<")
    if words[0] == "cat":
        return Ran((folder / words[1]).read_text(encoding="utf-8"), "", 0)
    assert words[0] == "rulebook"
    ran = run(*words[1:], stdin=stdin, folder=folder)
    place = f"{folder.resolve()}{os.sep}"
    return Ran(ran.out.replace(place, ""), ran.err.replace(place, ""), ran.status)


def shown(ran: Ran) -> list[str]:
    out = ran.out.removesuffix("\n").split("\n") if ran.out else []
    err = ran.err.rstrip("\n").split("\n") if ran.err else []
    return [line.rstrip() for line in out] + [f"! {line}".rstrip() for line in err]


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.md")), ids=lambda path: path.stem)
def test_transcript(path: Path, tmp_path: Path) -> None:
    files, steps, lines = read(path)
    assert steps
    for name, text in files.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    rewritten: list[tuple[Step, list[str]]] = []
    for step in steps:
        ran = act(step, tmp_path)
        if "--json" in step.command.split() and " clause " not in step.command:
            json.loads(ran.out)
        assert ran.status == step.status, step.command + "\n" + ran.out + ran.err
        if UPDATE:
            rewritten.append((step, shown(ran)))
        else:
            assert shown(ran) == [line.rstrip() for line in step.printed], step.command
    for step, printed in reversed(rewritten):
        lines[step.first : step.last + 1] = [f"$ {step.command}", *printed, f"[{step.status}]"]
    if UPDATE:
        path.write_text("\n".join(lines), encoding="utf-8")


def verbs() -> Iterator[str]:
    for path in FOLDER.glob("*.md"):
        for step in read(path)[1]:
            words = step.command.split()
            if words[0] == "rulebook" and len(words) > 1:
                yield words[1]


def test_every_verb_has_a_transcript() -> None:
    from rulebook.cli.verb import VERBS

    assert set(VERBS) <= set(verbs())
