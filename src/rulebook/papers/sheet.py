"""The score sheet in the form of a notice: sections, items and clauses in merged cells, the points, and what was lost and why."""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from fractions import Fraction

from rulebook import lexicon, model
from rulebook.codes import wording
from rulebook.papers.account import Movement, account, receipt
from rulebook.papers.annex import annex
from rulebook.papers.outline import Line, blocks, declared, name, outline, title
from rulebook.papers.workbook import Book, Sheet, tall
from rulebook.papers.writing import between, figure
from rulebook.scorecard import Scorecard

_COLUMNS = ("section", "subsection", "item", "rule", "points", "lost")
_WIDTHS = (6.0, 10.0, 22.0, 70.0, 6.5, 30.0)
_SCORED_COLUMNS = ("section", "subsection", "item", "rule", "points", "score", "lost")
_SCORED_WIDTHS = (6.0, 10.0, 20.0, 58.0, 6.5, 8.0, 36.0)
_PAGE = 450.0
"""Points of height that a page has for rows: then a new one begins, and labels are said again."""
_TITLED = 48.0
"""What the title takes of the first."""
_NAMED = 12
"""So many clauses that are unknown are named."""


def score_sheet(book: model.Rulebook, *cards: Scorecard, ranks: Sequence[int | None] = ()) -> bytes:
    """A workbook with a score sheet for each scorecard, a ranking before them where there are several; blank, and what
    the rubric says beside its clauses on a sheet behind it, where there is none."""
    made = Book()
    if len(cards) > 1:
        _ranking(made, book, cards, ranks)
    for card in cards or (None,):
        several = len(cards) > 1 and card is not None and card.subject
        draw(made.sheet(card.subject if several and card else wording("paper_sheet")), book, card)
    if not cards:
        annex(made, book)
    return made.done()


def draw(sheet: Sheet, book: model.Rulebook, card: Scorecard | None) -> None:
    """Fills a sheet with the rubric, and with what a scorecard says of each clause."""
    drawing = _Drawing(sheet, book, card)
    drawing.head()
    drawing.labels()
    drawing.clauses()
    drawing.end()


