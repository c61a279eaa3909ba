"""Closures that are planned: the busiest street, or what lies around a place."""

import numpy as np

from scenarios.incidentspec import Closure, IncidentSpec
from scenarios.places import within
from twin.entities import Upset
from twin.errors import InputError
from twin.units import DAY, MINUTE, clock
from twin.world import City, Ints


def planned(spec: IncidentSpec, city: City, days: int) -> Ints:
    """(8, rows) of :class:`~twin.world.Disruptions` for ``days`` days.

    Raises
    ------
    InputError
        If a closure closes no street, or is on a day after the run.
    """
    rows = [np.empty((8, 0), dtype=np.int64)]
    for number, closure in enumerate(spec.closures):
        key = f"incidents.closures[{number}]"
        if closure.day is not None and closure.day >= days:
            raise InputError(f"{key}.day(={closure.day}) must be below days(={days}); the first day is 0")
        edges = _edges(city, closure, key)
        dates = range(days) if closure.day is None else (closure.day,)
        rows += [_row(spec, closure, edges, day) for day in dates]
    return np.concatenate(rows, axis=1)


def _row(spec: IncidentSpec, closure: Closure, edges: Ints, day: int) -> Ints:
    begin, end = day * DAY + clock(closure.start), day * DAY + clock(closure.until)
    detected = 0 if closure.announced else begin + round((spec.detect_min + spec.report_min) * MINUTE)
    columns = [edges] + [np.full(len(edges), value) for value in (begin, end, detected, end, 0, 1_000, Upset.CLOSURE)]
    return np.array(columns, dtype=np.int64)


def _edges(city: City, closure: Closure, key: str) -> Ints:
    if closure.busiest is not None:
        from scenarios.busiest import busiest_streets

        streets = busiest_streets(city)
        if closure.busiest > len(streets):
            raise InputError(f"{key}.busiest(={closure.busiest}) must be at most {len(streets)} in {city.name}")
        return streets[closure.busiest - 1]
    lon, lat, radius = closure.lon or 0.0, closure.lat or 0.0, closure.radius_m or 0.0
    edges = np.flatnonzero(within(city, lon, lat, radius)[city.head])
    if not len(edges):
        raise InputError(
            f"{key}: no street of {city.name} leads to a place within {radius:g} m of {lon:g}, {lat:g}; "
            "correct lon and lat, or set a larger radius_m"
        )
    return edges
