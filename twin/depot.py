"""The depot: how a packed parcel goes, waves and docks, chargers, wages."""

import math
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from heapq import heapreplace
from operator import le
from typing import TYPE_CHECKING

import numpy as np

from twin import carriers, legal, orders, sorties
from twin.entities import OWN, CarrierOffer, Dispatch, IntMatrix, Knob, Stop, Tour, Vehicle
from twin.errors import InvariantError
from twin.facts import KindFacts
from twin.ledger import Account, Kind
from twin.state import Duty, Phase, Unit
from twin.units import DAY, HOUR, SECOND, usd
from twin.weather import allows

if TYPE_CHECKING:
    from twin.engine import Twin

STREET_USD = 2.5
"""What one more parcel on a tour is expected to cost: most of a van's day is paid for anyway (evidence 18, D)."""
STATED_ON_TIME = 0.95
CHARGING = 0.90
"""Efficiency of a depot's charger (evidence 15, M)."""
MIN_PAID = 4 * HOUR
"""A driver who is called in is paid for at least so long (D)."""


# --- how a parcel goes ----------------------------------------------------------------------------------------------


def route(twin: "Twin", parcel: int) -> None:
    """Ask the carrier selector how a packed parcel goes, and put it there."""
    offers = _offers(twin, parcel)
    if not offers:
        put_down(twin, parcel)
        return
    packed = orders.parcel_view(twin, parcel)
    chosen = twin.ask("carriers", partial(legal.carrier, offers), packed, offers)
    sortie = -1 if chosen.sortie is None else int(chosen.sortie)
    twin.note(Kind.ROUTED, parcel, chosen.carrier, sortie, chosen.price)
    twin.state.sortie[parcel] = sortie
    if chosen.carrier == OWN:
        put_down(twin, parcel)
    else:
        carriers.hand(twin, parcel, chosen.carrier)


def _offers(twin: "Twin", parcel: int) -> tuple[CarrierOffer, ...]:
    state, facts = twin.state, twin.facts
    depot, area = state.depot[parcel], facts.area_of(parcel)
    offers: list[CarrierOffer] = []
    if facts.fits_streets(depot, parcel):
        hits, tries = twin.view.success(area)
        when = max(twin.state.now, state.early[facts.order_of[parcel]]) + HOUR
        offers.append(CarrierOffer(OWN, "streets", None, usd(STREET_USD), when, STATED_ON_TIME, hits, tries))
    if facts.sorties_at[depot]:
        offers += sorties.offers(twin, parcel)
    if twin.world.carriers:
        offers += carriers.offers(twin, parcel)
    return tuple(offers)


def put_down(twin: "Twin", parcel: int) -> None:
    """Put a packed parcel on the floor for the next wave, or in the queue of the sorties."""
    state = twin.state
    depot = state.depot[parcel]
    if state.sortie[parcel] >= 0:
        sorties.queue(twin, parcel)
    else:
        state.ready[depot][parcel] = twin.state.now


# --- waves ----------------------------------------------------------------------------------------------------------


def wave(twin: "Twin", depot: int) -> None:
    """A wave: plan what waits for the vehicles that are there, and load."""
    facts, midnight = twin.facts, twin.state.now // DAY * DAY
    later = [start for start in facts.waves if midnight + start > twin.state.now]
    if later:
        twin.calendar.schedule(midnight + later[0], Phase.WAVE, depot)
    until = midnight + (later[0] if later else DAY)
    if not facts.street_loads[depot]:
        for parcel in list(twin.state.ready[depot]):
            del twin.state.ready[depot][parcel]
            route(twin, parcel)
        return
    stops = _stops(twin, depot, until, evening=not later)
    vehicles = _queued(twin, depot, _vehicles(twin, depot), sum(len(stop.parcels) for stop in stops))
    if stops and vehicles:
        _plan(twin, depot, stops, vehicles)


