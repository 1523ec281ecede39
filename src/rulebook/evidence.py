"""Evidence: one record a subject, read strictly from YAML, JSON or a dict. What is known of a clause is in one of five states."""

import datetime
import hashlib
import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from decimal import Decimal
from operator import index
from types import MappingProxyType
from typing import Any, NamedTuple

from rulebook import lexicon, model
from rulebook.bounds import BOUNDS
from rulebook.codes import Wording
from rulebook.diagnostics import Diagnostic, RulebookError
from rulebook.exact import decimal, show
from rulebook.numerals import CIRCLED
from rulebook.periods import asked_of, assigned, instant, last_days, resolved, several
from rulebook.scorecard import State
from rulebook.source import Source, decode, fold


class Dated(NamedTuple):
    """One record of something done or found: its date, its document, and the points it states, where it does.

    `answers`: what it says that it answers, as written; `requirement` and `day`: the number of that requirement, and of the last day.
    """

    date: datetime.date | None = None
    document: str = ""
    reference: str = ""
    points: Decimal | None = None
    answers: str = ""
    requirement: int | None = None
    day: int | None = None


Value = int | bool | Decimal | str | tuple[Decimal, ...] | tuple[Dated, ...]


class ClauseEvidence(NamedTuple):
    """What is known of one clause. `facts` holds what was observed; `open` the facts that are said to be unknown."""

    state: State
    facts: Mapping[str, Value] = MappingProxyType({})
    open: frozenset[str] = frozenset()
    note: str = ""


class Record(NamedTuple):
    """The evidence of one subject, valid for its rulebook. Clauses that are not in it are unknown."""

    subject: str
    clauses: Mapping[str, ClauseEvidence]
    sha256: str = ""


UNKNOWN = ClauseEvidence("unknown")
MET = ClauseEvidence("met")
NOT_SUPPLIED = ClauseEvidence("not_supplied")

Path = tuple[str, ...]


ABOUT_NAMES = frozenset({"RB501", "RB502", "RB506"})
"""Codes that speak of a key."""


def _json_place(text: str, path: Path) -> tuple[int | None, int | None]:
    """The key that a path ends in, found by walking its keys through the text."""
    position, place = 0, None
    for key in path:
        match = re.compile(re.escape(json.dumps(key, ensure_ascii=False)) + r"\s*:").search(text, position)
        if match is None:
            continue
        position = match.end()
        place = match.start(), match.start() + len(json.dumps(key, ensure_ascii=False))
    return place or (None, None)


class JsonNumber(str):
    """A JSON number with a fraction or an exponent, kept as written."""


@dataclass(eq=False, repr=False)
class _Tree:
    """Evidence as plain data, with the place of every key and value where the text has one."""

    data: Any
    source: Source | None
    values: dict[Path, tuple[int, int]] = field(default_factory=dict)
    keys: dict[Path, tuple[int, int]] = field(default_factory=dict)

    def place(self, path: Path, code: str) -> tuple[int | None, int | None]:
        """Where the diagnostic belongs: at the key where it is about a name, else at the value."""
        if self.source is not None and not self.values and path:
            return _json_place(self.source.text, path)
        first, second = (self.keys, self.values) if code in ABOUT_NAMES else (self.values, self.keys)
        found = first.get(path) or second.get(path)
        return found or (None, None)


class _Refused(Exception):
    def __init__(self, code: str, place: tuple[int, int] | None = None, **values: object) -> None:
        super().__init__(code)
        self.code, self.place, self.values = code, place, values


# --- reading a file


def read_text(raw: bytes, name: str, most: int | None = None) -> _Tree:
    """The data of a YAML or JSON file of at most so many bytes. Raises RulebookError with one diagnostic."""
    is_json = name.lower().endswith(".json")
    most = most or BOUNDS.evidence_bytes * (5 if is_json else 1)
    if len(raw) > most:
        raise _error("RB108", None, name=name, most=most)
    decoded = decode(raw)
    if decoded.bad_byte is not None:
        raise _error(
            "RB101",
            Source(name, ""),
            name=name,
            byte=decoded.bad_byte,
            ordinal=decoded.bad_byte + 1,
            encoding=decoded.encoding,
        )
    source = Source(name, decoded.text)
    try:
        stripped = decoded.text.lstrip()
        if is_json or (stripped[:1] == "{" and not name.lower().endswith((".yaml", ".yml"))):
            return _Tree(_read_json(decoded.text), source)
        return _read_yaml(source)
    except _Refused as refused:
        start, end = refused.place or (None, None)
        raise RulebookError([Diagnostic(refused.code, refused.values, source, start, end)]) from None


def _error(code: str, source: Source | None, **values: object) -> RulebookError:
    return RulebookError([Diagnostic(code, values, source)])


