"""Fewer vehicles: the emptiest route is dealt out to the others, again and again, while that is cheaper.

A search from nothing opens more vehicles than it needs, and rarely closes one: each of its moves would have to pay
before the last stop has left. So a vehicle is taken away first, and the search finds places for its visits (after
Nagata & Bräysy 2009, Operations Research Letters 37, who eject a route and reinsert what it held).
"""

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np

from policies.solvers.model import ANYBODY, Route, Routes, RoutingModel, Schedule

Again = Callable[[RoutingModel, Sequence[Route]], Routes]
"""Searches a model from a plan."""


def squeezed(model: RoutingModel, plan: Routes, again: Again, most: int = 8) -> Routes:
    """The plan with as few vehicles as are found to do, if that costs less.

    Parameters
    ----------
    again : callable
    most : int
        Vehicles that are taken away at most.
    """
    for _ in range(most):
        route = _emptiest(model, plan)
        if route is None:
            break
        rest = [other for other in plan.routes if other is not route]
        trial = again(without(model, {other.vehicle for other in rest}), rest)
        if set(trial.left) - set(plan.left) or trial.cost >= plan.cost:
            break
        plan = trial
    return plan


def without(model: RoutingModel, kept: set[int]) -> RoutingModel:
    """The model with the kept vehicles only; the others cannot work, and keep their numbers."""
    fleet = model.fleet
    idle = ~np.isin(np.arange(len(fleet)), sorted(kept))
    return model.replace(fleet=replace(fleet, late=np.where(idle, fleet.early - 1, fleet.late)))


def _emptiest(model: RoutingModel, plan: Routes) -> Route | None:
    """The route with the fewest visits of those with a fixed cost, if the others' room and hours may do."""
    fleet, bound = model.fleet, model.visits.bound
    free = [
        route
        for route in plan.routes
        if fleet.fixed[route.vehicle] > 0 and (bound[list(route.visits)] == ANYBODY).all()
    ]
    if not free or len(plan.routes) < 2:
        return None
    route = min(free, key=lambda route: (len(route.visits), route.vehicle))
    others = [other.vehicle for other in plan.routes if other is not route]
    load = model.visits.load[[visit for each in plan.routes for visit in each.visits]].sum(axis=0)
    trips = 1 + fleet.reloads[others]
    room = (fleet.capacity[others].astype(float) * trips[:, None]).sum(axis=0)
    hours = np.minimum(fleet.longest[others], fleet.late[others] - fleet.early[others]).astype(float).sum()
    busy = sum(_busy(model, each, timed) for each, timed in zip(plan.routes, plan.schedules, strict=True))
    return route if (load <= room).all() and busy <= hours else None


def _busy(model: RoutingModel, route: Route, timed: Schedule) -> int:
    """Time of a route without waiting: ways between its stops, and what is done at them."""
    ways, place = model.duration[int(model.fleet.profile[route.vehicle])], int(model.fleet.start[route.vehicle])
    busy = 0
    for step in timed.steps:
        if step.kind != "break":
            there = int(model.visits.place[step.what]) if step.kind == "visit" else step.what
            busy += int(ways[place, there])
            place = there
        busy += step.end - step.begin
    return busy + int(ways[place, int(model.fleet.end[route.vehicle])])
