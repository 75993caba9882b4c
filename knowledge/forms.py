"""How a page is checked when somebody saves it in the editor, be it as a draft, by itself, or for approval.

Wagtail sends all of these, and the preview, through the page's form, so the checks below stand before each.
"""

from __future__ import annotations

import html
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files import File
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.html import strip_tags
from django.utils.translation import gettext_lazy as _
from modelcluster.forms import ClusterForm
from wagtail.admin.forms import WagtailAdminPageForm
from wagtail.admin.forms.pages import CopyForm
from wagtail.blocks import StreamValue

from network.fields import RowsField
from network.models import OrgUnit, Person
from network.personal_data import cpr_error, find_cpr_numbers

REVIEW_AFTER = timedelta(days=365)
# Wagtail's own keys: where in a page a comment stands.
NOT_WRITTEN_BY_PEOPLE = {"contentpath", "position"}


def texts_in(value: object) -> Iterator[str]:
    """Every text in a form's value: plain and rich text, blocks in blocks, tags, the name of a file.

    Rich text is given twice: as it reads, with its markup and entities taken away (a number may be half in bold),
    and as it stands, for what hides in a link.
    """
    if isinstance(value, str):
        yield value
        yield html.unescape(strip_tags(value))
    elif isinstance(value, StreamValue):
        for block in value.get_prep_value():
            yield from texts_in(block["value"])
    elif isinstance(value, dict):
        for part in value.values():
            yield from texts_in(part)
    elif isinstance(value, (list, tuple)):
        for part in value:
            # An item of a list block comes as {"type", "value", "id"}; its id is Wagtail's, not the writer's.
            yield from texts_in(part["value"] if isinstance(part, dict) and "id" in part else part)
    elif isinstance(value, File):
        yield value.name or ""


def cpr_numbers_in(value: object) -> list[str]:
    return [number for text in texts_in(value) for number in find_cpr_numbers(text)]


class PersonalDataCheck(forms.BaseForm):
    """Refuses a CPR number in any field, before anything is stored; what was typed stays in the form."""

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        # A copy: add_error takes the field out of the original.
        for name, value in dict(cleaned).items():
            if found := cpr_numbers_in(value):
                self.add_error(name, cpr_error(found[0]))
        return cleaned


class CheckedPageForm(PersonalDataCheck, WagtailAdminPageForm):
    """Also looks into what hangs on the page: rows of its lists, and the editors' comments with their replies."""

    class Meta(WagtailAdminPageForm.Meta):
        field_classes = {"target_groups": RowsField}

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        for text in _texts_in_formsets(self):
            if found := find_cpr_numbers(text):
                self.add_error(None, cpr_error(found[0]))
                break
        self._name_cards_once()
        return cleaned

    def _name_cards_once(self) -> None:
        links = self.formsets.get("card_links")
        if links is None or not links.is_bound or not links.is_valid():
            return
        rows = [row for row in links.forms if row.cleaned_data.get("card") and not row.cleaned_data.get("DELETE")]
        cards = [row.cleaned_data["card"] for row in rows]
        if twice := next((card for card in cards if cards.count(card) > 1), None):
            message = _("The method card “%(card)s” is named twice.")
            self.add_error(None, ValidationError(message, params={"card": twice.title}))
            return
        # The editor saves by itself, and what is sent the moment after does not know the numbers of those rows yet.
        mentioned = {row.instance.pk for row in links.forms}
        stored = {link.card_id for link in self.instance.card_links.all() if link.pk not in mentioned}
        for row in rows:
            if row.instance.pk is None and row.cleaned_data["card"].pk in stored:
                row.cleaned_data["DELETE"] = True


def _texts_in_formsets(form: ClusterForm) -> Iterator[str]:
    for formset in form.formsets.values():
        if not formset.is_bound or not formset.management_form.is_valid():
            continue
        for row in formset.forms:
            row.is_valid()  # fills cleaned_data
            for name, value in row.cleaned_data.items():
                if name not in NOT_WRITTEN_BY_PEOPLE:
                    yield from texts_in(value)
            yield from _texts_in_formsets(row)


class CheckedCopyForm(PersonalDataCheck, CopyForm):
    """A copy gets a title and an address of its own."""


def _choose_among_employed(form: WagtailAdminPageForm, name: str) -> None:
    """Staff by name; somebody who has left stays chosen where they were."""
    if name in form.fields:
        chosen = Q(pk=getattr(form.instance, f"{name}_id"))
        staff = Person.objects.filter(Q(is_active=True, is_external=False) | chosen)
        _offer(form, name, staff.order_by("first_name", "last_name", "pk"))


def _offer(form: WagtailAdminPageForm, name: str, choices: QuerySet) -> None:
    form.fields[name].queryset = choices


class MethodCardForm(CheckedPageForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _choose_among_employed(self, "responsible")
        if self.instance.pk is None and self.for_user:
            self.initial.update(responsible=self.for_user.pk, review_on=timezone.localdate() + REVIEW_AFTER)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        minutes, steps = cleaned.get("minutes"), cleaned.get("steps")
        # A draft may be half written; its times need to fit when it is handed on.
        if minutes and steps and not self.is_deferred_validation:
            of_steps = sum(step.value["minutes"] or 0 for step in steps)
            if of_steps > minutes:
                self.add_error(
                    "minutes",
                    ValidationError(
                        _(
                            "The steps take %(steps)d minutes together, but the card says %(card)d. "
                            "Make the card longer or a step shorter."
                        ),
                        params={"steps": of_steps, "card": minutes},
                        code="minutes",
                    ),
                )
        return cleaned


class CaseStudyForm(CheckedPageForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _choose_among_employed(self, "author")
        if "org_unit" in self.fields:
            units = OrgUnit.objects.filter(Q(closed_on=None) | Q(pk=self.instance.org_unit_id))
            _offer(self, "org_unit", units.order_by("name", "pk"))
        if self.instance.pk is None and self.for_user:
            self.initial.update(author=self.for_user.pk, org_unit=self.for_user.org_unit_id)


class ToolboxItemForm(CheckedPageForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _choose_among_employed(self, "responsible")
        if self.instance.pk is None and self.for_user:
            self.initial["responsible"] = self.for_user.pk
