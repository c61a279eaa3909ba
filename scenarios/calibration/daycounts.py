"""How the orders of areas vary from day to day: overdispersion, and what neighbours have in common."""

from dataclasses import dataclass

import numpy as np

from scenarios.calibration.jackknife import Estimate, jackknife
from twin.world import Floats

MOST_AREAS = 600
"""The busiest tell nearly all, and pairs grow with the square."""
EDGES_KM = (0.0, 1.0, 1.5, 2.0, 3.0, 4.0, 6.0, 9.0)
"""Of the classes of distance in which pairs of areas are put."""
_RANGES_KM = np.geomspace(0.2, 12.0, 120)


@dataclass(frozen=True, eq=False)
class DayCounts:
    """Orders by area, week and weekday.

    Attributes
    ----------
    table : (areas, weeks, 7) float64
        From Monday on.
    x_km, y_km : (areas,) float64
        The middle of each area.
    """

    table: Floats
    x_km: Floats
    y_km: Floats

    @property
    def weeks(self) -> int:
        """How many."""
        return int(self.table.shape[1])

    @property
    def apart(self) -> Floats:
        """(areas, areas) kilometres."""
        return np.hypot(np.subtract.outer(self.x_km, self.x_km), np.subtract.outer(self.y_km, self.y_km))

    def busiest(self) -> "DayCounts":
        """The areas with the most orders."""
        top = np.sort(np.argsort(-self.table.sum(axis=(1, 2)), kind="stable")[:MOST_AREAS])
        return DayCounts(self.table[top], self.x_km[top], self.y_km[top])


@dataclass(frozen=True, slots=True)
class Spread:
    """What a negative binomial day and a field in common come to.

    Attributes
    ----------
    k, shared, range_km : Estimate
    distance_km, seen : (classes,) float64
        Covariance of areas' days over the product of their means, by distance.
    """

    k: Estimate
    shared: Estimate
    range_km: Estimate
    distance_km: Floats
    seen: Floats


def expected(table: Floats) -> Floats:
    """(areas, 1, 7) orders of an area on a weekday: its mean times the city's factor of the day."""
    factor = table.mean(axis=(0, 1)) / table.mean()
    return np.asarray(table.mean(axis=(1, 2))[:, None, None] * factor)


def spread(counts: DayCounts) -> Spread:
    """Overdispersion by moments, each with a jackknife over weeks.

    Around its mean m an area's day has variance m + m^2 / k. Two areas at a distance h have covariance
    m m' (exp(s^2 exp(-h / range)) - 1), and exp(s^2) - 1 is ``shared`` / k.
    """
    some = counts.busiest()
    number = np.searchsorted(EDGES_KM, some.apart, side="right") - 1
    np.fill_diagonal(number, len(EDGES_KM))
    far = np.bincount(number.ravel(), weights=some.apart.ravel()) / np.maximum(np.bincount(number.ravel()), 1)
    distance = far[: len(EDGES_KM)]

    def figures(table: Floats) -> Floats:
        own, common, weight = _moments(table, number)
        strength, range_km = _common(distance, common, weight)
        return np.array([own, np.expm1(strength) / own if own > 0 else 0.0, range_km])

    weeks = [np.delete(some.table, week, axis=1) for week in range(some.weeks)]
    own, shared, range_km = jackknife(figures(some.table), [figures(table) for table in weeks])
    k = Estimate(*(1.0 / max(share, 1e-6) for share in (own.value, own.high, own.low)))
    seen = _moments(some.table, number)[1]
    return Spread(k, shared.within(0.0, 1.0), range_km.within(0.2, 12.0), distance, seen)


def _moments(table: Floats, number: np.ndarray) -> tuple[float, Floats, Floats]:
    """1 / k; and by class of distance the covariance over the product of means, and what it rests on."""
    mean = np.broadcast_to(expected(table), table.shape).reshape(len(table), -1)
    left = table.reshape(len(table), -1) - mean
    own = float((left * left - mean).sum() / (mean * mean).sum())
    classes = len(EDGES_KM)
    covariance = np.bincount(number.ravel(), weights=(left @ left.T).ravel(), minlength=classes)[:classes]
    scale = np.bincount(number.ravel(), weights=(mean @ mean.T).ravel(), minlength=classes)[:classes]
    return own, covariance / np.maximum(scale, 1e-12), scale.astype(np.float64)


def _common(distance: Floats, seen: Floats, weight: Floats) -> tuple[float, float]:
    """Strength s^2 and range of the field in common, by weighted least squares on log(1 + covariance)."""
    wanted = np.log1p(np.maximum(seen, -0.99))
    shape = np.exp(-distance[None, :] / _RANGES_KM[:, None])
    strength = np.maximum((shape * wanted * weight).sum(axis=1) / (shape * shape * weight).sum(axis=1), 0.0)
    loss = ((wanted - strength[:, None] * shape) ** 2 * weight).sum(axis=1)
    best = int(np.argmin(loss))
    return float(strength[best]), float(_RANGES_KM[best])
