"""From a source to a compiled city: toy extracts, places, real cities."""

import os
from itertools import pairwise
from pathlib import Path

import h3
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

from scenarios.cityfile import read_city
from scenarios.streets import compile_city, import_city
from tests.scenarios.streets.extracts import GRID, TOWN, graphml_text, osm_text, write_osmium
from tests.source import ROOT
from twin.errors import InputError
from twin.world import City

DATA = Path(os.environ.get("LASTMILE_DATA", ROOT.parent / "shared" / "data")) / "cities"
PEOPLE = DATA / "sao_paulo" / "population_jobs_h3r9.csv"


def _toy(folder: Path, name: str = "toy.osm") -> Path:
    path = folder / name
    path.write_text(osm_text(GRID, TOWN), encoding="utf-8")
    return path


def _is_connected(city: City) -> bool:
    graph = csr_array((np.ones(len(city.head)), (city.tail, city.head)), shape=(city.nodes, city.nodes))
    return bool(connected_components(graph, connection="strong")[0] == 1)


def test_a_toy_town_becomes_a_city(tmp_path: Path) -> None:
    """Nine nodes, four of them bends at the corners, become five junctions and sixteen edges."""
    city, repairs = import_city(str(_toy(tmp_path)))
    assert (city.name, city.nodes, len(city.head), repairs.bends) == ("toy", 5, 16, 4)
    assert _is_connected(city)
    assert (np.diff(city.start) >= 3).all()
    assert {round(length / 1000) for length in city.length_mm.tolist()} == {102, 111, 213}
    assert set(city.speed_mmps.tolist()) == {8_333}
    assert city.x_m.max() == pytest.approx(101.93, abs=0.02)
    assert city.y_m.max() == pytest.approx(111.19, abs=0.02)
    assert abs(city.x_m.mean()) < 0.01


def test_an_opened_street_keeps_its_length_both_ways(tmp_path: Path) -> None:
    """Every edge is as long as its own street, whatever was opened on the way."""
    path = tmp_path / "toy.osm"
    ways = [*TOWN, ([2, 0], {"highway": "residential", "oneway": "yes"})]
    path.write_text(osm_text({0: (-46.639, -23.58)} | GRID, ways), encoding="utf-8")
    city, repairs = import_city(str(path))
    straight = np.hypot(city.x_m[city.tail] - city.x_m[city.head], city.y_m[city.tail] - city.y_m[city.head])
    assert repairs.opened == 1
    assert np.sum(city.length_mm > 3_000_000) == 2
    assert np.all(city.length_mm / 1000 > straight - 0.1)


def test_the_same_input_gives_the_same_file(tmp_path: Path) -> None:
    """Two imports are equal to the last bit, and so is the import of the protobuf."""
    other = write_osmium(tmp_path / "toy.osm.pbf", GRID, TOWN)
    files = [tmp_path / name for name in "abc"]
    for source, out in zip((_toy(tmp_path), _toy(tmp_path), other), files, strict=True):
        compile_city(str(source), None, out)
    assert files[0].read_bytes() == files[1].read_bytes() == files[2].read_bytes()
    assert read_city(files[0]).name == "toy"


def test_a_city_across_the_antimeridian_is_small(tmp_path: Path) -> None:
    """Streets on both sides of 180 degrees are neighbours."""
    nodes = {key: ((lon + 46.639 + 180 + 180) % 360 - 180, lat) for key, (lon, lat) in GRID.items()}
    path = tmp_path / "taveuni.osm"
    path.write_text(osm_text(nodes, TOWN), encoding="utf-8")
    city, _ = import_city(str(path))
    assert np.ptp(city.x_m) == pytest.approx(203.87, abs=0.1)
    assert city.length_mm.max() < 250_000


def test_a_name_can_be_given(tmp_path: Path) -> None:
    """The name of the file is only the default."""
    assert import_city(str(_toy(tmp_path)), name="Toy Town")[0].name == "Toy Town"


@pytest.mark.parametrize("name", ["", "  ", "a\nb", "x" * 101])
def test_a_name_is_one_short_line(tmp_path: Path, name: str) -> None:
    """What would break a table or a page is refused."""
    with pytest.raises(InputError, match="name="):
        import_city(str(_toy(tmp_path)), name=name)


