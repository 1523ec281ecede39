"""The directory of units: a YAML file of units, their short names, and groups of them. What a task names is resolved against it, never guessed."""

import os
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Annotated, Any, NamedTuple

from pydantic import BaseModel, BeforeValidator, ConfigDict, ValidationError

from rulebook import evidence, lexicon, loader
from rulebook.assets import folder
from rulebook.bounds import BOUNDS
from rulebook.codes import Wording
from rulebook.diagnostics import Diagnostic, RulebookError
from rulebook.source import Source, fold

SUFFIX = ".yaml"


class Resolved(NamedTuple):
    """What a name means: the unit or group of the directory, and its units. Without an entry the name stands for itself."""

    name: str
    entry: str | None
    units: tuple[str, ...] = ()
    group: bool = False


@dataclass(frozen=True)
class Directory:
    """Units, and names for them and for groups of them. Names are alike whatever their width, script or blanks."""

    units: tuple[str, ...] = ()
    groups: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    aliases: Mapping[str, str] = field(default_factory=dict)
    title: str = ""
    name: str = ""

    def __post_init__(self) -> None:
        known = {key(name): name for name in (*self.units, *self.groups)}
        known.update({key(alias): known.get(key(entry), entry) for alias, entry in self.aliases.items()})
        object.__setattr__(self, "_known", known)
        object.__setattr__(self, "_groups", frozenset(self.groups))

    def entry(self, name: str) -> str | None:
        """The unit or group that has the name, or the short name; None where there is none."""
        return self._known.get(key(name))  # type: ignore[attr-defined,no-any-return]

    def members(self, entry: str) -> tuple[str, ...]:
        """The units of a group, those of its groups included, each once; a unit stands for itself."""
        found: dict[str, None] = {}
        seen: set[str] = set()
        waiting = [entry]
        while waiting:
            one = waiting.pop(0)
            if one in seen:
                continue
            seen.add(one)
            if one in self.groups:
                waiting = [known for member in self.groups[one] if (known := self.entry(member)) is not None] + waiting
            else:
                found[one] = None
        return tuple(found)

    def resolve(self, name: str, earlier: Sequence[str] = ()) -> Iterator[Resolved]:
        """What a name of a list means: itself, or what 和 joins in it. A head that stands at an earlier name only (entries in order) holds on:
        市发改委、应急局 is 市应急局, where the directory has it."""
        for part, entry in self._parts(name, earlier):
            units = (part,) if entry is None else self.members(entry)
            yield Resolved(part, entry, units, entry in self.groups)

    def _parts(self, name: str, earlier: Sequence[str]) -> list[tuple[str, str | None]]:
        """The name with its entry; or, where the directory knows none, the names that a 和 inside it joins."""
        whole = self._headed(name, earlier)
        if whole is not None:
            return [(name, whole)]
        for match in re.finditer("|".join(map(re.escape, lexicon.terms()["duty_and"])), fold(name)):
            parts = [name[: match.start()], name[match.end() :]]
            first = self._headed(parts[0], earlier)
            second = self._headed(parts[1], [*earlier, first]) if first is not None else None
            if first is not None and second is not None:
                return [(parts[0], first), (parts[1], second)]
        return [(name, None)]

    def _headed(self, name: str, earlier: Sequence[str]) -> str | None:
        """The entry of the name, by itself or with the head of a name before it; None where two heads give two entries."""
        known = self.entry(name)
        if known is not None or not name.strip():
            return known
        for before in reversed(earlier):
            heads = {entry for length in range(1, len(before)) if (entry := self.entry(before[:length] + name)) is not None}
            if heads:
                return heads.pop() if len(heads) == 1 else None
        return None

    def near(self, name: str) -> tuple[str, ...]:
        """The known names that are nearest to an unknown one."""
        from difflib import get_close_matches

        return tuple(get_close_matches(name, [*self.units, *self.groups, *self.aliases], n=3, cutoff=0.5))


def key(name: str) -> str:
    """What makes two names alike."""
    return "".join(fold(name).split())


# --- the file


def _names(value: Any) -> Any:
    """A list of names; a single one may stand without the list, and nothing for none."""
    return [] if value == "" else [value] if isinstance(value, str) else value


