"""A campaign file, in whatever form and language its keys are, as plain data in one form under English keys, every place remembered."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from rulebook import lexicon
from rulebook.bounds import BOUNDS
from rulebook.campaign.places import Loc, Place, Places, headed, near, shown
from rulebook.diagnostics import Diagnostic, RulebookError
from rulebook.duties import Directory, find_directory, read_directory
from rulebook.evidence import read_text
from rulebook.source import Source, fold


class Paper:
    """One file that is being put under English keys: the campaign itself, or its list of units."""

    def __init__(self, path: Path, places: Places) -> None:
        self.places = places
        self.path = path
        try:
            with path.open("rb") as file:
                raw = file.read(BOUNDS.evidence_bytes * 5 + 1)
        except (OSError, ValueError):
            raise RulebookError([Diagnostic("RB601", {"name": _printable(str(path))})]) from None
        try:
            self.tree = read_text(raw, path.name)
        except RulebookError as error:
            raise RulebookError([headed(_own(problem), path) for problem in error.diagnostics]) from None
        if self.tree.source is not None:
            self.tree.source = Source(str(path), self.tree.source.text)
        self.data = self.tree.data

    def note(self, loc: Loc, path: tuple[str, ...]) -> None:
        """Remembers where the value at `path` of the file stands."""
        source = self.tree.source
        if source is None:
            return
        if self.tree.values:
            for kept, there in ((self.places.keys, self.tree.keys), (self.places.values, self.tree.values)):
                if path in there:
                    kept[loc] = Place(source, *there[path])
        else:
            self.places.keys[loc] = Place(source, *self.tree.place(path, ""))

    def mapping(self, kind: str, data: Any, loc: Loc, path: tuple[str, ...]) -> Any:
        """The mapping under the English keys of a kind of terms; what is no mapping stays as it is. An unknown or doubled key is told."""
        self.note(loc, path)
        if not isinstance(data, Mapping):
            return data
        known = lexicon.terms()[kind]
        made: dict[str, Any] = {}
        for key, value in data.items():
            meaning = known.get(fold(str(key)).strip())
            if meaning is None:
                self.note((*loc, str(key)), (*path, str(key)))
                self.places.say("RB610", (*loc, str(key)), at_key=True, name=str(key), near=near(str(key), known))
            elif meaning in made:
                self.note((*loc, meaning), (*path, str(key)))
                self.places.say("RB506", (*loc, meaning), at_key=True, key=str(key))
            else:
                made[meaning] = value
                self.note((*loc, meaning), (*path, str(key)))
        return made

    def key(self, kind: str, meaning: str, data: Mapping[str, Any]) -> str:
        """The key as the file writes it."""
        known = lexicon.terms()[kind]
        return next((str(key) for key in data if known.get(fold(str(key)).strip()) == meaning), meaning)


def _own(problem: Diagnostic) -> Diagnostic:
    """What cannot be read, said of a campaign file and not of evidence."""
    return replace(problem, code="RB660") if problem.code == "RB508" else problem


def _printable(text: str) -> str:
    return "".join(c if c.isprintable() else "?" for c in text[:200])


# --- the whole file


def english(paper: Paper) -> dict[str, Any]:
    """The file's data in the one form that the model takes."""
    data: dict[str, Any] = paper.mapping("campaign", paper.data, (), ())
    paths = {name: (paper.key("campaign", name, paper.data),) for name in data}
    if "rubrics" in data:
        data["rubrics"] = _rubrics(paper, data["rubrics"], paths["rubrics"])
    if isinstance(data.get("groups"), Mapping):
        data["groups"] = _groups(paper, data["groups"], paths["groups"])
    elif "groups" not in data and isinstance(data.get("rubrics"), Mapping):
        data["groups"] = {name: {name: "1"} for name in data["rubrics"]}
    if "units" in data:
        groups = list(data["groups"]) if isinstance(data.get("groups"), Mapping) else []
        data["units"] = _unit_list(paper, data["units"], ("units",), paths["units"], groups)
    if "teams" in data:
        data["teams"] = _texts(paper, data["teams"], ("teams",), paths["teams"])
    if isinstance(data.get("schedule"), list):
        data["schedule"] = _visits(paper, data["schedule"], paths["schedule"])
    if "days" in data:
        data["days"] = paper.mapping("campaign_days", data["days"], ("days",), paths["days"])
    if "ranking" in data:
        data["ranking"] = paper.mapping("campaign_ranking", data["ranking"], ("ranking",), paths["ranking"])
    if "grades" in data:
        data["grades"] = _grades(paper, data["grades"], paths["grades"])
    return {name: value for name, value in data.items() if value not in ("", None)}


def _rubrics(paper: Paper, data: Any, path: tuple[str, ...]) -> Any:
    """Name → file. One rubric alone, or a list of them, goes by the file's own name."""
    if isinstance(data, str):
        data = {_stem(data): data}
    elif isinstance(data, list):
        data = {_stem(str(one)): one for one in data}
    elif isinstance(data, Mapping):
        for name in data:
            paper.note(("rubrics", str(name)), (*path, str(name)))
    return data


