"""Maximum-weight matching: exact where it can be, and always with a bound that no matching exceeds.

The fractional matching (each person shared between two at most) is an assignment on the doubled graph, which a sparse
solver finds quickly, and its prices prove the bound. What stays to be decided is decided by Edmonds' blossoms, on
those edges alone that the prices do not rule out.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import rustworkx as rx
from scipy.sparse import csr_array
from scipy.sparse.csgraph import min_weight_full_bipartite_matching

from .corps import Mask, Rows

Weights = npt.NDArray[np.int64]
ALONE = -1
EXACT = 3_000  # nodes
REGION = 600  # nodes around odd circles that are matched anew: blossoms on more take seconds
FIRST_SLACK = 4  # by how much an edge may fall short of its prices, at first


@dataclass(frozen=True)
class Edges:
    """An undirected graph of `size` nodes: each edge once, in any direction, with a positive weight."""

    size: int
    left: Rows
    right: Rows
    weight: Weights


@dataclass(frozen=True)
class Fractional:
    """`partner` (n,) is a permutation; a fixed point is alone. Half the `double_price` (n,)
    of its two ends is at least an edge's weight, and half of all no less than the weight of any matching."""

    partner: Rows
    double_price: Weights


def fractional_matching(edges: Edges) -> Fractional:
    nodes = np.arange(edges.size)
    rows = np.concatenate([edges.left, edges.right, nodes])
    columns = np.concatenate([edges.right, edges.left, nodes])
    weight = np.concatenate([edges.weight, edges.weight, np.zeros(edges.size, dtype=np.int64)])
    order = np.lexsort((columns, rows))
    rows, columns, weight = rows[order], columns[order], weight[order]
    # The solver takes a weight of zero for no edge, so all are counted from one more than the heaviest.
    cost = weight.max(initial=0) + 1 - weight
    starts = np.searchsorted(rows, np.arange(edges.size + 1))
    graph = csr_array((cost.astype(np.float64), columns.astype(np.int32), starts.astype(np.int32)), (edges.size,) * 2)
    _, partner = min_weight_full_bipartite_matching(graph)
    return Fractional(partner.astype(np.intp), _double_prices(starts, columns, weight, partner))


def _double_prices(starts: Rows, columns: Rows, weight: Weights, partner: Rows) -> Weights:
    """Prices u of rows and v of columns with u + v >= weight everywhere and equal along the assignment; their sum.

    The longest ways in the graph of exchanges, by Bellman and Ford. They exist, since the assignment is optimal.
    """
    size = len(partner)
    owner = np.empty(size, dtype=np.intp)
    owner[partner] = np.arange(size)
    rows = np.repeat(np.arange(size), np.diff(starts))
    own = np.empty(size, dtype=np.int64)  # the weight along the assignment, by column
    chosen = columns == partner[rows]
    own[columns[chosen]] = weight[chosen]
    more = weight - own[columns]
    via = owner[columns]
    price = np.zeros(size, dtype=np.int64)
    while True:
        better = np.maximum.reduceat(more + price[via], starts[:-1])
        if (better <= price).all():
            break
        price = np.maximum(price, better)
    return price + (own - price[owner])


@dataclass(frozen=True)
class Matched:
    """The `partner` of each node, or ALONE, and the prices that prove how good that is."""

    partner: Rows
    double_price: Weights


def best_matching(edges: Edges, fractional: Fractional | None = None) -> Matched:
    """A matching of the highest weight: exactly so up to EXACT nodes, and within a hair of the bound beyond.

    Beyond, blossoms are grown only around those circles of odd length which the fractional matching leaves.
    """
    fractional = fractional or fractional_matching(edges)
    bound = int(fractional.double_price.sum()) // 2
    double_slack = (
        fractional.double_price[edges.left] + fractional.double_price[edges.right] - 2 * edges.weight
    )  # half of it is what a matching loses at least by using the edge
    partner, in_odd_circle = _unravelled(fractional.partner)
    slack = FIRST_SLACK
    region = np.ones(edges.size, dtype=bool)
    while in_odd_circle.any():
        near = double_slack <= 2 * slack
        if edges.size > EXACT:
            region = _grown(in_odd_circle, partner, edges, near)
        _rematch(partner, region, edges, near)
        lost = bound - weight_of(edges, partner)
        if edges.size > EXACT or lost <= slack:
            break
        slack = max(2 * slack, lost)
    return Matched(partner, fractional.double_price)


def rough_matching(fractional: Fractional) -> Rows:
    """The partner of each node, or ALONE, with nobody yet for those in circles of odd length."""
    return _unravelled(fractional.partner)[0]


def pairs_among(partner: Rows) -> list[tuple[int, int]]:
    """The pairs (a < b) of a matching, by a."""
    nodes = np.flatnonzero(partner > np.arange(len(partner)))
    return list(zip(nodes.tolist(), partner[nodes].tolist(), strict=True))


def _unravelled(partner: Rows) -> tuple[Rows, Mask]:
    """A matching from the circles of an assignment, and which nodes are in circles of odd length, and unmatched yet.

    In a circle of even length every second edge is taken; either half weighs the same.
    """
    mate = np.full(len(partner), ALONE, dtype=np.intp)
    in_odd_circle = np.zeros(len(partner), dtype=bool)
    following = partner.tolist()
    seen = [following[node] == node for node in range(len(following))]
    for start in range(len(following)):
        if seen[start]:
            continue
        circle = []
        node = start
        while not seen[node]:
            seen[node] = True
            circle.append(node)
            node = following[node]
        if len(circle) % 2:
            in_odd_circle[circle] = True
        else:
            mate[circle[::2]], mate[circle[1::2]] = circle[1::2], circle[::2]
    return mate, in_odd_circle


def _grown(core: Mask, partner: Rows, edges: Edges, near: Mask) -> Mask:
    """The core, and around it along near edges as many nodes as are quick to solve, always with their partners."""
    region = core.copy()
    left, right = edges.left[near], edges.right[near]
    while region.sum() < REGION:
        grown = region.copy()
        grown[right[region[left]]] = True
        grown[left[region[right]]] = True
        matched = np.flatnonzero(grown & (partner != ALONE))
        grown[partner[matched]] = True
        if (grown == region).all():
            break
        region = grown
    return region


def _rematch(partner: Rows, region: Mask, edges: Edges, near: Mask) -> None:
    """Match the nodes of the region among each other exactly, along near edges."""
    inside = near & region[edges.left] & region[edges.right]
    nodes = np.flatnonzero(region)
    place = np.full(edges.size, ALONE, dtype=np.intp)
    place[nodes] = np.arange(len(nodes))
    graph = rx.PyGraph(multigraph=False)
    graph.add_nodes_from(range(len(nodes)))
    ends = place[edges.left[inside]].tolist(), place[edges.right[inside]].tolist()
    graph.add_edges_from(list(zip(*ends, edges.weight[inside].tolist(), strict=True)))
    partner[nodes] = ALONE
    for a, b in sorted(rx.max_weight_matching(graph, max_cardinality=False, weight_fn=int)):
        partner[nodes[a]], partner[nodes[b]] = nodes[b], nodes[a]


def weight_of(edges: Edges, partner: Rows) -> int:
    return int(edges.weight[partner[edges.left] == edges.right].sum())
