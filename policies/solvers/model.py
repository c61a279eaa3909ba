"""A routing problem as solvers know it, and its answer: integer arrays, without a wave, a twin or a library.

Times and lengths are integers of any unit (the twin's are milliseconds and metres), counted from any origin; costs
are integers of any unit too. Place ``p`` is row and column ``p`` of the matrices; several visits may share a place.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from twin.entities import FAR

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]
ANYBODY = -1
"""``Visits.bound`` of goods that wait at the depots."""
LOADS = 3
"""Grams, millilitres, parcels."""


class Break(NamedTuple):
    """A rest of ``length`` that begins between ``early`` and ``late``, both included, and never during a service.

    It may be taken at a door, at a depot or on the way. Who works from before ``early`` until after ``late`` owes it.
    """

    length: int
    early: int
    late: int


@dataclass(frozen=True, slots=True, eq=False)
class Visits:
    """What could be visited; (n,) int64 arrays unless said otherwise.

    Attributes
    ----------
    place : array
        Row of the matrices.
    load : (n, 3) array
        Grams, millilitres, parcels that are brought.
    early, late : array
        When service may begin, both included; hard.
    service : array
        Its duration.
    release : array
        When the goods are at the depots: no trip that carries them leaves earlier.
    prize : array
        Cost of leaving the visit out.
    required : (n,) bool array
        Whether it must not be left out, whatever it costs.
    bound : array
        The vehicle that has the goods on board already and alone can bring them, or ``ANYBODY``.
    due, rate : array
        Service that begins after ``due`` costs ``rate`` a unit of time; OR-Tools only.
    """

    place: Ints
    load: Ints
    early: Ints
    late: Ints
    service: Ints
    release: Ints
    prize: Ints
    required: Bools
    bound: Ints
    due: Ints
    rate: Ints

    def __len__(self) -> int:
        return len(self.place)


@dataclass(frozen=True, slots=True, eq=False)
class Fleet:
    """What could drive; (v,) int64 arrays unless said otherwise.

    Attributes
    ----------
    profile : array
        Which of the model's matrices hold for it.
    start, end : array
        Places where it begins and ends.
    early, start_late, late : array
        It starts between the first two and is back by the third.
    longest, furthest : array
        Most time from start to end, breaks included (the shift law), and most distance (the energy).
    capacity : (v, 3) array
        Grams, millilitres, parcels.
    fixed, per_distance, per_time : array
        What using it costs: once, a unit of distance, a unit of time from start to end.
    reloads : array
        How often at most it may come to a depot for more.
    allowed : (v, n) bool array
        What it may visit.
    breaks : tuple of tuple of Break
        In order, by vehicle.
    """

    profile: Ints
    start: Ints
    end: Ints
    early: Ints
    start_late: Ints
    late: Ints
    longest: Ints
    furthest: Ints
    capacity: Ints
    fixed: Ints
    per_distance: Ints
    per_time: Ints
    reloads: Ints
    allowed: Bools
    breaks: tuple[tuple[Break, ...], ...]

    def __len__(self) -> int:
        return len(self.profile)


@dataclass(frozen=True, slots=True, eq=False)
class RoutingModel:
    """Visits, vehicles, depots and the ways between places.

    Attributes
    ----------
    duration, distance : tuple of (p, p) int64 arrays
        By profile; ``FAR`` where there is no way.
    toll : tuple of (p, p) int64 arrays, or empty
        By profile: what a way costs beyond its distance and duration.
    depots : (d,) int64 array
        Places where goods wait, and where reloading is possible.
    loading : int
        How long reloading takes.
    """

    visits: Visits
    fleet: Fleet
    duration: tuple[Ints, ...]
    distance: tuple[Ints, ...]
    depots: Ints
    loading: int = 0
    toll: tuple[Ints, ...] = ()

    def replace(self, **changes: Any) -> "RoutingModel":
        """The same model with some fields changed."""
        return replace(self, **changes)

    def may(self, vehicle: int) -> Bools:
        """(n,) What a vehicle may visit: allowed, and not on board of another."""
        allowed: Bools = self.fleet.allowed[vehicle] & np.isin(self.visits.bound, (ANYBODY, vehicle))
        return allowed


class Route(NamedTuple):
    """A vehicle's trips: the visits of each, in order; ``reloads[k]`` is the depot after trip ``k``."""

    vehicle: int
    trips: tuple[tuple[int, ...], ...]
    reloads: tuple[int, ...] = ()

    @property
    def visits(self) -> tuple[int, ...]:
        """All of them, in order."""
        return tuple(visit for trip in self.trips for visit in trip)


