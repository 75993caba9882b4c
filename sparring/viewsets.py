"""Admin pages of the fixed sparring times and the closing days. Saving puts slots and places right."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from wagtail.admin.views import generic
from wagtail.admin.viewsets.model import ModelViewSet, ModelViewSetGroup
from wagtail.permission_policies import ModelPermissionPolicy

from network.access import person_of
from network.models import Person
from sparring.forms.slots import ClosingDayForm, SlotSeriesForm
from sparring.models import ClosingDay, SlotSeries
from sparring.services import slots


class KeptPermissionPolicy(ModelPermissionPolicy):
    """For what has a history: it can be ended, and not deleted by anybody."""

    def user_has_permission(self, user: Person, action: str) -> bool:
        return action != "delete" and super().user_has_permission(user, action)


class SlotSeriesCreateView(generic.CreateView):
    @transaction.atomic
    def save_instance(self) -> SlotSeries:
        series: SlotSeries = super().save_instance()
        slots.make_slots(now=timezone.now())
        return series


class SlotSeriesEditView(generic.EditView):
    @transaction.atomic
    def save_instance(self) -> SlotSeries:
        series: SlotSeries = super().save_instance()
        slots.make_slots(now=timezone.now())
        return series


class SlotSeriesViewSet(ModelViewSet):
    model = SlotSeries
    url_prefix = "faste-sparringstider"
    icon = "calendar-alt"
    menu_label = _("Fixed sparring times")
    list_display = ["name", "weekday_names", "starts_at", "minutes", "active_from"]
    ordering = ["starts_at", "pk"]
    copy_view_enabled = False
    add_view_class = SlotSeriesCreateView
    edit_view_class = SlotSeriesEditView

    def get_form_class(self, for_update: bool = False) -> type[SlotSeriesForm]:
        return SlotSeriesForm


class ClosingDayCreateView(generic.CreateView):
    @transaction.atomic
    def save_instance(self) -> ClosingDay:
        closing: ClosingDay = super().save_instance()
        cancelled = slots.close_day(day=closing.day, name=closing.name, by=person_of(self.request), now=timezone.now())
        if cancelled:
            message = ngettext("%(number)d sparring was cancelled.", "%(number)d sparrings were cancelled.", cancelled)
            messages.info(self.request, message % {"number": cancelled})
        return closing


class ClosingDayDeleteView(generic.DeleteView):
    @transaction.atomic
    def delete_action(self) -> None:
        super().delete_action()
        slots.reopen_day(day=self.object.day, now=timezone.now())


class ClosingDayViewSet(ModelViewSet):
    model = ClosingDay
    url_prefix = "lukkedage"
    icon = "date"
    menu_label = _("Closing days")
    list_display = ["day", "name"]
    ordering = ["-day"]
    copy_view_enabled = False
    add_view_class = ClosingDayCreateView
    delete_view_class = ClosingDayDeleteView

    def get_form_class(self, for_update: bool = False) -> type[ClosingDayForm]:
        return ClosingDayForm


class SparringViewSetGroup(ModelViewSetGroup):
    menu_label = _("Sparring")
    menu_icon = "calendar-alt"
    menu_order = 300
    items: tuple[Any, ...] = (SlotSeriesViewSet, ClosingDayViewSet)
