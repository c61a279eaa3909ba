"""Streets between a synthetic city's junctions.

Links are Delaunay edges without the longest of each triangle, which leaves quadrilateral blocks (a superset of the
minimum spanning tree, so nothing is cut off). Outside the core some more go, which makes blocks longer. Nothing
but main roads crosses the river or touches an expressway, unless a place could not be reached otherwise.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from scenarios.plan import BANK, Plan
from twin.entities import Street
from twin.world import Floats, Ints

Flags = NDArray[np.bool_]

LONGEST = 2.3
"""Blocks: a longer Delaunay edge at the border of the city is no street."""
THINNED = 0.42
"""Share of local streets that are missing at the city's border."""
ONE_WAY, ONE_WAY_BLOCKS = 0.4, 40.0
"""Radius of the one-way core: this share of the city's, at most so many blocks."""


@dataclass(frozen=True, slots=True, eq=False)
class Network:
    """Streets, each once: ``one_way`` is 1 for tail to head only, -1 for head to tail, 0 for both ways."""

    tail: Ints
    head: Ints
    street: Ints
    one_way: Ints


def draw_network(plan: Plan, luck: np.random.Generator) -> Network:
    """The streets of the plan: connected, and strongly connected with the one-way streets."""
    tail, head, main, slim = _candidates(plan)
    street = np.where(main >= 0, main, _local_class(plan, tail, head))
    length = np.hypot(plan.x[tail] - plan.x[head], plan.y[tail] - plan.y[head])
    part = np.hypot(plan.x[tail] + plan.x[head], plan.y[tail] + plan.y[head]) / (2.0 * plan.edge)
    barred = (main < 0) & _barred(plan, tail, head)
    thinned = (street == Street.RESIDENTIAL) & (luck.random(len(tail)) < THINNED * np.clip(1.6 * part - 0.3, 0.0, 1.0))
    weight = np.where(main >= 0, 0.01, length * (0.4 + luck.random(len(tail)))) + 1_000.0 * barred
    core = min(ONE_WAY, ONE_WAY_BLOCKS / plan.edge)
    slim &= street == Street.RESIDENTIAL
    keep = (main >= 0) | ~(slim | barred | thinned | (length > LONGEST)) | _tree(len(plan.x), tail, head, weight)
    tail, head, street, part = tail[keep], head[keep], street[keep], part[keep]
    return Network(tail, head, street, _directions(plan, tail, head, street, part < core))


def _candidates(plan: Plan) -> tuple[Ints, Ints, Ints, Flags]:
    """Delaunay edges and main roads: tail < head, class of main road or -1, longest of a triangle."""
    from scipy.spatial import Delaunay

    nodes = len(plan.x)
    corners = Delaunay(np.column_stack([plan.x, plan.y])).simplices.astype(np.int64)
    a, b = corners.reshape(-1), corners[:, [1, 2, 0]].reshape(-1)
    length = np.hypot(plan.x[a] - plan.x[b], plan.y[a] - plan.y[b]).reshape(-1, 3)
    longest = (np.argmax(length, axis=1)[:, None] == np.arange(3)).reshape(-1)
    edge = np.minimum(a, b) * nodes + np.maximum(a, b)
    road = np.minimum(plan.tail, plan.head) * nodes + np.maximum(plan.tail, plan.head)
    key = np.union1d(edge, road)
    main = np.full(len(key), -1, dtype=np.int64)
    np.maximum.at(main, np.searchsorted(key, road), plan.street)
    slim = np.isin(key, edge[longest], assume_unique=False)
    return key // nodes, key % nodes, main, slim


def _local_class(plan: Plan, tail: Ints, head: Ints) -> Ints:
    """Riverside streets and every fourth line of a grid are collectors, other local streets residential."""
    along = (plan.patch[tail] == plan.patch[head]) & (plan.patch[tail] >= 0)
    rows, columns = plan.row[tail] - plan.row[head], plan.column[tail] - plan.column[head]
    line = (rows == 0) & (np.abs(columns) == 1) & (plan.row[tail] % 4 == 2)
    line |= (columns == 0) & (np.abs(rows) == 1) & (plan.column[tail] % 4 == 2)
    bank = (plan.patch[tail] == BANK) & (plan.patch[head] == BANK)
    return np.where(bank | (along & line), Street.COLLECTOR, Street.RESIDENTIAL).astype(np.int64)


def _barred(plan: Plan, tail: Ints, head: Ints) -> Flags:
    """Local streets that would cross the river, or end on an expressway."""
    side = plan.river.side(plan.x, plan.y)
    fast = np.zeros(len(plan.x), dtype=np.bool_)
    for ends in (plan.tail, plan.head):
        fast[ends[plan.street == Street.EXPRESSWAY]] = True
    barred: Flags = ((side[tail] > 0) != (side[head] > 0)) | fast[tail] | fast[head]
    return barred


def _tree(nodes: int, tail: Ints, head: Ints, weight: Floats) -> Flags:
    """Edges of a spanning tree of least weight."""
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import minimum_spanning_tree

    tree = minimum_spanning_tree(coo_array((weight, (tail, head)), shape=(nodes, nodes)).tocsr()).tocoo()
    return np.isin(tail * nodes + head, tree.coords[0].astype(np.int64) * nodes + tree.coords[1])


def _directions(plan: Plan, tail: Ints, head: Ints, street: Ints, core: Flags) -> Ints:
    """One way on alternate lines of the core's grid, unless a place could then not be reached or left."""
    rows, columns = plan.row[head] - plan.row[tail], plan.column[head] - plan.column[tail]
    grid = core & (plan.patch[tail] == plan.patch[head]) & (plan.patch[tail] >= 0) & (street <= Street.COLLECTOR)
    across, up = grid & (rows == 0) & (np.abs(columns) == 1), grid & (columns == 0) & (np.abs(rows) == 1)
    one_way = np.zeros(len(tail), dtype=np.int64)
    for line, step, chosen in ((plan.row[tail], columns, across), (plan.column[tail], rows, up)):
        odd = chosen & (line % 2 == 1)
        one_way[odd] = (step * np.where(line % 4 == 1, 1, -1))[odd]
    while (stuck := _stuck(len(plan.x), tail, head, one_way)).any():
        one_way[stuck[tail] | stuck[head]] = 0
    return one_way


def _stuck(nodes: int, tail: Ints, head: Ints, one_way: Ints) -> Flags:
    """Nodes outside the largest strongly connected component."""
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    ahead, back = one_way >= 0, one_way <= 0
    ends = np.concatenate([tail[ahead], head[back]]), np.concatenate([head[ahead], tail[back]])
    graph = coo_array((np.ones(len(ends[0]), dtype=np.int8), ends), shape=(nodes, nodes)).tocsr()
    _, label = connected_components(graph, directed=True, connection="strong")
    stuck: Flags = label != np.argmax(np.bincount(label))
    return stuck
