"""A rulebook as one query over somebody's table: a row a subject, a column a fact; scores in units, and what cannot be scored said in a column.

The query is a chain of steps that read in the order of the reference: cells, the numbers in them, facts and states, clauses, the whole. Every
column is named after what it holds, and the words of a clause stand beside its score.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import cast

from rulebook import lexicon, model
from rulebook.codes import Language, wording
from rulebook.diagnostics import Diagnostic, RulebookError
from rulebook.engines.compiled import Compiled
from rulebook.engines.lowering import Unlowered
from rulebook.engines.tables import Layout, Places, layout
from rulebook.evidence import WANTED

try:
    from sqlglot import exp
except ImportError:
    raise RulebookError([Diagnostic("RB536", {"library": "sqlglot"})]) from None

from rulebook.engines.sql_cells import TAKEN, Cell, among, bare, is_null, is_there, reading, said, words
from rulebook.engines.sql_program import STATED, End, Ends, Whole, whole
from rulebook.engines.sql_terms import (
    DIALECTS,
    Names,
    Terms,
    big,
    choose,
    cut,
    glued,
    joined,
    matched,
    name,
    number,
    text,
)

WANT = ("clauses", "clause bounds", "sections")
"""What may be asked for beside the total."""
TABLE = "evidence"
SHOWN = 60
"""So much of a clause's words stands in a comment."""


def _columns(places: Places) -> list[str]:
    """A column for every fact: its clause where that has no other, else clause and fact."""
    alone = {clause.address for clause in places.clauses if len(clause.facts) == 1}
    return [column.clause if column.clause in alone else f"{column.clause}.{column.fact}" for column in places.columns]


class _Steps:
    """The chain of steps: each takes every column of the one before, or just those that it names."""

    def __init__(self, source: "exp.Table", dialect: str) -> None:
        self.last: exp.Expr = source
        self.fenced = DIALECTS[dialect].fenced
        self.names = Names(part.name for part in source.parts)
        self.all: list[exp.CTE] = []
        self.columns = 0
        self.widest = 0

    def add(self, called: str, terms: Sequence[tuple[str, "exp.Expr"]], *, keep: bool = True) -> None:
        """One more step; nothing where it would add nothing."""
        if not terms:
            return
        aliases = [exp.alias_(term, column, quoted=True) for column, term in terms]
        chosen = exp.select(*([exp.Star()] if keep and self.all else []), *aliases).from_(self.last.copy())
        called = self.names.new(called)
        alias = exp.TableAlias(this=exp.to_identifier(called, quoted=True))
        self.all.append(exp.CTE(this=chosen, alias=alias, materialized=True if self.fenced else None))
        self.last = exp.Table(this=exp.to_identifier(called, quoted=True))
        self.columns = len(terms) + (self.columns if keep and len(self.all) > 1 else 0)
        self.widest = max(self.widest, self.columns)


