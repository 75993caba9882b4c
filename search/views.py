"""The search page, and what is suggested while somebody types."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.core.paginator import Page, Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers

from network.access import person_of
from network.models import Person, Theme

from . import services
from .engines import MATCH_LIMIT, EngineError, Found, patience
from .forms import LONGEST_QUERY, SearchForm
from .missed import note_miss
from .results import FoldedTimes, Result, folded_times, results

PER_PAGE = 20
FIRST_HITS = 60  # enough for the pages that people look at; an engine takes a third of the time for so few
SUGGESTIONS = 8
PATIENCE = 2.0  # seconds that somebody waits for an engine


@require_safe
@vary_on_headers("HX-Request")
@patience(PATIENCE)
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
        shown = _shown(form, person, page_number)
        if shown.lacks_some:
            shown = _shown(form, person, page_number, in_doubt=True)
    except EngineError:
        services.repair()
        return {"is_down": True}
    found = shown.found
    if not found.total and form.text and not form.is_narrowed:
        note_miss(form.text, on=timezone.localdate())
    return {
        "page_obj": shown.page,
        "total": found.total,
        "results": shown.results,
        "times": shown.times,
        "corrected": found.plan.corrected,
        "choices": form.choices(found.facets),
    }


@dataclass(frozen=True)
class _Shown:
    """What a page shows of what was found."""

    found: Found
    times: FoldedTimes | None
    page: Page[str]
    results: list[Result]

    @property
    def lacks_some(self) -> bool:
        """Whether a hit turned out to be closed."""
        return len(self.results) < len(self.page)


def _shown(form: SearchForm, person: Person, number: str | None, *, in_doubt: bool = False) -> _Shown:
    for limit in (MATCH_LIMIT,) if in_doubt else (FIRST_HITS, MATCH_LIMIT):
        found = services.search(
            person=person, text=form.text, filters=form.filters, literal=form.is_literal, limit=limit, in_doubt=in_doubt
        )
        times = folded_times(found, form.filters)
        hits = [key for key in found.hits if key not in times.left_out] if times else found.hits
        pages = Paginator(hits, PER_PAGE)
        if limit < MATCH_LIMIT:
            pages.count = _number_to_page_through(found, times)
        page = pages.get_page(number)
        if len(hits) >= page.end_index():
            break
    return _Shown(found, times, page, results(found, list(page), person))


def _number_to_page_through(found: Found, times: FoldedTimes | None) -> int:
    """At most, where not all hits are known: of those beyond, some may be times that are left out."""
    return min(MATCH_LIMIT, found.total - (times.number_left_out if times else 0))
