"""Known-item queries over real Danish help pages: python bench/search/help_pages.py UNPACKED OUT [SEED]

UNPACKED is the unpacked Debian package libreoffice-help-da (`apt-get download libreoffice-help-da`, then
`dpkg-deb -x libreoffice-help-da_*.deb UNPACKED`). The pages are by the LibreOffice contributors, under the MPL-2.0;
docs.jsonl and queries.jsonl are written to OUT and are not for the repository. Another SEED makes other queries.

A known item is a page whose title no other page has. A query is made from its title, headings and body by one rule a
class, under a fixed seed; nothing here knows how the search works. Of two queries with the same words both are left
out, since neither says which page is meant.
"""

from __future__ import annotations

import itertools
import json
import math
import random
import re
import sys
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path

SEED = 4
PER_CLASS = 110
DANISH = frozenset(
    ["af", "at", "de", "den", "det", "en", "er", "et", "for", "i", "ikke", "med", "og", "på", "som", "til", "vælg"]
)
ENGLISH = frozenset(["a", "and", "for", "in", "is", "of", "on", "or", "that", "the", "this", "to", "with"])
BARE = str.maketrans({"æ": "a", "ø": "o", "å": "a"})
SPELT_OUT = str.maketrans({"æ": "ae", "ø": "oe", "å": "aa"})
ENDINGS = (
    "",
    "e",
    "en",
    "ens",
    "er",
    "erne",
    "ernes",
    "ers",
    "es",
    "et",
    "ets",
    "ede",
    "n",
    "ne",
    "r",
    "rne",
    "s",
    "t",
)
KEYBOARD = ("qwertyuiopå", "asdfghjklæø", "zxcvbnm")
TWO_SLIPS_FROM = 14  # letters
NO_PARTS = frozenset(
    [
        "else",
        "elser",
        "elsen",
        "hed",
        "heder",
        "heden",
        "ning",
        "ninger",
        "ningen",
        "tion",
        "tioner",
        "tionen",
        "tionel",
    ]
)
COMMON = 100  # pages; a part of a compound that more of them have says little about which is meant


@dataclass
class HelpPage:
    id: str
    title: str = ""
    headings: list[str] = field(default_factory=list)
    paragraphs: list[str] = field(default_factory=list)

    @property
    def body(self) -> str:
        return "\n".join(self.paragraphs)

    @property
    def words(self) -> list[str]:
        return words_of(" ".join([self.title, *self.headings, self.body]))

    @property
    def is_danish(self) -> bool:
        count = Counter(self.words)
        return sum(count[word] for word in DANISH) > sum(count[word] for word in ENGLISH)


class _Reader(HTMLParser):
    """Takes the first heading as title, and leaves out program code and everything around the text."""

    def __init__(self, page: HelpPage) -> None:
        super().__init__()
        self.page = page
        self._is_content = False
        self._skipping = ""
        self._tag = ""
        self._text: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if ("id", "DisplayArea") in attrs:
            self._is_content = True
        elif ("id", "DEBUG") in attrs:
            self._finish()
            self._is_content = False
        elif tag in {"script", "style", "pre"} and not self._skipping:
            self._skipping = tag
        elif re.fullmatch(r"h[1-6]|p|td|li", tag):
            self._finish()
            self._tag = tag

    def handle_endtag(self, tag: str) -> None:
        if tag == self._skipping:
            self._skipping = ""
        elif tag == self._tag:
            self._finish()

    def handle_data(self, data: str) -> None:
        if self._is_content and self._tag and not self._skipping:
            self._text.append(data)

    def _finish(self) -> None:
        text, self._text = " ".join("".join(self._text).split()), []
        tag, self._tag = self._tag, ""
        if not text:
            return
        if tag.startswith("h") and not self.page.title:
            self.page.title = text
        elif tag.startswith("h"):
            self.page.headings.append(text)
        else:
            self.page.paragraphs.append(text)


