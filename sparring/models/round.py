"""A round: the coordinator lets the corps be paired for one slot, looks at it, and publishes."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from network.models import Person
from sparring.querysets import MatchProposalQuerySet

from .session import PeerSparring
from .slot import SparringSlot


class RoundStatus(models.TextChoices):
    DRAFT = "draft", _("Draft")
    PUBLISHED = "published", _("Published")
    DISCARDED = "discarded", _("Discarded")


class SparringRound(models.Model):
    """One computation of pairs for a slot. `left_out` holds [person id, reason code] of those without a partner.

    The codes are those of `network.matching.LeftOut` and `sparring.services.pool.Hindrance`.
    """

    slot = models.ForeignKey(SparringSlot, on_delete=models.PROTECT, related_name="rounds")
    status = models.CharField(_("status"), max_length=12, choices=RoundStatus, default=RoundStatus.DRAFT)
    seed = models.PositiveIntegerField(_("seed"), default=0)
    left_out = models.JSONField(_("left out"), default=list)
    created_at = models.DateTimeField(_("made"))
    created_by = models.ForeignKey(Person, null=True, on_delete=models.SET_NULL, related_name="+")
    published_at = models.DateTimeField(_("published"), null=True, blank=True)

    class Meta:
        verbose_name = _("round")
        verbose_name_plural = _("rounds")
        constraints = [
            models.UniqueConstraint(
                fields=["slot"],
                condition=models.Q(status__in=[RoundStatus.DRAFT, RoundStatus.PUBLISHED]),
                name="sparring_one_round_a_slot",
            )
        ]

    def __str__(self) -> str:
        return f"{self.slot} {self.get_status_display()}"


class MatchProposal(models.Model):
    """A pair or a group of three. `reasons` is a list of objects as the matching module gives them; each is true.

    `score` is the sum that the matching module worked with, and `parts` its named parts; coordinators alone see them.
    """

    round = models.ForeignKey(SparringRound, on_delete=models.CASCADE, related_name="proposals")
    session = models.OneToOneField(
        PeerSparring, null=True, blank=True, on_delete=models.PROTECT, related_name="proposal"
    )
    score = models.IntegerField(_("score"))
    parts = models.JSONField(_("parts of the score"), default=dict)
    reasons = models.JSONField(_("reasons"), default=list)

    objects: ClassVar[MatchProposalQuerySet] = MatchProposalQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("match")
        verbose_name_plural = _("matches")

    def __str__(self) -> str:
        return f"{self.round_id}-{self.pk}"


class MatchAnswer(models.TextChoices):
    WAITING = "waiting", _("Not answered yet")
    ACCEPTED = "accepted", _("Accepted")
    PASSED = "passed", _("Passed")


class MatchMember(models.Model):
    """A person in a match, and their answer. A pass needs no reason and is not told further than that it is one."""

    # Whether they left a group that goes on without them, other than by a pass. Marked by `with_members()`.
    has_left: bool

    proposal = models.ForeignKey(MatchProposal, on_delete=models.CASCADE, related_name="members")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="matches")
    answer = models.CharField(_("answer"), max_length=10, choices=MatchAnswer, default=MatchAnswer.WAITING)
    answered_at = models.DateTimeField(_("answered"), null=True, blank=True)

    class Meta:
        verbose_name = _("member of a match")
        verbose_name_plural = _("members of a match")
        constraints = [models.UniqueConstraint(fields=["proposal", "person"], name="sparring_match_member_once")]

    def __str__(self) -> str:
        return f"{self.proposal_id}-{self.person_id}"
