"""Everyday queries over the demonstration municipality: the share answered among the first three is a floor."""

from __future__ import annotations

import io
import tomllib
from collections import Counter
from pathlib import Path

import pytest
from django.core.management import call_command

from network.models import Person
from search import services
from search.engines import Filters
from search.reading import visible_titles
from search.receivers import PAGES

JUDGED = tomllib.loads((Path(__file__).parent / "judged.toml").read_text(encoding="utf-8"))["query"]
FLOORS = {
    "inflection": 0.96,
    "compound": 0.96,
    "synonym": 0.86,
    "typo": 0.95,
    "folded": 0.94,
    "prefix": 0.92,
    "concept": 0.65,
}
FIRST = 3


@pytest.mark.django_db
def test_judged_queries_find_what_was_meant_among_the_first():
    call_command("setup_site", stdout=io.StringIO())
    call_command("demo", stdout=io.StringIO())
    services.reindex()
    laura = Person.objects.get(email="laura.bech@egeby.example")
    title_of = {slug: title for pages in PAGES.values() for slug, title in pages.objects.values_list("slug", "title")}
    asked, answered, missed = Counter(), Counter(), []
    for query in JUDGED:
        titles = _first_titles(laura, query["q"], typing=query["class"] == "prefix")
        asked[query["class"]] += 1
        if {title_of[slug] for slug in query["expect"]} & set(titles):
            answered[query["class"]] += 1
        else:
            missed.append(f"{query['class']} {query['q']!r}: {titles}")

    too_low = {
        name: f"{answered[name]} of {asked[name]}" for name in asked if answered[name] < FLOORS[name] * asked[name]
    }

    assert not too_low, "\n".join([str(too_low), *missed])


def test_there_are_enough_judged_queries_of_each_class():
    classes = Counter(query["class"] for query in JUDGED)

    assert classes.total() >= 150
    assert classes.keys() == FLOORS.keys()
    assert min(classes.values()) >= 14


def _first_titles(person: Person, text: str, *, typing: bool) -> list[str]:
    if typing:
        return [suggestion.title for suggestion in services.suggest(person=person, text=text, limit=FIRST)]
    hits = services.search(person=person, text=text, filters=Filters()).hits[:FIRST]
    titles = visible_titles(person, hits)
    return [titles[key] for key in hits]
