"""The JSON of every verb, field by field as the contract states it; standard output holds one document and nothing else."""

import json
import re
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from terminal import Ran, run

import rulebook

BOOK = """\
考核细则：试
年度：2018
满分：30分
未提供资料：不予判分
一票否决：不得评先评优
零头：不足一步不计
等次：27分以上优秀，18分以上合格，不足18分不合格

一、工作
（一）基础
1. 工作（24分）
① 台账。缺一项扣0.25分，最多扣1分。（2分）
② 会议。每季度至少召开一次会议。缺一次扣0.5分。（2分）
③ 评定。优得3分，良得1分，差不得分。（3分）
④ 合格率低于90%的不得分。（2分）
⑤ 培训率不低于95%。每低1个百分点扣0.5分。（3分）
⑥ 现场。不规范的，扣1—3分。（4分）
⑦ 迟到。第一次扣1分，第二次起每次扣2分。（4分）
⑧ 任务。每完成一项得1分。（2分）
⑨ 专项检查。（2分）

二、减分项
2. 通报（6分）
① 被通报的，一次扣0.5分；在通报中明确分数的，按明确的分数扣分。（4分）
② 逾期1天扣0.1分；情节严重的，加倍扣分。（2分）

三、加分项
3. 表彰
国家级、省级、市级分别加3分、2分、1分。

四、否决项
4. 事故
发生较大以上事故的，实行“一票否决”。
"""

EVIDENCE = """\
考核对象: 甲县
细则: book
证据:
  "1.1": 3
  "1.2": {记录: [{日期: 2018-03-02, 文件: 纪要}, {日期: 2018-08-20}]}
  "1.3": 良
  "1.4": "95.5"
  "1.5": "92.5"
  "1.6": "1.5"
  "1.7": 2
  "1.8": 1
  "1.9": 符合
  "2.1": {通报: [{}, {分数: 2}]}
  "2.2": {逾期: 3, 情节严重: 是}
  "3": {省级: 是}
  "4": 符合
"""

EFFECTS = {
    "deduct", "award", "earn", "zero", "no_effect", "bands", "proportion", "ladder", "stated", "scale", "veto", "judged",
}  # fmt: skip
BASES = {"once", "count", "step", "time"}
FACTS = {"count", "flag", "number", "choice", "amount", "amounts", "records"}
DECIMAL = re.compile(r"-?\d+(\.\d+)?")
EXACT = re.compile(r"-?\d+(\.\d+|/\d+)?")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("json")
    (path / "book.rulebook").write_text(BOOK, encoding="utf-8")
    (path / "e.yaml").write_text(EVIDENCE, encoding="utf-8")
    (path / "open.yaml").write_text(EVIDENCE.replace('  "1.4": "95.5"\n', ""), encoding="utf-8")
    (path / "bad.rulebook").write_text(
        BOOK.replace("满分：30分", "满分：31分").replace("优得3分", "旷课2次扣3分，优得3分"), encoding="utf-8"
    )
    return path


def document(ran: Ran) -> Any:
    """The one JSON document of standard output, in which no number has a fraction: decimals are strings."""

    def never(text: str) -> Any:
        raise AssertionError(f"a float left: {text}")

    assert ran.out.endswith("\n")
    assert ran.out.count("\n") == 1
    return json.loads(ran.out, parse_float=never)


# --- score


