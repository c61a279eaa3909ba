"""Forecasts: the better one is nearer, and its interval holds what it says."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from policies.cases import plain_view
from policies.forecasting.naive import SameAsLastWeek
from policies.forecasting.weekday import WeekdaySmoothing
from twin.units import DAY

WEEKDAY = np.array([1.3, 1.1, 1.0, 1.0, 1.0, 0.7, 0.6])
FORECASTERS: list[Any] = [SameAsLastWeek(), WeekdaySmoothing()]


def demand(days: int, seed: int, areas: int = 12) -> np.ndarray[Any, np.dtype[np.float64]]:
    """(days, areas) overdispersed parcels with a weekday pattern; areas differ fivefold."""
    luck = np.random.default_rng(seed)
    mean = luck.uniform(4, 20, areas) * WEEKDAY[np.arange(days) % 7][:, None]
    return np.asarray(luck.negative_binomial(8, 8 / (8 + mean)), dtype=np.float64)


def on_day(day: int, orders: Any) -> Any:
    """A view at midnight of a day: the day's own row is still empty."""
    seen = orders[: day + 1].copy()
    seen[day] = 0.0
    return replace(plain_view(), now=day * DAY, weekday=day % 7, orders=seen)


def pinball(forecast: Any, truth: Any) -> float:
    """Mean pinball loss of the two ends of the interval and of the mean as a median."""
    loss = 0.0
    for level, guess in ((0.1, forecast.low), (0.5, forecast.mean), (0.9, forecast.high)):
        loss += float(np.maximum(level * (truth - guess), (level - 1) * (truth - guess)).mean())
    return loss / 3


def test_smoothing_beats_last_week_out_of_time() -> None:
    """Pinball loss over days 8 to 34 of three worlds."""
    losses = np.zeros(2)
    for seed in range(3):
        orders = demand(35, seed)
        for day in range(8, 35):
            losses += [pinball(forecaster(on_day(day, orders)), orders[day]) for forecaster in FORECASTERS]
    assert losses[1] < 0.9 * losses[0]


def test_the_interval_holds_four_days_of_five() -> None:
    """Coverage of the 80 % interval is between 75 and 92 %; counts are discrete."""
    orders = demand(60, 5)
    inside = []
    for day in range(10, 60):
        forecast = FORECASTERS[1](on_day(day, orders))
        inside.append(((forecast.low <= orders[day]) & (orders[day] <= forecast.high)).mean())
    assert 0.75 <= float(np.mean(inside)) <= 0.92


def test_weekday_factors_are_learnt() -> None:
    """After ten weeks they are near the truth, whatever the prior said."""
    orders = demand(70, 3, areas=40)
    days = np.arange(70) % 7
    factors = WeekdaySmoothing().factors(orders, days)
    assert np.abs(factors / factors.mean() - WEEKDAY / WEEKDAY.mean()).max() < 0.12


@pytest.mark.parametrize("forecaster", FORECASTERS, ids=lambda each: type(each).__name__)
def test_the_first_day_is_a_wide_guess(forecaster: Any) -> None:
    """From nothing to more than twice the guess."""
    forecast = forecaster(on_day(0, demand(1, 0)))
    assert (forecast.low == 0).all()
    assert (forecast.high > 2 * forecast.mean).all()


@pytest.mark.parametrize("forecaster", FORECASTERS, ids=lambda each: type(each).__name__)
def test_today_is_not_peeked_at(forecaster: Any) -> None:
    """What was ordered since midnight changes nothing."""
    view = on_day(9, demand(10, 2))
    later = replace(view, orders=view.orders.copy())
    later.orders[9] = 500.0
    assert (forecaster(view).mean == forecaster(later).mean).all()


def test_an_area_with_little_history_borrows_from_the_others() -> None:
    """After one day a silent area is expected to wake up, after a month it is not."""
    orders = np.full((31, 6), 20.0)
    orders[:, 0] = 0.0
    after_a_day, after_a_month = (float(FORECASTERS[1](on_day(day, orders)).mean[0]) for day in (1, 30))
    assert after_a_day > 5
    assert after_a_month < 2
