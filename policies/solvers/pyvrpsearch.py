"""PyVRP on a routing model: data there, search, routes back.

PyVRP knows hard windows, releases, prizes, unlike vehicles, depots and reloads. It knows no lateness that costs and no
breaks; and it knows no range besides tolls. Who calls it emulates these.
"""

import warnings
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, cast

import numpy as np

from policies.solvers.model import Ints, Route, RoutingModel, Stop
from twin.entities import FAR

if TYPE_CHECKING:
    from pyvrp import Client, ProblemData, Solution, VehicleType

_PARCEL = 10_000
"""A parcel too many is penalised like 10 kg too many."""
_PENALTY = 1e5
"""Highest penalty of a unit too many, in costs of a unit of time: PyVRP's default at a cost of 1."""
_MOST = 1e8
"""Above it a week in milliseconds too many is near the end of 64 bits."""


class Translation:
    """A model in PyVRP's terms, kept so that plans can be translated both ways.

    Every visit has a location of its own behind those of starts, ends and depots. Vehicles that are alike are a
    type, and a type that must not visit everything has a profile in which the rest is out of reach.
    """

    def __init__(self, model: RoutingModel) -> None:
        self.model = model
        self.kinds = _kinds(model)
        fleet = model.fleet
        self.places = np.unique(np.concatenate([fleet.start, fleet.end, model.depots]))
        self.zero = int(fleet.early.min())
        self.latest = int(min(fleet.late.max(), _horizon(model)))
        able = self._reachable() if self.kinds else np.zeros(len(model.visits), dtype=np.bool_)
        self.wanted = np.flatnonzero((model.visits.late >= self.zero) & able)
        self.client = {visit: number for number, visit in enumerate(self.wanted.tolist())}
        self.data: Any = self._data() if len(self.wanted) else None

    def _reachable(self) -> Any:
        """Which visits some vehicle may make; others PyVRP need not know."""
        return np.array([self.model.may(alike[0]) for alike in self.kinds]).any(axis=0)

    def _data(self) -> "ProblemData":
        from pyvrp import Depot, Location, ProblemData

        used = _used_loads(self.model)
        rows = np.concatenate([self.places, self.model.visits.place[self.wanted]])
        profiles = [self._matrices(alike[0], rows) for alike in self.kinds]
        shared, index = _shared(profiles)
        number = {place: i for i, place in enumerate(self.places.tolist())}
        loading = len(self.places)  # depots with loading, for reloads, behind those without
        return ProblemData(
            locations=[Location(0, 0) for _ in rows],
            clients=[self._client(int(visit), len(self.places) + i, used) for i, visit in enumerate(self.wanted)],
            depots=[Depot(i) for i in range(loading)]
            + [Depot(number[p], service_duration=self.model.loading) for p in self.model.depots.tolist()],
            vehicle_types=[
                self._type(alike, index[kind], number, loading, used) for kind, alike in enumerate(self.kinds)
            ],
            distance_matrices=cast("Any", [distance for distance, _ in shared]),
            duration_matrices=cast("Any", [duration for _, duration in shared]),
        )

    def _client(self, visit: int, location: int, used: list[int]) -> "Client":
        from pyvrp import Client

        visits = self.model.visits
        early = min(max(0, int(visits.early[visit]) - self.zero), self.latest - self.zero)
        late = int(visits.late[visit]) - self.zero
        load = visits.load[visit].tolist()
        return Client(
            location=location,
            delivery=[load[k] * (_PARCEL if k == 2 else 1) for k in used],
            service_duration=int(visits.service[visit]),
            tw_early=early,
            tw_late=max(early, min(late, self.latest - self.zero)),
            release_time=min(max(0, int(visits.release[visit]) - self.zero), max(early, late)),
            prize=int(visits.prize[visit]),
            required=bool(visits.required[visit]),
        )

    def _type(
        self, alike: list[int], profile: int, number: dict[int, int], loading: int, used: list[int]
    ) -> "VehicleType":
        from pyvrp import VehicleType

        fleet, it = self.model.fleet, alike[0]
        early = max(0, int(fleet.early[it]) - self.zero)
        late = min(int(fleet.late[it]), self.latest) - self.zero
        depots = len(self.model.depots) if fleet.reloads[it] else 0
        return VehicleType(
            num_available=len(alike),
            capacity=[int(fleet.capacity[it, k]) * (_PARCEL if k == 2 else 1) for k in used],
            start_depot=number[int(fleet.start[it])],
            end_depot=number[int(fleet.end[it])],
            fixed_cost=int(fleet.fixed[it]),
            tw_early=early,
            tw_late=max(early, late),
            start_late=min(max(early, int(fleet.start_late[it]) - self.zero), max(early, late)),
            shift_duration=self._longest(it),
            max_distance=int(min(fleet.furthest[it], FAR)) if not self.model.toll else FAR * 1024,
            unit_distance_cost=1 if self.model.toll else int(fleet.per_distance[it]),
            unit_duration_cost=int(fleet.per_time[it]),
            profile=profile,
            reload_depots=[loading + k for k in range(depots)],
            max_reloads=int(fleet.reloads[it]),
        )

    def _longest(self, vehicle: int) -> int:
        """The longest working day; none where PyVRP 0.14 may search for ever, with releases on top of reloads."""
        endless = self.model.fleet.reloads[vehicle] and (self.model.visits.release > self.zero).any()
        return self.latest + 1 if endless else int(min(self.model.fleet.longest[vehicle], self.latest + 1))

    def _matrices(self, vehicle: int, rows: Ints) -> tuple[Ints, Ints]:
        """Distances (with tolls: costs) and durations of a vehicle, with what it must not visit out of reach."""
        fleet, square = self.model.fleet, np.ix_(rows, rows)
        profile = int(fleet.profile[vehicle])
        never = self.latest - self.zero + 1
        duration = np.minimum(self.model.duration[profile][square], never)
        closed = np.flatnonzero(~self.model.may(vehicle)[self.wanted]) + len(self.places)
        duration[:, closed] = never
        distance = np.minimum(self.model.distance[profile][square], _furthest(self.model, profile))
        if self.model.toll:
            distance = int(fleet.per_distance[vehicle]) * distance + self.model.toll[profile][square]
        np.fill_diagonal(duration, 0)
        np.fill_diagonal(distance, 0)
        return distance, duration

    def solution(self, routes: Sequence[Route]) -> "Solution":
        """A plan as PyVRP has it."""
        from pyvrp import Activity, ActivityType, Solution
        from pyvrp import Route as Found

        kind = {vehicle: number for number, alike in enumerate(self.kinds) for vehicle in alike}
        depot = {int(p): len(self.places) + k for k, p in enumerate(self.model.depots)}
        found = []
        for route in routes:
            stops: list[Activity] = []
            for number, trip in enumerate(route.trips):
                if number:
                    stops.append(Activity(ActivityType.DEPOT, depot[route.reloads[number - 1]]))
                stops += [Activity(ActivityType.CLIENT, self.client[visit]) for visit in trip if visit in self.client]
            if stops:
                found.append(Found(self.data, stops, kind[route.vehicle]))
        return Solution(self.data, found)

    def routes(self, solution: "Solution") -> list[Route]:
        """What PyVRP found as routes; vehicles of a kind take them in order."""
        free = [iter(alike) for alike in self.kinds]
        return [self._route(next(free[found.vehicle_type()]), found) for found in solution.routes()]

    def _route(self, vehicle: int, found: Any) -> Route:
        trips: list[list[int]] = [[]]
        reloads: list[int] = []
        for activity in list(found)[1:-1]:
            if activity.is_client():
                trips[-1].append(int(self.wanted[activity.idx]))
            else:
                reloads.append(int(self.model.depots[activity.idx - len(self.places)]))
                trips.append([])
        return Route(vehicle, tuple(map(tuple, trips)), tuple(reloads))


