"""Drones and sidewalk robots: one parcel out from a hub and back, under weather, energy and supervision.

The hub's queue is data: a heap by the end of the promise. I12: nothing leaves outside its weather limits.
"""

from heapq import heappop, heappush
from typing import TYPE_CHECKING, NamedTuple

from twin import customers, depot, messages, orders, recovery, shift
from twin.custody import aboard, move
from twin.draws import Stream
from twin.entities import OWN, CarrierOffer, Cause, Mode, Remedy, TimeWindow
from twin.errors import InvariantError
from twin.facts import KindFacts
from twin.flight import energy_wh, ground_speed
from twin.ledger import Account, Kind
from twin.state import Duty, Phase, Unit
from twin.units import DAY, HOUR, MINUTE, NEVER, SECOND, usd
from twin.weather import Air, allows

if TYPE_CHECKING:
    from twin.engine import Twin


STATED_ON_TIME = 0.95
"""What a hub says of its sorties before there is a record (D)."""


class Way(NamedTuple):
    """A sortie as planned: metres and ms out (0: too windy to go), and the energy there and back."""

    metres: int
    out: int
    energy_wh: int


def offers(twin: "Twin", parcel: int) -> list[CarrierOffer]:
    """The sorties that could take a parcel: one offer a mode, at the price of its cheapest kind that can."""
    facts, state = twin.facts, twin.state
    order, hub = facts.order_of[parcel], state.depot[parcel]
    area, straight = facts.area_of(parcel), facts.metres(facts.depots[hub], _address(twin, parcel))
    found = []
    for mode, groups in facts.sorties_at[hub].items():
        kinds = [facts.kinds[group] for group in groups if _can_carry(twin, facts.kinds[group], hub, parcel)]
        if not kinds:
            continue
        hits, tries = twin.view.success(area, mode=mode)
        minutes = straight * kinds[0].spec.detour / kinds[0].top_mps / 60 + 10
        when = max(twin.state.now + round(minutes * MINUTE), state.early[order])
        price = min(_price(kind, straight) for kind in kinds)
        found.append(CarrierOffer(OWN, mode.name.lower(), mode, price, when, STATED_ON_TIME, hits, tries))
    return found


def _address(twin: "Twin", parcel: int) -> int:
    facts = twin.facts
    return facts.node[facts.session_customer[facts.order_of[parcel]]]


def _can_carry(twin: "Twin", kind: KindFacts, hub: int, parcel: int) -> bool:
    """Light, small and near enough, with a place to put it down."""
    facts = twin.facts
    if kind.spec.radius_km:
        straight = facts.metres(facts.depots[hub], _address(twin, parcel))
        if straight > kind.spec.radius_km * 1000:
            return False
    if kind.mode == Mode.DRONE and not facts.drop_point[facts.session_customer[facts.order_of[parcel]]]:
        return False
    return facts.weight_g[parcel] <= kind.capacity[0] and facts.volume_ml[parcel] <= kind.capacity[1]


def _price(kind: KindFacts, straight: float) -> int:
    """What one more sortie costs: its way, and its share of an operator's time."""
    metres = 2 * straight * kind.spec.detour
    seconds = metres / kind.top_mps + kind.spec.drop_s + kind.spec.cycle_s
    ratio = kind.spec.vehicles_per_operator
    operator = kind.spec.operator_usd_h / ratio * seconds / 3600 if ratio else 0.0
    return round(metres * kind.metre_cost) + usd(operator)


def queue(twin: "Twin", parcel: int) -> None:
    """Put a parcel into the hub's queue and look at it at once."""
    state = twin.state
    hub = state.depot[parcel]
    heappush(state.aloft[hub], (state.late[twin.facts.order_of[parcel]], parcel))
    ask_look(twin, hub, twin.state.now)


def ask_look(twin: "Twin", hub: int, time: int) -> None:
    """See to it that somebody looks at the queue by ``time``."""
    state = twin.state
    pending = state.pending.get(state.launch[hub])
    if pending is not None:
        if pending.due <= time:
            return
        twin.calendar.cancel(state.launch[hub])
    state.launch[hub] = twin.calendar.schedule(max(time, twin.state.now), Phase.LAUNCH, hub)


def look(twin: "Twin", hub: int) -> None:
    """Go through the queue by the end of the promise; who cannot go now says when to look again."""
    state = twin.state
    state.launch[hub] = -1
    idle = _idle(twin, hub)
    if not any(idle.values()):
        return  # whatever comes back, is charged or replaced asks for the next look
    waiting, kept, again = state.aloft[hub], [], NEVER
    while waiting:
        late, parcel = heappop(waiting)
        time = _try(twin, hub, parcel, idle)
        if time:
            kept.append((late, parcel))
            again = min(again, time)
    state.aloft[hub] = kept
    if again < NEVER:
        ask_look(twin, hub, again)


