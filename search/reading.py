"""Reading hits again from the database, as the person who asks may see them. Nothing is shown from the index alone."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Set
from typing import Any

from django.db import models
from django.db.models import Value
from django.db.models.functions import Concat, Trim
from django.utils import timezone

from knowledge.models import CaseStudy, MethodCard, ToolboxItem
from knowledge.querysets import visible_pages
from network.models import Person, Theme
from sparring.models import ExperienceNote, SlotPlace
from sparring.querysets import SlotPlaceQuerySet

from .documents import Kind, key_of, kind_and_pk, slots_of_the_days

_PAGE_MODELS: dict[Kind, Any] = {Kind.METHOD_CARD: MethodCard, Kind.CASE: CaseStudy, Kind.TOOL: ToolboxItem}


def visible_titles(person: Person, keys: Iterable[str]) -> dict[str, str]:
    """The titles, as they are now, of those of these keys that the person may see. One query, whatever the kinds."""
    selects = _titles(person, keys)
    if not selects:
        return {}
    return {key_of(Kind(kind), pk): title for kind, pk, title in selects[0].union(*selects[1:], all=True)}


def closed(person: Person, waiting: Set[str]) -> frozenset[str]:
    """What a search leaves out, in one query.

    That is what the person may not see of the keys that wait to be indexed, and the times for sparring that are over,
    or that this person may not book, whoever else may.
    """
    theirs = SlotPlace.objects.filter(starts_at__gt=timezone.now()).for_person(person)
    others = slots_of_the_days().filter(is_offered=True).exclude(pk__in=theirs.values("pk")).order_by()
    rows = others.values_list(Value("", models.CharField()), "pk", Value("")).union(*_titles(person, waiting), all=True)
    visible, unbookable = set(), set()
    for kind, pk, __ in rows:
        if kind:
            visible.add(key_of(Kind(kind), pk))
        else:
            unbookable.add(key_of(Kind.SLOT, pk))
    return frozenset(waiting - visible | unbookable)


def _titles(person: Person, keys: Iterable[str]) -> list[models.QuerySet[Any, tuple[str, int, str]]]:
    return [
        _visible(kind, person)
        .filter(pk__in=pks)
        .order_by()
        .values_list(Value(kind.value, models.CharField()), "pk", _title(kind))
        for kind, pks in _by_kind(keys).items()
    ]


def read(person: Person, keys: Collection[str]) -> dict[str, models.Model]:
    """The things of these keys that the person may see, with all that a hit shows: a query for pages, notes, people."""
    wanted = _by_kind(keys)
    things: dict[str, models.Model] = {}
    if pages := {pk: kind for kind in _PAGE_MODELS for pk in wanted.get(kind, ())}:
        rows = visible_pages(person).filter(pk__in=pages)
        for page in rows.select_related("methodcard", "casestudy__org_unit__department", "toolboxitem"):
            kind = pages[page.pk]
            # An index that is not of this database may name a page that is of another kind.
            if (thing := getattr(page, kind.value, None)) is not None:
                things[key_of(kind, page.pk)] = thing
    if notes := wanted.get(Kind.NOTE):
        for note in ExperienceNote.objects.visible_to(person).with_author().filter(pk__in=notes):
            things[key_of(Kind.NOTE, note.pk)] = note
    if people := wanted.get(Kind.PERSON):
        colleagues = Person.objects.visible_to(person).with_unit().select_related("ambassador")
        for colleague in colleagues.filter(pk__in=people):
            things[key_of(Kind.PERSON, colleague.pk)] = colleague
    if slots := wanted.get(Kind.SLOT):
        for place in _bookable_by(person).with_host().filter(pk__in=slots):
            things[key_of(Kind.SLOT, place.pk)] = place
    return things


def _bookable_by(person: Person) -> SlotPlaceQuerySet:
    places = SlotPlace.objects.free(timezone.now()).for_person(person)
    return places.none() if person.is_external else places


def _by_kind(keys: Iterable[str]) -> dict[Kind, list[int]]:
    kinds: dict[Kind, list[int]] = defaultdict(list)
    for kind, pk in map(kind_and_pk, keys):
        kinds[kind].append(pk)
    return kinds


def _visible(kind: Kind, person: Person) -> models.QuerySet[Any]:
    if kind in _PAGE_MODELS:
        return _PAGE_MODELS[kind].objects.visible_to(person)
    if kind == Kind.NOTE:
        return ExperienceNote.objects.visible_to(person)
    if kind == Kind.PERSON:
        return Person.objects.visible_to(person)
    if kind == Kind.SLOT:
        return _bookable_by(person)
    return Theme.objects.none() if person.is_external else Theme.objects.all()


def _title(kind: Kind) -> models.Expression | models.F:
    if kind in {Kind.PERSON, Kind.SLOT}:
        person = "host__" if kind == Kind.SLOT else ""
        return Trim(Concat(f"{person}first_name", Value(" "), f"{person}last_name"))
    return models.F("name" if kind == Kind.THEME else "title")
