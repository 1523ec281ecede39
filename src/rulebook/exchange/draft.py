"""A rubric to the text of a rulebook that compiles: every word that bears points live, the rest as comments with their places."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from rulebook import lexicon
from rulebook.assets import table
from rulebook.codes import wording
from rulebook.diagnostics import Diagnostic
from rulebook.exact import show
from rulebook.exchange import columns
from rulebook.exchange.clauses import Clause, Line, mark, points_mark
from rulebook.exchange.document import Finding, Place
from rulebook.exchange.rubrics import Group, Item, Rubric, moves
from rulebook.numerals import CIRCLED
from rulebook.parser.forms import Words
from rulebook.parser.outline import lines as outline_lines
from rulebook.parser.reader import Found
from rulebook.parser.reader import read as read_clause
from rulebook.parser.tokens import Text
from rulebook.source import Source, fold

_MARKS = {number: circled for circled, number in CIRCLED.items()}
LONGEST = 1_000
"""Code points in one line of a draft; longer words go on in the next."""
HEADING = 40
"""Code points of a heading that stands as it is; of a longer one the first phrase does, and the whole is kept above it."""


@dataclass(frozen=True)
class Written:
    """The text of a draft, the place that each line comes from, and what was decided while writing."""

    text: str
    places: tuple[Place, ...]
    findings: tuple[Finding, ...]


class _Writer:
    """The lines of one draft."""

    def __init__(self, rubric: Rubric, name: str, head: list[Line]) -> None:
        self.rubric = rubric
        self.name = name
        self.declared = head
        self.lines: list[tuple[str, Place]] = []
        self.findings: list[Finding] = []
        self.last_item = self.last_group = self.last_section = 0
        self.renumbered: list[tuple[str, str, Place]] = []

    def put(self, text: str, place: Place) -> None:
        self.lines.append((text, place))

    def remark(self, text: str, place: Place) -> None:
        for piece in pieces(text):
            self.put(f"# {piece}", place)

    def say(self, code: str, place: Place, **values: object) -> None:
        self.findings.append(Finding(Diagnostic(code, values), place, len(self.lines)))

    # --- in the order of the file

    def write(self) -> Written:
        self.head()
        for section in self.rubric.sections:
            self.section(section)
        if self.rubric.after:
            self.put("", self.rubric.place)
        for line in self.rubric.after:
            self.remark(_remark(line), line.place)
        if self.renumbered:
            printed, read, place = self.renumbered[0]
            self.say("RB635", place, count=len(self.renumbered), printed=printed, read=read)
        text = "\n".join(line for line, _ in self.lines) + "\n"
        return Written(text, tuple(place for _, place in self.lines), tuple(self.findings))

    def head(self) -> None:
        """The declarations: title, year, source, full marks, and what the paper says about nothing supplied."""
        rubric = self.rubric
        self.remark(wording("import_from", name=self.name, place=rubric.place.text()), rubric.place)
        for line in rubric.before:
            self.remark(_remark(line), line.place)
        self.put(f"{_key('tasks' if rubric.tasks else 'title')}：{_one_line(rubric.title)}", rubric.place)
        for line in self.declared:
            self.put(line.text, line.place)
        full = rubric.full if rubric.full is not None else _sum(rubric)
        if full and not rubric.tasks:
            if rubric.full is None:
                self.remark(wording("import_full_summed"), rubric.place)
            self.put(f"{_key('full')}：{show(full)}{lexicon.term('name_unit', 'points')}", rubric.place)

    def section(self, section: Group) -> None:
        self.last_section += 1
        chinese = numeral(self.last_section)
        self.numbered(section.printed, chinese, section.place)
        self.put("", section.place)
        self.remarks(section.remarks)
        stated = "" if section.points is None else points_mark(section.points)
        self.put(f"{chinese}、{self.short(section)}{stated}", section.place)
        self.duties(section)
        for item in section.items:
            self.item(item)
        for group in section.groups:
            self.last_group += 1
            chinese = numeral(self.last_group)
            self.numbered(group.printed, chinese, group.place)
            self.remarks(group.remarks)
            self.shared(group)
            self.put(f"（{chinese}）{self.short(group)}", group.place)
            self.duties(group)
            for item in group.items:
                self.item(item)

    def short(self, group: Group) -> str:
        """The title, or the first phrase of a long one below the whole."""
        words = _one_line(group.title).strip("。；;：: ")
        if len(words) <= HEADING:
            return words
        self.remark(wording("import_content", place=group.place.text(), words=words), group.place)
        return _phrase(words)

    def shared(self, group: Group) -> None:
        """The points of a subsection, which the language does not write: kept as a comment, held against the sum."""
        if group.points is None:
            return
        self.remark(_remark(Line(group.title + points_mark(group.points), group.place)), group.place)
        held = sum((clause.points or Decimal(0) for item in group.items for clause in item.clauses), Decimal(0))
        if held != group.points:
            self.say("RB630", group.place, words=group.title + points_mark(group.points), points=show(held))

    def numbered(self, printed: str, written: str, place: Place) -> None:
        """Remembers a number that the document prints otherwise."""
        if printed and fold(printed) != fold(written):
            self.renumbered.append((printed, written, place))

    def item(self, item: Item) -> None:
        self.last_item += 1
        number = str(self.last_item)
        self.numbered(item.printed, number, item.place)
        if item.printed and fold(item.printed) != number:
            self.remark(wording("import_number", printed=item.printed), item.place)
        if self.rubric.tasks:
            self.remarks(item.remarks)
            self.clause(f"{number}. ", item.clauses[0])
            self.duties(item)
            return
        heading = self.heading(item)
        self.remarks(item.remarks)
        single = len(item.clauses) == 1 and not item.clauses[0].marked
        if single and not heading:
            self.repairs(item.clauses[0])
            self.clause(f"{number}. ", item.clauses[0])
            self.duties(item)
            return
        stated = "" if item.points is None else points_mark(item.points)
        self.put(f"{number}. {heading or _first(item)}{stated}", item.place)
        self.duties(item)
        if single:
            self.repairs(item.clauses[0])
            self.clause(_mark(1) if _misread(item.clauses[0].text) else "", item.clauses[0])
            return
        for position, clause in enumerate(item.clauses, 1):
            self.repairs(clause)
            self.clause(_mark(position), clause)

    def duties(self, part: Item | Group) -> None:
        """Who answers for it, a line each."""
        for line in part.duties:
            for piece in pieces(line.text):
                self.put(piece, line.place)

    def heading(self, item: Item) -> str:
        """The heading as it stands, or its first phrase below the whole; words in it that seem to move points stay live."""
        words = _one_line(item.heading).strip("。；;：: ")
        moving = [sentence for sentence in _sentences(words) if self.moves(sentence, item)]
        if len(words) <= HEADING and not re.search("[。；，]", words):
            return words
        short = _phrase(words)
        if short != words:
            self.remark(wording("import_content", place=item.place.text(), words=item.heading), item.place)
        live = [words for sentence in moving if (words := sentence.strip("。；")) not in short]
        return "；".join([*([] if any(words.startswith(short) for words in live) else [short]), *live])

    def moves(self, sentence: str, item: Item) -> bool:
        """True where words about what is looked at move points by themselves. What only announces what the clauses below say (适当加分
        above 每一项加1分, a veto without a condition above the veto) moves none; that is told."""
        reading = read_clause(Text.of(sentence))
        if not reading.found and not reading.refused:
            return False
        below = [read_clause(Text.of(clause.text)) for clause in item.clauses]
        stated = {one.phrase.action.kind for one_clause in below for one in one_clause.found}
        for one in reading.found:
            if one.phrase.action.kind != "veto" or "veto" not in stated or _conditional(sentence, one):
                return True
        for refused in reading.refused:
            kept = fold(sentence)[refused.start : refused.end]
            if any(character.isdigit() for character in kept) or not columns.directions(kept) <= stated:
                return True
        open_ended = any(columns.directions(fold(sentence)[one.start : one.end]) for one in reading.refused)
        if open_ended:
            self.say("RB629", item.place, words=sentence.strip()[:60])
        else:
            self.say("RB633", item.place, words=sentence.strip()[:60])
        return False

    def repairs(self, clause: Clause) -> None:
        for repair in clause.repairs:
            self.remark(wording("import_printed", printed=repair.printed, read=repair.read), clause.place)

    def clause(self, opening: str, clause: Clause) -> None:
        stated = "" if clause.points is None else points_mark(clause.points)
        lines = [opening + clause.text.split("\n")[0]]
        for line in clause.text.split("\n")[1:]:
            if _misread(line):
                lines[-1] += f"；{line}"
            else:
                lines.append(line)
        lines[-1] += stated
        for line in lines:
            for piece in pieces(line):
                self.put(piece, clause.place)

    def remarks(self, lines: list[Line]) -> None:
        for line in lines:
            self.remark(_remark(line), line.place)


def write(rubric: Rubric, name: str, head: list[Line]) -> Written:
    """The draft of a rubric: its text, with the place that each line comes from."""
    return _Writer(rubric, name, head).write()


def _conditional(sentence: str, found: Found) -> bool:
    """True where an effect hangs on more than an adverb or two characters (严格实行…)."""
    asked = "".join(
        sentence[piece.token.start : piece.token.end] for piece in found.phrase.pieces if isinstance(piece, Words)
    )
    condition = columns.connector("condition")[0]
    return (
        len(asked) > 2
        or any(not isinstance(piece, Words) for piece in found.phrase.pieces)
        or any(sentence[start:end].endswith(condition) for start, end in found.context)
    )


def _key(meaning: str) -> str:
    return lexicon.term("header", meaning)


def _mark(number: int) -> str:
    return f"{_MARKS[number]} " if number in _MARKS else f"{_MARKS[50]} "


def _remark(line: Line) -> str:
    return wording("import_remark", place=line.place.text(), words=line.text)


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _sum(rubric: Rubric) -> Decimal:
    """The points that are held or earned, awards aside."""
    total = Decimal(0)
    for section in rubric.sections:
        if lexicon.terms()["section"].get(fold(section.title)) in ("award", "veto"):
            continue
        for item in section.every():
            total += sum((clause.points or Decimal(0) for clause in item.clauses), Decimal(0))
    return total


def _sentences(words: str) -> list[str]:
    return [sentence for sentence in re.split(r"(?<=[。；])", words) if sentence.strip()]


_OPEN, _CLOSE = "（《「『“〔［【(", "）》」』”〕］】)"


def _phrase(words: str) -> str:
    """The first phrase: up to a stop outside of brackets and quotation marks, once it says something."""
    level = 0
    for at, character in enumerate(words):
        level += (character in _OPEN) - (character in _CLOSE)
        if character in "。；，" and level <= 0 and at >= 4:
            return words[:at].strip()
    return words.strip("。；， ")


def _first(item: Item) -> str:
    """What an item without a heading is called: the first words of its first clause, where they move no points."""
    for clause in item.clauses:
        words = _phrase(clause.text)
        if words and not moves(words):
            return words[:HEADING]
    return wording("import_section")


def _misread(text: str) -> bool:
    """True where a line would be taken for something else than the rest of its item."""
    if mark(text) is not None:
        return True
    return any(line.kind != "text" for line in outline_lines(Source("", "\u4e00、\n" + text)) if line.number > 1)


def pieces(text: str) -> Iterator[str]:
    """Long words cut after a stop, so that each piece fits a line and reads as the rest of the one before."""
    rest = _one_line(text)
    while len(rest) > LONGEST:
        stops = [
            at for at in range(LONGEST // 2, LONGEST) if rest[at] in "。；" and not _misread(rest[at + 1 :][:20] or "-")
        ]
        cut = stops[-1] + 1 if stops else LONGEST
        yield rest[:cut]
        rest = rest[cut:]
    yield rest


def numeral(number: int) -> str:
    """The number in Chinese numerals, from 1 to 9999."""
    digits: dict[int, str] = {}
    units: dict[int, str] = {}
    for kind, character, value in (row[:3] for row in table("numerals.tsv")):
        if kind in ("digit", "unit"):
            (digits if kind == "digit" else units).setdefault(int(value), character)
    out, pending = "", False
    for unit in (1000, 100, 10, 1):
        digit, number = divmod(number, unit)
        if digit:
            out += digits[0] if pending else ""
            out += ("" if unit == 10 and digit == 1 and not out else digits[digit]) + (units[unit] if unit > 1 else "")
        pending = bool(out) and not digit and number > 0
    return out
