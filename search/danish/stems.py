"""What the forms of a word share: its stem, and the verb behind a noun in -ing or -else."""

from __future__ import annotations

import re
import threading
from functools import lru_cache

import Stemmer

from .words import fold, pieces_of

# Common words whose forms no rule of endings ties together. The keys are forms, the values words with a regular stem.
_IRREGULAR = {
    "børn": "barn", "børnene": "barn", "børns": "barn", "børnenes": "barn", "børnebørn": "barnebarn",
    "mænd": "mand", "mændene": "mand", "bøger": "bog", "bøgerne": "bog", "hænder": "hånd", "hænderne": "hånd",
    "fødder": "fod", "nætter": "nat", "kræfter": "kraft", "sønner": "søn", "døtre": "datter", "brødre": "bror",
    "mødre": "mor", "fædre": "far", "vrede": "vred", "vredt": "vred",
    "sagde": "sige", "sagt": "sige", "spurgte": "spørge", "spurgt": "spørge", "gav": "give", "givet": "give",
    "fik": "få", "fået": "få", "får": "få", "gik": "gå", "gået": "gå", "går": "gå", "skrev": "skrive",
    "skrevet": "skrive", "tog": "tage", "taget": "tage", "holdt": "holde", "fortalte": "fortælle",
    "fortalt": "fortælle", "forstod": "forstå", "forstået": "forstå", "forstår": "forstå", "hjalp": "hjælpe",
    "hjulpet": "hjælpe", "valgte": "vælge", "valgt": "vælge", "bedt": "bede", "lagde": "lægge", "lagt": "lægge",
    "inddrog": "inddrage", "talte": "tale", "talt": "tale", "ringet": "ringe",
}  # fmt: skip
_NOUN_OF_VERB = re.compile(
    r"(?P<base>.{2,}?)(?P<ending>ning|ing|else)(?:s|en|ens|er|ers|erne|ernes|n|ns|r|rs|rne|rnes)?"
)
_PAST = re.compile(r"(?P<base>.{3,})ede")
SHORTEST_BASE = 3  # ting and ring are no nouns of verbs
_local = threading.local()


def _snowball(word: str) -> str:
    # A stemmer may not be shared between threads.
    if not hasattr(_local, "stemmer"):
        _local.stemmer = Stemmer.Stemmer("danish", 0)
    stemmed: str = _local.stemmer.stemWord(word)
    return stemmed


@lru_cache(maxsize=100_000)
def stem_of(word: str) -> str:
    """The folded stem: the same for samtale, samtalen and samtaler. Of a word with hyphens, the last piece is bent."""
    *before, last = pieces_of(word.lower())
    last = _IRREGULAR.get(last, last)
    return fold("".join(before) + (_snowball(last) or last))


@lru_cache(maxsize=100_000)
def verb_stems_of(word: str) -> tuple[str, ...]:
    """Stems of the verbs that a noun in -ing or -else, or a past in -ede, may come from: mægling has that of mægle.

    Without a dictionary løsning could come from løse or løsne; both are given, for a field that weighs little.
    """
    *_, last = pieces_of(word.lower())
    if match := _NOUN_OF_VERB.fullmatch(last):
        base, ending = match["base"], match["ending"]
        if ending != "else" and (len(base) < SHORTEST_BASE or base.endswith("e")):
            return ()
        verbs = [base + "e", base + "ne"] if ending == "ning" else [base if base[-1] in "aåeiouyæø" else base + "e"]
    elif match := _PAST.fullmatch(last):
        verbs = [match["base"] + "e"]
    else:
        return ()
    stems = dict.fromkeys(stem_of(verb) for verb in verbs)
    return tuple(stem for stem in stems if stem != stem_of(word))
