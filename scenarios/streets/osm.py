"""Raw OpenStreetMap data: ``.osm``, ``.osm.gz``, ``.osm.pbf``. The only door to osmium."""

import math
from array import array
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np

from scenarios.streets import infile
from scenarios.streets.network import Network
from scenarios.streets.report import Repairs
from scenarios.streets.tags import direction, kmh, open_to_cars, street
from twin.errors import InputError
from twin.world import Floats, Ints

MAX_POINTS = 20_000_000
"""Points of streets; the largest cities have a tenth."""


@dataclass
class _Ways:
    """Ways for cars, laid end to end."""

    refs: "array[int]" = field(default_factory=lambda: array("q"))
    sizes: "array[int]" = field(default_factory=lambda: array("q"))
    street: "array[int]" = field(default_factory=lambda: array("b"))
    direction: "array[int]" = field(default_factory=lambda: array("b"))
    forward_kmh: "array[float]" = field(default_factory=lambda: array("d"))
    backward_kmh: "array[float]" = field(default_factory=lambda: array("d"))
    highways: int = 0
    odd: int = 0

    def add(self, nodes: list[int], tags: Mapping[str, str]) -> None:
        self.highways += 1
        kind = street(tags.get("highway", ""))
        if kind is None or not open_to_cars(tags) or len(nodes) < 2:
            return
        limit = tags.get("maxspeed", "")
        speed = kmh(limit)
        self.odd += limit != "" and math.isnan(speed)
        self.refs.extend(nodes)
        self.sizes.append(len(nodes))
        self.street.append(kind)
        self.direction.append(direction(tags))
        self.forward_kmh.append(kmh(tags["maxspeed:forward"]) if "maxspeed:forward" in tags else speed)
        self.backward_kmh.append(kmh(tags["maxspeed:backward"]) if "maxspeed:backward" in tags else speed)


def read_osm(path: Path, kind: str, repairs: Repairs) -> Network:
    """Streets for cars, a node at every bend, an edge for each direction.

    Parameters
    ----------
    path : Path
    kind : str
        ``"osm"``, ``"osm.gz"`` or ``"pbf"``.
    repairs : Repairs
        Counts of ways with missing nodes and of odd limits are added here.

    Raises
    ------
    InputError
        If the file is damaged, too large, or has no street for cars.
    """
    import osmium

    for _ in infile.chunks(path):
        pass  # truncated gzip, or one that unpacks to more than any city, stops here
    try:
        ways = _ways(path, kind)
        ids, place = np.unique(np.frombuffer(ways.refs, dtype=np.int64), return_inverse=True)
        lon, lat = _places(path, kind, ids)
    except (RuntimeError, ValueError, osmium.InvalidLocationError) as error:
        if isinstance(error, InputError):
            raise
        raise InputError(f"{path} is damaged or not OpenStreetMap data: {error}") from None
    repairs.odd_limits += ways.odd
    return _network(ways, place, lon, lat, repairs)


def _ways(path: Path, kind: str) -> _Ways:
    import osmium

    ways = _Ways()
    file = osmium.io.File(str(path), kind)
    for way in osmium.FileProcessor(file, osmium.osm.WAY).with_filter(osmium.filter.KeyFilter("highway")):
        if isinstance(way, osmium.osm.Way) and way.visible and not way.deleted:
            ways.add([node.ref for node in way.nodes], dict(way.tags))
        if len(ways.refs) > MAX_POINTS:
            raise InputError(f"{path} has more than {MAX_POINTS:,} points of streets; cut a smaller extract")
    if not ways.sizes:
        raise InputError(
            f"{path} has no street for cars (ways with a highway tag: {ways.highways:,}); widen the extract"
        )
    return ways


def _places(path: Path, kind: str, ids: Ints) -> tuple[Floats, Floats]:
    """Longitude and latitude of each id, NaN when the file does not have it."""
    import osmium

    lon, lat = np.full(len(ids), np.nan), np.full(len(ids), np.nan)
    position = dict(zip(ids.tolist(), range(len(ids)), strict=True))
    # osmium's own filter and index know no negative ids, which editors give to new objects, and the filter takes
    # a bit for each id that could exist: 1 GB.
    for node in osmium.FileProcessor(osmium.io.File(str(path), kind), osmium.osm.NODE):
        at = position.get(node.id)
        if at is not None and isinstance(node, osmium.osm.Node) and node.location.valid():
            lon[at], lat[at] = node.location.lon, node.location.lat
    return lon, lat


def _network(ways: _Ways, place: Ints, lon: Floats, lat: Floats, repairs: Repairs) -> Network:
    """Consecutive points of one way, where both are known, joined in the directions allowed."""
    sizes = np.frombuffer(ways.sizes, dtype=np.int64)
    way = np.repeat(np.arange(len(sizes)), sizes)
    known = ~np.isnan(lon)
    repairs.cut += len(np.unique(way[~known[place]]))
    pair = np.flatnonzero((way[1:] == way[:-1]) & known[place[1:]] & known[place[:-1]])
    number = np.cumsum(known) - 1
    a, b, way = number[place[pair]], number[place[pair + 1]], way[pair]
    side = np.frombuffer(ways.direction, dtype=np.int8)[way]
    streets = np.frombuffer(ways.street, dtype=np.int8).astype(np.int64)[way]
    on, back = side >= 0, side <= 0
    net = Network(
        lon=lon[known],
        lat=lat[known],
        tail=np.concatenate([a[on], b[back]]),
        head=np.concatenate([b[on], a[back]]),
        length_m=np.empty(0),
        street=np.concatenate([streets[on], streets[back]]),
        kmh=np.concatenate([np.frombuffer(ways.forward_kmh)[way[on]], np.frombuffer(ways.backward_kmh)[way[back]]]),
    )
    return replace(net, length_m=net.straight_m())
