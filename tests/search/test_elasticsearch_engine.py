"""What is Elasticsearch's own: servers that refuse, hang or talk nonsense, several nodes, and the names of indices."""

from __future__ import annotations

import base64
import json
import secrets
import socket
import threading
import time
from contextlib import closing
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from elasticsearch import Elasticsearch

from bench.soak.proxy import Fault, Proxy
from search.engines import EngineError, Query, RefusedError, patience
from search.engines.elasticsearch import ElasticsearchEngine, connection, indices, queries, writing
from tests.elasticsearch_server import A_BUSY_MACHINE_TAKES, drop, elasticsearch_urls, needs_elasticsearch  # noqa: F401  the fixture

from .conftest import STAFF, document, find, keys

LONGEST_WAIT = 5.0

CALLS = {
    "find": lambda engine: keys(engine, "mægling"),
    "everything": lambda engine: keys(engine, ""),
    "suggest": lambda engine: engine.suggest("mæg", audience=STAFF, limit=8),
    "stored": lambda engine: engine.stored(["methodcard:1"]),
    "digests": lambda engine: engine.digests(),
    "is_complete": lambda engine: engine.is_complete(),
    "index": lambda engine: engine.index([document(1)]),
    "remove": lambda engine: engine.remove(["methodcard:1"]),
    "refresh": lambda engine: engine.refresh(["methodcard:1"], lambda keys: [document(1)]),
    "replace": lambda engine: engine.replace([document(1)]),
}


class Double(ThreadingHTTPServer):
    """Gives every request the same answer, and remembers what was asked."""

    daemon_threads = True

    def __init__(self, status: int, body: bytes, *, is_elasticsearch: bool = True) -> None:
        self.status, self.body, self.is_elasticsearch = status, body, is_elasticsearch
        self.authorizations: list[str | None] = []
        self.silent = False
        super().__init__(("127.0.0.1", 0), _Answering)
        threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    def close(self) -> None:
        self.shutdown()
        self.server_close()


