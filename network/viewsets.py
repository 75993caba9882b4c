"""What coordinators find in Wagtail's admin, gathered in one menu."""

from __future__ import annotations

from typing import Any

from django.urls import URLPattern, path
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from wagtail.admin.viewsets.base import ViewSet, ViewSetGroup
from wagtail.admin.viewsets.model import ModelViewSet

from network.admin_views import ambassadors, organisation, outbox, people, people_import
from network.admin_views.access import CoordinatorMenuItem, CoordinatorPolicy
from network.models import Ambassador, Department, OrgUnit, Person


class CoordinatorViewSet(ModelViewSet):
    """A list and forms for coordinators alone."""

    menu_item_class = CoordinatorMenuItem
    add_to_reference_index = False
    copy_view_enabled = False
    search_backend_name = None
    list_per_page = 25

    @cached_property
    def policy(self) -> CoordinatorPolicy:
        return CoordinatorPolicy(self.model)

    def get_common_view_kwargs(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_common_view_kwargs(permission_policy=self.policy, **kwargs)

    def register_permissions(self) -> None:
        """Nothing to tick for a group: the policy asks for the role."""


class PersonViewSet(CoordinatorViewSet):
    model = Person
    name = "people"
    url_prefix = "personer"
    icon = "user"
    ordering = ("first_name", "last_name", "pk")
    search_fields = ("first_name", "last_name", "email", "employee_number")
    filterset_class = people.PersonFilterSet
    index_view_class = people.PersonIndexView
    add_view_class = people.PersonCreateView
    edit_view_class = people.PersonEditView

    def get_form_class(self, for_update: bool = False) -> type[people.PersonForm]:
        return people.PersonForm


class AmbassadorViewSet(CoordinatorViewSet):
    model = Ambassador
    name = "ambassadors"
    url_prefix = "ambassadoerer"
    icon = "group"
    ordering = ("person__first_name", "person__last_name", "pk")
    search_fields = ("person__first_name", "person__last_name")
    filterset_class = ambassadors.AmbassadorFilterSet
    index_view_class = ambassadors.AmbassadorIndexView
    add_view_class = ambassadors.AppointView
    edit_view_class = ambassadors.AmbassadorEditView
    create_template_name = ambassadors.AppointView.template_name

    def get_form_class(self, for_update: bool = False) -> type:
        return ambassadors.AmbassadorForm if for_update else ambassadors.AppointForm

    def get_urlpatterns(self) -> list[URLPattern]:
        retire = self.construct_view(ambassadors.RetireView)
        return [*super().get_urlpatterns(), path("retire/<int:pk>/", retire, name="retire")]


class DepartmentViewSet(CoordinatorViewSet):
    model = Department
    name = "departments"
    url_prefix = "forvaltninger"
    icon = "home"
    ordering = ("name", "pk")
    search_fields = ("name",)
    form_fields = ("name", "slug")
    index_view_class = organisation.DepartmentIndexView


class UnitViewSet(CoordinatorViewSet):
    model = OrgUnit
    name = "units"
    url_prefix = "afdelinger"
    icon = "folder-open-inverse"
    ordering = ("department__name", "name", "pk")
    search_fields = ("name", "slug")
    form_fields = ("name", "department", "slug")
    filterset_class = organisation.UnitFilterSet
    index_view_class = organisation.UnitIndexView
    edit_view_class = organisation.UnitEditView

    def get_form_class(self, for_update: bool = False) -> type:
        return organisation.UnitEditForm if for_update else super().get_form_class()

    def get_urlpatterns(self) -> list[URLPattern]:
        return [
            *super().get_urlpatterns(),
            path("rename/<int:pk>/", self.construct_view(organisation.RenameUnitView), name="rename"),
            path("merge/<int:pk>/", self.construct_view(organisation.MergeUnitView), name="merge"),
            path("close/<int:pk>/", self.construct_view(organisation.CloseUnitView), name="close"),
        ]


class PeopleImportViewSet(ViewSet):
    name = "people_import"
    url_prefix = "import-af-personer"
    icon = "upload"
    menu_label = _("Import people")
    menu_item_class = CoordinatorMenuItem

    def get_urlpatterns(self) -> list[URLPattern]:
        return [
            path("", people_import.UploadView.as_view(), name="index"),
            path("forhaandsvisning/", people_import.PreviewView.as_view(), name="preview"),
        ]


class OutboxViewSet(ViewSet):
    name = "outbox"
    url_prefix = "udbakke"
    icon = "mail"
    menu_label = _("Messages not delivered")
    menu_item_class = CoordinatorMenuItem

    def get_urlpatterns(self) -> list[URLPattern]:
        return [
            path("", outbox.OutboxView.as_view(), name="index"),
            path("proev-igen/", outbox.retry, name="retry"),
        ]


class CorpsViewSetGroup(ViewSetGroup):
    menu_label = _("The corps")
    menu_name = "corps"
    menu_icon = "group"
    menu_order = 250
    items = (PersonViewSet, AmbassadorViewSet, UnitViewSet, DepartmentViewSet, PeopleImportViewSet, OutboxViewSet)
