"""`rulebook duties`: who answers for what, unit by unit or as a matrix, and how much of it is done."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from rulebook.cli.output import document, language, read_bytes, refuse, report, write_text
from rulebook.cli.verb import help_of, reading_of, verb
from rulebook.codes import wording

if TYPE_CHECKING:
    from rulebook.api import Scorecard
    from rulebook.codes import Language
    from rulebook.diagnostics import Diagnostic
    from rulebook.duties import Assignment, Count, Duties


@verb("duties")
@click.argument("book")
@click.argument("evidence", required=False)
@click.option("--units", metavar="DIRECTORY", help=help_of("option_units"))
@click.option("--unit", metavar="NAME", help=help_of("option_unit"))
@click.option("--matrix", is_flag=True, help=help_of("option_matrix"))
@click.option("--csv", "as_csv", is_flag=True, help=help_of("option_csv"))
@click.option("--out", "-o", type=click.Path(dir_okay=False), help=help_of("option_write_to_a_file"))
def duties(
    book: str, evidence: str | None, units: str | None, unit: str | None, matrix: bool, as_csv: bool, out: str | None,
    as_json: bool, lang: str | None,
) -> None:  # fmt: skip
    from rulebook.bounds import BOUNDS
    from rulebook.diagnostics import Diagnostic, RulebookError
    from rulebook.duties import findings, roll
    from rulebook.suppression import let

    spoken = language(lang)
    if [book, evidence, units].count("-") > 1:
        raise click.UsageError(wording("input_once", spoken))
    if out is not None and Path(out).suffix.lower() != ".csv":
        raise click.UsageError(wording("duties_out", spoken))
    reading = reading_of(book, spoken)
    errors = [one for one in reading.diagnostics if one.severity == "error"]
    if reading.rulebook is None or errors:
        refuse(errors or reading.diagnostics, spoken, as_json)
    rules = reading.rulebook
    assert rules is not None
    card: Scorecard | None = None
    try:
        known = _directory(units or rules.header.directory, book)
        if evidence is not None:
            card = rules.score(read_bytes(evidence, BOUNDS.evidence_bytes * 5), name=evidence, language=spoken)
    except RulebookError as error:
        refuse(error.diagnostics, spoken, as_json)
    directory, found = known
    if directory is None and found:
        refuse(found, spoken, as_json)
    made = roll(rules, directory)
    found += [
        one
        for one in let([*reading.diagnostics, *findings(made, reading.source)], reading.source, rules).standing
        if one.code in OWN
    ]
    if unit is not None:
        try:
            chosen = [made.find(unit)]
        except KeyError:
            refuse([Diagnostic("RB435", {"name": unit, "near": _near(made, unit)})], spoken, as_json)
        own = {one.task.address for one in made.of(unit)}
        found = [one for one in found if one.clause in own]
    else:
        chosen = [name for name in made.units if made.of(name)]
    if out is not None:
        try:
            write_text(Path(out), "\ufeff" + _table(made, chosen, spoken))
        except RulebookError as error:
            refuse(error.diagnostics, spoken, as_json)
    if as_json:
        shape: dict[str, Any] = {"rulebook": rules.id, "directory": directory.name if directory else None, "tasks": len(made.tasks)}
        shape["units"] = [_unit(made, name, card) for name in chosen]
        if matrix:
            shape["matrix"] = {name: made.row(name) for name in chosen}
        shape["idle"] = list(made.idle)
        shape["unassigned"] = [task.address for task in made.tasks if not any(part.role != "support" for part in task.parts)]
        document(shape | {"diagnostics": [one.json(spoken) for one in found]})
    elif as_csv and out is None:
        click.echo(_table(made, chosen, spoken), nl=False)
    elif matrix and out is None:
        _grid(made, chosen, spoken)
    elif out is None:
        for name in chosen:
            _list(made, name, card, spoken)
        if not chosen:
            click.echo(wording("duties_none", spoken))
        if made.idle and unit is None:
            click.echo(wording("duties_idle", spoken, units="、".join(made.idle)))
    if not as_json:
        report(found, spoken)
    if any(one.severity in ("error", "warning") for one in found):
        raise click.exceptions.Exit(1)


OWN = frozenset({"RB433", "RB434", "RB435", "RB436", "RB438"})
"""Codes of findings that say something of who answers."""


def _directory(named: str, book: str) -> tuple[Any, list["Diagnostic"]]:
    """The directory that is named, with its findings; none where nobody names one."""
    from rulebook.duties import find_directory, read_directory

    if not named:
        return None, []
    if named == "-":
        from rulebook.bounds import BOUNDS

        read = read_directory(read_bytes("-", BOUNDS.evidence_bytes * 5), "<stdin>")
    else:
        read = read_directory(find_directory(named, book if book != "-" else ""))
    return read.directory, list(read.diagnostics)


def _near(made: "Duties", unit: str) -> object:
    from rulebook.duties.directory import Directory, nearest

    return nearest(made.directory or Directory(made.units), unit)


# --- one unit


def _unit(made: "Duties", name: str, card: "Scorecard | None") -> dict[str, Any]:
    from rulebook.duties.roll import progress

    states = {score.clause: progress(score) for score in card.clauses} if card is not None else {}
    tasks = [
        {"clause": one.task.address, "section": one.task.section, "heading": one.task.clause.heading, "role": one.role, "through": one.through or None}
        | ({"state": states[one.task.address]} if states else {})
        for one in made.of(name)
    ]  # fmt: skip
    shape: dict[str, Any] = {"unit": name, **{role: sum(1 for one in tasks if one["role"] == role) for role in _roles()}}
    if card is not None:
        shape |= _counted(card, made.of(name))._asdict()
    return shape | {"tasks": tasks}


def _roles() -> tuple[str, ...]:
    from rulebook.parser.duties import ROLES

    return ROLES


def _counted(card: "Scorecard", several: "tuple[Assignment, ...]") -> "Count":
    from rulebook.duties.roll import counted

    return counted(card, [one.task.address for one in several])


def _list(made: "Duties", name: str, card: "Scorecard | None", lang: "Language") -> None:
    """A unit's tasks for people, by section."""
    from rulebook.duties.roll import progress

    several = made.of(name)
    roles = [one.role for one in several]
    click.echo(wording("duties_unit", lang, unit=name, count=len(several), **{role: roles.count(role) for role in _roles()}))  # type: ignore[arg-type]
    if card is not None:
        click.echo("  " + wording("duties_count", lang, **_counted(card, several)._asdict()))
    states = {score.clause: progress(score) for score in card.clauses} if card is not None else {}
    section = ""
    for one in several:
        if one.task.section != section:
            section = one.task.section
            click.echo(f"  {section}")
        state = _state(card, one.task.address, states[one.task.address], lang) if card is not None else ""
        through = wording("duties_through", lang, group=one.through) if one.through else ""
        click.echo(f"    {state}{wording('duties_' + one.role, lang)} {one.task.address} {one.task.clause.heading}{through}")


