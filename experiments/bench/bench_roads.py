"""Times between many places: our engines against pyroutingkit and scipy alone, on 100,000 junctions and one core.

OMP_NUM_THREADS=1 pytest experiments/bench/bench_roads.py -o python_files='bench_*.py' -o python_functions='bench_*' -s
"""

import time
from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np
import pytest

from scenarios.spec import CitySpec
from scenarios.synthetic import synthetic_city
from twin import hierarchy as hierarchies
from twin.contraction import ranks
from twin.engines import by_scipy, by_search, choice, hierarchy, settled
from twin.entities import FAR
from twin.hierarchy import Hierarchy, packed, topology
from twin.hierarchymath import arcs_of, contract, customise, update
from twin.world import City, Ints

kit = pytest.importorskip("pyroutingkit")


def cpu(work: Callable[[], Any], rounds: int = 3) -> float:
    """The least CPU seconds of some rounds."""
    took = []
    for _ in range(rounds):
        start = time.process_time()
        work()
        took.append(time.process_time() - start)
    return min(took)


@cache
def city(nodes: int = 100_000) -> tuple[City, Ints]:
    """A synthetic city, and its free-flow times."""
    drawn = synthetic_city(CitySpec(nodes=nodes))
    return drawn, -(-drawn.length_mm * 1000 // drawn.speed_mmps)


@cache
def ours(nodes: int = 100_000) -> Hierarchy:
    """Its hierarchy, customised, with all kernels compiled."""
    drawn, cost = city(nodes)
    found = hierarchy(drawn)
    assert found is not None
    found.times(cost, np.arange(20))
    by_search(drawn, cost, np.arange(2))
    return found


@cache
def theirs(nodes: int = 100_000) -> tuple[Any, Any]:
    """Pyroutingkit's own topology and metric."""
    drawn, cost = city(nodes)
    built = kit.CCHTopology()
    ends = (drawn.tail.astype(np.uint32), drawn.head.astype(np.uint32))
    built.build(*ends, drawn.lat.astype(np.float32), drawn.lon.astype(np.float32), drawn.nodes)
    metric = kit.CCHMetric(built)
    metric.customize(cost.astype(np.uint32))
    return built, metric


def some(count: int, radius_m: float = np.inf, nodes: int = 100_000) -> Ints:
    """Distinct junctions, all over the city or around its centre."""
    drawn, _ = city(nodes)
    near = np.flatnonzero(np.hypot(drawn.x_m, drawn.y_m) <= radius_m)
    return np.sort(np.random.default_rng(1).choice(near, min(count, len(near)), replace=False))


def bench_spread() -> None:
    """2,000 x 2,000 stops all over: at most 1.2 times what pyroutingkit alone takes, and the same times."""
    (drawn, cost), found, (_, metric) = city(), ours(), theirs()
    places = some(2_000)
    u32 = places.astype(np.uint32)
    asked: list[Any] = []
    alone = cpu(lambda: asked.append(metric.distances_many_to_many(u32, u32)))
    took = cpu(lambda: asked.append(found.times(cost, places)))
    scipy = cpu(lambda: by_scipy(drawn, cost, places[:100]), 1) * 20
    search = cpu(lambda: by_search(drawn, cost, places[::20]), 1) * 20
    assert np.array_equal(asked[0], asked[-1][0])
    print(
        f"\n2,000 x 2,000: ours {took:.2f} s CPU (with metres), pyroutingkit {alone:.2f} (times), scipy {scipy:.0f}, "
        f"search {search:.0f} (both of 100 sources, x 20): ours / pyroutingkit {took / alone:.2f}"
    )
    assert choice(drawn, cost, places) == "hierarchy"
    assert took <= 1.2 * alone


def corrected(count: int, seed: int) -> float:
    """CPU seconds of correcting the weights for so many closures."""
    (drawn, cost), found = city(), ours().topology
    both = ours().weights(cost).both.copy()
    edges = np.random.default_rng(seed).choice(len(cost), count, replace=False)
    closed = cost.copy()
    closed[edges] = FAR
    of = found.first, found.top, found.lower, *found.below, found.node_of, drawn.start, found.arc
    start = time.process_time()
    update(*of, packed(closed, drawn.length_mm), both, edges)
    return time.process_time() - start


def bench_traffic() -> None:
    """New weights after a change of traffic in at most 10 % of the preprocessing; a few closures in less."""
    (drawn, cost), found = city(), ours().topology
    rank = ranks(drawn)
    assert rank is not None
    order = cpu(lambda: ranks(drawn), 1)
    contracting = cpu(lambda: contract(rank, drawn.start, drawn.head, 64 * drawn.nodes))
    contracting += cpu(lambda: arcs_of(rank, drawn.start, drawn.head, found.first, found.top))
    slower = cost * 3 // 2
    weights = cpu(lambda: customise(found.first, found.top, found.arc, packed(slower, drawn.length_mm)))
    print(
        f"\npreprocessing {order + contracting:.2f} s CPU (order {order:.2f}, arcs {contracting:.2f}); "
        f"new weights {weights:.3f} s: {100 * weights / (order + contracting):.1f} %"
    )
    for count in (1, 2, 4, 10, 40, 100):
        took = min(corrected(count, seed) for seed in (1, 2, 3))
        print(f"  {count} closures corrected in {took * 1e3:.1f} ms: {100 * took / weights:.0f} % of all weights")
    assert weights <= 0.1 * (order + contracting)


def bench_zone() -> None:
    """A delivery zone of 500 x 500 stops, 3 km across: at least 25 times faster than scipy without a limit."""
    (drawn, cost), found, (_, metric) = city(), ours(), theirs()
    for radius in (1_500.0, 3_000.0):
        zone = some(500, radius)
        u32 = zone.astype(np.uint32)
        scipy = cpu(lambda zone=zone: by_scipy(drawn, cost, zone), 1)  # type: ignore[misc]
        took = cpu(lambda zone=zone: found.times(cost, zone))  # type: ignore[misc]
        search = cpu(lambda zone=zone: by_search(drawn, cost, zone))  # type: ignore[misc]
        alone = cpu(lambda u32=u32: metric.distances_many_to_many(u32, u32))  # type: ignore[misc]
        print(
            f"\n{len(zone)} stops within {radius:.0f} m: ours {took:.3f} s CPU, search {search:.3f}, pyroutingkit "
            f"{alone:.3f}, scipy {scipy:.1f}: scipy / ours {scipy / took:.0f}, scipy / search {scipy / search:.0f}"
        )
        assert scipy >= 25 * took
    fresh = cost + 1
    start = time.process_time()
    found.times(fresh, zone)
    print(f"with weights that nobody has asked for before: {time.process_time() - start:.3f} s")


def bench_map() -> None:
    """A contracted city is mapped in a small part of the time that it takes to make it."""
    drawn, _ = city()
    hierarchies.topology(drawn)
    start = time.process_time()
    assert topology(drawn) is not None
    print(f"\na kept contraction of {drawn.nodes:,} junctions is there in {time.process_time() - start:.3f} s CPU")


def bench_rule() -> None:
    """Where each engine wins, and what the rule says: it is never far from the quickest."""
    print("\njunctions  stops  radius   settled   search    scipy  hierarchy  weights  choice")
    for nodes, count, radius in [
        (400, 50, np.inf), (2_500, 20, 500.0), (2_500, 100, np.inf), (10_000, 100, np.inf), (30_000, 100, np.inf),
        (100_000, 5, 500.0), (100_000, 100, 800.0), (100_000, 500, 3_000.0), (100_000, 20, np.inf),
        (100_000, 200, np.inf),
    ]:  # fmt: skip
        drawn, cost = city(nodes)
        found, places = ours(nodes), some(count, radius, nodes)
        search = cpu(lambda: by_search(drawn, cost, places))  # noqa: B023 - called at once
        scipy = cpu(lambda: by_scipy(drawn, cost, places), 1)  # noqa: B023
        swept = cpu(lambda: found.times(cost, places))  # noqa: B023
        weighed = cpu(lambda: customise(found.topology.first, found.topology.top, found.topology.arc, cost))  # noqa: B023
        said = choice(drawn, cost, places)
        print(
            f"{nodes:9,}  {len(places):5}  {radius:6.0f}  {settled(drawn, places):8,}  {search:7.4f}  {scipy:7.4f}  "
            f"{swept:9.4f}  {weighed:7.4f}  {said}"
        )
        took = {"search": search, "scipy": scipy, "hierarchy": swept}
        assert took[said] <= 3 * min(took.values()) + 0.002
