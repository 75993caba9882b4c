"""Writing in Wagtail: drafts, approval, what is refused before it is stored."""

import json
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone
from wagtail.admin.models import FormState
from wagtail.documents.models import Document
from wagtail.images.models import Image
from wagtail.images.tests.utils import get_test_image_file
from wagtail.models import Page, Revision, TaskState, get_page_models
from wagtail.test.utils.form_data import inline_formset, nested_form_data, rich_text, streamfield

from knowledge.blocks import CaseBodyBlock, StepStreamBlock
from knowledge.forms import CheckedPageForm, cpr_numbers_in
from knowledge.models import CaseIndexPage, CaseStudy, MethodCard, MethodCardIndexPage
from knowledge.setup import set_up_site
from tests.factories import AmbassadorFactory, CaseStudyFactory, MethodCardFactory, ThemeFactory

CPR = "010180-1234"


@pytest.fixture
def cases(tree):
    set_up_site()
    return tree.cases


def case_form(**changes):
    values = {
        "title": "Hækken",
        "slug": "haekken",
        "intro": "To naboer og en hæk.",
        "kind": "case",
        "author": "",
        "org_unit": "",
        "happened_on": "",
        "influence_level": "",
        "complaint_type": "",
        "themes": "",
        "seo_title": "",
        "search_description": "",
        "body": streamfield([("situation", {"text": rich_text("<p>En nabo klagede.</p>")})]),
        "card_links": inline_formset([]),
        "comments": inline_formset([]),
        "go_live_at": "",
        "expire_at": "",
    } | changes
    return nested_form_data(values)


def card_form(tradition, **changes):
    texts = ["purpose", "when_to_use", "when_not", "dual_role", "preparation", "materials", "pitfalls", "just_before"]
    values = {
        "title": "Skala",
        "slug": "skala",
        "intro": "Kort.",
        **{name: rich_text("<p>Tekst.</p>") for name in texts},
        "steps": streamfield([("step", {"title": "Begynd", "minutes": "10", "text": rich_text("<p>Spørg.</p>")})]),
        "participants_from": "2",
        "participants_to": "4",
        "minutes": "15",
        "influence_level": "dialog",
        "tradition": tradition.pk,
        "phase": "",
        "themes": "",
        "source": "Egen.",
        "responsible": "",
        "review_on": "2027-01-01",
        "seo_title": "",
        "search_description": "",
        "comments": inline_formset([]),
        "go_live_at": "",
        "expire_at": "",
    } | changes
    return nested_form_data(values)


def add_address(parent, model):
    return reverse("wagtailadmin_pages:add", args=["knowledge", model._meta.model_name, parent.pk])


def edit_address(page):
    return reverse("wagtailadmin_pages:edit", args=[page.pk])


def approve_address(page):
    state = page.current_workflow_task_state
    return reverse("wagtailadmin_pages:workflow_action", args=[page.pk, "approve", state.pk])


