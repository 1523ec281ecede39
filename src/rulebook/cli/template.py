"""An evidence file to fill in: every clause unknown, each with what may be written beside it."""

import json

from rulebook import lexicon, model
from rulebook.codes import Language, wording
from rulebook.evidence import SAMPLES


def yaml_template(book: model.Rulebook, lang: Language) -> str:
    """YAML with a comment a clause; it scores as it is (everything unknown)."""
    key = lexicon.term
    out = [
        f"{key('evidence', 'subject')}:",
        f"{key('evidence', 'rulebook')}: {book.id}",
        f"# {wording('template', lang)}",
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
