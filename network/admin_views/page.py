"""The frame of our own pages in the admin."""

from __future__ import annotations

from typing import Any

from django.utils.decorators import method_decorator
from django.views import View
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin

from network.access import coordinators_only


@method_decorator(coordinators_only, name="dispatch")
class CoordinatorPage(WagtailAdminTemplateMixin, View):
    """For coordinators, with its own title at the end of the breadcrumbs."""

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        return [*self.breadcrumbs_items, {"url": "", "label": self.get_page_title()}]
