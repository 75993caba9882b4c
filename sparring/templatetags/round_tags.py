"""Matches in the pages of other subjects."""

from __future__ import annotations

from typing import cast

from django import template
from django.template.context import Context
from django.utils import timezone

from network.models import Person
from sparring.models import MatchProposal
from sparring.round_overview import MemberMatch, match_for

register = template.Library()


@register.simple_tag(takes_context=True)
def my_match(context: Context, proposal: MatchProposal) -> MemberMatch:
    """The match from the side of whoever is signed in, who is a member of it."""
    return match_for(cast("Person", context["request"].user), proposal, now=timezone.now())
