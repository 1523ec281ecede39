"""Questions about a rulebook as a whole, answered on the model: sums, sizes, what a limit swallows, what states no rule."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from fractions import Fraction
from functools import partial
from itertools import pairwise
from typing import Any, NamedTuple

from rulebook import arithmetic, lexicon, model
from rulebook.codes import wording
from rulebook.diagnostics import Diagnostic
from rulebook.evaluator import NotKnown, as_met, clause_outcome, not_supplied
from rulebook.evidence import VALUES, Value
from rulebook.exact import show
from rulebook.regions import complete
from rulebook.source import Source, fold

Row = tuple[str, model.Span | None, str | None, dict[str, object]]
"""What a check gives: code, place, clause, values."""


class Finding(NamedTuple):
    """A code with its place, its clause, the values of its message, and the record that shows it, where there is one."""

    code: str
    span: model.Span | None
    clause: str | None
    values: Mapping[str, object]
    witness: Mapping[str, Any] | None = None


def check(book: model.Rulebook, source: Source | None = None) -> list[Diagnostic]:
    """Every finding of every check that needs no reasoning about records, in the order of the text."""
    return diagnosed(book, source, (Finding(*finding) for one in CHECKS for finding in one(book)))


def diagnosed(book: model.Rulebook, source: Source | None, findings: Iterable[Finding]) -> list[Diagnostic]:
    """Findings as diagnostics, in the order of the text."""
    trails = _trails(book)
    found = [
        Diagnostic(
            code,
            values,
            source,
            span.start if span else None,
            span.end if span else None,
            clause,
            trails.get(clause or "", ()),
            witness=witness,
        )
        for code, span, clause, values, witness in findings
    ]
    return sorted(found, key=lambda diagnostic: diagnostic.start or 0)


def _trails(book: model.Rulebook) -> dict[str, tuple[str, ...]]:
    trails = {}
    for section in book.sections:
        for subsection in section.subsections:
            inner = (subsection.title,) if subsection.number else ()
            for item in subsection.items:
                for clause in item.clauses:
                    trails[clause.address] = (section.title, *inner, f"{item.number}. {item.heading}")
    return trails


def _clauses(book: model.Rulebook) -> Iterator[tuple[model.Section, model.Item, model.Clause]]:
    for section in book.sections:
        for item in section.items():
            for clause in item.clauses:
                yield section, item, clause


def item_sums(book: model.Rulebook) -> Iterable[Row]:
    """An item's points are the sum of its clauses'."""
    for section in book.sections:
        if section.kind in ("award", "veto"):
            continue
        for item in section.items():
            if len(item.clauses) == 1 and not item.clauses[0].mark:
                continue  # the builder has compared the two marks already
            stated = [clause.points for clause in item.clauses if clause.points is not None]
            if item.points is not None and len(stated) == len(item.clauses) and sum(stated) != item.points:
                yield (
                    "RB401",
                    item.span,
                    str(item.number),
                    {"stated": show(item.points), "sum": show(sum(map(Fraction, stated)))},
                )


def section_sums(book: model.Rulebook) -> Iterable[Row]:
    """The points of a section, and of a subsection, are the sum of its clauses'."""
    for section in book.sections:
        if section.kind not in ("points", "deduct"):
            continue
        parts: list[tuple[model.Section | model.Subsection, tuple[model.Item, ...]]] = [(section, tuple(section.items()))]
        parts += [(one, one.items) for one in section.subsections if section.mark]
        for part, items in parts:
            total = sum((Fraction(clause.points or 0) for item in items for clause in item.clauses), Fraction(0))
            if part.points is not None and total != part.points:
                yield "RB407", part.span, None, {"section": part.title, "stated": show(part.points), "sum": show(total)}


def _pointless(clause: model.Clause) -> bool:
    """True for a clause that needs no points: it only vetoes, or takes from the whole."""
    return bool(clause.rules) and all(
        isinstance(rule.effect, model.Veto) or getattr(rule.effect, "target", "") == "total" for rule in clause.rules
    )


