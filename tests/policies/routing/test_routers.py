"""What holds for all routers: legal plans, unlike vehicles, what cannot be served is left, knobs are honoured."""

import os
import subprocess
import sys
from dataclasses import replace
from itertools import permutations
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from policies.cases import plain_view
from policies.routing.insertion import CheapestInsertion
from policies.routing.nearest import NearestNeighbour
from policies.routing.ortools import OrTools
from policies.routing.prepare import prepare
from policies.routing.problem import Plan, Problem, Stakes
from policies.routing.pyvrp import PyVrp
from policies.routing.reoptimise import Reoptimise
from policies.routing.stochastic import Stochastic
from policies.routing.timing import price, total
from policies.waves import grid_wave, vehicle, wave
from twin import legal
from twin.entities import FAR, Dispatch, Knob, Mode, Stop
from twin.errors import PolicyError
from twin.units import HOUR

ROUTERS = [
    NearestNeighbour(),
    CheapestInsertion(),
    Stochastic(),
    Reoptimise(),
    PyVrp(iterations=60),
    OrTools(solutions=60),
]
every_router = pytest.mark.parametrize("router", ROUTERS, ids=lambda router: type(router).__name__)
ROOT = Path(__file__).parents[3]
TWICE = """
from policies.cases import plain_view
from policies.digest import digest
from policies.routing import insertion, nearest, ortools, pyvrp
from policies.waves import wave
routers = nearest.NearestNeighbour(), insertion.CheapestInsertion(), pyvrp.PyVrp(iterations=40), ortools.OrTools(40)
print([digest(router(plain_view(0, dispatch=wave(25, 3, seed=5)))) for router in routers])
"""


def view_of(dispatch: Dispatch, **knobs: Any) -> Any:
    """A view at nine o'clock of the first day with a wave to plan."""
    return plain_view(0, dispatch=dispatch, **knobs)


def planned(router: Any, dispatch: Dispatch, **knobs: Any) -> tuple[Problem, Plan]:
    """The wave as routers see it, and a router's legal plan of it."""
    view = view_of(dispatch, **knobs)
    tours = router(view)
    legal.tours(dispatch, tours)
    place = {stop.parcels: i + 1 for i, stop in enumerate(dispatch.stops)}
    places = {tour.vehicle: [place[stop.parcels] for stop in tour.stops] for tour in tours}
    return prepare(view, Stakes()), [places.get(vehicle.id, []) for vehicle in dispatch.vehicles]


def served(router: Any, dispatch: Dispatch, **knobs: Any) -> set[int]:
    """Indices of the stops that a router serves."""
    return {place - 1 for places in planned(router, dispatch, **knobs)[1] for place in places}


@every_router
@pytest.mark.parametrize("seed", range(4))
def test_plans_are_legal_and_serve_all_that_is_due(router: Any, seed: int) -> None:
    """With vehicles enough, every stop that no later wave brings in time is on a tour."""
    problem, plan = planned(router, wave(18, 4, seed=seed))
    urgent = {place for place in problem.places if problem.urgent[place]}
    assert urgent <= {place for places in plan for place in places}


@every_router
def test_what_cannot_be_served_is_left(router: Any) -> None:
    """Too heavy, cut off, not due before tomorrow: it waits. A window long gone is served late."""
    assert served(router, grid_wave()) == {0, 3, 5}


@every_router
def test_nothing_to_plan_is_no_tour(router: Any) -> None:
    """No stops, no vehicles, nothing that can be carried or reached, or a vehicle whose day is over."""
    assert router(view_of(wave(0, 3))) == ()
    assert router(view_of(wave(5, 0))) == ()
    heavy = replace(wave(3, 2), stops=tuple(replace(stop, weight_g=10_000_000) for stop in wave(3, 2).stops))
    assert router(view_of(heavy)) == ()
    cut_off = replace(wave(3, 1), duration=(np.full((4, 4), FAR),) * 2, distance=(np.full((4, 4), FAR),) * 2)
    assert router(view_of(cut_off)) == ()
    tired = replace(wave(5, 1), vehicles=(replace(vehicle(0, Mode.VAN), tw_late=8 * HOUR),))
    assert router(view_of(tired)) == ()


@every_router
def test_a_router_without_a_wave_says_so(router: Any) -> None:
    """The fault is named instead of an attribute of None."""
    with pytest.raises(PolicyError, match=r"view\.dispatch is None"):
        router(plain_view(0))


@every_router
def test_unlike_vehicles_get_what_they_can(router: Any) -> None:
    """A bike that is cheaper takes what it holds; what is too heavy for it goes by van, by the van's own matrix."""
    dispatch = wave(8, 3, seed=2)
    stops = tuple(replace(stop, weight_g=150_000 if i < 3 else 900) for i, stop in enumerate(dispatch.stops))
    dispatch = replace(dispatch, stops=stops, duration=(dispatch.duration[0], 2 * dispatch.duration[0]))
    _, plan = planned(router, dispatch)
    assert not {1, 2, 3} & set(plan[2])
    assert {1, 2, 3} & {*plan[0], *plan[1]}


