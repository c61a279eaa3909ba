"""When a route is where: as early as possible, then, where time is paid or limited, with the latest start.

Forward, the state is the earliest time for each number of breaks taken; an earlier time is never worse. What leaves
as late as possible without coming home later has the shortest duration.
"""

from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import NamedTuple

from policies.solvers.model import Break, Route, RoutingModel, Schedule, Step
from twin.entities import FAR

Travel = Callable[[int, int, int], int]
"""From place, to place, when it leaves: how long it takes. Who leaves later never arrives earlier."""


class Task(NamedTuple):
    """Something done at a place: it begins between ``early`` and ``late`` and takes ``length``."""

    kind: str
    what: int
    place: int
    early: int
    late: int
    length: int


class State(NamedTuple):
    """Ready at ``time`` after some tasks and breaks, as ``past`` says how."""

    time: int
    past: "tuple[Step, State] | None" = None


def schedule(model: RoutingModel, route: Route, travel: Travel | None = None) -> Schedule | None:
    """When a route is where, or None if it cannot be done in time.

    Parameters
    ----------
    travel : callable, optional
        Time-dependent ways; by default the model's matrix of the vehicle.
    """
    fleet, vehicle = model.fleet, route.vehicle
    constant = travel is None and not fleet.breaks[vehicle]
    travel = travel or matrix_of(model, vehicle)
    tasks = tuple(tasks_of(model, route))
    begin = int(max(fleet.early[vehicle], release_of(model, route.trips[0])))
    late = int(fleet.start_late[vehicle])
    last = _drive(model, vehicle, tasks, begin, travel) if begin <= late else None
    if last is None:
        return None
    if fleet.per_time[vehicle] or last.time - begin > fleet.longest[vehicle]:  # otherwise waiting is free
        latest = min(late, last.time)
        if constant:
            start = min(latest, begin + _lost(model, vehicle, tasks, begin, last, travel))
        else:
            start = _searched(model, vehicle, tasks, (begin, latest), last.time, travel)
        begin, last = start, _drive(model, vehicle, tasks, start, travel)
    if last is None or last.time - begin > fleet.longest[vehicle]:
        return None
    return Schedule(begin, last.time, tuple(reversed(list(_steps(last)))))


def _lost(
    model: RoutingModel, vehicle: int, tasks: tuple[Task, ...], begin: int, last: State, travel: Travel
) -> int:  # fmt: skip
    """How much later a route without breaks can begin and still end when it does: what it would only wait."""
    waits, slack, time, place = 0, FAR, begin, int(model.fleet.start[vehicle])
    for task, step in zip(tasks, reversed(list(_steps(last))), strict=True):
        waits += step.begin - time - travel(place, task.place, time)
        slack = min(slack, task.late - step.begin + waits)
        time, place = step.end, task.place
    return min(waits, slack)


def _searched(
    model: RoutingModel, vehicle: int, tasks: tuple[Task, ...], between: tuple[int, int], end: int, travel: Travel
) -> int:  # fmt: skip
    """The latest start that still ends by ``end``, by halving."""
    low, high = between
    while low < high:
        middle = (low + high + 1) // 2
        later = _drive(model, vehicle, tasks, middle, travel)
        if later is not None and later.time <= end:
            low = middle
        else:
            high = middle - 1
    return low


def matrix_of(model: RoutingModel, vehicle: int) -> Travel:
    """Travel as the model's matrix has it."""
    matrix = model.duration[model.fleet.profile[vehicle]]
    return lambda a, b, _: int(matrix[a, b])


def release_of(model: RoutingModel, trip: tuple[int, ...]) -> int:
    """When the last of a trip's goods is there."""
    return int(model.visits.release[list(trip)].max(initial=-FAR))


def tasks_of(model: RoutingModel, route: Route) -> Iterator[Task]:
    """Visits and reloads of a route in order; a reload waits for the goods of the next trip."""
    visits = model.visits
    for number, trip in enumerate(route.trips):
        if number:
            depot = route.reloads[number - 1]
            ready = release_of(model, trip)
            yield Task("reload", depot, depot, ready - model.loading, FAR, model.loading)
        for visit in trip:
            window = int(visits.early[visit]), int(visits.late[visit])
            yield Task("visit", visit, int(visits.place[visit]), *window, int(visits.service[visit]))


