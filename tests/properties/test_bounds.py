"""Law: no score leaves its bounds. A losing clause stays between 0 and its points, an award under its limit, the total under what `facts` says."""

from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

import rulebook
from rulebook.cli import shapes

from .strategies import Book, Limit, Rule, books, records


@given(books(), st.data())
def test_clauses_stay_within_their_points(book: Book, data: st.DataObject) -> None:
    """0 ≤ clause ≤ points; below 0 only where 可扣至负分 says so; an award not above its 最高 nor its points."""
    rules = rulebook.load(book.text())
    card = rules.score(data.draw(records(rules)))
    for address, section, clause in book.clauses():
        score = card.clause(address)
        lower, upper = Fraction(score.lower), Fraction(score.upper)
        assert lower <= upper
        if section.kind == "veto":
            assert (lower, upper) == (0, 0)
            continue
        limits = [one for one in clause.means() if isinstance(one, Limit)]
        if not any(limit.kind == "negative_allowed" for limit in limits):
            assert lower >= 0
        if clause.points is not None:
            assert upper <= Fraction(clause.points)
        if section.kind == "award" and len(clause.said) == 2:
            for limit in limits:
                if limit.kind == "most_gained":
                    assert upper <= Fraction(limit.amount or 0)


@given(books(), st.data())
def test_the_total_stays_within_what_facts_says(book: Book, data: st.DataObject) -> None:
    """`facts` names the lowest and the highest score; no record without 不涉及 leaves them, nor does any clause its own."""
    rules = rulebook.load(book.text())
    shape = shapes.facts(rules)
    card = rules.score(data.draw(records(rules, leave=False)))
    assert card.lower is not None
    assert card.upper is not None
    assert Fraction(shape["lowest"]) <= Fraction(card.lower)
    assert Fraction(card.upper) <= Fraction(shape["highest"])
    for clause in shape["clauses"]:
        score = card.clause(clause["clause"])
        assert Fraction(score.upper) <= Fraction(clause["highest"])
        if score.state in ("observed", "met"):
            assert Fraction(clause["lowest"]) <= Fraction(score.lower)


@given(books())
def test_nothing_known_spans_what_facts_says(book: Book) -> None:
    """An empty record is the whole interval."""
    rules = rulebook.load(book.text())
    shape = shapes.facts(rules)
    card = rules.score({})
    assert card.lower is not None
    assert card.upper is not None
    assert (Fraction(card.lower), Fraction(card.upper)) == (Fraction(shape["lowest"]), Fraction(shape["highest"]))


@given(books())
def test_nothing_wrong_is_the_best_there_is(book: Book) -> None:
    """符合 throughout: each clause at its best, which is its points wherever it loses; no award claimed, nothing vetoed."""
    rules = rulebook.load(book.text())
    card = rules.score({clause.address: "符合" for clause in rules.clauses()})
    assert card.vetoed is False
    assert card.arithmetic is not None
    shape = {clause["clause"]: Fraction(clause["highest"]) for clause in shapes.facts(rules)["clauses"]}
    best = Fraction(0)
    for address, section, clause in book.clauses():
        score = card.clause(address)
        counts = section.kind in ("points", "deduct")
        assert Fraction(score.upper) == (shape[address] if counts else 0)
        best += Fraction(score.upper)
        if counts and not any(rule.effect in EARNS for rule in clause.means() if isinstance(rule, Rule)):
            assert Fraction(score.upper) == Fraction(clause.points or 0)
    assert Fraction(card.arithmetic) == best
    assert card.total == rules.score({}, assume="符合").total


EARNS = ("earn", "bands", "proportion")