def _stops(twin: "Twin", depot: int, until: int, *, evening: bool) -> tuple[Stop, ...]:
    """What waits and may be delivered before the next wave, by door."""
    state, facts = twin.state, twin.facts
    doors: dict[tuple[int, int, int], list[int]] = {}
    for parcel in state.ready[depot]:
        order = facts.order_of[parcel]
        area = facts.area[facts.session_customer[order]]
        if state.early[order] > until:
            continue
        if not evening and state.knobs.get(Knob.EVENING_FIRST << 32 | area) and _may_wait(twin, order, parcel):
            continue
        # An address that was typed wrong is another door, though nobody knows yet that it is wrong.
        typed = state.flags[parcel] & orders.BAD_ADDRESS
        doors.setdefault((facts.session_customer[order], state.goal[parcel], typed), []).append(parcel)
    return tuple(_stop(twin, parcels) for door in doors.values() for parcels in _bundles(twin, depot, door))


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
    opens = max(state.early[order] for order in owners)
    seconds = (
        people.service_s[first.dwelling] * _mean(people.service_cv[first.dwelling])
        + people.parking_s[facts.district[first.area]] * _mean(people.parking_cv)
        + people.extra_parcel_s * (len(parcels) - 1)
    )
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
        fixed_cost=kind.hour_cost * (MIN_PAID // HOUR) if unit.duty_from < 0 else 0,
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


# --- energy and wages -----------------------------------------------------------------------------------------------


def charge(twin: "Twin", unit: Unit) -> None:
    """Queue a vehicle at the chargers of its depot until its battery is full."""
    kind = twin.facts.kinds[unit.group]
    chargers = twin.state.chargers[unit.depot]
    missing = kind.battery_wh - unit.battery_wh
    full = max(twin.state.now, chargers[0]) + round(missing / kind.spec.charge_kw * HOUR / 1000)
    heapreplace(chargers, full)
    unit.duty = Duty.CHARGING
    unit.wait = twin.calendar.schedule(full, Phase.CHARGED, unit.id)


def charged(twin: "Twin", who: int) -> None:
    """A battery is full."""
    unit = twin.state.units[who]
    top_up(twin, unit)
    unit.duty = Duty.IDLE
    if twin.facts.kinds[unit.group].mode.is_sortie:
        sorties.ask_look(twin, unit.depot, twin.state.now)


def top_up(twin: "Twin", unit: Unit) -> None:
    """Fill a battery and pay for the energy."""
    missing = twin.facts.kinds[unit.group].battery_wh - unit.battery_wh
    unit.battery_wh += missing
    unit.charged_wh += missing
    check_energy(twin, unit)
    twin.note(Kind.CHARGED, unit.id, place=unit.depot, value=missing)
    price = twin.world.operation.energy_usd_kwh
    twin.post(Account.ENERGY, round(missing * price * 1000 / CHARGING), actor=unit.id)


def use_energy(twin: "Twin", unit: Unit, metres: int) -> None:
    """Take the energy of a distance from the battery; cold takes more (Geotab via evidence 15, B)."""
    kind = twin.facts.kinds[unit.group]
    if kind.battery_wh:
        drain(twin, unit, min(round(metres * kind.spec.kwh_km * cold(twin, unit)), unit.battery_wh))


def drain(twin: "Twin", unit: Unit, used: int) -> None:
    """Take watt-hours from a battery."""
    unit.battery_wh -= used
    unit.used_wh += used
    check_energy(twin, unit)


def cold(twin: "Twin", unit: Unit) -> float:
    """Factor on energy by temperature: 1 at 20 degrees, 1.5 % more for each degree below (range .54 at -15, B)."""
    zone = twin.facts.zone[twin.facts.area_of_node[unit.node]]
    return 1.0 + 0.015 * max(0.0, 20.0 - twin.sky.at(twin.state.now, zone).temperature_c)


def check_energy(twin: "Twin", unit: Unit) -> None:
    """I5: within the battery, and what came in less what went out is what is there."""
    full = twin.facts.kinds[unit.group].battery_wh
    if not 0 <= unit.battery_wh <= full or full + unit.charged_wh - unit.used_wh != unit.battery_wh:
        raise InvariantError(
            f"I5: vehicle {unit.id} has {unit.battery_wh} Wh of {full}, charged {unit.charged_wh}, used {unit.used_wh}"
        )


def charge_overnight(twin: "Twin") -> None:
    """Midnight: everything that is at home and not full queues for a charger; lost aircraft are replaced."""
    for unit in twin.state.units:
        kind = twin.facts.kinds[unit.group]
        if unit.duty == Duty.GONE:
            unit.duty = Duty.IDLE
        if unit.duty == Duty.IDLE and unit.battery_wh < kind.battery_wh:
            charge(twin, unit)


def off_duty(unit: Unit) -> None:
    """A duty is over and paid; the next one begins with its first loading."""
    unit.duty_from = unit.duty_to = unit.on_since = -1
    unit.rested = unit.overnight = False


def pay(twin: "Twin", unit: Unit) -> None:
    """Wages of a duty: from the first loading to the last return, at least ``MIN_PAID``, overtime on top.

    Who is out at midnight is paid until then, and the rest when home.
    """
    kind = twin.facts.kinds[unit.group]
    if unit.duty_from < 0 or not kind.mode.has_driver:
        return
    home = unit.duty in (Duty.IDLE, Duty.CHARGING)
    worked = (unit.duty_to if home else twin.state.now) - unit.duty_from
    over = max(0, worked - round(kind.spec.overtime_after_h * HOUR))
    paid = worked if unit.overnight else max(worked, MIN_PAID)
    twin.note(Kind.SHIFT, unit.id, place=unit.depot, value=worked)
    twin.post(Account.LABOUR, kind.hour_cost * paid // HOUR, actor=unit.id)
    extra = kind.spec.overtime_factor - 1.0
    twin.post(Account.OVERTIME, round(kind.hour_cost * over / HOUR * extra), actor=unit.id)
    if not home:
        unit.duty_from = twin.state.now
        unit.overnight = True