def _after(text: str, key: str) -> tuple[int, int] | None:
    """The second place at which a key stands."""
    quoted = json.dumps(key, ensure_ascii=False)
    first = text.find(quoted)
    second = text.find(quoted, first + 1) if first >= 0 else -1
    return (second, second + len(quoted)) if second >= 0 else None


def _read_json(text: str) -> Any:
    def constant(word: str) -> Any:
        at = text.find(word)
        raise _Refused("RB508", (at, at + len(word)), why=Wording("why_number"))

    def pairs(items: list[tuple[str, Any]]) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for key, value in items:
            if key in found:
                raise _Refused("RB506", _after(text, key), key=key)
            found[key] = value
        return found

    def whole(digits: str) -> Any:
        return int(digits) if len(digits) <= 12 else JsonNumber(digits)

    try:
        return json.loads(
            text, parse_float=JsonNumber, parse_int=whole, parse_constant=constant, object_pairs_hook=pairs
        )
    except RecursionError:
        raise _Refused("RB516", most=BOUNDS.evidence_depth) from None
    except json.JSONDecodeError as error:
        at = min(error.pos, max(0, len(text) - 1))
        raise _Refused("RB508", (at, min(at + 1, len(text))), why=Wording("why_syntax")) from None


def _read_yaml(source: Source) -> _Tree:
    import yaml

    loader = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
    tree = _Tree(None, source)
    try:
        _events(yaml, yaml.parse(source.text, Loader=loader), tree)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        place = (mark.index, mark.index + 1) if mark else None
        raise _Refused("RB508", _inside(source, place), why=Wording("why_syntax")) from None
    except yaml.YAMLError:
        raise _Refused("RB508", why=Wording("why_syntax")) from None
    return tree


def write_yaml(data: Any) -> str:
    """Plain data as YAML, keys in the given order, every line of text readable."""
    import yaml

    dumper = getattr(yaml, "CSafeDumper", yaml.SafeDumper)
    return str(yaml.dump(data, Dumper=dumper, allow_unicode=True, sort_keys=False, width=1000))


def _inside(source: Source, place: tuple[int, int] | None) -> tuple[int, int] | None:
    if place is None:
        return None
    most = len(source.text)
    return min(place[0], most), min(place[1], most)


@dataclass(eq=False, repr=False)
class _Open:
    """A mapping or list that is being read."""

    value: Any
    path: Path
    key: str | None = None
    keyed: bool = False
    lines: dict[str, int] = field(default_factory=dict)


def _events(yaml: Any, events: Any, tree: _Tree) -> None:
    """YAML events to plain data: every scalar a string; no anchors, aliases, tags, doubled keys, second documents; bounded."""
    stack: list[_Open] = []
    documents = scalars = 0
    for event in events:
        place = (event.start_mark.index, event.end_mark.index) if event.start_mark else None
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            raise _Refused("RB507", place, what="&/*")
        tag = getattr(event, "tag", None)
        if tag and tag not in ("!",):
            raise _Refused("RB507", place, what=str(tag)[:40])
        if isinstance(event, yaml.DocumentStartEvent):
            documents += 1
            if documents > 1:
                raise _Refused("RB507", place, what="---")
            continue
        if isinstance(event, yaml.MappingStartEvent | yaml.SequenceStartEvent):
            if len(stack) >= BOUNDS.evidence_depth:
                raise _Refused("RB516", place, most=BOUNDS.evidence_depth)
            if stack and isinstance(stack[-1].value, dict) and not stack[-1].keyed:
                raise _Refused("RB508", place, why=Wording("why_key"))
            value: Any = {} if isinstance(event, yaml.MappingStartEvent) else []
            path = _path(stack)
            tree.values[path] = place or (0, 0)
            _put(stack, value, tree)
            stack.append(_Open(value, path))
        elif isinstance(event, yaml.MappingEndEvent | yaml.SequenceEndEvent):
            done = stack.pop()
            tree.values[done.path] = tree.values[done.path][0], place[1] if place else 0
        elif isinstance(event, yaml.ScalarEvent):
            scalars += 1
            if scalars > BOUNDS.evidence_scalars:
                raise _Refused("RB108", place, name="", most=BOUNDS.evidence_scalars)
            if len(event.value) > BOUNDS.scalar_length:
                raise _Refused("RB108", place, name="", most=BOUNDS.scalar_length)
            if any("\ud800" <= c <= "\udfff" for c in event.value):
                raise _Refused("RB105", place, character="U+D800")
            if stack and isinstance(stack[-1].value, dict) and not stack[-1].keyed:
                top = stack[-1]
                if event.value in top.lines:
                    raise _Refused("RB506", place, key=event.value)
                top.lines[event.value] = event.start_mark.line + 1
                top.key, top.keyed = event.value, True
                tree.keys[(*top.path, event.value)] = place or (0, 0)
            else:
                tree.values[_path(stack)] = place or (0, 0)
                empty = not event.style and event.value in ("null", "~")  # as an empty value, nothing is said
                _put(stack, "" if empty else event.value, tree)
    if documents == 0:
        raise _Refused("RB508", why=Wording("why_empty"))


