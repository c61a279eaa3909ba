"""Checkouts that may happen and the parcels they would become, day by day.

The luck of a day is its own: a longer run begins with the same days. The weather takes no luck: candidates are drawn
for the weather in which most is ordered, and each one's own luck says in which weather it comes.
"""

import math
from dataclasses import dataclass

import numpy as np

from scenarios.demandfield import Field, lognormal, middles
from scenarios.demandspec import DemandSpec
from scenarios.demandweather import ceiling, pulls
from scenarios.spec import PARCELS_A_HOUSEHOLD
from twin.draws import Draws, Stream
from twin.units import DAY, HOUR
from twin.world import City, Customers, Floats, Ints, Parcels, Sessions, WeatherField

SHAPES = {
    "oberlo": (
        4.33, 3.24, 2.16, 1.41, 1.04, 0.92, 1.25, 1.75, 2.37, 3.12, 4.28, 5.20,
        5.91, 6.28, 6.20, 6.03, 5.91, 5.74, 5.62, 5.53, 5.49, 5.57, 5.53, 5.12,
    ),
    "evening": (
        2.0, 1.2, 0.7, 0.4, 0.3, 0.4, 0.8, 1.6, 2.4, 3.0, 3.6, 4.0,
        4.3, 4.3, 4.2, 4.3, 4.6, 5.2, 6.4, 8.4, 11.4, 11.8, 9.2, 5.5,
    ),
}  # fmt: skip
"""Orders by hour in per cent. Oberlo's index, some hours interpolated (B/D). Evening: from 7 h up to a peak at
20 to 21 h (SaleCycle), 58 % after 17 h (PwC: 60 %) (B; the figures D)."""


@dataclass(frozen=True, eq=False)
class Demand:
    """What a world has of its demand: who may order, their checkouts and parcels, and sales by product."""

    customers: Customers
    sessions: Sessions
    parcels: Parcels
    popularity: Floats
    notes: tuple[str, ...] = ()


def mean_parcels(spec: DemandSpec, city: City) -> float:
    """Parcels bought on a mean day."""
    if spec.parcels_per_day is not None:
        return spec.parcels_per_day
    return float(city.households.sum()) * PARCELS_A_HOUSEHOLD * spec.catchment


def popularity(skus: int, power: float = 1.0) -> Floats:
    """Shares of demand by product: 1 / (rank + 3) to a power; at 1 a fifth of 200 products makes 60 % of sales (D)."""
    weight = np.round((np.arange(skus) + 4.0) ** -power, 12)
    return np.asarray(weight / weight.sum())


def hour_shares(spec: DemandSpec) -> tuple[float, ...]:
    """How orders are spread over the 24 hours; they need not sum to 1."""
    return SHAPES[spec.hours] if isinstance(spec.hours, str) else spec.hours


