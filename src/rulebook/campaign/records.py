"""The records of a campaign: which file is whose, and how one is put in its place.

    记录/考核/甲县.yaml          the assessing team's record of a unit that has one rubric
    记录/自评/甲县.过程.yaml     a unit's own record, under one of several rubrics

One file holds one unit under one rubric in one hand, so that people who score different units never write the same file.
"""

import contextlib
import datetime
import hashlib
import sys
from collections.abc import Container, Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import NamedTuple, get_args

from rulebook import evidence, lexicon
from rulebook.bounds import BOUNDS
from rulebook.campaign.model import day
from rulebook.campaign.places import alike, near, shown
from rulebook.campaign.plan import Plan, Unit
from rulebook.campaign.standing import By
from rulebook.codes import Wording, wording
from rulebook.diagnostics import Diagnostic, RulebookError
from rulebook.files import whole
from rulebook.source import Source, fold

SUFFIXES = (".yaml", ".yml", ".json")
LOCK = ".lock"
_SUBMITTED = tuple(word for word, meaning in lexicon.terms()["evidence"].items() if meaning == "submitted")


class Slot(NamedTuple):
    """One unit under one rubric (by its name in the campaign), in one hand."""

    unit: str
    rubric: str
    by: By


class Filed(NamedTuple):
    """The file of every slot that has one, and what is wrong with the folder."""

    paths: Mapping[Slot, Path]
    problems: tuple[Diagnostic, ...]


# --- which file is whose


def filed(plan: Plan) -> Filed:
    """Every record that lies in the folders, by unit, rubric and hand. Files of nobody, misplaced ones, and two of one slot are told."""
    paths: dict[Slot, Path] = {}
    problems: list[Diagnostic] = []
    everyone: set[str] = set()
    hands = lexicon.terms()["campaign_hand"]
    lying = _entries(plan.records, problems)
    for by in get_args(By):
        slots = {stem: slot for unit in plan.units for slot in _slots(unit, by) for stem in _stems(unit, slot, plan)}
        everyone |= set(slots)
        folders = [folder for folder in lying if hands.get(folder.name) == by]
        for path in sorted(path for folder in folders for path in _entries(folder, problems)):
            slot = slots.get(alike(path.stem))
            if not _is_record(path):
                problems += _unread(plan, path, slots)
            elif slot is None:
                problems.append(_nobody(plan, path))
            elif slot in paths:
                problems.append(Diagnostic("RB653", {"name": str(path), "other": str(paths[slot]), "unit": slot.unit}))
            else:
                paths[slot] = path
    for path in lying:
        problems += _unread(plan, path, everyone)
    return Filed(paths, tuple(problems))


def _unread(plan: Plan, path: Path, stems: Container[str]) -> Iterator[Diagnostic]:
    """What looks like a unit's record and cannot be one where it lies, or as what it is: 甲县.xlsx, 甲县.yaml.txt, a link to nothing."""
    if alike(path.stem) in stems or alike(Path(path.stem).stem) in stems:
        yield _nobody(plan, path)


def _nobody(plan: Plan, path: Path) -> Diagnostic:
    return Diagnostic("RB652", {"name": str(path), "near": near(path.stem, [unit.name for unit in plan.units])})


def _slots(unit: Unit, by: By) -> Iterator[Slot]:
    return (Slot(unit.name, rubric, by) for rubric, _ in unit.weights)


def _stems(unit: Unit, slot: Slot, plan: Plan) -> Iterator[str]:
    """The names that the slot's file may have, without a suffix."""
    yield alike(f"{unit.name}.{slot.rubric}")
    identity = plan.books[slot.rubric].id
    if identity not in plan.books:
        yield alike(f"{unit.name}.{identity}")
    if len(unit.weights) == 1:
        yield alike(unit.name)


def _entries(folder: Path, problems: list[Diagnostic]) -> list[Path]:
    """What lies in a folder, hidden things left out; nothing where there is none. One that cannot be looked into is told."""
    try:
        return sorted(path for path in folder.iterdir() if not path.name.startswith((".", "~")))
    except FileNotFoundError:
        return []
    except OSError:
        problems.append(Diagnostic("RB601", {"name": str(folder)}))
        return []


def _is_record(path: Path) -> bool:
    """True for a file of a record's kind."""
    try:
        return path.name.lower().endswith(SUFFIXES) and path.is_file()
    except OSError:  # a link that leads to itself
        return False


