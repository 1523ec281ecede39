"""Ledger to sentences, for the 扣分及原因 column and for people. Nothing is computed again: only told."""

from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from typing import Any

from rulebook import lexicon, model
from rulebook.codes import Language, wording
from rulebook.evaluator import Entry
from rulebook.evidence import Dated
from rulebook.exact import finite, show
from rulebook.indicators import change, digits, rounded
from rulebook.periods import COUNTS, Gap, asked_of, last_days, runs
from rulebook.scorecard import ClauseScore, LedgerEntry, Scorecard


def reason(entry: Entry, clause: model.Clause | None, language: Language = "zh") -> str:
    """One sentence: what was found, what it costs, what a limit or a zero took of that."""
    if entry.details.get("met") or entry.details.get("granted"):
        key = "met" if entry.details.get("met") else "granted"
        return wording(key, language, points=_points(entry.nominal))
    sentence = REASONS[entry.effect](entry, clause, language) + _gaps(entry, clause, language)
    if entry.absorbed and (entry.details.get("zeroed") or entry.effect in ("zero", "judged", "veto")):
        sentence += _glue(language) + wording("absorbed_zero", language)
    elif entry.absorbed:
        nominal, applied = _points(abs(entry.nominal)), _points(abs(entry.applied))
        sentence += _glue(language) + wording("absorbed", language, nominal=nominal, applied=applied)
    if entry.note:
        sentence += _glue(language) + wording("note", language, note=entry.note)
    return sentence


def _glue(language: Language) -> str:
    """What stands before a bracket."""
    return " " if language == "en" else ""


def _points(number: Fraction) -> str:
    exact = finite(number)
    return show(number) if exact is not None else f"{show(number)}（≈{float_free(number)}）"


def float_free(number: Fraction, places: int = 2) -> str:
    """The number cut to a few digits for reading, made with integers only."""
    scaled = abs(number) * 10**places
    whole = (scaled.numerator * 2 + scaled.denominator) // (scaled.denominator * 2)
    digits = str(whole).rjust(places + 1, "0")
    sign = "-" if number < 0 and whole else ""
    return f"{sign}{digits[:-places]}.{digits[-places:]}"


def _fact(entry: Entry, clause: model.Clause | None) -> model.Fact | None:
    if clause is None or entry.fact is None:
        return None
    return next((fact for fact in clause.facts if fact.name == entry.fact), None)


NAMED = 12
"""So many periods or last days are named one by one."""


def _gaps(entry: Entry, clause: model.Clause | None, language: Language) -> str:
    """Which periods and last days the records leave open: （一季度、三季度缺）, （6月15日逾期3天、12月15日缺）."""
    fact = _fact(entry, clause)
    if clause is None or fact is None:
        return ""
    found = [gap for gap in entry.details.get("gaps", ()) if COUNTS[fact.counts](gap)]
    days = [day for _, _, day in last_days(asked_of(clause, fact))]
    told: list[tuple[str, str]] = []
    for run in runs(found):
        names = [_period(gap, days, language) for gap in run]
        if len(names) > 2:
            names = [wording("gap_run", language, first=names[0], last=names[-1])]
        told += [(name, _lack(run[0], fact, language)) for name in names]
    if not told:
        return ""
    listed = [f"{name}{_glue(language)}{lack}" if lack != after else name for (name, lack), (_, after) in zip(told, [*told[1:], ("", "")], strict=True)]
    rest = len(listed) - NAMED
    text = wording("gap_and", language).join(listed[:NAMED]) + (wording("gap_more", language, rest=rest) if rest > 0 else "")
    return _glue(language) + wording("gaps", language, text=text)


def _period(gap: Gap, days: list[model.Day], language: Language) -> str:
    """The name of a period, or of a last day as it is written."""
    if gap.period == "deadline":
        day = days[gap.number - 1]
        return wording("gap_outside" if day.outside else "gap_deadline", language, text=day.text, last=gap.last.isoformat())
    values = {"number": gap.number, "month": gap.first.month, "day": gap.first.day}
    named = f"gap_{gap.period}_{gap.number}" if gap.period in ("quarter", "half") else f"gap_{gap.period}"
    return wording(named, language, **values)


