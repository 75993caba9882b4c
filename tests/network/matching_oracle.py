"""The matching's rules once more, written the slow and obvious way, and instances to try them on."""

from __future__ import annotations

import random
from datetime import date, timedelta
from itertools import combinations

from hypothesis import strategies as st

from network.matching import Instance, Meeting, Peer, Rules

DAY = date(2027, 3, 2)
WORDS = ["fred", "mod", "ro", "tid", "tillid"]


def instances(least=2, most=8):
    """Small and awkward. Hypothesis chooses size and seed only: drawing every field took longer than solving."""
    return st.builds(awkward_instance, st.integers(least, most), st.integers(0, 2**32))


def awkward_instance(size, seed, departments=3):
    """Few departments, leaders among the people, blocks, and a history."""
    draw = random.Random(seed)
    ids = list(range(size))
    people = tuple(
        Peer(
            id=person,
            department=draw.randrange(departments),
            leader=draw.choice([None, None, *ids[:person]]),
            seniority=draw.randint(1, 5),
            languages=draw.choice([("da",), ("da", "en"), ("en",), ("en", "da")]),
            formats=frozenset(draw.sample(["physical", "video", "phone"], draw.randint(1, 2))),
            site=draw.choice([None, "nord", "syd"]),
            seeks=frozenset(draw.sample(WORDS, draw.randint(0, 3))),
            offers=frozenset(draw.sample(WORDS, draw.randint(0, 3))),
            left_out=draw.choice([0, 0, 0, 1, 2, 6]),
        )
        for person in ids
    )
    return Instance(
        people=people,
        dates=(DAY,),
        blocks=frozenset(frozenset(draw.sample(ids, 2)) for _ in range(draw.randint(0, size))),
        history=tuple(
            Meeting(DAY - timedelta(days=draw.randint(0, 200)), tuple(draw.sample(ids, 2)))
            for _ in range(draw.randint(0, size))
        ),
        rules=Rules(
            require_shared_language=draw.random() < 0.3,
            require_shared_format=draw.random() < 0.3,
        ),
    )


def may_meet(instance, a, b):
    allowed = a.id not in (b.id, b.leader) and b.id != a.leader and frozenset((a.id, b.id)) not in instance.blocks
    if instance.rules.require_shared_language:
        allowed = allowed and bool(set(a.languages) & set(b.languages))
    if instance.rules.require_shared_format:
        allowed = allowed and bool(ways_to_meet(a, b))
    return allowed


def is_allowed(instance, group):
    departments = {person.department for person in group}
    return len(departments) > 1 and all(may_meet(instance, a, b) for a, b in combinations(group, 2))


def ways_to_meet(a, b):
    shared = a.formats & b.formats
    return shared if a.site and a.site == b.site else shared - {"physical"}


def days_since(instance, a, b):
    met = [(DAY - meeting.day).days for meeting in instance.history if {a.id, b.id} <= set(meeting.members)]
    return min(met, default=None)


def department_meetings(instance, a, b):
    of = {person.id: person.department for person in instance.people}
    return sum(
        sorted((of[one], of[other])) == sorted((a.department, b.department))
        for meeting in instance.history
        if 1 <= (DAY - meeting.day).days <= 28
        for one, other in combinations(meeting.members, 2)
    )


def pair_parts(instance, a, b):
    gets, gives = min(2, len(a.seeks & b.offers)), min(2, len(b.seeks & a.offers))
    days = days_since(instance, a, b)
    apart = abs(a.seniority - b.seniority)
    language = 0 if set(a.languages) & set(b.languages) else -25
    return {
        "fit": 10 * (gets + gives),
        "mutual": 10 if gets and gives else 0,
        "novelty": 20 if days is None else 20 - int(60 * 2 ** (-days / 60) + 0.5),
        "spread": 10 // (1 + department_meetings(instance, a, b)),
        "seniority": 0 if apart == 0 else 6 if apart <= 2 else 3,
        "language": 4 if a.languages[0] == b.languages[0] else language,
        "format": 6 if ways_to_meet(a, b) else -10,
    }


def group_parts(instance, group):
    pairs = list(combinations(group, 2))
    parts = {name: sum(pair_parts(instance, a, b)[name] for a, b in pairs) for name in pair_parts(instance, *pairs[0])}
    if len(group) == 3:
        parts["group_of_three"] = -100
        if same := sum(a.department == b.department for a, b in pairs):
            parts["same_department"] = -60 * same
    return parts


def gain(instance, group):
    score = sum(group_parts(instance, group).values())
    waited = sum(10 * min(5, person.left_out) for person in group)
    return 200 * len(group) + waited + score * (2 if len(group) == 2 else 1)


def best_possible(instance, people):
    """(people served, minus groups of three, gain) of the best of all ways to group these people."""
    if len(people) < 2:
        return (0, 0, 0)
    first, *rest = people
    best = best_possible(instance, rest)
    for size in (1, 2):
        for others in combinations(rest, size):
            group = (first, *others)
            if is_allowed(instance, group):
                more = best_possible(instance, [person for person in rest if person not in others])
                own = (len(group), -(len(group) == 3), gain(instance, group))
                best = max(best, tuple(a + b for a, b in zip(own, more, strict=True)))
    return best


def is_true(instance, group, reason):
    by_id = {person.id: person for person in group}
    code = reason["code"]
    if code == "helps":
        return reason["theme"] in by_id[reason["from"]].offers & by_id[reason["to"]].seeks
    if code == "waited":
        return reason["rounds"] == by_id[reason["person"]].left_out > 0
    a, b = by_id[reason["a"]], by_id[reason["b"]]
    days = days_since(instance, a, b)
    return {
        "first_meeting": lambda: days is None,
        "long_ago": lambda: days is not None and reason["days"] == days >= 60,
        "departments": lambda: a.department != b.department and department_meetings(instance, a, b) == 0,
        "seniority": lambda: a.seniority != b.seniority,
        "language": lambda: reason["language"] in set(a.languages) & set(b.languages),
        "format": lambda: reason["format"] in ways_to_meet(a, b),
    }[code]()
