"""What a clause asks for and takes no points by itself: a rhythm, a figure, a last day; and which facts are measured against it."""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from decimal import Decimal
from typing import Any, NamedTuple

from rulebook import lexicon, model, numerals
from rulebook.builder.drafts import Draft
from rulebook.builder.names import clean
from rulebook.parser import reader as parser_reader
from rulebook.parser.forms import Counted, Required
from rulebook.parser.tokens import Text
from rulebook.periods import is_day
from rulebook.source import fold

Place = Callable[[int, int], model.Span]


class Asked(NamedTuple):
    """What words ask for, and the places of last days that no calendar has."""

    requirements: list[model.Requirement]
    impossible: list[tuple[int, int]]


def asked(reading: parser_reader.ClauseReading, place: Place) -> Asked:
    """Everything that a clause asks for, rhythms and figures first. What is to happen so often by a last day is asked once."""
    impossible: list[tuple[int, int]] = []
    deadlines = [(made, *where) for made, where in _deadlines(reading, place, impossible)]
    found = [
        _required(required, reading.text, place, start, end)
        for required, start, end in reading.requirements
        if not any(required.unit in lexicon.of_class("OCCURRENCE") and a < end and start < b for _, a, b in deadlines)
    ]
    return Asked([*_told_apart(found), *(made for made, _, _ in deadlines)], impossible)


def _told_apart(requirements: list[model.Requirement]) -> list[model.Requirement]:
    """Rhythms of different things have the name of what is to happen, so that nobody holds one against the other."""
    rhythms = [one for one in requirements if one.kind == "frequency"]
    subjects = [_subject(one) for one in rhythms]
    if all(_same(one, other) for one in subjects for other in subjects):
        return requirements
    named = {id(one): next(s for s in subjects if _same(s, _subject(one))) for one in rhythms}
    return [one.model_copy(update={"name": named[id(one)]}) if id(one) in named else one for one in requirements]


def _same(one: str, other: str) -> bool:
    return one in other or other in one


def requirements_of(text: Text, place: Place) -> tuple[model.Requirement, ...]:
    """What words ask for that move no points: a heading such as 每季度至少召开1次会议."""
    return tuple(asked(parser_reader.read(text), place).requirements)


def _required(required: Required, text: Text, place: Place, start: int, end: int) -> model.Requirement:
    words = text.original[start:end].strip()
    span = place(start, end)
    unit = required.unit
    if unit not in lexicon.of_class("OCCURRENCE") or required.number % 1:
        within = model.Range.made(low=required.number)
        return model.Requirement.made(
            kind="threshold",
            within=within,
            unit="%" if unit in lexicon.terms()["percent"] else unit,
            name=clean(required.subject),
            text=words,
            span=span,
        )
    period: Any = required.period.value if required.period else "year"
    return model.Requirement.made(
        kind="frequency", minimum=int(required.number), unit=unit, period=period, text=words, span=span
    )


# --- last days


_LAST_DAY, _BEFORE, _UNTIL, _AND = (lexicon.pattern(name) for name in ("last_day", "before", "until", "last_days"))
_OFTEN, _QUOTED = lexicon.pattern("so_often"), lexicon.pattern("names")
_MARKS = (lexicon.marks("last_day"), (*lexicon.marks("before"), *lexicon.marks("until")))
"""Of each something stands in words that name a last day."""
_PHRASE_END = re.compile("[，。；：！？\n]|$")


def _deadlines(
    reading: parser_reader.ClauseReading, place: Place, impossible: list[tuple[int, int]]
) -> Iterator[tuple[model.Requirement, tuple[int, int]]]:
    """The last days that the words name, with the place of the phrase: 6月15日和12月15日前分别报送."""
    text = reading.text
    if not all(any(mark in text.folded for mark in marks) for marks in _MARKS):
        return
    folded = _QUOTED.sub(lambda match: "□" * len(match.group()), text.folded)
    for dates in _chains(folded):
        start, last = dates[0].start(), dates[-1].end()
        days = _days(dates)
        if days is None:
            impossible.append((start, last))
        if not days:
            continue
        stop = _PHRASE_END.search(folded, last)
        end = stop.start() if stop is not None else len(folded)
        for found in reading.found:
            if found.start <= start < found.end:
                end = min(end, max(last, found.near[1]))
        often = _OFTEN.search(folded, last, end)
        number = numerals.read(often["number"]) if often is not None else Decimal(1)
        if number is None or not 1 <= number < 100:
            continue
        yield (
            model.Requirement.made(
                kind="deadline",
                minimum=int(number),
                days=tuple(days),
                text=text.original[start:end].strip(),
                span=place(start, end),
            ),
            (start, end),
        )


