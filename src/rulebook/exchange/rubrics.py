"""A document to its rubrics: tables told by their headings, several rubrics kept apart, rows to sections, items and clauses."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal

from rulebook import lexicon, numerals
from rulebook.codes import wording
from rulebook.diagnostics import Diagnostic
from rulebook.exact import decimal, show
from rulebook.exchange import clauses as cells
from rulebook.exchange import columns, running
from rulebook.exchange.clauses import Clause, Line, clean
from rulebook.exchange.document import Cell, Document, Finding, Paragraph, Place, Row, Table
from rulebook.exchange.text import annex
from rulebook.parser.duties import on_one_line
from rulebook.parser.reader import read as read_clause
from rulebook.parser.tokens import Text
from rulebook.source import fold


@dataclass
class Item:
    """What is looked at, its clauses, and the words that belong to no clause."""

    heading: str
    place: Place
    printed: str = ""
    points: Decimal | None = None
    clauses: list[Clause] = field(default_factory=list)
    remarks: list[Line] = field(default_factory=list)
    duties: list[Line] = field(default_factory=list)


@dataclass
class Group:
    """A section or a subsection."""

    title: str
    place: Place
    points: Decimal | None = None
    printed: str = ""
    items: list[Item] = field(default_factory=list)
    groups: list["Group"] = field(default_factory=list)
    remarks: list[Line] = field(default_factory=list)
    duties: list[Line] = field(default_factory=list)
    named: bool = True

    def every(self) -> Iterator[Item]:
        """Its items, those of its subsections included."""
        yield from self.items
        for group in self.groups:
            yield from group.items


@dataclass
class Rubric:
    """One rubric of the document, in the order of the document."""

    title: str
    place: Place
    annex: str = ""
    full: Decimal | None = None
    sections: list[Group] = field(default_factory=list)
    before: list[Line] = field(default_factory=list)
    after: list[Line] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    tasks: bool = False

    def items(self) -> Iterator[Item]:
        """Every item, in order."""
        for section in self.sections:
            yield from section.every()

    def say(self, code: str, place: Place, **values: object) -> None:
        """Adds a finding."""
        self.findings.append(Finding(Diagnostic(code, values), place))


def rubrics(document: Document) -> tuple[list[Rubric], list[Finding]]:
    """The rubrics of a document, and what is said about the rest of it."""
    found: list[Rubric] = []
    findings: list[Finding] = []
    prose: list[Line] = []
    builder: _Rows | None = None
    for block in document.blocks:
        if isinstance(block, Paragraph):
            prose.append(Line(clean(block.text), block.place))
            continue
        for part in parts(block):
            if builder is not None and builder.goes_on(part, prose):
                builder.add(part.rows)
                continue
            if not part.headings and all(len({cell.anchor for cell in row.cells}) == 1 for row in part.rows):
                prose.extend(part.words())  # a table that only lays out the page
                continue
            if not part.scores():
                findings.extend(_no_rubric(part))
                if found:  # what stands between belongs to what stood before
                    behind, prose = _behind(prose)
                    found[-1].after.extend(behind)
                continue
            behind, ahead = _behind(prose) if found else ([], prose)
            if found:
                found[-1].after.extend(behind)
            prose = []
            led = [Line(clean(cell.text), cell.place) for cell in part.lead]
            rubric = _titled(document, [*ahead, *led], len(led), part.place, part.table.name)
            found.append(rubric)
            if builder is not None:
                builder.end()
            builder = _Rows(rubric, part)
            builder.add(part.rows)
    if builder is not None:
        builder.end()
        found[-1].after.extend(_behind(prose)[0] or prose)
    if not found:
        found = [_running(document, opening, nodes) for opening, nodes in running.papers(prose)]
    for rubric in found:
        _finish(rubric)
    return [rubric for rubric in found if any(True for _ in rubric.items())], findings


# --- tables


@dataclass
class Part:
    """A stretch of a table under one heading."""

    table: Table
    lead: list[Cell]
    headings: list[Row]
    rows: list[Row]

    def roles(self) -> list[str | None]:
        return columns.roles(self.headings) if self.headings else []

    def scores(self) -> bool:
        return bool(self.headings) and (columns.scores(self.roles()) or columns.costs(self.headings))

    def words(self) -> list[Line]:
        lead = [Line(clean(line), cell.place) for cell in self.lead for line in cell.lines]
        return lead + [Line(clean(line), row.cells[0].place) for row in self.rows for line in row.cells[0].lines]

    @property
    def place(self) -> Place:
        return self.headings[0].place if self.headings else self.table.place


def parts(table: Table) -> Iterator[Part]:
    """The table cut where a new heading stands; a heading that only repeats the last one, as on every page, is dropped."""
    part = Part(table, [], [], [])
    for row in table.rows:
        if not columns.is_heading(row):
            single = _single(row)
            if part.headings:
                part.rows.append(row)
            elif single is not None:
                part.lead.append(single)
            elif any(cell.text.strip() for cell in row.cells):
                part.rows.append(row)
            continue
        if part.headings and not part.rows:
            if _said(row) != _said(part.headings[-1]):
                part.headings.append(row)
            continue
        lead = _lead(part.rows) if part.headings else []
        if part.headings and not lead and _said(row) in [_said(heading) for heading in part.headings]:
            continue
        if part.headings or part.rows:
            yield part
            part = Part(table, lead, [row], [])
        else:
            part.headings.append(row)
    if part.headings or part.rows or part.lead:
        yield part


def _said(row: Row) -> list[str]:
    return [columns.plain(cell.text) for cell in row.cells]


def _single(row: Row) -> Cell | None:
    """The one cell of a row that holds words, where there is only one."""
    held = {cell.anchor: cell for cell in row.cells if not columns.blank(cell)}
    return next(iter(held.values())) if len(held) == 1 else None


def _lead(rows: list[Row]) -> list[Cell]:
    """Takes the title lines off the end of rows, where they name the next rubric."""
    taken: list[Cell] = []
    while rows:
        cell = _single(rows[-1])
        if cell is None or not (columns.names_rubric(cell.text) or annex(cell.text) is not None):
            if any(not columns.blank(one) for one in rows[-1].cells):
                break
            rows.pop()
            continue
        taken.insert(0, cell)
        rows.pop()
    return taken


def _no_rubric(part: Part) -> Iterator[Finding]:
    words = "、".join(
        dict.fromkeys(clean(cell.text) for row in part.headings or part.rows[:1] for cell in row.cells if cell.text)
    )
    words = words or "、".join(clean(cell.text) for cell in part.lead)
    if not words.strip():
        return
    yield Finding(Diagnostic("RB628", {"words": words[:60]}), part.table.place)
    for row in part.rows:
        for cell in {cell.anchor: cell for cell in row.cells}.values():
            if moves(cell.text) and not columns.is_heading(row):
                yield Finding(Diagnostic("RB629", {"words": _short(clean(cell.text))}), cell.place)


def moves(text: str) -> bool:
    """True where words move points, or look as if they did."""
    reading = read_clause(Text.of(text))
    return bool(reading.found or reading.refused)


def _short(text: str, most: int = 60) -> str:
    return text if len(text) <= most else text[: most - 1] + "…"


# --- titles and prose


def _behind(prose: list[Line]) -> tuple[list[Line], list[Line]]:
    """What belongs to the rubric before, and what opens the next: an annex, or else a title, parts them."""
    for at, line in enumerate(prose):
        if annex(line.text) is not None:
            return prose[:at], prose[at:]
    for at in range(len(prose) - 1, -1, -1):
        if columns.names_rubric(prose[at].text):
            return prose[:at], prose[at:]
    return prose, []


def _titled(document: Document, lines: list[Line], led: int, place: Place, sheet: str) -> Rubric:
    """The rubric with its title: the last line before its heading that names one, or what follows an annex; else the sheet or file.

    `led` is how many of the lines stand in the table itself, above its heading.
    """
    at = next((n for n in range(len(lines) - 1, -1, -1) if columns.names_rubric(_bare(lines[n].text))), None)
    label = next((n for n in range(len(lines) - 1, -1, -1) if annex(lines[n].text) is not None), None)
    if at is None and label is not None:
        at = label if _bare(lines[label].text) else label + 1 if label + 1 < len(lines) else None
    if at is None and led:
        at = len(lines) - led
    if at is None and lines and _may_be_title(lines[-1].text, 40):
        at = len(lines) - 1
    sheet = sheet if not re.fullmatch(r"(?i)sheet\s*\d*|\w{1,3}\d", sheet) else ""
    stem = re.split(r"[/\\]", document.name)[-1].rpartition(".")[0] or document.name
    title = _bare(lines[at].text) if at is not None else sheet or stem
    used = {at}
    if at and len(columns.plain(title)) < 8 and at - 1 != label and _may_be_title(lines[at - 1].text, 30):
        title = lines[at - 1].text + title
        used.add(at - 1)
    rubric = Rubric(title or wording("import_untitled"), place)
    if label is not None:
        rubric.annex = annex(lines[label].text) or ""
        used.add(label)
    match = lexicon.pattern("import_full").search(fold(title))
    if match is not None:
        rubric.full = _decimal(match["number"] or match["bare"])
        rubric.title = clean(title[: match.start()] + title[match.end() :]).strip("（(") or title
    for line in lines:
        match = lexicon.pattern("import_full").search(fold(line.text))
        if match is not None and match["number"] and rubric.full is None:
            rubric.full = _decimal(match["number"])
    rubric.before = [line for n, line in enumerate(lines) if n not in used]
    return rubric


def _may_be_title(line: str, most: int) -> bool:
    return len(line) <= most and not re.search("[。；，：:;,]", line)


def _bare(line: str) -> str:
    """The line without the label of an annex."""
    label = annex(line)
    return line if label is None else line[line.index(label) + len(label) :].lstrip(" ：:.、")


def _decimal(text: str | None) -> Decimal | None:
    try:
        return decimal(text or "")
    except ValueError:
        return None


# --- running text


def _running(document: Document, opening: list[Line], nodes: list[running.Node]) -> Rubric:
    """The rubric that marked lines draw."""
    rubric = _titled(document, opening, 0, nodes[0].lines[0].place, "")
    section = group = item = None
    for node in nodes:
        notes = next((n for n, line in enumerate(node.lines) if n and columns.note(line.text)), len(node.lines))
        rubric.after.extend(node.lines[notes:])
        del node.lines[notes:]
        first, place = node.lines[0].text, node.lines[0].place
        if node.level in ("section", "subsection"):
            title, points = _stated(_bare_heading(first))
            made = Group(title, place, points, node.mark)
            if node.level == "section" or section is None:
                section, group = made, None
                rubric.sections.append(made)
            else:
                group = made
                section.groups.append(made)
            made.remarks = node.lines[1:]
            item = None
            continue
        if section is None:
            section = Group(wording("import_section"), place)
            rubric.sections.append(section)
        if node.level == "clause" and item is not None:
            _clause_lines(item, node)
            continue
        item = _running_item(node)
        (group or section).items.append(item)
    for item in rubric.items():
        if item.points is not None and item.clauses and all(clause.points is None for clause in item.clauses):
            item.clauses = [_one(item.clauses, item.points)]
    return rubric


def _bare_heading(text: str) -> str:
    return text.strip().rstrip("。：:；;")


def _running_item(node: running.Node) -> Item:
    """An item of running text: its first line is a heading where points end it and more follows, else its own clause."""
    first = node.lines[0]
    words, points, _ = cells.split_points(first.text)
    rest = node.lines[1:]
    item = Item("", first.place, node.mark)
    if points is not None and not moves(words) and cells.ends_with_points(first.text):
        item.heading, item.points = words, points
        item.clauses = cells.clauses(rest)
        if len(item.clauses) == 1 and item.clauses[0].points is None:
            item.clauses[0].points = points
        return item
    item.clauses = cells.clauses(node.lines)
    if len(item.clauses) > 1 and item.clauses[0].points is None and not moves(item.clauses[0].text):
        item.heading = item.clauses.pop(0).text
    return item


def _clause_lines(item: Item, node: running.Node) -> None:
    """Adds a marked clause. What the item's own line held so far is its heading."""
    if not item.heading and len(item.clauses) == 1 and not item.clauses[0].marked:
        alone = item.clauses.pop()
        item.heading, item.points = alone.text, alone.points
    for clause in cells.clauses(node.lines):
        clause.marked = True
        item.clauses.append(clause)


