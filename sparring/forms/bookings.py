"""Finding a free place, and booking it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any, cast

from django import forms
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from network.models import Ambassador, Person, Theme
from network.models.ambassador import MeetingFormat
from network.personal_data import refuse_cpr_numbers
from sparring.models import PeerSparring
from sparring.querysets import SlotPlaceQuerySet
from sparring.services.bookings import formats_of

# Browsers show the date their own way, and send it in this one.
DAY_PICKER = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class FreePlacesForm(forms.Form):
    """Narrows the free places. Choices are read once each; what makes no sense is told and not used."""

    theme = forms.TypedChoiceField(label=_("Theme"), required=False, empty_value=None)
    person = forms.TypedChoiceField(label=_("Ambassador"), required=False, coerce=int, empty_value=None)
    day = forms.DateField(label=_("Day"), required=False, widget=DAY_PICKER)
    card = forms.IntegerField(required=False, min_value=1, max_value=2**31, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        themes = Theme.objects.order_by("name").values_list("slug", "name")
        corps = Ambassador.objects.active().select_related("person").order_by("person__first_name", "person__last_name")
        cast("forms.ChoiceField", self.fields["theme"]).choices = [("", _("All themes")), *themes]
        cast("forms.ChoiceField", self.fields["person"]).choices = [
            ("", _("Everybody")),
            *((ambassador.person_id, ambassador.person.name) for ambassador in corps),
        ]

    def narrow(self, places: SlotPlaceQuerySet) -> SlotPlaceQuerySet:
        """The places that fit every valid choice."""
        self.is_valid()
        if theme := self.cleaned_data.get("theme"):
            places = places.about(theme)
        if person := self.cleaned_data.get("person"):
            places = places.filter(host=person)
        if day := self.cleaned_data.get("day"):
            places = places.on_day(day)
        if card := self.cleaned_data.get("card"):
            places = places.with_experience_of(card)
        return places


class HelpForm(forms.Form):
    """What somebody wants help with, and on which of the next days."""

    theme = forms.TypedChoiceField(label=_("I need help with"))
    day = forms.TypedChoiceField(label=_("Day"), coerce=date.fromisoformat)

    def __init__(self, *args: Any, days: Sequence[date], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.themes = {theme.slug: theme for theme in Theme.objects.order_by("name")}
        themes = [("", _("Choose")), *((slug, theme.name) for slug, theme in self.themes.items())]
        cast("forms.ChoiceField", self.fields["theme"]).choices = themes
        cast("forms.ChoiceField", self.fields["day"]).choices = [
            (day.isoformat(), capfirst(date_format(day, "l j. F"))) for day in days
        ]

    @property
    def chosen_theme(self) -> Theme:
        return self.themes[self.cleaned_data["theme"]]


class BookingForm(forms.Form):
    """Everything is chosen beforehand, so that booking is one click. The question is for the host's eyes only."""

    theme = forms.ModelChoiceField(
        label=_("Theme"),
        queryset=Theme.objects.none(),
        required=False,
        blank=True,  # radio buttons offer the empty choice only when told so
        empty_label=_("Something else, or I am not sure yet"),
        widget=forms.RadioSelect,
    )
    question = forms.CharField(
        label=_("What would you like to spar about?"),
        required=False,
        max_length=PeerSparring._meta.get_field("question").max_length,
        validators=[refuse_cpr_numbers],
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Only your sparring partner gets to see it. Write about citizens without names and CPR numbers."),
    )
    format = forms.ChoiceField(label=_("How do you want to meet?"), widget=forms.RadioSelect)

    def __init__(self, *args: Any, host: Person, theme: str = "", **kwargs: Any) -> None:
        offers = host.ambassador.offers.order_by("name")
        formats = [(value, label) for value, label in MeetingFormat.choices if value in formats_of(host)]
        # Compared here: PostgreSQL refuses to be asked for a slug with a NUL in it.
        asked_for = next((offer for offer in offers if offer.slug == theme), None) if theme else None
        kwargs["initial"] = {"theme": asked_for, "format": formats[0][0]}
        super().__init__(*args, **kwargs)
        cast("forms.ModelChoiceField[Theme]", self.fields["theme"]).queryset = offers
        cast("forms.ChoiceField", self.fields["format"]).choices = formats