def _chains(folded: str) -> Iterator[list[re.Match[str]]]:
    """Dates that share one 前: 3月、6月底和12月15日前; and those behind 到 or 截至."""
    chain: list[re.Match[str]] = []
    for match in _LAST_DAY.finditer(folded):
        if not match.group().strip():
            continue
        if chain and not _AND.fullmatch(folded, chain[-1].end(), match.start()):
            chain = []
        chain.append(match)
        before = _BEFORE.match(folded, match.end())
        goes_on = before is not None and any(
            other.group().strip() and _AND.fullmatch(folded, match.end(), other.start())
            for other in _LAST_DAY.finditer(folded, before.end(), before.end() + 16)
        )
        until = before is None and len(chain) == 1 and _UNTIL.search(folded[max(0, match.start() - 8) : match.start()])
        if (before is not None and not goes_on) or until:
            yield chain
            chain = []


def _days(dates: Sequence[re.Match[str]]) -> list[model.Day] | None:
    """The last days of a chain; none where one of them names no day, None where one is in no calendar."""
    found: list[model.Day] = []
    until = _BEFORE.match(dates[-1].string, dates[-1].end()) is None
    year: int | None = None
    for number, match in enumerate(dates):
        year = int(match["year"]) if match["year"] else year
        ended = any(other["part"] for other in dates[number + 1 :])
        days = _day(match, year, until or (ended and not match["day"]))
        if days is None or not days:
            return days
        found += days
    return found


def _day(match: re.Match[str], year: int | None, whole: bool) -> list[model.Day] | None:
    """The last days that one date names. `whole`: a bare month or year is all of it (6月、12月底前, 到2020年)."""
    words = match.group().strip()
    shift = 1 if match["next"] else 0
    if match["each_month"]:
        day = int(match["monthly"]) if match["monthly"] else None
        if day is not None and not is_day(1, day):
            return None
        return [
            model.Day.made(month=month, day=day if day is not None and is_day(month, day) else None, text=_month(month, day))
            for month in range(1, 13)
        ]
    if match["each_quarter"]:
        return [model.Day.made(month=month, text=_month(month, None)) for month in (3, 6, 9, 12)]
    if match["quarter"]:
        quarter = int(numerals.read(match["quarter"]) or 1)
        return [model.Day.made(month=3 * quarter, year=year, shift=shift, text=words)]
    if match["end"]:
        named = match["year"] or match["next"] or match["this"]
        return [model.Day.made(month=12, year=year, shift=shift, text=words)] if named else []
    if match["month"]:
        return _of_month(match, year, shift, whole, words)
    if match["year"] and year is not None:
        return [model.Day.made(month=12, year=year if whole else year - 1, outside=not whole, text=words)]
    return []


def _of_month(match: re.Match[str], year: int | None, shift: int, whole: bool, words: str) -> list[model.Day] | None:
    month, day = numerals.read(match["month"]), match["day"] and numerals.read(match["day"])
    part = lexicon.terms()["part_of_month"].get(match["part"] or "")
    if month is None or not is_day(int(month), int(day or part or 1)) or (match["day"] and not day):
        return None
    if day or part or match["part"] or whole:
        last = int(day or part or 0) or None
        return [model.Day.made(month=int(month), day=last, year=year, shift=shift, text=words)]
    if not match["month"].isascii():
        return []  # 三月前: in March, or three months ago
    before = int(month) - 1 or 12
    back = month == 1
    return [
        model.Day.made(
            month=before, year=year - 1 if back and year is not None else year,
            shift=shift - 1 if back and year is None else shift, outside=True, text=words,
        )
    ]  # fmt: skip


