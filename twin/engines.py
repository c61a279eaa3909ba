"""Times between many places, by whichever of three engines is the quickest; all give the same integers.

Of the fastest ways between two places the shortest counts, so times and lengths are defined without regard to who
computes them. An engine that cannot compute them exactly (times of hours are too large for it) leaves it to the local
search, which always can.
"""

from collections import OrderedDict
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from twin.entities import FAR
from twin.hierarchy import LONGEST, Hierarchy, is_kept, topology, unpacked
from twin.world import City

Ints = NDArray[np.int64]
Times = tuple[Ints, Ints]
"""(n, n) milliseconds and (n, n) millimetres, ``FAR`` where there is no way."""

SCIPY_SHIFT = 29
"""Bits for millimetres in a float64: ways of up to 4.6 hours and 536 km are exact."""
_ROWS = 64
"""Sources that scipy is asked for at a time: it answers for all nodes."""
_REMEMBERED = 8_000_000
"""Numbers in tables that are kept for the next who asks, 64 MB."""

# CPU nanoseconds, measured on one core by experiments/bench/bench_roads.py with synthetic cities.
SEARCH_NS, SEARCH_FAR_NS, SEARCH_FAR = 60.0, 160.0, 30_000
"""Of the local search, a source and junction: near, and how much more from so many junctions on (cache misses)."""
SCIPY_NS, SCIPY_FAR_NS, SCIPY_FAR = 95.0, 95.0, 60_000
"""Of scipy, a source and junction of the whole city: it knows no targets."""
CUSTOMISE_NS = 80.0
"""Of customising, an arc; there are 6 to 12 a junction."""
TABLE_NS = 1.6
"""Of a table, a source and arc that it is swept over."""
CONTRACT_NS = 45_000.0
"""Of contracting, a junction, once for a city and machine."""
MAP_NS = 300.0
"""Of reading a contraction that is kept, a junction."""
OFTEN = 20
"""How many requests like the first one a contraction is made for (D: a day has some waves for each depot)."""


def by_search(city: City, cost: Ints, places: Ints) -> Times:
    """Our own Dijkstra from each place, which stops when the last wanted place is settled."""
    from twin.streetmath import many_to_many

    time, length = many_to_many(city.start, city.head, cost, city.length_mm, places)
    none = time >= LONGEST
    time[none], length[none] = FAR, FAR
    return time, length


def by_scipy(city: City, cost: Ints, places: Ints) -> Times | None:
    """Scipy's Dijkstra from each place over the whole city; None if times are too large for exact floats."""
    from scipy.sparse import csr_array
    from scipy.sparse.csgraph import dijkstra

    open_ = cost < LONGEST
    weight = np.where(open_, (np.minimum(cost, LONGEST) << SCIPY_SHIFT) + city.length_mm, 0)[open_]
    start = np.concatenate([[0], np.cumsum(open_)])[city.start]
    graph = csr_array((weight.astype(np.float64), city.head[open_], start), shape=(city.nodes, city.nodes))
    least = np.empty((len(places), len(places)))
    for lo in range(0, len(places), _ROWS):
        least[lo : lo + _ROWS] = dijkstra(graph, indices=places[lo : lo + _ROWS])[:, places]
    least[np.isinf(least)] = -1.0
    if least.max(initial=0.0) >= 1 << 53:
        return None
    return unpacked(least.astype(np.int64), SCIPY_SHIFT, cost, city.length_mm)


@lru_cache(maxsize=4)
def hierarchy(city: City) -> Hierarchy | None:
    """The contracted streets of a city, one for all who ask in this process; None if they cannot be had."""
    found = topology(city)
    return Hierarchy(city, found) if found else None


def by_hierarchy(city: City, cost: Ints, places: Ints) -> Times | None:
    """Contraction hierarchies; None if the city cannot be contracted here, or times are too large."""
    found = hierarchy(city)
    return found.times(cost, places) if found else None


ENGINES = {"search": by_search, "scipy": by_scipy, "hierarchy": by_hierarchy}


class Engines:
    """Times between places of a city by the engine that is expected to be quickest.

    Parameters
    ----------
    city : City
    only : str, optional
        One of ``ENGINES``: use this one whatever it costs.
    """

    def __init__(self, city: City, only: str | None = None) -> None:
        self.city = city
        self.only = only
        self._tables: OrderedDict[tuple[int, bytes], tuple[Ints, Times]] = OrderedDict()

    def times(self, cost: Ints, places: Ints) -> Times:
        """Least milliseconds, and the millimetres of the shortest such way, between distinct places.

        Read-only, and remembered as long as the same array of costs is asked for: it must not be written to.

        Parameters
        ----------
        cost : (edges,) int64
            Milliseconds of each edge, at least 1; ``FAR`` where it is closed.
        places : (n,) int64
            Nodes, each once.
        """
        key = (id(cost), places.tobytes())
        if key not in self._tables or self._tables[key][0] is not cost:
            self._tables[key] = (cost, self._computed(cost, places))
            while len(self._tables) > 1 and self._held() > _REMEMBERED:
                self._tables.popitem(last=False)
        self._tables.move_to_end(key)
        return self._tables[key][1]

    def _computed(self, cost: Ints, places: Ints) -> Times:
        found = ENGINES[self.only or choice(self.city, cost, places)](self.city, cost, places)
        times = by_search(self.city, cost, places) if found is None else found
        for array in times:
            array.flags.writeable = False
        return times

    def _held(self) -> int:
        return sum(2 * times[0].size for _, times in self._tables.values())


def choice(city: City, cost: Ints, places: Ints) -> str:
    """The engine with the least expected CPU time, by measured unit costs; what it answers does not depend on it.

    A city is contracted, or its contraction looked for, when requests like this one, ``OFTEN`` times, would take longer
    than that.
    """
    n, area = len(places), settled(city, places)
    searching = n * area * (SEARCH_NS + SEARCH_FAR_NS * min(area / SEARCH_FAR, 1.0))
    spreading = n * city.nodes * (SCIPY_NS + SCIPY_FAR_NS * min(city.nodes / SCIPY_FAR, 1.0))
    plain, least = ("scipy", spreading) if spreading < searching else ("search", searching)
    if least * OFTEN < city.nodes * MAP_NS or (least * OFTEN < city.nodes * CONTRACT_NS and not is_kept(city)):
        return plain
    found = hierarchy(city)
    if found is None:
        return plain
    customising = 0.0 if found.knows(cost) else CUSTOMISE_NS * len(found.topology.top)
    return "hierarchy" if customising + TABLE_NS * n * found.reach(places) < least else plain


def settled(city: City, places: Ints) -> int:
    """About how many junctions a search from one of these places settles: those in a circle that holds most of it.

    A search ends at the farthest place, so its circle has a radius from half the extent (from the middle) to all of it.
    """
    if not len(places):
        return 0
    x, y = city.x_m, city.y_m
    low, high = (x[places].min(), y[places].min()), (x[places].max(), y[places].max())
    middle = ((low[0] + high[0]) / 2, (low[1] + high[1]) / 2)
    radius = 0.75 * float(np.hypot(high[0] - low[0], high[1] - low[1]))
    return int(np.count_nonzero((x - middle[0]) ** 2 + (y - middle[1]) ** 2 <= radius**2))
