"""The building blocks of method steps and cases, with help and a preview for whoever writes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.images import get_image_model
from wagtail.images.blocks import ImageBlock

if TYPE_CHECKING:
    from wagtail.images.models import AbstractImage

SIMPLE = ["bold", "italic", "ul", "ol", "link"]
SCENARIO_KINDS = [("bedst-taenkeligt", _("Best imaginable")), ("bedst-muligt", _("Best possible"))]


class StepBlock(blocks.StructBlock):
    title = blocks.CharBlock(
        label=_("Step"), max_length=120, help_text=_("What happens, in a few words: »Say what you have heard«.")
    )
    minutes = blocks.IntegerBlock(
        label=_("Minutes"),
        min_value=1,
        max_value=480,
        help_text=_("All steps together may take no longer than the card says."),
    )
    text = blocks.RichTextBlock(
        label=_("What you do and say"),
        features=SIMPLE,
        help_text=_("Write as you would tell it to a colleague, with a sentence or two that can be said aloud."),
    )

    class Meta:
        icon = "list-ol"
        label = _("Step")
        description = _("One step of the method, with how long it takes and words that can be said.")
        template = "knowledge/blocks/step.html"
        preview_template = "knowledge/blocks/step_preview.html"
        preview_value = {
            "title": "Sæt ord på det bedste",
            "minutes": 5,
            "text": "<p>Spørg: »Hvad ville være det vigtigste for dig i dag?«</p>",
        }


class StepStreamBlock(blocks.StreamBlock):
    step = StepBlock()

    class Meta:
        min_num = 1
        max_num = 12


class ScenarioValue(blocks.StructValue):
    @property
    def kind_label(self) -> str:
        return str(dict(SCENARIO_KINDS).get(self.get("kind"), ""))


class ScenarioBlock(blocks.StructBlock):
    """A solution scenario: the best imaginable or the best possible, with its frame and room for action."""

    kind = blocks.ChoiceBlock(
        label=_("Kind"),
        choices=SCENARIO_KINDS,
        help_text=_("Best imaginable: if nothing stood in the way. Best possible: within the frame."),
    )
    title = blocks.CharBlock(label=_("Title"), max_length=120)
    text = blocks.RichTextBlock(
        label=_("The scenario"), features=SIMPLE, help_text=_("How things look when it has come true.")
    )
    frame = blocks.RichTextBlock(
        label=_("Frame: law and terms"),
        features=SIMPLE,
        help_text=_("What is settled beforehand: law, budget, decisions taken."),
    )
    action_space = blocks.RichTextBlock(
        label=_("Room for action"), features=SIMPLE, help_text=_("What citizens and staff can still shape together.")
    )

    class Meta:
        icon = "pick"
        label = _("Solution scenario")
        description = _("What could come of it: the frame that binds, and the room that is left.")
        template = "knowledge/blocks/scenario.html"
        value_class = ScenarioValue
        preview_value = {
            "kind": "bedst-muligt",
            "title": "En sti, som børnene tør bruge",
            "text": "<p>Stien får lys og en hævet flade ved skolen.</p>",
            "frame": "<p>Vejloven og årets anlægsramme.</p>",
            "action_space": "<p>Rækkefølgen og krydsningen kan naboerne være med til at vælge.</p>",
        }


class QuoteBlock(blocks.StructBlock):
    text = blocks.TextBlock(label=_("Quote"), help_text=_("Without quotation marks; the page sets them."))
    who = blocks.CharBlock(label=_("Said by (a role, never a name)"), max_length=120)

    class Meta:
        icon = "openquote"
        label = _("Quote")
        description = _("Words that were said. Name the role, never the person.")
        template = "knowledge/blocks/quote.html"
        preview_value = {"text": "Det var første gang, nogen spurgte.", "who": "Nabo"}


class SectionBlock(blocks.StructBlock):
    text = blocks.RichTextBlock(label=_("Text"), features=SIMPLE)

    class Meta:
        template = "knowledge/blocks/section.html"


class PictureBlock(ImageBlock):
    """An image with the text that stands for it. The preview borrows the newest image of the site."""

    def get_preview_value(self) -> AbstractImage | None:
        return get_image_model().objects.order_by("-pk").first()

    class Meta:
        icon = "image"
        label = _("Image")
        description = _("A place or a thing. No citizens who can be recognised.")
        template = "knowledge/blocks/image.html"


class CaseBodyBlock(blocks.StreamBlock):
    situation = SectionBlock(
        icon="help",
        label=_("The situation"),
        description=_("What was at stake, and for whom. Call people A and B or by their role."),
        preview_value={"text": "<p>En nabo ringede vredt om tilbygningen bag hækken.</p>"},
    )
    what_we_did = SectionBlock(
        icon="cogs",
        label=_("What we did"),
        description=_("Step by step, also what you gave up on the way."),
        preview_value={"text": "<p>Vi mødtes ved hækken i stedet for på rådhuset.</p>"},
    )
    outcome = SectionBlock(
        icon="check",
        label=_("What came of it"),
        description=_("Honestly: also what did not work."),
        preview_value={"text": "<p>Klagen blev trukket. Hækken står der endnu.</p>"},
    )
    advice = SectionBlock(
        icon="comment",
        label=_("Advice to a colleague"),
        description=_("Two to four lines that somebody can use tomorrow."),
        preview_value={"text": "<ul><li>Ring, før du skriver.</li></ul>"},
    )
    scenario = ScenarioBlock()
    quote = QuoteBlock()
    paragraph = SectionBlock(
        icon="pilcrow",
        label=_("Text"),
        description=_("Running text where none of the others fits."),
        preview_value={"text": "<p>Mødet varede en time.</p>"},
    )
    image = PictureBlock()
