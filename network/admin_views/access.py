"""Coordinators run the corps. Their role decides, not a table of permissions that somebody must keep in step."""

from collections.abc import Iterable

from django.db.models import Q, QuerySet
from django.http import HttpRequest
from wagtail.admin.menu import MenuItem
from wagtail.permission_policies import BasePermissionPolicy

from network.access import person_of
from network.models import Person
from network.roles import Role


class CoordinatorPolicy(BasePermissionPolicy):
    """Coordinators add and change. Nobody deletes: people are deactivated and units closed, so that history stays."""

    allowed = frozenset({"add", "change", "view"})

    def user_has_permission(self, user: Person, action: str) -> bool:
        return action in self.allowed and user.is_active and user.is_coordinator

    def users_with_any_permission(self, actions: Iterable[str]) -> QuerySet[Person]:
        if self.allowed.isdisjoint(actions):
            return Person.objects.none()
        coordinates = Q(is_superuser=True) | Q(groups__name=Role.COORDINATOR)
        return Person.objects.filter(coordinates, is_active=True).distinct()


class AdministratorPolicy(BasePermissionPolicy):
    """For Wagtail's own user admin, which gives out passwords and every right: whatever permissions a group has."""

    def user_has_permission(self, user: Person, action: str) -> bool:
        return user.is_active and user.is_superuser

    def users_with_any_permission(self, actions: Iterable[str]) -> QuerySet[Person]:
        return Person.objects.filter(is_active=True, is_superuser=True)


class CoordinatorMenuItem(MenuItem):
    def is_shown(self, request: HttpRequest) -> bool:
        return person_of(request).is_coordinator
