"""GraphML street graphs, as OSMnx writes them and as others do."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from scenarios.streets.network import Network
from scenarios.streets.report import Repairs
from scenarios.streets.tags import NOT_FOR_CARS, kmh, open_to_cars, street, values
from scenarios.streets.xmlstream import Data, GraphStream
from twin.entities import Street
from twin.errors import InputError

MAX_ITEMS = 10_000_000
"""Nodes, and edges, of one graph."""

_FIELDS = {
    **{name: name for name in ("crs", "simplified", "length", "highway", "maxspeed", "area")},
    **{name: name for name in ("access", "vehicle", "motor_vehicle", "motorcar")},
    **dict.fromkeys(("x", "lon", "lng", "longitude"), "x"),
    **dict.fromkeys(("y", "lat", "latitude"), "y"),
}
"""Attributes that are used, by their names in the file."""


@dataclass
class _Graph:
    """Nodes, and edges by the ids of their ends."""

    path: Path
    repairs: Repairs
    number: dict[str, int] = field(default_factory=dict)
    lon: list[float] = field(default_factory=list)
    lat: list[float] = field(default_factory=list)
    ends: list[tuple[str, str]] = field(default_factory=list)
    length: list[float] = field(default_factory=list)
    street: list[int] = field(default_factory=list)
    kmh: list[float] = field(default_factory=list)

    def take(self, kind: str, tag: Mapping[str, str], data: Data) -> None:
        if kind == "node":
            self._node(tag.get("id", ""), data)
        else:
            self._edge(tag.get("source", ""), tag.get("target", ""), data)
        if max(len(self.lon), len(self.ends)) > MAX_ITEMS:
            raise InputError(f"{self.path} has more than {MAX_ITEMS:,} nodes or edges; cut a smaller extract")

    def _node(self, name: str, data: Data) -> None:
        if name not in self.number:
            self.number[name] = len(self.number)
            self.lon.append(_number(data.get("x", "")))
            self.lat.append(_number(data.get("y", "")))

    def _edge(self, tail: str, head: str, data: Data) -> None:
        highway = data.get("highway", "")
        kind = street(highway)
        if not open_to_cars(data) or (kind is None and not NOT_FOR_CARS.isdisjoint(values(highway))):
            self.repairs.not_for_cars += 1
            return
        limit = data.get("maxspeed", "")
        self.repairs.no_class += highway == ""
        self.repairs.odd_limits += limit != "" and math.isnan(kmh(limit))
        self.ends.append((tail, head))
        self.length.append(_number(data.get("length", "")))
        self.street.append(Street.RESIDENTIAL if kind is None else kind)
        self.kmh.append(kmh(limit))


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return float("nan")


def read_graphml(path: Path, repairs: Repairs) -> tuple[Network, bool]:
    """Streets for cars, and whether they still have a node at every bend.

    Raises
    ------
    InputError
        If the file is damaged, too large, declares a document type, is projected, or has no street for cars.
    """
    graph = _Graph(path, repairs)
    stream = GraphStream(path, _FIELDS, graph.take)
    stream.read()
    _check(graph, stream.facts.get("crs", ""))
    net = _network(graph)
    if not stream.directed:
        repairs.undirected = net.edges
        net = net.with_reverse(np.ones(net.edges, dtype=bool))
    return net, stream.facts.get("simplified", "").lower() != "true"


def _check(graph: _Graph, crs: str) -> None:
    path = graph.path
    if crs and not crs.lower().endswith("4326"):
        raise InputError(f"{path}: crs is {crs[:60]!r}; export it unprojected, in longitude and latitude (epsg:4326)")
    if not graph.ends:
        raise InputError(f"{path} has no street for cars ({len(graph.lon):,} nodes and no edge)")
    if np.all(np.isnan(graph.lon)) or np.all(np.isnan(graph.lat)):
        raise InputError(f"{path}: no node has coordinates; each needs x (longitude) and y (latitude)")


def _network(graph: _Graph) -> Network:
    """Edges between nodes that the file has; the others are counted as cut."""
    known = np.array([tail in graph.number and head in graph.number for tail, head in graph.ends], dtype=bool)
    graph.repairs.cut += int(np.sum(~known))
    ends = [(graph.number.get(tail, 0), graph.number.get(head, 0)) for tail, head in graph.ends]
    tail, head = np.array(ends, dtype=np.int64).T
    return Network(
        lon=np.array(graph.lon),
        lat=np.array(graph.lat),
        tail=tail,
        head=head,
        length_m=np.array(graph.length),
        street=np.array(graph.street, dtype=np.int64),
        kmh=np.array(graph.kmh),
    ).only(known)
