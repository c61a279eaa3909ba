"""The toy world: 9 nodes, 2 vans, 12 parcels, readable in one screen, used by most tests.

::

    6 --- 7 --- 8 (locker)    Streets are 500 m long and run both ways. The middle row is an arterial
    |     |     |             (45 km/h: 40 s), the other streets are residential (36 km/h: 50 s).
    3 === 4 === 5             The depot stands at node 4.
    |     |     |
    0 --- 1 --- 2             Areas are H3 cells; the western corners are zone 0, the rest zone 1.
"""

from dataclasses import replace

import numpy as np

from scenarios.toycity import toy_city
from scenarios.toyfleet import certain_operation, certain_people, toy_fleet
from twin.draws import Draws, Stream
from twin.specs import CarrierSpec, FleetGroup, Operation, People
from twin.units import DAY, HOUR, MINUTE, clock
from twin.world import (
    LEADS_H,
    City,
    Customers,
    Disruptions,
    Floats,
    Parcels,
    Sessions,
    Sites,
    TrafficField,
    WeatherField,
    World,
)

__all__ = ["steady_traffic", "steady_weather", "toy_city", "toy_customers", "toy_world"]

_CHECKOUTS = (
    ("00:40", 0, 1), ("05:30", 2, 1), ("06:10", 5, 1), ("07:00", 6, 2), ("08:05", 8, 1), ("09:20", 1, 1),
    ("10:00", 3, 1), ("11:45", 7, 1), ("12:30", 9, 1), ("14:10", 10, 1), ("20:15", 11, 1),
)  # fmt: skip
"""When, which customer, how many parcels: the same each day."""


def toy_world(  # noqa: PLR0913 - what tests vary, by name
    seed: int = 1,
    days: int = 1,
    *,
    fleet: tuple[FleetGroup, ...] | None = None,
    carriers: tuple[CarrierSpec, ...] = (),
    noise: bool = False,
    wind_mps: float = 3.0,
    rain_mmh: float = 0.0,
    scarce: bool = False,
    operation: Operation | None = None,
    people: People | None = None,
    depots: tuple[int, ...] = (4,),
    lockers: tuple[int, ...] = (8,),
    first_weekday: int = 0,
) -> World:
    """Two vans, twelve parcels a day, weather and traffic that stay the same.

    Parameters
    ----------
    fleet : tuple of FleetGroup, optional
        Two vans unless given; see :func:`~scenarios.toyfleet.toy_fleet`.
    noise : bool
        Whether people, picks and streets vary; without it only what a test changes does.
    wind_mps, rain_mmh : float
        The weather of all hours and zones.
    scarce : bool
        Whether stock opens with a quarter of a day's demand.
    operation, people : optional
        What to use instead of the certain ones (taken as they are).
    """
    works = operation or _operation(noise, scarce)
    rank = np.arange(works.skus, 0, -1, dtype=np.float64)
    return World(
        seed=seed,
        days=days,
        first_weekday=first_weekday,
        city=toy_city(),
        sites=Sites(np.array(depots, dtype=np.int64), np.array(lockers, dtype=np.int64)),
        customers=toy_customers(),
        sessions=_sessions(days),
        parcels=_parcels(days, works.skus),
        weather=steady_weather(days, wind_mps=wind_mps, rain_mmh=rain_mmh),
        traffic=_traffic(seed, days, noise),
        disruptions=Disruptions.none(len(toy_city().head)),
        fleet=toy_fleet(van=2) if fleet is None else fleet,
        carriers=carriers,
        operation=works,
        people=people or (People() if noise else certain_people()),
        popularity=rank / rank.sum(),
    )


def _operation(noise: bool, scarce: bool) -> Operation:
    plain = Operation(skus=6, slot_parcels=400) if noise else certain_operation()
    return replace(plain, stock_days=0.25) if scarce else plain


def toy_customers() -> Customers:
    """One customer at each node and three more; dwellings and segments in turn."""
    who = np.arange(12, dtype=np.int64)
    return Customers(
        node=who % 9,
        dwelling=who % 5,
        segment=who % 3,
        presence=np.zeros(12),
        kerb=np.zeros(12),
        channels=np.full(12, 7, dtype=np.int64),
        drop_point=np.ones(12, dtype=np.bool_),
    )


def _sessions(days: int) -> Sessions:
    each_day = np.array([clock(time) for time, _, _ in _CHECKOUTS], dtype=np.int64)
    counts = np.array([count for _, _, count in _CHECKOUTS] * days, dtype=np.int64)
    return Sessions(
        time=(np.arange(days)[:, None] * DAY + each_day).reshape(-1),
        customer=np.array([customer for _, customer, _ in _CHECKOUTS] * days, dtype=np.int64),
        parcel=np.concatenate([[0], np.cumsum(counts)]).astype(np.int64),
        headroom=1.0,
        weather=np.full(days * len(_CHECKOUTS), 1_000_000, dtype=np.int64),
    )


def _parcels(days: int, skus: int) -> Parcels:
    number = np.arange(12 * days, dtype=np.int64)
    weight = 500 + 250 * (number % 12)
    return Parcels(sku=number % min(6, skus), weight_g=weight, volume_ml=5 * weight)


def steady_weather(
    days: int, zones: int = 2, *, wind_mps: float = 3.0, rain_mmh: float = 0.0, temperature_c: float = 15.0
) -> WeatherField:
    """The same weather in every hour and zone, forecast as it comes."""

    def field(value: float) -> Floats:
        return np.full(((days + 1) * DAY // HOUR, zones), float(value))

    def foretold(value: float) -> Floats:
        return np.full(((days + 1) * DAY // HOUR, len(LEADS_H), zones), float(value))

    return WeatherField(
        temperature_c=field(temperature_c),
        wind_mps=field(wind_mps),
        gust_mps=field(1.4 * wind_mps),
        rain_mmh=field(rain_mmh),
        snow_mmh=field(0.0),
        visibility_m=field(16_000.0),
        forecast_wind_mps=foretold(wind_mps),
        forecast_rain_mmh=foretold(rain_mmh),
    )


def steady_traffic(days: int, city: City) -> TrafficField:
    """Free flow at all times on all streets, as everybody knows."""
    period, edges = 15 * MINUTE, len(city.head)
    periods = (days + 1) * DAY // period
    return TrafficField(
        period=period,
        profile=np.full((DAY // period, 4), 1000, dtype=np.int64),
        row=np.arange(periods, dtype=np.int64) % (DAY // period),
        column=city.street,
        noise=np.full((periods, 1), 1000, dtype=np.int16),
        group=np.zeros(edges, dtype=np.int64),
    )


def _traffic(seed: int, days: int, noise: bool) -> TrafficField:
    city = toy_city()
    steady = steady_traffic(days, city)
    if not noise:
        return steady
    factor = Draws(seed).generator(Stream.TRAFFIC, 0).integers(600, 1000, (len(steady.row), 8), endpoint=True)
    zone = city.zone[city.area[city.tail]]
    return replace(steady, noise=factor.astype(np.int16), group=zone * 4 + city.street)
