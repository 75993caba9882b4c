"""Scores of all pairs in one round, as whole numbers in numpy arrays, and which pairs are permitted.

The formula is the one of the sparring benchmark (docs/matching.md): seven named parts that add up to the score.
"""

from __future__ import annotations

import hashlib
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import combinations

import numpy as np
import numpy.typing as npt

from .instance import Instance, Peer, PersonId

Grid = npt.NDArray[np.int32]
Mask = npt.NDArray[np.bool_]

NEVER = -1  # in `days_since`: the two have not met
SPREAD_DAYS = 28  # how long a meeting of two departments counts
HALF_LIFE_DAYS = 60  # how fast a meeting of two people is forgotten
THEMES_COUNTED = 2  # in each direction


@dataclass(frozen=True)
class PairTable:
    """Row and column i of each array belong to `people[i]`. All arrays are symmetric but `help_from`.

    `together` says whether two may be in one group at all, `permitted` whether they may be a pair.
    `help_from[i, j]` is how many themes i seeks and j offers; `days_since` is NEVER or days since they met;
    `department_meetings` counts, in pairs of people, how often their two departments met in the last 28 days.
    """

    day: date
    people: tuple[Peer, ...]
    parts: dict[str, Grid]
    score: Grid
    permitted: Mask
    together: Mask
    same_department: Mask
    help_from: Grid
    days_since: Grid
    department_meetings: Grid
    tie: npt.NDArray[np.uint64]


def pair_table(instance: Instance, day: date, pool: Iterable[PersonId], seed: int = 0) -> PairTable:
    """Score every pair of the pool on that day. The order of rows in the instance changes nothing."""
    wanted = set(pool)
    people = tuple(sorted((peer for peer in instance.people if peer.id in wanted), key=lambda peer: str(peer.id)))
    department = _codes([peer.department for peer in people])
    same_department = department[:, None] == department[None, :]
    days_since = _days_since(instance, day, people)
    department_meetings = _department_meetings(instance, day, people)
    help_from = _shared([peer.seeks for peer in people], [peer.offers for peer in people])
    speaks = [frozenset(peer.languages) for peer in people]
    same_language = _shared(speaks, speaks) > 0
    same_format = _same_format(people)

    together = _may_meet(instance, people)
    if instance.rules.require_shared_language:
        together &= same_language
    if instance.rules.require_shared_format:
        together &= same_format

    parts = {
        **_fit(help_from),
        "novelty": _novelty(days_since),
        "spread": 10 // (1 + department_meetings),
        "seniority": _seniority(people),
        "language": np.where(_same_preferred(people), 4, np.where(same_language, 0, -25)),
        "format": np.where(same_format, 6, -10),
    }
    parts = {name: grid.astype(np.int32) for name, grid in parts.items()}
    return PairTable(
        day=day,
        people=people,
        parts=parts,
        score=np.sum(list(parts.values()), axis=0, dtype=np.int32),
        permitted=together & ~same_department,
        together=together,
        same_department=same_department,
        help_from=help_from,
        days_since=days_since,
        department_meetings=department_meetings,
        tie=_tie(people, seed),
    )


def _codes(values: Sequence[Hashable]) -> npt.NDArray[np.int64]:
    """The same number for the same value."""
    numbers: dict[Hashable, int] = {}
    return np.array([numbers.setdefault(value, len(numbers)) for value in values], dtype=np.int64)


def _shared(left: Sequence[frozenset[str]], right: Sequence[frozenset[str]]) -> Grid:
    """How many words row i of `left` and row j of `right` have in common."""
    column = {word: number for number, word in enumerate(sorted(frozenset().union(*left, *right)))}
    # Floats, because only those are multiplied by the fast library; counts this small stay exact.
    rows = np.zeros((2, len(left), len(column)), dtype=np.float32)
    for side, sets in enumerate((left, right)):
        for row, words in enumerate(sets):
            rows[side, row, [column[word] for word in words]] = 1
    return (rows[0] @ rows[1].T).astype(np.int32)


