"""Losses and calibration of forecasts of yes and no."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scenarios.calibration.scoring import brier, calibration_slope, deciles, interval
from twin.draws import Draws, Stream

LUCK = Draws(1).generator(Stream.DUMMY, 0)
CHANCE = LUCK.random(20_000) * 0.8 + 0.1
TRUTH = LUCK.random(20_000) < CHANCE


def test_honest_forecasts_have_slope_one() -> None:
    """Outcomes drawn with the forecasts have slope 1; forecasts twice as extreme on the logit scale have a half."""
    slope, error = calibration_slope(CHANCE, TRUTH)
    assert abs(slope - 1.0) < 3 * error < 0.1
    extreme = 1 / (1 + ((1 - CHANCE) / CHANCE) ** 2)
    assert calibration_slope(extreme, TRUTH)[0] == pytest.approx(slope / 2)
    assert brier(CHANCE, TRUTH) < brier(extreme, TRUTH)


def test_there_is_no_slope_without_a_difference() -> None:
    """Equal forecasts or equal outcomes say nothing of calibration."""
    assert np.isnan(calibration_slope(np.full(5, 0.3), np.array([True, False, True, False, True]))[0])
    assert np.isnan(calibration_slope(CHANCE, np.ones(len(CHANCE), dtype=bool))[0])


@given(st.integers(1, 10_000), st.data())
def test_an_interval_holds_its_share_and_narrows(count: int, data: st.DataObject) -> None:
    """The observed share lies within, inside 0 to 1, and four times the records narrow it."""
    share = data.draw(st.integers(0, count)) / count
    low, high = interval(share, count)
    assert 0.0 <= low <= share + 1e-12
    assert share - 1e-12 <= high <= 1.0
    assert np.subtract(*interval(share, 4 * count)[::-1]) < high - low


def test_deciles_partition_the_records() -> None:
    """Ten groups by forecast, rising, whose mean outcome is that of all."""
    foretold, happened = deciles(CHANCE, TRUTH)
    assert list(foretold) == sorted(foretold)
    assert np.mean(happened) == pytest.approx(TRUTH.mean())
