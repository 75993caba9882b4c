"""Registration with Wagtail's admin."""

from wagtail import hooks
from wagtail.permissions import register_permission_policy

from sparring.models import SlotSeries
from sparring.viewsets import KeptPermissionPolicy, SparringViewSetGroup

register_permission_policy(SlotSeries, KeptPermissionPolicy(SlotSeries))


@hooks.register("register_admin_viewset")
def register_sparring() -> SparringViewSetGroup:
    return SparringViewSetGroup()