def _month(month: int, day: int | None) -> str:
    """A day of a month in the language's words: 3月10日, 3月底."""
    terms = lexicon.terms()["calendar"]
    words = {meaning: word for word, meaning in terms.items()}
    return f"{month}{words['month']}" + (words["end"] if day is None else f"{day}{words['day']}")


# --- which facts are measured against it


class Measure(NamedTuple):
    """Numbers of the requirements that a fact's records are measured against, and what is counted of them."""

    requirements: tuple[int, ...] = ()
    counts: str = "shortfall"

    def fields(self) -> dict[str, Any]:
        """The fields of a fact."""
        if not self.requirements:
            return {}
        return {"requirement": self.requirements[0], "also": self.requirements[1:], "counts": self.counts}


def of_count(made: Draft, lacks: bool, requirements: Sequence[model.Requirement]) -> Measure:
    """What a count falls short of: 缺一次, 逾期一天, 未按期报送的每次."""
    unit = made.units[0] if len(made.units) == 1 else ""
    if not unit:
        return Measure()
    dates = _dates(requirements)
    if dates and _is_late(made):
        if unit in lexicon.terms()["day_unit"]:
            return Measure(dates, "days")
        return Measure(dates, "late") if unit in lexicon.terms()["filed"] else Measure()
    rhythms = _rhythms([n for n, one in enumerate(requirements) if one.unit == unit], requirements) if lacks else ()
    if rhythms is None:
        return Measure()
    if dates and unit in lexicon.terms()["filed"]:
        if (lacks and made.named_by == "word") or _untimely(made.name):
            return Measure(rhythms + dates)
        if _denied(made.name, dates, requirements):
            return Measure(dates, "missing")
    return Measure(rhythms)


def of_flag(name: str, requirements: Sequence[model.Requirement]) -> Measure:
    """What a condition says no to: 未按期报送, 逾期未报, 12月15日前未报送, 未报送."""
    dates = _dates(requirements)
    if not dates:
        return Measure()
    folded = fold(name)
    dated = _LAST_DAY.match(folded)
    before = _BEFORE.match(folded, dated.end()) if dated is not None and dated.group().strip() else None
    if before is not None and folded.startswith(tuple(lexicon.terms()["negation"]), before.end()):
        return Measure(dates)
    if _untimely(name) or folded.startswith(tuple(lexicon.of_class("OVERDUE"))):
        return Measure(dates)
    return Measure(dates, "missing") if _denied(name, dates, requirements) else Measure()


def of_all(requirements: Sequence[model.Requirement]) -> Measure:
    """A clause without a rule is met where its records meet everything it asks for."""
    rhythms = _rhythms(range(len(requirements)), requirements)
    return Measure() if rhythms is None else Measure(rhythms + _dates(requirements))


def settled(facts: Iterable[model.Fact], requirements: Sequence[model.Requirement]) -> tuple[model.Fact, ...]:
    """Facts that share last days share what they count: beside 逾期一天, 缺一次 counts what never came; alone, 迟报一次 counts that too."""
    facts = tuple(facts)
    dated = [fact for fact in facts if any(requirements[n].kind == "deadline" for n in _numbers(fact))]
    if not dated:
        return facts
    told = {fact.counts for fact in dated}
    changed = {}
    for fact in dated:
        if fact.counts == "late" and not told & {"shortfall", "missing"}:
            changed[fact.name] = fact.model_copy(update={"counts": "shortfall"})
        elif fact.counts == "shortfall" and fact.type == "count" and told & {"late", "days"}:
            changed[fact.name] = fact.model_copy(update={"counts": "missing"})
    return tuple(changed.get(fact.name, fact) for fact in facts)


def kept(
    requirements: Sequence[model.Requirement], facts: tuple[model.Fact, ...], keeps: Callable[[int], bool]
) -> tuple[tuple[model.Requirement, ...], tuple[model.Fact, ...]]:
    """The requirements that stay, and the facts with their new numbers."""
    stay = [n for n in range(len(requirements)) if keeps(n)]
    numbers = {old: new for new, old in enumerate(stay)}
    if len(stay) < len(requirements):
        facts = tuple(
            fact
            if fact.requirement is None
            else fact.model_copy(update={"requirement": numbers[fact.requirement], "also": tuple(numbers[n] for n in fact.also)})
            for fact in facts
        )
    return tuple(requirements[n] for n in stay), facts