class _Drawing:
    """A score sheet while it is drawn: what stands in its rows, how tall they are, and where pages begin."""

    def __init__(self, sheet: Sheet, book: model.Rulebook, card: Scorecard | None) -> None:
        self.sheet, self.book, self.card = sheet, book, card
        self.columns: tuple[str, ...] = _COLUMNS if card is None else _SCORED_COLUMNS
        self.widths: tuple[float, ...] = _WIDTHS if card is None else _SCORED_WIDTHS
        self.at = {column: place for place, column in enumerate(self.columns)}
        self.declared = declared(book) if card is None else []
        self.top = 3 + len(self.declared)
        """Rows above the first clause: title, subject, what a blank sheet says of the head, headings."""
        self.rows = outline(book)
        self.moved = [] if card is None else account(book, card)
        self.told = {move.line.clause.address: move for move in self.moved if move.line is not None and move.line.clause is not None}
        self.heights = [self._tall(rule=line.words, lost=_reasons(self._move(line))) for line in self.rows]
        self.pages = list(_pages(self.rows, self.heights))

    def head(self) -> None:
        """Title, subject, headings; what is printed of the sheet on each page."""
        last = len(self.columns) - 1
        self.sheet.columns(self.widths)
        self.sheet.merged((0, 0), (0, last), title(self.book), "title")
        self.sheet.height(0, 30)
        subject = _subject(self.book, self.card)
        self.sheet.merged((1, 0), (1, last), subject, "remark")
        self.sheet.height(1, tall((subject, sum(self.widths))))
        for row, line in enumerate(self.declared, 2):
            self.sheet.merged((row, 0), (row, last), line, "remark")
            self.sheet.height(row, tall((line, sum(self.widths))))
        for place, column in enumerate(self.columns):
            self.sheet.text(self.top - 1, place, lexicon.term("paper_column", column), "head")
        self.sheet.height(self.top - 1, 32)
        self.sheet.frozen(self.top)
        self.sheet.parted([self.top + first for first in self.pages])

    def labels(self) -> None:
        """The cells that several clauses share: items with their points, subsections and sections anew on every page."""
        items = list(blocks(self.rows, lambda line: line.item))
        labels = [("item", block, self.rows[block[0]].content, "words") for block in items]
        for column, key in (("subsection", lambda line: line.subsection), ("section", lambda line: line.section)):
            for block in _cut(blocks(self.rows, key), self.pages):
                line = self.rows[block[0]]
                labels.append((column, block, line.above if column == "subsection" else line.top, "label"))
        for column, block, words, style in labels:
            _stretch(self.heights, *block, self._tall(**{column: words}))
            self._merged(column, block, words, style)
        for block in items:
            self._merged("points", block, "", "figure")
            self.sheet.number(self.top + block[0], self.at["points"], self.rows[block[0]].points)

    def clauses(self) -> None:
        """A row each clause: its words, what it scored, and why."""
        for index, line in enumerate(self.rows):
            row, move = self.top + index, self._move(line)
            self.sheet.height(row, self.heights[index])
            self.sheet.text(row, self.at["rule"], line.words)
            self.sheet.text(row, self.at["lost"], _reasons(move))
            if self.card is not None:
                _score(self.sheet, row, self.at["score"], move)

    def end(self) -> None:
        """What acts on the whole, the total, the lines to sign on, and what identifies the result."""
        row, last = self.top + len(self.rows), len(self.columns) - 1
        if self.card is not None:
            for move in self.moved:
                if move.line is None:
                    self._summed(row, wording("paper_whole"), "\n".join(move.reasons), None, figure(move.change, stacked=True), move.change)
                    row += 1
            total = between(self.card.lower, self.card.upper, stacked=True) if self.card.scorable else ""
            self._summed(row, wording("paper_total"), _outcome(self.card), self.card.full, total, self.card.total)
            row += 1
        self.sheet.merged((row, 0), (row, last), wording("paper_signed"), "remark")
        self.sheet.height(row, 36)
        if self.card is not None:
            row += 1
            self.sheet.merged((row, 0), (row, last), receipt(self.card), "remark")
        self.sheet.printed(repeated=(self.top - 1, self.top - 1), area=(row, last), footer=wording("paper_footer"))

    def _summed(self, row: int, label: str, words: str, points: Decimal | Fraction | None, told: str, score: Decimal | Fraction | None) -> None:
        """A row below the clauses; `told` stands for a score that is not settled."""
        self.sheet.merged((row, 0), (row, self.at["item"]), label, "total")
        self.sheet.text(row, self.at["rule"], words)
        self.sheet.number(row, self.at["points"], points, "total")
        if score is None:
            self.sheet.text(row, self.at["score"], told, "total")
        else:
            self.sheet.number(row, self.at["score"], score, "total")
        self.sheet.text(row, self.at["lost"], "")
        self.sheet.height(row, self._tall(rule=words, score=told))

    def _move(self, line: Line) -> Movement | None:
        return self.told.get(line.clause.address) if line.clause is not None else None

    def _merged(self, column: str, block: tuple[int, int], words: str, style: str) -> None:
        first, last = block
        self.sheet.merged((self.top + first, self.at[column]), (self.top + last, self.at[column]), words, style)

    def _tall(self, **words: str) -> float:
        """Points that these words need in their columns."""
        return tall(*((told, self.widths[self.at[column]]) for column, told in words.items()))


def _reasons(move: Movement | None) -> str:
    """Why points moved; 未查 where something of the clause is unknown."""
    still = [lexicon.term("state", "unknown")] if move is not None and move.open else []
    return "\n".join([*move.reasons, *still]) if move is not None else ""


