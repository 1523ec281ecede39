"""`rulebook campaign …`: a whole assessment from its file: what is wrong, how far it is, scores, ranks, papers."""

import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from rulebook.cli.output import document, language, read_bytes, refuse, report, write_bytes, write_text
from rulebook.cli.verb import OFFICE, VERBS, help_of
from rulebook.codes import wording

if TYPE_CHECKING:
    from fractions import Fraction

    from rulebook.api import Rulebook
    from rulebook.campaign import Mark, Place, Plan, Standing
    from rulebook.campaign.comparison import Comparison, Difference, Ends
    from rulebook.campaign.plan import Unit
    from rulebook.campaign.records import Slot
    from rulebook.codes import Language
    from rulebook.diagnostics import Diagnostic

class _Steps(click.Group):
    """Steps are listed in the order in which an assessment goes through them."""

    def list_commands(self, context: click.Context) -> list[str]:
        return list(self.commands)


campaign = _Steps("campaign", help=help_of("help_campaign"), short_help=help_of("help_campaign"))
VERBS["campaign"] = campaign


def step(name: str) -> Callable[[Callable[..., None]], click.Command]:
    """Registers one step of a campaign: its file, and the options that every verb has."""

    def register(function: Callable[..., None]) -> click.Command:
        for option in (
            click.option("--json", "as_json", is_flag=True, help=help_of("option_one_json_document")),
            click.option("--lang", type=click.Choice(["zh", "en"]), help=help_of("option_language_of_messages")),
            click.argument("file"),
        ):
            function = option(function)
        said = help_of(f"help_campaign_{name}")
        return campaign.command(name, help=said, short_help=said)(function)

    return register


def _unit_option(function: Callable[..., None]) -> Callable[..., None]:
    return click.option("--unit", "units", multiple=True, help=help_of("option_campaign_unit"))(function)


def _out_option(function: Callable[..., None]) -> Callable[..., None]:
    return click.option("--out", "-o", type=click.Path(dir_okay=False), help=help_of("option_write_to_a_file"))(function)


# --- what every step begins with


def _plan(file: str, lang: "Language", as_json: bool) -> "Plan":
    """The plan, or the end of the program with everything that is wrong with its file."""
    from rulebook.campaign import read
    from rulebook.diagnostics import RulebookError

    try:
        return read(Path(file))
    except RulebookError as error:
        refuse(error.diagnostics, lang, as_json)
        raise


def _standing(plan: "Plan", lang: "Language") -> "Standing":
    from rulebook.campaign import stand

    return stand(plan, language=lang, watch=_watched)


def _watched(units: Sequence["Unit"]) -> "Iterator[Unit]":
    """The units, with a bar on standard error where there are many and a person watches."""
    hidden = len(units) < 20 or not sys.stderr.isatty()
    with click.progressbar(units, file=sys.stderr, hidden=hidden) as bar:
        yield from bar


def _chosen(standing: "Standing", units: tuple[str, ...], lang: "Language", as_json: bool) -> "list[Place]":
    """The places of the units that were asked for; all where none was."""
    from rulebook.campaign.places import alike, near
    from rulebook.diagnostics import Diagnostic

    places = {alike(place.unit): place for place in standing.places()}
    unknown = [name for name in units if alike(name) not in places]
    if unknown:
        names = [place.unit for place in places.values()]
        refuse([Diagnostic("RB613", {"name": name, "near": near(name, names)}) for name in unknown], lang, as_json)
    return [places[alike(name)] for name in units] or list(places.values())


def _found(standing: "Standing") -> "list[Diagnostic]":
    """Everything that is wrong, with the campaign or with a record."""
    return [*standing.problems, *(problem for place in standing.places() for mark in place.marks for problem in mark.problems)]


def _ended(standing: "Standing", lang: "Language", shape: dict[str, Any] | None) -> None:
    """Says what is wrong and ends: with 1 where a record cannot be scored or the campaign is not sound."""
    found = _found(standing)
    if shape is not None:
        document(shape | {"diagnostics": [one.json(lang) for one in found]})
    else:
        report([one for one in found if one.severity == "error"], lang)
    if any(one.severity == "error" for one in found):
        raise click.exceptions.Exit(1)


