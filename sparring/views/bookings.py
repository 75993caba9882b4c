"""Finding a free place, booking it, and the session that comes of it."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count
from django.db.models.functions import TruncDate
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from knowledge.models import MethodCard
from network.access import person_of
from sparring import mails
from sparring.forms.bookings import BookingForm, FreePlacesForm, HelpForm
from sparring.help_finder import days_with_places, find_helpers
from sparring.models import ExperienceNote, MatchProposal, PeerSparring, SlotBooking, SlotPlace
from sparring.services.answers import leave
from sparring.services.bookings import BookingError, book_place, check_bookable
from sparring.services.sessions import SessionError
from sparring.timetable import pages_of_days

ROWS_A_PAGE = 25

BOOKING_STEPS = [_("Choose a time"), _("What it is about"), _("Agreed")]


@require_safe
def free_places(request: HttpRequest) -> HttpResponse:
    form = FreePlacesForm(request.GET)
    places = form.narrow(SlotPlace.objects.free(timezone.now()).for_person(person_of(request)))
    rows_on = places.annotate(day=TruncDate("starts_at")).values_list("day").annotate(Count("pk")).order_by("day")
    page = Paginator(pages_of_days(list(rows_on), most=ROWS_A_PAGE), 1).get_page(request.GET.get("side"))
    days = page.object_list[0] if page.object_list else []
    shown = places.with_host().annotate(day=TruncDate("starts_at")).filter(day__in=days)
    card_id = form.cleaned_data.get("card")
    context = {
        "form": form,
        "page": page,
        "places": shown.prefetch_related("host__ambassador__offers").order_by("starts_at", "host__first_name", "pk"),
        "card": MethodCard.objects.live().filter(pk=card_id).first() if card_id else None,
    }
    return render(request, "sparring/free_places.html", context)


@require_safe
def find_help(request: HttpRequest) -> HttpResponse:
    person, now = person_of(request), timezone.now()
    days = days_with_places(person, now=now)
    form = HelpForm(request.GET if "theme" in request.GET else None, days=days)
    helpers = None
    if days and form.is_valid():
        helpers = find_helpers(person, theme=form.chosen_theme, day=form.cleaned_data["day"], now=now)
    return render(request, "sparring/find_help.html", {"form": form, "days": days, "helpers": helpers})


@require_http_methods(["GET", "HEAD", "POST"])
def book(request: HttpRequest, place_id: int) -> HttpResponse:
    person, now = person_of(request), timezone.now()
    hosted = SlotPlace.objects.exclude(host=person).exclude(host__ambassador=None).with_host()
    place = get_object_or_404(hosted, pk=place_id)
    if mine := SlotBooking.objects.active().filter(place=place, booked_by=person).select_related("session").first():
        return redirect("sparring:session", mine.session.uid)
    form = BookingForm(
        request.POST if request.method == "POST" else None, host=place.host, theme=request.GET.get("theme", "")
    )
    try:
        if form.is_valid():
            session = book_place(place=place, by=person, now=now, **form.cleaned_data)
            messages.success(request, _("It is booked. You both get a mail with an invitation for the calendar."))
            return redirect("sparring:session", session.uid)
        check_bookable(place=place, by=person, now=now)
    except BookingError as error:
        if not form.is_bound:
            messages.warning(request, str(error))
            return redirect("sparring:free_places")
        form.add_error(None, str(error))
    return render(request, "sparring/book.html", {"form": form, "place": place, "steps": BOOKING_STEPS})


@require_safe
def session(request: HttpRequest, uid: UUID) -> HttpResponse:
    person, now = person_of(request), timezone.now()
    shown = _session_of(request, uid)
    has_begun = shown.starts_at <= now
    takes_part = shown.is_agreed and person in shown.people
    context = {
        "session": shown,
        "partners": [other for other in shown.people if other != person],
        "takes_part": takes_part,
        "has_begun": has_begun,
        "proposal": MatchProposal.objects.of(person).with_members().filter(session=shown).first(),
        "can_cancel": takes_part and not has_begun,
        "notes": ExperienceNote.objects.visible_to(person).filter(session=shown).order_by("-written_at", "-pk"),
    }
    return render(request, "sparring/session.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def cancel(request: HttpRequest, uid: UUID) -> HttpResponse:
    person, now = person_of(request), timezone.now()
    shown = _session_of(request, uid)
    if request.method == "POST":
        try:
            leave(session=shown, by=person, now=now)
        except SessionError as error:
            messages.warning(request, str(error))
        else:
            messages.success(request, _("You have cancelled, and the others have been told."))
        return redirect("sparring:session", uid)
    partners = [other for other in shown.people if other != person]
    if not shown.is_agreed or person not in shown.people or shown.starts_at <= now:
        return redirect("sparring:session", uid)
    return render(request, "sparring/cancel.html", {"session": shown, "partners": partners})


@require_safe
def calendar(request: HttpRequest, uid: UUID) -> HttpResponse:
    text = mails.calendar_of(_session_of(request, uid), now=timezone.now())
    return HttpResponse(
        text,
        content_type="text/calendar; charset=utf-8",
        headers={"Content-Disposition": 'attachment; filename="sparring.ics"'},
    )


def _session_of(request: HttpRequest, uid: UUID) -> PeerSparring:
    sessions = PeerSparring.objects.visible_to(person_of(request)).with_people()
    return get_object_or_404(sessions.select_related("theme", "booking", "cancelled_by"), uid=uid)
