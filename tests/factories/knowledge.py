from dataclasses import dataclass
from datetime import date
from itertools import count

from wagtail.models import Collection, Locale, Page, Site

from knowledge.models import (
    CaseIndexPage,
    CaseStudy,
    HomePage,
    MethodCard,
    MethodCardIndexPage,
    ToolboxIndexPage,
    ToolboxItem,
    Tradition,
)

_numbers = count(1)


@dataclass
class PageTree:
    home: HomePage
    cards: MethodCardIndexPage
    cases: CaseIndexPage
    toolbox: ToolboxIndexPage


def ensure_root() -> Page:
    """Wagtail's root page and root collection, as its migrations make them; a test that empties the tables takes
    them away."""
    Locale.objects.get_or_create(language_code="da")
    if not Collection.get_first_root_node():
        Collection.add_root(instance=Collection(name="Root"))
    return Page.get_first_root_node() or Page.add_root(instance=Page(title="Root", slug="root"))


def page_tree() -> PageTree:
    """The front page with its three shelves, made once a test."""
    if home := HomePage.objects.first():
        return PageTree(
            home, MethodCardIndexPage.objects.get(), CaseIndexPage.objects.get(), ToolboxIndexPage.objects.get()
        )
    root = ensure_root()
    for old in root.get_children():
        old.delete()
    root = Page.objects.get(pk=root.pk)
    home = root.add_child(instance=HomePage(title="Dialogkorps", slug="forside"))
    Site.objects.update_or_create(
        hostname="testserver", port=80, defaults={"root_page": home, "is_default_site": True, "site_name": "Test"}
    )
    Site.objects.exclude(hostname="testserver").delete()
    return PageTree(
        home,
        home.add_child(instance=MethodCardIndexPage(title="Metodekort", slug="metodekort")),
        home.add_child(instance=CaseIndexPage(title="Cases", slug="cases")),
        home.add_child(instance=ToolboxIndexPage(title="Værktøjskassen", slug="vaerktoejskassen")),
    )


def MethodCardFactory(themes=(), **fields) -> MethodCard:  # noqa: N802
    number = next(_numbers)
    values = {
        "title": f"Metode {number}",
        "slug": f"metode-{number}",
        "intro": "Hvad kortet gør for dig.",
        "tradition": Tradition.objects.get_or_create(slug="facilitering", defaults={"name": "Facilitering"})[0],
        "purpose": "<p>Formålet med kortet.</p>",
        "when_to_use": "<ul><li>Når I er i tvivl</li></ul>",
        "when_not": "<ul><li>Når loven binder</li></ul>",
        "dual_role": "<p>Sig, hvornår du er myndighed.</p>",
        "influence_level": "dialog",
        "participants_from": 2,
        "participants_to": 4,
        "minutes": 15,
        "preparation": "<ul><li>Find et lokale</li></ul>",
        "steps": [("step", {"title": "Begynd", "minutes": 15, "text": "<p>Spørg.</p>"})],
        "materials": "<ul><li>Papir</li></ul>",
        "pitfalls": "<ul><li>At tale for længe</li></ul>",
        "source": "Skrevet til Dialogkorps.",
        "review_on": date(2027, 1, 1),
    } | fields
    card = page_tree().cards.add_child(instance=MethodCard(**values))
    if themes:
        card.themes.set(themes)
        card.save()
    return card


def CaseStudyFactory(themes=(), cards=(), **fields) -> CaseStudy:  # noqa: N802
    number = next(_numbers)
    values = {
        "title": f"Case {number}",
        "slug": f"case-{number}",
        "intro": "Hvad der skete.",
        "body": [("situation", {"text": "<p>En nabo klagede.</p>"})],
    } | fields
    case = page_tree().cases.add_child(instance=CaseStudy(**values))
    case.themes.set(themes)
    for card in cards:
        case.card_links.create(card=card)
    case.save()
    return case


def ToolboxItemFactory(themes=(), **fields) -> ToolboxItem:  # noqa: N802
    number = next(_numbers)
    values = {
        "title": f"Værktøj {number}",
        "slug": f"vaerktoej-{number}",
        "intro": "Klar til brug.",
        "kind": "tjekliste",
        "body": "<ul><li>Første punkt</li></ul>",
        "minutes": 10,
    } | fields
    item = page_tree().toolbox.add_child(instance=ToolboxItem(**values))
    if themes:
        item.themes.set(themes)
        item.save()
    return item
