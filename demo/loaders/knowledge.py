"""Method cards, cases and the toolbox, published as an editor would have done."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.db.models import Model
from wagtail.models import Page

from demo.data_files import read, read_folder
from demo.rich_text import bullet_list, paragraphs
from knowledge.models import (
    CaseIndexPage,
    CaseStudy,
    HomePage,
    MethodCard,
    MethodCardIndexPage,
    StandardPage,
    TargetGroup,
    ToolboxIndexPage,
    ToolboxItem,
    Tradition,
)
from network.models import OrgUnit, Person, Theme


class Shelf:
    """What the files name by slug or handle, looked up once."""

    def __init__(self) -> None:
        self.themes = _by_slug(Theme)
        self.target_groups = _by_slug(TargetGroup)
        self.traditions = _by_slug(Tradition)
        self.units = _by_slug(OrgUnit)
        self.people = {person.email.split("@")[0]: person for person in Person.objects.all()}
        self.editor = self.people["mikkel.sand"]

    def fill(self, page: Any, row: dict[str, Any]) -> None:
        page.themes.set([self.themes[slug] for slug in row["themes"]])
        page.target_groups = [self.target_groups[slug] for slug in row["target_groups"]]


def load_knowledge(*, today: date) -> None:
    shelf = Shelf()
    _load_principles(shelf)
    _load_cards(shelf, today)
    _load_cases(shelf, today)
    _load_tools(shelf)


def _by_slug(model: type[Model]) -> dict[str, Any]:
    return {row.slug: row for row in model._default_manager.all()}  # type: ignore[attr-defined]


def _missing(parent: Page, slug: str) -> bool:
    return not parent.get_children().filter(slug=slug).exists()


def _publish(page: Page, author: Person, editor: Person) -> None:
    page.save_revision(user=author).publish(user=editor)


def _load_principles(shelf: Shelf) -> None:
    home = HomePage.objects.get()
    if not _missing(home, "faelles-principper"):
        return
    principles = read("organisation.toml")["municipality"]["principles"]
    page = StandardPage(
        title="Vores fælles principper",
        slug="faelles-principper",
        intro="Sådan taler vi med borgere i Egeby Kommune, hvilken opgave vi end løser.",
        body="".join(f"<h2>{row['title']}</h2><p>{row['text']}</p>" for row in principles),
    )
    home.add_child(instance=page)
    _publish(page, shelf.editor, shelf.editor)


def _load_cards(shelf: Shelf, today: date) -> None:
    parent = MethodCardIndexPage.objects.get()
    for row in read_folder("method_cards"):
        if not _missing(parent, row["slug"]):
            continue
        owner = shelf.people[row["owner"]]
        card = MethodCard(
            title=row["title"],
            slug=row["slug"],
            owner=owner,
            intro=row["intro"],
            tradition=shelf.traditions[row["tradition"]],
            phase=row["phase"],
            purpose=paragraphs(row["purpose"]),
            when_to_use=bullet_list(row["when_to_use"]),
            when_not=bullet_list(row["when_not"]),
            dual_role=paragraphs(row["dual_role"]),
            influence_level=row["influence_level"],
            participants_from=row["participants_from"],
            participants_to=row["participants_to"],
            minutes=row["minutes"],
            preparation=bullet_list(row["preparation"]),
            steps=[
                ("step", {"title": step["title"], "minutes": step["minutes"], "text": paragraphs(step["text"])})
                for step in row["steps"]
            ],
            materials=bullet_list(row["materials"]),
            pitfalls=bullet_list(row["pitfalls"]),
            just_before=bullet_list(row["just_before"]),
            source=row["source"],
            responsible=owner,
            review_on=today + timedelta(days=row["review_in_days"]),
        )
        parent.add_child(instance=card)
        shelf.fill(card, row)
        _publish(card, owner, shelf.editor)


def _load_cases(shelf: Shelf, today: date) -> None:
    parent = CaseIndexPage.objects.get()
    cards = _by_slug(MethodCard)
    for row in read_folder("cases"):
        if not _missing(parent, row["slug"]):
            continue
        author = shelf.people[row["author"]]
        case = CaseStudy(
            title=row["title"],
            slug=row["slug"],
            owner=author,
            intro=row["intro"],
            kind=row["kind"],
            author=author,
            org_unit=shelf.units[row["org_unit"]],
            happened_on=today - timedelta(days=row["happened_days_ago"]),
            influence_level=row["influence_level"],
            complaint_type=row["complaint_type"],
            body=_case_body(row),
        )
        parent.add_child(instance=case)
        shelf.fill(case, row)
        for slug in row["cards"]:
            case.card_links.create(card=cards[slug])
        _publish(case, author, shelf.editor)


def _case_body(row: dict[str, Any]) -> list[tuple[str, dict[str, str]]]:
    body = [("situation", {"text": paragraphs(row["situation"])})]
    body += [
        (
            "scenario",
            {
                "kind": scenario["kind"],
                "title": scenario["title"],
                "text": paragraphs(scenario["text"]),
                "frame": paragraphs(scenario["frame"]),
                "action_space": paragraphs(scenario["action_space"]),
            },
        )
        for scenario in row["scenarios"]
    ]
    body.append(("what_we_did", {"text": paragraphs(row["what_we_did"])}))
    body += [("quote", {"text": quote["text"], "who": quote["who"]}) for quote in row.get("quotes", [])]
    body.append(("outcome", {"text": paragraphs(row["outcome"])}))
    body.append(("advice", {"text": bullet_list(row["advice"])}))
    return body


def _load_tools(shelf: Shelf) -> None:
    parent = ToolboxIndexPage.objects.get()
    cards = _by_slug(MethodCard)
    for row in read_folder("toolbox"):
        if not _missing(parent, row["slug"]):
            continue
        owner = shelf.people[row["owner"]]
        tool = ToolboxItem(
            title=row["title"],
            slug=row["slug"],
            owner=owner,
            intro=row["intro"],
            kind=row["kind"],
            body=paragraphs(row["body"]),
            minutes=row["minutes"],
            responsible=owner,
        )
        parent.add_child(instance=tool)
        shelf.fill(tool, row)
        for slug in row["cards"]:
            tool.card_links.create(card=cards[slug])
        _publish(tool, owner, shelf.editor)
