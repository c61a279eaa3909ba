"""Prices of tours, and what insertion believes of them."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from policies.cases import plain_view
from policies.routing.grow import grow, prune
from policies.routing.improve import improve
from policies.routing.prepare import prepare
from policies.routing.problem import Problem, Stakes
from policies.routing.quote import facts_of, quote
from policies.routing.timing import left_out, price, starts, total
from policies.waves import grid_wave, vehicle, wave
from twin.entities import FAR, Mode
from twin.units import HOUR, MINUTE, NEVER, USD

ORDERS = st.permutations(range(1, 8))


def problem_of(seed: int, *, late_usd_h: float = 6.0, stops: int = 8, paid_to: int = -1) -> Problem:
    """A small wave as routers see it."""
    made = wave(stops, 3, seed=seed)
    made = replace(made, vehicles=tuple(replace(it, paid_to=paid_to) for it in made.vehicles))
    return prepare(plain_view(0, dispatch=made), Stakes(late_usd_h=late_usd_h), wages=True)


def test_a_tour_costs_what_the_arithmetic_says() -> None:
    """Two stops on a line, by hand: the fixed cost, 4 km, 22 minutes, no lateness, .07 failures, an unknown area."""
    problem = prepare(plain_view(0, dispatch=grid_wave()), Stakes(fail_usd=10.0))
    minutes = 10 + 2 + 10
    assert price(problem, 0, [1]) == 60 * USD + 280 * 4000 + 8600 * minutes * 60 + 700_000 + 15 * 8600
    assert starts(problem, 0, [1]) == [9 * HOUR + 10 * MINUTE]


def test_time_costs_what_it_adds_to_wages() -> None:
    """Nothing until the driver is paid anyway; since then the wait for the tour as well; at -1 the tour's own time."""
    made, back = grid_wave(), 9 * HOUR + 22 * MINUTE
    prices = {}
    for until in (-1, back - 5 * MINUTE, back, back + HOUR, 8 * HOUR):
        paid = replace(made, vehicles=(replace(made.vehicles[0], paid_to=until),))
        prices[until] = price(prepare(plain_view(0, dispatch=paid), Stakes(), wages=True), 0, [1])
        assert price(prepare(plain_view(0, dispatch=paid), Stakes()), 0, [1]) == prices[-1]
    assert prices[back] == prices[back + HOUR] == prices[-1] - 8600 * 22 * 60
    assert prices[back - 5 * MINUTE] == prices[back] + 8600 * 5 * 60
    assert prices[8 * HOUR] == prices[-1] + 8600 * 60 * 60


def test_sunk_lateness_costs_nothing_and_more_of_it_does() -> None:
    """A window that was lost before the wave is paid for from the earliest arrival on only."""
    problem = prepare(plain_view(0, dispatch=grid_wave()), Stakes(late_usd_h=6.0))
    dear = prepare(plain_view(0, dispatch=grid_wave()), Stakes(late_usd_h=60.0))
    assert price(problem, 0, [4]) == price(dear, 0, [4])
    assert price(dear, 0, [6, 4]) - price(problem, 0, [6, 4]) == pytest.approx(54 * USD * 42 / 60, rel=0.001)


def test_what_a_vehicle_cannot_do_has_no_price() -> None:
    """Load, ways that do not exist, range, working time."""
    problem = prepare(plain_view(0, dispatch=grid_wave()), Stakes())
    assert price(problem, 0, [2]) == NEVER
    assert price(problem, 0, [3]) == NEVER
    assert price(problem, 0, [5]) == NEVER
    van = vehicle(4, Mode.VAN)
    weak = replace(grid_wave(), vehicles=(replace(van, range_m=3999),))
    assert price(prepare(plain_view(0, dispatch=weak), Stakes()), 0, [1]) == NEVER
    assert price(prepare(plain_view(0, dispatch=replace(weak, vehicles=(van,))), Stakes()), 0, []) == 0


@given(
    seed=st.integers(0, 30), order=ORDERS, size=st.integers(0, 7), late=st.sampled_from([0.0, 6.0, 50.0]),
    paid=st.sampled_from([-1, 8 * HOUR, 10 * HOUR, 18 * HOUR]),
)  # fmt: skip
def test_insertion_never_underrates_a_price(seed: int, order: list[int], size: int, late: float, paid: int) -> None:
    """What it quotes is what the tour then costs more, or above it where lateness is shared; never below."""
    problem = problem_of(seed, late_usd_h=late, paid_to=paid)
    places, waiting = order[:size], np.array([8])
    before = price(problem, 0, places)
    if before == NEVER:
        return
    quoted, spots = quote(problem, facts_of(problem)[:, waiting], 0, places, waiting)
    if quoted[0] == NEVER:
        return
    after = price(problem, 0, [*places[: spots[0]], 8, *places[spots[0] :]])
    assert after - before <= quoted[0] // 1000 + 2
    if late == 0.0:
        assert after - before >= quoted[0] // 1000 - 2 - problem.vehicles[0].unit_duration_cost


@given(seed=st.integers(0, 20))
def test_local_search_only_improves_and_keeps_every_stop(seed: int) -> None:
    """The cost falls or stays, and the same stops are served."""
    problem = problem_of(seed, stops=14)
    begin = grow(problem, [[] for _ in problem.vehicles])
    better = improve(problem, begin, 3, 6)
    assert total(problem, better) <= total(problem, begin)
    assert left_out(problem, better) == left_out(problem, begin)


def test_a_tour_that_costs_more_than_it_brings_is_dropped() -> None:
    """A van for one parcel that may wait stays at home; for one that is urgent it goes."""
    problem = problem_of(1)
    may_wait = next(place for place in problem.places if not problem.urgent[place])
    urgent = next(place for place in problem.places if problem.urgent[place])
    assert prune(problem, [[may_wait], [urgent], []]) == [[], [urgent], []]


def test_all_that_is_left_costs_its_worth() -> None:
    """An empty plan costs what leaving everything does, and an impossible one is no plan."""
    problem = problem_of(2)
    assert total(problem, [[], [], []]) == sum(problem.worth)
    heavy = prepare(plain_view(0, dispatch=grid_wave()), Stakes())
    assert total(heavy, [[2]]) == NEVER
    assert NEVER > FAR