# --- check, progress, score, compare, rank


@step("check")
def check(file: str, as_json: bool, lang: str | None) -> None:
    spoken = language(lang)
    plan = _plan(file, spoken, as_json)
    standing = _standing(plan, spoken)
    found = _found(standing)
    counts = {"units": len(plan.units), "visits": len(plan.campaign.schedule), "rubrics": len(plan.books)}
    if as_json:
        document({"campaign": standing.title} | counts | {"diagnostics": [one.json(spoken) for one in found]})
    else:
        report(found, spoken)
        click.echo(wording("campaign_checked", spoken, title=standing.title, count=len(found), **counts))
    if any(one.severity in ("error", "warning") for one in found):
        raise click.exceptions.Exit(1)


@step("progress")
def progress(file: str, as_json: bool, lang: str | None) -> None:
    spoken = language(lang)
    standing = _standing(_plan(file, spoken, as_json), spoken)
    marks = [mark for place in standing.places() for mark in place.marks]
    states = {state: sum(mark.state == state for mark in marks) for state in ("done", "part", "none", "faulty")}
    if as_json:
        _ended(standing, spoken, _shape(standing) | {"states": states, "publishable": standing.publishable})
        return
    for group, places in standing.groups:
        click.echo(group)
        rows = [_progress(place, mark, spoken) for place in places for mark in place.marks]
        _table(rows)
    click.echo(wording("campaign_progress", spoken, count=len(marks), **states))
    _ended(standing, spoken, None)


def _progress(place: "Place", mark: "Mark", lang: "Language") -> list[str]:
    open_clauses = wording("campaign_unknown", lang, unknown=mark.unknown, clauses=mark.clauses) if mark.unknown else ""
    own = "" if mark.own is None else wording("campaign_own", lang, score=_span(*mark.own))
    return [wording(f"campaign_state_{mark.state}", lang), _named(place, mark), _span(mark.lower, mark.upper), open_clauses, own]


@step("score")
@_unit_option
@click.option("--explain", "explained", is_flag=True, help=help_of("option_explain_every_point"))
def score(file: str, units: tuple[str, ...], explained: bool, as_json: bool, lang: str | None) -> None:
    spoken = language(lang)
    standing = _standing(_plan(file, spoken, as_json), spoken)
    chosen = _chosen(standing, units, spoken, as_json)
    if as_json:
        shape = _shape(standing, chosen)
        if explained:
            shape["scorecards"] = [card.model_dump(mode="json") for place in chosen for mark in place.marks if (card := standing.card(place, mark))]
        _ended(standing, spoken, shape)
        return
    for place in chosen:
        _table([[place.unit, _span(place.lower, place.upper), _full(place.full, spoken), *_signs(place, spoken)]], indent="")
        if len(place.marks) > 1:
            _table([_weighed(mark, spoken) for mark in place.marks])
        if explained:
            for mark in place.marks:
                card = standing.card(place, mark)
                if len(place.marks) > 1:
                    click.echo(f"\n{_named(place, mark)}")
                click.echo(card.explain(spoken) + "\n" if card is not None else wording("campaign_no_record", spoken))
    _ended(standing, spoken, None)


def _weighed(mark: "Mark", lang: "Language") -> list[str]:
    """One rubric of several: its share, its score, of how many, and what it counts for in the unit's score."""
    from rulebook.exact import show

    weight, counts = wording("campaign_weight", lang, weight=show(mark.weight * 100)), ""
    if mark.worth is not None and mark.lower is not None and mark.upper is not None:
        counts = wording("campaign_counts", lang, points=_span(mark.worth * mark.lower, mark.worth * mark.upper))
    return [mark.rubric, weight, _span(mark.lower, mark.upper), _full(mark.full, lang), counts]


