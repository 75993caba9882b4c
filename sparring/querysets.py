"""Named filters over sessions, slots, places, bookings, matches and notes."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import F, FilteredRelation, Q

if TYPE_CHECKING:
    from network.models import Person
    from sparring.models import ExperienceNote, MatchProposal, PeerSparring, SlotBooking, SlotPlace, SparringSlot


class PeerSparringQuerySet(models.QuerySet["PeerSparring"]):
    def of(self, person: Person) -> PeerSparringQuerySet:
        """Sessions in which this person takes part."""
        return self.filter(participants__person=person, participants__is_active=True)

    def agreed(self) -> PeerSparringQuerySet:
        return self.filter(status="agreed")

    def upcoming(self, now: datetime) -> PeerSparringQuerySet:
        return self.filter(ends_at__gt=now)

    def past(self, now: datetime) -> PeerSparringQuerySet:
        return self.filter(ends_at__lte=now)


class SparringSlotQuerySet(models.QuerySet["SparringSlot"]):
    def upcoming(self, now: datetime) -> SparringSlotQuerySet:
        return self.filter(starts_at__gt=now, is_open=True)


class SlotPlaceQuerySet(models.QuerySet["SlotPlace"]):
    def free(self, now: datetime) -> SlotPlaceQuerySet:
        """Places that can be booked: offered, in an open slot to come, not booked, and the host not taken elsewhere."""
        free = self.annotate(
            clash=FilteredRelation(
                "host__participations",
                condition=Q(host__participations__is_active=True, host__participations__starts_at=F("starts_at")),
            )
        )
        return free.filter(clash=None, is_offered=True, slot__is_open=True, starts_at__gt=now, host__is_active=True)

    def for_person(self, person: Person) -> SlotPlaceQuerySet:
        """Places this person may book: another department's, and not where either has blocked the other."""
        places = self.exclude(host=person)
        if person.department_id:
            places = places.exclude(host__org_unit__department=person.department_id)
        return places.exclude(Q(host__blocks__other=person) | Q(host__in=person.blocks.values("other")))


class SlotBookingQuerySet(models.QuerySet["SlotBooking"]):
    def active(self) -> SlotBookingQuerySet:
        return self.filter(status="active")


class MatchProposalQuerySet(models.QuerySet["MatchProposal"]):
    def published(self) -> MatchProposalQuerySet:
        return self.filter(round__status="published")

    def of(self, person: Person) -> MatchProposalQuerySet:
        return self.published().filter(members__person=person)


class ExperienceNoteQuerySet(models.QuerySet["ExperienceNote"]):
    def kept(self) -> ExperienceNoteQuerySet:
        return self.filter(deleted_at__isnull=True)

    def visible_to(self, person: Person) -> ExperienceNoteQuerySet:
        """A note is seen by its author, and by those its author has shared it with. No role sees more."""
        if person.is_external:
            return self.none()
        shared_sessions = Q(session__in=person.participations.filter(is_active=True).values("session"))
        # What is shared with the corps stays open to the one the author sparred with, who may not be a member.
        allowed = (
            Q(author=person) | Q(visibility="everyone") | (Q(visibility__in=["partners", "corps"]) & shared_sessions)
        )
        if person.is_in_corps:
            allowed |= Q(visibility="corps")
        return self.kept().filter(allowed)