def _lack(gap: Gap, fact: model.Fact, language: Language) -> str:
    """What is open: 缺, 缺2次, 逾期3天."""
    parts = []
    if gap.late and fact.counts != "missing":
        parts.append(wording("gap_late", language, days="、".join(map(str, gap.late))))
    if gap.missing and fact.counts in ("shortfall", "missing"):
        parts.append(wording("gap_missing" if gap.missing == 1 else "gap_missing_several", language, missing=gap.missing))
    return wording("gap_and", language).join(parts)


def _key(entry: Entry) -> str:
    return "gain" if entry.nominal > 0 else "loss"


def _moves(entry: Entry, clause: model.Clause | None, language: Language) -> str:
    details = entry.details
    amount = details.get("amount", Fraction(0))
    total = _points(abs(entry.nominal))
    verb = wording("earned" if entry.effect == "earn" else _key(entry), language, points=total)
    if details.get("factor", 1) != 1:
        verb = wording("scaled", language, factor=show(details["factor"])) + verb
    if "names" in details:
        return wording("each", language, names="、".join(details["names"])) + verb
    fact = _fact(entry, clause)
    unit = fact.unit if fact else ""
    if "steps" in details:
        return (
            wording(
                "step",
                language,
                fact=entry.fact,
                value=_value(entry.value),
                unit=unit,
                steps=_points(details["steps"]),
                amount=_points(amount),
            )
            + verb
        )
    if "found" in details:
        rate = wording(f"rate_{'earned' if entry.effect == 'earn' else _key(entry)}", language, amount=_points(amount))
        named = unit or wording("time", language)
        if named in lexicon.of_class("NOUN") and language == "zh":
            named = _generic() + named
        return (
            wording(
                "found",
                language,
                fact=entry.fact,
                value=details["found"],
                unit=named,
                per=_per(clause, entry),
                rate=rate,
            )
            + (wording("free", language, free=details["free"], unit=named) if details.get("free") else "")
            + verb
        )
    if details.get("times") is not None:
        return wording("times", language, fact=entry.fact, value=details["times"]) + verb
    if details.get("given"):
        return wording("given", language, fact=entry.fact) + verb
    return _condition(entry, clause, language) + verb


def _condition(entry: Entry, clause: model.Clause | None, language: Language) -> str:
    """What was found: the condition, or the quantity with its value."""
    fact = _fact(entry, clause)
    if fact is not None and fact.type in ("number", "count") and not isinstance(entry.value, bool):
        counted = _counted(entry, fact) if isinstance(entry.value, tuple) else entry.value
        return wording("measured", language, fact=entry.fact, value=_value(counted), unit=fact.unit)
    return wording("condition", language, fact=entry.fact or entry.text)


def _counted(entry: Entry, fact: model.Fact) -> int:
    """How many the records are, or what they leave open of what the fact is measured against."""
    return len(entry.value) if fact.requirement is None else sum(map(COUNTS[fact.counts], entry.details.get("gaps", ())))


def _generic() -> str:
    """The measure word that stands before any noun."""
    return lexicon.word("MEASURE", "generic")


def _per(clause: model.Clause | None, entry: Entry) -> str:
    if clause is None or entry.rule is None:
        return ""
    basis = getattr(clause.rules[entry.rule - 1].effect, "basis", None)
    per = getattr(basis, "per", 1)
    return "" if per == 1 else str(per)


def _value(value: object) -> str:
    return show(value) if isinstance(value, int | Fraction) or hasattr(value, "as_tuple") else str(value)  # type: ignore[arg-type]


def _zero(entry: Entry, clause: model.Clause | None, language: Language) -> str:
    return wording("zero", language, found=_condition(entry, clause, language), points=_points(abs(entry.nominal)))


def _judged(entry: Entry, clause: model.Clause | None, language: Language) -> str:
    if "reached" in entry.details and clause is not None:
        told = _indicator(entry, clause, language)
        return told if entry.details["reached"] else told + wording("indicator_lost", language, points=_points(abs(entry.nominal)))
    if entry.fact == lexicon.term("name", "not_done"):
        return wording("judged_task", language)
    return wording("judged", language, points=_points(abs(entry.nominal)))


