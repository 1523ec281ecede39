"""Evidence files that are written: one to fill in, every clause unknown; and one that holds what a record holds."""

import json
from collections.abc import Iterator
from typing import Any

from rulebook import lexicon, model
from rulebook.codes import Language, wording
from rulebook.evidence import SAMPLES, ClauseEvidence, Dated, Record, Value, write_yaml
from rulebook.exact import show


def yaml_template(book: model.Rulebook, lang: Language) -> str:
    """YAML with a comment a clause; it scores as it is (everything unknown)."""
    key = lexicon.term
    out = [
        f"{key('evidence', 'subject')}:",
        f"{key('evidence', 'rulebook')}: {book.id}",
        f"# {wording('template_tasks' if book.header.tasks else 'template', lang)}",
        f"{key('evidence', 'evidence')}:",
    ]
    for section in book.sections:
        out.append(f"  # {section.title}")
        for item in section.items():
            for clause in item.clauses:
                points = f" ({clause.points})" if clause.points is not None else ""
                heading = " ".join(clause.heading.split())
                out.append(f"  # {clause.address} {heading}{points}: {_options(clause)}")
                out.append(f'  "{clause.address}": {key("state", "unknown")}')
    return "\n".join(out) + "\n"


def _options(clause: model.Clause) -> str:
    return "{" + ", ".join(f"{fact.name}: {SAMPLES[fact.type](fact)}" for fact in clause.facts) + "}"


def json_template(book: model.Rulebook) -> str:
    """The same as JSON."""
    unknown = lexicon.term("state", "unknown")
    shape = {
        lexicon.term("evidence", "subject"): "",
        lexicon.term("evidence", "rulebook"): book.id,
        lexicon.term("evidence", "evidence"): {clause.address: unknown for clause in book.clauses()},
    }
    return json.dumps(shape, ensure_ascii=False, indent=2) + "\n"


def yaml_record(book: model.Rulebook, record: Record) -> str:
    """What a record holds, wherever it came from, as the YAML file that reads as the same record."""
    key = lexicon.term
    return write_yaml(
        {
            key("evidence", "subject"): record.subject,
            key("evidence", "rulebook"): book.id,
            key("evidence", "evidence"): {address: _known(known) for address, known in record.clauses.items()},
        }
    )


def _known(known: ClauseEvidence) -> Any:
    """A clause's state, or its facts with their values and the remark."""
    if known.state != "observed" and not known.note:
        return lexicon.term("state", known.state)
    note = {lexicon.term("evidence", "note"): known.note} if known.note else {}
    unknown = dict.fromkeys(sorted(known.open), lexicon.term("state", "unknown"))
    return {**{name: _plain(value) for name, value in known.facts.items()}, **unknown, **note}


def _plain(value: Value) -> Any:
    if isinstance(value, bool):
        return lexicon.term("yes", "true" if value else "false")
    if isinstance(value, tuple):
        return [dict(_entry(one)) if isinstance(one, Dated) else show(one) for one in value]
    return value if isinstance(value, int | str) else show(value)


def _entry(one: Dated) -> Iterator[tuple[str, str]]:
    """What a record says, under the keys of a record."""
    said = {"date": one.date and one.date.isoformat(), "document": one.document, "reference": one.reference}
    said |= {"points": None if one.points is None else show(one.points), "answers": one.answers}
    return ((lexicon.term("record", name), words) for name, words in said.items() if words)