def full_marks(book: model.Rulebook) -> Iterable[Row]:
    """The clauses that count add up to the full marks; where one still has none of its own, the others are not beyond them."""
    counted = [c for section, _, c in _clauses(book) if section.kind in ("points", "deduct")]
    if book.header.full is None or not any(clause.points is not None for clause in counted):
        return
    owing = any(clause.points is None and not _pointless(clause) for clause in counted)
    sums = {
        section.title: sum((Fraction(c.points or 0) for item in section.items() for c in item.clauses), Fraction(0))
        for section in book.sections
        if section.kind in ("points", "deduct")
    }
    total = sum(sums.values(), Fraction(0))
    if total > book.header.full or (total != book.header.full and not owing):
        line = next((line for line in book.header.lines if line.span and show(book.header.full) in line.value), None)
        parts = " + ".join(f"{title} {show(points)}" for title, points in sums.items())
        yield (
            "RB402",
            line.span if line else None,
            None,
            {"stated": show(book.header.full), "sum": show(total), "parts": parts},
        )


def single_deductions(book: model.Rulebook) -> Iterable[Row]:
    """One deduction larger than its clause, or equal to all of it, or of nothing."""
    for section, _, clause in _clauses(book):
        for rule in clause.rules:
            effect = rule.effect
            if not isinstance(effect, model.Deduct | model.Award) or not isinstance(
                effect.amount, model.Figure | model.Interval
            ):
                continue
            amount = effect.amount.value if isinstance(effect.amount, model.Figure) else effect.amount.high
            values: dict[str, object] = {"text": rule.text, "amount": show(amount), "points": show(clause.points or 0)}
            if amount == 0:
                yield "RB408", rule.span, clause.address, values
            elif (
                isinstance(effect, model.Deduct)
                and clause.points is not None
                and effect.target == "clause"
                and section.kind != "award"
            ):
                if amount > clause.points:
                    yield "RB403", rule.span, clause.address, values
                elif amount == clause.points:
                    yield "RB404", rule.span, clause.address, values


def no_rule(book: model.Rulebook) -> Iterable[Row]:
    """A clause that states no rule is judged by a person; one that holds no points and moves none does nothing."""
    if book.header.tasks:
        return
    for _, _, clause in _clauses(book):
        if any(isinstance(rule.effect, model.Judged) and not rule.triggers for rule in clause.rules):
            declared = book.header.not_supplied is not None
            yield ("RB405" if declared else "RB409"), clause.span, clause.address, {"heading": clause.heading}


def undeclared_steps(book: model.Rulebook) -> Iterable[Row]:
    """What a part of a step costs is a choice; where it is not declared, whole steps count and the reader is told."""
    for _, _, clause in _clauses(book):
        for rule in clause.rules:
            basis = getattr(rule.effect, "basis", None)
            if isinstance(basis, model.Step) and not basis.partial_stated:
                yield "RB406", rule.span, clause.address, {"text": rule.text}


def misspelt(book: model.Rulebook) -> Iterable[Row]:
    """未落实得不得分: a word of a stock phrase that is written with another of the same sound."""
    for _, _, clause in _clauses(book):
        for rule in clause.rules:
            match = lexicon.pattern("misspelt").search(fold(rule.text))
            if match is not None and rule.span is not None:
                start = rule.span.start + match.start()
                yield "RB411", rule.span.model_copy(update={"start": start, "end": start + 1}), clause.address, {"text": rule.text}


def vetoes_declared(book: model.Rulebook) -> Iterable[Row]:
    """A veto says what follows from it, itself or in the head."""
    for _, _, clause in _clauses(book):
        for rule in clause.rules:
            if (
                isinstance(rule.effect, model.Veto)
                and rule.effect.outcome == "declared"
                and rule.effect.scope == "total"
                and book.header.veto is None
            ):
                yield "RB410", rule.span, clause.address, {"text": rule.text}


def directions(book: model.Rulebook) -> Iterable[Row]:
    """Nothing is deducted under 加分项, and only the outcome moves under 否决项."""
    for section, _, clause in _clauses(book):
        for rule in clause.rules:
            lost = (
                isinstance(rule.effect, model.Deduct | model.Stated)
                and getattr(rule.effect, "gives", "deduct") == "deduct"
            )
            against = (section.kind == "award" and lost) or (
                section.kind == "veto" and not isinstance(rule.effect, model.Veto)
            )
            if against and getattr(rule.effect, "target", "clause") == "clause":
                yield "RB416", rule.span, clause.address, {"text": rule.text, "section": section.title}


def idle(book: model.Rulebook) -> Iterable[Row]:
    """A clause of an award section awards something, one of a veto section holds a veto."""
    for section, _, clause in _clauses(book):
        if section.kind in ("award", "veto") and not clause.rules and not clause.unread:
            yield "RB417", clause.span, clause.address, {"heading": clause.heading, "section": section.title}


