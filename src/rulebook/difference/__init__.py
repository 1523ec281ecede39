"""What separates two rulebooks in meaning, and what that does to a score. Words, numbers and places may change freely.

Clauses are paired first; each pair is then compared by what its points, rules, limits, requirements and facts mean. Every step
treats both rulebooks alike, so that the difference read backwards is the difference of the rulebooks the other way round.
"""

from rulebook.difference.attribution import Attribution, Ends, Part, attribute, ends
from rulebook.difference.carrying import Untold
from rulebook.difference.comparison import differences
from rulebook.difference.findings import Change, Difference, Outline, Pairing, Place

__all__ = [
    "Attribution",
    "Change",
    "Difference",
    "Ends",
    "Outline",
    "Pairing",
    "Part",
    "Place",
    "Untold",
    "attribute",
    "differences",
    "ends",
]
