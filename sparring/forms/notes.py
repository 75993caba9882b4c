"""Checking what is written in an experience note, and what a list of notes is narrowed by."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.db import models
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from network.fields import RowsField
from network.models import Theme
from network.personal_data import cpr_error, find_cpr_numbers
from sparring.models import ExperienceNote
from sparring.services.notes import NoteChangedElsewhereError, NoteError, open_cards


class CardsByTradition(forms.CheckboxSelectMultiple):
    """Checkboxes in one fold a tradition, so that a hundred cards take little room on a phone, without script."""

    template_name = "sparring/_note_cards.html"

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context(name, value, attrs)
        context["folds"] = [
            {"name": tradition, "options": options, "chosen": sum(option["selected"] for option in options)}
            for tradition, options, _index in context["widget"]["optgroups"]
        ]
        return context


class NoteForm(forms.ModelForm):
    """A new note. `cleaned_data` is what `write_note` takes."""

    class Meta:
        model = ExperienceNote
        fields = ["situation", "action", "effect", "advice", "cards", "themes", "title"]
        field_classes = {"cards": RowsField, "themes": RowsField}
        widgets = {
            "situation": forms.Textarea(attrs={"rows": 4}),
            "action": forms.Textarea(attrs={"rows": 4}),
            "effect": forms.Textarea(attrs={"rows": 3}),
            "advice": forms.Textarea(attrs={"rows": 3}),
            "cards": CardsByTradition,
            "themes": forms.CheckboxSelectMultiple,
        }
        help_texts = {
            "situation": _("What was at stake? Call people A and B, and leave out what could tell who they are."),
            "action": _("What did you do or say, and what did you talk about in the sparring?"),
            "effect": _("What happened then? What you tried in vain is worth just as much."),
            "advice": _("One sentence to a colleague who stands where you stood."),
            "title": _("Leave it empty, and the note is named by the first words of the situation."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["title"].required = False
        themes, cards = self.fields["themes"], self.fields["cards"]
        themes.queryset = Theme.objects.order_by("name", "pk")  # type: ignore[attr-defined]
        cards.queryset = open_cards()  # type: ignore[attr-defined]
        cards.choices = self._cards_by_tradition()  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        for name, value in list(cleaned.items()):  # a refused field leaves the dict
            if isinstance(value, str) and (found := find_cpr_numbers(value)):
                self.add_error(name, cpr_error(found[0]))
        return cleaned

    def refuse(self, error: NoteError) -> None:
        """Show why the note was not stored, with everything that was typed."""
        self.add_error(None, forms.ValidationError(str(error.sentence), code="refused"))

    @staticmethod
    def _cards_by_tradition() -> list[tuple[str, list[tuple[int, str]]]]:
        cards = open_cards().order_by("tradition__name", "title", "pk")
        groups: dict[str, list[tuple[int, str]]] = {}
        for pk, title, tradition in cards.values_list("pk", "title", "tradition__name"):
            groups.setdefault(tradition, []).append((pk, title))
        return list(groups.items())


class NoteEditForm(NoteForm):
    """A note being changed. `seen` names the text that the edit began from."""

    seen = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["seen"] = self.instance.version

    def refuse(self, error: NoteError) -> None:
        super().refuse(error)
        if isinstance(error, NoteChangedElsewhereError):
            # The author now sees the stored text beside their own: the next save is made knowing it.
            data = cast("QueryDict", self.data).copy()
            data[self.add_prefix("seen")] = error.note.version
            self.data = data


class NoteTab(models.TextChoices):
    """What a list of notes holds."""

    MINE = "mine", _("Mine")
    SHARED = "delt", _("Shared with me")
    ALL = "alle", _("All I can see")
    DELETED = "slettede", _("Deleted")


class NoteFilterForm(forms.Form):
    """What a list is narrowed by. What makes no sense is left out rather than complained about."""

    fane = forms.ChoiceField(choices=NoteTab, required=False)
    card = forms.IntegerField(min_value=1, max_value=2**31 - 1, required=False)
    tema = forms.SlugField(required=False, allow_unicode=True)
