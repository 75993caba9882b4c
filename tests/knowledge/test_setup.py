"""manage.py setup_site on a fresh database, and again."""

import pytest
from django.contrib.auth.models import Group, Permission
from django.core.management import call_command
from wagtail.models import (
    GroupApprovalTask,
    GroupCollectionPermission,
    GroupPagePermission,
    Page,
    Site,
    Workflow,
    WorkflowPage,
    WorkflowTask,
)

from knowledge.models import CaseIndexPage, HomePage, MethodCardIndexPage, ToolboxIndexPage
from knowledge.setup import set_up_site
from network.roles import Role


def everything():
    models = [
        Group,
        Group.permissions.through,
        GroupPagePermission,
        GroupCollectionPermission,
        GroupApprovalTask,
        GroupApprovalTask.groups.through,
        Page,
        Site,
        Workflow,
        WorkflowPage,
        WorkflowTask,
    ]
    return {model: sorted(map(str, model.objects.order_by("pk").values_list())) for model in models}


@pytest.fixture
def home(db):
    return set_up_site()


def test_setup_makes_the_tree_and_the_site(home):
    assert [page.specific_class for page in home.get_children()] == [
        MethodCardIndexPage,
        CaseIndexPage,
        ToolboxIndexPage,
    ]
    assert [page.slug for page in home.get_children()] == ["metodekort", "cases", "vaerktoejskassen"]
    site = Site.objects.get()
    assert (site.root_page_id, site.is_default_site) == (home.pk, True)
    assert list(Page.objects.filter(depth=2)) == [home.page_ptr]


def test_setup_twice_changes_nothing(home):
    before = everything()

    call_command("setup_site")

    assert everything() == before


def test_setup_leaves_what_editors_changed(home):
    cards = MethodCardIndexPage.objects.get()
    cards.title, cards.slug, cards.intro = "Kort", "kort", "Vores egne."
    cards.save_revision().publish()
    Workflow.objects.update(name="Godkendelse")
    Site.objects.update(hostname="dialog.egeby.example")

    set_up_site()

    cards = MethodCardIndexPage.objects.get()
    assert (cards.title, cards.slug, cards.intro) == ("Kort", "kort", "Vores egne.")
    assert [workflow.name for workflow in Workflow.objects.all()] == ["Godkendelse"]
    assert Site.objects.get().hostname == "dialog.egeby.example"


def test_setup_repairs_what_is_missing(home):
    ToolboxIndexPage.objects.get().delete()

    set_up_site()

    assert ToolboxIndexPage.objects.get().get_parent().specific == HomePage.objects.get()


def test_setup_clears_away_what_wagtail_came_with(home):
    assert set(Group.objects.values_list("name", flat=True)) == set(Role.values)
    assert [workflow.name for workflow in Workflow.objects.all()] == ["Redaktørgodkendelse"]


def test_roles_may_do_their_own_in_the_editor(home):
    def allowed(role):
        return {
            f"{app}.{codename}"
            for app, codename in Permission.objects.filter(group__name=role).values_list(
                "content_type__app_label", "codename"
            )
        }

    def on_pages(role):
        rows = GroupPagePermission.objects.filter(group__name=role)
        return {(row.page.slug, row.permission.codename) for row in rows.select_related("page", "permission")}

    everything_on_home = {
        ("forside", f"{action}_page") for action in ("add", "change", "publish", "lock", "unlock", "bulk_delete")
    }
    assert allowed(Role.AMBASSADOR) == {"wagtailadmin.access_admin"}
    assert on_pages(Role.AMBASSADOR) == {(slug, "add_page") for slug in ("metodekort", "cases", "vaerktoejskassen")}
    assert {"wagtailadmin.access_admin", "network.change_theme", "knowledge.add_tradition"} <= allowed(Role.EDITOR)
    assert on_pages(Role.EDITOR) == on_pages(Role.COORDINATOR) == everything_on_home
    # Whoever may change people by permission could do it in Wagtail's own user admin too.
    assert [name for role in Role for name in allowed(role) if name.endswith("_person")] == []
    assert allowed(Role.COORDINATOR) - allowed(Role.EDITOR) == {
        "network.change_municipalitysettings",
        "sparring.add_slotseries",
        "sparring.change_slotseries",
        "sparring.view_slotseries",
        "sparring.add_closingday",
        "sparring.change_closingday",
        "sparring.delete_closingday",
        "sparring.view_closingday",
    }
