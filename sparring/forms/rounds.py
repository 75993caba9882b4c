"""The answer to a match, and what the coordinator wishes for a pair."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from network.models import Ambassador, Person
from sparring.models import WishKind

ACCEPT = "accept"
PASS = "pass"  # noqa: S105  an answer, no password


class AnswerForm(forms.Form):
    """Two buttons make it; neither asks for a reason."""

    answer = forms.ChoiceField(choices=[(ACCEPT, _("Yes, I will be there")), (PASS, _("Pass this time"))])

    @property
    def accepts(self) -> bool:
        return self.cleaned_data["answer"] == ACCEPT


class PairWishForm(forms.Form):
    """Two of the corps; the button that sends it says whether they are to be together or apart."""

    one = forms.TypedChoiceField(label=_("One"), coerce=int)
    other = forms.TypedChoiceField(label=_("The other"), coerce=int)
    kind = forms.ChoiceField(choices=WishKind)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        corps = Ambassador.objects.active().with_person().order_by("person__first_name", "person__last_name", "person")
        self.people = {ambassador.person_id: ambassador.person for ambassador in corps}
        choices = [("", _("Choose")), *((pk, _labelled(person)) for pk, person in self.people.items())]
        for name in ("one", "other"):
            cast("forms.ChoiceField", self.fields[name]).choices = choices

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if cleaned.get("one") and cleaned.get("one") == cleaned.get("other"):
            raise forms.ValidationError(_("Choose two different people."))
        return cleaned

    @property
    def pair(self) -> tuple[Person, Person]:
        return self.people[self.cleaned_data["one"]], self.people[self.cleaned_data["other"]]


def _labelled(person: Person) -> str:
    return f"{person.name} ({person.org_unit.department.name})" if person.org_unit else person.name
