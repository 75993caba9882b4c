"""An upper bound on the gain of one round that owes nothing to how the round was made.

Let everybody name one person, nobody be named twice, and each naming be worth half a pair. Two who name each other are
a pair, three in a ring are a group of three, and rings of any length are allowed: so no round is worth more than the
best such naming, which is an assignment problem. In a ring of three the two of the same department pay for the group,
and name each other only where there is a third for them.
"""

from __future__ import annotations

from datetime import date

import numpy as np
from scipy.optimize import linear_sum_assignment

from .judge import GROUP_OF_THREE, SAME_DEPARTMENT, SERVED, Corps, Story

MOST_PEOPLE = 2_500
FORBIDDEN = -1_000_000


def bound_of_round(corps: Corps, day: date) -> int:
    story = Story(corps)
    pool = corps.pool(day)
    naming = _namings(corps, story, pool, day)
    np.fill_diagonal(naming, 0)  # who is left out names nobody
    rows, columns = linear_sum_assignment(naming, maximize=True)
    return int(naming[rows, columns].sum()) + sum(story.urgency(number) for number in pool)


def bound_of_buddies(corps: Corps) -> int:
    """On the sum of the scores, as each of the two has them, when everybody is paired who can be."""
    naming = _namings(corps, Story(corps), list(range(len(corps.people))), corps.dates[0], threes=False)
    rows, columns = linear_sum_assignment(naming, maximize=True)
    chosen = naming[rows, columns]
    return int((chosen[chosen > FORBIDDEN] - SERVED).sum())


def _namings(
    corps: Corps, story: Story, pool: list[int], day: date, *, threes: bool = True
) -> np.ndarray[tuple[int, int], np.dtype[np.int64]]:
    score = story.scorer(day)
    naming = np.full((len(pool), len(pool)), FORBIDDEN, dtype=np.int64)
    alike = naming.copy()
    for row, a in enumerate(pool):
        for column, b in enumerate(pool[:row]):
            if not corps.breaches(a, b):
                same = corps.people[a].department == corps.people[b].department
                points = alike if same else naming
                points[row, column] = points[column, row] = SERVED + score(a, b)
    if not threes:
        return naming
    permitted = (naming > FORBIDDEN).astype(np.float32)
    with_third = (alike > FORBIDDEN) & (permitted @ permitted > 0)
    return np.where(with_third, alike - GROUP_OF_THREE - SAME_DEPARTMENT, naming)
