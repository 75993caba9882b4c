"""Rubbish in every form, address and command: a kind error, nothing lost, nothing stored, and no error of ours."""

from __future__ import annotations

import html
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
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
from tests.site.test_every_address import TABLE, Row

LONG = "Æ" * 20_000
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
    "infinite": "1e400",
    "no date": "31.02.2026",
    "year zero": "0000-00-00",
    "no time": "25:61",
    "html": '"><script>alert(1)</script>',
    "sql": "' OR 1=1; DROP TABLE network_person; --",
    "template": "{{ request }}{% load x %}%s %(x)s {0}",
    "path": "../../../etc/passwd",
    "address": "http://[::1",
    "right to left": "\u202eabc\u2066",
}
# What no text can be either; the rest may well stand in one.
NO_TEXT = ("spaces", "far too long", "nul")


@dataclass(frozen=True)
class Form:
    """An address that takes POST. `valid` is what it would take, `fixed` what goes along with it untried.

    Of `texts` anything may be written, within limits. Of `loose` fields, what makes no sense is left out.
    """

    name: str
    path: str
    by: str
    valid: dict[str, str] = field(default_factory=dict)
    texts: tuple[str, ...] = ()
    loose: tuple[str, ...] = ()
    fixed: dict[str, str] = field(default_factory=dict)

    def tries(self) -> Iterator[tuple[str, str, Any]]:
        """Each field with each thing that it must refuse."""
        for name in self.valid:
            if name not in self.loose:
                for label in NO_TEXT if name in self.texts else NONSENSE:
                    yield name, label, NONSENSE[label]


