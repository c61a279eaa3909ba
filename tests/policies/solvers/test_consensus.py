"""What goes now and what waits: what must goes, what the future brings along waits."""

from dataclasses import replace

import numpy as np

from policies.solvers.consensus import Consensus, future, goes_now, latest_start
from policies.solvers.model import Visits, fleet_of, visits_of
from tests.policies.solvers.drawn import DAY, on_a_line

LATER = 1000
HOW = Consensus(futures=5, rounds=2, iterations=40)


def coming(*places: int) -> Visits:
    """Visits that the next wave will bring."""
    return visits_of(places, load=1, service=10, late=DAY, release=LATER)


def test_what_must_goes_and_what_may_waits_for_company() -> None:
    """A far door whose neighbour comes later waits for it; one on the way of what must go goes along."""
    model = on_a_line(6, capacity=5)
    must = np.array([False, True, False, False, False, False])
    late = np.where(must, 900, DAY)
    model = model.replace(visits=replace(model.visits, late=late))
    goes = goes_now(model, must, LATER, fleet_of(3, 6, late=DAY, capacity=5), lambda _: coming(6, 6), HOW, 1)
    assert goes[1]
    assert goes[0]
    assert not goes[5]


def test_nothing_has_to_leave_for_nothing() -> None:
    """If all may wait and no window presses, all waits."""
    model, nobody = on_a_line(4), np.zeros(4, dtype=bool)
    goes = goes_now(model, nobody, LATER, fleet_of(2, 4, late=DAY), lambda _: coming(2), HOW, 1)
    assert not goes.any()


def test_the_future_keeps_what_has_been_decided() -> None:
    """What goes is closed to those who leave later, what waits and what comes to those who leave now."""
    model = on_a_line(3)
    goes, waits = np.array([True, False, False]), np.array([False, True, False])
    both = future(model, goes, waits, LATER, fleet_of(1, 3, late=DAY), coming(1))
    assert both.fleet.allowed.tolist() == [[True, False, True, False]] * 2 + [[False, True, True, True]]
    assert both.fleet.start_late.tolist()[:2] == [LATER - 1] * 2
    assert both.fleet.early.tolist() == [0, 0, LATER]


def test_the_latest_start_is_the_last_that_is_in_time() -> None:
    """By hand: a window that closes at 500 and 200 of driving with a service of 10 before it."""
    model = on_a_line(3)
    model = model.replace(visits=replace(model.visits, late=np.array([DAY, 500, DAY])))
    assert latest_start(model, 0, [0, 1, 2]) == 500 - 200 - 10
