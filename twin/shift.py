"""The working day of a vehicle on the streets: load, leg, stop, next, rest, home.

I7: nobody is faster than the vehicle can go. I11: no driver starts for a stop after the legal end of duty.
"""

from heapq import heapreplace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from twin import (
    customers,
    detours,
    dispatches,
    doors,
    energy,
    messages,
    recovery,
    replan,
    room,
    tours,
    wages,
    withdrawals,
)
from twin.custody import aboard, move
from twin.draws import Stream
from twin.entities import Cause, Remedy, TimeWindow, Trigger
from twin.errors import InvariantError
from twin.ledger import Account, Kind
from twin.roads import Way
from twin.specs import VehicleKind
from twin.state import PARCELS, Duty, Phase, Status, Unit
from twin.units import DAY, HOUR, MINUTE, NEVER, SECOND, usd

if TYPE_CHECKING:
    from twin.engine import Twin

Ints = NDArray[np.int64]
# Members of enums that each parcel needs, looked up once: before Python 3.12 that costs ten times a global's.
_LOADED, _LEG, _ARRIVED, _SERVED = Kind.LOADED, Kind.LEG, Kind.ARRIVED, Kind.SERVED
_DISPATCHED, _NONE = Cause.DISPATCHED, Cause.NONE
_DRIVING, _SERVING = Duty.DRIVING, Duty.SERVING

_CAUTIOUS = 90 * MINUTE
"""How long before the legal end each further stop is checked against it."""
_DETOUR, _PACE_MPS = 1.4, 6.0
"""Streets over the straight line, and a careful speed, for that check (D)."""


def fresh_start(twin: "Twin", unit: Unit) -> None:
    """A new day begins for a vehicle at home; at which metre of it mishaps wait is its luck of the day."""
    kind, draws, today = twin.facts.kinds[unit.group].spec, twin.draws, twin.state.now // DAY
    wages.off_duty(unit)
    unit.today_m = unit.assists = 0
    unit.breakdown_m = unit.assist_m = NEVER
    if kind.breakdown_km:
        unit.breakdown_m = round(draws.exponential(kind.breakdown_km * 1000, Stream.BREAKDOWN, unit.id, today))
    if kind.assist_km:
        unit.assist_m = round(draws.exponential(kind.assist_km * 1000, Stream.ASSIST, unit.id, today << 16))


def depart(twin: "Twin", who: int) -> None:
    """Loaded: the parcels are on board, customers may be told, the first leg begins."""
    unit = twin.state.units[who]
    _leave_withdrawn(twin, unit)
    for stop in unit.tour:
        believed, parcels = stop[2], stop[PARCELS:]
        for parcel in parcels:
            move(twin, _LOADED, parcel, who, unit.depot, twin.facts.weight_g[parcel])
            aboard(twin, unit, parcel, 1)
        messages.new_attempt(twin, parcels)
        eta = TimeWindow(believed, believed + HOUR)
        for order, parcel in {twin.facts.order_of[parcel]: parcel for parcel in parcels}.items():
            messages.tell(twin, parcel, _DISPATCHED, eta)
            customers.wonder(twin, order, 1.0)
    twin.note(Kind.TOUR, who, len(unit.tour), unit.depot, unit.load_n)
    unit.left = unit.moved = twin.state.now
    _set_out(twin, unit)


def _leave_withdrawn(twin: "Twin", unit: Unit) -> None:
    """What nobody wants any more stays at the dock."""
    unit.tour, unwanted = withdrawals.parted(twin, unit.tour)
    for parcel in unwanted:
        withdrawals.cancel(twin, parcel)


def _target(twin: "Twin", unit: Unit) -> tuple[int, bool]:
    """The node of the next stop, or of the depot after the last; and whether it is the depot."""
    heading_home = unit.stop >= len(unit.tour)
    return (twin.facts.depots[unit.depot] if heading_home else unit.tour[unit.stop][0]), heading_home


def _set_out(twin: "Twin", unit: Unit) -> None:
    """Begin the leg to the next stop, or home after the last; where mishaps happen is known by their metre."""
    now = twin.state.now
    target, heading_home = _target(twin, unit)
    if not heading_home and now > unit.on_since + twin.facts.kinds[unit.group].max_duty:
        raise InvariantError(f"I11: vehicle {unit.id} starts for a stop at {now}, after the end of its duty")
    unit.shut = []
    way = twin.roads.way(unit.node, target, twin.roads.profile_of[unit.group], now)
    if way is None:
        detours.cut_off(twin, unit, heading_home)
        return
    twin.note(_LEG, unit.id, unit.stop, target, way.metres)
    _take(twin, unit, way)


