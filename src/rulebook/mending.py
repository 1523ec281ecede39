"""What to write instead, for findings about a rulebook as a whole: each suggestion has been read before it is shown.

A suggestion is safe where every clause attains the same scores as before and asks for the same facts; safe ones can be applied without the author.
"""

from collections.abc import Callable, Iterable
from dataclasses import replace

from rulebook import lexicon, loader, model
from rulebook.attainable import reach
from rulebook.codes import wording
from rulebook.diagnostics import Diagnostic, Edit, Suggestion
from rulebook.exact import show
from rulebook.source import Source

Mend = Callable[[Diagnostic, model.Rulebook, Source], tuple[Edit, ...]]


def suggested(diagnostics: Iterable[Diagnostic], book: model.Rulebook, source: Source) -> list[Diagnostic]:
    """The findings, each with a suggestion where one has been found to hold."""
    return [_with(diagnostic, book, source) for diagnostic in diagnostics]


def fixed(source: Source, diagnostics: Iterable[Diagnostic]) -> tuple[str, int]:
    """The text with every safe suggestion applied, and how many there were; edits that touch another are left for the next time."""
    text, done, before = source.text, 0, len(source.text) + 1
    safe = [one.suggestion for one in diagnostics if one.suggestion is not None and one.suggestion.safe and one.source == source]
    for one in sorted(safe, key=lambda one: -min(edit.start for edit in one.edits)):
        if max(edit.end for edit in one.edits) > before:
            continue
        for edit in sorted(one.edits, reverse=True):
            text = text[: edit.start] + edit.text + text[edit.end :]
        before, done = min(edit.start for edit in one.edits), done + 1
    return text, done


def _with(diagnostic: Diagnostic, book: model.Rulebook, source: Source) -> Diagnostic:
    mend = MENDS.get(diagnostic.code)
    if mend is None or diagnostic.suggested is not None or diagnostic.start is None or diagnostic.end is None:
        return diagnostic
    edits = mend(diagnostic, book, source)
    if not edits:
        return diagnostic
    text = source.text
    for edit in sorted(edits, reverse=True):
        text = text[: edit.start] + edit.text + text[edit.end :]
    again = loader.read(text, name=source.name)
    graver = {one.code for one in again.diagnostics if one.severity != "hint"} - {"RB403"}
    if again.rulebook is None or any(one.severity == "error" for one in again.diagnostics) or diagnostic.code in graver:
        return diagnostic
    written = "".join(edit.text for edit in edits) or wording("taken_away")
    safe = diagnostic.code in SAFE and _alike(book, again.rulebook)
    return replace(diagnostic, suggested=Suggestion(written.strip(), edits, safe))


def _alike(one: model.Rulebook, other: model.Rulebook) -> bool:
    """True where every clause asks for the same facts and attains the same scores."""
    pairs = [(section.kind, clause) for section in one.sections for item in section.items() for clause in item.clauses]
    others = [(section.kind, clause) for section in other.sections for item in section.items() for clause in item.clauses]
    if len(pairs) != len(others):
        return False
    for (kind, clause), (also, changed) in zip(pairs, others, strict=True):
        if model.meaning(clause) == model.meaning(changed):
            continue
        facts = [(fact.name, fact.type) for fact in clause.facts] == [(fact.name, fact.type) for fact in changed.facts]
        a, b = reach(clause, kind, one.header), reach(changed, also, other.header)
        if not (facts and a.decided and b.decided and a.worths() == b.worths()):
            return False
    return True


def _without(diagnostic: Diagnostic, book: model.Rulebook, source: Source) -> tuple[Edit, ...]:
    """The words taken away, with the separator before them."""
    assert diagnostic.start is not None
    assert diagnostic.end is not None
    start = diagnostic.start
    if source.folded[start - 1 : start] in ("，", "；", "、"):
        start -= 1
    return (Edit(start, diagnostic.end, ""),)


def _capped(diagnostic: Diagnostic, book: model.Rulebook, source: Source) -> tuple[Edit, ...]:
    """缺一次扣2.5分 in a clause of 2 points: as much as the clause has."""
    clause = next((one for one in book.clauses() if one.address == diagnostic.clause), None)
    if clause is None or clause.points is None:
        return ()
    amount = str(diagnostic.values["amount"])
    at = source.folded.rfind(amount, diagnostic.start, diagnostic.end)
    return (Edit(at, at + len(amount), show(clause.points)),) if at >= 0 else ()


def _zeroed(diagnostic: Diagnostic, book: model.Rulebook, source: Source) -> tuple[Edit, ...]:
    """未落实的扣0.5分 in a clause of 0.5 points: 未落实的不得分."""
    match = lexicon.pattern("whole_deduction").search(source.folded, diagnostic.start or 0, diagnostic.end or 0)
    return (Edit(match.start(), match.end(), wording("write_zero")),) if match is not None else ()


def _spelt(diagnostic: Diagnostic, book: model.Rulebook, source: Source) -> tuple[Edit, ...]:
    """未落实得不得分: 的."""
    assert diagnostic.start is not None
    return (Edit(diagnostic.start, diagnostic.start + 1, wording("write_linking")),)


def _declared(diagnostic: Diagnostic, book: model.Rulebook, source: Source) -> tuple[Edit, ...]:
    """零头：不足一步不计, what counts already, said in the head."""
    last = max((line.span.end for line in book.header.lines if line.span is not None), default=None)
    return (Edit(last, last, "\n" + wording("whole_steps")),) if last is not None else ()


MENDS: dict[str, Mend] = {
    "RB403": _capped,
    "RB404": _zeroed,
    "RB406": _declared,
    "RB411": _spelt,
    "RB412": _without,
    "RB422": _without,
}
"""Code → what might be written instead."""
SAFE = frozenset({"RB406", "RB412", "RB422", "RB430"})
"""Codes whose suggestion may be applied without the author: it takes away what does nothing, or says what holds already. The others may be slips of his."""
