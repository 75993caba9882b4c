"""What a hit shows: read from the database, with the words that were found marked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import models
from django.utils.safestring import SafeString

from network.models import Person

from .documents import Kind, SearchDocument, ThemeOfDocument, is_of_kind, kind_and_pk
from .engines import EngineError, Filters, Found
from .marking import Marker
from .reading import read
from .services import engine
from .texts import text_of

TIMES_AMONG_OTHERS = 3  # for sparring; every ambassador may have one every day


@dataclass(frozen=True)
class Result:
    """`excerpt` is empty where nothing in the text was found; `themes` are those that were."""

    key: str
    kind: Kind
    thing: models.Model
    title: SafeString
    intro: SafeString
    excerpt: SafeString
    themes: list[ThemeOfDocument]


@dataclass(frozen=True)
class FoldedTimes:
    """Of all `number` times for sparring the hits show those up to the one with the key `last`.

    `left_out` are those of the others that are among the hits; `last` is empty where its place is further down.
    """

    number: int
    last: str
    left_out: frozenset[str]

    @property
    def number_left_out(self) -> int:
        return self.number - TIMES_AMONG_OTHERS


def folded_times(found: Found, filters: Filters) -> FoldedTimes | None:
    """What is left out, so that times for sparring don't crowd out what there is to read; None: nothing."""
    number = found.facets.kinds.get(Kind.SLOT, 0)
    if filters.kinds or number <= TIMES_AMONG_OTHERS:
        return None
    times = [key for key in found.hits if is_of_kind(key, Kind.SLOT)]
    shown, left_out = times[:TIMES_AMONG_OTHERS], times[TIMES_AMONG_OTHERS:]
    return FoldedTimes(
        number=number, last=shown[-1] if len(shown) == TIMES_AMONG_OTHERS else "", left_out=frozenset(left_out)
    )


def results(found: Found, keys: Sequence[str], person: Person) -> list[Result]:
    """The hits of a page, by their keys, without those that the person may no longer see."""
    marker = Marker(found.plan)
    things = read(person, keys)
    try:
        stored = engine().stored(keys)
    except EngineError:
        stored = {}  # only the themes are taken from there
    return [_result(key, things[key], stored.get(key), marker) for key in keys if key in things]


def _result(key: str, thing: models.Model, stored: SearchDocument | None, marker: Marker) -> Result:
    text = text_of(thing)
    excerpt = marker.excerpt("\n".join([*text.headings, text.body]))
    in_text = marker.terms_in([text.title, text.intro, *text.headings, text.body])
    themes = (
        [theme for theme in stored.themes if marker.terms_in([theme.name, theme.words]) - in_text] if stored else []
    )
    return Result(
        key=key,
        kind=kind_and_pk(key)[0],
        thing=thing,
        title=marker.marked(text.title),
        intro=marker.marked(text.intro),
        excerpt=excerpt,
        themes=themes,
    )
