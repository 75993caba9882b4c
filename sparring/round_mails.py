"""The mail that tells the people of a match whom they meet and why, with an invitation for their calendars."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from sparring.calendars import invitation
from sparring.mails import meeting_of, names_beside, send
from sparring.models import MatchProposal, PeerSparring
from sparring.reasons import reasons_for


def send_proposal(*, proposal: MatchProposal, session: PeerSparring, now: datetime) -> None:
    """Tell everybody in the match. The reasons stand in the mail; calendars, which colleagues may read, get none."""
    people = session.people
    with translation.override(settings.LANGUAGE_CODE):
        description = _("See the sparring, and say yes or pass: %(url)s")
        invite = invitation(meeting_of(session, people, description=description, now=now))
        for person in people:
            subject = _("Your sparring partner: %(people)s") % {"people": names_beside(people, person)}
            context = {
                "partners": [other for other in people if other != person],
                "reasons": reasons_for(person, proposal.reasons, people),
            }
            send("proposed", session, person, subject, context, calendar=invite, method="REQUEST", now=now)
