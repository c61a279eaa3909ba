"""Estimates with intervals, by leaving out one part of the records after the other."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from twin.world import Floats


@dataclass(frozen=True, slots=True)
class Estimate:
    """A figure with its 95 % interval."""

    value: float
    low: float
    high: float

    @classmethod
    def normal(cls, value: float, error: float) -> "Estimate":
        """By a standard error that is known."""
        return cls(value, value - 1.96 * error, value + 1.96 * error)

    def within(self, low: float, high: float) -> "Estimate":
        """The same, with everything between two bounds."""
        value, least, most = np.clip([self.value, self.low, self.high], low, high).tolist()
        return Estimate(value, least, most)


def jackknife(whole: Floats, without: Sequence[Floats]) -> list[Estimate]:
    """Estimates of several figures, their bias of the order of 1 / parts taken out (Quenouille 1956, Tukey 1958).

    Parameters
    ----------
    whole : (figures,) float64
        From all records.
    without : sequence of (figures,) float64
        From the records without each part in turn; three parts or more.
    """
    from scipy.stats import t

    parts = len(without)
    each = np.stack(without)
    value = parts * whole - (parts - 1) * each.mean(axis=0)
    error = np.sqrt((parts - 1) / parts * ((each - each.mean(axis=0)) ** 2).sum(axis=0))
    reach = float(t.ppf(0.975, parts - 1)) * error
    return [Estimate(*map(float, row)) for row in zip(value, value - reach, value + reach, strict=True)]