class TestApproval:
    def test_an_ambassador_submits_an_editor_approves_and_it_is_live(self, cases, karen, mikkel, laura, sign_in):
        card = MethodCardFactory()
        links = inline_formset([{"card": card.pk, "ORDER": "1"}])
        sign_in(karen).post(add_address(cases, CaseStudy), case_form(card_links=links) | {"action-submit": "1"})
        case = CaseStudy.objects.get()
        assert (case.live, case.owner, case.workflow_in_progress) == (False, karen, True)
        assert sign_in(laura).get(f"{cases.url}haekken/").status_code == 404

        sign_in(mikkel).post(
            reverse(
                "wagtailadmin_pages:workflow_action", args=[case.pk, "approve", case.current_workflow_task_state.pk]
            ),
            {"comment": ""},
        )

        case.refresh_from_db()
        assert (case.live, TaskState.objects.get().status) == (True, TaskState.STATUS_APPROVED)
        response = sign_in(laura).get(case.url)
        assert (response.status_code, list(response.context["cards"])) == (200, [card])

    def test_an_ambassador_cannot_publish(self, cases, karen, sign_in):
        client = sign_in(karen)
        client.post(add_address(cases, CaseStudy), case_form() | {"action-publish": "1"})
        case = CaseStudy.objects.get()
        assert case.live is False

        client.post(edit_address(case), case_form() | {"action-publish": "1"})

        case.refresh_from_db()
        assert case.live is False

    def test_an_ambassador_cannot_approve_their_own(self, cases, karen, sign_in):
        client = sign_in(karen)
        client.post(add_address(cases, CaseStudy), case_form() | {"action-submit": "1"})
        case = CaseStudy.objects.get()

        client.post(
            reverse(
                "wagtailadmin_pages:workflow_action", args=[case.pk, "approve", case.current_workflow_task_state.pk]
            ),
            {"comment": ""},
        )

        case.refresh_from_db()
        assert case.live is False

    def test_an_ambassador_edits_their_own_and_nobody_elses(self, cases, karen, ali, sign_in):
        case = CaseStudyFactory(owner=karen)

        assert sign_in(karen).get(edit_address(case)).status_code == 200
        response = sign_in(ali).post(edit_address(case), case_form(title="Overtaget"))

        assert response.status_code == 302
        assert case.get_latest_revision() is None

    def test_an_ambassador_cannot_change_the_shelves(self, cases, karen, sign_in):
        assert sign_in(karen).get(edit_address(cases)).status_code == 302

    def test_an_editor_publishes(self, cases, mikkel, sign_in):
        sign_in(mikkel).post(add_address(cases, CaseStudy), case_form() | {"action-publish": "1"})

        assert CaseStudy.objects.get().live is True

    def test_an_employee_has_no_way_into_the_editor(self, cases, laura, sign_in):
        assert sign_in(laura).get(add_address(cases, CaseStudy)).status_code in (302, 403)

    @pytest.mark.parametrize("who", ["karen", "mikkel", "birgit"])
    def test_those_who_write_reach_the_pages_of_the_editor(self, cases, who, request, sign_in):
        client = sign_in(request.getfixturevalue(who))
        MethodCardFactory()
        for shelf in (MethodCardIndexPage.objects.get(), CaseIndexPage.objects.get(), cases.get_parent()):
            assert client.get(reverse("wagtailadmin_explore", args=[shelf.pk]), follow=True).status_code == 200
        assert client.get(reverse("wagtailadmin_home")).status_code == 200
        assert client.get(add_address(MethodCardIndexPage.objects.get(), MethodCard)).status_code == 200


class TestDefaults:
    def test_the_author_of_a_case_is_the_one_who_writes(self, cases, karen, sign_in):
        form = sign_in(karen).get(add_address(cases, CaseStudy)).context["form"]

        assert (form["author"].value(), form["org_unit"].value()) == (karen.pk, karen.org_unit_id)

    def test_the_author_can_be_another_and_stays(self, cases, karen, ali, sign_in):
        client = sign_in(karen)
        client.post(add_address(cases, CaseStudy), case_form(author=ali.pk))
        case = CaseStudy.objects.get()

        assert case.author == ali
        assert client.get(edit_address(case)).context["form"]["author"].value() == ali.pk

    def test_an_author_who_has_left_stays(self, cases, karen, mikkel, vera, sign_in):
        case = CaseStudyFactory(author=karen)
        karen.is_active = False
        karen.save()

        choices = sign_in(mikkel).get(edit_address(case)).context["form"].fields["author"].queryset

        assert karen in choices
        assert vera not in choices

    def test_a_card_is_owned_by_its_writer_and_due_in_a_year(self, cases, karen, sign_in):
        form = sign_in(karen).get(add_address(MethodCardIndexPage.objects.get(), MethodCard)).context["form"]

        assert form["responsible"].value() == karen.pk
        assert form["review_on"].value() == timezone.localdate() + timedelta(days=365)


