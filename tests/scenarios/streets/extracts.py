"""Extracts written by the tests themselves, as text of ``.osm`` and ``.graphml``."""

from collections.abc import Iterable, Mapping
from pathlib import Path

from scenarios.streets.network import Network
from scenarios.streets.repair import repair
from scenarios.streets.report import Repairs

Nodes = Mapping[int, tuple[float, float]]
Ways = Iterable[tuple[list[int], Mapping[str, str]]]

GRID: dict[int, tuple[float, float]] = {
    1 + 3 * row + column: (-46.64 + 0.001 * column, -23.55 + 0.001 * row) for row in range(3) for column in range(3)
}
"""Nine nodes, 102 m apart east to west and 111 m south to north: 1 2 3 in the south, 7 8 9 in the north."""
HOME = {"highway": "residential"}
TOWN: list[tuple[list[int], Mapping[str, str]]] = [
    *(([1 + 3 * row, 2 + 3 * row, 3 + 3 * row], HOME) for row in range(3)),
    *(([1 + column, 4 + column, 7 + column], HOME) for column in range(3)),
]
"""Six residential streets, both ways, on the grid."""


def osm_text(nodes: Nodes, ways: Ways) -> str:
    """An ``.osm`` file; ways are numbered from 1."""
    lines = ["<?xml version='1.0' encoding='UTF-8'?>", '<osm version="0.6">']
    lines += [f'<node id="{name}" lon="{lon!r}" lat="{lat!r}"/>' for name, (lon, lat) in nodes.items()]
    for number, (refs, tags) in enumerate(ways, 1):
        members = "".join(f'<nd ref="{ref}"/>' for ref in refs)
        told = "".join(f'<tag k="{key}" v="{value}"/>' for key, value in tags.items())
        lines.append(f'<way id="{number}">{members}{told}</way>')
    return "\n".join([*lines, "</osm>"])


def write_osmium(path: Path, nodes: Nodes, ways: Ways) -> Path:
    """The same in the format that the path's suffix names, ``.osm.pbf`` or ``.osm.gz``, by osmium's own writer."""
    import osmium
    from osmium.osm.mutable import Node, Way

    with osmium.SimpleWriter(str(path)) as writer:
        for name, place in nodes.items():
            writer.add_node(Node(id=name, location=place))
        for number, (refs, tags) in enumerate(ways, 1):
            writer.add_way(Way(id=number, nodes=refs, tags=dict(tags)))
    return path


def graphml_text(
    nodes: Mapping[str, Mapping[str, str]],
    edges: Iterable[tuple[str, str, Mapping[str, str]]],
    facts: Mapping[str, str] | None = None,
    kind: str = "directed",
) -> str:
    """A ``.graphml`` file with every attribute as text, as OSMnx writes it."""
    edges = list(edges)
    facts = {"crs": "epsg:4326", "simplified": "True"} if facts is None else facts
    names = sorted({key for data in [*nodes.values(), *(data for *_, data in edges), facts] for key in data})

    def data(values: Mapping[str, str]) -> str:
        return "".join(f'<data key="{key}">{value}</data>' for key, value in values.items())

    return "\n".join([
        '<?xml version="1.0" encoding="utf-8"?>',
        '<graphml xmlns="http://graphml.graphdrawing.org/xmlns">',
        *(f'<key id="{name}" for="all" attr.name="{name}" attr.type="string"/>' for name in names),
        f'<graph edgedefault="{kind}">',
        *(f'<node id="{name}">{data(values)}</node>' for name, values in nodes.items()),
        *(f'<edge source="{tail}" target="{head}">{data(values)}</edge>' for tail, head, values in edges),
        f"{data(facts)}</graph></graphml>",
    ])  # fmt: skip


def repaired(net: Network, raw: bool = False) -> tuple[Network, Repairs]:
    """A network after repair, with the counts."""
    repairs = Repairs()
    return repair(net, raw, repairs), repairs
