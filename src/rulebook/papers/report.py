"""Word papers on one subject: what it scored and what it lost, with the reasons. And the rubric itself, as a table."""

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction

from rulebook import lexicon, model
from rulebook.codes import wording
from rulebook.papers.account import Movement, account, receipt
from rulebook.papers.document import Column, Paper
from rulebook.papers.outline import blocks, declared, name, outline, title
from rulebook.papers.writing import between, figure
from rulebook.scorecard import Scorecard
from rulebook.source import width

_TITLE = 40
"""Columns that a line of a title holds."""


def report(book: model.Rulebook, *cards: Scorecard, own: bool = False) -> bytes:
    """A document that tells each score: points by section, what was lost and gained with the reasons, what is still unknown.

    `own`: it is the subject's report on itself; else the assessing team's.
    """
    paper = Paper(name(book))
    for number, card in enumerate(cards):
        if number:
            paper.turned()
        _told(paper, book, card, own)
    return paper.done()


def rubric(book: model.Rulebook) -> bytes:
    """The rubric as a table in the form of a notice, to print or to send round."""
    paper = Paper(title(book), across=True)
    paper.title(title(book))
    for line in declared(book):
        paper.note(line)
    lines = outline(book)
    columns = [_column("section", 6), _column("subsection", 9), _column("item", 20, "left"), _column("rule", 62, "left")]
    columns += [_column("points", 6), _column("lost", 22)]
    rows = [(line.top, line.above, line.content, line.words, figure(line.points), "") for line in lines]
    spans = [(place, *block) for place in (0, 1) for block in blocks(lines, lambda line: line.subsection)]  # so that each page says its section
    spans += [(place, *block) for place in (2, 4) for block in blocks(lines, lambda line: line.item)]
    paper.table(columns, rows, spans)
    return paper.done()


def _column(name: str, share: float, align: str = "center") -> Column:
    return Column(lexicon.term("paper_column", name), share, align)


def _told(paper: Paper, book: model.Rulebook, card: Scorecard, own: bool) -> None:
    subject = card.subject or wording("paper_nameless")
    kind = wording("paper_own_report" if own else "paper_team_report")
    apart = "\n" if width(name(book) + kind) > _TITLE else ""
    paper.title(f"{subject}\n{name(book)}{apart}{kind}")
    moved = account(book, card)
    paper.say(_opening(book, card, subject, own))
    parts = iter(wording("paper_numerals").split())
    paper.heading(wording("paper_scored", number=next(parts)))
    _sections(paper, card)
    settled = [move for move in moved if not move.open]
    for key, kept in (("lost", [m for m in settled if m.change < 0]), ("gained", [m for m in settled if m.change > 0])):
        if kept or key == "lost":
            paper.heading(wording(f"paper_{key}", number=next(parts)))
            _movements(paper, kept, key)
    if card.vetoed:
        paper.heading(wording("paper_veto", number=next(parts)))
        paper.say("；".join([entry.reason for entry in card.ledger if entry.effect == "veto"] or card.vetoes))
    still = [move for move in moved if move.open]
    if still:
        paper.heading(wording("paper_still_open", number=next(parts)))
        _still(paper, still)
    paper.signed(wording("paper_sealed", subject=subject) if own else wording("paper_team"), wording("paper_dated"))
    paper.note(receipt(card))


def _opening(book: model.Rulebook, card: Scorecard, subject: str, own: bool) -> str:
    basis = wording("paper_by", citation=book.header.citation) if book.header.citation else ""
    words = basis + wording("paper_own_opening" if own else "paper_team_opening", subject=subject, title=title(book), count=len(card.clauses))
    if not card.scorable:
        return words + wording("paper_unscorable") + wording("paper_stop")
    words += wording("paper_got", total=between(card.lower, card.upper), full=figure(card.full))
    for key, said in (("grade", "、".join(card.grades)), ("assumed_so", card.assumed), ("accepted_so", "、".join(card.accepted))):
        words += wording(f"paper_{key}_too", said=said) if said else ""
    words += wording("paper_unknown_too", count=len(card.unknown)) if card.unknown else ""
    return words + wording("paper_stop")


def _sections(paper: Paper, card: Scorecard) -> None:
    """What each section gave, what acts on the whole, and the total."""
    named = [Column(wording("paper_section"), 44, "left"), Column(wording("paper_due"), 18), _column("score", 22), Column(wording("paper_difference"), 22)]
    rows = [
        (section.section, figure(section.points, stacked=True), between(section.lower, section.upper, stacked=True), _difference(section.points, section.score))
        for section in card.sections
    ]
    if card.total is not None:
        held = sum((Fraction(section.score or 0) for section in card.sections), Fraction(0))
        if held != card.total:
            rows.append((wording("paper_whole"), "", figure(Fraction(card.total) - held, stacked=True), ""))
    total = between(card.lower, card.upper, stacked=True) if card.scorable else "—"
    rows.append((wording("paper_total"), figure(card.full), total, _difference(card.full, card.total)))
    paper.table(named, rows)


def _difference(points: Decimal | Fraction | None, score: Decimal | Fraction | None) -> str:
    return "" if points is None or score is None else figure(Fraction(score) - Fraction(points), stacked=True)


def _movements(paper: Paper, moved: Sequence[Movement], key: str) -> None:
    """A line each clause: its place in the rubric, the points, the reasons."""
    if not moved:
        paper.say(wording("paper_nothing_lost"))
        return
    columns = [Column(wording("paper_number"), 9), Column(wording("paper_place"), 40, "left")]
    columns += [Column(wording(f"paper_points_{key}"), 16), Column(wording("paper_reasons"), 53, "left")]
    rows = [(str(number), _place(move), figure(abs(move.change), stacked=True), "\n".join(move.reasons)) for number, move in enumerate(moved, 1)]
    rows.append(("", wording("paper_total"), figure(abs(sum((move.change for move in moved), Fraction(0))), stacked=True), ""))
    paper.table(columns, rows)


def _place(move: Movement) -> str:
    """Where the clause stands: `（一）学习贯彻 2. 改革方案 2.2 督查`."""
    if move.line is None or move.line.clause is None:
        return wording("paper_whole")
    line, clause = move.line, move.line.clause
    inner = f"{clause.mark}{clause.heading}" if clause.mark else ""
    return "\n".join(part for part in (line.above or line.section.title, line.content, inner) if part)


def _still(paper: Paper, still: Sequence[Movement]) -> None:
    columns = [Column(wording("paper_clause"), 50, "left"), Column(wording("paper_range"), 20), Column(wording("paper_found_so_far"), 46, "left")]
    rows = [
        (f"{move.score.clause} {move.score.heading}", between(move.score.lower, move.score.upper, stacked=True), "\n".join(move.reasons))
        for move in still
        if move.score is not None
    ]
    paper.table(columns, rows)
