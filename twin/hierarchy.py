"""Contraction hierarchies of a city: contracted once, customised to costs, corrected where few costs changed."""

from collections import OrderedDict
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from twin import mapped
from twin.cachefolder import cache_folder
from twin.contraction import available, is_order, ranks
from twin.entities import FAR
from twin.world import City

Ints = NDArray[np.int64]
Small = NDArray[np.int32]

LONGEST = 1 << 30
"""Milliseconds, twelve days: a way that takes longer counts as none, whichever engine looks for it."""
_ARRAYS = ("rank", "first", "top", "arc")
_MOST_ARCS = 64
"""Arcs a node at which contraction is given up: streets have about 12."""
_KEPT = 8
"""Customised weights that a process holds on to, 16 bytes an arc each; of 100,000 junctions 19 MB."""
_FILES = 64
"""Customised weights that are kept on disk for a city."""
_WORTH = 1 << 18
"""Arcs from which on weights are kept on disk: fewer are customised sooner than read (measured)."""
_FEW = 25_000
"""So many arcs to each changed street make a correction worth while; customising all is as quick else (measured)."""


@dataclass(frozen=True, eq=False)
class Topology:
    """A contracted network: arcs between ranks, from the lower to the higher.

    Attributes
    ----------
    key : str
        Digest of the streets that it was made of.
    rank : (nodes,) int32
    first : (nodes + 1,) int32
        First arc of each rank.
    top : (arcs,) int32
        The higher rank of each arc.
    arc : (edges,) int32
        Twice the arc of each street, plus one where the street leads down; -1 of loops.
    """

    key: str
    rank: Small
    first: Small
    top: Small
    arc: Small

    @cached_property
    def order(self) -> str:
        """Digest of the order of contraction, on which weights hang too."""
        return mapped.digest(self.rank)

    @cached_property
    def lower(self) -> Small:
        """(arcs,) int32: the lower rank of each arc."""
        return np.repeat(np.arange(len(self.rank), dtype=np.int32), np.diff(self.first))

    @cached_property
    def below(self) -> tuple[Small, Small]:
        """The arcs by their higher rank."""
        from twin.hierarchymath import below

        begin, arcs = below(self.first, self.top)
        return begin, arcs

    @cached_property
    def node_of(self) -> Small:
        """(nodes,) int32: which node has each rank."""
        return np.argsort(self.rank).astype(np.int32)


def streets_key(city: City) -> str:
    """What a topology hangs on: who is joined to whom, whatever the streets' length and speed."""
    return mapped.digest(city.start, city.head)


def topology(city: City) -> Topology | None:
    """The contracted streets of a city: from the cache, or made and kept; None without pyroutingkit."""
    key = streets_key(city)
    path = _path(key, "topology")
    found = _kept(path, key, city) if path else None
    if found is None and available():
        found = _made(key, city)
        if found and path and _keep(path, key, {name: getattr(found, name) for name in _ARRAYS}):
            found = _kept(path, key, city) or found
    return found


@lru_cache(maxsize=4)
def is_kept(city: City) -> bool:
    """Whether the cache seemed to have the contracted streets of a city when this was first asked."""
    path = _path(streets_key(city), "topology")
    return path is not None and path.is_file()


def _path(key: str, name: str) -> Path | None:
    folder = cache_folder()
    return folder and folder / "roads" / key / f"{name}.arrays"


def _made(key: str, city: City) -> Topology | None:
    from twin.hierarchymath import arcs_of, contract

    rank = ranks(city)
    if rank is None:
        return None
    first, top = contract(rank, city.start, city.head, _MOST_ARCS * city.nodes)
    if not len(first):
        return None
    made = (rank, first, top, arcs_of(rank, city.start, city.head, first, top))
    for array in made:
        array.flags.writeable = False
    return Topology(key, *made)


def _keep(path: Path, key: str, arrays: dict[str, Ints] | dict[str, Small]) -> bool:
    """Whether it could be written: a full or read-only disk only costs time."""
    try:
        mapped.write(path, key, arrays)
    except OSError:
        return False
    return True


def _kept(path: Path, key: str, city: City) -> Topology | None:
    arrays = mapped.read(path, key)
    try:
        found = arrays and Topology(key, *(arrays[name] for name in _ARRAYS))
    except KeyError:
        return None
    return found if found and _possible(found, city) else None


def _possible(found: Topology, city: City) -> bool:
    """Whether the kernels can read it without leaving its arrays."""
    rank, first, top, arc = found.rank, found.first, found.top, found.arc
    if any(array.dtype != np.int32 or array.ndim != 1 for array in (rank, first, top, arc)):
        return False
    if not is_order(rank, city.nodes) or len(first) != city.nodes + 1 or len(arc) != len(city.head):
        return False
    if first[0] != 0 or first[-1] != len(top) or np.any(np.diff(first) < 0):
        return False
    joined = not len(arc) or (arc.min() >= -1 and arc.max() < 2 * len(top))
    lower = np.repeat(np.arange(city.nodes), np.diff(first))
    return bool(joined and (not len(top) or (np.all(top > lower) and top.max() < city.nodes)))


