"""The members' answers to their match, and leaving a session. Whoever loses a partner by it is given another."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from network.models import Person
from sparring.models import MatchAnswer, MatchMember, MatchProposal, PeerSparring
from sparring.services.rounds import RoundError
from sparring.services.sessions import leave_session
from sparring.tasks import find_new_partners


class AnswerTooLateError(RoundError):
    sentence = _("The sparring has begun, so it is too late to answer.")


class MatchIsOffError(RoundError):
    sentence = _("This match is no longer on, so it needs no answer.")


@transaction.atomic
def answer(*, proposal: MatchProposal, by: Person, accept: bool, now: datetime) -> MatchMember:
    """Say yes to a match, or pass without a reason: of a pair nothing is left, a group of three goes on as two.

    The same answer again changes nothing. Raises `AnswerTooLateError` or `MatchIsOffError`.
    """
    member = MatchMember.objects.select_for_update().get(proposal=proposal, person=by)
    given = MatchAnswer.ACCEPTED if accept else MatchAnswer.PASSED
    if member.answer == given:
        return member
    session = proposal.session
    if session is None or not session.is_agreed or not session.participants.active().filter(person=by).exists():
        raise MatchIsOffError
    if session.starts_at <= now:
        raise AnswerTooLateError
    if not accept:
        leave(session=session, by=by, now=now)
    member.answer = given
    member.answered_at = now
    member.save(update_fields=["answer", "answered_at"])
    return member


@transaction.atomic
def leave(*, session: PeerSparring, by: Person, now: datetime) -> None:
    """Leave a session, as `leave_session` does; of a published round, the others get new partners where possible."""
    leave_session(session=session, by=by, now=now)
    if proposal := MatchProposal.objects.filter(session=session).first():
        # After the commit, and robust: what was left stays left, whatever becomes of the others.
        transaction.on_commit(lambda: find_new_partners.enqueue(proposal.round_id), robust=True)
