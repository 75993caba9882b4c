"""The names of things on the server: an index a generation, and aliases that say which is read, written and complete.

All carry the version of the mapping and of the analysis: a new release finds nothing of its own, says that it is not
complete, and fills an index while the servers of the old release still answer from theirs.
"""

from __future__ import annotations

import secrets
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any

from elasticsearch import ApiError, BadRequestError, Elasticsearch, NotFoundError, TransportError

from . import documents

VERSION = 7
ABANDONED = timedelta(days=1)
# Nobody reads an index while it is filled; with the usual refreshes its merge waits for up to half a minute.
_UNREAD = {"refresh_interval": "-1"}
_STAMP = "%Y%m%d%H%M%S"


class Names:
    def __init__(self, prefix: str) -> None:
        self.all = f"{prefix}-search-*"
        self._start = f"{prefix}-search-"
        self.read = f"{self._start}v{VERSION}-read"
        self.write = f"{self._start}v{VERSION}-write"
        self.complete = f"{self._start}v{VERSION}-complete"

    def new(self, now: datetime) -> str:
        return f"{self._start}v{VERSION}-{now.strftime(_STAMP)}-{secrets.token_hex(4)}"

    def made_at(self, index: str) -> datetime:
        return datetime.strptime(index.split("-")[-2], _STAMP).replace(tzinfo=UTC)


def create(client: Elasticsearch, names: Names, *, is_unread: bool = False) -> str:
    """A new index that nobody reads or writes by an alias; one that is `is_unread` is filled and then finished."""
    index = names.new(datetime.now(UTC))
    settings = documents.settings() | (_UNREAD if is_unread else {})
    try:
        client.indices.create(index=index, mappings=documents.mapping(), settings=settings)
    except BadRequestError as error:
        # Asked once more on another node, while the first did it after all: nobody else has this name.
        if error.error != "resource_already_exists_exception":
            raise
    return index


def can_be_written(client: Elasticsearch, names: Names) -> bool:
    return bool(client.indices.exists_alias(name=names.write))


def ensure(client: Elasticsearch, names: Names) -> None:
    """Make an index if there is none to write to: one that is not complete."""
    if can_be_written(client, names):
        return
    index = create(client, names)
    try:
        client.indices.update_aliases(actions=_aliases(names, index))
    except BadRequestError:  # the alias has its one index to write to already: another process was quicker
        client.indices.delete(index=index)


def finish(client: Elasticsearch, index: str) -> None:
    """What takes a while, once an index is filled: make it quick to search, and have it copied to another node."""
    client.indices.forcemerge(index=index, max_num_segments=1)
    client.indices.put_settings(index=index, settings=dict.fromkeys(_UNREAD))
    client.indices.refresh(index=index)
    # With several nodes, not before another one has a copy.
    client.options(ignore_status=408).cluster.health(index=index, wait_for_status="green", timeout="30s")


def swap(client: Elasticsearch, names: Names, index: str) -> None:
    """Let all read and write this index, and drop what was there before, in one step."""
    try:
        _point_to(client, names, index)
    except (BadRequestError, NotFoundError):  # another process pointed elsewhere in between
        _point_to(client, names, index)
    _drop_abandoned(client, names)


def discard(client: Elasticsearch, index: str) -> None:
    """Take an unfinished index away, as well as may be: `swap` finds what is left."""
    with suppress(ApiError, TransportError):
        client.options(request_timeout=1).indices.delete(index=index)


def is_complete(client: Elasticsearch, names: Names) -> bool:
    return bool(client.indices.exists_alias(name=names.complete))


def _point_to(client: Elasticsearch, names: Names, index: str) -> None:
    old = _indices_of(client, names.write) | _indices_of(client, names.read)
    dropped = [{"remove_index": {"index": each}} for each in sorted(old - {index})]
    complete = {"add": {"index": index, "alias": names.complete}}
    client.indices.update_aliases(actions=[*dropped, *_aliases(names, index), complete])


def _aliases(names: Names, index: str) -> list[dict[str, Any]]:
    return [
        {"add": {"index": index, "alias": names.read}},
        {"add": {"index": index, "alias": names.write, "is_write_index": True}},
    ]


def _indices_of(client: Elasticsearch, alias: str) -> set[str]:
    found = client.options(ignore_status=404).indices.get_alias(name=alias)
    return set(found.body) if found.meta.status != 404 else set()  # noqa: PLR2004


def _drop_abandoned(client: Elasticsearch, names: Names) -> None:
    """Builds that were never finished, and the indices of earlier releases."""
    oldest = datetime.now(UTC) - ABANDONED
    current = _indices_of(client, names.read)
    for index in set(client.indices.get(index=names.all, filter_path="*.settings.index.uuid").body) - current:
        if names.made_at(index) < oldest:
            client.options(ignore_status=404).indices.delete(index=index)
