"""What a document holds of each of its tokens, packed so that those of many documents are asked at once.

A profile is a header, a record for each token, two more bytes for each where there are many headings, and the sizes of
the headings. Whole numbers are little-endian. Sixty profiles are read for a search, so they are kept short.
"""

from __future__ import annotations

import hashlib
import struct
from collections.abc import Iterable, Sequence
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from .tokens import USUAL_AMOUNT, Held, Tokenised

Amounts = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]

USUAL_WEIGHT = 1.0  # of a word that stands once in a usual body
NOTHING = 0  # the place of tokens that none of the documents has

_HEADER = struct.Struct("<IIII")  # numbers of tokens, of words of the title, of those that carry it, and of headings
# Of a token: 40 bits of its hash, a bit for each of four ways in which it is held and of the first four headings, and
# the code of how much there is of it. Of 200,000 searches one asks for a token that has the hash of another.
_RECORD = np.dtype([("hash", "<u4"), ("hash_end", "u1"), ("info", "u1"), ("amount", "u1")])
_MORE = np.dtype("<u2")  # the headings after these, if there are any
_WORD, _IN_TITLE, _TITLE_WORD, _RELATED = (1 << bit for bit in range(4))
_FIRST_HEADING = 4
_BITS = 8  # of `info`
_FEW_HEADINGS = _BITS - _FIRST_HEADING
# What codes of amounts mean: nothing, and then each a thirtieth more, up to sixty words that stand in a usual body. As
# with the lengths of Lucene, a byte says enough.
_AMOUNTS: Amounts = np.concatenate(([0.0], 20 * 2 ** (np.arange(255) / 22)))
_BETWEEN = np.concatenate(([0.5], np.sqrt(_AMOUNTS[1:-1] * _AMOUNTS[2:])))
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


def profiles_of(tokenised: Tokenised) -> list[bytes]:
    """The profile of each document."""
    hashes = np.fromiter(map(_hash, tokenised.tokens), dtype=np.uint64, count=len(tokenised.tokens))[tokenised.token]
    held = tokenised.held.astype(np.uint32)
    info = _INFOS[held & _BITS_HELD] | (held >> Held.FIRST_HEADING) << _FIRST_HEADING
    records = np.empty(len(hashes), _RECORD)
    records["hash"], records["hash_end"] = hashes & 0xFFFFFFFF, hashes >> 32
    records["info"], records["amount"] = info & 0xFF, np.searchsorted(_BETWEEN, tokenised.amount)
    more = (info >> _BITS).astype(_MORE)
    starts = tokenised.starts.tolist()
    return [
        b"".join(
            (
                _HEADER.pack(end - start, len(set(title)), carrying, len(sizes)),
                records[start:end].tobytes(),
                more[start:end].tobytes() if len(sizes) > _FEW_HEADINGS else b"",
                sizes.tobytes(),
            )
        )
        for start, end, title, carrying, sizes in zip(
            starts[:-1],
            starts[1:],
            tokenised.titles,
            tokenised.carrying,
            _sizes_of_headings(tokenised),
            strict=True,
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
        self._records_end = _HEADER.size + _RECORD.itemsize * self._sizes
        self._tokens_end = self._records_end + _MORE.itemsize * self._sizes * (self._headings > _FEW_HEADINGS)
        self.most_headings = int(self._headings.max(initial=0))
        wanted = [*dict.fromkeys(tokens)]
        info, amounts = self._looked_up(wanted)
        # Most of what a query asks for is in none of the documents.
        had = np.flatnonzero(info.any(axis=1) | amounts.any(axis=1))
        self._places = {wanted[token]: place for place, token in enumerate(had.tolist(), start=NOTHING + 1)}
        nothing = np.zeros((1, len(profiles)), dtype=np.uint32)
        info = np.concatenate((nothing, info[had]))
        self.amounts: Amounts = np.concatenate((nothing, amounts[had] / USUAL_AMOUNT))
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
        packed = self._sliced(self._tokens_end, self._tokens_end + 4 * self._headings)
        sizes[np.arange(self.most_headings) < self._headings[:, np.newaxis]] = np.frombuffer(packed, "<u4")
        return np.maximum(sizes, 1.0)

    def _sliced(self, starts: npt.NDArray[np.int64], ends: npt.NDArray[np.int64]) -> bytes:
        """A part of each profile, one after the other."""
        bounds = zip(self._profiles, starts.tolist(), ends.tolist(), strict=True)
        return b"".join([profile[start:end] for profile, start, end in bounds])

    def _looked_up(self, tokens: Sequence[str]) -> tuple[npt.NDArray[np.uint32], Amounts]:
        """How each document holds each token, and how much of it: a row for each token."""
        info = np.zeros((len(tokens), len(self._profiles)), dtype=np.uint32)
        amounts = np.zeros(info.shape)
        packed = self._sliced(np.full_like(self._sizes, _HEADER.size), self._records_end)
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
        place = likely[same]
        token, document = nearest[same], np.repeat(np.arange(len(self._sizes)), self._sizes)[place]
        info[token, document] = records["info"][place] | self._more(place, document) << _BITS
        amounts[token, document] = _AMOUNTS[records["amount"][place]]
        return info, amounts

    def _more(self, place: npt.NDArray[np.int64], document: npt.NDArray[np.int64]) -> npt.NDArray[np.uint32]:
        """Which of the headings after the first few have tokens, by their places among the records of all documents."""
        has_more = self._headings > _FEW_HEADINGS
        more = np.frombuffer(self._sliced(self._records_end, self._tokens_end), _MORE)
        # Those of the documents that have no more are left out there.
        before = np.cumsum(np.where(has_more, 0, self._sizes))
        found = np.zeros(len(place), dtype=np.uint32)
        is_wanted = has_more[document]
        found[is_wanted] = more[(place - before[document])[is_wanted]]
        return found
