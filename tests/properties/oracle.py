"""Section 4 of the language reference once more, for the simple mechanisms only, from the strategies' own values.

It asks neither the reader nor the model: a book is what the strategies meant, evidence is what was written. Simple are
deductions, zeros and awards, once or by count; 最多扣, 最高, 可扣至负分; every state; 不涉及, rounding, veto and floor of the head.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from itertools import product
from typing import Any

from .strategies import MOST_COUNT, STATES, Book, Clause, Limit, Rule, Section

ZERO = Fraction(0)
OPEN = ("未查", "unknown", None)


@dataclass(frozen=True)
class Expected:
    """What the score must be: both ends of the interval, the full marks, each clause's ends; None where nothing applies."""

    lower: Fraction | None
    upper: Fraction | None
    full: Fraction
    clauses: Mapping[str, tuple[Fraction, Fraction]]


def losses(clause: Clause, facts: Mapping[str, Any]) -> list[tuple[Rule, Fraction, bool]]:
    """Each rule with the points that it moves and whether it fires."""
    found = []
    for rule in clause.means():
        if not isinstance(rule, Rule):
            continue
        value = facts.get(rule.fact or "", 0)
        times = int(value) // rule.per if rule.basis == "count" else int(value is True)
        found.append((rule, Fraction(rule.amount or 0) * times, times > 0))
    return found


def sentences(clause: Clause) -> Iterator[tuple[list[int], Limit | None]]:
    """Numbers of the rules of each sentence with the limit that stands in it."""
    number, rules, limit = 0, [], None
    for said in clause.said:
        for one in said.means:
            if isinstance(one, Limit):
                limit = one
            else:
                rules.append(number)
                number += 1
        if said.stop != "，":
            yield rules, limit
            rules, limit = [], None


def clause_score(clause: Clause, section: Section, facts: Mapping[str, Any]) -> Fraction:
    """The score of one clause on what was observed."""
    moved = losses(clause, facts)
    points = None if clause.points is None else Fraction(clause.points)
    if section.kind == "veto":
        return ZERO
    if any(fires for rule, _, fires in moved if rule.effect == "zero"):
        return ZERO
    total, cap = ZERO, None
    for rules, limit in sentences(clause):
        part = sum((moved[n][1] for n in rules), ZERO)
        if limit is not None and limit.kind in ("most_lost", "most_gained"):
            if any(moved[n][0].effect != "zero" for n in rules):
                part = min(part, Fraction(limit.amount or 0))
            else:
                cap = Fraction(limit.amount or 0)
        total += part
    total = total if cap is None else min(total, cap)
    if section.kind == "award":
        return total if points is None else min(total, points)
    assert points is not None
    negative = any(isinstance(one, Limit) and one.kind == "negative_allowed" for one in clause.means())
    return points - total if negative else max(ZERO, points - total)


def possible(clause: Clause, section: Section, known: Any, supplied: bool) -> list[tuple[Fraction, bool]]:
    """Every score that the clause may still have, at the ends of what is open, each with whether it vetoes."""
    start = Fraction(clause.points or 0) if section.kind in ("points", "deduct") else ZERO
    rules = [rule for rule in clause.means() if isinstance(rule, Rule)]
    if known in ("符合", "met", "不涉及", "not_applicable"):
        return [(start, False)]
    if known in ("未提供", "not_supplied"):
        return [(ZERO, False)]
    whole = known in OPEN or known == {}
    facts = {} if whole else known
    if not rules:  # nobody but a person judges it
        broken = facts.get("不符合")
        ends = [True, False] if whole or broken in OPEN else [broken is True]
        return [(ZERO if bad else start, False) for bad in ends]
    names = [rule.fact or "" for rule in rules]
    choices = []
    for rule, name in zip(rules, names, strict=True):
        if whole or facts.get(name, 0) in OPEN:
            choices.append([False, True] if rule.basis == "once" else [0, MOST_COUNT])
        else:
            choices.append([facts.get(name, 0)])
    found = []
    for values in product(*choices):
        given = dict(zip(names, values, strict=True))
        vetoes = any(fires for rule, _, fires in losses(clause, given) if rule.effect == "veto")
        found.append((clause_score(clause, section, given), vetoes))
    if whole and supplied and section.kind in ("points", "deduct"):
        found.append((ZERO, False))
    return found


def expected(book: Book, record: Mapping[str, Any]) -> Expected:
    """Both ends of the score of a record, by trying every combination of the ends of every clause that matters."""
    supplied = book.declares("未提供资料") is not None
    policy = book.declares("不涉及") or "按比例折算"
    held, left, any_applies = ZERO, ZERO, False
    base_low = base_high = more_low = more_high = ZERO
    vetoes: list[tuple[str, bool, bool]] = []
    ends: dict[str, tuple[Fraction, Fraction]] = {}
    for address, section, clause in book.clauses():
        known = record.get(address)
        own = Fraction(clause.points or 0) if section.kind in ("points", "deduct") else ZERO
        held += own
        leaves = known in ("不涉及", "not_applicable")
        any_applies = any_applies or (own > 0 and not leaves)
        if leaves and policy != "得满分":
            left += own
            continue
        scores = possible(clause, section, known, supplied)
        low, high = min(score for score, _ in scores), max(score for score, _ in scores)
        ends[address] = (low, high)
        if section.kind in ("points", "deduct"):
            base_low, base_high = base_low + low, base_high + high
        else:
            more_low, more_high = more_low + low, more_high + high
        if section.kind == "veto":
            fired = [veto for _, veto in scores]
            vetoes.append((clause.said[0].text, any(fired), all(fired)))
    full = held
    if left:
        if policy == "不计" or held == left:
            full = held - left
        else:
            base_low, base_high = base_low * held / (held - left), base_high * held / (held - left)
    if not any_applies:
        return Expected(None, None, full, ends)
    low, high = base_low + more_low, base_high + more_high
    if book.declares("总分限制"):
        low, high = max(low, ZERO), max(high, ZERO)
    for words, may, must in vetoes:
        if _zeroes(book, words):  # a veto takes points and gives none
            low = min(low, ZERO) if may else low
            high = min(high, ZERO) if must else high
    return Expected(_rounded(book, low), _rounded(book, high), full, ends)


def _zeroes(book: Book, words: str) -> bool:
    """True where the veto's own words, or else the head, set the total to nothing."""
    if words.endswith("一票否优"):
        return False
    return words.endswith("总分记零分") or book.declares("一票否决") == "总分记零分"


def _rounded(book: Book, score: Fraction) -> Fraction:
    places = {"保留1位小数，四舍五入": (1, True), "保留一位小数，舍去": (1, False), "保留整数，四舍五入": (0, True)}
    kept, half_up = places.get(book.declares("小数") or "", (None, False))
    if kept is None:
        return score
    scale, sign = 10**kept, -1 if score < 0 else 1
    scaled = abs(score) * scale
    whole = int(scaled)
    if half_up and scaled - whole >= Fraction(1, 2):
        whole += 1
    return Fraction(sign * whole, scale)


__all__ = ["STATES", "Expected", "expected"]
