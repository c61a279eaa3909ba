"""A day's dynamics against a bare SimPy loop, at 10,000 and at 100,000 parcels, and the memory of a parcel.

    pytest experiments/bench/bench_day.py -o python_files='bench_*.py' -o python_functions='bench_*' -s

Planning is excluded: the plan is dealt out in strips, matrices are not asked for, and the time to find paths is taken
off. What is timed begins when the wave has been planned: loading, driving, parking, attempts, remedies, messages,
contacts, ratings, with ledger, fingerprint and invariants on.
"""

import gc
import time
import tracemalloc

import numpy as np
import pytest
from pytest_benchmark.fixture import BenchmarkFixture

from experiments.bench import day
from twin import dispatches, legal, tours
from twin.engine import Twin
from twin.kpis import kpis
from twin.roads import Roads


def _nothing(places: int) -> np.ndarray[tuple[int, ...], np.dtype[np.int64]]:
    """A matrix of zeros that takes no memory."""
    return np.broadcast_to(np.int64(0), (places, places)).view()


@pytest.fixture
def planning(monkeypatch: pytest.MonkeyPatch) -> day.Planning:
    """Leave planning out: no matrices, no check of the plan against them, paths counted apart."""
    counted = day.Planning()
    monkeypatch.setattr(dispatches, "_matrices", lambda _, nodes, *__: ((_nothing(len(nodes)),),) * 2)
    monkeypatch.setattr(legal, "tours", lambda *_: None)
    monkeypatch.setattr(
        tours,
        "timed",
        lambda _twin, _dispatch, _unit, stops, _here, time: [[s.node, s.tw_early, time, *s.parcels] for s in stops],
    )
    monkeypatch.setattr(Roads, "_find", counted.counting(Roads._find))
    return counted


@pytest.mark.parametrize(("parcels", "vans", "nodes"), [(10_000, 100, 2_500), (100_000, 1_000, 25_000)])
def bench_planned_day(benchmark: BenchmarkFixture, planning: day.Planning, parcels: int, vans: int, nodes: int) -> None:
    """At most 15 times the CPU of three bare timeouts a parcel, and at most 5 kernel events a parcel."""
    world = day.world(parcels, vans, nodes)
    Twin(world, day.POLICIES).run()  # compiles, and fills the caches of numba
    ratios, whole = [], []

    def planned() -> tuple[tuple[Twin, float], dict[str, object]]:
        twin = Twin(world, day.POLICIES)
        start = time.process_time()
        twin.run(day.WAVE)
        ordering = time.process_time() - start
        twin.run(day.WAVE + 1)
        planning.seconds = 0.0
        return (twin, ordering), {}

    def played(twin: Twin, ordering: float) -> Twin:
        start = time.process_time()
        twin.run().fingerprint()
        driving = time.process_time() - start - planning.seconds
        ordered = kpis(twin.ledger).values["parcels"]
        bare = min(day.bare(parcels, vans) for _ in range(3)) / parcels
        ratios.append(driving / ordered / bare)
        whole.append((driving + ordering) / ordered / bare)
        return twin

    twin = benchmark.pedantic(played, setup=planned, rounds=3)  # type: ignore[no-untyped-call]  # it ships no types
    events = twin.events / kpis(twin.ledger).values["parcels"]
    benchmark.extra_info |= {"x bare": float(np.median(ratios)), "events a parcel": events}
    print(
        f"\n{parcels} parcels, {vans} vans: planned day {min(ratios):.1f} x bare (median {np.median(ratios):.1f}), "
        f"with checkout to packing {np.median(whole):.1f} x, {events:.2f} kernel events a parcel"
    )
    assert events <= 5.0
    assert np.median(ratios) <= 15.0 * 1.2  # the aim is 15 at 10,000 parcels, and within 20 % of that beyond


@pytest.mark.parametrize(("parcels", "vans", "nodes"), [(100_000, 1_000, 25_000)])
def bench_memory(planning: day.Planning, parcels: int, vans: int, nodes: int) -> None:
    """At most 1.5 kB a parcel beyond the city."""
    day.world(100, 1, nodes)  # the city is cached
    gc.collect()
    tracemalloc.start()
    twin = Twin(day.world(parcels, vans, nodes), day.POLICIES)
    twin.run()
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    ordered = kpis(twin.ledger).values["parcels"]
    print(f"\n{ordered:.0f} parcels: {peak / ordered:.0f} bytes a parcel at the peak, world and ledger included")
    assert peak / ordered <= 1_500
