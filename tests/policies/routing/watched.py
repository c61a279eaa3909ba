"""A router that is watched: every plan it makes is held against the independent checker, in whatever run it decides."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from policies.routing.prepare import prepare
from policies.routing.problem import Stakes
from policies.routing.wavemodel import to_routes, wave_model
from policies.solvers.feasible import check
from policies.solvers.model import Routes
from policies.solvers.schedule import schedule
from twin.entities import Dispatch, Tour


def faults(view: Any, tours: Sequence[Tour]) -> list[str]:
    """What the plan of a wave breaks, by the constant times of now; breaks are left to the drivers, as in the law."""
    dispatch = view.dispatch
    rested = replace(dispatch, vehicles=tuple(replace(it, rest=0) for it in dispatch.vehicles))
    problem = prepare(view, Stakes(), rested)
    number = {it.id: i for i, it in enumerate(dispatch.vehicles)}
    place = {stop: i + 1 for i, stop in enumerate(dispatch.stops)}
    plan: list[list[int]] = [[] for _ in dispatch.vehicles]
    for tour in tours:
        plan[number[tour.vehicle]] = [place[stop] for stop in tour.stops]
    wanted = list(problem.places)
    if not wanted or not dispatch.vehicles:
        return []
    model = wave_model(problem, wanted)
    routes = to_routes(plan, wanted)
    timed = [schedule(model, route) for route in routes]
    served = {visit for route in routes for visit in route.visits}
    late = [f"vehicle {route.vehicle} has no timetable" for route, it in zip(routes, timed, strict=True) if it is None]
    left = tuple(visit for visit in range(len(wanted)) if visit not in served)
    return late or check(model, Routes(tuple(routes), tuple(it for it in timed if it is not None), left, 0))


def watched(router: Any, seen: list[tuple[Dispatch, Sequence[Tour], list[str]]]) -> Callable[[Any], Sequence[Tour]]:
    """The router, which writes each dispatch, its decision and what that breaks into ``seen``."""

    def decide(view: Any) -> Sequence[Tour]:
        tours: Sequence[Tour] = router(view)
        seen.append((view.dispatch, tours, faults(view, tours)))
        return tours

    return decide
