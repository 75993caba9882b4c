"""Units that close, merge or change their name. The row of a unit stays: what was written there keeps its place."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from wagtail.log_actions import log

from network.models import OrgUnit, Person


class OrganisationError(Exception):
    """Something about a unit that cannot be done. The message says why."""


class UnitClosedError(OrganisationError):
    def __init__(self, unit: OrgUnit) -> None:
        super().__init__(_("“%(unit)s” has been closed already.") % {"unit": unit.name})


class UnitHasPeopleError(OrganisationError):
    def __init__(self, unit: OrgUnit, people: int) -> None:
        message = ngettext(
            "One person still works in “%(unit)s”. Move them first, or merge the unit into another.",
            "%(people)s people still work in “%(unit)s”. Move them first, or merge the unit into another.",
            people,
        )
        super().__init__(message % {"unit": unit.name, "people": people})


class MergeIntoItselfError(OrganisationError):
    def __init__(self) -> None:
        super().__init__(_("A unit cannot be merged into itself."))


class NameTakenError(OrganisationError):
    def __init__(self, name: str) -> None:
        super().__init__(_("The department already has a unit called “%(name)s”.") % {"name": name})


@transaction.atomic
def close_unit(*, unit: OrgUnit, by: Person | None, now: datetime) -> None:
    """Close a unit in which nobody works any more."""
    unit = _locked(unit)[unit.pk]
    if unit.is_closed:
        raise UnitClosedError(unit)
    if people := Person.objects.filter(org_unit=unit, is_active=True).count():
        raise UnitHasPeopleError(unit, people)
    unit.closed_on = timezone.localdate(now)
    unit.save(update_fields=["closed_on"])
    log(unit, "network.close", user=by, timestamp=now)


@transaction.atomic
def merge_unit(*, unit: OrgUnit, into: OrgUnit, by: Person | None, now: datetime) -> int:
    """Close `unit` and move its people to `into`. Returns how many were moved."""
    if unit == into:
        raise MergeIntoItselfError
    units = _locked(unit, into)
    unit, into = units[unit.pk], units[into.pk]
    if into.is_closed:
        raise UnitClosedError(into)
    if unit.merged_into_id:
        raise UnitClosedError(unit)
    unit.closed_on = unit.closed_on or timezone.localdate(now)
    unit.merged_into = into
    unit.save(update_fields=["closed_on", "merged_into"])
    log(unit, "network.merge", user=by, timestamp=now, data={"into": into.name})
    return Person.objects.filter(org_unit=unit).update(org_unit=into)


@transaction.atomic
def rename_unit(*, unit: OrgUnit, name: str, by: Person | None, now: datetime) -> None:
    """Give a unit a new name. Its short name stays, so that files which use that one still find it."""
    unit = _locked(unit)[unit.pk]
    if is_name_taken(unit, name):
        raise NameTakenError(name)
    before, unit.name = unit.name, name
    unit.save(update_fields=["name"])
    log(unit, "network.rename", user=by, timestamp=now, data={"before": before, "after": name})


def is_name_taken(unit: OrgUnit, name: str) -> bool:
    namesakes = OrgUnit.objects.filter(department=unit.department_id, name__iexact=name)
    return namesakes.exclude(pk=unit.pk).exists()


def _locked(*units: OrgUnit) -> dict[int, OrgUnit]:
    pks = [unit.pk for unit in units]
    return {unit.pk: unit for unit in OrgUnit.objects.select_for_update().filter(pk__in=pks).order_by("pk")}