def _path(stack: list[_Open]) -> Path:
    if not stack:
        return ()
    top = stack[-1]
    return (*top.path, top.key or "") if isinstance(top.value, dict) else (*top.path, str(len(top.value)))


def _put(stack: list[_Open], value: Any, tree: _Tree) -> None:
    if not stack:
        tree.data = value
    elif isinstance(stack[-1].value, dict):
        stack[-1].value[stack[-1].key] = value
        stack[-1].keyed = False
    else:
        stack[-1].value.append(value)


# --- making it a record


class _Reader:
    """Checks plain data against a rulebook; collects every problem."""

    def __init__(self, book: model.Rulebook, tree: _Tree) -> None:
        self.book = book
        self.tree = tree
        self.clauses = {clause.address: clause for clause in book.clauses()}
        self.items = {str(item.number): item for item in book.items()}
        self.diagnostics: list[Diagnostic] = []

    def say(self, code: str, path: Path, clause: str | None = None, **values: object) -> None:
        start, end = self.tree.place(path, code)
        self.diagnostics.append(Diagnostic(code, values, self.tree.source, start, end, clause))

    def record(self, force: bool) -> Record:
        data = self.tree.data
        subject = ""
        base: Path = ()
        if isinstance(data, Mapping):
            keys = lexicon.terms()["evidence"]
            named = {keys[fold(str(key))]: key for key in data if fold(str(key)) in keys}
            for key in data:
                meaning = keys.get(fold(str(key)))
                if meaning is not None and named[meaning] != key:
                    self.say("RB506", (str(key),), key=str(key))
            if "evidence" in named or "rulebook" in named or "subject" in named:
                for key in data:
                    if fold(str(key)) not in keys:
                        self.say(
                            "RB502", (str(key),), name=str(key), near=_near(str(key), keys), clause_name=Wording("top")
                        )
                stated = data[named["subject"]] if "subject" in named else ""
                if isinstance(stated, Mapping | list | tuple):
                    key = str(named["subject"])
                    self.say("RB503", (key,), fact=key, value=_shown(stated), wanted=Wording("wanted_name"))
                subject = str(stated)
                if len(subject) > 200 or any(not c.isprintable() for c in subject):
                    self.say("RB517", (str(named["subject"]),))
                    subject = "".join(c for c in subject[:200] if c.isprintable())
                if "rulebook" in named and not force:
                    given = str(data[named["rulebook"]])
                    if given not in (self.book.id, self.book.header.title):
                        self.say("RB505", (str(named["rulebook"]),), stated=given, given=self.book.id)
                base = (str(named["evidence"]),) if "evidence" in named else ()
                data = data[named["evidence"]] if "evidence" in named else {}
        if data in ("", None):
            data = {}
        found: dict[str, ClauseEvidence] = {}
        if not isinstance(data, Mapping):
            self.say("RB508", base, why=Wording("why_mapping"))
        else:
            items: list[tuple[str, ClauseEvidence]] = []
            for key, value in data.items():
                if isinstance(key, float):
                    self.say("RB514", base, fact=str(key), value=str(key))
                    continue
                self.entry(str(key), value, (*base, str(key)), found, items)
            for address, state in items:
                found.setdefault(address, state)
        surrogate = next((c for c in _texts(self.tree.data) if "\ud800" <= c <= "\udfff"), None)
        if surrogate is not None:
            self.say("RB105", (), character=f"U+{ord(surrogate):04X}")
        canonical = json.dumps(_canonical(self.tree.data), ensure_ascii=True, sort_keys=True, separators=(",", ":"))
        return Record(subject, found, hashlib.sha256(canonical.encode()).hexdigest())

    def entry(
        self,
        key: str,
        value: Any,
        path: Path,
        found: dict[str, ClauseEvidence],
        items: list[tuple[str, ClauseEvidence]],
    ) -> None:
        address = self.address(key)
        state = _state(value)
        if address is None and key.strip() in self.items and state is not None:
            items.extend((clause.address, ClauseEvidence(state)) for clause in self.items[key.strip()].clauses)
            return
        if address is None:
            whole = key.strip() in self.items
            near = "、".join(c.address for c in self.items[key.strip()].clauses) if whole else _near(key, self.clauses)
            self.say("RB501", path, name=key, near=near)
            return
        if address in found:
            self.say("RB506", path, address, key=key)
            return
        clause = self.clauses[address]
        try:
            found[address] = ClauseEvidence(state) if state is not None else self.observed(clause, value, path)
        except _Refused as refused:
            self.say(refused.code, refused.values.pop("path", path), address, **refused.values)  # type: ignore[arg-type]

    def address(self, key: str) -> str | None:
        """`6.2`, `6②` and `6.②` are one clause; so are `12` and `12.1` where the item has a single unmarked clause."""
        folded = "".join(fold(key).split())
        if folded[-1:] in CIRCLED:
            folded = f"{folded[:-1].rstrip('.')}.{CIRCLED[folded[-1]]}"
        if folded in self.clauses:
            return folded
        whole = folded[:-2]
        return whole if folded.endswith(".1") and "." not in whole and whole in self.clauses else None

    def observed(self, clause: model.Clause, value: Any, path: Path) -> ClauseEvidence:
        if isinstance(value, Mapping):
            return self.facts(clause, value, path)
        fact = _meant_fact(clause, value)
        if isinstance(fact, tuple):
            return ClauseEvidence("observed", {fact[0].name: True})
        if fact is None:
            raise _Refused(
                "RB503", value=_shown(value), fact="、".join(f.name for f in clause.facts), wanted=_forms(clause)
            )
        facts = {fact.name: self.value(fact, clause, value, path)}
        self.share(clause, facts, set(), {fact.name: (value, path)})
        return ClauseEvidence("observed", facts)

    def facts(self, clause: model.Clause, values: Mapping[Any, Any], path: Path) -> ClauseEvidence:
        known = {fact.name: fact for fact in clause.facts}
        folded = {fold(name): name for name in known}
        facts: dict[str, Value] = {}
        unknown: set[str] = set()
        written: dict[str, tuple[Any, Path]] = {}
        note = ""
        for key, value in values.items():
            name = folded.get(fold(str(key)).strip(), str(key))
            here = (*path, str(key))
            if name not in known and lexicon.terms()["name"].get(str(key)) == "records":
                measured = next(
                    (f.name for f in clause.facts if f.requirement is not None or f.type == "records"), None
                )
                name = measured or name
            if name not in known and lexicon.terms()["record"].get(str(key)) == "note":
                note = str(value)[:1000]
                continue
            if name not in known:
                self.say(
                    "RB502",
                    here,
                    clause.address,
                    name=str(key),
                    near=_near(str(key), known),
                    clause_name=clause.address,
                )
                continue
            asked = lexicon.terms()["name"].get(str(key)) == "records"
            if asked and name in known and name != str(key) and not isinstance(value, list | tuple):
                self.say("RB503", here, clause.address, value=_shown(value), fact=str(key), wanted=WANTED["records"])
                continue
            if name in facts or name in unknown:
                self.say("RB506", here, clause.address, key=str(key))
            elif _state(value) == "unknown":
                unknown.add(name)
            else:
                written[name] = value, here
                try:
                    facts[name] = self.value(known[name], clause, value, here)
                except _Refused as refused:
                    self.say(refused.code, refused.values.pop("path", here), clause.address, **refused.values)  # type: ignore[arg-type]
        if not facts and not unknown:
            return ClauseEvidence("unknown", note=note)
        self.share(clause, facts, unknown, written)
        self.figures(clause, facts, path)
        return ClauseEvidence("observed", facts, frozenset(unknown), note)

    def share(
        self, clause: model.Clause, facts: dict[str, Value], unknown: set[str], written: Mapping[str, tuple[Any, Path]]
    ) -> None:
        """Records of one fact are those of every fact that is measured against the same: 缺一次 and 逾期一天 look at one list."""
        listed = [fact for fact in clause.facts if isinstance(facts.get(fact.name), tuple) and fact.requirement is not None]
        for n, fact in enumerate(listed):
            other = next((one for one in listed[:n] if set(asked_of(clause, one)) & set(asked_of(clause, fact))), None)
            if other is not None and facts[other.name] != facts[fact.name]:
                told = {"clause": clause.address, "other": other.name}
                self.diagnostics.append(Diagnostic("RB675", told, self.tree.source, *self.tree.place(written[fact.name][1], "RB675"), clause.address))
        for fact in clause.facts:
            if fact.name in facts or fact.name in unknown or fact.requirement is None:
                continue
            source = next((one for one in listed if set(asked_of(clause, one)) & set(asked_of(clause, fact))), None)
            if source is not None:
                value, path = written[source.name]
                try:
                    facts[fact.name] = self.value(fact, clause, value, path)
                except _Refused as refused:
                    self.say(refused.code, refused.values.pop("path", path), clause.address, **refused.values)  # type: ignore[arg-type]

    def figures(self, clause: model.Clause, facts: Mapping[str, Value], path: Path) -> None:
        """A figure that a person gives lies in the bounds of the grade that was chosen; while that is open, of one that may be."""
        figure = next((fact.name for fact in clause.facts if fact.type == "amount" and fact.needed), "")
        given = facts.get(figure)
        for rule in clause.rules:
            if not isinstance(rule.effect, model.Bands) or not isinstance(given, Decimal):
                continue
            value = facts.get(rule.fact or "")
            rows = [row for row in rule.effect.rows if value is None or row.fits(value)][: None if value is None else 1]
            bounds = [row.outcome for row in rows if isinstance(row.outcome, model.Interval)]
            if bounds and len(bounds) == len(rows) and not any(one.low <= given <= one.high for one in bounds):
                allowed = ", ".join(f"{show(one.low)}–{show(one.high)}" for one in bounds)
                self.say("RB504", (*path, figure), clause.address, value=show(given), fact=figure, allowed=allowed)

    def value(self, fact: model.Fact, clause: model.Clause, value: Any, path: Path) -> Value:
        if isinstance(value, list | tuple) and fact.type in ("count", "records", "flag"):
            return self.records(fact, clause, value, path)
        return VALUES[fact.type](fact, value)

    def records(self, fact: model.Fact, clause: model.Clause, values: Sequence[Any], path: Path) -> Value:
        """A list of dated records. A rhythm (每季度) needs their dates, and dates need a year to lie in."""
        if len(values) > BOUNDS.records:
            raise _Refused("RB504", value=len(values), fact=fact.name, allowed=f"0–{BOUNDS.records}")
        if fact.type == "flag" and fact.requirement is None:
            raise _Refused("RB503", value="[…]", fact=fact.name, wanted=WANTED[fact.type])
        if fact.type == "count" and fact.requirement is None and _lacks(fact):
            raise _Refused("RB503", value=_shown(values), fact=fact.name, wanted=Wording("wanted_lacking"))
        read = tuple(self.dated(fact, value, (*path, str(n))) for n, value in enumerate(values))
        asked = asked_of(clause, fact)
        if not asked:
            return read if fact.type == "records" else len(read)
        whole = {n: clause.requirements[n] for n in sorted({n for one in clause.facts for n in asked_of(clause, one)})}
        read = tuple(self.answering(one, asked, whole, (*path, str(n)), values[n]) for n, one in enumerate(read))
        undated = next((one for one in asked.values() if one.kind == "deadline" or one.period != "year"), None)
        for n, entry in enumerate(read):
            if entry.date is None and undated is not None:
                raise _Refused("RB512", path=(*path, str(n)), requirement=undated.text)
        self.within_years(asked, whole, read, values, path)
        self.assignable(fact, clause, asked, read, path)
        return read

    def answering(
        self, record: Dated, asked: Mapping[int, model.Requirement], whole: Mapping[int, model.Requirement], path: Path, value: Any
    ) -> Dated:
        """The record with the numbers of what it says that it answers, of all that the clause asks for.

        It must say so where the fact is measured against more than one thing.
        """
        if not record.answers:
            if several(asked):
                raise self.which(record, [one.text for one in asked.values()], path)
            return record
        words = fold(record.answers).strip()
        days = last_days(whole)
        named: list[tuple[int, int | None]] = [(number, place) for place, (number, _, day) in enumerate(days) if words and words == fold(day.text)]
        named = named or [(number, place) for place, (number, _, day) in enumerate(days) if words and words in fold(day.text)]
        longest = max((len(day.text) for _, _, day in days if fold(day.text) in words), default=0)  # 11月10日前 is not that of 1月10日
        named = named or [(number, place) for place, (number, _, day) in enumerate(days) if len(day.text) == longest and fold(day.text) in words]
        if not named:
            holding = [number for number, one in whole.items() if words and words in fold(one.text)]
            own = {number: [place for place, (of, _, _) in enumerate(days) if of == number] for number in holding}
            named = [(number, own[number][0] if len(own[number]) == 1 else None) for number in holding]
        if len(named) != 1:
            here = (*path, *_key_of(value, "answers"))
            known = "、".join([*(day.text for _, _, day in days), *(one.text for one in whole.values() if one.kind == "frequency")])
            raise _Refused("RB528", path=here, value=_shown(record.answers).strip('"'), known=known)
        return record._replace(requirement=named[0][0], day=named[0][1])

    def which(self, record: Dated, texts: Sequence[str], path: Path) -> _Refused:
        """The refusal of a record that may answer several of what is asked for and does not say which."""
        return _Refused("RB526", path=path, date="" if record.date is None else record.date.isoformat(), known="、".join(texts))

    def within_years(
        self,
        asked: Mapping[int, model.Requirement],
        whole: Mapping[int, model.Requirement],
        read: Sequence[Dated],
        values: Sequence[Any],
        path: Path,
    ) -> None:
        """A rhythm is kept in the year of the head. What is late by a last day may come until the end of the year after it."""
        year = self.book.header.year
        days = last_days(asked)
        if days and year is None and any(day.year is None for _, _, day in days):
            raise _Refused("RB529", requirement=next(one.text for _, one, day in days if day.year is None))
        first = last = year
        if days:
            ends = [resolved(day, year or 0).year for _, _, day in days]
            first = None if year is None else min(year, *ends)
            last = max(ends) + 1
        years = set()
        for n, entry in enumerate(read):
            if entry.date is None:
                continue
            rhythm = entry.requirement is not None and whole[entry.requirement].kind == "frequency"
            low, high = (year, year) if rhythm else (first, last)
            if rhythm or not days:
                years.add(entry.date.year)
            if (low is not None and entry.date.year < low) or (high is not None and entry.date.year > high):
                told = year if low == high else f"{low or ''}–{high}"
                raise _Refused(
                    "RB513", path=(*path, str(n), *_key_of(values[n], "date")), date=entry.date.isoformat(), year=told
                )
        if year is None and len(years) > 1:
            raise _Refused("RB513", date="、".join(map(str, sorted(years))), year="?")

    def assignable(
        self, fact: model.Fact, clause: model.Clause, asked: Mapping[int, model.Requirement], read: Sequence[Dated], path: Path
    ) -> None:
        """Every record is of one last day and no other; how late something is that never came nobody knows."""
        days = last_days(asked)
        if not days:
            return
        places = [n for n, one in enumerate(read) if one.requirement in {None, *(number for number, _, _ in days)}]
        left = assigned(asked, [read[n] for n in places], self.book.header.year or 0)
        if left.doubtful:
            texts = [day.text for _, _, day in days]
            *rest, last = (self.which(read[places[n]], texts, (*path, str(places[n]))) for n in left.doubtful)
            for one in rest:
                self.say(one.code, one.values.pop("path"), clause.address, **one.values)  # type: ignore[arg-type]
            raise last
        others = (one.counts for one in clause.facts if set(asked) & set(asked_of(clause, one)))
        if fact.counts == "days" and not {"missing", "shortfall"} & set(others):
            for gap in left.gaps:
                if gap.missing:
                    raise _Refused("RB527", fact=fact.name, requirement=days[gap.number - 1][2].text)

    def dated(self, fact: model.Fact, value: Any, path: Path) -> Dated:
        if not isinstance(value, Mapping):
            raise _Refused("RB503", path=path, value=_shown(value), fact=fact.name, wanted=WANTED["records"])
        made: dict[str, Any] = {}
        seen: set[str] = set()
        for key, inner in value.items():
            kind = lexicon.terms()["record"].get(str(key))
            if kind in seen:
                raise _Refused("RB506", path=(*path, str(key)), key=str(key))
            seen.add(kind or "")
            if kind is None:
                raise _Refused(
                    "RB502",
                    path=(*path, str(key)),
                    name=str(key),
                    near=_near(str(key), lexicon.terms()["record"]),
                    clause_name=fact.name,
                )
            if kind == "date":
                made["date"] = _date(str(inner), (*path, str(key)))
            elif kind == "points":
                try:
                    made["points"] = _figure(fact, inner, Decimal(0), None)
                except _Refused as refused:
                    refused.values.setdefault("path", (*path, str(key)))
                    raise
            elif kind in ("document", "reference", "answers"):
                made[kind] = str(inner)[:1000]
        return Dated(**made)