def test_progress_is_told(tmp_path: Path) -> None:
    """A caller hears of each step before it starts."""
    steps: list[str] = []
    compile_city(str(_toy(tmp_path)), None, tmp_path / "toy.city", progress=steps.append)
    assert [step.split()[0] for step in steps] == ["reading", "repairing", "placing", "writing"]


def test_people_come_from_the_table(tmp_path: Path) -> None:
    """A table gives each area its households."""
    cells = sorted({h3.latlng_to_cell(lat, lon, 9) for lon, lat in GRID.values()})
    table = tmp_path / "people.csv"
    table.write_text("cell,households\n" + "".join(f"{cell},7\n" for cell in cells), encoding="utf-8")
    city, repairs = import_city(str(_toy(tmp_path)), table)
    assert set(city.households.tolist()) == {7.0}
    assert repairs.no_jobs


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("none.osm.pbf", "does not exist"),
        ("folder/none", "does not exist"),
        (".", "could not be asked"),
        ("", "name="),
    ],
)
def test_a_source_that_is_not_there_is_refused(monkeypatch: pytest.MonkeyPatch, source: str, expected: str) -> None:
    """A path that leads nowhere is not taken for a place; anything else is asked for as one."""
    monkeypatch.setattr("scenarios.streets.build.download", _no_network)
    with pytest.raises(InputError, match=expected):
        import_city(source)


def _no_network(place: str, _: Path) -> None:
    raise InputError(f"{place!r} could not be asked for")


def test_a_folder_is_not_a_source(tmp_path: Path) -> None:
    """A folder is refused as such."""
    with pytest.raises(InputError, match="is not a file"):
        import_city(str(tmp_path))


def test_one_street_that_leads_nowhere_is_no_city(tmp_path: Path) -> None:
    """A single motorway one way leaves no two places that can be reached from each other."""
    path = tmp_path / "toy.osm"
    path.write_text(osm_text(GRID, [([1, 2, 3], {"highway": "motorway"})]), encoding="utf-8")
    with pytest.raises(InputError, match="no two places that cars can reach"):
        import_city(str(path))


def test_a_country_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """More junctions than a city has are refused with the count."""
    monkeypatch.setattr("scenarios.streets.build.MAX_NODES", 4)
    with pytest.raises(InputError, match="5 junctions; at most 4"):
        import_city(str(_toy(tmp_path)))


def test_the_source_is_never_overwritten(tmp_path: Path) -> None:
    """The compiled city may not take the place of what it is read from, under any spelling of the path."""
    path = _toy(tmp_path)
    before = path.read_bytes()
    (tmp_path / "sub").mkdir()
    with pytest.raises(InputError, match="is the file that is read"):
        compile_city(str(path), None, tmp_path / "sub" / ".." / "toy.osm")
    assert path.read_bytes() == before


def test_nothing_is_written_when_the_import_fails(tmp_path: Path) -> None:
    """A refused source leaves no file, whole or half."""
    bad = tmp_path / "bad.osm"
    bad.write_text("<osm version='0.6'/>")
    with pytest.raises(InputError):
        compile_city(str(bad), None, tmp_path / "bad.city")
    with pytest.raises(InputError, match="folder"):
        compile_city(str(_toy(tmp_path)), None, tmp_path / "none" / "toy.city")
    assert sorted(file.name for file in tmp_path.iterdir()) == ["bad.osm", "toy.osm"]


