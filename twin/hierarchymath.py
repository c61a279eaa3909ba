"""The numba kernels of contraction hierarchies: contract once, customise to weights, ask for many times at once.

Customizable contraction hierarchies after Dibbelt, Strasser & Wagner (2016): nodes are numbered by rank in an
elimination order, arcs lead from the lower to the higher rank, and each carries a weight for either direction. Tables
are a sweep up and a sweep down the union of the elimination tree's paths (RPHAST, Delling, Goldberg & Werneck 2011),
for a batch of sources at a time.

A weight is one integer: milliseconds shifted by ``SHIFT``, plus millimetres. Sums of weights then order ways by time,
and those of equal time by length.
"""

import numba
import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Small = NDArray[np.int32]

SHIFT = 31
"""Bits for millimetres: ways of up to 2,147 km."""
NEVER = 1 << 61
"""The weight of what is closed: 12 days. Twice this is still an int64."""
_BATCH = 16
"""Sources in one sweep: two cache lines a node."""


@numba.njit(cache=True)
def _joined(rank: Small, start: Ints, head: Ints) -> tuple[Ints, Small]:
    """Streets by their lower rank, whichever way they lead: where each rank's begin, and their higher ranks."""
    nodes = len(rank)
    begin = np.zeros(nodes + 1, dtype=np.int64)
    for node in range(nodes):
        for edge in range(start[node], start[node + 1]):
            begin[min(rank[node], rank[head[edge]]) + 1] += 1
    for low in range(nodes):
        begin[low + 1] += begin[low]
    higher, fill = np.empty(len(head), dtype=np.int32), begin[:-1].copy()
    for node in range(nodes):
        for edge in range(start[node], start[node + 1]):
            low = min(rank[node], rank[head[edge]])
            higher[fill[low]] = max(rank[node], rank[head[edge]])
            fill[low] += 1
    return begin, higher


@numba.njit(cache=True)
def _added(low: int, ends: Small, top: Small, arcs: int, seen: Small) -> int:
    """Add the ends that ``low`` has no arc to yet; how many arcs there are then, -1 if there is no room for them."""
    for end in ends:
        if seen[end] != low:
            if arcs == len(top):
                return -1
            seen[end] = low
            top[arcs] = end
            arcs += 1
    return arcs


@numba.njit(cache=True)
def contract(rank: Small, start: Ints, head: Ints, most: int) -> tuple[Small, Small]:
    """First arc of each rank, and each arc's higher rank, ascending; empty if there were more than ``most`` arcs."""
    nodes = len(rank)
    begin, higher = _joined(rank, start, head)
    first, top = np.zeros(nodes + 1, dtype=np.int32), np.empty(most, dtype=np.int32)
    child, sibling = np.full(nodes, -1, dtype=np.int32), np.full(nodes, -1, dtype=np.int32)
    seen = np.full(nodes, -1, dtype=np.int32)
    arcs = 0
    for low in range(nodes):
        seen[low] = low
        arcs = _added(low, higher[begin[low] : begin[low + 1]], top, arcs, seen)
        below = child[low]
        while below >= 0 and arcs >= 0:
            arcs = _added(low, top[first[below] + 1 : first[below + 1]], top, arcs, seen)
            below = sibling[below]
        if arcs < 0:
            return first[:0], top[:0]
        first[low + 1] = arcs
        if arcs > first[low]:
            top[first[low] : arcs].sort()
            parent = top[first[low]]
            sibling[low] = child[parent]
            child[parent] = low
    return first, top[:arcs].copy()


@numba.njit(cache=True)
def _arc(first: Small, top: Small, low: int, high: int) -> int:
    """The arc between two ranks that are joined."""
    begin, end = int(first[low]), int(first[low + 1])
    while end - begin > 1:
        middle = (begin + end) >> 1
        if top[middle] <= high:
            begin = middle
        else:
            end = middle
    return begin


@numba.njit(cache=True)
def arcs_of(rank: Small, start: Ints, head: Ints, first: Small, top: Small) -> Small:
    """(edges,) int32: twice the arc of each street, plus one where it leads down; -1 of loops."""
    arc = np.empty(len(head), dtype=np.int32)
    for node in range(len(rank)):
        for edge in range(start[node], start[node + 1]):
            low, high = rank[node], rank[head[edge]]
            if low == high:
                arc[edge] = -1
            elif low < high:
                arc[edge] = 2 * _arc(first, top, low, high)
            else:
                arc[edge] = 2 * _arc(first, top, high, low) + 1
    return arc


@numba.njit(cache=True)
def customise(first: Small, top: Small, arc: Small, weight: Ints) -> Ints:
    """(arcs, 2) int64: weight up and down of each arc, streets and shortcuts, for one weight a street."""
    both = np.full((len(top), 2), NEVER, dtype=np.int64)
    flat = both.reshape(-1)
    for edge in range(len(arc)):
        if arc[edge] >= 0:
            flat[arc[edge]] = min(flat[arc[edge]], weight[edge])
    for low in range(len(first) - 1):
        end = first[low + 1]
        for a in range(first[low], end):
            up_a, down_a = both[a, 0], both[a, 1]
            over, last = first[top[a]], first[top[a] + 1]
            for b in range(a + 1, end):
                while over < last and top[over] < top[b]:
                    over += 1
                if over < last:  # always, unless a file was forged
                    both[over, 0] = min(both[over, 0], down_a + both[b, 0])
                    both[over, 1] = min(both[over, 1], both[b, 1] + up_a)
    return both


