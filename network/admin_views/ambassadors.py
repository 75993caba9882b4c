"""Ambassadors in the admin: who is in the corps, and who joins or leaves it."""

from __future__ import annotations

from typing import Any

import django_filters
from django import forms
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.forms.models import WagtailAdminModelForm
from wagtail.admin.ui.tables import BooleanColumn, Column
from wagtail.admin.views import generic
from wagtail.admin.widgets.boolean_radio_select import BooleanRadioSelect
from wagtail.admin.widgets.button import Button, HeaderButton

from network.access import person_of
from network.admin_views.action import ActionView, ObjectActionView
from network.admin_views.people import person_chooser, search_people
from network.fields import RowsField
from network.models import Ambassador, Person
from network.models.ambassador import Language, MeetingFormat
from network.personal_data import refuse_cpr_numbers
from network.services.people import appoint_ambassador, retire_ambassador


class AmbassadorFilterSet(WagtailFilterSet):
    is_active = django_filters.BooleanFilter(label=gettext_lazy("Active in the corps"), widget=BooleanRadioSelect)

    class Meta:
        model = Ambassador
        fields = ["is_active"]


def _joined_on(ambassador: Ambassador) -> str:
    return date_format(ambassador.joined_on)


class AmbassadorIndexView(generic.IndexView):
    add_item_label = gettext_lazy("Appoint an ambassador")
    list_display = [
        "__str__",
        Column("unit", label=gettext_lazy("Unit"), accessor="person.org_unit"),
        Column("department", label=gettext_lazy("Department"), accessor="person.org_unit.department"),
        Column("weekly_cap", label=gettext_lazy("Sparrings a week"), sort_key="weekly_cap"),
        Column("joined_on", label=gettext_lazy("Joined on"), accessor=_joined_on, sort_key="joined_on"),
        BooleanColumn("is_active", label=gettext_lazy("Active in the corps"), sort_key="is_active"),
    ]

    def get_base_queryset(self) -> QuerySet[Ambassador]:
        return Ambassador.objects.with_person()

    def search_queryset(self, queryset: QuerySet[Ambassador]) -> QuerySet[Ambassador]:
        if not self.is_searching:
            return queryset
        return queryset.filter(person__in=search_people(Person.objects.all(), self.search_query))

    def get_list_more_buttons(self, instance: Ambassador) -> list[Any]:
        return [*super().get_list_more_buttons(instance), *retire_buttons(instance)]


def retire_buttons(ambassador: Ambassador, kind: type[Button] = Button) -> list[Button]:
    if not ambassador.is_active:
        return []
    url = reverse("ambassadors:retire", args=[ambassador.pk])
    return [kind(gettext_lazy("Let leave the corps"), url=url, icon_name="logout", priority=30)]


class AmbassadorForm(WagtailAdminModelForm):
    languages = forms.MultipleChoiceField(
        label=gettext_lazy("Languages"), choices=Language.choices, widget=forms.CheckboxSelectMultiple
    )
    formats = forms.MultipleChoiceField(
        label=gettext_lazy("Ways to meet"), choices=MeetingFormat.choices, widget=forms.CheckboxSelectMultiple
    )

    class Meta:
        model = Ambassador
        fields = ["bio", "offers", "seeks", "languages", "formats", "weekly_cap"]
        field_classes = {"offers": RowsField, "seeks": RowsField}
        widgets = {"offers": forms.CheckboxSelectMultiple, "seeks": forms.CheckboxSelectMultiple}

    def clean_bio(self) -> str:
        bio: str = self.cleaned_data["bio"]
        refuse_cpr_numbers(bio)
        return bio

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        both = set(cleaned.get("offers", ())) & set(cleaned.get("seeks", ()))
        if both:
            names = ", ".join(sorted(theme.name for theme in both))
            self.add_error("seeks", _("These are offered too: %(themes)s. Choose one of the two.") % {"themes": names})
        return cleaned


class AmbassadorEditView(generic.EditView):
    def get_queryset(self) -> QuerySet[Ambassador]:
        return Ambassador.objects.with_person()

    @property
    def header_buttons(self) -> list[Button]:
        return retire_buttons(self.object, HeaderButton)


class AppointForm(forms.Form):
    person = forms.ModelChoiceField(
        label=gettext_lazy("Person"), queryset=Person.objects.employed(), widget=person_chooser.widget_class
    )


class AppointView(ActionView):
    model = Ambassador
    page_title = gettext_lazy("Appoint an ambassador")
    form_class = AppointForm
    intro = gettext_lazy("Somebody who was an ambassador before gets back the profile they had.")
    submit_button_label = gettext_lazy("Appoint")

    def act(self, form: forms.Form) -> str:
        person = form.cleaned_data["person"]
        appoint_ambassador(person=person, by=person_of(self.request), now=timezone.now())
        return _("%(name)s is now an ambassador.") % {"name": person}


class RetireView(ObjectActionView):
    model = Ambassador
    page_title = gettext_lazy("Let leave the corps")
    intro = gettext_lazy(
        "The ambassador is matched no more. Notes and talks stay, and so does the profile for a return."
    )
    submit_button_label = gettext_lazy("Let leave the corps")

    def act(self, form: forms.Form) -> str:
        retire_ambassador(person=self.object.person, by=person_of(self.request), now=timezone.now())
        return _("%(name)s has left the corps.") % {"name": self.object}
