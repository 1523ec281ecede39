"""A terminal in this process: what a command prints, what it says on the other stream, and its exit status."""

import gc
import io
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Ran:
    """Standard output, standard error, exit status."""

    out: str
    err: str
    status: int


@contextmanager
def _streams(stdin: bytes, folder: Path) -> Iterator[tuple[io.BytesIO, io.BytesIO]]:
    before = sys.stdin, sys.stdout, sys.stderr, sys.argv, Path.cwd(), gc.get_threshold()
    out, err = io.BytesIO(), io.BytesIO()
    sys.stdin = io.TextIOWrapper(io.BytesIO(stdin), encoding="utf-8")
    sys.stdout = io.TextIOWrapper(out, encoding="utf-8", write_through=True)
    sys.stderr = io.TextIOWrapper(err, encoding="utf-8", write_through=True)
    os.chdir(folder)
    try:
        yield out, err
    finally:
        sys.stdin, sys.stdout, sys.stderr, sys.argv = before[:4]
        os.chdir(before[4])
        gc.set_threshold(*before[5])


def run(*arguments: str, stdin: bytes | str = b"", folder: Path | str = ".") -> Ran:
    """Runs `rulebook` with the arguments, as the installed command does."""
    from rulebook.cli import main

    given = stdin.encode() if isinstance(stdin, str) else stdin
    with _streams(given, Path(folder).resolve()) as (out, err):
        sys.argv = ["rulebook", *arguments]
        try:
            main()
            status = 0
        except SystemExit as stop:
            status = stop.code if isinstance(stop.code, int) else 0 if stop.code is None else 1
        sys.stdout.flush()
        sys.stderr.flush()
        return Ran(out.getvalue().decode(), err.getvalue().decode(), status)
