"""A made-up municipality's corps in numbers, as `sparring-instance/1`: who can meet when, who may not, and who has met.

A third of the people work with children, a quarter with the elderly, and town hall is small: about how Danish
municipalities are staffed. Nothing here is about anybody.
"""

from __future__ import annotations

from bisect import bisect
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import accumulate
from random import Random
from typing import Any

# Share of the people, and what the area is good at: it offers these themes oftener, and seeks the others.
AREAS = {
    "Børn og Unge": (34, {"trivsel", "forældresamtaler", "læringsmiljø", "inklusion", "konflikter"}),
    "Sundhed og Omsorg": (27, {"pårørende", "sorg", "vagtplaner", "nænsomhed", "ernæring"}),
    "Social og Handicap": (11, {"rusmidler", "magtanvendelse", "recovery", "borgerens mål", "konflikter"}),
    "Beskæftigelse": (8, {"svære beslutninger", "motivation", "virksomheder", "partshøring"}),
    "Teknik og Miljø": (7, {"høringssvar", "borgermøder", "tilsyn", "byggesager"}),
    "Kultur og Fritid": (5, {"frivillige", "foreninger", "facilitering", "formidling"}),
    "Økonomi og Digitalisering": (4, {"data", "budget", "automatisering", "udbud"}),
    "Borgerservice": (2, {"vrede borgere", "klart sprog", "køer", "fuldmagter"}),
    "Direktionens sekretariat": (2, {"dagsordener", "klart sprog", "strategi", "presse"}),
}
COMMON_THEMES = [
    "feedback",
    "nye kolleger",
    "stress",
    "mødeledelse",
    "afslag",
    "prioritering",
    "tavshedspligt",
    "forandringer",
    "at sige nej",
    "samarbejde på tværs",
]
THEMES = sorted({theme for _share, themes in AREAS.values() for theme in themes} | set(COMMON_THEMES))
LEANING = 4.0  # how much oftener an area offers what it is good at
TOWN_HALL = "Rådhuset"
CLOSED = {date(2026, 12, 24), date(2026, 12, 25), date(2026, 12, 31), date(2027, 1, 1)}
HISTORY_WEEKS = 10
MET_A_DAY = 0.25  # of those who could


@dataclass(frozen=True, kw_only=True)
class Corps:
    """What to make. `dominant` is the share of the people in the first department, where one has most of them."""

    people: int
    kind: str
    days: int = 1
    first: date = date(2027, 1, 11)
    departments: int = 12
    dominant: float = 0
    everybody: bool = False  # comes every weekday, as on the one day of a round
    english_only: float = 0.03
    sites: int = 8
    rules: dict[str, bool] = field(default_factory=dict)
    ill: float = 0.04  # of those at work, each morning of a repair
    questions: int = 0


def instance_of(name: str, corps: Corps, seed: int = 1) -> dict[str, Any]:
    """The same for the same name, corps and seed."""
    return _Maker(name, corps, Random(f"{name} {seed}")).made()  # noqa: S311


