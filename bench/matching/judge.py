"""Judges answers by the stated rules (docs/matching.md), written anew: none of the product's code or figures is used.

Rules and points are those of the formats' description. Plain Python, and as slow as that.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import combinations, product
from math import ceil, log2
from typing import Any

SERVED = 200
GROUP_OF_THREE = 100
SAME_DEPARTMENT = 60
RECENT = 90  # days: who meets again within these meets a repeat
DEPARTMENTS_REMEMBERED = 28
LONG_AGO = 60
ENOUGH_PARTNERS = 60
HELPERS = 5

Members = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Person:
    id: str
    department: str
    leader: str | None
    seniority: int
    languages: tuple[str, ...]
    spoken: frozenset[str]
    ways: frozenset[str]
    site: str | None
    seeks: frozenset[str]
    offers: frozenset[str]
    waited: int
    days: frozenset[date]
    cap: int


class Corps:
    """The instance: people by number, and who may meet whom."""

    def __init__(self, values: dict[str, Any]) -> None:
        self.values = values
        self.dates = sorted(map(date.fromisoformat, values["dates"]))
        asked = {date.fromisoformat(query["date"]) for query in values.get("queries", [])}
        self.people = [_person(row, sorted({*self.dates, *asked})) for row in values["people"]]
        self.number = {person.id: number for number, person in enumerate(self.people)}
        self.one_language = bool(values.get("rules", {}).get("require_shared_language"))
        self.one_way = bool(values.get("rules", {}).get("require_shared_format"))
        self.leads = {
            _pair(number, self.number[person.leader])
            for number, person in enumerate(self.people)
            if person.leader in self.number
        }
        self.blocked = {_pair(self.number[a], self.number[b]) for a, b in values["blocks"]}

    def pool(self, day: date) -> list[int]:
        return [number for number, person in enumerate(self.people) if person.cap and day in person.days]

    def way(self, a: int, b: int) -> bool:
        one, other = self.people[a], self.people[b]
        shared = one.ways & other.ways
        return bool(shared - {"physical"}) or ("physical" in shared and one.site == other.site)

    def breaches(self, a: int, b: int) -> list[str]:
        """Why these two may never be together, departments apart."""
        found = []
        if _pair(a, b) in self.leads:
            found.append("own_leader")
        if _pair(a, b) in self.blocked:
            found.append("blocked_pair")
        if self.one_language and not self.people[a].spoken & self.people[b].spoken:
            found.append("no_shared_language")
        if self.one_way and not self.way(a, b):
            found.append("no_shared_format")
        return found

    def could_be_pair(self, a: int, b: int) -> bool:
        """On some day, at least."""
        one, other = self.people[a], self.people[b]
        return (
            one.department != other.department
            and bool(one.cap and other.cap)
            and not one.days.isdisjoint(other.days)
            and not self.breaches(a, b)
        )

    def may_be(self, group: Sequence[int]) -> bool:
        if len({self.people[number].department for number in group}) == 1:
            return False
        return not any(self.breaches(a, b) for a, b in combinations(group, 2))


class Story:
    """What has happened before a day: the history, and the rounds that were added."""

    def __init__(self, corps: Corps) -> None:
        self.corps = corps
        self.met: dict[Members, date] = {}
        self.departments: dict[tuple[str, ...], list[date]] = defaultdict(list)
        self.served: set[int] = set()
        for text, *ids in corps.values["history"]:
            self._meet([corps.number[member] for member in ids if member in corps.number], date.fromisoformat(text))

    def add(self, groups: Iterable[Sequence[int]], day: date) -> None:
        for group in groups:
            self._meet(group, day)
            self.served.update(group)

    def _meet(self, members: Sequence[int], day: date) -> None:
        for a, b in combinations(members, 2):
            pair = _pair(a, b)
            self.met[pair] = max(day, self.met.get(pair, day))
            self.departments[self._departments(a, b)].append(day)

    def _departments(self, a: int, b: int) -> tuple[str, ...]:
        return departments_of(self.corps.people[a], self.corps.people[b])

    def days_since(self, a: int, b: int, day: date) -> int | None:
        met = self.met.get(_pair(a, b))
        return None if met is None else (day - met).days

    def department_meetings(self, a: int, b: int, day: date) -> int:
        days = self.departments.get(self._departments(a, b), ())
        return sum(0 < (day - met).days <= DEPARTMENTS_REMEMBERED for met in days)

    def scorer(self, day: date) -> Callable[[int, int], int]:
        """score(a, b) on that day; how often departments met is counted once for all pairs of theirs."""
        spread: dict[tuple[str, str], int] = {}
        people, way = self.corps.people, self.corps.way

        def score(a: int, b: int) -> int:
            one, other = people[a], people[b]
            gets = min(2, len(one.seeks & other.offers))
            gives = min(2, len(other.seeks & one.offers))
            points = 10 * (gets + gives) + (10 if gets and gives else 0)
            points += 20
            days = self.days_since(a, b, day)
            if days is not None:
                points -= int(60 * 0.5 ** (days / 60) + 0.5)
            key = (one.department, other.department)
            if key not in spread:
                spread[key] = 10 // (1 + self.department_meetings(a, b, day))
            points += spread[key]
            apart = abs(one.seniority - other.seniority)
            points += 0 if not apart else 6 if apart < 3 else 3
            if one.languages[0] == other.languages[0]:
                points += 4
            elif not one.spoken & other.spoken:
                points -= 25
            return points + (6 if way(a, b) else -10)

        return score

    def urgency(self, number: int) -> int:
        return 0 if number in self.served else 10 * min(5, self.corps.people[number].waited)

    def gain(self, group: Sequence[int], day: date) -> int:
        score = self.scorer(day)
        gain = sum(SERVED + self.urgency(number) for number in group)
        if len(group) == 2:
            return gain + 2 * score(group[0], group[1])
        same = sum(
            self.corps.people[a].department == self.corps.people[b].department for a, b in combinations(group, 2)
        )
        points = sum(score(a, b) for a, b in combinations(group, 2))
        return gain + points - GROUP_OF_THREE - SAME_DEPARTMENT * same


@dataclass
class Verdict:
    """`breaches` by name; ratios are of what could have been."""

    breaches: Counter[str] = field(default_factory=Counter)
    demand: int = 0
    most_served: int = 0  # in no group are three of the largest department
    served: int = 0
    gain: int = 0
    threes: int = 0
    repeats: int = 0
    forced: int = 0
    longest_wait: int = 0
    never_served: int = 0
    departments_met: int = 0
    departments_possible: int = 0
    false_reasons: int = 0
    few_reasons: int = 0  # groups with fewer than two
    cancelled: int = 0
    orphans: int = 0
    placed: int = 0
    disturbed: int = 0
    ndcg: float = 0
    most_first: int = 0

    @property
    def coverage(self) -> float:
        return self.served / self.demand if self.demand else 1.0


# ---- rounds and plans ----
def judge_plan(corps: Corps, answer: dict[str, Any]) -> Verdict:
    """Of a round and of a repaired plan, too."""
    judge = _PlanJudge(corps)
    judge.verdict.breaches["unknown_date"] += len(set(answer["rounds"]) - {day.isoformat() for day in corps.dates})
    for day in corps.dates:
        judge.day(day, list(judge.known_groups(answer, day)))
    return judge.summed_up()


class _PlanJudge:
    def __init__(self, corps: Corps) -> None:
        self.corps = corps
        self.verdict = Verdict()
        self.story = Story(corps)
        self.away = cancelled(corps)
        self.used: Counter[tuple[int, tuple[int, int]]] = Counter()
        self.served: Counter[int] = Counter()
        self.meetings: Counter[int] = Counter()
        self.waits: Counter[int] = Counter()
        self.departments: set[tuple[str, ...]] = set()

    def known_groups(self, answer: dict[str, Any], day: date) -> Iterator[tuple[Members, list[dict[str, Any]]]]:
        """The groups of that day, with their reasons. What is no group of people of the corps is a breach."""
        for group in answer["rounds"].get(day.isoformat(), []):
            members = group["members"] if isinstance(group, dict) else group
            if not set(members) <= set(self.corps.number):
                self.verdict.breaches["unknown_person"] += 1
            elif len(members) not in {2, 3} or len(set(members)) < len(members):
                self.verdict.breaches["group_size"] += 1
            else:
                reasons = group.get("reasons", []) if isinstance(group, dict) else []
                yield tuple(self.corps.number[member] for member in members), reasons

    def day(self, day: date, groups: list[tuple[Members, list[dict[str, Any]]]]) -> None:
        taken: set[int] = set()
        for group, reasons in groups:
            for number in group:
                self.person(number, day, taken)
            self.group(group, day)
            self.verdict.few_reasons += len(reasons) < 2
            self.verdict.false_reasons += sum(not is_true(self.story, group, day, reason) for reason in reasons)
        for number in self.corps.pool(day):
            if number in taken:
                self.waits[number] = 0
            elif number not in self.away[day] and self.used[number, _week(day)] < self.corps.people[number].cap:
                self.waits[number] += 1
                self.verdict.longest_wait = max(self.verdict.longest_wait, self.waits[number])
        self.story.add((group for group, _reasons in groups), day)

    def person(self, number: int, day: date, taken: set[int]) -> None:
        person, breaches = self.corps.people[number], self.verdict.breaches
        self.used[number, _week(day)] += 1
        self.served[number] += 1
        breaches["double_booked"] += number in taken
        breaches["unavailable"] += day not in person.days or number in self.away[day]
        breaches["over_weekly_cap"] += self.used[number, _week(day)] > person.cap
        taken.add(number)

    def group(self, group: Members, day: date) -> None:
        verdict, people = self.verdict, self.corps.people
        verdict.breaches["same_department"] += len({people[number].department for number in group}) == 1
        verdict.threes += len(group) == 3
        verdict.gain += self.story.gain(group, day)
        for a, b in combinations(group, 2):
            verdict.breaches.update(self.corps.breaches(a, b))
            days = self.story.days_since(a, b, day)
            verdict.repeats += days is not None and days <= RECENT
            self.meetings.update((a, b))
            if people[a].department != people[b].department:
                self.departments.add(departments_of(people[a], people[b]))

    def summed_up(self) -> Verdict:
        verdict = self.verdict
        demand = _demand(self.corps)
        story = Story(self.corps)
        partners = {number: _partners(self.corps, story, number) for number in demand}
        verdict.breaches = +verdict.breaches
        verdict.demand, verdict.served = demand.total(), self.served.total()
        verdict.most_served = _most_served(self.corps, demand)
        verdict.never_served = sum(not self.served[number] for number in demand if partners[number][0])
        too_often = sum(
            max(0, times - partners[number][1]) for number, times in self.meetings.items() if number in demand
        )
        verdict.forced = ceil(too_often / 2)
        possible = _possible_departments(self.corps)
        verdict.departments_met, verdict.departments_possible = len(self.departments & possible), len(possible)
        return verdict


def _demand(corps: Corps) -> Counter[int]:
    """How often each could meet: in each week as often as there are days, and never more than the cap."""
    days: Counter[tuple[int, tuple[int, int]]] = Counter()
    for day in corps.dates:
        days.update((number, _week(day)) for number in corps.pool(day))
    demand: Counter[int] = Counter()
    for (number, _in_week), times in days.items():
        demand[number] += min(times, corps.people[number].cap)
    return demand


def _most_served(corps: Corps, demand: Counter[int]) -> int:
    """Each group needs somebody from outside the largest department, and has room for two others beside."""
    by_department: Counter[str] = Counter()
    for number, times in demand.items():
        by_department[corps.people[number].department] += times
    return min(demand.total(), 3 * (demand.total() - max(by_department.values(), default=0)))


def _partners(corps: Corps, story: Story, number: int) -> tuple[int, int]:
    """How many could be a pair with this person on some day, and how many of them would be new; enough is enough."""
    every = new = 0
    for other in range(len(corps.people)):
        if corps.could_be_pair(number, other):
            days = story.days_since(number, other, corps.dates[0])
            every += 1
            new += days is None or days > RECENT
            if new >= ENOUGH_PARTNERS:
                break
    return every, new


def _possible_departments(corps: Corps) -> set[tuple[str, ...]]:
    """The pairs of departments of which two people could meet."""
    by_department: dict[str, list[int]] = defaultdict(list)
    for number, person in enumerate(corps.people):
        by_department[person.department].append(number)
    return {
        tuple(sorted(departments))
        for departments in combinations(by_department, 2)
        if any(corps.could_be_pair(a, b) for a, b in product(*(by_department[name] for name in departments)))
    }


def cancelled(corps: Corps) -> dict[date, set[int]]:
    away: dict[date, set[int]] = {day: set() for day in corps.dates}
    for text, own in corps.values.get("cancellations", []):
        away[date.fromisoformat(text)].add(corps.number[own])
    return away


def is_true(story: Story, group: Members, day: date, reason: dict[str, Any]) -> bool:
    """Whether what a reason says of members of the group can be seen in the instance and in what happened before."""
    corps = story.corps
    named = [corps.number.get(reason[role]) for role in ("from", "to", "a", "b", "person") if role in reason]
    if not named or not set(named) <= set(group) or len(set(named)) < len(named):
        return False
    people = [corps.people[number] for number in named if number is not None]
    if reason["code"] == "waited":
        (person,), (number,) = people, named
        return reason["rounds"] == person.waited > 0 and number not in story.served
    one, other = people
    if reason["code"] == "helps":
        return reason["theme"] in one.offers & other.seeks
    a, b = (number for number in named if number is not None)
    days = story.days_since(a, b, day)
    truths: dict[str, Callable[[], bool]] = {
        "mutual": lambda: bool(one.seeks & other.offers and other.seeks & one.offers),
        "first_meeting": lambda: days is None,
        "long_ago": lambda: days is not None and days >= LONG_AGO and reason["days"] == days,
        "departments": lambda: one.department != other.department and not story.department_meetings(a, b, day),
        "seniority": lambda: one.seniority != other.seniority,
        "language": lambda: reason["language"] in one.spoken & other.spoken,
        "format": lambda: (
            reason["format"] in one.ways & other.ways and (reason["format"] != "physical" or one.site == other.site)
        ),
    }
    return reason["code"] in truths and truths[reason["code"]]()


# ---- repairs ----
def judge_repair(corps: Corps, original: dict[str, Any], repaired: dict[str, Any]) -> Verdict:
    """Orphans can't go on in their group without who cancelled; disturbed are the others whose group changed."""
    judge = _PlanJudge(corps)
    verdict = judge_plan(corps, repaired)
    away = cancelled(corps)
    for day in corps.dates:
        before = [set(group) for group, _reasons in judge.known_groups(original, day)]
        after = {number: set(group) for group, _reasons in judge.known_groups(repaired, day) for number in group}
        for group in before:
            rest = group - away[day]
            verdict.cancelled += len(group - rest)
            if rest == group or (len(rest) == 2 and corps.may_be(sorted(rest))):
                verdict.disturbed += sum(after.get(number) != rest for number in rest)
            else:
                verdict.orphans += len(rest)
                verdict.placed += len(rest & set(after))
    return verdict


