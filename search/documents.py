"""What the index holds of each thing that can be found, and who may find it."""

from __future__ import annotations

import dataclasses
import hashlib
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cached_property
from typing import Any, Self

import orjson
from django.conf import settings
from django.db import models
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy as _
from taggit.models import ItemBase
from wagtail.models import Page, PageViewRestriction

from knowledge.models import (
    CaseStudy,
    CaseStudyTheme,
    MethodCard,
    MethodCardTheme,
    ToolboxItem,
    ToolboxItemTheme,
)
from network.models import Ambassador, Person, Theme
from sparring.models import ExperienceNote, SlotPlace, SparringParticipant, Visibility
from sparring.querysets import SlotPlaceQuerySet
from sparring.timetable import local_day, local_instant

from .texts import text_of

STAFF = "staff"
CORPS = "corps"
SUPERUSER = "superuser"
# After today, of which times for sparring can be found; who plans further ahead looks in the list of them.
SLOT_DAYS = 7
_FAR_OFF = date(3999, 12, 31).toordinal()


class Kind(models.TextChoices):
    METHOD_CARD = "methodcard", _("Method card")
    CASE = "casestudy", _("Case")
    TOOL = "toolboxitem", _("Tool")
    NOTE = "note", _("Experience note")
    PERSON = "person", _("Person")
    THEME = "theme", _("Theme")
    SLOT = "slot", _("Sparring time")


def key_of(kind: Kind, pk: int) -> str:
    return f"{kind.value}:{pk}"


def kind_and_pk(key: str) -> tuple[Kind, int]:
    kind, __, pk = key.partition(":")
    return Kind(kind), int(pk)


def is_of_kind(key: str, kind: Kind) -> bool:
    return key.startswith(f"{kind.value}:")


def person_token(pk: int) -> str:
    return f"person:{pk}"


def group_token(pk: int) -> str:
    return f"group:{pk}"


def audience_of(person: Person) -> frozenset[str]:
    """The tokens that a person holds: a document that has one of them may be found by this person."""
    if person.is_external:
        return frozenset()
    tokens = {STAFF, person_token(person.pk)}
    tokens.update(map(group_token, person.group_names))
    if person.is_in_corps:
        tokens.add(CORPS)
    if person.is_superuser:
        tokens.add(SUPERUSER)
    return frozenset(tokens)


@dataclass(frozen=True)
class ThemeOfDocument:
    """`words` are the everyday words that staff type for it."""

    slug: str
    name: str
    words: str = ""


@dataclass(frozen=True)
class SearchDocument:
    """A thing that can be found. `audience` holds the tokens of those who may; empty: nobody."""

    key: str
    title: str
    audience: frozenset[str]
    intro: str = ""
    headings: tuple[str, ...] = ()
    body: str = ""
    keywords: tuple[str, ...] = ()
    themes: tuple[ThemeOfDocument, ...] = ()
    department: str = ""
    target_groups: tuple[str, ...] = ()
    minutes: int | None = None
    participants_from: int | None = None
    participants_to: int | None = None
    phase: str = ""
    date: date | None = None
    url: str = ""

    @property
    def kind(self) -> Kind:
        return kind_and_pk(self.key)[0]

    @cached_property
    def as_json(self) -> str:
        # asdict() copies deeply, which took a tenth of the time of indexing.
        values = {each.name: getattr(self, each.name) for each in dataclasses.fields(self)}
        return orjson.dumps(values | {"audience": sorted(self.audience)}, option=orjson.OPT_SORT_KEYS).decode()

    @cached_property
    def digest(self) -> str:
        """Equal for equal documents."""
        return hashlib.sha256(self.as_json.encode()).hexdigest()

    @classmethod
    def from_json(cls, text: str) -> Self:
        values: dict[str, Any] = orjson.loads(text)
        return cls(
            **values
            | {
                "audience": frozenset(values["audience"]),
                "headings": tuple(values["headings"]),
                "keywords": tuple(values["keywords"]),
                "themes": tuple(ThemeOfDocument(**theme) for theme in values["themes"]),
                "target_groups": tuple(values["target_groups"]),
                "date": date.fromisoformat(values["date"]) if values["date"] else None,
            }
        )


def precedence_of(document: SearchDocument) -> date | None:
    """What engines order equally good hits by, the latest day first.

    Times to come are counted backwards, so that the soonest comes first, and after all that there is to read.
    """
    if document.date is None or document.kind != Kind.SLOT:
        return document.date
    return date.fromordinal(_FAR_OFF - document.date.toordinal())


CHUNK = 500


