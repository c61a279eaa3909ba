"""Checkouts that may happen and the parcels they would become, day by day.

The luck of a day is its own: a longer run begins with the same days.
"""

import numpy as np

from scenarios.spec import PARCELS_A_HOUSEHOLD, DemandSpec
from twin.draws import Draws, Stream
from twin.units import DAY, HOUR
from twin.world import City, Customers, Floats, Ints, Parcels, Sessions

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


def mean_parcels(spec: DemandSpec, city: City) -> float:
    """Parcels bought on a mean day."""
    if spec.parcels_per_day is not None:
        return spec.parcels_per_day
    return float(city.households.sum()) * PARCELS_A_HOUSEHOLD * spec.catchment


def popularity(skus: int) -> Floats:
    """Shares of demand by product: 1 / (rank + 3), so a fifth of 200 products makes 60 % of sales (D)."""
    weight = 1.0 / (np.arange(skus) + 4.0)
    return np.asarray(weight / weight.sum())


def draw_demand(
    spec: DemandSpec,
    days: int,
    first_weekday: int,
    city: City,
    customers: Customers,
    rates: Ints,
    skus: int,
    draws: Draws,
) -> tuple[Sessions, Parcels]:
    """Candidates for ``days`` days, by time, and their parcels.

    Notes
    -----
    The mean of a day is parcels / parcels an order / share that buys, times ``headroom``. Around it an area's day is
    negative binomial: a gamma factor of shape ``overdispersion``, then Poisson.
    """
    mean = mean_parcels(spec, city) * spec.peak / spec.parcels_per_order / spec.buys * spec.headroom
    crowd = _Crowd(city, customers, rates)
    times, people, counts, goods = [], [], [], []
    for day in range(days):
        luck = draws.generator(Stream.SESSION, day)
        customer = crowd.pick(luck, mean * spec.week[(first_weekday + day) % 7], spec.overdispersion)
        time = _times(luck, len(customer), spec.hours)
        order = np.argsort(time, kind="stable")
        times.append(day * DAY + time[order])
        people.append(customer[order])
        counts.append(1 + luck.poisson(spec.parcels_per_order - 1.0, len(customer)))
        goods.append(_goods(draws.generator(Stream.PARCEL, day), int(counts[-1].sum()), spec, popularity(skus)))
    parcel = np.concatenate([[0], np.cumsum(np.concatenate(counts))]).astype(np.int64)
    sessions = Sessions(np.concatenate(times), np.concatenate(people), parcel, spec.headroom)
    return sessions, Parcels(*(np.concatenate(part) for part in zip(*goods, strict=True)))


class _Crowd:
    """Customers in the order of their areas, with the running sum of their rates."""

    def __init__(self, city: City, customers: Customers, rates: Ints) -> None:
        area = city.area[customers.node]
        self.order = np.argsort(area, kind="stable")
        self.edge = np.concatenate([[0], np.cumsum(rates[self.order])])
        self.first = self.edge[np.searchsorted(area[self.order], np.arange(city.areas + 1))]

    def pick(self, luck: np.random.Generator, mean: float, k: float) -> Ints:
        """Who comes to the checkout on a day with this mean number of sessions."""
        weight = np.diff(self.first)
        count = luck.poisson(mean * weight / self.edge[-1] * luck.gamma(k, 1.0 / k, len(weight)))
        low, high = np.repeat(self.first[:-1], count), np.repeat(self.first[1:], count)
        at = np.searchsorted(self.edge, low + luck.random(len(low)) * (high - low), side="right") - 1
        who: Ints = self.order[at].astype(np.int64)
        return who


def _times(luck: np.random.Generator, count: int, shape: str) -> Ints:
    """Milliseconds after midnight, by the shape of the hours."""
    edge = np.cumsum(np.concatenate([[0.0], SHAPES[shape]]))
    hour = np.searchsorted(edge, luck.random(count) * edge[-1], side="right") - 1
    time: Ints = hour * HOUR + luck.integers(0, HOUR, count)
    return time


def _goods(luck: np.random.Generator, count: int, spec: DemandSpec, shares: Floats) -> tuple[Ints, Ints, Ints]:
    """Product, grams and millilitres of each parcel."""
    sku = np.searchsorted(np.cumsum(shares)[:-1], luck.random(count), side="right")
    kilos = luck.lognormal(0.0, spec.weight_sigma, count) * spec.weight_kg
    weight = np.clip(np.rint(kilos * 1_000.0), 10, spec.heaviest_kg * 1_000.0)
    litres = weight / 1_000.0 * spec.litres_per_kg * luck.lognormal(0.0, spec.litres_sigma, count)
    volume = np.clip(np.rint(litres * 1_000.0), 10, spec.largest_l * 1_000.0)
    return sku.astype(np.int64), weight.astype(np.int64), volume.astype(np.int64)
