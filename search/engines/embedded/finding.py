# ruff: noqa: S608  (SQL is put together from the constants of this module; what people type are parameters)
"""Asking the file: matches, order, counts, suggestions, and the words that a person may know of."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable
from dataclasses import replace
from typing import Any, NamedTuple

from rapidfuzz import process
from rapidfuzz.distance import OSA

from search.danish.analysis import Analyser
from search.danish.words import bare, fold, normalise
from search.documents import Kind
from search.engines import MATCH_LIMIT, MINUTES, Facets, Filters, Found, Query, ThemeCount
from search.fields import Fields
from search.planning import Plan, Term, asked_words, term_of

WEIGHTS = {
    "title": 6, "title_exact": 3, "title_parts": 3, "lead": 2, "body": 1, "exact": 0.6, "parts": 0.5, "theme": 3
}  # fmt: skip
RERANKED = 100
COVERAGE, TITLE = 2.0, 1.0
KIND_WEIGHTS: dict[str, float] = {Kind.METHOD_CARD: 1.15, Kind.TOOL: 1.05, Kind.NOTE: 0.85, Kind.PERSON: 0.85}
CORRECTIONS_TRIED = 8
SUGGESTED_FIRST = (Kind.THEME, Kind.METHOD_CARD, Kind.PERSON, Kind.TOOL, Kind.CASE, Kind.NOTE)

# In which columns each of a term's tokens counts; see Fields.
_EVERYWHERE = {
    "exact": "{title_exact exact}",
    "stems": "{title lead body theme title_parts parts}",
    "verbs": "{title lead body theme title_parts parts}",
}
_IN_TITLE = {"exact": "{title_exact}", "stems": "{title title_parts}", "verbs": "{title title_parts}"}

_BM25 = f"bm25(words, {', '.join(str(WEIGHTS[name]) for name in Fields._fields)})"
_MAY_SEE = """
    document.id IN (SELECT document FROM audience WHERE token IN (SELECT value FROM json_each(:audience)))
    AND document.key NOT IN (SELECT value FROM json_each(:without))
