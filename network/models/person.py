"""The user model."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.db.models.functions import Lower
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from network.querysets import PersonManager
from network.roles import Role

from .organisation import OrgUnit


class Seniority(models.IntegerChoices):
    """Five levels, as the municipality's own staff list has them."""

    NEW = 1, _("New (under a year)")
    LEARNING = 2, _("1 to 3 years")
    SKILLED = 3, _("4 to 9 years")
    EXPERIENCED = 4, _("10 to 19 years")
    VETERAN = 5, _("20 years or more")


class Person(AbstractUser):
    """Somebody employed by the municipality, or an external observer. Signs in with an e-mail address."""

    username = None  # type: ignore[assignment]
    email = models.EmailField(_("e-mail"), unique=True, error_messages={"unique": _("This e-mail is already in use.")})
    employee_number = models.CharField(_("employee number"), max_length=30, blank=True)
    job_title = models.CharField(_("job title"), max_length=120, blank=True)
    org_unit = models.ForeignKey(
        OrgUnit, null=True, blank=True, on_delete=models.PROTECT, related_name="people", verbose_name=_("unit")
    )
    line_manager = models.ForeignKey(
        "self",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="reports",
        verbose_name=_("line manager"),
    )
    seniority = models.PositiveSmallIntegerField(_("seniority"), choices=Seniority, default=Seniority.SKILLED)
    workplace = models.CharField(_("workplace"), max_length=120, blank=True)
    phone = models.CharField(_("phone"), max_length=30, blank=True)
    is_external = models.BooleanField(
        _("external"),
        default=False,
        help_text=_("An outside observer or coach. Sees nothing but what is assigned to them."),
    )

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    objects: ClassVar[PersonManager] = PersonManager()

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")
        constraints = [
            models.UniqueConstraint(Lower("email"), name="network_person_email_any_case"),
            models.UniqueConstraint(
                fields=["employee_number"],
                condition=~models.Q(employee_number=""),
                name="network_person_employee_number",
            ),
        ]

    def __str__(self) -> str:
        return self.name or self.email

    def clean(self) -> None:
        super().clean()
        self.email = self.email.lower()

    @property
    def name(self) -> str:
        return self.get_full_name()

    @property
    def initials(self) -> str:
        """First letters of the first and the last name, for the round sign beside a name."""
        return (self.first_name[:1] + self.last_name[:1]).upper() or self.email[:1].upper()

    @property
    def department_id(self) -> int | None:
        return self.org_unit.department_id if self.org_unit else None

    @cached_property
    def group_names(self) -> dict[int, str]:
        """This person's groups, by their keys; one query, then remembered for the request."""
        return dict(self.groups.values_list("pk", "name"))

    @property
    def roles(self) -> frozenset[str]:
        """The roles that this person's groups give."""
        return frozenset(self.group_names.values()) & frozenset(Role.values)

    @property
    def is_coordinator(self) -> bool:
        return self.is_superuser or Role.COORDINATOR in self.roles

    @property
    def is_ambassador(self) -> bool:
        return Role.AMBASSADOR in self.roles

    @property
    def is_in_corps(self) -> bool:
        """Whether this person reads what is shared with the corps: its ambassadors and those who run it."""
        return self.is_ambassador or self.is_coordinator
