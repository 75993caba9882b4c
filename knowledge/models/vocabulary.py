"""The editors' own lists: target groups and traditions (method families)."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class TargetGroup(models.Model):
    name = models.CharField(_("name"), max_length=80, unique=True)
    slug = models.SlugField(_("short name"), max_length=60, unique=True)

    class Meta:
        verbose_name = _("target group")
        verbose_name_plural = _("target groups")

    def __str__(self) -> str:
        return self.name


class Tradition(models.Model):
    """The family a method comes from, for example solution-focused dialogue or Styrket Borgerkontakt."""

    name = models.CharField(_("name"), max_length=80, unique=True)
    slug = models.SlugField(_("short name"), max_length=60, unique=True)
    description = models.CharField(_("description"), max_length=250, blank=True)

    class Meta:
        verbose_name = _("tradition")
        verbose_name_plural = _("traditions")

    def __str__(self) -> str:
        return self.name


class InfluenceLevel(models.TextChoices):
    """How much say the citizen really has, from least to most (inddragelsesgrad)."""

    INFORMATION = "information", _("Information")
    CONSULTATION = "hoering", _("Consultation")
    DIALOGUE = "dialog", _("Dialogue")
    CO_CREATION = "medskabelse", _("Co-creation")
    CO_DECISION = "medbestemmelse", _("Co-decision")


class Phase(models.TextChoices):
    """The three phases of Styrket Borgerkontakt."""

    GET_STARTED = "kom-i-gang", _("Get started")
    LISTEN = "lyt-spoerg-opsummer", _("Listen, ask, sum up")
    AGREE = "aftale-og-tak", _("Make an agreement and say thanks")


class ComplaintType(models.TextChoices):
    """Most complaints are about the process, not about the decision."""

    PROCESS = "proces", _("About the process")
    DECISION = "afgoerelse", _("About the decision")
