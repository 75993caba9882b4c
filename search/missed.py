"""Searches that found nothing, counted so that editors learn which words are missing, and nobody learns who asked."""

from __future__ import annotations

import re
from datetime import date, timedelta

from django.db import DatabaseError, transaction
from django.db.models import F, QuerySet
from django.utils.crypto import salted_hmac

from network.personal_data import find_cpr_numbers

from .danish.analysis import is_known
from .danish.lexicon import Kind, lexicon
from .danish.words import normalise, word_texts
from .models import LONGEST_MISS, MissedSearch

KEPT = timedelta(days=90)
# A sentence is more likely to tell of somebody than a few words are.
MOST_WORDS = 6
_SALT = "search.missed"
# Addresses of mail and web, and so many digits that they could be a phone, a case or a person's number.
_TELLS_OF_SOMEBODY = re.compile(r"@|://|\bwww\.|(?:\d[\W_]*){4,}")
_VOWELS = frozenset("aeiouyæøå")


def note_miss(text: str, *, on: date) -> None:
    """Counts a search that found nothing, unless it may tell of a person.

    The words themselves are kept from the second day on which somebody searches for them. A search must never fail for
    this: if the database is busy, the miss goes uncounted.
    """
    words = " ".join(word_texts(normalise(text)))
    if not words or may_tell_of_somebody(text):
        return
    try:
        with transaction.atomic():
            _count(words.lower(), on)
    except DatabaseError:
        return


def may_tell_of_somebody(text: str) -> bool:
    """Whether a search may hold a name, a number or an address. In doubt it does."""
    words = word_texts(normalise(text))
    return (
        len(words) > MOST_WORDS
        or len(text) > LONGEST_MISS
        or bool(_TELLS_OF_SOMEBODY.search(text) or find_cpr_numbers(text))
        or any(map(_may_be_a_name, words))
    )


def misses_to_tell() -> QuerySet[MissedSearch]:
    """What was searched for in vain on several days, the most frequent first."""
    return MissedSearch.objects.exclude(text="").order_by("-times", "-last_on", "pk")


def purge_missed_searches(*, on: date) -> int:
    removed, _by_model = MissedSearch.objects.filter(last_on__lt=on - KEPT).delete()
    return removed


def _count(words: str, on: date) -> None:
    digest = salted_hmac(_SALT, words, algorithm="sha256").hexdigest()
    known = MissedSearch.objects.filter(digest=digest)
    counted = known.filter(last_on__gte=on).update(times=F("times") + 1) or known.update(
        times=F("times") + 1, days=F("days") + 1, last_on=on, text=words
    )
    if not counted:
        # Of two at the same moment one is counted.
        MissedSearch.objects.bulk_create([MissedSearch(digest=digest, last_on=on)], ignore_conflicts=True)


def _may_be_a_name(word: str) -> bool:
    """Whether the lexicon has the word as a name alone, or it is unknown and looks like one."""
    if _VOWELS.isdisjoint(word.lower()):
        return False  # PPR, SMS
    kinds = [lemma.kind for lemma in lexicon().lemmas_of(word.lower())]
    if kinds:
        return all(kind & Kind.NAME and not kind & (Kind.NOUN | Kind.VERB | Kind.ADJECTIVE) for kind in kinds)
    return word.endswith(("sen", "sens")) or (word[0].isupper() and not is_known(word))
