"""The corps, and a page for each person."""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from network.access import person_of
from network.forms import PeopleFilterForm
from network.models import Ambassador, Person

PER_PAGE = 25


@require_safe
def people(request: HttpRequest) -> HttpResponse:
    me = person_of(request)
    today = timezone.localdate()
    form = PeopleFilterForm(request.GET)
    ambassadors = (
        form.narrow(Ambassador.objects.visible_to(me))
        .with_person()
        .with_week()
        .with_pause(today)
        .with_distance_to(me)
        .prefetch_related("offers")
        .order_by("person__first_name", "person__last_name", "pk")
    )
    page = Paginator(ambassadors, PER_PAGE).get_page(request.GET.get("side"))
    return render(request, "network/people.html", {"form": form, "page_obj": page, "me": me})


@require_safe
def person(request: HttpRequest, pk: int) -> HttpResponse:
    me = person_of(request)
    shown = get_object_or_404(Person.objects.visible_to(me).with_unit().select_related("line_manager"), pk=pk)
    ambassador = (
        Ambassador.objects.visible_to(me)
        .with_week()
        .with_pause(timezone.localdate())
        .with_distance_to(me)
        .prefetch_related("offers", "seeks")
        .filter(person=shown)
        .first()
    )
    context = {
        "shown": shown,
        "ambassador": ambassador,
        "is_me": shown == me,
        "method_cards": shown.method_cards.live().order_by("title", "pk"),
        "cases": shown.cases.live().order_by("-first_published_at", "pk"),
    }
    return render(request, "network/person.html", context)
