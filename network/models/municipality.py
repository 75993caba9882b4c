"""What a municipality sets for itself, in Wagtail's settings menu."""

from __future__ import annotations

import re

from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.contrib.settings.models import BaseSiteSetting, register_setting

from network.contrast import CONTRAST_TEXT, least_contrast

HEX = re.compile(r"^#[0-9a-fA-F]{6}$")
HEX_COLOUR = RegexValidator(HEX.pattern, _("Write the colour as # and six digits, for example #1b4f72."))


@register_setting(icon="site")
class MunicipalitySettings(BaseSiteSetting):
    """Name, colours and contacts. A colour that people could not read is refused when saved."""

    name = models.CharField(_("name of the municipality"), max_length=80, default="Kommunen")
    tagline = models.CharField(_("tagline"), max_length=160, blank=True)
    notice = models.CharField(_("notice on every page"), max_length=200, blank=True)
    primary_colour = models.CharField(_("primary colour"), max_length=7, default="#14506b", validators=[HEX_COLOUR])
    accent_colour = models.CharField(_("accent colour"), max_length=7, default="#9a3412", validators=[HEX_COLOUR])
    contact_email = models.EmailField(_("contact e-mail"), blank=True)
    corps_name = models.CharField(_("name of the corps"), max_length=80, default="Dialogkorpset")

    panels = [
        FieldPanel("name"),
        FieldPanel("corps_name"),
        FieldPanel("tagline"),
        FieldPanel("notice"),
        FieldPanel("contact_email"),
        MultiFieldPanel([FieldPanel("primary_colour"), FieldPanel("accent_colour")], heading=_("Colours")),
    ]

    class Meta:
        verbose_name = _("the municipality")

    def __str__(self) -> str:
        return self.name

    @classmethod
    def for_request(cls, request: HttpRequest) -> MunicipalitySettings:
        """The settings of the default site, in one query a request: an installation serves one municipality."""
        name = cls.get_cache_attr_name()
        if not hasattr(request, name):
            setattr(request, name, cls.objects.filter(site__is_default_site=True).first() or cls())
        return getattr(request, name)

    @property
    def colours(self) -> dict[str, str]:
        """The colours by the name the stylesheet knows them by. What is no colour is left out."""
        chosen = {"brand": self.primary_colour, "accent": self.accent_colour}
        return {name: colour for name, colour in chosen.items() if HEX.fullmatch(colour)}

    @property
    def colour_version(self) -> str:
        """Changes with the colours: browsers may keep the sheet of one version for good."""
        return "".join(self.colours.values()).replace("#", "")

    def clean(self) -> None:
        super().clean()
        errors = {}
        for field in ("primary_colour", "accent_colour"):
            colour = getattr(self, field)
            if not HEX.fullmatch(colour):
                continue  # the field itself says so
            ratio = least_contrast(colour)
            if ratio < CONTRAST_TEXT:
                errors[field] = _(
                    "%(colour)s is too light: text in it, or white text on it, has a contrast of %(ratio).1f, "
                    "and people need at least %(least).1f. Choose a darker colour."
                ) % {"colour": colour, "ratio": ratio, "least": CONTRAST_TEXT}
        if errors:
            raise ValidationError(errors)
