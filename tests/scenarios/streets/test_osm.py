"""Raw OpenStreetMap data in all three formats gives the streets that a car may use."""

import gzip
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pytest

from scenarios.streets.network import Network
from scenarios.streets.osm import read_osm
from scenarios.streets.report import Repairs
from tests.scenarios.streets.extracts import GRID, HOME, TOWN, Nodes, Ways, osm_text, write_osmium
from twin.entities import Street
from twin.errors import InputError

Tags = Mapping[str, str]


def _read(tmp_path: Path, nodes: Nodes, ways: Ways) -> tuple[Network, Repairs]:
    path = tmp_path / "toy.osm"
    path.write_text(osm_text(nodes, ways), encoding="utf-8")
    repairs = Repairs()
    return read_osm(path, "osm", repairs), repairs


def _one(tmp_path: Path, **tags: str) -> tuple[Network, Repairs]:
    """A single way from node 1 by 2 to 3."""
    told = {"highway": "residential"} | {key.replace("__", ":"): value for key, value in tags.items()}
    return _read(tmp_path, GRID, [([1, 2, 3], told)])


def _pairs(net: Network) -> list[tuple[int, int]]:
    return sorted(zip(net.tail.tolist(), net.head.tolist(), strict=True))


def test_three_formats_give_one_network(tmp_path: Path) -> None:
    """Text, gzip and protobuf of the same streets are read alike."""
    plain, _ = _read(tmp_path, GRID, TOWN)
    for kind in ("osm.gz", "pbf"):
        path = write_osmium(tmp_path / f"toy.{'osm.pbf' if kind == 'pbf' else kind}", GRID, TOWN)
        other = read_osm(path, kind, Repairs())
        assert plain.edges == 24
        for column in ("lon", "lat", "tail", "head", "length_m", "street", "kmh"):
            np.testing.assert_array_equal(getattr(plain, column), getattr(other, column))


def test_lengths_are_great_circles(tmp_path: Path) -> None:
    """A thousandth of a degree is 111.19 m to the north and 101.9 m to the east at 23.55 degrees."""
    net, _ = _read(tmp_path, GRID, TOWN)
    assert sorted({round(length, 1) for length in net.length_m.tolist()}) == [101.9, 111.2]


@pytest.mark.parametrize(
    ("tags", "expected"),
    [
        ({}, [(0, 1), (1, 0), (1, 2), (2, 1)]),
        ({"oneway": "yes"}, [(0, 1), (1, 2)]),
        ({"oneway": "-1"}, [(1, 0), (2, 1)]),
        ({"junction": "roundabout"}, [(0, 1), (1, 2)]),
    ],
)
def test_edges_follow_the_direction(tmp_path: Path, tags: dict[str, str], expected: list[tuple[int, int]]) -> None:
    """A one-way street has edges one way, whichever way the tag says."""
    net, _ = _one(tmp_path, **tags)
    assert _pairs(net) == expected


def test_each_direction_has_its_limit(tmp_path: Path) -> None:
    """maxspeed:forward and maxspeed:backward hold for their own direction."""
    net, _ = _one(tmp_path, maxspeed="40", maxspeed__forward="60", maxspeed__backward="20 mph")
    ahead = net.tail < net.head
    assert set(net.kmh[ahead].tolist()) == {60.0}
    assert set(net.kmh[~ahead].round(3).tolist()) == {32.187}


def test_an_odd_limit_is_counted_and_not_used(tmp_path: Path) -> None:
    """What is no number leaves the speed open."""
    net, repairs = _one(tmp_path, maxspeed="RO:urban")
    assert np.isnan(net.kmh).all()
    assert repairs.odd_limits == 1


@pytest.mark.parametrize(
    "tags", [{"highway": "footway"}, {"highway": "service"}, {"access": "private"}, {"motor_vehicle": "no"}]
)
def test_what_is_not_for_cars_is_left_out(tmp_path: Path, tags: dict[str, str]) -> None:
    """Footways, service roads and private ways are no streets."""
    net, _ = _read(tmp_path, GRID, [*TOWN[:3], ([1, 4, 7], HOME | tags)])
    assert net.edges == 12


def test_a_way_is_trimmed_where_nodes_are_missing(tmp_path: Path) -> None:
    """A street that the border of the extract cuts keeps the parts between known nodes."""
    net, repairs = _read(tmp_path, {k: GRID[k] for k in (1, 2, 5, 6)}, [([1, 2, 3, 99, 5, 6], HOME)])
    assert net.edges == 4
    assert repairs.cut == 1


def test_a_node_without_coordinates_is_missing(tmp_path: Path) -> None:
    """A node that only has a number cuts its ways like one that is not there."""
    path = tmp_path / "toy.osm"
    path.write_text(osm_text(GRID, TOWN).replace('<node id="1" lon="-46.64" lat="-23.55"/>', '<node id="1"/>'))
    repairs = Repairs()
    assert read_osm(path, "osm", repairs).edges == 20
    assert repairs.cut == 2


