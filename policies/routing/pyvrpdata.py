"""A wave in PyVRP's terms and back: milliseconds and thousandths of micro-dollars, so nothing is rounded.

PyVRP's distances are our costs of driving and of failing at the door, which differ by vehicle. So it does not know
of ranges: who takes its plan must trim it.
"""

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from policies.routing.problem import Plan, Problem
from policies.routing.timing import starts

if TYPE_CHECKING:
    from pyvrp import Client, ProblemData, Solution, VehicleType

_MILLI = 1000
_PARCEL = 10_000
"""A parcel too many is penalised like 10 kg too many."""
_FURTHEST_M = 1_000_000
_LONGEST_MS = 7 * 86_400_000
"""No tour is longer than these; larger numbers only risk overflow."""


def vehicle_types(problem: Problem) -> list[list[int]]:
    """Vehicles that are alike and still have working time, by kind."""
    kinds: dict[object, list[int]] = {}
    for index, vehicle in enumerate(problem.vehicles):
        if problem.leave[index] <= vehicle.tw_late:
            kinds.setdefault((replace(vehicle, id=0), *problem.risk[index]), []).append(index)
    return list(kinds.values())


def problem_data(problem: Problem, types: list[list[int]], wanted: list[int], begin: Plan) -> "ProblemData":
    """The wave with hard windows, widened to when the plan ``begin`` arrives.

    Clients are the wanted places in order, none required: leaving one costs its worth. Every kind of vehicle
    has a profile of its own, in which places that it must avoid cannot be reached.
    """
    from pyvrp import Depot, Location, ProblemData

    reached = [0] * (len(problem.stops) + 1)
    for vehicle, places in enumerate(begin):
        for place, start in zip(places, starts(problem, vehicle, places), strict=True):
            reached[place] = start
    return ProblemData(
        locations=[Location(0, 0) for _ in reached],
        clients=[_client(problem, place, reached[place]) for place in wanted],
        depots=[Depot(0)],
        vehicle_types=[_vehicle_type(problem, alike, profile) for profile, alike in enumerate(types)],
        distance_matrices=[_tolls(problem, alike[0]) for alike in types],
        duration_matrices=[_durations(problem, alike[0]) for alike in types],
    )


def to_solution(data: "ProblemData", types: list[list[int]], wanted: list[int], plan: Plan) -> "Solution":
    """A plan as a solution of ``data``."""
    from pyvrp import Route, Solution

    client = {place: i for i, place in enumerate(wanted)}
    return Solution(
        data,
        [
            Route(data, [client[place] for place in plan[vehicle]], kind)
            for kind, alike in enumerate(types)
            for vehicle in alike
            if plan[vehicle]
        ],
    )


def to_plan(solution: "Solution", types: list[list[int]], wanted: list[int], vehicles: int) -> Plan:
    """A solution as a plan: vehicles of a kind take its routes in order."""
    plan: Plan = [[] for _ in range(vehicles)]
    free = [iter(alike) for alike in types]
    for route in solution.routes():
        plan[next(free[route.vehicle_type()])] = [wanted[visit.idx] for visit in route if visit.is_client()]
    return plan


def _client(problem: Problem, place: int, reached: int) -> "Client":
    from pyvrp import Client

    door, (grams, millilitres, parcels) = problem.doors[place], problem.loads[place]
    zero = min(problem.leave)
    late = max(door.due, door.early, reached)
    return Client(
        location=place,
        delivery=[grams, millilitres, parcels * _PARCEL],
        service_duration=door.service,
        tw_early=max(0, door.early - zero),
        tw_late=late - zero,
        prize=_MILLI * problem.worth[place],
        required=False,
    )


def _vehicle_type(problem: Problem, alike: list[int], profile: int) -> "VehicleType":
    from pyvrp import VehicleType

    it, leave = problem.vehicles[alike[0]], problem.leave[alike[0]] - min(problem.leave)
    return VehicleType(
        num_available=len(alike),
        capacity=[it.capacity_g, it.capacity_ml, it.capacity_parcels * _PARCEL],
        fixed_cost=_MILLI * it.fixed_cost,
        tw_early=leave,
        start_late=leave,
        tw_late=min(it.tw_late - min(problem.leave), _LONGEST_MS - 1),
        unit_distance_cost=1,
        unit_duration_cost=it.unit_duration_cost,
        profile=profile,
    )


def _tolls(problem: Problem, vehicle: int) -> Any:
    """What each way costs a vehicle, with the risk of failing where it leads."""
    it = problem.vehicles[vehicle]
    metres = np.minimum(problem.dispatch.distance[it.profile], _FURTHEST_M)
    tolls = _MILLI * (it.unit_distance_cost * metres + np.array(problem.risk[vehicle]))
    np.fill_diagonal(tolls, 0)
    return tolls


def _durations(problem: Problem, vehicle: int) -> Any:
    """A vehicle's milliseconds, with ways that it cannot or must not use longer than any working day."""
    matrix = np.minimum(problem.dispatch.duration[problem.vehicles[vehicle].profile], _LONGEST_MS)
    matrix[:, sorted(problem.barred[vehicle])] = _LONGEST_MS
    np.fill_diagonal(matrix, 0)
    return matrix
