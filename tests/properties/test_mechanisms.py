"""Law: each mechanism alone moves exactly what its words say, worked out here from the figures that were drawn."""

from collections.abc import Callable
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import rulebook

HEAD = "考核细则：一条\n年度：2018\n满分：{p}分\n{head}一、一条\n1. 一条\n① {words}。（{p}分）"
POINTS = 1000
figures = st.integers(1, 40).map(lambda quarters: Fraction(quarters, 4))
small = st.integers(0, 9)
percents = st.integers(0, 400).map(lambda quarters: Fraction(quarters, 4))
flags = st.booleans()


def show(number: Fraction | int) -> str:
    """Plain digits."""
    return f"{float(number):.4f}".rstrip("0").rstrip(".")


def clause(words: str, facts: Any, head: str = "", points: int = POINTS, names: int = 1) -> Fraction:
    """The score of a single clause whose facts, in order, have the given values."""
    rules = rulebook.load(HEAD.format(words=words, head=head, p=points))
    (one,) = rules.clauses()
    values = facts if names > 1 else (facts,)
    assert len(one.facts) == len(values), [fact.name for fact in one.facts]
    evidence = {
        fact.name: show(value) if isinstance(value, Fraction) else value
        for fact, value in zip(one.facts, values, strict=True)
    }
    total = rules.score({"1.1": evidence}).total
    assert total is not None
    return Fraction(total)