def search(model: RoutingModel, stop: Stop, seed: int, initial: Sequence[Route] | None = None) -> list[Route]:
    """The best routes that PyVRP finds, feasible or not.

    With several starts the first searches, each with its own luck, share a part of the iterations; the best of them
    goes on with the rest.
    """
    if not len(model.visits) or not len(model.fleet):
        return []
    it = Translation(model)
    if not len(it.wanted):
        return []
    begin = it.solution(initial) if initial is not None else None
    if stop.starts <= 1:
        return it.routes(_run(it, stop.iterations, seed, begin))
    each = int(stop.iterations * stop.trial) // stop.starts
    luck = [seed * stop.starts + number for number in range(stop.starts)]
    tried = [_run(it, each, number, begin if not at else None) for at, number in enumerate(luck)]
    best = min(tried, key=lambda found: (not found.is_feasible(), _value(found)))
    rest = stop.iterations - each * stop.starts
    final = _run(it, rest, seed, best) if rest else best
    return it.routes(final)


def _value(solution: "Solution") -> int:
    return int(
        solution.distance_cost() + solution.duration_cost() + solution.fixed_vehicle_cost()
        + solution.uncollected_prizes()
    )  # fmt: skip


def _run(it: Translation, iterations: int, seed: int, begin: "Solution | None") -> "Solution":
    from pyvrp import PenaltyParams, SolveParams, solve
    from pyvrp.stop import MaxIterations

    with warnings.catch_warnings():  # a plan that nobody can drive is no mistake here
        warnings.simplefilter("ignore")
        result = solve(
            it.data,
            MaxIterations(iterations),
            seed,
            collect_stats=False,
            params=SolveParams(penalty=PenaltyParams(max_penalty=_penalty(it.model))),
            initial_solution=begin,
        )
    return result.best