def _indicator(entry: Entry, clause: model.Clause, language: Language) -> str:
    """A figure beside its target: by how much it is reached or missed, and how far it lies from its base."""
    target = next(one for one in reversed(clause.requirements) if one.kind == "threshold")
    assert target.within is not None
    edge = target.within.high if target.within.high is not None else target.within.low
    assert edge is not None
    by = abs(Fraction(entry.value) - Fraction(edge))
    key = "indicator_met" if entry.details["reached"] else "indicator_missed"
    key = key if by else "indicator_exact" if entry.details["reached"] else "indicator_edge"
    values = {"fact": entry.fact, "value": _value(entry.value), "unit": target.unit, "by": show(by), "target": target.within.shown()}
    base = clause.indicators[0].base if clause.indicators else None
    moved = None if base is None else change(base, model.Point.made(figure=entry.value))
    if not moved:
        return wording(key, language, **values)
    plain = rounded(moved, 2) == moved
    percent = show(abs(moved)) if plain else wording("indicator_about", language) + digits(moved, 2)
    return wording(key, language, **values) + wording("indicator_fall" if moved < 0 else "indicator_rise", language, percent=percent)


def _no_effect(entry: Entry, clause: model.Clause | None, language: Language) -> str:
    return wording("no_effect", language, found=_condition(entry, clause, language))


def _measured(entry: Entry, clause: model.Clause | None) -> str:
    """The value of a quantity with its unit, or the grade that was chosen."""
    fact = _fact(entry, clause)
    return _value(entry.value) + (fact.unit if fact else "")


def _bands(entry: Entry, clause: model.Clause | None, language: Language) -> str:
    if entry.details.get("zeroes"):
        return _zero(entry, clause, language)
    key = "band_earned" if entry.nominal >= 0 else "band_lost"
    value = entry.details.get("label") or _measured(entry, clause)
    return wording(key, language, fact=entry.fact, value=value, points=_points(abs(entry.nominal)))


def _proportion(entry: Entry, clause: model.Clause | None, language: Language) -> str:
    value = _measured(entry, clause)
    return wording("proportion", language, fact=entry.fact, value=value, points=_points(entry.nominal))


def _ladder(entry: Entry, clause: model.Clause | None, language: Language) -> str:
    verb = wording(_key(entry), language, points=_points(abs(entry.nominal)))
    return wording("times", language, fact=entry.fact, value=entry.value) + verb


def _stated(entry: Entry, clause: model.Clause | None, language: Language) -> str:
    verb = wording(_key(entry), language, points=_points(abs(entry.nominal)))
    return wording("stated", language, fact=entry.fact, value=entry.value) + verb


def _scale(entry: Entry, clause: model.Clause | None, language: Language) -> str:
    return wording("scale", language, fact=entry.fact)


def _veto(entry: Entry, clause: model.Clause | None, language: Language) -> str:
    return wording("veto", language, text=entry.text, words=entry.details.get("words") or "")


def _not_applicable(entry: Entry, clause: model.Clause | None, language: Language) -> str:
    return wording("not_applicable", language, points=_points(abs(entry.nominal)))


def _not_supplied(entry: Entry, clause: model.Clause | None, language: Language) -> str:
    key = "not_supplied" if entry.nominal else "not_supplied_unearned"
    return wording(key, language, points=_points(abs(entry.nominal)))


def _rescale(entry: Entry, clause: model.Clause | None, language: Language) -> str:
    details = entry.details
    return wording(
        "rescale", language, rest=_points(details["rest"]), held=_points(details["held"]), points=_points(entry.nominal)
    )


def _rounding(entry: Entry, clause: model.Clause | None, language: Language) -> str:
    return wording("rounding", language, points=_points(entry.nominal))


def _limit(entry: Entry, clause: model.Clause | None, language: Language) -> str:
    key = "limit_up" if entry.nominal > 0 else "limit"
    return wording(key, language, text=entry.text, points=_points(abs(entry.nominal)))


REASONS: dict[str, Callable[[Entry, model.Clause | None, Language], str]] = {
    "deduct": _moves,
    "award": _moves,
    "earn": _moves,
    "zero": _zero,
    "no_effect": _no_effect,
    "bands": _bands,
    "proportion": _proportion,
    "ladder": _ladder,
    "stated": _stated,
    "scale": _scale,
    "veto": _veto,
    "judged": _judged,
    "not_applicable": _not_applicable,
    "not_supplied": _not_supplied,
    "rescale": _rescale,
    "rounding": _rounding,
    "limit": _limit,
}
"""Ledger line → its sentence. A new mechanism is a row here."""


