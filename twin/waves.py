"""Waves: what waits on the floor is planned for the vehicles that are there, and loaded at the docks."""

import math
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from heapq import heapreplace
from operator import le
from typing import TYPE_CHECKING

import numpy as np

from twin import (
    doors,
    legal,
    orders,
    recovery,
    room,
    wages,
)
from twin.depot import reconsider, route
from twin.entities import (
    FAR,
    Dispatch,
    IntMatrix,
    Knob,
    Stop,
    Tour,
    Vehicle,
)
from twin.fleetfacts import KindFacts
from twin.ledger import Kind
from twin.state import Duty, Phase, Unit
from twin.units import DAY, HOUR, SECOND
from twin.weather import allows

if TYPE_CHECKING:
    from twin.engine import Twin


def wave(twin: "Twin", depot: int) -> None:
    """A wave: plan what waits for the vehicles that are there, and load."""
    facts, midnight = twin.facts, twin.state.now // DAY * DAY
    later = [start for start in facts.waves if midnight + start > twin.state.now]
    if later:
        twin.calendar.schedule(midnight + later[0], Phase.WAVE, depot)
    until = midnight + (later[0] if later else DAY)
    floor = twin.state.ready[depot]
    for parcel in [parcel for parcel in floor if not facts.fits_streets(depot, parcel)]:
        del floor[parcel]
        route(twin, parcel)  # what was full yesterday may have room today
    stops = _stops(twin, depot, until, evening=not later)
    vehicles = _queued(twin, depot, _vehicles(twin, depot), sum(len(stop.parcels) for stop in stops))
    if stops and vehicles:
        _plan(twin, depot, stops, vehicles)
    room.left_behind(twin, depot)
    if not later:
        _offer_again(twin, depot)


def _offer_again(twin: "Twin", depot: int) -> None:
    """After the last wave: what should have gone today may go with a carrier instead of waiting for tomorrow."""
    state, order_of = twin.state, twin.facts.order_of
    midnight = state.now // DAY * DAY + DAY
    if twin.world.carriers:
        for parcel in [parcel for parcel in state.ready[depot] if state.late[order_of[parcel]] < midnight]:
            reconsider(twin, parcel)


def _stops(twin: "Twin", depot: int, until: int, *, evening: bool) -> tuple[Stop, ...]:
    """What waits and may be delivered before the next wave, by door."""
    state, facts = twin.state, twin.facts
    waiting: dict[tuple[int, int, int], list[int]] = {}
    for parcel in state.ready[depot]:
        order = facts.order_of[parcel]
        area = facts.area[facts.session_customer[order]]
        if state.early[order] > until:
            continue
        if not evening and state.knobs.get(Knob.EVENING_FIRST << 32 | area) and _may_wait(twin, order, parcel):
            continue
        # An address that was typed wrong is another door, though nobody knows yet that it is wrong.
        goal = state.goal[parcel]
        typed = state.flags[parcel] & orders.BAD_ADDRESS if goal < 0 else 0
        who = facts.session_customer[order] if goal < 0 else -1  # at a locker all parcels are one stop
        waiting.setdefault((who, goal, typed), []).append(parcel)
    return tuple(_stop(twin, parcels) for door in waiting.values() for parcels in _bundles(twin, depot, door))


def _may_wait(twin: "Twin", order: int, parcel: int) -> bool:
    """Whether the evening wave can still keep the promise, or it is broken and there was an attempt already."""
    state, now = twin.state, twin.state.now
    evening = now // DAY * DAY + twin.facts.waves[-1]
    return state.late[order] > evening + HOUR or (state.late[order] <= now and state.attempts[parcel] > 0)


def _bundles(twin: "Twin", depot: int, door: list[int]) -> list[list[int]]:
    """A door's parcels, in as many stops as it takes for some vehicle of the depot to carry each."""
    facts = twin.facts
    bundles: list[list[int]] = []
    load = (0, 0, 0)
    for parcel in door:
        more = (facts.weight_g[parcel], facts.volume_ml[parcel], 1)
        load = (load[0] + more[0], load[1] + more[1], load[2] + more[2])
        if not bundles or not any(all(map(le, load, top)) for top in facts.street_loads[depot]):
            bundles.append([])
            load = more
        bundles[-1].append(parcel)
    return bundles


