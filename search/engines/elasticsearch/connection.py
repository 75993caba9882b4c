"""The way to the servers: short waits, another node where one is lost, and one error for all that can go wrong."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from elasticsearch import ApiError, Elasticsearch, TransportError
from elasticsearch.helpers import BulkIndexError

from search.engines import EngineError

logger = logging.getLogger(__name__)

ASK_SECONDS = 2.0
WRITE_SECONDS = 20.0
BUILD_SECONDS = 300.0
# Nodes that are in trouble themselves, so that another may answer. Refusals (429) are no such thing.
ELSEWHERE = (502, 503, 504)


class Connection:
    """The client of this process: a connection that was open at a fork belongs to the parent."""

    def __init__(self, urls: Sequence[str], *, api_key: str = "", ca_certs: str = "") -> None:
        self._urls = list(urls)
        self._security = {"api_key": api_key} if api_key else {}
        if ca_certs:
            self._security["ca_certs"] = ca_certs
        self._clients: dict[int, Elasticsearch] = {}

    def asking(self) -> Elasticsearch:
        return self._client().options(request_timeout=ASK_SECONDS)

    def writing(self) -> Elasticsearch:
        return self._client().options(request_timeout=WRITE_SECONDS)

    def building(self) -> Elasticsearch:
        return self._client().options(request_timeout=BUILD_SECONDS)

    def _client(self) -> Elasticsearch:
        process = os.getpid()
        if process not in self._clients:
            others = len(self._urls) - 1
            self._clients[process] = Elasticsearch(
                self._urls,
                max_retries=max(others, 1),  # once more also on a single node: it may have closed an idle connection
                retry_on_status=ELSEWHERE,
                retry_on_timeout=others > 0,
                **self._security,  # type: ignore[arg-type]
            )
        return self._clients[process]


@contextmanager
def answers() -> Iterator[None]:
    """Around a request and the reading of its answer: whatever is wrong with either is an `EngineError`."""
    try:
        yield
    except (ApiError, TransportError, BulkIndexError) as error:
        logger.warning("elasticsearch: %s", error)
        raise EngineError(str(error)) from error
    except (AttributeError, LookupError, TypeError, ValueError) as error:
        logger.warning("elasticsearch answered what nobody understands: %r", error)
        raise EngineError(f"An answer that nobody understands: {error!r}") from error
