"""The numba kernels of the street network: shortest times with early stop, and driving through a day.

All arithmetic is on integers, so results are the same on every machine.
"""

import numba
import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Factors = NDArray[np.int16]
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
def search(
    start: Ints, head: Ints, cost: Ints, length_mm: Ints, source: int, wanted: Ints, missing: int,
    best: Ints, along: Ints, via: Ints, keys: Ints, items: Ints, touched: Ints,
) -> int:  # fmt: skip
    """Dijkstra from ``source`` until ``missing`` wanted nodes are settled; how many nodes were touched.

    Of the fastest ways to a node the shortest counts. As no edge is free, all that lead to a node are known when it is
    settled, so ``best`` (ms) and ``along`` (mm) of settled nodes do not depend on the order of equals.
    """
    best[source], along[source] = 0, 0
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
                best[other], along[other], via[other] = arrival, along[node] + length_mm[edge], edge
                size = _push(keys, items, size, arrival, other)
            elif arrival == best[other] and along[node] + length_mm[edge] < along[other]:
                along[other], via[other] = along[node] + length_mm[edge], edge
    return count


@numba.njit(cache=True)
def many_to_many(start: Ints, head: Ints, cost: Ints, length_mm: Ints, places: Ints) -> tuple[Ints, Ints]:
    """Least milliseconds, and the millimetres of the shortest such way, between all pairs of ``places`` (distinct).

    Returns two (n, n) int64 arrays; pairs without a way hold ``FAR``.
    """
    n, nodes = len(places), len(start) - 1
    duration = np.full((n, n), _FAR, dtype=np.int64)
    distance = np.full((n, n), _FAR, dtype=np.int64)
    best, along = np.full(nodes, _FAR, dtype=np.int64), np.empty(nodes, dtype=np.int64)
    via, wanted = np.empty(nodes, dtype=np.int64), np.zeros(nodes, dtype=np.int64)
    keys, items = np.empty(len(head) + 1, dtype=np.int64), np.empty(len(head) + 1, dtype=np.int64)
    touched = np.empty(nodes, dtype=np.int64)
    for place in places:
        wanted[place] = 1
    for i in range(n):
        count = search(
            start, head, cost, length_mm, places[i], wanted, n, best, along, via, keys, items, touched
        )  # fmt: skip
        for j in range(n):
            if best[places[j]] < _FAR:
                duration[i, j], distance[i, j] = best[places[j]], along[places[j]]
        for k in range(count):
            best[touched[k]] = _FAR
    return duration, distance


@numba.njit(cache=True)
def path(
    start: Ints, head: Ints, tail: Ints, cost: Ints, length_mm: Ints, source: int, target: int, space: Ints, heap: Ints
) -> Ints:
    """Edges of the shortest of the fastest ways, in order; empty when there is none or the ends are one node.

    ``space`` is (5, nodes) int64 scratch: row 0 all ``FAR``, row 1 zeros, both left as they were found; ``heap`` is
    (2, edges + 1) int64 scratch. Edges that cost ``FAR`` are not used.
    """
    best, wanted, via, touched, along = space[0], space[1], space[2], space[3], space[4]
    keys, items = heap[0], heap[1]
    wanted[target] = 1
    count = search(start, head, cost, length_mm, source, wanted, 1, best, along, via, keys, items, touched)
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
    way: Ints = keys[:edges][::-1].copy()
    return way


@numba.njit(cache=True)
def loads(start: Ints, head: Ints, tail: Ints, cost: Ints, sources: Ints) -> Ints:
    """(edges,) int64: how many fastest ways from the sources to all nodes lead over each edge."""
    nodes, edges = len(start) - 1, len(head)
    load, best = np.zeros(edges, dtype=np.int64), np.full(nodes, _FAR, dtype=np.int64)
    via, wanted = np.full(nodes, -1, dtype=np.int64), np.zeros(nodes, dtype=np.int64)
    keys, items = np.empty(edges + 1, dtype=np.int64), np.empty(edges + 1, dtype=np.int64)
    touched, along = np.empty(nodes, dtype=np.int64), np.empty(nodes, dtype=np.int64)
    for source in sources:
        count = search(start, head, cost, cost, source, wanted, 1, best, along, via, keys, items, touched)
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
    total, along = 0, np.empty(nodes, dtype=np.int64)
    for source in sources:
        count = search(start, head, cost, cost, source, wanted, 1, best, along, via, keys, items, touched)
        for k in range(count):
            total += best[touched[k]]
            best[touched[k]] = _FAR
        total += (nodes - count) * lost
    return total


