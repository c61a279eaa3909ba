"""A wave as a routing model and back: milliseconds and thousandths of micro-dollars, so nothing is rounded."""

from collections.abc import Sequence

import numpy as np

from policies.routing.problem import Plan, Problem
from policies.solvers.model import ANYBODY, Break, Ints, Route, RoutingModel, fleet_of, visits_of
from twin.entities import FAR, Vehicle
from twin.units import HOUR

_MILLI = 1000
_LONGEST_STOP = HOUR
"""Nearly every stop, with the way to it, is over within (D)."""


def wave_model(problem: Problem, wanted: Sequence[int], late: Sequence[int] | None = None) -> RoutingModel:
    """The wanted places of a wave as visits that may be left at the price of their worth.

    Vehicles leave at once, those that are away from where they will be free; what these have on board is theirs alone,
    and for anything else they come home first. Breaks that are owed are taken. A failure that is to be expected is a
    toll on the way to its door.

    Parameters
    ----------
    wanted : sequence of int
        Places; visit ``i`` is at place ``wanted[i]``.
    late : sequence of int, optional
        When service must begin, by place. Without it a late beginning costs, as it does in the wave.
    """
    doors = [problem.doors[place] for place in wanted]
    hard = late is not None
    visits = visits_of(
        wanted,
        load=np.array([problem.loads[place] for place in wanted], dtype=np.int64).reshape(-1, 3),
        early=[door.early for door in doors],
        late=[late[place] for place in wanted] if late is not None else FAR,
        service=[door.service for door in doors],
        prize=[_MILLI * problem.worth[place] for place in wanted],
        required=False,
        bound=_owners(problem, wanted),
        due=FAR if hard else [door.due for door in doors],
        rate=0 if hard else [door.rate for door in doors],
    )
    kinds: dict[tuple[int, tuple[int, ...]], int] = {}
    profile = [
        kinds.setdefault((it.profile, tuple(risk)), len(kinds))
        for it, risk in zip(problem.vehicles, problem.risk, strict=True)
    ]
    fleet = problem.vehicles
    return RoutingModel(
        visits=visits,
        fleet=fleet_of(
            len(fleet),
            len(wanted),
            profile=profile,
            start=problem.start,
            reloads=[int(it.away) for it in fleet],
            early=problem.leave,
            start_late=problem.leave,
            late=[it.tw_late for it in fleet],
            furthest=[it.range_m for it in fleet],
            capacity=np.array([(it.capacity_g, it.capacity_ml, it.capacity_parcels) for it in fleet], dtype=np.int64),
            fixed=[_MILLI * it.fixed_cost for it in fleet],
            per_distance=[_MILLI * it.unit_distance_cost for it in fleet],
            per_time=[it.unit_duration_cost for it in fleet],
            breaks=[_breaks(it) for it in fleet],
            allowed=np.array([[place not in barred for place in wanted] for barred in problem.barred], dtype=np.bool_),
        ),
        duration=tuple(problem.dispatch.duration[matrix] for matrix, _ in kinds),
        distance=tuple(problem.dispatch.distance[matrix] for matrix, _ in kinds),
        depots=np.array([0]),
        toll=tuple(_tolls(risk, len(problem.dispatch.duration[matrix])) for matrix, risk in kinds),
    )


def _breaks(it: Vehicle) -> tuple[Break, ...]:
    """The rest that a driver owes, which begins at the first stop that is over when it is due."""
    return (Break(it.rest, it.rest_at, it.rest_at + _LONGEST_STOP),) if it.rest else ()


def _owners(problem: Problem, wanted: Sequence[int]) -> list[int]:
    """Of each wanted place, the vehicle that has its parcels on board, or nobody."""
    owner = {stop + 1: number for number, it in enumerate(problem.vehicles) for stop in it.aboard}
    return [owner.get(place, ANYBODY) for place in wanted]


def _tolls(risk: Sequence[int], rows: int) -> Ints:
    """(rows, rows) What failing at the door costs that a way leads to; nobody fails where vehicles begin."""
    tolls = np.zeros((rows, rows), dtype=np.int64)
    tolls[:, : len(risk)] = _MILLI * np.array(risk, dtype=np.int64)
    np.fill_diagonal(tolls, 0)
    return tolls


def to_routes(plan: Plan, wanted: Sequence[int]) -> list[Route]:
    """A plan as routes of a model of the wanted places; others are left out."""
    number = {place: visit for visit, place in enumerate(wanted)}
    tours = [tuple(number[place] for place in places if place in number) for places in plan]
    return [Route(vehicle, (tour,)) for vehicle, tour in enumerate(tours) if tour]


def to_plan(routes: Sequence[Route], wanted: Sequence[int], vehicles: int) -> Plan:
    """Routes as the places of each vehicle."""
    plan: Plan = [[] for _ in range(vehicles)]
    for route in routes:
        plan[route.vehicle] = [wanted[visit] for visit in route.visits]
    return plan
