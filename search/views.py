"""The search page, and what is suggested while somebody types."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers

from network.access import person_of
from network.models import Person, Theme

from . import services
from .engines import EngineError
from .forms import LONGEST_QUERY, SearchForm
from .results import results

PER_PAGE = 20
SUGGESTIONS = 8


@require_safe
@vary_on_headers("HX-Request")
def search_page(request: HttpRequest) -> HttpResponse:
    form = SearchForm(request.GET)
    context = {"form": form}
    if form.can_be_answered:
        context |= _answer(form, person_of(request), request.GET.get("side"))
    if not context.get("total"):
        context["themes"] = Theme.objects.order_by("name")
    # Going back in the browser asks by htmx, too, but for the whole page.
    is_part = request.htmx and not request.htmx.history_restore_request  # type: ignore[attr-defined]
    return render(request, "search/_found.html" if is_part else "search/search.html", context)


@require_safe
def suggestions(request: HttpRequest) -> HttpResponse:
    text = request.GET.get("q", "")[:LONGEST_QUERY]
    try:
        found = services.suggest(person=person_of(request), text=text, limit=SUGGESTIONS)
    except EngineError:
        found = []  # the search itself tells that it is down
    return render(request, "search/_suggestions.html", {"suggestions": found})


def _answer(form: SearchForm, person: Person, page_number: str | None) -> dict[str, Any]:
    try:
        found = services.search(person=person, text=form.text, filters=form.filters, literal=form.is_literal)
    except EngineError:
        services.repair()
        return {"is_down": True}
    page = Paginator(found.hits, PER_PAGE).get_page(page_number)
    return {
        "page_obj": page,
        "total": len(found.hits),
        "results": results(found, list(page), person),
        "corrected": found.plan.corrected,
        "choices": form.choices(found.facets),
    }
