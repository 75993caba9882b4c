"""Named filters over people and ambassadors."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from django.apps import apps
from django.contrib.auth.base_user import BaseUserManager
from django.db import models
from django.db.models import Exists, OuterRef, Prefetch, Q, Subquery

if TYPE_CHECKING:
    from network.models import Ambassador, Person


def _name_holds(text: str, person: str = "") -> Q:
    """Every word of `text` begins or stands inside the first or the last name of `person`, in any case."""
    found = Q()
    for word in text.split():
        # SQLite folds the case of a to z only: the Danish letters are asked for in both.
        spellings = {word, word.lower(), word.capitalize()}
        found &= Q(
            *((f"{person}{name}__icontains", each) for name in ("first_name", "last_name") for each in spellings),
            _connector=Q.OR,
        )
    return found


class PersonQuerySet(models.QuerySet["Person"]):
    def employed(self) -> PersonQuerySet:
        return self.filter(is_active=True, is_external=False)

    def visible_to(self, person: Person) -> PersonQuerySet:
        """Staff see each other; an external observer sees nobody but themselves."""
        if person.is_external:
            return self.filter(pk=person.pk)
        return self.employed()

    def named(self, text: str) -> PersonQuerySet:
        return self.filter(_name_holds(text))

    def with_unit(self) -> PersonQuerySet:
        return self.select_related("org_unit__department")


class PersonManager(BaseUserManager["Person"].from_queryset(PersonQuerySet)):  # type: ignore[misc]
    """Makes people whose e-mail is the login, always in lower case."""

    use_in_migrations = False

    def create_user(self, email: str, password: str | None = None, **fields: object) -> Person:
        person = self.model(email=self.normalize_email(email).lower(), **fields)
        person.set_password(password)
        person.save(using=self._db)
        return person

    def create_superuser(self, email: str, password: str | None = None, **fields: object) -> Person:
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)

    def get_by_natural_key(self, username: str | None) -> Person:
        return self.get(email__iexact=username)


class AmbassadorQuerySet(models.QuerySet["Ambassador"]):
    def active(self) -> AmbassadorQuerySet:
        return self.filter(is_active=True, person__is_active=True)

    def visible_to(self, person: Person) -> AmbassadorQuerySet:
        """The corps is open to all staff and to nobody else."""
        if person.is_external:
            return self.none()
        return self.active()

    def offering(self, theme_slug: str) -> AmbassadorQuerySet:
        return self.filter(offers__slug=theme_slug)

    def in_department(self, department_slug: str) -> AmbassadorQuerySet:
        return self.filter(person__org_unit__department__slug=department_slug)

    def speaking(self, language: str) -> AmbassadorQuerySet:
        # A list in JSON, asked as text: SQLite cannot look into it, and the quotes keep one code from being in another.
        return self.filter(languages__icontains=f'"{language}"')

    def named(self, text: str) -> AmbassadorQuerySet:
        return self.filter(_name_holds(text, person="person__"))

    def with_person(self) -> AmbassadorQuerySet:
        return self.select_related("person__org_unit__department")

    def with_week(self) -> AmbassadorQuerySet:
        """Their weekly windows, from Monday morning on."""
        windows = apps.get_model("network", "Availability").objects.order_by("weekday", "starts_at")
        return self.prefetch_related(Prefetch("availability", windows))

    def with_pause(self, day: date) -> AmbassadorQuerySet:
        """`paused_until`: the last day of the pause that covers `day`, if there is one."""
        last = _pauses_of_ambassador(day).order_by("-until_on").values("until_on")[:1]
        return self.annotate(paused_until=Subquery(last))

    def with_distance_to(self, person: Person) -> AmbassadorQuerySet:
        """`is_same_department`: whether they and `person` are too near each other to spar."""
        units = apps.get_model("network", "OrgUnit").objects.filter(people=person)
        return self.annotate(
            is_same_department=Exists(units.filter(department=OuterRef("person__org_unit__department")))
        )


def _pauses_of_ambassador(day: date) -> models.QuerySet:
    """The pauses that cover `day`, for a subquery over ambassadors."""
    pauses = apps.get_model("network", "Pause").objects
    return pauses.filter(person=OuterRef("person"), from_on__lte=day, until_on__gte=day)
