"""Who should spar with whom: pure calculation, with no database and no clock, the same answer for the same seed."""

from .booking import Helper, HelperFinder
from .buddies import Buddies, pair_buddies
from .instance import Instance, InstanceError, Meeting, Peer, PersonId, Rules
from .plan import Plan, plan_rounds
from .reasons import Reason
from .repair import repair_plan, repair_round
from .rounds import Group, LeftOut, MatchedRound, solve_round

__all__ = [
    "Buddies",
    "Group",
    "Helper",
    "HelperFinder",
    "Instance",
    "InstanceError",
    "LeftOut",
    "MatchedRound",
    "Meeting",
    "Peer",
    "PersonId",
    "Plan",
    "Reason",
    "Rules",
    "pair_buddies",
    "plan_rounds",
    "repair_plan",
    "repair_round",
    "solve_round",
]
