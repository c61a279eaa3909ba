"""A wave to the solvers: whole, or by territories when it is large; and its plan on streets whose times change."""

from collections.abc import Sequence

import numpy as np

from policies.routing.problem import Plan, Problem
from policies.routing.timing import trim
from policies.routing.wavemodel import to_plan, to_routes, wave_model
from policies.solvers.model import Ints, RoutingModel, Stop
from policies.solvers.retime import Changing, by_period, relieved
from policies.solvers.solve import Engine, solve
from policies.solvers.territory import Floats, Large, Ways, solve_large
from twin.ports import View
from twin.units import HOUR

_LANDMARKS = 8
"""Places far from each other, from which travel times say where all others are."""


def solved(
    problem: Problem,
    wanted: Sequence[int],
    engine: Engine,
    stop: Stop,
    *,
    seed: int = 0,
    late: Sequence[int] | None = None,
    begin: Plan | None = None,
    territory: int = 250,
) -> Plan:
    """The plan that an engine finds for the wanted places of a wave.

    Parameters
    ----------
    late : sequence of int, optional
        When service must begin, by place; without it a late beginning costs.
    begin : Plan, optional
        A plan to start from; large waves start from nothing.
    territory : int
        A wave of more than half as many places again is split into territories of about so many.
    """
    model = wave_model(problem, wanted, late)
    if len(wanted) * 2 <= territory * 3 or len(problem.vehicles) < 2:
        found = solve(model, engine, stop, seed, to_routes(begin, wanted) if begin else None)
    else:
        found = solve_large(model, landmarks(model), _ways(model), engine, Large(territory, 2, stop, stop), seed)
    return to_plan(found.routes, wanted, len(problem.vehicles))


def landmarks(model: RoutingModel) -> Floats:
    """(places, k) Travel times of the first vehicle to and from places that are each far from those before."""
    ways = model.duration[int(model.fleet.profile[0])]
    known = [0]
    away = np.minimum(ways[0], ways[:, 0])
    for _ in range(min(_LANDMARKS, len(ways)) - 1):
        known.append(int(np.where(away < _cut(ways), away, -1).argmax()))
        away = np.minimum(away, np.minimum(ways[known[-1]], ways[:, known[-1]]))
    seen = np.concatenate([ways[known].T, ways[:, known]], axis=1)
    return np.asarray(np.minimum(seen, _cut(ways)), dtype=np.float64)


def _cut(ways: Ints) -> int:
    """Ten times the median way: what cannot be reached is farther than anything, but not without end."""
    return int(10 * np.median(ways)) + 1


def _ways(model: RoutingModel) -> Ways:
    """Of a few places, from the model's own matrices."""

    def some(places: Ints) -> tuple[tuple[Ints, ...], tuple[Ints, ...]]:
        pick = np.ix_(places, places)
        return tuple(m[pick] for m in model.duration), tuple(m[pick] for m in model.distance)

    return some


def on_streets(view: View, problem: Problem, plan: Plan) -> Plan:
    """A wave's plan timed again on the streets as they will be by the hour, with breaks, and repaired where it is late.

    By the constant times of now a tour that was moved must still be possible; otherwise the plan stays as it was.
    """
    wanted = sorted(place for places in plan for place in places)
    if not wanted:
        return plan
    model = wave_model(problem, wanted)
    found = relieved(model, to_routes(plan, wanted), streets(view, problem, model))
    moved = to_plan(found.routes, wanted, len(problem.vehicles))
    return moved if not found.left and trim(problem, moved) == moved else plan


def streets(view: View, problem: Problem, model: RoutingModel) -> Changing:
    """Ways between places of the wave by the hour; those of the present hour are the dispatch's own."""
    own = {int(profile): it.profile for profile, it in zip(model.fleet.profile.tolist(), problem.vehicles, strict=True)}
    first = problem.dispatch.time // HOUR * HOUR
    last = max((it.tw_late for it in problem.vehicles), default=first)
    used = sorted(set(own.values()))
    later = [{profile: view.durations(profile, hour) for profile in used} for hour in range(first + HOUR, last, HOUR)]
    hours = [dict(enumerate(problem.dispatch.duration)), *later]
    travel = by_period([tuple(ways[own[number]] for number in range(len(own))) for ways in hours], HOUR)
    return lambda profile, a, b, leaves: travel(profile, a, b, max(leaves - first, 0))
