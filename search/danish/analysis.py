"""The one analysis that indexing, queries and marks share."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import product
from statistics import fmean

from .compounds import LONGEST_COMPOUND, Piece, split
from .derivations import bases_of
from .lexicon import Lemma, lexicon
from .stems import stem_of_lemma, stem_of_unknown
from .words import bare, fold, fold_with_positions, pieces_of, unfold

MOST_PARTS_SPELT = 3  # of a compound whose letters are guessed
_BENT = 0.5  # so much rarer (Zipf) a bent form is taken to be than its word
_BARE = str.maketrans("æøå", "aoa")
_TYPED = re.compile("ae|oe|aa|.", re.DOTALL)
_ONE_LETTER = {"ae": "æ", "oe": "ø", "aa": "å"}
_MEANT = {"a": "aæå", "o": "oø"}


@dataclass(frozen=True, slots=True)
class Part:
    """A word inside a folded compound: its stem, the word as it stands there, and its place."""

    stem: str
    text: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Analysis:
    """A word of a text. `parts` are the words inside a compound, at all depths, with their places in `exact`.

    `lemmas` are the stems of all words that it may be a form of, the likeliest, which is `stem`, first; `verbs` those
    of the words behind it or behind the last part of it: behandle behind behandling, tryg behind tryghed.
    `dictionary_form` is the likeliest of these words itself, or the word where nobody knows it.
    """

    exact: str
    dictionary_form: str
    stem: str
    lemmas: tuple[str, ...]
    parts: tuple[Part, ...]
    verbs: tuple[str, ...]

    related: tuple[str, ...] = field(init=False)

    def __post_init__(self) -> None:
        others = {*self.lemmas, *(part.stem for part in self.parts), *self.verbs} - {self.stem}
        object.__setattr__(self, "related", tuple(sorted(others)))


@lru_cache(maxsize=50_000)
def analyse(word: str) -> Analysis:
    if len(pieces_of(word)) > 1:
        return _hyphenated(word)
    spelt = _spelt(word)
    lemmas = _lemmas(spelt)
    stems = tuple(dict.fromkeys(map(stem_of_lemma, lemmas))) or (stem_of_unknown(spelt),)
    bases = dict.fromkeys(stem_of_lemma(base) for lemma in lemmas for base in bases_of(lemma))
    pieces = split(spelt)
    if pieces:
        bases |= dict.fromkeys(stem_of_lemma(base) for base in bases_of(pieces[-1].lemma))
    return Analysis(
        exact=fold(word),
        dictionary_form=lemmas[0].word if lemmas else word,
        stem=stems[0],
        lemmas=stems,
        parts=tuple(_parts(spelt)) if pieces else (),
        verbs=tuple(stem for stem in bases if stem not in stems),
    )


def is_known(word: str) -> bool:
    """Whether the lexicon has the word in some form, or can cut it into words that it has."""
    lower = word.lower()
    return all(bool(lexicon().lemmas_of(piece) or split(piece)) for piece in pieces_of(lower))


def spellings_of(word: str) -> tuple[str, ...]:
    """What a typed word may stand for: itself if it is known, else with æ, ø and å for ae, oe and aa, if that is.

    Of a word that is not known either way, both.
    """
    typed, unfolded = word.lower(), unfold(word.lower())
    if typed == unfolded or is_known(typed):
        return (typed,)
    return (unfolded,) if is_known(unfolded) else (typed, unfolded)


@lru_cache(maxsize=10_000)
def folded_spellings(word: str) -> tuple[str, ...]:
    """The known words that a text typed without æ, ø and å may stand for, the commonest first: borgermode, radgivning.

    A letter that was typed as æ, ø or å, or as ae, oe or aa, stands for no other.
    """
    lower = word.lower()
    # As it stands, and with ae, oe and aa for one letter each: forstaelse is forståelse, moede is møde.
    bares = dict.fromkeys((lower.translate(_BARE), bare(fold(lower))))
    found = {spelling for text in bares for spelling in _with_letters(text, MOST_PARTS_SPELT)}
    found = {spelling for spelling in found if _fits(lower, spelling)}
    return tuple(sorted(found, key=lambda spelling: (-commonness(spelling), spelling)))


def outer_parts(parts: Iterable[Part]) -> list[Part]:
    """The parts that a compound is cut into first, without those inside them."""
    outer: list[Part] = []
    for part in parts:
        if not outer or part.start >= outer[-1].end:
            outer.append(part)
    return outer


def _spelt(word: str) -> str:
    """The word in lower case, with æ, ø and å where it is known so and not as it stands."""
    return spellings_of(word)[0]


def _lemmas(word: str) -> tuple[Lemma, ...]:
    """The words that this is a form of; of a compound that is not known itself, by the forms of its last part."""
    if lemmas := lexicon().lemmas_of(word):
        return lemmas
    if not (pieces := split(word)):
        return ()
    last = pieces[-1]
    return (Lemma(word[: last.start] + last.lemma.word, last.lemma.kind),)


def _parts(spelt: str) -> Iterator[Part]:
    """The parts of a compound with their places in the folded word, which is the same however it was typed."""
    exact, positions = fold_with_positions(spelt)
    places = dict(zip(reversed(positions), range(len(exact), -1, -1), strict=True))
    for stem, start, end in _all_parts(spelt):
        yield Part(stem, exact[places[start] : places[end]], places[start], places[end])


def _all_parts(word: str) -> Iterator[tuple[str, int, int]]:
    """Stem and place of each part, first those of the outermost cut, then those inside them.

    Of three parts or more those before the last are one word as well, and so are those after the first:
    borgerinddragelse in borgerinddragelsesproces.
    """
    pieces = split(word)
    for piece in pieces:
        yield stem_of_lemma(piece.lemma), piece.start, piece.end
    if len(pieces) > 2:  # noqa: PLR2004
        for inside in (pieces[:-1], pieces[1:]):
            yield stem_of_lemma(_joined(word, inside)), inside[0].start, inside[-1].end
    for piece in pieces:
        text = word[piece.start : piece.end]
        for stem, start, end in _all_parts(text):
            yield stem, piece.start + start, piece.start + end


def _joined(word: str, pieces: tuple[Piece, ...]) -> Lemma:
    return Lemma(word[pieces[0].start : pieces[-1].start] + pieces[-1].lemma.word, pieces[-1].lemma.kind)


def _hyphenated(word: str) -> Analysis:
    """A word with hyphens: bent as its last piece is, and each piece is a part, with all that is inside it."""
    analyses = [analyse(piece) for piece in pieces_of(word)]
    *before, last = analyses
    head = "".join(each.exact for each in before)
    stems = tuple(dict.fromkeys(head + stem for stem in last.lemmas))
    outer, inner, start = [], [], 0
    for each in analyses:
        outer.append(Part(each.stem, each.exact, start, start + len(each.exact)))
        inner += [Part(part.stem, part.text, start + part.start, start + part.end) for part in each.parts]
        start += len(each.exact)
    return Analysis(fold(word), word, stems[0], stems, (*outer, *inner), last.verbs)


def _with_letters(text: str, most_parts: int) -> Iterator[str]:
    """Known words, or compounds of so many, that are this text without æ, ø and å."""
    words = lexicon()
    known = [spelling for spelling in (text, *words.with_letters(text)) if words.lemmas_of(spelling)]
    yield from known
    if (known and most_parts == MOST_PARTS_SPELT) or most_parts == 1 or len(text) > LONGEST_COMPOUND:
        return
    for end in range(2, len(text) - 2):
        first = [spelling for spelling in (text[:end], *words.with_letters(text[:end])) if words.is_inner(spelling)]
        if first:
            rest = list(_with_letters(text[end:], most_parts - 1))
            yield from (one + other for one in first for other in rest if split(one + other))


def _fits(typed: str, spelling: str) -> bool:
    ends = {0}  # where in the spelling that may end which was typed so far
    for letters in _TYPED.findall(typed):
        each = product(*(_MEANT.get(letter, letter) for letter in letters))
        meant = {_ONE_LETTER.get(letters, letters), *map("".join, each)}
        ends = {end + len(text) for end in ends for text in meant if spelling.startswith(text, end)}
    return len(spelling) in ends


def commonness(word: str) -> float:
    """How common a word is; of a compound that is not listed, less than its parts are."""
    lemmas = lexicon().lemmas_of(word)
    own = max((lexicon().zipf(lemma.word) - _BENT * (lemma.word != word) for lemma in lemmas), default=0.0)
    pieces = split(word)
    of_parts = fmean(lexicon().zipf(piece.lemma.word) for piece in pieces) - 1 if pieces else 0.0
    return max(own, of_parts)
