"""Makkerskaber: pairs for a whole programme, as good as they can be all together."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .corps import Corps
from .instance import Instance, InstanceError, PersonId
from .rounds import best_pairs
from .scores import Meetings, Scores


@dataclass(frozen=True, slots=True)
class Buddies:
    """`score` is the sum of the pairs' scores on the instance's first date."""

    pairs: tuple[tuple[PersonId, PersonId], ...]
    unpaired: tuple[PersonId, ...]
    score: int


def pair_buddies(instance: Instance, *, seed: int = 0) -> Buddies:
    """Pair as many as can be, then at the highest score. Who can come on which day makes no difference here.

    Raises InstanceError without a date."""
    if not instance.dates:
        raise InstanceError("Buddies are scored on a date, and there is none.")
    corps = Corps(instance, seed)
    scores = Scores(corps, Meetings(corps, instance.history).before(min(instance.dates)))
    everybody = np.arange(len(corps))
    pairs = best_pairs(scores, everybody)
    left, right = (np.array([pair[side] for pair in pairs], dtype=np.intp) for side in (0, 1))
    paired = {row for pair in pairs for row in pair}
    return Buddies(
        pairs=tuple((corps.ids[a], corps.ids[b]) for a, b in pairs),
        unpaired=tuple(corps.ids[row] for row in everybody.tolist() if row not in paired),
        score=int(scores.of(left, right).sum()),
    )