@step("compare")
@_unit_option
def compare(file: str, units: tuple[str, ...], as_json: bool, lang: str | None) -> None:
    from rulebook.campaign import compare as compared

    spoken = language(lang)
    standing = _standing(_plan(file, spoken, as_json), spoken)
    shapes = []
    for place in _chosen(standing, units, spoken, as_json):
        for mark in place.marks:
            found = compared(standing, place, mark)
            if as_json:
                shapes.append(_compared(place, mark, found))
            else:
                click.echo("\n".join(_told(place, mark, found, spoken)))
    _ended(standing, spoken, {"campaign": standing.title, "comparisons": shapes} if as_json else None)


def _told(place: "Place", mark: "Mark", found: "Comparison | None", lang: "Language") -> Iterator[str]:
    """A line for the whole, one for each clause that differs with both reasons, one for the rest."""
    if found is None:
        missing = "campaign_no_own" if mark.own is None else "campaign_no_team"
        yield wording("campaign_not_compared", lang, unit=_named(place, mark), why=wording(missing, lang))
        return
    own, team, change = _span(*found.own), _span(*found.team), _signed(found.change)
    yield wording("campaign_compared", lang, unit=_named(place, mark), own=own, team=team, change=change)
    for row in found.clauses:
        values = {"clause": row.clause, "heading": row.heading, "own": _span(*row.own), "team": _span(*row.team)}
        yield "  " + wording("campaign_compared_clause", lang, **values, change=_signed(row.change))
        for key, reasons in (("campaign_own_reason", row.own_reasons), ("campaign_team_reason", row.team_reasons)):
            if reasons:
                yield "      " + wording(key, lang, reasons="；".join(reasons))
    if any(found.rest):
        yield "  " + wording("campaign_compared_rest", lang, change=_signed(found.rest))


@step("rank")
def rank(file: str, as_json: bool, lang: str | None) -> None:
    spoken = language(lang)
    standing = _standing(_plan(file, spoken, as_json), spoken)
    if as_json:
        _ended(standing, spoken, _shape(standing))
        return
    click.echo("\n".join(_ranking(standing, spoken)))
    _ended(standing, spoken, None)


def _ranking(standing: "Standing", lang: "Language") -> Iterator[str]:
    for group, places in standing.groups:
        yield group
        yield from _lines([[_ranks(place), _span(place.lower, place.upper), place.unit, *_signs(place, lang)] for place in places], right=2)


# --- what leaves


@step("publish")
@_out_option
def publish(file: str, out: str | None, as_json: bool, lang: str | None) -> None:
    spoken = language(lang)
    standing = _publishable(file, spoken, as_json)
    lines = [standing.title, *_ranking(standing, spoken)]
    _text_written(out, ".txt", "\n".join(lines) + "\n", spoken, as_json)
    if as_json:
        document(_shape(standing) | {"file": out, "diagnostics": [one.json(spoken) for one in standing.problems]})
    elif out is None:
        click.echo("\n".join(lines))


def _publishable(file: str, lang: "Language", as_json: bool) -> "Standing":
    """The standing where it may be published; else the end of the program with all that is missing."""
    from rulebook.campaign import missing

    standing = _standing(_plan(file, lang, as_json), lang)
    refused = missing(standing)
    if refused:
        if as_json:
            document({"campaign": standing.title, "publishable": False, "diagnostics": [one.json(lang) for one in refused]})
        report(refused, lang)
        raise click.exceptions.Exit(1)
    return standing


def _text_written(out: str | None, suffix: str, text: str, lang: "Language", as_json: bool) -> None:
    """Writes a text under a name that says what it is, where one was given."""
    from rulebook.diagnostics import RulebookError

    if out is None:
        return
    try:
        _named_as(out, suffix)
        write_text(Path(out), text)
    except RulebookError as error:
        refuse(error.diagnostics, lang, as_json)


def _named_as(out: str, suffix: str) -> None:
    """Raises RulebookError where the name is not that of such a file: a slip must not cost somebody his campaign file."""
    from rulebook.diagnostics import Diagnostic, RulebookError

    if Path(out).suffix.lower() != suffix:
        raise RulebookError([Diagnostic("RB604", {"name": Path(out).suffix, "allowed": suffix})])