# --- a list of tasks, scored


def completion(card: "Scorecard", lang: "Language") -> str:
    """How many tasks of a list are done, and which are not: what a score says where there are no points."""
    from rulebook.duties.roll import counted, progress

    subject = card.subject or wording("nameless", lang)
    out = [f"{subject}{wording('duties_colon', lang)}{wording('duties_count', lang, **counted(card)._asdict())}"]
    for section in dict.fromkeys(score.section for score in card.clauses):
        several = [(score, progress(score)) for score in card.clauses if score.section == section]
        done = sum(state == "done" for _, state in several)
        applying = sum(state != "not_applicable" for _, state in several)
        out.append(f"{section}  {done}/{applying}")
        out += [f"    {_state(card, score.clause, state, lang)}{score.clause} {score.heading}" for score, state in several if state != "done"]
    return "\n".join(out)


def _state(card: "Scorecard", clause: str, state: str, lang: "Language") -> str:
    """A task's state in brackets, and what is short or late where the ledger tells it."""
    reasons = [entry.reason for entry in card.ledger if entry.clause == clause and entry.effect == "judged" and not entry.assumed]
    return f"[{reasons[0] if state == 'open' and reasons else wording('duties_' + state, lang)}] "


def share(card: "Scorecard") -> str:
    """Tasks done, of all that apply: 30/34; with what may still become of it, 28–30/34."""
    from rulebook.duties.roll import counted

    count = counted(card)
    done = f"{count.done}–{count.done + count.unknown}" if count.unknown else str(count.done)
    return f"{done}/{count.all - count.not_applicable}"


# --- the matrix


def _grid(made: "Duties", chosen: list[str], lang: "Language") -> None:
    """Units down, tasks across, one sign for each role."""
    from rulebook.source import width

    head = max((width(name) for name in chosen), default=0)
    columns = [task.address for task in made.tasks]
    sign = {role: wording(f"duties_sign_{role}", lang) for role in _roles()}
    click.echo(wording("duties_signs", lang, **sign))
    click.echo(" " * head + "".join(f" {address}" for address in columns))
    for name in chosen:
        row = made.row(name)
        cells = (" " * (len(address) - 1) + (sign[row[address]] if address in row else "·") for address in columns)
        click.echo(name + " " * (head - width(name)) + "".join(f" {cell}" for cell in cells))


def _table(made: "Duties", chosen: list[str], lang: "Language") -> str:
    """Tasks down, units across, as comma-separated values that no spreadsheet takes for formulas."""
    import csv
    import io

    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    heads = [wording(f"duties_column_{name}", lang) for name in ("clause", "section", "heading")]
    writer.writerow(map(_inert, [*heads, *chosen]))
    rows = [made.row(name) for name in chosen]
    for task in made.tasks:
        roles = [row.get(task.address) for row in rows]
        said = [wording(f"duties_{role}", lang) if role else "" for role in roles]
        writer.writerow(map(_inert, [task.address, task.section, task.clause.heading, *said]))
    return out.getvalue()


def _inert(words: str) -> str:
    """Words that a spreadsheet would take for a formula, marked as text."""
    return f"'{words}" if words[:1] in ("=", "+", "-", "@", "\t", "\r", "\uff1d", "\uff0b", "\uff0d", "\uff20") else words
