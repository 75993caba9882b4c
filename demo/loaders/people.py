"""People by the product's own import, then roles, ambassadors and passwords."""

from __future__ import annotations

from datetime import datetime, time
from typing import Any

from django.contrib.auth.hashers import make_password

from demo.data_files import DATA, read
from network.models import Person, Theme
from network.people_import.reading import read_table
from network.people_import.services import import_people, options_for
from network.roles import Role
from network.services.ambassadors import set_week, update_profile
from network.services.people import appoint_ambassador, set_roles
from network.week import Window

PASSWORD = "samtale-i-egeby"  # noqa: S105 (printed by make run; these people do not exist)
DOMAIN = "egeby.example"
# One login for each role, as `make run` prints them.
LOGINS = [
    ("Medarbejder", f"laura.bech@{DOMAIN}"),
    ("Ambassadør", f"karen.winther@{DOMAIN}"),
    ("Nærmeste leder", f"torben.gram@{DOMAIN}"),
    ("Korpskoordinator", f"birgit.holst@{DOMAIN}"),
    ("Redaktør", f"mikkel.sand@{DOMAIN}"),
    ("Ekstern observatør", "vera.coach@samtalehuset.example"),
]


def load_people(*, now: datetime) -> None:
    if Person.objects.filter(email=f"birgit.holst@{DOMAIN}").exists():
        return
    import_people(read_table((DATA / "people.csv").read_bytes()), options_for(None))
    Person.objects.create_user(
        "vera.coach@samtalehuset.example",
        first_name="Vera",
        last_name="Coach",
        job_title="Samtalecoach, Samtalehuset",
        is_external=True,
    )
    birgit = _person("birgit.holst")
    set_roles(person=birgit, roles=[Role.COORDINATOR], by=birgit, now=now)
    set_roles(person=_person("mikkel.sand"), roles=[Role.EDITOR], by=birgit, now=now)
    themes = {theme.slug: theme for theme in Theme.objects.all()}
    for row in read("ambassadors.toml")["ambassador"]:
        _appoint(row, themes, birgit, now)
    # One hash for all: hashing 161 times would be most of the loading time, and the password is public anyway.
    Person.objects.filter(email__endswith=".example").update(password=make_password(PASSWORD))


def _person(handle: str) -> Person:
    return Person.objects.get(email=f"{handle}@{DOMAIN}")


def _appoint(row: dict[str, Any], themes: dict[str, Theme], by: Person, now: datetime) -> None:
    ambassador = appoint_ambassador(person=_person(row["handle"]), by=by, now=now)
    update_profile(
        ambassador,
        bio=row["bio"],
        offers=[themes[slug] for slug in row["offers"]],
        seeks=[themes[slug] for slug in row["seeks"]],
        languages=row["languages"],
        formats=row["formats"],
        weekly_cap=row["cap"],
        by=by,
        now=now,
    )
    windows = [
        Window(window["weekday"], time.fromisoformat(window["from"]), time.fromisoformat(window["to"]))
        for window in row["availability"]
    ]
    set_week(ambassador, windows=windows, by=by, now=now)
