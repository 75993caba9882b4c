"""Departments, units, themes and the municipality's own settings."""

from __future__ import annotations

from datetime import date, timedelta

from wagtail.models import Site

from demo.data_files import read
from knowledge.models import TargetGroup, Tradition
from network.models import Department, MunicipalitySettings, OrgUnit, Theme
from sparring.models import ClosingDay


def load_organisation(*, today: date) -> None:
    data = read("organisation.toml")
    for row in data["departments"]:
        Department.objects.get_or_create(slug=row["slug"], defaults={"name": row["name"]})
    departments = {department.slug: department for department in Department.objects.all()}
    for row in data["org_units"]:
        OrgUnit.objects.get_or_create(
            slug=row["slug"], defaults={"name": row["name"], "department": departments[row["department"]]}
        )
    for row in data["closed_units"]:
        OrgUnit.objects.get_or_create(
            slug=row["slug"],
            defaults={
                "name": row["name"],
                "department": departments[row["department"]],
                "closed_on": today - timedelta(days=400),
                "merged_into": OrgUnit.objects.get(slug=row["merged_into"]),
            },
        )
    for year in (today.year, today.year + 1):
        for row in data["closing_days"]:
            ClosingDay.objects.get_or_create(day=date(year, row["month"], row["day"]), defaults={"name": row["name"]})
    _load_settings(data["municipality"])


def _load_settings(municipality: dict) -> None:
    site = Site.objects.get(is_default_site=True)
    MunicipalitySettings.objects.get_or_create(
        site=site,
        defaults={
            "name": municipality["name"],
            "corps_name": "Dialogkorpset",
            "tagline": municipality["tagline"],
            "notice": municipality["notice"],
            "contact_email": "dialogkorps@egeby.example",
        },
    )


def load_vocabulary() -> None:
    data = read("vocabulary.toml")
    for row in data["themes"]:
        Theme.objects.get_or_create(
            slug=row["slug"],
            defaults={
                "name": row["name"],
                "description": row["description"],
                "everyday_words": ", ".join(row["synonyms"]),
            },
        )
    for row in data["target_groups"]:
        TargetGroup.objects.get_or_create(slug=row["slug"], defaults={"name": row["name"]})
    for row in data["traditions"]:
        Tradition.objects.get_or_create(
            slug=row["slug"], defaults={"name": row["name"], "description": row["description"]}
        )
