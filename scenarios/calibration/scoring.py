"""How good forecasts of yes and no are: losses, calibration, and intervals of shares."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from twin.world import Floats

Truth = NDArray[np.bool_]


def brier(chance: Floats, truth: Truth) -> float:
    """Mean squared difference of forecast and outcome (Brier 1950)."""
    return float(np.mean((chance - truth) ** 2))


def calibration_slope(chance: Floats, truth: Truth) -> tuple[float, float]:
    """Slope of the outcome's logit on the forecast's (Cox 1958), and its standard error; 1 is well calibrated.

    Below 1 the forecasts are too extreme. Both are NaN where all outcomes or all forecasts are alike.
    """
    clipped = np.clip(chance, 1e-6, 1 - 1e-6)
    given = np.column_stack([np.ones(len(chance)), np.log(clipped / (1 - clipped))])
    if truth.all() or not truth.any() or np.ptp(given[:, 1]) < 1e-9:
        return np.nan, np.nan
    at = np.array([0.0, 1.0])
    for _ in range(50):
        fitted = 1 / (1 + np.exp(-given @ at))
        information: Any = given.T @ (given * (fitted * (1 - fitted))[:, None])
        at = at + np.clip(np.linalg.solve(information, given.T @ (truth - fitted)), -2.0, 2.0)
    return float(at[1]), float(np.sqrt(np.linalg.inv(information)[1, 1]))


def interval(share: float, count: float) -> tuple[float, float]:
    """95 % interval of a share among so many (Wilson 1927)."""
    if not count:
        return 0.0, 1.0
    square = 1.959964**2
    middle = (share + square / (2 * count)) / (1 + square / count)
    half = np.sqrt(square * (share * (1 - share) / count + square / (4 * count**2))) / (1 + square / count)
    return max(float(middle - half), 0.0), min(float(middle + half), 1.0)


def deciles(chance: Floats, truth: Truth, groups: int = 10) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """Mean forecast and share of yes in groups of equal size by forecast, for a reliability diagram."""
    parts = [part for part in np.array_split(np.argsort(chance, kind="stable"), groups) if len(part)]
    return tuple(float(chance[part].mean()) for part in parts), tuple(float(truth[part].mean()) for part in parts)
