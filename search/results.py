"""What a hit shows: read from the database, with the words that were found marked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import models
from django.utils.safestring import SafeString

from network.models import Person

from .documents import Kind, SearchDocument, ThemeOfDocument
from .engines import EngineError, Found
from .marking import Marker
from .reading import read
from .services import engine
from .texts import text_of


@dataclass(frozen=True)
class Result:
    """`excerpt` is empty where nothing in the text was found; `themes` are those that were."""

    kind: Kind
    thing: models.Model
    title: SafeString
    intro: SafeString
    excerpt: SafeString
    themes: list[ThemeOfDocument]


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
        kind=Kind(key.partition(":")[0]),
        thing=thing,
        title=marker.marked(text.title),
        intro=marker.marked(text.intro),
        excerpt=excerpt,
        themes=themes,
    )