class Step(NamedTuple):
    """Something that a vehicle does from ``begin`` to ``end``: ``visit``, ``reload`` (at a place) or ``break``."""

    kind: str
    what: int
    begin: int
    end: int


class Schedule(NamedTuple):
    """When a route is where."""

    begin: int
    end: int
    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class Routes:
    """An answer.

    Attributes
    ----------
    routes : tuple of Route
        By vehicle; vehicles that stay at home have none.
    schedules : tuple of Schedule
        One for each route.
    left : tuple of int
        Visits of no route. It holds required ones only if the engine found no plan with them.
    cost : int
        Routes, prizes of what is left, lateness.
    """

    routes: tuple[Route, ...]
    schedules: tuple[Schedule, ...]
    left: tuple[int, ...]
    cost: int


@dataclass(frozen=True, slots=True)
class Stop:
    """When a search ends: by counts, so that a busy machine plans the same.

    Attributes
    ----------
    iterations : int
        Of PyVRP, all starts together.
    solutions : int
        Accepted changes of OR-Tools.
    starts : int
        Independent searches of PyVRP that share the first ``trial`` of the iterations; the best goes on.
    trial : float
        Share of the iterations for the starts.
    """

    iterations: int = 1000
    solutions: int = 100
    starts: int = 1
    trial: float = 0.5


def visits_of(place: Any, **given: Any) -> Visits:
    """Visits with defaults: no load, no window, no service, released long ago, required, bound to nobody.

    Parameters
    ----------
    place : (n,) array of int
    **given
        Any other attribute of :class:`Visits`, as a number or an array.
    """
    count = len(place)
    plain = {"early": 0, "late": FAR, "service": 0, "release": 0, "prize": 0, "bound": ANYBODY, "due": FAR, "rate": 0}
    columns = {name: _column(given.pop(name, value), count) for name, value in plain.items()}
    load = np.broadcast_to(np.asarray(given.pop("load", 0), dtype=np.int64), (count, LOADS))
    required = np.broadcast_to(np.asarray(given.pop("required", True), dtype=np.bool_), (count,))
    _nothing_left(given)
    return Visits(place=_column(place, count), load=load, required=required, **columns)


def fleet_of(count: int, visits: int, **given: Any) -> Fleet:
    """Vehicles with defaults: at place 0 all day, of any size and reach, free of charge but for distance.

    Parameters
    ----------
    count, visits : int
        How many vehicles, and how many visits there are.
    **given
        Any attribute of :class:`Fleet`, as a number or an array; ``breaks`` also as one tuple for all.
    """
    plain = {"profile": 0, "start": 0, "end": 0, "early": 0, "late": FAR, "longest": FAR, "furthest": FAR}
    plain |= {"fixed": 0, "per_distance": 1, "per_time": 0, "reloads": 0}
    columns = {name: _column(given.pop(name, value), count) for name, value in plain.items()}
    columns["start_late"] = _column(given.pop("start_late", columns["late"]), count)
    capacity = np.broadcast_to(np.asarray(given.pop("capacity", FAR), dtype=np.int64), (count, LOADS))
    allowed = np.broadcast_to(np.asarray(given.pop("allowed", True), dtype=np.bool_), (count, visits))
    breaks = tuple(given.pop("breaks", ()))
    if not breaks or isinstance(breaks[0], Break):
        breaks = (breaks,) * count
    _nothing_left(given)
    return Fleet(capacity=capacity, allowed=allowed, breaks=breaks, **columns)


def _column(values: Any, count: int) -> Ints:
    return np.broadcast_to(np.asarray(values, dtype=np.int64), (count,))


def _nothing_left(given: dict[str, Any]) -> None:
    if given:
        raise TypeError(f"{', '.join(given)} is no attribute here")


def part(model: RoutingModel, visits: Ints | Sequence[int], vehicles: Ints | Sequence[int]) -> RoutingModel:
    """The model with some visits and vehicles only, numbered anew in the order given; places stay as they are."""
    visits, vehicles = np.asarray(visits, dtype=np.int64), np.asarray(vehicles, dtype=np.int64)
    number = np.full(len(model.fleet) + 1, -2, dtype=np.int64)
    number[vehicles] = np.arange(len(vehicles))
    number[-1] = ANYBODY
    columns = {name: getattr(model.visits, name)[visits] for name in Visits.__slots__}
    columns["bound"] = number[columns["bound"]]
    fleet = {name: getattr(model.fleet, name)[vehicles] for name in Fleet.__slots__ if name != "breaks"}
    fleet["allowed"] = fleet["allowed"][:, visits]
    breaks = tuple(model.fleet.breaks[vehicle] for vehicle in vehicles.tolist())
    return model.replace(visits=Visits(**columns), fleet=Fleet(breaks=breaks, **fleet))