def _lacks(fact: model.Fact) -> bool:
    """True for a count of what is missing or late: what was filed says nothing of it."""
    by_time = fact.name.startswith(tuple(lexicon.of_class("OVERDUE"))) and fact.unit not in lexicon.terms()["filed"]
    return by_time or fact.name[:1] in lexicon.of_class("LACK") or fact.name[:1] in lexicon.terms()["negation"]


def _key_of(value: Any, meaning: str) -> Path:
    """The key under which a record holds that."""
    keys = lexicon.terms()["record"]
    return tuple(str(key) for key in value if keys.get(str(key)) == meaning)[:1]


def _state(value: Any) -> State | None:
    if not isinstance(value, str):
        return "unknown" if value is None else None
    folded = fold(value).strip()
    if not folded:
        return "unknown"
    return lexicon.terms()["state"].get(folded)  # type: ignore[return-value]


def _meant_fact(clause: model.Clause, value: Any) -> model.Fact | tuple[model.Fact] | None:
    """The fact that a bare value speaks of: a flag by its name, or the clause's only count or figure."""
    if isinstance(value, str):
        folded = fold(value).strip()
        for fact in clause.facts:
            if fact.type == "flag" and fold(fact.name) == folded:
                return (fact,)
            if fact.type == "choice" and folded in map(fold, fact.choices):
                return fact
    if isinstance(value, bool):
        return None
    sized = [fact for fact in clause.facts if fact.type not in ("flag", "choice")]
    if isinstance(value, list | tuple):
        listed = [f for f in clause.facts if f.requirement is not None or f.type in ("records", "amounts", "count")]
        return listed[0] if len(listed) == 1 or (listed and all(f.requirement is not None for f in listed)) else None
    return sized[0] if len(sized) == 1 else None


