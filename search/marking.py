"""Showing why something was found: the words of the query marked in a text, also inside compounds."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe

from .danish.analysis import analyse
from .danish.words import fold_with_positions, normalise, words_of
from .planning import Plan

_SENTENCE_END = re.compile(r"(?<=[.!?…:»])\s+|\n+")
EXCERPT_LENGTH = 240


@dataclass(frozen=True, slots=True)
class Mark:
    """A place in a text, and which term of the query stands there."""

    start: int
    end: int
    term: int


class Marker:
    def __init__(self, plan: Plan) -> None:
        self._stems: dict[str, int] = {}
        self._exact: dict[str, int] = {}
        self._prefixes: list[tuple[str, int]] = []
        for number, term in enumerate(plan.terms):
            if term.is_prefix:
                self._prefixes.append((term.exact, number))
                continue
            self._exact.setdefault(term.exact, number)
            for stem in (*term.stems, *term.verbs, *term.parts):
                self._stems.setdefault(stem, number)
        self._known: dict[str, list[Mark]] = {}

    def terms_in(self, texts: Iterable[str]) -> frozenset[int]:
        """Which terms of the query the texts have."""
        return frozenset(mark.term for text in texts for mark in self._marks(normalise(text)))

    def marked(self, text: str) -> SafeString:
        """The text as HTML, escaped, with the words of the query in <mark>."""
        text = normalise(text)
        pieces, position = [], 0
        for mark in self._marks(text):
            pieces.append(conditional_escape(text[position : mark.start]))
            pieces.append(format_html("<mark>{}</mark>", text[mark.start : mark.end]))
            position = mark.end
        pieces.append(conditional_escape(text[position:]))
        return mark_safe("".join(pieces))  # noqa: S308  (each piece is escaped above)

    def excerpt(self, text: str) -> SafeString:
        """The sentences that have most of the query's words, marked; empty if none has any."""
        sentences = [sentence for sentence in _SENTENCE_END.split(normalise(text)) if sentence]
        terms = [self.terms_in([sentence]) for sentence in sentences]
        if not any(terms):
            return SafeString("")
        best = max(range(len(sentences)), key=lambda place: (len(terms[place]), -place))
        chosen = [best]
        length = len(sentences[best])
        # What follows makes a short sentence understood.
        while chosen[-1] + 1 < len(sentences) and length + len(sentences[chosen[-1] + 1]) < EXCERPT_LENGTH:
            chosen.append(chosen[-1] + 1)
            length += len(sentences[chosen[-1]])
        return self.marked(self._shortened(" ".join(sentences[place] for place in chosen)))

    def _shortened(self, text: str) -> str:
        """A part of a long text around its first mark, cut between words."""
        if len(text) <= 2 * EXCERPT_LENGTH:
            return text
        first = next(iter(self._marks(text)), Mark(0, 0, 0)).start
        start = max(0, first - EXCERPT_LENGTH // 2)
        start = text.find(" ", start) + 1 if start else 0
        end = text.rfind(" ", start, start + EXCERPT_LENGTH)
        end = end if end > first else start + EXCERPT_LENGTH
        return ("… " if start else "") + text[start:end] + " …"

    def _marks(self, text: str) -> Iterator[Mark]:
        for word in words_of(text):
            for mark in self._marks_in(word.text):
                yield Mark(word.start + mark.start, word.start + mark.end, mark.term)

    def _marks_in(self, word: str) -> list[Mark]:
        if word not in self._known:
            self._known[word] = self._found_in(word)
        return self._known[word]

    def _found_in(self, word: str) -> list[Mark]:
        """The word itself if the query has it or its verb, else those of its parts that the query has."""
        analysis = analyse(word)
        for prefix, term in self._prefixes:
            if analysis.exact.startswith(prefix):
                return [Mark(0, len(word), term)]
        own = self._exact.get(analysis.exact, self._stems.get(analysis.stem))
        if own is not None:
            return [Mark(0, len(word), own)]
        positions = fold_with_positions(word)[1]
        marks: list[Mark] = []
        # The longest part first: what is inside a marked part is not marked again.
        for part in sorted(analysis.parts, key=lambda part: (part.start, -part.end)):
            found = self._stems.get(part.stem, self._exact.get(part.text))
            if found is not None and (not marks or positions[part.start] >= marks[-1].end):
                marks.append(Mark(positions[part.start], positions[part.end], found))
        if marks:
            return marks
        behind = next((self._stems[verb] for verb in analysis.verbs if verb in self._stems), None)
        return [] if behind is None else [Mark(0, len(word), behind)]
