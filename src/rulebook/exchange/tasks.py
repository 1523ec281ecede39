"""Lists of tasks: tables with a column of who answers, and running text whose sentences end in （责任单位：…） or are followed by 牵头单位：…"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise

from rulebook import lexicon, numerals
from rulebook.codes import wording
from rulebook.exchange import clauses as cells
from rulebook.exchange import columns
from rulebook.exchange.clauses import Clause, Line, clean
from rulebook.exchange.document import Document, Paragraph, Place, Row
from rulebook.exchange.rubrics import Group, Item, Part, Rubric, duty_line, heading_of, parts
from rulebook.parser import duties
from rulebook.parser.tokens import Text
from rulebook.source import fold

FEWEST = 2
"""So many tasks with somebody who answers make a list."""


def task_lists(document: Document) -> list[Rubric]:
    """The lists of tasks of a document that holds no rubric, in its order; a list ends where sections are numbered from one again."""
    reader = _Reader(document.name)
    for block in document.blocks:
        if isinstance(block, Paragraph):
            reader.paragraph(Line(clean(block.text), block.place))
            continue
        for part in parts(block):
            if part.headings and columns.assigns(part.roles()):
                reader.table(part)
            else:
                reader.prose.extend(part.words())
    return reader.end()


@dataclass
class _List:
    """A list that is being read: its rubric, what is open of it."""

    rubric: Rubric
    section: Group | None = None
    group: Group | None = None
    item: Item | None = None
    numbers: list[int] = field(default_factory=list)


class _Reader:
    """One pass over the blocks of a document."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.prose: list[Line] = []
        self.lists: list[_List] = []

    # --- lists, sections, items

    @property
    def open(self) -> _List:
        """The open list, begun with the prose before it where there is none."""
        return self.lists[-1] if self.lists else self.begin(Place())

    def begin(self, place: Place) -> _List:
        """A new list. Its title is the last short line before it."""
        at = next((n for n in range(len(self.prose) - 1, -1, -1) if _may_be_title(self.prose[n].text)), None)
        stem = self.name.rpartition("/")[2].rpartition(".")[0] or self.name
        title = self.prose[at] if at is not None else Line(stem, place)
        made = _List(Rubric(title.text or wording("import_untitled"), title.place, tasks=True))
        made.rubric.before = [line for n, line in enumerate(self.prose) if n != at]
        self.prose = []
        self.lists.append(made)
        return made

    def section(self, title: str, mark: str, place: Place, repeated: bool = False) -> None:
        """Opens a section; a new list with one that is numbered first again. `repeated`: a table prints the open one anew on every page."""
        number = int(numerals.read(fold(mark)) or 0) if mark else 0
        open_one = self.lists[-1] if self.lists else None
        if repeated and open_one is not None and open_one.section is not None and open_one.section.title == title:
            return
        if open_one is None or (number == 1 and 1 in open_one.numbers):
            open_one = self.begin(place)
        else:
            open_one.rubric.after.extend(self.prose)
            self.prose = []
        open_one.numbers.append(number)
        open_one.section = Group(title, place, None, mark)
        open_one.group = open_one.item = None
        open_one.rubric.sections.append(open_one.section)

    def task(self, text: str, printed: str, place: Place) -> Item:
        """Adds a task to what is open."""
        self.flush()
        now = self.open
        if now.section is None:
            now.section = Group(wording("import_section"), place, named=False)
            now.rubric.sections.append(now.section)
        item = Item("", place, printed, None, [Clause(text, place)])
        (now.group or now.section).items.append(item)
        now.item = item
        return item

    def flush(self) -> None:
        """Prose inside a list stays beside the task above it."""
        if self.lists and self.prose:
            now = self.lists[-1]
            (now.item.remarks if now.item is not None else now.rubric.after).extend(self.prose)
            self.prose = []

    # --- running text

    def paragraph(self, line: Line) -> None:
        """One paragraph: a heading, tasks, who answers for the task above, or prose."""
        text = Text.of(line.text)
        if duties.labelled(text):
            self.answering(line)
            return
        mark, level, start = _mark(text.folded)
        words = text.part(start, len(text))
        found = duties.annotations(words)
        if found:
            self.annotated(words, found, mark, line.place)
        elif level == "section" and _may_be_title(words.original):
            self.section(words.original.strip(), mark, line.place)
        elif level == "subsection" and self.lists and self.open.section is not None:
            self.flush()
            now = self.open
            now.group = Group(words.original.strip(), line.place, None, mark)
            now.section.groups.append(now.group)  # type: ignore[union-attr]
            now.item = None
        elif level == "item" and self.lists:
            self.task(words.original.strip(), mark, line.place)
        else:
            self.prose.append(line)

    def annotated(self, words: Text, found: list[duties.Annotation], mark: str, place: Place) -> None:
        """A paragraph with annotations: what stands before each is a task."""
        at, item = 0, None
        for one in found:
            bare = words.part(at, one.start).original.strip("。；，;,. ")
            end = one.end
            while end < len(words) and words.folded[end] in "。；，":
                end += 1
            piece = words.part(at, end).original.strip()
            if item is not None and not bare:
                item.clauses[0].text += piece
            elif bare:
                item = self.task(piece, mark if at == 0 else "", place)
            at = end
        rest = words.part(at, len(words)).original.strip()
        if rest.strip("。；，;,. "):
            self.prose.append(Line(rest, place))

    def answering(self, line: Line) -> None:
        """Who answers for the task above, or for all below a heading."""
        above = (self.open.item or self.open.group or self.open.section) if self.lists else None
        (self.prose if above is None else above.duties).append(line)

    # --- tables

    def table(self, part: Part) -> None:
        """The rows of a table: one task each, what a page broke off put together."""
        roles = part.roles()
        names = [heading_of(part.headings, n) for n in range(len(roles))]
        if not self.lists:
            self.prose.extend(Line(clean(cell.text), cell.place) for cell in part.lead)
        found = [cells.mark(words) for row in part.rows if (words := _words(row, roles))]
        numbers = [one[0] for one in found if one is not None]
        running = all(after == before + 1 for before, after in pairwise(numbers))
        marked = bool(numbers) and len(numbers) * 2 >= len(found) and running
        for row in part.rows:
            self.row(row, roles, names, marked)

    def row(self, row: Row, roles: list[str | None], names: list[str], marked: bool) -> None:
        """One row: a new task, or the rest of the one above."""
        for role, cell in zip(roles, row.cells, strict=False):
            if role == "section" and not columns.blank(cell):
                mark, _, start = _mark(fold(clean(cell.text)))
                self.section(clean(cell.text)[start:].strip(), mark, cell.place, repeated=True)
        text = _words(row, roles)
        found = cells.mark(text)
        answering = [(name, cell) for role, name, cell in zip(roles, names, row.cells, strict=False) if role == "duty" and not columns.blank(cell)]
        item = self.lists[-1].item if self.lists else None
        if not text and _number(row, roles) not in ("", item.printed if item is not None else ""):
            self.prose.extend(Line(f"{name}：{clean(cell.text)}", cell.place) for name, cell in zip(names, row.cells, strict=False) if not columns.blank(cell))
            return  # a row with a number of its own goes on with nothing
        if item is not None and ((marked and found is None) or not text):
            item.clauses[0].text += text
            for name, cell in answering:
                self.more(item, name, [clean(line) for line in cell.lines], cell.place)
            return
        if not text:
            return
        number, start = (str(found[0]), found[1]) if found is not None else ("", 0)
        item = self.task(text[start:].strip(), number, row.place)
        for name, cell in answering:
            item.duties.append(Line(duty_line(name, [clean(line) for line in cell.lines]), cell.place))
        for role, name, cell in zip(roles, names, row.cells, strict=False):
            if role not in ("section", "content", "rule", "number", "duty") and not columns.blank(cell):
                item.remarks.append(Line(f"{name}：{clean(cell.text)}", cell.place))

    def more(self, item: Item, name: str, lines: list[str], place: Place) -> None:
        """The rest of a cell that the end of a page broke."""
        label = duty_line(name, [""])
        for n, line in enumerate(item.duties):
            if line.text.startswith(label):
                item.duties[n] = Line(label + duties.on_one_line("\n".join([line.text[len(label) :], *lines])), line.place)
                return
        item.duties.append(Line(duty_line(name, lines), place))

    # --- the whole

    def end(self) -> list[Rubric]:
        """The lists with the tasks of the sections in which somebody answers; everything else is prose."""
        found: list[Rubric] = []
        if self.lists:
            self.lists[-1].rubric.after.extend(self.prose)
        for one in self.lists:
            rubric = one.rubric
            for section in rubric.sections:
                _headings(section)
            kept = [section for section in rubric.sections if _count(section)]
            for section in rubric.sections:
                if section not in kept:
                    rubric.after.extend(_prose(section))
                for group in [group for group in section.groups if not group.items]:
                    section.groups.remove(group)
                    section.remarks.append(Line(group.title, group.place))
            rubric.sections = kept
            if sum(map(_count, kept)) >= FEWEST:
                found.append(rubric)
            elif found:
                found[-1].after.extend([*rubric.before, Line(rubric.title, rubric.place), *(line for s in kept for line in _prose(s)), *rubric.after])
        return found


