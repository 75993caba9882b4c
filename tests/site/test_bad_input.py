"""Rubbish in every form, address and command: a kind error, nothing lost, nothing stored, and no error of ours."""

from __future__ import annotations

import html
import io
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

import pytest
from django.apps import apps
from django.contrib.auth.models import Permission
from django.contrib.contenttypes.models import ContentType
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import ManagementUtility, get_commands
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from network.models import Person
from sparring.models import ExperienceNote, MatchMember, MatchProposal, RoundStatus, SparringRound
from tests.factories import (
    MethodCardFactory,
    NoteFactory,
    SlotFactory,
    ThemeFactory,
    make_place,
    make_session,
    page_tree,
)
from tests.postgres import postgres_url, run_tests  # noqa: F401  the fixture
from tests.site.test_every_address import TABLE

LONG = "Æ" * 4000
# What no choice, number, date or reference can be.
NONSENSE = {
    "spaces": "  \t",
    "far too long": LONG,
    "control characters": "a\x01\x1b\x7f\u0085b",
    "nul": "a\0b",
    "broken utf-8": b"\xed\xa0\x80\xff",
    "emoji": "👩‍👩‍👧 🇩🇰",
    "huge": str(10**30),
    "longer than python reads": "9" * 5000,
    "negative": "-1",
    "no number": "NaN",
    "no date": "31.02.2026",
    "no time": "25:61",
    "html": '"><script>alert(1)</script>',
    "sql": "' OR 1=1; DROP TABLE network_person; --",
    "template": "{{ request }}{% load x %}%s %(x)s {0}",
    "address": "http://[::1",
    "right to left": "\u202eabc\u2066",
}
# What no text can be either; the rest may well stand in one.
NO_TEXT = ("far too long", "nul")
ODD_TEXT = ("control characters", "sql", "template", "right to left")
WORST = ("nul", "longer than python reads")


@dataclass(frozen=True)
class Form:
    """An address that takes POST. `valid` is what it would take, `fixed` what goes along with it untried.

    In `texts` anything may be written, within limits; `optional` fields may be missing. What makes no sense in a
    `loose` field is left out.
    """

    name: str
    path: str
    by: str
    valid: dict[str, str] = field(default_factory=dict)
    texts: tuple[str, ...] = ()
    optional: tuple[str, ...] = ()
    loose: tuple[str, ...] = ()
    fixed: dict[str, str] = field(default_factory=dict)

    @property
    def needed(self) -> set[str]:
        return set(self.valid) - {*self.loose, *self.optional}

    def tries(self) -> Iterator[tuple[str, dict[str, Any]]]:
        """Each field with all that it must refuse."""
        for name in self.valid:
            labels = NO_TEXT if name in self.texts else NONSENSE.keys() - set(ODD_TEXT)
            yield name, {label: NONSENSE[label] for label in labels}


