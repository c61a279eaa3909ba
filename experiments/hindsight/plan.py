"""A plan that somebody could have made who had known the day: found by a solver, so an estimate, not a bound."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np

from experiments.hindsight.visits import Visit, Work
from experiments.hindsight.ways import by_the_hour, paid_hour, street_groups
from policies.solvers.model import Ints, Route, Routes, RoutingModel, Schedule, Stop, fleet_of, visits_of
from policies.solvers.retime import by_period, retimed
from policies.solvers.schedule import driven
from policies.solvers.solve import solve
from twin.engine import Twin
from twin.state import Unit
from twin.units import DAY, HOUR
from twin.wages import MIN_PAID

Hours = Mapping[int, Sequence[tuple[Ints, Ints]]]
"""Profile -> milliseconds and metres between places, hour by hour."""
_NOTHING: Ints = np.zeros((0, 0), dtype=np.int64)
_MILLI = 1000
RELOADS = 3
"""How often a vehicle may come home for more in a day, or as often as one did (D: there are three waves)."""


class Found(NamedTuple):
    """What a plan costs in micro-dollars, as wages and kilometres are paid, and how many visits it could not make."""

    cost: int
    left: int


def best_plan(twin: Twin, work: Work, iterations: int) -> Found:
    """The cheapest of three: the day's own order, and two searches that begin with it.

    One search believes the usual ways of the day and counts what calling a driver in costs; one believes slower ways
    and pays by the hour alone. All are timed again on the ways of each hour.

    Each visit begins within its promise, or no later than it did in fact, and takes as long as it took; goods leave
    when they were ready; vehicles are those of the depot, in their legal hours or as long as they were out in fact;
    ways are those of the hour (:func:`~experiments.hindsight.ways.by_the_hour`). Waves, docks and rests do not bind
    it; a rest that is due is paid for.
    """
    units = [unit for unit in twin.state.units if unit.depot == work.depot]
    units = [unit for unit in units if not twin.facts.kinds[unit.group].is_sortie]
    nodes = np.array([twin.facts.depots[work.depot], *(visit.node for visit in work.visits)], dtype=np.int64)
    places, where = np.unique(nodes, return_inverse=True)
    profiles = {twin.roads.profile_of[group] for group in street_groups(twin, work.depot)}
    hours: Hours = {profile: by_the_hour(twin, profile, work, places) for profile in profiles}
    driven_so = _as_driven(work, units, int(where[0]))
    found = [_retimed(twin, _model(twin, work, units, where, hours, 0.5), hours, units, driven_so)]
    for slow, called in ((0.5, True), (0.75, False)):
        model = _model(twin, work, units, where, hours, slow, called=called)
        plan = solve(model, "pyvrp", Stop(iterations=iterations), 1, driven_so)
        found.append(_retimed(twin, model, hours, units, plan.routes))
    return min(found, key=lambda one: (one.left, one.cost))


def _retimed(twin: Twin, model: RoutingModel, hours: Hours, units: list[Unit], routes: Sequence[Route]) -> Found:
    """Routes on the ways of each hour, repaired where they are late."""
    profiles = range(len(twin.roads.limits))
    tables = [tuple(hours[p][hour][0] if p in hours else _NOTHING for p in profiles) for hour in range(24)]
    plan = retimed(model, Routes(tuple(routes), (), (), 0), by_period(tables, HOUR))
    paid = zip(plan.routes, plan.schedules, strict=True)
    return Found(sum(_cost(twin, model, units[r.vehicle], r, timed) for r, timed in paid), len(plan.left))


def _as_driven(work: Work, units: list[Unit], depot: int) -> list[Route]:
    """The routes of the day, to start from."""
    number = {unit.id: vehicle for vehicle, unit in enumerate(units)}
    trips: dict[int, list[tuple[int, ...]]] = {}
    first = 0
    for vehicle, count in work.tours:
        trips.setdefault(number[vehicle], []).append(tuple(range(first, first + count)))
        first += count
    return [Route(vehicle, tuple(mine), (depot,) * (len(mine) - 1)) for vehicle, mine in sorted(trips.items())]


def _model(
    twin: Twin, work: Work, units: list[Unit], where: Ints, hours: Hours, slow: float, *, called: bool = False
) -> RoutingModel:
    """The day as a routing model, from midnight; ways are this quantile of those of its hours."""
    facts, midnight = twin.facts, work.day * DAY
    kinds = [facts.kinds[unit.group] for unit in units]
    handling = min(kind.handling for kind in kinds)
    loads = [
        (sum(facts.weight_g[p] for p in v.parcels), sum(facts.volume_ml[p] for p in v.parcels), len(v.parcels))
        for v in work.visits
    ]
    windows = [_window(twin, visit) for visit in work.visits]
    size = len(twin.roads.limits)
    usual = {
        profile: [
            np.quantile([hour[what] for hour in tables], slow, axis=0, method="higher").astype(np.int64)
            for what in (0, 1)
        ]
        for profile, tables in hours.items()
    }
    out = work.until - work.since
    return RoutingModel(
        visits=visits_of(
            where[1:],
            load=np.array(loads, dtype=np.int64),
            early=[early - midnight for early, _ in windows],
            late=[late - midnight for _, late in windows],
            service=[visit.took + handling * len(visit.parcels) for visit in work.visits],
            release=[max(visit.ready - midnight, 0) for visit in work.visits],
        ),
        fleet=fleet_of(
            len(units),
            len(work.visits),
            profile=[twin.roads.profile_of[unit.group] for unit in units],
            start=int(where[0]),
            end=int(where[0]),
            early=[min(kind.shift[0], work.since - midnight) for kind in kinds],
            late=[max(kind.shift[1], work.until - midnight) for kind in kinds],
            longest=[max(kind.max_duty, out) for kind in kinds],
            capacity=np.array([kind.capacity for kind in kinds], dtype=np.int64),
            fixed=[_MILLI * paid_hour(kind) * (MIN_PAID // HOUR) * called for kind in kinds],
            per_distance=[round(_MILLI * _MILLI * kind.spec.running_usd_km) for kind in kinds],
            per_time=[paid_hour(kind) // 3600 for kind in kinds],
            reloads=max(RELOADS, *Counter(vehicle for vehicle, _ in work.tours).values()),
        ),
        duration=tuple(usual[profile][0] if profile in usual else _NOTHING for profile in range(size)),
        distance=tuple(usual[profile][1] if profile in usual else _NOTHING for profile in range(size)),
        depots=np.array([where[0]]),
    )


def _window(twin: Twin, visit: Visit) -> tuple[int, int]:
    """When the visit may begin: as was promised, or as it did."""
    state, facts = twin.state, twin.facts
    orders = [facts.order_of[parcel] for parcel in visit.parcels]
    at_locker = state.goal[visit.parcels[0]] >= 0
    early = 0 if at_locker else max(state.early[order] for order in orders)
    return min(early, visit.began), max(min(state.late[order] for order in orders), visit.began)


def _cost(twin: Twin, model: RoutingModel, unit: Unit, route: Route, timed: Schedule) -> int:
    """Wages as :func:`twin.wages.pay` counts them, and kilometres."""
    kind = twin.facts.kinds[unit.group]
    worked = timed.end - timed.begin
    worked += kind.rest if worked > kind.rest_after else 0
    over = max(0, worked - round(kind.spec.overtime_after_h * HOUR))
    hours = max(worked, MIN_PAID) + over * (kind.spec.overtime_factor - 1.0)
    return round(paid_hour(kind) * hours / HOUR + driven(model, route) * kind.spec.running_usd_km * _MILLI)