def _stem(file: str) -> str:
    return Path(file).name.removesuffix(".rulebook") or file


def _groups(paper: Paper, data: Mapping[str, Any], path: tuple[str, ...]) -> dict[str, Any]:
    made = {}
    for name, value in data.items():
        paper.note(("groups", str(name)), (*path, str(name)))
        made[str(name)] = _weights(paper, value, ("groups", str(name)), (*path, str(name)))
    return made


def _weights(paper: Paper, data: Any, loc: Loc, path: tuple[str, ...]) -> Any:
    """Rubric → share. One rubric alone has all of it."""
    if isinstance(data, list) and len(data) == 1:
        data = data[0]
    if isinstance(data, str) and data:
        return {data: "1"}
    if isinstance(data, Mapping):
        for name in data:
            paper.note((*loc, str(name)), (*path, str(name)))
    return data


def _unit_list(paper: Paper, data: Any, loc: Loc, path: tuple[str, ...], groups: Sequence[str]) -> Any:
    """A list of units: as it stands, by group, or in a file of its own."""
    if isinstance(data, str) and data:
        return _listed(paper, data, loc, groups)
    made: list[Any] = []
    if isinstance(data, Mapping):
        for group, several in data.items():
            if not isinstance(several, list):
                return data
            for number, one in enumerate(several):
                made.append(_unit(paper, one, (*loc, len(made)), (*path, str(group), str(number)), str(group)))
        return made
    if not isinstance(data, list):
        return data
    return [_unit(paper, one, (*loc, number), (*path, str(number)), None) for number, one in enumerate(data)]


def _listed(paper: Paper, named: str, loc: Loc, groups: Sequence[str]) -> Any:
    """The units of a file: a list of its own, or a directory of units, from which the campaign's groups are taken by their names."""
    try:
        path = find_directory(named, paper.path)
    except RulebookError:
        raise RulebookError([paper.places.found("RB601", loc, name=shown(named))]) from None
    listed = Paper(path, paper.places)
    data = listed.data
    meanings = {str(key): lexicon.terms()["directory"].get(fold(str(key))) for key in data} if isinstance(data, Mapping) else {}
    if "groups" in meanings.values():
        directory = read_directory(path)
        if directory.directory is None:
            raise RulebookError(directory.diagnostics)
        return list(_grouped(paper, directory.directory, loc, groups))
    key = next((key for key, meaning in meanings.items() if meaning == "units"), None)
    inner, base = (data, ()) if key is None else (data[key], (key,))
    return inner if isinstance(inner, str) else _unit_list(listed, inner, loc, base, groups)


def _grouped(paper: Paper, directory: Directory, loc: Loc, groups: Sequence[str]) -> Iterator[dict[str, Any]]:
    """The units of the campaign's groups; all units where the campaign has one group that the directory does not know."""
    known = [name for name in groups if directory.entry(name) in directory.groups]
    if not known and len(groups) < 2:
        yield from ({"name": unit} for unit in directory.units)
    for name in groups if known or len(groups) > 1 else ():
        if name in known:
            yield from ({"name": unit, "group": name} for unit in directory.members(str(directory.entry(name))))
        else:
            paper.places.say("RB613", ("groups", name), True, name=name, near=near(name, directory.groups))


def _unit(paper: Paper, data: Any, loc: Loc, path: tuple[str, ...], group: str | None) -> Any:
    if isinstance(data, Mapping):
        made = paper.mapping("campaign_unit", data, loc, path)
        if "rubrics" in made:
            key = paper.key("campaign_unit", "rubrics", data)
            made["rubrics"] = _weights(paper, made["rubrics"], (*loc, "rubrics"), (*path, key))
    else:
        paper.note(loc, path)
        made = {"name": data}
    made = {name: value for name, value in made.items() if value != ""}
    return {"group": group, **made} if group is not None else made


def _texts(paper: Paper, data: Any, loc: Loc, path: tuple[str, ...]) -> Any:
    if isinstance(data, str):
        return [data]
    if isinstance(data, list):
        for number in range(len(data)):
            paper.note((*loc, number), (*path, str(number)))
    return data


def _visits(paper: Paper, data: list[Any], path: tuple[str, ...]) -> list[Any]:
    """The lines of the schedule, an empty date being that of the line above."""
    made: list[Any] = []
    above: Any = None
    for number, one in enumerate(data):
        visit = paper.mapping("campaign_visit", one, ("schedule", number), (*path, str(number)))
        if isinstance(visit, dict):
            visit = {name: value for name, value in visit.items() if value not in ("", None)}
            above = visit.get("date", above)
            if above is not None:
                visit["date"] = above
        made.append(visit)
    return made


def _grades(paper: Paper, data: Any, path: tuple[str, ...]) -> Any:
    if not isinstance(data, Mapping):
        return shown(data)
    made = []
    for number, (name, least) in enumerate(data.items()):
        for loc in (("grades", number), ("grades", number, "least"), ("grades", number, "name")):
            paper.note(loc, (*path, str(name)))
        made.append({"name": name, "least": least})
    return made


__all__ = ["Paper", "english"]
