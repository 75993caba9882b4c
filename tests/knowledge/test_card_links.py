"""The method cards that a case names, saved by an editor that saves by itself."""

import pytest
from wagtail.test.utils.form_data import inline_formset, nested_form_data, rich_text, streamfield

from knowledge.models import CaseStudy
from knowledge.setup import set_up_site
from network.roles import Role
from tests.factories import MethodCardFactory, with_role


@pytest.fixture
def editor(mikkel, tree, sign_in):
    set_up_site()
    return sign_in(with_role(mikkel, Role.EDITOR))


def posted(links, **more):
    return nested_form_data(
        {
            "title": "Stolen",
            "slug": "stolen",
            "intro": "Hvad der skete.",
            "body": streamfield([("situation", {"text": rich_text("<p>En nabo klagede.</p>")})]),
            "card_links": inline_formset(links),
            "comments": inline_formset([]),
            "kind": "case",
            **more,
        }
    )


def test_a_link_that_was_autosaved_can_be_sent_again_without_its_number(editor, tree):
    card = MethodCardFactory()
    add = f"/redaktion/pages/add/knowledge/casestudy/{tree.cases.pk}/"
    editor.post(add, posted([{"card": card.pk}]))
    case = CaseStudy.objects.get(slug="stolen")

    answer = editor.post(
        f"/redaktion/pages/{case.pk}/edit/", posted([{"card": card.pk}], **{"action-publish": "action-publish"})
    )

    assert answer.status_code == 302
    assert [link.card_id for link in CaseStudy.objects.get(pk=case.pk).card_links.all()] == [card.pk]


def test_a_card_named_twice_is_refused(editor, tree):
    card = MethodCardFactory()
    add = f"/redaktion/pages/add/knowledge/casestudy/{tree.cases.pk}/"

    answer = editor.post(add, posted([{"card": card.pk}, {"card": card.pk}]))

    assert answer.status_code == 200
    assert not CaseStudy.objects.exists()
