"""Fetches the Elasticsearch that the tests use, and runs it: `make elasticsearch`.

It is the distribution that Elastic makes for integration tests: the server and the cluster, under the same licence,
without some modules. No more of Elasticsearch is used than it has.
"""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from scripts.ports import free_port

ROOT = Path(__file__).resolve().parents[1]
CACHE = ROOT / ".cache" / "elasticsearch"
VERSION = "8.19.9"
ARTEFACT = f"org.elasticsearch.distribution.integ-test-zip:elasticsearch:{VERSION}:zip"
COPY = "org.apache.maven.plugins:maven-dependency-plugin:3.6.1:copy"
PACKAGES = ("maven", "openjdk-17-jre-headless")
JAVA = Path("/usr/lib/jvm/java-17-openjdk-amd64")
HEAP = "512m"
UP_SECONDS = 120
UNPRIVILEGED = "nobody"  # Elasticsearch refuses to run as root

SETTINGS = """\
cluster.name: {cluster}
node.name: {name}
path.data: {folder}/data
path.logs: {folder}/logs
network.host: 127.0.0.1
http.port: {http}
transport.port: {transport}
{discovery}
xpack.security.enabled: false
cluster.routing.allocation.disk.threshold_enabled: false
"""


class ServerError(Exception):
    """Elasticsearch can't be had here; the message is one line that says why."""


@dataclass
class Node:
    url: str
    process: subprocess.Popen[bytes]


def fetch() -> Path:
    """The distribution as Maven has it, kept for the next time."""
    kept = CACHE / f"elasticsearch-{VERSION}.zip"
    if kept.exists():
        return kept
    if subprocess.run([ROOT / "scripts" / "system-packages", *PACKAGES]).returncode:
        raise ServerError("Maven and Java are missing.")
    CACHE.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=CACHE) as folder:
        command = ["mvn", "-q", "-B", COPY, f"-Dartifact={ARTEFACT}", f"-DoutputDirectory={folder}"]
        done = subprocess.run(command, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        if done.returncode:
            raise ServerError(f"Maven could not fetch {ARTEFACT}: {done.stdout.strip()[-300:]}")
        (Path(folder) / kept.name).replace(kept)
    return kept


@contextmanager
def running(nodes: int = 1) -> Iterator[list[Node]]:
    """A cluster of its own on free ports of 127.0.0.1, gone with all its data at the end."""
    archive = fetch()
    with tempfile.TemporaryDirectory(
        prefix="dialogkorps-elasticsearch-", dir="/tmp", ignore_cleanup_errors=True
    ) as name:
        folder = Path(name)
        folder.chmod(0o755)
        home = _unpacked(archive, folder)
        transports = [free_port() for __ in range(nodes)]
        with ExitStack() as started:
            cluster = [
                started.enter_context(_node(home, folder / f"node{number}", transports, number))
                for number in range(nodes)
            ]
            for node in cluster:
                _wait_for(node, folder, nodes)
            yield cluster


@contextmanager
def _node(home: Path, folder: Path, transports: Sequence[int], number: int) -> Iterator[Node]:
    http = free_port()
    names = [f"node{each}" for each in range(len(transports))]
    discovery = "discovery.type: single-node"
    if len(transports) > 1:
        seeds = [f"127.0.0.1:{port}" for port in transports]
        discovery = f"discovery.seed_hosts: {seeds}\ncluster.initial_master_nodes: {names}"
    shutil.copytree(home / "config", folder / "config")
    (folder / "tmp").mkdir()
    settings = SETTINGS.format(
        cluster=f"dialogkorps-{transports[0]}",
        name=names[number],
        folder=folder,
        http=http,
        transport=transports[number],
        discovery=discovery,
    )
    (folder / "config" / "elasticsearch.yml").write_text(settings)
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("ES_", "CLI_"))}
    environment |= {
        "ES_PATH_CONF": str(folder / "config"),
        "ES_TMPDIR": str(folder / "tmp"),
        "ES_JAVA_HOME": str(_java_home()),
        "ES_JAVA_OPTS": f"-Xms{HEAP} -Xmx{HEAP}",
    }
    options: dict[str, object] = {}
    if os.geteuid() == 0:
        user = pwd.getpwnam(UNPRIVILEGED)
        for path in (folder, *folder.rglob("*")):
            os.chown(path, user.pw_uid, user.pw_gid)
        options = {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}
    with (folder.parent / f"{folder.name}.log").open("wb") as log:
        process = subprocess.Popen(
            [home / "bin" / "elasticsearch"],
            cwd=folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            **options,  # type: ignore[call-overload]
        )
    try:
        yield Node(f"http://127.0.0.1:{http}", process)
    finally:
        kill(process)


def kill(process: subprocess.Popen[bytes]) -> None:
    """End the launcher and the server it started: they are a group of their own."""
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except ProcessLookupError:
        return
    process.wait()


def _unpacked(archive: Path, folder: Path) -> Path:
    with zipfile.ZipFile(archive) as content:
        content.extractall(folder)
    home = folder / f"elasticsearch-{VERSION}"
    for program in (home / "bin").iterdir():
        program.chmod(0o755)
    return home


def _java_home() -> Path:
    program = JAVA / "bin" / "java"
    found = shutil.which("java")
    if not program.exists() and not found:
        raise ServerError("Java is missing: install the Debian package openjdk-17-jre-headless.")
    return JAVA if program.exists() else Path(str(found)).resolve().parents[1]


def _wait_for(node: Node, folder: Path, nodes: int) -> None:
    until = time.monotonic() + UP_SECONDS
    address = f"{node.url}/_cluster/health?wait_for_nodes={nodes}&timeout=5s"
    while time.monotonic() < until:
        if node.process.poll() is not None:
            break
        try:
            with urllib.request.urlopen(address, timeout=10) as answer:  # noqa: S310  (our own server)
                if answer.status == 200:  # noqa: PLR2004
                    return
        except (urllib.error.URLError, OSError):
            time.sleep(0.3)
    logs = "".join(path.read_text(errors="replace") for path in folder.glob("*.log"))
    raise ServerError(f"Elasticsearch did not start: {logs.strip()[-1500:]}")


def main() -> None:
    nodes = int(sys.argv[1]) if len(sys.argv) > 1 else 1
    try:
        with running(nodes) as cluster:
            addresses = ",".join(node.url for node in cluster)
            print(f"SEARCH_ENGINE=elasticsearch ELASTICSEARCH_URL={addresses}", flush=True)
            print("Ctrl-C ends it.", flush=True)
            signal.sigwait({signal.SIGINT, signal.SIGTERM})
    except ServerError as error:
        sys.exit(f"Dialogkorps: {error}")


if __name__ == "__main__":
    main()
