"""GraphML as OSMnx writes it, and as others do."""

from pathlib import Path

import numpy as np
import pytest

from scenarios.streets.graphml import read_graphml
from scenarios.streets.network import Network
from scenarios.streets.report import Repairs
from tests.scenarios.streets.extracts import graphml_text
from twin.entities import Street
from twin.errors import InputError

NODES = {"10": {"x": "7.42", "y": "43.73"}, "20": {"x": "7.43", "y": "43.73"}, "30": {"x": "7.43", "y": "43.74"}}
HOME = {"highway": "residential", "length": "900.5"}
RING = [("10", "20", HOME), ("20", "30", HOME), ("30", "10", HOME)]


def _read(tmp_path: Path, text: str) -> tuple[Network, bool, Repairs]:
    path = tmp_path / "toy.graphml"
    path.write_text(text, encoding="utf-8")
    repairs = Repairs()
    return *read_graphml(path, repairs), repairs


def test_nodes_and_edges_are_what_the_file_says(tmp_path: Path) -> None:
    """Ids become positions in the order of the file; lengths and places are kept."""
    net, raw, _ = _read(tmp_path, graphml_text(NODES, RING))
    assert not raw
    assert net.lon.tolist() == [7.42, 7.43, 7.43]
    assert list(zip(net.tail.tolist(), net.head.tolist(), strict=True)) == [(0, 1), (1, 2), (2, 0)]
    assert net.length_m.tolist() == [900.5] * 3


def test_a_list_of_values_is_read(tmp_path: Path) -> None:
    """OSMnx writes the values of merged ways as a list: the fastest class and the mean limit count."""
    data = {"highway": "['residential', 'tertiary']", "maxspeed": "['30', '50']", "length": "1"}
    net, _, _ = _read(tmp_path, graphml_text(NODES, [("10", "20", data)]))
    assert (net.street.tolist(), net.kmh.tolist()) == ([Street.COLLECTOR], [40.0])


def test_a_graph_that_is_not_simplified_says_so(tmp_path: Path) -> None:
    """Without the mark of OSMnx, bends are still to be merged."""
    assert _read(tmp_path, graphml_text(NODES, RING, {"crs": "epsg:4326"}))[1]
    assert _read(tmp_path, graphml_text(NODES, RING, {"simplified": "False"}))[1]


def test_edges_without_a_length_or_a_class_are_kept(tmp_path: Path) -> None:
    """Nothing but two ends is needed; what is missing is counted."""
    net, _, repairs = _read(tmp_path, graphml_text(NODES, [("10", "20", {})]))
    assert np.isnan(net.length_m).all()
    assert net.street.tolist() == [Street.RESIDENTIAL]
    assert repairs.no_class == 1


@pytest.mark.parametrize("tags", [{"highway": "footway"}, {"access": "private"}, {"highway": "['path', 'steps']"}])
def test_what_is_not_for_cars_is_left_out(tmp_path: Path, tags: dict[str, str]) -> None:
    """A graph of all ways is filtered like a raw extract."""
    net, _, repairs = _read(tmp_path, graphml_text(NODES, [*RING, ("20", "10", HOME | tags)]))
    assert (net.edges, repairs.not_for_cars) == (3, 1)


def test_a_service_road_of_a_chosen_graph_is_kept(tmp_path: Path) -> None:
    """Whoever made the graph wanted what is in it."""
    net, _, repairs = _read(tmp_path, graphml_text(NODES, [("10", "20", {"highway": "service"})]))
    assert (net.edges, repairs.not_for_cars) == (1, 0)


def test_an_edge_to_nowhere_is_trimmed(tmp_path: Path) -> None:
    """Edges whose node is not in the file are counted as cut."""
    net, _, repairs = _read(tmp_path, graphml_text(NODES, [*RING, ("10", "99", HOME), ("98", "97", HOME)]))
    assert (net.edges, repairs.cut) == (3, 2)


def test_edges_may_stand_before_nodes(tmp_path: Path) -> None:
    """The order of a file does not matter."""
    text = graphml_text(NODES, RING)
    at, end = text.index("<edge"), text.index('<data key="crs"')
    moved = text[: text.index("<node")] + text[at:end] + text[text.index("<node") : at] + text[end:]
    assert _read(tmp_path, moved)[0].edges == 3


def test_an_undirected_graph_runs_both_ways(tmp_path: Path) -> None:
    """Without directions every street is two-way, and the report says so."""
    net, _, repairs = _read(tmp_path, graphml_text(NODES, RING, kind="undirected"))
    assert (net.edges, repairs.undirected) == (6, 3)


def test_other_names_for_places_are_known(tmp_path: Path) -> None:
    """Not everybody calls a longitude x."""
    nodes = {name: {"lon": data["x"], "lat": data["y"]} for name, data in NODES.items()}
    assert _read(tmp_path, graphml_text(nodes, RING))[0].lon.tolist() == [7.42, 7.43, 7.43]


def test_a_place_that_is_no_number_is_no_place(tmp_path: Path) -> None:
    """Such a node is left for the repair to drop."""
    nodes = NODES | {"10": {"x": "west", "y": "43"}, "20": {"y": "43"}}
    assert np.isnan(_read(tmp_path, graphml_text(nodes, RING))[0].lon).tolist() == [True, True, False]


LAUGHS = "".join(f'<!ENTITY l{k + 1} "{f"&l{k};" * 10}">' for k in range(9))
BOMB = f'<!DOCTYPE lolz [<!ENTITY l0 "ha">{LAUGHS}]><graphml><graph><node id="&l9;"/></graph></graphml>'
OUTSIDE = '<!DOCTYPE g [<!ENTITY x SYSTEM "file:///etc/hostname">]><graphml><graph><node id="&x;"/></graph></graphml>'
BROKEN = {
    "billion laughs": (BOMB, "declares a document type"),
    "an external entity": (OUTSIDE, "declares a document type"),
    "an unknown entity": ("<graphml><graph>&x;</graph></graphml>", "damaged or truncated XML"),
    "cut short": (graphml_text(NODES, RING)[:-30], "damaged or truncated XML"),
    "two roots": (graphml_text(NODES, RING) + "<graphml/>", "damaged or truncated XML"),
    "projected": (graphml_text(NODES, RING, {"crs": "epsg:32723"}), "crs is 'epsg:32723'"),
    "no edges": (graphml_text(NODES, []), "has no street for cars (3 nodes and no edge)"),
    "no graph": ("<graphml/>", "has no street for cars (0 nodes and no edge)"),
    "footways only": (graphml_text(NODES, [("10", "20", {"highway": "footway"})]), "has no street for cars"),
    "no places": (graphml_text({"10": {}, "20": {}}, [("10", "20", HOME)]), "no node has coordinates"),
}


@pytest.mark.parametrize("case", BROKEN)
def test_a_broken_file_is_refused_in_one_sentence(tmp_path: Path, case: str) -> None:
    """What cannot be read is an input error that names the file and what is wrong."""
    text, expected = BROKEN[case]
    with pytest.raises(InputError) as refused:
        _read(tmp_path, text)
    assert str(tmp_path / "toy.graphml") in str(refused.value)
    assert expected in str(refused.value)
    assert "\n" not in str(refused.value)


def test_too_many_nodes_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A graph of a country is refused with the advice to cut a smaller extract."""
    monkeypatch.setattr("scenarios.streets.graphml.MAX_ITEMS", 2)
    with pytest.raises(InputError, match="cut a smaller extract"):
        _read(tmp_path, graphml_text(NODES, RING))
