"""One's own page: what the register says, and what an ambassador decides."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from network.access import ambassadors_only, person_of
from network.forms import BlockSearchForm, PauseForm, ProfileForm, WeekForm
from network.models import Ambassador, Person
from network.querysets import PersonQuerySet
from network.services import ambassadors


@require_safe
def profile(request: HttpRequest) -> HttpResponse:
    me = Person.objects.with_unit().select_related("line_manager").get(pk=person_of(request).pk)
    ambassador = Ambassador.objects.with_week().prefetch_related("offers", "seeks").filter(person=me).first()
    today = timezone.localdate()
    pauses = me.pauses.filter(until_on__gte=today).order_by("from_on")
    context = {"me": me, "ambassador": ambassador, "pauses": pauses, "today": today}
    return render(request, "network/profile.html", context)


@ambassadors_only
def edit_profile(request: HttpRequest) -> HttpResponse:
    ambassador = own_ambassador(request)
    form = ProfileForm(request.POST or None, instance=ambassador)
    if form.is_valid():
        try:
            ambassadors.update_profile(ambassador, **form.cleaned_data, by=person_of(request), now=timezone.now())
        except ambassadors.OfferedAndSoughtError as error:
            form.add_error("seeks", str(error))
        else:
            messages.success(request, _("Your profile is saved."))
            return redirect("network:profile")
    return render(request, "network/profile_edit.html", {"form": form})


@ambassadors_only
def edit_week(request: HttpRequest) -> HttpResponse:
    ambassador = own_ambassador(request)
    form = WeekForm(request.POST or None, windows=ambassador.availability.all())
    if form.is_valid():
        try:
            ambassadors.set_week(ambassador, windows=form.windows(), by=person_of(request), now=timezone.now())
        except ambassadors.OverlappingTimesError as error:
            form.add_error(error.weekday, str(error))
        else:
            messages.success(request, _("Your weekly times are saved."))
            return redirect("network:profile")
    return render(request, "network/week.html", {"form": form})


@ambassadors_only
def new_pause(request: HttpRequest) -> HttpResponse:
    me = own_ambassador(request).person
    form = PauseForm(request.POST or None)
    if form.is_valid():
        try:
            ambassadors.start_pause(me, **form.cleaned_data, by=me, now=timezone.now())
        except ambassadors.PauseIsOverError as error:
            form.add_error("until_on", str(error))
        except ambassadors.OverlappingPauseError as error:
            form.add_error("from_on", str(error))
        else:
            messages.success(request, _("Your pause is saved. Nobody is asked to spar with you on those days."))
            return redirect("network:profile")
    return render(request, "network/pause_new.html", {"form": form})


@require_POST
@ambassadors_only
def end_pause(request: HttpRequest, pk: int) -> HttpResponse:
    me = person_of(request)
    now = timezone.now()
    pause = get_object_or_404(me.pauses.filter(until_on__gte=timezone.localdate(now)), pk=pk)
    ambassadors.end_pause(pause, by=me, now=now)
    messages.success(request, _("The pause is ended."))
    return redirect("network:profile")


@require_safe
@ambassadors_only
def blocks(request: HttpRequest) -> HttpResponse:
    me = person_of(request)
    blocked = me.blocks.select_related("other__org_unit__department").order_by("other__first_name", "pk")
    form = BlockSearchForm(request.GET or None)
    found = form.find(colleagues_of(me).exclude(pk__in=me.blocks.values("other"))) if form.is_valid() else None
    return render(request, "network/blocks.html", {"form": form, "found": found, "blocked": blocked})


@require_POST
@ambassadors_only
def add_block(request: HttpRequest, pk: int) -> HttpResponse:
    me = person_of(request)
    other = get_object_or_404(colleagues_of(me), pk=pk)
    ambassadors.block_person(me, other=other, by=me, now=timezone.now())
    messages.success(request, _("You will not be matched with %(name)s.") % {"name": other.name})
    return redirect("network:blocks")


@require_POST
@ambassadors_only
def remove_block(request: HttpRequest, pk: int) -> HttpResponse:
    me = person_of(request)
    other = get_object_or_404(Person, pk=pk, pk__in=me.blocks.values("other"))
    ambassadors.unblock_person(me, other=other, by=me, now=timezone.now())
    messages.success(request, _("You can be matched with %(name)s again.") % {"name": other.name})
    return redirect("network:blocks")


@ambassadors_only
def leave_corps(request: HttpRequest) -> HttpResponse:
    ambassador = own_ambassador(request)
    if request.method == "POST":
        ambassadors.leave_corps(ambassador, by=person_of(request), now=timezone.now())
        messages.success(request, _("You have left the corps. Thank you for being part of it."))
        return redirect("network:profile")
    return render(request, "network/leave_corps.html")


@require_POST
def return_to_corps(request: HttpRequest) -> HttpResponse:
    me = person_of(request)
    ambassador = get_object_or_404(Ambassador, person=me)
    if not ambassador.is_active:
        ambassadors.return_to_corps(ambassador, by=me, now=timezone.now())
        messages.success(request, _("Welcome back to the corps."))
    return redirect("network:profile")


def own_ambassador(request: HttpRequest) -> Ambassador:
    me = person_of(request)
    ambassador = get_object_or_404(Ambassador.objects.active().with_week(), person=me)
    ambassador.person = me  # the same object, not a second read of it
    return ambassador


def colleagues_of(person: Person) -> PersonQuerySet:
    people = Person.objects.visible_to(person).exclude(pk=person.pk)
    return people.with_unit().order_by("first_name", "last_name", "pk")
