"""`scanner`: every character in one token, amounts and their words first, nothing taken from inside a name."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rulebook import lexicon
from rulebook.parser import scanner
from rulebook.parser.tokens import Text, Token

WORDS = st.sampled_from(sorted(lexicon.words()))
PIECES = st.one_of(
    WORDS,
    WORDS,
    st.sampled_from(
        ["1", "0.5", "分", "1分", "一", "，", "。", "（", "）", "“", "”", "《", "》", " ", "-", "、", ".", "%"]
    ),
    st.text(max_size=3),
)


def scan(words: str) -> list[Token]:
    """The tokens of some words."""
    return scanner.scan(Text.of(words))


def shown(words: str) -> list[tuple[str, str]]:
    """Kind and text of every token."""
    return [(token.kind, token.text) for token in scan(words)]


@given(st.lists(PIECES, max_size=12).map("".join))
def test_every_character_is_in_exactly_one_token(words: str) -> None:
    """In order, without overlap; what no token holds is a space. A token's text is the folded text at its place."""
    text = Text.of(words)
    covered = 0
    for token in scanner.scan(text):
        assert text.folded[covered : token.start].strip(" ") == ""
        assert token.start < token.end or not token.text
        here = text.folded[token.start : token.end]
        assert token.text == here.rstrip(" \n") or token.kind == "STOP"
        covered = token.end
    assert text.folded[covered:].strip(" ") == ""


@given(st.lists(PIECES, max_size=12).map("".join))
def test_scanning_is_a_function_of_the_folded_text(words: str) -> None:
    """The same words full width give the same kinds."""
    wide = words.translate(str.maketrans("0123456789", "０１２３４５６７８９"))
    assert [(t.kind, t.text, t.numbers) for t in scan(words)] == [(t.kind, t.text, t.numbers) for t in scan(wide)]


@pytest.mark.parametrize(
    ("words", "kind", "numbers"),
    [
        ("扣1分", "FIGURE", ["1"]), ("扣0.25分", "FIGURE", ["0.25"]), ("扣 0.5 分", "FIGURE", ["0.5"]),
        ("扣１．５分", "FIGURE", ["1.5"]), ("扣一分", "FIGURE", ["1"]),
        ("扣十分", "FIGURE", ["10"]), ("扣十五分", "FIGURE", ["15"]), ("扣半分", "FIGURE", ["0.5"]),
        ("扣两分", "FIGURE", ["2"]),
        ("扣1-3分", "RANGE", ["1", "3"]), ("扣5－10分", "RANGE", ["5", "10"]), ("扣1至3分", "RANGE", ["1", "3"]),
        ("扣1到5分", "RANGE", ["1", "5"]),
        ("扣1分—3分", "RANGE", ["1", "3"]), ("扣3-1分", "RANGE", ["3", "1"]), ("扣1~3分", "RANGE", ["1", "3"]),
        ("加3分、2分、1分", "LIST", ["3", "2", "1"]), ("加6、4、2分", "LIST", ["6", "4", "2"]),
        ("扣除3%的分数", "SHARE", ["3"]), ("扣除50％分值", "SHARE", ["50"]), ("扣除该项", None, None),
    ],
)  # fmt: skip
def test_amounts(words: str, kind: str | None, numbers: list[str] | None) -> None:
    """A figure, a range, a list or a share, its digits exact."""
    amounts = [token for token in scan(words) if token.kind in ("FIGURE", "RANGE", "LIST", "SHARE")]
    if kind is None:
        assert amounts == []
        return
    (amount,) = amounts
    assert (amount.kind, list(amount.numbers)) == (kind, [Decimal(number) for number in numbers or ()])


@pytest.mark.parametrize(
    "words",
    ["30分钟", "3个百分点", "5分管", "百分之三", "第三部分", "十分重视", "两分队", "10分包", "3分之1", "扣1e3分",
     "扣NaN分", "扣得分", "十分", "三分", "1.12345分",
     "12345678901分", "扣12345678分"],
)  # fmt: skip
def test_what_is_no_amount(words: str) -> None:
    """A digit or a governing word must touch 分, 分 must end the word, and the number must be one that we carry."""
    assert [
        token for token in scan(words) if token.kind in ("FIGURE", "RANGE", "LIST", "SHARE") and token.text == words
    ] == []
    assert not any(token.kind == "FIGURE" and token.text.startswith(("十", "三分之", "两")) for token in scan(words))


