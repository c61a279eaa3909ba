"""Baseline: the same as last week, or as yesterday."""

import numpy as np
from pydantic.dataclasses import dataclass

from policies.forecasting.history import WEEK, complete_days
from twin.entities import Forecast
from twin.ports import View
from twin.units import STRICT, NonNeg

_Z = 1.2816
"""80 % of a normal distribution are within so many standard deviations."""


@dataclass(frozen=True, config=STRICT)
class SameAsLastWeek:
    """The same weekday of last week; yesterday in the first week; a guess on the first day.

    The interval is that of a count with this mean, normal approximation.

    Parameters
    ----------
    first_guess : float
        Parcels an area before anything is known; its interval reaches from nothing to four times as many (D).
    """

    first_guess: NonNeg = 10.0

    def __call__(self, view: View, /) -> Forecast:
        """Parcels of today by area."""
        history = complete_days(view)
        if not len(history):
            guess = np.full(view.areas, self.first_guess)
            return Forecast(view.day, guess, 0 * guess, 4 * guess)
        mean = history[-WEEK] if len(history) >= WEEK else history[-1]
        spread = _Z * np.sqrt(mean + 1)
        return Forecast(view.day, mean.copy(), np.maximum(mean - spread, 0), mean + spread)
