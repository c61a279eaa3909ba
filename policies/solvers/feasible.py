"""Checks a plan against its model, knowing no solver: only the model's words and the plan's own timetable.

It shares no code with what plans, times or repairs. It reads each timetable step by step and does the sums again.
"""

from collections.abc import Callable, Iterator
from itertools import pairwise

from policies.solvers.model import ANYBODY, LOADS, Route, Routes, RoutingModel, Schedule, Step
from twin.entities import FAR


def check(
    model: RoutingModel, plan: Routes, travel: Callable[[int, int, int, int], int] | None = None
) -> list[str]:  # fmt: skip
    """What a plan breaks, a sentence each; an empty list if it can be driven.

    Parameters
    ----------
    travel : callable, optional
        Profile, from place, to place, when it leaves: how long it takes; by default the model's matrices.
    """
    faults = list(_counted(model, plan))
    for route, timed in zip(plan.routes, plan.schedules, strict=True):
        named = f"vehicle {route.vehicle}"
        found = (
            *_may(model, route),
            *_loads(model, route),
            *_order(route, timed),
            *_times(model, route, timed, travel),
            *_rests(model, route, timed),
            *_range(model, route),
        )
        faults += [f"{named}: {fault}" for fault in found]
    return faults


def _counted(model: RoutingModel, plan: Routes) -> Iterator[str]:
    """Everything is visited once or left, and no vehicle drives twice."""
    seen = sorted([*(visit for route in plan.routes for trip in route.trips for visit in trip), *plan.left])
    if seen != list(range(len(model.visits.place))):
        yield f"visits are not each on one route or left: {seen}"
    vehicles = [route.vehicle for route in plan.routes]
    if len(set(vehicles)) < len(vehicles):
        yield f"a vehicle has two routes: {vehicles}"
    for visit in plan.left:
        if model.visits.required[visit]:
            yield f"visit {visit} is required, but left"


def _may(model: RoutingModel, route: Route) -> Iterator[str]:
    """Visits that the vehicle may make, with goods that it can have."""
    home = int(model.fleet.start[route.vehicle])
    depots = set(model.depots.tolist())
    for number, trip in enumerate(route.trips):
        for visit in trip:
            owner = int(model.visits.bound[visit])
            if not model.fleet.allowed[route.vehicle, visit]:
                yield f"must not visit {visit}"
            if owner not in (ANYBODY, route.vehicle):
                yield f"visit {visit} is on board of vehicle {owner}"
            if owner == ANYBODY and number == 0 and home not in depots:
                yield f"brings {visit} without having been at a depot"
    if len(route.trips) - 1 > model.fleet.reloads[route.vehicle] or len(route.reloads) != len(route.trips) - 1:
        yield f"reloads {len(route.reloads)} times between {len(route.trips)} trips"
    yield from (f"reloads at {place}, which is no depot" for place in route.reloads if place not in depots)


def _loads(model: RoutingModel, route: Route) -> Iterator[str]:
    """What is on board at the start of each trip fits; what is bound is on board from the first."""
    for number, trip in enumerate(route.trips):
        aboard = [v for v in trip if number == 0 or model.visits.bound[v] == ANYBODY]
        aboard += [v for later in route.trips[number:] for v in later if model.visits.bound[v] != ANYBODY]
        for k in range(LOADS):
            load = sum(int(model.visits.load[visit, k]) for visit in set(aboard))
            if load > model.fleet.capacity[route.vehicle, k]:
                yield f"trip {number} loads {load} of {model.fleet.capacity[route.vehicle, k]} in dimension {k}"


def _order(route: Route, timed: Schedule) -> Iterator[str]:
    """The timetable has the route's visits and reloads, in its order."""
    wanted: list[tuple[str, int]] = []
    for number, trip in enumerate(route.trips):
        wanted += [("reload", route.reloads[number - 1])] if number else []
        wanted += [("visit", visit) for visit in trip]
    if [(step.kind, step.what) for step in timed.steps if step.kind != "break"] != wanted:
        yield f"the timetable is of another route than {wanted}"


