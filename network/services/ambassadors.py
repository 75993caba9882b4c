"""What ambassadors decide for themselves: profile, times, pauses, whom they are not matched with, and membership."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime, timedelta

from django.contrib.auth.models import Group
from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from network.models import Ambassador, Availability, Pause, Person, PersonBlock, Theme
from network.roles import Role
from network.signals import availability_changed
from network.week import Window, first_overlap


class AmbassadorError(Exception):
    """What an ambassador asked for cannot be done; the text says why, kindly."""


class OfferedAndSoughtError(AmbassadorError):
    def __init__(self, themes: Collection[Theme]) -> None:
        names = ", ".join(sorted(theme.name for theme in themes))
        super().__init__(_("You both offer and seek %(themes)s. Choose one of the two.") % {"themes": names})


class OverlappingTimesError(AmbassadorError):
    def __init__(self, one: Window, other: Window) -> None:
        self.weekday = one.weekday
        super().__init__(
            _("%(one)s and %(other)s overlap or meet. Write them as one time.") % {"one": one, "other": other}
        )


class PauseIsOverError(AmbassadorError):
    def __init__(self) -> None:
        super().__init__(_("These days have passed. Choose a pause that ends today or later."))


class OverlappingPauseError(AmbassadorError):
    def __init__(self, other: Pause) -> None:
        super().__init__(
            _("You already have a pause from %(first)s to %(last)s. End that one first, or choose other days.")
            % {"first": date_format(other.from_on), "last": date_format(other.until_on)}
        )


@transaction.atomic
def update_profile(
    ambassador: Ambassador,
    *,
    bio: str,
    offers: Collection[Theme],
    seeks: Collection[Theme],
    languages: list[str],
    formats: list[str],
    weekly_cap: int,
    by: Person,
    now: datetime,
) -> None:
    """Raises OfferedAndSoughtError when a theme stands in both lists."""
    if both := set(offers) & set(seeks):
        raise OfferedAndSoughtError(both)
    ambassador.bio = bio
    ambassador.languages = languages
    ambassador.formats = formats
    ambassador.weekly_cap = weekly_cap
    ambassador.save(update_fields=["bio", "languages", "formats", "weekly_cap"])
    ambassador.offers.set(offers)
    ambassador.seeks.set(seeks)


@transaction.atomic
def set_week(ambassador: Ambassador, *, windows: Collection[Window], by: Person, now: datetime) -> None:
    """Let these be the weekly times, in place of the former ones. Raises OverlappingTimesError."""
    if overlap := first_overlap(windows):
        raise OverlappingTimesError(*overlap)
    _lock(ambassador.person)
    former = {Window(*row) for row in ambassador.availability.values_list("weekday", "starts_at", "ends_at")}
    if former == set(windows):
        return
    ambassador.availability.all().delete()
    Availability.objects.bulk_create(Availability(ambassador=ambassador, **window._asdict()) for window in windows)
    _tell_availability_changed(ambassador.person, by, now)


@transaction.atomic
def start_pause(person: Person, *, from_on: date, until_on: date, by: Person, now: datetime) -> Pause:
    """Ask nobody of this person on these days. Raises PauseIsOverError and OverlappingPauseError."""
    if until_on < timezone.localdate(now):
        raise PauseIsOverError
    _lock(person)
    if other := person.pauses.filter(from_on__lte=until_on, until_on__gte=from_on).order_by("from_on").first():
        raise OverlappingPauseError(other)
    pause = person.pauses.create(from_on=from_on, until_on=until_on)
    _tell_availability_changed(person, by, now)
    return pause


@transaction.atomic
def end_pause(pause: Pause, *, by: Person, now: datetime) -> None:
    """Be back today: a pause that has begun keeps the days that were, one that has not disappears."""
    today = timezone.localdate(now)
    if pause.from_on < today:
        pause.until_on = min(pause.until_on, today - timedelta(days=1))
        pause.save(update_fields=["until_on"])
    else:
        pause.delete()
    _tell_availability_changed(pause.person, by, now)


def block_person(person: Person, *, other: Person, by: Person, now: datetime) -> None:
    """Never match `person` with `other`. Tells nobody, and changes no agreement that already stands."""
    PersonBlock.objects.get_or_create(person=person, other=other)


def unblock_person(person: Person, *, other: Person, by: Person, now: datetime) -> None:
    PersonBlock.objects.filter(person=person, other=other).delete()


@transaction.atomic
def leave_corps(ambassador: Ambassador, *, by: Person, now: datetime) -> None:
    """Take the person out of the corps, and out of what only the corps reads. Times and profile stay for a return."""
    _lock(ambassador.person)
    ambassador.is_active = False
    ambassador.save(update_fields=["is_active"])
    ambassador.person.groups.remove(*Group.objects.filter(name=Role.AMBASSADOR))
    _membership_changed(ambassador.person, by, now)


@transaction.atomic
def return_to_corps(ambassador: Ambassador, *, by: Person, now: datetime) -> None:
    """Take up the place again as it was, with a fresh count of rounds left out."""
    _lock(ambassador.person)
    ambassador.is_active = True
    ambassador.left_out = 0
    ambassador.save(update_fields=["is_active", "left_out"])
    ambassador.person.groups.add(Group.objects.get_or_create(name=Role.AMBASSADOR)[0])
    _membership_changed(ambassador.person, by, now)


def _lock(person: Person) -> None:
    """One change of a person's place and times at a time; two browser windows must not both find the days free.

    No lock on the key: whoever makes a row that points at the person need not wait, nor be waited for.
    """
    Person.objects.select_for_update(no_key=True).only("pk").get(pk=person.pk)


def _membership_changed(person: Person, by: Person, now: datetime) -> None:
    for each in (person, by):
        each.__dict__.pop("group_names", None)
    _tell_availability_changed(person, by, now)


def _tell_availability_changed(person: Person, by: Person, now: datetime) -> None:
    availability_changed.send(sender=Ambassador, person=person, by=by, now=now)
