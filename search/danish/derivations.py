"""The words behind words, as far as the lexicon has them.

The verb behind a noun of action (behandle: behandling) or of who acts (mægle: mægler), the adjective behind a quality
(tryg: tryghed). By their endings or, where these do not tell, by a list (vælge: valg).
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from .lexicon import Kind, Lemma, lexicon
from .supplement import BASES

SHORTEST_BASE = 3  # ting and ring are no nouns of verbs
# The longest ending that a word has counts alone: eskalering is of eskalere, kommunikation of kommunikere.
_OF_VERBS = {
    "ikation": ("ikere",),
    "ation": ("ere", "isere"),
    "ning": ("e", "ne", ""),
    "ing": ("e", ""),
    "tion": ("tere", "ere", "gere"),
    "sion": ("dere", "tere", "ere"),
    "else": ("e", ""),
    "sel": ("e", "se"),
    "ende": ("e", ""),
    "er": ("e", ""),
}


@lru_cache(maxsize=50_000)
def bases_of(lemma: Lemma) -> tuple[Lemma, ...]:
    found = (
        base
        for word, kind in _candidates(lemma)
        for base in lexicon().lemmas_of(word)
        if base.kind & kind and base.word == word
    )
    return tuple(dict.fromkeys(found))


def _candidates(lemma: Lemma) -> Iterator[tuple[str, int]]:
    """Words that this one may come of by its ending, and what they must be."""
    word = lemma.word
    if word in BASES:
        yield BASES[word], Kind.VERB
    for ending, verb_endings in _OF_VERBS.items():
        base = word.removesuffix(ending)
        if base != word and len(base) >= SHORTEST_BASE:
            yield from ((base + verb_ending, Kind.VERB) for verb_ending in verb_endings)
            if ending == "ning":  # beslutning, of beslutte
                yield base + base[-1] + "e", Kind.VERB
            break
    for ending in ("hed", "skab", "dom", "e"):
        base = word.removesuffix(ending)
        if lemma.kind & Kind.NOUN and base != word and len(base) >= SHORTEST_BASE - 1:
            yield base, Kind.ADJECTIVE
