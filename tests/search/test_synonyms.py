"""The list of synonyms that editors keep, in force at once."""

import pytest
from django.urls import reverse
from django.utils import translation
from wagtail.models import ModelLogEntry

from knowledge.setup import set_up_site
from network.roles import Role
from search.models import SynonymGroup
from search.synonyms import editors_thesaurus
from tests.conftest import with_role
from tests.factories.network import PersonFactory

ADD = "/redaktion/synonymer/add/"


@pytest.fixture
def editor(db, client):
    set_up_site()
    editor = with_role(PersonFactory(email="ea@egeby.example"), Role.EDITOR)
    client.force_login(editor)
    return editor


def found(word: str) -> list[str]:
    return [" ".join(other.words) for span in editors_thesaurus().alternatives([word]) for other in span.expansions]


def errors_of(words: str) -> list[str]:
    form_class = SynonymGroup.snippet_viewset.get_form_class()
    form = form_class({"words": words})
    with translation.override("en"):
        return [str(error) for error in form.errors.get("words", [])]


def test_a_group_counts_at_once_and_stops_when_it_is_deleted(db, django_assert_num_queries):
    group = SynonymGroup.objects.create(words="ladeplads, babelfisk, lille tolk")
    assert found("babelfisken") == ["ladeplads", "lille tolk"]

    group.words = "babelfisk, oversætter"
    group.save()
    with django_assert_num_queries(1):
        assert found("babelfisk") == ["oversætter"]

    group.delete()
    assert found("babelfisk") == []


def test_words_are_kept_tidy(db, editor, client):
    client.post(ADD, {"words": " GDPR ;persondata\r\n\r\npersondata,, data  beskyttelse "})

    assert SynonymGroup.objects.get().words == "GDPR, persondata, data beskyttelse"


@pytest.mark.parametrize("words", ["tolk", "tolk, ", "tolk, tolk", "tolk, !?", "Tolk, tolk"])
def test_a_word_alone_is_refused(db, words):
    assert errors_of(words) == ["Write at least two words, with a comma between them."]


def test_a_cpr_number_is_refused(db):
    assert len(errors_of("kort, 010190-1234")) == 1


def test_an_editor_adds_changes_and_deletes_and_the_log_tells_it(editor, client):
    client.post(ADD, {"words": "tolk, babelfisk"})
    group = SynonymGroup.objects.get()
    client.post(reverse(SynonymGroup.snippet_viewset.get_url_name("edit"), args=[group.pk]), {"words": "tolk, fisk"})
    group.refresh_from_db()
    assert group.words == "tolk, fisk"
    client.post(reverse(SynonymGroup.snippet_viewset.get_url_name("delete"), args=[group.pk]))

    assert not SynonymGroup.objects.exists()
    entries = ModelLogEntry.objects.filter(content_type__model="synonymgroup").order_by("pk")
    assert [(entry.action, entry.user) for entry in entries] == [
        ("wagtail.create", editor),
        ("wagtail.edit", editor),
        ("wagtail.delete", editor),
    ]


def test_the_word_in_the_address_is_filled_in(editor, client):
    page = client.get(ADD, {"ord": 'baby"fisk\0'})

    assert page.context["form"]["words"].value() == 'baby"fisk, '


def test_the_list_is_searched_by_a_word(editor, client):
    SynonymGroup.objects.create(words="tolk, babelfisk")
    SynonymGroup.objects.create(words="GDPR, persondata")

    page = client.get("/redaktion/synonymer/", {"q": "babel"})

    assert [str(group) for group in page.context["object_list"]] == ["tolk, babelfisk"]


def test_an_ambassador_may_not_keep_synonyms(client, karen):
    set_up_site()
    client.force_login(karen)

    assert client.post(ADD, {"words": "tolk, babelfisk"}).status_code == 302
    assert not SynonymGroup.objects.exists()
