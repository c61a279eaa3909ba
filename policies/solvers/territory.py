"""Large days: split into territories, each solved alone, then neighbours solved together again.

Territories are cut where travel times say that places lie apart, so that each has vehicles for its work. Only the
ways within a territory are ever asked for: nobody needs ten thousand by ten thousand.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from policies.solvers.model import ANYBODY, Ints, Route, Routes, RoutingModel, Schedule, Step, Stop, part
from policies.solvers.schedule import cost
from policies.solvers.solve import Engine, solve
from policies.solvers.squeeze import squeezed

Floats = NDArray[np.float64]
Ways = Callable[[Ints], tuple[tuple[Ints, ...], tuple[Ints, ...]]]
"""Places -> durations and distances between them, by profile."""
Apply = Callable[[Callable[..., Routes], Sequence[tuple[Any, ...]]], Iterable[Routes]]
"""Calls a function with each of the arguments and keeps their order: here, or in processes."""


Numbers = Sequence[int] | Mapping[int, int]


class Territory(NamedTuple):
    """Visits, and the vehicles that bring them."""

    visits: Ints
    vehicles: Ints


class Large(NamedTuple):
    """How a large day is solved.

    Attributes
    ----------
    size : int
        Visits in a territory, about.
    rounds : int
        How often neighbours are solved together.
    stop : Stop
        Of a territory.
    border : Stop
        Of two together.
    squeeze : Stop
        Of a territory each time that a vehicle is taken away from it: see :mod:`~policies.solvers.squeeze`.
    """

    size: int = 250
    rounds: int = 2
    stop: Stop = Stop(iterations=400)
    border: Stop = Stop(iterations=400)
    squeeze: Stop = Stop(iterations=100)


def solve_large(
    model: RoutingModel, where: Floats, ways: Ways, engine: Engine, how: Large, seed: int, apply: Apply | None = None
) -> Routes:
    """A plan of a large day.

    Parameters
    ----------
    model : RoutingModel
        Its matrices are not looked at.
    where : (places, k) float array
        Where places are: travel times from and to some landmarks, or coordinates.
    ways : callable
    apply : callable, optional
        By default everything is solved here.
    """
    apply = apply or _here
    parts = split(model, where, how.size)
    jobs = [(local(model, ways, it), engine, how, seed + number) for number, it in enumerate(parts)]
    plans = [
        abroad(it, plan, _depots(model, job[0]))
        for it, plan, job in zip(parts, apply(solve_tight, jobs), jobs, strict=True)
    ]
    met: set[tuple[int, int]] = set()
    for turn in range(how.rounds):
        pairs = neighbours(model, where, parts, met)
        met |= set(pairs)
        both = [_joined(parts[a], parts[b]) for a, b in pairs]
        locals_ = [local(model, ways, it) for it in both]
        again = [
            (own, engine, how.border, seed + turn + 1, _initial(it, own, model, plans[a], plans[b]))
            for it, own, (a, b) in zip(both, locals_, pairs, strict=True)
        ]
        for it, own, (a, b), found in zip(both, locals_, pairs, apply(solve, again), strict=True):
            better = abroad(it, found, _depots(model, own))
            if _worth(model, better) < _worth(model, plans[a], plans[b]):
                paid = {
                    int(it.vehicles[route.vehicle]): cost(own, route, timed)
                    for route, timed in zip(found.routes, found.schedules, strict=True)
                }
                plans[a], plans[b] = shared_out(model, better, paid, parts[a], parts[b])
                parts[a], parts[b] = _holding(parts[a], plans[a]), _holding(parts[b], plans[b])
    return together(plans)


def solve_tight(model: RoutingModel, engine: Engine, how: Large, seed: int) -> Routes:
    """A territory's plan, with no more vehicles than it needs."""
    found = solve(model, engine, how.stop, seed)
    return squeezed(model, found, lambda fewer, routes: solve(fewer, engine, how.squeeze, seed, routes))


def _here(work: Callable[..., Routes], tasks: Sequence[tuple[Any, ...]]) -> list[Routes]:
    return [work(*task) for task in tasks]


def split(model: RoutingModel, where: Floats, size: int) -> list[Territory]:
    """Territories of about ``size`` visits, each with vehicles for its share of the work."""
    free = np.flatnonzero(model.visits.bound == ANYBODY)
    count = max(1, min(len(model.fleet), round(len(model.visits) / size)))
    parts = _bisected(model, where, Territory(free, np.arange(len(model.fleet))), count)
    return [_with_bound(model, it) for it in parts]