def _idle(twin: "Twin", hub: int) -> dict[int, list[Unit]]:
    """Vehicles at home by group, the fullest battery last."""
    idle: dict[int, list[Unit]] = {group: [] for groups in twin.facts.sorties_at[hub].values() for group in groups}
    for unit in twin.state.units:
        if unit.depot == hub and unit.duty == Duty.IDLE and unit.group in idle:
            idle[unit.group].append(unit)
    for units in idle.values():
        units.sort(key=lambda unit: (unit.battery_wh, -unit.id))
    return idle


def _try(twin: "Twin", hub: int, parcel: int, idle: dict[int, list[Unit]]) -> int:
    """Send a parcel out if it may go now: 0 when it has left the queue, else when to look again."""
    waits, refusals = [], []
    for group in twin.facts.sorties_at[hub][Mode(twin.state.sortie[parcel])]:
        kind = twin.facts.kinds[group]
        if not _can_carry(twin, kind, hub, parcel):
            continue
        wait = _wait(twin, kind, group, hub, parcel, idle)
        if wait:
            waits.append(wait)
            continue
        way = _way(twin, kind, hub, parcel)
        refused = _refused(twin, hub, parcel, kind, way)
        if refused != Cause.NONE:
            refusals.append(refused)
        elif _sent(twin, idle[group].pop(), kind, parcel, way):
            return 0
        else:
            waits.append(NEVER)
    return min(waits) if waits else _wait_or_ground(twin, parcel, refusals[0])


def _wait(twin: "Twin", kind: KindFacts, group: int, hub: int, parcel: int, idle: dict[int, list[Unit]]) -> int:
    """0 if a vehicle of a group could leave with a parcel now, else when to look again."""
    held = twin.state.held.get(parcel, 0)
    start = max(_opens(kind, twin.state.now), _soonest(twin, kind, hub, parcel), held)
    if start > twin.state.now:
        return start
    return 0 if idle[group] and twin.state.seats[group] > 0 else NEVER


def _sent(twin: "Twin", unit: Unit, kind: KindFacts, parcel: int, way: Way) -> bool:
    """Send a vehicle out, or to a charger if its battery would not last."""
    if way.energy_wh > unit.battery_wh - kind.reserve_wh:
        depot.charge(twin, unit)
        return False
    _launch(twin, unit, parcel, way)
    return True


def _opens(kind: KindFacts, now: int) -> int:
    """The first moment from now on at which the hub works."""
    opens = now // DAY * DAY + kind.shift[0]
    if now >= opens + round(kind.spec.shift_h * HOUR):
        return opens + DAY
    return max(opens, now)


def _soonest(twin: "Twin", kind: KindFacts, hub: int, parcel: int) -> int:
    """When to leave to be there, in still air, as the promised window opens."""
    facts = twin.facts
    metres = facts.metres(facts.depots[hub], _address(twin, parcel)) * kind.spec.detour
    return twin.state.early[facts.order_of[parcel]] - round(metres / kind.top_mps * SECOND)


def _here(twin: "Twin", hub: int) -> Air:
    facts = twin.facts
    return twin.sky.at(twin.state.now, facts.zone[facts.area_of_node[facts.depots[hub]]])


def _there(twin: "Twin", parcel: int) -> Air:
    facts = twin.facts
    return twin.sky.at(twin.state.now, facts.zone[facts.area_of(parcel)])


def _refused(twin: "Twin", hub: int, parcel: int, kind: KindFacts, way: Way) -> Cause:
    """Why nothing can take this parcel there now, or NONE."""
    limits = kind.spec.limits
    if not way.out or not allows(limits, _here(twin, hub)) or not allows(limits, _there(twin, parcel)):
        return Cause.WEATHER
    return Cause.ENERGY if way.energy_wh > kind.battery_wh - kind.reserve_wh else Cause.NONE


