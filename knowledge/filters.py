"""The filters above the lists of cards, cases and tools."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, cast

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from network.models import Theme

MINUTES = [10, 15, 30, 45, 60, 90, 120]


class ThemeFilterForm(forms.Form):
    """Reads an address that anybody may have written: what makes no sense is left out, never refused."""

    tema = forms.ChoiceField(label=gettext_lazy("Theme"), required=False)

    def __init__(self, *args: Any, themes: Iterable[Theme], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._offer("tema", _("All themes"), ((theme.slug, theme.name) for theme in themes))

    def _offer(self, name: str, none: str, choices: Iterable[tuple[Any, str]]) -> None:
        field = cast("forms.ChoiceField", self.fields[name])
        field.choices = [("", none), *choices]

    @classmethod
    def read(cls, query: QueryDict, **choices: Iterable[Any]) -> tuple[ThemeFilterForm, dict[str, Any]]:
        """The form as it should be shown, and what was chosen in it."""
        asked = cls(query, **choices)
        asked.full_clean()
        chosen = {name: value for name, value in asked.cleaned_data.items() if value}
        return cls(initial=chosen, **choices), chosen


class CardFilterForm(ThemeFilterForm):
    minutter = forms.TypedChoiceField(label=gettext_lazy("Time"), required=False, coerce=int, empty_value=None)
    deltagere = forms.IntegerField(
        label=gettext_lazy("Participants"),
        required=False,
        min_value=1,
        max_value=1000,
        widget=forms.NumberInput(attrs={"min": 1, "max": 1000, "size": 4}),
    )
    tradition = forms.ChoiceField(label=gettext_lazy("Tradition"), required=False)

    def __init__(self, *args: Any, traditions: Iterable[Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        lengths = ((minutes, _("At most %(minutes)d min.") % {"minutes": minutes}) for minutes in MINUTES)
        self._offer("minutter", _("Any length"), lengths)
        self._offer("tradition", _("All traditions"), ((tradition.slug, tradition.name) for tradition in traditions))