NOTE = {
    "title": "Hækken",
    "situation": "Borgeren var vred.",
    "action": "Jeg lyttede.",
    "effect": "Der blev ro.",
    "advice": "Vent med at forklare.",
    "cards": "{card}",
    "themes": "{theme}",
}
NOT_NEEDED = ("title", "advice", "cards", "themes")
NOTE_TEXTS = ("title", "situation", "action", "effect", "advice")
COUNTS = {f"day{day}-{name}_FORMS": count for day in range(5) for name, count in (("TOTAL", "1"), ("INITIAL", "0"))}
PROFILE = {
    "bio": "Spørg mig om alt.",
    "offers": "{theme_slug}",
    "seeks": "{other_slug}",
    "languages": "da",
    "formats": "video",
    "weekly_cap": "3",
}
WISH = {"on": "ja", "next": "/korpset/"}
FORMS = [
    Form(
        "sparring:book",
        "/sparring/book/{place}/",
        "laura",
        {"theme": "{theme}", "question": "Hvordan begynder vi?", "format": "video"},
        texts=("question",),
        optional=("theme", "question"),
    ),
    Form("sparring:cancel", "/sparring/aftaler/{uid}/aflys/", "karen"),
    Form("sparring:answer", "/sparring/forslag/{proposal}/svar/", "karen", {"answer": "accept"}),
    Form("sparring:come_back", "/sparring/med-igen/", "karen"),
    Form("sparring:plan_rounds", "/sparring/runder/planlaeg/", "birgit"),
    Form("sparring:make_round", "/sparring/runder/dan/{slot}/", "birgit"),
    Form("sparring:publish_round", "/sparring/runder/{round}/publicer/", "birgit"),
    Form("sparring:repair_round", "/sparring/runder/{round}/reparer/", "birgit"),
    Form("sparring:undo_publishing", "/sparring/runder/{round}/fortryd/", "birgit"),
    Form(
        "sparring:wish_for_pair",
        "/sparring/runder/{round}/par/",
        "birgit",
        {"one": "{karen}", "other": "{blocked}", "kind": "apart"},
    ),
    Form("sparring:drop_wish", "/sparring/runder/par/{wish}/ophaev/", "birgit"),
    Form("sparring:discard_round", "/sparring/runder/{round}/kasser/", "birgit"),
    Form("sparring:note_new", "/noter/ny/", "karen", NOTE, texts=NOTE_TEXTS, optional=NOT_NEEDED),
    Form(
        "sparring:note_edit",
        "/noter/{note}/ret/",
        "karen",
        NOTE | {"seen": "{seen}"},
        texts=NOTE_TEXTS,
        optional=NOT_NEEDED,
    ),
    Form("sparring:note_share", "/noter/{note}/del/", "karen", {"to": "corps"}),
    Form("sparring:note_withdraw", "/noter/{shared}/traek-tilbage/", "karen", {"to": "private"}),
    Form("sparring:note_delete", "/noter/{note}/slet/", "karen"),
    Form("sparring:note_restore", "/noter/{deleted}/fortryd/", "karen"),
    Form(
        "network:profile_edit", "/mig/rediger/", "karen", PROFILE, texts=("bio",), optional=("bio", "offers", "seeks")
    ),
    Form(
        "network:week",
        "/mig/tider/",
        "karen",
        {"day0-0-starts_at": "09:00", "day0-0-ends_at": "10:00", "day0-TOTAL_FORMS": "1", "day0-INITIAL_FORMS": "0"},
        loose=("day0-TOTAL_FORMS", "day0-INITIAL_FORMS"),
        fixed=COUNTS,
    ),
    Form("network:pause_new", "/mig/pauser/ny/", "karen", {"from_on": "2090-02-01", "until_on": "2090-02-28"}),
    Form("network:pause_end", "/mig/pauser/{pause}/afslut/", "karen"),
    Form("network:block_add", "/mig/fravalg/{person}/tilfoej/", "karen"),
    Form("network:block_remove", "/mig/fravalg/{blocked}/fjern/", "karen"),
    Form("network:leave_corps", "/mig/korpset/forlad/", "karen"),
    Form("network:return_to_corps", "/mig/korpset/tilbage/", "karen"),
    Form("knowledge:toggle_favourite", "/favoritter/{card}/", "laura", WISH, loose=("on", "next")),
    Form("knowledge:toggle_trial", "/metodekort-proevet/{card}/", "laura", WISH, loose=("on", "next")),
    Form("set_language", "/sprog/", "laura", {"language": "en", "next": "/korpset/"}, loose=("language", "next")),
    Form("network:csp_report", "/csp-rapport/", "nobody", {"csp-report": "x"}),
    Form("account_login", "/konto/login/", "nobody", {"login": "karen@egeby.example", "password": "x", "next": "/"}),
    Form("account_reset_password", "/konto/password/reset/", "nobody", {"email": "nobody@egeby.example"}),
    Form("account_change_password", "/konto/password/change/", "laura", {"oldpassword": "x", "password1": "y"}),
    Form("account_email", "/konto/email/", "laura", {"email": "x", "action_add": "1"}, loose=("action_add",)),
    Form("account_reauthenticate", "/konto/reauthenticate/", "laura", {"password": "x"}),
    Form("mfa_activate_totp", "/konto/2fa/totp/activate/", "laura", {"code": "x"}),
    Form("mfa_authenticate", "/konto/2fa/authenticate/", "laura", {"code": "x"}),
    Form("people_import:index", "/redaktion/import-af-personer/", "birgit", {"skip_bad": "on"}, optional=("skip_bad",)),
    Form("people_import:preview", "/redaktion/import-af-personer/forhaandsvisning/", "birgit", {"plan": "x"}),
]
# What an address with a list or a form reads from its query.
QUERIES = {
    "/soeg/": ["q", "type", "tema", "forvaltning", "minutter", "deltagere", "ordret", "side"],
    "/soeg/forslag/": ["q"],
    "/korpset/": ["navn", "tema", "forvaltning", "sprog", "side"],
    "/mig/fravalg/": ["navn"],
    "/favoritter/": ["side"],
    "/sparring/ledige-tider/": ["theme", "person", "day", "card", "side"],
    "/sparring/book/{place}/": ["theme"],
    "/sparring/hvem-kan-hjaelpe/": ["theme", "day"],
    "/sparring/runder/": ["side"],
    "/sparring/runder/{round}/": ["navn", "person", "side"],
    "/noter/": ["fane", "card", "tema", "side"],
    "/noter/ny/": ["session", "card"],
    "/metodekort/": ["tema", "minutter", "deltagere", "tradition", "side"],
    "/cases/": ["tema", "side"],
    "/vaerktoejskassen/": ["tema", "side"],
    "/tema.css": ["v"],
    "/konto/login/": ["next"],
    "/redaktion/personer/": ["q", "org_unit", "role", "is_active", "p", "ordering"],
    "/redaktion/ambassadoerer/": ["q", "is_active", "p", "ordering"],
    "/redaktion/afdelinger/": ["q", "department", "p", "ordering"],
    "/redaktion/vaelg-person/results/": ["q", "p"],
    "/redaktion/udbakke/": ["p", "ordering"],
}
PART = b'--x\r\nContent-Disposition: form-data; name="title"\r\n\r\n+2AA-\r\n--x--'
NO_FORMS = [
    ("application/json", b'{"title": [1, {"a": null}]}'),
    ("application/json; charset=nonsense", b"\xff\x00"),
    ("text/plain", b"title=a"),
    ("multipart/form-data", PART),
    ("multipart/form-data; boundary=x", b"--x\r\nno headers at all"),
    ("multipart/form-data; boundary=x; charset=rot13", PART),
    ("multipart/form-data; boundary=x; charset=utf-7", PART),
    ("application/x-www-form-urlencoded; charset=utf-16", b"title=a"),
    ("application/x-www-form-urlencoded", b"&".join(b"f%d=1" % number for number in range(1500))),
    ("x" * 300, b"title=a"),
]
NO_UUID = "00000000-0000-4000-8000-000000000000"
# Pages that show the same whether asked with GET or POST.
READS_NOTHING = {
    "wagtail_serve",
    "wagtailcore_authenticate_with_password",
    "wagtailcore_login",
    "network:accessibility",
    "network:observer",
    "network:privacy",
    "network:theme_css",
    "sparring:note",
    "sparring:notes",
}


