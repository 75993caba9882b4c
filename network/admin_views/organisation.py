"""Departments and units in the admin, and what can happen to a unit."""

from __future__ import annotations

from typing import Any

import django_filters
from django import forms
from django.db.models import Count, Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext, pgettext_lazy
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.forms.models import WagtailAdminModelForm
from wagtail.admin.ui.tables import Column
from wagtail.admin.views import generic
from wagtail.admin.widgets.boolean_radio_select import BooleanRadioSelect
from wagtail.admin.widgets.button import Button, HeaderButton

from network.access import person_of
from network.admin_views.action import ObjectActionView
from network.admin_views.people import UnitChoiceField
from network.models import Department, OrgUnit
from network.services.organisation import close_unit, merge_unit, rename_unit

# Departments


class DepartmentIndexView(generic.IndexView):
    list_display = [
        "name",
        Column("open_units", label=gettext_lazy("Units"), sort_key="open_units"),
        Column("people", label=gettext_lazy("People"), sort_key="people"),
    ]

    def get_base_queryset(self) -> QuerySet[Department]:
        return Department.objects.annotate(
            open_units=Count("units", filter=Q(units__closed_on__isnull=True), distinct=True),
            people=Count("units__people", filter=Q(units__people__is_active=True), distinct=True),
        )


# Units


class UnitFilterSet(WagtailFilterSet):
    department = django_filters.ModelChoiceFilter(
        label=gettext_lazy("Department"), queryset=Department.objects.order_by("name")
    )
    closed_on = django_filters.BooleanFilter(
        label=pgettext_lazy("unit", "Open"), lookup_expr="isnull", widget=BooleanRadioSelect
    )

    class Meta:
        model = OrgUnit
        fields = ["department", "closed_on"]


def state_of(unit: OrgUnit) -> str:
    if unit.closed_on is None:
        return pgettext("unit", "Open")
    if unit.merged_into:
        return _("Merged into %(unit)s") % {"unit": unit.merged_into}
    return _("Closed on %(day)s") % {"day": date_format(unit.closed_on)}


def unit_buttons(unit: OrgUnit, kind: type[Button] = Button) -> list[Button]:
    """What can happen to this unit."""
    actions = [("rename", gettext_lazy("Rename"), "edit")]
    if unit.merged_into_id is None:
        actions.append(("merge", gettext_lazy("Merge into another"), "resubmit"))
    if not unit.is_closed:
        actions.append(("close", gettext_lazy("Close unit"), "lock"))
    return [
        kind(label, url=reverse(f"units:{name}", args=[unit.pk]), icon_name=icon, priority=30 + place)
        for place, (name, label, icon) in enumerate(actions)
    ]


class UnitIndexView(generic.IndexView):
    list_display = [
        "name",
        Column("department", label=gettext_lazy("Department"), sort_key="department__name"),
        Column("people_count", label=gettext_lazy("People"), sort_key="people_count"),
        Column("state", label=gettext_lazy("State"), accessor=state_of, sort_key="closed_on"),
    ]

    def get_base_queryset(self) -> QuerySet[OrgUnit]:
        units = OrgUnit.objects.select_related("department", "merged_into")
        return units.annotate(people_count=Count("people", filter=Q(people__is_active=True)))

    def get_list_more_buttons(self, instance: OrgUnit) -> list[Any]:
        return [*super().get_list_more_buttons(instance), *unit_buttons(instance)]


class UnitEditForm(WagtailAdminModelForm):
    """Where a unit belongs. Its name has a page of its own, which remembers the old one."""

    class Meta:
        model = OrgUnit
        fields = ["department", "slug"]

    def _get_validation_exclusions(self) -> set[str]:
        # The name is checked too: the new department may have a unit that is called the same.
        return super()._get_validation_exclusions() - {"name"}


class UnitEditView(generic.EditView):
    @property
    def header_buttons(self) -> list[Button]:
        return unit_buttons(self.object, HeaderButton)


class UnitActionView(ObjectActionView):
    model = OrgUnit


class RenameForm(forms.Form):
    name = forms.CharField(label=gettext_lazy("Name"), max_length=OrgUnit._meta.get_field("name").max_length)


class RenameUnitView(UnitActionView):
    page_title = gettext_lazy("Rename unit")
    form_class = RenameForm
    intro = gettext_lazy("Files that name the unit by its short name still find it.")
    submit_button_label = gettext_lazy("Rename")

    def get_initial(self) -> dict[str, Any]:
        return {"name": self.object.name}

    def act(self, form: forms.Form) -> str:
        name = form.cleaned_data["name"]
        rename_unit(unit=self.object, name=name, by=person_of(self.request), now=timezone.now())
        return _("“%(before)s” is now called “%(after)s”.") % {"before": self.object.name, "after": name}


class CloseUnitView(UnitActionView):
    page_title = gettext_lazy("Close unit")
    intro = gettext_lazy("Nobody can be put into a closed unit. Notes and talks keep its name.")
    submit_button_label = gettext_lazy("Close the unit")

    def act(self, form: forms.Form) -> str:
        close_unit(unit=self.object, by=person_of(self.request), now=timezone.now())
        return _("“%(unit)s” is closed.") % {"unit": self.object}


class MergeForm(forms.Form):
    into = UnitChoiceField(
        label=gettext_lazy("Merge into"),
        queryset=OrgUnit.objects.filter(closed_on__isnull=True)
        .select_related("department")
        .order_by("department__name", "name", "pk"),
    )


class MergeUnitView(UnitActionView):
    page_title = gettext_lazy("Merge unit")
    form_class = MergeForm
    intro = gettext_lazy(
        "Everybody in the unit is moved to the one you choose, and the unit is closed. Notes and talks keep its name."
    )
    submit_button_label = gettext_lazy("Merge")

    def act(self, form: forms.Form) -> str:
        into = form.cleaned_data["into"]
        moved = merge_unit(unit=self.object, into=into, by=person_of(self.request), now=timezone.now())
        message = ngettext(
            "“%(unit)s” is now part of “%(into)s”. One person was moved.",
            "“%(unit)s” is now part of “%(into)s”. %(moved)s people were moved.",
            moved,
        )
        return message % {"unit": self.object, "into": into, "moved": moved}