@pytest.mark.parametrize(
    ("words", "governor"),
    [
        ("扣1分", "扣"), ("再扣1分", "再扣"), ("倒扣1分", "倒扣"), ("扣除1分", "扣除"), ("加扣1分", "加扣"),
        ("不全扣1分", "扣"), ("记录不全扣1分", "扣"), ("二等奖加1分", "加"),
        ("最高累计5分", "最高累计"), ("最多扣3分", "最多扣"), ("最高不超过5分", "最高不超过"), ("求得10分", "得"),
        ("取得60分", "取得"), ("累计5分", "累计"),
        ("低于60分", "低于"), ("不低于60分", "不低于"), ("暂扣1分", "暂扣"), ("每回扣1分", "扣"),
    ],
)  # fmt: skip
def test_the_word_that_governs_an_amount(words: str, governor: str) -> None:
    """The longest word that ends at the amount; a word of another kind does not swallow its first character."""
    tokens = scan(words)
    amount = next(n for n, token in enumerate(tokens) if token.kind == "FIGURE")
    assert tokens[amount - 1].text == governor


@pytest.mark.parametrize(
    ("words", "opaque"),
    [
        ("《扣1分办法》已印发", "《扣1分办法》"), ("「一票否决」制度", "「一票否决」"), ("『扣1分』", "『扣1分』"),
        ("“五落实、五到位”检查", "“五落实、五到位”"),
        ('"双随机"执法', '"双随机"'), ("‘一张图’", "‘一张图’"), ("执行GB18918-2002标准", "GB18918-2002"),
        ("卫安办发〔2018〕110号文件", "〔2018〕110号"),
        ("依据第三十五条规定", "第三十五条"), ("2018年12月31日前完成", "2018年12月31日前"),
        ("6月底前完成", "6月底前"), ("“一票否决”制度", "“一票否决”"),
    ],
)  # fmt: skip
def test_names_are_opaque(words: str, opaque: str) -> None:
    """Titles, quotations, standards, document numbers, articles and dates are one token each, whatever they hold."""
    assert ("OPAQUE", opaque) in shown(words)
    assert not any(token.kind in ("FIGURE", "VETO") for token in scan(words))


@pytest.mark.parametrize("words", ["实行“一票否决”", "予以“一票否决”", "执行「一票否决」", "直接“一票否决”"])
def test_a_governed_veto_is_not_opaque(words: str) -> None:
    """Quoted, but something is done with it."""
    assert scan(words)[-1].kind == "VETO"


@pytest.mark.parametrize(
    ("words", "numbers"),
    [
        ("缺一项", ["1"]),
        ("缺2次", ["2"]),
        ("三家企业", ["3"]),
        ("二十起", ["20"]),
        ("0.5个百分点", ["0.5"]),
        ("一般企业", []),
        ("统一部署", []),
        ("第一次", ["1"]),
        ("一人", ["1"]),
    ],
)
def test_numbers_that_measure(words: str, numbers: list[str]) -> None:
    """A Chinese numeral is a number only before a measure word."""
    found = [number for token in scan(words) if token.kind == "NUM" for number in token.numbers]
    assert found == [Decimal(number) for number in numbers]


@pytest.mark.parametrize("mark", "，。；：、（）！？\n")
def test_every_mark_stops(mark: str) -> None:
    """Punctuation is a token of its own, half width as well."""
    assert shown(f"甲{mark}乙") == [("TEXT", "甲"), ("STOP", mark), ("TEXT", "乙")]


def test_places_are_those_of_the_original() -> None:
    """A clause of two lines that begins somewhere in a file gives spans of that file."""
    text = Text.of("項目扣１分，", 100).joined(Text.of("不得分", 120))
    figure = next(token for token in scanner.scan(text) if token.kind == "FIGURE")
    assert text.span(figure.start, figure.end) == (103, 105)
    zero = scanner.scan(text)[-1]
    assert (zero.text, text.span(zero.start, zero.end)) == ("不得分", (120, 123))


@given(WORDS, WORDS)
def test_two_words_side_by_side_lose_no_verb_before_an_amount(one: str, other: str) -> None:
    """Whatever stands before, 的扣1分 keeps its 扣 and its figure."""
    tokens = scan(f"{one}{other}的扣1分")
    assert [(token.kind, token.text) for token in tokens[-2:]] == [("WORD", "扣"), ("FIGURE", "1分")]
    assert tokens[-2].has("DEDUCT")
