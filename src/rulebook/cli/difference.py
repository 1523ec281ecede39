"""`rulebook diff`: what separates two rulebooks in meaning, and what that does to the scores of subjects."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from rulebook.cli.output import UNREADABLE, document, language, read_bytes, report
from rulebook.cli.verb import book_of, help_of, verb
from rulebook.codes import wording

if TYPE_CHECKING:
    from collections.abc import Iterable

    from rulebook.codes import Language
    from rulebook.diagnostics import Diagnostic
    from rulebook.difference import Attribution, Change, Difference, Ends, Pairing, Part, Place, Untold

ASPECTS = frozenset(
    {
        "amount", "basis", "effect", "triggers", "fact", "rows", "rungs", "rules",
        "requirement", "type", "unit", "best", "low", "high", "choices", "name", "needed",
    }
)  # fmt: skip
"""Aspects of a change that have a word of their own."""


@verb("diff")
@click.argument("old")
@click.argument("new")
@click.argument("evidence", nargs=-1)
@click.option("--assume", help=help_of("option_take_unknown_clauses_as"))
@click.option("--force", is_flag=True, help=help_of("option_take_evidence_that_names"))
def diff(old: str, new: str, evidence: tuple[str, ...], assume: str | None, force: bool, as_json: bool, lang: str | None) -> None:
    from rulebook.bounds import BOUNDS
    from rulebook.diagnostics import RulebookError
    from rulebook.difference import attribute, differences

    spoken = language(lang)
    if (old, new, *evidence).count("-") > 1:
        raise click.UsageError(wording("input_once", spoken))
    books = _readable(old, spoken, as_json), _readable(new, spoken, as_json)
    found = differences(*books)
    told: list[tuple[str, Attribution]] = []
    failed: list[Diagnostic] = []
    for name in evidence:
        try:
            raw = read_bytes(name, BOUNDS.evidence_bytes * 5)
            one = attribute(*books, raw, name=name, assume=assume, force=force, difference=found)
        except RulebookError as error:
            failed.extend(error.diagnostics)
            continue
        told.append((one.old.subject or Path(name).stem, one))
    if as_json:
        document(_shape(found) | {"subjects": [_subject(*one) for one in told], "diagnostics": [d.json(spoken) for d in failed]})
    elif evidence:
        click.echo("\n\n".join("\n".join(_attributed(subject, one, spoken)) for subject, one in told), nl=bool(told))
    else:
        click.echo("\n\n".join("\n".join(block) for block in _blocks(found, spoken)))
    report(failed, spoken)
    if failed or not found.same:
        raise click.exceptions.Exit(2 if any(d.code in UNREADABLE for d in failed) else 1)


def _readable(name: str, spoken: "Language", as_json: bool) -> Any:
    """The rulebook; one with an error has no meaning to compare: exit status 2."""
    try:
        return book_of(name, spoken, as_json)
    except click.exceptions.Exit:
        raise click.exceptions.Exit(2) from None


# --- for people


def _blocks(found: "Difference", lang: "Language") -> list[list[str]]:
    """One block for the head, one for sections and items, one a clause that differs; last the sums."""
    blocks = []
    if found.header:
        blocks.append([wording("diff_header", lang), *(f"    {_change(change, lang)}" for change in found.header)])
    if found.outline:
        lines = (f"    {_renamed(part.old, part.new)}  {_change(change, lang)}" for part in found.outline for change in part.changes)
        blocks.append([wording("diff_outline", lang), *lines])
    blocks += [_block(pair, lang) for pair in found.clauses if pair.differs]
    both = [pair for pair in found.clauses if pair.old is not None and pair.new is not None]
    touched = sum(1 for pair in both if pair.status and not pair.differs)
    sums = {"pairs": len(both), "changed": len(found.changed), "touched": touched}
    last = [wording("diff_same", lang)] if found.same else []
    return [*blocks, [*last, wording("diff_summary", lang, **sums, added=len(found.added), removed=len(found.removed))]]


def _block(pair: "Pairing", lang: "Language") -> list[str]:
    """A clause: its addresses and headings, then what differs; of one that is new or gone, what it held."""
    status = [wording(f"diff_{name}", lang) for name in pair.status if name not in ("changed", "added", "removed")]
    lines = [_title(pair, lang) + (wording("diff_status", lang, status=_listed(status, lang)) if status else "")]
    place = pair.old or pair.new
    assert place is not None
    if pair.old is None or pair.new is None:
        held = [place.clause.text]
        if place.clause.points is not None:
            from rulebook.exact import show

            held.append(f"{wording('diff_points', lang)} {show(place.clause.points)}")
        return [*lines, *(f"    {line}" for line in held)]
    return [*lines, *(f"    {_change(change, lang)}" for change in pair.changes)]


def _title(pair: "Pairing", lang: "Language") -> str:
    """`2.1 → 1.3 改革措施文件`."""
    if pair.old is None or pair.new is None:
        place: Place | None = pair.new or pair.old
        assert place is not None
        return wording(f"diff_{pair.status[0]}", lang, clause=place.address, heading=place.heading)
    return f"{pair.old.address} → {pair.new.address} {_renamed(pair.old.heading, pair.new.heading)}"


def _renamed(old: str, new: str) -> str:
    return old if old == new else f"{old} → {new}"


def _change(change: "Change", lang: "Language") -> str:
    none = wording("diff_none", lang)
    what = wording(f"diff_{change.what}", lang)
    old, new = (said.removeprefix(f"{what}：") if said else none for said in (change.old, change.new))  # a line of the head has its key
    line = wording("diff_change", lang, what=what, old=old, new=new)
    if not change.aspects:
        return line
    named = dict.fromkeys(aspect if aspect in ASPECTS else "other" for aspect in change.aspects)
    return line + wording("diff_aspects", lang, aspects=_listed((wording(f"diff_aspect_{name}", lang) for name in named), lang))


def _listed(names: "Iterable[str]", lang: "Language") -> str:
    return (", " if lang == "en" else "、").join(names)


def _attributed(subject: str, told: "Attribution", lang: "Language") -> list[str]:
    """A subject's scores and the change, then its parts, then what the evidence does not say."""
    from rulebook.difference import ends

    change = _signed(told.change, lang)
    lines = [wording("diff_score", lang, subject=subject, old=_span(ends(told.old), lang), new=_span(ends(told.new), lang), change=change)]
    lines += [f"    {wording('diff_part', lang, what=_what(part, lang), change=_signed(part.change, lang))}" for part in told.parts]
    for one in told.untold:
        lines += [f"    {line}" for line in _untold(one, told, lang)]
    return lines


