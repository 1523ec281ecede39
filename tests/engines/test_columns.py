"""Tables by every way: whatever a table is and whatever it says, each row's score is the reference's, or the table is refused with its rows named.

All of it is said twice, of the blocks in NumPy and of the compiled kernel.
"""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.engines.everything import BETWEEN, EVERYTHING, between, observed

import rulebook
from rulebook import RulebookError, lexicon, model
from rulebook.sampling import evidence as records
from rulebook.sampling import rulebooks

np = pytest.importorskip("numpy")
pa = pytest.importorskip("pyarrow")

FEW = settings(max_examples=12, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
MANY = settings(max_examples=600, deadline=None, suppress_health_check=list(HealthCheck))
EVERY = ("total", "lower", "upper", "grade", "vetoed", "unknown", "clauses", "clause bounds", "ledger", "way")


@pytest.fixture(params=["numpy", "kernel"], autouse=True)
def engine(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Who runs the program: chosen by what is installed and by the size of the table, here by the test."""
    from rulebook.engines import columns

    if request.param == "kernel":
        pytest.importorskip("numba")
        assert columns.compiled() is not None
    monkeypatch.setattr(columns, "MANY", 0 if request.param == "kernel" else 1 << 62)
    return request.param  # type: ignore[no-any-return]


@pytest.fixture(scope="module")
def book() -> rulebook.Rulebook:
    return rulebook.load(EVERYTHING)


# --- records as a table, and what the reference says of them


def columns(book: rulebook.Rulebook, rows: Sequence[dict[str, Any]]) -> dict[str, list[Any]]:
    """Records as columns of Python values: one a fact, and one for what is said of a whole clause that has several facts."""
    found: dict[str, list[Any]] = {}
    for clause in book.clauses():
        said = [record.get(clause.address) for record in rows]
        alone = len(clause.facts) == 1
        if not alone:
            found[clause.address] = [None if isinstance(one, dict) else one for one in said]
        for fact in clause.facts:
            cells = [one.get(fact.name) if isinstance(one, dict) else one if alone else None for one in said]
            found[f"{clause.address}.{fact.name}"] = cells
    return found


def filled(book: rulebook.Rulebook, record: dict[str, Any]) -> dict[str, Any]:
    """The record as a row of a table says it: of a clause that is spoken of a fact that is not is unknown, for its cell is empty."""
    names = {clause.address: [fact.name for fact in clause.facts] for clause in book.clauses()}
    found = {}
    for address, value in record.items():
        only = value.get(names[address][0]) if isinstance(value, dict) and len(names[address]) == 1 else None
        if isinstance(only, str) and only in lexicon.terms()["state"]:
            found[address] = only  # the cell of an only fact speaks of its clause
        elif not isinstance(value, dict):
            found[address] = value
        elif any(value.get(name) not in (None, "") for name in names[address]):
            found[address] = {name: value.get(name) for name in names[address]}
    return found


def exact(out: Any, name: str, row: int) -> Decimal | Fraction | None:
    """A number of the result, in points."""
    told = out.get(f"{name} exact")
    if told is not None and told[row] is not None:
        return told[row]  # type: ignore[no-any-return]
    number = out[name][row]
    return None if number is np.ma.masked else Fraction(int(number), out.scale)


def agrees(book: rulebook.Rulebook, out: Any, row: int, record: Any) -> None:
    """A row of the result says what the scorecard says."""
    card = book.score(record)
    for name in ("total", "lower", "upper"):
        assert exact(out, name, row) == getattr(card, name), (name, row, record, out["way"][row])
    if book.header.grades:
        assert out["grade"][row] == card.grade
    assert (None if out["vetoed"][row] is np.ma.masked else bool(out["vetoed"][row])) == card.vetoed
    assert out["unknown"][row] == len(card.unknown)
    for clause in card.clauses:
        assert exact(out, clause.clause, row) == clause.score, (clause.clause, out["way"][row])
        assert exact(out, f"{clause.clause} lower", row) == clause.lower
        assert exact(out, f"{clause.clause} upper", row) == clause.upper
    for clause in book.clauses():
        vetoing = {n for n, rule in enumerate(clause.rules, 1) if isinstance(rule.effect, model.Veto)}
        fired = {n for n in range(1, len(clause.rules) + 1) if int(out[f"{clause.address} fired"][row]) >> (n - 1) & 1}
        assert fired - vetoing == {line.rule for line in card.ledger if line.clause == clause.address and line.rule}, (clause.address, out["way"][row])


def table_agrees(book: rulebook.Rulebook, rows: Sequence[dict[str, Any]]) -> Any:
    """The records as one table: every row the reference's, or refused as the reference refuses one of them."""
    rows = [filled(book, record) for record in rows]
    refused = False
    for record in rows:
        try:
            book.score(record)
        except RulebookError:
            refused = True
    try:
        out = book.score_many(columns(book, rows), want=EVERY)
    except RulebookError:
        assert refused
        return None
    assert not refused
    assert sum(out.ways.values()) == len(rows)
    for row, record in enumerate(rows):
        agrees(book, out, row, record)
    return out


# --- random


@FEW
@given(data=st.data())
def test_any_records_of_any_rulebook(data: st.DataObject) -> None:
    _records(data, 6)


@pytest.mark.slow
@MANY
@given(data=st.data())
def test_many_records_of_many_rulebooks(data: st.DataObject) -> None:
    _records(data, 10)


def _records(data: st.DataObject, number: int) -> None:
    book = rulebook.load(data.draw(rulebooks()))
    for kind in ("boundary", "valid", "partial"):
        table_agrees(book, [data.draw(records(book, kind=kind)) for _ in range(number)])


@FEW
@given(text=rulebooks(), seed=st.integers(0, 10**6))
def test_records_of_which_everything_was_observed(text: str, seed: int) -> None:
    _observed(text, seed)


@pytest.mark.slow
@MANY
@given(text=rulebooks(), seed=st.integers(0, 10**9))
def test_many_records_of_which_everything_was_observed(text: str, seed: int) -> None:
    _observed(text, seed)


def _observed(text: str, seed: int) -> None:
    book, draw = rulebook.load(text), Random(seed)
    out = table_agrees(book, [observed(book, draw) for _ in range(8)])
    if out is not None and not out.reason:
        assert not out.ways["clauses"]


@pytest.mark.parametrize("name", ["county-2018", "member-unit-2018"])
def test_shipped_rulebooks(name: str) -> None:
    book, draw = rulebook.load(name), Random(3)
    rows = [observed(book, draw) for _ in range(6)]
    for record in rows[2:]:
        for address in draw.sample(sorted(record), 9):
            record[address] = draw.choice(["符合", "未查", "未提供"])  # type: ignore[assignment]
    rows[5][sorted(rows[5])[0]] = "不涉及"  # type: ignore[assignment]
    out = table_agrees(book, rows)
    assert out.ways == {"straight": 2, "clauses": 3, "reference": 1}


@pytest.mark.parametrize("fractions", ["", "零头：按比例计算\n小数：保留一位小数，四舍五入\n"], ids=["whole steps", "by share"])
def test_figures_that_are_no_multiple_of_a_step(fractions: str) -> None:
    """Anywhere between two steps, in many rows at once."""
    clauses = "\n".join(f"{number}. 样项。{words}。（10分）" for number, words in enumerate(BETWEEN, 1))
    book, draw = rulebook.load(f"考核细则：样例\n满分：{len(BETWEEN)}0分\n{fractions}\n一、章\n{clauses}\n"), Random(5)
    rows = [between(book, draw) for _ in range(24)]
    out = book.score_many(columns(book, rows), want=EVERY)
    assert out.ways == {"straight": len(rows), "clauses": 0, "reference": 0}
    for row, record in enumerate(rows):
        agrees(book, out, row, record)


# --- kinds of tables

PLAIN = """考核细则：样例
满分：10分
未提供资料：不予判分
一、章
1. 台账。缺一项扣0.25分；未建立的不得分。（5分）
2. 演练。人数少于10人的，每少3人扣0.5分。（3分）
3. 覆盖率90%以上得满分，80%以上不足90%得1分，80%以下不得分。（2分）
"""
ROWS: list[dict[str, Any]] = [
    {"1": {"缺": 0, "未建立": False}, "2": 12, "3": Decimal("90")},
    {"1": {"缺": 3, "未建立": False}, "2": 7, "3": Decimal("89.9999")},
    {"1": {"缺": 200, "未建立": False}, "2": 0, "3": Decimal("12.5")},
    {"1": {"缺": 1, "未建立": True}, "2": 9, "3": Decimal("100")},
]
TYPED = {"1.缺": "int64", "1.未建立": "bool", "2.人数": "int16", "3.覆盖率": "object"}


def typed(rows: Sequence[dict[str, Any]] = ROWS) -> dict[str, Any]:
    return {name: np.array(cells, TYPED[name]) for name, cells in columns(rulebook.load(PLAIN), rows).items() if name in TYPED}


def units(table: Any, name: str = "total") -> list[Any]:
    """A column as numbers, whatever the table is."""
    column = table[name]
    return column.to_pylist() if hasattr(column, "to_pylist") else column.to_list() if hasattr(column, "to_list") else column.tolist()


@pytest.fixture(scope="module")
def plain() -> rulebook.Rulebook:
    return rulebook.load(PLAIN)


@pytest.fixture(scope="module")
def expected(plain: rulebook.Rulebook) -> list[Any]:
    return [plain.score(record).total for record in ROWS]


def test_numpy_gives_units_and_the_scale(plain: rulebook.Rulebook, expected: list[Any]) -> None:
    out = plain.score_many(typed())
    assert [Fraction(int(one), out.scale) for one in out["total"]] == expected
    assert out["total"].dtype.kind == "i"
    assert out.ways == {"straight": 4, "clauses": 0, "reference": 0}


def test_arrow_gives_decimals(plain: rulebook.Rulebook, expected: list[Any]) -> None:
    figures = pa.array([row["3"] for row in ROWS], pa.decimal128(7, 4))
    table = pa.table({**{name: pa.array(cells) for name, cells in typed().items() if name != "3.覆盖率"}, "3": figures, "考核对象": ["甲", "乙", "丙", "丁"]})
    for given_table in (table, table.slice(0, 4), pa.concat_tables([table.slice(0, 1), table.slice(1)]), pa.Table.from_batches(table.to_batches(1))):
        out = plain.score_many(given_table)
        assert units(out) == units(out, "lower") == expected
        assert units(out, "考核对象") == ["甲", "乙", "丙", "丁"]
        assert out.schema.metadata[b"rulebook.straight"] == b"4"
    assert units(plain.score_many(table.to_batches()[0])) == expected
    assert units(plain.score_many(table.to_reader())) == expected
    units_of = plain.score_many(table, numbers="units")
    assert [Fraction(one, int(units_of.schema.metadata[b"rulebook.scale"])) for one in units(units_of)] == expected


def test_polars_and_pandas_give_their_own(plain: rulebook.Rulebook, expected: list[Any]) -> None:
    polars, pandas = pytest.importorskip("polars"), pytest.importorskip("pandas")
    frame = polars.DataFrame({name: cells.tolist() for name, cells in typed().items()})
    assert units(plain.score_many(frame)) == units(plain.score_many(frame.lazy())) == expected
    known = pandas.DataFrame(typed(), index=list("abcd"))
    out = plain.score_many(known)
    assert units(out) == expected
    assert list(out.index) == list("abcd")
    assert out.attrs["rulebook"]["ways"]["straight"] == 4
    nullable = known.astype({"1.缺": "Int64", "1.未建立": "boolean"})
    nullable.loc["b", "1.缺"] = pandas.NA
    holes = known.astype({"1.缺": "float64"})
    holes.loc["b", "1.缺"] = float("nan")
    record = {**ROWS[1], "1": {"缺": None, "未建立": False}}
    card = plain.score(record)
    for table in (nullable, holes, nullable.convert_dtypes(dtype_backend="pyarrow")):
        out = plain.score_many(table)
        assert (out["total"].iloc[1], out["lower"].iloc[1], out["upper"].iloc[1]) == (None, card.lower, card.upper)
        assert units(out)[2:] == expected[2:]


@pytest.mark.parametrize("suffix", [".parquet", ".csv"])
def test_files_go_in_and_out(plain: rulebook.Rulebook, expected: list[Any], tmp_path: Path, suffix: str) -> None:
    from pyarrow import csv, parquet

    table = pa.table({"subject": ["甲", "乙", "丙", "丁"], **{name: pa.array([str(cell) for cell in cells]) for name, cells in typed().items()}})
    source, target = tmp_path / f"in{suffix}", tmp_path / f"out{suffix}"
    csv.write_csv(table, source) if suffix == ".csv" else parquet.write_table(table, source, row_group_size=3)
    assert units(plain.score_many(source)) == expected
    assert plain.score_many(str(source), out=target) == target
    found = csv.read_csv(target) if suffix == ".csv" else parquet.read_table(target)
    assert [Decimal(str(one)) for one in units(found)] == expected
    assert units(found, "subject") == ["甲", "乙", "丙", "丁"]
    assert sorted(one.name for one in tmp_path.iterdir()) == [f"in{suffix}", f"out{suffix}"]


def test_lists_of_records(plain: rulebook.Rulebook, expected: list[Any]) -> None:
    flat = [{"1 缺": row["1"]["缺"], "1 未建立": row["1"]["未建立"], "2": row["2"], "3 覆盖率": row["3"]} for row in ROWS]
    for rows in (flat, ROWS):
        out = plain.score_many(rows)
        assert [Fraction(int(one), out.scale) for one in out["total"]] == expected
    asked = plain.score_many(flat, numbers="decimal", want=["total"])["total"].tolist()
    assert (asked, {type(one) for one in asked}) == (expected, {Decimal})
    ones = [{**row, "1 未建立": int(row["1 未建立"])} for row in flat]
    for more in (20, 200, 70_000):  # one byte, one of another sign, more than a byte holds: 1 and 0 stay yes and no
        out = plain.score_many([*ones, {**ones[0], "1 缺": more}])
        assert [Fraction(int(one), out.scale) for one in out["total"]] == [*expected, plain.score({**ROWS[0], "1": {"缺": more, "未建立": False}}).total]
    counts = [{**row, "1 缺": 300} for row in flat]
    assert plain.score_many(counts)["total"].tolist() == plain.score_many([{**row, "1 缺": 20} for row in flat])["total"].tolist()


def test_columns_of_every_width_say_the_same(plain: rulebook.Rulebook) -> None:
    """int8 facts times what a byte holds do not wrap, whatever the columns are."""
    for of in ("int8", "uint8", "int16", "uint16", "int32", "uint32", "int64", "uint64", ">i4", "float32", "float64", "object"):
        table = {**typed(), "1.缺": np.array([0, 7, 127, 20]).astype(of)}
        out = plain.score_many(table)
        records = [{**row, "1": {"缺": count, "未建立": row["1"]["未建立"]}} for row, count in zip(ROWS, (0, 7, 127, 20), strict=True)]
        assert [Fraction(int(one), out.scale) for one in out["total"]] == [plain.score(record).total for record in records], of
    strided = np.arange(16, dtype=np.int8).reshape(4, 4)[:, 0]
    one, other = (plain.score_many({**typed(), "1.缺": cells})["total"] for cells in (strided, strided.copy()))
    assert one.tolist() == other.tolist()


def test_blocks_are_joined_without_a_seam(book: rulebook.Rulebook, monkeypatch: pytest.MonkeyPatch) -> None:
    """Rows at the ends of blocks, and states that begin late, score as anywhere else."""
    from rulebook.engines import columns as engine
    from rulebook.engines import tables

    draw = Random(5)
    rows: list[dict[str, Any]] = [observed(book, draw) for _ in range(41)]
    for place in (23, 24, 40):
        rows[place]["1.1"] = "未查"
    rows[30]["2"], rows[31]["10"] = "不涉及", "未查"
    whole = table_agrees(book, rows)
    monkeypatch.setattr(tables, "CHUNK", 16)
    monkeypatch.setattr(engine, "BLOCK", 5)
    pieces = table_agrees(book, rows)
    assert {name: column.tolist() for name, column in whole.items()} == {name: column.tolist() for name, column in pieces.items()}


# --- the kernel


def test_the_kernel_says_what_numpy_says_of_many_rows(book: rulebook.Rulebook, engine: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """More rows than a block of the kernel has, in columns of every width, some with states."""
    from rulebook.engines import columns as engines

    draw, number = Random(11), 2_500
    few: list[dict[str, Any]] = [observed(book, draw) for _ in range(40)]
    few.append({**few[0], "1.1": "未查"})
    picked = [40 if row in (0, 1023, 1024, 2047, 2499) else draw.randrange(40) for row in range(number)]
    given_columns = {name: [cells[row] for row in picked] for name, cells in columns(book, [filled(book, record) for record in few]).items()}
    widths = ("int8", "uint8", "int16", "uint16", "int32", "uint32", "int64", "uint64")
    for place, (name, cells) in enumerate(given_columns.items()):
        if {type(cell) for cell in cells} == {int}:
            given_columns[name] = np.array(cells, widths[place % 8] if max(cells) < 128 else "int64")
    wanted = {name: column.tolist() for name, column in book.score_many(given_columns, want=EVERY).items()}
    monkeypatch.setattr(engines, "MANY", 1 << 62 if engine == "kernel" else 0)
    assert {name: column.tolist() for name, column in book.score_many(given_columns, want=EVERY).items()} == wanted
    assert sum(one is not None for one in wanted["total"]) > 2_000


@pytest.mark.parametrize("row", [0, 1_023, 1_024, 2_499])
@pytest.mark.parametrize("of", ["int8", "int16", "int32", "int64"])
def test_one_cell_among_many_that_is_no_value(plain: rulebook.Rulebook, row: int, of: str) -> None:
    table = {name: np.tile(cells, 625) for name, cells in typed().items()} | {"1.缺": np.ones(2_500, of), "1.未建立": np.zeros(2_500, of)}
    for name, value in (("1.缺", -1), ("1.未建立", 2)):
        cells = table[name].copy()
        cells[row] = value
        ((code, message),) = refused(plain, {**table, name: cells}, want=["way"])
        assert (code, f'row {row + 1}: the value "{value}"' in message) == ("RB533", True)
    worst = {**table, "1.缺": table["1.缺"] * -1, "2.人数": np.array(["三人"] * 2_500, object)}
    assert [code for code, _ in refused(plain, worst)] == ["RB533"]


def test_without_numba_numpy_does_it(plain: rulebook.Rulebook, expected: list[Any], monkeypatch: pytest.MonkeyPatch) -> None:
    import sys

    from rulebook.engines import columns as engines

    monkeypatch.setitem(sys.modules, "numba", None)
    monkeypatch.delitem(sys.modules, "rulebook.engines.kernel", raising=False)
    monkeypatch.delattr("rulebook.engines.kernel", raising=False)
    engines.compiled.cache_clear()
    assert engines.compiled() is None
    out = plain.score_many(typed())
    assert [Fraction(int(one), out.scale) for one in out["total"]] == expected
    engines.compiled.cache_clear()


# --- edges


def test_no_row_and_one_row(plain: rulebook.Rulebook) -> None:
    for number in (0, 1):
        out = plain.score_many(typed(ROWS[:number]), want=(*EVERY, "ranks"))
        assert {len(column) for column in out.values()} == {number}
    assert len(plain.score_many([])["total"]) == 0
    empty = {name: pa.array([], pa.bool_() if name == "1.未建立" else pa.int32()) for name in TYPED}
    assert plain.score_many(pa.table(empty)).num_rows == 0


def test_nothing_known_and_nothing_applicable(book: rulebook.Rulebook) -> None:
    rows: list[dict[str, Any]] = [{}, {clause.address: "不涉及" for clause in book.clauses()}, {"10": {"发生较大以上事故": True}}]
    out = table_agrees(book, rows)
    assert out["total"].mask[:2].tolist() == [True, True]
    assert out["lower"].mask.tolist() == [False, True, False]  # nothing applies: no score at all
    assert out["vetoed"].tolist() == [None, False, True]


LOW = """考核细则：样例
满分：7分
未提供资料：不予判分
等次：5分以上优秀
总分限制：最低0分
一、责任落实
1. 台账。未建立的，扣1分；未更新的，扣1分。（5分）
2. 管理混乱的，酌情扣0.5-1分。（1分）
3. 报送。未上报的，从总分扣3分。（1分）
"""


def test_states_below_what_observation_can_reach() -> None:
    """Observed, the total stays above 0, so the program has no floor; 未提供 goes below, and the floor holds all the same."""
    book = rulebook.load(LOW)
    worst = {"3": {"未上报": True}}
    rows: list[dict[str, Any]] = [{"1": state, "2": "未提供", **worst} for state in ("未提供", "未查", "符合")]
    rows += [{"1": {"未建立": True, "未更新": False}, "2": {"管理混乱": Decimal("0.5")}, **worst}, {"1": "未查", "2": "符合", "3": "符合"}, {}]
    out = table_agrees(book, rows)
    assert (out["total"][0], out["grade"].tolist().count(None)) == (0, 4)
    below = rulebook.load(LOW.replace("总分限制：最低0分\n", ""))
    table = {name: pa.array([None if cell is None else str(cell) for cell in cells]) for name, cells in columns(below, rows).items()}
    assert units(below.score_many(pa.table(table))) == [below.score(record).total for record in rows]
    assert below.score(rows[0]).total < 0  # type: ignore[operator]
    small = pa.array([Decimal("0.5"), Decimal("0.25"), Decimal("0"), Decimal("-1"), None, None], pa.decimal128(5, 2))
    ((code, message),) = refused(below, pa.table({**table, "2.管理混乱": small}))
    assert (code, "row 2、4" in message) == ("RB533", True)


def test_scores_that_are_no_whole_units(plain: rulebook.Rulebook) -> None:
    """按比例折算 gives 19/3: no decimal is that, so it stands beside."""
    rows = [dict(ROWS[1]), {**ROWS[1], "3": "不涉及"}, {**ROWS[1], "2": "不涉及"}]
    cards = [plain.score(record) for record in rows]
    out = table_agrees(plain, rows)
    assert [exact(out, "total", row) for row in range(3)] == [card.total for card in cards]
    table = plain.score_many(pa.table({name: pa.array([str(cell) for cell in cells]) for name, cells in columns(plain, rows).items() if name != "1"}))
    assert [Fraction(one or other) for one, other in zip(units(table), units(table, "total exact"), strict=True)] == [card.total for card in cards]


def test_ranks_share_and_leave_open(plain: rulebook.Rulebook) -> None:
    rows = [ROWS[1], ROWS[0], ROWS[1], {**ROWS[0], "2": "未查"}, {clause.address: "不涉及" for clause in plain.clauses()}]
    out = plain.score_many(columns(plain, rows), want=["lower", "upper", "ranks"])
    ends = [(plain.score(record).lower, plain.score(record).upper) for record in rows]
    for row, (low, high) in enumerate(ends):
        if low is None or high is None:
            assert out["best rank"][row] is out["worst rank"][row] is np.ma.masked
            continue
        others = [end for place, end in enumerate(ends) if place != row and end[0] is not None]
        assert out["best rank"][row] == 1 + sum(end[0] > high for end in others)
        assert out["worst rank"][row] == 1 + sum(end[1] > low for end in others)


def test_what_is_not_lowered_goes_row_by_row_and_says_so() -> None:
    book = rulebook.load("考核细则：样例\n满分：5分\n一、章\n1. 台账。在通报中明确分数的，按明确的分数扣分，只取最高。（5分）\n")
    rows: list[dict[str, Any]] = [{"1": {"通报": [{"分数": "2"}, {"分数": "3"}]}}, {"1": "符合"}, {}]
    name = next(iter(book.clauses())).facts[0].name
    out = book.score_many({f"1.{name}": [rows[0]["1"]["通报"], "符合", None]}, want=("total", "lower", "way"))
    assert out.reason.startswith("1: ")
    assert out["way"].tolist() == ["reference"] * 3
    assert [exact(out, "lower", row) for row in range(3)] == [book.score({"1": cell}).lower for cell in ([{"分数": "2"}, {"分数": "3"}], "符合", None)]


def test_one_rulebook_in_many_threads(book: rulebook.Rulebook) -> None:
    draw = Random(2)
    rows: list[dict[str, Any]] = [observed(book, draw) for _ in range(60)]
    for record in rows[::3]:
        record[draw.choice(sorted(record))] = "未查"
    table = columns(book, [filled(book, record) for record in rows])
    wanted = {name: column.tolist() for name, column in book.score_many(table, want=EVERY).items()}
    fresh = rulebook.load(EVERYTHING)
    with ThreadPoolExecutor(8) as pool:
        for out in pool.map(lambda _: fresh.score_many(table, want=EVERY), range(16)):
            assert {name: column.tolist() for name, column in out.items()} == wanted


# --- what is refused


def refused(book: rulebook.Rulebook, table: Any, **options: Any) -> list[tuple[str, str]]:
    with pytest.raises(RulebookError) as error:
        book.score_many(table, **options)
    for one in error.value.diagnostics:
        assert one.message("zh")
        assert one.help("en")
    return [(one.code, one.message("en")) for one in error.value.diagnostics]


@pytest.mark.parametrize(
    ("name", "cells", "code", "words"),
    [
        ("1.缺", np.array([0, -1, 2, -128], np.int8), "RB533", "row 2、4: the value \"-1\""),
        ("1.缺", np.array([0, 1, 2, 2 * 10**9], np.int64), "RB533", "row 4"),
        ("1.缺", np.array([0, 1, 2, 2**63], np.uint64), "RB533", "row 4"),
        ("1.缺", np.array([0.0, 1.5, np.inf, 2]), "RB533", "row 2、3"),
        ("1.缺", np.array([True, False, True, False]), "RB532", "bool"),
        ("1.缺", np.array(["2018-01-01"] * 4, "M8[D]"), "RB532", "datetime64"),
        ("1.缺", np.array([0, "三项", 1, "三项"], object), "RB533", "row 2、4: the value \"三项\""),
        ("1.未建立", np.array([0, 1, 2, 1], np.int8), "RB533", "row 3: the value \"2\""),
        ("1.未建立", np.array([0.0, 1.0, 0.0, 1.0]), "RB532", "float64"),
        ("3.覆盖率", np.array([90.0, 91, 92, 93]), "RB532", "float64"),
        ("3.覆盖率", np.array([90, 91, -92, 93]), "RB533", "row 3"),
        ("3.覆盖率", np.array([Decimal("0.00001"), 1, 2, 3], object), "RB533", "row 1"),
    ],
    ids=str,
)
def test_cells_that_are_no_values(plain: rulebook.Rulebook, name: str, cells: Any, code: str, words: str) -> None:
    ((found, message),) = refused(plain, {**typed(), name: cells})
    assert found == code
    assert words in message


def test_columns_that_are_wanting_unknown_or_said_twice(plain: rulebook.Rulebook) -> None:
    table = typed()
    less = {name: cells for name, cells in table.items() if name != "2.人数"}
    assert refused(plain, less) == [("RB530", "the table lacks columns: 2 人数 (1 in all)")]
    out = plain.score_many(less, missing="unknown")
    cards = [plain.score({name: value for name, value in row.items() if name != "2"}) for row in ROWS]
    assert [exact(out, "lower", row) for row in range(4)] == [card.lower for card in cards]
    assert refused(plain, {**table, "2.人": table["2.人数"]})[0][0] == "RB531"
    assert refused(plain, {**table, "2": table["2.人数"]}) == [("RB534", "these columns say the same: 2.人数、2")]
    assert refused(plain, {**table, "2.人数": table["2.人数"][:3]})[0][0] == "RB535"


def test_a_clause_is_not_said_to_be_met_and_observed(plain: rulebook.Rulebook) -> None:
    ((code, message),) = refused(plain, {**typed(), "1": [None, "符合", "", None]})
    assert (code, "row 2" in message) == ("RB533", True)


def test_what_is_wrong_with_a_row_is_said_once_and_with_its_row(plain: rulebook.Rulebook) -> None:
    good = {"1.缺": 0, "1.未建立": False, "2": 12, "3": 95}
    ((code, message),) = refused(plain, [good, {**good, "1.缺": 2**80, "1.未建立": None, "2": "不涉及"}])
    assert (code, 'row 2: the value "?" of "1 缺"' in message) == ("RB533", True)
    with pytest.raises(RulebookError, match=r"第2行“3 覆盖率”的值“好”不能用\n  = 应是：数") as error:  # the text of the error says what to write
        plain.score_many([good, {**good, "3": "好"}])
    assert len(str(error.value).splitlines()) == 2


def test_a_figure_may_name_its_unit(plain: rulebook.Rulebook) -> None:
    good = {"1.缺": 0, "1.未建立": False, "2": 12}
    out = plain.score_many([{**good, "3": said} for said in ("92%", "92 ％", "92")])
    assert len(set(out["total"].tolist())) == 1
    for said in ("92%%", "9%2", "%", "92分"):
        assert refused(plain, [{**good, "3": said}])[0][0] == "RB533"


NO_TABLES = [1, "没有.parquet", object(), [1, 2], {1: [2]}, {"1.缺": 3}, {"1.缺": "三"}, {"1.缺": np.zeros((2, 2))}, b"x"]


@pytest.mark.parametrize("table", NO_TABLES, ids=lambda table: type(table).__name__)
def test_what_is_no_table(plain: rulebook.Rulebook, table: Any) -> None:
    assert refused(plain, table)[0][0] in ("RB535", "RB601")


def test_a_csv_file_as_excel_saves_it(plain: rulebook.Rulebook, tmp_path: Path) -> None:
    text = "考核对象,1.缺,1.未建立,2,3\n甲县,1,否,3,95\n乙县,0,是,12,85\n"
    tables = []
    for encoding in ("utf-8", "utf-8-sig", "gb18030"):
        path = tmp_path / f"{encoding}.csv"
        path.write_text(text, encoding=encoding)
        tables.append(plain.score_many(path).to_pylist())
    assert tables[0] == tables[1] == tables[2]
    assert [row["考核对象"] for row in tables[0]] == ["甲县", "乙县"]
    (tmp_path / "mixed.csv").write_bytes(text.encode("gb18030") + b"\xff\xff,1\n")
    assert refused(plain, tmp_path / "mixed.csv")[0][0] == "RB535"


def test_damaged_and_foreign_files(plain: rulebook.Rulebook, tmp_path: Path) -> None:
    for name, text, code in (("a.parquet", b"PAR1 no", "RB535"), ("b.csv", b"", "RB535"), ("c.csv", b"\xff\xfe\x00", "RB535"), ("d.xlsx", b"", "RB604")):
        (tmp_path / name).write_bytes(text)
        assert refused(plain, tmp_path / name)[0][0] == code, name
    (tmp_path / "e.csv").write_text("1.缺,1.未建立,2,3\n1,是,3,95\n-1,否,3,95\n", encoding="utf-8")
    ((code, message),) = refused(plain, tmp_path / "e.csv", out=tmp_path / "f.parquet")
    assert (code, "row 2" in message) == ("RB533", True)
    assert not (tmp_path / "f.parquet").exists()
    assert refused(plain, tmp_path / "e.csv", want=["ranks"])[0][0] == "RB535"


def test_a_row_of_more_or_fewer_cells_than_headings_is_named(plain: rulebook.Rulebook, tmp_path: Path) -> None:
    for rows in ("1,是,3,95\n1,是,3\n", "1,是,3,95\n\n1,是,3,95,7\n"):
        (tmp_path / "a.csv").write_text("1.缺,1.未建立,2,3\n" + rows, encoding="utf-8")
        ((code, message),) = refused(plain, tmp_path / "a.csv")
        assert (code, "row 2 has" in message) == ("RB535", True)


def test_records_with_other_keys(plain: rulebook.Rulebook) -> None:
    good = {"1 缺": 1, "1 未建立": False, "2": 3, "3": 95}
    fewer = {name: value for name, value in good.items() if name != "2"}
    for bad in ({**good, "9": 1}, fewer, {**fewer, "x": 3}):
        ((code, message),) = refused(plain, [good, bad])
        assert (code, "row 2" in message) == ("RB533", True)


# --- blocks by themselves


@given(values=st.lists(st.integers(-50, 50), min_size=12, max_size=12), seed=st.integers(0, 10**6))
@settings(max_examples=60, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
def test_steps_say_what_the_rows_say(engine: str, values: list[int], seed: int) -> None:
    """Random tables of rows: every kind, in every width, as columns and one by one."""
    _steps(engine, values, seed)


@pytest.mark.slow
@given(values=st.lists(st.integers(-50, 50), min_size=12, max_size=12), seed=st.integers(0, 10**9))
@settings(max_examples=3000, deadline=None, suppress_health_check=list(HealthCheck))
def test_many_steps_say_what_the_rows_say(engine: str, values: list[int], seed: int) -> None:
    _steps(engine, values, seed)


def _steps(engine: str, values: list[int], seed: int) -> None:
    from rulebook.engines.blocks import Plan, Run
    from rulebook.engines.columns import compiled
    from rulebook.engines.operations import Table

    draw, table = Random(seed), Table()
    large = draw.choice((9, 90, 3000, 10**6))
    refs = [table.input(place, -50, 50) for place in range(3)]
    flags = [table.at_least(ref, 1) for ref in refs]
    for _ in range(25):
        one, other, flag, number = draw.choice(refs), draw.choice(refs), draw.choice(flags), draw.randint(-large, large)
        steps = [
            (table.add, [one, other], number),
            (table.multiply, one, draw.randint(-9, 9)),
            (table.divide, one, abs(number) + 1),
            (table.least, one, other),
            (table.greatest, one, table.constant(number)),
            (table.least, one, table.constant(number)),
            (table.greatest, one, other),
            (table.select, flag, one, other),
            (table.select, flag, table.constant(number), other),
            (table.select, flag, one, table.constant(number)),
            (table.least, table.multiply(one, abs(number) % 30 + 1), table.constant(20)),
        ]
        function, *told = draw.choice(steps)
        ref = function(*told)
        if max(abs(table.low[ref]), abs(table.high[ref])) < 1 << 60:
            refs.append(ref)
        flags.append(draw.choice([table.at_least(refs[-1], number), table.any([flag, flags[0]]), table.negate(flag), table.equal(refs[-1], number)]))
    refs.append(table.add(draw.sample(refs, 5) + flags[:3], 7))
    outputs = list(dict.fromkeys([*refs[3:], *flags]))
    wanted = [table.values(values[start : start + 3]) for start in range(0, 12, 3)]
    plan = Plan(table, outputs, {})
    inputs = {place: np.array(values[place::3], of) for place, of in plan.inputs.items()}
    found = [np.empty(4, of) for of in plan.types]
    assert (compiled() if engine == "kernel" else Run)(plan, 3)(inputs, found, 4)
    assert [one.tolist() for one in found] == [[rows[ref] for rows in wanted] for ref in outputs]
