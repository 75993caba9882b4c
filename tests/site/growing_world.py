"""A municipality that can be made a hundred times as large in a moment: rows are written in bulk, past the services."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime, time, timedelta
from itertools import count
from typing import Any

from django.contrib.auth.models import Group
from django.contrib.contenttypes.models import ContentType
from django.utils import timezone
from wagtail.images import get_image_model
from wagtail.images.tests.utils import get_test_image_file
from wagtail.models import Page

from knowledge.models import (
    CaseStudy,
    Favourite,
    MethodCard,
    MethodTrial,
    StandardPage,
    TargetGroup,
    ToolboxItem,
    Tradition,
)
from knowledge.setup import set_up_site
from network.models import Ambassador, Availability, Department, OrgUnit, Pause, Person, PersonBlock, Theme
from network.outbox.models import OutboxMessage
from network.roles import Role
from search.services import reindex
from sparring.models import (
    ClosingDay,
    ExperienceNote,
    MatchMember,
    MatchProposal,
    ParticipantRole,
    PeerSparring,
    RoundStatus,
    SlotBooking,
    SlotPlace,
    SlotSeries,
    SparringParticipant,
    SparringRound,
    SparringSlot,
    Visibility,
)
from tests.factories import (
    AmbassadorFactory,
    CaseStudyFactory,
    MethodCardFactory,
    PersonFactory,
    SeriesFactory,
    SlotFactory,
    ThemeFactory,
    ToolboxItemFactory,
    make_place,
    make_session,
    page_tree,
    with_role,
)

MOST_DEPARTMENTS = 3
HALF_AN_HOUR = timedelta(minutes=30)


class World:
    """Karen has every role and a share in everything. `ids` holds what the addresses name."""

    def __init__(self) -> None:
        self.now = timezone.now().replace(minute=0, second=0, microsecond=0)
        self.numbers = count(1)
        self.pictures: list[Any] = []
        self.tree = page_tree()
        set_up_site()
        self.karen = AmbassadorFactory(person__first_name="Karen", weekly_cap=10).person
        for role in (Role.EDITOR, Role.COORDINATOR):
            with_role(self.karen, role)
        self.ali = AmbassadorFactory(person__first_name="Ali", person__line_manager=self.karen, weekly_cap=10).person
        self.carl = AmbassadorFactory(person__first_name="Carl").person
        self.vera = PersonFactory(org_unit=None, is_external=True)
        self.theme = ThemeFactory(name="Konflikt", slug="konflikt")
        self.card = MethodCardFactory(responsible=self.karen)
        self.case = CaseStudyFactory(author=self.karen, org_unit=self.karen.org_unit)
        self.tool = ToolboxItemFactory(responsible=self.karen)
        self.principles = StandardPage(title="Principper", slug="principper", body="<p>Vi lytter.</p>")
        self.tree.home.add_child(instance=self.principles)
        self.series = SeriesFactory()
        self._agree_on_sparring()
        self._make_rounds()
        self.note = self._notes([self.karen], session=self.pair)[0]
        self.pause = Pause.objects.create(person=self.karen, from_on=date(2900, 1, 1), until_on=date(2900, 1, 2))
        self.ids = {
            "ali": self.ali.pk,
            "card": self.card.pk,
            "card_address": self.card.url,
            "cards_shelf": self.tree.cards.pk,
            "case_address": self.case.url,
            "cases_shelf": self.tree.cases.pk,
            "draft": self.draft.pk,
            "free_day": timezone.localdate(self.place.starts_at).isoformat(),
            "karen": self.karen.pk,
            "note": self.note.pk,
            "pair": self.pair.uid,
            "place": self.place.pk,
            "published": self.published.pk,
            "tool_address": self.tool.url,
            "tools_shelf": self.tree.toolbox.pk,
            "triad": self.triad.uid,
        }

    def grow(self, number: int) -> None:
        """Add so many of whatever a page lists."""
        self.numbered = [next(self.numbers) for _ in range(number)]
        self._add_people()
        self._add_pages()
        self._link_pages()
        self._add_what_karen_keeps()
        self._add_sparring()
        self._add_matches()
        self._add_notes()
        self._add_office_rows()
        reindex()

    def _agree_on_sparring(self) -> None:
        soon = self.now + timedelta(days=1)
        slot = SlotFactory(series=self.series, starts_at=soon)
        self.pair = make_session(
            self.karen, self.ali, starts_at=soon, theme=self.theme, question="Hvordan begynder vi?"
        )
        SlotBooking.objects.create(
            place=make_place(self.ali, slot), booked_by=self.karen, session=self.pair, booked_at=self.now
        )
        self.place = make_place(self.ali, SlotFactory(series=self.series, starts_at=soon + HALF_AN_HOUR))

    def _make_rounds(self) -> None:
        draft, published = (
            SlotFactory(series=self.series, starts_at=self.now + timedelta(days=1, hours=hours)) for hours in (2, 3)
        )
        self.draft = self._round(draft, RoundStatus.DRAFT)
        self.published = self._round(published, RoundStatus.PUBLISHED)
        self.triad = make_session(self.karen, self.ali, self.carl, starts_at=published.starts_at)
        self._propose([(self.published, self.triad, (self.karen, self.ali, self.carl))])

    # People

    def _add_people(self) -> None:
        departments = Department.objects.bulk_create(
            Department(name=f"Område {n}", slug=f"omraade-{n}") for n in self.numbered
        )
        # The coordinator's matrix has a cell for each two departments that people come from.
        self.units = OrgUnit.objects.bulk_create(
            OrgUnit(name=f"Kontor {n}", slug=f"kontor-{n}", department=departments[n % MOST_DEPARTMENTS])
            for n in self.numbered
        )
        self.people = Person.objects.bulk_create(
            Person(
                first_name="Lærke",
                last_name=f"Holm {n}",
                email=f"laerke{n}@egeby.example",
                job_title="Sagsbehandler",
                org_unit=unit,
                line_manager=self.karen,
                password="!",
            )
            for n, unit in zip(self.numbered, self.units, strict=True)
        )
        self._put_in_the_corps()
        roles = Group.objects.filter(name__in=Role.values)
        _tie(Person.groups.through, person=self.people, group=roles)

    def _put_in_the_corps(self) -> None:
        self.themes = Theme.objects.bulk_create(Theme(name=f"Konflikt {n}", slug=f"tema-{n}") for n in self.numbered)
        corps = Ambassador.objects.bulk_create(
            Ambassador(person=person, bio="Spørg mig om konflikt.", joined_on=date(2026, 1, 5), weekly_cap=10)
            for person in self.people
        )
        Availability.objects.bulk_create(
            Availability(ambassador=each, weekday=day, starts_at=time(8), ends_at=time(16))
            for each in corps
            for day in range(2)
        )
        own = self.karen.ambassador
        _tie(Ambassador.offers.through, ambassador=corps, theme=[self.theme])
        _tie(Ambassador.seeks.through, ambassador=corps, theme=self.themes[:2])
        _tie(Ambassador.offers.through, ambassador=[own], theme=self.themes)
        _tie(Ambassador.offers.through, ambassador=[self.ali.ambassador], theme=self.themes)
        _tie(Ambassador.seeks.through, ambassador=[self.carl.ambassador], theme=self.themes)
        PersonBlock.objects.bulk_create(PersonBlock(person=own.person, other=other) for other in self._others)
        Pause.objects.bulk_create(
            Pause(person=self.karen, from_on=day, until_on=day)
            for day in (self.now.date() + timedelta(days=400 + 2 * n) for n in self.numbered)
        )

    @property
    def _others(self) -> Sequence[Person]:
        """Half of the new people: the rest can still be found and booked."""
        return self.people[: len(self.people) // 2]

    # Pages

    def _add_pages(self) -> None:
        groups = TargetGroup.objects.bulk_create(
            TargetGroup(name=f"Borgere {n}", slug=f"borgere-{n}") for n in self.numbered
        )
        Tradition.objects.bulk_create(Tradition(name=f"Skole {n}", slug=f"skole-{n}") for n in self.numbered)
        unit = self.karen.org_unit
        self.cards = self._like(self.card, "kort", responsible=self.karen, review_on=date(2020, 1, 1))
        self.cases = self._like(self.case, "sag", author=self.karen, org_unit=unit)
        self.tools = self._like(self.tool, "redskab", responsible=self.karen)
        self._like(self.principles, "side")
        for page in (self.card, self.case, self.tool):
            owner = type(page)._meta.model_name
            _tie(type(page).target_groups.through, **{owner: [page], "targetgroup": groups})

    def _like(self, page: Page, slug: str, **fields: Any) -> list[Any]:
        """As many pages like this one as the world grows by, beside it."""
        parent = page.get_parent(update=True)
        path = ContentType.objects.get_for_model(page)
        values = {field.name: getattr(page, field.name) for field in page._meta.local_concrete_fields[1:]} | fields
        rows = Page.objects.bulk_create(
            Page(
                title=f"Konflikt {slug} {n}",
                draft_title=f"Konflikt {slug} {n}",
                slug=f"{slug}-{n}",
                url_path=f"{parent.url_path}{slug}-{n}/",
                path=Page._get_path(parent.path, page.depth, parent.numchild + place),
                depth=page.depth,
                content_type=path,
                locale=page.locale,
                live=True,
                first_published_at=self.now,
            )
            for place, n in enumerate(self.numbered, start=1)
        )
        Page.objects.filter(pk=parent.pk).update(numchild=parent.numchild + len(rows))
        made = [type(page)(pk=row.pk, page_ptr_id=row.pk, **_fields_of(row), **values) for row in rows]
        # Django's own bulk_create refuses models in two tables; this is the half of it that writes the second.
        type(page)._base_manager._insert(made, fields=page._meta.local_concrete_fields, using="default")
        return made

    def _link_pages(self) -> None:
        for page, many in ((self.card, self.cards), (self.case, self.cases), (self.tool, self.tools)):
            link = type(page).theme_items.rel.related_model
            link.objects.bulk_create(link(content_object=page, tag=theme) for theme in self.themes)
            link.objects.bulk_create(link(content_object=each, tag=self.theme) for each in many)
        for page, many, owner in ((self.case, self.cases, "case"), (self.tool, self.tools, "item")):
            link = type(page).card_links.rel.related_model
            link.objects.bulk_create(link(**{owner: page}, card=card) for card in self.cards)
            link.objects.bulk_create(link(**{owner: each}, card=self.card) for each in many)
        links = "".join(f'<p><a linktype="page" id="{card.pk}">et kort</a></p>' for card in self.cards)
        StandardPage.objects.filter(pk=self.principles.pk).update(body=links)
        MethodCard.objects.filter(pk=self.card.pk).update(purpose=links, pitfalls=links)
        self.case.body = [("situation", {"text": links}), *self._pictures()]
        CaseStudy.objects.filter(pk=self.case.pk).update(body=self.case.body)
        ToolboxItem.objects.filter(pk=self.tool.pk).update(body=links)

    def _pictures(self) -> list[tuple[str, Any]]:
        """No case has hundreds of pictures, but one with a few must not pay for each of them."""
        for _ in range(2):
            picture = get_image_model().objects.create(title="Et sted", file=get_test_image_file())
            picture.renditions.create(filter_spec="width-1000", file=picture.file.name, width=640, height=480)
            picture.get_rendition("width-1000")  # as at the first visit: it is remembered from then on
            self.pictures.append(picture)
        return [("image", picture) for picture in self.pictures]

    def _add_what_karen_keeps(self) -> None:
        pages = [*self.cards, *self.cases, *self.tools]
        Favourite.objects.bulk_create(
            Favourite(person=self.karen, page_id=page.pk, saved_at=self.now) for page in pages
        )
        MethodTrial.objects.bulk_create(
            MethodTrial(person=person, card=self.card, told_at=self.now) for person in self.people
        )

    # Sparring

    def _add_sparring(self) -> None:
        """Karen's sparrings in the weeks to come and those just over, and free places after them."""
        hours = [timedelta(hours=n) for n in self.numbered]
        self._sessions([self.now + timedelta(days=2) + each for each in hours])
        past = self._sessions([self.now - timedelta(minutes=20) - each for each in hours])
        self._notes(self.people, session=self.pair)
        self._notes([self.karen], session=past[0])
        slots = self._slots([self.now + timedelta(days=100) + each for each in hours])
        SlotPlace.objects.bulk_create(
            SlotPlace(slot=slot, host=host, starts_at=slot.starts_at)
            for slot in slots
            for host in (self.ali, self.people[-1])
        )
        # All who can help on the day of the place that Karen can book.
        SlotPlace.objects.bulk_create(
            SlotPlace(slot=self.place.slot, host=host, starts_at=self.place.starts_at) for host in self.people
        )

    def _add_matches(self) -> None:
        """Matches that Karen has to answer, and more of them in the two rounds that the coordinator looks at."""
        starts = [self.now + timedelta(days=60, hours=n) for n in self.numbered]
        rounds = [self._round(slot, RoundStatus.PUBLISHED) for slot in self._slots(starts)]
        sessions = self._sessions(starts)
        self._propose(
            (round_, session, (self.karen, person))
            for round_, session, person in zip(rounds, sessions, self.people, strict=True)
        )
        for round_ in (self.draft, self.published):
            self._propose((round_, None, (person, self.ali)) for person in self.people)
            round_.left_out += [[person.pk, "busy"] for person in self.people]
            round_.save()

    def _sessions(self, starts: Iterable[datetime]) -> list[PeerSparring]:
        """Sessions of Karen with one of the new people each."""
        sessions = PeerSparring.objects.bulk_create(
            PeerSparring(starts_at=at, ends_at=at + HALF_AN_HOUR, theme=self.theme, created_at=self.now)
            for at in starts
        )
        SparringParticipant.objects.bulk_create(
            SparringParticipant(session=session, person=person, starts_at=session.starts_at, role=ParticipantRole.PEER)
            for session, other in zip(sessions, self.people, strict=True)
            for person in (self.karen, other)
        )
        return sessions

    def _slots(self, starts: Iterable[datetime]) -> list[SparringSlot]:
        return SparringSlot.objects.bulk_create(
            SparringSlot(series=self.series, starts_at=at, ends_at=at + HALF_AN_HOUR) for at in starts
        )

    def _round(self, slot: SparringSlot, status: RoundStatus) -> SparringRound:
        return SparringRound.objects.create(slot=slot, status=status, created_at=self.now, created_by=self.karen)

    def _propose(self, groups: Iterable[tuple[SparringRound, PeerSparring | None, tuple[Person, ...]]]) -> None:
        groups = list(groups)
        proposals = MatchProposal.objects.bulk_create(
            MatchProposal(
                round=round_,
                session=session,
                score=10,
                parts={"novelty": 10},
                reasons=[{"code": "first_meeting", "a": people[0].pk, "b": people[1].pk}],
            )
            for round_, session, people in groups
        )
        MatchMember.objects.bulk_create(
            MatchMember(proposal=proposal, person=person)
            for proposal, (_round, _session, people) in zip(proposals, groups, strict=True)
            for person in people
        )

    # Notes

    def _add_notes(self) -> None:
        mine = [self.karen] * len(self.numbered)
        self._notes(mine)
        self._notes(mine, deleted_at=self.now)
        self._notes(self.people)

    def _notes(self, authors: Sequence[Person], **fields: Any) -> list[ExperienceNote]:
        """A note by each author that all staff may read, about the card and all themes that are new."""
        notes = ExperienceNote.objects.bulk_create(
            ExperienceNote(
                author=author,
                title=f"Konflikt om hækken {next(self.numbers)}",
                situation="Borgeren var vred.",
                action="Jeg lyttede.",
                effect="Der blev ro.",
                visibility=Visibility.EVERYONE,
                written_at=self.now,
                changed_at=self.now,
                **fields,
            )
            for author in authors
        )
        _tie(ExperienceNote.cards.through, experiencenote=notes, methodcard=[self.card])
        _tie(ExperienceNote.themes.through, experiencenote=notes, theme=[self.theme])
        if hasattr(self, "note"):
            _tie(ExperienceNote.cards.through, experiencenote=[self.note], methodcard=self.cards)
            _tie(ExperienceNote.themes.through, experiencenote=[self.note], theme=self.themes)
        return notes

    def _add_office_rows(self) -> None:
        ClosingDay.objects.bulk_create(
            ClosingDay(day=date(2800, 1, 1) + timedelta(days=n), name="Lukket") for n in self.numbered
        )
        SlotSeries.objects.bulk_create(
            SlotSeries(name=f"Tid {n}", weekdays=[0], starts_at=time(9), active_from=date(2900, 1, 1))
            for n in self.numbered
        )
        OutboxMessage.objects.bulk_create(
            OutboxMessage(kind="mail", payload={}, created_at=self.now, due_at=self.now, gave_up_at=self.now)
            for _ in self.numbered
        )


def _tie(through: Any, **ends: Iterable[Any]) -> None:
    """Rows of a many-to-many table: each of the one end with each of the other. What is tied already stays so."""
    (one, ones), (other, others) = ends.items()
    through.objects.bulk_create(
        [through(**{f"{one}_id": a.pk, f"{other}_id": b.pk}) for a in ones for b in others], ignore_conflicts=True
    )


def _fields_of(page: Page) -> dict[str, Any]:
    return {
        field.attname: getattr(page, field.attname) for field in Page._meta.concrete_fields if not field.primary_key
    }
