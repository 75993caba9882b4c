"""What can be typed and chosen on the search page. All of it stands in the address."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from .asked import MOST, minutes_in, participants_in
from .documents import Kind
from .engines import MINUTES, Facets, Filters

# The kinds as the address names them.
KINDS = {
    "metodekort": Kind.METHOD_CARD,
    "case": Kind.CASE,
    "vaerktoej": Kind.TOOL,
    "erfaring": Kind.NOTE,
    "person": Kind.PERSON,
    "sparringstid": Kind.SLOT,
}
LONGEST_QUERY = 200


@dataclass(frozen=True)
class Choice:
    value: str
    label: str
    count: int
    is_chosen: bool


@dataclass(frozen=True)
class Choices:
    kinds: list[Choice]
    themes: list[Choice]
    departments: list[Choice]
    minutes: list[Choice]


@dataclass(frozen=True)
class Offer:
    """Filters that the query itself speaks of and that are not chosen; None: no such."""

    minutes: int | None
    participants: int | None


class QueryField(forms.CharField):
    def to_python(self, value: Any) -> str:
        # A NUL is no character anybody means; the rest of what was typed counts.
        return str(super().to_python(str(value or "").replace("\0", " ")))


class SearchForm(forms.Form):
    """Each field stands alone: one that can't be understood is named, and the others still count."""

    q = QueryField(
        label=_("What are you looking for?"),
        required=False,
        max_length=LONGEST_QUERY,
        error_messages={"max_length": _("Use at most %(limit_value)d characters. A few words find more than a text.")},
    )
    type = forms.MultipleChoiceField(
        label=_("Kind"), required=False, choices=[(word, kind.label) for word, kind in KINDS.items()]
    )
    tema = forms.SlugField(label=_("Theme"), required=False)
    forvaltning = forms.CharField(label=_("Department"), required=False, max_length=120)
    minutter = forms.IntegerField(label=_("Minutes at the most"), required=False, min_value=1, max_value=MOST)
    deltagere = forms.IntegerField(label=_("How many are you?"), required=False, min_value=1, max_value=MOST)
    ordret = forms.BooleanField(required=False)

    @property
    def text(self) -> str:
        return str(self._understood("q") or "")

    @property
    def is_literal(self) -> bool:
        return bool(self._understood("ordret"))

    @property
    def filters(self) -> Filters:
        return Filters(
            kinds=frozenset(KINDS[word] for word in self._understood("type") or ()),
            theme=self._understood("tema") or "",
            department=self._understood("forvaltning") or "",
            minutes=self._understood("minutter"),
            participants=self._understood("deltagere"),
        )

    @property
    def is_narrowed(self) -> bool:
        return self.filters != Filters()

    @property
    def can_be_answered(self) -> bool:
        """Whether something is asked for, and it is not a text too long to be a query."""
        return bool(self.text or self.is_narrowed) and "q" not in self.errors

    def choices(self, facets: Facets) -> Choices:
        """What can be chosen, with how many hits each choice would give. What is chosen stays, also with none."""
        filters = self.filters
        themes = [Choice(theme.slug, theme.name, theme.count, theme.slug == filters.theme) for theme in facets.themes]
        if filters.theme and not any(theme.is_chosen for theme in themes):
            themes.append(Choice(filters.theme, filters.theme, 0, is_chosen=True))
        departments = facets.departments.copy()
        if filters.department:
            departments.setdefault(filters.department, 0)
        return Choices(
            kinds=[
                Choice(word, str(kind.label), facets.kinds.get(kind, 0), kind in filters.kinds)
                for word, kind in KINDS.items()
            ],
            themes=themes,
            departments=[
                Choice(name, name, count, name == filters.department) for name, count in sorted(departments.items())
            ],
            minutes=[
                Choice(str(minutes), str(minutes), facets.minutes.get(minutes, 0), minutes == filters.minutes)
                for minutes in sorted({*MINUTES, filters.minutes or MINUTES[0]})
            ],
        )

    @property
    def offer(self) -> Offer:
        filters = self.filters
        return Offer(
            minutes=minutes_in(self.text) if filters.minutes is None else None,
            participants=participants_in(self.text) if filters.participants is None else None,
        )

    def _understood(self, name: str) -> Any:
        self.is_valid()
        return self.cleaned_data.get(name)