def _near(name: str, known: Any) -> str:
    from difflib import get_close_matches

    names = [str(one) for one in known]
    close = get_close_matches(name, names, n=3, cutoff=0.4)
    return "、".join(close or names[:5])


def _shown(value: Any) -> str:
    nested = isinstance(value, Mapping | list | tuple)
    text = json.dumps(_canonical(value), ensure_ascii=False) if nested else str(_canonical(value))
    return text if len(text) <= 60 else text[:59] + "…"


def _forms(clause: model.Clause) -> object:
    """What may be written for a clause: one fact by itself where there is one, else the facts by name."""
    choices = [choice for fact in clause.facts for choice in fact.choices]
    if len(clause.facts) == 1 and clause.facts[0].type != "flag":
        return "、".join(choices) if choices else WANTED[clause.facts[0].type]
    return "{" + ", ".join(f"{fact.name}: {SAMPLES[fact.type](fact)}" for fact in clause.facts) + "}"


def _texts(data: Any) -> Iterator[str]:
    """Every character of every text in plain data."""
    if isinstance(data, str):
        yield from data
    elif isinstance(data, Mapping):
        for key, value in data.items():
            yield from str(key)
            yield from _texts(value)
    elif isinstance(data, list | tuple):
        for value in data:
            yield from _texts(value)


