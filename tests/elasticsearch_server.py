"""The Elasticsearch that tests talk to: the one that ELASTICSEARCH_URL names, or one of the test run's own."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest
from elasticsearch import Elasticsearch

from scripts.elasticsearch_server import ServerError, running

# With `--dist loadgroup` they all run in one process, which starts one server.
A_BUSY_MACHINE_TAKES = 30.0  # seconds, where a test is not about time
needs_elasticsearch = [pytest.mark.elasticsearch, pytest.mark.xdist_group("elasticsearch")]


@pytest.fixture(scope="session")
def elasticsearch_urls() -> Iterator[list[str]]:
    """The addresses of the nodes; started when the first test asks, and gone with the run."""
    if named := os.environ.get("ELASTICSEARCH_URL"):
        yield named.split(",")
        return
    try:
        with running() as nodes:
            yield [node.url for node in nodes]
    except ServerError as error:
        pytest.fail(str(error), pytrace=False)


def drop(urls: list[str], prefix: str) -> None:
    """Take all indices of an engine away, as an administrator may by mistake."""
    with Elasticsearch(urls) as client:
        for index in client.indices.get(index=f"{prefix}-*").body:
            client.indices.delete(index=index)
