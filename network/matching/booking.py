"""Who can help somebody with a theme on a day: the best few, and not always the same ones first."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date

import numpy as np

from .corps import Corps, Rows
from .instance import Instance, InstanceError, PersonId
from .reasons import Facts, Reason, reasons_of
from .scores import Meetings, Scores

FIRST_AT_MOST = 2  # times somebody is named first, as long as others will do
# What it takes off somebody's score to have been named first once, where it is asked who comes first.
NAMED_FIRST = 4


@dataclass(frozen=True, slots=True)
class Helper:
    id: PersonId
    score: int
    reasons: tuple[Reason, ...]


class HelperFinder:
    """Answers question after question, and remembers whom it named first: whose turn it is depends on that.

    `named_first` tells how often people were asked already, so that the load is spread over time, too.
    """

    def __init__(self, instance: Instance, *, seed: int = 0, named_first: dict[PersonId, int] | None = None) -> None:
        self.corps = Corps(instance, seed)
        self._meetings = Meetings(self.corps, instance.history)
        self._scores: dict[date, Scores] = {}
        offering: dict[str, list[int]] = {}
        for row, peer in enumerate(self.corps.people):
            for theme in peer.offers:
                offering.setdefault(theme, []).append(row)
        self._offering = {theme: np.array(rows, dtype=np.intp) for theme, rows in offering.items()}
        self._named_first: Counter[int] = Counter(
            {
                self.corps.row[person]: number
                for person, number in (named_first or {}).items()
                if person in self.corps.row
            }
        )

    def best(self, asker: PersonId, theme: str, day: date, *, count: int = 5) -> list[Helper]:
        """The best people who offer the theme, can come on the day, and may meet the asker.

        Raises InstanceError for an asker whom nobody knows.
        """
        if asker not in self.corps.row:
            raise InstanceError(f"{asker} asks for help, but is nobody known.")
        row = self.corps.row[asker]
        helpers = self._who_may_help(row, theme, day)
        if not len(helpers) or count < 1:
            return []
        scores = self._scores_of(day)
        points = scores.of(np.full(len(helpers), row), helpers)
        order = np.argsort(-points, kind="stable")[:count]
        ranked = [(int(points[place]), int(helpers[place])) for place in order]
        ranked.insert(0, ranked.pop(self._whose_turn(ranked)))
        self._named_first[ranked[0][1]] += 1
        facts = Facts(scores, [(row, helper) for _, helper in ranked], waiting=())
        return [
            Helper(self.corps.ids[helper], score, tuple(reasons_of(facts, (row, helper), theme)))
            for score, helper in ranked
        ]

    def _who_may_help(self, row: int, theme: str, day: date) -> Rows:
        offering = self._offering.get(theme)
        if offering is None:
            return np.empty(0, dtype=np.intp)
        helpers = np.intersect1d(offering, self.corps.who_can_come(day), assume_unique=True)
        return helpers[self.corps.may_be_a_pair(np.full(len(helpers), row), helpers)]

    def _scores_of(self, day: date) -> Scores:
        if day not in self._scores:
            self._scores[day] = Scores(self.corps, self._meetings.before(day))
        return self._scores[day]

    def _whose_turn(self, ranked: list[tuple[int, int]]) -> int:
        """The place of the one to be named first: who was it too often comes after all others."""

        def rank(place: int) -> tuple[bool, int, int]:
            score, helper = ranked[place]
            named = self._named_first[helper]
            return named >= FIRST_AT_MOST, NAMED_FIRST * named - score, place

        return min(range(len(ranked)), key=rank)
