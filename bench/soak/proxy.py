"""A way to Elasticsearch that can be made to fail, in each of the ways that networks and servers do."""

from __future__ import annotations

import http.client
import itertools
import json
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from enum import Enum
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

LONGEST_HANG = 60.0
SLOW_SECONDS = 0.3
_UNSENT = {"connection", "keep-alive", "transfer-encoding", "content-length", "host"}


class Fault(Enum):
    REFUSES = "refuses connections"
    HANGS = "hangs, and does late what it was asked"
    BUSY = "answers 429"
    BROKEN = "answers 500"
    SLOW = "takes its time for each request"
    WRITES_HANG = "hangs when written to"
    WRITES_PARTLY = "takes half of what is written, and answers 429 to the rest"
    WRITES_UNANSWERED = "takes what is written, and closes the connection without an answer"


_ANSWERS = {Fault.BUSY: 429, Fault.BROKEN: 500}


class Proxy:
    """Stands on 127.0.0.1 before the server at `upstream`; `fault` is what ails it."""

    def __init__(self, upstream: str) -> None:
        address = urlsplit(upstream)
        self.upstream = (address.hostname or "", address.port or 9200)
        self.fault: Fault | None = None
        self.turns = itertools.count(1)
        self._mended = threading.Event()
        self._server = _Server(("127.0.0.1", 0), self)
        self._port = self._server.server_port
        self.url = f"http://127.0.0.1:{self._port}"

    @contextmanager
    def failing(self, fault: Fault) -> Iterator[None]:
        self._mended.clear()
        self.fault = fault
        with self._closed() if fault is Fault.REFUSES else nullcontext():
            yield
        self.fault = None
        self._mended.set()

    def wait(self) -> None:
        """Until it is mended."""
        self._mended.wait(LONGEST_HANG)

    def close(self) -> None:
        self._mended.set()
        self._server.stop()

    @contextmanager
    def _closed(self) -> Iterator[None]:
        """The port is kept, and nobody listens."""
        self._server.stop()
        with socket.socket() as kept:
            kept.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            kept.bind(("127.0.0.1", self._port))
            yield
        self._server = _Server(("127.0.0.1", self._port), self)


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    allow_reuse_address = True

    def __init__(self, address: tuple[str, int], proxy: Proxy) -> None:
        self.proxy = proxy
        self.is_stopped = False
        super().__init__(address, _Passing)
        threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()

    def stop(self) -> None:
        self.is_stopped = True
        self.shutdown()
        self.server_close()

    def handle_error(self, *args: object) -> None:
        """Whoever asked gave up; that is their affair."""


class _Passing(BaseHTTPRequestHandler):
    server: _Server
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def _pass(self) -> None:
        proxy, body = self.server.proxy, self.rfile.read(int(self.headers.get("Content-Length", 0)))
        is_write = self.path.split("?")[0].endswith("/_bulk")
        fault = proxy.fault
        if self.server.is_stopped or fault is Fault.REFUSES:
            self.close_connection = True
            return
        if fault in _ANSWERS:
            self._answer(_ANSWERS[fault], json.dumps({"error": {"type": fault.value}}).encode())
            return
        if fault is Fault.SLOW:
            time.sleep(SLOW_SECONDS)
        if fault is Fault.HANGS or (fault is Fault.WRITES_HANG and is_write):
            proxy.wait()
        if fault is Fault.WRITES_PARTLY and is_write:
            self._answer(200, self._half_of(body))
            return
        status, answer, headers = self._asked_upstream(body)
        if fault is Fault.WRITES_UNANSWERED and is_write:
            self.close_connection = True
            return
        self._answer(status, answer, headers)

    def _half_of(self, body: bytes) -> bytes:
        """Every second operation is passed on: the first of one request, and not of the next."""
        turn = next(self.server.proxy.turns) % 2
        lines = body.splitlines()
        operations = [lines[start : start + 2] for start in range(0, len(lines), 2)]
        done: Iterator[object] = iter(())
        if taken := operations[turn::2]:
            answer = self._asked_upstream(b"".join(line + b"\n" for operation in taken for line in operation))[1]
            done = iter(json.loads(answer)["items"])
        refusal = {"status": 429, "error": {"type": "es_rejected_execution_exception", "reason": "busy"}}
        items = []
        for number, operation in enumerate(operations):
            ((verb, target),) = json.loads(operation[0]).items()
            refused = {verb: {"_index": target.get("_index", ""), "_id": target["_id"], **refusal}}
            items.append(next(done) if number % 2 == turn else refused)
        return json.dumps({"errors": True, "took": 1, "items": items}).encode()

    def _asked_upstream(self, body: bytes) -> tuple[int, bytes, list[tuple[str, str]]]:
        connection = http.client.HTTPConnection(*self.server.proxy.upstream, timeout=LONGEST_HANG)
        try:
            headers = {name: value for name, value in self.headers.items() if name.lower() not in _UNSENT}
            connection.request(self.command, self.path, body=body or None, headers=headers)
            answer = connection.getresponse()
            return answer.status, answer.read(), answer.getheaders()
        finally:
            connection.close()

    def _answer(self, status: int, body: bytes, headers: list[tuple[str, str]] | None = None) -> None:
        self.send_response(status)
        kept = headers or [
            ("Content-Type", "application/vnd.elasticsearch+json;compatible-with=8"),
            ("X-Elastic-Product", "Elasticsearch"),
        ]
        for name, value in kept:
            if name.lower() not in _UNSENT:
                self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    do_GET = do_PUT = do_POST = do_HEAD = do_DELETE = _pass  # noqa: N815

    def log_message(self, *args: object) -> None:
        """Says nothing."""
