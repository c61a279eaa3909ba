"""How well the first weeks of a file foretell the last ones."""

import numpy as np

from scenarios.calibration.daycounts import DayCounts, expected, spread
from scenarios.calibration.fit import Score
from scenarios.demandfile import Orders
from twin.world import Floats, Ints


def scores(days: DayCounts, orders: Orders, row: Ints, held: int) -> tuple[Score, ...]:
    """Losses on the last ``held`` weeks of a model that was fitted to those before."""
    seen = DayCounts(days.table[:, :-held], days.x_km, days.y_km)
    wanted = days.table[:, -held:]
    mean = np.broadcast_to(np.maximum(expected(seen.table), 0.5 / seen.table[0].size), wanted.shape)
    flat = np.broadcast_to(mean.mean(axis=2, keepdims=True), wanted.shape)
    k = spread(seen).k.value
    last = f"last {held} week{'s' if held > 1 else ''}"
    return (
        Score(
            f"Poisson deviance of an area's day, {last}; each area's mean",
            _deviance(wanted, mean),
            _deviance(wanted, flat),
        ),
        Score(f"log loss of an area's day, {last}; Poisson", _loss(wanted, mean, k), _loss(wanted, mean, 1e9)),
        Score(f"log loss of an order's hour, {last}; a flat day", *_hours(orders, row, held)),
    )


def _deviance(seen: Floats, mean: Floats) -> float:
    """Mean Poisson deviance."""
    some = np.maximum(seen, 1e-12)
    return float((2.0 * (np.where(seen > 0, seen * np.log(some / mean), 0.0) - (seen - mean))).mean())


def _loss(seen: Floats, mean: Floats, k: float) -> float:
    """Mean negative log likelihood of a negative binomial."""
    from scipy.special import gammaln

    chance = gammaln(seen + k) - gammaln(k) - gammaln(seen + 1.0)
    chance += seen * (np.log(mean) - np.log(mean + k)) - k * np.log1p(mean / k)
    return float(-chance.mean())


def _hours(orders: Orders, row: Ints, held: int) -> tuple[float, float]:
    """Mean negative log of the share that the hour of an order had in the weeks before, and in a flat day."""
    hour = orders.time[row].astype(np.int64) % 86_400 // 3_600
    late = orders.day[row] > orders.day[row].max() - 7 * held
    share = (np.bincount(hour[~late], minlength=24) + 0.5) / (np.count_nonzero(~late) + 12.0)
    return float(-np.log(share[hour[late]]).mean()), float(np.log(24.0))
