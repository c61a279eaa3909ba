"""OR-Tools' guided local search, stopped by solutions: never by a clock, so a busy machine plans the same."""

from dataclasses import field
from typing import TYPE_CHECKING, Any

import numpy as np
from pydantic.dataclasses import dataclass

from policies.routing.grow import prune
from policies.routing.prepare import prepare
from policies.routing.problem import Plan, Problem, Stakes
from twin.entities import FAR, Tour
from twin.ports import View
from twin.units import STRICT, PosInt

if TYPE_CHECKING:
    from ortools.constraint_solver import pywrapcp

_MILLI = 1000
"""Costs are thousandths of micro-dollars, times milliseconds: nothing is rounded."""
_DAYS = 365
_BRANCHES = 50
"""Some 20 branches are tried for a solution; with a stop or two guided local search finds no other and never ends."""


@dataclass(frozen=True, config=STRICT)
class OrTools:
    """Parallel cheapest insertion and guided local search by OR-Tools' routing library (Perron & Furnon).

    Windows are soft as lateness costs, stops optional as leaving them does, vehicles unlike each other in
    speed, capacity, cost, range and working time. Its gap is 4-6 % on 100 stops after 10 s (M).

    Parameters
    ----------
    solutions : int
        Accepted changes until it stops. The search has no other randomness, hence no seed.
    stakes : Stakes
    """

    solutions: PosInt = 100
    stakes: Stakes = field(default_factory=Stakes)

    def __call__(self, view: View, /) -> tuple[Tour, ...]:
        """Tours for ``view.dispatch``."""
        problem = prepare(view, self.stakes)
        return problem.tours(self.plan(problem))

    def plan(self, problem: Problem) -> Plan:
        """The places of each vehicle."""
        if not problem.vehicles or not any(problem.worth):
            return [[] for _ in problem.vehicles]
        from ortools.constraint_solver import pywrapcp

        manager = pywrapcp.RoutingIndexManager(len(problem.stops) + 1, len(problem.vehicles), 0)
        model = pywrapcp.RoutingModel(manager)
        _add_costs(problem, model)
        _add_loads(problem, model)
        _add_time(problem, model)
        _add_stops(problem, model)
        model.AddSearchMonitor(model.solver().BranchesLimit(_BRANCHES * self.solutions))
        found = model.SolveWithParameters(_parameters(self.solutions))
        return prune(problem, [_tour(model, found, vehicle) for vehicle in range(len(problem.vehicles))])


def _parameters(solutions: int) -> Any:
    """Search until so many solutions; limits in seconds are out of reach."""
    from ortools.constraint_solver import pywrapcp, routing_enums_pb2

    parameters = pywrapcp.DefaultRoutingSearchParameters()
    parameters.first_solution_strategy = routing_enums_pb2.FirstSolutionStrategy.PARALLEL_CHEAPEST_INSERTION
    parameters.local_search_metaheuristic = routing_enums_pb2.LocalSearchMetaheuristic.GUIDED_LOCAL_SEARCH
    parameters.solution_limit = solutions
    parameters.time_limit.seconds = parameters.lns_time_limit.seconds = _DAYS * 86400
    parameters.disable_scheduling_beware_this_may_degrade_performance = True
    return parameters


def _matrix(model: "pywrapcp.RoutingModel", values: Any) -> int:
    return int(model.RegisterTransitMatrix(values.tolist()))


def _add_costs(problem: Problem, model: "pywrapcp.RoutingModel") -> None:
    """Driving and failures by vehicle, and ranges; vehicles with equal costs share a matrix."""
    metres, cost = problem.dispatch.distance, {}
    for index, it in enumerate(problem.vehicles):
        key = (it.profile, it.unit_distance_cost, *problem.risk[index])
        if key not in cost:
            tolls = it.unit_distance_cost * metres[it.profile] + np.array(problem.risk[index])
            cost[key] = _matrix(model, _MILLI * tolls)
        model.SetArcCostEvaluatorOfVehicle(cost[key], index)
        model.SetFixedCostOfVehicle(_MILLI * it.fixed_cost, index)
    length = {profile: _matrix(model, metres[profile]) for profile, *_ in cost}
    evaluators = [length[it.profile] for it in problem.vehicles]
    ranges = [min(it.range_m, FAR - 1) for it in problem.vehicles]
    model.AddDimensionWithVehicleTransitAndCapacity(evaluators, 0, ranges, True, "metres")


def _add_loads(problem: Problem, model: "pywrapcp.RoutingModel") -> None:
    """Three capacities: grams, millilitres, parcels."""
    rooms = zip(*((it.capacity_g, it.capacity_ml, it.capacity_parcels) for it in problem.vehicles), strict=True)
    for name, load, room in zip(("g", "ml", "parcels"), zip(*problem.loads, strict=True), rooms, strict=True):
        evaluator = model.RegisterUnaryTransitVector(list(load))
        model.AddDimensionWithVehicleCapacity(evaluator, 0, list(room), True, name)


def _add_time(problem: Problem, model: "pywrapcp.RoutingModel") -> None:
    """Time with waiting, that every vehicle is paid for, and lateness that costs."""
    service = np.array([door.service for door in problem.doors], dtype=np.int64)
    durations = problem.dispatch.duration
    ways = {it.profile: 0 for it in problem.vehicles}
    for profile in ways:
        ways[profile] = _matrix(model, service[:, None] + durations[profile])
    evaluators = [ways[it.profile] for it in problem.vehicles]
    end = max(FAR - 1, *(it.tw_late for it in problem.vehicles))
    model.AddDimensionWithVehicleTransits(evaluators, end, end, False, "time")
    time = model.GetDimensionOrDie("time")
    for index, it in enumerate(problem.vehicles):
        leave = problem.leave[index]
        time.CumulVar(model.Start(index)).SetValue(leave)
        time.CumulVar(model.End(index)).SetRange(leave, max(leave, it.tw_late))
        time.SetSpanCostCoefficientForVehicle(it.unit_duration_cost, index)
    for place, door in enumerate(problem.doors[1:]):
        time.CumulVar(place + 1).SetMin(max(0, door.early))
        time.SetCumulVarSoftUpperBound(place + 1, max(0, door.due), door.rate)


def _add_stops(problem: Problem, model: "pywrapcp.RoutingModel") -> None:
    """Stops may be left at the price of their worth, and are closed to vehicles that must avoid them."""
    for place in problem.places:
        model.AddDisjunction([place], _MILLI * problem.worth[place])
    for index, barred in enumerate(problem.barred):
        for place in sorted(barred):
            model.VehicleVar(place).RemoveValue(index)


def _tour(model: "pywrapcp.RoutingModel", found: Any, vehicle: int) -> list[int]:
    places: list[int] = []
    place = found.Value(model.NextVar(model.Start(vehicle))) if found else model.End(vehicle)
    while not model.IsEnd(place):
        places.append(place)
        place = found.Value(model.NextVar(place))
    return places
