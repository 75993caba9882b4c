"""What a new installation starts with: the page tree, what each role may do in the editor, and who approves.

Everything is made where it is missing and left alone where it is there, so that an editor's changes stay.
"""

from __future__ import annotations

from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth.models import Group, Permission
from django.db import transaction
from django.db.models import Q
from wagtail.models import (
    Collection,
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
from network.roles import Role

APPROVAL = "Redaktørgodkendelse"
SHELVES: list[tuple[type[Page], dict[str, str]]] = [
    (
        MethodCardIndexPage,
        {
            "title": "Metodekort",
            "slug": "metodekort",
            "intro": "Måder at gribe samtalen eller mødet an på, fortalt så du kan bruge dem om ti minutter.",
        },
    ),
    (
        CaseIndexPage,
        {
            "title": "Cases",
            "slug": "cases",
            "intro": "Hvad der skete, hvad kollegerne gjorde, og hvad der kom ud af det.",
        },
    ),
    (
        ToolboxIndexPage,
        {
            "title": "Værktøjskassen",
            "slug": "vaerktoejskassen",
            "intro": "Skabeloner, tjeklister og breve, som du kan tage, som de er.",
        },
    ),
]
# Named, and not imported: search and sparring stand on higher floors.
VOCABULARY = [
    f"{app}.{action}_{model}"
    for app, model in [
        ("network", "theme"),
        ("knowledge", "targetgroup"),
        ("knowledge", "tradition"),
        ("finding", "synonymgroup"),
    ]
    for action in ["add", "change", "delete", "view"]
]
LEARN_FROM_SEARCHES = "finding.view_missedsearch"
# Fixed times are ended by their dates, and never deleted.
RUN_THE_CORPS = [
    "network.change_municipalitysettings",
    *(f"sparring.{action}_slotseries" for action in ["add", "change", "view"]),
    *(f"sparring.{action}_closingday" for action in ["add", "change", "delete", "view"]),
]
FILES_TO_USE = ["add_image", "choose_image", "add_document", "choose_document"]
FILES_TO_KEEP = [*FILES_TO_USE, "change_image", "delete_image", "change_document", "delete_document"]
EDIT_PAGES = ["add_page", "change_page", "publish_page", "lock_page", "unlock_page", "bulk_delete_page"]


@transaction.atomic
def set_up_site() -> HomePage:
    """Makes what is missing of pages, roles and workflow; a second call changes nothing."""
    home = HomePage.objects.first() or _make_home()
    shelves = [model.objects.first() or home.add_child(instance=model(**values)) for model, values in SHELVES]
    ambassadors, editors, coordinators = (
        Group.objects.get_or_create(name=role.value)[0] for role in (Role.AMBASSADOR, Role.EDITOR, Role.COORDINATOR)
    )
    _permit(ambassadors, ["wagtailadmin.access_admin"], files=FILES_TO_USE, pages=shelves, on_pages=["add_page"])
    # People and departments open to coordinators by their role (network.admin_views.access), not by permissions.
    for group, more in ((editors, []), (coordinators, RUN_THE_CORPS)):
        _permit(
            group,
            ["wagtailadmin.access_admin", *VOCABULARY, LEARN_FROM_SEARCHES, *more],
            files=FILES_TO_KEEP,
            pages=[home],
            on_pages=EDIT_PAGES,
        )
    _let_editors_approve(home, editors)
    return home


def _make_home() -> HomePage:
    root = Page.get_first_root_node()
    home = root.add_child(
        instance=HomePage(
            title="Dialogkorpset",
            slug="forside",
            intro="Find en metode til samtalen, læs hvad kolleger har gjort, eller spar med en af dem.",
        )
    )
    address = urlsplit(settings.WAGTAILADMIN_BASE_URL)
    port = address.port or (443 if address.scheme == "https" else 80)
    Site.objects.update_or_create(
        is_default_site=True,
        defaults={
            "root_page": home,
            "hostname": address.hostname or "localhost",
            "port": port,
            "site_name": settings.WAGTAIL_SITE_NAME,
        },
    )
    _clear_away_wagtails_own(root)
    return home


def _clear_away_wagtails_own(root: Page) -> None:
    """Wagtail comes with a welcome page, two groups and a workflow that nobody here asked for."""
    for page in Page.objects.child_of(root).exact_type(Page):
        page.delete()
    Workflow.objects.filter(name="Moderators approval").delete()
    GroupApprovalTask.objects.filter(name="Moderators approval").delete()
    Group.objects.filter(name__in=["Moderators", "Editors"], user=None).delete()


def _permit(group: Group, names: list[str], *, files: list[str], pages: list[Page], on_pages: list[str]) -> None:
    group.permissions.add(*_permissions(names))
    files_at = Collection.get_first_root_node()
    for permission in _permissions(_named("wagtailimages", files) + _named("wagtaildocs", files)):
        GroupCollectionPermission.objects.get_or_create(group=group, collection=files_at, permission=permission)
    for permission in _permissions(_named("wagtailcore", on_pages)):
        for page in pages:
            GroupPagePermission.objects.get_or_create(group=group, page=page.page_ptr, permission=permission)


def _named(app: str, codenames: list[str]) -> list[str]:
    kind = {"wagtailimages": "_image", "wagtaildocs": "_document"}.get(app, "")
    return [f"{app}.{codename}" for codename in codenames if codename.endswith(kind)]


def _permissions(names: list[str]) -> list[Permission]:
    wanted = Q(pk=None)
    for name in names:
        app, codename = name.split(".")
        wanted |= Q(content_type__app_label=app, codename=codename)
    return list(Permission.objects.filter(wanted))


def _let_editors_approve(home: HomePage, editors: Group) -> None:
    if WorkflowPage.objects.filter(page=home).exists():
        return
    workflow = Workflow.objects.create(name=APPROVAL)
    task = GroupApprovalTask.objects.create(name=APPROVAL)
    task.groups.add(editors)
    WorkflowTask.objects.create(workflow=workflow, task=task, sort_order=0)
    WorkflowPage.objects.create(workflow=workflow, page=home)
