"""What coordinators set in the admin: fixed sparring times and closing days."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms import WagtailAdminModelForm

from network.models.ambassador import Weekday
from sparring.models import ClosingDay, SlotSeries


class SlotSeriesForm(WagtailAdminModelForm):
    weekdays = forms.TypedMultipleChoiceField(
        label=_("Weekdays"), choices=Weekday, coerce=int, widget=forms.CheckboxSelectMultiple
    )

    class Meta:
        model = SlotSeries
        fields = ["name", "weekdays", "starts_at", "minutes", "active_from", "active_until"]
        help_texts = {
            "starts_at": _("Local time. It stays the same when the clocks change."),
            "active_until": _("The last day. Leave it empty when there is no end."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        until = self.fields["active_until"]
        until.required = False
        if self.initial.get("active_until") == self._no_end:
            self.initial["active_until"] = None

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean()
        if not cleaned.get("active_until") and "active_until" not in self.errors:
            cleaned["active_until"] = self._no_end
        first, last = cleaned.get("active_from"), cleaned.get("active_until")
        if first and last and last < first:
            self.add_error("active_until", _("The last day must be on or after the first day."))
        return cleaned

    @property
    def _no_end(self) -> Any:
        return SlotSeries._meta.get_field("active_until").default


class ClosingDayForm(WagtailAdminModelForm):
    class Meta:
        model = ClosingDay
        fields = ["day", "name"]
        help_texts = {
            "day": _("Sparring that is agreed on this day is cancelled, and those who were to meet are told."),
            "name": _("Stands in the mail about it, for example: The day before Ascension Day."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.fields["day"].disabled = True
            self.fields["day"].help_text = _("To move it, delete this closing day and make another one.")
