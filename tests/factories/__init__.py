"""Factories: the smallest valid thing of each kind."""

from .knowledge import CaseStudyFactory, MethodCardFactory, ToolboxItemFactory, ensure_root, page_tree
from .network import AmbassadorFactory, DepartmentFactory, OrgUnitFactory, PersonFactory, ThemeFactory, with_role
from .sparring import (
    NoteFactory,
    SeriesFactory,
    SlotFactory,
    make_place,
    make_session,
)

__all__ = [
    "AmbassadorFactory",
    "CaseStudyFactory",
    "DepartmentFactory",
    "MethodCardFactory",
    "NoteFactory",
    "OrgUnitFactory",
    "PersonFactory",
    "SeriesFactory",
    "SlotFactory",
    "ThemeFactory",
    "ToolboxItemFactory",
    "ensure_root",
    "make_place",
    "make_session",
    "page_tree",
    "with_role",
]