@pytest.fixture
def world(db, laura, karen, ali, birgit):
    """Karen's notes, her sparring with Ali, what she is asked to answer, and a place of Ali's that Laura can book."""
    page_tree()
    theme, other = ThemeFactory(name="Konflikt"), ThemeFactory(name="Nabostrid")
    ali.ambassador.offers.add(theme)
    soon = timezone.now() + timedelta(days=1)
    session = make_session(karen, ali, starts_at=soon + timedelta(days=1))
    published, draft, free = (SlotFactory(starts_at=soon + timedelta(hours=hours)) for hours in range(3))
    proposal = MatchProposal.objects.create(
        round=round_at(published, RoundStatus.PUBLISHED, birgit), session=session, score=1
    )
    for person in (karen, ali):
        MatchMember.objects.create(proposal=proposal, person=person)
    note = NoteFactory(author=karen)
    karen.blocks.create(other=ali)
    let_into_admin(birgit)
    planned = round_at(draft, RoundStatus.DRAFT, birgit)
    wish = planned.wishes.create(one=laura, other=karen, kind="apart")
    ids = {
        "blocked": ali.pk,
        "card": MethodCardFactory().pk,
        "karen": karen.pk,
        "deleted": NoteFactory(author=karen, deleted_at=timezone.now()).pk,
        "note": note.pk,
        "other_slug": other.slug,
        "pause": karen.pauses.create(from_on="2095-01-01", until_on="2095-01-02").pk,
        "person": laura.pk,
        "place": make_place(ali, free).pk,
        "proposal": proposal.pk,
        "round": planned.pk,
        "seen": note.version,
        "shared": NoteFactory(author=karen, visibility="everyone").pk,
        "slot": free.pk,
        "theme": theme.pk,
        "theme_slug": theme.slug,
        "uid": session.uid,
        "wish": wish.pk,
    }
    return World(ids, {"laura": laura, "karen": karen, "birgit": birgit})


