"""The numba kernels of the street network: shortest times with early stop, and driving through a day.

All arithmetic is on integers, so results are the same on every machine.
"""

import numba
import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
_FAR = 1 << 40


@numba.njit(cache=True)
def _push(keys: Ints, items: Ints, size: int, key: int, item: int) -> int:
    child = size
    while child > 0:
        parent = (child - 1) >> 1
        if keys[parent] <= key:
            break
        keys[child] = keys[parent]
        items[child] = items[parent]
        child = parent
    keys[child] = key
    items[child] = item
    return size + 1


@numba.njit(cache=True)
def _pop(keys: Ints, items: Ints, size: int) -> int:
    size -= 1
    key, item = keys[size], items[size]
    hole = 0
    while True:
        child = 2 * hole + 1
        if child >= size:
            break
        if child + 1 < size and keys[child + 1] < keys[child]:
            child += 1
        if key <= keys[child]:
            break
        keys[hole] = keys[child]
        items[hole] = items[child]
        hole = child
    keys[hole] = key
    items[hole] = item
    return size


@numba.njit(cache=True)
def _search(
    start: Ints, head: Ints, cost: Ints, source: int, wanted: Ints, missing: int,
    best: Ints, via: Ints, keys: Ints, items: Ints, touched: Ints,
) -> int:  # fmt: skip
    """Dijkstra from ``source`` until ``missing`` wanted nodes are settled; how many nodes were touched."""
    best[source] = 0
    touched[0] = source
    count = 1
    size = _push(keys, items, 0, 0, source)
    while size > 0 and missing > 0:
        time, node = keys[0], items[0]
        size = _pop(keys, items, size)
        if time > best[node]:
            continue
        missing -= wanted[node]
        for edge in range(start[node], start[node + 1]):
            other = head[edge]
            arrival = time + cost[edge]
            if arrival < best[other]:
                if best[other] == _FAR:
                    touched[count] = other
                    count += 1
                best[other] = arrival
                via[other] = edge
                size = _push(keys, items, size, arrival, other)
    return count


@numba.njit(cache=True)
def many_to_many(start: Ints, head: Ints, tail: Ints, cost: Ints, length_mm: Ints, places: Ints) -> tuple[Ints, Ints]:
    """Least milliseconds, and the metres of that path, between all pairs of ``places`` (distinct nodes).

    Returns two (n, n) int64 arrays; pairs without a path hold ``FAR``.
    """
    n, nodes = len(places), len(start) - 1
    duration = np.full((n, n), _FAR, dtype=np.int64)
    distance = np.full((n, n), _FAR, dtype=np.int64)
    best = np.full(nodes, _FAR, dtype=np.int64)
    via = np.full(nodes, -1, dtype=np.int64)
    way = np.full(nodes, -1, dtype=np.int64)
    wanted = np.zeros(nodes, dtype=np.int64)
    keys, items = np.empty(len(head) + 1, dtype=np.int64), np.empty(len(head) + 1, dtype=np.int64)
    touched, stack = np.empty(nodes, dtype=np.int64), np.empty(nodes, dtype=np.int64)
    for place in places:
        wanted[place] = 1
    for i in range(n):
        source = places[i]
        count = _search(start, head, cost, source, wanted, n, best, via, keys, items, touched)
        way[source] = 0
        for j in range(n):
            node = places[j]
            if best[node] == _FAR:
                continue
            # Sum the metres back to the nearest node whose sum is known.
            depth = 0
            while way[node] < 0:
                stack[depth] = node
                depth += 1
                node = tail[via[node]]
            for k in range(depth - 1, -1, -1):
                edge = via[stack[k]]
                way[stack[k]] = way[tail[edge]] + length_mm[edge]
            duration[i, j] = best[places[j]]
            distance[i, j] = (way[places[j]] + 500) // 1000
        for k in range(count):
            node = touched[k]
            best[node], via[node], way[node] = _FAR, -1, -1
    return duration, distance


@numba.njit(cache=True)
def path(start: Ints, head: Ints, tail: Ints, cost: Ints, source: int, target: int, space: Ints) -> Ints:
    """Edges of the fastest path, in order; empty when there is none or the ends are one node.

    ``space`` is (3, nodes) int64 scratch: row 0 all ``FAR``, row 1 zeros; left as it was found.
    """
    best, wanted, via = space[0], space[1], space[2]
    keys, items = np.empty(len(head) + 1, dtype=np.int64), np.empty(len(head) + 1, dtype=np.int64)
    touched = np.empty(len(best), dtype=np.int64)
    wanted[target] = 1
    count = _search(start, head, cost, source, wanted, 1, best, via, keys, items, touched)
    wanted[target] = 0
    edges = 0
    if best[target] < _FAR:
        node = target
        while node != source:
            keys[edges] = via[node]
            edges += 1
            node = tail[via[node]]
    for k in range(count):
        best[touched[k]] = _FAR
    return keys[:edges][::-1].copy()


@numba.njit(cache=True)
def drive(
    edges: Ints, length_mm: Ints, free: Ints, limit: Ints, group: Ints, permille: Ints, period: int, time: int
) -> int:
    """When a vehicle that leaves at ``time`` has driven ``edges`` (Ichoua, Gendreau & Potvin 2003).

    Speed, not time, is stepwise, so who leaves later never arrives earlier. ``free`` is free flow in mm/s by edge,
    ``limit`` what the vehicle can do there, ``permille`` (periods, groups) the true factor on free flow; the last
    period goes on for ever.
    """
    last = len(permille) - 1
    for edge in edges:
        left = length_mm[edge]
        while True:
            step = min(time // period, last)
            pace = max(min(free[edge] * permille[step, group[edge]] // 1000, limit[edge]), 1)
            end = (step + 1) * period
            reach = pace * (end - time) // 1000
            if step == last or reach >= left:
                time += (left * 1000 + pace - 1) // pace
                break
            left -= reach
            time = end
    return time
