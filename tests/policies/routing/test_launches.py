"""Assignment of drones and robots: at least cost, legal, and as many as can go."""

from dataclasses import replace
from itertools import permutations
from typing import Any

import numpy as np
import pytest

from policies.cases import plain_view
from policies.routing.launches import _gain, assign
from policies.routing.problem import Stakes
from twin import legal
from twin.entities import FAR, Dispatch, Mode, Stop, Trigger, Vehicle
from twin.units import HOUR, MINUTE

NOON = 12 * HOUR


def hub(vehicles: int, stops: int, seed: int = 0) -> Dispatch:
    """A hub at noon: addresses one to ten minutes away, promises that end within three hours, some out of reach."""
    luck = np.random.default_rng(seed)
    goals = tuple(
        Stop(i, (i,), NOON - HOUR, NOON + int(luck.integers(-30, 180)) * MINUTE, 0, 1000, 3000, i % 6)
        for i in range(stops)
    )
    drones = tuple(
        Vehicle(i, Mode.DRONE, 3000, 9000, 1, NOON, FAR, FAR, 0, 100, 0, i, handling=4 * MINUTE)
        for i in range(vehicles)
    )
    pairs = []
    for _ in drones:
        matrix = np.full((stops + 1, stops + 1), FAR, dtype=np.int64)
        out = luck.integers(1, 10, stops) * MINUTE
        matrix[0, 1:] = matrix[1:, 0] = np.where(luck.random(stops) < 0.2, FAR, out)
        np.fill_diagonal(matrix, 0)
        pairs.append(matrix)
    return Dispatch(0, goals, drones, tuple(pairs), tuple(pairs), NOON, (Trigger.LAUNCH,))


def view_of(dispatch: Dispatch) -> Any:
    """A view at noon."""
    return plain_view(0, hour=12, dispatch=dispatch)


@pytest.mark.parametrize("seed", range(8))
def test_no_other_assignment_gains_more(seed: int) -> None:
    """Three drones and four parcels: of all ways to send them, none saves more."""
    dispatch = hub(3, 4, seed)
    view, stakes = view_of(dispatch), Stakes()
    tours = assign(view, dispatch, stakes)
    legal.tours(dispatch, tours)
    gain = [[_gain(view, dispatch, v, s, stakes) for s in range(4)] for v in range(3)]
    found = sum(gain[tour.vehicle][tour.stops[0].parcels[0]] for tour in tours)
    best = max(sum(gain[v][s] for v, s in enumerate(order[:3])) for order in permutations(range(4)))
    assert found == pytest.approx(best)


def test_what_is_about_to_be_late_goes_first() -> None:
    """One drone, two parcels alike but for their promise: the one that would be late by the next turn."""
    dispatch = hub(1, 2, 3)
    way = np.array([[0, 5, 5], [5, 0, FAR], [5, FAR, 0]], dtype=np.int64)
    way[way < FAR] *= MINUTE
    goals = tuple(
        replace(stop, tw_late=NOON + late * MINUTE, area=0)
        for stop, late in zip(dispatch.stops, (170, 12), strict=True)
    )
    dispatch = replace(dispatch, stops=goals, duration=(way,), distance=(way,))
    (tour,) = assign(view_of(dispatch), dispatch, Stakes())
    assert tour.stops == (goals[1],)


def test_nothing_to_send_is_nothing() -> None:
    """No vehicle, no parcel, or no way: no tour."""
    for vehicles, stops in ((0, 3), (3, 0)):
        dispatch = hub(vehicles, stops)
        assert assign(view_of(dispatch), dispatch, Stakes()) == ()
