"""What a document holds of each of its tokens, packed so that those of many documents are asked at once.

A profile is a header, a record for each token, the sizes of the headings, and text for what is asked by the beginning
of a word. Whole numbers are little-endian. Sixty profiles are read for a search, so they are kept short.
"""

from __future__ import annotations

import hashlib
import struct
from collections.abc import Iterable, Sequence
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from .danish.stopwords import STOP_WORDS
from .tokens import USUAL_AMOUNT, Held, Tokenised

USUAL_WEIGHT = 1.0  # of a word that stands once in a usual body
NOTHING = 0  # the place of tokens that none of the documents has

_HEADER = struct.Struct("<IIII")  # numbers of tokens, of words of the title, of those that carry it, and of headings
# Of a token: 40 bits of its hash, how much there is of it, and 24 bits that say how it is held: four, and one for each
# heading. Of 200,000 searches one asks for a token that has the hash of another.
_RECORD = np.dtype([("hash", "<u4"), ("hash_end", "u1"), ("ways", "u1"), ("headings", "<u2"), ("amount", "<u2")])
_MOST = np.iinfo(np.uint16).max  # of a token; sixty words of it say no less than a thousand
_WORD, _IN_TITLE, _TITLE_WORD, _RELATED = (1 << bit for bit in range(4))
_FIRST_HEADING = 4
_BUCKETS = 1 << 14  # by the last bits of a hash

_BITS_HELD = (1 << Held.FIRST_HEADING) - 1
# What is said here of a token that is held so.
_INFOS = np.array(
    [
        bool(held & Held.EXACT) * _WORD
        | bool(held & Held.IN_TITLE) * _IN_TITLE
        | bool(held & Held.EXACT_IN_TITLE) * _TITLE_WORD
        | bool(held & Held.STEM and not held & Held.OWN) * _RELATED
        for held in range(_BITS_HELD + 1)
    ],
    dtype=np.uint32,
)

Amounts = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]


def profiles_of(tokenised: Tokenised) -> list[bytes]:
    """The profile of each document."""
    hashes = np.fromiter(map(_hash, tokenised.tokens), dtype=np.uint64, count=len(tokenised.tokens))[tokenised.token]
    held = tokenised.held.astype(np.uint32)
    info = _INFOS[held & _BITS_HELD] | (held >> Held.FIRST_HEADING) << _FIRST_HEADING
    records = np.empty(len(hashes), _RECORD)
    records["hash"], records["hash_end"] = hashes & 0xFFFFFFFF, hashes >> 32
    records["ways"], records["headings"] = info & 0xFF, info >> 8
    records["amount"] = np.minimum(tokenised.amount, _MOST)
    words, of_titles = (tokenised.names({way: ""}).texts() for way in (Held.EXACT, Held.IN_TITLE))
    starts = tokenised.starts.tolist()
    return [
        b"".join(
            (
                _HEADER.pack(end - start, len(set(title)), sum(word not in STOP_WORDS for word in title), len(sizes)),
                records[start:end].tobytes(),
                sizes.tobytes(),
                f" {in_title} \n {of_all} ".encode(),
            )
        )
        for start, end, title, sizes, in_title, of_all in zip(
            starts[:-1], starts[1:], tokenised.titles, _sizes_of_headings(tokenised), of_titles, words, strict=True
        )
    ]


def _sizes_of_headings(tokenised: Tokenised) -> list[npt.NDArray[np.uint32]]:
    """How many tokens each heading of each document has."""
    document = tokenised.document_of_entries()
    sizes = np.zeros((len(tokenised.titles), max(tokenised.headings, default=0)), dtype="<u4")
    for heading in range(sizes.shape[1]):
        has_it = tokenised.held & (1 << Held.FIRST_HEADING + heading) != 0
        sizes[:, heading] = np.bincount(document[has_it], minlength=len(sizes))
    return [row[:count] for row, count in zip(sizes, tokenised.headings, strict=True)]


@lru_cache(maxsize=100_000)
def _hash(token: str) -> int:
    return int.from_bytes(hashlib.blake2b(token.encode(), digest_size=5).digest(), "little")