def _with_bound(model: RoutingModel, it: Territory) -> Territory:
    """What is on board stays with its vehicle."""
    own = np.flatnonzero(np.isin(model.visits.bound, it.vehicles))
    return Territory(np.union1d(it.visits, own), it.vehicles)


def _bisected(model: RoutingModel, where: Floats, it: Territory, count: int) -> list[Territory]:
    """Cut across the longest extent, again and again, so that work and vehicles are shared alike."""
    if count <= 1 or len(it.vehicles) < 2:
        return [it]
    share = (count // 2) / count
    at = where[model.visits.place[it.visits]]
    centre = at.mean(axis=0) if len(at) else np.zeros(where.shape[1])
    axis = np.linalg.svd(at - centre, full_matrices=False)[2][0] if len(at) > 1 else np.ones(where.shape[1])
    along = np.lexsort((it.visits, (at - centre) @ axis))
    work = np.cumsum(_work(model, it.visits)[along])
    cut = int(np.searchsorted(work, share * work[-1])) if len(work) else 0
    vehicles = max(1, min(len(it.vehicles) - 1, round(share * len(it.vehicles))))
    starts = (where[model.fleet.start[it.vehicles]] - centre) @ axis
    order = _dealt(model, it.vehicles, starts, vehicles)
    low = Territory(np.sort(it.visits[along[:cut]]), np.sort(it.vehicles[order[:vehicles]]))
    high = Territory(np.sort(it.visits[along[cut:]]), np.sort(it.vehicles[order[vehicles:]]))
    return [*_bisected(model, where, low, count // 2), *_bisected(model, where, high, count - count // 2)]


def _work(model: RoutingModel, visits: Ints) -> Floats:
    """What a visit takes of a vehicle: its share of all service and of all three loads, or just one of many."""
    columns = [model.visits.service[visits], *model.visits.load[visits].T]
    shares = [column / column.sum() for column in columns if column.sum() > 0]
    return np.asarray(np.mean([*shares, np.full(len(visits), 1 / max(1, len(visits)))], axis=0), dtype=np.float64)


def _dealt(model: RoutingModel, vehicles: Ints, starts: Floats, low: int) -> Ints:
    """Vehicles in an order whose first ``low`` are near the low end, each kind at one place shared alike."""
    kind = np.unique(model.fleet.capacity[vehicles], axis=0, return_inverse=True)[1].reshape(-1)
    turn = np.zeros(len(vehicles))
    for each in np.unique(kind):
        members = np.flatnonzero(kind == each)
        turn[members] = (np.arange(len(members)) + 0.5) / len(members)
    where = np.round(starts - starts.mean(), 6)
    if np.ptp(where) == 0:
        even = np.floor(turn * len(vehicles)).astype(np.int64) * low % len(vehicles) >= len(vehicles) - low
        return np.asarray(np.lexsort((turn, ~even)), dtype=np.int64)
    return np.asarray(np.lexsort((turn, where)), dtype=np.int64)


def local(model: RoutingModel, ways: Ways, it: Territory) -> RoutingModel:
    """A territory as a model of its own, with the ways between its places only."""
    own = part(model, it.visits, it.vehicles)
    used = np.unique(np.concatenate([own.visits.place, own.fleet.start, own.fleet.end, model.depots]))
    duration, distance = ways(used)
    return own.replace(
        visits=replace(own.visits, place=np.searchsorted(used, own.visits.place)),
        fleet=replace(
            own.fleet, start=np.searchsorted(used, own.fleet.start), end=np.searchsorted(used, own.fleet.end)
        ),
        duration=duration,
        distance=distance,
        toll=tuple(toll[np.ix_(used, used)] for toll in model.toll),
        depots=np.searchsorted(used, model.depots),
    )


def _depots(model: RoutingModel, own: RoutingModel) -> dict[int, int]:
    """A territory's number of each depot's place -> the whole day's."""
    return dict(zip(own.depots.tolist(), model.depots.tolist(), strict=True))


def abroad(it: Territory, plan: Routes, depots: dict[int, int]) -> Routes:
    """A territory's plan in the numbers of the whole day."""
    visits, vehicles = it.visits.tolist(), it.vehicles.tolist()
    routes = tuple(_numbered(route, vehicles, visits, depots) for route in plan.routes)
    schedules = tuple(
        Schedule(
            timed.begin,
            timed.end,
            tuple(_step(step, visits, depots) for step in timed.steps),
        )
        for timed in plan.schedules
    )
    return Routes(routes, schedules, tuple(visits[v] for v in plan.left), plan.cost)


def _numbered(route: Route, vehicle: Numbers, visit: Numbers, depot: Numbers) -> Route:
    """A route in other numbers."""
    trips = tuple(tuple(visit[v] for v in trip) for trip in route.trips)
    return Route(vehicle[route.vehicle], trips, tuple(depot[place] for place in route.reloads))


def _step(step: Step, visits: list[int], depots: dict[int, int]) -> Step:
    """A step in the numbers of the whole day."""
    if step.kind == "visit":
        return step._replace(what=visits[step.what])
    return step._replace(what=depots[step.what]) if step.kind == "reload" else step


def neighbours(
    model: RoutingModel, where: Floats, parts: Sequence[Territory], met: set[tuple[int, int]]
) -> list[tuple[int, int]]:  # fmt: skip
    """Pairs of territories, the nearest first, each in one pair at most, that have not met before."""
    centres = np.array([where[model.visits.place[it.visits]].mean(axis=0) for it in parts])
    away = ((centres[:, None] - centres[None]) ** 2).sum(axis=2)
    order = sorted((float(away[a, b]), a, b) for a in range(len(parts)) for b in range(a + 1, len(parts)))
    pairs: list[tuple[int, int]] = []
    busy: set[int] = set()
    for _, a, b in order:
        if (a, b) not in met and not {a, b} & busy:
            pairs.append((a, b))
            busy |= {a, b}
    return pairs


def _joined(a: Territory, b: Territory) -> Territory:
    return Territory(np.union1d(a.visits, b.visits), np.union1d(a.vehicles, b.vehicles))


def _initial(it: Territory, own: RoutingModel, model: RoutingModel, *plans: Routes) -> list[Route]:
    """What two territories do now, in the numbers of both together."""
    visit, vehicle = ({n: i for i, n in enumerate(numbers.tolist())} for numbers in it)
    depot = {place: here for here, place in _depots(model, own).items()}
    return [_numbered(route, vehicle, visit, depot) for plan in plans for route in plan.routes]


def _worth(model: RoutingModel, *plans: Routes) -> tuple[int, int]:
    """Required visits that are left, then the cost."""
    missing = sum(int(model.visits.required[list(plan.left)].sum()) for plan in plans)
    return missing, sum(plan.cost for plan in plans)


def shared_out(
    model: RoutingModel, plan: Routes, paid: Mapping[int, int], a: Territory, b: Territory
) -> tuple[Routes, Routes]:  # fmt: skip
    """A common plan as two, each vehicle's route in its territory, and what is left in the first that had it.

    Each has the cost of its own routes (``paid``, by vehicle) and of what it leaves, as both may meet others later.
    """
    had, shares = set(a.visits.tolist()), []
    for it, first in ((a, True), (b, False)):
        own = set(it.vehicles.tolist())
        kept = [(r, s) for r, s in zip(plan.routes, plan.schedules, strict=True) if r.vehicle in own]
        left = tuple(visit for visit in plan.left if (visit in had) is first)
        lost = int(model.visits.prize[list(left)].sum())
        spent = sum(paid[route.vehicle] for route, _ in kept) + lost
        shares.append(Routes(tuple(r for r, _ in kept), tuple(s for _, s in kept), left, spent))
    return shares[0], shares[1]


def _holding(it: Territory, plan: Routes) -> Territory:
    """The territory with what its vehicles now bring, and what is left of it."""
    visits = [*(visit for route in plan.routes for visit in route.visits), *plan.left]
    return Territory(np.array(sorted(visits), dtype=np.int64), it.vehicles)


def together(plans: Sequence[Routes]) -> Routes:
    """Plans of all territories as one."""
    found = sorted(pair for plan in plans for pair in zip(plan.routes, plan.schedules, strict=True))
    left = tuple(sorted(visit for plan in plans for visit in plan.left))
    return Routes(tuple(r for r, _ in found), tuple(s for _, s in found), left, sum(plan.cost for plan in plans))