class Query:
    """A rulebook, a dialect and a table, and the queries that follow. Raises RulebookError where there is none (RB537)."""

    def __init__(
        self, ready: Compiled, dialect: str, *, table: str = TABLE, columns: Iterable[str] | Mapping[str, str] | None = None,
        keys: Iterable[str] | None = None, language: Language = "zh",
    ) -> None:  # fmt: skip
        if dialect not in DIALECTS:
            raise RulebookError([Diagnostic("RB538", {"value": dialect, "allowed": "、".join(DIALECTS)})])
        self.dialect, self.language = dialect, language
        self.book = cast(model.Rulebook, ready.book)
        try:
            self.whole: Whole = whole(ready)
        except Unlowered as error:
            raise RulebookError([Diagnostic("RB537", {"why": str(error)})]) from None
        self.places = Places(one.clause for one in self.whole.clauses)
        subject = lexicon.term("evidence", "subject")
        self.keys = [subject] if keys is None and columns is None else list(dict.fromkeys(keys or ()))
        given = dict.fromkeys(_columns(self.places), "text") if columns is None else _typed(columns)
        self.where: Layout = layout(self.places, [one for one in given if one not in self.keys], "refuse")
        if self.where.subject is not None:
            self.keys = [self.where.subject, *self.keys]
        self.types = given
        self.check_types()
        self.source = _source(table)
        self.steps = _Steps(self.source, dialect)
        self.names = Names(self.keys)
        self.terms = Terms(self.whole.table, DIALECTS[dialect], self.names)

    def check_types(self) -> None:
        """Raises RulebookError where a column is known to hold what its fact does not take."""
        diagnostics = []
        for slot, column in zip((slot for one in self.whole.clauses for slot in one.slots), self.where.facts, strict=True):
            if column is not None and self.types[column] not in TAKEN[slot.fact.type]:
                values = {"column": column, "type": self.types[column], "wanted": WANTED[slot.fact.type]}
                diagnostics.append(Diagnostic("RB532", values, clause=slot.column.clause))
        if diagnostics:
            raise RulebookError(diagnostics)

    def told(self, key: str, **values: object) -> str:
        """Words of ours, in the language of the query."""
        return wording(key, self.language, **values)

    # --- the queries

    def scores(self, want: Iterable[str]) -> "exp.Expr":
        """The query that gives the score of every row."""
        wanted = list(want)
        for one in wanted:
            if one not in WANT:
                raise ValueError(f"{one!r} is none of {', '.join(WANT)}")
        self.read()
        found = self.whole
        self.run("clauses", self.clause_rows())
        sections = [(f"section {place} {at}", ref) for at, end in self.ends() for place, ref in enumerate(end.sections, 1)]
        self.run("sections", sections if len(self.book.sections) > 1 or "sections" in wanted else [])
        rows: list[tuple[str, int]] = [
            ("points that do not apply", found.left), ("parts", found.over), ("scale", self.scale()),
            ("scorable", found.scorable), ("open", found.open), ("grade", found.grade),
        ]  # fmt: skip
        for at, end in self.ends():
            rows += [(at, end.total), (f"{at} vetoed", end.vetoed)]
        rows += [(f"doubt {place}", doubt.ref) for place, doubt in enumerate(found.doubts, 1) if not self.plain(doubt.ref)]
        self.run("totals", rows)
        self.steps.add("judged", [(self.judged, self.refused())])
        return self.finished(exp.select(*self.outputs(wanted)).from_(self.steps.last.copy()))

    def reasons(self) -> "exp.Expr":
        """The query that gives a row for every rule that fires on a clause of which every fact is known: the points that it moves by itself."""
        self.read()
        rules = [(one, place, *pair) for one in self.whole.clauses for place, pair in enumerate(one.moves, 1)]
        named = [(f"{one.clause.address} rule {place}", fires, moves) for one, place, fires, moves in rules]
        self.run("rules", [row for called, fires, moves in named for row in ((f"{called} fires", fires), (f"{called} moves", moves))])
        parts = []
        for one, place, fires, moves in rules:
            told = {
                "clause": text(one.clause.address), "rule": number(place), "scale": number(self.whole.scale),
                "points": big(self.terms.value(moves)), "words": text(one.clause.rules[place - 1].text),
            }  # fmt: skip
            outputs = Names(self.keys)
            columns = [*map(name, self.keys), *(exp.alias_(term, outputs.new(column), quoted=True) for column, term in told.items())]
            conditions: list[exp.Expr] = [exp.EQ(this=name(self.terms.states[one.state]), expression=text("observed"))]
            conditions += [self.terms.condition(ref) for ref in (one.all_known, fires) if self.whole.table.fixed(ref) != 1]
            conditions.append(exp.EQ(this=name(self.bad), expression=text("")))
            parts.append(exp.select(*columns).from_(self.steps.last.copy()).where(*conditions))
        if not parts:
            raise RulebookError([Diagnostic("RB537", {"why": self.told("sql_no_rules")})])
        together = exp.union(*parts, distinct=False) if len(parts) > 1 else parts[0]
        return self.finished(together)

    def finished(self, query: "exp.Expr") -> "exp.Expr":
        """The query with its steps, and what it is in its first line."""
        most = self.terms.dialect.widest
        if self.steps.widest > most:
            raise RulebookError([Diagnostic("RB537", {"why": self.told("sql_wide", count=self.steps.widest, most=most)})])
        query.set("with_", exp.With(expressions=self.steps.all))
        query.args["with_"].add_comments([_comment(self.told("sql_head", title=self.book.header.title, scale=self.whole.scale))])
        return query

    def run(self, called: str, rows: Sequence[tuple[str, int]]) -> None:
        """Steps that end in columns for those rows of the program."""
        wanted: dict[int, str] = {}
        for column, ref in rows:
            if ref not in wanted and ref not in self.terms.columns and self.terms.table.fixed(ref) is None:
                wanted[ref] = self.names.new(column)
        for step in self.terms.steps(wanted, called[:-1] if called.endswith("s") else called):
            self.steps.add(called, step)

    def ends(self) -> list[tuple[str, End]]:
        return [("lower", self.whole.low), ("upper", self.whole.high)]

    def scale(self) -> int:
        """The row of how many units of the totals a point has."""
        return self.whole.table.multiply(self.whole.over, self.whole.scale)

    def clause_rows(self) -> list[tuple[str, int]]:
        rows = []
        for one in self.whole.clauses:
            address = one.clause.address
            if one.low == one.high:
                rows.append((f"{address} score", one.high))
            else:
                rows += [(f"{address} known", one.known)] if len(one.slots) < 2 else []
                rows += [(f"{address} lower", one.low), (f"{address} upper", one.high)]
        return rows

    # --- cells to facts

    def read(self) -> None:
        """The steps from cells to facts and states: a column each, and one that names what cannot be read."""
        slots = [slot for one in self.whole.clauses for slot in one.slots]
        columns = list(zip(slots, self.where.facts, strict=True))
        self.cells = [None if column is None else Cell(self.names.new(slot.column.name), self.dialect, self.types[column]) for slot, column in columns]
        self.stated = {place: self.names.new(f"{self.places.clauses[place].address} said") for place in self.where.clauses}
        cells: list[tuple[str, exp.Expr]] = [(key, name(key)) for key in self.keys]
        for slot, cell, column in zip(slots, self.cells, self.where.facts, strict=True):
            if cell is not None and column is not None:
                cells.append((cell.column, name(column) if cell.direct else bare(slot, said(name(column)))))
        cells += [(self.stated[place], said(name(column))) for place, column in self.where.clauses.items()]
        self.steps.add("cells", cells or [("nothing", number(0))])
        self.facts = [self.names.new(f"{slot.column.name} value") for slot in slots]
        pieces: list[tuple[str, exp.Expr]] = []
        numbers: list[tuple[str, exp.Expr]] = []
        facts: list[tuple[str, exp.Expr]] = []
        for slot, cell, fact in zip(slots, self.cells, self.facts, strict=True):
            self.terms.columns[slot.value] = self.terms.present[slot.known] = fact
            if cell is None:
                facts.append((fact, exp.cast(exp.Null(), "bigint")))
                continue
            steps = reading(slot, cell)
            own = {suffix: self.names.new(f"{cell.column} {suffix}") for suffix in steps.pieces}
            column = self.names.new(f"{cell.column} number")
            pieces += [(own[suffix], term) for suffix, term in steps.pieces.items()]
            numbers.append((column, steps.number(own)))
            facts.append((fact, steps.checked(column)))
        for place, one in enumerate(self.whole.clauses):
            self.terms.states[one.state] = self.names.new(f"{one.clause.address} state")
            facts.append((self.terms.states[one.state], self.state(place, one)))
        self.steps.add("pieces", pieces)
        self.steps.add("numbers", numbers)
        self.steps.add("facts", facts)
        self.bad, self.judged = self.names.new("unreadable"), self.names.new("refused")
        kept: list[tuple[str, exp.Expr]] = [(column, name(column)) for column in (*self.keys, *self.facts, *self.terms.states.values())]
        self.steps.add("records", [*kept, (self.bad, glued(self.unreadable()))], keep=False)

    def state(self, place: int, one: Ends) -> "exp.Expr":
        """The state of a clause, as evidence has it: `observed` where something is said of a fact."""
        cells = [self.cells[slot] for slot in self.places.slots[place]]
        column = self.stated.get(place)
        nothing = text("unknown" if one.clause.rules else "met")
        stated = [(text(word), text(state)) for state in STATED for word in words("state", state)]
        if len(cells) == 1 and cells[0] is not None:
            cell = cells[0]
            if cell.direct:
                return choose([(is_null(cell.term()), nothing)], text("observed"))
            return matched(exp.Coalesce(this=cell.term(), expressions=[nothing]), stated, text("observed"))
        other: exp.Expr = nothing if column is None else matched(name(column), stated, nothing)
        observed = [(condition, text("observed")) for condition in self.something(place)]
        return choose(observed, other) if observed else other

    def something(self, place: int) -> "list[exp.Expr]":
        """The condition that something is said of a fact of a clause; none where no fact has a column."""
        cells = [self.cells[slot] for slot in self.places.slots[place]]
        told = [is_there(cell.term()) for cell in cells if cell is not None]
        return [joined(exp.Or, told)] if told else []

    def unreadable(self) -> "list[exp.Expr]":
        """For every column a text that is empty, or says what the column should hold where a cell of it is no such thing."""
        found: list[exp.Expr] = []
        for place, one in enumerate(self.whole.clauses):
            slots = self.places.slots[place]
            for slot, number_of in zip(one.slots, slots, strict=True):
                cell, column = self.cells[number_of], self.where.facts[number_of]
                if cell is None or column is None:
                    continue
                empty = is_null(name(self.facts[number_of]))
                conditions = [is_there(cell.term()), empty]
                if len(slots) == 1:
                    conditions[0] = exp.EQ(this=name(self.terms.states[one.state]), expression=text("observed"))
                elif not cell.direct:
                    conditions.append(exp.Not(this=exp.Paren(this=among(cell.term(), words("state", "unknown")))))
                wanted = self.told("sql_cell", column=column, wanted=_wanted(slot.fact, self.language))
                found.append(choose([(joined(exp.And, conditions), text(wanted))], text("")))
            column = self.where.clauses.get(place)
            if column is None:
                continue
            written = name(self.stated[place])
            if something := self.something(place):
                both = joined(exp.And, [is_there(written.copy()), *something])
                found.append(choose([(both, text(self.told("sql_both", column=column)))], text("")))
            every = [word for state in STATED for word in words("state", state)]
            odd = joined(exp.And, [is_there(written.copy()), exp.Not(this=exp.Paren(this=among(written, every)))])
            wanted = self.told("sql_cell", column=column, wanted="、".join(lexicon.term("state", state) for state in STATED))
            found.append(choose([(odd, text(wanted))], text("")))
        return found or [text("")]

    # --- the last step

    def plain(self, ref: int) -> bool:
        """True for a row that is a look at a state."""
        kind, args, _ = self.whole.table.operations[ref]
        return kind == "equal" and args[0] in self.terms.states

    def refused(self) -> "exp.Expr":
        """Everything that is wrong with a row; NULL where nothing is."""
        parts: list[exp.Expr] = [name(self.bad)]
        for doubt in self.whole.doubts:
            if self.whole.table.fixed(doubt.ref) != 0:
                parts.append(choose([(self.terms.condition(doubt.ref), text(self.told(doubt.key, clause=doubt.clause)))], text("")))
        return exp.Nullif(this=glued(parts), expression=text(""))

    def outputs(self, want: Sequence[str]) -> "list[exp.Expr]":
        """The columns of the result."""
        found, terms, outputs = self.whole, self.terms, Names(self.keys)
        fine = is_null(name(self.judged))
        scored = [fine, terms.condition(found.scorable)] if found.table.fixed(found.scorable) != 1 else [fine]
        low, high = found.low, found.high
        exact = [*scored] if low.total == high.total else [*scored, exp.EQ(this=terms.value(low.total), expression=terms.value(high.total))]
        if found.table.fixed(found.open) != 0:
            exact.append(exp.EQ(this=terms.value(found.open), expression=number(0)))

        def made(column: str, conditions: Sequence[exp.Expr], value: exp.Expr, about: str = "") -> exp.Expr:
            term = choose([(joined(exp.And, [condition.copy() for condition in conditions]), value)], None)
            alias = exp.alias_(exp.cast(term, "bigint"), outputs.new(column), quoted=True)
            if about:
                alias.add_comments([_comment(about)])
            return alias

        columns: list[exp.Expr] = [name(key) for key in self.keys]
        columns.append(made("total", exact, terms.value(high.total), self.told("sql_total")))
        columns.append(made("lower", scored, terms.value(low.total)))
        columns.append(made("upper", scored, terms.value(high.total)))
        columns.append(exp.alias_(big(terms.value(self.scale())), outputs.new("scale"), quoted=True))
        columns[-1].add_comments([_comment(self.told("sql_scale"))])
        if self.book.header.grades:
            columns.append(exp.alias_(self.graded(scored), outputs.new("grade"), quoted=True))
        same = exp.EQ(this=terms.value(low.vetoed), expression=terms.value(high.vetoed))
        columns.append(made("vetoed", [fine] if low.vetoed == high.vetoed else [fine, same], terms.value(high.vetoed), self.told("sql_vetoed")))
        columns.append(made("unknown", [fine], terms.value(found.open), self.told("sql_unknown")))
        columns.append(exp.alias_(name(self.judged), outputs.new("refused"), quoted=True))
        columns[-1].add_comments([_comment(self.told("sql_refused"))])
        if "sections" in want:
            for place, section in enumerate(self.book.sections):
                for at, end in self.ends():
                    columns.append(made(f"{section.title} {at}", [fine], terms.value(end.sections[place])))
        for one in found.clauses:
            stays = [exp.NEQ(this=name(terms.states[one.state]), expression=text("not_applicable"))]
            settled = [] if one.low == one.high else [exp.EQ(this=terms.value(one.low), expression=terms.value(one.high))]
            if "clauses" in want:
                columns.append(made(one.clause.address, [fine, *stays, *settled], terms.value(one.high), _told(one.clause)))
            if "clause bounds" in want:
                columns.append(made(f"{one.clause.address} lower", [fine], terms.value(one.low)))
                columns.append(made(f"{one.clause.address} upper", [fine], terms.value(one.high)))
                state = choose([(fine.copy(), name(terms.states[one.state]))], None)
                columns.append(exp.alias_(state, outputs.new(f"{one.clause.address} state"), quoted=True))
        return columns

    def graded(self, scored: "Sequence[exp.Expr]") -> "exp.Expr":
        """The name of the grade; NULL where it is not settled, or there is none."""
        place = self.terms.value(self.whole.grade)
        pairs = [(exp.EQ(this=place.copy(), expression=number(at)), text(grade.name)) for at, grade in enumerate(self.book.header.grades)]
        return choose([(joined(exp.And, [one.copy() for one in scored]), choose(pairs, None))], None)


