"""The past three months of sparring with the notes written afterwards, and the slots of the coming four weeks."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Any

from django.utils import timezone

from demo.data_files import read_folder
from knowledge.models import MethodCard
from knowledge.services import save_favourite, tell_trial
from network.models import Person, Theme
from sparring.models import (
    ExperienceNote,
    ParticipantRole,
    PeerSparring,
    SlotSeries,
    SparringParticipant,
    Visibility,
)
from sparring.services.notes import write_note
from sparring.services.slots import make_slots
from sparring.timetable import local_instant, public_holidays

WEEKS_AHEAD = 4
SATURDAY = 5
HOURS = (time(9, 30), time(14, 0))
SESSION = timedelta(minutes=30)
OPEN_LEVELS = (Visibility.CORPS, Visibility.EVERYONE)


def load_slots(*, now: datetime) -> None:
    """The fixed sparring times, and their slots and places from today on."""
    today = timezone.localdate(now)
    for name, weekdays, starts_at in (
        ("Formiddagssparring", [0, 1, 2, 3, 4], HOURS[0]),
        ("Eftermiddagssparring", [1, 3], HOURS[1]),
    ):
        SlotSeries.objects.get_or_create(
            name=name,
            defaults={
                "weekdays": weekdays,
                "starts_at": starts_at,
                "minutes": 30,
                "active_from": today - timedelta(days=120),
            },
        )
    make_slots(now=now, weeks=WEEKS_AHEAD)


def load_past(*, now: datetime) -> None:
    """150 sessions with a note each. Done once: the notes of a later day would only repeat themselves."""
    if ExperienceNote.objects.exists():
        return
    people = {person.email.split("@")[0]: person for person in Person.objects.all()}
    themes = {theme.slug: theme for theme in Theme.objects.all()}
    cards = {card.slug: card for card in MethodCard.objects.all()}
    taken: set[tuple[int, datetime]] = set()
    rows = [row for data in read_folder("notes") for row in data["note"]]
    for row in sorted(rows, key=lambda row: -row["days_ago"]):
        pair = (people[row["author"]], people[row["partner"]])
        theme = themes[row["themes"][0]]
        session = _past_session(pair, theme, _free_start(pair, now, row["days_ago"], taken))
        note = _write_note(row, session, themes, cards)
        if note.visibility in OPEN_LEVELS:
            for slug in row["cards"]:
                tell_trial(by=pair[0], card=cards[slug], now=note.written_at)
    laura = people["laura.bech"]
    for slug in ("naar-boelgerne-gaar-hoejt", "ring-foer-du-skriver", "forklar-afgoerelsen"):
        save_favourite(by=laura, page=cards[slug].page_ptr, now=now)


def _free_start(
    pair: tuple[Person, Person], now: datetime, days_ago: int, taken: set[tuple[int, datetime]]
) -> datetime:
    """The first sparring time on or before the wanted day at which neither of the two is taken yet."""
    for start in _starts_back_from(timezone.localdate(now) - timedelta(days=days_ago)):
        claims = {(person.pk, start) for person in pair}
        if start < now - SESSION and not claims & taken:
            taken |= claims
            return start
    raise AssertionError("the past has no end")


def _starts_back_from(day: date) -> Iterator[datetime]:
    while True:
        if day.weekday() < SATURDAY and day not in public_holidays(day.year):
            for hour in HOURS:
                yield local_instant(day, hour)
        day -= timedelta(days=1)


def _past_session(pair: tuple[Person, Person], theme: Theme, starts_at: datetime) -> PeerSparring:
    session = PeerSparring.objects.create(
        starts_at=starts_at, ends_at=starts_at + SESSION, theme=theme, created_at=starts_at - timedelta(days=2)
    )
    SparringParticipant.objects.bulk_create(
        SparringParticipant(session=session, person=person, starts_at=starts_at, role=role)
        for person, role in zip(pair, (ParticipantRole.FOCUS_PERSON, ParticipantRole.SPARRING_PARTNER), strict=True)
    )
    return session


def _write_note(
    row: dict[str, Any], session: PeerSparring, themes: dict[str, Theme], cards: dict[str, MethodCard]
) -> ExperienceNote:
    author = session.participants.get(role=ParticipantRole.FOCUS_PERSON).person
    note = write_note(
        by=author,
        session=session,
        situation=row["situation"],
        action=row["action"],
        effect=row["effect"],
        advice=row["advice"],
        themes=[themes[slug] for slug in row["themes"]],
        cards=[cards[slug] for slug in row["cards"]],
        now=session.ends_at + timedelta(minutes=20),
    )
    note.visibility = row["visibility"]
    note.save(update_fields=["visibility"])
    return note
