"""The world: everything nobody decides, as arrays, drawn before any policy acts or loaded from records."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from twin.draws import Draws
from twin.specs import CarrierSpec, FleetGroup, Operation, People

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class City:
    """Streets and areas.

    Attributes
    ----------
    name : str
    lon, lat : (nodes,) float64
    x_m, y_m : (nodes,) float64
        Local metres east and north of the centre (equirectangular at the mean latitude).
    area : (nodes,) int64
        Area of each node.
    start : (nodes + 1,) int64
        Edges that leave node ``v`` are ``start[v]`` to ``start[v + 1]``.
    head, length_mm, street, speed_mmps : (edges,) int64
        Where the edge goes, its length, its :class:`~twin.entities.Street`, its free-flow speed in mm/s.
    cell : (areas,) uint64
        H3 index.
    households, jobs, income : (areas,) float64
        Income is an index with mean 1.
    dwelling : (areas, dwellings) float64
        Shares of each :class:`~twin.entities.Dwelling`; rows sum to 1.
    district : (areas,) int64
        :class:`~twin.entities.District`.
    zone : (areas,) int64
        Coarse zone, for weather and traffic noise: 0 to ``zones - 1``.
    """

    name: str
    lon: Floats
    lat: Floats
    x_m: Floats
    y_m: Floats
    area: Ints
    start: Ints
    head: Ints
    length_mm: Ints
    street: Ints
    speed_mmps: Ints
    cell: NDArray[np.uint64]
    households: Floats
    jobs: Floats
    income: Floats
    dwelling: Floats
    district: Ints
    zone: Ints

    @property
    def nodes(self) -> int:
        """How many nodes."""
        return len(self.lon)

    @property
    def areas(self) -> int:
        """How many areas."""
        return len(self.cell)

    @property
    def zones(self) -> int:
        """How many weather and traffic zones."""
        return int(self.zone.max()) + 1 if len(self.zone) else 0

    @cached_property
    def tail(self) -> Ints:
        """(edges,) int64: where each edge begins."""
        return np.repeat(np.arange(self.nodes, dtype=np.int64), np.diff(self.start))

    @cached_property
    def group(self) -> Ints:
        """(edges,) int64: traffic group = zone of the tail * 4 + street class."""
        return self.zone[self.area[self.tail]] * 4 + self.street


@dataclass(frozen=True, eq=False)
class Sites:
    """Nodes where we stand: depots (each with its micro-fulfilment centre) and lockers."""

    depots: Ints
    lockers: Ints


@dataclass(frozen=True, eq=False)
class Customers:
    """People, one row each.

    ``presence`` and ``kerb`` are persistent effects on the logits of being at home and of coming out to the kerb.
    """

    node: Ints
    dwelling: Ints
    segment: Ints
    presence: Floats
    kerb: Floats
    channels: Ints
    """Bit mask over :class:`~twin.entities.Channel`."""
    drop_point: NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Sessions:
    """Checkouts that may happen, by time; ``parcel`` (sessions + 1,) delimits each one's parcels.

    ``headroom`` is the rate at which candidates were drawn over the base rate: a candidate happens when its
    thinning luck is below propensity / headroom, so retention can move demand without new draws.
    """

    time: Ints
    customer: Ints
    parcel: Ints
    headroom: float


@dataclass(frozen=True, eq=False)
class Parcels:
    """Goods, one row each, ids issued here."""

    sku: Ints
    weight_g: Ints
    volume_ml: Ints


@dataclass(frozen=True, eq=False)
class WeatherField:
    """(hours, zones) float64 each: what the weather is like, and (hours, zones) what was forecast the day before."""

    temperature_c: Floats
    wind_mps: Floats
    gust_mps: Floats
    rain_mmh: Floats
    snow_mmh: Floats
    visibility_m: Floats
    forecast_wind_mps: Floats
    forecast_rain_mmh: Floats


@dataclass(frozen=True, eq=False)
class TrafficField:
    """Speeds as stepwise factors.

    Attributes
    ----------
    period : int
        Milliseconds of one step.
    permille : (periods, groups) int64
        True speed over free flow, in thousandths: profile, noise and weather; at least 50.
    profile : (periods of a day, 4) int64
        What everybody knows: the mean factor by time of day and street class.
    """

    period: int
    permille: Ints
    profile: Ints


@dataclass(frozen=True, eq=False)
class World:
    """All that nobody decides, for ``days`` days, with the luck of ``seed``."""

    seed: int
    days: int
    first_weekday: int
    """0 is Monday."""
    city: City
    sites: Sites
    customers: Customers
    sessions: Sessions
    parcels: Parcels
    weather: WeatherField
    traffic: TrafficField
    fleet: tuple[FleetGroup, ...]
    carriers: tuple[CarrierSpec, ...]
    operation: Operation
    people: People
    popularity: Floats
    """(skus,) shares of demand."""

    @cached_property
    def draws(self) -> Draws:
        """Luck, keyed."""
        return Draws(self.seed)
