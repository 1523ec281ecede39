"""Ranks under intervals and open vetoes, against every outcome that there can be."""

from fractions import Fraction
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rulebook.campaign.ranking import Ranks, Span, Ties, Vetoes, rank


def spans(*ends: tuple[int, int] | int) -> list[Span]:
    """Spans of units that are not vetoed."""
    return [Span(Fraction(end), Fraction(end)) if isinstance(end, int) else Span(Fraction(end[0]), Fraction(end[1])) for end in ends]


def test_ties_share_a_rank_and_the_next_one_skips() -> None:
    assert [ranks.best for ranks in rank(spans(90, 95, 90, 80, 95))] == [3, 1, 3, 5, 1]
    assert [ranks.best for ranks in rank(spans(90, 95, 90, 80, 95), ties="dense")] == [2, 1, 2, 3, 1]


def test_an_open_score_has_the_ranks_that_it_may_take() -> None:
    assert rank(spans(90, (85, 95), 80)) == [Ranks(1, 2), Ranks(1, 2), Ranks(3, 3)]
    assert rank([]) == []


def test_a_vetoed_unit_ranks_as_declared() -> None:
    several = [Span(Fraction(100), Fraction(100), True), Span(Fraction(90), Fraction(90)), Span(Fraction(80), Fraction(80), True)]
    assert rank(several) == [Ranks(1, 1), Ranks(2, 2), Ranks(3, 3)]
    assert rank(several, "last") == [Ranks(2, 2), Ranks(1, 1), Ranks(3, 3)]
    assert rank(several, "none") == [Ranks(None, None), Ranks(1, 1), Ranks(None, None)]


def settled(scores: list[tuple[int, bool]], vetoes: Vetoes, ties: Ties) -> list[int | None]:
    """The ranks of settled scores, by counting."""
    keys = [None if vetoes == "none" and vetoed else (not (vetoes == "last" and vetoed), score) for score, vetoed in scores]
    above = [[other for other in keys if key is not None and other is not None and other > key] for key in keys]
    return [None if key is None else 1 + len(set(better) if ties == "dense" else better) for key, better in zip(keys, above, strict=True)]


OPEN = st.builds(
    lambda low, more, vetoed: Span(Fraction(low), Fraction(low + more), vetoed),
    st.integers(0, 3), st.sampled_from([0, 0, 1, 2]), st.sampled_from([False, False, True, None]),
)  # fmt: skip


@given(st.lists(OPEN, max_size=4), st.sampled_from(["as_scored", "last", "none"]), st.sampled_from(["skip", "dense"]))
def test_the_ranks_are_those_of_all_outcomes(several: list[Span], vetoes: Vetoes, ties: Ties) -> None:
    """Skipping: exactly the best and the worst rank of all outcomes. Dense: none outside. Not vetoed where no vetoed one is ranked."""
    told = rank(several, vetoes, ties)
    choices = [
        [(score, veto) for score in range(int(span.lower), int(span.upper) + 1) for veto in ([True, False] if span.vetoed is None else [span.vetoed])]
        for span in several
    ]
    seen: list[set[int]] = [set() for _ in several]
    for outcome in product(*choices):
        for number, place in enumerate(settled(list(outcome), vetoes, ties)):
            if place is not None:
                seen[number].add(place)
    for ranks, places in zip(told, seen, strict=True):
        if not places:
            assert ranks == Ranks(None, None)
        elif ties == "skip":
            assert ranks == Ranks(min(places), max(places))
        else:
            assert ranks.best is not None
            assert ranks.worst is not None
            assert ranks.best <= min(places) <= max(places) <= ranks.worst


@pytest.mark.parametrize("ties", ["skip", "dense"])
def test_thousands_are_ranked_at_once(ties: Ties) -> None:
    several = spans(*range(3_000))
    assert [ranks.best for ranks in rank(several, ties=ties)] == list(range(3_000, 0, -1))
