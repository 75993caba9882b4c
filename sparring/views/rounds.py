"""Rounds: the coordinator makes, looks at and publishes them; members answer their match."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import time, timedelta

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, Prefetch
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from network.access import coordinators_only, person_of
from network.models import Person
from sparring.forms.rounds import AnswerForm, PairWishForm
from sparring.models import MatchProposal, PairWish, RoundStatus, SparringRound, SparringSlot, WishKind
from sparring.querysets import SparringSlotQuerySet
from sparring.round_overview import overview_of
from sparring.services import answers, publishing, repairs, silence
from sparring.services import rounds as services
from sparring.tasks import plan_coming_weeks
from sparring.timetable import local_day, local_instant

SLOTS_A_PAGE = 25
GROUPS_A_PAGE = 20


@require_safe
@coordinators_only
def rounds(request: HttpRequest) -> HttpResponse:
    now = timezone.now()
    slots = _with_round(SparringSlot.objects.upcoming(now)).order_by("starts_at", "pk")
    tomorrow = local_instant(local_day(now) + timedelta(days=1), time.min)
    context = {
        "next_slot": slots.filter(starts_at__gte=tomorrow).first(),
        "page": Paginator(slots, SLOTS_A_PAGE).get_page(request.GET.get("side")),
    }
    return render(request, "sparring/rounds.html", context)


@require_safe
@coordinators_only
def round(request: HttpRequest, pk: int) -> HttpResponse:  # noqa: A001  the word of the domain
    shown = get_object_or_404(SparringRound.objects.select_related("slot__series", "created_by"), pk=pk)
    if shown.status == RoundStatus.DISCARDED:
        return redirect("sparring:rounds")
    now = timezone.now()
    overview = overview_of(shown)
    name = request.GET.get("navn", "").strip()
    found = [match for match in overview.matches if match.has_named(name)]
    is_draft = shown.status == RoundStatus.DRAFT
    is_open = shown.slot.is_open and shown.slot.starts_at > now
    can_change = is_draft and is_open
    context = {
        "round": shown,
        "overview": overview,
        "page": Paginator(found, GROUPS_A_PAGE).get_page(request.GET.get("side")),
        "name": name,
        "is_draft": is_draft,
        "can_change": can_change,
        "form": PairWishForm(initial={"one": request.GET.get("person")}) if can_change else None,
        "can_repair": bool(overview.orphans) and is_open,
        "undone_until": publishing.can_be_undone_until(shown) if is_open and not is_draft else None,
    }
    return render(request, "sparring/round.html", context)


@require_POST
@coordinators_only
def make_round(request: HttpRequest, slot_id: int) -> HttpResponse:
    slot = get_object_or_404(SparringSlot, pk=slot_id)
    try:
        # The slot's own number as seed: the same people give the same round, whoever asks and how often.
        made = services.compute_round(slot=slot, by=person_of(request), seed=slot.pk, now=timezone.now())
    except services.RoundError as error:
        messages.warning(request, str(error.sentence))
        return redirect("sparring:rounds")
    return redirect("sparring:round", made.pk)


@require_POST
@coordinators_only
def plan_rounds(request: HttpRequest) -> HttpResponse:
    plan_coming_weeks.enqueue()
    messages.success(request, _("The coming four weeks are planned. Each draft stands here as soon as it is ready."))
    return redirect("sparring:rounds")


@require_POST
@coordinators_only
def publish_round(request: HttpRequest, pk: int) -> HttpResponse:
    draft = get_object_or_404(SparringRound, pk=pk)
    try:
        published = publishing.publish_round(round=draft, by=person_of(request), now=timezone.now())
    except services.RoundError as error:
        messages.warning(request, str(error.sentence))
    else:
        messages.success(request, _("The round is published. Everyone in it gets a mail with an invitation."))
        for people in published.dropped:
            messages.warning(request, _dropped(people))
    return redirect("sparring:round", pk)


@require_POST
@coordinators_only
def undo_publishing(request: HttpRequest, pk: int) -> HttpResponse:
    published = get_object_or_404(SparringRound, pk=pk)
    try:
        publishing.undo_publishing(round=published, by=person_of(request), now=timezone.now())
    except services.RoundError as error:
        messages.warning(request, str(error.sentence))
    else:
        messages.success(request, _("The round is a draft again. No mail has left."))
    return redirect("sparring:round", pk)


@require_POST
@coordinators_only
def repair_round(request: HttpRequest, pk: int) -> HttpResponse:
    published = get_object_or_404(SparringRound, pk=pk)
    try:
        placed = repairs.repair_round(round=published, now=timezone.now())
    except services.RoundError as error:
        messages.warning(request, str(error.sentence))
        return redirect("sparring:round", pk)
    if placed:
        names = get_text_list([person.name for person in placed], _("and"))
        messages.success(request, _("%(people)s have got somebody else, and all have been told.") % {"people": names})
    else:
        messages.info(request, _("There is nobody else for them at that time."))
    return redirect("sparring:round", pk)


@require_POST
@coordinators_only
def wish_for_pair(request: HttpRequest, pk: int) -> HttpResponse:
    draft = get_object_or_404(SparringRound, pk=pk)
    form = PairWishForm(request.POST)
    if not form.is_valid():
        messages.warning(request, _("Choose two different people of the corps."))
        return redirect("sparring:round", pk)
    kind = WishKind(form.cleaned_data["kind"])
    try:
        services.wish_for_pair(round=draft, people=form.pair, kind=kind, by=person_of(request), now=timezone.now())
    except services.RoundError as error:
        messages.warning(request, str(error.sentence))
    else:
        names = {"people": get_text_list([person.name for person in form.pair], _("and"))}
        told = (
            _("%(people)s meet in this round, which has been made again.")
            if kind == WishKind.TOGETHER
            else _("%(people)s do not meet in this round, which has been made again.")
        )
        messages.success(request, told % names)
    return redirect("sparring:round", pk)


@require_POST
@coordinators_only
def drop_wish(request: HttpRequest, pk: int) -> HttpResponse:
    wish = get_object_or_404(PairWish.objects.select_related("round"), pk=pk)
    try:
        services.drop_wish(wish=wish, by=person_of(request), now=timezone.now())
    except services.RoundError as error:
        messages.warning(request, str(error.sentence))
    else:
        messages.success(request, _("Nothing is decided about those two any more. The round has been made again."))
    return redirect("sparring:round", wish.round_id)


@require_POST
@coordinators_only
def discard_round(request: HttpRequest, pk: int) -> HttpResponse:
    draft = get_object_or_404(SparringRound, pk=pk)
    try:
        services.discard_round(round=draft, by=person_of(request), now=timezone.now())
    except services.RoundError as error:
        messages.warning(request, str(error.sentence))
        return redirect("sparring:round", pk)
    messages.success(request, _("The draft is discarded. Nobody was told anything."))
    return redirect("sparring:rounds")


@require_POST
def answer(request: HttpRequest, pk: int) -> HttpResponse:
    proposal = get_object_or_404(MatchProposal.objects.of(person_of(request)).with_members(), pk=pk)
    form = AnswerForm(request.POST)
    refusal = _take_answer(request, proposal, form)
    if request.htmx:  # type: ignore[attr-defined]
        context = {"proposal": proposal, "refusal": refusal, "is_answered": True}
        return render(request, "sparring/_proposal.html", context)
    if refusal:
        messages.warning(request, refusal)
    elif form.accepts:
        messages.success(request, _("Thank you, you have said yes."))
    else:
        messages.success(request, _("You have passed. No reason is needed, and the others have been told."))
    return redirect("sparring:my_day")


@require_POST
def come_back(request: HttpRequest) -> HttpResponse:
    person = person_of(request)
    silence.come_back(person=person, by=person, now=timezone.now())
    messages.success(request, _("Good to have you with us again. You are matched from the next round on."))
    return redirect("sparring:my_day")


def _take_answer(request: HttpRequest, proposal: MatchProposal, form: AnswerForm) -> str:
    """Answer, and put it into `proposal` too. Returns why it could not be taken, or nothing."""
    if not form.is_valid():
        return _("Choose whether you come or pass.")
    try:
        given = answers.answer(proposal=proposal, by=person_of(request), accept=form.accepts, now=timezone.now())
    except services.RoundError as error:
        return str(error.sentence)
    for member in proposal.members.all():
        if member == given:
            member.answer = given.answer
    return ""


def _dropped(people: Iterable[Person]) -> str:
    names = get_text_list([person.name for person in people], _("and"))
    return _("%(people)s were left out, because something had changed since the round was made.") % {"people": names}


def _with_round(slots: SparringSlotQuerySet) -> SparringSlotQuerySet:
    """`current_rounds` holds the slot's draft or published round, with `groups`, or nothing."""
    kept = SparringRound.objects.exclude(status=RoundStatus.DISCARDED).annotate(groups=Count("proposals"))
    return slots.select_related("series").prefetch_related(Prefetch("rounds", kept, to_attr="current_rounds"))