@step("calendar")
@_out_option
def calendar(file: str, out: str | None, as_json: bool, lang: str | None) -> None:
    import datetime

    from rulebook.campaign.schedule import calendar as made

    spoken = language(lang)
    plan = _plan(file, spoken, as_json)
    changed = datetime.datetime.fromtimestamp(plan.path.stat().st_mtime, datetime.UTC)
    written = made(plan, changed, spoken)
    _text_written(out, ".ics", written.decode(), spoken, as_json)
    if as_json:
        visits = [
            {"date": visit.date.isoformat(), "from": f"{visit.hours[0]:%H:%M}", "to": f"{visit.hours[1]:%H:%M}", "unit": visit.unit, "team": visit.team}
            for visit in plan.campaign.schedule
        ]
        document({"campaign": plan.campaign.title, "visits": visits, "file": out, "diagnostics": [one.json(spoken) for one in plan.problems]})
        return
    if out is None:
        click.echo(written, nl=False)
    report(plan.problems, spoken)


@step("record")
@click.argument("unit")
@click.argument("evidence")
@click.option("--rubric", help=help_of("option_campaign_rubric"))
@click.option("--self", "own", is_flag=True, help=help_of("option_campaign_self"))
@click.option("--since", help=help_of("option_campaign_since"))
def record(
    file: str, unit: str, evidence: str, rubric: str | None, own: bool, since: str | None, as_json: bool, lang: str | None
) -> None:  # fmt: skip
    from rulebook.bounds import BOUNDS
    from rulebook.campaign import records
    from rulebook.diagnostics import Diagnostic, RulebookError

    spoken = language(lang)
    plan = _plan(file, spoken, as_json)
    try:
        slot = _slot(plan, unit, rubric, own, spoken)
        name = "record.yaml" if evidence == "-" else evidence
        raw, name = _as_text(plan.books[slot.rubric], read_bytes(evidence, BOUNDS.office_bytes), name, slot.unit)
        if not name.lower().endswith(records.SUFFIXES):
            raise RulebookError([Diagnostic("RB604", {"name": Path(name).suffix, "allowed": " ".join((*records.SUFFIXES, ".xlsx", ".csv"))})])
        digest = records.write(plan, slot, raw, since, name)
        path = records.place(plan, slot)
    except RulebookError as error:
        refuse(error.diagnostics, spoken, as_json)
    if as_json:
        document({"file": str(path), "version": digest})
    else:
        click.echo(f"{path}  {digest}")


def _as_text(book: "Rulebook", raw: bytes, name: str, unit: str) -> tuple[bytes, str]:
    """A filled form, or the unit's row of a table, as the YAML file of what it says; evidence that is text already as it is."""
    from rulebook.campaign.places import alike
    from rulebook.cli.papers import is_table, records_of
    from rulebook.cli.template import yaml_record
    from rulebook.diagnostics import Diagnostic, RulebookError
    from rulebook.evidence import Record

    if not raw.startswith(OFFICE) and not is_table(name):
        return raw, name
    found = list(records_of(book, raw, name, force=False))
    read = [one for one in found if isinstance(one, Record)]
    for one in read:
        if not one.subject or alike(one.subject) == alike(unit):
            return yaml_record(book, one).encode(), "record.yaml"
    refused = [diagnostic for one in found if isinstance(one, RulebookError) for diagnostic in one.diagnostics]
    subjects = "、".join(one.subject for one in read)
    raise RulebookError(refused or [Diagnostic("RB654", {"unit": unit, "subject": subjects, "name": name})])