def draw_demand(
    spec: DemandSpec, days: int, first_weekday: int, crowd: "Crowd", weather: WeatherField, skus: int, draws: Draws
) -> tuple[Sessions, Parcels]:
    """Candidates for ``days`` days, by time, and their parcels.

    Notes
    -----
    The mean of a day is parcels / parcels an order / share that buys, times ``headroom`` and the weather's
    ``ceiling``. Around it an area's day is negative binomial: a factor of mean 1 and variance 1 / ``overdispersion``,
    then Poisson. ``shared`` of that variance is a lognormal field that neighbours have in common, the rest a gamma
    factor of the area's own.
    """
    most = ceiling(spec.weather)
    mean = mean_parcels(spec, crowd.city) * spec.peak / spec.parcels_per_order / spec.buys * spec.headroom * most
    times, people, counts, goods = [], [], [], []
    for day in range(days):
        luck = draws.generator(Stream.SESSION, day)
        shared = crowd.mood(draws.generator(Stream.DEMAND_FIELD, day), spec)
        customer = crowd.pick(luck, mean * spec.week[(first_weekday + day) % 7] * shared, _own(spec))
        time = _times(luck, len(customer), hour_shares(spec))
        order = np.argsort(time, kind="stable")
        times.append(day * DAY + time[order])
        people.append(customer[order])
        counts.append(1 + luck.poisson(spec.parcels_per_order - 1.0, len(customer)))
        goods.append(draw_goods(draws.generator(Stream.PARCEL, day), int(counts[-1].sum()), spec, skus))
    time, who = np.concatenate(times), np.concatenate(people)
    parcel = np.concatenate([[0], np.cumsum(np.concatenate(counts))]).astype(np.int64)
    pull = pulls(spec.weather, weather, days)[time // DAY, crowd.zone[who]]
    sessions = Sessions(time, who, parcel, spec.headroom, pull, most)
    return sessions, Parcels(*(np.concatenate(part) for part in zip(*goods, strict=True)))


def _own(spec: DemandSpec) -> float:
    """Variance of the gamma factor: with the shared one's, (1 + a)(1 + b) = 1 + 1 / k."""
    return (1.0 - spec.shared) / (spec.overdispersion + spec.shared)


class Crowd:
    """Customers in the order of their areas, with the running sum of their rates.

    Parameters
    ----------
    city : City
    customers : Customers
    rates : (customers,) int64
        How often each orders, relative to others.
    spatial : (float, float)
        Sigma and range in kilometres of what areas order for good beyond their customers' rates.
    seed : int
        The city's seed.
    """

    def __init__(self, city: City, customers: Customers, rates: Ints, spatial: tuple[float, float], seed: int) -> None:
        area = city.area[customers.node]
        sigma, range_km = spatial
        self.city, self.customers = city, customers
        self.zone = city.zone[area]
        self.order = np.argsort(area, kind="stable")
        self.edge = np.concatenate([[0], np.cumsum(rates[self.order])])
        self.first = self.edge[np.searchsorted(area[self.order], np.arange(city.areas + 1))]
        self.field = Field(*middles(city), range_km * 1_000.0)
        taste = self.field.draw(Draws(seed).generator(Stream.DEMAND_FIELD, 0, 1))
        weight = np.diff(self.first) * lognormal(taste, sigma)
        self.share = weight / weight.sum()
        """(areas,) of all candidates."""

    def mood(self, luck: np.random.Generator, spec: DemandSpec) -> Floats:
        """(areas,) what a day is like for an area and its neighbours, with mean 1."""
        sigma = math.sqrt(math.log1p(spec.shared / spec.overdispersion))
        return lognormal(self.field.draw(luck), round(sigma, 9)) if sigma else np.ones(len(self.share))

    def pick(self, luck: np.random.Generator, mean: Floats, own: float) -> Ints:
        """Who comes to the checkout on a day with this mean number of sessions, by area of the whole city's."""
        moods = luck.gamma(1.0 / own, own, len(self.share)) if own else 1.0
        count = luck.poisson(mean * self.share * moods)
        low, high = np.repeat(self.first[:-1], count), np.repeat(self.first[1:], count)
        at = np.searchsorted(self.edge, low + luck.random(len(low)) * (high - low), side="right") - 1
        who: Ints = self.order[at].astype(np.int64)
        return who


def _times(luck: np.random.Generator, count: int, shape: tuple[float, ...]) -> Ints:
    """Milliseconds after midnight, by the shape of the hours."""
    edge = np.cumsum(np.concatenate([[0.0], shape]))
    hour = np.searchsorted(edge, luck.random(count) * edge[-1], side="right") - 1
    time: Ints = hour * HOUR + luck.integers(0, HOUR, count)
    return time


def draw_goods(luck: np.random.Generator, count: int, spec: DemandSpec, skus: int) -> tuple[Ints, Ints, Ints]:
    """Product, grams and millilitres of each parcel."""
    shares = popularity(skus, spec.sku_power)
    sku = np.searchsorted(np.cumsum(shares)[:-1], luck.random(count), side="right")
    kilos = luck.lognormal(0.0, spec.weight_sigma, count) * spec.weight_kg
    weight = np.clip(np.rint(kilos * 1_000.0), 10, spec.heaviest_kg * 1_000.0)
    litres = weight / 1_000.0 * spec.litres_per_kg * luck.lognormal(0.0, spec.litres_sigma, count)
    volume = np.clip(np.rint(litres * 1_000.0), 10, spec.largest_l * 1_000.0)
    return sku.astype(np.int64), weight.astype(np.int64), volume.astype(np.int64)
