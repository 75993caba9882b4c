"""How a knowledge page is checked when somebody saves it."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.html import strip_tags
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms import WagtailAdminPageForm
from wagtail.blocks import StreamValue

from network.personal_data import find_cpr_numbers


def text_of(value: object) -> str:
    """The readable text of a form value, of whatever kind: rich text, blocks, plain text."""
    if isinstance(value, StreamValue):
        return " ".join(str(part) for part in value.stream_block.get_searchable_content(value))
    if isinstance(value, str):
        return strip_tags(value)
    return ""


class KnowledgePageForm(WagtailAdminPageForm):
    """Refuses a CPR number in any field, before anything is stored; what was typed stays in the form."""

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean()
        for name, value in cleaned.items():
            if found := find_cpr_numbers(text_of(value)):
                self.add_error(
                    name,
                    ValidationError(
                        _(
                            "This looks like a CPR number: %(number)s. Take it out before you save. "
                            "Nothing has been stored, and your text is still here."
                        ),
                        params={"number": found[0]},
                        code="cpr",
                    ),
                )
        return cleaned
