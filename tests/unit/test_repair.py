"""Rewrites: what they keep, when none is offered, and that what reads pays nothing for them."""

import time
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

import rulebook
from rulebook import lexicon
from rulebook.builder import Setting, advice, mended
from rulebook.builder.repair import QUOTE, Rewritten, rewrites
from rulebook.cli.sentence import advised, read_clause

HEAD = "考核细则：试\n满分：{full}分\n未提供资料：不予判分\n\n一、工作\n"


def offered(words: str, points: str | None = None) -> list[Rewritten]:
    """The rewrites of the first problem, the last resort left out."""
    setting = Setting(None if points is None else Decimal(points))
    return [made for made in rewrites(words, setting.read(words).problems[0], setting) if made.row.kind != QUOTE]


def test_every_reading_of_a_count_without_each_is_offered() -> None:
    """旷课2次扣3分: three points for every two, or from two on."""
    assert [made.words for made in offered("旷课2次扣3分")] == ["旷课每2次扣3分", "旷课达到2次的扣3分"]
    assert [made.row.kind for made in offered("旷课2次扣3分")] == ["choose", "choose"]


def test_two_rewrites_that_mean_the_same_are_shown_once() -> None:
    """达到2次的 and 2次以上的 are one reading."""
    assert not any("2次以上" in made.words for made in offered("旷课2次扣3分"))


@pytest.mark.parametrize(
    "words",
    [
        "得分按难度系数0.8折算",  # a coefficient
        "缺一项扣0.00001分",  # beyond the bounds
        "第一名加3分，第二名加2分，依次类推",  # what the third gets is nowhere
        "省、市通报的，分别扣3分、2分、1分",  # two names, three figures
    ],
)
def test_none_is_offered_where_a_figure_would_be_lost_or_invented(words: str) -> None:
    """Only the last resort is left: the words are no rule."""
    assert offered(words) == []


def test_what_read_before_still_reads() -> None:
    """A rewrite touches its own sentence only: the rules beside it are the same before and after."""
    setting = Setting(Decimal(10))
    words = "缺一项扣0.5分。旷课2次扣3分。逾期1天扣0.1分"
    before = setting.read(words)
    for made in offered(words, "10"):
        after = setting.read(made.words)
        assert [rule.text for rule in before.rules if rule.text in [r.text for r in after.rules]] == [
            rule.text for rule in before.rules
        ]


def test_a_clause_with_several_problems_is_mended_whole() -> None:
    """Each in the way of the first: 得 for all rows, or 扣 for all of them."""
    whole = mended("优良2.0，良好1.0，一般0", Setting(Decimal(2)))
    assert whole[0] == "优良得2.0分，良好得1.0分，一般得0分"
    assert Setting(Decimal(2)).read(whole[0]).problems == ()


def test_the_last_resort_is_behind_everything_else() -> None:
    """Words that are no rule may be quoted; it is never the suggestion."""
    _, (diagnostic,) = read_clause("旷课2次扣3分", "zh")
    assert [made.kind for made in diagnostic.advice.rewrites] == ["choose", "choose", "quote"]
    assert diagnostic.suggestion is not None
    assert diagnostic.suggestion.title == "旷课每2次扣3分"
    assert not diagnostic.suggestion.safe
    _, (hopeless,) = read_clause("得分按难度系数0.8折算", "zh")
    assert hopeless.suggestion is not None
    assert hopeless.suggestion.edits == ()
    assert hopeless.suggestion.title == hopeless.advice.nearest


def test_edits_are_in_places_of_the_file() -> None:
    """Applied to the text of the file, every suggestion leaves a file without that error; Traditional and full width stay as typed."""
    text = HEAD.format(full=8) + (
        "1. 工作（8分）\n① 台账。旷课２次扣３分。（3分）\n② 制度。未建立的，不得分0.5分。（2分）\n③ 檢查。每發現一處不完整扣2。（3分）\n"
    )
    reading = rulebook.read(text)
    refused = [diagnostic for diagnostic in reading.diagnostics if diagnostic.advice.rewrites]
    assert [diagnostic.code for diagnostic in refused] == ["RB202", "RB204", "RB201"]
    for diagnostic in refused:
        for made in diagnostic.advice.rewrites:
            mended_text = text
            for edit in made.edits:
                mended_text = mended_text[: edit.start] + edit.text + mended_text[edit.end :]
            again = rulebook.read(mended_text)
            assert diagnostic.code not in [other.code for other in again.diagnostics]
            errors = {other.code for other in again.diagnostics if other.severity == "error"}
            assert errors < {"RB201", "RB202", "RB204"}
    assert "旷课每２次扣３分" in [made.title for made in refused[0].advice.rewrites]