@numba.njit(cache=True)
def below(first: Small, top: Small) -> tuple[Small, Small]:
    """The same arcs by their higher rank: where each rank's begin, and the arcs, by their lower rank."""
    nodes = len(first) - 1
    begin = np.zeros(nodes + 1, dtype=np.int32)
    for high in top:
        begin[high + 1] += 1
    for high in range(nodes):
        begin[high + 1] += begin[high]
    arcs, fill = np.empty(len(top), dtype=np.int32), begin[:-1].copy()
    for arc in range(len(top)):
        arcs[fill[top[arc]]] = arc
        fill[top[arc]] += 1
    return begin, arcs


@numba.njit(cache=True)
def _street(start: Ints, arc: Small, weight: Ints, node: int, wanted: int) -> int:
    """The least weight of the streets from a node that are one direction of an arc."""
    least = NEVER
    for edge in range(start[node], start[node + 1]):
        if arc[edge] == wanted:
            least = min(least, weight[edge])
    return least


@numba.njit(cache=True)
def update(
    first: Small, top: Small, lower: Small, begin: Small, arcs: Small, node_of: Small, start: Ints, arc: Small,
    weight: Ints, both: Ints, changed: Ints,
) -> int:  # fmt: skip
    """Bring ``both`` up to date after the ``changed`` streets got their new ``weight``; how many arcs were looked at.

    Only arcs above a changed one are looked at, and only as far up as their weights change. ``lower`` is (arcs,) the
    lower rank of each arc, ``begin`` and ``arcs`` are those of :func:`below`.
    """
    due = np.zeros(len(top), dtype=np.uint8)
    at = len(top)
    for edge in changed:
        if arc[edge] >= 0:
            due[arc[edge] >> 1] = 1
            at = min(at, arc[edge] >> 1)
    looked = 0
    for here in range(at, len(top)):
        if not due[here]:
            continue
        looked += 1
        low, high = lower[here], top[here]
        up = _street(start, arc, weight, node_of[low], 2 * here)
        down = _street(start, arc, weight, node_of[high], 2 * here + 1)
        i, j = begin[low], begin[high]
        while i < begin[low + 1] and j < begin[high + 1]:
            a, b = arcs[i], arcs[j]
            if lower[a] == lower[b]:
                up = min(up, both[a, 1] + both[b, 0])
                down = min(down, both[b, 1] + both[a, 0])
                i += 1
                j += 1
            elif lower[a] < lower[b]:
                i += 1
            else:
                j += 1
        if up == both[here, 0] and down == both[here, 1]:
            continue
        both[here, 0], both[here, 1] = up, down
        for beside in range(first[low], first[low + 1]):
            if beside != here:
                due[_arc(first, top, min(high, top[beside]), max(high, top[beside]))] = 1
    return looked


@numba.njit(cache=True)
def closure(first: Small, top: Small, ranks: Small) -> tuple[Small, Small, Small]:
    """Everything above some ranks: ranks ascending, and for these alone first arcs and ends of arcs by position."""
    nodes = len(first) - 1
    at = np.full(nodes, -1, dtype=np.int32)
    arcs = 0
    for rank in ranks:
        low = rank
        while at[low] < 0:
            at[low] = 0
            arcs += first[low + 1] - first[low]
            if first[low + 1] > first[low]:
                low = top[first[low]]
    above = np.flatnonzero(at >= 0).astype(np.int32)
    for k in range(len(above)):
        at[above[k]] = k
    begin, end = np.zeros(len(above) + 1, dtype=np.int32), np.empty(arcs, dtype=np.int32)
    count = 0
    for k in range(len(above)):
        for j in range(first[above[k]], first[above[k] + 1]):
            end[count] = at[top[j]]
            count += 1
        begin[k + 1] = count
    return above, begin, end


@numba.njit(cache=True)
def _sweep(begin: Small, end: Small, up: Ints, down: Ints, touched: NDArray[np.uint8], best: Ints) -> None:
    """From the sources, whose ``best`` is 0, up whatever is touched and down everything."""
    size = len(begin) - 1
    for k in range(size):
        if touched[k]:
            for j in range(begin[k], begin[k + 1]):
                other = end[j]
                touched[other] = 1
                for lane in range(_BATCH):
                    best[other, lane] = min(best[other, lane], best[k, lane] + up[j])
    for k in range(size - 1, -1, -1):
        for j in range(begin[k], begin[k + 1]):
            other = end[j]
            for lane in range(_BATCH):
                best[k, lane] = min(best[k, lane], best[other, lane] + down[j])


@numba.njit(cache=True)
def table(first: Small, top: Small, both: Ints, ranks: Small) -> Ints:
    """(n, n) int64: the least weight between all pairs of ``ranks``; at least ``NEVER`` where there is no way."""
    above, begin, end = closure(first, top, ranks)
    size, n = len(above), len(ranks)
    up, down = np.empty(len(end), dtype=np.int64), np.empty(len(end), dtype=np.int64)
    count = 0
    for k in range(size):
        for j in range(first[above[k]], first[above[k] + 1]):
            up[count], down[count] = both[j, 0], both[j, 1]
            count += 1
    where = np.searchsorted(above, ranks)
    least = np.empty((n, n), dtype=np.int64)
    best, touched = np.empty((size, _BATCH), dtype=np.int64), np.empty(size, dtype=np.uint8)
    for lo in range(0, n, _BATCH):
        hi = min(lo + _BATCH, n)
        best[:] = NEVER
        touched[:] = 0
        for i in range(lo, hi):
            best[where[i], i - lo] = 0
            touched[where[i]] = 1
        _sweep(begin, end, up, down, touched, best)
        for j in range(n):
            least[lo:hi, j] = best[where[j], : hi - lo]
    return least
