"""The token passes, one by one: each keeps what has its partner beside it, and leaves every character where it was."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rulebook import lexicon
from rulebook.parser import passes, scanner
from rulebook.parser.tokens import Text, Token

STEPS = [step for step, _ in passes.PASSES]
NAMES = [step.__name__ for step in STEPS]
WORDS = st.sampled_from(sorted(lexicon.words()))
PIECES = st.one_of(
    WORDS,
    WORDS,
    st.sampled_from(["1", "0.5", "1分", "2分", "一", "项", "每", "，", "。", "（", "）", "的", "未备案", " "]),
)
SENTENCES = st.lists(PIECES, max_size=12).map("".join)


def after(name: str, words: str) -> list[Token]:
    """The tokens after all passes up to the named one."""
    tokens = scanner.scan(Text.of(words))
    for step in STEPS[: NAMES.index(name) + 1]:
        tokens = step(tokens)
    return tokens


def kinds(name: str, words: str) -> list[tuple[str, str]]:
    """Kind and text after the named pass; a word that nobody chose yet is a WORD."""
    return [(token.kind, token.text) for token in after(name, words)]


def test_the_passes_stand_in_their_order() -> None:
    """Verbs before what depends on them, text last."""
    assert NAMES[:2] == ["join_included", "choose_governing"]
    assert NAMES[-1] == "rest_is_text"
    assert len(set(NAMES)) == len(NAMES)
    assert NAMES.index("choose_numbered") < NAMES.index("choose_period") < NAMES.index("join_quantities")
    assert all(step.__doc__ for step in STEPS)


@given(SENTENCES)
def test_no_pass_loses_or_moves_a_character(words: str) -> None:
    """After every pass the tokens hold the same characters, in order and without overlap."""
    tokens = scanner.scan(Text.of(words))
    before = "".join(token.text for token in tokens).replace(" ", "")
    for step in STEPS:
        tokens = step(tokens)
        written = (token.text for token in tokens if token.start < token.end)  # an inherited word has no place of its own
        assert "".join(written).replace(" ", "") == before, step.__name__
        assert all(one.end <= other.start for one, other in pairwise(tokens)), step.__name__


@given(SENTENCES)
def test_a_pass_that_is_left_out_would_have_changed_nothing(words: str) -> None:
    """What must stand in a clause for a pass to run is named beside it; running all of them gives the same."""
    tokens = scanner.scan(Text.of(words))
    every = list(tokens)
    for step in STEPS:
        every = step(every)
    assert passes.run(tokens) == every


@given(SENTENCES)
def test_after_the_passes_every_token_is_a_terminal(words: str) -> None:
    """No WORD and no OPAQUE is left, no token has classes to choose from, and two texts never touch."""
    tokens = passes.run(scanner.scan(Text.of(words)))
    assert all(token.kind not in ("WORD", "OPAQUE") and not token.classes for token in tokens)
    pairs = pairwise(tokens)
    assert not any(one.kind == other.kind == "TEXT" and one.end == other.start for one, other in pairs)


@given(SENTENCES)
def test_passes_leave_their_input_alone(words: str) -> None:
    """A pass makes a new list; running twice from the same tokens gives the same."""
    tokens = scanner.scan(Text.of(words))
    copy = list(tokens)
    one = passes.run(tokens)
    assert tokens == copy
    assert passes.run(tokens) == one


@pytest.mark.parametrize(
    ("words", "token"),
    [("扣1分", ("DEDUCT", "扣")), ("扣该项1分", ("DEDUCT", "扣")), ("加扣1分", ("DEDUCT_MORE", "加扣")),
     ("加1分", ("AWARD", "加")), ("得1分", ("EARN", "得")),
     ("最多扣3分", ("MOST_LOST", "最多扣")), ("最高累计5分", ("MOST_GAINED", "最高累计"))],
)  # fmt: skip
def test_governing_a_verb_has_its_amount(words: str, token: tuple[str, str]) -> None:
    assert token in kinds("choose_governing", words)


@pytest.mark.parametrize("words", ["扣", "扣，1分", "加快", "得当", "计划", "扣好", "得到1次", "记录1份"])
def test_governing_a_verb_without_amount_is_none(words: str) -> None:
    assert not any(kind in passes.VERBS | passes.CAPS for kind, _ in kinds("choose_governing", words))


@pytest.mark.parametrize(
    ("words", "kind"),
    [("不得分", "ZERO"), ("得满分", "FULL"), ("不扣分", "NO_EFFECT"), ("扣完为止", "FLOOR"),
     ("可扣至负分", "NEGATIVE_ALLOWED"), ("加倍扣分", "SCALE"),
     ("实行一票否决", "VETO"), ("实行“一票否决”", "VETO"), ("总分记零分", "VETO"), ("未备案的，一票否决", "VETO"), 
     ("发生重大投诉一票否决", "VETO"), ("未确定责任人的一票否决", "VETO")],
)  # fmt: skip
def test_complete_words_need_no_amount(words: str, kind: str) -> None:
    assert kinds("choose_complete", words)[-1][0] == kind


@pytest.mark.parametrize("words", ["实行一票否决制度", "落实一票否决", "未落实信访一票否决", "实行“一票否决”制度", "考核不合格单位名单"])
def test_complete_a_veto_that_something_follows_is_words(words: str) -> None:
    assert "VETO" not in [kind for kind, _ in kinds("rest_is_text", words)]


@pytest.mark.parametrize(
    ("words", "chosen"),
    [
        ("每缺2项扣1分", ["EACH", "LACK", "NUM", "MEASURE"]), ("缺一项扣1分", ["LACK", "NUM", "MEASURE"]),
        ("每项扣1分", ["EACH", "MEASURE"]),
        ("每项每次扣1分", ["EACH", "MEASURE", "EACH", "MEASURE"]), ("一个部门扣1分", ["NUM", "MEASURE", "NOUN"]),
        ("每人次扣1分", ["EACH", "MEASURE"]),
        ("每发现一处扣1分", ["EACH", "FIND", "NUM", "MEASURE"]),
        ("每低1个百分点扣1分", ["EACH", "LOWER", "NUM", "STEP_UNIT"]),
        ("逾期1天扣1分", ["OVERDUE", "NUM", "TIME_UNIT"]), ("第二次起扣1分", ["ORDINAL", "NUM", "MEASURE", "ONWARD"]),
        ("低于90%的扣1分", ["LESS", "NUM", "STEP_UNIT"]),
        ("每季度至少召开一次", ["PERIOD", "AT_LEAST", "NUM", "MEASURE"]), ("扣1分/次", ["SLASH", "MEASURE"]),
        ("扣1分/天", ["SLASH", "TIME_UNIT"]),
    ],
)  # fmt: skip
def test_numbered_words_beside_a_number(words: str, chosen: list[str]) -> None:
    skipped = {"DEDUCT", "FIGURE", "TEXT", "WORD"}
    assert [kind for kind, _ in kinds("choose_numbered", words) if kind not in skipped] == chosen


@pytest.mark.parametrize(
    "words", ["项目", "次要矛盾", "缺乏经费", "高危行业", "有关部门", "低洼地带", "处理意见", "起草文件", "各家各户"]
)
def test_numbered_words_without_a_number_are_text(words: str) -> None:
    assert {kind for kind, _ in kinds("rest_is_text", words)} <= {"TEXT", "BINDING"}


def test_bare_a_figure_after_its_count_is_earned() -> None:
    """1项1分 gives a point; with a verb there is nothing to add, and a figure inside a phrase is none."""
    assert [kind for kind, _ in kinds("choose_bare", "1项1分")] == ["NUM", "MEASURE", "EARN", "FIGURE"]
    assert "EARN" not in [kind for kind, _ in kinds("choose_bare", "1项扣1分")]
    assert "EARN" not in [kind for kind, _ in kinds("choose_bare", "1项1分以上的")]


def test_period_before_an_effect_counts_time() -> None:
    """每天扣: days; 每季度至少: a rhythm."""
    assert [kind for kind, _ in kinds("choose_period", "逾期每天扣1分")][1:3] == ["EACH", "TIME_UNIT"]
    assert [kind for kind, _ in kinds("choose_period", "每月，扣1分")][:2] == ["EACH", "TIME_UNIT"]
    assert kinds("choose_period", "每月至少召开一次")[0] == ("PERIOD", "每月")


@pytest.mark.parametrize(
    ("words", "joined"),
    [
        ("低于60分的扣1分", [("LESS", "低于"), ("QUANTITY", "60分")]),
        ("60分以上的加1分", [("QUANTITY", "60分"), ("OR_MORE", "以上")]),
        ("90%以上得满分", [("QUANTITY", "90%"), ("OR_MORE", "以上")]),
        ("每低0.5个百分点扣1分", [("LOWER", "低"), ("QUANTITY", "0.5个百分点")]),
        ("70%至90%线性得分", [("QUANTITY", "70%"), ("DASH", "至"), ("QUANTITY", "90%")]),
        ("6起以内不扣分", [("QUANTITY", "6起"), ("OR_LESS", "以内")]),
        ("最多扣3分", []), ("缺3项扣1分", []),
    ],
)  # fmt: skip
def test_quantities_join_number_and_unit(words: str, joined: list[tuple[str, str]]) -> None:
    wanted = {"QUANTITY", "LESS", "OR_MORE", "OR_LESS", "LOWER", "DASH"}
    assert [token for token in kinds("join_quantities", words) if token[0] in wanted] == joined


def test_documents_need_both_halves() -> None:
    assert [kind for kind, _ in kinds("choose_documents", "在通报中明确分数的，按明确的分数扣分")][:3:2] == [
        "IN",
        "STATES",
    ]
    assert "IN" not in [kind for kind, _ in kinds("choose_documents", "在通报里点名的扣1分")]
    assert "BY" in [kind for kind, _ in kinds("choose_documents", "按完成比例得分")]
    assert "BY" not in [kind for kind, _ in kinds("choose_documents", "按规定报送的得1分")]


def test_adverbs_are_kept_where_they_touch_the_effect() -> None:
    """各扣, 酌情扣; far from the effect the same words are not adverbs."""
    assert ("EACH_OF", "各") in kinds("choose_adverbs", "未备案的，各扣1分")
    assert ("DISCRETION", "酌情") in kinds("choose_adverbs", "酌情扣1-3分")
    assert ("TOTAL", "从总分") in kinds("choose_adverbs", "未上报的，从总分扣1分")
    assert "ADVERB" not in [kind for kind, _ in kinds("choose_adverbs", "并联运行未备案扣1分")]


def test_links_open_and_bind() -> None:
    """否则 opens a phrase, 或 links; a binding word keeps its name so that the grammar must take it."""
    assert kinds("choose_links", "否则扣1分")[0] == ("OTHERWISE", "否则")
    assert ("OR", "或") in kinds("choose_links", "未备案或未演练的扣1分")
    assert ("BINDING", "其中") in kinds("choose_links", "其中扣1分")
    assert ("TEXT", "其中") in kinds("choose_links", "其中一项扣1分")
    assert ("BINDING", "约") in kinds("choose_links", "约1项扣1分")
    assert "BINDING" not in [kind for kind, _ in kinds("rest_is_text", "约定事项未备案扣1分")]


def test_brackets_without_points_are_words() -> None:
    """A remark in brackets belongs to the phrase; one that moves points does not."""
    assert ("TEXT", "调查报告（除外）未公示") in kinds("rest_is_text", "调查报告（除外）未公示")
    assert "STOP" in [kind for kind, _ in kinds("rest_is_text", "未公示（扣1分）")]
