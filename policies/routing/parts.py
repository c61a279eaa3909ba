"""A dispatch taken apart: what can be planned from the depot, and the tour of each vehicle that is away."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np

from twin.entities import FAR, Dispatch, Vehicle


def at_home(dispatch: Dispatch) -> Dispatch:
    """The stops on the floor and the vehicles that can leave."""
    home = tuple(vehicle for vehicle in dispatch.vehicles if not vehicle.away)
    return _part(dispatch, dispatch.waiting, home, ())


def under_way(dispatch: Dispatch) -> Iterator[Dispatch]:
    """For each vehicle that is away: it alone, with what it has on board.

    The end of its shift and its range are no limits here: it is on its way, and turns back itself when the law says so.
    """
    for vehicle in dispatch.vehicles:
        if vehicle.away and vehicle.aboard:
            count = len(vehicle.aboard)
            alone = replace(vehicle, start=count + 1, aboard=tuple(range(count)), tw_late=FAR, range_m=FAR)
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
