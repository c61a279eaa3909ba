"""Grow tours by insertion: the stop with the largest regret goes where it costs least.

All prices of inserting every waiting stop at every position of one tour are computed at once with numpy,
and only the tour that changed is computed anew; so a thousand stops take about a second.
"""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from policies.routing.problem import Plan, Problem
from policies.routing.timetable import Timetable, timetable
from policies.routing.timing import left_out, price, total
from twin.entities import FAR
from twin.units import NEVER

Ints = NDArray[np.int64]


def grow(problem: Problem, plan: Plan) -> Plan:
    """Insert what waits while it is worth it: first what no later wave brings in time, then what may wait.

    Urgent stops may open a vehicle; the others only go along where one passes anyway.

    Parameters
    ----------
    plan : Plan
        Tours so far; not changed.
    """
    tours = [list(places) for places in plan]
    facts = _facts(problem)
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


def _facts(problem: Problem) -> Ints:
    """(8, places) int64: early, due, service, rate, worth in thousandths, and three loads."""
    worth = [1000 * worth for worth in problem.worth]
    rows = (*zip(*problem.doors, strict=True), worth, *zip(*problem.loads, strict=True))
    return np.array(rows, dtype=np.int64)


def _insert_all(problem: Problem, facts: Ints, tours: Plan, waiting: Ints, *, may_open: bool) -> None:
    """Insert the waiting places into ``tours`` until none is worth it or possible."""
    costs = np.full((len(tours), len(problem.stops) + 1), NEVER, dtype=np.int64)
    spots = np.zeros_like(costs)
    stale = _usable(problem, tours, may_open)
    while len(waiting):
        for vehicle in stale:
            quote = _quote(problem, facts[:, waiting], vehicle, tours[vehicle], waiting)
            costs[vehicle, waiting], spots[vehicle, waiting] = quote
        place, vehicle = _choose(costs, waiting)
        if costs[vehicle, place] >= NEVER:
            return
        opened = not tours[vehicle]
        tours[vehicle].insert(int(spots[vehicle, place]), place)
        waiting = waiting[waiting != place]
        stale = _usable(problem, tours, may_open) if opened else [vehicle]


def _usable(problem: Problem, tours: Plan, may_open: bool) -> list[int]:
    """Vehicles on tour and, of those still empty, the first of each kind."""
    seen: set[object] = set()
    usable = []
    for vehicle, places in enumerate(tours):
        twin = replace(problem.vehicles[vehicle], id=0)
        if places or (may_open and twin not in seen):
            usable.append(vehicle)
        if not places:
            seen.add(twin)
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


def _quote(problem: Problem, facts: Ints, vehicle: int, places: list[int], waiting: Ints) -> tuple[Ints, Ints]:
    """Cheapest insertion of each waiting place into a tour: thousandths of micro-dollars, and the position.

    ``NEVER`` where it is impossible or costs more than leaving the place behind. The stem and the fixed cost
    of a vehicle that is still empty are in the price, but not held against the first stop's worth: they
    belong to all stops that will follow.
    """
    it, table = problem.vehicles[vehicle], timetable(problem, vehicle, places)
    into, out = _detour(problem.dispatch.duration[it.profile], places, waiting)
    further, length = _longer(problem.dispatch.distance[it.profile], places, waiting)
    back, late = _delay(table, facts, into, out)
    driving = 1000 * it.unit_distance_cost * further
    cost = driving + it.unit_duration_cost * back + late + 1000 * np.array(problem.risk[vehicle])[waiting]
    stem = 0 if places else driving + it.unit_duration_cost * (into + out)
    possible = (table.back + back <= it.tw_late) & (length + further <= it.range_m) & (into < FAR) & (out < FAR)
    possible &= (cost <= facts[4] + stem) & _room(problem, facts, vehicle, places, waiting)
    cost = np.where(possible, cost + (0 if places else 1000 * it.fixed_cost), NEVER)
    spots = cost.argmin(axis=0)
    return cost[spots, np.arange(len(waiting))], spots


def _detour(matrix: Ints, places: list[int], waiting: Ints) -> tuple[Ints, Ints]:
    """(positions, waiting) each: the way to a waiting place from the one before, and on to the one after."""
    before, after = np.array([0, *places]), np.array([*places, 0])
    return matrix[np.ix_(before, waiting)], matrix[np.ix_(waiting, after)].T


def _longer(matrix: Ints, places: list[int], waiting: Ints) -> tuple[Ints, int]:
    """(positions, waiting) metres that an insertion adds, and the tour's length without."""
    into, out = _detour(matrix, places, waiting)
    stay = np.array([0, *places, 0])
    legs = matrix[stay[:-1], stay[1:]]
    return into + out - legs[:, None], int(legs.sum())


def _delay(table: Timetable, facts: Ints, into: Ints, out: Ints) -> tuple[Ints, Ints]:
    """(positions, waiting) each: how much later the tour is back, and what all lateness costs, in thousandths.

    Stops that are in time share the smallest slack among them, so the cost is never too low.
    """
    early, due, service, rate = facts[:4]
    begin = np.maximum(table.leave[:, None] + into, early)
    delay = begin + service + out - table.arrive[:, None]
    late = rate * np.maximum(begin - due, 0)
    late += table.late_rate[:, None] * np.maximum(delay, 0)
    late += table.due_rate[:, None] * np.maximum(delay - table.slack[:, None], 0)
    return np.maximum(delay - table.wait[:, None], 0), late


def _room(problem: Problem, facts: Ints, vehicle: int, places: list[int], waiting: Ints) -> NDArray[np.bool_]:
    """Whether the vehicle still holds each waiting place's parcels and may go there."""
    it, barred = problem.vehicles[vehicle], problem.barred[vehicle]
    grams, millilitres, parcels = map(sum, zip(*[problem.loads[place] for place in [0, *places]], strict=True))
    fits = facts[5] <= it.capacity_g - grams
    fits &= facts[6] <= it.capacity_ml - millilitres
    fits &= facts[7] <= it.capacity_parcels - parcels
    fits &= ~np.isin(waiting, sorted(barred))
    return np.asarray(fits, dtype=np.bool_)