class TestPersonalData:
    @pytest.mark.parametrize(
        "changes",
        [
            {"title": f"Sagen om {CPR}"},
            {"slug": f"sag-{CPR.replace('-', '')}"},
            {"intro": f"Om {CPR}."},
            {"seo_title": CPR},
            {"body": streamfield([("situation", {"text": rich_text(f"<p>Hun hedder {CPR}.</p>")})])},
            {"body": streamfield([("situation", {"text": rich_text("<p>Hun er 010180-<b>1234</b>.</p>")})])},
            {"body": streamfield([("quote", {"text": "Hej", "who": f"Nabo {CPR}"})])},
            {"body": streamfield([("situation", {"text": rich_text(f'<p><a href="tel:{CPR}">Ring</a></p>')})])},
        ],
        ids=["title", "slug", "intro", "seo", "rich-text", "half-in-bold", "block", "link"],
    )
    def test_no_field_takes_a_cpr_number(self, cases, karen, sign_in, changes):
        response = sign_in(karen).post(add_address(cases, CaseStudy), case_form(**changes))

        errors = response.context["form"].errors.as_data().values()
        assert "cpr" in {error.code for of_field in errors for error in of_field}
        assert CaseStudy.objects.count() == 0

    @pytest.mark.parametrize("way", ["autosave", "submit", "publish", "preview"])
    def test_no_way_of_saving_stores_a_cpr_number(self, cases, mikkel, sign_in, way):
        address, extra, headers = add_address(cases, CaseStudy), {}, {}
        if way == "autosave":
            headers = {"HTTP_ACCEPT": "application/json"}
        elif way == "preview":
            address = reverse("wagtailadmin_pages:preview_on_add", args=["knowledge", "casestudy", cases.pk])
        else:
            extra = {f"action-{way}": "1"}
        body = streamfield([("situation", {"text": rich_text(f"<p>Hun hedder {CPR}.</p>")})])

        response = sign_in(mikkel).post(address, case_form(body=body) | extra, **headers)

        if way == "autosave":
            assert json.loads(response.content)["success"] is False
        elif way == "preview":
            assert json.loads(response.content)["is_valid"] is False
        else:
            assert response.context["form"].has_error("body", "cpr")
        assert [model.objects.count() for model in (CaseStudy, FormState, Revision)] == [0, 0, 0]

    @pytest.mark.parametrize("headers", [{}, {"HTTP_ACCEPT": "application/json"}], ids=["draft", "autosave"])
    def test_the_same_form_without_a_number_is_stored(self, cases, karen, sign_in, headers):
        sign_in(karen).post(add_address(cases, CaseStudy), case_form(), **headers)

        assert CaseStudy.objects.get().title == "Hækken"

    def test_what_was_written_stays_in_the_form(self, cases, karen, sign_in):
        body = streamfield([("situation", {"text": rich_text(f"<p>Lang tekst om {CPR}.</p>")})])

        response = sign_in(karen).post(add_address(cases, CaseStudy), case_form(body=body, intro="Uden fejl."))

        form = response.context["form"]
        assert form["intro"].value() == "Uden fejl."
        assert "Lang tekst om" in response.content.decode()
        assert list(form.errors) == ["body"]

    def test_a_cpr_number_in_an_edit_leaves_the_page_as_it_was(self, cases, karen, sign_in):
        case = CaseStudyFactory(owner=karen, title="Før", live=False)

        sign_in(karen).post(edit_address(case), case_form(title=f"Efter {CPR}"))

        case.refresh_from_db()
        assert (case.title, case.latest_revision) == ("Før", None)

    def test_a_copy_cannot_be_given_a_cpr_number(self, cases, mikkel, sign_in):
        case = CaseStudyFactory()

        sign_in(mikkel).post(
            reverse("wagtailadmin_pages:copy", args=[case.pk]),
            {"new_title": f"Om {CPR}", "new_slug": "kopi", "new_parent_page": cases.pk},
        )

        assert CaseStudy.objects.count() == 1

    @pytest.mark.parametrize("where", ["intro", "comment"])
    def test_shelves_and_comments_are_checked_as_well(self, cases, mikkel, sign_in, where):
        comment = {"text": "Er det rigtigt?", "contentpath": "intro", "position": "", "replies": inline_formset([])}
        values = {"title": "Cases", "slug": "cases", "intro": "Nyt", "seo_title": "", "search_description": ""}
        if where == "intro":
            values["intro"] = CPR
        else:
            comment["text"] = f"Er det {CPR}?"
        form = nested_form_data(values | {"comments": inline_formset([comment]), "go_live_at": "", "expire_at": ""})

        response = sign_in(mikkel).post(edit_address(cases), form)

        assert response.context["form"].has_error("intro" if where == "intro" else "__all__", "cpr")
        assert not cases.revisions.exists()

    def test_numbers_of_blocks_are_not_taken_for_people(self):
        body = CaseBodyBlock().to_python(
            [{"type": "situation", "value": {"text": "<p>Ro.</p>"}, "id": "aaaaaaaa-bbbb-4ccc-8ddd-a0101801234b"}]
        )

        assert cpr_numbers_in(body) == []

    @pytest.mark.parametrize("text", ["J.nr. 2026-010180", "Ring 12 34 56 78", "Kl. 10.15-11.30 den 01.02"])
    def test_ordinary_numbers_pass(self, text):
        assert cpr_numbers_in(text) == []