@every_router
def test_profiles_that_no_vehicle_has_may_be_empty(router: Any) -> None:
    """Matrices are looked at for the vehicles' profiles only."""
    dispatch, none = wave(6, 1), np.empty((0, 0), dtype=np.int64)
    shifted = replace(
        dispatch,
        vehicles=tuple(replace(each, profile=1) for each in dispatch.vehicles),
        duration=(none, dispatch.duration[0]),
        distance=(none, dispatch.distance[0]),
    )
    assert len(router(view_of(shifted))) == 1


@every_router
def test_an_avoided_mode_stays_out_of_the_area(router: Any) -> None:
    """Where vans fail nothing goes by van, and everywhere else it still does."""
    avoid = {(Knob.AVOID_MODE, 1 * 8 + Mode.VAN): 1}
    dispatch = wave(12, 2, seed=1)
    there = {i for i, stop in enumerate(dispatch.stops) if stop.area == 1}
    assert there & served(router, dispatch)
    assert served(router, dispatch, knob_values=avoid) == served(router, dispatch) - there


@every_router
def test_evening_areas_wait_for_the_evening_if_the_promise_allows(router: Any) -> None:
    """Promised by noon goes now; promised for the day waits; at the last wave everything goes."""
    dispatch = wave(2, 1, seed=3)
    until = (11 * HOUR, 21 * HOUR)
    stops = tuple(
        replace(stop, area=3, tw_early=9 * HOUR, tw_late=late) for stop, late in zip(dispatch.stops, until, strict=True)
    )
    evening = {(Knob.EVENING_FIRST, 3): 1}
    assert served(router, replace(dispatch, stops=stops), knob_values=evening) == {0}
    last = replace(dispatch, stops=stops, time=17 * HOUR, vehicles=(replace(vehicle(0, Mode.VAN), tw_late=22 * HOUR),))
    assert served(router, last, knob_values=evening) == {0, 1}


@every_router
def test_working_time_is_hard(router: Any) -> None:
    """A vehicle with an hour left serves what fits into the hour; the rest waits."""
    dispatch = wave(14, 1, seed=6)
    short = replace(dispatch, vehicles=(replace(dispatch.vehicles[0], tw_late=10 * HOUR),))
    assert 0 < len(served(router, short)) < 14


@every_router
def test_range_is_hard(router: Any) -> None:
    """A vehicle with little energy drives no further than it reaches."""
    dispatch = wave(14, 1, seed=6)
    weak = replace(dispatch, vehicles=(replace(dispatch.vehicles[0], range_m=15_000),))
    assert 0 < len(served(router, weak)) < 14


def test_each_router_is_better_than_the_one_before() -> None:
    """Mean cost of twenty waves: insertion at most nearest neighbour, PyVRP at most insertion in each."""
    near, inserted = [], []
    for seed in range(20):
        dispatch = wave(14 + seed, 3, seed=seed)
        near.append(total(*planned(ROUTERS[0], dispatch)))
        inserted.append(total(*planned(ROUTERS[1], dispatch)))
        if seed % 4 == 0:
            assert total(*planned(PyVrp(iterations=60), dispatch)) <= inserted[-1]
    assert sum(inserted) < 0.95 * sum(near)


@pytest.mark.parametrize("router", ROUTERS[1:], ids=lambda router: type(router).__name__)
def test_small_waves_are_nearly_optimal(router: Any) -> None:
    """Within 3 % of the best of all orders, on the mean of four waves of six stops with one van."""
    best, found = 0, 0
    for seed in range(4):
        drawn = wave(6, 1, seed=seed)
        doors = tuple(replace(stop, tw_early=9 * HOUR, tw_late=12 * HOUR) for stop in drawn.stops)
        problem, plan = planned(router, replace(drawn, stops=doors))
        best += min(price(problem, 0, list(order)) for order in permutations(problem.places))
        found += total(problem, plan)
    assert best <= found <= 1.03 * best


def test_two_processes_plan_the_same() -> None:
    """Whatever the hash seed, and with another process's solvers."""
    said = {
        subprocess.run(
            [sys.executable, "-c", TWICE],
            env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": str(ROOT)},
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("0", "1")
    }
    assert len(said) == 1


def test_relabelling_parcels_changes_no_tour() -> None:
    """Ids are names: the same wave with other parcel numbers is planned alike."""
    dispatch = wave(20, 2, seed=9)
    renamed: tuple[Stop, ...] = tuple(
        replace(stop, parcels=tuple(parcel + 500 for parcel in stop.parcels)) for stop in dispatch.stops
    )
    for router in ROUTERS:
        assert planned(router, dispatch)[1] == planned(router, replace(dispatch, stops=renamed))[1]
