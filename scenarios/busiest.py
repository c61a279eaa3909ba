"""The streets whose loss costs a city most: found among the busiest, by what everybody loses without each."""

from functools import lru_cache

import numpy as np

from twin.entities import Street
from twin.world import City, Ints

_SOURCES, _PROBES = 48, 4
"""Junctions from which traffic is sampled, and from which a loss is measured."""
_CANDIDATES = 20
_APART_M = 500.0
"""Streets that are nearer to each other are one street's parts."""
_LOST = 2 * 3_600_000
"""What it costs not to arrive at all, in ms (D)."""
FAR = 1 << 40


@lru_cache(maxsize=4)
def busiest_streets(city: City) -> tuple[Ints, ...]:
    """Edges, both directions, of each of up to 20 streets, the dearest loss first.

    Streets carry the fastest ways from sampled junctions to all others (edge betweenness, Brandes 2001, sampled);
    of the busiest arterials and expressways each is taken away in turn.
    """
    from twin.streetmath import loads, reach

    cost = city.length_mm * 1000 // np.maximum(city.speed_mmps, 1)
    sources = np.linspace(0, city.nodes - 1, min(_SOURCES, city.nodes)).astype(np.int64)
    load = loads(city.start, city.head, city.tail, cost, sources)
    streets = _streets(city, load)
    probes = sources[:: max(len(sources) // _PROBES, 1)]
    whole = reach(city.start, city.head, cost, probes, _LOST)
    losses = []
    for edges in streets:
        without = cost.copy()
        without[edges] = FAR
        losses.append(reach(city.start, city.head, without, probes, _LOST) - whole)
    return tuple(streets[at] for at in np.argsort(-np.array(losses), kind="stable")[:20].tolist())


def _streets(city: City, load: Ints) -> list[Ints]:
    """Both directions of the busiest main streets, the busiest first, no two near to each other."""
    low, high = np.minimum(city.tail, city.head), np.maximum(city.tail, city.head)
    _, street = np.unique(low * city.nodes + high, return_inverse=True)
    main = city.street >= min(int(Street.ARTERIAL), int(city.street.max()))
    total = np.bincount(street, weights=load * main)
    busy = [one for one in np.argsort(-total, kind="stable").tolist() if total[one] > 0]
    x, y = ((city_m[low] + city_m[high]) / 2 for city_m in (city.x_m, city.y_m))
    middle = np.bincount(street, x) / np.bincount(street) + 1j * np.bincount(street, y) / np.bincount(street)
    kept: list[int] = []
    for one in busy:
        if len(kept) < _CANDIDATES and np.all(np.abs(middle[kept] - middle[one]) > _APART_M):
            kept.append(one)
    return [np.flatnonzero(street == one) for one in kept]
