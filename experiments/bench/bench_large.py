"""A large day: 10,000 stops and 120 vehicles in a city of 50,000 junctions, ways included; and ten times the search.

pytest experiments/bench/bench_large.py -o python_files='bench_*.py' -o python_functions='bench_*' -s

The first takes some minutes, the second, on a quarter of the day, some more. Seconds are of CPU, halved: two cores.
"""

import resource
import time
from collections.abc import Sequence
from functools import lru_cache, partial
from typing import Any

import numpy as np
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import dijkstra

from experiments.bench.bench_streets import LARGE
from experiments.pool import mapped
from policies.solvers.feasible import check
from policies.solvers.model import Ints, Routes, RoutingModel, Stop, fleet_of, visits_of
from policies.solvers.territory import Large, Ways, solve_large
from scenarios.build import draw_world
from twin.streetmath import many_to_many
from twin.units import HOUR, MINUTE
from twin.world import City

ITERATIONS = 200
MOST_SECONDS = 120
MOST_ABOVE = 0.05
"""Of the cost that ten times the iterations reach."""


@lru_cache
def city() -> City:
    """The city of the other benches."""
    return draw_world(LARGE, 1).city


def day(stops: int, vehicles: int, patch: int) -> tuple[RoutingModel, Any]:
    """Stops at junctions of the nearest ``patch`` to the depot, a fifth of them with windows of four hours."""
    town, luck = city(), np.random.default_rng(7)
    depot = int(np.argmin(np.hypot(town.x_m - town.x_m.mean(), town.y_m - town.y_m.mean())))
    near = np.argsort(np.hypot(town.x_m - town.x_m[depot], town.y_m - town.y_m[depot]), kind="stable")[1:patch]
    early = np.where(luck.random(stops) < 0.2, luck.integers(0, 2, stops) * 4 * HOUR, 0)
    late = np.where(early > 0, early + 4 * HOUR, np.where(luck.random(stops) < 0.1, 4 * HOUR, 8 * HOUR))
    visits = visits_of(
        luck.choice(near, stops),
        load=np.stack(
            [luck.integers(500, 8000, stops), luck.integers(1000, 20000, stops), np.ones(stops, int)], axis=1
        ),
        early=early,
        late=late,
        service=luck.integers(60, 180, stops) * 1000,
    )
    room = (800_000, 4_000_000, 130)
    fleet = fleet_of(
        vehicles, stops, start=depot, end=depot, late=9 * HOUR, longest=9 * HOUR - MINUTE, capacity=room,
        per_distance=0, per_time=1, fixed=2 * HOUR,
    )  # fmt: skip
    model = RoutingModel(visits, fleet, (), (), np.array([depot]))
    return model, np.stack([town.x_m, town.y_m], axis=1)


def ways_of(depot: int) -> Ways:
    """Ways of a few hundred places: near ones by a bounded search, those of the depot from two trees."""
    town = city()
    cost = (town.length_mm * 1000 // np.maximum(town.speed_mmps, 1)).astype(np.int64)
    graph = csr_matrix((cost, (town.tail, town.head)), shape=(town.nodes, town.nodes))
    out, back = (dijkstra(each, indices=depot).astype(np.int64) for each in (graph, graph.T.tocsr()))

    def ways(places: Ints) -> tuple[tuple[Ints, ...], tuple[Ints, ...]]:
        others = places[places != depot]
        near, _ = many_to_many(town.start, town.head, cost, town.length_mm, others)
        whole = np.zeros((len(places), len(places)), dtype=np.int64)
        at, hub = np.flatnonzero(places != depot), int(np.searchsorted(places, depot))
        whole[np.ix_(at, at)] = near
        if len(others) < len(places):
            whole[hub, at], whole[at, hub] = out[others], back[others]
        return (whole,), (whole,)

    return ways


def planned(model: RoutingModel, where: Any, iterations: int, workers: int) -> tuple[Routes, float]:
    """A plan, and the CPU seconds of everything."""
    began = _cpu()
    how = Large(stop=Stop(iterations), border=Stop(iterations), squeeze=Stop(iterations // 2))
    ways = ways_of(int(model.depots[0]))
    plan = solve_large(model, where, ways, "pyvrp", how, 1, partial(_apply, workers))
    used = _cpu() - began
    assert check(model.replace(duration=(_Lazy(ways),), distance=(_Lazy(ways),)), plan) == []
    return plan, used


def _apply(workers: int, work: Any, tasks: Sequence[tuple[Any, ...]]) -> list[Routes]:
    return mapped(work, tasks, workers, lambda _: None)


def _cpu() -> float:
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(each.ru_utime + each.ru_stime for each in used)


class _Lazy:
    """A matrix of a whole city that the checker asks way by way; one search answers for all ways from a place."""

    def __init__(self, ways: Ways) -> None:
        self._ways = ways

    def __getitem__(self, way: tuple[int, int]) -> int:
        a, b = way
        if a == b:
            return 0
        places = np.unique(np.array([a, b]))
        whole = self._ways(places)[0][0]
        return int(whole[0, 1] if a < b else whole[1, 0])


def bench_ten_thousand_stops() -> None:
    """Planned in less than 120 s on two cores, every stop on a route, and checked."""
    model, where = day(10_000, 120, 40_000)
    began = time.monotonic()
    plan, used = planned(model, where, ITERATIONS, 2)
    wall = time.monotonic() - began
    print(
        f"\n10,000 stops: {used:.0f} s of CPU, {used / 2:.0f} s on two cores ({wall:.0f} s by the clock, checked), "
        f"{len(plan.routes)} routes, {len(plan.left)} left, {plan.cost / HOUR:.1f} h"
    )
    assert not plan.left
    assert used / 2 < MOST_SECONDS


def bench_ten_times_the_search() -> None:
    """On a quarter of the day, ten times the iterations save less than 5 %."""
    model, where = day(2_500, 30, 10_000)
    few, _ = planned(model, where, ITERATIONS, 1)
    many, used = planned(model, where, 10 * ITERATIONS, 1)
    print(f"\n2,500 stops: {few.cost / HOUR:.1f} h, {many.cost / HOUR:.1f} h with ten times the search ({used:.0f} s)")
    assert not few.left
    assert few.cost / many.cost - 1 < MOST_ABOVE
