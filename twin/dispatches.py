"""What there is to plan at a depot: stops on the floor and on board, vehicles at home and away, ways between them."""

import math
from collections.abc import Sequence
from dataclasses import replace
from operator import le
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from twin import away, doors, orders, wages
from twin.entities import FAR, Dispatch, IntMatrix, Knob, Stop, Trigger, Vehicle
from twin.fleetfacts import KindFacts
from twin.state import Duty, Unit
from twin.units import DAY, HOUR, SECOND
from twin.weather import allows

if TYPE_CHECKING:
    from twin.engine import Twin


def at(twin: "Twin", depot: int, triggers: tuple[Trigger, ...], concerned: Sequence[int] = ()) -> Dispatch:
    """What there is to plan at a depot now: the floor and who is at home, and the tours of who is ``concerned``."""
    now, waves = twin.state.now, twin.facts.waves
    midnight = now // DAY * DAY
    later = [midnight + start for start in waves if midnight + start > now]
    floor = _stops(twin, depot, later[0] if later else midnight + DAY, evening=not later)
    home = _vehicles(twin, depot, sum(len(stop.parcels) for stop in floor))
    out = away.vehicles(twin, depot, concerned, len(floor))
    stops = (*floor, *out.stops)
    vehicles = (*home, *(replace(it, start=1 + len(stops) + it.start) for it in out.vehicles))
    nodes = np.array([twin.facts.depots[depot], *(stop.node for stop in stops), *out.starts], dtype=np.int64)
    together: list[tuple[int, list[int]]] = [
        (profile, list(range(len(floor) + 1))) for profile in sorted({vehicle.profile for vehicle in vehicles})
    ]
    together += [(it.profile, [0, it.start, *(stop + 1 for stop in it.aboard)]) for it in vehicles if it.away]
    duration, distance = _matrices(twin, nodes, together)
    return Dispatch(depot, stops, vehicles, duration, distance, now, triggers)


def _matrices(
    twin: "Twin", nodes: NDArray[np.int64], together: list[tuple[int, list[int]]]
) -> tuple[tuple[IntMatrix, ...], tuple[IntMatrix, ...]]:
    """Believed milliseconds, and metres, for each profile; ``FAR`` between places that no vehicle goes between.

    ``together`` names the places between which vehicles of a profile may go: the depot and the floor, and the depot
    and what a vehicle has on board. The other pairs are most of all, and nobody would look at them.
    """
    profiles = range(max((profile for profile, _ in together), default=-1) + 1)
    used = {profile for profile, _ in together}
    sizes = [len(nodes) if profile in used else 0 for profile in profiles]
    duration, distance = ([np.full((n, n), FAR, dtype=np.int64) for n in sizes] for _ in range(2))
    for profile, places in together:
        block = np.ix_(places, places)
        times, metres = twin.roads.matrices(nodes[places], profile, twin.state.now)
        duration[profile][block], distance[profile][block] = times, metres
    for matrix in (*duration, *distance):
        np.fill_diagonal(matrix, 0)
        matrix.flags.writeable = False
    return tuple(duration), tuple(distance)


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
    return tuple(stop_of(twin, parcels) for door in waiting.values() for parcels in _bundles(twin, depot, door))


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


def stop_of(twin: "Twin", parcels: list[int]) -> Stop:
    """Parcels for one door as a router sees them: their window, and how long the stop usually takes."""
    state, facts, people = twin.state, twin.facts, twin.world.people
    first = orders.parcel_view(twin, parcels[0])
    owners = [facts.order_of[parcel] for parcel in parcels]
    at_locker = state.goal[parcels[0]] >= 0
    opens = state.now if at_locker else max(state.early[order] for order in owners)  # a locker is always open
    if at_locker:
        seconds = doors.at_locker_s(people, len(parcels))
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


def _vehicles(twin: "Twin", depot: int, parcels: int) -> tuple[Vehicle, ...]:
    """What is at home, awake, charged, supervised and allowed out by the weather, and when each is expected to leave.

    The parcels are shared out, and loaded at the docks in turn.
    """
    state, facts = twin.state, twin.facts
    seats, docks = list(state.seats), sorted(state.docks[depot])
    units = []
    for unit in state.units:
        if unit.depot == depot and seats[unit.group] > 0 and may_leave(twin, unit):
            seats[unit.group] -= 1
            units.append(unit)
    vehicles = []
    for number, unit in enumerate(units):
        kind = facts.kinds[unit.group]
        loading = kind.handling * -(-parcels // len(units)) * (1 + number // len(docks))
        leaves = max(state.now, docks[number % len(docks)]) + loading
        end = hours(twin, unit, kind)[1]
        vehicles.append(vehicle_of(twin, unit, kind, end, min(leaves, end)))
    return tuple(vehicles)


def may_leave(twin: "Twin", unit: Unit) -> bool:
    """Whether a vehicle is at home, in its hours, and allowed out by the weather; seats are counted by the caller."""
    facts, now = twin.facts, twin.state.now
    kind = facts.kinds[unit.group]
    if unit.duty != Duty.IDLE or kind.is_sortie:
        return False
    start, end = hours(twin, unit, kind)
    weather = twin.sky.at(now, facts.zone[facts.area_of_node[facts.depots[unit.depot]]])
    return start <= now < end - HOUR and allows(kind.spec.limits, weather)


def hours(twin: "Twin", unit: Unit, kind: KindFacts) -> tuple[int, int]:
    """From when to when a plan may use a vehicle today: its shift, without overtime."""
    midnight = twin.state.now // DAY * DAY
    start = midnight + kind.shift[0]
    first = unit.duty_from if unit.duty_from >= 0 else max(start, twin.state.now)
    return start, min(first + round(kind.spec.shift_h * HOUR), midnight + kind.shift[1])


def vehicle_of(twin: "Twin", unit: Unit, kind: KindFacts, end: int, start: int | None = None) -> Vehicle:
    """A vehicle as a router sees it, from ``start`` (now) until ``end``."""
    spare = unit.battery_wh - kind.reserve_wh
    rest = kind.rest if kind.has_driver and not unit.rested else 0
    reach = round(spare / kind.spec.kwh_km * 0.85) if kind.battery_wh else 1 << 40
    return Vehicle(
        id=unit.id,
        mode=kind.mode,
        capacity_g=kind.capacity[0],
        capacity_ml=kind.capacity[1],
        capacity_parcels=kind.capacity[2],
        tw_early=twin.state.now if start is None else start,
        tw_late=end,
        range_m=max(reach, 0),
        fixed_cost=kind.hour_cost * (wages.MIN_PAID // HOUR) if unit.duty_from < 0 else 0,
        unit_distance_cost=kind.metre_cost,
        unit_duration_cost=kind.hour_cost // 3600,
        profile=twin.roads.profile_of[unit.group],
        paid_to=wages.owed_to(twin, unit),
        rest=rest,
        rest_at=(unit.on_since if unit.on_since >= 0 else twin.state.now) + kind.rest_after if rest else -1,
    )
