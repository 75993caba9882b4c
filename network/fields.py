"""Form fields that every app uses."""

from __future__ import annotations

from typing import Any

from django import forms


class RowsField(forms.ModelMultipleChoiceField):
    """Refuses a number beyond the reach of the database like any other unknown one; SQLite would fail on it.

    For choices by number. A field for one row needs no such care: Django knows the reach of a single number.
    """

    longest_number = 18

    def clean(self, value: Any) -> Any:
        for number in value or ():
            if len(str(number)) > self.longest_number:
                message = self.error_messages["invalid_choice"]
                raise forms.ValidationError(message, code="invalid_choice", params={"value": number})
        return super().clean(value)
