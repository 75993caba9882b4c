from tests.factories import (
    CaseStudyFactory,
    MethodCardFactory,
    NoteFactory,
    ThemeFactory,
    ToolboxItemFactory,
    make_place,
    make_session,
)


def test_factories_make_valid_things(db, laura, karen):
    theme = ThemeFactory()
    card = MethodCardFactory(themes=[theme])
    for page in (card, CaseStudyFactory(themes=[theme], cards=[card]), ToolboxItemFactory(themes=[theme])):
        page.full_clean()
    make_place(karen).full_clean()
    make_session(laura, karen).full_clean()
    NoteFactory(author=laura, cards=[card], themes=[theme]).full_clean()
    assert list(card.case_links.values_list("case__themes__name", flat=True)) == [theme.name]
