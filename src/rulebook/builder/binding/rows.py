"""What rules have in common that may be rows of one table: what each is worth, its words, and the table that they make."""

from dataclasses import replace
from decimal import Decimal
from itertools import pairwise
from typing import Literal

from rulebook import lexicon, model
from rulebook.builder.binding.bench import Bench, merged
from rulebook.builder.drafts import Draft
from rulebook.builder.names import EDGES, clean
from rulebook.parser.forms import Words


def worth(draft: Draft) -> Decimal:
    """The most that a row earns, as a number to compare rows by; full marks are more than any figure."""
    if draft.kind == "zero":
        return Decimal(0)
    if isinstance(draft.amount, model.Interval):
        return draft.amount.high
    if isinstance(draft.amount, model.Share):
        return draft.amount.percent
    return draft.amount.value if isinstance(draft.amount, model.Figure) else Decimal("Infinity")


def fine(draft: Draft) -> Decimal:
    """What a row costs, as a number to compare rows by; all that there is is more than any figure."""
    return Decimal("Infinity") if draft.kind == "zero" else worth(draft)


def falls(rows: list[Draft]) -> bool:
    """True where each row earns less than the one before, down to nothing."""
    worths = [worth(draft) for draft in rows]
    return len(rows) > 1 and worths[-1] == 0 and all(a > b for a, b in pairwise(worths))


def is_beside(draft: Draft) -> bool:
    """True for what comes on top of other rules, is dealt name by name, or acts on the whole score: 发现三次以上的在总分中再扣1分."""
    effect = draft.effect
    return isinstance(effect, model.Deduct | model.Award) and bool(effect.each_of or effect.add_on or effect.target != "clause")


def is_plain(draft: Draft) -> bool:
    """True where nothing but a condition stands beside the amount."""
    return not is_beside(draft) and isinstance(draft.basis, model.Once) and not draft.any_of and len(draft.tests) < 3


def is_outcome(draft: Draft) -> bool:
    """True for what is earned, or not, once."""
    return draft.kind in ("earn", "zero") and isinstance(draft.basis, model.Once)


COPULA = "".join(lexicon.of_class("COPULA"))


def bare_words(bench: Bench, draft: Draft) -> str:
    """The words of a row without its number."""
    words = (piece.token for piece in draft.found.phrase.pieces if isinstance(piece, Words))
    return clean("".join(bench.reader.text.original[token.start : token.end] for token in words))


def condition_words(bench: Bench, draft: Draft) -> str:
    """The words of a row before its effect, figures and all."""
    words = "".join(bench.reader.text.original[draft.found.start : draft.found.phrase.action.token.start].split()).strip(EDGES + "（(")
    return words[:-1] if words.endswith(tuple(lexicon.terms()["linking"])) else words


def table_of(bench: Bench, run: list[Draft]) -> Draft | None:
    """The rows of a run as one table; None where a row has no single outcome."""
    kinds = {draft.kind for draft in run}
    gives: Literal["deduct", "award"] = "award" if "award" in kinds else "deduct"
    rows = []
    for draft in run:
        within = merged(bench.reader, draft.tests) if draft.tests else None
        counted = any(test.unit in lexicon.of_class("MEASURE") and test.high_word != "out" for test in draft.tests)
        fined = within is not None and within.low is None and gives == "deduct" and draft.kind == "deduct"
        if within and fined and (counted or _is_fault(run) or _rises(run)):
            within = within.model_copy(update={"low": Decimal(0), "low_in": False})  # 逾期3天以内扣1分: overdue at all
        label = None if within or draft.otherwise else draft.label or None
        outcome: model.Outcome
        if draft.kind in ("zero", "no_effect"):
            outcome = model.ZeroPoints.made() if draft.kind == "zero" else model.NoChange.made()
        elif isinstance(draft.amount, model.Figure):
            against = draft.kind == "deduct" and gives == "award"
            outcome = model.Figure.made(value=-draft.amount.value) if against else draft.amount
        elif isinstance(draft.amount, model.Share | model.Interval) and draft.kind == gives:
            outcome = draft.amount
        else:
            return None
        rows.append(model.Band.made(within=within, label=label, outcome=outcome))
    if any(row.within for row in rows) and any(row.label for row in rows):
        return None
    if any(row.within for row in rows) and not run[-1].otherwise:
        rows.append(model.Band.made(outcome=model.NoChange.made()))
    return joined(bench, run, model.Bands.made(rows=tuple(rows), gives=gives))


def _is_fault(run: list[Draft]) -> bool:
    """True where what is counted is a fault by its name: 逾期, 缺, 发现."""
    names = tuple(word for kind in ("LACK", "OVERDUE", "FIND") for word in lexicon.of_class(kind))
    return any(draft.tests and draft.label.startswith(names) for draft in run)


def _rises(run: list[Draft]) -> bool:
    """True where more costs more, so that nothing is no fault: 损失1万元以下扣2分，1万元以上扣5分."""
    rows = [(test.low, fine(draft)) for draft in run if draft.kind in ("deduct", "zero") for test in draft.tests[:1]]
    order = sorted(rows, key=lambda row: -1 if row[0] is None else row[0])
    return len(order) > 1 and all(a < b for (_, a), (_, b) in pairwise(order))


def joined(bench: Bench, run: list[Draft], effect: model.Bands) -> Draft:
    """One draft in place of a run: its words are all of theirs."""
    first = min(run, key=lambda draft: draft.span)
    place = first.span[0], max(draft.span[1] for draft in run)
    words = bench.reader.text.original[place[0] : place[1]]
    name = next((draft.label for draft in run if draft.tests and draft.label), "") or run[0].measured
    unit = next((test.unit for draft in run for test in draft.tests if test.unit), "")
    return replace(
        first, kind="bands", effect=effect, rows=tuple(run), span=place, text=words, exact=None, basis=model.Once.made(),
        name=name, named_by="label" if name else "", label="", tests=(), units=(unit,) if unit else (),
    )  # fmt: skip
