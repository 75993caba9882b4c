"""What people do with pages: keep them, and tell that they have tried a method. Doing it twice is doing it once."""

from __future__ import annotations

from datetime import datetime

from wagtail.models import Page

from knowledge.models import Favourite, MethodCard, MethodTrial
from network.models import Person


def save_favourite(*, by: Person, page: Page, now: datetime) -> Favourite:
    # get_or_create leans on the unique constraint, so of two at once one simply finds the other's row.
    return Favourite.objects.get_or_create(person=by, page=page, defaults={"saved_at": now})[0]


def remove_favourite(*, by: Person, page: Page) -> None:
    Favourite.objects.of(by.pk).filter(page=page).delete()


def tell_trial(*, by: Person, card: MethodCard, now: datetime) -> MethodTrial:
    """Colleagues see from now on that `by` can be asked about the card."""
    return MethodTrial.objects.get_or_create(person=by, card=card, defaults={"told_at": now})[0]


def withdraw_trial(*, by: Person, card: MethodCard) -> None:
    MethodTrial.objects.of(by.pk).filter(card=card).delete()
