"""Grow tours by insertion: the stop with the largest regret goes where it costs least.

Only the tour that changed is quoted anew; so to insert a thousand stops takes about a second.
"""

from dataclasses import fields
from operator import attrgetter

import numpy as np
from numpy.typing import NDArray

from policies.routing.problem import Plan, Problem
from policies.routing.quote import facts_of, quote
from policies.routing.timing import left_out, price, total
from twin.entities import Vehicle
from twin.units import NEVER

Ints = NDArray[np.int64]
_KIND = attrgetter(*(field.name for field in fields(Vehicle) if field.name not in ("id", "tw_early")))
"""What makes two vehicles alike."""


def grow(problem: Problem, plan: Plan) -> Plan:
    """Insert what waits while it is worth it: first what no later wave brings in time, then what may wait.

    Urgent stops may open a vehicle; the others only go along where one passes anyway.

    Parameters
    ----------
    plan : Plan
        Tours so far; not changed.
    """
    tours = [list(places) for places in plan]
    facts = facts_of(problem)
    for urgent in (True, False):
        waiting = [p for p in left_out(problem, tours) if problem.urgent[p] is urgent and problem.worth[p]]
        if tours:
            _insert_all(problem, facts, tours, np.array(waiting, dtype=np.int64), may_open=urgent)
    return tours


def prune(problem: Problem, plan: Plan) -> Plan:
    """The plan without tours that cost more than what they bring is worth."""
    return [
        places if price(problem, vehicle, places) <= sum(problem.worth[p] for p in places) else []
        for vehicle, places in enumerate(plan)
    ]


def dissolve(problem: Problem, plan: Plan) -> Plan:
    """The plan with each tour, the shortest first, dealt out to the others where that is cheaper."""
    best, cost = plan, total(problem, plan)
    for vehicle in sorted(range(len(plan)), key=lambda vehicle: (len(plan[vehicle]), vehicle)):
        if best[vehicle]:
            trial = grow(problem, [*best[:vehicle], [], *best[vehicle + 1 :]])
            if (trial_cost := total(problem, trial)) < cost:
                best, cost = trial, trial_cost
    return best


def split(problem: Problem, plan: Plan) -> Plan:
    """The plan with the end of a tour given to a vehicle that is still empty, again and again while that is cheaper.

    Insertion opens a vehicle only if one stop alone pays for it; half a tour that is late often does.
    """
    tours = [list(places) for places in plan]
    while cuts := [cut for vehicle in range(len(tours)) for cut in _cuts(problem, tours, vehicle)]:
        gain, vehicle, at, empty = min(cuts)
        if gain >= 0:
            break
        tours[vehicle], tours[empty] = tours[vehicle][:at], tours[vehicle][at:]
    return tours


def _cuts(problem: Problem, tours: Plan, vehicle: int) -> list[tuple[int, int, int, int]]:
    """What cutting a tour would change, by micro-dollars, vehicle, place of the cut, and who gets the end."""
    tour = tours[vehicle]
    whole = price(problem, vehicle, tour)
    empty = [other for other in _usable(problem, tours, may_open=True) if not tours[other]]
    return [
        (price(problem, vehicle, tour[:at]) + price(problem, other, tour[at:]) - whole, vehicle, at, other)
        for other in empty
        for at in range(1, len(tour))
    ]


def _insert_all(problem: Problem, facts: Ints, tours: Plan, waiting: Ints, *, may_open: bool) -> None:
    """Insert the waiting places into ``tours`` until none is worth it or possible."""
    costs = np.full((len(tours), len(problem.stops) + 1), NEVER, dtype=np.int64)
    spots = np.zeros_like(costs)
    stale = _usable(problem, tours, may_open)
    while len(waiting):
        for vehicle in stale:
            quoted = quote(problem, facts[:, waiting], vehicle, tours[vehicle], waiting)
            costs[vehicle, waiting], spots[vehicle, waiting] = quoted
        place, vehicle = _choose(costs, waiting)
        if costs[vehicle, place] >= NEVER:
            return
        opened = not tours[vehicle]
        tours[vehicle].insert(int(spots[vehicle, place]), place)
        waiting = waiting[waiting != place]
        stale = _usable(problem, tours, may_open) if opened else [vehicle]


def _usable(problem: Problem, tours: Plan, may_open: bool) -> list[int]:
    """Vehicles on tour and, of those still empty, the first to leave of each kind."""
    seen: set[object] = set()
    usable = []
    for vehicle, places in enumerate(tours):
        if places:
            usable.append(vehicle)
        elif may_open and (kind := _KIND(problem.vehicles[vehicle])) not in seen:
            usable.append(vehicle)
            seen.add(kind)
    return usable


def _choose(costs: Ints, waiting: Ints) -> tuple[int, int]:
    """The place whose second-best tour is worst against its best (the cheapest among equals), and its tour."""
    here = costs[:, waiting]
    best = here.argmin(axis=0)
    columns = np.arange(len(waiting))
    cheapest = here[best, columns]
    here[best, columns] = NEVER
    regret = here.min(axis=0) - cheapest
    column = int(np.lexsort((waiting, cheapest, -regret))[0])
    return int(waiting[column]), int(best[column])
