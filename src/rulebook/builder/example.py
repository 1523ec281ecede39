"""例：缺 2 → 1分 · 例：缺一次 2 次 → 扣1分: a worked example beside its clause, read to evidence and the score it must give."""

import re
from decimal import Decimal

from rulebook import lexicon, model
from rulebook.exact import decimal
from rulebook.parser.outline import Part

_RESULT = lexicon.pattern("example_result")
_ENTRY = re.compile(r"(?P<name>.+?)\s*(?P<value>[0-9]+(?:\.[0-9]+)?)?\s*(?P<unit>[^0-9\s]{0,3})")


def read_example(note: Part, clause: model.Clause, span: model.Span) -> tuple[model.Example, str | None]:
    """The example as a node, and the code of a problem where it names no fact of the clause or no score."""
    text = note.words.original.strip()
    words, arrow, result = note.words.folded.partition("→")
    marked = lexicon.pattern("example_mark").search(result)
    if marked is not None:
        result = result[: marked.start()]
    match = _RESULT.fullmatch(result.strip()) if arrow else None
    if match is None or (note.points is not None):
        return model.Example.made(text=text, span=span), "RB225"
    evidence: list[tuple[str, str]] = []
    for part in re.split("[，；]", words):
        whole = _entry(part.strip(), clause) if part.strip() else None  # a name may hold 、 itself
        for entry in [part] if whole is not None else part.split("、"):
            if not entry.strip():
                continue
            read = whole or _entry(entry.strip(), clause)
            if read is None:
                return model.Example.made(text=text, span=span), "RB225"
            evidence.append(read)
    number = decimal(match["number"])
    score, loss = _meant(match["verb"], number)
    mark = "" if marked is None else lexicon.terms()["example_mark"][marked["mark"]]
    why = "" if marked is None else (marked["why"] or "").strip()
    return model.Example.made(text=text, evidence=tuple(evidence), score=score, loss=loss, mark=mark, why=why, span=span), None


def _meant(verb: str | None, number: Decimal) -> tuple[Decimal | None, Decimal | None]:
    deducts = verb is not None and verb in lexicon.of_class("DEDUCT")
    return (None, number) if deducts else (number, None)


def _entry(words: str, clause: model.Clause) -> tuple[str, str] | None:
    """One fact and its value: 缺 2, 缺一次 2 次, 未建立, 符合."""
    states = lexicon.terms()["state"]
    if words in states:
        return "", states[words]
    names = [fact.name for fact in clause.facts]
    if words in names:
        return words, "true"
    graded = [fact.name for fact in clause.facts if words in fact.choices]
    if len(graded) == 1:
        return graded[0], words
    match = _ENTRY.fullmatch(words)
    if match is None or match["value"] is None:
        return None
    name = match["name"].strip()
    if name in names:
        return name, match["value"]
    near = [known for known in names if name.startswith(known)]
    return (near[0], match["value"]) if len(near) == 1 else None
