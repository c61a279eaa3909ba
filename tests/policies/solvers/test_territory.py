"""Large days: every visit once, work shared alike, and borders that get better."""

from functools import lru_cache

import numpy as np
import pytest

from policies.solvers.feasible import check
from policies.solvers.model import Ints, RoutingModel, Stop, fleet_of, visits_of
from policies.solvers.schedule import cost
from policies.solvers.territory import Floats, Large, solve_large, split

VISITS, VEHICLES = 320, 16


@lru_cache
def day(goods_on_board: bool = False) -> tuple[RoutingModel, Floats]:
    """A square of doors with two depots, and where everything is."""
    luck = np.random.default_rng(2)
    at = luck.integers(0, 5000, (VISITS + 2, 2))
    at[:2] = (1200, 1200), (3800, 3800)
    away = np.hypot(*(at[:, None] - at[None]).transpose(2, 0, 1)).astype(np.int64)
    early = luck.integers(0, 3, VISITS) * 3000
    bound = np.where(np.arange(VISITS) < 5, 3, -1) if goods_on_board else -1
    visits = visits_of(
        np.arange(2, VISITS + 2), load=1, early=early, late=early + 9000, service=100, bound=bound
    )  # fmt: skip
    ends = np.repeat([0, 1], VEHICLES // 2)
    fleet = fleet_of(VEHICLES, VISITS, start=ends, end=ends, late=20_000, capacity=14, reloads=1)
    return RoutingModel(visits, fleet, (away,), (away,), np.array([0, 1]), 50), at.astype(float)


def ways(model: RoutingModel) -> object:
    """Of a few places, from the whole matrix."""

    def some(places: Ints) -> tuple[tuple[Ints, ...], tuple[Ints, ...]]:
        part = (model.duration[0][np.ix_(places, places)],)
        return part, part

    return some


@pytest.mark.parametrize("goods_on_board", [False, True])
def test_territories_share_the_work(goods_on_board: bool) -> None:
    """Each visit and vehicle in one, visits by vehicles alike, vehicles where their depot is."""
    model, where = day(goods_on_board)
    parts = split(model, where, 80)
    assert len(parts) == 4
    assert sorted(np.concatenate([it.visits for it in parts]).tolist()) == list(range(VISITS))
    assert sorted(np.concatenate([it.vehicles for it in parts]).tolist()) == list(range(VEHICLES))
    assert all(abs(len(it.visits) - 20 * len(it.vehicles)) <= 6 for it in parts)
    for it in parts:
        if 3 in it.vehicles and goods_on_board:
            assert set(range(5)) <= set(it.visits.tolist())


def test_borders_get_better() -> None:
    """A plan that the checker passes, and a cheaper one when neighbours are solved together."""
    model, where = day()
    plans = [
        solve_large(model, where, ways(model), "pyvrp", Large(80, rounds, Stop(100), Stop(150)), 1)  # type: ignore[arg-type]
        for rounds in (0, 2)
    ]
    assert [check(model, plan) for plan in plans] == [[], []]
    assert any(route.reloads for route in plans[1].routes)
    assert plans[1].cost < plans[0].cost
    for plan in plans:
        routes = zip(plan.routes, plan.schedules, strict=True)
        assert plan.cost == sum(cost(model, route, timed) for route, timed in routes)
