"""The drafts of a clause on their way to rules, and what the steps have in common."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from decimal import Decimal

from rulebook import lexicon, model
from rulebook.builder.drafts import Draft, Reader
from rulebook.parser.forms import Compared
from rulebook.parser.reader import Worth


@dataclass(eq=False, repr=False)
class Bench:
    """The drafts of a clause on their way to rules, in the clause's order."""

    reader: Reader
    points: Decimal | None = None
    alone: bool = False
    rules: list[Draft] = field(default_factory=list)
    limits: list[Draft] = field(default_factory=list)
    requirements: list[model.Requirement] = field(default_factory=list)
    refused: list[tuple[Draft, str]] = field(default_factory=list)
    worths: list[Worth] = field(default_factory=list)
    parts: list[Worth] = field(default_factory=list)
    """What the parts of a clause are worth, where they make up its points."""
    refused_worths: list[tuple[Worth, str]] = field(default_factory=list)


def refuse(bench: Bench, run: list[Draft], code: str) -> Draft:
    """Refuses a run of drafts as one: its place is all of their words."""
    whole = replace(run[0], effect=None, span=(run[0].span[0], run[-1].span[1]))
    bench.refused.append((whole, code))
    return whole


def drop(bench: Bench, drafts: list[Draft], code: str) -> None:
    """The drafts are refused for the reason, each for its first reason only."""
    known = {id(draft) for draft, _ in bench.refused}
    bench.refused.extend((draft, code) for draft in drafts if id(draft) not in known)


def without_refused(bench: Bench) -> None:
    """What has been refused is a rule or a limit no more."""
    refused = {id(draft) for draft, _ in bench.refused}
    bench.rules = [draft for draft in bench.rules if id(draft) not in refused]
    bench.limits = [draft for draft in bench.limits if id(draft) not in refused]


def runs(drafts: list[Draft], holds: Callable[[Draft], bool]) -> list[list[Draft]]:
    """The longest runs of neighbours of which something holds."""
    runs: list[list[Draft]] = [[]]
    for draft in drafts:
        if holds(draft):
            runs[-1].append(draft)
        elif runs[-1]:
            runs.append([])
    return [run for run in runs if run]


def is_unsaid(draft: Draft) -> bool:
    """True where no verb says that the figure is earned: 1项1分, 健全（2分）."""
    token = draft.found.phrase.action.token
    return not token.text and token.value != "inherited"


def merged(reader: Reader, tests: tuple[Compared, ...]) -> model.Range:
    """Two comparisons side by side (90%以上不足95%) are one range."""
    ranges = [reader.range(test) for test in tests]
    low = next((r for r in ranges if r.low is not None), None)
    high = next((r for r in ranges if r.high is not None), None)
    return model.Range.made(
        low=low.low if low else None,
        low_in=low.low_in if low else True,
        high=high.high if high else None,
        high_in=high.high_in if high else True,
    )


def meet(reader: Reader, one: tuple[Compared, ...], other: tuple[Compared, ...], *, touching: bool = False) -> bool:
    """True where a figure lies in both ranges; with `touching`, ranges that only share an end do not meet."""
    first, second = merged(reader, one), merged(reader, other)
    if touching and (first.high == second.low is not None or second.high == first.low is not None):
        return False
    for low, high in ((first, second), (second, first)):
        if high.high is not None and low.low is not None:
            apart = high.high == low.low and not (high.high_in and low.low_in)
            if high.high < low.low or apart:
                return False
    return True


def overlap(reader: Reader, one: Draft, other: Draft) -> bool:
    """True where two ranges of the same quantity can hold at once."""
    names = {one.label or one.measured, other.label or other.measured}
    if len(names) == 2 and "" not in names:
        return False
    return one.tests[0].unit == other.tests[0].unit and meet(reader, one.tests, other.tests)


def percent(unit: str) -> str:
    """One name for 百分点 and %."""
    return lexicon.terms()["percent"].get(unit, unit)