def query(
    ready: Compiled, dialect: str = "duckdb", *, table: str = TABLE, columns: Iterable[str] | Mapping[str, str] | None = None,
    keys: Iterable[str] | None = None, want: str | Iterable[str] = ("clauses",), reasons: bool = False, language: Language = "zh",
) -> str:  # fmt: skip
    """The query in that dialect. Raises RulebookError: RB536–RB538, and RB530–RB534 for the columns."""
    made = Query(ready, dialect, table=table, columns=columns, keys=keys, language=language)
    found = made.reasons() if reasons else made.scores([want] if isinstance(want, str) else want)
    return found.sql(dialect, pretty=True, identify=True)


def _source(table: str) -> "exp.Table":
    """A table by its name, which may have the schema and the database before it."""
    parts = table.split(".")
    if not all(parts) or len(parts) > 3:
        parts = [table or TABLE]
    return exp.Table(**{part: exp.to_identifier(word, quoted=True) for part, word in zip(("this", "db", "catalog"), reversed(parts), strict=False)})


def _typed(columns: Iterable[str] | Mapping[str, str]) -> dict[str, str]:
    if isinstance(columns, Mapping):
        return dict(columns)
    return dict.fromkeys(columns, "text")


def _wanted(fact: model.Fact, language: Language) -> str:
    """What a cell of the fact may hold, in words."""
    return "、".join(fact.choices) if fact.type == "choice" else wording(WANTED[fact.type].key, language)


def _told(clause: model.Clause) -> str:
    words_of = " ".join((clause.heading or clause.text).split())
    return f"{clause.address} {words_of[:SHOWN]}{'…' if len(words_of) > SHOWN else ''}"


def _comment(of: str) -> str:
    """Words that stand in a comment and cannot end it, nor begin another."""
    return cut(" ".join(of.split()), 1_000).replace("*", "＊")
