"""Shortest times agree with scipy's, paths are paths, and who leaves later never arrives earlier."""

from typing import NamedTuple

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import coo_array
from scipy.sparse.csgraph import dijkstra

from tests.twin.graphs import Graph, Ints, graphs
from twin.entities import FAR
from twin.streetmath import Factors, drive, many_to_many, path

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
    space = np.zeros((5, graph.nodes), dtype=np.int64)
    space[0] = FAR
    return space


def way(graph: Graph, cost: Ints, source: int, target: int, space: Ints) -> list[int]:
    """The kernel's path."""
    heap = np.empty((2, len(graph.head) + 1), dtype=np.int64)
    edges: list[int] = path(*graph[:3], cost, graph.length_mm, source, target, space, heap).tolist()
    return edges


@settings(max_examples=200)
@given(graphs(), st.data())
def test_least_times_are_scipys(graph: Graph, data: st.DataObject) -> None:
    """Any graph, any selection of distinct places: the durations of scipy's Dijkstra, and FAR without a path."""
    some = data.draw(st.lists(st.integers(0, graph.nodes - 1), unique=True))
    places = np.array(some, dtype=np.int64)
    duration, distance = many_to_many(graph.start, graph.head, graph.cost, graph.length_mm, places)
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
    edges = way(graph, graph.cost, source, target, space)
    least = scipys(graph)[source, target]
    visited = [source, *(int(graph.head[edge]) for edge in edges)]
    assert [int(graph.tail[edge]) for edge in edges] == visited[:-1]
    if least < FAR:
        assert visited[-1] == target
        assert graph.cost[edges].sum() == least
    else:
        assert edges == []
    assert np.array_equal(space[:2], scratch(graph)[:2])


@settings(max_examples=200)
@given(graphs(ties=True), st.data())
def test_of_the_fastest_ways_the_shortest_counts(graph: Graph, data: st.DataObject) -> None:
    """The length is the least of all ways that take the least time, in the table and along the path."""
    cost = np.ones_like(graph.cost)  # many ties
    node = st.integers(0, graph.nodes - 1)
    source, target = data.draw(node), data.draw(node)
    if source == target:
        return
    places = np.array([source, target], dtype=np.int64)
    duration, length = many_to_many(graph.start, graph.head, cost, graph.length_mm, places)
    lengths = _lengths(graph._replace(cost=cost), source, target, int(duration[0, 1]))
    assert length[0, 1] == min(lengths, default=FAR)
    if lengths:
        assert graph.length_mm[way(graph, cost, source, target, scratch(graph))].sum() == min(lengths)


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


class Journey(NamedTuple):
    """A few edges and the traffic on them: what ``drive`` is given, but for its times."""

    edges: Ints
    streets: Ints
    limit: Ints
    profile: Ints
    row: Ints
    noise: Factors
    period: int
    first: Ints
    upsets: Ints

    def once(self, time: int) -> tuple[int, int]:
        """Until the end or a closure."""
        edges, *rest = self
        end, driven = drive(edges, 0, FAR, *rest, time, time)  # type: ignore[arg-type, call-arg]
        return int(end), int(driven)

    def patiently(self, time: int) -> int:
        """Until the end; who stands before a closure waits until it opens."""
        left = self.edges
        while True:
            time, driven = self._replace(edges=left).once(time)
            if driven == len(left):
                return time
            left = left[driven:]
            rows = slice(self.first[left[0]], self.first[left[0] + 1])
            start, end, *_ = self.upsets[:, rows]
            time = int(end[(start <= time) & (time < end) & (self.upsets[4, rows] == 0)].max())


@st.composite
def journeys(draw: st.DrawFn, closures: bool = False) -> Journey:
    """Random streets, traffic, works and, where wanted, closures that nobody hears of."""
    edges, groups, periods = draw(st.integers(1, 4)), draw(st.integers(1, 2)), draw(st.integers(1, 6))

    def column(low: int, high: int, size: int) -> Ints:
        return np.array(draw(st.lists(st.integers(low, high), min_size=size, max_size=size)), dtype=np.int64)

    where = np.sort(column(0, edges - 1, draw(st.integers(0, 4))))
    start, long_ = column(0, 60 * MINUTE, len(where)), column(1, 60 * MINUTE, len(where))
    permille = column(0 if closures else 1, 1000, len(where)) * (column(0, 1, len(where)) if closures else 1)
    streets = np.stack([column(1, 2_000_000, edges), column(1, 40_000, edges), column(0, 1, edges),
                        column(0, groups - 1, edges)])  # fmt: skip
    return Journey(
        edges=np.arange(edges, dtype=np.int64),
        streets=streets,
        limit=column(1, 40_000, edges),
        profile=column(50, 1500, 2 * periods).reshape(periods, 2),
        row=np.arange(periods, dtype=np.int64),
        noise=column(50, 1500, periods * groups).astype(np.int16).reshape(periods, groups),
        period=draw(st.sampled_from([997, MINUTE, 15 * MINUTE])),
        first=np.searchsorted(where, np.arange(edges + 1)).astype(np.int64),
        upsets=np.stack([start, start + long_, start + FAR, start + FAR, permille, column(1000, 99_000, len(where))]),
    )


