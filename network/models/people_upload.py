"""A people file between its preview and its confirmation."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from .person import Person


class PeopleUpload(models.Model):
    """The rows that a coordinator has uploaded and not confirmed yet: one a person, for an hour at the most."""

    person = models.OneToOneField(Person, on_delete=models.CASCADE, related_name="people_upload")
    table = models.JSONField(_("rows"))
    skip_bad = models.BooleanField(_("skip rows with errors"))
    deactivate_absent = models.BooleanField(_("deactivate people who are not in the file"))
    created_at = models.DateTimeField(_("created"))

    class Meta:
        verbose_name = _("people file")
        verbose_name_plural = _("people files")

    def __str__(self) -> str:
        return f"{self.person_id} {self.created_at:%d.%m.%Y %H:%M}"