def _words(row: Row, roles: list[str | None]) -> str:
    """What a row says is to be done."""
    held = [clean("".join(cell.lines)) for role, cell in zip(roles, row.cells, strict=False) if role in ("content", "rule")]
    number = _number(row, roles)
    words = "：".join(dict.fromkeys(filter(None, held)))
    return f"{number}.{words}" if number.isdigit() and words else words


def _number(row: Row, roles: list[str | None]) -> str:
    """What stands in the column of numbers."""
    return "".join(clean("".join(cell.lines)) for role, cell in zip(roles, row.cells, strict=False) if role == "number")


def _headings(section: Group) -> None:
    """A heading that says who answers, and has nothing below it, is a task itself."""
    for group in [group for group in section.groups if group.duties and not group.items]:
        section.groups.remove(group)
        section.items.append(_own(group))
    if section.duties and not section.items and not section.groups:
        section.items.append(_own(section))
        section.duties = []


def _own(group: Group) -> Item:
    return Item("", group.place, "", None, [Clause(group.title, group.place)], list(group.remarks), list(group.duties))


def _count(section: Group) -> int:
    """How many tasks of a section have somebody who answers."""
    own = sum(map(_assigned, section.items))
    groups = sum(len(group.items) if group.duties else sum(map(_assigned, group.items)) for group in section.groups)
    return sum(1 for _ in section.every()) if section.duties else own + groups


def _assigned(item: Item) -> bool:
    return bool(item.duties) or any(duties.annotations(Text.of(clause.text)) for clause in item.clauses)


def _prose(section: Group) -> Iterator[Line]:
    yield Line(section.title, section.place)
    yield from section.remarks
    for group in section.groups:
        yield Line(group.title, group.place)
        yield from group.duties
    for item in section.every():
        yield from (Line(clause.text, clause.place) for clause in item.clauses)
        yield from (*item.duties, *item.remarks)


def _mark(folded: str) -> tuple[str, str, int]:
    """Mark, level and length of the mark that a line begins with."""
    for level, name in (("section", "import_section_mark"), ("subsection", "import_subsection_mark")):
        match = lexicon.pattern(name).match(folded)
        if match is not None:
            return next(value for value in match.groupdict().values() if value), level, match.end()
    found = cells.mark(folded)
    return ("", "", 0) if found is None else (str(found[0]), "item", found[1])


def _may_be_title(line: str) -> bool:
    return 1 < len(line) <= 60 and not any(stop in fold(line) for stop in "。；：") and any(c.isalpha() for c in line)