def _wait_or_ground(twin: "Twin", parcel: int, cause: Cause) -> int:
    """Let the resolver choose between the streets and waiting an hour."""
    remedy = recovery.grounded(twin, parcel, cause)
    twin.note(Kind.GROUNDED, parcel, remedy, twin.state.depot[parcel], cause=cause)
    if remedy == Remedy.GROUND:
        twin.state.held.pop(parcel, None)
        recovery.carry_out(twin, parcel, Remedy.GROUND, cause)
        return 0
    again = twin.state.held[parcel] = (twin.state.now // HOUR + 1) * HOUR
    return again


def _way(twin: "Twin", kind: KindFacts, hub: int, parcel: int) -> Way:
    facts = twin.facts
    metres = facts.metres(facts.depots[hub], _address(twin, parcel)) * kind.spec.detour
    drone, here = kind.mode == Mode.DRONE, _here(twin, hub)
    speed = ground_speed(kind.spec, drone, here.wind_mps)
    if speed == 0.0:
        return Way(round(metres), 0, 0)
    energy = energy_wh(kind.spec, drone, metres, speed, facts.weight_g[parcel] / 1000, here)
    return Way(round(metres), round(metres / speed * SECOND) + SECOND, energy)


def _launch(twin: "Twin", unit: Unit, parcel: int, way: Way) -> None:
    """Out it goes: told, loaded, one seat of an operator taken."""
    state, facts = twin.state, twin.facts
    kind, order = facts.kinds[unit.group], facts.order_of[parcel]
    limits = kind.spec.limits
    if not (allows(limits, _here(twin, unit.depot)) and allows(limits, _there(twin, parcel))):
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
    twin.note(Kind.SORTIE, unit.id, parcel, twin.facts.area_of(parcel), 2 * way.metres)
    unit.tour = [[_address(twin, parcel), way.out, way.energy_wh, parcel]]
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
    area = twin.facts.area_of(parcel)
    cause = _outcome(twin, unit, parcel)
    unit.outcome = cause
    if cause == Cause.LOST_AIRCRAFT:
        _crash(twin, unit, parcel, area)
        return
    wait = 0
    if cause != Cause.ABORTED:
        shift.attempt(twin, unit, parcel, area, cause)
        if kind.mode == Mode.ROBOT:
            order = twin.facts.order_of[parcel]
            wait = shift.handoff_wait(twin, order, twin.state.attempts[parcel], cause)
    if cause == Cause.NONE:
        shift.deliver(twin, unit, parcel, area)
    elif cause == Cause.ABORTED:
        twin.state.decided[parcel] = [Remedy.REATTEMPT, cause]
    else:
        shift.fail(twin, unit, [parcel], area, cause)
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
    if kind.mode == Mode.ROBOT:
        home = customers.presence(twin, order, facts.session_customer[order], twin.state.now)
        return shift.handoff(twin, unit, order, attempt, home, twin.state.now)
    failed = draws.uniform(Stream.DROP, order, attempt) < kind.recipient_failure
    return Cause.NO_DROP_POINT if failed else Cause.NONE


def _crash(twin: "Twin", unit: Unit, parcel: int, area: int) -> None:
    """The aircraft and its parcel are gone; tomorrow there is another one, from what each sortie has put by."""
    aboard(twin, unit, parcel, -1)
    twin.post(Account.LOSSES, usd(twin.world.operation.parcel_value_usd), parcel, unit.id)
    orders.end(twin, Kind.LOST, parcel, unit.id, area, 0, Cause.LOST_AIRCRAFT, -1)
    depot.drain(twin, unit, unit.tour[0][2] // 2)
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
            ask_look(twin, hub, state.now)


def landed(twin: "Twin", who: int) -> None:
    """Back at the hub: a seat is free, the way is paid, a parcel that came back is dealt with."""
    unit = twin.state.units[who]
    parcel, energy = unit.tour[0][3], unit.tour[0][2]
    depot.drain(twin, unit, energy)
    unit.today_m += unit.tour_m
    unit.tour = []
    _free_seat(twin, unit.group)
    twin.note(Kind.HOME, who, unit.load_n, unit.depot, unit.tour_m)
    if unit.load_n:
        shift.bring_back(twin, unit, parcel, Cause.ABORTED)
    shift.settle_way(twin, unit)
    unit.duty, unit.duty_to = Duty.TURNING, twin.state.now
    turn = round(twin.facts.kinds[unit.group].spec.cycle_s * SECOND)
    unit.wait = twin.calendar.schedule(twin.state.now + turn, Phase.TURNED, who)


def turned(twin: "Twin", who: int) -> None:
    """Ready again: a drone has got a full battery with the next parcel, a robot charges when below half."""
    unit = twin.state.units[who]
    kind = twin.facts.kinds[unit.group]
    unit.duty = Duty.IDLE
    if kind.mode == Mode.DRONE:
        depot.top_up(twin, unit)
    elif unit.battery_wh * 2 < kind.battery_wh:
        depot.charge(twin, unit)
    ask_look(twin, unit.depot, twin.state.now)
