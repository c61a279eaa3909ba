"""Fewer vehicles where that is cheaper, never at the price of a visit."""

from dataclasses import replace

import numpy as np
import pytest

from policies.solvers.feasible import check
from policies.solvers.model import Route, Routes, RoutingModel, Stop, fleet_of, visits_of
from policies.solvers.pyvrpsearch import search
from policies.solvers.repair import repaired
from policies.solvers.squeeze import squeezed, without


def day(capacity: int, fixed: int = 5000) -> RoutingModel:
    """Twelve doors around a depot, and four vehicles that cost more to use than to drive."""
    luck = np.random.default_rng(3)
    at = luck.integers(0, 500, (13, 2))
    away = np.hypot(*(at[:, None] - at[None]).transpose(2, 0, 1)).astype(np.int64)
    visits = visits_of(np.arange(1, 13), load=1, service=10)
    return RoutingModel(
        visits, fleet_of(4, 12, capacity=capacity, fixed=fixed, late=20_000), (away,), (away,), np.array([0])
    )


def three_each(model: RoutingModel) -> Routes:
    """All four vehicles with three visits each."""
    return repaired(model, [Route(v, (tuple(range(3 * v, 3 * v + 3)),)) for v in range(4)])


def again(model: RoutingModel, routes: object) -> Routes:
    """A short search."""
    return repaired(model, search(model, Stop(iterations=60), 1, routes))  # type: ignore[arg-type]


@pytest.mark.parametrize(("capacity", "vehicles"), [(12, 1), (6, 2), (4, 3), (3, 4)])
def test_as_few_as_have_room(capacity: int, vehicles: int) -> None:
    """Every visit is still made, the checker passes, and the cost does not rise."""
    model = day(capacity)
    plan = three_each(model)
    fewer = squeezed(model, plan, again)
    assert check(model, fewer) == []
    assert fewer.left == ()
    assert len(fewer.routes) == vehicles
    assert fewer.cost <= plan.cost


def test_who_costs_nothing_stays() -> None:
    """Without a fixed cost nobody is taken away, and what is on board goes with its vehicle."""
    model = day(12, fixed=0)
    plan = three_each(model)
    assert squeezed(model, plan, again) is plan
    bound = day(12)
    bound = bound.replace(visits=replace(bound.visits, bound=np.repeat(np.arange(4), 3)))
    kept = three_each(bound)
    assert squeezed(bound, kept, again) is kept


def test_who_is_taken_away_keeps_its_number() -> None:
    """The others work as before; a route of one that cannot work is not possible."""
    model = without(day(12), {1, 3})
    plan = again(model, None)
    assert {route.vehicle for route in plan.routes} <= {1, 3}
    assert repaired(model, [Route(0, ((0,),))]).routes[0].vehicle in {1, 3}
