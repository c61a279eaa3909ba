"""Exponential smoothing with weekday factors and areas that learn from each other."""

import numpy as np
from numpy.typing import NDArray
from pydantic.dataclasses import dataclass

from policies.forecasting.history import WEEK, complete_days, weekdays
from twin.entities import Forecast
from twin.ports import View
from twin.units import STRICT, NonNeg, Pos, Share

Floats = NDArray[np.float64]
_DIGITS = 6
"""Means are rounded: the last bits of exponentials and powers differ between machines."""


@dataclass(frozen=True, config=STRICT)
class WeekdaySmoothing:
    """Level of each area, Gamma-Poisson shrunk to the mean area, times the weekday's factor.

    The interval is that of a negative binomial whose dispersion joins that of a day with how little is known
    of the level.

    Parameters
    ----------
    memory : float
        Weight of a day against the next one, 1 - alpha; .9 remembers about ten days (D).
    shrink_days : float
        Days of its own that weigh as much as the mean area (D).
    weekday : tuple of float
        Prior factors from Monday on (evidence 8, D).
    weekday_days : float
        Days of each weekday that the prior factor counts for (D).
    dispersion : float
        k of a day's negative binomial, 4 to 8 (evidence 8, D).
    first_guess : float
        Parcels an area before anything is known (D).
    """

    memory: Share = 0.9
    shrink_days: Pos = 1.0
    weekday: tuple[Pos, Pos, Pos, Pos, Pos, Pos, Pos] = (1.06, 1.03, 1.01, 1.03, 1.00, 0.93, 0.94)
    weekday_days: Pos = 3.0
    dispersion: Pos = 6.0
    first_guess: NonNeg = 10.0

    def __call__(self, view: View, /) -> Forecast:
        """Parcels of today by area."""
        history, days = complete_days(view), np.array(weekdays(view), dtype=np.int64)
        factor = self.factors(history, days)
        ages = np.arange(len(history), 0, -1) - 1
        weight = np.array([self.memory ** int(age) for age in ages])
        seen = (weight / factor[days]) @ history if len(history) else np.zeros(view.areas)
        known = float(weight.sum())
        typical = float(seen.mean()) / known if known else self.first_guess
        level = (seen + self.shrink_days * typical) / (known + self.shrink_days)
        shape = seen + self.shrink_days * max(typical, 1.0) if known else np.full(view.areas, 1.0)
        return self._forecast(view.day, np.round(level * factor[view.weekday], _DIGITS), shape)

    def factors(self, history: Floats, days: NDArray[np.int64]) -> Floats:
        """(7,) factors: each weekday's total against the mean day, shrunk to the prior."""
        prior = np.array(self.weekday)
        total = history.sum(axis=1)
        if not total.any():
            return prior
        ratio = np.bincount(days, weights=total / total.mean(), minlength=WEEK)
        count = np.bincount(days, minlength=WEEK)
        factors: Floats = (ratio + self.weekday_days * prior) / (count + self.weekday_days)
        return factors

    def _forecast(self, day: int, mean: Floats, shape: Floats) -> Forecast:
        """The forecast with its interval; ``shape`` says how well each level is known."""
        from scipy.stats import nbinom

        size = 1 / (1 / self.dispersion + 1 / shape)
        chance = size / (size + mean)
        low, high = (nbinom.ppf(q, size, chance).astype(np.float64) for q in (0.1, 0.9))
        return Forecast(day, mean, low, high)
