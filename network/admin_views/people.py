"""People in the admin: list, forms, and the chooser that every form with a person uses."""

from __future__ import annotations

from typing import Any

import django_filters
from django import forms
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.forms.choosers import BaseFilterForm
from wagtail.admin.forms.models import WagtailAdminModelForm
from wagtail.admin.ui.tables import BooleanColumn, Column
from wagtail.admin.views import generic
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin
from wagtail.admin.views.generic.chooser import ChooseResultsView, ChooseView
from wagtail.admin.viewsets.chooser import ChooserViewSet
from wagtail.admin.widgets.boolean_radio_select import BooleanRadioSelect

from network.access import person_of
from network.models import OrgUnit, Person
from network.querysets import PersonQuerySet
from network.roles import Role
from network.services.people import PeopleError, forget_old_addresses, leads, set_roles


def search_people(people: PersonQuerySet, text: str) -> QuerySet[Person]:
    """By name in any order, by a part of the e-mail, or by the whole employee number."""
    return people.named(text) | people.filter(email__icontains=text) | people.filter(employee_number__iexact=text)


class UnitChoiceField(forms.ModelChoiceField):
    """Units with their department in front: “Sekretariat” alone says little."""

    def label_from_instance(self, unit: OrgUnit) -> str:
        return f"{unit.department} / {unit}"


# Choosing


class PersonSearchForm(BaseFilterForm):
    q = forms.CharField(
        label=_("Search"), required=False, widget=forms.TextInput(attrs={"placeholder": _("Name or e-mail")})
    )

    def filter(self, objects: PersonQuerySet) -> QuerySet[Person]:
        self.search_query = self.cleaned_data["q"]
        self.is_searching = bool(self.search_query)
        return search_people(objects, self.search_query) if self.is_searching else objects


class ChoosesPeople:
    """Everybody employed, with their unit beside the name."""

    filter_form_class = PersonSearchForm
    ordering = ("first_name", "last_name", "pk")

    def get_object_list(self) -> QuerySet[Person]:
        return Person.objects.employed().with_unit()

    @property
    def columns(self) -> list[Column]:
        return [
            self.title_column,  # type: ignore[attr-defined]
            Column("org_unit", label=_("Unit")),
            Column("department", label=_("Department"), accessor="org_unit.department"),
        ]


class PersonChooseView(ChoosesPeople, ChooseView):
    pass


class PersonChooseResultsView(ChoosesPeople, ChooseResultsView):
    pass


class PersonChooserViewSet(ChooserViewSet):
    model = Person
    icon = "user"
    choose_one_text = _("Choose a person")
    choose_another_text = _("Choose another person")
    choose_view_class = PersonChooseView
    choose_results_view_class = PersonChooseResultsView


person_chooser = PersonChooserViewSet("person_chooser", url_prefix="vaelg-person")


# The list


class PersonFilterSet(WagtailFilterSet):
    org_unit = django_filters.ModelChoiceFilter(
        label=_("Unit"), queryset=OrgUnit.objects.select_related("department").order_by("department__name", "name")
    )
    role = django_filters.ChoiceFilter(
        label=_("Role"), field_name="groups__name", choices=Role.choices, widget=forms.RadioSelect, empty_label=_("All")
    )
    is_active = django_filters.BooleanFilter(label=_("Active"), widget=BooleanRadioSelect)

    class Meta:
        model = Person
        fields = ["org_unit", "role", "is_active"]


def _roles_of(person: Person) -> str:
    names = {group.name for group in person.groups.all()}
    return ", ".join(str(role.label) for role in Role if role in names)


