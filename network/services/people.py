"""Roles, the corps and sign-in addresses of people."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime

from allauth.account.models import EmailAddress
from django.contrib.auth.models import Group
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.log_actions import log

from network.models import Ambassador, Person
from network.roles import Role
from network.services.ambassadors import leave_corps, return_to_corps


class PeopleError(Exception):
    """Something about a person that cannot be done. The message says why."""


class NotEmployedError(PeopleError):
    def __init__(self, person: Person) -> None:
        super().__init__(
            _("%(name)s is not an active employee, and can have no role in the corps.") % {"name": person.name}
        )


class OwnAccessError(PeopleError):
    def __init__(self) -> None:
        super().__init__(_("You cannot take your own access away. Ask another coordinator."))


@transaction.atomic
def appoint_ambassador(*, person: Person, by: Person, now: datetime) -> Ambassador:
    """Take somebody into the corps, or back into it with what they wrote about themselves before."""
    if not person.is_active or person.is_external:
        raise NotEmployedError(person)
    ambassador, is_new = Ambassador.objects.get_or_create(
        person=person, defaults={"joined_on": timezone.localdate(now)}
    )
    if is_new or not ambassador.is_active or not person.is_ambassador:
        return_to_corps(ambassador, by=by, now=now)
        _forget_roles(person)
        log(ambassador, "network.appoint", user=by, timestamp=now)
    return ambassador


@transaction.atomic
def retire_ambassador(*, person: Person, by: Person, now: datetime) -> None:
    """Let somebody leave the corps. Their row stays, so that notes and talks keep their history."""
    ambassador = Ambassador.objects.filter(person=person, is_active=True).first()
    if ambassador:
        leave_corps(ambassador, by=by, now=now)
        log(ambassador, "network.retire", user=by, timestamp=now)
    person.groups.remove(*Group.objects.filter(name=Role.AMBASSADOR))
    _forget_roles(person)


@transaction.atomic
def set_roles(*, person: Person, roles: Collection[str], by: Person, now: datetime) -> None:
    """Give exactly these roles; groups that are no roles stay. Nobody takes the coordinator's role from themselves."""
    given, taken = set(roles) - person.roles, person.roles - set(roles)
    if person == by and Role.COORDINATOR in taken:
        raise OwnAccessError
    if (roles and person.is_external) or (given and not person.is_active):
        raise NotEmployedError(person)
    if Role.AMBASSADOR in given:
        appoint_ambassador(person=person, by=by, now=now)
    if Role.AMBASSADOR in taken:
        retire_ambassador(person=person, by=by, now=now)
    person.groups.add(*(Group.objects.get_or_create(name=role)[0] for role in given))
    person.groups.remove(*Group.objects.filter(name__in=taken))
    _forget_roles(person)


def leads(person: Person, leader: Person) -> bool:
    """Whether `person` is `leader` or leads them over any number of steps."""
    leaders = dict(Person.objects.filter(line_manager__isnull=False).values_list("pk", "line_manager"))
    passed: set[int] = set()
    pk: int | None = leader.pk
    while pk and pk not in passed:
        if pk == person.pk:
            return True
        passed.add(pk)
        pk = leaders.get(pk)
    return False


def forget_old_addresses(pks: Iterable[int | None]) -> None:
    """Drop the sign-in library's own copies of e-mails after a change.

    It sends password links to any address it remembers, and an old one may belong to somebody else by now.
    """
    EmailAddress.objects.filter(user__in=list(pks)).delete()


def _forget_roles(person: Person) -> None:
    person.__dict__.pop("group_names", None)
