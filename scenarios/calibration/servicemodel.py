"""What a stop takes: lognormal parts by dwelling and district, drivers with a pace of their own."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from scenarios.calibration.lognormal import Lognormal, fit_lognormal, surprise
from scenarios.calibration.stoprecords import DISTRICTS, DWELLINGS, Stops
from twin.world import Floats

FEWEST = 20
"""Records of a dwelling or a district, below which it keeps the default."""
SHORTEST, LONGEST = 5.0, 1800.0
"""Seconds at a door that can be true; others are scans without a stop, and breaks (D)."""
Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Service:
    """Times at the door.

    Attributes
    ----------
    doors : dict
        Dwelling number -> seconds for one parcel, by a driver of pace 1.
    overall : Lognormal
        All dwellings together.
    extra : float
        Seconds for each further parcel.
    pace : float
        Standard deviation of the logarithm of drivers' paces.
    """

    doors: dict[int, Lognormal]
    overall: Lognormal
    extra: float
    pace: float


def fit_service(stops: Stops, which: Mask) -> Service:
    """Times at the door of stops that succeeded.

    A pace multiplies everything and has mean 1, so the middle driver is faster than that: medians are put right by it.
    """
    good = which & ~stops.failed
    extra = _extra(stops, good)
    alone = np.maximum(stops.seconds - extra * (stops.parcels - 1), 0.0)
    single = good & (stops.parcels == 1)  # what further parcels take is the driver's pace too, and would count twice
    kinds = {kind: _enough(single, good, stops.dwelling == kind) for kind in range(len(DWELLINGS))}
    found = {kind: _fit(alone[mine]) for kind, mine in kinds.items() if np.count_nonzero(mine) >= FEWEST}
    overall = _fit(alone[good])
    logs = np.log(np.clip(alone, SHORTEST, LONGEST))
    centre = np.full(len(logs), overall.mu)
    for kind, model in found.items():
        centre[kinds[kind]] = model.mu
    inside = single & (alone >= SHORTEST) & (alone <= LONGEST)
    pace = _between(logs - centre, stops, inside)
    return Service({kind: _without(model, pace) for kind, model in found.items()}, overall, extra, pace)


def _enough(single: Mask, good: Mask, mine: Mask) -> Mask:
    """Stops with one parcel, or all where those are few."""
    return single & mine if np.count_nonzero(single & mine) >= FEWEST else good & mine


def loss(found: Service, stops: Stops, which: Mask) -> tuple[float, float]:
    """Mean surprise at the times of other stops: of the model, and of one lognormal for all."""
    alone = stops.seconds - found.extra * (stops.parcels - 1)
    known = which & ~stops.failed & (alone >= SHORTEST) & (stops.seconds <= LONGEST)
    lost = np.zeros(len(alone))
    for kind in range(-1, len(DWELLINGS)):
        mine = known & (stops.dwelling == kind)
        model = seen(found.doors[kind], found.pace) if kind in found.doors else found.overall
        lost[mine] = surprise(model, alone[mine], SHORTEST, LONGEST)
    simplest = _fit(stops.seconds[~which & ~stops.failed])
    return float(lost[known].mean()), float(surprise(simplest, stops.seconds[known], SHORTEST, LONGEST).mean())


def seen(model: Lognormal, pace: float) -> Lognormal:
    """The times of all drivers together."""
    return Lognormal(model.mu - pace**2 / 2, math.hypot(model.sigma, pace))


def _without(model: Lognormal, pace: float) -> Lognormal:
    """The times of a driver of pace 1, from those of all."""
    return Lognormal(model.mu + pace**2 / 2, math.sqrt(max(model.sigma**2 - pace**2, 1e-4)))


def _fit(values: Floats) -> Lognormal:
    return fit_lognormal(values, SHORTEST, LONGEST)


def _extra(stops: Stops, good: Mask) -> float:
    """Seconds a further parcel, such that half of the stops with several are longer than the median with one."""
    one, more = good & (stops.parcels == 1), good & (stops.parcels > 1)
    kinds = [kind for kind in range(-1, len(DWELLINGS)) if np.count_nonzero(one & (stops.dwelling == kind)) >= FEWEST]
    more &= np.isin(stops.dwelling, kinds)
    if np.count_nonzero(more) < FEWEST:
        return 0.0
    usual = np.zeros(len(stops.seconds))
    for kind in kinds:
        usual[stops.dwelling == kind] = np.median(stops.seconds[one & (stops.dwelling == kind)])
    each = (stops.seconds[more] - usual[more]) / (stops.parcels[more] - 1)
    return max(float(np.median(each)), 0.0)


def _between(residual: Floats, stops: Stops, which: Mask) -> float:
    """Spread between drivers: the variance of their means over what chance alone gives (one-way analysis)."""
    driven = which & (stops.driver >= 0)
    drivers, number, count = np.unique(stops.driver[driven], return_inverse=True, return_counts=True)
    total = int(count.sum())
    if len(drivers) < 3 or total <= 2 * len(drivers):
        return 0.0
    mean = np.bincount(number, weights=residual[driven]) / count
    within = float(((residual[driven] - mean[number]) ** 2).sum()) / (total - len(drivers))
    grand = float(residual[driven].mean())
    among = float((count * (mean - grand) ** 2).sum()) / (len(drivers) - 1)
    size = (total - float((count**2).sum()) / total) / (len(drivers) - 1)
    return math.sqrt(max((among - within) / size, 0.0))


@dataclass(frozen=True, slots=True)
class Ways:
    """Searching and walking.

    Attributes
    ----------
    search : dict
        District number -> seconds to find a place, for a van.
    search_cv : float
        NaN when nothing was recorded.
    bike : float
        What a cargo bike needs of it; NaN when unknown.
    walk : dict
        District number -> median seconds on foot to a porch or house.
    walk_by : dict
        Dwelling number -> times that.
    walk_cv : float
    """

    search: dict[int, float]
    search_cv: float
    bike: float
    walk: dict[int, float]
    walk_by: dict[int, float]
    walk_cv: float


def fit_ways(stops: Stops, pace: float) -> Ways:
    """Searching and walking, of stops where they were recorded; who kept the place did not search."""
    searched = (stops.search > 0) & ~stops.bike & (stops.district >= 0)
    search, search_sigma = _medians(stops.search, stops.district, searched, len(DISTRICTS))
    walked = (stops.walk > 0) & (stops.district >= 0)
    logs = np.log(np.where(walked, stops.walk, 1.0))
    walk, _ = _medians(stops.walk, stops.district, walked & (stops.dwelling <= 1), len(DISTRICTS))
    base = np.array([math.log(walk[kind]) if kind in walk else np.nan for kind in range(len(DISTRICTS))])
    over = logs - base[stops.district]
    known = walked & np.isfinite(over)
    by, walk_sigma = _medians(np.exp(np.where(known, over, 0.0)), stops.dwelling, known, len(DWELLINGS))
    bikes = stops.bike & (stops.search > 0) & np.isin(stops.district, list(search))
    ratio = [
        value / search[kind] for value, kind in zip(stops.search[bikes], stops.district[bikes].tolist(), strict=True)
    ]
    return Ways(
        search=search,
        search_cv=_cv(search_sigma),
        bike=float(np.exp(np.mean(np.log(ratio)))) if len(ratio) >= FEWEST else math.nan,
        walk={kind: median * math.exp(pace**2 / 2) for kind, median in walk.items()},
        walk_by={kind: 1.0 if kind <= 1 else factor for kind, factor in by.items()},
        walk_cv=_cv(math.sqrt(max(walk_sigma**2 - pace**2, 0.0))),
    )


def _medians(values: Floats, kind: NDArray[np.int64], which: Mask, kinds: int) -> tuple[dict[int, float], float]:
    """The geometric mean of each kind that has enough records, and the spread of logarithms about them."""
    parts = {k: np.log(values[which & (kind == k)]) for k in range(kinds)}
    parts = {k: logs for k, logs in parts.items() if len(logs) >= FEWEST}
    rest = np.concatenate([logs - logs.mean() for logs in parts.values()]) if parts else np.array([math.nan])
    return {k: float(np.exp(logs.mean())) for k, logs in parts.items()}, float(rest.std())


def _cv(sigma: float) -> float:
    return math.sqrt(math.expm1(sigma**2))
