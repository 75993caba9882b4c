"""Named filters over sessions, slots, places, bookings, matches and notes."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.db import models
from django.db.models import Count, Exists, F, OuterRef, Prefetch, Q, Subquery
from django.db.models.functions import Coalesce, TruncWeek

if TYPE_CHECKING:
    from network.models import Person
    from sparring.models import (
        ExperienceNote,
        MatchProposal,
        PeerSparring,
        SlotBooking,
        SlotPlace,
        SparringParticipant,
        SparringSlot,
    )

# How long the author of a deleted note can have it back.
RESTORE_WITHIN = timedelta(days=30)


def _participants() -> SparringParticipantQuerySet:
    participants: SparringParticipantQuerySet = apps.get_model("sparring", "SparringParticipant").objects.all()
    return participants


class PeerSparringQuerySet(models.QuerySet["PeerSparring"]):
    def of(self, person: Person) -> PeerSparringQuerySet:
        """Sessions in which this person takes part."""
        return self.filter(participants__person=person, participants__is_active=True)

    def visible_to(self, person: Person) -> PeerSparringQuerySet:
        """A session is seen by those in it, also after it was cancelled or they left it. No role sees more."""
        return self.filter(participants__person=person)

    def with_people(self) -> PeerSparringQuerySet:
        people = _participants().select_related("person__org_unit__department").order_by("pk")
        return self.prefetch_related(Prefetch("participants", people))

    def agreed(self) -> PeerSparringQuerySet:
        return self.filter(status="agreed")

    def upcoming(self, now: datetime) -> PeerSparringQuerySet:
        return self.filter(ends_at__gt=now)

    def past(self, now: datetime) -> PeerSparringQuerySet:
        return self.filter(ends_at__lte=now)


class SparringParticipantQuerySet(models.QuerySet["SparringParticipant"]):
    def active(self) -> SparringParticipantQuerySet:
        return self.filter(is_active=True)

    def overlapping(self, starts_at: datetime | OuterRef, ends_at: datetime | OuterRef) -> SparringParticipantQuerySet:
        """Those whose time is held somewhere between the two instants."""
        return self.active().filter(starts_at__lt=ends_at, session__ends_at__gt=starts_at)


class SparringSlotQuerySet(models.QuerySet["SparringSlot"]):
    def upcoming(self, now: datetime) -> SparringSlotQuerySet:
        return self.filter(starts_at__gt=now, is_open=True)


class SlotPlaceQuerySet(models.QuerySet["SlotPlace"]):
    def free(self, now: datetime) -> SlotPlaceQuerySet:
        """Places that can be booked: offered, in an open slot to come, and the host has time then and that week."""
        in_that_week = (
            _participants()
            .active()
            .annotate(week=TruncWeek("starts_at"))
            .filter(person=OuterRef("host"), week=OuterRef("week"))
            .order_by()
            .values("person")
            .annotate(number=Count("pk"))
        )
        return (
            self.filter(is_offered=True, slot__is_open=True, starts_at__gt=now)
            .filter(host__is_active=True, host__ambassador__is_active=True)
            .exclude(_taken(OuterRef("host")))
            .annotate(week=TruncWeek("starts_at"), in_that_week=Coalesce(Subquery(in_that_week.values("number")), 0))
            .filter(in_that_week__lt=F("host__ambassador__weekly_cap"))
        )

    def for_person(self, person: Person) -> SlotPlaceQuerySet:
        """Places this person may book: another department's, when they have time, and no block either way."""
        places = self.exclude(host=person).exclude(_taken(person))
        if person.org_unit_id:
            own = apps.get_model("network", "OrgUnit").objects.filter(pk=person.org_unit_id)
            places = places.exclude(host__org_unit__department__in=own.values("department"))
        return places.exclude(Q(host__blocks__other=person) | Q(host__in=person.blocks.values("other")))

    def on_day(self, day: date) -> SlotPlaceQuerySet:
        return self.filter(starts_at__date=day)

    def about(self, theme_slug: str) -> SlotPlaceQuerySet:
        """Places of those who offer this theme."""
        return self.filter(host__ambassador__offers__slug=theme_slug)

    def with_experience_of(self, card_id: int) -> SlotPlaceQuerySet:
        """Places of those who have told that they tried this method card."""
        return self.filter(host__trials__card=card_id)

    def with_host(self) -> SlotPlaceQuerySet:
        return self.select_related("slot", "host__ambassador", "host__org_unit__department")


def _taken(person: Person | OuterRef) -> Exists:
    """Whether this person's time is held by a session while the place's slot runs."""
    return Exists(_participants().overlapping(OuterRef("starts_at"), OuterRef("slot__ends_at")).filter(person=person))


class SlotBookingQuerySet(models.QuerySet["SlotBooking"]):
    def active(self) -> SlotBookingQuerySet:
        return self.filter(status="active")


class MatchProposalQuerySet(models.QuerySet["MatchProposal"]):
    def published(self) -> MatchProposalQuerySet:
        return self.filter(round__status="published")

    def of(self, person: Person) -> MatchProposalQuerySet:
        return self.published().filter(members__person=person)

    def awaiting(self, person: Person, now: datetime) -> MatchProposalQuerySet:
        """Those that still can be answered by this person, and are not."""
        takes_part = Q(session__participants__person=person, session__participants__is_active=True)
        return self.published().filter(
            takes_part, members__person=person, members__answer="waiting", round__slot__starts_at__gt=now
        )

    def with_members(self) -> MatchProposalQuerySet:
        """The slot of each match, and its people with unit and department, marked `has_left` or not."""
        left = _participants().filter(
            session=OuterRef("proposal__session"), session__status="agreed", person=OuterRef("person"), is_active=False
        )
        members: models.QuerySet[Any] = apps.get_model("sparring", "MatchMember").objects.order_by("pk")
        marked = members.annotate(has_left=~Q(answer="passed") & Exists(left))
        people = marked.select_related("person__org_unit__department")
        return self.select_related("round__slot").prefetch_related(Prefetch("members", people))


class ExperienceNoteQuerySet(models.QuerySet["ExperienceNote"]):
    def kept(self) -> ExperienceNoteQuerySet:
        return self.filter(deleted_at__isnull=True)

    def written_by(self, person: Person) -> ExperienceNoteQuerySet:
        return self.kept().filter(author=person)

    def restorable_by(self, person: Person, now: datetime) -> ExperienceNoteQuerySet:
        """Notes that this person deleted so recently that they can have them back."""
        return self.filter(author=person, deleted_at__gt=now - RESTORE_WITHIN)

    def beyond_restoring(self, now: datetime) -> ExperienceNoteQuerySet:
        return self.filter(deleted_at__lte=now - RESTORE_WITHIN)

    def shared_with(self, person: Person) -> ExperienceNoteQuerySet:
        """What others have written and this person may read."""
        return self.visible_to(person).exclude(author=person)

    def with_author(self) -> ExperienceNoteQuerySet:
        return self.select_related("author__org_unit__department")

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