def round_at(slot, status, by):
    return SparringRound.objects.create(slot=slot, status=status, created_at=timezone.now(), created_by=by)


def let_into_admin(person):
    kind = ContentType.objects.get_or_create(app_label="wagtailadmin", model="admin")[0]
    enter = Permission.objects.get_or_create(content_type=kind, codename="access_admin")[0]
    person.groups.get().permissions.add(enter)


@dataclass
class World:
    ids: dict[str, Any]
    people: dict[str, Person]

    def client(self, role: str) -> Client:
        client = Client(raise_request_exception=False)
        if role != "nobody":
            client.force_login(self.people[role], backend="django.contrib.auth.backends.ModelBackend")
        return client

    def address(self, path: str) -> str:
        return path.format(**self.ids)

    def input(self, form: Form) -> dict[str, Any]:
        return form.fixed | {name: self.address(value) for name, value in form.valid.items()}


def stored() -> dict[str, list[Any]]:
    """All that there is, but for what every visit changes."""
    ours = ("network", "knowledge", "sparring", "outbox", "wagtailcore")
    models = [model for model in apps.get_models(include_auto_created=True) if model._meta.app_label in ours]
    return {model._meta.label: list(model._base_manager.order_by("pk").values()) for model in models}


# Forms


def test_every_address_that_takes_post_is_in_the_table(world):
    client = world.client("karen")
    ids = dict.fromkeys(("card", "note", "person", "place", "round", "slot"), 1)
    addresses = {name: row.path.format(**ids | {"uid": NO_UUID}) for name, row in TABLE.items()}

    takes_post = {name for name, address in addresses.items() if client.post(address).status_code != 405}

    assert takes_post - {form.name for form in FORMS} - READS_NOTHING == set()


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.name)
def test_form_refuses_nonsense_and_stores_nothing(world, form):
    client, path = world.client(form.by), world.address(form.path)
    valid, before = world.input(form), stored()
    for kind, content in NO_FORMS:
        assert client.generic("POST", path, content, content_type=kind).status_code < 500, kind
    for shape in shapes(form, valid):
        assert client.post(path, shape).status_code < 500, str(shape)[:200]
    assert not form.needed or stored() == before
    for name, tries in form.tries():
        answers = {label: client.post(path, valid | {name: nonsense}).status_code for label, nonsense in tries.items()}
        assert not any(status >= 500 for status in answers.values()), (name, answers)
        assert name in form.loose or stored() == before, (name, answers)


