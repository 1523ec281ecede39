"""`lexicon` and its tables: folded, without doubles, every class known, signals apart from the grammar."""

import re
from pathlib import Path

import pytest

from rulebook import codes, lexicon
from rulebook.assets import folder, table
from rulebook.parser.reader import reason, signal
from rulebook.source import fold

ROWS = lexicon.rows()
TABLES = sorted(path.name for path in folder("grammar").glob("*.tsv"))


@pytest.mark.parametrize("name", TABLES)
def test_no_table_has_a_row_twice(name: str) -> None:
    """And no row has an empty first field, nor spaces that nobody sees at its ends."""
    rows = [tuple(row) for row in table(name)]
    assert len(set(rows)) == len(rows)
    for row in rows:
        assert row[0]
        if name not in ("fold.tsv", "wordings.tsv"):
            assert all(field == field.strip() for field in row), row


def test_every_word_is_folded() -> None:
    """A word that folds further could never be met in folded text."""
    assert [row[1] for row in ROWS if fold(row[1]) != row[1]] == []
    assert [
        word for kind in lexicon.terms() for word in lexicon.terms()[kind] if kind != "wanted" and fold(word) != word
    ] == []


def test_every_class_means_something() -> None:
    """Each class of the lexicon is a terminal of the grammar, has a role, or is named by the program."""
    grammar = (folder("grammar") / "effect.lark").read_text(encoding="utf-8")
    code = "".join(path.read_text(encoding="utf-8") for path in Path(lexicon.__file__).parent.rglob("*.py"))
    roles = {row[1] for row in table("classes.tsv")}
    for name in {row[0] for row in ROWS}:
        assert name in roles or re.search(rf"\b{name}\b", grammar) or f'"{name}"' in code, name


def test_a_word_has_each_class_once() -> None:
    """The same word may be of several classes, never twice of one."""
    for word, entries in lexicon.words().items():
        names = [entry[0] for entry in entries]
        assert len(set(names)) == len(names), word


def test_the_indexes_hold_the_length_of_every_word_longest_first() -> None:
    """By first and by last character, so that a longest match looks up few words and misses none."""
    for index, place in ((lexicon.lengths(), 0), (lexicon.lengths_back(), -1)):
        assert all(len(word) in index[word[place]] for word in lexicon.words())
        assert all(list(lengths) == sorted(set(lengths), reverse=True) for lengths in index.values())


def test_of_class_and_words_agree() -> None:
    """Both views come from the same rows."""
    for name, word, *_ in ROWS:
        assert word in lexicon.of_class(name)
        assert name in {entry[0] for entry in lexicon.words()[word]}
    assert lexicon.of_class("NO SUCH CLASS") == frozenset()


def test_values_are_what_the_model_takes() -> None:
    """A value of the table is one that its reader knows."""
    allowed = {
        "VETO": {"declared", "zero", "lowest_grade", "no_honours"},
        "PERIOD": {"year", "half", "quarter", "month", "week", "day"},
        "STATED": {"deduct", "award"},
        "NO_EFFECT": {"deduct", "award"},
    }
    for name, values in allowed.items():
        assert {dict(lexicon.words()[word])[name] for word in lexicon.of_class(name)} <= values
    assert {dict(lexicon.words()[word])["SCALE"] for word in lexicon.of_class("SCALE")} == {"2", "0.5"}


@pytest.mark.parametrize(
    "words",
    ["扣", "扣1分", "1分", "0.5 分", "不得分", "不予判分", "加分", "加1", "满分", "系数", "折算", "权重", "加倍",
     "减半", "抵扣", "取消该项得分", "归零", "不计入",
     "3%的分数", "最多3分", "按评分标准执行", "自行掌握", "酌情给分", "实行一票否决", "考核不合格", "负分", "三分",
     "l分", "率*100", "降一档处理"],
)  # fmt: skip
def test_a_signal_is_seen(words: str) -> None:
    assert signal(words)


@pytest.mark.parametrize(
    "words",
    ["", "建立制度", "30分钟", "百分之五", "3个百分点", "分管领导", "第三部分", "充分", "暂扣许可证", "折扣", "纽扣",
     "得分率", "取得成效", "不得分包", "一票否决制度",
     "不得少于", "参加会议", "加强领导", "记录", "各级各部门", "两分队"],
)  # fmt: skip
def test_what_moves_nothing_is_no_signal(words: str) -> None:
    assert not signal(words)


def test_a_signal_survives_its_neighbours() -> None:
    """Innocent words are struck out one by one: they never take a signal beside them along."""
    for innocent in ("30分钟", "百分点", "暂扣", "得分率", "扣分项", "分管", "充分"):
        for moving in ("扣1分", "不得分", "加倍"):
            assert signal(innocent + moving), innocent + moving
            assert signal(moving + "，" + innocent), moving + innocent


def test_the_signals_know_nothing_of_the_grammar() -> None:
    """Kept apart and written by other reasoning: no class of the lexicon, no terminal, is named in the signal table."""
    names = {row[0] for row in ROWS if row[0] != "%"}
    for row in table("signals.tsv"):
        assert not names & set(re.findall(r"[A-Z_]{3,}", row[-1])), row


def test_every_reason_is_a_code_of_its_phase() -> None:
    """A reason names a diagnostic about the form of a sentence, and matches something that is a signal or a number."""
    for code, _ in lexicon.refusals():
        assert code in codes.catalogue()
        assert code.startswith("RB2")


@pytest.mark.parametrize(
    ("words", "code"),
    [("不得分0.5分", "RB204"), ("扣-1分", "RB212"), ("扣l分", "RB213"), ("扣O.5分", "RB213"), ("扣500元", "RB210"),
     ("乘以系数", "RB209"),
     ("扣99999999分", "RB207"), ("酌情扣分", "RB208"), ("旷课2次扣3分", "RB202"), ("无关的话", "RB206")],
)  # fmt: skip
def test_the_most_telling_reason_comes_first(words: str, code: str) -> None:
    assert reason(words, "RB206") == code


def test_terms_have_a_canonical_word_for_every_meaning() -> None:
    """`term` gives the first word written for a meaning, and that word means it."""
    for kind, words in lexicon.terms().items():
        for meaning in set(words.values()):
            first = lexicon.term(kind, meaning)
            assert words[first] == meaning
            assert first == next(word for word in words if words[word] == meaning)
    with pytest.raises(StopIteration):
        lexicon.term("state", "no such meaning")


def test_every_pattern_compiles_and_an_unknown_one_is_a_key_error() -> None:
    for row in table("patterns.tsv"):
        assert lexicon.pattern(row[0]).pattern
    with pytest.raises(KeyError):
        lexicon.pattern("no such pattern")
