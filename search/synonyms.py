"""The words that editors have said mean the same."""

from __future__ import annotations

from functools import lru_cache

from .models import SynonymGroup, phrases_in
from .thesaurus import Thesauri, Thesaurus, phrase_of, same


def thesauri_in_force() -> Thesauri:
    """What the editors have written, and the thesauri that come with the project.

    One query, so that a change counts at once in every process.
    """
    return Thesauri(editors_thesaurus())


def editors_thesaurus() -> Thesaurus:
    return _thesaurus_of(tuple(SynonymGroup.objects.order_by("pk").values_list("words", flat=True)))


@lru_cache(maxsize=2)
def _thesaurus_of(groups: tuple[str, ...]) -> Thesaurus:
    return Thesaurus(same(tuple(map(phrase_of, phrases_in(words)))) for words in groups)