class TestFiles:
    @pytest.mark.parametrize(
        ("title", "description", "name"),
        [(CPR, "", "hus.png"), ("Hus", f"Her bor {CPR}", "hus.png"), ("Hus", "", f"{CPR}.png")],
    )
    def test_an_image_that_names_a_person_is_refused(self, cases, karen, sign_in, title, description, name):
        response = sign_in(karen).post(
            reverse("wagtailimages:add"),
            {"title": title, "description": description, "file": get_test_image_file(filename=name), "tags": ""},
        )

        assert (response.status_code, Image.objects.count()) == (200, 0)

    @pytest.mark.parametrize(
        ("title", "name", "kept"), [(CPR, "brev.txt", 0), ("Brev", f"{CPR}.txt", 0), ("Brev", "brev.txt", 1)]
    )
    def test_a_document_that_names_a_person_is_refused(self, cases, karen, sign_in, title, name, kept):
        sign_in(karen).post(
            reverse("wagtaildocs:add"), {"title": title, "file": SimpleUploadedFile(name, b"tekst"), "tags": ""}
        )

        assert Document.objects.count() == kept


class TestMinutes:
    @pytest.fixture
    def shelf(self, cases):
        return MethodCardIndexPage.objects.get()

    @pytest.fixture
    def tradition(self, cases):
        card = MethodCardFactory(title="Et andet")
        return card.tradition

    def steps(self, *minutes):
        return streamfield(
            [("step", {"title": "Trin", "minutes": str(each), "text": rich_text("<p>Gør.</p>")}) for each in minutes]
        )

    @pytest.mark.parametrize(("minutes", "fits"), [((10, 5), True), ((10, 6), False), ((5,), True)])
    def test_steps_fit_within_the_card(self, shelf, tradition, mikkel, sign_in, minutes, fits):
        data = card_form(tradition, steps=self.steps(*minutes)) | {"action-publish": "1"}

        response = sign_in(mikkel).post(add_address(shelf, MethodCard), data)

        assert MethodCard.objects.filter(slug="skala").exists() is fits
        if not fits:
            error = response.context["form"].errors.as_data()["minutes"][0]
            assert (error.code, error.params) == ("minutes", {"steps": 16, "card": 15})

    def test_a_draft_may_wait_with_its_sums(self, shelf, tradition, karen, sign_in):
        sign_in(karen).post(add_address(shelf, MethodCard), card_form(tradition, steps=self.steps(10, 60)))

        assert MethodCard.objects.get(slug="skala").live is False

    def test_participants_must_be_in_order(self, shelf, tradition, mikkel, sign_in):
        data = card_form(tradition, participants_from="9", participants_to="4") | {"action-publish": "1"}

        response = sign_in(mikkel).post(add_address(shelf, MethodCard), data)

        assert list(response.context["form"].errors) == ["participants_to"]