# ---- buddies ----
def judge_buddies(corps: Corps, answer: dict[str, Any]) -> Verdict:
    """`gain` is the sum of the scores of the pairs on the first date, as each of the two has them."""
    verdict = Verdict(demand=len(corps.people))
    score = Story(corps).scorer(corps.dates[0])
    seen: set[int] = set()
    for ids in answer["pairs"]:
        a, b = (corps.number[own] for own in ids)
        verdict.breaches.update(corps.breaches(a, b))
        verdict.breaches["same_department"] += corps.people[a].department == corps.people[b].department
        verdict.breaches["double_booked"] += len(seen & {a, b}) + (a == b)
        verdict.gain += 2 * score(a, b)
        seen |= {a, b}
    verdict.breaches = +verdict.breaches
    verdict.served = len(seen)
    return verdict


# ---- booking ----
def judge_booking(corps: Corps, answer: dict[str, Any]) -> Verdict:
    """`served` counts the questions that somebody could be found for; `ndcg` is their mean, of the best five."""
    verdict = Verdict()
    story = Story(corps)
    first: Counter[str] = Counter()
    quality = 0.0
    for query in corps.values["queries"]:
        day = date.fromisoformat(query["date"])
        worth = worths(corps, story, query)
        ideal = _discounted(sorted(worth.values(), reverse=True)[:HELPERS])
        named = answer["answers"].get(query["id"], [])[:HELPERS]
        ids = [helper["id"] if isinstance(helper, dict) else helper for helper in named]
        numbers = [corps.number.get(own, -1) for own in ids]
        verdict.breaches["not_a_helper"] += sum(number not in worth for number in numbers)
        verdict.breaches["named_twice"] += len(ids) - len(set(ids))
        first.update(ids[:1])
        for number, helper in zip(numbers, named, strict=True):
            reasons = helper["reasons"] if isinstance(helper, dict) else []
            group = (corps.number[query["asker"]], number)
            verdict.few_reasons += len(reasons) < 2
            verdict.false_reasons += sum(not is_true(story, group, day, reason) for reason in reasons)
        if ideal:
            verdict.demand += 1
            verdict.served += bool(named)
            quality += _discounted([worth.get(number, 0) for number in numbers]) / ideal
    verdict.breaches = +verdict.breaches
    verdict.ndcg = quality / max(1, verdict.demand)
    verdict.most_first = max(first.values(), default=0)
    return verdict


