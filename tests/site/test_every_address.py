"""Every address of the site, asked as nobody and as each role. An address without a row fails."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

LOGIN = "/konto/login/"
ROLES = ("laura", "karen", "torben", "birgit", "mikkel", "vera")
STAFF = ("laura", "karen", "torben", "birgit", "mikkel")
CORPS = ("karen", "birgit")
COORDINATORS = ("birgit",)
NOBODY_TOO = ("nobody", *ROLES)


def addresses(patterns, prefix: str = "", namespace: str = "") -> Iterator[tuple[str, str]]:
    """(name with namespace, path with 1 or x for what varies) of each pattern of the URL conf."""
    for entry in patterns:
        path = prefix + str(entry.pattern)
        if isinstance(entry, URLResolver):
            inner = ":".join(filter(None, [namespace, entry.namespace]))
            yield from addresses(entry.url_patterns, path, inner)
        elif isinstance(entry, URLPattern):
            yield ":".join(filter(None, [namespace, entry.name or entry.lookup_str])), "/" + example(path)


def example(path: str) -> str:
    path = re.sub(r"<uuid:\w+>", "00000000-0000-4000-8000-000000000000", path)
    path = re.sub(r"<int:\w+>", "1", path)
    path = re.sub(r"<(?:\w+:)?\w+>", "x", path)
    path = re.sub(r"\(\?P<\w+>[^()]*\)", "1", path)
    path = re.sub(r"\((?:\?:)?(?:[^()]|\([^()]*\))*\)\$?", "", path)
    return path.replace("^", "").replace("$", "").replace("\\Z", "").replace("\\", "")


ALL = sorted(set(addresses(get_resolver().url_patterns)))
# The admin, documents and account pages are their libraries' own; what is asked of them is told for each group.
GROUPS = {"/redaktion/": "admin", "/dokumenter/": "documents", "/konto/": "account"}


def group_of(path: str) -> str | None:
    return next((group for prefix, group in GROUPS.items() if path.startswith(prefix)), None)
