"""A sortie: one parcel out from a hub and back, under weather, energy and supervision.

I12: nothing leaves outside its weather limits. I7: nothing is faster than it can be.
"""

from typing import TYPE_CHECKING

from twin import customers, doors, energy, hubs, messages, orders, shift
from twin.custody import aboard, move
from twin.draws import Stream
from twin.entities import Cause, Mode, Remedy, TimeWindow
from twin.errors import InvariantError
from twin.fleetfacts import KindFacts
from twin.flight import Way
from twin.ledger import Account, Kind
from twin.state import Duty, Phase, Unit
from twin.units import MINUTE, SECOND, usd
from twin.weather import allows

if TYPE_CHECKING:
    from twin.engine import Twin


def launch(twin: "Twin", unit: Unit, parcel: int, way: Way) -> None:
    """Out it goes: told, loaded, one seat of an operator taken."""
    state, facts = twin.state, twin.facts
    kind, order = facts.kinds[unit.group], facts.order_of[parcel]
    limits = kind.spec.limits
    if not (allows(limits, hubs.air_here(twin, unit.depot)) and allows(limits, hubs.air_there(twin, parcel))):
        raise InvariantError(f"I12: {kind.mode.name} {unit.id} leaves outside its weather limits")
    state.seats[unit.group] -= 1
    state.held.pop(parcel, None)
    move(twin, Kind.LOADED, parcel, unit.id, unit.depot, facts.weight_g[parcel])
    aboard(twin, unit, parcel, 1)
    eta = twin.state.now + way.out
    messages.new_attempt(twin, [parcel])
    messages.tell(twin, parcel, Cause.DISPATCHED, TimeWindow(eta, eta + 15 * MINUTE))
    customers.wonder(twin, order, 1.0)
    if kind.loss_cost:
        twin.post(Account.LOSSES, kind.loss_cost, parcel, unit.id)
    twin.note(Kind.SORTIE, unit.id, parcel, twin.facts.area_of[parcel], 2 * way.metres)
    unit.tour = [[hubs.address(twin, parcel), way.out, way.energy_wh, parcel]]
    unit.tour_m = 2 * way.metres
    unit.moved = twin.state.now
    unit.duty = Duty.FLYING
    if unit.duty_from < 0:
        unit.duty_from = unit.on_since = twin.state.now
    unit.wait = twin.calendar.schedule(eta + round(kind.spec.drop_s * SECOND), Phase.OVERHEAD, unit.id)


def overhead(twin: "Twin", who: int) -> None:
    """At the customer's: put down, brought back, aborted on the way, or lost with its parcel."""
    unit = twin.state.units[who]
    kind, (_, out, _, parcel) = twin.facts.kinds[unit.group], unit.tour[0]
    _check_speed(twin, unit, kind)
    area = twin.facts.area_of[parcel]
    cause = _outcome(twin, unit, parcel)
    unit.outcome = cause
    if cause == Cause.LOST_AIRCRAFT:
        _crash(twin, unit, parcel, area)
        return
    wait = 0
    if cause != Cause.ABORTED:
        doors.attempt(twin, unit, parcel, area, cause)
        if kind.mode == Mode.ROBOT:
            order = twin.facts.order_of[parcel]
            wait = doors.handoff_wait(twin, order, twin.state.attempts[parcel], cause)
    if cause == Cause.NONE:
        doors.deliver(twin, unit, parcel, area)
    elif cause == Cause.ABORTED:
        twin.state.decided[parcel] = [Remedy.REATTEMPT, cause]
    else:
        doors.fail(twin, unit, [parcel], area, cause)
    unit.wait = twin.calendar.schedule(twin.state.now + wait + out, Phase.LANDED, who)


