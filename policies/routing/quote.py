"""What inserting every waiting stop at every position of a tour would cost, all at once with numpy."""

import numpy as np
from numpy.typing import NDArray

from policies.routing.problem import Problem
from policies.routing.timetable import Timetable, timetable
from twin.entities import FAR
from twin.units import NEVER

Ints = NDArray[np.int64]


def facts_of(problem: Problem) -> Ints:
    """(8, places) int64: early, due, service, rate, worth in thousandths, and three loads."""
    worth = [1000 * worth for worth in problem.worth]
    rows = (*zip(*problem.doors, strict=True), worth, *zip(*problem.loads, strict=True))
    return np.array(rows, dtype=np.int64)


def quote(problem: Problem, facts: Ints, vehicle: int, places: list[int], waiting: Ints) -> tuple[Ints, Ints]:
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
    paid = problem.paid[vehicle]
    unpaid = max(table.back - paid, 0)
    busy = np.maximum(table.back + back - paid, 0) - (unpaid if places else 0)
    cost = driving + it.unit_duration_cost * busy + late + 1000 * np.array(problem.risk[vehicle])[waiting]
    stem = 0 if places else driving + it.unit_duration_cost * (into + out + unpaid)
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
