"""A rulebook as the rows of a table: what stands in each column, and which rows share a cell."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from rulebook import lexicon, model
from rulebook.codes import wording
from rulebook.exact import show
from rulebook.printer import brackets


@dataclass(frozen=True)
class Line:
    """One clause in its place; an item without a clause has a line of its own."""

    section: model.Section
    subsection: model.Subsection
    item: model.Item
    clause: model.Clause | None
    tasks: bool = False
    """True in a list of tasks, which has no points."""

    @property
    def top(self) -> str:
        """The section as printed."""
        return self.section.title + brackets(self.section.duty)

    @property
    def above(self) -> str:
        """The subsection as printed, nothing where there is none."""
        return self.subsection.title + brackets(self.subsection.duty)

    @property
    def content(self) -> str:
        """The item as printed."""
        told = "" if self.item.inline else brackets(self.item.duty)
        return f"{self.item.number}. {self.item.heading}{told}"

    @property
    def words(self) -> str:
        """The clause as printed, its points behind it."""
        if self.clause is None:
            return ""
        points = "" if self.clause.points is None or self.tasks else wording("paper_points", points=show(self.clause.points))
        return f"{self.clause.mark}{self.clause.text}{points}"

    @property
    def points(self) -> Decimal | None:
        """The points of the item; None where nothing of it has any."""
        if self.tasks:
            return None
        stated = [clause.points for clause in self.item.clauses if clause.points is not None]
        return self.item.points if self.item.points is not None else sum(stated, Decimal(0)) if stated else None


def outline(book: model.Rulebook) -> list[Line]:
    """The lines of a rulebook, in order."""
    return [
        Line(section, subsection, item, clause, book.header.tasks)
        for section in book.sections
        for subsection in section.subsections
        for item in subsection.items
        for clause in item.clauses or (None,)
    ]


def blocks(lines: Sequence[Line], key: Callable[[Line], object]) -> Iterator[tuple[int, int]]:
    """First and last index of the lines that stand together under one key (which are compared as objects)."""
    first = 0
    for index in range(1, len(lines) + 1):
        if index == len(lines) or key(lines[index]) is not key(lines[first]):
            yield first, index - 1
            first = index


def declared(book: model.Rulebook) -> list[str]:
    """The lines of the head that the title and the points do not say: what nothing supplied costs, the grades, how figures are rounded."""
    meanings, told = lexicon.terms()["header"], ("title", "tasks", "year", "full", "directory")
    return [f"{line.key}：{line.value}" for line in book.header.lines if meanings.get(line.key) not in told]


def title(book: model.Rulebook) -> str:
    """The rulebook's name with its year, as it stands above a paper: 2018年度…考核细则."""
    return name(book) + _kind(book)


def name(book: model.Rulebook) -> str:
    """What the rulebook assesses, with the year: the title without its last words, 考核细则."""
    told = book.header.year is None or str(book.header.year) in book.header.title
    year = "" if told else wording("paper_year", year=book.header.year)
    return year + book.header.title.removesuffix(_kind(book))


def _kind(book: model.Rulebook) -> str:
    """What the paper calls itself: the key of its title."""
    first = lexicon.term("header", "title")
    return next((line.key for line in book.header.lines if lexicon.terms()["header"].get(line.key) in ("title", "tasks")), first)
