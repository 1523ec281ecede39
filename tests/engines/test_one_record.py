"""One record by every way: whatever way a record takes, the score is the reference's, number for number and line for line."""

import ast
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
from rulebook import RulebookError, engines, evaluator, evidence, regions
from rulebook.engines.lowering import Program
from rulebook.engines.operations import Table
from rulebook.engines.straight import Straight
from rulebook.sampling import evidence as records
from rulebook.sampling import rulebooks

SHIPPED = ("county-2018", "member-unit-2018")
FEW = settings(max_examples=12, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
MANY = settings(max_examples=600, deadline=None, suppress_health_check=list(HealthCheck))
TOLD = ("total", "lower", "upper", "unknown", "grade", "vetoed", "clauses", "ledger")

def same(card: rulebook.Scorecard, score: engines.Score, *, whole: bool = False) -> None:
    """What a score tells is what the scorecard tells; the `whole` of it, or the numbers and the lines."""
    for name in TOLD if whole else TOLD[:4]:
        assert getattr(score, name) == getattr(card, name), (score.way, name)
    assert score.ledger == card.ledger
    assert type(score.total) is type(card.total)
    if whole:
        assert score.explain() == card.explain()


def flat(record: dict[str, dict[str, Any]]) -> dict[str, Any]:
    return {f"{address} {fact}": value for address, facts in record.items() for fact, value in facts.items()}


def tried(score: Any, record: Any) -> Any:
    """What scoring gives, or the sentences with which it refuses."""
    try:
        return score(record)
    except RulebookError as error:
        return [one.message() for one in error.diagnostics]


def agrees(book: rulebook.Rulebook, ready: engines.Compiled, record: dict[str, Any], *, whole: bool = True) -> None:
    """The record scores, or is refused, as the reference says."""
    card = tried(book.score, record)
    if isinstance(card, list):
        assert tried(ready.score, record) == tried(ready.total, record) == card
        return
    same(card, ready.score(record), whole=whole)
    assert ready.total(record) == card.total
    same(card, ready.score(record))  # what was remembered says the same


@FEW
@given(data=st.data())
def test_any_record_of_any_rulebook(data: st.DataObject) -> None:
    book = rulebook.load(data.draw(rulebooks()))
    ready = engines.compile(book)
    for kind in ("boundary", "valid", "partial", "hostile"):
        agrees(book, ready, data.draw(records(book, kind=kind)))


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
    ready = engines.compile(book)
    for _ in range(3):
        record = observed(book, draw)
        card = tried(book.score, record)
        if isinstance(card, list):
            continue
        for written in (record, flat(record)):
            if not written:
                continue
            same(card, ready.score(written))
            assert ready.total(written) == ready.total(written, trusted=True) == ready.score(written, trusted=True).total == card.total
        if ready.program is not None:
            _program(book, ready.program, record)


def _program(book: rulebook.Rulebook, program: Program, record: dict[str, dict[str, Any]]) -> None:
    """The rows by themselves, run without any speed, say what the evaluator says, within their bounds."""
    inputs = []
    for column in program.columns:
        value = 0 if column.part == "points" else record[column.clause][column.fact]
        inputs.append(column.choices.index(value) if column.choices else int(Fraction(value) * column.unit))
    rows = program.table.values(inputs)
    assert all(low <= row <= high for low, row, high in zip(program.table.low, rows, program.table.high, strict=True))
    total, _, bounds, _ = evaluator.evaluate(book, evidence.read_record(book, record), regions.complete)
    if rows[program.settled]:
        assert Fraction(rows[program.total], program.scale) == total.score
        assert [Fraction(rows[ref], program.scale) for ref in program.scores] == [one.best.score for one in bounds.values()]
        assert [Fraction(rows[ref], program.scale) for ref in program.sections] == [score for _, _, score in total.sections]


@pytest.mark.parametrize("name", SHIPPED)
def test_shipped_rulebooks(name: str) -> None:
    book, draw = rulebook.load(name), Random(7)
    ready = engines.compile(book)
    assert ready.lowered
    for number in range(4):
        record = observed(book, draw, plain=number % 2 == 0)
        agrees(book, ready, record)
        for address in draw.sample(sorted(record), 9):
            record[address] = draw.choice(["符合", "不涉及", "未查", {}, None, "未提供"])  # type: ignore[assignment]
        agrees(book, ready, record)
    example = Path(__file__).parents[2] / "examples" / "zhongning-county.yaml"
    if name == "county-2018":
        same(book.score(example.read_bytes(), name=example.name), ready.score(example.read_bytes(), name=example.name))


@pytest.fixture(scope="module")
def book() -> rulebook.Rulebook:
    return rulebook.load(EVERYTHING)


@pytest.fixture(scope="module")
def ready(book: rulebook.Rulebook) -> engines.Compiled:
    return engines.compile(book)


def test_every_mechanism_is_lowered(book: rulebook.Rulebook, ready: engines.Compiled) -> None:
    assert (ready.lowered, ready.reason) == (True, "")
    draw = Random(1)
    ways = set()
    for number in range(40):
        record = observed(book, draw)
        card, score = book.score(record), ready.score(record)
        ways.add(score.way)
        same(card, score, whole=number < 8)
        same(card, ready.score(flat(record)))
    assert ways == {"straight"}


def test_every_function_of_a_program_says_the_same(book: rulebook.Rulebook, ready: engines.Compiled) -> None:
    """Flat or by clause, checked or trusted: none of them falls back to another way unnoticed."""
    straight, draw = ready.straight, Random(4)
    assert straight is not None
    for _ in range(20):
        record = observed(book, draw)
        totals = [straight.total(flat(record)), straight.total_nested(record), straight.trusted(flat(record)), straight.trusted_nested(record)]
        seen = [straight.observe(flat(record)), straight.observe_nested(record), straight.keep(flat(record)), straight.keep_nested(record)]
        assert {*totals, *(total for _, total, _ in seen)} == {totals[0]}
        assert all(one == seen[0] for one in seen)


CORNERS = [
    ("一、章\n1. 每少一项扣1分，最多扣2分；每发现一处扣3分。每逾期1天扣0.5分，以上合计最多扣4分。（10分）\n", ""),
    ("一、章\n1. 每缺一项扣1分，未备案的，从总分扣2分，以上合计最多扣2分。未演练的，不得分。（5分）\n", ""),
    ("一、章\n1. 未备案的，从总分扣2分，每缺一项扣1分，最多扣2分。（5分）\n", ""),
    ("一、章\n1. 未备案的扣1分，未演练的扣1分，每缺一项扣1分，只取最高。（5分）\n", ""),
    ("一、章\n1. 未备案的，从总分扣1分，未演练的扣1分，只取最高。（5分）\n", ""),
    ("一、章\n1. 直报率95%以上得满分，超过80%不足95%得3分，80%以下得1分。（5分）\n2. 抽测成绩超过60分的，加1分；每缺一项扣1分。（5分）\n", ""),
    ("一、章\n1. 达到90%得满分，每低2%扣0.5分，不足2%按2%计。（5分）\n2. 每高0.5个百分点扣0.1分。（5分）\n", "零头：按比例计算\n"),
    ("一、章\n1. 每缺一项扣3分，可扣至负分。（5分）\n二、否决项\n2. 谎报的，实行“一票否决”。\n", "一票否决：总分记零分\n"),
    ("一、章\n1. 每缺一项扣1.5分，可扣至负分。（5分）\n二、否决项\n2. 谎报的，实行“一票否决”。\n", "一票否决：总分记零分\n小数：保留整数，四舍五入\n"),
    ("一、章\n1. 每缺一项扣3分，可扣至负分。（5分）\n", "总分限制：最低0分\n小数：保留整数，四舍五入\n"),
    ("一、章\n1. 每缺一项扣0.25分，可扣至负分。（1分）\n", "小数：保留一位小数，四舍五入\n等次：1分以上优秀，0.5分以上不足1分合格，不足0.5分不合格\n"),
    ("一、章\n1. 样项\n最多扣2分。\n① 每缺一项扣1分。（3分）\n② 每发现一处扣1分。（3分）\n", ""),
    ("一、章\n1. 样项\n① 谎报的，实行“一票否决”。每缺一项扣1分。（2分）\n② 每发现一处扣1分。（3分）\n", "一票否决：不得评先评优\n"),
    ("一、章\n1. 样项\n① 谎报的，本项一票否决。\n② 每发现一处扣1分。（3分）\n", ""),
    ("一、章\n1. 台账。（5分）\n二、加分项（3分）\n2. 每推广一项加1分。\n3. 样项（2分）\n① 每推广一项加1分。\n② 创新的加1.5分。\n", ""),
    ("一、章\n1. 台账。（5分）\n二、加分项（3分）\n2. 每推广一项加1分。\n3. 创新的加1.5分。\n", ""),
    ("一、章\n1. 台账。（5分）\n二、加分项\n2. 样项（2分）\n① 每推广一项加1分。\n② 创新的加1.5分。\n", ""),
    ("一、章\n1. 每完成一项得2分，每缺一项扣1分，最低得1分。（5分）\n2. 缺1次扣1分，缺2次扣2分，缺3次扣3分。（5分）\n", ""),
    ("一、章\n1. 每缺一项扣1分，情节严重的加倍扣分，最多扣3分。若已整改，不扣分。（5分）\n", ""),
    ("一、章\n1. 未备案、未演练的，各扣1分。（5分）\n2. 未备案、未演练的，分别扣1分、2分，不重复扣分。（5分）\n", ""),
    ("一、章\n1. 第一次不扣分，第二次扣1分，第三次起每次扣2分；发生事故的，本项最高不超过3分。（9分）\n", ""),
]
"""Clauses with a head: where limits meet, ends of ranges are in or out, something is below nothing."""


@pytest.mark.parametrize(("clauses", "head"), CORNERS, ids=range(len(CORNERS)))
def test_corners(clauses: str, head: str) -> None:
    book = rulebook.load(f"考核细则：样例\n{head}{clauses}")
    ready, draw = engines.compile(book), Random(2)
    assert (ready.lowered, ready.reason) == (True, "")
    seen = set()
    for number in range(300):
        record = observed(book, draw)
        if repr(record) in seen:
            continue
        seen.add(repr(record))
        total, _, bounds, _ = evaluator.evaluate(book, evidence.read_record(book, record), regions.complete)
        score = ready.score(record)
        assert score.way == "straight"
        assert score.total == ready.total(record) == ready.total(record, trusted=True) == total.score, record
        assert [Fraction(units, ready.scale) for units in score.units] == [one.best.score for one in bounds.values()], record  # type: ignore[attr-defined]
        if number < 5:
            same(book.score(record), score, whole=True)
        if len(seen) > 60:
            break
    assert len(seen) > 1


@pytest.mark.parametrize("fractions", ["", "零头：按比例计算\n", "小数：保留一位小数，四舍五入\n"], ids=["whole steps", "by share", "rounded"])
@pytest.mark.parametrize("words", BETWEEN)
def test_figures_that_are_no_multiple_of_a_step(words: str, fractions: str) -> None:
    """Anywhere between two steps, each way says what the evaluator says."""
    book, draw = rulebook.load(f"考核细则：样例\n满分：10分\n{fractions}\n一、章\n1. 样项。{words}。（10分）\n"), Random(words)
    ready = engines.compile(book)
    assert (ready.lowered, ready.reason) == (True, "")
    totals = set()
    for number in range(40):
        record = between(book, draw)
        expected = evaluator.evaluate(book, evidence.read_record(book, record), regions.complete)[0].score
        assert ready.total(record) == ready.total(record, trusted=True) == ready.score(record).total == expected, record
        totals.add(expected)
        if number < 3:
            same(book.score(record), ready.score(record), whole=True)
    assert len(totals) > 2


def test_the_language_of_reasons(book: rulebook.Rulebook, ready: engines.Compiled) -> None:
    record = observed(book, Random(3))
    card = book.score(record, language="en")
    score = ready.score(record)
    assert score.lines("en") == card.ledger
    assert score.explain("en") == card.explain("en")


ODD_VALUES = [True, 1, -1, 2.0, 2.5, float("nan"), "3", "是", "否", "未查", "", None, [], {}, 10**9, 10**9 + 1, 10**40, b"1", "优"]
ODD_VALUES += [Decimal("0.5"), Decimal("NaN"), Decimal("1E+400"), Decimal("0.00001"), "9" * 100, ["1"], (1, 2)]


@pytest.mark.parametrize("value", ODD_VALUES, ids=repr)
def test_odd_values(book: rulebook.Rulebook, ready: engines.Compiled, value: Any) -> None:
    """A value that is not plainly what it should be is read as the reference reads it, or refused with its words."""
    plain = observed(book, Random(5))
    for address, name in (("1.1", "缺"), ("1.1", "未建立"), ("4", "覆盖率"), ("6", "等次"), ("7", "管理混乱")):
        assert name in plain[address]
        record = {**plain, address: {**plain[address], name: value}}
        agrees(book, ready, record, whole=False)
        expected = tried(book.score, record)
        if isinstance(expected, list):
            assert tried(ready.total, flat(record)) == expected
        else:
            same(expected, ready.score(flat(record)))
            assert ready.total(flat(record)) == expected.total


@pytest.mark.parametrize(
    "change",
    [
        lambda record: record.pop("4 覆盖率"),
        lambda record: record.update({"2 没有": 1}),
        lambda record: record.update({"2": "符合"}),
        lambda record: record.update({"99": 1}),
        lambda record: record.clear(),
    ],
    ids=["missing", "unknown fact", "said twice", "unknown clause", "empty"],
)
def test_odd_flat_records(book: rulebook.Rulebook, ready: engines.Compiled, change: Any) -> None:
    record = flat(observed(book, Random(5)))
    change(record)
    agrees(book, ready, ready.by_fact(record))
    expected = tried(book.score, ready.by_fact(record))
    assert tried(ready.total, record) == (expected if isinstance(expected, list) else expected.total)


def test_what_is_not_lowered_says_why_and_scores_all_the_same() -> None:
    book = rulebook.load("考核细则：样例\n满分：5分\n一、章\n1. 台账。在通报中明确分数的，按明确的分数扣分，只取最高。（5分）\n")
    ready = engines.compile(book)
    assert not ready.lowered
    assert ready.reason.startswith("1: ")
    for record in ({"1": [{"分数": "2"}, {"分数": "3"}]}, {"1": 0}, {}, {"1": "符合"}):
        agrees(book, ready, record)


def test_unread_words_are_refused_as_ever() -> None:
    book = rulebook.read("考核细则：样例\n满分：5分\n一、章\n1. 台账。按系数0.8扣若干分。（5分）\n").rulebook
    assert book is not None
    with pytest.raises(RulebookError) as error:
        engines.compile(book)
    assert error.value.diagnostics[0].code == "RB515"


def test_scores_are_final_or_assumed_as_the_reference_has_it(book: rulebook.Rulebook, ready: engines.Compiled) -> None:
    with pytest.raises(RulebookError):
        ready.score({"1.1": {"缺": 1}}, final=True)
    for assume in ("符合", "未提供"):
        same(book.score({"1.1": {"缺": 1}}, assume=assume), ready.score({"1.1": {"缺": 1}}, assume=assume, final=True))


def test_the_record_may_change_afterwards(book: rulebook.Rulebook, ready: engines.Compiled) -> None:
    record = observed(book, Random(5))
    card, score = book.score(record), ready.score(record)
    for facts in record.values():
        facts.clear()
    same(card, score)


def test_numbers_are_decimals_or_fractions_as_the_reference_has_it() -> None:
    book = rulebook.load("考核细则：样例\n满分：5分\n一、章\n1. 台账。覆盖率70%至100%线性得分。（5分）\n")
    ready = engines.compile(book)
    for rate in (70, 80, 85, 100):
        assert ready.total({"1": {"覆盖率": rate}}) == book.score({"1": {"覆盖率": rate}}).total
        agrees(book, ready, {"1": {"覆盖率": rate}})


def test_one_rulebook_in_many_threads(book: rulebook.Rulebook) -> None:
    ready, draw = engines.compile(book), Random(11)
    given_records = [observed(book, draw) for _ in range(16)]
    for record in given_records[::2]:
        record[draw.choice(sorted(record))] = "未查"  # type: ignore[assignment]
    expected = [book.score(record) for record in given_records]

    def work(seed: int) -> bool:
        order = list(range(len(given_records)))
        Random(seed).shuffle(order)
        scores = [(place, ready.score(given_records[place])) for place in order]
        return all((score.lower, score.upper, score.ledger) == (expected[p].lower, expected[p].upper, expected[p].ledger) for p, score in scores)

    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(work, range(12)))