def exhausted_limits(book: model.Rulebook) -> Iterable[Row]:
    """A limit larger than the points of its clause bounds nothing."""
    for _, _, clause in _clauses(book):
        for limit in clause.limits:
            if (
                limit.kind == "most_lost"
                and limit.amount is not None
                and clause.points is not None
                and limit.amount > clause.points
            ):
                yield "RB412", limit.span, clause.address, {"text": limit.text, "points": show(clause.points)}


def band_edges(book: model.Rulebook) -> Iterable[Row]:
    """The rows of a table, and the grades, cover their range without gap or overlap."""
    for _, _, clause in _clauses(book):
        for rule in clause.rules:
            if isinstance(rule.effect, model.Bands):
                rows = [row.within for row in rule.effect.rows if row.within is not None]
                has_else = any(row.within is None for row in rule.effect.rows)
                for code, text in edges(rows, has_else):
                    yield code, rule.span, clause.address, {"text": text}
    grades = [grade.within for grade in book.header.grades]
    keys = lexicon.terms()["header"]
    line = next((line for line in book.header.lines if keys.get(line.key) == "grades"), None)
    for code, text in edges(grades, False):
        yield code, line.span if line else None, None, {"text": text}


def edges(ranges: list[model.Range], has_else: bool) -> Iterator[tuple[str, str]]:
    """Code and words of every gap and overlap between neighbouring ranges."""
    if has_else and len(ranges) > 1 and (all(r.low is None for r in ranges) or all(r.high is None for r in ranges)):
        return  # 低于99%扣1分，低于95%扣3分: each holds the next, and the farthest decides
    ordered = sorted(ranges, key=lambda r: (r.low is not None, r.low or 0, not r.low_in))
    for one, other in pairwise(ordered):
        if (
            one.high is None
            or other.low is None
            or one.high > other.low
            or (one.high == other.low and one.high_in and other.low_in)
        ):
            yield "RB414", f"{one.shown()} / {other.shown()}"
        elif (one.high < other.low or not (one.high_in or other.low_in)) and not has_else:
            yield "RB413", f"{one.shown()} / {other.shown()}"


def examples(book: model.Rulebook) -> Iterable[Row]:
    """Every worked example gives the score that it states."""
    for section, _, clause in _clauses(book):
        for example in clause.examples:
            if (example.score is None and example.loss is None) or example.mark == "skip":
                continue
            try:
                score, start = example_score(book, section, clause, example)
            except (NotKnown, ValueError) as error:
                if not example.mark:
                    key = "example_lacks" if isinstance(error, NotKnown) else "example_misread"
                    yield "RB415", example.span, clause.address, {"text": example.text, "got": partial(wording, key, fact=str(error))}
                continue
            holds = score == example.score if example.score is not None else start - score == example.loss
            if example.mark == "fails" and holds:
                yield "RB432", example.span, clause.address, {"text": example.text}
            elif not example.mark and not holds:
                key, came = ("example_loss_came", start - score) if example.score is None else ("example_score_came", score)
                yield "RB415", example.span, clause.address, {"text": example.text, "got": partial(wording, key, points=show(came))}


def example_facts(clause: model.Clause, example: model.Example) -> dict[str, Value] | None:
    """The facts that an example states; None where it states how the clause stands (符合). Raises ValueError."""
    facts: dict[str, Value] = {}
    for name, value in example.evidence:
        if name == "":
            return None
        fact = clause.fact(name)
        try:
            facts[name] = VALUES[fact.type](fact, True if fact.type == "flag" else value)
        except Exception as error:
            raise ValueError(name) from error
    return facts


def example_score(
    book: model.Rulebook, section: model.Section, clause: model.Clause, example: model.Example
) -> tuple[Fraction, Fraction]:
    """The clause's score on an example's evidence, and where it started. Raises NotKnown or ValueError."""
    facts = example_facts(clause, example)
    if facts is not None:
        outcome = clause_outcome(clause, section.kind, facts, book.header.year)
    elif any(name == "" and value != "met" for name, value in example.evidence):
        outcome = not_supplied(clause, section.kind)
    else:
        outcome = as_met(clause, section.kind, book, complete)
    return outcome.score, outcome.start


CHECKS: tuple[Callable[[model.Rulebook], Iterable[Row]], ...] = (
    item_sums,
    section_sums,
    full_marks,
    single_deductions,
    no_rule,
    undeclared_steps,
    misspelt,
    vetoes_declared,
    directions,
    idle,
    exhausted_limits,
    band_edges,
    examples,
    *arithmetic.CHECKS,
)
"""The checks, each runnable alone."""
