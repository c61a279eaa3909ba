"""Uniform districts: a square of doors for the planners alone, and a city of square blocks for the whole twin."""

import math
from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import pairwise

import numpy as np

from policies.cases import plain_view
from scenarios.cells import areas_of
from scenarios.toy import steady_traffic, steady_weather, toy_world
from scenarios.toyfleet import toy_kind
from tests.worlds import PLAIN, operation, rows
from twin.draws import Draws, Stream
from twin.engine import Twin
from twin.entities import FAR, Dispatch, Mode, Stop, Street, Tour, Vehicle
from twin.ledger import Kind
from twin.specs import FleetGroup
from twin.units import DAY, HOUR, MINUTE
from twin.world import City, Customers, Disruptions, Floats, Parcels, Sessions, Sites, World

SIDE_M = 6_000.0
BLOCK_M = 100.0
_DEGREE_M = 111_195.0
Router = Callable[..., Sequence[Tour]]


def legs(where: Floats, *, grid: bool) -> Floats:
    """(places, places) metres, along square blocks or as the crow flies."""
    apart = np.abs(where[:, None] - where[None])
    return apart.sum(axis=2) if grid else np.hypot(apart[..., 0], apart[..., 1])


def planned(router: Router, stops: int, seed: int, *, carries: int, grid: bool = False, centre: bool = True) -> Floats:
    """Metres of the tours over a square of ``SIDE_M``, metres from the depot to the mean stop, and tours.

    Parameters
    ----------
    carries : int
        Stops that a vehicle can take; there are two vehicles more than needed, and no windows.
    centre : bool
        Whether the depot stands in the middle, or at a place drawn like the stops.
    """
    where = _places(stops, seed)
    if centre:
        where[0] = SIDE_M / 2
    metres = np.rint(legs(where, grid=grid)).astype(np.int64)
    doors = tuple(Stop(number, (number,), 0, 5 * DAY, 0, 1, 1, 0) for number in range(stops))
    fleet = _fleet(-(-stops // carries) + 2, carries, 9 * HOUR, 5 * DAY)
    return _toured(router, Dispatch(0, doors, fleet, (metres * 100,), (metres,), 9 * HOUR))


def in_windows(router: Router, stops: int, seed: int, *, carries: int, width_h: int) -> Floats:
    """Metres of the tours from the middle of the square when doors have windows, metres to the mean stop, and tours.

    A day of ten hours, windows of ``width_h`` that begin at any half hour of it, two minutes at a door, straight ways
    at 20 km/h, and more vehicles than are needed. It is evening, so that no stop may wait for a later wave.
    """
    where, dawn = _places(stops, seed), 20 * HOUR
    where[0] = SIDE_M / 2
    metres = np.rint(legs(where, grid=False)).astype(np.int64)
    opens = (
        Draws(seed).generator(Stream.DUMMY, stops, 1).integers(0, 2 * (10 - width_h) + 1, stops) * (HOUR // 2) + dawn
    )
    doors = tuple(
        Stop(number, (number,), int(early), int(early) + width_h * HOUR, 2 * MINUTE, 1, 1, 0)
        for number, early in enumerate(opens)
    )
    fleet = _fleet(2 * -(-stops // carries) + 4, carries, dawn, dawn + 12 * HOUR)
    return _toured(router, Dispatch(0, doors, fleet, (metres * 180,), (metres,), dawn))


def _places(stops: int, seed: int) -> Floats:
    """(stops + 1, 2) a depot and so many stops, anywhere in the square."""
    return Draws(seed).generator(Stream.DUMMY, stops).uniform(0.0, SIDE_M, (stops + 1, 2))


def _fleet(count: int, carries: int, early: int, late: int) -> tuple[Vehicle, ...]:
    return tuple(
        Vehicle(number, Mode.VAN, carries, FAR, FAR, early, late, FAR, 0, 280, 0, 0) for number in range(count)
    )


def _toured(router: Router, dispatch: Dispatch) -> Floats:
    """Metres driven by the tours of a wave that serve every stop, metres to the mean stop, tours."""
    tours = [tour for tour in router(plain_view(0, dispatch=dispatch)) if tour.stops]
    assert sum(len(tour.stops) for tour in tours) == len(dispatch.stops)
    metres = dispatch.distance[0]
    ways = [[0, *(stop.node + 1 for stop in tour.stops), 0] for tour in tours]
    driven = sum(int(metres[a, b]) for way in ways for a, b in pairwise(way))
    return np.array([driven, metres[0, 1:].mean(), len(tours)], dtype=np.float64)


def blocks() -> City:
    """Square blocks of one kind of street over ``SIDE_M`` by ``SIDE_M``."""
    across = round(SIDE_M / BLOCK_M) + 1
    row, column = (index.reshape(-1) for index in np.indices((across, across)))
    x, y = ((index * BLOCK_M - SIDE_M / 2).astype(np.float64) for index in (column, row))
    lon, lat = -100.0 + x / (_DEGREE_M * math.cos(math.radians(40.0))), 40.0 + y / _DEGREE_M
    here = np.arange(across * across)
    east, north = here[column < across - 1], here[row < across - 1]
    tail = np.concatenate([east, east + 1, north, north + across])
    head = np.concatenate([east + 1, east, north + across, north])
    order = np.lexsort((head, tail))
    tail, head = tail[order], head[order]
    cell, area = areas_of(lat, lon, 8)
    flat = np.ones(len(cell))
    return City(
        name="blocks", lon=lon, lat=lat, x_m=x, y_m=y, area=area,
        start=np.searchsorted(tail, np.arange(across * across + 1)).astype(np.int64), head=head,
        length_mm=np.full(len(head), round(BLOCK_M * 1000), dtype=np.int64),
        street=np.full(len(head), int(Street.RESIDENTIAL), dtype=np.int64),
        speed_mmps=np.full(len(head), 11_000, dtype=np.int64),
        cell=cell, households=100.0 * flat, jobs=flat, income=flat, dwelling=np.outer(flat, [1.0, 0, 0, 0, 0]),
        district=np.full(len(cell), 2, dtype=np.int64), zone=np.zeros(len(cell), dtype=np.int64),
    )  # fmt: skip


def block_world(orders: int, days: int, seed: int, *, carries: int) -> World:
    """One wave a day at nine for so many doors, drawn anew each day; vans without haste from a depot in the middle."""
    city, total = blocks(), orders * days
    node = Draws(seed).generator(Stream.DUMMY, orders).integers(0, city.nodes, total)
    who = np.arange(total, dtype=np.int64)
    nobody = np.zeros(total, dtype=np.int64)
    van = toy_kind(capacity_parcels=carries, shift_h=15.0, max_duty_h=15.0, break_after_h=15.0, handling_s=0.0)
    plain = toy_world(seed, days)
    works = operation(waves=("09:00",), windows=(("09:00", "23:30"),), promise_days=1, pickers=orders,
                      pick_hours=("0:00", "24:00"), slot_parcels=orders, stock_days=60.0, docks=orders)  # fmt: skip
    return replace(
        plain,
        city=city,
        sites=Sites(np.array([city.nodes // 2]), np.array([], dtype=np.int64)),
        customers=Customers(
            node, nobody, nobody, np.zeros(total), np.zeros(total), nobody, np.zeros(total, dtype=np.bool_)
        ),
        sessions=Sessions(who // orders * DAY + HOUR, who, np.arange(total + 1), 1.0, nobody + 1_000_000),
        parcels=Parcels(nobody, nobody + 1_000, nobody + 1_000),
        weather=steady_weather(days, zones=1),
        traffic=steady_traffic(days, city),
        disruptions=Disruptions.none(len(city.head)),
        fleet=(FleetGroup(van, -(-orders // carries) + 2),),
        operation=works,
    )


def driven(router: Router, orders: int, days: int, seed: int, *, carries: int) -> Floats:
    """By day: metres that the twin's vans drove, and metres from the depot to the mean door."""
    world = block_world(orders, days, seed, carries=carries)
    ledger = Twin(world, PLAIN.replace(routing=router)).run()
    homes, doors = rows(ledger, Kind.HOME), world.customers.node.reshape(days, orders)
    assert len(rows(ledger, Kind.DELIVERED)) == orders * days
    metres = np.bincount(homes["time"] // DAY, weights=homes["value"], minlength=days)
    return np.stack([metres, (np.abs(world.city.x_m[doors]) + np.abs(world.city.y_m[doors])).mean(axis=1)], axis=1)