def documents(keys: Iterable[str] | None = None) -> Iterator[SearchDocument]:
    """The documents of these keys as the database has them now, or of everything. What may not be found is left out."""
    wanted: dict[Kind, list[int]] = defaultdict(list)
    if keys is None:
        wanted.update({kind: list(_findable(kind).values_list("pk", flat=True).order_by("pk")) for kind in Kind})
    else:
        for kind, pk in map(kind_and_pk, keys):
            wanted[kind].append(pk)
    for kind, pks in wanted.items():
        for start in range(0, len(pks), CHUNK):
            # In the site's own language: names of choices are words to find, too.
            with translation.override(settings.LANGUAGE_CODE):
                built = list(_BUILDERS[kind](_findable(kind).filter(pk__in=pks[start : start + CHUNK]).order_by("pk")))
            yield from built


def _findable(kind: Kind) -> models.QuerySet[Any]:
    """What of this kind somebody may find at all."""
    return {
        Kind.METHOD_CARD: MethodCard.objects.live,
        Kind.CASE: CaseStudy.objects.live,
        Kind.TOOL: ToolboxItem.objects.live,
        Kind.NOTE: ExperienceNote.objects.kept,
        Kind.PERSON: Person.objects.employed,
        Kind.THEME: Theme.objects.all,
        Kind.SLOT: lambda: slots_of_the_days().free(_midnight()),
    }[kind]()


def slots_of_the_days(*, before: int = 0) -> SlotPlaceQuerySet:
    """The places, free or not, of those days of which times can be found, and of some days `before`.

    The days change at midnight. What is over since the morning stays in the index until then, and is shown to nobody.
    """
    midnight = _midnight()
    first, end = midnight - timedelta(days=before), midnight + timedelta(days=1 + SLOT_DAYS)
    return SlotPlace.objects.filter(starts_at__gte=first, starts_at__lt=end)


def _midnight() -> datetime:
    return local_instant(local_day(timezone.now()), time.min)


def _cards(cards: models.QuerySet[MethodCard]) -> Iterator[SearchDocument]:
    for card, fields in _pages(cards.select_related("tradition"), Kind.METHOD_CARD, MethodCardTheme):
        yield SearchDocument(
            **fields,
            keywords=(str(Kind.METHOD_CARD.label), card.tradition.name, card.get_phase_display()),
            minutes=card.minutes,
            participants_from=card.participants_from,
            participants_to=card.participants_to,
            phase=card.phase,
            date=_day(card.first_published_at),
        )


def _cases(cases: models.QuerySet[CaseStudy]) -> Iterator[SearchDocument]:
    for case, fields in _pages(cases.select_related("org_unit__department"), Kind.CASE, CaseStudyTheme):
        yield SearchDocument(
            **fields,
            keywords=(case.get_kind_display(), case.org_unit.name if case.org_unit else ""),
            department=case.org_unit.department.name if case.org_unit else "",
            date=case.happened_on or _day(case.first_published_at),
        )


def _tools(tools: models.QuerySet[ToolboxItem]) -> Iterator[SearchDocument]:
    for tool, fields in _pages(tools, Kind.TOOL, ToolboxItemTheme):
        yield SearchDocument(
            **fields,
            keywords=(tool.get_kind_display(),),
            minutes=tool.minutes,
            date=_day(tool.first_published_at),
        )


def _pages(pages: models.QuerySet[Any], kind: Kind, link: type[ItemBase]) -> Iterator[tuple[Any, dict[str, Any]]]:
    """Each page with the fields that all kinds of pages share."""
    found = list(pages.prefetch_related("target_groups"))
    themes = _themes_of(link, "content_object_id", [page.pk for page in found])
    audience = _audience_of_pages()
    for page in found:
        yield (
            page,
            {
                **_words(kind, page),
                "audience": audience(page),
                "themes": themes[page.pk],
                "target_groups": tuple(sorted(group.name for group in page.target_groups.all())),
                "url": page.url or "",
            },
        )


def _notes(notes: models.QuerySet[ExperienceNote]) -> Iterator[SearchDocument]:
    found = list(notes.select_related("author__org_unit__department"))
    themes = _themes_of(ExperienceNote.themes.through, "experiencenote_id", [note.pk for note in found])
    partners: dict[int, set[str]] = defaultdict(set)
    took_part = SparringParticipant.objects.filter(is_active=True, session__in=[note.session_id for note in found])
    for session, person in took_part.values_list("session", "person"):
        partners[session].add(person_token(person))
    for note in found:
        unit = note.author.org_unit
        yield SearchDocument(
            **_words(Kind.NOTE, note),
            audience=_audience_of_note(note, partners[note.session_id] if note.session_id else set()),
            themes=themes[note.pk],
            department=unit.department.name if unit else "",
            date=_day(note.written_at),
        )


