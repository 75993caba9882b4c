"""The files in which the matching can be asked and answers: `sparring-instance/1` and `sparring-schedule/1`.

Whatever a file holds, it is read as it should be, or refused with one sentence that names the place. What is odd but
does no harm is read and remarked upon. What is written is the same to the byte for the same answer.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any, NamedTuple, NoReturn

from .instance import DAYS_A_WEEK, PAIR, THREE, Instance, InstanceError, Meeting, Peer, PersonId, Rules
from .reasons import Reason

INSTANCE = "sparring-instance/1"
SCHEDULE = "sparring-schedule/1"
FORMATS = ("physical", "video", "phone")
SENIORITIES = (1, 5)
MOST_ROUNDS_LEFT_OUT = 10_000
# Days are added and subtracted: near the ends of the calendar that goes wrong.
FIRST_YEAR, LAST_YEAR = 1900, 2200
DATE_LENGTH = len("2027-01-04")
LONGEST_SHOWN = 40
ODD_SHOWN = 3


class FormatError(InstanceError):
    """A file can't be used; the text is one Danish sentence that says where and why."""


class Kind(StrEnum):
    ROUND = "round"
    PLAN = "plan"
    REPAIR = "repair"
    BUDDIES = "buddies"
    BOOKING = "booking"


class Query(NamedTuple):
    """Somebody asks who can help with a theme on a day."""

    id: str
    asker: str
    theme: str
    day: date


@dataclass(frozen=True, slots=True, kw_only=True)
class InstanceFile:
    """What a file asks. People, history and queries are in the order of their ids, whatever the order of the rows.

    `cancellations` are of a repair, `queries` of a booking. `remarks` are Danish sentences on what is odd.
    """

    id: str
    kind: Kind
    instance: Instance
    cancellations: Mapping[date, frozenset[PersonId]]
    queries: tuple[Query, ...]
    remarks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Schedule:
    """Who meets whom on each day, in the order of the days. `instance` is the id of what it was made for, if told."""

    instance: str | None
    rounds: tuple[tuple[date, tuple[tuple[str, ...], ...]], ...]


# ---- reading ----
def read_instance(content: bytes) -> InstanceFile:
    """Raises FormatError."""
    top = _Record(_object_in(content, "Filen"), "Filen")
    if top.values.get("format") != INSTANCE:
        top.refuse("format", f"skal være »{INSTANCE}«")
    kind = top.text("kind")
    if kind not in list(Kind):
        top.refuse("kind", f"skal være {_either(list(Kind))}")
    dates = _dates(top)
    rows = [_Record(row, f"Person nr. {place}") for place, row in enumerate(top.items("people"), start=1)]
    if not rows:
        top.refuse("people", "er tomt: der er ingen at matche")
    ids = _ids(rows, "Personen")
    queries = _queries(top, ids) if kind == Kind.BOOKING else ()
    calendar = _Calendar({*dates, *(query.day for query in queries)})
    people = tuple(_person(row, calendar) for row in rows)
    history, gone = _history(top, ids)
    return InstanceFile(
        id=top.text("id"),
        kind=Kind(kind),
        instance=Instance(
            people=tuple(sorted(people, key=lambda peer: str(peer.id))),
            dates=dates,
            blocks=frozenset(_blocks(top, ids)),
            history=history,
            rules=_rules(top),
        ),
        cancellations=_cancellations(top, ids, dates) if kind == Kind.REPAIR else {},
        queries=queries,
        remarks=(*_odd_leaders(people, ids), *_odd_history(gone)),
    )


def read_schedule(content: bytes, instance: Instance) -> Schedule:
    """A schedule of the instance's people and dates; a group may be a bare list of ids. Raises FormatError."""
    top = _Record(_object_in(content, "Planen"), "Planen")
    if top.values.get("format", SCHEDULE) != SCHEDULE:
        top.refuse("format", f"skal være »{SCHEDULE}«")
    if not isinstance(top.values.get("rounds"), dict):
        top.refuse("rounds", "skal være et objekt med en liste af grupper for hver dato")
    known = {str(peer.id) for peer in instance.people}
    rounds = []
    for text, groups in top.values["rounds"].items():
        day = _day(text)
        if day not in instance.dates:
            raise FormatError(f"Planen: {_shown(text)} i feltet »rounds« er ikke en af instansens datoer.")
        rounds.append((day, _groups(groups, f"Planen, {day}", known)))
    return Schedule(top.text("instance") if "instance" in top.values else None, tuple(sorted(rounds)))


