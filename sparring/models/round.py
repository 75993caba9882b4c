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

    The codes are those of `network.matching.LeftOut` and `sparring.services.pool.Hindrance`. `next_dates` holds
    [person id, ISO date] of those left out who can get somebody later, `waited` [person id, rounds] of those who
    could come and had gone without before. `created_by` is empty when nobody but the nightly planning has made it;
    `planned_from` is then the fingerprint of the data it was planned from.
    """

    slot = models.ForeignKey(SparringSlot, on_delete=models.PROTECT, related_name="rounds")
    status = models.CharField(_("status"), max_length=12, choices=RoundStatus, default=RoundStatus.DRAFT)
    seed = models.PositiveIntegerField(_("seed"), default=0)
    left_out = models.JSONField(_("left out"), default=list)
    next_dates = models.JSONField(_("next possible dates"), default=list)
    waited = models.JSONField(_("waited before"), default=list)
    planned_from = models.CharField(_("planned from"), max_length=32, blank=True, editable=False)
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


class WishKind(models.TextChoices):
    TOGETHER = "together", _("Keep together")
    APART = "apart", _("Keep apart")


class PairWish(models.Model):
    """What the coordinator has decided about two people for one round: it holds each time the round is made again.

    `one` is the person with the lower id, so that a pair has one row.
    """

    round = models.ForeignKey(SparringRound, on_delete=models.CASCADE, related_name="wishes")
    one = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    other = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(_("wish"), max_length=10, choices=WishKind)

    class Meta:
        verbose_name = _("wish for a pair")
        verbose_name_plural = _("wishes for pairs")
        constraints = [
            models.UniqueConstraint(fields=["round", "one", "other"], name="sparring_one_wish_a_pair"),
            models.CheckConstraint(condition=models.Q(one__lt=models.F("other")), name="sparring_wish_is_ordered"),
        ]

    def __str__(self) -> str:
        return f"{self.one_id}-{self.other_id} {self.kind}"

    @property
    def pair(self) -> tuple[int, int]:
        return self.one_id, self.other_id


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


class RoundPause(models.Model):
    """Somebody is not proposed to others in rounds, since they were silent for a while. They can be booked as before.

    It lasts until they say that they are with us again.
    """

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="round_pauses")
    began_at = models.DateTimeField(_("began"))
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)

    class Meta:
        verbose_name = _("pause from rounds")
        verbose_name_plural = _("pauses from rounds")
        constraints = [
            models.UniqueConstraint(
                fields=["person"], condition=models.Q(ended_at__isnull=True), name="sparring_one_round_pause_at_a_time"
            )
        ]

    def __str__(self) -> str:
        return f"{self.person_id} {self.began_at:%Y-%m-%d}"