def _slot(plan: "Plan", unit: str, rubric: str | None, own: bool, lang: "Language") -> "Slot":
    """The slot that a command line names. Raises RulebookError: no such unit or rubric; UsageError: which of several rubrics is not said."""
    from rulebook.campaign.places import near
    from rulebook.campaign.records import Slot
    from rulebook.diagnostics import Diagnostic, RulebookError

    found = plan.unit(unit)
    if found is None:
        raise RulebookError([Diagnostic("RB613", {"name": unit, "near": near(unit, [one.name for one in plan.units])})])
    names = {name: name for name, _ in found.weights} | {plan.books[name].id: name for name, _ in found.weights}
    chosen = names.get(rubric) if rubric is not None else found.weights[0][0] if len(found.weights) == 1 else None
    if chosen is None:
        near_names = "、".join(name for name, _ in found.weights)
        if rubric is None:
            raise click.UsageError(wording("campaign_which_rubric", lang, unit=found.name, rubrics=near_names))
        raise RulebookError([Diagnostic("RB613", {"name": rubric, "near": near_names})])
    return Slot(found.name, chosen, "self" if own else "team")


# --- papers


def _paper_option(function: Callable[..., None]) -> Callable[..., None]:
    return click.option("--out", "-o", type=click.Path(dir_okay=False), required=True, help=help_of("option_write_to_a_file"))(function)


def _written(out: str, suffix: str, made: Callable[[], bytes | None], lang: "Language", as_json: bool) -> None:
    """Writes a paper under a name that says what it is; `made` gives its bytes, or None where it has written the file itself.

    A Word file that is there is kept: people write into these.
    """
    from rulebook.diagnostics import Diagnostic, RulebookError

    try:
        _named_as(out, suffix)
        if suffix == ".docx" and Path(out).exists():
            raise RulebookError([Diagnostic("RB605", {"name": out})])
        raw = made()
        if raw is not None:
            write_bytes(Path(out), raw)
    except RulebookError as error:
        refuse(error.diagnostics, lang, as_json)
    if as_json:
        document({"file": out})


@step("page")
@_paper_option
def page(file: str, out: str, as_json: bool, lang: str | None) -> None:
    spoken = language(lang)
    standing = _standing(_plan(file, spoken, as_json), spoken)

    def made() -> None:
        from rulebook.papers.page import write

        write(standing, out, spoken)

    _written(out, ".html", made, spoken, as_json)


@step("notice")
@_paper_option
@click.option("--issuer", default="", help=help_of("option_campaign_issuer"))
@click.option("--date", default="", help=help_of("option_campaign_date"))
def notice(file: str, out: str, issuer: str, date: str, as_json: bool, lang: str | None) -> None:
    spoken = language(lang)
    standing = _publishable(file, spoken, as_json)

    def made() -> bytes:
        from rulebook.papers.notice import notice as written

        return written(standing, issuer=issuer, date=date)

    _written(out, ".docx", made, spoken, as_json)


@step("report")
@click.argument("unit")
@_paper_option
@click.option("--rubric", help=help_of("option_campaign_rubric"))
@click.option("--self", "own", is_flag=True, help=help_of("option_campaign_self"))
def report_(file: str, unit: str, out: str, rubric: str | None, own: bool, as_json: bool, lang: str | None) -> None:
    spoken = language(lang)
    plan = _plan(file, spoken, as_json)

    def made() -> bytes:
        from rulebook.campaign import records
        from rulebook.campaign.scoring import scored
        from rulebook.papers.report import report as written

        slot = _slot(plan, unit, rubric, own, spoken)
        path = records.place(plan, slot)
        return written(plan.books[slot.rubric], scored(plan, slot, records.read(path), path, "zh"), own=own)  # papers are Chinese

    _written(out, ".docx", made, spoken, as_json)


# --- lines for people


def _named(place: "Place", mark: "Mark") -> str:
    return place.unit if len(place.marks) == 1 else f"{place.unit} · {mark.rubric}"


def _ranks(place: "Place") -> str:
    """The rank, or the ranks between which it lies; a dash where there is none."""
    if place.best_rank is None or place.worst_rank is None:
        return "-"
    return str(place.best_rank) if place.best_rank == place.worst_rank else f"{place.best_rank}–{place.worst_rank}"


def _signs(place: "Place", lang: "Language") -> list[str]:
    """The grade, and whether the unit is vetoed."""
    veto = {True: wording("campaign_vetoed", lang), None: wording("campaign_veto_open", lang), False: ""}[place.vetoed]
    return ["/".join(place.grades), veto if place.lower is not None else ""]


