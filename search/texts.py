"""The words of each thing that can be found, as plain text. The index is made of them, and so is what a hit shows."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import singledispatch
from typing import Any

from django.utils import translation
from django.utils.formats import date_format
from wagtail.rich_text import RichText

from knowledge.models import CaseStudy, MethodCard, ToolboxItem
from network.models import Person, Theme
from sparring.models import ExperienceNote, SlotPlace
from sparring.timetable import COPENHAGEN

_BLOCK_END = re.compile(r"</(?:p|li|h\d|ul|ol|div|blockquote)>|<br\s*/?>|<hr\s*/?>", re.IGNORECASE)
_TAG = re.compile(r"<[^>]*>")
_SPACES = re.compile(r"[^\S\n]+")
_LINES = re.compile(r"\s*\n\s*")


@dataclass(frozen=True, slots=True)
class Text:
    """`body` has a line for each paragraph or point."""

    title: str
    intro: str = ""
    headings: tuple[str, ...] = ()
    body: str = ""


def plain(markup: str) -> str:
    """Rich text without its tags, a line for each block."""
    text = html.unescape(_TAG.sub("", _BLOCK_END.sub("\n", markup)))
    return _LINES.sub("\n", _SPACES.sub(" ", text)).strip()


def _lines(pieces: Iterable[str]) -> str:
    return "\n".join(piece for piece in pieces if piece)


@singledispatch
def text_of(thing: object) -> Text:
    raise TypeError(f"{type(thing).__name__} is nothing that can be found")


@text_of.register
def _(card: MethodCard) -> Text:
    steps = [step.value for step in card.steps]
    markup = [card.purpose, card.when_to_use, card.when_not, card.dual_role, card.preparation]
    markup += [step["text"].source for step in steps] + [card.materials, card.pitfalls, card.just_before]
    return Text(
        title=card.title,
        intro=card.intro,
        headings=tuple(step["title"] for step in steps),
        body=_lines(map(plain, markup)),
    )


@text_of.register
def _(case: CaseStudy) -> Text:
    scenarios = [block.value["title"] for block in _blocks_of(case) if block.block_type == "scenario"]
    return Text(title=case.title, intro=case.intro, headings=tuple(scenarios), body=_lines(_texts_of_case(case)))


def _texts_of_case(case: CaseStudy) -> Iterator[str]:
    for block in _blocks_of(case):
        if block.block_type == "quote":
            yield block.value["text"]
        else:
            # Sections and scenarios: each of their rich texts, in order.
            yield from (plain(value.source) for value in block.value.values() if isinstance(value, RichText))


def _blocks_of(case: CaseStudy) -> Iterator[Any]:
    """All but pictures, which are not even looked at: Wagtail would read them from the database, case by case."""
    for place, raw in enumerate(case.body.raw_data):
        if raw["type"] != "image":
            yield case.body[place]


@text_of.register
def _(tool: ToolboxItem) -> Text:
    headings = re.findall(r"<h\d[^>]*>(.*?)</h\d>", tool.body, re.DOTALL)
    return Text(title=tool.title, intro=tool.intro, headings=tuple(map(plain, headings)), body=plain(tool.body))


@text_of.register
def _(note: ExperienceNote) -> Text:
    return Text(title=note.title, body=_lines([note.situation, note.action, note.effect, note.advice]))


@text_of.register
def _(person: Person) -> Text:
    """What a person does and where; of an active ambassador also what they say about themselves."""
    unit = person.org_unit
    ambassador = getattr(person, "ambassador", None)
    place = [unit.name, unit.department.name] if unit else []
    bio = ambassador.bio if ambassador and ambassador.is_active else ""
    return Text(title=str(person), headings=(person.job_title,) if person.job_title else (), body=_lines([*place, bio]))


@text_of.register
def _(theme: Theme) -> Text:
    return Text(title=theme.name, intro=theme.description, body=theme.everyday_words)


def day_in_words(day: date) -> str:
    return date_format(day, "l j. F")


@text_of.register
def _(place: SlotPlace) -> Text:
    """When, and with whom: what it can be about are its themes."""
    starts_at = place.starts_at.astimezone(COPENHAGEN)
    names = {"name": place.host.name, "day": day_in_words(starts_at), "time": date_format(starts_at, "H:i")}
    return Text(title=translation.gettext("Sparring with %(name)s on %(day)s at %(time)s") % names)