def place(plan: Plan, slot: Slot) -> Path:
    """The file of a slot: the one that is there, else where one is to be written."""
    there = filed(plan).paths.get(slot)
    if there is not None:
        return there
    unit = plan.unit(slot.unit)
    stem = slot.unit if unit is None or len(unit.weights) == 1 else f"{slot.unit}.{slot.rubric}"
    return plan.records / lexicon.term("campaign_hand", slot.by) / f"{stem}.yaml"


# --- reading one


def read(path: Path) -> bytes:
    """The bytes of a record. Raises RulebookError where there is no such file, or none that may be read."""
    try:
        with path.open("rb") as file:
            return file.read(BOUNDS.evidence_bytes * 5 + 1)
    except OSError:
        raise RulebookError([Diagnostic("RB601", {"name": str(path)})]) from None


def digest(raw: bytes) -> str:
    """What tells one state of a record from another."""
    return hashlib.sha256(raw).hexdigest()


class Submitted(NamedTuple):
    """When a record came in, and where it says so."""

    date: datetime.date | None
    source: Source | None = None
    start: int | None = None
    end: int | None = None
    problem: Diagnostic | None = None


def submitted(raw: bytes, path: Path, year: int | None = None) -> Submitted:
    """The day that a record states as 提交日期, if it does; one without a year lies in the campaign's."""
    if not any(word.encode() in raw for word in _SUBMITTED):
        return Submitted(None)
    tree = evidence.read_text(raw, str(path))
    data = tree.data if isinstance(tree.data, Mapping) else {}
    key = next((str(key) for key in data if fold(str(key)) in _SUBMITTED), None)
    if key is None or data[key] in ("", None):
        return Submitted(None)
    place = tree.place((key,), "")
    found = day(data[key], year)
    if found is not None:
        return Submitted(found, tree.source, *place)
    problem = Diagnostic("RB612", {"value": shown(data[key]), "wanted": Wording("campaign_wants_date")}, tree.source, *place)
    return Submitted(None, problem=problem)


# --- putting one in its place


def write(plan: Plan, slot: Slot, raw: bytes, since: str | None, name: str = "record.yaml") -> str:
    """Puts a record in its slot's place, whole or not at all, and returns its `digest`.

    `since` is the digest of the record that the writer started from, None where there was none: where another record lies there by now
    nothing is written. `name` tells YAML from JSON. Raises RulebookError: evidence that does not fit, another unit's, changed since.
    """
    record = evidence.read_record(plan.books[slot.rubric], raw, name=name)
    if record.subject and alike(record.subject) != alike(slot.unit):
        raise RulebookError([Diagnostic("RB654", {"unit": slot.unit, "subject": record.subject, "name": name})])
    folder = plan.records / lexicon.term("campaign_hand", slot.by)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with _locked(folder):
            path = place(plan, slot)
            if path.suffix.lower() != Path(name).suffix.lower() and path.exists():
                raise RulebookError([Diagnostic("RB604", {"name": Path(name).suffix, "allowed": path.suffix})])
            path = path.with_name(f"{path.name.removesuffix(path.suffix)}{Path(name).suffix.lower()}")
            now = digest(read(path)) if path.exists() else None
            if not _is(now, since):
                why = "record_gone" if now is None else "record_there" if since is None else "record_other"
                raise RulebookError([Diagnostic("RB657", {"name": str(path), "why": partial(wording, why, now=now)})])
            with whole(path, lasting=True) as made:
                made.write_bytes(raw)
    except OSError:
        raise RulebookError([Diagnostic("RB602", {"name": str(folder)})]) from None
    return digest(raw)


def _is(now: str | None, since: str | None) -> bool:
    """True where the record that lies there is the one that was started from; a digest may be shortened to eight characters."""
    if now is None or since is None:
        return now is since
    return len(since) >= 8 and now.startswith(since.lower())


@contextlib.contextmanager
def _locked(folder: Path) -> Iterator[None]:
    """One writer in the folder at a time; the others wait. The lock goes with its process."""
    with (folder / LOCK).open("ab") as file:
        if sys.platform == "win32":
            import msvcrt

            msvcrt.locking(file.fileno(), msvcrt.LK_LOCK, 1)
        else:
            import fcntl

            fcntl.flock(file, fcntl.LOCK_EX)
        yield


__all__ = ["Filed", "Slot", "Submitted", "digest", "filed", "place", "read", "submitted", "write"]
