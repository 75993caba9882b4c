"""Named filters over people and ambassadors."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from django.contrib.auth.base_user import BaseUserManager
from django.db import models

if TYPE_CHECKING:
    from network.models import Ambassador, Person


class PersonQuerySet(models.QuerySet["Person"]):
    def employed(self) -> PersonQuerySet:
        return self.filter(is_active=True, is_external=False)

    def visible_to(self, person: Person) -> PersonQuerySet:
        """Staff see each other; an external observer sees nobody but themselves."""
        if person.is_external:
            return self.filter(pk=person.pk)
        return self.employed()

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

    def available_on(self, day: date) -> AmbassadorQuerySet:
        """Those who offer this weekday and are not on a pause that covers it."""
        paused = models.Q(person__pauses__from_on__lte=day, person__pauses__until_on__gte=day)
        offered = self.model.availability.rel.related_model.objects.filter(
            ambassador=models.OuterRef("pk"), weekday=day.weekday()
        )
        return self.active().exclude(paused).filter(models.Exists(offered))

    def with_person(self) -> AmbassadorQuerySet:
        return self.select_related("person__org_unit__department")
