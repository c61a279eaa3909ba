"""Small routing models of every kind, drawn from a seed: what the solvers must cope with."""

from dataclasses import replace

import numpy as np

from policies.solvers.model import Break, RoutingModel, fleet_of, visits_of
from twin.entities import FAR

DAY = 10_000
"""Nobody works longer."""


def drawn(seed: int) -> RoutingModel:
    """Up to 25 visits, five vehicles, two depots, with some of: goods on board, breaks, reloads, tolls, ranges."""
    luck = np.random.default_rng(seed)
    n, v = int(luck.integers(5, 26)), int(luck.integers(1, 6))
    at = luck.integers(0, 1000, (n + 3, 2))
    away = np.hypot(*(at[:, None] - at[None]).transpose(2, 0, 1)).astype(np.int64)
    depots = np.array([0, 1]) if luck.random() < 0.5 else np.array([0])
    start, bound = luck.choice(depots, v), np.full(n, -1)
    if luck.random() < 0.5:
        start[0], bound[:3] = n + 2, 0
    early = luck.integers(0, 6000, n)
    visits = visits_of(
        np.arange(2, n + 2),
        load=luck.integers(1, 10, (n, 3)),
        early=early,
        late=early + luck.integers(500, 4000, n),
        service=luck.integers(10, 100, n),
        release=np.where((bound < 0) & (luck.random(n) < 0.3), luck.integers(0, 3000, n), 0),
        prize=luck.integers(0, 3000, n),
        required=luck.random(n) < 0.5,
        bound=bound,
    )
    fleet = fleet_of(
        v,
        n,
        profile=luck.integers(0, 2, v),
        start=start,
        end=luck.choice(depots, v),
        early=luck.integers(0, 500, v),
        late=DAY,
        longest=int(luck.choice([6000, 9000, FAR])),
        furthest=int(luck.choice([4000, 8000, FAR])),
        capacity=luck.integers(20, 120, (v, 3)),
        fixed=luck.integers(0, 500, v),
        per_distance=luck.integers(1, 3),
        per_time=int(luck.choice([0, 1])),
        reloads=luck.integers(0, 3, v) if luck.random() < 0.5 else 0,
        allowed=luck.random((v, n)) < 0.9,
    )
    toll = () if luck.random() < 0.6 else (away // 3, away // 2)
    ways = (away, (away * 1.5).astype(np.int64))
    return RoutingModel(visits, replace(fleet, breaks=_breaks(luck, v)), ways, (away, away), depots, 100, toll)


def _breaks(luck: np.random.Generator, vehicles: int) -> tuple[tuple[Break, ...], ...]:
    """None, the same for all, one for some, or two."""
    noon = (Break(300, 3500, 4500),)
    choice = int(luck.integers(4))
    if choice == 1:
        return (noon,) * vehicles
    if choice == 2:
        return tuple(noon if vehicle % 2 else () for vehicle in range(vehicles))
    return ((Break(300, 3000, 3600), Break(200, 6000, 7000)),) * vehicles if choice == 3 else ((),) * vehicles


def on_a_line(places: int, **fleet: object) -> RoutingModel:
    """Visits at 100, 200, ... from a depot at 0, a unit of time a unit of way, for two vehicles."""
    at = np.arange(0, 100 * (places + 1), 100)
    away = abs(at[:, None] - at[None])
    rows = np.arange(1, places + 1)
    visits = visits_of(rows, load=np.ones((places, 3), int), service=10, late=DAY)
    return RoutingModel(visits, fleet_of(2, places, late=DAY, **fleet), (away,), (away,), np.array([0]))
