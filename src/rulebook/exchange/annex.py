"""The sheet behind a rubric that `rulebook export` wrote: lines of its text that no column holds, put back where they stood."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

from rulebook import lexicon, model
from rulebook.bounds import BOUNDS
from rulebook.diagnostics import Diagnostic
from rulebook.exchange.document import Document, Finding, Place, Table
from rulebook.exchange.draft import Written, pieces
from rulebook.loader import read
from rulebook.parser.outline import lines
from rulebook.source import Source, fold


class Kept(NamedTuple):
    """One line of the annex: what it belongs to, its words, where in the document it stands, and why it could not be taken as it is."""

    place: str
    line: str
    at: Place
    fault: Diagnostic | None = None

    @property
    def comment(self) -> bool:
        """True for a comment."""
        return self.line.startswith("#") and len(self.line) <= BOUNDS.line_length

    @property
    def note(self) -> bool:
        """True for what an annex holds beside comments: examples, names, indicators, who answers, and the directory in the head. No clause, no points."""
        if self.place == lexicon.term("annex_place", "head"):
            key = self.line.partition("：")[0]
            return lexicon.terms()["header"].get(fold(key).strip()) == "directory"
        *_, probe = lines(Source("", f"\u4e00、\n1. -\n{self.line}"))
        return len(self.line) <= BOUNDS.line_length and probe.kind == "note"


def parted(document: Document) -> tuple[Document, tuple[Kept, ...]]:
    """The document without its annexes, and their lines."""
    heads = [fold(lexicon.term("paper_column", name)) for name in ("place", "annex")]
    annexes = [block for block in document.blocks if isinstance(block, Table) and [fold(cell.text).strip() for cell in block.rows[0].cells[:2]] == heads]
    kept = tuple(
        Kept(fold(row.cells[0].text).strip(), " ".join(row.cells[1].lines), row.place, row.cells[1].fault)
        for table in annexes for row in table.rows[1:] if row.cells[1].text or row.cells[1].fault
    )  # fmt: skip
    return replace(document, blocks=tuple(block for block in document.blocks if not any(block is one for one in annexes))), kept


def put(written: Written, kept: Sequence[Kept]) -> Written:
    """The draft with every line of the annex where it belongs: comments above it, the others below. What belongs nowhere, or is no such line, stands
    as a comment at the end, and is told."""
    reach, end, last = _reach(written.text), lexicon.term("annex_place", "end"), len(written.places)
    before: dict[int, list[tuple[str, Place]]] = defaultdict(list)
    after: dict[int, list[tuple[str, Place]]] = defaultdict(list)
    findings = []
    for one in kept:
        if one.fault is not None:
            findings.append(Finding(one.fault, one.at))
        known = one.place in reach or one.place == end
        if known and one.comment:
            where, number = (after, last) if one.place == end else (before, reach[one.place][0])
            where[number].append((one.line, one.at))
        elif known and one.note:
            after[reach[one.place][1] if one.place in reach else last].append((one.line, one.at))
        elif one.line:
            told = Diagnostic("RB639", {"place": one.place or "?", "words": one.line[:200]}) if not known else Diagnostic("RB629", {"words": one.line[:60]})
            findings.append(Finding(told, one.at))
            after[last] += [(f"# {piece}", one.at) for piece in pieces(f"{one.place} {one.line.removeprefix('#').strip()}")]
    made: list[tuple[str, Place]] = []
    moved = {}
    for number, own in enumerate(zip(written.text.removesuffix("\n").split("\n"), written.places, strict=True), 1):
        made += before[number]
        moved[number] = len(made) + 1
        made += [own, *after[number]]
    shifted = [replace(finding, line=moved.get(finding.line, 0)) for finding in written.findings]
    return Written("\n".join(line for line, _ in made) + "\n", tuple(place for _, place in made), (*shifted, *findings))


def _reach(text: str) -> dict[str, tuple[int, int]]:
    """First and last line of each part of a draft, by its mark or address; of an item that is one clause, those of the clause."""
    book, source = read(text, name="draft").rulebook, Source("draft", text)
    found: dict[str, tuple[int, int]] = {}
    if book is None:
        return found

    def stands(place: str, span: model.Span | None) -> None:
        if span is not None:
            first, end = source.line(span.start), source.line(max(span.start, span.end - 1))
            found[place] = first, max(end, found.get(place, (first, end))[1])

    head = [source.line(line.span.start) for line in book.header.lines if line.span is not None]
    if head:
        found[lexicon.term("annex_place", "head")] = head[0], head[-1]
    for section in book.sections:
        stands(fold(f"{section.mark}、"), section.span)
        for subsection in section.subsections:
            if subsection.number:
                stands(fold(f"（{subsection.mark}）"), subsection.span)
            for item in subsection.items:
                stands(str(item.number), item.span)
                for clause in item.clauses:
                    stands(clause.address, clause.span)
    return found