def _take(twin: "Twin", unit: Unit, way: Way) -> None:
    """Drive a way that was chosen now."""
    unit.duty = _DRIVING
    now = twin.state.now
    unit.way, unit.planned, unit.progress_m, unit.delay = way.edges.tolist(), now, 0, 0
    unit.expected = way.expected
    _drive_on(twin, unit, way, now + energy.helped(twin, unit, way.metres))


def _drive_on(twin: "Twin", unit: Unit, way: Way, start: int) -> None:
    """Wait for the next mishap on this way, for a closure, or for its end; the vehicle goes on at ``start``."""
    edges, profile = way.edges, twin.roads.profile_of[unit.group]
    end, unit.driven = twin.roads.drive(edges, profile, unit.planned, start, unit.progress_m)
    unit.leg_m = way.metres if unit.driven == len(edges) else twin.roads.metres(edges[: unit.driven])
    mishap = min(unit.breakdown_m, unit.assist_m) - unit.today_m
    if mishap < unit.leg_m and unit.progress_m < unit.leg_m:
        ahead = max(mishap - unit.progress_m, 0)
        end, _ = twin.roads.drive(edges, profile, unit.planned, start, unit.progress_m, ahead)
        unit.progress_m += ahead
        phase = Phase.MISHAP
    elif unit.driven < len(edges):
        phase = Phase.TURN
    else:
        phase = Phase.HOME if unit.stop >= len(unit.tour) else Phase.ARRIVE
    unit.wait = twin.calendar.schedule(end, phase, unit.id)


def turn(twin: "Twin", who: int) -> None:
    """At a junction before a closure: take another way, if there is one."""
    unit, now, roads = twin.state.units[who], twin.state.now, twin.roads
    ahead = np.array(unit.way[unit.driven :], dtype=np.int64)
    _stand(twin, unit, int(roads.city.tail[ahead[0]]))
    if roads.known.is_closed(unit.way[unit.driven], now):
        unit.shut.append(unit.way[unit.driven])
    target, heading_home = _target(twin, unit)
    profile = roads.profile_of[unit.group]
    way = roads.way(unit.node, target, profile, now, tuple(unit.shut))
    if way is None:
        detours.cut_off(twin, unit, heading_home)
        return
    detours.write_down(twin, unit, ahead, way)
    _take(twin, unit, way)


def mishap(twin: "Twin", who: int) -> None:
    """A breakdown is repaired by the road; a robovan that is stuck waits for a remote operator."""
    unit = twin.state.units[who]
    spec = twin.facts.kinds[unit.group].spec
    broken = unit.breakdown_m <= unit.assist_m
    unit.delay += round((spec.repair_min if broken else spec.assist_min) * MINUTE)
    lost = repaired(twin, unit) if broken else assisted(twin, unit, spec)
    replan.wish(twin, unit.depot, Trigger.BREAKDOWN, who)
    edges = np.array(unit.way, dtype=np.int64)
    _drive_on(twin, unit, Way(edges, twin.roads.metres(edges), unit.expected), twin.state.now + lost)


