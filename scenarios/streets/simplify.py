"""Raw ways have a node at every bend: keep those where streets meet, end, or change direction."""

import numpy as np
from numpy.typing import NDArray

from scenarios.streets.network import Network
from twin.world import Floats, Ints


def contract(net: Network) -> Network:
    """One edge in place of each chain of edges without a junction, as OSMnx simplifies.

    The length is the sum; the speed is what takes the same time; the class is that of most of the length.
    Needs a network without self-loops and parallel edges. Nodes inside chains stay, without edges.
    """
    bend = _bends(net)
    following = _following(net, bend)
    first = np.flatnonzero(~bend[net.tail])
    last, by_class, hours = _walk(net, first, following)
    length = by_class.sum(axis=1)
    return Network(
        lon=net.lon,
        lat=net.lat,
        tail=net.tail[first],
        head=net.head[last],
        length_m=length,
        street=np.argmax(by_class, axis=1).astype(np.int64),
        kmh=length / 1000 / hours,
    )


def _bends(net: Network) -> NDArray[np.bool_]:
    """Nodes that a chain passes through: two neighbours and as many ways in as out."""
    pairs = np.unique(np.concatenate([net.tail * net.nodes + net.head, net.head * net.nodes + net.tail]))
    neighbours = np.bincount(pairs // net.nodes, minlength=net.nodes)
    leaving = np.bincount(net.tail, minlength=net.nodes)
    entering = np.bincount(net.head, minlength=net.nodes)
    bend: NDArray[np.bool_] = (neighbours == 2) & (leaving == entering)
    return bend & ~_rings(net, bend)


def _rings(net: Network, bend: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Nodes of components that are one ring, which would vanish if all its nodes were bends."""
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    ones = np.ones(net.edges, dtype=np.int8)
    graph = coo_array((ones, (net.tail, net.head)), shape=(net.nodes, net.nodes))
    count, label = connected_components(graph, directed=False)
    corners = np.bincount(label[~bend], minlength=count)
    ring: NDArray[np.bool_] = corners[label] == 0
    return ring


def _following(net: Network, bend: NDArray[np.bool_]) -> Ints:
    """(edges,) the edge that goes on where this one ends at a bend, else -1."""
    order = np.argsort(net.tail, kind="stable")
    start = np.searchsorted(net.tail[order], np.arange(net.nodes + 1))
    at = np.flatnonzero(bend[net.head])
    one = order[start[net.head[at]]]
    other = order[start[net.head[at] + 1] - 1]
    following = np.full(net.edges, -1, dtype=np.int64)
    following[at] = np.where(net.head[one] == net.tail[at], other, one)
    return following


def _walk(net: Network, first: Ints, following: Ints) -> tuple[Ints, Floats, Floats]:
    """The last edge of the chain that begins with each of ``first``, its metres by class, its hours."""
    last = first.copy()
    by_class = np.zeros((len(first), 4))
    hours = np.zeros(len(first))
    chain, edge = np.arange(len(first)), first
    while len(chain):
        by_class[chain, net.street[edge]] += net.length_m[edge]
        hours[chain] += net.length_m[edge] / 1000 / net.kmh[edge]
        last[chain] = edge
        going = following[edge] >= 0
        chain, edge = chain[going], following[edge[going]]
    return last, by_class, hours