def _stop(twin: "Twin", parcels: list[int]) -> Stop:
    state, facts, people = twin.state, twin.facts, twin.world.people
    first = orders.parcel_view(twin, parcels[0])
    owners = [facts.order_of[parcel] for parcel in parcels]
    at_locker = state.goal[parcels[0]] >= 0
    opens = state.now if at_locker else max(state.early[order] for order in owners)  # a locker is always open
    if at_locker:
        seconds = doors.LOCKER_S + doors.LOCKER_PARCEL_S * len(parcels)
    else:
        seconds = people.service_s[first.dwelling] * _mean(people.service_cv[first.dwelling])
        seconds += people.extra_parcel_s * (len(parcels) - 1)
        seconds += facts.walk_s(owners[0]) * _mean(people.walk_cv)
    seconds += people.parking_s[facts.district[facts.area_of_node[first.node]]] * _mean(people.parking_cv)
    return Stop(
        node=first.node,
        parcels=tuple(parcels),
        tw_early=opens,
        tw_late=min((state.late[order] for order in owners if state.late[order] >= opens), default=opens),
        service_duration=round(seconds * SECOND),
        weight_g=sum(facts.weight_g[parcel] for parcel in parcels),
        volume_ml=sum(facts.volume_ml[parcel] for parcel in parcels),
        area=first.area,
        attempts=max(state.attempts[parcel] for parcel in parcels),
    )


def _mean(cv: float) -> float:
    """Mean over median of a lognormal."""
    return math.sqrt(1.0 + cv * cv)


def _vehicles(twin: "Twin", depot: int) -> tuple[Vehicle, ...]:
    """What is at home, awake, charged, supervised and allowed out by the weather."""
    state, facts = twin.state, twin.facts
    weather = twin.sky.at(twin.state.now, facts.zone[facts.area_of_node[facts.depots[depot]]])
    seats = list(state.seats)
    vehicles = []
    for unit in state.units:
        kind = facts.kinds[unit.group]
        if unit.depot != depot or unit.duty != Duty.IDLE or kind.mode.is_sortie or seats[unit.group] < 1:
            continue
        start, end = _hours(twin, unit, kind)
        if start <= twin.state.now < end - HOUR and allows(kind.spec.limits, weather):
            seats[unit.group] -= 1
            vehicles.append(_vehicle(twin, unit, kind, end))
    return tuple(vehicles)


