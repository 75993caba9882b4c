"""A small municipality to search in, changes made in it, and people who look for what they may not see.

Every text has the word »mægling«. Each thing has a word of its own in its title and another in its body, new ones after
each edit, so that whatever tells of a thing is known for what it is.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random
from typing import Any

from django.db import transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from knowledge.models import MethodCard
from network.models import Person
from network.outbox.models import OutboxMessage
from search import services
from search.documents import Kind, key_of
from search.reading import visible_titles
from sparring.models import ExperienceNote, Visibility
from sparring.services import notes as note_services
from tests.factories import AmbassadorFactory, MethodCardFactory, NoteFactory, PersonFactory, ThemeFactory

PAGE, SUGGESTIONS = "search:search", "search:suggest"
EVERYWHERE = "mægling"
LETTERS = "bdfghjklmnprstvz"
CARDS = 40
_WORD = re.compile(rf"\b[{LETTERS}]{{9}}\b")
_MARK = re.compile(r"</?mark[^>]*>")
_COUNT = re.compile(r"<h2>\s*(\d+) ")
_RESTING = "notice--warning"


class Municipality:
    """`random` says what is changed, so that a run can be had again. It is indexed when it is made."""

    @transaction.atomic
    def __init__(self, notes: int, random: Random) -> None:
        self.random = random
        self.owners: dict[str, str] = {}  # the key of the thing that has, or had, a word
        self.hidden: list[tuple[str, str, str]] = []  # lately deleted or withdrawn: its key and its words
        self._words: dict[str, tuple[str, str]] = {}
        employee, self.author, ambassador = PersonFactory(), PersonFactory(), AmbassadorFactory().person
        superuser = PersonFactory(is_superuser=True)
        self.people: list[Person] = [employee, self.author, ambassador, superuser]
        theme = ThemeFactory()
        self._live: dict[Kind, list[int]] = {Kind.METHOD_CARD: [], Kind.NOTE: []}
        for __ in range(CARDS):
            title, body = self._new_words()
            card = MethodCardFactory(title=f"Mægling {title}", intro=f"Om {body}", themes=[theme])
            self._remember(Kind.METHOD_CARD, card.pk, title, body)
        for __ in range(notes):
            title, body = self._new_words()
            note = NoteFactory(
                author=self.random.choice([self.author, ambassador]),
                title=f"Mægling {title}",
                situation=f"Om {body}",
                visibility=self.random.choice([Visibility.PRIVATE, Visibility.CORPS, Visibility.EVERYONE]),
            )
            self._remember(Kind.NOTE, note.pk, title, body)
        OutboxMessage.objects.all().delete()
        services.reindex()

    @property
    def keys(self) -> set[str]:
        return set(self.owners.copy().values())  # of a copy: others may add to it meanwhile

    def edit(self) -> None:
        kind = self.random.choices([Kind.METHOD_CARD, Kind.NOTE], [1, 9])[0]
        thing: Any = (MethodCard if kind == Kind.METHOD_CARD else ExperienceNote).objects.get(pk=self._any(kind))
        title, body = self._new_words()
        thing.title = f"Mægling {title}"
        setattr(thing, "intro" if kind == Kind.METHOD_CARD else "situation", f"Om {body}")
        self._remember(kind, thing.pk, title, body)
        thing.save()

    def delete(self) -> None:
        kind = Kind.METHOD_CARD if self.random.random() < 0.05 else Kind.NOTE
        pk = self._any(kind)
        self._live[kind].remove(pk)
        if kind == Kind.METHOD_CARD:
            MethodCard.objects.get(pk=pk).delete()
        else:
            note = ExperienceNote.objects.get(pk=pk)
            if self.random.random() < 0.5:
                note.delete()
            else:
                note_services.delete_note(note=note, by=note.author, now=timezone.now())
        self._hide(key_of(kind, pk))

    def change_sharing(self) -> None:
        note = ExperienceNote.objects.get(pk=self._any(Kind.NOTE))
        if note.visibility == Visibility.PRIVATE:
            note_services.share_note(note=note, by=note.author, to=str(note.next_level))
        else:
            note_services.withdraw_note(note=note, by=note.author, to=Visibility.PRIVATE)
            self._hide(key_of(Kind.NOTE, note.pk))

    def _any(self, kind: Kind) -> int:
        return self.random.choice(self._live[kind])

    def _new_words(self) -> tuple[str, str]:
        first, second = ("".join(self.random.choices(LETTERS, k=9)) for __ in range(2))
        return first, second

    def _remember(self, kind: Kind, pk: int, title: str, body: str) -> None:
        key = key_of(kind, pk)
        if key not in self._words:
            self._live[kind].append(pk)
        self.owners |= {title: key, body: key}
        self._words[key] = (title, body)

    def _hide(self, key: str) -> None:
        self.hidden.append((key, *self._words[key]))


@dataclass
class Seen:
    """What people met. `leaks` says of each who saw what of which thing."""

    requests: int = 0
    errors: list[str] = field(default_factory=list)
    leaks: list[str] = field(default_factory=list)
    pages: int = 0  # without suggestions
    answered: int = 0  # of the pages: with hits or with none, not with the sentence that the search is resting
    longest: float = 0.0


@dataclass(kw_only=True)
class Trial:
    """What happened to all who were there. `seconds` is how long after it the index was equal to the database."""

    changes: int = 0
    longest_change: float = 0.0
    seconds: float = 0.0
    seen: list[Seen] = field(default_factory=list)

    @property
    def requests(self) -> int:
        return sum(seen.requests for seen in self.seen)

    @property
    def longest_page(self) -> float:
        return max(seen.longest for seen in self.seen)

    @property
    def errors(self) -> list[str]:
        return [error for seen in self.seen for error in seen.errors]

    @property
    def leaks(self) -> list[str]:
        return [leak for seen in self.seen for leak in seen.leaks]


class Reader:
    """Somebody who searches, mostly for what they may not see."""

    def __init__(self, municipality: Municipality, person: Person, random: Random) -> None:
        self._municipality = municipality
        self._person = person
        self._random = random
        self.seen = Seen()
        self._client = Client(raise_request_exception=False)
        self._client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")

    def look(self) -> None:
        hidden = self._municipality.hidden[-40:]
        if not hidden or self._random.random() < 0.3:
            self._ask(PAGE, EVERYWHERE)
            return
        __, title, body = self._random.choice(hidden)
        address, text = self._random.choice([(PAGE, title), (PAGE, body), (SUGGESTIONS, title[:5])])
        self._ask(address, text)

    def _ask(self, address: str, text: str) -> None:
        before = self._visible()
        started = time.perf_counter()
        response = self._client.get(reverse(address), {"q": text})
        self.seen.longest = max(self.seen.longest, time.perf_counter() - started)
        self.seen.requests += 1
        if response.status_code != 200:
            self.seen.errors.append(f"{response.status_code} {address} {text}")
            return
        # What is changed while the page is made may be as before or as after.
        visible = before | self._visible()
        html = _MARK.sub("", response.content.decode())
        if address == PAGE:
            self.seen.pages += 1
            self.seen.answered += _RESTING not in html
        told = {self._municipality.owners.get(word, "") for word in set(_WORD.findall(html)) - {text}}
        self._note("was shown", told - visible - {""})
        if text == EVERYWHERE or self._municipality.owners.get(text, text) not in visible:
            counted = max(map(int, _COUNT.findall(html)), default=0)
            self._note("was counted", {text} if counted > (len(visible) if text == EVERYWHERE else 0) else set())

    def _visible(self) -> set[str]:
        return set(visible_titles(self._person, self._municipality.keys))

    def _note(self, what: str, things: set[str]) -> None:
        self.seen.leaks += [f"{thing} {what} to {self._person}" for thing in sorted(things)]


def changes_of(municipality: Municipality, *, edits: int, deletions: int, sharings: int) -> list[Callable[[], None]]:
    """These changes in an order of their own."""
    changes = [municipality.edit] * edits + [municipality.delete] * deletions + [municipality.change_sharing] * sharings
    municipality.random.shuffle(changes)
    return changes
