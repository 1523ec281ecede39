"""Evidence: every state, every fact type, every spelling; what is refused, with its code and its place."""

import datetime
import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

import rulebook
from rulebook import Rulebook, RulebookError, evidence
from rulebook.bounds import BOUNDS

RULES = """\
考核细则：证据
年度：2018
满分：30分
未提供资料：不予判分

一、工作
1. 工作（24分）
① 台账。缺一项扣1分，无方案的扣1分。（5分）
② 会议。每季度至少召开一次会议。缺一次扣0.5分。（2分）
③ 合格率低于90%的不得分。（3分）
④ 评定。优得3分，良得1分，差不得分。（3分）
⑤ 现场。不规范的，扣1-3分。（4分）
⑥ 被通报的，一次扣0.5分；在通报中明确分数的，按明确的分数扣分。（3分）
⑦ 隐患。每发现一处扣0.5-2分。（4分）
2. 其他（6分）
专项检查。（6分）
"""


@pytest.fixture(scope="module")
def book() -> Rulebook:
    return rulebook.load(RULES, name="case.rulebook")


def read(book: Rulebook, data: Any, name: str = "") -> evidence.Record:
    return evidence.read_record(book, data, name=name)


def codes(book: Rulebook, data: Any, name: str = "") -> list[str]:
    with pytest.raises(RulebookError) as raised:
        read(book, data, name)
    return [diagnostic.code for diagnostic in raised.value.diagnostics]


# --- states


@pytest.mark.parametrize(
    ("written", "state"),
    [
        ("符合", "met"),
        ("met", "met"),
        ("不涉及", "not_applicable"),
        ("not_applicable", "not_applicable"),
        ("未查", "unknown"),
        ("unknown", "unknown"),
        ("", "unknown"),
        (None, "unknown"),
        ("未提供", "not_supplied"),
        ("not_supplied", "not_supplied"),
        (" 符合 ", "met"),
        ("不符合", "observed"),
        ({}, "unknown"),
        ({"不符合": "未查"}, "observed"),
    ],
)
def test_states(book: Rulebook, written: Any, state: str) -> None:
    assert read(book, {"2": written}).clauses["2"].state == state


def test_a_clause_that_is_not_named_is_not_in_the_record(book: Rulebook) -> None:
    assert set(read(book, {"2": "符合"}).clauses) == {"2"}


def test_a_state_of_an_item_is_that_of_its_clauses_unless_one_says_otherwise(book: Rulebook) -> None:
    known = read(book, {"1": "不涉及", "1.2": 1}).clauses
    assert [known[f"1.{n}"].state for n in range(1, 8)] == ["not_applicable", "observed"] + ["not_applicable"] * 5


# --- one value a fact type


@pytest.mark.parametrize(
    ("address", "written", "facts"),
    [
        ("1.1", {"缺": 3}, {"缺": 3}),
        ("1.1", {"缺": "3"}, {"缺": 3}),
        ("1.1", {"缺": "３"}, {"缺": 3}),
        ("1.1", {"缺": Decimal(3)}, {"缺": 3}),
        ("1.1", {"缺": 0, "无方案": True}, {"缺": 0, "无方案": True}),
        ("1.1", 3, {"缺": 3}),
        ("1.1", "无方案", {"无方案": True}),
        *(("1.1", {"无方案": word}, {"无方案": value}) for word, value in (("是", True), ("有", True), ("yes", True))),
        *(
            ("1.1", {"无方案": word}, {"无方案": value})
            for word, value in (("否", False), ("无", False), ("no", False))
        ),
        ("1.3", 98, {"合格率": Decimal(98)}),
        ("1.3", "98.5", {"合格率": Decimal("98.5")}),
        ("1.3", "98.5%", {"合格率": Decimal("98.5")}),
        ("1.3", {"合格率": Decimal("0.0001")}, {"合格率": Decimal("0.0001")}),
        ("1.4", "良", {"等次": "良"}),
        ("1.4", {"等次": " 差 "}, {"等次": "差"}),
        ("1.5", "1", {"不规范": Decimal(1)}),
        ("1.5", 3, {"不规范": Decimal(3)}),
        ("1.5", "2.25分", {"不规范": Decimal("2.25")}),
        ("1.5", 0, {"不规范": Decimal(0)}),
        ("1.5", {"不规范": "无"}, {"不规范": Decimal(0)}),
        ("1.7", ["0.5", 2], {"发现": (Decimal("0.5"), Decimal(2))}),
        ("1.7", "1.5", {"发现": (Decimal("1.5"),)}),
        ("1.7", 0, {"发现": ()}),
    ],
)
def test_values(book: Rulebook, address: str, written: Any, facts: dict[str, Any]) -> None:
    known = read(book, {address: written}).clauses[address]
    assert known.state == "observed"
    assert dict(known.facts) == facts
    assert [type(value) for value in known.facts.values()] == [type(value) for value in facts.values()]


