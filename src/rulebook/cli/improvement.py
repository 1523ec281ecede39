"""The verb `advise`: what a point is worth now."""

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

import click

from rulebook.cli.output import document, language, read_bytes, refuse
from rulebook.cli.verb import book_of, help_of, verb
from rulebook.codes import wording

if TYPE_CHECKING:
    from rulebook.api import Rulebook
    from rulebook.codes import Language
    from rulebook.evidence import Record, Value
    from rulebook.improvement import Change, Gain, Open, Plan


@verb("advise")
@click.argument("book")
@click.argument("evidence")
@click.option("--wanted", help=help_of("option_wanted"))
def advise(book: str, evidence: str, wanted: str | None, as_json: bool, lang: str | None) -> None:
    from rulebook.bounds import BOUNDS
    from rulebook.diagnostics import RulebookError
    from rulebook.evidence import read_record
    from rulebook.improvement import gains, least, most, settling

    spoken = language(lang)
    if book == evidence == "-":
        raise click.UsageError(wording("input_once", spoken))
    rules = book_of(book, spoken, as_json)
    try:
        raw = read_bytes(evidence, BOUNDS.evidence_bytes * 5)
        card = rules.score(raw, name=evidence)
        record = read_record(rules, raw, name=evidence)
    except RulebookError as error:
        refuse(error.diagnostics, spoken, as_json)
    plan: Plan | None = None
    try:
        plan = least(rules, record, wanted) if wanted is not None else None
    except ValueError:
        click.echo(wording("advise_wanted", spoken, wanted=wanted), err=True)
        raise click.exceptions.Exit(2) from None
    shape = _shape(rules, record, gains(rules, record), settling(rules, record))
    shape |= {"subject": card.subject, **card.model_dump(mode="json", include={"total", "lower", "upper", "full", "grade", "scorable"})}
    if wanted is not None:
        shape |= {"wanted": wanted, "plan": None if plan is None else _planned(plan), "most": _points(most(rules, record))}
    if as_json:
        document(shape)
    else:
        for line in _told(rules, shape, spoken):
            click.echo(line)
    if wanted is not None and plan is None:
        raise click.exceptions.Exit(1)


# --- as plain data


def _shape(rules: "Rulebook", record: "Record", gained: Iterable["Gain"], still_open: Iterable["Open"]) -> dict[str, Any]:
    return {
        "rulebook": rules.id,
        "subject": record.subject,
        "gains": [
            {"clause": one.clause, "changes": _changes(one.changes), "points": _points(one.points), "award": one.award, "lifts_veto": one.lifts}
            for one in gained
        ],
        "open": [{"clause": one.clause, "facts": list(one.facts), "points": _points(one.points), "veto": one.veto} for one in still_open],
    }


def _planned(plan: "Plan") -> dict[str, Any]:
    return {"changes": _changes(plan.changes), "total": _points(plan.total), "grade": plan.grade, "proved": plan.proved}


def _changes(changes: Iterable["Change"]) -> list[dict[str, Any]]:
    return [{"clause": one.clause, "fact": one.fact, "before": _plain(one.before), "after": _plain(one.after)} for one in changes]


def _plain(value: "Value | None") -> Any:
    """The value as evidence writes it; a list of records or amounts as a list."""
    from rulebook.evidence import written

    return None if value is None else written(value)


def _points(number: Any) -> str:
    from rulebook.exact import show

    return show(number)


# --- for people


def _told(rules: "Rulebook", shape: dict[str, Any], lang: "Language") -> Iterator[str]:
    """The score now, a line each gain, what is open, and the plan where one was asked for."""
    headings = {clause.address: clause.heading for clause in rules.clauses()}
    if not shape["scorable"]:
        yield wording("advise_unscorable", lang)
        return
    lower, upper = shape["lower"], shape["upper"]
    total = lower if lower == upper else f"{lower}–{upper}"
    yield wording("advise_state", lang, subject=shape["subject"] or "-", total=total, full=shape["full"])
    for gain in shape["gains"]:
        what = "，".join(_said(change, lang) for change in gain["changes"])
        marks = "".join(wording(mark, lang) for key, mark in MARKS.items() if gain[key])
        yield "  " + wording("advise_gain", lang, points=f"+{gain['points']}", clause=gain["clause"], heading=headings[gain["clause"]], what=what) + marks
    if not shape["gains"]:
        yield wording("advise_nothing", lang)
    if shape["open"]:
        yield wording("advise_open", lang)
    for one in shape["open"]:
        points = one["points"]
        if one["clause"] is None:
            yield "  " + wording("advise_open_rest", lang, points=points)
            continue
        veto = wording("advise_open_veto", lang) if one["veto"] else ""
        values = {"clause": one["clause"], "heading": headings[one["clause"]], "facts": "、".join(one["facts"])}
        yield "  " + wording("advise_open_part", lang, points=points, **values) + veto
    if "wanted" in shape:
        yield from _plan_told(shape, headings, lang)


MARKS = {"award": "advise_award", "lifts_veto": "advise_lifts"}
"""Key of a gain → the mark that stands behind its line."""


def _plan_told(shape: dict[str, Any], headings: dict[str, str], lang: "Language") -> Iterator[str]:
    plan, wanted = shape["plan"], shape["wanted"]
    if plan is None:
        yield wording("advise_out_of_reach", lang, wanted=wanted, most=shape["most"])
        return
    if not plan["changes"]:
        yield wording("advise_reached", lang, wanted=wanted)
        return
    key = "advise_plan" if plan["proved"] else "advise_plan_unproved"
    yield wording(key, lang, wanted=wanted, count=len(plan["changes"]), total=plan["total"])
    for change in plan["changes"]:
        values = {"clause": change["clause"], "heading": headings[change["clause"]], "what": _said(change, lang)}
        yield "  " + wording("advise_plan_change", lang, **values)


def _said(change: dict[str, Any], lang: "Language") -> str:
    if change["fact"] is None:
        return wording("advise_supply", lang)
    before, after = (_value(change[key], lang) for key in ("before", "after"))
    return wording("advise_change", lang, fact=change["fact"], before=before, after=after)


def _value(value: Any, lang: "Language") -> str:
    if isinstance(value, bool):
        return wording(str(value).lower(), lang)
    if isinstance(value, list):
        if all(isinstance(one, str) for one in value) and value:
            return "＋".join(value)
        return wording("advise_records", lang, count=len(value))
    return str(value)
