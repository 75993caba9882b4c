"""Which function does which kind of outbox message. Higher apps register theirs in `AppConfig.ready`."""

from collections.abc import Callable
from typing import Any

Handler = Callable[[dict[str, Any]], None]
_handlers: dict[str, Handler] = {}


def register(kind: str, handler: Handler) -> None:
    """Let `handler` do every message of this kind. It takes the payload, may be called twice, raises to be retried."""
    _handlers[kind] = handler


def handler_of(kind: str) -> Handler:
    return _handlers[kind]
