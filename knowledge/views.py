"""The way to the lists of pages, and what a person keeps and tells about pages. Wagtail serves the pages."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST, require_safe
from wagtail.models import Page

from knowledge.models import CaseIndexPage, Favourite, MethodCard, MethodCardIndexPage, ToolboxIndexPage
from knowledge.models.base import KnowledgePage
from knowledge.querysets import visible_pages
from knowledge.services import remove_favourite, save_favourite, tell_trial, withdraw_trial
from network.access import person_of

PER_PAGE = 25


@require_GET
def favourites(request: HttpRequest) -> HttpResponse:
    person = person_of(request)
    rows = Favourite.objects.of(person.pk).filter(page__in=visible_pages(person)).with_pages().latest_first()
    page_obj = Paginator(rows, PER_PAGE).get_page(request.GET.get("side"))
    return render(request, "knowledge/favourites.html", {"page_obj": page_obj})


@require_POST
def toggle_favourite(request: HttpRequest, page_id: int) -> HttpResponse:
    person = person_of(request)
    page = get_object_or_404(visible_pages(person).type(KnowledgePage), pk=page_id)
    is_favourite = _wants_it(request)
    if is_favourite:
        save_favourite(by=person, page=page, now=timezone.now())
        told = _("Saved as a favourite.")
    else:
        remove_favourite(by=person, page=page)
        told = _("Removed from your favourites.")
    return _answer(request, page, "knowledge/_favourite.html", {"is_favourite": is_favourite}, told)


@require_POST
def toggle_trial(request: HttpRequest, card_id: int) -> HttpResponse:
    person = person_of(request)
    # Asked for as pages: Django compares their own numbers, unlike a link's, also with one that no database can hold.
    pages = visible_pages(person).exact_type(MethodCard).select_related("methodcard")
    card: MethodCard = get_object_or_404(pages, pk=card_id).methodcard
    is_tried = _wants_it(request)
    if is_tried:
        tell_trial(by=person, card=card, now=timezone.now())
        told = _("Your colleagues can now see that you have tried the method.")
    else:
        withdraw_trial(by=person, card=card)
        told = _("It is no longer shown that you have tried the method.")
    return _answer(request, card, "knowledge/_trial.html", {"is_tried": is_tried}, told)


@require_safe
def shelf(request: HttpRequest, name: str) -> HttpResponse:
    """Leads to a list wherever editors have put it, so that the menu on every page need not look it up."""
    shelves = {model.shelf.value: model for model in (MethodCardIndexPage, CaseIndexPage, ToolboxIndexPage)}
    if name not in shelves:
        raise Http404
    page: Page = get_object_or_404(shelves[name].objects.live())  # and it says itself who may read it
    return redirect(page.get_url(request))


def _wants_it(request: HttpRequest) -> bool:
    """The button says what it asks for, so that a second click on a slow line does not undo the first."""
    return request.POST.get("on") != "nej"


def _answer(request: HttpRequest, page: Page, fragment: str, state: dict[str, bool], told: str) -> HttpResponse:
    """The button alone to htmx; otherwise back to where the person came from, with a word about what was done."""
    if request.htmx:  # type: ignore[attr-defined]
        return render(request, fragment, {"page": page, **state})
    messages.success(request, told)
    wanted = request.POST.get("next", "")
    if url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure()):
        return HttpResponseRedirect(wanted)  # an address as it stands: `redirect` would look for a view of that name
    return redirect(page.get_url(request))