def test_dated_records(book: Rulebook) -> None:
    written = [
        {"日期": "2018-03-02", "文件": "一季度会议纪要", "文号": "安办〔2018〕3号"},
        {"date": "2018/8/20"},
        {"日期": "2018年12月1日", "说明": "补开"},
    ]
    for shape in (written, {"缺": written}, {"记录": written}, {"records": written}):
        assert read(book, {"1.2": shape}).clauses["1.2"].facts["缺"] == (
            evidence.Dated(datetime.date(2018, 3, 2), "一季度会议纪要", "安办〔2018〕3号"),
            evidence.Dated(datetime.date(2018, 8, 20)),
            evidence.Dated(datetime.date(2018, 12, 1)),
        )


def test_records_that_state_a_figure(book: Rulebook) -> None:
    known = read(book, {"1.6": {"通报": [{}, {"分数": "1.5"}, {"points": 0}]}}).clauses["1.6"]
    assert [record.points for record in known.facts["通报"]] == [None, Decimal("1.5"), Decimal(0)]  # type: ignore[union-attr]
    assert read(book, {"1.6": 2}).clauses["1.6"].facts["通报"] == (evidence.Dated(), evidence.Dated())


def test_a_fact_may_be_left_open(book: Rulebook) -> None:
    known = read(book, {"1.1": {"缺": 2, "无方案": "未查"}}).clauses["1.1"]
    assert (dict(known.facts), known.open) == ({"缺": 2}, frozenset({"无方案"}))


def test_a_note_goes_with_its_clause(book: Rulebook) -> None:
    assert read(book, {"1.1": {"缺": 1, "说明": "缺三季度"}}).clauses["1.1"].note == "缺三季度"
    assert read(book, {"1.1": {"缺": 1, "note": "x"}}).clauses["1.1"].note == "x"


# --- refusals


@pytest.mark.parametrize(
    ("address", "written", "code"),
    [
        ("1.1", {"缺": -1}, "RB503"),
        ("1.1", {"缺": "1.5"}, "RB503"),
        ("1.1", {"缺": 1.5}, "RB503"),
        ("1.1", {"缺": True}, "RB503"),
        ("1.1", {"缺": "三"}, "RB503"),
        ("1.1", {"缺": "1e3"}, "RB503"),
        ("1.1", {"缺": "１．５"}, "RB503"),
        ("1.1", {"缺": None, "无方案": 1}, "RB503"),
        ("1.1", {"无方案": "可能"}, "RB503"),
        ("1.1", {"无方案": 2}, "RB503"),
        ("1.1", {"无方案": [{}]}, "RB503"),
        ("1.1", {"缺": BOUNDS.count + 1}, "RB504"),
        ("1.1", [{}, {}], "RB503"),
        ("1.1", True, "RB503"),
        ("1.1", "多项", "RB503"),
        ("1.2", {"缺": [{"日期": "2018-13-01"}]}, "RB503"),
        ("1.2", {"缺": [{"日期": "三月"}]}, "RB503"),
        ("1.2", {"缺": [{"日期": "2017-12-31"}]}, "RB513"),
        ("1.2", {"缺": [{"文件": "纪要"}]}, "RB512"),
        ("1.2", {"缺": ["纪要"]}, "RB503"),
        ("1.2", {"缺": [{"日子": "2018-01-01"}]}, "RB502"),
        ("1.3", 98.5, "RB514"),
        ("1.3", float("nan"), "RB514"),
        ("1.3", float("inf"), "RB514"),
        ("1.3", Decimal("NaN"), "RB503"),
        ("1.3", Decimal("Infinity"), "RB503"),
        ("1.3", "1e999", "RB503"),
        ("1.3", "98.00001", "RB503"),
        ("1.3", "9" * 5000, "RB503"),
        ("1.3", 101, "RB504"),
        ("1.3", -1, "RB504"),
        ("1.3", True, "RB503"),
        ("1.4", "中", "RB503"),
        ("1.4", 3, "RB503"),
        ("1.5", "0.9", "RB504"),
        ("1.5", "3.01", "RB504"),
        ("1.5", 1.5, "RB514"),
        ("1.7", ["0.4"], "RB504"),
        ("1.7", [2, "2.5"], "RB504"),
        ("1.7", [0.5], "RB514"),
        ("1.6", {"通报": [{"分数": 1.5}]}, "RB514"),
        ("1.6", {"通报": [{"分数": -1}]}, "RB504"),
        ("1.6", {"通报": -1}, "RB503"),
        ("1.6", {"通报": BOUNDS.records + 1}, "RB504"),
        ("1.6", {"通告": 1}, "RB502"),
        ("1.8", "符合", "RB501"),
        ("3", "符合", "RB501"),
        ("1", {"缺": 1}, "RB501"),
    ],
)
def test_refused_values(book: Rulebook, address: str, written: Any, code: str) -> None:
    assert codes(book, {address: written}) == [code]


