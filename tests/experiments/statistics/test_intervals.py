"""Intervals are exact where they can be checked by hand, and cover what they claim where they cannot."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from experiments.statistics import Interval, mean, mean_difference, ratio, ratio_difference
from twin.draws import Draws, Stream


def test_the_ratio_is_that_of_totals() -> None:
    """A large run weighs more than a small one: 110 over 11, not the mean of 10 and 10.1."""
    assert ratio([10, 101], [1, 10]).estimate == pytest.approx(111 / 11)


def test_a_mean_has_students_interval() -> None:
    """1, 2, 3: mean 2, standard error 1/sqrt(3), t(2) = 4.302653."""
    found = mean([1.0, 2.0, 3.0])
    half = 4.302652729911275 / math.sqrt(3)
    assert (found.estimate, found.low, found.high) == pytest.approx((2.0, 2.0 - half, 2.0 + half))


def test_the_jackknife_of_two_runs_by_hand() -> None:
    """Ratios 1/1 and 3/1 left one out: 3 and 1, so the error is 1 and t(1) = 12.7062."""
    found = ratio([1.0, 3.0], [1.0, 1.0])
    assert found.high - found.estimate == pytest.approx(12.706204736432095)


@given(st.lists(st.tuples(st.floats(1, 1e6), st.floats(1, 1e3)), min_size=2, max_size=12))
def test_an_arm_does_not_differ_from_itself(runs: list[tuple[float, float]]) -> None:
    """The paired difference of equal runs is zero with an empty interval, however noisy the runs."""
    above, below = zip(*runs, strict=True)
    found = ratio_difference((above, below), (above, below))
    assert (found.estimate, found.low, found.high) == (0.0, 0.0, 0.0)


def test_pairing_removes_what_worlds_share() -> None:
    """A constant gain is found with certainty although days differ by far more."""
    days = np.array([100.0, 900.0, 300.0, 2000.0])
    found = mean_difference(days - 5.0, days)
    assert (found.low, found.high) == pytest.approx((-5.0, -5.0))
    assert found.excludes_zero


def test_one_run_has_no_interval() -> None:
    """The spread of one run is unknown: both ends are NaN, and nothing is excluded."""
    found = ratio([10.0], [2.0])
    assert found.estimate == 5.0
    assert math.isnan(found.low)
    assert math.isnan(found.high)
    assert not found.excludes_zero


def test_a_ratio_over_nothing_is_not_a_number() -> None:
    """No parcel delivered in any run: NaN, and no division by zero."""
    assert math.isnan(ratio([1.0, 2.0], [0.0, 0.0]).estimate)


def test_columns_of_different_length_are_refused() -> None:
    """Pairs must be pairs."""
    with pytest.raises(ValueError, match="one entry a run"):
        mean_difference([1.0, 2.0], [1.0])


@pytest.mark.parametrize("runs", [5, 20])
def test_the_interval_of_a_paired_ratio_covers_its_truth(runs: int) -> None:
    """In 2,000 synthetic studies of skewed, correlated days, 95 % intervals cover 93 to 97 %."""
    studies = 2000
    luck = Draws(7).generator(Stream.DUMMY, runs)
    weather = luck.normal(0.0, 0.15, (studies, runs))
    parcels = luck.poisson(300.0 * np.exp(weather)).astype(float)
    cost = parcels * 4.0 * np.exp(weather + luck.normal(0.0, 0.05, (studies, runs)))
    better = cost * 0.97 * np.exp(luck.normal(0.0, 0.03, (studies, runs)))
    # E[e^w e^(2w) ...] cancels in both arms but for the factor: truth by a large sample of the same model
    base = 4.0 * math.exp(1.5 * 0.15**2 + 0.05**2 / 2)
    truth = base * (0.97 * math.exp(0.03**2 / 2) - 1.0)
    covered = sum(_covers(better[i], cost[i], parcels[i], truth) for i in range(studies))
    assert 0.93 <= covered / studies <= 0.97


def _covers(arm: np.ndarray, baseline: np.ndarray, parcels: np.ndarray, truth: float) -> bool:
    found: Interval = ratio_difference((arm, parcels), (baseline, parcels))
    return found.low <= truth <= found.high


def test_an_end_that_does_not_exist_is_null() -> None:
    """JSON has no NaN: what one run cannot say is null, and the estimate stays."""
    assert Interval(1.5, math.nan, math.nan).plain == {"estimate": 1.5, "low": None, "high": None}
