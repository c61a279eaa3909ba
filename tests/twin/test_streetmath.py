"""Shortest times agree with scipy's, paths are paths, and who leaves later never arrives earlier."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import coo_array
from scipy.sparse.csgraph import dijkstra

from tests.twin.graphs import Graph, Ints, graphs
from twin.entities import FAR
from twin.streetmath import drive, many_to_many, path

MINUTE = 60_000


def scipys(graph: Graph) -> Ints:
    """(nodes, nodes) least costs by scipy; of parallel edges the cheapest counts."""
    best: dict[tuple[int, int], int] = {}
    for a, b, cost in zip(graph.tail.tolist(), graph.head.tolist(), graph.cost.tolist(), strict=True):
        best[a, b] = min(cost, best.get((a, b), cost))
    ends = np.array(list(best), dtype=np.int64).reshape(-1, 2).T
    sparse = coo_array((np.array(list(best.values()), dtype=np.float64), ends), shape=(graph.nodes, graph.nodes))
    times = dijkstra(sparse.tocsr())
    return np.where(np.isinf(times), FAR, times).astype(np.int64)


def scratch(graph: Graph) -> Ints:
    """What ``path`` works in."""
    space = np.zeros((3, graph.nodes), dtype=np.int64)
    space[0] = FAR
    return space


@settings(max_examples=200)
@given(graphs(), st.data())
def test_least_times_are_scipys(graph: Graph, data: st.DataObject) -> None:
    """Any graph, any selection of distinct places: the durations of scipy's Dijkstra, and FAR without a path."""
    some = data.draw(st.lists(st.integers(0, graph.nodes - 1), unique=True))
    places = np.array(some, dtype=np.int64)
    duration, distance = many_to_many(*graph[:3], graph.cost, graph.length_mm, places)
    assert np.array_equal(duration, scipys(graph)[np.ix_(some, some)])
    assert np.array_equal(distance == FAR, duration == FAR)
    assert np.all(np.diag(duration) == 0)
    assert np.all(np.diag(distance) == 0)


@settings(max_examples=200)
@given(graphs(), st.data())
def test_a_path_leads_from_end_to_end_in_the_least_time(graph: Graph, data: st.DataObject) -> None:
    """Edges follow one another from source to target, cost the least time, and the scratch is left clean."""
    node = st.integers(0, graph.nodes - 1)
    source, target = data.draw(node), data.draw(node)
    space = scratch(graph)
    edges = path(*graph[:3], graph.cost, source, target, space).tolist()
    least = scipys(graph)[source, target]
    visited = [source, *(int(graph.head[edge]) for edge in edges)]
    assert [int(graph.tail[edge]) for edge in edges] == visited[:-1]
    if least < FAR:
        assert visited[-1] == target
        assert graph.cost[edges].sum() == least
    else:
        assert edges == []
    assert np.array_equal(space[:2], scratch(graph)[:2])


@settings(max_examples=100)
@given(graphs(), st.data())
def test_metres_are_those_of_a_fastest_path(graph: Graph, data: st.DataObject) -> None:
    """The distance is the rounded length of some path of least time."""
    cost = np.ones_like(graph.cost)  # many ties
    node = st.integers(0, graph.nodes - 1)
    source, target = data.draw(node), data.draw(node)
    if source == target:
        return
    duration, distance = many_to_many(*graph[:3], cost, graph.length_mm, np.array([source, target], dtype=np.int64))
    lengths = _lengths(graph._replace(cost=cost), source, target, int(duration[0, 1]))
    assert not lengths if duration[0, 1] == FAR else int(distance[0, 1]) in {(mm + 500) // 1000 for mm in lengths}


def _lengths(graph: Graph, source: int, target: int, steps: int) -> set[int]:
    """Millimetres of all walks of so many steps."""
    walks = {(source, 0)}
    if steps == FAR:
        return set()
    for _ in range(steps):
        walks = {
            (int(graph.head[edge]), mm + int(graph.length_mm[edge]))
            for node, mm in walks
            for edge in range(graph.start[node], graph.start[node + 1])
        }
    return {mm for node, mm in walks if node == target}


@st.composite
def journeys(draw: st.DrawFn) -> tuple[Ints, Ints, Ints, Ints, Ints, Ints, int]:
    """A few edges, the traffic on them and a period."""
    edges, groups, periods = draw(st.integers(1, 4)), draw(st.integers(1, 2)), draw(st.integers(1, 6))

    def column(low: int, high: int, size: int) -> Ints:
        return np.array(draw(st.lists(st.integers(low, high), min_size=size, max_size=size)), dtype=np.int64)

    return (
        np.arange(edges, dtype=np.int64),
        column(1, 2_000_000, edges),
        column(1, 40_000, edges),
        column(1, 40_000, edges),
        column(0, groups - 1, edges),
        column(50, 1500, periods * groups).reshape(periods, groups),
        draw(st.sampled_from([997, MINUTE, 15 * MINUTE])),
    )


@settings(max_examples=400)
@given(journeys(), st.integers(0, 90 * MINUTE), st.integers(0, 30 * MINUTE))
def test_who_leaves_later_never_arrives_earlier(
    journey: tuple[Ints, Ints, Ints, Ints, Ints, Ints, int], time: int, later: int
) -> None:
    """First in, first out, to the millisecond, under any traffic; and no way takes no time."""
    first, second = int(drive(*journey, time)), int(drive(*journey, time + later))
    assert time < first <= second


@given(journeys(), st.integers(0, 90 * MINUTE))
def test_under_constant_traffic_driving_is_length_over_speed(
    journey: tuple[Ints, Ints, Ints, Ints, Ints, Ints, int], time: int
) -> None:
    """With one factor all day the time is the sum of length / speed, up to a millisecond an edge and period."""
    edges, length, free, limit, group, permille, period = journey
    steady = np.broadcast_to(permille[:1], permille.shape).copy()
    pace = np.maximum(np.minimum(free * steady[0, group] // 1000, limit), 1)
    exact = float((length * 1000 / pace).sum())
    arrival = int(drive(edges, length, free, limit, group, steady, period, time))
    rounded = len(edges) + (arrival - time) // period + 1
    assert exact <= arrival - time <= exact + rounded * (1 + 1000 / pace.min())


@given(journeys(), st.integers(0, 90 * MINUTE))
def test_no_vehicle_is_faster_than_it_can(journey: tuple[Ints, Ints, Ints, Ints, Ints, Ints, int], time: int) -> None:
    """However fast the traffic, a leg takes at least its length over the vehicle's own limit."""
    edges, length, _, limit, *_ = journey
    assert int(drive(*journey, time)) - time >= (length[edges] * 1000 / limit[edges]).sum() - 1e-6


@given(journeys(), st.integers(0, 90 * MINUTE))
def test_a_way_is_the_sum_of_its_parts(journey: tuple[Ints, Ints, Ints, Ints, Ints, Ints, int], time: int) -> None:
    """Driving edges at once or one after the other ends at the same millisecond."""
    edges, rest = journey[0], journey[1:]
    at = time
    for edge in edges:
        at = int(drive(np.array([edge], dtype=np.int64), *rest, at))
    assert at == int(drive(edges, *rest, time))