def test_many_clauses_make_no_deep_tree() -> None:
    clauses = "\n".join(f"{number}. 台账。缺一项扣0.5分，未建立的不得分。（2分）" for number in range(1, 201))
    book = rulebook.load(f"考核细则：样例\n满分：400分\n一、章\n{clauses}\n")
    ready = engines.compile(book)
    record = {f"{number} {fact}": value for number in range(1, 201) for fact, value in (("缺", number % 7), ("未建立", number % 5 == 0))}
    total = sum(0 if n % 5 == 0 else max(Decimal(2) - n % 7 * Decimal("0.5"), Decimal(0)) for n in range(1, 201))
    assert ready.total(record) == ready.total(record, trusted=True) == ready.score(record).total == total


def test_words_of_an_author_stand_in_the_tree_as_constants_only() -> None:
    """A fact named like code is a key and nothing else."""
    text = "考核细则：样例\n满分：5分\n一、章\n1. 台账。每发现一处__import__(\"os\")扣1分。（5分）\n"
    reading = rulebook.read(text)
    if reading.rulebook is None or not next(iter(reading.rulebook.clauses())).facts:
        pytest.skip("the language does not read such a name")
    ready = engines.compile(reading.rulebook)
    name = next(iter(reading.rulebook.clauses())).facts[0].name
    assert ready.total({f"1 {name}": 2}) == 3
    code = ready.straight.trusted.__code__  # type: ignore[union-attr]
    assert code.co_names == ()