class Profiles:
    """What some documents hold of some tokens. Arrays are by document, those of headings by document and heading.

    Those that say something of tokens begin with the place of a token, see `place`. At NOTHING there is nothing.
    """

    def __init__(self, profiles: Sequence[bytes], tokens: Iterable[str]) -> None:
        self._profiles = profiles
        headers = np.array([_HEADER.unpack_from(profile) for profile in profiles], dtype=np.int64).reshape(-1, 4)
        self._sizes, self.title_words, self.carrying, self._headings = headers.T
        self.most_headings = int(self._headings.max(initial=0))
        wanted = [*dict.fromkeys(tokens)]
        info, amounts = self._looked_up(wanted)
        # Most of what a query asks for is in none of the documents.
        had = np.flatnonzero(info.any(axis=1) | amounts.any(axis=1))
        self._places = {wanted[token]: place for place, token in enumerate(had.tolist(), start=NOTHING + 1)}
        nothing = np.zeros((1, len(profiles)), dtype=np.uint32)
        info = np.concatenate((nothing, info[had]))
        self.amounts: Amounts = np.concatenate((nothing, amounts[had])) / USUAL_AMOUNT
        self.is_word, self.in_title, self.is_title_word, self.is_related = (
            np.not_equal(info & flag, 0) for flag in (_WORD, _IN_TITLE, _TITLE_WORD, _RELATED)
        )
        headings = np.arange(_FIRST_HEADING, _FIRST_HEADING + self.most_headings, dtype=np.uint32)
        bits = np.right_shift(info[:, :, np.newaxis], headings)
        self.in_headings: Amounts = np.bitwise_and(bits, np.uint32(1)).astype(np.float64)

    def __len__(self) -> int:
        return len(self._profiles)

    def place(self, token: str) -> int:
        """Where the arrays speak of the token; NOTHING if no document has it."""
        return self._places.get(token, NOTHING)

    def heading_sizes(self) -> Amounts:
        """Tokens in each heading; 1 where there is none, so that one may divide by it."""
        sizes = np.ones((len(self), self.most_headings))
        starts = map(_after_tokens, self._sizes.tolist())
        packed = b"".join(
            profile[start : start + 4 * count]
            for profile, start, count in zip(self._profiles, starts, self._headings.tolist(), strict=True)
        )
        sizes[np.arange(self.most_headings) < self._headings[:, np.newaxis]] = np.frombuffer(packed, "<u4")
        return np.maximum(sizes, 1.0)

    def beginning(self, start: str) -> tuple[Mask, Mask]:
        """Whether a word, and whether a token of the title, begins so."""
        begun, in_title = [], []
        for profile, count, headings in zip(self._profiles, self._sizes.tolist(), self._headings.tolist(), strict=True):
            title, words = profile[_after_tokens(count) + 4 * headings :].decode().split("\n")
            in_title.append(f" {start}" in title)
            begun.append(f" {start}" in words)
        return np.array(begun, dtype=np.bool_), np.array(in_title, dtype=np.bool_)

    def _looked_up(self, tokens: Sequence[str]) -> tuple[npt.NDArray[np.uint32], npt.NDArray[np.uint32]]:
        """How each document holds each token, and how much of it: a row for each token."""
        info = np.zeros((len(tokens), len(self._profiles)), dtype=np.uint32)
        amounts = np.zeros_like(info)
        counts = self._sizes.tolist()
        packed = b"".join(
            profile[_HEADER.size : _after_tokens(count)] for profile, count in zip(self._profiles, counts, strict=True)
        )
        if not (tokens and packed):
            return info, amounts
        records = np.frombuffer(packed, _RECORD)
        wanted = np.array([_hash(token) for token in tokens], dtype=np.uint64)
        in_bucket = np.zeros(_BUCKETS, dtype=np.bool_)
        in_bucket[wanted % _BUCKETS] = True
        # Few of the documents' tokens share a bucket with one of the query: no others need be looked for.
        likely = np.flatnonzero(in_bucket[records["hash"] % _BUCKETS])
        hashes = records["hash"][likely] | records["hash_end"][likely].astype(np.uint64) << 32
        order = np.argsort(wanted)
        nearest = order[np.searchsorted(wanted, hashes, sorter=order) % len(order)]
        same = wanted[nearest] == hashes
        found = records[likely[same]]
        token, document = nearest[same], np.repeat(np.arange(len(counts)), counts)[likely[same]]
        info[token, document] = found["ways"] | found["headings"].astype(np.uint32) << 8
        amounts[token, document] = found["amount"]
        return info, amounts


def _after_tokens(count: int) -> int:
    return _HEADER.size + _RECORD.itemsize * count
