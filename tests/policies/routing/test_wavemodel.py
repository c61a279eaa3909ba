"""A wave as a routing model: the same costs, and vehicles that are away bring what they have on board."""

from dataclasses import replace

import numpy as np

from policies.cases import plain_view
from policies.routing.prepare import prepare
from policies.routing.problem import Stakes
from policies.routing.timing import price
from policies.routing.wavemodel import to_plan, to_routes, wave_model
from policies.solvers.feasible import check
from policies.solvers.model import Stop
from policies.solvers.schedule import cost, schedule
from policies.solvers.solve import solve
from policies.waves import wave
from twin.units import NEVER


def test_a_tour_costs_what_the_routers_say() -> None:
    """Thousandths of what ``timing`` says, lateness included, for unlike vehicles."""
    problem = prepare(plain_view(0, dispatch=wave(10, 3, seed=4)), Stakes())
    wanted = list(problem.places)
    model = wave_model(problem, wanted)
    plan = [[1, 4], [2, 3, 7], [9, 10]]
    for route in to_routes(plan, wanted):
        timed = schedule(model, route)
        priced = price(problem, route.vehicle, plan[route.vehicle])
        assert (timed is None) is (priced == NEVER)
        if timed is not None:
            assert abs(cost(model, route, timed) / 1000 - priced) <= len(route.visits)
    assert to_plan(to_routes(plan, wanted), wanted, 3) == plan


def test_who_is_away_brings_what_is_on_board() -> None:
    """It begins where it will be free, keeps its stops, and takes others only by way of the depot."""
    dispatch = wave(8, 2, seed=4)
    place = len(dispatch.stops) + 1
    rows = [*range(place), 3]  # it will be free at the third stop's door
    dispatch = replace(
        dispatch,
        vehicles=(replace(dispatch.vehicles[0], away=True, start=place, aboard=(0, 1, 4)), dispatch.vehicles[1]),
        duration=tuple(m[np.ix_(rows, rows)] if len(m) else m for m in dispatch.duration),
        distance=tuple(m[np.ix_(rows, rows)] if len(m) else m for m in dispatch.distance),
    )
    problem = prepare(plain_view(0, dispatch=dispatch), Stakes())
    wanted = [p for p in problem.places if problem.worth[p]]
    model = wave_model(problem, wanted)
    aboard = {visit for visit, p in enumerate(wanted) if p in (1, 2, 5)}
    for engine in ("pyvrp", "ortools"):
        plan = solve(model, engine, Stop(iterations=100, solutions=20), 1)
        assert check(model, plan) == []
        first = {route.vehicle: route for route in plan.routes}[0]
        assert set(first.trips[0]) == aboard - set(plan.left)
        assert all(not aboard & set(route.visits) for route in plan.routes if route.vehicle)
