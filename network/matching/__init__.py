"""Who should spar with whom: pure calculation, with no database and no clock, the same answer for the same seed."""

from .instance import Instance, InstanceError, Meeting, Peer, PersonId, Rules
from .reasons import Reason
from .rounds import Group, LeftOut, MatchedRound, solve_round

__all__ = [
    "Group",
    "Instance",
    "InstanceError",
    "LeftOut",
    "MatchedRound",
    "Meeting",
    "Peer",
    "PersonId",
    "Reason",
    "Rules",
    "solve_round",
]