def _penalty(model: RoutingModel) -> float:
    """The highest penalty of a unit too many: a multiple of what a unit of time costs on the way."""
    rates = [int(model.fleet.per_time.max())]
    for profile, per in {(int(p), int(c)) for p, c in zip(model.fleet.profile, model.fleet.per_distance, strict=True)}:
        ways = (model.duration[profile] < FAR) & (model.distance[profile] < FAR)
        paid = per * model.distance[profile][ways].sum(dtype=float)
        paid += model.toll[profile][ways].sum(dtype=float) if model.toll else 0.0
        rates.append(paid / max(1.0, model.duration[profile][ways].sum(dtype=float)))
    return float(min(_MOST, _PENALTY * max(1.0, *rates)))


def _kinds(model: RoutingModel) -> list[list[int]]:
    """Vehicles that are alike and can still work, by kind."""
    fleet = model.fleet
    same = [getattr(fleet, name) for name in type(fleet).__slots__ if name not in ("breaks", "allowed")]
    owners = set(model.visits.bound.tolist())
    kinds: dict[object, list[int]] = {}
    for vehicle in range(len(fleet)):
        if fleet.early[vehicle] <= min(fleet.start_late[vehicle], fleet.late[vehicle]):
            own = vehicle if vehicle in owners else None
            columns = (column[vehicle].tobytes() for column in same)
            key = (*columns, fleet.allowed[vehicle].tobytes(), fleet.breaks[vehicle], own)
            kinds.setdefault(key, []).append(vehicle)
    return list(kinds.values())


def _used_loads(model: RoutingModel) -> list[int]:
    """The dimensions of load that can be exceeded at all."""
    total = model.visits.load.sum(axis=0)
    return [k for k in range(3) if total[k] > model.fleet.capacity[:, k].min(initial=FAR)]


def _horizon(model: RoutingModel) -> int:
    """No plan lasts longer: the last window, and from there the longest service and way home, breaks apart."""
    ways = [matrix[matrix < FAR].max(initial=0) for matrix in model.duration]
    visits = model.visits
    if visits.late.max() >= FAR or model.fleet.late.max() >= FAR:
        total = int(max(ways)) * (2 * len(visits) + 2) + int(visits.service.sum())
        return int(max(model.fleet.early.max(), visits.release.max(), 0) + total + model.loading * len(visits))
    return int(model.fleet.late.max())


def _furthest(model: RoutingModel, profile: int) -> int:
    """A distance for ways that do not exist: no tour is so long, and larger numbers only risk overflow."""
    matrix = model.distance[profile]
    return int(10 * matrix[matrix < FAR].max(initial=1))


def _shared(profiles: list[tuple[Ints, Ints]]) -> tuple[list[tuple[Ints, Ints]], list[int]]:
    """Equal profiles only once, and which one each was."""
    shared: list[tuple[Ints, Ints]] = []
    index = []
    for distance, duration in profiles:
        for number, (d, t) in enumerate(shared):
            if np.array_equal(d, distance) and np.array_equal(t, duration):
                index.append(number)
                break
        else:
            index.append(len(shared))
            shared.append((distance, duration))
    return shared, index