def test_words_over_two_lines_keep_their_line() -> None:
    """An edit in a wrapped clause stands where the words stand."""
    text = HEAD.format(full=3) + "1. 工作（3分）\n① 台账齐全，记录完整，\n   旷课2次扣3分。（3分）\n"
    (diagnostic,) = [d for d in rulebook.read(text).diagnostics if d.severity == "error"]
    assert diagnostic.stumbled == "2次"
    edit = diagnostic.advice.rewrites[0].edits[0]
    assert text[: edit.start] + edit.text + text[edit.end :] == text.replace("旷课2次", "旷课每2次")


def test_advice_is_made_only_when_it_is_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """Reading makes none, whether a sentence reads or not."""

    def never(*_: object) -> None:
        raise AssertionError("advice was made")

    monkeypatch.setattr(advice, "rewrites", never)
    monkeypatch.setattr(advice, "nearest", never)
    rulebook.read(HEAD.format(full=3) + "1. 工作（3分）\n① 旷课2次扣3分。（3分）\n")
    read_clause("旷课2次扣3分", "zh")
    _, sound = read_clause("缺一项扣1分", "zh")
    assert sound == []


def test_five_hundred_refused_sentences_are_explained_in_seconds() -> None:
    """All the advice on a file of nothing but mistakes."""
    bad = ["旷课2次扣3分", "不得分0.5分", "不完整扣0.2", "酌情扣分", "超过3次的，每次扣1分", "扣2-2分", "累计扣1分", "扣500元"]
    lines = [
        line
        for item in range(50)
        for line in [f"{item + 1}. 项目（20分）"]
        + [f"{mark} 第{item}乡{mark}。未上报的，{bad[n % len(bad)]}。（2分）" for n, mark in enumerate("①②③④⑤⑥⑦⑧⑨⑩")]
    ]
    started = time.process_time()
    diagnostics = rulebook.read(HEAD.format(full=1000) + "\n".join(lines) + "\n").diagnostics
    refused = [diagnostic.json() for diagnostic in diagnostics if diagnostic.advice.rewrites]
    assert len(refused) >= 450
    assert time.process_time() - started < 20  # about two seconds on a plain machine


PIECES = st.one_of(
    st.sampled_from(sorted(lexicon.words())),
    st.sampled_from([*"0123456789.-lO%「」（），。；\n 每各两三分扣加得", "1分", "2-1分", "0.5分", "2次", "酌情扣分", "未备案", "的"]),
)


@given(st.lists(PIECES, max_size=14).map("".join))
def test_advice_on_any_words(words: str) -> None:
    """It never raises, says something of both languages, and offers only what has been read."""
    shape, diagnostics = read_clause(words, "zh")
    for diagnostic in diagnostics:
        assert diagnostic.text("zh")
        assert diagnostic.text("en")
        assert diagnostic.stumbled in words
    for whole in advised(shape, diagnostics, "zh").get("rewrites", []):
        assert read_clause(whole, "zh")[0]["status"] in ("read", "prose")


def test_the_shape_of_a_clause_holds_what_helps() -> None:
    """`rulebook clause --json`: the nearest form and every whole line that reads instead, the points mark where it was."""
    shape = advised(*read_clause("酌情扣分。（2分）", "en"), "en")
    assert shape["rewrites"] == ["酌情扣1-2分。（2分）"]
    assert shape["nearest"] == "酌情扣1-3分"
    (said,) = shape["diagnostics"]
    assert said["stumbled"] == "酌情扣分"
    assert [(made["kind"], made["safe"]) for made in said["rewrites"]] == [("fill", False), ("quote", False)]
    assert said["rewrites"][0]["note"] == "set the range yourself"
    sound = advised(*read_clause("缺一项扣1分", "en"), "en")
    assert "rewrites" not in sound
