"""One door to the solvers: a model in, a plan out that the checker passes, whatever the engine can express.

What an engine cannot say is emulated around it, and the result is timed exactly and repaired:

* goods on board: a vehicle that reloads brings first what is bound to it, then a second vehicle begins where that ends;
* breaks (PyVRP): if all vehicles share them, time stands still while they last; if not, working days are shorter;
* ranges besides tolls (PyVRP), releases of later trips (OR-Tools): routes that break them are repaired.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Literal, NamedTuple

import numpy as np

from policies.solvers import ortoolssearch, pyvrpsearch
from policies.solvers.model import Break, Ints, Route, Routes, RoutingModel, Schedule, Stop, part
from policies.solvers.repair import repaired
from policies.solvers.schedule import driven
from twin.entities import FAR
from twin.errors import PolicyError

Engine = Literal["pyvrp", "ortools"]
Search = Callable[[RoutingModel, Stop, int, Sequence[Route] | None], list[Route]]


def solve(
    model: RoutingModel, engine: Engine, stop: Stop, seed: int, initial: Sequence[Route] | None = None
) -> Routes:  # fmt: skip
    """The best plan found until ``stop``.

    Parameters
    ----------
    seed : int
        Of PyVRP; OR-Tools' search has no luck.
    initial : sequence of Route, optional
        A plan to start from.

    Raises
    ------
    PolicyError
        If the engine is unknown.
    """
    search = _ENGINES.get(engine)
    if search is None:
        raise PolicyError(f"there is no engine {engine!r}; choose one of {', '.join(_ENGINES)}")
    carrying = [v for v in range(len(model.fleet)) if model.fleet.reloads[v] and _carries(model, v)]
    if carrying:
        return _in_two(model, carrying, search, stop, seed)
    return repaired(model, search(closed(model), stop, seed, initial))


def _pyvrp(model: RoutingModel, stop: Stop, seed: int, initial: Sequence[Route] | None) -> list[Route]:
    """PyVRP with breaks emulated."""
    shared = set(model.fleet.breaks)
    if shared == {()}:
        return pyvrpsearch.search(model, stop, seed, initial)
    if len(shared) == 1:
        for due in reversed(model.fleet.breaks[0]):
            model = standing_still(model, due)
        return pyvrpsearch.search(model, stop, seed, initial)
    rest = np.array([sum(due.length for due in breaks) for breaks in model.fleet.breaks])
    late = np.maximum(model.fleet.late - rest, model.fleet.early)
    longest = np.maximum(model.fleet.longest - rest, 0)
    return pyvrpsearch.search(
        model.replace(fleet=replace(model.fleet, late=late, longest=longest)), stop, seed, initial
    )


def _ortools(model: RoutingModel, stop: Stop, _seed: int, initial: Sequence[Route] | None) -> list[Route]:
    return ortoolssearch.search(model, stop, initial)


_ENGINES: dict[str, Search] = {"pyvrp": _pyvrp, "ortools": _ortools}


def standing_still(model: RoutingModel, due: Break) -> RoutingModel:
    """The model on a clock that stands still for a break that all vehicles begin as soon as they may.

    A plan of this clock can be driven on the real one: what begins after the break begins its length later. Services
    that could only begin while the break lasts are lost.
    """
    visits, fleet = model.visits, model.fleet
    after = visits.early > due.early
    early = np.where(after, np.maximum(_stopped(visits.early, due), due.early + 1), visits.early)
    late = _stopped(visits.late, due)
    late = np.where(after & (visits.late < due.early + due.length), -FAR, late)
    moved = replace(
        visits, early=early, late=late, release=_stopped(visits.release, due), due=_stopped(visits.due, due)
    )
    spans = fleet.late > due.late  # a working day that ends before needs no break
    shorter = replace(
        fleet,
        early=_stopped(fleet.early, due),
        start_late=_stopped(fleet.start_late, due),
        late=np.where(spans, _stopped(fleet.late, due), fleet.late),
        longest=np.where(spans & (fleet.longest < FAR), np.maximum(fleet.longest - due.length, 0), fleet.longest),
    )
    return model.replace(visits=moved, fleet=shorter)


def _stopped(times: Ints, due: Break) -> Ints:
    """Real times on the clock that stands still; what has no limit keeps none."""
    held = np.where(times > due.early, np.maximum(times - due.length, due.early), times)
    return np.where(times >= FAR, times, held)


def closed(model: RoutingModel) -> RoutingModel:
    """The model with what follows from goods on board written into what vehicles may visit.

    A vehicle that starts away from a depot has nothing on board but what is bound to it.
    """
    away = ~np.isin(model.fleet.start, model.depots)
    if not away.any():
        return model
    bound = model.visits.bound[None, :] == np.arange(len(model.fleet))[:, None]
    allowed = model.fleet.allowed & (bound | ~away[:, None])
    return model.replace(fleet=replace(model.fleet, allowed=allowed))


def _carries(model: RoutingModel, vehicle: int) -> bool:
    """Whether a vehicle has something on board, or is away from the depots."""
    return bool((model.visits.bound == vehicle).any() or model.fleet.start[vehicle] not in model.depots)


def _in_two(model: RoutingModel, carrying: list[int], search: Search, stop: Stop, seed: int) -> Routes:
    """First what is on board, to the nearest depot; then all the rest, those vehicles beginning there."""
    own = np.flatnonzero(np.isin(model.visits.bound, carrying))
    first = part(model, own, carrying)
    depots = [_nearest(model, vehicle) for vehicle in carrying]
    ends = replace(first.fleet, end=np.array(depots, dtype=np.int64), reloads=np.zeros(len(carrying), dtype=np.int64))
    first = first.replace(fleet=ends)
    aboard = repaired(first, search(first, stop, seed, None))
    done = {
        carrying[route.vehicle]: Aboard(route, timed, driven(first, route))
        for route, timed in zip(aboard.routes, aboard.schedules, strict=True)
    }
    rest = np.setdiff1d(np.arange(len(model.visits)), own)
    everybody = np.arange(len(model.fleet))
    second = _after(part(model, rest, everybody), carrying, depots, done)
    found = repaired(second, search(second, stop, seed, None))
    routes = {route.vehicle: [tuple(rest[list(trip)].tolist()) for trip in route.trips] for route in found.routes}
    reloads = {route.vehicle: route.reloads for route in found.routes}
    joined = []
    for vehicle in everybody.tolist():
        trips, places = routes.get(vehicle, []), reloads.get(vehicle, ())
        if vehicle in carrying:
            begun = done.get(vehicle)
            board = tuple(own[list(begun.route.visits)].tolist()) if begun else ()
            places = (depots[carrying.index(vehicle)], *places) if trips else ()
            trips = [board, *trips]
        if any(trips):
            joined.append(Route(vehicle, tuple(trips), tuple(places)))
    return repaired(model, joined)


class Aboard(NamedTuple):
    """The route with what was on board, until the depot."""

    route: Route
    timed: Schedule
    metres: int


def _nearest(model: RoutingModel, vehicle: int) -> int:
    """The depot nearest to where a vehicle ends its day: the last leg home is then shortest."""
    ways = model.duration[model.fleet.profile[vehicle]][model.depots, model.fleet.end[vehicle]]
    return int(model.depots[int(ways.argmin())])


def _after(model: RoutingModel, carrying: list[int], depots: list[int], done: dict[int, Aboard]) -> RoutingModel:
    """The model of what is at the depots, with carrying vehicles as they are when they have come there and loaded."""
    fleet = model.fleet
    columns = {n: np.array(getattr(fleet, n)) for n in ("start", "early", "longest", "reloads", "fixed", "furthest")}
    breaks = list(fleet.breaks)
    for vehicle, depot in zip(carrying, depots, strict=True):
        columns["reloads"][vehicle] -= 1
        if vehicle in done:
            timed, free = done[vehicle].timed, done[vehicle].timed.end + model.loading
            columns["early"][vehicle] = free
            columns["furthest"][vehicle] = max(0, columns["furthest"][vehicle] - done[vehicle].metres)
            columns["longest"][vehicle] = max(0, columns["longest"][vehicle] - (free - timed.begin))
            columns["fixed"][vehicle] = 0
            taken = sum(step.kind == "break" for step in timed.steps)
            breaks[vehicle] = breaks[vehicle][taken:]
        else:
            way = int(model.duration[fleet.profile[vehicle]][fleet.start[vehicle], depot])
            columns["early"][vehicle] += way + model.loading
        columns["start"][vehicle] = depot
    columns["start_late"] = np.where(np.isin(np.arange(len(fleet)), carrying), fleet.late, fleet.start_late)
    return model.replace(fleet=replace(fleet, breaks=tuple(breaks), **columns))
