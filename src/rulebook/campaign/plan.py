"""The plan: a campaign whose names all exist, whose figures fit, and whose rubrics are read. A plan that exists is right.

Steps: YAML → plain data under English keys (`paper`) → the typed `Campaign` (`model`) → names that must exist, weights that must add up,
rubrics that must read → `Plan`.
"""

import datetime
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from rulebook import api, lexicon
from rulebook.campaign import schedule
from rulebook.campaign.model import Campaign, year
from rulebook.campaign.paper import Paper, english
from rulebook.campaign.places import Loc, Places, alike, headed, near, shown
from rulebook.codes import Wording
from rulebook.diagnostics import Diagnostic, RulebookError, has_errors
from rulebook.exact import show


@dataclass(frozen=True)
class Unit:
    """One unit with the rubrics that apply to it and their weights, which add up to 1."""

    name: str
    group: str
    weights: tuple[tuple[str, Fraction], ...]
    submitted: datetime.date | None = None


@dataclass(frozen=True)
class Plan:
    """A campaign whose names all exist, with its rubrics read. `problems` are remarks: what is wrong with its schedule."""

    campaign: Campaign
    path: Path
    books: Mapping[str, api.Rulebook]
    units: tuple[Unit, ...]
    problems: tuple[Diagnostic, ...]
    places: Places = field(compare=False, repr=False)

    @property
    def records(self) -> Path:
        """The folder where the records lie."""
        return self.path.parent / self.campaign.records

    def unit(self, name: str) -> Unit | None:
        """The unit of that name, however wide its brackets."""
        return next((unit for unit in self.units if alike(unit.name) == alike(name)), None)

    def groups(self) -> Iterator[tuple[str, tuple[Unit, ...]]]:
        """The groups in the order of the file, each with its units; those without units left out."""
        for name in self.campaign.groups:
            units = tuple(unit for unit in self.units if unit.group == name)
            if units:
                yield name, units


def read(path: Path | str) -> Plan:
    """The plan that a campaign file makes. Raises RulebookError with every problem, each at its line, where one is an error."""
    places = Places()
    paper = Paper(Path(path), places)
    if not isinstance(paper.data, Mapping):
        raise RulebookError([headed(Diagnostic("RB660", {"why": Wording("why_mapping")}), Path(path))])
    data = english(paper)
    try:
        campaign = Campaign.model_validate(data, context={"year": year(data.get("year"))})
    except ValidationError as error:
        derived = {"groups"} if ("groups",) not in places.values and ("groups",) not in places.keys else set()
        for one in error.errors(include_url=False):
            if one["loc"][0] not in derived:  # what follows from another key is told there
                _tell(places, one)
        raise RulebookError(places.problems) from None
    books = dict(_books(campaign, Path(path).parent, places))
    units = tuple(_units(campaign, places))
    _combinable(campaign, books, units, places)
    _sound(campaign, places)
    problems = [*places.problems, *schedule.findings(campaign, units, places)]
    if has_errors(problems):
        raise RulebookError(problems)
    return Plan(campaign, Path(path), books, units, tuple(problems), places)


def _tell(places: Places, error: Any) -> None:
    """One error of the model in the words of the file."""
    loc = tuple(error["loc"])
    if loc[-1:] == ("[key]",):
        places.say("RB612", loc[:-1], at_key=True, value=shown(loc[-2]), wanted=Wording(error["msg"]))
    elif error["type"] == "missing":
        field = str(loc[-1])
        places.say("RB611", loc[:-1], at_key=True, key=_canonical(loc), sample=Wording(f"campaign_sample_{field}"))
    else:
        kind = "dict_type" if loc == ("grades",) else error["type"]
        wanted = error["msg"] if kind == "wanted" else f"campaign_{kind}"  # dict_type, list_type, too_short and the like
        places.say("RB612", loc, value=shown(error["input"]), wanted=Wording(wanted))


def _canonical(loc: Loc) -> str:
    kinds = {1: "campaign", 2: "campaign_days", 3: "campaign_unit" if loc[0] == "units" else "campaign_visit"}
    return lexicon.term(kinds[len(loc)], str(loc[-1]))


# --- names that must exist, figures that must fit