def shapes(form: Form, valid: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """A form that comes empty, without one of its fields, with several values in each, with fields of no form."""
    yield {}
    yield from ({name: valid[name] for name in valid if name != missing} for missing in form.needed)
    yield {name: [value, "31.02.2026", "\0"] for name, value in valid.items()}
    yield {f"{name}[]": value for name, value in valid.items()}
    yield {"": "", "\0": "\0", "__proto__": "x", LONG: "x"}


@pytest.mark.parametrize(
    ("name", "spoilt"),
    [
        ("sparring:book", "format"),
        ("sparring:note_new", "cards"),
        ("sparring:note_edit", "cards"),
        ("network:profile_edit", "weekly_cap"),
    ],
)
def test_text_stays_in_the_form_when_something_is_refused(world, name, spoilt):
    form = next(form for form in FORMS if form.name == name)
    client = world.client(form.by)
    for typed in (LONG, NONSENSE["html"], NONSENSE["emoji"], NONSENSE["template"], "Første linje\nog »anden« 'linje'"):
        given = world.input(form) | dict.fromkeys(form.texts, typed) | {spoilt: "nonsense"}
        response = client.post(world.address(form.path), given)

        shown = html.unescape(response.content.decode())
        assert (response.status_code, shown.count(typed) >= len(form.texts)) == (200, True), typed[:100]
        assert "<script>alert" not in response.content.decode()


def test_odd_text_is_kept_and_shown_as_it_was_written(world):
    client = world.client("karen")
    for label in NONSENSE.keys() - {*NO_TEXT, "spaces", "broken utf-8", "longer than python reads"}:
        typed = NONSENSE[label].strip()
        response = client.post("/noter/ny/", dict.fromkeys(NOTE_TEXTS, typed) | {"title": label})

        note = ExperienceNote.objects.get(title=label)
        page = client.get(response["Location"]).content.decode()
        assert (note.situation, "<script>alert" in page, typed in html.unescape(page)) == (typed, False, True)


# Addresses


@pytest.mark.parametrize("role", ["karen", "birgit"])
def test_page_survives_nonsense_in_its_query(world, role):
    client = world.client(role)
    broken = [
        (path, query[:200])
        for path, names in QUERIES.items()
        if ("birgit" if "/runder/" in path or "/redaktion/" in path else "karen") == role
        for query in nonsense_queries(names)
        if client.get(f"{world.address(path)}?{query}").status_code >= 500
    ]
    assert broken == []


def nonsense_queries(names: list[str]) -> Iterator[str]:
    for nonsense in NONSENSE.values():
        yield urlencode(dict.fromkeys(names, nonsense))
    for name in names:
        yield from (urlencode({name: NONSENSE[label]}) for label in WORST)
        yield urlencode({name: ["1", "\0", "x"], f"{name}[0]": "1"}, doseq=True)


def test_query_in_another_character_set_is_no_error_of_ours(world):
    client = world.client("karen")
    broken = [
        (path, charset)
        for path in ("/soeg/", "/korpset/", "/noter/", "/metodekort/")
        for charset in ("utf-7", "rot13", "utf-16", "idna", "nonsense")
        if client.generic("GET", f"{path}?q=%2B2AA-%FF+2AA-", content_type=f"text/plain; charset={charset}").status_code
        not in (200, 415)
    ]
    assert broken == []


def test_unknown_number_is_not_found(world):
    clients = {True: world.client("birgit"), False: world.client("karen")}
    wrong = set()
    for number in ("0", "999999999999", "10" * 20, "9" * 5000, "-1", "1.5", "%00", "%ED%A0%80", NO_UUID):
        ids = dict.fromkeys(("card", "note", "person", "place", "round", "slot", "uid"), number)
        for path in {row.path.format(**ids) for row in TABLE.values() if "{" in row.path}:
            client = clients["/runder/" in path]
            answers = {client.get(path).status_code, client.post(path).status_code}
            if not answers <= {403, 404, 405}:
                wrong.add((path[:80], *answers))
    assert wrong == set()


def test_address_that_nobody_has_written_is_not_found(world):
    client = world.client("karen")
    answers = {
        address[:80]: client.get(address).status_code
        for address in (
            "/%00",
            "/metodekort/%00/",
            "/metodekort/%ff%fe/",
            f"/metodekort/{'a' * 300}/",
            "/" + "a/" * 500,
            f"/media/images/{'a' * 300}",
            "/media/images/%00",
            "/media/%00/a",
            "/hylde/findes-ikke/",
            f"/dokumenter/1/{'a' * 300}",
            "/dokumenter/1/%00",
        )
    }
    assert set(answers.values()) == {404}, answers
    assert client.get("/media/images/..%2f..%2fsecret_key").status_code == 400


@pytest.mark.postgres
def test_addresses_are_no_error_on_postgresql_either(postgres_url):  # noqa: F811
    names = ("page_survives_nonsense_in_its_query", "unknown_number_is_not_found", "address_that_nobody_has_written")
    tests = [name for name in globals() if name.removeprefix("test_").startswith(names)]

    done = run_tests(*(f"{__file__}::{name}" for name in tests), database_url=postgres_url)

    assert done.returncode == 0, done.stdout


# What has no form of its own


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.text(max_size=60))
def test_any_text_can_be_searched_for(world, text):
    client = world.client("laura")
    query = urlencode({"q": text.encode("utf-8", "surrogatepass")})

    assert {client.get(f"{path}?{query}").status_code for path in ("/soeg/", "/soeg/forslag/")} == {200}


