"""The model of habits finds what failures were drawn with, and its likelihood is that of the chain."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.sparse import csr_array
from scipy.special import expit

from scenarios.calibration.habit import Habits, Visits, _Problem, average, fit_habits, grid, predict, step
from twin.draws import Draws, Stream
from twin.world import Floats

BASE, SPREAD, KEEPS, PERIODS = (-2.0, -0.5), (1.2, 0.7), 0.9, 8


def drawn(customers: int, seed: int = 1, each: int = 4) -> tuple[Visits, Floats]:
    """Visits of two vehicles to customers whose habits fade, and the chance with which each failed."""
    luck = Draws(seed).generator(Stream.DUMMY, 0)
    habit = np.empty((PERIODS, customers))
    habit[0] = luck.standard_normal(customers)
    for period in range(1, PERIODS):
        habit[period] = KEEPS * habit[period - 1] + np.sqrt(1 - KEEPS**2) * luck.standard_normal(customers)
    periods = np.repeat(np.arange(PERIODS), customers * each)
    customer = np.tile(np.arange(customers), PERIODS * each)
    kind = luck.integers(0, 2, len(customer))
    chance = expit(np.array(BASE)[kind] + np.array(SPREAD)[kind] * habit[periods, customer])
    failed = (luck.random(len(chance)) < chance).astype(np.float64)
    design = csr_array(np.eye(2))
    shrunk = np.zeros(2, dtype=np.int64)
    return Visits(customer, periods, kind, failed, design, shrunk, np.arange(2), customers), chance


@pytest.fixture(scope="module")
def recovered() -> Habits:
    """Fitted to 1,500 customers."""
    return fit_habits(drawn(1_500)[0])


def test_what_was_drawn_is_recovered(recovered: Habits) -> None:
    """Base rates, spreads and persistence come back within a few standard errors."""
    assert recovered.effects == pytest.approx(BASE, abs=0.12)
    assert recovered.spread == pytest.approx(SPREAD, abs=0.15)
    assert recovered.keeps == pytest.approx(KEEPS, abs=0.05)


def test_the_past_of_a_customer_helps(recovered: Habits) -> None:
    """Forecasts of a period from those before it are closer to the truth than the mean customer's."""
    visits, chance = drawn(1_500)
    last = visits.period == PERIODS - 1
    early = fit_habits(visits.some(~last))
    known, unknown = predict(early, visits.some(last)), average(early, visits.some(last))
    assert np.mean((known - chance[last]) ** 2) < 0.75 * np.mean((unknown - chance[last]) ** 2)
    assert known.mean() == pytest.approx(chance[last].mean(), abs=0.01)


@given(st.floats(0.0, 1.0))
def test_the_grid_is_a_normal_that_keeps(keeps: float) -> None:
    """Steps are probabilities, leave mean 0 and variance 1, and have the correlation that is asked for."""
    points, share = grid()
    matrix = step(keeps)
    assert matrix.sum(axis=1) == pytest.approx(1.0)
    assert share @ matrix == pytest.approx(share)
    assert float(share @ points**2) == pytest.approx(1.0)
    assert float((share * points) @ matrix @ points) == pytest.approx(keeps)


def test_the_gradient_is_that_of_the_loss() -> None:
    """Each slope agrees with a difference quotient."""
    problem = _Problem(drawn(40)[0])
    at, weight = np.array([-1.5, -0.3, 0.1, -0.2, 1.5]), np.array([0.1, 0.3])
    slopes = problem.loss(at, weight)[1]
    for number in range(len(at)):
        nudge = np.zeros(len(at))
        nudge[number] = 1e-5
        rise = problem.loss(at + nudge, weight)[0] - problem.loss(at - nudge, weight)[0]
        assert slopes[number] == pytest.approx(rise / 2e-5, rel=1e-4)


def test_the_likelihood_is_the_sum_over_all_habits() -> None:
    """For a customer with visits in two periods, the loss is minus the log of the sum over all pairs of points."""
    visits, _ = drawn(1, each=1)
    two = visits.some(visits.period < 2)
    at = np.array([-1.0, 0.4, 0.1, -0.3, 1.0])
    points, share = grid()
    forward = step(1 / (1 + np.exp(-1.0)))
    chance = [expit(at[kind] + np.exp(at[2 + kind]) * points) for kind in two.kind]
    likely = [each if failed else 1 - each for each, failed in zip(chance, two.failed, strict=True)]
    total = float((share * likely[0]) @ forward @ likely[1])
    assert _Problem(two).belief(at)[0] == pytest.approx(-np.log(total))