def _untold(one: "Untold", told: "Attribution", lang: "Language") -> list[str]:
    lines = []
    if one.unknown:
        key = "diff_assumed" if told.new.assumed else "diff_unknown"
        lines.append(wording(key, lang, state=told.new.assumed, clause=one.new, facts=_listed(one.unknown, lang)))
    if one.dropped:
        lines.append(wording("diff_dropped", lang, clause=one.old, facts=_listed(one.dropped, lang)))
    return lines


def _what(part: "Part", lang: "Language") -> str:
    return _title(part.clause, lang) if part.clause is not None else wording(f"diff_{part.kind}", lang)


def _span(ends: "Ends", lang: "Language") -> str:
    from rulebook.exact import show

    lower, upper = map(show, ends)
    return lower if lower == upper else wording("diff_span", lang, lower=lower, upper=upper)


def _signed(ends: "Ends", lang: "Language") -> str:
    from rulebook.exact import show

    lower, upper = (f"+{show(end)}" if end > 0 else show(end) for end in ends)
    return lower if lower == upper else wording("diff_ends", lang, lower=lower, upper=upper)


# --- for programs


def _shape(found: "Difference") -> dict[str, Any]:
    return {
        "old": found.old,
        "new": found.new,
        "same": found.same,
        "header": [_plain(change) for change in found.header],
        "outline": [
            {"old": part.old, "new": part.new, "binds": part.binds, "changes": [_plain(change) for change in part.changes]}
            for part in found.outline
        ],
        "clauses": [_paired(pair) | {"changes": [_plain(change) for change in pair.changes]} for pair in found.clauses],
    }


def _plain(change: "Change") -> dict[str, Any]:
    return {"what": change.what, "old": change.old or None, "new": change.new or None, "aspects": list(change.aspects)}


def _paired(pair: "Pairing") -> dict[str, Any]:
    return {"status": list(pair.status), "old": _placed(pair.old), "new": _placed(pair.new)}


def _placed(place: "Place | None") -> dict[str, Any] | None:
    from rulebook.exact import show

    if place is None:
        return None
    points = None if place.clause.points is None else show(place.clause.points)
    return {"clause": place.address, "section": place.section.title, "heading": place.heading, "points": points}


def _subject(subject: str, told: "Attribution") -> dict[str, Any]:
    from rulebook.difference import ends

    return {
        "subject": subject,
        "old": _both(ends(told.old)),
        "new": _both(ends(told.new)),
        "change": _both(told.change),
        "assumed": told.new.assumed,
        "parts": [
            {"kind": part.kind, "clause": None if part.clause is None else _paired(part.clause)}
            | {"old": _both(part.old), "new": _both(part.new), "change": _both(part.change)}
            for part in told.parts
        ],
        "untold": [one._asdict() for one in told.untold],
    }


def _both(ends: "Ends") -> dict[str, str]:
    from rulebook.exact import show

    return {"lower": show(ends[0]), "upper": show(ends[1])}