JSON_VALUES = st.none() | st.booleans() | st.floats() | st.integers() | st.text(st.characters())


ANY_TEXT = st.text(st.characters(exclude_categories=()))  # with lone surrogates, which JSON can carry
VALUES = st.none() | st.booleans() | st.floats() | st.integers() | ANY_TEXT | st.lists(ANY_TEXT, max_size=2)
FIELDS = st.dictionaries(st.sampled_from(["violated-directive", "document-uri", "x"]), VALUES)
REPORTS = VALUES | FIELDS | st.fixed_dictionaries({"csp-report": VALUES | FIELDS})


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(report=REPORTS)
def test_any_report_is_taken_or_refused(client, report):
    body = json.dumps(report)

    assert client.post("/csp-rapport/", body, content_type="application/csp-report").status_code in (204, 400)


FILES = {
    "nothing": b"",
    "a picture": b"\x89PNG\r\n\x1a\n" + bytes(range(256)),
    "nul": b"navn;e-mail;afdeling\n\0;\0;\0\n",
    "an excel workbook": b"PK\x03\x04" + b"\0" * 100,
    "no end of quotes": b'navn;e-mail;afdeling\n"Anna;anna@egeby.example;byggesag\n' * 50,
    "a very long line": b"navn;e-mail;afdeling\n" + b"a" * 300_000,
    "html": b"<html><script>alert(1)</script></html>",
    "only headings": b"navn;e-mail;afdeling\n",
    "a thousand columns": b";".join(b"navn" for _ in range(1000)),
    "rubbish below headings": "navn;e-mail;afdeling\n👩;<script>;' OR 1=1\n31.02.2026;10e400;-1\n".encode(),
    "too large": b"a" * (5 * 1024 * 1024 + 1),
}


def test_upload_that_is_no_list_of_people_is_refused_with_a_reason(world):
    client, before = world.client("birgit"), stored()
    for content in FILES.values():
        file = SimpleUploadedFile("\u202e<b>" + "æ" * 300 + ".csv", content)
        response = client.post(reverse("people_import:index"), {"file": file})

        reasons = response.context["form"].errors or response.context["plan"].problems
        assert (response.status_code, bool(reasons), stored() == before) == (200, True, True), content[:40]
        assert "<script>alert" not in response.content.decode()


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    content=st.binary(max_size=80)
    | st.text(max_size=80).map(lambda text: f"navn;e-mail;afdeling\n{text}".encode("utf-8", "replace"))
)
def test_any_file_can_be_uploaded(world, content):
    people = Person.objects.count()

    response = world.client("birgit").post(
        reverse("people_import:index"), {"file": SimpleUploadedFile("personer.csv", content)}
    )

    assert (response.status_code, Person.objects.count()) == (200, people)


