"""The static problem asks for what can be done: whoever no vehicle reaches in time is left out."""

import numpy as np

from experiments.benchmarks.euro import solved
from experiments.benchmarks.eurogame import Requests, in_time
from experiments.benchmarks.instances import Instance
from policies.solvers.model import Stop


def four() -> Instance:
    """One whose window is over before anybody comes, one from whom nobody is back in time, and two others."""
    way = np.full((5, 5), 10, dtype=np.int64)
    np.fill_diagonal(way, 0)
    way[2, 0] = 90
    columns = ([0, 0, 0, 0, 0], [100, 9, 100, 10, 50], [0, 1, 1, 1, 1])
    early, late, service = (np.array(column, dtype=np.int64) for column in columns)
    return Instance("FOUR", 2, 10, way, np.array([0, 1, 1, 1, 1]), early, late, service)


def test_who_cannot_be_reached_in_time_is_left_out() -> None:
    """Late by a unit, or back by a unit too late: out; just in time: in. The others are all on routes."""
    it = four()
    everybody = Requests(np.arange(1, 5), it.early[1:], it.late[1:], it.demand[1:], it.service[1:])
    assert in_time(it, everybody, 0).tolist() == [False, False, True, True]
    played = solved(it, Stop(iterations=50), 1)
    assert (played.requests, played.cost) == (2, 30)