class PersonIndexView(generic.IndexView):
    list_display = [
        "__str__",
        Column("email", label=_("E-mail"), sort_key="email"),
        Column("org_unit", label=_("Unit"), sort_key="org_unit__name"),
        Column("department", label=_("Department"), accessor="org_unit.department"),
        Column("roles", label=_("Roles"), accessor=_roles_of),
        BooleanColumn("is_active", label=_("Active"), sort_key="is_active"),
    ]

    def get_base_queryset(self) -> QuerySet[Person]:
        return Person.objects.with_unit().prefetch_related("groups")

    def search_queryset(self, queryset: PersonQuerySet) -> QuerySet[Person]:
        return search_people(queryset, self.search_query) if self.is_searching else queryset

    def get_edit_url(self, instance: Person) -> str | None:
        return super().get_edit_url(instance) if _may_edit(person_of(self.request), instance) else None


def _may_edit(by: Person, person: Person) -> bool:
    """Only an administrator changes another one: with the e-mail goes the sign-in."""
    return by.is_superuser or not person.is_superuser


# The forms


class PersonForm(WagtailAdminModelForm):
    """A person without a password: people sign in by single sign-on, or choose one by “forgotten password”."""

    first_name = forms.CharField(label=_("First name"), max_length=150)
    last_name = forms.CharField(label=_("Last name"), max_length=150, required=False)
    org_unit = UnitChoiceField(label=_("Unit"), queryset=OrgUnit.objects.none(), required=False)
    roles = forms.MultipleChoiceField(
        label=_("Roles"), choices=Role.choices, required=False, widget=forms.CheckboxSelectMultiple
    )

    class Meta:
        model = Person
        fields = [
            "first_name",
            "last_name",
            "email",
            "org_unit",
            "line_manager",
            "job_title",
            "seniority",
            "employee_number",
            "workplace",
            "phone",
            "roles",
            "is_external",
            "is_active",
        ]
        widgets = {"line_manager": person_chooser.widget_class}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        units = OrgUnit.objects.filter(closed_on__isnull=True) | OrgUnit.objects.filter(pk=self.instance.org_unit_id)
        self.fields["org_unit"].queryset = units.select_related("department").order_by("department__name", "name", "pk")
        if self.instance.pk:
            self.fields["roles"].initial = list(self.instance.roles)
        if self.instance == self.for_user:  # nobody locks themselves out
            self.fields["is_active"].disabled = self.fields["is_external"].disabled = True

    def clean_email(self) -> str:
        email = self.cleaned_data["email"].lower()
        if Person.objects.filter(email__iexact=email).exclude(pk=self.instance.pk).exists():
            raise forms.ValidationError(Person._meta.get_field("email").error_messages["unique"])
        return email

    def clean_line_manager(self) -> Person | None:
        leader = self.cleaned_data["line_manager"]
        if leader and self.instance.pk and leads(self.instance, leader):
            raise forms.ValidationError(
                _("%(name)s is led by this person. Leaders must not go in a circle.") % {"name": leader}
            )
        return leader

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if not cleaned.get("is_external") and not cleaned.get("org_unit") and "org_unit" not in self.errors:
            self.add_error("org_unit", _("Choose the unit. Only external people have none."))
        return cleaned

    def save(self, commit: bool = True) -> Person:
        if self.instance.pk is None:
            self.instance.set_unusable_password()
        return super().save(commit)


class SavesRoles(WagtailAdminTemplateMixin):
    """Saving a person with their roles, all or nothing; what a service refuses becomes an error of the form."""

    def save_instance(self) -> Person:
        person: Person = super().save_instance()
        if "email" in self.form.changed_data:
            forget_old_addresses([person.pk])
        roles = self.form.cleaned_data["roles"]
        set_roles(person=person, roles=roles, by=person_of(self.request), now=timezone.now())
        return person

    def form_valid(self, form: PersonForm) -> HttpResponse:
        try:
            with transaction.atomic():
                return super().form_valid(form)
        except PeopleError as error:
            form.add_error("roles", str(error))
            self.produced_error_message = self.get_error_message()
            return self.form_invalid(form)


class PersonCreateView(SavesRoles, generic.CreateView):
    pass


class PersonEditView(SavesRoles, generic.EditView):
    def get_queryset(self) -> QuerySet[Person]:
        people = Person.objects.with_unit()
        return people if person_of(self.request).is_superuser else people.filter(is_superuser=False)
