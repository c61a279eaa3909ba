"""Plans of constant times, driven on streets whose times change: timed again, and repaired where they are late."""

from collections.abc import Callable

import numpy as np

from policies.solvers.model import Ints, Routes, RoutingModel
from policies.solvers.repair import repaired
from policies.solvers.schedule import Travel
from twin.entities import FAR

Changing = Callable[[int, int, int, int], int]
"""Profile, from place, to place, when it leaves: how long it takes. Who leaves later never arrives earlier."""


def retimed(model: RoutingModel, plan: Routes, travel: Changing) -> Routes:
    """The plan on changing streets: the same routes where they can be driven, others without what makes them late.

    What is taken out is put where it still can be brought; what cannot is left.
    """
    return repaired(model, plan.routes, lambda vehicle: _of(model, vehicle, travel))


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
