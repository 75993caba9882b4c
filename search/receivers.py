"""What changes elsewhere is queued for the index, in the transaction that changes it. Only queues; decides nothing."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db import models
from django.db.models.signals import m2m_changed, post_delete, post_save, pre_delete
from django.dispatch import receiver
from wagtail.models import Page, PageViewRestriction
from wagtail.signals import page_slug_changed, page_unpublished, post_page_move

from knowledge.models import CaseStudy, MethodCard, TargetGroup, ToolboxItem, Tradition
from network.models import Ambassador, Department, OrgUnit, Person, Theme
from sparring.models import ExperienceNote, PeerSparring, SlotPlace, SparringParticipant
from sparring.signals import places_put_right

from .documents import Kind, key_of, slots_of_the_days
from .services import queue

PAGES: dict[Kind, Any] = {Kind.METHOD_CARD: MethodCard, Kind.CASE: CaseStudy, Kind.TOOL: ToolboxItem}
# Saved at every sign-in, and nothing that can be found.
UNSEEN_FIELDS = {"last_login", "password"}
# How long after its day a time for sparring is taken out of the index by a nightly run that was missed.
DAYS_MISSED = 14


def _keys(kind: Kind, pks: Iterable[int]) -> set[str]:
    return {key_of(kind, pk) for pk in pks}


def _keys_of(kind: Kind, rows: models.QuerySet[Any]) -> set[str]:
    return _keys(kind, rows.values_list("pk", flat=True))


def _keys_of_pages(**condition: Any) -> set[str]:
    return set().union(*(_keys_of(kind, model.objects.filter(**condition)) for kind, model in PAGES.items()))


# Pages. Saving tells more than publishing: it also meets pages that code makes live without a revision.


def page_changed(instance: Page, **kwargs: object) -> None:
    queue([key_of(Kind(instance._meta.model_name), instance.pk)])


for _model in PAGES.values():
    post_save.connect(page_changed, sender=_model)
    post_delete.connect(page_changed, sender=_model)
    # The signal has the page's own type also where somebody unpublished it as a plain Page.
    page_unpublished.connect(page_changed, sender=_model)


@receiver(page_slug_changed)
def address_changed(instance: Page, **kwargs: object) -> None:
    queue(_keys_of_pages(path__startswith=instance.path))


@receiver(post_page_move)
def page_moved(instance: Page, **kwargs: object) -> None:
    queue(_keys_of_pages(path__startswith=instance.path))


@receiver([post_save, post_delete], sender=PageViewRestriction)
def restriction_changed(instance: PageViewRestriction, **kwargs: object) -> None:
    queue(_keys_of_pages(path__startswith=instance.page.path))


@receiver(m2m_changed, sender=PageViewRestriction.groups.through)
def restriction_groups_changed(instance: PageViewRestriction, reverse: bool, **kwargs: object) -> None:
    if not reverse:
        queue(_keys_of_pages(path__startswith=instance.page.path))


# Notes


@receiver([post_save, post_delete], sender=ExperienceNote)
def note_changed(instance: ExperienceNote, **kwargs: object) -> None:
    queue([key_of(Kind.NOTE, instance.pk)])


@receiver(m2m_changed, sender=ExperienceNote.themes.through)
def note_themes_changed(instance: ExperienceNote | Theme, **kwargs: object) -> None:
    if isinstance(instance, ExperienceNote):
        queue([key_of(Kind.NOTE, instance.pk)])
    else:
        queue(_keys_of(Kind.NOTE, instance.notes.all()))


@receiver([post_save, post_delete], sender=SparringParticipant)
def participant_changed(instance: SparringParticipant, **kwargs: object) -> None:
    queue(
        _keys_of(Kind.NOTE, ExperienceNote.objects.filter(session=instance.session_id))
        | _slots_of([instance.person_id])
    )


# An agreement that ends is saved; those who took part are marked without a signal.
@receiver(post_save, sender=PeerSparring)
def session_changed(instance: PeerSparring, **kwargs: object) -> None:
    people = list(instance.participants.values_list("person", flat=True))
    queue(_keys_of(Kind.NOTE, ExperienceNote.objects.filter(session=instance)) | _slots_of(people))


# Times for sparring


@receiver(places_put_right)
def places_changed(host: Person | None, **kwargs: object) -> None:
    places = slots_of_the_days(before=DAYS_MISSED)
    queue(_keys_of(Kind.SLOT, places.filter(host=host) if host else places))


@receiver([post_save, post_delete], sender=SlotPlace)
def place_changed(instance: SlotPlace, **kwargs: object) -> None:
    queue([key_of(Kind.SLOT, instance.pk)])


def _slots_of(hosts: Iterable[int]) -> set[str]:
    return _keys_of(Kind.SLOT, slots_of_the_days().filter(host__in=hosts))


# People


@receiver([post_save, post_delete], sender=Person)
def person_changed(instance: Person, update_fields: frozenset[str] | None = None, **kwargs: object) -> None:
    if update_fields is None or set(update_fields) - UNSEEN_FIELDS:
        notes = _keys_of(Kind.NOTE, ExperienceNote.objects.filter(author=instance.pk))
        queue({key_of(Kind.PERSON, instance.pk)} | notes | _slots_of([instance.pk]))


@receiver([post_save, post_delete], sender=Ambassador)
def ambassador_changed(instance: Ambassador, **kwargs: object) -> None:
    queue({key_of(Kind.PERSON, instance.person_id)} | _slots_of([instance.person_id]))


@receiver(m2m_changed, sender=Ambassador.offers.through)
def offers_changed(instance: Ambassador | Theme, pk_set: set[int] | None = None, **kwargs: object) -> None:
    if isinstance(instance, Ambassador):
        people = {instance.person_id}
    else:
        changed = Ambassador.objects.filter(pk__in=pk_set or instance.offered_by.values("pk"))
        people = set(changed.values_list("person", flat=True))
    queue(_keys(Kind.PERSON, people) | _slots_of(people))


# Names that stand in many documents


@receiver(post_save, sender=Department)
def department_changed(instance: Department, created: bool, **kwargs: object) -> None:
    if not created:
        queue(_of_units(OrgUnit.objects.filter(department=instance)))


@receiver(post_save, sender=OrgUnit)
def unit_changed(instance: OrgUnit, created: bool, **kwargs: object) -> None:
    if not created:
        queue(_of_units(OrgUnit.objects.filter(pk=instance.pk)))


def _of_units(units: models.QuerySet[OrgUnit]) -> set[str]:
    return (
        _keys_of(Kind.PERSON, Person.objects.filter(org_unit__in=units))
        | _keys_of(Kind.NOTE, ExperienceNote.objects.filter(author__org_unit__in=units))
        | _keys_of(Kind.CASE, CaseStudy.objects.filter(org_unit__in=units))
        | _keys_of(Kind.SLOT, slots_of_the_days().filter(host__org_unit__in=units))
    )


# Before a deletion the ties are still there; the work is done after the commit, when they are not.
@receiver([post_save, pre_delete], sender=Theme)
def theme_changed(instance: Theme, **kwargs: object) -> None:
    ambassadors = set(Ambassador.objects.filter(offers=instance).values_list("person", flat=True))
    queue(
        {key_of(Kind.THEME, instance.pk)}
        | _keys_of_pages(theme_items__tag=instance)
        | _keys_of(Kind.NOTE, ExperienceNote.objects.filter(themes=instance))
        | _keys(Kind.PERSON, ambassadors)
        | _slots_of(ambassadors)
    )


@receiver([post_save, pre_delete], sender=TargetGroup)
def target_group_changed(instance: TargetGroup, **kwargs: object) -> None:
    queue(_keys_of_pages(target_groups=instance))


@receiver(post_save, sender=Tradition)
def tradition_changed(instance: Tradition, **kwargs: object) -> None:
    queue(_keys_of(Kind.METHOD_CARD, MethodCard.objects.filter(tradition=instance)))