NOTE = {
    "title": "Hækken",
    "situation": "Borgeren var vred.",
    "action": "Jeg lyttede.",
    "effect": "Der blev ro.",
    "advice": "Vent med at forklare.",
    "cards": "{card}",
    "themes": "{theme}",
}
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
    ),
    Form("sparring:cancel", "/sparring/aftaler/{uid}/aflys/", "karen"),
    Form("sparring:answer", "/sparring/forslag/{proposal}/svar/", "karen", {"answer": "accept"}),
    Form("sparring:make_round", "/sparring/runder/dan/{slot}/", "birgit"),
    Form("sparring:publish_round", "/sparring/runder/{round}/publicer/", "birgit"),
    Form("sparring:discard_round", "/sparring/runder/{round}/kasser/", "birgit"),
    Form("sparring:note_new", "/noter/ny/", "karen", NOTE, texts=NOTE_TEXTS),
    Form("sparring:note_edit", "/noter/{note}/ret/", "karen", NOTE | {"seen": "{seen}"}, texts=NOTE_TEXTS),
    Form("sparring:note_share", "/noter/{note}/del/", "karen", {"to": "corps"}),
    Form("sparring:note_withdraw", "/noter/{shared}/traek-tilbage/", "karen", {"to": "private"}),
    Form("sparring:note_delete", "/noter/{note}/slet/", "karen"),
    Form("sparring:note_restore", "/noter/{deleted}/fortryd/", "karen"),
    Form("network:profile_edit", "/mig/rediger/", "karen", PROFILE, texts=("bio",)),
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
    Form("people_import:index", "/redaktion/import-af-personer/", "birgit", {"skip_bad": "on"}),
    Form("people_import:preview", "/redaktion/import-af-personer/forhaandsvisning/", "birgit", {"plan": "x"}),
]
# What an address with a list or a form reads from its query.
QUERIES = {
    "/soeg/": ["q", "type", "tema", "minutter", "deltagere", "ordret", "side"],
    "/soeg/forslag/": ["q"],
    "/korpset/": ["navn", "tema", "forvaltning", "sprog", "side"],
    "/mig/fravalg/": ["navn"],
    "/favoritter/": ["side"],
    "/sparring/ledige-tider/": ["theme", "person", "day", "card", "side"],
    "/sparring/book/{place}/": ["theme"],
    "/sparring/runder/": ["side"],
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
NOT_A_FORM = {
    "application/json": b'{"title": [1, {"a": null}]}',
    "application/json; charset=nonsense": b"\xff\x00",
    "text/plain": b"title=a",
    "text/plain; charset=utf-7": b"+2AA-",
    "multipart/form-data": b"--x",
    "multipart/form-data; boundary=x": b"--x\r\nno headers at all",
    "multipart/form-data; boundary=x; charset=rot13": b'--x\r\nContent-Disposition: form-data; name="title"\r\n\r\na\r\n--x--',
    "multipart/form-data; boundary=x; charset=utf-7": (
        b'--x\r\nContent-Disposition: form-data; name="title"\r\n\r\n+2AA-\r\n--x--'
    ),
    "application/x-www-form-urlencoded; charset=utf-16": b"title=a",
    "application/x-www-form-urlencoded": b"&".join(b"f%d=1" % number for number in range(1500)),
    "x" * 300: b"title=a",
}
OTHER_CHARSETS = ["text/plain; charset=utf-7", "text/plain; charset=rot13", "text/plain; charset=utf-16"]


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
    ids = {
        "blocked": ali.pk,
        "card": MethodCardFactory().pk,
        "deleted": NoteFactory(author=karen, deleted_at=timezone.now()).pk,
        "note": note.pk,
        "other_slug": other.slug,
        "pause": karen.pauses.create(from_on="2095-01-01", until_on="2095-01-02").pk,
        "person": laura.pk,
        "place": make_place(ali, free).pk,
        "proposal": proposal.pk,
        "round": round_at(draft, RoundStatus.DRAFT, birgit).pk,
        "seen": note.version,
        "shared": NoteFactory(author=karen, visibility="everyone").pk,
        "slot": free.pk,
        "theme": theme.pk,
        "theme_slug": theme.slug,
        "uid": session.uid,
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


def parametrize(values, name="form"):
    return pytest.mark.parametrize(name, values, ids=lambda value: getattr(value, "name", value))


# Forms


def test_every_address_that_takes_post_is_in_the_table(world):
    client = world.client("karen")
    takes_post = {
        name
        for name, row in TABLE.items()
        if client.post(asked(row)).status_code != 405 and client.options(asked(row)).get("Allow") != "GET, HEAD"
    }
    shown = {
        name for name in takes_post if client.get(asked(TABLE[name])).content == client.post(asked(TABLE[name])).content
    }

    assert takes_post - shown - {form.name for form in FORMS} == set()


def asked(row: Row) -> str:
    ids = dict.fromkeys(("card", "note", "person", "place", "round", "slot"), 1)
    return row.path.format(**ids, uid="00000000-0000-4000-8000-000000000000")


@parametrize(FORMS)
def test_form_refuses_nonsense_in_each_field_and_stores_nothing(world, form):
    client, path = world.client(form.by), world.address(form.path)
    before = stored()
    wrong = {}
    for name, label, nonsense in form.tries():
        response = client.post(path, world.input(form) | {name: nonsense})
        if response.status_code >= 500 or stored() != before:
            wrong[name, label] = response.status_code
            before = stored()
    assert wrong == {}


@parametrize([form for form in FORMS if form.loose])
def test_form_leaves_out_what_makes_no_sense_in_a_loose_field(world, form):
    client, path = world.client(form.by), world.address(form.path)
    wrong = {
        (name, label): response.status_code
        for name in form.loose
        for label, nonsense in NONSENSE.items()
        if (response := client.post(path, world.input(form) | {name: nonsense})).status_code >= 500
    }
    assert wrong == {}


@parametrize(FORMS)
def test_form_that_comes_empty_or_half_stores_nothing(world, form):
    client, path = world.client(form.by), world.address(form.path)
    optional = {"advice", "title", "cards", "themes", "theme", "question", "bio", "offers", "seeks", "skip_bad", "next"}
    before = stored()
    for missing in set(form.valid) - set(form.loose) - optional:
        given = {name: value for name, value in world.input(form).items() if name != missing}
        assert client.post(path, given).status_code < 500, missing
    needed = set(form.valid) - set(form.loose)
    assert client.post(path, {}).status_code < 500
    assert not needed or stored() == before


@parametrize(FORMS)
def test_form_survives_several_values_and_unknown_fields(world, form):
    client, path = world.client(form.by), world.address(form.path)
    twice = {name: [value, "31.02.2026", "\0", value] for name, value in world.input(form).items()}
    lists = {f"{name}[]": value for name, value in world.input(form).items()}
    for given in (twice, lists, {"": "", "\0": "\0", "__proto__": "x", LONG[:5000]: "x"}):
        assert client.post(path, given).status_code < 500


@parametrize(FORMS)
def test_form_survives_what_is_no_form(world, form):
    client, path = world.client(form.by), world.address(form.path)
    wrong = {
        kind: response.status_code
        for kind, content in NOT_A_FORM.items()
        if (response := client.generic("POST", path, content, content_type=kind)).status_code >= 500
    }
    assert wrong == {}


@pytest.mark.parametrize(
    ("name", "spoilt"),
    [
        ("sparring:book", "format"),
        ("network:profile_edit", "weekly_cap"),
        ("sparring:note_new", "cards"),
        ("sparring:note_edit", "cards"),
    ],
)
@pytest.mark.parametrize("text", ["far too long", "html", "emoji", "template", "several lines"])
def test_text_stays_in_the_form_when_something_is_refused(world, name, spoilt, text):
    form = next(form for form in FORMS if form.name == name)
    typed = (NONSENSE | {"several lines": 'Første linje\nog "anden" – ’tredje’'})[text]
    given = world.input(form) | dict.fromkeys(form.texts, typed) | {spoilt: "nonsense"}

    response = world.client(form.by).post(world.address(form.path), given)

    shown = html.unescape(response.content.decode().replace("\r\n", "\n"))
    assert (response.status_code, shown.count(typed) >= len(form.texts)) == (200, True)
    assert "<script>alert" not in response.content.decode()


@pytest.mark.parametrize(
    "label", [label for label in NONSENSE if label not in (*NO_TEXT, "broken utf-8", "control characters")]
)
def test_odd_text_is_kept_and_shown_as_it_was_written(world, label):
    client = world.client("karen")
    typed = NONSENSE[label][:3000]
    title = "Hækken"

    response = client.post("/noter/ny/", {**dict.fromkeys(NOTE_TEXTS, typed), "title": title})

    note = ExperienceNote.objects.get(title=title)
    page = client.get(response["Location"]).content.decode()
    assert (note.situation, "<script>alert" in page, typed in html.unescape(page)) == (typed, False, True)


# Addresses


@parametrize(list(QUERIES), name="path")
def test_page_survives_nonsense_in_its_query(world, path):
    address = world.address(path)
    client = world.client("birgit" if "runder" in path or "redaktion" in path else "karen")
    names = QUERIES[path]
    queries = [{name: nonsense} for name in names for nonsense in NONSENSE.values()]
    queries += [dict.fromkeys(names, nonsense) for nonsense in NONSENSE.values()]
    queries += [{name: ["1", "\0", "x"] for name in names}, {f"{name}[0]": "1" for name in names}]
    wrong = {
        str(query)[:200]: response.status_code
        for query in queries
        if (response := client.get(f"{address}?{urlencode(query, doseq=True)}")).status_code >= 500
    }
    assert wrong == {}


@pytest.mark.parametrize("content_type", OTHER_CHARSETS)
@parametrize(["/soeg/", "/korpset/", "/noter/", "/metodekort/"], name="path")
def test_query_in_another_character_set_is_no_error_of_ours(world, path, content_type):
    query = "&".join(f"{name}=%2B2AA-%FF+2AA-" for name in QUERIES[path])

    assert world.client("karen").generic("GET", f"{path}?{query}", content_type=content_type).status_code < 500


@pytest.mark.parametrize("number", ["0", "999999999999", str(10**30), "9" * 5000, "-1", "1.5", "%00", "%ED%A0%80", "١"])
def test_unknown_number_is_not_found(world, number):
    wrong = {}
    for role in ("karen", "birgit"):
        client = world.client(role)
        for name, row in TABLE.items():
            if "{" in row.path:
                address = row.path.format_map(
                    dict.fromkeys(("card", "note", "person", "place", "round", "slot", "uid"), number)
                )
                for method in ("GET", "POST"):
                    status = client.generic(method, address).status_code
                    if status not in (403, 404, 405):
                        wrong[role, method, name] = status
    assert wrong == {}


@pytest.mark.parametrize(
    "address",
    [
        "/%00",
        "/metodekort/%00/",
        "/metodekort/%ff%fe/",
        "/metodekort/" + "a" * 300 + "/",
        "/" + "a/" * 500,
        "/media/images/" + "a" * 300,
        "/media/images/%00",
        "/media/images/..%2f..%2fsecret_key",
        "/media/%00/a",
        "/hylde/findes-ikke/",
        "/dokumenter/1/" + "a" * 300,
        "/dokumenter/1/%00",
    ],
)
def test_address_that_nobody_has_written_is_not_found(world, address):
    assert world.client("karen").get(address).status_code == 404


# What has no form of its own


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.text(max_size=60))
def test_any_text_can_be_searched_for(world, text):
    client = world.client("laura")
    query = urlencode({"q": text.encode("utf-8", "surrogatepass")})

    assert {client.get(f"{path}?{query}").status_code for path in ("/soeg/", "/soeg/forslag/")} == {200}


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    report=st.recursive(
        st.none() | st.booleans() | st.floats() | st.integers() | st.text(st.characters()),
        lambda inner: st.lists(inner) | st.dictionaries(st.sampled_from(["csp-report", "document-uri", "x"]), inner),
        max_leaves=5,
    )
)
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