def _books(campaign: Campaign, folder: Path, places: Places) -> Iterator[tuple[str, api.Rulebook]]:
    """The rubrics, read: a file beside the campaign, else a shipped rulebook of that name."""
    seen: dict[str, str] = {}
    for name, stated in campaign.rubrics.items():
        beside = folder / stated
        reading = api.read(beside if beside.is_file() or Path(stated).name != stated else Path(stated))
        errors = [problem for problem in reading.diagnostics if problem.severity == "error"]
        if reading.rulebook is None or errors:
            places.say("RB616", ("rubrics", name), name=name, why=(errors or reading.diagnostics)[0].one_line)
        elif reading.rulebook.id in seen:
            places.say("RB614", ("rubrics", name), at_key=True, name=reading.rulebook.id)
        else:
            seen[reading.rulebook.id] = name
            yield name, reading.rulebook


def _units(campaign: Campaign, places: Places) -> Iterator[Unit]:
    """The units with their weights; what does not fit is told."""
    for name, weights in campaign.groups.items():
        _weighed(campaign, weights, ("groups", name), name, places)
    seen: set[str] = set()
    every = {alike(named.name) for named in campaign.units}
    rubrics = {alike(rubric) for rubric in campaign.rubrics}
    for number, named in enumerate(campaign.units):
        loc = ("units", number)
        before, _, after = alike(named.name).rpartition(".")
        if alike(named.name) in seen or (before in every and after in rubrics):  # its record would be that of `before`, under a rubric
            places.say("RB614", (*loc, "name"), name=named.name)
            continue
        seen.add(alike(named.name))
        only = next(iter(campaign.groups)) if len(campaign.groups) == 1 else None
        group = named.group or only
        if group is None:
            places.say("RB611", loc, at_key=True, key=_canonical(("units", 0, "group")), sample=Wording("campaign_sample_group"))
        elif group not in campaign.groups:
            places.say("RB613", (*loc, "group"), name=group, near=near(group, campaign.groups))
        else:
            if named.rubrics is not None:
                _weighed(campaign, named.rubrics, (*loc, "rubrics"), named.name, places)
            weights = campaign.groups[group] if named.rubrics is None else named.rubrics
            yield Unit(named.name, group, tuple(weights.items()), named.submitted)


def _weighed(campaign: Campaign, weights: Mapping[str, Fraction], loc: Loc, whose: str, places: Places) -> None:
    for name in weights:
        if name not in campaign.rubrics:
            places.say("RB613", (*loc, name), at_key=True, name=name, near=near(name, campaign.rubrics))
    total = sum(weights.values(), Fraction(0))
    if total != 1:
        places.say("RB615", loc, at_key=True, name=whose, sum=show(total * 100))


def _combinable(campaign: Campaign, books: Mapping[str, api.Rulebook], units: tuple[Unit, ...], places: Places) -> None:
    """A share of nothing is no share: a rubric whose full marks are 0 is not combined with others of other full marks."""
    for name in campaign.groups:
        used = {rubric for unit in units if unit.group == name for rubric, _ in unit.weights if rubric in books}
        marks = {rubric: Fraction(books[rubric].score({}).full) for rubric in used}
        empty = [rubric for rubric, full in marks.items() if full <= 0]
        if len(set(marks.values())) > 1 and empty:
            places.say("RB661", ("groups", name), at_key=True, name=empty[0])


def _sound(campaign: Campaign, places: Places) -> None:
    """Days and grades in order, team names once."""
    if campaign.days is not None and campaign.days.last < campaign.days.first:
        places.say("RB651", ("days",), first=campaign.days.first.isoformat(), last=campaign.days.last.isoformat())
    teams = [alike(team) for team in campaign.teams]
    for number, team in enumerate(campaign.teams):
        if teams.index(alike(team)) < number:
            places.say("RB614", ("teams", number), name=team)
    least = [grade.least for grade in campaign.grades]
    for number, (above, below) in enumerate(pairwise(least), 1):
        if above is None or (below is not None and below >= above):
            places.say("RB612", ("grades", number), True, value=campaign.grades[number].name, wanted=Wording("campaign_wants_grades"))
    lowest = campaign.ranking.vetoed_grade
    names = [grade.name for grade in campaign.grades]
    if lowest is not None and lowest not in names:
        places.say("RB613", ("ranking", "vetoed_grade"), name=lowest, near=near(lowest, names))


__all__ = ["Plan", "Unit", "read"]