# --- rows


@dataclass
class _Entry:
    """The rows of one item: lines of rules, and the figures beside them."""

    lines: list[Line]
    figure: Cell | None
    amount: tuple[str, Cell, str] | None = None


class _Rows:
    """The rows of one rubric, read from the top."""

    def __init__(self, rubric: Rubric, part: Part) -> None:
        self.rubric = rubric
        self.part = part
        self.roles = part.roles()
        self.names = [heading_of(part.headings, n) for n in range(len(self.roles))]
        self.section: Group | None = None
        self.group: Group | None = None
        self.item: Item | None = None
        self.entries: list[_Entry] = []
        self.held: set[tuple[int, int]] = set()  # where the figures of the open item stand
        self.numbered = 0
        self.total: tuple[Decimal, Place] | None = None
        self.unknown: dict[int, int] = {}

    def goes_on(self, part: Part, prose: list[Line]) -> bool:
        """True where a table is the next page of this one: no title between, and the same heading or none."""
        if part.lead or part.table.name or any(line.text for line in prose):
            return False
        if part.headings:
            return part.roles() == self.roles and len(part.headings) == len(self.part.headings)
        return bool(part.rows) and len(part.rows[0].cells) == len(self.roles)

    def add(self, rows: Iterable[Row]) -> None:
        """Reads rows. The last item stays open: it may go on in the next table."""
        for row in rows:
            if row.hidden and any(not columns.blank(cell) for cell in row.cells):
                self.rubric.say("RB626", row.place)
            self.row(row)

    def row(self, row: Row) -> None:
        """One row."""
        cells = self.fresh(row)
        for column, cell in cells:
            if cell.fault is not None and self.roles[column] not in ("ignore", "method", None):
                self.rubric.findings.append(Finding(cell.fault, cell.place))
        if not any(not columns.blank(cell) for _, cell in cells):
            return
        single = _single(row)
        words = clean(single.text) if single is not None else ""
        across = sum(cell is single for cell in row.cells)
        if single is not None and self.band(words, single, across * 2 > len(row.cells) > 1):
            return
        if self.sums(row, cells):
            return
        by_role: dict[str, list[tuple[int, Cell]]] = {}
        for column, cell in cells:
            by_role.setdefault(self.roles[column] or "", []).append((column, cell))
        self.sections(by_role)
        self.items(row, by_role)

    def fresh(self, row: Row) -> list[tuple[int, Cell]]:
        """Column and cell of what begins in this row: no cell that is merged from above or from the left."""
        return [
            (column, cell)
            for column, cell in enumerate(row.cells[: len(self.roles)])
            if cell.anchor == (row.place.row, column)
        ]

    def band(self, words: str, cell: Cell, wide: bool) -> bool:
        """True where a row of a single cell was a heading, a note, or a title, and was taken as such."""
        bare, points = _stated(words)
        if columns.note(words) or columns.starts(words, "note"):
            self.close()
            self.rubric.after.append(Line(words, cell.place))
            return True
        at = cell.anchor[1]
        role = self.roles[at] if at < len(self.roles) else None
        if not wide and role not in ("section", "number", None):
            return False
        if len(words) > 40 or "。" in words:
            if wide:
                self.close()
                self.rubric.after.append(Line(words, cell.place))
            return wide
        if lexicon.pattern("import_subsection_mark").match(fold(words)) and self.section is not None:
            self.open_group(bare, points, cell.place)
        elif wide or lexicon.pattern("import_section_mark").match(fold(words)) or _figure(words) is None:
            self.open_section(bare, points, cell.place)
        else:
            return False
        return True

    def sums(self, row: Row, cells: list[tuple[int, Cell]]) -> bool:
        """True for a row that adds up."""
        first = next((cell for _, cell in cells if not columns.blank(cell)), None)
        if first is None:
            return False
        kind = next((k for k in ("total", "subtotal") if columns.starts(first.text, k)), None)
        if kind is None:
            return False
        figure = None
        for column, cell in cells:
            if self.roles[column] == "points" and cell is not first:
                figure = _figure(cell.text)
        self.close()
        if figure is not None and kind == "total":
            self.total = (figure, row.place)
            self.rubric.full = figure
        elif figure is not None:
            part = self.group or self.section
            if part is not None and part.named and part.points is None:
                part.points = figure
        return True

    # --- sections

    def sections(self, by_role: dict[str, list[tuple[int, Cell]]]) -> None:
        """Opens the section and the subsection that the row names, where they are not the open ones."""
        for role, openers in (("section", self.open_section), ("subsection", self.open_group)):
            for _, cell in by_role.get(role, ()):
                words = clean(_once(list(cell.lines)))
                if not words or columns.blank(cell):
                    continue
                title, points = _stated(words)
                openers(title, points, cell.place)

    def open_section(self, title: str, points: Decimal | None, place: Place) -> None:
        """Makes the section the open one, unless it is."""
        bare, printed = _marked(title, "import_section_mark")
        if self.section is not None and self.section.title == bare:
            if points is not None and self.section.points is None:
                self.section.points = points
            return
        self.close()
        self.section, self.group = Group(bare, place, points, printed), None
        self.rubric.sections.append(self.section)

    def open_group(self, title: str, points: Decimal | None, place: Place) -> None:
        """Makes the subsection the open one, unless it is."""
        bare, printed = _marked(title, "import_subsection_mark")
        if self.group is not None and self.group.title == bare:
            return
        self.close()
        self.group = Group(bare, place, points, printed)
        self.opened(place).groups.append(self.group)

    def opened(self, place: Place) -> Group:
        """The open section; one without a name of its own where there is none."""
        if self.section is None:
            award = "award_amount" in self.roles and "points" not in self.roles
            title = lexicon.term("section", "award") if award else wording("import_section")
            self.section = Group(title, place, named=False)
            self.rubric.sections.append(self.section)
        return self.section

    # --- items

    def items(self, row: Row, by_role: dict[str, list[tuple[int, Cell]]]) -> None:
        """Adds the row to the open item, or opens the next."""
        contents = [cell for _, cell in by_role.get("content", ()) if not columns.blank(cell)]
        number = clean("".join(cell.text for _, cell in by_role.get("number", ())))
        rules = [cell for _, cell in by_role.get("rule", ()) if not columns.blank(cell)]
        figures = [cell for _, cell in by_role.get("points", ()) if not columns.blank(cell)]
        amounts = [
            (role, cell, self.names[column])
            for role in ("deduct_amount", "award_amount")
            for column, cell in by_role.get(role, ())
            if not columns.blank(cell)
        ]
        if not (contents or rules or figures or amounts):
            self.remarks(by_role, row)
            return
        if contents and not rules and not amounts and _is_chinese(number):
            title, stated = _stated(clean("".join(cell.text for cell in contents)))
            self.open_section(title, _figure(figures[0].text) if figures else stated, contents[0].place)
            return
        lines = [Line(line, cell.place) for cell in rules for line in cell.lines]
        heading = clean(_once([line for cell in contents for line in cell.lines]))
        if self.shares(row):
            if heading and self.item is not None:
                self.item.heading = "；".join(filter(None, (self.item.heading, heading)))
        elif self.opens(heading, number, contents, rules, figures):
            self.close()
            bare, printed = _marked(heading, "import_item_mark")
            self.numbered += bool(printed)
            place = (contents or rules or figures or [cell for _, cell, _ in amounts])[0].place
            self.item = Item(bare, place, number or printed)
            group = self.group if self.group is not None else self.opened(place)
            group.items.append(self.item)
        elif (
            heading
            and self.item is not None
            and self.item.heading not in (heading, _marked(heading, "import_item_mark")[0])
        ):
            self.item.heading += heading
        self.held |= {figure.anchor for figure in figures}
        for at, figure in enumerate(figures or [None]):
            self.entries.append(_Entry(lines if at == 0 else [], figure, amounts[0] if amounts and at == 0 else None))
        self.remarks(by_role, row)

    def shares(self, row: Row) -> bool:
        """True where the row stands beside the merged points cell of the open item: its rules share those points."""
        if self.item is None or not self.entries:
            return False
        beside = [cell for column, cell in enumerate(row.cells[: len(self.roles)]) if self.roles[column] == "points"]
        return any(
            cell.anchor in self.held and cell.anchor[0] != row.place.row and not columns.blank(cell) for cell in beside
        )

    def opens(self, heading: str, number: str, contents: list[Cell], rules: list[Cell], figures: list[Cell]) -> bool:
        """True where the row begins an item: words of its own about what is looked at, unless they are the rest of a broken row."""
        if self.item is None:
            return True
        if "content" not in self.roles:
            return bool(number or figures) or not self.item.heading
        if not heading:
            return False
        bare, printed = _marked(heading, "import_item_mark")
        if bare == self.item.heading and (not printed or printed == self.item.printed):
            return False
        return bool(printed or number or figures) or not self.numbered

    def remarks(self, by_role: dict[str, list[tuple[int, Cell]]], row: Row) -> None:
        """Keeps what stands in other columns as remarks, who answers for it as such; what an assessor filled in is left out."""
        if self.item is not None:
            known = [line.text for line in self.item.duties]
            self.item.duties += [line for line in duty_lines(row, self.roles, self.names) if line.text not in known]
        for role in ("method", "", "ignore"):
            for column, cell in by_role.get(role, ()):
                words = clean(cell.text)
                if columns.blank(cell):
                    continue
                if role == "ignore":
                    self.unknown[column] = self.unknown.get(column, 0) + 1
                    continue
                if not role and moves(words):
                    self.rubric.say("RB629", cell.place, words=_short(words))
                target = self.item.remarks if self.item is not None else self.rubric.after
                target.append(Line(f"{self.names[column]}：{words}", cell.place))

    def end(self) -> None:
        """Ends the last item, and tells which columns were left out."""
        self.close()
        for column, count in sorted(self.unknown.items()):
            self.rubric.say("RB636", self.part.place, column=self.names[column], count=count)

    def close(self) -> None:
        """Ends the open item: its lines become clauses with their points."""
        item, entries = self.item, self.entries
        self.item, self.entries, self.held = None, [], set()
        if item is None:
            return
        for entry in entries:
            if entry.amount is not None:
                self.amount(entry, item)
        figures = [entry for entry in entries if entry.figure is not None]
        if len(figures) > 1 and all(entry.lines for entry in figures):
            for entry in entries:
                item.clauses.extend(self.figured(entry, item))
            return
        value = self.figure(figures[0].figure, item) if figures and figures[0].figure is not None else None
        item.points = value
        item.clauses = cells.clauses(line for entry in entries for line in entry.lines)
        for more in figures[1:]:
            assert more.figure is not None
            self.rubric.say("RB630", more.figure.place, words=clean(more.figure.text), points=_shown(value))
        if len(item.clauses) > 1 and value is not None and all(clause.points is None for clause in item.clauses):
            item.clauses = [_one(item.clauses, value)]
        elif len(item.clauses) == 1 and item.clauses[0].points is None:
            item.clauses[0].points = value

    def figured(self, entry: _Entry, item: Item) -> list[Clause]:
        """The clauses of one row that has a figure of its own."""
        found = cells.clauses(entry.lines)
        value = self.figure(entry.figure, item) if entry.figure is not None else None
        if value is None:
            return found
        if all(clause.points is None for clause in found):
            return [_one(found, value)] if found else []
        stated = sum((clause.points or Decimal(0) for clause in found), Decimal(0))
        if stated != value and entry.figure is not None:
            self.rubric.say("RB630", entry.figure.place, words=f"{show(stated)}", points=show(value))
        return found

    def figure(self, cell: Cell, item: Item) -> Decimal | None:
        """The number of a points cell; what is none is reported and kept as a remark."""
        number = _figure(cell.text)
        if number is None and cell.text:
            item.remarks.append(Line(clean(cell.text), cell.place))
        if number is None and cell.fault is None and any(character.isdigit() for character in fold(cell.text)):
            self.rubric.say("RB629", cell.place, words=_short(clean(cell.text)))
        return number

    def amount(self, entry: _Entry, item: Item) -> None:
        """A figure beside a condition, as a sentence where the headings say what it does; else the words as printed."""
        assert entry.amount is not None
        role, cell, name = entry.amount
        match = lexicon.pattern("import_figure").fullmatch(fold(clean(cell.text)))
        condition = "".join(line.text for line in entry.lines)
        if moves(condition):
            column = self.names.index(name)
            self.unknown[column] = self.unknown.get(column, 0) + 1
            return
        heading_says = role == "award_amount" or any(
            self.names[n] in columns.words()["violation"] for n, r in enumerate(self.roles) if r in ("content", "rule")
        )
        sign = match["sign"] if match else None
        lines = entry.lines or [Line(item.heading, item.place)]
        if not entry.lines:
            item.heading = ""
        last = lines[-1]
        if (
            match is None
            or not heading_says
            or (sign == "-" and role == "award_amount")
            or (sign == "+" and role == "deduct_amount")
        ):
            entry.lines = [*lines[:-1], Line(f"{last.text.rstrip('。；;')}。{name}：{clean(cell.text)}。", last.place)]
            return
        verb = columns.connector("deduct" if role == "deduct_amount" else "award")
        per = f"/{match['unit']}" if match["unit"] else ""
        of = columns.connector("condition")
        words = last.text.rstrip("。；;，, ")
        joined = words + (of[1:] if words.endswith(of[0]) else of)
        sentence = f"{joined}{verb}{show(Decimal(match['number']))}{columns.connector('points')}{per}。"
        entry.lines = [*lines[:-1], Line(sentence, last.place)]
        self.rubric.say("RB631", cell.place, printed=f"{name}：{clean(cell.text)}", read=sentence)


