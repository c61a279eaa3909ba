"""What our street vehicles did at doors, read from the ledger: the work that a router is judged by."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from twin.engine import Twin
from twin.ledger import Account, Kind, Ledger
from twin.units import DAY

ROUTED = (Account.LABOUR, Account.OVERTIME, Account.RUNNING)
"""What a router decides about: the drivers' time from loading to the last return, and kilometres."""
_TOLD = (
    Kind.PICKED, Kind.UNLOADED, Kind.TOUR, Kind.ARRIVED, Kind.PARKED, Kind.AT_DOOR, Kind.DELIVERED, Kind.SERVED,
    Kind.HOME,
)  # fmt: skip


class Visit(NamedTuple):
    """A door at which something was delivered."""

    node: int
    began: int
    """When the driver began to look for a place, in ms: after any wait for the window."""
    took: int
    """From then until the driver went on."""
    ready: int
    """When the last of its parcels was packed, or back from another attempt: from then on it could leave."""
    parcels: tuple[int, ...]


@dataclass
class Work:
    """The visits of a depot's tours that began on one day; ``since`` the first began, ``until`` the last was home.

    ``tours`` are the vehicle of each tour and how many visits it made, tour after tour.
    """

    depot: int
    day: int
    since: int
    until: int
    visits: list[Visit] = field(default_factory=list)
    tours: list[tuple[int, int]] = field(default_factory=list)


@dataclass
class _Tour:
    vehicle: int
    depot: int
    began: int
    visits: list[Visit] = field(default_factory=list)
    node: int = -1
    took: int = 0
    parcels: list[int] = field(default_factory=list)


def work_of(twin: Twin, ledger: Ledger, start: int) -> list[Work]:
    """What was delivered by street tours that began at ``start`` or later and came home, by depot and day.

    Visits at which nobody took anything are not part of it: who had known would have spared them.

    Parameters
    ----------
    start : int
        Milliseconds since the first midnight, a midnight.
    """
    found: dict[tuple[int, int], Work] = {}
    for tour, home in _tours(twin, ledger):
        if tour.began >= start and tour.visits:
            day = tour.began // DAY
            work = found.setdefault((tour.depot, day), Work(tour.depot, day, tour.began, home))
            work.since, work.until = min(work.since, tour.began), max(work.until, home)
            work.visits += tour.visits
            work.tours.append((tour.vehicle, len(tour.visits)))
    return [found[key] for key in sorted(found)]


def spent(twin: Twin, ledger: Ledger, start: int) -> int:
    """Micro-dollars of :data:`ROUTED` that street vehicles have cost since ``start``."""
    costs = ledger.costs.columns()
    rows = costs[np.isin(costs["kind"], ROUTED) & (costs["time"] >= start) & (costs["actor"] >= 0)]
    return int(rows["value"][_street(twin)[rows["actor"]]].sum())


def _street(twin: Twin) -> NDArray[np.bool_]:
    """By vehicle: whether it goes by the streets, from stop to stop."""
    kinds = twin.facts.kinds
    return np.array([not kinds[unit.group].is_sortie for unit in twin.state.units] or [False], dtype=np.bool_)


def _tours(twin: Twin, ledger: Ledger) -> Iterator[tuple[_Tour, int]]:
    """Each street tour that came home, and when."""
    street = _street(twin).tolist()
    trace = ledger.trace.columns()
    ready: dict[int, int] = {}
    away: dict[int, _Tour] = {}
    for time, kind, _, subject, actor, place, value in trace[np.isin(trace["kind"], _TOLD)].tolist():
        if kind in (Kind.PICKED, Kind.UNLOADED):
            ready[subject] = time
            continue
        who = actor if kind in (Kind.AT_DOOR, Kind.DELIVERED) else subject
        if who < 0 or not street[who]:
            continue
        if kind == Kind.TOUR:
            away[who] = _Tour(who, place, time)
        elif kind == Kind.HOME:
            yield away.pop(who), time
        elif kind == Kind.ARRIVED:
            away[who].node, away[who].took, away[who].parcels = place, 0, []
        elif kind == Kind.PARKED:
            away[who].took += actor + value  # searching, and walking to the door and back
        elif kind == Kind.AT_DOOR:
            away[who].took += value
        elif kind == Kind.DELIVERED:
            away[who].parcels.append(subject)
        elif away[who].parcels:
            tour = away[who]
            last = max(ready.get(parcel, 0) for parcel in tour.parcels)
            tour.visits.append(Visit(tour.node, time - tour.took, tour.took, last, tuple(tour.parcels)))
