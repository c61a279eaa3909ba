"""Which visits go now and which may wait: what solutions of imagined futures agree on.

Iterative conditional dispatch (Lan, van Doorn, Wouda, Rijal & Bhulai 2024, Transportation Science 58): futures are
imagined and solved; a visit that leaves now in most of them goes, one that waits in nearly all of them waits; with
these fixed, new futures are imagined for the others. Here a future is one routing problem with two fleets, one that
leaves now and one that leaves later, so that the decision is which fleet takes a visit.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from policies.solvers.model import Bools, Fleet, Ints, Route, RoutingModel, Stop, Visits
from policies.solvers.pyvrpsearch import search

Imagine = Callable[[int], Visits]
"""Number of a future -> what it will bring: visits that are released later, at places of the model."""


@dataclass(frozen=True, slots=True)
class Consensus:
    """How futures decide.

    Attributes
    ----------
    futures : int
        Imagined in each round.
    rounds : int
    iterations : int
        Of the search in each future.
    go : float
        A visit goes if it leaves now in at least this share of the futures.
    wait : float
        It waits if it does not leave now in at least this share of them.
    """

    futures: int = 20
    rounds: int = 3
    iterations: int = 100
    go: float = 0.5
    wait: float = 0.85


def goes_now(
    model: RoutingModel, must: Bools, later: int, next_fleet: Fleet, imagine: Imagine, how: Consensus, seed: int
) -> Bools:
    """(n,) Which visits of the model go now.

    Parameters
    ----------
    model : RoutingModel
        What is there, and the vehicles that leave now.
    must : (n,) bool array
        Visits that nobody can bring in time later.
    later : int
        When the next wave leaves.
    next_fleet : Fleet
        Vehicles that leave then or later.
    imagine : callable
    seed : int
        Of the searches.
    """
    goes, waits = must.copy(), np.zeros_like(must)
    for turn in range(how.rounds):
        if (goes | waits).all():
            break
        count = np.zeros(len(must), dtype=np.int64)
        for number in range(how.futures):
            luck = (seed * how.rounds + turn) * how.futures + number
            count += _leaves_now(model, goes, waits, later, next_fleet, imagine(luck), how, luck)
        goes |= ~waits & (count >= how.go * how.futures)
        waits |= ~goes & (count <= (1 - how.wait) * how.futures)
    return goes


def _leaves_now(
    model: RoutingModel, goes: Bools, waits: Bools, later: int, next_fleet: Fleet, coming: Visits,
    how: Consensus, seed: int,
) -> Bools:  # fmt: skip
    """Which visits leave now in the solution of one future."""
    both = future(model, goes, waits, later, next_fleet, coming)
    leaves = np.zeros(len(goes), dtype=np.bool_)
    for route in search(both, Stop(iterations=how.iterations), seed):
        if route.vehicle < len(model.fleet) and not _may_wait(both, route, goes, later):
            leaves[list(route.visits)] = True
    return leaves


def future(
    model: RoutingModel, goes: Bools, waits: Bools, later: int, next_fleet: Fleet, coming: Visits
) -> RoutingModel:
    """What is there and what is coming, with the vehicles that leave now and those that leave later."""
    columns = {name: np.concatenate([getattr(model.visits, name), getattr(coming, name)]) for name in Visits.__slots__}
    news = len(coming)
    now = np.concatenate([model.fleet.allowed & ~waits, np.zeros((len(model.fleet), news), dtype=np.bool_)], axis=1)
    then = np.concatenate([next_fleet.allowed & ~goes, np.ones((len(next_fleet), news), dtype=np.bool_)], axis=1)
    leaving = replace(model.fleet, start_late=np.minimum(model.fleet.start_late, later - 1), allowed=now)
    staying = replace(next_fleet, early=np.maximum(next_fleet.early, later), allowed=then)
    fleet = {
        name: np.concatenate([getattr(leaving, name), getattr(staying, name)])
        for name in Fleet.__slots__
        if name != "breaks"
    }
    return model.replace(visits=Visits(**columns), fleet=Fleet(breaks=leaving.breaks + staying.breaks, **fleet))


def _may_wait(model: RoutingModel, route: Route, goes: Bools, later: int) -> bool:
    """Whether all of a route could as well leave later, and nothing on it has been told to go."""
    visits = list(route.visits)
    return not goes[visits].any() and latest_start(model, route.vehicle, visits) >= later


def latest_start(model: RoutingModel, vehicle: int, visits: "list[int] | Ints") -> int:
    """When a vehicle must leave to make these visits in time; windows and the end of work alone count."""
    fleet, ways = model.fleet, model.duration[model.fleet.profile[vehicle]]
    time, place = int(fleet.late[vehicle]), int(fleet.end[vehicle])
    for visit in reversed(visits):
        here = int(model.visits.place[visit])
        time = min(int(model.visits.late[visit]), time - int(ways[here, place]) - int(model.visits.service[visit]))
        place = here
    return time - int(ways[int(fleet.start[vehicle]), place])