@given(values=st.lists(st.integers(-50, 50), min_size=3, max_size=3), seed=st.integers(0, 10**6))
@settings(max_examples=60, deadline=None, derandomize=True)
def test_compiled_rows_say_what_the_rows_say(values: list[int], seed: int) -> None:
    """Random tables: every kind of row, folded or not, within its bounds, and alike as compiled code."""
    from rulebook.engines.straight import _Writer

    draw, table = Random(seed), Table()
    refs = [table.input(place, -50, 50) for place in range(3)]
    flags = [table.at_least(ref, 1) for ref in refs]
    for _ in range(25):
        one, other, flag, number = draw.choice(refs), draw.choice(refs), draw.choice(flags), draw.randint(-9, 9)
        made = draw.choice(
            [
                (table.add, [one, other], number),
                (table.multiply, one, number),
                (table.divide, one, abs(number) + 1),
                (table.least, one, other),
                (table.greatest, one, table.constant(number)),
                (table.select, flag, one, other),
                (table.least, table.multiply(one, abs(number) + 1), table.constant(20)),
            ]
        )
        refs.append(made[0](*made[1:]))
        judged = draw.choice([(table.at_least, refs[-1], number), (table.any, [flag, flags[0]]), (table.negate, flag), (table.equal, refs[-1], number)])
        flags.append(judged[0](*judged[1:]))
    rows = table.values(values)
    assert all(low <= row <= high for low, row, high in zip(table.low, rows, table.high, strict=True))
    outputs = [*refs, *flags]
    writer = _Writer(table, lambda place: ast.Name(f"x{place}", ast.Load()), outputs)
    answer = ast.Return(ast.Tuple([writer.value(ref) for ref in outputs], ast.Load()))
    arguments = ast.arguments([], [ast.arg(f"x{place}") for place in range(3)], None, [], [], None, [])
    tree = ast.fix_missing_locations(ast.Module([ast.FunctionDef("f", arguments, [*writer.statements, answer], [], None)], []))
    space: dict[str, Any] = {}
    exec(compile(tree, "<rows>", "exec"), space)
    assert list(space["f"](*values)) == [rows[ref] for ref in outputs]


def test_functions_are_compiled_when_they_are_called_for(ready: engines.Compiled) -> None:
    assert ready.program is not None
    assert not {"total", "observe"} & set(vars(Straight(ready.program)))
