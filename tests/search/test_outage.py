"""While Elasticsearch fails, nobody meets an error, waits long or sees too much; afterwards nothing is missing."""

from __future__ import annotations

import secrets

import pytest

from bench.soak import outage as soak
from bench.soak.outage import SkippingClock, outages
from bench.soak.proxy import Fault, Proxy
from search.engines.elasticsearch import connection
from tests.elasticsearch_server import drop, elasticsearch_urls, needs_elasticsearch  # noqa: F401  the fixture

REST_SECONDS = 0.2  # as much shorter as the waiting is
LONGEST_WAIT = 5.5  # for a page, while other tests run beside: less than one write that hangs would take

pytestmark = [pytest.mark.django_db, *needs_elasticsearch]


@pytest.fixture
def proxy(elasticsearch_urls, settings, monkeypatch):  # noqa: F811
    proxy = Proxy(elasticsearch_urls[0])
    monkeypatch.setattr(connection, "REST_SECONDS", REST_SECONDS)
    monkeypatch.setattr(soak, "LONGEST_WAIT", LONGEST_WAIT)
    settings.SEARCH_ENGINE = "elasticsearch"
    settings.ELASTICSEARCH_URL = [proxy.url]
    settings.ELASTICSEARCH_PREFIX = f"test-{secrets.token_hex(6)}"
    yield proxy
    proxy.close()
    drop(elasticsearch_urls, settings.ELASTICSEARCH_PREFIX)


def test_an_outage_of_any_kind_is_met_with_a_sentence_and_made_up_for(proxy, delivered):
    """`make soak` does the same with more changes, at the speed of the clock."""
    happened = outages(proxy, edits=160, deletions=40, sharings=40, clock=SkippingClock, committed=delivered)

    assert [failure for outage in happened for failure in outage.failures] == []
    assert [outage.fault for outage in happened] == list(Fault)
    assert all(outage.requests for outage in happened)