def test_score(folder: Path) -> None:
    """Worked out clause by clause."""
    ran = run("score", "book.rulebook", "e.yaml", "--json", folder=folder)
    assert (ran.status, ran.err) == (0, "")
    card = document(ran)
    scores = {
        "1.1": "1.25",  # 2 − 3 × 0.25
        "1.2": "1",  # two quarters of four
        "1.3": "1",
        "1.4": "2",
        "1.5": "2",  # 2.5 short: two whole steps
        "1.6": "2.5",
        "1.7": "1",  # 1 + 2
        "1.8": "1",
        "1.9": "2",
        "2.1": "1.5",  # 0.5 + 2
        "2.2": "1.4",  # 3 × 0.1 × 2
        "3": "2",
        "4": "0",
    }
    total = "18.65"
    assert sum(map(Fraction, scores.values())) == Fraction(total)
    assert {c["clause"]: c["score"] for c in card["clauses"]} == scores
    assert card["rulebook"] == "book"
    assert card["subject"] == "甲县"
    assert (card["total"], card["lower"], card["upper"], card["full"]) == (total, total, total, "30")
    assert (card["grade"], card["vetoed"]) == ("合格", False)
    for clause in card["clauses"]:
        assert set(clause) >= {"clause", "points", "score", "state"}
        assert clause["points"] is None or DECIMAL.fullmatch(clause["points"])
    assert {c["clause"]: c["state"] for c in card["clauses"]}["1.9"] == "met"
    assert {c["clause"]: c["state"] for c in card["clauses"]}["1.1"] == "observed"
    assert [(s["section"], s["points"], s["score"]) for s in card["sections"]] == [
        ("一、工作", "24", "13.75"),
        ("二、减分项", "6", "2.9"),
        ("三、加分项", "0", "2"),
        ("四、否决项", "0", "0"),
    ]
    assert set(card["receipt"]) == {"rulebook_sha256", "evidence_sha256", "version"}
    assert re.fullmatch("[0-9a-f]{64}", card["receipt"]["rulebook_sha256"])
    assert re.fullmatch("[0-9a-f]{64}", card["receipt"]["evidence_sha256"])
    assert card["receipt"]["version"] == rulebook.__version__


def test_score_ledger(folder: Path) -> None:
    card = document(run("score", "book.rulebook", "e.yaml", "--json", folder=folder))
    first = card["ledger"][0]
    wanted = {
        "clause": "1.1",
        "effect": "deduct",
        "fact": "缺",
        "value": 3,
        "nominal": "-0.75",
        "applied": "-0.75",
        "absorbed": "0",
        "text": "缺一项扣0.25分",
        "line": 12,
        "reason": "缺3项，每项扣0.25分，扣0.75分",
    }
    assert {key: first[key] for key in wanted} == wanted
    for entry in card["ledger"]:
        assert set(entry) >= set(wanted)
        assert all(EXACT.fullmatch(entry[key]) for key in ("nominal", "applied", "absorbed"))
        assert Fraction(entry["nominal"]) == Fraction(entry["applied"]) + Fraction(entry["absorbed"])
        assert entry["reason"]
    assert Fraction(card["start"]) + sum(Fraction(entry["applied"]) for entry in card["ledger"]) == Fraction(
        card["total"]
    )


def test_score_while_something_is_unknown(folder: Path) -> None:
    card = document(run("score", "book.rulebook", "open.yaml", "--json", folder=folder))
    assert (card["total"], card["lower"], card["upper"]) == (None, "16.65", "18.65")
    assert (card["grade"], card["grades"], card["unknown"]) == (None, ["合格", "不合格"], ["1.4"])
    clause = next(c for c in card["clauses"] if c["clause"] == "1.4")
    assert (clause["score"], clause["lower"], clause["upper"], clause["state"]) == (None, "0", "2", "unknown")
    for ledger, end in (("ledger", "upper"), ("worst_ledger", "lower")):
        moved = sum(Fraction(entry["applied"]) for entry in card[ledger])
        assert Fraction(card["start"]) + moved == Fraction(card[end])


def test_score_of_a_fraction_stays_exact(folder: Path) -> None:
    (folder / "na.yaml").write_text(EVIDENCE.replace('"1.9": 符合', '"1.9": 不涉及'), encoding="utf-8")
    card = document(run("score", "book.rulebook", "na.yaml", "--json", folder=folder))
    # 14.65 of 28 are held without the award (16.65 − 2, the clause that left took 2 with it), scaled to 30, plus 2
    assert Fraction(card["total"]) == Fraction("14.65") * 30 / 28 + 2
    assert "/" in card["total"]


