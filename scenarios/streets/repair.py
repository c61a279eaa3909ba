"""What real extracts have wrong, repaired and counted."""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from scenarios.streets.network import Network
from scenarios.streets.report import Repairs
from scenarios.streets.simplify import contract
from scenarios.streets.tags import FREE_FLOW_KMH
from twin.entities import Street
from twin.world import Ints

SHORTEST_M = 0.1
"""No edge is shorter, so that none is driven in no time."""
LONGEST_M = 1e6
SLACK = 0.98
"""A length may be this much of the straight line: coordinates are rounded."""


def repair(net: Network, raw: bool, repairs: Repairs) -> Network:
    """The streets with every node reachable from every other; counts go to ``repairs``.

    Parameters
    ----------
    net : Network
    raw : bool
        Has a node at every bend, to be merged.
    """
    repairs.read_nodes, repairs.read_edges = net.nodes, net.edges
    net = _limited(_measured(_placed(net, repairs), repairs), repairs)
    net = _single(net, repairs)
    if raw:
        junctions = contract(net)
        repairs.bends = int(np.sum(_touched(net) & ~_touched(junctions)))
        net = _single(junctions, repairs)
    opened = _only_ways(net)
    both = net.with_reverse(opened)
    kept = _largest(both, repairs)
    repairs.opened = int(np.sum(opened & kept[net.tail] & kept[net.head]))
    net = both.within(kept)
    repairs.nodes, repairs.edges = net.nodes, net.edges
    return net


def _touched(net: Network) -> NDArray[np.bool_]:
    return np.bincount(np.concatenate([net.tail, net.head]), minlength=net.nodes) > 0


def _placed(net: Network, repairs: Repairs) -> Network:
    """Without nodes that have no place on Earth."""
    placed = (np.abs(net.lon) <= 180) & (np.abs(net.lat) <= 90)
    repairs.no_place += int(np.sum(~placed))
    return net.within(placed)


def _measured(net: Network, repairs: Repairs) -> Network:
    """With the great circle where a length is missing, impossible or shorter than that."""
    straight = net.straight_m()
    believed = (net.length_m > 0) & (net.length_m >= SLACK * straight) & (net.length_m <= LONGEST_M)
    repairs.lengths += int(np.sum(~believed))
    return replace(net, length_m=np.maximum(np.where(believed, net.length_m, straight), SHORTEST_M))


def _limited(net: Network, repairs: Repairs) -> Network:
    """With the free-flow speed of the street class where no limit is mapped."""
    unknown = np.isnan(net.kmh)
    repairs.no_limit, repairs.limits = int(np.sum(unknown)), net.edges
    return replace(net, kmh=np.where(unknown, FREE_FLOW_KMH[net.street], net.kmh))


def _single(net: Network, repairs: Repairs) -> Network:
    """Without self-loops, and with the fastest of parallel edges only."""
    loop = net.tail == net.head
    repairs.self_loops += int(np.sum(loop))
    net = net.only(~loop)
    order = np.lexsort((net.length_m / net.kmh, net.head, net.tail))
    tail, head = net.tail[order], net.head[order]
    again = np.concatenate([[False], (tail[1:] == tail[:-1]) & (head[1:] == head[:-1])])[: net.edges]
    repairs.parallel += int(np.sum(again))
    return net.only(order[~again])


def _strong(net: Network) -> tuple[int, Ints]:
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    ones = np.ones(net.edges, dtype=np.int8)
    graph = coo_array((ones, (net.tail, net.head)), shape=(net.nodes, net.nodes))
    count, label = connected_components(graph, directed=True, connection="strong")
    return int(count), label.astype(np.int64)


def _only_ways(net: Network) -> NDArray[np.bool_]:
    """(edges,) one-way streets, not expressways, that alone join two parts of the network.

    Nobody who took one could come back, so it is mapped wrongly or cut at the border. Opening it saves the
    part behind it, and can never make a short cut, because there is no other way between the two parts.
    """
    import networkx as nx

    _, label = _strong(net)
    between = np.flatnonzero(label[net.tail] != label[net.head])
    ends = np.sort(np.stack([label[net.tail[between]], label[net.head[between]]]), axis=0)
    pairs, which, count = np.unique(ends, axis=1, return_inverse=True, return_counts=True)
    bridges = set(map(frozenset, nx.bridges(nx.Graph(pairs.T.tolist()))))
    alone = np.array([frozenset(pair) in bridges for pair in pairs.T.tolist()], dtype=bool) & (count == 1)
    found = np.zeros(net.edges, dtype=bool)
    found[between] = alone[which]
    found &= net.street != Street.EXPRESSWAY
    return found


def _largest(net: Network, repairs: Repairs) -> NDArray[np.bool_]:
    """(nodes,) in the largest strongly connected component."""
    touched = _touched(net)
    _, label = _strong(net)
    size = np.bincount(label[touched], minlength=1)
    kept: NDArray[np.bool_] = touched & (label == np.argmax(size))
    repairs.components = int(np.sum(size > 0))
    repairs.unreachable = int(np.sum(touched & ~kept))
    return kept
