"""Luck that remembers and that neighbours share: normal scores, correlated in time and over distance.

Sums are taken one by one rather than by a matrix product, whose last bit depends on the number of threads.
"""

from statistics import NormalDist

import numpy as np

from scenarios.weatherspec import SHARES
from twin.draws import Draws, Stream
from twin.world import City, Floats

_SCORES = np.array([NormalDist().inv_cdf(share) for share in SHARES])


def zone_places(city: City) -> Floats:
    """(zones, 2) km east and north: the middle of each zone's junctions."""
    zone = city.zone[city.area]
    count = np.maximum(np.bincount(zone, minlength=city.zones), 1)
    sums = [np.bincount(zone, weights=axis, minlength=city.zones) for axis in (city.x_m, city.y_m)]
    return np.asarray(np.stack(sums, axis=1) / count[:, None] / 1_000.0)


def daily(draws: Draws, stream: Stream, days: int, occasion: int, shape: tuple[int, ...]) -> Floats:
    """(days, *shape) standard normal numbers; those of a day are its own."""
    return np.stack([draws.generator(stream, day, occasion).standard_normal(shape) for day in range(days)])


def hourly(draws: Draws, stream: Stream, days: int, occasion: int, shape: tuple[int, ...]) -> Floats:
    """(hours, *shape) standard normal numbers; those of a day are its own."""
    return daily(draws, stream, days, occasion, (24, *shape)).reshape(days * 24, *shape)


def remembered(fresh: Floats, memory_h: float) -> Floats:
    """AR(1) along the hours, in place: correlation 1/e after ``memory_h``, variance one."""
    keep = float(np.round(np.exp(-1.0 / memory_h), 9))
    fresh[1:] *= np.sqrt(1.0 - keep * keep)
    for hour in range(1, len(fresh)):
        fresh[hour] += keep * fresh[hour - 1]
    return fresh


def kinship(places: Floats, reach_km: float) -> Floats:
    """(zones, zones): the root of the correlation exp(-distance / reach) between zones."""
    apart = np.hypot(*(places[:, None] - places[None]).transpose(2, 0, 1))
    near = np.exp(-apart / reach_km) + 1e-6 * np.eye(len(places))
    return np.asarray(np.round(np.linalg.cholesky(near), 9))


def shared(fresh: Floats, root: Floats) -> Floats:
    """Independent numbers (..., zones) made as like one another as :func:`kinship` says."""
    rows = np.ascontiguousarray(np.moveaxis(fresh, -1, 0))
    mixed = rows * root.diagonal().reshape(-1, *[1] * (fresh.ndim - 1))
    for zone in range(len(root)):
        for other in range(zone):
            mixed[zone] += root[zone, other] * rows[other]
    return np.ascontiguousarray(np.moveaxis(mixed, 0, -1))


def quantile(table: tuple[float, ...] | Floats, score: Floats) -> Floats:
    """Values of a distribution, given at :data:`~scenarios.weatherspec.SHARES`, for normal scores."""
    return np.asarray(np.interp(score, _SCORES, table))


def mean_of(table: tuple[float, ...] | Floats) -> float:
    """The mean of such a distribution."""
    normal = NormalDist()
    middle = np.array([normal.inv_cdf((step + 0.5) / 2_000) for step in range(2_000)])
    return float(quantile(table, middle).mean())
