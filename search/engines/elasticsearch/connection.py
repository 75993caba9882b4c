"""The way to the servers: short waits, another node where one is lost, and one error for all that can go wrong."""

from __future__ import annotations

import logging
import math
import os
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from elastic_transport import HttpHeaders, Urllib3HttpNode
from elastic_transport._node import NodeApiResponse
from elasticsearch import ApiError, ConnectionTimeout, Elasticsearch, TransportError
from elasticsearch.helpers import BulkIndexError
from elasticsearch.serializer import JsonSerializer, NdjsonSerializer, OrjsonSerializer

from search.engines import EngineError, RefusedError, patience_left

logger = logging.getLogger(__name__)

ASK_SECONDS = 2.0  # for a whole question, of however many requests
WRITE_SECONDS = 6.0  # for one request
BUILD_SECONDS = 120.0
PROBE_SECONDS = 0.5
REST_SECONDS = 1.0
DEAD_SECONDS = 5.0  # that a node is left alone after its first failure, doubled with each: longer than a question takes
# Nodes that are in trouble themselves, so that another may answer. Refusals (429) are no such thing.
ELSEWHERE = (502, 503, 504)
_REFUSED = (400, 413)


class _Json(OrjsonSerializer):
    """A search is some 20 kB of clauses, a document 10 kB of tokens: with the standard library a fifth of the time of
    filling an index went into writing them."""

    def json_dumps(self, data: Any) -> bytes:
        try:
            return super().json_dumps(data)
        except TypeError:  # half a surrogate pair, which may come by the address of a page
            return JsonSerializer.json_dumps(self, data)


class _Lines(_Json, NdjsonSerializer):
    """Several searches, or documents, a line each."""

    mimetype = NdjsonSerializer.mimetype


_SERIALIZERS = {each.mimetype: each for each in (_Json(), _Lines())}

_until: ContextVar[float] = ContextVar("until", default=math.inf)


class Connection:
    """The client of this process: a connection that was open at a fork belongs to the parent.

    Inside `asking`, `writing` and `building` whatever is wrong with a request or its answer is an `EngineError`.

    Where no node answered, nobody waits for long again: the next request is preceded by a short probe, and if that,
    too, has no answer, everything fails at once for some seconds. Any answer to the probe will do, so that one question
    that takes too long is no reason to refuse the others.
    """

    def __init__(self, urls: Sequence[str], *, api_key: str = "", ca_certs: str = "") -> None:
        self._urls = list(urls)
        self._tries = min(len(urls), 2)
        self._security = {"api_key": api_key} if api_key else {}
        if ca_certs:
            self._security["ca_certs"] = ca_certs
        self._clients: dict[int, Elasticsearch] = {}
        self._waiting: dict[tuple[int, float], Elasticsearch] = {}  # the same, by how long they wait for an answer
        self._is_doubtful = False
        self._rests_until = 0.0

    @contextmanager
    def asking(self) -> Iterator[Elasticsearch]:
        # A node that hangs leaves time for another.
        with _hurry(min(ASK_SECONDS, patience_left())), self._answering(ASK_SECONDS / self._tries) as client:
            yield client

    @contextmanager
    def writing(self) -> Iterator[Elasticsearch]:
        with self._answering(WRITE_SECONDS) as client:
            yield client

    @contextmanager
    def building(self) -> Iterator[Elasticsearch]:
        with self._answering(BUILD_SECONDS) as client:
            yield client

    @contextmanager
    def _answering(self, seconds: float) -> Iterator[Elasticsearch]:
        try:
            client = self._client(seconds)
            self._probe(client)
            yield client
        except TransportError as error:
            self._is_doubtful = True
            logger.warning("elasticsearch: %s", error)
            raise EngineError(str(error)) from error
        except ApiError as error:
            logger.warning("elasticsearch: %s", error)
            kind = RefusedError if error.status_code in _REFUSED else EngineError
            raise kind(str(error)) from error
        except BulkIndexError as error:
            logger.warning("elasticsearch: %s", error)
            raise EngineError(str(error)) from error
        except (AttributeError, LookupError, TypeError, ValueError) as error:
            logger.warning("elasticsearch answered what nobody understands: %r", error)
            raise EngineError(f"An answer that nobody understands: {error!r}") from error

    def _probe(self, client: Elasticsearch) -> None:
        if not self._is_doubtful:
            return
        if time.monotonic() < self._rests_until:
            raise EngineError("It did not answer a moment ago.")
        try:
            with _hurry(PROBE_SECONDS * self._tries):
                client.options(request_timeout=PROBE_SECONDS).perform_request("HEAD", "/")
        except TransportError:
            self._rests_until = time.monotonic() + REST_SECONDS
            raise
        except ApiError:
            pass  # some servers have nothing to say at their root, and say so
        self._is_doubtful = False

    def _client(self, seconds: float) -> Elasticsearch:
        """Made once: it consists of some forty parts, and takes as long as half a request."""
        key = os.getpid(), seconds
        if key not in self._waiting:
            self._waiting[key] = self._client_of(os.getpid()).options(request_timeout=seconds)
        return self._waiting[key]

    def _client_of(self, process: int) -> Elasticsearch:
        if process not in self._clients:
            others = len(self._urls) - 1
            self._clients[process] = Elasticsearch(
                self._urls,
                node_class=_HurriedNode,
                max_retries=max(others, 1),  # once more also on a single node: it may have closed an idle connection
                retry_on_status=ELSEWHERE,
                retry_on_timeout=others > 0,
                dead_node_backoff_factor=DEAD_SECONDS,
                serializers=_SERIALIZERS,
                **self._security,  # type: ignore[arg-type]
            )
        return self._clients[process]


@contextmanager
def _hurry(seconds: float) -> Iterator[None]:
    """All requests inside share this time, and their tries on other nodes."""
    before = _until.set(min(_until.get(), time.monotonic() + seconds))
    try:
        yield
    finally:
        _until.reset(before)


class _HurriedNode(Urllib3HttpNode):
    """Waits no longer than those who ask have time."""

    def perform_request(
        self,
        method: str,
        target: str,
        body: bytes | None = None,
        headers: HttpHeaders | None = None,
        request_timeout: Any = WRITE_SECONDS,
    ) -> NodeApiResponse:
        left = _until.get() - time.monotonic()
        if left <= 0:
            raise TransportError("There is no time left.")
        try:
            return super().perform_request(method, target, body, headers, min(request_timeout, left))
        except ConnectionTimeout as error:
            if left < request_timeout:  # which is not the fault of this node, and no other has more time
                raise TransportError("There was no time left.") from error
            raise