def test_score_of_several(folder: Path) -> None:
    (folder / "f.yaml").write_text(EVIDENCE.replace("甲县", "乙县"), encoding="utf-8")
    (folder / "g.yaml").write_text(EVIDENCE.replace("甲县", "丙县").replace('"1.1": 3', '"1.1": 0'), encoding="utf-8")
    shape = document(run("score", "book.rulebook", "e.yaml", "f.yaml", "g.yaml", "open.yaml", "--json", folder=folder))
    assert shape["rulebook"] == "book"
    assert [(r["rank"], r["subject"], r["total"]) for r in shape["ranking"]] == [
        (1, "丙县", "19.4"),
        (2, "甲县", "18.65"),
        (2, "乙县", "18.65"),
    ]
    assert [card["subject"] for card in shape["scorecards"]] == ["丙县", "甲县", "乙县"]
    assert [d["code"] for d in shape["diagnostics"]] == ["RB519"]


def test_after_a_tie_the_next_rank_is_left_out(folder: Path) -> None:
    (folder / "f.yaml").write_text(EVIDENCE.replace("甲县", "乙县"), encoding="utf-8")
    (folder / "h.yaml").write_text(EVIDENCE.replace("甲县", "丁县").replace('"1.1": 3', '"1.1": 4'), encoding="utf-8")
    (folder / "o.yaml").write_text(EVIDENCE.replace("甲县", "戊县").replace('  "1.4": "95.5"\n', ""), encoding="utf-8")
    shape = document(run("score", "book.rulebook", "o.yaml", "h.yaml", "f.yaml", "e.yaml", "--json", folder=folder))
    assert [(r["rank"], r["subject"]) for r in shape["ranking"]] == [
        (1, "乙县"),
        (1, "甲县"),
        (3, "丁县"),
        (None, "戊县"),
    ]


def test_score_that_is_refused(folder: Path) -> None:
    ran = run("score", "book.rulebook", "open.yaml", "--json", "--final", folder=folder)
    assert ran.status == 1
    assert [d["code"] for d in document(ran)["diagnostics"]] == ["RB509"]
    ran = run("score", "bad.rulebook", "e.yaml", "--json", folder=folder)
    assert ran.status == 1
    assert "RB202" in [d["code"] for d in document(ran)["diagnostics"]]


# --- facts


@pytest.mark.parametrize("name", ["county-2018", "member-unit-2018", "book.rulebook"])
def test_facts(folder: Path, name: str) -> None:
    ran = run("facts", name, "--json", folder=folder)
    assert (ran.status, ran.err) == (0, "")
    shape = document(ran)
    book = rulebook.load(folder / name if name.endswith(".rulebook") else name)
    assert shape["rulebook"] == book.id
    assert shape["full"] == str(book.header.full)
    assert [c["clause"] for c in shape["clauses"]] == [c.address for c in book.clauses()]
    for clause in shape["clauses"]:
        assert set(clause) >= {"clause", "points", "section", "item", "rules", "limits", "facts"}
        assert clause["points"] is None or DECIMAL.fullmatch(clause["points"])
        assert re.fullmatch("[一二三四五六七八]、.+", clause["section"])
        assert clause["clause"].split(".")[0] == clause["item"]
        names = {fact["name"] for fact in clause["facts"]}
        for fact in clause["facts"]:
            assert fact["type"] in FACTS
        for rule in clause["rules"]:
            assert set(rule) >= {"effect", "basis", "amount", "units", "per", "fact", "text", "line"}
            assert rule["effect"] in EFFECTS
            assert rule["basis"] in BASES
            assert isinstance(rule["units"], list)
            assert isinstance(rule["per"], int)
            assert rule["fact"] is None or rule["fact"] in names
            _amount(rule["amount"])
        for limit in clause["limits"]:
            assert set(limit) >= {"kind", "amount", "scope"}


