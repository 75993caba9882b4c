"""What is measured: the site's engines, and beside them what one would get without them."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterable, Sequence
from typing import Protocol

import psycopg
import Stemmer
from django.db import connection, models
from wagtail.search import index
from wagtail.search.backends import get_search_backend

from search.documents import CORPS, STAFF, SearchDocument, group_token, person_token
from search.engines import Engine, Query
from search.planning import warm_up
from search.views import FIRST_HITS

MOST_HITS = 100
MOST_SUGGESTIONS = 10
PERSON, OTHERS = 7, (11, 12, 13)
FEW = 40


class Finder(Protocol):
    """Answers with keys, best first."""

    def fill(self, documents: Sequence[SearchDocument]) -> None: ...

    def find(self, text: str) -> list[str]: ...

    def suggest(self, text: str) -> list[str]: ...

    def warm_up(self, texts: Sequence[str]) -> None:
        """Answer these before anything is timed, as what has been up for a while has done."""


class SiteEngine:
    """An engine as the site asks it: permission, counts for the facets and total included.

    It is warmed up by other people, so that no answer to the one whose searches are timed is remembered.
    """

    def __init__(self, engine: Engine) -> None:
        warm_up()  # as each process of the site does before it serves
        self._engine = engine

    def fill(self, documents: Sequence[SearchDocument]) -> None:
        self._engine.replace(documents)

    def find(self, text: str) -> list[str]:
        return self._found(text, PERSON)

    def suggest(self, text: str) -> list[str]:
        return self._suggested(text, PERSON)

    def warm_up(self, texts: Sequence[str]) -> None:
        for person in OTHERS:
            for text in texts:
                self._found(text, person)
                self._suggested(text[: len(text) // 2], person)

    def _found(self, text: str, person: int) -> list[str]:
        return self._engine.find(Query(text=text, audience=_audience(person), limit=FIRST_HITS)).hits

    def _suggested(self, text: str, person: int) -> list[str]:
        return self._engine.suggest(text, audience=_audience(person), limit=MOST_SUGGESTIONS)


class PlainFts:
    """SQLite FTS5 as one sets it up in an afternoon: unicode61, any of the words, bm25. No permission, no counts."""

    def __init__(self) -> None:
        self._db = sqlite3.connect(":memory:")
        self._db.execute("CREATE VIRTUAL TABLE text USING fts5(key UNINDEXED, title, body, tokenize = 'unicode61')")

    def fill(self, documents: Iterable[SearchDocument]) -> None:
        rows = ((each.key, self._words(each.title), self._words(text_of(each))) for each in documents)
        with self._db:
            self._db.execute("DELETE FROM text")
            self._db.executemany("INSERT INTO text VALUES (?, ?, ?)", rows)

    def find(self, text: str) -> list[str]:
        return self._best(" OR ".join(f'"{word}"' for word in self._words(text).split()), MOST_HITS)

    def suggest(self, text: str) -> list[str]:
        *whole, last = words_of(text) or [""]
        wanted = [*(f'"{word}"' for word in self._words(" ".join(whole)).split()), f'"{last}" *']
        return self._best(f"title : ({' AND '.join(wanted)})", MOST_SUGGESTIONS) if last else []

    def warm_up(self, texts: Sequence[str]) -> None:
        for text in texts:
            self.find(text)
            self.suggest(text[: len(text) // 2])

    def _words(self, text: str) -> str:
        return " ".join(words_of(text))

    def _best(self, wanted: str, limit: int) -> list[str]:
        if not wanted:
            return []
        rows = self._db.execute(
            "SELECT key FROM text WHERE text MATCH ? ORDER BY bm25(text, 0, 2, 1), rowid LIMIT ?", [wanted, limit]
        )
        return [key for (key,) in rows]


class SnowballFts(PlainFts):
    """The same over Snowball's Danish stems."""

    def __init__(self) -> None:
        super().__init__()
        self._stem = Stemmer.Stemmer("danish").stemWords

    def _words(self, text: str) -> str:
        return " ".join(self._stem(words_of(text)))


class PostgresDanish:
    """PostgreSQL's text search in Danish as one sets it up in an afternoon: any of the words, ts_rank.

    Those who know how it does on other texts can tell by it how hard ours are.
    """

    def __init__(self, address: str) -> None:
        self._db = psycopg.connect(address, autocommit=True)
        self._db.execute("CREATE TABLE text (key text, title tsvector, whole tsvector)")

    def fill(self, documents: Iterable[SearchDocument]) -> None:
        self._db.execute("DELETE FROM text")
        rows = ({"key": each.key, "title": each.title, "body": text_of(each)} for each in documents)
        with self._db.cursor() as cursor:
            cursor.executemany(
                "INSERT INTO text SELECT %(key)s, title, setweight(title, 'A') || to_tsvector('danish', %(body)s)"
                " FROM to_tsvector('danish', %(title)s) AS title",
                rows,
            )

    def find(self, text: str) -> list[str]:
        return self._best("whole", " | ".join(words_of(text)), MOST_HITS)

    def suggest(self, text: str) -> list[str]:
        wanted = " & ".join(words_of(text))
        return self._best("title", f"{wanted}:*", MOST_SUGGESTIONS) if wanted else []

    def warm_up(self, texts: Sequence[str]) -> None:
        for text in texts:
            self.find(text)

    def _best(self, field: str, wanted: str, limit: int) -> list[str]:
        rows = self._db.execute(
            f"SELECT key FROM text, to_tsquery('danish', %s) AS wanted WHERE {field} @@ wanted"  # noqa: S608  (ours)
            f" ORDER BY ts_rank({field}, wanted) DESC, key LIMIT %s",
            [wanted, limit],
        )
        return [key for (key,) in rows]


class BenchText(index.Indexed, models.Model):
    """A document as Wagtail's database backend indexes it. Its table is made for the bench and lies in no migration."""

    key = models.CharField(max_length=60)
    title = models.TextField()
    body = models.TextField()

    search_fields = [
        index.SearchField("title", boost=2),
        index.SearchField("body"),
        index.AutocompleteField("title"),
    ]

    class Meta:
        app_label = "search"

    def __str__(self) -> str:
        return self.title


class WagtailBackend:
    """Wagtail's own search of the default database, as it comes. Needs a database that may be written to."""

    def __init__(self) -> None:
        self._backend = get_search_backend("default")
        with connection.schema_editor() as editor:
            editor.create_model(BenchText)

    def fill(self, documents: Iterable[SearchDocument]) -> None:
        BenchText.objects.all().delete()
        texts = BenchText.objects.bulk_create(
            BenchText(key=each.key, title=each.title, body=text_of(each)) for each in documents
        )
        self._backend.reset_indexes()
        self._backend.add_bulk(BenchText, texts)

    def find(self, text: str) -> list[str]:
        return [found.key for found in self._backend.search(text, BenchText)[:MOST_HITS]]

    def suggest(self, text: str) -> list[str]:
        return [found.key for found in self._backend.autocomplete(text, BenchText)[:MOST_SUGGESTIONS]]

    def warm_up(self, texts: Sequence[str]) -> None:
        for text in texts[:FEW]:
            self.find(text)


def _audience(person: int) -> frozenset[str]:
    return frozenset({STAFF, CORPS, person_token(person), group_token(2)})


def words_of(text: str) -> list[str]:
    return re.findall(r"\w+", text.lower())


def text_of(document: SearchDocument) -> str:
    return "\n".join([document.intro, *document.headings, document.body, *document.keywords, document.department])
