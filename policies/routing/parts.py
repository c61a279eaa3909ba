"""A dispatch taken apart: what can be planned from the depot, and the tour of each vehicle that is away."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np

from twin import legal
from twin.entities import Dispatch, Trigger, Vehicle


def at_home(dispatch: Dispatch, wave: int) -> Dispatch:
    """The stops on the floor and the vehicles that can leave; between the waves only those that are on duty already.

    Who is called in for one stop is paid from then on: that costs more than the stop could be late. And who leaves
    between the waves is back by the next one, ``wave``: somebody would be called in instead of who is missing there.
    """
    home = [vehicle for vehicle in dispatch.vehicles if not vehicle.away]
    if Trigger.WAVE not in dispatch.triggers:
        home = [
            replace(vehicle, tw_late=min(vehicle.tw_late, wave))
            for vehicle in home
            if not vehicle.fixed_cost and vehicle.tw_early < wave
        ]
    return _part(dispatch, dispatch.waiting, tuple(home), ())


def under_way(dispatch: Dispatch) -> Iterator[Dispatch]:
    """For each vehicle that is away: it alone, with what it has on board.

    It may be home as late, and drive as far, as by the order that it has now, if that is beyond its shift or its range
    already: it is on its way, and turns back itself when the law says so.
    """
    for vehicle in dispatch.vehicles:
        if vehicle.away and vehicle.aboard:
            count = len(vehicle.aboard)
            places = [stop + 1 for stop in vehicle.aboard]
            home, metres = legal.driven(dispatch, vehicle, places, vehicle.start, vehicle.tw_early)
            late, far = max(vehicle.tw_late, home), max(vehicle.range_m, metres)
            alone = replace(vehicle, start=count + 1, aboard=tuple(range(count)), tw_late=late, range_m=far)
            yield _part(dispatch, vehicle.aboard, (alone,), (vehicle.start,))


def _part(dispatch: Dispatch, stops: Sequence[int], vehicles: tuple[Vehicle, ...], starts: tuple[int, ...]) -> Dispatch:
    places = [0, *(stop + 1 for stop in stops), *starts]
    pick = np.ix_(places, places)
    return replace(
        dispatch,
        stops=tuple(dispatch.stops[stop] for stop in stops),
        vehicles=vehicles,
        duration=tuple(matrix[pick] if len(matrix) else matrix for matrix in dispatch.duration),
        distance=tuple(matrix[pick] if len(matrix) else matrix for matrix in dispatch.distance),
    )
