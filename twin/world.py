"""The world: everything nobody decides, as arrays, drawn before any policy acts or loaded from records."""

from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from twin.draws import Draws
from twin.specs import CarrierSpec, FleetGroup, Operation, People, Strike

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
        Coarse zone, for weather: 0 to ``zones - 1``.
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
        """How many weather zones."""
        return int(self.zone.max()) + 1 if len(self.zone) else 0

    @cached_property
    def tail(self) -> Ints:
        """(edges,) int64: where each edge begins."""
        return np.repeat(np.arange(self.nodes, dtype=np.int64), np.diff(self.start))


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
    """Checkouts that may happen, by time; ``parcel`` delimits each one's parcels.

    Attributes
    ----------
    time, customer : (sessions,) int64
    parcel : (sessions + 1,) int64
    headroom : float
        How far customers who are served well may rise above the base rate.
    weather : (sessions,) int64
        What the weather at that place and day makes of the base rate, in millionths.
    ceiling : float
        The most that weather could make of it. Candidates were drawn at headroom x ceiling times the base rate, and
        one happens when its thinning luck is below propensity x weather / (headroom x ceiling): retention and
        weather move demand without new draws.
    certain : bool
        These people did order, as records say: who is offered anything takes something.
    """

    time: Ints
    customer: Ints
    parcel: Ints
    headroom: float
    weather: Ints
    ceiling: float = 1.0
    certain: bool = False


@dataclass(frozen=True, eq=False)
class Parcels:
    """Goods, one row each, ids issued here."""

    sku: Ints
    weight_g: Ints
    volume_ml: Ints


LEADS_H = (1, 3, 6, 12, 24, 48)
"""How many hours ahead forecasts are kept; the longest reaches from any hour to the end of the next day."""


@dataclass(frozen=True, eq=False)
class WeatherField:
    """(hours, zones) float64 each: what the weather is like; and what was foretold of it.

    Attributes
    ----------
    forecast_wind_mps, forecast_rain_mmh : (hours, leads, zones) float64
        Wind, and rain or snow as water, as foretold :data:`LEADS_H` hours before.
    filled : int
        Hours with a value that records lack, which is that of the last hour that has one.
    """

    temperature_c: Floats
    wind_mps: Floats
    gust_mps: Floats
    rain_mmh: Floats
    snow_mmh: Floats
    visibility_m: Floats
    forecast_wind_mps: Floats
    forecast_rain_mmh: Floats
    filled: int = 0


@dataclass(frozen=True, eq=False)
class TrafficField:
    """Speeds as stepwise factors: true speed = free flow x profile x noise, in thousandths.

    Attributes
    ----------
    period : int
        Milliseconds of one step.
    profile : (rows, columns) int64
        What everybody knows: the mean factor by time and kind of day, and by kind of street.
    row : (periods,) int64
        The row of ``profile`` that holds in each step of the run.
    column : (edges,) int64
        The column of ``profile`` that an edge follows.
    noise : (periods, groups) int16
        What nobody knows before: the true factor on the profile.
    group : (edges,) int64
        The column of ``noise`` that an edge follows.
    """

    period: int
    profile: Ints
    row: Ints
    column: Ints
    noise: NDArray[np.int16]
    group: Ints


@dataclass(frozen=True, eq=False)
class Disruptions:
    """Works, incidents and closures, one row an edge, by edge and then by start.

    Attributes
    ----------
    first : (edges + 1,) int64
        Rows of edge ``e`` are ``first[e]`` to ``first[e + 1]``.
    edge : (rows,) int64
    start, end : (rows,) int64
        When it holds, in ms of the run; ``end`` is not part of it.
    detected, until : (rows,) int64
        When operations learn of it, and until when they then believe that it holds.
    permille : (rows,) int64
        Factor on the speed; 0: closed, so nobody enters, and who is on the edge leaves it.
    delay : (rows,) int64
        Factor on the delay of the profile, in thousandths: lost capacity through the volume-delay function.
    kind : (rows,) int64
        :class:`~twin.entities.Upset`.
    """

    first: Ints
    edge: Ints
    start: Ints
    end: Ints
    detected: Ints
    until: Ints
    permille: Ints
    delay: Ints
    kind: Ints

    @classmethod
    def of(cls, edges: int, *columns: Ints) -> "Disruptions":
        """Rows in any order, on a network with so many edges: edge, start, end, ... as above."""
        table = np.array(columns, dtype=np.int64).reshape(8, -1)
        table = table[:, np.lexsort(table[::-1])]
        first = np.searchsorted(table[0], np.arange(edges + 1)).astype(np.int64)
        return cls(first, *table)

    @classmethod
    def none(cls, edges: int) -> "Disruptions":
        """A network on which nothing happens."""
        return cls.of(edges, *np.empty((8, 0), dtype=np.int64))


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
    disruptions: Disruptions
    fleet: tuple[FleetGroup, ...]
    carriers: tuple[CarrierSpec, ...]
    operation: Operation
    people: People
    popularity: Floats
    """(skus,) shares of demand."""
    notes: tuple[str, ...] = ()
    """What a reader should know of how it was made: records that were left out, and why."""
    strike: Strike = field(default_factory=Strike)

    @cached_property
    def draws(self) -> Draws:
        """Luck, keyed."""
        return Draws(self.seed)