def _canonical(data: Any) -> Any:
    if isinstance(data, Mapping):
        return {str(key): _canonical(value) for key, value in data.items()}
    if isinstance(data, list | tuple):
        return [_canonical(value) for value in data]
    if isinstance(data, int) and abs(data) >= 10**20:
        return "?"
    return data if isinstance(data, str | bool) or data is None else str(data)


# --- one function a fact type

_PLAIN = re.compile(r"[0-9]{1,12}(?:\.0*)?")


def _sized(value: Any) -> Any:
    """The value, one of another library's whole numbers as an int; a word that reads as no number for a Decimal too large or too fine to be anything here."""
    if not isinstance(value, int) and hasattr(type(value), "__index__"):
        with suppress(TypeError):  # an array is none
            return index(value)
    if isinstance(value, Decimal) and (not value.is_finite() or abs(value.adjusted()) > 20):
        return "?"
    return value


def _count(fact: model.Fact, value: Any) -> int:
    text = value = _sized(value)
    if isinstance(value, float) and value == value and abs(value) < 1e15 and value == int(value):
        text = str(int(value))
    if isinstance(value, int | Decimal) and not isinstance(value, bool):
        text = show(value) if not isinstance(value, int) or abs(value) < 10**20 else "?"
    if not isinstance(text, str) or not _PLAIN.fullmatch(fold(text).strip()):
        raise _Refused("RB503", value=_shown(value), fact=fact.name, wanted=WANTED["count"])
    number = int(fold(text).strip().split(".")[0])
    if number > BOUNDS.count:
        raise _Refused("RB504", value=_shown(value), fact=fact.name, allowed=f"0–{BOUNDS.count}")
    return number


