"""Contractions in orders of our own, so that hierarchies are tested where pyroutingkit is not installed."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from twin.hierarchy import Topology, streets_key
from twin.hierarchymath import arcs_of, contract
from twin.world import City

Small = NDArray[np.int32]


def contracted(city: City, random: Any = None) -> Topology:
    """The city's streets contracted: in the order of halves of the map, or in any order whatever."""
    nodes = list(range(city.nodes))
    if random is None:
        nodes = _halves(city, np.arange(city.nodes)).tolist()
    else:
        random.shuffle(nodes)
    rank = np.empty(city.nodes, dtype=np.int32)
    rank[nodes] = np.arange(city.nodes)
    first, top = contract(rank, city.start, city.head, city.nodes**2 + 1 if random else 64 * city.nodes)
    parts = rank, first, top, arcs_of(rank, city.start, city.head, first, top)
    for array in parts:
        array.flags.writeable = False
    return Topology(streets_key(city), *parts)


def _halves(city: City, some: NDArray[np.int64]) -> NDArray[np.int64]:
    """Either half of some nodes, then the nodes of one half that have a street to the other."""
    if len(some) < 8:
        return some
    x, y = city.x_m[some], city.y_m[some]
    along = some[np.argsort(x if np.ptp(x) > np.ptp(y) else y, kind="stable")]
    side = np.zeros(city.nodes, dtype=np.int8)
    side[along[: len(along) // 2]], side[along[len(along) // 2 :]] = 1, 2
    across = (side[city.tail] * side[city.head]) == 2
    border = np.unique(np.where(side[city.tail] == 1, city.tail, city.head)[across])
    one = np.setdiff1d(along[: len(along) // 2], border)
    return np.concatenate([_halves(city, one), _halves(city, along[len(along) // 2 :]), border])