@dataclass(frozen=True, eq=False)
class Weights:
    """Costs, and what follows from them for each arc.

    Attributes
    ----------
    cost : (edges,) int64
    both : (arcs, 2) int64
        What each arc weighs, up and down.
    """

    cost: Ints
    both: Ints


class Hierarchy:
    """Times by contraction hierarchies, customised to whatever costs are asked for.

    The weights of the last few costs are kept, in this process and, of large cities, mapped from disk; costs that
    differ in few streets from those of kept weights are had by correcting a copy.

    Parameters
    ----------
    city : City
    topology : Topology
    """

    def __init__(self, city: City, topology: Topology) -> None:
        self.city = city
        self.topology = topology
        self.done = {"customised": 0, "corrected": 0, "mapped": 0}
        self._weights: OrderedDict[str, Weights] = OrderedDict()

    def knows(self, cost: Ints) -> bool:
        """Whether the weights of these very costs are at hand."""
        return any(weights.cost is cost for weights in self._weights.values())

    def reach(self, places: Ints) -> int:
        """How many arcs a table between these places is swept over."""
        from twin.hierarchymath import closure

        return len(closure(self.topology.first, self.topology.top, self.topology.rank[places])[2])

    def times(self, cost: Ints, places: Ints) -> tuple[Ints, Ints] | None:
        """Milliseconds and millimetres between distinct places; None if they are too large for a weight."""
        from twin.hierarchymath import SHIFT, table

        found = self.topology
        least = table(found.first, found.top, self.weights(cost).both, found.rank[places])
        return unpacked(least, SHIFT, cost, self.city.length_mm)

    def weights(self, cost: Ints) -> Weights:
        """What the arcs weigh at these costs."""
        for name, weights in self._weights.items():
            if weights.cost is cost:
                self._weights.move_to_end(name)
                return weights
        name = mapped.digest(cost, self.city.length_mm)
        known = self._weights.pop(name, None)
        both = known.both if known else self._corrected(cost)
        self._weights[name] = Weights(cost, self._customised(name, cost) if both is None else both)
        if len(self._weights) > _KEPT:
            self._weights.popitem(last=False)
        return self._weights[name]

    def _corrected(self, cost: Ints) -> Ints | None:
        """A corrected copy of the kept weights that are nearest, if they are near."""
        from twin.hierarchymath import update

        changes = [(np.flatnonzero(kept.cost != cost), kept) for kept in self._weights.values()]
        edges, nearest = min(changes, key=lambda change: len(change[0]), default=(None, None))
        if edges is None or nearest is None or len(edges) * _FEW > len(self.topology.top):
            return None
        self.done["corrected"] += 1
        found, both = self.topology, nearest.both.copy()
        begin, arcs = found.below
        weight = packed(cost, self.city.length_mm)
        start = self.city.start
        update(found.first, found.top, found.lower, begin, arcs, found.node_of, start, found.arc, weight, both, edges)
        both.flags.writeable = False
        return both

    def _customised(self, name: str, cost: Ints) -> Ints:
        """All weights anew, unless they are on disk."""
        from twin.hierarchymath import customise

        found = self.topology
        path = _path(found.key, name) if len(found.top) >= _WORTH else None
        key = f"{name} {found.order}"
        kept = self._read(path, key) if path else None
        self.done["customised" if kept is None else "mapped"] += 1
        if kept is not None:
            return kept
        both: Ints = customise(found.first, found.top, found.arc, packed(cost, self.city.length_mm))
        both.flags.writeable = False
        if path and len(list(path.parent.glob("*.arrays"))) < _FILES and _keep(path, key, {"both": both}):
            kept = self._read(path, key)
        return both if kept is None else kept

    def _read(self, path: Path, key: str) -> Ints | None:
        both = (mapped.read(path, key) or {}).get("both")
        fits = both is not None and both.dtype == np.int64 and both.shape == (len(self.topology.top), 2)
        return both if fits else None


def packed(cost: Ints, length_mm: Ints) -> Ints:
    """(edges,) int64: milliseconds and millimetres in one weight, ``NEVER`` of what is closed."""
    from twin.hierarchymath import NEVER, SHIFT

    weight: Ints = np.where(cost < LONGEST, (np.minimum(cost, LONGEST) << SHIFT) + length_mm, NEVER)
    return weight


def unpacked(least: Ints, shift: int, cost: Ints, length_mm: Ints) -> tuple[Ints, Ints] | None:
    """Milliseconds and millimetres of packed weights, negative where there is no way; None if millimetres may spill.

    The fastest way is no longer than its time at the greatest speed of any street; as long as that is less than
    ``1 << shift`` millimetres, packed weights are in the order of (time, length).
    """
    time = least >> shift
    none = (least < 0) | (time >= LONGEST)
    open_ = cost < LONGEST
    fastest = int((-(-length_mm // np.maximum(cost, 1))).max(initial=0, where=open_))
    longest = min(int(time.max(initial=0, where=~none)) * fastest, int(length_mm.sum(where=open_)))
    if longest >= 1 << shift:
        return None
    return np.where(none, FAR, time), np.where(none, FAR, least & ((1 << shift) - 1))
