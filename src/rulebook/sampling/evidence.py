"""Random evidence for any rulebook, boundaries first: what an assessor may write, and what nobody should.

Everything is drawn through a `Pick`, one of several options, so that chance of any kind may choose.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any, Literal

from hypothesis import strategies as st

from rulebook import lexicon, model
from rulebook.bounds import BOUNDS
from rulebook.evidence import UNKNOWN, ClauseEvidence, read_record, write_yaml
from rulebook.evidence import Record as Read
from rulebook.exact import is_exact, show
from rulebook.periods import asked_of, last_days, resolved, several
from rulebook.regions import needs

Record = dict[str, Any]
Kind = Literal["boundary", "valid", "partial", "hostile"]
Pick = Callable[[Sequence[Any]], Any]
"""One of several options, the plainest first."""
Values = Callable[[model.Fact, model.Clause], Any]
"""A value of a fact of a clause, as written in evidence."""

_TINY = Decimal("0.0001")
_YEAR = 2018
"""Dates lie in this year where the rulebook names none."""


def evidence(book: model.Rulebook, *, holes: bool = True, leave: bool = True, kind: Kind = "boundary") -> st.SearchStrategy[Record]:
    """Records for a rulebook, as `book.score` takes them.

    `boundary`: values at both sides of everything that the clauses name. `valid`: any value that may be written, in any spelling.
    `partial`: mostly unknown clauses and facts. `hostile`: something in it is wrong; scoring it scores or raises RulebookError.
    Without `holes` nothing is unknown (`partial` has holes all the same); without `leave` nothing is 不涉及.
    """
    if kind == "hostile":
        return _spoiled(book)
    return _records(book, holes or kind == "partial", leave, kind)


@st.composite
def _records(draw: Callable[[st.SearchStrategy[Any]], Any], book: model.Rulebook, holes: bool, leave: bool, kind: Kind) -> Record:
    def pick(options: Sequence[Any]) -> Any:
        return options[draw(st.integers(0, len(options) - 1))]

    def value(fact: model.Fact, clause: model.Clause) -> Any:
        if kind == "valid":
            return draw(_any_value(fact, clause, book.header.year))
        return pick(boundaries(fact, clause, book.header.year))

    return record_of(book, pick, value, holes=holes, leave=leave, seldom=kind == "partial")


def record_of(book: model.Rulebook, pick: Pick, value: Values, *, holes: bool, leave: bool, seldom: bool = False) -> Record:
    """A record with every clause in a state or observed; most of them unknown where `seldom`."""
    state = lexicon.term
    found: Record = {}
    for section, clause in _places(book):
        if not clause.facts:
            continue
        choice = pick(range(12))
        if holes and (choice == 0 or (seldom and choice < 7)):
            continue
        if choice <= 1:
            found[clause.address] = state("state", pick(_settling(book, section.kind)))
        elif choice == 2 and leave:
            found[clause.address] = state("state", "not_applicable")
        elif choice == 3 and holes:
            found[clause.address] = pick((state("state", "unknown"), {}, None))
        else:
            found[clause.address] = observed(clause, pick, value, holes=holes, seldom=seldom)
    return found


def _places(book: model.Rulebook) -> Iterator[tuple[model.Section, model.Clause]]:
    for section in book.sections:
        for item in section.items():
            for clause in item.clauses:
                yield section, clause


def _settling(book: model.Rulebook, kind: str) -> tuple[str, ...]:
    """The states that settle a clause without a value."""
    return ("met", "not_supplied") if book.header.not_supplied and kind in ("points", "deduct") else ("met",)


def observed(clause: model.Clause, pick: Pick, value: Values, *, holes: bool, seldom: bool = False) -> Record:
    """What was found in one clause: some facts left out, and some unknown where there may be holes."""
    found: Record = {}
    unknown = lexicon.term("state", "unknown")
    for fact in clause.facts:
        choice = pick(range(10))
        must = not holes and (fact.needed or fact.type in ("number", "choice") or fact.requirement is not None)
        if holes and (choice == 1 or (seldom and choice < 5)):
            found[fact.name] = unknown
        elif choice > 2 or must:
            found[fact.name] = value(fact, clause)
    if not holes and not found:
        found[clause.facts[0].name] = value(clause.facts[0], clause)
    return found | _together(clause, found) | _fitting(clause, found, pick)


def _together(clause: model.Clause, facts: Mapping[str, Any]) -> Record:
    """One list of records for all facts that are measured against the same: that of the fact that is measured against most."""
    asked = {
        fact.name: {fact.requirement, *fact.also}
        for fact in clause.facts
        if fact.requirement is not None and isinstance(facts.get(fact.name), list)
    }
    sources = {name: max((one for one in asked if asked[one] & asked[name]), key=lambda one: len(asked[one])) for name in asked}
    return {name: facts[source] for name, source in sources.items()}


def _fitting(clause: model.Clause, facts: Mapping[str, Any], pick: Pick) -> Record:
    """The figure that a person gives, within the bounds of the row that the other facts choose; nothing where none is wanted."""
    figure = next((fact for fact in clause.facts if fact.type == "amount" and fact.needed), None)
    if figure is None or facts.get(figure.name, "") in lexicon.terms()["state"]:
        return {}
    for rule in clause.rules:
        if not isinstance(rule.effect, model.Bands) or rule.fact is None or rule.fact not in facts:
            continue
        chosen = facts[rule.fact]
        outcome = next((row.outcome for row in rule.effect.rows if _fits(row, chosen)), None)
        if isinstance(outcome, model.Interval):
            return {figure.name: pick((show(outcome.low), show(outcome.high)))}
    return {}


def _fits(row: model.Band, value: Any) -> bool:
    if row.within is None:
        return row.label is None or row.label == value
    return is_exact(str(value)) and row.within.holds(Decimal(str(value)))


# --- values of one fact


def boundaries(fact: model.Fact, clause: model.Clause, year: int | None = None) -> list[Any]:
    """The ends of a fact, and both sides of everything that its clause names."""
    listed = _answers(fact, clause, year)
    plain = fact if listed is None else fact.model_copy(update={"requirement": None})
    return _BOUNDARIES[fact.type](plain, sorted(set(model.numbers(clause.rules))), year or _YEAR) + (listed or [])


def _counts(fact: model.Fact, named: list[Decimal], year: int) -> list[Any]:
    near = {int(number) + side for number in named if number == int(number) and number < 1000 for side in (-1, 0, 1)}
    return sorted(n for n in near | {0, 1, 2, BOUNDS.count} if n >= 0) + (_meetings(year) if fact.requirement is not None else [])


def _meetings(year: int) -> list[Any]:
    """Lists of dated records, at the ends of periods."""
    day = lexicon.term("record", "date")
    days = [f"{year}-01-01", f"{year}-03-31", f"{year}-04-01", f"{year}-08-20", f"{year}-12-31"]
    return [[{day: one} for one in days[:length]] for length in (0, 1, 2, 5)]


def _answers(fact: model.Fact, clause: model.Clause, year: int | None) -> list[Any] | None:
    """Lists of records that each say what they answer: in time, a day late, later. None for a fact of one rhythm, whose records need not."""
    asked = asked_of(clause, fact)
    days = last_days(asked)
    if not several(asked) and not days:
        return None
    texts = [day.text for _, _, day in days] + [one.text for one in asked.values() if one.kind == "frequency"]
    if len(set(texts)) < len(texts) or (year is None and any(day.year is None for _, _, day in days)):
        return []  # only a person knows which is meant, or in which year
    on, answers = lexicon.term("record", "date"), lexicon.term("record", "answers")
    held = [{on: f"{year or _YEAR}-03-31", answers: one.text} for one in asked.values() if one.kind == "frequency"]
    return [
        [{on: str(resolved(day, year or _YEAR) + timedelta(late)), answers: day.text} for _, one, day in days for _ in range(one.minimum or 1)] + held
        for late in (0, 1, 20)
    ]


def _ends(fact: model.Fact) -> tuple[Decimal, Decimal]:
    """The least and the greatest value of a figure."""
    low = fact.low if fact.low is not None else Decimal(0)
    high = fact.high if fact.high is not None else Decimal(BOUNDS.count if fact.type == "number" else 3)
    return low, max(low, high)


def _figures(fact: model.Fact, named: list[Decimal], year: int) -> list[Any]:
    low, high = _ends(fact)
    near = {number + side for number in named for side in (Decimal(0), -_TINY, _TINY)} | {low, high}
    return [show(number) for number in sorted(near) if low <= number <= high and is_exact(show(number))]


def _amounts(fact: model.Fact, named: list[Decimal], year: int) -> list[Any]:
    low, high = map(show, _ends(fact))
    return ["0", low, high] if fact.type == "amount" else [[], [low], [high], [low, high], [high] * 20]


def _papers(fact: model.Fact, named: list[Decimal], year: int) -> list[Any]:
    day, points = lexicon.term("record", "date"), lexicon.term("record", "points")
    stated = [[{points: figure}, {}] for figure in ("0", "2.5", "9999999")]
    return [[], [{}], [{}, {day: f"{year}-03-02"}], *stated, 4, 100]


_BOUNDARIES: dict[str, Callable[[model.Fact, list[Decimal], int], list[Any]]] = {
    "flag": lambda fact, named, year: [False, True],
    "choice": lambda fact, named, year: list(fact.choices),
    "count": _counts,
    "number": _figures,
    "amount": _amounts,
    "amounts": _amounts,
    "records": _papers,
}
"""Fact type → values to try first, the plainest first."""


def _any_value(fact: model.Fact, clause: model.Clause, year: int | None) -> st.SearchStrategy[Any]:
    """Any value of a fact, in any spelling."""
    listed = _answers(fact, clause, year)
    if listed is None:
        return _ANY[fact.type](fact, year or _YEAR)
    plain = _ANY[fact.type](fact.model_copy(update={"requirement": None}), year or _YEAR)
    return plain | st.sampled_from(listed) if listed else plain


def _any_count(fact: model.Fact, year: int) -> st.SearchStrategy[Any]:
    numbers = st.integers(0, 20) | st.integers(0, BOUNDS.count)
    written = numbers | numbers.map(str)
    return written if fact.requirement is None else written | st.lists(_any_paper(year), max_size=6)


def _any_paper(year: int) -> st.SearchStrategy[Any]:
    """A dated record."""
    days = st.dates(date(year, 1, 1), date(year, 12, 31)).map(date.isoformat)
    papers = st.sampled_from(("A", "B"))
    return st.fixed_dictionaries({lexicon.term("record", "date"): days}, optional={lexicon.term("record", "document"): papers})


def _any_figure(fact: model.Fact, year: int) -> st.SearchStrategy[Any]:
    low, high = _ends(fact)
    scaled = st.integers(int(low / _TINY), int(high / _TINY)).map(lambda number: number * _TINY)
    return scaled | scaled.map(show)


def _any_stated(fact: model.Fact, year: int) -> st.SearchStrategy[Any]:
    points = st.integers(0, 99_999).map(lambda number: show(number * _TINY))
    stated = st.tuples(_any_paper(year), points).map(lambda both: {**both[0], lexicon.term("record", "points"): both[1]})
    return st.lists(_any_paper(year) | stated, max_size=4) | st.integers(0, 20)


_ANY: dict[str, Callable[[model.Fact, int], st.SearchStrategy[Any]]] = {
    "flag": lambda fact, year: st.booleans() | st.sampled_from(list(lexicon.terms()["yes"])),
    "choice": lambda fact, year: st.sampled_from(fact.choices),
    "count": _any_count,
    "number": _any_figure,
    "amount": lambda fact, year: st.just("0") | _any_figure(fact, year),
    "amounts": lambda fact, year: st.lists(_any_figure(fact, year), max_size=5),
    "records": _any_stated,
}
"""Fact type → any value of it."""


# --- evidence that is wrong

_DEEP: list[Any] = []
for _ in range(BOUNDS.evidence_depth + 5):
    _DEEP = [_DEEP]

_JUNK: tuple[Any, ...] = (
    None, True, -1, 10**12, -(10**30), Decimal("0.00001"), Decimal("NaN"), Decimal("sNaN"), Decimal("1E+999999"), Fraction(1, 3),
    "", " ", "-1", "1e999", "NaN", "0x10", "9" * 40, "1.00001", "\ud800", "\x00", "{", "…" * 300, b"1", date(2018, 2, 28), (), [], {}, [[]], _DEEP,
    {"": ""}, {None: None}, {1: 2}, [{}], [{"date": "2018-02-30"}], [{"points": -1}], {"records": 1},
)  # fmt: skip
"""Values that no fact takes, or not as they stand."""


def _junk() -> st.SearchStrategy[Any]:
    words = [*lexicon.terms()["state"], *lexicon.terms()["yes"], *lexicon.terms()["record"]]
    return st.sampled_from(_JUNK) | st.integers() | st.floats() | st.sampled_from(words)


def _keys(book: model.Rulebook) -> st.SearchStrategy[Any]:
    """Names of clauses that are there or not, in every spelling and of any type."""
    known = [clause.address for clause in book.clauses()]
    items = [str(item.number) for item in book.items()]
    odd = ["", "0", "99.99", "1.1.1", "-1", "\ud800", None, 1, True, 0.5, (), *lexicon.terms()["evidence"]]
    return st.sampled_from([*odd, *items, *known, *(f" {address} " for address in known[:5])])


@st.composite
def _spoiled(draw: Callable[[st.SearchStrategy[Any]], Any], book: model.Rulebook) -> Record:
    """A record with one to three things that are wrong: a value, the name of a fact, a clause."""
    record: dict[Any, Any] = draw(_records(book, True, True, "boundary"))
    for _ in range(draw(st.integers(1, 3))):
        place = draw(st.integers(0, 2))
        key = draw(st.sampled_from(list(record))) if record and place < 2 else draw(_keys(book))
        value = record.get(key)
        if place == 1 and isinstance(value, dict):
            inner = draw(st.sampled_from([*value, "?", None]))
            record[key] = {**value, inner: draw(_junk())}
        else:
            record[key] = draw(_junk() | st.dictionaries(st.sampled_from(("?", "records", "note")), _junk(), max_size=2))
    return record


# --- what is left open, and the file


def settled(book: model.Rulebook, record: Read, pick: Pick) -> Read:
    """The record with everything that it leaves open settled in one way."""

    def value(fact: model.Fact, clause: model.Clause) -> Any:
        return pick(boundaries(fact, clause, book.header.year))

    found = dict(record.clauses)
    for section, clause in _places(book):
        known = found.get(clause.address, UNKNOWN)
        if known.state == "unknown" and clause.facts:
            state = pick(("", "", *_settling(book, section.kind)))
            new: Any = lexicon.term("state", state) if state else observed(clause, pick, value, holes=False)
            found[clause.address] = read_record(book, {clause.address: new}).clauses[clause.address]
        elif known.state == "observed":
            missing = [fact for fact in clause.facts if fact.name in known.open or needs(fact, known.facts)]
            facts = {fact.name: value(fact, clause) for fact in missing}
            facts |= _together(clause, facts)
            facts |= {name: one for name, one in _fitting(clause, {**known.facts, **facts}, pick).items() if name in facts}
            if facts:
                read = read_record(book, {clause.address: facts}).clauses[clause.address]
                found[clause.address] = ClauseEvidence("observed", {**known.facts, **read.facts}, note=known.note)
    return Read(record.subject, found)


def evidence_file(book: model.Rulebook, record: Mapping[Any, Any]) -> str:
    """The record as an evidence file in YAML that may be scored as it stands."""
    keys = {meaning: lexicon.term("evidence", meaning) for meaning in ("rulebook", "evidence")}
    return write_yaml({keys["rulebook"]: book.id, keys["evidence"]: plain(record)})


def plain(data: Any) -> Any:
    """The data as YAML and JSON can say it: what they have no notation for becomes a word, and None what it means."""
    if isinstance(data, Mapping):
        return {plain(str(key)): plain(value) for key, value in data.items()}
    if isinstance(data, list | tuple):
        return [plain(value) for value in data]
    if isinstance(data, str):
        return data.encode("utf-8", "backslashreplace").decode()
    if data is None:
        return lexicon.term("state", "unknown")
    if isinstance(data, bool | int | float):
        return data
    if isinstance(data, Decimal | Fraction) and not (isinstance(data, Decimal) and not (data.is_finite() and abs(data.adjusted()) < 20)):
        return show(data)
    return str(data)