def _span(lower: "Fraction | None", upper: "Fraction | None") -> str:
    from rulebook.exact import show

    if lower is None or upper is None:
        return "-"
    return show(lower) if lower == upper else f"{show(lower)}–{show(upper)}"


def _signed(ends: "Ends") -> str:
    from rulebook.exact import show

    lower, upper = (f"+{show(end)}" if end > 0 else show(end) for end in ends)
    return lower if lower == upper else f"{lower}…{upper}"


def _full(full: "Fraction | None", lang: "Language") -> str:
    from rulebook.exact import show

    return "" if full is None else wording("campaign_full", lang, full=show(full))


def _table(rows: list[list[str]], indent: str = "  ") -> None:
    for line in _lines(rows, indent=indent):
        click.echo(line)


def _lines(rows: list[list[str]], right: int = 0, indent: str = "  ") -> Iterator[str]:
    """Rows in columns, the first `right` columns flush right."""
    from rulebook.source import width

    wide = [max(map(width, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        cells = [
            " " * (most - width(cell)) + cell if number < right else cell + " " * (most - width(cell))
            for number, (cell, most) in enumerate(zip(row, wide, strict=True))
        ]
        yield (indent + "  ".join(cells)).rstrip()


# --- shapes for programs


def _shape(standing: "Standing", places: "Iterable[Place] | None" = None) -> dict[str, Any]:
    chosen = standing.places() if places is None else places
    return {"campaign": standing.title, "year": standing.year, "units": [_place(place) for place in chosen]}


def _place(place: "Place") -> dict[str, Any]:
    settled = place.best_rank if place.best_rank == place.worst_rank else None
    return {
        "unit": place.unit,
        "group": place.group,
        "rank": settled,
        "best_rank": place.best_rank,
        "worst_rank": place.worst_rank,
        "total": _shown(place.total),
        "lower": _shown(place.lower),
        "upper": _shown(place.upper),
        "full": _shown(place.full),
        "vetoed": place.vetoed,
        "grades": list(place.grades),
        "marks": [_mark(mark) for mark in place.marks],
    }


def _mark(mark: "Mark") -> dict[str, Any]:
    return {
        "rubric": mark.rubric,
        "weight": _shown(mark.weight),
        "worth": _shown(mark.worth),
        "state": mark.state,
        "total": _shown(mark.total),
        "lower": _shown(mark.lower),
        "upper": _shown(mark.upper),
        "full": _shown(mark.full),
        "unknown": mark.unknown,
        "clauses": mark.clauses,
        "open": list(mark.open),
        "vetoed": mark.vetoed,
        "grades": list(mark.grades),
        "self": None if mark.own is None else {"lower": _shown(mark.own[0]), "upper": _shown(mark.own[1])},
        "receipt": None if mark.receipt is None else mark.receipt.model_dump(mode="json"),
    }


def _compared(place: "Place", mark: "Mark", found: "Comparison | None") -> dict[str, Any]:
    shape: dict[str, Any] = {"unit": place.unit, "rubric": mark.rubric, "self": None, "team": None, "change": None, "clauses": [], "rest": None}
    if found is None:
        return shape
    ends = {"self": _both(found.own), "team": _both(found.team), "change": _both(found.change), "rest": _both(found.rest)}
    return shape | ends | {"clauses": [_clause(row) for row in found.clauses]}


def _clause(row: "Difference") -> dict[str, Any]:
    return {
        "clause": row.clause,
        "heading": row.heading,
        "section": row.section,
        "self": _both(row.own),
        "team": _both(row.team),
        "change": _both(row.change),
        "self_reasons": list(row.own_reasons),
        "team_reasons": list(row.team_reasons),
    }


def _both(ends: "Ends") -> dict[str, str | None]:
    return {"lower": _shown(ends[0]), "upper": _shown(ends[1])}


def _shown(number: "Fraction | None") -> str | None:
    from rulebook.exact import show

    return None if number is None else show(number)
