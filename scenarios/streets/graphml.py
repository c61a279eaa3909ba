"""GraphML street graphs as OSMnx writes them, read as a stream; a document type or an entity is refused."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import NoReturn
from xml.parsers import expat

import numpy as np

from scenarios.streets import infile
from scenarios.streets.network import Network
from scenarios.streets.report import Repairs
from scenarios.streets.tags import NOT_FOR_CARS, kmh, open_to_cars, street, values
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
    """What the stream said so far: edges by the ids of their ends."""

    facts: dict[str, str] = field(default_factory=dict)
    directed: bool = True
    number: dict[str, int] = field(default_factory=dict)
    lon: list[float] = field(default_factory=list)
    lat: list[float] = field(default_factory=list)
    ends: list[tuple[str, str]] = field(default_factory=list)
    length: list[float] = field(default_factory=list)
    street: list[int] = field(default_factory=list)
    kmh: list[float] = field(default_factory=list)

    def add_node(self, name: str, data: Mapping[str, str]) -> None:
        if name not in self.number:
            self.number[name] = len(self.number)
            self.lon.append(_number(data.get("x", "")))
            self.lat.append(_number(data.get("y", "")))

    def add_edge(self, tail: str, head: str, data: Mapping[str, str], repairs: Repairs) -> None:
        highway = data.get("highway", "")
        kind = street(highway)
        if not open_to_cars(data) or (kind is None and not NOT_FOR_CARS.isdisjoint(values(highway))):
            repairs.not_for_cars += 1
            return
        limit = data.get("maxspeed", "")
        repairs.no_class += highway == ""
        repairs.odd_limits += limit != "" and math.isnan(kmh(limit))
        self.ends.append((tail, head))
        self.length.append(_number(data.get("length", "")))
        self.street.append(Street.RESIDENTIAL if kind is None else kind)
        self.kmh.append(kmh(limit))


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return float("nan")


class _Stream:
    """Handlers of expat: one element at a time goes to the graph, nothing else is kept."""

    def __init__(self, path: Path, repairs: Repairs) -> None:
        self.graph = _Graph()
        self._path = path
        self._repairs = repairs
        self._keys: dict[str, str] = {}
        self._field: str | None = None
        self._text: list[str] = []
        self._data = self.graph.facts
        self._open: dict[str, str] = {}

    def parser(self) -> expat.XMLParserType:
        parser = expat.ParserCreate()
        parser.buffer_text = True
        parser.StartElementHandler = self._start
        parser.CharacterDataHandler = self._characters
        parser.EndElementHandler = self._end
        parser.StartDoctypeDeclHandler = self._doctype
        return parser

    def _doctype(self, *_: object) -> NoReturn:
        raise InputError(f"{self._path} declares a document type, which street graphs never need; export it again")

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        if tag == "data":
            self._field, self._text = self._keys.get(attributes.get("key", "")), []
        elif tag in ("node", "edge"):
            self._data, self._open = {}, attributes
        elif tag == "key":
            name = attributes.get("attr.name", "").lower()
            if name in _FIELDS:
                self._keys[attributes.get("id", "")] = _FIELDS[name]
        elif tag == "graph":
            self.graph.directed = attributes.get("edgedefault") != "undirected"

    def _characters(self, text: str) -> None:
        if self._field is not None:
            self._text.append(text)

    def _end(self, tag: str) -> None:
        if tag == "data":
            if self._field is not None:
                self._data[self._field] = "".join(self._text).strip()
            self._field = None
        elif tag in ("node", "edge"):
            self._close(tag)
            self._data = self.graph.facts

    def _close(self, tag: str) -> None:
        graph, at = self.graph, self._open
        if tag == "node":
            graph.add_node(at.get("id", ""), self._data)
        else:
            graph.add_edge(at.get("source", ""), at.get("target", ""), self._data, self._repairs)
        if max(len(graph.lon), len(graph.ends)) > MAX_ITEMS:
            raise InputError(f"{self._path} has more than {MAX_ITEMS:,} nodes or edges; cut a smaller extract")


def read_graphml(path: Path, repairs: Repairs) -> tuple[Network, bool]:
    """Streets for cars, and whether they still have a node at every bend.

    Raises
    ------
    InputError
        If the file is damaged, too large, declares a document type, is projected, or has no street for cars.
    """
    stream = _Stream(path, repairs)
    parser = stream.parser()
    try:
        for chunk in infile.chunks(path):
            parser.Parse(chunk, False)
        parser.Parse(b"", True)
    except expat.ExpatError as error:
        raise InputError(f"{path} is damaged or truncated XML: {error}; export it again") from None
    graph = stream.graph
    _check(path, graph)
    if not graph.directed:
        repairs.undirected = len(graph.ends)
    return _network(graph, repairs), graph.facts.get("simplified", "").lower() != "true"


def _check(path: Path, graph: _Graph) -> None:
    crs = graph.facts.get("crs", "")
    if crs and not crs.lower().endswith("4326"):
        raise InputError(f"{path}: crs is {crs[:60]!r}; export it unprojected, in longitude and latitude (epsg:4326)")
    if not graph.ends:
        raise InputError(f"{path} has no street for cars ({len(graph.lon):,} nodes and no edge)")
    if np.all(np.isnan(graph.lon)) or np.all(np.isnan(graph.lat)):
        raise InputError(f"{path}: no node has coordinates; each needs x (longitude) and y (latitude)")


def _network(graph: _Graph, repairs: Repairs) -> Network:
    known = np.array([tail in graph.number and head in graph.number for tail, head in graph.ends], dtype=bool)
    repairs.cut += int(np.sum(~known))
    ends = [(graph.number.get(tail, 0), graph.number.get(head, 0)) for tail, head in graph.ends]
    tail, head = np.array(ends, dtype=np.int64).T
    net = Network(
        lon=np.array(graph.lon),
        lat=np.array(graph.lat),
        tail=tail,
        head=head,
        length_m=np.array(graph.length),
        street=np.array(graph.street, dtype=np.int64),
        kmh=np.array(graph.kmh),
    ).only(known)
    return net if graph.directed else net.with_reverse(np.ones(net.edges, dtype=bool))
