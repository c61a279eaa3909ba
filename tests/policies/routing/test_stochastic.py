"""Expected costs: the closed form against draws, and a plan that is no worse by it than insertion's."""

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from policies.cases import plain_view
from policies.routing.expected import Expected, _positive
from policies.routing.insertion import CheapestInsertion
from policies.routing.prepare import prepare
from policies.routing.problem import Stakes
from policies.routing.stochastic import Stochastic
from policies.routing.timing import price
from policies.waves import wave
from twin import legal
from twin.entities import Mode
from twin.units import HOUR, MINUTE, NEVER


@given(st.floats(-1e6, 1e6), st.floats(0.0, 1e6))
def test_expected_lateness_is_between_its_bounds(mean: float, deviation: float) -> None:
    """Never below what is late in the mean, nor above that by more than the deviation over sqrt(2 pi)."""
    late = _positive(mean, deviation)
    assert max(mean, 0.0) - 1e-6 <= late <= max(mean, 0.0) + deviation / math.sqrt(2 * math.pi) + 1e-6


def test_expected_lateness_is_that_of_draws() -> None:
    """A normal arrival 3 minutes before it is due, give or take ten: within 4 s.e. of a million draws."""
    luck = np.random.default_rng(1).normal(-180.0, 600.0, 1_000_000)
    drawn = np.maximum(luck, 0.0)
    assert _positive(-180.0, 600.0) == pytest.approx(drawn.mean(), abs=4 * drawn.std() / 1000)


def test_without_spread_it_is_the_price() -> None:
    """Where legs take as long as believed and attempts fail alike at any hour, the mean is the plan's own price."""
    view = plain_view(0, dispatch=wave(20, 3, seed=2))
    problem = prepare(view, Stakes())
    certain = Expected((1.0,) * 24, (0.0,) * 24, dict.fromkeys({v.mode for v in problem.vehicles}, (1.0,) * 24))
    for vehicle, places in enumerate(CheapestInsertion().plan(problem)):
        calm = [place for place in places if problem.doors[place].due > problem.leave[vehicle] + 6 * 3_600_000]
        assert certain(problem, vehicle, calm) == pytest.approx(price(problem, vehicle, calm), rel=0.02)


@pytest.mark.parametrize("seed", range(6))
def test_a_plan_is_legal_and_no_worse_in_the_mean(seed: int) -> None:
    """By expected cost it is at most that of insertion, from which it begins; and it serves the same stops."""
    view = plain_view(0, dispatch=wave(24, 3, seed=seed))
    stakes = Stochastic().stakes
    problem = prepare(view, stakes)
    tours = Stochastic()(view)
    legal.tours(view.dispatch, tours)
    cost = Expected.of(view, {vehicle.mode for vehicle in problem.vehicles})
    place = {stop: i + 1 for i, stop in enumerate(problem.stops)}
    mine = {tour.vehicle: [place[stop] for stop in tour.stops] for tour in tours}
    plan = [mine.get(vehicle.id, []) for vehicle in problem.vehicles]
    before = CheapestInsertion(stakes=stakes).plan(problem)
    assert {p for places in plan for p in places} == {p for places in before for p in places}
    prices = [[cost(problem, v, places) for v, places in enumerate(each)] for each in (plan, before)]
    if NEVER not in prices[1]:
        assert sum(prices[0]) <= sum(prices[1])


def test_a_break_is_waited_for() -> None:
    """A rest that falls due on the tour makes it that much longer, and all that comes after it that much later."""
    made = wave(12, 1, seed=2)
    places = [i + 1 for i, stop in enumerate(made.stops) if stop.tw_early == 9 * HOUR]
    costs = []
    for rest in (0, 45 * MINUTE):
        tired = replace(made, vehicles=(replace(made.vehicles[0], rest=rest, rest_at=9 * HOUR + 5 * MINUTE),))
        problem = prepare(plain_view(0, dispatch=tired), Stakes(late_usd_h=0.0))
        costs.append(Expected((1.0,) * 24, (0.0,) * 24, {Mode.VAN: (1.0,) * 24})(problem, 0, places))
    assert costs[1] - costs[0] == pytest.approx(45 * 60 * made.vehicles[0].unit_duration_cost, abs=2)