def _amount(amount: Any) -> None:
    """`"0.25"`, `{"low": …, "high": …}`, a list of these, or nothing; a table of outcomes may also say full or no_effect."""
    if isinstance(amount, list):
        for one in amount:
            _amount(one)
    elif isinstance(amount, dict):
        assert set(amount) == {"low", "high"}
        assert all(DECIMAL.fullmatch(value) for value in amount.values())
    elif amount not in (None, "full", "no_effect"):
        assert re.fullmatch(r"\d+(\.\d+)?%?", amount)


def test_facts_of_the_contract_s_own_example() -> None:
    shape = document(run("facts", "county-2018", "--json"))
    clause = next(c for c in shape["clauses"] if c["clause"] == "2.1")
    line = next(n for n, text in enumerate(_source("county-2018"), 1) if "路线图、责任分工的，缺1项" in text)
    rule = {
        "effect": "deduct", "basis": "count", "amount": "0.25", "units": ["项"], "per": 1, "fact": "缺", "text": "缺1项扣0.25分", "line": line,
    }  # fmt: skip
    assert (clause["points"], clause["section"], clause["item"], clause["limits"]) == ("2", "一、责任落实", "2", [])
    assert [{key: r[key] for key in rule} for r in clause["rules"]] == [rule]
    assert [(f["name"], f["type"]) for f in clause["facts"]] == [("缺", "count")]


def _source(name: str) -> list[str]:
    return rulebook.read(name).source.text.split("\n")


def test_facts_of_every_kind(folder: Path) -> None:
    shape = document(run("facts", "book.rulebook", "--json", folder=folder))
    rules = {c["clause"]: [(r["effect"], r["basis"], r["amount"]) for r in c["rules"]] for c in shape["clauses"]}
    assert rules == {
        "1.1": [("deduct", "count", "0.25")],
        "1.2": [("deduct", "count", "0.5")],
        "1.3": [("bands", "once", ["3", "1", "0"])],
        "1.4": [("zero", "once", None)],
        "1.5": [("deduct", "step", "0.5")],
        "1.6": [("deduct", "once", {"low": "1", "high": "3"})],
        "1.7": [("ladder", "count", ["1", "2"])],
        "1.8": [("earn", "count", "1")],
        "1.9": [("judged", "once", None)],
        "2.1": [("deduct", "count", "0.5"), ("stated", "count", None)],
        "2.2": [("deduct", "time", "0.1"), ("scale", "once", None)],
        "3": [("award", "once", ["3", "2", "1"])],
        "4": [("veto", "once", None)],
    }
    types = {c["clause"]: [f["type"] for f in c["facts"]] for c in shape["clauses"]}
    assert types["1.1"] == ["count"]
    assert types["1.3"] == ["choice"]
    assert types["1.5"] == ["number"]
    assert types["1.6"] == ["amount"]
    assert types["2.1"] == ["records"]
    assert types["2.2"] == ["count", "flag"]
    limit = shape["clauses"][0]["limits"][0]
    assert (limit["kind"], limit["amount"], limit["scope"]) == ("most_lost", "1", "clause")


# --- clause


def test_clause_prints_one_document_a_line() -> None:
    lines = ["缺一项扣0.25分，最多扣1分。（2分）", "查阅资料。", "旷课2次扣3分。（5分）", "本项为零（1分）", ""]
    ran = run("clause", "-", "--json", stdin="\n".join(lines) + "\n")
    shapes = [json.loads(line) for line in ran.out.splitlines()]
    assert [shape["text"] for shape in shapes] == lines
    assert [shape["status"] for shape in shapes] == ["read", "prose", "ambiguous", "unread", "prose"]
    assert [shape["points"] for shape in shapes] == ["2", None, "5", "1", None]
    assert [[d["code"] for d in shape["diagnostics"]] for shape in shapes] == [[], [], ["RB202"], ["RB201"], []]
    assert all(d["message"] for shape in shapes for d in shape["diagnostics"])
    assert ran.status == 1
    (rule,) = shapes[0]["rules"]
    assert set(rule) >= {"effect", "basis", "amount", "units", "per", "fact", "text", "line"}
    assert (rule["effect"], rule["basis"], rule["amount"], rule["units"]) == ("deduct", "count", "0.25", ["项"])