def test_every_problem_is_said_at_once(book: Rulebook) -> None:
    assert codes(book, {"1.1": {"缺": -1, "方案": True}, "1.3": 1.5, "9": 1}) == ["RB503", "RB502", "RB514", "RB501"]


@pytest.mark.parametrize(
    ("data", "near"),
    [({"1.1": {"无方按": True}}, "无方案"), ({"1.6": {"通告": 1}}, "通报"), ({"1.77": "符合"}, "1.7")],
)
def test_a_near_miss_is_answered_with_the_nearest_name(book: Rulebook, data: Any, near: str) -> None:
    with pytest.raises(RulebookError) as raised:
        read(book, data)
    (diagnostic,) = raised.value.diagnostics
    assert near in diagnostic.help()


def test_an_item_that_has_clauses_is_answered_with_them(book: Rulebook) -> None:
    with pytest.raises(RulebookError) as raised:
        read(book, {"1": 2})
    assert "1.1、1.2、1.3" in raised.value.diagnostics[0].help()


# --- spellings of an address


@pytest.mark.parametrize("key", ["1.2", "1②", "1.②", "１．２", " 1.2 ", "1. 2"])
def test_spellings_of_an_address(book: Rulebook, key: str) -> None:
    assert set(read(book, {key: 1}).clauses) == {"1.2"}


def test_an_item_of_one_clause_has_two_addresses(book: Rulebook) -> None:
    assert set(read(book, {"2.1": "符合"}).clauses) == set(read(book, {"2": "符合"}).clauses) == {"2"}
    assert codes(book, {"2": "符合", "2.1": "符合"}) == ["RB506"]


# --- the frame of a record


def test_the_frame_in_both_languages(book: Rulebook) -> None:
    chinese = read(book, {"考核对象": "甲县", "细则": "case", "证据": {"2": "符合"}})
    english = read(book, {"subject": "甲县", "rulebook": "证据", "evidence": {"2": "met"}})
    assert chinese.subject == english.subject == "甲县"
    assert chinese.clauses == english.clauses
    assert read(book, {"2": "符合"}).subject == ""


def test_evidence_for_another_rulebook(book: Rulebook) -> None:
    data = {"细则": "county-2018", "证据": {"2": "符合"}}
    assert codes(book, data) == ["RB505"]
    assert evidence.read_record(book, data, force=True).clauses["2"].state == "met"


@pytest.mark.parametrize("subject", ["甲\x07县", "甲\u202e县", "甲" * 201])
def test_names_that_no_table_would_hold(book: Rulebook, subject: str) -> None:
    assert codes(book, {"考核对象": subject, "证据": {}}) == ["RB517"]


def test_an_empty_record(book: Rulebook) -> None:
    for data in ({}, {"考核对象": "甲县", "证据": None}, {"考核对象": "甲县", "证据": ""}, {"考核对象": "甲县"}):
        assert read(book, data).clauses == {}


def test_the_hash_is_that_of_the_content(book: Rulebook) -> None:
    """Key order and the file's format do not count; a value does."""
    one = read(book, b'"1.1": {\xe7\xbc\xba: 1}\n"2": met\n', "a.yaml")
    other = read(book, '{"2": "met", "1.1": {"缺": "1"}}'.encode(), "a.json")
    third = read(book, '{"2": "met", "1.1": {"缺": "2"}}'.encode(), "a.json")
    assert len(one.sha256) == 64
    assert one.sha256 == other.sha256 != third.sha256


