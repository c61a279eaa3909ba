"""Whichever engine computes a table, the numbers are the same; which one it is follows from size and spread alone."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scenarios.spec import CitySpec
from scenarios.synthetic import synthetic_city
from tests.twin.graphs import Graph, Ints, graphs
from tests.twin.orders import contracted
from twin import engines, hierarchy
from twin.engines import ENGINES, Engines, by_scipy, by_search, choice, settled
from twin.entities import FAR
from twin.hierarchy import LONGEST, Hierarchy
from twin.world import City

CITY = synthetic_city(CitySpec(nodes=2_500))
COST = -(-CITY.length_mm * 1000 // CITY.speed_mmps)


@pytest.fixture(autouse=True)
def forgetful() -> Iterator[None]:
    """What a process remembers of cities is forgotten before and after."""
    for cached in (engines.hierarchy, hierarchy.is_kept):
        cached.cache_clear()
    yield
    for cached in (engines.hierarchy, hierarchy.is_kept):
        cached.cache_clear()


@st.composite
def requests(draw: st.DrawFn) -> tuple[Graph, Ints, Ints]:
    """A graph, costs some of which are closures, and distinct places."""
    graph = draw(graphs(ties=draw(st.booleans())))
    closed = draw(st.lists(st.booleans(), min_size=len(graph.head), max_size=len(graph.head)))
    cost = np.where(np.array(closed, dtype=bool), FAR, graph.cost)
    places = draw(st.lists(st.integers(0, graph.nodes - 1), unique=True))
    return graph, cost, np.array(places, dtype=np.int64)


@settings(max_examples=300)
@given(requests(), st.randoms(use_true_random=False))
def test_all_engines_give_the_same_integers(request_: tuple[Graph, Ints, Ints], random: object) -> None:
    """Any graph, closures, ties, any order of contraction: equal milliseconds, equal millimetres."""
    graph, cost, places = request_
    city = graph.city
    expected = by_search(city, cost, places)
    contracting = Hierarchy(city, contracted(city, random))
    for found in (by_scipy(city, cost, places), contracting.times(cost, places)):
        assert found is not None
        assert np.array_equal(found[0], expected[0])
        assert np.array_equal(found[1], expected[1])


def test_they_agree_in_a_city_with_traffic_and_closures() -> None:
    """2,500 junctions, streets closed and slowed: not one of 3 x 90,000 numbers differs."""
    rng = np.random.default_rng(4)
    cost = COST.copy()
    some = rng.choice(len(cost), 400, replace=False)
    cost[some[:200]] = FAR
    cost[some[200:]] *= 3
    places = rng.choice(CITY.nodes, 300, replace=False)
    expected = by_search(CITY, cost, places)
    found = Hierarchy(CITY, contracted(CITY, None)).times(cost, places)
    for times in (by_scipy(CITY, cost, places), found):
        assert times is not None
        assert np.array_equal(times[0], expected[0])
        assert np.array_equal(times[1], expected[1])
    assert (expected[0] < FAR).mean() > 0.9


def test_pyroutingkit_itself_gives_these_times() -> None:
    """The library's own customisation and search, where it is installed, is a witness of ours."""
    kit = pytest.importorskip("pyroutingkit")
    places = np.random.default_rng(5).choice(CITY.nodes, 200, replace=False)
    topology = kit.CCHTopology()
    ends = (CITY.tail.astype(np.uint32), CITY.head.astype(np.uint32))
    topology.build(*ends, CITY.lat.astype(np.float32), CITY.lon.astype(np.float32), CITY.nodes)
    metric = kit.CCHMetric(topology)
    metric.customize(COST.astype(np.uint32))
    theirs = metric.distances_many_to_many(places.astype(np.uint32), places.astype(np.uint32))
    ours = ENGINES["hierarchy"](CITY, COST, places)
    assert ours is not None
    assert np.array_equal(theirs, ours[0])


