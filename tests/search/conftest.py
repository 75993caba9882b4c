"""An empty search index of its own for every test, and short ways to ask it."""

from __future__ import annotations

import pytest

from search import services
from search.documents import SearchDocument
from search.engines import Filters, Query
from search.engines.embedded import EmbeddedEngine

STAFF = frozenset({"staff"})


@pytest.fixture(autouse=True)
def index(settings, tmp_path):
    """The site's engine, on an index that is empty and complete."""
    settings.SEARCH_INDEX = tmp_path / "index" / "search.sqlite3"
    engine = services.engine()
    engine.clear()
    return engine


@pytest.fixture
def engine(tmp_path):
    """An engine that no site uses."""
    return EmbeddedEngine(tmp_path / "alone.sqlite3")


@pytest.fixture
def delivered(django_capture_on_commit_callbacks):
    """What is done inside reaches the index: the transaction is committed and the outbox delivered."""
    return lambda: django_capture_on_commit_callbacks(execute=True)


def document(number: int = 1, *, kind: str = "methodcard", title: str = "", audience=STAFF, **fields) -> SearchDocument:
    return SearchDocument(key=f"{kind}:{number}", title=title or f"Kort {number}", audience=audience, **fields)


def keys(engine, text: str, *, audience=STAFF, filters: Filters | None = None, **options) -> list[str]:
    query = Query(text=text, audience=audience, filters=filters or Filters(), **options)
    return engine.find(query).hits


def find(engine, text: str, *, audience=STAFF, **options):
    return engine.find(Query(text=text, audience=audience, **options))