def repaired(twin: "Twin", unit: Unit) -> int:
    """Repair a vehicle; at most once a day. Returns how long it takes."""
    spec = twin.facts.kinds[unit.group].spec
    unit.breakdown_m = NEVER
    luck = twin.draws.lognormal(spec.repair_min, 0.5, Stream.REPAIR, unit.id, twin.state.now // DAY)
    lost = round(luck * MINUTE)
    twin.note(Kind.BROKE_DOWN, unit.id, unit.load_n, unit.node, lost, Cause.BREAKDOWN)
    twin.post(Account.REPAIRS, usd(spec.repair_usd), actor=unit.id)
    return lost


def assisted(twin: "Twin", unit: Unit, spec: VehicleKind) -> int:
    """Let the first free operator help a vehicle that is stuck. Returns how long it takes, waiting included."""
    unit.assists += 1
    key = twin.state.now // DAY << 16 | unit.assists
    unit.assist_m += 1 + round(twin.draws.exponential(spec.assist_km * 1000, Stream.ASSIST, unit.id, key))
    crew = twin.state.operators[unit.group]
    ends = max(twin.state.now, crew[0]) + round(spec.assist_min * MINUTE)
    heapreplace(crew, ends)
    lost = ends - twin.state.now
    twin.note(Kind.ASSISTED, unit.id, unit.group, unit.node, lost)
    return lost


def _stand(twin: "Twin", unit: Unit, node: int) -> None:
    """The end of a leg: account for the way, and check that it was possible."""
    way = twin.facts.metres(unit.node, node)
    fastest = way / twin.facts.kinds[unit.group].top_mps * 1000
    if twin.state.now - unit.moved < fastest * 0.98 - SECOND:
        raise InvariantError(
            f"I7: vehicle {unit.id} went {way:.0f} m in {twin.state.now - unit.moved} ms, faster than it can"
        )
    unit.node = node
    unit.moved = twin.state.now
    unit.today_m += unit.leg_m
    unit.tour_m += unit.leg_m
    energy.use_energy(twin, unit, unit.leg_m)


def arrive(twin: "Twin", who: int) -> None:
    """At a stop: wait for its window, park, walk, and find out who opens."""
    unit = twin.state.units[who]
    stop = unit.tour[unit.stop]
    _stand(twin, unit, stop[0])
    late = twin.state.now - stop[2]
    twin.note(_ARRIVED, who, unit.stop, stop[0], late)
    if late > twin.facts.late_ms and unit.stop + 1 < len(unit.tour):
        replan.wish(twin, unit.depot, Trigger.LATE, who)
    parcels = stop[PARCELS:]
    start = max(twin.state.now, stop[1]) + doors.parking(twin, unit, parcels[0])
    cause = doors.knock(twin, unit, parcels[0], start)
    _learn(twin, unit)
    unit.outcome = cause
    unit.duty = _SERVING
    unit.wait = twin.calendar.schedule(start + doors.service(twin, unit, parcels, cause), Phase.SERVED, who)


def _learn(twin: "Twin", unit: Unit) -> None:
    """The driver has been in this area once more, and the leg took its time; repairs are not of the streets."""
    state = twin.state
    if twin.facts.kinds[unit.group].has_driver:
        key = unit.id << 32 | twin.facts.area_of_node[unit.node]
        state.visits[key] = state.visits.get(key, 0) + 1
    if unit.expected > MINUTE and not unit.delay:
        ratio = (state.now - unit.planned) / unit.expected
        hour = state.legs[unit.planned % DAY // HOUR]
        hour[0] += 1.0
        hour[1] += ratio
        hour[2] += ratio * ratio


def served(twin: "Twin", who: int) -> None:
    """The attempt is over: delivered, or an exception; then on to the next."""
    unit = twin.state.units[who]
    stop = unit.tour[unit.stop]
    parcels, cause = stop[PARCELS:], Cause(unit.outcome)
    area = twin.facts.area_of[parcels[0]]
    for parcel in parcels:
        doors.attempt(twin, unit, parcel, twin.facts.area_of[parcel], cause)
    if cause == _NONE:
        for parcel in parcels:
            doors.deliver(twin, unit, parcel, twin.facts.area_of[parcel])
    else:
        doors.fail(twin, unit, parcels, area, cause)
    twin.note(_SERVED, who, len(parcels), area, twin.state.now - unit.moved, cause)
    unit.moved = twin.state.now
    unit.stop += 1
    proceed(twin, who)


def proceed(twin: "Twin", who: int) -> None:
    """Between two stops: rest when it is due, turn back when duty or energy would not last."""
    unit = twin.state.units[who]
    kind = twin.facts.kinds[unit.group]
    if not unit.rested and twin.state.now - unit.on_since >= kind.rest_after:
        unit.rested = True
        unit.duty = Duty.RESTING
        twin.note(Kind.BREAK, who, place=unit.node, value=kind.rest)
        unit.wait = twin.calendar.schedule(twin.state.now + kind.rest, Phase.RESUME, who)
        return
    unit.moved = twin.state.now
    if unit.stop < len(unit.tour) and not _can_go_on(twin, unit):
        unit.stop = len(unit.tour)
    _set_out(twin, unit)


def _can_go_on(twin: "Twin", unit: Unit) -> bool:
    """Whether the next stop and the way home fit into the legal duty and the battery."""
    facts, now = twin.facts, twin.state.now
    kind = facts.kinds[unit.group]
    end = unit.on_since + kind.max_duty
    if not kind.battery_wh and now + _CAUTIOUS < end:
        return True
    node, home = unit.tour[unit.stop][0], facts.depots[unit.depot]
    way = (facts.metres(unit.node, node) + facts.metres(node, home)) * _DETOUR
    if kind.battery_wh and way * kind.spec.kwh_km * energy.by_temperature(twin, unit) > unit.battery_wh:
        return False
    return max(now + way / _PACE_MPS * SECOND, unit.tour[unit.stop][1]) + 10 * MINUTE <= end


def home(twin: "Twin", who: int) -> None:
    """Back at the depot: unload what came back, pay for the way, charge if the battery is below half."""
    state, facts, unit = twin.state, twin.facts, twin.state.units[who]
    kind = facts.kinds[unit.group]
    _stand(twin, unit, facts.depots[unit.depot])
    back = [
        *(parcel for stop in unit.tour for parcel in stop[PARCELS:] if _still_aboard(twin, parcel, who)),
        *unit.kept,
    ]
    room.learn(twin, unit)
    unit.tour, unit.kept = [], []
    unit.duty = Duty.IDLE
    unit.duty_to = twin.state.now
    state.seats[unit.group] += 1
    for parcel in back:
        bring_back(twin, unit, parcel, Cause.SHIFT_END)
    twin.note(Kind.HOME, who, len(back), unit.depot, unit.tour_m)
    settle_way(twin, unit)
    if unit.overnight:
        wages.pay(twin, unit)
        fresh_start(twin, unit)
    if unit.next and _goes_again(twin, unit):
        return
    if unit.battery_wh * 2 < kind.battery_wh:
        energy.charge(twin, unit)
    elif state.ready[unit.depot]:
        replan.wish(twin, unit.depot, Trigger.HOME)


def _still_aboard(twin: "Twin", parcel: int, who: int) -> bool:
    return twin.state.status[parcel] == Status.ABOARD and twin.state.holder[parcel] == who


def _goes_again(twin: "Twin", unit: Unit) -> bool:
    """Load the tour that waits for a vehicle; if it may not leave any more, its parcels go back to the floor."""
    rows, unit.next = unit.next, []
    if dispatches.may_leave(twin, unit):
        unit.tour = rows
        tours.dock(twin, unit, sum(len(row) - PARCELS for row in rows))
        twin.state.seats[unit.group] -= 1
        return True
    for parcel in [parcel for row in rows for parcel in row[PARCELS:]]:
        if withdrawals.is_withdrawn(twin, parcel):
            withdrawals.cancel(twin, parcel)
        else:
            twin.state.ready[unit.depot][parcel] = twin.state.now
    return False


def bring_back(twin: "Twin", unit: Unit, parcel: int, otherwise: Cause) -> None:
    """Put a parcel back on the floor and do what was decided about it."""
    aboard(twin, unit, parcel, -1)
    remedy, cause = twin.state.decided.pop(parcel, (Remedy.REATTEMPT, otherwise))
    twin.state.depot[parcel] = unit.depot
    move(twin, Kind.UNLOADED, parcel, unit.depot, unit.depot, twin.facts.weight_g[parcel], cause, unit.id)
    recovery.carry_out(twin, parcel, Remedy(remedy), Cause(cause))


def settle_way(twin: "Twin", unit: Unit) -> None:
    """Pay for the kilometres of a tour; write down the carbon of its fuel and of the energy that it used."""
    kind, operation = twin.facts.kinds[unit.group], twin.world.operation
    twin.post(Account.RUNNING, round(unit.tour_m * kind.spec.running_usd_km * 1000), actor=unit.id)
    grams = unit.tour_m / 1000 * kind.spec.gco2_km
    grams += (unit.used_wh - unit.settled_wh) * operation.grid_kgco2_kwh / operation.charging
    twin.note(Kind.CARBON, unit.id, kind.mode, unit.depot, round(grams * 1000))
    unit.settled_wh = unit.used_wh
    unit.tour_m = 0