times = st.integers(0, 90 * MINUTE)


@settings(max_examples=400)
@given(st.one_of(journeys(), journeys(closures=True)), times, st.integers(0, 30 * MINUTE))
def test_who_leaves_later_never_arrives_earlier(journey: Journey, time: int, later: int) -> None:
    """First in, first out, to the millisecond, under any traffic, works and closures; and no way takes no time."""
    first, second = journey.patiently(time), journey.patiently(time + later)
    assert time < first <= second


def calm(journey: Journey) -> Journey:
    """The same streets in the first period's traffic for ever, undisturbed."""
    none = np.empty((6, 0), dtype=np.int64)
    return journey._replace(
        profile=np.broadcast_to(journey.profile[:1], journey.profile.shape).copy(),
        noise=np.broadcast_to(journey.noise[:1], journey.noise.shape).copy(),
        first=np.zeros_like(journey.first), upsets=none,
    )  # fmt: skip


@given(journeys(), times)
def test_under_constant_traffic_driving_is_length_over_speed(journey: Journey, time: int) -> None:
    """With one factor all day the time is the sum of length / speed, up to a millisecond an edge and period."""
    steady = calm(journey)
    length, free, column, group = steady.streets
    pace = np.maximum(np.minimum(free * steady.profile[0, column] // 1000 * steady.noise[0, group] // 1000,
                                 steady.limit), 1)  # fmt: skip
    exact = float((length * 1000 / pace).sum())
    arrival, driven = steady.once(time)
    rounded = driven + (arrival - time) // steady.period + 1
    assert driven == len(steady.edges)
    assert exact <= arrival - time <= exact + rounded * (1 + 1000 / pace.min())


@given(journeys(), times)
def test_works_and_incidents_never_help(journey: Journey, time: int) -> None:
    """Nobody arrives earlier than on the same streets undisturbed, but for rounding at their beginnings and ends."""
    none = np.empty((6, 0), dtype=np.int64)
    free = journey._replace(first=np.zeros_like(journey.first), upsets=none)
    slack = 2 * (1 + len(journey.upsets[0])) * len(journey.edges) * 1000
    assert journey.patiently(time) >= free.patiently(time) - slack


@given(journeys(), times)
def test_no_vehicle_is_faster_than_it_can(journey: Journey, time: int) -> None:
    """However fast the traffic, a leg takes at least its length over the vehicle's own limit."""
    assert journey.once(time)[0] - time >= (journey.streets[0] * 1000 / journey.limit).sum() - 1e-6


@given(journeys(), times)
def test_a_way_is_the_sum_of_its_parts(journey: Journey, time: int) -> None:
    """Driving edges at once or one after the other ends at the same millisecond."""
    at = time
    for edge in journey.edges:
        at, _ = journey._replace(edges=np.array([edge], dtype=np.int64)).once(at)
    assert at == journey.once(time)[0]


@given(journeys(), times, st.integers(0, 4_000_000))
def test_a_stop_on_the_way_splits_it(journey: Journey, time: int, upto: int) -> None:
    """Driving so many millimetres and then the rest ends no earlier than the whole, but for a millisecond."""
    edges, *rest = journey
    whole, _ = journey.once(time)
    at, _ = drive(edges, 0, upto, *rest, time, time)  # type: ignore[arg-type, call-arg]
    end, driven = drive(edges, min(upto, int(journey.streets[0].sum())), FAR, *rest, time, at)  # type: ignore[arg-type, call-arg]
    assert time <= at <= end
    assert driven == len(edges)
    assert upto == 0 or at > time
    assert end >= whole - 1


@given(journeys(closures=True), times)
def test_nobody_enters_a_closed_street(journey: Journey, time: int) -> None:
    """Each edge that is driven was open when it was entered; where the drive ends early, the next one is closed."""
    end, driven = journey.once(time)

    def closed(edge: int, at: int) -> bool:
        start, until, *_ = rows = journey.upsets[:, journey.first[edge] : journey.first[edge + 1]]
        return bool(((start <= at) & (at < until) & (rows[4] == 0)).any())

    entered = [time, *(journey._replace(edges=journey.edges[: k + 1]).once(time)[0] for k in range(driven))]
    assert [k for k in range(driven) if closed(k, entered[k])] == []
    assert driven == len(journey.edges) or closed(driven, end)