def lateness(model: RoutingModel, timed: Schedule) -> int:
    """What late service costs."""
    visits = model.visits
    return sum(
        int(visits.rate[step.what]) * max(0, step.begin - int(visits.due[step.what]))
        for step in timed.steps
        if step.kind == "visit" and visits.rate[step.what]
    )


def cost(model: RoutingModel, route: Route, timed: Schedule) -> int:
    """What a route costs: fixed, distance, tolls, time and lateness."""
    fleet, vehicle = model.fleet, route.vehicle
    toll = model.toll[int(fleet.profile[vehicle])] if model.toll else None
    tolls = sum(int(toll[leg]) for leg in legs_of(model, route)) if toll is not None else 0
    paid = int(fleet.fixed[vehicle]) + int(fleet.per_distance[vehicle]) * driven(model, route)
    return paid + tolls + int(fleet.per_time[vehicle]) * (timed.end - timed.begin) + lateness(model, timed)


def driven(model: RoutingModel, route: Route) -> int:
    """A route's distance."""
    metre = model.distance[int(model.fleet.profile[route.vehicle])]
    return sum(int(metre[leg]) for leg in legs_of(model, route))


def legs_of(model: RoutingModel, route: Route) -> list[tuple[int, int]]:
    """From place to place, in order."""
    fleet, vehicle = model.fleet, route.vehicle
    places = [int(fleet.start[vehicle]), *(task.place for task in tasks_of(model, route)), int(fleet.end[vehicle])]
    return list(pairwise(places))


def _drive(model: RoutingModel, vehicle: int, tasks: tuple[Task, ...], begin: int, travel: Travel) -> State | None:
    """The earliest end of a start at ``begin``."""
    breaks, place = model.fleet.breaks[vehicle], int(model.fleet.start[vehicle])
    past = sum(due.early < begin for due in breaks)  # owed by who works from before it may begin
    states: list[State | None] = [State(begin) if taken == past else None for taken in range(len(breaks) + 1)]
    for task in tasks:
        states = [state and _serve(task, state) for state in _arrivals(states, breaks, place, task.place, travel)]
        place = task.place
        if not any(states):
            return None
    home = _arrivals(states, breaks, place, int(model.fleet.end[vehicle]), travel)
    late = int(model.fleet.late[vehicle])
    ends = [
        state
        for taken, state in enumerate(home)
        if state and state.time <= late and (taken == len(breaks) or state.time <= breaks[taken].late)
    ]
    return min(ends, key=lambda state: state.time, default=None)


def _arrivals(
    states: "list[State | None]", breaks: tuple[Break, ...], origin: int, target: int, travel: Travel
) -> "list[State | None]":
    """The states at the end of a leg: with the breaks of before, and with one or more taken on it."""
    arrived: list[State | None] = []
    since = 0
    for taken, state in enumerate(states):
        best, ready = None, 0
        if state is not None:
            time = state.time + travel(origin, target, state.time)
            if time < FAR:
                best, ready = State(time, state.past), state.time
        if taken and (before := arrived[taken - 1]) is not None:
            rested = _rested(before, since, breaks[taken - 1])
            if rested is not None and (best is None or rested[0].time < best.time):
                best, ready = rested
        arrived.append(best)
        since = ready
    return arrived


def _rested(arrived: State, since: int, due: Break) -> tuple[State, int] | None:
    """A break on a leg that began at ``since``, on the way or after it, and when the break ends."""
    begin = max(since, due.early)
    if begin > due.late:
        return None
    end = begin + due.length
    home = max(arrived.time, due.early) + due.length
    return State(home, (Step("break", due.length, begin, end), State(begin, arrived.past))), end


def _serve(task: Task, state: State) -> State | None:
    begin = max(state.time, task.early)
    if begin > task.late:
        return None
    end = begin + task.length
    return State(end, (Step(task.kind, task.what, begin, end), state))


def _steps(last: State) -> Iterator[Step]:
    """The steps that led to a state, backwards."""
    state = last
    while state.past is not None:
        step, state = state.past
        yield step