class _Answering(BaseHTTPRequestHandler):
    server: Double
    protocol_version = "HTTP/1.1"

    def _answer(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.server.authorizations.append(self.headers.get("Authorization"))
        if self.server.silent:
            time.sleep(LONGEST_WAIT)
            return
        self.send_response(self.server.status)
        json_type = "application/vnd.elasticsearch+json;compatible-with=8"
        self.send_header("Content-Type", "text/html" if self.server.body.startswith(b"<") else json_type)
        if self.server.is_elasticsearch:
            self.send_header("X-Elastic-Product", "Elasticsearch")
        self.send_header("Content-Length", str(len(self.server.body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(self.server.body)

    do_GET = do_PUT = do_POST = do_HEAD = do_DELETE = _answer  # noqa: N815

    def log_message(self, *args: object) -> None:
        """Says nothing."""


@pytest.fixture
def double():
    started: list[Double] = []

    def start(status: int = 200, body: bytes = b"{}", **options) -> Double:
        started.append(Double(status, body, **options))
        return started[-1]

    yield start
    for each in started:
        each.close()


ERROR = json.dumps({"error": {"type": "es_rejected_execution_exception", "reason": "busy"}, "status": 429}).encode()
ANSWERS = {
    "429": (429, ERROR),
    "500": (500, b'{"error": "x"}'),
    "502": (502, b"<html>Bad gateway</html>"),
    "503": (503, b'{"error": "x"}'),
    "401": (401, b'{"error": "x"}'),
    "a page": (200, b"<html>Hello</html>"),
    "no JSON": (200, b"Hello"),
    "half of it": (200, b'{"hits": {"total"'),
    "other JSON": (200, b"[]"),
    "an empty answer": (200, b"{}"),
    "no text": (200, b"\xff\xfe"),
}
# An alias that exists is told by the status alone, so that only what follows can be wrong.
TOLD_BY_STATUS = {"is_complete"}


@pytest.mark.parametrize("call", CALLS)
@pytest.mark.parametrize("answer", ["429", "500", "502", "503", "401"])
def test_a_refusal_is_an_engine_error(double, answer, call):
    engine = ElasticsearchEngine([double(*ANSWERS[answer]).url])

    with pytest.raises(EngineError):
        CALLS[call](engine)


@pytest.mark.parametrize("call", CALLS.keys() - TOLD_BY_STATUS)
@pytest.mark.parametrize("answer", ["a page", "no JSON", "half of it", "other JSON", "an empty answer", "no text"])
def test_nonsense_is_an_engine_error(double, answer, call):
    engine = ElasticsearchEngine([double(*ANSWERS[answer]).url])

    with pytest.raises(EngineError):
        CALLS[call](engine)


def test_another_server_is_an_engine_error(double):
    with pytest.raises(EngineError):
        keys(ElasticsearchEngine([double(is_elasticsearch=False).url]), "mægling")


@pytest.mark.parametrize("call", CALLS)
def test_a_closed_port_is_an_engine_error(call):
    with pytest.raises(EngineError):
        CALLS[call](ElasticsearchEngine([_closed_port()]))


@pytest.mark.parametrize("call", ["find", "suggest", "is_complete"])
def test_a_server_that_hangs_is_an_engine_error_before_people_give_up(call):
    with socket.create_server(("127.0.0.1", 0)) as silent:
        engine = ElasticsearchEngine([f"http://127.0.0.1:{silent.getsockname()[1]}"])
        started = time.monotonic()

        with pytest.raises(EngineError):
            CALLS[call](engine)

    assert time.monotonic() - started < LONGEST_WAIT


@pytest.fixture
def silent():
    """The address of a server that takes requests and never answers."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield f"http://127.0.0.1:{server.getsockname()[1]}"


def seconds_of(call, engine) -> float:
    started = time.monotonic()
    with pytest.raises(EngineError):
        CALLS[call](engine)
    return time.monotonic() - started


def test_after_silence_nobody_else_waits_for_long(silent):
    engine = ElasticsearchEngine([silent])

    first, second, third = (seconds_of("find", engine) for __ in range(3))

    assert (first > 1.5, second < 1.5, third < 0.3) == (True, True, True)


@pytest.mark.parametrize("call", ["refresh", "replace"])
def test_after_silence_a_writer_does_not_wait_either(silent, call):
    engine = ElasticsearchEngine([silent])
    for __ in range(2):
        seconds_of("find", engine)

    assert seconds_of(call, engine) < 0.3


def test_several_silent_nodes_are_no_longer_waited_for_than_one(silent):
    assert seconds_of("find", ElasticsearchEngine([silent] * 3)) < 3


def test_somebody_in_a_hurry_waits_no_longer_than_that(silent):
    engine = ElasticsearchEngine([silent])

    with patience(0.3), patience(60):
        assert seconds_of("find", engine) < 1


def test_a_server_that_was_silent_and_answers_again_is_asked(double, monkeypatch):
    monkeypatch.setattr(connection, "REST_SECONDS", 0)
    server = double(status=200, body=b'{"docs": []}')
    server.silent = True
    engine = ElasticsearchEngine([server.url])
    for __ in range(2):
        seconds_of("stored", engine)

    server.silent = False

    assert engine.stored(["methodcard:1"]) == {}


def test_a_document_that_could_not_be_read_is_not_taken_for_one_that_is_not_there(double):
    answer = {"docs": [{"_id": "methodcard:1", "error": {"type": "no_shard_available_action_exception"}}]}

    with pytest.raises(EngineError):
        ElasticsearchEngine([double(200, json.dumps(answer).encode()).url]).stored(["methodcard:1"])


@pytest.mark.parametrize(("status", "is_refused"), [(400, True), (413, True), (429, False), (500, False), (401, False)])
def test_what_would_be_refused_each_time_is_told_from_a_server_that_is_away(double, status, is_refused):
    engine = ElasticsearchEngine([double(status, ERROR).url])

    with pytest.raises(EngineError) as error:
        engine.stored(["methodcard:1"])

    assert (error.type is RefusedError) == is_refused


@pytest.mark.parametrize(
    ("url", "options", "authorization"),
    [
        ("http://karen:hemmeligt@127.0.0.1", {}, "Basic " + base64.b64encode(b"karen:hemmeligt").decode()),
        ("http://127.0.0.1", {"api_key": "abc"}, "ApiKey abc"),
        ("http://127.0.0.1", {}, None),
    ],
)
def test_who_asks_is_told_by_the_address_or_a_key(double, url, options, authorization):
    server = double()
    engine = ElasticsearchEngine([f"{url}:{server.server_port}"], **options)

    with pytest.raises(EngineError):
        keys(engine, "mægling")

    assert set(server.authorizations) == {authorization}


def test_an_error_of_whoever_loads_is_not_the_engines(double):
    def broken():
        raise ZeroDivisionError
        yield

    with pytest.raises(ZeroDivisionError):
        ElasticsearchEngine([double().url]).replace(broken())


class TestWithAServer:
    pytestmark = needs_elasticsearch

    @pytest.fixture(autouse=True)
    def _no_hurry(self, monkeypatch):
        monkeypatch.setattr(connection, "ASK_SECONDS", A_BUSY_MACHINE_TAKES)

    @pytest.fixture
    def prefix(self, elasticsearch_urls):  # noqa: F811
        prefix = f"test-{secrets.token_hex(6)}"
        yield prefix
        drop(elasticsearch_urls, prefix)

    @pytest.fixture
    def engine(self, elasticsearch_urls, prefix):  # noqa: F811
        return ElasticsearchEngine(elasticsearch_urls, prefix=prefix)

    @pytest.fixture
    def proxy(self, elasticsearch_urls):  # noqa: F811
        proxy = Proxy(elasticsearch_urls[0])
        yield proxy
        proxy.close()

    @pytest.fixture
    def server(self, elasticsearch_urls):  # noqa: F811
        with Elasticsearch(elasticsearch_urls) as client:
            yield client

    @pytest.mark.parametrize("answer", ["closed", "502", "503"])
    def test_a_lost_node_is_not_noticed(self, elasticsearch_urls, prefix, double, answer):  # noqa: F811
        lost = _closed_port() if answer == "closed" else double(*ANSWERS[answer]).url
        engine = ElasticsearchEngine([lost, *elasticsearch_urls, _closed_port()], prefix=prefix)

        engine.replace([document(1, body="mægling")])
        engine.refresh(["methodcard:2"], lambda keys: [document(2, body="mægling")])
        found = [sorted(keys(engine, "mægling")) for __ in range(6)]

        assert found == [["methodcard:1", "methodcard:2"]] * 6

    def test_a_node_that_hangs_is_left_for_another(self, elasticsearch_urls, prefix, silent, monkeypatch):  # noqa: F811
        monkeypatch.setattr(connection, "ASK_SECONDS", 10)  # half of it for each try
        ElasticsearchEngine(elasticsearch_urls, prefix=prefix).replace([document(1, body="mægling")])
        engine = ElasticsearchEngine([silent, *elasticsearch_urls], prefix=prefix)

        assert [keys(engine, "mægling") for __ in range(2)] == [["methodcard:1"]] * 2

    def test_a_server_that_is_busy_while_all_is_made_again_is_asked_once_more(self, server, prefix, proxy):
        engine = ElasticsearchEngine([proxy.url], prefix=prefix)
        with proxy.failing(Fault.WRITES_PARTLY):
            engine.replace([document(number) for number in range(1, 4)])

        assert len(engine.digests()) == 3

    @pytest.mark.parametrize(
        ("query", "number"),
        [
            ("mægling", 2),
            ("mægling på et borgermøde", 2),
            ("tavshedspligt", 3),  # which nobody has written of
            ("borgrmøde", 5),
            ("borgrmøde mæglinng sagsbehadling tilsyyn", 5),
        ],
    )
    def test_however_many_words_are_misspelt_few_requests_are_asked(self, engine, monkeypatch, query, number):
        engine.replace([document(1, title="Borgermøde", body="En mægling, et tilsyn og en sagsbehandling")])
        several, asked = queries.several, []
        monkeypatch.setattr(queries, "several", lambda *args, **kwargs: asked.append(args) or several(*args, **kwargs))

        found = keys(engine, query)

        assert (found, len(asked)) == ([] if query == "tavshedspligt" else ["methodcard:1"], number)

    def test_an_index_is_read_as_usual_once_it_is_filled(self, engine, server, prefix, monkeypatch):
        finish, while_filled = indices.finish, []

        def settings_of_index() -> list[str | None]:
            answer = server.indices.get_settings(index=f"{prefix}-*", name="index.refresh_interval")
            return [each["settings"].get("index", {}).get("refresh_interval") for each in answer.body.values()]

        def finished(client, index):
            while_filled.extend(settings_of_index())
            finish(client, index)

        monkeypatch.setattr(indices, "finish", finished)
        engine.replace([document(1)])

        assert (while_filled, settings_of_index()) == (["-1"], [])

    def test_a_document_that_is_refused_is_told_from_a_server_that_is_busy(self, engine, proxy, prefix, monkeypatch):
        engine.replace([])
        busy = ElasticsearchEngine([proxy.url], prefix=prefix)
        with proxy.failing(Fault.WRITES_PARTLY), pytest.raises(EngineError) as error:
            busy.refresh(["methodcard:1"], lambda keys: [document(1)])
        assert error.type is EngineError

        wrong = [{"key": document(1).key, "minutes": "et kvarter"}]
        monkeypatch.setattr(writing, "bodies_of", lambda documents: wrong)
        with pytest.raises(RefusedError):
            engine.refresh(["methodcard:1"], lambda keys: [document(1)])

    def test_an_index_that_was_asked_for_twice_is_made_once(self, server, prefix, monkeypatch):
        names = indices.Names(prefix)
        monkeypatch.setattr(indices.secrets, "token_hex", lambda length: "aaaa")
        monkeypatch.setattr(indices, "_STAMP", "20260101000000")

        assert indices.create(server, names) == indices.create(server, names)

    def test_a_lost_index_is_an_error_and_not_complete(self, engine, elasticsearch_urls, prefix):  # noqa: F811
        engine.replace([document(1)])
        was_complete = engine.is_complete()
        drop(elasticsearch_urls, prefix)

        with pytest.raises(EngineError):
            find(engine, "kort")

        assert (was_complete, engine.is_complete()) == (True, False)

    def test_one_index_is_left_after_it_was_made_again(self, engine, server, prefix):
        engine.index([document(1)])
        engine.replace([document(2)])
        engine.replace([document(3)])

        assert len(server.indices.get(index=f"{prefix}-*").body) == 1

    def test_a_build_that_failed_leaves_nothing(self, engine, server, prefix):
        engine.replace([document(1)])

        with pytest.raises(ZeroDivisionError):
            engine.replace(document(1 // number) for number in (1, 0))

        assert len(server.indices.get(index=f"{prefix}-*").body) == 1
        assert keys(engine, "") == ["methodcard:1"]

    def test_what_was_abandoned_goes_after_a_day(self, engine, server, prefix):
        old, young = f"{prefix}-search-v0-20200101000000-aaaa", f"{prefix}-search-v0-29990101000000-aaaa"
        server.indices.create(index=old)
        server.indices.create(index=young)

        engine.replace([document(1)])

        left = server.indices.get(index=f"{prefix}-*").body.keys()
        assert (old in left, young in left, len(left)) == (False, True, 2)

    def test_a_write_that_meets_a_new_index_goes_there(self, engine):
        """While a worker reads the database, the whole index is made again from an older state."""
        engine.replace([document(1, body="mægling")])

        def load(keys):
            if not seen:
                seen.append(keys)
                engine.replace([document(1, body="mægling")])
            return [document(1, body="møder")]

        seen: list[list[str]] = []
        engine.refresh(["methodcard:1"], load)

        assert (keys(engine, "møder"), keys(engine, "mægling", literal=True)) == (["methodcard:1"], [])

    def test_many_words_are_asked_for_in_few_requests(self, engine, monkeypatch):
        engine.replace([document(1, title="Mægling mellem naboer", body="Om klager og svære samtaler")])
        client = Elasticsearch
        asked = []
        perform = client.perform_request

        def counted(self, method, path, **options):
            asked.append(path)
            return perform(self, method, path, **options)

        monkeypatch.setattr(client, "perform_request", counted)
        engine.find(Query(text="mægling mellem naboer om svære klager", audience=STAFF))

        assert len(asked) <= 4


def _closed_port() -> str:
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{probe.getsockname()[1]}"
