"""Which function does which kind of outbox message. Higher apps register theirs in `AppConfig.ready`."""

from collections.abc import Callable
from typing import Any

Payload = dict[str, Any]
Handler = Callable[[Payload], None]
Merge = Callable[[list[Payload]], Payload]
_handlers: dict[str, Handler] = {}
_merges: dict[str, Merge] = {}


class AwayError(Exception):
    """Raised by a handler: nobody is there to deliver to, whatever the message. It is tried again until they are."""


def register(kind: str, handler: Handler, *, merge: Merge | None = None) -> None:
    """Let `handler` do every message of this kind. It takes the payload, may be called twice, raises to be retried.

    Where many messages are done quicker at once, `merge` makes one payload of several.
    """
    _handlers[kind] = handler
    if merge:
        _merges[kind] = merge


def handler_of(kind: str) -> Handler:
    return _handlers[kind]


def merge_of(kind: str) -> Merge | None:
    return _merges.get(kind)