def _flag(fact: model.Fact, value: Any) -> bool:
    if isinstance(value, bool):
        return value
    word = lexicon.terms()["yes"].get(fold(value).strip().lower()) if isinstance(value, str) else None
    if word is None:
        raise _Refused("RB503", value=_shown(value), fact=fact.name, wanted=WANTED["flag"])
    return word == "true"


def _figure(fact: model.Fact, value: Any, low: Decimal | None, high: Decimal | None) -> Decimal:
    if isinstance(value, float | JsonNumber):
        raise _Refused("RB514", value=_shown(value), fact=fact.name)
    text = value = _sized(value)
    if isinstance(value, int | Decimal) and not isinstance(value, bool):
        text = show(value) if not isinstance(value, int) or abs(value) < 10**20 else "?"
    if not isinstance(text, str):
        raise _Refused("RB503", value=_shown(value), fact=fact.name, wanted=WANTED[fact.type])
    words = fold(text).strip()
    for unit in (fact.unit, lexicon.term("name_unit", "points") if fact.type != "number" else ""):
        words = words.removesuffix(unit).strip() if unit else words
    try:
        number = decimal(words)
    except ValueError:
        raise _Refused("RB503", value=_shown(value), fact=fact.name, wanted=WANTED[fact.type]) from None
    if (low is not None and number < low) or (high is not None and number > high):
        allowed = f"{'' if low is None else show(low)}–{'' if high is None else show(high)}"
        raise _Refused("RB504", value=show(number), fact=fact.name, allowed=allowed)
    return number


