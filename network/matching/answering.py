"""Whatever a file asks, answered: one door to the five kinds, for the command and for whoever measures."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

from .booking import HelperFinder
from .buddies import pair_buddies
from .formats import InstanceFile, Kind, Schedule, WrittenGroup, booking_bytes, buddies_bytes, schedule_bytes
from .instance import THREE, Instance
from .plan import plan_rounds
from .repair import repair_plan
from .rounds import MatchedRound, solve_round

Progress = Callable[[float], None]
HELPERS = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """`content` is the file of the answer. `matched` and `left_out` count each person once a day; in a booking they
    are the questions with and without somebody who can help. `bound` is the most that `gain` could be, if known.
    If not `is_settled`, time was up before all had been tried, and another run may answer differently.
    """

    content: bytes
    matched: int
    left_out: int
    threes: int = 0
    gain: int | None = None
    bound: int | None = None
    is_settled: bool = True


def answer(
    file: InstanceFile,
    original: Schedule | None = None,
    *,
    seed: int = 0,
    seconds: float | None = None,
    progress: Progress | None = None,
) -> Answer:
    """A repair needs the original. `seconds` is how long a plan may be improved."""
    if file.kind == Kind.BUDDIES:
        return _buddies(file, seed)
    if file.kind == Kind.BOOKING:
        return _booking(file)
    if file.kind == Kind.REPAIR and original is not None:
        rounds = repair_plan(file.instance, original.rounds, file.cancellations, seed=seed)
        return _schedule(file, rounds, None, None)
    if file.kind == Kind.ROUND and len(file.instance.dates) == 1:
        only = solve_round(file.instance, file.instance.dates[0], seed=seed)
        return _schedule(file, [only], only.gain, only.bound)
    plan = plan_rounds(file.instance, seconds=seconds, seed=seed, progress=progress)
    return replace(_schedule(file, plan.rounds, plan.gain, None), is_settled=plan.is_settled)


def why_nobody(instance: Instance) -> str:
    """Why a valid answer can be empty, in one Danish sentence."""
    if len(instance.people) == 1:
        return "Ingen er matchet: der er kun én person."
    if len({peer.department for peer in instance.people}) == 1:
        return "Ingen er matchet: alle er fra samme afdeling, og makkere er altid fra hver sin."
    if not any(peer.can_come(day) for peer in instance.people for day in instance.dates):
        return "Ingen er matchet: ingen kan komme på nogen af datoerne (ugedage, pauser og loft)."
    return "Ingen er matchet: der er ikke to, der både kan og må mødes."


def _schedule(file: InstanceFile, rounds: Iterable[MatchedRound], gain: int | None, bound: int | None) -> Answer:
    rounds = tuple(rounds)
    groups = [group for matched in rounds for group in matched.groups]
    written = (
        (matched.day, [WrittenGroup(group.members, group.reasons) for group in matched.groups]) for matched in rounds
    )
    return Answer(
        content=schedule_bytes(file.id, written),
        matched=sum(len(group.members) for group in groups),
        left_out=sum(len(matched.left_out) for matched in rounds),
        threes=sum(len(group.members) == THREE for group in groups),
        gain=gain,
        bound=bound,
    )


def _buddies(file: InstanceFile, seed: int) -> Answer:
    buddies = pair_buddies(file.instance, seed=seed)
    return Answer(
        content=buddies_bytes(file.id, buddies.pairs),
        matched=2 * len(buddies.pairs),
        left_out=len(buddies.unpaired),
        gain=2 * buddies.score,
    )


def _booking(file: InstanceFile) -> Answer:
    finder = HelperFinder(file.instance)
    answers = {
        query.id: [
            (helper.id, helper.reasons) for helper in finder.best(query.asker, query.theme, query.day, count=HELPERS)
        ]
        for query in file.queries
    }
    helped = sum(map(bool, answers.values()))
    return Answer(content=booking_bytes(file.id, answers), matched=helped, left_out=len(answers) - helped)