def _times(
    model: RoutingModel, route: Route, timed: Schedule, travel: Callable[[int, int, int, int], int] | None
) -> Iterator[str]:
    """Windows, service, releases, ways, the working day and its length."""
    fleet, v = model.fleet, route.vehicle
    if not fleet.early[v] <= timed.begin <= fleet.start_late[v] or timed.end > fleet.late[v]:
        yield f"works from {timed.begin} to {timed.end}"
    if timed.end - timed.begin > fleet.longest[v]:
        yield f"works for {timed.end - timed.begin} of {fleet.longest[v]}"
    trips = iter(route.trips[1:])
    begins = [(timed.begin, route.trips[0])]
    for step in timed.steps:
        if step.kind == "visit":
            yield from _visited(model, step)
        elif step.kind == "reload":
            begins.append((step.end, next(trips, ())))
            if step.end - step.begin != model.loading:
                yield f"reloads for {step.end - step.begin} instead of {model.loading}"
    for begin, trip in begins:
        for visit in trip:
            if model.visits.release[visit] > begin:
                yield f"leaves at {begin} with {visit}, which is there at {model.visits.release[visit]}"
    yield from _ways(model, route, timed, travel)


def _visited(model: RoutingModel, step: Step) -> Iterator[str]:
    visits = model.visits
    if not visits.early[step.what] <= step.begin <= visits.late[step.what]:
        yield f"visits {step.what} at {step.begin}"
    if step.end - step.begin != visits.service[step.what]:
        yield f"serves {step.what} for {step.end - step.begin}"


def _ways(
    model: RoutingModel, route: Route, timed: Schedule, travel: Callable[[int, int, int, int], int] | None
) -> Iterator[str]:
    """Between two places there is time for the way and for the breaks between them."""
    profile = int(model.fleet.profile[route.vehicle])
    place, free, rested, rest_until = int(model.fleet.start[route.vehicle]), timed.begin, 0, timed.begin
    for step in (*timed.steps, Step("home", 0, timed.end, timed.end)):
        if step.kind == "break":
            if step.begin < rest_until:
                yield f"rests at {step.begin} while busy until {rest_until}"
            rested, rest_until = rested + step.end - step.begin, step.end
            continue
        there = _place(model, route, step)
        way = int(model.duration[profile][place, there]) if travel is None else travel(profile, place, there, free)
        if way >= FAR or free + way + rested > step.begin:
            yield f"is at {there} at {step.begin}, after {place} at {free}, a way of {way} and {rested} of rest"
        if rest_until > step.begin:
            yield f"is busy at {step.begin} and rests until {rest_until}"
        place, free, rested, rest_until = there, step.end, 0, step.end


def _place(model: RoutingModel, route: Route, step: Step) -> int:
    if step.kind == "visit":
        return int(model.visits.place[step.what])
    return step.what if step.kind == "reload" else int(model.fleet.end[route.vehicle])


def _rests(model: RoutingModel, route: Route, timed: Schedule) -> Iterator[str]:
    """A break for each that is due while the vehicle works, in its window and of its length."""
    taken = [step for step in timed.steps if step.kind == "break"]
    for due in model.fleet.breaks[route.vehicle]:
        fitting = [s for s in taken if due.early <= s.begin <= due.late and s.end - s.begin == due.length]
        if fitting:
            taken.remove(fitting[0])
        elif timed.begin <= due.early and due.late < timed.end:
            yield f"works from {timed.begin} to {timed.end} without a break of {due.length} by {due.late}"
    yield from (f"rests at {step.begin}, when nothing is due" for step in taken)


def _range(model: RoutingModel, route: Route) -> Iterator[str]:
    """The energy suffices for the whole distance."""
    fleet, v = model.fleet, route.vehicle
    stops = [int(fleet.start[v])]
    for number, trip in enumerate(route.trips):
        stops += [route.reloads[number - 1]] if number else []
        stops += [int(model.visits.place[visit]) for visit in trip]
    stops.append(int(fleet.end[v]))
    metres = sum(int(model.distance[fleet.profile[v]][a, b]) for a, b in pairwise(stops))
    if metres > fleet.furthest[v]:
        yield f"drives {metres} of {fleet.furthest[v]}"
