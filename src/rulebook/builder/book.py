"""Outline to rulebook: head, sections, items, clauses with addresses, numbers checked, every problem a diagnostic."""

import hashlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from types import MappingProxyType

from rulebook import lexicon, model, numerals
from rulebook.bounds import BOUNDS
from rulebook.builder.advice import adviser
from rulebook.builder.clause import Built, build_clause
from rulebook.builder.duty import Read, read_duty
from rulebook.builder.example import read_example
from rulebook.builder.header import read_header
from rulebook.builder.indicator import indicated
from rulebook.builder.repair import Setting
from rulebook.builder.requirements import requirements_of
from rulebook.builder.task import as_task
from rulebook.diagnostics import Advice, Diagnostic
from rulebook.parser import duties
from rulebook.parser.outline import Outline, Part
from rulebook.parser.reader import signal
from rulebook.parser.tokens import Text
from rulebook.source import Source, fold

_NUMBERS = frozenset(numerals.CHARACTERS + "0123456789")


UNMARKED = 1000
"""Sections without a mark of their own are numbered from here on."""


@dataclass(eq=False, repr=False)
class _Builder:
    """One pass over an outline."""

    source: Source
    name: str
    accept: frozenset[str]
    diagnostics: list[Diagnostic] = field(default_factory=list)
    headings: tuple[str, ...] = ()
    header: model.Header = field(default_factory=lambda: model.Header.made(title=""))
    last_item: int = 0
    last_subsection: int = 0
    unmarked: int = 0
    seen: dict[str, Part] = field(default_factory=dict)
    accepted: list[str] = field(default_factory=list)

    def say(
        self,
        code: str,
        start: int,
        end: int,
        *,
        clause: str | None = None,
        adviser: Callable[[], Advice] | None = None,
        values: Mapping[str, object] = MappingProxyType({}),
        **more: object,
    ) -> None:
        self.diagnostics.append(
            Diagnostic(
                code,
                {**values, **more},
                self.source,
                start,
                max(start, end),
                clause,
                self.headings,
                adviser=adviser,
            )
        )

    def span(self, start: int, end: int) -> model.Span:
        return model.Span.made(start=start, end=end, line=self.source.line(start))

    def part_span(self, part: Part) -> model.Span:
        return self.span(part.start, max(part.end, part.start))

    # --- in the order of the file

    def book(self, outline: Outline) -> model.Rulebook:
        self.header, problems = read_header(outline.head, self.span)
        for problem in problems:
            self.say(problem.code, problem.start, problem.end, values=problem.values)
        for part in outline.stray:
            self.say("RB220", part.start, part.end, words=part.words.original.strip())
        if self.header.tasks:
            for part in outline.sections:
                self.unpointed(part)
        sections = tuple(self.sections(outline.sections))
        self.unassigned(sections)
        clauses = sum(len(item.clauses) for section in sections for item in section.items())
        if not clauses:
            self.say("RB305", 0, 0)
        if clauses > BOUNDS.clauses:
            self.say("RB108", 0, 0, name=self.name, most=BOUNDS.clauses)
        return model.Rulebook.made(
            schema_version="1",
            id=self.name,
            sha256=hashlib.sha256(self.source.text.encode("utf-8", "surrogatepass")).hexdigest(),
            file=self.source.name,
            header=self.header,
            sections=sections,
            accepted=tuple(self.accepted),
            comments=tuple(outline.comments),
            span=self.span(0, len(self.source.text)),
        )

    def sections(self, parts: Iterable[Part]) -> Iterable[model.Section]:
        last = 0
        for part in parts:
            duty = self.heading_duty(part)
            heading = _heading(part)
            self.headings = (f"{part.mark}、{heading}",)
            last = self.number(part, last, f"s{part.number}")
            self.heading_limits(part, "")
            kind = self.kind(part) or "points"
            pieces = self.pieces(part, kind)
            held = len(pieces) < 2 or all(of != "deduct" for _, of, _ in pieces[1:])
            for number, (owner, of, parts_of) in enumerate(pieces):
                self.unmarked += number > 0
                yield model.Section.made(
                    number=UNMARKED + self.unmarked if number else part.number,
                    mark="" if number else part.mark,
                    heading=_heading(owner),
                    kind=of,
                    points=owner.points if owner.kind == "subsection" or (held and not number) else None,
                    subsections=tuple(self.subsections(parts_of, of)),
                    duty=duty,
                    comments=() if number else tuple(part.comments),
                    span=self.part_span(owner),
                )

    def kind(self, part: Part) -> model.SectionKind | None:
        """How the points below a heading count, where the heading says so: 加分项."""
        return None if self.header.tasks else lexicon.terms()["section"].get(fold(_heading(part)))  # type: ignore[return-value]

    def pieces(self, part: Part, kind: model.SectionKind) -> list[tuple[Part, model.SectionKind, list[Part]]]:
        """A section, parted where an item or a subsection of it is one of its own by its heading: 10. 加分项. Each with whose heading it has."""
        pieces: list[tuple[Part, model.SectionKind, list[Part]]] = [(part, kind, [])]
        for inner in part.parts:
            own = self.kind(inner) if kind == "points" else None
            if own is not None:
                pieces.append((inner, own, []))
            elif pieces[-1][0] is not part:
                pieces.append((part, kind, []))
            pieces[-1][2].append(inner)
        return pieces

    def subsections(self, parts: list[Part], kind: str) -> Iterable[model.Subsection]:
        """The subsections; items that stand under none make one without a heading."""
        loose: list[Part] = []
        for inner in parts:
            if inner.kind == "item":
                loose.append(inner)
                continue
            if loose:
                yield self.subsection(None, loose, kind)
                loose = []
            yield self.subsection(inner, inner.parts, kind)
        if loose:
            yield self.subsection(None, loose, kind)

    def subsection(self, part: Part | None, items: list[Part], kind: str) -> model.Subsection:
        trail = self.headings
        duty = self.heading_duty(part) if part is not None else None
        if part is not None:
            self.headings = (*trail, f"（{part.mark}）{_heading(part)}")
            self.heading_limits(part, "")
            self.last_subsection = self.number(part, self.last_subsection, f"u{part.number}")
        made = model.Subsection.made(
            number=part.number if part else 0,
            mark=part.mark if part else "",
            heading=_heading(part) if part else "",
            points=part.points if part else None,
            items=tuple(self.item(item, kind) for item in items),
            duty=duty,
            comments=tuple(part.comments) if part else (),
            span=self.part_span(part) if part else None,
        )
        self.headings = trail
        return made

    def item(self, part: Part, kind: str) -> model.Item:
        trail = self.headings
        self.last_item = self.number(part, self.last_item, f"i{part.number}")
        inline = not part.parts
        body = [p for p in part.parts if p.body]
        duty = None if inline else self.heading_duty(part, notes=not body)
        heading = _first_words(_bare(part.words).original) if inline else _heading(part)
        self.headings = (*trail, f"{part.number}. {heading}")
        asked = () if inline else self.asked(part)
        clauses: list[model.Clause] = []
        if inline or body:
            clause = body[0] if body else part
            points = clause.points if clause.points is not None else part.points
            if body and part.points is not None and clause.points is not None and part.points != clause.points:
                start, end = clause.points_span or (clause.start, clause.end)
                self.say(
                    "RB308",
                    start,
                    end,
                    clause=str(part.number),
                    item=_show(part.points),
                    clause_points=_show(clause.points),
                )
            clauses.append(
                self.clause(
                    clause, str(part.number), "", points, kind, part.notes + (clause.notes if body else []), heading, asked
                )
            )
        last = 0
        for inner in part.parts:
            if inner.body:
                continue
            last = self.number(inner, last, f"c{part.number}.{inner.number}")
            clauses.append(
                self.clause(inner, f"{part.number}.{inner.number}", inner.mark, inner.points, kind, inner.notes, "", asked)
            )
        limits = () if inline or self.kind(part) else self.heading_limits(part, str(part.number))
        self.headings = trail
        return model.Item.made(
            number=part.number,
            heading=heading,
            points=part.points,
            inline=inline,
            clauses=tuple(clauses),
            limits=limits,
            duty=duty,
            comments=tuple(part.comments),
            span=self.part_span(part),
        )

    def clause(
        self,
        part: Part,
        address: str,
        mark: str,
        points: Decimal | None,
        kind: str,
        notes: list[Part],
        heading: str = "",
        asked: tuple[model.Requirement, ...] = (),
    ) -> model.Clause:
        duty = self.duty(part.words, notes, address)
        text = duty.rest

        def place(start: int, end: int) -> model.Span:
            return self.span(*text.span(start, end))

        judged = kind in ("points", "deduct")
        setting = Setting(points, self.header.excluding, self.header.partial, judged)
        built = build_clause(
            text, points, place, excluding=setting.excluding, partial=setting.partial, judged=setting.judged, asked=asked
        )
        points = built.points
        built, indicators, wrong = indicated(built, text, notes, self.span)
        for problem in wrong:
            self.say(problem.code, problem.start, problem.end, clause=address, values=problem.values)
        if self.header.tasks:
            built, moving = as_task(built, text, place)
            points = Decimal(1)
            for start, end in moving:
                self.say("RB437", start, end, clause=address, words=self.source.text[start:end].strip()[:60])
        if points is None and kind in ("points", "deduct") and built.rules and not _veto_only(built.rules):
            self.say("RB306", part.start, part.end, clause=address)
        built = self.accept_unread(built, address, text.original, place, kind)
        for problem in built.problems:
            start, end = text.span(problem.start, problem.end)
            self.say(
                problem.code, start, end, clause=address, adviser=adviser(text, problem, setting), values=problem.values
            )
        names, facts, rules, limits = self.rename(built, notes, address)
        made = model.Clause.made(
            address=address,
            mark=mark,
            heading=heading or _first_words(text.original),
            text=part.words.original,
            points=points,
            points_stated=part.points is not None,
            rules=rules,
            limits=limits,
            requirements=built.requirements,
            facts=facts,
            unread=built.unread,
            names=names,
            examples=(),
            indicators=indicators,
            duty=duty.duty,
            comments=tuple(part.comments) if part.kind == "clause" else (),
            span=self.part_span(part),
        )
        examples = []
        for note in notes:
            if lexicon.terms()["outline"][note.mark] == "example":
                example, problem_code = read_example(note, made, self.part_span(note))
                examples.append(example)
                if problem_code:
                    self.say(problem_code, note.start, note.end, clause=address, words=note.words.original)
        return made.model_copy(update={"examples": tuple(examples)}) if examples else made

    def duty(self, words: Text, notes: list[Part], address: str | None = None) -> Read:
        """Who answers, with a finding for each annotation that names nobody."""
        read = read_duty(words, notes, self.source)
        for start, end in read.empty:
            self.say("RB438", start, end, clause=address, words=self.source.text[start:end].strip()[:60])
        return read

    def heading_duty(self, part: Part, notes: bool = True) -> model.Duty | None:
        """Who answers for all that stands below a heading. The brackets that end it are taken off its words, and kept beside them."""
        words = part.words if part.tail is None else part.words.joined(part.tail)
        duty = self.duty(words, part.notes if notes else []).duty
        if duty is None:
            return None
        brackets = ""
        if part.tail is not None:
            part.tail, brackets = _trailing(part.tail)
        if part.tail is None or not part.tail.original.strip():
            part.tail = None
            part.words, before = _trailing(part.words)
            brackets = before + brackets
        lines = tuple(words for words in duty.written if words[0] not in duties.BRACKETS)
        return duty.model_copy(update={"written": ((brackets,) if brackets else ()) + lines})

    def unassigned(self, sections: tuple[model.Section, ...]) -> None:
        """Tasks for which nobody is named, and those without a lead where most have one."""
        named = [(section.title, clause, duty) for section in sections for clause, duty in model.duties((section,))]
        held = [duty for _, _, duty in named if duty is not None]
        if not held:
            return
        led = sum(bool(duty.leads) for duty in held) * 2 > len(held)
        for title, clause, duty in named:
            self.headings = (title,)
            place = clause.span or model.Span.made(start=0, end=0, line=1)
            if duty is not None and not (duty.leads or duty.answers or duty.supports):
                continue  # an annotation that names nobody is told where it stands
            if self.header.tasks and (duty is None or not (duty.leads or duty.answers)):
                self.say("RB433", place.start, place.end, clause=clause.address, heading=clause.heading)
            elif led and duty is not None and not duty.leads:
                self.say("RB434", place.start, place.end, clause=clause.address, names="、".join((*duty.answers, *duty.supports)))

    def unpointed(self, part: Part) -> None:
        """In a list of tasks points do not count: they stay among the words, and are told."""
        if part.points is not None and part.points_span is not None:
            start, end = part.points_span
            words = self.source.text[start:end]
            self.say("RB437", start, end, words=words.strip())
            part.words = duties.beside(part.words, Text.of(words, start))
            part.points = part.points_span = None
        for inner in part.parts:
            self.unpointed(inner)

    def asked(self, part: Part) -> tuple[model.Requirement, ...]:
        """What an item's heading asks for: its clauses may be measured against it."""
        text = part.words
        if not any(character in _NUMBERS for character in text.folded):
            return ()  # what is asked for is so many, or so much
        return requirements_of(text, lambda start, end: self.span(*text.span(start, end)))

    def heading_limits(self, part: Part, address: str) -> tuple[model.Limit, ...]:
        """Limits that an item's heading states. A rule there belongs to no clause, and is said to. Over a list of tasks it says nothing."""
        if self.header.tasks:
            return ()
        limits = self._limits_in(part, part.words, address)
        return limits if part.tail is None else (*limits, *self._limits_in(part, part.tail, address))

    def _limits_in(self, part: Part, text: Text, address: str) -> tuple[model.Limit, ...]:
        if not signal(text.folded):
            return ()

        def place(start: int, end: int) -> model.Span:
            return self.span(*text.span(start, end))

        built = build_clause(text, part.points, place, judged=False, alone=True)
        if not built.rules and not built.limits and not (built.problems and any(c.isdigit() for c in text.folded)):
            return ()  # a heading such as 得分情况, or the name of a paper in 《》, names points and moves none
        bounding = all(limit.kind in ("most_lost", "most_gained", "floor") for limit in built.limits)
        if built.rules or built.problems or not built.limits or not bounding or part.kind != "item":
            self.say("RB226", part.start, part.end, clause=address or None, words=text.original.strip())
            return ()
        return tuple(limit.model_copy(update={"scope": "item"}) for limit in built.limits)

    def accept_unread(self, built: Built, address: str, words: str, place: object, kind: str) -> Built:
        """A clause accepted by name keeps what reads; a person judges it where nothing does."""
        if address not in self.accept or not built.unread:
            return built
        self.accepted.append(address)
        rules, facts = built.rules, built.facts
        if not rules:
            name = lexicon.term("name", "not_met")
            rules = (model.Rule.made(text=words.strip(), effect=model.Judged.made(), fact=name),)
            facts = (model.Fact.made(name=name, type="flag", best="false"),)
        return Built(rules, built.limits, built.requirements, facts, (), ())

    def rename(
        self, built: Built, notes: list[Part], address: str
    ) -> tuple[tuple[tuple[str, str], ...], tuple[model.Fact, ...], tuple[model.Rule, ...], tuple[model.Limit, ...]]:
        """事实：自动名 → 名称 gives a fact the author's own name."""
        names: dict[str, str] = {}
        known = {fact.name for fact in built.facts}
        for note in notes:
            if lexicon.terms()["outline"][note.mark] != "fact":
                continue
            old, arrow, new = note.words.original.partition("→")
            old, new = old.strip(), new.strip()
            if (
                not arrow
                or old not in known
                or not new
                or new in known
                or new in names.values()
                or len(new) > BOUNDS.name_length
            ):
                self.say(
                    "RB307",
                    note.start,
                    note.end,
                    clause=address,
                    words=note.words.original,
                    known="、".join(sorted(known)),
                )
                continue
            names[old] = new
        if not names:
            return (), built.facts, built.rules, built.limits

        def renamed(name: str | None) -> str | None:
            return names.get(name, name) if name else name

        facts = tuple(fact.model_copy(update={"name": renamed(fact.name)}) for fact in built.facts)
        rules = tuple(
            rule.model_copy(
                update={
                    "fact": renamed(rule.fact),
                    "triggers": tuple(t.model_copy(update={"fact": renamed(t.fact)}) for t in rule.triggers),
                    "effect": _renamed_effect(rule.effect, names),
                }
            )
            for rule in built.rules
        )
        limits = tuple(limit.model_copy(update={"fact": renamed(limit.fact)}) for limit in built.limits)
        return tuple(names.items()), facts, rules, limits

    def number(self, part: Part, last: int, key: str) -> int:
        """Numbers run on by one; a doubled one is an error, a skipped one a warning."""
        mark_end = part.start + len(part.mark) + (2 if part.kind == "subsection" else 0)
        if key in self.seen:
            self.say("RB301", part.start, mark_end, mark=part.mark, line=self.source.line(self.seen[key].start))
        elif part.number != last + 1:
            self.say("RB302", part.start, mark_end, mark=part.mark, expected=last + 1)
        self.seen.setdefault(key, part)
        return max(last, part.number)