def is_measured(requirements: Sequence[model.Requirement], index: int, rules: tuple[model.Rule, ...], facts: tuple[model.Fact, ...]) -> bool:
    """True where a fact is what falls short of the requirement, or a rule's steps begin at its figure."""
    within = requirements[index].within
    figure = within.low if within is not None else None
    bases = (getattr(rule.effect, "basis", None) for rule in rules)
    steps = (basis.threshold == figure for basis in bases if isinstance(basis, model.Step) and figure is not None)
    return any(index in _numbers(fact) for fact in facts) or any(steps)


def _numbers(fact: model.Fact) -> tuple[int, ...]:
    return () if fact.requirement is None else (fact.requirement, *fact.also)


def _dates(requirements: Sequence[model.Requirement]) -> tuple[int, ...]:
    return tuple(n for n, one in enumerate(requirements) if one.kind == "deadline")


def _rhythms(numbers: Iterable[int], requirements: Sequence[model.Requirement]) -> tuple[int, ...] | None:
    """The rhythms among them, of each thing that is to happen the one that holds the others (每季度至少召开一次，全年不少于4次).

    None where none does, as 6 a year beside one a quarter: then one record would answer two rhythms at once.
    """
    alike: dict[str, list[int]] = {}
    for number in numbers:
        if requirements[number].kind == "frequency":
            subject = _subject(requirements[number])
            alike.setdefault(next((other for other in alike if _same(subject, other)), subject), []).append(number)
    found = [next((one for one in own if all(_holds(requirements[one], requirements[other]) for other in own)), None) for own in alike.values()]
    return None if None in found else tuple(one for one in found if one is not None)


_WITHIN = {
    ("half", "year"): 2, ("quarter", "year"): 4, ("month", "year"): 12, ("week", "year"): 52, ("day", "year"): 365, ("quarter", "half"): 2,
    ("month", "half"): 6, ("day", "half"): 181, ("month", "quarter"): 3, ("day", "quarter"): 90, ("day", "month"): 28, ("day", "week"): 7,
}  # fmt: skip
"""How many of a period every longer one holds at least, where they nest."""


def _holds(one: model.Requirement, other: model.Requirement) -> bool:
    """True where whoever keeps one rhythm keeps the other."""
    times = 1 if one.period == other.period else _WITHIN.get((one.period, other.period), 0)
    return (one.minimum or 0) * times >= (other.minimum or 0)


_RHYTHM_WORDS = ("PERIOD", "AT_LEAST", "OCCURRENCE")


def _subject(requirement: model.Requirement) -> str:
    """What is to happen, without how often: 召开会议."""
    words = fold(requirement.text)
    for word in sorted((w for kind in _RHYTHM_WORDS for w in lexicon.of_class(kind)), key=len, reverse=True):
        words = words.replace(word, "")
    return re.sub(f"[\\s0-9{numerals.CHARACTERS}]", "", words)


def _is_late(made: Draft) -> bool:
    pieces = made.found.phrase.pieces
    words = (piece.word for piece in pieces if isinstance(piece, Counted) and piece.word is not None)
    return any(word.kind == "OVERDUE" for word in words) or fold(made.name).startswith(tuple(lexicon.of_class("OVERDUE")))


_UNTIMELY = lexicon.pattern("untimely")
_DENIAL = lexicon.pattern("denial")


def _untimely(name: str) -> bool:
    """True for 未按期报送, 报送不及时."""
    return _UNTIMELY.search(fold(name)) is not None


def _denied(name: str, dates: Iterable[int], requirements: Sequence[model.Requirement]) -> bool:
    """True for 未报送 beside 12月15日前报送总结: it says no to what is asked for by then."""
    match = _DENIAL.fullmatch(fold(name))
    return match is not None and any(match["what"] in fold(requirements[n].text) for n in dates)