def _queued(twin: "Twin", depot: int, vehicles: tuple[Vehicle, ...], parcels: int) -> tuple[Vehicle, ...]:
    """The vehicles with the time at which each is expected to leave: the parcels shared out, docks in turn."""
    docks = sorted(twin.state.docks[depot])
    queued = []
    for number, vehicle in enumerate(vehicles):
        handling = twin.facts.kinds[twin.state.units[vehicle.id].group].handling
        loading = handling * -(-parcels // len(vehicles)) * (1 + number // len(docks))
        leaves = max(twin.state.now, docks[number % len(docks)]) + loading
        queued.append(replace(vehicle, tw_early=min(leaves, vehicle.tw_late)))
    return tuple(queued)


def _hours(twin: "Twin", unit: Unit, kind: KindFacts) -> tuple[int, int]:
    """From when to when a plan may use a vehicle today: its shift, without overtime."""
    midnight = twin.state.now // DAY * DAY
    start = midnight + kind.shift[0]
    first = unit.duty_from if unit.duty_from >= 0 else max(start, twin.state.now)
    return start, min(first + round(kind.spec.shift_h * HOUR), midnight + kind.shift[1])


def _vehicle(twin: "Twin", unit: Unit, kind: KindFacts, end: int) -> Vehicle:
    spare = unit.battery_wh - kind.reserve_wh
    reach = round(spare / kind.spec.kwh_km * 0.85) if kind.battery_wh else 1 << 40
    return Vehicle(
        id=unit.id,
        mode=kind.mode,
        capacity_g=kind.capacity[0],
        capacity_ml=kind.capacity[1],
        capacity_parcels=kind.capacity[2],
        tw_early=twin.state.now,
        tw_late=end,
        range_m=max(reach, 0),
        fixed_cost=kind.hour_cost * (wages.MIN_PAID // HOUR) if unit.duty_from < 0 else 0,
        unit_distance_cost=kind.metre_cost,
        unit_duration_cost=kind.hour_cost // 3600,
        profile=twin.roads.profile_of[unit.group],
    )


def _plan(twin: "Twin", depot: int, stops: tuple[Stop, ...], vehicles: tuple[Vehicle, ...]) -> None:
    facts = twin.facts
    places = np.array([facts.depots[depot], *(stop.node for stop in stops)], dtype=np.int64)
    used = {vehicle.profile for vehicle in vehicles}
    none: IntMatrix = np.empty((0, 0), dtype=np.int64)
    pairs = [
        twin.roads.matrices(places, profile, twin.state.now) if profile in used else (none, none)
        for profile in range(max(used) + 1)
    ]
    for matrix in (matrix for pair in pairs for matrix in pair):
        matrix.flags.writeable = False
    dispatch = Dispatch(
        depot, stops, vehicles, tuple(pair[0] for pair in pairs), tuple(pair[1] for pair in pairs), twin.state.now
    )
    with twin.view._planning(dispatch):
        tours: Sequence[Tour] = twin.ask("routing", partial(legal.tours, dispatch))
    planned = 0
    for tour in tours:
        if tour.stops:
            planned += len(tour.stops)
            _load(twin, dispatch, tour)
    twin.note(Kind.PLANNED, depot, len(tours), len(twin.state.ready[depot]), planned)
    if twin.roads.known.closures(twin.state.now):
        _closed_off(twin, dispatch, used)


def _closed_off(twin: "Twin", dispatch: Dispatch, profiles: set[int]) -> None:
    """What no vehicle of the wave can reach and come back from is an exception."""
    floor = twin.state.ready[dispatch.depot]
    ways = [np.maximum(dispatch.duration[p][0], dispatch.duration[p][:, 0]) for p in sorted(profiles)]
    for stop, shortest in zip(dispatch.stops, np.min(ways, axis=0)[1:].tolist(), strict=True):
        for parcel in stop.parcels if shortest >= FAR else ():
            if parcel in floor:
                recovery.closed_off(twin, parcel)


def _load(twin: "Twin", dispatch: Dispatch, tour: Tour) -> None:
    """Take the parcels from the floor; the vehicle leaves when a dock has loaded it."""
    state = twin.state
    unit = state.units[tour.vehicle]
    kind = twin.facts.kinds[unit.group]
    floor, docks = state.ready[unit.depot], state.docks[unit.depot]
    count = sum(len(stop.parcels) for stop in tour.stops)
    leaves = max(twin.state.now, docks[0]) + kind.handling * count
    heapreplace(docks, leaves)
    unit.tour = _timed(twin, dispatch, tour, leaves)
    for stop in tour.stops:
        for parcel in stop.parcels:
            del floor[parcel]
    unit.stop = unit.tour_m = 0
    unit.duty = Duty.LOADING
    if unit.duty_from < 0:
        unit.duty_from = unit.on_since = twin.state.now
    state.seats[unit.group] -= 1
    unit.wait = twin.calendar.schedule(leaves, Phase.DEPART, unit.id)


def _timed(twin: "Twin", dispatch: Dispatch, tour: Tour, leaves: int) -> list[list[int]]:
    """The tour as data: node, earliest time, believed arrival, parcels of each stop."""
    profile = twin.roads.profile_of[twin.state.units[tour.vehicle].group]
    place = {stop.parcels: i + 1 for i, stop in enumerate(dispatch.stops)}
    duration, here, time, timed = dispatch.duration[profile], 0, leaves, []
    for stop in tour.stops:
        there = place[stop.parcels]
        time += int(duration[here, there])
        timed.append([stop.node, stop.tw_early, time, *stop.parcels])
        time = max(time, stop.tw_early) + stop.service_duration
        here = there
    return timed
