"""Waves to plan, drawn from a seed or made by hand: for tests, examples and the contract test."""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from twin.draws import Draws, Stream
from twin.entities import FAR, Dispatch, Mode, Stop, Trigger, Vehicle
from twin.units import HOUR, MINUTE

Floats = NDArray[np.float64]
_START = 9 * HOUR
_WINDOWS = ((9 * HOUR, 21 * HOUR), (10 * HOUR, 14 * HOUR), (9 * HOUR, 11 * HOUR), (14 * HOUR, 18 * HOUR))
_METRES_A_SECOND = {Mode.VAN: 7.0, Mode.BIKE: 4.0}


def wave(stops: int, vehicles: int, *, seed: int = 0, side_m: float = 9000.0) -> Dispatch:
    """A wave at nine o'clock in a square city with the depot in its middle.

    Parameters
    ----------
    stops : int
        Scattered evenly, with one or two parcels and windows of 2 to 12 hours.
    vehicles : int
        Vans and, each third, a cargo bike with its own speed.
    seed : int
        The same seed gives the same wave.
    side_m : float
        Of the square.
    """
    luck = Draws(seed).generator(Stream.DUMMY, stops)
    where = luck.uniform(0, side_m, (stops + 1, 2))
    where[0] = side_m / 2
    legs = np.abs(where[:, None] - where[None]).sum(axis=2)
    distance = np.rint(legs).astype(np.int64)
    durations = tuple(np.rint(legs * 1000 / speed).astype(np.int64) for speed in _METRES_A_SECOND.values())
    doors = tuple(_stop(i, luck) for i in range(stops))
    fleet = tuple(vehicle(i, Mode.BIKE if i % 3 == 2 else Mode.VAN) for i in range(vehicles))
    return Dispatch(0, doors, fleet, durations, (distance, distance), _START)


def _stop(index: int, luck: np.random.Generator) -> Stop:
    count = int(luck.integers(1, 3))
    early, late = _WINDOWS[int(luck.integers(len(_WINDOWS)))]
    service = int(luck.integers(60, 300)) * 1000
    grams, millilitres = int(luck.integers(200, 5000)) * count, int(luck.integers(500, 20000)) * count
    return Stop(index, tuple(range(2 * index, 2 * index + count)), early, late, service, grams, millilitres, index % 6)


def vehicle(number: int, mode: Mode) -> Vehicle:
    """A van, or a bike with profile 1, at work from nine to six (van costs: evidence 1; bike: evidence 2)."""
    if mode is Mode.BIKE:
        return Vehicle(number, mode, 100_000, 1_000_000, 60, _START, 18 * HOUR, 60_000, 18_000_000, 20, 8600, 1)
    return Vehicle(number, mode, 900_000, 9_000_000, 180, _START, 18 * HOUR, FAR, 60_000_000, 280, 8600)


def underway(stops: int, seed: int) -> Dispatch:
    """The same city at eleven: a van at home, one on its way with a third of the stops, another with nothing left."""
    made = wave(stops, 3, seed=seed)
    count, time = len(made.stops), 11 * HOUR
    aboard = tuple(range(0, count, 3))[::-1]
    home, busy, empty = (replace(vehicle(number, Mode.VAN), tw_early=time) for number in range(3))
    busy = replace(busy, away=True, start=count + 1, aboard=aboard, handling=12_000, fixed_cost=0)
    empty = replace(empty, away=True, start=count + 2, handling=12_000, fixed_cost=0)
    durations, distances = (
        tuple(np.pad(matrix, (0, 2), constant_values=factor * 4000) for matrix in matrices)
        for matrices, factor in ((made.duration, 150), (made.distance, 1))
    )
    for matrix in (*durations, *distances):
        np.fill_diagonal(matrix, 0)
    return replace(
        made, vehicles=(home, busy, empty), duration=durations, distance=distances, time=time,
        triggers=(Trigger.ORDER, Trigger.LATE),
    )  # fmt: skip


def grid_wave() -> Dispatch:
    """Six stops on a line, four of them awkward: too heavy, cut off, its window long gone, not due before tomorrow."""
    places = np.arange(7)
    legs = np.abs(places[:, None] - places[None])
    duration, distance = legs * 10 * MINUTE, legs * 2000
    duration[3, :], duration[:, 3], distance[3, :], distance[:, 3] = FAR, FAR, FAR, FAR
    duration[3, 3] = distance[3, 3] = 0
    day, tomorrow = (_START, 18 * HOUR), (33 * HOUR + HOUR, 38 * HOUR)
    windows = (day, day, day, (-14 * HOUR, -10 * HOUR), tomorrow, day)
    stops = tuple(
        Stop(i, (i,), early, late, 2 * MINUTE, 2_000_000 if i == 1 else 2000, 9000, i)
        for i, (early, late) in enumerate(windows)
    )
    durations, distances = (duration.astype(np.int64),), (distance.astype(np.int64),)
    return Dispatch(0, stops, (vehicle(4, Mode.VAN),), durations, distances, _START)
