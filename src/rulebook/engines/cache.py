"""What was worked out of a text, kept between processes: the model and the program, as plain data, never as code.

A file is named after everything that it depends on: the text, its name, what was accepted, the library with its tables. Its first line is its
name and the hash of the rest, the second the program as JSON, the third the model. The model is validated as any JSON of a rulebook is, every
row of the program is looked at, bounds are worked out anew. A file that is damaged, foreign or too large is as good as none. Whoever may
write to the folder may change scores, as he could by changing the library; he cannot make it run anything.
"""

import hashlib
import json
import os
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from rulebook.assets import folder
from rulebook.engines.lowering import COLUMNS, Column, Movement, Program
from rulebook.engines.operations import KINDS, Operation, Table
from rulebook.files import whole
from rulebook.model import SCHEMA_VERSION
from rulebook.source import Source
from rulebook.version import __version__

FORMAT = "1"
"""Version of the file; it changes when a field changes its meaning."""
MOST = 100
"""So many files are kept, the newest."""
LARGEST = 1 << 25
"""Bytes of the largest file that is read."""
WIDEST = 1 << 80
"""No number of a program is as large."""



class Kept(NamedTuple):
    """What a file holds: the JSON of a rulebook, and its program, or why it has none."""

    model: str
    program: Program | None
    reason: str


def place() -> Path | None:
    """The folder: RULEBOOK_CACHE, else `rulebook` in the user's cache folder. None where RULEBOOK_CACHE is empty: nothing is kept then."""
    chosen = os.environ.get("RULEBOOK_CACHE")
    if chosen is not None:
        return Path(chosen) if chosen else None
    user = os.environ.get("XDG_CACHE_HOME") or os.path.join(os.path.expanduser("~"), ".cache")
    return Path(user) / "rulebook" if os.path.isabs(user) else None


@cache
def library() -> str:
    """What reads and lowers: the version, and the time and size of every module and table, so that a changed checkout keeps nothing."""
    found = [__version__, SCHEMA_VERSION, FORMAT]
    for root in (str(Path(__file__).parent.parent), str(folder("grammar"))):
        for path, _, files in sorted(os.walk(root)):
            for name in sorted(files):
                if name.endswith((".py", ".tsv", ".lark")):
                    state = os.stat(os.path.join(path, name))
                    found.append(f"{name} {state.st_mtime_ns} {state.st_size}")
    return hashlib.sha256("\n".join(found).encode()).hexdigest()


def key(source: Source, accept: tuple[str, ...]) -> str:
    """The name of the file for a text under its name."""
    told = json.dumps([library(), source.name, accept, source.text])
    return hashlib.sha256(told.encode()).hexdigest()


def keep(key: str, model: str, program: Program | None = None, reason: str = "") -> None:
    """The file is there, whole, where the folder can be written; else nothing has happened. Without program and reason, none was looked for."""
    where = place()
    if where is None:
        return
    told = json.dumps({"program": None if program is None else _told(program), "reason": reason}, ensure_ascii=False, separators=(",", ":"))
    body = f"{told}\n{model}"
    text = f"{key} {_hash(body.encode())}\n{body}"
    try:
        where.mkdir(mode=0o700, parents=True, exist_ok=True)
        with whole(where / f"{key}.kept") as made:
            made.write_text(text, encoding="utf-8")
        for old in sorted(where.glob("*.kept"), key=os.path.getmtime)[:-MOST]:
            old.unlink(missing_ok=True)
    except OSError:
        return


def recall(key: str) -> Kept | None:
    """What was kept; None where there is nothing, or nothing that can be used."""
    where = place()
    if where is None:
        return None
    try:
        with (where / f"{key}.kept").open("rb") as file:
            raw = file.read(LARGEST + 1)
        if len(raw) > LARGEST:
            return None
        head, _, body = raw.partition(b"\n")
        if head != f"{key} {_hash(body)}".encode():
            return None
        told, _, model = body.partition(b"\n")
        found = json.loads(told)
        program = found["program"]
        return Kept(model.decode(), None if program is None else _program(program), _text(found["reason"]))
    except (OSError, ValueError, TypeError, KeyError, IndexError, AttributeError, RecursionError, MemoryError):
        return None