def pages_of(folder: Path) -> list[HelpPage]:
    pages = []
    for path in sorted(folder.rglob("text/**/*.html")):
        page = HelpPage("-".join(path.relative_to(folder).with_suffix("").parts[-3:]))
        _Reader(page).feed(path.read_text(encoding="utf-8"))
        if page.title and page.paragraphs and page.is_danish:
            pages.append(page)
    return pages


def words_of(text: str) -> list[str]:
    return re.findall(r"[^\W\d_]+", text.lower())


class Maker:
    """Makes queries for known pages; None where a page's words do not lend themselves to a class."""

    def __init__(self, pages: list[HelpPage], seed: int) -> None:
        self.random = random.Random(seed)  # noqa: S311
        self.pages = pages
        self.frequency = Counter(word for page in pages for word in set(page.words))
        self.headings = Counter(heading for page in pages for heading in set(page.headings))
        self.forms: dict[str, set[str]] = defaultdict(set)
        for word in self.frequency:
            for ending in ENDINGS:
                if word.endswith(ending) and len(stem := word.removesuffix(ending)) >= 4:
                    self.forms[stem].add(word)

    def title(self, page: HelpPage) -> str | None:
        return " ".join(words_of(page.title))

    def inflected(self, page: HelpPage) -> str | None:
        """A word of the title in another form, which some page has and this one has not."""
        return self._with_one_word_changed(page, self._another_form)

    def typo(self, page: HelpPage) -> str | None:
        return self._with_one_word_changed(page, lambda word, __: self._slip(word) if len(word) >= 6 else None)

    def folded(self, page: HelpPage) -> str | None:
        table = self.random.choice([BARE, SPELT_OUT])
        title = self.title(page) or ""
        return title.translate(table) if title.translate(BARE) != title else None

    def compound(self, page: HelpPage) -> str | None:
        """A compound of the title as two words that other pages have, or two words as the compound they have."""
        title = words_of(page.title)
        for first, second in itertools.pairwise(title):
            if first + second in self.frequency:
                return " ".join(title).replace(f"{first} {second}", first + second)
        return self._with_one_word_changed(page, lambda word, __: self._split(word))

    def part(self, page: HelpPage) -> str | None:
        """Of a compound of the title only the part that fewer pages have, beside its other words."""

        def rarer(word: str, own: set[str]) -> str | None:
            parts = (self._split(word) or "").split()
            rarest = min(parts, key=self.frequency.__getitem__, default=None)
            return rarest if rarest and rarest not in own and self.frequency[rarest] <= COMMON else None

        return self._with_one_word_changed(page, rarer) if len(words_of(page.title)) >= 2 else None

    def body(self, page: HelpPage) -> str | None:
        """A word of the title and two that are rare elsewhere, as one remembers a page."""
        distinctive = sorted(
            {word for word in words_of(page.body) if len(word) >= 5 and 3 <= self.frequency[word] <= 150},
            key=lambda word: (
                -words_of(page.body).count(word) * math.log(len(self.pages) / self.frequency[word]),
                word,
            ),
        )[:8]
        named = [word for word in words_of(page.title) if len(word) >= 4]
        if not named or len(distinctive) < 4:
            return None
        chosen = [max(named, key=len), *self.random.sample(distinctive, 2)]
        return " ".join(dict.fromkeys(chosen))

    def heading(self, page: HelpPage) -> str | None:
        """The title's longest word and those of one heading."""
        headings = [
            words_of(heading)
            for heading in page.headings
            if 2 <= len(words_of(heading)) <= 5 and self.headings[heading] <= 2
        ]
        named = [word for word in words_of(page.title) if len(word) >= 4]
        if not headings or not named:
            return None
        return " ".join(dict.fromkeys([max(named, key=len), *self.random.choice(headings)]))

    def _with_one_word_changed(self, page: HelpPage, change: Callable[[str, set[str]], str | None]) -> str | None:
        title, own = words_of(page.title), set(page.words)
        for place in self.random.sample(range(len(title)), len(title)):
            changed = change(title[place], own)
            if changed:
                return " ".join([*title[:place], changed, *title[place + 1 :]])
        return None

    def _another_form(self, word: str, own: set[str]) -> str | None:
        stems = [word.removesuffix(ending) for ending in ENDINGS if word.endswith(ending)]
        near = [stem for stem in stems if len(word) >= 5 and len(stem) >= 4]
        others = sorted({form for stem in near for form in self.forms[stem]} - own)
        return self.random.choice(others) if others else None

    def _slip(self, word: str) -> str:
        wrong = word
        while wrong == word or wrong in self.frequency:
            wrong = word
            for __ in range(1 + (len(word) >= TWO_SLIPS_FROM)):
                wrong = self._one_slip(wrong)
        return wrong

    def _one_slip(self, word: str) -> str:
        """Not in the first letter, which people seldom get wrong."""
        at = self.random.randrange(1, len(word) - 1)
        before, letter, after = word[:at], word[at], word[at + 1 :]
        row = next((row for row in KEYBOARD if letter in row), letter)
        neighbour = row[max(0, row.index(letter) + self.random.choice([-1, 1])) % len(row)]
        return self.random.choice(
            [
                before + after,
                before + letter + letter + after,
                before + after[0] + letter + after[1:],
                before + neighbour + after,
            ]
        )

    def _split(self, word: str) -> str | None:
        splits = []
        for at in range(4, len(word) - 3):
            for link in ("", "s", "e"):
                first, last = word[:at], word[at:].removeprefix(link)
                if not word[at:].startswith(link) or len(last) < 4 or last in NO_PARTS:
                    continue
                if self.frequency[first] and self.frequency[last]:
                    splits.append((self.frequency[first] * self.frequency[last], f"{first} {last}"))
        return max(splits)[1] if splits else None


