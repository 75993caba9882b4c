"""How many queries a page takes: few, and the same when a hundred times as much stands in the database."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import pytest
from django.apps import apps
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from knowledge.models.base import CheckedPage
from tests.site.growing_world import World
from tests.site.test_every_address import ALL, TABLE

# The mark has the test database made; one worker builds the world.
pytestmark = [pytest.mark.django_db, pytest.mark.xdist_group("query counts")]

MOST = 12
MOST_IN_ADMIN = 30  # Wagtail's own menu, permissions and filters take most of them
FEW, MANY = 3, 300


@dataclass(frozen=True)
class Page:
    """`name` is that of the URL conf; `{…}` in the address are the ids of the world."""

    name: str
    address: str
    reader: str = "karen"
    most: int = MOST


def admin(name: str, address: str) -> Page:
    return Page(name, f"/redaktion/{address}", most=MOST_IN_ADMIN)


PAGES = [
    Page("wagtail_serve", "/"),
    Page("wagtail_serve", "/metodekort/"),
    Page("wagtail_serve", "/metodekort/?tema=konflikt&minutter=60&deltagere=3&tradition=facilitering"),
    Page("wagtail_serve", "/metodekort/?side=2"),
    Page("wagtail_serve", "{card_address}"),
    Page("wagtail_serve", "{card_address}", reader="ali"),
    Page("wagtail_serve", "/cases/"),
    Page("wagtail_serve", "/cases/?tema=konflikt"),
    Page("wagtail_serve", "{case_address}"),
    Page("wagtail_serve", "/vaerktoejskassen/"),
    Page("wagtail_serve", "/vaerktoejskassen/?tema=konflikt"),
    Page("wagtail_serve", "{tool_address}"),
    Page("wagtail_serve", "/principper/"),
    Page("network:accessibility", "/tilgaengelighed/"),
    Page("network:privacy", "/privatliv/"),
    Page("network:theme_css", "/tema.css"),
    Page("network:observer", "/observatoer/", reader="vera"),
    Page("network:people", "/korpset/"),
    Page("network:people", "/korpset/?navn=holm&tema=konflikt&sprog=da"),
    Page("network:person", "/korpset/{karen}/", reader="ali"),
    Page("network:person", "/korpset/{ali}/"),
    Page("network:profile", "/mig/"),
    Page("network:profile_edit", "/mig/rediger/"),
    Page("network:week", "/mig/tider/"),
    Page("network:pause_new", "/mig/pauser/ny/"),
    Page("network:blocks", "/mig/fravalg/"),
    Page("network:blocks", "/mig/fravalg/?navn=holm"),
    Page("network:leave_corps", "/mig/korpset/forlad/"),
    Page("knowledge:favourites", "/favoritter/"),
    Page("sparring:my_day", "/min-dag/"),
    Page("sparring:free_places", "/sparring/ledige-tider/"),
    Page("sparring:free_places", "/sparring/ledige-tider/?card={card}"),
    Page("sparring:free_places", "/sparring/ledige-tider/?person={ali}"),
    Page("sparring:free_places", "/sparring/ledige-tider/?theme=konflikt"),
    Page("sparring:free_places", "/sparring/ledige-tider/?theme=tema-1&person={ali}&side=2"),
    Page("sparring:find_help", "/sparring/hvem-kan-hjaelpe/"),
    Page("sparring:find_help", "/sparring/hvem-kan-hjaelpe/?theme=konflikt&day={free_day}"),
    Page("sparring:book", "/sparring/book/{place}/"),
    Page("sparring:book", "/sparring/book/{place}/?theme=tema-1"),
    Page("sparring:session", "/sparring/aftaler/{pair}/"),
    Page("sparring:session", "/sparring/aftaler/{pair}/", reader="ali"),
    Page("sparring:session", "/sparring/aftaler/{triad}/"),
    Page("sparring:cancel", "/sparring/aftaler/{pair}/aflys/"),
    Page("sparring:cancel", "/sparring/aftaler/{triad}/aflys/"),
    Page("sparring:calendar", "/sparring/aftaler/{pair}/kalender.ics"),
    Page("sparring:rounds", "/sparring/runder/"),
    Page("sparring:round", "/sparring/runder/{draft}/"),
    Page("sparring:round", "/sparring/runder/{published}/"),
    Page("sparring:notes", "/noter/"),
    Page("sparring:notes", "/noter/?fane=delt"),
    Page("sparring:notes", "/noter/?fane=alle"),
    Page("sparring:notes", "/noter/?fane=slettede"),
    Page("sparring:notes", "/noter/?card={card}&tema=konflikt"),
    Page("sparring:note", "/noter/{note}/"),
    Page("sparring:note", "/noter/{note}/", reader="ali"),
    Page("sparring:note_new", "/noter/ny/"),
    Page("sparring:note_new", "/noter/ny/?session={pair}&card={card}"),
    Page("sparring:note_edit", "/noter/{note}/ret/"),
    Page("sparring:note_delete", "/noter/{note}/slet/"),
    Page("search:search", "/soeg/"),
    Page("search:search", "/soeg/?q=konflikt"),
    Page("search:search", "/soeg/?q=konflikt&type=metodekort&tema=konflikt&minutter=60"),
    Page("search:search", "/soeg/?q=konflikt&type=case&type=vaerktoej&type=erfaring"),
    Page("search:search", "/soeg/?q=holm&type=person"),
    Page("search:search", "/soeg/?q=sdfghjk"),
    Page("search:suggest", "/soeg/forslag/?q=konf"),
    Page("account_email", "/konto/email/"),
    Page("account_logout", "/konto/logout/"),
    Page("mfa_index", "/konto/2fa/"),
    admin("wagtailadmin_home", ""),
    admin("wagtailadmin_explore", "pages/{cards_shelf}/"),
    admin("wagtailadmin_explore", "pages/{cases_shelf}/"),
    admin("wagtailadmin_explore", "pages/{tools_shelf}/"),
    admin("method_cards_to_review", "reports/metodekort-til-gennemsyn/"),
    admin("people:index", "personer/"),
    admin("people:index", "personer/?q=holm&is_active=true"),
    admin("person_chooser:choose", "vaelg-person/"),
    admin("person_chooser:choose_results", "vaelg-person/results/?q=holm"),
    admin("ambassadors:index", "ambassadoerer/"),
    admin("units:index", "afdelinger/"),
    admin("departments:index", "forvaltninger/"),
    admin("people_import:index", "import-af-personer/"),
    admin("outbox:index", "udbakke/"),
    admin("slotseries:index", "faste-sparringstider/"),
    admin("closingday:index", "lukkedage/"),
    admin("wagtailsnippets_network_theme:list", "snippets/network/theme/"),
    admin("wagtailsnippets_knowledge_targetgroup:list", "snippets/knowledge/targetgroup/"),
    admin("wagtailsnippets_knowledge_tradition:list", "snippets/knowledge/tradition/"),
    admin("wagtailsnippets_finding_synonymgroup:list", "synonymer/"),
    admin("missed_searches", "reports/soegninger-uden-resultat/"),
]


@dataclass
class Taken:
    """What a request took."""

    status: int
    served: type[Any] | None
    queries: list[str] = field(default_factory=list)

    @property
    def repeated(self) -> str:
        """The queries by their beginnings, the most frequent first: what a failing test shows."""
        return "\n".join(f"{times} x {query}" for query, times in Counter(self.queries).most_common())


@pytest.fixture(scope="module")
def taken(django_db_setup, django_db_blocker, tmp_path_factory) -> dict[Page, tuple[Taken, Taken]]:
    """What each page takes in a small world, and in the same world grown large."""
    with pytest.MonkeyPatch.context() as patch, django_db_blocker.unblock(), transaction.atomic():
        folder = tmp_path_factory.mktemp("world")
        patch.setattr("django.conf.settings.SEARCH_INDEX", folder / "search.sqlite3")
        patch.setattr("django.conf.settings.MEDIA_ROOT", folder / "media")
        world = World()
        world.grow(FEW)
        visit(world, PAGES)
        few = {page: ask(world, page) for page in PAGES}
        world.grow(MANY - FEW)
        visit(world, [page for page in PAGES if page.name == "wagtail_serve"])  # they have new links and pictures
        counted = {page: (few[page], ask(world, page)) for page in PAGES}
        transaction.set_rollback(True)
    return counted


def visit(world: World, pages: Iterable[Page]) -> None:
    """Ask for each: what a process remembers from then on is not counted."""
    for page in pages:
        ask(world, page)


def ask(world: World, page: Page) -> Taken:
    client = Client()
    client.force_login(getattr(world, page.reader), backend="django.contrib.auth.backends.ModelBackend")
    address = page.address.format(**world.ids)
    with CaptureQueriesContext(connection) as captured:
        response = client.get(address)
    served = (response.context_data or {}).get("page") if hasattr(response, "context_data") else None
    return Taken(response.status_code, type(served), [query["sql"][:300] for query in captured])


@pytest.mark.parametrize("asked", PAGES, ids=lambda asked: f"{asked.address} {asked.reader}")
def test_page_takes_few_queries_and_no_more_when_there_is_more(taken, asked):
    few, many = taken[asked]

    assert (few.status, many.status) == (200, 200)
    assert len(few.queries) <= asked.most, few.repeated
    assert len(many.queries) <= len(few.queries), many.repeated


def test_every_page_is_in_the_table():
    shown = {name for name, row in TABLE.items() if row.allowed == 200}

    assert shown <= {page.name for page in PAGES}


def test_every_type_of_page_is_in_the_table(taken):
    types = {model for model in apps.get_models() if issubclass(model, CheckedPage)}

    assert {many.served for page, (_few, many) in taken.items() if page.name == "wagtail_serve"} == types


def test_every_list_of_our_own_in_the_admin_is_in_the_table():
    ours = {name for name, _ in ALL if name.split(":")[-1] in {"index", "list", "choose"} and is_ours(name)}

    assert ours <= {page.name for page in PAGES}


def is_ours(name: str) -> bool:
    """Wagtail's names begin with its own, and those of a vocabulary also name our app."""
    return not name.startswith("wagtail") or name.startswith(("wagtailsnippets_network", "wagtailsnippets_knowledge"))
