"""The sheet behind a rubric that `rulebook export` wrote: lines of its text that no column holds, put back where they stood."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

from rulebook import lexicon, model
from rulebook.diagnostics import Diagnostic
from rulebook.exchange.document import Document, Finding, Place, Table
from rulebook.exchange.draft import Written
from rulebook.loader import read
from rulebook.source import Source, fold


class Kept(NamedTuple):
    """One line of the annex: what it belongs to, its words, and where in the document it stands."""

    place: str
    line: str
    at: Place


def parted(document: Document) -> tuple[Document, tuple[Kept, ...]]:
    """The document without its annexes, and their lines."""
    heads = [fold(lexicon.term("paper_column", name)) for name in ("place", "annex")]
    annexes = [block for block in document.blocks if isinstance(block, Table) and [fold(cell.text).strip() for cell in block.rows[0].cells[:2]] == heads]
    lines = tuple(
        Kept(fold(row.cells[0].text).strip(), " ".join(row.cells[1].lines), row.place)
        for table in annexes for row in table.rows[1:] if row.cells[1].text
    )  # fmt: skip
    return replace(document, blocks=tuple(block for block in document.blocks if not any(block is one for one in annexes))), lines


def put(written: Written, kept: Sequence[Kept]) -> Written:
    """The draft with every line of the annex where it belongs: comments above it, the others below. What belongs nowhere stands as a comment at
    the end, and is told."""
    reach, end, last = _reach(written.text), lexicon.term("annex_place", "end"), len(written.places)
    before: dict[int, list[tuple[str, Place]]] = defaultdict(list)
    after: dict[int, list[tuple[str, Place]]] = defaultdict(list)
    findings = []
    for one in kept:
        comment = one.line.startswith("#")
        if comment and one.place == end:
            after[last].append((one.line, one.at))
        elif one.place not in reach:
            findings.append(Finding(Diagnostic("RB639", {"place": one.place or "?", "words": one.line[:200]}), one.at))
            after[last].append((one.line if comment else f"# {one.place} {one.line}", one.at))
        else:
            (before if comment else after)[reach[one.place][not comment]].append((one.line, one.at))
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
