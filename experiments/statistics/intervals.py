"""Intervals whose unit is the run.

A ratio (cost per delivered parcel) is a ratio of totals over all runs with a delete-one jackknife interval:
the mean of each run's ratio is biased, and intervals over parcels cover half of what they claim, because the
parcels of a day share its weather (Quenouille 1956; Miller 1974, Biometrika 61:1-15).
"""

import math
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import stdtr, stdtrit

Floats = NDArray[np.float64]
LEVEL = 0.95


@dataclass(frozen=True, slots=True)
class Interval:
    """An estimate and its confidence interval; the ends are NaN when one run says nothing about the spread."""

    estimate: float
    low: float
    high: float

    @property
    def half(self) -> float:
        """Half of its width."""
        return (self.high - self.low) / 2

    @property
    def excludes_zero(self) -> bool:
        """Whether chance alone is an unlikely explanation."""
        return self.low > 0 or self.high < 0

    @property
    def plain(self) -> dict[str, float | None]:
        """As JSON values: an end that does not exist is null."""
        return {name: value if math.isfinite(value) else None for name, value in asdict(self).items()}

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
    return _around(_quotient(above.sum(), below.sum()), effects(above, below), level)


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
    return _around(estimate, effects(above, below) - effects(base_above, base_below), level)


def mean(values: ArrayLike, level: float = LEVEL) -> Interval:
    """Mean over runs with Student's t interval."""
    (column,) = _columns(values)
    return interval(column, level)


def mean_difference(arm: ArrayLike, baseline: ArrayLike, level: float = LEVEL) -> Interval:
    """Mean of paired differences with Student's t interval."""
    one, other = _columns(arm, baseline)
    return interval(one - other, level)


def effects(numerator: ArrayLike, denominator: ArrayLike) -> Floats:
    """What each run says about a ratio of totals: Tukey's pseudo-values of the jackknife.

    They turn a ratio into a mean: their spread is that of the ratio, and paired runs have paired effects. With a
    denominator of ones they are the values themselves.

    Parameters
    ----------
    numerator, denominator : (runs,) array
        Totals of each run.
    """
    above, below = _columns(numerator, denominator)
    return _pseudo(_quotient(above.sum(), below.sum()), _left_out(above, below))


def relative_effects(arm: tuple[ArrayLike, ArrayLike], baseline: tuple[ArrayLike, ArrayLike]) -> Floats:
    """What each pair of runs says about the change of a ratio, in shares of the baseline's size.

    Where the baseline is zero there is no such share: no change is 0, any other infinite.
    """
    above, below, base_above, base_below = _columns(*arm, *baseline)
    whole = _relative(_quotient(above.sum(), below.sum()), _quotient(base_above.sum(), base_below.sum()))
    folds = _relative(_left_out(above, below), _left_out(base_above, base_below))
    return _pseudo(float(whole), folds)


def p_value(values: ArrayLike) -> float:
    """Two-sided p-value of a mean of zero by Student's t; 1 where nothing can be told."""
    (column,) = _columns(values)
    runs, estimate = len(column), float(column.mean())
    if runs < 2 or not np.isfinite(column).all():
        return 1.0
    error = float(column.std(ddof=1)) / math.sqrt(runs)
    if error == 0:
        return float(estimate == 0)
    return float(2 * stdtr(runs - 1, -abs(estimate) / error))


def interval(values: ArrayLike, level: float = LEVEL) -> Interval:
    """Student's t interval of the mean of independent values; of effects, that of their ratio."""
    (column,) = _columns(values)
    return _around(float(column.mean()), column, level)


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


def _relative(value: Any, base: Any) -> Any:
    gain, size = np.asarray(value - base), np.abs(base)
    lost = np.where(gain == 0, 0.0, np.where(np.isnan(gain), np.nan, np.copysign(np.inf, gain)))
    return np.divide(gain, size, out=lost, where=(size != 0) & ~np.isnan(size))


def _pseudo(estimate: float, folds: Floats) -> Floats:
    runs = len(folds)
    with np.errstate(invalid="ignore"):  # infinite less infinite
        found: Floats = runs * estimate - (runs - 1) * folds
    return found if runs > 1 else np.full(1, estimate)


def _around(estimate: float, values: Floats, level: float) -> Interval:
    runs = len(values)
    if runs < 2:
        return Interval(estimate, math.nan, math.nan)
    error = float(values.std(ddof=1)) / math.sqrt(runs)
    half = float(stdtrit(runs - 1, 0.5 + level / 2)) * error
    return Interval(estimate, estimate - half, estimate + half)