def _audience_of_note(note: ExperienceNote, partners: set[str]) -> frozenset[str]:
    """The same rule as `ExperienceNote.objects.visible_to`, told as tokens."""
    tokens = {person_token(note.author_id)}
    if note.visibility in {Visibility.PARTNERS, Visibility.CORPS}:
        tokens |= partners
    if note.visibility == Visibility.CORPS:
        tokens.add(CORPS)
    if note.visibility == Visibility.EVERYONE:
        tokens.add(STAFF)
    return frozenset(tokens)


def _people(people: models.QuerySet[Person]) -> Iterator[SearchDocument]:
    found = list(people.select_related("org_unit__department", "ambassador"))
    corps = {p.ambassador.pk: p.pk for p in found if hasattr(p, "ambassador") and p.ambassador.is_active}
    offers = _themes_of(Ambassador.offers.through, "ambassador_id", list(corps))
    themes = {person: offers[ambassador] for ambassador, person in corps.items()}
    for person in found:
        is_ambassador = person.pk in themes
        yield SearchDocument(
            **_words(Kind.PERSON, person),
            audience=frozenset({STAFF}),
            keywords=(str(_("Ambassador")),) if is_ambassador else (),
            themes=themes.get(person.pk, ()),
            department=person.org_unit.department.name if person.org_unit else "",
        )


def _themes(themes: models.QuerySet[Theme]) -> Iterator[SearchDocument]:
    for theme in themes:
        yield SearchDocument(**_words(Kind.THEME, theme), audience=frozenset({STAFF}))


def _slots(places: models.QuerySet[SlotPlace]) -> Iterator[SearchDocument]:
    found = list(places.select_related("slot", "host__ambassador", "host__org_unit__department"))
    offers = _themes_of(Ambassador.offers.through, "ambassador_id", {place.host.ambassador.pk for place in found})
    for place in found:
        unit = place.host.org_unit
        yield SearchDocument(
            **_words(Kind.SLOT, place),
            audience=frozenset({STAFF}),
            # Without everyday words: those would be worth less in all else, as many times have the same themes.
            themes=tuple(dataclasses.replace(theme, words="") for theme in offers[place.host.ambassador.pk]),
            department=unit.department.name if unit else "",
            date=local_day(place.starts_at),
        )


_BUILDERS: dict[Kind, Callable[[Any], Iterator[SearchDocument]]] = {
    Kind.METHOD_CARD: _cards,
    Kind.CASE: _cases,
    Kind.TOOL: _tools,
    Kind.NOTE: _notes,
    Kind.PERSON: _people,
    Kind.THEME: _themes,
    Kind.SLOT: _slots,
}


def _words(kind: Kind, thing: models.Model) -> dict[str, Any]:
    text = text_of(thing)
    return {
        "key": key_of(kind, thing.pk),
        "title": text.title,
        "intro": text.intro,
        "headings": text.headings,
        "body": text.body,
    }


def _day(instant: datetime | None) -> date | None:
    return timezone.localdate(instant) if instant else None


def _themes_of(
    link: type[models.Model], column: str, pks: Collection[int]
) -> defaultdict[int, tuple[ThemeOfDocument, ...]]:
    """The themes of many things, read through the table `link` that ties them, by name."""
    theme = next(field.name for field in link._meta.fields if field.related_model is Theme)
    themes: defaultdict[int, tuple[ThemeOfDocument, ...]] = defaultdict(tuple)
    rows = link._default_manager.filter(**{f"{column}__in": pks}).order_by(f"{theme}__name", f"{theme}__pk")
    for pk, *values in rows.values_list(column, f"{theme}__slug", f"{theme}__name", f"{theme}__everyday_words"):
        themes[pk] += (ThemeOfDocument(*values),)
    return themes


def _audience_of_pages() -> Callable[[Page], frozenset[str]]:
    """The rule of `visible_to` for pages, told as tokens, for many pages with one reading of the restrictions.

    A page under several restrictions is for those who are in a group of each.
    """
    restrictions = list(PageViewRestriction.objects.select_related("page").prefetch_related("groups"))

    def audience(page: Page) -> frozenset[str]:
        closing = [
            restriction
            for restriction in restrictions
            if page.path.startswith(restriction.page.path) and restriction.restriction_type != PageViewRestriction.LOGIN
        ]
        if not closing:
            return frozenset({STAFF})
        if any(restriction.restriction_type == PageViewRestriction.PASSWORD for restriction in closing):
            return frozenset()
        groups = [{group_token(group.pk) for group in restriction.groups.all()} for restriction in closing]
        return frozenset(set.intersection(*groups) | {SUPERUSER})

    return audience
