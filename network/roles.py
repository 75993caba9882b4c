"""The roles, each a Django group of the same name, so that Wagtail's permissions can hang on them."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    """Everyone employed is an employee; a line manager is whoever has reports; an observer is an external person."""

    AMBASSADOR = "Ambassadører", _("Ambassadors")
    EDITOR = "Redaktører", _("Editors")
    COORDINATOR = "Koordinatorer", _("Coordinators")