@numba.njit(cache=True)
def disturbed(permille: int, speed: int, delay: int) -> int:
    """The factor on free flow that is left where capacity is lost, in thousandths.

    ``permille`` is the factor without the disruption, whose inverse is 1 + the delay of the volume-delay function;
    ``delay`` multiplies that delay, ``speed`` the speed. At least 50, as of any street that is open.
    """
    index = max(1_000_000 // max(permille, 1), 1000)
    return max(1_000_000 // (1000 + (index - 1000) * delay // 1000) * speed // 1000, min(permille, 50))


@numba.njit(cache=True)
def _turns(edges: Ints, k: int, first: Ints, upsets: Ints, planned: int, heard: bool, time: int) -> bool:
    """Whether who stands before edge ``k`` finds it closed, or has heard since ``planned`` of a closure ahead."""
    for row in range(first[edges[k]], first[edges[k] + 1]):
        if upsets[4, row] == 0 and upsets[0, row] <= time < upsets[1, row]:
            return True
    if heard:
        for j in range(k, len(edges)):
            for row in range(first[edges[j]], first[edges[j] + 1]):
                known = max(upsets[0, row], upsets[2, row])
                if upsets[4, row] == 0 and planned < known <= time < upsets[3, row]:
                    return True
    return False


@numba.njit(cache=True)
def _news(edges: Ints, first: Ints, upsets: Ints, planned: int) -> bool:
    """Whether a closure on these edges will be heard of after ``planned``."""
    for edge in edges:
        for row in range(first[edge], first[edge + 1]):
            if upsets[4, row] == 0 and max(upsets[0, row], upsets[2, row]) > planned:
                return True
    return False


@numba.njit(cache=True)
def _cross(
    left: int, free: int, limit: int, column: int, group: int, profile: Ints, row: Ints, noise: Factors, period: int,
    lo: int, hi: int, upsets: Ints, time: int,
) -> int:  # fmt: skip
    """When who begins the last ``left`` millimetres of an edge at ``time`` is at its end."""
    last = len(row) - 1
    while True:
        step = min(time // period, last)
        end = (step + 1) * period if step < last else _FAR
        factor, speed, delay = profile[row[step], column], 1000, 1000
        for upset in range(lo, hi):
            if time < upsets[0, upset]:
                end = min(end, upsets[0, upset])
            elif time < upsets[1, upset]:
                end = min(end, upsets[1, upset])
                if upsets[4, upset] > 0:
                    speed, delay = min(speed, upsets[4, upset]), max(delay, upsets[5, upset])
        if speed < 1000 or delay > 1000:
            factor = disturbed(factor, speed, delay)
        pace = max(min(free * factor // 1000 * noise[step, group] // 1000, limit), 1)
        reach = pace * (end - time) // 1000
        if reach >= left:
            return int(time + (left * 1000 + pace - 1) // pace)
        left -= reach
        time = end


@numba.njit(cache=True)
def drive(
    edges: Ints, behind: int, upto: int, streets: Ints, limit: Ints, profile: Ints, row: Ints, noise: Factors,
    period: int, first: Ints, upsets: Ints, planned: int, time: int,
) -> tuple[int, int]:  # fmt: skip
    """When a vehicle that goes on at ``time`` has driven ``edges``, and how many it has driven by then.

    Speed, not time, is stepwise, so who leaves later never arrives earlier (Ichoua, Gendreau & Potvin 2003). It ends
    early at the first junction where the vehicle must turn: the next edge is closed, or a closure ahead has become
    known since the way was chosen; or ``upto`` millimetres from where it goes on.

    Parameters
    ----------
    behind : int
        Millimetres of ``edges`` that the vehicle has behind it already.
    streets : (4, edges) int64
        Length in mm, free flow in mm/s, column of ``profile``, column of ``noise``.
    limit : (edges,) int64
        What the vehicle can do there, in mm/s.
    profile, row, noise, period
        As in :class:`~twin.world.TrafficField`; the last period goes on for ever.
    first : (edges + 1,) int64
    upsets : (6, rows) int64
        As in :class:`~twin.world.Disruptions`: start, end, detected, until, permille, delay.
    planned : int
        When the way was chosen.
    """
    count = len(edges)
    heard = len(upsets[0]) > 0 and _news(edges, first, upsets, planned)
    for k in range(count):
        edge = edges[k]
        length = streets[0, edge]
        if behind > 0:
            if behind >= length:
                behind -= length
                continue
        elif (heard or first[edge] < first[edge + 1]) and _turns(edges, k, first, upsets, planned, heard, time):
            return time, k
        stretch = length - behind
        time = _cross(
            min(stretch, upto), streets[1, edge], limit[edge], streets[2, edge], streets[3, edge], profile, row,
            noise, period, first[edge], first[edge + 1], upsets, time,
        )  # fmt: skip
        if upto < stretch:
            return time, k
        upto -= stretch
        behind = 0
    return time, count
