"""What sparring shows on the pages of lower floors."""

from __future__ import annotations

from typing import Any

from django import template
from django.db.models import Count, Window
from django.template.context import RequestContext

from knowledge.lists import short_list
from knowledge.models import MethodCard
from network.access import person_of
from sparring.models import ExperienceNote

register = template.Library()
EXPERIENCES_ON_A_CARD = 3


@register.inclusion_tag("sparring/_note_experiences.html", takes_context=True)
def card_experiences(context: RequestContext, page: MethodCard) -> dict[str, Any]:
    """The latest notes that name a method card, and how many there are, in one query: of what this reader may see."""
    request = context["request"]
    readable = ExperienceNote.objects.visible_to(person_of(request))
    # A page that is previewed before its first save has no number yet, and nobody has named it.
    notes = readable.filter(cards=page.pk) if page.pk else readable.none()
    latest = notes.with_author().annotate(total=Window(Count("pk"))).order_by("-written_at", "-pk")
    return {"request": request, "page": page, "experiences": short_list(list(latest[:EXPERIENCES_ON_A_CARD]))}