@given(figures, st.integers(1, 4), st.integers(0, 30))
def test_count(figure: Fraction, per: int, found: int) -> None:
    """每缺N项扣: whole Ns alone."""
    assert clause(f"每缺{per}项扣{show(figure)}分", found) == max(0, POINTS - figure * (found // per))


PARTIAL: dict[str, Callable[[Fraction], Fraction]] = {
    "": lambda steps: Fraction(steps.numerator // steps.denominator),
    "零头：不足一步不计\n": lambda steps: Fraction(steps.numerator // steps.denominator),
    "零头：不足一步按一步计\n": lambda steps: Fraction(-(-steps.numerator // steps.denominator)),
    "零头：按比例计算\n": lambda steps: steps,
}


@pytest.mark.parametrize("head", PARTIAL)
@given(figure=figures, size=st.integers(1, 8).map(lambda quarters: Fraction(quarters, 4)), value=percents)
def test_step_from_nothing(head: str, figure: Fraction, size: Fraction, value: Fraction) -> None:
    """每高S个百分点扣: the value itself is the distance; what part of a step costs is declared."""
    steps = PARTIAL[head](value / size)
    assert clause(f"每高{show(size)}个百分点扣{show(figure)}分", value, head) == max(
        Fraction(0), POINTS - figure * steps
    )


@pytest.mark.parametrize("head", PARTIAL)
@given(figure=figures, threshold=st.integers(50, 100), value=percents)
def test_step_from_a_threshold(head: str, figure: Fraction, threshold: int, value: Fraction) -> None:
    """覆盖率T%以上得满分，每低1个百分点扣: measured from T downwards."""
    words = f"覆盖率达到{threshold}%以上得满分，每低1个百分点扣{show(figure)}分"
    steps = PARTIAL[head](max(Fraction(0), threshold - value))
    assert clause(words, value, head) == max(Fraction(0), POINTS - figure * steps)


@given(figures, figures, small)
def test_ladder(first: Fraction, then: Fraction, found: int) -> None:
    """The first costs one figure, each later one the other."""
    words = f"瞒报的，第一次扣{show(first)}分，第二次起每次扣{show(then)}分"
    lost = (first if found else Fraction(0)) + then * max(0, found - 1)
    assert clause(words, found) == POINTS - lost


@given(figures, figures, figures, small)
def test_ladder_of_three(one: Fraction, two: Fraction, three: Fraction, found: int) -> None:
    """So do three rungs."""
    words = f"瞒报的，第一次扣{show(one)}分，第二次扣{show(two)}分，第三次起每次扣{show(three)}分"
    costs = [one, two, *[three] * 9]
    assert clause(words, found) == POINTS - sum(costs[:found])


@given(figures, small, flags, st.sampled_from((("加倍", Fraction(2)), ("减半", Fraction(1, 2)))))
def test_scale(figure: Fraction, found: int, scaled: bool, word: tuple[str, Fraction]) -> None:
    """加倍 and 减半 multiply what stands before them, and nothing where their condition does not hold."""
    words = f"缺一项扣{show(figure)}分，情节恶劣的，{word[0]}扣分"
    assert clause(words, (found, scaled), names=2) == POINTS - figure * found * (word[1] if scaled else 1)


@given(figures, flags, flags)
def test_each(figure: Fraction, one: bool, other: bool) -> None:
    """各扣: one fact a name."""
    assert clause(f"未备案、未演练的，各扣{show(figure)}分", (one, other), names=2) == POINTS - figure * (one + other)


@given(st.integers(0, 40), st.sampled_from((3, 10, 50)))
def test_share(days: int, percent: int) -> None:
    """A percentage of the clause's own points, down to nothing."""
    lost = Fraction(percent, 100) * POINTS * days
    assert clause(f"逾期每天扣除{percent}%的分数", days) == max(Fraction(0), POINTS - lost)


@given(st.sampled_from((0, 1, 2, 3)))
def test_interval(given_points: int) -> None:
    """A person gives the figure; nothing found is nothing lost."""
    assert clause("不规范的，扣1-3分", Fraction(given_points)) == POINTS - given_points


@given(percents)
def test_bands(value: Fraction) -> None:
    """以上 and 以下 include the number, 不足 does not; the first row that fits decides."""
    words = "覆盖率90%以上得满分，80%以上不足90%得3分，80%以下不得分"
    assert clause(words, value) == (POINTS if value >= 90 else 3 if value >= 80 else 0)


@given(percents)
def test_nested_thresholds(value: Fraction) -> None:
    """低于80%、70%、60%的，分别扣: the deepest threshold passed decides, not their sum."""
    lost = 3 if value < 60 else 2 if value < 70 else 1 if value < 80 else 0
    assert clause("低于80%、70%、60%的，分别扣1、2、3分", value) == POINTS - lost


@given(st.sampled_from(("优", "良", "劣")))
def test_labels(label: str) -> None:
    """One row a label."""
    assert clause("优得满分，良得1.5分，劣不得分", label) == {"优": POINTS, "良": Fraction(3, 2), "劣": 0}[label]


@given(percents)
def test_proportion(value: Fraction) -> None:
    """按完成比例: the rate of the points. 70%至90%线性: nothing at one end, everything at the other."""
    assert clause("按完成比例得分", value) == POINTS * value / 100
    assert clause("70%至90%线性得分", value) == POINTS * min(max((value - 70) / 20, Fraction(0)), Fraction(1))


@given(figures, small)
def test_earn(figure: Fraction, done: int) -> None:
    """Starts at nothing and stops at the clause's points."""
    assert clause(f"每完成一项得{show(figure)}分", done, points=10) == min(Fraction(10), figure * done)


@given(figures, small)
def test_granted(figure: Fraction, found: int) -> None:
    """得满分，否则每处扣: from full marks down."""
    assert clause(f"得满分，否则每处扣{show(figure)}分", found, points=10) == max(Fraction(0), 10 - figure * found)


@given(figures, st.lists(st.none() | figures, max_size=4))
def test_stated(figure: Fraction, notices: list[Fraction | None]) -> None:
    """Records that state a figure cost it, the others the ordinary one."""
    words = f"被通报的，一次扣{show(figure)}分；在通报中明确分数的，按明确的分数扣分"
    records = [{} if stated is None else {"分数": show(stated)} for stated in notices]
    lost = sum((figure if stated is None else stated for stated in notices), Fraction(0))
    assert clause(words, records) == POINTS - lost


@given(figures, small, st.integers(1, 5))
def test_exemption(figure: Fraction, found: int, free: int) -> None:
    """N件以内不扣分: up to N nothing is lost, beyond it all of them count."""
    words = f"每件扣{show(figure)}分；{free}件以内不扣分"
    assert clause(words, found) == POINTS - (figure * found if found > free else 0)


@given(figures, flags, st.integers(0, 90))
def test_comparison(figure: Fraction, flag: bool, value: int) -> None:
    """A condition that can be measured is compared; one that cannot is judged; either is enough."""
    words = f"抽测成绩低于60分或未备案的扣{show(figure)}分"
    assert clause(words, (Fraction(value), flag), names=2) == POINTS - (figure if value < 60 or flag else 0)


@given(figures, flags, st.integers(0, 4))
def test_total(figure: Fraction, found: bool, lacking: int) -> None:
    """从总分扣 leaves the clause alone and takes from the whole, below the clause's own floor."""
    words = f"未上报的，从总分扣{show(figure)}分，缺一项扣1分"
    rules = rulebook.load(HEAD.format(words=words, head="", p=2))
    card = rules.score({"1.1": {"未上报": found, "缺": lacking}})
    assert Fraction(card.clause("1.1").upper) == max(0, 2 - lacking)
    assert Fraction(card.total or 0) == max(0, 2 - lacking) - (figure if found else 0)


@given(figures, small, flags, st.integers(0, 12))
def test_ceiling(figure: Fraction, found: int, event: bool, ceiling: int) -> None:
    """本项最高N分 where its event happened: the clause ends at N at most, however much it lost before."""
    words = f"缺一项扣{show(figure)}分；未演练的，本项最高{ceiling}分"
    score = max(Fraction(0), 10 - figure * found)
    assert clause(words, (found, event), points=10, names=2) == (min(score, Fraction(ceiling)) if event else score)


@given(figures, figures, flags, flags)
def test_highest_only(one: Fraction, two: Fraction, first: bool, second: bool) -> None:
    """只取最高: of several awards the highest alone."""
    text = (
        "考核细则：加\n满分：1分\n一、基础\n1. 基础（1分）\n① 基础。（1分）\n二、加分项\n2. 加\n"
        f"① 创新的，加{show(one)}分；抢险的，加{show(two)}分，只取最高。"
    )
    card = rulebook.load(text).score({"1.1": "符合", "2.1": {"创新": first, "抢险": second}})
    assert Fraction(card.total or 0) == 1 + max(one * first, two * second)


@given(st.lists(st.integers(1, 12), max_size=6), figures)
def test_rhythm(months: list[int], figure: Fraction) -> None:
    """每季度至少两次: judged from the dates, quarter by quarter; a surplus in one fills no other."""
    dates = [{"日期": f"2018-{month:02}-15"} for month in months]
    lacking = sum(max(0, 2 - sum(1 for month in months if (month - 1) // 3 == quarter)) for quarter in range(4))
    assert clause(f"每季度至少召开2次会议。缺一次扣{show(figure)}分", dates) == POINTS - figure * lacking
