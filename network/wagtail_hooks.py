from __future__ import annotations

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.viewsets.base import ViewSet
from wagtail.log_actions import LogActionRegistry
from wagtail.permissions import register_permission_policy

from network.admin_views.access import AdministratorPolicy
from network.admin_views.people import person_chooser
from network.models import Person
from network.services.people import forget_old_addresses
from network.viewsets import CorpsViewSetGroup

register_permission_policy(Person, AdministratorPolicy(Person))


@hooks.register("register_admin_viewset")
def register_person_chooser() -> ViewSet:
    return person_chooser


@hooks.register("register_admin_viewset")
def register_corps() -> CorpsViewSetGroup:
    return CorpsViewSetGroup()


@hooks.register("register_log_actions")
def register_log_actions(actions: LogActionRegistry) -> None:
    actions.register_action("network.appoint", _("Appoint"), _("Appointed as ambassador"))
    actions.register_action("network.retire", _("Leave the corps"), _("Left the corps"))
    actions.register_action("network.close", _("Close unit"), _("Closed"))
    actions.register_action("network.merge", _("Merge unit"), _("Merged into another unit"))
    actions.register_action("network.rename", _("Rename unit"), _("Renamed"))


@hooks.register("after_edit_user")
def forget_addresses_after_wagtails_own_form(request: HttpRequest, user: Person) -> None:
    forget_old_addresses([user.pk])