def _check_speed(twin: "Twin", unit: Unit, kind: KindFacts) -> None:
    """I7: nothing flies or rolls faster than it can."""
    took = twin.state.now - unit.moved - round(kind.spec.drop_s * SECOND)
    if took * kind.top_mps < (unit.tour_m // 2 - 1) * SECOND:
        raise InvariantError(
            f"I7: {kind.mode.name} {unit.id} went {unit.tour_m // 2} m in {took} ms, faster than it can"
        )


def _outcome(twin: "Twin", unit: Unit, parcel: int) -> Cause:
    state, facts, draws = twin.state, twin.facts, twin.draws
    kind, order, attempt = facts.kinds[unit.group].spec, facts.order_of[parcel], state.attempts[parcel]
    if draws.uniform(Stream.AIRCRAFT_LOSS, parcel, attempt) < kind.loss:
        return Cause.LOST_AIRCRAFT
    # An abort is no attempt, so the luck of this one would come again: only the first sortie of a parcel aborts.
    if not state.flags[parcel] & orders.ABORTED and draws.uniform(Stream.ABORT, parcel, attempt) < kind.abort:
        state.flags[parcel] |= orders.ABORTED
        return Cause.ABORTED
    if state.flags[parcel] & orders.BAD_ADDRESS:
        return Cause.ADDRESS
    failed = draws.uniform(Stream.DROP, order, attempt) < kind.recipient_failure
    if kind.mode == Mode.ROBOT and not failed:
        home = customers.presence(twin, order, facts.session_customer[order], twin.state.now)
        return doors.handoff(twin, unit, order, attempt, home, twin.state.now)
    return Cause.NO_DROP_POINT if failed else Cause.NONE


def _crash(twin: "Twin", unit: Unit, parcel: int, area: int) -> None:
    """The aircraft and its parcel are gone; tomorrow there is another one, from what each sortie has put by."""
    aboard(twin, unit, parcel, -1)
    twin.post(Account.LOSSES, usd(twin.world.operation.parcel_value_usd), parcel, unit.id)
    orders.end(twin, Kind.LOST, parcel, unit.id, area, 0, Cause.LOST_AIRCRAFT, -1)
    energy.drain(twin, unit, unit.tour[0][2] // 2)
    unit.tour = []
    shift.settle_way(twin, unit)
    unit.duty = Duty.GONE
    unit.duty_to = twin.state.now
    _free_seat(twin, unit.group)


def _free_seat(twin: "Twin", group: int) -> None:
    """An operator has a hand free: every hub where this kind flies may look again."""
    state = twin.state
    state.seats[group] += 1
    for hub, waiting in enumerate(state.aloft):
        if waiting and any(group in mine for mine in twin.facts.sorties_at[hub].values()):
            hubs.ask_look(twin, hub, state.now)


def landed(twin: "Twin", who: int) -> None:
    """Back at the hub: a seat is free, the way is paid, a parcel that came back is dealt with."""
    unit = twin.state.units[who]
    _, _, used, parcel = unit.tour[0]
    energy.drain(twin, unit, used)
    unit.today_m += unit.tour_m
    lost = _mishaps(twin, unit)
    unit.tour = []
    _free_seat(twin, unit.group)
    twin.note(Kind.HOME, who, unit.load_n, unit.depot, unit.tour_m)
    if unit.load_n:
        shift.bring_back(twin, unit, parcel, Cause.ABORTED)
    shift.settle_way(twin, unit)
    unit.duty, unit.duty_to = Duty.TURNING, twin.state.now
    turn = round(twin.facts.kinds[unit.group].spec.cycle_s * SECOND) + lost
    unit.wait = twin.calendar.schedule(twin.state.now + turn, Phase.TURNED, who)


def _mishaps(twin: "Twin", unit: Unit) -> int:
    """How long a sortie that is back stays in the workshop or with an operator, if its metres brought it there."""
    spec, lost = twin.facts.kinds[unit.group].spec, 0
    while min(unit.breakdown_m, unit.assist_m) <= unit.today_m:
        lost += shift.repaired(twin, unit) if unit.breakdown_m <= unit.assist_m else shift.assisted(twin, unit, spec)
    return lost


def turned(twin: "Twin", who: int) -> None:
    """Ready again: a drone has got a full battery with the next parcel, a robot charges when below half."""
    unit = twin.state.units[who]
    kind = twin.facts.kinds[unit.group]
    unit.duty = Duty.IDLE
    if kind.mode == Mode.DRONE:
        energy.top_up(twin, unit)
    elif unit.battery_wh * 2 < kind.battery_wh:
        energy.charge(twin, unit)
    hubs.ask_look(twin, unit.depot, twin.state.now)
