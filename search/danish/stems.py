"""What the forms of a word share: the stem of its lemma, or of the word itself if it is not known."""

from __future__ import annotations

import threading
from functools import lru_cache

import Stemmer

from .lexicon import Kind, Lemma
from .words import fold

_local = threading.local()


def snowball(word: str) -> str:
    # A stemmer may not be shared between threads.
    if not hasattr(_local, "stemmer"):
        _local.stemmer = Stemmer.Stemmer("danish", 0)
    stemmed: str = _local.stemmer.stemWord(word)
    return stemmed


@lru_cache(maxsize=100_000)
def stem_of_lemma(lemma: Lemma) -> str:
    """Names, and nouns that Snowball would take for others (borger for borg), are their own stems."""
    if lemma.kind == Kind.NAME or lemma.kind & Kind.UNSTEMMED:
        return fold(lemma.word)
    return fold(snowball(lemma.word))


def stem_of_unknown(word: str) -> str:
    return fold(snowball(word)) or fold(word)
