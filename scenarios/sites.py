"""Where depots and lockers stand: near the people who order, one site for each equal share of them."""

import numpy as np

from twin.entities import Street
from twin.errors import InputError
from twin.world import City, Floats, Ints, Sites

_ROUNDS = 20


def place_sites(city: City, depots: int, lockers: int) -> Sites:
    """Sites by weighted k-means over demand, moved to the nearest street that suits them.

    Raises
    ------
    InputError
        If the city has fewer nodes than sites.
    """
    for key, count in (("depots", depots), ("lockers", lockers)):
        if count > city.nodes:
            raise InputError(f"city.{key}(={count}) must be at most the city's {city.nodes} nodes; set fewer")
    fastest, slowest = np.zeros(city.nodes, dtype=np.int64), np.full(city.nodes, 3, dtype=np.int64)
    np.maximum.at(fastest, city.tail, city.street)
    np.minimum.at(slowest, city.tail, city.street)
    wide = (fastest >= Street.COLLECTOR) & (slowest < Street.EXPRESSWAY)
    return Sites(_spread(city, depots, wide), _spread(city, lockers, slowest < Street.EXPRESSWAY))


def _spread(city: City, count: int, suits: np.ndarray[tuple[int, ...], np.dtype[np.bool_]]) -> Ints:
    """Distinct nodes, rising."""
    from scipy.spatial import cKDTree

    if count == 0:
        return np.zeros(0, dtype=np.int64)
    places, weight = _demand(city, count)
    centres = _means(places, weight, count)
    nodes = np.flatnonzero(suits) if suits.sum() >= count else np.arange(city.nodes)
    tree = cKDTree(np.column_stack([city.x_m[nodes], city.y_m[nodes]]))
    taken: dict[int, None] = {}
    for centre in centres:
        near = tree.query(centre, k=min(len(nodes), len(taken) + 1))[1]
        taken[next(int(nodes[i]) for i in np.atleast_1d(near) if int(nodes[i]) not in taken)] = None
    return np.array(sorted(taken), dtype=np.int64)


def _demand(city: City, count: int) -> tuple[Floats, Floats]:
    """Places and weights: areas where they are many, else nodes."""
    members = np.bincount(city.area, minlength=city.areas)
    people = (city.households * np.sqrt(city.income) + 1e-3) / np.maximum(members, 1)
    places = np.column_stack([city.x_m, city.y_m])
    if city.areas < 4 * count:
        return places, people[city.area]
    middle = [np.bincount(city.area, weights=axis, minlength=city.areas) for axis in places.T]
    return np.column_stack(middle) / np.maximum(members, 1)[:, None], people * members


def _means(places: Floats, weight: Floats, count: int) -> Floats:
    """Lloyd's algorithm from the weighted farthest-first start."""
    from scipy.spatial import cKDTree

    chosen = [int(np.argmin(np.hypot(*(places - np.average(places, axis=0, weights=weight)).T)))]
    distance = np.hypot(*(places - places[chosen[0]]).T)
    while len(chosen) < count:
        chosen.append(int(np.argmax(weight * distance * distance)))
        distance = np.minimum(distance, np.hypot(*(places - places[chosen[-1]]).T))
    centres = places[chosen]
    for _ in range(_ROUNDS):
        owner = cKDTree(centres).query(places)[1]
        total = np.bincount(owner, weights=weight, minlength=count)
        sums = [np.bincount(owner, weights=weight * axis, minlength=count) for axis in places.T]
        moved = np.column_stack(sums) / np.where(total > 0, total, 1.0)[:, None]
        centres = np.where(total[:, None] > 0, moved, centres)
    return centres