def _groups(groups: object, where: str, known: set[str]) -> tuple[tuple[str, ...], ...]:
    if not isinstance(groups, list):
        raise FormatError(f"{where}: runden skal være en liste af grupper.")
    seen: set[str] = set()
    found = []
    for place, group in enumerate(groups, start=1):
        members = group.get("members") if isinstance(group, dict) else group
        here = f"{where}, gruppe nr. {place}"
        if not isinstance(members, list) or len(members) not in {PAIR, THREE}:
            raise FormatError(f"{here}: en gruppe skal være en liste med to eller tre id’er.")
        for member in members:
            _known(member, known, here)
            if member in seen:
                raise FormatError(f"{here}: {_shown(member)} er i runden to gange.")
            seen.add(member)
        found.append(tuple(sorted(members)))
    return tuple(sorted(found))


def _object_in(content: bytes, name: str) -> dict[str, Any]:
    try:
        values = json.loads(content, object_pairs_hook=_named_once, parse_constant=_not_a_number)
    except UnicodeDecodeError:
        raise FormatError(f"{name} er ikke tekst i UTF-8.") from None
    except json.JSONDecodeError as error:
        raise FormatError(f"{name} er ikke gyldig JSON: linje {error.lineno}, tegn {error.colno}.") from None
    except RecursionError:
        raise FormatError(f"{name} er ikke til at læse: lister og objekter ligger for dybt i hinanden.") from None
    except FormatError:
        raise
    except ValueError:  # a number of thousands of digits
        raise FormatError(f"{name} har et tal, der er for langt.") from None
    if not isinstance(values, dict):
        raise FormatError(f"{name} skal være ét objekt i JSON.")
    return values


