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
from search.documents import kind_and_pk
from search.engines import Filters
from search.receivers import PAGES

JUDGED = tomllib.loads((Path(__file__).parent / "judged.toml").read_text(encoding="utf-8"))["query"]
FLOOR = 0.96
FLOOR_OF_A_CLASS = 0.9
FIRST = 3


@pytest.mark.django_db
def test_judged_queries_find_what_was_meant_among_the_first():
    call_command("setup_site", stdout=io.StringIO())
    call_command("demo", stdout=io.StringIO())
    services.reindex()
    laura = Person.objects.get(email="laura.bech@egeby.example")
    pages = {kind: dict(model.objects.values_list("pk", "slug")) for kind, model in PAGES.items()}
    asked, answered, missed = Counter(), Counter(), []
    for query in JUDGED:
        hits = services.search(person=laura, text=query["q"], filters=Filters()).hits
        first = [pages.get(kind, {}).get(pk, f"{kind} {pk}") for kind, pk in map(kind_and_pk, hits[:FIRST])]
        asked[query["class"]] += 1
        if set(first) & set(query["expect"]):
            answered[query["class"]] += 1
        else:
            missed.append((query["q"], first))

    assert answered.total() / asked.total() >= FLOOR, missed
    assert min(answered[each] / asked[each] for each in asked) >= FLOOR_OF_A_CLASS, missed


def test_there_are_enough_judged_queries_of_each_class():
    classes = Counter(query["class"] for query in JUDGED)

    assert classes.total() >= 40
    assert min(classes.values()) >= 8