def worths(corps: Corps, story: Story, query: dict[str, str]) -> dict[int, int]:
    """Who can help with the theme on that day, and what each is worth."""
    asker, day = corps.number[query["asker"]], date.fromisoformat(query["date"])
    score = story.scorer(day)
    return {
        number: max(0, score(asker, number) + 60)
        for number, person in enumerate(corps.people)
        if query["theme"] in person.offers
        and day in person.days
        and person.cap
        and number != asker
        and corps.may_be((asker, number))
    }


def _discounted(worth: Sequence[int]) -> float:
    return sum(value / log2(place + 2) for place, value in enumerate(worth))


# ---- small things ----
def _person(row: dict[str, Any], days: Sequence[date]) -> Person:
    pauses = [tuple(map(date.fromisoformat, pause)) for pause in row["pauses"]]
    return Person(
        id=row["id"],
        department=row["dept"],
        leader=row.get("leader"),
        seniority=row["seniority"],
        languages=tuple(row["languages"]),
        spoken=frozenset(row["languages"]),
        ways=frozenset(row["formats"]),
        site=row["site"],
        seeks=frozenset(row["seeks"]),
        offers=frozenset(row["offers"]),
        waited=row.get("left_out", 0),
        days=frozenset(
            day
            for day in days
            if day.weekday() in row["weekdays"] and not any(first <= day <= last for first, last in pauses)
        ),
        cap=row["cap"],
    )


def departments_of(one: Person, other: Person) -> tuple[str, ...]:
    return tuple(sorted((one.department, other.department)))


def _pair(a: int, b: int) -> Members:
    return (a, b) if a < b else (b, a)


def _week(day: date) -> tuple[int, int]:
    year, week, _weekday = day.isocalendar()
    return year, week