def _score(sheet: Sheet, row: int, column: int, move: Movement | None) -> None:
    """The score of a clause: a figure, an interval while something is unknown, a word where it does not apply."""
    score = move.score if move is not None else None
    if score is not None and score.state == "not_applicable":
        sheet.text(row, column, lexicon.term("state", "not_applicable"), "figure")
    elif score is not None and score.score is None:
        sheet.text(row, column, between(score.lower, score.upper, stacked=True), "figure")
    else:
        sheet.number(row, column, None if score is None else score.score)


def _pages(rows: Sequence[Line], heights: Sequence[float]) -> Iterator[int]:
    """The items' first lines at which about a page is full."""
    filled = _TITLED
    for first, last in blocks(rows, lambda line: line.item):
        own = sum(heights[first : last + 1])
        if first and filled + own > _PAGE:
            yield first
            filled = 0.0
        filled += own


def _cut(several: Iterator[tuple[int, int]], places: Sequence[int]) -> Iterator[tuple[int, int]]:
    """The blocks, parted where one of the places lies within."""
    for first, last in several:
        for place in [*(place for place in places if first < place <= last), last + 1]:
            yield first, place - 1
            first = place


def _stretch(heights: list[float], first: int, last: int, needed: float) -> None:
    """Rows that share a cell are together as tall as its words."""
    short = needed - sum(heights[first : last + 1])
    for index in range(first, last + 1):
        heights[index] += max(0.0, short) / (last + 1 - first)


def _subject(book: model.Rulebook, card: Scorecard | None) -> str:
    named = wording("paper_subject", subject=card.subject if card is not None and card.subject else "＿" * 10)
    full = wording("paper_full", full=figure(book.header.full)) if book.header.full is not None else ""
    basis = wording("paper_basis", citation=book.header.citation) if book.header.citation and card is not None else ""
    return named + full + basis


def _outcome(card: Scorecard) -> str:
    """What stands beside the total: the grade, a veto, what is unknown or assumed."""
    if not card.scorable:
        return wording("paper_unscorable")
    parts = [wording("paper_grade", grade="、".join(card.grades))] if card.grades else []
    if card.vetoed is None:
        parts.append(wording("paper_veto_open"))
    parts += [wording("paper_vetoed", words="；".join(card.vetoes))] if card.vetoed else []
    named = "、".join(card.unknown[:_NAMED]) + ("…" if len(card.unknown) > _NAMED else "")
    parts += [wording("paper_unknown", count=len(card.unknown), clauses=named)] if card.unknown else []
    parts += [wording("paper_assumed", state=card.assumed)] if card.assumed else []
    parts += [wording("paper_accepted", clauses="、".join(card.accepted))] if card.accepted else []
    return "；".join(parts)


def _ranking(made: Book, book: model.Rulebook, cards: Sequence[Scorecard], ranks: Sequence[int | None]) -> None:
    """The first sheet: every subject with its rank and score."""
    sheet = made.sheet(wording("paper_ranking"))
    names = ("rank", "unit", "score", "full", "remark")
    sheet.columns((8.0, 44.0, 18.0, 10.0, 56.0))
    sheet.merged((0, 0), (0, len(names) - 1), name(book) + sheet.name, "title")
    sheet.height(0, 30)
    for column, heading in enumerate(names):
        sheet.text(1, column, lexicon.term("paper_column", heading), "head")
    sheet.height(1, 24)
    for row, (card, rank) in enumerate(zip(cards, [*ranks, *[None] * len(cards)], strict=False), 2):
        remark, score = _outcome(card), between(card.lower, card.upper, stacked=True) if card.scorable else ""
        sheet.number(row, 0, rank)
        sheet.text(row, 1, card.subject)
        if card.total is not None:
            sheet.number(row, 2, card.total)
        else:
            sheet.text(row, 2, score, "figure")
        sheet.number(row, 3, card.full)
        sheet.text(row, 4, remark)
        sheet.height(row, tall((card.subject, 44.0), (score, 18.0), (remark, 56.0)))
    sheet.frozen(2)
    sheet.printed(repeated=(1, 1), area=(len(cards) + 1, len(names) - 1), footer=wording("paper_footer"))