# Commands

OURS = sorted(
    name
    for name, app in get_commands().items()
    if app.split(".")[0] in {"demo", "knowledge", "network", "search", "sparring"}
)


@pytest.fixture
def run(monkeypatch):
    """Run a command as from a shell: its exit code, and what it says about what went wrong."""
    monkeypatch.setattr("django.db.connections.close_all", lambda: None)  # the test goes on with the database

    def _run(*words) -> tuple[int, str]:
        # Like the stream that Python itself makes, which shows what no character set has.
        said = io.TextIOWrapper(io.BytesIO(), "utf-8", errors="backslashreplace", write_through=True)
        monkeypatch.setattr("sys.stderr", said)
        with pytest.raises(SystemExit) as end:
            ManagementUtility(["manage.py", *map(str, words)]).execute()
        return end.value.code, said.buffer.getvalue().decode().strip()

    return _run


@pytest.mark.parametrize("command", OURS)
@pytest.mark.parametrize(
    "rubbish", [["--findes-ikke"], ["et", "ord", "for", "meget"], ["--verbosity", "mange"], ["caf\udce9"]]
)
def test_command_says_in_danish_that_it_does_not_understand(db, run, command, rubbish):
    if command in {"import_people", "build_thesaurus"} and rubbish == ["caf\udce9"]:
        pytest.skip("It takes a file name.")

    code, said = run(command, *rubbish)

    assert (code, said.count("\n"), "kan ikke læses" in said) == (2, 0, True)


@pytest.mark.parametrize("weeks", ["0", "-1", "53", str(10**30)])
def test_slots_are_not_made_for_weeks_that_make_no_sense(db, run, weeks):
    assert run("make_slots", f"--weeks={weeks}") == (1, "CommandError: --weeks skal være mellem 1 og 52.")


@pytest.mark.parametrize(
    ("file", "reason"),
    [
        ("findes-ikke.csv", "filen findes ikke."),
        (".", "det er en mappe."),
        ("/proc/self/mem", "systemet kan ikke læse den."),
        ("caf\udce9.csv", "filen findes ikke."),
        ("a" * 300, "systemet kan ikke læse den."),
    ],
)
def test_import_says_why_a_file_cannot_be_opened(db, run, file, reason):
    code, said = run("import_people", file)

    assert (code, said.count("\n"), said.endswith(reason)) == (2, 0, True), said


def test_import_says_that_it_may_not_read_a_file(db, run, tmp_path, monkeypatch):
    def refuse(content):
        raise PermissionError(13, "Permission denied")  # root may read anything, and tests may run as root

    (tmp_path / "lukket.csv").touch()
    monkeypatch.setattr("network.management.commands.import_people.read_table", refuse)

    code, said = run("import_people", tmp_path / "lukket.csv")

    assert (code, said.endswith("programmet har ikke lov til at læse den.")) == (2, True), said


@pytest.mark.parametrize("content", FILES)
def test_import_refuses_a_file_that_is_no_list_of_people(db, run, tmp_path, content):
    file = tmp_path / "personer.csv"
    file.write_bytes(FILES[content])

    code, said = run("import_people", file)

    assert (code in (1, 2), bool(said), "Traceback" in said, Person.objects.count()) == (True, True, False, 0)


@pytest.mark.parametrize("command", ["reindex", "search_check"])
def test_search_commands_say_that_the_index_cannot_be_used(db, run, settings, tmp_path, command):
    settings.SEARCH_INDEX = tmp_path / "file" / "search.sqlite3"
    (tmp_path / "file").write_text("This is no folder.")

    code, said = run(command)

    told = said.splitlines()[-1]  # after the log's own line
    assert (code, told.startswith("CommandError: Søgeindekset"), "Traceback" in said) == (1, True, False), said
