"""When a route is where: the earliest end, the latest start, breaks where they cost least, streets that change."""

from dataclasses import replace

import numpy as np
import pytest

from policies.solvers.feasible import check
from policies.solvers.model import Break, Route, RoutingModel
from policies.solvers.repair import repaired
from policies.solvers.retime import by_period, retimed
from policies.solvers.schedule import schedule
from tests.policies.solvers.drawn import drawn, on_a_line
from twin.entities import FAR

ROUTE = Route(0, ((0, 1, 2),))


def windowed(model: RoutingModel, early: list[int], late: list[int]) -> RoutingModel:
    """With these windows."""
    return model.replace(visits=replace(model.visits, early=np.array(early), late=np.array(late)))


def test_who_is_paid_by_time_leaves_late() -> None:
    """A window at 400 that is 100 away: the vehicle leaves at 300, not at 0."""
    model = windowed(on_a_line(3, per_time=1), [400, 0, 0], [900, 900, 900])
    timed = schedule(model, ROUTE)
    assert timed is not None
    assert (timed.begin, timed.end) == (300, 300 + 600 + 30)


def test_a_break_is_taken_while_waiting() -> None:
    """It costs no time where the vehicle would wait; elsewhere its length."""
    rest = (Break(50, 100, 500),)
    waits = schedule(windowed(on_a_line(3, breaks=rest), [0, 0, 400], [900] * 3), ROUTE)
    drives = schedule(on_a_line(3, breaks=rest), ROUTE)
    assert waits is not None
    assert drives is not None
    assert waits.end == 400 + 10 + 300
    assert drives.end == 600 + 30 + 50


def test_who_is_home_in_time_needs_no_break() -> None:
    """Back before its latest beginning."""
    timed = schedule(on_a_line(3, breaks=(Break(50, 100, 630),)), ROUTE)
    assert timed is not None
    assert timed.end == 630


@pytest.mark.parametrize("seed", range(30))
def test_what_is_repaired_can_be_driven(seed: int) -> None:
    """Routes of visits dealt out blindly: what remains of them passes the checker."""
    model = drawn(seed)
    blind = [Route(v, (tuple(range(v, len(model.visits), len(model.fleet))),)) for v in range(len(model.fleet))]
    plan = repaired(model, blind)
    assert [fault for fault in check(model, plan) if "required" not in fault] == []


def test_nobody_overtakes() -> None:
    """On streets of three paces who leaves later arrives later, and the pace of an hour is its matrix."""
    away = np.array([[0, 100], [100, 0]])
    travel = by_period([(away,), (3 * away,), (away,)], 250)
    arrivals = [leaves + travel(0, 0, 1, leaves) for leaves in range(0, 900, 7)]
    assert arrivals == sorted(arrivals)
    assert travel(0, 0, 1, 0) == travel(0, 0, 1, 800) == 100
    assert travel(0, 0, 1, 200) == 50 + 150
    shut = by_period([(away,), (np.full((2, 2), FAR),)], 250)
    assert shut(0, 0, 1, 100) == 100
    assert shut(0, 0, 1, 200) == FAR


def test_a_plan_is_mended_on_slower_streets() -> None:
    """Streets slow down at noon: the same plan is late there; mended it is in time, with everybody."""
    model = windowed(on_a_line(4), [0] * 4, [2000, 2000, 2000, 590])
    plan = repaired(model, [Route(0, ((0, 1, 2, 3),))])
    travel = by_period([(model.duration[0],), (2 * model.duration[0],)], 250)
    assert any("visits 3" in f or "a way of" in f for f in check(model, plan, travel))
    mended = retimed(model, plan, travel)
    assert check(model, mended, travel) == []
    assert mended.left == ()
    assert mended.routes != plan.routes