def test_a_place_is_asked_for_by_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With a network, a place becomes a city through the same reader."""
    import osmnx

    nodes = {str(key): {"x": repr(lon), "y": repr(lat)} for key, (lon, lat) in GRID.items()}
    pairs = [(str(a), str(b), {"highway": "tertiary"}) for refs, _ in TOWN for a, b in pairwise(refs)]
    saved = tmp_path / "answer.graphml"
    saved.write_text(graphml_text(nodes, [*pairs, *((b, a, data) for a, b, data in pairs)]), encoding="utf-8")
    asked: list[str] = []

    def answer(place: str, network_type: str) -> str:
        asked.extend([place, network_type])
        return saved.read_text(encoding="utf-8")

    monkeypatch.setattr(osmnx, "graph_from_place", answer)
    monkeypatch.setattr(osmnx, "save_graphml", lambda graph, out: Path(out).write_text(graph, encoding="utf-8"))
    city, _ = import_city("Toytown, Nowhere")
    assert asked == ["Toytown, Nowhere", "drive"]
    assert (city.name, city.nodes) == ("Toytown, Nowhere", 9)


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (ConnectionError("no route"), "OpenStreetMap is not reachable"),
        (ValueError("no\nresults"), "no results"),
        (TypeError("a point"), "a point"),
    ],
)
def test_a_place_that_cannot_be_had_is_refused(
    monkeypatch: pytest.MonkeyPatch, error: Exception, expected: str
) -> None:
    """Without a network, or without such a place, the message says what to bring instead."""
    import osmnx

    def fail(*_: object, **__: object) -> None:
        raise error

    monkeypatch.setattr(osmnx, "graph_from_place", fail)
    with pytest.raises(InputError, match=expected) as refused:
        import_city("Atlantis")
    assert "bring a .osm" in str(refused.value)


_TOY = osm_text(GRID, TOWN).encode()


@settings(max_examples=150)
@given(st.integers(0, len(_TOY)), st.binary(max_size=8), st.integers(0, 40))
def test_a_changed_extract_is_a_city_or_an_input_error(
    tmp_path_factory: pytest.TempPathFactory, at: int, noise: bytes, gone: int
) -> None:
    """Bytes changed, added or lost anywhere never raise anything else, and never make a broken city."""
    path = tmp_path_factory.getbasetemp() / "noise.osm"
    path.write_bytes(_TOY[:at] + noise + _TOY[at + gone :])
    try:
        city, _ = import_city(str(path))
    except InputError:
        return
    assert _is_connected(city)


REAL = {
    "sao_paulo/drive_simplified.graphml.gz": 3_656,
    "sao_paulo/spo_osm.pbf": 3_656,
    "monaco/drive_simplified.graphml.gz": 1_268,
    "monaco/monaco.osm.pbf": 1_268,
    "columbus/drive_simplified.graphml.gz": 13_518,
}
"""Extracts and the number of nodes that OSMnx leaves before unreachable parts are dropped."""


@pytest.mark.parametrize("source", REAL)
def test_a_real_city_is_imported(tmp_path: Path, source: str) -> None:
    """Raw or simplified, a real extract keeps nearly all of OSMnx's nodes, all reachable, and its file reads back."""
    if not (DATA / source).is_file():
        pytest.skip(f"{DATA / source} is absent; set LASTMILE_DATA to the folder of real data")
    out = tmp_path / "real.city"
    repairs = compile_city(str(DATA / source), None, out)
    city = read_city(out)
    assert 0.95 * REAL[source] <= city.nodes <= REAL[source]
    assert _is_connected(city)
    assert repairs.no_limit > 0
    assert city.zones <= 40
    assert len(np.unique(city.district)) == 3


@pytest.mark.parametrize("source", ["drive_simplified.graphml.gz", "spo_osm.pbf"])
def test_sao_paulo_has_its_people(source: str) -> None:
    """The table's people and jobs are in the areas, but for the few whose cell has no street."""
    if not PEOPLE.is_file():
        pytest.skip(f"{PEOPLE} is absent; set LASTMILE_DATA to the folder of real data")
    city, repairs = import_city(str(PEOPLE.parent / source), PEOPLE, "São Paulo")
    assert city.households.sum() * 2.5 + repairs.people_outside == pytest.approx(517_570)
    assert repairs.people_outside < 1_000
    assert city.jobs.sum() > 600_000
    assert repairs.cells_outside + np.sum(city.households > 0) <= 323


def test_raw_and_simplified_extracts_agree() -> None:
    """From the raw file and from OSMnx's graph, São Paulo has the same streets within half a percent."""
    if not PEOPLE.is_file():
        pytest.skip(f"{PEOPLE} is absent; set LASTMILE_DATA to the folder of real data")
    raw, _ = import_city(str(PEOPLE.parent / "spo_osm.pbf"))
    graph, _ = import_city(str(PEOPLE.parent / "drive_simplified.graphml.gz"))
    assert raw.nodes == pytest.approx(graph.nodes, rel=0.005)
    assert raw.length_mm.sum() == pytest.approx(graph.length_mm.sum(), rel=0.005)
    for street in range(4):
        lengths = [city.length_mm[city.street == street].sum() for city in (raw, graph)]
        assert lengths[0] == pytest.approx(lengths[1], rel=0.02)