def _number(fact: model.Fact, value: Any) -> Decimal:
    return _figure(fact, value, fact.low, fact.high)


def _choice(fact: model.Fact, value: Any) -> str:
    if isinstance(value, str):
        for choice in fact.choices:
            if fold(choice) == fold(value).strip():
                return choice
    raise _Refused("RB503", value=_shown(value), fact=fact.name, wanted="、".join(fact.choices))


def _amount(fact: model.Fact, value: Any) -> Decimal:
    """Nothing found is 0; otherwise the figure lies in the bounds that the rule sets."""
    if isinstance(value, str) and lexicon.terms()["yes"].get(fold(value).strip()) == "false":
        return Decimal(0)
    number = _figure(fact, value, Decimal(0), None)
    if number and not (fact.low or 0) <= number <= (number if fact.high is None else fact.high):
        allowed = f"0, {show(fact.low or 0)}–{show(fact.high or 0)}"
        raise _Refused("RB504", value=show(number), fact=fact.name, allowed=allowed)
    return number


def _amounts(fact: model.Fact, value: Any) -> tuple[Decimal, ...]:
    if isinstance(value, list | tuple):
        if len(value) > BOUNDS.records:
            raise _Refused("RB504", value=len(value), fact=fact.name, allowed=f"0–{BOUNDS.records}")
        return tuple(_figure(fact, one, fact.low, fact.high) for one in value)
    number = _amount(fact, value)
    return (number,) if number else ()


def _records(fact: model.Fact, value: Any) -> tuple[Dated, ...]:
    number = _count(fact, value)
    if number > BOUNDS.records:
        raise _Refused("RB504", value=number, fact=fact.name, allowed=f"0–{BOUNDS.records}")
    return (Dated(),) * number


def _date(text: str, path: Path) -> datetime.date:
    match = lexicon.pattern("date").fullmatch(fold(text).strip())
    try:
        day = datetime.date(*map(int, match.groups())) if match is not None else instant(text)
        if day is None:
            raise ValueError
        return day
    except ValueError:
        raise _Refused("RB503", path=path, value=_shown(text), fact=path[-1], wanted=Wording("wanted_date")) from None


VALUES: dict[str, Callable[[model.Fact, Any], Value]] = {
    "count": _count,
    "flag": _flag,
    "number": _number,
    "choice": _choice,
    "amount": _amount,
    "amounts": _amounts,
    "records": _records,
}
"""Fact type → the function that reads its value."""

SAMPLES: dict[str, Callable[[model.Fact], str]] = {
    "count": lambda fact: "0",
    "flag": lambda fact: lexicon.term("yes", "false"),
    "number": lambda fact: f'"{fact.best or "95.5"}"',
    "choice": lambda fact: "/".join(fact.choices),
    "amount": lambda fact: "0",
    "amounts": lambda fact: "[]",
    "records": lambda fact: "[]",
}
"""Fact type → a value as it may be written."""

WANTED = {kind: Wording(f"wanted_{kind}") for kind in VALUES}
"""Fact type → what may be written, in words."""


def read_record(book: model.Rulebook, data: Any, *, name: str = "", force: bool = False) -> Record:
    """The record that a dict, or the bytes of a YAML or JSON file, states for a rulebook. Raises RulebookError with every problem."""
    tree = read_text(data, name) if isinstance(data, bytes) else _Tree(data, None)
    if not isinstance(tree.data, Mapping):
        raise _error("RB508", tree.source, why=Wording("why_mapping" if isinstance(data, bytes) else "why_python"))
    _check_depth(tree.data)
    reader = _Reader(book, tree)
    record = reader.record(force)
    if reader.diagnostics:
        raise RulebookError(reader.diagnostics)
    return record


def _check_depth(data: Any) -> None:
    level = [data]
    for _ in range(BOUNDS.evidence_depth + 1):
        level = [
            inner
            for one in level
            if isinstance(one, Mapping | list | tuple)
            for inner in (one.values() if isinstance(one, Mapping) else one)
        ]
        if not level:
            return
    raise _error("RB516", None, most=BOUNDS.evidence_depth)


def written(value: Value) -> Any:
    """The value as a person writes it in an evidence file; read again it is the same."""
    if isinstance(value, Decimal):
        return show(value)
    if isinstance(value, tuple):
        return [_record_written(one) if isinstance(one, Dated) else show(one) for one in value]
    return value


def _record_written(record: Dated) -> dict[str, str]:
    points = None if record.points is None else show(record.points)
    date = record.date and record.date.isoformat()
    told = {"date": date, "document": record.document, "reference": record.reference, "points": points, "answers": record.answers}
    return {lexicon.term("record", name): text for name, text in told.items() if text}
