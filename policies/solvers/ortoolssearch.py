"""OR-Tools on a routing model: guided local search, stopped by solutions and never by a clock.

It knows soft windows and breaks; it knows releases of first trips only.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from policies.solvers.model import LOADS, Route, RoutingModel, Stop
from twin.entities import FAR

if TYPE_CHECKING:
    pass

_DAYS = 365
_BRANCHES = 50
"""Some 20 branches are tried for a solution; with a stop or two guided local search finds no other and never ends."""
_MUST = 10**14
"""Cost of leaving a required visit, far above any plan's and small enough to add."""


class Translation:
    """A model in OR-Tools' terms: nodes are starts and ends, then visits, then reloads by vehicle."""

    def __init__(self, model: RoutingModel) -> None:
        from ortools.constraint_solver import pywrapcp

        fleet = model.fleet
        self.model = model
        self.places = np.unique(np.concatenate([fleet.start, fleet.end])).tolist()
        self.first = len(self.places)
        self.reloads = [
            (vehicle, int(depot))
            for vehicle in range(len(fleet))
            for _ in range(int(fleet.reloads[vehicle]))
            for depot in model.depots
        ]
        depots = np.array([depot for _, depot in self.reloads], dtype=np.int64)
        self.rows = np.concatenate([np.array(self.places, dtype=np.int64), model.visits.place, depots])
        starts, ends = ([self.places.index(place) for place in at.tolist()] for at in (fleet.start, fleet.end))
        self.manager = pywrapcp.RoutingIndexManager(len(self.rows), len(fleet), starts, ends)
        self.routing: Any = pywrapcp.RoutingModel(self.manager)
        self._matrices: dict[object, int] = {}
        for add in (self._costs, self._loads, self._time, self._visits, self._reloaded, self._releases):
            add()

    def index(self, node: int) -> int:
        """OR-Tools' index of a node."""
        return int(self.manager.NodeToIndex(node))

    def visit(self, number: int) -> int:
        """OR-Tools' index of a visit."""
        return self.index(self.first + number)

    def _matrix(self, key: object, values: Any) -> int:
        if key not in self._matrices:
            self._matrices[key] = int(self.routing.RegisterTransitMatrix(np.minimum(values, FAR).tolist()))
        return self._matrices[key]

    def _costs(self) -> None:
        """Distance and tolls by vehicle, and ranges."""
        fleet, square, lengths = self.model.fleet, np.ix_(self.rows, self.rows), []
        for vehicle in range(len(fleet)):
            profile, rate = int(fleet.profile[vehicle]), int(fleet.per_distance[vehicle])
            metres = self.model.distance[profile][square]
            toll = self.model.toll[profile][square] if self.model.toll else 0
            cost = rate * np.minimum(metres, FAR // max(1, rate)) + toll
            self.routing.SetArcCostEvaluatorOfVehicle(self._matrix(("cost", profile, rate), cost), vehicle)
            self.routing.SetFixedCostOfVehicle(int(fleet.fixed[vehicle]), vehicle)
            lengths.append(self._matrix(("metres", profile), metres))
        ranges = np.minimum(fleet.furthest, FAR - 1).tolist()
        self.routing.AddDimensionWithVehicleTransitAndCapacity(lengths, 0, ranges, True, "metres")

    def _loads(self) -> None:
        """Three capacities; a reload takes a vehicle's whole load off again."""
        for k in range(LOADS):
            room = np.minimum(self.model.fleet.capacity[:, k], FAR).tolist()
            if self.model.visits.load[:, k].sum() <= min(room):
                continue
            load = [0] * self.first + self.model.visits.load[:, k].tolist() + [-room[v] for v, _ in self.reloads]
            evaluator = self.routing.RegisterUnaryTransitVector(load)
            slack = max(room) if self.reloads else 0
            self.routing.AddDimensionWithVehicleCapacity(evaluator, slack, room, not self.reloads, f"load {k}")
            dimension = self.routing.GetDimensionOrDie(f"load {k}")
            for number in range(len(self.model.visits)) if self.reloads else ():
                dimension.SlackVar(self.visit(number)).SetValue(0)

    def _time(self) -> None:
        """Time with waiting: windows, what is late, working days, breaks."""
        model, fleet, routing = self.model, self.model.fleet, self.routing
        service = np.zeros(len(self.rows), dtype=np.int64)
        service[self.first : self.first + len(model.visits)] = model.visits.service
        service[self.first + len(model.visits) :] = model.loading
        square = np.ix_(self.rows, self.rows)
        profiles = fleet.profile.tolist()
        ways = [self._matrix(("time", p), service[:, None] + model.duration[p][square]) for p in profiles]
        end = int(max(FAR - 1, min(fleet.late.max(), 4 * FAR)))
        routing.AddDimensionWithVehicleTransits(ways, end, end, False, "time")
        time = routing.GetDimensionOrDie("time")
        zero = min(0, int(fleet.early.min()))
        for vehicle in range(len(fleet)):
            early, late = int(fleet.early[vehicle]), int(fleet.late[vehicle])
            start_late = max(early, min(int(fleet.start_late[vehicle]), end))
            time.CumulVar(routing.Start(vehicle)).SetRange(early - zero, start_late - zero)
            time.CumulVar(routing.End(vehicle)).SetRange(early - zero, min(max(early, late), end) - zero)
            time.SetSpanCostCoefficientForVehicle(int(fleet.per_time[vehicle]), vehicle)
            if fleet.longest[vehicle] < FAR:
                time.SetSpanUpperBoundForVehicle(int(fleet.longest[vehicle]), vehicle)
        for number in range(len(model.visits)):
            window = int(model.visits.early[number]), int(min(model.visits.late[number], end))
            if window[0] <= window[1] and window[1] >= 0:
                time.CumulVar(self.visit(number)).SetRange(max(0, window[0]), window[1])
            if model.visits.rate[number]:
                due, rate = max(0, int(model.visits.due[number])), int(model.visits.rate[number])
                time.SetCumulVarSoftUpperBound(self.visit(number), due, rate)
        self._breaks(time, service)

    def _breaks(self, time: Any, service: Any) -> None:
        """A break is an interval that no service may overlap."""
        solver, fleet = self.routing.solver(), self.model.fleet
        if not any(fleet.breaks):
            return
        lasts = [0] * self.routing.Size()
        for node in range(self.first, len(self.rows)):
            lasts[self.index(node)] = int(service[node])
        for vehicle, breaks in enumerate(fleet.breaks):
            intervals = [
                solver.FixedDurationIntervalVar(
                    max(due.early, int(fleet.early[vehicle])), max(due.late, int(fleet.early[vehicle])), due.length,
                    False, f"break {vehicle} {number}",
                )
                for number, due in enumerate(breaks)
                if due.late >= fleet.early[vehicle]
            ]  # fmt: skip
            time.SetBreakIntervalsOfVehicle(intervals, vehicle, lasts)

    def _visits(self) -> None:
        """Visits may be left at the price of their prize, and are closed to vehicles that must not make them."""
        visits = self.model.visits
        may = np.array([self.model.may(vehicle) for vehicle in range(len(self.model.fleet))])
        for number in range(len(visits)):
            index = self.visit(number)
            lost = _MUST if visits.required[number] else int(visits.prize[number])
            self.routing.AddDisjunction([index], lost)
            hopeless = visits.early[number] > visits.late[number] or visits.late[number] < 0
            for vehicle in range(len(self.model.fleet)) if hopeless else np.flatnonzero(~may[:, number]).tolist():
                self.routing.VehicleVar(index).RemoveValue(vehicle)

    def _reloaded(self) -> None:
        """Reloads are optional, and each is its vehicle's."""
        for number, (vehicle, _) in enumerate(self.reloads):
            index = self.index(self.first + len(self.model.visits) + number)
            self.routing.AddDisjunction([index], 0)
            for other in range(len(self.model.fleet)):
                if other != vehicle:
                    self.routing.VehicleVar(index).RemoveValue(other)

    def _releases(self) -> None:
        """A vehicle that makes one trip does not leave before the goods are there."""
        solver, fleet, release = self.routing.solver(), self.model.fleet, self.model.visits.release
        time = self.routing.GetDimensionOrDie("time")
        for vehicle in range(len(fleet)):
            start = time.CumulVar(self.routing.Start(vehicle))
            for number in np.flatnonzero(release > fleet.early[vehicle]).tolist():
                if not fleet.reloads[vehicle]:
                    here = solver.IsEqualCstVar(self.routing.VehicleVar(self.visit(number)), vehicle)
                    solver.Add(start >= here * int(release[number]))

    def route(self, found: Any, vehicle: int) -> Route:
        """What a vehicle does in a solution."""
        trips: list[list[int]] = [[]]
        reloads: list[int] = []
        index = found.Value(self.routing.NextVar(self.routing.Start(vehicle)))
        while not self.routing.IsEnd(index):
            number = int(self.manager.IndexToNode(index)) - self.first
            if number < len(self.model.visits):
                trips[-1].append(number)
            else:
                reloads.append(self.reloads[number - len(self.model.visits)][1])
                trips.append([])
            index = found.Value(self.routing.NextVar(index))
        return Route(vehicle, tuple(map(tuple, trips)), tuple(reloads))

    def assignment(self, routes: Sequence[Route]) -> Any:
        """A plan of single trips as OR-Tools has it, or None."""
        plan: list[list[int]] = [[] for _ in range(len(self.model.fleet))]
        for route in routes:
            plan[route.vehicle] = [self.visit(visit) for visit in route.visits]
        return None if self.reloads else self.routing.ReadAssignmentFromRoutes(plan, True)


def search(model: RoutingModel, stop: Stop, initial: Sequence[Route] | None = None) -> list[Route]:
    """The best routes that OR-Tools finds. Its search has no luck, hence no seed."""
    if not len(model.visits) or not len(model.fleet):
        return []
    it = Translation(model)
    routing = it.routing
    routing.AddSearchMonitor(routing.solver().BranchesLimit(_BRANCHES * stop.solutions))
    how = _parameters(stop.solutions, scheduling=any(model.fleet.breaks))
    routing.CloseModelWithParameters(how)
    begin = it.assignment(initial) if initial else None
    found = routing.SolveFromAssignmentWithParameters(begin, how) if begin else routing.SolveWithParameters(how)
    if not found:
        return list(initial or ())
    routes = [it.route(found, vehicle) for vehicle in range(len(model.fleet))]
    return [route for route in routes if route.visits]


def _parameters(solutions: int, *, scheduling: bool) -> Any:
    """Search until so many solutions; limits in seconds are out of reach."""
    from ortools.constraint_solver import pywrapcp, routing_enums_pb2

    parameters = pywrapcp.DefaultRoutingSearchParameters()
    parameters.first_solution_strategy = routing_enums_pb2.FirstSolutionStrategy.PARALLEL_CHEAPEST_INSERTION
    parameters.local_search_metaheuristic = routing_enums_pb2.LocalSearchMetaheuristic.GUIDED_LOCAL_SEARCH
    parameters.solution_limit = solutions
    parameters.time_limit.seconds = parameters.lns_time_limit.seconds = _DAYS * 86400
    parameters.disable_scheduling_beware_this_may_degrade_performance = not scheduling
    return parameters
