"""The numba kernels behind :mod:`scenarios.busiest`."""

import numba
import numpy as np
from numpy.typing import NDArray

from twin.streetmath import search

Ints = NDArray[np.int64]
_FAR = 1 << 40


@numba.njit(cache=True)
def loads(start: Ints, head: Ints, tail: Ints, cost: Ints, sources: Ints) -> Ints:
    """(edges,) int64: how many fastest ways from the sources to all nodes lead over each edge."""
    nodes, edges = len(start) - 1, len(head)
    load, best = np.zeros(edges, dtype=np.int64), np.full(nodes, _FAR, dtype=np.int64)
    via, wanted = np.full(nodes, -1, dtype=np.int64), np.zeros(nodes, dtype=np.int64)
    keys, items = np.empty(edges + 1, dtype=np.int64), np.empty(edges + 1, dtype=np.int64)
    touched = np.empty(nodes, dtype=np.int64)
    for source in sources:
        count = search(start, head, cost, source, wanted, 1, best, via, keys, items, touched)
        reached = touched[:count]
        through = np.ones(nodes, dtype=np.int64)
        for node in reached[np.argsort(-best[reached], kind="mergesort")]:
            if node != source:
                load[via[node]] += through[node]
                through[tail[via[node]]] += through[node]
        best[reached] = _FAR
    return load


@numba.njit(cache=True)
def reach(start: Ints, head: Ints, cost: Ints, sources: Ints, lost: int) -> int:
    """The sum of the least times from the sources to all nodes; where there is no way, ``lost``."""
    nodes, edges = len(start) - 1, len(head)
    best, via = np.full(nodes, _FAR, dtype=np.int64), np.empty(nodes, dtype=np.int64)
    wanted, touched = np.zeros(nodes, dtype=np.int64), np.empty(nodes, dtype=np.int64)
    keys, items = np.empty(edges + 1, dtype=np.int64), np.empty(edges + 1, dtype=np.int64)
    total = 0
    for source in sources:
        count = search(start, head, cost, source, wanted, 1, best, via, keys, items, touched)
        for k in range(count):
            total += best[touched[k]]
            best[touched[k]] = _FAR
        total += (nodes - count) * lost
    return total
