"""Both engines behind one door: plans that an independent checker passes, whatever the model asks for."""

from dataclasses import replace
from itertools import permutations

import numpy as np
import pytest

from policies.solvers.feasible import check
from policies.solvers.model import Break, Route, Stop, part
from policies.solvers.schedule import cost, schedule
from policies.solvers.solve import solve
from tests.policies.solvers.drawn import DAY, drawn, on_a_line
from twin.errors import PolicyError

FEW = Stop(iterations=100, solutions=15)


def faults(seed: int, engine: str) -> list[str]:
    """What the plan of a drawn model breaks; required visits that cannot be brought are no breach of it."""
    model = drawn(seed)
    plan = solve(model, engine, FEW, 1)  # type: ignore[arg-type]
    return [fault for fault in check(model, plan) if "required" not in fault]


@pytest.mark.parametrize("seed", range(40))
def test_every_plan_of_pyvrp_can_be_driven(seed: int) -> None:
    """Loads, windows, ranges, working days, breaks, releases, reloads, goods on board."""
    assert faults(seed, "pyvrp") == []


@pytest.mark.parametrize("seed", range(8))
def test_every_plan_of_ortools_can_be_driven(seed: int) -> None:
    """The same models, the same checker."""
    assert faults(seed, "ortools") == []


@pytest.mark.slow
@pytest.mark.parametrize(("engine", "models"), [("pyvrp", 120), ("ortools", 24)])
def test_many_more_plans_can_be_driven(engine: str, models: int) -> None:
    """Of other seeds."""
    assert [(seed, found) for seed in range(100, 100 + models) if (found := faults(seed, engine))] == []


@pytest.mark.parametrize("engine", ["pyvrp", "ortools"])
def test_small_models_are_solved_to_the_best_order(engine: str) -> None:
    """Five visits with windows and a break: as good as the best of all orders."""
    model = on_a_line(5, per_time=1, breaks=(Break(50, 200, 600),))
    windows = np.array([900, 300, 0, 500, 700])
    model = model.replace(visits=replace(model.visits, early=windows, late=windows + 400))
    model = part(model, range(5), [0])
    orders = [Route(0, (order,)) for order in permutations(range(5))]
    best = min(cost(model, r, timed) for r in orders if (timed := schedule(model, r)) is not None)
    plan = solve(model, engine, Stop(iterations=300, solutions=100), 1)  # type: ignore[arg-type]
    assert plan.left == ()
    assert best <= plan.cost <= 1.02 * best


@pytest.mark.parametrize("engine", ["pyvrp", "ortools"])
def test_a_seed_plans_alike(engine: str) -> None:
    """Twice the same plan, also with several starts."""
    stop = Stop(iterations=90, solutions=10, starts=3)
    assert solve(drawn(3), engine, stop, 5) == solve(drawn(3), engine, stop, 5)  # type: ignore[arg-type]


@pytest.mark.parametrize("engine", ["pyvrp", "ortools"])
def test_goods_on_board_stay_on_board(engine: str) -> None:
    """A vehicle on the road brings what it has, from where it is; then it comes to the depot for more."""
    model = on_a_line(6, reloads=[1, 0], capacity=3)
    bound = np.array([-1, -1, -1, 0, 0, 0])
    fleet = replace(
        model.fleet, start=np.array([6, 0]), early=np.array([500, 0]), allowed=np.array([[True] * 6, [False] * 6])
    )
    model = model.replace(visits=replace(model.visits, bound=bound), fleet=fleet)
    plan = solve(model, engine, FEW, 1)  # type: ignore[arg-type]
    assert check(model, plan) == []
    assert [set(trip) for trip in plan.routes[0].trips] == [{3, 4, 5}, {0, 1, 2}]


def test_a_vehicle_away_from_the_depot_takes_nothing_of_others() -> None:
    """Without a reload it brings what it has; the rest is left for another vehicle, or left."""
    model = on_a_line(4)
    model = model.replace(
        visits=replace(model.visits, bound=np.array([0, 0, -1, -1])), fleet=replace(model.fleet, start=np.array([4, 0]))
    )
    assert {route.vehicle: set(route.visits) for route in solve(model, "pyvrp", FEW, 1).routes} == {
        0: {0, 1},
        1: {2, 3},
    }


def test_optional_visits_are_made_if_they_are_worth_it() -> None:
    """A prize above the detour is fetched, one below is not."""
    model = on_a_line(4)
    prize = np.array([1000, 1000, 1000, 150])
    model = model.replace(visits=replace(model.visits, prize=prize, required=np.zeros(4, dtype=bool)))
    assert solve(model, "pyvrp", FEW, 1).left == (3,)


def test_a_plan_to_start_from_is_not_made_worse() -> None:
    """Without any iterations the plan comes back."""
    model = on_a_line(4)
    best = [Route(0, ((0, 1, 2, 3),))]
    assert solve(model, "pyvrp", Stop(iterations=0), 1, best).cost == 800


def test_an_unknown_engine_is_named() -> None:
    """With those that there are."""
    with pytest.raises(PolicyError, match="no engine 'vroom'; choose one of pyvrp, ortools"):
        solve(drawn(1), "vroom", FEW, 1)  # type: ignore[arg-type]


def test_nothing_to_do_is_no_route() -> None:
    """No visits, no vehicles, or vehicles whose day is over."""
    model = drawn(1)
    for engine in ("pyvrp", "ortools"):
        assert solve(part(model, [], [0]), engine, FEW, 1).routes == ()
        assert solve(part(model, [0], []), engine, FEW, 1).routes == ()
    over = model.replace(fleet=replace(model.fleet, early=np.full(len(model.fleet), DAY + 1)))
    assert solve(over, "pyvrp", FEW, 1).routes == ()
