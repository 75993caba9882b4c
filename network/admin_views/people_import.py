"""Import of people in the admin: choose a file, look at what it would do, say yes."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import FormView, TemplateView
from wagtail.admin import messages

from network.access import person_of
from network.admin_views.page import CoordinatorPage
from network.people_import.planning import Plan
from network.people_import.reading import MAX_BYTES, Column, Table, UnreadableFileError, read_table
from network.people_import.services import (
    ImportPeopleError,
    UploadGoneError,
    confirm_upload,
    keep_upload,
    options_for,
    preview_import,
    preview_upload,
)

SHOWN = 200  # of each list; a person reads no more, and a page of 20,000 rows opens in no browser


class UploadForm(forms.Form):
    file = forms.FileField(
        label=gettext_lazy("File"),
        allow_empty_file=True,
        help_text=gettext_lazy("A CSV file of at most 5 MB, as Excel or the staff system saves it."),
        widget=forms.FileInput(attrs={"accept": ".csv,.txt,text/csv"}),
        error_messages={"required": gettext_lazy("Choose a file.")},
    )
    skip_bad = forms.BooleanField(label=gettext_lazy("Leave out rows with errors, and import the rest"), required=False)
    deactivate_absent = forms.BooleanField(
        label=gettext_lazy("Deactivate people who are not in the file"),
        required=False,
        help_text=gettext_lazy("Only employees with an employee number. Their notes and talks stay."),
    )

    def clean_file(self) -> Table:
        file: UploadedFile = self.cleaned_data["file"]
        try:
            return read_table(file.read(MAX_BYTES + 1))
        except UnreadableFileError as error:
            raise forms.ValidationError(str(error)) from None


class UploadView(CoordinatorPage, FormView):
    page_title = gettext_lazy("Import people")
    header_icon = "upload"
    form_class = UploadForm
    template_name = "network/admin/import_upload.html"

    def form_valid(self, form: UploadForm) -> HttpResponse:
        person = person_of(self.request)
        table = form.cleaned_data.pop("file")
        options = options_for(person, **form.cleaned_data)
        plan = preview_import(table, options)
        if plan.is_refused or not plan.changes_something:
            return self.render_to_response(self.get_context_data(form=form, plan=plan, ignored=table.ignored))
        keep_upload(person=person, table=table, options=options, now=timezone.now())
        return redirect("people_import:preview")

    def get_context_data(self, plan: Plan | None = None, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        return {**context, "plan": plan, "headings": ";".join(Column), **(_lists(plan) if plan else {})}


class PreviewView(CoordinatorPage, TemplateView):
    page_title = gettext_lazy("Look the import through")
    header_icon = "upload"
    template_name = "network/admin/import_preview.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            plan = preview_upload(person=person_of(request), now=timezone.now())
        except UploadGoneError as error:
            messages.error(request, str(error))
            return redirect("people_import:index")
        return self.render_to_response(self.get_context_data(plan=plan, **_lists(plan)))

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            plan = confirm_upload(person=person_of(request), expected=request.POST.get("plan", ""), now=timezone.now())
        except ImportPeopleError as error:
            messages.error(request, str(error))
            return redirect("people_import:index" if isinstance(error, UploadGoneError) else "people_import:preview")
        messages.success(request, done_sentence(plan))
        return redirect("people:index")


def done_sentence(plan: Plan) -> str:
    return _("The import is done: %(created)s new, %(changed)s changed, %(deactivated)s deactivated.") % {
        "created": len(plan.created),
        "changed": len(plan.changed),
        "deactivated": len(plan.deactivated),
    }


def _lists(plan: Plan) -> dict[str, Any]:
    """The first of each list, and how long it is."""
    gone = {person.pk for person in plan.deactivated}
    lists = {
        "problems": plan.problems,
        "remarks": plan.remarks,
        "created": plan.created,
        "changed": plan.changed,
        "deactivated": plan.deactivated,
        "absent": [person for person in plan.absent if person.pk not in gone],
    }
    return {
        "lists": {name: {"first": rows[:SHOWN], "count": len(rows)} for name, rows in lists.items()},
        "shown": SHOWN,
    }