def _named_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    values = dict(pairs)
    if len(values) != len(pairs):
        names = [name for name, _value in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise FormatError(f"{_shown(twice)} står to gange i samme objekt.")
    return values


def _not_a_number(text: str) -> NoReturn:
    raise FormatError(f"»{text}« er ikke et tal i JSON.")


class _Record:
    """One object of a file, and what to call it when something is wrong with it."""

    __slots__ = ("name", "values")

    def __init__(self, values: object, name: str) -> None:
        if not isinstance(values, dict):
            raise FormatError(f"{name} skal være et objekt i JSON, men er {_shown(values)}.")
        self.values: dict[str, Any] = values
        self.name = name

    def refuse(self, field: str, why: str) -> NoReturn:
        raise FormatError(f"{self.name}: feltet »{field}« {why}.")

    def value(self, field: str) -> Any:
        if field not in self.values:
            self.refuse(field, "mangler")
        return self.values[field]

    def text(self, field: str) -> str:
        value = self.value(field)
        if not _is_text(value):
            self.refuse(field, f"skal være en tekst, der ikke er tom, men er {_shown(value)}")
        return value

    def text_or_none(self, field: str) -> str | None:
        return None if self.values.get(field) is None else self.text(field)

    def whole(self, field: str, least: int, most: int | None = None) -> int:
        value = self.value(field)
        if type(value) is not int or value < least or (most is not None and value > most):
            room = f"på mindst {least}" if most is None else f"fra {least} til {most}"
            self.refuse(field, f"skal være et helt tal {room}, men er {_shown(value)}")
        return value

    def items(self, field: str) -> list[Any]:
        value = self.value(field)
        if not isinstance(value, list):
            self.refuse(field, f"skal være en liste, men er {_shown(value)}")
        return value

    def texts(self, field: str) -> list[str]:
        values = self.items(field)
        for value in values:
            if not _is_text(value):
                self.refuse(field, f"skal have tekster, men har {_shown(value)}")
        return values

    def day(self, field: str, text: object) -> date:
        day = _day(text)
        if day is None:
            self.refuse(field, f"skal have datoer som 2027-01-04, men har {_shown(text)}")
        return day


def _is_text(value: object) -> bool:
    return isinstance(value, str) and bool(value.strip()) and _is_writable(value)


def _is_writable(text: str) -> bool:
    """JSON can hold half a character (a lone surrogate), which nothing can write."""
    return text.isascii() or not any("\ud800" <= letter <= "\udfff" for letter in text)


def _day(text: object) -> date | None:
    if not isinstance(text, str) or len(text) != DATE_LENGTH:
        return None
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    # Python also reads "2027-W01-1".
    return day if FIRST_YEAR <= day.year <= LAST_YEAR and day.isoformat() == text else None


def _shown(value: object) -> str:
    """The value as a person would recognise it in the file, and not more of it than a line can bear."""
    if isinstance(value, list):
        return "en liste"
    if isinstance(value, dict):
        return "et objekt"
    if value is None or isinstance(value, bool):
        return json.dumps(value)
    text = str(value).encode("utf-8", "backslashreplace").decode()
    short = "".join(letter if letter.isprintable() else "?" for letter in text[:LONGEST_SHOWN])
    return f"»{short}…«" if len(text) > LONGEST_SHOWN else f"»{short}«"


def _either(words: Sequence[str]) -> str:
    *most, last = (f"»{word}«" for word in words)
    return f"{', '.join(most)} eller {last}"


# ---- the parts of an instance ----
def _dates(top: _Record) -> tuple[date, ...]:
    dates = [top.day("dates", text) for text in top.items("dates")]
    if not dates:
        top.refuse("dates", "er tomt: der er ingen dag at matche")
    for earlier, later in zip(sorted(dates), sorted(dates)[1:], strict=False):
        if earlier == later:
            top.refuse("dates", f"har {earlier} to gange")
    return tuple(sorted(dates))


def _ids(rows: Iterable[_Record], noun: str) -> set[str]:
    """The ids of all rows, which from here on are called by them."""
    ids: set[str] = set()
    for row in rows:
        own = row.text("id")
        if own in ids:
            raise FormatError(f"{row.name}: {_shown(own)} er allerede brugt som id.")
        ids.add(own)
        row.name = f"{noun} {_shown(own)}"
    return ids


class _Calendar:
    """On which of the days somebody can come. Most people share their answer with others, and the set with it."""

    def __init__(self, days: Iterable[date]) -> None:
        self._days = sorted(days)
        self._known: dict[tuple[int, ...], frozenset[date]] = {}

    def days(self, weekdays: Iterable[int], pauses: Sequence[tuple[date, date]]) -> frozenset[date]:
        key = tuple(weekdays)
        if key not in self._known:
            self._known[key] = frozenset(day for day in self._days if day.weekday() in key)
        days = self._known[key]
        return frozenset(day for day in days if not any(a <= day <= b for a, b in pauses)) if pauses else days


def _person(row: _Record, calendar: _Calendar) -> Peer:
    weekdays = row.items("weekdays")
    for weekday in weekdays:
        if type(weekday) is not int or not 0 <= weekday < DAYS_A_WEEK:
            row.refuse("weekdays", f"skal have tal fra 0 (mandag) til 6, men har {_shown(weekday)}")
    languages = row.texts("languages")
    if not languages:
        row.refuse("languages", "er tomt: der skal være mindst ét sprog")
    formats = row.texts("formats")
    for way in formats:
        if way not in FORMATS:
            row.refuse("formats", f"kan have {_either(FORMATS)}, men har {_shown(way)}")
    return Peer(
        id=row.text("id"),
        department=row.text("dept"),
        leader=row.text_or_none("leader"),
        seniority=row.whole("seniority", *SENIORITIES),
        languages=tuple(languages),
        formats=frozenset(formats),
        site=row.text_or_none("site"),
        seeks=frozenset(row.texts("seeks")),
        offers=frozenset(row.texts("offers")),
        left_out=row.whole("left_out", 0, MOST_ROUNDS_LEFT_OUT) if "left_out" in row.values else 0,
        days=calendar.days(weekdays, list(_pauses(row))),
        cap=min(row.whole("cap", 0), DAYS_A_WEEK),
    )


def _pauses(row: _Record) -> Iterator[tuple[date, date]]:
    for pause in row.items("pauses"):
        if not isinstance(pause, list) or len(pause) != PAIR:
            row.refuse("pauses", "skal have par af datoer, fra og til")
        first, last = (row.day("pauses", text) for text in pause)
        if last < first:
            row.refuse("pauses", f"har en pause, der slutter {last}, før den begynder {first}")
        yield first, last


def _rules(top: _Record) -> Rules:
    rules = _Record(top.values.get("rules", {}), "Feltet »rules«")
    for name in ("require_shared_language", "require_shared_format"):
        if not isinstance(rules.values.get(name, False), bool):
            rules.refuse(name, "skal være true eller false")
    return Rules(
        require_shared_language=rules.values.get("require_shared_language", False),
        require_shared_format=rules.values.get("require_shared_format", False),
    )


def _blocks(top: _Record, ids: set[str]) -> Iterator[frozenset[PersonId]]:
    for place, block in enumerate(top.items("blocks"), start=1):
        where = f"Blokering nr. {place}"
        if not isinstance(block, list) or len(block) != PAIR:
            raise FormatError(f"{where}: en blokering er et par af id’er.")
        for member in block:
            _known(member, ids, where)
        if block[0] == block[1]:
            raise FormatError(f"{where}: {_shown(block[0])} kan ikke blokere sig selv.")
        yield frozenset(block)


def _history(top: _Record, ids: set[str]) -> tuple[tuple[Meeting, ...], list[str]]:
    """Earlier meetings, and the ids of those in them who are not among the people any more; those are left out."""
    days: dict[object, date] = {}
    meetings: list[Meeting] = []
    gone: set[str] = set()
    for place, row in enumerate(top.items("history"), start=1):
        where = f"Møde nr. {place} i feltet »history«"
        if not isinstance(row, list) or len(row) not in {1 + PAIR, 1 + THREE}:
            raise FormatError(f"{where}: et møde er en dato og to eller tre id’er.")
        text, *members = row
        if not all(map(_is_text, members)):
            raise FormatError(f"{where}: id’er skal være tekst.")
        if not isinstance(text, str) or text not in days:
            day = _day(text)
            if day is None:
                raise FormatError(f"{where}: {_shown(text)} er ikke en dato som 2027-01-04.")
            days[text] = day
        there = ids.intersection(members)
        if len(there) < len(members):
            if len(set(members)) < len(members):
                raise FormatError(f"{where}: den samme person er der to gange.")
            gone.update(member for member in members if member not in ids)
        if len(there) >= PAIR:
            meetings.append(Meeting(days[text], tuple(sorted(there))))
    meetings.sort(key=lambda meeting: (meeting.day, meeting.members))
    return tuple(meetings), sorted(gone)


def _cancellations(top: _Record, ids: set[str], dates: tuple[date, ...]) -> dict[date, frozenset[PersonId]]:
    away: dict[date, set[PersonId]] = {day: set() for day in dates}
    for place, row in enumerate(top.items("cancellations") if "cancellations" in top.values else [], start=1):
        where = f"Afbud nr. {place}"
        if not isinstance(row, list) or len(row) != PAIR:
            raise FormatError(f"{where}: et afbud er en dato og et id.")
        day = _day(row[0])
        if day is None or day not in away:
            raise FormatError(f"{where}: {_shown(row[0])} er ikke en af instansens datoer.")
        _known(row[1], ids, where)
        away[day].add(row[1])
    return {day: frozenset(people) for day, people in away.items()}


def _queries(top: _Record, ids: set[str]) -> tuple[Query, ...]:
    rows = [_Record(row, f"Spørgsmål nr. {place}") for place, row in enumerate(top.items("queries"), start=1)]
    _ids(rows, "Spørgsmålet")
    queries = []
    for row in rows:
        asker = row.text("asker")
        if asker not in ids:
            row.refuse("asker", f"nævner {_shown(asker)}, som ikke er blandt personerne")
        queries.append(Query(row.text("id"), asker, row.text("theme"), row.day("date", row.value("date"))))
    return tuple(sorted(queries))


def _known(member: object, ids: set[str], where: str) -> None:
    if not isinstance(member, str) or member not in ids:
        raise FormatError(f"{where}: {_shown(member)} er ikke blandt personerne.")


# ---- what is odd, and does no harm ----
def _odd_leaders(people: Iterable[Peer], ids: set[str]) -> Iterator[str]:
    own = [str(peer.id) for peer in people if peer.leader == peer.id]
    if own:
        yield f"Nogle står som deres egen leder, og det ser vi bort fra: {_some(own)}."
    outside = {str(peer.leader) for peer in people if peer.leader is not None and peer.leader not in ids}
    if outside:
        yield f"Nogle ledere er ikke blandt personerne og skal derfor ikke matches: {_some(sorted(outside))}."


def _odd_history(gone: Sequence[str]) -> Iterator[str]:
    if gone:
        yield f"Nogle i tidligere møder er ikke blandt personerne længere og springes over: {_some(gone)}."


def _some(ids: Sequence[str]) -> str:
    more = len(ids) - ODD_SHOWN
    shown = ", ".join(map(_shown, ids[:ODD_SHOWN]))
    return f"{shown} og {more} til" if more > 0 else shown


# ---- writing ----
class WrittenGroup(NamedTuple):
    members: tuple[PersonId, ...]
    reasons: tuple[Reason, ...]


def schedule_bytes(instance: str, rounds: Iterable[tuple[date, Iterable[WrittenGroup]]]) -> bytes:
    return _bytes(
        {
            "format": SCHEDULE,
            "instance": instance,
            "rounds": {
                day.isoformat(): [
                    {"members": sorted(group.members, key=str), "reasons": group.reasons}
                    for group in sorted(groups, key=lambda group: sorted(map(str, group.members)))
                ]
                for day, groups in rounds
            },
        }
    )


def buddies_bytes(instance: str, pairs: Iterable[tuple[PersonId, PersonId]]) -> bytes:
    return _bytes({"instance": instance, "pairs": sorted((sorted(pair, key=str) for pair in pairs), key=str)})


def booking_bytes(instance: str, answers: Mapping[str, Sequence[tuple[PersonId, Sequence[Reason]]]]) -> bytes:
    """`answers`: for each query the helpers, best first, with the reasons for each."""
    listed = {
        query: [{"id": helper, "reasons": reasons} for helper, reasons in helpers] for query, helpers in answers.items()
    }
    return _bytes({"instance": instance, "answers": listed})


def _bytes(values: Mapping[str, object]) -> bytes:
    return (json.dumps(values, ensure_ascii=False, sort_keys=True, separators=(",", ":")) + "\n").encode()
