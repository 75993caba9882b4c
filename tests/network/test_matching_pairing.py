"""The matching of a graph, against all ways to match it."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from network.matching.pairing import ALONE, Edges, best_matching

GRAPHS = st.integers(2, 9).flatmap(
    lambda size: st.tuples(
        st.just(size),
        st.dictionaries(
            st.tuples(st.integers(0, size - 1), st.integers(0, size - 1)).filter(lambda ends: ends[0] < ends[1]),
            st.integers(1, 40),
        ),
    )
)


def edges_of(size, weights):
    ends = np.array(list(weights), dtype=np.intp).reshape(-1, 2)
    return Edges(size, ends[:, 0], ends[:, 1], np.array(list(weights.values()), dtype=np.int64))


def weight_of(matched, weights):
    partner = matched.partner.tolist()
    pairs = [(a, b) for a, b in enumerate(partner) if b != ALONE]
    assert all(partner[b] == a for a, b in pairs)
    return sum(weights[a, b] for a, b in pairs if a < b)


def heaviest(weights):
    if not weights:
        return 0
    (ends, weight), *rest = weights.items()
    apart = {other: value for other, value in rest if not set(other) & set(ends)}
    return max(heaviest(dict(rest)), weight + heaviest(apart))


@settings(deadline=None)
@given(GRAPHS)
def test_matching_of_a_small_graph_is_a_heaviest_one(graph):
    size, weights = graph

    assert weight_of(best_matching(edges_of(size, weights)), weights) == heaviest(weights)


@settings(deadline=None)
@given(GRAPHS)
def test_prices_are_a_bound_and_cover_every_edge(graph):
    size, weights = graph

    matched = best_matching(edges_of(size, weights))

    assert matched.double_price.sum() >= 2 * heaviest(weights)
    assert all(matched.double_price[[a, b]].sum() >= 2 * weight for (a, b), weight in weights.items())


@pytest.mark.parametrize("seed", range(5))
def test_matching_of_a_large_graph_is_within_a_hair_of_the_bound(monkeypatch, seed):
    monkeypatch.setattr("network.matching.pairing.EXACT", 0)
    random = np.random.default_rng(seed)
    ends = np.unique(np.sort(random.integers(0, 401, (4_000, 2)), axis=1), axis=0)
    weights = {(a, b): int(random.integers(300, 600)) for a, b in ends.tolist() if a != b}

    matched = best_matching(edges_of(401, weights))

    assert weight_of(matched, weights) >= 0.999 * (matched.double_price.sum() / 2 - matched.double_price.min())
