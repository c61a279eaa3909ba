"""The checker finds every breach that is planted into a plan that was right."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from policies.solvers.feasible import check
from policies.solvers.model import Break, Route, Routes, RoutingModel, Schedule, Step
from policies.solvers.repair import repaired
from tests.policies.solvers.drawn import on_a_line


def right() -> tuple[RoutingModel, Routes]:
    """Two trips with a reload and a break in between, and a model that they keep to the last unit."""
    model = on_a_line(4, reloads=1, capacity=2, breaks=(Break(50, 300, 700),), longest=1500, furthest=1200)
    plan = repaired(model.replace(loading=20), [Route(0, ((0, 1), (2, 3)), (0,))])
    return model.replace(loading=20), plan


def changed(**columns: object) -> Callable[[RoutingModel], RoutingModel]:
    """The model with columns of the visits or the fleet changed."""

    def change(model: RoutingModel) -> RoutingModel:
        for part in ("visits", "fleet"):
            own = {k: np.asarray(v) for k, v in columns.items() if hasattr(getattr(model, part), k)}
            model = model.replace(**{part: replace(getattr(model, part), **own)})
        return model

    return change


def test_a_plan_that_is_right_passes() -> None:
    """Else the others show nothing."""
    model, plan = right()
    assert plan.left == ()
    assert any(step.kind == "break" for step in plan.schedules[0].steps)
    assert check(model, plan) == []


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (changed(capacity=[[2, 1, 2]] * 2), "loads 2 of 1 in dimension 1"),
        (changed(late=[50, 9999, 9999, 9999]), "visits 0 at 100"),
        (changed(early=[0, 0, 0, 9000]), "visits 3 at"),
        (changed(service=[10, 10, 11, 10]), "serves 2 for 10"),
        (changed(longest=[1000, 1000]), "of 1000"),
        (changed(furthest=[1199, 1199]), "drives 1200 of 1199"),
        (changed(release=[0, 0, 5000, 0]), "which is there at 5000"),
        (changed(reloads=[0, 0]), "reloads 1 times"),
        (changed(bound=[-1, 1, -1, -1]), "on board of vehicle 1"),
        (changed(bound=[-1, -1, 0, -1]), "loads 3 of 2"),
        (changed(allowed=[[True, False, True, True]] * 2), "must not visit 1"),
        (changed(start=[4, 0]), "without having been at a depot"),
        (changed(start_late=[-1, 0]), "works from 0"),
        (lambda m: m.replace(loading=21), "reloads for 20 instead of 21"),
        (lambda m: m.replace(depots=np.array([1])), "which is no depot"),
        (lambda m: m.replace(duration=(m.duration[0] + 1,)), "a way of 101"),
        (lambda m: m.replace(fleet=replace(m.fleet, breaks=((),) * 2)), "when nothing is due"),
        (lambda m: m.replace(fleet=replace(m.fleet, breaks=((Break(50, 10, 20),),) * 2)), "break of 50 by 20"),
    ],
)  # fmt: skip
def test_a_stricter_model_is_broken(change: Callable[[RoutingModel], RoutingModel], said: str) -> None:
    """Loads, windows, service, working day, range, release, reloads, owners, ways, breaks: each by its name."""
    model, plan = right()
    assert any(said in fault for fault in check(change(model), plan))


def test_a_wrong_plan_is_found() -> None:
    """A visit twice or nowhere, two routes of a vehicle, another order, a rest while serving, a required visit left."""
    model, plan = right()
    (route,), (timed,) = plan.routes, plan.schedules
    assert "not each on one route" in check(model, replace(plan, left=(3,)))[0]
    assert any("two routes" in f for f in check(model, replace(plan, routes=(route,) * 2, schedules=(timed,) * 2)))
    assert any("another route" in f for f in check(model, replace(plan, routes=(Route(0, ((1, 0), (2, 3)), (0,)),))))
    empty = Routes((), (), (0, 1, 2, 3), 0)
    assert check(model, empty)[0] == "visit 0 is required, but left"
    busy = Schedule(timed.begin, timed.end, tuple(_moved(step) for step in timed.steps))
    assert any("busy" in fault or "rests" in fault for fault in check(model, replace(plan, schedules=(busy,))))


def _moved(step: Step) -> Step:
    """A break that begins ten earlier, in the service before it."""
    return step._replace(begin=step.begin - 10, end=step.end - 10) if step.kind == "break" else step
