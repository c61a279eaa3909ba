"""What of a wave may wait for the next one, and what will come until then: the questions of a consensus."""

import math
from dataclasses import replace
from statistics import NormalDist

import numpy as np

from policies.routing.insertion import CheapestInsertion
from policies.routing.prepare import next_wave
from policies.routing.problem import Problem
from policies.routing.pyvrp import widened
from policies.routing.wavemodel import wave_model
from policies.solvers.consensus import Consensus, goes_now
from policies.solvers.model import Fleet, RoutingModel, Visits, part
from twin.entities import FAR, Dispatch
from twin.ports import View
from twin.units import DAY, HOUR, MINUTE, clock

_ORDER_DAY_H = 16.0
"""Hours of a day in which orders come, evenly for this purpose (D)."""
_LEAST = 1e-9


def now_and_later(view: View, problem: Problem, slack: int, how: Consensus, seed: int) -> frozenset[int]:
    """The places of a wave that should wait for the next wave of the same day; none at the last one.

    Parameters
    ----------
    slack : int
        A place must go unless the next wave can be there so many milliseconds before its window ends.
    """
    later, wanted = next_wave(view, problem.dispatch.time), [place for place in problem.places if problem.worth[place]]
    if later // DAY != problem.dispatch.time // DAY or not wanted or not problem.vehicles:
        return frozenset()
    must = np.array([_must(problem, place, later, slack) for place in wanted], dtype=np.bool_)
    staying = [v for v, it in enumerate(problem.vehicles) if it.tw_late > later + HOUR]
    if must.all() or not staying:
        return frozenset()
    begin = CheapestInsertion(sweeps=0).plan(problem)
    model = _lasting(wave_model(problem, wanted, widened(problem, begin)))
    fleet = _next_fleet(model, staying, problem.dispatch.time, later)
    goes = goes_now(
        model, must, later, fleet, lambda luck: imagined(view, problem.dispatch, model.visits, later, luck), how, seed
    )
    return frozenset(place for place, go in zip(wanted, goes, strict=True) if not go)


def _must(problem: Problem, place: int, later: int, slack: int) -> bool:
    """Whether the next wave would be too late for the promise."""
    ways = [problem.ways[it.profile][0][place] for it in problem.vehicles]
    return problem.stops[place - 1].tw_late < later + min(ways) + slack


def _lasting(model: RoutingModel) -> RoutingModel:
    """Leaving anything for good costs as much as the dearest visit: in a future nothing is put off twice.

    And calling in is free: who leaves now is there for the next wave as well, and would be paid for twice.
    """
    prize = np.full(len(model.visits), max(int(model.visits.prize.max()), 1), dtype=np.int64)
    fixed = np.zeros(len(model.fleet), dtype=np.int64)
    return model.replace(visits=replace(model.visits, prize=prize), fleet=replace(model.fleet, fixed=fixed))


def _next_fleet(model: RoutingModel, staying: list[int], time: int, later: int) -> Fleet:
    """The vehicles that could leave with the next wave, loaded as long as now; who leaves now is among them."""
    fleet = part(model, range(len(model.visits)), staying).fleet
    return replace(fleet, early=later + fleet.early - time, start_late=fleet.late)


def imagined(view: View, dispatch: Dispatch, visits: Visits, later: int, luck: int) -> Visits:
    """What may come until the next wave: copies of stops of this one, for the window after it.

    As many as are foretold for the areas of this depot, spread as a normal variable of the Poisson's mean and variance.
    """
    key = dispatch.time // MINUTE * 64 + dispatch.depot
    spread = NormalDist().inv_cdf(min(max(view.luck(key, luck << 12), _LEAST), 1 - _LEAST))
    mean = _expected(view, dispatch.depot, len(visits), later - dispatch.time)
    count = min(max(round(mean + math.sqrt(mean) * spread), 0), 4000)
    drawn = [int(view.luck(key, (luck << 12) + 1 + i) * len(visits)) for i in range(count)]
    columns = {name: getattr(visits, name)[drawn] for name in Visits.__slots__}
    early, late = _window(view, later)
    columns["early"] = np.full(count, early, dtype=np.int64)
    columns["late"] = np.full(count, late, dtype=np.int64)
    columns["release"] = np.full(count, later, dtype=np.int64)
    columns["due"] = np.full(count, FAR, dtype=np.int64)
    return Visits(**columns)


def _expected(view: View, depot: int, stops: int, time: int) -> float:
    """Stops to be expected in some time: the forecast's share of the day, or as many as there are now."""
    foretold = view.forecast
    if foretold is None:
        return float(stops)
    mine = sum(float(foretold.mean[area]) for area in range(view.areas) if view.nearest_depot(area) == depot)
    return mine * time / HOUR / _ORDER_DAY_H


def _window(view: View, later: int) -> tuple[int, int]:
    """The first of the day's windows that can still be reached an hour after the next wave, or the rest of the day."""
    midnight = later // DAY * DAY
    for early, late in view.operation.windows:
        if midnight + clock(late) > later + HOUR:
            return midnight + clock(early), midnight + clock(late)
    return later, midnight + DAY