def test_clause_takes_arguments_in_order() -> None:
    ran = run("clause", "--json", "每一项加1分", "未建立的不得分")
    assert [json.loads(line)["rules"][0]["effect"] for line in ran.out.splitlines()] == ["award", "zero"]
    assert ran.status == 0


# --- check


def test_check(folder: Path) -> None:
    ran = run("check", "book.rulebook", "--json", folder=folder)
    shape = document(ran)
    assert ran.status == 0
    assert {d["severity"] for d in shape["diagnostics"]} <= {"hint"}
    answers = {answer["question"]: answer["answer"] for answer in shape["proved"]}
    assert answers["full marks attainable"] is True


def test_check_of_a_bad_rulebook(folder: Path) -> None:
    ran = run("check", "bad.rulebook", "--json", folder=folder)
    shape = document(ran)
    assert ran.status == 1
    errors = [d for d in shape["diagnostics"] if d["severity"] == "error"]
    assert [d["code"] for d in errors] == ["RB402", "RB202"]
    for diagnostic in errors:
        assert set(diagnostic) >= {
            "code",
            "severity",
            "file",
            "line",
            "column",
            "clause",
            "words",
            "message",
            "headings",
        }
        assert diagnostic["file"].endswith("bad.rulebook")
    assert (errors[0]["line"], errors[0]["words"], errors[0]["clause"]) == (3, "满分：31分", None)
    assert (errors[1]["line"], errors[1]["words"], errors[1]["clause"]) == (14, "旷课2次扣3分", "1.3")
    assert errors[1]["headings"] == ["一、工作", "（一）基础", "1. 工作"]
    line = BOOK.replace("优得3分", "旷课2次扣3分，优得3分").split("\n")[13]
    assert line[errors[1]["column"] - 1 :].startswith("旷课2次扣3分")


def test_check_as_a_format(folder: Path) -> None:
    flag = document(run("check", "book.rulebook", "--json", folder=folder))
    assert document(run("check", "book.rulebook", "--format", "json", folder=folder)) == flag


# --- show, explain


def test_show_json_makes_the_same_rulebook(folder: Path) -> None:
    for name in ("county-2018", "member-unit-2018", "book.rulebook"):
        book = rulebook.load(folder / name if name.endswith(".rulebook") else name)
        again = rulebook.Rulebook.model_validate_json(run("show", name, "--json", folder=folder).out)
        assert rulebook.model.meaning(again) == rulebook.model.meaning(book)  # type: ignore[attr-defined]
        assert again.score({}).upper == book.score({}).upper


def test_show_yaml_makes_the_same_rulebook(folder: Path) -> None:
    for name in ("county-2018", "book.rulebook"):
        book = rulebook.load(folder / name if name.endswith(".rulebook") else name)
        again = rulebook.Rulebook.model_validate_yaml(run("show", name, "--yaml", folder=folder).out)
        assert rulebook.model.meaning(again) == rulebook.model.meaning(book)  # type: ignore[attr-defined]


def test_explain() -> None:
    text = run("explain", "rb202")
    assert (text.status, text.err) == (0, "")
    assert "RB202" in text.out
    shape = document(run("explain", "RB202", "--json"))
    assert (shape["code"], shape["severity"]) == ("RB202", "error")
    assert shape["page"] == text.out
    assert document(run("explain", "RB000", "--json"))["diagnostics"][0]["code"] == "RB603"
