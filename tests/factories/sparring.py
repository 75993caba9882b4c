from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import factory

from network.models import Person
from sparring.models import (
    ExperienceNote,
    ParticipantRole,
    PeerSparring,
    SlotPlace,
    SlotSeries,
    SparringParticipant,
    SparringSlot,
)

from .network import PersonFactory

COPENHAGEN = ZoneInfo("Europe/Copenhagen")
NOW = datetime(2027, 3, 1, 8, 0, tzinfo=COPENHAGEN)  # a Monday
TOMORROW = datetime(2027, 3, 2, 9, 30, tzinfo=COPENHAGEN)


class SeriesFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = SlotSeries

    name = "Formiddagssparring"
    weekdays = factory.LazyFunction(lambda: [0, 1, 2, 3, 4])
    starts_at = time(9, 30)
    minutes = 30
    active_from = date(2026, 1, 1)


class SlotFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = SparringSlot

    series = factory.SubFactory(SeriesFactory)
    starts_at = TOMORROW
    ends_at = factory.LazyAttribute(lambda slot: slot.starts_at + timedelta(minutes=30))


def make_place(host: Person, slot: SparringSlot | None = None) -> SlotPlace:
    slot = slot or SlotFactory()
    return SlotPlace.objects.create(slot=slot, host=host, starts_at=slot.starts_at)


def make_session(*people: Person, starts_at: datetime = TOMORROW, **fields) -> PeerSparring:
    session = PeerSparring.objects.create(
        starts_at=starts_at, ends_at=starts_at + timedelta(minutes=30), created_at=NOW, **fields
    )
    for person in people:
        SparringParticipant.objects.create(
            session=session, person=person, starts_at=starts_at, role=ParticipantRole.PEER
        )
    return session


class NoteFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = ExperienceNote
        skip_postgeneration_save = True

    author = factory.SubFactory(PersonFactory)
    title = factory.Sequence(lambda n: f"Note {n}")
    situation = "Borgeren var vred over ventetiden."
    action = "Jeg lyttede og opsummerede."
    effect = "Samtalen faldt til ro."
    advice = "Vent med at forklare."
    written_at = NOW
    changed_at = NOW

    @factory.post_generation
    def cards(self, create, extracted, **kwargs):
        if extracted:
            self.cards.set(extracted)

    @factory.post_generation
    def themes(self, create, extracted, **kwargs):
        if extracted:
            self.themes.set(extracted)
