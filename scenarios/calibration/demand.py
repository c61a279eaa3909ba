"""Demand fitted to orders of the past: how many, where, when, and what is in the parcels."""

import math
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from scenarios.calibration import goods
from scenarios.calibration.daycounts import DayCounts, Spread, expected, spread
from scenarios.calibration.fit import Curve, Fit
from scenarios.calibration.forecastscore import scores
from scenarios.calibration.goodness import figures
from scenarios.calibration.jackknife import Estimate, jackknife
from scenarios.calibration.ordercounts import OrderCounts, count_orders
from scenarios.demandfile import Orders, read_orders
from twin.errors import InputError
from twin.world import City, Floats, Ints


@dataclass(eq=False)
class _Found:
    """What has been fitted so far."""

    values: dict[str, Any] = field(default_factory=dict)
    intervals: dict[str, tuple[float, float]] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)

    def add(self, key: str, found: Estimate, digits: int = 4) -> None:
        """A value for a run, and its interval."""
        self.values[key] = round(found.value, digits)
        self.intervals[key] = found.low, found.high

    @property
    def said(self) -> str:
        """The intervals in words."""
        return "95 % intervals: " + ", ".join(
            f"{key} {low:.4g} to {high:.4g}" for key, (low, high) in self.intervals.items()
        )


