"""Waves given to the solvers: large ones by territories, and plans that follow the streets of each hour."""

from dataclasses import replace
from typing import Any, Literal

import numpy as np
import pytest

from policies.cases import plain_view
from policies.routing.insertion import CheapestInsertion
from policies.routing.ortools import OrTools
from policies.routing.prepare import prepare
from policies.routing.problem import Problem, Stakes
from policies.routing.pyvrp import PyVrp
from policies.routing.wavemodel import to_routes, wave_model
from policies.routing.wavesolve import landmarks, on_streets, solved, streets
from policies.solvers.feasible import check
from policies.solvers.model import Routes, Stop
from policies.solvers.retime import relieved, retimed
from policies.solvers.solve import solve
from policies.waves import grid_wave, wave
from scenarios.toy import toy_world
from tests.policies.routing.watched import faults, watched
from tests.worlds import PLAIN, play
from tests.worlds import fleet as vehicles
from twin.entities import Dispatch, Mode
from twin.units import HOUR, MINUTE


def problem_of(dispatch: Dispatch, hour: int = 9) -> tuple[Any, Problem]:
    """A view with a wave, and the wave as routers see it."""
    view = plain_view(0, hour=hour, dispatch=dispatch)
    return view, prepare(view, Stakes())


@pytest.mark.parametrize("engine", ["pyvrp", "ortools"])
def test_a_large_wave_is_split(engine: Literal["pyvrp", "ortools"]) -> None:
    """By territories of ten the plan visits no place twice, breaks nothing, and is another than that of the whole."""
    view, problem = problem_of(wave(24, 4, seed=3))
    wanted = list(problem.places)
    whole, split = (
        solved(problem, wanted, engine, Stop(iterations=15, solutions=5), seed=1, territory=size) for size in (250, 10)
    )
    assert whole != split
    assert faults(view, problem.tours(split)) == []
    served = sorted(place for places in split for place in places)
    assert len(served) == len(set(served)) > 12


def test_landmarks_say_what_is_near() -> None:
    """Who is near by road is near by travel times to landmarks, and what cannot be reached is far from everything."""
    _, problem = problem_of(wave(30, 2, seed=5))
    model = wave_model(problem, list(problem.places))
    at = landmarks(model)
    apart = np.linalg.norm(at[:, None] - at[None], axis=2)[1:, 1:]
    assert np.corrcoef(apart.ravel(), model.duration[0][1:, 1:].ravel())[0, 1] > 0.9
    _, cut_off = problem_of(grid_wave())
    alone = landmarks(wave_model(cut_off, list(cut_off.places)))
    assert np.isfinite(alone).all()
    away = np.linalg.norm(alone - alone[3], axis=1)
    assert away[away > 0].min() > np.linalg.norm(alone[1] - alone[2])


def test_ways_follow_the_hour() -> None:
    """Until four it takes as long as now, from four to six a quarter longer, across four something between."""
    view, problem = problem_of(wave(6, 2, seed=2))
    travel = streets(view, problem, wave_model(problem, list(problem.places)))
    usual = int(problem.dispatch.duration[0][1, 2])
    assert travel(0, 1, 2, 10 * HOUR) == usual
    assert travel(0, 1, 2, 16 * HOUR) == pytest.approx(1.25 * usual, abs=2)
    assert usual < travel(0, 1, 2, 16 * HOUR - usual // 2) < 1.25 * usual


@pytest.mark.parametrize("seed", range(2))
def test_a_plan_on_changing_streets_is_cheaper_and_can_be_driven(seed: int) -> None:
    """Nobody is left, what the plan costs by the hour's streets falls, and the checker passes it there."""
    view, problem = problem_of(wave(18, 2, seed=seed), 15)
    problem = replace(problem, leave=[15 * HOUR] * 2, paid=[15 * HOUR] * 2)
    plan = CheapestInsertion(sweeps=0).plan(problem)
    wanted = sorted(place for places in plan for place in places)
    model = wave_model(problem, wanted)
    travel, routes = streets(view, problem, model), to_routes(plan, wanted)
    before = retimed(model, Routes(tuple(routes), (), (), 0), travel)
    after = relieved(model, routes, travel)
    assert check(model, after, travel) == []
    assert after.left == before.left
    assert after.cost < before.cost
    moved = on_streets(view, problem, plan)
    assert sorted(place for places in moved for place in places) == wanted


def test_late_stops_go_where_they_are_less_late() -> None:
    """Of a tour in the wrong order the stop that is late comes first; a plan that is in time stays as it is."""
    dispatch = wave(4, 1, seed=1)
    soon = replace(dispatch.stops[3], tw_early=9 * HOUR, tw_late=10 * HOUR)
    view, problem = problem_of(replace(dispatch, stops=(*dispatch.stops[:3], soon)))
    first = on_streets(view, problem, [[1, 2, 3, 4]])
    assert first[0].index(4) == 0
    assert on_streets(view, problem, first) == first


def test_a_break_is_part_of_the_plan() -> None:
    """Who owes a rest at noon takes it in a plan of either engine, and the checker sees it."""
    dispatch = wave(12, 1, seed=2)
    tired = replace(dispatch.vehicles[0], rest=45 * MINUTE, rest_at=10 * HOUR)
    _, problem = problem_of(replace(dispatch, vehicles=(tired,)))
    model = wave_model(problem, list(problem.places))
    for engine in ("pyvrp", "ortools"):
        plan = solve(model, engine, Stop(iterations=60, solutions=10), 1)
        assert check(model, plan) == []
        rests = [step for step in plan.schedules[0].steps if step.kind == "break"]
        assert [step.end - step.begin for step in rests] == [45 * MINUTE]


def test_the_checker_here_can_fail() -> None:
    """A tour that a van cannot do is found: too heavy, or no way."""
    view, problem = problem_of(grid_wave())
    assert faults(view, problem.tours([[1, 6]])) == []
    assert faults(view, problem.tours([[2]]))
    assert faults(view, problem.tours([[3]]))


@pytest.mark.parametrize(
    "router", [PyVrp(iterations=20, territory=4), OrTools(solutions=5, territory=4)], ids=["pyvrp", "ortools"]
)
def test_the_waves_of_a_run_break_nothing(router: Any) -> None:
    """Two depots, vans and bikes, drivers who must rest: every plan of a day passes the checker."""
    seen: list[Any] = []
    fleet = (*vehicles(Mode.VAN, 2), *vehicles(Mode.BIKE, 2))
    world = toy_world(noise=True, fleet=fleet, depots=(0, 8))
    play(world, PLAIN, routing=watched(router, seen))
    assert [found for _, _, found in seen if found] == []
    assert {dispatch.depot for dispatch, _, _ in seen} == {0, 1}
    assert any(vehicle.rest for dispatch, _, _ in seen for vehicle in dispatch.vehicles)
    assert sum(len(tour.stops) for _, tours, _ in seen for tour in tours) > 5
