"""The token passes: named, ordered, one thing each. A word means something only beside its partner; alone it is text."""

from collections.abc import Callable

from rulebook import lexicon
from rulebook.parser.passes.counts import (
    choose_asked,
    choose_bare,
    choose_last,
    choose_later,
    choose_near,
    choose_nouns,
    choose_numbered,
    choose_period,
    choose_rates,
    choose_turns,
    join_measures,
    split_bound,
)
from rulebook.parser.passes.kinds import (
    ADVERBS,
    AMOUNTS,
    CAPS,
    COMPARATORS,
    COMPLETE,
    FILLERS,
    MEASURES,
    VERBS,
    WORTH,
    Tokens,
)
from rulebook.parser.passes.links import (
    choose_adverbs,
    choose_documents,
    choose_links,
    close_brackets,
    rest_is_text,
)
from rulebook.parser.passes.points import (
    choose_besides,
    choose_caps,
    choose_complete,
    choose_governing,
    choose_headed,
    choose_inherited,
    choose_open,
    choose_rated,
    choose_worth,
    is_grade,
    unquoted,
)
from rulebook.parser.passes.quantities import (
    choose_included,
    choose_ranks,
    join_included,
    join_quantities,
    join_standards,
    name_sizes,
    settle_quantities,
)

_NUMBERS = frozenset({"NUM", "FIGURE", "RANGE", "QUANTITY"})

PASSES: tuple[tuple[Callable[[Tokens], Tokens], frozenset[str]], ...] = (
    (join_included, frozenset({"INCLUDED"})),
    (choose_governing, VERBS | CAPS | WORTH | {"COPULA"}),
    (choose_besides, frozenset(lexicon.terms()["besides"])),
    (choose_complete, COMPLETE | {"VETO", "WHOLE"}),
    (choose_ranks, frozenset(lexicon.terms()["rank_unit"])),
    (choose_open, frozenset({"DISCRETION"})),
    (choose_caps, frozenset({"AT_MOST"})),
    (choose_rated, frozenset(lexicon.terms()["per"])),
    (choose_headed, frozenset(lexicon.terms()["open"])),
    (choose_worth, frozenset({"FIGURE", "RANGE"})),
    (choose_inherited, frozenset({"several amounts"})),
    (choose_nouns, frozenset({"EACH", "LACK", "FIND"})),
    (split_bound, frozenset({"BINDING"})),
    (choose_numbered, frozenset()),
    (choose_later, frozenset(lexicon.terms()["thereafter"]) | {"AGAIN"}),
    (join_measures, frozenset({"（"})),
    (choose_rates, frozenset({"BY"})),
    (choose_turns, frozenset({"LOWER", "HIGHER", "LACK"})),
    (choose_asked, frozenset({"NUM"})),
    (choose_last, frozenset(lexicon.terms()["rank_unit"])),
    (choose_near, frozenset({"NUM"})),
    (choose_bare, frozenset({"FIGURE"})),
    (choose_period, frozenset({"PERIOD"}) | frozenset(lexicon.terms()["school_time"])),
    (choose_included, frozenset({"（"})),
    (join_quantities, _NUMBERS),
    (join_standards, frozenset({"EACH"})),
    (name_sizes, frozenset({"QUANTITY"})),
    (settle_quantities, frozenset({"QUANTITY"}) | COMPARATORS),
    (choose_documents, frozenset({"STATES", "PRORATE", "LINEAR"})),
    (choose_adverbs, frozenset()),
    (choose_links, frozenset({"OTHERWISE", "OR", "AGAIN", "EACH", "BINDING"})),
    (close_brackets, frozenset({"（"})),
    (rest_is_text, frozenset()),
)
"""The passes in the order in which they run, each with the kinds, classes and words of which one must stand in the clause; empty: always."""


def run(tokens: Tokens) -> Tokens:
    """The tokens after every pass."""
    present: set[str] = set()
    amounts = 0
    for token in tokens:
        present.add(token.kind)
        present.add(token.text)
        amounts += token.kind in AMOUNTS
        for entry in token.classes:
            present.add(entry[0])
    if amounts > 1:
        present.add("several amounts")
    for step, needs in PASSES:
        if not needs or not needs.isdisjoint(present):
            tokens = step(tokens)
            if step is join_quantities and any(token.kind == "QUANTITY" for token in tokens):
                present.add("QUANTITY")
    return tokens


__all__ = [
    "ADVERBS", "AMOUNTS", "CAPS", "COMPARATORS", "COMPLETE", "FILLERS", "MEASURES", "PASSES", "VERBS", "WORTH", "Tokens",
    "is_grade", "rest_is_text", "run", "unquoted",
]  # fmt: skip
