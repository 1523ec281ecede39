"""What a point is worth now: what to repair or supply in one record, what it regains, and the least that reaches a wanted total.

Every figure here is the difference of two totals of the evaluator, so limits count as they do in a score. Where something is unknown,
the total that is certain is meant: the lower end.
"""

from rulebook.improvement.advice import Change, Gain, Open, Plan
from rulebook.improvement.doubts import settling
from rulebook.improvement.plans import least, most
from rulebook.improvement.repairs import gains
from rulebook.improvement.standing import Standing, apply

__all__ = ["Change", "Gain", "Open", "Plan", "Standing", "apply", "gains", "least", "most", "settling"]
