"""The query in real databases: the same records, the same numbers as the reference, and what cannot be scored said and never scored."""

import csv
import os
import shutil
import sqlite3
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import closing
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import rulebook
from rulebook import RulebookError, regions
from rulebook.engines import sql_program
from rulebook.engines.lowering import Unlowered
from rulebook.evidence import written
from rulebook.lexicon import term
from rulebook.sampling import rulebooks

pytest.importorskip("sqlglot", reason="the query is built with sqlglot (extra batch)")
from tests.engines.everything import EVERYTHING

from rulebook.engines import sql_terms
from rulebook.engines.sql_terms import DIALECTS

SHIPPED = ("county-2018", "member-unit-2018", "lingwu-measures", "plan-12-indicators", "plan-13-indicators", "tasks-2019")
FEW = settings(max_examples=4, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
MANY = settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
WANT = ("clauses", "clause bounds", "sections")
KEY = "行号"
LINKS = {"partly": "查了一部分", "rescaled": "题头又限了"}

QUOTED = EVERYTHING.replace("样例", "样例 \"引号\" */ -- '").replace("总分记零分", "评为不合格")
SMALL = """考核细则：小样
满分：8分
未提供资料：不予判分
一、落实
1. 缺一项扣0.5分；未建立的不得分。（5分）
2. 覆盖率90%以上得满分，80%以上不足90%得1分，80%以下不得分。（3分）
"""

Row = dict[str, Any]


# --- records, as evidence and as cells


def record_of(book: rulebook.Rulebook, draw: Random) -> Row:
    """A record with every clause in some state; observed facts at values where something changes, some of them open."""
    found: Row = {}
    for section in book.sections:
        states = ["met", "not_applicable", "unknown"]
        if book.header.not_supplied and section.kind in ("points", "deduct"):
            states.append("not_supplied")
        for clause in (clause for item in section.items() for clause in item.clauses):
            state = draw.choice(["observed"] * 6 + states) if clause.facts else draw.choice(states)
            if state == "observed":
                facts = {}
                for fact in clause.facts:
                    values = [one for one in regions.corners(fact, clause) if not isinstance(one, tuple)] or [0, 1, 3]
                    left = len(clause.facts) > 1 and draw.random() < 0.2
                    facts[fact.name] = None if left else written(draw.choice(values))
                if any(value is not None for value in facts.values()):
                    found[clause.address] = facts
            elif state != "unknown":
                found[clause.address] = term("state", state)
    return found


def cells_of(book: rulebook.Rulebook, record: Row) -> Row:
    """The record as a row of a table, everything as text."""
    row: Row = {}
    for clause in book.clauses():
        said = record.get(clause.address)
        for fact in clause.facts:
            name = clause.address if len(clause.facts) == 1 else f"{clause.address}.{fact.name}"
            value = said[fact.name] if isinstance(said, dict) else said if len(clause.facts) == 1 else None
            row[name] = {True: "是", False: "否"}.get(value, value) if isinstance(value, bool) else None if value is None else str(value)
        if len(clause.facts) != 1:
            row[clause.address] = None if isinstance(said, dict) else said
    return row


# --- databases


def quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


class Sqlite:
    name = "sqlite"

    def __init__(self) -> None:
        self.connection: Any = sqlite3.connect(":memory:")

    def fill(self, rows: Sequence[Row], names: Sequence[str]) -> None:
        self.connection.execute("DROP TABLE IF EXISTS evidence")
        self.connection.execute(f"CREATE TABLE evidence ({quoted(KEY)} INTEGER, {', '.join(f'{quoted(name)} TEXT' for name in names)})")
        marks = ",".join("?" * (len(names) + 1))
        if rows:
            self.connection.executemany(f"INSERT INTO evidence VALUES ({marks})", [(n, *(row[name] for name in names)) for n, row in enumerate(rows)])

    def rows(self, query: str) -> list[Row]:
        cursor = self.connection.execute(query)
        names = [one[0] for one in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


class Duckdb(Sqlite):
    name = "duckdb"

    def __init__(self) -> None:
        duckdb = pytest.importorskip("duckdb", reason="duckdb is not installed (extra batch)")
        self.connection = duckdb.connect()


class Postgres:
    name = "postgres"

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def psql(self, text: str) -> str:
        command = [*PLAIN_USER, "psql", "-X", "-q", "-v", "ON_ERROR_STOP=1", "--csv", "-h", str(self.folder), "-d", "postgres", "-f", "-"]
        done = subprocess.run(command, input=text, capture_output=True, text=True, cwd="/", check=False)
        assert done.returncode == 0, done.stderr[:2000]
        return done.stdout

    def fill(self, rows: Sequence[Row], names: Sequence[str]) -> None:
        columns = ", ".join(f"{quoted(name)} TEXT" for name in names)
        lines = [f"DROP TABLE IF EXISTS evidence; CREATE TABLE evidence ({quoted(KEY)} INTEGER, {columns});"]
        for n, row in enumerate(rows):
            values = ", ".join("NULL" if row[name] is None else "'" + row[name].replace("'", "''") + "'" for name in names)
            lines.append(f"INSERT INTO evidence VALUES ({n}, {values});")
        self.psql("\n".join(lines))

    def rows(self, query: str) -> list[Row]:
        told = list(csv.reader(self.psql(f"\\pset null '∅'\n{query};").splitlines()))
        return [{name: None if cell == "∅" else _number(cell) for name, cell in zip(told[0], row, strict=True)} for row in told[1:]]


def _number(cell: str) -> Any:
    return int(cell) if cell.lstrip("-").isdigit() else cell


PLAIN_USER = ["runuser", "-u", "postgres", "--"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Postgres | str]:
    """A PostgreSQL server of its own, from the packages of the system, or the sentence that says why there is none."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb")) or [Path(one) for one in [shutil.which("initdb")] if one]
    if not found or shutil.which("psql") is None:
        yield "PostgreSQL is not installed on this system (apt-get install postgresql)"
        return
    control = str(found[-1].parent / "pg_ctl")

    def run(*words: str) -> str:
        return subprocess.run([*PLAIN_USER, *words], check=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, cwd="/").stdout.strip()

    folder = None
    try:
        folder = Path(run("mktemp", "-d", "/tmp/rulebook.XXXXXX"))
        run(str(found[-1]), "-D", str(folder / "data"), "-A", "trust", "-E", "UTF8", "--locale=C")
        run(control, "-D", str(folder / "data"), "-l", str(folder / "log"), "-w", "-o", f"-k {folder} -c listen_addresses='' -c fsync=off", "start")
    except (OSError, subprocess.CalledProcessError) as error:
        yield f"PostgreSQL is installed but could not be started: {error}"
    else:
        yield Postgres(folder)
        run(control, "-D", str(folder / "data"), "-m", "immediate", "stop")
    finally:
        if folder is not None:
            shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def postgres(server: Postgres | str) -> Postgres:
    """The server; the test is skipped where there is none."""
    if isinstance(server, str):
        pytest.skip(server)
    return server


@pytest.fixture
def databases(server: Postgres | str) -> list[Any]:
    """Every database that there is here."""
    return [Sqlite(), Duckdb(), *([] if isinstance(server, str) else [server])]


# --- the comparison


def check(book: rulebook.Rulebook, records: Sequence[Row], database: Any, rows: Sequence[Row] | None = None) -> list[Row]:
    """Every row has the reference's numbers, or is refused, and then has none; gives the rows as the query does."""
    cells = [cells_of(book, record) for record in records] if rows is None else rows
    names = list(cells_of(book, {}))
    database.fill(cells, names)
    query = book.sql(database.name, columns=names, keys=[KEY], want=WANT)
    found = sorted(database.rows(query), key=lambda row: row[KEY])
    assert len(found) == len(cells)
    for record, row in zip(records, found, strict=True):
        try:
            card = book.score(record)
        except RulebookError:
            assert row["refused"], (record, row)
            card = None
        if row["refused"]:
            assert card is None or any(words in row["refused"] for words in LINKS.values()), (record, row["refused"])
            assert all(row[name] is None for name in row if name not in (KEY, "refused", "scale")), row
            continue
        assert card is not None
        same(book, card, row)
    return found


def same(book: rulebook.Rulebook, card: rulebook.Scorecard, row: Row) -> None:
    whole = book.compiled().scale

    def points(name: str, scale: int) -> Fraction | None:
        assert row[name] is None or type(row[name]) is int, (name, row[name])
        return None if row[name] is None else Fraction(row[name], scale)

    def exact(number: Any) -> Fraction | None:
        return None if number is None else Fraction(number)

    for name in ("total", "lower", "upper"):
        assert points(name, row["scale"]) == exact(getattr(card, name)), (name, row, card.unknown)
    assert row.get("grade") == card.grade
    assert row["vetoed"] == (None if card.vetoed is None else int(card.vetoed))
    assert row["unknown"] == len(card.unknown)
    for one in card.clauses:
        assert points(one.clause, whole) == exact(one.score), (one, row)
        assert (points(f"{one.clause} lower", whole), points(f"{one.clause} upper", whole)) == (one.lower, one.upper), (one, row)
        assert row[f"{one.clause} state"] == one.state
    ends = [value for name, value in row.items() if name.endswith((" lower", " upper")) and name.rsplit(" ", 1)[0] not in {one.clause for one in card.clauses}]
    assert [Fraction(value, whole) for value in ends] == [Fraction(number) for one in card.sections for number in (one.lower, one.upper)]


def lowered(book: rulebook.Rulebook) -> bool:
    try:
        sql_program.whole(book.compiled())
    except Unlowered as error:
        why = str(error)
    else:
        return True
    with pytest.raises(RulebookError, match="RB537"):
        book.sql("duckdb")
    assert why.partition(":")[0] in {clause.address for clause in book.clauses()}
    return False


def any_book(text: str, seed: int, databases: Sequence[Any], many: int = 6) -> None:
    book, draw = rulebook.load(text), Random(seed)
    if lowered(book):
        records = [record_of(book, draw) for _ in range(many)]
        for database in databases:
            check(book, records, database)


def inputs_of(book: rulebook.Rulebook, found: sql_program.Whole, record: Row) -> list[int]:
    """What the cells of a record give to the program."""
    given: dict[int, int] = {}
    for one in found.clauses:
        said = record.get(one.clause.address)
        state = "observed" if isinstance(said, dict) else next((name for name in sql_program.STATED if said == term("state", name)), "unknown")
        given[found.table.operations[one.state].number] = sql_program.STATES.index(state)
        for slot in one.slots:
            value = said[slot.fact.name] if isinstance(said, dict) else None
            given[found.table.operations[slot.known].number] = int(value is not None)
            units = slot.column.choices.index(value) if slot.column.type == "choice" and value is not None else int(Fraction(value or 0) * slot.column.unit)
            given[found.table.operations[slot.value].number] = units
    return [given[place] for place in range(len(given))]


# --- tests


@settings(FEW, max_examples=10)
@given(text=rulebooks(), seed=st.integers(0, 10**6))
def test_the_program_is_the_reference_on_every_state_and_at_both_ends(text: str, seed: int) -> None:
    _program(text, seed)


@pytest.mark.slow
@MANY
@given(text=rulebooks(), seed=st.integers(0, 10**9))
def test_the_program_is_the_reference_on_many_rulebooks(text: str, seed: int) -> None:
    _program(text, seed, many=25)


def _program(text: str, seed: int, many: int = 10) -> None:
    book, draw = rulebook.load(text), Random(seed)
    if not lowered(book):
        return
    found = sql_program.whole(book.compiled())
    for _ in range(many):
        record = record_of(book, draw)
        values = found.table.values(inputs_of(book, found, record))
        bounds = zip(found.table.low, values, found.table.high, strict=True)
        assert all(low <= value <= high for low, value, high in bounds)  # so no width is too small
        doubted = any(values[doubt.ref] for doubt in found.doubts)
        try:
            card = book.score(record)
        except RulebookError:
            assert doubted, record
            continue
        if doubted:
            continue
        assert bool(values[found.scorable]) == card.scorable
        assert values[found.open] == len(card.unknown)
        for end, number in ((found.low, card.lower), (found.high, card.upper)):
            assert number is None or Fraction(values[end.total], found.scale * values[found.over]) == number, record


@FEW
@given(text=rulebooks(), seed=st.integers(0, 10**6))
def test_random_rulebooks_in_sqlite_and_duckdb(text: str, seed: int) -> None:
    any_book(text, seed, [Sqlite(), Duckdb()])


@pytest.mark.slow
@MANY
@given(text=rulebooks(), seed=st.integers(0, 10**9))
def test_many_random_rulebooks_in_sqlite_and_duckdb(text: str, seed: int) -> None:
    any_book(text, seed, [Sqlite(), Duckdb()])


def test_random_rulebooks_in_postgres(postgres: Postgres) -> None:
    @settings(FEW, max_examples=3)
    @given(text=rulebooks(), seed=st.integers(0, 10**6))
    def tried(text: str, seed: int) -> None:
        any_book(text, seed, [postgres])

    tried()


def test_every_mechanism(databases: list[Any]) -> None:
    book, draw = rulebook.load(QUOTED), Random(6)
    records = [record_of(book, draw) for _ in range(30)]
    results = [check(book, records, database) for database in databases]
    assert all(result == results[0] for result in results)  # byte for byte
    assert {row["grade"] for row in results[0]} >= {"不合格", None}
    assert sum(row["refused"] is None for row in results[0]) > 10


@pytest.mark.parametrize("name", SHIPPED[-1:])
def test_a_shipped_rulebook(name: str) -> None:
    _shipped(name, [Sqlite()], 5)


@pytest.mark.slow
@pytest.mark.parametrize("name", SHIPPED)
def test_shipped_rulebooks_everywhere(name: str, databases: list[Any]) -> None:
    _shipped(name, databases, 60)


def _shipped(name: str, databases: Sequence[Any], many: int) -> None:
    book, draw = rulebook.load(name), Random(name)
    records = [record_of(book, draw) for _ in range(many)]
    results = [check(book, records, database) for database in databases]
    assert all(result == results[0] for result in results)
    assert all(row["refused"] is None for row in results[0])  # of these, everything has a form


@pytest.mark.parametrize("make", [Sqlite, Duckdb])
def test_boundaries(make: Any) -> None:
    book, database = rulebook.load(SMALL), make()
    away = {"1": "不涉及", "2": "不涉及"}
    records = [{}, away, {"1": "不涉及", "2": {"覆盖率": "85"}}, {"1": "未提供", "2": "未提供"}, {"1": "符合", "2": "符合"},
               {"1": {"缺": 10**9, "未建立": False}, "2": {"覆盖率": "79.9999"}}, {"1": {"缺": 3, "未建立": None}, "2": {"覆盖率": "90"}}]  # fmt: skip
    found = check(book, records, database)
    assert [(row["total"], row["lower"], row["upper"]) for row in found[:2]] == [(None, 0, 16), (None, None, None)]
    assert check(book, [], database) == []  # a table without rows
    assert len(check(book, records[:1], database)) == 1


def test_what_does_not_apply_leaves_a_fraction_that_is_kept() -> None:
    book = rulebook.load("考核细则：折算\n满分：10分\n一、落实\n1. 缺一项扣1分。（3分）\n2. 缺一项扣1分。（7分）\n")
    (row,) = check(book, [{"1": "不涉及", "2": {"缺": 2}}], Sqlite())
    assert Fraction(row["total"], row["scale"]) == Fraction(50, 7)


@pytest.mark.parametrize(("column", "cell"), [
    ("1.缺", "-1"), ("1.缺", "1.5"), ("1.缺", "1000000001"), ("1.缺", "99999999999999999999999999"), ("1.缺", "1e3"), ("1.缺", "３"), ("1.缺", "' OR 1=1 --"),
    ("1.缺", "符合"), ("1.未建立", "2"), ("1.未建立", "也许"), ("2", "100.00001"), ("2", "101"), ("2", "-1"), ("2", "90."), ("2", ".9"), ("2", "1.2.3"),
    ("2", "NaN"), ("2", "9" * 40), ("1", "符合"), ("1", "别的"),
])  # fmt: skip
def test_a_cell_that_is_no_value_is_named_and_never_scored(column: str, cell: str, databases: list[Any]) -> None:
    book = rulebook.load(SMALL)
    row = {"1": None, "1.缺": "0", "1.未建立": "否", "2": "90"} | {column: cell}
    for database in databases:
        database.fill([row], list(row))
        (found,) = database.rows(book.sql(database.name, columns=list(row), keys=[KEY]))
        assert column in found["refused"]
        assert (found["total"], found["lower"], found["upper"], found["1"], found["2"]) == (None,) * 5


def test_a_figure_may_name_its_unit(databases: list[Any]) -> None:
    """As in a file of evidence: `92%` is 92 of a percentage."""
    book = rulebook.load(SMALL)
    said = ["92", "92%", "92 ％", " 92.0% ", "92%%", "9%2", "%", "92分"]
    for database in databases:
        database.fill([{"1": "符合", "1.缺": None, "1.未建立": None, "2": one} for one in said], ["1", "1.缺", "1.未建立", "2"])
        found = database.rows(book.sql(database.name, columns=["1", "1.缺", "1.未建立", "2"], keys=[KEY]))
        assert [row["refused"] is None for row in sorted(found, key=lambda row: row[KEY])] == [True] * 4 + [False] * 4
        assert len({row["total"] for row in found if row["refused"] is None}) == 1


def test_columns_of_types() -> None:
    duckdb = pytest.importorskip("duckdb", reason="duckdb is not installed (extra batch)")
    book = rulebook.load(SMALL)
    cells = {"1.缺": (3, "INTEGER", "integer"), "1.未建立": (False, "BOOLEAN", "boolean"), "2": (Decimal("85.50"), "DECIMAL(9, 2)", "text")}
    for known in (True, False):  # with the types told, and read by what the cells show
        with closing(duckdb.connect()) as connection:
            connection.execute(f"CREATE TABLE evidence ({', '.join(f'{quoted(name)} {of}' for name, (_, of, _) in cells.items())})")
            connection.execute("INSERT INTO evidence VALUES (?, ?, ?), (NULL, NULL, NULL), (-1, FALSE, 300)", [value for value, _, _ in cells.values()])
            types: Any = {name: of for name, (_, _, of) in cells.items()} if known else list(cells)
            rows = connection.execute(book.sql(columns=types)).fetchall()
        assert [row[0] for row in rows] == [9, None, None]
        assert [bool(row[6]) for row in rows] == [False, False, True]
    with pytest.raises(RulebookError, match="RB532"):
        book.sql(columns={"1.缺": "float", "1.未建立": "boolean", "2": "float"})


def test_columns_that_are_wrong() -> None:
    book = rulebook.load(SMALL)
    for columns, code in ((["1.缺", "2"], "RB530"), (["1.缺", "1.未建立", "2", "别的"], "RB531"), (["1.缺", "1 缺", "1.未建立", "2"], "RB534")):
        with pytest.raises(RulebookError, match=code):
            book.sql(columns=columns)
    with pytest.raises(RulebookError, match="RB538"):
        book.sql("dbase")


def test_names_with_quotes_and_words_that_would_end_a_comment() -> None:
    book = rulebook.load("考核细则：*/ DROP TABLE evidence; /* '\"`\n满分：2分\n一、落实\n1. */ \"台账\" -- 缺一项扣1分。（2分）\n")
    for database in (Sqlite(), Duckdb()):
        rows = check(book, [{}, {"1": "符合"}], database)
        assert [row["total"] for row in rows] == [None, 2 * book.compiled().scale]
    key, table = 'a "b" `c` \\', 'odd "name"'
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.execute(f"CREATE TABLE {quoted(table)} ({quoted(key)} TEXT, {quoted('1')} TEXT)")
        connection.execute(f"INSERT INTO {quoted(table)} VALUES ('x', '1')")
        assert connection.execute(book.sql("sqlite", table=table, keys=[key], columns=[key, "1"])).fetchone()[:2] == ("x", book.compiled().scale)


def test_reasons() -> None:
    book = rulebook.load(SMALL)
    database = Sqlite()
    row = {"1.缺": "3", "1.未建立": "否", "2": "85"}
    database.fill([row, {**row, "1.缺": "未查"}], list(row))
    found = database.rows(book.sql("sqlite", columns=list(row), keys=[KEY], reasons=True))
    told = [(one[KEY], one["clause"], one["rule"], Fraction(one["points"], one["scale"]), one["words"]) for one in found]
    rules = {clause.address: clause.rules for clause in book.clauses()}
    assert sorted(told) == [(0, "1", 1, Fraction(-3, 2), rules["1"][0].text), (0, "2", 1, 1, rules["2"][0].text), (1, "2", 1, 1, rules["2"][0].text)]


@pytest.mark.parametrize("dialect", DIALECTS)
def test_every_dialect_is_read_again_by_its_own_grammar(dialect: str) -> None:
    import sqlglot

    text = rulebook.load(SMALL).sql(dialect, want=WANT)
    (tree,) = sqlglot.parse(text, dialect=dialect)
    assert tree is not None
    assert not list(tree.find_all(sqlglot.exp.Command))
    names = [column.alias_or_name for column in tree.selects]
    assert len(names) == len({name.casefold() for name in names})


def test_a_rulebook_that_has_no_query_says_which_clause_and_why() -> None:
    text = "考核细则：样\n满分：5分\n一、落实\n1. 台账\n① 管理混乱的，每次酌情扣1-3分；缺一项扣1分；只取最高。（5分）\n"
    with pytest.raises(RulebookError) as error:
        rulebook.load(text).sql()
    assert error.value.diagnostics[0].code == "RB537"
    assert "1.1" in error.value.diagnostics[0].message()


def test_arithmetic_is_exact_below_zero_and_beyond_32_bits(databases: list[Any]) -> None:
    from sqlglot import exp

    table = sql_program.Wider()
    x, y = table.input(0, -(10**12), 10**12), table.input(1, 1, 9)
    large = table.select(table.at_least(x, 0), table.constant(60_000), table.constant(-60_000))
    huge = table.add([large, table.select(table.at_least(y, 2), table.constant(5), table.constant(3))])  # of literals, that a database counts in 32 bits
    rows = {
        "divided": table.divide(x, 7), "by a row": table.quotient(x, y), "product": table.product(x, y), "squared": table.multiply(huge, 50_000),
        "sum": table.add([table.multiply(huge, 40_000), table.multiply(x, -3)], -(10**10)),
    }  # fmt: skip
    records = [(left, right) for left in (-(10**12), -50, -14, -7, -1, 0, 1, 6, 7, 10**12) for right in (1, 2, 7, 9)]
    for database in databases:
        terms = sql_terms.Terms(table, DIALECTS[database.name], sql_terms.Names())
        terms.columns = {x: "x", y: "y"}
        source = exp.Table(this=exp.to_identifier("evidence", quoted=True))
        read = exp.select(sql_terms.name(KEY), *(exp.alias_(sql_terms.big(sql_terms.name(f"{column}0")), column, quoted=True) for column in "xy")).from_(source)
        query = exp.select(sql_terms.name(KEY), *(exp.alias_(terms.value(ref), called, quoted=True) for called, ref in rows.items())).from_(read.subquery("t"))
        database.fill([{"x0": str(left), "y0": str(right)} for left, right in records], ["x0", "y0"])
        found = sorted(database.rows(query.sql(database.name, identify=True)), key=lambda row: row[KEY])
        wanted = [{called: table.values(record)[ref] for called, ref in rows.items()} for record in records]
        assert [{called: row[called] for called in rows} for row in found] == wanted


# --- files


def parquet(path: Path, rows: Sequence[Row], **more: Any) -> None:
    pa = pytest.importorskip("pyarrow", reason="pyarrow is not installed (extra batch)")
    import pyarrow.parquet as pq

    names = list(rows[0])
    pq.write_table(pa.table({name: pa.array([row[name] for row in rows], pa.string()) for name in names} | more), path)


def test_a_parquet_file_through_duckdb(tmp_path: Path) -> None:
    pytest.importorskip("duckdb", reason="duckdb is not installed (extra batch)")
    _file(tmp_path, "duckdb", rulebook.load(SMALL), 30)


@pytest.mark.slow
def test_a_parquet_file_through_spark(tmp_path: Path) -> None:
    pyspark = pytest.importorskip("pyspark.sql", reason="pyspark is not installed (extra spark)")
    if shutil.which("java") is None:
        pytest.skip("Spark needs Java, which is not on this system")
    builder = pyspark.SparkSession.builder.master("local[2]").config("spark.ui.enabled", "false")
    session = builder.config("spark.sql.files.maxPartitionBytes", "4k").getOrCreate()
    try:
        _file(tmp_path, "spark", rulebook.load(QUOTED), 400)
        shutil.copy(tmp_path / "甲 [1].parquet", tmp_path / "plain.parquet")
        assert session.read.parquet(str(tmp_path / "plain.parquet")).rdd.getNumPartitions() > 1
    finally:
        session.stop()


def _file(folder: Path, engine: str, book: rulebook.Rulebook, many: int) -> None:
    """The scores of a file are those of the reference; some rows of it are refused."""
    import pyarrow.parquet as pq

    from rulebook.engines.sql_running import score_file

    draw = Random(3)
    records = [record_of(book, draw) for _ in range(many)]
    source, out = folder / "甲 [1].parquet", folder / "分.parquet"
    cells = [{"考核对象": f"第{number}单位", **cells_of(book, record)} for number, record in enumerate(records)]
    cells[0]["8" if "8" in cells[0] else "2"] = "不是数"
    parquet(source, cells)
    counted = score_file(book.compiled(), source, out, engine=engine, want=WANT)
    found = sorted(pq.read_table(out).to_pylist(), key=lambda row: int(row["考核对象"][1:-2]))
    assert (counted.rows, counted.refused) == (many, sum(row["refused"] is not None for row in found))
    assert found[0]["refused"]
    for record, row in zip(records[1:], found[1:], strict=True):
        if row["refused"] is None:
            same(book, book.score(record), {name: value for name, value in row.items() if name != "考核对象"})
    assert not [one for one in folder.iterdir() if one.name.startswith(".scores")]


def test_files_that_are_wrong(tmp_path: Path) -> None:
    pytest.importorskip("duckdb", reason="duckdb is not installed (extra batch)")
    from rulebook.engines.sql_running import score_file

    ready, good = rulebook.load(SMALL).compiled(), tmp_path / "a.parquet"
    parquet(good, [{"1.缺": "1", "1.未建立": "否", "2": "90"}])
    (tmp_path / "b.parquet").write_bytes(b"no parquet")
    out = tmp_path / "out.parquet"
    for source, target, keys, code in (
        (tmp_path / "none.parquet", out, (), "RB601"), (tmp_path / "b.parquet", out, (), "RB539"), (good, tmp_path / "x.csv", (), "RB604"),
        (good, out, ("编号",), "RB530"), (good, tmp_path / "none" / "x.parquet", (), "RB602"),
    ):  # fmt: skip
        with pytest.raises(RulebookError, match=code):
            score_file(ready, source, target, keys=keys)
    assert sorted(one.name for one in tmp_path.iterdir()) == ["a.parquet", "b.parquet"]


def test_a_query_reaches_no_other_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("duckdb", reason="duckdb is not installed (extra batch)")
    from rulebook.engines import sql_running

    secret, table = tmp_path / "secret.csv", tmp_path / "a.parquet"
    secret.write_text("refused\n1\n", encoding="utf-8")
    parquet(table, [{"1.缺": "1", "1.未建立": "否", "2": "90"}])
    for text in (f"SELECT * FROM read_csv('{secret}')", "SELECT 1 AS refused FROM duckdb_settings() WHERE name = 'lock_configuration' AND value = 'false'"):
        monkeypatch.setattr(sql_running, "_query", lambda *_, text=text: text)
        if "read_csv" in text:
            with pytest.raises(RulebookError, match="RB539"):
                sql_running.score_file(rulebook.load(SMALL).compiled(), table, tmp_path / "out.parquet")
        else:
            assert sql_running.score_file(rulebook.load(SMALL).compiled(), table, tmp_path / "out.parquet").rows == 0


def test_the_command_line(tmp_path: Path) -> None:
    pytest.importorskip("duckdb", reason="duckdb is not installed (extra batch)")
    from click.testing import CliRunner

    from rulebook.cli import cli

    book, table, out = tmp_path / "小样.rulebook", tmp_path / "证据.parquet", tmp_path / "分.parquet"
    book.write_text(SMALL, encoding="utf-8")
    row = {"考核对象": "甲县", "编号": "7", "1.缺": "1", "1.未建立": "否", "2": "90"}
    parquet(table, [row, {**row, "考核对象": "乙县", "1.缺": "多"}])
    run = CliRunner().invoke(cli, ["score", str(book), str(table), "--engine", "duckdb", "--out", str(out), "--key", "编号"])
    assert (run.exit_code, out.exists()) == (1, True), run.output
    assert "2 行，其中 1 行" in run.output
    assert CliRunner().invoke(cli, ["score", str(book), str(table), "--engine", "duckdb"]).exit_code == 2
    run = CliRunner().invoke(cli, ["export", str(book), "--sql", "postgres", "--table", "考核.证据"])
    assert run.exit_code == 0
    assert 'FROM "考核"."证据"' in run.output
    (tmp_path / "列.csv").write_text("编号,考核对象,1 缺,1.未建立,2\n", encoding="utf-8")
    more = ["--columns", str(tmp_path / "列.csv"), "--key", "编号", "--out", str(tmp_path / "q.sql")]
    run = CliRunner().invoke(cli, ["export", str(book), "--sql", "sqlite", *more])
    assert (run.exit_code, '"1 缺"' in (tmp_path / "q.sql").read_text(encoding="utf-8")) == (0, True), run.output
    (tmp_path / "列.csv").write_text("a" * 200_000, encoding="utf-8")
    run = CliRunner().invoke(cli, ["export", str(book), "--sql", "sqlite", "--columns", str(tmp_path / "列.csv")])
    assert (run.exit_code, "RB508" in run.output) == (2, True)
    assert CliRunner().invoke(cli, ["export", str(book)]).exit_code == 2
