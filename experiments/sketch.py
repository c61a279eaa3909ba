"""A sketch of a city and of what drove, flew and rolled in it, as lines for a map."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from twin.engine import Twin
from twin.entities import Mode, Street
from twin.ledger import Kind, Ledger
from twin.world import World

Floats = NDArray[np.float64]
Line = tuple[Floats, Floats]
"""East and north in kilometres; NaN lifts the pen."""


@dataclass(frozen=True)
class Sketch:
    """Lines of a map.

    Attributes
    ----------
    streets : dict
        Street class -> all its edges as one line.
    depots, lockers : Line
        Points.
    tours : dict
        Mode -> all its tours along the streets (or flights) as one line.
    counts : dict
        Mode -> how many tours or flights.
    """

    streets: dict[int, Line]
    depots: Line
    lockers: Line
    tours: dict[int, Line]
    counts: dict[int, int]


def sketch(twin: Twin, ledger: Ledger) -> Sketch:
    """The sketch of a run that has been played."""
    city, sites = twin.world.city, twin.world.sites
    driven, driven_counts = _tours(twin, ledger)
    flown, flown_counts = _sorties(twin, ledger)
    return Sketch(
        streets=_streets(twin.world),
        depots=(city.x_m[sites.depots] / 1000, city.y_m[sites.depots] / 1000),
        lockers=(city.x_m[sites.lockers] / 1000, city.y_m[sites.lockers] / 1000),
        tours=driven | flown,
        counts=driven_counts | flown_counts,
    )


def _streets(world: World) -> dict[int, Line]:
    """Every street once, whichever way it may be driven."""
    city = world.city
    low, high = np.minimum(city.tail, city.head), np.maximum(city.tail, city.head)
    _, once = np.unique(low * city.nodes + high, return_index=True)
    kind = city.street[once]
    return {int(s): _segments(world, city.tail[once[kind == s]], city.head[once[kind == s]]) for s in Street}


def _segments(world: World, start: NDArray[np.int64], end: NDArray[np.int64]) -> Line:
    lift = np.full(len(start), np.nan)
    x, y = world.city.x_m / 1000, world.city.y_m / 1000
    return np.column_stack([x[start], x[end], lift]).ravel(), np.column_stack([y[start], y[end], lift]).ravel()


def _tours(twin: Twin, ledger: Ledger) -> tuple[dict[int, Line], dict[int, int]]:
    """Tours on the streets, each leg along the way that was driven."""
    events = ledger.trace.columns()
    nodes: dict[int, list[int]] = {}
    counts: dict[int, int] = {}
    at: dict[int, int] = {}
    to: dict[int, int] = {}
    city, facts = twin.world.city, twin.facts
    for time, kind, who, place in events[["time", "kind", "subject", "place"]][
        np.isin(events["kind"], (Kind.TOUR, Kind.LEG, Kind.DETOUR))
    ].tolist():
        unit = twin.state.units[who]
        mode = int(facts.kinds[unit.group].mode)
        way = nodes.setdefault(mode, [])
        if kind == Kind.TOUR:
            counts[mode] = counts.get(mode, 0) + 1
            at[who] = facts.depots[place]
            continue
        if kind == Kind.LEG:
            to[who] = place
        else:
            at[who] = place
            del way[len(way) - 1 - way[::-1].index(place) + 1 :]
        drives = twin.roads.way(
            at[who], to[who], twin.roads.profile_of[unit.group], time, _barrier(twin, at[who], time)
        )
        way += [-1, at[who], *(int(city.head[edge]) for edge in (drives.edges if drives else ()))]
        at[who] = to[who]
    return {mode: _polyline(twin.world, np.array(way, dtype=np.int64)) for mode, way in nodes.items()}, counts


def _barrier(twin: Twin, node: int, time: int) -> tuple[int, ...]:
    """The closed streets that a driver at a junction sees."""
    start = twin.world.city.start
    return tuple(edge for edge in range(start[node], start[node + 1]) if twin.roads.known.is_closed(edge, time))


def _polyline(world: World, nodes: NDArray[np.int64]) -> Line:
    """A line through nodes; -1 lifts the pen."""
    lifted = nodes < 0
    return (
        np.where(lifted, np.nan, world.city.x_m[nodes] / 1000),
        np.where(lifted, np.nan, world.city.y_m[nodes] / 1000),
    )


def _sorties(twin: Twin, ledger: Ledger) -> tuple[dict[int, Line], dict[int, int]]:
    """Flights and robots' trips, straight from the hub to the door."""
    events = ledger.trace.columns()
    rows = events[events["kind"] == Kind.SORTIE]
    world = twin.world
    session = np.searchsorted(world.sessions.parcel, rows["actor"], side="right") - 1
    door = world.customers.node[world.sessions.customer[session]]
    units = [twin.state.units[who] for who in rows["subject"].tolist()]
    mode = np.array([int(twin.facts.kinds[unit.group].mode) for unit in units], dtype=np.int64)
    hub = np.array([twin.facts.depots[unit.depot] for unit in units], dtype=np.int64)
    kinds = [kind for kind in Mode if (mode == kind).any()]
    return (
        {int(kind): _segments(world, hub[mode == kind], door[mode == kind]) for kind in kinds},
        {int(kind): int((mode == kind).sum()) for kind in kinds},
    )
