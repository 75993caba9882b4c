"""Mails about rounds: whom one meets and why, with an invitation for the calendar, and a pause from rounds."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _

from network.models import Person
from network.outbox.mail import enqueue_mail
from sparring.calendars import invitation
from sparring.mails import address_of, meeting_of, names_beside, send
from sparring.models import MatchProposal, PeerSparring
from sparring.reasons import reasons_for


def send_proposal(
    *,
    proposal: MatchProposal,
    session: PeerSparring,
    to: Collection[Person] | None = None,
    due_at: datetime | None = None,
    now: datetime,
) -> None:
    """Tell everybody in the match, or those of `to` alone, at `due_at` or at once.

    The reasons stand in the mail; calendars, which colleagues may read, get none.
    """
    people = session.people
    with translation.override(settings.LANGUAGE_CODE):
        description = _("See the sparring, and say yes or pass: %(url)s")
        invite = invitation(meeting_of(session, people, description=description, now=now))
        for person in people if to is None else to:
            subject = _("Your sparring partner: %(people)s") % {"people": names_beside(people, person)}
            context = {
                "partners": [other for other in people if other != person],
                "reasons": reasons_for(person, proposal.reasons, people),
            }
            send(
                "proposed", session, person, subject, context, calendar=invite, method="REQUEST", due_at=due_at, now=now
            )


def send_paused(*, person: Person, now: datetime) -> None:
    """Tell somebody that they are proposed to nobody for now, and how they are with us again."""
    with translation.override(settings.LANGUAGE_CODE):
        context = {"person": person, "url": address_of("sparring:my_day")}
        body = render_to_string("sparring/mails/paused.txt", context).strip()
        enqueue_mail(to=person.email, subject=_("A pause from the sparring rounds"), body=body, now=now)
