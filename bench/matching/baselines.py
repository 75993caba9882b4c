"""What one would do without the product: pairs by chance, the best pair first, and the best pairs of each day.

All keep the hard constraints, and let who is left over join a pair where that is permitted. They answer in the formats
that the judge reads.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from datetime import date
from itertools import combinations
from random import Random
from typing import Any

import networkx as nx

from .judge import HELPERS, Corps, Members, Story, cancelled, worths

SEED = 1
# Above this many people not all pairs are looked at, but as many as these for each person.
ALL_PAIRS, DRAWN_PAIRS = 2_500, 50
MOST_FOR_NETWORKX = 320

Way = Callable[[Story, list[int], date], list[Members]]


# ---- ways to match one day ----
def by_chance(story: Story, pool: list[int], day: date) -> list[Members]:
    """Whoever stands next in a shuffled row, if they may meet."""
    row = list(pool)
    Random(f"{SEED} {day}").shuffle(row)  # noqa: S311
    groups: list[Members] = []
    alone: list[int] = []
    while row:
        one = row.pop()
        place = next((k for k in range(len(row) - 1, -1, -1) if story.corps.may_be((one, row[k]))), None)
        if place is None:
            alone.append(one)
        else:
            groups.append((one, row.pop(place)))
    return _with_thirds(story, groups, alone, lambda group: 0)


def greedy(story: Story, pool: list[int], day: date) -> list[Members]:
    """The pair with the highest score, then the best of what remains."""
    score = story.scorer(day)
    ranked = sorted(((-score(a, b), a, b) for a, b in _pairs(story.corps, pool, day)))
    free = set(pool)
    groups: list[Members] = []
    for _score, a, b in ranked:
        if a in free and b in free:
            groups.append((a, b))
            free -= {a, b}
    return _with_thirds(story, groups, sorted(free), lambda group: story.gain(group, day))


def best_pairs(story: Story, pool: list[int], day: date) -> list[Members]:
    """The exact optimum of that day, without a look at the next, by networkx."""
    graph = nx.Graph()
    graph.add_nodes_from(pool)
    graph.add_weighted_edges_from((a, b, story.gain((a, b), day)) for a, b in _pairs(story.corps, pool, day))
    groups = sorted(tuple(sorted(pair)) for pair in nx.max_weight_matching(graph))
    alone = sorted(set(pool) - {number for group in groups for number in group})
    return _with_thirds(story, groups, alone, lambda group: story.gain(group, day))


def _pairs(corps: Corps, pool: list[int], day: date) -> Iterator[Members]:
    if len(pool) <= ALL_PAIRS:
        drawn: Iterable[Members] = combinations(sorted(pool), 2)
    else:
        chance = Random(f"{SEED} {day}")  # noqa: S311
        drawn = {tuple(sorted(chance.sample(pool, 2))) for _ in range(DRAWN_PAIRS * len(pool) // 2)}
    return (pair for pair in drawn if corps.may_be(pair))


def _with_thirds(
    story: Story, groups: list[Members], alone: list[int], worth: Callable[[Members], int]
) -> list[Members]:
    """Who is alone joins the pair where the three are worth most."""
    groups = list(groups)
    for one in alone:
        three = max(
            ((*group, one) for group in groups if len(group) == 2 and story.corps.may_be((*group, one))),
            key=worth,
            default=None,
        )
        if three:
            groups.remove(three[:2])
            groups.append(three)
    return groups


# ---- whole answers ----
def plan(corps: Corps, way: Way) -> dict[str, Any]:
    """Day by day, whoever can come and has room in that week."""
    story = Story(corps)
    used: Counter[tuple[int, tuple[int, int]]] = Counter()
    rounds: dict[str, list[list[str]]] = {}
    for day in corps.dates:
        week = day.isocalendar()[:2]
        pool = [number for number in corps.pool(day) if used[number, week] < corps.people[number].cap]
        groups = way(story, pool, day)
        used.update((number, week) for group in groups for number in group)
        story.add(groups, day)
        rounds[day.isoformat()] = _named(corps, groups)
    return {"rounds": rounds}


def repair_afresh(corps: Corps, original: dict[str, Any], way: Way) -> dict[str, Any]:
    """Each day solved anew for those who were to meet and have not cancelled."""
    story = Story(corps)
    away = cancelled(corps)
    rounds: dict[str, list[list[str]]] = {}
    for day in corps.dates:
        members = [member for group in original["rounds"].get(day.isoformat(), []) for member in group["members"]]
        groups = way(story, [corps.number[own] for own in members if corps.number[own] not in away[day]], day)
        story.add(groups, day)
        rounds[day.isoformat()] = _named(corps, groups)
    return {"rounds": rounds}


def buddies(corps: Corps, way: Way) -> dict[str, Any]:
    story = Story(corps)
    groups = way(story, list(range(len(corps.people))), corps.dates[0])
    return {"pairs": [names[:2] for names in _named(corps, groups)]}


def best_helpers(corps: Corps) -> dict[str, Any]:
    """The five with the highest score, whoever was asked before."""

    def five(worth: dict[int, int]) -> list[int]:
        return sorted(worth, key=lambda number: (-worth[number], number))[:HELPERS]

    return _answers(corps, five)


def helpers_by_chance(corps: Corps) -> dict[str, Any]:
    chance = Random(SEED)  # noqa: S311
    return _answers(corps, lambda worth: chance.sample(sorted(worth), min(HELPERS, len(worth))))


def _answers(corps: Corps, choose: Callable[[dict[int, int]], list[int]]) -> dict[str, Any]:
    story = Story(corps)
    return {
        "answers": {
            query["id"]: [corps.people[number].id for number in choose(worths(corps, story, query))]
            for query in corps.values["queries"]
        }
    }


def _named(corps: Corps, groups: Iterable[Members]) -> list[list[str]]:
    return [[corps.people[number].id for number in group] for group in groups]
