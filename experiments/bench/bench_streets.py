"""A leg along its way, and a whole world of 100,000 checkouts in a city of 50,000 junctions.

pytest experiments/bench/bench_streets.py -o python_files='bench_*.py' -o python_functions='bench_*' -s
"""

import resource
import time
import tracemalloc

import numpy as np

from experiments.bench import day
from scenarios.build import draw_world
from scenarios.spec import CitySpec, DemandSpec, Scenario
from twin.roads import Roads
from twin.specs import FleetGroup
from twin.units import HOUR
from twin.world import World

LARGE = Scenario(
    fleet={"vans": FleetGroup(day.world(100, 1).fleet[0].kind, 10)},
    city=CitySpec(nodes=50_000),
    demand=DemandSpec(parcels_per_day=62_000.0),
)


def of_thirty_edges(world: World, roads: Roads) -> "list[np.ndarray[tuple[int], np.dtype[np.int64]]]":
    """Ways of about 30 edges between junctions of a city."""
    ends = np.random.default_rng(1).integers(0, world.city.nodes, (3_000, 2))
    ways = (roads.way(int(a), int(b), 0, 8 * HOUR) for a, b in ends)
    return [way.edges for way in ways if way is not None and 28 <= len(way.edges) <= 32]


def bench_leg() -> None:
    """A way of 30 edges under traffic and incidents in less than 20 microseconds, and nothing is kept."""
    world = day.world(100, 1, 2_500)
    roads = Roads(world.city, world.traffic, world.disruptions, tuple(group.kind for group in world.fleet))
    ways = of_thirty_edges(world, roads)
    times = [8 * HOUR + 97_000 * number for number in range(200)]
    roads.drive(ways[0], 0, 0, 0)
    best = np.inf
    for _ in range(7):
        start = time.process_time()
        for at in times:
            for way in ways[:50]:
                roads.drive(way, 0, at, at)
        best = min(best, (time.process_time() - start) / (len(times) * len(ways[:50])))
    tracemalloc.start()
    before, _ = tracemalloc.get_traced_memory()
    for at in times:
        roads.drive(ways[0], 0, at, at)
    kept = tracemalloc.get_traced_memory()[0] - before
    tracemalloc.stop()
    print(f"\n{len(ways)} ways of about 30 edges: {best * 1e6:.1f} us each, {kept} bytes kept after {len(times)}")
    assert best < 20e-6
    assert kept < 2_000


def bench_world() -> None:
    """Everything drawn in less than 10 s and 1 GB, with the city and without."""
    start = time.process_time()
    world = draw_world(LARGE, 1)
    whole = time.process_time() - start
    start = time.process_time()
    draw_world(LARGE, 2)
    again = time.process_time() - start
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
    print(
        f"\n{len(world.sessions.time):,} checkouts, {world.city.nodes:,} junctions, {world.days} day: {whole:.2f} s "
        f"with the city, {again:.2f} s once it is there, {peak:.2f} GB at most"
    )
    assert whole < 10.0
    assert peak < 1.0