class TestPreviews:
    def test_every_block_has_a_preview_a_description_and_looks_like_the_site(self, cases, karen, sign_in):
        client = sign_in(karen)
        blocks = [
            *StepStreamBlock().child_blocks.values(),
            *MethodCard._meta.get_field("steps").stream_block.child_blocks.values(),
            *CaseStudy._meta.get_field("body").stream_block.child_blocks.values(),
        ]
        for block in blocks:
            assert block.is_previewable, block
            assert block.get_description(), block
        for block in blocks[1:]:
            response = client.get(reverse("wagtailadmin_block_preview"), {"id": block.definition_prefix})
            assert response.status_code == 200
            assert "css/site.css" in response.content.decode()

    @pytest.mark.parametrize("model", [MethodCard, CaseStudy])
    def test_a_new_page_can_be_previewed(self, cases, karen, sign_in, model):
        parent = MethodCardIndexPage.objects.get() if model is MethodCard else cases
        data = card_form(MethodCardFactory().tradition) if model is MethodCard else case_form()
        client = sign_in(karen)
        address = reverse("wagtailadmin_pages:preview_on_add", args=["knowledge", model._meta.model_name, parent.pk])

        assert json.loads(client.post(address, data).content) == {"is_valid": True, "is_available": True}
        response = client.get(address)

        assert (response.status_code, model.objects.filter(owner=karen).count()) == (200, 0)
        assert data["title"] in response.content.decode()


class TestUpkeep:
    def test_the_report_names_published_cards_past_their_date(self, cases, mikkel, sign_in):
        late = MethodCardFactory(review_on=timezone.localdate() - timedelta(days=1))
        MethodCardFactory(review_on=timezone.localdate())
        MethodCardFactory(review_on=timezone.localdate() - timedelta(days=9), live=False)

        response = sign_in(mikkel).get(reverse("method_cards_to_review"))

        assert list(response.context["object_list"]) == [late]
        assert sign_in(mikkel).get(reverse("method_cards_to_review"), {"export": "csv"}).status_code == 200

    def test_the_report_shows_an_ambassador_their_own(self, cases, karen, ali, sign_in):
        own = MethodCardFactory(owner=karen, review_on=timezone.localdate() - timedelta(days=1))
        MethodCardFactory(owner=ali, review_on=timezone.localdate() - timedelta(days=1))

        assert list(sign_in(karen).get(reverse("method_cards_to_review")).context["object_list"]) == [own]

    @pytest.mark.parametrize("name", ["network_theme", "knowledge_targetgroup", "knowledge_tradition"])
    def test_vocabularies_are_kept_by_editors_alone(self, cases, name, mikkel, karen, sign_in):
        ThemeFactory()
        address = reverse(f"wagtailsnippets_{name}:list")

        assert sign_in(mikkel).get(address).status_code == 200
        assert sign_in(karen).get(address).status_code == 302

    def test_cards_are_chosen_by_title_among_the_published(self, cases, karen, sign_in):
        titles = ["Ørkenvandring", "Anerkend", "Mægling"]
        for title in titles:
            MethodCardFactory(title=title)
        MethodCardFactory(title="Kladde", live=False)

        response = sign_in(karen).get(
            reverse("wagtailadmin_choose_page"), {"page_type": "knowledge.methodcard", "multiple": "1"}
        )

        assert [page.title for page in response.context["pagination_page"]] == ["Anerkend", "Mægling", "Ørkenvandring"]

    def test_the_explorer_takes_the_same_queries_however_many_cards(
        self, cases, mikkel, sign_in, django_assert_num_queries, django_assert_max_num_queries
    ):
        client = sign_in(mikkel)
        address = reverse("wagtailadmin_explore", args=[MethodCardIndexPage.objects.get().pk])
        for _ in range(3):
            MethodCardFactory(responsible=AmbassadorFactory().person)
        client.get(address)
        with django_assert_max_num_queries(60) as with_three:
            client.get(address)
        MethodCardFactory(responsible=AmbassadorFactory().person)
        with django_assert_num_queries(len(with_three)):
            client.get(address)


def test_every_page_of_ours_is_checked_for_personal_data():
    ours = [model for model in get_page_models() if model is not Page]

    assert all(issubclass(model.get_edit_handler().get_form_class(), CheckedPageForm) for model in ours)