def _named(value: Any) -> Any:
    return {} if value == "" else value


Names = Annotated[tuple[str, ...], BeforeValidator(_names)]


class _File(BaseModel):
    """The file as it stands."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    title: str = ""
    units: Names = ()
    aliases: Annotated[dict[str, str], BeforeValidator(_named)] = {}
    groups: Annotated[dict[str, Names], BeforeValidator(_named)] = {}


class DirectoryReading(NamedTuple):
    """The directory (None where the file does not read) with every finding."""

    directory: Directory | None
    diagnostics: tuple[Diagnostic, ...]


def find_directory(named: str, book: str | os.PathLike[str] = "") -> Path:
    """The file that a head or a person names: a path, a file beside the rulebook, or a shipped one. Raises RulebookError (RB601)."""
    places = [Path(named), Path(named + SUFFIX)]
    if book:
        located = loader.locate(book)
        beside = located.parent if located is not None else Path(book).parent
        places = [beside / named, beside / (named + SUFFIX), *places]
    if re.fullmatch(r"[\w.-]+", named):
        places.append(folder("rulebooks") / "units" / (named.removesuffix(SUFFIX) + SUFFIX))
    for place in places:
        try:
            if place.is_file():
                return place
        except (OSError, ValueError):
            continue
    raise RulebookError([Diagnostic("RB601", {"name": "".join(c if c.isprintable() else "?" for c in named[:200])})])


def read_directory(path_or_bytes: str | os.PathLike[str] | bytes, name: str | None = None) -> DirectoryReading:
    """The directory of a YAML or JSON file, with every finding about it. Raises RulebookError where the file is no such text."""
    if isinstance(path_or_bytes, bytes):
        raw, label = path_or_bytes, name or "<bytes>"
    else:
        label = name or Path(path_or_bytes).name
        try:
            with Path(path_or_bytes).open("rb") as file:
                raw = file.read(BOUNDS.evidence_bytes * 5 + 1)
        except (OSError, ValueError):
            raise RulebookError([Diagnostic("RB601", {"name": label})]) from None
    try:
        tree = evidence.read_text(raw, label)
    except RulebookError as error:
        raise RulebookError([_own(problem, label) for problem in error.diagnostics]) from None
    return _Reading(tree, label).read()


def _own(problem: Diagnostic, name: str) -> Diagnostic:
    """What cannot be read, said of a directory and not of evidence."""
    return replace(problem, code="RB640", values={**problem.values, "name": name}) if problem.code == "RB508" else problem


class _Reading:
    """One pass over a file."""

    def __init__(self, tree: Any, name: str) -> None:
        self.tree = tree
        self.name = name
        self.diagnostics: list[Diagnostic] = []
        self.written: dict[str, str] = {}
        """Meaning of a top key → the key as written."""

    def say(self, code: str, path: tuple[str, ...], at_key: bool = False, **values: object) -> None:
        first, second = (self.tree.keys, self.tree.values) if at_key else (self.tree.values, self.tree.keys)
        start, end = first.get(path) or second.get(path) or (None, None)
        source: Source | None = self.tree.source
        self.diagnostics.append(Diagnostic(code, values, source, start, end))

    def read(self) -> DirectoryReading:
        file = self.file()
        if file is None:
            return DirectoryReading(None, tuple(self.diagnostics))
        self.doubled(file)
        directory = Directory(file.units, file.groups, file.aliases, file.title, self.name)
        self.unknown(directory)
        if not self.diagnostics:
            self.cycles(directory)
        return DirectoryReading(None if self.diagnostics else directory, tuple(self.diagnostics))

    def file(self) -> _File | None:
        """The file in its shape; None with a finding for each part that has another."""
        data = self.tree.data
        if not isinstance(data, Mapping):
            self.say("RB640", (), name=self.name, why=Wording("directory_mapping"))
            return None
        keys = lexicon.terms()["directory"]
        shaped: dict[str, Any] = {}
        for word, value in data.items():
            meaning = keys.get(fold(str(word)))
            if meaning is None:
                self.say("RB640", (word,), at_key=True, name=self.name, why=word)
            elif meaning in shaped:
                self.say("RB641", (word,), at_key=True, name=word)
            else:
                shaped[meaning] = value
                self.written[meaning] = word
        try:
            made = _File.model_validate(shaped)
        except ValidationError as error:
            for problem in error.errors():
                path = tuple(map(str, problem["loc"]))
                words = (self.written.get(path[0], path[0]), *path[1:])
                self.say("RB640", words, name=self.name, why="·".join(words))
            return None
        if not shaped:
            self.say("RB640", (), name=self.name, why=Wording("why_empty"))
        for place, name, at_key in self._every(made):
            if not 0 < len(name.strip()) <= BOUNDS.name_length or not name.isprintable():
                self.say("RB640", place, at_key=at_key, name=self.name, why=Wording("directory_name"))
        return None if self.diagnostics else made

    def doubled(self, file: _File) -> None:
        """Names that stand twice: among units, short names and groups together, and within a group."""
        seen: set[str] = set()
        for path, name, at_key in self._every(file):
            if key(name) in seen:
                self.say("RB641", path, at_key=at_key, name=name)
            seen.add(key(name))
        for group, members in file.groups.items():
            within: set[str] = set()
            for number, member in enumerate(members):
                if key(member) in within:
                    self.say("RB641", (self.written["groups"], group, str(number)), name=member)
                within.add(key(member))

    def _every(self, file: _File) -> Iterator[tuple[tuple[str, ...], str, bool]]:
        yield from (((self.written["units"], str(n)), name, False) for n, name in enumerate(file.units))
        yield from (((self.written["aliases"], name), name, True) for name in file.aliases)
        yield from (((self.written["groups"], name), name, True) for name in file.groups)

    def unknown(self, directory: Directory) -> None:
        """Members of groups, and what short names stand for, that the directory does not hold."""
        entries = {key(name) for name in (*directory.units, *directory.groups)}
        for alias, entry in directory.aliases.items():
            if key(entry) not in entries:
                self._unknown(directory, (self.written["aliases"], alias), alias, entry)
        for group, members in directory.groups.items():
            for number, member in enumerate(members):
                if directory.entry(member) is None:
                    path = (self.written["groups"], group, str(number))
                    self._unknown(directory, path if path in self.tree.values else path[:2], group, member)

    def _unknown(self, directory: Directory, path: tuple[str, ...], group: str, name: str) -> None:
        known = Directory(directory.units, directory.groups)  # a short name stands for a unit or a group, not for another
        self.say("RB642", path, group=group, name=name, near=nearest(known if path[0] == self.written.get("aliases") else directory, name))

    def cycles(self, directory: Directory) -> None:
        """Groups that hold themselves, however many groups lie between; each is told in one cycle."""
        inner = {
            group: [entry for member in members if (entry := directory.entry(member)) in directory.groups]
            for group, members in directory.groups.items()
        }
        ended: set[str | None] = set()
        waiting = [group for group in inner if not inner[group]]
        holders: dict[str | None, list[str]] = {}
        for group, several in inner.items():
            for one in several:
                holders.setdefault(one, []).append(group)
        left = {group: len(several) for group, several in inner.items()}
        while waiting:  # groups that hold ended ones only end themselves
            group = waiting.pop()
            ended.add(group)
            for holder in holders.get(group, ()):
                left[holder] -= 1
                if not left[holder]:
                    waiting.append(holder)
        for group in inner:
            trail: list[str] = []
            at: str | None = group
            while at is not None and at not in ended and at not in trail:
                trail.append(at)
                at = next((one for one in inner[at] if one not in ended), None)
            if at is not None and at in trail:
                cycle = trail[trail.index(at) :]
                self.say("RB643", (self.written["groups"], cycle[0]), at_key=True, cycle=" → ".join([*cycle[:20], at]))
            ended.update(trail)


def nearest(directory: Directory, name: str) -> object:
    """What a message says behind an unknown name: the nearest known ones, or nothing."""
    near = directory.near(name)
    return Near(near) if near else ""


class Near(NamedTuple):
    """The nearest known names, as a message says them."""

    names: tuple[str, ...]

    def __str__(self) -> str:
        return "（" + "、".join(self.names) + "？）"


