"""The judged sets of the bench."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest

from bench.search.corpus import FRESH, MUNICIPAL
from bench.search.help_pages import HelpPage, known_items, pages_of, queries_of
from bench.search.ndcg import ALL, read_queries
from bench.search.quality import WHOLE, of_engine

CLASSES = {"inflection", "compound", "synonym", "typo", "folded", "prefix", "concept", "everyday"}
HTML = """
<html><title>Filer</title><body><p>Uden for teksten</p><div id="DisplayArea">
<h1>Indsæt <b>sidetal</b> i dokumentet</h1><p>Vælg Indsæt, og klik på det, som der skal stå i feltet.</p>
<pre>og og og</pre><h2>Sidehoved</h2><p>Det er til overskriften.</p></div>
<footer><div id="DEBUG"><h3>This is the page of the day</h3></div></footer></body></html>
"""


@pytest.mark.parametrize("folder", [MUNICIPAL, *FRESH], ids=lambda folder: folder.name)
def test_queries_are_judged_on_documents_that_exist(folder):
    lines = (folder / "docs.jsonl").read_text(encoding="utf-8").splitlines()
    documents = [json.loads(line)["id"] for line in lines]
    queries = read_queries(folder / "queries.jsonl")

    assert len(documents) == len(set(documents))
    assert all(query.grades.keys() <= set(documents) and 2 in query.grades.values() for query in queries)
    assert len({query.id for query in queries}) == len({query.text for query in queries}) == len(queries)


def test_municipal_queries_are_enough_and_half_of_each_class_is_held_back():
    queries = read_queries(MUNICIPAL / "queries.jsonl")
    halves = Counter((query.name_of_class, query.split) for query in queries)

    assert {name for name, __ in halves} == CLASSES
    assert all(0 <= halves[name, "dev"] - halves[name, "held"] <= 1 for name in CLASSES)
    assert all(halves[name, "held"] >= 20 for name in ("synonym", "concept"))
    assert all(query.is_prefix == (query.name_of_class == "prefix") for query in queries)


def test_a_help_page_is_read_without_code_and_what_is_around_it(tmp_path: Path):
    page = tmp_path / "da" / "text" / "swriter" / "01" / "0101.html"
    page.parent.mkdir(parents=True)
    page.write_text(HTML, encoding="utf-8")

    assert pages_of(tmp_path) == [
        HelpPage(
            "swriter-01-0101",
            "Indsæt sidetal i dokumentet",
            ["Sidehoved"],
            ["Vælg Indsæt, og klik på det, som der skal stå i feltet.", "Det er til overskriften."],
        )
    ]


def test_a_known_item_has_a_title_of_its_own():
    pages = [HelpPage("a", "Indstillinger"), HelpPage("b", "indstillinger"), HelpPage("c", "Tilføj en fodnote")]

    assert [page.id for page in known_items(pages)] == ["c"]


PAGES = [
    HelpPage("a", "Sidetal i dokumenter", [], ["Om sidetal."]),
    HelpPage("b", "Åbn et dokument", [], ["Sådan åbner du dokumentet. Side og tal."]),
]


def test_queries_over_help_pages_change_a_word_or_its_letters():
    queries = {(query["cls"], *query["qrels"]): query["q"] for query in queries_of(PAGES)}

    assert queries["title", "a"] == "sidetal i dokumenter"
    assert queries["inflection", "a"] in {"sidetal i dokument", "sidetal i dokumentet"}
    assert queries["folded", "b"] in {"abn et dokument", "aabn et dokument"}
    assert queries["typo", "b"] != "åbn et dokument"


def test_each_seed_makes_queries_of_its_own_and_the_same_each_time():
    made = [[query["q"] for query in queries_of(PAGES, seed)] for seed in (*range(9), 8)]

    assert made[-1] == made[-2] != made[0]


@pytest.mark.parametrize(
    ("folder", "floor"),
    list(zip(FRESH, (0.885, 0.895, 0.81, 0.876), strict=True)),
    ids=[folder.name for folder in FRESH],
)
def test_what_people_type_is_found_as_well_as_it_was(folder, floor):
    """The figures of docs/search.md, less what one query of a hundred may lose."""
    assert of_engine("embedded", folder)[WHOLE, ALL] >= floor