@parametrize(list(FILES), name="content")
def test_upload_that_is_no_list_of_people_is_refused_with_a_reason(world, content):
    before = stored()
    file = SimpleUploadedFile("\u202e<b>" + "æ" * 300 + ".csv", FILES[content])

    response = world.client("birgit").post(reverse("people_import:index"), {"file": file})

    reasons = response.context["form"].errors or response.context["plan"].problems
    assert (response.status_code, bool(reasons), stored() == before) == (200, True, True)
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
def run(capsys, monkeypatch):
    """Run a command as from a shell: its exit code, and what it says about what went wrong."""
    monkeypatch.setattr("django.db.connections.close_all", lambda: None)  # the test goes on with the database

    def _run(*words) -> tuple[int, str]:
        with pytest.raises(SystemExit) as end:
            ManagementUtility(["manage.py", *map(str, words)]).execute()
        return end.value.code, capsys.readouterr().err.strip()

    return _run


@pytest.mark.parametrize("command", OURS)
@pytest.mark.parametrize(
    "rubbish", [["--findes-ikke"], ["et", "ord", "for", "meget"], ["--verbosity", "mange"], ["caf\udce9"]]
)
def test_command_says_in_danish_that_it_does_not_understand(db, run, command, rubbish):
    if command == "import_people" and rubbish == ["caf\udce9"]:
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
    def refuse(*args):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", refuse)

    code, said = run("import_people", tmp_path / "lukket.csv")

    assert (code, said.endswith("programmet har ikke lov til at læse den.")) == (2, True), said


@parametrize(list(FILES), name="content")
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

    assert (code, said.count("\n"), "Søgeindekset kan ikke" in said or "Søgeindekset kunne ikke" in said) == (
        1,
        0,
        True,
    )