@pytest.mark.parametrize("slow", [60_000, 1 << 29, LONGEST])
def test_what_is_too_slow_for_an_engine_is_left_to_the_search(slow: int) -> None:
    """Hours, days, or more than anybody drives: numbers stay exact, and beyond twelve days there is no way."""
    chain = np.arange(4, dtype=np.int64)
    start, cost = np.array([0, 1, 2, 3, 3]), np.full(3, slow)
    graph = Graph(start, chain[1:], chain[:3], cost, np.full(3, 500_000_000, dtype=np.int64))
    for name in ENGINES:
        duration, length = Engines(graph.city, name).times(cost, chain)
        assert duration[0, 1] == (slow if slow < LONGEST else FAR)
        assert duration[0, 3] == (3 * slow if 3 * slow < LONGEST else FAR)
        assert length[0, 3] == (1_500_000_000 if 3 * slow < LONGEST else FAR)
        assert duration[3, 0] == FAR


def test_without_the_extra_the_choice_falls_back(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where pyroutingkit is missing and nothing is kept, plain engines answer, and answer the same."""
    places = np.random.default_rng(6).choice(CITY.nodes, 400, replace=False)
    usual = Engines(CITY).times(COST, places)
    monkeypatch.setattr(hierarchy, "available", lambda: False)
    engines.hierarchy.cache_clear()
    assert choice(CITY, COST, places) in {"search", "scipy"}
    for one, other in zip(usual, Engines(CITY).times(COST, places), strict=True):
        assert np.array_equal(one, other)


def test_the_choice_follows_size_and_spread(monkeypatch: pytest.MonkeyPatch) -> None:
    """A few near stops: the search; all over a large city: scipy; and the hierarchies when they are at hand."""
    large = _stretched(CITY, 40)
    near, spread = np.arange(6), np.arange(0, large.nodes, large.nodes // 300)
    cost = np.tile(COST, 40)
    monkeypatch.setattr(hierarchy, "available", lambda: False)
    assert settled(large, near) < settled(large, spread)
    assert choice(large, cost, near) == "search"
    assert choice(large, cost, spread) == "scipy"
    monkeypatch.setattr(engines, "hierarchy", lambda _: Hierarchy(CITY, contracted(CITY, None)))
    places = np.arange(0, CITY.nodes, 10)
    assert choice(CITY, COST, places) == "hierarchy"
    assert choice(CITY, COST, near) == "search"


def _stretched(city: City, times: int) -> City:
    """So many copies of a city side by side; nothing joins them."""
    away = np.repeat(np.arange(times), city.nodes) * 10_000.0
    names = ("lon", "lat", "y_m", "area", "length_mm", "street", "speed_mmps")
    copies: dict[str, Any] = {name: np.tile(getattr(city, name), times) for name in names}
    degree = np.concatenate([[0], np.cumsum(np.tile(np.diff(city.start), times))])
    head = np.tile(city.head, times) + np.repeat(np.arange(times) * city.nodes, len(city.head))
    return replace(city, x_m=np.tile(city.x_m, times) + away, start=degree, head=head, **copies)


def test_a_table_is_remembered_for_the_same_costs_only() -> None:
    """The same array of costs and places: the same table; other costs at the same address: another one."""
    asked = Engines(CITY, "search")
    places = np.array([1, 5, 900])
    first = asked.times(COST, places)
    assert asked.times(COST, places) is first
    slower = COST * 2
    assert np.array_equal(asked.times(slower, places)[0], by_search(CITY, slower, places)[0])
    with pytest.raises(ValueError, match="read-only"):
        first[0][0, 0] = 1


def test_no_places_make_an_empty_table() -> None:
    """Nothing to ask is no error for any engine."""
    for name in (None, *ENGINES):
        duration, length = Engines(CITY, name).times(COST, np.empty(0, dtype=np.int64))
        assert duration.shape == length.shape == (0, 0)
