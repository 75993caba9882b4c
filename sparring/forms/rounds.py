"""The answer to a match."""

from django import forms
from django.utils.translation import gettext_lazy as _

ACCEPT = "accept"
PASS = "pass"  # noqa: S105  an answer, no password


class AnswerForm(forms.Form):
    """Two buttons make it; neither asks for a reason."""

    answer = forms.ChoiceField(choices=[(ACCEPT, _("Yes, I will be there")), (PASS, _("Pass this time"))])

    @property
    def accepts(self) -> bool:
        return self.cleaned_data["answer"] == ACCEPT
