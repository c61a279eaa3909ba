"""What a router has decided is carried out: tours are loaded, and those under way are changed."""

from functools import partial
from heapq import heapreplace
from typing import TYPE_CHECKING

import numpy as np

from twin import away, legal, recovery
from twin.entities import FAR, Dispatch, Stop, Tour, Trigger
from twin.ledger import Kind
from twin.state import Duty, Phase, Unit

if TYPE_CHECKING:
    from twin.engine import Twin


def plan(twin: "Twin", dispatch: Dispatch) -> None:
    """Ask the router about a dispatch that has stops and vehicles, and do what it says."""
    if not dispatch.stops or not dispatch.vehicles:
        return
    with twin.view._planning(dispatch):
        decided: list[Tour] = list(twin.ask("routing", partial(legal.tours, dispatch)))
    vehicles = {vehicle.id: vehicle for vehicle in dispatch.vehicles}
    changed = [tour for tour in decided if vehicles[tour.vehicle].away]
    fresh = [tour for tour in decided if not vehicles[tour.vehicle].away and tour.stops]
    for tour in fresh:
        _load(twin, dispatch, tour)
    moved = [away.redirect(twin, dispatch, vehicles[tour.vehicle], tour) for tour in changed]
    stops = sum(len(tour.stops) for tour in fresh)
    floor = len(twin.state.ready[dispatch.depot])
    if Trigger.WAVE in dispatch.triggers:
        twin.note(Kind.PLANNED, dispatch.depot, len(fresh), floor, stops)
    elif fresh or any(moved):
        saves = sum(tour.saves for tour in decided)
        mask = sum(1 << trigger for trigger in dispatch.triggers)
        twin.note(Kind.REPLANNED, dispatch.depot, mask, len(fresh) + sum(moved), saves)
    if twin.roads.known.closures(twin.state.now):
        _closed_off(twin, dispatch)


def _closed_off(twin: "Twin", dispatch: Dispatch) -> None:
    """What waits on the floor and no vehicle of the wave can reach and come back from is an exception."""
    floor, profiles = twin.state.ready[dispatch.depot], {vehicle.profile for vehicle in dispatch.vehicles}
    ways = [np.maximum(dispatch.duration[p][0], dispatch.duration[p][:, 0]) for p in sorted(profiles)]
    shortest: list[int] = np.min(ways, axis=0)[1:].tolist()
    for stop, way in zip(dispatch.stops, shortest, strict=False):
        for parcel in stop.parcels if way >= FAR else ():
            if parcel in floor:
                recovery.closed_off(twin, parcel)


def _load(twin: "Twin", dispatch: Dispatch, tour: Tour) -> None:
    """Take the parcels from the floor; the vehicle leaves when a dock has loaded it."""
    unit = twin.state.units[tour.vehicle]
    begin(twin, unit, dispatch, tour.stops)
    if unit.duty_from < 0:
        unit.duty_from = unit.on_since = twin.state.now
    twin.state.seats[unit.group] -= 1


def begin(twin: "Twin", unit: Unit, dispatch: Dispatch, stops: tuple[Stop, ...]) -> None:
    """A vehicle at home takes these stops from the floor."""
    floor = twin.state.ready[unit.depot]
    for stop in stops:
        for parcel in stop.parcels:
            del floor[parcel]
    leaves = dock(twin, unit, sum(len(stop.parcels) for stop in stops))
    unit.tour = timed(twin, dispatch, unit, stops, 0, leaves)


def dock(twin: "Twin", unit: Unit, parcels: int) -> int:
    """Queue a vehicle at the docks; returns when it is loaded and leaves."""
    docks = twin.state.docks[unit.depot]
    leaves = max(twin.state.now, docks[0]) + twin.facts.kinds[unit.group].handling * parcels
    heapreplace(docks, leaves)
    unit.stop = unit.tour_m = 0
    unit.duty = Duty.LOADING
    unit.wait = twin.calendar.schedule(leaves, Phase.DEPART, unit.id)
    return leaves


def timed(
    twin: "Twin", dispatch: Dispatch, unit: Unit, stops: tuple[Stop, ...], here: int, time: int
) -> list[list[int]]:
    """Stops as data: node, earliest time, believed arrival, parcels of each; from a place at a time."""
    profile = twin.roads.profile_of[unit.group]
    place = {stop.parcels: i + 1 for i, stop in enumerate(dispatch.stops)}
    duration, rows = dispatch.duration[profile], []
    for stop in stops:
        there = place[stop.parcels]
        time += int(duration[here, there])
        rows.append([stop.node, stop.tw_early, time, *stop.parcels])
        time = max(time, stop.tw_early) + stop.service_duration
        here = there
    return rows