class _Maker:
    def __init__(self, name: str, corps: Corps, chance: Random) -> None:
        self.name, self.corps, self.chance = name, corps, chance
        self.dates = _working_days(corps.first, corps.days)
        self.departments = _departments(corps.departments)
        # Sizes fall off slowly, within an area as well.
        weights = [AREAS[area][0] / (1 + number) ** 0.6 for area, number in self.departments]
        if corps.dominant:
            weights[0] = corps.dominant / (1 - corps.dominant) * sum(weights[1:])
        self.department = _Drawer(range(len(weights)), weights)
        self.offered = {
            area: _Drawer(THEMES, [LEANING if t in own else 1 for t in THEMES]) for area, (_, own) in AREAS.items()
        }
        self.sought = {
            area: _Drawer(THEMES, [0.4 if t in own else 1 for t in THEMES]) for area, (_, own) in AREAS.items()
        }
        self.weekday = _Drawer(range(5), [3, 4, 5, 4, 2])
        self.way = _Drawer(["video", "physical", "phone"], [6, 4, 2])

    def made(self) -> dict[str, Any]:
        people = [self.person(number) for number in range(self.corps.people)]
        self.appoint_leaders(people)
        values = {
            "format": "sparring-instance/1",
            "id": self.name,
            "kind": self.corps.kind,
            "rules": self.corps.rules,
            "window": ["13:00", "13:30"],
            "dates": [day.isoformat() for day in self.dates],
            "people": people,
            "blocks": self.blocks(people),
            "history": list(self.history(people)),
        }
        if self.corps.kind == "repair":
            values["cancellations"] = [
                [day.isoformat(), person["id"]]
                for day in self.dates
                for person in people
                if day.weekday() in person["weekdays"] and self.chance.random() < self.corps.ill
            ]
        if self.corps.kind == "booking":
            values["queries"] = [self.question(number, people) for number in range(self.corps.questions)]
        return values

    def person(self, number: int) -> dict[str, Any]:
        # The first ones see to it that no department is empty.
        place = number if number < len(self.departments) else self.department.one(self.chance)
        area, district = self.departments[place]
        offers = self.offered[area].some(self.chance, 1 + self.pick([3, 4, 3, 1]))
        seeks = [theme for theme in self.sought[area].some(self.chance, self.pick([1, 4, 4, 2])) if theme not in offers]
        weekdays = self.weekday.some(self.chance, 1 + self.pick([1, 2, 4, 2, 3]))
        home = f"Hus {(place * 3 + district) % self.corps.sites}"
        return {
            "id": f"m{number:05d}",
            "dept": f"{area} {district + 1}",
            "leader": None,
            "seniority": 1 + self.pick([2, 4, 4, 3, 2]),
            "languages": self.languages(),
            "formats": sorted(self.way.some(self.chance, 1 + self.pick([4, 4, 2]))),
            "site": home if self.chance.random() < 0.8 else TOWN_HALL,
            "weekdays": [0, 1, 2, 3, 4] if self.corps.everybody else sorted(weekdays),
            "cap": 1 + self.pick([6, 3, 1]),
            "pauses": [] if self.corps.everybody else list(self.pauses()),
            "seeks": sorted(seeks),
            "offers": sorted(offers),
            "left_out": [0, 1, 2, 3, 5][self.pick([75, 14, 6, 3, 2])],
        }

    def pick(self, weights: Sequence[float]) -> int:
        return self.chance.choices(range(len(weights)), weights)[0]

    def languages(self) -> list[str]:
        if self.chance.random() < self.corps.english_only:
            return ["en"]
        return [["da"], ["da", "en"], ["en", "da"], ["da", "tysk"]][self.pick([45, 47, 4, 4])]

    def pauses(self) -> Iterator[list[str]]:
        """A week off for some, a longer illness or leave for a few."""
        for share, least, most in ((0.08, 4, 9), (0.03, 14, 60)):
            if self.chance.random() < share:
                first = self.dates[0] + timedelta(days=self.chance.randint(-10, 25))
                last = first + timedelta(days=self.chance.randint(least, most))
                yield [first.isoformat(), last.isoformat()]

    def appoint_leaders(self, people: list[dict[str, Any]]) -> None:
        """The most senior of a department leads it; one in ten has a leader elsewhere."""
        heads: dict[str, dict[str, Any]] = {}
        for person in people:
            head = heads.setdefault(person["dept"], person)
            if person["seniority"] > head["seniority"]:
                heads[person["dept"]] = person
        leaders = [head["id"] for head in heads.values()]
        for person in people:
            own = heads[person["dept"]]["id"]
            leader = self.chance.choice(leaders) if self.chance.random() < 0.1 else own
            person["leader"] = leader if leader != person["id"] else None

    def blocks(self, people: list[dict[str, Any]]) -> list[list[str]]:
        ids = [person["id"] for person in people]
        return sorted(map(list, {tuple(sorted(self.chance.sample(ids, 2))) for _ in range(len(ids) // 25)}))

    def history(self, people: list[dict[str, Any]]) -> Iterator[list[str]]:
        """Pairs across departments on each working day of the weeks before, whoever happened to stand next."""
        start = self.dates[0] - timedelta(weeks=HISTORY_WEEKS)
        for day in _working_days(start, HISTORY_WEEKS * 5):
            if day >= self.dates[0]:
                return
            there = [p for p in people if day.weekday() in p["weekdays"] and self.chance.random() < MET_A_DAY]
            self.chance.shuffle(there)
            for one, other in zip(there[::2], there[1::2], strict=False):
                if one["dept"] != other["dept"]:
                    yield [day.isoformat(), *sorted([one["id"], other["id"]])]

    def question(self, number: int, people: list[dict[str, Any]]) -> dict[str, str]:
        asker = self.chance.choice(people)
        theme = self.chance.choice(asker["seeks"] or THEMES)
        day = self.chance.choice(self.dates).isoformat()
        return {"id": f"q{number:04d}", "asker": asker["id"], "theme": theme, "date": day}


class _Drawer:
    """Draws by weight; the sums are made once."""

    def __init__(self, values: Sequence[Any], weights: Sequence[float]) -> None:
        self.values = list(values)
        self.sums = list(accumulate(weights))

    def one(self, chance: Random) -> Any:
        return self.values[bisect(self.sums, chance.random() * self.sums[-1], hi=len(self.sums) - 1)]

    def some(self, chance: Random, number: int) -> list[Any]:
        found: dict[Any, None] = {}
        while len(found) < number:
            found[self.one(chance)] = None
        return list(found)


def _departments(number: int) -> list[tuple[str, int]]:
    """Area and district: all areas first, then as many districts more as are wanted, in turn."""
    return [(area, place // len(AREAS)) for place, area in zip(range(number), list(AREAS) * number, strict=False)]


def _working_days(first: date, number: int) -> list[date]:
    days: list[date] = []
    while len(days) < number:
        if first.weekday() < 5 and first not in CLOSED:
            days.append(first)
        first += timedelta(days=1)
    return days