def _renamed_effect(effect: model.Effect, names: dict[str, str]) -> model.Effect:
    update: dict[str, object] = {}
    if isinstance(effect, model.Deduct | model.Award):
        if effect.each_of:
            update["each_of"] = tuple(names.get(name, name) for name in effect.each_of)
        if isinstance(effect.amount, model.Levels):
            levels = tuple(
                level.model_copy(update={"name": names.get(level.name, level.name)}) for level in effect.amount.levels
            )
            update["amount"] = effect.amount.model_copy(update={"levels": levels})
    if isinstance(effect, model.Stated):
        update["document"] = names.get(effect.document, effect.document)
    return effect.model_copy(update=update) if update else effect


def _trailing(words: Text) -> tuple[Text, str]:
    """The words, and the brackets at their end that say who answers."""
    start = duties.trailing(words)
    return (words, "") if start is None else (words.part(0, start), " ".join(words.original[start:].split()))


def _bare(words: Text) -> Text:
    """The words without the brackets that say who answers."""
    found = duties.annotations(words)
    return duties.without(words, found) if found else words


def _veto_only(rules: tuple[model.Rule, ...]) -> bool:
    return all(isinstance(rule.effect, model.Veto) for rule in rules)


def _heading(part: Part) -> str:
    words = part.words.original if part.tail is None else f"{part.words.original} {part.tail.original}"
    return " ".join(words.split()).strip(" ：:。")


def _first_words(words: str) -> str:
    """The heading of a clause: its words up to the first stop."""
    for position, character in enumerate(words):
        if character in "。；，！？;,\n" and position:
            return words[:position].strip()
    return words.strip()


def _show(number: Decimal) -> str:
    return format(number, "f")


def build(
    source: Source, outline: Outline, name: str, accept: Iterable[str] = ()
) -> tuple[model.Rulebook, list[Diagnostic]]:
    """The rulebook that an outline states, and every problem met on the way, in the order of the text."""
    builder = _Builder(source, name, frozenset(accept))
    book = builder.book(outline)
    builder.diagnostics.sort(key=lambda diagnostic: diagnostic.start or 0)
    return book, builder.diagnostics
