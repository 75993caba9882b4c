"""Talking with each other: times, bookings, rounds of pairs, and the notes written afterwards."""

from .note import ExperienceNote, Visibility
from .round import (
    MatchAnswer,
    MatchMember,
    MatchProposal,
    PairWish,
    RoundPause,
    RoundStatus,
    SparringRound,
    WishKind,
)
from .session import ParticipantRole, PeerSparring, SessionStatus, SparringParticipant
from .slot import BookingStatus, ClosingDay, SlotBooking, SlotPlace, SlotSeries, SparringSlot

__all__ = [
    "BookingStatus",
    "ClosingDay",
    "ExperienceNote",
    "MatchAnswer",
    "MatchMember",
    "MatchProposal",
    "PairWish",
    "ParticipantRole",
    "PeerSparring",
    "RoundPause",
    "RoundStatus",
    "SessionStatus",
    "SlotBooking",
    "SlotPlace",
    "SlotSeries",
    "SparringParticipant",
    "SparringRound",
    "SparringSlot",
    "Visibility",
    "WishKind",
]
