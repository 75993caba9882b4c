import gc
import runpy
from pathlib import Path

import pytest

from search import services, thesaurus
from search.engines import EngineError

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def begin_work():
    yield runpy.run_path(str(ROOT / "gunicorn.conf.py"))["post_worker_init"]
    gc.unfreeze()


def test_a_worker_has_read_what_a_search_needs_before_it_serves(begin_work):
    thesaurus.curated.cache_clear()

    begin_work(object())

    assert (thesaurus.curated.cache_info().currsize, gc.get_freeze_count() > 0) == (1, True)


def test_a_worker_serves_without_the_search_engine_too(begin_work, monkeypatch):
    def refuse():
        raise EngineError

    monkeypatch.setattr(services, "engine", refuse)

    begin_work(object())
