"""Plans of constant times, driven on streets whose times change: timed again, and repaired where they are late."""

from collections.abc import Callable, Sequence

import numpy as np

from policies.solvers.model import Ints, Route, Routes, RoutingModel
from policies.solvers.repair import Repair, repaired, tidy
from policies.solvers.schedule import Travel
from twin.entities import FAR

Changing = Callable[[int, int, int, int], int]
"""Profile, from place, to place, when it leaves: how long it takes. Who leaves later never arrives earlier."""


def retimed(model: RoutingModel, plan: Routes, travel: Changing) -> Routes:
    """The plan on changing streets: the same routes where they can be driven, others without what makes them late.

    What is taken out is put where it still can be brought; what cannot is left.
    """
    return repaired(model, plan.routes, lambda vehicle: _of(model, vehicle, travel))


def relieved(model: RoutingModel, plan: Sequence[Route], travel: Changing) -> Routes:
    """Routes on changing streets, where lateness costs: each late visit goes where it costs least, if that is cheaper.

    What cannot be driven at all is taken out first, and put where it can.
    """
    it = Repair(model, lambda vehicle: _of(model, vehicle, travel))
    for route in plan:
        it.trim(tidy(route))
    it.insert(it.plan().left)
    best = it.plan()
    for visit in _late(model, best):
        kept = dict(it.routes)
        it.remove(visit)
        it.insert([visit])
        trial = it.plan()
        if trial.cost < best.cost and not set(trial.left) - set(best.left):
            best = trial
        else:
            it.routes = kept
    return best


def _late(model: RoutingModel, plan: Routes) -> list[int]:
    """Visits that begin after they are due, the dearest first."""
    visits = model.visits
    dear = {
        step.what: int(visits.rate[step.what]) * (step.begin - int(visits.due[step.what]))
        for timed in plan.schedules
        for step in timed.steps
        if step.kind == "visit" and step.begin > visits.due[step.what]
    }
    return sorted(dear, key=lambda visit: (-dear[visit], visit))


def _of(model: RoutingModel, vehicle: int, travel: Changing) -> Travel:
    profile = int(model.fleet.profile[vehicle])
    return lambda a, b, leaves: travel(profile, a, b, leaves)


def by_period(matrices: "list[tuple[Ints, ...]]", period: int) -> Changing:
    """Ways of matrices by period and profile, a step at each boundary smoothed so that nobody overtakes.

    A way that crosses into another period goes on at that one's pace: the share of the way that is still to be
    driven takes that share of the new time (Ichoua, Gendreau & Potvin 2003). One that is shut in a period that it
    touches is no way.
    """

    def travel(profile: int, a: int, b: int, leaves: int) -> int:
        left, time = 1.0, float(leaves)
        number = min(leaves // period, len(matrices) - 1)
        while True:
            way = float(matrices[number][profile][a, b])
            if way >= FAR:
                return FAR
            room = (number + 1) * period - time
            if left * way <= room or number == len(matrices) - 1:
                return int(np.ceil(time + left * way)) - leaves
            left -= room / way
            time += room
            number += 1

    return travel