# --- YAML and JSON, strictly


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ('"2": met\n"2": met\n', "RB506"),
        ('"1.1": {缺: 1, 缺: 2}\n', "RB506"),
        ('"2": &a met\n', "RB507"),
        ('"2": *a\n', "RB507"),
        ('"2": !!str met\n', "RB507"),
        ('"2": !x met\n', "RB507"),
        ("? [1]\n: met\n", "RB508"),
        ('"2": met\n---\n"2": met\n', "RB507"),
        ("- 2\n", "RB508"),
        ("2\n", "RB508"),
        ("", "RB508"),
        ('"2": [met\n', "RB508"),
        ('"2": met\n\t"1.1": 1\n', "RB508"),
        ('"2": ' + "[" * 30 + "]" * 30 + "\n", "RB516"),
        ('"2": ' + "x" * (BOUNDS.scalar_length + 1) + "\n", "RB108"),
    ],
)
def test_yaml_is_plain(book: Rulebook, text: str, code: str) -> None:
    assert codes(book, text.encode(), "a.yaml") == [code]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ('{"2": "met", "2": "met"}', "RB506"),
        ('{"1.1": {"缺": 1, "缺": 2}}', "RB506"),
        ('{"1.3": 98.5}', "RB514"),
        ('{"1.3": 1e2}', "RB514"),
        ('{"1.3": NaN}', "RB508"),
        ('{"1.3": Infinity}', "RB508"),
        ('{"1.1": 12345678901234567890}', "RB503"),
        ('{"2": "met"', "RB508"),
        ('{"2": "met"} x', "RB508"),
        ("[1]", "RB508"),
        ("", "RB508"),
        ('{"2": ' + "[" * 100000 + "]" * 100000 + "}", "RB516"),
    ],
)
def test_json_is_strict(book: Rulebook, text: str, code: str) -> None:
    found = codes(book, text.encode(), "a.json")
    assert found[0] == code
    assert len(found) == 1


def test_json_without_a_name_is_known_by_its_brace(book: Rulebook) -> None:
    assert read(book, b' {"2": "met"}').clauses["2"].state == "met"


def test_other_encodings(book: Rulebook) -> None:
    text = '考核对象: 甲县人民政府\n证据:\n  "1.1": {缺: 1}\n'
    plain = read(book, text.encode(), "a.yaml").clauses
    assert read(book, text.encode("utf-8-sig"), "a.yaml").clauses == plain
    assert read(book, text.encode("gb18030"), "a.yaml").clauses == plain
    assert read(book, text.encode("utf-16"), "a.yaml").clauses == plain
    assert codes(book, b'"1.1": \xff\xff', "a.yaml") in (["RB101"], ["RB103"])


def test_too_much_is_refused_before_it_is_read(book: Rulebook) -> None:
    assert codes(book, b"#" * (BOUNDS.evidence_bytes + 1), "a.yaml") == ["RB108"]
    assert codes(book, b" " * (5 * BOUNDS.evidence_bytes + 1), "a.json") == ["RB108"]


def test_a_deep_dict_is_refused(book: Rulebook) -> None:
    deep: Any = "met"
    for _ in range(BOUNDS.evidence_depth + 2):
        deep = [deep]
    assert codes(book, {"2": deep}) == ["RB516"]


def test_places(book: Rulebook) -> None:
    """Names stand at the key, values at the value, in the file's own lines."""
    text = '考核对象: 甲县\n证据:\n  "1.1": {却: 1}\n  "1.3":\n    合格率: 120\n  "4.4": met\n'
    with pytest.raises(RulebookError) as raised:
        read(book, text.encode(), "a.yaml")
    places = [(d.code, d.line, d.column, d.words, d.clause) for d in raised.value.diagnostics]
    assert places == [
        ("RB502", 3, 11, "却", "1.1"),
        ("RB504", 5, 10, "120", "1.3"),
        ("RB501", 6, 3, '"4.4"', None),
    ]


# --- the model and the schema of the evidence


