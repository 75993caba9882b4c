"""What the corps knows: method cards, cases and the shared toolbox, as Wagtail pages."""

from .case_study import CaseStudy, CaseStudyCard, CaseStudyTheme
from .favourite import Favourite, MethodTrial
from .indexes import CaseIndexPage, HomePage, MethodCardIndexPage, StandardPage, ToolboxIndexPage
from .method_card import MethodCard, MethodCardTheme
from .toolbox import ToolboxItem, ToolboxItemCard, ToolboxItemTheme
from .vocabulary import TargetGroup, Tradition

__all__ = [
    "CaseIndexPage",
    "CaseStudy",
    "CaseStudyCard",
    "CaseStudyTheme",
    "Favourite",
    "HomePage",
    "MethodCard",
    "MethodCardIndexPage",
    "MethodCardTheme",
    "MethodTrial",
    "StandardPage",
    "TargetGroup",
    "ToolboxIndexPage",
    "ToolboxItem",
    "ToolboxItemCard",
    "ToolboxItemTheme",
    "Tradition",
]
