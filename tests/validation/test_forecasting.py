"""Forecasters side by side on the same days: the better one is better than its baseline, paired by world."""

from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.stats import t as student

from experiments.composition import composed, job_of
from experiments.play import twin_of
from policies.forecasting.naive import SameAsLastWeek
from policies.forecasting.weekday import WeekdaySmoothing
from twin.engine import Twin
from twin.entities import Forecast
from twin.ports import View

WORDS = ["city=small", "demand.parcels_per_day=150.0", "fleet=none", "days=29"]
FIRST_DAY, WORLDS = 14, 10
Floats = NDArray[np.float64]


def scores(said: list[Forecast], real: Floats) -> tuple[float, float, float]:
    """Mean absolute error of an area's day, pinball losses of the interval's ends, share of days within it."""
    days = [each for each in said if FIRST_DAY <= each.day < len(real)]
    came = np.array([real[each.day] for each in days])
    mean, low, high = (np.array([getattr(each, end) for each in days]) for end in ("mean", "low", "high"))
    loss = sum(np.maximum(q * (came - end), (q - 1) * (came - end)).mean() for q, end in ((0.1, low), (0.9, high)))
    return float(np.abs(came - mean).mean()), float(loss), float(((low <= came) & (came <= high)).mean())


def both(seed: int) -> tuple[tuple[float, float, float], tuple[float, float, float]]:
    """Scores of the baseline and of the better forecaster, who were asked on the same mornings of one world."""
    naive, smooth = SameAsLastWeek(), WeekdaySmoothing()
    said: list[tuple[Forecast, Forecast]] = []

    def forecasting(view: View) -> Forecast:
        said.append((naive(view), smooth(view)))
        return said[-1][1]

    made = twin_of(job_of(composed("config", [*WORDS, f"seed={seed}"])))
    twin = Twin(made.world, replace(made.policies, forecasting=forecasting))
    twin.run()
    real = np.array(twin.state.ordered, dtype=np.float64).reshape(-1, twin.world.city.areas)
    first, second = ([pair[which] for pair in said] for which in (0, 1))
    return scores(first, real), scores(second, real)


@pytest.mark.slow
def test_smoothing_beats_last_week() -> None:
    """Error and pinball loss are lower in the mean of ten worlds beyond chance, and 80 % intervals hold about 80 %."""
    found = np.array([both(seed) for seed in range(1, WORLDS + 1)])
    less = found[:, 1] - found[:, 0]
    half = student.ppf(0.975, WORLDS - 1) * less.std(axis=0, ddof=1) / WORLDS**0.5
    assert (less.mean(axis=0) + half)[:2].max() < 0
    assert 0.75 < found[:, 1, 2].mean() < 0.9
