"""Documents as tokens: what engines store and match. Both engines are given the same.

Many documents are made into tokens at once: a word is analysed once for all of them, and what is left to do for each
place where it stands is arithmetic on arrays.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain, pairwise

import numpy as np
import numpy.typing as npt

from .danish.analysis import analyse
from .danish.stopwords import STOP_WORDS
from .danish.words import fold, normalise, pieces_of, word_texts
from .documents import SearchDocument

# The kinds of tokens that engines match.
EXACT = "x"  # a folded word
STEM = "s"  # the stem of a word, or of what is in or behind one
PART = "p"  # of these the latter alone, for beginnings of words

MOST_HEADINGS = 20  # of a document, that are told apart; the words of all are found
USUAL_AMOUNT = 1000  # of a word that stands once in a body: amounts are whole numbers of thousandths

Places = npt.NDArray[np.int64]


class Held:
    """How a document has a token: bits, of which a token may have several.

    `OWN`: it is the stem of a word, and not only of what is in or behind one. `UNWRITTEN`: that, and no word of the
    document is written so. The bit of a heading is `1 << FIRST_HEADING` and so on.
    """

    EXACT = 1
    STEM = 2
    PART = 4
    EXACT_IN_TITLE = 8
    STEM_IN_TITLE = 16
    PART_IN_TITLE = 32
    IN_TITLE = EXACT_IN_TITLE | STEM_IN_TITLE | PART_IN_TITLE
    OWN = 64
    UNWRITTEN = 128
    FIRST_HEADING = 8


# What a word says at each place: how it is held itself, as its stem, and as what is in or behind it; the amounts of the
# latter two, None for that of the body, which hangs on its length.
_TITLE, _LEAD, _BODY, _THEME, _WHOLE_TITLE, _FIRST_HEADING = range(6)
_SAID: tuple[tuple[int, int, int, int | None, int | None], ...] = (
    (
        Held.EXACT,
        Held.STEM | Held.STEM_IN_TITLE | Held.OWN,
        Held.STEM | Held.PART | Held.STEM_IN_TITLE | Held.PART_IN_TITLE,
        5 * USUAL_AMOUNT,
        5 * USUAL_AMOUNT,
    ),
    (Held.EXACT, Held.STEM | Held.OWN, Held.STEM | Held.PART, 2 * USUAL_AMOUNT, None),
    (Held.EXACT, Held.STEM | Held.OWN, Held.STEM | Held.PART, None, None),
    (Held.EXACT, Held.STEM | Held.OWN, Held.STEM | Held.OWN, 2 * USUAL_AMOUNT, 2 * USUAL_AMOUNT),
    (Held.EXACT | Held.EXACT_IN_TITLE, 0, 0, 0, 0),
    *((1 << Held.FIRST_HEADING + heading,) * 3 + (0, 0) for heading in range(MOST_HEADINGS)),
)
_ROLES = 3  # a word itself, its stem, and what is in or behind it
_CODE_BITS = 7  # of a number below places times roles
_HELD = np.array([row[:_ROLES] for row in _SAID], dtype=np.int64).ravel()
_AMOUNTS = np.array([(0, *(amount or 0 for amount in row[_ROLES:])) for row in _SAID], dtype=np.int64).ravel()
_AS_BODY = np.array([(False, *(amount is None for amount in row[_ROLES:])) for row in _SAID], dtype=np.bool_).ravel()
_BODY_LENGTH = 120  # words of a usual body
_LENGTH_MATTERS = 0.4  # b of BM25, for the body


@dataclass(frozen=True)
class Tokenised:
    """The tokens of some documents. An entry is a token that a document has; those of a document stand side by side.

    `starts` has the first entry of each document, and at its end the number of all entries. By entry: `token` is a
    place in `tokens`, `held` has bits of `Held`, `amount` says how much there is of it, in thousandths of a word that
    stands once in a usual body. By document: the folded words of its title, how many of them and of the pieces between
    hyphens are no stop words, and how many headings it has. `words` are those of all documents, in lower case.
    """

    tokens: list[str]
    starts: Places
    token: Places
    held: Places
    amount: Places
    titles: list[list[str]]
    carrying: list[int]
    headings: list[int]
    words: Collection[str]

    def document_of_entries(self) -> Places:
        return np.repeat(np.arange(len(self.titles)), np.diff(self.starts))

    def names(self, ways: Mapping[int, str]) -> Names:
        """Each token by all names that it has: for each of the ways that it is held in, what stands before it."""
        is_held = np.stack([self.held & bits != 0 for bits in ways], axis=1)
        entry, way = is_held.nonzero()
        name = self.token[entry] * len(ways) + way
        distinct, places = _distinct(name, len(self.tokens) * len(ways))
        beginnings = [*ways.values()]
        of_token, of_way = np.divmod(distinct, len(ways))
        names = [
            beginnings[way] + self.tokens[token] for token, way in zip(of_token.tolist(), of_way.tolist(), strict=True)
        ]
        before = np.concatenate(([0], np.cumsum(is_held.sum(axis=1))))
        return Names(names, places.astype(np.int32), before[self.starts])  # they go from process to process

    def texts(self, ways: Mapping[int, str], *, longest: int | None = None) -> list[str]:
        """The names of what each document has, with spaces between them; of so many letters each, at most.

        Those of a token that is held in the same ways are one piece of text, made once.
        """
        held = np.zeros_like(self.held)
        for place, bits in enumerate(ways):
            held |= (self.held & bits != 0).astype(held.dtype) << place
        entries = np.flatnonzero(held)
        piece = self.token[entries] << len(ways) | held[entries]
        distinct, places = _distinct(piece, len(self.tokens) << len(ways))
        of_token, of_held = np.divmod(distinct, 1 << len(ways))
        beginnings = [
            [beginning for place, beginning in enumerate(ways.values()) if held >> place & 1]
            for held in range(1 << len(ways))
        ]
        pieces = [
            " ".join([(beginning + self.tokens[token])[:longest] for beginning in beginnings[held]])
            for token, held in zip(of_token.tolist(), of_held.tolist(), strict=True)
        ]
        standing = places.tolist()
        starts = np.searchsorted(entries, self.starts).tolist()
        return [" ".join(map(pieces.__getitem__, standing[start:end])) for start, end in pairwise(starts)]


@dataclass(frozen=True)
class Names:
    """Names of some documents: the places in `names` of the first one's, then of the next one's; `starts` as above."""

    names: list[str]
    places: npt.NDArray[np.int32]
    starts: Places

    def of_documents(self) -> Iterator[npt.NDArray[np.int32]]:
        starts = self.starts.tolist()
        return map(self.places.__getitem__, map(slice, starts, starts[1:]))


def _distinct(codes: Places, most: int) -> tuple[Places, Places]:
    """The different ones of these numbers below `most`, rising, and at which place of them each is.

    As `np.unique` says it, which sorts them all.
    """
    used = np.zeros(most, dtype=np.bool_)
    used[codes] = True
    return np.flatnonzero(used), np.cumsum(used)[codes] - 1


def tokenise(documents: Iterable[SearchDocument]) -> Tokenised:
    """The weight of each place is that of BM25F (Robertson and Zaragoza, 2009).

    The length of the body is taken into account here, so that a query has only to look it up.
    """
    words, tokens = numbering(), numbering()
    titles, headings, as_body = [], [], []
    standing: list[int] = []
    segments: list[tuple[int, int, int]] = []  # document, place, number of words
    for number, document in enumerate(documents):
        for place, text in _placed(document):
            standing.extend(map(words.__getitem__, text))
            segments.append((number, place, len(text)))
            if place == _WHOLE_TITLE:
                titles.append(text)
            elif place == _BODY:
                as_body.append(round(USUAL_AMOUNT / (1 - _LENGTH_MATTERS + _LENGTH_MATTERS * len(text) / _BODY_LENGTH)))
        headings.append(min(len(document.headings), MOST_HEADINGS))
    said = [_said(word) for word in words]
    of_words = _Said(
        tokens=np.fromiter(map(tokens.__getitem__, chain.from_iterable(said)), dtype=np.int64),
        sizes=np.fromiter(map(len, said), dtype=np.int64),
    )
    of_document, token, code = _sorted(np.array(segments, dtype=np.int64).reshape(-1, 3), of_words.of(standing))
    is_first = np.flatnonzero(np.diff(of_document, prepend=-1) | np.diff(token, prepend=-1))
    held = np.bitwise_or.reduceat(_HELD[code], is_first) if len(is_first) else _HELD[:0]
    held[held & (Held.OWN | Held.EXACT) == Held.OWN] |= Held.UNWRITTEN
    amount = np.where(_AS_BODY[code], np.array(as_body, dtype=np.int64)[of_document], _AMOUNTS[code])
    return Tokenised(
        tokens=[*tokens],
        starts=np.searchsorted(of_document[is_first], np.arange(len(titles) + 1)),
        token=token[is_first],
        held=held,
        amount=np.add.reduceat(amount, is_first) if len(is_first) else amount,
        titles=[[analyse(word).exact for word in title] for title in titles],
        carrying=[sum(map(_carrying, title)) for title in titles],
        headings=headings,
        words=words.keys(),
    )


@dataclass(frozen=True)
class _Said:
    """What words say: the tokens of the first one, then those of the next one; see `_said`."""

    tokens: Places
    sizes: Places

    def of(self, standing: Sequence[int]) -> tuple[Places, Places, Places]:
        """What each word of a text says: at which place of the text, which token, and in which role."""
        words = np.array(standing, dtype=np.int64)
        counts = self.sizes[words]
        at = np.repeat(np.arange(len(words)), counts)
        within = np.arange(len(at)) - np.repeat(np.cumsum(counts) - counts, counts)
        first = np.cumsum(self.sizes) - self.sizes
        return at, self.tokens[first[words][at] + within], np.minimum(within, _ROLES - 1)


def _sorted(segments: Places, said: tuple[Places, Places, Places]) -> tuple[Places, Places, Places]:
    """What is said, by document and token: both, and of each place and role the code that `_HELD` and others go by.

    All are packed in one number each, since numbers are sorted many times faster than the places of numbers.
    """
    at, token, role = said
    document, place = np.repeat(segments[:, :2], segments[:, 2], axis=0).T
    bits = int(token.max(initial=0)).bit_length()
    packed = np.sort(((document[at] << bits | token) << _CODE_BITS) | (place[at] * _ROLES + role))
    pair = packed >> _CODE_BITS
    return pair >> bits, pair & (1 << bits) - 1, packed & (1 << _CODE_BITS) - 1


@lru_cache(maxsize=50_000)
def _said(word: str) -> tuple[str, ...]:
    """The tokens of a word: itself, its stem, and what is in or behind it."""
    analysis = analyse(word)
    return (analysis.exact, analysis.stem, *analysis.related)


def _placed(document: SearchDocument) -> Iterator[tuple[int, list[str]]]:
    """The words of a document, by the place where they stand."""
    title = _words([document.title])
    headings = [_with_pieces(_words([heading])) for heading in document.headings]
    yield _WHOLE_TITLE, title
    yield _TITLE, _with_pieces(title)
    yield _LEAD, [*_with_pieces(_words([document.intro])), *chain.from_iterable(headings)]
    yield _BODY, _with_pieces(_words([document.body]))
    yield _THEME, [*chain.from_iterable(map(_words_about, _texts_about(document)))]
    yield from enumerate(headings[:MOST_HEADINGS], start=_FIRST_HEADING)


def vocabulary_of(document: SearchDocument) -> frozenset[str]:
    """Every word of the document, in lower case, and every piece of one with hyphens."""
    texts = (document.title, document.intro, *document.headings, document.body, *_texts_about(document))
    return frozenset(_with_pieces(_words(texts)))


@lru_cache(maxsize=50_000)
def _carrying(word: str) -> int:
    """How many of the pieces between its hyphens are no stop words."""
    return sum(fold(piece) not in STOP_WORDS for piece in pieces_of(word))


@lru_cache(maxsize=50_000)
def forms_of(word: str) -> Mapping[str, str]:
    """What somebody who misspells may have come near, folded, each with what to call it: the word, first, and its stem.

    The stem is called as the dictionary has it: what one is told in the place of "jurnalist" is "journalist", though
    all have written "journalistens".
    """
    analysis = analyse(word)
    return (
        {analysis.exact: word}
        if analysis.stem == analysis.exact
        else {
            analysis.exact: word,
            analysis.stem: analysis.dictionary_form,
        }
    )


def numbering() -> defaultdict[str, int]:
    """Numbers texts as they are asked for."""
    numbers: defaultdict[str, int] = defaultdict()
    numbers.default_factory = numbers.__len__
    return numbers


def _texts_about(document: SearchDocument) -> list[str]:
    """What the document is about."""
    themes = [text for theme in document.themes for text in (theme.name, theme.words)]
    return [*themes, *document.keywords, *document.target_groups]


def _words(texts: Iterable[str]) -> list[str]:
    return word_texts(normalise("\n".join(texts)).lower())


@lru_cache(maxsize=10_000)
def _words_about(text: str) -> list[str]:
    """Those of a text that many documents share: the name of a theme, its everyday words."""
    return _with_pieces(_words([text]))


def _with_pieces(words: list[str]) -> list[str]:
    """Of a word with hyphens each piece is a word as well."""
    if "".join(words).isalnum():
        return words
    return [each for word in words for each in ((word,) if word.isalnum() else (word, *pieces_of(word)))]
