"""The evidence for one rulebook under another, and what it does not say there."""

from typing import NamedTuple

from rulebook import model
from rulebook.diagnostics import RulebookError
from rulebook.difference.findings import Difference
from rulebook.difference.meanings import fact_meaning, rule_meaning
from rulebook.evaluator import best
from rulebook.evidence import UNKNOWN, ClauseEvidence, Record, Value, read_record, written


class Untold(NamedTuple):
    """What the evidence does not say of the new rulebook: these facts count as unknown; those of the old clause have no place any more."""

    old: str | None
    new: str
    unknown: tuple[str, ...]
    dropped: tuple[str, ...] = ()


def carried(difference: Difference, record: Record, new: model.Rulebook) -> tuple[Record, tuple[Untold, ...]]:
    """The record as evidence for the new rulebook, and what it does not say."""
    clauses: dict[str, ClauseEvidence] = {}
    untold: list[Untold] = []
    for pair in difference.clauses:
        if pair.new is None:
            continue
        asked = pair.new.clause
        if pair.old is None:
            if asked.rules:
                untold.append(Untold(None, asked.address, tuple(fact.name for fact in asked.facts)))
            continue
        known = record.clauses.get(pair.old.address, UNKNOWN)
        found, dropped = _clause(pair.old.clause, asked, known, new)
        clauses[asked.address] = found
        if found.state == "unknown":
            lacking = [fact.name for fact in asked.facts] if known.state != "unknown" else []
        else:
            lacking = [fact.name for fact in asked.facts if fact.name in found.open - _open(pair.old.clause, known)]
        if lacking or dropped:
            untold.append(Untold(pair.old.address, asked.address, tuple(lacking), dropped))
    return Record(record.subject, clauses, record.sha256), tuple(untold)


def _clause(old: model.Clause, new: model.Clause, known: ClauseEvidence, book: model.Rulebook) -> tuple[ClauseEvidence, tuple[str, ...]]:
    """What is known of the clause under the new rulebook, and the facts of the record that have no place there."""
    if known.state == "not_supplied" and book.header.not_supplied is None:
        return UNKNOWN, ()
    if known.state in ("unknown", "not_applicable", "not_supplied"):
        return known, ()
    before = {fact.name: fact for fact in old.facts}
    looked = [fact for fact in new.facts if fact.name in before]
    open_facts = {fact.name for fact in new.facts if fact.name not in before}
    if known.state == "met":
        ruled = [rule_meaning(rule) for rule in old.rules] == [rule_meaning(rule) for rule in new.rules]
        open_facts |= {fact.name for fact in looked if _asks_else(before[fact.name], fact, old, new) or (fact.needed and not ruled)}
        return (ClauseEvidence("observed", {}, frozenset(open_facts), known.note) if open_facts else known), ()
    facts: dict[str, Value] = {}
    unknown = _open(old, known)
    for fact in looked:
        one = before[fact.name]
        if fact.name in unknown:
            open_facts.add(fact.name)
            continue
        value = known.facts.get(fact.name, best(one))
        measured = isinstance(value, tuple) and fact.name in known.facts
        if (one.type, one.unit) != (fact.type, fact.unit) or (not measured and _asks_else(one, fact, old, new)):
            open_facts.add(fact.name)
        elif fact.name in known.facts or value != best(fact):
            valid = _valid(new, fact, value, book)
            if valid is None:
                open_facts.add(fact.name)
            else:
                facts[fact.name] = valid
    dropped = tuple(name for name in known.facts if name not in facts)
    return ClauseEvidence("observed", facts, frozenset(open_facts), known.note), dropped


def _open(clause: model.Clause, known: ClauseEvidence) -> frozenset[str]:
    """The facts of an observed clause that were unknown already: said to be, or figures that nobody gave."""
    return known.open | {fact.name for fact in clause.facts if known.state == "observed" and fact.needed and fact.name not in known.facts}


def _asks_else(one: model.Fact, two: model.Fact, old: model.Clause, new: model.Clause) -> bool:
    """True where nothing found, or a shortfall, is measured against another requirement, or is another sort of thing."""
    return (one.type, fact_meaning(one, old)["requirement"]) != (two.type, fact_meaning(two, new)["requirement"])


def _valid(clause: model.Clause, fact: model.Fact, value: Value, book: model.Rulebook) -> Value | None:
    """The value as evidence of the new rulebook; None where it refuses it."""
    try:
        return read_record(book, {clause.address: {fact.name: written(value)}}).clauses[clause.address].facts.get(fact.name)
    except RulebookError:
        return None
