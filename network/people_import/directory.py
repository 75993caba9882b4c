"""A picture of the people and units in the database, taken in two queries, for a plan to be made from."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cached_property

from django.utils.translation import gettext as _

from network.models import OrgUnit, Person


class UnitNotFoundError(Exception):
    """No open unit answers to what the file says. The message says why."""


@dataclass(frozen=True, slots=True)
class KnownUnit:
    pk: int
    slug: str
    name: str
    department: str
    closed_on: date | None
    merged_into: int | None


@dataclass(frozen=True, slots=True)
class KnownPerson:
    pk: int
    email: str
    employee_number: str
    name: str
    job_title: str
    unit: int | None
    line_manager: int | None
    seniority: int
    workplace: str
    phone: str
    is_active: bool
    is_external: bool
    is_superuser: bool

    @property
    def is_employed(self) -> bool:
        return self.is_active and not self.is_external


@dataclass(frozen=True)
class Directory:
    people: tuple[KnownPerson, ...]
    units: tuple[KnownUnit, ...]

    @cached_property
    def by_pk(self) -> dict[int, KnownPerson]:
        return {person.pk: person for person in self.people}

    @cached_property
    def by_number(self) -> dict[str, KnownPerson]:
        return {person.employee_number: person for person in self.people if person.employee_number}

    @cached_property
    def by_email(self) -> dict[str, KnownPerson]:
        return {person.email.lower(): person for person in self.people}

    @cached_property
    def units_by_pk(self) -> dict[int, KnownUnit]:
        return {unit.pk: unit for unit in self.units}

    @cached_property
    def _units_by_words(self) -> dict[str, list[KnownUnit]]:
        """Units by their short name, their name, and “department / unit”; an open one hides closed ones."""
        found: dict[str, list[KnownUnit]] = {}
        for unit in self.units:
            for words in {_key(unit.slug), _key(unit.name), _key(f"{unit.department}/{unit.name}")}:
                found.setdefault(words, []).append(unit)
        slugs = {_key(unit.slug): [unit] for unit in self.units}
        return {
            words: [unit for unit in units if not unit.closed_on] or units for words, units in found.items()
        } | slugs

    def find_unit(self, words: str) -> tuple[KnownUnit, KnownUnit]:
        """The unit that is named, and the open unit that it is today. Raises UnitNotFoundError."""
        units = self._units_by_words.get(_key(words), [])
        if not units:
            raise UnitNotFoundError(_("There is no unit “%(unit)s”.") % {"unit": words})
        if len(units) > 1:
            raise UnitNotFoundError(
                _("“%(unit)s” is found in several departments. Write for example “%(example)s”.")
                % {"unit": words, "example": f"{units[0].department} / {units[0].name}"}
            )
        today = self._today(units[0])
        if today.closed_on:
            raise UnitNotFoundError(
                _("The unit “%(unit)s” closed on %(day)s.") % {"unit": today.name, "day": f"{today.closed_on:%d.%m.%Y}"}
            )
        return units[0], today

    def _today(self, unit: KnownUnit) -> KnownUnit:
        passed = set()
        while unit.merged_into and unit.pk not in passed:
            passed.add(unit.pk)
            unit = self.units_by_pk[unit.merged_into]
        return unit


def _key(words: str) -> str:
    return "/".join(" ".join(part.split()) for part in words.casefold().split("/"))


def load_directory() -> Directory:
    units = OrgUnit.objects.order_by("pk").values_list(
        "pk", "slug", "name", "department__name", "closed_on", "merged_into"
    )
    people = Person.objects.order_by("pk").only(
        "email",
        "employee_number",
        "first_name",
        "last_name",
        "job_title",
        "org_unit_id",
        "line_manager_id",
        "seniority",
        "workplace",
        "phone",
        "is_active",
        "is_external",
        "is_superuser",
    )
    return Directory(
        people=tuple(_known(person) for person in people.iterator()), units=tuple(KnownUnit(*unit) for unit in units)
    )


def _known(person: Person) -> KnownPerson:
    return KnownPerson(
        pk=person.pk,
        email=person.email,
        employee_number=person.employee_number,
        name=person.name,
        job_title=person.job_title,
        unit=person.org_unit_id,
        line_manager=person.line_manager_id,
        seniority=person.seniority,
        workplace=person.workplace,
        phone=person.phone,
        is_active=person.is_active,
        is_external=person.is_external,
        is_superuser=person.is_superuser,
    )