def _fit(help_from: Grid) -> dict[str, npt.NDArray[np.integer]]:
    counted = np.minimum(help_from, THEMES_COUNTED)
    return {"fit": 10 * (counted + counted.T), "mutual": 10 * ((counted > 0) & (counted.T > 0))}


def _novelty(days_since: Grid) -> npt.NDArray[np.integer]:
    """20 for those who never met, else 20 less a penalty of 60 that halves every 60 days."""
    longest = int(days_since.max(initial=0))
    penalty = np.floor(60 * 0.5 ** (np.arange(longest + 1) / HALF_LIFE_DAYS) + 0.5).astype(np.int32)
    return np.where(days_since == NEVER, 20, 20 - penalty[np.maximum(days_since, 0)])


def _seniority(people: Sequence[Peer]) -> npt.NDArray[np.integer]:
    level = np.array([peer.seniority for peer in people], dtype=np.int32)
    apart = np.abs(level[:, None] - level[None, :])
    return np.select([apart == 0, apart <= 2], [0, 6], default=3)  # noqa: PLR2004 levels, as the formula states them


def _same_preferred(people: Sequence[Peer]) -> Mask:
    # Somebody without a language prefers none, which is nobody else's preference.
    preferred = _codes([peer.languages[0] if peer.languages else peer.id for peer in people])
    same: Mask = preferred[:, None] == preferred[None, :]
    return same


def _same_format(people: Sequence[Peer]) -> Mask:
    """Whether two share a way to meet; in person counts only at one site."""
    remote = [peer.formats - {"physical"} for peer in people]
    sites = [frozenset({peer.site} if peer.site and "physical" in peer.formats else ()) for peer in people]
    return (_shared(remote, remote) > 0) | (_shared(sites, sites) > 0)


def _may_meet(instance: Instance, people: Sequence[Peer]) -> Mask:
    """Not oneself, not one's direct leader in either direction, and nobody of a block."""
    row = {peer.id: number for number, peer in enumerate(people)}
    pairs = [(row[peer.id], row[peer.leader]) for peer in people if peer.leader in row]
    pairs += [(row[a], row[b]) for a, b in map(tuple, instance.blocks) if a in row and b in row]
    mask = ~np.eye(len(people), dtype=bool)
    for a, b in pairs:
        mask[a, b] = mask[b, a] = False
    return mask


def _days_since(instance: Instance, day: date, people: Sequence[Peer]) -> Grid:
    row = {peer.id: number for number, peer in enumerate(people)}
    days = np.full((len(people), len(people)), NEVER, dtype=np.int32)
    for meeting in instance.history:
        since = (day - meeting.day).days
        if since < 0:
            continue
        for a, b in combinations([row[member] for member in meeting.members if member in row], 2):
            if days[a, b] == NEVER or since < days[a, b]:
                days[a, b] = days[b, a] = since
    return days


def _department_meetings(instance: Instance, day: date, people: Sequence[Peer]) -> Grid:
    of = {peer.id: peer.department for peer in instance.people}
    names = list(dict.fromkeys(of.values()))
    number = {name: position for position, name in enumerate(names)}
    met = np.zeros((len(names), len(names)), dtype=np.int32)
    for meeting in instance.history:
        if not 0 < (day - meeting.day).days <= SPREAD_DAYS:
            continue
        for a, b in combinations([number[of[member]] for member in meeting.members], 2):
            met[a, b] += 1
            if a != b:
                met[b, a] += 1
    rows = np.array([number[peer.department] for peer in people], dtype=np.int64)
    return met[rows[:, None], rows[None, :]]


def _tie(people: Sequence[Peer], seed: int) -> npt.NDArray[np.uint64]:
    """A number for each pair that depends on nothing but the seed and the two ids; it decides between equals."""
    own = np.array(
        [int.from_bytes(hashlib.blake2b(f"{seed}:{peer.id}".encode(), digest_size=8).digest()) for peer in people],
        dtype=np.uint64,
    )
    # The finaliser of splitmix64; it wraps around on purpose.
    mixed = own[:, None] + own[None, :]
    mixed = (mixed ^ (mixed >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    mixed = (mixed ^ (mixed >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return mixed ^ (mixed >> np.uint64(31))
