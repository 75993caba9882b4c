"""A page of the admin that asks one thing and calls one service."""

from __future__ import annotations

from typing import Any

from django.db.models import Model
from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.functional import Promise, cached_property
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from django.views.generic import FormView
from wagtail.admin import messages

from network.admin_views.page import CoordinatorPage
from network.services.organisation import OrganisationError
from network.services.people import PeopleError


class ActionView(CoordinatorPage, FormView):
    model: type[Model]
    index_url_name = ""
    form_class: type[Form] = Form
    template_name = "network/admin/action.html"
    intro: str | Promise = ""
    submit_button_label = _("Save")

    @cached_property
    def object(self) -> Any:
        return get_object_or_404(self.model, pk=self.kwargs["pk"])

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        *above, here = super().get_breadcrumbs_items()
        listed = {"url": reverse(self.index_url_name), "label": capfirst(self.model._meta.verbose_name_plural)}
        return [*above, listed, here]

    def act(self, form: Form) -> str:
        """Do it, and say what was done. Domain errors become errors of the form."""
        raise NotImplementedError

    def form_valid(self, form: Form) -> HttpResponse:
        try:
            done = self.act(form)
        except (OrganisationError, PeopleError) as error:
            form.add_error(None, str(error))
            return self.form_invalid(form)
        messages.success(self.request, done)
        return redirect(self.index_url_name)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        return {
            **context,
            "intro": self.intro,
            "action_url": self.request.path,
            "submit_button_label": self.submit_button_label,
            "submit_button_active_label": _("Saving…"),
            "media": context["form"].media,
        }


class ObjectActionView(ActionView):
    """An action on the object that the address names."""

    def get_page_subtitle(self) -> str:
        return str(self.object)
