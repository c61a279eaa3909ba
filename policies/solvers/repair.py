"""Makes routes possible by exact timetables: what does not fit is taken out, and put back where it does."""

from collections.abc import Callable, Iterable, Sequence

from policies.solvers.model import ANYBODY, Route, Routes, RoutingModel, Schedule
from policies.solvers.schedule import Travel, cost, driven, legs_of, schedule

TravelOf = Callable[[int], Travel]
"""Vehicle -> its ways."""
_TRIED = 40
"""Positions with the shortest detours that are timed exactly for a visit."""


class Repair:
    """A plan that only ever holds routes that can be driven."""

    def __init__(self, model: RoutingModel, travel: TravelOf | None = None) -> None:
        self.model = model
        self._travel = travel
        self._depots = set(model.depots.tolist())
        self._may = [model.may(vehicle) for vehicle in range(len(model.fleet))]
        self._loads: list[tuple[int, ...]] = [tuple(row) for row in model.visits.load.tolist()]
        self.routes: dict[int, tuple[Route, Schedule, int]] = {}
        """Vehicle -> its route, timetable and cost."""

    def timed(self, route: Route) -> Schedule | None:
        """The timetable of a route, or None if it breaks anything."""
        if not self._fits(route) or not self._reaches(route):
            return None
        return schedule(self.model, route, self._travel(route.vehicle) if self._travel else None)

    def _fits(self, route: Route) -> bool:
        model, v = self.model, route.vehicle
        if len(route.trips) - 1 > model.fleet.reloads[v] or not all(self._may[v][visit] for visit in route.visits):
            return False
        bound, room = model.visits.bound, model.fleet.capacity[v].tolist()
        if any(bound[visit] != ANYBODY for trip in route.trips[1:] for visit in trip):
            return False
        if int(model.fleet.start[v]) not in self._depots and any(bound[v] == ANYBODY for v in route.trips[0]):
            return False
        return all(
            sum(column) <= limit
            for trip in route.trips
            for column, limit in zip(zip(*(self._loads[visit] for visit in trip), strict=True), room, strict=False)
        )

    def _reaches(self, route: Route) -> bool:
        return driven(self.model, route) <= int(self.model.fleet.furthest[route.vehicle])

    def accept(self, route: Route) -> bool:
        """Take a route if it can be driven."""
        if (timed := self.timed(route)) is None:
            return False
        self.routes[route.vehicle] = (route, timed, cost(self.model, route, timed))
        return True

    def trim(self, route: Route) -> None:
        """Take of a route what can be driven: required visits first, then the others, each if it still fits."""
        if self.accept(route):
            return
        visits = self.model.visits
        kept: set[int] = set()
        for visit in sorted(route.visits, key=lambda visit: not visits.required[visit]):
            if self.timed(only(route, kept | {visit})) is not None:
                kept.add(visit)
        if kept:
            self.accept(only(route, kept))

    def remove(self, visit: int) -> None:
        """Take a visit off its route."""
        vehicle = next(v for v, (route, _, _) in self.routes.items() if visit in route.visits)
        route = self.routes.pop(vehicle)[0]
        rest = only(route, set(route.visits) - {visit})
        if rest.visits:
            self.accept(rest)

    def insert(self, waiting: Iterable[int]) -> None:
        """Put visits where they cost least: required ones always if possible, others if they are worth it."""
        visits = self.model.visits
        for visit in sorted(waiting, key=lambda visit: (not visits.required[visit], -int(visits.prize[visit]), visit)):
            best = min(self._places(visit), key=lambda found: found[0], default=None)
            if best is not None and (visits.required[visit] or best[0] <= visits.prize[visit]):
                self.accept(best[1])

    def _places(self, visit: int) -> Iterable[tuple[int, Route]]:
        """What the places with the shortest detours cost more, and the routes then."""
        found: list[tuple[int, Route]] = []
        for vehicle in self._open_to(visit):
            before = self.routes.get(vehicle)
            found += self._detours(before[0] if before else Route(vehicle, ((),)), visit)
        for _, route in sorted(found)[:_TRIED]:
            if (timed := self.timed(route)) is not None:
                before = self.routes.get(route.vehicle)
                yield cost(self.model, route, timed) - (before[2] if before else 0), route

    def _open_to(self, visit: int) -> Iterable[int]:
        """Vehicles that may make a visit; of those alike that stay at home, the first."""
        seen: set[object] = set()
        for vehicle in range(len(self.model.fleet)):
            if not self._may[vehicle][visit]:
                continue
            if vehicle not in self.routes:
                kind = self._kind(vehicle)
                if kind in seen:
                    continue
                seen.add(kind)
            yield vehicle

    def _detours(self, route: Route, visit: int) -> Iterable[tuple[int, Route]]:
        """The detour in time of each position for a visit in a route."""
        way = self.model.duration[self.model.fleet.profile[route.vehicle]]
        here = int(self.model.visits.place[visit])
        ends = [a for a, _ in legs_of(self.model, route)], [b for _, b in legs_of(self.model, route)]
        at = 0
        for number, trip in enumerate(route.trips):
            for position in range(len(trip) + 1):
                a, b = ends[0][at + position], ends[1][at + position]
                grown = (*trip[:position], visit, *trip[position:])
                trips = (*route.trips[:number], grown, *route.trips[number + 1 :])
                yield int(way[a, here] + way[here, b] - way[a, b]), route._replace(trips=trips)
            at += len(trip) + 1

    def _kind(self, vehicle: int) -> object:
        """What makes two vehicles that stay at home alike."""
        fleet = self.model.fleet
        names = (name for name in type(fleet).__slots__ if name not in ("allowed", "breaks"))
        return (*(getattr(fleet, name)[vehicle].tobytes() for name in names), fleet.breaks[vehicle])

    def plan(self) -> Routes:
        """What there is now."""
        found = [self.routes[vehicle] for vehicle in sorted(self.routes) if any(self.routes[vehicle][0].trips)]
        served = {visit for route, _, _ in found for visit in route.visits}
        left = tuple(visit for visit in range(len(self.model.visits)) if visit not in served)
        lost = sum(int(self.model.visits.prize[visit]) for visit in left)
        routes, schedules = tuple(route for route, _, _ in found), tuple(timed for _, timed, _ in found)
        return Routes(routes, schedules, left, sum(paid for _, _, paid in found) + lost)


def repaired(model: RoutingModel, routes: Sequence[Route], travel: TravelOf | None = None) -> Routes:
    """A plan that can be driven: routes trimmed, and what was taken out or left put where it fits."""
    it = Repair(model, travel)
    for route in routes:
        it.trim(tidy(route))
    it.insert(it.plan().left)
    return it.plan()


def only(route: Route, kept: set[int]) -> Route:
    """A route with some of its visits."""
    return tidy(Route(route.vehicle, tuple(tuple(v for v in t if v in kept) for t in route.trips), route.reloads))


def tidy(route: Route) -> Route:
    """A route without empty trips, but for an empty first one of a vehicle that must load first."""
    first, reloads = route.trips[0], route.reloads
    later = [(depot, trip) for depot, trip in zip(reloads, route.trips[1:], strict=True) if trip]
    return Route(route.vehicle, (first, *(trip for _, trip in later)), tuple(depot for depot, _ in later))
