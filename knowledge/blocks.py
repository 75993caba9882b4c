"""The building blocks of method steps and cases, with help and a preview for whoever writes."""

from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.images.blocks import ImageChooserBlock

SIMPLE = ["bold", "italic", "ul", "ol", "link"]


class StepBlock(blocks.StructBlock):
    title = blocks.CharBlock(label=_("Step"), max_length=120)
    minutes = blocks.IntegerBlock(label=_("Minutes"), min_value=1, max_value=480)
    text = blocks.RichTextBlock(label=_("What you do and say"), features=SIMPLE)

    class Meta:
        icon = "list-ol"
        label = _("Step")
        description = _("One step of the method, with how long it takes and words that can be said.")
        template = "knowledge/blocks/step.html"
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


class ScenarioBlock(blocks.StructBlock):
    """A solution scenario: the best imaginable or the best possible, with its frame and room for action."""

    kind = blocks.ChoiceBlock(
        label=_("Kind"),
        choices=[("bedst-taenkeligt", _("Best imaginable")), ("bedst-muligt", _("Best possible"))],
    )
    title = blocks.CharBlock(label=_("Title"), max_length=120)
    text = blocks.RichTextBlock(label=_("The scenario"), features=SIMPLE)
    frame = blocks.RichTextBlock(label=_("Frame: law and terms"), features=SIMPLE)
    action_space = blocks.RichTextBlock(label=_("Room for action"), features=SIMPLE)

    class Meta:
        icon = "pick"
        label = _("Solution scenario")
        description = _("What could come of it: the frame that binds, and the room that is left.")
        template = "knowledge/blocks/scenario.html"
        preview_value = {
            "kind": "bedst-muligt",
            "title": "En sti, som børnene tør bruge",
            "text": "<p>Stien får lys og en hævet flade ved skolen.</p>",
            "frame": "<p>Vejloven og årets anlægsramme.</p>",
            "action_space": "<p>Rækkefølgen og krydsningen kan naboerne være med til at vælge.</p>",
        }


class QuoteBlock(blocks.StructBlock):
    text = blocks.TextBlock(label=_("Quote"))
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
        icon="tick",
        label=_("What came of it"),
        description=_("Honestly: also what did not work."),
        preview_value={"text": "<p>Klagen blev trukket. Hækken står der endnu.</p>"},
    )
    advice = SectionBlock(
        icon="help",
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
    image = ImageChooserBlock(
        label=_("Image"),
        description=_("A place or a thing. No citizens who can be recognised."),
        template="knowledge/blocks/image.html",
    )
