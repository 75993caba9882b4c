"""The mail that tells the people of a match whom they meet and why, with an invitation for their calendars."""

from __future__ import annotations

from datetime import datetime
from email.utils import parseaddr

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.text import get_text_list
from django.utils.translation import gettext as _

from network.outbox.mail import enqueue_mail
from sparring.calendars import Attendee, Meeting, invitation
from sparring.models import MatchProposal, PeerSparring
from sparring.reasons import reasons_for


def send_proposal(*, proposal: MatchProposal, session: PeerSparring, now: datetime) -> None:
    """Tell everybody in the match. The reasons stand in the mail; calendars, which colleagues may read, get none."""
    people = session.people
    with translation.override(settings.LANGUAGE_CODE):
        calendar = invitation(_meeting(session, now))
        for person in people:
            partners = [other for other in people if other != person]
            names = get_text_list([other.name for other in partners], _("and"))
            context = {
                "person": person,
                "partners": partners,
                "session": session,
                "reasons": reasons_for(person, proposal.reasons, people),
                "url": _address("sparring:session", session.uid),
            }
            enqueue_mail(
                to=person.email,
                subject=" ".join((_("Your sparring partner: %(people)s") % {"people": names}).split()),
                body=render_to_string("sparring/mails/proposed.txt", context),
                calendar=calendar,
                now=now,
            )


def _meeting(session: PeerSparring, now: datetime) -> Meeting:
    sender, address = parseaddr(settings.DEFAULT_FROM_EMAIL)
    url = _address("sparring:session", session.uid)
    names = get_text_list([person.name for person in session.people], _("and"))
    return Meeting(
        uid=str(session.uid),
        sequence=session.sequence,
        starts_at=session.starts_at,
        ends_at=session.ends_at,
        summary=_("Sparring: %(people)s") % {"people": names},
        description=_("See the sparring, and say yes or pass: %(url)s") % {"url": url},
        location="",
        url=url,
        organizer=Attendee(sender, address),
        attendees=tuple(Attendee(person.name, person.email) for person in session.people),
        written_at=now,
    )


def _address(name: str, *args: object) -> str:
    return settings.WAGTAILADMIN_BASE_URL + reverse(name, args=args)
