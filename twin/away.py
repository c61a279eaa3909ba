"""Vehicles that are away on a tour: what a router may still change, and how a changed plan reaches them.

The stop that a vehicle drives to or stands at stays as it is, and so does what it has on board: nobody else can bring
that. Where it will be free, and when, is what operations believe, not what will be.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from twin import dispatches, legal, tours, withdrawals
from twin.entities import FAR, Cause, Dispatch, Remedy, Stop, Tour, Trigger, Vehicle
from twin.ledger import Kind
from twin.state import PARCELS, Duty, Unit
from twin.units import SECOND

if TYPE_CHECKING:
    from twin.engine import Twin


class Out(NamedTuple):
    """Who is away from a depot. ``start`` of a vehicle is an index of ``starts``, the nodes where they will be free."""

    vehicles: tuple[Vehicle, ...]
    stops: tuple[Stop, ...]
    starts: tuple[int, ...]


AT_HOME = frozenset({Trigger.WAVE, Trigger.ORDER, Trigger.HOME})
"""Triggers that concern who is at home: if a plan has others too, those are why a tour under way was changed."""
_OUT = frozenset({Duty.DRIVING, Duty.SERVING, Duty.RESTING})


def vehicles(twin: "Twin", depot: int, concerned: Sequence[int], first: int) -> Out:
    """Those of the vehicles that are on the streets, and what they have on board and still mean to bring.

    ``first`` is the index in the dispatch of the first of these stops.
    """
    facts = twin.facts
    fleet: list[Vehicle] = []
    stops: list[Stop] = []
    starts: list[int] = []
    for unit in (twin.state.units[who] for who in concerned):
        kind = facts.kinds[unit.group]
        if unit.depot != depot or unit.duty not in _OUT or kind.is_sortie or unit.next:
            continue
        _keep_withdrawn(twin, unit)
        ahead = [dispatches.stop_of(twin, stop[PARCELS:]) for stop in unit.tour[_frozen(unit) :]]
        node, time = _free(twin, unit)
        _, end = dispatches.hours(twin, unit, kind)
        aboard = tuple(range(first + len(stops), first + len(stops) + len(ahead)))
        vehicle = dispatches.vehicle_of(twin, unit, kind, max(end, time))
        it = replace(
            vehicle, tw_early=time, away=True, start=len(starts), aboard=aboard, handling=kind.handling, fixed_cost=0
        )
        fleet.append(it)
        stops += ahead
        starts.append(node)
    return Out(tuple(fleet), tuple(stops), tuple(starts))


def _frozen(unit: Unit) -> int:
    """How many stops of its tour cannot be changed any more."""
    return min(unit.stop + (unit.duty != Duty.RESTING), len(unit.tour))


def _keep_withdrawn(twin: "Twin", unit: Unit) -> None:
    """Parcels on board that nobody wants any more are brought home without a visit."""
    frozen = _frozen(unit)
    unit.tour[frozen:], unwanted = withdrawals.parted(twin, unit.tour[frozen:])
    unit.kept += unwanted
    twin.state.decided.update({parcel: [Remedy.RETURN, Cause.WITHDRAWN] for parcel in unwanted})


def _free(twin: "Twin", unit: Unit) -> tuple[int, int]:
    """Where and when a vehicle is believed to be free: after the stop that it drives to or stands at."""
    now = twin.state.now
    if unit.duty == Duty.RESTING:
        return unit.node, twin.state.pending[unit.wait].due
    if unit.duty == Duty.DRIVING:
        profile = twin.roads.profile_of[unit.group]
        way = twin.roads.believed(profile, now)[unit.way]
        time = max(now, unit.planned + unit.delay + int(way.sum()))
    else:
        time = unit.moved
    if unit.stop >= len(unit.tour):
        return twin.facts.depots[unit.depot], time
    row = unit.tour[unit.stop]
    stop = dispatches.stop_of(twin, row[PARCELS:])
    return row[0], max(now, max(time, row[1]) + stop.service_duration)


def redirect(twin: "Twin", dispatch: Dispatch, vehicle: Vehicle, tour: Tour) -> bool:
    """Change a tour that is under way; whether anything but its times is different."""
    unit = twin.state.units[vehicle.id]
    before = [dispatch.stops[i] for i in vehicle.aboard]
    mine = set(vehicle.aboard)
    index = {stop: i for i, stop in enumerate(dispatch.stops)}
    visits = tuple(stop for stop in tour.stops if index[stop] in mine)
    fresh = tour.stops[len(visits) :]
    home = _home(dispatch, vehicle, map(index.__getitem__, visits))
    if home >= FAR:
        return False  # cut off by closures: it drives on as it meant to, and finds out
    left_out = [stop for stop in before if stop not in visits]
    unit.kept += [parcel for stop in left_out for parcel in stop.parcels]
    frozen = _frozen(unit)
    unit.tour[frozen:] = tours.timed(twin, dispatch, unit, visits, vehicle.start, vehicle.tw_early)
    if fresh:
        floor = twin.state.ready[unit.depot]
        for parcel in [parcel for stop in fresh for parcel in stop.parcels]:
            del floor[parcel]
        leaves = home + vehicle.handling * sum(len(stop.parcels) for stop in fresh)
        unit.next = tours.timed(twin, dispatch, unit, fresh, 0, leaves)
    moved = _moved(before, [*visits, *fresh])
    if moved:
        sooner = min(_home(dispatch, vehicle, vehicle.aboard), FAR) - home
        cause = min(set(dispatch.triggers) - AT_HOME, default=min(dispatch.triggers))
        twin.note(Kind.RETOURED, unit.id, moved, round(sooner / SECOND), tour.saves, cause)
    return bool(moved)


def _home(dispatch: Dispatch, vehicle: Vehicle, stops: Iterable[int]) -> int:
    """When a vehicle that is away is believed to be home after these stops, by their index."""
    return legal.driven(dispatch, vehicle, [stop + 1 for stop in stops], vehicle.start, vehicle.tw_early)[0]


def _moved(before: list[Stop], after: list[Stop]) -> int:
    """How many stops come after another stop than before, are new, or are left out."""
    ahead = dict(zip(before, [None, *before], strict=False))
    changed = sum(stop not in ahead or ahead[stop] != last for stop, last in zip(after, [None, *after], strict=False))
    return changed + len(set(before) - set(after))