def test_ways_may_stand_before_nodes(tmp_path: Path) -> None:
    """Overpass writes ways first; the order of a file does not matter."""
    text = osm_text(GRID, TOWN)
    at = text.index("<way")
    path = tmp_path / "toy.osm"
    path.write_text(text[: text.index("<node")] + text[at:-6] + text[text.index("<node") : at] + "</osm>")
    assert _pairs(read_osm(path, "osm", Repairs())) == _pairs(_read(tmp_path, GRID, TOWN)[0])


def test_negative_ids_are_ids(tmp_path: Path) -> None:
    """Editors number new objects downwards from -1."""
    net, repairs = _read(tmp_path, {-key: place for key, place in GRID.items()}, [([-1, -2, -3], HOME)])
    assert (net.edges, repairs.cut) == (4, 0)


def test_deleted_ways_are_gone(tmp_path: Path) -> None:
    """A way that is marked invisible is no street."""
    path = tmp_path / "toy.osm"
    path.write_text(osm_text(GRID, TOWN).replace('<way id="1">', '<way id="1" visible="false">'), encoding="utf-8")
    assert read_osm(path, "osm", Repairs()).edges == 20


def test_names_in_latin_1_are_read(tmp_path: Path) -> None:
    """A file that declares another encoding than UTF-8 is read in it."""
    text = osm_text(GRID, [([1, 2, 3], {"highway": "tertiary", "name": "São João"})]).replace("UTF-8", "ISO-8859-1")
    path = tmp_path / "toy.osm"
    path.write_bytes(text.encode("latin-1"))
    assert set(read_osm(path, "osm", Repairs()).street.tolist()) == {Street.COLLECTOR}


BROKEN = {
    "no node and no way": ('<osm version="0.6"></osm>', "has no street for cars (ways with a highway tag: 0)"),
    "buildings only": (osm_text(GRID, [([1, 2, 5, 1], {"building": "yes"})]), "ways with a highway tag: 0"),
    "footways only": (osm_text(GRID, [([1, 2, 5, 1], {"highway": "footway"})]), "ways with a highway tag: 1"),
    "one node": (osm_text({1: (0.0, 0.0)}, [([1], HOME)]), "has no street for cars"),
    "cut short": (osm_text(GRID, TOWN)[:-60], "is damaged or not OpenStreetMap data"),
    "cut within a tag": (osm_text(GRID, TOWN)[:300], "is damaged or not OpenStreetMap data"),
    "old version": (osm_text(GRID, TOWN).replace("0.6", "0.5"), "version 0.5"),
    "no version": ("<osm><node id='1' lat='1' lon='1'/></osm>", "version"),
    "NaN": (osm_text({1: (float("nan"), 0.0), 2: (0.0, 0.0)}, [([1, 2], HOME)]), "coordinate"),
    "words for numbers": (osm_text(GRID, TOWN).replace('lat="-23.55"', 'lat="south"'), "coordinate"),
    "a word for an id": (osm_text(GRID, TOWN).replace('<node id="1"', '<node id="one"'), "id"),
    "an entity": (
        '<!DOCTYPE osm [<!ENTITY a "aa"><!ENTITY b "&a;&a;">]>' + osm_text(GRID, TOWN)[38:],
        "entities are not supported",
    ),
    "latin-1 that says UTF-8": (osm_text(GRID, [([1, 2], HOME | {"name": "S\xe3o"})]), "not well-formed"),
}


@pytest.mark.parametrize("case", BROKEN)
def test_a_broken_file_is_refused_in_one_sentence(tmp_path: Path, case: str) -> None:
    """What cannot be read is an input error that names the file and what is wrong."""
    text, expected = BROKEN[case]
    path = tmp_path / "toy.osm"
    path.write_bytes(text.encode("latin-1"))
    with pytest.raises(InputError) as refused:
        read_osm(path, "osm", Repairs())
    assert str(path) in str(refused.value)
    assert expected in str(refused.value)
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize("share", [0.02, 0.3, 0.6, 0.99])
@pytest.mark.parametrize("kind", ["osm.gz", "pbf"])
def test_a_truncated_file_is_refused(tmp_path: Path, kind: str, share: float) -> None:
    """Half a download is never half a city."""
    path = write_osmium(tmp_path / f"toy.{'osm.pbf' if kind == 'pbf' else kind}", GRID, TOWN)
    data = path.read_bytes()
    path.write_bytes(data[: int(share * len(data))])
    with pytest.raises(InputError, match=str(path)):
        read_osm(path, kind, Repairs())


def test_a_gzip_bomb_stops_at_the_limit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A small file that unpacks to more than any city is refused before it is parsed."""
    monkeypatch.setattr("scenarios.streets.infile.MAX_BYTES", 1 << 20)
    path = tmp_path / "toy.osm.gz"
    path.write_bytes(gzip.compress(osm_text(GRID, TOWN).encode() + b" " * (8 << 20)))
    assert path.stat().st_size < 20_000
    with pytest.raises(InputError, match="holds more than 1 MiB"):
        read_osm(path, "osm.gz", Repairs())


def test_too_many_points_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A country is refused with the advice to cut a smaller extract."""
    monkeypatch.setattr("scenarios.streets.osm.MAX_POINTS", 10)
    with pytest.raises(InputError, match="cut a smaller extract"):
        _read(tmp_path, GRID, TOWN)