def fit(path: Path, *, city: str = "", resolution: int = 8, held_weeks: int = 4) -> Fit:
    """Fit the demand of a run to a file of orders, three whole weeks or more.

    One row is one parcel. Columns: time (as in 2024-05-28 14:05); lon and lat, or cell (an H3 index); and where there
    are any order, customer, weight_kg, volume_l, sku. Rows that cannot be used are left out and counted.

    Options: city=FILE, a compiled city, whose households and incomes tell how much areas differ beyond them;
    resolution=8, of the H3 cells that are the areas without a city; held_weeks=4, the last weeks, which are forecast
    from the others to score the fit (a third of the weeks at most).
    """
    streets = _city(city)
    if not 5 <= resolution <= 10:
        raise InputError(f"command line: resolution(={resolution}) must be from 5 to 10")
    if held_weeks < 1:
        raise InputError(f"command line: held_weeks(={held_weeks}) must be at least 1")
    orders = read_orders(path)
    counts, left = count_orders(orders, path, streets, resolution)
    found = _Found()
    held = min(held_weeks, counts.days.weeks // 3)
    hours = _hours(found, orders, counts, held)
    _week(found, orders, counts.days)
    spreading = spread(counts.days)
    _spread(found, counts, spreading)
    _parcels(found, orders)
    return Fit(
        topic="demand",
        group="demand",
        values=found.values,
        rows=orders.rows,
        dropped={**orders.dropped, **left},
        figures=figures(orders, counts.days, found.values),
        scores=scores(counts.days, orders, counts.row, held),
        curves=_curves(hours, counts.days, spreading),
        notes=(found.said + ".", *found.notes, "Weather, walk-away and season keep the values of the base."),
        intervals=found.intervals,
    )


def _city(path: str) -> City | None:
    if not path:
        return None
    from scenarios.cityfile import read_city

    return read_city(Path(path))


def _hours(found: _Found, orders: Orders, counts: OrderCounts, held: int) -> tuple[Floats, Floats]:
    """Shares of the day's hours in per cent, of the last weeks and of those before."""
    second = orders.time[counts.row].astype(np.int64) % 86_400
    late = orders.day[counts.row] >= orders.day[0] + 7 * (counts.days.weeks - held)
    every, last, before = (_shares(some) for some in (second, second[late], second[~late]))
    if (second == 0).mean() > 0.5:
        found.notes.append("Most orders have a date and no time of day, so the hours keep the values of the base.")
    else:
        found.values["hours"] = [round(share, 3) for share in every.tolist()]
    return last, before


def _shares(second: Ints) -> Floats:
    """Per cent of the orders of each hour."""
    return np.bincount(second // 3_600, minlength=24).astype(np.float64) * (100.0 / max(len(second), 1))


def _week(found: _Found, orders: Orders, days: DayCounts) -> None:
    """Parcels of a mean day and the factors of the weekdays, each week being one part of the records."""

    def levels(table: Floats) -> Floats:
        weekday = table.mean(axis=1).sum(axis=0)
        return np.append(weekday / weekday.mean(), weekday.mean())

    weeks = [levels(np.delete(days.table, week, axis=1)) for week in range(days.weeks)]
    *factors, daily = jackknife(levels(days.table), weeks)
    size = len(orders.order) / len(np.unique(orders.order))
    found.add("parcels_per_day", Estimate(daily.value * size, daily.low * size, daily.high * size), 2)
    found.values["week"] = [round(factor, 4) for factor in levels(days.table)[:7].tolist()]
    found.intervals |= {f"week.{number}": (factor.low, factor.high) for number, factor in enumerate(factors)}


def _spread(found: _Found, counts: OrderCounts, days: Spread) -> None:
    found.add("overdispersion", days.k, 2)
    found.add("shared", days.shared)
    if days.shared.low > 0.0:
        found.add("spatial_km", days.range_km, 2)
    else:
        found.notes.append("Neighbours' days show nothing in common for certain, so spatial_km keeps the base's value.")
    if counts.exposure is None:
        found.notes.append(
            "Without city=FILE it is unknown how many could order, so spatial_sigma keeps the base's value."
        )
        return
    range_km = days.range_km.value if days.shared.low > 0.0 else 1.5
    found.add("spatial_sigma", _sigma(counts, days.k.value, range_km))


def _sigma(counts: OrderCounts, k: float, range_km: float) -> Estimate:
    """Standard deviation of the log of orders over exposure, less what chance makes of it.

    Neighbours being alike, the areas count for fewer: 2 sigma^4 sum(rho^2) / areas^2 is the variance of the variance,
    and the mean that is taken off hides a share of mean(rho).
    """
    days, exposure = counts.days, np.asarray(counts.exposure)
    orders = days.table.sum(axis=(1, 2))
    wanted = exposure * orders.sum() / exposure.sum()
    busy = (wanted >= 30.0) & (orders > 0)
    if busy.sum() < 10:
        return Estimate(0.0, 0.0, 3.0)
    ratio = np.log(orders[busy] / wanted[busy])
    chance = (1.0 / wanted[busy] + 1.0 / (k * 7 * days.weeks)).mean()
    rho = np.exp(-days.apart[np.ix_(busy, busy)] / range_km)
    variance = max(float(ratio.var()) - chance, 0.0) / max(1.0 - float(rho.mean()), 0.1)
    sigma = math.sqrt(variance)
    return Estimate.normal(sigma, sigma * math.sqrt(float((rho * rho).mean()) / 2.0)).within(0.0, 3.0)


def _parcels(found: _Found, orders: Orders) -> None:
    """Weights, volumes, products, and how many parcels an order has."""
    weight, volume = orders.weight_kg, orders.volume_l
    if (known := weight[~np.isnan(weight)]).size >= goods.FEWEST:
        median, sigma = goods.lognormal(known)
        found.add("weight_kg", median)
        found.add("weight_sigma", sigma)
        found.values["heaviest_kg"] = round(float(known.max()), 3)
    dense = volume / weight
    if (both := dense[~np.isnan(dense)]).size >= goods.FEWEST:
        median, sigma = goods.lognormal(both)
        found.add("litres_per_kg", median)
        found.add("litres_sigma", sigma)
        found.values["largest_l"] = round(float(np.nanmax(volume)), 3)
    sold = orders.sku[orders.sku >= 0]
    if len(sold) >= goods.FEWEST and sold.max() > 0:
        found.add("sku_power", goods.sku_power(sold))
        found.notes.append(f"The file has {int(sold.max()) + 1:,} products; give a run operation.skus to match.")
    if orders.has_orders:
        size = np.unique(orders.order, return_counts=True)[1]
        error = float(size.std()) / math.sqrt(len(size))
        found.add("parcels_per_order", Estimate.normal(float(size.mean()), error).within(1.0, 20.0))


def _curves(hours: tuple[Floats, Floats], days: DayCounts, spreading: Spread) -> tuple[Curve, ...]:
    """Hours of the weeks held out and of those before; areas' daily variance; neighbours' covariance by distance."""
    mean = days.table.mean(axis=(1, 2))
    busy = np.argsort(mean)[-40:]
    left = ((days.table - expected(days.table)) ** 2).mean(axis=(1, 2))
    near = spreading.distance_km > 0
    strength = math.log1p(spreading.shared.value / spreading.k.value)
    common = np.expm1(strength * np.exp(-spreading.distance_km / spreading.range_km.value))
    hour = tuple(float(number) for number in range(24))
    return (
        Curve("Orders by hour, weeks held out", "hour", "per cent", hour, tuple(hours[0]), tuple(hours[1])),
        Curve("How an area's days vary", "orders a day", "variance", tuple(mean[busy]), tuple(left[busy]),
              tuple(mean[busy] + mean[busy] ** 2 / spreading.k.value)),
        Curve("What neighbours have in common", "km", "covariance / means", tuple(spreading.distance_km[near]),
              tuple(spreading.seen[near]), tuple(common[near])),
    )  # fmt: skip
