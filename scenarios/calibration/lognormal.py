"""Lognormal durations of which only those between two bounds can be true."""

import math
from dataclasses import dataclass

import numpy as np

from twin.world import Floats


@dataclass(frozen=True, slots=True)
class Lognormal:
    """A lognormal distribution by the mean and standard deviation of the logarithm."""

    mu: float
    sigma: float

    @property
    def median(self) -> float:
        """The median."""
        return math.exp(self.mu)

    @property
    def cv(self) -> float:
        """Coefficient of variation."""
        return math.sqrt(math.expm1(self.sigma**2))

    def below(self, values: Floats) -> Floats:
        """Probability of a shorter duration."""
        from scipy.special import ndtr

        share: Floats = ndtr((np.log(np.maximum(values, 1e-300)) - self.mu) / self.sigma)
        return share


def fit_lognormal(values: Floats, shortest: float, longest: float) -> Lognormal:
    """The lognormal of highest likelihood for the durations within the bounds, knowing that only those are seen.

    What lies outside says nothing: a scan without a stop is 0, a break in the middle of one is hours. Nor does
    leaving it out shorten the tails, because the likelihood is that of a truncated distribution.

    Parameters
    ----------
    values : (records,) float64
    shortest, longest : float
        Durations that can be true.
    """
    from scipy.optimize import minimize

    logs = np.log(values[(values >= shortest) & (values <= longest)])
    if not len(logs):
        return Lognormal(math.log(shortest * longest) / 2, 1.0)
    mean, variance = float(logs.mean()), max(float(logs.var()), 1e-4)

    def loss(at: Floats) -> float:
        model = Lognormal(float(at[0]), math.exp(float(at[1])))
        spread = (variance + (mean - model.mu) ** 2) / (2 * model.sigma**2)
        return spread + float(at[1]) + _log_mass(model, shortest, longest)

    start = np.array([mean, math.log(variance) / 2])
    found = minimize(loss, start, method="Nelder-Mead", options={"xatol": 1e-8, "fatol": 1e-10})
    return Lognormal(float(found.x[0]), math.exp(float(found.x[1])))


def surprise(model: Lognormal, values: Floats, shortest: float, longest: float) -> Floats:
    """Minus the log density of durations in seconds, given that they lie within the bounds."""
    logs = np.log(values)
    score = (logs - model.mu) / model.sigma
    lost: Floats = 0.5 * score**2 + math.log(model.sigma * math.sqrt(2 * math.pi)) + logs
    return lost + _log_mass(model, shortest, longest)


def _log_mass(model: Lognormal, shortest: float, longest: float) -> float:
    """Log of the probability of lying within the bounds."""
    low, high = model.below(np.array([shortest, longest])).tolist()
    return math.log(max(high - low, 1e-300))
