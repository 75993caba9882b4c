"""The demonstration municipality: what the issue of its first version promised, and nothing lost by a second load."""

from datetime import timedelta

import pytest
from django.core.management import call_command
from django.db.models import Count, Q
from django.utils import timezone

from demo.data_files import read_folder
from demo.loaders.people import LOGINS, PASSWORD
from demo.rich_text import paragraphs
from knowledge.models import CaseStudy, MethodCard, ToolboxItem
from network.models import Ambassador, Department, OrgUnit, Person
from network.personal_data import find_cpr_numbers
from sparring.models import ExperienceNote, PeerSparring, SparringParticipant, SparringSlot, Visibility


@pytest.fixture
def egeby(db):
    call_command("demo", verbosity=0)


def everything():
    models = (Department, OrgUnit, Person, Ambassador, MethodCard, CaseStudy, ToolboxItem, ExperienceNote, PeerSparring)
    return {model.__name__: model.objects.count() for model in models}


def test_demo_holds_what_was_promised_and_a_second_load_changes_nothing(egeby):
    now = timezone.now()
    counts = everything()
    assert counts == {
        "Department": 6,
        "OrgUnit": 27,
        "Person": 161,
        "Ambassador": 24,
        "MethodCard": 30,
        "CaseStudy": 12,
        "ToolboxItem": 15,
        "ExperienceNote": 150,
        "PeerSparring": 150,
    }
    assert OrgUnit.objects.filter(closed_on__isnull=True).count() == 25
    assert MethodCard.objects.live().count() == 30
    assert not MethodCard.objects.filter(Q(purpose="") | Q(dual_role="") | Q(just_before="") | Q(materials="")).exists()
    assert set(ExperienceNote.objects.values_list("visibility", flat=True)) == set(Visibility.values)
    assert not PeerSparring.objects.filter(starts_at__gt=now).exists()
    assert PeerSparring.objects.filter(starts_at__lt=now - timedelta(days=80)).exists()
    ahead = SparringSlot.objects.upcoming(now)
    assert ahead.filter(starts_at__gt=now + timedelta(days=24)).exists()

    card = MethodCard.objects.order_by("pk").first()
    card.title = "Rettet af en redaktør"
    card.save_revision().publish()
    call_command("demo", verbosity=0)

    assert everything() == counts
    assert MethodCard.objects.get(pk=card.pk).title == "Rettet af en redaktør"


def test_demo_sparrings_cross_departments(egeby):
    inside = PeerSparring.objects.annotate(
        departments=Count("participants__person__org_unit__department", distinct=True)
    ).filter(departments=1)
    assert inside.count() == 0
    assert SparringParticipant.objects.count() == 300


@pytest.mark.parametrize(("role", "email"), LOGINS)
def test_demo_login_works(egeby, client, role, email):
    assert client.login(email=email, password=PASSWORD) or client.login(username=email, password=PASSWORD)


@pytest.mark.parametrize("folder", ["method_cards", "cases", "toolbox", "notes"])
def test_demo_files_hold_no_cpr_number(folder):
    assert [row for row in read_folder(folder) if find_cpr_numbers(str(row))] == []


def test_method_card_minutes_are_the_sum_of_its_steps():
    wrong = [
        row["slug"]
        for row in read_folder("method_cards")
        if row["minutes"] != sum(step["minutes"] for step in row["steps"])
    ]
    assert wrong == []


def test_paragraphs_turns_plain_text_into_html():
    text = "Først & fremmest\nsamme linje\n\n## Overskrift\n- et\n- to\nefter"
    assert paragraphs(text) == (
        "<p>Først &amp; fremmest samme linje</p><h2>Overskrift</h2><ul><li>et</li><li>to</li></ul><p>efter</p>"
    )