def test_the_evidence_model_takes_what_score_takes(book: Rulebook) -> None:
    model = book.evidence_model
    for good in ({"1.1": {"缺": 3}}, {"1.2": [{"日期": "2018-03-02"}]}, {"1.4": "良"}, {"2": "符合"}, {}):
        model.model_validate(good)
        book.score(good)
    for bad in ({"1.1": {"缺": -1}}, {"1.4": "中"}, {"9": "符合"}, {"1.3": "98.00001"}):
        with pytest.raises(ValueError, match=r"."):
            model.model_validate(bad)
        with pytest.raises(RulebookError):
            book.score(bad)


def test_the_evidence_schema(book: Rulebook) -> None:
    schema = book.evidence_schema()
    json.dumps(schema)
    assert set(schema["properties"]) == {clause.address for clause in book.clauses()} | {"1"}
    assert schema["additionalProperties"] is False
    choices = json.dumps(schema["properties"]["1.4"], ensure_ascii=False)
    assert all(label in choices for label in ("优", "良", "差", "符合", "不涉及", "未查", "未提供"))


# --- the bounds themselves are inside


def test_the_largest_that_is_accepted(book: Rulebook) -> None:
    assert read(book, {"1.1": {"缺": BOUNDS.count}}).clauses["1.1"].facts["缺"] == BOUNDS.count
    assert len(read(book, {"1.6": {"通报": BOUNDS.records}}).clauses["1.6"].facts["通报"]) == BOUNDS.records  # type: ignore[arg-type]
    assert codes(book, b'"2": ' + b"x" * BOUNDS.scalar_length, "a.yaml") == ["RB503"]
    nested = '"2": ' + "[" * (BOUNDS.evidence_depth - 1) + "]" * (BOUNDS.evidence_depth - 1)
    assert codes(book, nested.encode(), "a.yaml") == ["RB503"]
    assert codes(book, nested.replace("[", "[[").replace("]", "]]").encode(), "a.yaml") == ["RB516"]


def test_a_float_that_is_a_whole_number_is_a_count_and_no_figure(book: Rulebook) -> None:
    assert read(book, {"1.1": {"缺": 3.0}}).clauses["1.1"].facts["缺"] == 3
    for value in (3.5, float("nan"), float("inf"), 1e300):
        assert codes(book, {"1.1": {"缺": value}}) == ["RB503"]
    assert codes(book, {"1.3": 98.0}) == ["RB514"]


def test_yaml_may_begin_with_a_brace(book: Rulebook) -> None:
    assert read(book, "{2: 符合, 1.1: {缺: 3}}".encode(), "a.yaml").clauses["2"].state == "met"
    assert codes(book, "{2: 符合}".encode(), "a.json") == ["RB508"]


@pytest.mark.parametrize("written", ["", "null", "~"])
def test_nothing_written_is_unknown_in_yaml_as_in_json(written: str) -> None:
    book = rulebook.load("county-2018")
    card = book.score(f'证据:\n  "37": {written}\n'.encode(), name="a.yaml")
    assert "37" in card.unknown
    quoted = f'证据:\n  "37": "{written}"\n'.encode() if written else None
    if quoted is not None:
        with pytest.raises(rulebook.RulebookError):
            book.score(quoted, name="a.yaml")


def test_whole_numbers_of_another_library_are_whole_numbers(book: Rulebook) -> None:
    numpy = pytest.importorskip("numpy")
    plain = read(book, {"1.1": {"缺": 3}, "1.3": 85})
    assert read(book, {"1.1": {"缺": numpy.int64(3)}, "1.3": numpy.uint8(85)}) == plain
    for value in (numpy.array([3]), numpy.array([1, 2]), numpy.True_):
        with pytest.raises(RulebookError, match="RB503"):
            read(book, {"1.3": value})


@pytest.mark.parametrize("data", ["证据: {1: 符合}", None, [1], Path("a.yaml")], ids=str)
def test_what_is_no_evidence_in_python_is_told_what_is(book: Rulebook, data: Any) -> None:
    with pytest.raises(RulebookError, match="read_bytes"):
        read(book, data)


@pytest.mark.parametrize("subject", [["甲", "乙"], {"甲": 1}], ids=str)
def test_a_subject_is_one_name(book: Rulebook, subject: Any) -> None:
    with pytest.raises(RulebookError, match=r"RB503 “考核对象”[^\n]*\n  = 可写：一个名称"):
        read(book, {"考核对象": subject, "证据": {}})