"""
_MATCHED = """
CREATE TEMP TABLE IF NOT EXISTS matched (
    document INTEGER PRIMARY KEY, key TEXT NOT NULL, kind TEXT NOT NULL, minutes INTEGER, participants_from INTEGER,
    participants_to INTEGER, day TEXT, terms INTEGER NOT NULL, score REAL NOT NULL
)
"""


class Visible:
    """The vocabulary of what the person who asks may see; see `search.planning.Vocabulary`."""

    def __init__(self, db: sqlite3.Connection, query: Query) -> None:
        self._db = db
        self._who = _who(query.audience, query.without)

    def has(self, term: Term) -> bool:
        row = self._db.execute(
            f"""
            SELECT 1 FROM words JOIN document ON document.id = words.rowid
            WHERE words MATCH :match AND {_MAY_SEE} LIMIT 1
            """,
            self._who | {"match": _expression(replace(term, parts=()))},
        )
        return row.fetchone() is not None

    def similar_to(self, word: str, *, edits: int) -> list[str]:
        folded = fold(word)
        rows = self._db.execute(
            """
            SELECT word, folded, SUM(documents) FROM word WHERE token IN (SELECT value FROM json_each(:audience))
            AND length(folded) BETWEEN :shortest AND :longest GROUP BY word
            """,
            self._who | {"shortest": len(folded) - edits, "longest": len(folded) + edits},
        ).fetchall()
        near = process.extract(folded, [row[1] for row in rows], scorer=OSA.distance, score_cutoff=edits, limit=None)
        # A missing ø before any slip; fewer edits; the same first letter, which people seldom miss; commoner words.
        ranked = sorted(
            (bare(near_word) != bare(folded), distance, near_word[:1] != folded[:1], -rows[place][2], rows[place][0])
            for near_word, distance, place in near
        )
        return [word for *__, word in ranked[:CORRECTIONS_TRIED]]


def find(db: sqlite3.Connection, query: Query, understood: Plan, analyser: Analyser) -> Found:
    _collect_matches(db, query, understood.terms)
    narrowed = _Narrowed(query.filters)
    return Found(
        hits=_ranked(db, narrowed, understood.terms),
        matched=frozenset(key for (key,) in db.execute("SELECT key FROM matched")),
        facets=_facets(db, narrowed),
        plan=understood,
        analyser=analyser,
    )


def suggest(
    db: sqlite3.Connection, text: str, analyser: Analyser, *, audience: frozenset[str], limit: int
) -> list[str]:
    terms = [term_of(word.text, analyser) for word in asked_words(normalise(text))]
    if not terms:
        return []
    *whole, last = [_any_of(_IN_TITLE, term) for term in terms]
    unfinished = f"({last} OR {{title_exact}} : {_quoted(terms[-1].exact)} *)"
    rows = db.execute(
        f"""
        SELECT document.key FROM words JOIN document ON document.id = words.rowid
        WHERE words MATCH :match AND {_MAY_SEE}
        ORDER BY substr(words.title_exact, 1, length(:start)) = :start DESC, instr(:kinds, document.kind),
                 bm25(words), document.key
        LIMIT :limit
        """,
        _who(audience)
        | {
            "match": " AND ".join([*(f"({each})" for each in whole), unfinished]),
            "start": " ".join(term.exact for term in terms),
            "kinds": " ".join(SUGGESTED_FIRST),
            "limit": limit,
        },
    )
    return [key for (key,) in rows]


def _who(audience: frozenset[str], without: frozenset[str] = frozenset()) -> dict[str, Any]:
    return {"audience": json.dumps(sorted(audience)), "without": json.dumps(sorted(without))}


def _expression(term: Term) -> str:
    """What a document has that has a term, in the language of FTS5."""
    if term.is_prefix:
        return f"{_EVERYWHERE['exact']} : {_quoted(term.exact)} *"
    return _any_of(_EVERYWHERE, term)


def _any_of(columns: dict[str, str], term: Term) -> str:
    ways = [f"{columns['exact']} : {_quoted(term.exact)}", f"{columns['stems']} : ({_or(term.stems)})"]
    if term.verbs:
        ways.append(f"{columns['verbs']} : ({_or(term.verbs)})")
    if term.parts:
        ways.append("(" + " AND ".join(f"{columns['stems']} : {_quoted(part)}" for part in term.parts) + ")")
    return " OR ".join(ways)


def _or(tokens: Iterable[str]) -> str:
    return " OR ".join(map(_quoted, tokens))


def _quoted(token: str) -> str:
    return '"' + token.replace('"', '""') + '"'


def _collect_matches(db: sqlite3.Connection, query: Query, terms: tuple[Term, ...]) -> None:
    """Fill the table `matched` with what this person may see that has any of the terms, the best MATCH_LIMIT of it.

    `terms` counts how many it has. An empty query matches everything; one without a word in it nothing.
    """
    db.execute(_MATCHED)
    db.execute("DELETE FROM temp.matched")
    values = _who(query.audience, query.without) | {"limit": MATCH_LIMIT}
    if terms:
        values |= {f"term{number}": _expression(term) for number, term in enumerate(terms)}
        # Materialized: bm25() works only where its own MATCH is.
        found = "WITH " + ", ".join(
            f"found{number} AS MATERIALIZED"
            f" (SELECT rowid AS document, -{_BM25} AS score FROM words WHERE words MATCH :term{number})"
            for number in range(len(terms))
        )
        rows = " UNION ALL ".join(f"SELECT document, score FROM found{number}" for number in range(len(terms)))
    elif query.text.strip():
        return
    else:
        found, rows = "", "SELECT id AS document, 0.0 AS score FROM document"
    db.execute(
        f"""
        {found} INSERT INTO temp.matched
        SELECT document.id, key, kind, minutes, participants_from, participants_to, day, COUNT(*), SUM(found.score)
        FROM ({rows}) AS found JOIN document ON document.id = found.document
        WHERE document.kind <> '{Kind.THEME.value}' AND {_MAY_SEE}
        GROUP BY document.id ORDER BY 8 DESC, 9 DESC, day DESC LIMIT :limit
        """,
        values,
    )


class _Narrowed:
    """The filters as conditions, and with one of them left out."""

    def __init__(self, filters: Filters) -> None:
        self.values: dict[str, Any] = {
            "chosen_kinds": json.dumps(sorted(filters.kinds)),
            "theme": filters.theme,
            "minutes": filters.minutes,
            "participants": filters.participants,
        }
        self._conditions: dict[str, str] = {}
        if filters.kinds:
            self._conditions["kinds"] = "kind IN (SELECT value FROM json_each(:chosen_kinds))"
        if filters.theme:
            self._conditions["theme"] = (
                "EXISTS (SELECT 1 FROM theme WHERE theme.document = matched.document AND theme.slug = :theme)"
            )
        if filters.minutes is not None:
            self._conditions["minutes"] = "minutes <= :minutes"
        if filters.participants is not None:
            self._conditions["participants"] = ":participants BETWEEN participants_from AND participants_to"

    def where(self, *, but: str = "") -> str:
        return " AND ".join(["1", *(condition for name, condition in self._conditions.items() if name != but)])


class _Row(NamedTuple):
    document: int
    key: str
    kind: str
    terms: int
    score: float


def _ranked(db: sqlite3.Connection, narrowed: _Narrowed, terms: tuple[Term, ...]) -> list[str]:
    rows = db.execute(
        f"""
        SELECT document, key, kind, terms, score FROM matched WHERE {narrowed.where()}
        ORDER BY terms DESC, score DESC, day DESC, key
        """,
        narrowed.values,
    ).fetchall()
    if terms:
        rows[:RERANKED] = _reranked(db, [_Row(*row) for row in rows[:RERANKED]], terms)
    return [row[1] for row in rows]


def _reranked(db: sqlite3.Connection, rows: list[_Row], terms: tuple[Term, ...]) -> list[_Row]:
    """By how many of the terms a document has at all and in its title, and by BM25 for the rest."""
    highest = max((row.score for row in rows), default=0.0) or 1.0
    titles = _titles(db, rows)

    def merit(row: _Row) -> float:
        in_title = sum(_has(titles[row.document], term) for term in terms)
        merit = (COVERAGE * row.terms + TITLE * in_title) / len(terms) + row.score / highest
        return merit * KIND_WEIGHTS.get(row.kind, 1.0)

    return sorted(rows, key=merit, reverse=True)


def _titles(db: sqlite3.Connection, rows: list[_Row]) -> dict[int, frozenset[str]]:
    found = db.execute(
        "SELECT rowid, title, title_exact, title_parts FROM words WHERE rowid IN (SELECT value FROM json_each(?))",
        [json.dumps([row.document for row in rows])],
    )
    return {document: frozenset(" ".join(columns).split()) for document, *columns in found}


def _has(tokens: frozenset[str], term: Term) -> bool:
    if term.is_prefix:
        return any(token.startswith(term.exact) for token in tokens)
    parts = set(term.parts)
    return not tokens.isdisjoint({term.exact, *term.stems, *term.verbs}) or bool(parts and parts <= tokens)


def _facets(db: sqlite3.Connection, narrowed: _Narrowed) -> Facets:
    kinds = db.execute(
        f"SELECT kind, COUNT(*) FROM matched WHERE {narrowed.where(but='kinds')} GROUP BY kind", narrowed.values
    )
    themes = db.execute(
        f"""
        SELECT slug, MAX(name), COUNT(*) FROM matched JOIN theme ON theme.document = matched.document
        WHERE {narrowed.where(but="theme")} GROUP BY slug ORDER BY 2
        """,
        narrowed.values,
    )
    steps = ", ".join(f"COALESCE(SUM(minutes <= {step}), 0)" for step in MINUTES)
    minutes = db.execute(f"SELECT {steps} FROM matched WHERE {narrowed.where(but='minutes')}", narrowed.values)
    return Facets(
        kinds={Kind(kind): number for kind, number in kinds},
        themes=[ThemeCount(*row) for row in themes],
        minutes=dict(zip(MINUTES, minutes.fetchone(), strict=True)),
    )