def _hash(body: bytes) -> str:
    return hashlib.sha256(body).hexdigest()


# --- a program as data


def _told(program: Program) -> dict[str, Any]:
    return {**program._asdict(), "table": program.table.operations}


class Foreign(ValueError):
    """Data that is no program."""


def _text(value: Any) -> str:
    if type(value) is not str:
        raise Foreign
    return value


def _number(value: Any) -> int:
    if type(value) is not int or not -WIDEST < value < WIDEST:
        raise Foreign
    return value


def _refs(values: Any, size: int) -> tuple[int, ...]:
    found = tuple(values)
    if found and ({*map(type, found)} != INTS or min(found) < 0 or max(found) >= size):
        raise Foreign
    return found


INTS = {int}


def _column(told: Any) -> Column:
    clause, fact, kind, part, low, high, unit, least, choices = told
    if kind not in COLUMNS or part not in ("value", "plain", "points") or _number(unit) < 1 or _number(low) > high:
        raise Foreign
    texts = tuple(map(_text, choices))
    return Column(_text(clause), _text(fact), kind, part, low, _number(high), unit, _number(least), texts)


def _table(told: Any, columns: tuple[Column, ...]) -> Table:
    """The rows, every one looked at, with bounds worked out anew."""
    table = Table()
    operations, low, high = table.operations, table.low, table.high
    for size, (kind, args, number) in enumerate(told):
        for ref in args:
            if type(ref) is not int or not 0 <= ref < size:
                raise Foreign
        if type(number) is not int or not -WIDEST < number < WIDEST:
            raise Foreign
        if kind == "input":
            if args or number < 0:
                raise Foreign
            bounds = columns[number].low, columns[number].high
        else:
            arity, _, within = KINDS[kind]
            if len(args) != arity and (arity is not None or not args):
                raise Foreign
            if kind == "divide" and number < 1:
                raise Foreign
            bounds = within([(low[ref], high[ref]) for ref in args], number)
        operations.append(Operation._make((kind, tuple(args), number)))
        low.append(bounds[0])
        high.append(bounds[1])
    return table


def _movements(told: Any, size: int) -> tuple[tuple[Movement, ...], ...]:
    _refs([ref for clause in told for pair in clause for ref in pair], size)
    return tuple([tuple(map(Movement._make, clause)) for clause in told])


def _program(told: Any) -> Program:
    columns = tuple(map(_column, told["columns"]))
    table = _table(told["table"], columns)
    size = len(table.operations)

    def row(name: str) -> int:
        return _refs([told[name]], size)[0]

    def rows(name: str) -> tuple[int, ...]:
        return _refs(told[name], size)

    addresses, starts = tuple(map(_text, told["addresses"])), tuple(map(_number, told["starts"]))
    found = Program(
        table=table, scale=_number(told["scale"]), columns=columns, addresses=addresses, starts=starts,
        scores=rows("scores"), moved=rows("moved"), taken=rows("taken"),
        movements=_movements(told["movements"], size), sections=rows("sections"),
        sum=row("sum"), arithmetic=row("arithmetic"), total=row("total"), vetoes=rows("vetoes"), grade=row("grade"), settled=row("settled"),
        plain=told["plain"] is True,
    )  # fmt: skip
    values = [(column.clause, column.fact) for column in columns if column.part == "value"]
    known = len(set(values)) == len(values) and {(column.clause, column.fact) for column in columns} == set(values)
    if found.scale < 1 or not known or not len(addresses) == len(starts) == len(found.scores) == len(found.moved) == len(found.taken) or not values:
        raise Foreign
    return found