def line(
    entry: Entry, clause: model.Clause | None, language: Language, outward: Callable[[Fraction], Decimal | Fraction], *, assumed: bool = False
) -> LedgerEntry:
    """The line of the ledger as callers see it, with its sentence."""
    return LedgerEntry.model_construct(
        clause=entry.clause,
        rule=entry.rule,
        effect=entry.effect,
        fact=entry.fact,
        value=_plain(entry.value),
        nominal=outward(entry.nominal),
        applied=outward(entry.applied),
        absorbed=outward(entry.absorbed),
        text=entry.text,
        line=entry.line,
        reason=reason(entry, clause, language),
        note=entry.note,
        assumed=assumed,
    )


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal | Fraction):
        return show(Fraction(value))
    if isinstance(value, tuple):
        return [_plain(one) if not isinstance(one, Dated) else _dated(one) for one in value]
    return value


def _dated(record: Dated) -> dict[str, str]:
    shape = {
        "date": record.date.isoformat() if record.date else "",
        "document": record.document,
        "points": _plain(record.points),
    }
    return {key: value for key, value in shape.items() if value}


def explain(card: Scorecard, language: Language = "zh") -> str:
    """The whole score in sentences: section by section one line a movement, clauses at full marks folded into a count."""
    out = [_headline(card, language)]
    by_clause: dict[str | None, list[LedgerEntry]] = {}
    for entry in card.ledger:
        by_clause.setdefault(entry.clause, []).append(entry)
    position = 0
    for section in card.sections:
        kept, folded = [], 0
        while position < len(card.clauses) and card.clauses[position].section == section.section:
            score = card.clauses[position]
            position += 1
            entries = by_clause.get(score.clause, [])
            if score.lower != score.upper or (score.clause in card.unknown):
                kept.append(
                    "    "
                    + wording(
                        "open",
                        language,
                        clause=score.clause,
                        heading=score.heading,
                        lower=show(score.lower),
                        upper=show(score.upper),
                    )
                )
            elif _full(score, entries):
                folded += 1
                continue
            kept += [f"    {score.clause} {score.heading}: {entry.reason}" for entry in entries if not entry.assumed]
        lower, upper = show(section.lower), show(section.upper)
        value = lower if lower == upper else f"{lower}–{upper}"
        out.append(f"{section.section}  {value}" + (f"/{show(section.points)}" if section.points else ""))
        out += kept
        if folded:
            out.append("    " + wording("folded" if section.points else "untouched", language, count=folded))
    out += [f"  {entry.reason}" for entry in by_clause.get(None, [])]
    return "\n".join(out)


def _full(score: ClauseScore, entries: list[LedgerEntry]) -> bool:
    """True for a clause of which there is nothing to tell: all its points, and no line that says more than that it earned them."""
    whole = score.points is None or score.score == score.points or not score.points
    earned = {"earn"} | ({"bands", "proportion"} if score.points else set())
    told = [e for e in entries if e.absorbed or e.effect == "veto" or (e.applied and not (e.effect in earned and e.applied > 0))]
    return score.state != "not_applicable" and whole and not told


def _headline(card: Scorecard, language: Language) -> str:
    subject = card.subject or wording("nameless", language)
    if not card.scorable:
        return wording("unscorable", language, subject=subject)
    assert card.lower is not None
    assert card.upper is not None
    if card.total is not None:
        total = _points(Fraction(card.total))
        line = wording("total", language, subject=subject, total=total, full=show(card.full))
    else:
        line = wording(
            "interval", language, subject=subject, lower=_points(Fraction(card.lower)), upper=_points(Fraction(card.upper)),
            full=show(card.full), count=len(card.unknown),
        )  # fmt: skip
    if card.grade:
        line += wording("grade", language, grade=card.grade)
    elif card.grades:
        line += wording("grades", language, grades="、".join(card.grades))
    if card.vetoed:
        line += wording("vetoed", language, words="；".join(card.vetoes))
    elif card.vetoed is None:
        line += wording("veto_open", language)
    if card.assumed:
        line += _glue(language) + wording("assumed", language, state=card.assumed)
    if card.accepted:
        line += _glue(language) + wording("accepted", language, clauses="、".join(card.accepted))
    return line