def known_items(pages: list[HelpPage]) -> list[HelpPage]:
    """Pages that their title tells from all others; one short word alone does not."""
    titles = Counter(" ".join(words_of(page.title)) for page in pages)
    return [page for page in pages if titles[" ".join(words_of(page.title))] == 1 and len(page.title) >= 10]


def queries_of(pages: list[HelpPage], seed: int = SEED) -> list[dict[str, object]]:
    maker = Maker(pages, seed)
    rules = {
        "title": maker.title,
        "inflection": maker.inflected,
        "typo": maker.typo,
        "folded": maker.folded,
        "compound": maker.compound,
        "part": maker.part,
        "body": maker.body,
        "heading": maker.heading,
    }
    made: list[tuple[str, str, str]] = []
    for name, rule in rules.items():
        items = known_items(pages)
        maker.random.shuffle(items)
        queries = ((name, query, page.id) for page in items if (query := rule(page)))
        made += [query for query, __ in zip(queries, range(PER_CLASS), strict=False)]
    said = Counter(query for __, query, __ in made)
    return [
        {"qid": f"help-{name}-{number}", "cls": name, "q": query, "qrels": {page: 2}}
        for number, (name, query, page) in enumerate(made, start=1)
        if said[query] == 1
    ]


def write(path: Path, rows: Iterable[dict[str, object]]) -> None:
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")


def main(unpacked: str, out: str, seed: int | str = SEED) -> None:
    pages, folder = pages_of(Path(unpacked)), Path(out)
    folder.mkdir(parents=True, exist_ok=True)
    queries = queries_of(pages, int(seed))
    write(
        folder / "docs.jsonl",
        ({"id": page.id, "title": page.title, "headings": page.headings, "body": page.body} for page in pages),
    )
    write(folder / "queries.jsonl", queries)
    print(f"{len(pages)} pages, {len(queries)} queries: {dict(Counter(str(query['cls']) for query in queries))}")


if __name__ == "__main__":
    main(*sys.argv[1:4])
