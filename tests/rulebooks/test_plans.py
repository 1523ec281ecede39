"""The two tables of indicators as shipped: every printed percentage worked out by hand, and the twelfth plan judged by its actual figures."""

from pathlib import Path

import rulebook

ROOT = Path(__file__).resolve().parents[2]


def found(name: str) -> list[tuple[str, str | None, str | None]]:
    reading = rulebook.read(ROOT / "rulebooks" / f"{name}.rulebook")
    return [(one.code, one.clause, one.words) for one in reading.diagnostics]


def test_what_does_not_follow_in_the_twelfth_plan() -> None:
    """1: (0.437 − 0.169) / 0.437 = 61.327 %. 2, 4: 10.207 / 5 = 2.04, 9.987 / 5 = 2.00; as yearly rates 2.130 and 2.082.

    3: 10 / 5 = 2.00, as a yearly rate 2.085. All others follow.
    """
    assert found("plan-12-indicators") == [
        ("RB439", "1", "下降63.64%"),
        ("RB441", "2", "年均2.1%"),
        ("RB440", "3", "年均2.15%"),
        ("RB441", "4", "年均2.1%"),
    ]


def test_what_does_not_follow_in_the_thirteenth_plan() -> None:
    """4: 0.8 / 6.8 = 11.76 %. 5: 0.083 / 0.225 = 36.889 %. 6: 0.292 / 3.292 = 8.870 %. The other three follow."""
    assert found("plan-13-indicators") == [
        ("RB439", "4", "下降10%"),
        ("RB439", "5", "下降36.84%"),
        ("RB439", "6", "下降18.99%"),
    ]


def test_the_twelfth_plan_is_judged_by_its_actual_figures() -> None:
    """One indicator was missed: 4 deaths on building sites where 3 were the most."""
    card = rulebook.load("plan-12-indicators").score((ROOT / "examples" / "plan-12.yaml").read_bytes())
    assert (card.total, card.full) == (17, 18)
    assert [(entry.clause, entry.reason) for entry in card.ledger if entry.applied] == [
        ("14", "建筑事故死亡人数4，目标≤3，差1，比基期上升约33.33%，扣1分")
    ]
    assert card.ledger[0].reason == "亿元地区生产总值死亡率0.169，目标≤0.35，优于目标0.181，比基期下降约61.33%"
