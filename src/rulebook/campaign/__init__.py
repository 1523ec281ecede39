"""A whole assessment: the paper that announces it, its records, and where it stands.

    plan = read("campaign.yaml")        # names, weights, rubrics, schedule: right, or a RulebookError that says everything
    standing = stand(plan)              # every unit's figures, intervals and ranks
    missing(standing)                   # what publication waits for
"""

from rulebook.campaign.comparison import compare
from rulebook.campaign.plan import Plan, read
from rulebook.campaign.publishing import missing
from rulebook.campaign.scoring import stand
from rulebook.campaign.standing import Mark, Place, Standing

__all__ = ["Mark", "Place", "Plan", "Standing", "compare", "missing", "read", "stand"]
