"""Rubrics written as running text, without a table: marks of the lines draw sections, items and clauses."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import takewhile
from typing import Literal

from rulebook import lexicon
from rulebook.exchange import clauses as cells
from rulebook.exchange import columns
from rulebook.exchange.clauses import Line
from rulebook.exchange.text import annex
from rulebook.source import fold

Level = Literal["section", "subsection", "item", "clause"]


@dataclass
class Node:
    """One marked line with the lines that go on with it."""

    level: Level
    mark: str
    lines: list[Line] = field(default_factory=list)
    inner: list["Node"] = field(default_factory=list)


def papers(prose: list[Line]) -> Iterator[tuple[list[Line], list[Node]]]:
    """The papers of a text, each with what opens it and its nodes; parted by annexes, or by titles where numbering begins anew."""
    before: list[Line] = []
    for part in _parted(prose):
        nodes, opening = _nodes(part)
        if any(_worth(node) for node in nodes):
            yield [*before, *opening], nodes
            before = []
        else:  # no rubric: its words stand before the next
            before.extend(part)


def _parted(prose: list[Line]) -> Iterator[list[Line]]:
    part: list[Line] = []
    for at, line in enumerate(prose):
        titled = columns.names_rubric(line.text) and _level(line.text) is None
        again = titled and any(_level(later.text) for later in part[-3:]) and at + 1 < len(prose)
        if part and (annex(line.text) is not None or again):
            yield part
            part = []
        part.append(line)
    if part:
        yield part


def _level(text: str) -> tuple[Level, str, int] | None:
    """Level, mark and length of the mark that a line begins with."""
    folded = fold(text)
    for level, name in (("section", "import_section_mark"), ("subsection", "import_subsection_mark")):
        match = lexicon.pattern(name).match(folded)
        if match is not None:
            return level, next(value for value in match.groupdict().values() if value), match.end()  # type: ignore[return-value]
    found = cells.mark(text)
    if found is None:
        return None
    number, end, kind = found
    return ("item" if kind == "dotted" else "clause"), str(number), end


def _nodes(lines: list[Line]) -> tuple[list[Node], list[Line]]:
    """The marked lines in order, flat, and what stands before the first."""
    nodes: list[Node] = []
    opening: list[Line] = []
    for line in lines:
        found = _level(line.text)
        if found is None:
            (nodes[-1].lines if nodes else opening).append(line)
            continue
        level, mark, end = found
        nodes.append(Node(level, mark, [Line(line.text[end:].strip(), line.place)]))
    return _levelled(nodes), opening


def _levelled(nodes: list[Node]) -> list[Node]:
    """Without items under them, subsections are items; without subsections and items, so are clauses."""
    for at, node in enumerate(nodes):
        if node.level != "subsection" or not _worth(node):
            continue
        below = list(takewhile(lambda later: later.level in ("item", "clause"), nodes[at + 1 :]))
        if not any(
            _worth(later) for later in below
        ):  # the points are the subsection's: what stands below it are its rules
            node.level = "item"
            for later in below:
                later.level = "clause"
    levels = {node.level for node in nodes}
    if "item" not in levels and "subsection" in levels:
        for node in nodes:
            node.level = "item" if node.level == "subsection" else node.level
    elif "item" not in levels and "clause" in levels:
        for node in nodes:
            node.level = "item" if node.level == "clause" else node.level
    elif levels == {"section"}:
        for node in nodes:
            node.level = "item"
    return nodes


def _worth(node: Node) -> bool:
    """True for a node that states points."""
    return any(lexicon.pattern("import_points").search(fold(line.text)) is not None for line in node.lines)
