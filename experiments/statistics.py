"""Intervals whose unit is the run.

A ratio (cost per delivered parcel) is a ratio of totals over all runs with a delete-one jackknife interval:
the mean of each run's ratio is biased, and intervals over parcels cover half of what they claim, because the
parcels of a day share its weather (Quenouille 1956; Miller 1974, Biometrika 61:1-15).
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import stdtrit

Floats = NDArray[np.float64]
LEVEL = 0.95


@dataclass(frozen=True, slots=True)
class Interval:
    """An estimate and its confidence interval; the ends are NaN when one run says nothing about the spread."""

    estimate: float
    low: float
    high: float

    @property
    def excludes_zero(self) -> bool:
        """Whether chance alone is an unlikely explanation."""
        return self.low > 0 or self.high < 0

    def within(self, least: float, most: float) -> "Interval":
        """The same interval without the values that the figure cannot have; NaN stays NaN."""
        low, high = (end if math.isnan(end) else min(max(end, least), most) for end in (self.low, self.high))
        return Interval(self.estimate, low, high)


def ratio(numerator: ArrayLike, denominator: ArrayLike, level: float = LEVEL) -> Interval:
    """Ratio of totals with a jackknife interval.

    Parameters
    ----------
    numerator, denominator : (runs,) array
        Totals of each run.
    level : float
        Of confidence.
    """
    above, below = _columns(numerator, denominator)
    return _jackknife(_quotient(above.sum(), below.sum()), _left_out(above, below), level)


def ratio_difference(
    arm: tuple[ArrayLike, ArrayLike], baseline: tuple[ArrayLike, ArrayLike], level: float = LEVEL
) -> Interval:
    """Difference of two ratios of totals over paired runs; each fold leaves the same pair out of both.

    Parameters
    ----------
    arm, baseline : pair of (runs,) array
        Numerators and denominators; row i of both played world i.
    """
    above, below, base_above, base_below = _columns(*arm, *baseline)
    estimate = _quotient(above.sum(), below.sum()) - _quotient(base_above.sum(), base_below.sum())
    return _jackknife(estimate, _left_out(above, below) - _left_out(base_above, base_below), level)


def mean(values: ArrayLike, level: float = LEVEL) -> Interval:
    """Mean over runs with Student's t interval."""
    (column,) = _columns(values)
    ones = np.ones_like(column)
    return ratio(column, ones, level)


def mean_difference(arm: ArrayLike, baseline: ArrayLike, level: float = LEVEL) -> Interval:
    """Mean of paired differences with Student's t interval."""
    one, other = _columns(arm, baseline)
    return mean(one - other, level)


def _columns(*given: ArrayLike) -> list[Floats]:
    columns = [np.asarray(column, dtype=np.float64) for column in given]
    if any(column.ndim != 1 or len(column) != len(columns[0]) or len(column) == 0 for column in columns):
        raise ValueError(f"columns must have one entry a run, got shapes {[column.shape for column in columns]}")
    return columns


def _quotient(above: float, below: float) -> float:
    return float(above / below) if below else math.nan


def _left_out(above: Floats, below: Floats) -> Floats:
    """The ratio without each run in turn."""
    rest = below.sum() - below
    folds: Floats = np.divide(above.sum() - above, rest, out=np.full_like(rest, np.nan), where=rest != 0)
    return folds


def _jackknife(estimate: float, folds: Floats, level: float) -> Interval:
    runs = len(folds)
    if runs < 2:
        return Interval(estimate, math.nan, math.nan)
    error = math.sqrt((runs - 1) / runs * float(((folds - folds.mean()) ** 2).sum()))
    half = float(stdtrit(runs - 1, 0.5 + level / 2)) * error
    return Interval(estimate, estimate - half, estimate + half)
