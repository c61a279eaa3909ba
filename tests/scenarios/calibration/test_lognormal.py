"""Lognormal durations are recovered, also when some are only known to be impossible."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scenarios.calibration.lognormal import Lognormal, fit_lognormal, surprise
from twin.draws import Draws, Stream


@given(st.floats(20, 400), st.floats(0.2, 1.0), st.integers(0, 1_000))
def test_what_was_drawn_is_recovered_though_its_tails_are_cut(median: float, sigma: float, seed: int) -> None:
    """Scans of 0 s and breaks of hours in the place of the tails change the fit by no more than chance does."""
    luck = Draws(seed).generator(Stream.DUMMY, 2)
    values = median * np.exp(sigma * luck.standard_normal(3_000))
    shortest, longest = np.quantile(values, (0.03, 0.97)).tolist()
    cut = np.where(values < shortest, 0.0, np.where(values > longest, 1e5, values))
    found = fit_lognormal(cut, shortest, longest)
    assert found.median == pytest.approx(median, rel=0.12)
    assert found.sigma == pytest.approx(sigma, rel=0.15)


def test_without_impossible_values_it_is_the_plain_fit() -> None:
    """Far bounds leave the mean and standard deviation of the logarithms."""
    logs = np.array([1.0, 2.0, 4.0])
    found = fit_lognormal(np.exp(logs), 1e-9, 1e12)
    assert [found.mu, found.sigma] == pytest.approx([logs.mean(), logs.std()], abs=1e-4)


def test_the_surprise_is_least_for_the_truth() -> None:
    """The mean loss of the true distribution is below that of others, and the density within the bounds sums to one."""
    truth = Lognormal(4.0, 0.6)
    values = np.exp(4.0 + 0.6 * Draws(1).generator(Stream.DUMMY, 3).standard_normal(5_000))
    values = values[(values >= 5) & (values <= 1800)]
    losses = [surprise(Lognormal(mu, s), values, 5, 1800).mean() for mu, s in ((4.0, 0.6), (4.2, 0.6), (4.0, 0.9))]
    assert losses[0] == min(losses)
    seconds = np.linspace(5.01, 1799.9, 400_000)
    mass = np.exp(-surprise(truth, seconds, 5, 1800)).sum() * (seconds[1] - seconds[0])
    assert mass == pytest.approx(1.0, abs=1e-3)
