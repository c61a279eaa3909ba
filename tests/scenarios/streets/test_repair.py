"""Each repair is shown to fire, and together they leave a network that can be driven everywhere."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components, dijkstra

from scenarios.streets.network import Network
from scenarios.streets.repair import SHORTEST_M
from scenarios.streets.simplify import contract
from tests.scenarios.streets.extracts import repaired
from twin.entities import Street
from twin.world import Floats

Edge = tuple[int, int]
NAN = float("nan")


def _net(
    edges: list[Edge], nodes: int = 8, length: float = 200.0, street: int = Street.RESIDENTIAL, speed: float = 30.0
) -> Network:
    """Nodes on a line, 100 m apart, and edges between them, all alike."""
    tail, head = np.array(edges, dtype=np.int64).reshape(-1, 2).T
    return Network(
        lon=(np.arange(nodes) * 0.001).astype(np.float64),
        lat=np.zeros(nodes),
        tail=tail,
        head=head,
        length_m=np.full(len(tail), length * 10),
        street=np.full(len(tail), street, dtype=np.int64),
        kmh=np.full(len(tail), speed),
    )


def _both(*edges: Edge) -> list[Edge]:
    return [end for a, b in edges for end in ((a, b), (b, a))]


def _hours(net: Network) -> Floats:
    """Travel times between all nodes."""
    shape = (net.nodes, net.nodes)
    best = np.full(shape, np.inf)
    np.minimum.at(best, (net.tail, net.head), net.length_m / net.kmh)
    rows, columns = np.isfinite(best).nonzero()
    hours: Floats = dijkstra(csr_array((best[rows, columns], (rows, columns)), shape=shape))
    return hours


def test_the_largest_component_stays() -> None:
    """Of two parts without a connection the larger is kept, and the other is counted."""
    net, repairs = repaired(_net([*_both((0, 1), (1, 2)), *_both((4, 5))]))
    assert (net.nodes, net.edges) == (3, 4)
    assert (repairs.unreachable, repairs.components) == (2, 2)


def test_a_one_way_dead_end_is_opened() -> None:
    """A street that nobody could come back from becomes two-way, so what is behind it stays."""
    net, repairs = repaired(_net([*_both((0, 1), (1, 2)), (2, 3), *_both((3, 4)), (5, 0)]))
    assert net.nodes == 6
    assert (repairs.opened, repairs.unreachable) == (2, 0)


def test_an_expressway_is_not_opened() -> None:
    """A motorway that leaves the extract is dropped, not driven backwards."""
    fast = _net([(2, 3)], street=Street.EXPRESSWAY)
    home = _net(_both((0, 1), (1, 2)))
    net, repairs = repaired(_joined(home, fast))
    assert net.nodes == 3
    assert (repairs.opened, repairs.unreachable) == (0, 1)


def test_a_part_with_two_ways_in_is_not_opened() -> None:
    """Opening one of two streets could make a short cut, so the part that cannot be left is dropped."""
    net, repairs = repaired(_net([*_both((0, 1), (1, 2)), (1, 3), (2, 3)]))
    assert net.nodes == 3
    assert (repairs.opened, repairs.unreachable) == (0, 1)


def _joined(one: Network, other: Network) -> Network:
    both = (
        np.concatenate([getattr(one, name), getattr(other, name)])
        for name in ("tail", "head", "length_m", "street", "kmh")
    )
    return Network(one.lon, one.lat, *both)


def test_the_fastest_of_parallel_edges_stays() -> None:
    """Duplicate and parallel edges leave one edge in each direction, the quickest to drive."""
    slow, fast = _net(_both((0, 1)), length=100, speed=20), _net(_both((0, 1)), length=150, speed=60)
    net, repairs = repaired(_joined(_joined(slow, fast), slow))
    assert net.edges == 2
    assert repairs.parallel == 4
    assert net.kmh.tolist() == [60, 60]


def test_self_loops_are_removed() -> None:
    """An edge that leads back to where it begins serves nobody."""
    net, repairs = repaired(_net([*_both((0, 1)), (1, 1), (0, 0)]))
    assert net.edges == 2
    assert repairs.self_loops == 2


@pytest.mark.parametrize("length", [NAN, 0.0, -3.0, float("inf"), 1e9, 40.0])
def test_an_impossible_length_is_measured(length: float) -> None:
    """Missing, zero, negative, endless lengths and those shorter than the straight line become the great circle."""
    net = _net(_both((0, 1), (1, 2)))
    net.length_m[0] = length
    fixed, repairs = repaired(net)
    assert repairs.lengths == 1
    assert sorted(fixed.length_m)[0] == pytest.approx(111.19, abs=0.01)


def test_a_length_longer_than_the_straight_line_is_believed() -> None:
    """A winding street keeps its length."""
    fixed, repairs = repaired(_net(_both((0, 1)), length=130))
    assert repairs.lengths == 0
    assert fixed.length_m.tolist() == [1300.0, 1300.0]


def test_nodes_in_one_place_have_a_street_between_them() -> None:
    """An edge of no length is given one, so that nothing is driven in no time."""
    net = _net(_both((0, 1)), nodes=2, length=0)
    net.lon[:] = 7.0
    fixed, _ = repaired(net)
    assert fixed.length_m.tolist() == [SHORTEST_M, SHORTEST_M]


@pytest.mark.parametrize(("lon", "lat"), [(NAN, 0.0), (0.0, NAN), (0.0, 91.0), (500000.0, 7400000.0)])
def test_a_node_without_a_place_is_dropped(lon: float, lat: float) -> None:
    """A node that is nowhere on Earth goes, with its edges."""
    net = _net(_both((0, 1), (1, 2)), nodes=3)
    net.lon[2], net.lat[2] = lon, lat
    fixed, repairs = repaired(net)
    assert (fixed.nodes, repairs.no_place) == (2, 1)


def test_a_street_without_a_limit_has_that_of_its_class() -> None:
    """No maxspeed anywhere: 30, 40, 50, 90 km/h by class, and the count says so."""
    parts = [_net(_both((k, k + 1)), street=k, speed=NAN) for k in range(4)]
    net = parts[0]
    for part in parts[1:]:
        net = _joined(net, part)
    fixed, repairs = repaired(net)
    assert dict(zip(fixed.street.tolist(), fixed.kmh.tolist(), strict=True)) == {0: 30, 1: 40, 2: 50, 3: 90}
    assert (repairs.no_limit, repairs.limits) == (8, 8)
    assert "8 edges (100 %) without maxspeed given the speed of their street class." in " ".join(repairs.sentences())


def test_a_chain_becomes_one_edge() -> None:
    """Bends go; length adds up, the time stays, and the class is that of most of the way."""
    short = _net(_both((0, 1)), length=20, street=Street.ARTERIAL, speed=60)
    long = _net(_both((1, 2), (2, 3)), length=30, street=Street.RESIDENTIAL, speed=30)
    net, repairs = repaired(_joined(short, long), raw=True)
    assert (net.nodes, net.edges, repairs.bends) == (2, 2, 2)
    assert net.length_m.tolist() == [800.0, 800.0]
    assert net.street.tolist() == [Street.RESIDENTIAL] * 2
    assert (net.length_m / net.kmh).tolist() == pytest.approx([200 / 60 + 600 / 30] * 2)


def test_a_ring_road_alone_is_kept() -> None:
    """A town that is one ring has no junction, and is not merged into nothing."""
    net, _ = repaired(_net(_both((0, 1), (1, 2), (2, 0))), raw=True)
    assert (net.nodes, net.edges) == (3, 6)


def test_a_change_of_direction_is_a_junction() -> None:
    """Where a two-way street becomes one-way, the node stays."""
    net = _net([*_both((0, 1), (1, 2)), (2, 3), (3, 0)])
    fixed, repairs = repaired(net, raw=True)
    assert repairs.bends == 2
    assert fixed.nodes == 2


_edges = st.lists(st.tuples(st.integers(0, 7), st.integers(0, 7)), min_size=1, max_size=24)


@given(_edges, st.booleans())
def test_every_node_reaches_every_other(edges: list[Edge], raw: bool) -> None:
    """Whatever the streets, what is left is strongly connected and has neither loops nor parallel edges."""
    net, repairs = repaired(_net(edges), raw)
    assert (net.nodes, net.edges) == (repairs.nodes, repairs.edges)
    assert np.all(net.tail != net.head)
    assert len(set(zip(net.tail.tolist(), net.head.tolist(), strict=True))) == net.edges
    if net.nodes:
        graph = csr_array((np.ones(net.edges), (net.tail, net.head)), shape=(net.nodes, net.nodes))
        assert connected_components(graph, connection="strong")[0] == 1


@given(_edges)
def test_opening_streets_makes_no_short_cut(edges: list[Edge]) -> None:
    """Where one could already go, the time is what it was."""
    net = _net([(a, b) for a, b in edges if a != b] or [(0, 1)], length=900)
    fixed, _ = repaired(net)
    old = np.searchsorted(net.lon, fixed.lon)
    before, after = _hours(net)[np.ix_(old, old)], _hours(fixed)
    could = np.isfinite(before)
    assert after[could] == pytest.approx(before[could])


@given(_edges)
def test_merging_bends_keeps_travel_times(edges: list[Edge]) -> None:
    """Between any two nodes that stay, the quickest way takes as long as before."""
    distinct = sorted({(a, b) for a, b in edges if a != b}) or [(0, 1)]
    net = _net(distinct)
    merged = contract(net)
    stay = np.unique(np.concatenate([merged.tail, merged.head]))
    assert _hours(merged)[np.ix_(stay, stay)] == pytest.approx(_hours(net)[np.ix_(stay, stay)])
