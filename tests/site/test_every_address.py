"""Every address of the site, asked as nobody and as each role. An address without a row fails."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from django.utils import timezone
from wagtail.models import Site

from sparring.models import SparringRound
from tests.factories import MethodCardFactory, NoteFactory, SlotFactory, make_place, make_session

LOGIN = "/konto/login/"
ROLES = ("laura", "karen", "torben", "birgit", "mikkel", "vera")
STAFF = ("laura", "karen", "torben", "birgit", "mikkel")
COORDINATORS = ("birgit",)
NOBODY_TOO = ("nobody", *ROLES)


def addresses(patterns, prefix: str = "", namespace: str = "") -> Iterator[tuple[str, str]]:
    """(name with namespace, path with 1 for what varies) of each pattern of the URL conf."""
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
    path = re.sub(r"<(?:\w+:)?\w+>", "1", path)
    path = re.sub(r"\(\?P<\w+>[^()]*\)", "1", path)
    path = re.sub(r"\((?:\?:)?(?:[^()]|\([^()]*\))*\)\$?", "", path)
    return path.replace("^", "").replace("$", "").replace("\\Z", "").replace("\\", "")


ALL = sorted(set(addresses(get_resolver().url_patterns)))
# The admin, documents and account pages are their libraries' own; what is asked of them is told for each group.
OPEN_IN_ADMIN = {"wagtailadmin_login", "wagtailadmin_logout", "wagtailadmin_javascript_catalog", "wagtailadmin_sprite"}
BROKEN_ON_PURPOSE = "/redaktion/failwhale/"  # Wagtail's own look at its error page
GROUPS = {"/redaktion/": "admin", "/dokumenter/": "documents", "/konto/": "account"}


def group_of(path: str) -> str | None:
    return next((group for prefix, group in GROUPS.items() if path.startswith(prefix)), None)


@pytest.fixture
def world(db, laura, karen, ali, torben, birgit, mikkel, vera):
    """One of each thing that an address names: Karen's note and her sparring with Ali, a place of Ali's, a round."""
    call_command("setup_site", verbosity=0)
    Site.objects.update(hostname="testserver")
    card = MethodCardFactory()
    slot = SlotFactory(starts_at=timezone.now() + timedelta(days=1))
    session = make_session(karen, ali, starts_at=timezone.now() + timedelta(days=2))
    round_ = SparringRound.objects.create(slot=slot, created_at=timezone.now(), created_by=birgit)
    ids = {
        "card": card.pk,
        "note": NoteFactory(author=karen).pk,
        "person": karen.pk,
        "place": make_place(ali, slot).pk,
        "round": round_.pk,
        "slot": slot.pk,
        "uid": session.uid,
    }
    people = {"laura": laura, "karen": karen, "torben": torben, "birgit": birgit, "mikkel": mikkel, "vera": vera}
    return ids, people


@dataclass(frozen=True)
class Row:
    """What an address answers: `allowed` to those who may; nobody is sent to the login, others meet `refused`."""

    path: str
    who: tuple[str, ...]
    allowed: int = 200
    refused: int = 403
    external: int = 403

    def expected(self, role: str) -> int:
        if role in self.who:
            return self.allowed
        if role == "nobody":
            return 302
        return self.external if role == "vera" else self.refused


def form(path: str, who: tuple[str, ...] = STAFF, **more) -> Row:
    """An address that only takes POST: asked with GET it answers 405 to whoever is let in."""
    return Row(path, who, **({"allowed": 405, "refused": 405} | more))


TABLE = {
    "wagtail_serve": Row("/", STAFF, external=302),
    "wagtailcore_login": Row("/_util/login/", NOBODY_TOO, allowed=302),
    "wagtailcore_authenticate_with_password": Row("/_util/authenticate_with_password/1/1/", STAFF, allowed=404),
    "set_language": Row("/sprog/", NOBODY_TOO, allowed=302),
    "network:accessibility": Row("/tilgaengelighed/", NOBODY_TOO),
    "network:privacy": Row("/privatliv/", NOBODY_TOO),
    "network:theme_css": Row("/tema.css", NOBODY_TOO),
    "network:csp_report": Row("/csp-rapport/", NOBODY_TOO, allowed=405),
    "network:media": Row("/media/findes/ikke.png", STAFF, allowed=404),
    "network:observer": Row("/observatoer/", ("vera",), refused=302),
    "network:people": Row("/korpset/", STAFF),
    "network:person": Row("/korpset/{person}/", STAFF),
    "network:profile": Row("/mig/", STAFF),
    "network:profile_edit": Row("/mig/rediger/", ("karen",)),
    "network:week": Row("/mig/tider/", ("karen",)),
    "network:pause_new": Row("/mig/pauser/ny/", ("karen",)),
    "network:pause_end": form("/mig/pauser/1/afslut/"),
    "network:blocks": Row("/mig/fravalg/", ("karen",)),
    "network:block_add": form("/mig/fravalg/{person}/tilfoej/"),
    "network:block_remove": form("/mig/fravalg/{person}/fjern/"),
    "network:leave_corps": Row("/mig/korpset/forlad/", ("karen",)),
    "network:return_to_corps": form("/mig/korpset/tilbage/"),
    "knowledge:shelf": Row("/hylde/cases/", STAFF, allowed=302),
    "knowledge:favourites": Row("/favoritter/", STAFF),
    "knowledge:toggle_favourite": form("/favoritter/{card}/"),
    "knowledge:toggle_trial": form("/metodekort-proevet/{card}/"),
    "sparring:my_day": Row("/min-dag/", STAFF),
    "sparring:free_places": Row("/sparring/ledige-tider/", STAFF),
    "sparring:find_help": Row("/sparring/hvem-kan-hjaelpe/", STAFF),
    "sparring:book": Row("/sparring/book/{place}/", STAFF),
    "sparring:session": Row("/sparring/aftaler/{uid}/", ("karen",), refused=404),
    "sparring:cancel": Row("/sparring/aftaler/{uid}/aflys/", ("karen",), refused=404),
    "sparring:calendar": Row("/sparring/aftaler/{uid}/kalender.ics", ("karen",), refused=404),
    "sparring:answer": form("/sparring/forslag/1/svar/"),
    "sparring:come_back": form("/sparring/med-igen/"),
    "sparring:rounds": Row("/sparring/runder/", COORDINATORS),
    "sparring:plan_rounds": form("/sparring/runder/planlaeg/", COORDINATORS),
    "sparring:make_round": form("/sparring/runder/dan/{slot}/", COORDINATORS),
    "sparring:round": Row("/sparring/runder/{round}/", COORDINATORS),
    "sparring:publish_round": form("/sparring/runder/{round}/publicer/", COORDINATORS),
    "sparring:undo_publishing": form("/sparring/runder/{round}/fortryd/", COORDINATORS),
    "sparring:repair_round": form("/sparring/runder/{round}/reparer/", COORDINATORS),
    "sparring:wish_for_pair": form("/sparring/runder/{round}/par/", COORDINATORS),
    "sparring:drop_wish": form("/sparring/runder/par/1/ophaev/", COORDINATORS),
    "sparring:discard_round": form("/sparring/runder/{round}/kasser/", COORDINATORS),
    "sparring:notes": Row("/noter/", STAFF),
    "sparring:note_new": Row("/noter/ny/", STAFF),
    "sparring:note": Row("/noter/{note}/", ("karen",), refused=404),
    "sparring:note_edit": Row("/noter/{note}/ret/", ("karen",), refused=404),
    "sparring:note_delete": Row("/noter/{note}/slet/", ("karen",), refused=404),
    "sparring:note_share": form("/noter/{note}/del/"),
    "sparring:note_withdraw": form("/noter/{note}/traek-tilbage/"),
    "sparring:note_restore": form("/noter/{note}/fortryd/"),
    "search:search": Row("/soeg/", STAFF),
    "search:suggest": Row("/soeg/forslag/", STAFF),
}


def client_of(role: str, people: dict) -> Client:
    client = Client(raise_request_exception=True)
    if role != "nobody":
        client.force_login(people[role], backend="django.contrib.auth.backends.ModelBackend")
    return client


def test_every_address_has_a_row():
    own = {name for name, path in ALL if group_of(path) is None}
    assert own == set(TABLE)


@pytest.mark.parametrize("role", ["nobody", *ROLES])
def test_every_address_answers_each_role_as_the_table_says(world, role):
    ids, people = world
    client = client_of(role, people)
    wrong = {}
    for name, row in TABLE.items():
        response = client.get(row.path.format(**ids))
        if response.status_code != row.expected(role):
            wrong[name] = (response.status_code, row.expected(role))
        if role == "nobody" and response.status_code == 302 and name != "set_language":
            assert response["Location"].startswith(LOGIN), name
    assert wrong == {}


@pytest.mark.parametrize("role", ["nobody", "laura", "torben", "vera"])
def test_the_admin_lets_nobody_without_a_role_in(world, role):
    client = client_of(role, world[1])
    open_addresses = {
        path: response.status_code
        for name, path in ALL
        if group_of(path) == "admin" and name not in OPEN_IN_ADMIN
        if (response := client.get(path)).status_code not in (302, 403, 404)
    }
    assert open_addresses == {}


@pytest.mark.parametrize("role", ["karen", "birgit", "mikkel"])
def test_the_admin_never_breaks(world, role):
    """Asked with numbers and names that may not exist, every admin address answers without an error of the server."""
    client = client_of(role, world[1])
    client.raise_request_exception = False
    broken = [
        path
        for name, path in ALL
        if group_of(path) == "admin" and path != BROKEN_ON_PURPOSE and client.get(path).status_code >= 500
    ]
    assert broken == []


@pytest.mark.parametrize("role", ["nobody", *ROLES])
def test_account_and_document_addresses_never_break(world, role):
    client = client_of(role, world[1])
    wrong = {
        path: response.status_code
        for _, path in ALL
        if group_of(path) in ("account", "documents")
        if (response := client.get(path)).status_code not in (200, 301, 302, 401, 403, 404, 405)
    }
    assert wrong == {}
