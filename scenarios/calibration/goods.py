"""What is in the parcels of a file: weights, volumes, products."""

import math

import numpy as np

from scenarios.calibration.jackknife import Estimate
from twin.world import Floats, Ints

FEWEST = 100
"""Fewer parcels tell nothing of a distribution."""
_SHIFT = 4.0
"""A product's share falls as 1 / (rank + 3), and ranks begin with 1."""


def lognormal(values: Floats) -> tuple[Estimate, Estimate]:
    """Median and sigma of a lognormal distribution, by quantiles: what was cut off at the top moves neither.

    Standard errors are those of quantiles of a normal sample: 1.2533 and .962 sigma / sqrt(n).
    """
    low, middle, high = np.quantile(np.log(values), (0.158655, 0.5, 0.841345)).tolist()
    sigma = (high - low) / 2.0
    error = max(sigma, 1e-9) / math.sqrt(len(values))
    log = Estimate.normal(middle, 1.2533 * error)
    return Estimate(*(math.exp(each) for each in (log.value, log.low, log.high))), Estimate.normal(sigma, 0.962 * error)


def sku_power(sku: Ints) -> Estimate:
    """How fast sales fall with the rank of a product: most likely power of 1 / (rank + 3).

    Ranks are by the same sales, whose luck makes them look steeper; ranks by one half of the parcels and sales by the
    other look flatter. The estimate lies between the two, and its interval holds both.
    """
    steep, error = _power(np.sort(np.bincount(sku))[::-1])
    ranks, sales = (np.bincount(half, minlength=sku.max() + 1) for half in (sku[::2], sku[1::2]))
    flat, _ = _power(sales[np.argsort(-ranks, kind="stable")])
    middle = (steep + flat) / 2.0
    return Estimate(middle, min(steep, flat) - 1.96 * error, max(steep, flat) + 1.96 * error)


def _power(sales: Ints) -> tuple[float, float]:
    """The power for sales by rank, and its standard error, by Newton's method on the likelihood."""
    log = np.log(np.arange(len(sales)) + _SHIFT)
    wanted, power, bend = float(sales @ log) / sales.sum(), 1.0, 1.0
    for _ in range(50):
        share = np.exp(-power * (log - log[0]))
        share /= share.sum()
        mean = float(share @ log)
        bend = max(float(share @ (log - mean) ** 2), 1e-12)
        power = min(max(power + (mean - wanted) / bend, 0.0), 5.0)
    return power, 1.0 / math.sqrt(bend * sales.sum())
