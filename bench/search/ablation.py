"""What each part of the search contributes: the municipal queries answered without it, by the embedded engine."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any
from unittest.mock import patch

from .corpus import MUNICIPAL
from .quality import HELD, WHOLE, of_engine

Patches = list[tuple[str, Callable[..., Any]]]

PARTS: dict[str, Patches] = {
    "everything": [],
    "no thesaurus": [
        ("search.thesaurus.Thesauri.alternatives", lambda *args: []),
        ("search.thesaurus.Thesauri.topics", lambda *args: ()),
    ],
    "no votes for what a sentence is about": [("search.thesaurus.Thesauri.topics", lambda *args: ())],
    "no general thesaurus (mythes-da)": [("search.thesaurus.general_expansions", lambda word: ())],
    "no compounds": [("search.danish.analysis.split", lambda word: ())],
    "no lexicon: Snowball alone": [
        ("search.danish.analysis.split", lambda word: ()),
        ("search.danish.analysis._lemmas", lambda word: ()),
    ],
    "no corrections": [("search.planning._corrected", lambda *args, **options: None)],
    "no joining of words": [("search.planning._joined", lambda text, vocabulary: ({}, text))],
    "no ranking beyond which terms are there": [
        ("search.engines.embedded.finding.rank", lambda candidates, *args, **options: list(candidates))
    ],
}


def contributions() -> dict[str, dict[str, float]]:
    """nDCG@10 by class of the held-out queries, for the search without each of its parts."""
    columns: dict[str, dict[str, float]] = {}
    for name, patches in PARTS.items():
        with _patched(patches):
            judged = of_engine("embedded", MUNICIPAL)
        columns[name] = {kind: value for (split, kind), value in judged.items() if split == HELD}
        columns[name]["all, dev and held"] = judged[WHOLE, "all"]
    return columns


@contextmanager
def _patched(patches: Patches) -> Iterator[None]:
    """What was remembered of words while a part was there must not stay when it is not, and the other way round."""
    modules = [module for name, module in sys.modules.items() if name.partition(".")[0] == "search"]
    remembering = [each for module in modules for each in vars(module).values() if hasattr(each, "cache_clear")]
    with ExitStack() as stack:
        for target, replacement in patches:
            stack.enter_context(patch(target, replacement))
        for each in remembering:
            each.cache_clear()
        yield
    for each in remembering:
        each.cache_clear()