def duty_lines(row: Row, roles: list[str | None], names: list[str]) -> Iterator[Line]:
    """What the columns of a row say of who answers, one line a column: 责任单位：甲、乙. A merged cell speaks of every row beside it."""
    for role, name, cell in zip(roles, names, row.cells, strict=False):
        if role == "duty" and not columns.blank(cell):
            yield Line(duty_line(name, [clean(line) for line in cell.lines]), cell.place)


def duty_line(name: str, lines: list[str]) -> str:
    """A line of the language that says who answers; a heading that it does not know stands as 责任单位."""
    label = fold(name) if lexicon.terms()["outline"].get(fold(name)) == "duty" else lexicon.term("outline", "duty")
    return f"{label}：{on_one_line(chr(10).join(lines))}"


def heading_of(headings: list[Row], column: int) -> str:
    """What a column is headed: its lowest heading that holds words."""
    return next(
        (columns.plain(row.cells[column].text) for row in reversed(headings) if row.cells[column].text.strip()), ""
    )


def _once(lines: list[str]) -> str:
    """The lines as one; words that were printed again on every page stand once."""
    whole = "".join(line.strip() for line in lines)
    squeezed = re.sub(r"\s", "", whole)
    for length in range(2, len(squeezed) // 2 + 1):
        if len(squeezed) % length == 0 and squeezed[:length] * (len(squeezed) // length) == squeezed:
            return squeezed[:length]
    return whole


def _stated(words: str) -> tuple[str, Decimal | None]:
    """A heading and the points that stand at its end, bracketed or bare."""
    folded = fold(words)
    for name in ("import_points", "import_odd_points", "import_bare_points"):
        for match in lexicon.pattern(name).finditer(folded):
            if match.end() == len(folded) and match.start():
                return words[: match.start()].rstrip(), _decimal(match["number"])
    return words, None


def _marked(words: str, pattern: str) -> tuple[str, str]:
    """A heading without its mark, and the mark."""
    match = lexicon.pattern(pattern).match(fold(words))
    if match is None:
        return words, ""
    found = next((value for value in match.groupdict().values() if value), "")
    return words[match.end() :].strip(), found


def _is_chinese(number: str) -> bool:
    words = fold(number).strip("、.（）() ")
    return bool(words) and not words.isascii() and numerals.read(words) is not None


def _kind(title: str) -> bool:
    return fold(_marked(title, "import_section_mark")[0]) in lexicon.terms()["section"]


def _figure(text: str) -> Decimal | None:
    words = fold(clean(text)).strip("（）() ")
    match = lexicon.pattern("import_number").fullmatch(words)
    return _decimal(match["number"]) if match else None


def _shown(number: Decimal | None) -> str:
    return "" if number is None else show(number)


def _one(several: list[Clause], points: Decimal) -> Clause:
    """Clauses that share their item's points as one: their words in order."""
    if len(several) == 1:
        several[0].points = points
        return several[0]
    words = [clause.text if clause.text[-1:] in "。；！？" else clause.text + "。" for clause in several]
    made = Clause("".join(words), several[0].place, points)
    made.repairs = [repair for clause in several for repair in clause.repairs]
    return made


# --- the whole


def _finish(rubric: Rubric) -> None:
    """Looks at what no row could know: figures that differ, words beside the clauses that seem to move points."""
    for section in rubric.sections:
        for group in [group for group in section.groups if not group.items]:
            rubric.before.extend([Line(group.title, group.place), *group.remarks])
            section.groups.remove(group)
        if not section.items and not section.groups:  # a heading with prose below it, such as 总则
            rubric.before.extend([Line(section.title, section.place), *section.remarks])
    rubric.sections = [section for section in rubric.sections if section.items or section.groups]
    for item in rubric.items():
        _heading_points(rubric, item)
        for clause in item.clauses:
            for repair in clause.repairs:
                code = "RB632" if repair.worded else "RB631"
                rubric.say(code, clause.place, printed=repair.printed, read=repair.read)
    for line in (*rubric.before, *rubric.after):
        declared = lexicon.pattern("head_line").match(fold(line.text))
        if declared is not None and declared["key"] in lexicon.terms()["header"]:
            continue
        if moves(line.text) and lexicon.pattern("import_not_supplied").search(fold(line.text)) is None:
            for sentence in re.split(r"(?<=[。；])", line.text):
                if moves(sentence):
                    rubric.say("RB629", line.place, words=_short(sentence.strip()))


def _heading_points(rubric: Rubric, item: Item) -> None:
    """Points printed at the end of an item's heading: its own where there are no others, else held against them."""
    bare, stated = _stated(item.heading)
    if stated is None:
        return
    known = item.points
    if known is None and item.clauses and all(clause.points is not None for clause in item.clauses):
        known = sum((clause.points or Decimal(0) for clause in item.clauses), Decimal(0))
    if known is None:
        item.points = stated
        if len(item.clauses) == 1:
            item.clauses[0].points = stated
        elif all(clause.points is None for clause in item.clauses) and item.clauses:
            item.clauses = [_one(item.clauses, stated)]
    elif stated != known:
        rubric.say("RB630", item.place, words=item.heading[len(bare) :].strip(), points=show(known))
        item.remarks.append(Line(item.heading, item.place))
    elif item.points is None:
        item.points = stated
    item.heading = bare
