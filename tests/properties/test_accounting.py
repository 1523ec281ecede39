"""Law: nothing that moves points is passed over. A signal makes a sentence read or refused, never prose; every figure is used or refused."""

import re
from collections import Counter
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

import rulebook
from rulebook import model
from rulebook.assets import table
from rulebook.builder import build_clause
from rulebook.parser.outline import split_points
from rulebook.parser.tokens import Text

from .strategies import CONDITIONS, FIGURES, HEADINGS, MERITS, Draw, books

SIGNALS = (
    *(
        form.format(n=n)
        for n in ("0.5", "1", "10")
        for form in ("扣{n}分", "加{n}分", "得{n}分", "减{n}分", "计{n}分", "另加{n}分", "最多{n}分")
    ),
    *(
        "不得分",
        "不予判分",
        "不记分",
        "扣分",
        "加分",
        "全扣",
        "加倍扣分",
        "减半计分",
        "归零",
        "扣完为止",
        "扣一分",
        "扣十分",
        "得零分",
    ),
    *(
        "乘以系数",
        "按权重计算",
        "折算",
        "扣除3%的分数",
        "自行掌握",
        "酌情给分",
        "抵扣",
        "取消得分",
        "按评分标准执行",
        "实行一票否决",
    ),
    *(
        "考核不合格",
        "降一档处理",
        "上不封顶",
        "可得负分",
        "扣1-3分",
        "扣3-1分",
        "扣-1分",
        "扣l分",
        "扣O.5分",
        "扣１分",
        "扣 1 分",
        "±1分",
    ),
)
"""What a reader takes for moving points, each as it may stand alone."""
NOISE = st.lists(
    st.sampled_from(
        (*CONDITIONS, *MERITS, *HEADINGS, "，", "。", "；", "：", "、", "（", "）", " ", "每", "第", "2项")
    ),
    max_size=5,
)


def built(line: str, points: str = "5") -> Any:
    """What the words of a clause mean, without a file."""
    text, _, _ = split_points(Text.of(line))

    def place(start: int, end: int) -> model.Span:
        return model.Span(start=start, end=end, line=1)

    return build_clause(text, Decimal(points), place, judged=False)


@given(NOISE, st.sampled_from(SIGNALS), NOISE)
@example([], "扣1分", [])
def test_a_signal_is_never_prose(before: list[str], signal: str, after: list[str]) -> None:
    """Whatever stands around it, a sentence with a signal is read or refused."""
    line = "".join(before) + signal + "".join(after)
    made = built(line)
    assert made.rules or made.limits or made.unread, line
    assert bool(made.unread) == bool(made.problems)


PIECES = st.sampled_from(
    (
        *(row[1] for row in table("forms.tsv")),
        *CONDITIONS[:6],
        *MERITS[:3],
        *(
            "，",
            "。",
            "；",
            "、",
            "的",
            "，",
            "。",
            "另",
            "其中",
            "分别",
            "各",
            "累计",
            "限",
            "约",
            "均",
            "同时",
            "及以上",
            "否则",
            "不",
            "未",
            "每",
            "再",
        ),
        *(f"扣{figure}分" for figure in FIGURES),
        *(f"加{figure}分" for figure in FIGURES),
    )
)
_FIGURE = re.compile(r"([0-9]+(?:\.[0-9]+)?)分")
_WORTH = re.compile("满分5分")
"""What the clause is worth, said once more in its words: no rule."""


@given(st.lists(PIECES, min_size=1, max_size=6).map("".join))
@example("缺一项扣1分，满分5分")
def test_every_figure_is_used_or_the_clause_is_refused(line: str) -> None:
    """A clause that reads holds each of its figures in a rule, limit or requirement, as often as it is written."""
    made = built(line)
    if made.unread:
        return
    written = Counter(Decimal(figure) for figure in _FIGURE.findall(_WORTH.sub("", line)) if Decimal(figure))
    used = Counter(model.numbers((*made.rules, *made.limits, *made.requirements)))
    assert not written - used, (line, written - used)


@given(st.lists(PIECES, min_size=1, max_size=6).map("".join))
@example("缺一项扣1分，满分5分")
def test_what_is_left_holds_no_signal(line: str) -> None:
    """Outside the places of rules, limits and unread words nothing looks as if it moved points."""
    made = built(line)
    rest = list(line)
    for one in (*made.rules, *made.limits, *made.unread):
        rest[one.span.start : one.span.end] = "□" * (one.span.end - one.span.start)
    left = _WORTH.sub("□", re.sub("“[^“”]*”", "□", "".join(rest)))
    assert not re.search(r"[扣加减得计][0-9.]+分|不得分|不予判分|扣完|加倍|否决|[0-9]分", left), (line, left)


@st.composite
def headed(draw: Draw) -> tuple[str, str]:
    """A rulebook with a rule put at the end of a heading, and the figure of that rule."""
    lines = draw(books(heads=False)).text().split("\n")
    places = [
        n
        for n, line in enumerate(lines)
        if re.match(r"[一二三四]、|（[一二三四]）|[0-9]+\. ", line) and "。" not in line
    ]
    place = draw(st.sampled_from(places or [3]))
    mark = re.search(r"（[0-9.]+分）$", lines[place])
    at = mark.start() if mark else len(lines[place])
    lines[place] = f"{lines[place][:at]}，未备案的扣7.77分{lines[place][at:]}"
    return "\n".join(lines), "7.77"


@given(headed())
def test_a_rule_in_a_heading_is_not_lost(case: tuple[str, str]) -> None:
    """Headings are words as well: a rule in one acts somewhere, or is an error."""
    text, figure = case
    reading = rulebook.read(text)
    if any(diagnostic.severity == "error" for diagnostic in reading.diagnostics):
        return
    assert reading.rulebook is not None
    rules = [rule for clause in reading.rulebook.clauses() for rule in clause.rules]
    assert Decimal(figure) in model.numbers(tuple(rules)), text


@pytest.mark.parametrize(
    "line",
    [
        "「扣1分」制度健全。",
        "《扣1分办法》印发。",
        "加强组织领导，30分钟内到达。",
        "百分之五十。",
        "得分率统计。",
        "分别报送。",
    ],
)
def test_what_moves_nothing_is_prose(line: str) -> None:
    """The other side, without which the law above would be easy: innocent words are not refused."""
    made = built(line)
    assert (made.rules, made.limits, made.unread) == ((), (), ())
