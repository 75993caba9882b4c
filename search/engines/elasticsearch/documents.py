"""A document as Elasticsearch keeps it. Its tokens are made in Python: the server only parts them by spaces."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

import pybase64

from search.documents import Kind, SearchDocument, precedence_of
from search.engines import SUGGESTED_FIRST
from search.profiles import profiles_of
from search.tokens import EXACT, PART, STEM, Held, Tokenised, tokenise

from . import dsl

LONGEST_START = 200  # letters of a title that suggestions are put in order by
UNWRITTEN = "w"  # a kind of token beside those of `search.tokens`: a stem that no word of the document is written as
SHOWN = "json"  # the field that a document is read from
FORMS = (EXACT, UNWRITTEN)  # kinds of what people who misspell may have come near
LONGEST_NAME = 200  # letters of a kind and a token; the tokenizer would cut at 255
# Kinds of tokens, by the ways in which documents have them.
_KINDS = {Held.EXACT: EXACT, Held.STEM: STEM, Held.PART: PART, Held.UNWRITTEN: UNWRITTEN}
_KINDS_IN_TITLE = {Held.EXACT_IN_TITLE: EXACT, Held.STEM_IN_TITLE: STEM, Held.PART_IN_TITLE: PART}


class IndexedDocument(dsl.Document):
    """`tokens` holds all that a document is found by, as `kind:token`; `title` what of that is in the title.

    `place`, `title_words` and `title_start` say in which order documents are suggested.

    What was removed stays as a document with nothing but its key, so that its next writer meets its number; see
    `writing.refresh`. The next `replace` leaves it out.
    """

    key = dsl.Keyword()
    kind = dsl.Keyword()
    theme_slugs = dsl.Keyword(doc_values=False)
    department = dsl.Keyword(doc_values=False)
    group = dsl.Keyword(index=False)  # see `counting` and `group_of`
    themes = dsl.Keyword(index=False)  # "slug\tname"
    audience = dsl.Keyword(doc_values=False)
    digest = dsl.Keyword(index=False)
    minutes = dsl.Integer(doc_values=False)
    participants_from = dsl.Integer()
    participants_to = dsl.Integer()
    day = dsl.Date(format="yyyy-MM-dd")
    tokens = dsl.Text(analyzer="whitespace", index_options="docs", norms=False)
    title = dsl.Text(analyzer="whitespace", index_options="docs", norms=False)
    title_start = dsl.Keyword()
    title_words = dsl.Integer(index=False)
    place = dsl.Integer(index=False)
    profile = dsl.Binary(doc_values=True)  # read for each hit that is ranked: the source takes ten times as long
    json = dsl.Text(index=False)

    class Meta:
        dynamic = dsl.MetaField("strict")


def mapping() -> dict[str, Any]:
    made: dict[str, Any] = IndexedDocument._doc_type.mapping.to_dict()
    return made


def settings() -> dict[str, Any]:
    return {
        "number_of_shards": 1,  # one knows how rare a word is, and a municipality fits in it
        "auto_expand_replicas": "0-1",
    }


def bodies_of(documents: Sequence[SearchDocument]) -> list[dict[str, Any]]:
    tokenised = tokenise(documents)
    columns = zip(
        documents,
        tokenised.titles,
        _texts(tokenised, _KINDS),
        _texts(tokenised, _KINDS_IN_TITLE),
        profiles_of(tokenised),
        strict=True,
    )
    return [
        {
            "key": document.key,
            "kind": document.kind.value,
            "theme_slugs": [theme.slug for theme in document.themes],
            "department": document.department or None,
            "group": group_of(document),
            "themes": [f"{theme.slug}\t{theme.name}" for theme in document.themes],
            "audience": sorted(document.audience),
            "digest": document.digest,
            "minutes": document.minutes,
            "participants_from": document.participants_from,
            "participants_to": document.participants_to,
            "day": (day := precedence_of(document)) and day.isoformat(),
            "tokens": tokens,
            "title": in_title,
            "title_start": " ".join(title)[:LONGEST_START],
            "title_words": len(title) - 1,
            "place": SUGGESTED_FIRST.index(document.kind),
            "profile": pybase64.b64encode_as_string(profile),
            "json": document.as_json,
        }
        for document, title, tokens, in_title, profile in columns
    ]


def shown(hit: Mapping[str, Any]) -> SearchDocument:
    """The document of a hit that was asked for with `SHOWN` of its source."""
    return SearchDocument.from_json(hit["_source"][SHOWN])


def removed_body(key: str) -> dict[str, Any]:
    return {"key": key}


def _texts(tokenised: Tokenised, kinds: dict[int, str]) -> list[str]:
    """Each token of each document as `kind:token`; how often it stands is for `search.ranking`."""
    return tokenised.texts({way: token_of(kind, "") for way, kind in kinds.items()}, longest=LONGEST_NAME)


def group_of(document: SearchDocument) -> str:
    minutes = "" if document.minutes is None else document.minutes
    return f"{document.kind.value}\t{minutes}\t{document.department}"


@lru_cache(maxsize=10_000)
def in_group(value: str) -> tuple[Kind, int | None, str]:
    """The kind, minutes and department of `group_of`."""
    kind, minutes, department = value.split("\t", 2)
    return Kind(kind), int(minutes) if minutes else None, department


def token_of(kind: str, text: str) -> str:
    return f"{kind}:{text}"[:LONGEST_NAME]


def profile_from(value: str) -> bytes:
    return pybase64.b64decode(value)
