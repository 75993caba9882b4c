"""How many documents there are, in all and with each other choice.

Documents are counted in groups of one kind, length and department, since each field that is counted by itself takes as
long again; there are some hundred groups, and the rest is arithmetic. Themes are counted by themselves: a document has
several, and of what goes together there is too much.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from search.documents import Kind
from search.engines import MINUTES, Facets, Filters, ThemeCount

from .documents import in_group
from .queries import Clause

MOST_GROUPS = 50_000
_OF_GROUPS = ("kinds", "department", "minutes")  # filters that are told apart by a group alone


def aggregations(narrowing: dict[str, Clause]) -> dict[str, Any]:
    """`narrowing`: the filters that are in force, by their names."""
    return {
        "themes": _narrowed("themes", narrowing, but=("theme",)),
        "groups": _narrowed("group", narrowing, but=_OF_GROUPS),
    }


def total_and_facets(answers: dict[str, Any], filters: Filters) -> tuple[int, Facets]:
    groups = [_Group.of(bucket) for bucket in _buckets(answers["groups"])]

    def by_all(*, but: str = "") -> Iterable[_Group]:
        return (group for group in groups if group.is_chosen(filters, but=but))

    kinds: Counter[Kind] = Counter()
    departments: Counter[str] = Counter()
    for group in by_all(but="kinds"):
        kinds[group.kind] += group.number
    for group in by_all(but="department"):
        if group.department:
            departments[group.department] += group.number
    of_minutes = [group for group in by_all(but="minutes") if group.minutes is not None]
    facets = Facets(
        kinds=dict(kinds),
        themes=_themes(_buckets(answers["themes"])),
        departments=dict(departments),
        minutes={step: sum(group.number for group in of_minutes if group.takes_at_most(step)) for step in MINUTES},
    )
    return sum(group.number for group in by_all()), facets


def _narrowed(field: str, narrowing: dict[str, Clause], *, but: tuple[str, ...]) -> dict[str, Any]:
    counted = {"terms": {"field": field, "size": MOST_GROUPS}}
    clauses = [clause for name, clause in narrowing.items() if name not in but]
    # A filter that lets everything pass costs a tenth of the time.
    return {"filter": {"bool": {"filter": clauses}}, "aggs": {"counted": counted}} if clauses else counted


def _buckets(answer: dict[str, Any]) -> list[dict[str, Any]]:
    buckets: list[dict[str, Any]] = answer.get("counted", answer)["buckets"]
    return buckets


@dataclass(frozen=True, slots=True)
class _Group:
    """So many documents that have these things in common."""

    kind: Kind
    minutes: int | None
    department: str
    number: int

    @classmethod
    def of(cls, bucket: dict[str, Any]) -> _Group:
        return cls(*in_group(bucket["key"]), number=bucket["doc_count"])

    def is_chosen(self, filters: Filters, *, but: str) -> bool:
        return (
            (but == "kinds" or not filters.kinds or self.kind in filters.kinds)
            and (but == "department" or not filters.department or self.department == filters.department)
            and (but == "minutes" or filters.minutes is None or self.takes_at_most(filters.minutes))
        )

    def takes_at_most(self, minutes: int) -> bool:
        return self.minutes is not None and self.minutes <= minutes


def _themes(buckets: Iterable[dict[str, Any]]) -> list[ThemeCount]:
    counts: Counter[str] = Counter()
    names: dict[str, str] = {}
    for bucket in buckets:
        # While a theme that was given another name is brought up to date, some documents have the old one.
        slug, __, name = bucket["key"].partition("\t")
        counts[slug] += bucket["doc_count"]
        names[slug] = max(names.get(slug, ""), name)
    counted = [ThemeCount(slug, names[slug], count) for slug, count in counts.items()]
    return sorted(counted, key=lambda theme: (theme.name, theme.slug))
